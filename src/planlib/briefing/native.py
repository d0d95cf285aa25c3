"""A Plotly drawing as charts that an office suite can draw and edit, where it can.

Bars (grouped, stacked, horizontal), lines, steps, areas, points, bubbles and pies have a native
form. Everything else has none: a dot plot by name, a time line, bars that float. Nothing is
guessed: for what a native chart cannot say, :func:`charts` returns none, and a picture is shown.
"""

from __future__ import annotations

import base64
import datetime
import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from planlib import style
from planlib.briefing import inert

MOST_PANELS = 4
MOST_CATEGORIES = 60
MOST_POINTS = 2000
DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?(T.*)?")
FIGURE = re.compile(r"-?\d[\d,]*(\.\d+)?")
HEX = re.compile(r"#[0-9a-fA-F]{6}")
Value = float | None
Axis = Mapping[str, Any]
Trace = Mapping[str, Any]
# What makes a trace say more than a native chart can.
UNSAYABLE = {"bar": ("error_x", "error_y"), "scatter": ("error_x", "error_y")}


@dataclass(frozen=True)
class Series:
    """One series: its values, where they stand, and how they look."""

    name: str
    colour: str
    values: Sequence[Value]
    x: Sequence[Value] = ()
    sizes: Sequence[float] = ()
    labels: Sequence[str] = ()
    colours: Sequence[str] = ()
    is_hatched: Sequence[bool] = ()
    has_line: bool = True
    has_markers: bool = True
    is_dashed: bool = False
    is_total: bool = False
    outline: str = ""


@dataclass(frozen=True)
class Scale:
    """A value axis."""

    title: str = ""
    low: float | None = None
    high: float | None = None
    is_log: bool = False
    is_date: bool = False
    is_visible: bool = True


@dataclass(frozen=True)
class Chart:
    """A native chart. ``kind`` is bar, line, area, points, bubble or pie.

    ``categories`` are in reading order: from the left, or from the top of horizontal bars.
    """

    kind: str
    series: Sequence[Series]
    title: str = ""
    categories: Sequence[str] = ()
    is_horizontal: bool = False
    is_stacked: bool = False
    is_percent: bool = False
    is_overlaid: bool = False
    scale: Scale = field(default_factory=Scale)
    x_scale: Scale = field(default_factory=Scale)
    hole: float = 0
    marked: Sequence[str] = ()


class _Unsayable(Exception):
    """This drawing has no native form."""


def charts(drawing: Mapping[str, Any], unnamed: str = "") -> list[Chart]:
    """Return the native charts of a drawing, one a panel; none when it has no native form.

    ``unnamed`` is what to call a single series without a name.
    """
    layout = drawing.get("layout", {})
    traces = [t for t in drawing.get("data", ()) if t.get("visible", True) is True]
    panels: dict[tuple[str, str], list[Trace]] = {}
    for trace in traces:
        panels.setdefault((trace.get("xaxis", "x"), trace.get("yaxis", "y")), []).append(trace)
    if not panels or len(panels) > MOST_PANELS:
        return []
    try:
        found = [_panel(group, layout, axes, len(panels)) for axes, group in panels.items()]
    except (_Unsayable, KeyError, TypeError, ValueError, AttributeError):
        return []
    return [_named(chart, unnamed) for chart in found]


def _named(chart: Chart, unnamed: str) -> Chart:
    first = chart.series[0]
    if len(chart.series) > 1 or first.name != "1" or not unnamed:
        return chart
    return replace(chart, series=[replace(first, name=chart.title or unnamed)])


def _panel(traces: Sequence[Trace], layout: Mapping[str, Any], axes: tuple[str, str],
           panels: int) -> Chart:  # fmt: skip
    x, y = (layout.get(f"{a[0]}axis{a[1:]}", {}) for a in axes)
    if any(key in layout for axis in (x, y) for key in ("overlaying",) if axis.get(key)):
        raise _Unsayable
    kinds = {_kind(t) for t in traces}
    title, marked = _words(layout, x, panels)
    if kinds == {"pie"}:
        chart = _pie(traces)
    elif kinds <= {"bar", "text"} and "bar" in kinds:
        chart = _bars(traces, layout, x, y)
    elif kinds <= {"line", "text"}:
        chart = _lines(traces, x, y)
    else:
        raise _Unsayable
    return replace(chart, title=title, marked=marked)


