"""The sentences with numbers in them say what the tables say, in both languages."""

from __future__ import annotations

import re

import pandas as pd
import pytest

import drawn
import planlib
from planlib import evidence, schema, tables, wording
from planlib.analysis import timeline
from planlib.answers import deals as answers
from planlib.answers import prose

AS_OF = pd.Timestamp(schema.package().as_of)
both_languages = pytest.mark.parametrize("lang", ["en", "zh"])


def answer(notebook: str, lang: str, **parameters: str) -> str:
    """Return the paragraph that a notebook begins with, without the word on how sure it is."""
    paragraphs = drawn.run(notebook, lang=lang, **parameters).opening.split("\n\n")
    return paragraphs[0]


def sureness(notebook: str, lang: str, **parameters: str) -> list[int]:
    return numbers(drawn.run(notebook, lang=lang, **parameters).opening.split("\n\n")[1])


def numbers(text: str) -> list[int]:
    """Return the numbers of a text, in order; dates are left out."""
    for day in (r"\d+ [A-Z][a-z]+ \d{4}", r"\d{4}年\d+月\d+日"):
        text = re.sub(day, "", text)
    return [int(n.replace(",", "")) for n in re.findall(r"\d[\d,]*", text)]


def obligations_known() -> pd.DataFrame:
    return timeline.board(
        *(planlib.load(t) for t in ("obligations", "documents", "outcomes", "events"))
    )


@both_languages
def test_overview_counts_the_levels_of_the_plan(lang: str) -> None:
    measures, board = planlib.load("measures"), obligations_known()
    assert numbers(answer("overview", lang)) == [
        planlib.load("sections")["pillar"].nunique(),
        len(planlib.load("sections")),
        len(measures),
        measures["same_as_id"].isna().sum(),
        planlib.load("measure_agencies")["actor_id"].nunique(),
        board["document_id"].nunique(),
        len(board),
        board["due_date"].notna().sum(),
    ]


@both_languages
def test_measures_counts_actions_by_body_and_order(lang: str) -> None:
    actions, named = planlib.load("measures"), planlib.load("measure_agencies")
    links = planlib.load("implementations").merge(planlib.load("documents"))
    (released,) = planlib.load("documents").query("document_id == 'ai-action-plan'")["issued_date"]
    by_body = named.groupby("actor_id")["measure_id"].nunique().nlargest(3)
    leading = named[named["role"] == "lead"]["actor_id"].value_counts().iloc[0]
    linked = links["measure_id"].nunique()
    since = links[links["issued_date"] >= released]["measure_id"].nunique()
    assert numbers(answer("measures", lang)) == [
        len(actions),
        named["measure_id"].nunique(),
        *by_body,
        leading,
        since,
        linked - since,
        len(actions) - linked,
    ]


@both_languages
def test_measures_names_the_bodies(lang: str) -> None:
    named = planlib.load("measure_agencies")["actor_id"].value_counts()
    names = tables.names_of("actors", lang)
    assert all(names[body] in answer("measures", lang) for body in named.index[:3])


@both_languages
def test_timeline_keeps_silence_apart_from_lateness(lang: str) -> None:
    board = obligations_known()
    counts = board["duty_status"].value_counts()
    dated = board[board["due_date"].notna()]
    passed = dated[dated["due_date"] < AS_OF]
    expected = [len(passed), len(dated)] if lang == "en" else [len(dated), len(passed)]
    assert numbers(answer("timeline", lang))[:6] == [
        *expected,
        counts["done_on_time"],
        counts["done_late"],
        counts["passed_no_record"],
        len(board) - len(dated),
    ]


@both_languages
def test_timeline_names_the_next_day_due(lang: str) -> None:
    board = obligations_known()
    coming = board[board["due_date"] >= AS_OF].sort_values("due_date").iloc[0]
    assert wording.day(coming["due_date"], lang) in answer("timeline", lang)


@both_languages
def test_timeline_stands_on_its_day(lang: str) -> None:
    text = answer("timeline", lang, as_of="2025-10-01")
    assert wording.day("2025-10-01", lang) in text
    assert numbers(text)[:2] != numbers(answer("timeline", lang))[:2]


