"""Quantities: what a printed value leaves open, and arithmetic that keeps units apart."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planlib.analysis.quantity import Quantity, interval
from planlib.errors import PlanlibError, UnitError

INF = math.inf
values = st.floats(0, 1e13)


@pytest.mark.parametrize(
    ("value", "value_to", "qualifier", "low", "high"),
    [
        (18_000, None, "exact", 18_000, 18_000),
        (100_000, None, "about", 100_000, 100_000),
        (500, None, "up_to", 0, 500),
        (20e9, None, "at_least", 20e9, INF),
        (100_000, None, "several", 200_000, 900_000),
        (40, 60, "exact", 40, 60),
        (40, 60, "up_to", 0, 60),
        (40, math.nan, "about", 40, 40),
        (0, None, "exact", 0, 0),
    ],
)
def test_interval_is_what_the_words_leave_open(value, value_to, qualifier, low, high):
    span = interval(value, value_to, qualifier, "gpu")
    assert (span.low, span.high, span.unit, span.origin) == (low, high, "gpu", "quoted")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((1, None, "roughly"), "'roughly'; use one of exact"),
        ((60, 40), "60 to 40"),
        ((math.nan,), "nan to nan"),
        ((1, None, "exact", "MW", "guessed"), "'guessed'; use one of quoted"),
    ],
)
def test_bad_intervals_are_refused_in_one_line(arguments, said):
    with pytest.raises(PlanlibError, match=said) as caught:
        interval(*arguments)
    assert "\n" not in str(caught.value)


def test_adding_dollars_to_megawatts_raises():
    with pytest.raises(UnitError, match="cannot add MW to USD"):
        Quantity(1e9, 1e9, "USD") + Quantity(500, 500, "MW")


def test_comparing_across_units_raises():
    with pytest.raises(UnitError, match="cannot compare gpu with MW"):
        Quantity(1, 2, "MW").overlaps(Quantity(1, 2, "gpu"))


def test_a_sum_is_computed_and_reaches_as_far_as_its_parts():
    total = Quantity(1, 2, "USD") + interval(5, None, "at_least", "USD")
    assert total == Quantity(6, INF, "USD", "computed")


@given(values, values, values, values)
def test_a_sum_does_not_depend_on_the_order(a, b, c, d):
    one, other = Quantity(min(a, b), max(a, b), "USD"), Quantity(min(c, d), max(c, d), "USD")
    assert one + other == other + one
    assert (one + other).low >= max(one.low, other.low)


def test_a_ratio_is_as_wide_as_both_intervals_allow():
    ratio = Quantity(100, 200, "kW").per(Quantity(10, 50, "gpu"))
    assert ratio == Quantity(2, 20, "kW/gpu", "computed")


def test_a_ratio_to_an_open_end_reaches_down_to_zero():
    ratio = Quantity(500, 500, "kW").per(interval(20, None, "at_least", "gpu"))
    assert (ratio.low, ratio.high) == (0, 25)


def test_a_ratio_to_zero_has_no_upper_end():
    assert Quantity(1, 1, "kW").per(Quantity(0, 4, "gpu")) == Quantity(
        0.25, INF, "kW/gpu", "computed"
    )
    assert Quantity(1, 1, "kW").per(Quantity(0, 0, "gpu")).low == INF


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0, 1, True), (2, 3, True), (0, 5, True), (0, 0.9, False), (2.1, INF, False)],
)
def test_overlap_includes_the_ends(low, high, expected):
    assert Quantity(1, 2, "MW").overlaps(Quantity(low, high, "MW")) is expected
    assert Quantity(low, high, "MW").overlaps(Quantity(1, 2, "MW")) is expected
