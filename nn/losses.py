"""Losses: how far predictions are from targets, as functions made of the table's rows. Knows no module.

`reduction` says what becomes of the loss of each element or sample: "mean", "sum" or "none". Targets are plain data or
Tensors; they take the dtype of the prediction. Prediction and target must have the same shape: (N,) and (N, 1) would
broadcast to (N, N), silently. Formulas, options and their defaults are PyTorch's.
"""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import Tensor, ops
from autograd.errors import DomainError, OperandError, ShapeError

Reduction = Callable[[Any], Any]
#: What becomes of the losses of single elements or samples, by name.
REDUCTIONS: dict[str, Reduction] = {"mean": ops.mean, "sum": ops.sum, "none": lambda losses: losses}
FARTHEST = -100.0  # where binary_cross_entropy cuts logarithms off
NEAREST = 1e-12    # how near to 0 a probability counts in the slope of its logarithm


# What losses have in common

def reduced(loss: str, losses: Any, reduction: str, weight: Any = None, *, by_weight: bool = False) -> Any:
    """Return losses times their weights, reduced; with `by_weight` the mean is the weighted one."""
    if reduction not in REDUCTIONS:
        raise OperandError(f"{loss}: reduction={reduction!r} is unknown; known are {', '.join(REDUCTIONS)}")
    if weight is None:
        return REDUCTIONS[reduction](losses)
    weight = fitting(loss, "weight", losses, weight)
    if by_weight and reduction == "mean":
        return ops.sum(losses * weight) / ops.sum(ops.broadcast_to(weight, shape=losses.shape))
    return REDUCTIONS[reduction](losses * weight)


def floating(loss: str, prediction: Any) -> Tensor:
    """Return a prediction as a Tensor; it must hold floats."""
    x = prediction if isinstance(prediction, Tensor) else Tensor(prediction)
    if x.dtype.kind != "f":
        raise OperandError(f"{loss}: the prediction must be floating, got {x.dtype} {prediction!r:.60}")
    return x


def like(x: Tensor, data: Any) -> Tensor:
    """Return a target or a weight as a Tensor of the dtype of a prediction."""
    if not isinstance(data, Tensor):
        return Tensor(data, dtype=x.dtype)
    converted: Tensor = data if data.dtype == x.dtype else data.astype(x.dtype)
    return converted


def fitting(loss: str, name: str, x: Tensor, weight: Any) -> Tensor:
    """Return weights as a Tensor of the dtype of x that broadcasts to the shape of x, or raise."""
    found = like(x, weight)
    if found.ndim > x.ndim or any(n not in (1, m) for n, m in zip(found.shape[::-1], x.shape[::-1])):
        raise ShapeError(f"{loss}: {name} of shape {found.shape} does not broadcast to shape {x.shape}")
    return found


def pair(loss: str, prediction: Any, target: Any) -> tuple[Tensor, Tensor]:
    """Return prediction and target as Tensors of one dtype and one shape, or raise."""
    x = floating(loss, prediction)
    y = like(x, target)
    if x.shape == y.shape:
        return x, y
    advice = "give both the same shape"
    if x.ndim == y.ndim + 1 and x.shape == (*y.shape, 1):
        advice = "use prediction.squeeze(-1), or give each target an axis of its own with target[:, None]"
    elif y.ndim == x.ndim + 1 and y.shape == (*x.shape, 1):
        advice = "use target.squeeze(-1), or give each prediction an axis of its own with prediction[:, None]"
    raise ShapeError(f"{loss}: the prediction has shape {x.shape} and the target {y.shape}; where such shapes "
                     f"broadcast, each prediction meets each target: {advice}")


# Distances

def mse(prediction: Any, target: Any, *, weight: Any = None, reduction: str = "mean") -> Any:
    """Return the mean squared error; with weights it is the weighted mean.

    >>> mse(Tensor([1.0, 2.0]), [1.0, 4.0])
    Tensor(2.)
    """
    x, y = pair("mse", prediction, target)
    return reduced("mse", ops.square(x - y), reduction, weight, by_weight=True)


def mae(prediction: Any, target: Any, *, weight: Any = None, reduction: str = "mean") -> Any:
    """Return the mean absolute error; with weights it is the weighted mean.

    >>> mae(Tensor([1.0, 2.0]), [1.0, 4.0])
    Tensor(1.)
    """
    x, y = pair("mae", prediction, target)
    return reduced("mae", ops.abs(x - y), reduction, weight, by_weight=True)


def bent(d: Any, knot: float) -> Any:
    """Return ½d² up to the knot and the tangent's straight line beyond it: Huber 1964."""
    size = ops.abs(d)
    near = size <= knot
    return ops.where(near, 0.5 * ops.square(ops.where(near, d, 0.0)), knot * (size - 0.5 * knot))


