"""Charts of how well the data are attested, and of who says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from planlib import schema, style, wording
from planlib.drawing import Drawing
from planlib.wording import choose

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_SOURCES = 14


def _table_title(name: str, lang: str) -> str:
    return schema.package()[name].label(lang)


def coverage(frame: pd.DataFrame, *, lang: str = "en", as_of: str = "") -> go.Figure:
    """Draw, by table, how many rows and numbers are verified, reported or counted.

    Parameters
    ----------
    frame
        :func:`planlib.evidence.coverage`.
    """
    labels = {
        "verified": choose(lang, "verified in a text we read", "在我们读过的文本中核实"),
        "reported": choose(lang, "reported by a text we did not read", "见于未读原文的报道"),
        "counted": choose(lang, "counted by planlib", "由planlib计数"),
    }
    totals = frame[list(labels)].sum()
    share = totals["verified"] / totals.sum()
    tables_drawn = list(frame["table"])
    sums = frame[list(labels)].sum(axis=1)
    figure = Drawing()
    for word in labels:
        figure.add_bar(
            x=frame[word],
            y=tables_drawn,
            orientation="h",
            name=labels[word],
            marker={"color": style.SURENESS_COLOURS[word]},
            hovertemplate="%{x}<extra></extra>",
        )
    figure.add_scatter(
        x=sums,
        y=tables_drawn,
        mode="text",
        text=[f" {n}" for n in sums],
        textposition="middle right",
        textfont={"size": 12, "color": style.INK},
        hoverinfo="skip",
        cliponaxis=False,
    )
    figure.update_layout(barmode="stack")
    figure.update_xaxes(visible=False, range=[0, sums.max() * 1.08])
    style.label_rows(figure, tables_drawn, [_table_title(t, lang) for t in tables_drawn])
    return style.frame_chart(
        figure,
        name="coverage",
        title=choose(
            lang,
            f"{share:.0%} of {int(totals.sum()):,} rows and numbers are verified in a text we read",
            f"{int(totals.sum())}条记录与数字中，{share:.0%}已在我们读过的文本中核实",
        ),
        subtitle=choose(
            lang,
            "Rows as a whole and single numbers, by table and by how well they are attested",
            "整条记录与单个数字，按表与可信程度划分",
        ),
        note=choose(
            lang,
            "A literal verifies a cell only where the very characters stand in the paragraph "
            "named. Reported does not mean doubtful: the page was not read by us.",
            "只有原文字样确实见于所标段落，才算核实。“报道”并不等于可疑，只是我们未读原文。",
        ),
        alt=choose(
            lang,
            f"Stacked bars of {len(frame)} tables; verified {int(totals['verified'])}, reported "
            f"{int(totals['reported'])}, counted {int(totals['counted'])}.",
            f"{len(frame)}张表的堆叠条形图；核实{int(totals['verified'])}，报道"
            f"{int(totals['reported'])}，计数{int(totals['counted'])}。",
        ),
        rows={},
        lang=lang,
        as_of=as_of,
        height=25 * len(frame),
        key=[style.Mark(label, style.SURENESS_COLOURS[word]) for word, label in labels.items()],
        left=250,
    )


def conflicts(frame: pd.DataFrame, *, lang: str = "en", as_of: str = "") -> go.Figure:
    """Draw in which tables sources disagree, and which rule picked the headline.

    Parameters
    ----------
    frame
        :func:`planlib.evidence.conflicts`.
    """
    labels = {
        "primary_first": choose(lang, "issuer or party goes first", "以发布方或当事方为先"),
        "exact_first": choose(lang, "exact figure goes first", "精确数字先于约数"),
        "earliest_first": choose(lang, "earliest report goes first", "以最早报道为先"),
        "reason_in_note": choose(
            lang, "decided one by one, reason in the note", "逐条判断，备注说明理由"
        ),
        "left_blank": choose(lang, "cell left blank, nothing disputed", "此处留空，并无分歧"),
    }
    colours = style.RULE_COLOURS
    counts = frame.groupby(["table", "rule"]).size().unstack(fill_value=0)
    counts = counts.loc[counts.sum(axis=1).sort_values(ascending=False).index]
    tables_drawn = [str(t) for t in counts.index]
    figure = Drawing()
    for rule, label in labels.items():
        if rule in counts:
            figure.add_bar(
                x=counts[rule],
                y=tables_drawn,
                orientation="h",
                name=label,
                marker={"color": colours[rule]},
                hovertemplate="%{x}<extra></extra>",
            )
    figure.add_scatter(
        x=counts.sum(axis=1), y=tables_drawn, mode="text",
        text=[f" {n}" for n in counts.sum(axis=1)],
        textposition="middle right", textfont={"size": 12, "color": style.INK},
        hoverinfo="skip", cliponaxis=False,
    )  # fmt: skip
    figure.update_layout(barmode="stack")
    figure.update_xaxes(visible=False, range=[0, counts.sum(axis=1).max() * 1.1])
    style.label_rows(figure, tables_drawn, [_table_title(t, lang) for t in tables_drawn])
    disputes = frame[frame["rule"] != "left_blank"]
    cells = len(disputes[["table", "row_id", "field"]].drop_duplicates())
    blanks = len(frame) - len(disputes)
    return style.frame_chart(
        figure,
        name="conflicts",
        title=choose(
            lang,
            f"Sources disagree on {cells} cells: {len(disputes)} claims say otherwise and are kept"
            + (f"; {blanks} more fill cells left blank" if blanks else ""),
            f"{cells}处有来源说法不一：{len(disputes)}条不同说法均予保留"
            + (f"；另有{blanks}条所涉之处留空" if blanks else ""),
        ),
        subtitle=choose(
            lang,
            "Claims that differ from the cell they speak of, by table and by what picked the "
            "headline",
            "与所指单元格不同的说法，按表与取值规则划分",
        ),
        note=choose(
            lang,
            "Nothing is corrected silently: the other value stands beside the headline with its "
            "source, in the table below.",
            "不作无声更正：另一数值连同来源与主数值并列，见下表。",
        ),
        alt=choose(
            lang,
            f"Stacked bars of {len(counts)} tables with {len(frame)} differing claims.",
            f"{len(counts)}张表共{len(frame)}条不同说法的堆叠条形图。",
        ),
        rows={},
        lang=lang,
        as_of=as_of,
        height=27 * len(counts),
        key=[style.Mark(label, colours[rule]) for rule, label in labels.items()],
        left=250,
    )


def sources(counts: pd.DataFrame, *, lang: str = "en", as_of: str = "") -> go.Figure:
    """Draw which sources carry most claims, and whether their text was read.

    Parameters
    ----------
    counts
        :func:`planlib.evidence.by_source`.
    """
    labels = {
        True: choose(lang, "text read by us", "我们读过的文本"),
        False: choose(lang, "text not read", "未读原文"),
    }
    colours = {True: style.SURENESS_COLOURS["verified"], False: style.SURENESS_COLOURS["reported"]}
    shown = counts.head(MOST_SOURCES)
    keys = list(shown["source_id"])
    claims = int(counts["claim_count"].sum())
    held = counts[counts["is_read"]]
    share = held["claim_count"].sum() / claims
    read = int(shown["is_read"].sum())
    figure = Drawing()
    figure.add_bar(
        x=shown["claim_count"],
        y=keys,
        orientation="h",
        marker={"color": [colours[r] for r in shown["is_read"]]},
        text=shown["claim_count"].astype(str),
        textposition="outside",
        textfont={"size": 12, "color": style.INK},
        cliponaxis=False,
        hoverinfo="skip",
    )
    figure.update_xaxes(visible=False, range=[0, shown["claim_count"].max() * 1.1])
    style.label_rows(figure, keys, [wording.wrap(str(s), 52, lines=2) for s in shown["source"]])
    return style.frame_chart(
        figure,
        name="sources",
        title=choose(
            lang,
            f"{wording.count_of(len(held), lang, 'text', '')} that we read carry {share:.0%} of "
            f"{claims:,} claims; {len(counts)} sources are cited",
            f"我们读过的{len(held)}份文本承载了{claims}条出处中的{share:.0%}；"
            f"共引用{len(counts)}个来源",
        ),
        subtitle=choose(
            lang,
            f"Number of claims by source; of the {len(shown)} cited most, we read {read} and did "
            f"not read {len(shown) - read}",
            f"按来源统计的出处数；引用最多的{len(shown)}个中，{read}个读过原文，"
            f"{len(shown) - read}个未读",
        ),
        note=choose(
            lang,
            f"A source is one text: a publisher of several stands in the table several times. The "
            f"table lists all {len(counts)}.",
            f"一份文本计为一个来源：同一发布者的多份文本在表中各占一行。表中列出全部{len(counts)}个。",
        ),
        alt=choose(
            lang,
            f"Bars of the {len(shown)} sources cited most.",
            f"引用最多的{len(shown)}个来源的条形图。",
        ),
        rows={},
        lang=lang,
        as_of=as_of,
        height=34 * len(shown),
        key=[style.Mark(labels[r], colours[r]) for r in (True, False)],
        left=360,
    )
