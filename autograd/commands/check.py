"""Check the gradient of a function against differences of its values.

Examples:
  glassgrad check mymodule:loss --at "x=[1.0, 2.0], y=3"
  glassgrad check mymodule:loss --at point.npz --grad mymodule:my_gradient

Exit code: 0 if the gradient is right, 1 if it is wrong, 2 if the command is or
the function raises, 3 if the differences cannot tell (inconclusive,
ill-conditioned, singular).
"""

import argparse
import json
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from functools import wraps
from importlib import import_module
from inspect import Parameter, Signature, signature
from math import isfinite
from os import getcwd
from pathlib import Path
from traceback import extract_tb
from typing import Any

import numpy as np

from autograd.check.findings import ILL_CONDITIONED, INCONCLUSIVE, SINGULAR, Coordinate
from autograd.check.gradcheck import gradcheck
from autograd.check.report import Line, Report
from autograd.commands.literals import read_arguments
from autograd.errors import AutogradError, OperandError

OURS = Path(__file__).parents[1]  # autograd itself
RIGHT, WRONG, USAGE, UNKNOWN = 0, 1, 2, 3
EXIT_CODES = dict.fromkeys([INCONCLUSIVE, ILL_CONDITIONED, SINGULAR], UNKNOWN)
DERIVED = {Report: ("ok",), Coordinate: ("digits",)}  # properties that belong to the report
Arguments = tuple[list[Any], dict[str, Any]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("function", metavar="package.module:function",
                        help="what to check; the current folder is searched first")
    parser.add_argument("--at", required=True, metavar="POINT",
                        help='the arguments, as in a call, "x=[1.0, 2.0], y=3": literals only, lists are arrays; '
                             "or FILE.npz, an array for each argument")
    parser.add_argument("--grad", metavar="package.module:function",
                        help="the gradient function to check, with the same arguments; by default glassgrad's own")
    parser.add_argument("--order", type=int, default=1, choices=(1, 2, 3, 4),
                        help="up to which order to check derivatives of glassgrad's own (default: 1)")
    parser.add_argument("--json", action="store_true", help="print the report as JSON, nan and inf as strings")


def run(options: argparse.Namespace) -> int:
    """Check a function and print the report; return the exit code."""
    if options.grad and options.order > 1:
        options.parser.error("--order is for glassgrad's own derivatives; check a second derivative as the --grad of "
                             "the first")
    with current_folder_importable():
        try:
            f = find_function(options.function)
            inputs, f = as_positional(f, *read_point(options.at))
            grad = None
            if options.grad:
                _, grad = as_positional(find_function(options.grad), *read_point(options.at))
        except OperandError as error:
            options.parser.error(str(error))
        except Exception as error:  # whatever the user's module raises
            options.parser.exit(USAGE, f"{options.parser.prog}: error: {told(error)}\n")
        try:
            report = gradcheck(f, *inputs, grad=grad, order=options.order)
        except Exception as error:  # whatever the user's function raises
            options.parser.exit(USAGE, f"{options.parser.prog}: error: {told(error)}\n")
    text = json.dumps(as_json(report), allow_nan=False, indent=2) if options.json else str(report)
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding))
    return RIGHT if report.ok else EXIT_CODES.get(report.verdict, WRONG)


def told(error: Exception) -> str:
    """Write an exception, its kind if it is none of ours, and where it comes from in the code that is checked."""
    text = str(error) if isinstance(error, AutogradError) else f"{type(error).__name__}: {error}"
    frames = [frame for frame in extract_tb(error.__traceback__) if not Path(frame.filename).is_relative_to(OURS)]
    frames = [frame for frame in frames if not re.match(r"<frozen|.*\bimportlib\b", frame.filename)]
    own = [frame for frame in frames if not Path(frame.filename).is_relative_to(sys.prefix)] or frames
    return text + "".join(f"\n  {frame.filename}:{frame.lineno}, in {frame.name}: {frame.line}" for frame in own[-1:])


@contextmanager
def current_folder_importable() -> Iterator[None]:
    """Search the current folder for modules first, within the block."""
    before = list(sys.path)
    sys.path.insert(0, getcwd())
    try:
        yield
    finally:
        sys.path[:] = before


