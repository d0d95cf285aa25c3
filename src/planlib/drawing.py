"""A chart in the making: traces and layout as plain Plotly JSON, made a figure in one go.

Plotly's graph objects check every property each time one is set, and took half of the time of a
report. Here properties are set down as they are given, under the names of Plotly's own methods;
that every chart comes out as valid Plotly is for the tests to show.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import plotly.graph_objects as go

Properties = dict[str, Any]
# A quarter of the whole plotly.js, and read by a browser four times as fast.
BASIC_SCRIPT = Path(__file__).parent / "vendored" / "plotly-basic.min.js"
BASIC_TRACES = frozenset({"scatter", "bar", "pie"})


def script(traces: Iterable[Mapping[str, Any]]) -> Path:
    """Return the file of plotly.js that draws these traces: the small one where that can."""
    if {trace.get("type", "scatter") for trace in traces} <= BASIC_TRACES:
        return BASIC_SCRIPT
    import plotly

    return Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


_is_unfinished: ContextVar[bool] = ContextVar("is_unfinished", default=False)


@contextmanager
def unfinished() -> Iterator[None]:
    """Let charts give the drawing itself, for those who show many and need a figure of few."""
    before = _is_unfinished.set(True)
    try:
        yield
    finally:
        _is_unfinished.reset(before)


class Drawing:
    """Traces, axes, annotations and shapes of one chart.

    Attributes
    ----------
    data, layout
        As in Plotly's JSON; values may be pandas and numpy objects.
    """

    def __init__(self) -> None:
        self.data: list[Properties] = []
        self.layout: Properties = {"annotations": [], "shapes": []}
        self._columns = 1

    @classmethod
    def panels(
        cls,
        rows: int,
        columns: int = 1,
        *,
        heights: Sequence[float] = (),
        row_gap: float = 0,
        column_gap: float = 0,
        shared: str = "",
        titles: Sequence[str] = (),
        **title: Any,
    ) -> Drawing:
        """Return an empty drawing of several panels, numbered by row from the top left.

        Parameters
        ----------
        heights
            Of the rows, in proportion; all the same by default.
        row_gap, column_gap
            Between panels, as a share of the whole.
        shared
            ``x``: the panels of a column share their axis, labelled at the bottom; ``y``: those of
            a row, labelled at the left.
        titles, title
            A title above each panel, and the properties of all these annotations.
        """
        drawing = cls()
        drawing._columns = columns
        heights = heights or [1] * rows
        room = 1 - row_gap * (rows - 1)
        width = (1 - column_gap * (columns - 1)) / columns
        top = 1.0
        for row, share in enumerate(heights, 1):
            bottom = max(0.0, top - room * share / sum(heights))
            for column in range(1, columns + 1):
                left = (column - 1) * (width + column_gap)
                number = drawing._number(row, column)
                x: Properties = {"anchor": f"y{number}", "domain": [left, left + width]}
                y: Properties = {"anchor": f"x{number}", "domain": [bottom, top]}
                if shared == "x" and row < rows:
                    x |= {"matches": f"x{drawing._number(rows, column)}", "showticklabels": False}
                if shared == "y" and column > 1:
                    y |= {"matches": f"y{drawing._number(row, 1)}", "showticklabels": False}
                drawing.layout |= {f"xaxis{number}": x, f"yaxis{number}": y}
                place = (row - 1) * columns + column - 1
                if place < len(titles) and titles[place]:
                    drawing.add_annotation(
                        **{"text": titles[place], "showarrow": False, "xref": "paper",
                           "yref": "paper", "x": left + width / 2, "y": top,
                           "xanchor": "center", "yanchor": "bottom"} | title
                    )  # fmt: skip
            top = bottom - row_gap
        return drawing

    @classmethod
    def of(cls, figure: go.Figure) -> Drawing:
        """Return the drawing of a figure that was made with Plotly itself."""
        drawing = cls()
        made = figure.to_plotly_json()
        drawing.data = list(made["data"])
        drawing.layout |= {key: v for key, v in made["layout"].items() if key != "template"}
        drawing.layout["annotations"] = list(drawing.layout["annotations"])
        drawing.layout["shapes"] = list(drawing.layout["shapes"])
        return drawing

    def add_scatter(self, *, row: int = 0, col: int = 0, **trace: Any) -> None:
        """Add points, lines or texts, in a panel if one is named."""
        self._add("scatter", row, col, trace)

    def add_bar(self, *, row: int = 0, col: int = 0, **trace: Any) -> None:
        """Add bars, in a panel if one is named."""
        self._add("bar", row, col, trace)

    def _add(self, kind: str, row: int, col: int, trace: Properties) -> None:
        if row:
            number = self._number(row, col)
            trace |= {"xaxis": f"x{number}", "yaxis": f"y{number}"}
        self.data.append({"type": kind, **trace})

    def add_annotation(self, **properties: Any) -> None:
        """Add a text at a place."""
        self.layout["annotations"].append(properties)

    def add_shape(self, **properties: Any) -> None:
        """Add a line or an area."""
        self.layout["shapes"].append(properties)

    def add_vline(self, x: Any, **properties: Any) -> None:
        """Add a line from the bottom of the drawing to its top."""
        ends = {"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "xref": "x", "yref": "y domain"}
        self.add_shape(**ends | properties)

    def update_layout(self, **properties: Any) -> None:
        """Set properties of the layout; those of nested ones that are not named stay."""
        _merge(self.layout, properties)

    def update_xaxes(self, *, row: int = 0, col: int = 0, **properties: Any) -> None:
        """Set properties of the horizontal axes of all panels, or of one."""
        self._update_axes("x", row, col, properties)

    def update_yaxes(self, *, row: int = 0, col: int = 0, **properties: Any) -> None:
        """Set properties of the vertical axes of all panels, or of one."""
        self._update_axes("y", row, col, properties)

    def _update_axes(self, letter: str, row: int, col: int, properties: Properties) -> None:
        if row:
            axes = [self.layout[f"{letter}axis{self._number(row, col)}"]]
        else:
            self.layout.setdefault(f"{letter}axis", {})
            axes = self.axes(letter)
        for axis in axes:
            _merge(axis, properties)

    def axes(self, letter: str) -> list[Properties]:
        """Return the axes named ``x`` or ``y``, in the order of the panels."""
        return [v for key, v in self.layout.items() if key.startswith(f"{letter}axis")]

    def labels(self) -> Iterator[str]:
        """Yield the texts that stand on the chart: labels of marks and of axes, annotations."""
        for trace in self.data:
            text = trace.get("text")
            yield from [text] if isinstance(text, str) else map(str, () if text is None else text)
        for axis in [*self.axes("x"), *self.axes("y")]:
            yield from map(str, axis.get("ticktext", ()))
        for annotation in self.layout["annotations"]:
            yield str(annotation["text"])

    def plain(self) -> Properties:
        """Return the drawing as Plotly's JSON, of plain values."""
        return _plain({"data": self.data, "layout": self.layout})

    def finished(self) -> go.Figure:
        """Return the figure, or this drawing where that is asked for: see :func:`unfinished`."""
        return cast("go.Figure", self) if _is_unfinished.get() else self.figure()

    def figure(self) -> go.Figure:
        """Return the figure; from here on Plotly checks again what is set in it."""
        import plotly.graph_objects as go

        figure = go.Figure(self.plain(), _validate=False)
        for part in (figure, figure.layout, *figure.data):
            part._validate = True
        return figure

    def _number(self, row: int, col: int) -> str:
        place = (row - 1) * self._columns + col
        return str(place) if place > 1 else ""


def plain(figure: Drawing | go.Figure) -> Properties:
    """Return a figure, or a drawing that becomes one, as Plotly's JSON."""
    if isinstance(figure, Drawing):
        return figure.plain()
    # Plotly's own way copies all of it before it is written.
    return _plain({"data": figure._data, "layout": figure._layout})


def _plain(made: Properties) -> Properties:
    from plotly.utils import PlotlyJSONEncoder

    found: Properties = json.loads(json.dumps(made, cls=PlotlyJSONEncoder))
    return found


def _merge(into: Properties, properties: Mapping[str, Any]) -> None:
    for key, value in properties.items():
        if isinstance(value, Mapping):
            # Its own, so that what is set in one axis is not set in all of them.
            into[key] = into[key] if isinstance(into.get(key), dict) else {}
            _merge(into[key], value)
        else:
            into[key] = value
