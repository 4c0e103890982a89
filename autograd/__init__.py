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

from autograd import errors as errors
from autograd import ops as ops
from autograd import tensor_methods, value_methods
from autograd.backward import gradients as gradients
from autograd.bridge import dot as dot
from autograd.bridge import stack_values as stack_values
from autograd.catalog import conventions as conventions
from autograd.catalog import supported as supported
from autograd.check import check_gradients as check_gradients
from autograd.check import numeric_gradient as numeric_gradient
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

__all__ = [
    "Tensor", "Value", "arange", "check_gradients", "conventions", "custom_op", "derivative", "dot", "errors",
    "explode", "eye", "full", "full_like", "grad", "gradients", "graph_stats", "hessian", "hvp", "jacobian", "jvp",
    "linspace", "no_grad", "normal", "numeric_gradient", "ones", "ones_like", "ops", "record_sources", "scope",
    "stack_values", "supported", "tensor", "uniform", "value_and_grad", "vhp", "vjp", "zeros", "zeros_like",
]