def huber(prediction: Any, target: Any, *, delta: float = 1.0, weight: Any = None, reduction: str = "mean") -> Any:
    """Return the mean of ½d² for distances d up to `delta`, and delta (|d| − ½delta) beyond.

    >>> huber(Tensor([1.0, 2.0]), [1.0, 4.0])
    Tensor(0.75)
    """
    if not delta > 0:
        raise OperandError(f"huber: delta={delta} must be positive")
    x, y = pair("huber", prediction, target)
    return reduced("huber", bent(x - y, delta), reduction, weight)


def smooth_l1(prediction: Any, target: Any, *, beta: float = 1.0, reduction: str = "mean") -> Any:
    """Return the mean of ½d²/beta for distances d up to `beta`, and |d| − ½beta beyond; with beta=0 that of |d|.

    >>> smooth_l1(Tensor([1.0, 2.0]), [1.0, 4.0], beta=0.5)
    Tensor(0.875)
    """
    if not beta >= 0:
        raise OperandError(f"smooth_l1: beta={beta} must not be negative")
    x, y = pair("smooth_l1", prediction, target)
    return reduced("smooth_l1", bent(x - y, beta) / beta if beta else ops.abs(x - y), reduction)


# Classes

def cross_entropy(logits: Any, target: Any, *, weight: Any = None, ignore_index: int = -100,
                  label_smoothing: float = 0.0, reduction: str = "mean") -> Any:
    """Return −log of the probability that softmax gives the right class; classes lie along axis 1 (axis 0 without N).

    Targets are class numbers, in the shape of the logits without the classes, or probabilities, in their whole shape.
    `weight` has a number per class; the mean of class numbers is weighted by those of the targets. Targets
    `ignore_index` count as none: if all do, the mean is nan, with a warning, and its gradient 0.

    >>> cross_entropy(Tensor([[0.0, 0.0], [0.0, 0.0]]), [0, 1])
    Tensor(0.69314718)
    """
    if not 0 <= label_smoothing <= 1:
        raise OperandError(f"cross_entropy: label_smoothing={label_smoothing} must lie from 0 to 1")
    x = floating("cross_entropy", logits)
    axis = class_axis("cross_entropy", x)
    target = target if isinstance(target, Tensor) else np.asarray(target)
    log_p = ops.log_softmax(x, axis=axis)
    if target.shape != x.shape or target.dtype.kind != "f":
        index = class_numbers("cross_entropy", x, target, ignore_index)
        losses, scale = class_losses("cross_entropy", log_p, index, weight, ignore_index=ignore_index,
                                     smoothing=label_smoothing)
        return averaged("cross_entropy", losses, scale, reduction)
    p = like(x, target)
    if label_smoothing:
        p = p * (1 - label_smoothing) + label_smoothing / x.shape[axis]
    losses = -ops.sum(log_p * p if weight is None else log_p * p * per_class(log_p, weight, "cross_entropy"), axis=axis)
    return reduced("cross_entropy", losses, reduction)


def nll(log_probabilities: Any, target: Any, *, weight: Any = None, ignore_index: int = -100,
        reduction: str = "mean") -> Any:
    """Return −log p of the right class, from logarithms of probabilities; targets and options as `cross_entropy`.

    >>> nll(ops.log(Tensor([[0.5, 0.5], [0.25, 0.75]])), [0, 0])
    Tensor(1.03972077)
    """
    x = floating("nll", log_probabilities)
    index = class_numbers("nll", x, target, ignore_index)
    losses, scale = class_losses("nll", x, index, weight, ignore_index=ignore_index)
    return averaged("nll", losses, scale, reduction)


def class_axis(loss: str, x: Tensor) -> int:
    """Return the axis along which the classes lie."""
    if x.ndim == 0:
        raise ShapeError(f"{loss} takes shape (C,), (N, C) or (N, C, ...), got ()")
    return 0 if x.ndim == 1 else 1


def per_class(x: Tensor, weight: Any, loss: str) -> Tensor:
    """Return the weights of the classes, of which there is one for each, in a shape that broadcasts."""
    axis = class_axis(loss, x)
    weights = like(x, weight)
    if weights.shape != (x.shape[axis],):
        raise ShapeError(f"{loss}: weight needs a number for each of {x.shape[axis]} classes, got shape "
                         f"{weights.shape}")
    return weights.reshape(tuple(-1 if i == axis else 1 for i in range(x.ndim)))


