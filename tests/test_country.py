"""One country: how documents treat it, what is dated of it, and its briefs in both languages."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import drawn
import planlib
from planlib import editions, signature, style, tables, wording
from planlib.analysis import country as analysis
from planlib.charts import country as charts

ROOT = Path(__file__).resolve().parents[1]
both_languages = pytest.mark.parametrize("lang", ["en", "zh"])
# Much and little, named and not named, with deals and without.
SOME = ("SAU", "ARE", "CHN", "EU", "NOR", "ARM", "USA")


def brief(country_id: str, lang: str = "en", **parameters: Any) -> drawn.Run:
    return drawn.run("country", lang=lang, country_id=country_id, **parameters)


def title(country_id: str, name: str, lang: str = "en") -> str:
    return brief(country_id, lang).figures[name].words["title"]


def choices() -> list[str]:
    found = signature.read(ROOT / "notebooks" / "country.ipynb")["country_id"].choices
    return [choice for choice in found if choice]


ACTORS = pd.DataFrame(
    {
        "actor_id": ["AAA", "BBB", "EU", "a-firm", "allies"],
        "country_id": ["AAA", "BBB", "EU", "AAA", None],
    }
)
TREATMENTS = pd.DataFrame(
    {
        "treatment_id": ["d1.AAA", "d1.BBB", "d2.allies", "d3.BBB"],
        "document_id": ["d1", "d1", "d2", "d3"],
        "section": [None] * 4,
        "actor_id": ["AAA", "BBB", "allies", "BBB"],
        "treatment": ["ally", "target", "ally", "partner"],
        "is_named": [True, False, True, True],
        "summary": ["a", "b", "c", "d"],
        "summary_zh": ["甲", "乙", "丙", "丁"],
    }
)
DOCUMENTS = pd.DataFrame(
    {
        "document_id": ["d1", "d2", "d3", "d4"],
        "kind": ["rule", "plan", "bill", "law"],
        "issued_date": pd.to_datetime(["2025-01-13", "2025-07-23", None, "2025-08-01"]),
        "issued_precision": ["day", "day", None, "day"],
    }
)


def test_groups_and_companies_are_no_countries() -> None:
    assert list(analysis.of_countries(TREATMENTS, ACTORS)["actor_id"]) == ["AAA", "BBB", "BBB"]


def test_silence_of_documents_is_kept_and_told_apart() -> None:
    frame = analysis.treated(TREATMENTS, DOCUMENTS, ACTORS, "AAA").set_index("document_id")
    assert frame["speaks_of"].to_dict() == {"d1": "country", "d2": "groups", "d3": "others"}
    assert frame["treatment"].notna().sum() == 1


def test_a_country_without_treatments_has_silence_only() -> None:
    frame = analysis.treated(TREATMENTS, DOCUMENTS, ACTORS, "EU")
    assert set(frame["speaks_of"]) == {"others", "groups"}
    assert len(frame) == 3


def test_holdings_count_documents_names_and_deals() -> None:
    deals = pd.DataFrame({"deal_id": ["x", "y"], "country_id": ["BBB", "CCC"]})
    frame = analysis.holdings(TREATMENTS, deals, ACTORS).set_index("country_id")
    assert frame.loc["BBB"].to_list() == [2, 1, 1]
    assert frame.loc["AAA"].to_list() == [1, 1, 0]
    assert frame.loc["CCC"].to_list() == [0, 0, 1]


def test_controls_touch_a_country_through_its_own_actors_and_deals() -> None:
    controls = pd.DataFrame(
        {
            "control_id": list("uvwxyz"),
            "target_id": ["roamer", "AAA", "a-firm", "BBB", "guest", "USA"],
        }
    )
    deals = pd.DataFrame(
        {
            "deal_id": list("wxyz"),
            "country_id": ["AAA", "AAA", "AAA", "BBB"],
            "recipient_id": ["roamer", "guest", "USA", "roamer"],
        }
    )
    found = analysis.controls_touching(controls, deals, ACTORS, "AAA")
    assert list(found["control_id"]) == ["v", "w", "y"]


def test_the_gulf_authorisations_touch_their_countries() -> None:
    data = [planlib.load(n) for n in ("controls", "deals", "actors")]
    assert "us-humain-authorisation-2025" in set(
        analysis.controls_touching(*data, "SAU")["control_id"]
    )
    emirates = set(analysis.controls_touching(*data, "ARE")["control_id"])
    assert {"us-g42-authorisation-2025", "us-uae-chip-quota-2025"} <= emirates


def test_events_are_those_in_a_country_or_with_its_actors() -> None:
    data = [planlib.load(n) for n in ("events", "event_actors", "actors")]
    korea = analysis.events_of(*data, "KOR")
    assert "2025-10-29-us-korea-technology-prosperity-deal" in set(korea["event_id"])
    assert len(analysis.events_of(*data, "NOR")) == 0


def test_every_country_with_a_treatment_or_a_deal_has_its_editions() -> None:
    actors = planlib.load("actors")
    treated = analysis.of_countries(planlib.load("treatments"), actors)["actor_id"]
    expected = {*treated, *planlib.load("deals")["country_id"]}
    assert set(choices()) == expected
    assert len(expected) >= 38
    built = {e.name for e in editions.load(ROOT) if e.notebook.stem == "country"}
    assert built == {"country-en", "country-zh"} | {
        f"country-{c.lower()}-{lang}" for c in expected for lang in ("en", "zh")
    }


@pytest.mark.slow
def test_every_country_draws_three_figures_with_tables() -> None:
    for country in choices():
        run = brief(country)
        assert len(run.figures) == 3, country
        assert all(len(shown.table) for shown in run.figures.values()), country
        names = tables.names_of("actors", "en")
        assert wording.with_article(names[country], "en").lower() in run.prose[-1].lower() or (
            names[country] in run.prose[0]
        )


@both_languages
@pytest.mark.parametrize("country", SOME)
def test_a_brief_bears_the_name_of_its_country(country: str, lang: str) -> None:
    name = tables.names_of("actors", lang)[country]
    run = brief(country, lang)
    assert run.prose[0].endswith(name)
    assert all(name in title(country, figure, lang) for figure in ("treatments", "country-board"))


@both_languages
@pytest.mark.parametrize("country", [*SOME, ""])
def test_no_id_is_visible_in_a_brief(country: str, lang: str) -> None:
    run = brief(country, lang)
    codes = re.compile(r"\b(ARE|SAU|CHN|NOR|ARM|USA|KOR)\b|\bnan\b|\bNone\b|<NA>")
    visible = [run.prose[-1], *(s.words["title"] for s in run.figures.values())]
    for shown in run.figures.values():
        visible += [str(t) for t in shown.figure.layout.yaxis.ticktext or ()]
        visible += [str(v) for row in shown.words["rows"] for v in row if v is not None]
    assert [text for text in visible if codes.search(text)] == []


@both_languages
def test_the_european_union_is_no_mere_ally_and_never_named(lang: str) -> None:
    words = tables.words(lang)
    said = title("EU", "treatments", lang)
    for word in ("ally", "favoured", "partner", "target"):
        assert (words[word] if lang == "zh" else words[word].lower()) in said
    marks = [t for t in brief("EU", lang).figures["treatments"].figure.data if t.mode == "markers"]
    assert {s for t in marks for s in t.marker.symbol} == {charts.OPEN_SYMBOL}
    note = brief("", lang).figures["treatments"].words["note"]
    assert ("无一点名" if lang == "zh" else "named in none") in note


@pytest.mark.parametrize("country", ["ARE", "SAU"])
def test_a_list_that_does_not_name_the_gulf_is_hollow(country: str) -> None:
    figure = brief(country).figures["treatments"].figure
    symbols = {
        key: symbol
        for t in figure.data
        if t.mode == "markers"
        for key, symbol in zip(t.y, t.marker.symbol, strict=True)
    }
    assert symbols[f"ai-diffusion-rule.Tier-2.{country}.restricted"] == charts.OPEN_SYMBOL
    assert "square" in symbols.values()


@both_languages
def test_matrix_has_one_mark_for_each_treatment_of_a_country(lang: str) -> None:
    one = brief("", lang).figures["treatments"]
    marks = [(x, y) for t in one.figure.data for x, y in zip(t.x, t.y, strict=True)]
    assert len(marks) == len(one.table) == len(set(marks))
    assert {t.marker.color for t in one.figure.data} <= set(charts.TREATMENT_COLOURS.values())
    hollow = sum(list(t.marker.symbol).count(charts.OPEN_SYMBOL) for t in one.figure.data)
    assert hollow == (~one.table["is_named"].astype(bool)).sum()
    assert str(hollow) in one.words["title"]


def test_marks_of_a_cell_stay_in_their_column() -> None:
    one = brief("").figures["treatments"].figure
    low, high = one.layout.xaxis.range
    for trace in one.data:
        assert low < min(trace.x) <= max(trace.x) < high
    last = len(one.layout.xaxis.ticktext) - 1
    inner = [x % 1 for t in one.data for x in t.x if x < last - 0.5]
    assert all(min(x, 1 - x) < 0.45 for x in inner)


@pytest.mark.parametrize("country", SOME)
def test_board_draws_the_newest_entries_in_order(country: str) -> None:
    shown = brief(country).figures["country-board"]
    rows = [(y, x) for t in shown.figure.data for x, y in zip(t.x, t.y, strict=True)]
    assert len(rows) == min(len(shown.table), charts.MOST_ENTRIES)
    from_the_top = [x for _, x in sorted(rows, reverse=True)]
    assert from_the_top == sorted(from_the_top)
    assert pd.Timestamp(max(from_the_top)) == shown.table["date"].max()


def test_a_rule_never_in_force_and_an_unnamed_country_are_hollow_on_the_board() -> None:
    entries = brief("ARE").variables["entries"]
    hollow = [charts._is_hollow(row) for row in tables.records(entries)]
    rows = entries.assign(hollow=hollow).set_index("row_id")["hollow"]
    assert rows["ai-diffusion-rule.Tier-2.ARE.restricted"]
    assert not rows["us-g42-authorisation-2025"]


@both_languages
@pytest.mark.parametrize("country", ["NOR", "EU"])
def test_a_country_without_deals_says_so_instead_of_an_empty_chart(country: str, lang: str) -> None:
    run = brief(country, lang)
    shown = run.figures["deal-counts"]
    assert ("未收" if lang == "zh" else "holds none") in shown.words["title"]
    assert ("未收" if lang == "zh" else "holds none") in run.prose[-1]
    (bars,) = shown.figure.data
    assert dict(zip(bars.y, bars.x, strict=True))[country] == 0


def test_a_country_with_quantities_shows_them_term_by_term() -> None:
    shown = brief("ARM").figures["terms"]
    colours = {t.marker.color for t in shown.figure.data if "markers" in t.mode}
    assert colours == {style.COUNTRY_COLOURS["ARM"]}


@both_languages
@pytest.mark.parametrize("country", SOME)
def test_the_answer_counts_what_the_tables_hold(country: str, lang: str) -> None:
    text = brief(country, lang).prose[-1].split("\n\n")[0]
    said = {int(n) for n in re.findall(r"\d+", text)}
    treatments = planlib.load("treatments").query("actor_id == @country")
    deals = planlib.load("deals").query("country_id == @country")
    counts = {treatments["document_id"].nunique(), len(deals)} - {0}
    assert counts <= said
    assert (len(treatments) == 0) == (
        ("均未点名" if lang == "zh" else "No document in these tables treats") in text
    )


def test_an_early_as_of_leaves_later_documents_out() -> None:
    early = brief("CHN", as_of="2023-12-31")
    assert set(early.figures["treatments"].table["issued_date"].dropna().dt.year) == {
        2022,
        2023,
    }


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_board_of_all_says_what_only_its_table_lists(lang: str) -> None:
    run = brief("", lang)
    shown = run.figures["country-board"]
    drawn_marks = sum(len(trace.x) for trace in shown.figure.data)
    at_home = int((shown.table["country_id"] == "USA").sum())
    assert drawn_marks + at_home == len(shown.table)
    assert str(drawn_marks) in shown.words["title"]
    for text in (shown.words["note"], run.opening):
        assert {str(len(shown.table)), str(at_home)} <= set(re.findall(r"\d+", text))


def test_a_country_that_joined_a_text_later_stands_on_the_day_on_which_it_joined() -> None:
    joined = brief("ARE").figures["country-board"].table.set_index("row_title")["date"]
    (day,) = joined[joined.index.str.contains("joined on 14 January 2026")]
    assert day == pd.Timestamp("2026-01-14")
    treatments = planlib.load("treatments")
    later = treatments[treatments["public_date"].notna()]
    issued = planlib.load("documents").set_index("document_id")["issued_date"]
    assert (later["public_date"] > later["document_id"].map(issued)).all()
    early = planlib.load("treatments", as_of="2026-01-13")
    assert "pax-silica-declaration.JPN.partner" in set(early["treatment_id"])
    assert "pax-silica-declaration.ARE.partner" not in set(early["treatment_id"])
    of_2025 = planlib.load("treatments", as_of="2025-12-31")
    assert not of_2025["summary"].str.contains("2026").any()


def test_long_heads_of_a_brief_stand_in_different_lines() -> None:
    heads = brief("CHN").figures["treatments"].figure.layout.xaxis.ticktext
    lines = [re.sub(r"<(?!br)[^>]*>", "", head).split("<br>") for head in heads]
    for mine, other in itertools.pairwise(lines):
        # From below, as they are set.
        for a, b in zip(mine[::-1], other[::-1], strict=False):
            assert not (len(a.strip()) > 6 and len(b.strip()) > 6)


def test_a_sale_that_was_refused_is_a_decision_and_no_deal() -> None:
    deals, decided = planlib.load("deals"), planlib.load("controls")
    assert "us-b30a-refusal-2025" in set(decided["control_id"])
    assert not deals["title"].str.contains("refused").any()
    assert list(deals["deal_id"][deals["country_id"] == "CHN"]) == [
        "cn-h20-share", "cn-h200", "cn-mi308-share",
    ]  # fmt: skip
