"""The published site: written aside as a whole, then put in place in one step."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from planlib.errors import PlanlibError, ReportError

SITE = "build"
BUILDS = ".builds"
LOCK = "lock"
STATIC = "_static"
MANIFEST = "manifest.json"


class Site:
    """A site being written beside the published one, by one build at a time.

    Use as a context manager: what is not published by :meth:`publish` is removed.

    Raises :class:`PlanlibError` when another build is running, and :class:`ReportError` when the
    folder cannot be written.
    """

    def __init__(self, reports: Path) -> None:
        self.reports = reports
        self.current = reports / SITE
        self.builds = reports / BUILDS
        self.folder = self.builds / "0"
        self._cleanup = contextlib.ExitStack()

    def __enter__(self) -> Site:
        with contextlib.ExitStack() as stack, _writing(self.builds):
            self.builds.mkdir(parents=True, exist_ok=True)
            stack.enter_context(_lock(self.builds / LOCK))
            live = self._clear()
            self.folder = self.builds / str(live + 1)
            self.folder.mkdir()
            stack.callback(self._clear)
            self._cleanup = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._cleanup.close()

    def write(self, name: str, content: str | bytes) -> None:
        """Write one file of the site; ``name`` is a path inside it.

        Raises :class:`PlanlibError` when the path leads out of the site, and :class:`ReportError`
        when the file cannot be written.
        """
        path = (self.folder / name).resolve()
        if not path.is_relative_to(self.folder.resolve()):
            raise PlanlibError(f"{name}: leads out of the site; rename the figure or edition")
        with _writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))

    def keep(self, edition: str) -> bool:
        """Take an edition over from the published site; say whether it was there.

        Raises :class:`ReportError` when it cannot be copied.
        """
        names = [f"{edition}.html", f"{edition}.ipynb"]
        # A page without its executed notebook only stands in for a report.
        if not all((self.current / name).is_file() for name in names):
            return False
        with _writing(self.folder / edition):
            for name in names:
                shutil.copyfile(self.current / name, self.folder / name)
            if (self.current / edition).is_dir():
                shutil.copytree(self.current / edition, self.folder / edition)
        return True

    def publish(self) -> None:
        """Put the site in place of the old one, whole.

        Raises :class:`ReportError` when that fails; the old site then stays.
        """
        link = self.reports / f".{SITE}.new"
        with _writing(self.current):
            link.unlink(missing_ok=True)
            try:
                link.symlink_to(os.path.relpath(self.folder, self.reports), True)
            except OSError:  # no links here
                self._swap(self.folder)
            else:
                self._swap(link)

    def _swap(self, new: Path) -> None:
        """Put ``new`` in place: a link over a link in one step, all else by two renames."""
        is_link_over_link = new.is_symlink() and self.current.is_symlink()
        if os.path.lexists(self.current) and not is_link_over_link:
            self.current.rename(self.builds / f"{self.folder.name}.old")
        os.replace(new, self.current)

    def _clear(self) -> int:
        """Put back what a swap that was cut short moved away; remove all but the live site.

        Returns the number of the live site's folder, 0 when it has none.
        """
        moved = sorted(self.builds.glob("*.old"))
        if moved and not os.path.lexists(self.current):
            moved[-1].rename(self.current)
        live = self.current.resolve()
        for folder in self.builds.iterdir():
            if folder.name != LOCK and folder.resolve() != live:
                _remove(folder)
        return int(live.name) if live.name.isdecimal() else 0


def manifest(reports: Path) -> Mapping[str, Any]:
    """Return the manifest of the published site; empty when there is none."""
    try:
        found = json.loads((reports / SITE / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _remove(path: Path) -> None:
    if path.is_symlink():
        path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ReportError(
            f"{path}: cannot be written ({error.strerror or 'copying failed'}); "
            "free space or mend access"
        ) from None


@contextlib.contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Hold the lock on a folder of builds; it falls when the process ends, however it ends."""
    with path.open("a+", encoding="utf-8") as file:
        if sys.platform != "win32":
            import fcntl

            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                holder = file.read().strip()
                raise PlanlibError(
                    f"{path}: another build is running (process {holder}); wait for its end"
                ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
