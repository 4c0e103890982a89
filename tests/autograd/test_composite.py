"""Functions made of rows: their values are numpy's, at extremes they are stable, at kinks they keep the conventions."""

import inspect
import warnings
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, explode, gradients, ops
from autograd.errors import OperandError, ShapeError
from autograd.op import COMPOSITES
from tests.autograd.checking import CHECKS
from tests.autograd.sampling import Case

NAN, INF = np.nan, np.inf
MASK = np.array([[True, False, True], [True, True, True]])

USES = [
    Case("var", lambda x: ops.var(x, axis=(0, 2), ddof=1, keepdims=True), ((2, 3, 2),)),
    Case("std", lambda x: ops.std(x, axis=-1, ddof=1), ((2, 3),)),
    Case("standardize", lambda x: ops.standardize(x, axis=(-2, -1)), ((2, 2, 3),)),
    Case("softmax", lambda x: ops.softmax(x, axis=0), ((3, 2),)),
    Case("log_softmax", lambda x: ops.log_softmax(x, axis=(0, 1)), ((2, 3),)),
    Case("logsumexp", lambda x: ops.logsumexp(x, axis=-1, keepdims=True), ((2, 3),)),
    Case("masked_softmax", lambda x: ops.masked_softmax(x, MASK), ((2, 3),)),
    *[Case(f"norm {p}", lambda x, p=p: ops.norm(x, p, axis=1), ((2, 3),)) for p in (None, 1, 2, 3, 0.5, -1, INF, -INF)],
    *[Case(f"matrix norm {p}", lambda x, p=p: ops.norm(x, p, axis=(-1, 0)), ((2, 2, 3),))
      for p in ("fro", 1, -1, INF, -INF)],
    Case("norm of all", ops.norm, ((2, 3, 2),)),
    Case("cosine_similarity", lambda x, y: ops.cosine_similarity(x, y, axis=0), ((3, 2), (3, 1))),
    Case("average", lambda x, w: ops.average(x, axis=1, weights=ops.exp(w)), ((2, 3), (3,))),
    Case("ptp", lambda x: ops.ptp(x, axis=(0, 1)), ((2, 3),)),
    Case("nanmean", lambda x: ops.nanmean(ops.concatenate([x, np.float32([[NAN] * 3])]), axis=0), ((2, 3),)),
    Case("safe_sqrt", lambda x: ops.safe_sqrt(ops.square(x)), ((3,),)),
]


@pytest.mark.parametrize("case", USES, ids=str)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_use_of_a_composite(check: Any, case: Case) -> None:
    for seed in range(2):
        check(case, case.points(seed), np.random.default_rng(seed))


NORMS = [
    lambda x: np.linalg.norm(x), lambda x: np.linalg.norm(x, axis=0),
    *[lambda x, p=p: np.linalg.norm(x, p, axis=1) for p in (0.5, 1, 2, 3, -1, INF, -INF)],
    *[lambda x, p=p: np.linalg.norm(x, ord=p, keepdims=True) for p in ("fro", 1, -1, INF, -INF)],
]
NUMPY_CALLS = [
    *NORMS, lambda x: np.linalg.norm(x, 0, axis=1),
    lambda x: np.var(x, axis=0, ddof=1), lambda x: np.std(x, axis=(0, 1), keepdims=True), lambda x: np.ptp(x, axis=1),
    lambda x: np.average(x, axis=0, weights=[1.0, 3.0]), lambda x: np.average(x),
    lambda x: np.average(np.ones(4) * x[..., None], axis=(2, 0), weights=np.arange(8.0).reshape(4, 2)),
    lambda x: np.nansum(x, axis=0),
    lambda x: np.nanmean(x, axis=1, keepdims=True),
]


@pytest.mark.parametrize("call", NUMPY_CALLS)
def test_numpy_call_on_a_tensor_gives_what_it_gives_on_an_array(call: Any) -> None:
    x = np.random.default_rng(0).normal(size=(2, 3))
    for data in (x, np.where(x > 0, x, 0.0)):
        with np.errstate(divide="ignore"):
            found, expected = call(Tensor(data, requires_grad=True)), call(data)
        assert isinstance(found, Tensor)
        assert found.shape == expected.shape
        np.testing.assert_allclose(found.numpy(), expected, rtol=1e-14)


@pytest.mark.parametrize("call", NORMS)
def test_norm_of_huge_and_tiny_elements_is_exact(call: Any) -> None:
    x = np.random.default_rng(0).normal(size=(2, 3))
    for size in (1e200, 1e-200):
        leaf = Tensor(size * x, requires_grad=True)
        np.testing.assert_allclose(call(leaf).numpy(), size * call(x), rtol=1e-13)
        np.testing.assert_allclose(gradients(call(leaf).sum(), leaf), grad(call, x), rtol=1e-12)


