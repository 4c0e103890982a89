"""Where boxes and the lines between them go: a layered layout in pure Python. Knows sizes and links, and no trace.

`columns.py` says which column a box stands in and in which order, `placing.py` how high, `routing.py` joins it all.
The same boxes and links always give the same layout.

>>> found = layout([(40.0, 20.0), (40.0, 20.0), (60.0, 20.0)], [(0, 2), (1, 2)])
>>> [x for x, _ in found.places], found.routes[0]
([0.0, 0.0, 74.0], [(40.0, 10.0), (40.0, 10.0), (74.0, 22.66...), (74.0, 22.66...)])
"""

from autograd.layout.routing import Layout as Layout
from autograd.layout.routing import layout as layout
