"""Structural rows beyond the generic tests of `test_ops.py`: calls in numpy's many forms, kinks, zeros, errors.

`USES` are calls that the options of a row do not span; each is checked like a row. What follows are expected values.
"""

from itertools import product
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, explode, gradients, ops
from autograd.errors import OperandError, ShapeError, UnsupportedError
from tests.autograd.checking import CHECKS
from tests.autograd.sampling import Case

INDICES = {
    "int": 1, "negative": -1, "slice": slice(1, None), "step": slice(None, None, -2), "ellipsis": (..., 0),
    "newaxis": (None, slice(None), 1), "pair": (0, -1), "mask": np.array([True, False, True, True]),
    "mask of all": np.arange(12).reshape(4, 3) % 2 == 0, "two masks": (np.array([True, False, True, False]),
                                                                        np.array([True, False, True])),
    "repeated": [0, 0, 3], "repeated in two": ([0, 0, 1], [1, 1, 2]), "matrix": np.array([[0, 1], [1, -1]]),
    "after a slice": (slice(1, 3), [2, 2, 0]), "with an int": ([0, 0], 1),
    "outer": (np.array([[0], [0]]), np.array([1, 1])),
    "mask and ints": (np.array([True, True, False, False]), np.array([[0, 0], [0, 0]])), "nothing": [],
    "list of bools": [True, False, True, True], "nested bools": [[True, False, True]] * 4,
}
SUMS = ["ij,jk->ik", "ij,jk", "ij->", "ij->j", "ij->ji", "ij,kj->", "ij,kl->l", "ij,ij", "i...,...k->k...",
        "...j,jk->...k", "ij,jk,kl->il", "ij,jk,ik->", "aij,ajk->aik", "ii", "ii->i", "ii->", "iij->j", "bii->b",
        "ii,ij->j", "iji,j->i", "i,i->", "i,j->ij", "i,i,i->", " i j , j -> i "]
LENGTHS = {"a": 2, "b": 2, "i": 3, "j": 2, "k": 4, "l": 2}


def operand_shapes(subscripts: str) -> tuple[tuple[int, ...], ...]:
    terms = subscripts.replace(" ", "").partition("->")[0].replace("...", "ab").split(",")
    return tuple(tuple(LENGTHS[letter] for letter in term) for term in terms)


def use(name: str, call: Any, *shapes: tuple[int, ...]) -> Case:
    return Case(name, call, shapes)


def fits(index: Any, shape: tuple[int, ...]) -> bool:
    try:
        np.zeros(shape)[index]
    except IndexError:
        return False
    return True


