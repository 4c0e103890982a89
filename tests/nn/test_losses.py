"""Each loss against torch's: one table of losses and options; the conventions at edges; mistakes that must not pass."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, gradients
from autograd.errors import DomainError, OperandError, ShapeError
from nn import losses

torch = pytest.importorskip("torch", reason="compared with it")

from tests.nn.against_torch import compared, difference, run_ours, run_torch  # noqa: E402 (needs torch)

CLOSE = 1e-10
DRAW = np.random.default_rng(0)
F = torch.nn.functional


@dataclass(frozen=True)
class Case:
    """A loss, torch's name of it, arrays of which those of floats take gradients, and options of both."""

    name: str
    theirs: str
    arrays: tuple[Any, ...]
    options: dict[str, Any] = field(default_factory=dict)
    reductions: tuple[str, ...] = ("mean", "sum", "none")

    def __str__(self) -> str:
        shapes = ",".join(str(np.shape(a)) for a in self.arrays)
        return f"{self.name}{shapes}" + "".join(f",{name}" for name in self.options)


def real(*shape: int) -> np.ndarray:
    return DRAW.normal(size=shape)


def share(*shape: int) -> np.ndarray:
    return DRAW.uniform(0.05, 0.95, shape)


def classes(*shape: int, of: int = 4) -> np.ndarray:
    return DRAW.integers(0, of, shape)


def some_ignored(index: np.ndarray, by: int) -> np.ndarray:
    return np.where(np.arange(index.size).reshape(index.shape) % 3 == 1, by, index)


def distribution(*shape: int, axis: int = 1) -> np.ndarray:
    p = share(*shape)
    return p / p.sum(axis=axis, keepdims=True)


def signs(*shape: int) -> np.ndarray:
    return np.where(DRAW.random(shape) < 0.5, -1, 1)


WEIGHT = share(4)
DISTANCES = [((real(5, 3), real(5, 3)), {}), ((real(4), real(4)), {}), ((real(), real()), {}),
             ((real(0, 3), real(0, 3)), {})]
LABELLED = [((real(6, 4), classes(6)), {}), ((real(4), classes()), {}), ((real(3, 4, 2, 5), classes(3, 2, 5)), {}),
            ((real(6, 4), classes(6)), {"weight": WEIGHT}),
            ((real(6, 4), some_ignored(classes(6), -100)), {"weight": WEIGHT}),
            ((real(6, 4), some_ignored(classes(6), 2)), {"ignore_index": 2})]
SMOOTHED = [((real(6, 4), classes(6)), {"label_smoothing": 0.1}),
            ((real(3, 4, 5), some_ignored(classes(3, 5), -100)), {"label_smoothing": 0.3, "weight": WEIGHT}),
            ((real(6, 4), classes(6)), {"label_smoothing": 1.0})]
SOFT = [((real(6, 4), distribution(6, 4)), {}), ((real(4), distribution(4, axis=0)), {}),
        ((real(3, 4, 5), distribution(3, 4, 5)), {"label_smoothing": 0.2, "weight": WEIGHT})]
BINARY = [((share(5, 3), share(5, 3)), {}), ((share(5, 3), classes(5, 3, of=2).astype(float)), {"weight": share(5, 1)}),
          ((share(4), np.array([0.0, 1.0, 1.0, 0.0])), {"weight": share(4)})]
LOGITS = [((4 * real(5, 3), share(5, 3)), {}), ((real(5, 3), classes(5, 3, of=2).astype(float)), {"weight": share(3)}),
          ((real(5, 3), share(5, 3)), {"pos_weight": share(3) * 4}),
          ((np.array([800.0, -800.0, 0.0]), np.array([0.0, 1.0, 0.5])), {"weight": share(3), "pos_weight": share(3)})]
KL = ("mean", "sum", "none", "batchmean")


def rows(name: str, theirs: str, given: list[Any], *options: dict[str, Any], **case: Any) -> list[Case]:
    """One case for each input and each further set of options."""
    return [Case(name, theirs, arrays, {**own, **more}, **case) for arrays, own in given for more in options or ({},)]