def grad(f: Any, x: Any) -> Any:
    """Return the gradient of the sum of f at x."""
    leaf = Tensor(x, requires_grad=True)
    return gradients(f(leaf).sum(), leaf)


@pytest.mark.parametrize(("f", "x", "expected"), [
    (ops.var, [3.0, 3.0, 3.0], [0.0, 0.0, 0.0]),
    (ops.std, [3.0, 3.0, 3.0], [0.0, 0.0, 0.0]),
    (lambda x: ops.std(x, ddof=1), [0.1, 0.1, 0.1], [0.0, 0.0, 0.0]),
    (ops.logsumexp, [1000.0, 1000.0], [0.5, 0.5]),
    (ops.logsumexp, [-INF, 0.0], [0.0, 1.0]),
    (ops.logsumexp, [-INF, -INF], [0.0, 0.0]),
    (lambda x: ops.logsumexp(x, axis=1), [[-INF, -INF], [0.0, 0.0]], [[0.0, 0.0], [0.5, 0.5]]),
    (lambda x: ops.softmax(x)[0], [1000.0, -1000.0], [0.0, 0.0]),
    (lambda x: ops.log_softmax(x)[1], [1000.0, -1000.0], [-1.0, 1.0]),
    (lambda x: ops.masked_softmax(x, [False, False]), [1.0, 2.0], [0.0, 0.0]),
    (lambda x: ops.masked_softmax(x, [True, False])[0], [1.0, INF], [0.0, 0.0]),
    (ops.norm, [0.0, 0.0], [0.0, 0.0]),
    (lambda x: ops.norm(x, 1), [0.0, -2.0], [0.0, -1.0]),
    (lambda x: ops.norm(x, INF), [3.0, -3.0, 1.0], [0.5, -0.5, 0.0]),
    (lambda x: ops.norm(x, 3), [0.0, 0.0], [0.0, 0.0]),
    (lambda x: ops.norm(x, 0.5), [0.0, 4.0], [0.0, 1.0]),
    (lambda x: ops.norm(x, -1), [0.0, 3.0, 4.0], [0.0, 0.0, 0.0]),
    (lambda x: ops.norm(x, -2, axis=1), [[0.0, 3.0], [2.0, INF]], [[0.0, 0.0], [1.0, 0.0]]),
    (ops.norm, [3e200, 4e200], [0.6, 0.8]),
    (ops.norm, [3e-200, 4e-200], [0.6, 0.8]),
    (ops.norm, [3e-320, 4e-320], [0.6, 0.8]),
    (lambda x: ops.norm(x, 3), [1e200, 1e200], [2 ** (-2 / 3)] * 2),
    (lambda x: ops.cosine_similarity(x, np.ones(2)), [0.0, 0.0], [1e8 / 2**0.5] * 2),
    (ops.safe_sqrt, [0.0, 4.0], [0.0, 0.25]),
    (ops.nansum, [1.0, NAN], [1.0, 0.0]),
    (ops.nanmean, [1.0, NAN, 3.0], [0.5, 0.0, 0.5]),
    (ops.ptp, [1.0, 3.0, 3.0], [-1.0, 0.5, 0.5]),
])
def test_gradient_follows_the_convention(f: Any, x: Any, expected: Any) -> None:
    subnormal = 0 < np.max(np.abs(x)) < 1e-307
    np.testing.assert_allclose(grad(f, x), expected, rtol=1e-3 if subnormal else 1e-12)


@pytest.mark.parametrize(("f", "x", "expected"), [
    (ops.softmax, [1000.0, -1000.0], [1.0, 0.0]),
    (ops.log_softmax, [1000.0, -1000.0], [0.0, -2000.0]),
    (ops.softmax, [-INF, -INF], [NAN, NAN]),
    (ops.softmax, [-INF, 0.0], [0.0, 1.0]),
    (ops.logsumexp, [1000.0, 1000.0], 1000.0 + np.log(2.0)),
    (ops.logsumexp, [-INF, -INF], -INF),
    (ops.logsumexp, [INF, 0.0], INF),
    (lambda x: ops.masked_softmax(x, np.array([True, True])), [-INF, -INF], [0.0, 0.0]),
    (lambda x: ops.masked_softmax(x, Tensor([True, False])), [5.0, NAN], [1.0, 0.0]),
    (ops.norm, [INF, 1.0], INF),
    (lambda x: ops.norm(x, -1), [0.0, 3.0], 0.0),
    (lambda x: ops.norm(x, -1), [INF, INF], INF),
    (lambda x: ops.average(x, weights=np.ones(2)), [INF, 1.0], INF),
    (lambda x: ops.var(x, ddof=0), [5.0], 0.0),
])
def test_value_at_extremes(f: Any, x: Any, expected: Any) -> None:
    with np.errstate(divide="ignore", invalid="ignore"):
        np.testing.assert_allclose(f(Tensor(x)).numpy(), expected, rtol=1e-15)
        np.testing.assert_allclose(f(np.array(x)), expected, rtol=1e-15)


