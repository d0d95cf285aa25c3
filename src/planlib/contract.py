"""The figure contract: how a chart reaches the reader, and all that exports need to know of it."""

from __future__ import annotations

import html
import math
import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from planlib import evidence, schema, tables, wording
from planlib.errors import PlanlibError

if TYPE_CHECKING:
    import plotly.graph_objects as go

FIGURE_TYPE = "application/vnd.planlib.figure+json"
PLOTLY_TYPE = "application/vnd.plotly.v1+json"
FIELD_TYPES = {"i": "integer", "u": "integer", "f": "number", "b": "boolean", "M": "date"}
DIGITS = 12
BLANK = "–"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
PRINTED = ("name", "title", "subtitle", "note", "source", "alt", "as_of", "lang")


def show(figure: go.Figure, table: pd.DataFrame, *, controls: dict[str, Any] | None = None) -> None:
    """Show a chart with its table, its words and its sources, as one notebook output.

    Parameters
    ----------
    figure
        A figure made by :mod:`planlib.charts`.
    table
        The frame behind it, shape (rows, columns); ids are shown as names.
    controls
        What a reader of the published page may set without a kernel, made by a function of
        :mod:`planlib.charts` with :class:`planlib.views.Views`.

    Raises
    ------
    PlanlibError
        The figure was not made by :mod:`planlib.charts`, or draws nothing.
    """
    from IPython.display import display

    display(bundle(figure, table, controls), raw=True)


