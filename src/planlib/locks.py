"""Locks on files: they fall when the process that holds them ends, however it ends."""

from __future__ import annotations

import sys
from typing import IO


def take(file: IO[str], *, wait: bool = False) -> bool:
    """Lock an open file until it is closed; say whether that went well.

    ``wait``: until whoever holds it lets go. Windows has no such locks: there, all goes well.
    """
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True
