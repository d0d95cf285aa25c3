"""PPTX: a slide a figure, native charts, tables behind pictures, notes with claims, sources."""

from __future__ import annotations

import datetime
import io
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from planlib import contract, evidence, style
from planlib.briefing import cited, inert, native, pack, plotted, pptx_charts, rows, template
from planlib.briefing.executed import Figure, Report
from planlib.briefing.plotted import Chart
from planlib.briefing.tabular import head
from planlib.briefing.template import BODY, FOOT, INCH, STAMP, SUBTITLE, WORDS
from planlib.wording import choose, count_of, reading_unit, width

LANGUAGES = {"en": "en-GB", "zh": "zh-CN"}
FOOT_COLUMNS, WORD_COLUMNS = 190, 138
FOOT_LINE, WORD_LINE = 0.155, 0.23
MOST_COLUMNS, MOST_TABLE_SLIDES = 8, 2
TABLE_LINE = 0.19
MOST_CLAIMS_IN_NOTES = 60
MOST_NOTES = 12_000
# A column of sources: its lines, and the letters of a line.
SOURCE_LINES, SOURCE_LETTERS = 30, 78
MOST_TITLE, MOST_SUBTITLE, MOST_NOTE, MOST_LABEL, MOST_KEY = 220, 320, 500, 80, 12
# A picture taller than this share of its width is shown in parts.
TALLEST = 0.42
MOST_PARTS = 6
# A title of more letters than two lines hold is set smaller.
LONG_TITLES = ((165, 16), (122, 19))
LETTER = 0.078
# Rows on a slide: of one line, of two lines, of bars; a panel's title and axis count as rows.
MOST_ROWS, MOST_TALL_ROWS, MOST_BARS, PANEL_ROWS = 21, 11, 28, 2
SMALL_FROM = 4
OTHER_MARKS = {"│": "+", "▼": "◆"}
CREATED = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
Run = tuple[str, dict[str, Any]]
Draw = Callable[[Figure], bytes | None]
Box = tuple[float, float, float, float]


def make(report: Report, draw: Draw, path: Path | None = None) -> bytes:
    """Return the slides of a report.

    Parameters
    ----------
    draw
        Returns the picture of a figure, or nothing where none can be drawn.
    path
        Somebody else's template; by default planlib's own.
    """
    deck = Deck(report, template.theirs(path) if path else template.own(), is_own=path is None)
    deck.title()
    for figure in report.figures:
        deck.figure(figure, draw)
    deck.sources()
    return deck.saved()


