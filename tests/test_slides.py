"""PPTX, reopened: charts, layouts, words, notes, templates."""

from __future__ import annotations

import io
import struct
import time
import zipfile
import zlib
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER

from briefed import drawn, report
from planlib.briefing import slides, template
from planlib.errors import PlanlibError

NAMES = ["Alpha", "Beta", "Gamma"]
CLAIM = {"table": "deal_terms", "row_id": "x.y", "field": "value", "source_id": "aa-3765741",
         "stance": "supports", "locator": "p. 3", "as_printed": "500 MW"}  # fmt: skip
OTHER = CLAIM | {"stance": "differs", "value": "600", "note": "counts the second phase"}
BAR = {"type": "bar", "x": NAMES, "y": [1.5, None, 3], "name": "power"}
LINE = {"type": "scatter", "mode": "lines", "x": [2023, 2024, 2025], "y": [1, 2, 3], "name": "a"}
DOTS = {"type": "scatter", "mode": "markers", "x": [1.5, 2, 9], "y": [4, 5, 6], "name": "d"}
KINDS: dict[str, tuple[list[dict[str, Any]], dict[str, Any], list[list[float | None]]]] = {
    "column": ([BAR], {}, [[1.5, None, 3]]),
    "horizontal": (
        [{"type": "bar", "orientation": "h", "y": NAMES, "x": [1, 2, 3]}],
        {"yaxis": {"type": "category", "categoryarray": NAMES[::-1]}},
        [[1, 2, 3]],
    ),
    "grouped": ([BAR, BAR | {"name": "m", "y": [4, 5, 6]}], {"barmode": "group"},
                [[1.5, None, 3], [4, 5, 6]]),
    "stacked": ([BAR, BAR | {"name": "m", "y": [4, 5, 6]}], {"barmode": "stack"},
                [[1.5, None, 3], [4, 5, 6]]),
    "line": ([LINE, LINE | {"name": "b", "y": [3, None, 1]}], {}, [[1, 2, 3], [3, None, 1]]),
    "step": ([LINE | {"x": ["2025-01-20", "2025-07-23", "2026-01-01"], "line": {"shape": "hv"}}],
             {}, [[1, 1, 2, 2, 3]]),
    "area": ([LINE | {"stackgroup": "one"}], {}, [[1, 2, 3]]),
    "scatter": ([DOTS], {"xaxis": {"type": "log"}}, [[4, 5, 6]]),
    "bubble": ([DOTS | {"marker": {"size": [1, 4, 9]}}], {}, [[4, 5, 6]]),
    "floating": (
        [{"type": "bar", "orientation": "h", "y": NAMES, "x": [5, 7, 1], "base": [1, 2, 3],
          "name": "range"}],
        {"yaxis": {"type": "category", "categoryarray": NAMES[::-1]}},
        [[1, 2, 3], [5, 7, 1], [6, 9, 4]],
    ),
    "pie": ([{"type": "pie", "labels": NAMES, "values": [1, 2, 3]}], {}, [[1, 2, 3]]),
}  # fmt: skip


def picture(across: int = 40, down: int = 20) -> bytes:
    rows = zlib.compress(b"".join(b"\0" + b"\xff\xff\xff" * across for _ in range(down)))

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (struct.pack(">I", len(body)) + kind + body
                + struct.pack(">I", zlib.crc32(kind + body)))  # fmt: skip

    head = struct.pack(">IIBBBBB", across, down, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows)
            + chunk(b"IEND", b""))  # fmt: skip


def deck(*outputs: dict[str, Any], shot: bytes | None = None, path: Path | None = None) -> Any:
    return Presentation(io.BytesIO(slides.make(report(*outputs), lambda _: shot, path)))


def charts(slide: Any) -> list[Any]:
    return [shape.chart for shape in slide.shapes if shape.has_chart]


