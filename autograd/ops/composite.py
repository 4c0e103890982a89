"""Functions made of rows, without rules of their own: statistics, norms, softmax and its kin.

They are stable: a shift or a scale that cancels is taken out first, as a constant (the rows `peak` and `magnitude`).
And they are careful at kinks: a branch not chosen is given a harmless operand, since 0 * inf would be NaN.
"""

import warnings
from typing import Any

import numpy as np

from autograd.errors import OperandError, ShapeError
from autograd.ops.arithmetic import pow, sqrt, square
from autograd.ops.composing import made_of_rows, operand
from autograd.ops.exponential import exp, log
from autograd.ops.indexing import scatter_add
from autograd.ops.piecewise import abs, sign, where
from autograd.ops.reductions import count_of, magnitude, max, mean, min, peak, sum
from autograd.ops.shapes import Axis, Shape, axes_of, broadcast_to, reshape, transpose

INF = float("inf")


@made_of_rows()
def safe_sqrt(x):
    """The square root, with derivative 0 at 0: for what is at its least there, such as a distance.

    >>> safe_sqrt(np.array([0.0, 4.0]))
    array([0., 2.])
    """
    zero = x == 0
    return where(zero, 0.0, sqrt(where(zero, 1.0, x)))


def degrees_of_freedom(shape: Shape, axis: Axis, ddof: float) -> float:
    """Return the divisor of a variance; NaN, with a warning, if there is none."""
    n: int = count_of(shape, axis)
    if n - ddof > 0:
        return n - ddof
    warnings.warn(f"var of {n} element(s) with ddof={ddof} is nan: it divides by n - ddof, which must be positive",
                  RuntimeWarning, stacklevel=5)
    return float("nan")


@made_of_rows(np.var)
def var(x, axis: Axis = None, *, ddof: float = 0, keepdims: bool = False):
    """The variance, the mean of squared distances from the mean; with ddof=1 the unbiased one, divided by n - 1.

    >>> var(np.array([1.0, 2.0, 3.0])), var(np.array([1.0, 2.0, 3.0]), ddof=1)
    (np.float64(0.6666666666666666), np.float64(1.0))
    """
    divisor = degrees_of_freedom(x.shape, axis, ddof)
    return sum(square(x - mean(x, axis=axis, keepdims=True)), axis=axis, keepdims=keepdims) / divisor


@made_of_rows(np.std)
def std(x, axis: Axis = None, *, ddof: float = 0, keepdims: bool = False):
    """The standard deviation; its derivative at equal elements is 0.

    >>> std(np.array([[1.0, 3.0], [2.0, 2.0]]), axis=1)
    array([1., 0.])
    """
    return safe_sqrt(var(x, axis=axis, ddof=ddof, keepdims=keepdims))


@made_of_rows()
def standardize(x, axis: Axis = -1, eps: float = 1e-5):
    """The array shifted and scaled to mean 0 and variance 1 along axes: what a layer normalization starts with.

    >>> standardize(np.array([1.0, 3.0]), eps=0.0)
    array([-1.,  1.])
    """
    centered = x - mean(x, axis=axis, keepdims=True)
    return centered / sqrt(mean(square(centered), axis=axis, keepdims=True) + eps)


@made_of_rows()
def softmax(x, axis: Axis = -1):
    """The exponentials along axes, scaled to sum 1; NaN where all elements are -inf (see `masked_softmax`).

    >>> softmax(np.array([1000.0, 1000.0]))
    array([0.5, 0.5])
    """
    grown = exp(x - peak(x, axis=axis))
    return grown / sum(grown, axis=axis, keepdims=True)


@made_of_rows()
def log_softmax(x, axis: Axis = -1):
    """The logarithm of `softmax`, without its underflow.

    >>> log_softmax(np.array([-1000.0, 0.0]))
    array([-1000.,     0.])
    """
    shifted = x - peak(x, axis=axis)
    return shifted - log(sum(exp(shifted), axis=axis, keepdims=True))


