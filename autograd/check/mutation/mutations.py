"""The slips of the pen that turn a right rule into a wrong one: changes of its syntax tree. Knows no op and no rule.

Each kind is a function of a node and of the names around it; it yields what may stand in the node's place. What is
known to change nothing is not yielded: the operands of `a + b` are not exchanged, nor those of `hypot`.
"""

import ast
import copy
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

Nodes = Iterator[ast.AST]
Function = ast.Lambda | ast.FunctionDef


@dataclass(frozen=True, slots=True)
class Around:
    """What a kind of change knows of where a node stands."""

    operands: tuple[str, ...]        # the parameters that may be taken for each other
    known: Collection[str]           # the global names that a call may name
    parent: dict[ast.AST, ast.AST]   # of each node but the root


class Change(NamedTuple):
    """One slip: its kind, the source of an expression before and after, and the whole function after it."""

    kind: str
    before: str
    after: str
    function: Function


# Functions that are taken for each other.
RELATIVES = (
    ("sin", "cos"), ("sinh", "cosh"), ("tanh", "sigmoid"), ("tan", "tanh"), ("arctan", "arctanh"), ("exp", "expm1"),
    ("exp", "exp2"), ("log", "log1p"), ("log", "log2"), ("sqrt", "cbrt"), ("sqrt", "square"), ("floor", "ceil"),
    ("floor", "trunc"), ("maximum", "minimum"), ("max", "min"), ("argmax", "argmin"), ("sum", "mean"), ("sign", "abs"),
    ("cumsum", "cumprod"), ("tril", "triu"), ("ndtr", "ndtr_density"), ("sech2", "tanh"), ("join", "pile"),
    ("restore", "broadcast_to"), ("over_square", "hypot"), ("take_along_axis", "add_along_axis"),
    ("row_shape", "column_shape"), ("getitem", "scatter_add"),
)
SYMMETRIC = ("hypot", "maximum", "minimum", "add", "mul", "multiply", "logaddexp", "dot", "inner", "swapaxes",
             "result_type")
SELECTIONS = ("where", "select")  # whose first operand counts as zero or not
CONVERSIONS = ("tuple", "list")
SCALE_FREE = ("sign", "copysign", "argsort", "ranks", "argmax", "argmin", "running_argmax")  # c x counts as x does

OPPOSITE: dict[type[ast.AST], Any] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd, ast.And: ast.Or, ast.Or: ast.And,
}
ORDERED = (ast.Sub, ast.Div, ast.MatMult, ast.Pow)
NEGATED = {ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
           ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In}
WITH_EQUAL = {ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Lt: ast.LtE, ast.LtE: ast.Lt}
SLIGHTLY = 1.001


def times(node: Any, number: float) -> ast.expr:
    """Return the product of an expression and a number."""
    return ast.BinOp(node, ast.Mult(), ast.Constant(number))


def drop_term(node: ast.AST, around: Around) -> Nodes:
    """Leave out a term of a sum or of a difference."""
    match node:
        case ast.BinOp(left, ast.Add(), right):
            yield from (left, right)
        case ast.BinOp(left, ast.Sub(), right):
            yield from (left, ast.UnaryOp(ast.USub(), right))


def drop_factor(node: ast.AST, around: Around) -> Nodes:
    """Leave out a factor of a product or of a quotient."""
    match node:
        case ast.BinOp(left, ast.Mult() | ast.MatMult(), right):
            yield from (left, right)
        case ast.BinOp(left, ast.Div(), right):
            yield left
            if not isinstance(left, ast.Constant):
                yield ast.BinOp(ast.Constant(1.0), ast.Div(), right)


def drop_sign(node: ast.AST, around: Around) -> Nodes:
    """Leave out a minus, or the negation of a mask."""
    match node:
        case ast.UnaryOp(ast.USub() | ast.Invert() | ast.Not(), operand):
            yield operand


def other_operator(node: ast.AST, around: Around) -> Nodes:
    """Take + for -, * for /, & for |, or the other way round."""
    match node:
        case ast.BinOp(left, operator, right) if type(operator) in OPPOSITE:
            yield ast.BinOp(left, OPPOSITE[type(operator)](), right)
        case ast.BoolOp(operator, values):
            yield ast.BoolOp(OPPOSITE[type(operator)](), values)


