"""Mistakes in formulas: a derivative taken at another point, an older value, a term missing or one too many.

Rows like those of `hypotheses.py`. They go by the numeric gradient at other inputs, where that can be had, and by
products of inputs, outputs and cotangents; no op's own formula is known.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import product

import numpy as np

from autograd.check.mistakes.evidence import Array, Case, Guess, arrays_of, largest_of, output_name
from autograd.check.mistakes.factors import fitted, round_number
from autograd.check.mistakes.hypotheses import broadcast_axes, sum_to

# Derivatives of elementwise functions as they are commonly written; z is the input or the output.
FORMS: dict[str, Callable[[Array], Array]] = {
    "1": np.ones_like, "z": lambda z: z, "2·z": lambda z: 2 * z, "z²": lambda z: z * z, "3·z²": lambda z: 3 * z * z,
    "1 − z": lambda z: 1 - z, "1 + z": lambda z: 1 + z, "1 − z²": lambda z: 1 - z * z, "1 + z²": lambda z: 1 + z * z,
    "z·(1 − z)": lambda z: z * (1 - z), "z·(1 + z)": lambda z: z * (1 + z), "1/z": lambda z: 1 / z,
    "½/z": lambda z: 0.5 / z, "1/z²": lambda z: 1 / z**2, "−1/z²": lambda z: -1 / z**2, "−z²": lambda z: -z * z,
    "⅓/z²": lambda z: 1 / (3 * z * z), "1/(1 + z²)": lambda z: 1 / (1 + z * z), "½/√z": lambda z: 0.5 / np.sqrt(z),
    "1/√z": lambda z: 1 / np.sqrt(z), "√z": np.sqrt, "1/√(1 − z²)": lambda z: 1 / np.sqrt(1 - z * z), "exp z": np.exp,
    "log z": np.log, "sin z": np.sin, "−sin z": lambda z: -np.sin(z), "cos z": np.cos, "sinh z": np.sinh,
    "cosh z": np.cosh, "tanh z": np.tanh, "1/cos² z": lambda z: np.cos(z) ** -2,
    "1/cosh² z": lambda z: np.cosh(z) ** -2, "1/(1 + exp(−z))": lambda z: 1 / (1 + np.exp(-z)),
}
SIMPLE = {"": 1.0, "2·": 2.0, "½·": 0.5}
ENOUGH = 3           # elements, to fit one number to them and still to know
SHIFT = 1e-3         # by which an input is scaled to see how its gradient goes
FARTHEST = 0.2       # how old a value may be, relatively


def evaluated_elsewhere(case: Case) -> Iterator[Guess]:
    """The derivative is right, but taken at another point."""
    for words, inputs in points(case):
        found = gradient_at(case, inputs)
        if found is not None:
            yield Guess(found, f"{{is}} that of another point, {words}", 1)


def points(case: Case) -> Iterator[tuple[str, list[Array]]]:
    """Yield points at which a gradient may have been taken by mistake."""
    inputs, names = case.evidence.inputs, case.evidence.names
    for j, (x, name) in enumerate(zip(inputs, names)):
        for o, y in enumerate(case.evidence.outputs):
            if y.shape == x.shape:
                yield f"with {output_name(case, o)} in place of `{name}`", replaced(inputs, {j: y})
        for i in range(len(inputs)):
            if i < j and inputs[i].shape == x.shape:
                yield f"with `{names[i]}` and `{name}` exchanged", replaced(inputs, {i: x, j: inputs[i]})
            if i != j and inputs[i].shape == x.shape:
                yield f"with `{names[i]}` in place of `{name}`", replaced(inputs, {j: inputs[i]})
        if x.ndim == 2 and x.shape[0] == x.shape[1] > 1:
            yield f"with `{name}` transposed", replaced(inputs, {j: x.T})
        yield f"with −`{name}` in place of `{name}`", replaced(inputs, {j: -x})
        if np.any(x < 0):
            yield f"with |`{name}`| in place of `{name}`", replaced(inputs, {j: np.abs(x)})


def replaced(inputs: Sequence[Array], changes: dict[int, Array]) -> list[Array]:
    """Return the inputs with some of them replaced."""
    return [changes.get(j, x) for j, x in enumerate(inputs)]


def gradient_at(case: Case, inputs: Sequence[Array]) -> Array | None:
    """Return the numeric gradient by the case's input at another point; None where there is none."""
    if case.evidence.gradients_at is None or not case.same_shape:
        return None
    found = np.asarray(case.evidence.gradients_at(inputs)[case.slot])
    return found if np.all(np.isfinite(found)) else None


