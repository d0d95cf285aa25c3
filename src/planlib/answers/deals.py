"""What the deals announce, in one paragraph."""

from __future__ import annotations

import pandas as pd

from planlib import tables, wording
from planlib.analysis import deals as deal_analysis
from planlib.answers.prose import Notes, Prose, sureness
from planlib.wording import choose


def title(country_id: str, *, lang: str = "en") -> Prose:
    """Return the heading of the deals notebook for one country, or for all."""
    if not country_id:
        return Prose(choose(lang, "# Deals: chips, power and money", "# 协议：芯片、电力与资金"))
    name = tables.names_of("actors", lang)[country_id]
    return Prose(choose(lang, f"# Deals: {name}", f"# 协议：{name}"))


def summary(
    deals_frame: pd.DataFrame, terms: pd.DataFrame, tests: pd.DataFrame, *, lang: str = "en"
) -> Prose:
    """Say what the deals announce, what of it is licensed, and whether the numbers fit."""
    names = tables.names_of("actors", lang)
    countries = deals_frame["country_id"].value_counts()
    called = {c: wording.with_article(names[c], lang) for c in countries.index}
    top = wording.listed(
        (
            choose(lang, f"{called[c]} ({n})", f"{called[c]}（{n}项）")
            for c, n in countries.head(3).items()
        ),
        lang,
    )
    if len(countries) == 1:
        of, most = choose(lang, f" of {called[countries.index[0]]}", called[countries.index[0]]), ""
    else:
        of, most = "", choose(lang, f", most with {top}", f"，最多的是{top}")
    stages = terms["stage"].value_counts()
    best = deal_analysis.nearest(tests)
    fitting = int((best["verdict"] == "fits").sum())
    money = deal_analysis.nested(terms)
    parts = int((~money["is_counted"]).sum())
    notes = Notes(lang)
    on_stage = {
        stage: notes.counted("deal_terms", terms["deal_term_id"][terms["stage"] == stage], "value")
        for stage in ("authorised", "shipped", "pledged")
    }
    on_parts = notes.counted("deal_terms", money["deal_term_id"][~money["is_counted"]], "value")
    on_fit = notes.counted("deal_terms", best["gpu_term_id"][best["verdict"] == "fits"], "value")
    return Prose(
        choose(
            lang,
            f"The tables hold {len(deals_frame)} deals{of} with {len(terms)} terms{most}. Terms "
            f"that are licences or rest on one: {stages['authorised']}{on_stage['authorised']}; "
            f"reported as shipped: {stages['shipped']}{on_stage['shipped']}; pledges, which are "
            f"not cash: {stages['pledged']}{on_stage['pledged']}. {parts}{on_parts} of "
            f"{len(money)} sums of money are parts of others and must not be added. "
            + _fit_en(len(best), fitting, on_fit),
            f"本表收录{of}{len(deals_frame)}项协议、{len(terms)}条条款{most}。"
            f"其中{stages['authorised']}条{on_stage['authorised']}为许可或以许可为依据，"
            f"{stages['shipped']}条{on_stage['shipped']}据报已交付，"
            f"{stages['pledged']}条{on_stage['pledged']}为承诺，承诺不等于资金到位。"
            f"{len(money)}个金额中有{parts}个{on_parts}是"
            "其他金额的组成部分，不可相加。" + _fit_zh(len(best), fitting, on_fit),
        )
        + "\n\n"
        + sureness({"deals": list(deals_frame["deal_id"]),
                    "deal_terms": list(terms["deal_term_id"])}, lang)
        + f"\n\n{notes}"
    )  # fmt: skip


def _fit_en(count: int, fitting: int, mark: str) -> str:
    if not count:
        return "No deal here states both power and chips."
    return (
        f"Numbers of GPUs announced beside a power: {count}; fitting a power of their own deal: "
        f"{fitting}{mark}. Set against the wrong phase they imply far more power than a chip can "
        "draw."
    )


def _fit_zh(count: int, fitting: int, mark: str) -> str:
    if not count:
        return "此处没有同时载明功率与芯片数的协议。"
    return (
        f"{count}个公布的GPU数中，有{fitting}个{mark}与同一协议公布的某一功率相符；"
        "若与错误的阶段相配，折合的功率就远超芯片所能消耗。"
    )
