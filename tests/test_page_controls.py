"""Controls of a page, worked in a real browser from disk: they say what the notebook says."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright

import drawn
from planlib import contract, doctor, editions
from planlib.briefing import tabular
from planlib.pages import layout, listing
from planlib.pages.page import page as page_of

ROOT = Path(__file__).resolve().parents[1]
EDITIONS = {edition.name: edition for edition in editions.load(ROOT)}
# What a reader and Plotly see of a figure.
LOOK = """(figure) => {
  const text = (selector) => figure.querySelector(selector).textContent;
  const rows = [...figure.querySelectorAll("tbody tr")].filter((row) =>
    !row.hasAttribute("data-out") && !row.hasAttribute("data-missed"));
  const place = figure.querySelector(".drawing");
  return {
    title: text("h3"), subtitle: text(".subtitle"), stamp: text(".stamp"),
    alt: place.getAttribute("aria-label"),
    key: [...figure.querySelectorAll(".key li")].map((item) => item.textContent.trim()),
    rows: rows.map((row) => [...row.cells].map((cell) => cell.textContent)),
    data: JSON.parse(JSON.stringify(place.data)),
    axes: ["xaxis", "yaxis", "yaxis2"].map((name) => place.layout[name]),
  };
}"""
BOARD, SUPPLY, TREE, COUNTS = "deadline-board", "supply-scenario", "plan-tree", "duty-status"
OTHERS = "deadline-board-others"

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Opener = Callable[..., Page]


class Cells(HTMLParser):
    """The texts of a table's cells."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag == "td":
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = doctor.browser()
    assert path, "no Chrome, Chromium or Edge: run planlib doctor, or deselect: -m 'not browser'"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    (folder / "_static").mkdir()
    for name, content in layout.static_files():
        (folder / "_static" / name).write_bytes(content)
    return folder


@pytest.fixture
def opened(browser: Browser, folder: Path) -> Iterator[Opener]:
    """Open the page of an edition from disk, with the network off."""
    pages: list[Page] = []
    wrong: list[str] = []

    def opener(name: str, view: str = "") -> Page:
        path = folder / f"{name}.html"
        if not path.exists():
            edition = EDITIONS[name]
            run = drawn.run(edition.notebook.stem, **edition.parameters)
            page = page_of(edition, run.notebook, list(EDITIONS.values()))
            path.write_text(page.html, encoding="utf-8")
        pages.append(browser.new_page(viewport={"width": 1280, "height": 900}, offline=True))
        pages[-1].on("pageerror", lambda error: wrong.append(str(error)))
        pages[-1].goto(path.as_uri() + view)
        pages[-1].wait_for_selector("html[data-ready]", state="attached")
        return pages[-1]

    yield opener
    for page in pages:
        page.close()
    assert wrong == []


def figure(page: Page, name: str) -> Locator:
    return page.locator(f"#figure-{name}")


def look(page: Page, name: str) -> dict[str, Any]:
    return figure(page, name).evaluate(LOOK)


def expected(run: drawn.Run, name: str) -> dict[str, Any]:
    shown = run.figures[name]
    meta = shown.figure.layout.meta["planlib"]
    return {
        "title": meta["title"],
        "subtitle": meta["subtitle"],
        "stamp": meta["stamp"],
        "alt": meta["alt"],
        "key": [f"{mark['glyph']} {mark['text']}" for mark in meta["key"]],
        "rows": Cells(contract.html_table(shown.words)).rows[1:],
    }


def assert_same(page: Page, name: str, run: drawn.Run, *traces: str) -> None:
    """The page shows the words, the rows and the traces of the figure that a notebook made."""
    seen, wanted = look(page, name), expected(run, name)
    assert {key: seen[key] for key in wanted} == wanted
    drawing = json.loads(run.figures[name].figure.to_json(engine="json"))
    assert len(seen["data"]) == len(drawing["data"])
    for mine, own in zip(seen["data"], drawing["data"], strict=True):
        for key in traces:
            assert plain(mine.get(key)) == plain(own.get(key))


