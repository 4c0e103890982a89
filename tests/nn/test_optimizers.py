"""Optimizers follow torch's trajectories, option by option, or their papers' formulas; none trains on stale data."""

import copy
import pickle
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, no_grad, ops
from autograd.errors import OperandError, ShapeError, StaleError
from nn import MLP, optimizers
from nn.optimizers import (
    EMA,
    OPTIMIZERS,
    SGD,
    Adam,
    AdamW,
    Elementwise,
    Lion,
    Lookahead,
    OptionError,
    RMSprop,
    Rprop,
    find_learning_rate,
)
from nn.optimizers.buffers import Buffer
from tests.nn.trajectories import ROWS, SHAPES, TABLE, largest_difference, ours, row_id, slope, starts

ELEMENTWISE = [name for name, cls in vars(optimizers).items()
               if isinstance(cls, type) and issubclass(cls, Elementwise) and cls is not Elementwise]


def make(name: str, parameters: Any, **options: Any) -> Any:
    return getattr(optimizers, name)(parameters, **{"lr": 0.02, **options})


def tensors(dtype: Any = np.float64) -> list[Tensor]:
    return [Tensor(p, requires_grad=True) for p in starts(dtype)]


def train(optimizer: Any, parameters: list[Any], steps: int, first: int = 0) -> None:
    """Do steps with the gradients of the table's loss."""
    for t in range(first, first + steps):
        for p in parameters:
            g = slope(np.array(p.data), t, {})
            p.grad = g if isinstance(p, Tensor) else float(g)
        optimizer.step()


def same(xs: list[Any], ys: list[Any]) -> bool:
    return all(np.array_equal(x.data, y.data) for x, y in zip(xs, ys, strict=True))


# ------------------------------------------------------------------------------------------------------------ torch's

@pytest.mark.parametrize("row", ROWS, ids=row_id)
def test_trajectory_equals_torchs(row: tuple[str, dict[str, Any]]) -> None:
    pytest.importorskip("torch")
    assert largest_difference(*row) <= 1e-10


@pytest.mark.parametrize("row", ROWS, ids=row_id)
def test_parameter_without_gradient_is_skipped_as_torch_skips_it(row: tuple[str, dict[str, Any]]) -> None:
    pytest.importorskip("torch")
    assert largest_difference(*row, steps=25, skip=lambda i, t: (i + t) % 3 == 0 or (i == 1 and t < 9)) <= 1e-10


@pytest.mark.parametrize("row", [(name, several[-1]) for name, several in TABLE.items()], ids=row_id)
def test_float32_stays_float32_and_is_near_torchs(row: tuple[str, dict[str, Any]]) -> None:
    pytest.importorskip("torch")
    assert largest_difference(*row, steps=30, dtype=np.float32) <= 2e-4
    assert {p.dtype for p in next(ours(*row, steps=1, dtype=np.float32))} == {np.dtype(np.float32)}


def test_table_has_every_option_of_every_optimizer_that_torch_has() -> None:
    for name, several in TABLE.items():
        tried = {option for options in several for option in options} | {"lr"}
        kept = {"decoupled_weight_decay"} if name == "AdamW" else {"weight_decay"} if name == "Rprop" else set()
        assert tried | kept == set(getattr(optimizers, name).options), name
    assert {*TABLE, "Lion", "GradientDescent"} == set(ELEMENTWISE)


def test_groups_with_own_options_equal_torchs() -> None:
    torch = pytest.importorskip("torch")
    options = [{"lr": 0.1}, {"weight_decay": 0.2, "betas": (0.5, 0.6)}]
    mine, theirs = tensors(), [torch.tensor(p, requires_grad=True) for p in starts()]
    optimizer = Adam([{"params": mine[:1], **options[0]}, {"params": mine[1:3], **options[1]}], lr=0.03)
    reference = torch.optim.Adam([{"params": theirs[:1], **options[0]}, {"params": theirs[1:3], **options[1]}], lr=0.03)
    for t in range(30):
        if t == 10:
            optimizer.add_param_group({"params": mine[3:], "lr": 0.2})
            reference.add_param_group({"params": theirs[3:], "lr": 0.2})
        if t == 20:
            optimizer.param_groups[1]["lr"] = reference.param_groups[1]["lr"] = 0.007
        train(optimizer, mine, 1, t)
        for p in theirs:
            p.grad = torch.tensor(slope(p.detach().numpy(), t, {}))
        reference.step()
    for a, b in zip(mine, theirs):
        np.testing.assert_allclose(a.data, b.detach().numpy(), rtol=0, atol=1e-10)


