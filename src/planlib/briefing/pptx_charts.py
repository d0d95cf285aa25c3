"""Native PowerPoint charts, each with its own workbook."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

from planlib import style
from planlib.briefing import inert, native, rows
from planlib.briefing.plotted import Chart, Scale, Series, lighter
from planlib.briefing.template import FONTS, INCH
from planlib.wording import width

LANGUAGES = {"en": "en-GB", "zh": "zh-CN"}
DATE_FORMAT, DAY_FORMAT = "yyyy-mm", "yyyy-mm-dd"
DRAWING = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
CHART_SPACE = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
MANY_ROWS = 14
LONGEST_ROW = 72
# Charts narrower than this have smaller letters [inch]; the share of a row that letters take; how
# much of its colour a hollow mark keeps.
SMALL_WIDTH, PALE = 4.0, 0.4
LETTER_SHARE = {"en": 0.75, "zh": 0.6}
# Room beside and around rows: a letter of a name, title and axis [inch]; the names' largest share.
NAME_LETTER, TITLE_ROOM, AXIS_ROOM, MOST_NAMES = 0.066, 0.36, 0.28, 0.45


def add(
    slide: Any, holder: Any, chart: Chart, box: tuple[float, float, float, float], lang: str,
    *, has_key: bool,
) -> Any:  # fmt: skip
    """Put a native chart on a slide, into a placeholder where there is one; return its frame."""
    if chart.kind == "rows":
        chart = rows.with_names(chart, lang)
    kind, data = _type(chart), _data(chart)
    left, top, wide, high = (round(v * INCH) for v in box)
    if holder is None:
        frame = slide.shapes.add_chart(kind, left, top, wide, high, data)
    else:
        frame = holder.insert_chart(kind, data)
        frame.left, frame.top, frame.width, frame.height = left, top, wide, high
    drawn = frame.chart
    _text(drawn, chart, box, lang)
    _title(drawn, chart, box, lang)
    shown = [s for s in chart.series if not (s.is_total or s.is_unseen)]
    drawn.has_legend = (len(shown) > 1 and not has_key) or chart.kind == "pie"
    if drawn.has_legend:
        _legend(drawn, chart)
    for series, look in zip(drawn.plots[0].series, chart.series, strict=True):
        _series(series, look, chart, lang)
    _plot(drawn, chart)
    if chart.kind != "pie":
        _axes(drawn, chart, lang)
    if chart.kind == "rows":
        _beside_names(drawn, chart, box)
    return frame


def _beside_names(drawn: Any, chart: Chart, box: tuple[float, float, float, float]) -> None:
    """Leave room for the names of rows at the left, and for the axis and title around."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import qn

    _, _, wide, high = box
    names = chart.series[-1].labels
    longest = max(width(text) for name in names for text in name.split("\n"))
    left = min(MOST_NAMES, (longest * NAME_LETTER + 0.15) / wide)
    above = (TITLE_ROOM if chart.title else 0.05) / high
    below = (AXIS_ROOM if chart.x_scale.is_visible else 0.05) / high
    below += AXIS_ROOM / high if chart.x_scale.title else 0
    area = drawn._chartSpace.chart.plotArea
    for old in area.findall(qn("c:layout")):
        area.remove(old)
    area.insert(0, parse_xml(
        f'<c:layout {CHART_SPACE}><c:manualLayout><c:layoutTarget val="inner"/>'
        '<c:xMode val="edge"/><c:yMode val="edge"/>'
        f'<c:x val="{left:.4f}"/><c:y val="{above:.4f}"/><c:w val="{0.98 - left:.4f}"/>'
        f'<c:h val="{1 - above - below:.4f}"/></c:manualLayout></c:layout>'
    ))  # fmt: skip


def _type(chart: Chart) -> Any:
    from pptx.enum.chart import XL_CHART_TYPE as T

    if chart.kind == "bar":
        shape = "BAR" if chart.is_horizontal else "COLUMN"
        grouping = "STACKED" if chart.is_stacked else "CLUSTERED"
        if chart.is_percent:
            grouping = "STACKED_100"
        return getattr(T, f"{shape}_{grouping}")
    if chart.kind == "pie":
        return T.DOUGHNUT if chart.hole else T.PIE
    if chart.kind == "area":
        return T.AREA_STACKED if chart.is_stacked else T.AREA
    placed = T.XY_SCATTER_LINES
    return {"line": T.LINE_MARKERS, "points": placed, "rows": placed,
            "bubble": T.BUBBLE}[chart.kind]  # fmt: skip


