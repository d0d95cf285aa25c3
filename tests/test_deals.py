"""Deal arithmetic: quotas, power, equivalents, pledges, and whether announced numbers fit."""

from __future__ import annotations

import itertools
import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planlib
from handmade import table
from planlib import schema
from planlib.analysis import deals
from planlib.errors import PlanlibError, UnitError

percents = st.floats(0, 100)


@pytest.fixture
def listed():
    return planlib.load("deals")


@pytest.fixture(scope="module")
def terms():
    return planlib.load("deal_terms")


@pytest.fixture(scope="module")
def chips():
    return planlib.load("chips")


def rows(*given_rows: dict[str, object]):
    """Return deal terms; each row gives its key, the rest is filled in."""
    usual = {"deal_id": "d", "qualifier": "exact", "stage": "announced"}
    return table("deal_terms", *(usual | row for row in given_rows))


def money(key: str, value: float | None, part_of: str | None = None, **more: object):
    return {"deal_term_id": key, "term": "money", "value": value, "unit": "USD",
            "part_of_id": part_of, **more}  # fmt: skip


def gpus(key: str, value: float, **more: object):
    return {"deal_term_id": key, "term": "gpu_count", "value": value, "unit": "gpu",
            "counted_as": "gpu", **more}  # fmt: skip


def megawatts(key: str, value: float, **more: object):
    return {"deal_term_id": key, "term": "power", "value": value, "unit": "MW", **more}


def one_line(call, said: str) -> None:
    with pytest.raises(PlanlibError, match=said) as caught:
        call()
    assert "\n" not in str(caught.value)


# Intervals


def test_quantities_say_what_each_term_leaves_open():
    frame = deals.quantities(
        rows(
            gpus("a", 35_000, qualifier="up_to"),
            gpus("b", 100_000, qualifier="several"),
            money("c", 20e9, qualifier="at_least"),
            {"deal_term_id": "d", "term": "licence", "qualifier": None},
            megawatts("e", 50, qualifier=None),
        )
    )
    assert frame["low"].fillna(-1).tolist() == [0, 200_000, 20e9, -1, 50]
    assert frame["high"].fillna(-1).tolist() == [35_000, 900_000, math.inf, -1, 50]


def test_every_value_of_the_real_terms_lies_in_its_interval(terms):
    frame = deals.quantities(terms)
    stated = frame[frame["value"].notna() & (frame["qualifier"] != "several")]
    assert (stated["low"] <= stated["value"]).all()
    assert (stated["value"] <= stated["high"]).all()
    assert frame["low"].notna().equals(frame["value"].notna())


# Quota and power


def test_the_quota_over_three_years():
    frame = deals.cumulative_gpus(500_000, 3, start_year=2025)
    assert frame["year"].tolist() == [2025, 2026, 2027]
    assert frame["cumulative_gpus"].tolist() == [500_000, 1_000_000, 1_500_000]


@settings(deadline=None)
@given(st.floats(0, 1e7), st.integers(1, 30), percents, percents)
def test_cumulative_gpus_grow_in_proportion(quota, years, utilisation, share):
    frame = deals.cumulative_gpus(
        quota, years, start_year=2025, utilisation_pct=utilisation, share_pct=share
    )
    yearly = quota * utilisation / 100 * share / 100
    assert len(frame) == years
    assert frame["cumulative_gpus"].tolist() == pytest.approx(
        [yearly * n for n in range(1, years + 1)]
    )
    assert frame["gpus"].sum() == pytest.approx(frame["cumulative_gpus"].iloc[-1])
    assert frame["cumulative_gpus"].iloc[-1] <= quota * years * (1 + 1e-12)


def test_a_quota_that_nobody_uses_delivers_nothing():
    frame = deals.cumulative_gpus(500_000, 2, start_year=2025, utilisation_pct=0)
    assert frame["cumulative_gpus"].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"years": 0}, "years: 0 is not a whole number of at least 1"),
        ({"years": 2.5}, "years: 2.5"),
        ({"quota_gpus_per_year": -1}, "quota_gpus_per_year: -1 is out of range"),
        ({"quota_gpus_per_year": math.nan}, "quota_gpus_per_year: nan is out of range"),
        ({"utilisation_pct": 101}, "utilisation_pct: 101 is out of range; .* from 0 to 100"),
        ({"share_pct": -0.1}, "share_pct: -0.1 is out of range"),
        ({"stated_years": 0}, "stated_years: 0 is out of range"),
    ],
)
def test_a_bad_quota_scenario_is_refused_in_one_line(changed, said):
    arguments = {"quota_gpus_per_year": 500_000, "years": 3, "start_year": 2025} | changed
    one_line(lambda: deals.cumulative_gpus(**arguments), said)