def bundle(
    figure: go.Figure, table: pd.DataFrame, controls: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return the output that :func:`show` emits: Plotly JSON, an HTML table, and the contract.

    With ``controls`` the contract has them under that key; nothing else differs.
    """
    meta = (figure.layout.meta or {}).get("planlib")
    if meta is None:
        raise PlanlibError(
            "show: the figure has no title, source and table rows; make it with planlib.charts"
        )
    if not figure.data:
        raise PlanlibError(f"{meta['name']}: the chart draws nothing; widen the parameters")
    contract = contract_of(meta, table) | ({"controls": controls} if controls else {})
    drawing = figure.to_plotly_json()
    import json

    from plotly.utils import PlotlyJSONEncoder

    return {
        PLOTLY_TYPE: json.loads(json.dumps(drawing, cls=PlotlyJSONEncoder)),
        "text/html": html_table(contract),
        FIGURE_TYPE: contract,
    }


def contract_of(meta: dict[str, Any], table: pd.DataFrame) -> dict[str, Any]:
    """Return the contract of a figure: its words, typed fields, rows and claims."""
    claims = evidence.claims_of(meta["rows"])
    claims = claims.sort_values(["table", "row_id", "field", "source_id"])
    columns = ["table", "row_id", "field", "source_id", "locator", "as_printed", "stance",
               "value", "note"]  # fmt: skip
    return {
        **{key: meta[key] for key in PRINTED},
        **table_of(meta, table),
        "claims": _records(claims[columns]),
    }


def table_of(meta: dict[str, Any], table: pd.DataFrame) -> dict[str, Any]:
    """Return the table of a figure as the contract holds it: typed ``fields`` and ``rows``."""
    shown = _readable(table, meta["lang"])
    return {
        "fields": [_field(str(c), table, shown[c], meta) for c in shown.columns],
        "rows": [[_plain(v) for v in row] for row in shown.itertuples(index=False, name=None)],
    }


def _readable(table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Put names in place of ids and words in place of codes, and dates no finer than known."""
    package = schema.package()
    shown = table.copy()
    for column in table.select_dtypes("datetime").columns:
        precision = tables.precision_column(str(column))
        if precision in table:
            pairs = zip(table[column], table[precision].astype("str"), strict=True)
            shown[column] = [_coarse(day, word) for day, word in pairs]
            shown = shown.drop(columns=precision)
    for column in shown.columns:
        spec = package.column(str(column))
        if spec and spec.enum:
            shown[column] = shown[column].astype("category")
    if _has_own_key(table):
        shown = shown.drop(columns=table.columns[0])
    # with_labels keeps the first column as the key of the rows; here every id becomes a name.
    shown.insert(0, "", "")
    return tables.with_labels(shown, lang).drop(columns="")


def _has_own_key(table: pd.DataFrame) -> bool:
    # The key of the frame's own rows says nothing to a reader once the row is spelt out.
    owner = schema.package().table_of_key(str(table.columns[0]))
    return owner is not None and tables.label_column(owner) in table.columns[1:]


def _coarse(day: pd.Timestamp, precision: str) -> str | None:
    """Write a date as far as it is known, in the manner of ISO 8601: 2025-05, 2025-Q2, 2025."""
    if pd.isna(day):
        return None
    if precision == "quarter":
        return f"{day.year}-Q{day.quarter}"
    if precision == "not_before":
        return f"{day.date().isoformat()}/.."
    return day.date().isoformat()[: {"year": 4, "month": 7}.get(precision, 10)]


def _field(
    name: str, table: pd.DataFrame, shown: pd.Series, meta: dict[str, Any]
) -> dict[str, str]:
    # Several tables may have a column of that name: those behind the figure come first.
    package = schema.package()
    owners = (package[t] for t in meta["rows"] if name in package[t].columns)
    spec = next((t[name] for t in owners), None) or package.column(name)
    kind = FIELD_TYPES.get(shown.dtype.kind, "string")
    if table[name].dtype.kind == "M":
        kind = "date"
    return {
        "name": name,
        "title": spec.label(meta["lang"]) if spec else name,
        "unit": spec.unit if spec else "",
        "type": kind,
    }


def _plain(value: Any) -> Any:
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        # Computed values carry the noise of binary fractions.
        value = float(f"{value:.{DIGITS}g}")
        return int(value) if value.is_integer() else value
    return value


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    names = list(frame.columns)
    return [
        {
            name: plain
            for name, value in zip(names, row, strict=True)
            if (plain := _plain(value)) is not None
        }
        for row in frame.itertuples(index=False, name=None)
    ]


def html_table(contract: dict[str, Any]) -> str:
    """Return the contract's table as HTML; every text is escaped."""
    lang = contract["lang"]
    words = tables.words(lang)
    heads = "".join(
        f'<th scope="col"{_align(f)}>{html.escape(f["title"])}'
        + (
            f' <span class="unit">[{html.escape(words.get(u, u))}]</span>'
            if (u := f["unit"])
            else ""
        )
        + "</th>"
        for f in contract["fields"]
    )
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{_align(f)}{_sorted_by(v, f)}>{_cell(v, f, lang)}</td>"
            for v, f in zip(row, contract["fields"], strict=True)
        )
        + "</tr>"
        for row in contract["rows"]
    )
    return (
        f'<table class="planlib" lang="{lang}"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _align(field: dict[str, str]) -> str:
    return ' class="number"' if field["type"] in ("integer", "number") else ""


def _day(text: str, lang: str) -> str:
    """Read back what :func:`_coarse` writes, in words."""
    if "Q" in text:
        return wording.day(pd.Period(text).to_timestamp(), lang, "quarter")
    precision = {4: "year", 7: "month", 10: "day"}.get(len(text), "not_before")
    return wording.day(text[:10], lang, precision)


def _cell(value: Any, field: dict[str, str], lang: str) -> str:
    text = html.escape(cell_text(value, field, lang))
    return f'<span class="blank">{text}</span>' if value is None else text


def cell_text(value: Any, field: dict[str, str], lang: str) -> str:
    """Write a cell of the contract's table as its readers do; a dash where nothing is stated."""
    if value is None:
        return BLANK
    if field["type"] == "boolean" or isinstance(value, bool):
        return wording.choose(lang, "yes" if value else "no", "是" if value else "否")
    if field["type"] == "date":
        return _day(value, lang)
    if field["type"] in ("integer", "number"):
        plain = field["name"].endswith(("year", "_no"))
        return str(value) if plain else wording.number(value, lang)
    if field["name"] in evidence.PERIODS:
        return wording.period(str(value), lang)
    if field["name"] == "section":
        return wording.section(str(value), lang) or BLANK
    return wording.day(value, lang) if DAY.fullmatch(str(value)) else str(value)


def cell_order(value: Any, field: dict[str, str]) -> str | None:
    """Return what a cell is sorted by where that is not its text; blank cells sort last."""
    if value is None:
        return ""
    if field["type"] == "date":
        return pd.Period(value).to_timestamp().date().isoformat() if "Q" in value else str(value)
    is_raw = field["type"] in ("integer", "number") or field["name"] in evidence.PERIODS
    is_raw |= DAY.fullmatch(str(value)) is not None
    return str(value) if is_raw else None


def _sorted_by(value: Any, field: dict[str, str]) -> str:
    order = cell_order(value, field)
    return "" if order is None else f' data-sort="{html.escape(order)}"'
