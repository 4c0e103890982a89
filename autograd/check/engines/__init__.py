"""The `Value` class that a learner writes, tried out: `grading.py` runs the `trials.py` and the `traps.py`."""