# ---------------------------------------------------------------------------------------------------- papers' formulas

@pytest.mark.parametrize("options", [{}, {"betas": (0.5, 0.7)}, {"weight_decay": 0.3}, {"maximize": True},
                                     {"weight_decay": 0.1, "decoupled_weight_decay": False}])
def test_lion_follows_its_papers_program(options: dict[str, Any]) -> None:
    lr, (b1, b2), decay = 0.02, options.get("betas", (0.9, 0.99)), options.get("weight_decay", 0.0)
    expected, means = starts(), [np.zeros(shape) for shape in SHAPES]
    for t, found in enumerate(ours("Lion", options, steps=200)):
        for i, p in enumerate(expected):
            g = slope(p, t, options) * (-1 if options.get("maximize") else 1)
            if options.get("decoupled_weight_decay") is False:
                g, wd = g + decay * p, 0.0
            else:
                wd = decay
            update = np.sign(means[i] * b1 + g * (1 - b1))
            means[i] = means[i] * b2 + g * (1 - b2)
            expected[i] = p - lr * (update + wd * p)
        for a, b in zip(found, expected, strict=True):
            np.testing.assert_allclose(a, b, rtol=0, atol=1e-10)


@pytest.mark.parametrize("inner", ["SGD", "Adam"])
def test_lookahead_follows_its_papers_algorithm(inner: str) -> None:
    k, alpha, mine, fast = 4, 0.3, tensors(), tensors()
    optimizer, reference = Lookahead(make(inner, mine), every=k, alpha=alpha), make(inner, fast)
    slow = starts()
    for t in range(50):
        train(optimizer, mine, 1, t)
        train(reference, fast, 1, t)
        if t % k == k - 1:
            for i, p in enumerate(fast):
                slow[i] = slow[i] + alpha * (p.numpy() - slow[i])
                p.data = slow[i]
        for a, b in zip(mine, fast, strict=True):
            np.testing.assert_allclose(a.data, b.data, rtol=0, atol=1e-10)


@pytest.mark.parametrize("warmup", [False, True])
def test_mean_of_weights_is_the_weighted_sum_of_all_weights_so_far(warmup: bool) -> None:
    parameters = [*tensors(), Value(3.0)]
    optimizer, ema = Adam(parameters, lr=0.05), EMA(parameters, decay=0.9, warmup=warmup)
    history, decays = [ema.weights()], []
    for t in range(30):
        train(optimizer, parameters, 1, t)
        ema.update()
        history.append(ema.weights())
        decays.append(min(0.9, (2 + t) / (11 + t)) if warmup else 0.9)
    shares = [float(np.prod(decays))] + [(1 - d) * float(np.prod(decays[i + 1:])) for i, d in enumerate(decays)]
    assert sum(shares) == pytest.approx(1)
    np.testing.assert_allclose(ema.average, np.tensordot(shares, history, 1), rtol=0, atol=1e-12)
    with ema.applied():
        np.testing.assert_array_equal(ema.weights(), ema.average)
    np.testing.assert_array_equal(ema.weights(), history[-1])
    train(optimizer, parameters, 1)  # goes on from the weights, which lie elsewhere now
    assert np.abs(ema.weights() - history[-1]).max() > 0


def test_weight_decay_of_rprop_is_that_of_an_l2_term() -> None:
    with_option, with_term = tensors(), tensors()
    one, other = Rprop(with_option, weight_decay=0.3), Rprop(with_term)
    for t in range(40):
        train(one, with_option, 1, t)
        for p in with_term:
            p.grad = slope(p.numpy(), t, {}) + 0.3 * p.numpy()
        other.step()
    for a, b in zip(with_option, with_term, strict=True):
        np.testing.assert_allclose(a.data, b.data, atol=1e-12)