def stale(case: Case) -> Iterator[Guess]:
    """The derivative is taken at an older value of an input: one that is a little larger or smaller."""
    count = len(case.evidence.inputs)
    for which in dict.fromkeys([tuple(range(count)), *((j,) for j in range(count))]):
        s = shift_that_explains(case, which)
        if s is None or not 0 < abs(s) < FARTHEST:
            continue
        names = " and ".join(f"`{case.evidence.names[j]}`" for j in which)
        for value, cost in ((round_number(s, 1), 1), (round_number(s, 2), 2), (s, 3)):
            found = gradient_at(case, scaled(case, which, value))
            if found is not None:
                yield Guess(found, f"{{is}} taken at an older value: at {1 + value:.6g} times {names}", cost)


def scaled(case: Case, which: Sequence[int], s: float) -> list[Array]:
    """Return the inputs with some of them 1 + s times as large."""
    return [x * (1 + s) if j in which else x for j, x in enumerate(case.evidence.inputs)]


def shift_that_explains(case: Case, which: Sequence[int]) -> float | None:
    """Return by which part inputs must grow for their numeric gradient to be the gradient (secant steps from 0)."""
    s, best, found = 0.0, 0.0, case.numeric
    ahead, behind = (gradient_at(case, scaled(case, which, shift)) for shift in (SHIFT, -SHIFT))
    if ahead is None or behind is None:
        return None
    slope = (ahead - behind) / (2 * SHIFT)
    for _ in range(3):
        step = fitted(np.where(case.known, case.analytic - found, 0.0), slope)
        if step is None or abs(s + step) > FARTHEST:
            return None
        s, best = s + step, s
        there = gradient_at(case, scaled(case, which, s))
        if there is None:
            return None
        if abs(s - best) < 1e-6 * abs(s):
            break
        slope, found = (there - found) / (s - best), there
    return s


def input_for_output(case: Case) -> Iterator[Guess]:
    """A derivative that is written in terms of the output is computed from the input."""
    for output, (right, of_right), (wrong, of_wrong) in recognised(case):
        if right == wrong and of_right == "y" and of_wrong == "x":
            yield Guess(FORMS[wrong](case.x) * case.evidence.cotangents[output],
                        f"{{is}} computed as {in_terms(wrong, 'y')} with the input `{case.name}` in place of "
                        f"{output_name(case, output)} y")


def other_formula(case: Case) -> Iterator[Guess]:
    """A derivative is computed by the formula of another, or a factor is missing."""
    yield from chain_factor(case)
    of_one = sorted(recognised(case), key=lambda found: found[1][1] != found[2][1])  # the same argument first
    for output, (right, of_right), (wrong, of_wrong) in of_one:
        if right == wrong:
            continue
        names = {"x": case.name, "y": "y"}
        z = case.x if of_wrong == "x" else case.evidence.outputs[output]
        yield Guess(FORMS[wrong](z) * case.evidence.cotangents[output],
                    f"{{is}} computed as {in_terms(wrong, names[of_wrong])}, and the derivative is "
                    f"{in_terms(right, names[of_right])} (y is {output_name(case, output)})")


def chain_factor(case: Case) -> Iterator[Guess]:
    """A factor of the chain rule is missing, or there is one too many."""
    if not case.same_shape or case.x.size < 2:
        return
    for name, z in arrays_of(case):
        for form, values in FORMS.items() if broadcastable(z.shape, case.x.shape) and z.ndim <= case.x.ndim else ():
            factor, told = values(z), in_terms(form, name)
            yield Guess(case.numeric / factor, f"{{lacks}} the factor {told}", 1)
            yield Guess(case.numeric * factor, f"{{has}} the factor {told} once too often", 1)


def in_terms(form: str, name: str) -> str:
    """Write a form with a name for z."""
    return form.replace("z", name)


def recognised(case: Case) -> Iterator[tuple[int, tuple[str, str], tuple[str, str]]]:
    """Yield outputs with the forms that the right and the wrong derivative have, and whether they are of x or of y."""
    for o, (y, v) in enumerate(zip(case.evidence.outputs, case.evidence.cotangents)):
        if y.shape == case.numeric.shape == case.analytic.shape:
            values = {(text, of): form(z) * v for text, form in FORMS.items() for of, z in (("y", y), ("x", case.x))}
            right, wrong = ([key for key, value in values.items() if
                             largest_of(value - side) <= 1e-6 * largest_of(side) and np.all(np.isfinite(value))]
                            for side in (case.numeric, case.analytic))
            yield from ((o, *pair) for pair in product(right, wrong))


def term(case: Case) -> Iterator[Guess]:
    """A term is missing, or there is one too many."""
    yield from one_term(case)
    yield from multiple_by_rows(case)


