"""The debate: arguments with their sayers, levers against state law, China's exposure."""

from __future__ import annotations

import re

import pandas as pd
import pytest

import drawn
import planlib
from planlib import evidence, schema, style, tables
from planlib.analysis import comparison, controls, debate, timeline

both_languages = pytest.mark.parametrize("lang", ["en", "zh"])
NAMES = ("obligations", "documents", "outcomes", "events", "measures", "controls")


def told(as_of: str = "") -> pd.DataFrame:
    others = (planlib.load("sources"), planlib.load("actors"))
    return comparison.told(planlib.load("arguments"), evidence.claims(), *others, as_of)


def levers(as_of: str = "") -> pd.DataFrame:
    data = {name: planlib.load(name, as_of=as_of) for name in NAMES}
    board = timeline.board(*(data[name] for name in NAMES[:4]), as_of)
    return debate.state_law(data["measures"], board, *(data[name] for name in NAMES[1:4]))


def exposed(as_of: str = "") -> pd.DataFrame:
    day = tables.resolve_as_of(as_of)
    states = controls.states(planlib.load("controls", as_of=as_of), day)
    links = planlib.load("argument_controls", as_of=as_of)
    return debate.exposure(states, links, told(as_of), as_of)


# contradictions, voices


def test_contradictions_are_all_arguments_with_an_obstacle_and_nothing_more() -> None:
    frame = debate.contradictions(told())
    arguments = planlib.load("arguments")
    assert set(frame["argument_id"]) == set(arguments[arguments["obstacle"].notna()]["argument_id"])
    assert frame["goal"].notna().all()
    assert set(frame["standing"]) == {"argued"}


def test_contradictions_begin_with_the_goal_that_has_most_obstacles() -> None:
    frame = debate.contradictions(told())
    sizes = frame.groupby("goal", sort=False)["obstacle"].nunique()
    assert sizes.iloc[0] == sizes.max()


def test_voices_count_every_argument_once_and_keep_second_hand_apart() -> None:
    frame = debate.voices(told())
    assert frame["argument_count"].sum() == len(planlib.load("arguments"))
    brens = frame[frame["said_by_id"] == "raul-brens-jr"]
    assert brens["is_second_hand"].all()
    assert not frame[frame["said_by_id"] == "nsfocus"]["is_second_hand"].any()
    assert frame[frame["said_by_id"].isna()]["is_second_hand"].all()


def test_only_the_plan_itself_was_read_among_those_whose_words_are_passed_on() -> None:
    frame = told()
    passed_on = frame[frame["is_second_hand"] & frame["is_original_read"]]
    assert set(passed_on["said_by_id"]) == {"WH"}


# state law


def test_the_plan_recommends_and_only_the_order_orders() -> None:
    frame = levers()
    assert set(frame[frame["weight"] == "recommended"]["document_id"]) == {debate.PLAN}
    assert set(frame[frame["weight"] == "ordered"]["document_id"]) == {debate.STATE_LAW_ORDER}


def test_every_duty_of_the_order_stands_under_one_lever() -> None:
    duties = planlib.load("obligations")
    own = duties[duties["document_id"] == debate.STATE_LAW_ORDER]["obligation_id"]
    assert sorted(levers()["obligation_id"].dropna()) == sorted(own)


def test_levers_are_the_words_of_the_vocabulary() -> None:
    spec = schema.package().column("lever")
    assert spec is not None
    assert set(debate.LEVERS) == set(spec.enum)


def test_the_moratorium_failed_and_nothing_else_is_said_to_have_failed() -> None:
    failed = levers().query("weight == 'failed'")
    assert list(failed["lever"]) == ["state_moratorium"]
    assert "99 to 1" in failed["record"].iloc[0]


@pytest.mark.parametrize(
    ("as_of", "weights"),
    [
        ("2025-06-30", set()),
        ("2025-07-01", {"failed"}),
        ("2025-07-23", {"failed", "recommended"}),
        ("2025-12-11", {"failed", "recommended", "ordered", "proposed"}),
    ],
)
def test_levers_are_known_from_their_day_on(as_of: str, weights: set[str]) -> None:
    assert set(levers(as_of)["weight"].astype("str")) == weights


def test_a_status_is_that_of_the_day() -> None:
    status = levers("2026-01-05").set_index("obligation_id")["duty_status"]
    assert status["EO14365-01"] == "due_in"
    assert levers().set_index("obligation_id")["duty_status"]["EO14365-01"] == "done_on_time"


def test_duties_ascribed_to_the_plan_are_found_among_the_claims() -> None:
    data = {name: planlib.load(name) for name in NAMES}
    board = timeline.board(*(data[name] for name in NAMES[:4]))
    frame = debate.misattributed(board, evidence.claims())
    assert set(frame["source_id"]) == {"policy-note-2025-12"}
    assert set(frame["obligation_id"]) == {"EO14365-01", "EO14365-02", "EO14365-03"}


# China


def test_exposure_holds_every_control_aimed_at_china_and_none_of_its_own() -> None:
    frame = exposed()
    every = planlib.load("controls")
    aimed = set(every[every["target_id"].isin(debate.CHINESE_TARGETS)]["control_id"])
    assert aimed <= set(frame["control_id"])
    assert not frame["control_id"].str.startswith("cn-").any()


