"""Arguments of a function as text, "x=[1.0, 2.0], y=3", read as data: literals only, nothing is run.

Nested lists of numbers become arrays of floats, and numbers floats; tuples, dicts, other lists and None are containers.
"""

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import OperandError

ALLOWED = "numbers, inf, nan, lists, tuples, dicts and None"
NAMES = {"inf": np.inf, "nan": np.nan}
SIGNS: dict[type, Callable[[float], float]] = {ast.USub: lambda x: -x, ast.UAdd: lambda x: x}
BEFORE = "f("  # what makes a call of the arguments


def read_arguments(text: str) -> tuple[list[Any], dict[str, Any]]:
    """Return the arguments of a call that are given by position and those by name; raises OperandError with the column.

    >>> read_arguments("[[1, 2], [3, 4]], y=-3, p={'w': 0.5}")
    ([array([[1., 2.],
           [3., 4.]])], {'y': -3.0, 'p': {'w': 0.5}})
    >>> read_arguments("x=[1.0, foo]")
    Traceback (most recent call last):
    autograd.errors.OperandError: column 9: expected numbers, inf, nan, lists, tuples, dicts and None, got foo
      x=[1.0, foo]
              ^
    """
    line = " ".join(text.splitlines())
    try:
        call = ast.parse(f"{BEFORE}{line})", mode="eval").body
    except SyntaxError as error:
        raise complaint(line, (error.offset or 1) - 1, error.msg) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise complaint(line, 0, f"Python cannot read this: {error}") from None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        raise complaint(line, len(BEFORE), 'expected arguments such as "x=[1.0, 2.0], y=3"')
    named: dict[str, Any] = {}
    for keyword in call.keywords:
        if keyword.arg is None:
            raise refusal(line, keyword)
        if keyword.arg in named:
            raise complaint(line, column(line, keyword), f"{keyword.arg} is given twice")
        named[keyword.arg] = read(keyword.value, line)
    return [read(x, line) for x in call.args], named


def read(node: ast.AST, line: str) -> Any:
    """Return the data that a literal stands for."""
    reader = READERS.get(type(node))
    if reader is None:
        raise refusal(line, node)
    return reader(node, line)


def read_constant(node: Any, line: str) -> float | None:
    """Return a number, or None."""
    if type(node.value) not in (int, float, type(None)):
        raise refusal(line, node)
    try:
        return None if node.value is None else float(node.value)
    except OverflowError:
        raise refusal(line, node) from None


def read_name(node: Any, line: str) -> float:
    """Return the number that a name stands for."""
    if node.id not in NAMES:
        raise refusal(line, node)
    return NAMES[node.id]


def read_signed(node: Any, line: str) -> float:
    """Return a number with a sign."""
    sign, x = SIGNS.get(type(node.op)), read(node.operand, line)
    if sign is None or not isinstance(x, float):
        raise refusal(line, node)
    return sign(x)


def read_list(node: Any, line: str) -> Any:
    """Return an array, if the list holds nothing but numbers and lists of equal shape, else a list."""
    elements = [read(x, line) for x in node.elts]
    if not all(isinstance(x, (float, np.ndarray)) for x in elements):
        return elements
    for x, element in zip(elements, node.elts, strict=True):
        if np.shape(x) != np.shape(elements[0]):
            raise complaint(line, column(line, element), f"expected shape {np.shape(elements[0])} like the elements "
                            f"before, got shape {np.shape(x)}; for arrays of several shapes write a tuple")
    return np.array(elements, dtype=float)


def read_dict(node: Any, line: str) -> dict[Any, Any]:
    """Return a dict, whose keys are strings or numbers."""
    for key, value in zip(node.keys, node.values, strict=True):
        if not isinstance(key, ast.Constant):
            raise refusal(line, key or value)
    return {key.value: read(value, line) for key, value in zip(node.keys, node.values, strict=True)}


READERS: dict[type, Callable[[Any, str], Any]] = {
    ast.Constant: read_constant,
    ast.Name: read_name,
    ast.UnaryOp: read_signed,
    ast.List: read_list,
    ast.Tuple: lambda node, line: tuple([read(x, line) for x in node.elts]),
    ast.Dict: read_dict,
}


def column(line: str, node: Any) -> int:
    """Return how many characters of the call stand before a node; its own count is in bytes."""
    return len(f"{BEFORE}{line}".encode()[: node.col_offset].decode())


def refusal(line: str, node: ast.AST) -> OperandError:
    """Return the error for something that is no literal."""
    return complaint(line, column(line, node), f"expected {ALLOWED}, got {ast.unparse(node):.40}")


def complaint(line: str, place: int, what: str) -> OperandError:
    """Return an error that points at a character of the call."""
    place = min(max(place - len(BEFORE), 0), len(line))
    return OperandError(f"column {place + 1}: {what}\n  {line}\n  {' ' * place}^")
