"""Claims: which source says a value, printed how, and who says otherwise."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import lru_cache
from typing import Any, NamedTuple

import pandas as pd

from planlib import columns, schema, tables, wording
from planlib.errors import DataError, Problem, did_you_mean

WHOLE_ROW = "*"
LITERAL_LIMIT = 25
LITERAL_LIMIT_PUBLIC_DOMAIN = 80
# A figure further from another than this is no rounding of it.
ROUNDED_WITHIN = 0.05
# Sources often differ only far behind the decimal point.
MOST_DIGITS = 6
LOCATOR_PATTERN = re.compile(r"¶\d+(\s.*)?")

# What picked the headline of a contested cell, in both languages.
RULES = {
    "primary_first": {
        "en": "The issuer's or a party's own text goes first",
        "zh": "以发布方或当事方自身文本为先",
    },
    "exact_first": {
        "en": "The exact figure goes before the rounded one",
        "zh": "精确数字先于约数",
    },
    "earliest_first": {"en": "The earliest report goes first", "zh": "以最早的报道为先"},
    "reason_in_note": {
        "en": "The note on the claim gives the reason",
        "zh": "逐条判断，理由见该出处的备注",
    },
    "left_blank": {
        "en": "The cell is left blank: no source is taken as its headline",
        "zh": "此处留空，未取任何来源为准",
    },
}
# Where the note on the claim says more than the rule does.
NOTED = ("reason_in_note", "left_blank")
# Columns that hold a period, and what stands between the parts of a name that has several.
PERIODS = ("quarter", "period", "fiscal_label")
NAME_PARTS = " · "
HAN = re.compile("[\u4e00-\u9fff]")

Rows = Mapping[str, Iterable[str]]
# Table, key and column; the column is * for the row as a whole.
Cell = tuple[str, str, str]
# Where the claims on a row, given by table and key, stand among all claims.
Places = dict[tuple[str, str], list[int]]


def claims(as_of: str = "") -> pd.DataFrame:
    """Return all claims, each with the role and the reading state of its source.

    Parameters
    ----------
    as_of
        ISO date; claims of later sources or on rows not yet public are left out, those of undated
        sources stay. Empty: the data's own date.

    Returns
    -------
    pandas.DataFrame
        The claims table with ``role`` and ``publisher`` of the source, and ``is_read``: whether
        the source's text was read by us.
    """
    # A shallow copy is safe: pandas copies on write.
    frame = _joined(*_texts()).copy(deep=False)
    return frame if not as_of else frame[_is_known(frame, as_of)].reset_index(drop=True)


def _is_known(frame: pd.DataFrame, as_of: str) -> pd.Series:
    sources = tables.whole("sources").set_index("source_id")
    last = tables.last_days(sources, "published_date")
    day = tables.resolve_as_of(as_of)
    public = {(table, key) for table, keys in known_rows(as_of).items() for key in keys}
    is_public = [row in public for row in tables.cells(frame, "table", "row_id")]
    return frame["source_id"].map(last.isna() | (last <= day)) & pd.Series(is_public, frame.index)


def known_rows(as_of: str = "") -> dict[str, list[str]]:
    """Return the rows of every table with evidence that were public on a day, by table."""
    return {
        table.name: list(tables.load(table.name, as_of=as_of)[table.key])
        for table in schema.package().tables
        if table.has_evidence
    }


def _texts(*, is_counted: bool = True) -> tuple[tables.Loaded, tables.Loaded]:
    """Return the claims and the sources as last read; what is made of them is kept by them."""
    package = schema.package()
    claimed = tables.loaded("claims", package, is_counted=is_counted)
    return claimed, tables.loaded("sources", package, is_counted=is_counted)


@lru_cache(maxsize=2)
def _joined(claimed: tables.Loaded, read: tables.Loaded) -> pd.DataFrame:
    sources = read.frame.set_index("source_id")
    frame = claimed.frame.copy(deep=False)
    frame["role"] = frame["source_id"].map(sources["role"])
    frame["publisher"] = frame["source_id"].map(sources["publisher"])
    frame["is_read"] = frame["source_id"].map(sources["sha256"]).notna()
    return frame


class Behind(dict[Any, list[str]]):
    """The rows that a frame rests on, by table: what an analysis puts into ``frame.attrs``.

    Pandas makes a deep copy of ``attrs`` for each frame that comes of another; this one is never
    changed, and all of them share it.
    """

    def __deepcopy__(self, memo: object) -> Behind:
        return self


def rows_of(frame: pd.DataFrame) -> dict[str, list[str]]:
    """Return the table rows that a frame rests on.

    An analysis that aggregates names them in ``frame.attrs["rows"]``, a :class:`Behind`;
    otherwise they are the keys in the frame's columns that are keys of tables, the first such
    column counting.
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
    tables.count_read(rows)
    frame = _joined(*_texts(is_counted=False))
    return frame.take(_places_of(rows)).reset_index(drop=True)


