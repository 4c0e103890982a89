"""What an engine of scalars is tried with, operator by operator and row by row, as data. Runs nothing.

A `Trial` is a short program over a class named `Value`; the same program run with ours says what is right. A `Sign`
is what a wrong number means, as an expression over the names of the program, over

- `right`: what ours gives for each thing that the trial reads, such as ``right["a.grad"]``
- `near(x, y)`: whether both are the same number but for rounding
- `error`, `message`: the name and the text of the exception that ended the program; if one did, only signs that look
  at it are considered

Why programs as text: what is run is what a report shows, and whoever reads it can run it too.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from autograd.op import REAL, TABLE, Op
from autograd.operators import BINARY

POINTS = (-2.5, -0.7, -0.3, 0.3, 0.7, 1.6, 3.5)  # those within the domain of a row and off its kinks are tried
MOST_POINTS = 3
MARGIN = 0.1                                     # from a kink
# Derivatives that are usually written with the output.
BY_OUTPUT: dict[str, Callable[[float], float]] = {
    "tanh": lambda y: 1 - y * y, "sigmoid": lambda y: y * (1 - y), "exp": lambda y: y, "sqrt": lambda y: 0.5 / y,
    "reciprocal": lambda y: -y * y,
}


@dataclass(frozen=True, slots=True)
class Sign:
    """A mistake, what it looks like, and hints: the first vague, the second precise."""

    when: str
    text: str
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A program that an engine must run as ours does."""

    name: str                         # what it is about
    program: str
    reads: tuple[str, ...]            # expressions whose numbers must be those of ours
    signs: tuple[Sign, ...] = ()      # the first that is true names the mistake
    fault: str = ""                   # its name if none is
    hints: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()       # names of trials without which this one tells nothing new
    uses: str = ""                    # the attribute of the class that it is about
    optional: bool = False            # a class without that attribute is not tried
    core: bool = True                 # what any engine must do; False: what micrograd leaves out
    may_raise: bool = False           # an error is right too


def program(expression: str, **leaves: float) -> str:
    """Return three lines: leaves, an output, a backward pass.

    >>> print(program("a * b", a=2.0, b=-3.0))
    a, b = Value(2.0), Value(-3.0)
    y = a * b
    y.backward()
    """
    values = ", ".join(f"Value({x!r})" for x in leaves.values())
    return f"{', '.join(leaves)} = {values}\ny = {expression}\ny.backward()"


def reads(*names: str) -> tuple[str, ...]:
    """Return what to read of an output and of leaves: the value of the one, the gradients of the others."""
    return ("y.data", *[f"{name}.grad" for name in names])


SEED = Sign("y.grad in (0, None) and a.grad in (0, None)", "`backward` does not start with the gradient 1",
            ("What is the derivative of the output with respect to itself?",
             "in `backward`: `self.grad = 1.0` before the first node is asked to pass its gradient on"))
STOPS = Sign("a.grad in (0, None) and c.grad not in (0, None)",
             "wrong order: `backward` does not pass gradients on from node to node",
             ("Which node must have its gradient before which?",
              "in `backward`: sort topologically, inputs first, and go through the list in reverse"))


def local_signs(method: str) -> tuple[Sign, ...]:
    """Return what a wrong derivative of an operation of one operand means."""
    return (
        Sign("not near(y.data, right['y.data'])", f"`{method}` computes a wrong value",
             ("Look at the value before the gradient.", f"`{method}` returns the wrong number for this input")),
        SEED,
        Sign("near(a.grad, 0)", f"`{method}` gives its operand no gradient",
             ("Who adds to the grad of the operand?", f"`{method}` needs `out._backward = _backward`, and that adds to "
              "`self.grad`")),
        Sign("near(a.grad, -right['a.grad'])", f"`{method}` passes its gradient on with the wrong sign",
             ("Does the output rise or fall as the input rises?", f"turn the sign in the backward of `{method}`")),
        Sign("near(a.grad, 1)", f"`{method}` passes its gradient on unchanged",
             ("How fast does the output rise with the input?", f"multiply by the derivative of `{method}`")),
        Sign("near(a.grad, y.data)", f"`{method}` uses its value as its derivative",
             ("Is the function its own derivative?", f"replace `out.data` by the derivative of `{method}`")),
        *[Sign(f"near(a.grad, {factor} * right['a.grad'])", f"`{method}` gives a gradient {words}",
               ("Is a constant too many or too few?", f"the derivative of `{method}` is off by a factor {factor}"))
          for factor, words in ((2.0, "twice too large"), (0.5, "half as large as it should be"))],
    )


