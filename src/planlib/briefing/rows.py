"""Rows with names: points and lines beside them, and bars that float, in native form.

An office suite has no points beside names. They are drawn as points at the numbers of their rows,
from 1 at the top, and the names are the labels of points at the left edge that are not seen. Bars
that float are stacks on days, or amounts, that are not seen either.
"""

from __future__ import annotations

import datetime
import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from planlib import style
from planlib.briefing import inert
from planlib.briefing.plotted import (
    Axis,
    Chart,
    Scale,
    Series,
    Trace,
    Unsayable,
    Value,
    as_number,
    colour_of,
    lighter,
    numbers,
    order_of,
    scale_of,
    serial,
    spread,
    tick_words,
    values,
)
from planlib.wording import choose, wrap

MOST_ROWS = 400
MOST_LETTERS = 84
A_DAY = 86_400_000
A_MONTH = 30.4375
MOST_MARKS = 8
EPOCH = datetime.datetime(1899, 12, 30)
WHITE = "#ffffff"
SYMBOLS = {"square": "square", "triangle": "triangle", "diamond": "diamond", "x": "x",
           "cross": "x", "line": "plus"}  # fmt: skip
GLYPHS = {("circle", False): "●", ("circle", True): "○", ("square", False): "■",
          ("square", True): "□", ("triangle", False): "▲", ("triangle", True): "△",
          ("diamond", False): "◆", ("diamond", True): "◇", ("x", False): "×", ("x", True): "×",
          ("plus", False): "│"}  # fmt: skip
LINES = ("─", "▬", "━", "┄")


@dataclass(frozen=True)
class _Look:
    """What points of one series have in common."""

    role: str
    name: str
    colour: str
    symbol: str = "circle"
    is_hollow: bool = False
    is_dashed: bool = False
    side: str = "right"


@dataclass
class _Points:
    x: list[Value] = field(default_factory=list)
    rows: list[Value] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)

    def add(self, x: Value, row: Value, label: str = "") -> None:
        self.x.append(x)
        self.rows.append(row)
        self.labels.append(label)


def is_by_name(x: Axis, y: Axis) -> bool:
    """Say whether a panel has names upwards, and along what can be measured."""
    words = list(tick_words(y).values())
    is_named = y.get("type") == "category" or any(not re.match(r"[-−]?\W?\d", w) for w in words)
    # A row of columns with names is a matrix, and an axis unseen counts places, not amounts.
    ticks = tick_words(x).values()
    is_measured = x.get("visible", True) and all(re.search(r"\d", t) for t in ticks)
    return bool(is_named and y.get("visible", True) and is_measured and x.get("type") != "category")


def is_floating(traces: Sequence[Trace]) -> bool:
    """Say whether a panel is bars that float, and texts beside them."""
    bars = [t for t in traces if t.get("type") == "bar"]
    others = (t for t in traces if t.get("type") != "bar")
    return bool(
        bars
        and all(t.get("base") is not None and t.get("orientation") == "h" for t in bars)
        and all(t.get("mode") == "text" for t in others)
    )


def _names(traces: Sequence[Trace], y: Axis) -> tuple[dict[Any, int], list[str]]:
    """Return the number of each row, from 1 at the top, and the names."""
    words = tick_words(y)
    keys = values(y.get("categoryarray")) or sorted(words)
    keys = keys or order_of(traces, "y", y)
    reach = y.get("range") or (0, 1)
    if reach[0] <= reach[1]:
        keys = keys[::-1]
    if not keys or len(keys) > MOST_ROWS:
        raise Unsayable
    names = [words.get(key, inert.label(key)) for key in keys]
    return {key: number for number, key in enumerate(keys, 1)}, names


def points(traces: Sequence[Trace], x: Axis, y: Axis, key: Sequence[Mapping[str, str]],
           lang: str) -> Chart:  # fmt: skip
    """Return points and lines beside names as a chart of rows."""
    at, names = _names(traces, y)
    is_date = x.get("type") == "date" or any(
        isinstance(v, str) for t in traces if t.get("type") != "bar" for v in values(t["x"])
    )
    found: dict[_Look, _Points] = {}
    for trace in traces:
        if trace.get("type") == "bar":
            _bars(found, trace, at, is_date)
        elif trace.get("mode") != "text":
            _places(found, trace, at, is_date)
    if not found:
        raise Unsayable
    for trace in traces:
        if trace.get("mode") == "text" and trace.get("type", "scatter") != "bar":
            _label(found, trace, at, is_date)
    order = ("thick", "line", "points", "texts")
    ranked = sorted(found.items(), key=lambda item: order.index(item[0].role))
    series = [_series(look, some, key, lang) for look, some in ranked]
    scale = Scale(low=0.5, high=len(names) + 0.5, is_visible=False)
    across = scale_of(x)
    series = [_to_edges(s, x, across) for s in series]
    if is_date and not across.is_date:
        days = [v for s in series for v in s.x if v is not None]
        across = replace(across, low=min(days) - 20, high=max(days) + 20, is_date=True)
    return Chart("rows", series, categories=names, scale=scale, x_scale=across)


