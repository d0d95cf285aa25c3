"""Charts of the Plan's recommended actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from planlib import evidence, style, tables, views, wording
from planlib.drawing import Drawing
from planlib.wording import choose

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_AGENCIES = 14
MATRIX_AGENCIES = 8
ROW_HEIGHT = 38
PALE = 0.18
PLACE = {"en": "America's AI Action Plan, July 2025", "zh": "《美国人工智能行动计划》，2025年7月"}


def plan_tree(
    tree: pd.DataFrame,
    chosen: pd.DataFrame | None = None,
    *,
    what: str = "",
    lang: str = "en",
    as_of: str = "",
) -> go.Figure:
    """Draw every action as one square, by section and pillar.

    Parameters
    ----------
    tree
        :func:`planlib.analysis.measures.tree`, one row an action.
    chosen
        Its rows of interest: the others are drawn pale. Default all.
    what
        What the chosen ones have in common, in words.
    """
    style.require_rows(tree, "plan-tree")
    chosen = tree if chosen is None else chosen
    style.require_rows(chosen, "plan-tree")
    pillars = tables.words(lang)
    actions = len(tree)
    distinct = int(tree["same_as_id"].isna().sum())
    sections = tree["section_id"].nunique()
    text = tables.text_column("section_title", lang)
    order = tree.drop_duplicates("section_id")
    labels = {
        row.section_id: wording.wrap(str(getattr(row, text)), 58, lines=2)
        for row in tables.records(order)
    }
    figure = Drawing()
    picked = set(chosen["measure_id"])
    for pillar, group in tree.groupby("pillar", observed=True):
        figure.add_scatter(
            x=group["action_no"],
            y=group["section_id"],
            mode="markers+text",
            text=[style.dagger("", "measures", key) for key in group["measure_id"]],
            textfont={"size": 12, "color": style.PAPER},
            name=f"{_pillar_no(pillar, lang)} · {pillars[pillar]}",
            marker={
                "symbol": "square",
                "size": 17,
                "color": style.PILLAR_COLOURS[pillar],
                "opacity": [1 if key in picked else PALE for key in group["measure_id"]],
            },
            customdata=group["measure_id"],
            hovertext=_action_hovers(group, lang),
            hoverinfo="text",
        )
    totals = tree.groupby("section_id").size()
    counts = chosen.groupby("section_id").size().reindex(totals.index).fillna(0).astype(int)
    figure.add_scatter(
        x=totals + 0.55,
        y=totals.index,
        mode="text",
        text=[f"{n}" if n else "" for n in counts],
        textposition="middle right",
        textfont={"size": 13, "color": style.GREY_TEXT},
        hoverinfo="skip",
    )
    style.label_rows(figure, list(labels), list(labels.values()))
    figure.update_xaxes(visible=False, range=[0.4, totals.max() + 2.6])
    return style.frame_chart(
        figure,
        name="plan-tree",
        title=_tree_title(tree, chosen, what, lang),
        subtitle=_tree_subtitle(lang),
        note=choose(
            lang,
            f"Counted by planlib, bullet by bullet; {distinct} of the {actions} are worded "
            "differently. No text prints this total.",
            f"由planlib逐条计数；{actions}项中有{distinct}项文字互不相同。没有文本印出该总数。",
        ),
        alt=choose(
            lang,
            f"Unit chart: {_pillar_counts(chosen, lang)}.",
            f"单位图：{_pillar_counts(chosen, lang)}。",
        ),
        rows={
            "measures": list(chosen["measure_id"]),
            "sections": list(order["section_id"]),
        },
        lang=lang,
        as_of=as_of,
        height=31 * sections,
        key=_pillar_key(lang),
        left=400,
    )


def plan_page(tree: pd.DataFrame, *, lang: str = "en", as_of: str = "") -> go.Figure:
    """Draw the whole Plan on half a page: sections in two columns, one square an action.

    Parameters
    ----------
    tree
        :func:`planlib.analysis.measures.tree`, one row an action.
    """
    style.require_rows(tree, "plan-page")
    text = tables.text_column("section_title", lang)
    order = tree.drop_duplicates("section_id")
    # The first pillar is about as long as the other two together.
    is_first = order["pillar"] == order["pillar"].iloc[0]
    columns = [order[is_first], order[~is_first]]
    figure = Drawing.panels(1, 2, column_gap=0.38)
    totals = tree.groupby("section_id").size()
    for column, sections in enumerate(columns, 1):
        rows = tree[tree["section_id"].isin(sections["section_id"])]
        where = {"row": 1, "col": column}
        for pillar, group in rows.groupby("pillar", observed=True):
            figure.add_scatter(
                x=group["action_no"], y=group["section_id"], mode="markers",
                name=f"{_pillar_no(pillar, lang)} · {tables.words(lang)[pillar]}",
                marker={"symbol": "square", "size": 14, "color": style.PILLAR_COLOURS[pillar]},
                customdata=group["measure_id"],
                hovertext=_action_hovers(group, lang),
                hoverinfo="text", **where,
            )  # fmt: skip
        counts = totals[sections["section_id"]]
        figure.add_scatter(
            x=counts + 0.5, y=counts.index, mode="text", text=counts.astype(str),
            textposition="middle right", textfont={"size": 12, "color": style.GREY_TEXT},
            hoverinfo="skip", **where,
        )  # fmt: skip
        labels = [wording.wrap(str(title), 40, lines=2) for title in sections[text]]
        # Both columns have the same rows, so that their squares stand in line.
        longest = max(len(part) for part in columns)
        style.label_rows(figure, list(sections["section_id"]), labels, **where)
        figure.update_yaxes(range=[len(sections) - longest - 0.6, len(sections) - 0.4], **where)
    figure.update_xaxes(visible=False, range=[0.4, totals.max() + 1.6])
    return style.frame_chart(
        figure,
        name="plan-page",
        title=_tree_title(tree, tree, "", lang),
        subtitle=_tree_subtitle(lang),
        note=choose(
            lang,
            "Counted by planlib, bullet by bullet; no text prints this total.",
            "由planlib逐条计数；没有文本印出该总数。",
        ),
        alt=choose(
            lang,
            f"Unit chart of the sections in two columns: {_pillar_counts(tree, lang)}.",
            f"分两列的各节单位图：{_pillar_counts(tree, lang)}。",
        ),
        rows={
            "measures": list(tree["measure_id"]),
            "sections": list(order["section_id"]),
        },
        lang=lang,
        as_of=as_of,
        height=36 * max(len(part) for part in columns),
        key=_pillar_key(lang),
        left=270,
    )


def _action_hovers(actions: pd.DataFrame, lang: str) -> list[str]:
    """Return what each square of an action says: its section, the action and its source."""
    texts = (tables.text_column(name, lang) for name in ("section_title", "summary"))
    cells = tables.cells(actions, "measure_id", *texts)
    return [
        style.hover([section, summary], ("measures", key, "*"), lang=lang)
        for key, section, summary in cells
    ]


def _tree_subtitle(lang: str) -> str:
    return choose(
        lang,
        f"Each square is one bullet under “Recommended Policy Actions”. {PLACE['en']}",
        f"每个方块代表“建议政策措施”下的一个要点。{PLACE['zh']}",
    )


def _tree_title(tree: pd.DataFrame, chosen: pd.DataFrame, what: str, lang: str) -> str:
    sections, pillars = tree["section_id"].nunique(), tree["pillar"].nunique()
    if len(chosen) == len(tree):
        return choose(
            lang,
            f"{len(tree)} recommended actions in {sections} sections under {pillars} pillars",
            f"{pillars}大支柱、{sections}节、{len(tree)}项建议措施",
        )
    return _part_title(str(len(chosen)), len(tree), what, lang)


def _part_title(count: str, whole: int, what: str, lang: str) -> str:
    return choose(
        lang,
        f"{count} of {whole} recommended actions: {what}",
        f"{whole}项建议措施中的{count}项：{what}",
    )


def tree_controls(
    tree: pd.DataFrame, agencies: pd.DataFrame, ordered: pd.DataFrame, *, lang: str = "en"
) -> dict[str, Any]:
    """Return the filters of :func:`plan_tree`, for pages without a kernel.

    Parameters
    ----------
    tree
        :func:`planlib.analysis.measures.tree`, the rows of the figure and of its table.
    agencies
        ``measure_agencies``.
    ordered
        :func:`planlib.analysis.measures.ordered` with its documents.
    """
    words, names = tables.words(lang), tables.names_of("actors", lang)
    uptakes = _uptakes(lang)
    bodies = list(agencies["actor_id"].value_counts().index)
    menus = {
        "pillar": (choose(lang, "Pillar", "支柱"), choose(lang, "All pillars", "全部支柱"),
                   {p: words[p] for p in style.PILLAR_COLOURS}),
        "actor_id": (choose(lang, "Body named", "点名机构"), choose(lang, "All bodies", "全部机构"),
                     {a: names[a] for a in bodies}),
        "instrument": (choose(lang, "Instrument", "政策工具"),
                       choose(lang, "All instruments", "全部工具"),
                       {i: words[i] for i in sorted(tree["instrument"].unique())}),
        "uptake": (choose(lang, "Recommended, or ordered", "建议还是命令"),
                   choose(lang, "Either", "不限"), uptakes),
    }  # fmt: skip
    found = views.Views(
        *(
            views.control(name, title, [("", everything), *labels.items()], "", kind="menu")
            for name, (title, everything, labels) in menus.items()
        )
    )
    named = agencies.groupby("measure_id")["actor_id"].agg(list).to_dict()
    linked = ordered[ordered["uptake"] != "not_stated"]
    newer = set(linked["measure_id"][~linked["predates_plan"].fillna(False).astype(bool)])
    uptake = dict.fromkeys(linked["measure_id"], "older") | dict.fromkeys(newer, "since")
    rows = [
        {
            "pillar": [row.pillar],
            "actor_id": named.get(row.measure_id, []),
            "instrument": [row.instrument],
            "uptake": [uptake.get(row.measure_id, "none")],
        }
        for row in tables.records(tree)
    ]
    groups = [list(group.index) for _, group in tree.groupby("pillar", observed=True)]
    found.select(rows, [*groups, None])
    totals = sorted(tree["section_id"].unique())
    sections = found.counted([totals.index(key) for key in tree["section_id"]])
    found.change(f"data.{len(groups)}.text", sections)
    count = str(found.values(["matched"], (str(n) for n in range(len(tree) + 1))))
    what = str(found.chosen(choose(lang, ", ", "、")))
    found.words(
        {
            "title": _part_title(count, len(tree), what, lang),
            "alt": choose(
                lang,
                f"Unit chart of {len(tree)} actions by section; {count} stand out: {what}.",
                f"按节排列的{len(tree)}项措施单位图；突出显示{count}项：{what}。",
            ),
        }
    )
    return found.as_json()


def tree_table(tree: pd.DataFrame, agencies: pd.DataFrame, *, lang: str = "en") -> pd.DataFrame:
    """Spell out the actions for a table: where each stands, what it asks, whom it names.

    Parameters
    ----------
    tree
        :func:`planlib.analysis.measures.tree`, or some of its rows.
    agencies
        ``measure_agencies``.
    """
    columns = ["measure_id", "pillar", "section_title", "section_title_zh", "summary",
               "summary_zh", "instrument"]  # fmt: skip
    names = agencies["actor_id"].map(tables.names_of("actors", lang))
    named = names.groupby(agencies["measure_id"]).agg(choose(lang, "; ", "；").join)
    return tree[columns].assign(agencies=tree["measure_id"].map(named))


def _uptakes(lang: str) -> dict[str, str]:
    return {
        "since": choose(lang, "An order since the Plan", "计划发布之后（含当日）的命令"),
        "older": choose(lang, "Only orders older than the Plan", "只有早于计划的命令"),
        "none": choose(lang, "No order found in our tables", "本表未见相应命令"),
    }


def _pillar_no(pillar: str, lang: str) -> str:
    return choose(lang, f"Pillar {pillar[1:]}", f"支柱{'一二三'[int(pillar[1:]) - 1]}")


def _pillar_key(lang: str) -> list[style.Mark]:
    words = tables.words(lang)
    return [
        style.Mark(f"{_pillar_no(pillar, lang)} · {words[pillar]}", colour)
        for pillar, colour in style.PILLAR_COLOURS.items()
    ]


def _pillar_counts(tree: pd.DataFrame, lang: str) -> str:
    counts = tree.groupby("pillar", observed=True).size()
    return wording.listed(
        (
            choose(lang, f"{_pillar_no(p, lang)} has {n} actions", f"{_pillar_no(p, lang)}有{n}项")
            for p, n in counts.items()
        ),
        lang,
    )


def by_agency(counts: pd.DataFrame, *, lang: str = "en", as_of: str = "") -> go.Figure:
    """Draw how many actions name each agency, by pillar.

    Parameters
    ----------
    counts
        :func:`planlib.analysis.measures.by_agency`.
    """
    style.require_rows(counts, "agencies")
    names = tables.names_of("actors", lang)
    totals = counts.groupby("actor_id")["action_count"].sum().sort_values(ascending=False)
    shown = totals.head(MOST_AGENCIES)
    groups = _groups()
    single = [a for a in shown.index if a not in groups]
    first, second = single[:2]
    several = [a for a in shown.index if a in groups]
    figure = Drawing()
    pillars = tables.words(lang)
    by_pillar = counts.groupby(["pillar", "actor_id"], observed=True)["action_count"].sum()
    for pillar in style.PILLAR_COLOURS:
        values = by_pillar.get(pillar, pd.Series(dtype="int64")).reindex(shown.index).fillna(0)
        figure.add_bar(
            x=values,
            y=list(shown.index),
            orientation="h",
            name=f"{_pillar_no(pillar, lang)} · {pillars[pillar]}",
            marker={"color": style.PILLAR_COLOURS[pillar]},
            text=[f"{int(v)}" if v >= 2 else "" for v in values],
            textposition="inside",
            insidetextanchor="middle",
            textfont={"color": "#ffffff", "size": 12},
            textangle=0,
            constraintext="none",
            hovertext=[
                style.hover([names[a], choose(lang, f"{pillars[pillar]}: {int(v)} actions",
                                              f"{pillars[pillar]}：{int(v)}项")])
                for a, v in values.items()
            ],
            hoverinfo="text",
        )  # fmt: skip
    figure.add_scatter(
        x=shown,
        y=list(shown.index),
        mode="text",
        text=[f" {v}" for v in shown],
        textposition="middle right",
        textfont={"size": 13, "color": style.INK},
        hoverinfo="skip",
        cliponaxis=False,
    )
    figure.update_layout(barmode="stack")
    figure.update_xaxes(visible=False, range=[0, shown.max() * 1.1])
    agency_labels = [wording.wrap(names[a], 34, lines=2) for a in shown.index]
    style.label_rows(figure, list(shown.index), agency_labels)
    return style.frame_chart(
        figure,
        name="agencies",
        title=choose(
            lang,
            f"Of single bodies, {wording.with_article(names[first], lang)} is named most, in "
            f"{shown[first]} actions; {wording.with_article(names[second], lang)} follows with "
            f"{shown[second]}",
            f"单个机构中，{names[first]}被点名最多，共{shown[first]}项；"
            f"其次是{names[second]}，{shown[second]}项",
        ),
        subtitle=choose(
            lang,
            f"Number of recommended actions that name the body, by pillar; the {len(shown)} named "
            f"most of {len(totals)}. {PLACE['en']}",
            f"点名该机构的建议措施数，按支柱；{len(totals)}个机构中被点名最多的{len(shown)}个。{PLACE['zh']}",
        ),
        note=choose(
            lang,
            "An action that names three bodies counts once for each, so bars do not add up to the "
            "number of actions. The Plan recommends; it orders nothing.",
            "一项措施点名三个机构时分别计数，故各条之和不等于措施总数。行动计划只作建议，并非命令。",
        )
        + _unranked(several, shown, names, lang),
        alt=choose(
            lang,
            "Bar chart of agencies by actions that name them: "
            + wording.listed((f"{names[a]} {n}" for a, n in shown.head(5).items()), lang) + ".",
            "各机构被点名的措施数条形图："
            + wording.listed((f"{names[a]}{n}项" for a, n in shown.head(5).items()), lang) + "。",
        ),
        rows=evidence.rows_of(counts),
        lang=lang,
        as_of=as_of,
        height=32 * len(shown) + 10,
        key=_pillar_key(lang),
        left=270,
    )  # fmt: skip


def _unranked(groups: list[str], shown: pd.Series, names: dict[str, str], lang: str) -> str:
    """Say which bars stand for many bodies at once, and are left out of the title's ranking."""
    if not groups:
        return ""
    listed = wording.listed(
        (
            choose(lang, f"“{names[a]}” ({shown[a]})", f"“{names[a]}”（{shown[a]}项）")
            for a in groups
        ),
        lang,
    )
    return choose(
        lang,
        f" Not ranked in the title, since no single body is meant: {listed}.",
        f"{listed}泛指多个机构，标题中不参与排名。",
    )


