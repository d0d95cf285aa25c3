"""What a native chart is made of, and how the parts of a Plotly drawing are read for it."""

from __future__ import annotations

import base64
import datetime
import itertools
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from planlib.briefing import inert

DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?(T.*)?")
FIGURE = re.compile(r"-?\d[\d,]*(\.\d+)?")
# Ten billion is 100 亿: what is counted in one unit may be written in another, ten times smaller.
FORMS: Sequence[tuple[str, Callable[[float], str]]] = (
    ("0", "{:.0f}".format), ("#,##0", "{:,.0f}".format), ("0.0", "{:.1f}".format),
    ("0.00", "{:.2f}".format), ("#,##0.0", "{:,.1f}".format),
    ('0"0"', lambda v: f"{v:.0f}0" if float(v).is_integer() else ""),
)  # fmt: skip
HEX = re.compile(r"#[0-9a-fA-F]{6}")
Value = float | None
Axis = Mapping[str, Any]
Trace = Mapping[str, Any]


@dataclass(frozen=True)
class Series:
    """One series: its values, where they stand, and how they look.

    What is unseen only holds others in their place: the days before a bar begins.
    """

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
    outlines: Sequence[str] = ()
    symbol: str = "circle"
    is_hollow: bool = False
    is_thick: bool = False
    is_unseen: bool = False
    side: str = "above"


@dataclass(frozen=True)
class Scale:
    """A value axis; ``form`` is the number format of its ticks, ``step`` their distance."""

    title: str = ""
    low: float | None = None
    high: float | None = None
    is_log: bool = False
    is_date: bool = False
    is_visible: bool = True
    form: str = ""
    step: float | None = None


