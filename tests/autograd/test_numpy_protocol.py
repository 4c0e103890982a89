"""numpy's functions on nodes: what has a row works, what has none says what to use."""

import numpy as np
import pytest

from autograd import Tensor, Value, errors


@pytest.fixture
def t():
    return Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)


def test_ufuncs_and_functions_give_tensors(t):
    for y in (np.tanh(t), np.sum(t, axis=0), np.ones(2) * t, np.float64(2) * t, np.add(1, t), np.transpose(t)):
        assert isinstance(y, Tensor)
        assert y.requires_grad


def test_ufunc_methods_have_rows_too(t):
    assert np.add.reduce(t).tolist() == [4.0, 6.0]
    assert np.add.reduce(t, axis=None).item() == 10.0


def test_predicates_give_plain_arrays(t):
    for found in (np.isnan(t), np.less(t, 2.5), t > 2.5, t < 2.5, np.isfinite(t), np.array([0, 1]) == t):
        assert type(found) is np.ndarray
        assert found.dtype == bool
    assert np.shape(t) == (2, 2)
    assert np.allclose(t, t)


def test_a_numpy_number_times_a_value_is_a_value():
    v = Value(2.0)
    for y in (np.float64(3.0) * v, v * np.float64(3.0), np.multiply(3, v), np.tanh(v), v + np.int64(1)):
        assert type(y) is Value
    assert isinstance(v * np.ones(2), Tensor)
    assert isinstance(np.ones(2) * v, Tensor)


def test_an_unsupported_function_names_the_nearest(t):
    with pytest.raises(TypeError, match=r"np.arctann? has no row|np.fft has no row|no row in the table; nearest"):
        np.fft.fft(t)
    with pytest.raises(errors.UnsupportedError, match="nearest:"):
        np.bitwise_and(t, 1)


def test_writing_into_a_plain_array_is_refused(t):
    plain = np.zeros((2, 2))
    with pytest.raises(errors.OperandError, match="write `a = a \\+ t`"):
        plain += t
    assert plain.sum() == 0


def test_turning_a_tensor_into_an_array_would_cut_the_graph(t):
    with pytest.raises(errors.CutGraphError, match=r"t.numpy\(\)"):
        np.asarray(t)
    assert np.asarray(t.detach()).tolist() == t.tolist()


def test_data_refuses_writes_and_in_place_operators_go_through_the_setter(t):
    with pytest.raises(errors.OperandError, match="read-only"):
        t.data[0] = 1.0
    t.data -= 0.5
    t.data *= 2
    assert t.tolist() == [[1.0, 3.0], [5.0, 7.0]]
    assert type(t.data + 1) is np.ndarray
    with pytest.raises(errors.ShapeError, match=r"\(3,\)"):
        t.data = np.ones(3)


def test_an_option_that_a_row_lacks_is_named(t):
    with pytest.raises(errors.OperandError, match="has no option 'where'"):
        np.sum(t, where=np.ones((2, 2), bool))
