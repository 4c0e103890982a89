"""Mutants that no test can notice, as data: why, and which changes of which row or function. Data only.

A mutant named here counts as equivalent only if it survives and is found to give the same numbers; see `equality.py`.
"""

from dataclasses import dataclass

from autograd.check.mutation.mutants import Mutant


@dataclass(frozen=True)
class Group:
    """A reason, and by row or function the changes that it holds for."""

    reason: str
    changes: dict[str, tuple[str, ...]]


AHEAD = "chosen(x > y, x == y, x < y, z) → chosen(x > y, x == y, x < y, z * 1.001)"
BEHIND = "chosen(x < y, x == y, x > y, z) → chosen(x < y, x == y, x > y, z * 1.001)"
CUMMAX = "add_along_axis(g, running_argmax(x, axis=axis), shape={}.shape, axis=axis)"
NEAR = "clip(x, min=-40.0, max=40.0) → clip(x, min=-{}.0, max={}.0)"
NEGATED = "tuple((-s for s in shift)) if isinstance(shift, (tuple, list)) else -{}"

EQUIVALENTS = (
    Group("output and input lie on the same side of the bound", {
        "relu": ("x > 0 → y > 0",),
        "relu6": ("x > 0 → y > 0", "x < 6 → y < 6"),
        "leaky_relu": ("x > 0 → y > 0",),
        "hardtanh": ("x > min_val → y > min_val", "x < max_val → y < max_val"),
        "hardswish": ("x >= 3 → y >= 3",),
    }),
    Group("where y <= 0, the product is 0 exactly where x is", {"xlogy": ("x == 0 → z == 0",)}),
    Group("the operand counts by its sign only", {
        "pow": ("pow_by_exponent(z, x, y) → pow_by_exponent(z, x, y * 1.001)",),
        "copysign": ("copysign(1.0, y) → copysign(1.0, z)",),
    }),
    Group("the factor is 1 or -1, its own reciprocal", {
        "copysign": ("sign(x) * copysign(1.0, y) → sign(x) / copysign(1.0, y)",),
    }),
    Group("the numerator is 0 wherever the divisor was, so the divisor may be -1 as well as 1", {
        "hypot": ("z + (z == 0) → z - (z == 0)",),
        "over_square()": ("h + (h == 0) → h - (h == 0)",),
    }),
    Group("the quotient is rounded to the nearest whole number, and is off by less than a half", {
        "remainder": ("multiple(z, x, y) → multiple(z * 1.001, x, y)",),
        "fmod": ("multiple(z, x, y) → multiple(z * 1.001, x, y)",),
        "multiple()": ("x - z → x - z * 1.001",),
    }),
    Group("cotangent, output and input have the same number of axes, the same shape, or the same dtype", {
        "transpose": tuple(f"inverse_permutation(axes, x.ndim) → inverse_permutation(axes, {k}.ndim)" for k in "gy"),
        "pile": ("layer(slot, axis, y.ndim) → layer(slot, axis, g.ndim)",),
        "cummax": tuple(f"{CUMMAX.format('x')} → {CUMMAX.format(k)}" for k in "gy"),
        "cumprod_cotangent()": ("reshaped(x, y.shape) → reshaped(x, g.shape)",),
        "logcumsumexp_cotangent()": ("reshaped(x, y.shape) → reshaped(x, g.shape)",),
        "block()": ("shapes[0] → shapes[1]", "shapes[0] → shapes[-1]"),
        "tie_cotangent()": tuple(f"counting_dtype(x.dtype) → counting_dtype({k}.dtype)" for k in "gy"),
    }),
    Group("this matrix enters by its shape only", {"matmul": (
        "left_cotangent(g, a, b) → left_cotangent(g, a * 1.001, b)",
        "right_cotangent(g, a, b) → right_cotangent(g, a, b * 1.001)",
    )}),
    Group("the operand is reached only where it is NaN", {
        "maximum": (AHEAD, BEHIND),
        "minimum": (AHEAD, BEHIND),
        "chosen()": ("where(tie, 0.5, z) → where(tie, 0.5, z * 1.001)",),
    }),
    Group("0 is the default", {
        "delay": ("delay(flip(g, axis=axis), axis=axis, fill=0.0) → delay(flip(g, axis=axis), axis=axis)",),
    }),
    Group("what the inner choice gives here, the outer one does not take", {
        "elu_slope()": ("x > 0 → x > 1", "where(x > 0, 0.0, x) → where(x > 0, 1.0, x)",
                        "where(x > 0, 0.0, x) → where(x > 0, -1.0, x)"),
        "exp_ratio()": tuple(f"where(alike, 0.0, {k}) → where(alike, {c}, {k})" for k in "xy" for c in ("1.0", "-1.0")),
        "pow_by_exponent()": ("where(zero, 1.0, x) → where(zero, 2.0, x)",),
    }),
    Group("z log(1) is 0 as well", {"pow_by_exponent()": (
        "where(zero, 0.0, z * log(where(zero, 1.0, x))) → where(0.0, zero, z * log(where(zero, 1.0, x)))",
    )}),
    Group("this counts at two equal infinities only, and says the same of them", {
        "exp_ratio()": ("abs(x) → abs(y)", "x > 0 → x >= 0", "x > 0 → y > 0", "x > 0 → x > 1", "x > 0 → x > -1"),
        "share()": ("x > 0 → x >= 0", "x > 0 → y > 0", "x > 0 → x > 1", "x > 0 → x > -1"),
    }),
    Group("beside a finite number an infinite x is -inf, and exp(x - y) is 0 either way", {
        "exp_ratio()": ("x == y → y == y", "x == y → x == x"),
    }),
    Group("the sigmoid is 0 or 1 from 39 on already, and what is computed from 80 does not overflow", {
        "gelu_tanh_slope()": tuple(NEAR.format(a, b) for a, b in (
            (41, 40), (39, 40), (80, 40), (40, 41), (40, 39), (40, 80))),
    }),
    Group("the shorter way, for two matrices, gives what the long one does", {
        "left_cotangent()": tuple(f"a.ndim == b.ndim == 2 → {k}.ndim == {m}.ndim == 2" for k, m in ("gb", "bb", "ag")),
        "right_cotangent()": tuple(f"a.ndim == b.ndim == 2 → {k}.ndim == {m}.ndim == 2" for k, m in ("gb", "ag", "aa")),
        "put_back()": ("len(sizes) → sizes", "len(term) → term"),
        "count_of()": ("axis is None → shape is None",),
        "merged()": (
            "b > 2 → b >= 2", "b > 2 → b > 1", "x.ndim <= 2 → x.ndim > 2", "x.ndim <= 2 → x.ndim < 2",
            "x.ndim <= 2 → x.ndim <= 3", "x.ndim <= 2 → x.ndim <= 1", "x.ndim <= 2 → x.ndim <= 4",
            "reshape(x, shape=(-1, x.shape[-1])) → x",
            "reshape(x, shape=(-1, x.shape[-1])) → reshape(x, shape=(-2, x.shape[-1]))"),
    }),
    Group("the next step reshapes, or numpy broadcasts, anyway", {
        "left_cotangent()": ("row_shape(a.shape) → a.shape",),
        "tie_cotangent()": ("broadcast_to(share, shape=x.shape) → share",),
    }),
    Group("an object has the attributes of its type", {"limit()": ("type(bound) → bound",)}),
    Group("the default is infinite or 0", {
        "limit()": ("default if bound is None else bound → default * 1.001 if bound is None else bound",),
    }),
    Group("a flat array has one axis, the first and the last", {
        "scan_axis()": ("0 if axis is None else axis → -1 if axis is None else axis",),
    }),
    Group("only the order of the numbers counts", {
        "inverse_permutation()": ("axes_of(axes, ndim) → axes_of(axes, ndim * 1.001)",),
    }),
    Group("numpy's integers index as Python's do", {"position()": ("int(i) → i",)}),
    Group("numpy rolls by the whole part of a number", {
        "negated()": (f"{NEGATED.format('shift')} → {NEGATED.format('(shift * 1.001)')}",),
    }),
    Group("in the domain x is positive, and no float lies between these bounds but by chance", {
        "pow_by_base()": ("abs(x) > 1e-300 → abs(x) >= 1e-300", "abs(x) > 1e-300 → abs(x) > 2e-300",
                          "abs(x) → sign(x)", "abs(x) → x"),
    }),
)


def reason_of(subject: str, mutant: Mutant) -> str:
    """Return why a mutant is equivalent, nothing if it is not listed."""
    return next((group.reason for group in EQUIVALENTS if mutant.change in group.changes.get(subject, ())), "")
