"""Run editions: papermill executes each notebook in a Jupyter kernel of its own."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from planlib import schema
from planlib.editions import Edition
from planlib.errors import PlanlibError, ReportError, SetupError
from planlib.kernels import server
from planlib.report.site import Folder

KERNEL = "python3"
# Seconds that one cell, and one edition as a whole, may take.
CELL_TIMEOUT = 300
EDITION_TIMEOUT = 900
STOP_TIMEOUT = 1
ATTEMPTS = 2
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
    """An edition, all there are, where its files go, and where and how its kernel works."""

    edition: Edition
    siblings: Sequence[Edition]
    site: Folder
    scratch: Path
    limits: Limits
    kernel: str = KERNEL


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


def run(
    tasks: Sequence[Task], jobs: int, meanwhile: Callable[[], object] = lambda: None
) -> Generator[Outcome]:
    """Execute editions, ``jobs`` at a time; yield each as soon as it has ended.

    Once the first are on their way, ``meanwhile`` is called, for what need not be done before. A
    failing notebook is an :class:`Outcome` with an error, never an exception. A kernel or
    worker that dies gets a second one. Closing the iterator early ends all of them.

    Raises
    ------
    SetupError
        There is no kernel to run notebooks in.
    ReportError
        The site cannot be written.
    """
    waiting = deque((task, 1) for task in tasks)
    going: dict[Connection, _Attempt] = {}
    with server.context(environment(tasks[0].scratch)) as (context, kernels):

        def fill() -> None:
            while waiting and len(going) < jobs:
                task, number = waiting.popleft()
                channel, theirs = multiprocessing.Pipe(duplex=False)
                process = context.Process(target=_work, args=(task, theirs, kernels))
                server.begin(process)
                theirs.close()
                going[channel] = _Attempt(task, process, number)

        try:
            fill()
            meanwhile()
            while going:
                wait(list(going), max(0.0, min(attempt.rest for attempt in going.values())))
                for channel in list(going):
                    if channel.poll() or going[channel].rest <= 0:
                        attempt = going.pop(channel)
                        outcome = _ended(channel, attempt)
                        if isinstance(outcome, PlanlibError):
                            raise outcome
                        if outcome is None:
                            waiting.append((attempt.task, attempt.number + 1))
                        else:
                            yield outcome
                fill()
        finally:
            for attempt in going.values():
                attempt.process.kill()
            for attempt in going.values():
                attempt.process.join(STOP_TIMEOUT)


def _ended(channel: Connection, attempt: _Attempt) -> Outcome | PlanlibError | None:
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


def publish_edition(task: Task, notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Write the page, the notebook and the data of an executed edition into the site.

    Returns what the manifest says of it. Raises :class:`PlanlibError` when a figure is missing or
    breaks the contract, and :class:`ReportError` when the site cannot be written.
    """
    from planlib.pages.cells import as_text, freeze
    from planlib.pages.page import page as page_of

    edition, name = task.edition, task.edition.name
    source = json.loads(edition.notebook.read_text(encoding="utf-8"))
    own_ids = {cell.get("id") for cell in source["cells"]}
    frozen = freeze(notebook, own_ids, str(task.scratch / name))
    page = page_of(edition, frozen, task.siblings)
    files = {f"{name}.html": page.html, f"{name}.ipynb": as_text(frozen)}
    files |= {f"{name}/{file}": content for file, content in page.files.items()}
    return {
        "title": page.title,
        "figures": list(page.figures),
        "answer": page.answer,
        "headlines": dict(page.headlines),
        "files": {file: task.site.write(file, content) for file, content in files.items()},
    }


def environment(scratch: Path) -> dict[str, str]:
    """Return what workers and kernels find in their environment; ``scratch`` is their folder."""
    return {
        schema.ENVIRONMENT_VARIABLE: str(schema.data_directory().resolve()),
        # Sets and dicts of strings have the same order in every build.
        "PYTHONHASHSEED": "0",
        # Kernels talk over sockets in this private folder.
        server.FOLDER: str(scratch),
        # Kernels share the cores among them already.
        **dict.fromkeys(ONE_THREAD, "1"),
    }


# In the worker


def _work(task: Task, channel: Connection, kernels: server.Address | None) -> None:
    """Execute and publish one edition; send back whether a kernel died, and the outcome."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from planlib.kernels import execution

    start, edition = time.perf_counter(), task.edition
    made, done = None, execution.Execution()
    try:
        done = execution.execute(
            edition.notebook,
            edition.parameters,
            task.scratch / edition.name,
            kernel=task.kernel,
            kernels=kernels,
            timeout=task.limits.cell,
        )
        error = done.error
        if not error:
            made = publish_edition(task, done.notebook)
    except (ReportError, SetupError) as failure:
        channel.send((False, failure))
        return
    except PlanlibError as failure:
        error = str(failure)
    seconds = time.perf_counter() - start
    warning = server.failure(task.scratch)
    channel.send((done.is_dead, Outcome(edition, made, error, seconds, done.tables, warning)))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGKILL)
