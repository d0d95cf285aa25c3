"""The preloaded processes of one build and the folder they work in, from first use to the end."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from planlib import locks
from planlib.errors import writing

# Starts the preloaded processes; returns the folder that kernels work in.
Start = Callable[[], Path]
SCRATCH = "planlib-build-"
# No edition has a name that begins with a dot.
LOCK = ".lock"
# A path of a socket holds 107 bytes, of which the folder of a build and a name in it take 43.
LONGEST_BASE, SHORT_BASE = 64, Path("/tmp")


@contextlib.contextmanager
def session() -> Iterator[Start]:
    """Give what starts the preloaded processes and returns the folder that kernels work in.

    It starts them unless they run. While they load, this process can go on; they end with the
    context.
    """
    with contextlib.ExitStack() as stack:
        folder = functools.cache(lambda: stack.enter_context(scratch()))

        def start() -> Path:
            # Where nothing is run, what starts processes need not be loaded.
            from planlib.kernels import server

            here = folder()
            if not server.is_running():
                # Before the folder goes: what still loads writes there.
                stack.callback(server.stop)
                server.start(here)
            return here

        yield start


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """Give a private folder for one build, and remove those that killed builds left behind."""
    base = Path(tempfile.gettempdir()).resolve()
    if len(os.fsencode(base)) > LONGEST_BASE and SHORT_BASE.is_dir():
        base = SHORT_BASE
    # Where there are no locks, nobody knows whether a build still lives.
    for left in base.glob(f"{SCRATCH}*/{LOCK}") if locks.HAS_LOCKS else ():
        with contextlib.suppress(OSError), left.open("a") as file:
            if locks.take(file):
                shutil.rmtree(left.parent, ignore_errors=True)
    with writing(base):
        folder = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=base))
    try:
        with (folder / LOCK).open("a") as file:
            locks.take(file)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