def _groups() -> set[str]:
    """Return actors that stand for many bodies at once; they are shown, but not ranked."""
    actors = tables.load("actors")
    return set(actors["actor_id"][actors["kind"] == "group"])


def by_instrument(counts: pd.DataFrame, *, lang: str = "en", as_of: str = "") -> go.Figure:
    """Draw how often each agency is named with each instrument, as a matrix of bubbles.

    Parameters
    ----------
    counts
        :func:`planlib.analysis.measures.by_agency`.
    """
    style.require_rows(counts, "agencies-instruments")
    names, words = tables.names_of("actors", lang), tables.words(lang)
    totals = counts.groupby("actor_id")["action_count"].sum().sort_values(ascending=False)
    groups = _groups()
    agencies = [a for a in totals.index if a not in groups][:MATRIX_AGENCIES]
    frame = counts[counts["actor_id"].isin(agencies)]
    sums = frame.groupby(["instrument", "actor_id"], observed=True)["action_count"].sum()
    cells = sums.reset_index()
    instruments = list(
        cells.groupby("instrument", observed=True)["action_count"].sum().sort_values().index
    )
    largest = cells.loc[cells["action_count"].idxmax()]
    figure = Drawing()
    figure.add_scatter(
        x=cells["actor_id"],
        y=cells["instrument"].astype("str"),
        mode="markers+text",
        marker={
            "size": cells["action_count"],
            "sizemode": "area",
            # The largest bubble nearly fills its row, the smallest still holds its number.
            "sizeref": 2 * cells["action_count"].max() / (ROW_HEIGHT - 2) ** 2,
            "sizemin": 10,
            "opacity": 1,
            "color": style.ACCENT,
            "line": {"width": 0},
        },
        text=cells["action_count"].astype(str),
        textfont={"size": 12, "color": "#ffffff"},
        hovertext=[
            style.hover([names[a], choose(lang, f"{words[i]}: {n} actions", f"{words[i]}：{n}项")])
            for i, a, n in cells.itertuples(index=False)
        ],
        hoverinfo="text",
    )
    figure.update_xaxes(
        side="top",
        categoryorder="array",
        categoryarray=agencies,
        tickvals=agencies,
        ticktext=[wording.wrap(names[a], 12, lines=5) for a in agencies],
        tickangle=0,
        tickfont={"size": 12, "color": style.INK},
    )
    keys = [str(i) for i in instruments][::-1]
    style.label_rows(figure, keys, [words[k] for k in keys], size=style.TEXT_SIZE)
    figure.update_yaxes(showgrid=True)
    return style.frame_chart(
        figure,
        name="agencies-instruments",
        title=choose(
            lang,
            f"The densest cell: {wording.with_article(names[largest['actor_id']], lang)} and "
            f"{words[largest['instrument']].lower()}, {largest['action_count']} actions",
            f"最集中之处：{names[largest['actor_id']]}与“{words[largest['instrument']]}”，"
            f"共{largest['action_count']}项",
        ),
        subtitle=choose(
            lang,
            f"Number of actions that name the body, by instrument; the {len(agencies)} bodies "
            f"named most. {PLACE['en']}",
            f"点名该机构的措施数，按政策工具；被点名最多的{len(agencies)}个机构。{PLACE['zh']}",
        ),
        note=choose(
            lang,
            "The instrument is planlib's classification, one word an action; the text does not "
            "classify.",
            "政策工具为planlib的归类，每项措施一个词；原文并无此分类。",
        ),
        alt=choose(
            lang,
            f"Matrix of {len(instruments)} instruments and {len(agencies)} agencies; the largest "
            f"cell is {names[largest['actor_id']]} with {words[largest['instrument']]}, "
            f"{largest['action_count']}.",
            f"{len(instruments)}类工具与{len(agencies)}个机构的矩阵；最大一格为"
            f"{names[largest['actor_id']]}与{words[largest['instrument']]}，{largest['action_count']}项。",
        ),
        rows=evidence.rows_of(counts),
        lang=lang,
        as_of=as_of,
        height=ROW_HEIGHT * len(instruments),
        head=84,
        left=170,
    )  # fmt: skip


