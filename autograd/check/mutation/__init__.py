"""Rules with planted mistakes, to see whether tests notice: `mutations.py` makes them, `mutants.py` runs tests."""
