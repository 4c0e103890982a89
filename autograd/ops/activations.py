"""Rows of activation functions of neural networks. Knows numbers only."""

import numpy as np

from autograd.op import elementwise

relu = elementwise(
    "relu", lambda x: x if x > 0 or x != x else 0.0, lambda x: np.maximum(x, 0), lambda y, x: x > 0,
    tex=r"\operatorname{{relu}}({0})", kink=lambda x: x, doc="Rectified linear unit max(0, x).",
    convention="The derivative at 0 is 0 (the minimum-norm subgradient).")
