"""The NaN autopsy: where a run stops, what it says, what it leaves alone."""

import threading
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, gradients, no_grad, ops
from autograd.anomaly import detect_anomaly
from autograd.anomaly.fixes import FIXES
from autograd.errors import AnomalyError, AutogradError
from autograd.node import STATE, special
from autograd.transforms import grad, hessian
from tests.autograd.composite_cases import COMPOSITE_CASES
from tests.autograd.leaves import both
from tests.autograd.sampling import CASES, Case, each

INF, NAN = float("inf"), float("nan")


def v(x: float) -> Value:
    return Value(x, label="x")


def t(*xs: float, dtype: Any = float) -> Tensor:
    return Tensor(np.array(xs, dtype), requires_grad=True, label="x")


def autopsy(program: Callable[[], Any]) -> AnomalyError:
    with pytest.raises(AnomalyError) as caught, detect_anomaly():
        program()
    return caught.value


def error_of(program: Callable[[], Any]) -> AnomalyError | None:
    """Return the anomaly that a program meets, None if it ends well or is refused for another reason."""
    try:
        with detect_anomaly(), warnings.catch_warnings(action="ignore"):
            program()
    except AnomalyError as error:
        return error
    except AutogradError:
        pass
    return None


def softmax_by_hand(x: Any) -> Any:
    return x.exp() / x.exp().sum()


def tanh_by_hand(x: Any) -> Any:
    return (x.exp() - (-x).exp()) / (x.exp() + (-x).exp())


def masked(x: Any, f: Callable[[Any], Any]) -> Any:
    return ops.where(x.data > 0, f(x), 0.0)


