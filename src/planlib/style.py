"""The house style: one Plotly look, fixed colours, and the frame of words around each chart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from planlib import attribution, evidence, tables, wording
from planlib.attribution import DAGGER
from planlib.drawing import Drawing
from planlib.errors import PlanlibError

if TYPE_CHECKING:
    import plotly.graph_objects as go

LATIN_FONTS = "'Noto Sans', 'Helvetica Neue', Arial, 'Liberation Sans'"
CHINESE_FONTS = "'Noto Sans CJK SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei'"
# Chinese fonts first in Chinese text: otherwise quotation marks come in Latin width.
FONT_FAMILIES = {
    "en": f"{LATIN_FONTS}, {CHINESE_FONTS}, sans-serif",
    "zh": f"{CHINESE_FONTS}, {LATIN_FONTS}, sans-serif",
}
INK = "#1b2733"
GREY_TEXT = "#5b6770"
GRID = "#e4e8eb"
PAPER = "#ffffff"
ACCENT = "#0f6b6b"
NO_RECORD = "#7f8a93"
WARNING = "#b3261e"

# One meaning a colour, on every chart. Within a palette all colours stay apart under the three
# kinds of colour blindness (Machado et al. 2009) and reach a contrast of 3:1 on white.
PILLAR_COLOURS = {"P1": "#3a78ad", "P2": "#ad650c", "P3": "#4f2563"}
COUNTRY_COLOURS = {
    "USA": "#5289b2", "CHN": "#b0413e", "SAU": "#2f7d4f", "ARE": "#a3507f", "QAT": "#8c772d",
    "KOR": "#2164a2", "GBR": "#403283", "IND": "#cd7e71", "ARM": "#385b5d", "KAZ": "#654a22",
    "EU": "#6f7dd8",
}  # fmt: skip
REGIME_COLOURS = {
    "biden": "#1f7a8c", "trump": "#8a5a00", "china": COUNTRY_COLOURS["CHN"],
    "eu": COUNTRY_COLOURS["EU"], "uk": COUNTRY_COLOURS["GBR"],
}  # fmt: skip
ARGUMENT_COLOURS = {
    "position": "#5b6fb0", "tension": "#4f2563", "risk": "#c07514", "opportunity": "#1f6f54",
    "countermeasure": "#8a5a00",
}  # fmt: skip
WEIGHT_COLOURS = {
    "recommended": "#3a78ad", "ordered": "#4f2563", "proposed": "#a8780f", "failed": WARNING,
}  # fmt: skip
# Where two statuses share a colour, their marks differ in shape.
STATUS_COLOURS = {
    "done_on_time": "#0b5d3f", "done": "#0b5d3f", "done_late": "#c07514", "implied": "#689b7e",
    "partial": "#689b7e", "postponed": "#a4915c", "not_done_says_source": WARNING,
    "passed_no_record": NO_RECORD, "passed_not_searched": NO_RECORD, "due_in": "#4a79a8",
    "date_unknown": NO_RECORD, "no_date": NO_RECORD,
}  # fmt: skip
UPTAKE_COLOURS = {"since": "#1a6f69", "older": "#a88a3a", "none": NO_RECORD}
ORIGIN_COLOURS = {"computed": ACCENT, "quoted": "#5b4a8c"}
SURENESS_COLOURS = {"verified": "#0b5d3f", "reported": "#b0913f", "counted": "#4a79a8"}
RULE_COLOURS = {
    "primary_first": ACCENT, "exact_first": "#693116", "earliest_first": "#a88a3a",
    "reason_in_note": "#5b4a8c", "left_blank": NO_RECORD,
}  # fmt: skip
VERDICT_COLOURS = {"fits": "#1f6f54", "too_much_power": WARNING, "too_little_power": "#c07514"}
OTHER_COLOUR = "#75818a"

TITLE_COLUMNS = 78
SUBTITLE_COLUMNS = 110
SOURCE_COLUMNS = 118
HOVER_COLUMNS = 60
MOST_SOURCES = 4
NAME_OF_DATA = {"en": "planlib data", "zh": "planlib数据"}
TEXT_SIZE = 13
KEY_LINE = 21
KEY_COLUMNS = 116
# Fonts draw these signs small; in a key they have to be told apart.
GLYPH_SIZE = round(1.3 * TEXT_SIZE)
# Room below the drawing: for the labels of an axis there, for its title too, or for neither.
AXIS_ROOM, TITLE_ROOM, NO_AXIS_ROOM = 34, 54, 12


# What stands for a mark in a key. Only signs of the old WGL4 set, which plain text fonts carry:
# others come from some other font, in another size.
GLYPHS = {
    "circle": "●", "circle-open": "○", "square": "■", "square-open": "□", "triangle-up": "▲",
    "triangle-down": "▼",
    "x-thin-open": "×",
}  # fmt: skip


@dataclass(frozen=True)
class Mark:
    """One entry of a chart's key: a glyph in its colour, and what it means."""

    text: str
    colour: str
    glyph: str = "■"


