"""Run editions: papermill executes each notebook in a Jupyter kernel of its own."""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
import uuid
from collections import deque
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from planlib import schema, tables
from planlib.errors import PlanlibError, ReportError, SetupError
from planlib.report import kernels
from planlib.report.cells import as_text, early_end, first_line, freeze, place
from planlib.report.editions import Edition
from planlib.report.site import Folder

KERNEL = "python3"
# Seconds that one cell, and one edition as a whole, may take.
CELL_TIMEOUT = 300
EDITION_TIMEOUT = 900
STOP_TIMEOUT = 1
ATTEMPTS = 2
# A socket's path holds 107 bytes; a name and a port are added to the folder.
LONGEST_SOCKET_FOLDER = 90
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


@dataclass(frozen=True)
class Limits:
    """Seconds that one cell, and one edition as a whole, may take."""

    cell: int = CELL_TIMEOUT
    edition: int = EDITION_TIMEOUT


@dataclass(frozen=True)
class Outcome:
    """What became of one edition: what is published of it, or the cell and the error."""

    edition: Edition
    made: Mapping[str, Any] | None
    error: str
    seconds: float
    tables: Sequence[str] = ()
    warning: str = ""


@dataclass(frozen=True)
class Task:
    """An edition, all there are, where its files go, and where its kernel works."""

    edition: Edition
    siblings: Sequence[Edition]
    site: Folder
    scratch: Path
    limits: Limits


@dataclass
class _Attempt:
    task: Task
    process: Any
    number: int
    start: float = field(default_factory=time.monotonic)

    @property
    def rest(self) -> float:
        """Seconds until the edition has had its time."""
        return self.start + self.task.limits.edition - time.monotonic()


def run(tasks: Sequence[Task], jobs: int) -> Generator[Outcome]:
    """Execute editions, ``jobs`` at a time; yield each as soon as it has ended.

    A failing notebook is an :class:`Outcome` with an error, never an exception. A kernel or
    worker that dies gets a second one. Closing the iterator early ends all of them.

    Raises
    ------
    SetupError
        There is no kernel to run notebooks in.
    ReportError
        The site cannot be written.
    """
    require_kernel()
    waiting = deque((task, 1) for task in tasks)
    going: dict[Connection, _Attempt] = {}
    scratch = str(tasks[0].scratch) if tasks else ""
    with kernels.server(_environment(scratch)) as context:
        try:
            while waiting or going:
                while waiting and len(going) < jobs:
                    _start(context, *waiting.popleft(), going)
                rest = max(0.0, min(attempt.rest for attempt in going.values()))
                wait(list(going), rest)
                for channel in list(going):
                    if channel.poll() or going[channel].rest <= 0:
                        attempt = going.pop(channel)
                        outcome = _ended(channel, attempt)
                        if isinstance(outcome, ReportError):
                            raise outcome
                        if outcome is None:
                            waiting.append((attempt.task, attempt.number + 1))
                        else:
                            yield outcome
        finally:
            for attempt in going.values():
                attempt.process.kill()
            for attempt in going.values():
                attempt.process.join(STOP_TIMEOUT)


def _start(context: Any, task: Task, number: int, going: dict[Connection, _Attempt]) -> None:
    channel, theirs = multiprocessing.Pipe(duplex=False)
    process = context.Process(target=_work, args=(task, theirs))
    process.start()
    theirs.close()
    going[channel] = _Attempt(task, process, number)


def _ended(channel: Connection, attempt: _Attempt) -> Outcome | ReportError | None:
    """Return what an attempt came to; None when it is worth another."""
    task, seconds = attempt.task, time.monotonic() - attempt.start
    try:
        is_dead, result = channel.recv() if channel.poll() else (False, None)
    except EOFError:
        is_dead, result = True, Outcome(task.edition, None, "the worker process died", seconds)
    if result is None:
        limit = task.limits.edition
        result = Outcome(task.edition, None, f"took more than {limit} s; stopped", seconds)
    attempt.process.kill()
    attempt.process.join()
    channel.close()
    if is_dead and attempt.number < ATTEMPTS:
        return None
    if is_dead:
        result = replace(result, error=f"{result.error} (tried twice)")
    return result


