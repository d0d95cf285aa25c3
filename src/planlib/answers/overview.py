"""The Plan on one page, in one paragraph."""

from __future__ import annotations

import pandas as pd

from planlib import evidence
from planlib.analysis import measures as measure_analysis
from planlib.answers.prose import Notes, Prose, sureness
from planlib.wording import choose


def summary(
    sections: pd.DataFrame,
    measures: pd.DataFrame,
    agencies: pd.DataFrame,
    board: pd.DataFrame,
    *,
    lang: str = "en",
) -> Prose:
    """Say the Plan in one paragraph: its levels, who is named, what orders made of it."""
    counts = measure_analysis.levels(sections, measures)
    actions = int(counts["action_count"].sum())
    distinct = int(counts["distinct_count"].sum())
    named = agencies["actor_id"].nunique()
    orders = board["document_id"].nunique()
    is_dated = board["due_date"].notna()
    dated = int(is_dated.sum())
    plan = measure_analysis.PLAN
    told = [c for c in evidence.backing("documents", plan).differs if "action" in c.value]
    notes = Notes(lang)
    named_plan = notes.mark("documents", plan, "title")
    on_actions = notes.counted("measures", measures["measure_id"], differing=told)
    on_bodies = notes.counted("actors", agencies["actor_id"])
    on_duties = notes.counted("obligations", board["obligation_id"])
    on_days = notes.counted("obligations", board["obligation_id"][is_dated], "days")
    return Prose(
        choose(
            lang,
            f"America's AI Action Plan{named_plan} has {len(counts)} pillars, {len(sections)} "
            "sections and "
            f"{actions} recommended actions{on_actions}, {distinct} of them worded differently; "
            f"{named} bodies{on_bodies} are named. The Plan recommends: only orders bind. The "
            "orders and memoranda in these "
            f"tables ({orders}) lay down {len(board)} duties{on_duties}, {dated}{on_days} of them "
            "with "
            "a day on which they fall due.\n\n",
            f"《美国人工智能行动计划》{named_plan}分为{len(counts)}大支柱、{len(sections)}节，"
            f"提出{actions}项建议措施{on_actions}，其中{distinct}项文字互不相同，"
            f"点名{named}个机构{on_bodies}。行动计划只作建议，有约束力的是各项命令："
            f"本表所收的{orders}份命令与备忘录共规定{len(board)}项任务{on_duties}，"
            f"其中{dated}项{on_days}有确定的到期日。\n\n",
        )
        + sureness({"measures": list(measures["measure_id"]),
                    "obligations": list(board["obligation_id"])}, lang)
        + f"\n\n{notes}"
    )  # fmt: skip