def _to_edges(series: Series, axis: Axis, scale: Scale) -> Series:
    """Lead what reaches to the edge of the drawing to that of the chart, a whole power of ten."""
    if not scale.is_log or not axis.get("range"):
        return series
    edges = ((10.0 ** axis["range"][0], scale.low), (10.0 ** axis["range"][1], scale.high))

    def led(x: Value) -> Value:
        near = (new for old, new in edges if x is not None and math.isclose(x, old, rel_tol=1e-6))
        return next(near, x)

    return replace(series, x=[led(x) for x in series.x])


def _place(value: Any, is_date: bool) -> Value:
    return serial(value) if is_date else as_number(value)


def _ends(trace: Trace, is_date: bool) -> Iterator[tuple[Any, Value, Value]]:
    """Yield row, beginning and end of each bar."""
    rows, lengths = values(trace["y"]), numbers(trace["x"])
    raw = trace.get("base")
    starts = values(raw) if isinstance(raw, (Mapping, list, tuple)) else [raw] * len(rows)
    for row, length, start in zip(rows, lengths, starts, strict=True):
        first = _place(start, is_date)
        if first is None or length is None:
            continue
        reach = length / A_DAY if is_date else length
        yield row, first, as_number(round(first + reach, 9))


def _bars(found: dict[_Look, _Points], trace: Trace, at: Mapping[Any, int], is_date: bool) -> None:
    marker = trace.get("marker", {})
    ends = list(_ends(trace, is_date))
    fills, edge = spread(marker.get("color"), len(ends)), marker.get("line", {}).get("color")
    opacity = marker.get("opacity", 1)
    for (row, first, last), fill in zip(ends, fills, strict=True):
        colour = colour_of(fill, style.ACCENT)
        is_hollow = colour == WHITE
        colour = colour_of(edge, style.ACCENT) if is_hollow else lighter(colour, float(opacity))
        name = inert.label(trace.get("name") or "")
        line = found.setdefault(_Look("line" if is_hollow else "thick", name, colour), _Points())
        for place in (first, last, None):
            line.add(place, None if place is None else at[row])
        if is_hollow:
            both = _Look("points", name, colour, "square", is_hollow=True)
            for place in (first, last):
                found.setdefault(both, _Points()).add(place, at[row])


def _places(
    found: dict[_Look, _Points], trace: Trace, at: Mapping[Any, int], is_date: bool
) -> None:
    """Sort the points of a trace into series of one look each."""
    mode, marker = trace.get("mode", "lines"), trace.get("marker", {})
    rows = [None if v is None else at[v] for v in values(trace["y"])]
    xs = [_place(v, is_date) for v in values(trace["x"])]
    count, name = len(rows), inert.label(trace.get("name") or "")
    if len(xs) != count:
        raise Unsayable
    if "lines" in mode:
        line = trace.get("line", {})
        is_dashed = line.get("dash", "solid") not in ("solid", "")
        look = _Look("line", name, colour_of(line.get("color"), style.GREY_TEXT),
                     is_dashed=is_dashed)  # fmt: skip
        into = found.setdefault(look, _Points())
        for x, row in zip(xs, rows, strict=True):
            into.add(x, row)
        into.add(None, None)
    if "markers" not in mode:
        return
    texts = _lines_of(trace, count) if "text" in mode else [""] * count
    reach = _reaches(trace, xs)
    edge = marker.get("line", {}).get("color")
    for number, (fill, symbol) in enumerate(
        zip(spread(marker.get("color"), count), spread(marker.get("symbol"), count), strict=True)
    ):
        shape = _shape(str(symbol or "circle"))
        colour = colour_of(fill, colour_of(edge, style.ACCENT))
        is_hollow = colour == WHITE or (str(symbol).endswith("-open") and shape != "x")
        colour = colour_of(edge, style.ACCENT) if colour == WHITE else colour
        look = _Look("points", name, colour, shape, is_hollow, side=_side(trace))
        into = found.setdefault(look, _Points())
        row, ends = rows[number], reach.get(number)
        if ends is None:
            into.add(xs[number], row, texts[number])
            continue
        # Between two ends that are stated no middle is: the ends are marked.
        line = found.setdefault(_Look("line", name, colour), _Points())
        for place in (*ends, None):
            line.add(place, None if place is None else row)
        into.add(ends[0], row)
        into.add(ends[1], row, texts[number])


