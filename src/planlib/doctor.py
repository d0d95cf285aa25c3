"""What this machine has, what will therefore not work, and how to mend it."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from planlib import schema
from planlib.errors import PlanlibError

BROWSERS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
    "microsoft-edge", "msedge",
)  # fmt: skip
MAC_BROWSERS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
PACKAGES = ("pandas", "plotly", "papermill", "jupyterlab", "ipykernel", "ipywidgets")
KERNEL = "python3"
OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True)
class Finding:
    """One thing looked for: found or not, what it is needed for, and how to get it."""

    name: str
    is_found: bool
    detail: str
    remedy: str = ""
    is_needed: bool = False


def browser() -> str:
    """Return the path of Chrome, Chromium or Edge, or of ``BROWSER_PATH``; empty without one."""
    override = os.environ.get("BROWSER_PATH")
    if override:
        return shutil.which(override) or ""
    found = (shutil.which(name) for name in BROWSERS)
    mac = (path for path in MAC_BROWSERS if os.access(path, os.X_OK))
    return next((path for path in (*found, *mac) if path), "")


def chinese_font() -> str:
    """Return the name of an installed font with Chinese characters; empty when none is found."""
    tool = shutil.which("fc-list")
    if tool is None:
        return "system font" if sys.platform in ("darwin", "win32") else ""
    try:
        listed = subprocess.run(
            [tool, ":lang=zh-cn", "family"], capture_output=True, text=True, check=False, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    families = sorted(line.split(",")[0] for line in listed.stdout.splitlines() if line.strip())
    preferred = [f for f in families if "Noto Sans CJK" in f]
    return next(iter(preferred or families), "")


def examine() -> Iterator[Finding]:
    """Yield every finding about this machine, needed things first."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", sys.version_info >= OLDEST_PYTHON, version,
                  "install Python 3.11 or newer", is_needed=True)  # fmt: skip
    for name in PACKAGES:
        yield _package(name)
    yield _kernel()
    yield _data()
    path = browser()
    named = os.environ.get("BROWSER_PATH")
    lack = (
        f"BROWSER_PATH names {named}, which is no program"
        if named
        else "no Chrome, Chromium or Edge"
    )
    yield Finding(
        "browser",
        bool(path),
        path or f"{lack}: no PNG, SVG or PDF; all else works",
        "apt-get install chromium (Debian, Ubuntu), or install Chrome and set BROWSER_PATH",
    )
    font = chinese_font()
    yield Finding(
        "Chinese font",
        bool(font),
        font or "none: Chinese pictures would show boxes; pages use the reader's fonts",
        "apt-get install fonts-noto-cjk (Debian, Ubuntu), or install Noto Sans CJK SC",
    )


def _package(name: str) -> Finding:
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return Finding(name, False, "not installed", "run: make setup", is_needed=True)
    return Finding(name, True, version, is_needed=True)


def _kernel() -> Finding:
    if importlib.util.find_spec("jupyter_client") is None:
        return Finding("Jupyter kernel", False, "jupyter_client is not installed",
                       "run: make setup", is_needed=True)  # fmt: skip
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        spec = KernelSpecManager().get_kernel_spec(KERNEL)
    except NoSuchKernel:
        return Finding("Jupyter kernel", False, f"no kernel named {KERNEL}",
                       "run: python -m ipykernel install --sys-prefix", is_needed=True)  # fmt: skip
    return Finding("Jupyter kernel", True, spec.display_name, is_needed=True)


def _data() -> Finding:
    try:
        package = schema.package()
    except PlanlibError as error:
        remedy = f"reinstall planlib, or correct {schema.ENVIRONMENT_VARIABLE} if it is set"
        return Finding("data", False, str(error).splitlines()[0], remedy, is_needed=True)
    return Finding("data", True, f"{package.version} in {package.directory}", is_needed=True)