@given(st.floats(0, 1e7), st.floats(0.1, 10), st.floats(1, 3), st.floats(0, 100))
def test_power_grows_in_proportion_to_gpus(count, kilowatts, pue, factor):
    it, facility = deals.power(count, kilowatts, pue)
    assert it == pytest.approx(count * kilowatts / 1000)
    assert facility == pytest.approx(it * pue)
    assert deals.power(count * factor, kilowatts, pue) == pytest.approx(
        (it * factor, facility * factor)
    )


def test_power_of_one_rack_of_gb300(chips):
    kilowatts = chips.set_index("chip_id").loc["gb300", "system_kw_per_gpu"]
    assert deals.power(72, kilowatts, 1.0)[0] == pytest.approx(0.14, rel=0.01)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((-1, 2, 1.3), "gpus: -1 is out of range"),
        ((1, -2, 1.3), "kw_per_gpu: -2 is out of range"),
        ((1, 2, 0.9), "pue: 0.9 is out of range; give a number of at least 1"),
        ((1, 2, math.inf), "pue: inf is out of range"),
    ],
)
def test_power_of_nonsense_is_refused_in_one_line(arguments, said):
    one_line(lambda: deals.power(*arguments), said)


def test_scenario_sets_the_share_of_one_recipient_beside_all():
    frame = deals.scenario(
        500_000, 2, start_year=2025, utilisation_pct=50, share_pct=20, kw_per_gpu=2.0, pue=1.5
    )
    last = frame[frame["year"] == 2026].set_index("recipient_group")
    assert last["cumulative_gpus"].to_dict() == {"all": 500_000, "share": 100_000}
    assert last["it_mw"].to_dict() == {"all": 1000, "share": 200}
    assert last["facility_mw"].to_dict() == {"all": 1500, "share": 300}


def test_the_quoted_share_of_g42_is_a_fifth_of_the_quoted_quota(terms, listed):
    inputs = deals.supply_inputs(terms, listed)
    assert (inputs.gpus_per_year, inputs.share_pct, inputs.start_year) == (500_000, 20, 2025)
    assert inputs.origin == "quoted"
    stated = terms.set_index("deal_term_id").loc["ae-chip-quota.g42", "value"]
    yearly = deals.cumulative_gpus(500_000, 1, start_year=2025, share_pct=inputs.share_pct)
    assert yearly.loc[0, "gpus"] == stated == 100_000


def test_only_a_share_of_the_quota_is_taken_for_it(listed):
    quota = {"deal_term_id": "q", "term": "gpu_per_year", "value": 500, "from_year": 2025}
    share = {"term": "share", "part_of_id": "q", "unit": "percent"}
    fee = share | {"deal_term_id": "fee", "value": 15, "counted_as": "revenue_share"}
    part = share | {"deal_term_id": "part", "value": 30, "counted_as": "quota_share"}
    inputs = deals.supply_inputs(rows(quota, fee, part), listed)
    assert inputs == deals.SupplyInputs(500, 30, 2025, "quoted", ("q", "part"))


def test_without_a_quota_the_largest_total_is_spread_over_its_years(terms, listed):
    saudi = terms[terms["deal_id"].isin(listed["deal_id"][listed["country_id"] == "SAU"])]
    inputs = deals.supply_inputs(saudi, listed)
    assert inputs.gpus_per_year == 600_000 / 3
    assert (inputs.share_pct, inputs.origin, inputs.start_year) == (100, "computed", 2025)
    assert inputs.stated_years == 3


