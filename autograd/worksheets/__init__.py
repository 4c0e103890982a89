"""Worksheets: a graph on paper with numbers to fill in, its answer sheet, and marks. Knows traces and drawings.

`blanks.py` chooses what is left out and works it out, `picture.py` and `page.py` draw the sheet, `marking.py` marks
answers and names the likely mistake, `sheet.py` has it all in one object.
"""

from autograd.worksheets.blanks import Blank as Blank
from autograd.worksheets.marking import Mark as Mark
from autograd.worksheets.marking import Marks as Marks
from autograd.worksheets.sheet import Sheet as Sheet
from autograd.worksheets.sheet import worksheet as worksheet
