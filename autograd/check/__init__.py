"""Verifying gradients, ours and others': see `gradcheck.py`."""

from autograd.check.numeric import check_gradients as check_gradients
from autograd.check.numeric import extrapolate as extrapolate
from autograd.check.numeric import numeric_gradient as numeric_gradient
from autograd.check.sampling import sample_inputs as sample_inputs
