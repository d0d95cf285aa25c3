"""AI capital spending: quarters under one definition, growth, guidance, and its weight in GDP."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import pandas as pd

from planlib import tables
from planlib.analysis.quantity import interval
from planlib.errors import PlanlibError

DEFINITIONS = ("ppe_purchases", "ppe_purchases_net", "with_finance_leases")
# The five whose borrowing the banks count together.
HYPERSCALERS = ("alphabet", "amazon", "meta", "microsoft", "oracle")
QUARTERS_A_YEAR = 4
USD_A_BILLION = 1e9
# Shares of GDP, narrowest definition first: each its own, none a part of another as told.
GDP_SHARES = (
    "ai-infrastructure-gdp-share", "it-investment-gdp-share", "ai-categories-gdp-share",
)  # fmt: skip
# What AI spending adds to growth [percentage point], or how much of the growth it is [%].
GROWTH_POINTS = (
    "ai-growth-contribution-net", "ai-growth-contribution-stlouisfed",
    "nonresidential-growth-contribution",
)  # fmt: skip
GROWTH_SHARES = ("it-investment-growth-share", "ai-growth-share-nine-months",
                 "ai-growth-share-quarter")  # fmt: skip
GROWTH_RATES = ("us-gdp-growth", "growth-without-it-investment", "growth-without-ai-categories")
# Said in words alone: more than all consumer spending added.
GROWTH_WORDS = ("ai-capex-against-consumption",)
# Sums a year and sums of one project; the total market stands beside them as a measure.
BORROWING = ("hyperscaler-bonds-bofa", "hyperscaler-debt", "hyperscaler-bonds-morgan-stanley",
             "us-corporate-bonds", "hyperion-financing")  # fmt: skip
BORROWING_GROWTH = ("tech-ig-borrowing-growth",)
BUILD_OUT, BUILD_OUT_PARTS = "dc-buildout-cost", "dc-buildout-funding"
BANK_LENDING = ("bank-nbfi-loans-private-funds-share",)
INDICATOR_COLUMNS = (
    "indicator_id", "series", "title", "title_zh", "actor_id", "period", "value", "value_to",
    "qualifier", "unit", "kind", "basis", "basis_zh", "attested",
)  # fmt: skip
# Lower by reclassification of leases alone, expectations unchanged: so the report that gives it.
RECLASSIFIED = ("microsoft-2026-stated-2026-07-29",)
REVISIONS = ("first", "raised", "lowered", "narrowed", "widened", "unchanged")


def attested(keys: pd.Series, claims: pd.DataFrame, table: str, field: str) -> pd.Series:
    """Say of each row how well its number is attested: ``verified`` or ``reported``.

    Parameters
    ----------
    keys
        Keys of rows of ``table``; blank where there is no row, and then the answer is blank.
    claims
        :func:`planlib.evidence.claims`.
    field
        Column of the number.

    Returns
    -------
    pandas.Series
        ``verified`` where a literal stands in a text that was read; ``reported`` otherwise: said
        by a page whose text was not read, which does not make it doubtful.
    """
    columns = ["row_id", "field", "stance", "as_printed"]
    meant = claims.loc[claims["table"] == table, columns]
    read = {
        key
        for key, column, stance, printed in tables.cells(meant, *columns)
        if column == field and stance == "supports" and pd.notna(printed)
    }
    words = [None if pd.isna(key) else "verified" if key in read else "reported" for key in keys]
    return pd.Series(pd.Categorical(words, categories=["verified", "reported"]), index=keys.index)


def by_quarter(
    capex: pd.DataFrame, definition: str, claims: pd.DataFrame, *, as_of: str = ""
) -> pd.DataFrame:
    """Lay out capital spending by company and quarter under one definition; gaps stay gaps.

    Parameters
    ----------
    capex
        The table; many of its rows have no date of publication.
    definition
        One of :data:`DEFINITIONS`. Spending with and without finance leases is never mixed.
    claims
        :func:`planlib.evidence.claims`.
    as_of
        ISO date: quarters that were not over by then are left out, also undated ones.

    Returns
    -------
    pandas.DataFrame
        ``actor_id, quarter, fiscal_label, definition, capex_usd_bn`` [USD bn of the time],
        ``is_derived, is_stated, attested, capex_id``: every company that has a figure under this
        definition with every calendar quarter from the first to the last of all. A quarter that
        no source gives has ``is_stated`` false and no value: not stated is not zero. Fiscal
        quarters stand in the nearest calendar quarter.

    Raises
    ------
    PlanlibError
        Unknown definition, or nothing under it by then.
    """
    if definition not in DEFINITIONS:
        raise PlanlibError(f"definition: {definition!r}; use one of {', '.join(DEFINITIONS)}")
    day = tables.resolve_as_of(as_of)
    own = capex[capex["definition"] == definition]
    own = own[[_end_of_quarter(quarter) <= day for quarter in own["quarter"]]].reset_index(
        drop=True
    )
    if own.empty:
        raise PlanlibError(
            f"{definition}: no quarter under this definition is known on that date; "
            "choose a later as_of or another definition"
        )
    span = pd.period_range(own["quarter"].min(), own["quarter"].max(), freq="Q")
    quarters = [f"{p.year}-Q{p.quarter}" for p in span]
    grid = [(company, q) for company in sorted(own["actor_id"].unique()) for q in quarters]
    cells = tables.cells(own, "actor_id", "quarter")
    place_of = {cell: place for place, cell in enumerate(cells)}
    columns = ["fiscal_label", "capex_usd_bn", "is_derived", "capex_id"]
    given = own[columns].reindex([place_of.get(cell, -1) for cell in grid]).reset_index(drop=True)
    frame = given.assign(
        actor_id=pd.array([company for company, _ in grid], dtype="str"),
        quarter=pd.array([quarter for _, quarter in grid], dtype="str"),
        definition=definition,
        is_stated=given["capex_usd_bn"].notna(),
        attested=attested(given["capex_id"], claims, "capex", "capex_usd_bn"),
    )
    return frame[["actor_id", "quarter", "fiscal_label", "definition", "capex_usd_bn",
                  "is_derived", "is_stated", "attested", "capex_id"]]  # fmt: skip


@lru_cache(maxsize=256)
def _end_of_quarter(quarter: str) -> pd.Timestamp:
    return pd.Period(quarter, freq="Q").end_time.normalize()


def year_on_year(quarters: pd.DataFrame) -> pd.DataFrame:
    """Add ``year_before_usd_bn`` [USD bn] and ``year_on_year_pct`` [%] to :func:`by_quarter`.

    The change against the same quarter a year earlier, computed; blank where either is not
    stated or the earlier one is zero. In prices of the time, not adjusted for inflation.
    """
    frame = quarters.copy()
    before = _year_before(frame["capex_usd_bn"], frame["actor_id"])
    frame["year_before_usd_bn"] = before
    frame["year_on_year_pct"] = _change_pct(frame["capex_usd_bn"], before)
    return frame


def _change_pct(now: pd.Series, before: pd.Series) -> pd.Series:
    return (now / before.where(before > 0) - 1) * 100


def trailing_four_quarters(quarters: pd.DataFrame) -> pd.DataFrame:
    """Add the sum of the last four quarters, and its change, to :func:`by_quarter`.

    Returns
    -------
    pandas.DataFrame
        With ``trailing_usd_bn`` [USD bn] and ``trailing_change_pct`` [%] against the four
        quarters before, computed. Blank unless all four (for the change all eight) quarters are
        stated: three quarters are never scaled up to a year.
    """
    frame = quarters.copy()
    spent: dict[str, list[float]] = {}
    sums = []
    for company, value in tables.cells(frame, "actor_id", "capex_usd_bn"):
        own = spent.setdefault(company, [])
        own.append(value)
        # A quarter that is not stated is not a number, and neither is a sum with it.
        last = own[-QUARTERS_A_YEAR:]
        sums.append(math.fsum(last) if len(last) == QUARTERS_A_YEAR else math.nan)
    total = pd.Series(sums, index=frame.index, dtype="float64")
    frame["trailing_usd_bn"] = total
    before = _year_before(total, frame["actor_id"])
    frame["trailing_change_pct"] = _change_pct(total, before)
    return frame


def _year_before(values: pd.Series, companies: pd.Series) -> pd.Series:
    """Return the value of each company four quarters earlier; blank for its first four."""
    earlier: dict[str, list[float]] = {}
    found = []
    for company, value in zip(companies, values, strict=True):
        own = earlier.setdefault(company, [])
        own.append(value)
        found.append(own[-1 - QUARTERS_A_YEAR] if len(own) > QUARTERS_A_YEAR else math.nan)
    return pd.Series(found, index=values.index, dtype="float64")


def latest(quarters: pd.DataFrame) -> pd.DataFrame:
    """Return each company's last stated quarter with its growth, largest spending first.

    Returns
    -------
    pandas.DataFrame
        One row a company: :func:`by_quarter` with the columns of :func:`year_on_year` and
        :func:`trailing_four_quarters`. Companies may end in different quarters.
    """
    frame = year_on_year(trailing_four_quarters(quarters))
    last = frame[frame["is_stated"]].groupby("actor_id").tail(1)
    order = last["trailing_usd_bn"].fillna(last["capex_usd_bn"])
    return last.loc[order.sort_values(ascending=False).index].reset_index(drop=True)


def together(quarters: pd.DataFrame, companies: Sequence[str] = HYPERSCALERS) -> pd.DataFrame:
    """Add up the trailing four quarters of companies, where all of them are stated.

    Returns
    -------
    pandas.DataFrame
        ``quarter, trailing_usd_bn`` [USD bn] and ``trailing_change_pct`` [%], computed; only
        quarters in which every one of the companies has four stated quarters. Empty where a
        definition is not reported by all. Dollars of the time: no source read gives GDP in
        dollars beside them, so that no share of GDP follows from this sum.
    """
    frame = trailing_four_quarters(quarters)
    wide = frame.pivot(index="quarter", columns="actor_id", values="trailing_usd_bn")
    total = wide.reindex(columns=list(companies)).sum(axis=1, min_count=len(companies))
    change = _change_pct(total, total.shift(QUARTERS_A_YEAR))
    result = pd.DataFrame({"trailing_usd_bn": total, "trailing_change_pct": change})
    return result[result["trailing_usd_bn"].notna()].reset_index()


def guidance_revisions(guidance: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Put each company's guidance for a period in the order in which it was given.

    Parameters
    ----------
    guidance
        The table ``capex_guidance``.
    claims
        :func:`planlib.evidence.claims`.

    Returns
    -------
    pandas.DataFrame
        ``actor_id, period, definition, stated_date, stated_precision, qualifier``, ``low_usd_bn``
        and ``high_usd_bn`` [USD bn], ``revision`` (one of :data:`REVISIONS`, against the statement
        before it for the same company, period and definition), ``attested`` and the key. "About"
        keeps its one value; "at least" has no upper end. Guidance is a plan, not spending.
    """
    order = ["actor_id", "period", "definition", "stated_date", "capex_guidance_id"]
    frame = guidance.sort_values(order).reset_index(drop=True)
    ends = [
        interval(value, value_to, str(word), str(unit))
        for value, value_to, word, unit in zip(
            frame["value"], frame["value_to"], frame["qualifier"], frame["unit"], strict=True
        )
    ]
    frame["low_usd_bn"] = [q.low / USD_A_BILLION for q in ends]
    frame["high_usd_bn"] = [q.high / USD_A_BILLION for q in ends]
    same = frame.groupby(["actor_id", "period", "definition"], observed=True, dropna=False)
    lows, highs = same["low_usd_bn"].shift(), same["high_usd_bn"].shift()
    spans = zip(frame["low_usd_bn"], frame["high_usd_bn"], lows, highs, strict=True)
    words = [_revision(*span) for span in spans]
    frame["revision"] = pd.Categorical(words, categories=list(REVISIONS))
    frame["attested"] = attested(frame["capex_guidance_id"], claims, "capex_guidance", "value")
    return frame[["actor_id", "period", "definition", "stated_date", "stated_precision",
                  "low_usd_bn", "high_usd_bn", "qualifier", "revision", "attested",
                  "capex_guidance_id"]]  # fmt: skip