# ----------------------------------------------------------------------------------------------------------- the loop

@pytest.mark.parametrize("name", ELEMENTWISE)
def test_values_train_as_tensors_do(name: str) -> None:
    numbers = np.random.default_rng(3).normal(0, 1.5, 5)
    values, tensor = [Value(x) for x in numbers], Tensor(numbers, requires_grad=True)
    one, other = make(name, values), make(name, [tensor])
    for t in range(20):
        shifts = np.sin(t + np.arange(5))
        one.zero_grad()
        other.zero_grad()
        for v, shift in zip(values, shifts, strict=True):
            (v * v + v * float(shift)).backward()
        (tensor * tensor + tensor * shifts).sum().backward()
        one.step()
        other.step()
    np.testing.assert_allclose([v.data for v in values], tensor.data, rtol=0, atol=1e-12)
    assert all(type(v.data) is float for v in values)


def test_step_makes_graphs_of_before_stale() -> None:
    w, x = Tensor([1.0, 2.0], requires_grad=True), Tensor([3.0, 4.0], requires_grad=True)
    optimizer = SGD([w], lr=0.1)
    loss = (w * w * x).sum()
    loss.backward()
    optimizer.step()
    with pytest.raises(StaleError, match="was changed"):
        loss.backward()
    (w * w * x).sum().backward()


def test_views_made_without_a_graph_keep_the_weights_of_their_time() -> None:
    w, x = Tensor([[1.0, 2.0]], requires_grad=True), Tensor([3.0], requires_grad=True)
    optimizer = SGD([w], lr=1.0)
    train(optimizer, [w], 1)
    before = w.numpy()
    with no_grad():
        views = [w.T, w.reshape(2), w[0], *w]
    losses = [(x * view).sum() for view in views]
    train(optimizer, [w], 1)
    for view, loss in zip(views, losses, strict=True):
        assert np.array_equal(view.numpy().ravel(), before.ravel())
        x.grad = None
        loss.backward()
        assert x.grad[0] == pytest.approx(before.sum())


def test_graph_stays_fresh_if_an_optimizer_is_made_or_skips_the_parameter() -> None:
    w, other = Tensor([1.0, 2.0], requires_grad=True), Tensor([1.0], requires_grad=True)
    loss = (w * w).sum()
    optimizer = SGD([w, other], lr=0.1)
    other.grad = np.array([1.0])
    optimizer.step()
    assert w.data.tolist() == [1.0, 2.0]
    assert other.data.tolist() == [0.9]
    loss.backward()
    assert w.grad.tolist() == [2.0, 4.0]


def test_step_without_any_gradient_changes_nothing() -> None:
    parameters = tensors()
    optimizer = Adam(parameters)
    optimizer.step()
    assert same(parameters, tensors())
    train(optimizer, parameters, 1)
    assert optimizer.state_dict()["state"][0]["step"] == 1.0


MOVES: dict[str, Any] = {
    "set": lambda ps, _: [setattr(p, "data", p.numpy()) for p in ps],
    "in-place operator": lambda ps, _: [setattr(p, "data", p.data * 1.0) for p in ps],
    "another optimizer": lambda ps, _: [SGD(ps, lr=0.0)] and train(SGD(ps, lr=0.0), ps, 1),
    "only one": lambda ps, _: setattr(ps[1], "data", ps[1].numpy()),
    "state taken and loaded": lambda ps, optimizer: optimizer.load_state_dict(optimizer.state_dict()),
}


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("move", MOVES)
def test_parameters_that_lie_elsewhere_are_taken_in_again(name: str, move: str) -> None:
    moved, left = tensors(), tensors()
    one, other = make(name, moved), make(name, left)
    train(one, moved, 3)
    train(other, left, 3)
    MOVES[move](moved, one)
    train(one, moved, 3, 3)
    train(other, left, 3, 3)
    assert same(moved, left)


