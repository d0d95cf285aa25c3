"""Where a value comes from, who says otherwise, and how to cite it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from planlib import evidence, schema, tables
from planlib.errors import ParameterError, UnknownNameError, did_you_mean

STYLES = ("text", "bibtex")
AUTHOR = "planlib contributors"


def trace(table: str, row_id: str, field: str = evidence.WHOLE_ROW) -> pd.DataFrame:
    """Show where a value is printed, by whom, and who says otherwise.

    Parameters
    ----------
    table, row_id, field
        The cell, e.g. ``"deal_terms", "ae-chip-quota.quota", "value"``; ``*`` for the row as a
        whole.

    Returns
    -------
    pandas.DataFrame
        One row a claim, the surest first: ``stance``, ``says`` (the cell, or the differing
        value), ``as_printed``, ``locator``, ``sureness`` (``verified`` in a text that was read,
        or ``reported``), ``source``, ``publisher``, ``url``, ``note``.

    Raises
    ------
    UnknownNameError
        No such table, row or column.
    """
    cell = _cell(table, row_id, field)
    claims = evidence.claims_of({table: [row_id]})
    claims = claims[claims["field"].isin({field, evidence.WHOLE_ROW})]
    sources = tables.whole("sources").set_index("source_id").reindex(claims["source_id"])
    frame = pd.DataFrame(
        {
            "stance": claims["stance"].astype("str"),
            "says": claims["value"].fillna(cell),
            "as_printed": claims["as_printed"],
            "locator": claims["locator"],
            "sureness": claims["as_printed"].notna().map({True: "verified", False: "reported"}),
            "source": sources["title"].fillna(sources["publisher"]).to_numpy(),
            "publisher": claims["publisher"],
            "url": sources["url"].to_numpy(),
            "note": claims["note"],
        }
    )
    order = {"supports": 0, "differs": 1, "context": 2}
    ranks = frame["stance"].map(order) * 2 + (frame["sureness"] == "reported")
    return frame.loc[ranks.sort_values(kind="stable").index].reset_index(drop=True)


def _cell(table: str, row_id: str, field: str) -> str:
    spec = schema.package()[table]
    frame = tables.whole(table).set_index(spec.key)
    if row_id not in frame.index:
        raise UnknownNameError(
            f"{table}: no row {row_id!r}; {did_you_mean(row_id, list(frame.index))}"
        )
    column = spec.label_column if field == evidence.WHOLE_ROW else spec[field].name
    value: Any = row_id if column == spec.key else frame.at[row_id, column]
    return "" if pd.isna(value) else str(value)


def cite(table: str = "", row_id: str = "", *, style: str = "text") -> str:
    """Say how to cite the data package, one of its tables, or a row with its sources.

    Parameters
    ----------
    style
        ``text`` or ``bibtex``.

    Raises
    ------
    ParameterError
        Another style, or a row without its table.
    UnknownNameError
        No such table or row.
    """
    if style not in STYLES:
        raise ParameterError(f"style: {style!r}; {did_you_mean(style, STYLES)}")
    if row_id and not table:
        raise ParameterError("cite: name the table of the row")
    package = schema.package()
    what = f"{package.title}, table {package[table].title}" if table else package.title
    behind = ""
    if row_id:
        what += f", row {row_id} ({_cell(table, row_id, evidence.WHOLE_ROW)})"
        behind = "; ".join(evidence.source_names({table: [row_id]}, "en"))
    year = package.version.partition(".")[0]
    if style == "bibtex":
        note = f"Data version {package.version}, CC BY 4.0" + (
            f"; sources: {behind}" if behind else ""
        )
        key = "-".join(part for part in ("planlib", table, row_id) if part)
        return (
            f"@misc{{{key},\n  author = {{{{{AUTHOR}}}}},\n  title = {{{_escaped(what)}}},\n"
            f"  year = {{{year}}},\n  note = {{{_escaped(note)}}}\n}}"
        )
    text = f"{AUTHOR} ({year}): {what}. Data version {package.version}, CC BY 4.0."
    return f"{text} Sources: {behind}." if behind else text


def _escaped(text: str) -> str:
    for character in "&%$#_":
        text = text.replace(character, "\\" + character)
    return text
