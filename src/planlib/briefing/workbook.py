"""XLSX: a sheet a figure with typed cells, claims and a native chart; dictionary and sources."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from planlib import schema, style
from planlib.briefing import cited, inert, native, pack, rows
from planlib.briefing.executed import Figure, Report
from planlib.briefing.plotted import Chart, Scale, Series, lighter
from planlib.briefing.tabular import head
from planlib.wording import choose, column_unit, width

FIRST_ROW = 6
MOST_SHEET_NAME = 31
NARROWEST, WIDEST, DATA_WIDTH = 8, 34, 12
CHART_COLUMNS = 11
CHART_WIDTH, CHART_HEIGHT, BAR_HEIGHT, TALL_ROW_HEIGHT, AROUND = 760, 400, 26, 36, 150
# The lowest row of a sheet [pixel].
ROW_HEIGHT = 20
LINE, MOST_LINES = 13.5, 6
LABEL = re.compile(rb'(<c:dLbl><c:idx val="\d+"/>(?:<c:layout/>)?<c:tx><c:rich>)<a:bodyPr/>')
# Room for the names of rows: a letter [pixel], and their largest share of a chart.
NAME_LETTER, MOST_NAMES, PALE = 6.3, 0.5, 0.4
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
CLAIM_COLUMNS = ("table", "row_id", "field", "source_id", "locator", "as_printed", "stance",
                 "value", "note")  # fmt: skip
CLAIM_WIDTHS = (20, 14, 32, 14, 36, 16, 26, 10, 40, 90)
FONTS = {"en": "Arial", "zh": "Microsoft YaHei"}
LEGEND_FROM = 2
A4 = 9


class Book:
    """A workbook being written: its formats, its language, and the rows taken on each sheet."""

    def __init__(self, report: Report) -> None:
        from xlsxwriter import Workbook

        self.report = report
        self.lang = report.lang
        self.target = io.BytesIO()
        self.book = Workbook(
            self.target,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "max_url_length": 2079,
            },
        )
        self.names: set[str] = set()
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.book.formats[0].set_font_name(FONTS[self.lang])
        self.book.formats[0].set_font_size(10)

    def format(self, **how: Any) -> Any:
        """Return a cell format; the same one for the same properties."""
        key = tuple(sorted(how.items()))
        if key not in self.formats:
            base = {"font_name": FONTS[self.lang], "font_size": 10, "valign": "top"}
            self.formats[key] = self.book.add_format(base | how)
        return self.formats[key]

    def sheet(self, name: str) -> Any:
        """Add a sheet; its name is cut to what a workbook allows, and stays unique."""
        plain = re.sub(r"[\[\]:*?/\\']", " ", inert.line(name)).strip() or "sheet"
        tries = (plain[: MOST_SHEET_NAME - len(end)] + end for end in _endings())
        chosen = next(t for t in tries if t.lower() not in self.names)
        self.names.add(chosen.lower())
        sheet = self.book.add_worksheet(chosen)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        return sheet

    def text(self, sheet: Any, row: int, column: int, value: Any, **how: Any) -> None:
        """Write a text as text, whatever it begins with."""
        words = inert.text("" if value is None else value)
        if words.startswith(inert.FORMULA):
            how["quote_prefix"] = True
        sheet.write_string(row, column, words, self.format(**how))

    def link(self, sheet: Any, row: int, column: int, url: str, words: str) -> None:
        """Write a link to the web, or the bare text where there is no safe address."""
        address = inert.link(url)
        if not address or len(address) > 2000:
            self.text(sheet, row, column, words)
            return
        shown = self.format(font_color=style.ACCENT, underline=1)
        sheet.write_url(row, column, address, shown, inert.line(words, 255))


def _endings() -> Iterator[str]:
    yield ""
    yield from (f"-{n}" for n in count(2))


def make(report: Report) -> bytes:
    """Return the workbook of a report."""
    out = Book(report)
    properties = {
        "title": report.title,
        "subject": cited.stamp(report.as_of, report.lang),
        "author": "planlib contributors",
        "comments": f"CC BY 4.0. {cited.citation(report.lang)}",
        "created": datetime.datetime.fromisoformat(report.as_of),
    }
    out.book.set_properties(properties)
    contents = out.sheet(choose(out.lang, "Contents", "目录"))
    figures = [(f, _figure(out, f)) for f in report.figures]
    _claims(out, report.figures)
    _dictionary(out)
    _sources(out)
    _conflicts(out)
    _contents(out, contents, figures)
    out.book.close()
    return _unwrapped(out.target.getvalue())


def _unwrapped(content: bytes) -> bytes:
    """Keep the labels of charts on their own lines: a spreadsheet would break them anywhere."""
    files = pack.unzipped(content)
    for name, part in files.items():
        if name.startswith("xl/charts/"):
            files[name] = LABEL.sub(rb'\1<a:bodyPr wrap="none"/>', part)
    return pack.zipped(files, first="[Content_Types].xml")


def _contents(out: Book, sheet: Any, figures: Sequence[tuple[Figure, Any]]) -> None:
    lang, report = out.lang, out.report
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 110)
    out.text(sheet, 0, 0, report.title, bold=True, font_size=16)
    sheet.set_row(0, 26)
    out.text(sheet, 1, 0, cited.stamp(report.as_of, lang), font_color=style.GREY_TEXT)
    sheet.merge_range(2, 0, 2, 1, "")
    out.text(sheet, 2, 0, report.summary, text_wrap=True)
    sheet.set_row(2, 15 * (1 + width(report.summary) // 150))
    row = 4
    for figure, target in figures:
        name = target.get_name().replace("'", "''")
        shown = out.format(font_color=style.ACCENT, underline=1)
        sheet.write_url(row, 0, f"internal:'{name}'!A1", shown, target.get_name())
        out.text(sheet, row, 1, inert.line(figure.words["title"]), text_wrap=True)
        row += 1
    row += 1
    about = (
        (choose(lang, "Data", "数据"), f"{schema.package().version}, CC BY 4.0"),
        (choose(lang, "How to cite", "引用方式"), cited.citation(lang)),
        (choose(lang, "Numbers", "数字"), choose(
            lang,
            "A blank cell is “not stated”, never zero. Text that begins like a formula is text.",
            "空白表示“未载明”，不是零。形似公式的文字仍是文字。")),
    )  # fmt: skip
    for line, (name, words) in enumerate(about, row):
        out.text(sheet, line, 0, name, font_color=style.GREY_TEXT)
        out.text(sheet, line, 1, words, text_wrap=True)
    out.link(sheet, row + len(about), 1, cited.LICENCE_URL, cited.LICENCE_URL)
    sheet.activate()


def _figure(out: Book, figure: Figure) -> Any:
    words = figure.words
    sheet = out.sheet(figure.name)
    sheet.hide_gridlines(2)
    out.text(sheet, 0, 0, words["title"], bold=True, font_size=14)
    for row, key in enumerate(("subtitle", "note"), 1):
        out.text(sheet, row, 0, inert.line(words[key]), font_color=style.GREY_TEXT)
    first = next((s for s in cited.sources(words["claims"], out.lang) if s.url), None)
    source = inert.line(words["source"])
    if first:
        out.link(sheet, 3, 0, first.url, source)
    else:
        out.text(sheet, 3, 0, source)
    stamp = f"{cited.stamp(words['as_of'], out.lang)} · {cited.citation(out.lang)}"
    out.text(sheet, 4, 0, stamp, font_color=style.GREY_TEXT)
    fields = words["fields"]
    heads = [head({**f, "unit": column_unit(f["unit"], out.lang)}) for f in fields]
    _header(out, sheet, FIRST_ROW, heads, [f["type"] in ("integer", "number") for f in fields])
    lines = [1] * len(words["rows"])
    sheet.set_row(0, 22)
    sheet.set_row(FIRST_ROW, 2 * LINE + 4)
    for column, field in enumerate(fields):
        cells = [row[column] for row in words["rows"]]
        form = _number_format(field, cells)
        for row, value in enumerate(cells, FIRST_ROW + 1):
            _cell(out, sheet, row, column, value, field, form)
        longest = max((width(str(c)) for c in (heads[column], *cells) if c is not None), default=8)
        wide = min(max(longest + 2, NARROWEST), WIDEST)
        sheet.set_column(column, column, wide)
        for row, value in enumerate(cells):
            taken = 1 + int(width(str(value)) // (wide * 0.95)) if isinstance(value, str) else 1
            lines[row] = max(lines[row], taken)
    for row, taken in enumerate(lines, FIRST_ROW + 1):
        sheet.set_row(row, LINE * min(taken, MOST_LINES) + 2)
    sheet.freeze_panes(FIRST_ROW + 1, 1)
    last = FIRST_ROW + len(words["rows"])
    if words["rows"]:
        sheet.autofilter(FIRST_ROW, 0, last, len(fields) - 1)
    side = len(fields) + 1
    place = FIRST_ROW
    block = side + CHART_COLUMNS + 2
    for found in native.charts(figure.drawing, "", out.lang):
        chart = rows.with_names(found, out.lang) if found.kind == "rows" else found
        reach = _chart_data(out, sheet, block, chart)
        drawn = _chart(out, sheet.get_name(), block, chart, reach)
        tall = _height(chart)
        drawn.set_size({"width": CHART_WIDTH, "height": tall})
        alt = {"description": inert.line(words["alt"], 1000)}
        sheet.insert_chart(place, side, drawn, alt | {"object_position": 3})
        block += len(_block(chart)) + 1
        place += -(-tall // ROW_HEIGHT) + 2
    return sheet


def _height(chart: Chart) -> int:
    """Return the height of a chart [pixel]; rows of two lines need more than others."""
    if chart.kind == "rows":
        has_two_lines = any("\n" in name for name in chart.categories)
        return AROUND + len(chart.categories) * (TALL_ROW_HEIGHT if has_two_lines else BAR_HEIGHT)
    count = len(chart.categories) if chart.is_horizontal else 0
    return max(CHART_HEIGHT, 100 + BAR_HEIGHT * count)


def _header(
    out: Book, sheet: Any, row: int, heads: Sequence[str], is_number: Sequence[bool] = ()
) -> None:
    for column, words in enumerate(heads):
        align = "right" if is_number and is_number[column] else "left"
        out.text(sheet, row, column, words, bold=True, bottom=1, text_wrap=True, align=align,
                 bg_color="#eef2f3")  # fmt: skip


def _number_format(field: Mapping[str, str], cells: Sequence[Any]) -> str:
    if field["name"].endswith(("year", "_no")):
        return "0"
    numbers = [c for c in cells if isinstance(c, (int, float)) and not isinstance(c, bool)]
    if all(float(n).is_integer() for n in numbers):
        return "#,##0"
    return "#,##0.00" if max(map(abs, numbers)) >= 1 else "0.0000"


def _cell(
    out: Book, sheet: Any, row: int, column: int, value: Any, field: Mapping[str, str], form: str
) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        # Excel writes truth values in its own words; LibreOffice, without these, as 0 and 1.
        words = choose(out.lang, '"yes";"yes";"no"', '"是";"是";"否"')
        sheet.write_boolean(row, column, value, out.format(num_format=words))
    elif isinstance(value, (int, float)):
        sheet.write_number(row, column, value, out.format(num_format=form))
    elif field["type"] == "date" and DAY.fullmatch(str(value)):
        day = datetime.datetime.fromisoformat(value)
        sheet.write_datetime(row, column, day, out.format(num_format="yyyy-mm-dd", align="left"))
    else:
        out.text(sheet, row, column, value, text_wrap=width(str(value)) > WIDEST)


def _claims(out: Book, figures: Sequence[Figure]) -> None:
    """Write the claims behind each figure: where each of its numbers is printed, and by whom."""
    sheet = out.sheet(choose(out.lang, "Claims", "出处"))
    rows = [(figure.name, claim) for figure in figures for claim in figure.words["claims"]]
    _write_claims(out, sheet, [c for _, c in rows], [name for name, _ in rows])


def _write_claims(
    out: Book, sheet: Any, claims: Sequence[Mapping[str, Any]], figures: Sequence[str]
) -> None:
    package = schema.package()["claims"]
    heads = [choose(out.lang, "figure", "图"), *(package[c].label(out.lang) for c in CLAIM_COLUMNS)]
    _header(out, sheet, 0, heads)
    urls = {s.source_id: s.url for s in cited.sources(claims, out.lang)}
    for row, (figure, claim) in enumerate(zip(figures, claims, strict=True), 1):
        out.text(sheet, row, 0, figure)
        for column, name in enumerate(CLAIM_COLUMNS, 1):
            value = claim.get(name)
            if value is None:
                continue
            if name == "source_id":
                out.link(sheet, row, column, urls.get(str(value), ""), str(value))
            else:
                out.text(sheet, row, column, value)
    for column, wide in enumerate(CLAIM_WIDTHS):
        sheet.set_column(column, column, wide)
    sheet.freeze_panes(1, 1)
    if claims:
        sheet.autofilter(0, 0, len(claims), len(CLAIM_COLUMNS))


def _dictionary(out: Book) -> None:
    lang = out.lang
    sheet = out.sheet(choose(lang, "Dictionary", "数据字典"))
    heads = choose(lang, "column|title|unit|type|meaning", "列|名称|单位|类型|含义").split("|")
    _header(out, sheet, 0, heads)
    fields = {f["name"]: f for figure in out.report.figures for f in figure.words["fields"]}
    for row, name in enumerate(sorted(fields), 1):
        field = fields[name]
        spec = schema.package().column(name)
        cells = (name, field["title"], field["unit"], field["type"],
                 spec.description if spec else "")  # fmt: skip
        for column, value in enumerate(cells):
            out.text(sheet, row, column, value, text_wrap=column == 4)
    for column, wide in enumerate((24, 34, 10, 10, 90)):
        sheet.set_column(column, column, wide)
    sheet.freeze_panes(1, 1)


def _sources(out: Book) -> None:
    lang = out.lang
    sheet = out.sheet(choose(lang, "Sources", "来源"))
    _header(out, sheet, 0, [choose(lang, "source", "来源"), choose(lang, "title", "标题"),
                            choose(lang, "address", "网址")])  # fmt: skip
    for row, source in enumerate(cited.sources(out.report.claims, lang), 1):
        out.text(sheet, row, 0, source.source_id)
        out.text(sheet, row, 1, source.text)
        if source.url:
            out.link(sheet, row, 2, source.url, source.url)
    for column, wide in enumerate((36, 90, 70)):
        sheet.set_column(column, column, wide)
    sheet.freeze_panes(1, 0)


def _conflicts(out: Book) -> None:
    """Write the claims that differ from what is drawn: both stand, none is dropped."""
    sheet = out.sheet(choose(out.lang, "Conflicts", "分歧"))
    rows = [(f.name, c) for f in out.report.figures for c in cited.conflicts(f.words)]
    _write_claims(out, sheet, [c for _, c in rows], [name for name, _ in rows])


@dataclass(frozen=True)
class _Column:
    """A column of a chart's own data."""

    head: str
    cells: Sequence[Any]
    is_date: bool = False


