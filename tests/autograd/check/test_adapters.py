"""Functions of PyTorch and JAX as ours: value, derivatives of any order, trees, dtypes; how they are recognised."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from autograd import Tensor, Value, grad, hessian, jacobian, jvp, no_grad, vjp
from autograd.check import adapters
from autograd.check.adapters import ForeignFunction, adapted, jax_function, torch_function
from autograd.check.gradcheck import gradcheck
from autograd.errors import MissingExtraError, OperandError

ROOT = Path(__file__).parents[3]
X = np.array([[0.3, -1.2, 0.7], [1.0, 2.0, -0.4]])
WRAPPERS = {"torch": torch_function, "jax": jax_function}


@pytest.fixture(params=WRAPPERS)
def kit(request):
    """The wrapper for a framework, and its module of functions."""
    pytest.importorskip(request.param, reason="functions of it are adapted")
    return WRAPPERS[request.param], import_module({"torch": "torch", "jax": "jax.numpy"}[request.param])


@pytest.fixture
def torch():
    return pytest.importorskip("torch", reason="functions of it are adapted")


@pytest.fixture
def jax():
    return pytest.importorskip("jax", reason="functions of it are adapted")


def test_value_and_gradient_are_those_of_our_own_function(kit) -> None:
    foreign, module = kit
    f = foreign(lambda x, y: module.tanh(x * y).sum())
    x, y = Tensor(X, requires_grad=True), Value(2.0)
    loss = f(x, y)
    loss.backward()
    assert loss.item() == pytest.approx(np.tanh(2.0 * X).sum(), rel=1e-13)
    np.testing.assert_allclose(x.grad, 2.0 * (1 - np.tanh(2.0 * X) ** 2), rtol=1e-11)
    assert y.grad == pytest.approx(np.sum(X * (1 - np.tanh(2.0 * X) ** 2)), rel=1e-11)


def test_derivatives_of_any_order(kit) -> None:
    foreign, _ = kit
    x = np.array([1.0, 2.0])
    cube = foreign(lambda x: (x**3).sum())
    np.testing.assert_allclose(hessian(cube)(x), np.diag(6 * x))
    np.testing.assert_allclose(jacobian(hessian(cube))(x)[[0, 1], [0, 1], [0, 1]], [6.0, 6.0])
    assert jvp(cube, (x,), (np.array([1.0, 10.0]),))[1] == pytest.approx(3 + 120)


def test_trees_go_in_and_come_out(kit) -> None:
    foreign, _ = kit
    f = foreign(lambda p, more: {"sum": p["w"].sum() * p["b"], "parts": [p["w"] * more[0], more[1] + p["b"]]})
    inputs = ({"w": X, "b": 0.5}, (np.array([1.0, 2.0, 3.0]), 2.0))
    output, pullback = vjp(f, *inputs)
    assert output["sum"] == pytest.approx(X.sum() * 0.5)
    np.testing.assert_allclose(output["parts"][0], X * [1.0, 2.0, 3.0])
    gradients = pullback({"sum": 1.0, "parts": [np.ones((2, 3)), 3.0]})
    np.testing.assert_allclose(gradients[0]["w"], 0.5 + np.array([[1.0, 2.0, 3.0]] * 2))
    assert gradients[0]["b"] == pytest.approx(X.sum() + 3.0)
    np.testing.assert_allclose(gradients[1][0], X.sum(axis=0))
    assert gradients[1][1] == 3.0


def test_an_unused_input_has_gradient_zero_and_a_constant_output_passes_none(kit) -> None:
    foreign, module = kit
    f = foreign(lambda x, y: (x.sum(), module.ones(3)))
    _, pullback = vjp(f, X, np.ones(2))
    gradients = pullback((2.0, np.ones(3)))
    np.testing.assert_array_equal(gradients[0], np.full(X.shape, 2.0))
    np.testing.assert_array_equal(gradients[1], np.zeros(2))
    _, pullback = vjp(foreign(lambda x: module.ones(3)), X)
    np.testing.assert_array_equal(pullback(np.ones(3))[0], np.zeros(X.shape))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes_stay_what_they_are(kit, dtype) -> None:
    foreign, module = kit
    f = foreign(lambda x: module.exp(x))
    output, pullback = vjp(f, X.astype(dtype))
    assert output.dtype == dtype
    assert pullback(np.ones(X.shape, dtype))[0].dtype == dtype
    assert f(X.astype(dtype)).dtype == dtype


def test_what_is_no_float_is_a_constant(kit) -> None:
    foreign, module = kit
    f = foreign(lambda x, places, power: (x[places] ** power).sum())
    places = np.array([0, 1])
    np.testing.assert_allclose(grad(lambda x: f(x, places, 2))(X), 2 * X)
    _, pullback = vjp(foreign(lambda x: (x * 2, module.argmax(x))), X)
    np.testing.assert_allclose(pullback((np.ones(X.shape), 1.0))[0], np.full(X.shape, 2.0))


def test_plain_data_gives_plain_data(kit) -> None:
    foreign, module = kit
    f = foreign(lambda x, y: module.cos(x) * y)
    assert type(f(X, 2.0)) is np.ndarray
    np.testing.assert_allclose(f(X, 2.0), 2 * np.cos(X))
    with no_grad():
        assert not f(Tensor(X, requires_grad=True), 2.0).requires_grad


def test_the_function_cannot_write_to_what_it_is_given(kit) -> None:
    foreign, _ = kit
    x = X.copy()
    f = foreign((lambda x: x.detach().mul_(2.0)) if foreign is torch_function else (lambda x: x.at[0].set(0.0)))
    f(x)
    np.testing.assert_array_equal(x, X)


def test_complex_outputs_are_refused(kit) -> None:
    foreign, _ = kit
    with pytest.raises(OperandError, match="expected tensors of real numbers"):
        foreign(lambda x: x * 1j)(X)


def test_a_gradient_written_in_torch_runs_on_leaves(torch) -> None:
    def gradient(x):
        return torch.autograd.grad(torch.sin(x).sum(), x)[0]

    np.testing.assert_allclose(torch_function(gradient)(X), np.cos(X))


def test_a_wrong_backward_of_torch_is_caught_and_a_right_one_is_not(torch) -> None:
    class Cube(torch.autograd.Function):
        factor = 3.0

        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return Cube.factor * g * torch.from_numpy(x.detach().numpy() ** 2)  # first order only

    assert gradcheck(torch_function(Cube.apply), X)
    Cube.factor = 2.0
    report = gradcheck(torch_function(Cube.apply), X)
    assert not report
    assert report.mistake.kind == "factor"


def test_functions_are_recognised_by_themselves_or_by_an_input(torch, jax) -> None:
    def mine(x):
        return x

    class Network(torch.nn.Module):
        def forward(self, x):
            return x

    def kits(functions, *inputs):
        found, _ = adapted(functions, inputs)
        return [f.kit.__name__.rpartition(".")[2] if isinstance(f, ForeignFunction) else f for f in found]

    assert kits([mine, np.sin, None], X, 1.0) == [mine, np.sin, None]
    assert kits([torch.sin, torch.nn.Linear(2, 2), Network(), torch.nn.functional.gelu]) == ["torch_functions"] * 4
    assert kits([jax.numpy.sin, jax.nn.gelu, jax.jit(mine)]) == ["jax_functions"] * 3
    assert kits([mine, None], {"x": [torch.ones(2)]}) == ["torch_functions", None]
    assert kits([mine, torch.sin, torch_function(mine)], jax.numpy.ones(2)) == [
        "jax_functions", "torch_functions", "torch_functions"]
    assert kits([mine], torch.nn.Parameter(torch.ones(2))) == ["torch_functions"]


def test_inputs_of_other_frameworks_become_arrays_of_their_dtype(torch, jax) -> None:
    given = (torch.ones(2, dtype=torch.float64, requires_grad=True), [jax.numpy.ones(3, dtype="float32"), 1.0], "x")
    _, (first, (second, number), text) = adapted([], given)
    assert (type(first), first.dtype) == (np.ndarray, np.float64)
    assert (type(second), second.dtype) == (np.ndarray, np.float32)
    assert (number, text) == (1.0, "x")
    first[0] = 5.0
    assert given[0][0].item() == 1.0


def test_gradcheck_takes_tensors_of_torch_as_they_are(torch) -> None:
    x = torch.tensor([[0.5, -1.0]], dtype=torch.float64)
    assert gradcheck(lambda x: torch.softmax(x, -1), x)
    assert gradcheck(lambda x: (x**2).sum(), x, grad=lambda x: 2 * x)
    assert gradcheck(lambda x: (x**2).sum(), x, grad=lambda x: 3 * x).verdict == "fail"


def test_a_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(adapters.KITS, "torch", "no_such_module")
    with pytest.raises(MissingExtraError, match="python -m pip install torch"):
        torch_function(np.sin)


def test_only_functions_are_adapted() -> None:
    pytest.importorskip("torch")
    with pytest.raises(OperandError, match="expected a function, got float"):
        torch_function(3.0)


def test_nothing_is_loaded_for_functions_of_ours() -> None:
    program = ("import sys, numpy as np; from autograd.check.crosscheck.compare import compare; "
               "from autograd.check.crosscheck.verify import verify; f = lambda x: np.sin(x).sum(); "
               "assert compare(f, f, np.ones(2)); assert verify(f, np.ones(2)); "
               "sys.exit(bool({'torch', 'jax', 'jaxlib'} & sys.modules.keys()))")
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
