"""Comparisons: sources apart, gaps shown as gaps, and each text only from its day on."""

from __future__ import annotations

import pandas as pd
import pytest

import drawn
import planlib
from planlib import evidence, schema, style, tables
from planlib.analysis import comparison

both_languages = pytest.mark.parametrize("lang", ["en", "zh"])
PAIR = comparison.UNITED_STATES


def told(as_of: str = "", table: str = "comparisons") -> pd.DataFrame:
    others = (planlib.load("sources"), planlib.load("actors"))
    return comparison.told(planlib.load(table), evidence.claims(), *others, as_of)


def row(key: str) -> pd.Series:
    frame = told()
    return frame[frame["comparison_id"] == key].iloc[0]


# told


def test_every_comparison_and_argument_is_told_in_a_text_that_was_read() -> None:
    read = planlib.load("sources").dropna(subset=["sha256"])["source_id"]
    for table in ("comparisons", "arguments"):
        frame = told(table=table)
        assert len(frame) == len(planlib.load(table))
        assert frame["source_id"].isin(read).all()


def test_what_a_text_passes_on_is_told_in_that_text_even_where_an_older_one_says_so_too() -> None:
    frame = told(table="arguments").set_index("argument_id")
    # The Plan prints these words itself, and is older than the article that quotes them.
    quoted = frame.loc["cf40.position.plan-dismantle-barriers"]
    assert quoted["source_id"] == "cf40-2025-08"
    assert quoted["is_original_read"]


def test_who_passes_on_the_words_of_others_is_named() -> None:
    one = row("cf40-brens.international.trump")
    assert one["is_second_hand"]
    assert one["reported_by_id"] == "cf40-research-institute"
    assert not row("cf40.international.trump")["is_second_hand"]


def test_the_unsigned_undated_note_is_known_as_such_and_nothing_else() -> None:
    frame = told()
    assert set(frame[frame["is_unsigned"]]["said_by_id"]) == {"policy-note"}
    assert frame[frame["said_by_id"] == "policy-note"]["is_unsigned"].all()


def test_own_texts_are_those_of_their_issuer() -> None:
    frame = told()
    assert set(frame[frame["is_own_text"]]["said_by_id"]) == {"WH"}
    assert set(frame[frame["is_own_text"]]["source_id"]) == {"ai-action-plan", "eo-14110"}


@pytest.mark.parametrize(
    ("as_of", "sayers"),
    [
        ("2023-10-29", set()),
        ("2025-07-10", {"WH"}),
        ("2025-07-11", {"WH", "wei-wei-zeng-zheng"}),
        ("2025-12-10", {"WH", "wei-wei-zeng-zheng", "nsfocus", "cf40-research-institute",
                        "atlantic-council", "raul-brens-jr"}),
    ],
)  # fmt: skip
def test_nothing_is_told_before_its_text_came_out(as_of: str, sayers: set[str]) -> None:
    assert set(told(as_of)["said_by_id"]) == sayers


# grid


def test_grid_keeps_sources_apart_and_completes_their_regimes() -> None:
    frame = comparison.grid(told(), ("international_path",), PAIR)
    sizes = frame.groupby("said_by_id").size()
    assert set(sizes) == {2}
    assert set(sizes.index) == set(told().query("dimension == 'international_path'")["said_by_id"])
    gap = frame[(frame["said_by_id"] == "raul-brens-jr") & (frame["regime"] == "biden")]
    assert list(gap["is_stated"]) == [False]
    assert gap["summary"].isna().all()


def test_grid_says_where_nobody_speaks() -> None:
    frame = comparison.grid(told(), ("industrial_policy",), PAIR)
    assert len(frame) == 2
    assert frame["said_by_id"].isna().all()
    assert not frame["is_stated"].any()


def test_grid_holds_every_statement_once() -> None:
    frame = told()
    themes = [comparison.grid(frame, d, PAIR) for d in comparison.THEMES.values()]
    shown = pd.concat(themes)["comparison_id"].dropna()
    united = frame[frame["regime"].isin(PAIR)]["comparison_id"]
    assert sorted(shown) == sorted(united)


def test_themes_hold_every_dimension_once() -> None:
    named = [d for theme in comparison.THEMES.values() for d in theme]
    assert sorted(named) == sorted(schema.package()["comparisons"]["dimension"].enum)


# compared, looking_abroad, coverage


def test_who_issues_does_not_compare() -> None:
    frame = told()
    own = frame[frame["is_own_text"]]
    assert set(own[own["dimension"] == "frontier_models"]["regime"]) == set(PAIR)
    assert comparison.compared(own, PAIR).empty
    assert comparison.compared(frame, PAIR)["frontier_models"] == 1