def class_numbers(loss: str, x: Tensor, target: Any, ignore_index: int) -> Any:
    """Return targets as an array of class numbers, or raise if they are none or of a wrong shape."""
    axis = class_axis(loss, x)
    index = np.asarray(target.data if isinstance(target, Tensor) else target)
    shape = (*x.shape[:axis], *x.shape[axis + 1 :])
    if index.shape != shape:
        raise ShapeError(f"{loss}: for scores of shape {x.shape}, axis {axis} being the classes, targets have shape "
                         f"{shape}" + (f" or are probabilities of shape {x.shape}" if loss == "cross_entropy" else "")
                         + f"; got shape {index.shape} of {index.dtype}")
    if index.dtype.kind not in "iu":
        raise OperandError(f"{loss}: class numbers must be integers, got {index.dtype}: use .astype(int)")
    wrong = index[((index < 0) | (index >= x.shape[axis])) & (index != ignore_index)]
    if wrong.size:
        raise ShapeError(f"{loss}: {wrong[0]} is none of {x.shape[axis]} classes, which are numbered from 0")
    return index


def class_losses(loss: str, log_p: Tensor, index: Any, weight: Any, *, ignore_index: int,
                 smoothing: float = 0.0) -> tuple[Any, Any]:
    """Return the loss of each class number, and how much it counts in the mean."""
    axis = class_axis(loss, log_p)
    kept = index != ignore_index
    chosen = np.where(kept, index, 0)
    places = [*np.ogrid[tuple(slice(n) for n in index.shape)]]
    places.insert(axis, chosen)
    scale: Any = kept
    if weight is not None:
        weights = per_class(log_p, weight, loss)
        log_p = log_p * weights
        scale = ops.ravel(weights)[chosen] * kept
    taken = log_p[tuple(places)]
    if smoothing:
        taken = (1 - smoothing) * taken + smoothing / log_p.shape[axis] * ops.sum(log_p, axis=axis)
    return -taken if kept.all() else ops.where(kept, -taken, 0.0), scale


def averaged(loss: str, losses: Any, scale: Any, reduction: str) -> Any:
    """Return losses reduced, the mean being the weighted one; it is nan, with gradient 0, where nothing counts."""
    if reduction != "mean":
        return reduced(loss, losses, reduction)
    total = ops.sum(scale)
    if total != 0:
        return ops.sum(losses) / total
    warnings.warn(f"{loss}: no target counts, so that the mean is nan and its gradient 0", RuntimeWarning, stacklevel=3)
    return ops.sum(losses) + float("nan")


# Probabilities

def binary_cross_entropy(probability: Any, target: Any, *, weight: Any = None, reduction: str = "mean") -> Any:
    """Return −target log p − (1 − target) log(1 − p), logarithms being −100 at least; better from logits, see below.

    The slope of a logarithm is 1e12 at most.

    >>> binary_cross_entropy(Tensor([0.5, 0.0]), [1.0, 1.0], reduction="none")
    Tensor([  0.69314718, 100.        ])
    """
    p, t = pair("binary_cross_entropy", probability, target)
    outside = p.numpy()[(p.data < 0) | (p.data > 1)]
    if outside.size:
        raise DomainError(f"binary_cross_entropy: {outside[0]} is no probability; for the raw scores of a model use "
                          "binary_cross_entropy_with_logits")
    losses = -(t * bounded_log(p) + (1 - t) * bounded_log(1 - p))
    return reduced("binary_cross_entropy", losses, reduction, weight)


def bounded_log(p: Any) -> Any:
    """Return log p, but no less than FARTHEST, with the slope 1/p, but no more than 1/NEAREST.

    A shift by constants, so that derivatives are those of the logarithm at the point shifted to.
    """
    fixed = p.detach()
    near = ops.clip(fixed, min=NEAREST)
    positive = fixed > 0
    bottom = ops.where(positive, ops.clip(ops.log(ops.where(positive, fixed, 1.0)), min=FARTHEST), FARTHEST)
    return ops.log(p + (near - fixed)) + (bottom - ops.log(near))


def binary_cross_entropy_with_logits(logits: Any, target: Any, *, weight: Any = None, pos_weight: Any = None,
                                     reduction: str = "mean") -> Any:
    """Return the binary cross-entropy of sigmoid(logits), without its rounding; `pos_weight` scales targets of 1.

    >>> binary_cross_entropy_with_logits(Tensor([0.0, -1000.0]), [1.0, 1.0], reduction="none")
    Tensor([6.93147181e-01, 1.00000000e+03])
    """
    loss = "binary_cross_entropy_with_logits"
    x, t = pair(loss, logits, target)
    positive = -ops.log_sigmoid(x)
    if pos_weight is not None:
        positive = positive * (1 + (fitting(loss, "pos_weight", x, pos_weight) - 1) * t)
    return reduced(loss, (1 - t) * x + positive, reduction, weight)


