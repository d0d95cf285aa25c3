"""What has to be built and why: digests of everything that an edition is made from."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import planlib
from planlib import schema
from planlib.editions import Edition, in_language

LIBRARIES = (
    "pandas", "numpy", "plotly", "papermill", "nbclient", "nbformat", "ipykernel", "ipython",
    "ipywidgets", "jupyter-client", "jinja2", "mistune",
)  # fmt: skip
INSTALLED = ".dist-info"
# What of planlib decides whether data are sound.
CHECKING = (
    "columns.py", "errors.py", "evidence.py", "literals.py", "schema.py", "tables.py", "wording.py",
)  # fmt: skip


class Reason(NamedTuple):
    """Why an edition has to be built: what kind of thing changed, and which."""

    kind: str
    text: str


@dataclass(frozen=True)
class Inputs:
    """Digests of all that editions are made from, as it stands now."""

    data: Mapping[str, str]
    tables: Mapping[str, str]
    code: Mapping[str, str]
    versions: Mapping[str, str]

    @property
    def software(self) -> str:
        """What editions are made by, whatever the data."""
        return digest([self.code, self.versions])

    def are_of(self, before: Mapping[str, Any]) -> bool:
        """Say whether a site, by its manifest, was made from the same data by the same software."""
        known = before.get("data_files"), before.get("software")
        return known == (self.data, self.software)

    @property
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


def inputs(before: Mapping[str, Any]) -> Inputs:
    """Take the digests of data, code and libraries; ``before`` is the last manifest.

    The digest of a table is that of the table with its evidence: its rows, the claims on them and
    the sources that these cite. An edition that reads all claims has them as a table of their own.
    """
    files = data_files()
    data = {name: digest(content) for name, content in files.items()}
    known = before.get("data_files", {}), before.get("tables", {})
    tables = known[1] if known[0] == data else dict(_tables(files, data))
    source = Path(planlib.__file__).parent
    code = {
        path.relative_to(source).as_posix(): digest(path.read_bytes())
        for path in sorted(source.rglob("*"))
        if path.suffix in (".py", ".html", ".css", ".js") and "data" not in path.parts
    }
    versions = {"python": platform.python_version(), **_versions()}
    return Inputs(data, tables, code, versions)


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
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))[1:]


def translations(edition: Edition, everything: Sequence[Edition]) -> list[Edition]:
    """Return the same edition in other languages, which its page links to."""
    found = (in_language(edition, everything, lang) for lang in schema.LANGUAGES)
    return [other for other in found if other and other.name != edition.name]


def basis(edition: Edition, everything: Sequence[Edition], now: Inputs) -> dict[str, Any]:
    """Return what an edition is made from, tables apart: those are known once it has run."""
    return {
        "notebook": digest(edition.notebook.read_bytes()),
        "parameters": dict(edition.parameters),
        "translations": [other.name for other in translations(edition, everything)],
        "descriptor": now.data.get(schema.DESCRIPTOR, ""),
        "code": digest(now.code),
        "versions": digest(now.versions),
    }


def reasons(
    edition: Edition,
    everything: Sequence[Edition],
    now: Inputs,
    before: Mapping[str, Any],
) -> list[Reason]:
    """Return why an edition has to be built; nothing when it is fresh.

    Parameters
    ----------
    before
        The manifest of the published site.
    """
    entry = before.get("editions", {}).get(edition.name, {})
    old = entry.get("inputs")
    failure = before.get("failed", {}).get(edition.name)
    if failure:
        return [Reason("failed", f"the last attempt failed: {failure}")]
    if not old:
        return [Reason("new", "it was never built")]
    new = basis(edition, everything, now)
    found = []
    if new["notebook"] != old["notebook"]:
        found.append(Reason("notebook", f"{edition.notebook.name} changed"))
    found += _parameters(old["parameters"], new["parameters"])
    if new["translations"] != old["translations"]:
        found.append(Reason("list", "the same report in other languages came or went"))
    if new["descriptor"] != old["descriptor"]:
        found.append(Reason("descriptor", f"{schema.DESCRIPTOR} changed"))
    for kind, what, current in (
        ("code", "planlib's source changed", now.code),
        ("versions", "the software changed", now.versions),
    ):
        if new[kind] != old[kind]:
            known = before.get(kind, {}).get(old[kind], {})
            found.append(Reason(kind, f"{what}: {_difference(known, current, kind)}"))
    for table, value in sorted(old["tables"].items()):
        if now.tables.get(table) != value:
            found.append(Reason("table", f"table {table} or its evidence changed"))
    return found


def _parameters(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Reason]:
    for name in sorted({**old, **new}):
        if old.get(name) != new.get(name):
            kind = "date" if name == "as_of" else "parameters"
            yield Reason(kind, f"{name}: {old.get(name)!r} -> {new.get(name)!r}")


def _difference(old: Mapping[str, str], new: Mapping[str, str], kind: str) -> str:
    names = sorted(name for name in {**old, **new} if old.get(name) != new.get(name))
    if kind == "versions":
        names = [f"{name} {old.get(name, 'none')} -> {new.get(name, 'none')}" for name in names]
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