def plain(values: Any) -> Any:
    """Return what is drawn without the forms that Plotly gives to it."""
    if isinstance(values, dict) and "bdata" in values:
        from base64 import b64decode

        import numpy as np

        values = np.frombuffer(b64decode(values["bdata"]), values["dtype"]).tolist()
    if isinstance(values, list):
        return [plain(value) for value in values]
    if isinstance(values, float):
        return pytest.approx(values, rel=1e-5)
    return re.sub(r"T00:00:00(\.0+)?$", "", values) if isinstance(values, str) else values


def choose(page: Page, name: str, **choices: str) -> None:
    for field, label in choices.items():
        figure(page, name).locator(f"[name={field}]").select_option(label=label)


def slide(page: Page, name: str, field: str, label: str) -> None:
    """Move a slider by the keyboard until it says ``label``."""
    slider = figure(page, name).locator(f"[name={field}]")
    slider.focus()
    page.keyboard.press("Home")
    for _ in range(60):
        if slider.get_attribute("aria-valuetext") == label:
            return
        page.keyboard.press("ArrowRight")
    raise AssertionError(f"{field} never says {label!r}")


@pytest.mark.parametrize(
    ("lang", "years", "chip"), [("en", "5 years", "H100 SXM5"), ("zh", "5年", "H100 SXM5")]
)
def test_the_supply_is_what_the_notebook_computes(
    opened: Opener, lang: str, years: str, chip: str
) -> None:
    page = opened(f"deals-{lang}")
    slide(page, SUPPLY, "years", years)
    slide(page, SUPPLY, "utilisation_pct", "50%")
    slide(page, SUPPLY, "pue", "1.1")
    label = f"1.275 kW, {chip}" if lang == "en" else f"1.275千瓦，{chip}"
    choose(page, SUPPLY, kw_per_gpu=label)
    slide(page, SUPPLY, "share_pct", "30%")
    run = drawn.run(
        "deals", lang=lang, years=5, utilisation_pct=50.0, kw_per_gpu=1.275, pue=1.1, share_pct=30.0
    )
    assert_same(page, SUPPLY, run, "x", "y", "text", "name")
    for seen, own in zip(look(page, SUPPLY)["data"], run.figures[SUPPLY].figure.data, strict=True):
        pointed = seen["hovertemplate"].removesuffix("<extra></extra>")
        points = zip(seen["x"], seen["customdata"], strict=True)
        hovers = [pointed.replace("%{x}", x).replace("%{customdata}", t) for x, t in points]
        assert hovers == list(own.hovertext)
    for axis, own in zip(
        look(page, SUPPLY)["axes"][1:],
        (run.figures[SUPPLY].figure.layout.yaxis, run.figures[SUPPLY].figure.layout.yaxis2),
        strict=True,
    ):
        assert axis["ticktext"] == list(own.ticktext)
        assert axis["range"] == pytest.approx(list(own.range), rel=1e-5)


@pytest.mark.parametrize(("lang", "years"), [("en", "5 years"), ("zh", "5年")])
def test_a_total_without_a_quota_is_not_exceeded_on_the_page_either(
    opened: Opener, lang: str, years: str
) -> None:
    page = opened(f"deals-sau-{lang}")
    assert "quota" not in figure(page, SUPPLY).locator("form").inner_text().lower()
    slide(page, SUPPLY, "years", years)
    slide(page, SUPPLY, "utilisation_pct", "75%")
    run = drawn.run("deals", lang=lang, country_id="SAU", years=5, utilisation_pct=75.0)
    assert_same(page, SUPPLY, run, "x", "y", "text", "name")
    assert look(page, SUPPLY)["data"][0]["y"][2:] == [450_000] * 3