def ordered(counts: pd.DataFrame, *, lang: str = "en", as_of: str = "") -> go.Figure:
    """Draw, by pillar, how many recommended actions an order takes up, and which is older.

    Parameters
    ----------
    counts
        :func:`planlib.analysis.measures.ordered_by_pillar`, with ``documents``.
    """
    words = tables.words(lang)
    kinds = _uptakes(lang)
    colours = style.UPTAKE_COLOURS
    kind = counts["predates_plan"].map({True: "older", False: "since"})
    kind = kind.mask(counts["uptake"] == "not_stated", "none")
    sums = counts.groupby([kind.rename("kind"), "pillar"], observed=True)["action_count"].sum()
    totals = sums.groupby("kind").sum()
    total, since = int(totals.sum()), int(totals["since"])
    pillars = sorted(counts["pillar"].unique())
    figure = Drawing()
    for word, label in kinds.items():
        values = sums[word].reindex(pillars).fillna(0).astype(int)
        figure.add_bar(
            x=values,
            y=pillars,
            orientation="h",
            name=label,
            # Silence is hollow on every chart.
            marker={
                "color": style.PAPER if word == "none" else colours[word],
                "line": {"color": colours[word], "width": 1.5},
            },
            text=[f"{v}" if v else "" for v in values],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            constraintext="none",
            textfont={"size": 13, "color": style.PAPER if word == "since" else style.INK},
            hoverinfo="skip",
        )
    figure.update_layout(barmode="stack")
    figure.update_xaxes(visible=False)
    pillar_labels = [wording.wrap(f"{_pillar_no(p, lang)}: {words[p]}", 36) for p in pillars]
    style.label_rows(figure, pillars, pillar_labels, size=style.TEXT_SIZE)
    return style.frame_chart(
        figure,
        name="recommended-ordered",
        title=choose(
            lang,
            f"{since} of {total} recommended actions are taken up by an order of the Plan's own "
            "day or later",
            f"{total}项建议措施中，{since}项由计划发布当日或之后的命令落实或涉及",
        ),
        subtitle=choose(
            lang,
            "Number of recommended actions by whether an executive order or memorandum orders the "
            "same thing; matched by planlib, subject by subject",
            "建议措施数，按是否有行政令或备忘录就同一事项作出命令划分；由planlib按主题逐项对应",
        ),
        note=choose(
            lang,
            "A recommendation binds nobody. No order found is not a finding that nothing was done. "
            "An older order cannot be an answer to the Plan.",
            "建议不具约束力。“未见命令”不等于“没有行动”。早于计划的命令不可能是对计划的回应。",
        ),
        alt=choose(
            lang,
            f"Stacked bars by pillar: {since} of {total} actions have an order since the Plan.",
            f"按支柱的堆叠条形图：{total}项中有{since}项在计划之后有相应命令。",
        ),
        rows=evidence.rows_of(counts),
        lang=lang,
        as_of=as_of,
        height=190,
        key=[
            style.Mark(label, colours[word], "□" if word == "none" else "■")
            for word, label in kinds.items()
        ],
        left=270,
    )


