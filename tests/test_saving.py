"""A chart saved from a notebook cell."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pptx import Presentation

import drawn
from planlib import briefing
from planlib.briefing import plotted
from planlib.errors import PlanlibError


@pytest.mark.parametrize("name", ["price.pptx", "price.xlsx", "price.csv"])
def test_the_ending_chooses_the_format(tmp_path: Path, name: str) -> None:
    shown = drawn.run("deals").figures["price-per-gpu"]
    path = briefing.save(shown.figure, tmp_path / name, shown.table)
    assert path.stat().st_size > 100
    assert [p.name for p in tmp_path.iterdir()] == [name]
    with pytest.raises(PlanlibError, match="exists"):
        briefing.save(shown.figure, path, shown.table)
    briefing.save(shown.figure, path, shown.table, force=True)


def test_slides_and_workbook_hold_the_values_of_the_table(tmp_path: Path) -> None:
    shown = drawn.run("deals").figures["price-per-gpu"]
    values = sorted(shown.table["usd_per_gpu"])
    deck = Presentation(str(briefing.save(shown.figure, tmp_path / "a.pptx", shown.table)))
    (chart,) = (s.chart for s in deck.slides[1].shapes if s.has_chart)
    assert sorted(chart.plots[0].series[0].values) == pytest.approx(values)
    book = openpyxl.load_workbook(briefing.save(shown.figure, tmp_path / "a.xlsx", shown.table))
    cells = [c.value for row in book["price-per-gpu"].iter_rows(min_row=8) for c in row]
    assert {round(v, 4) for v in values} <= {round(c, 4) for c in cells if isinstance(c, float)}


# Where a table has rows that another figure draws, only what is drawn here has to be in it.
DRAWN = [
    ("deals", "fit", ["kw_per_gpu_low", "kw_per_gpu_high"], False, True),
    ("deals", "terms", ["value", "value_to"], False, False),
    ("capex", "capex-guidance", ["low_usd_bn", "high_usd_bn"], False, True),
    ("capex", "borrowing", ["value"], False, True),
    ("controls", "controls-calendar", ["from_date", "to_date"], True, True),
    ("controls", "decisions-calendar", ["from_date", "to_date"], True, True),
    ("timeline", "deadline-board", ["due_date", "outcome_date"], True, False),
]


@pytest.mark.parametrize(("notebook", "name", "columns", "is_date", "is_whole"), DRAWN)
def test_points_and_floating_bars_hold_the_cells_of_the_table(
    tmp_path: Path, notebook: str, name: str, columns: list[str], is_date: bool, is_whole: bool
) -> None:
    shown = drawn.run(notebook).figures[name]
    fields = [f["name"] for f in shown.words["fields"]]
    raw = {row[fields.index(c)] for c in columns for row in shown.words["rows"]} - {None}
    expected = {round(float(plotted.serial(v) if is_date else v), 6) for v in raw}
    deck = Presentation(str(briefing.save(shown.figure, tmp_path / "a.pptx", shown.table)))
    made = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    found = {value for chart in made for value in _values(chart, ".//c:xVal//c:v | .//c:val//c:v")}
    marked = "//c:ser[not(c:marker/c:symbol/@val='none')]/c:xVal//c:v"
    points = {value for chart in made for value in _values(chart, marked)}
    starts = {value for chart in made for value in _values(chart, "//c:ser[1]/c:val//c:v")}
    assert len(points or starts) > 3
    # What other sources say stands in a note; a place for "several" is labelled, not stated.
    if name not in ("borrowing", "terms"):
        assert (points or starts) <= expected
    if is_whole:
        assert expected <= found
    book = openpyxl.load_workbook(briefing.save(shown.figure, tmp_path / "a.xlsx", shown.table))
    cells = {
        round(float(_number(cell.value)), 6)
        for row in book[name].iter_rows(min_row=8, min_col=len(fields) + 1)
        for cell in row if isinstance(cell.value, (int, float, datetime.datetime))
    }  # fmt: skip
    assert (points or starts) <= cells


def _values(chart: Any, path: str) -> set[float]:
    return {round(float(v.text), 6) for v in chart._chartSpace.xpath(path)}


def _number(value: float | datetime.datetime) -> float:
    if isinstance(value, datetime.datetime):
        return float(plotted.serial(value.isoformat()))
    return value


def test_without_a_table_the_chart_gives_its_own(tmp_path: Path) -> None:
    figure = drawn.run("deals").figures["supply-scenario"].figure
    text = briefing.save(figure, tmp_path / "a.csv").read_text(encoding="utf-8")
    assert text.splitlines()[0] == "panel,Series,item,Value"
    assert ",2027,1500000" in text


@pytest.mark.parametrize("name", ["a.pdf", "a.jpg", "a"])
def test_formats_that_a_figure_has_not_are_named(tmp_path: Path, name: str) -> None:
    figure = drawn.run("deals").figures["fit"].figure
    with pytest.raises(PlanlibError, match="for a figure"):
        briefing.save(figure, tmp_path / name)
    assert not list(tmp_path.iterdir())
