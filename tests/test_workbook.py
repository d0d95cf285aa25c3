"""XLSX, read back with another library."""

from __future__ import annotations

import datetime
import io
import zipfile
from typing import Any

import openpyxl
import pytest

from briefed import drawn, report
from planlib.briefing import workbook

HOSTILE = ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\tx", "\rx", "=cmd|' /C calc'!A0"]
FIELDS = [
    {"name": "title", "title": "name", "unit": "", "type": "string"},
    {"name": "power_mw", "title": "power", "unit": "MW", "type": "number"},
    {"name": "date", "title": "day", "unit": "", "type": "date"},
    {"name": "is_stated", "title": "stated", "unit": "", "type": "boolean"},
    {"name": "from_year", "title": "from", "unit": "", "type": "integer"},
]
ROWS = [
    ["HUMAIN", 500.5, "2025-05-13", True, 2025],
    ["G42", None, "2025-05", False, None],
]
CLAIM = {"table": "deal_terms", "row_id": "x.y", "field": "value", "source_id": "aa-3765741",
         "stance": "differs", "value": "=1+1"}  # fmt: skip
BARS = {"type": "bar", "x": ["HUMAIN", "G42"], "y": [500.5, None], "name": "power"}


def book(*outputs: dict[str, Any]) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook.make(report(*outputs))))


def test_cells_are_typed_and_the_header_is_frozen() -> None:
    made = book(drawn("chips", BARS, words={"fields": FIELDS, "rows": ROWS}))
    sheet = made["chips"]
    head = [sheet.cell(7, c).value for c in range(1, 6)]
    assert head == ["name", "power [MW]", "day", "stated", "from"]
    assert sheet.freeze_panes == "B8"
    first = [sheet.cell(8, c).value for c in range(1, 6)]
    assert first == ["HUMAIN", 500.5, datetime.datetime(2025, 5, 13), True, 2025]
    second = [sheet.cell(9, c).value for c in range(1, 6)]
    assert second == ["G42", None, "2025-05", False, None]
    assert sheet.cell(8, 2).number_format == "#,##0.00"
    assert sheet.cell(8, 5).number_format == "0"


def test_a_chinese_head_names_the_unit_of_the_stored_numbers() -> None:
    field = {"name": "capex_usd_bn", "title": "资本支出", "unit": "USD bn", "type": "number"}
    shown = drawn("capex", BARS, words={"lang": "zh", "fields": [field], "rows": [[9.79]]})
    made = workbook.make(report(shown))
    sheet = openpyxl.load_workbook(io.BytesIO(made))["capex"]
    assert [sheet.cell(row, 1).value for row in (7, 8)] == ["资本支出 [十亿美元]", 9.79]


def test_the_book_has_contents_claims_dictionary_sources_and_conflicts() -> None:
    made = book(drawn("chips", BARS, words={"claims": [CLAIM]}))
    assert made.sheetnames == ["Contents", "chips", "Claims", "Dictionary", "Sources", "Conflicts"]
    assert made["Conflicts"].cell(2, 5).value == "aa-3765741"
    assert made["Claims"].max_row == 2
    assert made["Sources"].cell(2, 3).hyperlink.target.startswith("http")
    assert "CC BY 4.0" in made.properties.description


def test_native_charts_refer_to_the_values_drawn() -> None:
    content = workbook.make(report(drawn("chips", BARS)))
    made = openpyxl.load_workbook(io.BytesIO(content))
    assert len(made["chips"]._charts) == 1
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        chart = archive.read("xl/charts/chart1.xml").decode()
    assert "<c:v>500.5</c:v>" in chart or "$Q$8:$Q$9" in chart
    cells = [[made["chips"].cell(r, c).value for c in (17, 18)] for r in (8, 9)]
    assert cells == [["HUMAIN", 500.5], ["G42", None]]


def test_rows_and_floating_bars_refer_to_their_numbers() -> None:
    names = ["a", "b"]
    axis = {"type": "category", "categoryarray": names[::-1], "tickvals": names,
            "ticktext": ["Alpha", "Beta"]}  # fmt: skip
    dots = {"type": "scatter", "x": [7.5, 9], "y": names, "name": "power",
            "text": ["about 7.5", ""], "mode": "markers+text"}  # fmt: skip
    bars = {"type": "bar", "orientation": "h", "y": names, "x": [86_400_000 * 3, 86_400_000],
            "base": ["2025-01-20", "2025-02-01"], "name": "Rule"}  # fmt: skip
    time = {"type": "date", "range": ["2025-01-01", "2025-12-01"]}
    content = workbook.make(report(
        drawn("dots", dots, yaxis=axis), drawn("bars", bars, yaxis=axis, xaxis=time),
    ))  # fmt: skip
    made = openpyxl.load_workbook(io.BytesIO(content))
    cells = [[made["dots"].cell(r, c).value for c in range(17, 24)] for r in (7, 8, 9)]
    assert cells == [
        ["row", "", "power", "power: row", "row", "row: row", "power: label"],
        [1, "Alpha", 7.5, 1, 0, 1, "about 7.5"], [2, "Beta", 9, 2, 0, 2, ""],
    ]  # fmt: skip
    cells = [[made["bars"].cell(r, c).value for c in range(17, 21)] for r in (7, 8, 9)]
    days = [datetime.datetime(2025, *day) for day in ((1, 20), (1, 23), (2, 1), (2, 2))]
    assert cells == [["", "from", "Rule, days drawn", "end of the bar"],
                     ["Alpha", days[0], 3, days[1]], ["Beta", days[2], 1, days[3]]]  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        placed, stacked = (archive.read(f"xl/charts/chart{n}.xml").decode() for n in (1, 2))
    assert "<c:scatterChart>" in placed
    assert 'wrap="none"' in placed
    assert '<c:grouping val="stacked"/>' in stacked
    assert "<a:noFill/>" in stacked


@pytest.mark.parametrize("words", HOSTILE)
def test_text_that_looks_like_a_formula_stays_text(words: str) -> None:
    changes = {"rows": [[words, 1]], "title": words, "note": words, "claims": [CLAIM]}
    made = book(drawn("chips", BARS, words=changes))
    for sheet in made:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
    assert made["chips"].cell(8, 1).value in (words, words.replace("\r", "\n"))


def test_sheet_names_fit_and_stay_apart() -> None:
    long = "a" * 40
    made = book(drawn(long, BARS), drawn(long + "b", BARS), drawn("claims", BARS))
    assert all(len(name) <= 31 for name in made.sheetnames)
    assert len({name.lower() for name in made.sheetnames}) == 8


def test_links_lead_only_to_the_web() -> None:
    content = workbook.make(report(drawn("chips", BARS, words={"claims": [CLAIM]})))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        rels = "".join(archive.read(n).decode() for n in archive.namelist() if ".rels" in n)
    external = [r for r in rels.split("<Relationship ") if 'TargetMode="External"' in r]
    assert external
    assert all('Target="http' in r for r in external)
