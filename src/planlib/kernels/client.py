"""Talk to a kernel on the same machine: found ready as soon as it is."""

from __future__ import annotations

import time
from queue import Empty
from typing import Any

import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient

# Seconds until a kernel is asked again: when it does not answer, and when it does but its word
# on the other channel has not come. That word is lost if it went out before anybody listened.
PATIENCE = 1.0
LOST = 0.05
# A socket tries anew every 100 ms by default; a kernel next door binds its own within 30.
RECONNECT_MILLISECONDS = 5


class LocalKernelClient(AsyncKernelClient):
    """Jupyter's client, ready as soon as the kernel is.

    Jupyter's own listens until nothing has come for 0.2 s, so as to be sure that nothing is left
    from the start. A kernel says itself when it is done with a request.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Sockets made from now on have this.
        self.context.setsockopt(zmq.RECONNECT_IVL, RECONNECT_MILLISECONDS)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers on both of its channels.

        Raises :class:`RuntimeError`, as Jupyter does, when it died or took longer than
        ``timeout`` [s].
        """
        end = time.monotonic() + (float("inf") if timeout is None else timeout)
        while True:
            request = self.kernel_info()
            try:
                reply = await self.get_shell_msg(timeout=PATIENCE)
                while not _is_end(await self.get_iopub_msg(timeout=LOST), request):
                    pass
            except Empty:
                pass
            else:
                self._handle_kernel_info_reply(reply)
                return
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > end:
                raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")


def _is_end(message: dict[str, Any], request: str) -> bool:
    """Say whether a message tells that the kernel is done with a request."""
    return (
        message["parent_header"].get("msg_id") == request
        and message["content"].get("execution_state") == "idle"
    )
