"""The commands of `python -m autograd`, a file each: `add_arguments(parser)`, and `run(options)`, the exit code.

The first line of a command's docstring is its help. `autograd/__main__.py` has the table of them.
"""
