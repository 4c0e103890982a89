"""Leaves of both kinds: what holds for a Value and a Tensor alike is one test, `@both`."""

import pytest

from autograd import Tensor, Value


def value(x: float) -> Value:
    return Value(x)


def tensor(x: float) -> Tensor:
    return Tensor(x, requires_grad=True)


both = pytest.mark.parametrize("leaf", [value, tensor], ids=["Value", "Tensor"])
