"""How the suite runs: profiles of hypothesis, and, with CI=true, a test that is skipped is a test that failed.

`python -m pytest --hypothesis-profile=thorough` takes its time.
"""

import os
from collections.abc import Generator
from typing import TypeVar

import pytest
from hypothesis import settings

settings.register_profile("quick", derandomize=True, deadline=None, max_examples=30)
settings.register_profile("thorough", derandomize=False, deadline=None, max_examples=1000)
settings.load_profile("quick")

IN_CI = os.environ.get("CI") == "true"
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


def skip_is_failure(report: Report) -> Report:
    """Turn the report of a skip, unless it is an expected failure, into that of a failure."""
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"a skip counts as a failure in CI: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return skip_is_failure((yield))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return skip_is_failure((yield))
