"""What the deals announce, in one paragraph."""

from __future__ import annotations

import pandas as pd

from planlib import tables, wording
from planlib.analysis import deals as deal_analysis
from planlib.answers.prose import Prose, sureness
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
    return Prose(
        choose(
            lang,
            f"The tables hold {len(deals_frame)} deals{of} with {len(terms)} terms{most}. Terms "
            f"that are licences or rest on one: {stages['authorised']}; reported as shipped: "
            f"{stages['shipped']}; pledges, which are not cash: {stages['pledged']}. "
            f"{parts} of {len(money)} sums of money are parts of others and must not be added. "
            + _fit_en(len(best), fitting),
            f"本表收录{of}{len(deals_frame)}项协议、{len(terms)}条条款{most}。"
            f"其中{stages['authorised']}条为许可或以许可为依据，{stages['shipped']}条据报已交付，"
            f"{stages['pledged']}条为承诺，承诺不等于资金到位。{len(money)}个金额中有{parts}个是"
            "其他金额的组成部分，不可相加。" + _fit_zh(len(best), fitting),
        )
        + "\n\n"
        + sureness({"deals": list(deals_frame["deal_id"]),
                    "deal_terms": list(terms["deal_term_id"])}, lang)
    )  # fmt: skip


def _fit_en(count: int, fitting: int) -> str:
    if not count:
        return "No deal here states both power and chips."
    return (
        f"Numbers of GPUs announced beside a power: {count}; fitting a power of their own deal: "
        f"{fitting}. Set against the wrong phase they imply far more power than a chip can draw."
    )


def _fit_zh(count: int, fitting: int) -> str:
    if not count:
        return "此处没有同时载明功率与芯片数的协议。"
    return (
        f"{count}个公布的GPU数中，有{fitting}个与同一协议公布的某一功率相符；"
        "若与错误的阶段相配，折合的功率就远超芯片所能消耗。"
    )
