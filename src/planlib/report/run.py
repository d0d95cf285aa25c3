"""Run editions: papermill executes each notebook in a Jupyter kernel of its own."""

from __future__ import annotations

import contextlib
import json
import logging
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from planlib import schema
from planlib.errors import SetupError
from planlib.report.editions import Edition

KERNEL = "python3"
CELL_TIMEOUT = 300
STOP_TIMEOUT = 5
# A socket's path holds 107 bytes; a name and a port are added to the folder.
LONGEST_SOCKET_FOLDER = 90
LONGEST_MESSAGE = 300


@dataclass(frozen=True)
class Outcome:
    """What became of one edition: its executed notebook, or the cell and the error."""

    edition: Edition
    notebook: Path | None
    error: str
    seconds: float


def run(editions: Sequence[Edition], folder: Path, jobs: int) -> Generator[Outcome]:
    """Execute editions, ``jobs`` at a time; yield each as soon as it has ended.

    A failing notebook is an :class:`Outcome` with an error, never an exception. Closing the
    iterator early ends all workers and their kernels.

    Raises :class:`SetupError` when there is no kernel to run notebooks in.
    """
    _require_kernel()
    context = multiprocessing.get_context("spawn")
    others = set(multiprocessing.active_children())
    with (
        tempfile.TemporaryDirectory(prefix="planlib-") as sockets,
        ProcessPoolExecutor(jobs, context, _prepare, (_environment(sockets),)) as pool,
    ):
        try:
            with _interrupts_held():
                pending: dict[Future[tuple[str, float]], Edition] = {
                    pool.submit(
                        _execute, str(e.notebook), str(folder / f"{e.name}.ipynb"), {**e.parameters}
                    ): e
                    for e in editions
                }
            for future in as_completed(pending):
                edition = pending[future]
                try:
                    error, seconds = future.result()
                except BrokenProcessPool:
                    error, seconds = "the worker process died; run the build again", 0.0
                path = None if error else folder / f"{edition.name}.ipynb"
                yield Outcome(edition, path, error, seconds)
        except BaseException:
            _stop(set(multiprocessing.active_children()) - others)
            raise


def place(cells: Sequence[Mapping[str, Any]], index: int) -> str:
    """Name a cell by the number that JupyterLab shows after Run All, and by its first line."""
    number = sum(
        cell["cell_type"] == "code"
        and "".join(cell["source"]).strip() != ""
        # Papermill adds this one.
        and "injected-parameters" not in cell.get("metadata", {}).get("tags", ())
        for cell in cells[: index + 1]
    )
    return f"cell [{number}] {_first_line(''.join(cells[index]['source']))!r}"


def _first_line(text: str) -> str:
    line = next(iter(text.strip().splitlines()), "")
    return line if len(line) <= LONGEST_MESSAGE else f"{line[:LONGEST_MESSAGE]}..."


def _require_kernel() -> None:
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        KernelSpecManager().get_kernel_spec(KERNEL)
    except NoSuchKernel:
        raise SetupError(
            f"no Jupyter kernel is named {KERNEL!r}; run: python -m ipykernel install --sys-prefix"
        ) from None


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach: it is for this one, which then ends them."""
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return
    held: list[int] = []
    # Processes inherit the mask; other threads may still receive what it holds back here.
    handler = signal.signal(signal.SIGINT, lambda number, _: held.append(number))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, handler)
    if held:
        signal.raise_signal(signal.SIGINT)


def _stop(workers: Iterable[BaseProcess]) -> None:
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.join(STOP_TIMEOUT)
        worker.kill()


def _environment(sockets: str) -> dict[str, str]:
    return {
        schema.ENVIRONMENT_VARIABLE: str(schema.data_directory().resolve()),
        "PYTHONHASHSEED": "0",
        # Kernels talk over sockets in this private folder.
        "JUPYTER_RUNTIME_DIR": sockets,
    }


def _prepare(environment: Mapping[str, str]) -> None:
    os.environ.update(environment)
    # What papermill would say is in the outcome; the log is for the kernel's own words.
    logging.disable()
    signal.signal(signal.SIGTERM, _end)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end(*_: object) -> None:
    """End this worker and its kernel at once."""
    # Where there is no /proc, a kernel sees within a second that its parent is gone.
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = path.read_text().rpartition(")")[2].split()[1]
            if int(parent) == os.getpid():
                os.kill(int(path.parent.name), signal.SIGKILL)
    os._exit(1)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        _end()


def _transport() -> dict[str, str]:
    """Give each kernel sockets of its own; TCP only where there can be none."""
    folder = os.environ["JUPYTER_RUNTIME_DIR"]
    if os.name != "posix" or len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER:
        return {"transport": "tcp"}
    return {"transport": "ipc", "ip": os.path.join(folder, uuid.uuid4().hex[:8])}


def _execute(notebook: str, output: str, parameters: dict[str, Any]) -> tuple[str, float]:
    import papermill
    from traitlets.config import Config

    start = time.perf_counter()
    error = ""
    log = Path(f"{output}.log")
    try:
        with log.open("wb") as file:
            # The kernel inherits these: what it says on starting is for nobody's terminal.
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        done = papermill.execute_notebook(
            _literal(notebook),
            _literal(output),
            parameters=parameters,
            kernel_name=KERNEL,
            language="python",
            progress_bar=False,
            execution_timeout=CELL_TIMEOUT,
            store_widget_state=False,
            shutdown_kernel="immediate",
            config=Config({"KernelManager": _transport()}),
            cwd=str(Path(output).parent),
        )
        error = _early_end(done["cells"])
    except Exception as failure:  # whatever a kernel can die of must not stop the others
        error = _reason(failure, Path(output), log)
    return error, time.perf_counter() - start


def _literal(path: str) -> str:
    """Return a path that papermill, which takes it for a template, leaves as it is."""
    return path.replace("{", "{{").replace("}", "}}")


def _early_end(cells: Sequence[Mapping[str, Any]]) -> str:
    # Papermill takes sys.exit() for success and leaves out the cells that follow.
    for index, cell in enumerate(cells):
        if any(o["output_type"] == "error" for o in cell.get("outputs", ())):
            return f"{place(cells, index)}: ends the notebook early; remove sys.exit()"
    return ""


def _reason(failure: Exception, output: Path, log: Path) -> str:
    """Say in one line which cell failed, and of what."""
    from papermill.exceptions import PapermillExecutionError

    if isinstance(failure, PapermillExecutionError):
        text = f"{failure.ename}: {_first_line(failure.evalue or '')}"
    else:
        text = f"{type(failure).__name__}: {_first_line(str(failure))}"
    with contextlib.suppress(OSError, ValueError):
        cells = json.loads(output.read_text(encoding="utf-8"))["cells"]
        # Papermill notes when it starts a cell; a kernel may die without a word about where.
        notes = [cell["metadata"].get("papermill", {}) for cell in cells]
        started = [n for n, note in enumerate(notes) if note.get("start_time")]
        if started:
            return f"{place(cells, started[-1])}: {text}"
    with contextlib.suppress(OSError):
        last_words = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
        return "; ".join([text, *map(_first_line, last_words)])
    return text
