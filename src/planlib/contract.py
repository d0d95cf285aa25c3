"""The figure contract: how a chart reaches the reader, and all that exports need to know of it."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from planlib import drawing, evidence, schema, tables, wording
from planlib.errors import PlanlibError

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from planlib.drawing import Drawing

FIGURE_TYPE = "application/vnd.planlib.figure+json"
PLOTLY_TYPE = "application/vnd.plotly.v1+json"
FIELD_TYPES = {"i": "integer", "u": "integer", "f": "number", "b": "boolean", "M": "date"}
DIGITS = 12
BLANK = "–"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
CLAIM_PARTS = (
    "table", "row_id", "field", "source_id", "locator", "as_printed", "stance", "value", "note",
)  # fmt: skip
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
    figure: go.Figure | Drawing, table: pd.DataFrame, controls: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return the output that :func:`show` emits: Plotly JSON, an HTML table, and the contract.

    With ``controls`` the contract has them under that key; nothing else differs.
    """
    drawn = drawing.plain(figure)
    meta = (drawn["layout"].get("meta") or {}).get("planlib")
    if meta is None:
        raise PlanlibError(
            "show: the figure has no title, source and table rows; make it with planlib.charts"
        )
    if not drawn["data"]:
        raise PlanlibError(f"{meta['name']}: the chart draws nothing; widen the parameters")
    contract = contract_of(meta, table) | ({"controls": controls} if controls else {})
    return {
        PLOTLY_TYPE: drawn,
        "text/html": html_table(contract),
        FIGURE_TYPE: contract,
    }


def contract_of(meta: dict[str, Any], table: pd.DataFrame) -> dict[str, Any]:
    """Return the contract of a figure: its words, typed fields, rows and claims."""
    claims = sorted(evidence.claims_on(meta["rows"]), key=lambda claim: claim[:4])
    return {
        **{key: meta[key] for key in PRINTED},
        **table_of(meta, table),
        "claims": [
            {name: text for name in CLAIM_PARTS if (text := getattr(claim, name))}
            for claim in claims
        ],
    }


def table_of(meta: dict[str, Any], table: pd.DataFrame) -> dict[str, Any]:
    """Return the table of a figure as the contract holds it: typed ``fields`` and ``rows``."""
    columns = {str(name): column for name, column in table.items()}
    shown = _readable(columns, meta["lang"])
    return {
        "fields": [_field(name, columns[name], meta) for name in shown],
        "rows": [list(row) for row in zip(*shown.values(), strict=True)],
    }


def _readable(columns: dict[str, pd.Series], lang: str) -> dict[str, list[Any]]:
    """Put names in place of ids and words in place of codes, and dates no finer than known.

    Lists, not series: for tables as short as these, pandas costs more than the work.
    """
    package = schema.package()
    cells = {name: [_plain(v) for v in column.tolist()] for name, column in columns.items()}
    shown = dict(cells)
    if columns and _has_own_key(list(columns)):
        del shown[next(iter(columns))]
    for name, column in columns.items():
        precision = tables.precision_column(name)
        if column.dtype.kind == "M" and precision in columns:
            days = zip(column, cells[precision], strict=True)
            shown[name] = [_coarse(day, word) for day, word in days]
            shown.pop(precision, None)
        elif name not in shown:
            continue
        elif f"{name}_zh" in columns:
            if lang == "zh":
                pairs = zip(cells[f"{name}_zh"], cells[name], strict=True)
                shown[name] = [own if zh is None else zh for zh, own in pairs]
            shown.pop(f"{name}_zh", None)
        elif labels := tables.labels_of(name, column.dtype, lang, package):
            shown[name] = [labels.get(v, v) for v in cells[name]]
    return shown


def _has_own_key(names: list[str]) -> bool:
    # The key of the frame's own rows says nothing to a reader once the row is spelt out.
    owner = schema.package().table_of_key(names[0])
    return owner is not None and owner.label_column in names[1:]


def _coarse(day: pd.Timestamp, precision: str | None) -> str | None:
    """Write a date as far as it is known, in the manner of ISO 8601: 2025-05, 2025-Q2, 2025."""
    if pd.isna(day):
        return None
    if precision == "quarter":
        return f"{day.year}-Q{day.quarter}"
    if precision == "not_before":
        return f"{day.date().isoformat()}/.."
    return day.date().isoformat()[: {"year": 4, "month": 7}.get(precision or "", 10)]


def _field(name: str, column: pd.Series, meta: dict[str, Any]) -> dict[str, str]:
    # Several tables may have a column of that name: those behind the figure come first.
    package = schema.package()
    owners = (package[t] for t in meta["rows"] if name in package[t].columns)
    spec = next((t[name] for t in owners), None) or package.column(name)
    return {
        "name": name,
        "title": spec.label(meta["lang"]) if spec else name,
        "unit": spec.unit if spec else "",
        "type": FIELD_TYPES.get(column.dtype.kind, "string"),
    }


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    if pd.isna(value):
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


def html_table(contract: dict[str, Any]) -> str:
    """Return the contract's table as HTML; every text is escaped."""
    lang = contract["lang"]
    heads = "".join(
        f'<th scope="col"{_align(f)}>{html.escape(f["title"])}'
        + (
            f' <span class="unit">[{html.escape(wording.reading_unit(unit, lang)[0])}]</span>'
            if (unit := f["unit"])
            else ""
        )
        + "</th>"
        for f in contract["fields"]
    )
    # Without rows there are no columns either.
    of_rows = zip(*contract["rows"], strict=True)
    columns = zip(contract["fields"], of_rows, strict=bool(contract["rows"]))
    cells = [_column_html(field, values, lang) for field, values in columns]
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in zip(*cells, strict=True))
    return (
        f'<table class="planlib" lang="{lang}"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _column_html(field: dict[str, str], values: Sequence[Any], lang: str) -> list[str]:
    """Write the cells of a column; what stands in many rows is written once."""
    made: dict[tuple[type, Any], str] = {}
    start = f"<td{_align(field)}"
    for value in values:
        # True equals 1 and 1.0, and is written otherwise.
        key = (type(value), value)
        if key not in made:
            made[key] = f"{start}{_sorted_by(value, field)}>{_cell(value, field, lang)}</td>"
    return [made[type(value), value] for value in values]


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
        if plain:
            return str(value)
        return wording.number(value * wording.reading_unit(field["unit"], lang)[1], lang)
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
    is_raw |= field["type"] == "boolean" or field["name"] == "section"
    is_raw |= DAY.fullmatch(str(value)) is not None
    return str(value) if is_raw else None


def _sorted_by(value: Any, field: dict[str, str]) -> str:
    order = cell_order(value, field)
    if order is None:
        return ""
    # A quarter sorts by its first day but is no finer known than it is.
    raw = "" if value is None or order == str(value) else f' data-raw="{html.escape(str(value))}"'
    return f' data-sort="{html.escape(order)}"{raw}'
