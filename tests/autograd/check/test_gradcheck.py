"""gradcheck: what it takes, what it accepts and refuses, and the words it has for functions that cannot be checked."""

import math
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

from autograd import Tensor, Value, ops
from autograd.check import gradcheck
from autograd.check.progress import Progress
from autograd.errors import OperandError, ShapeError

X = np.array([[0.5, -1.5, 2.0], [3.0, 0.25, -0.125]])
POINT = np.array([0.3, -0.5, 1.2])
CAPTURED = Value(3.0)


class Pair(NamedTuple):
    w: Any
    b: Any


RIGHT: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "scalar": (lambda x, y: x.tanh() * y + x / y, (0.5, 2.0)),
    "array": (lambda x: (np.tanh(x) * x).sum(), (X,)),
    "vector output": (lambda x, w: np.exp(x @ w), (X, np.array([0.5, -0.25, 0.125]))),
    "tree": (lambda p: {"y": p["w"] * p["x"], "n": p["w"] ** 3}, ({"w": 2.0, "x": X},)),
    "named tuple": (lambda p, x: x * p.w + p.b, (Pair(2.0, 1.0), POINT)),
    "list of numbers": (lambda xs: xs[0] * xs[1], ([2.0, 3],)),
    "near the edge of the domain": (lambda x: x.log() * x.sqrt(), (1e-6,)),
    "great and small": (lambda x: (x * x * x).sum(), (np.array([1e5, 1e-5, 1.0]),)),
    "unused": (lambda x, y: x * 2, (1.0, 3.0)),
    "float32": (lambda x: np.tanh(x @ x.T).sum(), (X.astype(np.float32),)),
    "captured": (lambda x: x * CAPTURED, (2.0,)),
    "nodes": (lambda x: (x * x).sum(), (Tensor(X, requires_grad=True),)),
    "Values": (lambda x, y: x * y, (Value(2.0), Value(3.0))),
    "constant indices": (lambda x, i: x[i], (POINT, np.array([0, 0, 2]))),
    "no elements": (lambda x: x * 2, (np.zeros((0, 3)),)),
    "an output that is no float": (lambda x: (x * x, np.argmax(x)), (POINT,)),
    "many elements": (lambda x: np.sin(x).sum(), (np.linspace(0.1, 1.0, 500),)),
    "a great argument": (lambda x: x.sin(), (1e8,)),
    "half precision": (lambda x: (x.tanh() * x).sum(), (POINT.astype(np.float16),)),
    "saturated": (lambda x: x.exp() / x.exp().sum(), (np.array([0.0, 30.0, 1.0]),)),
    "huge values": (lambda x: 1e308 * x.sin(), (POINT,)),
    "huge slopes": (lambda x: x.exp(), (709.0,)),
    "a number beside a huge one": (lambda x: x.sigmoid(), (np.array([0.0, 1e20]),)),
    "an exponent beyond all": (lambda x: x * x, (np.array([1e-40], np.float32),)),
    **{f"{name} at {x}": (f, (x * np.arange(1.0, 4.0),)) for x in (5e-324, 1e-320, 1e-312, 1e-300)
       for name, f in (("x + x", lambda x: x + x), ("tanh", lambda x: x.tanh()), ("x x", lambda x: (x * x).sum()))},
    "the smallest number": (lambda x: x + x, (5e-324,)),
}


@pytest.mark.parametrize("case", RIGHT)
def test_right_gradients_pass(case: str) -> None:
    f, inputs = RIGHT[case]
    report = gradcheck(f, *inputs)
    assert report, report
    assert report.verdict.startswith("pass")


