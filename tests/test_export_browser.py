"""Pictures, paper and mail in a real browser: what they hold, and that nothing in them runs."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import struct
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from playwright.sync_api import Browser, sync_playwright
from pptx import Presentation
from pypdf import PdfReader

from briefed import drawn, site
from checkout import Checkout, code, shown, without_kernels
from planlib import briefing, doctor
from planlib.briefing import browser, exporting, pictures, tabular
from planlib.briefing.browser import Studio
from planlib.report import build as building

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SVG = "{http://www.w3.org/2000/svg}"
BAR = {"type": "bar", "x": ["甲", "b"], "y": [1, 2]}
MAP = {"type": "heatmap", "z": [[1, 2], [3, 4]]}
META = {"planlib": {"plain_margin": {"t": 14, "b": 34}, "plain_height": 300, "key": [],
                    "stamp": "As of 15 January 2026"}}  # fmt: skip
HOSTILE = {
    "script": "<script>window.hacked = 1</script>",
    "attribute": '"><img src=x onerror="window.hacked = 2">',
    "link": '<a href="javascript:window.hacked=3">click</a> javascript:window.hacked=3',
    "markdown": "[click](javascript:window.hacked=4)",
    "svg": "<svg onload=window.hacked=5></svg>",
    "formula": '=HYPERLINK("http://evil.example/","x")',
    "path": "../../x",
    "direction": "user\u202egnp.exe",
    "long": "长" * 10_000,
    "control": "a\x00b\x07c\x1b[31md",
    "emoji": "👍🏽 ok",
    "end": "</script><!-- ]]> --> \u2028 </textarea></style>",
}


ROWS = ("script", "formula", "control")


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with sync_playwright() as driver:
        one = driver.chromium.launch(executable_path=doctor.browser(), args=["--no-sandbox"])
        yield one
        one.close()


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pictures kept in a folder of the test, and no lack of fonts."""
    monkeypatch.setenv(pictures.CACHE_VARIABLE, str(tmp_path / "kept"))
    return tmp_path / "kept"


def test_pictures_have_their_size_of_print_and_their_words(tmp_path: Path, kept: Path) -> None:
    here = site(tmp_path / "site", drawn("chips", BAR, meta=META))
    options = briefing.Options(size="page", scale=2)
    out = briefing.Folder(tmp_path / "out")
    result = briefing.export(here, ["deals-en"], ["png", "svg"], out, options=options)
    png, svg = (path.read_bytes() for path in result.written)
    across, _ = struct.unpack(">II", png[16:24])
    assert across == 2000
    a_metre = struct.unpack(">I", png[png.index(b"pHYs") + 4 :][:4])[0]
    assert across / a_metre == pytest.approx(0.170, abs=0.001)
    assert b"How" not in png
    assert "CC BY 4.0" in png.decode("latin-1")
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    assert root.get("lang") == "en"
    assert root.get("width") == "170.00mm"
    assert root.find(f"{SVG}title").text == "Chips pledged"
    assert "One bar." in root.find(f"{SVG}desc").text
    assert "How" not in root.find(f"{SVG}title").text
    texts = "".join(root.itertext())
    assert "甲" in texts
    assert len(list(kept.iterdir())) == 2


def test_unchanged_figures_are_not_drawn_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = site(tmp_path / "site", drawn("chips", BAR, meta=META))
    first = briefing.export(here, ["deals-en"], ["png"], briefing.Folder(tmp_path / "a"))
    monkeypatch.setattr(Studio, "draw", None)
    again = briefing.export(here, ["deals-en"], ["png"], briefing.Folder(tmp_path / "b"))
    assert first.written[0].read_bytes() == again.written[0].read_bytes()


def test_a_figure_that_hangs_is_named_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = "if (figure.layout.hangs) while (true) {{}}\n  const url"
    monkeypatch.setattr(browser, "PAGE", browser.PAGE.replace("const url", loop))
    studios: list[Studio] = []

    def impatient() -> Studio:
        studios.append(Studio(timeout=4))
        return studios[-1]

    monkeypatch.setattr(exporting, "Studio", impatient)
    here = site(tmp_path / "site", drawn("first", BAR), drawn("stuck", BAR, hangs=True),
                drawn("last", BAR))  # fmt: skip
    result = briefing.export(here, ["deals-en"], ["svg"], briefing.Folder(tmp_path / "out"))
    assert [p.name for p in result.written] == ["deals-en-first.svg", "deals-en-last.svg"]
    assert len(result.failed) == 1
    assert "stuck: took longer than 4 s to draw" in result.failed[0]
    assert result.exit_code == 1
    assert studios[0].starts == 2