# program, the beginning of the message, what the first fix names
FORWARD = [
    (lambda: v(0.0).log(), "forward: log gives -inf", "log(x + 1e-12)"),
    (lambda: t(1.0, 0.0).log(), "forward: log gives -inf at [1], 1 of 2 elements", "double where"),
    (lambda: t(1.0, -1.0, -2.0).log(), "forward: log gives nan at [1], 2 of 3 elements", "ops.select"),
    (lambda: t(-1.0).sqrt(), "forward: sqrt gives nan", "clip its input"),
    (lambda: t(2.0).arcsin(), "forward: arcsin gives nan", "clip its input"),
    (lambda: t(-1000.0, 1.0).sigmoid().log(), "forward: log gives -inf", "ops.log_sigmoid(x)"),
    (lambda: ops.softmax(t(-1000.0, 1.0)).log(), "forward: log gives -inf", "ops.log_softmax(x)"),
    (lambda: ops.softmax(t(-1000.0, 1.0))[0].log(), "forward: log gives -inf", "ops.log_softmax(x)"),
    (lambda: (1 + v(-1.0)).log(), "forward: log gives -inf", "ops.log1p(x)"),
    (lambda: (1 - v(1.0)).log(), "forward: log gives -inf", "ops.log1p(-x)"),
    (lambda: (1 - t(1000.0).sigmoid()).log(), "forward: log gives -inf", "ops.log_sigmoid(-x)"),
    (lambda: (v(1.0) - 1).log(), "forward: log gives -inf", "log(x + 1e-12)"),
    (lambda: v(-1000.0).exp().log(), "forward: log gives -inf", "log(exp(x)) is x"),
    (lambda: v(710.0).exp(), "forward: exp gives inf", "exp overflows"),
    (lambda: t(90.0, dtype=np.float32).exp(), "forward: exp gives inf", "88 in float32"),
    (lambda: 1 / v(0.0), "forward: div gives inf", "the divisor is 0"),
    (lambda: v(1.0) / 0.0, "forward: div gives inf", "the divisor is 0"),
    (lambda: t(0.0) / t(0.0), "forward: div gives nan", "ops.standardize"),
    (lambda: v(0.0).reciprocal(), "forward: reciprocal gives inf", "the divisor is 0"),
    (lambda: v(0.0) ** -1.0, "forward: pow gives inf", "a negative power of 0"),
    (lambda: v(1e200) * 1e200, "forward: mul gives inf", "mul overflows"),
    (lambda: t(1e30, dtype=np.float32) ** 2, "forward: pow gives inf", "float64"),
    (lambda: t(1.0, 2.0) @ np.array([INF, -INF]), "forward: matmul gives nan", "constant"),
    (lambda: t(0.0) * INF, "forward: mul gives nan", "constant"),
    (lambda: v(NAN) * 2, "forward: the input x is already nan", "data"),
    (lambda: t(0.0, NAN) * 2, "forward: the input x is already nan at [1], 1 of 2 elements", "last update"),
    (lambda: ops.split(t(NAN, 1.0), 2), "forward: the input x is already nan", "data"),
    (lambda: t(INF) - t(INF), "forward: sub gives nan", "inf - inf"),
]
# the same of backward
BACKWARD = [
    (lambda: masked(v(0.0), ops.sqrt), "sqrt sends x a gradient of nan", "where(x > 0, sqrt(where(x > 0, x, 1)), 0)"),
    (lambda: masked(t(1.0, 0.0), ops.sqrt), "sqrt sends x a gradient of nan at [1], 1 of 2 elements", "ops.select"),
    (lambda: masked(t(1.0, 0.0), lambda x: x.sqrt() * 3.0), "sqrt sends x a gradient of nan at [1]", "double where"),
    (lambda: v(0.0).sqrt() * 0.0, "sqrt sends x a gradient of nan", "a factor of 0 does not mask"),
    (lambda: (t(0.0, 0.0) ** 2).sum().sqrt(), "sqrt sends v1 a gradient of inf", "ops.norm(x)"),
    (lambda: (t(0.0, 0.0) ** 2).sum() ** 0.5, "pow sends v1 a gradient of inf", "ops.norm(x)"),
    (lambda: (v(0.0) ** 2 + v(0.0) ** 2) ** 0.5, "pow sends v2 a gradient of inf", "ops.hypot(x, y)"),
    (lambda: (v(0.0) ** 2).sqrt(), "sqrt sends v1 a gradient of inf", "ops.abs(x)"),
    (lambda: v(0.0).sqrt(), "sqrt sends x a gradient of inf", "ops.safe_sqrt(x)"),
    (lambda: v(0.0).cbrt(), "cbrt sends x a gradient of inf", "cbrt at 0"),
    (lambda: t(0.5, 1.0).arcsin(), "arcsin sends x a gradient of inf at [1]", "clip"),
    (lambda: (v(1e-308) * 1e300) * 1e300, "mul sends x a gradient of inf", "the gradient overflows"),
    (lambda: t(1e-308) @ np.array([1e300]) * 1e300, "matmul sends x a gradient of inf", "overflows"),
]


@pytest.mark.parametrize(("program", "start", "fix"), FORWARD)
def test_the_first_result_that_is_not_finite_stops_the_run(program: Any, start: str, fix: str) -> None:
    error = autopsy(program)
    assert str(error).startswith(start)
    assert fix in error.report.fixes[0]
    assert error.report.phase == "forward"


@pytest.mark.parametrize(("program", "start", "fix"), BACKWARD)
@pytest.mark.parametrize("sweep", ["first order", "freed", "create_graph"])
def test_the_first_gradient_that_is_not_finite_stops_the_sweep(program: Any, start: str, fix: str, sweep: str) -> None:
    def run() -> None:
        y = program()
        if y.data.ndim if isinstance(y, Tensor) else 0:
            y = y.sum()
        if sweep == "create_graph":
            leaf = y
            while leaf.op is not None:
                leaf = next(x for x in leaf.inputs if isinstance(x, (Value, Tensor)))
            gradients(y, leaf, create_graph=True)
        else:
            y.backward(free=sweep == "freed")
    error = autopsy(run)
    assert str(error).startswith(f"backward: {start}")
    assert fix in error.report.fixes[0]
    assert error.report.phase == "backward"
    assert "times" in error.report.local[0] or "grad +=" in error.report.local[0]