def require_kernel() -> None:
    """Raise :class:`SetupError` when there is no kernel to run notebooks in."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        KernelSpecManager().get_kernel_spec(KERNEL)
    except NoSuchKernel:
        raise SetupError(
            f"no Jupyter kernel is named {KERNEL!r}; run: python -m ipykernel install --sys-prefix"
        ) from None


def publish_edition(task: Task, notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Write the page, the notebook and the data of an executed edition into the site.

    Returns what the manifest says of it. Raises :class:`PlanlibError` when a figure is missing or
    breaks the contract, and :class:`ReportError` when the site cannot be written.
    """
    from planlib.report import publish

    edition, name = task.edition, task.edition.name
    source = json.loads(edition.notebook.read_text(encoding="utf-8"))
    own_ids = {cell.get("id") for cell in source["cells"]}
    frozen = freeze(notebook, own_ids, str(task.scratch / name))
    page = publish.page(edition, frozen, task.siblings)
    files = {f"{name}.html": page.html, f"{name}.ipynb": as_text(frozen)}
    files |= {f"{name}/{file}": content for file, content in page.files.items()}
    return {
        "title": page.title,
        "figures": list(page.figures),
        "answer": page.answer,
        "headlines": dict(page.headlines),
        "files": {file: task.site.write(file, content) for file, content in files.items()},
    }


def _environment(scratch: str) -> dict[str, str]:
    return {
        schema.ENVIRONMENT_VARIABLE: str(schema.data_directory().resolve()),
        # Sets and dicts of strings have the same order in every build.
        "PYTHONHASHSEED": "0",
        # Kernels talk over sockets in this private folder.
        "JUPYTER_RUNTIME_DIR": scratch,
        # Kernels share the cores among them already.
        **dict.fromkeys(ONE_THREAD, "1"),
    }


# In the worker


def _work(task: Task, channel: Connection) -> None:
    """Execute and publish one edition; send back whether a kernel died, and the outcome."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # What papermill would say is in the outcome; the log is for the kernel's own words.
    logging.disable()
    folder = task.scratch / task.edition.name
    log = folder.with_suffix(".log")
    record = folder.with_suffix(".tables")
    folder.mkdir(exist_ok=True)
    os.environ[tables.RECORD_VARIABLE] = str(record)
    with log.open("wb") as file:
        # The kernel inherits these: what it says on starting is for nobody's terminal.
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    start = time.perf_counter()
    made, error, is_dead = None, "", False
    try:
        notebook, error, is_dead = _execute(task.edition, folder, log, task.limits.cell)
        if not error:
            made = publish_edition(task, notebook)
    except ReportError as failure:
        channel.send((False, failure))
        return
    except PlanlibError as failure:
        error = str(failure)
    read = record.read_text(encoding="utf-8").split() if record.exists() else []
    preload: Any = sys.modules.get(kernels.PRELOAD)
    has_fork = "forkserver" in multiprocessing.get_all_start_methods()
    warning = str(preload.FAILURE) if preload else "it did not happen" if has_fork else ""
    seconds = time.perf_counter() - start
    outcome = Outcome(task.edition, made, error, seconds, sorted(set(read)), warning)
    channel.send((is_dead, outcome))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGKILL)


def _transport() -> dict[str, str]:
    """Give each kernel sockets of its own; TCP only where there can be none."""
    folder = os.environ["JUPYTER_RUNTIME_DIR"]
    if os.name != "posix" or len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER:
        return {"transport": "tcp"}
    return {"transport": "ipc", "ip": os.path.join(folder, uuid.uuid4().hex[:8])}


def _execute(
    edition: Edition, folder: Path, log: Path, timeout: int
) -> tuple[Mapping[str, Any], str, bool]:
    """Return the executed notebook, what went wrong if anything did, and if the kernel died."""
    import papermill
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError
    from traitlets.config import Config

    kernels.register()
    started: list[Mapping[str, Any]] = []
    try:
        notebook = papermill.execute_notebook(
            str(edition.notebook).replace("{", "{{").replace("}", "}}"),
            None,
            parameters=dict(edition.parameters),
            kernel_name=KERNEL,
            language="python",
            progress_bar=False,
            execution_timeout=timeout,
            store_widget_state=False,
            shutdown_kernel="immediate",
            on_cell_start=lambda cell, cell_index: started.append(cell),
            config=Config({"KernelManager": _transport()}),
            cwd=str(folder),
        )
    except PapermillExecutionError as failure:
        text = f"{failure.ename}: {first_line(failure.evalue or '')}"
        return {}, f"{place(started, len(started) - 1)}: {text}", False
    except Exception as failure:  # whatever a kernel can die of must not stop the others
        text = f"{type(failure).__name__}: {first_line(str(failure))}"
        is_dead = isinstance(failure, DeadKernelError) or "Kernel died" in text
        if started:
            return {}, f"{place(started, len(started) - 1)}: {text}", is_dead
        last_words = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
        return {}, "; ".join([text, *map(first_line, last_words)]), is_dead
    return notebook, early_end(notebook["cells"]), False
