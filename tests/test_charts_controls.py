"""Small facts about the charts of chip controls."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

import drawn
import planlib
from planlib import style, tables
from planlib.analysis import controls as analysis
from planlib.charts import controls as charts

both_languages = pytest.mark.parametrize("lang", ["en", "zh"])


def shown(name: str, lang: str = "en", **parameters: Any) -> drawn.Shown:
    return drawn.run("controls", lang=lang, **parameters).figures[name]


def title(name: str, lang: str = "en", **parameters: Any) -> str:
    return shown(name, lang, **parameters).words["title"]


def numbers(text: str) -> list[int]:
    for day in (r"\d+ [A-Z][a-z]+ \d{4}", r"\d{4}年\d+月\d+日"):
        text = re.sub(day, "", text)
    return [int(n) for n in re.findall(r"\d+", text)]


def bars(figure: go.Figure) -> dict[str, tuple[pd.Timestamp, int, str]]:
    """Return first day, length [day] and fill of each bar, by row; hatched ones left out."""
    return {
        key: (pd.Timestamp(base), round(x / 86_400_000), fill)
        for trace in figure.data
        if trace.type == "bar" and not trace.marker.pattern.shape
        for key, base, x, fill in zip(trace.y, trace.base, trace.x, trace.marker.color, strict=True)
    }


def test_every_control_stands_in_one_calendar() -> None:
    rows = [r for name in charts.CALENDARS for r in shown(name).table.index]
    assert sorted(rows) == list(range(len(planlib.load("controls"))))


@both_languages
def test_calendar_title_counts_what_stood_on_the_day(lang: str) -> None:
    table = shown("controls-calendar", lang, on="2025-06-01").table
    state = table["control_state"].value_counts()
    said = set(numbers(title("controls-calendar", lang, on="2025-06-01")))
    assert said == {state["in_force"], len(table), state["never_in_force"]}
    assert "2025" in title("controls-calendar", lang, on="2025-06-01")


def test_the_diffusion_rule_is_hollow_and_ends_before_it_was_to_bind() -> None:
    drawn_bars = bars(shown("controls-calendar").figure)
    first, days, fill = drawn_bars["us-diffusion-framework"]
    assert fill == style.PAPER
    assert (first, days) == (pd.Timestamp("2025-01-13"), 120)
    assert drawn_bars["us-advanced-computing-2022"][2] == charts.STANDING_COLOURS["rule"]


def test_what_has_no_first_day_is_named_and_has_no_bar() -> None:
    figure = shown("controls-calendar").figure
    assert "us-de-minimis-rule" in figure.layout.yaxis.tickvals
    assert "us-de-minimis-rule" not in bars(figure)


def test_names_of_what_did_not_apply_on_the_day_are_grey() -> None:
    axis = shown("decisions-calendar", on="2025-06-01").figure.layout.yaxis
    labels = dict(zip(axis.tickvals, axis.ticktext, strict=True))
    assert style.GREY_TEXT not in labels["us-eda-letters-2025"]
    late = shown("decisions-calendar", on="2025-08-01").figure.layout.yaxis
    assert (
        style.GREY_TEXT
        in dict(zip(late.tickvals, late.ticktext, strict=True))["us-eda-letters-2025"]
    )


def test_a_suspension_is_hatched_to_its_last_day_and_what_followed_is_asked() -> None:
    figure = shown("controls-calendar").figure
    stays = {
        key: (pd.Timestamp(base), round(x / 86_400_000))
        for trace in figure.data
        if trace.type == "bar" and trace.marker.pattern.shape
        for key, base, x in zip(trace.y, trace.base, trace.x, strict=True)
    }
    assert stays == {"us-affiliates-rule": (pd.Timestamp("2025-11-10"), 364)}
    asked = [t for t in figure.data if t.type == "scatter" and "<b>?</b>" in (t.text or ())]
    assert [list(t.y) for t in asked] == [["us-affiliates-rule"]]
    assert figure.layout.barmode == "overlay"


def test_a_suspension_still_running_asks_nothing() -> None:
    one = shown("decisions-calendar", as_of="2026-06-01")
    assert "?" not in "".join(str(t.text) for t in one.figure.data)
    assert "?:" not in one.words["note"]


def test_an_end_after_the_as_of_day_is_not_known() -> None:
    early = bars(shown("controls-calendar", as_of="2025-10-15").figure)
    first, days, _ = early["us-affiliates-rule"]
    assert first + pd.Timedelta(days=days) > pd.Timestamp("2025-10-15")


@both_languages
def test_limits_are_counted_and_written_in_their_units(lang: str) -> None:
    one = shown("limits", lang)
    state = one.table["control_state"].value_counts()
    said = numbers(one.words["title"])
    assert set(said) == {state["in_force"], len(one.table), state["never_in_force"]}
    assert any("10²⁶" in text for text in one.table["limit"])


@pytest.mark.parametrize(
    ("operator", "value", "unit", "en", "zh"),
    [
        ("more_than", 100, "MW", "> 100 MW", "> 100兆瓦"),
        ("at_least", 5e8, "USD", "≥ USD 500 million", "≥ 5亿美元"),
        ("more_than", 1e26, "operations", "> 10²⁶ operations", "> 10²⁶次运算"),
        ("less_than", 6500, "gigabyte_per_second", "< 6,500 GB/s", "< 6,500吉字节/秒"),
        ("up_to", 50000, "gpu", "≤ 50,000 GPUs", "≤ 5万张GPU"),
        ("is_true", None, "", "must hold", "须成立"),
    ],
)
def test_a_limit_is_written_with_operator_and_unit(
    operator: str, value: float, unit: str, en: str, zh: str
) -> None:
    assert charts.limit_text(operator, value, unit, "en") == en
    assert charts.limit_text(operator, value, unit, "zh") == zh


@both_languages
@pytest.mark.parametrize("chosen", [(), ("chinese_chip",), tuple(analysis.FEATURES)[1:]])
def test_a_transaction_is_never_cleared(chosen: tuple[str, ...], lang: str) -> None:
    switches = {f: f in chosen for f in analysis.FEATURES if f != "any_deal"}
    one = shown("transaction", lang, **switches)
    asked = one.table[one.table["is_asked"]]
    n = asked["row_title"].nunique()
    assert str(n) in one.words["title"]
    assert ("绝非放行结论" if lang == "zh" else "never an all-clear") in one.words["title"]
    filled = sum(len(t.x) for t in one.figure.data if t.marker.symbol == "circle")
    assert filled == len(asked) > 0


def test_features_not_chosen_stay_visible_and_hollow() -> None:
    figure = shown("transaction", chinese_chip=False).figure
    hollow = [t for t in figure.data if t.marker.symbol == "circle-open"]
    assert "chinese_chip" in {x for t in hollow for x in t.x}


def test_the_red_flag_that_no_text_names_has_a_row_of_its_own() -> None:
    axis = shown("transaction").figure.layout.yaxis
    labels = dict(zip(axis.tickvals, axis.ticktext, strict=True))
    assert "1 more red flag, at least" in labels["unnamed"]


@both_languages
@pytest.mark.parametrize(
    ("facts", "en", "zh"),
    [
        ({"new_load_mw": 150.0}, "It qualifies on the facts given, by 1 of 4", "4条路径中满足1条"),
        ({}, "not known", "尚不可知"),
        (
            {"is_component_project": "no"},
            "it is no project in the order's sense",
            "不属于该令所称项目",
        ),
        (
            {
                "is_component_project": "yes",
                "commerce_determines": "no",
                "protects_security": "no",
            },
            "no route is met",
            "没有一条路径满足",
        ),
    ],
)
def test_project_title_says_what_comes_of_the_facts(
    facts: dict[str, Any], en: str, zh: str, lang: str
) -> None:
    assert (zh if lang == "zh" else en) in title("qualifying-project", lang, **facts)


@both_languages
def test_project_draws_each_test_and_each_route_with_its_result(lang: str) -> None:
    one = shown("qualifying-project", lang)
    words = tables.words(lang)
    marks = {t.name: set(t.y) for t in one.figure.data}
    tests = drawn.run("controls", lang=lang).variables["tests"]
    for result in analysis.RESULTS:
        rows = tests[tests["test_result"] == result]["threshold_id"]
        routes = tests[tests["route_result"] == result]["route"]
        assert marks[words[result]] == {*rows, *("route-" + routes)}
    assert ("100兆瓦并非唯一标准" if lang == "zh" else "100 MW is not the only test") in (
        one.words["note"]
    )


@both_languages
def test_the_answer_counts_what_stood_what_touches_and_what_qualifies(lang: str) -> None:
    run = drawn.run("controls", lang=lang)
    first, second, *_ = run.prose[-1].split("\n\n")
    stood, tests, touched = (run.variables[n] for n in ("stood", "tests", "touched"))
    states = stood["control_state"].value_counts()
    counted = {states[word] for word in analysis.STATES if states[word]}
    assert counted <= set(numbers(first))
    assert sum(states[word] for word in analysis.STATES) == len(stood)
    assert len(stood) in numbers(first)
    asked = touched[touched["is_asked"]].drop_duplicates(["table", "row_id"])
    assert {len(asked), asked["document_id"].nunique(), run.variables["unnamed"]} <= set(
        numbers(second)
    )
    ways = tests.drop_duplicates("route").set_index("route")["route_result"]
    counts = ways[list(analysis.QUALIFYING_ROUTES)].value_counts()
    assert numbers(second)[-3:] == [
        counts["met"], counts["not_met"], counts["not_known"],
    ]  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_two_limits_bear_the_same_label(lang: str) -> None:
    labels = list(shown("limits", lang).figure.layout.yaxis.ticktext)
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_heads_of_a_transaction_break_between_words(lang: str) -> None:
    heads = shown("transaction", lang).figure.layout.xaxis.ticktext
    plain = [re.sub(r"<(?!br)[^>]*>", "", head) for head in heads]
    gap = {"en": " ", "zh": ""}[lang]
    words = tables.words(lang)
    assert [head.replace("<br>", gap) for head in plain] == [words[f] for f in analysis.FEATURES]
    assert not any("芯<br>" in head or "交<br>" in head for head in plain)
