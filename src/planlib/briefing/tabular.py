"""CSV of a figure's table, with its metadata beside it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from planlib import contract, schema
from planlib.briefing import cited, inert


def table(words: Mapping[str, Any]) -> str:
    """Return a figure's table as CSV: a line of titles with units, then the rows."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(inert.cell(head(field)) for field in words["fields"])
    writer.writerows([inert.cell(value) for value in row] for row in words["rows"])
    return target.getvalue()


def head(field: Mapping[str, str]) -> str:
    """Return the title of a column with its unit."""
    return f"{field['title']} [{field['unit']}]" if field["unit"] else field["title"]


def metadata(words: Mapping[str, Any]) -> str:
    """Return what the CSV cannot say: words, columns, units, claims, sources, licence, citation."""
    lang = words["lang"]
    described = {
        **{key: words[key] for key in (*contract.PRINTED, "fields", "claims")},
        "sources": [
            {"source_id": s.source_id, "text": s.text, "url": s.url}
            for s in cited.sources(words["claims"], lang)
        ],
        "data_version": schema.package().version,
        "licence": cited.LICENCE,
        "cite": cited.citation(lang),
    }
    return as_json(described)


def as_json(value: Mapping[str, Any]) -> str:
    """Return an object as JSON in a fixed order, an entry on each line."""
    # With an indent, json would leave its fast encoder aside.
    lines = (f"{_json(key)}: {_json(value[key])}" for key in sorted(value))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)