def _revision(low: float, high: float, low_before: float, high_before: float) -> str:
    if pd.isna(low_before):
        return "first"
    rises = (low > low_before, high > high_before)
    falls = (low < low_before, high < high_before)
    if any(rises) and any(falls):
        return "narrowed" if rises[0] else "widened"
    if any(rises):
        return "raised"
    return "lowered" if any(falls) else "unchanged"


def indicators_of(
    indicators: pd.DataFrame, series: Sequence[str], claims: pd.DataFrame
) -> pd.DataFrame:
    """Return the indicators of these series, in their order, with how well each is attested.

    Many have no date of statement: leave out what could not be known yet with :func:`known_by`.

    Returns
    -------
    pandas.DataFrame
        The columns :data:`INDICATOR_COLUMNS`; within a series by period. ``value`` is in ``unit``
        and means what ``basis`` says; values of different series do not compare.
    """
    frame = indicators[indicators["series"].isin(series)].copy()
    frame["attested"] = attested(frame["indicator_id"], claims, "indicators", "value")
    frame["rank"] = frame["series"].map(list(series).index)
    frame = frame.sort_values(["rank", "period", "indicator_id"]).reset_index(drop=True)
    return frame[list(INDICATOR_COLUMNS)]


def known_by(indicators: pd.DataFrame, as_of: str = "") -> pd.DataFrame:
    """Leave out what is said of a period that was not over on a date, forecasts apart.

    Parameters
    ----------
    as_of
        ISO date; empty: the data's own date.
    """
    day = tables.resolve_as_of(as_of)
    ends = indicators["period"].str.rpartition("/")[2].map(_last_day)
    ahead = indicators["kind"].isin(["forecast", "proposal"])
    # The current year's figures are told before it ends.
    begun = ends.map(lambda end: pd.Timestamp(end.year, 1, 1))
    is_year = indicators["period"].str.fullmatch(r"\d{4}")
    over = ends.where(~is_year, begun)
    return indicators[ahead | (over <= day)].reset_index(drop=True)


