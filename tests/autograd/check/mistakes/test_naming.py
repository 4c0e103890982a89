"""Mistakes are named from hand-made evidence: exact derivatives of small functions, and gradients that are wrong."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autograd.check.mistakes.evidence import completed
from autograd.check.mistakes.naming import KINDS, ROWS, Evidence, name_mistake

Array = np.ndarray[Any, Any]
ERROR = 1e-11  # of the numeric derivatives, relative


class Function:
    """A function with its exact Jacobians, by formulas of this file."""

    def __init__(self, value: Callable[..., Sequence[Array]], jacobians: Callable[..., Sequence[Array]]) -> None:
        self.value, self.jacobians = value, jacobians

    def gradients(self, cotangents: Sequence[Array], inputs: Sequence[Array]) -> list[Array]:
        flat = np.concatenate([np.ravel(v) for v in cotangents])
        return [(flat @ j).reshape(x.shape) for j, x in zip(self.jacobians(*inputs), inputs, strict=True)]


def by_differences(value: Callable[..., Sequence[Array]]) -> Function:
    """Return a function with Jacobians by complex steps: exact to rounding."""
    def jacobians(*inputs: Array) -> list[Array]:
        found = []
        for k, x in enumerate(inputs):
            columns = []
            for place in np.ndindex(x.shape):
                moved = [np.array(z, complex) for z in inputs]
                moved[k][place] += 1e-30j
                columns.append(np.concatenate([np.ravel(y.imag) / 1e-30 for y in value(*moved)]))
            found.append(np.stack(columns, axis=1))
        return found
    return Function(value, jacobians)


def softmax(x: Array) -> Array:
    e = np.exp(x)
    return e / e.sum(axis=-1, keepdims=True)


def normalised(x: Array, axis: int | None) -> Array:
    centred = x - x.mean(axis=axis, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=axis, keepdims=True))


RNG = np.random.default_rng(3)
X, Y, B = RNG.normal(size=(3, 3)), RNG.normal(size=(3, 3)), RNG.normal(size=3)
V, W, T = (RNG.normal(size=shape) for shape in (4, 4, (2, 3)))
FUNCTIONS = {
    "matmul": (by_differences(lambda a, b: [a @ b]), (X, Y)),
    "add bias": (by_differences(lambda x, b: [np.tanh(x + b)]), (X[:2], B)),
    "softmax": (by_differences(lambda x: [softmax(x)]), (X,)),
    "sin": (by_differences(lambda x: [np.sin(x)]), (V,)),
    "tanh": (by_differences(lambda x: [np.tanh(x)]), (V,)),
    "mean": (by_differences(lambda x: [np.mean(x * x)]), (V,)),
    "matrix": (by_differences(lambda x: [x**3]), (T,)),
    "two outputs": (by_differences(lambda x: [np.sin(x), np.cos(x)]), (V,)),
    "product": (by_differences(lambda x, y: [x * x * y]), (V, W)),
    "centred": (by_differences(lambda x: [x - x.mean()]), (V,)),
    "normalised": (by_differences(lambda x: [normalised(x, None)]), (V,)),
    "normalised rows": (by_differences(lambda x: [normalised(x, 1)]), (np.concatenate([X, Y], axis=1),)),
    "composed": (by_differences(lambda x: [np.exp(np.sin(x))]), (V,)),
    "logsumexp": (by_differences(lambda x: [np.log(np.sum(np.exp(x)))]), (V,)),
    "unit": (by_differences(lambda x: [x / np.sqrt(np.sum(x * x))]), (V,)),
    "number": (by_differences(lambda x: [x**3]), (np.asarray(1.7),)),
}


def evidence_of(name: str, wrong: Callable[..., Sequence[Array]], **fields: Any) -> Evidence:
    """Return the evidence where `wrong(gradients, cotangents, *inputs)` is what a gradient function gives."""
    function, inputs = FUNCTIONS[name]
    outputs = tuple(map(np.asarray, function.value(*inputs)))
    cotangents = tuple(np.random.default_rng(4).normal(size=y.shape) for y in outputs)
    right = function.gradients(cotangents, inputs)
    given = {
        "names": ("x", "y")[: len(inputs)], "inputs": inputs, "outputs": outputs, "cotangents": cotangents,
        "analytic": tuple(map(np.asarray, wrong(right, cotangents, *inputs))), "numeric": tuple(right),
        "errors": tuple(ERROR * (1e-3 + np.abs(g)) for g in right), "jacobians": tuple(function.jacobians(*inputs)),
        "gradients_at": lambda at: function.gradients(cotangents, at),
    }
    return Evidence(**{**given, **fields})


def each(change: Callable[[Array], Array]) -> Callable[..., list[Array]]:
    """Return the mistake that changes the gradient of every input."""
    return lambda right, *_: [change(g) for g in right]


def first(change: Callable[[Array], Array]) -> Callable[..., list[Array]]:
    """Return the mistake that changes the gradient of the first input."""
    return lambda right, *_: [change(right[0]), *right[1:]]


def at(*places: Any, to: Callable[[Array], Any]) -> Callable[..., list[Array]]:
    """Return the mistake that changes elements of the first gradient."""
    def change(g: Array) -> Array:
        changed = g.copy()
        changed[places] = to(g[places])
        return changed
    return first(change)


def by_vjp(name: str, cotangents: Callable[[Array], Array] = lambda v: v,
           inputs: Callable[..., Sequence[Array]] = lambda *xs: xs) -> Callable[..., list[Array]]:
    """Return the mistake of right gradients for other cotangents or at other inputs."""
    return lambda right, v, *xs: FUNCTIONS[name][0].gradients([cotangents(part) for part in v], inputs(*xs))


def dropped(place: int) -> Callable[[Array], Array]:
    return lambda v: np.where(np.arange(v.size).reshape(v.shape) == place, 0.0, v)


# Kind, function, what is wrong, and words that the sentence has.
TABLE = (
    ("not finite", "sin", at(2, to=lambda g: np.nan), "is nan at [2]"),
    ("not finite", "sin", each(lambda g: np.full_like(g, np.inf)), "infinite in 4 of 4 elements"),
    ("missing", "product", first(np.zeros_like), "`x` is 0 everywhere"),
    ("sign", "product", first(np.negative), "`x` has the wrong sign"),
    ("sign", "product", each(np.negative), "gradients of `x` and `y` have the wrong sign"),
    ("factor", "number", each(lambda g: 2 * g), "2 times the right size"),
    ("factor", "product", each(lambda g: g / 2), "½ of the right size"),
    ("factor", "mean", each(lambda g: 4 * g), "4 is the number of elements of `x`: a sum in place of a mean"),
    ("factor", "softmax", each(lambda g: g / 3), "3 is the length of axis 0 of `x`: a mean in place of a sum"),
    ("factor", "sin", each(lambda g: 1.001 * g), "0.1 % too large"),
    ("factor", "sin", each(lambda g: -2 * g), "wrong sign and 2 times"),
    ("factor", "sin", each(lambda g: g / np.log(2)), "1/ln 2 times"),
    ("factor", "sin", each(lambda g: 0.71234567 * g), "0.712346 times"),
    ("factor", "number", each(lambda g: 1.001 * g), "0.1 % too large"),
    ("cotangent ignored", "matmul", by_vjp("matmul", np.ones_like), "cotangent that comes in is ignored"),
    ("cotangent ignored", "number", by_vjp("number", np.ones_like), "cotangent that comes in is ignored"),
    ("cotangent misused", "softmax", by_vjp("softmax", lambda v: v.T), "cotangent transposed"),
    ("cotangent misused", "matmul", by_vjp("matmul", np.square), "twice (squared)"),
    ("output dropped", "two outputs", lambda right, v, x: [v[0] * np.cos(x)], "nothing of what comes from output 1"),
    ("output dropped", "matmul", by_vjp("matmul", dropped(5)), "element [1, 2] of the output"),
    ("another input's", "product", lambda right, *_: right[::-1], "`x` is that of `y`"),
    ("transposed", "softmax", each(np.transpose), "is transposed"),
    ("transposed", "matrix", each(np.transpose), "shape (3, 2) in place of (2, 3)"),
    ("transposed", "matrix", each(lambda g: g.T.reshape(g.shape)), "order of the transpose"),
    ("shape", "matrix", each(np.ravel), "shape (6,) in place of (2, 3)"),
    ("un-broadcast", "add bias", lambda right, v, x, b: [right[0], v[0] * (1 - np.tanh(x + b)**2)],
     "not summed over the axes"),
    ("un-broadcast", "add bias", lambda right, *_: [right[0], right[1] / 2], "averaged over axis 0 of the output"),
    ("un-broadcast", "add bias", lambda right, *_: [right[0], right[0][0]], "only the first element along axis 0"),
    ("rolled", "sin", each(lambda g: np.roll(g, 1)), "shifted by 1"),
    ("rolled", "matrix", each(lambda g: np.roll(g, -1, axis=1)), "shifted by -1 along axis 1"),
    ("reversed", "sin", each(np.flip), "in reverse order"),
    ("swapped", "sin", at([0, 2], to=np.flip), "elements [0] and [2] exchanged"),
    ("permuted", "softmax", each(lambda g: g.ravel()[[3, 0, 4, 1, 5, 2, 7, 8, 6]].reshape(g.shape)), "wrong order"),
    ("zero where negative", "sin", lambda right, v, x: [np.where(x < 0, 0.0, right[0])], "wherever `x` is negative"),
    ("element zeroed", "sin", at(int(np.argmax(V)), to=np.zeros_like), f"is 0 at the element [{np.argmax(V)}]"),
    ("element", "matrix", at(1, 2, to=lambda g: 1.01 * g), "[1, 2]"),
    ("element", "matrix", at(1, 2, to=lambda g: 1.01 * g), "ratio 1.01)"),
    ("offset", "product", each(lambda g: g + 1e-4), "0.0001 added to every element"),
    ("input for output", "tanh", lambda right, v, x: [v[0] * (1 - x * x)], "1 − y² with the input `x`"),
    ("formula", "tanh", lambda right, v, x: [v[0] * (1 - np.tanh(x))], "as 1 − y, and the derivative is 1 − y²"),
    ("formula", "sin", lambda right, v, x: [v[0] * np.sin(x)], "computed as sin x, and the derivative is cos x"),
    ("formula", "composed", lambda right, v, x: [v[0] * np.exp(np.sin(x))], "lacks the factor cos `x`"),
    ("formula", "product", lambda right, v, x, y: [right[0], right[1] * y], "has the factor `y` once too often"),
    ("factor", "logsumexp", lambda right, v, x: [v[0] * np.exp(x)], "the sum of the exponentials of `x`"),
    ("factor", "unit", lambda right, v, x: [right[0] * np.linalg.norm(x)], "the norm of `x`"),
    ("evaluated elsewhere", "matmul", lambda right, v, a, b: [v[0] @ b, right[1]], "with `y` transposed"),
    ("evaluated elsewhere", "sin", by_vjp("sin", inputs=lambda x: [np.sin(x)]), "the output in place of `x`"),
    ("stale", "sin", by_vjp("sin", inputs=lambda x: [1.001 * x]), "older value: at 1.001 times `x`"),
    ("stale", "add bias", by_vjp("add bias", inputs=lambda x, b: [0.98 * x, b]), "older value: at 0.98 times `x`"),
    ("term", "softmax", lambda right, v, x: [softmax(x) * v[0]], "too much: is the term −y·sum(y·g, axis 1) missing?"),
    ("term", "product", lambda right, v, x, y: [right[0] + x * v[0], right[1]], "has x·g too much"),
    ("term", "normalised", lambda right, v, x: [(v[0] - v[0].mean()) / x.std()],
     "·y too little (y is the output, g the cotangent), such as a sum"),
    ("term", "normalised rows", lambda right, v, x: [(v[0] - v[0].mean(1, keepdims=True)) / x.std(1, keepdims=True)],
     "multiple of the output in each row along axis 1"),
    ("term", "centred", lambda right, v, x: [v[0]], "has 1/4·sum(g) too much"),
    ("part", "matrix", at(1, to=lambda g: 3 * g), "3 times the right one at index 1 of axis 0, and right elsewhere"),
    ("part", "sin", lambda right, v, x: [np.where(x < 0, 5 * right[0], right[0])], "where `x` is negative"),
)


@pytest.mark.parametrize(("kind", "function", "wrong", "words"), TABLE)
def test_mistake_is_named_and_described(kind: str, function: str, wrong: Any, words: str) -> None:
    mistake = name_mistake(evidence_of(function, wrong))
    assert mistake is not None
    assert (mistake.kind, words in mistake.text) == (kind, True), mistake.text
    assert mistake.digits > 5


def test_every_kind_is_explained_tried_and_tested() -> None:
    assert list(KINDS) == list(ROWS)
    assert set(KINDS) == {kind for kind, *_ in TABLE}


def test_right_gradient_has_no_mistake() -> None:
    assert name_mistake(evidence_of("product", each(np.copy))) is None


def test_gradient_within_the_error_of_differences_has_no_mistake() -> None:
    large = tuple(np.full(4, 1e-3) for _ in range(2))
    assert name_mistake(evidence_of("product", each(lambda g: g + 1e-4), errors=large)) is None


def test_noise_is_not_explained() -> None:
    noise = np.random.default_rng(5).normal(size=(2, 4))
    assert name_mistake(evidence_of("product", lambda right, *_: [g + e for g, e in zip(right, noise)])) is None


def test_inputs_with_mistakes_of_their_own_are_named_one_by_one() -> None:
    mistake = name_mistake(evidence_of("product", lambda right, *_: [2 * right[0], -right[1]]))
    assert mistake is not None
    assert mistake.inputs == ("x", "y")
    assert (mistake.kind, mistake.also) == ("factor", ("sign",))
    assert "`x` has 2 times" in mistake.text
    assert "`y` has the wrong sign" in mistake.text


def test_inputs_that_are_right_are_not_accused() -> None:
    mistake = name_mistake(evidence_of("product", first(lambda g: 2 * g)))
    assert mistake is not None
    assert mistake.inputs == ("x",)


def test_what_is_the_same_for_all_inputs_is_likelier_than_what_is_not() -> None:
    x, one = np.asarray(1.5), np.asarray(1.0)
    mistake = name_mistake(Evidence(
        names=("x", "y"), inputs=(x, x), outputs=(0 * x,), cotangents=(one,), numeric=(one, -one),
        analytic=(one + 1e-4, -one + 1e-4), errors=(one * ERROR, one * ERROR)))
    assert mistake is not None
    assert (mistake.kind, mistake.also) == ("offset", ())


def test_what_explains_it_as_well_is_told() -> None:
    mistake = name_mistake(evidence_of("sin", by_vjp("sin", dropped(int(np.argmax(V))))))
    assert mistake is not None
    assert (mistake.kind, mistake.also) == ("element zeroed", ("output dropped",))


def test_coordinates_that_were_not_tried_are_left_out() -> None:
    whole = evidence_of("softmax", each(lambda g: 2 * g))

    def known(count: int) -> Evidence:
        numeric = np.where(np.arange(9).reshape(3, 3) < count, whole.numeric[0], np.nan)
        return replace(whole, numeric=(numeric,), jacobians=None, gradients_at=None)

    mistake = name_mistake(known(5))
    assert mistake is not None
    assert mistake.kind == "factor"
    assert name_mistake(known(1)) is None


@pytest.mark.parametrize(("kind", "function", "wrong", "words"), TABLE)
def test_numbers_alone_never_raise(kind: str, function: str, wrong: Any, words: str) -> None:
    mistake = name_mistake(evidence_of(function, wrong, jacobians=None, gradients_at=None))
    assert mistake is None or mistake.kind in KINDS


@pytest.mark.parametrize(("wrong", "whole"), [([2], True), ([2, 4], False), ([], True)])
def test_other_elements_count_as_right_if_those_known_account_for_all_directions(wrong: list[int], whole: bool) -> None:
    rng = np.random.default_rng(6)
    right = rng.normal(size=8)
    gradient = right.copy()
    gradient[wrong] += 1.0
    numeric, errors = np.full(8, np.nan), np.full(8, np.nan)
    numeric[2], errors[2] = right[2], ERROR
    directions = [(u, float((gradient - right) @ u), ERROR) for u in rng.choice([-1.0, 1.0], (2, 8))]
    found, _ = completed(numeric, errors, gradient, directions)
    assert bool(np.all(np.isfinite(found))) == whole
    assert not whole or np.array_equal(found, right)
    assert np.isnan(completed(numeric, errors, gradient, [])[0]).sum() == 7


def test_gradient_at_another_point_is_asked_once_for_each() -> None:
    asked: list[bytes] = []

    def gradients_at(inputs: Sequence[Array]) -> list[Array]:
        asked.append(b"".join(x.tobytes() for x in inputs))
        return [np.full_like(x, np.nan) for x in inputs]

    name_mistake(evidence_of("product", each(lambda g: g**3), gradients_at=gradients_at))
    assert len(asked) == len(set(asked)) > 0


def test_single_precision_is_named_too() -> None:
    mistake = name_mistake(evidence_of("sin", each(lambda g: (1.01 * g).astype(np.float32)),
                                       errors=(np.full(4, 1e-5),)))
    assert mistake is not None
    assert mistake.kind == "factor"
