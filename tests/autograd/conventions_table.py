"""The derivative at kinks, singular points and edges, as data: one row a case. `test_conventions.py` runs them.

`SCALAR` rows take numbers and hold for Values and for Tensors of any shape alike; `ARRAY` rows take arrays, and a
result that is no scalar gets the cotangent given, ones by default. `f` names functions through `F`, the table. An
expected gradient of None is left open.
`WAITING` names what later issues bring; a test asserts that it is not there yet, so that it cannot be forgotten.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, log, nan
from typing import Any

import numpy as np

from autograd.op import COMPOSITES, TABLE


class Functions:
    """The rows and composites by name, looked up when they are called."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        found = COMPOSITES.get(name) or TABLE.get(name)
        if found is None:
            raise AttributeError(f"neither the table nor the composites have {name!r}")
        return found


F = Functions()


@dataclass(frozen=True)
class Row:
    """A case: a function, where it is evaluated, what value and which gradients it has there."""

    case: str
    f: Callable[..., Any]
    at: tuple[Any, ...]
    value: Any
    gradients: tuple[Any, ...]
    cotangent: Any = None

    def __str__(self) -> str:
        return self.case


SLOPE, THIRD, SIXTH = 0.01, 1 / 3, 1 / 6
NEVER = np.zeros(0)

