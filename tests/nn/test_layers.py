"""Each layer against torch's: one table of layers and options; and what torch does not have, or has otherwise."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, gradients, ops
from autograd.errors import OperandError, ShapeError
from nn.layers.activations import ACTIVATIONS
from nn.module import Module

torch = pytest.importorskip("torch", reason="compared with it")

from tests.nn.against_torch import compared, difference, run_ours, run_torch  # noqa: E402 (needs torch)

CLOSE = 1e-10


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@dataclass(frozen=True)
class Case:
    """A layer and torch's, and the shapes of the inputs that it runs on, one after the other."""

    ours: Callable[[], Module]
    theirs: Callable[[], Any]
    shapes: tuple[tuple[int, ...], ...]
    within: float = CLOSE

    def __str__(self) -> str:
        return repr(self.theirs()).replace("\n", "")


def same(name: str, *shapes: tuple[int, ...], **options: Any) -> Case:
    """A layer without parameters or generator, which torch has under the same name."""
    ours = {{"dim": "axis"}.get(key, key): x for key, x in options.items()}
    return Case(lambda: getattr(nn, name)(**ours), lambda: getattr(torch.nn, name)(**options), shapes or ((4, 3),))


def linear(n: int, m: int, *shapes: tuple[int, ...], bias: bool = True) -> Case:
    return Case(lambda: nn.Linear(n, m, bias=bias, rng=rng()), lambda: torch.nn.Linear(n, m, bias=bias), shapes)


LAYERS = (
    linear(3, 2, (5, 3)), linear(3, 2, (3,)), linear(3, 2, (4, 5, 3), (2, 3)), linear(3, 2, (0, 3)),
    linear(1, 1, (1, 1)), linear(3, 2, (2, 2, 2, 3), bias=False),
    same("Sigmoid"), same("LogSigmoid"), same("Tanh"), same("Softsign"), same("Identity"), same("ReLU"), same("ReLU6"),
    same("LeakyReLU"), same("LeakyReLU", negative_slope=0.2), same("Softplus"), same("Softplus", beta=2.5),
    same("ELU"), same("ELU", alpha=0.5), same("SELU"), same("SiLU"), same("Mish"), same("GELU"),
    same("GELU", approximate="tanh"), same("Hardtanh"), same("Hardtanh", min_val=-0.5, max_val=2.0),
    replace(same("Hardsigmoid"), within=1e-8),  # torch's slope is 1/6 rounded to float32
    same("Hardswish"), same("Softmax", dim=-1), same("Softmax", dim=0),
    same("LogSoftmax", dim=-1), same("LogSoftmax", (2, 3, 4), dim=1),
    same("Flatten", (2, 3, 4)), Case(lambda: nn.Flatten(0, 1), lambda: torch.nn.Flatten(0, 1), ((2, 3, 4),)),
    Case(lambda: nn.Flatten(-3, -2), lambda: torch.nn.Flatten(-3, -2), ((2, 3, 4, 5),)),
    *[Case(lambda o=options: nn.BatchNorm1d(3, **o), lambda o=options: torch.nn.BatchNorm1d(3, **o), shapes)
      for options in ({}, {"eps": 0.1, "momentum": 0.7}, {"momentum": None}, {"affine": False},
                      {"track_running_stats": False}, {"affine": False, "track_running_stats": False})
      for shapes in (((4, 3), (2, 3), (5, 3)), ((4, 3, 5), (1, 3, 2)))],
    *[Case(lambda o=options: nn.BatchNorm2d(2, **o), lambda o=options: torch.nn.BatchNorm2d(2, **o), shapes)
      for options in ({}, {"eps": 0.1, "momentum": 0.7, "affine": False}, {"track_running_stats": False})
      for shapes in (((4, 2, 3, 5), (1, 2, 2, 1)),)],
    *[Case(lambda s=shape, o=options: nn.LayerNorm(s, **o), lambda s=shape, o=options: torch.nn.LayerNorm(s, **o),
           ((2, 5, 3),))
      for shape in (3, (5, 3), (2, 5, 3))
      for options in ({}, {"eps": 0.1}, {"elementwise_affine": False}, {"bias": False})],
    *[Case(lambda s=shape, o=options: nn.RMSNorm(s, **o), lambda s=shape, o=options: torch.nn.RMSNorm(s, **o),
           ((2, 5, 3),))
      for shape in (3, (5, 3)) for options in ({}, {"eps": 0.1}, {"elementwise_affine": False})],
    Case(lambda: nn.Sequential(nn.Linear(3, 4, rng=rng()), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 2, rng=rng())),
         lambda: torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Tanh(),
                                     torch.nn.Linear(4, 2)), ((5, 3), (6, 3))),
)


