"""What a reader may set on a page: every combination has its value, and nothing is said twice."""

from __future__ import annotations

import json
from typing import Any

import pytest

from planlib import PlanlibError, views

YEARS = [(1, "1 year"), (2, "2 years"), (3, "3 years")]
CHIPS = [("h100", "H100"), ("gb300", "GB300")]


@pytest.fixture
def found() -> views.Views:
    return views.Views(
        views.control("years", "Years", YEARS, 2),
        views.control("chip", "Chip", CHIPS, "h100", kind="menu"),
    )


def to(found: views.Views, path: str) -> Any:
    (spec,) = (c["to"] for c in found.as_json()["changes"] if c["path"] == path.split("."))
    return spec


def test_a_control_knows_the_place_of_its_value() -> None:
    made = views.control("years", "Years", YEARS, 2)
    assert made["value"] == 1
    assert made["choices"][1] == {"value": 2, "label": "2 years"}


def test_a_value_that_is_no_choice_is_refused() -> None:
    with pytest.raises(PlanlibError, match="years has no choice 9"):
        views.control("years", "Years", YEARS, 9)


def test_every_combination_needs_its_value(found: views.Views) -> None:
    with pytest.raises(PlanlibError, match="6 combinations, but 5 values"):
        found.values(["years", "chip"], range(5))


def test_equal_values_stand_once(found: views.Views) -> None:
    found.values(["years", "chip"], ["a", "b", "a", "a", "b", "c"])
    (slot,) = found.as_json()["slots"]
    assert slot == {
        "over": ["years", "chip"], "values": ["a", "b", "c"], "index": [0, 1, 0, 0, 1, 2],
    }  # fmt: skip


def test_a_text_is_cut_where_its_values_stand(found: views.Views) -> None:
    years = found.values(["years"], ["one", "two", "three"])
    found.words({"title": f"After {years} years: {years.at('years')}"})
    assert to(found, "layout.meta.planlib.title") == {
        "text": ["After ", {"slot": 0}, " years: ", {"slot": 0, "at": "years"}]
    }


def test_lists_are_cut_joined_and_labelled_at_their_end(found: views.Views) -> None:
    numbers = found.values((), [[1.0, 2.0, 3.0]])
    found.change("data.0.y", numbers.upto("years"))
    found.change("table.1", found.joined([numbers, ["a"]]))
    found.change("data.0.text", found.at_end("years", numbers.at("years")))
    assert to(found, "data.0.y") == {"slot": 0, "upto": "years"}
    assert to(found, "table.1") == {"join": [{"slot": 0}, ["a"]]}
    assert to(found, "data.0.text") == {"end": {"slot": 0, "at": "years"}, "upto": "years"}


def test_what_occurs_again_is_written_once(found: views.Views) -> None:
    long = "a line of many words<br>another line of words"
    found.values(["chip"], [["x", long], ["y", long]])
    found.values(["years"], ["a line of many words", 2, "another"])
    made = found.as_json()
    text = json.dumps(made)
    assert text.count("a line of many words") == 1
    assert text.count("another line of words") == 1

    def opened(node: Any) -> Any:
        if isinstance(node, dict) and "$" in node:
            return opened(made["pool"][node["$"]])
        if isinstance(node, dict) and "lines" in node:
            return "<br>".join(opened(part) for part in node["lines"])
        return [opened(part) for part in node] if isinstance(node, list) else node

    assert opened(made["slots"][0]["values"]) == [["x", long], ["y", long]]
    assert opened(made["slots"][1]["values"]) == ["a line of many words", 2, "another"]


def test_rows_are_selected_by_the_places_of_their_values(found: views.Views) -> None:
    rows = [{"years": [1, 3], "chip": ["gb300"]}, {"years": [2], "chip": []}]
    found.select(rows, [[0, 1], None])
    assert found.as_json()["filter"] == {
        "rows": [[[0, 2], [1]], [[1], []]], "points": [[0, 1], None],
    }  # fmt: skip
    found.values(["matched"], ["none", "one", "two"])
    with pytest.raises(PlanlibError, match="3 combinations"):
        found.values(["matched"], ["none", "one"])


def test_numbers_lose_no_digit_that_is_shown(found: views.Views) -> None:
    found.values(["chip"], [1234567.0, 0.1 + 0.2])
    assert found.as_json()["slots"][0]["values"] == [1234570, 0.3]
