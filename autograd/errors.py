"""The exceptions that users may catch; each is also the built-in that a Python programmer would expect.

::

    AutogradError
    ├── DomainError (ValueError)             a scalar function is undefined at the value it was given
    ├── ShapeError (ValueError)              shapes, axes or counts that do not fit an op
    ├── OperandError (TypeError)             an operand, option or dtype that an op cannot take
    ├── NotDifferentiableError (TypeError)   a gradient was asked of something that has none
    ├── CutGraphError (TypeError)            a conversion that would silently leave the graph
    ├── UnsupportedError (TypeError)         a numpy function that has no row in the table
    ├── StaleError (RuntimeError)            data changed between forward and backward
    ├── FreedGraphError (RuntimeError)       the graph was freed by ``backward(free=True)``
    ├── WriteError (TypeError)               a custom op writes to what it is given
    ├── AnomalyError (ArithmeticError)       within ``detect_anomaly()`` a number or a gradient became infinite or NaN
    ├── RuleError (ValueError)               a rule of an op contradicts its forward function
    └── MissingExtraError (ImportError)      an optional package is needed that is not installed
"""

from typing import Any


class AutogradError(Exception):
    """The base of every error that glassgrad raises on purpose."""


class DomainError(AutogradError, ValueError):
    """A scalar function is undefined at the value it was given, such as ``log(-1)``."""


class ShapeError(AutogradError, ValueError):
    """Shapes, axes or counts do not fit an op."""


class OperandError(AutogradError, TypeError):
    """An operand, option or dtype is of a kind that an op cannot take."""


class WriteError(OperandError):
    """The function or a rule of a custom op writes to what it is given."""


class NotDifferentiableError(AutogradError, TypeError):
    """A gradient was asked of something that has none, such as an integer array or ``argmax``."""


class CutGraphError(AutogradError, TypeError):
    """A conversion such as ``float(value)`` would silently cut the graph."""


class UnsupportedError(AutogradError, TypeError):
    """A numpy function was called on a Tensor for which the table has no row."""


class StaleError(AutogradError, RuntimeError):
    """The data of a node changed after the forward pass that a backward pass relies on."""


class FreedGraphError(AutogradError, RuntimeError):
    """A backward pass reached a node that ``backward(free=True)`` had freed."""


class AnomalyError(AutogradError, ArithmeticError):
    """Within ``detect_anomaly()`` a number or a gradient became infinite or NaN; `report` has the message in parts."""

    report: Any = None


class RuleError(AutogradError, ValueError):
    """A derivative rule contradicts the function it belongs to."""


class MissingExtraError(AutogradError, ImportError):
    """An optional package is needed that is not installed; the message names the extra."""
