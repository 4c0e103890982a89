"""Step through the forward and backward pass of an expression.

Examples:
  glassgrad step "tanh(w*x + b)" w=-3 x=2 b=6.9
  glassgrad step "tanh(w*x + b)" w=-3 x=2 b=6.9 --html neuron.html

It prints the table of all steps; with -i it then reads commands (h for help),
from a keyboard or a file. An expression has names, numbers, + - * / ** % // and
the functions of the table; it is parsed, never run. One that begins with a
minus sign comes after "--": glassgrad step -- "-x**2" x=3
"""

import argparse

from autograd.drawing import draw
from autograd.errors import OperandError
from autograd.expression import expression
from autograd.files import write_atomically
from autograd.stepping import stepper


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("expression", help="such as 'tanh(w*x + b)'")
    parser.add_argument("numbers", nargs="*", metavar="NAME=NUMBER", help="a number for each name")
    parser.add_argument("--html", metavar="FILE", help="write the stepper as a page")
    parser.add_argument("--svg", metavar="FILE", help="write the graph as a picture")
    parser.add_argument("-i", "--interactive", action="store_true", help="step through by commands")
    parser.add_argument("--node", action="store_true", help="step node by node instead of by single contributions")


def run(options: argparse.Namespace) -> int:
    """Write what was asked for, or step through in the terminal; return the exit code."""
    pairs = list(map(read_number, options.numbers))
    numbers = dict(pairs)
    for name in numbers:
        if [other for other, _ in pairs].count(name) > 1:
            raise OperandError(f"{name} is given twice")
    root = expression(options.expression)(**numbers)
    root.label = root.label or "out"
    session = stepper(root, granularity="node" if options.node else "contribution")
    if options.html:
        session.save_html(options.html)
        print(f"wrote {options.html}")
    if options.svg:
        write_atomically(options.svg, draw(session.trace).svg.encode())
        print(f"wrote {options.svg}")
    if not (options.html or options.svg):
        print(session)
    if options.interactive:
        session.cli()
    return 0


def read_number(text: str) -> tuple[str, float]:
    """Read "w=-3"."""
    name, equals, number = text.partition("=")
    try:
        return name.strip(), float(number)
    except ValueError:
        fault = f"{number!r} is no number" if equals else "there is no '='"
        raise OperandError(f"expected NAME=NUMBER, such as w=-3, got {text!r}: {fault}") from None