@pytest.mark.parametrize(("root", "start", "fix"), [
    (tanh_by_hand(v(710.0)), "backward: the loss is nan before the sweep starts: div gives nan", "ops.tanh(x)"),
    (v(1000.0).exp().log(), "backward: the loss is inf before the sweep starts: exp gives inf", "log(exp(x)) is x"),
    (v(-1000.0).exp().log(), "backward: the loss is -inf before the sweep starts: log gives -inf", "log(exp(x)) is x"),
    (1 / (1 + v(0.0).log().exp() * INF), "backward: the loss is nan before", "constant"),
    (v(NAN) * 2 + 1, "backward: the loss is nan before the sweep starts: the input x is already nan", "data"),
    (v(INF), "backward: the loss is inf before the sweep starts: the input x is already inf", "data"),
])
def test_a_loss_that_is_not_finite_is_traced_to_where_it_began(root: Value, start: str, fix: str) -> None:
    error = autopsy(root.backward)
    assert str(error).startswith(start)
    assert fix in error.report.fixes[0]


def test_a_softmax_and_a_logsumexp_by_hand_are_recognised_once_their_graph_is_known() -> None:
    with np.errstate(all="ignore"):
        roots = softmax_by_hand(t(1000.0, 0.0)).sum(), t(1000.0, 0.0).exp().sum().log()
    for root, name in zip(roots, ("ops.softmax(x)", "ops.logsumexp(x)")):
        assert name in autopsy(root.backward).report.fixes[0]


def test_the_message_has_operands_line_and_local_derivative() -> None:
    x = Tensor([4.0, 0.0], requires_grad=True, label="x")
    def program() -> None:
        root = ops.sqrt(x)  # the line that is shown
        ops.where(x.data > 0, root, 0.0).sum().backward()
    error = autopsy(program)
    lines = str(error).splitlines()
    assert lines[0] == "backward: sqrt sends x a gradient of nan at [1], 1 of 2 elements"
    assert lines[1] == "  x = 0 at [1]"
    assert lines[2].startswith("  v1 = sqrt(x) = 0 at [1]   (")
    assert lines[2].endswith(": root = ops.sqrt(x) # the line that is shown)")
    assert lines[-3] == "  d v1 / d x = 0.5 / v1 = inf; upstream 0 times inf is nan"
    assert error.report.op == "sqrt"
    assert error.report.source.file == __file__
    assert error.report.source.line == program.__code__.co_firstlineno + 1


def test_an_operand_that_was_broadcast_is_shown_at_its_own_element() -> None:
    x, y = Tensor([[1.0], [0.0]], requires_grad=True, label="x"), t(0.0, 5.0)
    y.label = "y"
    error = autopsy(lambda: x / y)
    assert str(error).startswith("forward: div gives nan at [1, 0], 2 of 4 elements")
    assert "x = 0 at [1, 0]" in error.report.chain
    assert "y = 0 at [1, 0]" in error.report.chain
    assert error.report.local[0] == "d v2 / d x = 1 / y = inf"


def test_a_cotangent_that_is_not_finite_is_named_before_the_sweep() -> None:
    x = t(1.0, 2.0)
    error = autopsy(lambda: (x * 2).backward(np.array([1.0, INF])))
    assert str(error).startswith("backward: the cotangent given for Tensor (the result of mul")
    assert "is inf before the sweep starts" in str(error)
    assert x.grad is None


@both
def test_a_hook_that_spoils_a_gradient_is_named(leaf: Any) -> None:
    x = leaf(2.0)
    x.register_hook(lambda g: g * NAN)
    assert "a hook of" in str(autopsy(lambda: (x * 3).backward()))
    x = leaf(2.0)
    y = x * 3
    y.register_hook(lambda g: g * INF)
    assert "a hook of v1 made the gradient of v1 infinite or nan" in str(autopsy(lambda: (y * 2).backward()))


def test_contributions_that_overflow_only_as_they_are_added_up_are_told_so() -> None:
    x = v(0.0)
    error = autopsy(lambda: (x * 1e308 + x * 1e308).backward())
    assert "their sum is not" in str(error)
    assert "overflows as it is passed on or added up" in error.report.fixes[0]


