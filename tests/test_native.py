"""Which drawings have a native chart, and that it says the same."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import pytest

from planlib.briefing import native
from planlib.briefing.native import Chart

H = {"orientation": "h"}
ROWS = ["a", "b", "c"]
TICKS = {"type": "category", "tickvals": ROWS, "ticktext": ["Alpha", "Beta<br>two", "Gamma"]}
YEARS = [2023, 2024, 2025]
DAYS = ["2025-01-20", "2025-07-23", "2025-12-01"]


def one(*traces: dict[str, Any], **layout: Any) -> Chart:
    (chart,) = native.charts({"data": list(traces), "layout": layout})
    return chart


def bar(**changes: Any) -> dict[str, Any]:
    return {"type": "bar", "x": ROWS, "y": [1, None, 3.5], "name": "n"} | changes


def line(**changes: Any) -> dict[str, Any]:
    return {"type": "scatter", "mode": "lines", "x": YEARS, "y": [1, 2, 3]} | changes


def test_bars_keep_values_names_and_colours() -> None:
    trace = bar(marker={"color": ["#0f6b6b", "#0f6b6b", "#b3261e"]}, text=["1", "", "3.5"])
    chart = one(trace, xaxis=TICKS)
    assert (chart.kind, chart.categories) == ("bar", ["Alpha", "Beta two", "Gamma"])
    (series,) = chart.series
    assert (series.name, series.values) == ("n", [1, None, 3.5])
    assert series.colours == ["#0f6b6b", "#0f6b6b", "#b3261e"]
    assert series.labels == ["1", "", "3.5"]


def test_horizontal_bars_are_listed_from_the_top() -> None:
    axis = TICKS | {"categoryarray": ["c", "b", "a"]}
    chart = one(bar(**H, x=[1, 2, 3], y=ROWS), yaxis=axis)
    assert chart.is_horizontal
    assert chart.categories == ["Alpha", "Beta two", "Gamma"]
    assert chart.series[0].values == [1, 2, 3]


def test_packed_arrays_are_read() -> None:
    import numpy

    figure = go.Figure(go.Bar(x=ROWS, y=numpy.array([1.5, numpy.nan, 3])))
    assert one(*figure.to_plotly_json()["data"]).series[0].values == [1.5, None, 3]
    packed = {"bdata": "AQID", "dtype": "i1"}
    assert one(bar(y=packed)).series[0].values == [1, 2, 3]


def test_stacked_grouped_and_disjoint_bars_differ() -> None:
    pair = (bar(y=[1, 2, 3]), bar(y=[4, 5, 6], name="m"))
    assert one(*pair, barmode="stack").is_stacked
    grouped = one(*pair, barmode="group")
    assert not grouped.is_stacked
    assert not grouped.is_overlaid
    apart = one(bar(x=["a"], y=[1]), bar(x=["b"], y=[2], name="m"))
    assert apart.is_overlaid
    assert [s.values for s in apart.series] == [[1, None], [None, 2]]


def test_texts_beside_a_stack_are_its_totals() -> None:
    words = {"type": "scatter", "mode": "text", "x": ROWS, "y": [5, 7, 9], "text": ["5", "7", "9"]}
    chart = one(bar(y=[1, 2, 3]), bar(y=[4, 5, 6]), words, barmode="stack")
    assert chart.series[-1].is_total
    assert chart.series[-1].values == [5, 7, 9]


def test_lines_over_even_years_are_lines_and_others_are_placed() -> None:
    assert one(line()).kind == "line"
    assert one(line()).categories == ["2023", "2024", "2025"]
    uneven = one(line(x=[2023, 2024, 2026]))
    assert (uneven.kind, uneven.series[0].x) == ("points", [2023, 2024, 2026])


def test_dates_become_days_of_a_spreadsheet() -> None:
    chart = one(line(x=DAYS))
    assert chart.x_scale.is_date
    assert chart.series[0].x == [45677, 45861, 45992]


def test_steps_turn_where_the_next_value_begins() -> None:
    chart = one(line(x=DAYS, line={"shape": "hv"}))
    assert chart.series[0].x == [45677, 45861, 45861, 45992, 45992]
    assert chart.series[0].values == [1, 1, 2, 2, 3]


def test_areas_points_bubbles_and_pies() -> None:
    assert one(line(stackgroup="one"), line(stackgroup="one")).is_stacked
    assert one(line(fill="tozeroy")).kind == "area"
    assert one(line(mode="markers", x=[1.5, 2, 9])).kind == "points"
    bubble = one(line(mode="markers", x=[1.5, 2, 9], marker={"size": [4, 9, 16]}))
    assert (bubble.kind, bubble.series[0].sizes) == ("bubble", [4, 9, 16])
    pie = one({"type": "pie", "labels": ROWS, "values": [1, 2, 3], "hole": 0.4})
    assert (pie.kind, pie.categories, pie.hole) == ("pie", ROWS, 0.4)


def test_panels_become_charts_of_their_own() -> None:
    head = {"text": "<b>Power</b>", "x": 0.77, "y": 1, "xref": "paper", "yanchor": "bottom"}
    found = native.charts(
        {
            "data": [line(), line(xaxis="x2", yaxis="y2")],
            "layout": {"xaxis": {"domain": [0, 0.4]}, "xaxis2": {"domain": [0.6, 1]},
                       "annotations": [head]},
        }
    )  # fmt: skip
    assert [c.title for c in found] == ["", "Power"]


@pytest.mark.parametrize(
    ("traces", "layout"),
    [
        ([bar(base=[1, 2, 3])], {}),
        ([bar(error_y={"array": [1, 1, 1]})], {}),
        ([bar(), line()], {}),
        ([line(mode="markers", x=[1, 2, 3], y=ROWS)], {"yaxis": {"type": "category"}}),
        ([line(mode="markers", x=DAYS)], {"yaxis": {"visible": False}}),
        ([line(fill="tonexty")], {}),
        ([{"type": "heatmap", "z": [[1]]}], {}),
        ([{"type": "treemap", "labels": ["a"], "parents": [""]}], {}),
        ([bar(x=["a", "a", "b"])], {}),
        ([], {}),
    ],
)
def test_what_a_native_chart_cannot_say_has_none(
    traces: list[dict[str, Any]], layout: dict[str, Any]
) -> None:
    assert native.charts({"data": traces, "layout": layout}) == []


@pytest.mark.parametrize(
    ("labels", "form"),
    [
        (["1,000", "", "12"], "#,##0"),
        (["1000%", "", "12%"], '0"%"'),
        (["USD 1,000", "", "USD 12"], '"USD "#,##0'),
        (["up to 1,000", "", "12"], ""),
        (["1 thousand", "", "12"], ""),
    ],
)
def test_labels_are_values_only_where_they_say_no_more(labels: list[str], form: str) -> None:
    assert native.number_format(one(bar(y=[1000, 0, 12], text=labels))) == form
