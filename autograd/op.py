"""What a primitive operation is: a row of the table. Knows no graph, no node and no backward pass.

A row is declared once. An elementwise row gives one *partial* per input, the local derivative
``partial(output, *inputs, **options)``; a structural row gives one *vjp* per input,
``vjp(cotangent, output, *inputs, **options)``. A variadic row has a single rule that is also told its ``slot``.

Rules are written in one dialect: inputs ``x, y`` (matrices ``a, b``), output ``y`` or ``z``, cotangent ``g``, and
nothing but names of ops, operators and comparisons; no ``if``, no ``math.``, no ``np.``. So the same rule runs on
floats, on arrays, on nodes (derivatives of any order) and on symbols. Each rule is bound once for each kind of
operand, from its one code object, by looking its names up in another namespace::

    rule = lambda y, x: cos(x)
    FunctionType(rule.__code__, {"cos": math.cos})        # floats: the first order of a Value
    FunctionType(rule.__code__, {"cos": np.cos})          # arrays: the first order of a Tensor
    FunctionType(rule.__code__, {"cos": TABLE["cos"]})    # nodes: derivatives of any order

Why: dispatching through ops at first order costs 4,700 ns where ``math`` takes 170 ns.

What flows through an op is anything whose class has ``record_op(op, inputs, options)`` and a ``precedence``; of
several such classes among the inputs the one of highest precedence records.
"""

import inspect
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from types import FunctionType
from typing import Any

import numpy as np

from autograd.errors import DomainError, OperandError

Rule = Callable[..., Any]

#: Every row by name.
TABLE: "dict[str, Op]" = {}

#: Functions made of rows, without rules of their own, by name.
COMPOSITES: dict[str, Rule] = {}

#: What answers to a numpy function when it is called on a node.
NUMPY: dict[Callable[..., Any], Rule] = {}

# What a name in a rule means, for each kind of operand. No builtins: `abs`, `sum` and `max` are ops.
FLOATS: dict[str, Any] = {"__builtins__": {}}
ARRAYS: dict[str, Any] = {"__builtins__": {}}
NODES: dict[str, Any] = {"__builtins__": {}}

# Open intervals that rows name as the domain of an input.
REAL = (-np.inf, np.inf)
POSITIVE = (0.0, np.inf)
UNIT = (-1.0, 1.0)

SCALARS = (float, int, np.floating, np.integer)  # bool is an int


#: Whether a backward pass runs rules on nodes: there an undefined derivative is nan, not an error.
IN_SWEEP: ContextVar[bool] = ContextVar("glassgrad_in_sweep", default=False)


class in_sweep:
    """Let infinite and undefined derivatives be values within the block, not accidents."""

    __slots__ = ("errors", "token")

    def __enter__(self) -> None:
        self.token = IN_SWEEP.set(True)
        self.errors = np.errstate(all="ignore")
        self.errors.__enter__()

    def __exit__(self, *error: Any) -> None:
        self.errors.__exit__(*error)
        IN_SWEEP.reset(self.token)


class Constant(float):
    """A partial that is the same number everywhere: as a rule it returns itself."""

    def __call__(self, *_: Any, **__: Any) -> float:
        return float(self)


def bind(rule: Rule | float | None, namespace: dict[str, Any]) -> Rule | None:
    """Return the rule with its global names looked up in `namespace`; a number is the rule that returns it."""
    if rule is None:
        return None
    if isinstance(rule, (int, float)):
        return Constant(rule)
    if not isinstance(rule, FunctionType) or rule.__closure__:
        raise OperandError(f"a rule must be a plain function without a closure, not {rule!r}")
    bound = FunctionType(rule.__code__, namespace, rule.__name__, rule.__defaults__)
    bound.__kwdefaults__ = rule.__kwdefaults__
    return bound


def as_is(rule: Rule | float | None, namespace: dict[str, Any]) -> Rule | None:
    """Return the rule with its own global names; a number is the rule that returns it."""
    return rule if callable(rule) else bind(rule, namespace)


def dialect(function: Rule) -> Rule:
    """Make a composition of ops usable in rules: bound, like a rule, for each kind of operand."""
    for namespace in (FLOATS, ARRAYS, NODES):
        namespace[function.__name__] = bind(function, namespace)
    bound: Rule = NODES[function.__name__]
    return bound


def shape_helper(function: Rule) -> Rule:
    """Make a function of shapes, axes or indices usable in rules, where it means the same for every operand."""
    for namespace in (FLOATS, ARRAYS, NODES):
        namespace[function.__name__] = function
    return function