def operand_signs(method: str) -> tuple[Sign, ...]:
    """Return what wrong derivatives of an operation of two operands mean."""
    value, seed, *_ = local_signs(method)
    places = (("a", "first", "self"), ("b", "second", "other"))
    return (
        value, seed,
        Sign("near(a.grad, right['b.grad']) and near(b.grad, right['a.grad'])",
             f"`{method}` gives each operand the derivative of the other",
             ("Whose derivative is whose?", f"swap what the backward of `{method}` adds to `self` and to `other`")),
        *[Sign(f"near({x}.grad, 0)", f"`{method}` gives its {place} operand no gradient",
               ("Count who receives a gradient.", f"the backward of `{method}` must add to `{it}.grad`"))
          for x, place, it in places],
        *[Sign(f"near({x}.grad, -right['{x}.grad'])", f"`{method}` gives its {place} operand the wrong sign",
               (f"Does the output rise or fall as the {place} operand rises?",
                f"turn the sign of what `{method}` adds to `{it}.grad`")) for x, place, it in places],
        *[Sign(f"near({x}.grad, 1)", f"`{method}` passes the gradient to its {place} operand unchanged",
               (f"How fast does the output rise with the {place} operand?",
                f"multiply what `{method}` adds to `{it}.grad` by its derivative")) for x, place, it in places],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """An operator or a method of one or two operands, and where to try it."""

    method: str                       # as its class knows it
    form: str                         # an expression over "{a}" and "{b}"
    points: tuple[tuple[float, ...], ...]
    needs: tuple[str, ...] = ()
    signs: tuple[Sign, ...] = ()      # before those that hold for every operation
    optional: bool = False
    core: bool = True
    again: bool = True                # whether its operands may change places

    @property
    def leaves(self) -> tuple[str, ...]:
        """The names of its operands."""
        return ("a", "b")[: len(self.points[0])]

    @property
    def alone(self) -> str:
        """The operation of its leaves."""
        return self.form.format(a="a", b="b")


def alone(operation: Operation) -> Iterator[Trial]:
    """Yield the trials of an operation by itself, at each of its points."""
    method, leaves = operation.method, operation.leaves
    for point in operation.points:
        first = point == operation.points[0]
        yield Trial(name=operation.alone + ("" if first else f" at {', '.join(f'{x:g}' for x in point)}"),
                    program=program(operation.alone, **dict(zip(leaves, point))), reads=reads(*leaves),
                    signs=(*operation.signs, *(operand_signs if len(leaves) == 2 else local_signs)(method)),
                    fault=f"`{method}` gives a wrong derivative", uses=method, optional=operation.optional,
                    needs=operation.needs if first else (*operation.needs, operation.alone), core=operation.core,
                    hints=("Work out the derivative on paper.", f"`{operation.alone}` has another one at this point"))


def composed(operation: Operation) -> Iterator[Trial]:
    """Yield the trials of an operation within a product, and with an operand that is used again."""
    method, product, start = operation.method, f"({operation.alone}) * c", operation.points[0]
    common = {"uses": method, "optional": operation.optional, "core": operation.core}
    yield Trial(name=product, program=program(product, **dict(zip(operation.leaves, start)), c=4.0),
                reads=reads(*operation.leaves, "c"), signs=(STOPS,), needs=(operation.alone, "a * b"),
                fault=f"`{method}` does not multiply by the gradient of its output",
                hints=("What does the chain rule multiply?", f"the backward of `{method}`: derivative * out.grad"),
                **common)  # type: ignore[arg-type]
    for twice in used_again(operation.form, len(start)) if operation.again else ():
        others = {"b": 3.25, "c": 5.5} if "c" in twice else {}
        yield Trial(name=twice, program=program(twice, a=start[0], **others), reads=("a.grad",),
                    needs=(operation.alone, product, "(a + b) * c"),
                    fault=f"`{method}` overwrites grad instead of adding to it",
                    hints=("What if one node is used twice?", f"in the backward of `{method}`: `+=` in place of `=`"),
                    **common)  # type: ignore[arg-type]


def trials_of(operation: Operation) -> Iterator[Trial]:
    """Yield all trials of an operation."""
    yield from alone(operation)
    yield from composed(operation)


def used_again(form: str, operands: int) -> tuple[str, ...]:
    """Return expressions in which an operand of an operation has a second use."""
    if operands == 1:
        return (f"{form.format(a='a')} + a",)
    first = f"({form.format(a='a', b='b')}) * ({form.format(a='a', b='c')})"
    second = f"({form.format(a='b', b='a')}) * ({form.format(a='c', b='a')})"
    return form.format(a="a", b="a"), first, second


def constants(symbol: str, method: str, needs: tuple[str, ...]) -> Iterator[Trial]:
    """Yield the trials of an operator with a plain number on either side."""
    reflected = f"__r{method}__"
    plain = ("What is `other` here?", "make a node of it: `other if isinstance(other, Value) else Value(other)`")
    yield Trial(name=f"a {symbol} 2", program=program(f"a {symbol} 2", a=3.0), reads=reads("a"), uses=f"__{method}__",
                needs=(f"a {symbol} b", *needs[:1]), fault=f"`__{method}__` is wrong for a plain number", hints=plain,
                signs=(Sign("error", f"`__{method}__` does not take a plain number", plain),))
    swapped = Sign(f"near(y.data, 3.0 {symbol} 2)", f"`{reflected}` swaps its operands",
                   ("Which operand stands on the left?", f"`2 {symbol} a` calls `a.{reflected}(2)`: the 2 comes first"))
    yield Trial(name=f"2 {symbol} a", program=program(f"2 {symbol} a", a=3.0), reads=reads("a"), uses=reflected,
                needs=(f"a {symbol} 2", *needs), fault=f"`{reflected}` is wrong",
                signs=(swapped, *local_signs(reflected)) if symbol in "-/" else local_signs(reflected),
                hints=(f"What does Python call for `2 {symbol} a`?", f"look at `{reflected}`"))


def power_signs(n: float) -> tuple[Sign, ...]:
    """Return what wrong derivatives of a power mean."""
    return (
        Sign(f"near(a.grad * {n}, right['a.grad'])", "`__pow__` misses the exponent as a factor",
             ("Differentiate x**3 on paper.", "the derivative of x**n is n * x**(n - 1): the n is missing")),
        Sign(f"near(a.grad, {n} * a.data ** {n})", "`__pow__` does not lower the exponent by one",
             ("Differentiate x**3 on paper.", "the derivative of x**n is n * x**(n - 1), not n * x**n")),
        Sign(f"near(a.grad, {n - 1} * a.data ** ({n} - 1))", "`__pow__` multiplies by n - 1 instead of n",
             ("Differentiate x**3 on paper.", "the derivative of x**n is n * x**(n - 1)")),
    )


def names(*operations: Operation) -> tuple[str, ...]:
    """Return the names of all trials of operations: what another operation needs that may be made of them."""
    return tuple(trial.name for operation in operations for trial in trials_of(operation))


def pairs(*points: float) -> tuple[tuple[float, ...], ...]:
    """Return numbers two by two."""
    return tuple(zip(points[::2], points[1::2]))


START = ("a leaf", "backward of a leaf")
ADD, MUL = (
    Operation(method=f"__{name}__", form=f"{{a}} {symbol} {{b}}", points=pairs(2.0, -3.0, -0.5, 4.0), needs=START)
    for name, symbol in (("add", "+"), ("mul", "*")))
TWINS = Trial(
    name="two leaves of one number", program=program("a * a + b * b", a=2.0, b=2.0), reads=reads("a", "b"),
    needs=names(ADD, MUL), fault="nodes are told apart by their data: two of the same number are taken for one",
    hints=("What makes two nodes the same?", "remove `__eq__` and `__hash__`: nodes are compared by identity"))
NEG = Operation(method="__neg__", form="-{a}", points=((3.0,), (-0.5,)), needs=(*names(MUL), "a * 2"))
CUBE, SQUARE, INVERSE, SAME, ROOT = (
    Operation(method="__pow__", form=f"{{a}}**{n}", points=points, signs=power_signs(n),
              needs=START if n == 3 else (*START, "a**3"))
    for n, points in ((3, ((2.0,), (-1.5,))), (2, ((-3.0,),)), (-1, ((2.0,),)), (1, ((3.0,),)), (0.5, ((4.0,),))))
SUB = Operation(method="__sub__", form="{a} - {b}", points=pairs(2.0, -3.0, -0.5, 4.0),
                needs=(*names(ADD, NEG), TWINS.name))
DIV = Operation(method="__truediv__", form="{a} / {b}", points=pairs(3.0, 2.0, -0.5, 4.0),
                needs=(*names(MUL, CUBE, INVERSE), TWINS.name))
POWER_OF = Operation(method="__rpow__", form="2**{a}", points=((3.0,), (-0.5,)), needs=names(CUBE), core=False)
NODE_POWER = Operation(
    method="__pow__", form="{a}**{b}", points=pairs(2.0, 3.0, 0.5, -1.5), needs=names(CUBE), core=False,
    signs=(Sign("error", "`__pow__` does not take an exponent that is a node",
                ("What is d(x**y)/dy?", "add `z * log(x)` times the gradient of the output to the exponent's grad")),))


def operator_trials() -> Iterator[Trial]:
    """Yield the trials of Python's operators, each after those that it may be made of."""
    for part in (alone, composed):
        yield from (trial for operation in (ADD, MUL) for trial in part(operation))
    yield TWINS
    yield from constants("+", "add", ())
    yield from constants("*", "mul", ())
    for operation in (NEG, CUBE):
        yield from trials_of(operation)
    for operation in (SQUARE, SAME, ROOT):
        yield from alone(operation)
    for operation in (INVERSE, SUB):
        yield from trials_of(operation)
    yield from constants("-", "sub", ("a + 2", "2 + a"))
    yield from trials_of(DIV)
    yield from constants("/", "truediv", ("a * 2", "2 * a"))
    for operation in (POWER_OF, NODE_POWER):
        yield from trials_of(operation)


def row_trials() -> Iterator[Trial]:
    """Yield the trials of the elementwise rows of the table, as methods that a class may have under their names."""
    for op in TABLE.values():
        if op.elementwise and op.scalar is not None and not op.options and op.name not in BINARY.values():
            method = f"__{op.name}__" if op.name in ("neg", "abs") else op.name
            form = {"abs": "abs({a})"}.get(op.name, "{a}" + f".{op.name}({'{b}' if op.arity == 2 else ''})")
            points = points_of(op)
            if op.arity in (1, 2) and op.name != "neg" and points:
                yield from trials_of(Operation(method=method, form=form, points=points, signs=rule_signs(op, points),
                                               optional=True, core=op.arity == 1, needs=START,
                                               again=len(set(op.domain)) <= 1))


def points_of(op: Op) -> tuple[tuple[float, ...], ...]:
    """Return some points within the domain of a row and away from its kinks."""
    domain = (*op.domain, *[op.domain[0] if len(op.domain) == 1 else REAL] * 2)[: op.arity]
    tuples = [tuple(np.roll(POINTS, 3 * slot)[i] for slot in range(op.arity or 0)) for i in range(len(POINTS))]
    found = [tuple(map(float, point)) for point in tuples
             if all(low < x < high for x, (low, high) in zip(point, domain))
             and (op.kink is None or abs(op.kink(*map(np.asarray, point))) > MARGIN)]
    return tuple(found[:: max(1, math.ceil(len(found) / MOST_POINTS))])


def rule_signs(op: Op, points: tuple[tuple[float, ...], ...]) -> tuple[Sign, ...]:
    """Return what it looks like when the derivative of a row takes its output for its input, or the other way round."""
    if op.arity != 1 or not callable(op.float_rules[0]):
        return ()
    signs = []
    for (x,) in points:
        y = op.on_floats(x)
        right = op.weight(0, y, (x,), {})
        text, hint, wrong = "output where its input", "self.data in place of out.data", op.weight(0, y, (y,), {})
        if op.name in BY_OUTPUT:
            text, hint, wrong = "input where its output", "out.data in place of self.data", BY_OUTPUT[op.name](x)
        if not math.isclose(wrong, right, rel_tol=1e-3):
            signs.append(Sign(f"near(a.data, {x!r}) and near(a.grad, {wrong!r})",
                              f"the derivative of `{op.name}` uses its {text} is meant",
                              ("What is x in your formula, and what is y?", f"in the backward of `{op.name}`: {hint}")))
    return tuple(signs)
