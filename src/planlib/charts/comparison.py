"""Charts of how sources compare regimes, each source on a line of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from planlib import evidence, style, tables, wording
from planlib.analysis import comparison
from planlib.charts import matrix
from planlib.drawing import Drawing
from planlib.wording import choose

if TYPE_CHECKING:
    import plotly.graph_objects as go

THEME_NAMES = {
    "governing": ("How AI is governed", "如何治理AI"),
    "building": ("What is built and sold", "建设、出口与对外路径"),
}
LABEL_SHARE = 0.24
MARK_STEP = 0.13


def sayer(row: Any, names: dict[str, str], lang: str) -> str:
    """Name who says a thing, and say so if it is an issuer's own text, unsigned or second hand."""
    name = names.get(row.said_by_id, choose(lang, "nobody named", "未指名"))
    if row.is_own_text:
        return choose(lang, f"{name}, own text", f"{name}（原文）")
    if row.is_unsigned:
        return choose(lang, f"{name}, undated", f"{name}（无日期）")
    if row.is_second_hand:
        return choose(lang, f"{name}, second hand", f"{name}（转述）")
    return name


def regime_name(regime: str, lang: str) -> str:
    """Name a regime in a sentence."""
    name = tables.words(lang)[regime]
    if lang == "en" and name.endswith("administration"):
        return f"the {name}"
    return wording.with_article(name, lang)


def _cell(row: Any, label: str, lang: str) -> matrix.Cell:
    if not row.is_stated and row.is_own_text:
        # Its texts are long: that nothing is entered does not mean that they are silent.
        text = choose(lang, "no passage entered", "未录入相应段落")
        return matrix.Cell(text, style.NO_RECORD, is_hollow=True)
    if not row.is_stated:
        return matrix.silent(lang)
    text = row.summary_zh if lang == "zh" else row.summary
    about = tables.names_of("documents", lang).get(row.document_id, "")
    lines = [
        label,
        text,
        choose(lang, f"Compares: {about}", f"所比文件：{about}") if about else "",
    ]
    colour = style.colour(row.regime, style.REGIME_COLOURS)
    cell = ("comparisons", row.comparison_id, evidence.WHOLE_ROW)
    marked = style.dagger(text, *cell)
    return matrix.Cell(marked, colour, hover=style.hover(lines, cell, lang=lang))


def _bands(frame: pd.DataFrame, lang: str) -> list[matrix.Band]:
    names, words = tables.names_of("actors", lang), tables.words(lang)
    bands = []
    for dimension, group in tables.grouped(tables.records(frame), "dimension").items():
        lines = []
        for rows in tables.grouped(group, "said_by_id").values():
            label = sayer(rows[0], names, lang) if rows[0].said_by_id in names else ""
            lines.append(matrix.Line(label, [_cell(row, label, lang) for row in rows]))
        bands.append(matrix.Band(words[dimension], lines))
    return bands


def _columns(regimes: tuple[str, ...], lang: str) -> list[matrix.Column]:
    words = tables.words(lang)
    share = (1 - LABEL_SHARE) / len(regimes)
    return [matrix.Column(words[r], share, style.REGIME_COLOURS[r]) for r in regimes]


def caution(frame: pd.DataFrame, lang: str) -> str:
    """Say how much rests on an unsigned, undated text, and what is told second hand."""
    stated = frame[frame["is_stated"]] if "is_stated" in frame else frame
    unsigned, second = int(stated["is_unsigned"].sum()), int(stated["is_second_hand"].sum())
    parts = [
        choose(
            lang,
            f"{_of_all(unsigned, len(stated), lang)} on one reference note that is unsigned and "
            "undated.",
            f"{_of_all(unsigned, len(stated), lang)}仅见于一份未署名、无日期的参考笔记。",
        )
        if unsigned
        else "",
        choose(
            lang,
            f"Second hand ({second}): the text that tells it was read, the original was not.",
            f"转述（{second}条）：读过的是转述文本，未读原文。",
        )
        if second
        else "",
        choose(
            lang,
            "Sources are never blended: each line is what one of them says, in our own words.",
            "不同来源从不合并：每行只是一个来源的说法，文字由我们概括。",
        ),
    ]
    return choose(lang, " ", "").join(p for p in parts if p)


