"""Claims: which source says a value, printed how, and who says otherwise."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any, NamedTuple

import pandas as pd

from planlib import columns, literals, schema, tables
from planlib.errors import DataError, Problem, did_you_mean

WHOLE_ROW = "*"
LITERAL_LIMIT = 25
LITERAL_LIMIT_PUBLIC_DOMAIN = 80
LOCATOR_PATTERN = re.compile(r"¶\d+(\s.*)?")

# What picked the headline of a contested cell, in both languages.
RULES = {
    "primary_first": (
        "The issuer's or a party's own text goes first",
        "以发布方或当事方自身文本为先",
    ),
    "earliest_first": ("The earliest report goes first", "以最早的报道为先"),
    "reason_in_note": ("The note on the claim gives the reason", "理由见该出处的备注"),
}

Rows = Mapping[str, Iterable[str]]
# Table, key and column; the column is * for the row as a whole.
Cell = tuple[str, str, str]
# Where the claims on a row, given by table and key, stand among all claims.
Places = dict[tuple[str, str], list[int]]


_joined_claims: tuple[schema.RawTable, schema.RawTable, pd.DataFrame, Places] | None = None


def claims() -> pd.DataFrame:
    """Return all claims, each with the role and the reading state of its source.

    Returns
    -------
    pandas.DataFrame
        The claims table with ``role`` and ``publisher`` of the source, and ``is_read``: whether
        the source's text was read by us.
    """
    # A shallow copy is safe: pandas copies on write.
    return _joined()[0].copy(deep=False)


def _joined() -> tuple[pd.DataFrame, Places]:
    """Return all claims and where those on each row stand, made anew when a file has changed."""
    global _joined_claims
    read = tables.raw("claims"), tables.raw("sources")
    kept = _joined_claims
    if kept is None or kept[0] is not read[0] or kept[1] is not read[1]:
        sources = tables.whole("sources").set_index("source_id")
        frame = tables.whole("claims")
        frame["role"] = frame["source_id"].map(sources["role"])
        frame["publisher"] = frame["source_id"].map(sources["publisher"])
        frame["is_read"] = frame["source_id"].map(sources["sha256"]).notna()
        places: Places = {}
        for i, row in enumerate(zip(frame["table"], frame["row_id"], strict=True)):
            places.setdefault(row, []).append(i)
        _joined_claims = kept = (*read, frame, places)
    return kept[2:]


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
    with tables.on_behalf_of(rows):
        frame, places = _joined()
    wanted = {(table, key) for table, keys in rows.items() for key in keys}
    found = sorted(i for row in wanted for i in places.get(row, ()))
    return frame.take(found).reset_index(drop=True)


def _known() -> _Index:
    """Return claims by row and short titles, built once and again only when a file changes."""
    global _index
    package = schema.package()
    with tables.on_behalf_of(()):
        claimed, sources = tables.raw("claims", package), tables.raw("sources", package)
    if _index is None or _index.claimed is not claimed or _index.sources is not sources:
        cells = _Cells(sources)
        _index = _Index(claimed, sources, _by_row(claimed, cells), _short_titles(cells))
    return _index


def _by_row(claimed: schema.RawTable, sources: _Cells) -> dict[tuple[str, str], list[Claim]]:
    """Group claims by row, the surest first.

    Sure is first what a text that was read prints, then what an issuer or a party says, then what
    was published first.
    """
    found: dict[tuple[str, str], list[Claim]] = {}
    for values in zip(*claimed.columns.values(), strict=True):
        claim = Claim(*values)
        found.setdefault((claim.table, claim.row_id), []).append(claim)
    ranks = {
        key: (sources.get(key, "role") != "primary", sources.get(key, "published_date") or "9")
        for key in sources.rows
    }
    for group in found.values():
        group.sort(
            key=lambda claim: (
                not claim.as_printed,
                # A note on a cell says why its literal does not read as the cell.
                claim.field != WHOLE_ROW and bool(claim.note),
                *ranks[claim.source_id],
            )
        )
    return found


def _short_titles(sources: _Cells) -> dict[str, dict[str, str]]:
    titles = {"en": "short_title", "zh": "short_title_zh"}
    return {
        lang: {key: sources.get(key, title) or sources.get(key, "publisher")
               for key in sources.rows}
        for lang, title in titles.items()
    }  # fmt: skip


def backing(table: str, row_id: str, field: str = WHOLE_ROW) -> Backing:
    """Return the claims that support a cell and those that differ from it, the surest first.

    Parameters
    ----------
    table, row_id, field
        The cell; ``*`` for the row as a whole. What speaks of the whole row speaks of its cells;
        a row is contested when any of its cells is.
    """
    with tables.on_behalf_of([table]):
        claimed = _known().by_row.get((table, row_id), [])
    supports = [c for c in claimed if c.stance == "supports"]
    own = [c for c in supports if c.field == field]
    whole = [c for c in supports if c.field == WHOLE_ROW]
    differs = [
        c
        for c in claimed
        if c.stance == "differs" and (field == WHOLE_ROW or c.field in (field, WHOLE_ROW))
    ]
    return Backing(own or whole or supports, differs)


def short_title(source_id: str, lang: str) -> str:
    """Name a source briefly: by its short title, or else by its publisher."""
    return _known().short_titles[tables.check_language(lang)][source_id]


def conflicts() -> pd.DataFrame:
    """Return every claim that differs from the cell it speaks of, with why the cell stands.

    The headline of a contested cell is the issuer's or a party's own word before others', then
    the earliest report; where neither decides, the claim's note gives the reason.

    Returns
    -------
    pandas.DataFrame
        The differing claims, one a row, with ``headline`` (the cell), ``headline_source`` (who
        supports it), ``rule`` (one of :data:`RULES`), ``explanation`` and ``explanation_zh``.
    """
    frame = claims()
    result = frame[frame["stance"] == "differs"].reset_index(drop=True)
    contested = set(zip(result["table"], result["row_id"], strict=True))
    supporting = frame[frame["stance"] == "supports"]
    pairs = zip(supporting["table"], supporting["row_id"], strict=True)
    supporting = supporting[[pair in contested for pair in pairs]]
    support = dict(list(supporting.groupby(["table", "row_id", "field"])))
    by_row = dict(list(supporting.groupby(["table", "row_id"])))
    published = tables.whole("sources").set_index("source_id")["published_date"]
    named = result["table"].unique()
    cells = {name: tables.whole(name).set_index(schema.package()[name].key) for name in named}
    rows = []
    claim: Any
    for claim in result.itertuples(index=False):
        backers = support.get((claim.table, claim.row_id, claim.field))
        backers = by_row[claim.table, claim.row_id] if backers is None else backers
        headline = _headline(cells[claim.table], claim)
        rule = _rule(claim, backers, published)
        sayer = str(backers.sort_values("is_read", ascending=False)["publisher"].iloc[0])
        rows.append((headline, sayer, rule, *_explained(claim, headline, sayer, rule)))
    columns = ["headline", "headline_source", "rule", "explanation", "explanation_zh"]
    result[columns] = pd.DataFrame(rows, columns=columns, index=result.index)
    return result


def _headline(frame: pd.DataFrame, claim: Any) -> str:
    spec = schema.package()[claim.table]
    column = tables.label_column(spec) if claim.field == WHOLE_ROW else claim.field
    value: Any = claim.row_id if column == spec.key else frame.at[claim.row_id, column]
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return "" if pd.isna(value) else str(value).removesuffix(".0").rstrip(".")


def _rule(claim: Any, backers: pd.DataFrame, published: pd.Series) -> str:
    """Say which rule picked the headline over the differing claim."""
    has_primary = bool((backers["role"] == "primary").any())
    if has_primary != (claim.role == "primary"):
        return "primary_first" if has_primary else "reason_in_note"
    first = published.reindex(backers["source_id"]).min()
    own = published.get(claim.source_id)
    return (
        "earliest_first"
        if pd.notna(first) and pd.notna(own) and first < own
        else ("reason_in_note")
    )


def _explained(claim: Any, headline: str, sayer: str, rule: str) -> tuple[str, str]:
    reason, reason_zh = RULES[rule]
    return (
        f"{sayer}: {headline}. {claim.publisher}: {claim.value}. {reason}.",
        f"{sayer}：{headline}。{claim.publisher}：{claim.value}。{reason_zh}。",
    )


def coverage(rows: Rows | None = None) -> pd.DataFrame:
    """Count, by table, rows and numbers by how well they are attested.

    Parameters
    ----------
    rows
        Rows by table, e.g. those that a report shows; all of them when not given.

    Returns
    -------
    pandas.DataFrame
        ``table, rows, verified, reported, counted``: of the cells that need a claim (each row as
        a whole and each number), how many are *verified* by a literal in a text that was read,
        *reported* by a text that was not, and *counted* by us (ordinals).
    """
    package = schema.package()
    by_row = _known().by_row
    counted = []
    for table in package.tables:
        wanted = None if rows is None else set(rows.get(table.name, ()))
        if table.has_evidence and wanted != set():
            raw = tables.raw(table.name, package)
            cells = [c for _, c in _to_claim(raw) if wanted is None or c[1] in wanted]
            keys = {key for _, key, _ in cells}
            backed = [c for key in keys for c in by_row.get((table.name, key), ())
                      if c.stance == "supports"]  # fmt: skip
            claimed = _with_rows({c[:3] for c in backed})
            verified = _with_rows({c[:3] for c in backed if c.as_printed})
            sure, said = len(verified.intersection(cells)), len(claimed.intersection(cells))
            ordinals = sum(
                bool(value) and key in keys
                for f in table.fields if f.is_ordinal
                for key, value in zip(raw.columns[table.key], raw.columns[f.name], strict=True)
            )  # fmt: skip
            counted.append((table.name, len(keys), sure, said - sure, ordinals))
    return pd.DataFrame(counted, columns=["table", "rows", "verified", "reported", "counted"])


def _with_rows(cells: set[Cell]) -> set[Cell]:
    """Add the rows of the cells: a claim on a cell attests that the row exists."""
    return cells | {(table, row, WHOLE_ROW) for table, row, _ in cells}


def _to_claim(raw: schema.RawTable) -> Iterator[tuple[int, Cell]]:
    """List what needs a claim, with its position: every row and every number but ordinals."""
    table = raw.table
    numbers = [f.name for f in table.fields if f.is_number and not f.is_ordinal]
    for i, key in enumerate(raw.columns[table.key]):
        yield i, (table.name, key, WHOLE_ROW)
        for column in numbers:
            if raw.columns[column][i]:
                yield i, (table.name, key, column)


def problems() -> list[Problem]:
    """Check every claim, and that every row and number has one; return all problems found.

    Expects tables that :func:`planlib.tables.problems` found sound.
    """
    package = schema.package()
    texts = {t.name: _Cells(tables.raw(t.name, package)) for t in package.tables if t.has_key}
    raw = tables.raw("claims", package)
    found: list[Problem] = []
    supported: set[Cell] = set()
    for i, values in enumerate(zip(*raw.columns.values(), strict=True)):
        claim = Claim(*values)
        found += (raw.problem(i, *p) for p in _claim_problems(claim, package, texts))
        if claim.stance == "supports":
            supported.add((claim.table, claim.row_id, claim.field))
    supported = _with_rows(supported)
    for table in package.tables:
        if table.has_evidence:
            found += _unclaimed(texts[table.name].raw, supported)
    return found


class Claim(NamedTuple):
    """One row of the claims table, as text."""

    table: str
    row_id: str
    field: str
    source_id: str
    locator: str
    as_printed: str
    stance: str
    value: str
    note: str


class Backing(NamedTuple):
    """What is known of one cell: who supports it and who says otherwise."""

    supports: Sequence[Claim]
    differs: Sequence[Claim]


class _Cells:
    """The cells of one table as text, by key and column."""

    def __init__(self, raw: schema.RawTable) -> None:
        self.raw = raw
        self.rows = {key: i for i, key in enumerate(raw.columns[raw.table.key])}

    def get(self, key: str, column: str) -> str:
        return self.raw.columns[column][self.rows[key]] if column in self.raw.columns else ""


class _Index(NamedTuple):
    claimed: schema.RawTable
    sources: schema.RawTable
    by_row: dict[tuple[str, str], list[Claim]]
    short_titles: dict[str, dict[str, str]]


_index: _Index | None = None

# Column of the claim that breaks a rule, the rule, the remedy.
Fault = tuple[str, str, str]


def _claim_problems(
    claim: Claim, package: schema.Package, texts: Mapping[str, _Cells]
) -> Iterator[Fault]:
    if claim.table not in texts or not package[claim.table].has_evidence:
        yield "table", "is no table with evidence", did_you_mean(claim.table, package.names)
        return
    columns = package[claim.table].columns
    if claim.row_id not in texts[claim.table].rows:
        yield "row_id", f"is not a row of {claim.table}", "correct the key or drop the claim"
    elif claim.field not in (WHOLE_ROW, *columns):
        remedy = f"name a column, or * for the row; {did_you_mean(claim.field, columns)}"
        yield "field", f"is not a column of {claim.table}", remedy
    else:
        yield from _source_problems(claim, texts["sources"])
        yield from _value_problems(claim, package[claim.table], texts[claim.table])


def _source_problems(claim: Claim, sources: _Cells) -> Iterator[Fault]:
    is_read = bool(sources.get(claim.source_id, "sha256"))
    if is_read and not claim.as_printed:
        remedy = "copy what the text prints, with its ¶n"
        yield "as_printed", f"is blank though {claim.source_id} was read", remedy
    if not claim.as_printed:
        return
    if not is_read:
        remedy = "leave it blank, or read the text and enter its sha256"
        yield "as_printed", f"quotes {claim.source_id}, which was not read", remedy
        return
    is_public_domain = sources.get(claim.source_id, "is_public_domain") == "true"
    limit = LITERAL_LIMIT_PUBLIC_DOMAIN if is_public_domain else LITERAL_LIMIT
    if len(claim.as_printed) > limit:
        yield "as_printed", f"is longer than {limit} characters", "quote only the telling part"
    if not LOCATOR_PATTERN.fullmatch(claim.locator):
        yield "locator", "does not begin with ¶n", "give the paragraph as ¶n"


def _value_problems(claim: Claim, table: schema.Table, cells: _Cells) -> Iterator[Fault]:
    if claim.stance == "supports" and claim.value:
        yield "value", "stands on a supporting claim", "leave it blank: the cell is the value"
    if claim.stance == "differs" and not claim.value:
        yield "value", "is blank on a differing claim", "enter the value that the source gives"
        return
    if claim.field == WHOLE_ROW or claim.stance == "context":
        return
    spec = table[claim.field]
    value = claim.value if claim.stance == "differs" else cells.get(claim.row_id, claim.field)
    if not value:
        yield "field", "supports a blank cell", "fill in the cell or drop the claim"
    elif spec.is_number or spec.type == "date":
        parsed = _parsed(value, spec)
        if parsed is None:
            remedy = "write a plain number" if spec.is_number else "write it as YYYY-MM-DD"
            yield "value", f"is no {spec.type} as {claim.table}.{claim.field} is", remedy
        elif claim.as_printed and not claim.note and not _reads_as(claim, parsed, spec, cells):
            remedy = "correct the cell or the literal, or say why in note"
            yield "as_printed", f"does not read as {value}", remedy


def _parsed(value: str, spec: schema.Field) -> float | dt.date | None:
    """Read the value of a claim; a date may be as coarse as ``2025-05`` or ``2025``."""
    if spec.is_number:
        return float(value) if columns.NUMBER_PATTERN.fullmatch(value) else None
    parts = re.fullmatch(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?", value)
    try:
        return dt.date(*(int(p or 1) for p in parts.groups())) if parts else None
    except ValueError:
        return None


def _reads_as(claim: Claim, value: float | dt.date, spec: schema.Field, cells: _Cells) -> bool:
    unit = spec.unit
    if spec.name in ("value", "value_to"):
        unit = cells.get(claim.row_id, "unit")
    precision = ""
    if claim.stance == "supports":
        precision = cells.get(claim.row_id, tables.precision_column(spec.name))
    return literals.agrees(claim.as_printed, value, unit, precision)


def _unclaimed(raw: schema.RawTable, supported: Set[Cell]) -> Iterator[Problem]:
    for i, cell in _to_claim(raw):
        if cell not in supported:
            _, key, column = cell
            place = raw.table.key if column == WHOLE_ROW else column
            remedy = f"add a supporting row for {key}, {column} to claims.csv"
            yield raw.problem(i, place, "has no claim", remedy)


def check() -> None:
    """Run every check of the data; raise :class:`DataError` with all problems found."""
    found = tables.problems()
    if not found:
        found = problems()
    if found:
        raise DataError(found)


def named_claims(lang: str) -> pd.DataFrame:
    """Return all claims with ``source``: the source as the reader knows it."""
    frame = claims()
    return frame.assign(source=frame["source_id"].map(source_labels(lang)))


def titled(frame: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Put titles of tables, rows and columns in place of ``table``, ``row_id`` and ``field``."""
    package = schema.package()
    result = frame.assign(table=[package[t].label(lang) for t in frame["table"]])
    if "row_id" in frame:
        names = {t: tables.names_of(t, lang, package) for t in frame["table"].unique()}
        cells = zip(frame["table"], frame["row_id"], strict=True)
        result["row_id"] = [names[table].get(row, row) for table, row in cells]
    if "field" in frame:
        fields = zip(frame["table"], frame["field"], strict=True)
        whole = "whole row" if lang == "en" else "整条"
        result["field"] = [
            whole if f == WHOLE_ROW else package[t][f].label(lang) for t, f in fields
        ]
    return result


def source_names(rows: Rows, lang: str) -> list[str]:
    """Return the names of the sources behind the rows, read and most cited ones first.

    An issuer's own text goes by its title, everything else by who published it.
    """
    frame = claims_of(rows)
    frame = frame[frame["stance"] == "supports"]
    order = (
        frame.groupby("source_id", observed=True)
        .agg(is_read=("is_read", "max"), cited=("field", "size"))
        .sort_values(["is_read", "cited"], ascending=False, kind="stable")
    )
    with tables.on_behalf_of(rows):
        names = source_labels(lang)
    return list(dict.fromkeys(names[s] for s in order.index))


def source_labels(lang: str) -> dict[str, str]:
    """Name each source: issuers' own and read texts by title, all others by publisher."""
    titles = tables.names_of("sources", lang)
    sources = tables.whole("sources")
    by_title = (sources["role"] == "primary") | sources["sha256"].notna()
    cells = zip(sources["source_id"], sources["publisher"], by_title, strict=True)
    return {key: titles[key] if titled else publisher for key, publisher, titled in cells}