def test_new_weights_set_between_steps_are_trained_from() -> None:
    w = Tensor([1.0, 2.0], requires_grad=True)
    optimizer = SGD([w], lr=0.5)
    for start in ([1.0, 2.0], [10.0, 20.0]):
        w.data = np.array(start)
        w.grad = np.array([2.0, 2.0])
        optimizer.step()
        assert w.data.tolist() == [start[0] - 1, start[1] - 1]


def test_two_optimizers_in_turn_train_the_same_parameters() -> None:
    w = Tensor([4.0], requires_grad=True)
    one, other = SGD([w], lr=0.5), SGD([w], lr=0.25)
    for optimizer, expected in ((one, 3.0), (other, 2.5), (one, 1.5), (other, 1.0)):
        w.grad = np.array([2.0])
        optimizer.step()
        assert w.data.tolist() == [expected]


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_copies_and_pickles_of_model_and_optimizer_go_on_by_themselves(name: str) -> None:
    parameters = tensors()
    optimizer = make(name, parameters)
    train(optimizer, parameters, 3)
    twins = [copy.deepcopy((parameters, optimizer)), pickle.loads(pickle.dumps((parameters, optimizer)))]
    before = [p.numpy() for p in parameters]
    for twin, its_optimizer in twins:
        train(its_optimizer, twin, 3, 3)
    assert all(np.array_equal(p.data, x) for p, x in zip(parameters, before, strict=True))
    train(optimizer, parameters, 3, 3)
    for twin, _ in twins:
        assert same(twin, parameters)


def test_change_of_dtype_keeps_the_state() -> None:
    model, twin = MLP([2, 1], rng=np.random.default_rng(0)), MLP([2, 1], rng=np.random.default_rng(0))
    w, v = model.parameters()[0], twin.parameters()[0]
    one, other = Adam([w], lr=0.1), Adam([v], lr=0.1)
    train(one, [w], 5)
    train(other, [v], 5)
    model.to(np.float32)
    train(one, [w], 5, 5)
    train(other, [v], 5, 5)
    assert w.dtype == np.float32
    assert one.state_dict()["state"][0]["mean"].dtype == np.float32
    np.testing.assert_allclose(w.data, v.data, atol=1e-6)


def test_one_group_may_hold_several_dtypes_and_values() -> None:
    mixed: list[Any] = [Tensor([1.0], requires_grad=True), Tensor([1.0], requires_grad=True, dtype=np.float32),
                        Value(1.0)]
    optimizer = Adam(mixed, lr=0.1)
    train(optimizer, mixed, 4)
    assert [getattr(p.data, "dtype", float) for p in mixed] == [np.float64, np.float32, float]
    assert mixed[0].data[0] == pytest.approx(mixed[2].data)
    assert mixed[0].data[0] == pytest.approx(mixed[1].data[0], abs=1e-6)


def test_zero_grad_forgets_gradients() -> None:
    w, v = Tensor([1.0], requires_grad=True), Value(2.0)
    optimizer = SGD([w, v], lr=0.1)
    (w * v).sum().backward()
    optimizer.zero_grad()
    assert w.grad is None
    assert v.grad == 0.0


def test_step_calls_a_closure_and_returns_its_loss() -> None:
    w = Value(3.0)
    optimizer = SGD([w], lr=0.5)

    def closure() -> Any:
        optimizer.zero_grad()
        loss = w * w
        loss.backward()
        return loss
    assert optimizer.step(closure).data == 9.0
    assert w.data == 0.0


def test_gradient_in_any_memory_order_goes_to_its_elements() -> None:
    w = Tensor(np.zeros((2, 3)), requires_grad=True)
    w.grad = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    SGD([w], lr=1.0).step()
    assert w.data.tolist() == (-np.arange(6.0).reshape(2, 3)).tolist()


def test_learning_rate_is_set_for_all_groups() -> None:
    a, b = Value(1.0), Value(1.0)
    optimizer = SGD([{"params": [a]}, {"params": [b], "lr": 0.5}], lr=0.1)
    assert [group["lr"] for group in optimizer.param_groups] == [0.1, 0.5]
    optimizer.lr = 0.25
    assert [group["lr"] for group in optimizer.param_groups] == [0.25, 0.25]


