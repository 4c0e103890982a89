"""Bridges to optional packages: one file a package, each loaded by `autograd.optional` when it is asked for."""
