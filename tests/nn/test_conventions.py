"""The conventions of layers and losses at kinks and edges, row by row; those of single ops are in tests/autograd."""

import warnings
from math import log, nan
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from autograd.errors import ShapeError
from tests.autograd.conventions_table import Row


def dropped(p: float, *, training: bool = True) -> Any:
    return nn.Dropout(p, rng=np.random.default_rng(0)).train(training)


def summed(loss: Any, *target: Any, **options: Any) -> Any:
    return lambda *xs: loss(*xs, *target, reduction="sum", **options)


KEPT = (np.random.default_rng(0).random(4) >= 0.5) / 0.5

ROWS = (
    Row("hinge at 1 uses relu", summed(nn.hinge, [1]), ([1.0],), 0.0, ([0.0],)),
    Row("hinge within the margin", summed(nn.hinge, [-1]), ([0.5],), 1.5, ([1.0],)),
    Row("squared hinge at 1", summed(nn.squared_hinge, [1]), ([1.0],), 0.0, ([0.0],)),
    Row("huber at the knot", summed(nn.huber, [0, 0]), ([1.0, -1.0],), 1.0, ([1.0, -1.0],)),
    Row("huber at 0 and far away", summed(nn.huber, [0, 0]), ([0.0, 1e200],), 1e200, ([0.0, 1.0],)),
    Row("smooth_l1 at the knot", summed(nn.smooth_l1, [0, 0], beta=0.5), ([0.5, -0.5],), 0.5, ([1.0, -1.0],)),
    Row("smooth_l1 with beta 0 at 0", summed(nn.smooth_l1, [0], beta=0.0), ([0.0],), 0.0, ([0.0],)),
    Row("mae at 0", summed(nn.mae, [2]), ([2.0],), 0.0, ([0.0],)),
    Row("BCE(0, 1)", summed(nn.binary_cross_entropy, [1]), ([0.0],), 100.0, ([-1e12],)),
    Row("BCE(1, 0)", summed(nn.binary_cross_entropy, [0]), ([1.0],), 100.0, ([1e12],)),
    Row("BCE(0, 0)", summed(nn.binary_cross_entropy, [0]), ([0.0],), 0.0, ([1.0],)),
    Row("BCE(1, 1)", summed(nn.binary_cross_entropy, [1]), ([1.0],), 0.0, ([-1.0],)),  # by continuity; torch has 0
    Row("BCE below e^-100", summed(nn.binary_cross_entropy, [1]), ([1e-50],), 100.0, ([-1e12],)),
    Row("BCE below 1e-12", summed(nn.binary_cross_entropy, [1]), ([1e-30],), -log(1e-30), ([-1e12],)),
    Row("BCE above 1e-12", summed(nn.binary_cross_entropy, [1]), ([1e-6],), -log(1e-6), ([-1e6],)),
    Row("BCE of logits far out", summed(nn.binary_cross_entropy_with_logits, [1, 0]), ([-1e3, 1e3],), 2e3, ([-1, 1],)),
    Row("cross_entropy of huge logits", summed(nn.cross_entropy, [0]), ([[-1e4, 1e4]],), 2e4, ([[-1, 1]],)),
    Row("cross_entropy of an ignored target", summed(nn.cross_entropy, [-100]), ([[1, 2]],), 0.0, ([[0, 0]],)),
    Row("kl_div of a target with zeros", summed(nn.kl_div, [0, 1]), ([log(0.5)] * 2,), log(2), ([0, -1],)),
    Row("cosine embedding of zeros", summed(nn.cosine_embedding, [1]), ([[0, 0]], [[0, 0]]), 1.0, ([[0, 0]],) * 2),
    Row("dropout scales what it keeps", dropped(0.5), ([1, 2, 3, 4],), KEPT * [1, 2, 3, 4], (KEPT,)),
    Row("dropout with p=1", dropped(1.0), ([1, 2],), [0, 0], ([0, 0],)),
    Row("dropout with p=0", dropped(0.0), ([1, 2],), [1, 2], ([1, 1],)),
    Row("dropout in evaluation", dropped(0.5, training=False), ([1, 2],), [1, 2], ([1, 1],)),
    Row("batch norm of a constant", nn.BatchNorm1d(1), ([[3], [3]],), [[0], [0]], ([[0], [0]],)),
    Row("batch norm in evaluation", nn.BatchNorm1d(1, eps=0.0).eval(), ([[3], [5]],), [[3], [5]], ([[1], [1]],)),
    Row("layer norm of a constant", nn.LayerNorm(2), ([[3, 3]],), [[0, 0]], ([[0, 0]],)),
    Row("rms norm of zeros", nn.RMSNorm(2, eps=1.0), ([[0, 0]],), [[0, 0]], ([[1, 1]],)),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_layer_or_loss_has_the_convention_without_a_warning(row: Row) -> None:
    xs = [Tensor(np.asarray(x, float), requires_grad=True) for x in row.at]
    with np.errstate(all="raise", under="ignore"), warnings.catch_warnings():
        warnings.simplefilter("error")
        y = row.f(*xs)
        y.backward(np.ones(y.shape))
    np.testing.assert_allclose(y.data, row.value, rtol=1e-14)
    for x, expected in zip(xs, row.gradients, strict=True):
        np.testing.assert_allclose(x.grad, expected, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("loss", [nn.cross_entropy, nn.nll])
def test_mean_of_ignored_targets_alone_is_nan_with_a_warning_and_gradient_0(loss: Any) -> None:
    x = Tensor(np.ones((3, 4)), requires_grad=True)
    with pytest.warns(RuntimeWarning, match=f"{loss.__name__}: no target counts"):
        y = loss(x, [-100] * 3)
    y.backward()
    np.testing.assert_equal(y.item(), nan)
    assert not x.grad.any()


@pytest.mark.parametrize(("layer", "shape"), [(nn.BatchNorm1d(3), (1, 3)), (nn.BatchNorm2d(3), (1, 3, 1, 1)),
                                              (nn.BatchNorm1d(3, track_running_stats=False).eval(), (1, 3))])
def test_batch_norm_of_one_number_per_channel_is_an_error(layer: nn.Module, shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match=r"more than one number per channel for a variance.*eval\(\)"):
        layer(np.ones(shape))
    assert nn.BatchNorm1d(3).eval()(np.ones((1, 3))).shape == (1, 3)


def test_batch_norm_keeps_unbiased_running_statistics_while_training_alone() -> None:
    layer = nn.BatchNorm1d(1, momentum=0.5)
    layer(np.array([[1.0], [3.0]]))
    layer.eval()(np.array([[100.0], [300.0]]))
    assert (layer.running_mean.item(), layer.running_var.item()) == (1.0, 1.5)
    assert layer.num_batches_tracked == 1
