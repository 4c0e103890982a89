"""A report says what was found: as text of 80 columns, as HTML for a notebook, as a picture."""

import re
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from autograd.check import findings
from autograd.check.findings import Coordinate, InputFindings, Mistake, Probe
from autograd.check.report import Line, Report
from autograd.check.report_text import VERDICTS, structure
from autograd.errors import MissingExtraError, OperandError

VERDICT_NAMES = [value for name, value in vars(findings).items() if name.isupper() and isinstance(value, str)]


def coordinate(place: tuple[int, ...] = (0,), analytic: float = 1.0, numeric: float = 1.0, **more: Any) -> Coordinate:
    return Coordinate(place=place, analytic=analytic, numeric=numeric, **{"error": 1e-11, **more})


def found(name: str = "x", shape: tuple[int, ...] = (2,), *coordinates: Coordinate, **more: Any) -> InputFindings:
    worst = min(coordinates, key=lambda one: one.digits, default=None)
    return InputFindings(name=name, shape=shape, dtype="float64", coordinates=coordinates, worst=worst, **more)


def of_arrays(analytic: np.ndarray, numeric: np.ndarray, name: str = "x") -> InputFindings:
    coordinates = [coordinate(place, float(analytic[place]), float(numeric[place]),
                              verdict="pass" if analytic[place] == numeric[place] else "fail")
                   for place in np.ndindex(analytic.shape)]
    return found(name, analytic.shape, *coordinates, analytic=analytic, numeric=numeric,
                 error=np.full(analytic.shape, 1e-11))


PASSING = Report(verdict="pass", inputs=(found("x", (2,), coordinate((0,)), coordinate((1,), 2.0, 2.0 + 1e-9)),),
                 evaluations=33, rng="np.random.default_rng(0)")
WRONG = [coordinate((k,), 1.0 + k, 2.0, verdict="fail", left=1.5, right=2.5) for k in range(9)]
FAILING = Report(
    verdict="fail", inputs=(found("weights", (12,), *WRONG, *[coordinate((k,)) for k in (9, 10, 11)]), found("b")),
    mistake=Mistake(kind="factor", text="The gradient of `weights` has 2 times the right size.", inputs=("weights",),
                    digits=9.81, also=("stale",)),
    probes=(Probe(analytic=3.0, numeric=4.0, error=1e-9, verdict="fail"),), evaluations=284,
    rng="np.random.default_rng(7)", reason="the direction u = (1, −1, 0) is smooth, and contradicts the gradient",
    function="loss", order=2)


@pytest.mark.parametrize("verdict", VERDICT_NAMES)
def test_report_is_true_exactly_if_the_verdict_is_accepted(verdict: str) -> None:
    report = Report(verdict=verdict, inputs=())
    assert report.ok == bool(report) == (verdict in findings.ACCEPTED)


@pytest.mark.parametrize("verdict", VERDICT_NAMES)
def test_every_verdict_has_words(verdict: str) -> None:
    first = str(Report(verdict=verdict, inputs=())).splitlines()[0]
    assert first.lower().startswith(f"{verdict}: the gradient of f")
    assert VERDICTS.keys() == set(VERDICT_NAMES)


def test_pass_is_short_and_tells_digits_and_cost() -> None:
    assert str(PASSING).splitlines() == [
        "pass: the gradient of f agrees with differences of values",
        "Compared: all 2 coordinates of x, to at least 9.3 digits.",
        "33 evaluations of f.",
    ]


@pytest.mark.parametrize("phrase", [
    "FAIL: the derivative of order 2 of loss disagrees",
    "the direction u = (1, −1, 0) is smooth",
    "weights float64 (12,): 9 of 12 coordinates differ",
    "weights[8]  9         2 ± 1e-11  0.1 digits",
    "slopes: 1.5 on the left, 2.5 on the right",
    "… and 4 more",
    "Mistake (factor): The gradient of `weights` has 2 times the right size.",
    "9.8 digits",
    "may as well be called: stale",
    "284 evaluations of loss.",
    "rng=np.random.default_rng(7)",
])
def test_failure_says(phrase: str) -> None:
    assert phrase in re.sub(r"\n(?! )", " ", str(FAILING))


def test_direction_is_shown_if_no_coordinate_is_wrong() -> None:
    probe = Probe(analytic=3.0, numeric=4.0, error=1e-9, verdict="fail", left=3.5, right=4.5)
    text = str(Report(verdict="fail", inputs=(found(),), probes=(probe,)))
    assert "along a random direction: analytic 3, numeric 4 ± 1e-09, 0.6 digits\n    slopes: 3.5 on the left" in text
    assert "direction" not in str(FAILING).partition("contradicts")[2]


