"""A Plotly drawing as charts that an office suite can draw and edit, where it can.

Bars (grouped, stacked, horizontal, floating), lines, steps, areas, points, also beside names,
bubbles and pies have a native form. Everything else has none: matrices, time lines, tables of
words. Nothing is guessed: for what a native chart cannot say, :func:`charts` returns none, and a
picture is shown.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from planlib import style
from planlib.briefing import inert, rows
from planlib.briefing.plotted import (
    DATE,
    Axis,
    Chart,
    Scale,
    Series,
    Trace,
    Unsayable,
    Value,
    as_number,
    colour_of,
    is_floating,
    lighter,
    name_of,
    number_form,
    numbers,
    order_of,
    plain_place,
    scale_of,
    serial,
    spread,
    texts_of,
    tick_words,
    values,
)

MOST_PANELS = 12
MOST_CATEGORIES = 60
MOST_POINTS = 2000
# From so many millions on, or billions, the marks of an axis are whole ones.
WHOLE_FROM = 5
# Powers of ten from a million on, each in its own word; a format divides by thousands alone.
POWERS = {
    "en": '[>=1000000000000]0,,,," trillion";[>=1000000000]0,,," billion";0,," million"',
    "zh": '[>=1000000000000]0,,,,"万亿";[>=1000000000]0,,,"0亿";0,,"00万"',
}
# How far a title may stand from the top of its panel, as a share of the drawing.
NEAR = 0.02


def charts(drawing: Mapping[str, Any], unnamed: str = "", lang: str = "en") -> list[Chart]:
    """Return the native charts of a drawing, one a panel; none when it has no native form.

    ``unnamed`` is what to call a single series without a name; ``lang`` is the language of what
    is named here.
    """
    layout = drawing.get("layout", {})
    traces = [t for t in drawing.get("data", ()) if t.get("visible", True) is True]
    panels: dict[tuple[str, str], list[Trace]] = {}
    for trace in traces:
        panels.setdefault((trace.get("xaxis", "x"), trace.get("yaxis", "y")), []).append(trace)
    if not panels or len(panels) > MOST_PANELS:
        return []
    try:
        found = [_panel(group, layout, axes, len(panels), lang) for axes, group in panels.items()]
    except (Unsayable, KeyError, TypeError, ValueError, AttributeError):
        return []
    return [_named(chart, unnamed) for chart in found]


def _named(chart: Chart, unnamed: str) -> Chart:
    first = chart.series[0]
    if len(chart.series) > 1 or first.name != "1" or not unnamed:
        return chart
    return replace(chart, series=[replace(first, name=chart.title or unnamed)])


def _panel(traces: Sequence[Trace], layout: Mapping[str, Any], axes: tuple[str, str],
           panels: int, lang: str) -> Chart:  # fmt: skip
    x, y = (layout.get(f"{a[0]}axis{a[1:]}", {}) for a in axes)
    if any(key in layout for axis in (x, y) for key in ("overlaying",) if axis.get(key)):
        raise Unsayable
    kinds = {_kind(t) for t in traces}
    title, marked = _words(layout, x, y, panels)
    is_by_name = rows.is_by_name(x, y)
    if kinds == {"pie"}:
        chart = _pie(traces)
    elif is_by_name and rows.is_floating(traces):
        chart = rows.floating(traces, x, y, lang)
    elif kinds <= {"bar", "text"} and "bar" in kinds:
        chart = _bars(_plain(traces), layout, x, y)
    elif is_by_name and not any(_is_upright(t) for t in traces):
        key = layout.get("meta", {}).get("planlib", {}).get("key", ())
        chart = rows.points(traces, x, y, key, lang)
    elif kinds <= {"bar", "line"} and "bar" in kinds:
        chart = _bars_with_gaps(traces, layout, x, y)
    elif kinds <= {"line", "text"}:
        chart = _lines(_plain(traces), x, y)
    else:
        raise Unsayable
    return replace(chart, title=title, marked=marked)


def _kind(trace: Trace) -> str:
    kind = trace.get("type", "scatter")
    if kind not in ("bar", "pie", "scatter", "scattergl"):
        raise Unsayable
    if kind in ("bar", "pie"):
        return str(kind)
    return "text" if trace.get("mode") == "text" else "line"


def _plain(traces: Sequence[Trace]) -> Sequence[Trace]:
    """Return traces that say no more than their values: without a reach of error."""
    shown = (t.get(key) for t in traces for key in ("error_x", "error_y"))
    if any(bars and bars.get("visible", True) for bars in shown):
        raise Unsayable
    return traces


def _is_upright(trace: Trace) -> bool:
    shown = trace.get("error_y")
    is_bar = trace.get("type") == "bar" and trace.get("orientation") != "h"
    return is_bar or bool(shown and shown.get("visible", True))


def _bars_with_gaps(traces: Sequence[Trace], layout: Mapping[str, Any], x: Axis, y: Axis) -> Chart:
    """Return bars whose marks at nought say that there is no figure: a gap says it here."""
    marks = [t for t in traces if t.get("type") != "bar"]
    bars = [t for t in traces if t.get("type") == "bar"]
    symbols = {str(t.get("marker", {}).get("symbol", "")) for t in marks}
    taken = {place for t in bars for place in values(t["x"])}
    places = [place for t in marks for place in values(t["x"])]
    if any(t.get("mode") != "markers" or any(numbers(t["y"])) for t in marks):
        raise Unsayable
    if taken & set(places) or not all(s.startswith("x") for s in symbols):
        raise Unsayable
    blank = {"type": "bar", "x": places, "y": [None] * len(places)}
    chart = _bars([*_plain(bars), blank], layout, x, y)
    return replace(chart, series=chart.series[:-1], undrawn=["×"])


def _words(layout: Mapping[str, Any], x: Axis, y: Axis, panels: int) -> tuple[str, list[str]]:
    """Return the title of a panel, and the texts that stand in it."""
    title, marked = "", []
    (low, high), (_, top) = x.get("domain", (0, 1)), y.get("domain", (0, 1))
    for note in layout.get("annotations", ()):
        if (note.get("name") or "").startswith("planlib-") or not note.get("text"):
            continue
        words = inert.label(note["text"])
        is_head = note.get("xref") == "paper" and note.get("yanchor") == "bottom"
        if panels > 1 and is_head and not title and _is_over(note, low, high, top):
            title = words
        elif not is_head:
            marked.append(words)
    return title, marked


def _is_over(note: Mapping[str, Any], low: float, high: float, top: float) -> bool:
    is_beside = low - 0.01 <= note.get("x", -1) <= high + 0.01
    return is_beside and abs(note.get("y", 1) - top) < NEAR


def _looks(trace: Trace, count: int) -> dict[str, Any]:
    """Return the colour of a series, those of its points, and which are hatched."""
    marker = trace.get("marker", {})
    colour, opacity = marker.get("color"), marker.get("opacity", 1)
    base = colour_of(colour, colour_of(trace.get("line", {}).get("color"), style.ACCENT))
    each = [colour_of(c, base) for c in values(colour)] or [base] * count
    shades = values(opacity) or [opacity if isinstance(opacity, (int, float)) else 1] * count
    each = [lighter(c, float(o)) for c, o in zip(each, shades, strict=True)]
    hatch = marker.get("pattern", {}).get("shape", "")
    hatched = [bool(h) for h in values(hatch)] or [bool(hatch)] * count
    edge = marker.get("line", {})
    widths = spread(edge.get("width", 1), count)
    edges = [
        colour_of(c, "") if w else ""
        for c, w in zip(spread(edge.get("color"), count), widths, strict=True)
    ]
    is_edged = len(set(edges)) <= 1
    is_one = len(set(each)) <= 1 and is_edged
    return {
        "outline": edges[0] if is_edged and edges else "",
        "outlines": () if is_edged else edges,
        "colour": each[0] if is_one and each else base,
        "colours": () if is_one else each,
        "is_hatched": hatched if any(hatched) else (),
    }


def _pie(traces: Sequence[Trace]) -> Chart:
    if len(traces) != 1:
        raise Unsayable
    (trace,) = traces
    found = numbers(trace["values"])
    marker = dict(trace.get("marker", {}))
    marker["color"] = marker.pop("colors", None)
    looks = _looks({"marker": marker}, len(found))
    series = Series(name_of(trace, 0), values=found, **looks)
    return Chart("pie", [series], categories=[inert.label(c) for c in values(trace["labels"])],
                 hole=float(trace.get("hole", 0)))  # fmt: skip


def _bars(traces: Sequence[Trace], layout: Mapping[str, Any], x: Axis, y: Axis) -> Chart:
    bars = [t for t in traces if t.get("type") == "bar"]
    directions = {t.get("orientation", "v") for t in bars}
    if len(directions) != 1 or any(is_floating(t) for t in bars):
        raise Unsayable
    is_horizontal = directions == {"h"}
    along, across = ("y", "x") if is_horizontal else ("x", "y")
    named, valued = (y, x) if is_horizontal else (x, y)
    keys = order_of(traces, along, named)
    if is_horizontal:
        keys = keys[::-1]
    if not keys or len(keys) > MOST_CATEGORIES:
        raise Unsayable
    stacked = layout.get("barmode") in ("stack", "relative")
    found = [_bar_series(t, along, across, keys, n) for n, t in enumerate(bars, 1)]
    taken = [sum(s.values[i] is not None for s in found) for i in range(len(keys))]
    for trace in traces:
        if trace.get("mode") == "text" and trace.get("type", "scatter") != "bar":
            found = _with_texts(found, trace, along, across, keys, stacked)
    names = tick_words(named)
    # Only every fourth quarter is named on a time axis; here each has a name.
    shown = [n for n, key in enumerate(keys) if key in names] if not is_horizontal else []
    every = shown[1] - shown[0] if len(shown) > 1 else 1
    names = names if every == 1 else {}
    return Chart(
        "bar", found, categories=[names.get(k, plain_place(k)) for k in keys],
        is_horizontal=is_horizontal, is_stacked=stacked,
        is_percent=bool(layout.get("barnorm")),
        is_overlaid=not stacked and len(bars) > 1
        and (layout.get("barmode") == "overlay" or max(taken) <= 1),
        scale=scale_of(valued), every=every,
    )  # fmt: skip


def _bar_series(trace: Trace, along: str, across: str, keys: Sequence[Any], number: int) -> Series:
    places = values(trace[along])
    found = numbers(trace[across])
    if len(set(places)) != len(places) or len(places) != len(found):
        raise Unsayable
    at = {key: i for i, key in enumerate(places)}
    looks = _looks(trace, len(found))
    texts = texts_of(trace, len(found), is_text_shown=trace.get("textposition") != "none")

    def spread_out(items: Sequence[Any], blank: Any) -> list[Any]:
        return [items[at[k]] if k in at else blank for k in keys] if items else []

    return Series(
        name_of(trace, number), looks["colour"], spread_out(found, None),
        labels=spread_out(texts, ""), colours=spread_out(looks["colours"], looks["colour"]),
        is_hatched=spread_out(looks["is_hatched"], False), outline=looks["outline"],
        outlines=spread_out(looks["outlines"], ""),
    )  # fmt: skip


def _with_texts(
    found: list[Series], trace: Trace, along: str, across: str, keys: Sequence[Any], stacked: bool
) -> list[Series]:
    """Put texts that stand beside bars where a native chart has them: labels, or totals."""
    at = {key: i for i, key in enumerate(values(trace[along]))}
    texts = texts_of(trace, len(at), is_text_shown=True)
    if not texts:
        return found
    labels = [texts[at[k]] if k in at else "" for k in keys]
    if stacked:
        totals = [sum(s.values[i] or 0 for s in found) for i in range(len(keys))]
        return [*found, Series("", style.INK, totals, labels=labels, is_total=True)]
    if len(found) == 1 and not found[0].labels:
        return [replace(found[0], labels=labels)]
    raise Unsayable


def _lines(traces: Sequence[Trace], x: Axis, y: Axis) -> Chart:
    """Lines, steps, areas, points and bubbles: values up, anything along."""
    shown = [t for t in traces if t.get("mode") != "text"]
    # Without labels on the axis upwards, places there are no values: a time line, for one.
    is_valued = y.get("visible", True) and y.get("showticklabels", True)
    if not shown or y.get("type") == "category" or not is_valued:
        raise Unsayable
    if any(not isinstance(v, (int, float, type(None))) for t in shown for v in values(t["y"])):
        raise Unsayable
    if sum(len(values(t["y"])) for t in shown) > MOST_POINTS:
        raise Unsayable
    fills = {t.get("fill", "tonexty" if t.get("stackgroup") else "none") for t in shown}
    stacked = all(t.get("stackgroup") for t in shown)
    if fills != {"none"} and not stacked and fills != {"tozeroy"}:
        raise Unsayable
    along = [values(t["x"]) for t in shown]
    places = [v for one in along for v in one if v is not None]
    is_named = x.get("type") == "category" or not all(
        isinstance(v, (int, float)) or DATE.fullmatch(str(v)) for v in places
    )
    is_step = any(t.get("line", {}).get("shape", "linear") in ("hv", "vh") for t in shown)
    has_lines = all("lines" in t.get("mode", "lines") for t in shown)
    if is_named or (stacked or fills == {"tozeroy"}) or (has_lines and _is_even(along, is_step)):
        if is_step and is_named:
            raise Unsayable
        return _by_category(traces, shown, x, y, "area" if fills != {"none"} else "line", stacked)
    return _by_place(shown, x, y)


def _is_even(along: Sequence[Sequence[Any]], is_step: bool) -> bool:
    """Say whether all lines share the same evenly spaced years or other whole numbers."""
    first = along[0]
    if is_step or any(one != first for one in along) or len(first) < 2:
        return False
    if not all(isinstance(v, (int, float)) for v in first):
        return False
    steps = {b - a for a, b in itertools.pairwise(first)}
    return len(steps) == 1 and all(float(v).is_integer() for v in first)


def _by_category(
    traces: Sequence[Trace], shown: Sequence[Trace], x: Axis, y: Axis, kind: str, stacked: bool
) -> Chart:
    keys = order_of(shown, "x", x)
    if len(keys) > MOST_POINTS:
        raise Unsayable
    found = []
    for number, trace in enumerate(shown, 1):
        if "lines" not in trace.get("mode", "lines") and kind == "area":
            raise Unsayable
        one = _bar_series(trace, "x", "y", keys, number)
        shows = "text" in trace.get("mode", "lines")
        found.append(Series(**{**vars(one), **_line_looks(trace),
                               "labels": one.labels if shows else ()}))  # fmt: skip
    names = tick_words(x) if x.get("type") == "category" or x.get("ticktext") else {}
    words = [names.get(k, plain_place(k)) for k in keys]
    return Chart(kind, found, categories=words, is_stacked=stacked, scale=scale_of(y),
                 x_scale=scale_of(x))  # fmt: skip


def _line_looks(trace: Trace) -> dict[str, Any]:
    mode = trace.get("mode", "lines")
    line = trace.get("line", {})
    marker = trace.get("marker", {}).get("color")
    fallback = colour_of(marker, style.ACCENT)
    return {
        "colour": colour_of(line.get("color"), fallback) if "lines" in mode else fallback,
        "has_line": "lines" in mode,
        "has_markers": "markers" in mode,
        "is_dashed": line.get("dash", "solid") not in ("solid", ""),
    }


def _by_place(shown: Sequence[Trace], x: Axis, y: Axis) -> Chart:
    is_date = any(isinstance(v, str) for t in shown for v in values(t["x"]))
    found = []
    is_bubble = False
    for number, trace in enumerate(shown, 1):
        places = [serial(v) if is_date else as_number(v) for v in values(trace["x"])]
        heights = numbers(trace["y"])
        if len(places) != len(heights):
            raise Unsayable
        texts = texts_of(trace, len(heights), is_text_shown="text" in trace.get("mode", "lines"))
        looks = _looks(trace, len(heights)) | _line_looks(trace)
        shape = trace.get("line", {}).get("shape", "linear")
        if shape not in ("linear", "spline", "hv", "vh"):
            raise Unsayable
        if shape in ("hv", "vh") and "lines" in trace.get("mode", "lines"):
            places, heights = _stairs(places, heights, shape)
            texts, looks = [], looks | {"colours": (), "is_hatched": ()}
        sizes = numbers(trace.get("marker", {}).get("size"))
        is_bubble = is_bubble or len(set(sizes)) > 1
        spots = [s or 0 for s in sizes]
        name = name_of(trace, number)
        found.append(replace(Series(name, "", heights, places, spots, texts), **looks))
    if is_bubble and any(len(s.sizes) != len(s.values) or s.has_line for s in found):
        raise Unsayable
    across = replace(scale_of(x), is_date=is_date)
    if not is_bubble:
        found = [replace(s, sizes=()) for s in found]
    return Chart("bubble" if is_bubble else "points", found, scale=scale_of(y), x_scale=across)


def _stairs(
    places: Sequence[Value], heights: Sequence[Value], shape: str
) -> tuple[list[Value], list[Value]]:
    """Draw steps as a line through their corners: each value once more where the next begins."""
    corners: list[tuple[Value, Value]] = []
    for i, point in enumerate(zip(places, heights, strict=True)):
        if i:
            before = corners[-1]
            corners.append((point[0], before[1]) if shape == "hv" else (before[0], point[1]))
        corners.append(point)
    return [c[0] for c in corners], [c[1] for c in corners]


def is_light(colour: str) -> bool:
    """Say whether dark letters read better on a colour than white ones."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue > 165