@given(st.integers(1, 12), st.floats(0.25, 15), percents)
def test_an_announced_total_is_never_exceeded(years, stated, utilisation):
    frame = deals.cumulative_gpus(
        200_000, years, start_year=2025, utilisation_pct=utilisation, stated_years=stated
    )
    yearly = 200_000 * utilisation / 100
    reached = yearly * min(years, stated)
    assert frame["cumulative_gpus"].iloc[-1] == pytest.approx(reached)
    assert frame["gpus"].sum() == pytest.approx(reached)
    assert frame["gpus"].cumsum().tolist() == pytest.approx(frame["cumulative_gpus"].tolist())


def test_a_supply_without_a_share_has_one_group_only():
    frame = deals.scenario(
        200_000, 3, start_year=2025, utilisation_pct=100, share_pct=100, kw_per_gpu=2.0, pue=1.0
    )
    assert list(frame["recipient_group"].unique()) == ["all"]


def test_without_quota_or_total_there_are_no_inputs(terms, listed):
    one_line(
        lambda: deals.supply_inputs(terms[terms["deal_id"] == "gb-loughton"], listed),
        "no yearly quota",
    )


# H100-equivalents


def test_gb300_in_h100_equivalents(chips):
    assert deals.h100_equivalents(1, "gb300", chips) == pytest.approx(2500 / 989.4)
    assert deals.h100_equivalents(35_000, "gb300", chips) == pytest.approx(88_439, rel=1e-4)
    assert deals.h100_equivalents(1, "gb300", chips, "fp8") == pytest.approx(5000 / 1979)
    assert deals.h100_equivalents(18_000, "h100-sxm", chips) == 18_000


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((1, "gb300", "fp4"), "precision: 'fp4'; use one of bf16, fp8"),
        ((1, "gb400", "bf16"), "gb400: no dense BF16 rating"),
        ((1, "b30a", "bf16"), "b30a: no dense BF16 rating"),
        ((-1, "gb300", "bf16"), "count: -1 is out of range"),
    ],
)
def test_equivalents_that_no_source_supports_are_refused(chips, arguments, said):
    count, chip, precision = arguments
    one_line(lambda: deals.h100_equivalents(count, chip, chips, precision), said)


def test_equivalents_keep_what_can_be_converted(chips):
    frame = deals.equivalents(
        rows(
            gpus("kept", 10, chip_id="gb300"),
            gpus("ceiling", 10, chip_id="gb300", counted_as="gb300_equivalent", qualifier="up_to"),
            gpus("unstated", 10, chip_id="gb300", counted_as=None),
            gpus("no-chip", 10),
            gpus("no-rating", 10, chip_id="b30a"),
            gpus("several", 100_000, chip_id="gb300", qualifier="several"),
            gpus("servers", 10, chip_id="gb300", counted_as="server"),
            gpus("none", 0, chip_id="gb300"),
            megawatts("power", 10, chip_id="gb300"),
        ),
        chips,
    )
    assert frame["deal_term_id"].tolist() == ["kept", "ceiling", "unstated"]
    assert frame["h100_equivalents"].tolist() == pytest.approx([25_000 / 989.4] * 3)


def test_equivalents_refuse_an_unknown_precision(terms, chips):
    one_line(lambda: deals.equivalents(terms, chips, "fp4"), "precision: 'fp4'")


# Pledges


def test_a_pledge_is_counted_once_with_its_parts_inside():
    frame = deals.nested(
        rows(
            money("whole", 100), money("part", 30, "whole"), money("detail", 10, "part"),
            money("elsewhere", 5, "not-loaded"), gpus("chips", 9, part_of_id="whole"),
        )
    ).set_index("deal_term_id")  # fmt: skip
    assert frame["root_id"].to_dict() == {
        "whole": "whole", "part": "whole", "detail": "whole", "elsewhere": "elsewhere",
    }  # fmt: skip
    assert frame["depth"].tolist() == [0, 1, 2, 0]
    assert frame["is_counted"].tolist() == [True, False, False, True]


@st.composite
def forests(draw):
    """Draw wholes and parts: a value each, and for some the number of an earlier term."""
    amounts = draw(st.lists(st.integers(0, 10**12), min_size=1, max_size=12))
    parents = [draw(st.none() | st.integers(0, i - 1)) if i else None for i in range(len(amounts))]
    keys = [f"t{i}" for i in range(len(amounts))]
    return [
        money(key, amount, None if parent is None else keys[parent])
        for key, amount, parent in zip(keys, amounts, parents, strict=True)
    ]


