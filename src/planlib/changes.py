"""What changed between two states of the data, and between two builds: with its cause."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from planlib import schema
from planlib.errors import PlanlibError

KINDS = ADDED, REMOVED, CHANGED = "added", "removed", "changed"
# A claim has no key of its own; it is one source's word on one cell.
CLAIMS = "claims"
CLAIM_KEY = ("table", "row_id", "field", "source_id")
OBLIGATION_TABLES = ("obligations", "outcomes", "documents", "events")

# How the page of changes names what made a report differ; a date that passed comes last.
CAUSES = {
    "new": "new report", "notebook": "notebook changed", "parameters": "parameters changed",
    "code": "code change", "versions": "software change", "descriptor": "description changed",
    "list": "list of reports changed", "failed": "repaired", "forced": "built again",
    "files": "files were missing", "date": "date passed",
}  # fmt: skip

Row = dict[str, str]
# Why an edition was built: what kind of thing changed, and which.
Reason = tuple[str, str]


@dataclass(frozen=True)
class Change:
    """A row that came, went or changed; ``cells`` are column to old and new, as text."""

    table: str
    key: str
    kind: str
    cells: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def __str__(self) -> str:
        cells = "; ".join(f"{c}: {old!r} -> {new!r}" for c, (old, new) in self.cells.items())
        return f"{self.table} {self.key}: {self.kind}" + (f" ({cells})" if cells else "")

    def as_record(self) -> dict[str, Any]:
        """Return the change as JSON holds it."""
        return asdict(self)


def between(old: Path, new: Path) -> list[Change]:
    """Compare two folders of data, row by row by key.

    Each folder is read by its own descriptor, so that states whose tables differ can be compared.

    Raises :class:`PlanlibError` when a folder holds no data that can be read.
    """
    before, after = _texts(old), _texts(new)
    found: list[Change] = []
    for table in sorted({**before, **after}):
        texts = before.get(table, ""), after.get(table, "")
        if texts[0] != texts[1]:
            rows = (_by_key(f, table, t) for f, t in zip((old, new), texts, strict=True))
            found += _compare(table, *rows)
    return found


def _compare(table: str, before: Mapping[str, Row], after: Mapping[str, Row]) -> Iterator[Change]:
    for key in sorted({**before, **after}):
        old, new = before.get(key, {}), after.get(key, {})
        if not (old and new):
            yield Change(table, key, ADDED if new else REMOVED)
            continue
        # A column that one of them lacks is blank there.
        pairs = {column: (old.get(column, ""), new.get(column, "")) for column in {**old, **new}}
        cells = {column: pair for column, pair in pairs.items() if pair[0] != pair[1]}
        if cells:
            yield Change(table, key, CHANGED, cells)


def _texts(folder: Path) -> dict[str, str]:
    """Return each table as text; an empty one where its file is missing."""
    try:
        described = json.loads((folder / schema.DESCRIPTOR).read_text(encoding="utf-8"))
        return {
            str(resource["name"]): path.read_text(encoding="utf-8") if path.is_file() else ""
            for resource in described["resources"]
            for path in [folder / resource["path"]]
        }
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise _unreadable(folder, error) from None


def _unreadable(folder: Path, error: Exception) -> PlanlibError:
    return PlanlibError(
        f"{folder}: holds no data that can be read ({type(error).__name__}: {error}); "
        "name a folder with datapackage.json, or a git revision"
    )


def _by_key(folder: Path, table: str, text: str) -> dict[str, Row]:
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise _unreadable(folder, error) from None
    found: dict[str, Row] = {}
    for row in rows:
        columns = CLAIM_KEY if table == CLAIMS else tuple(row)[:1]
        key = " ".join(row.get(column) or "" for column in columns)
        number = 1
        while (name := key if number == 1 else f"{key} #{number}") in found:
            number += 1
        found[name] = row
    return found


@contextmanager
def folder_of(name: str, root: Path) -> Iterator[Path]:
    """Give the folder of data that ``name`` means: a folder, or a git revision of ``root``.

    Raises :class:`PlanlibError` when it is neither.
    """
    import subprocess
    import tarfile
    from tempfile import TemporaryDirectory

    for folder in (Path(name), Path(name) / "data"):
        if (folder / schema.DESCRIPTOR).is_file():
            yield folder
            return
    with TemporaryDirectory(prefix="planlib-diff-") as target:
        command = ["git", "-C", str(root), "archive", "--format=tar", name, "--", "data"]
        try:
            packed = subprocess.run(command, capture_output=True, check=True).stdout
        except (OSError, subprocess.CalledProcessError) as error:
            said = getattr(error, "stderr", b"") or str(error).encode()
            reason = said.decode("utf-8", "replace").strip().splitlines()[0]
            raise PlanlibError(
                f"{name!r} is neither a folder with {schema.DESCRIPTOR} nor a git revision "
                f"with data ({reason})"
            ) from None
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            # By hand: Python 3.11 before 3.11.4 knows no filter that keeps links and paths inside.
            for member in filter(tarfile.TarInfo.isfile, archive):
                path = Path(target) / "data" / Path(member.name).name
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(archive.extractfile(member).read())  # type: ignore[union-attr]
        yield Path(target) / "data"


def statuses(folder: Path) -> dict[str, str]:
    """Return the status of every obligation on the data's own date."""
    from planlib import tables
    from planlib.analysis import timeline

    package = schema.package(folder)
    obligations, outcomes, documents, events = (
        tables.load(name, directory=folder) for name in OBLIGATION_TABLES
    )
    as_of = tables.resolve_as_of("", package)
    board = timeline.board(obligations, documents, outcomes, events, as_of)
    return dict(zip(board["obligation_id"], board["duty_status"].astype("str"), strict=True))