@made_of_rows()
def masked_softmax(x, mask, axis: Axis = -1):
    """The softmax of the elements where the mask is true, 0 elsewhere; 0 throughout where it is true of none.

    >>> masked_softmax(np.array([[1.0, 1.0, 5.0], [1.0, 2.0, 3.0]]), np.array([[True, True, False], [False] * 3]))
    array([[0.5, 0.5, 0. ],
           [0. , 0. , 0. ]])
    """
    kept = where(np.asarray(operand(mask)), x, -INF)
    grown = exp(kept - peak(kept, axis=axis))
    total = sum(grown, axis=axis, keepdims=True)
    return grown / where(total == 0, 1.0, total)


@made_of_rows()
def logsumexp(x, axis: Axis = None, keepdims: bool = False):
    """The logarithm of the sum of exponentials along axes; -inf, with gradient 0, where all elements are -inf.

    >>> logsumexp(np.array([[1000.0, 1000.0], [-INF, -INF]]), axis=1)
    array([1000.69314718,          -inf])
    """
    by = peak(x, axis=axis)
    total = sum(exp(x - by), axis=axis, keepdims=True)
    none = total == 0
    found = where(none, -INF, log(where(none, 1.0, total)) + by)
    return found if keepdims else without_axes(found, axis)


def without_axes(x: Any, axis: Axis) -> Any:
    """Drop axes of length 1 that a reduction kept."""
    axes = axes_of(axis, x.ndim)
    return reshape(x, shape=tuple(n for i, n in enumerate(x.shape) if i not in axes))


@made_of_rows(np.linalg.norm)
def norm(x, ord: Any = None, axis: Axis = None, keepdims: bool = False):
    """The p-norm of vectors along an axis, or a matrix's Frobenius, 1- or inf-norm; without `ord` over all elements.

    The derivative at 0 is 0. Neither huge nor tiny elements overflow or vanish.

    >>> a = np.array([[3.0, 4.0], [3e200, 4e200]])
    >>> norm(a, axis=1), norm(a, ord=1, axis=1)
    (array([5.e+000, 5.e+200]), array([7.e+000, 7.e+200]))
    """
    axes = axes_of(axis, x.ndim)
    if ord is None or (ord == "fro" and len(axes) == 2) or (ord == 2 and len(axes) == 1):
        return vector_norm(x, 2, axis, keepdims)
    if isinstance(ord, str) or len(axes) > 2 or (len(axes) == 2 and ord in (2, -2)):
        raise OperandError(f"norm over {len(axes)} axes has no ord={ord!r}: take ord=None, p over one axis, or 'fro', "
                           "1, -1, inf, -inf over two (2 and 'nuc' need singular values)")
    if len(axes) == 2:
        return matrix_norm(x, ord, axes, keepdims)
    return vector_norm(x, ord, axis, keepdims)


def matrix_norm(x: Any, ord: float, axes: Shape, keepdims: bool) -> Any:
    """Return the greatest (least, if negative) sum of sizes along columns (1) or rows (inf)."""
    if ord not in (1, -1, INF, -INF):
        raise OperandError(f"norm: a matrix has no {ord}-norm here; ord is one of None, 'fro', 1, -1, inf, -inf")
    summed, other = axes if ord in (1, -1) else axes[::-1]
    sums = sum(abs(x), axis=summed, keepdims=True)
    found = (max if ord > 0 else min)(sums, axis=other, keepdims=True)
    return found if keepdims else without_axes(found, axes)


def vector_norm(x: Any, ord: float, axis: Axis, keepdims: bool) -> Any:
    """Return the p-norm along axes."""
    if ord in (INF, -INF):
        return (max if ord > 0 else min)(abs(x), axis=axis, keepdims=keepdims)
    if ord == 1:
        return sum(abs(x), axis=axis, keepdims=keepdims)
    if ord == 0:
        return sum(abs(sign(x)), axis=axis, keepdims=keepdims)
    scale = magnitude(x, axis=axis)
    scaled = x / scale
    if ord == 2:
        found = safe_sqrt(sum(square(scaled), axis=axis, keepdims=True))
    else:
        found = root_of_powers(abs(scaled), ord, axis)
    found = found * scale
    return found if keepdims else without_axes(found, axis)


def root_of_powers(size: Any, p: float, axis: Axis) -> Any:
    """Return (Σ size^p)^(1/p), where elements that are 0 and sums that are 0 take no gradient."""
    zero = size == 0
    least = 0.0 if p > 0 else INF  # the power of 0, and the sum whose root is 0
    total = sum(where(zero, least, pow(where(zero, 1.0, size), p)), axis=axis, keepdims=True)
    none = total == least
    return where(none, 0.0, pow(where(none, 1.0, total), 1 / p))


