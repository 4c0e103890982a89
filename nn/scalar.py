"""Neuron, Layer and MLP of Values, in micrograd's shape. Knows nothing but the public names of the engine.

A neuron is one node, `dot(weights, inputs, bias)`, and one more for its activation.
(Why not a sum of products, as in micrograd: two nodes for each weight, and several times the work.)

>>> import numpy as np
>>> model = MLP(2, [3, 1], rng=np.random.default_rng(0))
>>> model
MLP of [Layer of [ReLUNeuron(2), ReLUNeuron(2), ReLUNeuron(2)], Layer of [LinearNeuron(3)]]
>>> loss = (model([0.5, -1.0]) - 1) ** 2
>>> loss.backward()
>>> len(model.parameters()), any(p.grad for p in model.parameters())
(13, True)
"""

import random
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from autograd import Value, dot
from autograd.op import TABLE

TITLES = {"relu": "ReLU"}  # micrograd's spelling; any other activation is its name with a capital letter
ACTIVATIONS = ("linear", *sorted(op.name for op in TABLE.values() if op.scalar and op.arity == 1))


class Uniform(Protocol):
    """A source of random numbers: the module `random`, a `random.Random` or numpy's `Generator`."""

    def uniform(self, low: float, high: float, /) -> float:
        """Return a number between `low` and `high`."""


class Module:
    """What has parameters: Values that training changes."""

    def parameters(self) -> list[Value]:
        """Return the parameters, always in the same order."""
        return []

    def zero_grad(self) -> None:
        """Set the gradient of each parameter to zero."""
        for p in self.parameters():
            p.grad = 0.0


class Neuron(Module):
    """One neuron: `activation(w · x + b)`, or with `nonlin=False` just `w · x + b`.

    The activation is "linear" or the name of any row of the table with one input. The weights `w` are drawn evenly
    from -1 to 1, the bias `b` is 0. `rng` draws; by default it is the module `random`, so that `random.seed(1337)`
    gives the weights that micrograd would have.

    >>> neuron = Neuron(2, activation="tanh", rng=random.Random(1337))
    >>> neuron([1.0, -2.0])
    Value(data=0.10..., grad=0.0)
    """

    def __init__(self, nin: int, nonlin: bool = True, *, activation: str = "relu", rng: Uniform = random) -> None:
        if activation not in ACTIVATIONS:
            raise ValueError(f"Neuron: activation={activation!r} is unknown; known are {', '.join(ACTIVATIONS)}")
        self.w = [Value(rng.uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(0.0)
        self.nonlin = nonlin and activation != "linear"
        self.activation = activation if self.nonlin else "linear"

    def __call__(self, x: Iterable[Any]) -> Any:
        """Return the output for a row of Values or numbers."""
        weighted = dot(self.w, list(x), self.b)
        return getattr(weighted, self.activation)() if self.nonlin else weighted

    def parameters(self) -> list[Value]:
        """Return the weights, then the bias."""
        return [*self.w, self.b]

    def __repr__(self) -> str:
        title = TITLES.get(self.activation, self.activation.capitalize())
        return f"{title}Neuron({len(self.w)})"


class Layer(Module):
    """Neurons side by side on the same inputs. Options are those of `Neuron`.

    >>> Layer(3, 2, nonlin=False)
    Layer of [LinearNeuron(3), LinearNeuron(3)]
    """

    def __init__(self, nin: int, nout: int, **options: Any) -> None:
        self.neurons = [Neuron(nin, **options) for _ in range(nout)]

    def __call__(self, x: Iterable[Any]) -> Any:
        """Return the list of outputs, or the output itself of a layer of one neuron."""
        row = list(x)
        outputs = [neuron(row) for neuron in self.neurons]
        return outputs if len(outputs) > 1 else outputs[0]

    def parameters(self) -> list[Value]:
        """Return the parameters, neuron by neuron."""
        return [p for neuron in self.neurons for p in neuron.parameters()]

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(repr, self.neurons))}]"


class MLP(Module):
    """A multi-layer perceptron: layers one after the other, the last of them linear. Options are those of `Neuron`.

    >>> model = MLP(2, [16, 16, 1])
    >>> len(model.layers), len(model.parameters())
    (3, 337)
    """

    def __init__(self, nin: int, nouts: Sequence[int], **options: Any) -> None:
        last = len(nouts) - 1
        self.layers = [Layer(n, nout, nonlin=i < last, **options)
                       for i, (n, nout) in enumerate(zip([nin, *nouts], nouts, strict=False))]

    def __call__(self, x: Any) -> Any:
        """Return the last layer's outputs for a row of Values or numbers."""
        for layer in self.layers:
            x = layer([x] if isinstance(x, Value) else x)
        return x

    def parameters(self) -> list[Value]:
        """Return the parameters, layer by layer."""
        return [p for layer in self.layers for p in layer.parameters()]

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(repr, self.layers))}]"
