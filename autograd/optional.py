"""Loads a module of `integrations/` when it is first needed. Knows no optional package by name.

Why: `import autograd` loads no extra, and nothing outside `integrations/` names one; a caller says which extra to
install, so that the error does too.
"""

from importlib import import_module
from types import ModuleType

from autograd.errors import MissingExtraError


def integration(name: str, *, extra: str, purpose: str, package: str = "autograd") -> ModuleType:
    """Return `<package>.integrations.<name>`; raises MissingExtraError if the package of its extra is not installed.

    >>> integration("nowhere", extra="plot", purpose="report.plot()")
    Traceback (most recent call last):
    autograd.errors.MissingExtraError: report.plot() needs an optional package: python -m pip install ...
    """
    try:
        return import_module(f"{package}.integrations.{name}")
    except ImportError as error:
        raise MissingExtraError(
            f"{purpose} needs an optional package: python -m pip install 'glassgrad[{extra}]' ({error})") from error
