"""Module: what has parameters and a forward pass. Knows no layer, no loss and no optimizer.

Parameters are found by walking the attributes of a module, through modules, lists, tuples, dicts and dataclasses: a
Tensor of floats that was not computed is a parameter, frozen if it requires no gradient. State that is not trained,
such as running statistics, is an array in an attribute that the class names in `buffers`. Nothing is registered, so
`__init__` just sets attributes. (A Tensor computed under `no_grad` does not show that it was: a module that keeps one
keeps its `numpy()` instead.) ::

    class Line(Module):
        def __init__(self):
            self.slope = Tensor([1.0], requires_grad=True)

        def forward(self, x):
            return self.slope * x
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, ClassVar, NamedTuple, Self, TypeVar

import numpy as np

from autograd import Tensor, scope
from autograd.errors import OperandError, ShapeError

Array = np.ndarray[Any, Any]
T = TypeVar("T")
LEAVES = {Tensor, np.ndarray, int, float, bool, str, type(None)}  # what is surely no container, to be quick
Hook = Callable[["Module", tuple[Any, ...], Any], Any]


class Mismatch(NamedTuple):
    """The names in which a state and a module differ."""

    missing: list[str]
    unexpected: list[str]


class Module:
    """The base of layers and models: a subclass sets parameters and modules as attributes and defines `forward`.

    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope = Tensor([2.0], requires_grad=True)
    ...     def forward(self, x):
    ...         return self.slope * x
    >>> line = Line()
    >>> line(np.array([3.0])).sum().backward()
    >>> line.named_parameters()[0][0], line.parameters()[0].grad
    ('slope', array([3.]))
    """

    buffers: ClassVar[tuple[str, ...]] = ()   # the attributes that hold state as arrays
    training: bool = True
    _scope: str = ""                          # the attribute by which its owner calls it
    _hooks: tuple[list[Hook], ...] = ()

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        for path, thing in walk(value, name, through_modules=False):
            if isinstance(thing, Module):
                object.__setattr__(thing, "_scope", path)

    def forward(self, *args: Any, **options: Any) -> Any:
        """Compute the output: what a subclass defines, and what calling the module runs."""
        raise NotImplementedError(f"{type(self).__name__} has no forward(self, x): define what calling it computes")

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Run `forward` within a scope of the module's name, by which pictures fold; then the hooks."""
        with scope(self._scope or type(self).__name__):
            output = self.forward(*args, **options)
        for (hook,) in self._hooks:
            changed = hook(self, args, output)
            output = output if changed is None else changed
        return output

    def register_forward_hook(self, hook: Hook) -> Callable[[], None]:
        """Call `hook(module, inputs, output)` after each forward pass; what it returns, if anything, is the output.

        Returns a function that removes the hook.
        """
        entry = [hook]  # of its own, so that one of two equal hooks can be removed
        self._hooks = (*self._hooks, entry)

        def remove() -> None:
            self._hooks = tuple(other for other in self._hooks if other is not entry)
        return remove

    def named_modules(self) -> list[tuple[str, "Module"]]:
        """Return this module and all below it, each once, by their paths; its own path is empty."""
        return once((path, thing) for path, thing in walk(self) if isinstance(thing, Module))

    def modules(self) -> list["Module"]:
        """Return this module and all below it, each once."""
        return [module for _, module in self.named_modules()]

    def named_parameters(self) -> list[tuple[str, Tensor]]:
        """Return the parameters, frozen ones too, each once, by their paths."""
        return once((path, thing) for path, thing in walk(self) if is_parameter(thing))

    def parameters(self) -> list[Tensor]:
        """Return the parameters, frozen ones too, each once, always in the same order."""
        return [p for _, p in self.named_parameters()]

    def train(self, on: bool = True) -> Self:
        """Switch this module and all below it to training, or with `on=False` to evaluation; return it."""
        for module in self.modules():
            module.training = on
        return self

    def eval(self) -> Self:
        """Switch this module and all below it to evaluation; return it."""
        return self.train(False)

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters: `.grad` is None."""
        for p in self.parameters():
            p.grad = None

    def requires_grad_(self, on: bool = True) -> Self:
        """Set whether the parameters take gradients, or are frozen; return the module."""
        for p in self.parameters():
            p.requires_grad = on
        return self

    def apply(self, f: Callable[["Module"], Any]) -> Self:
        """Call a function on each module, those below before those above; return the module."""
        for module in reversed(self.modules()):
            f(module)
        return self

    def to(self, dtype: Any) -> Self:
        """Convert parameters, their gradients and floating buffers to another floating dtype; return the module.

        The parameters stay the same Tensors, so that an optimizer goes on with them.
        """
        kind = np.dtype(dtype)
        if kind.kind != "f":
            raise OperandError(f"{type(self).__name__}.to takes a floating dtype, got {dtype!r}")
        for p in self.parameters():
            p._data = p._data.astype(kind)
            p.data = p._data  # marks what was computed from it as stale
            p.grad = None if p.grad is None else np.asarray(p.grad, kind)
        for module in self.modules():
            for name, buffer in own_buffers(module):
                if buffer.dtype.kind == "f":
                    setattr(module, name, buffer.astype(kind))
        return self

    def state_dict(self) -> dict[str, Array]:
        """Return copies of the data of all parameters and buffers by their paths, shared ones under each of them."""
        return {name: x.numpy() if isinstance(x, Tensor) else np.array(x) for name, x in state(self).items()}

    def load_state_dict(self, arrays: Mapping[str, Any], strict: bool = True) -> Mismatch:
        """Take the data of parameters and buffers from arrays, converted to the dtypes that these have.

        Names that are missing or unexpected are an error if `strict`, and returned otherwise; a shape that differs is
        an error in any case. After an error the module is as it was.
        """
        targets = state(self)
        found = {name: plain(name, x) for name, x in arrays.items() if name in targets}
        mismatch = Mismatch([name for name in targets if name not in found],
                            [str(name) for name in arrays if name not in targets])
        wrong = [f"{name} has shape {targets[name].shape}, got {x.shape}"
                 for name, x in found.items() if x.shape != targets[name].shape]
        complaints = [f"missing: {', '.join(mismatch.missing)}"] if strict and mismatch.missing else []
        complaints += [f"unexpected: {', '.join(mismatch.unexpected)}"] if strict and mismatch.unexpected else []
        if complaints + wrong:
            raise ShapeError(f"load_state_dict of {type(self).__name__}: {'; '.join(complaints + wrong)}")
        for name, x in found.items():
            target = targets[name]
            if isinstance(target, Tensor):
                target.data = x.astype(target.dtype)
            else:
                target[...] = x
        return mismatch

    def settings(self) -> dict[str, Any]:
        """Return what the representation shows in parentheses: the attributes that are plain numbers and words."""
        return {name: x for name, x in vars(self).items()
                if is_plain(x) and not name.startswith("_") and name != "training"}

    def __repr__(self) -> str:
        return "\n".join(tree_lines(self, "", ()))


def is_plain(thing: Any) -> bool:
    """Whether a thing is a number, a word or a tuple of these."""
    return isinstance(thing, (int, float, str)) or (isinstance(thing, tuple) and all(map(is_plain, thing)))


def is_parameter(thing: Any) -> bool:
    """Whether a thing is a Tensor of floats that was not computed."""
    return isinstance(thing, Tensor) and thing.is_leaf and thing.dtype.kind == "f"


def entries(thing: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the names and the contents of a container: of a module, list, tuple, dict or dataclass."""
    if isinstance(thing, Module):
        yield from vars(thing).items()
    elif isinstance(thing, (list, tuple)):
        yield from enumerate(thing)
    elif isinstance(thing, dict):
        yield from thing.items()
    elif is_dataclass(thing) and not isinstance(thing, type):
        yield from ((field.name, getattr(thing, field.name)) for field in fields(thing))