USES = [
    *[use(f"getitem {name} of {shape}", lambda x, i=i: ops.getitem(x, index=i), shape)
      for name, i in (INDICES | {"array of one number": np.array(1)}).items() for shape in ((4, 3), (4,), (4, 3, 2))
      if fits(i, shape)],
    *[use(f"einsum {s}", lambda *xs, s=s: ops.einsum(s, *xs), *operand_shapes(s)) for s in SUMS],
    use("einsum stretched", lambda a, b: ops.einsum("i,i->", a, b), (3,), (1,)),
    use("einsum stretched twice", lambda a, b: ops.einsum("ij,ij->j", a, b), (3, 1), (1, 2)),
    use("einsum stretched ellipsis", lambda a, b: ops.einsum("...i,...i->...", a, b), (4, 1, 3), (2, 3)),
    use("concatenate unequal", lambda a, b, c: ops.concatenate([a, b, c], axis=1), (2, 1), (2, 3), (2, 2)),
    use("concatenate flat", lambda a, b: ops.concatenate([a, b], axis=None), (2, 1), (3,)),
    use("stack", lambda a, b: ops.stack((a, b), axis=1), (2, 3), (2, 3)),
    use("hstack", lambda a, b: ops.hstack([a, b]), (2, 3), (2, 1)),
    use("vstack", lambda a, b: ops.vstack([a, b]), (3,), (2, 3)),
    use("column_stack", lambda a, b: ops.column_stack([a, b]), (3,), (3, 2)),
    use("split", lambda x: ops.concatenate(ops.split(x, 2)[::-1]), (4, 2)),
    use("split, one part unused", lambda x: ops.split(x, [1, 3], axis=1)[1] * 2.0, (2, 4)),
    use("split, parts used twice", lambda x: (lambda a, b: a * b + a)(*ops.split(x, 2)), (4,)),
    use("array_split", lambda x: ops.concatenate(ops.array_split(x, 3)[1:]), (5, 2)),
    use("unstack", lambda x: (lambda a, b, c: a * b + c)(*ops.unstack(x, axis=-1)), (2, 3)),
    use("ravel", ops.ravel, (2, 3)), use("flatten", ops.flatten, (2, 1, 2)),
    use("squeeze", lambda x: ops.squeeze(x, (0, -1)), (1, 3, 1)), use("squeeze all", ops.squeeze, (1, 3, 1)),
    use("expand_dims", lambda x: ops.expand_dims(x, (0, -1)), (2, 3)),
    use("moveaxis", lambda x: ops.moveaxis(x, (0, 1), (-1, 0)), (2, 3, 4)),
    use("tile", lambda x: ops.tile(x, (2, 1, 3)), (2, 2)), use("tile fewer", lambda x: ops.tile(x, 2), (2, 3)),
    use("repeat", lambda x: ops.repeat(x, 2), (2, 2)),
    use("repeat each", lambda x: ops.repeat(x, [0, 2, 1], axis=1), (2, 3)),
    use("take", lambda x: ops.take(x, [[0, 5], [5, 1]]), (2, 3)),
    use("take along", lambda x: ops.take(x, [2, 0, 2], axis=-1), (2, 3)),
    use("take_along_axis", lambda x: ops.take_along_axis(x, np.array([[0, 0, 2, 1]]), axis=1), (2, 3)),
    use("take_along_axis flat", lambda x: ops.take_along_axis(x, np.array([5, 0, 0]), axis=None), (2, 3)),
    use("diff", lambda x: ops.diff(x, n=2, axis=0), (4, 2)),
    *[use(f"pad {mode}", lambda x, mode=mode: ops.pad(x, ((1, 2), (0, 1)), mode=mode), (3, 2))
      for mode in ("constant", "edge", "reflect", "symmetric", "wrap")],
    use("diag", ops.diag, (3, 3)), use("diag of a vector", lambda x: ops.diag(x, -1), (2,)),
    use("trace", lambda x: ops.trace(x, 1, 1, 2), (2, 3, 4)), use("tril of a vector", ops.tril, (3,)),
    use("triu of a vector", ops.triu, (3,)),
    *[use(f"{f.name} along the last axis", lambda x, f=f: f(x, axis=1), (2, 3)) for f in (ops.prod, ops.max, ops.min)],
    use("median odd", lambda x: ops.median(x, axis=0), (3, 2)), use("median even", ops.median, (2, 3)),
    use("median of axes", lambda x: ops.median(x, axis=(0, 2), keepdims=True), (2, 3, 2)),
    use("cummin", ops.cummin, (2, 3)), use("max_with_index", lambda x: ops.max_with_index(x, 0)[0], (2, 3)),
    use("min_with_index", lambda x: ops.min_with_index(x, keepdims=True)[0], (2, 3)),
    use("tensordot", ops.tensordot, (2, 3, 2), (3, 2, 4)),
    use("tensordot 0", lambda a, b: ops.tensordot(a, b, 0), (2,), (3,)),
    use("tensordot axes", lambda a, b: ops.tensordot(a, b, axes=([0, -1], [1, 0])), (2, 3, 4), (4, 2)),
    use("dot", ops.dot, (2, 3), (3,)), use("dot 3-d", ops.dot, (2, 3), (4, 3, 2)), use("dot scalar", ops.dot, (), (3,)),
    use("inner", ops.inner, (2, 3), (4, 3)), use("inner vectors", ops.inner, (3,), (3,)),
    use("outer", ops.outer, (2, 2), (3,)), use("vdot", ops.vdot, (2, 2), (4,)),
    *[use("matmul", ops.matmul, a, b) for a, b in product([(3,), (2, 3), (4, 2, 3), (1, 2, 3)],
                                                          [(3,), (3, 2), (4, 3, 2), (5, 1, 3, 2)])],
]


@pytest.mark.parametrize("case", USES, ids=str)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_use_of_a_row(check: Any, case: Case) -> None:
    for seed in range(2):
        check(case, case.points(seed), np.random.default_rng(seed))


