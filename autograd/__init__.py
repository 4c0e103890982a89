from autograd import ops
from autograd.backward import gradients
from autograd.node import no_grad, scope, record_sources
from autograd.value import Value
from autograd.tensor import Tensor
