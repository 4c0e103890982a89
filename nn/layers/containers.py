"""Modules that run other modules, and those that only shape what passes."""

from collections.abc import Callable, Iterator
from typing import Any

from autograd.errors import OperandError
from nn.layers.inputs import as_input, misshapen
from nn.module import Module


class Sequential(Module):
    """Layers one after the other: modules, or functions of a Tensor, named by their places.

    >>> from nn.layers.activations import ReLU, Tanh
    >>> model = Sequential(ReLU(), Tanh())
    >>> model
    Sequential()
    ├─ 0: ReLU()
    └─ 1: Tanh()
    >>> len(model), model[-1]
    (2, Tanh())
    """

    def __init__(self, *layers: Callable[[Any], Any]) -> None:
        for i, layer in enumerate(layers):
            if not callable(layer) or isinstance(layer, type):
                raise OperandError(f"Sequential takes modules and functions, got {layer!r:.60} at place {i}"
                                   + (f": write {layer.__name__}(...)" if isinstance(layer, type) else ""))
            setattr(self, str(i), layer)

    def forward(self, x: Any) -> Any:
        """Return what the last layer makes of what those before it made of x."""
        for layer in self:
            x = layer(x)
        return x

    def __iter__(self) -> Iterator[Callable[[Any], Any]]:
        return iter([layer for name, layer in vars(self).items() if name.isdecimal()])

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __getitem__(self, place: int) -> Callable[[Any], Any]:
        return list(iter(self))[place]


class Flatten(Module):
    """The axes from `start_axis` to `end_axis` as one; by default all but the first, the batch.

    >>> import numpy as np
    >>> Flatten()(np.ones((5, 2, 3))).shape
    (5, 6)
    """

    def __init__(self, start_axis: int = 1, end_axis: int = -1) -> None:
        self.start_axis = start_axis
        self.end_axis = end_axis

    def forward(self, x: Any) -> Any:
        """Return the same elements, in C order, with fewer axes."""
        x = as_input(self, x)
        axes = range(x.ndim)
        try:
            first, last = axes[self.start_axis], axes[self.end_axis]
        except IndexError:
            raise misshapen(self, "inputs that have these axes", x) from None
        if last < first:
            raise misshapen(self, "inputs in which the first of these axes is not after the last", x)
        size = 1
        for n in x.shape[first : last + 1]:
            size *= n
        return x.reshape(*x.shape[:first], size, *x.shape[last + 1 :])
