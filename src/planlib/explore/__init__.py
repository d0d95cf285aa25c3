"""Explorers: a chart with controls, for JupyterLab; they hold no logic.

Each function takes the parameters of the notebook that shows it and returns an
:class:`~planlib.explore.explorer.Explorer`; as the last expression of a cell it shows itself.

>>> from planlib import explore
>>> explore.deals(years=5, lang="zh")
explore.deals(years=5, lang='zh')
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from planlib import evidence, schema, tables, wording
from planlib.analysis import capex as capex_analysis
from planlib.analysis import comparison as comparison_analysis
from planlib.analysis import controls as control_analysis
from planlib.analysis import country as country_analysis
from planlib.analysis import deals as deal_analysis
from planlib.analysis import measures as measure_analysis
from planlib.analysis import timeline as timeline_analysis
from planlib.explore.explorer import Explorer, View
from planlib.explore.parameters import Choice, Day, Level, Number, Toggle
from planlib.tables import load

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Explorer",
    "View",
    "capex",
    "compare",
    "controls",
    "country",
    "deadlines",
    "deals",
    "measures",
    "project",
]

FEATURES = ("order_surge", "third_country", "chinese_chip", "chinese_model")
REGIMES = {
    "biden-trump": ("Biden and Trump", "拜登与特朗普"),
    "trump-china": ("Trump and China", "特朗普与中国"),
    "trump-eu": ("Trump and the EU", "特朗普与欧盟"),
    "trump-uk": ("Trump and the UK", "特朗普与英国"),
}
# The only ones that more than one company reports under.
DEFINITIONS = ("ppe_purchases", "with_finance_leases")
# The first rule on chips in these tables is older than the Plan.
FIRST_RULES = "2025-01-13"
PROJECT = {
    "serves_ai": ("yes", "The load serves AI", "负荷专用于AI"),
    "is_component_project": ("unknown", "Makes or consists of components", "生产或由组件构成"),
    "commerce_determines": ("unknown", "Commerce confirms the spending", "商务部确认支出"),
    "protects_security": ("unknown", "Protects national security", "保护国家安全"),
    "is_designated": ("no", "Designated by one of four secretaries", "由四部长之一指定"),
}
BOARD_TABLES = ("obligations", "obligation_agencies", "documents", "outcomes", "events")


def deals(**given: Any) -> Explorer:
    """Explore how many GPUs a stated supply adds up to, and the power they would draw.

    ``country_id``, ``years`` [year], ``utilisation_pct`` [%], ``kw_per_gpu`` [kW], ``pue`` [1],
    ``share_pct`` [%] (one recipient's; None: the one that the deal states), ``as_of``, ``lang``.
    """
    countries = deal_analysis.supply_countries(load("deal_terms"), load("deals"))
    parameters = (
        Choice("country_id", "", ids=countries, names="actors",
               everything=("All deals", "全部协议")),
        Number("years", 3, low=1, high=10),
        Number("utilisation_pct", 100.0, low=0, high=100, step=5),
        Number("kw_per_gpu", 1.944, low=0.5, high=10, step=0.1, is_typed=True),
        Number("pue", 1.3, low=1, high=2, step=0.05),
        Level("share_pct", None, low=1, high=99, step=5, unset=("as stated", "按来源所载")),
    )  # fmt: skip
    return Explorer("deals", "deals", parameters, _supply, given)


def _supply(
    *, country_id: str, years: int, share_pct: float | None, lang: str, as_of: str,
    **settings: float,
) -> View:  # fmt: skip
    from planlib.charts import deals as charts

    listed, terms = load("deals", as_of=as_of), load("deal_terms", as_of=as_of)
    if country_id:
        listed = listed[listed["country_id"] == country_id]
    inputs = deal_analysis.supply_inputs(terms[terms["deal_id"].isin(listed["deal_id"])], listed)
    scenario = deal_analysis.scenario(
        inputs.gpus_per_year, years, start_year=inputs.start_year,
        share_pct=deal_analysis.share_taken(inputs, share_pct),
        stated_years=inputs.stated_years, **settings,
    )  # fmt: skip
    return View(
        charts.supply_scenario(
            scenario, inputs, share_pct=share_pct, lang=lang, as_of=as_of, **settings
        ),
        scenario,
        lambda: charts.supply_controls(
            inputs, years=years, share_pct=share_pct, lang=lang, **settings
        ),
    )


def deadlines(**given: Any) -> Explorer:
    """Explore what is due, when, by whom, and what is known of it on a day.

    ``document_id`` (empty: the six orders around the Plan), ``as_of``, ``lang``.
    """
    orders = list(dict.fromkeys(load("obligations")["document_id"]))
    parameters = (
        Choice("document_id", "", ids=orders, names="documents",
               everything=("The six orders around the Plan", "行动计划前后的六项行政令")),
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
    return View(
        charts.plan_tree(tree, chosen, what=what, lang=lang, as_of=as_of),
        charts.tree_table(chosen, agencies, lang=lang),
        None if what else lambda: _filters(tree, agencies, lang, as_of),
    )


def _filters(tree: Any, agencies: Any, lang: str, as_of: str) -> dict[str, Any]:
    from planlib.charts import measures as charts

    links, documents = load("implementations", as_of=as_of), load("documents", as_of=as_of)
    ordered = measure_analysis.ordered(tree[["measure_id"]], links, documents)
    return charts.tree_controls(tree, agencies, ordered, lang=lang)


def capex(**given: Any) -> Explorer:
    """Explore capital spending by company and quarter, one definition at a time.

    ``definition``, ``as_of``, ``lang``.
    """
    parameters = (Choice("definition", "ppe_purchases", ids=DEFINITIONS),)
    return Explorer("capex", "capex", parameters, _quarters, given)


def _quarters(*, definition: str, lang: str, as_of: str) -> View:
    from planlib.charts import capex as charts

    quarters = capex_analysis.by_quarter(
        load("capex", as_of=as_of), definition, evidence.claims(), as_of=as_of
    )
    columns = ["actor_id", "quarter", "fiscal_label", "definition", "capex_usd_bn", "is_derived",
               "is_stated", "attested"]  # fmt: skip
    return View(charts.quarters(quarters, lang=lang, as_of=as_of), quarters[columns])


def compare(**given: Any) -> Explorer:
    """Explore what the sources say of two governments, dimension by dimension.

    ``regimes``, ``said_by_id`` (empty: all sources), ``as_of``, ``lang``.
    """
    parameters = (
        Choice("regimes", "biden-trump", ids=list(REGIMES), called_ids=REGIMES,
               called=("Governments", "比较对象")),
        Choice("said_by_id", "", ids=list(load("comparisons")["said_by_id"].value_counts().index),
               names="actors", everything=("All sources", "全部来源")),
    )  # fmt: skip
    return Explorer("compare", "comparison", parameters, _side_by_side, given)


def _side_by_side(*, regimes: str, said_by_id: str, lang: str, as_of: str) -> View:
    from planlib.charts import comparison as charts

    read = tuple(tables.loaded(name) for name in ("comparisons", "claims", "sources", "actors"))
    told = _told(read, as_of).copy(deep=False)
    told = told[told["said_by_id"] == said_by_id] if said_by_id else told
    pair = tuple(regimes.split("-"))
    grid = comparison_analysis.grid(told, comparison_analysis.THEMES["governing"], pair)
    columns = ["dimension", "said_by_id", "regime", "summary", "summary_zh", "document_id",
               "reported_by_id", "is_unsigned", "published_date", "published_precision",
               "is_stated"]  # fmt: skip
    return View(charts.side_by_side(grid, pair, "governing", lang=lang, as_of=as_of), grid[columns])


@lru_cache(maxsize=32)
def _told(_: tuple[tables.Loaded, ...], as_of: str) -> pd.DataFrame:
    """Return what is told, made again only when one of its tables changes."""
    return comparison_analysis.told(
        load("comparisons"), evidence.claims(), load("sources"), load("actors"), as_of
    )


def controls(**given: Any) -> Explorer:
    """Explore which controls and red flags touch a transaction: a guide, never an all-clear.

    ``order_surge``, ``third_country``, ``chinese_chip``, ``chinese_model``, ``on`` (the day whose
    rules are asked for), ``as_of``, ``lang``.
    """
    words = {lang: tables.words(lang) for lang in schema.LANGUAGES}
    toggles = [
        Toggle(name, n < 2, called=(words["en"][name], words["zh"][name]))
        for n, name in enumerate(FEATURES)
    ]
    on = Day("on", "", called=("Rules of the day", "规则日期"), first=FIRST_RULES)
    hidden = Day("as_of", "", is_hidden=True)
    return Explorer("controls", "controls", (*toggles, on, hidden), _transaction, given)


def _transaction(*, on: str, lang: str, as_of: str, **features: bool) -> View:
    from planlib.charts import controls as charts

    day = control_analysis.day_asked(on, as_of)
    known = control_analysis.known_ends(load("controls", as_of=as_of), as_of)
    flags = load("red_flags", as_of=as_of)
    touched = control_analysis.touching(
        control_analysis.states(known, day), flags, load("treatments", as_of=as_of),
        [name for name, is_asked in features.items() if is_asked], day,
    )  # fmt: skip
    unnamed = control_analysis.flags_unnamed(load("provisions", as_of=as_of), flags)
    return View(
        charts.transaction(touched, unnamed, on=day, lang=lang, as_of=as_of),
        charts.touched_table(touched),
    )


def project(**given: Any) -> Explorer:
    """Explore whether a data centre project qualifies under EO 14318, by every route.

    ``new_load_mw`` [MW] and ``committed_usd`` [USD], below zero where not known; ``serves_ai``,
    ``is_component_project``, ``commerce_determines``, ``protects_security``, ``is_designated``
    (``yes``, ``no``, ``unknown``); ``as_of``, ``lang``.
    """
    answers = {"yes": ("yes", "是"), "no": ("no", "否"), "unknown": ("not known", "未知")}
    parameters = (
        Number("new_load_mw", 100.0, low=-1, high=20000, step=10, is_typed=True,
               called=("New load [MW]; -1: not known", "新增负荷[兆瓦]；-1为未知")),
        Number("committed_usd", 5e8, low=-1, high=1e12, step=1e8, is_typed=True,
               called=("Spending [USD]; -1: not known", "承诺支出[美元]；-1为未知")),
        *(Choice(name, default, ids=list(answers), called_ids=answers, called=(en, zh))
          for name, (default, en, zh) in PROJECT.items()),
    )  # fmt: skip
    return Explorer("project", "controls", parameters, _project, given)


def _project(
    *, new_load_mw: float, committed_usd: float, lang: str, as_of: str, **answers: str
) -> View:
    from planlib.charts import controls as charts

    asked = control_analysis.Project.told(new_load_mw, committed_usd, **answers)
    tests = control_analysis.qualifying_project(load("thresholds", as_of=as_of), asked)
    return View(
        charts.project(tests, lang=lang, as_of=as_of), charts.project_table(tests, lang=lang)
    )


def country(**given: Any) -> Explorer:
    """Explore how each country is treated, document by document.

    ``country_id`` (empty: all countries side by side), ``as_of``, ``lang``.
    """
    treatments = country_analysis.of_countries(load("treatments"), load("actors"))
    holdings = country_analysis.holdings(treatments, load("deals"), load("actors"))
    parameters = (
        Choice("country_id", "", ids=list(holdings["country_id"]), names="actors",
               everything=("All countries", "全部国家和地区")),
    )  # fmt: skip
    return Explorer("country", "country", parameters, _treated, given)


def _treated(*, country_id: str, lang: str, as_of: str) -> View:
    from planlib.charts import country as charts

    every, actors = load("treatments", as_of=as_of), load("actors", as_of=as_of)
    if country_id:
        documents = load("documents", as_of=as_of)
        sheet = country_analysis.treated(every, documents, actors, country_id)
    else:
        sheet = country_analysis.of_countries(every, actors)
    return View(
        charts.treatments(sheet, country_id, lang=lang, as_of=as_of),
        charts.treatments_table(sheet, country_id, lang=lang),
    )
