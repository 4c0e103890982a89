"""What a model is made of, as a table: layers, shapes of their outputs, numbers of parameters. Knows no layer."""

from typing import Any

import numpy as np

from autograd import Tensor, no_grad
from nn.module import Module, is_parameter, walk

Row = tuple[str, str, str, str]
HEADER: Row = ("layer", "output shape", "parameters", "")


class Summary(str):
    """Text that shows itself as it reads."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def summary(model: Module, input_shape: tuple[int, ...], *, dtype: Any = None) -> Summary:
    """Return a table of the modules of a model, as one pass of zeros through it meets them.

    `input_shape` has the batch in it. The model is evaluated, so that it stays as it was. `dtype` is that of the
    parameters, unless it is given: int for a model that starts with an `Embedding`.

    >>> from nn.models import MLP
    >>> summary(MLP([64, 32, 10], rng=np.random.default_rng(0)), (1, 64))
    layer                output shape  parameters
    MLP                  (1, 10)
      layers Sequential  (1, 10)
        0 Linear         (1, 32)            2,080  trainable
        1 ReLU           (1, 32)
        2 Linear         (1, 10)              330  trainable
    total 2,410 parameters: 2,410 trainable, 0 frozen; 19,280 bytes
    """
    parameters = model.parameters()
    if dtype is None:
        dtype = parameters[0].dtype if parameters else float
    shapes = output_shapes(model, np.zeros(input_shape, dtype))
    seen: set[int] = set()
    rows = [HEADER]
    for path, module in model.named_modules():
        own = [p for p in own_parameters(module) if id(p) not in seen]
        seen.update(map(id, own))
        depth = path.count(".") + 1 if path else 0
        name = " ".join([*path.split(".")[-1:], type(module).__name__]) if path else type(module).__name__
        rows.append(("  " * depth + name, shapes.get(id(module), "not used"),
                     f"{count(own):,}" if own else "", training_of(own)))
    frozen = [p for p in parameters if not p.requires_grad]
    size = sum(p.size * p.dtype.itemsize for p in parameters)
    total = (f"total {count(parameters):,} parameters: {count(parameters) - count(frozen):,} trainable, "
             f"{count(frozen):,} frozen; {size:,} bytes")
    return Summary("\n".join([*aligned(rows), total]))


def own_parameters(module: Module) -> list[Tensor]:
    """Return the parameters that a module holds itself, in containers too, but not those of modules below it."""
    found = [thing for name, content in vars(module).items()
             for _, thing in walk(content, name, through_modules=False) if is_parameter(thing)]
    return list({id(p): p for p in found}.values())


def count(parameters: list[Tensor]) -> int:
    """Return how many numbers parameters hold."""
    return sum(p.size for p in parameters)


def training_of(parameters: list[Tensor]) -> str:
    """Say whether parameters are trainable, frozen or some of both."""
    kinds = {"trainable" if p.requires_grad else "frozen" for p in parameters}
    return " and ".join(sorted(kinds, reverse=True))


def output_shapes(model: Module, zeros: Any) -> dict[int, str]:
    """Run a model in evaluation; return the shape of each module's output, of its first if it runs more than once."""
    shapes: dict[int, str] = {}
    modules = model.modules()
    training = [module.training for module in modules]

    def note(module: Module, inputs: Any, output: Any) -> None:
        shapes.setdefault(id(module), str(getattr(output, "shape", type(output).__name__)))
    remove = [module.register_forward_hook(note) for module in modules]
    try:
        with no_grad():
            model.eval()(zeros)
    finally:
        for undo in remove:
            undo()
        for module, on in zip(modules, training, strict=True):
            module.training = on
    return shapes


def aligned(rows: list[Row]) -> list[str]:
    """Return the lines of a table, numbers to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    return [f"{layer:<{widths[0]}}  {shape:<{widths[1]}}  {number:>{widths[2]}}  {kind}".rstrip()
            for layer, shape, number, kind in rows]