def test_a_new_optimizer_takes_one_class() -> None:
    class SignDescent(Elementwise):
        options = {"lr": 0.5, "weight_decay": 0.0, "maximize": False}  # noqa: RUF012

        def update(self, p: Any, g: Any, now: Any, o: Any) -> None:
            p -= o["lr"] * np.sign(g)
    w = Tensor([1.0, -3.0], requires_grad=True)
    w.grad = np.array([10.0, -0.1])
    SignDescent([w]).step()
    assert w.data.tolist() == [0.5, -2.5]


# -------------------------------------------------------------------------------------------------------------- state

@pytest.mark.parametrize("name", ELEMENTWISE)
def test_loaded_state_goes_on_bit_for_bit(name: str) -> None:
    through, broken = tensors(), tensors()
    optimizer = make(name, through, **TABLE.get(name, [{}])[-1])
    train(optimizer, through, 12)
    first = make(name, broken, **TABLE.get(name, [{}])[-1])
    train(first, broken, 5)
    state = pickle.loads(pickle.dumps(first.state_dict()))
    resumed = [Tensor(p.data, requires_grad=True) for p in broken]
    second = make(name, resumed, lr=0.7)
    second.load_state_dict(state)
    train(second, resumed, 7, 5)
    assert same(resumed, through)


def test_state_is_a_copy() -> None:
    parameters = tensors()
    optimizer = Adam(parameters, lr=0.02)
    train(optimizer, parameters, 2)
    state = optimizer.state_dict()
    before = copy.deepcopy(state)
    train(optimizer, parameters, 2)
    assert all(np.array_equal(state["state"][0][k], before["state"][0][k]) for k in before["state"][0])
    assert state["param_groups"][0]["params"] == [0, 1, 2, 3]


def test_lookahead_and_mean_of_weights_resume_bit_for_bit() -> None:
    through, broken = tensors(), tensors()
    optimizer = Lookahead(Adam(through, lr=0.05), every=3)
    train(optimizer, through, 10)
    first = Lookahead(Adam(broken, lr=0.05), every=3)
    mean = EMA(broken)
    train(first, broken, 4)
    mean.update()
    resumed = [Tensor(p.data, requires_grad=True) for p in broken]
    second, again = Lookahead(Adam(resumed), every=3), EMA(resumed)
    second.load_state_dict(first.state_dict())
    again.load_state_dict(mean.state_dict())
    train(second, resumed, 6, 4)
    assert same(resumed, through)
    assert again.updates == 1
    np.testing.assert_array_equal(again.average, mean.average)