@settings(deadline=None, max_examples=40)
@given(forests(), st.integers(0, 10**12), st.data())
def test_adding_a_part_never_changes_the_total(forest, value, data):
    whole = data.draw(st.sampled_from(forest))["deal_term_id"]
    total = deals.total(rows(*forest))
    assert deals.total(rows(*forest, money("new", value, whole))) == total
    added = deals.total(rows(*forest, money("new", value)))
    assert added.low == pytest.approx(total.low + value)


@pytest.mark.parametrize(
    "circle", [{"a": "a"}, {"a": "b", "b": "a"}, {"a": "b", "b": "c", "c": "b"}]
)
def test_a_circle_of_parts_is_found(circle):
    terms = rows(*(money(part, 1, whole) for part, whole in circle.items()))
    one_line(lambda: deals.nested(terms), "is part of itself .* break the circle")


def test_a_replaced_pledge_is_not_counted_beside_the_new_one(terms):
    listed = planlib.load("deals")
    saudi = terms[terms["deal_id"].isin(["sa-us-pledge-600bn", "sa-us-pledge-1tn"])]
    assert deals.total(deals.nested(saudi, listed)).high == 1e12
    before = listed[listed["announced_date"] < "2025-11-01"]
    first = saudi[saudi["deal_id"].isin(before["deal_id"])]
    assert deals.total(deals.nested(first, before)).high == 600e9


def test_the_emirati_framework_contains_its_parts(terms):
    framework = terms[terms["part_of_id"].eq("ae-1400bn.pledge") | terms["deal_id"].eq("ae-1400bn")]
    assert (framework["term"] == "money").sum() > 1
    total = deals.total(framework)
    assert (total.low, total.high, total.unit) == (1.4e12, 1.4e12, "USD")


def test_a_total_keeps_what_its_wholes_leave_open():
    total = deals.total(
        rows(
            money("a", 10, qualifier="up_to"), money("b", 5, qualifier="at_least"), money("c", None)
        )
    )
    assert (total.low, total.high, total.origin) == (5, math.inf, "computed")


def test_currencies_are_not_added():
    with pytest.raises(UnitError, match="cannot add GBP to USD"):
        deals.total(rows(money("a", 1), money("b", 1, unit="GBP")))


@pytest.mark.parametrize("terms", [[], [gpus("a", 1)], [money("a", None)]])
def test_nothing_to_add_up_is_said(terms):
    one_line(lambda: deals.total(rows(*terms)), "no money terms to add up")


# Side by side


def test_compared_shows_what_one_country_does_not_state():
    listed = table(
        "deals",
        {"deal_id": "x", "country_id": "SAU", "announced_date": "2025-05-13"},
        {"deal_id": "y", "country_id": "ARE", "announced_date": "2025-05-15"},
        {"deal_id": "z", "country_id": "KOR", "announced_date": "2025-10-31"},
    )
    terms = rows(
        gpus("x.gpus", 1, deal_id="x"), money("x.money", 1, deal_id="x"),
        gpus("y.gpus", 2, deal_id="y"), megawatts("z.power", 3, deal_id="z"),
    )  # fmt: skip
    frame = deals.compared(terms, listed, ["SAU", "ARE"])
    shown = frame[["term", "country_id", "is_stated"]].astype({"term": "str"}).values.tolist()
    assert shown == [
        ["gpu_count", "ARE", True], ["gpu_count", "SAU", True],
        ["money", "ARE", False], ["money", "SAU", True],
    ]  # fmt: skip
    assert frame["term"].dtype == terms["term"].dtype


def test_compared_completes_every_term_of_saudi_arabia_and_the_emirates(terms):
    frame = deals.compared(terms, planlib.load("deals"), ["SAU", "ARE"])
    countries = frame.groupby("term", observed=True)["country_id"].nunique()
    assert (countries == 2).all()
    assert frame[frame["is_stated"]]["deal_term_id"].is_unique
    assert frame[~frame["is_stated"]]["value"].isna().all()


