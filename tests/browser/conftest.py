"""One Chromium for all tests of pages; they are skipped, with a reason, where there is none or no playwright."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.browser.notebooks import Lab, jupyterlab

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A running Chromium."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs the package playwright")
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    if executable is None:
        pytest.skip("needs Chromium: apt-get install --no-install-recommends chromium")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=executable, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A running JupyterLab with a Python kernel."""
    pytest.importorskip("jupyterlab")
    pytest.importorskip("ipykernel")
    with jupyterlab(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture
def visit(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Open a file or an address in a window of its own; at the end it must have raised, logged and fetched nothing."""
    opened = []

    def open_page(target: Path | str, *, may_fetch: bool = False, **window: Any) -> Any:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **window})
        page = context.new_page()
        faults: list[str] = []
        address = target.as_uri() if isinstance(target, Path) else target
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on("console", lambda message: faults.append(f"{message.type}: {message.text}"))
        page.on("request", lambda request: request.url == address or faults.append(f"request: {request.url}"))
        opened.append(SimpleNamespace(context=context, faults=faults, checked=not may_fetch))
        page.goto(address)
        return page

    yield open_page
    for window in opened:
        window.context.close()
    assert [fault for window in opened if window.checked for fault in window.faults] == []
