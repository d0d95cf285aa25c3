"""Read numbers and dates as they are printed, in English and Chinese.

A literal is a short run of characters copied from a source: ``50万张``, ``within 180 days``,
``$1.4 trillion``, ``10²⁶``, ``二成``, ``several hundred thousand``. :func:`read` turns it into
readings; :func:`agrees` compares them with a cell. Nothing here guesses: what is not understood
gives no reading, so that a person has to say in a note what the literal means.
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

MAGNITUDES = {
    "万亿": 1e12, "亿": 1e8, "万": 1e4, "千": 1e3, "百": 1e2, "十": 1e1,
    "trillion": 1e12, "tn": 1e12, "billion": 1e9, "bn": 1e9, "b": 1e9, "million": 1e6,
    "mn": 1e6, "m": 1e6, "thousand": 1e3, "k": 1e3, "hundred": 1e2, "dozen": 12.0, "ten": 1e1,
}  # fmt: skip
CHINESE_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
ENGLISH_NUMBERS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
}  # fmt: skip
ENGLISH_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10,
}  # fmt: skip
MONTHS = {name.lower(): i for i, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.lower(): i for i, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
# How many of the smallest unit each unit is; units of one family convert into each other.
UNIT_FAMILIES = (
    {"W": 1.0, "kW": 1e3, "MW": 1e6, "GW": 1e9},
    {"day": 1.0, "week": 7.0},
    {"month": 1.0, "quarter": 3.0, "year": 12.0},
)
ORDINAL = "ordinal"
# ASCII: a Chinese character beside a Latin letter or a figure is a word boundary.
FLAGS = re.IGNORECASE | re.ASCII


@dataclass(frozen=True)
class Reading:
    """What one literal says: a number, or a date with its precision.

    ``value`` and ``value_to`` are numbers [``unit``; empty: a bare count]; ``qualifier`` is a word
    of the vocabulary. ``date`` is the first day of the period; ``precision`` is day, month,
    quarter, half, year or ``day_of_year`` (a day whose year is not printed).
    """

    value: float | None = None
    value_to: float | None = None
    qualifier: str = "exact"
    unit: str = ""
    date: dt.date | None = None
    precision: str = ""


def normalise(text: str) -> str:
    """Fold full-width ASCII and white space; keep everything else as printed."""
    folded = "".join(chr(ord(c) - 0xFEE0) if 0xFF01 <= ord(c) <= 0xFF5E else c for c in text)
    return re.sub(r"\s+", " ", folded).strip()


def read(literal: str) -> list[Reading]:
    """Return every date and number that the literal prints, dates first."""
    spans, rest = _take(normalise(literal), _YEAR_SPANS)
    dates, rest = _take(rest, _DATES)
    special, rest = _take(rest, _SPECIAL)
    return dates + spans + special + _read_numerals(_NOISE.sub(";", rest))


def agrees(literal: str, cell: float | dt.date, unit: str = "", precision: str = "") -> bool:
    """Say whether the literal prints exactly the cell, and nothing else of that kind.

    Parameters
    ----------
    literal
        The characters as printed.
    cell
        The number [``unit``], or the date.
    unit
        Unit of the cell; a printed unit is converted to it or must be the same. Empty: any.
    precision
        Precision of a date cell; the literal must print no less and no more. Empty: any.

    Notes
    -----
    Either end of a printed range agrees. A day printed without its year agrees in any year.
    """
    readings = read(literal)
    if isinstance(cell, dt.date):
        dates = [r for r in readings if r.date] or [_as_year(r) for r in readings]
        return bool(dates) and all(_same_date(r, cell, precision) for r in dates)
    numbers = [r for r in readings if r.value is not None]
    numbers = [r for r in numbers if r.unit != ORDINAL] or numbers
    numbers = numbers or [Reading(value=float(r.date.year)) for r in readings if r.date]
    return bool(numbers) and all(_same_number(r, cell, unit) for r in numbers)


def _same_number(reading: Reading, cell: float, unit: str) -> bool:
    factor = _factor(reading.unit, unit)
    return factor is not None and any(
        number is not None and math.isclose(number * factor, cell, rel_tol=1e-15)
        for number in (reading.value, reading.value_to)
    )


def _factor(printed: str, wanted: str) -> float | None:
    if not wanted or printed in ("", ORDINAL, wanted):
        return 1.0
    for family in UNIT_FAMILIES:
        if printed in family and wanted in family:
            return family[printed] / family[wanted]
    return None


def _same_date(reading: Reading, cell: dt.date, precision: str) -> bool:
    if reading.date is None:
        return False
    if reading.precision == "day_of_year":
        same = (reading.date.month, reading.date.day) == (cell.month, cell.day)
        return same and precision in ("", "not_before", "day")
    return reading.date == cell and precision in ("", "not_before", reading.precision)


def _as_year(reading: Reading) -> Reading:
    """Take a bare number such as 2023 for a year, where a date is asked for."""
    year = reading.value or 0.0
    if (
        reading.unit
        or reading.value_to is not None
        or not year.is_integer()
        or not 1800 <= year < 2100
    ):
        return reading
    return Reading(date=dt.date(int(year), 1, 1), precision="year")


Form = tuple[re.Pattern[str], Callable[[re.Match[str]], Reading | None]]


def _take(text: str, forms: Iterable[Form]) -> tuple[list[Reading], str]:
    """Read every match of the forms, and blank it out so that no later form reads it again."""
    readings: list[Reading] = []
    for pattern, reader in forms:
        kept, position = [], 0
        for match in pattern.finditer(text):
            reading = reader(match)
            if reading is not None:
                readings.append(reading)
                kept.append(text[position : match.start()])
                position = match.end()
        text = " ; ".join([*kept, text[position:]])
    return readings, text


# Dates

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_YEAR = r"(?<![\d.,$£€¥-])(?P<y>(?:18|19|20)\d{2})(?!\d)"
_ORDINAL = "|".join(ENGLISH_ORDINALS)
# Which quarter or half a word names; 前两个季度 is the first half.
_PARTS = {"上": 1, "前": 1, "下": 2, **CHINESE_DIGITS, **ENGLISH_ORDINALS} | {
    str(n): n for n in range(1, 5)
}


def _dated(precision: str) -> Callable[[re.Match[str]], Reading | None]:
    def reader(match: re.Match[str]) -> Reading | None:
        parts = match.groupdict()
        year = int(parts.get("y") or 2000)  # a leap year, where none is printed
        month = MONTHS[parts["mon"].lower()] if parts.get("mon") else int(parts.get("m") or 1)
        if parts.get("part"):
            length = 6 if precision == "half" else 3
            month = 1 + length * (_PARTS[parts["part"].lower()] - 1)
        try:
            date = dt.date(year, month, int(parts.get("d") or 1))
        except ValueError:
            return None
        return Reading(date=date, precision=precision)

    return reader


_DATES: tuple[Form, ...] = tuple(
    (re.compile(pattern, FLAGS), _dated(precision))
    for pattern, precision in (
        (r"(?<![\d-])(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?![\d-])", "day"),
        (r"(?<!\d)(?P<y>\d{4}) ?年 ?(?P<m>\d{1,2}) ?月 ?(?P<d>\d{1,2}) ?日", "day"),
        (
            rf"\b(?P<mon>{_MONTH})\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? ?(?P<y>\d{{4}})(?!\d)",
            "day",
        ),
        (rf"(?<!\d)(?P<d>\d{{1,2}}) (?P<mon>{_MONTH})\.?,? (?P<y>\d{{4}})(?!\d)", "day"),
        (r"(?<!\d)(?P<y>\d{4})年第?(?P<part>[一二三四1-4])季度", "quarter"),
        (r"\bQ(?P<part>[1-4])[ -]?(?P<y>\d{4})(?!\d)", "quarter"),
        (r"(?<!\d)(?P<y>\d{4})[ -]?Q(?P<part>[1-4])\b", "quarter"),
        (r"\b(?P<part>first|second|third|fourth) quarter of (?P<y>\d{4})(?!\d)", "quarter"),
        (r"(?<!\d)(?P<y>\d{4})年的?(?P<part>前)(?:两|2)个?季度", "half"),
        (r"(?<!\d)(?P<y>\d{4})年的?(?P<part>[上下])半年", "half"),
        (r"\b(?P<part>first|second) half of (?P<y>\d{4})(?!\d)", "half"),
        (r"\bH(?P<part>[12])[ -]?(?P<y>\d{4})(?!\d)", "half"),
        (r"(?<!\d)(?P<y>\d{4}) ?年 ?(?P<m>\d{1,2}) ?月(?! ?\d)", "month"),
        (rf"(?<!\d )\b(?P<mon>{_MONTH})\.?,? (?P<y>\d{{4}})(?!\d)", "month"),
        (r"(?<![\d-])(?P<y>\d{4})-(?P<m>\d{2})(?![\d-])", "month"),
        (r"(?<![\d年])(?<!年 )(?P<m>\d{1,2}) ?月 ?(?P<d>\d{1,2}) ?日", "day_of_year"),
        (rf"\b(?P<mon>{_MONTH})\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!,? ?\d)", "day_of_year"),
        (
            rf"{_YEAR} ?年(?!期| ?[\d一二三四五六七八九十]+ ?月|第?[\d一二三四]季"
            r"|的?前[\d一二三四两]|的?[上下]半)",
            "year",
        ),
        (
            rf"(?:\b(?:in|by|since|until|before|after|during) |\(){_YEAR}(?![.,]\d| ?[%万亿千])",
            "year",
        ),
    )
)  # fmt: skip


def _year_span(match: re.Match[str]) -> Reading | None:
    low, high = float(match["low"]), float(match["high"])
    return Reading(low, high) if low < high else None


_YEAR_SPANS: tuple[Form, ...] = (
    (
        re.compile(
            r"(?<![\d.,$£€¥-])(?P<low>(?:19|20)\d{2})年? ?(?:-|–|—|~|至|到|to|and) ?"
            r"(?P<high>(?:19|20)\d{2})年?(?![\d-]|,\d)",
            FLAGS,
        ),
        _year_span,
    ),
)


# Numbers

_ARABIC = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![0-9])|[0-9]+(?:\.[0-9]+)?|(?<![.\w])\.[0-9]+"
# 千瓦 is a kilowatt and 百分点 a percentage point: no thousand, no hundred.
_CHINESE = r"(?:[零〇一二三四五六七八九两十]|百(?!分点)|千(?!瓦))+(?:点[零〇一二三四五六七八九]+)?"
_WORD = "|".join(sorted(ENGLISH_NUMBERS, key=len, reverse=True))
_SCALE = "hundred|thousand|million|billion|trillion"
_PIECE = (
    rf"(?:(?P<arabic>{_ARABIC})|(?P<chinese>{_CHINESE}))(?: (?=[十百千余多几万亿]))?"
    r"(?P<small>[十百]|千(?!瓦))?(?P<open>[余多几])?(?P<big>万亿|亿|万)?(?P<open2>[余多几])?"
)
_UNNAMED_PIECE = re.sub(r"\?P<\w+>", "?:", _PIECE)
_NUMERAL = re.compile(
    rf"(?P<figure>{_ARABIC})(?:[ -]?(?P<size>(?:{_SCALE}|dozen|tn|bn|mn)\b(?: (?:{_SCALE})\b)?)"
    rf"|(?P<letter>[kKmMbB])\b(?![²2]))"
    rf"|(?P<words>\b(?:(?:half )?an? (?:{_SCALE}|dozen)|(?:{_WORD}))\b"
    rf"(?:[- ](?:and )?(?:{_WORD}|{_SCALE})\b)*)"
    rf"|(?P<pieces>(?:{_UNNAMED_PIECE})+)",
    FLAGS,
)
_PIECES = re.compile(_PIECE)
# What holds a numeral and counts nothing: names such as GB300 and M-25-21, and Chinese words.
_NOISE = re.compile(
    r"(?<![A-Za-z0-9])(?:(?!USD|GBP|EUR|RMB|CNY|[QH]\d\b)[A-Za-z]+\d[\w.]*|[A-Z]+-\d+(?:-\d+)*)"
    rf"|\bof an? (?:{_SCALE})"
    "|进一步|统一|一些|一定|一般|一致|一直|一旦|一系列|一体|唯一|之一|百度|千方百计|零部件|零售",
    re.ASCII,
)
_JOINT = re.compile(r"[^\d\s,;.，；。]{0,2}? ?(?:-|–|—|~|至|到|to) ?[$£€¥]?")
_MINUS = re.compile(r"−$|(?:^|[ (])-$")
_QUALIFIERS = tuple(
    (word, re.compile(pattern, FLAGS))
    for word, pattern in (
        ("up_to", r"no more than|not (?:to )?exceed|up to|at most|不超过|不多于|不高于"
                  r"|最多|至多|高达|上限|≤"),
        ("at_least", r"not? (?:less|fewer) than|at least|more than|greater than|\bover\b|exceed"
                     r"|or more|超过|多于|高于|至少|不少于|不低于|逾|以上|≥|>|\+"),
        ("up_to", r"less than|fewer than|\bunder\b|\bbelow\b|不足|少于|低于|以下|<"),
        ("about", r"\babout|approximately|\baround|nearly|almost|roughly|~|(?<![条节签合契])约|近"
                  r"|左右"),
    )
)  # fmt: skip
_UNITS = tuple(
    (re.compile(pattern, FLAGS), unit)
    for pattern, unit in (
        (r"percentage points?|个百分点", "point"),
        (r"%|percent|per cent", "percent"),
        (r"个?工作日|(?:business|working) days?", "business_day"),
        (r"(?:calendar )?days?\b|天|日", "day"),
        (r"weeks?\b|周", "week"),
        (r"months?\b|个月", "month"),
        (r"quarters?\b|个季度", "quarter"),
        (r"years?\b|年", "year"),
        (r"吉瓦|gigawatts?|GW\b", "GW"),
        (r"兆瓦|megawatts?|MW\b", "MW"),
        (r"千瓦|kilowatts?|kW\b", "kW"),
        (r"瓦|watts?|W\b", "W"),
        (r"平方公里|square kilomet|sq\.? km|km²|km2", "km2"),
        (r"美元|US dollars?|USD|dollars?", "USD"),
        (r"英镑|pounds?\b|GBP", "GBP"),
        (r"欧元|euros?\b|EUR", "EUR"),
        (r"元|人民币|yuan|RMB|CNY", "CNY"),
    )
)
_SYMBOLS = {"$": "USD", "USD": "USD", "£": "GBP", "GBP": "GBP", "€": "EUR", "EUR": "EUR",
            "¥": "CNY", "RMB": "CNY", "CNY": "CNY"}  # fmt: skip
_SYMBOL = re.compile("(" + "|".join(re.escape(s) for s in _SYMBOLS) + r") ?$")


def _read_numerals(text: str) -> list[Reading]:
    readings: list[Reading] = []
    end, is_scaled = 0, False
    for match in _NUMERAL.finditer(text):
        value, is_open, has_scale = _numeral(match)
        if value is None:
            continue
        reading = Reading(
            value,
            qualifier=_qualifier(text, end, match.start(), match.end(), is_open),
            unit=_unit(text, match.start(), match.end()),
        )
        low = readings[-1].value if readings and _joins(text, end, match.start()) else None
        if low is not None and low <= value:
            readings[-1] = _range(readings[-1], reading, 1.0 if is_scaled else _size(match))
        elif _MINUS.search(text[: match.start()]):
            readings.append(replace(reading, value=-value))
        else:
            readings.append(reading)
        end, is_scaled = match.end(), has_scale
    return readings


def _joins(text: str, start: int, end: int) -> bool:
    """Say whether the text between two numbers makes a range of them."""
    between = text[start:end]
    if between.strip().lower() == "and":
        return "between " in text[:start].lower()
    return _JOINT.fullmatch(between) is not None


def _range(low: Reading, high: Reading, size: float) -> Reading:
    """Join two ends; ``50至60亿`` scales both, ``500 to 1 million`` the second alone."""
    first, last = low.value or 0.0, high.value or 0.0
    return replace(
        low,
        value=first * size if first * size <= last else first,
        value_to=last,
        qualifier=low.qualifier if low.qualifier != "exact" else high.qualifier,
        unit=high.unit or low.unit,
    )


def _numeral(match: re.Match[str]) -> tuple[float | None, bool, bool]:
    """Return value, whether 余, 多 or 几 leaves it open upwards, and whether it has a magnitude."""
    if match["figure"]:
        return _arabic(match["figure"]) * _size(match), False, True
    if match["words"]:
        return _english(match["words"]), False, bool(re.search(_SCALE, match["words"], re.I))
    total, last_scale = 0.0, math.inf
    is_open = False
    for piece in _PIECES.finditer(match["pieces"]):
        number = _arabic(piece["arabic"]) if piece["arabic"] else _chinese(piece["chinese"])
        scale = MAGNITUDES.get(piece["big"], 1.0)
        value = number * MAGNITUDES.get(piece["small"], 1.0) * scale
        # 一万五千 adds up; 三万五 is short for 35,000 and is left to a person.
        if total and (value >= last_scale or not re.search("[零十百千万亿]", piece[0])):
            return None, False, False
        total, last_scale = total + value, scale
        is_open = is_open or bool(piece["open"] or piece["open2"])
    return total, is_open, last_scale > 1


def _size(match: re.Match[str]) -> float:
    if match["pieces"]:
        last = list(_PIECES.finditer(match["pieces"]))[-1]
        return MAGNITUDES.get(last["big"], 1.0)
    words = (match["size"] or match["letter"] or "").lower().split()
    if match["words"]:
        words = re.findall(f"(?:{_SCALE})$", match["words"].lower())
    return math.prod(MAGNITUDES[w] for w in words)


def _arabic(text: str) -> float:
    return float(text.replace(",", ""))


def _chinese(text: str) -> float:
    """Read a Chinese numeral below 万: 十, 二十五, 一百八十, 三千零五, 二〇二五, 二点五."""
    whole, _, decimals = text.partition("点")
    if len(whole) > 1 and all(c in CHINESE_DIGITS for c in whole):
        total = float("".join(str(CHINESE_DIGITS[c]) for c in whole))
    else:
        total, digit = 0.0, None
        for c in whole:
            if c in CHINESE_DIGITS:
                digit = CHINESE_DIGITS[c]
            else:
                total += (digit or 1) * MAGNITUDES[c]
                digit = None
        total += digit or 0
    return total + float("0." + "".join(str(CHINESE_DIGITS[c]) for c in decimals) + "0")


def _english(text: str) -> float:
    """Read an English numeral: eighteen, twenty-five, one hundred and eighty, half a million."""
    total = current = 0.0
    for word in re.split(r"[- ]", text.lower()):
        if word in ENGLISH_NUMBERS:
            current += ENGLISH_NUMBERS[word]
        elif word == "half":
            current = 0.5
        elif word == "hundred":
            current = (current or 1) * 100
        elif word in MAGNITUDES:
            total += (current or 1) * MAGNITUDES[word]
            current = 0.0
    return total + current


def _number(text: str) -> float:
    """Read one plain number in any of the three scripts."""
    if text[0] in "0123456789":
        return _arabic(text)
    word = text.lower()
    return ENGLISH_ORDINALS.get(word) or (_english(word) if word.isascii() else _chinese(text))


def _qualifier(text: str, floor: int, start: int, end: int, is_open: bool) -> str:
    before = re.split(r"[,;.，；。]", text[max(floor, start - 24) : start])[-1]
    after = re.split(r"[\d,;.，；。]", text[end : end + 16])[0]
    for word, pattern in _QUALIFIERS:
        if pattern.search(before + "|" + after):
            return word
    return "at_least" if is_open else "exact"


def _unit(text: str, start: int, end: int) -> str:
    if re.match(r"(?:st|nd|rd|th)\b", text[end:]) or re.search("第 ?$", text[:start]):
        return ORDINAL
    after = text[end:].lstrip(" -)")
    for pattern, unit in _UNITS:
        if pattern.match(after):
            return unit
    symbol = _SYMBOL.search(text[:start])
    return _SYMBOLS[symbol[1]] if symbol else ""


# What is not written as a plain numeral: powers, shares, several, ordinals


def _power(match: re.Match[str]) -> Reading:
    exponent = int(match["e"] or match["sup"].translate(SUPERSCRIPTS))
    return _qualified(match, float(f"{match['mantissa'] or 1}e{exponent}"), "")


def _tenths(match: re.Match[str]) -> Reading | None:
    base = _number(match["base"])
    more = 5 if match["more"] == "半" else CHINESE_DIGITS.get(match["more"], 0)
    return _qualified(match, base * 10 + more, "percent") if base <= 10 else None


def _share(match: re.Match[str]) -> Reading | None:
    piece, whole = _number(match["piece"]), _number(match["whole"])
    if whole == 0 or (piece > whole and "分之" not in match[0]):
        return None  # not a share: the twenty-fifth
    return _qualified(match, 100 * piece / whole, "percent")


def _several(match: re.Match[str]) -> Reading:
    words = re.findall(r"[a-z]+|万亿|.", match["size"].lower())
    value = math.prod(MAGNITUDES.get(w.removesuffix("s"), 1.0) for w in words)
    return Reading(value, qualifier="several")


def _ordinal(match: re.Match[str]) -> Reading:
    return Reading(float(ENGLISH_ORDINALS[match[0].lower()]), unit=ORDINAL)


def _qualified(match: re.Match[str], value: float, unit: str) -> Reading:
    qualifier = _qualifier(match.string, 0, match.start(), match.end(), False)
    return Reading(value, qualifier=qualifier, unit=unit)


_SPECIAL: tuple[Form, ...] = tuple(
    (re.compile(pattern, FLAGS), reader)
    for pattern, reader in (
        (
            r"(?<![0-9.])(?:(?P<mantissa>[0-9]+(?:\.[0-9]+)?) ?[×x*] ?)?10"
            r"(?:(?:\^|\*\*)(?P<e>-?[0-9]+)|(?P<sup>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))",
            _power,
        ),
        (
            rf"(?<!第)(?P<base>{_CHINESE}|[0-9]+)成(?P<more>[一二三四五六七八九半])?"
            "(?![本为立果员功就长熟分])",
            _tenths,
        ),
        (
            rf"(?P<whole>{_CHINESE}|[0-9]+)分之(?P<piece>{_CHINESE}|{_ARABIC})",
            _share,
        ),
        (
            rf"\b(?P<piece>{_WORD}|[0-9]+) (?:out of|in every) (?P<whole>{_WORD}|[0-9]+)\b",
            _share,
        ),
        (
            rf"\b(?P<piece>{_WORD})[ -](?P<whole>{_ORDINAL})s?\b",
            _share,
        ),
        (
            rf"\b(?:several|a few|many)[ -](?P<size>(?:{_SCALE}|dozen)(?: (?:{_SCALE}))*)\b",
            _several,
        ),
        (
            r"\b(?P<size>(?:tens|dozens|hundreds|thousands|millions|billions)"
            r"(?: of (?:thousands|millions|billions))?)\b",
            _several,
        ),
        (
            "(?<![参指系总分倍十百千万])[数几]以?(?P<size>[十百千](?:万亿|亿|万)?|万亿|亿|万)",
            _several,
        ),
        (rf"(?<!per )\b(?:{_ORDINAL})\b", _ordinal),
    )
)
