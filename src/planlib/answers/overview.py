"""The Plan on one page, in one paragraph."""

from __future__ import annotations

import pandas as pd

from planlib.analysis import measures as measure_analysis
from planlib.answers.prose import Prose, sureness
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
    dated = int(board["due_date"].notna().sum())
    return Prose(
        choose(
            lang,
            f"America's AI Action Plan has {len(counts)} pillars, {len(sections)} sections and "
            f"{actions} recommended actions, {distinct} of them worded differently; {named} bodies "
            "are named. The Plan recommends: only orders bind. The orders and memoranda in these "
            f"tables ({orders}) lay down {len(board)} duties, {dated} of them with a day on which "
            "they fall due.\n\n",
            f"《美国人工智能行动计划》分为{len(counts)}大支柱、{len(sections)}节，提出{actions}项建议措施，"
            f"其中{distinct}项文字互不相同，点名{named}个机构。行动计划只作建议，有约束力的是各项命令："
            f"本表所收的{orders}份命令与备忘录共规定{len(board)}项任务，其中{dated}项有确定的到期日。\n\n",
        )
        + sureness({"measures": list(measures["measure_id"]),
                    "obligations": list(board["obligation_id"])}, lang)
    )  # fmt: skip