WRONG: dict[str, tuple[Callable[..., Any], tuple[Any, ...], Any]] = {
    "huge values": (lambda x: 1e308 * np.sin(x).sum() / 3, (POINT,), lambda x: 1e308 * np.sin(x) / 3),
    "tiny values": (lambda x: 1e-306 * np.sin(x).sum(), (POINT,), lambda x: 1.01e-306 * np.cos(x)),
    "tiny inputs": (lambda x: (x + x).sum(), (1e-320 * np.arange(1.0, 4.0),), np.full(3, 2.01)),
    "an int where it is 0": (lambda x: max(x, 0), (-1.0,), 5.0),
    "an int at a kink": (lambda x: max(x, 0), (0.0,), 1.5),
    "keys in another order": (lambda p: p["a"] * p["b"], ({"a": 1.0, "b": 2.0},), {"b": 2.0, "a": 1.0}),
    "complex": (lambda x: (x * x).sum(), (POINT,), lambda x: 2j * x),
    "text": (lambda x: (x * x).sum(), (POINT,), "2x"),
    "lists of several lengths": (lambda x: (x * x).sum(), (POINT,), lambda x: [1.0, [2.0], 3.0]),
    "no gradient": (lambda x: (x * x).sum(), (POINT,), lambda x: None),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_claims_fail_without_a_warning(case: str, recwarn: pytest.WarningsRecorder) -> None:
    f, inputs, claim = WRONG[case]
    assert gradcheck(f, *inputs, grad=claim).verdict == "fail"
    assert not recwarn.list


@pytest.mark.parametrize(("f", "inputs", "claims"), [
    (lambda x: (x * x).sum(), (POINT,), {}),
    (lambda x: (x * x).sum(), (POINT,), {"order": 2}),
    (lambda x: (x * x).sum(), (POINT.astype(np.float32),), {}),
    (lambda x: (x * x).sum(), (POINT,), {"grad": lambda x: 2 * x}),
    (lambda x: (x * x).sum(), (POINT,), {"grad": lambda x: 3 * x}),
    (lambda x: (x * x).sum().relu(), (POINT,), {"grad": lambda x: 2 * x}),
    (lambda x: (x * x).sum().relu(), (0 * POINT,), {}),
    (np.sin, (POINT,), {"vjp": lambda v, x: v * np.cos(x)}),
    (np.sin, (POINT,), {"jac": lambda x: np.diag(np.cos(x))}),
    (lambda x: (x * x).sum(), (np.ones(500),), {}),
])
def test_every_call_of_f_is_counted(f: Any, inputs: Any, claims: Any) -> None:
    calls = []

    def counted(x: Any) -> Any:
        calls.append(x)
        return f(x)

    assert gradcheck(counted, *inputs, **claims).evaluations == len(calls)


def test_where_f_is_smooth_conventions_at_kinks_inside_it_are_blamed() -> None:
    for f, name in ((lambda x: x.relu() - (-x).relu(), "relu"), (lambda x: x.clip(0, None) + x.clip(None, 0), "clip")):
        for x in (0.0, np.array([0.0, 1.0, -2.0])):
            report = gradcheck(f, x)
            assert report.verdict == "fail"
            assert f"inside f {name} stands at a kink" in report.reason
            assert report.mistake is None


def test_conventions_are_not_blamed_for_a_wrong_rule() -> None:
    report = gradcheck(lambda x: wrong(2.0)(x) + x.relu().sum(), np.array([0.0, 1.0, -2.0]))
    assert report.verdict == "fail"
    assert "convention" not in report.reason
    assert report.mistake is not None


@pytest.mark.parametrize("f", [lambda x: x**1.5, lambda x: x * x * math.sin(1 / x) if x else 0.0])
def test_a_slope_that_no_step_settles_is_not_blamed_on_noise(f: Any) -> None:
    report = gradcheck(f, 0.0, grad=0.0)
    assert (report.verdict, report.reason) == ("inconclusive", "difference quotients do not settle at any step")


def test_a_report_of_second_order_names_the_function_and_its_inputs() -> None:
    def cube(side: Any) -> Any:
        return side**3

    report = gradcheck(cube, 2.0, order=2)
    assert report.inputs[0].name == "side"
    assert str(report).startswith("pass: the derivative of order 2 of cube agrees")


def wrong(scale: Any) -> Callable[[Any], Any]:
    """A function whose gradient is off by a factor: part of it is detached."""
    return lambda x: ((x - x.detach()) * scale + x.detach()).exp().sum()


@pytest.mark.parametrize("scale", [1.001, 1 + 1e-6, 2.0, -1.0, 0.0, np.array([1.0, 1.0, 1.01])])
def test_wrong_gradients_fail(scale: Any) -> None:
    assert gradcheck(wrong(1.0), X)
    assert gradcheck(wrong(scale), X).verdict == "fail"


def test_the_worst_coordinate_is_named_by_its_index() -> None:
    factors = np.ones((2, 3))
    factors[1, 2] = 1.5
    report = gradcheck(wrong(factors), X)
    assert report.inputs[0].worst.place == (1, 2)
    assert [one.place for one in report.inputs[0].coordinates if one.verdict == "fail"] == [(1, 2)]
    assert report.mistake is not None
    assert report.mistake.kind == "element"


def test_an_input_is_named_by_its_parameter_and_its_path() -> None:
    report = gradcheck(lambda weights, x: (weights["w"][0].detach() * x).sum(), {"w": [2.0]}, X)
    assert [found.name for found in report.inputs] == ["weights['w'][0]", "x"]
    assert report.inputs[0].worst.analytic == 0.0
    assert report.inputs[0].worst.numeric == pytest.approx(X.sum())


def test_a_small_report_holds_both_gradients_like_the_inputs() -> None:
    found = gradcheck(lambda x: (x * x).sum(), X).inputs[0]
    np.testing.assert_allclose(found.analytic, 2 * X)
    np.testing.assert_allclose(found.numeric, 2 * X, rtol=1e-9)
    assert found.error.shape == X.shape


# What may be claimed of f(x, y) = x² y at numbers, and of np.sin at an array; a right form and a wrong one of each.
CLAIMS: dict[str, tuple[Callable[..., Any], tuple[Any, ...], str, Any, Any]] = {
    "grad": (lambda x, y: x * x * y, (2.0, 3.0), "grad", lambda x, y: (2 * x * y, x * x), lambda x, y: (2 * x, x * x)),
    "grad as numbers": (lambda x, y: x * x * y, (2.0, 3.0), "grad", (12.0, 4.0), (12.0, 5.0)),
    "grad of an array": (lambda x: float(np.sum(np.sin(x))), (POINT,), "grad", np.cos(POINT), np.sin(POINT)),
    "grad in a tuple": (lambda x: float(np.sum(np.sin(x))), (POINT,), "grad", lambda x: (np.cos(x),), lambda x: (x,)),
    "grad of a dict": (lambda p: p["a"] * p["b"], ({"a": 2.0, "b": 3.0},), "grad", {"a": 3.0, "b": 2.0},
                       {"a": 2.0, "b": 3.0}),
    "grad of a list": (lambda xs: math.sin(xs[0]) + xs[1], ([1.0, 2.0],), "grad", np.array([math.cos(1.0), 1.0]),
                       np.array([1.0, 1.0])),
    "vjp": (np.sin, (POINT,), "vjp", lambda v, x: (v * np.cos(x),), lambda v, x: (v * np.sin(x),)),
    "vjp without a tuple": (np.sin, (POINT,), "vjp", lambda v, x: v * np.cos(x), lambda v, x: -v * np.cos(x)),
    "vjp of two outputs": (lambda x: (np.sin(x), x.sum()), (POINT,), "vjp", lambda v, x: v[0] * np.cos(x) + v[1],
                           lambda v, x: v[0] * np.cos(x)),
    "vjp with none": (lambda x, y: x * 1.0, (POINT, POINT), "vjp", lambda v, x, y: (v * 1.0, None),
                      lambda v, x, y: (None, v * 1.0)),
    "vjp of nodes": (lambda x: x.tanh(), (POINT,), "vjp", lambda v, x: v * (1 - np.tanh(x) ** 2),
                     lambda v, x: v * (1 - np.tanh(x))),
    "jac": (lambda x: x * x, (POINT,), "jac", lambda x: np.diag(2 * x), lambda x: np.diag(x)),
    "jac as an array": (lambda x, w: x @ w, (X, POINT), "jac",
                        (np.einsum("ik,j->ikj", np.eye(2), POINT), X),
                        (np.einsum("ik,j->ikj", np.eye(2), POINT), 2 * X)),
}


@pytest.mark.parametrize("case", CLAIMS)
def test_a_claimed_derivative_is_checked(case: str) -> None:
    f, inputs, how, right, false = CLAIMS[case]
    report = gradcheck(f, *inputs, **{how: right})
    assert report.verdict == "pass", report
    assert gradcheck(f, *inputs, **{how: false}).verdict == "fail"


def test_a_plain_function_is_called_with_plain_numbers_and_arrays() -> None:
    seen = set()

    def f(x: Any, y: Any) -> Any:
        seen.update((type(x), type(y)))
        return math.sin(x) * y
    assert gradcheck(f, 1.0, POINT, vjp=lambda v, x, y: (float(v @ y) * math.cos(x), v * math.sin(x)))
    assert seen == {float, np.ndarray}


def shared(v: Any, x: Any, y: Any) -> Any:
    g = v * 1.0
    return g, g


# f, its vjp and words of the reason: what is wrong with a gradient without any difference.
BROKEN: dict[str, tuple[Callable[..., Any], tuple[Any, ...], Callable[..., Any], str]] = {
    "cotangent given back": (lambda x, y: x + y, (POINT, POINT), lambda v, x, y: (v.copy(), v),
                             "gradient of y shares memory with the cotangent of output 0"),
    "one array twice": (lambda x, y: x + y, (POINT, POINT), shared,
                        "gradient of x shares memory with the gradient of y"),
    "shape": (lambda x, b: x + b, (X, POINT), lambda v, x, b: (v * 1.0, v * 1.0), r"gradient of b has shape \(2, 3\)"),
    "dtype": (np.sin, (POINT,), lambda v, x: np.float32(v * np.cos(x)), "array of float32, its input of float64"),
    "squared cotangent": (lambda x: 3 * x, (POINT,), lambda v, x: 3 * v * v, "not linear in the cotangent"),
    "cotangent ignored": (np.sin, (POINT,), lambda v, x: np.cos(x), "for the cotangent 0"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_gradient_that_is_broken_as_such_fails_in_its_own_words(case: str) -> None:
    f, inputs, vjp, words = BROKEN[case]
    report = gradcheck(f, *inputs, vjp=vjp)
    assert report.verdict == "fail"
    assert re.search(words, report.reason)


def doubling_input(x: Any) -> Any:
    x *= 2.0
    return np.sin(x)


def counting() -> Callable[..., Any]:
    calls: list[int] = []
    return lambda x: np.sin(x) + 1e-9 * (calls.append(1) or len(calls))


def remembering() -> Callable[..., Any]:
    seen: list[Any] = []
    return lambda x: np.sin(x) if seen.append(x.copy()) or all((x == y).all() for y in seen) else np.sin(x) + 1.0


def dicing(size: float) -> Callable[..., Any]:
    rng = np.random.default_rng(0)
    return lambda x: np.sin(x) + size * rng.normal(size=x.shape)


def writing_vjp(v: Any, x: Any) -> Any:
    v *= np.cos(x)
    return v.copy()


def moving_vjp(v: Any, x: Any) -> Any:
    g = v * np.cos(x)
    x += 1.0
    return g


def adding() -> Callable[..., Any]:
    total = np.zeros(3)
    return lambda v, x: np.add(total, v * np.cos(x), out=total).copy()


UNFIT: dict[str, tuple[Callable[..., Any], Callable[..., Any], str, str]] = {
    "f writes to its input": (doubling_input, lambda v, x: v * np.cos(x), "stateful or mutating",
                              "f writes to its input x"),
    "f counts": (counting(), lambda v, x: v * np.cos(x), "stateful or mutating", "f remembers earlier calls"),
    "f remembers": (remembering(), lambda v, x: v * np.cos(x), "stateful or mutating", "f remembers earlier calls"),
    "f throws dice": (dicing(1e-9), lambda v, x: v * np.cos(x), "nondeterministic",
                      "two runs of f at one point differ"),
    "vjp writes to the cotangent": (np.sin, writing_vjp, "stateful or mutating", "writes to the cotangent of output 0"),
    "vjp writes to the input": (np.sin, moving_vjp, "stateful or mutating", "writes to the input x"),
    "vjp adds up": (np.sin, adding(), "stateful or mutating", "a second call gives twice the first"),
}


@pytest.mark.parametrize("case", UNFIT)
def test_what_cannot_be_repeated_is_named(case: str) -> None:
    f, vjp, verdict, words = UNFIT[case]
    x = POINT.copy()
    report = gradcheck(f, x, vjp=vjp)
    assert report.verdict == verdict, report
    assert not report
    assert words in report.reason
    np.testing.assert_array_equal(x, POINT)


def test_nothing_is_said_where_differences_know_nothing() -> None:
    report = gradcheck(lambda x: x + (1e20 * x.detach()).sin(), 1.0)
    assert report.verdict in ("inconclusive", "ill-conditioned")
    assert report.reason


def test_a_function_that_is_not_finite_is_inconclusive() -> None:
    assert gradcheck(lambda x: float("inf") * x, POINT).verdict == "inconclusive"


def test_second_order_is_checked_on_request() -> None:
    right = gradcheck(lambda x, y: (x * y).tanh(), POINT, 2.0, order=2)
    assert right, right
    assert right.order == 2
    cut = gradcheck(lambda x: (x.detach() * x * x).sum() / 2 + (x * x * x).sum() / 6, POINT, order=2)
    assert not cut


def test_a_wrong_derivative_of_a_derivative_fails_at_second_order_only() -> None:
    op = ops.tanh
    broken = type(op)(**{name: getattr(op, name) for name in ("name", "doc", "array", "scalar", "rules", "tex")})
    object.__setattr__(broken, "node_rules", (lambda y, x: (1 - y * y).detach(),))
    assert gradcheck(broken, POINT)
    report = gradcheck(broken, POINT, order=2)
    assert (report.verdict, report.order) == ("fail", 2)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_percent_is_caught_in_any_precision(dtype: Any) -> None:
    x = X.astype(dtype)

    def vjp(v: Any, x: Any, scale: float = 1.0) -> Any:
        return (v * scale * (1 - np.tanh(x) ** 2)).astype(x.dtype)
    assert gradcheck(np.tanh, x, vjp=vjp)
    assert gradcheck(np.tanh, x, vjp=lambda v, x: vjp(v, x, 1.01)).verdict == "fail"


def test_a_function_that_computes_in_single_precision_whatever_it_gets_is_checked() -> None:
    def f(x: Any) -> Any:
        return np.exp(np.sin(np.float32(x)))
    x = np.float32(X)
    assert gradcheck(f, x, vjp=lambda v, x: v * f(x) * np.cos(x))
    assert gradcheck(f, x, vjp=lambda v, x: np.float32(1.02) * v * f(x) * np.cos(x)).verdict == "fail"


def test_the_same_generator_repeats_the_check_and_is_told() -> None:
    first = gradcheck(wrong(2.0), X, rng=np.random.default_rng(5))
    assert first.rng == "np.random.default_rng(5)"
    again = gradcheck(wrong(2.0), X, rng=np.random.default_rng(5))
    assert [probe.analytic for probe in first.probes] == [probe.analytic for probe in again.probes]
    used = np.random.default_rng(5)
    used.random()
    third = gradcheck(wrong(2.0), X, rng=used)
    repeat = gradcheck(wrong(2.0), X, rng=eval(third.rng, {"np": np}))
    assert [probe.analytic for probe in third.probes] == [probe.analytic for probe in repeat.probes]
    assert "rng=np.random.default_rng(0)" in str(gradcheck(wrong(2.0), X))


def test_an_exception_holds_the_report() -> None:
    assert gradcheck(wrong(1.0), X, raise_exception=True)
    with pytest.raises(AssertionError, match="FAIL: the gradient of f disagrees"):
        gradcheck(wrong(2.0), X, raise_exception=True)


def test_gradients_of_leaves_are_left_alone() -> None:
    w = Value(2.0)
    gradcheck(lambda x: w * x, 3.0)
    assert w.grad == 0.0


MISUSE: tuple[tuple[Callable[[], Any], type[Exception], str], ...] = (
    (lambda: gradcheck(lambda: 1.0), OperandError, "nothing to differentiate by"),
    (lambda: gradcheck(3.0, 1.0), OperandError, r"write gradcheck\(f, x\)"),
    (lambda: gradcheck(lambda x: x, 1j), OperandError, "complex inputs"),
    (lambda: gradcheck(lambda x: "a", 1.0), OperandError, "must return numbers and arrays"),
    (lambda: gradcheck(np.sin, 1.0, grad=1.0, jac=1.0), OperandError, "not grad and jac"),
    (lambda: gradcheck(np.sin, 1.0, vjp=1.0), OperandError, "vjp= takes a function"),
    (lambda: gradcheck(np.sin, POINT, grad=np.cos), ShapeError, "one number, but f returns shape"),
    (lambda: gradcheck(lambda x, y: x * y, 1.0, 2.0, grad=1.0), ShapeError, "a tuple of 2 gradients"),
    (lambda: gradcheck(np.sin, POINT, jac=np.eye(2)), ShapeError, r"Jacobian by input 0 has shape \(2, 2\)"),
    (lambda: gradcheck(np.sin, 1.0, grad=np.cos, order=2), OperandError, "order=2 is for our own reverse mode"),
    (lambda: gradcheck(np.sin, 1.0, eps=1e-6), OperandError, "no option 'eps'.* tolerances follow from"),
    (lambda: gradcheck(np.sin, 1.0, order=0), OperandError, "order must be an integer from 1"),
    (lambda: gradcheck(np.sin, 1.0, order=True), OperandError, "order must be an integer from 1"),
    (lambda: gradcheck(np.sin, 1.0, rng=3), OperandError, "rng must be a generator of numpy .* got int 3"),
    (lambda: gradcheck(np.sin, np.array([1, 2])), OperandError, r"x.astype\(float\)"),
    (lambda: gradcheck(lambda x: None, 1.0), OperandError, "does it return its result"),
    (lambda: gradcheck(lambda x: x > 0, POINT), OperandError, "neither floats nor arrays of floats"),
    (lambda: gradcheck(lambda p: p["a"], {"a": 1.0}, grad={"b": 1.0}), ShapeError, "a dict of 'a' .* a dict of 'b'"),
    (lambda: gradcheck(lambda p: p["a"], {"a": 1.0}, grad=lambda p: {}), ShapeError, "a dict of 'a' .* of nothing"),
)


@pytest.mark.parametrize(("call", "error", "words"), MISUSE)
def test_misuse_is_an_error_that_says_what_to_do(call: Callable[[], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()


def test_progress_writes_one_line_to_a_terminal_and_wipes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []

    class Terminal:
        write = staticmethod(written.append)
        flush = staticmethod(lambda: None)
        isatty = staticmethod(lambda: True)

    monkeypatch.setattr("sys.stderr", Terminal)
    progress = Progress()
    progress.tell("3 of 64 coordinates")
    assert written == []
    progress.next = 0.0
    progress.tell("3 of 64 coordinates")
    progress.done()
    assert written[0] == "\rgradcheck: 3 of 64 coordinates"
    assert written[1].strip() == ""
    Progress(on=False).tell("nothing")
    assert len(written) == 2