def _data(chart: Chart) -> Any:
    """Return what a chart draws; its workbook holds the same, and texts in it stay texts."""
    from pptx.chart.data import BubbleChartData, CategoryChartData, XyChartData

    if chart.kind == "bubble":
        bubbles = BubbleChartData()
        for series in chart.series:
            one = bubbles.add_series(series.name)
            for bubble in zip(series.x, series.values, series.sizes, strict=True):
                if None not in bubble:
                    one.add_data_point(*bubble)
        return _harmless(bubbles)
    if chart.kind in ("points", "rows"):
        placed = XyChartData(number_format=DAY_FORMAT if chart.x_scale.is_date else "General")
        longest = max(len(series.x) for series in chart.series)
        for number, series in enumerate(chart.series):
            one = placed.add_series(series.name, "General")
            found = list(zip(series.x, series.values, strict=True))
            if chart.kind == "points":
                found = [point for point in found if None not in point]
            # LibreOffice loses the points of a series when a later one is longer than the first.
            blank = longest - len(found) if number == 0 and len(chart.series) > 1 else 0
            for point in [*found, *[(None, None)] * blank]:
                one.add_data_point(*point)
        return _harmless(placed, chart)
    named = CategoryChartData(number_format="General")
    named.categories = _categories(chart)
    for series in chart.series:
        is_day = chart.scale.is_date and (series.is_unseen or series.is_total)
        named.add_series(series.name, series.values, DAY_FORMAT if is_day else "General")
    return _harmless(named)


def _harmless(data: Any, chart: Chart | None = None) -> Any:
    """Let the workbook of a chart take texts as texts, and name the rows beside their points."""
    from xlsxwriter import Workbook

    writer = data._workbook_writer

    @contextlib.contextmanager
    def opened(target: Any) -> Iterator[Any]:
        book = Workbook(target, {"in_memory": True, "strings_to_formulas": False,
                                 "strings_to_urls": False})  # fmt: skip
        sheet = book.add_worksheet()
        yield book, sheet
        if chart is not None and chart.kind == "rows":
            for series, look in zip(data, chart.series, strict=True):
                first = writer.series_table_row_offset(series) + 1
                texts = look.labels or [""] * len(look.values)
                for line, (row, text) in enumerate(zip(look.values, texts, strict=True), first):
                    if row is not None:
                        name = chart.categories[int(row) - 1]
                        sheet.write_string(line, 2, inert.line(name.replace("\n", ": "), 250))
                        # A label says more than its place: "several hundred thousand" is no number.
                        if text and not look.is_unseen:
                            sheet.write_string(line, 3, inert.line(text, 250))
        book.close()

    writer._open_worksheet = opened
    return data


def _categories(chart: Chart) -> Sequence[str]:
    # Two lines each would not fit: the office suite would drop every other label.
    if chart.is_horizontal and len(chart.categories) > MANY_ROWS:
        return [inert.line(c.replace("\n", ": "), LONGEST_ROW) for c in chart.categories]
    return chart.categories