def walk(thing: Any, path: str = "", *, through_modules: bool = True, above: tuple[Any, ...] = (),
         ) -> Iterator[tuple[str, Any]]:
    """Yield a thing and all that its containers hold, by their paths; what holds itself is not entered again."""
    yield path, thing
    if any(thing is x for x in above) or (isinstance(thing, Module) and not through_modules):
        return
    for name, content in entries(thing):
        below = f"{path}.{name}" if path else str(name)
        if type(content) in LEAVES:
            yield below, content
        else:
            yield from walk(content, below, through_modules=through_modules, above=(*above, thing))


def once(named: Iterator[tuple[str, T]]) -> list[tuple[str, T]]:
    """Return named things without those that came before under another name."""
    first: dict[int, tuple[str, T]] = {}
    for name, thing in named:
        first.setdefault(id(thing), (name, thing))
    return list(first.values())


def own_buffers(module: Module) -> list[tuple[str, Array]]:
    """Return the buffers of a module that it has, not of those below it."""
    held = vars(module)
    return [(name, held[name]) for name in module.buffers if held.get(name) is not None]


def state(module: Module) -> dict[str, Any]:
    """Return all parameters and buffers by their paths, shared ones under each of them."""
    found: dict[str, Any] = {}
    for path, thing in walk(module):
        if is_parameter(thing):
            found[path] = thing
        elif isinstance(thing, Module):
            found.update({f"{path}.{name}" if path else name: buffer for name, buffer in own_buffers(thing)})
    return found


def plain(name: str, x: Any) -> Array:
    """Return what stands in a state as an array of real numbers."""
    array = np.asarray(x.data if isinstance(x, Tensor) else x)
    if array.dtype.kind not in "fiub":
        raise OperandError(f"load_state_dict: {name} must be an array of real numbers, got {array.dtype} {x!r:.60}")
    return array


def tree_lines(module: Module, name: str, above: tuple[Module, ...]) -> Iterator[str]:
    """Yield the lines of a module and of those below it."""
    shown = ", ".join(f"{key}={value!r}" for key, value in module.settings().items())
    yield f"{name}: {type(module).__name__}({shown})" if name else f"{type(module).__name__}({shown})"
    if any(module is x for x in above):
        return
    below = [(path, thing) for path, thing in children(module)]
    for i, (path, child) in enumerate(below):
        head, rest = ("└─ ", "   ") if i == len(below) - 1 else ("├─ ", "│  ")
        for j, line in enumerate(tree_lines(child, path, (*above, module))):
            yield (rest if j else head) + line


def children(module: Module) -> Iterator[tuple[str, Module]]:
    """Yield the modules that a module holds, in containers too, but not those below these."""
    for name, content in vars(module).items():
        for path, thing in walk(content, name, through_modules=False):
            if isinstance(thing, Module):
                yield path, thing
