"""Papermill runs a notebook in a kernel of its own; what goes wrong is said in one line."""

from __future__ import annotations

import gc
import logging
import os
import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from planlib import tables
from planlib.errors import SetupError
from planlib.kernels import server
from planlib.pages.cells import early_end, first_line, place

# A socket's path holds 107 bytes; a name and a port are added to the folder.
LONGEST_SOCKET_FOLDER = 90
CLIENT = "planlib.kernels.client.LocalKernelClient"


@dataclass(frozen=True)
class Execution:
    """An executed notebook and the tables it read, or what went wrong, and if the kernel died."""

    notebook: Mapping[str, Any] = field(default_factory=dict)
    tables: tuple[str, ...] = ()
    error: str = ""
    is_dead: bool = False


def prepare(kernels: server.Address | None) -> None:
    """Make this process one that executes notebooks, one after the other.

    Parameters
    ----------
    kernels
        Where kernels are forked; without it, they start as Jupyter starts them.
    """
    # There is little to collect before an edition is done.
    gc.disable()
    # What papermill would say is in the result; the log is for the kernel's own words.
    logging.disable()
    if kernels is not None:
        from planlib.kernels import provisioner

        server.use(kernels)
        provisioner.register()


def execute(
    notebook: Path,
    parameters: Mapping[str, Any],
    folder: Path,
    *,
    kernel: str,
    timeout: int,
) -> Execution:
    """Execute a notebook; for a process that does nothing else, see :func:`prepare`.

    Parameters
    ----------
    folder
        Where the kernel works; a log and a record of the tables read are written beside it.
    kernel
        The name of the kernel.
    timeout
        Seconds that one cell may take.

    Raises :class:`SetupError` when there is no such kernel.
    """
    log, record = folder.with_suffix(".log"), folder.with_suffix(".tables")
    folder.mkdir(exist_ok=True)
    os.environ[tables.RECORD_VARIABLE] = str(record)
    # Of an attempt before this one, or of a build.
    record.unlink(missing_ok=True)
    with log.open("wb") as file:
        # The kernel inherits these: what it says on starting is for nobody's terminal.
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    started: list[Mapping[str, Any]] = []
    try:
        executed = _papermill(notebook, parameters, folder, kernel, timeout, started)
    except SetupError:
        raise
    except Exception as failure:  # whatever a kernel can die of must not stop the others
        return _failed(failure, started, log)
    read = set(record.read_text(encoding="utf-8").split()) if record.exists() else set()
    return Execution(executed, tuple(sorted(read)), early_end(executed["cells"]))


def _papermill(
    notebook: Path,
    parameters: Mapping[str, Any],
    folder: Path,
    kernel: str,
    timeout: int,
    started: list[Mapping[str, Any]],
) -> Mapping[str, Any]:
    import papermill
    from jupyter_client.kernelspec import NoSuchKernel
    from traitlets.config import Config

    # Papermill makes text of the notebook even where it is to write none.
    vars(sys.modules["papermill.execute"])["write_ipynb"] = lambda nb, path: None
    try:
        executed: Mapping[str, Any] = papermill.execute_notebook(
            str(notebook).replace("{", "{{").replace("}", "}}"),
            None,
            parameters=dict(parameters),
            kernel_name=kernel,
            language="python",
            progress_bar=False,
            execution_timeout=timeout,
            store_widget_state=False,
            shutdown_kernel="immediate",
            on_cell_start=lambda cell, cell_index: started.append(cell),
            config=Config({"AsyncKernelManager": {**_transport(), "client_factory": CLIENT}}),
            cwd=str(folder),
        )
    except NoSuchKernel:
        raise SetupError(
            f"no Jupyter kernel is named {kernel!r}; run: python -m ipykernel install --sys-prefix"
        ) from None
    return executed


def _transport() -> dict[str, str]:
    """Give each kernel sockets and a connection file of its own, in the folder of the build.

    Jupyter's own places where nothing is preloaded; TCP where a path is too long for a socket.
    """
    folder = os.environ.get(server.FOLDER) if server.HAS_FORK else None
    if folder is None:
        return {}
    name = os.path.join(folder, uuid.uuid4().hex[:8])
    if len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER:
        return {"connection_file": f"{name}.json"}
    return {"transport": "ipc", "ip": name, "connection_file": f"{name}.json"}


def _failed(failure: Exception, started: list[Mapping[str, Any]], log: Path) -> Execution:
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    if isinstance(failure, PapermillExecutionError):
        text = f"{failure.ename}: {first_line(failure.evalue or '')}"
        return Execution(error=f"{place(started, len(started) - 1)}: {text}")
    text = f"{type(failure).__name__}: {first_line(str(failure))}"
    is_dead = isinstance(failure, DeadKernelError) or "Kernel died" in text
    if started:
        return Execution(error=f"{place(started, len(started) - 1)}: {text}", is_dead=is_dead)
    last_words = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
    return Execution(error="; ".join([text, *map(first_line, last_words)]), is_dead=is_dead)