def _kind(trace: Trace) -> str:
    kind = trace.get("type", "scatter")
    if kind not in ("bar", "pie", "scatter", "scattergl"):
        raise _Unsayable
    for key in UNSAYABLE.get(kind, ()):
        shown = trace.get(key)
        if shown and shown.get("visible", True):
            raise _Unsayable
    if kind in ("bar", "pie"):
        return str(kind)
    return "text" if trace.get("mode") == "text" else "line"


def _words(layout: Mapping[str, Any], x: Axis, panels: int) -> tuple[str, list[str]]:
    """Return the title of a panel, and the texts that stand in it."""
    title, marked = "", []
    low, high = x.get("domain", (0, 1))
    for note in layout.get("annotations", ()):
        if (note.get("name") or "").startswith("planlib-") or not note.get("text"):
            continue
        words = inert.label(note["text"])
        is_head = note.get("xref") == "paper" and note.get("yanchor") == "bottom"
        if panels > 1 and is_head and not title and low - 0.01 <= note.get("x", -1) <= high + 0.01:
            title = words
        elif not is_head:
            marked.append(words)
    return title, marked


def values(raw: Any) -> list[Any]:
    """Return a Plotly array as a list: plain, or packed as base64."""
    if isinstance(raw, Mapping):
        import numpy

        if raw.get("shape") and "," in str(raw["shape"]):
            raise _Unsayable
        found = numpy.frombuffer(base64.b64decode(raw["bdata"]), dtype=numpy.dtype(raw["dtype"]))
        return found.tolist()
    if isinstance(raw, (list, tuple)):
        return list(raw)
    return []


def _numbers(raw: Any) -> list[Value]:
    return [_number(v) for v in values(raw)]


def _number(value: Any) -> Value:
    if value is None or isinstance(value, bool):
        return None
    number = float(value)
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def _name(trace: Trace, number: int) -> str:
    return inert.label(trace.get("name") or "") or (f"{number}" if number else "")


def _colour(value: Any, fallback: str) -> str:
    return value.lower() if isinstance(value, str) and HEX.fullmatch(value) else fallback


def _lighter(colour: str, opacity: float) -> str:
    """Mix a colour with white paper."""
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - p) * opacity):02x}" for p in parts)


def _looks(trace: Trace, count: int) -> dict[str, Any]:
    """Return the colour of a series, those of its points, and which are hatched."""
    marker = trace.get("marker", {})
    colour, opacity = marker.get("color"), marker.get("opacity", 1)
    base = _colour(colour, _colour(trace.get("line", {}).get("color"), style.ACCENT))
    each = [_colour(c, base) for c in values(colour)] or [base] * count
    shades = values(opacity) or [opacity if isinstance(opacity, (int, float)) else 1] * count
    each = [_lighter(c, float(o)) for c, o in zip(each, shades, strict=True)]
    hatch = marker.get("pattern", {}).get("shape", "")
    hatched = [bool(h) for h in values(hatch)] or [bool(hatch)] * count
    is_one = len(set(each)) <= 1
    edge = marker.get("line", {})
    return {
        "outline": _colour(edge.get("color"), "") if edge.get("width", 1) else "",
        "colour": each[0] if is_one and each else base,
        "colours": () if is_one else each,
        "is_hatched": hatched if any(hatched) else (),
    }


def _texts(trace: Trace, count: int, *, is_text_shown: bool) -> list[str]:
    raw = trace.get("text")
    found = [raw] * count if isinstance(raw, str) else values(raw)
    if not is_text_shown or len(found) != count:
        return []
    labels = [_written(t) for t in found]
    return labels if any(labels) else []


def _written(value: Any) -> str:
    # Plotly writes whole numbers without their ".0".
    if isinstance(value, float):
        value = _number(value)
    return "" if value is None else inert.label(value)


def _pie(traces: Sequence[Trace]) -> Chart:
    if len(traces) != 1:
        raise _Unsayable
    (trace,) = traces
    found = _numbers(trace["values"])
    marker = dict(trace.get("marker", {}))
    marker["color"] = marker.pop("colors", None)
    looks = _looks({"marker": marker}, len(found))
    series = Series(_name(trace, 0), values=found, **looks)
    return Chart("pie", [series], categories=[inert.label(c) for c in values(trace["labels"])],
                 hole=float(trace.get("hole", 0)))  # fmt: skip


