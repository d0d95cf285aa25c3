"""Two preloaded processes that workers and kernels are forked from: started early, ended at once.

Workers and kernels need different things, and two processes load them side by side.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import sys
import threading
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from multiprocessing import forkserver, reduction, resource_tracker
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar, cast

from planlib import schema
from planlib.errors import PlanlibError

# Importing one of these is a preload; it happens in a fork server and nowhere else.
KERNELS = "planlib.kernels.warm_kernel"
WORKERS = "planlib.kernels.warm_worker"
HAS_FORK = "forkserver" in multiprocessing.get_all_start_methods()
# The folder where preloads note how they went.
FOLDER = "JUPYTER_RUNTIME_DIR"
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
T = TypeVar("T")
# Workers come from multiprocessing's own server.
_of_kernels = forkserver.ForkServer()


def own() -> Any:
    """Return the server that new processes of this process are forked from."""
    return vars(forkserver)["_forkserver"]


class Descriptor:
    """An open file that becomes, as an argument of a new process, the number of it there."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __reduce__(self) -> tuple[Any, ...]:
        return _opened, (reduction.DupFd(self.number),)


def _opened(passed: Any) -> int:
    return int(passed.detach())


@dataclass(frozen=True)
class Address:
    """Where kernels are forked, the pipe by which the server there ends, and, if any, its key."""

    socket: str
    alive: Any
    # From Python 3.14 on.
    key: bytes | None


def start(folder: Path) -> None:
    """Start the processes that workers and kernels are forked from; they load meanwhile.

    Parameters
    ----------
    folder
        The folder of the build, which belongs to it alone.

    They start with Ctrl-C held back, which everything forked from them inherits: Ctrl-C is for
    the build, which then ends them. Where there is no fork, nothing is preloaded.
    """
    if not HAS_FORK:
        return
    stop()
    _keep_sockets_in(str(folder))
    # Starting this one would let Ctrl-C through again.
    resource_tracker.ensure_running()
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        with _set(_environment(folder)):
            for server, preload in ((_of_kernels, KERNELS), (own(), WORKERS)):
                server.set_forkserver_preload([preload])
                server.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _environment(folder: Path) -> dict[str, str]:
    """Return what workers and kernels find in their environment."""
    return {
        schema.ENVIRONMENT_VARIABLE: str(schema.data_directory().resolve()),
        # Sets and dicts of strings have the same order in every build.
        "PYTHONHASHSEED": "0",
        # Kernels talk over sockets in this private folder.
        FOLDER: str(folder),
        # Kernels share the cores among them already.
        **dict.fromkeys(ONE_THREAD, "1"),
    }


@contextlib.contextmanager
def _set(environment: Mapping[str, str]) -> Iterator[None]:
    """Set variables of the environment for a while."""
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def is_running() -> bool:
    """Say whether the processes were started and not stopped since."""
    known: Any = _of_kernels
    return known._forkserver_pid is not None


def stop() -> None:
    """End the fork servers at once; kernels end with theirs."""
    servers: list[Any] = [s for s in (_of_kernels, own()) if vars(s)["_forkserver_pid"] is not None]
    for server in servers:
        with contextlib.suppress(ProcessLookupError):
            os.kill(server._forkserver_pid, signal.SIGKILL)
    for server in servers:
        server._stop()
    _keep_sockets_in(None)


def _keep_sockets_in(folder: str | None) -> None:
    """Have multiprocessing make its sockets in a folder; without one, where it does by itself."""
    # What it makes by itself stays behind when a build is killed.
    vars(multiprocessing.current_process())["_config"]["tempdir"] = folder


@contextlib.contextmanager
def context(folder: Path) -> Iterator[tuple[Any, Address | None]]:
    """Give what makes workers, and where these get kernels; started unless it runs already.

    Where there is no fork, workers start anew, and kernels as Jupyter starts them.
    """
    running: Any = _of_kernels
    if not is_running():
        start(folder)
    try:
        if HAS_FORK:
            alive = Descriptor(running._forkserver_alive_fd)
            key = getattr(running, "_forkserver_authkey", None)
            kernels = Address(running._forkserver_address, alive, key)
            yield multiprocessing.get_context("forkserver"), kernels
        else:
            yield multiprocessing.get_context("spawn"), None
    finally:
        stop()


def begin(process: Any) -> None:
    """Start a process that does not run the program anew which it was started from."""
    program = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        process.start()
    finally:
        sys.modules["__main__"] = program


def call(work: Callable[[], T]) -> T:
    """Call a function in a process that has the libraries loaded; where there is none, here.

    Errors of planlib are raised as if it had been called here.
    """
    if not (HAS_FORK and is_running()):
        return work()
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("forkserver").Process(target=_answer, args=(work, theirs))
    begin(process)
    theirs.close()
    try:
        result, error = ours.recv()
    except EOFError:
        return work()
    finally:
        process.kill()
        process.join()
        ours.close()
    if error is not None:
        raise error
    return cast(T, result)


def _answer(work: Callable[[], object], channel: Connection) -> None:
    try:
        channel.send((work(), None))
    except PlanlibError as error:
        channel.send((None, error))
    except Exception:  # it is done once more, and then told of, by who asked for it
        channel.close()


def use(kernels: Address) -> None:
    """Let what this process starts from now on be forked where kernels are."""
    known = own()
    known._forkserver_address, known._forkserver_alive_fd = kernels.socket, kernels.alive
    known._forkserver_authkey = kernels.key
    # A child would start a server of its own, with nothing in it, though it knows this one.
    vars(known)["ensure_running"] = lambda: None


@contextlib.contextmanager
def without(*names: str) -> Iterator[None]:
    """Import what is imported inside as if there were nothing in these modules."""
    empty = {name: types.ModuleType(name) for name in names if name not in sys.modules}
    sys.modules.update(empty)
    try:
        yield
    finally:
        for name in empty:
            del sys.modules[name]


@contextlib.contextmanager
def preload(name: str) -> Iterator[None]:
    """Load what is loaded inside, and note how it went: a fork server passes over failures."""
    failure = ""
    gc.disable()
    try:
        yield
    except Exception as error:
        failure = f"{type(error).__name__}: {error}"
    if threading.active_count() > 1:
        failure = failure or "the preload left a thread running"
    Path(os.environ[FOLDER], name).write_text(failure, encoding="utf-8")
    # Children share these pages for as long as the collector does not touch them.
    gc.freeze()
    gc.enable()


def failure(folder: Path) -> str:
    """Say why workers or kernels were not preloaded; nothing when all is well.

    Parameters
    ----------
    folder
        The folder of the build.
    """
    notes = [folder / name for name in (KERNELS, WORKERS)]
    found = [p.read_text(encoding="utf-8") if p.exists() else "it did not happen" for p in notes]
    return next(filter(None, found), "") if HAS_FORK else ""
