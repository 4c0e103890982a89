"""Ops of one's own: a function and its derivative become a row that Values, Tensors and transforms take.

The row is not entered into the table, so its name may clash with nothing. Its rules are used as they are, closures
and `np.` included, where those of the table must keep to the dialect of `op.py`. A rule is differentiable again if it
runs on Values and Tensors: ops, operators, methods and numpy functions do, `math.` does not. In a rule for floats a
number comes as `np.float64`, which behaves as an array of shape ().

What the function and the rules are given belongs to the graph: they see it read-only, and what the function returns is
copied, so that it may be its input, a view or a buffer of its own.

As it is declared an op is tried at random inputs: a wrong rule is an error there and not a wrong number later.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from types import FunctionType
from typing import Any

import numpy as np

from autograd.errors import AutogradError, NotDifferentiableError, OperandError, RuleError, WriteError
from autograd.op import Op
from autograd.transforms import vjp as vjp_of

Function = Callable[..., Any]
# Shapes of an input that the probe tries in turn if the op names none.
ELEMENTWISE_SHAPES = ((3,), ())
STRUCTURAL_SHAPES = ((4,), (3, 3), ())


def custom_op(forward: Function | None = None, *, partials: Any = None, vjp: Any = None, check: bool = True,
              rng: "np.random.Generator | None" = None, **row: Any) -> Any:
    """Make an op of a function of arrays and its derivative; also a decorator.

    An elementwise function has `partials(output, *inputs)`, one per input; any other has a `vjp(cotangent, output,
    *inputs)`, one per input or a single one that returns a tuple. None, as a rule or in that tuple, stands for an input
    without a derivative, and a number for a constant partial. Parameters of the function beyond the inputs are options,
    and reach the rules too. Neither function nor rules may write to what they are given. The other fields of an `Op`
    may be given: `name`, `scalar`, `tex`, `domain`, `kink`, `shapes`, `choices`, `convention` and so on; the probe
    samples `domain`, away from `kink`. `check=False` leaves it out.

    >>> @custom_op(partials=(lambda y, x: 1 - y * y,))
    ... def my_tanh(x):
    ...     return np.tanh(x)
    >>> from autograd.transforms import derivative
    >>> derivative(my_tanh)(0.0), derivative(my_tanh, order=3)(0.0)
    (1.0, -2.0)
    >>> custom_op(np.tanh, partials=lambda y, x: 1 - y)
    Traceback (most recent call last):
    autograd.errors.RuleError: custom op tanh: the partial of input 0 is wrong at ...
    """
    if forward is None:
        return lambda function: custom_op(function, partials=partials, vjp=vjp, check=check, rng=rng, **row)
    if not callable(forward):
        raise OperandError(f"custom_op takes a function of arrays, got {type(forward).__name__} {forward!r:.60}")
    name = row.setdefault("name", getattr(forward, "__name__", type(forward).__name__))
    if (partials is None) == (vjp is None):
        raise OperandError(f"custom op {name}: give either partials (of an elementwise function) or vjp (of any other)")
    given = vjp if partials is None else partials
    arity = len(given) if isinstance(given, (tuple, list)) else input_count(forward, name)
    op = declare(forward, rules_of(name, given, arity, partials is not None), partials is not None, row)
    if check:
        probe(op, callable(given) and arity > 1, rng or np.random.default_rng(0))
    return op


def input_count(forward: Function, name: str) -> int:
    """Return how many inputs a function has: its positional parameters without a default."""
    if isinstance(forward, np.ufunc):
        return forward.nin
    parameters = list(inspect.signature(forward).parameters.values())
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        raise OperandError(f"custom op {name}: a function with *args does not say how many inputs it has; name them, "
                           "or give a tuple of rules")
    return sum(p.default is p.empty and p.kind is not p.KEYWORD_ONLY for p in parameters)


def rules_of(name: str, given: Any, arity: int, elementwise: bool) -> tuple[Any, ...]:
    """Return one rule per input from what the user gave: a tuple, or one rule, which may return a tuple."""
    if isinstance(given, (tuple, list)):
        rules = tuple(given)
    elif arity == 1:
        rules = (given,)
    elif elementwise:
        raise OperandError(f"custom op {name} has {arity} inputs: give a tuple of {arity} partials")
    else:
        rules = tuple(share(name, given, slot, arity) for slot in range(arity))
    for rule in rules:
        if rule is not None and not callable(rule) and not isinstance(rule, (int, float)):
            raise OperandError(f"custom op {name}: a rule is a function, a number or None, got {rule!r:.60}")
    return rules


def share(name: str, vjp: Function, slot: int, arity: int) -> Function:
    """Return the rule of one input from a vjp that returns the cotangents of all."""
    @wraps(vjp)
    def rule(*args: Any, **options: Any) -> Any:
        cotangents = vjp(*args, **options)
        if not isinstance(cotangents, (tuple, list)) or len(cotangents) != arity:
            raise RuleError(f"custom op {name}: the vjp must return a tuple of {arity} cotangents, one per input, got "
                            f"{type(cotangents).__name__}")
        return cotangents[slot]
    return rule


def declare(forward: Function, rules: tuple[Any, ...], elementwise: bool, row: dict[str, Any]) -> Op:
    """Return the row, outside the table."""
    name, arity = row["name"], len(rules)
    first_line = (inspect.getdoc(forward) or "").partition("\n")[0]
    operands = ", ".join(f"{{{slot}}}" for slot in range(arity))
    escaped = name.replace("_", r"\_")
    defaults = {"doc": first_line or f"The custom op {name}.", "arity": arity,
                "tex": rf"\operatorname{{{{{escaped}}}}}({operands})"}
    if elementwise:
        defaults["scalar"] = on_float(forward)
    op = Op(array=on_array(name, forward), elementwise=elementwise, rules=rules, bound=False, **{**defaults, **row})
    array_rule = array_partial if elementwise else array_vjp
    node_rule_of = node_partial if elementwise else node_vjp
    for field, wrap in (("float_rules", float_partial), ("array_rules", array_rule), ("node_rules", node_rule_of)):
        bound = [rule if rule is None else wrap(name, slot, guarded(name, rule))
                 for slot, rule in enumerate(getattr(op, field))]
        object.__setattr__(op, field, tuple(bound))
    for attribute in ("__module__", "__qualname__"):  # where pickle finds the op by
        object.__setattr__(op, attribute, getattr(forward, attribute, None))
    return op


def read_only(x: Any) -> Any:
    """Return an array as a view that refuses writes, also inside lists and tuples; anything else as it is."""
    if isinstance(x, np.ndarray):
        x = x.view()
        x.flags.writeable = False
        return x
    return type(x)(map(read_only, x)) if type(x) in (list, tuple) else x


def guarded(name: str, function: Function) -> Function:
    """Return a function or a rule as one that sees its arrays read-only, and is told so if it writes to them."""
    def call(*args: Any, **options: Any) -> Any:
        try:
            return function(*map(read_only, args), **{option: read_only(x) for option, x in options.items()})
        except ValueError as error:
            if "read-only" not in str(error):
                raise
            raise WriteError(f"custom op {name}: rules and forward must not write to what they are given; copy first, "
                             f"e.g. x = x * 2 for x *= 2 ({error})") from error
    return call


def owned(y: Any) -> Any:
    """Return an output that shares memory with nothing the user holds."""
    if isinstance(y, np.ndarray):
        return np.array(y)
    return tuple(map(owned, y)) if type(y) is tuple else y


def on_array(name: str, forward: Function) -> Function:
    """Return a function of arrays as one that neither writes to its inputs nor gives out their memory."""
    call = guarded(name, forward)

    def array(*xs: Any, **options: Any) -> Any:
        return owned(call(*xs, **options))
    signature = inspect.signature(forward) if isinstance(forward, FunctionType) else inspect.Signature()
    array.__signature__ = signature  # type: ignore[attr-defined]  # where Op reads the options
    return array


def on_float(forward: Function) -> Function:
    """Return a function of arrays as a function of floats that raises where it is undefined."""
    def scalar(*xs: float, **options: Any) -> float:
        with np.errstate(all="ignore"):
            y = float(forward(*map(np.float64, xs), **options))
        if y != y and all(x == x for x in xs):
            raise ValueError
        return y
    return scalar


def float_partial(name: str, slot: int, rule: Function) -> Function:
    """Return a partial for floats: a number, or a bool, which selects; nothing is selected by None."""
    def partial(*xs: float, **options: Any) -> float | bool:
        with np.errstate(all="ignore"):
            weight = rule(*map(np.float64, xs), **options)
        return bool(weight) if weight is None or isinstance(weight, (bool, np.bool_)) else float(weight)
    return partial


def array_partial(name: str, slot: int, rule: Function) -> Function:
    """Return a partial for arrays that gives arrays."""
    def partial(*xs: Any, **options: Any) -> Any:
        found = rule(*xs, **options)
        return False if found is None else np.asarray(found) if type(found) is float else found
    return partial


def array_vjp(name: str, slot: int, rule: Function) -> Function:
    """Return a vjp for arrays that gives an array of its input's shape or an error; None gives zeros."""
    def cotangent(g: Any, y: Any, *inputs: Any, **options: Any) -> Any:
        found, shape = rule(g, y, *inputs, **options), np.shape(inputs[slot])
        found = np.zeros(shape) if found is None else np.array(found)
        if found.shape != shape:
            raise RuleError(f"custom op {name}: the vjp of input {slot} gives shape {found.shape} for an input of "
                            f"shape {shape}; a cotangent has the shape of its input")
        return found
    return cotangent


