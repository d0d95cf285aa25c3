"""Footnotes: each figure of an opening paragraph says where it is printed or that we counted it."""

from __future__ import annotations

import re

import pytest

import drawn
from planlib import evidence, tables
from planlib.answers.prose import Notes

PHASE = ("deal_terms", "sa-humain-nvidia.first-phase", "value")
MARK = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
both_languages = pytest.mark.parametrize("lang", ["en", "zh"])


def test_a_mark_is_a_superscript_and_its_line_names_source_literal_and_who_differs() -> None:
    notes = Notes("en")
    assert notes.mark(*PHASE) == "¹"
    assert str(notes) == (
        "¹ World Affairs 2025/13: “首期部署18000张” ¶18; The Register says: 72,000 GPUs."
    )
    notes = Notes("zh")
    notes.mark(*PHASE)
    assert notes.text() == (
        "¹ 《世界知识》2025年第13期：“首期部署18000张”¶18；The Register另称：7.2万张GPU。"
    )


def test_marks_go_up_and_the_same_cell_keeps_its_mark() -> None:
    notes = Notes("en")
    keys = list(tables.whole("measures")["measure_id"])[:11]
    marks = [notes.mark("measures", key) for key in keys]
    assert marks == ["¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹", "¹⁰", "¹¹"]
    assert notes.mark("measures", keys[1]) == "²"
    assert [line.split(" ")[0] for line in str(notes).split("  \n")] == marks


def test_a_cell_without_claims_gets_no_mark() -> None:
    notes = Notes("en")
    assert notes.mark("deals", "no-such-deal") == ""
    assert notes.counted("deals", []) == ""
    assert str(notes) == ""


@both_languages
def test_a_count_is_called_ours_with_a_row_that_a_read_text_prints(lang: str) -> None:
    notes = Notes(lang)
    keys = ["ae-microsoft.installed", PHASE[1]]
    assert notes.counted("deal_terms", keys, "value") == "¹"
    assert "由我们计数" in str(notes) if lang == "zh" else "Counted by us" in str(notes)
    assert tables.names_of("deals", lang)["sa-humain-nvidia"] in str(notes)
    assert "首期部署18000张" in str(notes)
    assert PHASE[1] not in str(notes)


def test_a_count_shows_the_counts_of_others() -> None:
    notes = Notes("en")
    told = [c for c in evidence.backing("documents", "ai-action-plan").differs if "9" in c.value]
    notes.counted("measures", ["P1.01.1"], differing=told)
    assert "NSFOCUS says: over 90 actions, “90余项联邦政策行动建议” ¶31" in str(notes)


def test_what_markdown_would_take_for_its_own_is_escaped(data_copy) -> None:
    data_copy.set_claim(
        {"row_id": PHASE[1], "field": "value", "source_id": "world-affairs-2025-13"},
        as_printed="$1 *and* $2 [x]",
    )
    notes = Notes("en")
    notes.mark(*PHASE)
    assert r"“\$1 \*and\* \$2 \[x\]”" in str(notes)


@both_languages
@pytest.mark.parametrize(
    "notebook", ["overview", "measures", "timeline", "deals", "capex", "evidence"]
)
def test_every_mark_of_an_answer_has_its_line_and_every_line_its_mark(
    notebook: str, lang: str
) -> None:
    first, *_, last = drawn.run(notebook, lang=lang).opening.split("\n\n")
    lines = last.split("  \n")
    marks = list(dict.fromkeys(MARK.findall(first)))
    assert 3 <= len(marks) <= 6
    assert sorted(marks) == sorted(MARK.match(line)[0] for line in lines)
    assert all("¶" in line or "text not read by us" in line or "未读原文" in line for line in lines)


@both_languages
def test_a_count_of_nothing_gets_no_footnote(lang: str) -> None:
    shipped = "reported as shipped: 0;" if lang == "en" else "，0条据报已交付"
    first, *_, last = drawn.run("deals", lang=lang, country_id="SAU").prose[-1].split("\n\n")
    assert shipped in first
    assert set(MARK.findall(first)) == {MARK.match(line)[0] for line in last.split("  \n")}
