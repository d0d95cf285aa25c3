"""Claims: which source says a value, printed how, and who says otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from planlib import literals, schema, tables
from planlib.errors import DataError, Problem

WHOLE_ROW = "*"
LITERAL_LIMIT = 25
LITERAL_LIMIT_PUBLIC_DOMAIN = 80
LOCATOR_PATTERN = re.compile(r"¶\d+(\s.*)?")
DURATION_UNITS = {"days": "day", "months": "month"}
OWN_COUNT = "planlib"

Rows = Mapping[str, Iterable[str]]


def claims(*, as_of: str = "") -> pd.DataFrame:
    """Return all claims, each with the role and the reading state of its source.

    Adds ``is_read`` (the source's text was read), ``publisher`` and ``role`` to the claims table.
    """
    sources = tables.load("sources")
    known = sources[["source_id", "role", "publisher", "sha256"]]
    frame = tables.load("claims", as_of=as_of).merge(known, on="source_id", how="left")
    frame["is_read"] = frame.pop("sha256").notna()
    return frame


def rows_of(frame: pd.DataFrame) -> dict[str, list[str]]:
    """Return the table rows that a frame rests on.

    An analysis that aggregates names them in ``frame.attrs["rows"]``; otherwise they are the
    keys in the frame's columns that are keys of tables, the first such column counting.
    """
    named = frame.attrs.get("rows")
    if named is not None:
        return {table: sorted(set(keys)) for table, keys in named.items()}
    package = schema.package()
    for column in frame.columns:
        owner = package.table_of_key(str(column))
        if owner is not None and owner.has_evidence:
            return {owner.name: sorted(frame[column].dropna().astype("str").unique())}
    return {}


def claims_of(rows: Rows) -> pd.DataFrame:
    """Return the claims on the given rows, shape (claims, columns of ``claims``)."""
    wanted = {(table, key) for table, keys in rows.items() for key in keys}
    frame = claims()
    pairs = zip(frame["table"], frame["row_id"], strict=True)
    return frame[[pair in wanted for pair in pairs]].reset_index(drop=True)


def conflicts() -> pd.DataFrame:
    """Return the claims that differ from the cell they speak of, one a row."""
    frame = claims()
    return frame[frame["stance"] == "differs"].reset_index(drop=True)


def coverage() -> pd.DataFrame:
    """Count, by table, rows and numbers by how well they are attested.

    Returns
    -------
    pandas.DataFrame
        ``table, rows, verified, reported, counted``: of the cells that need a claim (each row as
        a whole and each number), how many are *verified* by a literal in a text that was read,
        *reported* by a text that was not, and *counted* by us (ordinals and own counts).
    """
    package = schema.package()
    frame = claims()
    supporting = frame[frame["stance"] == "supports"]
    verified = _pairs(supporting[supporting["as_printed"].notna()])
    claimed = _pairs(supporting)
    counted = []
    for table in package.tables:
        if not table.has_evidence:
            continue
        cells, ordinals = _cells_to_claim(table, tables.whole(table.name))
        sure = sum((table.name, *cell) in verified for cell in cells)
        said = sum((table.name, *cell) in claimed for cell in cells)
        counted.append((table.name, len(tables.whole(table.name)), sure, said - sure, ordinals))
    columns = ["table", "rows", "verified", "reported", "counted"]
    return pd.DataFrame(counted, columns=columns)


def _pairs(frame: pd.DataFrame) -> set[tuple[str, str, str]]:
    cells = set(zip(frame["table"], frame["row_id"], frame["field"], strict=True))
    return cells | {(table, row, WHOLE_ROW) for table, row, _ in cells}


def _cells_to_claim(table: schema.Table, frame: pd.DataFrame) -> tuple[list[tuple[str, str]], int]:
    cells = [(key, WHOLE_ROW) for key in frame[table.key]]
    ordinals = 0
    for spec in table.fields:
        if not spec.is_number:
            continue
        filled = frame[table.key][frame[spec.name].notna()]
        if spec.is_ordinal:
            ordinals += len(filled)
        else:
            cells += [(key, spec.name) for key in filled]
    return cells, ordinals


def problems() -> list[Problem]:
    """Check every claim and that every row and number has one; return all problems found."""
    package = schema.package()
    raw = schema.read_raw(package["claims"], package.directory)
    sources = tables.whole("sources", package).set_index("source_id")
    frames = {t.name: tables.whole(t.name, package) for t in package.tables}
    cells = {
        t.name: frames[t.name].set_index(t.key) for t in package.tables if t.has_key
    }
    found: list[Problem] = []
    rows = [dict(zip(raw.columns, values, strict=True))
            for values in zip(*raw.columns.values(), strict=True)]  # fmt: skip
    for i, claim in enumerate(rows):
        found += _claim_problems(raw, i, claim, package, sources, cells)
    supported = {(c["table"], c["row_id"], c["field"]) for c in rows if c["stance"] == "supports"}
    found += _unclaimed(package, frames, supported)
    return found


def _claim_problems(
    raw: schema.RawTable,
    i: int,
    claim: dict[str, str],
    package: schema.Package,
    sources: pd.DataFrame,
    cells: dict[str, pd.DataFrame],
) -> list[Problem]:
    table = claim["table"]
    if table not in cells or not package[table].has_evidence:
        return [raw.problem(i, "table", "is no table with evidence", "name a table of the package")]
    if claim["row_id"] not in cells[table].index:
        return [raw.problem(i, "row_id", f"is not a row of {table}", "correct the key")]
    if claim["field"] not in (WHOLE_ROW, *package[table].columns):
        return [raw.problem(i, "field", f"is not a column of {table}", "name a column, or *")]
    if claim["source_id"] not in sources.index:
        return []  # a dangling key, reported once with the other keys
    found = _stance_problems(raw, i, claim)
    if claim["as_printed"]:
        source = sources.loc[claim["source_id"]]
        found += _literal_problems(raw, i, claim, source)
        if claim["field"] != WHOLE_ROW and not claim["note"]:
            cell = cells[table].at[claim["row_id"], claim["field"]]
            found += _reading_problems(raw, i, claim, package[table][claim["field"]], cell)
    return found


def _stance_problems(raw: schema.RawTable, i: int, claim: dict[str, str]) -> list[Problem]:
    if claim["stance"] == "supports" and claim["value"]:
        return [raw.problem(i, "value", "stands on a supporting claim",
                            "leave it blank: the cell is the value")]  # fmt: skip
    if claim["stance"] == "differs" and not claim["value"]:
        return [raw.problem(i, "value", "is blank on a differing claim",
                            "enter the value that the source gives")]  # fmt: skip
    return []


def _literal_problems(
    raw: schema.RawTable, i: int, claim: dict[str, str], source: pd.Series
) -> list[Problem]:
    if pd.isna(source["sha256"]):
        return [raw.problem(i, "as_printed", "quotes a source that was not read",
                            "leave it blank, or read the text and enter its sha256")]  # fmt: skip
    found = []
    limit = LITERAL_LIMIT_PUBLIC_DOMAIN if source["is_public_domain"] else LITERAL_LIMIT
    if len(claim["as_printed"]) > limit:
        found.append(raw.problem(i, "as_printed", f"is longer than {limit} characters",
                                 "quote only the telling part"))  # fmt: skip
    if not LOCATOR_PATTERN.fullmatch(claim["locator"]):
        found.append(raw.problem(i, "locator", "does not begin with ¶n",
                                 "give the paragraph as ¶n"))  # fmt: skip
    return found


def _reading_problems(
    raw: schema.RawTable, i: int, claim: dict[str, str], spec: schema.Field, cell: Any
) -> list[Problem]:
    if not spec.is_number and spec.type != "date":
        return []
    if claim["stance"] == "context":
        return []
    value = _value_to_compare(claim, spec, cell)
    if value is None:
        return [raw.problem(i, "field", "has a literal but the cell is blank",
                            "fill in the cell or drop the claim")]  # fmt: skip
    if literals.agrees(claim["as_printed"], value, DURATION_UNITS.get(spec.name, "")):
        return []
    return [raw.problem(i, "as_printed", f"does not read as {value}",
                        "correct the cell or the literal, or say why in note")]  # fmt: skip


def _value_to_compare(claim: dict[str, str], spec: schema.Field, cell: Any) -> Any:
    value = pd.NA if cell is None else cell
    if claim["stance"] == "differs":
        value = claim["value"]
    if pd.isna(value):
        return None
    try:
        return pd.Timestamp(value).date() if spec.type == "date" else float(value)
    except ValueError:
        return None


def _unclaimed(
    package: schema.Package,
    frames: dict[str, pd.DataFrame],
    supported: set[tuple[str, str, str]],
) -> list[Problem]:
    rows_claimed = {(table, row) for table, row, _ in supported}
    found = []
    for table in package.tables:
        if not table.has_evidence:
            continue
        cells, _ = _cells_to_claim(table, frames[table.name])
        for row, column in cells:
            if column == WHOLE_ROW and (table.name, row) not in rows_claimed:
                found.append(_without_claim(table, row, "", "the row has no claim"))
            elif column != WHOLE_ROW and (table.name, row, column) not in supported:
                found.append(_without_claim(table, row, column, "the number has no claim"))
    return found


def _without_claim(table: schema.Table, row: str, column: str, rule: str) -> Problem:
    return Problem(table.path, 0, column, row, rule, "add a supporting row to claims.csv")


def check() -> None:
    """Run every check of the data; raise :class:`DataError` with all problems found."""
    found = tables.problems()
    if not found:
        found = problems()
    if found:
        raise DataError(found)


def source_names(rows: Rows, lang: str) -> list[str]:
    """Return the names of the sources behind the rows, most often cited and read ones first."""
    frame = claims_of(rows)
    frame = frame[frame["stance"] == "supports"]
    sources = tables.whole("sources").set_index("source_id")
    order = (
        frame.groupby("source_id", observed=True)
        .agg(is_read=("is_read", "max"), cited=("field", "size"))
        .sort_values(["is_read", "cited"], ascending=False, kind="stable")
    )
    return list(dict.fromkeys(_source_name(sources.loc[s], lang) for s in order.index))


def _source_name(source: pd.Series, lang: str) -> str:
    title = source["title_zh"] if lang == "zh" else source["title"]
    title = title if pd.notna(title) else source["title"]
    return str(source["publisher"]) if pd.isna(title) else str(title)