SCALAR = (
    Row("relu at 0", lambda x: F.relu(x), (0.0,), 0.0, (0.0,)),
    Row("abs at 0", lambda x: F.abs(x), (0.0,), 0.0, (0.0,)),
    Row("sqrt at 0", lambda x: F.sqrt(x), (0.0,), 0.0, (inf,)),
    Row("sqrt squared at 0", lambda x: F.sqrt(x) ** 2, (0.0,), 0.0, (nan,)),
    Row("sqrt of the square at 0", lambda x: F.sqrt(x**2), (0.0,), 0.0, (nan,)),
    Row("power 1/2 of the square at 0", lambda x: (x**2) ** 0.5, (0.0,), 0.0, (nan,)),
    Row("hypot instead, at 0", lambda x: F.hypot(x, 0.0), (0.0,), 0.0, (0.0,)),
    Row("x**0 at 0", lambda x: x**0, (0.0,), 1.0, (0.0,)),
    Row("x**1 at 0", lambda x: x**1, (0.0,), 0.0, (1.0,)),
    Row("x**2 at 0", lambda x: x**2, (0.0,), 0.0, (0.0,)),
    Row("x**.5 at 0", lambda x: x**0.5, (0.0,), 0.0, (inf,)),
    Row("x**-1 at 0", lambda x: x**-1, (0.0,), inf, (-inf,)),
    Row("cbrt at 0", lambda x: F.cbrt(x), (0.0,), 0.0, (inf,)),
    Row("reciprocal at 0", lambda x: F.reciprocal(x), (0.0,), inf, (-inf,)),
    Row("1/0", lambda x, y: x / y, (1.0, 0.0), inf, (inf, -inf)),
    Row("log at 0", lambda x: F.log(x), (0.0,), -inf, (inf,)),
    Row("pow(0, 2)", lambda x, y: x**y, (0.0, 2.0), 0.0, (0.0, 0.0)),
    Row("pow(0, 0)", lambda x, y: x**y, (0.0, 0.0), 1.0, (0.0, 0.0)),
    Row("pow(-2, 3)", lambda x, y: x**y, (-2.0, 3.0), -8.0, (12.0, nan)),
    Row("0**y at -1", lambda y: 0.0**y, (-1.0,), inf, (-inf,)),
    Row("maximum tie", lambda x, y: F.maximum(x, y), (2.0, 2.0), 2.0, (0.5, 0.5)),
    Row("minimum tie", lambda x, y: F.minimum(x, y), (2.0, 2.0), 2.0, (0.5, 0.5)),
    Row("maximum of one thing twice", lambda x: F.maximum(x, x), (2.0,), 2.0, (1.0,)),
    Row("maximum(nan, 1)", lambda x, y: F.maximum(x, y), (nan, 1.0), nan, (nan, nan)),
    Row("maximum(1, nan)", lambda x, y: F.maximum(x, y), (1.0, nan), nan, (nan, nan)),
    Row("minimum(nan, 1)", lambda x, y: F.minimum(x, y), (nan, 1.0), nan, (nan, nan)),
    Row("minimum(1, nan)", lambda x, y: F.minimum(x, y), (1.0, nan), nan, (nan, nan)),
    Row("fmax tie", lambda x, y: F.fmax(x, y), (2.0, 2.0), 2.0, (0.5, 0.5)),
    Row("fmax(nan, 1)", lambda x, y: F.fmax(x, y), (nan, 1.0), 1.0, (0.0, 1.0)),
    Row("fmax(1, nan)", lambda x, y: F.fmax(x, y), (1.0, nan), 1.0, (1.0, 0.0)),
    Row("fmin tie", lambda x, y: F.fmin(x, y), (2.0, 2.0), 2.0, (0.5, 0.5)),
    Row("fmin(nan, 1)", lambda x, y: F.fmin(x, y), (nan, 1.0), 1.0, (0.0, 1.0)),
    Row("fmin(1, nan)", lambda x, y: F.fmin(x, y), (1.0, nan), 1.0, (1.0, 0.0)),
    Row("heaviside at 0", lambda x, y: F.heaviside(x, y), (0.0, 0.5), 0.5, (0.0, 1.0)),
    Row("clip at the lower bound", lambda x: F.clip(x, -1.0, 1.0), (-1.0,), -1.0, (1.0,)),
    Row("clip at the upper bound", lambda x: F.clip(x, -1.0, 1.0), (1.0,), 1.0, (1.0,)),
    Row("clip outside", lambda x: F.clip(x, -1.0, 1.0), (1.5,), 1.0, (0.0,)),
    Row("clip of NaN", lambda x: F.clip(x, -1.0, 1.0), (nan,), nan, (0.0,)),
    Row("where(x > 0, log x, 0) at 0", lambda x: F.where(x > 0, F.log(x), 0.0), (0.0,), 0.0, (nan,)),
    Row("where instead of NaN", lambda x: F.where(x != x, 0.0, x), (nan,), 0.0, (0.0,)),
    Row("hypot(0, 0)", lambda x, y: F.hypot(x, y), (0.0, 0.0), 0.0, (0.0, 0.0)),
    Row("arctan2(0, 0)", lambda x, y: F.arctan2(x, y), (0.0, 0.0), 0.0, (0.0, 0.0)),
    Row("logaddexp(-inf, -inf)", lambda x, y: F.logaddexp(x, y), (-inf, -inf), -inf, (0.0, 0.0)),
    Row("logaddexp(inf, 0)", lambda x, y: F.logaddexp(x, y), (inf, 0.0), inf, (1.0, 0.0)),
    Row("logaddexp(inf, inf)", lambda x, y: F.logaddexp(x, y), (inf, inf), inf, (0.5, 0.5)),
    Row("logaddexp(nan, 1)", lambda x, y: F.logaddexp(x, y), (nan, 1.0), nan, (nan, nan)),
    Row("logaddexp(1, nan)", lambda x, y: F.logaddexp(x, y), (1.0, nan), nan, (nan, nan)),
    Row("sigmoid(1000)", lambda x: F.sigmoid(x), (1000.0,), 1.0, (0.0,)),
    Row("sigmoid(-1000)", lambda x: F.sigmoid(x), (-1000.0,), 0.0, (0.0,)),
    Row("tanh(1000)", lambda x: F.tanh(x), (1000.0,), 1.0, (0.0,)),
    Row("tanh(-1000)", lambda x: F.tanh(x), (-1000.0,), -1.0, (0.0,)),
    Row("softplus(1000)", lambda x: F.softplus(x), (1000.0,), 1000.0, (1.0,)),
    Row("softplus(-1000)", lambda x: F.softplus(x), (-1000.0,), 0.0, (0.0,)),
    Row("log_sigmoid(-1000)", lambda x: F.log_sigmoid(x), (-1000.0,), -1000.0, (1.0,)),
    Row("silu(-1000)", lambda x: F.silu(x), (-1000.0,), 0.0, (0.0,)),
    Row("mish(-1000)", lambda x: F.mish(x), (-1000.0,), 0.0, (0.0,)),
    Row("log of sigmoid(-1000)", lambda x: F.log(F.sigmoid(x)), (-1000.0,), -inf, (nan,)),
    Row("log of exp(-1000)", lambda x: F.log(F.exp(x)), (-1000.0,), -inf, (nan,)),
    Row("tanh by exponentials", lambda x: (F.exp(x) - F.exp(-x)) / (F.exp(x) + F.exp(-x)), (1000.0,), nan, (nan,)),
    Row("xlogy(0, 0)", lambda x, y: F.xlogy(x, y), (0.0, 0.0), 0.0, (0.0, 0.0)),
    Row("xlogy(0, 2)", lambda x, y: F.xlogy(x, y), (0.0, 2.0), 0.0, (log(2), 0.0)),
    Row("xlogy(1, 0)", lambda x, y: F.xlogy(x, y), (1.0, 0.0), -inf, (-inf, inf)),
    Row("xlogy(1, -0)", lambda x, y: F.xlogy(x, y), (1.0, -0.0), -inf, (-inf, inf)),
    Row("leaky_relu at 0", lambda x: F.leaky_relu(x), (0.0,), 0.0, (SLOPE,)),
    Row("hardtanh(-1)", lambda x: F.hardtanh(x), (-1.0,), -1.0, (0.0,)),
    Row("hardtanh(1)", lambda x: F.hardtanh(x), (1.0,), 1.0, (0.0,)),
    Row("relu6(0)", lambda x: F.relu6(x), (0.0,), 0.0, (0.0,)),
    Row("relu6(6)", lambda x: F.relu6(x), (6.0,), 6.0, (0.0,)),
    Row("hardsigmoid(-3)", lambda x: F.hardsigmoid(x), (-3.0,), 0.0, (0.0,)),
    Row("hardsigmoid(3)", lambda x: F.hardsigmoid(x), (3.0,), 1.0, (0.0,)),
    Row("hardswish(-3)", lambda x: F.hardswish(x), (-3.0,), 0.0, (0.0,)),
    Row("hardswish(3)", lambda x: F.hardswish(x), (3.0,), 3.0, (1.0,)),
    Row("elu at 0", lambda x: F.elu(x), (0.0,), 0.0, (1.0,)),
    Row("hinge by clip", lambda x: F.clip(1 - x, min=0.0), (1.0,), 0.0, (-1.0,)),
    Row("hinge by relu", lambda x: F.relu(1 - x), (1.0,), 0.0, (0.0,)),
    Row("hinge by maximum", lambda x: F.maximum(0.0, 1 - x), (1.0,), 0.0, (-0.5,)),
    Row("sign at 0", lambda x: F.sign(x), (0.0,), 0.0, (0.0,)),
    Row("round at a half", lambda x: F.round(x), (2.5,), 2.0, (0.0,)),
    Row("floor at a whole number", lambda x: F.floor(x), (2.0,), 2.0, (0.0,)),
    Row("ceil at a whole number", lambda x: F.ceil(x), (2.0,), 2.0, (0.0,)),
    Row("trunc", lambda x: F.trunc(x), (-2.5,), -2.0, (0.0,)),
    Row("floor_divide at a whole quotient", lambda x, y: F.floor_divide(x, y), (6.0, 3.0), 2.0, (0.0, 0.0)),
    Row("remainder(7, 3)", lambda x, y: F.remainder(x, y), (7.0, 3.0), 1.0, (1.0, -2.0)),
    Row("remainder(-7, 3)", lambda x, y: F.remainder(x, y), (-7.0, 3.0), 2.0, (1.0, 3.0)),
    Row("fmod(-7, 3)", lambda x, y: F.fmod(x, y), (-7.0, 3.0), -1.0, (1.0, 2.0)),
    Row("copysign at 0", lambda x, y: F.copysign(x, y), (0.0, 1.0), 0.0, (0.0, 0.0)),
    Row("nan_to_num of NaN", lambda x: F.nan_to_num(x), (nan,), 0.0, (0.0,)),
    Row("nan_to_num of infinity", lambda x: F.nan_to_num(x, posinf=9.0), (inf,), 9.0, (0.0,)),
)

