r"""LaTeX to MathML, for the LaTeX that rows of the table are written in. Knows neither ops nor symbols.

Browsers show MathML as it is, so no page needs a script to set its formulas. What the table has no word for is shown
as its name. `\operand{0}` becomes an empty element with `data-operand="0"`, for a name to be put in as text.
"""

import re
from collections.abc import Callable, Iterator
from html import escape

TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?|\s+|.", re.DOTALL)
OPERATORS = {
    "cdot": "·", "bmod": "mod", "sum": "∑", "prod": "∏", "lvert": "|", "rvert": "|", "lfloor": "⌊", "rfloor": "⌋",
    "lceil": "⌈", "rceil": "⌉", "top": "⊤", "ne": "≠", "le": "≤", "ge": "≥", "wedge": "∧", "vee": "∨", "neg": "¬",
    "oplus": "⊕", "colon": ":", "partial": "∂", "odot": "⊙", "times": "×",
}
LETTERS = {"sigma": "σ", "Phi": "Φ", "varphi": "φ", "pi": "π", "alpha": "α", "beta": "β", "gamma": "γ", "infty": "∞"}
SPACES = {",", " ", ";", "quad"}
SIGNS = {"-": "−", "*": "·"}


def mathml(tex: str) -> str:
    r"""Return LaTeX as a `<math>` element.

    >>> mathml(r"\frac{1}{\operand{0}^2}")
    '<math><mfrac><mn>1</mn><msup><mi data-operand="0"></mi><mn>2</mn></msup></mfrac></math>'
    """
    return f"<math>{row(Reader(TOKEN.findall(tex)), '')}</math>"


class Reader:
    """The tokens of a formula, read from left to right."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.place = 0

    def peek(self) -> str:
        """Return the next token that is not space, nothing at the end."""
        while self.place < len(self.tokens) and self.tokens[self.place].isspace():
            self.place += 1
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self) -> str:
        """Return the next token that is not space and go on."""
        token = self.peek()
        self.place += 1
        return token

    def word(self) -> str:
        """Return what stands between the next braces as it is."""
        self.take()
        first = self.place
        while self.place < len(self.tokens) and self.tokens[self.place] != "}":
            self.place += 1
        self.place += 1
        return "".join(" " if token[0] == "\\" else token for token in self.tokens[first : self.place - 1])


def row(reader: Reader, end: str) -> str:
    """Return the elements up to a token as one element."""
    found: list[str] = []
    while reader.peek() not in ("", end):
        found.append(scripted(reader))
    reader.take()
    return found[0] if len(found) == 1 else f"<mrow>{''.join(found)}</mrow>"


def scripted(reader: Reader) -> str:
    """Return the next element with what stands below and above it."""
    base = element(reader)
    below = above = ""
    while reader.peek() in ("_", "^"):
        if reader.take() == "_":
            below = element(reader)
        else:
            above = element(reader)
    if below and above:
        return f"<msubsup>{base}{below}{above}</msubsup>"
    if below:
        return f"<msub>{base}{below}</msub>"
    return f"<msup>{base}{above}</msup>" if above else base


def element(reader: Reader) -> str:
    """Return the next element: a group, a command, a number, a letter or a sign."""
    token = reader.take()
    if token == "{":
        return row(reader, "}")
    if token.startswith("\\"):
        return command(token[1:], reader)
    if token[0].isdigit():
        return f"<mn>{token}</mn>"
    return f"<mi>{token}</mi>" if token.isalpha() else f"<mo>{escape(SIGNS.get(token, token))}</mo>"


def command(name: str, reader: Reader) -> str:
    """Return what a command stands for."""
    if name in COMMANDS:
        return COMMANDS[name](reader)
    if name in OPERATORS:
        return f"<mo>{OPERATORS[name]}</mo>"
    if name in SPACES:
        return '<mspace width="0.17em"></mspace>'
    return f"<mi>{LETTERS.get(name, escape(name))}</mi>"


def root(reader: Reader) -> str:
    """Return a root, the index of which may stand in square brackets."""
    if reader.peek() != "[":
        return f"<msqrt>{element(reader)}</msqrt>"
    reader.take()
    index = row(reader, "]")
    return f"<mroot>{element(reader)}{index}</mroot>"


def cases(reader: Reader) -> str:
    """Return a table of cases behind a brace."""
    reader.word()
    lines = "".join(f"<mtr>{''.join(f'<mtd>{cell}</mtd>' for cell in line)}</mtr>" for line in case_lines(reader))
    return f"<mrow><mo>{{</mo><mtable>{lines}</mtable></mrow>"


def case_lines(reader: Reader) -> Iterator[list[str]]:
    """Yield the cells of each line up to the end of the environment."""
    cells, current = [], ""
    while reader.peek() != "\\end" and reader.peek():
        if reader.peek() in ("&", "\\\\"):
            cells.append(f"<mrow>{current}</mrow>")
            current = ""
            if reader.take() != "&":
                yield cells
                cells = []
        else:
            current += scripted(reader)
    reader.take()
    reader.word()
    yield [*cells, f"<mrow>{current}</mrow>"]


def bracket(reader: Reader) -> str:
    """Return the bracket after `\\left` or `\\right`."""
    return f"<mo>{escape(reader.take())}</mo>"


COMMANDS: dict[str, Callable[[Reader], str]] = {
    "frac": lambda reader: f"<mfrac>{element(reader)}{element(reader)}</mfrac>",
    "sqrt": root, "begin": cases, "left": bracket, "right": bracket,
    "operatorname": lambda reader: f"<mi>{escape(reader.word())}</mi>",
    "text": lambda reader: f"<mtext>{escape(reader.word())}</mtext>",
    "mathrm": lambda reader: f"<mi>{escape(reader.word())}</mi>",
    "operand": lambda reader: f'<mi data-operand="{escape(reader.word())}"></mi>',
}