def set_fonts(properties: Any, lang: str) -> None:
    """Name the language of a run and, in Chinese, the font for its characters."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import qn

    properties.set("lang", LANGUAGES[lang])
    if lang != "zh":
        return
    for tag, font in FONTS.items():
        if properties.find(qn(f"a:{tag}")) is None:
            element = parse_xml(f'<a:{tag} {DRAWING} typeface="{font}"/>')
            # Fonts stand after fills and before links.
            after = [properties.find(qn(f"a:{t}")) for t in ("cs", "sym", "hlinkClick", "extLst")]
            first = next((e for e in after if e is not None), None)
            if first is None:
                properties.append(element)
            else:
                first.addprevious(element)


def _text(drawn: Any, chart: Chart, box: tuple[float, float, float, float], lang: str) -> None:
    from pptx.dml.color import RGBColor
    from pptx.util import Pt

    size = 12.0 if box[2] > SMALL_WIDTH else 9.0
    if chart.kind == "rows":
        size = 9.0
    elif chart.is_horizontal:
        row = (box[3] - AXIS_ROOM) * 72 / len(chart.categories)
        size = min(12.0, max(7.0, row * LETTER_SHARE[lang]))
    drawn.font.size = Pt(round(size * 2) / 2)
    drawn.font.color.rgb = RGBColor.from_string(style.INK[1:])
    set_fonts(drawn.font._rPr, lang)


def _title(drawn: Any, chart: Chart, box: tuple[float, float, float, float], lang: str) -> None:
    from pptx.util import Pt

    drawn.has_title = bool(chart.title)
    if chart.title:
        frame = drawn.chart_title.text_frame
        frame.text = chart.title
        run = frame.paragraphs[0].runs[0]
        run.font.size, run.font.bold = Pt(12 if box[2] > SMALL_WIDTH else 10), True
        set_fonts(run._r.get_or_add_rPr(), lang)
    else:
        drawn._chartSpace.chart.get_or_add_autoTitleDeleted().set("val", "1")


def _legend(drawn: Any, chart: Chart) -> None:
    from pptx.enum.chart import XL_LEGEND_POSITION
    from pptx.oxml import parse_xml

    drawn.legend.position = XL_LEGEND_POSITION.TOP if chart.kind != "pie" else (
        XL_LEGEND_POSITION.RIGHT)  # fmt: skip
    drawn.legend.include_in_layout = False
    for number, series in enumerate(chart.series):
        if series.is_total or series.is_unseen:
            entry = parse_xml(f'<c:legendEntry {CHART_SPACE}><c:idx val="{number}"/>'
                              '<c:delete val="1"/></c:legendEntry>')  # fmt: skip
            drawn.legend._element.get_or_add_legendPos().addnext(entry)


def _rgb(colour: str) -> Any:
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(colour[1:].upper())


def _series(series: Any, look: Series, chart: Chart, lang: str) -> None:
    if look.is_total or (look.is_unseen and chart.kind == "bar"):
        series.format.fill.background()
    elif chart.kind in ("bar", "area"):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = _rgb(look.colour)
    elif chart.kind in ("line", "points", "rows"):
        _line(series, look)
    elif chart.kind == "bubble":
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = _rgb(look.colour)
    if chart.kind == "bar":
        series.invert_if_negative = False
        if look.outline and not (look.is_total or look.is_unseen):
            series.format.line.color.rgb = _rgb(look.outline)
    for number, colour in enumerate(look.colours):
        edge = look.outlines[number] if look.outlines else look.outline
        _point(series.points[number], colour, chart, edge)
    for number, is_hatched in enumerate(look.is_hatched):
        if is_hatched:
            _hatch(series.points[number], look.colours[number] if look.colours else look.colour)
    if any(look.labels):
        _labels(series, look, chart, lang)


def _line(series: Any, look: Series) -> None:
    from pptx.enum.chart import XL_MARKER_STYLE
    from pptx.enum.dml import MSO_LINE
    from pptx.util import Pt

    series.smooth = False
    line = series.format.line
    if look.has_line and not look.is_unseen:
        line.color.rgb = _rgb(look.colour)
        line.width = Pt(9 if look.is_thick else 2.25)
        if look.is_thick:
            _see_through(series._element.spPr.ln)
        if look.is_dashed:
            line.dash_style = MSO_LINE.DASH
    else:
        line.fill.background()
    if look.is_unseen or not look.has_markers:
        series.marker.style = XL_MARKER_STYLE.NONE
        return
    series.marker.style = getattr(XL_MARKER_STYLE, look.symbol.upper())
    series.marker.size = 7
    # Not every office suite draws the edge of a mark: what is hollow is pale, and never unseen.
    fill = lighter(look.colour, PALE) if look.is_hollow else look.colour
    series.marker.format.fill.solid()
    series.marker.format.fill.fore_color.rgb = _rgb(fill)
    series.marker.format.line.color.rgb = _rgb(look.colour)
    if look.is_hollow or look.symbol in ("x", "plus"):
        series.marker.format.line.width = Pt(1.5)


def _see_through(line: Any) -> None:
    """Let a broad line show what stands on it: LibreOffice draws it above, PowerPoint below."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import qn

    line.set("cap", "flat")
    colour = line.find(qn("a:solidFill"))[0]
    colour.append(parse_xml(f'<a:alpha {DRAWING} val="50000"/>'))