ARRAY = (
    Row("safe_sqrt of the square at 0", lambda x: F.safe_sqrt(x**2), (np.float64(0),), 0.0, (0.0,)),
    Row("max of a tie", lambda x: F.max(x), ([1, 3, 3],), 3.0, ([0, 0.5, 0.5],)),
    Row("max along an axis of a tie", lambda x: F.max(x, axis=0), ([[1, 3], [1, 3]],), [1, 3], (np.full((2, 2), 0.5),)),
    Row("max with index of a tie", lambda x: F.max_with_index(x)[0], ([1, 3, 3],), 3.0, ([0, 1, 0],)),
    Row("max of many ties in half", lambda x: F.max(x), (np.ones(3000, np.float16),), 1.0, (np.full(3000, 1 / 3000),)),
    Row("max with NaN", lambda x: F.max(x), ([1, nan, 3],), nan, ([nan, nan, nan],)),
    Row("norm at 0", lambda x: F.norm(x), ([0, 0],), 0.0, ([0, 0],)),
    Row("1-norm at a zero entry", lambda x: F.norm(x, ord=1), ([0, -3],), 3.0, ([0, -1],)),
    Row("inf-norm of a tie", lambda x: F.norm(x, ord=inf), ([2, -2],), 2.0, ([0.5, -0.5],)),
    Row("3-norm at 0", lambda x: F.norm(x, ord=3), ([0, 0],), 0.0, ([0, 0],)),
    Row("prod with one zero", lambda x: F.prod(x), ([2, 0, 3],), 0.0, ([0, 6, 0],)),
    Row("prod with two zeros", lambda x: F.prod(x), ([0, 0, 3],), 0.0, ([0, 0, 0],)),
    Row("cumprod with a zero", lambda x: F.cumprod(x), ([2, 0, 3, 4],), [2, 0, 0, 0], ([1, 32, 0, 0],)),
    Row("std of a constant", lambda x: F.std(x), ([3, 3, 3],), 0.0, ([0, 0, 0],)),
    Row("std of a constant, ddof 1", lambda x: F.std(x, ddof=1), ([3, 3, 3],), 0.0, ([0, 0, 0],)),
    Row("logsumexp of huge", lambda x: F.logsumexp(x), ([1000, 1000],), 1000 + log(2), ([0.5, 0.5],)),
    Row("logsumexp [-inf, 0]", lambda x: F.logsumexp(x), ([-inf, 0],), 0.0, ([0, 1],)),
    Row("logsumexp all -inf", lambda x: F.logsumexp(x), ([-inf, -inf],), -inf, ([0, 0],)),
    Row("softmax of huge", lambda x: F.softmax(x), ([1000, 0],), [1, 0], ([0, 0],), [1, 2]),
    Row("softmax all -inf", lambda x: F.softmax(x), ([-inf, -inf],), [nan, nan], ([nan, nan],)),
    Row("masked softmax of nothing", lambda x: F.masked_softmax(x, [False] * 2), ([1, 2],), [0, 0], ([0, 0],), [1, 2]),
    Row("median of an even number", lambda x: F.median(x), ([4, 1, 3, 2],), 2.5, ([0, 0, 0.5, 0.5],)),
    Row("sort of a tie is stable", lambda x: F.sort(x), ([2, 1, 2],), [1, 2, 2], ([20, 10, 30],), [10, 20, 30]),
    Row("cummax of a tie", lambda x: F.cummax(x), ([1, 1, 1],), [1, 1, 1], ([1, 1, 1],)),
    Row("cummax of a tie takes the latest", lambda x: F.cummax(x), ([2, 2, 1],), [2, 2, 2], ([1, 5, 0],), [1, 2, 3]),
    Row("repeated index", lambda x: x[[0, 0, 1]], ([5, 6, 7],), [5, 5, 6], ([2, 1, 0],)),
    Row("einsum ii->", lambda x: F.einsum("ii->", x), ([[1, 2], [3, 4]],), 5.0, ([[1, 0], [0, 1]],)),
    Row("einsum i,i-> with size 1", lambda x, y: F.einsum("i,i->", x, y), ([1, 2, 3], [2]), 12.0, ([2, 2, 2], [6])),
    Row("nansum", lambda x: F.nansum(x), ([1, nan],), 1.0, ([1, 0],)),
    Row("clip of NaN in an array", lambda x: F.clip(x, 0.0, 1.0), ([nan, 0.5],), [nan, 0.5], ([0, 1],)),
    Row("sum of nothing", lambda x: F.sum(x), (NEVER,), 0.0, (NEVER,)),
    Row("prod of nothing", lambda x: F.prod(x), (NEVER,), 1.0, (NEVER,)),
    Row("mean of nothing", lambda x: F.mean(x), (NEVER,), nan, (NEVER,)),
    Row("transposed view", lambda x: x.T[0], ([[1, 2], [3, 4]],), [1, 3], ([[1, 0], [1, 0]],)),
    Row("boolean mask", lambda x: x[np.array([True, False, True])], ([1, 2, 3],), [1, 3], ([1, 0, 1],)),
)

