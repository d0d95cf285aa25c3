"""Capital spending: definitions apart, gaps as gaps, growth and guidance computed by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest

import planlib
from handmade import table
from planlib import PlanlibError, evidence
from planlib.analysis import capex

ONE = "ppe_purchases"
OTHER = "with_finance_leases"


def spending(actor: str = "meta", definition: str = ONE, **quarters: float) -> pd.DataFrame:
    """Return rows of the table, one for each quarter given as ``q2025_1=10.0``."""
    return table(
        "capex",
        *(
            {
                "capex_id": f"{actor}-{name}-{definition}",
                "actor_id": actor,
                "quarter": f"{name[1:5]}-Q{name[-1]}",
                "definition": definition,
                "capex_usd_bn": value,
                "is_derived": False,
            }
            for name, value in quarters.items()
        ),
    )


def laid_out(*frames: pd.DataFrame, definition: str = ONE, as_of: str = "") -> pd.DataFrame:
    return capex.by_quarter(pd.concat(frames), definition, evidence.claims(), as_of=as_of)


def guided(*statements: tuple[str, str, float, float | None, str]) -> pd.DataFrame:
    """Return guidance of one company: definition, date, value, upper end, qualifier."""
    return table(
        "capex_guidance",
        *(
            {
                "capex_guidance_id": f"g{i}",
                "actor_id": "meta",
                "period": "2026",
                "definition": definition,
                "stated_date": pd.Timestamp(day),
                "value": value,
                "value_to": value_to,
                "qualifier": qualifier,
                "unit": "USD",
            }
            for i, (definition, day, value, value_to, qualifier) in enumerate(statements)
        ),
    )


def revisions(*statements: tuple[str, str, float, float | None, str]) -> pd.DataFrame:
    return capex.guidance_revisions(guided(*statements), evidence.claims())


def test_definitions_are_never_mixed() -> None:
    frame = laid_out(spending(q2025_1=10), spending(definition=OTHER, q2025_1=12, q2025_2=13))
    assert list(frame["capex_usd_bn"]) == [10]
    assert set(frame["definition"]) == {ONE}


def test_missing_quarters_stay_missing_and_are_counted() -> None:
    frame = laid_out(spending(q2025_1=10, q2025_4=14), spending("apple", q2025_3=2))
    assert len(frame) == 2 * 4
    assert (~frame["is_stated"]).sum() == 5
    gap = frame[(frame["actor_id"] == "meta") & (frame["quarter"] == "2025-Q2")].iloc[0]
    assert math.isnan(gap["capex_usd_bn"])
    assert pd.isna(gap["capex_id"])
    assert pd.isna(gap["attested"])


def test_a_quarter_that_no_company_gives_is_there_too() -> None:
    frame = laid_out(spending(q2024_4=1, q2025_2=3))
    assert list(frame["quarter"]) == ["2024-Q4", "2025-Q1", "2025-Q2"]


@pytest.mark.parametrize(("day", "last"), [("2025-06-29", "2025-Q1"), ("2025-06-30", "2025-Q2")])
def test_a_quarter_that_is_not_over_is_not_known(day: str, last: str) -> None:
    frame = laid_out(spending(q2025_1=1, q2025_2=2, q2025_3=3), as_of=day)
    assert frame["quarter"].max() == last


def test_an_unknown_definition_and_an_early_day_are_refused() -> None:
    with pytest.raises(PlanlibError, match="use one of ppe_purchases"):
        laid_out(spending(q2025_1=1), definition="all")
    with pytest.raises(PlanlibError, match="choose a later as_of"):
        laid_out(spending(q2025_1=1), as_of="2024-12-31")


def test_year_on_year_by_hand() -> None:
    frame = capex.year_on_year(laid_out(spending(q2024_1=8, q2025_1=10, q2025_2=4)))
    by_quarter = frame.set_index("quarter")["year_on_year_pct"]
    assert by_quarter["2025-Q1"] == pytest.approx(25)
    assert math.isnan(by_quarter["2025-Q2"])


def test_year_on_year_is_not_taken_against_zero_or_another_company() -> None:
    frame = laid_out(spending(q2024_1=0, q2025_1=10), spending("apple", q2024_1=5))
    assert capex.year_on_year(frame)["year_on_year_pct"].isna().all()


def test_trailing_four_quarters_by_hand() -> None:
    first = {f"q2024_{n}": 1 for n in (1, 2, 3, 4)}
    second = {f"q2025_{n}": float(n) for n in (1, 2, 3, 4)}
    frame = capex.trailing_four_quarters(laid_out(spending(**first, **second)))
    sums = frame.set_index("quarter")["trailing_usd_bn"]
    assert sums["2024-Q3":].isna().tolist()[0]
    assert sums["2024-Q4"] == 4
    assert sums["2025-Q2"] == 1 + 1 + 1 + 2
    assert sums["2025-Q4"] == 10
    assert frame["trailing_change_pct"].iloc[-1] == pytest.approx(150)


def test_three_quarters_are_never_stretched_to_a_year() -> None:
    frame = laid_out(spending(q2025_1=1, q2025_2=1, q2025_4=1), spending("apple", q2025_3=9))
    assert capex.trailing_four_quarters(frame)["trailing_usd_bn"].isna().all()


def test_latest_takes_each_companys_own_last_quarter() -> None:
    ends = capex.latest(laid_out(spending(q2025_1=1, q2025_2=2), spending("apple", q2025_1=9)))
    assert dict(zip(ends["actor_id"], ends["quarter"], strict=True)) == {
        "apple": "2025-Q1", "meta": "2025-Q2",
    }  # fmt: skip
    assert list(ends["actor_id"]) == ["apple", "meta"]


def test_together_needs_every_company() -> None:
    year = {f"q2025_{n}": 1.0 for n in (1, 2, 3, 4)}
    both = laid_out(spending(**year, q2026_1=5), spending("apple", **year))
    sums = capex.together(both, ["meta", "apple"])
    assert sums[["quarter", "trailing_usd_bn"]].values.tolist() == [["2025-Q4", 8.0]]
    assert capex.together(both, ["meta", "oracle"]).empty


def test_together_agrees_with_the_table() -> None:
    frame = planlib.load("capex")
    own = frame[(frame["definition"] == ONE) & frame["actor_id"].isin(capex.HYPERSCALERS)]
    last = ["2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1"]
    quarters = capex.by_quarter(frame, ONE, evidence.claims())
    end = capex.together(quarters).iloc[-1]
    assert end["quarter"] == last[-1]
    by_hand = own[own["quarter"].isin(last)]["capex_usd_bn"].sum()
    assert end["trailing_usd_bn"] == pytest.approx(by_hand)


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [
        ((100, None, "about"), (110, None, "about"), "raised"),
        ((100, 120, "exact"), (110, 120, "exact"), "raised"),
        ((100, 120, "exact"), (100, 110, "exact"), "lowered"),
        ((100, 120, "exact"), (105, 110, "exact"), "narrowed"),
        ((100, 120, "exact"), (90, 130, "exact"), "widened"),
        ((100, 120, "exact"), (100, 120, "exact"), "unchanged"),
        ((100, None, "at_least"), (120, None, "at_least"), "raised"),
    ],
)
def test_a_revision_is_told_from_both_ends(
    before: tuple[float, float | None, str], after: tuple[float, float | None, str], word: str
) -> None:
    frame = revisions(("total_capex", "2026-02-01", *before), ("total_capex", "2026-05-01", *after))
    assert list(frame["revision"]) == ["first", word]


def test_guidance_is_ordered_by_day_and_in_billions() -> None:
    frame = revisions(
        ("total_capex", "2026-05-01", 190e9, 200e9, "exact"),
        ("total_capex", "2026-02-01", 180e9, None, "about"),
    )
    assert list(frame["low_usd_bn"]) == [180, 190]
    assert list(frame["high_usd_bn"]) == [180, 200]


def test_guidance_under_another_definition_revises_nothing() -> None:
    frame = revisions(
        ("total_capex", "2026-02-01", 100, None, "about"),
        (OTHER, "2026-05-01", 120, None, "about"),
    )
    assert set(frame["revision"]) == {"first"}


def test_at_least_has_no_upper_end() -> None:
    frame = revisions((OTHER, "2026-05-01", 50e9, None, "at_least"))
    assert frame["high_usd_bn"].iloc[0] == math.inf


def test_only_a_literal_in_a_text_that_was_read_verifies() -> None:
    claims = evidence.claims()
    shares = capex.share_of_gdp(planlib.load("indicators"), claims).set_index("indicator_id")
    assert shares["attested"]["ai-infrastructure-gdp-share-2025"] == "verified"
    assert shares["attested"]["it-share-2000-Q4"] == "reported"
    quarters = capex.by_quarter(planlib.load("capex"), ONE, claims)
    quoted = claims[(claims["table"] == "capex") & claims["as_printed"].notna()]
    assert (quarters["attested"] == "verified").sum() == quoted["row_id"].nunique()


def test_shares_of_gdp_keep_their_definitions_apart() -> None:
    shares = capex.share_of_gdp(planlib.load("indicators"), evidence.claims())
    assert list(shares["series"].unique()) == list(capex.GDP_SHARES)
    assert set(shares["unit"]) == {"percent"}
    assert (shares.groupby("series")["basis"].nunique() == 1).all()


def test_a_statement_without_a_figure_stays_without() -> None:
    growth = capex.growth(planlib.load("indicators"), evidence.claims())
    assert list(growth[growth["value"].isna()]["series"]) == list(capex.GROWTH_WORDS)


def test_parts_of_the_build_out_make_the_whole() -> None:
    parts = capex.build_out(planlib.load("indicators"), evidence.claims())
    assert parts["share_of_whole_pct"].sum() == pytest.approx(100)
    assert list(parts["value"]) == sorted(parts["value"], reverse=True)


def test_parts_larger_than_their_whole_are_refused() -> None:
    indicators = planlib.load("indicators")
    indicators.loc[indicators["series"] == capex.BUILD_OUT_PARTS, "value"] *= 2
    with pytest.raises(PlanlibError, match="do not fit their whole"):
        capex.build_out(indicators, evidence.claims())


def test_bank_lending_says_of_what_it_is_a_share() -> None:
    lending = capex.bank_lending(planlib.load("indicators"), evidence.claims())
    assert all("not a share of all bank lending" in basis for basis in lending["basis"])


def test_differing_figures_are_numbers_in_the_indicators_unit() -> None:
    claims = evidence.claims()
    shares = capex.share_of_gdp(planlib.load("indicators"), claims)
    others = capex.differing(shares, claims)
    assert dict(zip(others["indicator_id"], others["value"], strict=True)) == {
        "ai-infrastructure-gdp-share-2025": 1.6,
        "furman-it-share-2025-H1": 6,
        "it-share-2025-Q2": 4.5,
    }