def require_rows(frame: pd.DataFrame, name: str) -> None:
    """Refuse to draw nothing: raise :class:`PlanlibError` that names the figure."""
    if frame.empty:
        raise PlanlibError(f"{name}: there is nothing to draw; choose a later as_of or more rows")


@lru_cache
def template(lang: str = "en") -> dict[str, Any]:
    """Return the Plotly template: white ground, horizontal grid only, no box."""
    font = FONT_FAMILIES[lang]
    axis = {
        "showline": False,
        "zeroline": False,
        "ticks": "",
        "tickfont": {"size": TEXT_SIZE, "color": GREY_TEXT},
        "title": {"font": {"size": TEXT_SIZE, "color": GREY_TEXT}, "standoff": 6},
        # Margins are set by hand: automatic ones would also make room for the legend.
        "automargin": False,
    }
    return {
        "layout": {
            "font": {"family": font, "size": TEXT_SIZE, "color": INK},
            "paper_bgcolor": PAPER,
            "plot_bgcolor": PAPER,
            "colorway": [ACCENT, *PILLAR_COLOURS.values(), OTHER_COLOUR],
            "xaxis": axis | {"showgrid": False, "tickangle": 0},
            "yaxis": axis | {"showgrid": True, "gridcolor": GRID, "ticklabelstandoff": 8},
            "hoverlabel": {
                "bgcolor": "#ffffff",
                "bordercolor": INK,
                "align": "left",
                "font": {"family": font, "size": TEXT_SIZE, "color": INK},
            },
            "bargap": 0.3,
            "separators": ".,",
        }
    }