# Undefined values: an error that names op and input for scalars, NaN for arrays.
UNDEFINED = (
    Row("sqrt(-1)", lambda x: F.sqrt(x), (-1.0,), nan, (nan,)),
    Row("log(-1)", lambda x: F.log(x), (-1.0,), nan, (-1.0,)),
    Row("(-2)**.5", lambda x: x**0.5, (-2.0,), nan, (nan,)),
    Row("arcsin(2)", lambda x: F.arcsin(x), (2.0,), nan, (nan,)),
    Row("0/0", lambda x, y: x / y, (0.0, 0.0), nan, (inf, nan)),
    Row("remainder by 0", lambda x, y: F.remainder(x, y), (1.0, 0.0), nan, (1.0, None)),
)

# Results that carry no gradient: recorded with their op, as a cut.
DETACHED = (
    Row("argmax", lambda x: F.argmax(x), ([1.0, 3.0, 2.0],), 1, ()),
    Row("argsort", lambda x: F.argsort(x), ([1.0, 3.0, 2.0],), [0, 2, 1], ()),
    Row("integer cast", lambda x: F.astype(x, int), ([1.5, -2.5],), [1, -2], ()),
)

# What later issues bring, by the number of the issue. Those of layers and losses: tests/nn/test_conventions.py.
WAITING = {"det": 7, "max_pool": 7, "max_pool2d": 7}
