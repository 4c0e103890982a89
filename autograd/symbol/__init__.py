"""Rules as formulas: an op's rule, run on symbols, prints text, LaTeX and MathML. Knows ops, and no graph.

`expression.py` has the symbols, `printing.py` writes them, `mathml.py` turns LaTeX into MathML, `rules.py` runs rules.

>>> from autograd import ops
>>> formula(ops.sigmoid, 0).named({"0": "x", "y": "p"}).text
'p * sigmoid(-x)'
"""

from autograd.symbol.expression import Symbol as Symbol
from autograd.symbol.expression import symbol as symbol
from autograd.symbol.mathml import mathml as mathml
from autograd.symbol.rules import Formula as Formula
from autograd.symbol.rules import formula as formula
