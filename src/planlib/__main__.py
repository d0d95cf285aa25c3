"""The ``planlib`` command and ``python -m planlib``: Ctrl-C is one line from the first moment."""

from __future__ import annotations

import sys

# What a shell reports of a program that Ctrl-C ended.
INTERRUPTED = 130


def run() -> None:
    """Run the command line."""
    try:
        from planlib.cli import main

        main(prog_name="planlib")
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; what was published before is unchanged\n")
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    run()