NUMPY_CALLS = {
    "sum": lambda x: np.sum(x, axis=0, keepdims=True), "amax": lambda x: np.amax(x, 1),
    "min": lambda x: np.min(x, (0, 1)),
    "mean": lambda x: np.mean(x, axis=-1), "prod": lambda x: np.prod(x), "cumsum": lambda x: np.cumsum(x, 1),
    "cumprod": lambda x: np.cumprod(x), "sort": lambda x: np.sort(x, axis=0), "median": lambda x: np.median(x, axis=1),
    "argsort": lambda x: np.argsort(x, axis=0), "argmax": lambda x: np.argmax(x, 1),
    "reshape": lambda x: np.reshape(x, -1),
    "transpose": lambda x: np.transpose(x, (1, 0)), "swapaxes": lambda x: np.swapaxes(x, 0, 1),
    "moveaxis": lambda x: np.moveaxis(x, 0, 1), "expand_dims": lambda x: np.expand_dims(x, (0, 3)),
    "squeeze": lambda x: np.squeeze(x[None], 0), "flip": lambda x: np.flip(x, 1), "roll": lambda x: np.roll(x, 1, 0),
    "concatenate": lambda x: np.concatenate([x, np.ones((1, 3))], axis=0), "stack": lambda x: np.stack([x, x], axis=-1),
    "hstack": lambda x: np.hstack([x, x]), "vstack": lambda x: np.vstack([x[0], x]), "tile": lambda x: np.tile(x, 2),
    "column_stack": lambda x: np.column_stack([x, x[:, 0]]), "split": lambda x: np.split(x, [1], axis=1)[1],
    "array_split": lambda x: np.array_split(x, 2, axis=1)[0], "repeat": lambda x: np.repeat(x, [1, 2], axis=0),
    "pad": lambda x: np.pad(x, 1), "pad edge": lambda x: np.pad(x, ((0, 1), (1, 0)), mode="edge"),
    "take": lambda x: np.take(x, [0, 2], axis=1), "diff": lambda x: np.diff(x, axis=0), "ravel": lambda x: np.ravel(x),
    "take_along_axis": lambda x: np.take_along_axis(x, np.array([[0, 2], [1, 1]]), axis=1),
    "tril": lambda x: np.tril(x, -1),
    "triu": lambda x: np.triu(x), "diagonal": lambda x: np.diagonal(x, 1), "trace": lambda x: np.trace(x),
    "diag": lambda x: np.diag(x[0]), "matmul": lambda x: np.matmul(x, np.ones((3, 2))),
    "dot": lambda x: np.dot(x, np.ones(3)),
    "outer": lambda x: np.outer(x, [1.0, 2.0]), "inner": lambda x: np.inner(x, np.ones((2, 3))),
    "tensordot": lambda x: np.tensordot(x, np.ones((3, 2)), axes=1), "vdot": lambda x: np.vdot(x, np.ones(6)),
    "einsum": lambda x: np.einsum("ij,kj->ik", x, np.ones((2, 3)), optimize=True), "ptp": lambda x: np.ptp(x, axis=0),
    "maximum.accumulate": lambda x: np.maximum.accumulate(x, axis=1), "add.accumulate": lambda x: np.add.accumulate(x),
    "minimum.accumulate": lambda x: np.minimum.accumulate(x),
    "logaddexp.accumulate": lambda x: np.logaddexp.accumulate(x),
    "broadcast_to": lambda x: np.broadcast_to(x, (2, 2, 3)),
    "multiply.outer": lambda x: np.multiply.outer(x, np.arange(20.0).reshape(4, 5)),
    "multiply.outer of arrays": lambda x: np.multiply.outer(np.arange(20.0).reshape(4, 5), x),
    "take at bools": lambda x: np.take(x, np.array([True, False, True]), axis=1),
    "transpose of a vector": lambda x: np.transpose(x[0], 0),
}


@pytest.mark.parametrize("name", NUMPY_CALLS)
def test_numpy_call_on_a_tensor_gives_what_it_gives_on_an_array(name: str) -> None:
    x = np.random.default_rng(0).normal(size=(2, 3))
    found, expected = NUMPY_CALLS[name](Tensor(x, requires_grad=True)), NUMPY_CALLS[name](x)
    assert isinstance(found, Tensor)
    assert found.dtype == np.asarray(expected).dtype
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-14)