def _of_all(part: int, whole: int, lang: str) -> str:
    if part == whole:
        return choose(lang, f"All {whole} statements rest", f"全部{whole}条说法")
    verb = "rests" if part == 1 else "rest"
    return choose(lang, f"{part} of {whole} statements {verb}", f"{whole}条说法中，{part}条")


def _rows(frame: pd.DataFrame) -> dict[str, list[str]]:
    return {"comparisons": list(frame["comparison_id"].dropna())}


def side_by_side(
    frame: pd.DataFrame, regimes: tuple[str, ...], theme: str, *, lang: str = "en", as_of: str = ""
) -> go.Figure:
    """Draw what each source says of two regimes, dimension by dimension, as a matrix of texts.

    Parameters
    ----------
    frame
        :func:`planlib.analysis.comparison.grid` of the dimensions of a theme.
    theme
        One of :data:`planlib.analysis.comparison.THEMES`.
    """
    words = tables.words(lang)
    figure, height = matrix.draw(_bands(frame, lang), _columns(regimes, lang), lang=lang)
    dimensions = frame["dimension"].nunique()
    most = comparison.compared(frame, regimes)
    pair = wording.listed([regime_name(r, lang) for r in regimes], lang)
    heading, heading_zh = THEME_NAMES[theme]
    en = f"{heading}: none of the sources chosen compares {pair}"
    zh = f"{heading_zh}：所选来源均未将{pair}作比较"
    if len(most):
        en = (
            f"{heading}: at least one source compares {pair} on {len(most)} of {dimensions} "
            "dimensions"
        )
        zh = f"{heading_zh}：{dimensions}个维度中，{len(most)}个至少有一个来源将{pair}作比较"
    if len(most) and most.iloc[0] > 1:
        top = words[str(most.index[0])]
        en += f"; {most.iloc[0]} do so on {top.lower()}"
        zh += f"；其中“{top}”有{most.iloc[0]}家"
    return style.frame_chart(
        figure,
        name=f"side-by-side-{theme}",
        title=choose(lang, en, zh),
        subtitle=choose(
            lang,
            "What each source says of each side, by dimension; a hollow mark is a gap in the "
            "sources read, not an absence of policy",
            "各来源对各政策主体的说法，按维度排列；空心标记表示所读来源未述及，不等于没有政策",
        ),
        note=caution(frame, lang),
        alt=choose(
            lang,
            f"Text matrix of {dimensions} dimensions and {len(regimes)} sides with "
            f"{int(frame['is_stated'].sum())} statements.",
            f"{dimensions}个维度、{len(regimes)}个政策主体的文字矩阵，共{int(frame['is_stated'].sum())}条说法。",
        ),
        rows=_rows(frame),
        lang=lang,
        as_of=as_of,
        height=height,
        left=14,
    )


def abroad(
    frame: pd.DataFrame, regimes: tuple[str, ...], *, lang: str = "en", as_of: str = ""
) -> go.Figure:
    """Draw what sources say of China, the EU and the UK, with what they say of the US beside it.

    Parameters
    ----------
    frame
        :func:`planlib.analysis.comparison.grid` of the sources that look abroad.
    """
    names = tables.names_of("actors", lang)
    others = frame[frame["is_stated"] & (frame["regime"] != "trump")]
    sayers = tables.records(others.drop_duplicates("said_by_id"))
    called = {key: wording.with_article(name, lang) for key, name in names.items()}
    who = wording.listed([sayer(row, called, lang) for row in sayers], lang)
    about = [regime_name(r, lang) for r in regimes if r in set(others["regime"])]
    title = choose(lang, "No source read by then speaks of China, the EU or the UK",
                   "截至该日所读来源均未论及中国、欧盟或英国")  # fmt: skip
    if len(others):
        told = wording.listed(about, lang)
        title = choose(
            lang,
            f"{told}: {wording.count_of(len(others), lang, 'statement', '')}, by {who}",
            f"对{told}共有{len(others)}条说法，出自{who}",
        )
        title = title[0].upper() + title[1:]
    bands = _bands(frame, lang) or matrix.nothing(title)
    columns = _columns(regimes, lang) if len(others) else [matrix.Column("", 0.7)]
    figure, height = matrix.draw(bands, columns, lang=lang)
    return style.frame_chart(
        figure,
        name="abroad",
        title=title,
        subtitle=choose(
            lang,
            "What the sources that look abroad say of each side, by dimension",
            "论及境外的来源对各政策主体的说法，按维度排列",
        ),
        note=_beside(frame, others, lang) + caution(frame, lang),
        alt=choose(
            lang,
            f"Text matrix with {len(others)} statements on China, the EU and the UK.",
            f"关于中国、欧盟和英国的{len(others)}条说法的文字矩阵。",
        ),
        rows=_rows(frame),
        lang=lang,
        as_of=as_of,
        height=height,
        left=14,
    )


