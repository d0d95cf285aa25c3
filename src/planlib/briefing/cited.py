"""What every exported file carries: source line, data version, licence, how to cite, sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from planlib import schema, tables, wording
from planlib.briefing import inert
from planlib.wording import choose

LICENCE = "CC-BY-4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True)
class Source:
    """A source as a reader sees it: one line, and where it stands."""

    source_id: str
    text: str
    url: str


def citation(lang: str) -> str:
    """Say how to cite the data."""
    package = schema.package()
    title = package.title_zh if lang == "zh" else package.title
    return choose(
        lang,
        f"planlib contributors (2026): {title}. Data version {package.version}, CC BY 4.0.",
        f"planlib贡献者（2026）：{title}。数据版本{package.version}，CC BY 4.0。",
    )


def stamp(as_of: str, lang: str) -> str:
    """Say how far the data reach, and their version."""
    day = wording.day(pd.Timestamp(as_of), lang)
    version = schema.package().version
    return choose(
        lang, f"As of {day} · planlib data {version}", f"截至{day} · planlib数据 {version}"
    )


def sources(claims: Iterable[Mapping[str, Any]], lang: str) -> list[Source]:
    """Return the sources that claims name, each once, in the order of their first claim."""
    # What a claim cites is evidence of the row that it is on, which was read before.
    with tables.on_behalf_of(()):
        known = _by_key(tables.loaded("sources"))
    found = dict.fromkeys(str(c["source_id"]) for c in claims if c.get("source_id"))
    return [_source(key, known.get(key), lang) for key in found]


@lru_cache(maxsize=1)
def _by_key(read: tables.Loaded) -> dict[str, dict[str, str]]:
    columns = read.text.columns
    rows = (dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True))
    return {row[read.table.key]: row for row in rows}


def _source(key: str, row: Mapping[str, str] | None, lang: str) -> Source:
    if row is None:
        return Source(key, inert.line(key), "")
    parts = [_in(lang, row, "title"), _in(lang, row, "publisher")]
    if row["published_date"]:
        parts.append(wording.day(row["published_date"], lang, row["published_precision"]))
    words = choose(lang, ", ", "，").join(inert.line(part) for part in parts if part)
    return Source(key, words, inert.link(row["url"]))


def _in(lang: str, row: Mapping[str, str], column: str) -> str:
    return choose(lang, row[column], row[f"{column}_zh"] or row[column])


def conflicts(words: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the claims behind a figure that differ from the cell that it draws."""
    return [claim for claim in words["claims"] if claim.get("stance") == "differs"]
