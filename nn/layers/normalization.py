"""Layers that shift and scale what passes to a common mean and variance, by sample or over a batch."""

import math
from typing import Any, ClassVar

import numpy as np

from autograd import Tensor, ops
from autograd.errors import OperandError, ShapeError
from nn.layers.inputs import as_input, at_least_one, misshapen, parameter
from nn.module import Module


class BatchNorm(Module):
    """What batch normalizations share: each channel, along the second axis, gets mean 0 and variance 1 in the batch.

    Ioffe & Szegedy 2015, arXiv:1502.03167. `affine` adds a `weight` and a `bias` for each channel. Running means and
    variances (unbiased ones) follow those of the batches, each batch counting for the share `momentum`, or all alike
    with None; in evaluation they stand in for those of the batch, unless there are none (`track_running_stats=False`).
    """

    buffers = ("running_mean", "running_var", "num_batches_tracked")
    axes_taken: ClassVar[dict[int, str]]  # the shapes of inputs in words, by the number of their axes

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, *, affine: bool = True,
                 track_running_stats: bool = True) -> None:
        at_least_one(type(self).__name__, num_features=num_features)
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        self.weight = parameter(np.ones(num_features), "weight") if affine else None
        self.bias = parameter(np.zeros(num_features), "bias") if affine else None
        self.running_mean: Any = np.zeros(num_features) if track_running_stats else None
        self.running_var: Any = np.ones(num_features) if track_running_stats else None
        self.num_batches_tracked: Any = np.zeros((), np.int64) if track_running_stats else None

    def forward(self, x: Any) -> Any:
        """Return the normalized input; update the running statistics while training."""
        x = self.checked(x)
        by_channel = (1, self.num_features, *(1,) * (x.ndim - 2))
        if self.training or self.running_mean is None:
            mean, variance = self.of_batch(x)
        else:
            mean, variance = self.running_mean.reshape(by_channel), self.running_var.reshape(by_channel)
        y = (x - mean) / ops.sqrt(variance + self.eps)
        if self.weight is not None and self.bias is not None:
            y = y * self.weight.reshape(by_channel) + self.bias.reshape(by_channel)
        return y

    def checked(self, x: Any) -> Tensor:
        """Return the input as a Tensor, or raise if its shape is wrong."""
        found = as_input(self, x, self.running_mean if self.weight is None else self.weight)
        if found.ndim not in self.axes_taken or found.shape[1] != self.num_features:
            raise misshapen(self, f"inputs of shape {' or '.join(self.axes_taken.values())} with "
                                  f"C = {self.num_features}", x)
        return found

    def of_batch(self, x: Tensor) -> tuple[Any, Any]:
        """Return mean and variance of each channel in the batch, with the other axes of length 1."""
        axes = (0, *range(2, x.ndim))
        count = x.size // self.num_features
        if count < 2:
            raise ShapeError(f"{type(self).__name__} needs more than one number per channel for a variance, got shape "
                             f"{x.shape}: take larger batches, drop the last one, or evaluate with model.eval()")
        mean = ops.mean(x, axis=axes, keepdims=True)
        variance = ops.mean(ops.square(x - mean), axis=axes, keepdims=True)
        if self.running_mean is not None:  # so it is training
            self.update(mean.numpy().reshape(-1), variance.numpy().reshape(-1) * (count / (count - 1)))
        return mean, variance

    def update(self, mean: Any, variance: Any) -> None:
        """Move the running statistics towards those of a batch."""
        self.num_batches_tracked += 1
        share = 1 / int(self.num_batches_tracked) if self.momentum is None else self.momentum
        self.running_mean = (1 - share) * self.running_mean + share * mean
        self.running_var = (1 - share) * self.running_var + share * variance


