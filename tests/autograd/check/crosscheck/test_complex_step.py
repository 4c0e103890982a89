"""Complex steps: right wherever they give an answer, over the table; and no answer where an op is not analytic."""

import numpy as np
import pytest

from autograd import Tensor, grad, ops
from autograd.check.crosscheck.complex_step import STEP, Complex
from autograd.check.sampling import sample_inputs
from autograd.errors import AutogradError, OperandError
from autograd.op import TABLE

X = np.array([0.3, -1.2, 0.7])


def derivative(f, x: np.ndarray, u: np.ndarray) -> float:
    """The derivative of a function of one array along a direction, by a complex step."""
    return f(Complex(x + 1j * STEP * u)).array.imag / STEP


FUNCTIONS = {
    "operators": lambda x: ((2.0 * x + 1.0) ** 2 / (x * x + 3.0) - x).sum(),
    "numpy functions": lambda x: np.sum(np.tanh(x) * np.exp(-x * x)) + np.mean(np.cumsum(np.sin(x))),
    "methods": lambda x: x.exp().sum(axis=0) + x.reshape(3, 1).transpose().sum(),
    "indexing": lambda x: x[0] * x[1:].sum() + sum(list(x)),
    "products": lambda x: (x.reshape(3, 1) @ x.reshape(1, 3)).sum() + np.einsum("i,i->", x, x),
    "stacks": lambda x: (np.stack([x, 2.0 * x]) * np.concatenate([x, x]).reshape(2, 3)).sum(),
    "statistics": lambda x: np.var(x) + np.std(x) + x.logsumexp() + np.linalg.norm(x),
    "masks": lambda x: np.where(x > 0.0, x * x, np.sin(x)).sum(),
    "branches": lambda x: (x * x).sum() if x[0] > 0.0 and not x[1] > 0.0 else x.sum(),
    "sides of kinks": lambda x: (abs(x) + x.relu() + np.maximum(x, 0.5) + np.clip(x, -1.0, 1.0)).sum(),
    "orders": lambda x: (np.sort(x) * np.array([1.0, 2.0, 3.0])).sum() + x.max() + x.min(),
    "steps": lambda x: (np.floor(x) * x).sum() + np.sign(x).sum(),
    "captured tensors": lambda x: (x * Tensor(X, requires_grad=True)).sum(),
    "powers of negative numbers": lambda x: (x**3).sum() + (x**-2).sum(),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_derivative_is_that_of_reverse_mode(name: str) -> None:
    f, u = FUNCTIONS[name], np.array([1.0, -2.0, 0.5])
    assert derivative(f, X, u) == pytest.approx(grad(f)(X) @ u, rel=1e-12)


@pytest.mark.parametrize(("f", "phrase"), [
    (lambda x: x.relu(), "relu is not analytic here"),
    (lambda x: np.maximum(x, 0.0), "maximum is not analytic here"),
    (lambda x: x.erf(), "erf does not run on complex numbers"),
    (lambda x: x.sqrt(), "sqrt is not analytic here"),
    (lambda x: np.asarray(x), "f turns its inputs into plain arrays"),
])
def test_there_is_no_answer_where_an_op_is_not_analytic(f, phrase: str) -> None:
    with pytest.raises(OperandError, match=phrase):
        derivative(f, np.array([0.0]), np.ones(1))


def test_what_tensors_have_and_complex_numbers_have_not_is_named() -> None:
    with pytest.raises(AttributeError, match="complex numbers have no 'backward'"):
        Complex(X.astype(complex)).backward()


ROWS = [name for name, op in TABLE.items() if op.differentiable and op.arity is not None and not op.required
        and not op.bundles and not op.gathers]


@pytest.mark.parametrize("name", ROWS)
def test_an_answer_for_a_row_is_the_right_one(name: str) -> None:
    op, rng = getattr(ops, name, TABLE[name]), np.random.default_rng(0)
    inputs = sample_inputs(op, rng)
    slot = next(slot for slot, rule in enumerate(op.rules) if rule is not None)
    u = rng.normal(size=inputs[slot].shape)

    def of_one(x):
        return op(*inputs[:slot], x, *inputs[slot + 1 :])

    v = rng.normal(size=np.shape(of_one(inputs[slot])))
    try:
        found = derivative(lambda x: (of_one(x) * v).sum(), inputs[slot], u)
    except AutogradError:
        ANSWERS[name] = False
        return
    ANSWERS[name] = True
    assert found == pytest.approx(np.sum(grad(lambda x: (of_one(x) * v).sum())(inputs[slot]) * u), rel=1e-9, abs=1e-12)


ANSWERS: dict[str, bool] = {}


def test_most_rows_have_an_answer() -> None:
    assert not ANSWERS or sum(ANSWERS.values()) > 0.6 * len(ANSWERS)
