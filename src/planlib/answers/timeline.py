"""What is due and what is known of it, in one paragraph."""

from __future__ import annotations

import pandas as pd

from planlib import evidence, tables, wording
from planlib.analysis import timeline as analysis
from planlib.answers.prose import Notes, Prose, sureness
from planlib.wording import choose


def summary(
    board: pd.DataFrame, entries: pd.DataFrame, *, lang: str = "en", as_of: str = ""
) -> Prose:
    """Say what is due and what is known of it on a date, silence apart from lateness."""
    today = tables.resolve_as_of(as_of)
    counts = board["duty_status"].value_counts()
    late = board[board["duty_status"] == "done_late"]
    coming = board[board["duty_status"] == "due_in"].sort_values("due_date")
    day = wording.day(today, lang)
    passed = board[board["due_date"] < today]
    undated = int(board["due_date"].isna().sum())
    dated = len(board) - undated
    notes = Notes(lang)
    on_passed = notes.counted("obligations", passed["obligation_id"], "days")
    on_time = notes.counted(
        "outcomes", board[board["duty_status"] == "done_on_time"]["outcome_id"], "outcome_date"
    )
    on_late = notes.counted("outcomes", late["outcome_id"], "outcome_date")
    silent = board[board["duty_status"] == "passed_no_record"]
    on_silent = notes.counted("obligations", silent["obligation_id"], "days")
    en = (
        f"On {day}, {len(passed)}{on_passed} of {dated} dated duties had passed their day. Of "
        "those done on a "
        f"known day, {counts['done_on_time']}{on_time} were on time and {len(late)}{on_late} "
        "late. For "
        f"{counts['passed_no_record']}{on_silent} no record was found: silence, not a finding of "
        "lateness. "
        f"{undated} duties have no due day, or one that hangs on a step that is not on record."
    )
    zh = (
        f"截至{day}，有期限的{dated}项任务中，{len(passed)}项{on_passed}已过到期日。"
        "在完成日期可考的任务中，"
        f"{counts['done_on_time']}项{on_time}按期、{len(late)}项{on_late}逾期完成。"
        f"{counts['passed_no_record']}项{on_silent}未见记录：这是没有记录，不是认定逾期。"
        f"另有{undated}项任务没有到期日，或其到期日取决于尚无记录的前一步。"
    )
    if len(coming):
        first = coming.iloc[0]
        due = wording.day(first["due_date"], lang)
        due += notes.mark("obligations", first["obligation_id"], analysis.dating_column(first))
        en += f" Next due: {first['duty'].rstrip('.')} ({due})."
        zh += f"下一项到期：{first['duty_zh'].rstrip('。')}（{due}）。"
    rows = {"obligations": list(board["obligation_id"]), **evidence.rows_of(entries)}
    return Prose(choose(lang, en, zh) + "\n\n" + sureness(rows, lang) + f"\n\n{notes}")