def grad(f: Any, x: Any, dtype: Any = np.float64) -> list[Any]:
    """Return the gradient of the sum of f at x."""
    leaf = Tensor(x, requires_grad=True, dtype=dtype)
    return gradients(f(leaf).sum(), leaf).tolist()


def hessian(f: Any, x: Any) -> Any:
    """Return the matrix of second derivatives of the sum of f at a vector."""
    leaf = Tensor(x, requires_grad=True)
    first = gradients(f(leaf).sum(), leaf, create_graph=True)
    return np.array([gradients(g, leaf) for g in first])


# Kinks, zeros and infinities: CONVENTIONS

NAN, INF = np.nan, np.inf


@pytest.mark.parametrize(("f", "x", "expected"), [
    (ops.max, [1.0, 3.0, 3.0], [0.0, 0.5, 0.5]),
    (ops.min, [1.0, 3.0, 1.0], [0.5, 0.0, 0.5]),
    (lambda x: ops.max(x, axis=1), [[1.0, 1.0], [2.0, 1.0]], [[0.5, 0.5], [1.0, 0.0]]),
    (lambda x: ops.max(x, axis=(0, 1)), [[1.0, 1.0], [1.0, 0.0]], [[1 / 3, 1 / 3], [1 / 3, 0.0]]),
    (ops.max, [-INF, -INF], [0.5, 0.5]),
    (lambda x: ops.max_with_index(x)[0], [1.0, 3.0, 3.0], [0.0, 1.0, 0.0]),
    (lambda x: ops.min_with_index(x)[0], [1.0, 3.0, 1.0], [1.0, 0.0, 0.0]),
    (ops.cummax, [1.0, 1.0, 1.0, 0.0], [1.0, 1.0, 2.0, 0.0]),
    (ops.prod, [2.0, 0.0, 3.0], [0.0, 6.0, 0.0]),
    (ops.prod, [0.0, 0.0, 3.0], [0.0, 0.0, 0.0]),
    (lambda x: ops.prod(x, axis=(0, -1)), [[2.0, 0.0], [1.0, 3.0]], [[0.0, 6.0], [0.0, 0.0]]),
    (ops.cumprod, [2.0, 0.0, 3.0, 4.0], [1.0, 32.0, 0.0, 0.0]),
    (lambda x: ops.logcumsumexp(x), [-INF, -INF, 0.0, 0.0], [0.0, 0.0, 1.5, 0.5]),
    (lambda x: ops.logcumsumexp(x), [-1000.0, 1000.0], [1.0, 1.0]),
    (ops.logcumsumexp, [0.0, INF, 1.0], [1.0, 2.0, 0.0]),
    (ops.logcumsumexp, [INF, INF, 0.0], [3.0, 2.0, 0.0]),
    (ops.median, [4.0, 1.0, 3.0, 2.0], [0.0, 0.0, 0.5, 0.5]),
    (lambda x: ops.sort(x) * np.array([1.0, 2.0, 3.0]), [5.0, 1.0, 5.0], [2.0, 1.0, 3.0]),
    (lambda x: x[[0, 0, 1]], [1.0, 2.0, 3.0], [2.0, 1.0, 0.0]),
    (lambda x: ops.einsum("ii->", x), [[1.0, 2.0], [3.0, 4.0]], [[1.0, 0.0], [0.0, 1.0]]),
    (lambda x: ops.einsum("i,i->", x, np.array([2.0])), [1.0, 2.0], [2.0, 2.0]),
    (lambda x: x.transpose(0) * np.array([1.0, 2.0]), [3.0, 4.0], [1.0, 2.0]),
    (ops.sum, [], []), (ops.prod, [], []), (ops.mean, [], []),
])
def test_gradient_follows_the_convention(f: Any, x: Any, expected: Any) -> None:
    with np.errstate(invalid="ignore"):
        np.testing.assert_allclose(grad(f, x), expected, rtol=1e-12)


def test_empty_reductions_have_their_neutral_values() -> None:
    empty = Tensor(np.zeros((0,)), requires_grad=True)
    assert ops.sum(empty).item() == 0.0
    assert ops.prod(empty).item() == 1.0
    with np.errstate(invalid="ignore"):
        assert np.isnan(ops.mean(empty).item())
    with pytest.raises(ShapeError, match="max of shapes"):
        ops.max(empty)