CASES = (
    *rows("mse", "mse_loss", DISTANCES, {}), Case("mse", "mse_loss", (real(5, 3), real(5, 3)), {"weight": share(5, 3)}),
    *rows("mae", "l1_loss", DISTANCES, {}), Case("mae", "l1_loss", (real(5, 3), real(5, 3)), {"weight": share(5, 3)}),
    *rows("huber", "huber_loss", DISTANCES, {}, {"delta": 0.3}),
    Case("huber", "huber_loss", (real(5, 3), real(5, 3)), {"weight": share(5, 3), "delta": 2.0}),
    *rows("smooth_l1", "smooth_l1_loss", DISTANCES, {}, {"beta": 0.3}, {"beta": 0.0}),
    *rows("cross_entropy", "cross_entropy", LABELLED + SMOOTHED + SOFT),
    *rows("nll", "nll_loss", [((np.log(distribution(*a[0].shape, axis=min(a[0].ndim - 1, 1))), a[1]), o)
                              for a, o in LABELLED]),
    *rows("binary_cross_entropy", "binary_cross_entropy", BINARY),
    *rows("binary_cross_entropy_with_logits", "binary_cross_entropy_with_logits", LOGITS),
    *rows("kl_div", "kl_div", [((np.log(distribution(5, 3)), distribution(5, 3)), {})], reductions=KL),
    *rows("kl_div", "kl_div", [((real(5, 3), np.log(distribution(5, 3))), {"log_target": True})], reductions=KL),
    *rows("cosine_embedding", "cosine_embedding_loss", [((real(6, 3), real(6, 3), signs(6)), {}),
                                                        ((real(3), real(3), signs()), {})], {}, {"margin": 0.4}),
    *rows("triplet_margin", "triplet_margin_loss", [((real(6, 3), real(6, 3), real(6, 3)), {})],
          {}, {"margin": 2.0, "p": 3.0}, {"p": 1.0}),
)


def largest_difference(case: Case, reduction: str) -> float:
    """Run a loss and torch's; compare values and all gradients."""
    ours, theirs = getattr(losses, case.name), getattr(F, case.theirs)
    tensors = {name: torch.tensor(x) if isinstance(x, np.ndarray) else x for name, x in case.options.items()}
    with warnings.catch_warnings(), np.errstate(all="ignore"):  # of the mean of nothing
        warnings.simplefilter("ignore")
        return compared(
            run_ours(lambda *xs: ours(*xs, reduction=reduction, **case.options), case.arrays, 0.7),
            run_torch(lambda *xs: theirs(*xs, reduction=reduction, **tensors), case.arrays, 0.7))


@pytest.mark.parametrize(("case", "reduction"), [(case, r) for case in CASES for r in case.reductions], ids=str)
def test_loss_equals_torch_in_value_and_all_gradients(case: Case, reduction: str) -> None:
    assert largest_difference(case, reduction) < CLOSE


def test_each_loss_is_compared_with_torch_or_scikit_learn() -> None:
    public = {name for name in nn.__all__ if getattr(nn, name) is getattr(losses, name, None)}
    assert {case.name for case in CASES} == public - {"hinge", "squared_hinge", "class_weights"}


# What torch has not

def test_hinge_losses_equal_those_of_scikit_learn() -> None:
    hinge_loss = pytest.importorskip("sklearn.metrics").hinge_loss
    scores, target = real(50), signs(50)
    assert losses.hinge(Tensor(scores), target).item() == pytest.approx(hinge_loss(target, scores), rel=1e-14)
    single = losses.hinge(Tensor(scores), target, reduction="none").data
    assert difference(losses.squared_hinge(Tensor(scores), target, reduction="none").data, np.square(single)) < CLOSE


def test_class_weights_are_scikit_learns_balanced_ones() -> None:
    compute = pytest.importorskip("sklearn.utils.class_weight").compute_class_weight
    targets = np.repeat([0, 1, 2], [50, 7, 3])
    expected = compute("balanced", classes=np.arange(3), y=targets)
    assert difference(losses.class_weights(Tensor(targets)), expected) < CLOSE
    weighted = losses.cross_entropy(Tensor(np.zeros((60, 3))), targets, weight=losses.class_weights(targets))
    assert weighted.item() == pytest.approx(np.log(3))


# At the edges; conventions are in test_conventions.py

def test_cross_entropy_of_huge_logits_is_finite_without_a_warning() -> None:
    with np.errstate(all="raise", under="ignore"):
        x = Tensor([[1e4, -1e4], [-1e4, 1e4]], requires_grad=True)
        loss = losses.cross_entropy(x, [0, 0])
        loss.backward()
    assert loss.item() == 1e4
    assert x.grad.tolist() == [[0.0, 0.0], [-0.5, 0.5]]


def test_binary_cross_entropy_can_be_differentiated_twice() -> None:
    x = Tensor([0.2, 0.9], requires_grad=True)
    (first,) = gradients(losses.binary_cross_entropy(x, [1.0, 0.0], reduction="sum"), [x], create_graph=True)
    first.sum().backward()
    assert difference(x.grad, np.array([1 / 0.2**2, 1 / 0.1**2])) < CLOSE