def moved(
    old: Mapping[str, str], new: Mapping[str, str], changes: Sequence[Change], passed: str = ""
) -> list[dict[str, str]]:
    """List obligations whose status moved, each with its cause.

    Parameters
    ----------
    old, new
        Status by obligation, from :func:`statuses`.
    changes
        What changed in the data, from :func:`between`.
    passed
        The dates between which time passed, if it did.
    """
    return [
        {
            "obligation_id": key,
            "old": old.get(key, ""),
            "new": new.get(key, ""),
            "cause": _cause(key, changes, passed),
        }
        for key in sorted({**old, **new})
        if old.get(key) != new.get(key)
    ]


def _cause(obligation: str, changes: Sequence[Change], passed: str) -> str:
    around = []
    for change in changes:
        table, _, row = change.key.partition(" ")
        if change.table != CLAIMS:
            table, row = change.table, change.key
        if table in OBLIGATION_TABLES:
            if f"{row.split()[0]}.".startswith(f"{obligation}."):
                return name_of(change)
            around.append(change)
    if passed:
        return f"date passed: {passed}"
    return name_of(around[0]) if around else "code change"


def name_of(change: Change) -> str:
    """Say in two words and a key what happened to a row."""
    if change.table == CLAIMS:
        return f"{change.kind} claim: {change.key}"
    kind = {ADDED: "new row", REMOVED: "removed row", CHANGED: "changed row"}[change.kind]
    return f"{kind}: {change.table} {change.key}"


def between_builds(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    reasons: Mapping[str, Sequence[Reason]],
    folders: tuple[Path, Path],
) -> dict[str, Any]:
    """Return what changed between two builds, each change with its cause.

    Parameters
    ----------
    before, after
        The manifests.
    reasons
        Why each edition was built.
    folders
        The data of the build before, which may be missing, and the data now.
    """
    rows: list[Change] = []
    if before and before["data_files"] != after["data_files"]:
        # Nothing is known of a build before whose data were damaged since.
        with suppress(PlanlibError):
            rows = between(*folders)
    old, new = before.get("data", {}), after["data"]
    passed = ""
    if old and old.get("as_of") != new["as_of"]:
        passed = f"{old.get('as_of')} to {new['as_of']}"
    known = before.get("obligations", {})
    causes = {name: _causes(why, rows) for name, why in reasons.items()}
    result: dict[str, Any] = {
        "from": old,
        "to": new,
        "data": [change.as_record() for change in rows],
        "obligations": moved(known, after["obligations"], rows, passed) if known else [],
        "answers": [],
        "headlines": [],
        "figures": [],
    }
    for name, entry in after["editions"].items():
        earlier = before.get("editions", {}).get(name)
        if earlier and entry.get("state") == "built":
            for kind, found in _edition(name, earlier, entry).items():
                result[kind] += [{**change, "causes": causes.get(name, [])} for change in found]
    return result


def _causes(reasons: Sequence[Reason], rows: Sequence[Change]) -> list[str]:
    found: list[str] = []
    for kind, text in reasons:
        if kind == "table":
            table = text.split()[1]
            own = [r for r in rows if r.table == table]
            own += [r for r in rows if r.table == CLAIMS and r.key.split()[0] == table]
            found += [name_of(row) for row in own[:3]] or [f"{table} or its evidence changed"]
        else:
            found.append(f"{CAUSES[kind]}: {text}" if kind == "date" else CAUSES[kind])
    return list(dict.fromkeys(found))


def _edition(
    name: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {"answers": [], "headlines": [], "figures": []}
    if old.get("answer", "") != new["answer"]:
        found["answers"].append(
            {"edition": name, "old": old.get("answer", ""), "new": new["answer"]}
        )
    titles, earlier = new["headlines"], old.get("headlines", {})
    for figure in {**earlier, **titles}:
        where = {"edition": name, "figure": figure}
        if figure in earlier and figure in titles and earlier[figure] != titles[figure]:
            change = {**where, "old": earlier[figure], "new": titles[figure]}
            found["headlines"].append(change)
        files = [f"{name}/{figure}.json", f"{name}/{figure}.csv"]
        if [old.get("files", {}).get(f) for f in files] != [new["files"].get(f) for f in files]:
            kind = "added" if figure not in earlier else "changed"
            found["figures"].append({**where, "kind": "removed" if figure not in titles else kind})
    return found