def _bars(traces: Sequence[Trace], layout: Mapping[str, Any], x: Axis, y: Axis) -> Chart:
    bars = [t for t in traces if t.get("type") == "bar"]
    directions = {t.get("orientation", "v") for t in bars}
    if len(directions) != 1 or any(_is_floating(t) for t in bars):
        raise _Unsayable
    is_horizontal = directions == {"h"}
    along, across = ("y", "x") if is_horizontal else ("x", "y")
    named, valued = (y, x) if is_horizontal else (x, y)
    keys = _order(traces, along, named)
    if is_horizontal:
        keys = keys[::-1]
    if not keys or len(keys) > MOST_CATEGORIES:
        raise _Unsayable
    stacked = layout.get("barmode") in ("stack", "relative")
    found = [_bar_series(t, along, across, keys, n) for n, t in enumerate(bars, 1)]
    taken = [sum(s.values[i] is not None for s in found) for i in range(len(keys))]
    for trace in traces:
        if trace.get("mode") == "text" and trace.get("type", "scatter") != "bar":
            found = _with_texts(found, trace, along, across, keys, stacked)
    names = _tick_words(named)
    return Chart(
        "bar", found, categories=[names.get(k, inert.label(k)) for k in keys],
        is_horizontal=is_horizontal, is_stacked=stacked,
        is_percent=bool(layout.get("barnorm")),
        is_overlaid=not stacked and len(bars) > 1
        and (layout.get("barmode") == "overlay" or max(taken) <= 1),
        scale=_scale(valued),
    )  # fmt: skip


def _is_floating(trace: Trace) -> bool:
    base = trace.get("base")
    return any(values(base)) if isinstance(base, (Mapping, list)) else bool(base)


def _order(traces: Sequence[Trace], along: str, axis: Axis) -> list[Any]:
    """Return the categories of an axis from its origin: left, or bottom."""
    seen = dict.fromkeys(v for t in traces for v in values(t[along]) if v is not None)
    keys = list(seen)
    if any(isinstance(k, (list, tuple)) for k in keys):
        raise _Unsayable
    if axis.get("categoryarray"):
        listed = values(axis["categoryarray"])
        keys = [k for k in listed if k in seen] + [k for k in keys if k not in listed]
    elif axis.get("type") != "category" and all(isinstance(k, (int, float)) for k in keys):
        keys.sort()
    elif axis.get("type") != "category" and all(DATE.fullmatch(str(k)) for k in keys):
        keys.sort(key=str)
    elif axis.get("categoryorder", "trace") != "trace":
        raise _Unsayable
    reach = axis.get("range") or (0, 0)
    is_reversed = axis.get("autorange") == "reversed"
    if is_reversed or (isinstance(reach[0], (int, float)) and reach[0] > reach[1]):
        keys.reverse()
    return keys


def _tick_words(axis: Axis) -> dict[Any, str]:
    keys, words = values(axis.get("tickvals")), values(axis.get("ticktext"))
    return {k: inert.label(w, "\n") for k, w in zip(keys, words, strict=False)}


def _bar_series(trace: Trace, along: str, across: str, keys: Sequence[Any], number: int) -> Series:
    places = values(trace[along])
    found = _numbers(trace[across])
    if len(set(places)) != len(places) or len(places) != len(found):
        raise _Unsayable
    at = {key: i for i, key in enumerate(places)}
    looks = _looks(trace, len(found))
    texts = _texts(trace, len(found), is_text_shown=trace.get("textposition") != "none")

    def spread(items: Sequence[Any], blank: Any) -> list[Any]:
        return [items[at[k]] if k in at else blank for k in keys] if items else []

    return Series(
        _name(trace, number), looks["colour"], spread(found, None),
        labels=spread(texts, ""), colours=spread(looks["colours"], looks["colour"]),
        is_hatched=spread(looks["is_hatched"], False), outline=looks["outline"],
    )  # fmt: skip


def _with_texts(
    found: list[Series], trace: Trace, along: str, across: str, keys: Sequence[Any], stacked: bool
) -> list[Series]:
    """Put texts that stand beside bars where a native chart has them: labels, or totals."""
    at = {key: i for i, key in enumerate(values(trace[along]))}
    texts = _texts(trace, len(at), is_text_shown=True)
    if not texts:
        return found
    labels = [texts[at[k]] if k in at else "" for k in keys]
    if stacked:
        totals = [sum(s.values[i] or 0 for s in found) for i in range(len(keys))]
        return [*found, Series("", style.INK, totals, labels=labels, is_total=True)]
    if len(found) == 1 and not found[0].labels:
        return [replace(found[0], labels=labels)]
    raise _Unsayable


