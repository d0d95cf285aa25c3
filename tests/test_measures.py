"""The Plan's recommended actions: counts, agencies, and which of them were ordered."""

from __future__ import annotations

import pandas as pd
import pytest

import planlib
from handmade import table
from planlib import evidence, schema
from planlib.analysis import measures

PLAN_DAY = "2025-07-23"


@pytest.fixture(scope="module")
def real():
    names = ("sections", "measures", "measure_agencies", "implementations", "documents")
    return {name: planlib.load(name) for name in names}


@pytest.fixture
def sections():
    return table(
        "sections",
        {"section_id": "P1.01", "pillar": "P1", "section_no": 1, "title": "One", "title_zh": "一"},
        {"section_id": "P1.02", "pillar": "P1", "section_no": 2, "title": "Two", "title_zh": "二"},
        {
            "section_id": "P2.01",
            "pillar": "P2",
            "section_no": 1,
            "title": "Three",
            "title_zh": "三",
        },
    )


@pytest.fixture
def actions():
    return table(
        "measures",
        {"measure_id": "c", "section_id": "P1.02", "action_no": 1, "instrument": "funding"},
        {"measure_id": "b", "section_id": "P1.01", "action_no": 2, "instrument": "funding",
         "same_as_id": "a"},
        {"measure_id": "a", "section_id": "P1.01", "action_no": 1, "instrument": "guidance"},
    )  # fmt: skip


@pytest.fixture
def agencies():
    return table(
        "measure_agencies",
        {"measure_agency_id": "a.OMB", "measure_id": "a", "actor_id": "OMB", "role": "lead"},
        {"measure_agency_id": "a.GSA", "measure_id": "a", "actor_id": "GSA", "role": "support"},
        {"measure_agency_id": "b.OMB", "measure_id": "b", "actor_id": "OMB", "role": "lead"},
    )


@pytest.fixture
def documents():
    return table(
        "documents",
        {"document_id": "ai-action-plan", "issued_date": PLAN_DAY},
        {"document_id": "older", "issued_date": "2025-07-22"},
        {"document_id": "same-day", "issued_date": PLAN_DAY},
        {"document_id": "later", "issued_date": "2025-11-24"},
        {"document_id": "undated"},
    )


def links(*pairs):
    rows = [
        {"implementation_id": f"{m}.{d}", "measure_id": m, "document_id": d, "basis": basis}
        for m, d, basis in pairs
    ]
    return table("implementations", *rows)


def test_levels_of_the_plan(real):
    levels = measures.levels(real["sections"], real["measures"]).set_index("pillar")
    assert levels["section_count"].to_dict() == {"P1": 15, "P2": 8, "P3": 7}
    assert (levels["section_count"].sum(), levels["action_count"].sum()) == (30, 103)
    assert levels["distinct_count"].sum() == 102


def test_levels_count_a_repeated_action_but_not_as_distinct(sections, actions):
    levels = measures.levels(sections, actions)
    assert levels.values.tolist() == [["P1", 2, 3, 2], ["P2", 1, 0, 0]]
    assert levels.attrs["rows"] == {"measures": ["c", "b", "a"]}


def test_by_section_keeps_the_order_of_the_plan_and_sections_without_actions(sections, actions):
    counts = measures.by_section(sections.iloc[::-1], actions)
    assert counts[["section_id", "action_count"]].values.tolist() == [
        ["P1.01", 2], ["P1.02", 1], ["P2.01", 0],
    ]  # fmt: skip


def test_every_section_of_the_plan_recommends_something(real):
    counts = measures.by_section(real["sections"], real["measures"])
    assert counts["action_count"].min() >= 1
    assert counts["page"].is_monotonic_increasing


def test_tree_reads_like_the_plan(sections, actions):
    tree = measures.tree(sections, actions)
    assert tree["measure_id"].tolist() == ["a", "b", "c"]
    assert tree["section_title"].tolist() == ["One", "One", "Two"]
    assert tree["section_title_zh"].tolist() == ["一", "一", "二"]


def test_tree_loses_no_action_of_the_plan(real):
    tree = measures.tree(real["sections"], real["measures"])
    assert tree["measure_id"].tolist() == sorted(real["measures"]["measure_id"])


def test_by_agency_counts_an_action_once_for_each_body_it_names(agencies, actions, sections):
    counts = measures.by_agency(agencies, actions, sections)
    rows = counts.astype(dict.fromkeys(counts.columns[:4], "str")).values.tolist()
    assert sorted(rows) == [
        ["GSA", "P1", "guidance", "support", 1],
        ["OMB", "P1", "funding", "lead", 1],
        ["OMB", "P1", "guidance", "lead", 1],
    ]
    assert counts.attrs["rows"] == {"measure_agencies": ["a.OMB", "a.GSA", "b.OMB"]}


def test_by_agency_counts_every_naming_of_the_plan(real):
    counts = measures.by_agency(real["measure_agencies"], real["measures"], real["sections"])
    assert counts["action_count"].sum() == len(real["measure_agencies"])


def test_unnamed_are_the_actions_without_a_body(agencies, actions, real):
    assert measures.unnamed(agencies, actions)["measure_id"].tolist() == ["c"]
    silent = measures.unnamed(real["measure_agencies"], real["measures"])
    assert len(silent) == 103 - real["measure_agencies"]["measure_id"].nunique()


