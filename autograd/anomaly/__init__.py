"""NaN autopsy: stops at the first number or gradient that is no number, and says why. Knows nodes, traces and ops.

`watch.py` looks on, `case.py` holds what it found, `fixes.py` is the table of patterns and what helps, `report.py`
writes the message.

>>> from autograd import Value, ops
>>> x = Value(0.0, label="x")
>>> with detect_anomaly():
...     ops.where(x.data > 0, x.sqrt(), 0.0).backward()
Traceback (most recent call last):
    ...
autograd.errors.AnomalyError: backward: sqrt sends x a gradient of nan ...
"""

from autograd.anomaly.watch import detect_anomaly as detect_anomaly
