"""The conventions at kinks, singular points and edges, run row by row on Values and on Tensors."""

import warnings
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, derivative
from autograd.errors import DomainError
from autograd.op import COMPOSITES, TABLE
from tests.autograd.conventions_table import ARRAY, DETACHED, SCALAR, UNDEFINED, WAITING, F, Row


def agrees(found: Any, expected: Any) -> None:
    """Check a number or an array against what is expected, to rounding; NaN equals NaN."""
    if expected is not None:
        tight = 1e-3 if np.asarray(found).dtype == np.float16 else 1e-14
        np.testing.assert_allclose(np.asarray(found), np.asarray(expected, float), rtol=tight, atol=0)


def tensors(row: Row, shape: tuple[int, ...] | None = None) -> list[Tensor]:
    """Return the inputs as Tensors, numbers filling a shape."""
    arrays = [np.asarray(x, x.dtype if isinstance(x, (np.ndarray, np.generic)) else float) for x in row.at]
    return [Tensor(a if shape is None else np.full(shape, a), requires_grad=True) for a in arrays]


@pytest.mark.parametrize("row", SCALAR, ids=str)
def test_value_has_the_convention(row: Row) -> None:
    xs = [Value(x) for x in row.at]
    y = row.f(*xs)
    y.backward()
    agrees(y.data, row.value)
    for x, expected in zip(xs, row.gradients, strict=True):
        agrees(x.grad, expected)


@pytest.mark.parametrize("shape", [(), (1,), (2, 3)], ids=str)
@pytest.mark.parametrize("row", SCALAR, ids=str)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_tensor_has_the_convention_of_value(row: Row, shape: tuple[int, ...]) -> None:
    xs = tensors(row, shape)
    y = row.f(*xs)
    y.backward(np.ones(shape))
    agrees(y.data, np.full(shape, row.value))
    for x, expected in zip(xs, row.gradients, strict=True):
        agrees(x.grad, np.full(shape, expected))


@pytest.mark.parametrize("row", ARRAY, ids=str)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_array_has_the_convention(row: Row) -> None:
    xs = tensors(row)
    y = row.f(*xs)
    y.backward(np.ones(y.shape) if row.cotangent is None else row.cotangent)
    agrees(y.data, row.value)
    for x, expected in zip(xs, row.gradients, strict=True):
        agrees(x.grad, expected)
        assert x.grad.shape == x.shape
        assert x.grad.dtype == x.dtype


@pytest.mark.parametrize("row", UNDEFINED, ids=str)
def test_undefined_scalar_is_an_error_that_shows_the_call(row: Row) -> None:
    with pytest.raises(DomainError, match=r"^\w+\(.*" + str(row.at[0]).replace("-", r"\-")):
        row.f(*map(Value, row.at))


@pytest.mark.parametrize("row", UNDEFINED, ids=str)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_undefined_array_is_nan(row: Row) -> None:
    xs = tensors(row, (2,))
    y = row.f(*xs)
    y.backward(np.ones(2))
    assert np.isnan(y.data).all()
    for x, expected in zip(xs, row.gradients, strict=True):
        agrees(x.grad, None if expected is None else [expected] * 2)


@pytest.mark.parametrize("row", DETACHED, ids=str)
def test_result_without_gradient_is_a_cut_on_the_graph(row: Row) -> None:
    xs = tensors(row)
    y = row.f(*xs)
    agrees(y.data, row.value)
    assert not y.requires_grad
    assert y.op is not None
    assert y.inputs[0] is xs[0]


def test_comparisons_give_plain_arrays_and_bools() -> None:
    x, v = Tensor([1.0, -1.0], requires_grad=True), Value(1.0)
    for mask in (x > 0, x <= 0, x == 1.0, x != x):
        assert type(mask) is np.ndarray
        assert mask.dtype == bool
    assert (v > 0) is True
    assert (v != v) is False


# Rows with a kink of which the specification says nothing; division is an operator here, tan's poles are no floats.
UNSPECIFIED = {"rint", "selu", "div", "tan"}
EXTREMES = ("sigmoid", "tanh", "softplus", "log_sigmoid", "silu", "mish", "relu", "elu", "gelu", "erf", "arctan")


@pytest.mark.parametrize("name", EXTREMES)
def test_extreme_arguments_raise_no_warning(name: str) -> None:
    at = np.array([-1e300, -1000.0, -30.0, 30.0, 1000.0, 1e300])
    with np.errstate(all="raise", under="ignore"), warnings.catch_warnings():
        warnings.simplefilter("error")
        x = Tensor(at, requires_grad=True)
        y = getattr(F, name)(x)
        y.backward(np.ones(6))
    assert np.isfinite(y.data).all()
    assert np.isfinite(x.grad).all()
    for number, slope in zip(at, x.grad, strict=True):
        v = Value(number)
        getattr(F, name)(v).backward()
        assert v.grad == pytest.approx(slope, rel=1e-12)


@pytest.mark.parametrize("name", ["var", "std"])
def test_variance_of_one_element_with_ddof_1_is_nan_and_warns(name: str) -> None:
    x = Tensor([3.0], requires_grad=True)
    with pytest.warns(RuntimeWarning, match="ddof"):
        y = getattr(F, name)(x, ddof=1)
    y.backward()
    agrees(y.data, np.nan)
    agrees(x.grad, [np.nan])


@pytest.mark.parametrize("order", range(4))
@pytest.mark.parametrize(("power", "derivatives"), [(3, (0, 0, 0, 6)), (2, (0, 0, 2, 0)), (1, (0, 1, 0, 0))])
def test_higher_derivatives_of_powers_at_0(power: int, derivatives: tuple[float, ...], order: int) -> None:
    found = derivative(lambda x: x**power, order=order)(0.0) if order else 0.0**power
    assert found == derivatives[order]


@pytest.mark.parametrize("name", WAITING)
def test_waiting_op_is_not_there_yet_else_its_conventions_belong_into_the_table(name: str) -> None:
    assert name not in TABLE
    assert name not in COMPOSITES


def test_every_row_with_a_kink_has_its_convention_tested() -> None:
    tested = " ".join(part for row in (*SCALAR, *ARRAY) for part in row.f.__code__.co_names)
    kinked = {op.name for op in TABLE.values() if op.kink is not None and op.elementwise}
    assert {name for name in kinked if name not in tested.split()} <= UNSPECIFIED
