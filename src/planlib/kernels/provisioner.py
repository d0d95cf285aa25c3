"""A kernel forked from the preloaded process, through Jupyter's own extension point."""

from __future__ import annotations

import importlib.util
import multiprocessing
import os
import random
import signal
import sys
import threading
import types
import warnings
from collections.abc import Mapping, Sequence
from importlib.metadata import EntryPoint
from multiprocessing import process
from typing import Any

from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from planlib import tables
from planlib.kernels import server

NAME = "planlib-preloaded"
LAUNCHER = ["-m", "ipykernel_launcher"]
SET_PDEATHSIG = 1
# Seconds that a killed kernel may take to end.
KILL_TIMEOUT = 1


def register() -> None:
    """Make the kernels of this process start preloaded."""
    factory = KernelProvisionerFactory.instance()
    factory.provisioners[NAME] = EntryPoint(
        NAME, f"{__name__}:PreloadedProvisioner", factory.GROUP_NAME
    )
    os.environ[KernelProvisionerFactory.default_provisioner_name_env] = NAME


class PreloadedProvisioner(LocalProvisioner):
    """Start a kernel by forking the preloaded process; any other kernel as Jupyter does."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        if cmd[1:3] != LAUNCHER or not is_own(cmd[0]):
            return await super().launch_kernel(cmd, **kwargs)
        child: Any = multiprocessing.get_context("forkserver").Process(
            target=serve,
            args=(cmd[3:], kwargs["env"], os.fspath(kwargs.get("cwd") or os.getcwd()),
                  server.Descriptor(1), server.Descriptor(2)),
        )  # fmt: skip
        child.start()
        # Jupyter wants what subprocess.Popen has.
        vars(self).update(process=_Started(child), pid=child.pid, pgid=child.pid)
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        started: Any = self.process
        await super().kill(restart)
        # Jupyter would look ten times a second whether it has ended.
        if isinstance(started, _Started):
            started.child.join(KILL_TIMEOUT)


def is_own(python: str) -> bool:
    """Say whether this Python runs with the same packages: an environment is a folder of links."""
    ours = sys.executable
    return os.path.realpath(python) == os.path.realpath(ours) and os.path.dirname(
        os.path.abspath(python)
    ) == os.path.dirname(os.path.abspath(ours))


class _Started:
    """A forked kernel with the methods of :class:`subprocess.Popen` that Jupyter uses."""

    stdin = stdout = stderr = None

    def __init__(self, child: Any) -> None:
        self.child = child
        self.pid = child.pid

    def poll(self) -> int | None:
        return self.child.exitcode

    def wait(self) -> int | None:
        self.child.join()
        return self.child.exitcode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


def serve(
    arguments: Sequence[str], environment: Mapping[str, str], folder: str, out: int, err: int
) -> None:
    """Be a kernel: in a session, a folder and an environment of its own, as if newly started."""
    os.setsid()
    for number, source in ((1, out), (2, err)):
        os.dup2(source, number)
        os.close(source)
    _end_with(multiprocessing.parent_process())
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    tables.record_again()
    _forget()
    launcher = importlib.util.find_spec(LAUNCHER[1])
    sys.argv = [str(launcher.origin if launcher else LAUNCHER[1]), *arguments]
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(list(arguments))


def _end_with(parent: Any) -> None:
    """Let the kernel end when the worker that asked for it does, however that ends."""

    def wait() -> None:
        parent.join()
        os.killpg(os.getpid(), signal.SIGKILL)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()
    # A cell deep in C lets no thread run. The server ends with the last process that may ask it
    # for more; a kernel may not, and ends with the server.
    known = server.own()
    os.close(known._forkserver_alive_fd)
    known._forkserver_alive_fd = known._forkserver_address = None
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(SET_PDEATHSIG, signal.SIGKILL)


def _forget() -> None:
    """Take back what the preload and multiprocessing left behind that a notebook could see."""
    preload: Any = sys.modules.get(server.KERNELS)
    if preload is not None:
        sys.path[:] = preload.PATH
        # Assigning through the module's own function also forgets which warnings were shown.
        warnings.resetwarnings()
        warnings.filters[:] = preload.FILTERS  # type: ignore[index]
        vars(process).update(_current_process=preload.PROCESS, _parent_process=None)
        preload.PROCESS.name = "MainProcess"
    # Multiprocessing, once imported, keeps the main module under a second name.
    sys.modules["__main__"] = sys.modules["__mp_main__"] = types.ModuleType("__main__")
    random.seed()
    numpy: Any = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
