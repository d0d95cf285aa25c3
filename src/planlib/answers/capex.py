"""How stretched AI finance is, in one paragraph."""

from __future__ import annotations

import pandas as pd

from planlib import evidence, tables, wording
from planlib.analysis import capex as analysis
from planlib.answers.prose import Notes, Prose, sureness
from planlib.errors import PlanlibError
from planlib.wording import choose


def summary(
    quarters: pd.DataFrame,
    shares: pd.DataFrame,
    growth: pd.DataFrame,
    borrowed: pd.DataFrame,
    lending: pd.DataFrame,
    *,
    lang: str = "en",
) -> Prose:
    """Say what is spent, what it weighs in GDP and growth, and what is borrowed for it."""
    stated = quarters[quarters["is_stated"]]
    unread = stated[stated["attested"] == "reported"]
    every = choose(lang, "all", "均") if len(unread) == len(stated) else ""
    derived = int(unread["is_derived"].fillna(False).sum())
    missing = len(quarters) - len(stated)
    ascribed = growth[growth["series"].isin(analysis.GROWTH_SHARES)]["value"]
    low, high = (wording.amount(v, "percent", lang) for v in (ascribed.min(), ascribed.max()))
    notes = Notes(lang)
    text = spent(quarters, lang=lang) + choose(
        lang,
        f" For {missing} of {len(quarters)} company quarters no figure was found; of the "
        f"{len(stated)} there are, {every or len(unread)} rest on pages we did not read"
        + (f", {derived} of them worked out from the total of a year. " if derived else ". "),
        f"{len(quarters)}个公司季度中有{missing}个未找到数字；"
        f"有数字的{len(stated)}个{every or f'中，{len(unread)}个'}依据未读原文的网页"
        + (f"，其中{derived}个由全年总额推算。" if derived else "。"),
    )
    text += weight(shares, lang=lang, notes=notes) + choose(
        lang,
        f" The share of US growth ascribed to such spending runs from {low} to {high}, by how "
        "wide the definition is and which months are counted. ",
        f"各来源归因于此类支出的美国经济增长份额，因口径宽窄与所计月份不同，从{low}到{high}不等。",
    )
    text += debt(borrowed, lending, notes=notes)
    frames = [evidence.rows_of(f)["indicators"] for f in (shares, growth, borrowed, lending)]
    rows = {"capex": list(stated["capex_id"]), "indicators": [key for f in frames for key in f]}
    return Prose(text + "\n\n" + sureness(rows, lang) + f"\n\n{notes}")


def spent(quarters: pd.DataFrame, *, lang: str = "en") -> str:
    """Say what the five largest spent in their last four quarters in common, if that is known."""
    words = tables.words(lang)
    definition = words[str(quarters["definition"].iloc[0])]
    sums = analysis.together(quarters)
    if sums.empty:
        return choose(
            lang,
            f"Under the definition “{definition.lower()}” four quarters in a row are not stated "
            "for all of the five largest, so their spending is not added up.",
            f"按“{definition}”口径，五大企业并非都有连续四个季度的数字，故不求和。",
        )
    last = sums.iloc[-1]
    total = wording.amount(last["trailing_usd_bn"] * analysis.USD_A_BILLION, "USD", lang, digits=2)
    when = wording.period(last["quarter"], lang)
    change = "" if pd.isna(last["trailing_change_pct"]) else f"{last['trailing_change_pct']:.0f}%"
    return choose(
        lang,
        f"In the four quarters to {when}, the last that all have in common, the five largest spent "
        f"{total}" + (f", {change} more than in the four before" if change else "")
        + f" ({definition.lower()}; all their capital spending, not AI alone).",
        f"截至{when}（各家数字俱全的最近一季）的四个季度，五大企业支出{total}"
        + (f"，比此前四季多{change}" if change else "")
        + f"（口径：{definition}；为全部资本支出，不限于AI）。",
    )  # fmt: skip


def weight(shares: pd.DataFrame, *, lang: str = "en", notes: Notes | None = None) -> str:
    """Say what AI spending weighs in GDP, each definition by its name, beside the dot-com peak."""
    narrow, wide = (
        shares[shares["series"] == series].sort_values("period")
        for series in analysis.GDP_SHARES[:2]
    )
    if narrow.empty or len(wide) < 2:
        raise PlanlibError(
            "indicators: shares of GDP were not known on that date; choose a later as_of"
        )
    least, newest, peak = (
        wording.amount(row["value"], "percent", lang)
        + (notes.mark("indicators", row["indicator_id"], "value") if notes else "")
        for row in (narrow.iloc[-1], wide.iloc[-1], wide.iloc[0])
    )
    then, now = (wording.period(row["period"], lang) for row in (wide.iloc[0], wide.iloc[-1]))
    return choose(
        lang,
        f"AI infrastructure alone is put at {least} of US GDP; all information-processing "
        f"equipment and software, the measure with a dot-com peak, at {newest} in {now} after "
        f"{peak} in {then}.",
        f"仅AI基础设施约占美国GDP的{least}；全部信息处理设备与软件（有互联网泡沫峰值可比的口径）"
        f"{now}占{newest}，{then}为{peak}。",
    )


def debt(borrowed: pd.DataFrame, lending: pd.DataFrame, *, notes: Notes) -> str:
    """Say what the five largest borrow, and what private funds take of which bank lending."""
    lang = notes.lang
    bonds = borrowed[borrowed["series"] == analysis.BORROWING[0]]
    bonds = bonds[bonds["kind"] == "actual"].sort_values("period")
    before, after = (wording.amount(v, "USD", lang) for v in bonds["value"].iloc[[0, -1]])
    after += notes.mark("indicators", bonds["indicator_id"].iloc[-1], "value")
    years, year = (wording.period(p, lang) for p in bonds["period"].iloc[[0, -1]])
    return choose(
        lang,
        f"The five issued {after} of US bonds in {year}, against {before} a year in {years}. ",
        f"五大企业{year}发行美国公司债{after}，{years}年均为{before}。",
    ) + lent(lending, lang=lang, notes=notes)


def lent(lending: pd.DataFrame, *, lang: str = "en", notes: Notes | None = None) -> str:
    """Say what private funds take of which bank lending: not of all of it."""
    funds = lending.sort_values("period").iloc[-1]
    share = wording.amount(funds["value"], "percent", lang, str(funds["qualifier"]))
    if notes:
        share += notes.mark("indicators", funds["indicator_id"], "value")
    when = wording.period(funds["period"], lang)
    return choose(
        lang,
        f"Private funds took {share} of large banks' loan commitments to non-banks in {when}, "
        "which is not a share of all bank lending.",
        f"{when}私募基金占大型银行对非银机构贷款承诺的{share}，这不是占全部银行贷款的比例。",
    )
