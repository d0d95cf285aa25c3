"""One figure to one file, from a notebook cell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from planlib import contract
from planlib.briefing import executed, exporting, native
from planlib.briefing.browser import Studio
from planlib.briefing.executed import Figure, Report
from planlib.briefing.exporting import Job, Options, Result
from planlib.briefing.folder import Folder
from planlib.briefing.plotted import Chart, Series
from planlib.errors import PlanlibError, UnknownNameError, did_you_mean

if TYPE_CHECKING:
    import plotly.graph_objects as go

# The page that these are made of belongs to a report.
OF_REPORTS = ("pdf", "html")


def save(
    figure: go.Figure, path: str | Path, table: pd.DataFrame | None = None, *,
    force: bool = False, size: str = "slide", scale: float = 2.0,
    template: str | Path | None = None,
) -> Path:  # fmt: skip
    """Save a chart as slide, workbook, picture or table: the ending of ``path`` says which.

    Parameters
    ----------
    figure
        A figure made by :mod:`planlib.charts`.
    path
        A file that ends in .pptx, .xlsx, .png, .svg, .csv or .zip.
    table
        The frame behind the figure; by default what the chart itself draws.
    force
        Replace a file that exists.
    size, scale
        Of pictures: slide, page or column; pixels of a PNG for each pixel of the layout.
    template
        A .pptx to take slide layouts from.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    PlanlibError
        The format does not exist or needs what is missing, the file exists, or the figure was not
        made by :mod:`planlib.charts`.
    """
    target = Path(path)
    options = Options(size, scale, Path(template) if template else None)
    options.check()
    folder = Folder(target.parent, force=force)
    folder.claim([target.name])
    folder.write({target.name: content(figure, target.suffix[1:], table, options)})
    return target


def content(
    figure: go.Figure, form: str, table: pd.DataFrame | None = None, options: Options | None = None
) -> bytes:
    """Return the file of a chart in a format: what :func:`save` writes."""
    known = [f for f in (*exporting.FORMATS, exporting.PACK) if f not in OF_REPORTS]
    if form not in known:
        raise UnknownNameError(f"no format {form!r} for a figure; {did_you_mean(form, known)}")
    report = report_of(figure, table)
    result = Result()
    with Studio() as studio:
        job = Job(options or Options(), result, studio)
        files = exporting.make(report, form, [report.figures[0].name], job)
    if result.failed:
        raise PlanlibError("\n".join(result.failed))
    # A CSV comes with its metadata; in one file there is room for the table alone.
    return next(iter(files.values()))


def report_of(figure: go.Figure, table: pd.DataFrame | None = None) -> Report:
    """Return a chart as the report of a single figure."""
    shown = contract.bundle(figure, _drawn(figure) if table is None else table)
    words = shown[contract.FIGURE_TYPE]
    executed.check(words)
    one = Figure(words, shown[contract.PLOTLY_TYPE])
    return Report(words["name"], words["lang"], words["title"], "", words["as_of"], [one])


def _drawn(figure: go.Figure) -> pd.DataFrame:
    """Return what a native chart would draw, as a table; one row a category or point."""
    import json

    columns: dict[str, Any] = {}
    for number, chart in enumerate(native.charts(json.loads(figure.to_json()), "value"), 1):
        shown = [s for s in chart.series if not (s.is_total or s.is_unseen)]
        for place, series in enumerate(shown, 1):
            for row, value in _cells(chart, series):
                columns.setdefault("panel", []).append(chart.title or str(number))
                columns.setdefault("series", []).append(series.name or str(place))
                columns.setdefault("item", []).append(row)
                columns.setdefault("value", []).append(value)
    frame = pd.DataFrame(columns or {"item": pd.Series(dtype="str")})
    single = [c for c in ("panel", "series") if c in frame and frame[c].nunique() == 1]
    return frame.drop(columns=single)


def _cells(chart: Chart, series: Series) -> Iterator[tuple[str, float | None]]:
    """Yield name and value of each point of a series; lines of rows only lead to them."""
    names = [c.replace("\n", ", ") for c in chart.categories]
    if chart.kind != "rows":
        yield from zip(names or list(map(str, series.x)), series.values, strict=True)
    elif series.has_markers or series.is_thick:
        for row, x in zip(series.values, series.x, strict=True):
            if row is not None:
                yield names[int(row) - 1], x
