"""Who must do what, in one paragraph."""

from __future__ import annotations

import pandas as pd

from planlib import evidence, tables, wording
from planlib.answers.prose import Notes, Prose, sureness
from planlib.errors import PlanlibError
from planlib.wording import choose


def summary(
    agency_counts: pd.DataFrame,
    unnamed: pd.DataFrame,
    ordered: pd.DataFrame,
    *,
    lang: str = "en",
) -> Prose:
    """Say who must do what, and how much of it is ordered rather than recommended."""
    if agency_counts.empty:
        raise PlanlibError("measures: no action is public on that date; choose a later as_of")
    names = tables.names_of("actors", lang)
    totals = agency_counts.groupby("actor_id")["action_count"].sum().sort_values(ascending=False)
    lead = agency_counts[agency_counts["role"] == "lead"]
    leads = lead.groupby("actor_id")["action_count"].sum().sort_values(ascending=False)
    top = choose(lang, "; ", "、").join(
        choose(lang, f"{wording.with_article(names[a], lang)}, {n}", f"{names[a]}{n}项")
        for a, n in totals.head(3).items()
    )
    best = leads.index[0]
    count = ordered["measure_id"].nunique()
    linked = ordered[ordered["uptake"] != "not_stated"]
    taken = linked["measure_id"].nunique()
    is_since = ~linked["predates_plan"].fillna(False).astype(bool)
    since = linked[is_since]["measure_id"].nunique()
    roles = tables.whole("measure_agencies")
    led = roles[(roles["actor_id"] == best) & (roles["role"] == "lead")]["measure_id"]
    bodiless = ordered["measure_id"].isin(unnamed["measure_id"])
    notes = Notes(lang)
    on_named = notes.counted("measures", ordered["measure_id"][~bodiless])
    on_led = notes.counted("measures", led)
    on_since = notes.counted("measures", linked["measure_id"][is_since])
    return Prose(
        choose(
            lang,
            f"Of {count} recommended actions, {count - len(unnamed)}{on_named} name a body. Named "
            "most: "
            f"{top}. {wording.with_article(names[best], lang, starts=True)} leads most often, in "
            f"{leads.iloc[0]}{on_led} actions. "
            f"{since}{on_since} actions are taken up by an order of the Plan's own day or later, "
            f"{taken - since} only by older ones; for the other {count - taken} none was found in "
            "these tables, which is not a finding that nothing was done.\n\n",
            f"{count}项建议措施中，{count - len(unnamed)}项{on_named}点名了机构。"
            f"被点名最多的是{top}。"
            f"{names[best]}牵头最多，共{leads.iloc[0]}项{on_led}。"
            f"{since}项{on_since}由计划发布当日或之后的命令"
            f"落实或涉及，{taken - since}项只有更早的命令；其余{count - taken}项在本表中"
            "未见相应命令，但这不等于没有行动。\n\n",
        )
        + sureness(evidence.rows_of(agency_counts), lang)
        + f"\n\n{notes}"
    )
