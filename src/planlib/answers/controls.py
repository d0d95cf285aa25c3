"""What applied on a day, what touches a transaction, and whether a project qualifies."""

from __future__ import annotations

import pandas as pd

from planlib import wording
from planlib.analysis import controls as analysis
from planlib.answers.prose import Notes, Prose, sureness
from planlib.wording import choose

# How the measures stood that were not in force, after their number.
OTHERS = {
    "suspended": ("suspended", "处于暂停"),
    "suspension_lapsed": (
        "suspended for a time that has run out, with no record of what followed",
        "暂停期满而后续情况未见记载",
    ),
    "ended": ("ended", "已终止"),
    "not_yet": ("not yet begun", "尚未开始"),
    "never_in_force": ("never in force", "从未生效"),
    "date_not_stated": ("said to apply with no first day", "据称适用而未载明起始日"),
}


def summary(
    stood: pd.DataFrame,
    limits: pd.DataFrame,
    touched: pd.DataFrame,
    unnamed: int,
    tests: pd.DataFrame,
    *,
    on: pd.Timestamp,
    lang: str = "en",
) -> Prose:
    """Say what stood on a day, what touches the transaction, and how the project fares.

    Parameters
    ----------
    stood, limits, touched, tests
        What :mod:`planlib.analysis.controls` returns from ``states``, ``limits``, ``touching``
        and ``qualifying_project``.
    unnamed
        Red flags told of that no text names.
    """
    notes = Notes(lang)
    parts = [
        _applied(stood, limits, on, notes),
        _touches(touched, unnamed, notes) + choose(lang, " ", "") + _qualifies(tests, notes),
        sureness({"controls": list(stood["control_id"]),
                  "thresholds": list(limits["threshold_id"])}, lang),
        notes.text(),
    ]  # fmt: skip
    return Prose("\n\n".join(parts))


def _applied(stood: pd.DataFrame, limits: pd.DataFrame, on: pd.Timestamp, notes: Notes) -> str:
    lang = notes.lang
    counts = stood["control_state"].value_counts()
    day = wording.day(on, lang)
    marks = {
        state: notes.counted("controls", stood["control_id"][stood["control_state"] == state])
        for state in analysis.STATES
    }
    others = wording.listed(
        (choose(lang, f"{counts[state]}{marks[state]} {english}",
                f"{counts[state]}项{marks[state]}{chinese}")
         for state, (english, chinese) in OTHERS.items() if counts[state]),
        lang,
    )  # fmt: skip
    current = limits["threshold_id"][limits["control_state"] == "in_force"]
    applied = f"{len(current)}{notes.counted('thresholds', current, 'value')}"
    text = choose(
        lang,
        f"On {day}, {counts['in_force']}{marks['in_force']} of {len(stood)} measures on chips "
        "in these tables stood: rules, guidance and decisions together."
        + (f" The others: {others}." if others else "")
        + f" {applied} of {len(limits)} numeric limits applied.",
        f"{day}，本表所收{len(stood)}项芯片相关措施中有效的为{counts['in_force']}项{marks['in_force']}，含规则、指引与决定。"
        + (f"其余：{others}。" if others else "")
        + f"{len(limits)}个数值门槛中适用{applied}个。",
    )
    diffusion = stood[stood["document_id"] == analysis.DIFFUSION]
    if diffusion.empty:
        return text
    issued = wording.day(diffusion["from_date"].min(), lang)
    ends = diffusion["to_date"].dropna()
    if ends.empty:
        return text
    ended = wording.day(ends.max(), lang) + notes.mark(
        "controls", str(diffusion["control_id"].iloc[0]), "to_date"
    )
    return text + choose(
        lang,
        f" The diffusion rule of {issued} is {len(diffusion)} of these measures; it was withdrawn "
        f"on {ended}, before anyone had to comply with it.",
        f"{issued}的扩散规则占其中{len(diffusion)}项，{ended}被撤销，此前尚无任何人须遵守。",
    )


def _touches(touched: pd.DataFrame, unnamed: int, notes: Notes) -> str:
    lang = notes.lang
    asked = touched[touched["is_asked"]].drop_duplicates(["table", "row_id"])
    flags = int((asked["table"] == "red_flags").sum())
    documents = asked["document_id"].nunique()
    told = notes.mark("provisions", analysis.FLAGS_TOLD, "value")
    return choose(
        lang,
        f"The transaction asked about is touched by {len(asked)} rows of {documents} documents, "
        f"{flags} of them red flags; at least {unnamed}{told} more of the red flags that the "
        "guidance "
        "of May 2025 is said to list is named nowhere. That is a guide to the documents, never "
        "an all-clear.",
        f"所问交易涉及{documents}份文件中的{len(asked)}个条目，其中{flags}项为红旗指标；"
        f"据称2025年5月指南所列的红旗指标中，至少还有{unnamed}项{told}未见列名。"
        "以上仅为查阅文件的指引，绝非放行结论。",
    )


def _qualifies(tests: pd.DataFrame, notes: Notes) -> str:
    lang = notes.lang
    routes = tests.drop_duplicates("route").set_index("route")["route_result"].astype(str)
    ways = routes[list(analysis.QUALIFYING_ROUTES)]
    count = {word: int((ways == word).sum()) for word in analysis.RESULTS}
    last = tests.loc[tests["route"] == analysis.QUALIFYING_ROUTES[-1], "threshold_id"].iloc[-1]
    told = notes.mark("thresholds", str(last))
    final = analysis.any_route(tests, analysis.QUALIFYING_ROUTES)
    verdict = {
        "met": choose(lang, "it qualifies on the facts given", "按所给情况符合条件"),
        "not_met": choose(lang, "it does not qualify", "不符合条件"),
        "not_known": choose(lang, "whether it qualifies is not known", "是否符合条件尚不可知"),
    }[final]
    return choose(
        lang,
        f"Of the {len(ways)}{told} routes of EO 14318 to a qualifying project, the data centre "
        "asked "
        f"about meets {count['met']}, fails {count['not_met']} and leaves {count['not_known']} "
        f"open: {verdict}.",
        f"第14318号行政令规定了{len(ways)}条{told}合格路径，所问数据中心满足{count['met']}条、"
        f"不满足{count['not_met']}条、未知{count['not_known']}条：{verdict}。",
    )
