"""JupyterLab as a person uses it: a server of its own on this machine, and a notebook in its page.

What a test does to a cell goes by the keyboard; where cells are and whether they are done is asked of JupyterLab.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from browser import Browser
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

TOKEN = "a-token-for-tests"
DARK, LIGHT = "JupyterLab Dark", "JupyterLab Light"
# No question about news at the first start, and nothing asked of other machines.
_SETTINGS = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}


@dataclass(frozen=True)
class Lab:
    """A running server: its address without a slash at the end, and the folder it serves."""

    url: str
    folder: Path
    log: Path

    def address(self, path: str) -> str:
        """An address of the server with the token, for a browser."""
        return f"{self.url}{path}{'&' if '?' in path else '?'}token={TOKEN}"

    def ask(self, path: str, method: str = "GET") -> Any:
        """What the server answers; from its interfaces (/api/) as data. Raises URLError."""
        request = urllib.request.Request(self.url + path, method=method, headers={"Authorization": f"token {TOKEN}"})
        with urllib.request.urlopen(request, timeout=60) as reply:
            text = reply.read().decode()
        return json.loads(text) if "/api/" in path else text


@contextmanager
def jupyter_lab(folder: Path, scratch: Path, environment: Mapping[str, str] | None = None) -> Iterator[Lab]:
    """`jupyter lab` in a folder, with settings and kernels' files of its own in `scratch`; ended with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    scratch.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root", "--ip=127.0.0.1"]
    command += [f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"]
    command += ["--expose-app-in-browser", f"--LabApp.user_settings_dir={scratch / 'settings'}"]
    command += [f"--LabApp.workspaces_dir={scratch / 'workspaces'}"]
    places = {f"JUPYTER_{kind.upper()}_DIR": str(scratch / kind) for kind in ("config", "data", "runtime")}
    for name, values in _SETTINGS.items():
        package, _, plugin = name.partition(":")
        path = scratch / "settings" / package / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(values))
    environment = {
        **os.environ,
        **places,
        "IPYTHONDIR": str(scratch / "ipython"),
        "XDG_STATE_HOME": str(scratch / "state"),
        "PYTHONWARNINGS": "ignore",
        **(environment or {}),
    }
    lab = Lab(f"http://127.0.0.1:{port}", folder, scratch / "server.log")
    with lab.log.open("w") as log:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            while not _answers(lab, server):
                time.sleep(0.1)
            yield lab
        finally:
            server.terminate()
            try:
                server.wait(60)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _answers(lab: Lab, server: subprocess.Popen[bytes]) -> bool:
    """Whether the server is up. Fails with its log when it has ended."""
    assert server.poll() is None, lab.log.read_text()
    try:
        lab.ask("/api/status")
    except (urllib.error.URLError, ConnectionError):
        return False
    return True


class Notebook:
    """A notebook open in JupyterLab's page. A cell is named by the text it starts with."""

    def __init__(self, browser: Browser, lab: Lab, path: str) -> None:
        self.browser, self.lab = browser, lab
        browser.open(lab.address(f"/lab/tree/{path}?reset"))
        self._await("p?.content?.widgets?.length && p.sessionContext?.session?.kernel", "the notebook")
        self._await_idle()

    def show(self, start: str) -> WebElement:
        """Scroll to the code cell that starts with that text and make it the active one; its element."""
        self._script(
            "const at = p.content.widgets.findIndex(c => c.model.type === 'code' && source(c).startsWith(given));"
            "if (at < 0) throw new Error('no cell starts with ' + given);"
            "p.content.activeCellIndex = at; return p.content.scrollToItem(at);",
            start,
        )
        self._await("p.content.activeCell.node.querySelector('.cm-content')", f"the editor of {start!r}")
        cell: WebElement = self._script("return p.content.activeCell.node")
        return cell

    def choose(self, start: str) -> WebElement:
        """Click into the code cell that starts with that text; its element."""
        cell = self.show(start)
        cell.find_element(By.CSS_SELECTOR, ".cm-content").click()
        return cell

    def write(self, start: str, source: str) -> None:
        """Replace what stands in a cell, by the keyboard."""
        editor = self.choose(start).find_element(By.CSS_SELECTOR, ".cm-content")
        editor.send_keys(Keys.CONTROL, "a")
        self.browser.insert(source)
        self._await("source(p.content.activeCell) === given", f"{source!r} in the cell", source)

    def insert_below(self, start: str, source: str) -> None:
        """Make a new code cell below another, as in command mode, and type into it."""
        self.choose(start).find_element(By.CSS_SELECTOR, ".cm-content").send_keys(Keys.ESCAPE)
        self.browser.keys("b", Keys.ENTER)
        self._await("source(p.content.activeCell) === '' && p.content.mode === 'edit'", "a new cell")
        self.browser.insert(source)
        self._await("source(p.content.activeCell) === given", f"{source!r} in the new cell", source)

    def run(self, start: str) -> WebElement:
        """Run a cell with Ctrl+Enter; the element of its outputs, once they are all there."""
        cell = self.choose(start)
        self._script("p.content.activeCell.model.clearExecution()")  # so that what is there afterwards is new
        cell.find_element(By.CSS_SELECTOR, ".cm-content").send_keys(Keys.CONTROL, Keys.ENTER)
        self._await("p.content.activeCell.model.executionCount", f"the end of {start!r}")
        self._await_idle()
        return self.outputs(start)

    def run_all(self) -> None:
        """Run every cell, as the menu does; at a failure JupyterLab stops."""
        self._script("return jupyterapp.commands.execute('notebook:run-all-cells')")
        self._await_idle()

    def restart(self) -> None:
        """A new kernel for this notebook."""
        self._script("return p.sessionContext.session.kernel.restart()")
        self._await_idle()

    def outputs(self, start: str) -> WebElement:
        """The element with a cell's outputs, scrolled to and drawn."""
        cell = self.choose(start)
        self._await(
            "p.content.activeCell.outputArea.model.length === p.content.activeCell.outputArea.widgets.length &&"
            "[...p.content.activeCell.node.querySelectorAll('img')].every(i => i.complete)",
            f"the outputs of {start!r}",
        )
        return cell.find_element(By.CSS_SELECTOR, ".jp-Cell-outputArea")

    def theme(self, name: str) -> None:
        """Change JupyterLab's theme."""
        self._script("return jupyterapp.commands.execute('apputils:change-theme', {theme: given})", name)
        self.browser.wait(lambda: self.browser.script("return document.body.dataset.jpThemeName") == name, name)

    def _script(self, code: str, given: Any = None) -> Any:
        prefix = (
            "const given = arguments[0], p = window.jupyterapp?.shell.currentWidget;"
            "const source = cell => cell.model.sharedModel.getSource();"
        )
        return self.browser.script(prefix + code, given)

    def _await(self, condition: str, what: str, given: Any = None) -> None:
        self.browser.wait(lambda: self._script(f"return !!({condition})", given), what)

    def _await_idle(self) -> None:
        """Wait until nothing runs and nothing is waiting to."""
        self._await(
            "p.sessionContext.session?.kernel?.status === 'idle' && p.sessionContext.pendingInput === false &&"
            "p.content.widgets.every(c => c.model.type !== 'code' || c.model.executionState === 'idle')",
            "an idle kernel",
        )
