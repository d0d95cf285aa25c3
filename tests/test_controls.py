"""Chip controls: what was in force on a day, which limits applied, which tests hold."""

from __future__ import annotations

import pandas as pd
import pytest

import planlib
from planlib import PlanlibError, tables
from planlib.analysis import controls

RULES = pd.DataFrame(
    {
        "control_id": ["open", "ended", "later", "never", "undated", "stayed", "open_ended"],
        "document_id": ["a", "b", "c", "d", None, "g", "h"],
        "from_date": pd.to_datetime(
            ["2022-10-07", "2025-05-23", "2026-01-13", "2025-01-13", None, "2025-04-01",
             "2025-04-01"]
        ),
        "to_date": pd.to_datetime([None, "2025-07-02", None, "2025-05-13", None, None, None]),
        "ended_by_id": [None, "e", None, "f", None, None, None],
        "suspended_date": pd.to_datetime([None] * 5 + ["2025-08-01", "2025-08-01"]),
        "suspended_to_date": pd.to_datetime([None] * 5 + ["2025-12-31", None]),
        "suspended_by_id": [None] * 5 + ["i", "j"],
        "never_in_force": [False, False, False, True, False, False, False],
    }
)  # fmt: skip
SUSPENDED = {
    "cn-gallium-ban-2024": ("2025-11-09", "2026-11-27"),
    "cn-rare-earths-october-2025": ("2025-11-07", "2026-11-10"),
    "us-affiliates-rule": ("2025-11-10", "2026-11-09"),
}


def state_on(day: str) -> dict[str, str]:
    frame = controls.states(RULES, day)
    return dict(zip(frame["control_id"], frame["control_state"].astype(str), strict=True))


def test_states_on_a_day_in_between() -> None:
    assert state_on("2025-06-01") == {
        "open": "in_force",
        "ended": "in_force",
        "later": "not_yet",
        "never": "never_in_force",
        "undated": "date_not_stated",
        "stayed": "in_force",
        "open_ended": "in_force",
    }


@pytest.mark.parametrize(
    ("day", "stayed", "open_ended"),
    [
        ("2025-07-31", "in_force", "in_force"),
        ("2025-08-01", "suspended", "suspended"),
        ("2025-12-31", "suspended", "suspended"),
        ("2026-01-01", "suspension_lapsed", "suspended"),
    ],
)
def test_a_suspension_runs_to_its_last_day_and_is_no_end(
    day: str, stayed: str, open_ended: str
) -> None:
    states = state_on(day)
    assert (states["stayed"], states["open_ended"]) == (stayed, open_ended)


@pytest.mark.parametrize("control_id", SUSPENDED)
def test_the_suspensions_of_november_2025_are_suspensions_and_then_not_known(
    control_id: str,
) -> None:
    first, last = map(pd.Timestamp, SUSPENDED[control_id])
    one = pd.Timedelta(days=1)
    data = planlib.load("controls")

    def state(day: pd.Timestamp) -> str:
        frame = controls.states(controls.known_ends(data, day), day).set_index("control_id")
        return str(frame["control_state"][control_id])

    days = (first - one, first, last, last + one)
    assert [state(day) for day in days] == [
        "in_force", "suspended", "suspended", "suspension_lapsed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2025-05-22", "not_yet"),
        ("2025-05-23", "in_force"),
        ("2025-07-01", "in_force"),
        ("2025-07-02", "ended"),
    ],
)
def test_a_control_applies_from_its_first_day_until_the_day_before_its_end(
    day: str, state: str
) -> None:
    assert state_on(day)["ended"] == state


def test_only_what_began_did_not_end_and_ever_applied_is_in_force() -> None:
    assert list(controls.in_force(RULES, "2026-02-01")["control_id"]) == ["open", "later"]


def test_the_diffusion_rule_was_never_in_force_on_any_day() -> None:
    data = planlib.load("controls")
    for day in ("2025-01-13", "2025-03-01", "2025-05-14", "2025-05-15"):
        stood = controls.in_force(data, day)
        assert controls.DIFFUSION not in set(stood["document_id"])


def test_an_end_that_is_not_yet_known_is_no_end() -> None:
    known = controls.known_ends(RULES, "2025-06-01").set_index("control_id")
    assert pd.isna(known["to_date"]["ended"])
    assert pd.isna(known["ended_by_id"]["ended"])
    assert known["to_date"]["never"] == pd.Timestamp("2025-05-13")