def _block(chart: Chart, words: str = "") -> list[_Column]:
    """Return the columns of a chart's own data."""
    is_date = chart.x_scale.is_date
    if chart.kind == "rows":
        *shown, names = chart.series
        found = [_Column(names.name, names.values), _Column("", chart.categories)]
        for series in [*shown, names]:
            found.append(_Column(series.name, series.x, is_date))
            found.append(_Column(f"{series.name}: {names.name}", series.values))
        # A label says more than its place: "several hundred thousand" is no number.
        texts = [s for s in shown if any(s.labels) and not s.is_unseen]
        return [*found, *(_Column(f"{s.name}: {words}", s.labels) for s in texts)]
    if chart.kind in ("points", "bubble"):
        found = []
        for series in chart.series:
            found.append(_Column(f"{series.name} x", series.x, is_date))
            found.append(_Column(f"{series.name} y", series.values))
            if series.sizes:
                found.append(_Column(f"{series.name} size", series.sizes))
        return found
    # Where a bar that floats ends is said beside it, though it is not drawn.
    kept = [s for s in chart.series if not s.is_total or s.name]
    is_day = chart.scale.is_date
    return [
        _Column("", chart.categories),
        *(_Column(s.name, s.values, is_day and (s.is_unseen or s.is_total)) for s in kept),
    ]


