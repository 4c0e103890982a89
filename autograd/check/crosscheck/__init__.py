"""Ways to one gradient held against each other: `compare.py` for two implementations, `verify.py` for all oracles."""
