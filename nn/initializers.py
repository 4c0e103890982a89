"""What weights start from: functions of a shape and a generator that return plain arrays. Knows no layer.

A weight has its outputs along the first axis and its inputs along the second, as `Linear` has it; further axes are
those of a kernel. Options are set for a layer with `functools.partial(he_normal, nonlinearity="leaky_relu")`. There is
no global seed: what draws takes `rng`, a `np.random.Generator`.
"""

import math
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from autograd.errors import OperandError, ShapeError

Array = NDArray[np.float64]
Shape = tuple[int, ...]

SLOPE = 0.01  # of leaky_relu below 0, by default

#: How much a nonlinearity shrinks a signal, as the factor that makes up for it, by name. The first ones are PyTorch's;
#: the relatives of relu count as relu, what is nearly a line, or comes last, as a line.
GAINS: dict[str, Callable[[float], float]] = {
    "linear": lambda slope: 1.0,
    "sigmoid": lambda slope: 1.0,
    "tanh": lambda slope: 5 / 3,
    "relu": lambda slope: math.sqrt(2),
    "leaky_relu": lambda slope: math.sqrt(2 / (1 + slope**2)),
    "selu": lambda slope: 3 / 4,
    **dict.fromkeys(("relu6", "elu", "gelu", "silu", "mish", "softplus", "hardswish"), lambda slope: math.sqrt(2)),
    **dict.fromkeys(("identity", "softsign", "log_sigmoid", "hardtanh", "hardsigmoid", "softmax", "log_softmax"),
                    lambda slope: 1.0),
}


class Initializer(Protocol):
    """What draws an array of a shape."""

    def __call__(self, shape: Shape, *, rng: np.random.Generator) -> Array:
        """Return an array of the shape."""


def calculate_gain(nonlinearity: str, slope: float = SLOPE) -> float:
    """Return the factor by which weights before a nonlinearity grow; `slope` is that of leaky_relu below 0.

    >>> calculate_gain("relu")
    1.4142135623730951
    """
    if nonlinearity not in GAINS:
        raise OperandError(f"calculate_gain: nonlinearity={nonlinearity!r} is unknown; known are {', '.join(GAINS)}")
    return GAINS[nonlinearity](slope)


def fans(shape: Shape) -> tuple[int, int]:
    """Return how many inputs an output sums over, and how many outputs an input goes into.

    >>> fans((8, 3)), fans((8, 3, 5, 5))
    ((3, 8), (75, 200))
    """
    if len(shape) < 2:
        raise ShapeError(f"an initializer by fans needs a weight of two axes or more, outputs and inputs, not the "
                         f"shape {shape}; for a bias take zeros")
    places = math.prod(shape[2:])
    return shape[1] * places, shape[0] * places


def fan(shape: Shape, mode: str) -> float:
    """Return the inputs, the outputs or the mean of both, by name."""
    fan_in, fan_out = fans(shape)
    modes = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}
    if mode not in modes:
        raise OperandError(f"mode={mode!r} is unknown; known are {', '.join(modes)}")
    return max(modes[mode], 1)  # a layer without inputs has nothing to draw


def generator(rng: Any) -> np.random.Generator:
    """Return the generator, or raise if it is something else, such as a seed."""
    if not isinstance(rng, np.random.Generator):
        raise OperandError(f"rng must be a numpy Generator, such as np.random.default_rng(0), got {rng!r:.60}")
    return rng


# The same for every shape

def zeros(shape: Shape, *, rng: Any = None) -> Array:
    """Return zeros: for biases. A layer whose weights are all zero learns one thing with all its units.

    >>> zeros((2,))
    array([0., 0.])
    """
    return np.zeros(shape)


def constant(shape: Shape, value: float = 1.0, *, rng: Any = None) -> Array:
    """Return one number throughout.

    >>> constant((2,), 0.5)
    array([0.5, 0.5])
    """
    return np.full(shape, float(value))


def uniform(shape: Shape, low: float = -0.05, high: float = 0.05, *, rng: np.random.Generator) -> Array:
    """Draw evenly from [low, high).

    >>> uniform((2, 3), rng=np.random.default_rng(0)).shape
    (2, 3)
    """
    return generator(rng).uniform(low, high, shape)


def normal(shape: Shape, mean: float = 0.0, std: float = 0.05, *, rng: np.random.Generator) -> Array:
    """Draw from the normal distribution.

    >>> normal((2, 3), rng=np.random.default_rng(0)).shape
    (2, 3)
    """
    return generator(rng).normal(mean, std, shape)


def truncated_normal(shape: Shape, mean: float = 0.0, std: float = 0.05, *, bound: float = 2.0,
                     rng: np.random.Generator) -> Array:
    """Draw from the normal distribution what lies within `bound` standard deviations, by drawing the rest again.

    With the bound 2 the numbers have 0.88 times the standard deviation that is asked for.

    >>> bool((abs(truncated_normal((1000,), std=1.0, rng=np.random.default_rng(0))) <= 2).all())
    True
    """
    if not bound > 0:
        raise OperandError(f"truncated_normal: bound={bound} must be positive")
    found = generator(rng).standard_normal(shape)
    outside = np.abs(found) > bound
    while outside.any():
        found[outside] = rng.standard_normal(int(outside.sum()))
        outside = np.abs(found) > bound
    return mean + std * found


