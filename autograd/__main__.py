"""The command line, `python -m autograd` or `glassgrad`: look into a neuron, verify its gradients, train on real data.

It is also the shortest complete example of how to use the library: read it from the top.
"""

import argparse
import sys
import time

import numpy as np

from autograd import Value, __version__
from autograd.check import numeric_gradient
from autograd.draw import text_table
from nn.datasets import Dataset, iris, train_test_split
from nn.scalar import MLP

EPOCHS, BATCH, LEARNING_RATE = 50, 15, 0.2
NEXT = """\
  from autograd import Value, Tensor, grad        # scalars, arrays, transforms
  from autograd.draw import text_table            # print(text_table(node))
  from nn.scalar import MLP                       # MLP(2, [16, 16, 1])
  help("autograd.__main__")                       # this program, 100 lines
The README goes on from here."""


def neuron(w1: Value, w2: Value, x1: Value, x2: Value, b: Value) -> Value:
    """Return the output of a neuron with two inputs."""
    weighted = w1 * x1 + w2 * x2 + b
    weighted.label = "n"
    return weighted.tanh()


def look_and_verify() -> None:
    """Print the graph of one neuron with its gradients, then the same gradients by central differences."""
    point = {"w1": -3.0, "w2": 1.0, "x1": 2.0, "x2": 0.0, "b": 6.8813735870195432}
    inputs = {name: Value(number, label=name) for name, number in point.items()}
    output = neuron(**inputs)
    output.label = "o"
    output.backward()
    print("1. The graph of one neuron, o = tanh(w1*x1 + w2*x2 + b)\n")
    print(text_table(output))
    print("\nThe gradient of a node, d o / d node: for each line that uses the node, the\n"
          "gradient of that line times its local derivative, all added up.\n")
    print("2. The same gradients by central differences, (o(x+h) - o(x-h)) / 2h\n")
    print("node      backward       difference      digits of agreement")


def standardize(dataset: Dataset, reference: Dataset) -> list[list[float]]:
    """Return the inputs with the mean 0 and the deviation 1 that they have in the reference."""
    mean, deviation = reference.inputs.mean(axis=0), reference.inputs.std(axis=0)
    rows: list[list[float]] = ((dataset.inputs - mean) / deviation).tolist()
    return rows


def cross_entropy(scores: list[Value], target: int) -> Value:
    """Return -log(softmax(scores)[target]); the top score is subtracted so that no exp overflows."""
    top = max(score.data for score in scores)
    total = sum((score - top).exp() for score in scores)
    return total.log() + top - scores[target]
