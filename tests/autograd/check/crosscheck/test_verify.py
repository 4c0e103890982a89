"""`verify`: right functions, over the table; planted mistakes, and which oracle is the odd one out; what is skipped."""

import numpy as np
import pytest

from autograd import Tensor, custom_op, ops
from autograd.check.adapters import torch_function
from autograd.check.crosscheck.oracles import ORACLES
from autograd.check.crosscheck.verify import DIRECTIONS, IDENTITIES, verify
from autograd.check.sampling import sample_inputs
from autograd.errors import OperandError, ShapeError
from autograd.op import TABLE

X = np.array([[0.3, -1.2, 0.7], [1.0, 2.0, -0.4]])
EVERY = tuple(oracle.name for oracle in ORACLES)


def softmax(x):
    e = np.exp(x)
    return e / e.sum(axis=-1, keepdims=True)


AGREE = {
    "rounding alone": (lambda x: x.softmax().sum(), (X,), EVERY),
    "a large constant": (lambda x: 1e10 + x, (X,), EVERY),
    "nothing at all": (lambda x: (x - x).sum(), (X,), EVERY),
    "arrays": (softmax, (X,), EVERY),
    "a number": (lambda x: x.tanh() * x, (0.7,), EVERY),
    "several outputs": (lambda x, y: {"a": (x @ y).softmax(), "b": [np.linalg.norm(x), x[0, 1] * 2.0]},
                        (X, np.array([1.0, 2.0, 3.0])), EVERY),
    "nodes as inputs": (softmax, (Tensor(X),), EVERY),
    "an output without a derivative": (lambda x: (x * x, x.argmax(), x > 0.0), (X,), EVERY),
    "an input that is a constant": (lambda x, places: x[places] ** 3, (X, np.array([0, 1])), EVERY),
    "an unused input": (lambda x, y: x * 2.0, (X, 1.0), EVERY),
    "single precision": (softmax, (X.astype(np.float32),), EVERY),
    "a branch": (lambda x: x * x if x.sum() > 0.0 else x, (X,), EVERY),
    "sides of a kink": (lambda x: abs(x) + x.relu() + np.maximum(x, 0.5) + np.sort(x), (X,), EVERY),
    "stable formulas": (lambda x: x.sigmoid() + x.softplus() + x.silu() + x.logsumexp(), (X,), EVERY),
    "a kink": (lambda x: x.relu(), (np.array([0.0, 1.0, -1.0]),), ("reverse", "forward", "scalars", "differences")),
    "no complex numbers": (lambda x: x.erf(), (X,), ("reverse", "forward", "scalars", "differences")),
    "many inputs": (lambda x: softmax(x).sum(axis=0) @ x, (np.random.default_rng(0).normal(size=(20, 20)),), EVERY),
}


@pytest.mark.parametrize("case", AGREE)
def test_oracles_agree_on_a_right_function(case: str) -> None:
    f, inputs, names = AGREE[case]
    result = verify(f, *inputs)
    assert result, str(result)
    assert result.names == names, str(result)
    assert result.odd == ""
    assert [identity.name for identity in result.identities] == list(IDENTITIES)


def factors(x):
    """The wrong derivative of the sine: 1.001 times the right one."""
    return np.cos(x) * 1.001


def test_a_wrong_rule_sets_values_against_rules() -> None:
    wrong = custom_op(lambda x: np.sin(x), partials=lambda y, x: factors(x), check=False, name="wrong")
    result = verify(lambda x: wrong(x) * x, X)
    assert not result
    assert result.camps == [["reverse", "forward", "scalars"], ["complex", "differences"]]
    assert "suspect a rule" in str(result)
    assert result.digits == pytest.approx(3.0, abs=0.5)


def test_a_rule_that_is_wrong_for_floats_makes_scalars_the_odd_one_out() -> None:
    wrong = custom_op(lambda x: np.sin(x), partials=lambda y, x: np.cos(x) if np.ndim(x) else factors(x), check=False,
                      name="wrong")
    result = verify(lambda x: wrong(x), X)
    assert result.odd == "scalars"
    assert str(result).startswith("scalars is the odd one out of 5 ways")
    assert "at x[" in str(result)
    assert "suspect a rule" not in str(result)


