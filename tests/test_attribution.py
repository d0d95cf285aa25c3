"""What stands beside a value: who prints it, how, and who says otherwise."""

from __future__ import annotations

import re

import plotly.graph_objects as go
import pytest

import drawn
from planlib import attribution, evidence, style, tables
from planlib.errors import ParameterError

PHASE = ("deal_terms", "sa-humain-nvidia.first-phase", "value")
PLAN = ("documents", "ai-action-plan", "*")
QUOTA = ("deal_terms", "ae-chip-quota.quota", "value")
SURE = ("deal_terms", "ae-stargate.cluster", "value")
both_languages = pytest.mark.parametrize("lang", ["en", "zh"])


def test_a_cell_shows_its_source_with_the_literal_and_its_paragraph() -> None:
    first, *_ = attribution.lines(PHASE, "en")
    assert first.startswith("World Affairs 2025/13: “首期部署18000张” ¶18")
    first, *_ = attribution.lines(PHASE, "zh")
    assert first.startswith("《世界知识》2025年第13期：“首期部署18000张”¶18")


@both_languages
def test_a_cell_that_no_read_text_prints_is_called_reported(data_copy, lang: str) -> None:
    rows = data_copy.rows("claims")
    kept = [r for r in rows if r["row_id"] != PHASE[1] or not r["as_printed"]]
    data_copy.write("claims", kept)
    first, *_ = attribution.lines(PHASE, lang)
    assert "reported; text not read by us" in first or "据报道，我们未读原文" in first
    assert "“" not in first


def test_who_says_otherwise_follows_with_a_dagger() -> None:
    _, *others = attribution.lines(PHASE, "en")
    assert others == ["† The Register says: 72,000 GPUs"]
    assert attribution.lines(PHASE, "zh")[1:] == ["† The Register另称：7.2万张GPU"]
    assert len(attribution.lines(QUOTA, "en")) == 1


def test_of_many_that_differ_the_first_are_shown_and_the_rest_counted() -> None:
    _, *others = attribution.lines(PLAN, "en")
    assert len(others) == attribution.MOST_DIFFERING + 1
    assert re.fullmatch(r"† and \d more", others[-1])


def test_a_cell_without_claims_shows_nothing() -> None:
    assert attribution.lines(("deals", "no-such-deal", "*"), "en") == []


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ParameterError, match="'fr' is not a language"):
        evidence.short_title("eo-14179", "fr")


def test_a_row_is_contested_when_one_of_its_cells_is() -> None:
    assert attribution.is_contested(*PHASE)
    assert attribution.is_contested(*PHASE[:2])
    assert not attribution.is_contested(*PHASE[:2], "chip_id")
    assert attribution.contested({"deal_terms": [PHASE[1], SURE[1], PHASE[1]]}) == 1


def test_every_differing_value_is_written_for_readers() -> None:
    words = {*tables.words("en")} - {word.lower() for word in tables.words("en").values()}
    for claim in evidence.claims()[["table", "row_id"]].drop_duplicates().itertuples(index=False):
        for differing in evidence.backing(claim.table, claim.row_id).differs:
            assert attribution.value_of(differing, "en") not in words
            assert attribution.differing(differing, "zh")


def test_a_publisher_that_is_an_actor_goes_by_its_chinese_name() -> None:
    actors, sources = tables.whole("actors"), tables.whole("sources")
    names = dict(zip(actors["name"], actors["name_zh"], strict=True))
    pairs = sources[["publisher", "publisher_zh"]].drop_duplicates()
    assert pairs["publisher"].is_unique
    for publisher, chinese in pairs.itertuples(index=False):
        name = names.get(publisher.removeprefix("The "), publisher)
        if name not in (publisher, publisher.removeprefix("The ")):
            assert chinese == name, publisher
    assert evidence.short_title("reuters-us-block-nvidias-sale-scaled-back", "zh") == "路透社"
    assert evidence.short_title("reuters-us-block-nvidias-sale-scaled-back", "en") == "Reuters"


def test_english_words_about_a_publisher_have_a_chinese_name_beside_them() -> None:
    frame = tables.whole("sources")
    told = re.compile(r"\b(?:copy|mirror|relay\w*|through|archived|on GitHub|United|House)\b")
    about = frame[frame["publisher"].str.contains(told)]
    assert len(about) > 50
    assert not list(about.loc[about["publisher_zh"].isna(), "publisher"])
    assert not frame["publisher_zh"].dropna().str.contains(told).any()


def test_a_value_told_otherwise_is_chinese_in_chinese() -> None:
    for claim in evidence.claims()[["table", "row_id"]].drop_duplicates().itertuples(index=False):
        for differing in evidence.backing(claim.table, claim.row_id).differs:
            if not differing.as_printed:
                value = attribution.value_of(differing, "zh")
                assert not re.fullmatch(r"[A-Za-z][a-z ]+.*", value), differing


