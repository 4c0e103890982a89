"""Schedules: learning rates as functions of the step. Knows no optimizer: a training loop sets its rate.

As in `optimizer.lr = schedule(step)`, before each step or, with a schedule of epochs, each epoch.

>>> schedule = warmup(cosine(0.1, 100), 10)
>>> schedule[:3], schedule(60)
([0.0, 0.01, 0.02], 0.05)
"""

from nn.schedules.cycles import cosine_with_restarts as cosine_with_restarts
from nn.schedules.cycles import cyclic as cyclic
from nn.schedules.cycles import one_cycle as one_cycle
from nn.schedules.decays import constant as constant
from nn.schedules.decays import cosine as cosine
from nn.schedules.decays import exponential as exponential
from nn.schedules.decays import inverse_square_root as inverse_square_root
from nn.schedules.decays import linear as linear
from nn.schedules.decays import multistep as multistep
from nn.schedules.decays import polynomial as polynomial
from nn.schedules.decays import step as step
from nn.schedules.joining import noam as noam
from nn.schedules.joining import sequence as sequence
from nn.schedules.joining import warmup as warmup
from nn.schedules.plateau import ReduceOnPlateau as ReduceOnPlateau
from nn.schedules.root_then_power import rise_then_power as rise_then_power
from nn.schedules.root_then_power import root_then_power as root_then_power
from nn.schedules.schedule import Schedule as Schedule
from nn.schedules.schedule import ScheduleError as ScheduleError

__all__ = [
    "ReduceOnPlateau", "Schedule", "ScheduleError", "constant", "cosine", "cosine_with_restarts", "cyclic",
    "exponential", "inverse_square_root", "linear", "multistep", "noam", "one_cycle", "polynomial", "rise_then_power",
    "root_then_power", "sequence", "step", "warmup",
]