# By the number of inputs and outputs

def drawn_evenly(shape: Shape, std: float, rng: np.random.Generator) -> Array:
    """Draw evenly with mean 0 and a standard deviation."""
    return uniform(shape, -math.sqrt(3) * std, math.sqrt(3) * std, rng=rng)


def xavier_uniform(shape: Shape, gain: float = 1.0, *, rng: np.random.Generator) -> Array:
    """Draw evenly with variance gain² · 2/(inputs + outputs): Glorot & Bengio 2010, for tanh and its like.

    >>> xavier_uniform((2, 3), rng=np.random.default_rng(0)).shape
    (2, 3)
    """
    return drawn_evenly(shape, gain / math.sqrt(fan(shape, "fan_avg")), rng)


def xavier_normal(shape: Shape, gain: float = 1.0, *, rng: np.random.Generator) -> Array:
    """Draw normally with variance gain² · 2/(inputs + outputs): Glorot & Bengio 2010.

    >>> xavier_normal((2, 3), rng=np.random.default_rng(0)).shape
    (2, 3)
    """
    return normal(shape, 0.0, gain / math.sqrt(fan(shape, "fan_avg")), rng=rng)


def he_uniform(shape: Shape, nonlinearity: str = "relu", slope: float = SLOPE, *, mode: str = "fan_in",
               rng: np.random.Generator) -> Array:
    """Draw evenly with variance gain²/inputs: He et al. 2015, arXiv:1502.01852, for rectifiers; PyTorch's "kaiming".

    >>> he_uniform((2, 3), rng=np.random.default_rng(0)).shape
    (2, 3)
    """
    return drawn_evenly(shape, calculate_gain(nonlinearity, slope) / math.sqrt(fan(shape, mode)), rng)


def he_normal(shape: Shape, nonlinearity: str = "relu", slope: float = SLOPE, *, mode: str = "fan_in",
              rng: np.random.Generator) -> Array:
    """Draw normally with variance gain²/inputs: He et al. 2015, arXiv:1502.01852, for rectifiers.

    >>> he_normal((2, 3), rng=np.random.default_rng(0)).shape
    (2, 3)
    """
    return normal(shape, 0.0, calculate_gain(nonlinearity, slope) / math.sqrt(fan(shape, mode)), rng=rng)


def lecun_uniform(shape: Shape, *, rng: np.random.Generator) -> Array:
    """Draw evenly with variance 1/inputs: LeCun et al. 1998, "Efficient BackProp".

    >>> lecun_uniform((2, 3), rng=np.random.default_rng(0)).shape
    (2, 3)
    """
    return drawn_evenly(shape, 1 / math.sqrt(fan(shape, "fan_in")), rng)


def lecun_normal(shape: Shape, *, rng: np.random.Generator) -> Array:
    """Draw normally with variance 1/inputs: LeCun et al. 1998; for selu, Klambauer et al. 2017, arXiv:1706.02515.

    >>> lecun_normal((2, 3), rng=np.random.default_rng(0)).shape
    (2, 3)
    """
    return normal(shape, 0.0, 1 / math.sqrt(fan(shape, "fan_in")), rng=rng)


# Matrices of a kind

def orthogonal(shape: Shape, gain: float = 1.0, *, rng: np.random.Generator) -> Array:
    """Draw a matrix whose rows, or columns if these are fewer, are orthogonal: Saxe et al. 2013, arXiv:1312.6120.

    Axes from the second on count as one; each vector has the length `gain`.

    >>> w = orthogonal((2, 3), rng=np.random.default_rng(0))
    >>> np.allclose(w @ w.T, np.eye(2))
    True
    """
    rows, columns = shape[0], fans(shape)[0]
    tall = generator(rng).standard_normal((max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(tall)
    q = q * np.where(np.diag(r) < 0, -1.0, 1.0)  # else not every orthogonal matrix is as likely as any other
    return gain * (q if rows >= columns else q.T).reshape(shape)


def sparse(shape: Shape, sparsity: float = 0.9, std: float = 0.01, *, rng: np.random.Generator) -> Array:
    """Draw a matrix normally, a share `sparsity` of each column being 0: Martens 2010, "Hessian-free optimization".

    >>> (sparse((10, 2), rng=np.random.default_rng(0)) != 0).sum(axis=0)
    array([1, 1])
    """
    if len(shape) != 2 or not 0 <= sparsity <= 1:
        raise ShapeError(f"sparse draws matrices with a sparsity from 0 to 1, not shape {shape} and {sparsity}")
    drawn = normal(shape, 0.0, std, rng=rng)
    order = rng.permuted(np.tile(np.arange(shape[0])[:, None], shape[1]), axis=0)
    return np.where(order < math.ceil(sparsity * shape[0]), 0.0, drawn)


def identity(shape: Shape, gain: float = 1.0, *, rng: Any = None) -> Array:
    """Return a matrix with `gain` on its diagonal: a layer that at first hands on what it gets; Le et al. 2015.

    >>> identity((2, 3))
    array([[1., 0., 0.],
           [0., 1., 0.]])
    """
    if len(shape) != 2:
        raise ShapeError(f"identity makes matrices, not shape {shape}")
    return gain * np.eye(*shape)
