"""The table: one row per primitive. Each name here is an `Op`, a function of floats, arrays and nodes alike.

The names in a rule are not the module's own: they are looked up in a namespace per kind of operand (see `op.py`),
so a rule may name any row of any file.

>>> from autograd import ops
>>> ops.tanh(0.0), ops.maximum(2.0, 3.0)
(0.0, 3.0)
"""

from autograd.op import COMPOSITES, TABLE
from autograd.ops.activations import *  # noqa: F403
from autograd.ops.arithmetic import *  # noqa: F403
from autograd.ops.composing import *  # noqa: F403
from autograd.ops.composite import *  # noqa: F403
from autograd.ops.diagonals import *  # noqa: F403
from autograd.ops.einsum import *  # noqa: F403
from autograd.ops.exponential import *  # noqa: F403
from autograd.ops.hyperbolic import *  # noqa: F403
from autograd.ops.identity import *  # noqa: F403
from autograd.ops.indexing import *  # noqa: F403
from autograd.ops.joining import *  # noqa: F403
from autograd.ops.ordering import *  # noqa: F403
from autograd.ops.outputs import *  # noqa: F403
from autograd.ops.piecewise import *  # noqa: F403
from autograd.ops.products import *  # noqa: F403
from autograd.ops.reductions import *  # noqa: F403
from autograd.ops.scans import *  # noqa: F403
from autograd.ops.shapes import *  # noqa: F403
from autograd.ops.special import *  # noqa: F403
from autograd.ops.trigonometric import *  # noqa: F403

__all__ = sorted({*TABLE, *COMPOSITES})