def test_gradients_of_gradients_are_watched() -> None:
    def cubic_root(x: Any) -> Any:
        return x ** 1.5
    assert grad(cubic_root)(0.0) == 0.0
    error = autopsy(lambda: grad(grad(cubic_root))(0.0))
    assert str(error).startswith("backward: ")
    assert autopsy(lambda: hessian(lambda x: (x ** 1.5).sum())(np.array([1.0, 0.0])))


def test_what_no_grad_cuts_is_watched_too() -> None:
    with no_grad():
        assert str(autopsy(lambda: v(0.0).log())).startswith("forward: log gives -inf")


@pytest.mark.parametrize("program", [
    lambda: ops.softmax(t(1.0, 2.0) + np.array([0.0, -INF]))[0],              # a mask of -inf
    lambda: ops.logsumexp(t(1.0, 2.0) + np.array([0.0, -INF])),
    lambda: ops.masked_softmax(t(1.0, 2.0), np.array([True, False]))[0],
    lambda: ops.nansum(t(1.0, NAN)),                                          # a NaN that is taken out at once
    lambda: ops.where(np.array([True, False]), t(1.0, NAN), 0.0).sum(),
    lambda: ops.maximum(t(1.0, -INF), 0.0).sum(),
    lambda: v(INF).tanh(),
    lambda: ops.norm(t(0.0, 0.0)),
    lambda: ops.hypot(v(0.0), v(0.0)),
    lambda: ops.std(t(1.0, 1.0)),
    lambda: ops.safe_sqrt(v(0.0)),
    lambda: ops.xlogy(v(0.0), 0.0),
    lambda: v(0.0) ** 2.0,
], ids=range(13))
def test_what_ends_well_is_left_alone(program: Any) -> None:
    with detect_anomaly():
        program().backward()


def results(case: Case, xs: list[Any]) -> list[Any]:
    """Return the value and the first two derivatives of a case."""
    leaves = [Tensor(x, requires_grad=smooth and x.dtype.kind == "f") for x, smooth in zip(xs, case.differentiable)]
    wanted = [leaf for leaf in leaves if leaf.requires_grad]
    y = case.call(*leaves)
    if not (isinstance(y, Tensor) and y.requires_grad):
        return [y]
    y = (y * y).sum()
    y.backward()
    first = gradients(y, wanted, create_graph=True)
    for g in first:
        if g.requires_grad:
            (g * g).sum().backward()
    return [y.data, *[g.data for g in first], *[leaf.grad for leaf in wanted]]


@each([case for case in (*CASES, *COMPOSITE_CASES) if not (case.row and case.row.gathers)])
def test_a_program_with_finite_numbers_runs_as_it_does_outside(cases: list[Case]) -> None:
    for case in cases[:2]:
        xs = case.points(3)
        outside = results(case, xs)
        if all(np.isfinite(x).all() for x in map(np.asarray, outside) if x.dtype.kind == "f"):
            with detect_anomaly():
                inside = results(case, xs)
            for a, b in zip(outside, inside, strict=True):
                np.testing.assert_array_equal(a, b)


@each([case for case in (*CASES, *COMPOSITE_CASES) if not (case.row and case.row.gathers)])
def test_whatever_goes_wrong_in_an_op_is_told_with_what_helps(cases: list[Case]) -> None:
    rng = np.random.default_rng(7)
    for case in cases[:3]:
        for spoilt in (0.0, -1.0, 1e308, INF, -INF, NAN):
            xs = case.points(3)
            for x, smooth in zip(xs, case.differentiable):
                if smooth and x.size and x.dtype.kind == "f":
                    x.flat[rng.integers(x.size)] = spoilt
            error = error_of(lambda: results(case, xs))  # noqa: B023 (called at once)
            assert error is None or (error.report.fixes and error.report.chain), error


