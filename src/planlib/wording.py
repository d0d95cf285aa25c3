"""Words, numbers and dates in English and Chinese."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Any

import pandas as pd

from planlib import tables

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
# What "several" of a round number is called; the value is the unit, not the count.
SEVERAL = {
    1e3: ("several thousand", "数千"),
    1e4: ("tens of thousands of", "数万"),
    1e5: ("several hundred thousand", "数十万"),
    1e6: ("several million", "数百万"),
    1e9: ("several billion", "数十亿"),
}
UNITS = {
    "gpu": (" GPUs", "张GPU"),
    "gpu_per_year": (" GPUs a year", "张GPU/年"),
    "year": (" years", "年"),
    "month": (" months", "个月"),
    "day": (" days", "天"),
    "km2": (" km²", "平方公里"),
    "MW": (" MW", "兆瓦"),
    "kW": (" kW", "千瓦"),
    "percent": ("%", "%"),
    "point": (" percentage points", "个百分点"),
    "count": ("", "个"),
}
UNITS_OF_ONE = {"gpu": " GPU", "gpu_per_year": " GPU a year", "year": " year", "month": " month",
                "day": " day"}  # fmt: skip
# Units of columns that are no words of the tables' vocabularies.
COLUMN_UNITS_ZH = {"USD bn": "十亿美元", "kW": "千瓦", "W": "瓦"}
# Chinese counts dollars by the hundred million, ten to the billion that the files count in.
READING_UNITS_ZH = {"USD bn": ("亿美元", 10.0)}
BLANK = {"en": "not stated", "zh": "未载明"}
ROUNDED_FROM = 1e6
EXACT_DIGITS = 12
SCALES = {
    "en": ((1.0, ""), (1e6, " million"), (1e9, " billion"), (1e12, " trillion")),
    "zh": ((1.0, ""), (1e4, "万"), (1e8, "亿"), (1e12, "万亿")),
}
# A line may not begin with the first, nor end with the second.
CLOSING = "，。；：、！？）》〉】」』”’…—,.;:!?)]%"
OPENING = "（《〈【「『“‘(["
WORD_ENDS = " ”…"
# What an ellipsis takes the place of.
BEFORE_ELLIPSIS = " ,;:.，；：、。" + OPENING


def choose(lang: str, en: str, zh: str) -> str:
    """Return the text of the language."""
    return zh if tables.check_language(lang) == "zh" else en


def number(value: float, lang: str, digits: int = 3) -> str:
    """Write a plain number as its readers do: ``999,999``, ``1.235 million``, ``123.5万``.

    Chinese counts in 万 and 亿 from ten thousand on. What is below :data:`ROUNDED_FROM` loses none
    of the digits before its decimal point in either language.

    Parameters
    ----------
    digits
        Significant digits; beside a word such as "million" one more.
    """
    tables.check_language(lang)
    if pd.isna(value):
        return BLANK[lang]
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    # Computed values carry the noise of binary fractions, which must not decide how they round.
    value = float(f"{value:.{EXACT_DIGITS}g}")
    scales = SCALES[lang]
    for i, (scale, word) in enumerate(scales):
        kept = digits + 1 if word else digits
        if abs(value) < ROUNDED_FROM:
            kept = max(kept, len(str(int(abs(value)))))
        figure = float(f"{value / scale:.{kept}g}")
        # Rounding may reach the next word: 99,995,000 is 1亿, never 10,000万.
        if i + 1 == len(scales) or abs(figure) * scale < scales[i + 1][0]:
            break
    return _plain(figure, kept) + word


def _plain(figure: float, digits: int) -> str:
    if figure == 0:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(figure))))
    text = f"{figure:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount(value: float, unit: str, lang: str, qualifier: str = "", digits: int = 3) -> str:
    """Write a value with its unit and qualifier: ``up to 500 MW``, ``至少2000亿美元``."""
    figure = number(value, lang, digits)
    if pd.isna(value):
        return figure
    if qualifier == "several" and value in SEVERAL:
        words = choose(lang, *SEVERAL[value])
        if unit in CURRENCIES:
            return choose(lang, f"{words} {unit}", words + CURRENCIES[unit][1])
        return with_unit(words, unit, lang)
    en, zh = QUALIFIERS.get(str(qualifier), ("{}", "{}"))
    return choose(lang, en, zh).format(with_unit(figure, unit, lang))


def with_unit(figure: str, unit: str, lang: str) -> str:
    """Put the unit to a number that is written already."""
    if unit in CURRENCIES:
        before, after = CURRENCIES[unit]
        return choose(lang, before + figure, figure + after)
    en, zh = UNITS.get(unit, (f" {unit}".rstrip(), unit))
    if figure == "1":
        en = UNITS_OF_ONE.get(unit, en)
    return figure + choose(lang, en, zh)


def column_unit(unit: str, lang: str) -> str:
    """Name the unit of a column whose numbers stand as they are stored."""
    own = COLUMN_UNITS_ZH if lang == "zh" else {}
    return own.get(unit) or tables.words(lang).get(unit, unit)


def reading_unit(unit: str, lang: str) -> tuple[str, float]:
    """Name the unit in which a column is read, and say how many of it one stored unit is."""
    own = READING_UNITS_ZH if lang == "zh" else {}
    return own.get(unit) or (column_unit(unit, lang), 1.0)


@lru_cache(maxsize=4096)
def day(value: Any, lang: str, precision: str = "day") -> str:
    """Write a date no finer than it is known: 23 July 2025, July 2025, 2025年7月."""
    if pd.isna(value):
        return BLANK[tables.check_language(lang)]
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


PERIOD = re.compile(r"(?P<year>\d{4})(?:-?(?P<part>H[12]|Q[1-4]|(?<=-)\d{2}))?")
FISCAL = re.compile(r"FY(?P<year>\d{2}|\d{4})(?:-?(?P<part>Q[1-4]))?")
QUARTERS_ZH = ("第一", "第二", "第三", "第四")


def period(text: str, lang: str) -> str:
    """Write a period of the tables in words: 2025, 2025-H1, 2025-Q1/2025-Q3, 2025-10, FY27-Q1.

    What is written otherwise is returned as it is.
    """
    first, _, last = text.partition("/")
    if last:
        begin, end = period(first, lang), period(last, lang)
        year = first[:4]
        if last.startswith(year) and len(first) > 4:
            begin = begin.removesuffix(f" {year}")
            end = end.removeprefix(f"{year}年")
        return choose(lang, f"{begin} to {end}", f"{begin}至{end}")
    fiscal = FISCAL.fullmatch(text)
    match = fiscal or PERIOD.fullmatch(text)
    if match is None:
        return text
    year, part = match["year"][-4:], match["part"] or ""
    if fiscal:
        year = year if len(year) == 4 else f"20{year}"
        en, zh = f"fiscal {year}", f"{year}财年"
    else:
        en, zh = year, f"{year}年"
    if part.startswith("Q"):
        zh += QUARTERS_ZH[int(part[1]) - 1] + "季度"
        return choose(lang, f"{part} {en}" if not fiscal else f"{part} of {en}", zh)
    if part.startswith("H"):
        half = ("first", "second")[int(part[1]) - 1]
        return choose(lang, f"{half} half of {en}", zh + "上下"[int(part[1]) - 1] + "半年")
    if part:
        return choose(lang, f"{MONTHS[int(part) - 1]} {en}", f"{zh}{int(part)}月")
    return choose(lang, en, zh)


# How Chinese readers cite what the texts call s.4(a), cl.(2) and EO 14144.
CITATIONS_ZH = (
    (re.compile(r"\bs\.([0-9][0-9A-Za-z()]*(?:\.[0-9][0-9A-Za-z()]*)*)"), r"第\1条"),
    (re.compile(r"\bcl\.(\([0-9a-z]+\))"), r"第\1款"),
    (re.compile(r", EO ([0-9]+) "), r"，第\1号令"),
)


def section(text: str, lang: str) -> str:
    """Write where in a document something stands, as its readers do: s.4(a), 第4(a)条."""
    if lang == "en" or width(text) > len(text):
        return text
    cited = text
    for pattern, form in CITATIONS_ZH:
        cited = pattern.sub(form, cited)
    # What is no number is an English heading, which the row itself says in Chinese.
    return cited if cited != text else ""


def weekday(value: Any, lang: str) -> str:
    """Return the name of a date's day of the week."""
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


