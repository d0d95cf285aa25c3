"""The figure contract: how a chart reaches the reader, and all that exports need to know of it."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from planlib import evidence, schema, tables, wording
from planlib.errors import PlanlibError

if TYPE_CHECKING:
    import plotly.graph_objects as go

FIGURE_TYPE = "application/vnd.planlib.figure+json"
PLOTLY_TYPE = "application/vnd.plotly.v1+json"
FIELD_TYPES = {"i": "integer", "u": "integer", "f": "number", "b": "boolean", "M": "date"}
PRINTED = ("name", "title", "subtitle", "note", "source", "alt", "as_of", "lang")


def show(figure: go.Figure, table: pd.DataFrame) -> None:
    """Show a chart with its table, its words and its sources, as one notebook output.

    Parameters
    ----------
    figure
        A figure made by :mod:`planlib.charts`.
    table
        The frame behind it, shape (rows, columns); ids are shown as names.

    Raises
    ------
    PlanlibError
        The figure was not made by :mod:`planlib.charts`, or draws nothing.
    """
    from IPython.display import display

    display(bundle(figure, table), raw=True)


def bundle(figure: go.Figure, table: pd.DataFrame) -> dict[str, Any]:
    """Return the output that :func:`show` emits: Plotly JSON, an HTML table, and the contract."""
    meta = (figure.layout.meta or {}).get("planlib")
    if meta is None:
        raise PlanlibError(
            "show: the figure has no title, source and table rows; make it with planlib.charts"
        )
    if not figure.data:
        raise PlanlibError(f"{meta['name']}: the chart draws nothing; widen the parameters")
    contract = contract_of(meta, table)
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
    lang = meta["lang"]
    shown = tables.with_labels(table, lang)
    hidden = [c for c in shown.columns if _is_technical(str(c), table)]
    shown = shown.drop(columns=hidden)
    claims = evidence.claims_of(meta["rows"])
    claims = claims.sort_values(["table", "row_id", "field", "source_id"])
    columns = ["table", "row_id", "field", "source_id", "locator", "as_printed", "stance",
               "value", "note"]  # fmt: skip
    return {
        **{key: meta[key] for key in PRINTED},
        "fields": [_field(str(c), shown[c], lang) for c in shown.columns],
        "rows": [[_plain(v) for v in row] for row in shown.itertuples(index=False)],
        "claims": _records(claims[columns]),
    }


def _is_technical(column: str, table: pd.DataFrame) -> bool:
    # The key of the frame's own rows says nothing to a reader once the row is spelt out.
    owner = schema.package().table_of_key(column)
    first = len(table.columns) > 0 and column == table.columns[0]
    return (owner is not None and first and len(table.columns) > 1
            and tables.label_column(owner) in table.columns)  # fmt: skip


def _field(name: str, column: pd.Series, lang: str) -> dict[str, str]:
    spec = schema.package().column(name)
    kind = FIELD_TYPES.get(getattr(column.dtype, "kind", "O"), "string")
    return {
        "name": name,
        "title": spec.label(lang) if spec else name,
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
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {k: _plain(v) for k, v in zip(frame.columns, row, strict=True) if _plain(v) is not None}
        for row in frame.itertuples(index=False)
    ]


def html_table(contract: dict[str, Any]) -> str:
    """Return the contract's table as HTML; every text is escaped."""
    lang = contract["lang"]
    heads = "".join(
        f'<th scope="col"{_align(f)}>{html.escape(f["title"])}'
        + (f' <span class="unit">[{html.escape(f["unit"])}]</span>' if f["unit"] else "")
        + "</th>"
        for f in contract["fields"]
    )
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{_align(f)}>{_cell(v, f, lang)}</td>"
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


def _cell(value: Any, field: dict[str, str], lang: str) -> str:
    if value is None:
        return '<span class="blank">–</span>'
    if field["type"] == "boolean":
        return wording.choose(lang, "yes" if value else "no", "是" if value else "否")
    if field["type"] == "date":
        return html.escape(wording.day(value, lang))
    if field["type"] in ("integer", "number"):
        plain = field["name"].endswith(("year", "_no"))
        return str(value) if plain else html.escape(wording.number(value, lang))
    return html.escape(str(value))