@pytest.mark.parametrize("kind", [Value, lambda x: Tensor(x, requires_grad=True)])
@pytest.mark.parametrize("f", [ops.log, ops.sqrt, ops.reciprocal, lambda x: 1 / x, lambda x: x ** 0.5])
def test_select_and_the_double_where_are_what_the_fix_promises(kind: Any, f: Any) -> None:
    for wanted, x0 in ((0.0, 0.0), (None, 4.0)):
        x, y = kind(x0), kind(x0)
        with detect_anomaly():
            lazy = ops.select(x.data > 0, f, lambda u: 0 * u, x)
            lazy.backward()
            ops.where(y.data > 0, f(ops.where(y.data > 0, y, 1.0)), 0.0).backward()
        wanted = grad(f)(x0) if wanted is None else wanted
        assert float(np.asarray(x.grad)) == float(np.asarray(y.grad)) == wanted


def test_select_evaluates_each_branch_on_its_own_elements_only() -> None:
    seen: dict[str, list[float]] = {}

    def branch(name: str, f: Any) -> Any:
        def evaluated(u: Any) -> Any:
            seen[name] = np.asarray(u.data).tolist()
            return f(u)
        return evaluated

    x = t(0.0, 1.0, -2.0, 4.0)
    with detect_anomaly():
        y = ops.select(x > 0, branch("f", ops.log), branch("g", lambda u: 3 * u), x)
        y.sum().backward()
    assert seen == {"f": [1.0, 4.0], "g": [0.0, -2.0]}
    np.testing.assert_allclose(y.data, [0.0, 0.0, -6.0, np.log(4.0)])
    assert x.grad.tolist() == [3.0, 1.0, 3.0, 0.25]


def test_where_the_mask_drops_an_infinite_derivative_the_gradient_is_nan_without_select() -> None:
    with np.errstate(all="ignore"):
        x = t(0.0, 1.0)
        masked(x, ops.log).sum().backward()
    assert np.isnan(x.grad[0])
    assert x.grad[1] == 1.0


def test_nothing_is_watched_outside_the_block_and_after_an_error() -> None:
    before = STATE.get(), special.blocks
    autopsy(lambda: v(0.0).log())
    with detect_anomaly(), detect_anomaly():
        assert STATE.get().sources
        assert STATE.get().watch is not None
    assert (STATE.get(), special.blocks) == before
    assert v(0.0).log().data == -INF


def test_only_the_thread_of_the_block_is_watched() -> None:
    found = []
    with detect_anomaly():
        thread = threading.Thread(target=lambda: found.append(v(0.0).log().data))
        thread.start()
        thread.join()
    assert found == [-INF]


def test_numpy_does_not_warn_before_the_error_comes() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        autopsy(lambda: t(0.0).log())
        autopsy(lambda: masked(t(0.0), ops.sqrt).sum().backward())


def test_the_graph_is_whole_after_the_error_and_no_gradient_has_arrived() -> None:
    x = v(0.0)
    y = x.sqrt() * 2 + x
    autopsy(lambda: y.backward(free=True))
    assert y.inputs[1] is x
    assert x.grad == 0.0


def test_it_works_as_a_decorator() -> None:
    @detect_anomaly()
    def step() -> Any:
        return v(0.0).log()
    with pytest.raises(AnomalyError):
        step()


def test_the_error_is_caught_as_an_arithmetic_error_and_as_ours() -> None:
    assert issubclass(AnomalyError, ArithmeticError)
    assert issubclass(AnomalyError, AutogradError)


def test_every_row_of_fixes_names_ops_of_the_table() -> None:
    def names(pattern: Any) -> set[str]:
        head, *inputs = pattern if isinstance(pattern, tuple) else (pattern,)
        return set(head.split("|")).union(*map(names, inputs)) - {"*", "1", ""}
    for fix in FIXES:
        for name in names(fix.pattern):
            assert isinstance(getattr(ops, name), ops.exp.__class__), name
    for word in {word.strip(".,;:()") for fix in FIXES for word in fix.text.split() if word.startswith("ops.")}:
        name = word.removeprefix("ops.").split("(")[0]
        assert name == "{op}" or callable(getattr(ops, name)), name


@both
def test_a_long_chain_is_told_in_few_lines(leaf: Any) -> None:
    x = leaf(2.0)
    def program() -> None:
        y = x
        for _ in range(2000):
            y = y * 2
    error = autopsy(program)
    assert str(error).startswith("forward: mul gives inf")
    assert len(str(error).splitlines()) < 14