def other_order(node: ast.AST, around: Around) -> Nodes:
    """Exchange the operands of what does not commute, or two neighbours among the arguments of a call."""
    match node:
        case ast.BinOp(left, operator, right) if isinstance(operator, ORDERED):
            yield ast.BinOp(right, operator, left)
        case ast.Call(function, arguments) if called(function) not in SYMMETRIC:
            for i in range(len(arguments) - 1):
                if not any(isinstance(x, ast.Starred) for x in arguments[i : i + 2]):
                    order = [*arguments[:i], arguments[i + 1], arguments[i], *arguments[i + 2 :]]
                    yield ast.Call(function, order, node.keywords)


def called(function: ast.AST) -> str:
    """Return the last name of what is called, as `sin` of `np.sin`; empty if it has none."""
    return getattr(function, "id", getattr(function, "attr", ""))


def other_operand(node: ast.AST, around: Around) -> Nodes:
    """Take one input, output or cotangent for another; in x > y no third, for max(x, y) > y says the same."""
    match node:
        case ast.Name(name, ast.Load()) if name in around.operands:
            others: Collection[str] = around.operands
            match around.parent.get(node):
                case ast.Compare(ast.Name(left), _, [ast.Name(right)]) if {left, right} <= {*others}:
                    others = (left, right)
            yield from (ast.Name(other, ast.Load()) for other in others if other != name)


def other_constant(node: ast.AST, around: Around) -> Nodes:
    """Take c + 1, c - 1 or 2 c for a number c, and no for yes."""
    match node:
        case ast.Constant(bool() as yes):
            yield ast.Constant(not yes)
        case ast.Constant(int() | float() as c):
            yield from (ast.Constant(other) for other in dict.fromkeys((c + 1, c - 1, 2 * c)) if other != c)


def other_function(node: ast.AST, around: Around) -> Nodes:
    """Call a near relative of a function."""
    match node:
        case ast.Call(ast.Name(name), arguments, keywords):
            for other in relatives(name):
                if other in around.known:
                    yield ast.Call(ast.Name(other, ast.Load()), arguments, keywords)
        case ast.Call(ast.Attribute(value, name), arguments, keywords):
            for other in relatives(name):
                yield ast.Call(ast.Attribute(value, other, ast.Load()), arguments, keywords)


def relatives(name: str) -> list[str]:
    """Return the functions that one is taken for."""
    return [pair[1 - pair.index(name)] for pair in RELATIVES if name in pair]


def other_option(node: ast.AST, around: Around) -> Nodes:
    """Forget an option, take another axis, or exchange the values of two neighbouring options."""
    match node:
        case ast.Call(function, arguments, keywords):
            for i, keyword in enumerate(keywords):
                if keyword.arg == "strict":
                    continue
                before, after = keywords[:i], keywords[i + 1 :]
                yield ast.Call(function, arguments, [*before, *after])
                if keyword.arg == "axis":
                    for axis in (ast.Constant(0), ast.UnaryOp(ast.USub(), ast.Constant(1))):
                        yield ast.Call(function, arguments, [*before, ast.keyword("axis", axis), *after])
                for other in after[:1] if called(function) not in SYMMETRIC else ():
                    exchanged = [ast.keyword(keyword.arg, other.value), ast.keyword(other.arg, keyword.value)]
                    yield ast.Call(function, arguments, [*before, *exchanged, *after[1:]])


def drop_call(node: ast.AST, around: Around) -> Nodes:
    """Leave out a call, such as a sum over a broadcast axis, or a transposition."""
    match node:
        case ast.Call(function, [ast.expr() as first, *_]) if called(function) not in CONVERSIONS:
            if not isinstance(first, ast.Starred):
                yield first
        case ast.Attribute(value, "T" | "mT"):
            yield value


def other_relation(node: ast.AST, around: Around) -> Nodes:
    """Negate a comparison, or move its boundary to the other side."""
    match node:
        case ast.Compare(left, [relation], right):
            yield from (ast.Compare(left, [table[type(relation)]()], right)
                        for table in (NEGATED, WITH_EQUAL) if type(relation) in table)


