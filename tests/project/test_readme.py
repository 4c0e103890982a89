"""The README is true: its Python runs, nothing of it is skipped, its file tree and its figures are what there is."""

import ast
import doctest
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)
EXAMPLES = doctest.DocTestParser().get_examples(README)
FIRST_SCREEN = "\n".join(README.splitlines()[:45])


def test_all_python_is_in_doctests_and_none_is_skipped() -> None:
    python = [block for language, block in BLOCKS if language not in ("sh", "text", "output")]
    assert all(block.startswith((">>> ", "import torch\n")) for block in python)
    assert len(EXAMPLES) == README.count("\n>>> ")
    assert len(EXAMPLES) > 40
    assert all(doctest.SKIP not in example.options for example in EXAMPLES)


def test_each_section_with_python_shows_a_result() -> None:
    for _, block in BLOCKS:
        examples = doctest.DocTestParser().get_examples(block)
        assert not examples or any(example.want for example in examples), f"no output is checked in:\n{block}"


def test_python_runs_and_gives_what_the_page_says(capsys: pytest.CaptureFixture[str]) -> None:
    test = doctest.DocTest(EXAMPLES, {}, "README.md", "README.md", 0, README)
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    result = doctest.DocTestRunner(optionflags=flags).run(test)
    assert (result.failed, result.attempted) == (0, len(EXAMPLES)), capsys.readouterr().out


def test_program_for_pytorch_prints_what_the_page_says(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("torch", reason="the program checks functions of it")
    pattern = r"^```python\n(import torch\n.*?)^```\n\n```output\n(.*?)^```$"
    ((program, output),) = re.findall(pattern, README, flags=re.MULTILINE | re.DOTALL)
    exec(program, {})
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    printed = capsys.readouterr().out
    assert doctest.OutputChecker().check_output(output, printed, flags), printed


def test_first_screen_has_the_numbers_of_micrograd_and_both_commands() -> None:
    for phrase in ("24.7041", "138.8338 645.5773", "python -m pip install -e . && python -m autograd\n",
                   "python -m pip install -e '.[test]' && python -m pytest\n"):
        assert FIRST_SCREEN.count(phrase) == 1


def tree() -> dict[str, str]:
    """Return the comment of each path in the file tree, folders with a slash at the end."""
    (block,) = [block for language, block in BLOCKS if language == "text"]
    folders: list[str] = []
    found = {}
    for line in block.splitlines():
        indent, name, comment = re.fullmatch(r"( *)(\S+) {2,}(\S.*)", line).groups()
        del folders[len(indent) // 2 :]
        path = "".join(folders) + name
        found[path] = comment
        if name.endswith("/"):
            folders.append(name)
    return found


def files() -> Iterator[Path]:
    """Yield the files that the tree lists: all of both packages, and all of the tests that are not tests themselves."""
    for folder in ("autograd", "nn", "tests"):
        for path in sorted((ROOT / folder).rglob("*")):
            test = folder == "tests" and path.name.startswith("test_")
            if path.is_file() and not test and path.suffix not in {".pyc", ".so"} and not path.name.startswith("."):
                yield path


def purpose(path: Path) -> str:
    """Return the first line of a module's docstring."""
    text = path.read_text(encoding="utf-8") if path.suffix == ".py" else ""
    return (ast.get_docstring(ast.parse(text)) or "say what it is").partition("\n")[0]


def test_file_tree_lists_every_file() -> None:
    listed = tree()
    missing = [f"{path.relative_to(ROOT).as_posix()}  {purpose(path)}" for path in files()
               if path.relative_to(ROOT).as_posix() not in listed]
    assert not missing, "add to the file tree in README.md:\n" + "\n".join(missing)


def test_file_tree_lists_nothing_that_is_not_there() -> None:
    gone = [path for path in tree() if not (ROOT / path).exists() or (ROOT / path).is_dir() != path.endswith("/")]
    assert not gone, f"take out of the file tree in README.md: {gone}"


def test_file_tree_is_in_the_order_of_imports_in_the_engine() -> None:
    source = ast.parse((ROOT / "tests/project/test_architecture.py").read_text(encoding="utf-8"))
    (assigned,) = [node for node in source.body if ast.unparse(node).startswith("ORDER = ")]
    order = ast.literal_eval(assigned.value)["autograd"]
    listed = [part for path in tree() if path.startswith("autograd/")
              if (part := path.split("/")[1].removesuffix(".py")) in order and part != "__init__"]
    assert listed == sorted(listed, key=order.index)


def test_figures_on_speed_are_rows_of_the_log_of_benchmarks() -> None:
    log = (ROOT / "tests/benchmarks/LOG.md").read_text(encoding="utf-8").splitlines()
    (section,) = re.findall(r"^## How fast$(.*?)^## ", README, flags=re.MULTILINE | re.DOTALL)
    rows = [line for line in section.splitlines() if line.startswith("|")]
    assert len(rows) > 3
    assert [row for row in rows if row not in log] == []


def test_links_to_files_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", README):
        assert (ROOT / target).exists(), target