def with_the_same_state(case: Case, training: bool) -> tuple[Module, Any]:
    """Return a layer and torch's with parameters and buffers drawn at random, equal in both, under the same names."""
    theirs = case.theirs().double().train(training)
    draw = rng(1)
    state = {name: draw.uniform(0.5, 2.0, t.shape) if t.dtype.is_floating_point else t.numpy()
             for name, t in theirs.state_dict().items()}
    theirs.load_state_dict({name: torch.tensor(x) for name, x in state.items()})
    ours = case.ours().train(training)
    assert ours.load_state_dict(state) == ([], [])
    return ours, theirs


def largest_difference(case: Case, training: bool) -> float:
    """Run a layer and torch's; compare outputs, all gradients, and what the running statistics became."""
    ours, theirs = with_the_same_state(case, training)
    draw, found = rng(2), []
    for shape in case.shapes:
        x, cotangent = draw.normal(0.3, 2.0, shape), draw.normal(size=case.ours().eval()(np.zeros(shape)).shape)
        found.append(compared(run_ours(ours, [x], cotangent), run_torch(theirs, [x], cotangent)))
    grads = dict(theirs.named_parameters())
    found += [difference(p.grad, grads[name].grad.numpy()) for name, p in ours.named_parameters()]
    found += [difference(x, theirs.state_dict()[name].numpy()) for name, x in ours.state_dict().items()]
    return max(found)


@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
@pytest.mark.parametrize("case", LAYERS, ids=str)
def test_layer_equals_torch_in_value_and_all_gradients(case: Case, training: bool) -> None:
    assert largest_difference(case, training) < case.within


def test_comparison_with_torch_notices_a_layer_that_is_a_little_wrong() -> None:
    wrong = Case(lambda: nn.LayerNorm(3, eps=1.01e-5), lambda: torch.nn.LayerNorm(3), ((4, 3),))
    assert 1e-9 < largest_difference(wrong, training=True) < 1e-5
    late = Case(lambda: nn.BatchNorm1d(3, momentum=0.1 + 1e-9), lambda: torch.nn.BatchNorm1d(3), ((4, 3),))
    assert largest_difference(late, training=True) > CLOSE


def test_each_row_of_an_activation_function_has_a_module_that_torch_has_too() -> None:
    rows = {name for name, op in vars(ops.activations).items() if getattr(op, "elementwise", False) is True}
    assert rows <= set(ACTIVATIONS)
    tested = {str(case).partition("(")[0] for case in LAYERS}
    assert {kind.__name__ for kind in ACTIVATIONS.values()} <= tested


def test_activation_takes_its_options_by_place_too_and_names_an_unknown_one() -> None:
    assert nn.LeakyReLU(0.5)(np.array([-1.0])).item() == -0.5
    assert repr(nn.Hardtanh(-2.0, max_val=3.0)) == "Hardtanh(min_val=-2.0, max_val=3.0)"
    for options in ((0.1, 0.2), ()):
        with pytest.raises(OperandError, match=r"LeakyReLU has no option .*negative_slope"):
            nn.LeakyReLU(*options, **({} if options else {"slope": 1.0}))


# Embedding