@pytest.mark.parametrize("kind", KINDS)
def test_native_charts_hold_the_values_in_slide_and_workbook(kind: str) -> None:
    traces, layout, expected = KINDS[kind]
    (chart,) = charts(deck(drawn("chips", *traces, **layout)).slides[1])
    assert [list(s.values) for s in chart.plots[0].series] == expected
    book = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
    cells = {c.value for row in book.active.iter_rows() for c in row}
    assert {v for values in expected for v in values if v is not None} <= cells


def test_rows_hold_points_names_and_labels() -> None:
    axis = {"type": "category", "categoryarray": NAMES[::-1], "tickvals": NAMES,
            "ticktext": ["Alpha", "=SUM(1)", "Gamma<br><span>detail</span>"]}  # fmt: skip
    stems = {"type": "scatter", "mode": "lines", "x": [0, 500, None], "y": ["Alpha", "Alpha", None]}
    dots = {"type": "scatter", "mode": "markers+text", "x": [500, 600.5], "y": ["Alpha", "Gamma"],
            "name": "power", "text": ["500 MW", ""]}  # fmt: skip
    (chart,) = charts(deck(drawn("chips", stems, dots, yaxis=axis)).slides[1])
    found = {s.name: s for s in chart.plots[0].series}
    assert list(found) == ["line", "power", "row"]
    assert list(found["power"].values) == [1, 3]
    assert [float(v.text) for v in found["power"]._element.xpath("c:xVal//c:v")] == [500, 600.5]
    words = [r.text for r in found["row"]._element.xpath(".//a:t")]
    assert words == ["Alpha", "=SUM(1)", "Gamma", "detail"]
    assert chart.value_axis.reverse_order
    assert "noFill" in found["row"]._element.xml
    sheet = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
    cells = [[c.value for c in row] for row in sheet.iter_rows()]
    assert [500, 1, "Alpha", "500 MW"] in cells
    assert [600.5, 3, "Gamma: detail", None] in cells
    assert [0, 2, "=SUM(1)", None] in cells
    assert all(c.data_type != "f" for row in sheet.iter_rows() for c in row)


def test_many_rows_take_several_slides_that_hold_them_all() -> None:
    names = [f"n{n}" for n in range(30)]
    axis = {"type": "category", "categoryarray": names[::-1], "tickvals": names, "ticktext": names}
    dots = {"type": "scatter", "mode": "markers", "x": list(range(30)), "y": names, "name": "d"}
    made = deck(drawn("chips", dots, yaxis=axis))
    pages = [s for s in made.slides if charts(s)]
    assert len(pages) == 2
    texts = ["".join(s.text_frame.text for s in p.shapes if s.has_text_frame) for p in pages]
    assert ["(1/2)" in texts[0], "(2/2)" in texts[1]] == [True, True]
    points = [v.text for p in pages for v in
              charts(p)[0].plots[0].series[0]._element.xpath("c:xVal//c:v")]  # fmt: skip
    assert [float(v) for v in points] == list(range(30))
    assert all(p.has_notes_slide for p in pages)


def test_panels_of_rows_share_a_slide_while_they_can_be_read() -> None:
    def panel(number: int, rows: int) -> tuple[dict[str, Any], dict[str, Any]]:
        names = [f"{number}-{n}" for n in range(rows)]
        trace = {"type": "scatter", "mode": "markers", "x": list(range(rows)), "y": names,
                 "xaxis": f"x{number}", "yaxis": f"y{number}", "name": "d"}  # fmt: skip
        return trace, {f"yaxis{number}": {"type": "category", "tickvals": names,
                                          "ticktext": names}}  # fmt: skip

    for sizes, expected in (((5, 5), [2]), ((5, 5, 18), [2, 1]), ((30, 2), [1, 2])):
        made = [panel(n, size) for n, size in enumerate(sizes, 2)]
        layout = {k: v for _, axes in made for k, v in axes.items()}
        shown = deck(drawn("chips", *(t for t, _ in made), **layout)).slides
        assert [len(charts(s)) for s in shown if charts(s)] == expected