def test_a_country_without_deals_states_nothing(terms):
    frame = deals.compared(terms, planlib.load("deals"), ["SAU", "USA"])
    assert not frame[frame["country_id"] == "USA"]["is_stated"].any()
    assert deals.compared(terms, planlib.load("deals"), ["USA"]).empty


# Whether the numbers fit


def verdicts(frame):
    return {(row.power_term_id, row.gpu_term_id): row.verdict for row in frame.itertuples()}


def test_what_the_real_announcements_imply(terms, chips):
    frame = deals.fit(terms, chips).set_index(["power_term_id", "gpu_term_id"])
    for power, count, kilowatts, verdict in (
        ("sa-humain-nvidia.power", "sa-humain-nvidia.first-phase", 27.8, "too_much_power"),
        ("ae-stargate.first-phase", "ae-stargate.gpus", 2.0, "fits"),
        ("gb-loughton.power-initial", "gb-loughton.gpus", 2.17, "fits"),
    ):
        row = frame.loc[(power, count)]
        assert row["verdict"] == verdict
        assert row["kw_per_gpu_low"] == row["kw_per_gpu_high"] == pytest.approx(kilowatts, abs=0.05)
    several = frame.loc[("sa-humain-nvidia.power", "sa-humain-nvidia.gpus")]
    assert several["verdict"] == "fits"
    assert (several["gpu_low"], several["gpu_high"]) == (200_000, 900_000)


def test_every_real_pair_is_of_one_deal_and_of_gpus(terms, chips):
    frame = deals.fit(terms, chips)
    by_id = terms.set_index("deal_term_id")
    for column, kind in (("power_term_id", "power"), ("gpu_term_id", "gpu_count")):
        named = by_id.loc[frame[column]]
        assert (named["deal_id"].values == frame["deal_id"].values).all()
        assert (named["term"] == kind).all()
    assert by_id.loc[frame["gpu_term_id"], "counted_as"].isin(["gpu", None]).all()
    assert set(frame.attrs["rows"]["deal_terms"]) == {
        *frame["power_term_id"],
        *frame["gpu_term_id"],
    }


def test_the_nearest_reading_of_each_real_count(terms, chips):
    frame = deals.nearest(deals.fit(terms, chips))
    assert frame["gpu_term_id"].is_unique
    pairs = verdicts(frame)
    assert pairs["ae-stargate.first-phase", "ae-stargate.gpus"] == "fits"
    assert pairs["gb-loughton.power-initial", "gb-loughton.gpus"] == "fits"
    assert pairs["sa-humain-nvidia.power", "sa-humain-nvidia.gpus"] == "fits"


def test_different_deals_are_never_paired(chips):
    terms = rows(megawatts("a.power", 100, deal_id="a"), gpus("b.gpus", 50_000, deal_id="b"))
    frame = deals.fit(terms, chips)
    assert frame.empty
    assert deals.nearest(frame).empty


def test_the_power_of_a_phase_is_not_set_against_the_gpus_of_the_whole(chips):
    frame = deals.fit(
        rows(
            megawatts("power", 500), megawatts("phase-power", 50, part_of_id="power"),
            gpus("gpus", 200_000), gpus("phase-gpus", 20_000, part_of_id="gpus"),
        ),
        chips,
    )  # fmt: skip
    assert verdicts(frame) == {
        ("power", "gpus"): "fits",
        ("power", "phase-gpus"): "too_much_power",
        ("phase-power", "phase-gpus"): "fits",
    }
    assert verdicts(deals.nearest(frame)) == {
        ("power", "gpus"): "fits",
        ("phase-power", "phase-gpus"): "fits",
    }


def test_nearest_measures_gaps_on_both_sides(chips):
    terms = rows(
        megawatts("large", 100), megawatts("small", 10), gpus("gpus", 10_000, chip_id="gb300")
    )
    frame = deals.fit(terms, chips)
    assert verdicts(frame) == {
        ("large", "gpus"): "too_much_power",
        ("small", "gpus"): "too_little_power",
    }
    # 10 kW is 3.2 times the upper end of what a GB300 needs, 1 kW half of the lower end.
    assert list(verdicts(deals.nearest(frame))) == [("small", "gpus")]
    tiny = deals.fit(
        rows(megawatts("large", 100), megawatts("tiny", 1), gpus("gpus", 10_000)), chips
    )
    assert list(verdicts(deals.nearest(tiny))) == [("large", "gpus")]


