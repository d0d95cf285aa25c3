"""Notebooks and explorers in a real JupyterLab, worked in a real browser."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

import drawn
import lab
from planlib import contract, doctor

ROOT = Path(__file__).resolve().parents[1]
# Long enough for a busy machine [ms]; all waits are for something that is seen to happen.
DRAWN, PATIENCE, MAKING = 180_000, 60_000, 180_000

pytestmark = [pytest.mark.browser, pytest.mark.slow]


class Lab:
    """JupyterLab in a browser, and everything that goes wrong there."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.wrong: list[str] = []
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda m: self.wrong.append(m.text) if m.type == "error" else None)

    def run(self, name: str) -> None:
        """Open a notebook, run all of it, and wait until its charts are drawn."""
        lab.open_notebook(self.page, name)
        lab.run_all(self.page)
        cells = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text("utf-8"))["cells"]
        figures = sum("figure" in cell["metadata"].get("tags", ()) for cell in cells)
        self.page.wait_for_function(
            """(figures) => {
              const panel = window.jupyterapp.shell.currentWidget;
              const plots = panel.node.querySelectorAll(".js-plotly-plot");
              const drawn = [...plots].filter((plot) => plot.querySelector(".main-svg"));
              return drawn.length === figures;
            }""",
            arg=figures,
            timeout=DRAWN,
        )

    def errors(self) -> list[str]:
        """Return what cells of the open notebook printed on failing."""
        failed = self.page.locator("[data-mime-type='application/vnd.jupyter.stderr']")
        return failed.all_inner_texts()

    @property
    def explorer(self) -> Locator:
        return self.page.locator(".planlib-explorer")

    @property
    def chart(self) -> Locator:
        return self.explorer.locator(".js-plotly-plot")

    @property
    def title(self) -> Locator:
        return self.chart.locator(".annotation-text").filter(has_text=re.compile("GPU"))

    def control(self, label: str) -> Locator:
        labelled = self.page.get_by_text(label, exact=True)
        return self.explorer.locator(".widget-inline-hbox").filter(has=labelled)

    def shows(self, text: str) -> None:
        """Wait until the chart prints a text."""
        expect(self.chart).to_contain_text(text)

    def texts(self) -> str:
        """Return all that the chart prints."""
        return " ".join(self.chart.locator("text").all_text_contents())

    def field(self, name: str) -> Locator:
        return self.explorer.locator(f"input[data-name={name}]")


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab, served from a copy of the notebooks, in a browser."""
    path = doctor.browser()
    assert path, "no Chrome, Chromium or Edge: run planlib doctor, or deselect: -m 'not browser'"
    with (
        lab.server(tmp_path_factory.mktemp("lab"), ROOT / "notebooks") as found,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        context = chromium.new_context(viewport={"width": 1500, "height": 1100})
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        one = Lab(page)
        lab.enter(page, found)
        yield one
        chromium.close()


@pytest.mark.parametrize("name", [name for name in drawn.NAMES if name != "deals"])
def test_notebook_runs_and_draws(opened: Lab, name: str) -> None:
    opened.wrong.clear()
    opened.run(name)
    assert opened.errors() == []
    assert opened.wrong == []
    lab.close(opened.page)


@pytest.fixture(scope="module")
def deals(opened: Lab) -> Lab:
    opened.wrong.clear()
    opened.run("deals")
    return opened


def test_deals_runs_and_draws(deals: Lab) -> None:
    assert deals.errors() == []
    assert deals.wrong == []


def test_explorer_is_drawn_once_and_as_wide_as_its_cell(deals: Lab) -> None:
    expect(deals.chart).to_have_count(1)
    box, chart = deals.explorer.bounding_box(), deals.chart.bounding_box()
    assert box
    assert chart
    assert abs(box["width"] - chart["width"]) < 20


def test_slider_moved_by_keyboard_changes_title_data_and_table(deals: Lab) -> None:
    before, table = deals.texts(), deals.explorer.locator("table.planlib tr")
    rows = table.count()
    deals.control("Years").get_by_role("slider").focus()
    deals.page.keyboard.press("ArrowRight")
    expect(deals.field("command")).to_have_value(re.compile(r"-p years 4$"))
    expect(table).to_have_count(rows + 2)
    deals.shows("for 4 years at a take-up of")
    deals.shows("2028")
    assert "2028" not in before


def test_slider_moved_by_mouse(deals: Lab) -> None:
    handle = deals.control("Take-up [%]").get_by_role("slider")
    box = handle.bounding_box()
    assert box
    deals.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    deals.page.mouse.down()
    deals.page.mouse.move(box["x"] - 80, box["y"] + box["height"] / 2, steps=4)
    deals.page.mouse.up()
    # Values on the way reach the kernel too: what counts is where the handle was let go.
    share = float(handle.get_attribute("aria-valuenow") or "nan")
    assert share < 100
    expect(deals.field("command")).to_have_value(re.compile(rf"-p utilisation_pct {share}$"))
    deals.shows(f"take-up {share:g}%")


def test_dropdown_changes_the_number_of_lines(deals: Lab) -> None:
    lines = deals.chart.locator(".scatterlayer .trace")
    expect(lines).to_have_count(4)
    deals.control("Country").locator("select").select_option("Saudi Arabia")
    expect(lines).to_have_count(2)
    deals.shows("Up to 600,000 GPUs are announced over 3 years")
    deals.control("Country").locator("select").select_option("United Arab Emirates")
    expect(lines).to_have_count(4)


def test_language_switch_translates_chart_table_and_labels(deals: Lab) -> None:
    deals.explorer.get_by_role("button", name="中文").click()
    expect(deals.explorer.get_by_text("年数", exact=True)).to_be_visible()
    deals.shows("每年50万张")
    expect(deals.explorer.locator("table.planlib")).to_contain_text("累计GPU数")
    deals.explorer.get_by_role("button", name="English").click()
    expect(deals.explorer.get_by_text("Years", exact=True)).to_be_visible()
    deals.shows("for 4 years at a take-up of")


def test_copied_text_is_the_view(deals: Lab) -> None:
    for name in ("command", "call"):
        deals.explorer.locator(f"button[data-copies={name}]").click()
        copied = deals.page.evaluate("() => navigator.clipboard.readText()")
        assert copied == deals.field(name).input_value()
        assert "years" in copied


def test_data_of_the_view_are_saved_as_csv(deals: Lab, tmp_path: Path) -> None:
    with deals.page.expect_download() as waiting:
        deals.explorer.locator("button[data-saves=csv]").click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    assert path.name == "supply-scenario-en.csv"
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    assert rows[0][0] == "Year"
    assert len(rows) == deals.explorer.locator("table.planlib tr").count()


@pytest.mark.parametrize(
    ("form", "begins"), [("xlsx", b"PK"), ("pptx", b"PK"), ("png", b"\x89PNG")]
)
def test_view_is_saved_as_a_file(deals: Lab, tmp_path: Path, form: str, begins: bytes) -> None:
    with deals.page.expect_download(timeout=MAKING) as waiting:
        deals.explorer.locator(f"button[data-saves={form}]").click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    assert path.name == f"supply-scenario-en.{form}"
    assert path.read_bytes().startswith(begins)


def test_click_on_a_mark_shows_what_is_printed(deals: Lab) -> None:
    deals.chart.scroll_into_view_if_needed()
    point = deals.chart.locator(".scatterlayer .point").first.bounding_box()
    assert point
    deals.page.mouse.click(point["x"] + point["width"] / 2, point["y"] + point["height"] / 2)
    traces = deals.explorer.locator(".planlib-trace")
    expect(traces.filter(has_text="50万张GPU")).to_have_count(1)


def test_refused_settings_are_explained_and_the_chart_stays(deals: Lab) -> None:
    before = deals.texts()
    slider = deals.control("As of").get_by_role("slider")
    slider.focus()
    deals.page.keyboard.press("Home")
    said = deals.explorer.locator(".planlib-refused")
    expect(said).to_contain_text("These settings show nothing")
    assert deals.texts() == before
    deals.explorer.get_by_role("button", name="Reset", exact=True).click()
    expect(said).to_have_count(0)
    expect(deals.field("command")).to_have_value("papermill deals.ipynb my-view.ipynb")


def test_nothing_went_wrong_meanwhile(deals: Lab) -> None:
    assert deals.errors() == []
    assert deals.wrong == []


def test_what_jupyterlab_saves_keeps_the_static_figure(deals: Lab) -> None:
    shown = deals.page.evaluate(
        """() => window.jupyterapp.shell.currentWidget.context.model.toJSON().cells
          .flatMap((cell) => cell.outputs || []).map((output) => output.data || {})"""
    )
    kept: list[dict[str, Any]] = [d for d in shown if contract.FIGURE_TYPE in d]
    assert [d[contract.FIGURE_TYPE]["name"] for d in kept] == list(drawn.run("deals").figures)
    assert all(contract.PLOTLY_TYPE in d for d in kept)
    assert sum("application/vnd.jupyter.widget-view+json" in d for d in kept) == 1
