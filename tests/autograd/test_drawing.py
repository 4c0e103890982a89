"""Pictures: valid SVG with the right numbers, no markup from labels, files written whole, and a micrograd look."""

import os
import re
import stat
import time
from base64 import b64decode
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import graphviz
import numpy as np
import pytest

from autograd import Tensor, Value
from autograd.drawing import Drawing, digraph, display, draw, draw_dot, saving
from autograd.errors import MissingExtraError, OperandError
from autograd.files import write_atomically
from autograd.tracing import trace
from tests.autograd.test_tracing_folding import mlp

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</script><img src=x onerror="alert(1)"> & {a|b} "q" \x00\n<'


def neuron() -> Value:
    x, w, b = Value(2.0, label="x"), Value(-3.0, label="w"), Value(6.5, label="b")
    o: Value = (x * w + b).tanh()
    o.label = "o"
    return o


def parsed(drawing: Drawing) -> ElementTree.Element:
    return ElementTree.fromstring(drawing.svg)


def texts(element: ElementTree.Element) -> list[str]:
    return ["".join(text.itertext()) for text in element.iter(f"{SVG}text")]


def classes(element: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [x for x in element.iter() if name in (x.get("class") or "").split()]


def test_each_value_is_one_box_with_op_data_and_signed_gradient() -> None:
    root = neuron()
    graph, picture = trace(root), parsed(draw(root))
    groups = {int(group.attrib["data-node"]): group for group in picture.iter(f"{SVG}g") if "data-node" in group.attrib}
    assert len(groups) == len(graph.nodes) == 6
    assert texts(groups[5]) == ["o = tanh(v4)", "data", "0.4621", "grad", "+1.0000"]
    assert texts(groups[0])[1:] == ["data", "2.0000", "grad", "−2.3593"]
    for node in graph.nodes:
        (grad,) = classes(groups[node.id], "grad")
        assert float("".join(grad.itertext()).replace("−", "-")) == pytest.approx(node.grad, abs=1e-4)
        assert (grad.text or "").startswith("+" if node.grad > 0 else "−")


def test_edges_name_the_edges_of_the_trace_and_their_local_derivative() -> None:
    x = Value(3.0, label="x")
    picture = parsed(draw(x * x))
    assert [path.get("data-edge") for path in classes(picture, "edge")] == ["0", "1"]
    assert [title.text for title in picture.iter(f"{SVG}title")] == ["Graph of v1", *["v1 by x: x = 3.0"] * 2]


def test_picture_is_an_image_with_a_name_a_description_and_no_ids() -> None:
    picture = parsed(draw(neuron()))
    assert (picture.get("role"), picture.get("aria-label")) == ("img", "Graph of o")
    assert [element.tag.removeprefix(SVG) for element in list(picture)[:3]] == ["title", "desc", "style"]
    assert "x = 2.0000, gradient −2.3593" in (list(picture)[1].text or "")
    assert not [element for element in picture.iter() if element.get("id")]
    assert "prefers-color-scheme:dark" in draw(neuron()).svg


@pytest.mark.parametrize("style", ["glassgrad", "micrograd"])
@pytest.mark.parametrize("rankdir", ["LR", "TB"])
def test_a_hostile_label_is_text(style: str, rankdir: str) -> None:
    drawing = draw(Value(1.0, label=HOSTILE) * Value(2.0, label="é😀"), style=style, rankdir=rankdir)
    picture = parsed(drawing)
    assert not list(picture.iter(f"{SVG}img")) + list(picture.iter(f"{SVG}script"))
    assert any("</script>" in text for text in texts(picture))
    assert "<img" not in drawing.html.split("base64")[0].partition("<img")[2]
    assert "<script" not in drawing.svg


def test_special_letters_of_a_record_are_escaped_in_dot() -> None:
    lines = draw(Value(1.0, label='a|{b}<c>"d"\\n') * 2).dot.splitlines()
    (line,) = [line for line in lines if line.startswith("\t0 [")]
    assert r'a\|\{b\}\<c\>\"d\"\\n' in line


def test_boxes_hold_their_text() -> None:
    picture = parsed(draw(mlp([2, 3, 1])))
    for group in picture.iter(f"{SVG}g"):
        for rect in group.findall(f"{SVG}rect"):
            for text in group.iter(f"{SVG}text"):
                length = 7.2 * len("".join(text.itertext()))
                x = float(text.attrib["x"])
                start, end = (x - length, x) if text.get("text-anchor") == "end" else (x, x + length)
                assert float(rect.attrib["x"]) <= start
                assert end <= float(rect.attrib["x"]) + float(rect.attrib["width"]) + 0.1


def test_arrays_show_shape_span_and_norm() -> None:
    x = Tensor([[1.0, -2.0, 3.0]], requires_grad=True, label="x")
    picture = parsed(draw((x * 2).sum()))
    assert texts(picture)[:5] == ["x (1, 3)", "data", "−2 … 3", "grad", "|3.46|"]


def test_large_graphs_are_folded_and_say_so() -> None:
    drawing = draw(mlp([3, 16, 16, 1]))
    assert len(drawing.boxes) < 80
    assert re.fullmatch(r"[\d,]+ nodes folded into \d+ boxes; draw\(..., fold=False\) shows each by itself",
                        drawing.note)
    assert texts(parsed(drawing))[-1] == drawing.note
    assert draw(neuron()).note == ""


def test_no_more_boxes_than_the_limit_are_drawn() -> None:
    drawing = draw(mlp([3, 8, 1]), fold=False, limit=20)
    assert len(drawing.boxes) == len(drawing.picture.cards) == 20
    assert drawing.note.endswith("of which the last 19 are drawn; draw(..., limit=118) shows all")


@pytest.mark.parametrize(("options", "phrase"), [
    ({"style": "pretty"}, "style must be one of"), ({"rankdir": "up"}, "rankdir must be one of"),
    ({"limit": 0}, "limit must be a whole number")])
def test_wrong_options_are_refused(options: Any, phrase: str) -> None:
    with pytest.raises(OperandError, match=phrase):
        draw(neuron(), **options)


# Files

def program(folder: Path, name: str, script: str) -> None:
    """Write a program to a folder."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IEXEC)


def test_svg_and_html_are_saved_whole(tmp_path: Path) -> None:
    drawing = draw(neuron())
    drawing.save(tmp_path / "x.svg")
    drawing.save(str(tmp_path / "x.html"))
    assert (tmp_path / "x.svg").read_text(encoding="utf-8") == drawing.svg
    page = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert drawing.svg in page
    assert page.startswith("<!doctype html>")
    assert sorted(os.listdir(tmp_path)) == ["x.html", "x.svg"]
    assert (tmp_path / "x.svg").stat().st_mode & 0o444


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.svg").write_text("old")
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        draw(neuron()).save(tmp_path / "x.svg")
    assert os.listdir(tmp_path) == ["x.svg"]
    assert (tmp_path / "x.svg").read_text() == "old"


@pytest.mark.parametrize(("name", "script"), [("rsvg-convert", 'printf PNG > "$2"'), ("dot", 'printf PNG > "${2#-o}"')])
def test_png_is_made_by_a_program_that_there_is(name: str, script: str, tmp_path: Path,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingExtraError, match=r"needs one of rsvg-convert, .* save as .svg or .html"):
        draw(neuron()).save(tmp_path / "x.png")
    program(tmp_path, name, script)
    draw(neuron()).save(tmp_path / "x.png")
    assert (tmp_path / "x.png").read_bytes() == b"PNG"


def test_an_unknown_kind_of_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OperandError, match=r"'x.gif' must end in .svg, .html, .png"):
        draw(neuron()).save(tmp_path / "x.gif")
    assert saving.size('<svg width="10.2" height="3">') == {"width": 11, "height": 3}


# Notebooks

def test_a_drawing_shows_itself_where_nothing_is_trusted() -> None:
    bundle = draw(neuron())._repr_mimebundle_()
    assert sorted(bundle) == ["image/svg+xml", "text/html", "text/plain"]
    (data,) = re.findall(r'src="data:image/svg\+xml;base64,([^"]*)"', bundle["text/html"])
    assert b64decode(data).decode() == bundle["image/svg+xml"] == draw(neuron()).svg


def test_a_node_shows_its_repr_and_if_computed_its_graph() -> None:
    root = neuron()
    assert display(root)["text/plain"] == repr(root)
    assert "<img" in display(root)["text/html"]
    assert "<img" in display(Tensor(np.ones(3), requires_grad=True) * 2)["text/html"]
    assert sorted(display(Value(1.0))) == sorted(display(Tensor([1.0]) * 2)) == ["text/plain"]


def test_a_display_never_fails() -> None:
    root = neuron()
    root.backward(free=True)
    assert "was freed" in display(root)["text/plain"]
    y = Value(1.0)
    for _ in range(3000):
        y = y + 1
    assert display(y)["text/plain"].endswith("3,001 nodes; draw(...) shows them folded")


# Graphviz

def walk(root: Any) -> tuple[set[Any], set[Any]]:
    """Walk a graph as micrograd's notebook does."""
    nodes, edges = set(), set()

    def build(v: Any) -> None:
        if v not in nodes:
            nodes.add(v)
            for child in v._prev:
                edges.add((child, v))
                build(child)
    build(root)
    return nodes, edges


def test_a_walker_in_micrograds_style_feeds_graphviz() -> None:
    root = neuron()
    dot = graphviz.Digraph(format="svg", graph_attr={"rankdir": "LR"})
    nodes, edges = walk(root)
    for n in nodes:
        dot.node(name=str(id(n)), label=f"{{ data {n.data:.4f} | grad {n.grad:.4f} }}", shape="record")
        if n._op:
            dot.node(name=str(id(n)) + n._op, label=n._op)
            dot.edge(str(id(n)) + n._op, str(id(n)))
    for n1, n2 in edges:
        dot.edge(str(id(n1)), str(id(n2)) + n2._op)
    assert (len(nodes), len(edges)) == (6, 5)
    assert dot.source.count("->") == 8


def test_draw_dot_is_a_digraph_in_micrograds_look() -> None:
    dot = draw_dot(neuron())
    assert isinstance(dot, graphviz.Digraph)
    assert 'label="{o|data 0.4621|grad +1.0000}"' in dot.source
    assert dot.source.count("->") == 8
    assert "rankdir=TB" in draw_dot(neuron(), rankdir="TB").source


def test_draw_dot_shows_itself_without_graphviz(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(digraph, "PROGRAMS", ("dot",))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    dot = draw_dot(neuron())
    own = draw(neuron(), style="micrograd").svg
    assert dot._repr_mimebundle_()["image/svg+xml"] == own
    assert dot.pipe(encoding="utf-8") == own
    assert Path(dot.render("graph", directory=tmp_path)).read_text(encoding="utf-8") == own
    assert sorted(draw_dot(neuron(), format="png")._repr_mimebundle_()) == ["image/svg+xml", "text/html", "text/plain"]
    with pytest.raises(graphviz.ExecutableNotFound):
        dot.pipe(format="pdf")


@pytest.mark.parametrize(("script", "expected"), [
    ("printf '<?xml?><!DOCTYPE svg><svg>dot</svg>'", "<svg>dot</svg>"), ("exit 3", None), ("exec sleep 9", None)])
def test_draw_dot_uses_a_program_that_answers_in_time(script: str, expected: str | None, tmp_path: Path,
                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, "graphviz-pure", script)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setattr(digraph, "PROGRAMS", ("graphviz-pure",))
    monkeypatch.setattr(digraph, "SECONDS", 0.3)
    shown = draw_dot(neuron())._repr_mimebundle_()["image/svg+xml"]
    assert shown == (expected or draw(neuron(), style="micrograd").svg)


def test_pictures_are_quick(record_property: Any) -> None:
    for sizes, seconds in (([3, 8, 8, 1], 0.2), ([2, 30, 30, 30, 1], 2.0)):
        root = mlp(sizes)
        start = time.process_time()
        assert draw(root).svg.endswith("</svg>\n")
        taken = time.process_time() - start
        record_property(str(len(trace(root).nodes)), taken)
        assert taken < seconds


def test_display_of_an_infinite_tensor_has_the_gradients_of_its_sum() -> None:
    y = Tensor([3.0, np.inf], requires_grad=True) * 2
    svg = b64decode(re.findall(r"base64,([^\"]+)", display(y)["text/html"])[0]).decode()
    assert "nan" not in svg
    assert "|2.83|" in svg


@pytest.mark.parametrize("fold", ["x", 5, [], 0])
def test_fold_that_is_no_function_is_refused(fold: Any) -> None:
    with pytest.raises(OperandError, match="draw: fold must be"):
        draw(neuron(), fold=fold)


def test_saving_says_which_folder_or_path_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no such folder: .*missing'$"):
        draw(neuron()).save(tmp_path / "missing" / "o.svg")
    (tmp_path / "o.svg").mkdir()
    with pytest.raises(IsADirectoryError, match=r"o\.svg'$"):
        draw(neuron()).save(tmp_path / "o.svg")
    assert [path.name for path in tmp_path.iterdir()] == ["o.svg"]


def test_saving_leaves_links_and_what_is_no_file_in_place(tmp_path: Path) -> None:
    (tmp_path / "link.svg").symlink_to(tmp_path / "o.svg")
    draw(neuron()).save(tmp_path / "link.svg")
    assert (tmp_path / "link.svg").is_symlink()
    assert (tmp_path / "o.svg").read_text().startswith("<svg")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_atomically(pipe, b"all")
    assert (os.read(reader, 10), stat.S_ISFIFO(pipe.stat().st_mode)) == (b"all", True)
    os.close(reader)


def test_half_a_character_in_a_label_is_no_error(tmp_path: Path) -> None:
    y = Value(2.0, label="\ud800") * 3
    y.label = "\ud800"
    draw(y).save(tmp_path / "y.HTML")
    assert (tmp_path / "y.HTML").read_text(encoding="utf-8").count("\ufffd") > 1
    assert draw_dot(y).source.encode()
