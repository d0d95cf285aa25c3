"""Deadlines, their status as of a date, and the chronicle."""

from __future__ import annotations

import datetime as dt
import functools

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planlib
from handmade import table
from planlib import schema
from planlib.analysis import timeline
from planlib.charts import timeline as charts

TABLES = ("obligations", "documents", "outcomes", "events")
DATA_DAY = "2026-11-21"
days = st.dates(dt.date(2025, 1, 1), dt.date(2027, 12, 31))


@functools.cache
def whole(name: str) -> pd.DataFrame:
    return planlib.load(name, as_of="2030-01-01")


SILENCE = ("passed_no_record", "passed_not_searched", "due_in", "date_unknown", "no_date")


def board(as_of: str | dt.date = DATA_DAY) -> pd.DataFrame:
    """Return the board of the real tables, by obligation."""
    frames = [whole(name) for name in TABLES]
    return timeline.board(*frames, pd.Timestamp(as_of)).set_index("obligation_id", drop=False)


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


# The orders' own words


@pytest.mark.parametrize(
    ("duty", "start", "due", "weekday"),
    [
        ("EO14179-01", "2025-01-23", "2025-07-22", "Tuesday"),  # within 180 days
        ("EO14320-01", "2025-07-23", "2025-10-21", "Tuesday"),  # within 90 days
        ("EO14319-01", "2025-07-23", "2025-11-20", "Thursday"),  # within 120 days
        ("EO14363-07", "2025-11-24", "2026-11-24", "Tuesday"),  # within 1 year
        ("EO14365-01", "2025-12-11", "2026-01-10", "Saturday"),  # within 30 days
        ("EO14365-02", "2025-12-11", "2026-03-11", "Wednesday"),  # within 90 days
        ("EO14319-04", "2025-12-11", "2026-03-11", "Wednesday"),  # 90 days after the guidance
    ],
)
def test_due_days_follow_from_the_words_of_the_orders(duty, start, due, weekday):
    row = board().loc[duty]
    assert (row["clock_start"], row["due_date"]) == (day(start), day(due))
    assert row["due_origin"] == "computed"
    assert row["due_date"].day_name() == weekday
    assert row["is_weekend"] == (weekday in ("Saturday", "Sunday"))


def test_the_plan_came_a_day_after_its_180_days_and_is_not_called_late():
    row = board().loc["EO14179-01"]
    plan = whole("documents").set_index("document_id").loc["ai-action-plan", "issued_date"]
    assert (plan - row["due_date"]).days == 1
    assert row["duty_status"] == "implied"
    assert pd.isna(row["days_late"])


def test_memorandum_m_26_04_came_21_days_late():
    row = board().loc["EO14319-01"]
    assert (row["duty_status"], row["days_late"]) == ("done_late", 21)
    assert row["outcome_date"] == day("2025-12-11")


def test_the_task_force_was_set_up_the_day_before_its_saturday():
    row = board().loc["EO14365-01"]
    assert (row["duty_status"], row["days_late"]) == ("done_on_time", 0)


def test_43_days_of_the_shutdown_fell_into_the_120_of_order_14319():
    lost = board()["shutdown_days"]
    assert lost["EO14319-01"] == 43
    assert lost["EO14320-01"] == 21  # 1 to 21 October
    assert lost["EO14179-01"] == lost["EO14365-01"] == 0  # before it, after it


def test_dates_printed_in_the_chinese_note_equal_the_computed_ones():
    claims = planlib.load("claims")
    note = claims[(claims["field"] == "stated_due_date") & claims["as_printed"].notna()]
    gaps = board().loc[note["row_id"], "stated_gap_days"]
    assert set(gaps.index) >= {"EO14365-01", "EO14365-02"}
    assert (gaps == 0).all()


def test_a_printed_date_that_departs_from_the_rule_is_kept_apart():
    row = board().loc["EO14320-03"]  # the call closed on 30 June, the rule leads to 9 July
    assert row["due_date"] == day("2026-07-09")
    assert row["stated_gap_days"] == -9


