"""``planlib build --watch``: build again when something changes, with kernels at the ready."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from planlib import editions, schema
from planlib.kernels.session import Start, session
from planlib.report import inputs

# Seconds between looks at the files.
POLL = 0.2


def watch(root: Path, build: Callable[[Start], object]) -> None:
    """Build, and again whenever data, notebooks or the list of editions change.

    Between builds the preloaded processes load anew, so that the next one need not wait for them.
    When planlib's own source changes, this process starts anew. Ctrl-C between builds ends it.

    Parameters
    ----------
    build
        Builds once; given what starts the preloaded processes, see :func:`planlib.report.build`.
    """
    source = inputs.source_files()
    with session() as start:
        while True:
            before, code = _stamps(_watched(root)), _stamps(source)
            build(start)
            try:
                start()
                while _stamps(_watched(root)) == before and _stamps(source) == code:
                    time.sleep(POLL)
            except KeyboardInterrupt:
                return
            if _stamps(source) != code:
                break
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def _watched(root: Path) -> list[Path]:
    notebooks = (root / "notebooks").glob("*.ipynb")
    return [root / editions.CONFIGURATION, *notebooks, *schema.data_directory().iterdir()]


def _stamps(paths: list[Path]) -> Mapping[Path, schema.Stamp | None]:
    return {path: schema.file_stamp(os.fspath(path)) for path in paths}
