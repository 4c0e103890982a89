"""JAX's check_grads on a function of arrays and a vjp of ours, through custom_vjp.

Reverse mode runs both as they are, on numbers (not traced), so no callback needs to be compiled.
"""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np
from jax.test_util import check_grads

from tests.planted.cases import like_output, outputs_of

jax.config.update("jax_enable_x64", True)


def check(f: Callable[..., Any], inputs: tuple[Any, ...], vjp: Callable[..., Any], seed: int) -> bool:
    @jax.custom_vjp
    def wrapped(*xs: Any) -> Any:
        y = f(*map(np.asarray, xs))
        return like_output(y, outputs_of(y))

    def forward(*xs: Any) -> Any:
        return wrapped(*xs), xs

    def backward(xs: Any, cotangent: Any) -> Any:
        v = like_output(cotangent, outputs_of(cotangent))
        return vjp(v, *map(np.asarray, xs))

    wrapped.defvjp(forward, backward)
    # check_grads draws by a seed of its own
    check_grads(wrapped, inputs, order=1, modes=("rev",))
    return True
