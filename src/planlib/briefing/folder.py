"""The folder that exports go to: nothing is replaced unasked, nothing stands there half-written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from planlib.errors import PlanlibError, writing


class Folder:
    """A folder for exported files; ``force`` allows to replace those that exist."""

    def __init__(self, path: Path, *, force: bool = False) -> None:
        self.path = path
        self.force = force
        if path.exists() and not path.is_dir():
            raise PlanlibError(f"{path}: is a file; -o names a folder")

    def claim(self, names: Iterable[str]) -> None:
        """Refuse names that lead out of the folder, and files that exist already."""
        for name in names:
            path = self._place(name)
            if os.path.lexists(path) and not self.force:
                raise PlanlibError(f"{path}: exists; add --force to replace it")
            if path.is_dir():
                raise PlanlibError(f"{path}: is a folder; remove it or choose another with -o")

    def write(self, files: Mapping[str, bytes]) -> list[Path]:
        """Write files aside, then put each in place in one step; return where they stand.

        Raises :class:`ReportError` when the folder cannot be written; what stood there stays.
        """
        self.claim(files)
        with writing(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=".planlib-", dir=self.path) as aside:
                for number, content in enumerate(files.values()):
                    (Path(aside) / str(number)).write_bytes(content)
                for number, name in enumerate(files):
                    os.replace(Path(aside) / str(number), self._place(name))
        return [self._place(name) for name in files]

    def _place(self, name: str) -> Path:
        path = self.path / name
        if Path(name).name != name or name in ("", ".", ".."):
            raise PlanlibError(f"{name!r} leads out of {self.path}; rename the figure or edition")
        return path