def test_a_suspension_that_is_not_yet_known_is_none() -> None:
    columns = ["suspended_date", "suspended_to_date", "suspended_by_id"]
    early = controls.known_ends(RULES, "2025-07-31").set_index("control_id")
    assert early[columns].isna().all(axis=None)
    late = controls.known_ends(RULES, "2025-08-01").set_index("control_id")
    assert late["suspended_to_date"]["stayed"] == pd.Timestamp("2025-12-31")


def test_the_day_asked_is_the_as_of_day_unless_given() -> None:
    assert controls.day_asked("", "2026-01-15") == pd.Timestamp("2026-01-15")
    assert controls.day_asked("2025-05-20", "2026-01-15") == pd.Timestamp("2025-05-20")


def test_a_day_that_is_not_yet_known_is_refused() -> None:
    with pytest.raises(PlanlibError, match="is after 2026-01-15"):
        controls.day_asked("2026-01-16", "2026-01-15")


def test_thresholds_apply_from_their_first_day_until_their_end() -> None:
    data = planlib.load("thresholds")
    before, after = (
        set(controls.thresholds_on(data, day)["document_id"])
        for day in ("2025-01-19", "2025-01-20")
    )
    assert "eo-14110" in before
    assert "eo-14110" not in after


def test_limits_have_numbers_and_know_what_never_applied() -> None:
    frame = controls.limits(planlib.load("thresholds"), planlib.load("controls"), "2025-03-01")
    assert frame["value"].notna().all()
    state = frame.set_index("threshold_id")["control_state"]
    assert state["DIFFUSION-T01"] == "never_in_force"
    assert state["EO14110-T05"] == "ended"
    assert state["EO14318-T09"] == "not_yet"


def test_a_limit_is_suspended_with_its_rule() -> None:
    rules, thresholds = planlib.load("controls"), planlib.load("thresholds")
    for day, state in (("2025-11-09", "in_force"), ("2026-01-01", "suspended"),
                       ("2026-11-10", "suspension_lapsed")):  # fmt: skip
        frame = controls.limits(thresholds, rules, day).set_index("threshold_id")
        assert frame["control_state"]["AFFILIATES-T01"] == state


TESTS = pd.DataFrame(
    {
        "threshold_id": ["a1", "a2", "b1", "c1"],
        "document_id": ["doc", "doc", "doc", "other"],
        "route": ["a", "a", "b", "c"],
        "operator": ["more_than", "is_true", "at_least", "is_true"],
        "value": [100.0, None, 500.0, None],
    }
)


@pytest.mark.parametrize(
    ("facts", "a", "b"),
    [
        ({"a1": 101.0, "a2": True}, "met", "not_known"),
        ({"a1": 100.0, "a2": True, "b1": 500.0}, "not_met", "met"),
        ({"a1": 101.0}, "not_known", "not_known"),
        ({"a1": 50.0}, "not_met", "not_known"),
        ({"a2": False, "b1": 499.0}, "not_met", "not_met"),
        ({}, "not_known", "not_known"),
    ],
)
def test_rows_of_a_route_must_all_hold(facts: dict[str, object], a: str, b: str) -> None:
    tests = controls.qualify(TESTS, "doc", facts)
    results = tests.drop_duplicates("route").set_index("route")["route_result"]
    assert (results["a"], results["b"]) == (a, b)


@pytest.mark.parametrize(
    ("facts", "result"),
    [
        ({"a1": 100.0, "b1": 500.0}, "met"),
        ({"a1": 100.0}, "not_known"),
        ({"a1": 100.0, "b1": 1.0}, "not_met"),
    ],
)
def test_one_route_is_enough(facts: dict[str, object], result: str) -> None:
    assert controls.any_route(controls.qualify(TESTS, "doc", facts), ["a", "b"]) == result


def test_a_fact_about_no_threshold_is_refused() -> None:
    with pytest.raises(PlanlibError, match="c1 is no threshold of doc"):
        controls.qualify(TESTS, "doc", {"c1": True})


@pytest.mark.parametrize(
    ("word", "holds"), [("more_than", False), ("at_least", True), ("less_than", False),
                        ("up_to", True)]
)  # fmt: skip
def test_a_limit_itself_is_within_only_where_the_text_says_so(word: str, holds: bool) -> None:
    tests = controls.qualify(TESTS.assign(operator=word), "doc", {"a1": 100.0})
    assert (tests["test_result"][0] == "met") == holds


def test_a_limit_in_words_is_never_decided() -> None:
    tests = controls.qualify(TESTS.assign(operator="at_least", value=None), "doc", {"a1": 1e12})
    assert tests["test_result"][0] == "not_known"