def _last_day(period: str) -> pd.Timestamp:
    year, _, part = period.partition("-")
    month = {"H1": 6, "H2": 12}.get(part) or (int(part[1]) * 3 if part[:1] == "Q" else part)
    return pd.Timestamp(int(year), int(month or 12), 1) + pd.offsets.MonthEnd(0)


def share_of_gdp(indicators: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return shares of US GDP [%], each definition beside the others (:data:`GDP_SHARES`).

    Only rows of one series compare: the peak of the dot-com years is known for investment in
    information-processing equipment and software, which is wider than AI.
    """
    return indicators_of(indicators, GDP_SHARES, claims)


def growth(indicators: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return what AI spending is said to add to US growth [percentage point, %].

    Contributions, shares of growth, then growth with and without it, each by its own
    definition. Growth accounting is no counterfactual: money not spent on AI might have been
    spent on something else. A statement without a figure keeps its value blank.
    """
    every = (*GROWTH_POINTS, *GROWTH_SHARES, *GROWTH_RATES, *GROWTH_WORDS)
    return indicators_of(indicators, every, claims)


def borrowing(indicators: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return what is borrowed for AI [USD, %], beside the whole market for corporate bonds.

    Counts of bonds and of debt overlap and are never added; forecasts are marked by ``kind``.
    """
    return indicators_of(indicators, (*BORROWING, *BORROWING_GROWTH), claims)


def build_out(indicators: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return the parts of the expected cost of data centres with their share of it [USD, %].

    Returns
    -------
    pandas.DataFrame
        The parts, largest first, with ``share_of_whole_pct`` [%], computed; a forecast of one
        bank.

    Raises
    ------
    PlanlibError
        The parts are more than their whole, or the whole is not known.
    """
    whole = indicators[indicators["series"] == BUILD_OUT]["value"].dropna()
    parts = indicators_of(indicators, (BUILD_OUT_PARTS,), claims)
    if len(whole) != 1 or parts["value"].sum() > whole.iloc[0] * (1 + 1e-9):
        raise PlanlibError("indicators: the parts of the build-out do not fit their whole")
    parts["share_of_whole_pct"] = parts["value"] / whole.iloc[0] * 100
    return parts.sort_values("value", ascending=False).reset_index(drop=True)


def bank_lending(indicators: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return the share of private funds in what large US banks promise to non-banks [%].

    Of commitments to non-bank financial institutions, never of all bank lending.
    """
    return indicators_of(indicators, BANK_LENDING, claims)


def differing(frame: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return the figures that other sources print for indicators.

    Returns
    -------
    pandas.DataFrame
        ``indicator_id, source_id, value`` (in the unit of the indicator): differing claims on the
        value that are numbers.
    """
    others = claims[(claims["table"] == "indicators") & (claims["stance"] == "differs")]
    others = others[(others["field"] == "value") & others["row_id"].isin(frame["indicator_id"])]
    numbers = pd.to_numeric(others["value"], errors="coerce")
    result = others.assign(value=numbers).rename(columns={"row_id": "indicator_id"})
    return result[["indicator_id", "source_id", "value"]].dropna().reset_index(drop=True)
