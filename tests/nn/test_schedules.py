"""Schedules equal torch's where it has the same one, keep what formulas promise, and refuse what they cannot do."""

import json
import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from autograd.errors import DomainError
from nn import schedules as s

STEPS = 60
TORCHS: dict[str, tuple[Any, Callable[[Any, Any], Any]]] = {  # ours, torch's of its module and an optimizer
    "constant": (s.constant(0.5), lambda m, o: m.LambdaLR(o, lambda t: 1.0)),
    "constant for a while": (s.sequence((7, 0.2), 0.5), lambda m, o: m.ConstantLR(o, factor=0.4, total_iters=7)),
    "any function": (s.Schedule(lambda t: 0.5 / (1 + t)), lambda m, o: m.LambdaLR(o, lambda t: 1 / (1 + t))),
    "linear up": (s.linear(0.1, 0.5, 20), lambda m, o: m.LinearLR(o, 0.2, 1.0, 20)),
    "linear down": (s.linear(0.5, 0.05, 9), lambda m, o: m.LinearLR(o, 1.0, 0.1, 9)),
    "exponential": (s.exponential(0.5, 0.9), lambda m, o: m.ExponentialLR(o, 0.9)),
    "staircase": (s.exponential(0.5, 0.6, every=7, staircase=True), lambda m, o: m.StepLR(o, 7, 0.6)),
    "step": (s.step(0.5, 11), lambda m, o: m.StepLR(o, 11)),
    "multistep": (s.multistep(0.5, [30, 4, 4, 50], 0.3), lambda m, o: m.MultiStepLR(o, [30, 4, 4, 50], 0.3)),
    "polynomial": (s.polynomial(0.5, 40), lambda m, o: m.PolynomialLR(o, 40)),
    "polynomial of a power": (s.polynomial(0.5, 40, power=2.5), lambda m, o: m.PolynomialLR(o, 40, 2.5)),
    "cosine": (s.cosine(0.5, STEPS, end=0.01), lambda m, o: m.CosineAnnealingLR(o, STEPS, 0.01)),
    "restarts": (s.cosine_with_restarts(0.5, 9), lambda m, o: m.CosineAnnealingWarmRestarts(o, 9)),
    "restarts that grow": (s.cosine_with_restarts(0.5, 4, factor=2, end=0.02),
                           lambda m, o: m.CosineAnnealingWarmRestarts(o, 4, 2, 0.02)),
    "one cycle": (s.one_cycle(0.5, STEPS), lambda m, o: m.OneCycleLR(o, 0.5, STEPS)),
    "one cycle, straight": (s.one_cycle(0.5, STEPS, rise=0.4, divisors=(10.0, 50.0), linear=True),
                            lambda m, o: m.OneCycleLR(o, 0.5, STEPS, pct_start=0.4, anneal_strategy="linear",
                                                      div_factor=10.0, final_div_factor=50.0)),
    "one cycle in three phases": (s.one_cycle(0.5, STEPS, three_phase=True),
                                  lambda m, o: m.OneCycleLR(o, 0.5, STEPS, three_phase=True)),
    "cyclic": (s.cyclic(0.1, 0.5, 7), lambda m, o: m.CyclicLR(o, 0.1, 0.5, 7)),
    "cyclic, uneven": (s.cyclic(0.1, 0.5, 3, 8), lambda m, o: m.CyclicLR(o, 0.1, 0.5, 3, 8)),
    "cyclic, halving": (s.cyclic(0.1, 0.5, 5, mode="triangular2"),
                        lambda m, o: m.CyclicLR(o, 0.1, 0.5, 5, mode="triangular2")),
    "cyclic, fading": (s.cyclic(0.1, 0.5, 5, 6, mode="exp_range", gamma=0.97),
                       lambda m, o: m.CyclicLR(o, 0.1, 0.5, 5, 6, mode="exp_range", gamma=0.97)),
    "warm-up, then cosine": (s.warmup(s.cosine(0.5, 50), 10, start=0.05), lambda m, o: m.SequentialLR(
        o, [m.LinearLR(o, 0.1, 1.0, 10), m.CosineAnnealingLR(o, 50)], [10])),
    "sequence": (s.sequence((10, 0.05), (20, s.exponential(0.5, 0.9)), s.step(0.5, 5)), lambda m, o: m.SequentialLR(
        o, [m.ConstantLR(o, 0.1, 10), m.ExponentialLR(o, 0.9), m.StepLR(o, 5)], [10, 30])),
    "product": (s.exponential(0.5, 0.9) * s.linear(0.2, 1.0, 8), lambda m, o: m.ChainedScheduler(
        [m.LinearLR(o, 0.2, 1.0, 8), m.ExponentialLR(o, 0.9)], o)),
}


