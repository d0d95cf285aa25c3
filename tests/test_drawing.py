"""Drawing: plain Plotly JSON under the names of Plotly's own methods."""

from __future__ import annotations

import copy
import re
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest
from plotly.subplots import make_subplots

from planlib import drawing as drawings
from planlib import evidence
from planlib.drawing import Drawing

PLAIN = go.layout.Template()


def layout(figure: go.Figure) -> dict[str, Any]:
    made: dict[str, Any] = figure.to_plotly_json()["layout"]
    return {key: value for key, value in made.items() if key != "template"}


@pytest.mark.parametrize(
    ("own", "plotly"),
    [
        ({"rows": 1, "columns": 2, "column_gap": 0.11}, {"horizontal_spacing": 0.11}),
        ({"rows": 3, "heights": [20, 30, 50], "row_gap": 0.05},
         {"row_heights": [20, 30, 50], "vertical_spacing": 0.05}),
        ({"rows": 3, "heights": [20, 30, 50], "row_gap": 0.05, "shared": "x"},
         {"row_heights": [20, 30, 50], "vertical_spacing": 0.05, "shared_xaxes": True}),
        ({"rows": 2, "columns": 4, "column_gap": 0.03, "row_gap": 0.2, "shared": "y"},
         {"horizontal_spacing": 0.03, "vertical_spacing": 0.2, "shared_yaxes": True}),
    ],
)  # fmt: skip
def test_panels_lie_where_plotly_lays_subplots(own: dict[str, Any], plotly: dict[str, Any]) -> None:
    rows, columns = own["rows"], own.get("columns", 1)
    titles = [f"panel {n}" for n in range(rows * columns)]
    drawing = Drawing.panels(titles=titles, font={"size": 16}, **own)
    expected = make_subplots(rows=rows, cols=columns, subplot_titles=titles, **plotly)
    found, wanted = layout(drawing.figure()), layout(expected)
    assert found.pop("shapes") == []
    assert set(found) == set(wanted)
    for one, other in zip(found.pop("annotations"), wanted.pop("annotations"), strict=True):
        places = {key: pytest.approx(other.pop(key)) for key in ("x", "y")}
        assert one == other | places
    for name, axis in wanted.items():
        assert found[name] == axis | {"domain": pytest.approx(axis["domain"])}


def test_traces_and_axes_of_a_panel_belong_together() -> None:
    drawing = Drawing.panels(2, 2)
    drawing.add_bar(x=[1], y=[2], row=1, col=1)
    drawing.add_scatter(x=[1], y=[2], row=2, col=1)
    drawing.update_yaxes(range=[0, 9], row=2, col=1)
    figure = drawing.figure()
    assert [(t.type, t.xaxis, t.yaxis) for t in figure.data] == [
        ("bar", "x", "y"), ("scatter", "x3", "y3")
    ]  # fmt: skip
    assert figure.layout.yaxis3.range == (0, 9)
    assert figure.layout.yaxis.range is None


def test_axes_keep_what_is_not_set_anew_and_share_nothing() -> None:
    drawing = Drawing.panels(1, 2)
    drawing.update_xaxes(title={"text": "x", "font": {"size": 12}})
    drawing.update_xaxes(title={"font": {"size": 20}}, row=1, col=2)
    figure = drawing.figure()
    assert figure.layout.xaxis.title.font.size == 12
    assert (figure.layout.xaxis2.title.text, figure.layout.xaxis2.title.font.size) == ("x", 20)


def test_pandas_values_become_plain_ones() -> None:
    drawing = Drawing()
    drawing.add_scatter(
        x=pd.to_datetime(pd.Series(["2025-07-23", None])), y=pd.Series([1.5, float("nan")]),
        text=pd.Series(["a", None], dtype="string"), marker={"color": pd.Categorical(["b", "c"])},
    )  # fmt: skip
    drawing.add_vline(pd.Timestamp("2025-07-23"))
    made = drawing.figure().to_plotly_json()
    (trace,) = made["data"]
    assert trace["x"] == ["2025-07-23T00:00:00", None]
    assert trace["y"] == [1.5, None]
    assert trace["text"] == ["a", None]
    assert trace["marker"]["color"] == ["b", "c"]
    assert made["layout"]["shapes"][0]["x0"] == "2025-07-23T00:00:00"


def test_plotly_checks_what_is_set_in_a_finished_figure() -> None:
    drawing = Drawing()
    drawing.add_bar(x=[1], y=[2])
    figure = drawing.figure()
    with pytest.raises(ValueError, match="barmod"):
        figure.update_layout(barmod="stack")
    with pytest.raises(ValueError, match="colour"):
        figure.data[0].marker = {"colour": "red"}
    with pytest.raises(ValueError, match="sidewards"):
        figure.update_xaxes(side="sidewards")


def test_figure_made_with_plotly_can_be_framed_too() -> None:
    figure = go.Figure(go.Bar(x=[1], y=["a"]), layout={"template": PLAIN, "barmode": "stack"})
    figure.add_annotation(text="here")
    drawing = Drawing.of(figure)
    drawing.add_annotation(text="there")
    assert [a.text for a in drawing.figure().layout.annotations] == ["here", "there"]
    assert drawing.figure().layout.barmode == "stack"
    assert len(figure.layout.annotations) == 1
    assert list(drawing.labels()) == ["here", "there"]


def test_rows_behind_a_frame_are_shared_by_all_that_come_of_it() -> None:
    frame = pd.DataFrame({"n": [1, 2]})
    frame.attrs["rows"] = evidence.Behind({"measures": ["a"]})
    assert frame[frame["n"] > 1].attrs["rows"] is frame.attrs["rows"]
    assert copy.deepcopy(frame.attrs)["rows"] is frame.attrs["rows"]


def test_small_plotly_is_of_the_version_that_the_package_has() -> None:
    small, whole = (
        drawings.script([{"type": "bar"}, {"x": [1]}]),
        drawings.script([{"type": "sankey"}]),
    )
    first = [path.read_text(encoding="utf-8").splitlines()[1] for path in (small, whole)]
    versions = [re.search(r"plotly\.js .*?v([0-9.]+)", line) for line in first]
    assert versions[0]
    assert versions[1]
    assert versions[0][1] == versions[1][1]
    assert small.stat().st_size * 3 < whole.stat().st_size


def test_charts_give_the_drawing_itself_where_no_figure_is_wanted() -> None:
    def framed() -> object:
        drawing = Drawing()
        drawing.add_bar(x=[1], y=["a"])
        return drawing.finished()

    with drawings.unfinished():
        unfinished = framed()
    assert isinstance(unfinished, Drawing)
    finished = framed()
    assert isinstance(finished, go.Figure)
    made = drawings.plain(finished)
    made["layout"].pop("template", None)
    assert drawings.plain(unfinished) == made