def _scale(axis: Axis) -> Scale:
    reach = axis.get("range") or (None, None)
    is_log = axis.get("type") == "log"
    low, high = (_edge(v, is_log) for v in reach)
    title = axis.get("title") or {}
    words = title.get("text", "") if isinstance(title, Mapping) else title
    is_visible = axis.get("visible", True) and axis.get("showticklabels", True)
    return Scale(inert.label(words or ""), low, high, is_log, False, bool(is_visible))


def _edge(value: Any, is_log: bool) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return 10.0**value if is_log else float(value)


def _lines(traces: Sequence[Trace], x: Axis, y: Axis) -> Chart:
    """Lines, steps, areas, points and bubbles: values up, anything along."""
    shown = [t for t in traces if t.get("mode") != "text"]
    # Without labels on the axis upwards, places there are no values: a time line, for one.
    is_valued = y.get("visible", True) and y.get("showticklabels", True)
    if not shown or y.get("type") == "category" or not is_valued:
        raise _Unsayable
    if any(not isinstance(v, (int, float, type(None))) for t in shown for v in values(t["y"])):
        raise _Unsayable
    if sum(len(values(t["y"])) for t in shown) > MOST_POINTS:
        raise _Unsayable
    fills = {t.get("fill", "tonexty" if t.get("stackgroup") else "none") for t in shown}
    stacked = all(t.get("stackgroup") for t in shown)
    if fills != {"none"} and not stacked and fills != {"tozeroy"}:
        raise _Unsayable
    along = [values(t["x"]) for t in shown]
    places = [v for one in along for v in one if v is not None]
    is_named = x.get("type") == "category" or not all(
        isinstance(v, (int, float)) or DATE.fullmatch(str(v)) for v in places
    )
    is_step = any(t.get("line", {}).get("shape", "linear") in ("hv", "vh") for t in shown)
    has_lines = all("lines" in t.get("mode", "lines") for t in shown)
    if is_named or (stacked or fills == {"tozeroy"}) or (has_lines and _is_even(along, is_step)):
        if is_step and is_named:
            raise _Unsayable
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
    keys = _order(shown, "x", x)
    if len(keys) > MOST_POINTS:
        raise _Unsayable
    found = []
    for number, trace in enumerate(shown, 1):
        if "lines" not in trace.get("mode", "lines") and kind == "area":
            raise _Unsayable
        one = _bar_series(trace, "x", "y", keys, number)
        shows = "text" in trace.get("mode", "lines")
        found.append(Series(**{**vars(one), **_line_looks(trace),
                               "labels": one.labels if shows else ()}))  # fmt: skip
    names = _tick_words(x) if x.get("type") == "category" or x.get("ticktext") else {}
    words = [names.get(k, _plain_place(k)) for k in keys]
    return Chart(kind, found, categories=words, is_stacked=stacked, scale=_scale(y),
                 x_scale=_scale(x))  # fmt: skip


def _plain_place(key: Any) -> str:
    if isinstance(key, float) and key.is_integer():
        return str(int(key))
    words = inert.label(key)
    return words[:10] if DATE.fullmatch(words) else words


def _line_looks(trace: Trace) -> dict[str, Any]:
    mode = trace.get("mode", "lines")
    line = trace.get("line", {})
    marker = trace.get("marker", {}).get("color")
    fallback = _colour(marker, style.ACCENT)
    return {
        "colour": _colour(line.get("color"), fallback) if "lines" in mode else fallback,
        "has_line": "lines" in mode,
        "has_markers": "markers" in mode,
        "is_dashed": line.get("dash", "solid") not in ("solid", ""),
    }