def find_function(name: str) -> Callable[..., Any]:
    """Return the function that "package.module:function" names, or raise an OperandError that says what is missing.

    >>> find_function("autograd.ops:tanh")
    <op tanh>
    >>> find_function("autograd.ops:tahn")
    Traceback (most recent call last):
    autograd.errors.OperandError: autograd.ops has no 'tahn'; did you mean ...tanh?
    """
    module_name, _, path = name.partition(":")
    if not module_name or not path:
        raise OperandError(f"expected package.module:function, got {name!r}")
    try:
        found: Any = import_module(module_name)
    except ModuleNotFoundError as error:
        if not error.name or not f"{module_name}.".startswith(f"{error.name}."):
            raise
        raise OperandError(f"there is no module {error.name!r}, neither in {getcwd()} nor installed") from None
    reached = module_name
    for attribute in path.split("."):
        if not hasattr(found, attribute):
            near = ", ".join(sorted(get_close_matches(attribute, dir(found), n=4)))
            raise OperandError(f"{reached} has no {attribute!r}" + (f"; did you mean {near}?" if near else ""))
        found, reached = getattr(found, attribute), f"{reached}.{attribute}"
    if not callable(found):
        raise OperandError(f"{name} is of type {type(found).__name__}, expected a function")
    function: Callable[..., Any] = found
    return function


def read_point(text: str) -> Arguments:
    """Return the arguments at which to check, by position and by name: from an .npz file or from the text itself."""
    if not text.endswith(".npz"):
        try:
            return read_arguments(text)
        except OperandError as error:
            raise OperandError(f"--at: {error}") from None
    try:
        with np.load(text, allow_pickle=False) as file:
            arrays = {name: np.asarray(file[name]) for name in file.files}
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise OperandError(f"--at: cannot read arrays from {text}: {error}") from None
    arrays = {name: x if x.dtype.kind not in "iu" else x.astype(float) for name, x in arrays.items()}
    unnamed = [name for name in arrays if re.fullmatch(r"arr_\d+", name)]  # what np.savez calls arrays without a name
    return [arrays.pop(name) for name in unnamed], arrays


def as_positional(f: Callable[..., Any], args: list[Any], named: dict[str, Any]) -> tuple[list[Any], Any]:
    """Return all arguments in one list, and the function that takes them by position."""
    try:
        known: Signature | None = signature(f)
    except (TypeError, ValueError):  # a function written in C
        known = None
    if known is not None:
        try:
            bound = known.bind(*args, **named)
        except TypeError as error:
            raise OperandError(f"--at does not fit {called(f)}{known}: {error}") from None
        args, named = list(bound.args), bound.kwargs
    if not named:
        return args, f

    @wraps(f)
    def call(*xs: Any) -> Any:
        return f(*xs[: len(args)], **dict(zip(named, xs[len(args) :], strict=True)))

    names = [*(list(known.parameters) if known else [])[: len(args)], *named]
    call.__signature__ = Signature(  # type: ignore[attr-defined]  # where a report finds the names of the inputs
        [Parameter(name, Parameter.POSITIONAL_ONLY) for name in names])
    return [*args, *named.values()], call


def called(f: Any) -> str:
    """Return the name of a function."""
    return str(getattr(f, "__name__", type(f).__name__))


def as_json(x: Any) -> Any:
    """Return data as what JSON can hold: dataclasses as objects, arrays as lists, nan and infinities as strings.

    >>> as_json({"digits": np.array([1.0, np.inf]), "place": (0, 1)})
    {'digits': [1.0, 'inf'], 'place': [0, 1]}
    """
    if is_dataclass(x) and not isinstance(x, type):
        names = [field.name for field in fields(x) if not isinstance(getattr(x, field.name), Line)]
        return {name: as_json(getattr(x, name)) for name in (*names, *DERIVED.get(type(x), ()))}
    if isinstance(x, dict):
        return {str(key): as_json(value) for key, value in x.items()}
    if isinstance(x, (list, tuple)):
        return [as_json(element) for element in x]
    if isinstance(x, (np.ndarray, np.generic)):
        return as_json(x.tolist())
    return str(x) if isinstance(x, float) and not isfinite(x) else x