def claims_on(rows: Rows) -> list[Claim]:
    """Return the claims on the given rows as text, in the order of the table."""
    claimed = _known().claims
    return [claimed[i] for i in _places_of(rows)]


def _places_of(rows: Rows) -> list[int]:
    tables.count_read(rows)
    places = _known().places
    wanted = {(table, key) for table, keys in rows.items() for key in keys}
    return sorted(i for row in wanted for i in places.get(row, ()))


def _known() -> _Index:
    """Return claims by row and short titles, built once and again only when a file changes."""
    return _indexed(*_texts(is_counted=False))


@lru_cache(maxsize=2)
def _indexed(claimed: tables.Loaded, read: tables.Loaded) -> _Index:
    claims = [Claim(*values) for values in zip(*claimed.text.columns.values(), strict=True)]
    places: Places = {}
    for i, claim in enumerate(claims):
        places.setdefault((claim.table, claim.row_id), []).append(i)
    cells = _cells(read)
    by_row = _by_row(claims, places, cells)
    return _Index(claims, places, by_row, _short_titles(cells), _read_texts(cells))


def _by_row(
    claims: Sequence[Claim], places: Places, sources: _Cells
) -> dict[tuple[str, str], list[Claim]]:
    """Group claims by row, the surest first.

    Sure is first what a text that was read prints, then what an issuer or a party says, then what
    was published first.
    """
    found = {row: [claims[i] for i in own] for row, own in places.items()}
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


def _read_texts(sources: _Cells) -> Set[str]:
    return {key for key in sources.rows if sources.get(key, "sha256")}


def _short_titles(sources: _Cells) -> dict[str, dict[str, str]]:
    # What has no name of its own in Chinese goes by its own one.
    columns_of = {
        "en": ("short_title", "publisher"),
        "zh": ("short_title_zh", "publisher_zh", "publisher"),
    }
    return {
        lang: {
            key: next(filter(None, (sources.get(key, name) for name in names)), "")
            for key in sources.rows
        }
        for lang, names in columns_of.items()
    }


def backing(table: str, row_id: str, field: str = WHOLE_ROW) -> Backing:
    """Return the claims that support a cell and those that differ from it, the surest first.

    Parameters
    ----------
    table, row_id, field
        The cell; ``*`` for the row as a whole. What speaks of the whole row speaks of its cells;
        a row is contested when any of its cells is.
    """
    tables.count_read([table])
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


def contested(rows: Rows) -> set[tuple[str, str]]:
    """Return those of the rows, by table and key, of which some source says otherwise."""
    tables.count_read(rows)
    by_row = _known().by_row
    wanted = {(table, key) for table, keys in rows.items() for key in keys}
    return {row for row in wanted if any(c.stance == "differs" for c in by_row.get(row, ()))}


def short_title(source_id: str, lang: str) -> str:
    """Name a source briefly: by its short title, or else by its publisher."""
    return _known().short_titles[tables.check_language(lang)][source_id]