@pytest.mark.parametrize(("lang", "day"), [("en", "31 December 2025"), ("zh", "2025年12月31日")])
def test_the_boards_are_what_the_notebook_shows_on_that_day(
    opened: Opener, lang: str, day: str
) -> None:
    page = opened(f"timeline-{lang}")
    slide(page, COUNTS, "as_of", day)
    run = drawn.run("timeline", lang=lang, as_of="2025-12-31")
    assert_same(page, COUNTS, run, "x", "y", "text")
    # The sliders of the other figures have followed.
    for name in (BOARD, OTHERS):
        assert_same(page, name, run, "x", "y", "hovertext", "name")
        axis = look(page, name)["axes"][1]
        assert axis["ticktext"] == list(run.figures[name].figure.layout.yaxis.ticktext)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_filters_choose_the_actions_that_the_notebook_chooses(
    opened: Opener, lang: str
) -> None:
    page = opened(f"measures-{lang}")
    words = {
        "en": {"pillar": "Lead in International AI Diplomacy and Security"},
        "zh": {"pillar": "引领国际AI外交与安全"},
    }[lang]
    options = figure(page, TREE).locator("[name=pillar] option").all_text_contents()
    words["pillar"] = options[3]
    choose(page, TREE, **words)
    run = drawn.run("measures", lang=lang, pillar="P3")
    seen, wanted = look(page, TREE), expected(run, TREE)
    assert seen["title"] == wanted["title"]
    assert sorted(seen["rows"]) == sorted(wanted["rows"])
    for mine, own in zip(seen["data"][:3], run.figures[TREE].figure.data, strict=False):
        assert mine["marker"]["opacity"] == list(own.marker.opacity)


def test_reset_brings_the_first_view_back(opened: Opener) -> None:
    page = opened("deals-en")
    before = look(page, SUPPLY)
    slide(page, SUPPLY, "years", "9 years")
    assert look(page, SUPPLY)["title"] != before["title"]
    figure(page, SUPPLY).locator("button[type=reset]").click()
    assert look(page, SUPPLY) == before
    assert "#" not in page.url


def test_reset_empties_the_search_too(opened: Opener) -> None:
    page = opened("measures-en")
    tree = figure(page, TREE)
    tree.locator("summary").click()
    whole = len(look(page, TREE)["rows"])
    tree.get_by_role("searchbox").fill("export")
    assert len(look(page, TREE)["rows"]) < whole
    tree.locator("button[type=reset]").click()
    assert tree.get_by_role("searchbox").input_value() == ""
    assert len(look(page, TREE)["rows"]) == whole
    assert tree.locator(".what").inner_text() == "Download"


@pytest.mark.parametrize(("edition", "name"), [("measures-en", TREE), ("timeline-zh", BOARD)])
def test_a_view_that_leaves_rows_out_says_what_its_sources_are_of(
    opened: Opener, edition: str, name: str
) -> None:
    words = layout.words(edition[-2:])
    page = opened(edition)
    note = figure(page, name).locator(".note")
    before = note.inner_text()
    assert words["whole"].format("") not in before
    if name == TREE:
        choose(page, name, pillar="Lead in International AI Diplomacy and Security")
    else:
        slide(page, name, "as_of", "2025年10月31日")
    assert note.inner_text() == words["whole"].format(before)
    assert figure(page, name).locator(".what").inner_text() == words["view"]
    assert json.loads(downloaded(page, name, "metadata")[1])["note"] == note.inner_text()
    figure(page, name).locator("button[type=reset]").click()
    assert note.inner_text() == before


def test_actions_are_found_by_the_body_that_they_name(opened: Opener) -> None:
    page = opened("measures-en")
    tree = figure(page, TREE)
    tree.locator("summary").click()
    choose(page, TREE, actor_id="Department of Commerce")
    chosen = look(page, TREE)["rows"]
    tree.locator("button[type=reset]").click()
    tree.get_by_role("searchbox").fill("department of commerce")
    assert look(page, TREE)["rows"] == chosen


