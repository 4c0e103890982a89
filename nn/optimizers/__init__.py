"""Optimizers: what changes parameters by their gradients. Knows no model, no loss and no data.

>>> from autograd import Tensor
>>> w = Tensor([1.0, -3.0], requires_grad=True)
>>> optimizer = Adam([w], lr=0.5)
>>> for _ in range(40):
...     optimizer.zero_grad()
...     ((w - 2.0) ** 2).sum().backward()
...     optimizer.step()
>>> bool(abs(w.data - 2.0).max() < 0.6)
True
"""

from nn.optimizers.adam import Adam as Adam
from nn.optimizers.adam import Adamax as Adamax
from nn.optimizers.adam import AdamW as AdamW
from nn.optimizers.adam import NAdam as NAdam
from nn.optimizers.adam import RAdam as RAdam
from nn.optimizers.adaptive import Adadelta as Adadelta
from nn.optimizers.adaptive import Adagrad as Adagrad
from nn.optimizers.adaptive import RMSprop as RMSprop
from nn.optimizers.adaptive import Rprop as Rprop
from nn.optimizers.base import Elementwise as Elementwise
from nn.optimizers.base import Group as Group
from nn.optimizers.base import Optimizer as Optimizer
from nn.optimizers.ema import EMA as EMA
from nn.optimizers.gradient_descent import SGD as SGD
from nn.optimizers.gradient_descent import GradientDescent as GradientDescent
from nn.optimizers.lbfgs import LBFGS as LBFGS
from nn.optimizers.learning_rate_finder import RangeTest as RangeTest
from nn.optimizers.learning_rate_finder import find_learning_rate as find_learning_rate
from nn.optimizers.lion import Lion as Lion
from nn.optimizers.lookahead import Lookahead as Lookahead
from nn.optimizers.options import OptionError as OptionError

#: By the names that a trainer takes.
OPTIMIZERS: dict[str, type[Optimizer]] = {cls.__name__.lower(): cls for cls in (
    SGD, Adagrad, Adadelta, RMSprop, Rprop, Adam, AdamW, Adamax, NAdam, RAdam, Lion, LBFGS)}

__all__ = [  # noqa: RUF022 (sorted as Python sorts)
    "Adadelta", "Adagrad", "Adam", "AdamW", "Adamax", "EMA", "Elementwise", "GradientDescent", "Group", "LBFGS",
    "Lion", "Lookahead", "NAdam", "OPTIMIZERS", "OptionError", "Optimizer", "RAdam", "RMSprop", "RangeTest", "Rprop",
    "SGD", "find_learning_rate",
]