@made_of_rows()
def cosine_similarity(x, y, axis: int = -1, eps: float = 1e-8):
    """The cosine of the angle between vectors along an axis; norms below eps count as eps.

    >>> cosine_similarity(np.array([1.0, 0.0]), np.array([1.0, 1.0]))
    np.float64(0.7071067811865475)
    """
    y = operand(y)
    lengths = [norm(v, axis=axis) for v in (x, y)]
    x_length, y_length = [where(n < eps, eps, n) for n in lengths]
    return sum(x * y, axis=axis) / (x_length * y_length)


@made_of_rows(np.ptp)
def ptp(x, axis: Axis = None, *, keepdims: bool = False):
    """The range of values, greatest minus least.

    >>> ptp(np.array([3.0, 1.0, 2.0]))
    np.float64(2.0)
    """
    return max(x, axis=axis, keepdims=keepdims) - min(x, axis=axis, keepdims=keepdims)


@made_of_rows(np.average)
def average(x, axis: Axis = None, weights: Any = None, *, keepdims: bool = False):
    """The mean, with weights of the shape of the array or of the axis if they are given.

    >>> average(np.array([1.0, 2.0]), weights=np.array([3.0, 1.0]))
    np.float64(1.25)
    """
    if weights is None:
        return mean(x, axis=axis, keepdims=keepdims)
    weights = operand(weights)
    if weights.shape != x.shape:
        axes = axes_of(axis, x.ndim)
        if axis is None or len(axes) != weights.ndim or weights.shape != tuple(x.shape[i] for i in axes):
            raise ShapeError(f"average: weights of shape {weights.shape} fit neither the array of shape {x.shape} nor "
                             f"its axis {axis}")
        weights = transpose(weights, axes=tuple(np.argsort(axes).tolist()))
        weights = reshape(weights, shape=tuple(n if i in axes else 1 for i, n in enumerate(x.shape)))
    weighted = sum(x * weights, axis=axis, keepdims=keepdims)
    return weighted / sum(broadcast_to(weights, shape=x.shape), axis=axis, keepdims=keepdims)


@made_of_rows(np.nansum)
def nansum(x, axis: Axis = None, *, keepdims: bool = False):
    """The sum of what is not NaN; a NaN gets gradient 0.

    >>> nansum(np.array([1.0, np.nan]))
    np.float64(1.0)
    """
    return sum(where(x != x, 0.0, x), axis=axis, keepdims=keepdims)


@made_of_rows(np.nanmean)
def nanmean(x, axis: Axis = None, *, keepdims: bool = False):
    """The mean of what is not NaN; a NaN gets gradient 0.

    >>> nanmean(np.array([1.0, np.nan, 3.0]))
    np.float64(2.0)
    """
    count = np.sum(np.asarray(x == x), axis=axis, keepdims=keepdims).astype(x.dtype)
    return nansum(x, axis=axis, keepdims=keepdims) / count


@made_of_rows(sequence=True)
def select(condition, f, g, x):
    """The values of `f` at the elements of x where the condition holds, those of `g` elsewhere: each sees only its own.

    Where `where` would multiply the infinite derivative of the branch not taken by 0, this never computes it. A
    condition on a Value is one bool; on an array, an array of bools of its shape.

    >>> from autograd import Tensor, ops
    >>> x = Tensor([0.0, 1.0], requires_grad=True)
    >>> ops.select(x > 0, ops.log, lambda x: 0 * x, x).sum().backward(); x.grad
    array([0., 1.])
    """
    if np.ndim(condition) == 0:
        return f(x) if condition else g(x)
    x, chosen = operand(x), np.asarray(condition, dtype=bool)
    if chosen.shape != x.shape:
        raise ShapeError(f"select: a condition of shape {chosen.shape} does not fit x of shape {x.shape}")
    parts = [scatter_add(broadcast_to(branch(x[mask]), shape=(int(mask.sum()),)), shape=x.shape, index=mask)
             for branch, mask in ((f, chosen), (g, ~chosen))]
    return parts[0] + parts[1]
