"""A chart saved from a notebook cell."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from pptx import Presentation

import drawn
from planlib import briefing
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