@dataclass(frozen=True)
class Chart:
    """A native chart. ``kind`` is bar, line, area, points, bubble, pie or rows.

    ``categories`` are in reading order: from the left, or from the top of horizontal bars. Rows are
    points and lines beside names: their values are the numbers of the rows, from 1 at the top, and
    what is measured is ``x``. ``undrawn`` are the marks of the key that the chart does without, and
    one category in ``every`` is named on the axis.
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
    undrawn: Sequence[str] = ()
    every: int = 1


class Unsayable(Exception):
    """This drawing has no native form."""


def values(raw: Any) -> list[Any]:
    """Return a Plotly array as a list: plain, or packed as base64."""
    if isinstance(raw, Mapping):
        import numpy

        if raw.get("shape") and "," in str(raw["shape"]):
            raise Unsayable
        found = numpy.frombuffer(base64.b64decode(raw["bdata"]), dtype=numpy.dtype(raw["dtype"]))
        return found.tolist()
    if isinstance(raw, (list, tuple)):
        return list(raw)
    return []


def numbers(raw: Any) -> list[Value]:
    return [as_number(v) for v in values(raw)]


def as_number(value: Any) -> Value:
    if value is None or isinstance(value, bool):
        return None
    number = float(value)
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def name_of(trace: Trace, number: int) -> str:
    return inert.label(trace.get("name") or "") or (f"{number}" if number else "")


def colour_of(value: Any, fallback: str) -> str:
    return value.lower() if isinstance(value, str) and HEX.fullmatch(value) else fallback


def texts_of(trace: Trace, count: int, *, is_text_shown: bool) -> list[str]:
    raw = trace.get("text")
    found = [raw] * count if isinstance(raw, str) else values(raw)
    if not is_text_shown or len(found) != count:
        return []
    labels = [written(t) for t in found]
    return labels if any(labels) else []


def written(value: Any) -> str:
    # Plotly writes whole numbers without their ".0".
    if isinstance(value, float):
        value = as_number(value)
    return "" if value is None else inert.label(value)


def is_floating(trace: Trace) -> bool:
    base = trace.get("base")
    return any(values(base)) if isinstance(base, (Mapping, list)) else bool(base)


def order_of(traces: Sequence[Trace], along: str, axis: Axis) -> list[Any]:
    """Return the categories of an axis from its origin: left, or bottom."""
    seen = dict.fromkeys(v for t in traces for v in values(t[along]) if v is not None)
    keys = list(seen)
    if any(isinstance(k, (list, tuple)) for k in keys):
        raise Unsayable
    if axis.get("categoryarray"):
        listed = values(axis["categoryarray"])
        keys = [k for k in listed if k in seen] + [k for k in keys if k not in listed]
    elif axis.get("type") != "category" and all(isinstance(k, (int, float)) for k in keys):
        keys.sort()
    elif axis.get("type") != "category" and all(DATE.fullmatch(str(k)) for k in keys):
        keys.sort(key=str)
    elif axis.get("categoryorder", "trace") != "trace":
        raise Unsayable
    reach = axis.get("range") or (0, 0)
    is_reversed = axis.get("autorange") == "reversed"
    if is_reversed or (isinstance(reach[0], (int, float)) and reach[0] > reach[1]):
        keys.reverse()
    return keys


def tick_words(axis: Axis) -> dict[Any, str]:
    keys, words = values(axis.get("tickvals")), values(axis.get("ticktext"))
    return {k: inert.label(w, "\n") for k, w in zip(keys, words, strict=False)}


def scale_of(axis: Axis) -> Scale:
    """Return the scale of an axis; a logarithmic one reaches over whole powers of ten."""
    reach = axis.get("range") or (None, None)
    is_log = axis.get("type") == "log"
    is_date = any(isinstance(v, str) and DATE.fullmatch(v) for v in reach)
    low, high = (edge_of(v, is_log) for v in reach)
    if is_date:
        low, high = (serial(v) if isinstance(v, str) else None for v in reach)
    if is_log and low and high:
        low, high = 10.0 ** math.floor(math.log10(low)), 10.0 ** math.ceil(math.log10(high))
    ticks = numbers(axis.get("tickvals")) if not is_date else []
    # The drawing leaves some room below nought; an office suite would count from there.
    if low is not None and low < 0 and ticks and min(t for t in ticks if t is not None) == 0:
        low = 0.0
    title = axis.get("title") or {}
    words = title.get("text", "") if isinstance(title, Mapping) else title
    is_visible = bool(axis.get("visible", True) and axis.get("showticklabels", True))
    form, step = ("", None) if is_date or axis.get("type") == "category" else _ticks(axis, is_log)
    words = words if form or is_date else words or _tens(axis)
    return Scale(inert.label(words or ""), low, high, is_log, is_date, is_visible, form, step)


def _ticks(axis: Axis, is_log: bool) -> tuple[str, float | None]:
    """Return the number format in which the ticks of an axis are written, and their distance."""
    places, texts = numbers(axis.get("tickvals")), values(axis.get("ticktext"))
    pairs = [(p, inert.label(t)) for p, t in zip(places, texts, strict=False) if p is not None]
    steps = {round(b - a, 9) for (a, _), (b, _) in itertools.pairwise(pairs)}
    step = steps.pop() if len(steps) == 1 and not is_log else None
    form = number_form([(p, t) for p, t in pairs if p])
    # Nothing of a unit is nothing.
    form = f"{form};-{form};0" if form and (0, "0") in pairs else form
    return form, step if step and step > 0 else None


def _tens(axis: Axis) -> str:
    """Return the unit of an axis in billions that counts in 亿, ten of them to the billion."""
    places, texts = numbers(axis.get("tickvals")), values(axis.get("ticktext"))
    found = [(p, FIGURE.match(str(t)), str(t)) for p, t in zip(places, texts, strict=False) if p]
    units = {t[m.end() :] for p, m, t in found if m and float(m[0].replace(",", "")) == 10 * p}
    is_all = found and all(m and t[m.end() :] in units for _, m, t in found)
    return f"10{units.pop()}" if is_all and len(units) == 1 else ""


def number_form(pairs: Sequence[tuple[float, str]]) -> str:
    """Return the number format in which values are written as in these texts; empty if none is."""
    matches = [FIGURE.search(text) for _, text in pairs]
    if not pairs or None in matches:
        return ""
    ends = {(t[: m.start()], t[m.end() :]) for (_, t), m in zip(pairs, matches, strict=True) if m}
    if len(ends) != 1:
        return ""
    before, after = next(iter(ends))
    shown = [m[0] for m in matches if m]
    for form, write in FORMS:
        if all(write(v) == t for (v, _), t in zip(pairs, shown, strict=True)):
            return _quoted(before) + form + _quoted(after)
    return ""


def _quoted(words: str) -> str:
    return '"' + words.replace('"', "") + '"' if words else ""


def edge_of(value: Any, is_log: bool) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return 10.0**value if is_log else float(value)


def plain_place(key: Any) -> str:
    if isinstance(key, float) and key.is_integer():
        return str(int(key))
    words = inert.label(key)
    return words[:10] if DATE.fullmatch(words) else words


def serial(date: Any) -> Value:
    """Return a date as spreadsheets count them: days since 30 December 1899."""
    if date is None:
        return None
    words = str(date)
    moment = datetime.datetime.fromisoformat(words if len(words) > 7 else f"{words}-01")
    days = (moment.replace(tzinfo=None) - datetime.datetime(1899, 12, 30)) / datetime.timedelta(1)
    return int(days) if days.is_integer() else days


def lighter(colour: str, opacity: float) -> str:
    """Mix a colour with white paper."""
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - p) * opacity):02x}" for p in parts)


def spread(value: Any, count: int) -> list[Any]:
    """Return what holds for each of several points: a list as it is, one value for all of them."""
    each = values(value)
    return each if len(each) == count and each else [value] * count
