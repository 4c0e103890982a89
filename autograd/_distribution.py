"""The guard against two distributions in one folder. Knows where pip keeps its records, and nothing of the engine.

The distribution `autograd` (HIPS) installs an import package of the same name. pip writes the one over the other
without a word, and uninstalling either guts the other.

Why not `importlib.metadata`: importing it costs 10 to 20 ms, and `pathlib` 4 ms. This takes 0.3 ms.
"""

from glob import escape, glob
from os.path import abspath, basename, dirname, join, realpath


def refuse_overlay(package_file: str) -> None:
    """Raise ImportError if pip installed the distribution `autograd` over the package whose file is given.

    >>> refuse_overlay(__file__)
    """
    site = dirname(dirname(abspath(package_file)))
    for record in glob(join(escape(site), "autograd-*.dist-info", "RECORD")):
        with open(record, encoding="utf-8") as lines:
            paths = [line.partition(",")[0] for line in lines]
        if any(realpath(join(site, path)) == realpath(package_file) for path in paths if path.endswith("__init__.py")):
            raise ImportError(
                f"{basename(dirname(record))} (HIPS autograd) and glassgrad are installed over each other in {site}: "
                f"both own the folder 'autograd', and its files are now a mixture of the two. Run "
                f"`python -m pip uninstall -y autograd glassgrad`, then install one of them again, "
                f"or each into an environment of its own."
            )