@pytest.mark.parametrize("f", [ops.max, ops.min])
def test_extremum_of_a_nan_is_nan_and_so_are_all_its_shares(f: Any) -> None:
    x = Tensor([1.0, NAN, 3.0], requires_grad=True)
    assert np.isnan(f(x).item())
    assert np.isnan(gradients(f(x), x)).all()


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_ties_are_counted_beyond_what_the_dtype_can_count(dtype: Any) -> None:
    x = Tensor(np.ones(5000, dtype), requires_grad=True)
    g = gradients(x.max(), x)
    assert g.dtype == dtype
    assert g.astype(float) == pytest.approx(1 / 5000, rel=1e-3)


def test_ties_are_counted_beyond_the_greatest_number_of_the_dtype() -> None:
    x = Tensor(np.ones(70_000, np.float16), requires_grad=True)
    assert gradients(x.max(), x).astype(float) == pytest.approx(1 / 70_000, rel=1e-2)


def test_half_precision_mean_does_not_overflow() -> None:
    assert Tensor(np.full(1000, 100.0, np.float16)).mean().item() == 100.0


def elementary_products(x: Any) -> Any:
    """Return the Hessian of the product of a vector's elements: of all but two, 0 on the diagonal."""
    n = len(x)
    return np.array([[0.0 if i == j else np.prod(np.delete(x, [i, j])) for j in range(n)] for i in range(n)])


@pytest.mark.parametrize("x", [[2.0, 0.0, 3.0], [0.0, 0.0, 3.0, 5.0], [1.0, 2.0, 3.0, 4.0], [0.0, 0.0, 0.0]])
def test_product_is_right_at_second_order_where_elements_are_zero(x: Any) -> None:
    np.testing.assert_allclose(hessian(ops.prod, x), elementary_products(np.array(x)))
    np.testing.assert_allclose(hessian(lambda t: ops.cumprod(t)[-1], x), elementary_products(np.array(x)))


def test_running_product_is_right_at_third_order_where_elements_are_zero() -> None:
    x = Tensor([0.0, 0.0, 0.0], requires_grad=True)
    first = gradients(ops.cumprod(x)[-1], x, create_graph=True)
    second = gradients(first[0], x, create_graph=True)
    assert gradients(second[1], x).tolist() == [0.0, 0.0, 1.0]


@pytest.mark.parametrize("x", [[0.0, INF, 1.0], [INF, INF, 0.0], [-INF, -INF, 0.0], [-INF, 0.0, INF]])
def test_second_derivatives_of_a_running_log_sum_exp_are_0_where_infinity_leaves_no_choice(x: Any) -> None:
    with np.errstate(invalid="ignore"):
        assert not hessian(ops.logcumsumexp, x).any()


def test_running_extremum_after_a_nan_is_nan() -> None:
    assert grad(ops.cummax, [1.0, NAN, 3.0]) == [1.0, 2.0, 0.0]
    assert np.isnan(ops.cummax(np.array([1.0, NAN, 3.0])))[1:].all()


def test_median_with_a_nan_is_nan_and_without_is_numpys() -> None:
    x = np.random.default_rng(0).normal(size=(4, 3, 2))
    for axis in (None, 0, -1, (0, 2)):
        np.testing.assert_allclose(ops.median(x, axis=axis), np.median(x, axis=axis))
    assert np.isnan(ops.median(np.array([1.0, NAN, 2.0])))


@pytest.mark.parametrize("name", ["amax", "amin", "prod", "cumprod", "logcumsumexp", "cummax", "sort", "max"])
def test_gradient_is_pytorchs(name: str) -> None:
    torch = pytest.importorskip("torch")
    weights = np.arange(1.0, 5.0)
    for x in ([1.0, 3.0, 3.0, -1.0], [2.0, 0.0, 3.0, 0.0], [0.0, 0.0, 0.0, 0.0]):
        there = torch.tensor(x, dtype=torch.float64, requires_grad=True)
        if name in ("amax", "amin", "prod"):
            pair = getattr(torch, name)(there), lambda t: getattr(ops, name.removeprefix("a"))(t)
        elif name == "max":
            pair = torch.max(there, dim=0)[0], lambda t: ops.max_with_index(t, axis=0)[0]
        else:
            y = getattr(torch, name)(there, dim=0, **({"stable": True} if name == "sort" else {}))
            y = y if isinstance(y, torch.Tensor) else y[0]
            pair = (y * torch.tensor(weights)).sum(), lambda t: getattr(ops, name)(t, axis=0) * weights
        pair[0].backward()
        assert grad(pair[1], x) == pytest.approx(there.grad.tolist())


