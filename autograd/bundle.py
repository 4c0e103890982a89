"""Bundle: the outputs of an op that has several, as one node that stays hidden between the op and its outputs.

What a user sees are the outputs, Tensors of their own. Each is an `item` of the bundle, and sends it its cotangent as
that of one output among several; once all have, the op's rule runs once for all of them (see ops/outputs.py).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from autograd import ops
from autograd.node import Node
from autograd.op import Op
from autograd.ops.outputs import Parts


class Bundle(Node):
    """A node whose data is a tuple of arrays; indexed, unpacked or iterated over it gives nodes of these.

    >>> from autograd import Tensor
    >>> first, second = Tensor([1.0, 2.0, 3.0, 4.0], requires_grad=True).split(2)
    >>> first.inputs[0].op, len(first.inputs[0])
    (<op split>, 2)
    """

    __slots__ = ("_requires_grad",)
    precedence = 2
    keeps_grad = False

    @classmethod
    def record_op(cls, op: Op, inputs: tuple[Any, ...], options: Mapping[str, Any]) -> Any:
        """Leave the recording to the holder of arrays."""
        return Node.holders[np.ndarray].record_op(op, inputs, options)

    @property
    def data(self) -> tuple[Any, ...]:
        """The arrays."""
        arrays: tuple[Any, ...] = self._data
        return arrays

    @property
    def requires_grad(self) -> bool:
        """Whether backward computes a gradient for the inputs of the op."""
        return bool(self._requires_grad)

    def cut(self) -> None:
        """Forget the op and the inputs: keep arrays in memory of their own, as a Tensor does."""
        if self.op is not None:
            self._data = tuple(x if x.base is None else x.copy() for x in self._data)
        super().cut()
        self._requires_grad = False

    def __len__(self) -> int:
        return len(self._data)

    def __getitem__(self, index: int) -> Any:
        return ops.item(self, index=index)

    def __iter__(self) -> Iterator[Any]:
        return (ops.item(self, index=i) for i in range(len(self)))

    def __repr__(self) -> str:
        return f"Bundle({', '.join(str(x.shape) for x in self._data)})"

    def accept(self, contribution: Parts, create_graph: bool) -> Parts:
        """Return a contribution to the cotangents as it is: an item has its output's dtype already."""
        return contribution

    def zero_cotangent(self, create_graph: bool) -> Parts:
        """Return the cotangents of outputs that nothing depends on."""
        return Parts({})
