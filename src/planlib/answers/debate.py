"""What contradicts what and who says so, state law, and China's options, in one paragraph."""

from __future__ import annotations

import pandas as pd

from planlib import evidence, tables, wording
from planlib.answers.prose import Notes, Prose, sureness
from planlib.wording import choose, count_of


def summary(
    told: pd.DataFrame,
    levers: pd.DataFrame,
    ascribed: pd.DataFrame,
    exposed: pd.DataFrame,
    *,
    lang: str = "en",
    as_of: str = "",
) -> Prose:
    """Say how many contradictions are argued, how state law stands, and what China may do.

    Parameters
    ----------
    told
        :func:`planlib.analysis.comparison.told` of the arguments.
    levers, ascribed, exposed
        :func:`planlib.analysis.debate.state_law`, :func:`planlib.analysis.debate.misattributed`
        and :func:`planlib.analysis.debate.exposure`.
    """
    notes = Notes(lang)
    day = wording.day(tables.resolve_as_of(as_of), lang)
    parts = [
        choose(lang, f"As of {day}: ", f"截至{day}："),
        _contradictions(told, notes, lang),
        _state_law(levers, ascribed, notes, lang),
        _china(told, exposed, notes, lang),
    ]
    rows = {"arguments": list(told["argument_id"])}
    for table, keys in evidence.rows_of(levers).items():
        rows[table] = [*rows.get(table, []), *keys]
    text = choose(lang, " ", "").join(p.strip() for p in parts)
    return Prose("\n\n".join(t for t in (text, sureness(rows, lang), str(notes)) if t))


def _contradictions(told: pd.DataFrame, notes: Notes, lang: str) -> str:
    if told.empty:
        return choose(
            lang,
            "0 of the arguments in the texts read had been published by then.",
            "所读文本中的论点此时已发表的为0条。",
        )
    tense = told[told["obstacle"].notna()]
    pairs = tense.groupby(["goal", "obstacle"]).ngroups
    goals = tense["goal"].nunique()
    texts = tense["reported_by_id"].nunique()
    nobody = int(told["said_by_id"].isna().sum())
    on_pairs = notes.counted("arguments", tense["argument_id"])
    on_nobody = notes.counted("arguments", told[told["said_by_id"].isna()]["argument_id"])
    return choose(
        lang,
        f"{count_of(pairs, lang, 'obstacle', '')}{on_pairs} to {count_of(goals, lang, 'goal', '')} "
        f"are argued in {count_of(texts, lang, 'text', '')}; none of it is a finding of ours. Of "
        f"{len(told)} arguments {nobody}{on_nobody} are ascribed to nobody named.",
        f"{texts}份文本就{goals}个目标指出{pairs}项阻力{on_pairs}，均为主张而非定论；"
        f"{len(told)}条论点中，{nobody}条{on_nobody}未指明出自何人。",
    )


def _state_law(levers: pd.DataFrame, ascribed: pd.DataFrame, notes: Notes, lang: str) -> str:
    weights = levers["weight"].value_counts()
    ordered = levers[levers["weight"] == "ordered"]
    advised, failed = int(weights["recommended"]), int(weights["failed"])
    statuses = ordered["duty_status"].astype("str").value_counts()
    done = sum(int(statuses.get(s, 0)) for s in ("done_on_time", "done_late", "done"))
    on_advised = notes.counted("measures", levers["measure_id"].dropna())
    on_ordered = notes.counted("obligations", ordered["obligation_id"])
    steps = count_of(advised, lang, "step", "")
    en = f"Against state AI laws the Plan recommends {steps}{on_advised}"
    zh = f"针对州AI法，行动计划建议{advised}项{on_advised}"
    if len(ordered):
        order = str(ordered["document_id"].iloc[0]).removeprefix("eo-")
        en += (
            f"; EO {order} lays down {count_of(len(ordered), lang, 'duty', '', 'duties')}"
            f"{on_ordered}, of which {done} are on record as done"
        )
        zh += f"；第{order}号行政令规定{len(ordered)}项任务{on_ordered}，其中{done}项有完成记录"
    else:
        en += "; no order on them is on record"
        zh += "；尚无相关行政令"
    if failed:
        mark = notes.counted("events", levers[levers["weight"] == "failed"]["event_id"])
        en += f". {count_of(failed, lang, 'attempt', '')}{mark}, the moratorium, failed"
        zh += f"。失败的尝试有{failed}次{mark}，即暂停令"
    en, zh = en + ".", zh + "。"
    if len(ascribed):
        duties = ascribed["obligation_id"].nunique()
        en += f" One text ascribes {duties} of these duties to the July Plan, which orders none."
        zh += f"有一份文本把其中{duties}项任务归于7月的行动计划，而后者并未作任何命令。"
    return choose(lang, en, zh)


def _china(told: pd.DataFrame, exposed: pd.DataFrame, notes: Notes, lang: str) -> str:
    controls = exposed["control_id"].nunique()
    proposals = told[told["kind"] == "countermeasure"]
    if not controls:
        return ""
    on_controls = notes.counted("controls", exposed["control_id"].unique())
    on_proposals = notes.counted("arguments", proposals["argument_id"])
    adopted = int((proposals["standing"] == "adopted").sum())
    en = f"{count_of(controls, lang, 'control', '')}{on_controls} on record with a bearing on China"
    zh = f"涉及中国的管制有{controls}项{on_controls}"
    if len(proposals):
        en += (
            f"; {count_of(len(proposals), lang, 'counter-measure', '')}{on_proposals} proposed, "
            f"{adopted or 'none'} of them adopted in the texts read"
        )
        taken_up = f"已采纳的为{adopted}项" if adopted else "未见采纳"
        zh += f"；提议的反制措施有{len(proposals)}项{on_proposals}，所读文本中{taken_up}"
    return choose(lang, en + ".", zh + "。")
