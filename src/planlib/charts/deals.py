"""Charts of deals: terms side by side, quota scenarios, pledges, and whether numbers fit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

import pandas as pd

from planlib import contract, evidence, style, tables, views, wording
from planlib.analysis import deals as analysis
from planlib.analysis import quantity
from planlib.drawing import Drawing
from planlib.wording import choose

if TYPE_CHECKING:
    import plotly.graph_objects as go

FAMILIES = {
    "power": ("Power of sites [MW]", "园区功率[兆瓦]"),
    "gpu_count": ("Accelerators [GPUs]", "加速芯片[张]"),
    "money": ("Money pledged or announced [US dollars]", "承诺或宣布的金额[美元]"),
}
STAGE_SYMBOLS = {
    "pledged": "circle-open", "announced": "circle-open", "authorised": "triangle-up",
    "contracted": "circle", "shipped": "square", "operating": "square", "stalled": "x-thin-open",
}  # fmt: skip
RECIPIENT_COLOURS = {"all": "#7d3a60", "share": "#c46f9e"}
ROW_HEIGHT = 36
# What a reader may assume on a page.
YEARS = range(1, 11)
TAKE_UPS = (25.0, 50.0, 75.0, 100.0)
SHARES = (10.0, 30.0, 40.0, 50.0)
OVERHEADS = (1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2.0)
# Between panels: the labels of one axis and the title of the next panel.
PANEL_GAP = 70


def terms_compared(
    compared: pd.DataFrame, countries: list[str], *, lang: str = "en", as_of: str = ""
) -> go.Figure:
    """Draw the quantities of countries' deals side by side, one panel a kind of quantity.

    Parameters
    ----------
    compared
        :func:`planlib.analysis.deals.compared` with ``low`` and ``high``.
    countries
        Countries drawn, ISO 3166-1 alpha-3, in order.
    """
    names, deals = tables.names_of("actors", lang), tables.names_of("deals", lang)
    panels = []
    numbered = analysis.comparable(compared)
    for term, (en, zh) in FAMILIES.items():
        rows = numbered[numbered["term"] == term]
        if len(rows):
            order = rows.assign(c=rows["country_id"].map(countries.index))
            panels.append(
                (choose(lang, en, zh), order.sort_values(["c", "value"], ascending=[True, False]))
            )
    drawn = pd.concat([compared.iloc[:0], *(rows for _, rows in panels)])
    style.require_rows(drawn, "terms")
    heights = [ROW_HEIGHT * len(rows) for _, rows in panels]
    height = sum(heights) + PANEL_GAP * (len(panels) - 1)
    figure = Drawing.panels(
        len(panels), heights=heights, row_gap=PANEL_GAP / height,
        titles=[f"<b>{title}</b>" for title, _ in panels],
        x=0, xanchor="left", font={"size": 13, "color": style.INK}, yshift=4,
    )  # fmt: skip
    for i, (_, rows) in enumerate(panels, 1):
        _draw_terms(figure, i, rows, deals, lang)
    counts = {c: int((drawn["country_id"] == c).sum()) for c in countries}
    called = {c: wording.with_article(names[c], lang) for c in countries}
    both = wording.listed(called.values(), lang)
    missing = int((~compared["is_stated"]).sum())
    return style.frame_chart(
        figure,
        name="terms",
        title=choose(
            lang,
            f"{both[0].upper()}{both[1:]}: what the announcements state, term by term",
            f"{both}：各项公告所载条款逐条对照",
        ),
        subtitle=choose(
            lang,
            "Announced quantities on logarithmic scales; "
            + wording.listed((f"{n} terms for {called[c]}" for c, n in counts.items()), lang),
            "公布的数量，对数刻度；"
            + wording.listed((f"{names[c]}{n}条" for c, n in counts.items()), lang),
        ),
        note=choose(
            lang,
            "Hollow: pledged or announced. Triangle: licence granted. A dash reaches as far as the "
            "wording leaves open (“up to”, “several”). Terms are not added up: many are parts of "
            "others."
            + (f" {missing} terms that only one side states are in the table." if missing else ""),
            "空心：承诺或宣布；三角形：已获许可。横线表示措辞留下的范围（“最多”“数十万”）。"
            "各条款不相加，许多互为部分。" + (f"仅一方载明的{missing}项见表。" if missing else ""),
        ),
        alt=choose(
            lang,
            f"Dot plots of {len(drawn)} announced terms of {both} in {len(panels)} panels.",
            f"{both}共{len(drawn)}条公布条款的点图，分{len(panels)}栏。",
        ),
        rows={"deal_terms": list(compared["deal_term_id"].dropna())},
        lang=lang,
        as_of=as_of,
        height=height,
        key=_country_key(countries, lang, "▬") + _stage_key(drawn, lang),
        head=24,
        left=340,
    )  # fmt: skip


def _country_key(countries: Iterable[str], lang: str, glyph: str = "■") -> list[style.Mark]:
    names = tables.names_of("actors", lang)
    return [
        style.Mark(names[c], style.colour(c, style.COUNTRY_COLOURS), glyph)
        for c in dict.fromkeys(countries)
    ]


def _stage_key(drawn: pd.DataFrame, lang: str) -> list[style.Mark]:
    words = tables.words(lang)
    present = set(drawn["stage"].dropna())
    stages: dict[str, list[str]] = {}
    for stage, symbol in STAGE_SYMBOLS.items():
        if stage in present:
            stages.setdefault(style.GLYPHS[symbol], []).append(words[stage])
    return [style.Mark(" / ".join(t), style.GREY_TEXT, glyph) for glyph, t in stages.items()]


def term_label(deal: str, condition: object, *, before: str = "", columns: int = 50) -> str:
    """Name a term to the reader in two lines: the deal, and in grey what the figure is about."""
    first = wording.wrap(deal, columns, lines=1)
    detail = "" if condition is None or pd.isna(condition) else str(condition)
    second = wording.wrap((before + detail).strip(), columns, lines=1)
    return f"{first}<br><span style='color:{style.GREY_TEXT}'>{second}</span>" if second else first


def _draw_terms(
    figure: Drawing, panel: int, rows: pd.DataFrame, deals: dict[str, str], lang: str
) -> None:
    condition = tables.text_column("condition", lang)
    words = tables.words(lang)
    floor, ceiling = rows["value"].min() / 3, rows["value"].max() * 3
    listed = tables.records(rows)
    for row in listed:
        colour = style.colour(row.country_id, style.COUNTRY_COLOURS)
        low, high = max(row.low, floor), min(row.high, ceiling)
        label = wording.amount(row.value, str(row.unit), lang, str(row.qualifier))
        cell = ("deal_terms", str(row.deal_term_id))
        if high > low:
            figure.add_scatter(
                x=[low, high], y=[row.deal_term_id] * 2, mode="lines", hoverinfo="skip",
                line={"color": colour, "width": 2, "dash": "dot"},
                row=panel, col=1,
            )  # fmt: skip
        at = math.sqrt(row.low * row.high) if row.qualifier == "several" else row.value
        is_open = row.qualifier in ("several", "at_least")
        figure.add_scatter(
            x=[at], y=[row.deal_term_id], mode="markers+text",
            text=[" " * (1 if is_open else 2) + style.dagger(label, *cell)],
            textposition="top right" if is_open else "middle right",
            textfont={"size": 12, "color": style.INK},
            marker={
                "size": 11, "color": colour, "symbol": STAGE_SYMBOLS[str(row.stage)],
                "line": {"width": 2, "color": colour},
            },
            hovertext=style.hover(
                [deals[row.deal_id], label, getattr(row, condition), words[str(row.stage)]],
                (*cell, "value"), lang=lang,
            ),
            hoverinfo="text", cliponaxis=False, row=panel, col=1,
        )  # fmt: skip
    powers = range(math.ceil(math.log10(floor)), math.floor(math.log10(ceiling)) + 1)
    # Room at the right for the label of the largest value.
    figure.update_xaxes(
        type="log", row=panel, col=1, showgrid=True, gridcolor=style.GRID,
        tickvals=[10**p for p in powers], ticktext=[wording.number(10**p, lang) for p in powers],
        range=[math.log10(floor), math.log10(ceiling * 20)],
    )  # fmt: skip
    labels = [term_label(deals[r.deal_id], getattr(r, condition)) for r in listed]
    style.label_rows(figure, [r.deal_term_id for r in listed], labels, row=panel, col=1)


def supply_scenario(
    scenario: pd.DataFrame,
    inputs: analysis.SupplyInputs,
    *,
    utilisation_pct: float,
    kw_per_gpu: float,
    pue: float,
    share_pct: float | None = None,
    lang: str = "en",
    as_of: str = "",
) -> go.Figure:
    """Draw how many GPUs a yearly supply adds up to, and the power that they would draw.

    Parameters
    ----------
    scenario
        :func:`planlib.analysis.deals.scenario`.
    inputs
        :func:`planlib.analysis.deals.supply_inputs`: what the terms state.
    utilisation_pct, kw_per_gpu, pue
        Assumed take-up [%], power for each GPU [kW], assumed overhead [1].
    share_pct
        Share of one recipient [%] that is assumed; None: the one that the terms state.
    """
    figure = Drawing.panels(
        1, 2, column_gap=0.11,
        titles=[
            choose(lang, "<b>GPUs, cumulative</b>", "<b>累计GPU数</b>"),
            choose(lang, "<b>Power at the end of the year [MW]</b>", "<b>年末所需功率[兆瓦]</b>"),
        ],
        font={"size": 13, "color": style.INK}, yshift=6,
    )  # fmt: skip
    share = analysis.share_taken(inputs, share_pct)
    labels = {
        "all": choose(lang, "all recipients", "全部接收方"),
        "share": _recipient(inputs, share, lang),
    }
    inputs_behind = _supply_cells(inputs, share)
    colours = RECIPIENT_COLOURS if inputs.origin == "quoted" else {"all": style.ACCENT}
    for group, rows in scenario.groupby("recipient_group", sort=False):
        for column, values in ((1, rows["cumulative_gpus"]), (2, rows["facility_mw"])):
            figure.add_scatter(
                x=rows["year"].astype(str), y=values, mode="lines+markers+text",
                line={"color": colours[group], "width": 2.5, "dash": "dash"},
                marker={"size": 8, "color": colours[group]},
                text=[""] * (len(values) - 1) + [wording.number(values.iloc[-1], lang)],
                textposition="top left", textfont={"size": 13, "color": style.INK},
                name=labels[group], cliponaxis=False,
                hovertext=[
                    style.hover([f"{year}{choose(lang, ': ', '：')}{wording.number(value, lang)}"],
                                *inputs_behind, lang=lang)
                    for year, value in zip(rows["year"], values, strict=True)
                ],
                hoverinfo="text", row=1, col=column,
            )  # fmt: skip
    for column, values in ((1, scenario["cumulative_gpus"]), (2, scenario["facility_mw"])):
        ticks = _round_ticks(values.max())
        figure.update_yaxes(
            tickvals=ticks, ticktext=[wording.number(v, lang) for v in ticks],
            range=[0, _above(values.max())], row=1, col=column,
        )  # fmt: skip
    figure.update_xaxes(type="category")
    last = scenario[scenario["recipient_group"] == "all"].iloc[-1]
    words = _supply_words(
        inputs,
        origin=_supply_origin(inputs, share, lang),
        years=wording.amount(float(scenario["year"].nunique()), "year", lang),
        total=wording.number(last["cumulative_gpus"], lang),
        megawatts=wording.amount(last["facility_mw"], "MW", lang),
        utilisation=f"{utilisation_pct:g}",
        basis=_basis_of(kw_per_gpu, lang),
        kw=f"{kw_per_gpu:g}",
        pue=f"{pue:g}",
        lang=lang,
    )
    present = [g for g in labels if (scenario["recipient_group"] == g).any()]
    return style.frame_chart(
        figure,
        name="supply-scenario",
        **words,
        rows={"deal_terms": list(inputs.term_ids)},
        lang=lang,
        as_of=as_of,
        height=330,
        key=[style.Mark(labels[g], colours[g], "●") for g in present] if len(present) > 1 else [],
        head=26,
        left=80,
    )


def _basis_of(kw_per_gpu: float, lang: str) -> str:
    """Say whether a chip has this documented system power; any other number is an assumption."""
    if (tables.load("chips")["system_kw_per_gpu"] == kw_per_gpu).any():
        return choose(lang, "From chip documents", "芯片资料")
    return choose(lang, "Also assumed", "另设")


def _recipient(inputs: analysis.SupplyInputs, share_pct: float, lang: str) -> str:
    """Name the one recipient of a share, with the share and how it is known."""
    g42 = tables.names_of("actors", lang)["g42"]
    if share_pct == inputs.share_pct:
        return choose(lang, f"{g42} ({share_pct:g}%)", f"{g42}（{share_pct:g}%）")
    return choose(lang, f"{g42} ({share_pct:g}%, assumed)", f"{g42}（{share_pct:g}%，假设）")


def _supply_origin(inputs: analysis.SupplyInputs, share_pct: float, lang: str) -> str:
    """Say which of the inputs is quoted and which computed; a share that nobody states, neither."""
    if inputs.origin != "quoted":
        return choose(
            lang,
            "Computed: the largest announced total, spread evenly over its years.",
            "推算：将公布的最大总量平均分摊到所述年数。",
        )
    if share_pct == inputs.share_pct:
        return choose(
            lang,
            f"Quoted: quota and {share_pct:g}% share.",
            f"引用：年度配额与{share_pct:g}%份额。",
        )
    g42 = tables.names_of("actors", lang)["g42"]
    return choose(
        lang,
        f"Quoted: quota. Share of {g42}: {share_pct:g}% assumed, {inputs.share_pct:g}% stated.",
        f"引用：年度配额。{g42}份额：假设{share_pct:g}%，来源所载{inputs.share_pct:g}%。",
    )


def _supply_cells(inputs: analysis.SupplyInputs, share_pct: float) -> list[evidence.Cell]:
    """Return the cells that the numbers rest on; a share that is assumed rests on none."""
    ids = inputs.term_ids if share_pct == inputs.share_pct else inputs.term_ids[:1]
    return [("deal_terms", key, "value") for key in ids]


def _supply_note(inputs: analysis.SupplyInputs, lang: str) -> str:
    """Word the trap beside the supply."""
    if inputs.origin != "quoted":
        return choose(
            lang,
            "A scenario, not a forecast: the announcement is an upper limit and gives no yearly "
            "numbers. After its years the lines stay level, since no more was announced. An "
            "announcement is neither a licence nor a shipment.",
            "这是情景推算而非预测：公告给出的是上限，没有逐年数字。"
            "所述年数之后折线持平，因为没有公布更多。宣布既不是许可，也不是交付。",
        )
    return choose(
        lang,
        "A scenario, not a forecast. No text of the quota was published; reports differ on how "
        "long it runs. The ten years in the sources are the term of the investment framework, "
        "not of the quota. A quota is not a shipment.",
        "这是情景推算而非预测。配额文本从未公布，其期限各报道不一。"
        "来源中的“十年”是投资框架的期限，不是配额的期限。配额不等于交付。",
    )


def _supply_title(
    inputs: analysis.SupplyInputs,
    years: str,
    total: str,
    megawatts: str,
    utilisation: str,
    lang: str,
) -> str:
    """Word what the supply comes to; of an announced total, never more than was announced."""
    yearly = wording.number(inputs.gpus_per_year, lang)
    if inputs.origin == "quoted":
        return choose(
            lang,
            f"{yearly} GPUs a year for {years} at a take-up of {utilisation}% would be {total} "
            f"GPUs and {megawatts}",
            f"每年{yearly}张、共{years}、落实率{utilisation}%，将累计{total}张GPU，需要{megawatts}",
        )
    most = wording.amount(inputs.gpus_per_year * inputs.stated_years, "gpu", lang, "up_to")
    span = wording.amount(inputs.stated_years, "year", lang)
    return choose(
        lang,
        f"{most[0].upper()}{most[1:]} are announced over {span}; at a take-up of {utilisation}% "
        f"that would be {total} and {megawatts} after {years}",
        f"公布的是{span}内{most}；落实率{utilisation}%时，{years}后累计{total}张，需要{megawatts}",
    )


def _supply_words(
    inputs: analysis.SupplyInputs,
    *,
    origin: str,
    years: str,
    total: str,
    megawatts: str,
    utilisation: str,
    basis: str,
    kw: str,
    pue: str,
    lang: str,
) -> dict[str, str]:
    """Word what the supply comes to, and what is quoted, computed or assumed of it."""
    return {
        "title": _supply_title(inputs, years, total, megawatts, utilisation, lang),
        "subtitle": origin
        + choose(
            lang,
            f" Assumed: {years}, take-up {utilisation}%, overhead (PUE) {pue}. "
            f"{basis}: {kw} kW for each GPU",
            f"假设：{years}、落实率{utilisation}%、能耗系数PUE {pue}。{basis}：每张GPU {kw}千瓦",
        ),
        "note": _supply_note(inputs, lang),
        "alt": choose(
            lang,
            f"Two rising lines from {inputs.start_year} on: cumulative GPUs, reaching {total} "
            f"after {years}, and the power that they would draw then, {megawatts}.",
            f"自{inputs.start_year}年起的两组上升折线：累计GPU数，{years}后达{total}张；"
            f"届时所需功率为{megawatts}。",
        ),
    }


def supply_controls(
    inputs: analysis.SupplyInputs,
    *,
    years: int,
    utilisation_pct: float,
    kw_per_gpu: float,
    pue: float,
    share_pct: float | None = None,
    lang: str = "en",
) -> dict[str, Any]:
    """Return what a reader may set of :func:`supply_scenario` without a kernel.

    Parameters
    ----------
    inputs
        :func:`planlib.analysis.deals.supply_inputs`.
    years, utilisation_pct, kw_per_gpu, pue, share_pct
        The assumptions [year, %, kW, 1, %] of the figure as it is made; choices beside the usual
        ones if they are none of them. There is no share to set where no term states one.
    """
    chips = tables.load("chips")
    chips["chip"] = chips["chip_id"].map(tables.names_of("chips", lang))
    documented = chips[chips["system_kw_per_gpu"].notna()].sort_values("system_kw_per_gpu")
    powers = {
        kw: choose(lang, f"{kw:g} kW, {name}", f"{kw:g}千瓦，{name}")
        for kw, name in tables.cells(documented, "system_kw_per_gpu", "chip")
    }
    powers |= {kw_per_gpu: powers.get(kw_per_gpu, wording.amount(kw_per_gpu, "kW", lang))}
    choices: dict[str, dict[Any, str]] = {
        "years": {n: wording.amount(float(n), "year", lang) for n in YEARS},
        "utilisation_pct": {p: f"{p:g}%" for p in sorted({*TAKE_UPS, utilisation_pct})},
        "kw_per_gpu": powers,
        "pue": {p: f"{p:g}" for p in sorted({*OVERHEADS, pue})},
    }
    g42 = tables.names_of("actors", lang)["g42"]
    share, stated = analysis.share_taken(inputs, share_pct), inputs.share_pct
    if stated < 100:
        choices["share_pct"] = {
            p: f"{p:g}%" + (choose(lang, " (stated)", "（来源所载）") if p == stated else "")
            for p in sorted({*SHARES, stated, share})
        }
    titles = {
        "years": choose(lang, "Years (assumed)", "年数（假设）"),
        "utilisation_pct": _take_up(inputs, lang),
        "kw_per_gpu": choose(lang, "Power for each GPU", "每张GPU功率"),
        "pue": choose(lang, "Overhead, PUE (assumed)", "能耗系数PUE（假设）"),
        "share_pct": choose(lang, f"Share of {g42}", f"{g42}份额"),
    }
    at_first = {"years": years, "utilisation_pct": utilisation_pct, "kw_per_gpu": kw_per_gpu,
                "pue": pue, "share_pct": share}  # fmt: skip
    found = views.Views(
        *(
            views.control(
                name, titles[name], list(labels.items()), at_first[name],
                kind="menu" if name == "kw_per_gpu" else "slider",
            )
            for name, labels in choices.items()
        )
    )  # fmt: skip
    grid = analysis.scenario_grid(inputs, **{name: list(c) for name, c in choices.items()})
    _supply_changes(found, grid, inputs, lang)
    return found.as_json()


def _take_up(inputs: analysis.SupplyInputs, lang: str) -> str:
    if inputs.origin == "quoted":
        return choose(lang, "Take-up of the quota (assumed)", "配额落实率（假设）")
    return choose(lang, "Take-up of the total (assumed)", "总量落实率（假设）")


def _supply_changes(
    found: views.Views, grid: pd.DataFrame, inputs: analysis.SupplyInputs, lang: str
) -> None:
    """Say what the assumptions change: lines, axes, words and table."""
    spans = {
        "gpus": ("utilisation_pct",),
        "cumulative_gpus": ("utilisation_pct",),
        "it_mw": ("utilisation_pct", "kw_per_gpu"),
        "facility_mw": ("utilisation_pct", "kw_per_gpu", "pue"),
    }
    groups = list(grid["recipient_group"].unique())
    field = {"name": "", "type": "number", "unit": ""}
    numbers: dict[tuple[str, str], views.Ref] = {}
    texts: dict[tuple[str, str], views.Ref] = {}
    for column, assumed in spans.items():
        for group, of_group in grid.groupby("recipient_group", sort=False):
            over = ("share_pct", *assumed) if group == "share" else assumed
            rows = of_group.drop_duplicates([*over, "n"])
            written = {
                v: contract.cell_text(v, field, lang) for v in rows[column].unique().tolist()
            }
            # Of each combination the years stand together, as many of each.
            series = rows[column].to_numpy().reshape(-1, rows["n"].nunique()).tolist()
            numbers[group, column] = found.values(over, series)
            texts[group, column] = found.values(over, [[written[v] for v in s] for s in series])
    calendar = [str(y) for y in grid["year"].unique()]
    year = found.values((), [calendar]).upto("years")
    of_all = {column: texts["all", column].at("years") for column in spans}
    shares = list(dict.fromkeys(grid["share_pct"][grid["recipient_group"] == groups[-1]]))
    over_shares = ["share_pct"] if "share" in groups else []
    # Plotly fills in the year and the number; what they rest on is the same for every point.
    point = choose(lang, "%{x}: %{customdata}", "%{x}：%{customdata}")
    pointed = found.values(
        over_shares,
        (style.hover([point], *_supply_cells(inputs, s), lang=lang) for s in shares),
    )
    for n, group in enumerate(groups):
        for panel, column in enumerate(("cumulative_gpus", "facility_mw")):
            trace = f"data.{2 * n + panel}"
            label = texts[group, column].at("years")
            found.change(f"{trace}.x", year)
            found.change(f"{trace}.y", numbers[group, column].upto("years"))
            found.change(f"{trace}.text", found.at_end("years", label))
            found.change(f"{trace}.customdata", texts[group, column].upto("years"))
            found.change(f"{trace}.hovertemplate", f"{pointed}<extra></extra>")
    tops = grid[grid["recipient_group"] == "all"]
    for axis, column in (("yaxis", "cumulative_gpus"), ("yaxis2", "facility_mw")):
        over = (*spans[column], "years")
        largest = tops.drop_duplicates([*spans[column], "n"])[column].tolist()
        ticks = [_round_ticks(v) for v in largest]
        labels = {t: wording.number(t, lang) for t in set(chain.from_iterable(ticks))}
        found.change(f"layout.{axis}.tickvals", found.values(over, ticks))
        texts_of = ([labels[t] for t in own] for own in ticks)
        found.change(f"layout.{axis}.ticktext", found.values(over, texts_of))
        found.change(f"layout.{axis}.range.1", found.values(over, map(_above, largest)))
    powers = list(grid["kw_per_gpu"].unique())
    written = {
        name: found.values([name], [f"{v:g}" for v in grid[name].unique()])
        for name in ("utilisation_pct", "kw_per_gpu", "pue")
    }
    if "share" in groups:
        owner = str(found.values(over_shares, (_recipient(inputs, s, lang) for s in shares)))
        for path in ("layout.meta.planlib.key.1.text", "data.2.name", "data.3.name"):
            found.change(path, owner)
    origins = found.values(over_shares, (_supply_origin(inputs, s, lang) for s in shares))
    words = _supply_words(
        inputs,
        origin=str(origins),
        years=str(found.values(["years"], [i["label"] for i in found.inputs[0]["choices"]])),
        total=str(of_all["cumulative_gpus"]),
        megawatts=wording.with_unit(str(of_all["facility_mw"]), "MW", lang),
        utilisation=str(written["utilisation_pct"]),
        basis=str(found.values(["kw_per_gpu"], [_basis_of(kw, lang) for kw in powers])),
        kw=str(written["kw_per_gpu"]),
        pue=str(written["pue"]),
        lang=lang,
    )
    found.words({name: words[name] for name in ("title", "subtitle", "alt")})
    terms = tables.words(lang)
    named = [found.values((), [[terms[g]] * len(calendar)]).upto("years") for g in groups]
    found.change("table.0", found.joined([year] * len(groups)))
    found.change("table.1", found.joined(named))
    for place, column in enumerate(spans, 2):
        parts = [(texts[g, column], numbers[g, column]) for g in groups]
        found.change(f"table.{place}", found.joined([t.upto("years") for t, _ in parts]))
        found.change(f"order.{place}", found.joined([v.upto("years") for _, v in parts]))


def _above(largest: float) -> float:
    """Return where an axis ends that leaves room above the largest value; of nothing, at one."""
    return largest * 1.12 or 1.0


def _round_ticks(largest: float) -> list[float]:
    """Return round numbers from zero to the largest, three to five of them; of nothing, zero."""
    if not largest:
        return [0.0]
    rough = largest / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * n for n in (1, 2, 5, 10) if power * n >= rough)
    return [step * n for n in range(int(largest / step) + 1)]


def pledges(nested: pd.DataFrame, *, lang: str = "en", as_of: str = "") -> go.Figure:
    """Draw pledged money as wholes with their parts inside, never stacked on one another.

    Parameters
    ----------
    nested
        :func:`planlib.analysis.deals.nested`; only sums in US dollars are drawn.
    """
    names, deals = tables.names_of("actors", lang), tables.names_of("deals", lang)
    in_dollars = (nested["unit"] == "USD") & nested["value"].notna()
    frame = nested[in_dollars]
    style.require_rows(frame, "pledges")
    size = frame.groupby("root_id")["value"].transform("max")
    frame = frame.assign(size=size).sort_values(
        ["size", "root_id", "depth", "value"], ascending=[False, True, True, False]
    )
    condition = tables.text_column("condition", lang)
    rows = tables.records(frame)
    sums = {r.deal_term_id: r.value for r in rows}
    labels = [
        term_label(deals[r.deal_id], getattr(r, condition), before=_part_of(r, sums, lang))
        for r in rows
    ]
    figure = Drawing()
    for country, group in tables.grouped(rows, "country_id").items():
        figure.add_bar(
            x=[r.value for r in group],
            y=[r.deal_term_id for r in group],
            orientation="h",
            name=names[country],
            marker={
                "color": style.colour(country, style.COUNTRY_COLOURS),
                "opacity": [1.0 if r.depth == 0 else 0.45 for r in group],
            },
            text=[
                style.dagger(
                    wording.amount(r.value, "USD", lang, str(r.qualifier)),
                    "deal_terms",
                    r.deal_term_id,
                )
                for r in group
            ],
            textposition="outside",
            textfont={"size": 12, "color": style.INK},
            cliponaxis=False,
            hovertext=[
                style.hover(
                    [deals[r.deal_id], names[r.country_id], getattr(r, condition)],
                    ("deal_terms", r.deal_term_id, "value"),
                    lang=lang,
                )
                for r in group
            ],
            hoverinfo="text",
        )
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(visible=False, range=[0, frame["value"].max() * 1.3])
    style.label_rows(figure, list(frame["deal_term_id"]), labels)
    top = frame[frame["depth"] == 0].iloc[0]
    most = wording.amount(top["value"], "USD", lang)
    parts = int((frame["depth"] > 0).sum())
    return style.frame_chart(
        figure,
        name="pledges",
        title=choose(
            lang,
            f"The largest sum is {most}, tied to "
            f"{wording.with_article(names[top['country_id']], lang)}; {parts} of the {len(frame)} "
            "sums in dollars are parts of others",
            f"最大一笔为涉及{names[top['country_id']]}的{most}；"
            f"{len(frame)}笔美元金额中有{parts}笔是其他金额的组成部分",
        ),
        subtitle=choose(
            lang,
            "US dollars as announced; parts are lighter and stand under the whole that contains "
            "them",
            "公布金额，美元；组成部分以浅色列于其整体之下",
        ),
        note=choose(
            lang,
            "A pledge is not cash. The bars must not be added up: parts repeat their wholes, and "
            "wholes of different deals may overlap where no source says how.",
            "承诺不等于资金到位。各条不可相加：部分与整体重复，不同协议的整体之间也可能重叠，而来源未予说明。",
        )
        + _not_drawn(nested[~in_dollars], deals, lang),
        alt=choose(
            lang,
            f"Bars of {len(frame)} announced sums; the largest is {most}.",
            f"{len(frame)}笔公布金额的条形图；最大为{most}。",
        ),
        rows={"deal_terms": list(frame["deal_term_id"])},
        lang=lang,
        as_of=as_of,
        height=ROW_HEIGHT * len(frame),
        key=_country_key(frame["country_id"].unique(), lang),
        left=340,
    )  # fmt: skip


def _not_drawn(others: pd.DataFrame, deals: Mapping[str, str], lang: str) -> str:
    """Name the sums that the table lists and the bars in dollars cannot show."""
    if others.empty:
        return ""
    listed = wording.listed(
        (
            choose(lang, f"{deals[r.deal_id]} ({sum_})", f"{deals[r.deal_id]}（{sum_}）")
            for r in tables.records(others)
            for sum_ in [wording.amount(r.value, str(r.unit), lang, str(r.qualifier))]
        ),
        lang,
    )
    return choose(
        lang,
        f" In the table but not drawn, since not stated in dollars: {listed}.",
        f"列于表中但因非美元金额而未画出：{listed}。",
    )


def _part_of(row: Any, sums: Mapping[str, float], lang: str) -> str:
    if not row.depth or row.part_of_id not in sums:
        return ""
    sum_ = wording.amount(sums[row.part_of_id], "USD", lang)
    return choose(lang, f"part of the {sum_}: ", f"属于{sum_}：")


def fit(
    tests: pd.DataFrame, terms: pd.DataFrame, *, lang: str = "en", as_of: str = ""
) -> go.Figure:
    """Draw the power that announcements imply for each GPU against what a GPU needs.

    Parameters
    ----------
    tests
        :func:`planlib.analysis.deals.fit`.
    terms
        The deal terms named by the tests.
    """
    style.require_rows(tests, "fit")
    deals, words = tables.names_of("deals", lang), tables.words(lang)
    by_id = _by_id(terms)
    frame = tests.assign(
        middle=[
            math.sqrt(max(a, 1e-3) * (b if math.isfinite(b) else a))
            for a, b in tables.cells(tests, "kw_per_gpu_low", "kw_per_gpu_high")
        ]
    ).sort_values("middle", ascending=False)
    frame["y"] = frame["power_term_id"] + "|" + frame["gpu_term_id"]
    labels = [
        term_label(
            deals[r.deal_id],
            f"{_marked(by_id, r.power_term_id, lang)} ÷ {_marked(by_id, r.gpu_term_id, lang)}",
        )
        for r in tables.records(frame)
    ]
    low, high = frame["band_low"].min(), frame["band_high"].max()
    # A band for each row: what is needed depends on the chip, where one is named.
    figure = Drawing()
    figure.add_bar(
        x=frame["band_high"] - frame["band_low"], base=frame["band_low"], y=frame["y"],
        orientation="h", width=1, hoverinfo="skip",
        marker={"color": style.ACCENT, "opacity": 0.14, "line": {"width": 0}},
        )  # fmt: skip
    for verdict, group in frame.groupby("verdict"):
        figure.add_scatter(
            x=group["middle"],
            y=group["y"],
            mode="markers+text",
            name=f"{words[str(verdict)]} ({len(group)})",
            marker={"size": 11, "color": style.VERDICT_COLOURS[str(verdict)]},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": (group["kw_per_gpu_high"] - group["middle"]).clip(lower=0),
                "arrayminus": (group["middle"] - group["kw_per_gpu_low"]).clip(lower=0),
                "thickness": 2.5,
                "width": 0,
            },
            text=[_span(r.kw_per_gpu_low, r.kw_per_gpu_high) for r in tables.records(group)],
            textposition="top center",
            textfont={"size": 12, "color": style.INK},
            hovertext=[
                _quotient_hover(deals[r.deal_id], by_id, r.power_term_id, r.gpu_term_id, lang)
                for r in tables.records(group)
            ],
            hoverinfo="text",
        )
    figure.add_annotation(
        x=math.log10(low), xanchor="left", y=1, yref="paper", yanchor="bottom", showarrow=False,
        text=choose(lang, f"what a GPU needs: {low:.2g}–{high:.2g} kW",
                    f"一张GPU所需：{low:.2g}–{high:.2g}千瓦"),
        font={"size": 12, "color": style.ACCENT},
    )  # fmt: skip
    ends = (
        min(low, frame["kw_per_gpu_low"].min()) / 1.6,
        max(high, frame["middle"].max(), frame["kw_per_gpu_low"].max()) * 1.6,
    )
    ticks = [n * 10.0**p for p in range(-3, 4) for n in (1, 2, 5)]
    ticks = [t for t in ticks if ends[0] <= t <= ends[1]]
    figure.update_xaxes(
        type="log", showgrid=True, gridcolor=style.GRID,
        tickvals=ticks, ticktext=[f"{t:g}" for t in ticks],
        title={"text": choose(lang, "kilowatts for each GPU", "每张GPU千瓦数")},
        range=[math.log10(end) for end in ends],
    )  # fmt: skip
    style.label_rows(figure, list(frame["y"]), labels)
    misfits = frame[frame["verdict"] != "fits"]
    worst = wording.amount(frame["middle"].iloc[0], "kW", lang)
    return style.frame_chart(
        figure,
        name="fit",
        title=choose(
            lang,
            f"{len(misfits)} of {len(frame)} pairs of announced power and chips do not fit; the "
            f"most power implied for each GPU is {worst}",
            f"{len(frame)}组公布的功率与芯片数中有{len(misfits)}组不相符；折合每张GPU功率最高为{worst}",
        ),
        subtitle=choose(
            lang,
            "Announced power divided by announced GPUs of the same deal, kW for each GPU, "
            f"logarithmic scale; the band is documented system power times an assumed overhead of "
            f"{analysis.PUE_LOW:g} to {analysis.PUE_HIGH:g}",
            "同一协议公布功率除以公布GPU数，每张GPU千瓦数，对数刻度；色带为有据可查的系统功率"
            f"乘以假设的{analysis.PUE_LOW:g}至{analysis.PUE_HIGH:g}倍开销",
        ),
        note=choose(
            lang,
            "Not fitting does not mean that a number is false: power often belongs to the full "
            "build and chips to its first phase. Computed by planlib; “several” is read as "
            f"{quantity.SEVERAL_LOW} to {quantity.SEVERAL_HIGH} times.",
            "不相符并不表示数字有误：功率常指全部建成，而芯片数只指首期。由planlib推算；"
            f"“数十万”按{quantity.SEVERAL_LOW}至{quantity.SEVERAL_HIGH}倍计。",
        ),
        alt=choose(
            lang,
            f"Dot plot of {len(frame)} pairs against a band from {low:.2g} to {high:.2g} kW.",
            f"{len(frame)}组数字与{low:.2g}至{high:.2g}千瓦色带的点图。",
        ),
        rows={"deal_terms": [*frame["power_term_id"], *frame["gpu_term_id"]]},
        lang=lang,
        as_of=as_of,
        height=50 * len(frame),
        key=[
            style.Mark(f"{words[v]} ({n})", style.VERDICT_COLOURS[v], "●")
            for v, n in frame["verdict"].value_counts().items()
        ],
        head=22,
        left=340,
    )  # fmt: skip


def _by_id(terms: pd.DataFrame) -> dict[str, Any]:
    return {row.deal_term_id: row for row in tables.records(terms)}


def _printed(by_id: Mapping[str, Any], key: str, lang: str) -> str:
    row = by_id[key]
    return wording.amount(row.value, str(row.unit), lang, str(row.qualifier))


def _marked(by_id: Mapping[str, Any], key: str, lang: str) -> str:
    return style.dagger(_printed(by_id, key, lang), "deal_terms", key)


def _quotient_hover(deal: str, by_id: Mapping[str, Any], over: str, under: str, lang: str) -> str:
    """Show the two terms that a computed quotient rests on, each with its source."""
    return style.hover(
        [deal, f"{_printed(by_id, over, lang)} ÷ {_printed(by_id, under, lang)}"],
        ("deal_terms", over, "value"), ("deal_terms", under, "value"), lang=lang,
    )  # fmt: skip


def _span(low: float, high: float) -> str:
    if not math.isfinite(high):
        return f"≥ {low:.3g}"
    return f"{low:.3g}" if high <= low * 1.001 else f"{low:.2g}–{high:.2g}"


def fit_table(tests: pd.DataFrame, terms: pd.DataFrame, *, lang: str = "en") -> pd.DataFrame:
    """Spell the tests out for their table: both numbers as printed, the power implied, the need."""
    by_id = _by_id(terms)
    printed = {
        column: [_printed(by_id, key, lang) for key in tests[column]]
        for column in ("power_term_id", "gpu_term_id")
    }
    columns = ["deal_id", "power_term_id", "gpu_term_id", "kw_per_gpu_low", "kw_per_gpu_high",
               "band_low", "band_high", "verdict"]  # fmt: skip
    return tests.assign(**printed)[columns]


def equivalents(
    frame: pd.DataFrame, *, precision: str, lang: str = "en", as_of: str = ""
) -> go.Figure:
    """Draw announced GPU counts in H100-equivalents.

    Parameters
    ----------
    frame
        :func:`planlib.analysis.deals.equivalents`, with ``country_id``.
    precision
        The dense rating compared: ``bf16`` or ``fp8``.
    """
    deals, chips = tables.names_of("deals", lang), tables.names_of("chips", lang)
    names = tables.names_of("actors", lang)
    style.require_rows(frame, "h100-equivalents")
    frame = frame.sort_values("h100_equivalents", ascending=False)
    condition = tables.text_column("condition", lang)
    largest = frame.iloc[0]
    figure = Drawing()
    rows = tables.records(frame)
    for country, group in sorted(tables.grouped(rows, "country_id").items()):
        figure.add_bar(
            x=[r.h100_equivalents for r in group],
            y=[r.deal_term_id for r in group],
            orientation="h",
            name=names[country],
            marker={"color": style.colour(country, style.COUNTRY_COLOURS)},
            text=[
                style.dagger(_rounded(r.h100_equivalents, lang), "deal_terms", r.deal_term_id)
                for r in group
            ],
            textposition="outside",
            textfont={"size": 12, "color": style.INK},
            cliponaxis=False,
            hovertext=[
                style.hover([deals[r.deal_id], chips[r.chip_id],
                             wording.amount(r.value, "gpu", lang, str(r.qualifier))],
                            ("deal_terms", r.deal_term_id, "value"),
                            ("chips", r.chip_id, f"{precision}_dense_tflops"), lang=lang)
                for r in group
            ],
            hoverinfo="text",
        )  # fmt: skip
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(visible=False, range=[0, frame["h100_equivalents"].max() * 1.15])
    labels = [term_label(deals[r.deal_id], getattr(r, condition)) for r in rows]
    style.label_rows(figure, list(frame["deal_term_id"]), labels)
    name = precision.upper()
    most = _rounded(largest["h100_equivalents"], lang)
    return style.frame_chart(
        figure,
        name="h100-equivalents",
        title=choose(
            lang,
            f"The largest count of a named chip is worth {most} H100s: {deals[largest['deal_id']]}",
            f"点名芯片的最大一笔折合{most}张H100：{deals[largest['deal_id']]}",
        ),
        subtitle=choose(
            lang,
            f"H100-equivalents: announced accelerators times their dense {name} rating, divided by "
            "that of the H100 SXM; computed and rounded",
            f"H100当量：公布的加速芯片数乘以其{name}稠密算力，再除以H100 SXM的算力；推算值，已取整",
        ),
        note=choose(
            lang,
            "Only counts whose chip is named and rated. Equal ratings are not equal work: memory "
            "and network are left out. Upper limits are drawn at their limit.",
            "仅含点名芯片且有算力数据的条款。算力相等不等于效能相等：未计显存与网络。上限按上限值绘制。",
        ),
        alt=choose(
            lang,
            f"Bars of {len(frame)} announced chip counts in H100-equivalents.",
            f"{len(frame)}笔公布芯片数折合H100当量的条形图。",
        ),
        rows={
            "deal_terms": list(frame["deal_term_id"]),
            "chips": [*frame["chip_id"].unique(), "h100-sxm"],
        },
        lang=lang,
        as_of=as_of,
        height=ROW_HEIGHT * len(frame),
        key=_country_key(frame["country_id"].unique(), lang),
        left=340,
    )


def _rounded(value: float, lang: str) -> str:
    """Write a computed number without the digits that its inputs do not carry."""
    return wording.number(float(f"{value:.3g}"), lang)


def price_per_gpu(
    prices: pd.DataFrame, terms: pd.DataFrame, *, lang: str = "en", as_of: str = ""
) -> go.Figure:
    """Draw the dollars for each GPU that the announcements imply.

    Parameters
    ----------
    prices
        :func:`planlib.analysis.deals.price_per_gpu`.
    terms
        The deal terms named in it.
    """
    style.require_rows(prices, "price-per-gpu")
    deals, words = tables.names_of("deals", lang), tables.words(lang)
    by_id = _by_id(terms)
    frame = prices.sort_values("usd_per_gpu").reset_index(drop=True)
    keys = list(frame["money_term_id"] + "|" + frame["gpu_term_id"])
    figure = Drawing()
    figure.add_bar(
        x=frame["usd_per_gpu"],
        y=keys,
        orientation="h",
        marker={"color": style.ACCENT},
        text=[_dollars(v, lang) for v in frame["usd_per_gpu"]],
        textposition="outside",
        textfont={"size": 12, "color": style.INK},
        cliponaxis=False,
        hovertext=[
            _quotient_hover(deals[r.deal_id], by_id, r.money_term_id, r.gpu_term_id, lang)
            for r in tables.records(frame)
        ],
        hoverinfo="text",
    )
    low, high = frame["usd_per_gpu"].min(), frame["usd_per_gpu"].max()
    figure.update_xaxes(visible=False, range=[0, high * 1.25])
    labels = [
        term_label(
            deals[r.deal_id],
            f"{_marked(by_id, r.money_term_id, lang)} ÷ {_marked(by_id, r.gpu_term_id, lang)} · "
            f"{words[str(r.counted_as)]}",
            columns=62,
        )
        for r in tables.records(frame)
    ]
    style.label_rows(figure, keys, labels)
    return style.frame_chart(
        figure,
        name="price-per-gpu",
        title=choose(
            lang,
            f"Announced money for each announced GPU: {_dollars(low, lang)} to "
            f"{_dollars(high, lang)} in {wording.count_of(len(frame), lang, 'deal', '')}",
            f"公布金额折合每张GPU：{len(frame)}项协议，{_dollars(low, lang)}至"
            f"{_dollars(high, lang)}",
        ),
        subtitle=choose(
            lang,
            "Announced money divided by announced GPUs of the same deal, US dollars; all "
            "countries; computed and rounded",
            "同一协议公布金额除以公布GPU数，美元；所有国家和地区；推算值，已取整",
        ),
        note=choose(
            lang,
            "Not a price list: money often pays for sites, power and networks too, and no source "
            "says how much of it goes into chips.",
            "这不是价目表：金额往往还包括场地、电力与网络，没有来源说明其中多少用于芯片。",
        ),
        alt=choose(
            lang,
            f"Bars of {len(frame)} implied amounts for each GPU.",
            f"{len(frame)}个每GPU折合金额的条形图。",
        ),
        rows=evidence.rows_of(prices),
        lang=lang,
        as_of=as_of,
        height=44 * len(frame),
        left=410,
    )


def _dollars(value: float, lang: str) -> str:
    return wording.amount(float(f"{value:.3g}"), "USD", lang)


def price_table(prices: pd.DataFrame, terms: pd.DataFrame, *, lang: str = "en") -> pd.DataFrame:
    """Spell the prices out for their table: both numbers as printed, what the money is for."""
    by_id = _by_id(terms)
    printed = {
        column: [_printed(by_id, key, lang) for key in prices[column]]
        for column in ("money_term_id", "gpu_term_id")
    }
    return prices.assign(**printed)