def conflicts(as_of: str = "") -> pd.DataFrame:
    """Return every claim that differs from the cell it speaks of, with why the cell stands.

    The headline of a contested cell is the issuer's or a party's own word before others', then
    the exact figure before the rounded one, then the earliest report; where none of these puts it
    first, a note gives the reason.

    Parameters
    ----------
    as_of
        ISO date; later sources and rows are left out. Empty: the data's own date.

    Returns
    -------
    pandas.DataFrame
        The differing claims, one a row, with ``headline`` (the cell), ``headline_source`` (who
        supports it), ``rule`` (one of :data:`RULES`), ``explanation`` and ``explanation_zh``. A
        claim with the rule ``left_blank`` contradicts nothing: the cell has no headline.
    """
    frame = claims(as_of)
    result = frame[frame["stance"] == "differs"].reset_index(drop=True)
    raw = tables.raw("claims")
    printed = result[list(raw.columns)].astype("object").fillna("").itertuples(index=False)
    sources = _cells_of("sources")
    cells = {name: _cells_of(name) for name in result["table"].unique()}
    rows = []
    for values in printed:
        claim = Claim(*values)
        backers = _backers(claim)
        headline = _headline(claim, cells[claim.table])
        rule, backer = _rule(claim, backers, headline, sources)
        sayer = sources.get(backer.source_id, "publisher")
        told = [_explained(claim, backer, cells[claim.table], rule, lang) for lang in RULES[rule]]
        rows.append((headline, sayer, rule, *told))
    added = ["headline", "headline_source", "rule", "explanation", "explanation_zh"]
    result[added] = pd.DataFrame(rows, columns=added, index=result.index)
    return result


def _backers(claim: Claim) -> Sequence[Claim]:
    """Return what supports the cell that a claim differs from, or else its row."""
    supports = [c for c in _known().by_row[claim[:2]] if c.stance == "supports"]
    # A source may say one thing here and another there; it cannot outvote itself.
    others = [c for c in supports if c.source_id != claim.source_id]
    return [c for c in others if c.field == claim.field] or others or supports


def _headline(claim: Claim, cells: _Cells) -> str:
    """Return the contested cell as text: the name of the row where the whole row is contested."""
    spec = schema.package()[claim.table]
    return cells.get(claim.row_id, spec.label_column if claim.field == WHOLE_ROW else claim.field)


def _rule(
    claim: Claim, backers: Sequence[Claim], headline: str, sources: _Cells
) -> tuple[str, Claim]:
    """Say which rule picked the headline over the differing claim, and who stands for it."""
    if not headline and claim.field != WHOLE_ROW:
        return "left_blank", backers[0]
    own = [c for c in backers if sources.get(c.source_id, "role") == "primary"]
    is_own = sources.get(claim.source_id, "role") == "primary"
    if bool(own) != is_own:
        return ("reason_in_note", backers[0]) if is_own else ("primary_first", own[0])
    is_year = claim.field.endswith("year")
    if not is_year and _is_rounded(claim.value, headline):
        return "exact_first", backers[0]
    dated = [c for c in backers if sources.get(c.source_id, "published_date")]
    first = min(dated, key=lambda c: sources.get(c.source_id, "published_date"), default=None)
    day = sources.get(claim.source_id, "published_date")
    is_later = first is not None and sources.get(first.source_id, "published_date") < day
    if first is None or not is_later or (not is_year and _is_rounded(headline, claim.value)):
        return "reason_in_note", backers[0]
    return "earliest_first", first


def _is_rounded(value: str, exact: str) -> bool:
    """Tell whether a number is another one with fewer digits: 20,000 for 20,736."""
    if value == exact or not all(columns.NUMBER_PATTERN.fullmatch(v) for v in (value, exact)):
        return False
    one, other = float(value), float(exact)
    digits = max(len(value.replace(".", "").strip("-0")), 1)
    is_near = abs(one - other) <= ROUNDED_WITHIN * abs(other)
    return one != other and is_near and float(f"{other:.{digits}g}") == one


