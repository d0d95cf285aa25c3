"""The preloaded process that workers and kernels are forked from: started early, ended at once."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Iterator, Mapping
from multiprocessing import forkserver, resource_tracker
from typing import Any

PRELOAD = "planlib.kernels.preload"
HAS_FORK = "forkserver" in multiprocessing.get_all_start_methods()


def own() -> Any:
    """Return what this process knows of its fork server."""
    return vars(forkserver)["_forkserver"]


def start(environment: Mapping[str, str]) -> None:
    """Start the process that workers and kernels are forked from; its preload goes on meanwhile.

    It starts with Ctrl-C held back, which everything forked from it inherits: Ctrl-C is for the
    build, which then ends them. Where there is no fork, nothing is preloaded.
    """
    if not HAS_FORK:
        return
    stop()
    multiprocessing.get_context("forkserver").set_forkserver_preload([PRELOAD])
    # Starting this one would let Ctrl-C through again.
    resource_tracker.ensure_running()
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def stop() -> None:
    """End the fork server at once; kernels end with it."""
    running = own()
    with contextlib.suppress(ProcessLookupError):
        if running._forkserver_pid is not None:
            os.kill(running._forkserver_pid, signal.SIGKILL)
    running._stop()


@contextlib.contextmanager
def context(environment: Mapping[str, str]) -> Iterator[Any]:
    """Give what makes workers: from the server, started unless it runs already, or else anew."""
    if own()._forkserver_pid is None:
        start(environment)
    try:
        yield multiprocessing.get_context("forkserver" if HAS_FORK else "spawn")
    finally:
        stop()
