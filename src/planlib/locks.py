"""Locks on files: they fall when the process that holds them ends, however it ends."""

from __future__ import annotations

import sys
from typing import IO

# Windows has none of this kind.
HAS_LOCKS = sys.platform != "win32"


def take(file: IO[str], *, wait: bool = False) -> bool:
    """Lock an open file until it is closed; say whether that went well.

    ``wait``: until whoever holds it lets go. Where there are no such locks, all goes well.
    """
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True