def stale_value(node: ast.AST, around: Around) -> Nodes:
    """Take an operand 0.1 % off, as if it had changed since it was saved; where only its sign or shape count, not."""
    match node:
        case ast.Name(name, ast.Load()) if name in around.operands:
            if any(isinstance(outer, ast.Compare) for outer in outwards(node, around)):
                return
            match around.parent.get(node):
                case ast.Attribute() | ast.Subscript():
                    return
                case ast.Call(function, [first, *_]) if called(function) in SCALE_FREE or (
                        called(function) in SELECTIONS and first is node):
                    return
            yield times(node, SLIGHTLY)


def outwards(node: ast.AST, around: Around) -> Nodes:
    """Yield the nodes around a node, the innermost first."""
    while node in around.parent:
        node = around.parent[node]
        yield node


def whole_result(node: ast.AST, around: Around) -> Iterator[ast.expr]:
    """Take the result 0.1 % off, with the wrong sign, or 0; exchange the results for two inputs."""
    match node:
        case ast.Tuple(elements) if len(elements) > 1:
            for i, element in enumerate(elements):
                for other in whole_result(element, around):
                    yield ast.Tuple([*elements[:i], other, *elements[i + 1 :]], ast.Load())
            for i in range(len(elements) - 1):
                order = [*elements[:i], elements[i + 1], elements[i], *elements[i + 2 :]]
                yield ast.Tuple(order, ast.Load())
        case ast.expr():
            yield from (times(node, factor) for factor in (SLIGHTLY, -1.0, 0.0))


#: What each kind of change yields for a node. Those of the results as a whole are `whole_result`.
KINDS: dict[str, Callable[[ast.AST, Around], Nodes]] = {
    "term": drop_term, "factor": drop_factor, "sign": drop_sign, "operator": other_operator, "order": other_order,
    "operand": other_operand, "constant": other_constant, "function": other_function, "option": other_option,
    "call": drop_call, "relation": other_relation, "stale": stale_value,
}


def changes(function: Function, operands: tuple[str, ...], known: Collection[str], *, results: bool = True,
            ) -> Iterator[Change]:
    """Yield every single change of a function, each source once; `results` asks for those of its results as a whole.

    >>> rule = ast.parse("lambda y, x: 2 * x").body[0].value
    >>> [change.after for change in changes(rule, ("y", "x"), (), results=False)]
    ['2', 'x', '2 / x', '3 * x', '1 * x', '4 * x', '2 * y', '2 * (x * 1.001)']
    """
    nodes = [node for part in body(function) for node in inner(part)]
    parent = {child: node for node in nodes for child in ast.iter_child_nodes(node)}
    around = Around(operands, known, parent)
    seen = {ast.unparse(function)}
    tried = [(kind, node, new) for node in nodes for kind, change in KINDS.items() for new in change(node, around)]
    if results:
        ends = [function.body] if isinstance(function, ast.Lambda) else [
            node.value for node in nodes if isinstance(node, ast.Return) and node.value is not None]
        tried += [("result", node, new) for node in ends for new in whole_result(node, around)]
    for kind, node, new in tried:
        changed = copy.deepcopy(function, {id(node): new})  # in place of the node the copy has the new one
        source = ast.unparse(changed)
        if source not in seen:
            seen.add(source)
            shown = expression(node, parent)
            yield Change(kind, ast.unparse(shown), ast.unparse(copy.deepcopy(shown, {id(node): new})), changed)


def expression(node: ast.AST, parent: dict[ast.AST, ast.AST]) -> ast.AST:
    """Return what a node is shown with: a name or a number with the expression around it, anything else by itself."""
    if not isinstance(node, ast.Name | ast.Constant):
        return node
    while node in parent and isinstance(parent[node], ast.expr | ast.keyword | ast.comprehension):
        node = parent[node]
        if isinstance(node, ast.expr) and not isinstance(node, ast.Attribute | ast.Tuple | ast.UnaryOp | ast.Starred):
            break
    return node


def body(function: Function) -> list[ast.AST]:
    """Return what a function does, without its docstring."""
    if isinstance(function, ast.Lambda):
        return [function.body]
    return [*function.body[ast.get_docstring(function, clean=False) is not None :]]


def inner(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and all below it, but for texts, errors that are raised, annotations and checks of lengths."""
    if isinstance(node, ast.Raise | ast.Assert | ast.JoinedStr | ast.arguments):
        return
    if isinstance(node, ast.keyword) and node.arg == "strict":
        return
    yield node
    for name, value in ast.iter_fields(node):
        if name not in ("annotation", "returns"):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from inner(child)
