"""`compare`: what agrees, what does not, by how many digits and where; and that rounding alone is no difference."""

import math

import numpy as np
import pytest

from autograd import Tensor, Value
from autograd.check.adapters import torch_function
from autograd.check.crosscheck.agreement import digits
from autograd.check.crosscheck.compare import compare
from autograd.errors import OperandError, ShapeError

TIE = np.array([1.0, 2.0]), np.array([1.0, 0.0])
X = np.array([[0.3, -1.2, 0.7], [1.0, 2.0, -0.4]])


def softmax(x):
    e = np.exp(x)
    return e / e.sum(axis=-1, keepdims=True)


AGREE = {
    "constants": (lambda x, places, n: x[places] ** n, lambda x, places, n: np.exp(n * np.log(x[places])),
                  (np.array([1.0, 2.0, 3.0]), np.array([0, 2]), 3)),
    "rounding alone": (lambda x: x.softmax().sum(), lambda x: x.sum() * 0.0 + 2.0, (X,)),
    "arrays": (softmax, lambda x: x.softmax(axis=-1), (X,)),
    "numbers": (lambda x: x.tanh(), lambda x: (x.exp() - (-x).exp()) / (x.exp() + (-x).exp()), (0.7,)),
    "single precision": (softmax, lambda x: x.softmax(axis=-1), (X.astype(np.float32),)),
    "trees": (lambda p: {"y": p["w"] @ p["x"]}, lambda p: {"y": (p["w"] * p["x"]).sum(axis=-1)},
              ({"w": X, "x": np.array([1.0, 2.0, 3.0])},)),
    "nodes as inputs": (softmax, lambda x: x.softmax(axis=-1), (Tensor(X),)),
    "sums in another order": (np.sum, lambda x: x[::-1].cumsum(axis=0)[-1], (np.sin(np.arange(999.0)),)),
    "badly conditioned": (lambda x: x.exp(), lambda x: (x / 2.0).exp() ** 2, (300.0 + X,)),
    "infinite": (lambda x: x.sqrt(), lambda x: x**0.5, (0.0,)),
    "nothing": (lambda x: x.exp(), lambda x: x.exp(), (np.empty(0),)),
    "alike at a tie": (np.maximum, lambda x, y: (x + y + abs(x - y)) / 2, TIE),
    "no outputs of floats": (lambda x: (x.exp(), x.argmax()), lambda x: (x.exp(), x.argmax()), (X,)),
}
DIFFER = {
    "a gradient beside a large constant": (lambda x: 1e10 + x, lambda x: 1e10 + x * 1.00001, (X,), "grad of x"),
    "at a tie of three": (lambda x: x.max(), lambda x: (x + 1.0).max(axis=0)[0] - 1.0, (np.ones((3, 2)),), "grad of x"),
    "a factor": (lambda x: x.exp(), lambda x: x.exp() * (1 + 1e-9), (X,), "output"),
    "a gradient": (lambda x: x.exp(), lambda x: x.exp() + x - x.numpy(), (X,), "grad of x"),
    "an unstable formula": (lambda x: (x - 1e6) ** 2, lambda x: x * x - 2e6 * x + 1e12, (1e6 + X,), "output"),
    "one element": (lambda x: x * x, lambda x: np.where(x == 2.0, x * 2.0, x * x), (X,), "grad of x"),
    "one input": (lambda x, y: x * y, lambda x, y: x * y.detach(), (X, X + 1.0), "grad of y"),
    "at a tie": (lambda x, y: np.maximum(x, y), lambda x, y: np.where(x > y, x, y), TIE, "grad of x"),
    "nan": (lambda x: x * 1.0, lambda x: x + np.where(x > 1.5, np.nan, 0.0), (X,), "output"),
    "infinite": (lambda x: x.sqrt(), lambda x: np.where(x == 0.0, 0.0, x), (0.0,), "grad of x"),
    "single precision": (lambda x: x.exp(), lambda x: x.exp() * 1.0001, (X.astype(np.float32),), "output"),
}


@pytest.mark.parametrize("case", AGREE)
def test_two_ways_to_one_function_agree(case: str) -> None:
    f, g, inputs = AGREE[case]
    comparison = compare(f, g, *inputs)
    assert comparison, str(comparison)
    assert "agree within rounding" in str(comparison)