def largest_difference(name: str) -> float:
    """Return the largest difference from torch's schedule over all steps."""
    import torch
    ours, make = TORCHS[name]
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5, momentum=0.9)
    scheduler = make(torch.optim.lr_scheduler, optimizer)
    differences = []
    for t in range(STEPS):
        differences.append(abs(ours(t) - optimizer.param_groups[0]["lr"]))
        if t < STEPS - 1:
            optimizer.step()
            scheduler.step()
    return max(differences)


@pytest.mark.parametrize("name", TORCHS)
@pytest.mark.filterwarnings("ignore:The epoch parameter")
def test_rates_equal_torchs(name: str) -> None:
    pytest.importorskip("torch")
    assert largest_difference(name) <= 1e-12


PLATEAUS: list[dict[str, Any]] = [
    {"patience": 2}, {"patience": 0, "factor": 0.5}, {"patience": 1, "cooldown": 3}, {"mode": "max", "patience": 2},
    {"threshold": 0.2, "patience": 1}, {"threshold": 0.1, "threshold_mode": "abs", "patience": 1},
    {"mode": "max", "threshold": 0.1, "threshold_mode": "abs", "patience": 1}, {"min_lr": 0.05, "patience": 0},
    {"eps": 0.01, "patience": 0},
]


@pytest.mark.parametrize("options", PLATEAUS, ids=str)
def test_reduction_on_a_plateau_equals_torchs(options: dict[str, Any]) -> None:
    torch = pytest.importorskip("torch")
    metrics = np.abs(np.random.default_rng(1).normal(0, 0.3, 80) + np.exp(-np.arange(80) / 9)) + 0.5
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
    theirs = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **options)
    plateau = s.ReduceOnPlateau(0.5, **options)
    for metric in metrics.tolist():
        theirs.step(metric)
        assert plateau(metric) == pytest.approx(optimizer.param_groups[0]["lr"], abs=1e-15)
    assert plateau.lr < 0.5


def test_reduction_on_a_plateau_resumes_from_its_state_as_json() -> None:
    metrics = [1.0, 0.9, 0.9, 0.95, 0.9, 0.9, 0.8, 0.9, 0.9, 0.9]
    whole, first, second = (s.ReduceOnPlateau(0.5, patience=1, cooldown=1) for _ in range(3))
    rates = [whole(metric) for metric in metrics]
    begun = [first(metric) for metric in metrics[:4]]
    second.load_state_dict(json.loads(json.dumps(first.state_dict())))
    assert begun + [second(metric) for metric in metrics[4:]] == rates


def test_metric_that_stays_the_same_below_zero_is_no_better() -> None:
    plateau = s.ReduceOnPlateau(0.5, patience=1)
    assert [plateau(-1.0) for _ in range(3)] == [0.5, 0.5, 0.05]


def test_metric_of_nan_is_no_better() -> None:
    plateau = s.ReduceOnPlateau(0.5, patience=0)
    assert plateau(math.nan) == 0.05
    assert plateau(3.0) == 0.05
    assert plateau.best == 3.0


# ------------------------------------------------------------------------------------------------------------- formulas

def test_noam_is_the_papers_formula() -> None:
    rate = s.noam(512, warmup=4000)
    for t in (1, 100, 4000, 4001, 100_000):
        assert rate(t) == pytest.approx(512**-0.5 * min(t**-0.5, t * 4000**-1.5), rel=1e-14)
    assert rate(0) == 0.0


def test_inverse_square_root_is_the_papers_formula() -> None:
    rate = s.inverse_square_root(1 / math.sqrt(10_000), 10_000)
    for t in (0, 10, 10_000, 50_000):
        assert rate(t) == pytest.approx(1 / math.sqrt(max(t, 10_000)), rel=1e-14)


CONTINUOUS = {
    "linear": s.linear(0.5, 0.1, 30), "polynomial": s.polynomial(0.5, 30, 2.0), "cosine": s.cosine(0.5, 30),
    "one_cycle": s.one_cycle(0.5, 50), "cyclic": s.cyclic(0.1, 0.5, 10), "noam": s.noam(4, 20),
    "warm-up": s.warmup(s.cosine(0.5, 30), 20), "inverse_square_root": s.inverse_square_root(0.5, 20),
    "rise_then_power": s.rise_then_power(0.5, 20, 50, beta=2.0, min_lr=0.05),
}


@pytest.mark.parametrize("name", CONTINUOUS)
def test_schedule_has_no_jump(name: str) -> None:
    rates = [CONTINUOUS[name](t) for t in np.linspace(0, 60, 60_001).tolist()]
    assert max(abs(a - b) for a, b in pairwise(rates)) < 1e-3


def test_schedule_as_printed_divides_by_zero_falls_while_it_warms_up_and_jumps_twice() -> None:
    printed = s.root_then_power(1e-3, 100, 1000, beta=1.0, min_lr=1e-5)
    with pytest.raises(DomainError, match="divides by zero at step 0"):
        printed(0)
    warming = printed[1:101]
    assert warming[0] == 1.0
    assert all(a > b for a, b in pairwise(warming))
    assert warming == [1 / math.sqrt(t) for t in range(1, 101)]
    assert printed(100) / printed(101) == pytest.approx(100, rel=2e-3)
    assert printed(999) / printed(1000) == pytest.approx(10, rel=0.02)
    assert printed[101:1000] == [1e-3 * (1 - (t - 100) / 1000) for t in range(101, 1000)]
    assert set(printed[1000:1100]) == {1e-5}