@both_languages
@pytest.mark.parametrize("country", ["", "SAU", "ARE"])
def test_deals_counts_deals_terms_and_stages(country: str, lang: str) -> None:
    deals, terms = planlib.load("deals"), planlib.load("deal_terms")
    if country:
        deals = deals[deals["country_id"] == country]
    terms = terms[terms["deal_id"].isin(deals["deal_id"])]
    stages = terms["stage"].value_counts()
    text = answer("deals", lang, country_id=country)
    assert numbers(text)[:2] == [len(deals), len(terms)]
    said = numbers(text)[2 if country else 5 :][:3]
    assert said == [stages["authorised"], stages["shipped"], stages["pledged"]]


@both_languages
@pytest.mark.parametrize("country", ["", "SAU", "ARE"])
def test_deals_counts_parts_and_fitting_numbers(country: str, lang: str) -> None:
    run = drawn.run("deals", lang=lang, country_id=country)
    terms, tests = run.variables["terms"], run.variables["tests"]
    money = terms[terms["term"] == "money"]
    parts = money["part_of_id"].isin(money["deal_term_id"]).sum()
    fitting = tests[tests["verdict"] == "fits"]["gpu_term_id"].nunique()
    pair = [parts, len(money)] if lang == "en" else [len(money), parts]
    tail = numbers(answer("deals", lang, country_id=country))[5 if country else 8 :]
    assert tail == [*pair, tests["gpu_term_id"].nunique(), fitting]


@both_languages
def test_deals_without_power_beside_chips_says_so(lang: str) -> None:
    deals = planlib.load("deals")
    deals = deals[deals["country_id"] == "KOR"]
    terms = planlib.load("deal_terms").merge(deals[["deal_id", "country_id"]])
    tests = drawn.run("deals", lang=lang).variables["tests"].iloc[:0]
    text = answers.summary(deals, terms, tests, lang=lang)
    assert ("同时载明" if lang == "zh" else "No deal here states both power and chips") in text


@both_languages
@pytest.mark.parametrize("country", ["SAU", "ARE"])
def test_deals_of_one_country_bear_its_name(country: str, lang: str) -> None:
    name = tables.names_of("actors", lang)[country]
    run = drawn.run("deals", lang=lang, country_id=country)
    assert run.prose[0].startswith("# ")
    assert run.prose[0].endswith(name)
    assert name in run.prose[-1]


@both_languages
def test_sureness_adds_up_to_the_rows_behind_the_answer(lang: str) -> None:
    rows, verified, reported, contested = sureness("overview", lang)
    board = obligations_known()
    assert rows == len(planlib.load("measures")) + len(board) == verified + reported
    claims = tables.whole("claims")
    ids = {"measures": set(planlib.load("measures")["measure_id"]),
           "obligations": set(board["obligation_id"])}  # fmt: skip
    behind = claims[[row in ids.get(t, ()) for t, row in zip(claims["table"], claims["row_id"],
                                                              strict=True)]]  # fmt: skip
    differs = behind[behind["stance"] == "differs"]
    assert contested == len(differs[["table", "row_id"]].drop_duplicates())
    quoted = behind[behind["as_printed"].notna() & (behind["stance"] == "supports")]
    assert verified == len(quoted[["table", "row_id"]].drop_duplicates())


def test_prose_is_shown_as_markdown() -> None:
    assert prose.Prose("*sure*")._repr_markdown_() == "*sure*"


def test_no_english_in_a_chinese_answer() -> None:
    text = " ".join(answer(n, "zh") for n in ("overview", "measures", "timeline", "deals"))
    assert set(re.findall(r"[A-Za-z]{2,}", text)) <= {"GPU", "AI"}


@both_languages
def test_evidence_counts_what_is_attested_and_what_is_contested(lang: str) -> None:
    said = numbers(answer("evidence", lang))
    total, in_tables, rows = said[:3] if lang == "en" else (said[2], *said[:2])
    with_evidence = [t for t in schema.package().tables if t.has_evidence]
    differs = tables.whole("claims").query("stance == 'differs'")
    assert in_tables == len(with_evidence)
    assert rows == sum(len(tables.whole(t.name)) for t in with_evidence)
    assert total == sum(said[3:6])
    conflicts = evidence.conflicts()
    disputes = conflicts[conflicts["rule"] != "left_blank"]
    cells = disputes[["table", "row_id", "field"]].drop_duplicates()
    assert said[6:] == [len(cells), len(disputes), len(differs) - len(disputes)]