def kl_div(log_probabilities: Any, target: Any, *, log_target: bool = False, reduction: str = "mean") -> Any:
    """Return the sum or mean of t (log t − log p), t being the target, or its logarithm with `log_target`.

    The divergence of a batch is the mean over samples, not elements: with reduction="batchmean" it is.

    >>> kl_div(ops.log(Tensor([[0.5, 0.5]])), [[1.0, 0.0]], reduction="batchmean")
    Tensor(0.69314718)
    """
    x, t = pair("kl_div", log_probabilities, target)
    losses = ops.exp(t) * (t - x) if log_target else ops.xlogy(t, t) - t * x
    if reduction == "batchmean":
        return ops.sum(losses) / max(len(losses), 1)
    return reduced("kl_div", losses, reduction)


# Margins

def margins(loss: str, scores: Any, target: Any) -> Any:
    """Return 1 − target · score; targets are −1 and 1."""
    x, y = pair(loss, scores, target)
    if not np.isin(y.data, (-1, 1)).all():
        raise OperandError(f"{loss}: targets are -1 and 1, got {np.unique(y.data)[:5]}; from 0 and 1: 2 * target - 1")
    return ops.relu(1 - y * x)


def hinge(scores: Any, target: Any, *, reduction: str = "mean") -> Any:
    """Return the mean of max(0, 1 − target · score), of targets −1 and 1: Cortes & Vapnik 1995.

    >>> hinge(Tensor([0.5, 2.0]), [1.0, -1.0])
    Tensor(1.75)
    """
    return reduced("hinge", margins("hinge", scores, target), reduction)


def squared_hinge(scores: Any, target: Any, *, reduction: str = "mean") -> Any:
    """Return the mean of max(0, 1 − target · score)², of targets −1 and 1.

    >>> squared_hinge(Tensor([0.5, 2.0]), [1.0, -1.0])
    Tensor(4.625)
    """
    return reduced("squared_hinge", ops.square(margins("squared_hinge", scores, target)), reduction)


def cosine_embedding(first: Any, second: Any, target: Any, *, margin: float = 0.0, reduction: str = "mean") -> Any:
    """Return the mean of 1 − cos of the angle between vectors where the target is 1, and max(0, cos − margin) at −1.

    >>> cosine_embedding(Tensor([[1.0, 0.0]]), [[0.0, 1.0]], [1])
    Tensor(1.)
    """
    x, y = pair("cosine_embedding", first, second)
    alike = np.asarray(target.data if isinstance(target, Tensor) else target)
    if alike.shape != x.shape[:-1] or not np.isin(alike, (-1, 1)).all():
        raise ShapeError(f"cosine_embedding: targets are -1 and 1, one for each pair of vectors, so of shape "
                         f"{x.shape[:-1]}; got shape {alike.shape}, {np.unique(alike)[:5]}")
    squares = [ops.sum(ops.square(v), axis=-1) + 1e-12 for v in (x, y)]
    cosine = ops.sum(x * y, axis=-1) / ops.sqrt(squares[0] * squares[1])
    return reduced("cosine_embedding", ops.where(alike == 1, 1 - cosine, ops.relu(cosine - margin)), reduction)


def triplet_margin(anchor: Any, positive: Any, negative: Any, *, margin: float = 1.0, p: float = 2.0,
                   reduction: str = "mean") -> Any:
    """Return the mean of max(0, margin + d(anchor, positive) − d(anchor, negative)), d being p-norms of differences.

    Balntas et al. 2016. As in PyTorch 1e-6 is added to each difference.

    >>> triplet_margin(Tensor([[0.0, 0.0]]), [[0.0, 1.0]], [[0.0, 3.0]], margin=3.0).round(4)
    Tensor(1.)
    """
    x, near = pair("triplet_margin", anchor, positive)
    _, far = pair("triplet_margin", x, negative)
    apart = [ops.norm(x - other + 1e-6, ord=p, axis=-1) for other in (near, far)]
    return reduced("triplet_margin", ops.relu(margin + apart[0] - apart[1]), reduction)


def class_weights(targets: Any, classes: int | None = None) -> Any:
    """Return a weight per class that makes up for imbalance: samples / (classes · samples of the class).

    The heuristic "balanced" of scikit-learn, after King & Zeng 2001. Classes are numbered from 0.

    >>> class_weights([0, 0, 0, 1])
    array([0.66666667, 2.        ])
    """
    index = np.asarray(targets.data if isinstance(targets, Tensor) else targets)
    if index.dtype.kind not in "iu" or (index < 0).any():
        raise OperandError(f"class_weights: targets are class numbers from 0, got {index.dtype} {targets!r:.60}")
    counts = np.bincount(index.reshape(-1), minlength=classes or 0)
    if not counts.all() or (classes is not None and len(counts) > classes):
        raise ShapeError(f"class_weights: each of the classes needs a sample, got {counts.tolist()} samples")
    return index.size / (len(counts) * counts)