@pytest.mark.parametrize("padding", [None, 0, -1])
def test_embedding_equals_torch(padding: int | None) -> None:
    weight, index = rng().normal(size=(6, 3)), np.array([[1, 5, 0], [1, 1, 5]])
    ours, theirs = nn.Embedding(6, 3, padding_idx=padding, rng=rng()), torch.nn.Embedding(6, 3, padding_idx=padding)
    theirs.double().load_state_dict({"weight": torch.tensor(weight)})
    ours.load_state_dict({"weight": weight})
    cotangent = rng(1).normal(size=(2, 3, 3))
    assert compared(run_ours(ours, [index], cotangent), run_torch(theirs, [index], cotangent)) < CLOSE
    assert difference(ours.weight.grad, theirs.weight.grad.numpy()) < CLOSE


def test_padding_row_of_an_embedding_starts_at_0_and_stays_there() -> None:
    layer = nn.Embedding(4, 2, padding_idx=-1, rng=rng())
    assert not layer.weight.data[3].any()
    layer(np.array([3, 3, 1])).sum().backward()
    assert layer.weight.grad.tolist() == [[0, 0], [1, 1], [0, 0], [0, 0]]


# Dropout

def test_dropout_leaves_out_the_share_p_and_keeps_the_mean() -> None:
    layer, x = nn.Dropout(0.3, rng=rng()), Tensor(np.ones(100_000), requires_grad=True)
    y = layer(x)
    y.sum().backward()
    assert np.mean(y.data == 0) == pytest.approx(0.3, abs=0.01)
    assert set(np.unique(y.data)) == {0.0, 1 / 0.7}
    assert np.array_equal(x.grad, y.data)  # what is left out takes no gradient
    assert np.array_equal(layer.eval()(x).data, x.data)


def test_dropout_draws_from_its_generator_alone_and_anew_each_time() -> None:
    first, second = nn.Dropout(0.5, rng=rng(7)), nn.Dropout(0.5, rng=rng(7))
    x = np.ones(50)
    assert np.array_equal(first(x).data, second(x).data)
    assert not np.array_equal(first(x).data, nn.Dropout(0.5, rng=rng(7))(x).data)


# All layers

SMALL = (
    lambda: nn.Linear(3, 3, rng=rng()), lambda: nn.BatchNorm1d(3), lambda: nn.LayerNorm(3), lambda: nn.RMSNorm(3),
    lambda: nn.Dropout(0.5, rng=rng()), lambda: nn.Flatten(), nn.GELU, nn.Softmax, nn.LeakyReLU, nn.Softplus,
    lambda: nn.MLP([3, 4, 2], "silu", dropout=0.2, rng=rng()),
)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("build", SMALL)
def test_float32_stays_float32(build: Callable[[], Module], training: bool) -> None:
    layer = build().to(np.float32).train(training)
    x = Tensor(rng().normal(size=(4, 3)).astype(np.float32), requires_grad=True)
    y = layer(x)
    y.sum().backward()
    assert {a.dtype for a in (y, x.grad, *layer.state_dict().values(), *(p.grad for p in layer.parameters()))
            if a.dtype.kind == "f"} == {np.dtype(np.float32)}
    if layer.parameters():
        assert layer(rng().normal(size=(4, 3))).dtype == np.float32  # plain data are converted
        with pytest.raises(OperandError, match=r"float32 and got a Tensor of float64.*astype"):
            layer(Tensor(rng().normal(size=(4, 3))))


def test_second_derivatives_of_a_small_net_equal_torch() -> None:
    ours = nn.Sequential(nn.Linear(3, 4, rng=rng()), nn.LayerNorm(4), nn.Tanh(), nn.Linear(4, 1, rng=rng()))
    theirs = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.LayerNorm(4), torch.nn.Tanh(),
                                 torch.nn.Linear(4, 1)).double()
    theirs.load_state_dict({name: torch.tensor(x) for name, x in ours.state_dict().items()})
    data = rng(1).normal(size=(5, 3))
    x, t = Tensor(data, requires_grad=True), torch.tensor(data, requires_grad=True)
    (penalty,) = gradients(ours(x).sum(), [x], create_graph=True)
    (penalty**2).sum().backward()
    (their_penalty,) = torch.autograd.grad(theirs(t).sum(), [t], create_graph=True)
    (their_penalty**2).sum().backward()
    assert difference(x.grad, t.grad.numpy()) < CLOSE
    for name, p in theirs.named_parameters():
        q = dict(ours.named_parameters())[name]
        expected = np.zeros_like(q.data) if p.grad is None else p.grad.numpy()
        assert difference(np.zeros_like(q.data) if q.grad is None else q.grad, expected) < CLOSE