def node_rule(name: str, slot: int, rule: Function) -> Function:
    """Return a rule for nodes, which says what is missing if it cannot be differentiated."""
    def on_nodes(*xs: Any, **options: Any) -> Any:
        try:
            return rule(*xs, **options)
        except WriteError:
            raise
        except (AutogradError, TypeError, AttributeError) as error:
            raise NotDifferentiableError(
                f"custom op {name}: the rule of input {slot} gives first derivatives only, for it does not run on "
                f"Values and Tensors ({error}); write it with ops, operators or numpy functions") from error
    return on_nodes


def node_partial(name: str, slot: int, rule: Function) -> Function:
    """Return a partial for nodes; nothing is selected by None."""
    on_nodes = node_rule(name, slot, rule)

    def partial(*xs: Any, **options: Any) -> Any:
        found = on_nodes(*xs, **options)
        return False if found is None else found
    return partial


def node_vjp(name: str, slot: int, rule: Function) -> Function:
    """Return a vjp for nodes; None gives zeros."""
    on_nodes = node_rule(name, slot, rule)

    def cotangent(g: Any, y: Any, *inputs: Any, **options: Any) -> Any:
        found = on_nodes(g, y, *inputs, **options)
        return np.zeros(np.shape(inputs[slot])) if found is None else found
    return cotangent


