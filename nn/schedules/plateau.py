"""ReduceOnPlateau: lower the rate when a metric no longer gets better. The only schedule that has a state."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from nn.schedules.schedule import check


@dataclass
class ReduceOnPlateau:
    """Call it with a metric after each epoch: it returns the rate, `factor` times the last after `patience` bad epochs.

    An epoch is good if the metric beats the best so far by more than `threshold`, a share of it ("rel") or as it is
    ("abs"), downwards ("min") or upwards ("max"). After a reduction `cooldown` epochs do not count. The rate stays
    above `min_lr`; a change below `eps` is not made. (torch takes a share of a negative best with its sign, so that a
    metric that stays the same counts as better; here the share is positive.)

    >>> plateau = ReduceOnPlateau(0.1, factor=0.5, patience=1)
    >>> [plateau(loss) for loss in (1.0, 0.8, 0.8, 0.8, 0.7)]
    [0.1, 0.1, 0.1, 0.05, 0.05]
    """

    lr: float
    mode: str = "min"
    factor: float = 0.1
    patience: int = 10
    threshold: float = 1e-4
    threshold_mode: str = "rel"
    cooldown: int = 0
    min_lr: float = 0.0
    eps: float = 1e-8
    best: float | None = None
    bad_epochs: int = 0
    cooling: int = 0

    def __post_init__(self) -> None:
        check("ReduceOnPlateau", self.lr >= 0 and 0 < self.factor < 1 and self.patience >= 0 and self.threshold >= 0,
              lr=self.lr, factor=self.factor, patience=self.patience, threshold=self.threshold,
              must="lr ≥ 0, 0 < factor < 1, patience ≥ 0, threshold ≥ 0")
        check("ReduceOnPlateau", self.mode in ("min", "max") and self.threshold_mode in ("rel", "abs"),
              mode=self.mode, threshold_mode=self.threshold_mode,
              must='mode "min" or "max", threshold_mode "rel" or "abs"')

    def __call__(self, metric: float) -> float:
        """Take note of an epoch's metric; return the rate for the next."""
        if self.better(float(metric)):
            self.best, self.bad_epochs = float(metric), 0
        else:
            self.bad_epochs += 1
        if self.cooling:
            self.cooling -= 1
            self.bad_epochs = 0
        if self.bad_epochs > self.patience:
            reduced = max(self.lr * self.factor, self.min_lr)
            if self.lr - reduced > self.eps:
                self.lr = reduced
            self.cooling, self.bad_epochs = self.cooldown, 0
        return self.lr

    def better(self, metric: float) -> bool:
        """Whether a metric beats the best so far; the first that is a number does."""
        sign = 1.0 if self.mode == "max" else -1.0
        if self.best is None:
            return not math.isnan(metric)
        margin = self.threshold * (abs(self.best) if self.threshold_mode == "rel" else 1.0)
        return sign * metric > sign * self.best + margin

    def state_dict(self) -> dict[str, Any]:
        """Return all that a later run needs to go on."""
        return asdict(self)

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take up what `state_dict` returned."""
        for field in fields(self):
            setattr(self, field.name, state[field.name])
