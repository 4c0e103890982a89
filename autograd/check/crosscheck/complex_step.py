"""Derivatives by a complex step: f at x + ih has the imaginary part h·f'(x), and nothing cancels, so h may be tiny.

f runs as it stands, on numbers that flow through ops as Values and Tensors do but hold complex arrays. That is right
only for what is analytic, so each op is tried where it is used: its derivative must be the same along the real and the
imaginary axis, and on both sides. (J. Martins, P. Sturdza, J. Alonso, "The complex-step derivative approximation", ACM
TOMS 29 (2003) 245-262.) Knows the table; no rule and no graph: it shares nothing with reverse mode but the values.
"""

import operator
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, ClassVar

import numpy as np

from autograd import ops
from autograd.errors import OperandError
from autograd.numpy_protocol import array_function, array_ufunc
from autograd.op import COMPOSITES, TABLE, Op
from autograd.operators import Operators
from autograd.tensor import Tensor
from autograd.variables import data_of

Array = np.ndarray[Any, Any]
STEP = 1e-50
TRIAL = 2.0**-20   # of the size of an operand: the step at which an op is tried
NEAR = 1e-3        # how near derivatives along both axes must be
# Formulas for ops that run on floats only, or that are not analytic but are so on either side of 0.
FORMULAS: dict[str, Callable[..., Any]] = {
    "abs": lambda x: np.where(np.real(x) < 0, -x, x),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "silu": lambda x: x / (1 + np.exp(-x)),
    "softplus": lambda x, beta: np.log1p(np.exp(beta * x)) / beta,
}


class Complex(Operators):
    """A complex array that flows through ops; comparisons are of real parts, as branches on real numbers would be.

    >>> x = Complex(np.array([1.0 + 1e-50j]))
    >>> (x * x.exp()).array.imag / 1e-50 / np.e
    array([2.])
    """

    __slots__ = ("array",)
    precedence: ClassVar = 3

    def __init__(self, array: Array) -> None:
        self.array = array

    @classmethod
    def record_op(cls, op: Op, inputs: tuple[Any, ...], options: Mapping[str, Any]) -> Any:
        """Return the op of complex arrays, or raise an OperandError if it is not analytic at these."""
        operands = [complex_operand(x) for x in inputs]
        if op.flat or not op.differentiable:
            return wrapped(op.array(*map(np.real, operands), **options))
        array = FORMULAS.get(op.name, op.array)
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            try:
                result = array(*operands, **options)
                tried = analytic(partial(array, **options), operands)
            except (TypeError, ValueError, np.exceptions.ComplexWarning) as error:
                raise OperandError(f"{op.name} does not run on complex numbers: {error}") from None
        if not tried:
            raise OperandError(f"{op.name} is not analytic here")
        return wrapped(result)

    def __getattr__(self, name: str) -> Any:
        row = TABLE.get(name) or COMPOSITES.get(name)
        if row is None:
            raise AttributeError(f"complex numbers have no {name!r}")
        return partial(row, self)

    reshape: Any = Tensor.reshape
    transpose: Any = Tensor.transpose
    shape = property(lambda self: self.array.shape, doc="The lengths of the axes.")
    ndim = property(lambda self: self.array.ndim, doc="The number of axes.")
    size = property(lambda self: self.array.size, doc="The number of elements.")
    dtype = property(lambda self: np.dtype(float), doc="The dtype of the real part.")

    def __len__(self) -> int:
        return len(self.array)

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, index: Any) -> Any:
        return ops.getitem(self, index=index)

    def __bool__(self) -> bool:
        return bool(self.array.real)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        raise OperandError("f turns its inputs into plain arrays")

    __hash__ = object.__hash__
    __array_ufunc__ = array_ufunc
    __array_function__ = array_function


def comparison(relation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Return a comparison of real parts."""
    def method(self: Complex, other: Any) -> Any:
        return relation(self.array.real, other.array.real if isinstance(other, Complex) else data_of(other))
    return method


for relation in ("eq", "ne", "lt", "le", "gt", "ge"):
    setattr(Complex, f"__{relation}__", comparison(getattr(operator, relation)))


def complex_operand(x: Any) -> Any:
    """Return an operand as an array or a number."""
    if isinstance(x, (list, tuple)) and any(isinstance(one, Complex) for one in x):
        x = COMPOSITES["stack"](x)
    return x.array if isinstance(x, Complex) else data_of(x)


def wrapped(result: Any) -> Any:
    """Return arrays as what flows through ops; integers and masks, which have no derivative, as they are."""
    if isinstance(result, tuple):
        return tuple(map(wrapped, result))
    array = np.asarray(result)
    return Complex(array.astype(complex)) if array.dtype.kind in "fc" else array


def analytic(f: Callable[..., Any], operands: list[Any]) -> bool:
    """Whether a function has one derivative at operands: the same along both axes and on both sides of each."""
    sizes = [np.abs(x) + 1.0 if np.iscomplexobj(x) else None for x in operands]
    rng = np.random.default_rng(0)
    along = [None if size is None else TRIAL * size * rng.normal(size=size.shape) for size in sizes]

    def at(factor: complex) -> Array:
        return flat(f(*[x if u is None else x + factor * u for x, u in zip(operands, along, strict=True)]))

    here = at(0.0)
    right, left, up, down = at(1.0), at(-1.0), at(1j), at(-1j)
    real, imaginary = (right - left) / 2.0, (up - down) / 2.0j
    size = np.max(np.abs(real), initial=0.0) + np.max(np.abs(imaginary), initial=0.0)
    slack = NEAR * size + 1e-12 * np.max(np.abs(here), initial=0.0)
    return all(np.all(np.abs(gap) <= slack) for gap in (real - imaginary, right + left - 2.0 * here))


def flat(result: Any) -> Array:
    """Return the outputs of an op as one vector."""
    parts = result if isinstance(result, tuple) else (result,)
    return np.concatenate([np.ravel(np.asarray(part, dtype=complex)) for part in parts])