def test_ordered_has_a_row_a_link_and_one_for_an_action_without(actions):
    frame = measures.ordered(
        actions, links(("a", "later", "mapped_by_us"), ("a", "older", "named_in_text"))
    )
    rows = frame[["measure_id", "uptake"]].astype("str").values.tolist()
    assert sorted(rows) == [
        ["a", "mapped_by_us"], ["a", "named_in_text"], ["b", "not_stated"], ["c", "not_stated"],
    ]  # fmt: skip
    assert "predates_plan" not in frame


def test_an_order_older_than_the_plan_is_told_apart(actions, documents):
    orders = ("older", "same-day", "later", "undated")
    frame = measures.ordered(
        actions, links(*(("a", order, "mapped_by_us") for order in orders)), documents
    )
    marks = frame.set_index("document_id")["predates_plan"]
    assert marks[["older", "same-day", "later"]].tolist() == [True, False, False]
    assert marks[["undated"]].isna().all()
    assert frame[frame["uptake"] == "not_stated"]["predates_plan"].isna().all()


def test_an_action_counts_once_and_first_under_an_order_that_can_answer_the_plan(
    actions, documents, sections
):
    found = links(
        ("a", "older", "named_in_text"),
        ("a", "later", "mapped_by_us"),
        ("b", "older", "mapped_by_us"),
    )
    counts = measures.ordered_by_pillar(actions, found, sections, documents)
    assert positive(counts) == [
        ["P1", "mapped_by_us", False, 1],
        ["P1", "mapped_by_us", True, 1],
        ["P1", "not_stated", False, 1],
    ]
    counts = measures.ordered_by_pillar(actions, found, sections)
    assert positive(counts) == [
        ["P1", "named_in_text", 1], ["P1", "mapped_by_us", 1], ["P1", "not_stated", 1],
    ]  # fmt: skip


def positive(counts: pd.DataFrame) -> list[list[object]]:
    return counts[counts["action_count"] > 0].astype({"uptake": "str"}).values.tolist()


def test_every_action_of_the_plan_is_ordered_or_not(real):
    counts = measures.ordered_by_pillar(
        real["measures"], real["implementations"], real["sections"], real["documents"]
    )
    assert counts["action_count"].sum() == 103
    assert set(counts["predates_plan"]) == {True, False}


def test_an_order_that_the_plan_names_is_older_than_the_plan(real):
    frame = measures.ordered(real["measures"], real["implementations"], real["documents"])
    named = frame[frame["uptake"] == "named_in_text"]
    assert "eo-14192" in set(named["document_id"])
    assert named["predates_plan"].all()


def test_orders_of_the_day_of_the_plan_do_not_predate_it(real):
    frame = measures.ordered(real["measures"], real["implementations"], real["documents"])
    twins = frame[frame["document_id"].isin(["eo-14318", "eo-14319", "eo-14320"])]
    assert len(twins) > 0
    assert not twins["predates_plan"].any()


def test_counts_told_set_ours_beside_those_of_others(sections, actions):
    about = {"table": "documents", "row_id": "ai-action-plan", "field": "*", "stance": "differs"}
    claims = pd.DataFrame(
        [
            about | {"publisher": "Over", "value": "over 90 actions"},
            about | {"publisher": "Chinese", "value": "90余 actions"},
            about | {"publisher": "Pages", "value": "25 pages"},
            about | {"publisher": "Other order", "value": "80 actions", "row_id": "eo-14179"},
            about | {"publisher": "Agrees", "value": "103 actions", "stance": "supports"},
            about | {"publisher": "No number", "value": "a blueprint of actions"},
            about | {"publisher": "A date", "value": "actions of 2025-07-23"},
        ]
    )
    told = measures.counts_told(sections, actions, claims)
    columns = ["statement", "said_by", "figure", "qualifier", "origin"]
    assert told[columns].astype(
        {"statement": "str", "qualifier": "str", "origin": "str"}
    ).values.tolist() == [
        ["pillars", "planlib", 2, "exact", "computed"],
        ["distinct", "planlib", 2, "exact", "computed"],
        ["sections", "planlib", 3, "exact", "computed"],
        ["actions", "planlib", 3, "exact", "computed"],
        ["told", "Chinese", 90, "at_least", "quoted"],
        ["told", "Over", 90, "at_least", "quoted"],
    ]


def test_others_round_the_103_actions_to_90(real):
    told = measures.counts_told(real["sections"], real["measures"], evidence.claims())
    quoted = told[told["origin"] == "quoted"]
    assert set(quoted["figure"]) == {90}
    assert told["figure"].max() == 103


def test_before_the_plan_there_is_nothing_to_count():
    names = ("sections", "measures", "measure_agencies", "implementations", "documents")
    data = {name: planlib.load(name, as_of="2025-07-22") for name in names}
    frames = [
        measures.levels(data["sections"], data["measures"]),
        measures.by_section(data["sections"], data["measures"]),
        measures.tree(data["sections"], data["measures"]),
        measures.by_agency(data["measure_agencies"], data["measures"], data["sections"]),
        measures.unnamed(data["measure_agencies"], data["measures"]),
        measures.ordered(data["measures"], data["implementations"], data["documents"]),
    ]
    assert [len(frame) for frame in frames] == [0] * 6


def test_the_words_are_those_of_the_data_package():
    uptake = schema.package().column("uptake")
    assert uptake is not None
    assert tuple(uptake.enum) == measures.UPTAKES
