"""Words, numbers and dates in English and Chinese."""

from __future__ import annotations

import datetime as dt
import math
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from planlib import schema, tables

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEKDAYS_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
CURRENCIES = {"USD": ("USD ", "美元"), "GBP": ("GBP ", "英镑")}
QUALIFIERS = {
    "about": ("about {}", "约{}"),
    "up_to": ("up to {}", "最多{}"),
    "at_least": ("at least {}", "至少{}"),
    "several": ("several times {}", "{}的数倍"),
}
BLANK = {"en": "not stated", "zh": "未载明"}


def choose(lang: str, en: str, zh: str) -> str:
    """Return the text of the language."""
    return zh if tables.check_language(lang) == "zh" else en


def number(value: float, lang: str, digits: int = 3) -> str:
    """Write a plain number as its readers do: 1,234,567 or 123.5万.

    English keeps figures below a million in full; Chinese counts in 万 and 亿 from ten thousand.
    """
    if value is None or pd.isna(value):
        return BLANK[lang]
    if math.isinf(value):
        return "∞"
    size = abs(value)
    if lang == "zh":
        for scale, word in ((1e12, "万亿"), (1e8, "亿"), (1e4, "万")):
            if size >= scale:
                return _significant(value / scale, digits + 1) + word
    else:
        for scale, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
            if size >= scale:
                return f"{_significant(value / scale, digits + 1)} {word}"
    return _significant(value, max(digits, len(str(int(size)))))


def _significant(value: float, digits: int) -> str:
    if value == 0:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount(value: float, unit: str, lang: str, qualifier: str = "", digits: int = 3) -> str:
    """Write a value with its unit and qualifier, e.g. ``up to 500 MW`` or ``至少2000亿美元``."""
    if value is None or pd.isna(value):
        return BLANK[lang]
    if qualifier == "several":
        return _several(value, unit, lang)
    figure = number(value, lang, digits)
    text = _with_unit(figure, unit, lang)
    en, zh = QUALIFIERS.get(str(qualifier), ("{}", "{}"))
    return choose(lang, en, zh).format(text)


def _several(value: float, unit: str, lang: str) -> str:
    words = {1e5: "hundred thousand", 1e4: "tens of thousands of", 1e9: "billion", 1e6: "million"}
    if lang == "zh":
        scale = {1e5: "数十万", 1e4: "数万", 1e9: "数十亿", 1e6: "数百万"}.get(value)
        figure = scale or QUALIFIERS["several"][1].format(number(value, lang))
    else:
        figure = f"several {words[value]}" if value in words else (
            QUALIFIERS["several"][0].format(number(value, lang))
        )
    return _with_unit(figure, unit, lang)


def _with_unit(figure: str, unit: str, lang: str) -> str:
    if unit in CURRENCIES:
        before, after = CURRENCIES[unit]
        return choose(lang, before + figure, figure + after)
    if unit == "percent":
        return figure + "%"
    titles = {
        "gpu": (" GPUs", "张GPU"),
        "gpu_per_year": (" GPUs a year", "张GPU/年"),
        "year": (" year" if figure == "1" else " years", "年"),
        "km2": (" km²", "平方公里"),
        "day": (" day" if figure == "1" else " days", "天"),
        "month": (" month" if figure == "1" else " months", "个月"),
        "MW": (" MW", "兆瓦"),
        "count": ("", "个"),
    }
    en, zh = titles.get(unit, (f" {unit}" if unit else "", unit))
    return choose(lang, figure + en, figure + zh)


def day(value: Any, lang: str, precision: str = "day") -> str:
    """Write a date no finer than it is known: 23 July 2025, July 2025, 2025年7月."""
    if value is None or pd.isna(value):
        return BLANK[lang]
    date = pd.Timestamp(value)
    if precision == "year":
        return choose(lang, f"{date.year}", f"{date.year}年")
    if precision == "quarter":
        return choose(lang, f"Q{date.quarter} {date.year}", f"{date.year}年第{date.quarter}季度")
    if precision == "month":
        return choose(lang, f"{MONTHS[date.month - 1]} {date.year}", f"{date.year}年{date.month}月")
    text = choose(
        lang,
        f"{date.day} {MONTHS[date.month - 1]} {date.year}",
        f"{date.year}年{date.month}月{date.day}日",
    )
    if precision == "not_before":
        return choose(lang, f"not before {text}", f"不早于{text}")
    return text


def weekday(value: Any, lang: str) -> str:
    index = pd.Timestamp(value).weekday()
    return choose(lang, WEEKDAYS[index], WEEKDAYS_ZH[index])


def count_of(n: int, lang: str, singular: str, zh: str, plural: str = "") -> str:
    """Write a count with its noun: ``1 action``, ``103 actions``, ``103项措施``."""
    noun = singular if n == 1 else plural or singular + "s"
    return choose(lang, f"{n:,} {noun}", f"{n}{zh}")


def listed(items: Iterable[str], lang: str) -> str:
    """Join words as prose: ``a, b and c`` or ``a、b和c``."""
    words = list(items)
    if len(words) < 2:
        return "".join(words)
    if lang == "zh":
        return "、".join(words[:-1]) + "和" + words[-1]
    return ", ".join(words[:-1]) + " and " + words[-1]


def width(text: str) -> int:
    """Return how many Latin letters wide a text is; a Chinese character counts as two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def wrap(text: str, columns: int, lines: int = 0) -> str:
    """Break a label into lines of at most ``columns`` letters, joined with ``<br>``.

    Chinese breaks between characters, never before a closing mark. With ``lines``, what does not
    fit ends in an ellipsis; the full text belongs in the table and on hover.
    """
    pieces = _wrapped(text, columns)
    if lines and len(pieces) > lines:
        kept = pieces[:lines]
        kept[-1] = kept[-1].rstrip(" ,;，；、")
        while width(kept[-1]) > columns - 1:
            kept[-1] = kept[-1][:-1]
        kept[-1] += "…"
        pieces = kept
    return "<br>".join(pieces)


def _wrapped(text: str, columns: int) -> list[str]:
    if width(text) == len(text):
        return textwrap.wrap(text, columns, break_long_words=False) or [""]
    lines, line = [], ""
    for token in _tokens(text):
        closing = token[0] in "，。；：、！？）》”’…%"
        if line and width(line + token) > columns and not closing:
            lines.append(line.rstrip())
            line = token.lstrip()
        else:
            line += token
    return [*lines, line]


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    for c in text:
        narrow = unicodedata.east_asian_width(c) not in "WF" and c != " "
        glue = tokens and narrow and unicodedata.east_asian_width(tokens[-1][-1]) not in "WF"
        if glue and tokens[-1][-1] != " ":
            tokens[-1] += c
        else:
            tokens.append(c)
    return tokens


def column_titles(columns: Sequence[str], lang: str) -> dict[str, str]:
    """Return the reader's title of each project-wide column, with its unit in brackets."""
    package = schema.package()
    titles = {}
    for name in columns:
        spec = package.column(name)
        if spec is None:
            titles[name] = name
            continue
        unit = f" [{spec.unit}]" if spec.unit else ""
        titles[name] = spec.label(lang) + unit
    return titles


def to_date(value: Any) -> dt.date | None:
    return None if value is None or pd.isna(value) else pd.Timestamp(value).date()