def _reaches(trace: Trace, xs: Sequence[Value]) -> dict[int, tuple[Value, Value]]:
    """Return the ends of values that are no single number, by the number of the point."""
    bars = trace.get("error_x")
    if not bars or not bars.get("visible", True):
        return {}
    up = numbers(bars.get("array"))
    down = up if bars.get("symmetric", True) else numbers(bars.get("arrayminus"))
    return {
        n: (as_number(round(x - (less or 0), 9)), as_number(round(x + (more or 0), 9)))
        for n, (x, more, less) in enumerate(zip(xs, up, down, strict=True))
        if x is not None and (more or less)
    }


def _lines_of(trace: Trace, count: int) -> list[str]:
    """Return the texts at points, broken where the drawing breaks them."""
    raw = [str(t) for t in spread(trace.get("text"), count)]
    return [
        "\n".join(filter(None, (inert.label(part) for part in re.split("<br ?/?>", t))))
        for t in raw
    ]


def _shape(symbol: str) -> str:
    # No office suite has a triangle on its head.
    return "diamond" if symbol.startswith("triangle-down") else SYMBOLS.get(
        symbol.split("-")[0], "circle")  # fmt: skip


def _side(trace: Trace) -> str:
    where = trace.get("textposition", "middle right")
    return "above" if str(where).startswith("top") else "right"


def _label(found: dict[_Look, _Points], trace: Trace, at: Mapping[Any, int], is_date: bool) -> None:
    """Give texts to the points that they stand at, or to points of their own, unseen."""
    keys = values(trace["y"])
    xs = [_place(v, is_date) for v in values(trace["x"])]
    texts = _lines_of(trace, len(keys))
    drawn = [s for look, s in found.items() if look.role in ("points", "thick")]
    for key, x, text in zip(keys, xs, texts, strict=True):
        row = at[key]
        spots = (
            (some, n) for some in drawn
            for n, spot in enumerate(zip(some.x, some.rows, some.labels, strict=True))
            if spot == (x, row, "")
        )  # fmt: skip
        some, number = next(spots, (None, 0))
        if some is None:
            own = _Look("texts", "", style.INK)
            found.setdefault(own, _Points()).add(x, row, text)
        else:
            some.labels[number] = text


def _series(look: _Look, some: _Points, key: Sequence[Mapping[str, str]], lang: str) -> Series:
    return Series(
        _word(look, key, lang), look.colour, some.rows, some.x, labels=some.labels,
        has_line=look.role in ("line", "thick"), has_markers=look.role == "points",
        is_dashed=look.is_dashed, symbol=look.symbol, is_hollow=look.is_hollow,
        is_thick=look.role == "thick", is_unseen=look.role == "texts", side=look.side,
    )  # fmt: skip


def _word(look: _Look, key: Sequence[Mapping[str, str]], lang: str) -> str:
    """Name a series: as its trace, or as the mark of the key that it looks like."""
    if look.name:
        return look.name
    fallback = {
        "line": choose(lang, "line", "连线"), "thick": choose(lang, "range", "区间"),
        "points": choose(lang, "value", "数值"), "texts": choose(lang, "label", "标注"),
    }[look.role]  # fmt: skip
    glyph = GLYPHS.get((look.symbol, look.is_hollow), "●")
    glyphs = {"line": LINES, "points": (glyph,)}.get(look.role, ())
    alike = [m for m in key if m["glyph"] in glyphs]
    same = [m for m in alike if colour_of(m["colour"], "") == look.colour]
    named = same or alike
    return inert.label(named[0]["text"]) if len(named) == 1 else fallback