@pytest.mark.parametrize("f", [ops.softmax, ops.log_softmax, ops.logsumexp, ops.norm, ops.standardize])
def test_extremes_raise_no_floating_point_error(f: Any) -> None:
    with np.errstate(all="raise", under="ignore"):
        for x in ([1000.0, -1000.0, 0.0], [1e-3, 2e-3, 3e-3], [-750.0, 0.0, 750.0]):
            f(Tensor(x))


@pytest.mark.parametrize("f", [ops.var, ops.std])
def test_variance_of_one_element_with_ddof_1_is_nan_and_warns_of_ddof(f: Any) -> None:
    with pytest.warns(RuntimeWarning, match=r"1 element\(s\) with ddof=1 is nan"):
        assert np.isnan(f(Tensor([5.0], requires_grad=True), ddof=1).item())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert f(Tensor([5.0]), ddof=0).item() == 0.0


def second(f: Any, x: Any) -> Any:
    """Return the gradient of the sum of the gradient."""
    leaf = Tensor(x, requires_grad=True)
    first = gradients(f(leaf).sum(), leaf, create_graph=True)
    return gradients(first.sum(), leaf) if first.requires_grad else np.zeros_like(leaf.data)


@pytest.mark.parametrize("f", [ops.std, ops.norm, ops.logsumexp, ops.safe_sqrt, lambda x: ops.norm(x, 3)])
@pytest.mark.parametrize("x", [[0.0, 0.0], [0.0, 1.0]])
def test_second_derivative_at_a_kink_is_finite(f: Any, x: Any) -> None:
    assert np.isfinite(second(f, x)).all()


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp", "std", "var", "norm 1", "norm 3", "norm inf",
                                  "norm 0.5", "norm -1", "cosine_similarity"])
