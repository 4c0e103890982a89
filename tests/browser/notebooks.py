"""Notebooks for the tests, and a JupyterLab that serves them on this machine."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parents[2]
SECONDS = 60


def write_notebook(path: Path, *cells: str, output: Mapping[str, str] | None = None) -> None:
    """Write a notebook of code cells that were never run; nothing vouches for the output, if the first has one."""
    shown = [{"output_type": "display_data", "metadata": {}, "data": output}] if output else []
    content = [{"cell_type": "code", "id": f"cell-{number}", "metadata": {}, "source": cell,
                "outputs": [] if number else shown, "execution_count": None} for number, cell in enumerate(cells)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"cells": content, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook), encoding="utf-8")


def surroundings(folder: Path) -> dict[str, str]:
    """Return an environment in which Jupyter finds this checkout and writes nothing outside a folder."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(folder), "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_DATA_DIR": str(folder / "data"), "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "IPYTHONDIR": str(folder / "ipython")}


@dataclass(frozen=True)
class Lab:
    """A JupyterLab that runs, and the folder that it serves."""

    address: str
    folder: Path

    def page(self, name: str) -> str:
        """Return the address of a notebook, in a workspace of its own."""
        return f"{self.address}/lab/workspaces/{Path(name).stem}/tree/{name}"


def run_cell(page: Any, number: int) -> None:
    """Run a cell of the notebook in a page, as soon as the kernel can."""
    page.get_by_text("| Idle").wait_for(timeout=SECONDS * 1000)
    page.locator(".jp-Cell").nth(number).locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")


@contextmanager
def jupyterlab(folder: Path) -> Iterator[Lab]:
    """Serve a folder by JupyterLab."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}", "--ip=127.0.0.1",
               f"--ServerApp.root_dir={folder}", "--IdentityProvider.token=", "--ServerApp.password=",
               "--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    log = (folder / "jupyterlab.log").open("w", encoding="utf-8")
    server = subprocess.Popen(command, stdout=log, stderr=log, env=surroundings(folder))
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address)
        yield Lab(address, folder)
    finally:
        server.terminate()
        server.wait(SECONDS)
        log.close()


def wait_for(address: str) -> None:
    """Wait until a server answers."""
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            urlopen(f"{address}/api").close()
            return
        except URLError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