def floating(traces: Sequence[Trace], x: Axis, y: Axis, lang: str) -> Chart:
    """Return bars that float as a stack on what is not seen.

    How long they are, and where they end, is what is drawn: a bar may reach the edge because
    nothing is known of its end. The table says which. A bar that begins where another of its row
    ends is stacked on it.
    """
    at, names = _names(traces, y)
    is_date = x.get("type") == "date"
    bars = [t for t in traces if t.get("type") == "bar"]
    starts: list[Value] = [None] * len(names)
    ends: list[Value] = [None] * len(names)
    lengths = []
    for trace in bars:
        reach: list[Value] = [None] * len(names)
        found = list(_ends(trace, is_date))
        marker = trace.get("marker", {})
        edge = marker.get("line", {}).get("color")
        colours = [WHITE] * len(names)
        pattern = marker.get("pattern", {})
        hatched = [False] * len(names)
        for (row, first, last), fill in zip(
            found, spread(pattern.get("fgcolor") or marker.get("color"), len(found)), strict=True
        ):
            number = at[row] - 1
            if first is None or last is None or ends[number] not in (None, first):
                raise Unsayable
            if starts[number] is None:
                starts[number] = first
            ends[number] = last
            reach[number] = as_number(round(last - first, 9))
            colours[number] = colour_of(fill, style.ACCENT)
            hatched[number] = bool(pattern.get("shape"))
        name = inert.label(trace.get("name") or "")
        if is_date:
            name = choose(lang, f"{name}, days drawn" if name else "days drawn",
                          f"{name}（图中天数）" if name else "图中天数")  # fmt: skip
        outline = colour_of(edge, "")
        lengths.append(Series(name or choose(lang, "length", "长度"), outline or style.ACCENT,
                              reach, colours=colours, outline=outline,
                              is_hatched=hatched if any(hatched) else ()))  # fmt: skip
    texts = _beside(traces, at)
    names = [
        f"{name} · {texts.get(number, '')}" if starts[number] is None and number in texts else name
        for number, name in enumerate(names)
    ]
    labels = [texts.get(n, "") if ends[n] is not None else "" for n in range(len(names))]
    base = Series(choose(lang, "from", "起"), WHITE, starts, is_unseen=True)
    until = Series(
        choose(lang, "end of the bar", "条的右端"), style.INK, ends, labels=labels, is_total=True
    )
    return Chart(
        "bar", [base, *lengths, until], categories=names, is_horizontal=True, is_stacked=True,
        scale=replace(scale_of(x), is_date=is_date),
    )  # fmt: skip


def _beside(traces: Sequence[Trace], at: Mapping[Any, int]) -> dict[int, str]:
    texts: dict[int, str] = {}
    for trace in traces:
        if trace.get("mode") == "text" and trace.get("type", "scatter") != "bar":
            keys = values(trace["y"])
            texts |= {at[k] - 1: t for k, t in zip(keys, _lines_of(trace, len(keys)), strict=True)}
    return texts


def step_of(scale: Scale) -> tuple[float | None, float | None]:
    """Return where an axis of dates begins, and the days between its marks: whole months."""
    if scale.low is None or scale.high is None:
        return scale.low, None
    months = (scale.high - scale.low) / A_MONTH
    every = next((n for n in (1, 2, 3, 6, 12) if months / n <= MOST_MARKS), 24)
    first = EPOCH + datetime.timedelta(days=scale.low)
    month = (first.month - 1) // every * every + 1 if every <= 12 else 1
    # Months are not of one length: from the third day on no mark slips into the month before.
    start = (datetime.datetime(first.year, month, 3) - EPOCH).days
    return float(start), every * A_MONTH


def with_names(chart: Chart, lang: str) -> Chart:
    """Return a chart of rows with its names as labels of points at the left edge, unseen."""
    count = len(chart.categories)
    # An axis of dates begins with the month.
    low = step_of(chart.x_scale)[0] if chart.x_scale.is_date else chart.x_scale.low
    edge = low if low is not None else 0
    texts = ["\n".join(wrap(line, MOST_LETTERS, 1) for line in name.split("\n"))
             for name in chart.categories]  # fmt: skip
    names = Series(
        choose(lang, "row", "行"), style.INK, list(range(1, count + 1)), [edge] * count,
        labels=texts, has_line=False, has_markers=False, is_unseen=True, side="left",
    )  # fmt: skip
    return replace(chart, series=[*chart.series, names])


def parts(chart: Chart, most: int) -> list[Chart]:
    """Cut a chart of many rows into charts of as many rows each as fit."""
    count = len(chart.categories)
    if count <= most:
        return [chart]
    number = -(-count // most)
    edges = [round(n * count / number) for n in range(number + 1)]
    return [_cut(chart, first, last) for first, last in itertools.pairwise(edges)]


def _cut(chart: Chart, first: int, last: int) -> Chart:
    names = list(chart.categories[first:last])
    if chart.kind == "rows":
        kept = [_rows_of(s, first, last) for s in chart.series]
        scale = replace(chart.scale, high=len(names) + 0.5)
        kept = [s for s in kept if any(v is not None for v in s.values)]
        return replace(chart, series=kept, categories=names, scale=scale)

    def cut(some: Sequence[Any]) -> Sequence[Any]:
        return some[first:last]

    kept = [
        replace(s, values=cut(s.values), labels=cut(s.labels), colours=cut(s.colours),
                outlines=cut(s.outlines),
                is_hatched=cut(s.is_hatched))
        for s in chart.series
    ]  # fmt: skip
    return replace(chart, series=kept, categories=names)


def _rows_of(series: Series, first: int, last: int) -> Series:
    kept = [
        (x, None if row is None else row - first, text)
        for x, row, text in zip(
            series.x, series.values, series.labels or [""] * len(series.x), strict=True
        )
        if row is None or first < row <= last
    ]
    return replace(series, x=[k[0] for k in kept], values=[k[1] for k in kept],
                   labels=[k[2] for k in kept])  # fmt: skip