def _chart_data(out: Book, sheet: Any, column: int, chart: Chart) -> dict[int, list[int]]:
    """Write what a chart draws; return the first and last row of each of its columns."""
    title = choose(out.lang, "Data of the chart", "图中数据")
    out.text(sheet, FIRST_ROW - 1, column, chart.title or title, font_color=style.GREY_TEXT)
    reach = {}
    for number, one in enumerate(_block(chart, choose(out.lang, "label", "标注"))):
        out.text(sheet, FIRST_ROW, column + number, one.head, bold=True, bottom=1)
        has_names = any(isinstance(cell, str) and cell for cell in one.cells)
        sheet.set_column(column + number, column + number, WIDEST if has_names else DATA_WIDTH)
        form = {"num_format": "yyyy-mm-dd"} if one.is_date else {}
        for row, value in enumerate(one.cells, FIRST_ROW + 1):
            if isinstance(value, str):
                out.text(sheet, row, column + number, value.replace("\n", ": "))
            elif value is not None:
                sheet.write_number(row, column + number, value, out.format(**form))
        reach[number] = [FIRST_ROW + 1, FIRST_ROW + len(one.cells)]
    return reach


def _chart(
    out: Book, sheet: str, column: int, chart: Chart, reach: Mapping[int, Sequence[int]]
) -> Any:
    """Return a native Excel chart of the data block at a column."""
    is_placed = chart.kind in ("points", "bubble", "rows")
    kind = {"bar": "bar" if chart.is_horizontal else "column",
            "pie": "doughnut" if chart.hole else "pie"}  # fmt: skip
    options = {"type": "scatter" if is_placed else kind.get(chart.kind, chart.kind)}
    if chart.is_percent:
        options["subtype"] = "percent_stacked"
    elif chart.is_stacked:
        options["subtype"] = "stacked"
    elif is_placed:
        options["subtype"] = "straight_with_markers"
    drawn = out.book.add_chart(options)
    shown = [s for s in chart.series if not s.is_total]
    # Before the series of rows stand their numbers and names.
    at = 3 if chart.kind == "rows" else 1
    for series in shown:
        x, y = (at - 1, at) if is_placed else (0, at)
        at += (3 if series.sizes else 2) if is_placed else 1
        drawn.add_series({
            "name": series.name if is_placed else [sheet, FIRST_ROW, column + y],
            "categories": [sheet, reach[x][0], column + x, reach[x][1], column + x],
            "values": [sheet, reach[y][0], column + y, reach[y][1], column + y],
            **_series_looks(chart, series),
        })  # fmt: skip
    _axes(drawn, chart, out.lang)
    unseen = [number for number, series in enumerate(shown) if series.is_unseen]
    is_named = len(shown) - len(unseen) >= LEGEND_FROM or chart.kind == "pie"
    # LibreOffice counts the entries of a stack from its other end and would drop another.
    legend = {"position": "bottom", "delete_series": unseen if chart.kind == "rows" else []}
    drawn.set_legend(legend if is_named else {"none": True})
    if chart.kind == "rows":
        drawn.set_plotarea({"layout": _beside_names(chart)})
    if chart.title:
        drawn.set_title({"name": chart.title, "name_font": {"size": 11}, "overlay": False})
    else:
        drawn.set_title({"none": True})
    drawn.show_blanks_as("gap")
    return drawn