def frame_chart(
    figure: Drawing | go.Figure,
    *,
    name: str,
    title: str,
    subtitle: str,
    alt: str,
    rows: evidence.Rows,
    lang: str,
    as_of: str = "",
    note: str = "",
    height: int = 460,
    key: Sequence[Mark] = (),
    head: int = 0,
    left: int = 80,
) -> go.Figure:
    """Put the house frame around a chart: title, subtitle, note, source line, as-of date.

    Parameters
    ----------
    name
        The figure's name within its report: file name of what is exported from it.
    title, subtitle
        The finding in words; what is measured, unit, place and period.
    alt
        What the chart shows, for a reader who cannot see it.
    rows
        Table rows drawn, by table; the source line is built from their claims.
    height
        Height of the drawing itself [pixel]; the texts come on top.
    key
        What marks and colours mean, drawn as a line of text above the chart.
    head
        Room above the drawing for labels that belong to it, below the key [pixel].
    left
        Room for the labels of the vertical axis [pixel].

    Returns
    -------
    plotly.graph_objects.Figure
        The figure, with what :func:`planlib.show` needs in ``layout.meta["planlib"]``.
    """
    drawing = figure if isinstance(figure, Drawing) else Drawing.of(figure)
    source = source_line(rows, lang)
    note = wording.choose(lang, " ", "").join(
        part for part in (note, _dagger_note(drawing, rows, lang)) if part
    )
    stamp = stamp_of(tables.resolve_as_of(as_of), lang)
    title_lines = wording.wrap(title, TITLE_COLUMNS).split("<br>")
    subtitle_lines = wording.wrap(subtitle, SUBTITLE_COLUMNS).split("<br>")
    foot = [wording.wrap(t, SOURCE_COLUMNS) for t in (note, source, stamp) if t]
    foot_lines = sum(t.count("<br>") + 1 for t in foot)
    lines_of_key = key_lines(key)
    under_title = head + 14 + KEY_LINE * len(lines_of_key) + 19 * len(subtitle_lines)
    top = under_title + 25 * len(title_lines) + 22
    axis_room = _axis_room(drawing)
    bottom = axis_room + 17 * foot_lines + 12
    drawing.update_layout(
        template=template(lang),
        height=height + top + bottom,
        margin={"t": top, "b": bottom, "r": 24, "l": left, "autoexpand": False},
        showlegend=False,
        meta={
            "planlib": {
                "name": name,
                "title": title,
                "subtitle": subtitle,
                "note": note,
                "source": source,
                "alt": alt,
                "as_of": tables.resolve_as_of(as_of).date().isoformat(),
                "lang": lang,
                "stamp": stamp,
                "rows": {table: sorted(set(keys)) for table, keys in rows.items()},
                "key": [{"glyph": m.glyph, "colour": m.colour, "text": m.text} for m in key],
                "plain_margin": {"t": head + 14, "b": axis_room},
                "plain_height": height + axis_room + head + 14,
            }
        },
    )
    shift = -left + 14
    bold = [f"<b>{line}</b>" for line in title_lines]
    # Plotly's own title moves with the number of its lines; an annotation stays put.
    texts = [
        {
            "name": f"planlib-{part}", "text": "<br>".join(lines), "showarrow": False,
            "align": "left", "xref": "paper", "yref": "paper", "x": 0, "y": base,
            "xanchor": "left", "yanchor": "top", "xshift": shift, "yshift": up,
            "font": {"size": size, "color": colour},
        }
        for part, lines, size, colour, base, up in (
            ("title", bold, 19, INK, 1, top - 14),
            ("subtitle", subtitle_lines, 14, GREY_TEXT, 1, under_title),
            ("key", lines_of_key, TEXT_SIZE, INK, 1, head + 10 + KEY_LINE * len(lines_of_key)),
            ("foot", foot, 12, GREY_TEXT, 0, -axis_room),
        )
    ]  # fmt: skip
    mark = {
        "name": "planlib-mark", "type": "rect", "xref": "paper", "yref": "paper",
        "x0": shift, "x1": shift + 36, "y0": top - 6, "y1": top,
        "xsizemode": "pixel", "ysizemode": "pixel", "xanchor": 0, "yanchor": 1,
        "fillcolor": ACCENT, "line": {"width": 0},
    }  # fmt: skip
    drawing.layout["annotations"] += texts
    drawing.add_shape(**mark)
    return drawing.finished()


def _axis_room(drawing: Drawing) -> int:
    # Of several panels, the lowest one has the axis that needs room.
    lowest = (drawing.axes("x") or [{}])[-1]
    is_hidden = not (lowest.get("visible", True) and lowest.get("showticklabels", True))
    if is_hidden or lowest.get("side") == "top":
        return NO_AXIS_ROOM
    return TITLE_ROOM if lowest.get("title", {}).get("text") else AXIS_ROOM


def label_rows(
    figure: Drawing, keys: Sequence[str], labels: Sequence[str], *, size: int = 12, **where: int
) -> None:
    """Name the rows of a chart, from the top: one key and one label each.

    Parameters
    ----------
    keys
        The values on the vertical axis, from the top.
    size
        Size of the labels [pixel].
    where
        ``row`` and ``col`` of the panel.
    """
    figure.update_yaxes(
        type="category", categoryorder="array", categoryarray=list(keys)[::-1],
        tickvals=list(keys), ticktext=list(labels), tickfont={"size": size, "color": INK},
        showgrid=False, range=[-0.6, len(keys) - 0.4], **where,
    )  # fmt: skip


