"""Verifying gradients, ours and others': see `gradcheck.py`."""

from autograd.check.differences import extrapolate as extrapolate
from autograd.check.gradcheck import gradcheck as gradcheck
from autograd.check.numeric import numeric_gradient as numeric_gradient
from autograd.check.report import Report as Report
from autograd.check.sampling import sample_inputs as sample_inputs
