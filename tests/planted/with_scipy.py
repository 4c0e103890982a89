"""SciPy's check_grad on <v, f> for a random cotangent v: it gives the norm of the difference, which may be 1e-5.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.optimize import check_grad

from tests.planted.cases import draw_cotangent, outputs_of

LIMIT = 1e-5


def check(f: Callable[..., Any], inputs: tuple[Any, ...], vjp: Callable[..., Any], seed: int) -> bool:
    v = draw_cotangent(f(*inputs), np.random.default_rng(seed))
    ends = np.cumsum([x.size for x in inputs])[:-1]
    start = np.concatenate([x.reshape(-1) for x in inputs])
    if not start.size:
        return True  # nothing to compare; SciPy would raise

    def parts(x: Any) -> list[Any]:
        return [np.asarray(part.reshape(like.shape), like.dtype)
                for part, like in zip(np.split(x, ends), inputs, strict=True)]

    def value(x: Any) -> float:
        return float(sum(np.sum(a * b) for a, b in zip(outputs_of(v), outputs_of(f(*parts(x))), strict=True)))

    def gradient(x: Any) -> Any:
        return np.concatenate([g.reshape(-1) for g in vjp(v, *parts(x))])

    return bool(check_grad(value, gradient, start) <= LIMIT)