def test_slopes_of_both_sides_are_left_out_where_they_agree() -> None:
    wrong = coordinate((0,), 1.0, 2.0, verdict="fail", left=2.0, right=2.0 + 1e-12)
    assert "slopes" not in str(Report(verdict="fail", inputs=(found("x", (1,), wrong),)))


def test_failure_lists_at_most_five_coordinates_of_an_input_the_worst_first() -> None:
    places = re.findall(r"weights\[(\d+)\]  ", str(FAILING))
    assert places == ["8", "7", "6", "5", "4"]


@pytest.mark.parametrize("report", [PASSING, FAILING, Report(
    verdict="inconclusive", reason="word " * 60, inputs=tuple(
        found(f"parameters['a very long name of a layer'][{k}]", (3, 4), coordinate((2, 3), 1 / 3 * 1e-300, -2 / 3e200))
        for k in range(4)), rng="np.random." + "r" * 50)])
def test_text_is_at_most_80_columns_wide(report: Report) -> None:
    assert max(map(len, str(report).splitlines())) <= 80


def test_right_input_of_a_wrong_gradient_takes_one_line() -> None:
    report = Report(verdict="fail", inputs=(found("x", (1,), coordinate((0,), 1.0, 2.0, verdict="fail")),
                                            found("y", (1,), coordinate((0,), 1.0, 1.0 + 1e-9))))
    assert "\ny float64 (1,): right, to at least 9.0 digits\n" in str(report)


def test_random_cotangent_is_mentioned_where_slopes_are_shown() -> None:
    wrong = (found("x", (1,), coordinate((0,), 1.0, 2.0, verdict="fail")),)
    assert "<v, f>" in str(Report(verdict="fail", inputs=wrong, weighed=True))
    assert "<v, f>" not in str(Report(verdict="fail", inputs=wrong))


def test_zero_derivative_is_not_said_to_share_no_digits() -> None:
    report = Report(verdict="pass", inputs=(found("x", (1,), coordinate((0,), 0.0, 1e-17)),))
    assert "digits" not in str(report)


def test_kink_shows_the_slopes_of_both_sides() -> None:
    kink = coordinate((), 0.0, 0.5, left=0.0, right=1.0, verdict="kink")
    text = str(Report(verdict="kink", reason="relu at 0 has slope 0", inputs=(found("x", (), kink),)))
    assert "slopes: 0 on the left, 1 on the right" in text
    assert "relu at 0 has slope 0" in text


def test_worst_is_the_coordinate_with_the_fewest_digits_of_all_inputs() -> None:
    near, far = coordinate((0,), 1.0, 1.0 + 1e-3), coordinate((1,), 1.0, 5.0)
    assert Report(verdict="fail", inputs=(found("x", (2,), near), found("y", (2,), far))).worst is far
    assert Report(verdict="fail", inputs=()).worst is None


def test_wrong_coordinate_is_worse_than_one_that_is_allowed() -> None:
    allowed, wrong = coordinate((0,), 0.0, 0.5, verdict="kink"), coordinate((1,), 1.0, 1.01, verdict="fail")
    assert Report(verdict="fail", inputs=(found("x", (2,), allowed), found("y", (2,), wrong))).worst is wrong


def test_repr_is_one_short_line() -> None:
    assert repr(FAILING) == "<Report 'fail', mistake='factor', digits=0.1, evaluations=284>"


@pytest.mark.parametrize(("jacobian", "words"), [
    (np.diag([1.0, 2.0, 3.0]), "diagonal"), (np.tri(3), "lower triangular"), (np.tri(3).T, "upper triangular"),
    (np.eye(4, 5), "80 % zeros"), (np.zeros((2, 2)), "zero"), (np.ones((2, 2)), ""), (np.ones((1, 1)), ""),
])
def test_structure_of_a_jacobian_is_recognised(jacobian: np.ndarray, words: str) -> None:
    assert structure(jacobian) == words


def test_structure_of_jacobians_is_reported() -> None:
    report = Report(verdict="pass", inputs=(found("x"), found("y")), jacobians=(np.eye(2), np.ones((2, 2))))
    assert "The Jacobian by x (2 × 2): diagonal." in str(report)
    assert "The Jacobian by y" not in str(report)