@pytest.mark.parametrize(
    ("power", "count", "verdict"),
    [
        ({"value": 50}, {"value": 20_000}, "fits"),
        ({"value": 500}, {"value": 18_000}, "too_much_power"),
        ({"value": 10}, {"value": 20_000}, "too_little_power"),
        # 1.5 kW would do for older chips.
        ({"value": 30}, {"value": 20_000}, "too_little_power"),
        ({"value": 30}, {"value": 20_000, "chip_id": None}, "fits"),
        # A ceiling is tested at the ceiling.
        ({"value": 500, "qualifier": "up_to"}, {"value": 18_000}, "too_much_power"),
        ({"value": 10, "qualifier": "up_to"}, {"value": 20_000}, "too_little_power"),
        ({"value": 500}, {"value": 18_000, "qualifier": "up_to"}, "too_much_power"),
        ({"value": 50}, {"value": 5_000, "value_to": 20_000, "qualifier": "up_to"}, "fits"),
        # A floor may be exceeded, so only the other side can contradict it.
        ({"value": 500}, {"value": 18_000, "qualifier": "at_least"}, "fits"),
        ({"value": 10}, {"value": 20_000, "qualifier": "at_least"}, "too_little_power"),
        ({"value": 10, "qualifier": "at_least"}, {"value": 20_000}, "fits"),
        ({"value": 500, "qualifier": "at_least"}, {"value": 18_000}, "too_much_power"),
        # Several hundred thousand is a range.
        ({"value": 500}, {"value": 100_000, "qualifier": "several"}, "fits"),
        ({"value": 5_000}, {"value": 100_000, "qualifier": "several"}, "too_much_power"),
    ],
)
def test_fit_heeds_the_qualifiers(chips, power, count, verdict):
    terms = rows(megawatts("p", 0) | power, gpus("g", 0, chip_id="gb300") | count)
    assert verdicts(deals.fit(terms, chips)) == {("p", "g"): verdict}


@pytest.mark.parametrize("kind", ["a100_equivalent", "gb300_equivalent", "server", "superchip"])
def test_what_is_no_gpu_has_no_power_and_no_price_for_each_gpu(chips, kind):
    terms = rows(megawatts("p", 50), money("m", 1e9), gpus("g", 20_000, counted_as=kind))
    assert deals.fit(terms, chips).empty
    assert deals.price_per_gpu(terms).empty


def test_the_power_of_a_gpu_is_that_of_its_chip_or_of_all(chips):
    own = deals.per_gpu_power(chips, "gb300")
    assert (own.low, own.high) == pytest.approx((1.944, 1.944 * 1.6))
    everything = deals.per_gpu_power(chips)
    assert everything.low == chips["system_kw_per_gpu"].min() < own.low
    assert deals.per_gpu_power(chips, "b30a") == everything
    one_line(lambda: deals.per_gpu_power(chips.iloc[:0]), "no chip has a documented system power")


# Money for each GPU


def test_money_for_each_gpu_divides_wholes_of_one_deal():
    frame = deals.price_per_gpu(
        rows(
            money("m", 1e9, counted_as="purchase"), money("m.part", 4e8, "m"),
            gpus("g", 20_000, part_of_id="all"), gpus("g.part", 5_000, part_of_id="g"),
            gpus("all", 60_000, deal_id="programme"),
            gpus("none", 0),
            money("other", 1e9, deal_id="e"), money("pounds", 1e9, unit="GBP"),
            money("several", 1e9, qualifier="several"), gpus("vague", 1e5, qualifier="several"),
        )
    )  # fmt: skip
    assert frame.values.tolist() == [["d", "m", "g", "purchase", 50_000]]
    assert frame.attrs["rows"] == {"deal_terms": ["m", "g"]}


def test_korea_pays_about_38_thousand_dollars_a_gpu(terms):
    frame = deals.price_per_gpu(terms).set_index("deal_id")
    assert frame.loc["kr-nvidia-260k", "usd_per_gpu"] == pytest.approx(10e9 / 260_000)
    assert frame.loc["kr-nvidia-260k", "counted_as"] == "purchase"
    assert "ae-microsoft" not in frame.index  # its counts are A100-equivalents


