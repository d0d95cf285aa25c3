"""The published site: written aside as a whole, then put in place in one step."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planlib import locks
from planlib.errors import PlanlibError, writing

SITE = "build"
BUILDS = ".builds"
LOCK = "lock"
MANIFEST = "manifest.json"
# Of what the manifest holds. A site with another one is built anew.
FORMAT = 1
DIGEST_LENGTH = 32


@dataclass(frozen=True)
class Folder:
    """The folder of a new site, and the published one that unchanged files are linked from."""

    path: Path
    published: Path

    def write(self, name: str, content: str | bytes) -> list[Any]:
        """Write one file of the site, or link it if it is as published; return size and digest.

        Raises :class:`PlanlibError` when ``name``, a path inside the site, leads out of it, and
        :class:`ReportError` when the file cannot be written.
        """
        path = (self.path / name).resolve()
        if not path.is_relative_to(self.path.resolve()):
            raise PlanlibError(f"{name}: leads out of the site; rename the figure or edition")
        content = content if isinstance(content, bytes) else content.encode("utf-8")
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            # A link is another name of the published file: never write through it.
            path.unlink(missing_ok=True)
            if not _is(self.published / name, content) or not _link(self.published / name, path):
                path.write_bytes(content)
        return [len(content), hashlib.sha256(content).hexdigest()[:DIGEST_LENGTH]]

    def take(self, name: str) -> None:
        """Take one file over from the published site, as a link or else a copy."""
        path = self.path / name
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            if not _link(self.published / name, path):
                shutil.copyfile(self.published / name, path)


class Site:
    """A site being written beside the published one, by one build at a time.

    Use as a context manager: what is not published by :meth:`publish` is removed.

    Raises :class:`PlanlibError` when another build is running, and :class:`ReportError` when the
    folder cannot be written.
    """

    def __init__(self, reports: Path, *, wait: bool = False) -> None:
        self.reports = reports
        self.wait = wait
        self.current = reports / SITE
        self.builds = reports / BUILDS
        self.folder = self.builds / "0"
        self._cleanup = contextlib.ExitStack()

    def __enter__(self) -> Site:
        with contextlib.ExitStack() as stack, writing(self.builds):
            self.builds.mkdir(parents=True, exist_ok=True)
            stack.enter_context(_lock(self.builds / LOCK, self.wait))
            live = self._clear()
            self.folder = self.builds / str(live + 1)
            self.folder.mkdir()
            stack.callback(self._clear)
            self._cleanup = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._cleanup.close()

    @property
    def files(self) -> Folder:
        """The folder that is being written."""
        return Folder(self.folder, self.current)

    def write(self, name: str, content: str | bytes) -> list[Any]:
        """Write one file of the site; see :meth:`Folder.write`."""
        return self.files.write(name, content)

    def keep(self, edition: str) -> bool:
        """Take an edition over from the published site; say whether it was there.

        What a failed attempt wrote of it is removed. Raises :class:`ReportError` when the edition
        cannot be taken over.
        """
        names = [f"{edition}.html", f"{edition}.ipynb"]
        for left in (*names, edition):
            _remove(self.folder / left)
        # A page without its executed notebook only stands in for a report.
        if not all((self.current / name).is_file() for name in names):
            return False
        names += [
            path.relative_to(self.current).as_posix()
            for path in sorted((self.current / edition).rglob("*"))
            if path.is_file()
        ]
        for name in names:
            self.files.take(name)
        return True

    def has(self, files: Mapping[str, Sequence[Any]]) -> bool:
        """Say whether these files are in the published site, each in its size."""
        return all(_size(self.current / name) == size for name, (size, *_) in files.items())

    def note(self, content: str) -> None:
        """Put another manifest into the published site, in one step; nothing else changes."""
        path = self.current.resolve() / MANIFEST
        new = path.with_name(f".{MANIFEST}.new")
        with writing(path):
            new.write_text(content, encoding="utf-8")
            os.replace(new, path)

    def publish(self) -> None:
        """Put the site in place of the old one, whole.

        Raises :class:`ReportError` when that fails; the old site then stays.
        """
        link = self.reports / f".{SITE}.new"
        with writing(self.current):
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
    """Return the manifest of the published site; empty when there is none that is understood."""
    try:
        found = json.loads((reports / SITE / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and found.get("format") == FORMAT else {}


def _remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _is(path: Path, content: bytes) -> bool:
    return _size(path) == len(content) and path.read_bytes() == content


def _link(source: Path, path: Path) -> bool:
    try:
        os.link(source, path)
    except OSError:  # no links here
        return False
    return True


@contextlib.contextmanager
def _lock(path: Path, wait: bool) -> Iterator[None]:
    """Hold the lock on a folder of builds; it falls when the process ends, however it ends."""
    with path.open("a+", encoding="utf-8") as file:
        if not locks.take(file, wait=wait):
            file.seek(0)
            holder = file.read().strip()
            raise PlanlibError(
                f"{path}: another build is running (process {holder}); wait for its end"
                " (--wait does)"
            )
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