@pytest.mark.parametrize(
    ("lang", "sought", "names"),
    [
        ("zh", "阿联酋", ["阿拉伯联合酋长国"]),
        ("zh", "印尼", ["印度尼西亚"]),
        ("zh", "印度", ["印度", "印度尼西亚"]),
        ("en", "uae", ["United Arab Emirates"]),
        ("en", "ind", ["India", "Indonesia"]),
    ],
)
def test_countries_are_found_by_their_short_names(
    browser: Browser, folder: Path, lang: str, sought: str, names: list[str]
) -> None:
    notebook = EDITIONS["country-are-en"].notebook
    listed = [
        listing.Listed(editions.Edition(k, notebook, {"lang": lang, "country_id": k}), k)
        for k in ("ARE", "IDN", "IND", "SAU")
    ]
    (folder / "index.html").write_text(listing.index(listed, {}, []), encoding="utf-8")
    page = browser.new_page(offline=True)
    page.goto((folder / "index.html").as_uri())
    page.locator(f"[aria-controls=list-{lang}]").fill(sought)
    found = page.locator(f"#list-{lang} li:visible")
    assert [item.get_attribute("data-name") for item in found.all()] == names
    page.close()


def test_the_address_keeps_the_view_in_both_languages(opened: Opener) -> None:
    opened("deals-zh")
    page = opened("deals-en")
    slide(page, SUPPLY, "years", "7 years")
    view = page.url.partition("#")[2]
    again = opened("deals-en", f"#{view}")
    assert look(again, SUPPLY) == look(page, SUPPLY)
    page.click(".languages a")
    page.wait_for_selector("html[data-ready]", state="attached")
    assert look(page, SUPPLY)["title"].startswith("每年50万张、共7年")


def test_a_saved_picture_bears_the_words_of_the_view(opened: Opener) -> None:
    page = opened("timeline-en")
    slide(page, BOARD, "as_of", "31 October 2025")
    shown = page.evaluate(
        "number => planlib.drawings.get(number).shown.layout",
        figure(page, BOARD).locator("form").get_attribute("data-drawing"),
    )
    printed = {a["name"]: a["text"] for a in shown["annotations"] if "name" in a}
    run = drawn.run("timeline", as_of="2025-10-31")
    layout = run.figures[BOARD].figure.layout
    wanted = {a.name: a.text for a in layout.annotations if a.name}
    for part in ("planlib-title", "planlib-subtitle", "planlib-key"):
        assert printed[part] == wanted[part]
    assert shown["margin"]["t"] == layout.margin.t


def test_tables_sort_by_value_and_are_searched(opened: Opener) -> None:
    page = opened("deals-en")
    table = figure(page, SUPPLY)
    table.locator("summary").click()
    head = table.locator("thead th").nth(5)
    head.locator("button").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#figure-{SUPPLY} th[aria-sort=ascending]")
    page.wait_for_timeout(50)
    values = [float(row[5].replace(",", "")) for row in look(page, SUPPLY)["rows"]]
    assert values == sorted(values)
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#figure-{SUPPLY} th[aria-sort=descending]")
    page.wait_for_timeout(50)
    values = [float(row[5].replace(",", "")) for row in look(page, SUPPLY)["rows"]]
    assert values == sorted(values, reverse=True)


def test_long_tables_are_searched(opened: Opener) -> None:
    page = opened("timeline-en")
    board = figure(page, BOARD)
    board.locator("summary").click()
    box = board.get_by_role("searchbox")
    whole = len(look(page, BOARD)["rows"])
    box.fill("genesis mission")
    found = look(page, BOARD)["rows"]
    assert 0 < len(found) < whole
    assert all("genesis mission" in " ".join(row).lower() for row in found)
    assert board.locator(".search [role=status]").inner_text() == f"{len(found)} rows"
    assert figure(page, COUNTS).get_by_role("searchbox").count() == 0 or whole >= 12


def test_controls_are_small_and_quick(opened: Opener, folder: Path) -> None:
    for name in ("deals-en", "timeline-en", "measures-zh"):
        opened(name)
        text = (folder / f"{name}.html").read_text(encoding="utf-8")
        controls = re.findall(r'"controls":(\{.*?\}),"data":', text)
        assert sum(len(part.encode()) for part in controls) < 500_000


def downloaded(page: Page, name: str, kind: str) -> tuple[str, str]:
    """Return the name and the text of what a link beside a figure gives."""
    with page.expect_download() as waiting:
        figure(page, name).locator(f"a[data-makes={kind}]").click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_text(encoding="utf-8")


