"""Expressions as text, "tanh(w*x + b)", turned into a graph of Values. Knows Python's syntax tree; never runs the text.

What is allowed is a list: names, numbers, operators and the table's functions of scalars. Everything else is an error
that points at the column. The text is compiled, too, but only for the positions in it: each node remembers the part
of the text that it was computed from, as it would a line of a program.
"""

import ast
import linecache
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from types import CodeType
from typing import Any, NamedTuple

from autograd import ops
from autograd.errors import AutogradError, OperandError
from autograd.op import TABLE, Op
from autograd.value import Value

OPERATORS: dict[type, Op] = {
    ast.Add: ops.add, ast.Sub: ops.sub, ast.Mult: ops.mul, ast.Div: ops.div, ast.Pow: ops.pow, ast.Mod: ops.remainder,
    ast.FloorDiv: ops.floor_divide, ast.USub: ops.neg, ast.UAdd: ops.identity,
}
MAX_LENGTH = 1000
WINDOW = 50  # characters shown on either side of a fault


class Apply(NamedTuple):
    """An instruction: take the operands from the top of the stack, put what the op makes of them there."""

    op: Op
    arity: int
    options: dict[str, Any]
    column: int
    place: tuple[int | None, ...]  # lines and columns, as a code object has them


Instruction = float | str | Apply  # a number, the name of a leaf, or an op


@dataclass(frozen=True, slots=True)
class Expression:
    """A text that was checked, as instructions for a stack, with the names of its leaves in order of appearance."""

    text: str
    names: tuple[str, ...]
    instructions: tuple[Instruction, ...]
    code: CodeType

    def __call__(self, /, **numbers: float) -> Value:
        """Return the graph at the numbers given for the names; each name is a leaf with its label.

        Raises OperandError if a name has no number or a number no name, and for what an op cannot take.
        """
        for fault in (names_without(numbers, self.names, "no number for"), names_without(self.names, numbers, "no")):
            if fault:
                given = " ".join(f"{name}=..." for name in self.names) or "no numbers"
                raise OperandError(f"the expression {self.text!r:.80} has {fault}; it takes {given}")
        file = self.code.co_filename
        linecache.cache[file] = (len(self.text), None, [self.text], file)  # so that the text can be shown as a source
        leaves = {name: Value(numbers[name], label=name) for name in self.names}
        positions = {place: index for index, place in enumerate(self.code.co_positions())}
        stack: list[Any] = []
        for step in self.instructions:
            if isinstance(step, Apply):
                operands = stack[-step.arity :]
                stack[-step.arity :] = [apply(step, operands, self.text)]
                if isinstance(stack[-1], Value) and step.place in positions:
                    stack[-1].note("source", (self.code, 2 * positions[step.place]))
            else:
                stack.append(leaves[step] if isinstance(step, str) else step)
        return stack[0] if isinstance(stack[0], Value) else Value(stack[0])


