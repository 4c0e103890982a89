"""Functions of which a checker should say in a word of its own what is the matter, rather than right or wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import ops
from autograd.check.findings import MUTATING, NONDETERMINISTIC, SINGULAR
from tests.planted.cases import reverse_mode

UNREPEATABLE = (NONDETERMINISTIC, MUTATING)  # a function with a memory is either, as it shows


@dataclass(frozen=True, eq=False)
class Oddity:
    """What is odd; `make` returns a new f and its vjp, for some have a memory."""

    name: str
    make: Callable[[], tuple[Callable[..., Any], Callable[..., Any]]]
    inputs: tuple[Any, ...]
    words: tuple[str, ...]       # the verdicts that fit


def singular(name: str, f: Callable[..., Any], *inputs: Any) -> Oddity:
    return Oddity(name, lambda: (f, reverse_mode(f)), inputs, (SINGULAR,))


def sine_vjp(v: Any, x: Any) -> Any:
    return (v * np.cos(x),)


def noisy(size: float) -> Any:
    rng = np.random.default_rng(0)
    return lambda x: np.sin(x) + size * rng.normal(size=np.shape(x)), sine_vjp


def alternating() -> Any:
    calls = []

    def f(x: Any) -> Any:
        calls.append(x)
        return np.sin(x) * (1 if len(calls) % 2 else 2)
    return f, sine_vjp


def ageing() -> Any:
    """A running mean that every call moves, as in a batch normalisation left in training mode."""
    mean = np.zeros(())

    def f(x: Any) -> Any:
        mean[...] = 0.9 * mean + 0.1 * np.mean(x)
        return np.sin(x) - mean
    return f, sine_vjp


def writing_to_input() -> Any:
    def f(x: Any) -> Any:
        x *= 2.0
        return np.sin(x / 2.0)
    return f, sine_vjp


def writing_to_cotangent() -> Any:
    def vjp(v: Any, x: Any) -> Any:
        v *= np.cos(x)
        return (v,)
    return np.sin, vjp


def vjp_writing_to_input() -> Any:
    def vjp(v: Any, x: Any) -> Any:
        g = v * np.cos(x)
        x += 1.0
        return (g,)
    return np.sin, vjp


def accumulating() -> Any:
    total = np.zeros(3)

    def vjp(v: Any, x: Any) -> Any:
        total[...] += v * np.cos(x)
        return (total.copy(),)
    return np.sin, vjp


POINT = (np.array([0.3, -0.5, 1.2]),)

ODDITIES = (
    singular("floor at a whole number", ops.floor, np.array([1.0, 2.5])),
    singular("ceil at a whole number", ops.ceil, np.array(2.0)),
    singular("trunc at a whole number", ops.trunc, np.array([-1.0, 0.5])),
    singular("rint at a half", ops.rint, np.array([0.5, 0.2])),
    singular("sign at 0", ops.sign, np.array([0.0, 1.0])),
    singular("heaviside at 0", lambda x: ops.heaviside(x, 0.5), np.array([0.0, -1.0])),
    singular("remainder at a multiple", lambda x: ops.remainder(x, 2.0), np.array([4.0, 1.0])),
    singular("where at its threshold", lambda x: ops.where(x > 1.0, x, -x), np.array([1.0, 2.0])),
    singular("sqrt at 0", ops.sqrt, np.array([0.0, 1.0])),
    singular("cbrt at 0", ops.cbrt, np.array([0.0, 1.0])),
    singular("x^0.5 at 0", lambda x: x**0.5, np.array(0.0)),
    singular("arcsin at 1", ops.arcsin, np.array([1.0, 0.5])),
    Oddity("noise of 1e-3", lambda: noisy(1e-3), POINT, UNREPEATABLE),
    Oddity("noise of 1e-9", lambda: noisy(1e-9), POINT, UNREPEATABLE),
    Oddity("every second call doubled", alternating, POINT, UNREPEATABLE),
    Oddity("f with a running mean", ageing, POINT, UNREPEATABLE),
    Oddity("f that writes to its input", writing_to_input, POINT, (MUTATING,)),
    Oddity("vjp that writes to the cotangent", writing_to_cotangent, POINT, (MUTATING,)),
    Oddity("vjp that writes to the input", vjp_writing_to_input, POINT, (MUTATING,)),
    Oddity("vjp that adds to earlier calls", accumulating, POINT, UNREPEATABLE),
)