def _point(point: Any, colour: str, chart: Chart, edge: str) -> None:
    target = point.marker.format if chart.kind in ("line", "points") else point.format
    target.fill.solid()
    target.fill.fore_color.rgb = _rgb(colour)
    if chart.kind == "bar" and edge:
        target.line.color.rgb = _rgb(edge)


def _hatch(point: Any, colour: str) -> None:
    from pptx.enum.dml import MSO_PATTERN

    fill = point.format.fill
    fill.patterned()
    fill.pattern = MSO_PATTERN.WIDE_UPWARD_DIAGONAL
    fill.fore_color.rgb = _rgb(colour)
    fill.back_color.rgb = _rgb("#ffffff")


def _labels(series: Any, look: Series, chart: Chart, lang: str) -> None:
    """Label points: with their values where the label says no more, else with its own words."""
    from pptx.enum.chart import XL_LABEL_POSITION as P

    where = None
    if chart.kind == "bar":
        where = P.CENTER if chart.is_stacked else P.OUTSIDE_END
        where = P.INSIDE_BASE if look.is_total else where
    elif chart.kind in ("line", "points"):
        where = P.ABOVE
    elif chart.kind == "rows":
        where = {"left": P.LEFT, "right": P.RIGHT}.get(look.side, P.ABOVE)
    form = native.number_format(chart) if chart.kind != "rows" else ""
    labelled = [bool(t.strip()) for t in look.labels]
    if form and all(shown for shown, v in zip(labelled, look.values, strict=True) if v):
        labels = series.data_labels
        labels.show_value = True
        labels.number_format, labels.number_format_is_linked = form, False
        if where is not None:
            labels.position = where
        if chart.is_stacked and not look.is_total:
            labels.font.color.rgb = _rgb(_on(look.colour))
        for number, words in enumerate(look.labels):
            if not words.strip():
                _silence(series, number)
        return
    for number, words in enumerate(look.labels):
        if not words.strip():
            continue
        label = series.points[number].data_label
        frame = label.text_frame
        frame.text = "\n".join(inert.line(line, 200) for line in words.splitlines()[:3])
        if chart.kind == "rows" or look.is_total:
            frame.word_wrap = False
        for run in (run for paragraph in frame.paragraphs for run in paragraph.runs):
            set_fonts(run._r.get_or_add_rPr(), lang)
            if chart.is_stacked and not look.is_total:
                run.font.color.rgb = _rgb(_on(look.colour))
        if where is not None:
            label.position = where


def _on(colour: str) -> str:
    return style.INK if native.is_light(colour) else style.PAPER


def _silence(series: Any, number: int) -> None:
    from pptx.oxml import parse_xml

    labels = series.data_labels._element
    labels.insert(number and _entries(labels), parse_xml(
        f'<c:dLbl {CHART_SPACE}><c:idx val="{number}"/><c:delete val="1"/></c:dLbl>'
    ))  # fmt: skip


def _entries(labels: Any) -> int:
    from pptx.oxml.ns import qn

    return len(labels.findall(qn("c:dLbl")))


def _plot(drawn: Any, chart: Chart) -> None:
    plot = drawn.plots[0]
    if chart.kind == "bar":
        plot.gap_width = 45
        if chart.is_stacked or chart.is_overlaid:
            plot.overlap = 100
        plot.vary_by_categories = False
    elif chart.kind == "pie":
        plot.vary_by_categories = True


def _grid(axis: Any, scale: Scale) -> None:
    axis.has_major_gridlines = scale.is_visible
    if scale.is_visible:
        axis.major_gridlines.format.line.color.rgb = _rgb(style.GRID)