def checker() -> Any:
    """Return what checks gradients, which is loaded when the first op is declared: most programs declare none."""
    return import_module("autograd.check")


def probe(op: Op, shared: bool, rng: "np.random.Generator") -> None:
    """Try an op at random inputs, for each choice of its options, and raise a RuleError for a rule that is wrong.

    What a vjp that is `shared` by all inputs gives as None is not tried.
    """
    for options in op.choices:
        inputs = first_inputs(op, rng, {**op.options, **options})
        carried = [slot for slot in range(len(inputs)) if op.rules[slot] is not None]
        if shared:
            carried = answered(op, inputs, {**op.options, **options}, rng)

        def applied(*xs: Any, at: Any = inputs, carried: Any = carried, options: Any = options) -> Any:
            """Return the op of its differentiable inputs."""
            every = list(at)
            for slot, x in zip(carried, xs, strict=True):
                every[slot] = x
            return op(*every, **options)

        for place, slot in enumerate(carried):
            probe_input(op, applied, [inputs[k] for k in carried], (place, slot), rng)


def answered(op: Op, inputs: list[Any], options: dict[str, Any], rng: "np.random.Generator") -> list[int]:
    """Return the inputs for which a vjp that answers for all gives a cotangent and not None."""
    y = op.array(*inputs, **options)
    g = rng.normal(size=np.shape(y))
    return [slot for slot, rule in enumerate(op.rules) if guarded(op.name, rule)(g, y, *inputs, **options) is not None]


