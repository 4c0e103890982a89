"""What is mutated: the rules of each row of the table, and each function that rules are written with. Knows no test."""

import dis
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

from autograd.check.mutation.mutants import Mutant, mutants_of, mutants_of_function
from autograd.op import ARRAYS, FLOATS, NODES, TABLE, Op


@dataclass(frozen=True)
class Subject:
    """A row, or a function of rules, with its mutants and the rows whose tests must notice them."""

    name: str
    rows: tuple[Op, ...]
    mutants: tuple[Mutant, ...]


def names_in(code: CodeType) -> Iterator[str]:
    """Yield the global names in the code of a function, and in that of functions within it."""
    yield from (step.argval for step in dis.get_instructions(code) if step.opname == "LOAD_GLOBAL")
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield from names_in(part)


def helpers_of(functions: list[Any]) -> set[str]:
    """Return the names of the functions, not rows, that rules are written with, and these in turn."""
    found: set[str] = set()
    waiting = list(functions)
    while waiting:
        for name in names_in(waiting.pop().__code__):
            if name not in TABLE and name not in found and isinstance(ARRAYS.get(name), FunctionType):
                found.add(name)
                waiting.append(ARRAYS[name])
    return found


def rules_of(op: Op) -> list[Any]:
    """Return the rules of a row that are functions, as arrays have them."""
    return [rule for rule in op.array_rules if isinstance(rule, FunctionType)]


def subject_of_row(op: Op) -> Subject:
    """Return a row with its mutants."""
    return Subject(op.name, (op,), tuple(mutants_of(op)))


def subject_of_helper(name: str) -> Subject:
    """Return a function that rules are written with, bound for each kind of operand, and the rows that need it."""
    copies = list({id(f): f for f in (NODES[name], ARRAYS[name], FLOATS[name])}.values())
    rows = tuple(op for op in TABLE.values() if name in helpers_of(rules_of(op)))
    known = {key for key, value in ARRAYS.items() if value is not None}
    return Subject(f"{name}()", rows, tuple(mutants_of_function(*copies, known=known, results=False)))


def subjects() -> list[Subject]:
    """Return all rows that have mutants, then all functions that rules are written with."""
    rows = [subject_of_row(op) for op in TABLE.values() if op.differentiable]
    helpers = sorted({name for op in TABLE.values() for name in helpers_of(rules_of(op))})
    return rows + [subject_of_helper(name) for name in helpers]