# Places: indices, axes, ties

def test_places_of_extrema_are_integers_without_gradient() -> None:
    x = Tensor([[1.0, 3.0, 3.0]], requires_grad=True)
    values, places = ops.max_with_index(x, axis=1)
    assert values.requires_grad
    assert not places.requires_grad
    assert places.tolist() == [1]
    assert ops.argmin(x, axis=1, keepdims=True).tolist() == [[0]]
    assert x.argsort().tolist() == [[0, 1, 2]]


def test_integers_cut_the_graph_and_floats_do_not() -> None:
    x = Tensor([1.5, 2.5], requires_grad=True)
    assert not x.astype(int).requires_grad
    g = gradients(x.astype(np.float32).sum(), x)
    assert g.dtype == np.float64


def test_an_index_array_changed_after_the_forward_pass_changes_no_gradient() -> None:
    x, index = Tensor([1.0, 2.0, 3.0], requires_grad=True), np.array([0, 0])
    results = [x[index], ops.take(x, index), ops.take_along_axis(x, index, axis=0)]
    index[:] = 2
    assert all(gradients(y.sum(), x).tolist() == [2.0, 0.0, 0.0] for y in results)


@pytest.mark.parametrize("shape", [(7,), (5, 3), (4, 2, 3)])
def test_scatter_adds_as_numpy_does_at_any_index(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=shape)
    for _ in range(20):
        index = rng.integers(-shape[0], shape[0], size=rng.integers(0, 6, size=rng.integers(1, 3)))
        g, expected = rng.normal(size=x[index].shape), np.zeros(shape)
        np.add.at(expected, index, g)
        np.testing.assert_allclose(ops.scatter_add(g, shape=shape, index=index), expected)
        if index.size:
            np.testing.assert_allclose(ops.scatter_add(g, shape=shape, index=(index.tolist(),)), expected)


# Errors

X = Tensor(np.ones((2, 3)), requires_grad=True)


