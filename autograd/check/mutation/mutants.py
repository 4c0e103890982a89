"""Mutants of derivative rules: how good is a test of a rule? As good as the wrong rules that it notices.

A mutant is a rule with one slip of the pen (`mutations.py` has the kinds), planted for a while into the program: the
code of the rule's function is exchanged, so that whoever holds the function meets the mutant, closures of a custom op
and the methods of Value included. Where no source is found the rule's result is changed: 0.1 % off, its sign, 0.

    for mutant in mutants_of(op):
        with mutant.planted():
            test(op)                # should fail

Knows rows and functions; which tests there are is no matter of its own.
"""

import ast
import builtins
import inspect
import linecache
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from autograd.check.gradcheck import gradcheck
from autograd.check.mutation.mutations import Change, Function, changes
from autograd.check.sampling import sample_inputs
from autograd.errors import OperandError
from autograd.op import ARRAYS, Constant, Op

RULES = ("rules", "float_rules", "array_rules", "node_rules")
SHAPES = ((3,), (3, 3), ())  # of inputs, where an op names none
BUILTINS = frozenset(dir(builtins))


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A rule with one slip: of what kind, in which rule, what stands there now, and the whole source of it."""

    kind: str
    rule: str                                                    # "partial of input 0", or the name of a function
    change: str                                                  # "cos(x) → sin(x)"
    source: str = ""                                             # none if the result of the rule was changed
    swaps: tuple[tuple[Any, str, Any], ...] = field(repr=False)  # an object, an attribute, what it is meanwhile

    def __str__(self) -> str:
        return f"{self.rule}: {self.change}"

    @contextmanager
    def planted(self) -> Iterator[None]:
        """Let the mutant stand in the program within the block."""
        before = [(owner, name, getattr(owner, name)) for owner, name, _ in self.swaps]
        try:
            for owner, name, value in self.swaps:
                object.__setattr__(owner, name, value)  # an Op is frozen
            yield
        finally:
            for owner, name, value in before:
                object.__setattr__(owner, name, value)


@dataclass(frozen=True, kw_only=True)
class Score:
    """Which mutants a test killed, and which it let live."""

    name: str
    killed: tuple[Mutant, ...]
    survived: tuple[Mutant, ...]

    @property
    def rate(self) -> float:
        """Return which part of the mutants was killed, 0 to 1."""
        return len(self.killed) / ((len(self.killed) + len(self.survived)) or 1)

    def __bool__(self) -> bool:
        return not self.survived

    def __str__(self) -> str:
        total = len(self.killed) + len(self.survived)
        lines = [f"{self.name}: the test notices {len(self.killed)} of {total} wrong rules ({self.rate:.1%})"]
        lines += [f"  not noticed: {mutant}" + (f"\n    {mutant.source}" if "\n" not in mutant.source else "")
                  for mutant in self.survived]
        blind = sorted({m.rule for m in (*self.killed, *self.survived) if not m.source and m.kind == "result"})
        lines += [f"  no source found of the {rule}: only its result was changed" for rule in blind]
        return "\n".join(lines)


# From a function to its source, and from a changed source to code

@lru_cache(maxsize=64)
def parsed(text: str) -> tuple[list[Function], frozenset[tuple[Any, ...]]]:
    """Return the syntax trees of a file's functions, and what tells its code objects from those of another version."""
    try:
        tree = ast.parse(text)
        waiting = [compile(tree, "", "exec", dont_inherit=True)]
    except (SyntaxError, ValueError):
        return [], frozenset()
    found = set()
    while waiting:
        code = waiting.pop()
        found.add(signs(code))
        waiting += [part for part in code.co_consts if isinstance(part, CodeType)]
    return [node for node in ast.walk(tree) if isinstance(node, ast.Lambda | ast.FunctionDef)], frozenset(found)


def signs(code: CodeType) -> tuple[Any, ...]:
    """Return what two versions of a function's code do not share."""
    return code.co_name, code.co_firstlineno, code.co_code, code.co_names, tuple(code.co_positions())


