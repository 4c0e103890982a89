"""The stepper: backpropagation one contribution at a time, as an object, in a terminal, as a page and in a notebook.

`steps.py` makes steps of a trace, `session.py` walks through them, `terminal.py` and `page.py` show them.
"""

from autograd.stepping.session import Card as Card
from autograd.stepping.session import Stepper as Stepper
from autograd.stepping.session import stepper as stepper