def table_of(text: str) -> list[list[Any]]:
    """Return the cells of a CSV file, numbers as numbers."""
    rows = list(csv.reader(io.StringIO(text)))
    return [rows[0], *([number(cell) for cell in row] for row in rows[1:])]


def number(cell: str) -> Any:
    # Views keep six digits.
    return pytest.approx(float(cell), rel=1e-5) if re.fullmatch(r"-?[\d.]+", cell) else cell


@pytest.mark.parametrize("edition", ["deals-en", "timeline-zh", "measures-en", "capex-zh"])
def test_what_a_page_makes_is_what_the_file_of_the_first_view_holds(
    opened: Opener, edition: str
) -> None:
    page = opened(edition)
    run = drawn.run(EDITIONS[edition].notebook.stem, **EDITIONS[edition].parameters)
    for name, shown in run.figures.items():
        place = figure(page, name)
        assert place.locator(".what").inner_text() == ("Download" if "-en" in edition else "下载")
        place.evaluate(
            "place => { planlib.drawings.get(place.querySelector('.picture').dataset.drawing)"
            ".settings = { years: 1 }; }"
        )
        _, text = downloaded(page, name, "csv")
        assert text == tabular.table(shown.words)


def test_the_table_of_a_view_is_that_of_the_notebook(opened: Opener) -> None:
    page = opened("deals-en")
    slide(page, SUPPLY, "years", "5 years")
    slide(page, SUPPLY, "pue", "1.1")
    assert figure(page, SUPPLY).locator(".what").inner_text() == "Download this view"
    name, text = downloaded(page, SUPPLY, "csv")
    assert name == "deals-en-supply-scenario-years-5-pue-1.1.csv"
    run = drawn.run("deals", years=5, pue=1.1)
    assert table_of(text) == table_of(tabular.table(run.figures[SUPPLY].words))
    name, text = downloaded(page, SUPPLY, "metadata")
    assert name == "deals-en-supply-scenario-years-5-pue-1.1.metadata.json"
    told = json.loads(text)
    whole = json.loads(tabular.metadata(run.figures[SUPPLY].words))
    assert told["settings"] == {"years": 5, "pue": 1.1}
    assert told["rows"] == len(run.figures[SUPPLY].words["rows"])
    for key in ("title", "subtitle", "note", "source", "as_of", "data_version", "licence", "cite"):
        assert told[key] == whole[key]
    _, text = downloaded(page, SUPPLY, "json")
    assert json.loads(text)["layout"]["meta"]["planlib"]["title"] == told["title"]
    figure(page, SUPPLY).locator("button[type=reset]").click()
    assert figure(page, SUPPLY).locator(".what").inner_text() == "Download"


def test_a_picture_of_a_view_says_its_settings_in_its_name(opened: Opener) -> None:
    page = opened("timeline-zh")
    slide(page, BOARD, "as_of", "2025年10月31日")
    with page.expect_download() as waiting:
        figure(page, BOARD).locator("button.picture").click()
    name = waiting.value.suggested_filename
    assert name == "timeline-zh-deadline-board-as_of-2025-10-31.png"


def test_chosen_and_found_rows_are_downloaded_and_no_others(opened: Opener) -> None:
    page = opened("measures-en")
    options = figure(page, TREE).locator("[name=pillar] option").all_text_contents()
    choose(page, TREE, pillar=options[3])
    name, text = downloaded(page, TREE, "csv")
    assert name == "measures-en-plan-tree-pillar-P3.csv"
    assert len(table_of(text)) - 1 == len(look(page, TREE)["rows"]) < 103
    figure(page, TREE).locator("summary").click()
    figure(page, TREE).get_by_role("searchbox").fill("export")
    name, text = downloaded(page, TREE, "csv")
    assert name == "measures-en-plan-tree-pillar-P3-search-export.csv"
    assert 0 < len(table_of(text)) - 1 == len(look(page, TREE)["rows"])
    assert all("export" in " ".join(map(str, row)).lower() for row in table_of(text)[1:])