MISTAKES = (
    (lambda: nn.Linear(3, 2, rng=rng())(np.ones((4, 2))), ShapeError, r"Linear\(in_f.*\(\.\.\., 3\).*\(4, 2\)"),
    (lambda: nn.Linear(0, 2, rng=rng()), OperandError, "in_features=0 must be a whole number"),
    (lambda: nn.Linear(2.0, 2, rng=rng()), OperandError, "in_features=2.0 must be a whole number"),
    (lambda: nn.Linear(2, 2, rng=0), OperandError, r"rng must be a numpy Generator.*got 0"),
    (lambda: nn.Dropout(1.5, rng=rng()), OperandError, "p=1.5 must lie from 0 to 1"),
    (lambda: nn.Dropout(0.5, rng=42), OperandError, "rng must be a numpy Generator"),
    (lambda: nn.Embedding(3, 2, rng=rng())(np.array([0, 3])), ShapeError, "3 is no row of 3"),
    (lambda: nn.Embedding(3, 2, rng=rng())(np.array([-1])), ShapeError, "-1 is no row of 3"),
    (lambda: nn.Embedding(3, 2, rng=rng())(np.array([0.5])), OperandError, "whole numbers, got float64"),
    (lambda: nn.Embedding(3, 2, padding_idx=3, rng=rng()), OperandError, "padding_idx=3"),
    (lambda: nn.BatchNorm1d(3)(np.ones((4, 2))), ShapeError, r"\(N, C\) or \(N, C, L\) with C = 3, got shape \(4, 2\)"),
    (lambda: nn.BatchNorm2d(3)(np.ones((4, 3))), ShapeError, r"\(N, C, H, W\) with C = 3"),
    (lambda: nn.LayerNorm((2, 3))(np.ones((4, 3))), ShapeError, r"last axes have shape \(2, 3\), got shape \(4, 3\)"),
    (lambda: nn.RMSNorm(3)(np.ones(())), ShapeError, r"last axes have shape \(3,\)"),
    (lambda: nn.LayerNorm(()), OperandError, "normalized_shape"),
    (lambda: nn.Flatten(1, 0)(np.ones((2, 3))), ShapeError, "not after the last"),
    (lambda: nn.Flatten(3)(np.ones((2, 3))), ShapeError, "have these axes"),
    (lambda: nn.Sequential(nn.ReLU(), 3), OperandError, "got 3 at place 1"),
    (lambda: nn.Sequential(nn.ReLU), OperandError, r"at place 0: write ReLU\(...\)"),
)


@pytest.mark.parametrize(("call", "error", "words"), MISTAKES, ids=[words for _, _, words in MISTAKES])
def test_mistake_is_an_error_that_says_what_to_do(call: Callable[[], Any], error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        call()


def test_error_shows_the_layer_once_and_no_more_than_a_line() -> None:
    with pytest.raises(ShapeError) as caught:
        nn.MLP([3, 2], rng=rng())(np.ones((4, 2)))
    assert re.fullmatch(r"Linear\(in_features=3, out_features=2\) takes .* got shape \(4, 2\)", str(caught.value))


def test_sequential_runs_functions_too_and_is_a_sequence() -> None:
    model = nn.Sequential(nn.Linear(2, 3, rng=rng()), ops.tanh, lambda x: x * 2)
    assert len(model) == 3
    assert next(iter(model)) is model[0]
    x = np.ones((1, 2))
    assert np.allclose(model(x).data, 2 * np.tanh(model[0](x).data))
    assert [name for name, _ in model.named_parameters()] == ["0.weight", "0.bias"]