def test_texts_in_the_workbook_of_a_chart_are_no_formulas() -> None:
    bars = {"type": "bar", "x": ["=1+1", "@SUM(1)"], "y": [1, 2], "name": "=HYPERLINK(1)"}
    dots = DOTS | {"name": "=1+1"}
    for trace in (bars, dots, dots | {"marker": {"size": [1, 4, 9]}}):
        (chart,) = charts(deck(drawn("chips", trace)).slides[1])
        sheet = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
        found = [c for row in sheet.iter_rows() for c in row if str(c.value).startswith(("=", "@"))]
        assert found
        assert all(c.data_type == "s" for c in found)


def test_categories_are_read_from_the_top() -> None:
    traces, layout, _ = KINDS["horizontal"]
    (chart,) = charts(deck(drawn("chips", *traces, **layout)).slides[1])
    assert list(chart.plots[0].categories) == NAMES
    assert chart.category_axis.reverse_order


def test_totals_of_a_stack_are_labels_of_an_unseen_series() -> None:
    text = {"type": "scatter", "mode": "text", "x": NAMES, "y": [5, 7, 9], "text": ["5", "7", "9"]}
    bars = [BAR | {"y": [1, 2, 3]}, BAR | {"name": "m", "y": [4, 5, 6]}]
    (chart,) = charts(deck(drawn("chips", *bars, text, barmode="stack")).slides[1])
    *_, total = chart.plots[0].series
    assert list(total.values) == [5, 7, 9]
    assert "noFill" in total._element.xml


def test_a_slide_bears_finding_subtitle_note_source_and_alternative_text() -> None:
    words = {"note": "A pledge is not cash.", "claims": [CLAIM], "source": "Source: Anadolu Agency"}
    first, slide, last = deck(drawn("chips", BAR, words=words)).slides
    assert slide.shapes.title.text_frame.text == "Chips pledged"
    texts = "\n".join(s.text_frame.text for s in slide.shapes if s.has_text_frame)
    for part in (
        "GPUs",
        "A pledge is not cash.",
        "Source: Anadolu Agency",
        "As of 15 January 2026",
    ):
        assert part in texts
    links = [r.hyperlink.address for s in slide.shapes if s.has_text_frame
             for p in s.text_frame.paragraphs for r in p.runs if r.hyperlink.address]  # fmt: skip
    assert links
    assert all(link.startswith("https://www.aa.com.tr/") for link in links)
    (frame,) = (s for s in slide.shapes if s.has_chart)
    assert frame._element.nvGraphicFramePr.cNvPr.get("descr") == "One bar."
    assert "data 2026" in "".join(s.text_frame.text for s in first.shapes if s.has_text_frame)
    assert "Anadolu" in "".join(s.text_frame.text for s in last.shapes if s.has_text_frame)


def test_notes_say_where_it_is_printed_and_who_says_otherwise() -> None:
    slide = deck(drawn("chips", BAR, words={"claims": [CLAIM, OTHER]})).slides[1]
    notes = slide.notes_slide.notes_text_frame.text
    for part in ("Who says otherwise:", "600", "counts the second phase", "p. 3", "“500 MW”"):
        assert part in notes


def test_without_a_native_form_a_picture_and_then_the_table() -> None:
    shown = deck(drawn("chips", {"type": "heatmap", "z": [[1]]}), shot=picture()).slides
    assert [bool(charts(s)) for s in shown] == [False] * 4
    assert any("image" in s._element.xml or hasattr(s, "image") for s in shown[1].shapes)
    (table,) = (s.table for s in shown[2].shapes if s.has_table)
    cells = [[c.text_frame.text for c in row.cells] for row in table.rows]
    assert cells == [["deal", "power [MW]"], ["HUMAIN", "500"], ["G42", "–"]]


def test_without_a_picture_the_table_still_stands() -> None:
    shown = deck(drawn("chips", {"type": "heatmap", "z": [[1]]})).slides
    assert len(shown) == 3
    assert any(s.has_table for s in shown[1].shapes)


def test_tall_pictures_are_shown_in_parts_that_meet() -> None:
    cuts = slides.parts(picture(100, 200))
    assert len(cuts) == 5
    assert [start for start, _ in cuts[1:]] == [end for _, end in cuts[:-1]]
    assert (cuts[0][0], cuts[-1][1]) == (0, 200)
    assert slides.parts(picture(100, 50)) == [(0, 50)]


