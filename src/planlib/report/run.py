"""Run editions: papermill executes each notebook in a Jupyter kernel of its own."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from planlib import schema
from planlib.report.editions import Edition

KERNEL = "python3"
CELL_TIMEOUT = 300


@dataclass(frozen=True)
class Outcome:
    """What became of one edition: its executed notebook, or the cell and the error."""

    edition: Edition
    notebook: Path | None
    error: str
    seconds: float

    @property
    def is_done(self) -> bool:
        return self.notebook is not None


def run(editions: Sequence[Edition], folder: Path, jobs: int) -> Iterator[Outcome]:
    """Execute editions, ``jobs`` at a time; yield each as soon as it has ended.

    A failing notebook is an :class:`Outcome` with an error, never an exception.
    """
    context = get_context("spawn")
    with (
        tempfile.TemporaryDirectory(prefix="planlib-") as sockets,
        ProcessPoolExecutor(jobs, context, _prepare, (_environment(sockets),)) as pool,
    ):
        pending: dict[Future[tuple[str, float]], Edition] = {
            pool.submit(
                _execute, str(e.notebook), str(folder / f"{e.name}.ipynb"), dict(e.parameters)
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


def _environment(sockets: str) -> dict[str, str]:
    return {
        schema.ENVIRONMENT_VARIABLE: str(schema.data_directory()),
        "PYTHONHASHSEED": "0",
        # Kernels talk over sockets in this private folder; socket paths must stay short.
        "JUPYTER_RUNTIME_DIR": sockets,
    }


def _prepare(environment: Mapping[str, str]) -> None:
    os.environ.update(environment)


def _transport() -> dict[str, str]:
    """Give each kernel sockets of its own; TCP only where there are none."""
    if os.name != "posix":
        return {"transport": "tcp"}
    folder = os.environ["JUPYTER_RUNTIME_DIR"]
    return {"transport": "ipc", "ip": os.path.join(folder, uuid.uuid4().hex[:8])}


def _execute(notebook: str, output: str, parameters: dict[str, Any]) -> tuple[str, float]:
    import papermill
    from papermill.exceptions import PapermillExecutionError
    from traitlets.config import Config

    start = time.perf_counter()
    error = ""
    try:
        with open(os.devnull, "w") as nowhere, contextlib.redirect_stderr(nowhere):
            papermill.execute_notebook(
                notebook,
                output,
                parameters=parameters,
                kernel_name=KERNEL,
                progress_bar=False,
                execution_timeout=CELL_TIMEOUT,
                store_widget_state=False,
                config=Config({"KernelManager": _transport()}),
                cwd=str(Path(output).parent),
            )
    except PapermillExecutionError as failure:
        message = str(failure.evalue).splitlines()[0] if failure.evalue else ""
        error = f"cell {failure.cell_index}: {failure.ename}: {message}"
    except Exception as failure:  # whatever a kernel can die of must not stop the others
        text = str(failure).strip().splitlines()
        error = f"{type(failure).__name__}: {text[0] if text else 'no message'}"
    return error, time.perf_counter() - start