@pytest.mark.parametrize(
    ("as_of", "due", "gap", "status"),
    [
        ("2025-12-31", None, None, "date_unknown"),  # the call that states a day is not yet out
        ("2026-04-30", "2026-07-09", -9, "done_on_time"),
        ("2026-11-21", "2026-07-09", -9, "done_on_time"),
    ],
)
def test_a_date_that_a_later_text_states_is_known_from_that_text_on(as_of, due, gap, status):
    row = board(as_of).loc["EO14320-03"]
    assert row["duty_status"] == status
    if due is None:
        assert row[["due_date", "due_origin", "stated_gap_days"]].isna().all()
        assert "30 June" not in charts.due_rule(row, "en")
        return
    assert (row["due_date"], row["due_origin"]) == (day(due), "computed")
    assert row["stated_gap_days"] == gap
    told = charts.due_rule(row, "en")
    assert "10 April 2026 + 90 days = 9 July 2026" in told
    assert told.endswith("Call for Proposals for Pre-Set Consortia” states 30 June 2026")
    assert charts.due_rule(row, "zh").endswith("所载为2026年6月30日")


# As of a date


def test_a_duty_is_due_then_silent_then_done():
    stages = [board(d).loc["EO14319-01"] for d in ("2025-11-20", "2025-12-10", "2025-12-11")]
    assert [s["duty_status"] for s in stages] == ["due_in", "passed_no_record", "done_late"]
    assert stages[0]["days_left"] == 0
    assert stages[1][["days_late", "days_left", "outcome_id"]].isna().all()


def test_a_chained_duty_has_no_date_before_its_trigger():
    assert board("2025-12-10").loc["EO14319-04", "duty_status"] == "date_unknown"
    after = board("2025-12-11").loc["EO14319-04"]
    assert (after["duty_status"], after["days_left"]) == ("due_in", 90)


def test_a_chained_duty_whose_trigger_is_only_implied_has_no_date():
    row = board("2026-04-01").loc["EO14363-06"]  # 30 days from a submission nobody dates
    assert board("2026-04-01").loc["EO14363-05", "duty_status"] == "implied"
    assert row["duty_status"] == "date_unknown"
    assert pd.isna(row["due_date"])


def test_a_duty_is_unknown_before_its_order():
    assert "EO14319-01" not in board("2025-07-22").index
    assert board("2025-07-23").loc["EO14319-01", "duty_status"] == "due_in"


def test_the_shutdown_is_unknown_before_it_ended():
    assert board("2025-11-11")["shutdown_days"].isna().all()


@settings(deadline=None, max_examples=25)
@given(days)
def test_the_board_uses_nothing_that_became_public_later(as_of):
    known = [planlib.load(name, as_of=as_of.isoformat()) for name in TABLES]
    expected = timeline.board(*known, pd.Timestamp(as_of))
    pd.testing.assert_frame_equal(board(as_of).reset_index(drop=True), expected)


@settings(deadline=None, max_examples=30)
@given(days)
def test_statuses_partition_the_duties_on_every_day(as_of):
    frame, today = board(as_of), pd.Timestamp(as_of)
    counts = timeline.status_counts(frame)
    assert tuple(counts["duty_status"]) == timeline.STATUSES
    assert counts["duty_count"].sum() == len(frame) == frame["duty_status"].notna().sum()
    status = frame["duty_status"]
    silent = frame["outcome_id"].isna()
    waiting = list(SILENCE)
    assert (status.isin(waiting) == silent).all()
    undated = frame["due_date"].isna()
    assert (status.isin(["date_unknown", "no_date"]) == (undated & silent)).all()
    assert (frame["due_date"][status == "passed_no_record"] < today).all()
    assert (frame["due_date"][status == "due_in"] >= today).all()


@settings(deadline=None, max_examples=30)
@given(days)
def test_lateness_is_counted_only_of_what_was_done_on_a_known_day(as_of):
    frame = board(as_of)
    counted = frame[frame["days_late"].notna()]
    results = whole("outcomes").set_index("outcome_id")["result"]
    assert (results[counted["outcome_id"]] == "done").all()
    assert (counted["outcome_precision"] == "day").all()
    assert ((counted["days_late"] > 0) == (counted["duty_status"] == "done_late")).all()
    assert set(counted["duty_status"]) <= {"done_on_time", "done_late"}
    assert (frame["days_left"].notna() == (frame["duty_status"] == "due_in")).all()


@settings(deadline=None, max_examples=25)
@given(days, st.integers(0, 400))
def test_what_is_known_of_lateness_never_changes_later(as_of, wait):
    earlier, later = board(as_of), board(as_of + dt.timedelta(days=wait))
    known = earlier[earlier["days_late"].notna()]
    assert set(earlier.index) <= set(later.index)
    assert (later.loc[known.index, "days_late"] == known["days_late"]).all()


# Small frames


ORDERS = (
    {"document_id": "order", "issued_date": "2025-01-31", "issued_precision": "day"},
    {"document_id": "vague", "issued_date": "2025-01-01", "issued_precision": "month"},
    {"document_id": "undated"},
    {"document_id": "call", "issued_date": "2025-03-05", "issued_precision": "day"},
)