def test_what_cannot_be_drawn_is_named(tmp_path: Path) -> None:
    here = site(tmp_path / "site", drawn("odd", BAR, width=-1, height=-5), drawn("fine", BAR))
    result = briefing.export(here, ["deals-en"], ["png"], briefing.Folder(tmp_path / "out"))
    assert "deals-en-fine.png" in [p.name for p in result.written]


def test_the_same_files_come_out_apart_in_time_and_place(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from planlib import briefing\n"
        "folder = Path(sys.argv[2]); formats = ['pptx', 'xlsx', 'csv', 'png', 'svg', 'html']\n"
        "briefing.export(Path(sys.argv[1]), ['deals-en'], formats, briefing.Folder(folder))\n"
    )
    digests: list[dict[str, str]] = []
    zones = {"one": "UTC", "two": "Asia/Tokyo"}
    for place in zones:
        here = site(tmp_path / place, drawn("chips", BAR, meta=META), drawn("map", MAP))
        (here / "deals-en.html").write_text('<!doctype html><meta charset="utf-8"><p>x')
        out = tmp_path / place / "out"
        environment = {"PLANLIB_CACHE": str(tmp_path / place / "kept"), "HOME": str(tmp_path),
                       "PYTHONHASHSEED": str(len(digests)), "TZ": zones[place],
                       "PATH": "/usr/local/bin:/usr/bin:/bin",
                       "PYTHONPATH": str(Path(briefing.__file__).parents[2])}  # fmt: skip
        subprocess.run([sys.executable, "-c", script, str(here), str(out)], env=environment,
                       check=True, timeout=120)  # fmt: skip
        digests.append({p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in out.iterdir()})
    assert digests[0] == digests[1]
    assert len(digests[0]) == 3 + 4 + 4


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The site of an edition whose every text is hostile."""
    outputs = []
    for name, text in HOSTILE.items():
        words = {
            "title": text, "subtitle": text, "note": text, "source": text, "alt": text,
            "fields": [{"name": "deal_id", "title": text, "unit": "", "type": "string"}],
            "rows": [[text]],
            "claims": [{"table": "deals", "row_id": text, "field": "*", "source_id": text,
                        "stance": "differs", "value": text, "note": text}],
        }  # fmt: skip
        meta = {"planlib": META["planlib"] | {"stamp": text, "key": [
            {"glyph": "■", "colour": "#0f6b6b", "text": text}]}}  # fmt: skip
        bars = {"type": "bar", "x": [text, "b"], "y": [1, 2], "name": text, "text": [text, ""],
                "hovertext": [text, text], "hoverinfo": "text"}  # fmt: skip
        rows = {"type": "scatter", "mode": "markers+text", "x": [1, 2], "y": ["a", "b"],
                "name": text, "text": [text, ""]}  # fmt: skip
        axis = {"type": "category", "tickvals": ["a", "b"], "ticktext": [text, "b"],
                "tickfont": {"size": 12}}  # fmt: skip
        note = {"text": text, "x": 0, "y": 1, "showarrow": False}
        outputs += [
            drawn(f"bar-{name}", bars, words=words, meta=meta, annotations=[note]),
            drawn(f"map-{name}", MAP | {"x": [text, "b"]}, words=words, meta=meta),
        ]
        if name in ROWS:
            outputs.append(drawn(f"rows-{name}", rows, words=words, meta=meta, yaxis=axis))
    checkout = Checkout(tmp_path / "checkout")
    cells = [code("planlib.show(figure, table)", "figure", outputs=[shown(o)]) for o in outputs]
    checkout.add("deals-en", *cells)
    without_kernels(checkout, monkeypatch)
    assert building.build(checkout.root).failed == {}
    return checkout.site


def test_hostile_texts_are_inert_in_every_format(
    hostile: Path, tmp_path: Path, chrome: Browser
) -> None:
    out = tmp_path / "out"
    formats = ["pptx", "xlsx", "csv", "svg", "png", "pdf", "html", "zip"]
    result = briefing.export(hostile, ["deals-en"], formats, briefing.Folder(out))
    fonts = "no installed font has"
    assert [line for line in result.failed if fonts not in line] == []
    files = list(out.iterdir())
    assert all(path.parent == out for path in result.written)
    assert {p.name for p in tmp_path.iterdir()} <= {"out", "checkout", "kept"}
    asked: list[str] = []
    pages = [hostile / "deals-en.html", out / "deals-en.html", *out.glob("*.svg")]
    for path in pages:
        page = chrome.new_page()
        page.on("dialog", lambda dialog: asked.append(dialog.message))
        page.on("request", lambda request: asked.append(request.url)
                if request.url.startswith("http") else None)  # fmt: skip
        page.goto(path.as_uri())
        if path.suffix == ".html":
            page.wait_for_selector("html[data-drawn]")
            page.mouse.move(300, 300)
        assert page.evaluate("window.hacked") is None, path.name
        links = page.eval_on_selector_all(
            "a",
            "all => all.map((a) => String(a.getAttribute('href') || a.getAttribute('xlink:href')))",
        )
        assert not [link for link in links if "javascript" in link.lower()], path.name
        page.close()
    assert asked == []
    _no_formula(out / "deals-en.xlsx")
    with zipfile.ZipFile(out / "deals-en.pptx") as archive:
        embedded = [archive.read(n) for n in archive.namelist() if n.endswith(".xlsx")]
    assert len(embedded) == len(HOSTILE) + len(ROWS)
    for content in embedded:
        _no_formula(io.BytesIO(content))
    _no_formula_in_csv(out)
    _only_web_links(out / "deals-en.pptx")
    _only_web_links(out / "deals-en.xlsx")
    Presentation(str(out / "deals-en.pptx"))
    assert files


def _no_formula(path: Path | io.BytesIO) -> None:
    book = openpyxl.load_workbook(path)
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


def _no_formula_in_csv(folder: Path) -> None:
    for path in folder.glob("*.csv"):
        for row in csv.reader(io.StringIO(path.read_text("utf-8"), newline="")):
            assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]


def _only_web_links(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            content = archive.read(name)
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(content)
            for target in re.findall(rb'Target="([^"]*)" TargetMode="External"', content):
                assert target.startswith((b"https://", b"http://"))


def test_a_report_prints_with_links_pages_and_selectable_chinese(tmp_path, monkeypatch) -> None:
    text = "# 芯片与电力\n\n五十万张芯片，见[白宫](https://www.whitehouse.gov/)。\n\n## 一节\n"
    checkout = Checkout(tmp_path / "checkout")
    cells: list[Any] = [{"cell_type": "markdown", "metadata": {}, "source": text}]
    words = {"lang": "zh", "title": "已承诺的芯片"}
    for number in range(4):
        meta = {"planlib": META["planlib"] | {"plain_height": 380 + 500 * (number == 3)}}
        output = drawn(f"chips-{number}", BAR, words=words, meta=meta)
        cells.append(code("planlib.show(figure, table)", "figure", outputs=[shown(output)]))
    checkout.add("deals-zh", *cells, parameters='lang: str = "zh"  # one of en, zh')
    without_kernels(checkout, monkeypatch)
    assert building.build(checkout.root).failed == {}
    for paper, size in (("A4", (595, 842)), ("Letter", (612, 792))):
        options = briefing.Options(paper=paper)
        out = briefing.Folder(tmp_path / paper)
        result = briefing.export(checkout.site, ["deals-zh"], ["pdf"], out, options=options)
        assert result.failed == []
        reader = PdfReader(result.written[0])
        assert tuple(round(v) for v in reader.pages[0].mediabox[2:]) == pytest.approx(size, abs=1)
        texts = [page.extract_text() for page in reader.pages]
        assert "五十万张芯片" in texts[0]
        assert all("芯片与电力" in t for t in texts)
        assert f"第{len(texts)}页，共{len(texts)}页" in re.sub(r"\s", "", texts[-1])
        links = [a.get_object()["/A"].get("/URI") for page in reader.pages
                 for a in page.get("/Annots", []) if "/A" in a.get_object()]  # fmt: skip
        assert "https://www.whitehouse.gov/" in links
        assert not [link for link in links if link and link.startswith("file:")]
        titles = sum(t.count("已承诺的芯片") for t in texts)
        assert titles == 4


def test_mail_is_one_file_that_works_alone(tmp_path, chrome: Browser, monkeypatch) -> None:
    checkout = Checkout(tmp_path / "checkout")
    output = drawn("chips", BAR, meta=META)
    checkout.add("deals-en", code("planlib.show(f, t)", "figure", outputs=[shown(output)]))
    without_kernels(checkout, monkeypatch)
    building.build(checkout.root)
    out = briefing.Folder(tmp_path / "mail")
    (path,) = briefing.export(checkout.site, ["deals-en"], ["html"], out).written
    page = chrome.new_page(offline=True)
    wrong: list[str] = []
    page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-drawn]")
    assert page.locator(".js-plotly-plot .point").count() == 2
    with page.expect_download() as caught:
        page.evaluate("document.querySelector('details').open = true")
        page.click("a[download='chips.csv']")
    text = Path(caught.value.path()).read_text("utf-8")
    assert text == tabular.table(output["application/vnd.planlib.figure+json"])
    assert wrong == []
    page.close()