@pytest.mark.parametrize("notebook", drawn.NAMES)
def test_chinese_texts_name_the_white_house_in_chinese(notebook: str) -> None:
    run = drawn.run(notebook, lang="zh")
    texts = list(run.prose)
    for shown in run.figures.values():
        framed = shown.figure.layout.meta["planlib"]
        texts += [framed["note"], framed["source"]]
        texts += [str(t.hovertext) for t in shown.figure.data if t.hovertext is not None]
    own = re.compile("The White House|Reuters|The National[^A-Za-z ]|Federal Register[^A-Za-z ]")
    for text in texts:
        # What a source prints, and what a page is called, stays in its language.
        plain = re.sub("“[^”]*”|《[^》]*》", "", re.sub("<[^>]*>", "", text))
        assert not own.search(plain), plain[:300]


def test_the_index_follows_the_file(data_copy) -> None:
    assert attribution.is_contested(*PHASE)
    data_copy.drop("claims", row_id=PHASE[1], stance="differs")
    assert not attribution.is_contested(*PHASE)
    data_copy.set("sources", "world-affairs-2025-13", short_title="", short_title_zh="")
    assert "World Affairs, 2025 no. 13" in attribution.lines(PHASE, "en")[0]


def test_hover_shows_the_evidence_in_grey_below_the_words() -> None:
    text = style.hover(["Head", "line"], PHASE, lang="en")
    head, line, *grey = text.split("<br>")
    assert (head, line) == ("<b>Head</b>", "line")
    assert all(style.GREY_TEXT in part for part in grey)
    assert "首期部署18000张" in grey[0]
    assert style.hover(["Head", "line"]) == "<b>Head</b><br>line"
    assert style.hover([], PHASE) == ""


def test_hover_of_a_quotient_shows_both_cells() -> None:
    text = style.hover(["Head"], PHASE, QUOTA)
    assert "首期部署18000张" in text
    assert "年度50万张" in text


def test_printed_signs_cannot_become_tags(data_copy) -> None:
    data_copy.set_claim(
        {"row_id": PHASE[1], "field": "value", "source_id": "world-affairs-2025-13"},
        as_printed="a<b>&",
    )
    assert "“a&lt;b>&amp;”" in style.hover(["Head"], PHASE)


def test_dagger_marks_contested_cells_alone() -> None:
    assert style.dagger("18,000", *PHASE) == "18,000†"
    assert style.dagger("500,000", *QUOTA) == "500,000"


@both_languages
def test_the_frame_says_what_a_dagger_means(lang: str) -> None:
    def note(*, label: str, row: str) -> str:
        figure = go.Figure(go.Bar(x=[1], y=["a"], text=[label]))
        framed = style.frame_chart(figure, name="n", title="t", subtitle="s", alt="a", note="N.",
                                   rows={"deal_terms": [row]}, lang=lang)  # fmt: skip
        return framed.layout.meta["planlib"]["note"]

    contested, sure = PHASE[1], SURE[1]
    assert note(label="18", row=sure) == "N."
    assert "†" in note(label="18†", row=contested)
    without = note(label="18", row=contested)
    assert "†" not in without
    assert ("differ on 1 row " if lang == "en" else "1条记录各来源说法不一") in without


@pytest.mark.parametrize(
    ("notebook", "name"),
    [("measures", "plan-tree"), ("timeline", "chronicle"), ("timeline", "deadline-board"),
     ("deals", "terms"), ("deals", "fit"), ("deals", "pledges"), ("deals", "h100-equivalents"),
     ("deals", "price-per-gpu")],
)  # fmt: skip
def test_charts_of_rows_give_source_and_literal_on_hover(notebook: str, name: str) -> None:
    figure = drawn.run(notebook, lang="en").figures[name].figure
    hovers = [
        text
        for trace in figure.data
        if trace.hovertext is not None
        for text in ([trace.hovertext] if isinstance(trace.hovertext, str) else trace.hovertext)
    ]
    assert hovers
    assert all("¶" in text or "text not read by us" in text.replace("<br>", " ") for text in hovers)


@both_languages
@pytest.mark.parametrize("name", ["terms", "pledges"])
def test_contested_terms_bear_a_dagger_on_the_chart(name: str, lang: str) -> None:
    shown = drawn.run("deals", lang=lang).figures[name]
    daggers = 0
    for trace in shown.figure.data:
        if trace.text is not None and trace.y is not None:
            texts = [trace.text] if isinstance(trace.text, str) else trace.text
            for key, text in zip(trace.y, texts, strict=True):
                assert text.endswith("†") == attribution.is_contested("deal_terms", key), key
                daggers += text.endswith("†")
    assert daggers > 3
    assert "†" in shown.words["note"]