def in_words(
    claim: Claim, value: str, lang: str, cells: _Cells | None = None, *, is_cell: bool = False
) -> str:
    """Write a cell, or what a claim puts in its place, as its readers do, not as it is stored."""
    package = schema.package()
    if claim.field == WHOLE_ROW or not value:
        return value or wording.choose(lang, "Left blank here", "此处留空")
    spec = package[claim.table][claim.field]
    cells = cells or _cells_of(claim.table)
    if spec.enum:
        word = tables.words(lang).get(value, value)
        return word if word[1:2].isupper() or word[1:2].isdigit() else word[:1].lower() + word[1:]
    if spec.is_number and columns.NUMBER_PATTERN.fullmatch(value):
        if spec.name.endswith("year"):
            return value
        unit = spec.unit or cells.get(claim.row_id, "unit")
        qualifier = cells.get(claim.row_id, "qualifier") if is_cell else ""
        figure = float(value)
        if unit == "USD bn":
            figure, unit = figure * 1e9, "USD"
        return wording.amount(figure, unit, lang, qualifier, digits=MOST_DIGITS)
    if spec.type == "boolean":
        return wording.choose(lang, *{"true": ("yes", "是"), "false": ("no", "否")}[value])
    if spec.type == "date":
        precision = {4: "year", 7: "month"}.get(len(value), "day")
        if is_cell:
            precision = cells.get(claim.row_id, tables.precision_column(spec.name)) or precision
        return wording.day(pd.Timestamp(value), lang, precision)
    if spec.name in PERIODS:
        return wording.period(value, lang)
    if spec.name == "section":
        return wording.section(value, lang)
    key = next((k for k in package[claim.table].foreign_keys if k.field == spec.name), None)
    if key:
        return tables.names_of(key.table, lang).get(value, value)
    # A title or a text that the table keeps in Chinese is quoted to readers of English.
    return f"“{value}”" if lang == "en" and HAN.search(value) else value


def row_name(table: str, row_id: str, lang: str) -> str:
    """Name a row: by its own name, or else by the columns that tell it from others.

    Raises
    ------
    UnknownNameError
        No such table.
    """
    spec = schema.package()[table]
    if not spec.named_by:
        return tables.names_of(table, lang).get(row_id, row_id)
    cells = _cells_of(table)
    parts = [
        _cell_in(Claim(table, row_id, name, *[""] * 6), lang, cells).rstrip(".。")
        for name in spec.named_by
        if cells.get(row_id, name)
    ]
    return NAME_PARTS.join(part for part in parts if part)


def said_in(claim: Claim, lang: str, cells: _Cells | None = None) -> str:
    """Write what a differing claim says; in Chinese by its Chinese literal where it has one."""
    if lang == "zh" and HAN.search(claim.as_printed):
        return f"“{claim.as_printed}”"
    if lang == "zh" and claim.said_zh:
        return claim.said_zh
    return in_words(claim, claim.value, lang, cells)


def _cell_in(claim: Claim, lang: str, cells: _Cells) -> str:
    """Write the cell that a claim speaks of in the language."""
    paired = f"{claim.field}_zh"
    is_paired = lang == "zh" and paired in schema.package()[claim.table].columns
    column = paired if is_paired else claim.field
    return in_words(claim, cells.get(claim.row_id, column), lang, cells, is_cell=True)