def _beside(frame: pd.DataFrame, others: pd.DataFrame, lang: str) -> str:
    """Count what the same sources say of the United States, which the title leaves out."""
    rest = int(frame["is_stated"].sum()) - len(others)
    if not rest:
        return ""
    counted = wording.count_of(rest, lang, "statement", "条说法")
    return choose(
        lang,
        f"{counted[0].upper()}{counted[1:]} of the same sources on the Trump administration "
        f"{'stands' if rest == 1 else 'stand'} beside, not counted in the title. ",
        f"同一来源另有{counted}谈特朗普政府，并列于旁，不计入标题。",
    )


def coverage(frame: pd.DataFrame, *, lang: str = "en", as_of: str = "") -> go.Figure:
    """Draw which source speaks of which regime on which dimension, gaps included.

    Parameters
    ----------
    frame
        :func:`planlib.analysis.comparison.coverage`.
    """
    words, names = tables.words(lang), tables.names_of("actors", lang)
    behind = frame.attrs["behind"]
    sayers = list(frame["said_by_id"].unique())
    if not sayers:
        return _no_coverage(lang=lang, as_of=as_of)
    heads = [
        wording.wrap(sayer(row, names, lang), 14, lines=5)
        for row in tables.records(frame.drop_duplicates("said_by_id"))
    ]
    regimes = [r for r in style.REGIME_COLOURS if r in set(frame["regime"])]
    middle = (len(regimes) - 1) / 2
    figure = Drawing()
    for regime in regimes:
        group = frame[frame["regime"] == regime]
        colour = style.REGIME_COLOURS[regime]
        shift = (regimes.index(regime) - middle) * MARK_STEP
        figure.add_scatter(
            x=[sayers.index(s) + shift for s in group["said_by_id"]],
            y=group["dimension"].astype("str"),
            mode="markers+text",
            name=words[regime],
            marker={
                "symbol": "square",
                "size": [11 if s else 5 for s in group["is_stated"]],
                "color": [colour if s else style.PAPER for s in group["is_stated"]],
                "line": {
                    "color": [colour if s else style.NO_RECORD for s in group["is_stated"]],
                    "width": 1,
                },
                "opacity": 1,
            },
            hovertext=[
                style.hover([
                    names[row.said_by_id],
                    f"{words[str(row.dimension)]} · {words[regime]}",
                    "" if row.is_stated else matrix.silent(lang).text,
                ], *(("comparisons", i, evidence.WHOLE_ROW) for i in behind[n]),
                    lang=lang)
                for n, row in zip(group.index, tables.records(group), strict=True)
            ],
            hoverinfo="text",
            text=[_dagger_of(behind[n]) for n in group.index],
            textposition="top center", textfont={"size": 12, "color": style.INK},
        )  # fmt: skip
    figure.update_xaxes(
        side="top", range=[-0.55, len(sayers) - 0.45], tickvals=list(range(len(sayers))),
        ticktext=heads, tickangle=0,
        tickfont={"size": 12, "color": style.INK},
    )  # fmt: skip
    dimensions = [str(d) for d in frame["dimension"].cat.categories]
    style.label_rows(
        figure, dimensions, [wording.wrap(words[d], 22, lines=2) for d in dimensions],
        size=style.TEXT_SIZE,
    )  # fmt: skip
    figure.update_yaxes(showgrid=True)
    stated = frame[frame["is_stated"]]
    alone = stated.groupby("dimension", observed=True)["said_by_id"].nunique()
    shared = stated.groupby(["dimension", "regime"], observed=True)["said_by_id"].nunique()
    return style.frame_chart(
        figure,
        name="comparison-coverage",
        title=choose(
            lang,
            f"At most {int(shared.max())} sources speak of one side on one dimension; "
            f"{int((alone == 1).sum())} of {len(dimensions)} dimensions rest on one source alone",
            f"同一维度上述及同一政策主体的来源至多{int(shared.max())}个；{len(dimensions)}个维度中有"
            f"{int((alone == 1).sum())}个只有一个来源述及",
        ),
        subtitle=choose(
            lang,
            "Which source speaks of which side on which dimension; small hollow squares: not "
            "stated in the sources read",
            "哪个来源在哪个维度述及哪个政策主体；空心小方块表示所读来源未述及",
        ),
        note=choose(
            lang,
            f"{len(stated)} of {len(frame)} places are filled. That several sources say so does "
            "not make it true: some of the texts pass on what others say. The White House's own "
            "texts are entered in part.",
            f"{len(frame)}个位置中填有{len(stated)}个。多个来源说法相同并不等于属实：其中有的文本"
            "本身就是转述。白宫文件原文只录入了一部分。",
        ),
        alt=choose(
            lang,
            f"Grid of {len(dimensions)} dimensions, {len(sayers)} sources and {len(regimes)} "
            f"sides; {len(stated)} places are filled.",
            f"{len(dimensions)}个维度、{len(sayers)}个来源、{len(regimes)}个政策主体的网格，填有{len(stated)}处。",
        ),
        rows=evidence.rows_of(frame),
        lang=lang,
        as_of=as_of,
        height=34 * len(dimensions),
        head=16 * max(h.count("<br>") + 1 for h in heads),
        key=[style.Mark(words[r], style.REGIME_COLOURS[r]) for r in regimes],
        left=165,
    )