@pytest.mark.parametrize("case", DIFFER)
def test_a_difference_is_found_where_it_is(case: str) -> None:
    f, g, inputs, where = DIFFER[case]
    comparison = compare(f, g, *inputs)
    assert not comparison
    assert where in [match.name for match in comparison.matches if not match.ok]
    assert " differ:" in str(comparison)


def test_worst_coordinate_and_digits_are_those_of_the_difference() -> None:
    def off(x):
        return x * np.where(x == 2.0, 1.0 + 1e-5, 1.0)

    comparison = compare(lambda x: x * 1.0, off, X, names=("right", "off"))
    output, gradient = comparison.matches
    assert output.worst == gradient.worst == (1, 1)
    assert output.digits == 5.0
    assert 4.0 < gradient.digits < 6.0
    assert comparison.digits == min(output.digits, gradient.digits)
    assert "1, 1" in str(comparison)
    assert "right and off differ" in str(comparison)


@pytest.mark.parametrize("case", [*AGREE, *DIFFER])
def test_text_fits_80_columns_of_ascii_and_html_is_escaped(case: str) -> None:
    f, g, inputs, *_ = (AGREE | DIFFER)[case]
    comparison = compare(f, g, *inputs, names=("<first, of a long name>", "second, of a longer name"))
    assert max(map(len, str(comparison).splitlines())) <= 80
    assert str(comparison).isascii()
    assert "<first" not in comparison._repr_html_()
    assert comparison._repr_html_().count("<tr>") == 1 + len(comparison.matches)


def test_a_function_of_plain_arrays_is_differentiated_by_differences() -> None:
    erf = np.vectorize(math.erf, otypes=[float])
    comparison = compare(lambda x: x.erf(), lambda x: erf(np.asarray(x)), X)
    assert comparison
    assert comparison.matches[0].digits > 15
    assert 7 < comparison.matches[1].digits < 16
    assert "gradient of g by differences" in comparison.notes[0]
    wrong = compare(lambda x: x.erf(), lambda x: erf(np.asarray(x) * 1.0001), X)
    assert not wrong


def test_values_and_tensors_and_other_frameworks_compare() -> None:
    torch = pytest.importorskip("torch", reason="functions of it are compared")
    with_torch = torch_function(lambda x: torch.softmax(x, -1))
    assert compare(with_torch, softmax, X)
    assert compare(softmax, with_torch, X).digits > 14
    assert not compare(torch_function(lambda x: torch.softmax(x, 0)), softmax, X)
    assert compare(torch.sin, lambda x: torch.cos(x - np.pi / 2), torch.tensor([0.5, 1.0], dtype=torch.float64))

    def on_values(x):
        return [[Value(0.0) + v for v in row] for row in x.values()]

    assert compare(on_values, lambda x: [list(row) for row in x], X)


def test_outputs_of_other_shapes_or_structures_are_an_error() -> None:
    with pytest.raises(ShapeError, match=r"output of g has shape \(2,\), that of the first function \(2, 3\)"):
        compare(lambda x: x * 1.0, lambda x: x.sum(axis=1), X)
    with pytest.raises(ShapeError, match="the output of g: expected a list of 1, got a tuple of 1"):
        compare(lambda x: [x], lambda x: (x,), X)
    with pytest.raises(OperandError, match="expected"):
        compare(lambda x: x, lambda x: "x", X)


def test_an_error_of_the_function_is_shown_as_it_is() -> None:
    with pytest.raises(AttributeError, match="no_such_method"):
        compare(lambda x: x.no_such_method(), lambda x: x, X)


def test_names_tell_functions_apart() -> None:
    assert compare(softmax, softmax, X).names == ("softmax (1)", "softmax (2)")
    assert compare(lambda x: x, lambda x: x, X).names == ("f", "g")
    assert compare(np.tanh, lambda x: x.tanh(), X).names == ("tanh", "g")


@pytest.mark.parametrize(("a", "b", "expected"), [
    ([1.0, 2.0], [1.0, 2.0], 16.0), ([1000.0], [1001.0], 3.0), ([1e-300], [2e-300], 0.3), ([0.0], [0.0], 16.0),
    ([np.nan], [np.nan], 16.0), ([np.inf], [np.inf], 16.0), ([np.inf], [-np.inf], 0.0), ([np.nan], [1.0], 0.0),
    ([1e6, 1.0], [1e6, 1.1], 7.0)])
def test_digits(a: list[float], b: list[float], expected: float) -> None:
    assert digits(np.array(a), np.array(b)) == expected