def key_lines(key: Iterable[Mark], columns: int = KEY_COLUMNS) -> list[str]:
    """Set a key in lines of so many letters, as text that Plotly draws."""
    lines: list[str] = []
    room = 0
    for mark in key:
        glyph = f"<span style='color:{mark.colour};font-size:{GLYPH_SIZE}px'>{mark.glyph}</span>"
        entry = f"{glyph}&nbsp;{mark.text}"
        taken = wording.width(mark.text) + 6
        if lines and taken <= room:
            lines[-1] += "&nbsp;&nbsp;&nbsp; " + entry
            room -= taken
        else:
            lines.append(entry)
            room = columns - taken
    return lines


def stamp_of(day: pd.Timestamp, lang: str) -> str:
    """Say as of which day a chart stands, and on which data."""
    written = wording.day(day, lang)
    return wording.choose(lang, f"As of {written}", f"截至{written}") + f" · {data_name(lang)}"


def data_name(lang: str) -> str:
    """Name the data and their version, for the foot of a chart."""
    from planlib import schema

    return f"{NAME_OF_DATA[tables.check_language(lang)]} {schema.package().version}"


def source_line(rows: evidence.Rows, lang: str) -> str:
    """Build the source line of a chart from the claims of the rows drawn."""
    names = evidence.source_names(rows, lang)
    shown = list(names)[:MOST_SOURCES]
    more = sum(count for name, count in names.items() if name not in shown)
    text = wording.choose(lang, "; ", "；").join(shown)
    if more:
        text += wording.choose(lang, f"; and {more} more", f"；另有{more}个来源")
    if not names:
        text = wording.choose(lang, "counted by planlib", "planlib计数")
    return wording.choose(lang, f"Source: {text}", f"来源：{text}")


def colour(word: Any, palette: dict[str, str]) -> str:
    """Return the fixed colour of a word, or the neutral one."""
    return palette.get(str(word), OTHER_COLOUR)


def hover(
    lines: Sequence[str], cell: evidence.Cell | None = None, *more: evidence.Cell, lang: str = "en"
) -> str:
    """Return hover text: the first line bold, the others wrapped below it.

    Parameters
    ----------
    cell
        Table, key and column (``*`` for the row) of the value pointed at: its source, the literal
        as printed with its paragraph, and who says otherwise follow in grey.
    more
        Further such cells, where the value is computed from several.
    """
    kept = [_wrapped(str(text)) for text in lines if text and not pd.isna(text)]
    if not kept:
        return ""
    cells = (cell, *more) if cell else more
    behind = [line for cell in cells for line in attribution.lines(cell, lang)]
    grey = [f"<span style='color:{GREY_TEXT}'>{_wrapped(_escaped(t))}</span>" for t in behind]
    return "<br>".join([f"<b>{kept[0]}</b>", *kept[1:], *grey])


def dagger(text: str, table: str, row_id: str, field: str = evidence.WHOLE_ROW) -> str:
    """Put a dagger behind the label of a cell of which some source says otherwise."""
    return text + DAGGER if attribution.is_contested(table, row_id, field) else text


def _wrapped(text: str) -> str:
    return wording.wrap(text, HOVER_COLUMNS)


def _escaped(text: str) -> str:
    # Plotly would read what is printed as its own tags.
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _dagger_note(drawing: Drawing, rows: evidence.Rows, lang: str) -> str:
    """Say that sources differ on what is drawn: what a dagger means, or how many rows it is."""
    count = attribution.contested(rows)
    if not count:
        return ""
    rows_behind = wording.count_of(count, lang, "row", "条记录")
    if any(DAGGER in text for text in drawing.labels()):
        return wording.choose(
            lang,
            f"Sources differ on {rows_behind} behind this chart (marked {DAGGER} where labelled): "
            "see the evidence report, or the claims in the metadata.",
            f"所依据的{rows_behind}各来源说法不一（有标签者标{DAGGER}）：见“证据”报告或元数据中的出处。",
        )
    return wording.choose(
        lang,
        f"Sources differ on {rows_behind} behind this chart: see the evidence report, or the "
        "claims in the metadata.",
        f"所依据的{rows_behind}各来源说法不一：见“证据”报告或元数据中的出处。",
    )
