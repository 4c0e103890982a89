"""glassgrad: a reverse-mode autograd engine that you can see through.

One graph for scalars (`Value`) and arrays (`Tensor`)::

    from autograd import Value
    x = Value(3.0, label="x")
    y = x * x.tanh()
    y.backward()
    x.grad
"""

from autograd import _distribution

_distribution.refuse_overlay(__file__)
__distribution__ = "glassgrad"
__version__ = "0.1.0"

import importlib as _importlib
from typing import Any as _Any

from autograd import errors as errors
from autograd import node, tensor_methods, value_methods
from autograd import ops as ops
from autograd.backward import gradients as gradients
from autograd.bridge import dot as dot
from autograd.bridge import stack_values as stack_values
from autograd.catalog import conventions as conventions
from autograd.catalog import supported as supported
from autograd.creation import arange as arange
from autograd.creation import eye as eye
from autograd.creation import full as full
from autograd.creation import full_like as full_like
from autograd.creation import linspace as linspace
from autograd.creation import normal as normal
from autograd.creation import ones as ones
from autograd.creation import ones_like as ones_like
from autograd.creation import tensor as tensor
from autograd.creation import uniform as uniform
from autograd.creation import zeros as zeros
from autograd.creation import zeros_like as zeros_like
from autograd.custom_op import custom_op as custom_op
from autograd.explode import explode as explode
from autograd.graph_stats import graph_stats as graph_stats
from autograd.node import no_grad as no_grad
from autograd.node import record_sources as record_sources
from autograd.node import scope as scope
from autograd.tensor import Tensor as Tensor
from autograd.transforms import derivative as derivative
from autograd.transforms import grad as grad
from autograd.transforms import hessian as hessian
from autograd.transforms import hvp as hvp
from autograd.transforms import jacobian as jacobian
from autograd.transforms import jvp as jvp
from autograd.transforms import value_and_grad as value_and_grad
from autograd.transforms import vhp as vhp
from autograd.transforms import vjp as vjp
from autograd.value import Value as Value

value_methods.install_rows()
tensor_methods.install_rows()

#: Names whose modules are loaded when they are first asked for.
_LATER = {
    "compare": "autograd.check.crosscheck.compare",
    "grade_engine": "autograd.check.engines.grading",
    "mutate": "autograd.check.mutation.mutants",
    "verify": "autograd.check.crosscheck.verify",
    **dict.fromkeys(("gradcheck", "numeric_gradient"), "autograd.check"),
    **dict.fromkeys(("draw", "draw_dot", "text_table", "text_tree"), "autograd.drawing"),
    "detect_anomaly": "autograd.anomaly",
    "explain": "autograd.explaining",
    "stepper": "autograd.stepping",
    "trace": "autograd.tracing",
    "worksheet": "autograd.worksheets",
}

__all__ = [
    "Tensor", "Value", "arange", "compare", "conventions", "custom_op", "derivative", "detect_anomaly", "dot", "draw",
    "draw_dot", "errors", "explain", "explode", "eye", "full", "full_like", "grad", "gradcheck", "grade_engine",
    "gradients", "graph_stats", "hessian", "hvp", "jacobian", "jvp", "linspace", "mutate", "no_grad", "normal",
    "numeric_gradient", "ones", "ones_like", "ops", "record_sources", "scope", "stack_values", "stepper", "supported",
    "tensor", "text_table", "text_tree", "trace", "uniform", "value_and_grad", "verify", "vhp", "vjp", "worksheet",
    "zeros", "zeros_like",
]


def __getattr__(name: str) -> _Any:
    if name not in _LATER:
        raise AttributeError(f"module 'autograd' has no attribute {name!r}")
    return getattr(_importlib.import_module(_LATER[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})


def _display(shown: node.Node, include: _Any = None, exclude: _Any = None) -> _Any:
    """Show a node in a notebook."""
    return _importlib.import_module("autograd.drawing").display(shown, include, exclude)


node.Node._repr_mimebundle_ = _display  # type: ignore[attr-defined]  # a picture; drawing is loaded when it is shown
