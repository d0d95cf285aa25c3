"""Charts of AI finance: spending by quarter, growth, guidance, shares of GDP, and borrowing."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from planlib import evidence, style, tables, wording
from planlib.analysis import capex as analysis
from planlib.drawing import Drawing
from planlib.wording import choose

if TYPE_CHECKING:
    import plotly.graph_objects as go

PANELS_A_ROW = 4
PANEL_HEIGHT, PANEL_GAP = 150, 76
ROW_HEIGHT, TALL_ROW = 46, 60
LEFT = 430
REVISION_COLOURS = {
    "first": style.OTHER_COLOUR, "raised": style.ACCENT, "lowered": "#c07514",
    "narrowed": "#5b4a8c", "widened": "#5b4a8c", "unchanged": style.OTHER_COLOUR,
}  # fmt: skip
GDP_PANELS = (
    (analysis.GDP_SHARES[:1], "AI infrastructure alone", "仅AI基础设施"),
    (
        analysis.GDP_SHARES[1:2],
        "All information-processing equipment and software",
        "全部信息处理设备与软件",
    ),
    (
        analysis.GDP_SHARES[2:],
        "Computers, networks, data centres, software, R&D",
        "计算机、通信设备、数据中心、软件与研发，按实际值计",
    ),
)
GROWTH_PANELS = (
    (analysis.GROWTH_POINTS, "Added to growth [percentage points]", "对增长的贡献[百分点]"),
    (analysis.GROWTH_SHARES, "Share of the growth there was [%]", "占实际发生的增长的份额[%]"),
    (
        analysis.GROWTH_RATES,
        "Growth as a whole, and without it [%]",
        "整体增长率及剔除后的增长率[%]",
    ),
)
BORROWING_PANELS = (
    (
        analysis.BORROWING[:4],
        "The five largest, beside all US corporate bonds [USD]",
        "五大企业的债券与债务，对照全美公司债[美元]",
    ),
    (
        analysis.BORROWING[4:],
        "One data centre: Hyperion [USD]",
        "单个数据中心：海伯利安[美元]",
    ),
    (
        analysis.BORROWING_GROWTH,
        "Growth of investment-grade borrowing within a year [%]",
        "投资级借款同比增幅[%]",
    ),
)


def quarters(frame: pd.DataFrame, *, lang: str = "en", as_of: str = "") -> go.Figure:
    """Draw capital spending by company and quarter under one definition, gaps included.

    Parameters
    ----------
    frame
        :func:`planlib.analysis.capex.by_quarter`.
    """
    stated = frame[frame["is_stated"]]
    style.require_rows(stated, "capex-quarters")
    names, words = tables.names_of("actors", lang), tables.words(lang)
    ends = analysis.latest(frame)
    rows = math.ceil(len(ends) / PANELS_A_ROW)
    columns = min(PANELS_A_ROW, len(ends))
    height = PANEL_HEIGHT * rows + PANEL_GAP * (rows - 1)
    figure = Drawing.panels(
        rows, columns, shared="y", column_gap=0.03, row_gap=PANEL_GAP / height,
        titles=[_company_title(end, names, lang) for end in tables.records(ends)],
        font={"size": 12, "color": style.INK}, yshift=4,
    )  # fmt: skip
    of_company = tables.grouped(tables.records(frame), "actor_id")
    for i, company in enumerate(ends["actor_id"]):
        where = {"row": i // PANELS_A_ROW + 1, "col": i % PANELS_A_ROW + 1}
        _draw_quarters(figure, of_company[company], names[company], lang, where)
    figure.update_layout(barmode="overlay")
    spells = sorted(frame["quarter"].unique())
    first = [q for q in spells if q.endswith("Q1")]
    figure.update_xaxes(
        type="category", categoryorder="array", categoryarray=spells,
        range=[-0.6, len(spells) - 0.4], tickvals=first,
        ticktext=[q[:4] for q in first], tickfont={"size": 12},
    )  # fmt: skip
    top = stated["capex_usd_bn"].max()
    ticks = [t for t in (0, 10, 20, 30, 40, 50, 75, 100) if t <= top * 1.1]
    figure.update_yaxes(
        tickvals=ticks, ticktext=[wording.number(t * analysis.USD_A_BILLION, lang) for t in ticks],
        range=[-0.05 * top, top * 1.08], tickfont={"size": 12},
    )  # fmt: skip
    largest = stated.loc[stated["capex_usd_bn"].idxmax()]
    missing, whole = len(frame) - len(stated), len(frame)
    definition = words[str(frame["definition"].iloc[0])]
    sum_ = _usd(largest["capex_usd_bn"], lang)
    when = wording.period(largest["quarter"], lang)
    return style.frame_chart(
        figure,
        name="capex-quarters",
        title=choose(
            lang,
            f"The largest quarter: {names[largest['actor_id']]}, {sum_} in {when}; for {missing} "
            f"of {whole} company quarters no figure was found",
            f"单季最高：{names[largest['actor_id']]}{when}的{sum_}；"
            f"{whole}个公司季度中有{missing}个未找到数字",
        ),
        subtitle=choose(
            lang,
            f"Capital spending by company and quarter, US dollars of the time. One definition: "
            f"{definition.lower()}. Same scale for all",
            f"按公司与季度的资本支出，当期美元。只用一种口径：{definition}。各图同一刻度",
        ),
        note=choose(
            lang,
            "A missing quarter is a gap, not a zero. Fiscal quarters stand in the nearest calendar "
            "quarter. All spending of these companies, not on AI alone. No source read gives GDP "
            "in dollars beside these sums; shares of GDP are shown apart, each by its definition.",
            "缺失的季度留空，不作零计。财季归入最接近的日历季度。所示为各公司全部资本支出，不限于AI。"
            "所读来源未同时给出以美元计的GDP；占GDP的比重另图按各自口径列出。",
        ),
        alt=choose(
            lang,
            f"Bars for {len(ends)} companies over {len(spells)} quarters; largest {sum_}; "
            f"{missing} quarters missing.",
            f"{len(ends)}家公司{len(spells)}个季度的柱形图；最高{sum_}；缺{missing}个季度。",
        ),
        rows={"capex": list(stated["capex_id"])},
        lang=lang,
        as_of=as_of,
        height=height,
        key=_quarter_key(frame, lang),
        head=40,
        left=80,
    )  # fmt: skip


def _usd(billions: float, lang: str) -> str:
    return wording.amount(billions * analysis.USD_A_BILLION, "USD", lang, digits=2)


def _company_title(end: Any, names: dict[str, str], lang: str) -> str:
    sum_ = _usd(end.capex_usd_bn, lang)
    when = wording.period(end.quarter, lang)
    detail = choose(lang, f"{when}: {sum_}", f"{when}：{sum_}")
    name = wording.wrap(names[end.actor_id], 30, lines=1)
    return f"<b>{name}</b><br><span style='color:{style.GREY_TEXT}'>{detail}</span>"


def _draw_quarters(
    figure: Drawing, quarters: list[Any], name: str, lang: str, where: dict[str, int]
) -> None:
    words = tables.words(lang)
    stated = [q for q in quarters if q.is_stated]
    for is_derived in (False, True):
        bars = [q for q in stated if (q.is_derived is True) == is_derived]
        if not bars:
            continue
        hatched = {"shape": "/", "fgcolor": style.ACCENT, "bgcolor": style.PAPER, "size": 4}
        solid = [style.ACCENT if b.attested == "verified" else style.PAPER for b in bars]
        figure.add_bar(
            x=[b.quarter for b in bars], y=[b.capex_usd_bn for b in bars], name=name,
            marker={
                "color": solid, "line": {"color": style.ACCENT, "width": 1.3},
                **({"pattern": hatched} if is_derived else {}),
            },
            text=[style.dagger("", "capex", b.capex_id) for b in bars],
            textposition="outside", textangle=0, cliponaxis=False,
            textfont={"size": 12, "color": style.INK},
            hovertext=[
                style.hover([
                    choose(lang, f"{name}, {wording.period(b.quarter, lang)}",
                           f"{name}，{wording.period(b.quarter, lang)}"),
                    _usd(b.capex_usd_bn, lang), words[str(b.definition)],
                    choose(lang, "fiscal quarter: ", "财季：")
                    + wording.period(str(b.fiscal_label), lang),
                    choose(lang, "derived from a year", "由全年推算") if is_derived else "",
                ], ("capex", b.capex_id, "capex_usd_bn"), lang=lang)
                for b in bars
            ],
            hoverinfo="text", **where,
        )  # fmt: skip
    gaps = [q.quarter for q in quarters if not q.is_stated]
    if gaps:
        figure.add_scatter(
            x=gaps, y=[0.0] * len(gaps), mode="markers", cliponaxis=False,
            name=choose(lang, f"{name}: no figure", f"{name}：无数字"),
            marker={"symbol": "x-thin-open", "size": 6, "color": style.NO_RECORD,
                    "line": {"width": 1.2, "color": style.NO_RECORD}},
            hovertext=[
                style.hover([
                    choose(lang, f"{name}, {wording.period(q, lang)}",
                           f"{name}，{wording.period(q, lang)}"),
                    choose(lang, "no figure found: not a zero", "未找到数字，并非为零"),
                ])
                for q in gaps
            ],
            hoverinfo="text", **where,
        )  # fmt: skip


def _quarter_key(frame: pd.DataFrame, lang: str) -> list[style.Mark]:
    stated = frame[frame["is_stated"]]
    counts = stated["attested"].value_counts()
    derived = int(stated["is_derived"].fillna(False).sum())
    entries = (
        (
            "□",
            "reported by pages we did not read",
            "见于未读原文的报道",
            counts["reported"] - derived,
        ),
        ("■", "verified in a text we read", "在我们读过的文本中核实", counts["verified"]),
        ("▒", "derived from a year's total", "由全年总额推算", derived),
        ("×", "no figure found", "未找到数字", len(frame) - len(stated)),
    )
    return [
        style.Mark(choose(lang, f"{en} ({n})", f"{zh}（{n}）"),
                   style.NO_RECORD if glyph == "×" else style.ACCENT, glyph)
        for glyph, en, zh, n in entries if n
    ]  # fmt: skip


def growth_by_company(ends: pd.DataFrame, *, lang: str = "en", as_of: str = "") -> go.Figure:
    """Draw how much more each company spends than a year before: its last quarter, its last four.

    Parameters
    ----------
    ends
        :func:`planlib.analysis.capex.latest`.
    """
    style.require_rows(ends, "capex-growth")
    names, words = tables.names_of("actors", lang), tables.words(lang)
    kinds = {
        "year_on_year_pct": ("circle-open", "last quarter against the same quarter a year before",
                             "最近一季对上年同季"),
        "trailing_change_pct": ("square-open", "last four quarters against the four before",
                                "最近四季对此前四季"),
    }  # fmt: skip
    known = ends[list(kinds)].max(axis=1).fillna(0)
    figure = Drawing()
    for row, most in zip(tables.records(ends), known, strict=True):
        figure.add_scatter(
            x=[0, most], y=[row.actor_id] * 2, mode="lines", hoverinfo="skip",
            line={"color": style.GRID, "width": 2},
        )  # fmt: skip
    for column, (symbol, en, zh) in kinds.items():
        drawn = ends[ends[column].notna()]
        figure.add_scatter(
            x=drawn[column], y=drawn["actor_id"], mode="markers", name=choose(lang, en, zh),
            marker={"symbol": symbol, "size": 12, "color": style.ACCENT,
                    "line": {"width": 2, "color": style.ACCENT}},
            hovertext=[
                style.hover([names[r.actor_id],
                             f"{choose(lang, en, zh)}{choose(lang, ': ', '：')}"
                             f"{_change(getattr(r, column))}"],
                            ("capex", r.capex_id, "capex_usd_bn"), lang=lang)
                for r in tables.records(drawn)
            ],
            hoverinfo="text", cliponaxis=False,
        )  # fmt: skip
    figure.add_scatter(
        x=known, y=ends["actor_id"], mode="text", hoverinfo="skip", cliponaxis=False,
        text=["   " + _growth_label(row, lang) for row in tables.records(ends)],
        textposition="middle right", textfont={"size": 12, "color": style.INK},
    )  # fmt: skip
    ceiling = max(50.0, float(known.max()))
    ticks = [t for t in range(0, 1000, 50) if t <= ceiling * 1.05]
    figure.update_xaxes(
        showgrid=True, gridcolor=style.GRID, tickvals=ticks, ticktext=[f"{t}%" for t in ticks],
        range=[min(0.0, float(ends[list(kinds)].min().min())) * 1.1 - 2, ceiling * 1.75],
    )  # fmt: skip
    style.label_rows(
        figure,
        list(ends["actor_id"]),
        [_spent_label(row, names, lang) for row in tables.records(ends)],
    )
    compared = ends[ends["year_on_year_pct"].notna()]
    half = int((compared["year_on_year_pct"] > 50).sum())
    definition = words[str(ends["definition"].iloc[0])]
    return style.frame_chart(
        figure,
        name="capex-growth",
        title=choose(
            lang,
            f"{half} of {len(compared)} companies with figures a year apart spend over half more "
            "than a year before",
            f"可作同比的{len(compared)}家公司中，{half}家的支出比一年前多出一半以上",
        ),
        subtitle=choose(
            lang,
            f"Change of capital spending, %, dollars of the time, not adjusted for prices. "
            f"Definition: {definition.lower()}",
            f"资本支出变化，%，当期美元，未扣除价格因素。口径：{definition}",
        ),
        note=choose(
            lang,
            "Computed by planlib from the quarters above. Four quarters are added up only where "
            "all four are stated; companies may end in different quarters, so rows do not add up.",
            "由planlib据上图各季度推算。只有四个季度俱全才求和；各公司最近季度不同，各行不可相加。",
        ),
        alt=choose(
            lang,
            f"Dot plot of the growth of {len(compared)} companies; {half} above 50%.",
            f"{len(compared)}家公司增幅的点图；{half}家超过50%。",
        ),
        rows={"capex": list(ends["capex_id"])},
        lang=lang,
        as_of=as_of,
        height=ROW_HEIGHT * len(ends),
        key=[
            style.Mark(choose(lang, en, zh), style.ACCENT, style.GLYPHS[symbol])
            for symbol, en, zh in kinds.values()
        ],
        left=330,
    )  # fmt: skip


def _change(pct: float) -> str:
    return f"{'+' if pct >= 0 else '−'}{abs(pct):.0f}%"


def _growth_label(row: Any, lang: str) -> str:
    said = []
    if pd.notna(row.year_on_year_pct):
        said.append(choose(lang, "quarter ", "单季") + _change(row.year_on_year_pct))
    if pd.notna(row.trailing_change_pct):
        said.append(choose(lang, "four quarters ", "四季") + _change(row.trailing_change_pct))
    if not said:
        return choose(lang, "no figure of a year before", "没有一年前的数字")
    return choose(lang, ", ", "，").join(said)


def _spent_label(row: Any, names: dict[str, str], lang: str) -> str:
    when = wording.period(row.quarter, lang)
    if pd.notna(row.trailing_usd_bn):
        sum_ = _usd(row.trailing_usd_bn, lang)
        detail = choose(lang, f"four quarters to {when}: {sum_}", f"截至{when}的四季：{sum_}")
    else:
        sum_ = _usd(row.capex_usd_bn, lang)
        detail = choose(
            lang, f"{when}: {sum_}; four quarters not all stated", f"{when}：{sum_}；四季不全"
        )
    name = style.dagger(names[row.actor_id], "capex", row.capex_id)
    return f"{name}<br><span style='color:{style.GREY_TEXT}'>{detail}</span>"


def guidance(revisions: pd.DataFrame, *, lang: str = "en", as_of: str = "") -> go.Figure:
    """Draw what companies said they would spend, statement by statement, one panel a definition.

    Parameters
    ----------
    revisions
        :func:`planlib.analysis.capex.guidance_revisions`.
    """
    style.require_rows(revisions, "capex-guidance")
    names, words = tables.names_of("actors", lang), tables.words(lang)
    panels = [(str(d), rows) for d, rows in revisions.groupby("definition", observed=True)]
    heights = [26 * len(rows) for _, rows in panels]
    height = sum(heights) + PANEL_GAP * (len(panels) - 1)
    figure = Drawing.panels(
        len(panels), heights=heights, shared="x", row_gap=PANEL_GAP / height,
        titles=[f"<b>{words[d]}</b>" for d, _ in panels],
        x=0, xanchor="left", font={"size": 13, "color": style.INK}, yshift=4,
    )  # fmt: skip
    for panel, (_, rows) in enumerate(panels, 1):
        _draw_guidance(figure, rows, panel, names, lang)
    top = revisions["high_usd_bn"].where(revisions["high_usd_bn"] < math.inf).max()
    top = max(float(top), float(revisions["low_usd_bn"].max()))
    ticks = [t for t in range(0, 2000, 50) if t <= top * 1.02]
    figure.update_xaxes(
        showgrid=True, gridcolor=style.GRID, tickvals=ticks, showticklabels=True,
        ticktext=[wording.number(t * analysis.USD_A_BILLION, lang) for t in ticks],
        range=[0, top * 1.55],
    )  # fmt: skip
    counts = revisions["revision"].value_counts()
    changed = int(len(revisions) - counts["first"])
    return style.frame_chart(
        figure,
        name="capex-guidance",
        title=choose(
            lang,
            f"{counts['raised']} of {changed} revisions of guidance went up, {counts['lowered']} "
            "down",
            f"{changed}次指引修订中，{counts['raised']}次上调，{counts['lowered']}次下调",
        ),
        subtitle=choose(
            lang,
            "What companies said they would spend in a year or quarter, by the day on which they "
            "said it, US dollars; a bar is the range given, a ring one figure",
            "各公司表示将在某年或某季支出的金额，按表述日期，美元；横条为所给区间，圆圈为单一数字",
        ),
        note=choose(
            lang,
            "Guidance is a plan, not spending. Definitions stand in panels of their own and are "
            "not compared. Hollow: reported by pages we did not read. Fiscal years are the "
            "company's own.",
            "指引是计划，不是实际支出。不同口径分栏列示，不作比较。空心：见于未读原文的报道。财年为公司自身财年。",
        )
        + _reclassified(revisions, lang),
        alt=choose(
            lang,
            f"{len(revisions)} dated statements of guidance by {revisions['actor_id'].nunique()} "
            "companies as ranges.",
            f"{revisions['actor_id'].nunique()}家公司{len(revisions)}次指引的区间图。",
        ),
        rows={"capex_guidance": list(revisions["capex_guidance_id"])},
        lang=lang,
        as_of=as_of,
        height=height,
        key=[
            style.Mark(choose(lang, f"{words[w]} ({counts[w]})", f"{words[w]}（{counts[w]}）"),
                       REVISION_COLOURS[w], "□")
            for w in analysis.REVISIONS if counts[w]
        ],
        head=26,
        left=330,
    )  # fmt: skip


def _reclassified(revisions: pd.DataFrame, lang: str) -> str:
    if not revisions["capex_guidance_id"].isin(analysis.RECLASSIFIED).any():
        return ""
    return choose(
        lang,
        " The lower figure of Microsoft is reported as a change of lease accounting, with "
        "expectations unchanged.",
        "据报，微软数字的下调是租赁会计口径变化所致，预期并未改变。",
    )


def _draw_guidance(
    figure: Drawing, rows: pd.DataFrame, panel: int, names: dict[str, str], lang: str
) -> None:
    where = {"row": panel, "col": 1}
    words = tables.words(lang)
    for row in tables.records(rows):
        colour = REVISION_COLOURS[str(row.revision)]
        fill = colour if row.attested == "verified" else style.PAPER
        label = _range(row, lang)
        if row.revision != "first":
            label += f" · {words[str(row.revision)].lower()}"
        hover = style.hover([
            choose(lang, f"{names[row.actor_id]}, {wording.period(row.period, lang)}",
                   f"{names[row.actor_id]}，{wording.period(row.period, lang)}"),
            label, wording.day(row.stated_date, lang, str(row.stated_precision)),
        ], ("capex_guidance", row.capex_guidance_id, "value"), lang=lang)  # fmt: skip
        marked = style.dagger(label, "capex_guidance", row.capex_guidance_id)
        end = row.high_usd_bn if math.isfinite(row.high_usd_bn) else row.low_usd_bn
        if end > row.low_usd_bn:
            figure.add_bar(
                x=[end - row.low_usd_bn], base=[row.low_usd_bn], y=[row.capex_guidance_id],
                orientation="h", width=0.5, hovertext=hover, hoverinfo="text",
                marker={"color": fill, "line": {"color": colour, "width": 2}}, **where,
            )  # fmt: skip
        else:
            figure.add_scatter(
                x=[end], y=[row.capex_guidance_id], mode="markers",
                hovertext=hover, hoverinfo="text",
                marker={"symbol": "circle", "size": 11, "color": fill,
                        "line": {"color": colour, "width": 2}}, **where,
            )  # fmt: skip
        figure.add_scatter(
            x=[end], y=[row.capex_guidance_id], mode="text", text=[f"   {marked}"],
            textposition="middle right", textfont={"size": 12, "color": style.INK},
            hoverinfo="skip", cliponaxis=False, **where,
        )  # fmt: skip
    labels, before = [], None
    for row in tables.records(rows):
        day = wording.day(row.stated_date, lang, str(row.stated_precision))
        own = (row.actor_id, row.period)
        name = wording.wrap(names[row.actor_id], 24, lines=1)
        head = choose(lang, f"<b>{name}, {wording.period(row.period, lang)}</b> · ",
                      f"<b>{name} {wording.period(row.period, lang)}</b> · ")  # fmt: skip
        grey = f"<span style='color:{style.GREY_TEXT}'>{day}</span>"
        labels.append((head if own != before else "") + grey)
        before = own
    style.label_rows(figure, list(rows["capex_guidance_id"]), labels, **where)


def _range(row: Any, lang: str) -> str:
    low = row.low_usd_bn * analysis.USD_A_BILLION
    if not math.isfinite(row.high_usd_bn) or row.high_usd_bn <= row.low_usd_bn:
        return wording.amount(low, "USD", lang, str(row.qualifier))
    high = wording.number(row.high_usd_bn * analysis.USD_A_BILLION, lang)
    # 195–205 billion: the word that both share is written once.
    word = high.lstrip("0123456789.,")
    begin = wording.number(low, lang).removesuffix(word)
    return choose(lang, f"USD {begin}–{high}", f"{begin}–{high}美元")


def gdp_share(
    frame: pd.DataFrame, others: pd.DataFrame, *, lang: str = "en", as_of: str = ""
) -> go.Figure:
    """Draw shares of US GDP, one panel a definition, beside the peak of the dot-com years.

    Parameters
    ----------
    frame
        :func:`planlib.analysis.capex.share_of_gdp`.
    others
        :func:`planlib.analysis.capex.differing`.
    """
    figure, layout = _indicators(frame, others, GDP_PANELS, lang, one_scale=True)
    wide = frame[frame["series"] == analysis.GDP_SHARES[1]].sort_values("period")
    style.require_rows(wide, "gdp-share")
    peak, newest = wide.iloc[0], wide.iloc[-1]
    at_peak, now = (wording.amount(r["value"], "percent", lang) for r in (peak, newest))
    return style.frame_chart(
        figure,
        name="gdp-share",
        title=choose(
            lang,
            f"By the one definition that has a dot-com peak, the share of GDP stood at {now} in "
            f"{wording.period(newest['period'], lang)}, after {at_peak} in "
            f"{wording.period(peak['period'], lang)}",
            "按唯一有互联网泡沫峰值可比的口径，占GDP比重"
            f"{wording.period(newest['period'], lang)}为{now}，"
            f"{wording.period(peak['period'], lang)}为{at_peak}",
        ),
        subtitle=choose(
            lang,
            "Share of United States GDP, %, by definition; figures of different panels do not "
            "compare",
            "占美国GDP的比重，%，按口径分栏；不同栏的数字不可相比",
        ),
        note=choose(
            lang,
            "The wider the definition, the larger the share and the less of it is AI. A statement "
            "that spending passed the dot-com years compares narrow infrastructure then and now; "
            "on investment in equipment and software as a whole it had not.",
            "口径越宽，比重越大，其中AI的成分越少。“已超过互联网泡沫时期”之说，比的是当时与现在的狭义基础设施；"
            "按设备与软件投资整体计，则尚未超过。",
        )
        if newest["value"] < peak["value"]
        else "",
        alt=choose(
            lang,
            f"{len(frame)} shares of GDP in {len(GDP_PANELS)} panels, from "
            f"{frame['value'].min():g}% to {frame['value'].max():g}%.",
            f"{len(GDP_PANELS)}种口径下{len(frame)}个占GDP比重，{frame['value'].min():g}%至"
            f"{frame['value'].max():g}%。",
        ),
        rows={"indicators": list(frame["indicator_id"])},
        lang=lang,
        as_of=as_of,
        **layout,
    )


def growth_contribution(
    frame: pd.DataFrame, others: pd.DataFrame, *, lang: str = "en", as_of: str = ""
) -> go.Figure:
    """Draw what AI spending is said to add to growth, its share of it, and growth without it.

    Parameters
    ----------
    frame
        :func:`planlib.analysis.capex.growth`.
    others
        :func:`planlib.analysis.capex.differing`.
    """
    figure, layout = _indicators(frame, others, GROWTH_PANELS, lang)
    shares = frame[frame["series"].isin(analysis.GROWTH_SHARES)]
    style.require_rows(shares, "growth-contribution")
    low, high = (wording.amount(v, "percent", lang) for v in (shares["value"].min(),
                                                              shares["value"].max()))  # fmt: skip
    silent = int(frame["value"].isna().sum())
    return style.frame_chart(
        figure,
        name="growth-contribution",
        title=choose(
            lang,
            f"From {low} to {high} of growth: the share ascribed to AI spending hangs on the "
            "definition and the months counted",
            f"归于AI支出的增长份额从{low}到{high}不等，取决于口径与所算月份",
        ),
        subtitle=choose(
            lang,
            "Contribution to the growth of real GDP of the United States, by source and "
            "definition; each panel has its own scale",
            "对美国实际GDP增长的贡献，按来源与口径；各栏刻度不同",
        ),
        note=choose(
            lang,
            "Growth accounting is no counterfactual: without AI the money might have gone "
            "elsewhere. Business investment as a whole is shown as a bound, not as AI. "
            + (f"Statements without a figure, in the table only: {silent}." if silent else ""),
            "增长核算并非反事实推断：若无AI，资金可能投向他处。全部企业投资只作上限参照，并非AI。"
            + (f"没有数字的说法{silent}条，仅列于表中。" if silent else ""),
        ),
        alt=choose(
            lang,
            f"{len(frame) - silent} figures on growth in {len(GROWTH_PANELS)} panels.",
            f"{len(GROWTH_PANELS)}栏共{len(frame) - silent}个增长数字。",
        ),
        rows={"indicators": list(frame["indicator_id"])},
        lang=lang,
        as_of=as_of,
        **layout,
    )


def borrowing(
    frame: pd.DataFrame, others: pd.DataFrame, *, lang: str = "en", as_of: str = ""
) -> go.Figure:
    """Draw what is borrowed for AI, beside the whole market for corporate bonds.

    Parameters
    ----------
    frame
        :func:`planlib.analysis.capex.borrowing`.
    others
        :func:`planlib.analysis.capex.differing`.
    """
    figure, layout = _indicators(frame, others, BORROWING_PANELS, lang)
    bonds = frame[(frame["series"] == analysis.BORROWING[0]) & (frame["kind"] == "actual")]
    style.require_rows(bonds, "borrowing")
    first, last = bonds.iloc[0], bonds.iloc[-1]
    before, after = (wording.amount(r["value"], "USD", lang) for r in (first, last))
    return style.frame_chart(
        figure,
        name="borrowing",
        title=choose(
            lang,
            f"The five largest issued {after} of US bonds in "
            f"{wording.period(last['period'], lang)}, against {before} a year in "
            f"{wording.period(first['period'], lang)}",
            f"五大企业{wording.period(last['period'], lang)}发行美国公司债{after}，"
            f"{wording.period(first['period'], lang)}年均为{before}",
        ),
        subtitle=choose(
            lang,
            "Bonds and debt of Amazon, Alphabet, Meta, Microsoft and Oracle, a project, and the "
            "growth of borrowing, as each source counts; each panel has its own scale",
            "亚马逊、Alphabet、Meta、微软与甲骨文的债券与债务，一个项目，以及借款增幅，按各来源口径；"
            "各栏刻度不同",
        ),
        note=choose(
            lang,
            "Counts overlap and are not added up. A forecast is not issuance. The whole market is "
            "drawn so that the sums have a measure; it is one bank's expectation.",
            "各项统计互有重叠，不可相加。预测不是发行。一并画出整个市场，是为给金额一个尺度；该数为一家银行的预期。",
        ),
        alt=choose(
            lang,
            f"{len(frame)} figures on borrowing in {len(BORROWING_PANELS)} panels; bonds rose from "
            f"{before} a year to {after}.",
            f"{len(BORROWING_PANELS)}栏共{len(frame)}个借款数字；债券由年均{before}升至{after}。",
        ),
        rows={"indicators": list(frame["indicator_id"])},
        lang=lang,
        as_of=as_of,
        **layout,
    )


Panels = Sequence[tuple[tuple[str, ...], str, str]]


def _indicators(
    frame: pd.DataFrame,
    others: pd.DataFrame,
    panels: Panels,
    lang: str,
    *,
    one_scale: bool = False,
) -> tuple[Drawing, dict[str, Any]]:
    """Draw indicators as dots from zero, one panel a group of series; return what frames them."""
    drawn = [
        (choose(lang, en, zh), frame[frame["series"].isin(series) & frame["value"].notna()])
        for series, en, zh in panels
    ]
    drawn = [(title, rows) for title, rows in drawn if len(rows)]
    style.require_rows(pd.concat([frame.iloc[:0], *(rows for _, rows in drawn)]), "indicators")
    heights = [TALL_ROW * len(rows) for _, rows in drawn]
    gap = PANEL_GAP // 2
    height = sum(heights) + gap * (len(drawn) - 1)
    figure = Drawing.panels(
        len(drawn), heights=heights, row_gap=gap / height,
        titles=[f"<b>{title}</b>" for title, _ in drawn],
        x=0, xanchor="left", font={"size": 13, "color": style.INK}, yshift=2,
    )  # fmt: skip
    tops = [
        _draw_indicators(figure, rows, others, panel, lang)
        for panel, (_, rows) in enumerate(drawn, 1)
    ]
    for panel, top in enumerate(tops, 1):
        end = max(tops) if one_scale else top
        figure.update_xaxes(showticklabels=False, range=[0, end * 2.3], row=panel, col=1)
    every = pd.concat([rows for _, rows in drawn])
    contested = others["indicator_id"].isin(every["indicator_id"]).any()
    return figure, {
        "height": height,
        "key": _indicator_key(every, bool(contested), lang),
        "head": 26,
        "left": LEFT,
    }


def _draw_indicators(
    figure: Drawing, rows: pd.DataFrame, others: pd.DataFrame, panel: int, lang: str
) -> float:
    """Draw one panel; return the largest value in it."""
    where = {"row": panel, "col": 1}
    names, words = tables.names_of("actors", lang), tables.words(lang)
    title, basis = ("title_zh", "basis_zh") if lang == "zh" else ("title", "basis")
    rivals_of = tables.grouped(tables.records(others), "indicator_id")
    listed = tables.records(rows)
    tops = []
    for row in listed:
        cell = ("indicators", row.indicator_id, "value")
        rivals = rivals_of.get(row.indicator_id, [])
        values = [rival.value for rival in rivals]
        top = max([row.value, *values])
        tops.append(top)
        figure.add_scatter(
            x=[0, row.value], y=[row.indicator_id] * 2, mode="lines", hoverinfo="skip",
            line={"color": style.ACCENT, "width": 2}, **where,
        )  # fmt: skip
        if len(rivals):
            figure.add_scatter(
                x=values, y=[row.indicator_id] * len(rivals), mode="markers",
                marker={"symbol": "x-thin-open", "size": 9, "color": style.NO_RECORD,
                        "line": {"width": 2, "color": style.NO_RECORD}},
                hovertext=[
                    style.hover([evidence.short_title(r.source_id, lang),
                                 wording.amount(r.value, str(row.unit), lang)], cell, lang=lang)
                    for r in rivals
                ],
                hoverinfo="text", **where,
            )  # fmt: skip
        figure.add_scatter(
            x=[row.value], y=[row.indicator_id], mode="markers",
            name=words[str(row.attested)],
            marker={"symbol": _symbol(row), "size": 11, "color": style.ACCENT,
                    "line": {"width": 2, "color": style.ACCENT}},
            hovertext=style.hover([
                getattr(row, title), wording.amount(row.value, str(row.unit), lang),
                getattr(row, basis), names.get(row.actor_id, ""),
                words[str(row.kind)],
            ], cell, lang=lang),
            hoverinfo="text", cliponaxis=False, **where,
        )  # fmt: skip
        figure.add_scatter(
            x=[top], y=[row.indicator_id], mode="text", hoverinfo="skip", cliponaxis=False,
            text=["   " + _figure_of(row, values, lang)], textposition="middle right",
            textfont={"size": 12, "color": style.INK}, **where,
        )  # fmt: skip
    labels = [_two_texts(getattr(r, title), getattr(r, basis)) for r in listed]
    style.label_rows(figure, [r.indicator_id for r in listed], labels, **where)
    return max(tops)


def _two_texts(title: str, basis: str) -> str:
    first = wording.wrap(title, 62, lines=2)
    detail = wording.wrap(basis, 66, lines=1 if "<br>" in first else 2)
    return f"{first}<br><span style='color:{style.GREY_TEXT}'>{detail}</span>"


def _symbol(row: Any) -> str:
    shape = "square" if row.kind == "forecast" else "circle"
    return shape if row.attested == "verified" else f"{shape}-open"


def _figure_of(row: Any, rivals: Sequence[float], lang: str) -> str:
    unit = "" if row.unit == "point" else str(row.unit)
    word = "" if pd.isna(row.qualifier) else str(row.qualifier)
    figure = style.dagger(wording.amount(row.value, unit, lang, word), "indicators",
                          row.indicator_id)  # fmt: skip
    said = f"<b>{figure}</b>"
    said += f" · {wording.period(row.period, lang)}"
    if len(rivals):
        told = wording.listed((wording.amount(v, unit, lang) for v in rivals), lang)
        said += choose(lang, f"<br>   another source: {told}", f"<br>   另一来源：{told}")
    return said


def _indicator_key(frame: pd.DataFrame, contested: bool, lang: str) -> list[style.Mark]:
    counts = Counter(_symbol(row) for row in tables.records(frame))
    entries = {
        "circle": ("verified in a text we read", "在我们读过的文本中核实"),
        "circle-open": ("reported by a page we did not read", "见于未读原文的报道"),
        "square": ("forecast, verified", "预测，已核实"),
        "square-open": ("forecast, reported", "预测，见于报道"),
    }
    marks = [
        style.Mark(choose(lang, f"{en} ({counts[s]})", f"{zh}（{counts[s]}）"), style.ACCENT,
                   style.GLYPHS[s])
        for s, (en, zh) in entries.items() if s in counts
    ]  # fmt: skip
    if contested:
        marks.append(style.Mark(choose(lang, "another source says", "另有来源称"),
                                style.NO_RECORD, "×"))  # fmt: skip
    return marks


def build_out(parts: pd.DataFrame, *, lang: str = "en", as_of: str = "") -> go.Figure:
    """Draw who is expected to pay for data centres: parts of one bank's forecast.

    Parameters
    ----------
    parts
        :func:`planlib.analysis.capex.build_out`.
    """
    style.require_rows(parts, "build-out")
    whole = wording.amount(parts["value"].sum(), "USD", lang)
    own, credit = (
        parts[parts["indicator_id"].str.endswith(end)].iloc[0]
        for end in ("own-cash", "private-credit")
    )
    label, basis = ("title_zh", "basis_zh") if lang == "zh" else ("title", "basis")
    solid = [w == "verified" for w in parts["attested"]]
    figure = Drawing()
    figure.add_bar(
        x=parts["value"], y=parts["indicator_id"], orientation="h",
        marker={
            "color": [style.ACCENT if s else style.PAPER for s in solid],
            "line": {"color": style.ACCENT, "width": 2},
        },
        text=[
            "  " + style.dagger(f"{wording.amount(r.value, 'USD', lang)} · "
                                f"{r.share_of_whole_pct:.0f}%", "indicators", r.indicator_id)
            for r in tables.records(parts)
        ],
        textposition="outside", textfont={"size": 13, "color": style.INK}, cliponaxis=False,
        hovertext=[
            style.hover([getattr(r, label), getattr(r, basis)],
                        ("indicators", r.indicator_id, "value"), lang=lang)
            for r in tables.records(parts)
        ],
        hoverinfo="text",
        )  # fmt: skip
    figure.update_xaxes(visible=False, range=[0, parts["value"].max() * 1.4])
    short = [str(t).partition("：" if lang == "zh" else ": ")[2] or str(t) for t in parts[label]]
    style.label_rows(figure, list(parts["indicator_id"]),
                     [wording.wrap(t[:1].upper() + t[1:], 46, lines=2) for t in short])  # fmt: skip
    teller = tables.names_of("actors", lang)[str(parts["actor_id"].iloc[0])]
    span = wording.period(parts["period"].iloc[0], lang)
    return style.frame_chart(
        figure,
        name="build-out",
        title=choose(
            lang,
            f"Of {whole} for data centres, {teller} expects {own['share_of_whole_pct']:.0f}% from "
            f"the companies' own cash and {credit['share_of_whole_pct']:.0f}% from private credit",
            f"{teller}预计，{whole}的数据中心支出中，{own['share_of_whole_pct']:.0f}%来自企业自有现金流，"
            f"{credit['share_of_whole_pct']:.0f}%来自私人信贷",
        ),
        subtitle=choose(
            lang,
            f"Expected funding of the worldwide build-out of data centres, {span}, US dollars; "
            "shares of the whole computed by planlib",
            f"{span}全球数据中心建设的预计资金来源，美元；占比由planlib推算",
        ),
        note=choose(
            lang,
            "One bank's forecast for the world over these years, not money raised; it cannot be "
            "set against one year of US GDP. Hollow: reported by pages we did not read.",
            "这是一家银行对这些年全球支出的预测，并非已筹得的资金，不能与美国某一年的GDP相比。空心：见于未读原文的报道。",
        ),
        alt=choose(
            lang,
            f"Bars of {len(parts)} parts of {whole}.",
            f"{whole}的{len(parts)}个组成部分的条形图。",
        ),
        rows={"indicators": [*parts["indicator_id"], analysis.BUILD_OUT]},
        lang=lang,
        as_of=as_of,
        height=ROW_HEIGHT * len(parts),
        left=330,
    )


def bank_lending(frame: pd.DataFrame, *, lang: str = "en", as_of: str = "") -> go.Figure:
    """Draw the share of private funds in banks' promises to non-banks, as parts of 100%.

    Parameters
    ----------
    frame
        :func:`planlib.analysis.capex.bank_lending`.
    """
    style.require_rows(frame, "bank-lending")
    first, last = frame.iloc[0], frame.iloc[-1]
    then, now = (
        wording.amount(r["value"], "percent", lang, str(r["qualifier"])) for r in (first, last)
    )
    colours = [style.ACCENT if w == "verified" else style.PAPER for w in frame["attested"]]
    keys = list(frame["indicator_id"])
    amounts = [wording.amount(r.value, "percent", lang, str(r.qualifier))
               for r in tables.records(frame)]  # fmt: skip
    basis = frame[tables.text_column("basis", lang)]
    figure = Drawing()
    figure.add_bar(
        x=frame["value"], y=keys, orientation="h", hoverinfo="text",
        hovertext=[
            style.hover([amount, text], ("indicators", key, "value"), lang=lang)
            for amount, text, key in zip(amounts, basis, keys, strict=True)
        ],
        marker={"color": colours, "line": {"color": style.ACCENT, "width": 2}},
    )  # fmt: skip
    figure.add_bar(
        x=100 - frame["value"],
        y=keys,
        orientation="h",
        hoverinfo="skip",
        marker={"color": style.GRID, "line": {"color": style.GRID, "width": 2}},
    )
    figure.add_scatter(
        x=frame["value"], y=keys, mode="text", hoverinfo="skip",
        text=[
            "  " + style.dagger(amount, "indicators", key)
            for amount, key in zip(amounts, keys, strict=True)
        ],
        textposition="middle right", textfont={"size": 14, "color": style.INK},
    )  # fmt: skip
    figure.update_layout(barmode="stack")
    figure.update_xaxes(
        range=[0, 100], tickvals=[0, 25, 50, 75, 100],
        ticktext=["0%", "25%", "50%", "75%", "100%"],
    )  # fmt: skip
    style.label_rows(figure, keys, [wording.period(p, lang) for p in frame["period"]], size=14)
    return style.frame_chart(
        figure,
        name="bank-lending",
        title=choose(
            lang,
            f"Private funds: {now} of what large banks promise to non-banks in "
            f"{wording.period(last['period'], lang)}, {then} in "
            f"{wording.period(first['period'], lang)}; not of all bank lending",
            "大型银行对非银机构的贷款承诺中，私募基金"
            f"{wording.period(last['period'], lang)}占{now}，"
            f"{wording.period(first['period'], lang)}占{then}；并非占全部银行贷款",
        ),
        subtitle=choose(
            lang,
            "Private equity and private credit funds' share of the loan commitments of large US "
            "banks to non-bank financial institutions, %",
            "私募股权与私人信贷基金占美国大型银行对非银行金融机构贷款承诺的比例，%",
        ),
        note=choose(
            lang,
            "The whole bar is commitments to non-bank financial institutions, itself only a part "
            "of what banks lend. How much of it pays for AI is not stated.",
            "整条为对非银行金融机构的贷款承诺，其本身只是银行贷款的一部分。其中多少用于AI，来源未载明。",
        ),
        alt=choose(
            lang,
            f"Two bars of 100%: private funds take {then}, then {now}.",
            f"两条100%的条形：私募基金先占{then}，后占{now}。",
        ),
        rows=evidence.rows_of(frame),
        lang=lang,
        as_of=as_of,
        height=130,
        key=[
            style.Mark(choose(lang, "private equity and private credit funds, verified",
                              "私募股权与私人信贷基金，已核实"), style.ACCENT, "■"),
            style.Mark(choose(lang, "other non-bank financial institutions", "其他非银行金融机构"),
                       "#b9c3c9", "■"),
        ],
        left=110,
    )  # fmt: skip
