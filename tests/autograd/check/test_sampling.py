"""Samples of a row lie where the row wants them: in its domain, off its kinks, in its shapes."""

import numpy as np
import pytest

from autograd import ops
from autograd.check import sample_inputs
from autograd.errors import OperandError
from autograd.op import TABLE, elementwise, unregister


@pytest.mark.parametrize("name", [name for name, op in TABLE.items() if op.elementwise and op.arity is not None])
def test_samples_lie_in_the_domain_and_off_the_kink(name: str) -> None:
    op = TABLE[name]
    options = {**op.options, **op.choices[0]}
    inputs = sample_inputs(op, np.random.default_rng(0), options=options)
    assert len(inputs) == op.arity
    for x, rule, (low, high) in zip(inputs, op.rules, op.domain, strict=False):
        assert rule is None or ((low < x) & (x < high)).all()
    y = op(*inputs, **options)
    assert y.shape == (3,)
    assert np.isfinite(y).all()


def test_inputs_without_a_rule_are_booleans() -> None:
    condition, x, y = sample_inputs(ops.where, np.random.default_rng(0), shapes=((4,), (2, 4), ()))
    assert condition.dtype == bool
    assert (x.shape, y.shape) == ((2, 4), ())


def test_samples_follow_from_the_generator_and_the_shapes_of_the_row() -> None:
    first, again = (sample_inputs(ops.matmul, np.random.default_rng(3)) for _ in range(2))
    assert [x.shape for x in first] == list(ops.matmul.shapes[0])
    assert all((a == b).all() for a, b in zip(first, again, strict=True))


def test_a_row_with_kinks_everywhere_cannot_be_sampled() -> None:
    rough = elementwise("rough", float, np.positive, 1, tex="{0}", doc="Rough.", kink=lambda x: 0 * x)
    try:
        with pytest.raises(OperandError, match=r"no inputs of shapes \(\(3,\),\) for rough away from its kinks"):
            sample_inputs(rough, np.random.default_rng(0))
    finally:
        unregister(rough)