def one_term(case: Case) -> Iterator[Guess]:
    """Yield gradients that differ by a product of inputs, outputs and sums with cotangents."""
    if not case.same_shape or not np.any(case.known):
        return
    several, whole = int(case.known.sum()) >= ENOUGH, largest_of(case.difference)
    constants = SIMPLE | {f"1/{n}·": 1 / n for n in lengths(case)}
    for text, candidate, complete in terms(case):
        c = fitted(case.difference, candidate)
        if c is None or largest_of(case.difference - c * candidate) > 1e-3 * whole:
            continue
        if complete:
            near = {times: math.copysign(value, c) for times, value in constants.items()
                    if abs(abs(c) - value) < 1e-3 * value}
            yield from (Guess(case.numeric + value * candidate, too_much(case, value, times + text), 1)
                        for times, value in near.items())
        if several:
            words = too_much(case, c, f"{abs(c):.6g}·{text}")
            yield Guess(case.numeric + c * candidate, words if complete else f"{words}, such as a sum gives", 3)


def lengths(case: Case) -> set[int]:
    """Return the lengths that a mean may divide by."""
    return {n for array in (case.x, *case.evidence.outputs) for n in (array.size, *array.shape) if n > 2}


def multiple_by_rows(case: Case) -> Iterator[Guess]:
    """Yield gradients that differ by a multiple of the input or the output in each row, as a sum along it gives."""
    if not case.same_shape or case.x.ndim < 2:
        return
    named = [(f"`{case.name}`", case.x), *((output_name(case, o), y) for o, y in enumerate(case.evidence.outputs))]
    for name, z in named:
        for axis in range(case.x.ndim) if z.shape == case.x.shape else ():
            if z.shape[axis] >= ENOUGH:
                c = np.sum(case.difference * z, axis, keepdims=True) / np.sum(z * z, axis, keepdims=True)
                words = (f"{{is}} the right one plus a multiple of {name} in each row along axis {axis}: a term with a "
                         "sum or a mean along it is missing")
                yield Guess(case.numeric + c * z, words, 3)


def too_much(case: Case, c: float, text: str) -> str:
    """Say that a term is missing or one too many; `c` is its factor in what the gradient has too much."""
    told = f"{{has}} {text} too much: is the term −{text} missing?" if c > 0 else f"{{has}} {text} too little"
    return f"{told} ({'' if 'y' in case.evidence.names else 'y is the output, '}g the cotangent)"


def terms(case: Case) -> Iterator[tuple[str, Array, bool]]:
    """Yield what may be a term, with how to write it, and whether it is complete or some multiple is to be expected.

    Multiples of A, which a sum of all gives, then products A·(B·g) and A·sum(B·g), simple ones first.
    """
    for left, a in atoms(case, 0):
        if left and a.shape == case.x.shape:
            yield left, a, False
    for o, v in enumerate(case.evidence.cotangents):
        g = "g" if len(case.evidence.cotangents) == 1 else f"g{o}"
        factors = list(atoms(case, o))
        for (left, a), (right, b) in sorted(product(factors, factors), key=lambda pair: len(pair[0][0] + pair[1][0])):
            if not broadcastable(b.shape, v.shape):
                continue
            for text, inner in sums(f"{right}·{g}" if right else g, b * v):
                whole = of_shape(a * inner, case.x.shape) if broadcastable(a.shape, inner.shape) else None
                if whole is not None:
                    yield (f"{left}·{text}" if left else text), whole, True


def broadcastable(first: tuple[int, ...], second: tuple[int, ...]) -> bool:
    """Return whether two shapes go together."""
    return all(n == m or 1 in (n, m) for n, m in zip(reversed(first), reversed(second), strict=False))


def of_shape(array: Array, shape: tuple[int, ...]) -> Array | None:
    """Return an array summed or broadcast to a shape, None if it is neither larger nor smaller."""
    summed = sum_to(array, shape)
    if summed is not None:
        return summed
    stretches = array.ndim <= len(shape) and broadcast_axes(array.shape, shape)
    return np.broadcast_to(array, shape) if stretches else None


def sums(text: str, array: Array) -> Iterator[tuple[str, Array]]:
    """Yield an array, its sums along each axis and the sum of all."""
    yield text, array
    for axis in range(array.ndim) if array.ndim > 1 else ():
        yield f"sum({text}, axis {axis})", np.sum(array, axis=axis, keepdims=True)
    if array.ndim:
        yield f"sum({text})", np.asarray(np.sum(array))


def atoms(case: Case, output: int) -> Iterator[tuple[str, Array]]:
    """Yield what terms are made of: inputs and an output, as they are and squared; and nothing."""
    yield "", np.asarray(1.0)
    y = case.evidence.outputs[output]
    named = [*zip(case.evidence.names, case.evidence.inputs), ("y" if "y" not in case.evidence.names else "output", y)]
    for name, array in named:
        yield name, array
        yield f"{name}²", array * array
    yield "exp(output)", np.exp(np.minimum(y, 100.0))
