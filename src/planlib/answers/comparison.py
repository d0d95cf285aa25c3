"""Who compares whom on what, and where sources part, in one paragraph."""

from __future__ import annotations

import pandas as pd

from planlib import evidence, tables, wording
from planlib.analysis import comparison
from planlib.answers.prose import Notes, Prose, sureness
from planlib.wording import choose


def summary(told: pd.DataFrame, apart: pd.DataFrame, *, lang: str = "en", as_of: str = "") -> Prose:
    """Say how many sources compare what, how much is unsigned, and where they contradict.

    Parameters
    ----------
    told
        :func:`planlib.analysis.comparison.told` of the comparisons.
    apart
        :func:`planlib.analysis.comparison.disagreements`.
    """
    if told.empty:
        day = wording.day(tables.resolve_as_of(as_of), lang)
        return Prose(
            choose(
                lang,
                f"On {day}, 0 of the comparisons in the sources read had been published: nothing "
                "can be set side by side. That is a gap in the sources, not in policy.",
                f"截至{day}，所读来源中已发表的比较为0条，无从对照。这是来源的空白，不是政策的空白。",
            )
        )
    words = tables.words(lang)
    compared = len(comparison.compared(told, comparison.UNITED_STATES))
    others = told[told["regime"].astype("str").isin(comparison.ABROAD)]
    speakers = told[~told["is_own_text"]]["said_by_id"].nunique()
    own = int(told["is_own_text"].sum())
    unsigned = int(told["is_unsigned"].sum())
    points = apart.drop_duplicates(["dimension", "regime"])
    named = wording.listed(
        (f"{words[str(p.dimension)]} ({words[str(p.regime)]})" if lang == "en"
         else f"{words[str(p.dimension)]}（{words[str(p.regime)]}）"
         for p in tables.records(points)),
        lang,
    )  # fmt: skip
    counted = wording.count_of
    notes = Notes(lang)
    example = _example(told, notes, lang)
    on_unsigned = notes.counted("comparisons", told[told["is_unsigned"]]["comparison_id"])
    on_points = notes.counted("comparisons", apart["comparison_id"])
    en = (
        f"The comparison rests on {counted(len(told) - own, lang, 'statement', '')} by "
        f"{counted(speakers, lang, 'source', '')}, on "
        f"{counted(told['dimension'].nunique(), lang, 'dimension', '')} of AI policy, and on "
        f"{counted(own, lang, 'passage', '')} of the White House's own texts. On {compared} "
        "dimensions at least one source compares Biden with Trump; "
        f"{counted(len(others), lang, 'statement', '')} on China, the EU and the UK stand beside. "
    )
    zh = (
        f"比较所据为{speakers}个来源的{len(told) - own}条说法，另有{own}段白宫文件原文，"
        f"共涉及AI政策的{told['dimension'].nunique()}个维度。{compared}个维度至少有一个来源"
        f"将拜登政府与特朗普政府作比较；另有{len(others)}条论及中国、欧盟和英国。"
    )
    en, zh = en + example, zh + example
    if unsigned:
        en += (
            f"{unsigned}{on_unsigned} statements stand in one reference note that is unsigned and "
            "undated. "
        )
        zh += f"{unsigned}条{on_unsigned}仅见于一份未署名、无日期的参考笔记。"
    en += f"Sources contradict each other on {counted(len(points), lang, 'point', '')}{on_points}"
    zh += f"来源之间有{len(points)}处{on_points}相左"
    en += f": {named}. Each keeps its own line." if len(points) else "."
    zh += f"：{named}。各来源分列，互不合并。" if len(points) else "。"
    paragraphs = (choose(lang, en, zh), sureness(evidence.rows_of(told), lang), str(notes))
    return Prose("\n\n".join(p for p in paragraphs if p))


def _example(told: pd.DataFrame, notes: Notes, lang: str) -> str:
    """Spell out the dimension that most sources compare, by the signed one that says most."""
    most = comparison.compared(told, comparison.UNITED_STATES)
    if most.empty:
        return ""
    dimension = str(most.index[0])
    words, names = tables.words(lang), tables.names_of("actors", lang)
    signed = told[(told["dimension"] == dimension) & ~told["is_own_text"] & ~told["is_unsigned"]]
    fullness = told["said_by_id"].value_counts()
    for who in sorted(signed["said_by_id"].unique(), key=lambda s: (-fullness[s], s)):
        said = signed[signed["said_by_id"] == who]
        by_regime = {str(row.regime): row for row in tables.records(said)}
        if set(comparison.UNITED_STATES) <= set(by_regime):
            sides = [
                choose(lang, f"{words[r]}: {_uncapitalised(row.summary)}",
                       f"{words[r]}：{row.summary_zh}")
                + notes.mark("comparisons", row.comparison_id)
                for r, row in by_regime.items() if r in comparison.UNITED_STATES
            ]  # fmt: skip
            topic = words[dimension]
            return choose(
                lang,
                f"On {topic.lower()}, compared by {most.iloc[0]} of them, "
                f"{names[str(who)]} says, in our words: {'; '.join(sides)}. ",
                f"关于“{topic}”（{most.iloc[0]}个来源作了比较），{names[str(who)]}的说法概括如下："
                f"{'；'.join(sides)}。",
            )
    return ""


def _uncapitalised(text: str) -> str:
    starts_a_name = text[:2].isupper()
    return text if starts_a_name else text[0].lower() + text[1:]
