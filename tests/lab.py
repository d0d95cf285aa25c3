"""A real JupyterLab server on loopback, and a browser page that works notebooks in it."""

from __future__ import annotations

import ctypes
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # Every cell is drawn, also below the window's edge.
    "notebook-extension/tracker": {"windowingMode": "none"},
}
# From linux/prctl.h.
PR_SET_PDEATHSIG = 1
START_SECONDS, STOP_SECONDS = 180, 10


class Server(NamedTuple):
    """Where the server answers, the token it asks for, and the folder it shows."""

    url: str
    token: str
    folder: Path


@contextmanager
def server(folder: Path, notebooks: Path) -> Iterator[Server]:
    """Serve a copy of ``notebooks`` with JupyterLab; end it and its kernels in any case."""
    root, home = folder / "notebooks", folder / "home"
    shutil.copytree(notebooks, root, ignore=shutil.ignore_patterns(".*"))
    _write_settings(home / "settings")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    found = Server(f"http://127.0.0.1:{port}", secrets.token_hex(16), root)
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root",
        "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={found.token}", f"--ServerApp.root_dir={root}",
        f"--LabApp.user_settings_dir={home / 'settings'}",
        f"--LabApp.workspaces_dir={home / 'workspaces'}",
        "--LabApp.extension_manager=readonly", "--LabApp.expose_app_in_browser=True",
    ]  # fmt: skip
    places = {
        name: str(home / name.lower())
        for name in ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR",
                     "IPYTHONDIR")
    }  # fmt: skip
    log = (folder / "server.log").open("wb")
    # A session of its own: the server and its kernels can be ended together.
    process = subprocess.Popen(
        command, cwd=root, env=os.environ | places, stdout=log, stderr=log,
        start_new_session=True, preexec_fn=_end_with_parent,
    )  # fmt: skip
    try:
        _wait_for(found, process, folder / "server.log")
        yield found
    finally:
        _end(process, Path(places["JUPYTER_RUNTIME_DIR"]))
        log.close()


def _end_with_parent() -> None:
    """Have Linux end this process when the tests are killed, with no time to clean up."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _write_settings(folder: Path) -> None:
    for name, values in SETTINGS.items():
        path = folder / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(values), encoding="utf-8")


def _wait_for(found: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{found.url}/api?token={found.token}", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            if process.poll() is not None:
                break
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text(errors='replace')[-3000:]}")


def _end(process: subprocess.Popen[bytes], runtime: Path) -> None:
    """End the server; kernels, which have sessions of their own, end with it or by force."""
    kernels = list(_kernels(runtime))
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for kernel in kernels:
        try:
            os.kill(kernel, signal.SIGKILL)
        except ProcessLookupError:
            continue


def _kernels(runtime: Path) -> Iterator[int]:
    """Yield the processes whose command line names a connection file of this server."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if any(word.startswith(os.fsencode(runtime)) for word in words):
            yield int(path.parent.name)


def enter(page: Any, found: Server) -> None:
    """Open JupyterLab itself."""
    page.goto(f"{found.url}/lab?token={found.token}&reset")
    page.wait_for_function("() => window.jupyterapp?.restored !== undefined", timeout=180_000)
    page.evaluate("() => window.jupyterapp.restored")


def open_notebook(page: Any, name: str) -> None:
    """Open a notebook and wait until its kernel answers."""
    page.evaluate(
        """async (path) => {
          await window.jupyterapp.commands.execute("docmanager:open", { path });
        }""",
        f"{name}.ipynb",
    )
    page.wait_for_function(
        """(path) => {
          const panel = window.jupyterapp.shell.currentWidget;
          const kernel = panel?.sessionContext?.session?.kernel;
          return panel?.context?.path === path && panel.context.isReady
            && kernel?.connectionStatus === "connected" && kernel.status === "idle";
        }""",
        arg=f"{name}.ipynb",
        timeout=180_000,
    )


def run_all(page: Any) -> None:
    """Run all cells of the open notebook, as its menu does; return when all have run."""
    page.evaluate(
        """async () => {
          await window.jupyterapp.commands.execute("notebook:run-all-cells");
        }"""
    )


def close(page: Any) -> None:
    """Close the open notebook and end its kernel."""
    page.evaluate(
        """async () => {
          const panel = window.jupyterapp.shell.currentWidget;
          await panel.context.save();
          await panel.sessionContext.shutdown();
          panel.dispose();
        }"""
    )