def _by_place(shown: Sequence[Trace], x: Axis, y: Axis) -> Chart:
    is_date = any(isinstance(v, str) for t in shown for v in values(t["x"]))
    found = []
    is_bubble = False
    for number, trace in enumerate(shown, 1):
        places = [serial(v) if is_date else _number(v) for v in values(trace["x"])]
        heights = _numbers(trace["y"])
        if len(places) != len(heights):
            raise _Unsayable
        texts = _texts(trace, len(heights), is_text_shown="text" in trace.get("mode", "lines"))
        looks = _looks(trace, len(heights)) | _line_looks(trace)
        shape = trace.get("line", {}).get("shape", "linear")
        if shape not in ("linear", "spline", "hv", "vh"):
            raise _Unsayable
        if shape in ("hv", "vh") and "lines" in trace.get("mode", "lines"):
            places, heights = _stairs(places, heights, shape)
            texts, looks = [], looks | {"colours": (), "is_hatched": ()}
        sizes = _numbers(trace.get("marker", {}).get("size"))
        is_bubble = is_bubble or len(set(sizes)) > 1
        spots = [s or 0 for s in sizes]
        name = _name(trace, number)
        found.append(replace(Series(name, "", heights, places, spots, texts), **looks))
    if is_bubble and any(len(s.sizes) != len(s.values) or s.has_line for s in found):
        raise _Unsayable
    across = _scale(x)
    if is_date:
        ends = [serial(v) if isinstance(v, str) else None for v in x.get("range") or (None, None)]
        across = Scale(across.title, ends[0], ends[1], False, True, across.is_visible)
    if not is_bubble:
        found = [replace(s, sizes=()) for s in found]
    return Chart("bubble" if is_bubble else "points", found, scale=_scale(y), x_scale=across)


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


def serial(date: Any) -> Value:
    """Return a date as spreadsheets count them: days since 30 December 1899."""
    if date is None:
        return None
    words = str(date)
    moment = datetime.datetime.fromisoformat(words if len(words) > 7 else f"{words}-01")
    days = (moment.replace(tzinfo=None) - datetime.datetime(1899, 12, 30)) / datetime.timedelta(1)
    return int(days) if days.is_integer() else days


def is_light(colour: str) -> bool:
    """Say whether dark letters read better on a colour than white ones."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue > 165


def number_format(chart: Chart) -> str:
    """Return the number format in which the labels of a chart are its values; empty if none is.

    Labels such as "up to USD 5 billion" say more than their value: they stay texts.
    """
    pairs = [(v, t) for s in chart.series for v, t in _labelled(s)]
    if not pairs:
        return ""
    matches = [FIGURE.search(t) for _, t in pairs]
    ends = {(t[: m.start()], t[m.end() :]) for (_, t), m in zip(pairs, matches, strict=True) if m}
    if None in matches or len(ends) != 1:
        return ""
    before, after = next(iter(ends))
    shown = [m[0] for m in matches if m]
    for form, write in (("0", "{:.0f}"), ("#,##0", "{:,.0f}"), ("0.0", "{:.1f}"),
                        ("0.00", "{:.2f}"), ("#,##0.0", "{:,.1f}")):  # fmt: skip
        if all(write.format(v) == t for (v, _), t in zip(pairs, shown, strict=True)):
            return _quoted(before) + form + _quoted(after)
    return ""


def _labelled(series: Series) -> Iterator[tuple[float, str]]:
    for value, words in zip(series.values, series.labels, strict=False):
        if value is not None and words.strip():
            yield value, words.strip()


def _quoted(words: str) -> str:
    return '"' + words.replace('"', "") + '"' if words else ""


def axis_format(chart: Chart, lang: str) -> str:
    """Return the number format of a value axis; large English numbers get their word."""
    top = max((abs(v) for s in chart.series for v in s.values if v is not None), default=0)
    if chart.is_percent:
        return "0%"
    if lang == "en":
        for floor, form in ((1e12, '0.0##,,,," trillion"'), (1e9, '0.##,,," billion"'),
                            (1e6, '0.##,," million"')):  # fmt: skip
            if top >= floor:
                return form.replace(".0##", ".##")
    return "#,##0" if top >= 1000 else "General"


def axis_unit(chart: Chart, lang: str) -> tuple[str, str]:
    """Return the unit in which a Chinese axis counts, and its word: 万, 亿 or 万亿."""
    top = max((abs(v) for s in chart.series for v in s.values if v is not None), default=0)
    if lang == "zh" and not chart.is_percent:
        for floor, unit, word in ((1e12, "trillions", "万亿"), (1e8, "hundredMillions", "亿"),
                                  (1e4, "tenThousands", "万")):  # fmt: skip
            if top >= floor * 2:
                return unit, word
    return "", ""
