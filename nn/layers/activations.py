"""The activation functions of the table as modules, one row each, under PyTorch's names. Knows none of their formulas.

To add one takes one row in `autograd/ops/activations.py` and one here.
"""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from autograd import ops
from autograd.errors import OperandError
from nn.layers.inputs import as_input
from nn.module import Module

#: The modules of activation functions by the names of these.
ACTIVATIONS: "dict[str, type[Activation]]" = {}


class Activation(Module):
    """An operation on each element, or along an axis, without parameters; its options are those of the operation."""

    op: ClassVar[Callable[..., Any]]
    defaults: ClassVar[Mapping[str, Any]]

    def __init__(self, *values: Any, **options: Any) -> None:
        unknown = [*values[len(self.defaults) :], *sorted(options.keys() - self.defaults.keys())]
        if unknown:
            raise OperandError(f"{type(self).__name__} has no option {unknown[0]!r}; its options are "
                               f"{list(self.defaults)}")
        self.options = {**dict(zip(self.defaults, values, strict=False)), **options}

    def forward(self, x: Any) -> Any:
        """Return the operation's result for a Tensor, or for plain data as a Tensor."""
        return type(self).op(as_input(self, x), **self.options)

    def settings(self) -> dict[str, Any]:
        """Return the options that were given."""
        return self.options


def activation(name: str, op: Any) -> type[Activation]:
    """Declare the module of an operation."""
    defaults = getattr(op, "options", None)
    if defaults is None:  # made of rows: the options follow x
        defaults = {p.name: p.default for p in list(inspect.signature(op).parameters.values())[1:]}
    doc = f"{(inspect.getdoc(op) or '').splitlines()[0]}\n\n    >>> {name}()\n    {name}()\n    "
    kind = type(name, (Activation,), {"op": staticmethod(op), "defaults": defaults, "__doc__": doc,
                                      "__module__": __name__})
    ACTIVATIONS[op.__name__] = kind
    return kind


Identity = activation("Identity", ops.identity)

Sigmoid = activation("Sigmoid", ops.sigmoid)
LogSigmoid = activation("LogSigmoid", ops.log_sigmoid)
Tanh = activation("Tanh", ops.tanh)
Softsign = activation("Softsign", ops.softsign)

ReLU = activation("ReLU", ops.relu)
ReLU6 = activation("ReLU6", ops.relu6)
LeakyReLU = activation("LeakyReLU", ops.leaky_relu)
Softplus = activation("Softplus", ops.softplus)
ELU = activation("ELU", ops.elu)
SELU = activation("SELU", ops.selu)

SiLU = activation("SiLU", ops.silu)
Mish = activation("Mish", ops.mish)
GELU = activation("GELU", ops.gelu)

Hardtanh = activation("Hardtanh", ops.hardtanh)
Hardsigmoid = activation("Hardsigmoid", ops.hardsigmoid)
Hardswish = activation("Hardswish", ops.hardswish)

Softmax = activation("Softmax", ops.softmax)
LogSoftmax = activation("LogSoftmax", ops.log_softmax)

ACTIVATIONS["linear"] = Identity
