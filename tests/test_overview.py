"""The overview on paper: a handout of two sides of A4."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from pypdf import PdfReader

from planlib import doctor, editions
from planlib.answers import questions
from planlib.report import build

ROOT = Path(__file__).resolve().parents[1]
SIDES = 2
A4 = (210, 297)
MILLIMETRE = 72 / 25.4

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The overview in both languages, built in a copy of the checkout."""
    root = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    (root / "reports").mkdir()
    shutil.copy(ROOT / editions.CONFIGURATION, root / "reports")
    build.build(root, ["overview-en", "overview-zh"])
    return root / "reports" / "build"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_prints_on_two_sides_of_a4(site: Path, lang: str) -> None:
    path = doctor.browser()
    assert path, "no Chrome, Chromium or Edge: run planlib doctor, or deselect: -m 'not browser'"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        page = chromium.new_page(viewport={"width": 1280, "height": 900}, offline=True)
        page.goto((site / f"overview-{lang}.html").as_uri())
        page.wait_for_selector("html[data-drawn]", state="attached")
        page.emulate_media(media="print")
        text = page.inner_text("main")
        printed = PdfReader(io.BytesIO(page.pdf(format="A4", print_background=True)))
        chromium.close()
    assert len(printed.pages) == SIDES
    for side in printed.pages:
        size = (side.mediabox.width, side.mediabox.height)
        assert [float(n) / MILLIMETRE for n in size] == pytest.approx(A4, abs=1)
        assert len(side.extract_text()) > 500
    for question in questions.QUESTIONS:
        assert (question.zh if lang == "zh" else question.en) in text