def duties(*rows: dict[str, object]) -> pd.DataFrame:
    return table(
        "obligations", *({"document_id": "order", "start_kind": "document"} | r for r in rows)
    )


def outcome(
    duty: str, result: str, date: str | None = None, precision: str = "day", number: int = 1
):
    return {
        "outcome_id": f"{duty}.{number}", "obligation_id": duty, "result": result,
        "outcome_date": date, "outcome_precision": precision,
    }  # fmt: skip


def small_board(obligations: pd.DataFrame, *outcomes: dict[str, object], as_of: str = "2026-01-01"):
    events = table("events")
    frame = timeline.board(
        obligations, table("documents", *ORDERS), table("outcomes", *outcomes), events, day(as_of)
    )
    return frame.set_index("obligation_id", drop=False)


@pytest.mark.parametrize(
    ("rule", "due", "origin"),
    [
        ({"days": 10}, "2025-02-10", "computed"),
        ({"months": 1}, "2025-02-28", "computed"),  # no 31 February
        ({"months": 1, "days": 10}, "2025-03-10", "computed"),
        ({"months": 12}, "2026-01-31", "computed"),
        ({"start_kind": "date", "start_date": "2025-03-01", "days": 30}, "2025-03-31", "computed"),
        ({"start_kind": "date", "start_date": "2025-03-01", "stated_due_date": "2025-03-11"},
         "2025-03-11", "quoted"),
        ({"start_kind": "none", "stated_due_date": "2025-11-01"}, "2025-11-01", "quoted"),
        ({"document_id": "missing", "days": 10, "stated_due_date": "2025-02-11"},
         "2025-02-11", "quoted"),
    ],
)  # fmt: skip
def test_due_dates_are_computed_from_a_rule_or_quoted(rule, due, origin):
    frame = timeline.due_dates(
        duties({"obligation_id": "a"} | rule), table("documents", *ORDERS), table("outcomes")
    )
    assert frame.loc[0, "due_date"] == day(due)
    assert frame.loc[0, "due_origin"] == origin


@pytest.mark.parametrize(
    ("as_of", "by", "due"),
    [
        ("2025-03-04", "call", None),
        ("2025-03-05", "call", "2025-06-30"),
        ("2025-03-04", None, "2025-06-30"),
        ("2026-01-01", "undated", None),
    ],
)
def test_without_a_rule_a_later_text_dates_the_duty_from_its_issue_on(as_of, by, due):
    stated = {"start_kind": "none", "stated_due_date": "2025-06-30", "stated_by_id": by}
    frame = small_board(duties({"obligation_id": "a"} | stated), as_of=as_of)
    assert frame["due_date"].dropna().tolist() == ([day(due)] if due else [])
    assert frame.loc["a", "duty_status"] == (
        "no_date" if due is None else "due_in" if as_of < due else "passed_no_record"
    )


@pytest.mark.parametrize("document", ["vague", "undated", "missing"])
def test_an_order_whose_day_is_not_known_starts_no_clock(document):
    frame = small_board(duties({"obligation_id": "a", "document_id": document, "days": 10}))
    assert frame["due_date"].isna().all()
    assert frame.loc["a", "duty_status"] == "date_unknown"


def test_a_duty_without_a_period_has_no_date():
    frame = small_board(
        duties({"obligation_id": "a"}, {"obligation_id": "b", "start_kind": "none"})
    )
    assert frame["duty_status"].tolist() == ["no_date", "no_date"]


def test_a_period_without_a_start_has_an_unknown_date():
    frame = small_board(duties({"obligation_id": "a", "start_kind": "none", "days": 30}))
    assert frame.loc["a", "duty_status"] == "date_unknown"


@pytest.mark.parametrize(
    ("trigger", "due"),
    [
        (outcome("first", "done", "2025-02-10"), "2025-03-12"),
        (outcome("first", "done", "2025-02-01", "month"), None),
        (outcome("first", "done", None), None),
        (outcome("first", "implied", "2025-02-10"), None),
        (outcome("first", "partial", "2025-02-10"), None),
        (outcome("first", "postponed", "2025-02-10"), None),
    ],
)
def test_a_chain_starts_only_from_a_day_on_which_its_trigger_was_done(trigger, due):
    chain = {"obligation_id": "then", "start_kind": "obligation", "start_obligation_id": "first"}
    frame = small_board(
        duties({"obligation_id": "first", "days": 10}, chain | {"days": 30}), trigger
    )
    row = frame.loc["then"]
    assert row["due_date"] == day(due) if due else pd.isna(row["due_date"])
    assert row["duty_status"] == ("passed_no_record" if due else "date_unknown")


