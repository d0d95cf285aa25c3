"""Run editions: papermill executes each notebook in a Jupyter kernel of its own."""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from planlib.editions import Edition
from planlib.errors import PlanlibError, ReportError, SetupError
from planlib.kernels import server
from planlib.pages.cells import first_line
from planlib.report.site import Folder

KERNEL = "python3"
# Seconds that one cell, and one edition as a whole, may take.
CELL_TIMEOUT = 300
EDITION_TIMEOUT = 900
STOP_TIMEOUT = 1
# A worker is ready at once for its next edition; what libraries leave behind goes with it.
EDITIONS_PER_WORKER = 8
ATTEMPTS = 2


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
    """An edition, where its files go, and where and how its kernel works.

    ``siblings`` are the same edition in other languages; None: it stands outside the site.
    """

    edition: Edition
    siblings: Sequence[Edition] | None
    site: Folder
    scratch: Path
    limits: Limits
    kernel: str = KERNEL


class _Worker:
    """A process that runs editions, one after the other."""

    def __init__(self, context: Any, kernels: server.Address | None) -> None:
        self.channel, theirs = multiprocessing.Pipe()
        self.process = context.Process(target=_work, args=(theirs, kernels))
        server.begin(self.process)
        theirs.close()
        self.editions_left = EDITIONS_PER_WORKER

    def give(self, task: Task, attempt: int) -> None:
        """Have an edition run."""
        self.task, self.attempt, self.start = task, attempt, time.monotonic()
        self.editions_left -= 1
        # If the process is gone, that shows when it is asked what became of the edition.
        with suppress(OSError):
            self.channel.send(task)

    @property
    def rest(self) -> float:
        """Seconds until the edition has had its time."""
        return self.start + self.task.limits.edition - time.monotonic()

    def take(self) -> tuple[bool, Outcome | PlanlibError]:
        """Return whether a process died, and what became of the edition."""
        edition, seconds = self.task.edition, time.monotonic() - self.start
        try:
            is_dead, result = self.channel.recv() if self.channel.poll() else (False, None)
        except (EOFError, OSError):
            is_dead, result = True, Outcome(edition, None, "the worker process died", seconds)
        if is_dead or result is None:
            self.editions_left = 0
        limit = self.task.limits.edition
        late = Outcome(edition, None, f"took more than {limit} s; stopped", seconds)
        return is_dead, result or late

    def end(self) -> None:
        """End the process, and its kernel with it."""
        self.process.kill()
        self.process.join(STOP_TIMEOUT)
        self.channel.close()


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
    busy: list[_Worker] = []
    idle: list[_Worker] = []
    with server.context(tasks[0].scratch) as (context, kernels):

        def fill() -> None:
            while waiting and len(busy) < jobs:
                busy.append(idle.pop() if idle else _Worker(context, kernels))
                busy[-1].give(*waiting.popleft())

        try:
            fill()
            meanwhile()
            while busy:
                wait([worker.channel for worker in busy], max(0.0, min(w.rest for w in busy)))
                for worker in [w for w in busy if w.channel.poll() or w.rest <= 0]:
                    is_dead, outcome = worker.take()
                    busy.remove(worker)
                    if worker.editions_left:
                        idle.append(worker)
                    else:
                        worker.end()
                    if isinstance(outcome, PlanlibError):
                        raise outcome
                    if is_dead and worker.attempt < ATTEMPTS:
                        waiting.append((worker.task, worker.attempt + 1))
                        continue
                    again = " (tried twice)" if is_dead else ""
                    yield replace(outcome, error=outcome.error + again)
                fill()
        finally:
            for worker in (*busy, *idle):
                worker.process.kill()
            for worker in (*busy, *idle):
                worker.end()


def publish_edition(
    task: Task, notebook: Mapping[str, Any]
) -> tuple[dict[str, Any], Sequence[str]]:
    """Write the page, the notebook and the data of an executed edition into the site.

    Returns what the manifest says of it, and the tables that the page itself tells of. Raises
    :class:`PlanlibError` when a figure is missing or breaks the contract, and
    :class:`ReportError` when the site cannot be written.
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
    entry = {
        "title": page.title,
        "figures": list(page.figures),
        "answer": page.answer,
        "headlines": dict(page.headlines),
        "files": {file: task.site.write(file, content) for file, content in files.items()},
    }
    return entry, page.tables


# In the worker


def _work(channel: Connection, kernels: server.Address | None) -> None:
    """Run the editions that come through the channel; send back what became of each."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from planlib.kernels import execution

    execution.prepare(kernels)
    while True:
        channel.send(_outcome(channel.recv()))
        gc.collect()


def _outcome(task: Task) -> tuple[bool, Outcome | PlanlibError]:
    """Execute and publish one edition; say whether its kernel died, and what became of it."""
    from planlib.kernels import execution

    start, edition = time.perf_counter(), task.edition
    made, done = None, execution.Execution()
    told: Sequence[str] = ()
    try:
        done = execution.execute(
            edition.notebook,
            edition.parameters,
            task.scratch / edition.name,
            kernel=task.kernel,
            timeout=task.limits.cell,
        )
        error = done.error
        if not error:
            made, told = publish_edition(task, done.notebook)
    except (ReportError, SetupError) as failure:
        return False, failure
    except PlanlibError as failure:
        error = str(failure)
    except Exception as failure:  # one edition that cannot be made must not stop the others
        error = f"{type(failure).__name__}: {first_line(str(failure))}"
    seconds = time.perf_counter() - start
    warning = server.failure(task.scratch)
    tables = sorted({*done.tables, *told})
    return done.is_dead, Outcome(edition, made, error, seconds, tables, warning)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGKILL)
