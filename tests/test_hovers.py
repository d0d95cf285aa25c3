"""Marks that stand for rows give their source on hover; contested rows are marked or counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unittest import mock

import plotly.graph_objects as go
import pytest

import drawn
from planlib import attribution, evidence, style
from planlib.attribution import DAGGER
from planlib.drawing import Drawing

both_languages = pytest.mark.parametrize("lang", ["en", "zh"])
# Their marks are numbers of rows, not rows.
COUNTS = {
    "agencies", "agencies-instruments", "conflicts", "coverage", "deal-counts", "duty-status",
    "how-many-actions", "recommended-ordered", "sources", "voices",
}  # fmt: skip
# Of marks and lines that carry no row, with why.
ROWLESS = {
    "bank-lending": "the rest of 100%",
    "fit": "bars laid under one another, hovered as one",
    "deadline-board": "the tick of the due day, under the mark of its duty",
    "deadline-board-others": "the tick of the due day, under the mark of its duty",
}
# What says in a hover that nothing is there.
GAPS = re.compile(
    "not stated in the sources read|no figure found|所读来源未述及|未找到数字|"
    "no passage entered|未录入相应段落"
)
SOURCED = re.compile("“.+?”|text not read by us|我们未读原文")


def _texts(trace: go.Scatter) -> list[str] | None:
    hover = trace.hovertext
    return [hover] if isinstance(hover, str) else None if hover is None else list(hover)


def _plain(text: str) -> str:
    return re.sub(r"<[^>]*>", "", text.replace("<br>", " "))


def _hovers(figure: go.Figure) -> Iterator[str]:
    for trace in figure.data:
        yield from filter(None, _texts(trace) or ())


def _grey(hover: str) -> str:
    """The part of a hover that names sources."""
    return " ".join(re.findall(rf"<span style='color:{style.GREY_TEXT}'>(.*?)</span>", hover))


@both_languages
@pytest.mark.parametrize("notebook", drawn.NAMES)
def test_each_mark_of_a_row_gives_its_source_on_hover(notebook: str, lang: str) -> None:
    for name, shown in drawn.run(notebook, lang=lang).figures.items():
        if name in COUNTS:
            continue
        hovers = [h for h in _hovers(shown.figure) if not GAPS.search(_plain(h))]
        assert hovers, name
        bare = [h for h in hovers if not SOURCED.search(_plain(_grey(h)).replace(" ", "")
                if lang == "zh" else _plain(_grey(h)))]  # fmt: skip
        assert not bare, (name, bare[0])


@pytest.mark.parametrize("notebook", drawn.NAMES)
def test_no_mark_of_a_row_is_without_a_hover(notebook: str) -> None:
    for name, shown in drawn.run(notebook, lang="en").figures.items():
        if name in COUNTS | set(ROWLESS):
            continue
        for trace in shown.figure.data:
            if trace.type == "bar" or "markers" in (trace.mode or ""):
                # The rings of a country that no document mentions hold a number.
                assert _texts(trace) is not None, (name, trace.type)


@both_languages
@pytest.mark.parametrize("notebook", drawn.NAMES)
def test_the_source_named_on_hover_is_the_row_s_own(notebook: str, lang: str) -> None:
    for name, shown in drawn.run(notebook, lang=lang).figures.items():
        rows = shown.figure.layout.meta["planlib"]["rows"]
        known = {
            evidence.short_title(source, lang).replace(" ", "").replace("&", "&amp;")
            for source in evidence.claims_of(rows)["source_id"].unique()
        }
        for hover in _hovers(shown.figure):
            if grey := _plain(_grey(hover)).replace(" ", ""):
                assert any(title in grey for title in known), (name, hover)


@both_languages
@pytest.mark.parametrize("notebook", drawn.NAMES)
def test_contested_rows_are_counted_in_the_note(notebook: str, lang: str) -> None:
    for name, shown in drawn.run(notebook, lang=lang).figures.items():
        framed = shown.figure.layout.meta["planlib"]
        count = attribution.contested(framed["rows"])
        said = re.search(r"Sources differ on (\d+) row|所依据的(\d+)条记录", framed["note"])
        assert (said is not None) == (count > 0), name
        if said:
            assert int(said[1] or said[2]) == count, name
            has_dagger = any(DAGGER in text for text in Drawing.of(shown.figure).labels())
            assert (DAGGER in framed["note"]) == has_dagger, name


def test_a_dagger_stands_by_a_contested_row_and_by_no_other() -> None:
    asked: list[tuple[tuple[str, ...], bool]] = []
    real = style.dagger

    def spy(text: str, table: str, row_id: str, field: str = evidence.WHOLE_ROW) -> str:
        result = real(text, table, row_id, field)
        asked.append(((table, row_id, field), result != text))
        return result

    with mock.patch.object(style, "dagger", spy):
        for notebook in ("capex", "comparison", "debate"):
            drawn.run.__wrapped__(notebook, lang="en")
    given = {cell for cell, marked in asked if marked}
    assert given == {cell for cell, _ in asked if attribution.is_contested(*cell)}
    assert {table for table, *_ in given} >= {
        "capex", "capex_guidance", "indicators", "comparisons", "arguments", "controls",
    }  # fmt: skip


@both_languages
@pytest.mark.parametrize(
    ("notebook", "name", "table"),
    [("capex", "capex-quarters", "capex"), ("capex", "capex-guidance", "capex_guidance"),
     ("capex", "gdp-share", "indicators"), ("capex", "borrowing", "indicators"),
     ("capex", "bank-lending", "indicators"),
     ("comparison", "side-by-side-governing", "comparisons"),
     ("comparison", "disagreements", "comparisons"), ("comparison", "comparison-coverage",
                                                      "comparisons")],
)  # fmt: skip
def test_each_contested_row_of_a_chart_bears_its_dagger(
    notebook: str, name: str, table: str, lang: str
) -> None:
    figure = drawn.run(notebook, lang=lang).figures[name].figure
    keys = figure.layout.meta["planlib"]["rows"][table]
    daggers = sum(DAGGER in text for text in Drawing.of(figure).labels() if "planlib" not in text
                  and "各来源说法不一" not in text and "Sources differ" not in text)  # fmt: skip
    assert daggers == attribution.contested({table: keys}) > 0


@both_languages
def test_hovers_stay_short(lang: str) -> None:
    longest = max(
        (hover for notebook in drawn.NAMES
         for shown in drawn.run(notebook, lang=lang).figures.values()
         for hover in _hovers(shown.figure)),
        key=lambda hover: hover.count("<br>"),
    )  # fmt: skip
    assert longest.count("<br>") < 40, longest