def test_a_chain_without_a_period_is_undated_only_once_its_trigger_is_known():
    obligations = duties(
        {"obligation_id": "first", "days": 10},
        {"obligation_id": "then", "start_kind": "obligation", "start_obligation_id": "first"},
    )
    assert small_board(obligations).loc["then", "duty_status"] == "date_unknown"
    frame = small_board(obligations, outcome("first", "done", "2025-02-10"))
    assert frame.loc["then", "duty_status"] == "no_date"


@pytest.mark.parametrize(
    ("found", "status", "late"),
    [
        ([], "passed_no_record", None),
        ([outcome("a", "done", "2025-02-10")], "done_on_time", 0),
        ([outcome("a", "done", "2025-02-09")], "done_on_time", 0),
        ([outcome("a", "done", "2025-02-11")], "done_late", 1),
        ([outcome("a", "done", "2025-03-01", "month")], "done", None),
        ([outcome("a", "done", None)], "done", None),
        ([outcome("a", "implied", "2025-03-01")], "implied", None),
        ([outcome("a", "partial", "2025-03-01")], "partial", None),
        ([outcome("a", "postponed", "2025-02-01")], "postponed", None),
        ([outcome("a", "not_done", "2025-03-01")], "not_done_says_source", None),
        ([outcome("a", "done", "2026-01-02")], "passed_no_record", None),
        ([outcome("a", "done", "2026-01-01", "month")], "passed_no_record", None),
    ],
)
def test_status(found, status, late):
    row = small_board(duties({"obligation_id": "a", "days": 10}), *found).loc["a"]
    assert row["duty_status"] == status
    assert row["days_late"] == late if late is not None else pd.isna(row["days_late"])


def test_of_several_outcomes_the_first_done_counts():
    found = [
        outcome("a", "partial", "2025-02-01", number=1),
        outcome("a", "done", "2025-02-13", number=2),
        outcome("a", "done", "2025-02-01", "month", number=3),
        outcome("a", "done", "2025-06-01", number=4),
        outcome("a", "partial", "2025-07-01", number=5),
    ]
    duty = duties({"obligation_id": "a", "days": 10})
    row = small_board(duty, *found).loc["a"]
    assert (row["outcome_id"], row["days_late"]) == ("a.2", 3)
    assert small_board(duty, *found, as_of="2025-02-05").loc["a", "duty_status"] == "partial"


def test_of_several_outcomes_short_of_done_the_latest_counts():
    found = [
        outcome("a", "postponed", "2025-05-01", number=1),
        outcome("a", "partial", "2025-02-01", number=2),
        outcome("a", "implied", None, number=3),
    ]
    row = small_board(duties({"obligation_id": "a", "days": 10}), *found).loc["a"]
    assert row["outcome_id"] == "a.1"


@pytest.mark.parametrize(
    ("start", "days_allowed", "lost"),
    [
        ("2025-09-01", 29, 0),  # due on 30 September
        ("2025-09-01", 30, 1),  # due on 1 October
        ("2025-10-05", 5, 6),
        ("2025-11-12", 30, 1),
        ("2025-11-13", 30, 0),
    ],
)
def test_shutdown_days_count_both_ends(start, days_allowed, lost):
    rule = {"start_kind": "date", "start_date": start, "days": days_allowed}
    frame = timeline.board(
        duties({"obligation_id": "a"} | rule), table("documents", *ORDERS), table("outcomes"),
        whole("events"), day(DATA_DAY),
    )  # fmt: skip
    assert frame.loc[0, "shutdown_days"] == lost


def test_a_board_without_duties_is_empty():
    assert small_board(duties()).empty
    counts = timeline.status_counts(small_board(duties()))
    assert counts["duty_count"].tolist() == [0] * len(timeline.STATUSES)


# The chronicle


def chronicle(as_of: str = DATA_DAY) -> pd.DataFrame:
    names = ("documents", "deals", "outcomes", "events")
    return timeline.chronicle(*(planlib.load(name, as_of=as_of) for name in names))


def test_every_kind_of_entry_has_exactly_one_lane():
    package = schema.package()
    words = [word for lane in timeline.LANES.values() for word in lane]
    kinds = [*package["documents"]["kind"].enum, *package["events"]["category"].enum]
    assert sorted(words) == sorted([*kinds, "deal", "outcome"])


