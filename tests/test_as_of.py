"""As of a day: nothing appears before it was public, nothing vanishes, and the end is the whole."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import planlib
from planlib import evidence, schema, tables

OWN_DAY = schema.package().as_of
NAMES = [t.name for t in schema.package().tables if t.has_key]
# The days on which something becomes public, and those beside them.
DAYS = sorted(
    {
        day.date() + dt.timedelta(days=shift)
        for t in schema.package().tables
        if t.known_from and t[t.known_from].type == "date"
        for day in tables.last_days(tables.whole(t.name), t.known_from).dropna()
        for shift in (-1, 0)
    }
)
days = st.sampled_from(DAYS) | st.dates(dt.date(2021, 1, 1), dt.date(2027, 12, 31))


def keys(name: str, day: dt.date | str) -> set[str]:
    return set(planlib.load(name, as_of=str(day)).iloc[:, 0])


@pytest.mark.parametrize("name", NAMES)
@hypothesis_settings(max_examples=12)
@given(pair=st.tuples(days, days))
def test_what_is_public_stays_public(name: str, pair: tuple[dt.date, dt.date]) -> None:
    earlier, later = sorted(pair)
    assert keys(name, earlier) <= keys(name, later)


@pytest.mark.parametrize("name", NAMES)
@hypothesis_settings(max_examples=4)
@given(day=days)
def test_the_same_day_gives_the_same_rows_in_the_same_order(name: str, day: dt.date) -> None:
    once = planlib.load(name, as_of=str(day))
    pd.testing.assert_frame_equal(once, planlib.load(name, as_of=str(day)))
    whole = list(planlib.load(name).iloc[:, 0])
    kept = set(once.iloc[:, 0])
    assert list(once.iloc[:, 0]) == [key for key in whole if key in kept]


@pytest.mark.parametrize("name", NAMES)
def test_the_own_day_of_the_data_is_no_as_of(name: str) -> None:
    pd.testing.assert_frame_equal(planlib.load(name), planlib.load(name, as_of=OWN_DAY))


@pytest.mark.parametrize("name", NAMES)
def test_no_row_is_public_before_its_owner(name: str) -> None:
    table = schema.package()[name]
    owners = [k for k in table.foreign_keys if k.field == table.known_from]
    for key in owners:
        for day in DAYS[::25]:
            frame = planlib.load(name, as_of=str(day))
            assert set(frame[key.field].dropna()) <= keys(key.table, day)


def test_controls_of_2022_stand_in_2023_though_their_page_is_of_2025() -> None:
    key = "us-advanced-computing-2022"
    assert key in keys("controls", "2023-06-01")
    assert key not in keys("controls", "2022-10-01")
    known = set(evidence.claims("2023-06-01")["source_id"])
    assert "world-affairs-2025-13" not in known


def test_claims_of_a_day_are_of_public_rows_and_of_sources_known_or_undated() -> None:
    claims = evidence.claims("2025-08-01")
    rows = evidence.known_rows("2025-08-01")
    assert all(key in set(rows[table]) for table, key in
               claims[["table", "row_id"]].drop_duplicates().itertuples(index=False))  # fmt: skip
    dated = claims["source_id"].map(
        tables.whole("sources").set_index("source_id")["published_date"]
    )
    assert dated.max() <= pd.Timestamp("2025-08-01")
    assert dated.isna().any()
    assert len(evidence.claims(OWN_DAY)) == len(evidence.claims())


def test_coverage_of_a_day_counts_the_rows_of_that_day() -> None:
    early = evidence.coverage(evidence.known_rows("2025-01-31")).set_index("table")
    assert "measures" not in early.index
    assert early.loc["documents", "rows"] == len(planlib.load("documents", as_of="2025-01-31"))