def test_gradient_is_pytorchs(name: str) -> None:
    torch = pytest.importorskip("torch")
    kind, _, p = name.partition(" ")
    weights = np.array([1.0, 2.0, 3.0, 4.0])
    for x in ([1.0, 3.0, 3.0, -1.0], [2.0, 0.0, 3.0, 0.0], [-700.0, 700.0, 3.0, 1.0], [2.0, 2.0, 2.0, 2.0]):
        there = torch.tensor(x, dtype=torch.float64, requires_grad=True)
        if kind == "norm":
            expected, ours = torch.linalg.vector_norm(there, float(p)), lambda t: ops.norm(t, float(p))
        elif kind == "cosine_similarity":
            expected = torch.cosine_similarity(there, torch.tensor(weights), dim=0)
            ours = lambda t: ops.cosine_similarity(t, weights)
        elif kind in ("std", "var"):
            expected, ours = getattr(torch, kind)(there, correction=1), lambda t: COMPOSITES[kind](t, ddof=1)
        elif kind == "logsumexp":
            expected, ours = torch.logsumexp(there, 0), ops.logsumexp
        else:
            expected = (getattr(torch, kind)(there, 0) * torch.tensor(weights)).sum()
            ours = lambda t: COMPOSITES[kind](t) * weights
        expected.backward()
        np.testing.assert_allclose(grad(ours, x), there.grad.numpy(), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("f", [ops.softmax, ops.log_softmax, ops.logsumexp, ops.norm, ops.std, ops.standardize,
                               ops.nanmean, ops.safe_sqrt, ops.median,
                               lambda x: ops.masked_softmax(x, [True, False, True])])
def test_dtype_stays(f: Any, dtype: Any) -> None:
    x = Tensor(np.array([1.0, 2.0, 4.0], dtype), requires_grad=True)
    assert f(x).dtype == dtype
    assert f(np.array([1.0, 2.0, 4.0], dtype)).dtype == dtype
    assert gradients(f(x).sum(), x).dtype == dtype


@pytest.mark.parametrize("f", [ops.softmax, ops.logsumexp, ops.norm, ops.std, ops.log_softmax, ops.standardize])
def test_lists_values_and_tensors_give_the_same(f: Any) -> None:
    numbers = [1.0, 2.0, 4.0]
    values = [Value(x) for x in numbers]
    of_values = f(values)
    np.testing.assert_allclose(f(numbers), of_values.numpy())
    of_values.sum().backward()
    np.testing.assert_allclose([v.grad for v in values], grad(f, numbers), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("f", [ops.softmax, ops.logsumexp, ops.norm, ops.std, ops.standardize,
                               lambda x: ops.norm(x, 3)])
def test_composite_explodes_to_scalars_with_the_same_gradient(f: Any) -> None:
    x = Tensor([1.0, 2.0, 4.0], requires_grad=True)
    output = (f(x) * np.array([1.0, 2.0, 3.0])).sum()
    scalars = explode(output)
    scalars.output.backward()
    assert scalars.output.data == pytest.approx(output.item(), rel=1e-12)
    np.testing.assert_allclose(scalars.gradient(x), gradients(output, x), rtol=1e-10, atol=1e-14)


X = Tensor(np.ones((2, 3)), requires_grad=True)


@pytest.mark.parametrize(("call", "error", "message"), [
    (lambda: ops.softmax(X, axis=2), ShapeError, "axis=2"),
    (lambda: np.var(X, where=MASK), OperandError, r"var has no option 'where'; its options are \['axis', 'ddof'"),
    (lambda: np.linalg.norm(X, 2), OperandError, "need singular values"),
    (lambda: np.linalg.norm(X, "nuc"), OperandError, "norm over 2 axes has no ord='nuc'"),
    (lambda: ops.norm(X, 3), OperandError, "a matrix has no 3-norm"),
    (lambda: ops.norm(np.ones((2, 2, 2)), 1), OperandError, "norm over 3 axes"),
    (lambda: ops.average(X, weights=[1.0, 2.0]), ShapeError, r"weights of shape \(2,\) fit neither"),
    *[(lambda f=f: f(X, 0, None), OperandError, f.__name__) for f in (np.var, np.std, np.ptp, np.nansum, np.nanmean)],
    (lambda: np.average(X, None, MASK, True), OperandError, "average"),
    (lambda: np.nan_to_num(X, True, 5.0), OperandError, "nan_to_num .*no option copy"),
    (lambda: ops.cosine_similarity(X, np.ones(2)), ShapeError, "broadcast"),
])
def test_misuse_is_an_error_that_says_so(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


def takes(f: Any, axis: Any) -> bool:
    """Whether a function of one operand can be called along an axis."""
    try:
        f(X, axis=axis)
    except (OperandError, ShapeError):
        return False
    return True


ALONG = [f for f in COMPOSITES.values() if f is not ops.expand_dims  # repeats no axis, makes new ones
         and "axis" in inspect.signature(f).parameters and takes(f, 0)]


def test_functions_along_an_axis_are_found() -> None:
    assert {"median", "norm", "logsumexp", "softmax", "var", "average", "cummin"} <= {f.__name__ for f in ALONG}


@pytest.mark.parametrize("f", ALONG, ids=lambda f: f.__name__)
def test_an_axis_that_is_not_there_or_repeated_is_an_error(f: Any) -> None:
    for axis in (2, 5, -3, -7, *([(0, 5), (0, 0), (1, -1)] if takes(f, (0, 1)) else [])):
        with pytest.raises(ShapeError):
            f(X, axis=axis)


@pytest.mark.parametrize("call", [lambda axis: ops.norm(np.ones((2, 3)), ord=1, axis=axis),
                                  lambda axis: ops.average(X, axis=axis, weights=np.ones((2, 3))[:, :2])])
@pytest.mark.parametrize("axis", [(0, 5), (0, 0), (1, -1)])
def test_an_axis_wrongly_given_to_an_op_with_operands_names_it(call: Any, axis: Any) -> None:
    with pytest.raises(ShapeError, match=r"(?s)^(norm|average) .*(out of bounds|repeated axis)"):
        call(axis)


def test_every_composite_documents_itself_by_a_call() -> None:
    for name, function in COMPOSITES.items():
        assert ">>> " in (function.__doc__ or ""), name


def test_select_never_evaluates_a_branch_off_its_elements():
    x = Tensor([0.0, 1.0, 4.0], requires_grad=True)
    with np.errstate(all="raise"):
        ops.select(x > 0, ops.log, lambda u: 0.0, x).sum().backward()
    assert x.grad.tolist() == [0.0, 1.0, 0.25]
    v = Value(0.0)
    assert ops.select(v > 0, ops.log, lambda u: 2 * u, v).data == 0.0
    with pytest.raises(ShapeError, match=r"condition of shape \(2,\) does not fit x of shape \(3,\)"):
        ops.select([True, False], ops.log, ops.exp, x)