class Deck:
    """A presentation being made."""

    def __init__(self, report: Report, presentation: Any, *, is_own: bool) -> None:
        self.report = report
        self.lang = report.lang
        self.deck = presentation
        self.is_own = is_own
        self.names = evidence.source_labels(self.lang)

    def slide(self, kind: str, title: str) -> Any:
        """Add a slide in the layout for a kind of content; fill in its title."""
        slide = self.deck.slides.add_slide(self._layout(kind))
        words = inert.line(title, MOST_TITLE)
        if slide.shapes.title is not None:
            self.write(slide.shapes.title.text_frame, [[(words, {})]])
            size = next((size for letters, size in LONG_TITLES if width(words) > letters), 0)
            if self.is_own and kind != "Title" and size:
                _resize(slide.shapes.title.text_frame, size)
        if self.is_own:
            _number(slide)
        return slide

    def _layout(self, kind: str) -> Any:
        from pptx.enum.shapes import PP_PLACEHOLDER as P

        layouts = list(self.deck.slide_layouts)
        if self.is_own:
            return layouts[template.LAYOUTS.index(kind)]
        wanted = (P.CENTER_TITLE, P.SUBTITLE) if kind == "Title" else (P.OBJECT, P.BODY, P.CHART)
        titled = [
            la for la in layouts
            if any(p.placeholder_format.type in (P.TITLE, P.CENTER_TITLE) for p in la.placeholders)
        ]  # fmt: skip
        fit = (
            la for la in titled if any(p.placeholder_format.type in wanted for p in la.placeholders)
        )
        return next(fit, titled[0])

    def write(self, frame: Any, paragraphs: Sequence[Sequence[Run]]) -> None:
        """Write paragraphs of runs: a text, and its size, colour, weight and link."""
        frame.word_wrap = True
        for number, runs in enumerate(paragraphs):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            for words, how in runs:
                run = paragraph.add_run()
                run.text = inert.text(words)
                _dress(run, how, self.lang)

    def place(self, slide: Any, index: int, box: Box) -> Any:
        """Return the text frame of a placeholder, or of a new text box where there is none."""
        found = _placeholder(slide, index) if self.is_own else None
        if found is None:
            shape = slide.shapes.add_textbox(*(round(v * INCH) for v in box))
        else:
            shape = found
            shape.left, shape.top, shape.width, shape.height = (round(v * INCH) for v in box)
        return shape.text_frame

    def body(self, slide: Any) -> Box:
        """Return the room for content; in somebody else's layout it is freed of placeholders."""
        if self.is_own:
            return (template.LEFT, 1.3, template.INNER, 6.0)
        from pptx.enum.shapes import PP_PLACEHOLDER as P

        kept = (P.TITLE, P.CENTER_TITLE, P.DATE, P.FOOTER, P.SLIDE_NUMBER)
        free = [p for p in slide.placeholders if p.placeholder_format.type not in kept]
        large = max(free, key=lambda p: (p.width or 0) * (p.height or 0), default=None)
        wide, high = self.deck.slide_width / INCH, self.deck.slide_height / INCH
        box = (0.06 * wide, 0.24 * high, 0.88 * wide, 0.7 * high)
        if large is not None and large.width and large.height > 0.4 * self.deck.slide_height:
            box = (large.left / INCH, large.top / INCH, large.width / INCH, large.height / INCH)
        for placeholder in free:
            placeholder._element.getparent().remove(placeholder._element)
        return box

    def title(self) -> None:
        """Add the title slide: what, the answer in short, as-of date, data version, licence."""
        slide = self.slide("Title", self.report.title)
        stamp = cited.stamp(self.report.as_of, self.lang)
        licence = choose(self.lang, "Data: CC BY 4.0", "数据：CC BY 4.0")
        summary: list[list[Run]] = [[(inert.line(self.report.summary, 900), {})]]
        about: list[list[Run]] = [[(f"{stamp} · {licence}", {})], [(cited.citation(self.lang), {})]]
        if self.is_own:
            frame = _placeholder(slide, SUBTITLE).text_frame
            self.write(frame, summary)
            if width(self.report.summary) > 420:
                _resize(frame, 13)
            self.write(_placeholder(slide, STAMP).text_frame, about)
            return
        free = [p for p in slide.placeholders if p != slide.shapes.title]
        if free:
            self.write(free[0].text_frame, [*about, *summary])
            _resize(free[0].text_frame, 12)

    def figure(self, figure: Figure, draw: Draw) -> None:
        """Add the slides of a figure: native charts, or its picture and then its table."""
        unnamed = inert.line(figure.words["subtitle"], 80)
        charts = native.charts(figure.drawing, unnamed, self.lang)
        pages = _pages(charts)
        for number, page in enumerate(pages, 1):
            slide = self.slide("Chart", figure.words["title"])
            part = f" ({number}/{len(pages)})" if len(pages) > 1 else ""
            box = self._frame(slide, figure, part, charts)
            for place, (chart, where) in enumerate(zip(page, _places(page, box), strict=True)):
                holder = _placeholder(slide, BODY) if self.is_own and place == 0 else None
                shown = pptx_charts.add(slide, holder, chart, where, self.lang,
                                        has_key=bool(_key(figure)))  # fmt: skip
                _describe(shown, figure.words["alt"])
            self.notes(slide, figure)
        if charts:
            return
        picture = draw(figure)
        if picture is not None:
            for slide in self._pictures(figure, picture):
                self.notes(slide, figure)
        self._table(figure, has_notes=picture is None)

    def _frame(
        self, slide: Any, figure: Figure, part: str = "", charts: Sequence[Chart] = ()
    ) -> Box:
        """Write subtitle, key, note and source of a figure; return the room between them."""
        words, key = figure.words, _drawn_key(figure, charts)
        left, top, wide, high = self.body(slide)
        subtitle = inert.line(words["subtitle"], MOST_SUBTITLE) + part
        columns = WORD_COLUMNS * wide / template.INNER
        lines = 1 + width(subtitle) // columns
        paragraphs = [[(subtitle, {"size": 13, "colour": style.GREY_TEXT})]]
        if key:
            runs: list[Run] = []
            for mark in key[:MOST_KEY]:
                glyph = {"size": 13, "colour": mark["colour"]}
                runs.append((f"{mark['glyph']} ", glyph))
                runs.append(
                    (inert.line(inert.label(mark["text"]), MOST_LABEL) + "    ", {"size": 12})
                )
            paragraphs.append(runs)
            lines += 1 + sum(width(r[0]) for r in runs) // (columns * 1.05)
        above = WORD_LINE * lines + 0.08
        self.write(self.place(slide, WORDS, (left, top, wide, above)), paragraphs)
        foot = self._foot(figure)
        columns = FOOT_COLUMNS * wide / template.INNER
        taken = sum(1 + sum(width(r[0]) for r in runs) // columns for runs in foot)
        below = FOOT_LINE * taken + 0.05
        bottom = top + high
        self.write(self.place(slide, FOOT, (left, bottom - below, wide - 0.8, below)), foot)
        return (left, top + above + 0.05, wide, max(1.0, high - above - below - 0.15))

    def _foot(self, figure: Figure) -> list[list[Run]]:
        """Return note, source line with links, and stamp."""
        small = {"size": 9, "colour": style.GREY_TEXT}
        words = figure.words
        lines = [[(inert.line(words["note"], MOST_NOTE), small)]] if words["note"] else []
        for marked in _marked(figure):
            lines.append([(inert.line(marked, MOST_NOTE), small)])
        lines.append([(text, {**small, "link": url}) for text, url in self._linked(figure)])
        lines.append([(cited.stamp(words["as_of"], self.lang), small)])
        return lines

    def _linked(self, figure: Figure) -> Iterator[tuple[str, str]]:
        """Split the source line at the names of sources, each with its address."""
        rest = inert.line(figure.words["source"], MOST_NOTE)
        urls = {self.names.get(s.source_id, ""): s.url
                for s in reversed(cited.sources(figure.words["claims"], self.lang))}  # fmt: skip
        named = {name: url for name, url in urls.items() if name and url}
        while rest:
            found = [(rest.find(name), -len(name), name) for name in named if name in rest]
            if not found:
                yield rest, ""
                return
            at, _, name = min(found)
            if at:
                yield rest[:at], ""
            yield name, named[name]
            rest = rest[at + len(name) :]

    def _pictures(self, figure: Figure, picture: bytes) -> Iterator[Any]:
        """Show a picture on a slide; a tall one in parts, cut where it is emptiest."""
        cuts = parts(picture)
        for number, (start, end) in enumerate(cuts, 1):
            part = f" ({number}/{len(cuts)})" if len(cuts) > 1 else ""
            slide = self.slide("Picture", figure.words["title"])
            left, top, wide, high = self._frame(slide, figure, part)
            holder = _placeholder(slide, BODY) if self.is_own else None
            shown = slide.shapes.add_picture(io.BytesIO(picture), 0, 0) if holder is None else (
                holder.insert_picture(io.BytesIO(picture)))  # fmt: skip
            across, down = shown.image.size
            shown.crop_left = shown.crop_right = 0
            shown.crop_top, shown.crop_bottom = start / down, 1 - end / down
            scale = min(wide / across, high / (end - start))
            shown.width = round(across * scale * INCH)
            shown.height = round((end - start) * scale * INCH)
            shown.left, shown.top = round(left * INCH), round(top * INCH)
            _describe(shown, figure.words["alt"])
            yield slide

    def _table(self, figure: Figure, *, has_notes: bool) -> None:
        """Show the table of a figure, as far as two slides reach; the workbook has all of it."""
        columns = _columns(figure)
        if not columns or not figure.words["rows"]:
            return
        cells = [[_shown(figure, row, c) for c in columns] for row in figure.words["rows"]]
        heads = [self._head(figure, c) for c in columns]
        wides = _widths([heads, *cells], template.INNER)
        pages: list[list[int]] = [[]]
        taken = 0.0
        for number, row in enumerate(cells):
            high = _height(row, wides)
            if taken + high > 4.1 and pages[-1]:
                pages.append([])
                taken = 0.0
            pages[-1].append(number)
            taken += high
        shown = pages[:MOST_TABLE_SLIDES]
        for page in shown:
            part = self._which(page, len(cells), is_whole=len(pages) <= MOST_TABLE_SLIDES)
            slide = self.slide("Table", figure.words["title"])
            left, top, wide, _ = self._frame(slide, figure, part)
            self._grid(slide, figure, columns, heads, [cells[n] for n in page],
                       (left, top, wide, 0.3), [w * wide / sum(wides) for w in wides])  # fmt: skip
            if has_notes:
                self.notes(slide, figure)

    def _which(self, page: Sequence[int], total: int, *, is_whole: bool) -> str:
        if len(page) == total:
            return ""
        first, last = page[0] + 1, page[-1] + 1
        rows = count_of(total, self.lang, "row", "行")
        words = choose(self.lang, f" · rows {first} to {last} of {rows}",
                       f" · 第{first}至{last}行，共{rows}")  # fmt: skip
        more = choose(self.lang, "; all of them in the workbook", "；全部见工作簿")
        return words + ("" if is_whole else more)

    def _head(self, figure: Figure, column: int) -> str:
        field = figure.words["fields"][column]
        unit, _ = reading_unit(field["unit"], self.lang)
        return inert.line(head({**field, "unit": unit}), 60)

    def _grid(
        self, slide: Any, figure: Figure, columns: Sequence[int], heads: Sequence[str],
        cells: Sequence[Sequence[str]], box: Box, wides: Sequence[float],
    ) -> None:  # fmt: skip
        holder = _placeholder(slide, BODY) if self.is_own else None
        size = (len(cells) + 1, len(heads))
        left, top, wide, high = (round(v * INCH) for v in box)
        if holder is None:
            frame = slide.shapes.add_table(*size, left, top, wide, high)
        else:
            frame = holder.insert_table(*size)
            frame.left, frame.top, frame.width = left, top, wide
        table = frame.table
        frame._element.graphic.graphicData.tbl.tblPr.find(
            "{http://schemas.openxmlformats.org/drawingml/2006/main}tableStyleId"
        ).text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
        table.horz_banding = False
        for number, wide_column in enumerate(wides):
            table.columns[number].width = round(wide_column * INCH)
        fields = [figure.words["fields"][c] for c in columns]
        for number, row in enumerate([heads, *cells]):
            table.rows[number].height = round(_height(row, wides) * INCH)
            for place, words in enumerate(row):
                is_number = fields[place]["type"] in ("integer", "number")
                self._cell(table.cell(number, place), words, is_head=number == 0,
                           is_number=is_number)  # fmt: skip
        _describe(frame, figure.words["alt"])

    def _cell(self, cell: Any, words: str, *, is_head: bool, is_number: bool) -> None:
        from pptx.enum.text import PP_ALIGN

        cell.margin_left = cell.margin_right = round(0.05 * INCH)
        cell.margin_top = cell.margin_bottom = round(0.02 * INCH)
        how = {"size": 10, "colour": style.GREY_TEXT if is_head else style.INK, "bold": is_head}
        self.write(cell.text_frame, [[(words, how)]])
        if is_number:
            cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT
        _rule(cell, 12_700 if is_head else 6_350, style.INK if is_head else style.GRID)

    def notes(self, slide: Any, figure: Figure) -> None:
        """Write into the speaker's notes what the figure rests on, and who says otherwise."""
        frame = slide.notes_slide.notes_text_frame
        if frame is None:
            return
        text = inert.text("\n".join(self._notes(figure)), MOST_NOTES)
        frame.text = text

    def _notes(self, figure: Figure) -> Iterator[str]:
        words = figure.words
        yield inert.line(words["alt"])
        if words["note"]:
            yield inert.line(words["note"])
        differing = cited.conflicts(words)
        others = [c for c in words["claims"] if c.get("stance") != "differs"]
        if differing:
            yield ""
            yield choose(self.lang, "Who says otherwise:", "不同说法：")
            yield from (self._claim(c) for c in differing)
        yield ""
        yield choose(self.lang, "Where the figures are printed:", "数字出处：")
        if not words["claims"]:
            yield choose(self.lang, "counted by planlib", "由planlib计数")
        yield from (self._claim(c) for c in others[:MOST_CLAIMS_IN_NOTES])
        if len(others) > MOST_CLAIMS_IN_NOTES:
            more = len(others) - MOST_CLAIMS_IN_NOTES
            yield choose(self.lang, f"and {more} more, in the workbook", f"另有{more}处，见工作簿")
        yield ""
        yield cited.citation(self.lang)

    def _claim(self, claim: Mapping[str, Any]) -> str:
        who = self.names.get(str(claim.get("source_id")), str(claim.get("source_id", "")))
        where = f"{claim.get('table', '')} {claim.get('row_id', '')} {claim.get('field', '')}"
        parts = [who, claim.get("locator"), _quoted(claim.get("as_printed"), self.lang),
                 claim.get("value"), claim.get("note")]  # fmt: skip
        said = choose(self.lang, ", ", "，").join(inert.line(p) for p in parts if p)
        return f"{inert.line(where)}: {said}"

    def sources(self) -> None:
        """Add the slides that list every source behind the figures, with their addresses."""
        found = cited.sources(self.report.claims, self.lang)
        title = choose(self.lang, "Sources", "来源")
        columns = _columns_of_sources(found)
        pages = [columns[n : n + 2] for n in range(0, len(columns), 2)]
        for number, page in enumerate(pages, 1):
            part = f" ({number}/{len(pages)})" if len(pages) > 1 else ""
            slide = self.slide("Text", title + part)
            left, top, wide, high = self.body(slide)
            half = (wide - 0.3) / 2
            for place, column in enumerate(page):
                lines = [[(s.text, {"size": 10, "link": s.url})] for s in column]
                lines = lines or [[(choose(self.lang, "counted by planlib", "由planlib计数"), {})]]
                box = (left + place * (half + 0.3), top, half, high - 0.5)
                self.write(self.place(slide, -1 if place else BODY, box), lines)
            if self.is_own:
                _remove(_placeholder(slide, WORDS))
                foot = [[(cited.citation(self.lang), {"size": 9, "colour": style.GREY_TEXT})]]
                box = (left, template.BODY_BOTTOM + 0.4, wide - 0.8, 0.35)
                self.write(self.place(slide, FOOT, box), foot)

    def saved(self) -> bytes:
        """Return the file: properties set, empty placeholders gone, same bytes every time."""
        properties = self.deck.core_properties
        day = datetime.datetime.fromisoformat(self.report.as_of)
        properties.title = inert.line(self.report.title, 250)
        properties.author = properties.last_modified_by = "planlib contributors"
        properties.subject = cited.stamp(self.report.as_of, self.lang)
        properties.comments = f"CC BY 4.0. {cited.citation(self.lang)}"[:250]
        properties.language = LANGUAGES[self.lang]
        properties.created = properties.modified = day
        properties.revision = 1
        for slide in self.deck.slides:
            for placeholder in list(slide.placeholders):
                if placeholder.has_text_frame and not placeholder.text_frame.text:
                    _remove(placeholder)
        target = io.BytesIO()
        self.deck.save(target)
        return _settled(target.getvalue(), day)


def _settled(content: bytes, day: datetime.datetime) -> bytes:
    """Write a package anew with fixed order and times, embedded workbooks included."""
    stamp = day.strftime("%Y-%m-%dT00:00:00Z").encode()
    files = pack.unzipped(content)
    for name, part in files.items():
        if name.endswith(".xlsx"):
            files[name] = _settled(part, day)
        elif name == "docProps/core.xml":
            files[name] = CREATED.sub(stamp, part)
    return pack.zipped(files, first="[Content_Types].xml")


def parts(picture: bytes) -> list[tuple[int, int]]:
    """Return where to cut a tall picture: rows of pixels, each part from one to the next."""
    from PIL import Image

    with Image.open(io.BytesIO(picture)) as image:
        across, down = image.size
        wanted = min(MOST_PARTS, max(1, math.ceil(down / (across * TALLEST) - 0.2)))
        if wanted == 1:
            return [(0, down)]
        grey = image.convert("L")
        ink = [255 - v for v in grey.resize((1, down), Image.Resampling.BOX).tobytes()]
    reach = down // (wanted * 6)
    edges = [0]
    for number in range(1, wanted):
        middle = number * down // wanted
        near = range(middle - reach, middle + reach)
        edges.append(min(near, key=lambda row: (sum(ink[row - 3 : row + 4]), abs(row - middle))))
    return list(zip(edges, [*edges[1:], down], strict=True))


def _columns_of_sources(found: Sequence[cited.Source]) -> list[list[cited.Source]]:
    """Share sources out over columns, two a slide, by the lines that they take."""
    columns: list[list[cited.Source]] = [[]]
    taken = 0
    for source in found:
        lines = 1 + width(source.text) // SOURCE_LETTERS
        if taken + lines > SOURCE_LINES:
            columns.append([])
            taken = 0
        columns[-1].append(source)
        taken += lines
    return columns


def _key(figure: Figure) -> list[Mapping[str, str]]:
    meta = figure.drawing.get("layout", {}).get("meta", {}).get("planlib", {})
    return list(meta.get("key", ()))


def _drawn_key(figure: Figure, charts: Sequence[Chart]) -> list[Mapping[str, str]]:
    """Return the key of what is drawn: native charts have their own marks."""
    undrawn = {glyph for chart in charts for glyph in chart.undrawn}
    has_rows = any(chart.kind == "rows" for chart in charts)
    marks = [mark for mark in _key(figure) if mark["glyph"] not in undrawn]
    return [
        {**m, "glyph": OTHER_MARKS.get(m["glyph"], m["glyph"])} if has_rows else m for m in marks
    ]


def _pages(charts: Sequence[Chart]) -> list[list[Chart]]:
    """Share charts out over slides: rows in parts that can be read, as many as fit together."""
    if not any(chart.kind == "rows" or chart.is_horizontal for chart in charts):
        return [list(charts)] if charts else []
    pages: list[list[Chart]] = []
    taken = 0.0
    for whole in charts:
        for chart in rows.parts(whole, _most_rows(whole)):
            share = (len(chart.categories) + PANEL_ROWS) / (_most_rows(whole) + PANEL_ROWS)
            if not pages or taken + share > 1:
                pages.append([])
                taken = 0.0
            pages[-1].append(chart)
            taken += share
    return pages


def _most_rows(chart: Chart) -> int:
    if chart.kind != "rows":
        return MOST_BARS
    has_two_lines = any("\n" in name for name in chart.categories)
    return MOST_TALL_ROWS if has_two_lines else MOST_ROWS


def _places(charts: Sequence[Chart], box: Box) -> list[Box]:
    """Return where the charts of a slide stand: rows below each other, all others in a grid."""
    if len(charts) < 2 or charts[0].kind != "rows":
        return _grid(box, len(charts))
    left, top, wide, high = box
    shares = [len(chart.categories) + PANEL_ROWS for chart in charts]
    found = []
    for share in shares:
        tall = high * share / sum(shares)
        found.append((left, top, wide, tall))
        top += tall
    return found


def _marked(figure: Figure) -> list[str]:
    """Return the texts that stand in a drawing and that a native chart has no place for."""
    found = [text for chart in native.charts(figure.drawing) for text in chart.marked]
    lang = figure.lang
    listed = choose(lang, "; ", "；").join(dict.fromkeys(found))
    return [choose(lang, f"Marked in the chart: {listed}", f"图中标注：{listed}")] if listed else []


def _quoted(words: Any, lang: str) -> str:
    return choose(lang, f"“{words}”", f"“{words}”") if words else ""


def _columns(figure: Figure) -> list[int]:
    """Return the columns of a table that are not empty, as many as a slide holds."""
    rows = figure.words["rows"]
    filled = [c for c in range(len(figure.words["fields"]))
              if any(row[c] is not None for row in rows)]  # fmt: skip
    return filled[:MOST_COLUMNS]


def _shown(figure: Figure, row: Sequence[Any], column: int) -> str:
    field = figure.words["fields"][column]
    try:
        words = contract.cell_text(row[column], field, figure.lang)
    except (ValueError, TypeError):
        words = str(row[column])
    return inert.line(words, 160)


def _widths(rows: Sequence[Sequence[str]], room: float) -> list[float]:
    """Return the widths of columns: by their texts, yet none narrower than its longest word."""
    columns = list(zip(*rows, strict=True))
    longest = [min(max(width(c) for c in column), 46) + 2 for column in columns]
    least = [LETTER * (2 + max(map(_longest_word, column))) for column in columns]
    if sum(least) > room:
        return [room * one / sum(longest) for one in longest]
    spare = [max(0.0, room * one / sum(longest) - low)
             for one, low in zip(longest, least, strict=True)]  # fmt: skip
    rest = room - sum(least)
    return [low + rest * more / (sum(spare) or 1) for low, more in zip(least, spare, strict=True)]


def _longest_word(text: str) -> int:
    # Chinese breaks between characters.
    return max((width(word) for word in re.findall(r"[!-~\u00c0-\u024f]+", text)), default=2)


def _height(row: Sequence[str], wides: Sequence[float]) -> float:
    lines = (1 + width(c) // max(1, int(w * 12.5)) for c, w in zip(row, wides, strict=True))
    return TABLE_LINE * max(lines) + 0.06


def _grid(box: Box, count: int) -> list[Box]:
    left, top, wide, high = box
    if count == 1:
        return [box]
    across = 2 if count <= SMALL_FROM else 4
    down = -(-count // across)
    return [
        (left + (n % across) * (wide + 0.2) / across, top + (n // across) * high / down,
         (wide - 0.2 * (across - 1)) / across, high / down - 0.05)
        for n in range(count)
    ]  # fmt: skip


def _placeholder(slide: Any, index: int) -> Any:
    found = (p for p in slide.placeholders if p.placeholder_format.idx == index)
    return next(found, None)


def _remove(shape: Any) -> None:
    if shape is not None:
        shape._element.getparent().remove(shape._element)


def _describe(shape: Any, alt: str) -> None:
    for properties in shape._element.iter(
        "{http://schemas.openxmlformats.org/presentationml/2006/main}cNvPr"
    ):
        properties.set("descr", inert.line(alt, 2000))


def _dress(run: Any, how: Mapping[str, Any], lang: str) -> None:
    from pptx.dml.color import RGBColor
    from pptx.util import Pt

    font = run.font
    if "size" in how:
        font.size = Pt(how["size"])
    if "colour" in how and plotted.HEX.fullmatch(how["colour"]):
        font.color.rgb = RGBColor.from_string(how["colour"][1:].upper())
    if how.get("bold"):
        font.bold = True
    address = inert.link(how.get("link"))
    if address:
        run.hyperlink.address = address
    pptx_charts.set_fonts(run._r.get_or_add_rPr(), lang)


def _resize(frame: Any, size: int) -> None:
    from pptx.util import Pt

    for paragraph in frame.paragraphs:
        for run in paragraph.runs:
            run.font.size = Pt(size)


def _number(slide: Any) -> None:
    """Give a slide its number: python-pptx does not take it over from the layout."""
    from copy import deepcopy

    for shape in slide.slide_layout.placeholders:
        if shape.placeholder_format.idx == 12:
            slide.shapes._spTree.append(deepcopy(shape._element))


def _rule(cell: Any, thick: int, colour: str) -> None:
    from pptx.oxml import parse_xml

    properties = cell._tc.get_or_add_tcPr()
    properties.insert(0, parse_xml(
        f'<a:lnB {pptx_charts.DRAWING} w="{thick}"><a:solidFill><a:srgbClr val="{colour[1:]}"/>'
        "</a:solidFill></a:lnB>"
    ))  # fmt: skip
