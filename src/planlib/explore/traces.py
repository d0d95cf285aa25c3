"""Where the numbers of a mark are printed, for a person who clicked it."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from planlib import evidence, schema, tables
from planlib.wording import choose

# A mark that stands for more rows than these is a sum; its sources stand under the chart.
MOST_ROWS = 4
ORDER = {"supports": 0, "differs": 1, "context": 2}


def hint(lang: str) -> str:
    """Say what a click does."""
    return _line(
        choose(
            lang,
            "Click a mark to see where its numbers are printed, and who says otherwise.",
            "点击图中标记，可查看数字的原文出处，以及谁有不同说法。",
        )
    )


def of_mark(mark: Iterable[str], rows: Mapping[str, Sequence[str]], lang: str) -> str:
    """Return as HTML what is printed of the rows that a mark was drawn from.

    Parameters
    ----------
    mark
        Texts that the mark carries; those that are keys of ``rows`` name what it was drawn from.
    rows
        The table rows behind the chart, by table.
    """
    named = set(mark)
    found = [(table, key) for table, keys in rows.items() for key in keys if key in named]
    found = found or [(table, key) for table, keys in rows.items() for key in keys]
    if len(found) > MOST_ROWS:
        return _line(
            choose(
                lang,
                f"This mark rests on {len(found)} rows; the table below and the source line name "
                "them.",
                f"该标记依据{len(found)}条记录，见下表及来源行。",
            )
        )
    return "".join(_of_row(table, key, lang) for table, key in found)


def _of_row(table: str, key: str, lang: str) -> str:
    claims = evidence.claims_of({table: [key]})
    # The headline before those who differ; what was read before what was only reported.
    claims = claims.assign(
        rank=claims["stance"].astype("str").map(ORDER), unread=claims["as_printed"].isna()
    ).sort_values(["rank", "unread", "field"], kind="stable")
    words = tables.words(lang)
    described = schema.package()["claims"]
    spec = schema.package()[table]
    shown = pd.DataFrame(
        {
            "field": evidence.titled(claims, lang)["field"],
            "as_printed": claims["as_printed"].fillna(choose(lang, "text not read", "原文未读")),
            "locator": claims["locator"],
            "source_id": claims["source_id"].map(evidence.source_labels(lang)),
            "stance": claims["stance"].astype("str").map(words),
            "value": claims["value"],
            "note": claims["note"],
        }
    ).dropna(axis="columns", how="all")
    heads = "".join(f"<th>{html.escape(described[str(c)].label(lang))}</th>" for c in shown)
    body = "".join(
        f"<tr{' class=planlib-differs' if stance == 'differs' else ''}>"
        + "".join(f"<td>{'' if pd.isna(v) else html.escape(str(v))}</td>" for v in row)
        + "</tr>"
        for stance, row in zip(claims["stance"], shown.itertuples(index=False), strict=True)
    )
    name = html.escape(f"{spec.label(lang)}: {evidence.row_name(spec.name, key, lang)}")
    return (
        f'<div class="planlib-trace"><h4>{name}</h4>'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _line(text: str) -> str:
    return f'<p class="planlib-hint">{html.escape(text)}</p>'