class Reader(HTMLParser):
    """Collects text and cells, and complains of tags that are not closed or that fetch or run something."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []
        self.cells: list[dict[str, str | None]] = []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "link", "img", "iframe")
        assert not {"src", "href", "onclick"} & dict(attrs).keys()
        self.open.append(tag)
        if tag == "td":
            self.cells.append(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_html_is_closed_and_fetches_nothing() -> None:
    html = FAILING._repr_html_()
    text = " ".join(Reader(html).text)
    assert "http" not in html
    assert "url(" not in html
    assert "2 times the right size" in text
    assert "✗" in text


def test_html_escapes_names_and_reasons() -> None:
    evil = "<script>alert('&')</script>"
    report = Report(verdict="fail", reason=evil, inputs=(found(evil, (2,), coordinate(verdict="fail")),), function=evil)
    assert "<script" not in report._repr_html_()
    assert "&lt;script&gt;" in report._repr_html_()


def test_map_has_a_cell_for_each_element_with_its_digits_in_words() -> None:
    right = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    wrong = right.copy()
    wrong[1, 2] = 6.06
    cells = [cell for cell in Reader(Report(verdict="fail", inputs=(of_arrays(wrong, right),))._repr_html_()).cells
             if "style" in cell]
    assert len(cells) == 6
    marked = [cell for cell in cells if cell.get("class") == "gg-bad"]
    assert [cell["title"] for cell in marked] == ["x, row 1, column 2: 2.0 digits agree, wrong"]


@pytest.mark.parametrize("shape", [(), (5,), (0, 3), (100,), (2, 3, 4), (1000, 300)])
def test_map_of_any_array_is_small_and_keeps_its_worst_element(shape: tuple[int, ...]) -> None:
    right = np.ones(shape)
    wrong = right.copy()
    wrong.reshape(-1)[-1:] = 3.0
    last = coordinate(tuple(n - 1 for n in shape), 3.0, verdict="fail")
    one = InputFindings(name="x", shape=shape, dtype="float64", analytic=wrong, numeric=right, error=0 * right,
                        coordinates=(last,) if right.size else ())
    html = Report(verdict="fail", inputs=(one,))._repr_html_()
    marked = [cell for cell in Reader(html).cells if cell.get("class") == "gg-bad"]
    assert len(html) < 40_000
    assert len(marked) == (right.ndim > 0 and right.size > 0)


def test_html_shows_some_of_many_inputs_and_says_so() -> None:
    many = tuple(of_arrays(np.ones(2), np.ones(2), f"x{k}") for k in range(11))
    html = Report(verdict="pass", inputs=many)._repr_html_()
    assert "3 more inputs are not shown" in html


def test_digits_of_a_zero_derivative_are_not_bad() -> None:
    html = Report(verdict="pass", inputs=(of_arrays(np.zeros(2), np.zeros(2)),))._repr_html_()
    titles = [cell["title"] for cell in Reader(html).cells if "style" in cell]
    assert titles == ["x, row 0, column 0: 16.0 digits agree", "x, row 0, column 1: 16.0 digits agree"]


def line(slope: float) -> Line:
    return Line(name="x[2]", rise=lambda t: np.tanh(0.7 + t) - np.tanh(0.7), slope=slope, step=2.0**-6,
                numeric=1 - np.tanh(0.7)**2)


@pytest.mark.parametrize(("factor", "power"), [(1.0, 2), (1.01, 1)])
def test_picture_has_a_remainder_of_slope_two_if_right_and_one_if_wrong(factor: float, power: int) -> None:
    pytest.importorskip("matplotlib").use("Agg")
    error, remainder = Report(verdict="fail", inputs=(), line=line(factor * (1 - np.tanh(0.7)**2))).plot()
    steps, values = remainder.lines[0].get_data()
    small = (steps > 1e-6) & (steps < 1e-4)
    assert np.polyfit(np.log(steps[small]), np.log(values[small]), 1)[0] == pytest.approx(power, abs=0.02)
    assert error.lines[1].get_xdata()[0] == 2.0**-6
    assert "x[2]" in error.figure.get_suptitle()


def test_picture_without_a_line_is_refused() -> None:
    pytest.importorskip("matplotlib").use("Agg")
    with pytest.raises(OperandError, match="this check tried none"):
        PASSING.plot()


def test_picture_without_matplotlib_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "autograd.integrations.plotting", None)
    with pytest.raises(MissingExtraError, match=r"report\.plot\(\) needs .*glassgrad\[plot\]"):
        PASSING.plot()