@pytest.mark.parametrize("case", CASES, ids=str)
def test_float32_stays_float32(case: Case) -> None:
    first, *others = case.arrays
    x = Tensor(np.asarray(first, np.float32), requires_grad=True)
    loss = getattr(losses, case.name)(x, *others, **case.options, reduction="sum")
    loss.backward()
    assert loss.dtype == x.grad.dtype == np.float32


# Mistakes

PAIRS = ("mse", "mae", "huber", "smooth_l1", "binary_cross_entropy", "binary_cross_entropy_with_logits", "kl_div",
         "hinge", "squared_hinge")


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize(("shape", "other", "advice"), [
    ((4, 1), (4,), r"prediction.squeeze\(-1\)"), ((4,), (4, 1), r"target.squeeze\(-1\)"), ((4, 1), (4, 4), "the same"),
    ((4,), (), "the same"), ((2, 4), (4,), "the same"), ((), (1,), "squeeze")])
def test_shapes_that_would_broadcast_are_an_error(name: str, shape: Any, other: Any, advice: str) -> None:
    with pytest.raises(ShapeError, match=rf"{name}: the prediction has shape .* and the target .*{advice}"):
        getattr(losses, name)(Tensor(np.full(shape, 0.5)), np.ones(other))


MISTAKES = (
    (lambda: losses.mse(Tensor([1.0]), [1.0], reduction="max"), OperandError, "reduction='max' is unknown; known are"),
    (lambda: losses.cross_entropy(Tensor([[1.0]]), [0], reduction="max"), OperandError, "reduction='max'"),
    (lambda: losses.mse(Tensor([1]), [1]), OperandError, "must be floating, got int64"),
    (lambda: losses.mse(Tensor([1.0]), [1.0], weight=[1.0, 2.0]), ShapeError, r"weight of shape \(2,\) does not"),
    (lambda: losses.mse(Tensor(real(3)), real(3), weight=[1.0, 2.0]), ShapeError, r"weight of shape \(2,\) does not b"),
    (lambda: losses.binary_cross_entropy_with_logits(Tensor(real(3)), share(3), pos_weight=share(3, 1)), ShapeError,
     r"pos_weight of shape \(3, 1\) does not broadcast to shape \(3,\)"),
    (lambda: losses.class_weights([0, -1]), OperandError, "class numbers from 0"),
    (lambda: losses.huber(Tensor([1.0]), [1.0], delta=0), OperandError, "delta=0 must be positive"),
    (lambda: losses.smooth_l1(Tensor([1.0]), [1.0], beta=-1), OperandError, "beta=-1 must not be negative"),
    (lambda: losses.cross_entropy(Tensor(real(3, 4)), [0, 1, 4]), ShapeError, "4 is none of 4 classes"),
    (lambda: losses.cross_entropy(Tensor(real(3, 4)), [0, 1, -1]), ShapeError, "-1 is none of 4 classes"),
    (lambda: losses.cross_entropy(Tensor(real(3, 4)), [0.0, 1.0, 2.0]), OperandError, "integers, got float64"),
    (lambda: losses.cross_entropy(Tensor(real(3, 4)), [[0], [1], [2]]), ShapeError, r"shape \(3,\).*\(3, 1\)"),
    (lambda: losses.cross_entropy(Tensor(real(3, 4)), np.eye(4, dtype=int)[:3]), ShapeError, "or are probabilities"),
    (lambda: losses.cross_entropy(Tensor(real(3, 4)), [0, 1, 2], weight=[1.0]), ShapeError, "each of 4 classes"),
    (lambda: losses.cross_entropy(Tensor(real(3, 4)), [0, 1, 2], label_smoothing=2), OperandError, "label_smoothing=2"),
    (lambda: losses.cross_entropy(Tensor(1.0), 0), ShapeError, r"\(C,\), \(N, C\)"),
    (lambda: losses.binary_cross_entropy(Tensor([1.5]), [1.0]), DomainError, "1.5 is no probability.*with_logits"),
    (lambda: losses.hinge(Tensor([1.0]), [0]), OperandError, r"targets are -1 and 1, got \[0"),
    (lambda: losses.cosine_embedding(Tensor(real(3, 2)), real(3, 2), [0, 1, 1]), ShapeError, "targets are -1 and 1"),
    (lambda: losses.cosine_embedding(Tensor(real(3, 2)), real(3, 2), [1]), ShapeError, r"\(3,\); got shape \(1,\)"),
    (lambda: losses.class_weights([0, 2]), ShapeError, r"\[1, 0, 1\] samples"),
)


@pytest.mark.parametrize(("call", "error", "words"), MISTAKES, ids=[words for _, _, words in MISTAKES])
def test_mistake_is_an_error_that_says_what_to_do(call: Callable[[], Any], error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        call()