@dataclass(frozen=True, eq=False, kw_only=True)
class Op:
    """One row of the table: all that engine, tests, documentation and pictures need to know of a primitive."""

    name: str
    doc: str                                     # one sentence; opens the docstring
    array: Rule                                  # arrays -> array
    scalar: Any = None                           # floats -> float; may raise where `array` gives inf or nan
    elementwise: bool = True                     # rules are partials, not vjps
    rules: tuple[Any, ...]                       # one per input, None where not differentiable; variadic: one for all
    arity: int | None = 1                        # None: variadic
    tex: str                                     # "{0}", "{1}" stand for the inputs
    domain: tuple[tuple[float, float], ...] = () # an open interval per input, where tests sample; () is REAL
    kink: Rule | None = None                     # arrays -> array that vanishes where the derivative jumps
    shapes: tuple[Any, ...] = ()                 # structural: tuples of input shapes that tests try
    choices: tuple[Mapping[str, Any], ...] = ({},)  # options that tests run through, one mapping a case
    numpy: tuple[Callable[..., Any], ...] = ()   # the numpy functions that this row answers to
    lower: Rule | None = None                    # the op on object arrays of scalars, see explode.py
    convention: str = ""                         # the derivative at kinks and edges, in words
    gathers: bool = False                        # takes Values and gives a Tensor
    bundles: bool = False                        # gives or takes a tuple of arrays, see ops/outputs.py
    flat: bool = False                           # the derivative is zero almost everywhere
    bound: bool = True                           # False: rules are used as they are, see custom_op.py
    ulps: tuple[float, float] = (4.0, 4.0)       # accuracy k of value and partials, in k*(ulp(f) + |f'|*ulp(x))
    accuracy: str = ""                           # where the accuracy is less and why
    options: Mapping[str, Any] = field(init=False, repr=False)      # name -> default, from the signature of `array`
    required: tuple[str, ...] = field(init=False, repr=False)       # the options without a default
    differentiable: bool = field(init=False, repr=False)  # whether any input carries a gradient
    float_rules: tuple[Any, ...] = field(init=False, repr=False)
    array_rules: tuple[Any, ...] = field(init=False, repr=False)
    node_rules: tuple[Any, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        look_up = bind if self.bound else as_is
        options = option_defaults(self.array, self.arity)
        derived = {
            "options": options,
            "required": tuple(name for name, default in options.items() if default is inspect.Parameter.empty),
            "differentiable": any(rule is not None for rule in self.rules),
            "float_rules": tuple(look_up(rule, FLOATS) for rule in self.rules),
            "array_rules": tuple(look_up(rule, ARRAYS) for rule in self.rules),
            "node_rules": tuple(look_up(rule, NODES) for rule in self.rules),
            "__name__": self.name,
            "__doc__": document(self),
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return f"<op {self.name}>"

    def __reduce__(self) -> str | tuple[Any, ...]:
        if TABLE.get(self.name) is self:
            return named, (self.name,)
        return str(getattr(self, "__qualname__", self.name))  # found where the program keeps it

    def rule(self, bound: tuple[Any, ...], slot: int) -> Any:
        """Return the rule of one input among `bound`, one of the op's three tuples of bound rules."""
        return bound[slot] if self.arity is not None else partial(bound[0], slot=slot)

    def __call__(self, *inputs: Any, **options: Any) -> Any:
        bound: Mapping[str, Any] = options
        if self.options or options or len(inputs) != self.arity:
            inputs, bound = self.bind_arguments(inputs, options)
        recorder: Any = None
        highest = 0
        for x in inputs:
            precedence = getattr(type(x), "precedence", 0)
            if precedence > highest:
                recorder, highest = type(x), precedence
        if recorder is not None:
            return recorder.record_op(self, inputs, bound)
        if self.scalar is not None and all(isinstance(x, SCALARS) for x in inputs):
            return self.on_floats(*map(float, inputs), **bound)
        weak = (bool, int, float) if self.elementwise else ()  # plain numbers adapt to the dtype of the arrays
        return self.array(*(x if type(x) in weak else np.asarray(x) for x in inputs), **bound)

    def bind_arguments(self, inputs: tuple[Any, ...], options: Mapping[str, Any],
                       ) -> tuple[tuple[Any, ...], Mapping[str, Any]]:
        """Split positional arguments into inputs and options, with every option given or by default."""
        if not options and not self.required and len(inputs) == self.arity:
            return inputs, self.options
        if self.arity is not None:
            if len(inputs) < self.arity:
                raise OperandError(f"{self.name} takes {self.arity} operands, got {len(inputs)}")
            inputs, rest = inputs[: self.arity], inputs[self.arity :]
            if len(rest) > len(self.options):
                raise OperandError(f"{self.name} takes {self.arity} operands and the options {list(self.options)}, "
                                   f"got {len(rest)} positional arguments after the operands")
            by_position = dict(zip(self.options, rest, strict=False))
            if by_position.keys() & options.keys():
                twice = min(by_position.keys() & options.keys())
                raise OperandError(f"{self.name} got its option {twice!r} twice, by position and by name")
            options = {**by_position, **options}
        bound = {**self.options, **options}
        if len(bound) > len(self.options):
            unknown = sorted(bound.keys() - self.options.keys())[0]
            raise OperandError(f"{self.name} has no option {unknown!r}; its options are {list(self.options)}")
        for name in self.required:
            if name not in options:
                raise OperandError(f"{self.name} needs the option {name!r}")
        return inputs, bound

    def on_floats(self, *xs: float, **options: Any) -> float:
        """Return the value for floats: inf where it overflows or has a pole, an error where it is undefined."""
        try:
            return float(self.scalar(*xs, **options))
        except (ArithmeticError, ValueError) as error:
            with np.errstate(all="ignore"):
                y = float(self.array(*map(np.float64, xs), **options))
            if y != y and all(x == x for x in xs) and not IN_SWEEP.get():
                call = f"{self.name}({', '.join(map(repr, xs))})"
                raise DomainError(f"{call} is undefined for real numbers; {domain_in_words(self)}") from error
            return y

    def weight(self, slot: int, y: float, xs: tuple[Any, ...], options: Mapping[str, Any]) -> Any:
        """Return the partial of one input at floats: inf or nan, never an error, where it is infinite or undefined.

        An input without a derivative gets False: it contributes nothing.
        """
        rule = self.rule(self.float_rules, slot)
        try:
            return False if rule is None else rule(y, *xs, **options)
        except (ArithmeticError, ValueError):
            with np.errstate(all="ignore"):
                rule = self.rule(self.array_rules, slot)
                return float(rule(np.float64(y), *map(np.float64, xs), **options))


def option_defaults(array: Rule, arity: int | None) -> dict[str, Any]:
    """Return the options of a row by name with their defaults: the parameters of `array` after its inputs."""
    if not isinstance(array, FunctionType):
        return {}
    parameters = [p for p in inspect.signature(array).parameters.values() if p.kind is not p.VAR_POSITIONAL]
    return {p.name: p.default for p in parameters[arity or 0 :]}


def domain_in_words(op: Op) -> str:
    """Say where the inputs of an op may lie."""
    if op.arity == 1 and op.domain:
        low, high = op.domain[0]
        return f"its domain is from {low} to {high}"
    return op.convention or "see its convention"


def document(op: Op) -> str:
    """Write the docstring of a row."""
    lines = [op.doc, "", f"Formula: {op.tex.format('x', 'y', 'z')}"]
    if op.convention:
        lines += ["", f"Convention: {op.convention}"]
    if op.accuracy:
        lines += ["", f"Accuracy: {op.accuracy}"]
    return "\n".join(lines)


def named(name: str) -> Op:
    """Return the row of a name: what a pickled row is restored by."""
    return TABLE[name]


def register(op: Op) -> Op:
    """Put a row into the table and its name into the namespaces of the rules."""
    if op.name in TABLE:
        raise OperandError(f"the table already has a row {op.name!r}")
    TABLE[op.name] = NODES[op.name] = op
    ARRAYS[op.name] = op.array
    FLOATS[op.name] = op.scalar
    NUMPY.update(dict.fromkeys(op.numpy, op))
    return op


def elementwise(name: str, scalar: Rule, array: Rule, *partials: Rule | float | None, **row: Any) -> Op:
    """Declare an elementwise row: value for floats, value for arrays, one partial per input, and what else is known.

    >>> cube = elementwise("cube", lambda x: x**3, lambda x: x**3, lambda y, x: 3 * x * x, tex="{0}^3", doc="Cube.")
    >>> cube(2.0), cube.weight(0, 8.0, (2.0,), {})
    (8.0, 12.0)
    >>> unregister(cube)
    """
    return register(Op(name=name, scalar=scalar, array=array, rules=partials, **{"arity": len(partials), **row}))


def structural(*vjps: Rule | None, **row: Any) -> Callable[[Rule], Op]:
    """Declare a structural row, as a decorator of its function of arrays; the first docstring line is its `doc`."""
    def declare(array: Rule) -> Op:
        variadic = any(p.kind is p.VAR_POSITIONAL for p in inspect.signature(array).parameters.values())
        defaults = {"name": array.__name__, "doc": (array.__doc__ or "").strip(),
                    "arity": None if variadic else len(vjps)}
        return register(Op(array=array, elementwise=False, rules=vjps, **{**defaults, **row}))
    return declare


def composite(*numpy: Callable[..., Any]) -> Callable[[Rule], Rule]:
    """Register a function made of rows, as a decorator that names the numpy functions it answers to."""
    def declare(function: Rule) -> Rule:
        COMPOSITES[function.__name__] = function
        NUMPY.update(dict.fromkeys(numpy, function))
        return function
    return declare


def unregister(op: Op) -> None:
    """Take a row out of the table again (for tests and for experiments in a notebook)."""
    for namespace in (TABLE, FLOATS, ARRAYS, NODES):
        del namespace[op.name]
    for function in op.numpy:
        del NUMPY[function]
