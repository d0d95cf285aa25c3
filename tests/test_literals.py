"""Numbers and dates as they are printed, in English and Chinese."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from planlib.literals import Reading, agrees, normalise, read

NUMBERS = [
    # Chinese magnitudes
    ("年度50万张", Reading(500_000)),
    ("1.8万张", Reading(18_000)),
    ("1.4万亿", Reading(1.4e12)),
    ("6000亿美元", Reading(6e11, unit="USD")),
    ("100亿英镑", Reading(1e10, unit="GBP")),
    ("3千万", Reading(30_000_000)),
    ("5千亿", Reading(5e11)),
    ("3百万", Reading(3_000_000)),
    ("1亿2000万", Reading(120_000_000)),
    ("１．４万亿", Reading(1.4e12)),
    # Chinese numerals
    ("一百二十万", Reading(1_200_000)),
    ("一万五千", Reading(15_000)),
    ("三千零五", Reading(3_005)),
    ("二点五万", Reading(25_000)),
    ("两项", Reading(2)),
    ("一百八十天", Reading(180, unit="day")),
    ("十年期《战略投资框架》", Reading(10, unit="year")),
    # Open, vague and bounded numbers
    ("90余项", Reading(90, qualifier="at_least")),
    ("十几万", Reading(100_000, qualifier="at_least")),
    ("数十万张", Reading(100_000, qualifier="several")),
    ("几十万", Reading(100_000, qualifier="several")),
    ("数以百万计", Reading(1_000_000, qualifier="several")),
    ("至少2000亿美元", Reading(2e11, qualifier="at_least", unit="USD")),
    ("超过90项", Reading(90, qualifier="at_least")),
    ("不超过500", Reading(500, qualifier="up_to")),
    ("不低于500", Reading(500, qualifier="at_least")),
    ("高达50万", Reading(500_000, qualifier="up_to")),
    ("约50万", Reading(500_000, qualifier="about")),
    ("近100家", Reading(100, qualifier="about")),
    ("several hundred thousand", Reading(100_000, qualifier="several")),
    ("hundreds of thousands", Reading(100_000, qualifier="several")),
    ("tens of thousands", Reading(10_000, qualifier="several")),
    ("a few hundred", Reading(100, qualifier="several")),
    ("dozens", Reading(12, qualifier="several")),
    ("over 90", Reading(90, qualifier="at_least")),
    ("90+", Reading(90, qualifier="at_least")),
    ("100 days or more", Reading(100, qualifier="at_least", unit="day")),
    ("up to 500,000", Reading(500_000, qualifier="up_to")),
    ("no more than 500", Reading(500, qualifier="up_to")),
    ("no less than 500", Reading(500, qualifier="at_least")),
    ("fewer than 50", Reading(50, qualifier="up_to")),
    ("approximately 50", Reading(50, qualifier="about")),
    # English numbers
    ("$1.4 trillion", Reading(1.4e12, unit="USD")),
    ("US$600bn", Reading(6e11, unit="USD")),
    ("USD600 billion", Reading(6e11, unit="USD")),
    ("£31 billion", Reading(3.1e10, unit="GBP")),
    ("$.5 trillion", Reading(5e11, unit="USD")),
    ("18,000 GB300 chips", Reading(18_000)),
    ("18K GPUs", Reading(18_000)),
    ("twenty-five", Reading(25)),
    ("eighteen-month", Reading(18, unit="month")),
    ("one hundred and eighty days", Reading(180, unit="day")),
    ("half a million", Reading(500_000)),
    ("a dozen", Reading(12)),
    ("−5%", Reading(-5, unit="percent")),
    # Ranges
    ("50至60亿美元", Reading(5e9, 6e9, unit="USD")),
    ("90-120天", Reading(90, 120, unit="day")),
    ("$1-2 billion", Reading(1e9, 2e9, unit="USD")),
    ("one to two billion", Reading(1e9, 2e9)),
    ("500 to 1 million", Reading(500, 1_000_000)),
    ("20% to 30%", Reading(20, 30, unit="percent")),
    ("between 100 and 200 chips", Reading(100, 200)),
    ("2025年至2030年", Reading(2025, 2030)),
    ("from 2025 to 2029", Reading(2025, 2029)),
    # Shares
    ("二成", Reading(20, unit="percent")),
    ("三成五", Reading(35, unit="percent")),
    ("八成半", Reading(85, unit="percent")),
    ("百分之二十", Reading(20, unit="percent")),
    ("百分之3.5", Reading(3.5, unit="percent")),
    ("千分之五", Reading(0.5, unit="percent")),
    ("四分之一", Reading(25, unit="percent")),
    ("four out of five", Reading(80, unit="percent")),
    ("two fifths", Reading(40, unit="percent")),
    ("3个百分点", Reading(3, unit="point")),
    # Powers
    ("10²⁶", Reading(1e26)),
    ("10^26", Reading(1e26)),
    ("2.5×10²⁶", Reading(2.5e26)),
    ("10⁻³", Reading(1e-3)),
    # Units
    ("500兆瓦", Reading(500, unit="MW")),
    ("1GW", Reading(1, unit="GW")),
    ("100万千瓦", Reading(1_000_000, unit="kW")),
    ("五千瓦", Reading(5, unit="kW")),
    ("25.4平方公里", Reading(25.4, unit="km2")),
    ("30个工作日", Reading(30, unit="business_day")),
    ("30 calendar days", Reading(30, unit="day")),
    ("two weeks", Reading(2, unit="week")),
    # Ordinals
    ("第三批", Reading(3, unit="ordinal")),
    ("the third phase", Reading(3, unit="ordinal")),
    ("18th", Reading(18, unit="ordinal")),
]
DATES = [
    ("July 23, 2025", "2025-07-23", "day"),
    ("23 July 2025", "2025-07-23", "day"),
    ("Executive Order 14110 of October 30, 2023", "2023-10-30", "day"),
    ("2025年7月23日", "2025-07-23", "day"),
    ("2025 年 7 月 23 日", "2025-07-23", "day"),
    ("2026-01-10 前", "2026-01-10", "day"),
    ("JULY 2025", "2025-07-01", "month"),
    ("Sept. 2025", "2025-09-01", "month"),
    ("2025年7月", "2025-07-01", "month"),
    ("２０２５年７月", "2025-07-01", "month"),
    ("2025-07", "2025-07-01", "month"),
    ("Q2 2025", "2025-04-01", "quarter"),
    ("2025Q2", "2025-04-01", "quarter"),
    ("first quarter of 2026", "2026-01-01", "quarter"),
    ("2025年第一季度", "2025-01-01", "quarter"),
    ("2025年三季度", "2025-07-01", "quarter"),
    ("2025年前两个季度", "2025-01-01", "half"),
    ("2025年下半年", "2025-07-01", "half"),
    ("second half of 2025", "2025-07-01", "half"),
    ("H1 2026", "2026-01-01", "half"),
    ("2027年", "2027-01-01", "year"),
    ("by 2030", "2030-01-01", "year"),
    ("AI Safety Institute(2023)", "2023-01-01", "year"),
    ("Clean Air Act of 1963", "1963-01-01", "year"),
    ("5月13日", "2025-05-13", "day"),
    ("March 11", "2026-03-11", "day"),
]
UNREAD = [
    "三万五",
    "GB300",
    "M-25-21",
    "进一步统一",
    "零部件",
    "a quarter of a million",
    "各项",
    "",
]


@pytest.mark.parametrize(("literal", "reading"), NUMBERS)
def test_a_printed_number_is_read(literal, reading):
    assert [r for r in read(literal) if r.value is not None] == [reading]


@pytest.mark.parametrize(("literal", "reading"), NUMBERS)
def test_a_printed_number_agrees_with_its_cell_alone(literal, reading):
    ends = [v for v in (reading.value, reading.value_to) if v is not None]
    for value in ends:
        assert agrees(literal, value)
        assert not agrees(literal, value * 10)
        assert not agrees(literal, value + 1e-6 * abs(value))


@pytest.mark.parametrize(("literal", "day", "precision"), DATES)
def test_a_printed_date_agrees_with_its_cell_alone(literal, day, precision):
    date = dt.date.fromisoformat(day)
    assert agrees(literal, date, precision=precision)
    assert not agrees(literal, date + dt.timedelta(1), precision=precision)
    assert not agrees(literal, date, precision="month" if precision == "day" else "day")


@pytest.mark.parametrize("literal", UNREAD)
def test_what_is_not_understood_gives_no_reading(literal):
    assert read(literal) == []
    assert not agrees(literal, 0)
    assert not agrees(literal, dt.date(2025, 1, 1))


def test_a_date_and_a_number_in_one_literal_are_kept_apart():
    literal = "within 180 days of January 23, 2025"
    assert agrees(literal, 180, "day")
    assert agrees(literal, dt.date(2025, 1, 23))


@pytest.mark.parametrize(
    "literal",
    ["100 and 200 chips", "50万张和20万张", "July 23, 2025 or July 24, 2025", "one in five"],
)
def test_two_values_of_one_kind_are_not_one(literal):
    assert not any(agrees(literal, cell) for cell in (1, 5, 20, 100, 200, 5e5, 2e5))
    assert not any(agrees(literal, dt.date(2025, 7, day)) for day in (23, 24))


def test_a_number_repeated_in_words_is_one_number():
    assert agrees("one hundred eighty (180) days", 180, "day")
    assert not agrees("one hundred eighty (190) days", 180, "day")


def test_an_ordinal_beside_a_number_is_no_second_number():
    assert agrees("the first phase of 18,000 GPUs", 18_000)
    assert not agrees("the first phase of 18,000 GPUs", 1)


def test_a_year_may_stand_in_a_number_column():
    assert agrees("2027年", 2027)
    assert agrees("2025-2030", 2030)


@pytest.mark.parametrize(
    ("literal", "cell", "unit"),
    [
        ("5吉瓦", 5000, "MW"),
        ("700 W", 0.7, "kW"),
        ("Within 1 year", 12, "month"),
        ("two weeks", 14, "day"),
        ("6个月", 2, "quarter"),
        ("50万张", 500_000, "gpu"),
        ("$600 billion", 6e11, "USD"),
    ],
)
def test_a_printed_unit_is_brought_to_that_of_the_cell(literal, cell, unit):
    assert agrees(literal, cell, unit)


@pytest.mark.parametrize(
    ("literal", "cell", "unit"),
    [
        ("180 days", 180, "month"),
        ("30 business days", 30, "day"),
        ("500兆瓦", 500, "gpu"),
        ("100亿元", 1e10, "USD"),
        ("£31 billion", 3.1e10, "USD"),
        ("3 percentage points", 3, "percent"),
        ("20%", 20, "gpu"),
    ],
)
def test_a_printed_unit_of_another_kind_is_noticed(literal, cell, unit):
    assert agrees(literal, cell)
    assert not agrees(literal, cell, unit)


def test_normalising_folds_full_width_ascii_and_white_space_and_keeps_superscripts():
    assert normalise(" ＡＩ　１０²⁶\n，50 %") == "AI 10²⁶ ,50 %"


# Properties


def with_another_digit(data: st.DataObject, literal: str, digits: str) -> str:
    """Change one of the figures of a literal into another figure."""
    places = [i for i, c in enumerate(literal) if c in digits]
    place = data.draw(st.sampled_from(places))
    figure = data.draw(st.sampled_from(digits.replace(literal[place], "")))
    return literal[:place] + figure + literal[place + 1 :]


PRINTED_NUMBERS = [
    ("{:d}张", 1), ("{:,d} GPUs", 1), ("{:d}万张", 1e4), ("{:d}亿美元", 1e8), ("{:d}万亿", 1e12),
    ("${:,d} billion", 1e9), ("{:d}K chips", 1e3), ("within {:d} days", 1), ("{:d}%", 1),
    ("约{:d}兆瓦", 1), ("百分之{:d}", 1), ("up to {:,d} chips", 1), ("{:d}余项", 1),
    ("第{:d}条", 1),
]  # fmt: skip
PRINTED_DATES = [
    "{0:%Y-%m-%d}", "{0:%B} {0.day}, {0.year}", "{0.day} {0:%b} {0.year}",
    "{0.year}年{0.month}月{0.day}日", "{0.year}年{0:%m}月{0:%d}日",
    "于 {0.year} 年 {0.month} 月 {0.day} 日",
]  # fmt: skip
days = st.dates(dt.date(1990, 1, 1), dt.date(2049, 12, 31))


@given(data=st.data(), number=st.integers(1, 10**9))
@pytest.mark.parametrize(("form", "size"), PRINTED_NUMBERS)
def test_a_change_of_one_figure_in_a_number_is_noticed(form, size, data, number):
    literal = form.format(number)
    assert agrees(literal, number * size)
    assert not agrees(with_another_digit(data, literal, "0123456789"), number * size)


@given(data=st.data(), number=st.decimals(0, 10_000, places=2))
def test_a_change_of_one_figure_in_a_decimal_is_noticed(data, number):
    literal = f"${number} trillion"
    assert agrees(literal, float(number) * 1e12)
    assert not agrees(with_another_digit(data, literal, "0123456789"), float(number) * 1e12)


@given(data=st.data(), exponent=st.integers(1, 99))
def test_a_change_of_one_figure_in_an_exponent_is_noticed(data, exponent):
    raised = "⁰¹²³⁴⁵⁶⁷⁸⁹"
    literal = "10" + "".join(raised[int(c)] for c in str(exponent))
    assert agrees(literal, float(f"1e{exponent}"))
    assert not agrees(with_another_digit(data, literal, raised), float(f"1e{exponent}"))


@given(data=st.data(), low=st.integers(1, 10**6), width=st.integers(1, 10**6))
def test_a_change_of_one_figure_in_a_range_is_noticed_at_one_end(data, low, width):
    literal = f"{low:d}至{low + width:d}张"
    assert agrees(literal, low)
    assert agrees(literal, low + width)
    changed = with_another_digit(data, literal, "0123456789")
    assert not (agrees(changed, low) and agrees(changed, low + width))


@given(data=st.data(), day=days)
@pytest.mark.parametrize("form", PRINTED_DATES)
def test_a_change_of_one_figure_in_a_date_is_noticed(form, data, day):
    literal = form.format(day)
    assert agrees(literal, day)
    assert not agrees(with_another_digit(data, literal, "0123456789"), day)


@given(data=st.data(), year=st.integers(1990, 2049), month=st.integers(1, 12))
@pytest.mark.parametrize(
    "form", ["{0}年{1}月", "{0}年{1:02d}月", "{0}-{1:02d}", "Q{2} {0}", "{0}年第{2}季度"]
)
def test_a_change_of_one_figure_in_a_coarser_date_is_noticed(form, data, year, month):
    quarter = 1 + (month - 1) // 3
    literal = form.format(year, month, quarter)
    day = dt.date(year, 3 * quarter - 2 if "{2}" in form else month, 1)
    assert agrees(literal, day)
    assert not agrees(with_another_digit(data, literal, "0123456789"), day)


@given(number=st.integers(1, 99_999_999))
def test_chinese_numerals_are_read_as_they_are_built(number):
    assert [r.value for r in read(in_chinese(number))] == [number]


def in_chinese(number: int) -> str:
    """Write a whole number below 亿 in Chinese characters."""
    if number >= 10_000:
        rest = number % 10_000
        zero = "零" if 0 < rest < 1000 else ""
        return in_chinese(number // 10_000) + "万" + (zero + in_chinese(rest) if rest else "")
    text, pending = "", False
    for size, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, size)
        if digit:
            text += ("零" if pending and text else "") + "零一二三四五六七八九"[digit] + word
            pending = False
        else:
            pending = True
    return text


@given(
    text=st.text(
        st.sampled_from("0123456789,.%$年月日万亿千百十成分之至-— 一二三四余多第Qof to"),
        max_size=30,
    )
)
def test_any_text_is_read_without_an_error(text):
    assume(len(normalise(text)) > 1)
    readings = read(text)
    assert all((r.value is None) != (r.date is None) for r in readings)


@given(
    literal=st.sampled_from([n for n, _ in NUMBERS]),
    space=st.sampled_from([" ", "\u3000", "\t", "\xa0"]),
)
def test_white_space_around_a_literal_does_not_matter(literal, space):
    assert read(space + literal + space) == read(literal)
