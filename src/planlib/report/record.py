"""What a build leaves on record: the manifest, and what changed since the one before."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from planlib import __version__, changes, schema
from planlib.report.inputs import Inputs
from planlib.report.plan import Reason

DATA = "_data"
CHANGES = "changes.json"
# How the page of changes names what made a report differ; a date that passed comes last.
CAUSES = {
    "new": "new report", "notebook": "notebook changed", "parameters": "parameters changed",
    "code": "code change", "versions": "software change", "descriptor": "description changed",
    "list": "list of reports changed", "failed": "repaired", "forced": "built again",
    "files": "files were missing", "date": "date passed",
}  # fmt: skip


def manifest(
    editions: Mapping[str, Mapping[str, Any]],
    failed: Mapping[str, str],
    now: Inputs,
    before: Mapping[str, Any],
    site: str,
    statuses: Mapping[str, str],
) -> dict[str, Any]:
    """Return the manifest of a site: its editions, and what each is made from."""
    package = schema.package()
    current = {
        "code": {now.code_digest: now.code},
        "versions": {now.versions_digest: now.versions},
    }
    used = {
        kind: {e["inputs"][kind] for e in editions.values() if "inputs" in e} for kind in current
    }
    return {
        "planlib": __version__,
        "data": {"version": package.version, "as_of": package.as_of},
        "site": site,
        "checked": now.checked,
        "software": now.software,
        "editions": dict(sorted(editions.items())),
        "failed": dict(sorted(failed.items())),
        "obligations": dict(statuses),
        "data_files": now.data,
        "tables": now.tables,
        # By digest, as editions name them: those taken over may rest on older ones.
        **{
            kind: {
                key: value
                for key, value in {**before.get(kind, {}), **known}.items()
                if key in known or key in used[kind]
            }
            for kind, known in current.items()
        },
    }


def as_text(value: Any) -> str:
    """Return JSON as it is published."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def compare(
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
    has_before = (folders[0] / schema.DESCRIPTOR).is_file()
    rows = changes.between(*folders) if has_before else []
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
        "obligations": changes.moved(known, after["obligations"], rows, passed) if known else [],
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


def _causes(reasons: Sequence[Reason], rows: Sequence[changes.Change]) -> list[str]:
    found: list[str] = []
    for kind, text in reasons:
        if kind == "table":
            table = text.split()[1]
            own = [r for r in rows if r.table == table]
            own += [r for r in rows if r.table == changes.CLAIMS and r.key.split()[0] == table]
            found += [changes.name_of(row) for row in own[:3]] or [f"evidence of {table} changed"]
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