def test_a_pullback_that_is_not_linear_makes_forward_the_odd_one_out() -> None:
    wrong = custom_op(lambda x: x * 2.0, vjp=(lambda g, y, x: g * 2.0 * np.exp(0.0 * g) + g * g * g * 1e-3,),
                      check=False, name="wrong")
    result = verify(lambda x: wrong(x), X)
    assert not result
    assert "dot test" in result.headline
    assert not result.agree("reverse", "forward")


def test_a_second_derivative_that_is_lost_breaks_the_symmetry_of_the_hessian() -> None:
    wrong = custom_op(lambda x, y: x * y, partials=(lambda z, x, y: y, lambda z, x, y: getattr(x, "data", x) + 0.0 * y),
                      check=False, name="wrong")
    result = verify(lambda x, y: wrong(x, y), X, X + 1.0)
    assert all(match.ok for match in result.matches.values())
    assert [identity.ok for identity in result.identities] == [True, False]
    assert not result
    assert "broken: symmetry" in str(result)


def test_another_implementation_is_one_more_oracle() -> None:
    result = verify(softmax, X, against={"ops": lambda x: x.softmax(axis=-1)})
    assert result
    assert result.names == (*EVERY, "ops")
    wrong = verify(softmax, X, against={"other": lambda x: softmax(x) + x - x.numpy()})
    assert wrong.odd == "other"
    assert "other is the odd one out of 6 ways" in wrong.headline


def test_functions_of_other_frameworks_are_verified() -> None:
    torch = pytest.importorskip("torch", reason="functions of it are verified")
    f = torch_function(lambda x: torch.softmax(x, -1))
    result = verify(f, X, against={"ours": softmax})
    assert result
    assert result.names == ("reverse", "forward", "differences", "ours")
    assert "runs in another framework" in result.skipped["complex"]
    assert verify(softmax, X, against={"torch": f}).names == (*EVERY, "torch")


def test_of_many_inputs_derivatives_are_taken_along_random_directions() -> None:
    result = verify(softmax, np.random.default_rng(0).normal(size=(50, 40)))
    assert result
    assert len(result.places) == DIRECTIONS
    assert "along 8 random directions through 2000 elements" in result.headline


@pytest.mark.parametrize("case", AGREE)
def test_text_fits_80_columns_of_ascii_and_html_has_the_matrix(case: str) -> None:
    f, inputs, names = AGREE[case]
    result = verify(f, *inputs)
    assert max(map(len, str(result).splitlines())) <= 80
    assert str(result).isascii()
    html = result._repr_html_()
    assert html.count("<tr>") == 1 + len(names)
    assert "<v, Ju>" not in html


def test_what_is_left_out_is_said_and_why() -> None:
    result = verify(lambda x: x.erf(), X)
    assert set(result.skipped) == {"complex"}
    assert "complex was left out: erf does not run on complex numbers" in " ".join(str(result).split())


def test_one_oracle_alone_is_no_agreement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograd.check.crosscheck.verify.ORACLES", ORACLES[:1])
    result = verify(softmax, X)
    assert not result
    assert "nothing to compare with" in str(result)


def test_what_is_no_function_of_its_inputs_is_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(OperandError, match="no function of its inputs alone"):
        verify(lambda x: x * rng.normal(), X)
    with pytest.raises(OperandError, match="against takes functions by names of their own"):
        verify(softmax, X, against={"reverse": softmax})
    with pytest.raises(ShapeError, match=r"other returned shapes \[\(2,\)\], expected \[\(2, 3\)\]"):
        verify(softmax, X, against={"other": lambda x: x.sum(axis=1)})


@pytest.mark.parametrize("name", [name for name, op in TABLE.items() if op.elementwise and op.differentiable
                                  and op.arity == 1 and not op.required and not op.flat])
def test_oracles_agree_on_every_elementwise_row_of_one_input(name: str) -> None:
    op = getattr(ops, name)
    result = verify(lambda x: op(x), *sample_inputs(op, np.random.default_rng(1), shapes=((3,),)))
    assert result, str(result)
    assert set(EVERY) - {"complex"} <= set(result.names), str(result)


def test_an_int_where_a_function_is_constant_is_a_number_and_none_is_an_error() -> None:
    assert verify(lambda x: max(x, 0), -1.0)
    with pytest.raises(OperandError, match="does it return its result"):
        verify(lambda x: None, 1.0)
