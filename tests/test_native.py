"""Which drawings have a native chart, and that it says the same."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

import plotly.graph_objects as go
import pytest

from planlib.briefing import native, rows
from planlib.briefing.plotted import Chart, Scale

H = {"orientation": "h"}
ROWS = ["a", "b", "c"]
TICKS = {"type": "category", "tickvals": ROWS, "ticktext": ["Alpha", "Beta<br>two", "Gamma"]}
HIDDEN = {"visible": False}
NAMES = TICKS | {"categoryarray": ROWS[::-1]}
DAY_MS = 86_400_000
EPOCH = datetime.datetime(1899, 12, 30)
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


def test_bars_of_one_fill_may_have_edges_of_their_own() -> None:
    edges = ["#0f6b6b", "#b3261e", "#7f8a93"]
    hollow = bar(marker={"color": "#ffffff", "line": {"color": edges, "width": 1.5}})
    (series,) = one(hollow, xaxis=TICKS).series
    assert (series.colours, series.outlines) == (["#ffffff"] * 3, edges)
    assert series.outline == ""


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
        ([bar(), line(mode="markers", x=ROWS, y=[0, 0, 1], marker={"symbol": "x"})], {}),
        ([line(mode="markers", x=ROWS, y=ROWS)], {"yaxis": TICKS, "xaxis": TICKS}),
        ([line(mode="markers", x=[1, 2, 3], y=ROWS)], {"yaxis": TICKS, "xaxis": HIDDEN}),
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


def test_points_beside_names_are_rows_from_the_top() -> None:
    stems = line(mode="lines", x=[0, 5, None, 0, 7, None], y=["a", "a", None, "b", "b", None])
    rings = line(mode="markers", x=[5, 7], y=["a", "b"], name="read",
                 marker={"symbol": "circle-open", "color": "#0f6b6b"})  # fmt: skip
    words = line(mode="text", x=[5, 1], y=["a", "c"], text=["<b>5</b> MW<br>about", "nothing"])
    chart = one(stems, rings, words, yaxis=NAMES)
    assert (chart.kind, chart.categories) == ("rows", ["Alpha", "Beta two", "Gamma"])
    stem, ring, word = chart.series
    assert (stem.name, stem.x, stem.values) == (
        "line", [0, 5, None, 0, 7, None, None], [1, 1, None, 2, 2, None, None],
    )  # fmt: skip
    assert (ring.x, ring.values, ring.is_hollow, ring.symbol) == ([5, 7], [1, 2], True, "circle")
    assert ring.labels == ["5 MW\nabout", ""]
    assert (word.x, word.values, word.labels, word.is_unseen) == ([1], [3], ["nothing"], True)


def test_points_of_different_look_are_series_named_by_the_key() -> None:
    key = [{"glyph": "●", "colour": "#0f6b6b", "text": "named"},
           {"glyph": "□", "colour": "#b3261e", "text": "not named"}]  # fmt: skip
    mixed = line(mode="markers", x=["2025-01", "2025-03", None], y=ROWS, marker={
        "color": ["#0f6b6b", "#ffffff", "#0f6b6b"], "line": {"color": "#b3261e"},
        "symbol": ["circle", "square", "circle"]})  # fmt: skip
    chart = one(mixed, yaxis=NAMES, xaxis={"type": "date"}, meta={"planlib": {"key": key}})
    assert [(s.name, s.symbol, s.is_hollow) for s in chart.series] == [
        ("named", "circle", False), ("not named", "square", True),
    ]  # fmt: skip
    assert chart.x_scale.is_date
    assert chart.series[1].x == [45717]


def test_ranges_and_reaches_are_lines_from_end_to_end() -> None:
    band = bar(**H, y=["a"], x=[1.5], base=[2], marker={"color": "#0f6b6b"})
    hollow = bar(**H, y=["b"], x=[3], base=[1],
                 marker={"color": "#ffffff", "line": {"color": "#b3261e"}})  # fmt: skip
    reach = line(mode="markers", x=[4], y=["c"],
                 error_x={"array": [1], "arrayminus": [2], "symmetric": False})  # fmt: skip
    series = one(band, hollow, reach, yaxis=NAMES).series
    assert [s.x for s in series if s.has_line] == [[2, 3.5, None], [1, 4, None], [2, 5, None]]
    assert [s.x for s in series if s.is_hollow] == [[1, 4]]
    assert [s.is_thick for s in series] == [True, False, False, False, False]
    assert [s.x for s in series if s.has_markers] == [[1, 4], [2, 5]]


def test_floating_bars_stand_on_days_that_are_not_seen() -> None:
    rule = bar(**H, name="Rule", y=["a", "b"], x=[10 * DAY_MS, 30 * DAY_MS],
               base=["2025-01-20T00:00:00", "2025-02-01"])  # fmt: skip
    word = line(mode="text", x=["2025-01-01"], y=["c"], text=["  first day not stated"])
    axis = {"type": "date", "range": ["2025-01-01", "2026-01-01"]}
    chart = one(rule, word, yaxis=NAMES, xaxis=axis)
    assert chart.is_stacked
    assert chart.categories == ["Alpha", "Beta two", "Gamma · first day not stated"]
    start, length, until = chart.series
    assert (start.is_unseen, length.name, until.is_total) == (True, "Rule, days drawn", True)
    assert (start.values, length.values) == ([45677, 45689, None], [10, 30, None])
    assert until.values == [45687, 45719, None]
    drawing = {"data": [rule, word], "layout": {"yaxis": NAMES, "xaxis": axis}}
    assert [s.name for s in native.charts(drawing, lang="zh")[0].series] == [
        "起",
        "Rule（图中天数）",
        "条的右端",
    ]


def test_a_bar_that_goes_on_hatched_is_stacked_on_the_one_before_it() -> None:
    rule = bar(**H, name="Rule", y=["a"], x=[10 * DAY_MS], base=["2025-01-20"])
    hatch = {"color": "#ffffff", "pattern": {"shape": "/", "fgcolor": "#0f6b6b"}}
    rest = bar(**H, name="Suspended", y=["a"], x=[30 * DAY_MS], base=["2025-01-30"], marker=hatch)
    axis = {"type": "date", "range": ["2025-01-01", "2026-01-01"]}
    start, first, second, until = one(rule, rest, yaxis=NAMES, xaxis=axis).series
    assert [s.values[0] for s in (start, first, second, until)] == [45677, 10, 30, 45717]
    assert (first.is_hatched, second.is_hatched[0], second.colours[0]) == ((), True, "#0f6b6b")
    apart = bar(**H, name="Later", y=["a"], x=[30 * DAY_MS], base=["2025-03-01"])
    drawing = {"data": [rule, apart], "layout": {"yaxis": NAMES, "xaxis": axis}}
    assert native.charts(drawing) == []


def test_marks_of_no_figure_become_gaps_and_leave_the_key() -> None:
    marks = line(mode="markers", x=["d"], y=[0], marker={"symbol": "x-thin-open"})
    chart = one(bar(), marks, xaxis={"type": "category", "categoryarray": ["d", *ROWS]})
    assert chart.categories == ["d", "a", "b", "c"]
    assert [s.values for s in chart.series] == [[None, 1, None, 3.5]]
    assert chart.undrawn == ["×"]


@pytest.mark.parametrize(
    ("ticks", "form", "step"),
    [
        ({0: "0", 10: "10 billion", 20: "20 billion"}, '0" billion";-0" billion";0', 10),
        ({0: "0%", 50: "50%"}, '0"%"', 50),
        ({0: "0", 10: "100亿", 20: "200亿"}, '0"0""亿";-0"0""亿";0', 10),
        ({0: "0", 100: "1,000亿", 200: "2,000亿"}, "", 100),
        ({1: "low", 2: "high"}, "", 1),
    ],
)
def test_an_axis_is_written_as_in_the_drawing(
    ticks: dict[int, str], form: str, step: float
) -> None:
    axis = {"tickvals": list(ticks), "ticktext": list(ticks.values()), "range": [-2, 60]}
    scale = one(bar(), yaxis=axis).scale
    assert (scale.form, scale.step) == (form, step)
    assert scale.low == (0 if 0 in ticks else -2)
    assert scale.title == ("10亿" if 100 in ticks else "")


def test_many_rows_are_cut_into_parts_that_hold_all_of_them() -> None:
    names = [f"n{n}" for n in range(50)]
    axis = {"type": "category", "categoryarray": names[::-1], "tickvals": names, "ticktext": names}
    dots = line(mode="markers", x=list(range(50)), y=names)
    whole = one(dots, line(x=[0, 9], y=["n0", "n0"]), yaxis=axis)
    cut = rows.parts(whole, 21)
    assert [len(c.categories) for c in cut] == [17, 16, 17]
    assert [c for part in cut for c in part.categories] == names
    assert [x for part in cut for x in part.series[-1].x if x is not None] == list(range(50))
    assert all(max(v or 0 for v in c.series[-1].values) == len(c.categories) for c in cut)
    assert len(cut[1].series) == 1
    bars = one(bar(**H, x=list(range(50)), y=names), yaxis=axis)
    assert [v for part in rows.parts(bars, 28) for v in part.series[0].values] == list(range(50))


def test_marks_of_a_time_axis_are_whole_months() -> None:
    for days in (200, 800, 1500):
        scale = Scale(low=45677, high=45677 + days, is_date=True)
        start, step = rows.step_of(scale)
        marks = [EPOCH + datetime.timedelta(start + n * step) for n in range(9)]
        apart = {(b.year - a.year) * 12 + b.month - a.month for a, b in itertools.pairwise(marks)}
        assert apart == {round(step / 30.4375)}
        assert start <= scale.low