def counts_told(told: pd.DataFrame, *, lang: str = "en", as_of: str = "") -> go.Figure:
    """Draw our counts of the Plan's levels beside the counts that circulate.

    Parameters
    ----------
    told
        :func:`planlib.analysis.measures.counts_told`.
    """
    labels = {
        "pillars": choose(lang, "Pillars", "支柱"),
        "sections": choose(lang, "Sections", "节"),
        "distinct": choose(lang, "Actions worded differently", "文字互不相同的措施"),
        "actions": choose(lang, "Actions: bullets in the text", "措施：文本中的要点"),
    }
    sources = tables.whole("sources")
    translated = dict(
        zip(sources["publisher"], sources["publisher_zh"].fillna(sources["publisher"]), strict=True)
    )
    names = []
    for statement, publisher in tables.cells(told, "statement", "said_by"):
        teller = translated.get(publisher, publisher)
        said = choose(lang, f"Actions, says {publisher}", f"措施，据{teller}")
        names.append(labels.get(statement, said))
    colours = style.ORIGIN_COLOURS
    keys = [str(i) for i in told.index]
    figure = Drawing()
    figure.add_bar(
        x=told["figure"],
        y=keys,
        orientation="h",
        marker={"color": [colours[o] for o in told["origin"]]},
        text=[wording.amount(r.figure, "", lang, str(r.qualifier)) for r in tables.records(told)],
        textposition="outside",
        textfont={"size": 13, "color": style.INK},
        cliponaxis=False,
        hoverinfo="skip",
    )
    figure.update_xaxes(visible=False, range=[0, told["figure"].max() * 1.15])
    style.label_rows(figure, keys, [wording.wrap(n, 42, lines=2) for n in names])
    own = told[told["origin"] == "computed"]
    style.require_rows(own[own["figure"] > 0], "how-many-actions")
    count = dict(zip(own["statement"], own["figure"].astype(int), strict=True))
    quoted = told[told["origin"] == "quoted"]["figure"]
    others, fewest = len(quoted), wording.number(quoted.min(), lang)
    return style.frame_chart(
        figure,
        name="how-many-actions",
        title=choose(
            lang,
            f"{count['pillars']}, {count['sections']} and {count['actions']} are levels of one "
            f"tree; {others} sources speak of {fewest} actions or more",
            f"{count['pillars']}、{count['sections']}、{count['actions']}是同一棵树的不同层级；"
            f"{others}个来源称有{fewest}项或更多措施",
        ),
        subtitle=choose(
            lang,
            "Counts at each level of the Plan, and counts of actions that circulate. "
            f"{PLACE['en']}",
            f"行动计划各层级的数目，以及流传的措施数。{PLACE['zh']}",
        ),
        note=choose(
            lang,
            "The Plan numbers nothing. Two bullets share one wording, hence the distinct count.",
            "行动计划没有编号。有两个要点文字相同，故另列不重复的数目。",
        ),
        alt=choose(
            lang,
            f"Bars: {count['pillars']} pillars, {count['sections']} sections, {count['actions']} "
            f"actions, beside {others} counts by others.",
            f"条形图：{count['pillars']}个支柱、{count['sections']}节、{count['actions']}项措施，"
            f"另有他人所述{others}个数目。",
        ),
        rows=evidence.rows_of(told),
        lang=lang,
        as_of=as_of,
        height=38 * len(told),
        key=[
            style.Mark(choose(lang, "counted by planlib", "由planlib计数"), colours["computed"]),
            style.Mark(choose(lang, "said by others", "他人所述"), colours["quoted"]),
        ],
        left=290,
    )