class BatchNorm1d(BatchNorm):
    """Batch normalization of inputs of shape (N, C) or (N, C, L); see `BatchNorm`.

    >>> layer = BatchNorm1d(2)
    >>> layer(np.array([[1.0, 10.0], [3.0, 30.0]])).data.round(3).tolist()
    [[-1.0, -1.0], [1.0, 1.0]]
    >>> layer.running_mean
    array([0.2, 2. ])
    """

    axes_taken = {2: "(N, C)", 3: "(N, C, L)"}  # noqa: RUF012 (never written)


class BatchNorm2d(BatchNorm):
    """Batch normalization of images, inputs of shape (N, C, H, W); see `BatchNorm`.

    >>> BatchNorm2d(3)(np.ones((2, 3, 4, 4))).shape
    (2, 3, 4, 4)
    """

    axes_taken = {4: "(N, C, H, W)"}  # noqa: RUF012 (never written)


def last_axes(layer: Module, x: Any, shape: tuple[int, ...], weight: Tensor | None) -> tuple[Tensor, tuple[int, ...]]:
    """Return the input of a layer as a Tensor and the axes that it normalizes, the last ones of a given shape."""
    found = as_input(layer, x, weight)
    if found.shape[max(found.ndim - len(shape), 0) :] != shape:
        raise misshapen(layer, f"inputs whose last axes have shape {shape}", x)
    return found, tuple(range(-len(shape), 0))


def as_shape(layer: str, shape: int | tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape that a layer normalizes over as a tuple."""
    found = (shape,) if isinstance(shape, (int, np.integer)) else tuple(shape)
    if not found or math.prod(found) < 1:
        raise OperandError(f"{layer}: normalized_shape={shape!r} must name one axis or more, of lengths from 1")
    return found


class LayerNorm(Module):
    """Mean 0 and variance 1 in each sample, over the last axes, which have the shape `normalized_shape`.

    Ba, Kiros & Hinton 2016, arXiv:1607.06450. A `weight` and a `bias` of that shape follow (`elementwise_affine`).

    >>> LayerNorm(2)(np.array([[1.0, 3.0], [10.0, 30.0]])).data.round(3).tolist()
    [[-1.0, 1.0], [-1.0, 1.0]]
    """

    def __init__(self, normalized_shape: int | tuple[int, ...], eps: float = 1e-5, *, elementwise_affine: bool = True,
                 bias: bool = True) -> None:
        self.normalized_shape = as_shape("LayerNorm", normalized_shape)
        self.eps = eps
        self.weight = parameter(np.ones(self.normalized_shape), "weight") if elementwise_affine else None
        self.bias = parameter(np.zeros(self.normalized_shape), "bias") if elementwise_affine and bias else None

    def forward(self, x: Any) -> Any:
        """Return the normalized input."""
        x, axes = last_axes(self, x, self.normalized_shape, self.weight)
        y = ops.standardize(x, axis=axes, eps=self.eps)
        y = y if self.weight is None else y * self.weight
        return y if self.bias is None else y + self.bias


class RMSNorm(Module):
    """Mean square 1 in each sample, over the last axes, which have the shape `normalized_shape`; no mean is taken off.

    Zhang & Sennrich 2019, arXiv:1910.07467. A `weight` of that shape follows (`elementwise_affine`). Without `eps` it
    is the spacing of the numbers around 1, as in PyTorch.

    >>> RMSNorm(2)(np.array([[3.0, 4.0]])).data.round(3).tolist()
    [[0.849, 1.131]]
    """

    def __init__(self, normalized_shape: int | tuple[int, ...], eps: float | None = None, *,
                 elementwise_affine: bool = True) -> None:
        self.normalized_shape = as_shape("RMSNorm", normalized_shape)
        self.eps = eps
        self.weight = parameter(np.ones(self.normalized_shape), "weight") if elementwise_affine else None

    def forward(self, x: Any) -> Any:
        """Return the normalized input."""
        x, axes = last_axes(self, x, self.normalized_shape, self.weight)
        eps = float(np.finfo(x.dtype).eps) if self.eps is None else self.eps
        y = x / ops.sqrt(ops.mean(ops.square(x), axis=axes, keepdims=True) + eps)
        return y if self.weight is None else y * self.weight
