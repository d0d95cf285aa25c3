"""``planlib build --watch``: build again when something changes, with kernels at the ready."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from planlib import editions, schema
from planlib.errors import PlanlibError
from planlib.kernels import server
from planlib.kernels.session import Start, session
from planlib.pages.cells import first_line
from planlib.report import inputs

Stamps = Mapping[Path, schema.Stamp | None]
# Seconds between looks at the files.
POLL = 0.2


def watch(root: Path, build: Callable[[Start], object], tell: Callable[[str], object]) -> None:
    """Build, and again whenever data, notebooks or the list of editions change.

    Between builds the preloaded processes load anew, so that the next one need not wait for them.
    When planlib's own source changes, this process starts anew. Ctrl-C between builds ends it.

    Parameters
    ----------
    build
        Builds once; given what starts the preloaded processes, see :func:`planlib.report.build`.
    tell
        Called with a line: what it waits for, and when a build is refused or changed source would
        not start.
    """
    code = _stamps(inputs.source_files())
    with session() as start:
        while True:
            before = _stamps(_watched(root))
            get_ready: Callable[[], object] = start
            try:
                build(start)
            except PlanlibError as error:
                tell(str(error))
                # What was loaded meanwhile may be of the same mistake.
                get_ready = server.stop
            tell("watching data, notebooks and the list of reports; Ctrl-C ends it")
            try:
                get_ready()
                if _is_of_source(root, before, code, tell):
                    break
            except KeyboardInterrupt:
                return
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def _is_of_source(root: Path, before: Stamps, code: Stamps, tell: Callable[[str], object]) -> bool:
    """Wait for a change; say whether it is one of planlib's own source, which still starts."""
    while _stamps(_watched(root)) == before:
        time.sleep(POLL)
        found = _stamps(code)
        if found != code:
            code, mistake = found, _mistake()
            if not mistake:
                return True
            tell(f"planlib's source: {mistake}; mend it")
    return False


def _mistake() -> str:
    """Return in a line why planlib's source, as it is now, would not start."""
    command = [sys.executable, "-c", f"import {__name__}, planlib.cli"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return first_line(ran.stderr.strip().rpartition("\n")[2]) if ran.returncode else ""


def _watched(root: Path) -> list[Path]:
    notebooks = (root / "notebooks").glob("*.ipynb")
    return [root / editions.CONFIGURATION, *notebooks, *schema.data_directory().iterdir()]


def _stamps(paths: Iterable[Path]) -> Stamps:
    return {path: schema.file_stamp(os.fspath(path)) for path in paths}
