"""One backward sweep over a graph as pure data: every picture, table and page is drawn from it. Knows no picture.

`sweep.py` sweeps, `records.py` and `data.py` hold what it found, `payload.py` writes it as JSON.

>>> from autograd import Value
>>> x = Value(3.0, label="x")
>>> for event in trace(x * x).events:
...     print(f"{event.upstream} sends {event.contribution}: {event.before} -> {event.after}, {event.left} to come")
1.0 sends 3.0: 0.0 -> 3.0, 1 to come
1.0 sends 3.0: 3.0 -> 6.0, 0 to come
"""

from autograd.tracing.data import Trace as Trace
from autograd.tracing.records import TraceEdge as TraceEdge
from autograd.tracing.records import TraceEvent as TraceEvent
from autograd.tracing.records import TraceHook as TraceHook
from autograd.tracing.records import TraceNode as TraceNode
from autograd.tracing.sweep import Sweep as Sweep
from autograd.tracing.sweep import trace as trace
