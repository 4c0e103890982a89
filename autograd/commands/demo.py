"""Look into a neuron, verify its gradients, train on real data.

It is what the command line does where no command is named, and a short example
of how to use the library, to be read from the top.
"""

import argparse
import sys
import time
from math import log10

import numpy as np

from autograd import Value, __version__
from autograd.check import numeric_gradient
from autograd.drawing import text_table
from nn.datasets import Dataset, iris, train_test_split
from nn.scalar import MLP

POINT = {"w1": -3.0, "w2": 1.0, "x1": 2.0, "x2": 0.5, "b": 6.0}
EPOCHS, BATCH, LEARNING_RATE = 50, 15, 0.2
NEXT = """\
- Read this program, autograd/commands/demo.py. Make the network smaller,
  MLP(4, [2, 3]), or change its activation, and see what the accuracy says.
- Step through a graph of your own, in Python:
    from autograd import Value, stepper
    x = Value(2.0, label="x")
    print(stepper(x * x.sin()))
- README.md has the rest: arrays, derivatives of any order, ops of your own."""


def neuron(w1: Value, w2: Value, x1: Value, x2: Value, b: Value) -> Value:
    """Return the output of a neuron with two inputs."""
    output: Value = (w1 * x1 + w2 * x2 + b).tanh()
    return output


def look_into_a_neuron() -> dict[str, float]:
    """Print the graph of one neuron and return the gradients of its inputs."""
    inputs = {name: Value(number, label=name) for name, number in POINT.items()}
    output = neuron(**inputs)
    output.label = "o"
    output.backward()
    print("1. One neuron, o = tanh(w1*x1 + w2*x2 + b), and the gradient of o at each node\n")
    print(text_table(output))
    print("\nRead it upwards from o, whose gradient is 1: each line hands its gradient, times\n"
          "the local derivative, on to the nodes that it was computed from.\n")
    return {name: x.grad for name, x in inputs.items()}


def verify(gradients: dict[str, float]) -> bool:
    """Print gradients beside differences of values; return whether they agree to six digits at least."""
    differences = numeric_gradient(lambda point: neuron(**point), POINT)
    largest = max(map(abs, gradients.values()))
    print("2. The same gradients without derivatives: central differences of o\n")
    print("node       backward    differences  digits that agree")
    agreement = []
    for name, gradient in gradients.items():
        error = abs(gradient - differences[name]) / largest
        agreement.append(min(16.0, -log10(error)) if error > 0 else 16.0)
        print(f"{name:4}  {gradient:13.10f}  {differences[name]:13.10f}  {agreement[-1]:17.0f}")
    return min(agreement) >= 6


def standardized(part: Dataset, train: Dataset) -> list[list[float]]:
    """Return the inputs shifted and scaled by what makes mean 0 and deviation 1 of the training part."""
    rows: list[list[float]] = ((part.inputs - train.inputs.mean(axis=0)) / train.inputs.std(axis=0)).tolist()
    return rows


def cross_entropy(scores: list[Value], target: int) -> Value:
    """Return -log(softmax(scores)[target]); less the top score, no exp overflows."""
    top = max(score.data for score in scores)
    total = sum([(score - top).exp() for score in scores], Value(0.0))
    loss: Value = total.log() + top - scores[target]
    return loss


def accuracy(model: MLP, rows: list[list[float]], targets: list[int]) -> float:
    """Return the share of rows whose top score is that of the target."""
    answers = [max(range(3), key=model(row).__getitem__) for row in rows]
    return sum(answer == target for answer, target in zip(answers, targets, strict=True)) / len(targets)


def progress(epoch: int, loss: float) -> None:
    """Rewrite one line of a terminal; elsewhere print a line now and then."""
    line = f"epoch {epoch:2}/{EPOCHS}  loss {loss:.4f}"
    if sys.stdout.isatty():
        print(f"\r{line}", end="\n" if epoch == EPOCHS else "", flush=True)
    elif epoch % 10 == 0:
        print(line, flush=True)


def train_on_iris() -> None:
    """Train a network of scalars to tell three species of iris apart, and print how well it does."""
    rng = np.random.default_rng(0)
    train, test = train_test_split(iris(), 0.3, rng)
    rows, targets = standardized(train, train), train.targets.tolist()
    model = MLP(4, [8, 3], activation="tanh", rng=rng)
    parameters = model.parameters()
    print(f"\n3. A network of {len(parameters)} scalars learns to tell three species of iris apart\n")
    start = time.perf_counter()
    for epoch in range(1, EPOCHS + 1):
        order, total = rng.permutation(len(rows)).tolist(), 0.0
        for i in range(0, len(order), BATCH):
            batch = order[i : i + BATCH]
            losses = [cross_entropy(model(rows[j]), targets[j]) for j in batch]
            loss = sum(losses, Value(0.0)) * (1 / len(batch))
            model.zero_grad()
            loss.backward()
            for p in parameters:
                p.data -= LEARNING_RATE * p.grad
            total += loss.data * len(batch)
        progress(epoch, total / len(rows))
    print(f"\ntrain accuracy {accuracy(model, rows, targets):.3f} ({len(rows)} flowers)\n"
          f"test accuracy  {accuracy(model, standardized(test, train), test.targets.tolist()):.3f} "
          f"({len(test)} flowers it has never seen)\n"
          f"in {time.perf_counter() - start:.1f} s")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(options: argparse.Namespace) -> int:
    """Run the three parts; return the exit code, 0 if the gradients are right."""
    print(f"glassgrad {__version__}\n")
    if not verify(look_into_a_neuron()):
        print("\nThese gradients differ: that is a bug of glassgrad, please report it.")
        return 1
    train_on_iris()
    print(f"\n4. What to try next\n\n{NEXT}")
    return 0