def syntax_of(function: FunctionType) -> Function | None:
    """Return the syntax tree of a function, found by where its instructions stand, so that of two lambdas on a line
    each has its own; None if there is no source, or if the file has changed since."""
    code = function.__code__
    functions, known = parsed("".join(linecache.getlines(code.co_filename, function.__globals__)))
    places = [place for place in code.co_positions() if None not in place and place[0::2] != place[1::2]]
    if signs(code) not in known or not places:
        return None
    first = min((line, column) for line, _, column, _ in places)
    last = max((line, column) for _, line, _, column in places)
    around = [node for node in functions if getattr(node, "name", "<lambda>") == code.co_name
              and start_of(node) <= first and last <= end_of(node)]
    return max(around, key=start_of, default=None)


def start_of(node: Function) -> tuple[int, int]:
    """Return line and column where the body of a function begins."""
    part: Any = node.body[0] if isinstance(node.body, list) else node.body
    return part.lineno, part.col_offset


def end_of(node: Function) -> tuple[int, int]:
    """Return line and column where the body of a function ends."""
    return node.end_lineno or 0, node.end_col_offset or 0


def compiled(node: Function, like: CodeType) -> CodeType | None:
    """Return the code of a function with the free variables of another, as needed to stand in its place."""
    body: list[Any] = node.body if isinstance(node.body, list) else [ast.Return(node.body)]
    if like.co_freevars:  # each is named once more, where nothing is executed, so that it stays free
        names: list[ast.stmt] = [ast.Expr(ast.Name(name, ast.Load())) for name in like.co_freevars]
        body = [*body, ast.If(ast.Constant(False), names, [])]
    function = ast.FunctionDef(like.co_name, node.args, body, [])
    captured = [ast.arg(name) for name in like.co_freevars]
    around = ast.FunctionDef("around", ast.arguments([], captured, None, [], [], None, []), [function], [])
    module = ast.fix_missing_locations(ast.Module([around], []))
    try:
        code = compile(module, f"<mutant of {like.co_name}>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return None
    for _ in range(2):
        code = next(part for part in code.co_consts if isinstance(part, CodeType))
    return code if code.co_freevars == like.co_freevars else None


# The mutants of functions and of rows

def mutants_of_function(*copies: FunctionType, rule: str = "", operands: Sequence[str] | None = None,
                        known: Collection[str] | None = None, results: bool = True) -> list[Mutant]:
    """Return the mutants of a function by its source, none if that is not found.

    `copies` are the functions of one code, all of which become the mutant. `operands` are the parameters that may be
    taken for each other, all by default; `known` the global names that may be called; with `results` the function's
    result is changed as a whole too.

    >>> def slope(y, x):
    ...     return 1 - y * y
    >>> [str(mutant) for mutant in mutants_of_function(slope)][:3]
    ['slope: 1 - y * y → 1', 'slope: 1 - y * y → -(y * y)', 'slope: 1 - y * y → 1 + y * y']
    """
    code = copies[0].__code__
    syntax = syntax_of(copies[0])
    if syntax is None or compiled(syntax, code) is None:
        return []
    named = tuple(code.co_varnames[: code.co_argcount] if operands is None else operands)
    known = {*copies[0].__globals__, *BUILTINS} if known is None else known
    found = []
    for change in changes(syntax, named, known, results=results):
        changed = compiled(change.function, code)
        if changed is not None:
            found.append(of_change(change, changed, copies, rule or code.co_name))
    return found


def of_change(change: Change, code: CodeType, copies: Sequence[FunctionType], rule: str) -> Mutant:
    """Return the mutant of a change."""
    swaps = tuple((function, "__code__", code) for function in copies)
    return Mutant(kind=change.kind, rule=rule, change=f"{change.before} → {change.after}",
                  source=ast.unparse(change.function), swaps=swaps)


def mutants_of(op: Op) -> list[Mutant]:
    """Return the mutants of the rules of a row or of a custom op.

    >>> from autograd import ops
    >>> [mutant.change for mutant in mutants_of(ops.sin)][:3]
    ['cos(x) → sin(x)', 'cos(x) → x', 'cos(x) → cos(y)']
    """
    found: list[Mutant] = []
    functions = [written(rule) for rule in op.rules]
    for slot, rule in enumerate(op.rules):
        name = rule_name(op, slot)
        if rule is None:
            continue
        if isinstance(rule, (int, float)):
            found += [with_constant(op, slot, name, other)
                      for other in dict.fromkeys((rule + 1, rule - 1, 2 * rule, -rule, 1.001 * rule)) if other != rule]
        else:
            found += of_rule(op, slot, name, again=functions[slot] in functions[:slot])
        found.append(replaced(op, slot, "missing", name, "None", lambda field, rule: None))
        if slot + 1 < len(op.rules) and op.rules[slot + 1] not in (None, rule):
            found.append(exchanged(op, slot))
    return found


def written(rule: Any) -> Any:
    """Return the function that stands behind a rule that wraps another, as where one vjp answers for all inputs."""
    return inspect.unwrap(rule, stop=lambda function: not isinstance(function, FunctionType))


def rule_name(op: Op, slot: int) -> str:
    """Say which rule of a row it is."""
    kind = "partial" if op.elementwise else "vjp"
    return kind if op.arity == 1 else f"{kind} of any input" if op.arity is None else f"{kind} of input {slot}"


def of_rule(op: Op, slot: int, name: str, *, again: bool) -> list[Mutant]:
    """Return the mutants of a rule that is a function: by its source, though not again, else by its result."""
    rule = written(op.rules[slot])
    forms = [rule, *(getattr(op, field)[slot] for field in RULES)] if op.bound else [rule]
    copies = [form for form in forms if isinstance(form, FunctionType)]
    count = (op.arity or 0) + 1 + (not op.elementwise)
    operands = copies[0].__code__.co_varnames[:min(count, copies[0].__code__.co_argcount)] if copies else ()
    known = {key for key, value in ARRAYS.items() if value is not None} if op.bound else None
    found = mutants_of_function(*copies, rule=name, operands=operands, known=known) if copies else []
    if found:
        return [] if again else found
    return [replaced(op, slot, "result", name, f"result → result * {factor}", scaled(factor))
            for factor in (1.001, -1.0, 0.0)]


def scaled(factor: float) -> Callable[[str, Any], Any]:
    """Return what makes of a rule one whose result is multiplied."""
    return lambda field, rule: lambda *args, **options: rule(*args, **options) * factor


def replaced(op: Op, slot: int, kind: str, name: str, change: str, other: Callable[[str, Any], Any]) -> Mutant:
    """Return the mutant that has another rule for one input."""
    swaps = tuple((op, field, tuple([other(field, rule) if i == slot else rule for i, rule in enumerate(rules)]))
                  for field in RULES for rules in [getattr(op, field)])
    return Mutant(kind=kind, rule=name, change=change, swaps=swaps)


def with_constant(op: Op, slot: int, name: str, other: float) -> Mutant:
    """Return the mutant that has another number as the partial of an input."""
    change = f"{op.rules[slot]!r} → {other!r}"
    return replaced(op, slot, "constant", name, change, lambda field, rule: Constant(other))


def exchanged(op: Op, slot: int) -> Mutant:
    """Return the mutant that has the rules of two neighbouring inputs in each other's place."""
    swaps = tuple((op, field, (*rules[:slot], rules[slot + 1], rules[slot], *rules[slot + 2 :]))
                  for field in RULES for rules in [getattr(op, field)])
    return Mutant(kind="exchanged", rule=rule_name(op, slot), change=f"the rule of input {slot + 1}, and the other way "
                  "round", swaps=swaps)


# How strong is a test?

def mutate(op: Any, test: Callable[[Any], Any] | None = None) -> Score:
    """Say how strong a test of derivative rules is: how many of their mutants it notices, and which it does not.

    `op` is a custom op, a row, or a function with a derivative written by hand. `test(op)` raises, or returns something
    false other than None, if it finds the rules wrong; by default it is `gradcheck` at random inputs of an op. Each
    mutant stands in for the rule itself while the test runs, so the test may reach the op by any way.

    >>> from autograd import ops
    >>> print(mutate(ops.sin))
    sin: the test notices 8 of 8 wrong rules (100.0%)
    >>> def too_kind(op):
    ...     assert abs(op.weight(0, 0.0, (0.0,), {}) - 1) < 0.1
    >>> print(mutate(ops.sin, too_kind))
    sin: the test notices 5 of 8 wrong rules (62.5%)
      not noticed: partial: cos(x) → cos(y)
        lambda y, x: cos(y)
      not noticed: partial: cos(x) → cos(x * 1.001)
        lambda y, x: cos(x * 1.001)
      not noticed: partial: cos(x) → cos(x) * 1.001
        lambda y, x: cos(x) * 1.001
    """
    is_function = isinstance(op, FunctionType)
    if not is_function and not isinstance(op, Op):
        raise OperandError(f"mutate takes an op or a plain function, got {type(op).__name__} {op!r:.60}")
    if test is None and is_function:
        raise OperandError(f"mutate: give a test of {op.__name__}: a function that takes it, and raises if it is wrong")
    test, name = test or probe_of(op), op.__name__
    mutants = mutants_of_function(op) if is_function else mutants_of(op)
    if not mutants:
        raise OperandError(f"mutate: found no rule of {name} to change; give an op with rules, or a function whose "
                           "source is in a file or a notebook")
    if not passes(test, op):
        raise OperandError(f"mutate: the test fails on {name} as it is; it must pass before mutants say anything")
    fates = [(mutant, survives(mutant, test, op)) for mutant in mutants]
    return Score(name=name, killed=tuple(m for m, alive in fates if not alive),
                 survived=tuple(m for m, alive in fates if alive))


def probe_of(op: Op) -> Callable[[Op], bool]:
    """Return the test of an op by `gradcheck` at random inputs, for the shapes and each choice of options it names."""
    points = list(random_points(op))
    if not points:
        raise OperandError(f"mutate: {op.name} takes no inputs of the shapes tried; give shapes=((…, …),) or a test")
    return lambda op: all(agrees(op, inputs, smooth, options) for inputs, smooth, options in points)


def random_points(op: Op) -> Iterator[tuple[list[Any], list[int], dict[str, Any]]]:
    """Yield random inputs that an op takes, which of them are differentiable, and options."""
    rng = np.random.default_rng(0)
    count = op.arity or 2
    for chosen in op.choices:
        options = {**op.options, **chosen}
        for shapes in op.shapes or [(shape,) * count for shape in SHAPES]:
            inputs = sample_inputs(op, rng, shapes, options)
            try:
                op.array(*inputs, **options)
            except Exception:  # whatever a user's function raises
                continue
            yield inputs, [slot for slot in range(len(inputs)) if op.rule(op.rules, slot) is not None], options


def agrees(op: Op, inputs: list[Any], smooth: list[int], options: dict[str, Any]) -> bool:
    """Whether `gradcheck` has nothing to say against an op as a function of its differentiable inputs."""
    def applied(*xs: Any) -> Any:
        given = dict(zip(smooth, xs, strict=True))
        return op(*[given.get(slot, x) for slot, x in enumerate(inputs)], **options)
    return bool(gradcheck(applied, *[inputs[slot] for slot in smooth], progress=False))


def passes(test: Callable[[Any], Any], op: Any) -> bool:
    """Whether a test has nothing to say against an op."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            result = test(op)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:  # a failure of pytest is no Exception
            return False
    return result is None or bool(result)


def survives(mutant: Mutant, test: Callable[[Any], Any], op: Any) -> bool:
    """Whether a test has nothing to say against a mutant."""
    with mutant.planted():
        return passes(test, op)
