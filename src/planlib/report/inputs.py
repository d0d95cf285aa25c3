"""What editions are made from, as it stands now: digests of data, code and libraries."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import platform
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import planlib
from planlib import schema

LIBRARIES = (
    "pandas", "numpy", "plotly", "papermill", "nbclient", "nbformat", "ipykernel", "ipython",
    "ipywidgets", "jupyter-client", "jinja2", "mistune",
)  # fmt: skip
SOURCE = Path(planlib.__file__).parent
INSTALLED = ".dist-info"
# What of planlib decides whether data are sound.
CHECKING = (
    "columns.py", "errors.py", "evidence.py", "literals.py", "schema.py", "tables.py", "wording.py",
)  # fmt: skip


@dataclass(frozen=True)
class Inputs:
    """All that editions are made from, as it stands now: the data themselves, and digests."""

    files: Mapping[str, bytes]
    data: Mapping[str, str]
    tables: Mapping[str, str]
    code: Mapping[str, str]
    versions: Mapping[str, str]

    @cached_property
    def code_digest(self) -> str:
        """The digest of planlib's source as a whole."""
        return digest(self.code)

    @cached_property
    def versions_digest(self) -> str:
        """The digest of the versions of all libraries."""
        return digest(self.versions)

    @property
    def software(self) -> str:
        """What editions are made by, whatever the data."""
        return digest([self.code_digest, self.versions_digest])

    def are_of(self, before: Mapping[str, Any]) -> bool:
        """Say whether a site, by its manifest, was made from the same data by the same software."""
        known = before.get("data_files"), before.get("software")
        return known == (self.data, self.software)

    @cached_property
    def checked(self) -> str:
        """What decides whether the data are sound."""
        checking = {name: self.code[name] for name in CHECKING if name in self.code}
        return digest([self.data, checking])


def digest(value: Any) -> str:
    """Return a digest of bytes, or of anything that JSON can hold."""
    if not isinstance(value, bytes):
        value = json.dumps(value, sort_keys=True, ensure_ascii=False).encode("utf-8")
    return hashlib.sha256(value).hexdigest()[:32]


def data_files() -> dict[str, bytes]:
    """Return the descriptor and the tables, by file name; missing ones are left out."""
    package = schema.package()
    names = [schema.DESCRIPTOR, *(table.path for table in package.tables)]
    paths = {name: package.directory / name for name in names}
    return {name: path.read_bytes() for name, path in paths.items() if path.is_file()}


def take(before: Mapping[str, Any]) -> Inputs:
    """Take the digests of data, code and libraries; ``before`` is the last manifest.

    The digest of a table is that of the table with its evidence: its rows, the claims on them and
    the sources that these cite. An edition that reads all claims has them as a table of their own.
    """
    files = data_files()
    data = {name: digest(content) for name, content in files.items()}
    known = before.get("data_files", {}), before.get("tables", {})
    tables = known[1] if known[0] == data else dict(_tables(files, data))
    code = {
        path.relative_to(SOURCE).as_posix(): digest(path.read_bytes()) for path in source_files()
    }
    versions = {"python": platform.python_version(), **_versions()}
    return Inputs(files, data, tables, code, versions)


def source_files() -> list[Path]:
    """Return the files of planlib's source that decide what a page looks like."""
    found = (p for p in SOURCE.rglob("*") if p.suffix in (".py", ".html", ".css", ".js"))
    return sorted(path for path in found if "data" not in path.parts)


def _versions() -> dict[str, str]:
    """Return the versions of the libraries, by the names of the folders that tell of them."""
    # What importlib.metadata does with the files in these folders takes a third of a fresh build.
    found: dict[str, str] = {}
    for place in filter(os.path.isdir, sys.path):
        for folder in os.listdir(place):
            if folder.endswith(INSTALLED):
                name, _, version = folder.removesuffix(INSTALLED).partition("-")
                found.setdefault(name.lower().replace("_", "-"), version)
    return {name: found.get(name, "none") for name in LIBRARIES}


def _tables(files: Mapping[str, bytes], data: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    claims: dict[str, list[list[str]]] = {}
    for row in _rows(files.get("claims.csv", b"")):
        claims.setdefault(row[0], []).append(row)
    sources = {row[0]: row for row in _rows(files.get("sources.csv", b"")) if row}
    for table in schema.package().tables:
        own = claims.get(table.name, [])
        cited = sorted({cell for row in own for cell in row if cell in sources})
        yield table.name, digest([data.get(table.path), own, [sources[key] for key in cited]])


def _rows(content: bytes) -> list[list[str]]:
    """Return the rows of a table; of a broken one, which the check refuses by its name, any."""
    text = io.StringIO(content.decode("utf-8", "replace"), newline="")
    try:
        return [row for row in csv.reader(text) if row][1:]
    except csv.Error:
        return []
