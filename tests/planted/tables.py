"""The measurements as tables in Markdown. Knows counts, and not where they come from."""

from collections.abc import Sequence

from tests.planted.measure import OURS, Large, Tally

Tallies = dict[str, Tally]


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """Return a table in Markdown, all but the first `left` columns to the right."""
    rule = "|".join(["---"] * left + ["--:"] * (len(headings) - left))
    lines = [f"| {' | '.join(row)} |" for row in [headings, *rows]]
    return "\n".join([lines[0], f"|{rule}|", *lines[1:]])


def percent(part: int, whole: int) -> str:
    """Write a share; 100 % only if nothing is missing, 0 only if nothing is there."""
    if not whole:
        return "–"
    if part in (0, whole):
        return "0" if part == 0 else "100 %"
    return f"{min(max(100 * part / whole, 0.01), 99.99):.2f} %"


def summary(smooth: Tally, kinks: Tally, reverse: Tally) -> str:
    """Say in words what was planted, and what of ours stands in no table."""
    return (f"Planted errors: {smooth.wrong}. Subgradients at kinks: {kinks.right} right, {kinks.wrong} wrong. Ours "
            f"was asked about our reverse mode as well: {reverse.alarms} alarms in {reverse.right} cases. It said "
            f"neither ok nor fail to {smooth.undecided} planted errors and {kinks.undecided} wrong subgradients, which "
            f"count as missed. It named {percent(sum(smooth.named.values()), smooth.wrong)} of the planted errors "
            "rightly.")


def checkers_table(smooth: Tallies, kinks: Tallies) -> str:
    """Return the table of all checkers, in float64."""
    rows = [[name, percent(t.caught, t.wrong), percent(t.alarms, t.right),
             f"{kinks[name].alarms} / {kinks[name].right}", percent(kinks[name].caught, kinks[name].wrong),
             f"{t.evaluations / t.right:.0f} / {t.on_wrong / t.wrong:.0f}",
             f"{1e3 * t.seconds / (t.right + t.wrong):.1f} ms"]
            for name, t in smooth.items()]
    return table(["checker (its own defaults)", "planted errors caught", "false alarms, smooth",
                  "alarms at right kinks", "wrong at kinks refused", "evaluations, right / wrong",
                  "time a check"], rows)


def faults_table(smooth: Tallies) -> str:
    """Return what each checker catches of each fault, and how often ours names it rightly."""
    own = smooth[OURS]
    rows = [[fault, str(count), *(percent(t.found[fault], t.planted[fault]) for t in smooth.values()),
             percent(own.named[fault], count)] for fault, count in own.planted.items()]
    rows.append(["all", str(own.wrong), *(percent(t.caught, t.wrong) for t in smooth.values()),
                 percent(sum(own.named.values()), own.wrong)])
    return table(["fault", "planted", *smooth, "rightly named by ours"], rows)


def misnamed_table(own: Tally, most: int = 12) -> str:
    """Return the names that did not fit, the most frequent ones first."""
    rows = [[fault, name, str(count)] for (fault, name), count in own.misnamed.most_common(most)]
    return table(["fault", "wrongly named by ours", "times"], rows, left=2)


def single_table(single: Tallies) -> str:
    """Return the table of all checkers, in float32."""
    rows = [[name, percent(t.alarms, t.right), percent(t.caught, t.wrong), f"{t.evaluations / t.right:.0f}"]
            for name, t in single.items()]
    return table(["checker, in float32", "false alarms", "planted errors of 1 % and more caught",
                  "evaluations a case"], rows)


def oddities_table(oddities: list[tuple[str, tuple[str, ...], str]]) -> str:
    rows = [[name, " or ".join(words), word, "yes" if word in words else "no"] for name, words, word in oddities]
    return table(["oddity", "word that fits", "word of ours", "fits"], rows, left=4)


def large_table(large: list[Large]) -> str:
    rows = [[one.what, f"{one.size:,}", one.expected, one.answer, str(one.evaluations), f"{one.seconds:.1f} s"]
            for one in large]
    return table(["gradient of the sum of sines", "inputs", "expected", "ours", "evaluations", "time"], rows, left=4)
