"""Penalties, projections and clipping against torch's and against their formulas."""

from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from autograd.errors import DomainError, OperandError

torch = pytest.importorskip("torch", reason="compared with it")

from tests.nn.against_torch import difference  # noqa: E402 (needs torch)

CLOSE = 1e-10
SHAPES = ((3, 4), (4,), (), (0, 2), (2, 3, 2))


def parameters(seed: int = 0, scale: float = 1.0) -> list[Tensor]:
    """Return parameters with gradients, and one without."""
    rng = np.random.default_rng(seed)
    found = [Tensor(rng.normal(size=shape), requires_grad=True) for shape in SHAPES]
    for p in found:
        p.grad = scale * rng.normal(size=p.shape)
    return [*found, Tensor(np.ones(2), requires_grad=True)]


def in_torch(ours: list[Tensor]) -> list[Any]:
    theirs = [torch.tensor(p.numpy(), requires_grad=True) for p in ours]
    for p, q in zip(ours, theirs, strict=True):
        q.grad = None if p.grad is None else torch.tensor(p.grad)
    return theirs


def same_gradients(ours: list[Tensor], theirs: list[Any]) -> bool:
    return all(q.grad is None if p.grad is None else difference(p.grad, q.grad.numpy()) < CLOSE
               for p, q in zip(ours, theirs, strict=True))


@pytest.mark.parametrize("kind", [1.0, 2.0, 3.5, np.inf])
@pytest.mark.parametrize("limit", [0.5, 3.0, 1e6])
def test_clipping_by_norm_equals_torch(limit: float, kind: float) -> None:
    ours = [p for p in parameters() if p.size]  # torch has no inf-norm of nothing
    theirs = in_torch(ours)
    total = nn.clip_grad_norm_(ours, limit, kind)
    assert total == pytest.approx(torch.nn.utils.clip_grad_norm_(theirs, limit, kind).item(), rel=1e-13)
    assert same_gradients(ours, theirs)


def test_clipping_by_value_equals_torch() -> None:
    ours = parameters()
    theirs = in_torch(ours)
    nn.clip_grad_value_(ours, 0.5)
    torch.nn.utils.clip_grad_value_(theirs, 0.5)
    assert same_gradients(ours, theirs)
    assert max(abs(p.grad).max(initial=0) for p in ours if p.grad is not None) == 0.5


def test_clipping_keeps_the_dtype_and_takes_one_parameter_alone() -> None:
    p = Tensor(np.ones(3, np.float32), requires_grad=True)
    p.grad = np.full(3, 7, np.float32)
    assert nn.clip_grad_norm_(p, 1.0) == pytest.approx(np.sqrt(147))
    nn.clip_grad_value_(p, 0.1)
    assert p.grad.dtype == np.float32


def test_gradients_that_are_not_finite_are_an_error_if_asked_for_and_spread_otherwise() -> None:
    ours = parameters()
    ours[1].grad[0] = np.nan
    theirs = in_torch(ours)
    with pytest.raises(DomainError, match="norm of the gradients is nan"):
        nn.clip_grad_norm_(ours, 1.0, error_if_nonfinite=True)
    assert np.isnan(nn.clip_grad_norm_(ours, 1.0))
    torch.nn.utils.clip_grad_norm_(theirs, 1.0)
    assert np.isnan(ours[0].grad).all() == np.isnan(theirs[0].grad.numpy()).all()


def test_clipping_nothing_is_fine() -> None:
    empty = Tensor(np.zeros((0, 2)), requires_grad=True)
    empty.grad = np.zeros((0, 2))
    assert nn.clip_grad_norm_([], 1.0) == nn.clip_grad_norm_([empty], 1.0, np.inf) == 0.0


@pytest.mark.parametrize("limit", [0.5, 1.0, 10.0])
def test_max_norm_shortens_the_weights_into_each_output(limit: float) -> None:
    for p in parameters()[:1] + parameters()[4:5]:
        before = p.numpy()
        nn.max_norm_(p, limit)
        axes = tuple(range(1, p.ndim))
        lengths = np.sqrt((p.data**2).sum(axis=axes))
        assert (lengths <= limit * (1 + 1e-12)).all()
        expected = torch.renorm(torch.tensor(before), 2, 0, limit).numpy()
        assert np.allclose(p.data, expected, rtol=1e-6)  # torch adds 1e-7 to each length
        short = np.sqrt((before**2).sum(axis=axes)) <= limit
        assert np.array_equal(p.data[short], before[short])


def test_max_norm_along_another_axis_and_of_zeros() -> None:
    w = Tensor([[3.0, 0.0], [4.0, 0.0]], requires_grad=True)
    with np.errstate(all="raise"):
        nn.max_norm_(w, 1.0, axis=0)
    assert np.allclose(w.data, [[0.6, 0.0], [0.8, 0.0]])
    with pytest.raises(OperandError, match="limit=0 must be positive"):
        nn.max_norm_(w, 0)


def test_penalties_are_loss_terms_with_the_gradients_of_their_formulas() -> None:
    for penalty, value, slope in (
            (nn.l1, lambda w: abs(w).sum(), np.sign), (nn.l2, lambda w: 0.5 * (w**2).sum(), lambda w: w)):
        ours = parameters()
        for p in ours:
            p.grad = None
        loss = penalty(ours, 0.3)
        loss.backward()
        assert loss.item() == pytest.approx(0.3 * sum(value(p.data) for p in ours), rel=1e-13)
        assert all(difference(p.grad, 0.3 * slope(p.numpy())) < CLOSE for p in ours)
    with pytest.raises(OperandError, match="at least one parameter"):
        nn.l2([], 0.1)


def test_the_penalty_l2_is_weight_decay() -> None:
    ours = parameters()[:1]
    theirs = in_torch(ours)
    ours[0].grad = theirs[0].grad = None
    (nn.l2(ours, 0.2) + ours[0].sum()).backward()
    theirs[0].sum().backward()
    torch.optim.SGD(theirs, lr=0.1, weight_decay=0.2).step()
    assert difference(ours[0].numpy() - 0.1 * ours[0].grad, theirs[0].detach().numpy()) < CLOSE


def test_float32_stays_float32() -> None:
    p = Tensor(np.ones((2, 2), np.float32), requires_grad=True)
    assert nn.l1(p, 0.1).dtype == nn.l2(p, 0.1).dtype == np.float32
    nn.max_norm_(p, 0.5)
    assert p.dtype == np.float32
