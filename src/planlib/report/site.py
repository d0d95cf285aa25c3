"""The published site: written aside as a whole, then put in place in one step."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from planlib.errors import PlanlibError, ReportError

SITE = "build"
BUILDS = ".builds"
STATIC = "_static"
MANIFEST = "manifest.json"


class Site:
    """A site being written beside the published one.

    Use as a context manager: what is not published by :meth:`publish` is removed.
    """

    def __init__(self, reports: Path) -> None:
        self.reports = reports
        self.current = reports / SITE
        builds = reports / BUILDS
        try:
            builds.mkdir(parents=True, exist_ok=True)
            taken = [int(p.name) for p in builds.iterdir() if p.name.isdigit()]
            self.folder = builds / str(max(taken, default=0) + 1)
            self.folder.mkdir()
        except OSError as error:
            raise ReportError(
                f"{builds}: cannot be written ({error.strerror}); mend access or free space"
            ) from None
        self._is_published = False

    def __enter__(self) -> Site:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._is_published:
            shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, name: str, content: str | bytes) -> None:
        """Write one file of the site; ``name`` is a path inside it."""
        path = (self.folder / name).resolve()
        if not path.is_relative_to(self.folder.resolve()):
            raise PlanlibError(f"{name}: leads out of the site; rename the figure or edition")
        data = content if isinstance(content, bytes) else content.encode("utf-8")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            raise ReportError(
                f"{path}: cannot be written ({error.strerror}); free space or mend access"
            ) from None

    def keep(self, edition: str) -> bool:
        """Take an edition over from the published site; say whether it was there."""
        page = self.current / f"{edition}.html"
        if not page.is_file():
            return False
        for name in (f"{edition}.html", f"{edition}.ipynb"):
            if (self.current / name).is_file():
                shutil.copyfile(self.current / name, self.folder / name)
        if (self.current / edition).is_dir():
            shutil.copytree(self.current / edition, self.folder / edition, dirs_exist_ok=True)
        return True

    def publish(self) -> None:
        """Put the site in place of the old one, whole, and remove builds that are no longer used."""
        self._is_published = True
        target = os.path.relpath(self.folder, self.reports)
        link = self.reports / f".{SITE}.new"
        link.unlink(missing_ok=True)
        try:
            link.symlink_to(target, target_is_directory=True)
            self._make_way()
            os.replace(link, self.current)
        except OSError:
            self._swap_folders()
        for old in self.folder.parent.iterdir():
            if old != self.folder and old.name.isdigit():
                shutil.rmtree(old, ignore_errors=True)

    def _make_way(self) -> None:
        # A real folder there (an unpacked copy, say) cannot be replaced by a link in one step.
        if self.current.is_dir() and not self.current.is_symlink():
            self.current.rename(self.folder.parent / f"{self.folder.name}.old")

    def _swap_folders(self) -> None:
        """Swap by two renames, where links are not allowed."""
        old = self.folder.parent / f"{self.folder.name}.old"
        if self.current.exists():
            self.current.rename(old)
        self.folder.rename(self.current)
        shutil.rmtree(old, ignore_errors=True)


def manifest(reports: Path) -> Mapping[str, Any]:
    """Return the manifest of the published site; empty when there is none."""
    try:
        found: Mapping[str, Any] = json.loads(
            (reports / SITE / MANIFEST).read_text(encoding="utf-8")
        )
    except (OSError, ValueError):
        return {}
    return found
