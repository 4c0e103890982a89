"""Node: a number or an array that remembers the op and the inputs it came from. Knows neither Value nor Tensor.

Nodes are numbered as they are created. An input is always older than what is made of it, so **the order of creation
is a topological order**: sorting the reachable nodes by number is all it takes, whatever the depth.
(Why not a depth-first search: the recursive form fails at depth 1,000, and the iterative form is longer and slower.)

Memory and time decide the layout. A node of one or two inputs keeps them, and the weights of their edges, in slots;
only n-ary nodes have tuples. Slots that are seldom set stay unset and read as their class' default.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, replace
from itertools import count
from operator import attrgetter
from threading import Lock
from types import CodeType, MappingProxyType
from typing import Any, ClassVar, Protocol

from autograd.errors import FreedGraphError, StaleError
from autograd.op import Op
from autograd.operators import Operators

EMPTY: Mapping[str, Any] = MappingProxyType({})
IN_NOTEBOOK = "ipykernel" in sys.modules  # where nodes remember their line by default
next_number = count(1).__next__  # one counter for creation numbers and for stamps of changed data


class Watch(Protocol):
    """What looks on as nodes are created and as a sweep passes them, see anomaly/."""

    def created(self, node: "Node") -> None:
        """Look at a new node."""

    def passing(self, nodes: Iterator["Node"], cotangents: dict["Node", Any]) -> Iterator["Node"]:
        """Hand on the nodes of a sweep, and look at the cotangents between one node and the next."""


@dataclass(frozen=True, slots=True)
class State:
    """What a thread has switched on or off for the nodes that it records."""

    grad_enabled: bool = True
    scopes: tuple[str, ...] = ()
    sources: bool = False
    watch: Watch | None = None


STATE: ContextVar[State] = ContextVar("glassgrad_state", default=State(sources=IN_NOTEBOOK))  # noqa: B039 (frozen)


class Special:
    """What lets the usual case take a short cut, whichever thread asks.

    `blocks` counts the open blocks under a state of their own: at 0 new nodes skip `annotate`. `changed` is the last
    stamp of changed data: a node with a higher number has no stale input.
    """

    __slots__ = ("blocks", "changed", "lock")

    def __init__(self) -> None:
        self.blocks = int(IN_NOTEBOOK)
        self.changed = 0
        self.lock = Lock()

    def count(self, change: int) -> None:
        """Add to the number of open blocks."""
        with self.lock:
            self.blocks += change


special = Special()


@contextmanager
def state(**changes: Any) -> Iterator[State]:
    """Record nodes under a changed state within a block."""
    changed = replace(STATE.get(), **changes)
    token = STATE.set(changed)
    special.count(1)
    try:
        yield changed
    finally:
        special.count(-1)
        STATE.reset(token)


def recorded() -> bool:
    """Whether the caller records nodes."""
    return not special.blocks or STATE.get().grad_enabled


def recording() -> AbstractContextManager[Any]:
    """Switch recording on for a block if it is off."""
    return state(grad_enabled=True) if not recorded() else nullcontext()


@contextmanager
def no_grad() -> Iterator[None]:
    """Record nothing within the block (or the function it decorates): results are leaves.

    >>> from autograd import Value, no_grad
    >>> x = Value(2.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.inputs
    ()
    """
    with state(grad_enabled=False):
        yield


@contextmanager
def scope(name: str) -> Iterator[None]:
    """Put the nodes created within the block into a named group; scopes nest.

    >>> from autograd import Value, scope
    >>> with scope("layer"), scope("neuron"):
    ...     y = Value(2.0) * 3
    >>> y.scope
    ('layer', 'neuron')
    """
    with state(scopes=(*STATE.get().scopes, name)):
        yield


@contextmanager
def record_sources(on: bool = True) -> Iterator[None]:
    """Remember for each node created within the block the line of code that created it.

    >>> from autograd import Value, record_sources
    >>> with record_sources():
    ...     y = Value(2.0) * 3
    >>> y.source.line > 0
    True
    """
    with state(sources=on):
        yield


@dataclass(frozen=True, slots=True)
class Source:
    """The place in a program where a node was created."""

    file: str
    function: str
    line: int
    end_line: int
    column: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Node(Operators):
    """What Value and Tensor share: data, op, inputs, options and a number."""

    __slots__ = ("__weakref__", "_data", "_notes", "_wx", "_wy", "_x", "_y", "grad", "index", "label", "op",
                 "options", "stamp")

    #: Which class holds which type of data; each class enters itself.
    holders: ClassVar[dict[type, type["Node"]]] = {}
    #: What slots that were never set read as.
    unset: ClassVar[dict[str, Any]] = {"op": None, "_x": (), "_y": None, "_wx": (), "_wy": None, "label": "",
                                       "options": EMPTY, "stamp": 0, "_notes": EMPTY, "grad": None}
    #: Whether any node was ever told to call a hook or retain its gradient; backward looks for that only then.
    any_notes: ClassVar[bool] = False
    precedence: ClassVar[int]
    record_op: ClassVar[Callable[..., Any]]
    requires_grad: Any
    op: Op | None
    index: int
    label: str
    grad: Any
    options: Mapping[str, Any]
    stamp: int
    _data: Any
    _x: Any   # the input, or the tuple of all inputs; None when freed
    _y: Any   # the second input, if there are exactly two in slots; where rules are run, the data of all inputs
    _wx: Any  # the weight of the edge from _x (False: contributes nothing) or a tuple; None: run the op's rules
    _wy: Any  # the weight of the edge from _y; where rules are run, the (slot, input) pairs that take a gradient
    _notes: Any

    def __getattr__(self, name: str) -> Any:
        try:
            return type(self).unset[name]
        except KeyError:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}") from None

    @property
    def inputs(self) -> tuple[Any, ...]:
        """The inputs of the op in order, repeated where used twice, constants as plain numbers and arrays."""
        x = self._x
        if type(x) is tuple:
            return x
        if x is None:
            raise FreedGraphError(f"{name_of(self)} was freed by backward(free=True); run the forward pass again")
        return (x,) if self._y is None else (x, self._y)

    def differentiable_inputs(self) -> Sequence[tuple[int, "Node"]]:
        """Return the inputs that take a gradient, each with its place among the inputs."""
        if self._wx is None:
            pairs: tuple[tuple[int, Node], ...] = self._wy
            return pairs
        return [(slot, x) for slot, x in enumerate(self.inputs) if isinstance(x, Node)]

    @property
    def is_leaf(self) -> bool:
        """Whether the node was created by the user and not by an op."""
        return self.op is None

    @property
    def scope(self) -> tuple[str, ...]:
        """The names of the scopes in which the node was created, outermost first."""
        found: tuple[str, ...] = self._notes.get("scope", ())
        return found

    @property
    def source(self) -> Source | None:
        """Where the node was created, if sources were recorded."""
        return resolve(*self._notes["source"]) if "source" in self._notes else None

    def cut(self) -> None:
        """Forget the op and the inputs: become a leaf."""
        self.op = self._y = self._wy = None
        self._x = self._wx = ()
        self.stamp = 0

    def note(self, name: str, value: Any) -> None:
        """Attach something rare to the node: hooks, scope, source."""
        if self._notes is EMPTY:
            self._notes = {}
        self._notes[name] = value

    def register_hook(self, hook: Callable[[Any], Any]) -> Callable[[], None]:
        """Call `hook(cotangent)` when the node's cotangent is complete; what it returns, if anything, replaces it.

        Returns a function that removes the hook.

        >>> from autograd import Value
        >>> x = Value(3.0)
        >>> remove = x.register_hook(lambda g: 10 * g)
        >>> (x * x).backward(); x.grad
        60.0
        """
        Node.any_notes = True
        entry = [hook]  # of its own, so that one of two equal hooks can be removed
        self.note("hooks", (*self._notes.get("hooks", ()), entry))

        def remove() -> None:
            self.note("hooks", tuple(other for other in self._notes["hooks"] if other is not entry))
        return remove


def annotate(node: Node) -> None:
    """Do to a new node what the state of this thread asks for: note its scope and source, cut its history."""
    now = STATE.get()
    if now.scopes:
        node.note("scope", now.scopes)
    if now.sources:
        node.note("source", position())
    if now.watch is not None:
        now.watch.created(node)
    if not now.grad_enabled:
        node.cut()


def mark_changed(*nodes: Node) -> None:
    """Stamp leaves whose data was just set: what was computed from them before is stale."""
    with special.lock:  # or the earlier stamp of another thread could overtake this one, and hide it
        stamp = special.changed = next_number()
    for node in nodes:
        node.stamp = stamp
    if special.blocks and STATE.get().sources:
        for node in nodes:
            node.note("changed", position())


def position() -> tuple[CodeType, int]:
    """Return the code and the instruction of the nearest caller outside this package; resolved only when asked for."""
    frame = sys._getframe(1)
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] == "autograd":
        frame = frame.f_back
    return frame.f_code, frame.f_lasti


def resolve(code: CodeType, instruction: int) -> Source:
    """Turn a code object and an instruction into a line and columns."""
    positions = list(code.co_positions())[instruction // 2]
    line, end_line, column, end_column = (p or 0 for p in positions)
    return Source(code.co_filename, code.co_name, line, end_line, column, end_column)


def name_of(node: Node) -> str:
    """Name a node in a message: its label, else its op, and where it was created."""
    kind, notes = type(node).__name__, [f"created at {node.source}"] if node.source else []
    if node.label:
        kind += f" {node.label!r}"
    else:
        notes.insert(0, f"the result of {node.op.name}" if node.op else "a leaf")
    return kind + (f" ({', '.join(notes)})" if notes else "")


def stale(node: Node, x: Node) -> StaleError:
    """Return the error for an input whose data changed after the node was computed from it."""
    changed = f" at {resolve(*x._notes['changed'])}" if "changed" in x._notes else ""
    return StaleError(f"the data of {name_of(x)} was changed{changed} after {name_of(node)} was computed from it, "
                      "so its derivative would be wrong; change data after backward, or run the forward pass again")


def topological_order(*roots: Node) -> list[Node]:
    """Return the nodes that the roots depend on, every input before what is made of it.

    >>> from autograd import Value
    >>> x = Value(2.0, label="x"); y = x * x; z = x + y
    >>> [node.data for node in topological_order(z)]
    [2.0, 4.0, 6.0]
    """
    seen = set(roots)
    stack = [*seen]
    order: list[Node] = []
    add, push, pop, append = seen.add, stack.append, stack.pop, order.append
    while stack:
        node = pop()
        append(node)
        x = node._x
        if type(x) is tuple:
            if x:
                for _, y in node._wy if node._wx is None else node.differentiable_inputs():
                    if y not in seen:
                        add(y)
                        push(y)
            continue
        if x not in seen and type(x) is not float:
            if x is None:
                raise FreedGraphError(f"{name_of(node)} was freed by backward(free=True); run the forward pass again")
            add(x)
            push(x)
        y = node._y
        if y is not None and y not in seen and type(y) is not float:
            add(y)
            push(y)
    order.sort(key=attrgetter("index"))
    return order