def test_without_terms_every_table_is_empty(terms, chips):
    nothing = terms.iloc[:0]
    frames = [
        deals.quantities(nothing), deals.nested(nothing), deals.equivalents(nothing, chips),
        deals.fit(nothing, chips), deals.nearest(deals.fit(nothing, chips)),
        deals.price_per_gpu(nothing),
    ]  # fmt: skip
    assert [len(frame) for frame in frames] == [0] * 6


def test_the_words_are_those_of_the_data_package():
    package = schema.package()
    counted_as = package["deal_terms"]["counted_as"].enum
    assert {*deals.LARGER_THAN_GPU, *deals.EQUIVALENTS} <= set(counted_as)
    assert set(package.column("verdict").enum) == {"fits", "too_much_power", "too_little_power"}


def test_the_grid_of_assumptions_says_what_the_scenario_says() -> None:
    inputs = deals.SupplyInputs(500_000.0, 20.0, 2025, "quoted", ())
    choices = {"utilisation_pct": [50.0, 100.0], "kw_per_gpu": [1.275, 1.944], "pue": [1.0, 1.3]}
    grid = deals.scenario_grid(inputs, years=range(1, 5), **choices)
    assert len(grid) == 2 * 2 * 2 * 2 * 4
    columns = ["year", "recipient_group", "gpus", "cumulative_gpus", "it_mw", "facility_mw"]
    for u, kw, pue in itertools.product(*choices.values()):
        is_meant = (grid["utilisation_pct"] == u) & (grid["kw_per_gpu"] == kw)
        rows = grid[is_meant & (grid["pue"] == pue)][columns].reset_index(drop=True)
        expected = deals.scenario(
            500_000.0, 4, start_year=2025, utilisation_pct=u, share_pct=20.0, kw_per_gpu=kw, pue=pue
        )
        pd.testing.assert_frame_equal(rows, expected[columns])


def test_the_grid_stops_at_an_announced_total_as_the_scenario_does() -> None:
    inputs = deals.SupplyInputs(200_000.0, 100.0, 2025, "computed", (), 2.5)
    settings = {"utilisation_pct": 50.0, "kw_per_gpu": 2.0, "pue": 1.5}
    grid = deals.scenario_grid(inputs, years=[1, 2, 3, 4], **{k: [v] for k, v in settings.items()})
    columns = ["gpus", "cumulative_gpus", "facility_mw"]
    expected = deals.scenario(
        200_000.0, 4, start_year=2025, share_pct=100.0, stated_years=2.5, **settings
    )
    pd.testing.assert_frame_equal(grid[columns], expected[columns])
    assert grid["cumulative_gpus"].tolist() == [100_000, 200_000, 250_000, 250_000]


def test_a_share_is_the_one_stated_unless_another_is_assumed() -> None:
    stated = deals.SupplyInputs(500_000.0, 20.0, 2025, "quoted", ("quota", "share"))
    assert deals.share_taken(stated) == 20
    assert deals.share_taken(stated, 35) == 35
    with pytest.raises(PlanlibError, match="share_pct: 0 is out of range"):
        deals.share_taken(stated, 0)


def test_no_share_is_assumed_where_no_term_states_one() -> None:
    alone = deals.SupplyInputs(60_000.0, 100.0, 2025, "computed", ("total", "years"))
    assert deals.share_taken(alone) == 100
    with pytest.raises(PlanlibError, match="no term here states a share of one recipient"):
        deals.share_taken(alone, 20)


def test_the_grid_has_each_share_once_and_all_recipients_once() -> None:
    inputs = deals.SupplyInputs(500_000.0, 20.0, 2025, "quoted", ())
    one = {"utilisation_pct": [100.0], "kw_per_gpu": [2.0], "pue": [1.5], "years": [1, 2]}
    grid = deals.scenario_grid(inputs, share_pct=[10.0, 20.0], **one)
    assert list(grid["share_pct"]) == [100, 100, 10, 10, 20, 20]
    assert list(grid["cumulative_gpus"]) == [5e5, 1e6, 5e4, 1e5, 1e5, 2e5]
    assert grid["facility_mw"].iloc[-1] == 2e5 * 2 / 1000 * 1.5
