"""Programs written for micrograd run after a change of their import lines, with the numbers that they had."""

import random

import pytest

from autograd import Value
from nn.scalar import MLP, Neuron


def readme_example(a: object, b: object) -> object:
    """The expressions of micrograd's README, for any kind of scalar."""
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    return f / 2.0 + 10.0 / f


def relu_example(x: object) -> object:
    """An expression with products of a node with itself, and a relu on either side of 0."""
    z = 2 * x + 2 + x
    q = z.relu() + z * x
    h = (z * z).relu()
    return h + q + q * x


def test_readme_example_prints_what_micrograd_prints() -> None:
    a, b = Value(-4.0), Value(2.0)
    g = readme_example(a, b)
    assert f"{g.data:.4f}" == "24.7041"
    g.backward()
    assert (f"{a.grad:.4f}", f"{b.grad:.4f}") == ("138.8338", "645.5773")


def test_relu_example_is_exact() -> None:
    x = Value(-4.0)
    y = relu_example(x)
    y.backward()
    assert (y.data, x.grad) == (-20.0, 46.0)


@pytest.mark.parametrize(("example", "point"), [(readme_example, (-4.0, 2.0)), (relu_example, (-4.0,))])
def test_examples_agree_with_torch(example: object, point: tuple[float, ...]) -> None:
    torch = pytest.importorskip("torch")
    ours = [Value(x) for x in point]
    theirs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in point]
    y, expected = example(*ours), example(*theirs)
    y.backward()
    expected.backward()
    assert y.data == pytest.approx(expected.item(), rel=1e-13)
    assert [x.grad for x in ours] == pytest.approx([x.grad.item() for x in theirs], rel=1e-13)


def test_training_loop_written_for_micrograd_learns() -> None:
    random.seed(1337)
    model = MLP(2, [8, 8, 1])
    X = [[random.uniform(-1, 1), random.uniform(-1, 1)] for _ in range(40)]
    y = [1 if first * second > 0 else -1 for first, second in X]
    history = []
    for k in range(40):
        inputs = [list(map(Value, row)) for row in X]
        scores = list(map(model, inputs))
        losses = [(1 + -yi * score).relu() for yi, score in zip(y, scores, strict=True)]
        data_loss = sum(losses) * (1.0 / len(losses))
        total = data_loss + 1e-4 * sum(p * p for p in model.parameters())
        hits = [(yi > 0) == (score.data > 0) for yi, score in zip(y, scores, strict=True)]
        model.zero_grad()
        total.backward()
        lr = 1.0 - 0.9 * k / 40
        for p in model.parameters():
            p.data -= lr * p.grad
        history.append((total.data, sum(hits) / len(hits)))
    assert history[0][0] > 0.5 > 0.3 > history[-1][0]
    assert history[-1][1] >= 0.9


def walk(root: Value) -> tuple[set[Value], set[tuple[Value, Value]]]:
    """Collect nodes and edges as a program that draws micrograd's graphs does."""
    nodes, edges, todo = set(), set(), [root]
    while todo:
        node = todo.pop()
        if node not in nodes:
            nodes.add(node)
            edges.update((child, node) for child in node._prev)
            todo.extend(node._prev)
    return nodes, edges


def test_graph_walker_finds_nodes_edges_ops_data_and_gradients() -> None:
    w, x, b = Value(2.0), Value(3.0), Value(-1.0)
    product = w * x
    total = product + b
    y = total.relu()
    y.backward()
    nodes, edges = walk(y)
    assert nodes == {w, x, b, product, total, y}
    assert edges == {(w, product), (x, product), (product, total), (b, total), (total, y)}
    assert {node._op for node in nodes} == {"", "*", "+", "ReLU"}
    texts = sorted(f"{node._op} | data {node.data:.4f} | grad {node.grad:.4f}" for node in nodes)
    assert texts == sorted(["* | data 6.0000 | grad 1.0000", "+ | data 5.0000 | grad 1.0000",
                            "ReLU | data 5.0000 | grad 1.0000", " | data 2.0000 | grad 3.0000",
                            " | data 3.0000 | grad 2.0000", " | data -1.0000 | grad 1.0000"])


def test_graph_walker_sees_constants_as_nodes() -> None:
    x = Value(3.0)
    _, edges = walk(x * 2)
    assert sorted(source.data for source, _ in edges) == [2.0, 3.0]


def test_graph_walker_reaches_every_parameter_of_a_neuron() -> None:
    neuron = Neuron(2)
    x = [Value(1.0), Value(-2.0)]
    nodes, _ = walk(neuron(x))
    assert {*neuron.parameters(), *x} <= nodes