def number_format(chart: Chart) -> str:
    """Return the number format in which the labels of a chart are its values; empty if none is.

    Labels such as "up to USD 5 billion" say more than their value: they stay texts.
    """
    return number_form([pair for s in chart.series for pair in _labelled(s)])


def _labelled(series: Series) -> Iterator[tuple[float, str]]:
    for value, words in zip(series.values, series.labels, strict=False):
        if value is not None and words.strip():
            yield value, words.strip()


def axis_format(chart: Chart, lang: str) -> str:
    """Return the number format of a value axis; large English numbers get their word."""
    if chart.is_percent:
        return "0%"
    return chart.scale.form or _large(
        (v for s in chart.series for v in s.values), chart.scale, lang
    )


def along_format(chart: Chart, lang: str) -> str:
    """Return the number format of the axis along which rows are measured."""
    found = (v for s in chart.series for v in s.x)
    return chart.x_scale.form or _large(found, chart.x_scale, lang)


def _large(found: Iterable[Value], scale: Scale, lang: str) -> str:
    top = max((abs(v) for v in found if v is not None), default=0)
    if scale.is_log and top >= 1e9:
        return POWERS[lang]
    if lang == "en":
        for floor, form in ((1e12, ',,,," trillion"'), (1e9, ',,," billion"'),
                            (1e6, ',," million"')):  # fmt: skip
            if top >= floor:
                return ("0" if top >= WHOLE_FROM * floor else "0.0") + form
    return "#,##0" if top >= 1000 else "General"


def axis_unit(chart: Chart, lang: str) -> tuple[str, str]:
    """Return the unit in which a Chinese axis counts, and its word: 万, 亿 or 万亿."""
    if chart.is_percent:
        return "", ""
    return _unit((v for s in chart.series for v in s.values), chart.scale, lang)


def along_unit(chart: Chart, lang: str) -> tuple[str, str]:
    """Return the unit in which a Chinese axis along rows counts, and its word."""
    return _unit((v for s in chart.series for v in s.x), chart.x_scale, lang)


def _unit(found: Iterable[Value], scale: Scale, lang: str) -> tuple[str, str]:
    if lang != "zh" or scale.form or scale.is_date or scale.is_log:
        return "", ""
    top = max((abs(v) for v in found if v is not None), default=0)
    for floor, unit, word in ((1e12, "trillions", "万亿"), (1e8, "hundredMillions", "亿"),
                              (1e4, "tenThousands", "万")):  # fmt: skip
        if top >= floor * 2:
            return unit, word
    return "", ""
