"""Neural networks, built purely on the public names of `autograd`. Knows no op's rule and no graph.

>>> from nn.datasets import iris
>>> iris()
Dataset(150 samples, 4 features, 3 classes)
"""

import autograd

if getattr(autograd, "__distribution__", None) != "glassgrad":
    raise ImportError(
        f"nn needs the package 'autograd' of glassgrad, but `import autograd` found another one at "
        f"{getattr(autograd, '__file__', None) or list(autograd.__path__)}, probably the distribution 'autograd' "
        f"(HIPS). Run `python -m pip uninstall -y autograd glassgrad`, then install glassgrad again."
    )

__all__: list[str] = []
