"""Every report, opened from disk in a real browser with the network cut."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from planlib import doctor
from planlib.report import build

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.browser
LANGUAGES = {"en": "en", "zh": "zh-Hans"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All editions, built in a copy of the checkout."""
    root = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    (root / "reports").mkdir()
    shutil.copy(ROOT / "reports" / "reports.toml", root / "reports")
    result = build.build(root, jobs=2)
    assert result.failed == {}
    return root / "reports" / "build"


@pytest.fixture(scope="module")
def context() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    browser = doctor.browser()
    assert browser, "no Chrome, Chromium or Edge: run planlib doctor"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=browser, args=["--no-sandbox", "--disable-gpu"]
        )
        page_context = chromium.new_context(offline=True, accept_downloads=True)
        yield page_context
        chromium.close()


def opened(context: Any, path: Path) -> tuple[Any, list[str]]:
    """Open a page from disk; return it and everything that went wrong or asked for the network."""
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda r: wrong.append(r.url) if r.url.startswith("http") else None)
    page.goto(path.as_uri())
    return page, wrong


def test_every_report_draws_its_charts_without_a_network(site: Path, context: Any) -> None:
    manifest = json.loads((site / "manifest.json").read_text(encoding="utf-8"))
    assert len(manifest["editions"]) >= 12
    for name, edition in manifest["editions"].items():
        page, wrong = opened(context, site / f"{name}.html")
        count = len(edition["figures"])
        assert count > 0, name
        page.wait_for_function(
            f"document.querySelectorAll('.js-plotly-plot .main-svg').length >= {count}"
        )
        page.wait_for_timeout(300)
        drawn = page.locator(".js-plotly-plot")
        assert drawn.count() == count, name
        marks = page.evaluate(
            "[...document.querySelectorAll('.js-plotly-plot')].map(d => "
            "d.querySelectorAll('.point, .points path, .bars path, .js-line, text').length)"
        )
        assert all(marks), name
        assert wrong == [], name
        lang = edition["parameters"]["lang"]
        assert page.locator("html").get_attribute("lang") == LANGUAGES[lang]
        other = page.locator("nav.languages a").first.get_attribute("href")
        assert (site / other).is_file(), name
        for link in page.locator(".tools a").all():
            assert (site / link.get_attribute("href")).is_file(), name
        assert (
            page.evaluate("document.querySelectorAll('[role=img]:not([aria-label])').length") == 0
        )
        page.close()


def test_the_index_leads_to_every_report(site: Path, context: Any) -> None:
    page, wrong = opened(context, site / "index.html")
    links = {a.get_attribute("href") for a in page.locator(".editions a").all()}
    manifest = json.loads((site / "manifest.json").read_text(encoding="utf-8"))
    assert links == {f"{name}.html" for name in manifest["editions"]}
    assert wrong == []


@pytest.mark.parametrize("name", ["deals-en", "timeline-zh"])
def test_a_page_fits_a_phone(site: Path, context: Any, name: str) -> None:
    page, _ = opened(context, site / f"{name}.html")
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_chart_can_be_saved_as_a_picture(site: Path, context: Any, tmp_path: Path) -> None:
    page, _ = opened(context, site / "deals-en.html")
    page.wait_for_selector(".js-plotly-plot .main-svg")
    with page.expect_download() as download:
        page.click("#figure-fit button.picture")
    saved = tmp_path / "fit.png"
    download.value.save_as(saved)
    assert download.value.suggested_filename == "deals-en-fit.png"
    assert saved.read_bytes().startswith(b"\x89PNG")
    assert saved.stat().st_size > 50_000