def test_continuous_variant_rises_to_the_base_rate_and_falls_to_the_least() -> None:
    mended = s.rise_then_power(1e-3, 100, 1000, beta=2.0, min_lr=1e-5)
    rates = mended[:1100]
    assert rates[0] == 0.0
    assert max(rates) == rates[100] == 1e-3
    assert all(a < b for a, b in pairwise(rates[:101]))
    assert all(a > b for a, b in pairwise(rates[100:1001]))
    assert set(rates[1000:]) == {1e-5}


# ---------------------------------------------------------------------------------------------------------- composition

def test_schedules_multiply_add_up_and_are_read_as_lists() -> None:
    falling = s.linear(1.0, 0.0, 10)
    assert (0.5 * falling)[:3] == [0.5 * x for x in falling[:3]]
    assert (falling + 0.1)(10) == 0.1
    assert (falling * falling)(5) == 0.25
    assert (falling * [1.0, 2.0])[:3] == [1.0, 1.8, 1.6]
    assert falling[2] == falling(2) == falling(np.int64(2)) == 0.8
    assert falling[1:6:2] == [falling(1), falling(3), falling(5)]


def test_any_function_list_or_number_is_a_schedule() -> None:
    assert s.warmup(lambda t: 1.0 / (1 + t), 2)[:4] == [0.0, 0.5, 1.0, 0.5]
    assert s.sequence((1, 3.0), [2.0, 1.0])[:4] == [3.0, 2.0, 1.0, 1.0]


def test_text_of_a_schedule_is_the_call_that_makes_it() -> None:
    for schedule in (s.cosine(0.1, 10), s.warmup(s.step(0.4, 2), 4), s.one_cycle(1.0, 10), s.cyclic(0.0, 1.0, 3),
                     s.sequence((2, s.constant(0.5)), s.noam(4, 3)), s.rise_then_power(1.0, 2, 5),
                     s.exponential(1.0, 0.5) * s.linear(0.0, 1.0, 3)):
        again = eval(repr(schedule), vars(s))
        assert again[:30] == schedule[:30]


MISTAKES: dict[str, tuple[Callable[[], Any], str]] = {
    "negative step": (lambda: s.cosine(0.1, 10)(-1), r"cosine\(0.1, 10, end=0.0\): the step must be a number ≥ 0.* -1"),
    "negative place": (lambda: s.cosine(0.1, 10)[-1], "the step must be a number ≥ 0"),
    "step of text": (lambda: s.cosine(0.1, 10)("1"), "got '1'"),
    "no end": (lambda: s.cosine(0.1, 10)[3:], "has no end: say how many"),
    "iteration": (lambda: list(s.cosine(0.1, 10)), "has no end"),
    "rate": (lambda: s.constant(-0.1), "lr=-0.1; there must be lr ≥ 0"),
    "no steps": (lambda: s.linear(0.1, 0.2, 0), "steps=0"),
    "gamma": (lambda: s.step(0.1, 5, gamma=-1), "gamma=-1"),
    "milestones": (lambda: s.multistep(0.1, [-3]), "milestones"),
    "mode": (lambda: s.cyclic(0.1, 0.5, 3, mode="sawtooth"), "one of triangular, triangular2, exp_range"),
    "upside down": (lambda: s.cyclic(0.5, 0.1, 3), "low ≤ high"),
    "share": (lambda: s.one_cycle(0.1, 10, rise=1.5), "0 < rise < 1"),
    "factor": (lambda: s.cosine_with_restarts(0.1, 10, factor=0.5), "factor ≥ 1"),
    "warm-up": (lambda: s.warmup(0.1, 0), "steps > 0"),
    "order": (lambda: s.rise_then_power(0.1, 50, 10), "0 < warmup < total"),
    "nothing": (lambda: s.sequence(), "pairs"),
    "no pairs": (lambda: s.sequence(0.1, 0.2), "pairs"),
    "empty list": (lambda: s.Schedule([]), r"got \[\]"),
    "text": (lambda: s.Schedule("fast"), "got 'fast'"),
    "plateau": (lambda: s.ReduceOnPlateau(0.1, factor=2.0), "factor=2.0"),
    "plateau's mode": (lambda: s.ReduceOnPlateau(0.1, mode="least"), "mode='least'"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake_is_named_with_the_value_and_what_must_be(mistake: str) -> None:
    call, phrase = MISTAKES[mistake]
    with pytest.raises(s.ScheduleError, match=phrase):
        call()


if __name__ == "__main__":
    print("| schedule | largest difference over 60 steps |\n|---|--:|")
    for row in TORCHS:
        print(f"| {row} | {largest_difference(row):.1e} |")