def test_nothing_dated_falls_out_of_the_chronicle():
    frame = chronicle()
    dated = sum(
        int(planlib.load(name)[date].notna().sum())
        for name, date in (
            ("documents", "issued_date"), ("deals", "announced_date"),
            ("outcomes", "outcome_date"), ("events", "date"),
        )
    )  # fmt: skip
    issued = whole("documents").set_index("document_id")["issued_date"]
    outcomes = whole("outcomes")
    twice = int((outcomes["document_id"].map(issued) == outcomes["outcome_date"]).sum())
    assert twice > 0
    assert len(frame) == dated - twice
    assert len(frame) == sum(len(keys) for keys in frame.attrs["rows"].values())
    assert frame[["lane", "title", "title_zh", "precision"]].notna().all(axis=None)
    assert frame["date"].is_monotonic_increasing


def test_the_chronicle_knows_what_each_entry_is():
    rows = chronicle().set_index("row_id")
    columns = ["table", "lane", "category", "precision"]
    assert rows.loc["ai-action-plan", columns].tolist() == ["documents", "plans", "plan", "day"]
    assert rows.loc["EO14363-05.1", columns].tolist() == ["outcomes", "duties", "outcome", "day"]
    assert rows.loc["sa-humain-nvidia", columns].tolist() == ["deals", "deals", "deal", "day"]
    assert rows.loc["2025-10-01-shutdown-begins", "lane"] == "statements"


def test_the_chronicle_ends_on_its_day():
    assert chronicle("2025-07-22")["date"].max() <= day("2025-07-22")
    assert chronicle("1700-01-01").empty


def test_the_words_are_those_of_the_data_package():
    package = schema.package()
    assert tuple(package.column("duty_status").enum) == timeline.STATUSES
    assert tuple(package.column("lane").enum) == tuple(timeline.LANES)
    assert set(timeline.SHUTDOWN) <= set(whole("events")["event_id"])


def test_nothing_is_said_of_a_day_after_the_last_search():
    frame = board("2027-01-01").set_index("obligation_id")
    report = frame.loc["EO14363-07"]
    assert str(report["due_date"].date()) == "2026-11-24"
    assert report["searched_date"] < report["due_date"]
    assert report["duty_status"] == "passed_not_searched"


def test_an_outcome_that_is_the_issue_of_a_document_stands_once():
    tables = [planlib.load(n) for n in ("documents", "deals", "outcomes", "events")]
    entries = timeline.chronicle(*tables)
    ids = set(entries["row_id"])
    assert "m-26-04" in ids
    assert "EO14319-01.1" not in ids
    assert "EO14363-05.1" in ids


def test_boards_of_several_days_say_what_the_board_of_each_day_says() -> None:
    tables = [planlib.load(n) for n in ("obligations", "documents", "outcomes", "events")]
    days = [pd.Timestamp(day) for day in ("2025-03-31", "2025-11-30", "2026-06-30")]
    together = timeline.boards(*tables, days)
    assert len(together["as_of"].unique()) == 3
    for day in days:
        rows = together[together["as_of"] == day].drop(columns="as_of").reset_index(drop=True)
        alone = timeline.board(*tables, day)
        pd.testing.assert_frame_equal(rows, alone, check_dtype=False)


def test_stops_are_ends_of_months_and_the_day_itself() -> None:
    obligations, documents = planlib.load("obligations"), planlib.load("documents")
    days = timeline.stops(obligations, documents, "2025-12-24")
    assert [d.date().isoformat() for d in days[:2]] == ["2025-01-31", "2025-02-28"]
    assert [d.date().isoformat() for d in days[-2:]] == ["2025-11-30", "2025-12-24"]


# The title of the board


@pytest.mark.parametrize(
    ("on", "en", "zh"),
    [
        ("2025-02-01", "None of 2 dated duties has passed its day", "2项有期限的任务均未过到期日"),
        (
            "2025-02-21",
            "1 of 2 dated duties have passed their day",
            "2项有期限的任务中，1项已过到期日",
        ),
    ],
)
def test_the_title_of_the_board_counts_no_noughts(on, en, zh):
    frame = small_board(
        duties({"obligation_id": "a", "days": 10}, {"obligation_id": "b", "days": 300}),
        outcome("a", "done", "2025-02-05"),
        as_of=on,
    )
    rows = list(frame.itertuples())
    assert charts.board_title(rows, "en", day(on)) == en
    assert charts.board_title(rows, "zh", day(on)) == zh