@pytest.mark.parametrize(("call", "error", "message"), [
    (lambda: ops.sum(X, axis=2), ShapeError, r"sum of shapes \(2, 3\), axis=2.*out of bounds"),
    (lambda: X.mean(axis=(0, 5)), ShapeError, "mean of shapes"),
    (lambda: X.reshape(5), ShapeError, "reshape of shapes"),
    (lambda: X.swapaxes(0, 2), ShapeError, "swapaxes of shapes"),
    (lambda: X.squeeze(axis=0), ShapeError, r"squeeze of shape \(2, 3\), axis=0"),
    (lambda: X.moveaxis(0, 7), ShapeError, r"moveaxis of shape \(2, 3\)"),
    (lambda: X[5], ShapeError, "getitem of shapes"),
    (lambda: X @ X, ShapeError, r"matmul of shapes \(2, 3\), \(2, 3\)"),
    (lambda: ops.concatenate([X, np.ones(3)]), ShapeError, "join of shapes"),
    (lambda: ops.stack([X, np.ones(3)]), ShapeError, "pile of shapes"),
    (lambda: ops.concatenate([]), ShapeError, "concatenate"),
    (lambda: ops.split(X, 2, axis=1), ShapeError, "split of shapes.*equal division"),
    (lambda: ops.einsum("ij,jk", X), ShapeError, "names 2 operands, got 1"),
    (lambda: ops.einsum("ijk->i", X), ShapeError, r"'ijk' does not fit an operand of shape \(2, 3\)"),
    (lambda: ops.einsum("ij->k", X), ShapeError, "the output must name letters"),
    (lambda: ops.einsum("ij->ii", X), ShapeError, "each once"),
    (lambda: ops.einsum("i?->i", X), ShapeError, "subscripts are letters"),
    (lambda: ops.einsum("...->", X), ShapeError, "the output needs"),
    (lambda: ops.einsum("ii->i", X), ShapeError, "contract of shapes"),
    (lambda: ops.einsum(X, "ii->i"), OperandError, "einsum takes subscripts"),
    (lambda: ops.tensordot(X, X, axes=1), ShapeError, "differ in length"),
    (lambda: ops.pad(X, -1), ShapeError, "widths must be at least 0"),
    (lambda: ops.pad(X, 1, mode="linear_ramp"), OperandError, "pad has no mode 'linear_ramp'"),
    (lambda: ops.diag(np.ones((2, 2, 2))), ShapeError, "diag of shape"),
    (lambda: ops.take_along_axis(X, np.array([[0.5]]), axis=0), OperandError, "indices must be integers"),
    (lambda: ops.take_along_axis(X, np.array([0]), axis=0), ShapeError, "as many axes"),
    (lambda: ops.scatter_add(np.ones(2), shape=(3,), index=[0, 1, 2]), ShapeError, "do not fit index"),
    (lambda: np.sum(X, axis=0, out=np.zeros(3)), OperandError, "sum has no option 'out'"),
    (lambda: np.max(X, where=np.ones((2, 3), bool), initial=0.0), OperandError, "max has no option"),
    (lambda: np.mean(X, dtype=np.float32), OperandError, "mean has no option 'dtype'"),
    (lambda: np.median(X, overwrite_input=True), OperandError, "median has no option 'overwrite_input'"),
    (lambda: np.linalg.cond(X), UnsupportedError, "cond"),
    (lambda: np.pad(X, ((1, 1), (0, 0)), constant_values=(7, 8)), OperandError, r"one plain number .*got \(7, 8\)"),
    (lambda: ops.pad(X, 1, constant_values=Value(1.0)), OperandError, "one plain number"),
    (lambda: ops.cummin(np.array([3, 1], np.uint8)), OperandError, "that have a negative, got uint8"),
    (lambda: ops.sumprod(Value(1.0), 2.0, n=2), ShapeError, "n=2 takes 5 operands.*got 2"),
    (lambda: ops.sumprod(Value(1.0), *range(6), n=2), ShapeError, "n=2 takes 5 operands.*got 7"),
    (lambda: np.median(X, 0, None), OperandError, "median"),
    (lambda: np.sum(X, 0, np.float32), OperandError, "sum of shapes"),
])
def test_misuse_is_an_error_that_says_so(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


# Scalars

def lowered_cases() -> list[Any]:
    return [pytest.param(f, x, id=f"{i}") for i, (f, x) in enumerate([
        (ops.max, [1.0, 3.0, 3.0, 3.0]), (lambda t: ops.min(t, axis=1, keepdims=True), [[1.0, 1.0], [2.0, 3.0]]),
        (ops.prod, [2.0, 0.0, 3.0]), (ops.mean, [[1.0, 2.0]]), (lambda t: ops.cummax(t), [1.0, 1.0, 0.5]),
        (lambda t: ops.logcumsumexp(t), [0.3, -0.2, 1.0]), (ops.median, [3.0, 1.0, 2.0, 5.0]), (ops.sort, [2.0, 1.0]),
        (lambda t: ops.einsum("ij,ij->i", t, t), [[1.0, 2.0]]), (lambda t: ops.pad(t, 1, mode="reflect"), [1.0, 2.0]),
        (lambda t: t.astype(np.float64).triu(), [[1.0, 2.0], [3.0, 4.0]])])]


@pytest.mark.parametrize(("f", "x"), lowered_cases())
def test_row_explodes_to_scalars_with_the_same_gradient(f: Any, x: Any) -> None:
    leaf = Tensor(x, requires_grad=True)
    output = f(leaf).sum()
    scalars = explode(output)
    scalars.output.backward()
    assert scalars.output.data == pytest.approx(output.item())
    np.testing.assert_allclose(scalars.gradient(leaf), gradients(output, leaf), rtol=1e-12)


def test_values_become_tensors_in_structural_rows() -> None:
    a, b = Value(2.0), Value(3.0)
    stacked = ops.stack([a, b, 1.0])
    stacked.prod().backward()
    assert (a.grad, b.grad) == (3.0, 2.0)
    assert ops.sum(a).shape == ()
    assert ops.concatenate([Tensor([1.0]), [b]]).tolist() == [1.0, 3.0]