def _beside_names(chart: Chart) -> dict[str, float]:
    """Leave room for the names of rows at the left."""
    longest = max(width(line) for name in chart.series[-1].labels for line in name.split("\n"))
    left = min(MOST_NAMES, (longest * NAME_LETTER + 15) / CHART_WIDTH)
    above, tall = 0.09 if chart.title else 0.02, AROUND / _height(chart)
    return {"x": left, "y": above, "width": 0.97 - left, "height": 1 - above - tall * 0.7}


def _series_looks(chart: Chart, series: Series) -> dict[str, Any]:
    looks: dict[str, Any] = {}
    if chart.kind == "bar":
        looks = {"fill": {"color": series.colour}, "gap": 45}
        if series.is_unseen:
            looks["fill"] = {"none": True}
        elif series.outline:
            looks["border"] = {"color": series.outline}
        if chart.is_stacked or chart.is_overlaid:
            looks["overlap"] = 100
    elif chart.kind in ("area", "pie"):
        looks = {"fill": {"color": series.colour}} if chart.kind == "area" else {}
    else:
        looks = _line_looks(series)
    if series.colours:
        edges = series.outlines or [series.outline] * len(series.colours)
        looks["points"] = [
            {"fill": {"color": c}, **({"border": {"color": edge}} if edge else {})}
            for c, edge in zip(series.colours, edges, strict=True)
        ]
    if any(series.labels):
        custom = [{"value": t} if t else {"delete": True} for t in series.labels]
        looks["data_labels"] = {"value": True, "custom": custom}
        form = native.number_format(chart)
        if chart.kind == "rows":
            looks["data_labels"]["position"] = series.side
        elif form:
            looks["data_labels"] = {"value": True, "num_format": form}
    return looks


