"""explode: the scalars of a Tensor's graph give its numbers and its gradients, for every row that has a scalar form."""

import numpy as np
import pytest

from autograd import Tensor, Value, explode
from autograd.errors import OperandError
from autograd.op import structural, unregister


def agrees(output, leaves):
    """Return whether the Values of an exploded graph have the data and the gradients of the Tensors."""
    rng = np.random.default_rng(0)
    cotangent = rng.normal(size=output.shape)
    output.backward(cotangent)
    scalars = explode(output)
    found = np.asarray(scalars.output, dtype=object)
    assert found.shape == output.shape
    np.testing.assert_allclose([x.data for x in found.flat], output.numpy().ravel(), rtol=1e-13)
    for x, g in zip(found.flat, cotangent.ravel(), strict=True):
        (x * float(g)).backward()
    for leaf in leaves:
        np.testing.assert_allclose(scalars.gradient(leaf), leaf.grad, rtol=1e-11, atol=1e-13)


def test_a_network_explodes_to_the_same_numbers_and_gradients():
    rng = np.random.default_rng(1)
    w = Tensor(rng.normal(size=(3, 4)), requires_grad=True, label="w")
    b = Tensor(rng.normal(size=4), requires_grad=True, label="b")
    x = Tensor(rng.normal(size=(5, 3)))
    agrees((x @ w + b).tanh().sum(axis=1), [w, b])


def test_labels_name_the_place_of_each_scalar():
    w = Tensor(np.ones((2, 2)), requires_grad=True, label="w")
    leaves = explode(w.sum()).leaves[w]
    assert leaves[1, 0].label == "w[1, 0]"


def test_values_in_the_graph_become_fresh_values():
    a = Value(3.0, label="a")
    output = (a * Tensor([1.0, 2.0])).sum()
    scalars = explode(output)
    scalars.output.backward()
    assert a.grad == 0.0
    assert scalars.gradient(a) == 3.0


def test_repeated_indices_and_masks_explode():
    x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    agrees(x[[0, 0, 2]] * x[np.array([True, True, True])], [x])


def test_a_row_without_scalar_form_is_an_error_that_names_it():
    x = Tensor([1.0, 2.0], requires_grad=True)
    odd = structural(lambda g, y, x: g, tex="{0}", name="bits", lower=lambda x: x + None)(lambda x: x)
    try:
        with pytest.raises(OperandError, match=r"the result of bits\) has no scalar form"):
            explode(odd(x))
    finally:
        unregister(odd)
