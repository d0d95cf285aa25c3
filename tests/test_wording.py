"""Words, numbers and dates as readers of either language write them."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planlib import wording
from planlib.errors import ParameterError

texts = st.text(
    st.sampled_from("人工智能行动计划AaIi50 ,.-，。；：、！？（）《》“”’%…"), max_size=80
)


@pytest.mark.parametrize(
    ("value", "en", "zh"),
    [
        (0, "0", "0"),
        (0.0556, "0.0556", "0.0556"),
        (27.777, "27.8", "27.8"),
        (1234.4, "1,234", "1,234"),
        (9_999, "9,999", "9,999"),
        (9_999.6, "10,000", "1万"),
        (10_000, "10,000", "1万"),
        (20_736, "20,736", "2.0736万"),
        (500_000, "500,000", "50万"),
        (999_960, "999,960", "99.996万"),
        (999_999.6, "1 million", "100万"),
        (1_234_567, "1.235 million", "123.5万"),
        (99_994_000, "99.99 million", "9,999万"),
        (99_995_000, "100 million", "1亿"),
        (1e8, "100 million", "1亿"),
        (999_999_999, "1 billion", "10亿"),
        (283e9, "283 billion", "2,830亿"),
        (999.99e9, "1 trillion", "1万亿"),
        (1.4e12, "1.4 trillion", "1.4万亿"),
        (-5e9, "-5 billion", "-50亿"),
        (math.inf, "∞", "∞"),
        (-math.inf, "-∞", "-∞"),
        (math.nan, "not stated", "未载明"),
        (None, "not stated", "未载明"),
    ],
)
def test_numbers(value, en, zh):
    assert wording.number(value, "en") == en
    assert wording.number(value, "zh") == zh


@given(st.integers(-999_999, 999_999))
def test_whole_numbers_below_a_million_lose_no_digit(value):
    assert int(wording.number(value, "en").replace(",", "")) == value
    figure, _, _ = wording.number(value, "zh").replace(",", "").partition("万")
    scale = 1 if abs(value) < 10_000 else 10_000
    assert round(float(figure) * scale) == value


@given(st.floats(1, 1e14), st.sampled_from(["en", "zh"]))
def test_numbers_are_rounded_and_never_reach_the_next_word(value, lang):
    scales = {word.strip(): scale for scale, word in wording.SCALES[lang]}
    steps = sorted(scales.values())
    figure, word = re.fullmatch(r"([\d,.]+) ?(\D*)", wording.number(value, lang)).groups()
    shown, scale = float(figure.replace(",", "")), scales[word]
    assert shown * scale == pytest.approx(value, rel=5.1e-3)
    assert scale == steps[-1] or shown * scale < steps[steps.index(scale) + 1]


@pytest.mark.parametrize(
    ("value", "unit", "qualifier", "en", "zh"),
    [
        (500, "MW", "up_to", "up to 500 MW", "最多500兆瓦"),
        (2e11, "USD", "at_least", "at least USD 200 billion", "至少2,000亿美元"),
        (11e9, "GBP", "about", "about GBP 11 billion", "约110亿英镑"),
        (18_000, "gpu", "exact", "18,000 GPUs", "1.8万张GPU"),
        (18_000, "gpu", "nan", "18,000 GPUs", "1.8万张GPU"),
        (500_000, "gpu_per_year", "up_to", "up to 500,000 GPUs a year", "最多50万张GPU/年"),
        (100_000, "gpu", "several", "several hundred thousand GPUs", "数十万张GPU"),
        (1e9, "USD", "several", "several billion USD", "数十亿美元"),
        (2_000, "gpu", "several", "several times 2,000 GPUs", "2,000张GPU的数倍"),
        (20, "percent", "", "20%", "20%"),
        (26, "km2", "about", "about 26 km²", "约26平方公里"),
        (1, "year", "", "1 year", "1年"),
        (12, "month", "", "12 months", "12个月"),
        (180, "day", "", "180 days", "180天"),
        (1, "gpu", "", "1 GPU", "1张GPU"),
        (10, "count", "about", "about 10", "约10个"),
        (1.944, "kW", "", "1.94 kW", "1.94千瓦"),
        (math.nan, "MW", "up_to", "not stated", "未载明"),
    ],
)
def test_amounts_carry_qualifier_and_unit(value, unit, qualifier, en, zh):
    assert wording.amount(value, unit, "en", qualifier) == en
    assert wording.amount(value, unit, "zh", qualifier) == zh


@pytest.mark.parametrize(
    ("precision", "en", "zh"),
    [
        ("day", "23 July 2025", "2025年7月23日"),
        ("month", "July 2025", "2025年7月"),
        ("quarter", "Q3 2025", "2025年第3季度"),
        ("year", "2025", "2025年"),
        ("not_before", "not before 23 July 2025", "不早于2025年7月23日"),
    ],
)
def test_dates_are_no_finer_than_known(precision, en, zh):
    assert wording.day("2025-07-23", "en", precision) == en
    assert wording.day("2025-07-23", "zh", precision) == zh


def test_a_missing_date_is_not_stated():
    assert (wording.day(None, "en"), wording.day(None, "zh")) == ("not stated", "未载明")


def test_weekdays():
    assert wording.weekday("2026-01-10", "en") == "Saturday"
    assert wording.weekday("2026-01-10", "zh") == "周六"


@pytest.mark.parametrize(
    ("items", "en", "zh"),
    [
        ([], "", ""),
        (["a"], "a", "a"),
        (["a", "b"], "a and b", "a和b"),
        (["a", "b", "c"], "a, b and c", "a、b和c"),
    ],
)
def test_lists_read_as_prose(items, en, zh):
    assert wording.listed(items, "en") == en
    assert wording.listed(iter(items), "zh") == zh


def test_counts_agree_with_their_noun():
    assert wording.count_of(1, "en", "entry", "条", "entries") == "1 entry"
    assert wording.count_of(1_103, "en", "entry", "条", "entries") == "1,103 entries"
    assert wording.count_of(2, "en", "action", "项措施") == "2 actions"
    assert wording.count_of(103, "zh", "action", "项措施") == "103项措施"


@pytest.mark.parametrize(
    "write",
    [
        lambda: wording.choose("fr", "a", "b"),
        lambda: wording.number(1, "fr"),
        lambda: wording.day(None, "fr"),
    ],
)
def test_a_language_that_planlib_does_not_speak_is_refused(write):
    with pytest.raises(ParameterError, match="use en or zh"):
        write()


def test_a_chinese_character_is_two_letters_wide():
    assert wording.width("AI行动") == 6


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("The memorandum M-26-04 came late", 12, ["The", "memorandum", "M-26-04 came", "late"]),
        ("行动计划，共103项措施", 8, ["行动计", "划，共", "103项措", "施"]),
        ("《行动计划》由OSTP起草", 9, ["《行动计", "划》由", "OSTP起草"]),
        ("见《计划》", 4, ["见", "《计", "划》"]),
        ("incomprehensibly long", 5, ["incomprehensibly", "long"]),
        ("", 10, [""]),
    ],
)
def test_wrap(text, columns, lines):
    assert wording.wrap(text, columns).split("<br>") == lines


@given(texts, st.integers(2, 30))
def test_wrap_changes_nothing_but_white_space(text, columns):
    lines = wording.wrap(text, columns).split("<br>")
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(texts, st.integers(2, 30))
def test_wrap_never_breaks_a_word(text, columns):
    words = re.findall(r"[A-Za-z0-9-]+", text)
    wrapped = wording.wrap(text, columns).replace("<br>", "\n")
    assert re.findall(r"[A-Za-z0-9-]+", wrapped) == words


@given(texts, st.integers(2, 30))
def test_wrap_puts_no_closing_mark_first_and_no_opening_mark_last(text, columns):
    text = re.sub("(?<=[（《“]) +", "", text)
    first, *others = wording.wrap(text, columns).split("<br>")
    assert not [line for line in others if line[0] in wording.CLOSING]
    assert not [line for line in [first, *others][:-1] if line[-1] in wording.OPENING]


@given(st.text(st.sampled_from("人工智能行动计划"), max_size=60), st.integers(2, 30))
def test_wrap_fills_lines_of_plain_chinese(text, columns):
    lines = wording.wrap(text, columns).split("<br>")
    assert all(wording.width(line) <= columns for line in lines)
    assert all(wording.width(line) > columns - 2 for line in lines[:-1])


def test_wrap_ends_a_shortened_text_at_a_word_with_an_ellipsis():
    text = "Identify at least twenty national challenges, and submit the list"
    assert wording.wrap(text, 24, lines=1) == "Identify at least…"
    assert wording.wrap(text, 24, lines=2) == "Identify at least twenty<br>national challenges…"
    assert wording.wrap(text, 24, lines=9).endswith("list")


@given(
    st.lists(st.sampled_from(["人工智能", "AI ", "行动，", "《计划》", "plan "]), max_size=20),
    st.integers(8, 30),
)
def test_a_shortened_text_keeps_to_its_lines_and_width(words, columns):
    lines = wording.wrap("".join(words), columns, lines=2).split("<br>")
    assert len(lines) <= 2
    assert all(wording.width(line) <= columns for line in lines)
    complete = wording.wrap("".join(words), columns).count("<br>") < 2
    assert complete is not lines[-1].endswith("…")


@pytest.mark.parametrize(
    ("text", "en", "zh"),
    [
        ("2025", "2025", "2025年"),
        ("2025-H1", "first half of 2025", "2025年上半年"),
        ("2025-Q3", "Q3 2025", "2025年第三季度"),
        ("2025-10", "October 2025", "2025年10月"),
        ("2025-Q1/2025-Q3", "Q1 to Q3 2025", "2025年第一季度至第三季度"),
        ("2026-01/2026-05", "January to May 2026", "2026年1月至5月"),
        ("2020/2024", "2020 to 2024", "2020年至2024年"),
        ("2026Q1", "Q1 2026", "2026年第一季度"),
        ("FY2026", "fiscal 2026", "2026财年"),
        ("FY26Q4", "Q4 of fiscal 2026", "2026财年第四季度"),
        ("dot-com era", "dot-com era", "dot-com era"),
        ("FY27-Q1", "Q1 of fiscal 2027", "2027财年第一季度"),
    ],
)
def test_period_is_written_in_words(text: str, en: str, zh: str) -> None:
    assert (wording.period(text, "en"), wording.period(text, "zh")) == (en, zh)


def test_the_noise_of_binary_fractions_does_not_decide_how_a_number_rounds() -> None:
    value = 50_000 * 1.275 / 1000
    assert value < 63.75
    assert wording.number(value, "en") == "63.8"
