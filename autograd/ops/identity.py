"""The row that copies a number. Knows numbers only.

It gives a variable a name of its own on the graph: a transform differentiates with respect to the copy, while the
copy's own input leads on to whoever differentiates the transform.
"""

import operator

import numpy as np

from autograd.op import elementwise

identity = elementwise(
    "identity", operator.pos, np.positive, 1, tex="{0}", doc="The number itself, as a new node.",
    numpy=(np.positive,))