def routes_of(**facts: object) -> dict[str, str]:
    tests = controls.qualifying_project(
        planlib.load("thresholds"),
        controls.Project(**facts),  # type: ignore[arg-type]
    )
    rows = tests.drop_duplicates("route")
    return dict(zip(rows["route"], rows["route_result"].astype(str), strict=True))


def test_a_hundred_megawatts_are_not_more_than_a_hundred() -> None:
    exact = routes_of(new_load_mw=100.0, serves_ai=True, is_component_project=False)
    assert {exact[r] for r in controls.QUALIFYING_ROUTES} == {"not_met"}
    above = routes_of(new_load_mw=100.1, serves_ai=True)
    assert above["data-center-project"] == above["qualifying-load"] == "met"


def test_megawatts_are_not_the_only_test() -> None:
    plant = routes_of(new_load_mw=5.0, is_component_project=True, committed_usd=5e8,
                      commerce_determines=True)  # fmt: skip
    assert plant["data-center-project"] == "not_met"
    assert plant["qualifying-load"] == "not_met"
    assert plant["qualifying-capital"] == "met"
    other_use = routes_of(new_load_mw=400.0, serves_ai=False, is_component_project=False)
    assert {other_use[r] for r in controls.QUALIFYING_ROUTES} == {"not_met"}


@pytest.mark.parametrize(
    ("fact", "route"),
    [("protects_security", "qualifying-security"), ("is_designated", "qualifying-designation")],
)
def test_security_and_designation_ask_for_a_project_too(fact: str, route: str) -> None:
    assert routes_of(**{fact: True})[route] == "not_known"
    assert routes_of(**{fact: True, "is_component_project": True})[route] == "met"


def test_money_without_a_determination_leaves_its_route_open() -> None:
    known = routes_of(is_component_project=True, committed_usd=9e8)
    assert known["qualifying-capital"] == "not_known"


def test_a_project_is_told_by_parameters() -> None:
    told = controls.Project.told(-1, 5e8, serves_ai="yes", is_designated="unknown")
    assert told == controls.Project(committed_usd=5e8, serves_ai=True)
    with pytest.raises(PlanlibError, match="serves_ai: 'perhaps'; use one of yes, no, unknown"):
        controls.Project.told(1, 1, serves_ai="perhaps")


def touching(*asked: str, on: str = "2026-11-21") -> pd.DataFrame:
    names = ("controls", "red_flags", "treatments")
    return controls.touching(*(planlib.load(name) for name in names), asked, on)


@pytest.mark.parametrize("feature", controls.FEATURES)
def test_every_row_of_the_mapping_is_in_the_tables(feature: str) -> None:
    for table, keys in controls.FEATURES[feature].items():
        assert set(keys) <= set(tables.whole(table).iloc[:, 0])


def test_every_red_flag_touches_some_feature() -> None:
    frame = touching()
    flags = frame[frame["table"] == "red_flags"]["row_id"]
    assert set(flags) == set(planlib.load("red_flags")["red_flag_id"])


def test_nothing_chosen_is_no_all_clear() -> None:
    frame = touching()
    assert set(frame[frame["is_asked"]]["feature"]) == {"any_deal"}
    assert frame["is_asked"].sum() >= 10


def test_a_chosen_feature_brings_its_rows() -> None:
    asked = touching("chinese_chip", "chinese_model")
    rows = set(asked[asked["is_asked"]]["row_id"])
    assert {"us-gp10-ascend", "us-ai-training-statement"} <= rows
    assert "bis-2025-04" not in rows


def test_what_a_plan_recommends_is_neither_in_force_nor_out_of_it() -> None:
    frame = touching()
    plan = frame[frame["table"] == "treatments"]
    assert len(plan)
    assert set(plan["standing"]) == {"recommendation"}
    assert plan["control_state"].isna().all()


def test_rows_stand_as_on_the_day() -> None:
    early = touching(on="2025-05-12").set_index("row_id")["control_state"]
    assert set(early.loc[["us-diversion-guidance"]].astype(str)) == {"not_yet"}
    assert early["bis-2025-04"] == "not_yet"


def test_an_unknown_feature_is_refused() -> None:
    with pytest.raises(PlanlibError, match="'red_chip' is none"):
        touching("red_chip")


def test_red_flags_that_no_text_names_are_counted() -> None:
    provisions, flags = planlib.load("provisions"), planlib.load("red_flags")
    assert controls.flags_unnamed(provisions, flags) == 11 - len(flags) == 1
    assert controls.flags_unnamed(provisions, flags.head(2)) == 9
    assert controls.flags_unnamed(provisions.iloc[:0], flags) == 0