def test_no_proposal_names_the_control_that_it_would_answer() -> None:
    frame = exposed()
    answers = frame[frame["kind"] == "countermeasure"]
    assert set(answers["basis"]) == {"mapped_by_us"}
    assert set(answers["standing"]) == {"proposed"}


def test_a_proposal_is_never_matched_to_a_later_control() -> None:
    frame = exposed()
    answers = frame[frame["kind"] == "countermeasure"]
    written = told().set_index("argument_id")["published_date"]
    started = answers["from_date"]
    assert (started.isna() | (started <= answers["argument_id"].map(written))).all()


def test_exposure_keeps_to_what_is_known_on_the_day() -> None:
    early = exposed("2025-05-01")
    assert early["argument_id"].isna().all()
    assert (early["from_date"].isna() | (early["from_date"] <= "2025-05-01")).all()


def test_own_measures_are_those_of_china() -> None:
    states = controls.states(planlib.load("controls"), schema.package().as_of)
    own = debate.own_measures(states)
    assert own["control_id"].str.startswith("cn-").all()
    assert len(own) == planlib.load("controls")["control_id"].str.startswith("cn-").sum()


# Charts and sentences


def shown(name: str, lang: str = "en", **parameters: str) -> drawn.Shown:
    return drawn.run("debate", lang=lang, **parameters).figures[name]


def written(name: str, lang: str = "en", **parameters: str) -> str:
    return " ".join(shown(name, lang, **parameters).figure.data[1].text).replace("<br>", " ")


@both_languages
def test_the_trap_of_the_plan_and_the_order_is_named_at_the_chart(lang: str) -> None:
    words = shown("state-law", lang).words
    assert words["note"].startswith({"en": "3 of these duties", "zh": "其中3项任务"}[lang])
    absent = {"en": "not among its recommended actions", "zh": "不在其建议措施之列"}[lang]
    said = written("state-law", lang).replace(" ", "")
    assert said.count(absent.replace(" ", "")) == 6


def test_silence_is_hollow_on_the_chart_of_state_law() -> None:
    figure = shown("state-law").figure
    marks = figure.data[0].marker
    hollow = [line for fill, line in zip(marks.color, marks.line.color, strict=True)
              if fill == style.PAPER]  # fmt: skip
    assert len(hollow) >= 6
    assert style.WARNING not in hollow


@both_languages
def test_proposals_and_measures_on_record_stand_apart(lang: str) -> None:
    table = shown("options", lang).table
    assert table["standing"].notna().sum() == 9
    assert (table["standing"].isna() == table["control_state"].notna()).all()


@both_languages
def test_contradictions_say_who_and_where_nobody_is_named(lang: str) -> None:
    said = written("contradictions", lang).replace(" ", "")
    assert {"en": "nobodynamed", "zh": "未指名"}[lang] in said
    assert tables.names_of("actors", lang)["paul-kedrosky"].replace(" ", "") in said


@both_languages
def test_the_chart_of_voices_draws_every_argument(lang: str) -> None:
    texts = shown("voices", lang).figure.data[1].text
    assert sum(int(t) for t in texts if t.isdigit()) == len(planlib.load("arguments"))


def test_one_text_can_be_read_alone() -> None:
    frame = shown("contradictions", reported_by_id="nsfocus").table
    assert set(frame["reported_by_id"]) == {"nsfocus"}


@both_languages
def test_a_day_before_everything_is_said_plainly(lang: str) -> None:
    run = drawn.run("debate", lang=lang, as_of="2021-01-01")
    assert {"en": "0 of the arguments", "zh": "为0条"}[lang] in run.prose[-1]
    assert len(run.figures) == 6


@both_languages
def test_the_opening_counts_what_the_tables_hold(lang: str) -> None:
    answer = drawn.run("debate", lang=lang).prose[-1].split("\n\n")[0]
    arguments, frame = planlib.load("arguments"), levers()
    proposals = arguments[arguments["kind"] == "countermeasure"]
    counts = [
        arguments.groupby(["goal", "obstacle"]).ngroups,
        len(arguments),
        arguments["said_by_id"].isna().sum(),
        (frame["weight"] == "ordered").sum(),
        exposed()["control_id"].nunique(),
        len(proposals),
    ]
    assert [c for c in counts if str(c) not in answer] == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_key_of_contradictions_explains_the_marks_drawn(lang: str) -> None:
    one = shown("contradictions", lang)
    symbols = set()
    for trace in one.figure.data:
        if trace.marker.symbol is not None:
            own = trace.marker.symbol
            symbols |= {own} if isinstance(own, str) else set(own)
    glyphs = {mark["glyph"] for mark in one.figure.layout.meta["planlib"]["key"]}
    assert glyphs == {style.GLYPHS[symbol] for symbol in symbols}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_groups_without_a_name_are_not_counted_as_named_voices(lang: str) -> None:
    one = shown("named-voices", lang)
    actors = planlib.load("actors").set_index("actor_id")
    kinds = actors.loc[one.table["said_by_id"].unique(), "kind"]
    groups = int((kinds == "group").sum())
    assert groups
    counted = [int(n) for n in re.findall(r"\d+", one.words["title"])]
    assert counted[:2] == [len(kinds) - groups, groups]