def first_inputs(op: Op, rng: "np.random.Generator", options: dict[str, Any]) -> list[Any]:
    """Return random inputs of the first shapes that the op takes."""
    candidates = ELEMENTWISE_SHAPES if op.elementwise else STRUCTURAL_SHAPES
    problem: Exception | None = None
    for shapes in op.shapes or [(shape,) * len(op.rules) for shape in candidates]:
        inputs: list[Any] = checker().sample_inputs(op, rng, shapes, options)
        try:
            y = np.asarray(op(*inputs, **options))
        except WriteError:
            raise
        except Exception as error:  # whatever a user's function raises
            problem = error
            continue
        if op.elementwise and y.shape != np.broadcast_shapes(*map(np.shape, inputs)):
            raise RuleError(f"custom op {op.name}: inputs of shapes {shapes} give shape {y.shape}, so the function is "
                            "not elementwise; give a vjp, not partials")
        if not np.all(np.isfinite(y)):
            raise RuleError(f"custom op {op.name} is not finite at {inputs!r:.200}; give the open interval where each "
                            "input may lie, e.g. domain=((0, inf),), or check=False")
        problem = None  # its traceback refers to this frame
        return inputs
    raise RuleError(f"custom op {op.name} does not take inputs of shapes {shapes}: {problem}; give shapes=((…, …),), a "
                    "tuple of one shape per input, or check=False") from problem


def probe_input(op: Op, applied: Function, inputs: list[Any], which: tuple[int, int],
                rng: "np.random.Generator") -> None:
    """Check the rule of one input against central differences, and its derivative where it has one."""
    place, slot = which
    rule = f"the {'partial' if op.elementwise else 'vjp'} of input {slot}"

    def of_one(x: Any) -> Any:
        return applied(*inputs[:place], x, *inputs[place + 1 :])

    gradcheck = checker().gradcheck
    report = gradcheck(of_one, inputs[place], rng=rng, progress=False)
    if report.verdict == checker().findings.MUTATING:
        raise WriteError(report.reason)
    if not report:
        raise RuleError(f"custom op {op.name}: {rule} is wrong{complaint(report)}. Inputs: {inputs!r:.200}")
    g = rng.normal(size=np.shape(vjp_of(of_one, inputs[place])[0]))

    def slope(x: Any) -> Any:
        return vjp_of(of_one, x)[1](g if np.ndim(g) else float(g))[0]

    try:
        second = gradcheck(slope, inputs[place], rng=rng, progress=False)
    except NotDifferentiableError:
        return  # a rule for first derivatives only
    if not second:
        raise RuleError(f"custom op {op.name}: {rule} is right, but differentiated again it is "
                        f"wrong{complaint(second)}. Does it use something computed from the inputs elsewhere?")


def complaint(report: Any) -> str:
    """Write what a check found: what is wrong with a gradient as such, or where it is wrong, and the likely mistake."""
    worst, mistake = report.worst, f" {report.mistake.text.rstrip('.')}" if report.mistake else ""
    if worst is None or report.reason:
        return f": {report.reason or report.verdict}"
    place = f"[{', '.join(map(str, worst.place))}]" if worst.place else ""
    return (f" at x{place}: {worst.analytic:.10g}, central differences {worst.numeric:.10g} ± {worst.error:.1g}."
            f"{mistake}").rstrip(".")
