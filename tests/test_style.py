"""The house style: template, palettes, and the frame of words around a chart."""

from __future__ import annotations

import importlib
import pkgutil
import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from planlib import PlanlibError, charts, evidence, style, wording
from planlib.charts import timeline
from planlib.drawing import Drawing

HEX = re.compile("#[0-9a-f]{6}")


def palettes() -> dict[str, dict[str, str]]:
    """Return every set of colours that the house style and the charts define, by its name."""
    names = [f"{charts.__name__}.{m.name}" for m in pkgutil.iter_modules(charts.__path__)]
    modules = [style, *(importlib.import_module(name) for name in names)]
    return {
        name: value
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, dict)
        and value
        and all(isinstance(v, str) and HEX.fullmatch(v) for v in value.values())
    }


PALETTES = palettes()
# What an eye without one kind of cone sees of linear RGB: Machado, Oliveira and Fernandes (2009),
# "A physiologically-based model for simulation of color vision deficiency", severity 1.
EYES = {
    "trichromacy": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
# Distance in CIELAB; two colours nearer than this are hard to tell apart in small marks.
LEAST_DISTANCE = 10


def linear_rgb(colour: str) -> np.ndarray:
    values = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(linear: np.ndarray) -> np.ndarray:
    xyz = (TO_XYZ @ np.clip(linear, 0, 1)) / (TO_XYZ @ np.ones(3))
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(colour: str, ground: str = style.PAPER) -> float:
    """Return the contrast of two colours as WCAG 2 defines it."""
    bright, dark = sorted(
        (float(TO_XYZ[1] @ linear_rgb(c)) for c in (colour, ground)), reverse=True
    )
    return (bright + 0.05) / (dark + 0.05)


def distance(one: str, other: str, eye: str) -> float:
    seen = [lab(EYES[eye] @ linear_rgb(c)) for c in (one, other)]
    return float(np.linalg.norm(seen[0] - seen[1]))


def test_no_set_of_colours_is_left_out() -> None:
    folder = Path(style.__file__).parent
    files = [folder / "style.py", *(folder / "charts").glob("*.py")]
    defined = {n for f in files for n in re.findall(r"^(\w*COLOURS) *[:=]", f.read_text(), re.M)}
    assert defined == set(PALETTES)
    assert {"PILLAR_COLOURS", "LANE_COLOURS", "RECIPIENT_COLOURS", "REVISION_COLOURS"} <= defined


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("palette", PALETTES)
def test_colours_of_a_palette_stay_apart(palette: str, eye: str) -> None:
    near = [
        (one, other)
        for one, other in combinations(sorted(set(PALETTES[palette].values())), 2)
        if distance(one, other, eye) < LEAST_DISTANCE
    ]
    assert near == []


def test_statuses_of_one_colour_on_the_board_differ_in_shape() -> None:
    undated = {"date_unknown", "no_date"}
    looks = [
        (colour, timeline.STATUS_SYMBOLS.get(status, "circle"))
        for status, colour in style.STATUS_COLOURS.items()
        if status not in undated
    ]
    assert len(set(looks)) == len(looks)


@pytest.mark.parametrize("palette", PALETTES)
def test_marks_stand_out_from_the_ground(palette: str) -> None:
    assert {k: c for k, c in PALETTES[palette].items() if contrast(c) < 3} == {}


@pytest.mark.parametrize("colour", [style.INK, style.GREY_TEXT, style.ACCENT, style.WARNING])
def test_text_can_be_read(colour: str) -> None:
    assert contrast(colour) >= 4.5


@pytest.mark.parametrize("pillar", style.PILLAR_COLOURS)
def test_white_numbers_on_the_pillars_can_be_read(pillar: str) -> None:
    assert contrast(style.PAPER, style.PILLAR_COLOURS[pillar]) >= 4.5


def test_grey_means_that_nothing_is_known() -> None:
    grey = {
        (palette, word)
        for palette, colours in PALETTES.items()
        for word, colour in colours.items()
        if colour == style.NO_RECORD
    }
    silent = {("STATUS_COLOURS", status) for status in timeline.SILENT}
    assert grey == silent | {
        ("UPTAKE_COLOURS", "none"),
        ("RESULT_COLOURS", "not_known"),
        ("RULE_COLOURS", "left_blank"),
    }


def test_the_warning_colour_is_kept_for_what_is_established() -> None:
    used = {w for colours in PALETTES.values() for w, c in colours.items() if c == style.WARNING}
    assert used == {"not_done_says_source", "too_much_power", "failed"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_template_is_calm(lang: str) -> None:
    layout = go.layout.Template(style.template(lang)).layout
    assert layout.paper_bgcolor == layout.plot_bgcolor == "#ffffff"
    assert layout.xaxis.showgrid is False
    assert layout.yaxis.showgrid is True
    assert not layout.xaxis.showline
    assert not layout.yaxis.showline
    assert not layout.yaxis.zeroline


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_template_sets_no_text_below_12_pixels(lang: str) -> None:
    layout = go.layout.Template(style.template(lang)).layout
    fonts = [layout.font, layout.xaxis.tickfont, layout.yaxis.tickfont, layout.hoverlabel.font]
    assert min(font.size for font in fonts) >= 12


def test_each_language_names_its_own_fonts_first() -> None:
    assert go.layout.Template(style.template("en")).layout.font.family.startswith("'Noto Sans',")
    assert go.layout.Template(style.template("zh")).layout.font.family.startswith(
        "'Noto Sans CJK SC',"
    )


def framed(**more: object) -> go.Figure:
    given = {
        "name": "bars", "title": "Two bars", "subtitle": "Number of bars, 2026",
        "alt": "Bars: one and two.", "rows": {"deals": ["ae-stargate"]}, "lang": "en",
        "as_of": "2026-03-01",
    }  # fmt: skip
    return style.frame_chart(go.Figure(go.Bar(x=[1, 2], y=["a", "b"])), **(given | more))


def printed(figure: go.Figure, part: str) -> str:
    (text,) = (a.text for a in figure.layout.annotations if a.name == f"planlib-{part}")
    return text


def test_frame_prints_title_and_subtitle() -> None:
    figure = framed()
    assert printed(figure, "title") == "<b>Two bars</b>"
    assert printed(figure, "subtitle") == "Number of bars, 2026"


def test_foot_holds_note_source_and_date_in_this_order() -> None:
    note, source, stamp = printed(framed(note="A note."), "foot").split("<br>")
    assert note == "A note."
    assert source.startswith("Source: ")
    assert stamp.startswith("As of 1 March 2026 · planlib data ")


def test_foot_speaks_chinese() -> None:
    source, stamp = printed(framed(lang="zh"), "foot").split("<br>")
    assert source.startswith("来源：")
    assert stamp.startswith("截至2026年3月1日 · planlib数据 ")


def test_meta_says_all_that_is_printed() -> None:
    meta = framed(note="A note.").layout.meta["planlib"]
    assert meta["name"] == "bars"
    assert meta["title"] == "Two bars"
    assert meta["note"] == "A note."
    assert meta["as_of"] == "2026-03-01"
    assert meta["rows"] == {"deals": ["ae-stargate"]}


def test_longer_words_make_the_frame_higher_and_not_the_drawing_lower() -> None:
    short, long = framed(), framed(title="Many words of a title. " * 10, note="And a note. " * 30)

    def room(figure: go.Figure) -> float:
        return figure.layout.height - figure.layout.margin.t - figure.layout.margin.b

    assert long.layout.height > short.layout.height
    assert room(long) == room(short) == 460


def test_key_shows_each_mark_in_its_colour_larger_than_text() -> None:
    text = printed(framed(key=[style.Mark("one", "#112233"), style.Mark("two", "#445566")]), "key")
    assert "color:#112233" in text
    assert "color:#445566" in text
    assert text.count(f"font-size:{round(1.3 * style.TEXT_SIZE)}px") == 2


def test_key_breaks_into_lines_that_fit() -> None:
    marks = [style.Mark(f"a mark of many words, number {n}", "#112233") for n in range(9)]
    lines = printed(framed(key=marks), "key").split("<br>")
    assert len(lines) > 1
    assert sum(line.count("■") for line in lines) == 9
    assert max(line.count("■") for line in lines) * 36 <= style.KEY_COLUMNS


@pytest.mark.parametrize("word", sorted(style.GLYPHS))
def test_glyphs_are_signs_that_text_fonts_carry(word: str) -> None:
    # Latin-1, and the geometric shapes of the WGL4 set.
    assert style.GLYPHS[word] in "×■□▲▼●○"


def test_source_line_names_the_sources_of_the_rows() -> None:
    rows = {"documents": ["eo-14179"]}
    order = "Removing Barriers to American Leadership in Artificial Intelligence"
    assert order in style.source_line(rows, "en").removeprefix("Source: ").split("; ")


@pytest.mark.parametrize(("lang", "words"), [("en", "; and {} more"), ("zh", "；另有{}个来源")])
def test_source_line_counts_what_it_does_not_name(lang: str, words: str) -> None:
    rows = {"deals": ["ae-stargate", "sa-humain-nvidia", "ae-chip-quota"]}
    counts = list(evidence.source_names(rows, lang).values())
    more = sum(counts[style.MOST_SOURCES :])
    assert more > 0
    assert style.source_line(rows, lang).endswith(words.format(more))


def test_source_line_without_rows_says_who_counted() -> None:
    assert style.source_line({}, "en") == "Source: counted by planlib"
    assert style.source_line({}, "zh") == "来源：planlib计数"


def test_rows_are_labelled_from_the_top() -> None:
    drawing = Drawing()
    drawing.add_bar(x=[1, 2], y=["a", "b"], orientation="h")
    style.label_rows(drawing, ["a", "b"], ["First", "Second"])
    axis = drawing.figure().layout.yaxis
    assert list(axis.categoryarray) == ["b", "a"]
    assert dict(zip(axis.tickvals, axis.ticktext, strict=True)) == {"a": "First", "b": "Second"}
    assert axis.range[0] < 0 < 1 < axis.range[1]


def test_nothing_is_not_drawn() -> None:
    with pytest.raises(PlanlibError, match="bars: there is nothing to draw"):
        style.require_rows(pd.DataFrame(), "bars")


def test_hover_wraps_long_lines_and_leaves_blanks_out() -> None:
    text = style.hover(["Head", None, "words " * 30])
    assert text.startswith("<b>Head</b><br>words")
    assert max(wording.width(line) for line in text.split("<br>")) <= 60 + len("<b></b>")


def test_an_unknown_word_takes_the_neutral_colour() -> None:
    assert style.colour("FRA", style.COUNTRY_COLOURS) == style.OTHER_COLOUR
    neutral = {
        (palette, word)
        for palette, colours in PALETTES.items()
        for word, colour in colours.items()
        if colour == style.OTHER_COLOUR
    }
    # Guidance that moved nowhere.
    assert neutral == {("REVISION_COLOURS", "first"), ("REVISION_COLOURS", "unchanged")}