def _line_looks(series: Series) -> dict[str, Any]:
    if series.is_unseen:
        return {"line": {"none": True}, "marker": {"type": "none"}}
    dash = {"dash_type": "dash"} if series.is_dashed else {}
    line = {"color": series.colour, "width": 9 if series.is_thick else 2.25, **dash}
    fill = lighter(series.colour, PALE) if series.is_hollow else series.colour
    marker = {"type": series.symbol, "size": 6, "fill": {"color": fill},
              "border": {"color": series.colour}}  # fmt: skip
    return {"line": line if series.has_line else {"none": True},
            "marker": marker if series.has_markers else {"type": "none"}}  # fmt: skip


def _axes(drawn: Any, chart: Chart, lang: str) -> None:
    if chart.kind == "pie":
        return
    value = (
        {"num_format": native.axis_format(chart, lang)}
        | _axis(chart.scale)
        | {
            "major_gridlines": {"visible": chart.scale.is_visible, "line": {"color": style.GRID}},
            "line": {"none": True},
        }
    )
    unit, _ = native.axis_unit(chart, lang)
    if unit:
        value |= {"display_units": EXCEL_UNITS[unit], "display_units_visible": True}
    if chart.kind == "rows":
        across = _axis(chart.x_scale) | {
            "label_position": "high", "line": {"none": True},
            "major_gridlines": {"visible": chart.x_scale.is_visible, "line": {"color": style.GRID}},
        }  # fmt: skip
        if not chart.x_scale.is_date:
            across["num_format"] = native.along_format(chart, lang)
        unit, _ = native.along_unit(chart, lang)
        if unit:
            across |= {"display_units": EXCEL_UNITS[unit], "display_units_visible": True}
        drawn.set_x_axis(across)
        drawn.set_y_axis(value | {"reverse": True, "visible": False})
    elif chart.kind in ("points", "bubble"):
        drawn.set_x_axis(_axis(chart.x_scale))
        drawn.set_y_axis(value)
    elif chart.is_horizontal:
        drawn.set_x_axis(value)
        drawn.set_y_axis({"reverse": True, "major_tick_mark": "none"})
    else:
        across = {"name": chart.x_scale.title} if chart.x_scale.title else {}
        drawn.set_x_axis(across | ({"interval_unit": chart.every} if chart.every > 1 else {}))
        drawn.set_y_axis(value)


EXCEL_UNITS = {"trillions": "trillions", "hundredMillions": "hundred_millions",
               "tenThousands": "ten_thousands"}  # fmt: skip


def _axis(scale: Scale) -> dict[str, Any]:
    how: dict[str, Any] = {"visible": scale.is_visible}
    if scale.title:
        how |= {"name": scale.title, "name_font": {"bold": False, "size": 9}}
    low, step = rows.step_of(scale) if scale.is_date else (scale.low, scale.step)
    if low is not None and (not scale.is_log or low > 0):
        how["min"] = low
    if step:
        how["major_unit"] = step
    if scale.is_date:
        how["num_format"] = "yyyy-mm"
    if scale.high is not None:
        how["max"] = scale.high
    if scale.is_log:
        how["log_base"] = 10
    return how
