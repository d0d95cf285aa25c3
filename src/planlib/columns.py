"""The typed columns of a table, and the checks of its cells.

Every check works on whole columns; a line number is looked up only once a rule is broken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from planlib.errors import DataError, Problem, did_you_mean
from planlib.schema import DATE_PATTERN, Field, RawTable

# Plain ASCII figures only; fifteen digits are what a float holds exactly.
INTEGER_PATTERN = re.compile(r"-?[0-9]{1,15}")
NUMBER_PATTERN = re.compile(r"-?[0-9]{1,15}0*(\.[0-9]+)?")
CHINESE_DIGITS = re.compile(r"[〇零一二三四五六七八九十百千万亿两余]")


def typed_frame(raw: RawTable) -> pd.DataFrame:
    """Turn checked text into a typed frame; raise :class:`DataError` with every problem found.

    Dates become datetimes, vocabularies categoricals, whole numbers nullable integers,
    booleans nullable booleans, texts strings; blank is missing.
    """
    problems: list[Problem] = []
    # Arrays, not series: pandas would align the indexes of series one by one.
    data = {f.name: _typed_column(raw, f, problems).array for f in raw.table.fields}
    problems += _check_keys(raw)
    frame = pd.DataFrame(data)
    problems += _check_order(raw, frame)
    if problems:
        raise DataError(problems)
    return frame


def _typed_column(raw: RawTable, spec: Field, problems: list[Problem]) -> pd.Series:
    cells = raw.columns[spec.name]
    problems += _check_text(raw, spec, cells)
    if spec.enum:
        allowed = set(spec.enum)
        bad = {v for v in set(cells) - allowed if v}
        problems += [
            raw.problem(i, spec.name, "is not in the vocabulary", did_you_mean(v, spec.enum))
            for i, v in enumerate(cells)
            if v in bad
        ]
        known = [v if v in allowed else None for v in cells]
        return pd.Series(pd.Categorical(known, categories=list(spec.enum)))
    if spec.type == "string":
        return pd.Series([v or None for v in cells], dtype="str")
    return _PARSERS[spec.type](raw, spec, cells, problems)


def _check_text(raw: RawTable, spec: Field, cells: list[str]) -> Iterator[Problem]:
    distinct = set(cells)
    if spec.required and "" in distinct:
        for i, v in enumerate(cells):
            if not v:
                yield raw.problem(i, spec.name, "is blank", "fill it in; the column is required")
    untidy = {v for v in distinct if v != v.strip() or "\n" in v}
    pattern = re.compile(spec.pattern) if spec.pattern else None
    malformed = {v for v in distinct if v and pattern and not pattern.fullmatch(v)}
    if untidy or malformed:
        for i, v in enumerate(cells):
            if v in untidy:
                yield raw.problem(i, spec.name, "has stray blanks or line breaks", "trim it")
            if v in malformed:
                yield raw.problem(
                    i, spec.name, "does not have the required form", f"it must match {spec.pattern}"
                )


def _parse_numbers(
    raw: RawTable, spec: Field, cells: list[str], problems: list[Problem]
) -> pd.Series:
    form = INTEGER_PATTERN if spec.type == "integer" else NUMBER_PATTERN
    bad = {v for v in set(cells) if v and not form.fullmatch(v)}
    problems += [
        raw.problem(i, spec.name, f"is not of type {spec.type}", _number_hint(spec, v))
        for i, v in enumerate(cells)
        if v in bad
    ]
    clean = [float(v) if v and v not in bad else None for v in cells]
    numbers = pd.Series(clean, dtype="float64")
    if spec.minimum is not None:
        rule = f"is below the minimum {spec.minimum:g}"
        problems += [
            raw.problem(int(i), spec.name, rule, "correct the value")
            for i in numbers.index[numbers < spec.minimum]
        ]
    if spec.maximum is not None:
        rule = f"is above the maximum {spec.maximum:g}"
        problems += [
            raw.problem(int(i), spec.name, rule, "correct the value")
            for i in numbers.index[numbers > spec.maximum]
        ]
    return numbers.astype("Int64") if spec.type == "integer" else numbers


def _number_hint(spec: Field, cell: str) -> str:
    if CHINESE_DIGITS.search(cell):
        return "write it in digits, e.g. 500000 for 50万"
    return "write a whole number" if spec.type == "integer" else "write a plain number"


def _parse_dates(
    raw: RawTable, spec: Field, cells: list[str], problems: list[Problem]
) -> pd.Series:
    well_formed = [v if DATE_PATTERN.fullmatch(v) else None for v in cells]
    parsed = pd.to_datetime(pd.Series(well_formed, dtype="str"), format="%Y-%m-%d", errors="coerce")
    filled = pd.Series([bool(v) for v in cells], dtype="bool")
    problems += [
        raw.problem(int(i), spec.name, "is not a date", "write it as YYYY-MM-DD, a real day")
        for i in filled.index[filled & parsed.isna()]
    ]
    return parsed.astype("datetime64[s]")


def _parse_booleans(
    raw: RawTable, spec: Field, cells: list[str], problems: list[Problem]
) -> pd.Series:
    words = {"true": True, "false": False, "": None}
    problems += [
        raw.problem(i, spec.name, "is not a boolean", "write true or false")
        for i, v in enumerate(cells)
        if v not in words
    ]
    return pd.Series([words.get(v) for v in cells], dtype="boolean")


_PARSERS = {
    "integer": _parse_numbers,
    "number": _parse_numbers,
    "date": _parse_dates,
    "boolean": _parse_booleans,
}


def _check_keys(raw: RawTable) -> Iterator[Problem]:
    groups = [(f.name,) for f in raw.table.fields if f.unique] + list(raw.table.unique_keys)
    for names in groups:
        first: dict[tuple[str, ...], int] = {}
        for i, value in enumerate(zip(*(raw.columns[n] for n in names), strict=True)):
            earlier = first.setdefault(value, i)
            if earlier != i:
                rule = f"repeats the key ({', '.join(names)}) of line {raw.lines[earlier]}"
                remedy = "give each row its own key, or drop the copy"
                yield raw.problem(i, names[0], rule, remedy)


def _check_order(raw: RawTable, frame: pd.DataFrame) -> Iterator[Problem]:
    for low, high in (("value", "value_to"), ("from_year", "to_year")):
        if low in frame and high in frame:
            broken = (frame[high] < frame[low]).fillna(False)
            for i in frame.index[broken]:
                remedy = f"swap the two or correct {high}"
                yield raw.problem(int(i), high, f"is below {low}", remedy)