def test_only_sources_that_look_abroad_are_set_beside_the_rest_of_the_world() -> None:
    frame = comparison.looking_abroad(told())
    assert set(frame["said_by_id"]) == {"policy-note"}
    assert comparison.looking_abroad(told("2025-09-30")).empty


def test_coverage_has_gaps_as_rows() -> None:
    frame, covered = told(), comparison.coverage(told())
    assert covered["is_stated"].sum() == len(frame)
    assert len(covered) == 13 * frame["said_by_id"].nunique() * frame["regime"].nunique()


# disagreements


def test_disagreements_set_rival_readings_side_by_side() -> None:
    apart = comparison.disagreements(told(), evidence.claims())
    topics = apart.groupby(["dimension", "regime"], observed=True)["said_by_id"].agg(set)
    assert topics["state_law", "trump"] == {"cf40-research-institute", "policy-note", "WH"}
    assert topics["infrastructure", "trump"] == {"cf40-research-institute", "WH"}
    assert (topics.map(len) >= 2).all()


def test_a_disagreement_needs_both_sides() -> None:
    one = told()
    assert comparison.disagreements(one[one["said_by_id"] == "WH"], evidence.claims()).empty


# Charts


def texts(name: str, lang: str, **parameters: str) -> str:
    figure = drawn.run("comparison", lang=lang, **parameters).figures[name].figure
    return " ".join(t for t in figure.data[1].text).replace("<br>", " ")


@both_languages
def test_the_unsigned_note_is_called_undated_on_every_line_of_it(lang: str) -> None:
    name = tables.names_of("actors", lang)["policy-note"]
    said = texts("abroad", lang).replace(" ", "")
    marked = {"en": f"{name}, undated", "zh": f"{name}（无日期）"}[lang].replace(" ", "")
    assert said.count(name.replace(" ", "")) == said.count(marked) == 5
    note = drawn.run("comparison", lang=lang).figures["abroad"].words["note"]
    assert {"en": "unsigned and undated", "zh": "未署名、无日期"}[lang] in note


def test_marks_have_the_colour_of_their_regime_and_gaps_are_hollow() -> None:
    figure = drawn.run("comparison", lang="en").figures["side-by-side-governing"]
    marks, _ = figure.figure.data
    stated = figure.table["is_stated"]
    assert len(marks.x) == len(figure.table)
    assert list(marks.marker.color).count(style.PAPER) == (~stated).sum()
    assert set(marks.marker.color) == {*(style.REGIME_COLOURS[r] for r in PAIR), style.PAPER}


def test_the_pair_of_regimes_is_a_parameter() -> None:
    regimes = "trump-china"
    run = drawn.run("comparison", lang="en", regimes=regimes)
    shown = run.figures["side-by-side-governing"].table
    assert set(shown["regime"]) == set(regimes.split("-"))
    other = tables.words("en")[regimes.split("-")[1]]
    assert other in run.figures["side-by-side-governing"].words["title"]


@both_languages
def test_a_day_before_any_comparison_is_said_plainly(lang: str) -> None:
    run = drawn.run("comparison", lang=lang, as_of="2025-01-01")
    nobody = {"en": "none of the sources chosen compares", "zh": "均未"}[lang]
    assert nobody in run.figures["side-by-side-governing"].words["title"]


def test_one_source_can_be_read_alone() -> None:
    run = drawn.run("comparison", lang="en", said_by_id="nsfocus")
    tables_shown = [f.table for name, f in run.figures.items() if name.startswith("side")]
    said = pd.concat(tables_shown)["said_by_id"].dropna()
    assert set(said) == {"nsfocus"}


@both_languages
def test_the_opening_counts_what_the_tables_hold(lang: str) -> None:
    frame = told()
    answer = drawn.run("comparison", lang=lang).prose[-1].split("\n\n")[0]
    others = frame[~frame["is_own_text"]]
    counts = [
        len(others),
        others["said_by_id"].nunique(),
        frame["is_own_text"].sum(),
        frame["is_unsigned"].sum(),
        frame["regime"].isin(comparison.ABROAD).sum(),
    ]
    assert [c for c in counts if str(c) not in answer] == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_stands_beside_the_statements_abroad_is_counted_apart(lang: str) -> None:
    one = drawn.run("comparison", lang=lang).figures["abroad"]
    stated = one.table[one.table["is_stated"]]
    beside = int((stated["regime"] == "trump").sum())
    assert str(len(stated) - beside) in one.words["title"]
    assert one.words["note"].replace("同一来源另有", "").startswith(str(beside))
    assert {"en": "by an unsigned reference note", "zh": "未署名参考笔记"}[lang] in one.words[
        "title"
    ]
