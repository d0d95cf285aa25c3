"""Explorers: a chart with controls, for JupyterLab; they hold no logic.

Each function takes the parameters of the notebook that shows it and returns an
:class:`~planlib.explore.explorer.Explorer`; as the last expression of a cell it shows itself.

>>> from planlib import explore
>>> explore.deals(years=5, lang="zh")
explore.deals(years=5, lang='zh')
"""

from __future__ import annotations

from typing import Any

from planlib import tables, wording
from planlib.analysis import deals as deal_analysis
from planlib.analysis import measures as measure_analysis
from planlib.analysis import timeline as timeline_analysis
from planlib.explore.explorer import Explorer, View
from planlib.explore.parameters import Choice, Number
from planlib.tables import load

__all__ = ["Explorer", "View", "deadlines", "deals", "measures"]

BOARD_TABLES = ("obligations", "obligation_agencies", "documents", "outcomes", "events")


def deals(**given: Any) -> Explorer:
    """Explore how many GPUs a stated supply adds up to, and the power they would draw.

    ``country_id``, ``years`` [year], ``utilisation_pct`` [%], ``kw_per_gpu`` [kW], ``pue`` [1],
    ``as_of``, ``lang``.
    """
    countries = deal_analysis.supply_countries(load("deal_terms"), load("deals"))
    parameters = (
        Choice("country_id", "", ids=countries, names="actors",
               everything=("All deals", "全部协议")),
        Number("years", 3, low=1, high=10),
        Number("utilisation_pct", 100.0, low=0, high=100, step=5),
        Number("kw_per_gpu", 1.944, low=0.5, high=10, step=0.1, is_typed=True),
        Number("pue", 1.3, low=1, high=2, step=0.05),
    )  # fmt: skip
    return Explorer("deals", "deals", parameters, _supply, given)


def _supply(*, country_id: str, years: int, lang: str, as_of: str, **settings: float) -> View:
    from planlib.charts import deals as charts

    listed, terms = load("deals", as_of=as_of), load("deal_terms", as_of=as_of)
    if country_id:
        listed = listed[listed["country_id"] == country_id]
    inputs = deal_analysis.supply_inputs(terms[terms["deal_id"].isin(listed["deal_id"])], listed)
    scenario = deal_analysis.scenario(
        inputs.gpus_per_year, years, start_year=inputs.start_year, share_pct=inputs.share_pct,
        **settings,
    )  # fmt: skip
    return View(
        charts.supply_scenario(scenario, inputs, lang=lang, as_of=as_of, **settings),
        scenario,
        lambda: charts.supply_controls(inputs, years=years, lang=lang, **settings),
    )


def deadlines(**given: Any) -> Explorer:
    """Explore what is due, when, by whom, and what is known of it on a day.

    ``document_id`` (empty: the Plan's own set of orders), ``as_of``, ``lang``.
    """
    orders = list(dict.fromkeys(load("obligations")["document_id"]))
    parameters = (
        Choice("document_id", "", ids=orders, names="documents",
               everything=("The Plan's own set of orders", "行动计划自身的一组命令")),
    )  # fmt: skip
    return Explorer("deadlines", "timeline", parameters, _board, given)


def _board(*, document_id: str, lang: str, as_of: str) -> View:
    from planlib.charts import timeline as charts

    data = {name: load(name, as_of=as_of) for name in BOARD_TABLES}
    board = timeline_analysis.board(
        data["obligations"], data["documents"], data["outcomes"], data["events"], as_of
    )
    wanted = (document_id,) if document_id else timeline_analysis.PLAN_ORDERS
    board = board[board["document_id"].isin(wanted)]
    leads = charts.leads(data["obligation_agencies"], lang=lang)
    return View(
        charts.board(board, leads, lang=lang, as_of=as_of),
        charts.board_table(board, leads, lang=lang),
        lambda: charts.board_controls(_boards(data, wanted, as_of), leads, lang=lang),
    )


def _boards(data: dict[str, Any], wanted: tuple[str, ...], as_of: str) -> Any:
    duties = data["obligations"]
    duties = duties[duties["document_id"].isin(wanted)]
    days = timeline_analysis.stops(duties, data["documents"], as_of)
    return timeline_analysis.boards(
        duties, data["documents"], data["outcomes"], data["events"], days
    )


def measures(**given: Any) -> Explorer:
    """Explore who must do what: the Plan's actions by pillar, instrument and body named.

    ``pillar``, ``instrument``, ``actor_id``, ``as_of``, ``lang``.
    """
    named = load("measure_agencies")["actor_id"].value_counts()
    parameters = (
        Choice("pillar", "", ids=sorted(load("sections")["pillar"].unique()),
               everything=("All pillars", "全部支柱")),
        Choice("instrument", "", ids=sorted(load("measures")["instrument"].unique()),
               everything=("All instruments", "全部工具")),
        Choice("actor_id", "", ids=list(named.index), names="actors",
               everything=("All bodies", "全部机构"), called=("Body named", "点名机构")),
    )  # fmt: skip
    return Explorer("measures", "measures", parameters, _tree, given)


def _tree(*, lang: str, as_of: str, **wanted: str) -> View:
    from planlib.charts import measures as charts

    tree = measure_analysis.tree(load("sections", as_of=as_of), load("measures", as_of=as_of))
    agencies = load("measure_agencies", as_of=as_of)
    chosen = measure_analysis.chosen(tree, agencies, **wanted)
    words = tables.words(lang) | tables.names_of("actors", lang)
    what = wording.choose(lang, ", ", "、").join(words[key] for key in wanted.values() if key)
    columns = ["measure_id", "pillar", "section_title", "section_title_zh", "summary",
               "summary_zh", "instrument"]  # fmt: skip
    figure = charts.plan_tree(tree, chosen, what=what, lang=lang, as_of=as_of)
    return View(
        figure, chosen[columns], None if what else lambda: _filters(tree, agencies, lang, as_of)
    )


def _filters(tree: Any, agencies: Any, lang: str, as_of: str) -> dict[str, Any]:
    from planlib.charts import measures as charts

    links, documents = load("implementations", as_of=as_of), load("documents", as_of=as_of)
    ordered = measure_analysis.ordered(tree[["measure_id"]], links, documents)
    return charts.tree_controls(tree, agencies, ordered, lang=lang)