def test_columns_of_tables_hold_their_longest_word() -> None:
    rows = [["Infrastructure", "no", "x" * 30 + " " + "y" * 30], ["a", "b", "c" * 9]]
    wides = slides._widths(rows, 5.0)
    assert sum(wides) == pytest.approx(5)
    assert wides[0] >= slides.LETTER * 16
    assert slides._widths([["w" * 90, "v" * 90]], 5.0) == pytest.approx([2.5, 2.5])


def test_long_titles_are_set_smaller() -> None:
    for letters, size in ((60, None), (130, 19), (180, 16)):
        made = deck(drawn("chips", BAR, words={"title": "word " * (letters // 5)}))
        run = made.slides[1].shapes.title.text_frame.paragraphs[0].runs[0]
        assert (run.font.size and run.font.size.pt) == size


def test_the_template_has_layouts_with_placeholders_and_is_wide() -> None:
    made = deck(drawn("chips", BAR))
    assert [la.name for la in made.slide_layouts] == list(template.LAYOUTS)
    assert round(made.slide_width / made.slide_height, 3) == round(16 / 9, 3)
    kinds = {p.placeholder_format.type for la in made.slide_layouts for p in la.placeholders}
    assert {PP_PLACEHOLDER.CHART, PP_PLACEHOLDER.PICTURE, PP_PLACEHOLDER.TABLE} <= kinds
    assert {s.slide_layout.name for s in made.slides} == {"Title", "Chart", "Text"}


def test_somebody_elses_template_is_used_without_its_slides(tmp_path: Path) -> None:
    ministry = Presentation()
    ministry.slide_layouts[1].name = "Ministry"
    ministry.slides.add_slide(ministry.slide_layouts[0]).shapes.title.text = "Secret"
    ministry.save(str(tmp_path / "their.pptx"))
    made = deck(drawn("chips", BAR), path=tmp_path / "their.pptx")
    assert made.slide_width == ministry.slide_width
    assert "Ministry" in {s.slide_layout.name for s in made.slides}
    titles = [s.shapes.title.text_frame.text for s in made.slides]
    assert titles[1:] == ["Chips pledged", "Sources"]
    assert charts(made.slides[1])
    for slide in made.slides:
        assert all(p.text_frame.text for p in slide.placeholders if p.has_text_frame)


def test_templates_that_cannot_be_used_are_refused_in_one_line(tmp_path: Path) -> None:
    bare = Presentation()
    for layout in list(bare.slide_layouts):
        bare.slide_layouts.remove(layout)
    bare.save(str(tmp_path / "bare.pptx"))
    (tmp_path / "text.pptx").write_text("no zip")
    for name, message in (
        ("bare.pptx", "no slide layout with a title"),
        ("text.pptx", "no PowerPoint template"),
        ("none.pptx", "no such file"),
    ):
        with pytest.raises(PlanlibError, match=message) as caught:
            deck(drawn("chips", BAR), path=tmp_path / name)
        assert "\n" not in str(caught.value)


def test_chinese_slides_name_chinese_fonts() -> None:
    words = {"lang": "zh", "title": "芯片承诺"}
    made = slides.make(report(drawn("chips", BAR, words=words), name="deals-zh"), lambda _: None)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        slide = archive.read("ppt/slides/slide2.xml").decode()
        chart = next(archive.read(n).decode() for n in archive.namelist() if "charts/chart" in n)
        theme = archive.read("ppt/theme/theme1.xml").decode()
    for part in (slide, chart, theme):
        assert '<a:ea typeface="Microsoft YaHei"' in part
    assert 'lang="zh-CN"' in slide


def test_the_same_slides_twice_are_the_same_bytes() -> None:
    once = slides.make(report(drawn("chips", BAR)), lambda _: None)
    time.sleep(1.1)
    assert slides.make(report(drawn("chips", BAR)), lambda _: None) == once