def expression(text: str) -> Expression:
    """Read an expression of names, numbers, operators and the table's functions of scalars.

    Raises OperandError, which points at the column, for anything else.

    >>> neuron = expression("tanh(w*x + b)")
    >>> neuron.names
    ('w', 'x', 'b')
    >>> neuron(w=-3.0, x=2.0, b=6.9)
    Value(data=0.7162978701990246, grad=0.0)
    >>> expression("x + y.real")
    Traceback (most recent call last):
    autograd.errors.OperandError: column 5: an expression has names, numbers, + - * / ** % // and functions, ...
        x + y.real
            ^
    """
    text = " ".join(text.split())
    if len(text) > MAX_LENGTH:
        raise pointing_at(text, 0, f"the expression has {len(text)} characters, and the most is {MAX_LENGTH}")
    try:
        tree = ast.parse(text, mode="eval")
        instructions = tuple(postfix(tree.body, text))
        code = compile(tree, f"<{text}>", "eval")
    except SyntaxError as error:
        column = (error.offset or len(text) + 1) - 1  # Python says nothing where the text ends too early
        raise pointing_at(text, column, f"this is no expression: {error.msg}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise pointing_at(text, 0, f"this is no expression: {str(error) or 'it is nested too deep'}") from None
    return Expression(text, tuple(dict.fromkeys(x for x in instructions if isinstance(x, str))), instructions, code)


def pointing_at(text: str, column: int, message: str) -> OperandError:
    """Return the error of a fault in a text, with a mark below the column."""
    start = max(column - WINDOW, 0)
    return OperandError(f"column {column + 1}: {message}\n    {text[start : column + WINDOW]}\n"
                        f"    {' ' * (column - start)}^")


def names_without(others: Iterable[str], names: Iterable[str], message: str) -> str:
    """Return the message and the names that are not among the others; nothing if all are."""
    missing = [name for name in names if name not in set(others)]
    return f"{message} {', '.join(missing)}" if missing else ""


def apply(step: Apply, operands: list[Any], text: str) -> Any:
    """Return what the op makes of its operands; an error of the op points at its place in the text."""
    try:
        return step.op(*operands, **step.options)
    except (AutogradError, TypeError, ValueError) as error:
        raise pointing_at(text, step.column, str(error)) from error


def postfix(root: ast.expr, text: str) -> Iterator[Instruction]:
    """Return the instructions of a syntax tree, operands before their op; without recursion, at any depth."""
    found: list[Instruction] = []
    stack = [root]
    while stack:
        node = stack.pop()
        operands, instruction = READERS.get(type(node), refuse)(node, text)
        found.append(instruction)
        stack.extend(operands)
    yield from reversed(found)


def column_of(node: ast.AST, text: str) -> int:
    """Return the column, in characters from 0, where Python counts bytes."""
    return len(text.encode()[: getattr(node, "col_offset", 0)].decode(errors="ignore"))


def place_of(node: ast.expr) -> tuple[int | None, ...]:
    return node.lineno, node.end_lineno, node.col_offset, node.end_col_offset


Read = tuple[list[ast.expr], Instruction]  # the operands, still to be read, and what is done with them


def refuse(node: Any, text: str) -> Read:
    raise pointing_at(text, column_of(node, text), "an expression has names, numbers, + - * / ** % // and functions, "
                      f"and nothing else; this is Python's {type(node).__name__}")


def read_number(node: ast.Constant, text: str) -> Read:
    if type(node.value) not in (int, float):
        raise pointing_at(text, column_of(node, text), f"expected a real number, not {node.value!r:.40}")
    try:
        return [], float(node.value)  # type: ignore[arg-type]
    except OverflowError:
        raise pointing_at(text, column_of(node, text), "this number is too large for a float") from None


def read_name(node: ast.Name, text: str) -> Read:
    return [], node.id


def read_operation(node: ast.BinOp | ast.UnaryOp, text: str) -> Read:
    op = OPERATORS.get(type(node.op))
    if op is None:
        return refuse(node, text)
    operands = [node.left, node.right] if isinstance(node, ast.BinOp) else [node.operand]
    return operands, Apply(op, len(operands), {}, column_of(node, text), place_of(node))


def read_call(node: ast.Call, text: str) -> Read:
    column = column_of(node, text)
    if not isinstance(node.func, ast.Name):
        return refuse(node.func, text)
    functions = scalar_functions()
    op = functions.get(node.func.id)
    if op is None:
        close = get_close_matches(node.func.id, functions, 1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise pointing_at(text, column, f"the table has no function {node.func.id!r} of numbers{hint}")
    if len(node.args) != op.arity:
        raise pointing_at(text, column, f"{op.name} takes {op.arity} operands, here are {len(node.args)}")
    return node.args, Apply(op, len(node.args), dict(read_option(item, op, text) for item in node.keywords), column,
                            place_of(node))


def read_option(item: ast.keyword, op: Op, text: str) -> tuple[str, Any]:
    """Return the name and the value of an option: a word or a number, with or without a sign."""
    sign, constant = 1, item.value
    if isinstance(constant, ast.UnaryOp) and isinstance(constant.op, ast.USub):
        sign, constant = -1, constant.operand
    value = constant.value if isinstance(constant, ast.Constant) else None
    name = item.arg or ""
    if name in op.options and isinstance(value, (int, float)):
        return name, sign * value
    if name in op.options and isinstance(value, str) and sign == 1:
        return name, value
    raise pointing_at(text, column_of(item, text), f"the options of {op.name} are {list(op.options)}, each a number "
                      "or a word in quotes")


def scalar_functions() -> dict[str, Op]:
    """Return the rows that are functions of one or more numbers, by name; a row added later is among them."""
    return {name: op for name, op in TABLE.items() if op.scalar is not None and op.arity is not None}


READERS: dict[type, Callable[[Any, str], Read]] = {
    ast.Constant: read_number, ast.Name: read_name, ast.BinOp: read_operation, ast.UnaryOp: read_operation,
    ast.Call: read_call,
}