FOREIGN = {
    "another optimizer": (lambda s: s | {"optimizer": "SGD"}, "the state is that of 'SGD'"),
    "no optimizer": (lambda s: {}, "the state is that of None"),
    "other groups": (lambda s: s | {"param_groups": s["param_groups"] * 2}, "groups of"),
    "other shapes": (lambda s: s | {"state": {0: {"mean": np.zeros(9)}}}, "has shape"),
    "bad option": (lambda s: s | {"param_groups": [s["param_groups"][0] | {"lr": -1.0}]}, "lr=-1.0"),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_state_that_does_not_fit_raises_and_changes_nothing(kind: str) -> None:
    parameters, twins = tensors(), tensors()
    optimizer, twin = Adam(parameters), Adam(twins)
    train(optimizer, parameters, 2)
    train(twin, twins, 2)
    change, phrase = FOREIGN[kind]
    with pytest.raises((OperandError, ShapeError), match=phrase):
        optimizer.load_state_dict(change(optimizer.state_dict()))
    train(optimizer, parameters, 2, 2)
    train(twin, twins, 2, 2)
    assert same(parameters, twins)


# ------------------------------------------------------------------------------------------------------------- errors

W = Tensor([1.0], requires_grad=True, label="w")
MISTAKES: dict[str, tuple[Any, str]] = {
    "negative rate": (lambda: SGD([W], lr=-0.1), r"SGD: lr=-0.1 must be a number ≥ 0, e.g. lr=0.01"),
    "rate nan": (lambda: SGD([W], lr=float("nan")), "lr=nan must be"),
    "rate of text": (lambda: SGD([W], lr="fast"), "lr='fast' must be"),
    "momentum": (lambda: SGD([W], lr=0.1, momentum=-1), "momentum=-1 must be a number ≥ 0"),
    "nesterov": (lambda: SGD([W], lr=0.1, nesterov=True), "nesterov=True needs momentum > 0"),
    "beta": (lambda: Adam([W], betas=(0.9, 1.0)), r"Adam: betas=\(0.9, 1.0\) must be two numbers ≥ 0 and < 1"),
    "one beta": (lambda: Adam([W], betas=0.9), "betas=0.9 must be two numbers"),
    "eps": (lambda: Adam([W], eps=-1e-8), "eps=-1e-08 must be"),
    "decay": (lambda: AdamW([W], weight_decay=-1), "AdamW: weight_decay=-1"),
    "alpha": (lambda: RMSprop([W], alpha=2), "alpha=2 must be a number from 0 to 1"),
    "etas": (lambda: Rprop([W], etas=(1.2, 0.5)), "etas=.* a factor below 1 and one above"),
    "bounds": (lambda: Rprop([W], step_sizes=(1.0, 0.5)), "smallest and the largest"),
    "switch": (lambda: Adam([W], amsgrad="yes"), "amsgrad='yes' must be True or False"),
    "unknown option": (lambda: Adam([W], momentum=0.9), "Adam has no option 'momentum'; it has lr, betas"),
    "unknown option of a group": (lambda: SGD([{"params": [W], "beta": 1}]), "SGD has no option 'beta'"),
    "nothing": (lambda: Adam([]), r"Adam: parameters=\[\] is empty"),
    "used generator": (lambda: Adam(p for p in ()), "is empty"),
    "a single tensor": (lambda: Adam(W), r"got a single Tensor; pass \[it\]"),
    "no tensor": (lambda: Adam([np.zeros(3)]), r"parameters\[0\] must be a Tensor or a Value, got ndarray"),
    "twice": (lambda: Adam([Tensor([2.0]), W, W]), r"parameter 2 'w' \(Tensor of shape \(1,\)\) is in the list twice"),
    "in two groups": (lambda: Adam([{"params": [W]}, {"params": [W]}]), "is in two groups"),
    "no leaf": (lambda: Adam([W * 2]), "was computed by mul; only leaves can be trained"),
    "integers": (lambda: Adam([Tensor([1, 2])]), "holds int64; only floats"),
    "group without parameters": (lambda: Adam([{"lr": 0.1}]), "must be a dict with 'params'"),
    "set later": (lambda: SGD([W]).param_groups[0].__setitem__("lr", -1), "SGD: lr=-1"),
    "unknown set later": (lambda: SGD([W]).param_groups[0].__setitem__("rate", 1), "no option 'rate'"),
    "lookahead": (lambda: Lookahead(SGD([W]), alpha=2.0), "Lookahead: alpha=2.0"),
    "lookahead every": (lambda: Lookahead(SGD([W]), every=0), "every=0 must be a whole number ≥ 1"),
    "mean": (lambda: EMA([W], decay=1.0), "EMA: decay=1.0"),
    "mean of nothing": (lambda: EMA([]), r"EMA: parameters=\[\] is empty"),
    "range test": (lambda: find_learning_rate(lambda: 0, SGD([W]), start=1, end=0.5), "0 < start < end"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake_is_named_with_the_value_and_the_fix(mistake: str) -> None:
    call, phrase = MISTAKES[mistake]
    with pytest.raises(OperandError, match=phrase):
        call()


def test_bad_options_are_value_errors_too() -> None:
    with pytest.raises(ValueError, match="lr=-1"):
        SGD([W], lr=-1)
    assert issubclass(OptionError, OperandError)


@pytest.mark.parametrize("wrong", [np.zeros((3, 2)), np.zeros(6), 1.0, np.zeros((2, 3, 1))])
def test_gradient_of_another_shape_raises_and_nothing_moves(wrong: Any) -> None:
    first, second = Tensor([1.0], requires_grad=True), Tensor(np.ones((2, 3)), requires_grad=True)
    first.grad, second.grad = np.array([1.0]), wrong
    with pytest.raises(ShapeError, match=r"the .grad of parameter 1 .* not \(2, 3\)"):
        SGD([first, second], lr=0.1).step()
    assert first.data.tolist() == [1.0]


def test_gradient_that_is_a_tensor_raises() -> None:
    w = Tensor([1.0], requires_grad=True)
    w.grad = Tensor([1.0])
    with pytest.raises(OperandError, match=r"set it to a plain array, as in p.grad = g.numpy\(\)"):
        SGD([w], lr=0.1).step()


def test_help_shows_the_options() -> None:
    import inspect
    assert str(inspect.signature(Lion)) == ("(parameters, lr=0.0001, *, betas=(0.9, 0.99), weight_decay=0.0, "
                                            "decoupled_weight_decay=True, maximize=False)")
    assert repr(SGD([W], lr=0.5)).startswith("SGD(1 parameters, lr=0.5, momentum=0.0")
    assert set(OPTIMIZERS) == {name.lower() for name in ELEMENTWISE} - {"gradientdescent"} | {"lbfgs"}


# -------------------------------------------------------------------------------------------------------- the seam

def test_adopted_data_are_the_callers_memory_and_a_write_is_seen() -> None:
    w = Tensor([[1.0, 2.0]], requires_grad=True)
    memory = np.zeros(2)
    view = memory.reshape(1, 2)
    loss = (w * w).sum()
    assert Tensor.adopt([w], [view])
    loss.backward()  # adopting changes no number
    memory += 1
    Tensor.changed(w)
    assert w.data.tolist() == [[2.0, 3.0]]
    with pytest.raises(StaleError):
        loss.backward()
    with pytest.raises(OperandError):
        w.data[...] = 0.0


@pytest.mark.parametrize("view", [np.zeros(3), np.zeros(2, np.float32)])
def test_data_that_do_not_fit_are_not_adopted(view: np.ndarray) -> None:
    w = Tensor([1.0, 2.0], requires_grad=True)
    assert not Tensor.adopt([w], [view])
    assert not Tensor.adopt([w * 1.0], [np.zeros(2)])
    assert w.data.tolist() == [1.0, 2.0]


def test_buffer_is_one_array_however_many_parameters() -> None:
    parameters = [Tensor([float(i)], requires_grad=True) for i in range(50)]
    optimizer = SGD(parameters, lr=0.1)
    train(optimizer, parameters, 1)
    (buffer,) = optimizer.param_groups[0].buffers
    assert isinstance(buffer, Buffer)
    assert all(np.shares_memory(p.data, buffer.flat) for p in parameters)


# ------------------------------------------------------------------------------------------------------- range test

@pytest.mark.parametrize("name", ["SGD", "Adam"])
def test_range_test_restores_everything_and_suggests_a_rate_that_trains(name: str) -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(60, 3)), rng.normal(size=60)
    w = Tensor(np.zeros(3), requires_grad=True)
    optimizer = make(name, [w], lr=0.123)

    def step() -> Any:
        optimizer.zero_grad()
        loss = ops.mean((x @ w - y) ** 2)
        loss.backward()
        optimizer.step()
        return loss
    first = step().item()
    weights, state = w.numpy(), optimizer.state_dict()
    found = find_learning_rate(step, optimizer, start=1e-5, end=100, steps=60)
    assert np.array_equal(w.data, weights)
    assert optimizer.lr == 0.123
    assert repr(optimizer.state_dict()) == repr(state)
    assert len(found.rates) == len(found.losses) <= 60
    assert found.suggestion is not None
    optimizer.lr = found.suggestion
    assert [step().item() for _ in range(50)][-1] < first


def test_range_test_suggests_nothing_if_the_loss_never_falls() -> None:
    w = Value(1.0)
    optimizer = SGD([w], lr=0.5)
    found = find_learning_rate(lambda: 1.0, optimizer)
    assert found.suggestion is None
    assert len(found.losses) == 100