def _axes(drawn: Any, chart: Chart, lang: str) -> None:
    from pptx.enum.chart import XL_AXIS_CROSSES, XL_TICK_LABEL_POSITION, XL_TICK_MARK

    value, across = drawn.value_axis, drawn.category_axis
    _axis(value, chart.scale, lang)
    value.format.line.fill.background()
    _grid(value, chart.scale)
    if not chart.scale.is_date:
        value.tick_labels.number_format = native.axis_format(chart, lang)
        value.tick_labels.number_format_is_linked = False
    _unit(value, chart.scale, native.axis_unit(chart, lang))
    across.has_major_gridlines = False
    across.major_tick_mark = XL_TICK_MARK.NONE
    across.format.line.color.rgb = _rgb(style.NO_RECORD)
    across.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if chart.is_horizontal or chart.every > 1:
        _name_every(across, chart.every)
    if chart.every > 1:
        _level(across)
    if chart.kind in ("points", "bubble", "rows"):
        _axis(across, chart.x_scale, lang)
        if chart.kind == "rows":
            value.reverse_order = True
            across.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
            across.format.line.fill.background()
            _grid(across, chart.x_scale)
            if not chart.x_scale.is_date:
                across.tick_labels.number_format = native.along_format(chart, lang)
                across.tick_labels.number_format_is_linked = False
                _unit(across, chart.x_scale, native.along_unit(chart, lang))
    elif chart.x_scale.title:
        _name(across, chart.x_scale.title, lang)
    if chart.is_horizontal:
        across.reverse_order = True
        value.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
        across.crosses = XL_AXIS_CROSSES.AUTOMATIC


def _level(axis: Any) -> None:
    """Keep the labels of an axis level; at an angle of nought LibreOffice breaks them anywhere."""
    body = (
        axis.tick_labels.font._rPr.getparent()
        .getparent()
        .getparent()
        .find("{http://schemas.openxmlformats.org/drawingml/2006/main}bodyPr")
    )
    body.set("rot", "1")
    body.set("vert", "horz")


def _name_every(axis: Any, number: int) -> None:
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import qn

    every = parse_xml(f'<c:tickLblSkip {CHART_SPACE} val="{number}"/>')
    axis._element.find(qn("c:noMultiLvlLbl")).addprevious(every)


def _axis(axis: Any, scale: Scale, lang: str) -> None:
    from pptx.enum.chart import XL_TICK_MARK
    from pptx.oxml import parse_xml

    axis.visible = scale.is_visible
    axis.major_tick_mark = XL_TICK_MARK.NONE
    low, step = rows.step_of(scale) if scale.is_date else (scale.low, scale.step)
    if low is not None and (not scale.is_log or low > 0):
        axis.minimum_scale = low
    if step:
        axis.major_unit = step
    if scale.is_date:
        axis.tick_labels.number_format = DATE_FORMAT
        axis.tick_labels.number_format_is_linked = False
    if scale.high is not None:
        axis.maximum_scale = scale.high
    if scale.is_log:
        scaling = axis._element.scaling
        scaling.insert(0, parse_xml(f'<c:logBase {CHART_SPACE} val="10"/>'))
    if scale.title:
        _name(axis, scale.title, lang)


def _name(axis: Any, words: str, lang: str) -> None:
    from pptx.util import Pt

    axis.has_title = True
    frame = axis.axis_title.text_frame
    frame.text = words
    run = frame.paragraphs[0].runs[0]
    run.font.size, run.font.bold = Pt(11), False
    set_fonts(run._r.get_or_add_rPr(), lang)


def _unit(axis: Any, scale: Scale, counted: tuple[str, str]) -> None:
    """Let a Chinese axis count in 万, 亿 or 万亿."""
    from pptx.oxml import parse_xml

    unit, word = counted
    if unit and scale.is_visible:
        axis._element.append(parse_xml(
            f'<c:dispUnits {CHART_SPACE} {DRAWING}><c:builtInUnit val="{unit}"/><c:dispUnitsLbl>'
            "<c:tx><c:rich><a:bodyPr/><a:p><a:r>"
            f'<a:rPr lang="zh-CN"/><a:t>{word}</a:t></a:r></a:p></c:rich></c:tx>'
            "</c:dispUnitsLbl></c:dispUnits>"
        ))  # fmt: skip


def shown(chart: Any) -> list[tuple[str, Sequence[float | None]]]:
    """Return the names and values of a chart on a slide."""
    return [(s.name, list(s.values)) for plot in chart.plots for s in plot.series]