def _dagger_of(comparison_ids: list[str]) -> str:
    return next(filter(None, (style.dagger("", "comparisons", i) for i in comparison_ids)), "")


def _no_coverage(*, lang: str, as_of: str) -> go.Figure:
    text = choose(lang, "No source read by then compares anything", "截至该日所读来源均无比较")
    figure, height = matrix.draw(matrix.nothing(text), [matrix.Column("", 0.7)], lang=lang)
    return style.frame_chart(
        figure, name="comparison-coverage", title=text,
        subtitle=choose(lang, "Sources by dimension and side", "来源，按维度与政策主体"),
        alt=text, rows={}, lang=lang, as_of=as_of, height=height, left=14,
    )  # fmt: skip


def disagreements(frame: pd.DataFrame, *, lang: str = "en", as_of: str = "") -> go.Figure:
    """Draw what sources say differently of the same regime on the same dimension.

    Parameters
    ----------
    frame
        :func:`planlib.analysis.comparison.disagreements`.
    """
    words, names = tables.words(lang), tables.names_of("actors", lang)
    said = frame.assign(is_stated=True)
    bands, topics = [], []
    for (dimension, regime), group in said.groupby(["dimension", "regime"], observed=True):
        topic = f"{words[str(dimension)]} · {words[str(regime)]}"
        said_by = ((sayer(row, names, lang), row) for row in tables.records(group))
        lines = [matrix.Line(label, [_cell(row, label, lang)]) for label, row in said_by]
        topics.append(topic)
        bands.append(matrix.Band(topic, lines))
    if not bands:
        text = choose(lang, "no differing statement among the sources chosen",
                      "所选来源之间未见相异说法")  # fmt: skip
        bands = matrix.nothing(text)
    column = matrix.Column("", 1 - LABEL_SHARE - 0.06)
    figure, height = matrix.draw(bands, [column], lang=lang)
    count = len(topics)
    return style.frame_chart(
        figure,
        name="disagreements",
        title=choose(
            lang,
            f"On {count} points sources contradict each other; both stand"
            if count
            else "No contradiction among the sources chosen is on record",
            f"有{count}处说法彼此相左，各方并存" if count else "所选来源之间未见记录在案的分歧",
        ),
        subtitle=choose(
            lang,
            "Statements on the same side and dimension that differ, each with who says so",
            "对同一政策主体、同一维度的相异说法，各附出自何人",
        ),
        note=caution(said, lang) if count else "",
        alt=choose(
            lang,
            f"Text list of {count} points with {len(frame)} statements that differ.",
            f"{count}处分歧、{len(frame)}条说法的文字列表。",
        ),
        rows=_rows(frame),
        lang=lang,
        as_of=as_of,
        height=height,
        left=14,
    )


def apart_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of the disagreements that their table shows."""
    columns = ["dimension", "regime", "said_by_id", "summary", "summary_zh", "document_id",
               "reported_by_id", "is_unsigned", "published_date",
               "published_precision"]  # fmt: skip
    return frame[columns]
