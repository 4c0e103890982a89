"""Tensors from shapes and generators: numpy's creation functions with `requires_grad` and `label`."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import CutGraphError, OperandError
from autograd.node import Node
from autograd.tensor import Tensor

Shape = int | tuple[int, ...]


def tensor(data: Any, requires_grad: bool = False, *, dtype: Any = None, label: str = "") -> Tensor:
    """Return a Tensor with a copy of the data; PyTorch's spelling of `Tensor(data)`.

    >>> tensor([1.0, 2.0], requires_grad=True)
    Tensor([1., 2.], requires_grad=True)
    """
    return Tensor(data, requires_grad, label, dtype)


def created(make: Callable[..., Any], doc: str, call: str, shown: str) -> Callable[..., Tensor]:
    """Return a creation function of numpy as one that returns a Tensor, documented by a call and what it shows."""
    def create(*args: Any, requires_grad: bool = False, label: str = "", **options: Any) -> Tensor:
        if "like" in make.__name__ and isinstance(args[0], Node):
            args = (args[0]._data, *args[1:])
        if any(isinstance(x, Node) for x in (*args, *options.values())):
            raise CutGraphError(f"{make.__name__} takes plain numbers and would cut the graph of a node: use "
                                "broadcast_to or stack_values to build a Tensor from nodes")
        return Tensor(make(*args, **options), requires_grad, label)

    create.__name__ = create.__qualname__ = make.__name__
    create.__doc__ = (f"{doc} Takes numpy's arguments, and `requires_grad` and `label`.\n\n"
                      f"    >>> {call}\n    {shown}\n    ")
    return create


zeros = created(np.zeros, "Return a Tensor of zeros.", "zeros(2, requires_grad=True)",
                "Tensor([0., 0.], requires_grad=True)")
ones = created(np.ones, "Return a Tensor of ones.", "ones(2, dtype=np.float32)", "Tensor([1., 1.], dtype=float32)")
full = created(np.full, "Return a Tensor filled with one number.", "full((1, 2), 0.5)", "Tensor([[0.5, 0.5]])")
arange = created(np.arange, "Return a Tensor of evenly spaced numbers, the end left out.", "arange(0.0, 1.0, 0.5)",
                 "Tensor([0. , 0.5])")
linspace = created(np.linspace, "Return a Tensor of evenly spaced numbers, the end included.", "linspace(0.0, 1.0, 3)",
                   "Tensor([0. , 0.5, 1. ])")
eye = created(np.eye, "Return an identity matrix as a Tensor.", "eye(2).tolist()", "[[1.0, 0.0], [0.0, 1.0]]")
zeros_like = created(np.zeros_like, "Return a Tensor of zeros in the shape and dtype of another.",
                     "zeros_like(Tensor([1.0, 2.0]))", "Tensor([0., 0.])")
ones_like = created(np.ones_like, "Return a Tensor of ones in the shape and dtype of another.",
                    "ones_like(Tensor([5.0, 6.0]))", "Tensor([1., 1.])")
full_like = created(np.full_like, "Return a Tensor of one number in the shape and dtype of another.",
                    "full_like(Tensor([5.0, 6.0]), 2)", "Tensor([2., 2.])")


def uniform(shape: Shape, low: float = 0.0, high: float = 1.0, *, rng: "np.random.Generator",
            requires_grad: bool = False, label: str = "") -> Tensor:
    """Return a Tensor of numbers drawn uniformly from [low, high) by the given generator.

    >>> import numpy as np
    >>> uniform((2, 3), -1.0, 1.0, rng=np.random.default_rng(0)).shape
    (2, 3)
    """
    return Tensor(generator(rng).uniform(low, high, shape), requires_grad, label)


def normal(shape: Shape, mean: float = 0.0, std: float = 1.0, *, rng: "np.random.Generator",
           requires_grad: bool = False, label: str = "") -> Tensor:
    """Return a Tensor of numbers drawn from the normal distribution by the given generator.

    >>> import numpy as np
    >>> normal(3, rng=np.random.default_rng(0)).shape
    (3,)
    """
    return Tensor(generator(rng).normal(mean, std, shape), requires_grad, label)


def generator(rng: Any) -> "np.random.Generator":
    """Return the generator, or raise if it is something else, such as a seed."""
    if not isinstance(rng, np.random.Generator):
        raise OperandError(f"rng must be a numpy Generator, such as np.random.default_rng(0), got {rng!r:.60}")
    return rng
