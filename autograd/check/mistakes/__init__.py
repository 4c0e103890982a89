"""The mistake behind a wrong gradient, named: a table of hypotheses, each tried on the evidence; see `naming.py`."""
