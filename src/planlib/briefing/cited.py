"""What every exported file carries: source line, data version, licence, how to cite, sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
        table = tables.load("sources").set_index("source_id")
    found = dict.fromkeys(str(c["source_id"]) for c in claims if c.get("source_id"))
    # One look into the table for all of them.
    rows = table.loc[table.index.isin(list(found))].to_dict("index")
    return [_source(key, rows.get(key), lang) for key in found]


def _source(key: str, row: Mapping[Any, Any] | None, lang: str) -> Source:
    if row is None:
        return Source(key, inert.line(key), "")
    title = row["title_zh"] if lang == "zh" and pd.notna(row["title_zh"]) else row["title"]
    publisher = row["publisher"]
    if lang == "zh" and pd.notna(row["publisher_zh"]):
        publisher = row["publisher_zh"]
    parts = [title, publisher]
    if pd.notna(row["published_date"]):
        parts.append(wording.day(row["published_date"], lang, str(row["published_precision"])))
    words = [inert.line(p) for p in parts if pd.notna(p) and str(p)]
    return Source(key, choose(lang, ", ", "，").join(words), inert.link(_known(row["url"])))


def _known(value: Any) -> str:
    return "" if pd.isna(value) else str(value)


def conflicts(words: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the claims behind a figure that differ from the cell that it draws."""
    return [claim for claim in words["claims"] if claim.get("stance") == "differs"]