def _explained(claim: Claim, backer: Claim, cells: _Cells, rule: str, lang: str) -> str:
    """Say in one line who says what, and why the headline stands."""
    other, says = short_title(claim.source_id, lang), said_in(claim, lang, cells)
    reason = RULES[rule][lang]
    if rule in NOTED:
        noted = claim if claim.note else next(c for c in _backers(claim) if c.note)
        reason = wording.choose(lang, noted.note, noted.reason_zh or reason)
        reason = reason[0].upper() + reason[1:].rstrip(".")
    if claim.field == WHOLE_ROW:
        name = tables.names_of(claim.table, lang)[claim.row_id].rstrip(".。")
        return wording.choose(
            lang,
            f"{name}: {other} says: {says.rstrip('.')}. {reason}.",
            f"{name}：{other}称：{says.rstrip('。')}。{reason}。",
        )
    headline = _cell_in(claim, lang, cells).rstrip(".。")
    if cells.get(claim.row_id, claim.field):
        sayer = short_title(backer.source_id, lang)
        headline = wording.choose(lang, f"{sayer}: {headline}", f"{sayer}：{headline}")
    return wording.choose(
        lang,
        f"{headline}. {other}: {says.rstrip('.')}. {reason}.",
        f"{headline}。{other}：{says.rstrip('。')}。{reason}。",
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
    sound: list[tuple[int, Claim]] = []
    for i, values in enumerate(zip(*raw.columns.values(), strict=True)):
        claim = Claim(*values)
        faults = [raw.problem(i, *p) for p in _claim_problems(claim, package, texts)]
        found += faults
        if {fault.column for fault in faults} <= {"as_printed"}:
            sound.append((i, claim))
        if claim.stance == "supports":
            supported.add((claim.table, claim.row_id, claim.field))
    found += _undated(texts["sources"].raw)
    found += (raw.problem(i, *fault) for i, fault in _contradictions(sound, package, texts))
    supported = _with_rows(supported)
    for table in package.tables:
        if table.has_evidence:
            found += _unclaimed(texts[table.name].raw, supported)
    return found


def _undated(sources: schema.RawTable) -> Iterator[Problem]:
    read = sources.columns["sha256"]
    for column in ("published_date", "published_precision"):
        for i, value in enumerate(sources.columns[column]):
            if read[i] and not value:
                remedy = "enter the day, or the first day possible with the precision not_before"
                yield sources.problem(i, column, "is blank though the text was read", remedy)


def _contradictions(
    sound: Sequence[tuple[int, Claim]], package: schema.Package, texts: Mapping[str, _Cells]
) -> Iterator[tuple[int, Fault]]:
    """Find claims that cannot stand beside each other, or beside their own row."""
    earlier: dict[Cell, Claim] = {}
    for i, claim in sound:
        cells = texts[claim.table]
        if claim.stance == "differs" and not _has_reason(claim, cells, texts["sources"]):
            rule = "is blank though no rule puts the cell before this value"
            yield i, ("note", rule, "say why the cell stands, or correct the cell")
        if claim.note or claim.stance == "context":
            continue
        known = _known_from(claim, package, texts)
        if known > _last_day(claim.source_id, texts["sources"]):
            rule = f"is older than the row, which is of {known}"
            remedy = "correct the date, drop the claim, or say in note what the source foresaw"
            yield i, ("source_id", rule, remedy)
        if claim.stance == "supports" and claim.as_printed and claim.field != WHOLE_ROW:
            yield from ((i, fault) for fault in _qualifier_faults(claim, cells))
            spec = package[claim.table][claim.field]
            other = earlier.setdefault(claim[:3], claim)
            if (spec.is_number or spec.type == "date") and not _same(claim, other):
                rule = f"is not what {other.source_id} prints, “{other.as_printed}”"
                yield i, ("as_printed", rule, "one of the two differs: give its value")


def _has_reason(claim: Claim, cells: _Cells, sources: _Cells) -> bool:
    backers = _backers(claim)
    rule, _ = _rule(claim, backers, _headline(claim, cells), sources) if backers else ("", None)
    return rule not in NOTED or any(c.note for c in (claim, *backers))


def _known_from(claim: Claim, package: schema.Package, texts: Mapping[str, _Cells]) -> str:
    """Return the first day on which the row of a claim can have been known, if it has one."""
    table, key = package[claim.table], claim.row_id
    later = texts[table.name].get(key, table.known_later) if table.known_later else ""
    if later:
        return later
    while table.known_from and table[table.known_from].type != "date":
        key = texts[table.name].get(key, table.known_from)
        owner = next(k.table for k in table.foreign_keys if k.field == table.known_from)
        if not key:
            return ""
        table = package[owner]
    day = texts[table.name].get(key, table.known_from) if table.known_from else ""
    own = claim.stance == "differs" and claim.field == table.known_from
    return min(day, claim.value) if own else day


def _last_day(source_id: str, sources: _Cells) -> str:
    """Return the last day on which a source can have been written; ``9`` where nobody knows."""
    day, precision = (sources.get(source_id, f"published_{part}") for part in ("date", "precision"))
    if not day or precision == "not_before":
        return "9"
    # No day of the month is later than 31, as text.
    return {"month": day[:7] + "-31", "year": day[:4] + "-12-31"}.get(precision, day)


def _qualifier_faults(claim: Claim, cells: _Cells) -> Iterator[Fault]:
    """Compare "over 90" or 余 in a literal with the qualifier of its row."""
    held = cells.get(claim.row_id, "qualifier")
    if not held or claim.field not in ("value", "value_to"):
        return
    # Its patterns take a while to compile, and only checks need them.
    from planlib import literals

    readings = [r for r in literals.read(claim.as_printed) if r.value is not None]
    printed = {r.qualifier for r in readings} - {"exact"}
    if printed and held not in printed:
        word = " or ".join(sorted(printed))
        remedy = "correct the qualifier, or say in note why it is another"
        yield "as_printed", f"reads as {word}, the row says {held}", remedy


def _same(claim: Claim, other: Claim) -> bool:
    """Tell whether two literals print one number or date; what does not parse is no matter."""
    from planlib import literals

    for reading in literals.read(other.as_printed):
        value = reading.date or reading.value
        if value is not None and literals.agrees(claim.as_printed, value, reading.unit):
            return True
    return not literals.read(claim.as_printed) or not literals.read(other.as_printed)


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
    said_zh: str = ""
    reason_zh: str = ""


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


def _cells_of(table: str) -> _Cells:
    return _cells(tables.loaded(table))


@lru_cache(maxsize=64)
def _cells(read: tables.Loaded) -> _Cells:
    return _Cells(read.text)


class _Index(NamedTuple):
    claims: Sequence[Claim]
    places: Places
    by_row: dict[tuple[str, str], list[Claim]]
    short_titles: dict[str, dict[str, str]]
    read_texts: Set[str]


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
    from planlib import literals

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


def named_claims(lang: str, as_of: str = "") -> pd.DataFrame:
    """Return :func:`claims` with ``source``: the source as the reader knows it."""
    frame = claims(as_of)
    return frame.assign(source=frame["source_id"].map(source_labels(lang)))


def by_source(frame: pd.DataFrame) -> pd.DataFrame:
    """Count claims by source, most cited first: one row a source, also where names are the same.

    Parameters
    ----------
    frame
        :func:`named_claims`.

    Returns
    -------
    pandas.DataFrame
        ``source_id, source, is_read, published_date, published_precision, claim_count``.
    """
    counts = frame.groupby(["source_id", "source", "is_read"]).size().rename("claim_count")
    days = tables.whole("sources")[["source_id", "published_date", "published_precision"]]
    order = ["claim_count", "source_id"]
    found = counts.reset_index().merge(days, on="source_id")
    return found.sort_values(order, ascending=[False, True]).reset_index(drop=True)


def titled(frame: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Put titles of tables, rows and columns in place of ``table``, ``row_id`` and ``field``.

    Of conflicts, the ``headline`` and the ``value`` put in its place are written in words too.
    """
    package = schema.package()
    result = frame.assign(table=[package[t].label(lang) for t in frame["table"]])
    if "row_id" in frame:
        cells = tables.cells(frame, "table", "row_id")
        result["row_id"] = [row_name(table, row, lang) for table, row in cells]
    if "headline" in frame:
        claimed = frame[list(Claim._fields)].astype("object").fillna("")
        said = [Claim(*values) for values in claimed.itertuples(index=False)]
        texts = {name: _cells_of(name) for name in frame["table"].unique()}
        result["value"] = [said_in(c, lang, texts[c.table]) for c in said]
        result["headline"] = [
            # What is contested of a whole row is what its name says.
            name if c.field == WHOLE_ROW else _cell_in(c, lang, texts[c.table])
            for c, name in zip(said, result["row_id"], strict=True)
        ]
    if "field" in frame:
        fields = tables.cells(frame, "table", "field")
        whole = "whole row" if lang == "en" else "整条"
        result["field"] = [
            whole if f == WHOLE_ROW else package[t][f].label(lang) for t, f in fields
        ]
    return result


def source_names(rows: Rows, lang: str) -> dict[str, int]:
    """Return the names of the sources behind the rows, read and most cited ones first.

    An issuer's own text goes by its title, everything else by who published it; with each name
    how many sources bear it.
    """
    cited = Counter(c.source_id for c in claims_on(rows) if c.stance == "supports")
    is_read = _known().read_texts
    order = sorted(cited, key=lambda key: (key not in is_read, -cited[key], key))
    with tables.on_behalf_of(rows):
        names = source_labels(lang)
    return dict(Counter(names[key] for key in order))


def source_labels(lang: str) -> dict[str, str]:
    """Name each source: issuers' own and read texts by title, all others by publisher."""
    return dict(_source_labels(tables.loaded("sources"), lang))


@lru_cache(maxsize=4)
def _source_labels(read: tables.Loaded, lang: str) -> dict[str, str]:
    titles = tables.names_of("sources", lang)
    sources = read.frame
    by_title = (sources["role"] == "primary") | sources["sha256"].notna()
    publishers = sources["publisher"]
    if lang == "zh":
        publishers = sources["publisher_zh"].fillna(publishers)
    cells = zip(sources["source_id"], publishers, by_title, strict=True)
    return {key: titles[key] if titled else publisher for key, publisher, titled in cells}