ARTICLE_BEFORE = (
    "United ", "Department ", "Office ", "Center ", "National ", "European ", "Government ",
    "White House", "Bureau ", "US ",
)  # fmt: skip


def with_article(name: str, lang: str, *, starts: bool = False) -> str:
    """Put "the" before an English name that takes it in a sentence; ``starts`` begins one.

    Of what has no name of its own, "an" is said: ``an unsigned reference note``.
    """
    if lang == "en" and name.startswith("Unsigned "):
        return f"{'An' if starts else 'an'} u{name[1:]}"
    if lang == "en" and name.startswith(ARTICLE_BEFORE):
        return f"{'The' if starts else 'the'} {name}"
    return name


def width(text: str) -> int:
    """Return how many Latin letters wide a text is; a Chinese character counts as two.

    So does a mark such as “ or … in a text with Chinese: its font is the Chinese one.
    """
    if text.isascii():
        return len(text)
    widths = list(map(unicodedata.east_asian_width, text))
    wide = widths.count("W")
    return len(widths) + wide + widths.count("F") + (widths.count("A") if wide else 0)


@lru_cache(maxsize=16384)
def wrap(text: str, columns: int, lines: int = 0) -> str:
    """Break a label into lines of at most ``columns`` letters, joined with ``<br>``.

    Words stay whole, even one longer than a line. Chinese breaks between characters, never
    before a closing mark or after an opening one. With ``lines``, what does not fit ends in an
    ellipsis; the full text belongs in the table and on hover.
    """
    if width(text) <= columns:
        return " ".join(text.split())
    broken: list[list[str]] = [[]]
    line = ""
    for piece in _pieces(text):
        if line and width(f"{line}{piece}".rstrip()) > columns:
            broken.append([])
            line = ""
        broken[-1].append(piece)
        line += piece
    if lines and len(broken) > lines:
        last = broken[lines - 1]
        while len(last) > 1 and width(_cut(last)) > columns:
            last.pop()
        broken = [*broken[: lines - 1], [_cut(last)]]
    return "<br>".join("".join(line).rstrip() for line in broken)


def _cut(line: list[str]) -> str:
    return "".join(line).rstrip(BEFORE_ELLIPSIS) + "…"


def _pieces(text: str) -> list[str]:
    """Split a text where a line may end: after a word with its space, or a Chinese character."""
    text = " ".join(text.split())
    letters = set() if text.isascii() else set(text)
    wide = {letter for letter in letters if unicodedata.east_asian_width(letter) in ("W", "F")}
    ends = [
        end
        for end, (before, after) in enumerate(pairwise(text), 1)
        if (before in WORD_ENDS or before in wide or after in wide)
        and not (before in OPENING or after in CLOSING or after == " ")
    ]
    return [text[start:end] for start, end in pairwise([0, *ends, len(text)])]
