"""The charts of AI finance: what is hollow, what is a gap, and which trap each title avoids."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

import drawn
import planlib
from planlib import style, tables
from planlib.analysis import capex as analysis

both_languages = pytest.mark.parametrize("lang", ["en", "zh"])
both_definitions = pytest.mark.parametrize("definition", ["ppe_purchases", "with_finance_leases"])


def run(lang: str = "en", **parameters: Any) -> drawn.Run:
    return drawn.run("capex", lang=lang, **parameters)


def figure(name: str, lang: str = "en", **parameters: Any) -> go.Figure:
    return run(lang, **parameters).figures[name].figure


def words(name: str, lang: str = "en", **parameters: Any) -> dict[str, Any]:
    return run(lang, **parameters).figures[name].words


def bars(one: go.Figure) -> list[go.Bar]:
    return [trace for trace in one.data if trace.type == "bar"]


@both_languages
@both_definitions
def test_quarters_draws_every_figure_and_every_gap(definition: str, lang: str) -> None:
    one = figure("capex-quarters", lang, definition=definition)
    frame = run(lang, definition=definition).variables["quarters"]
    gaps = [trace for trace in one.data if trace.type == "scatter"]
    assert sum(len(trace.x) for trace in bars(one)) == frame["is_stated"].sum()
    missing = sum(len(trace.x) for trace in gaps)
    assert missing == (~frame["is_stated"]).sum() > 0
    assert str(missing) in words("capex-quarters", lang, definition=definition)["title"]


@both_definitions
def test_quarters_names_its_one_definition(definition: str) -> None:
    subtitle = words("capex-quarters", definition=definition)["subtitle"]
    assert tables.words("en")[definition].lower() in subtitle


def test_second_hand_quarters_are_hollow_and_derived_ones_hatched() -> None:
    one = figure("capex-quarters")
    colours = {c for trace in bars(one) for c in trace.marker.color}
    assert colours == {style.PAPER}
    hatched = [trace for trace in bars(one) if trace.marker.pattern.shape]
    derived = planlib.load("capex").query("is_derived and definition == 'ppe_purchases'")
    assert [q for trace in hatched for q in trace.x] == list(derived["quarter"])


def test_quarters_share_one_scale() -> None:
    ranges = {axis.range for axis in figure("capex-quarters").select_yaxes()}
    assert len(ranges) == 1


@both_languages
def test_dollars_say_that_gdp_is_elsewhere(lang: str) -> None:
    assert "GDP" in words("capex-quarters", lang)["note"]
    assert "GDP" in words("build-out", lang)["note"]


@both_languages
@both_definitions
def test_growth_draws_only_what_can_be_compared(definition: str, lang: str) -> None:
    one = figure("capex-growth", lang, definition=definition)
    ends = run(lang, definition=definition).variables["ends"]
    quarter, year = (t for t in one.data if t.mode == "markers")
    assert len(quarter.x) == ends["year_on_year_pct"].notna().sum()
    assert len(year.x) == ends["trailing_change_pct"].notna().sum()
    said = next(t.text for t in one.data if t.mode == "text")
    assert (
        sum("没有" in t or "no figure" in t for t in said)
        == (ends["year_on_year_pct"].isna() & ends["trailing_change_pct"].isna()).sum()
    )


@both_languages
def test_guidance_has_a_panel_for_each_definition(lang: str) -> None:
    one = figure("capex-guidance", lang)
    table = planlib.load("capex_guidance")
    axes = list(one.select_yaxes())
    assert [set(axis.tickvals) for axis in axes] == [
        set(rows["capex_guidance_id"]) for _, rows in table.groupby("definition", observed=True)
    ]


def test_guidance_ranges_are_as_wide_as_stated() -> None:
    table = planlib.load("capex_guidance").set_index("capex_guidance_id")
    for bar in bars(figure("capex-guidance")):
        row = table.loc[bar.y[0]]
        assert bar.base[0] * 1e9 == pytest.approx(row["value"])
        assert (bar.base[0] + bar.x[0]) * 1e9 == pytest.approx(row["value_to"])


@both_languages
def test_guidance_counts_its_revisions(lang: str) -> None:
    revisions = run(lang).variables["revisions"]["revision"].value_counts()
    title = words("capex-guidance", lang)["title"]
    assert str(revisions["raised"]) in title
    assert str(revisions.drop("first").sum()) in title


def test_a_change_of_lease_accounting_is_not_called_a_cut() -> None:
    assert "change of lease accounting" in words("capex-guidance")["note"]
    assert "lease" not in words("capex-guidance", as_of="2026-05-31")["note"]


@pytest.mark.parametrize("name", ["gdp-share", "growth-contribution", "borrowing"])
def test_verified_dots_are_solid_and_reported_ones_hollow(name: str) -> None:
    one = figure(name)
    table = run().figures[name].table
    dots = {t.y[0]: t.marker.symbol for t in one.data if t.mode == "markers" and t.name}
    drawn_rows = table[table["value"].notna()]
    assert set(dots) == set(drawn_rows["indicator_id"])
    for row in drawn_rows.itertuples():
        assert dots[row.indicator_id].endswith("-open") == (row.attested == "reported")
        assert dots[row.indicator_id].startswith("square") == (row.kind == "forecast")


def test_shares_of_gdp_stand_on_one_scale_one_panel_a_definition() -> None:
    one = figure("gdp-share")
    assert len({axis.range for axis in one.select_xaxes()}) == 1
    series = planlib.load("indicators").set_index("indicator_id")["series"]
    panels = [{series[key] for key in axis.tickvals} for axis in one.select_yaxes()]
    assert panels == [{name} for name in analysis.GDP_SHARES]


@both_languages
def test_the_dot_com_peak_is_compared_within_one_definition(lang: str) -> None:
    wide = planlib.load("indicators").query("series == 'it-investment-gdp-share'")
    by_period = wide.set_index("period")["value"]
    title = words("gdp-share", lang)["title"]
    assert f"{by_period['2000-Q4']:g}%" in title
    assert f"{by_period['2025-Q2']:g}%" in title


@both_languages
def test_fourteen_percent_is_never_a_share_of_all_bank_lending(lang: str) -> None:
    said = words("bank-lending", lang)
    assert {"en": "not of all bank lending", "zh": "并非占全部银行贷款"}[lang] in said["title"]
    shares, rest, _ = figure("bank-lending", lang).data
    assert [a + b for a, b in zip(shares.x, rest.x, strict=True)] == [100, 100]


@both_languages
def test_parts_of_the_build_out_are_a_forecast_of_somebody(lang: str) -> None:
    teller = tables.names_of("actors", lang)["morgan-stanley"]
    assert teller in words("build-out", lang)["title"]
    (one,) = bars(figure("build-out", lang))
    assert sum(one.x) == pytest.approx(2.9e12)


@both_languages
@both_definitions
def test_the_answer_gives_dollars_beside_shares_of_gdp(definition: str, lang: str) -> None:
    text = run(lang, definition=definition).prose[-1]
    shares = planlib.load("indicators").query("unit == 'percent'").set_index("indicator_id")
    for key in ("ai-infrastructure-gdp-share-2025", "it-share-2025-Q2", "it-share-2000-Q4"):
        assert f"{shares['value'][key]:g}%" in text
    assert {"en": "not a share of all bank lending", "zh": "不是占全部银行贷款"}[lang] in text


def test_the_answer_adds_up_only_what_all_five_state() -> None:
    sums = analysis.together(run().variables["quarters"])
    assert f"USD {sums['trailing_usd_bn'].iloc[-1]:.0f} billion" in run().prose[-1]
    leases = run(definition="with_finance_leases").prose[-1]
    assert "is not added up" in leases


@both_languages
def test_every_row_of_the_answer_is_counted(lang: str) -> None:
    sure = run(lang).prose[-1].split("\n\n")[1]
    frames = [run(lang).variables[n] for n in ("shares", "growth", "borrowed", "lending")]
    stated = run(lang).variables["quarters"]["is_stated"].sum()
    keys = pd.concat([f["indicator_id"] for f in frames])
    assert str(stated + keys.nunique()) in sure


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_opening_counts_quarters_as_their_chart_does(lang: str) -> None:
    key = figure("capex-quarters", lang).layout.meta["planlib"]["key"]
    counts = [int(n) for mark in key for n in re.findall(r"\d+", mark["text"])]
    table = run(lang).figures["capex-quarters"].table
    derived = int(table["is_derived"].fillna(False).sum())
    assert derived in counts
    said = re.findall(r"\d+", run(lang).opening)
    assert {str(derived), str(int(table["is_stated"].sum()))} <= set(said)
    text = {"en": "of the 100 there are, 100", "zh": "个中，100个"}[lang]
    assert text not in run(lang).opening
