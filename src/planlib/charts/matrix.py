"""A matrix of short texts: bands of lines, a coloured mark before each text, nothing turned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planlib import style, wording
from planlib.drawing import Drawing

# A drawing is never narrower than this between its margins [pixel]; texts are wrapped for it.
DRAWING_WIDTH = 822
# Mean width of a letter at 13 pixels; wording.width counts a Chinese character as two.
LETTER_WIDTH = {"en": 7.2, "zh": 6.7}
LEADING = 17
GAP = 9
BAND_HEIGHT = 27
INDENT = 0.018
MARK_SIZE = 9


@dataclass(frozen=True)
class Cell:
    """One text with its mark; a hollow one says that a source is silent."""

    text: str
    colour: str = style.ACCENT
    symbol: str = "square"
    hover: str = ""
    is_hollow: bool = False


@dataclass(frozen=True)
class Line:
    """A line: its label at the left, one cell a column; ``None`` leaves a place empty."""

    label: str
    cells: Sequence[Cell | None]


@dataclass(frozen=True)
class Band:
    """Lines under one heading."""

    head: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class Column:
    """A column: its heading, and its share of the width."""

    head: str
    share: float
    colour: str = style.INK


def silent(lang: str) -> Cell:
    """Return the cell that says that a source says nothing."""
    text = wording.choose(lang, "not stated in the sources read", "所读来源未述及")
    return Cell(text, style.NO_RECORD, is_hollow=True)


def nothing(text: str) -> list[Band]:
    """Return the one band of a chart that has nothing to show, and says so."""
    return [Band("", [Line("", [Cell(text, style.NO_RECORD, is_hollow=True)])])]


def draw(bands: Sequence[Band], columns: Sequence[Column], *, lang: str) -> tuple[Drawing, int]:
    """Draw a matrix of texts.

    Parameters
    ----------
    columns
        Of the cells; the labels take what is left of the width.

    Returns
    -------
    tuple
        The figure, and the height of the drawing [pixel] for :func:`planlib.style.frame_chart`,
        to be called with ``left=14``.
    """
    label_share = 1 - sum(c.share for c in columns)
    starts = [label_share + sum(c.share for c in columns[:i]) for i in range(len(columns))]
    sheet = _Sheet(lang)
    heads = [_wrapped(c.head, c.share + INDENT, lang) for c in columns]
    for start, column, head in zip(starts, columns, heads, strict=True):
        sheet.text(start, head and f"<b>{head}</b>", column.colour)
    if any(heads):
        sheet.down(max(_lines(h) for h in heads) * LEADING + GAP)
    for band in bands:
        if band.head:
            sheet.rule()
            sheet.text(0, f"<b>{band.head}</b>", style.INK)
            sheet.down(BAND_HEIGHT)
        for line in band.lines:
            label = _wrapped(line.label, label_share, lang)
            sheet.text(0, label, style.GREY_TEXT)
            tallest = _lines(label)
            for start, column, cell in zip(starts, columns, line.cells, strict=True):
                if cell is not None:
                    text = _wrapped(cell.text, column.share, lang)
                    sheet.cell(start, text, cell)
                    tallest = max(tallest, _lines(text))
            sheet.down(tallest * LEADING + GAP)
    return sheet.figure(), sheet.height


def _wrapped(text: str, share: float, lang: str) -> str:
    room = (share - INDENT - 0.012) * DRAWING_WIDTH
    return wording.wrap(text, int(room / LETTER_WIDTH[lang]))


def _lines(text: str) -> int:
    return text.count("<br>") + 1


class _Sheet:
    """Texts and marks at their places, from the top down [pixel]."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.height = 0
        self.texts: list[tuple[float, int, str, str, str]] = []
        self.marks: list[tuple[float, float, Cell]] = []
        self.rules: list[int] = []

    def text(self, x: float, text: str, colour: str, hover: str = "") -> None:
        if text:
            self.texts.append((x, self.height, text, colour, hover))

    def cell(self, x: float, text: str, cell: Cell) -> None:
        self.marks.append((x + MARK_SIZE / 2 / DRAWING_WIDTH, self.height + 7, cell))
        colour = style.GREY_TEXT if cell.is_hollow else style.INK
        self.text(x + INDENT, text, colour, cell.hover)

    def rule(self) -> None:
        self.rules.append(self.height)
        self.height += 7

    def down(self, pixels: int) -> None:
        self.height += pixels

    def figure(self) -> Drawing:
        figure = Drawing()
        cells = [cell for _, _, cell in self.marks]
        figure.add_scatter(
            x=[x for x, _, _ in self.marks],
            y=[y for _, y, _ in self.marks],
            mode="markers",
            marker={
                "size": MARK_SIZE,
                "symbol": [c.symbol for c in cells],
                "color": [style.PAPER if c.is_hollow else c.colour for c in cells],
                "line": {"color": [c.colour for c in cells], "width": 1.5},
                "opacity": 1,
            },
            hovertext=[c.hover for c in cells],
            hoverinfo="text",
        )
        x, y, texts, colours, hovers = map(list, zip(*self.texts, strict=True))
        figure.add_scatter(
            x=x, y=y, mode="text", text=texts, textposition="bottom right",
            textfont={"size": style.TEXT_SIZE, "color": colours},
            hovertext=hovers, hoverinfo="text", cliponaxis=False,
        )  # fmt: skip
        figure.update_layout(
            shapes=[
                {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": "y", "y0": y, "y1": y,
                 "line": {"color": style.GRID, "width": 1}}
                for y in self.rules
            ]
        )  # fmt: skip
        figure.update_xaxes(visible=False, range=[0, 1], fixedrange=True)
        figure.update_yaxes(visible=False, range=[self.height, 0], fixedrange=True)
        return figure
