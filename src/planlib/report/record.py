"""What a build leaves on record: the manifest, which the next build goes by."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from planlib import __version__, schema
from planlib.report.inputs import Inputs
from planlib.report.site import FORMAT

DATA = "_data"
CHANGES = "changes.json"


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
        "format": FORMAT,
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


def state(*, is_stale: bool, is_chosen: bool) -> str:
    """Say what became of an edition that was not built."""
    return "stale" if is_stale else "fresh" if is_chosen else "kept"


def as_text(value: Any) -> str:
    """Return JSON as it is published."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
