"""Every report, opened from disk in a real browser with the network cut."""

from __future__ import annotations

import csv
import json
import re
import shutil
import struct
from collections.abc import Iterator
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from planlib import doctor, editions, schema, tables
from planlib.report import build

ROOT = Path(__file__).resolve().parents[1]
EDITIONS = {edition.name: edition for edition in editions.load(ROOT)}
TAGS = {"en": "en", "zh": "zh-Hans"}
DESKTOP, PHONE, PICTURE = 1280, 390, 1000
# Boxes of text have some air above and below the letters.
AIR = 3
# Where each text of each chart stands, how large it is, the edges of the chart, labels and marks.
MEASURE = """(charts) => charts.map((chart) => {
  const box = (part) => {
    const edge = part.getBoundingClientRect();
    return [edge.left, edge.top, edge.right, edge.bottom];
  };
  const shown = [...chart.querySelectorAll("svg text")].filter((text) =>
    text.textContent.trim() && getComputedStyle(text).display !== "none");
  return {
    edges: box(chart.querySelector(".main-svg")),
    texts: shown.map((text) => [text.textContent, box(text)]),
    sizes: shown.map((text) => parseFloat(getComputedStyle(text).fontSize)),
    labels: [...chart.querySelectorAll(".annotation-text")].map((t) => [t.textContent, box(t)]),
    marks: [...chart.querySelectorAll(".bars .point path, path.point")].map(box),
  };
})"""
FACTS = f"""() => {{
  const all = (selector, fact) => [...document.querySelectorAll(selector)].map(fact);
  const text = (part) => part.innerText;
  const link = (part) => part.getAttribute("href");
  document.querySelectorAll("details").forEach((details) => {{ details.open = true; }});
  const rows = all("table.planlib", (t) => t.offsetHeight && t.tBodies[0].rows.length);
  document.querySelectorAll("details").forEach((details) => {{ details.open = false; }});
  return {{
    lang: document.documentElement.lang,
    title: document.title,
    headings: all("h1, h2, h3, h4, h5, h6", (h) => [Number(h.tagName[1]), text(h)]),
    sections: all("main > h2", text),
    contents: all(".contents a", text),
    labels: all("img, [role=img]", (p) => p.getAttribute("aria-label") || p.alt),
    links: all("[href]", link),
    ids: all("[id]", (part) => part.id),
    languages: all(".languages a", link),
    downloads: all(".tools a", link),
    figures: all("figure.chart", (f) => f.id),
    drawn: all(".js-plotly-plot", (d) => d.querySelectorAll(".point, .points path").length),
    words: all("figure.chart", (f) => [...f.querySelectorAll("h3, .subtitle, .foot p")].map(text)),
    rows: rows,
    charts: ({MEASURE})([...document.querySelectorAll("figure.chart")]),
    width: document.documentElement.scrollWidth,
  }};
}}"""
# The charts once more as a saved picture and JupyterLab show them: with title, key and sources.
WHOLE_FRAMES = f"""async (width) => {{
  const places = [];
  for (const script of document.querySelectorAll("script.drawing-data")) {{
    const figure = JSON.parse(script.textContent);
    const place = document.body.appendChild(document.createElement("div"));
    const layout = Object.assign({{}}, figure.layout, {{ width: width, autosize: false }});
    await window.Plotly.newPlot(place, figure.data, layout);
    places.push(place);
  }}
  return ({MEASURE})(places);
}}"""

# Pages that are no report.
OF_THE_SITE = ("index", "changes")

# Building and opening pages takes time: looked at are one edition of each notebook in each language
# and one country; quickly, a handful of these.
ONE_EACH = list({(e.notebook, e.lang): n for n, e in reversed(EDITIONS.items())}.values())[::-1]
LOOKED_AT = [*ONE_EACH, *[n for n, e in EDITIONS.items() if e.parameters.get("country_id")][:2]]
QUICK = ("overview-en", "overview-zh", "measures-en", "timeline-en", "deals-zh")

pytestmark = pytest.mark.browser


def _slow_but_few(names: list[str]) -> list[Any]:
    return [n if n in QUICK else pytest.param(n, marks=pytest.mark.slow) for n in names]


every_page = pytest.mark.parametrize("name", _slow_but_few(list(dict.fromkeys(LOOKED_AT))))
on_phones = pytest.mark.parametrize("name", _slow_but_few(ONE_EACH))
Box = tuple[float, float, float, float]


class Look(NamedTuple):
    """What one opening of a page showed: facts, whole frames, and all that went wrong."""

    facts: dict[str, Any]
    frames: list[dict[str, Any]]
    wrong: list[str]


class Site:
    """The built site and the browser that looks at it, without network."""

    def __init__(self, folder: Path, browser: Browser) -> None:
        self.folder = folder
        self.browser = browser
        self.manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        self.look = cache(self._look)

    def figures(self, name: str) -> list[str]:
        return self.manifest["editions"][name]["figures"]

    def open(
        self, name: str, width: int = DESKTOP, scheme: str = "light"
    ) -> tuple[Page, list[str]]:
        """Open a page; return it and everything that goes wrong or asks for the network."""
        page = self.browser.new_page(
            viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True
        )
        wrong: list[str] = []
        page.route(re.compile("^https?:"), lambda route: route.abort())
        page.on("request", lambda r: wrong.append(r.url) if r.url.startswith("http") else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        loud = ("error", "warning")
        page.on("console", lambda m: wrong.append(m.text) if m.type in loud else None)
        page.goto((self.folder / f"{name}.html").as_uri())
        if name not in OF_THE_SITE:
            page.wait_for_selector("html[data-drawn]", state="attached")
        return page, wrong

    def _look(self, name: str, width: int = DESKTOP) -> Look:
        page, wrong = self.open(name, width)
        facts = page.evaluate(FACTS)
        frames = page.evaluate(WHOLE_FRAMES, PICTURE) if width == DESKTOP else []
        page.close()
        return Look(facts, frames, wrong)


@pytest.fixture(scope="module")
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The editions that the chosen tests look at, built in a copy of the checkout; a browser."""
    calls = (getattr(item, "callspec", None) for item in request.session.items)
    wanted = {call.params.get("name") for call in calls if call} & set(EDITIONS) | set(QUICK)
    path = doctor.browser()
    assert path, "no Chrome, Chromium or Edge: run planlib doctor, or deselect: -m 'not browser'"
    root = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    (root / "reports").mkdir()
    shutil.copy(ROOT / editions.CONFIGURATION, root / "reports")
    build.build(root, sorted(wanted), build.Options(jobs=2))
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        yield Site(root / "reports" / "build", chromium)
        chromium.close()


def check_texts(charts: list[dict[str, Any]]) -> None:
    """No text runs over the edges of its chart, covers another one, or is too small."""
    assert charts
    assert all(chart["texts"] for chart in charts)
    assert [outside(chart) for chart in charts if outside(chart)] == []
    assert [overlapping(chart) for chart in charts if overlapping(chart)] == []
    assert min(size for chart in charts for size in chart["sizes"]) >= 12


def outside(chart: dict[str, Any]) -> list[str]:
    left, top, right, bottom = chart["edges"]
    return [
        text
        for text, (x0, y0, x1, y1) in chart["texts"]
        if x0 < left - 1 or x1 > right + 1 or y0 < top - 1 or y1 > bottom + 1
    ]


def overlapping(chart: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (one, other)
        for (one, a), (other, b) in combinations(chart["texts"], 2)
        if shared(a, b, 0) > AIR and shared(a, b, 1) > AIR
    ]


def struck(chart: dict[str, Any]) -> list[str]:
    """Return the labels that a bar or a mark runs through."""
    return [
        text
        for text, a in chart["labels"]
        if any(shared(a, b, 0) > AIR and shared(a, b, 1) > AIR for b in chart["marks"])
    ]


def shared(one: Box, other: Box, axis: int) -> float:
    return min(one[axis + 2], other[axis + 2]) - max(one[axis], other[axis])


def test_every_edition_is_built(site: Site) -> None:
    assert site.manifest["failed"] == {}
    assert set(site.manifest["editions"]) >= set(QUICK)


@every_page
def test_page_asks_for_no_network_and_reports_no_error(site: Site, name: str) -> None:
    assert site.look(name).wrong == []


@every_page
def test_every_figure_is_drawn(site: Site, name: str) -> None:
    facts = site.look(name).facts
    assert facts["figures"] == [f"figure-{figure}" for figure in site.figures(name)]
    assert len(facts["drawn"]) == len(facts["figures"]) > 0
    assert all(facts["drawn"])


@every_page
def test_page_says_its_language_and_title(site: Site, name: str) -> None:
    facts, lang = site.look(name).facts, EDITIONS[name].lang
    assert facts["lang"] == TAGS[lang]
    (heading,) = (text for level, text in facts["headings"] if level == 1)
    assert facts["title"] == f"{heading} · planlib"
    assert bool(re.search(r"[\u4e00-\u9fff]", heading)) == (lang == "zh")


@every_page
def test_headings_go_down_step_by_step(site: Site, name: str) -> None:
    levels = [level for level, _ in site.look(name).facts["headings"]]
    assert levels[0] == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))


@every_page
def test_every_picture_has_a_label(site: Site, name: str) -> None:
    labels = site.look(name).facts["labels"]
    assert len(labels) == len(site.figures(name))
    assert all(labels)


@every_page
def test_every_local_link_leads_somewhere(site: Site, name: str) -> None:
    facts = site.look(name).facts
    local = [link for link in facts["links"] if not urlsplit(link).scheme]
    assert "index.html" in local
    assert {link[1:] for link in local if link[0] == "#"} <= set(facts["ids"])
    files = [unquote(urlsplit(link).path) for link in local if link[0] != "#"]
    assert [file for file in files if not (site.folder / file).is_file()] == []


@every_page
def test_contents_list_every_section(site: Site, name: str) -> None:
    facts = site.look(name).facts
    assert facts["contents"] == facts["sections"] != []


@every_page
def test_language_link_leads_to_the_same_report(site: Site, name: str) -> None:
    (link,) = site.look(name).facts["languages"]
    one, other = EDITIONS[name], EDITIONS[link.removesuffix(".html")]
    assert other.notebook == one.notebook
    assert other.lang != one.lang
    assert {**other.parameters, "lang": ""} == {**one.parameters, "lang": ""}


@every_page
def test_title_unit_source_and_date_stand_at_every_chart(site: Site, name: str) -> None:
    source, day = {"en": ("Source: ", "As of "), "zh": ("来源：", "截至")}[EDITIONS[name].lang]
    for title, subtitle, *foot in site.look(name).facts["words"]:
        assert title
        assert subtitle
        assert foot[-2].startswith(source)
        assert foot[-1].startswith(day)


@every_page
def test_tables_open_and_hold_the_rows_of_their_files(site: Site, name: str) -> None:
    for figure, count in zip(site.figures(name), site.look(name).facts["rows"], strict=True):
        path = site.folder / name / f"{figure}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            assert len(list(csv.reader(file))) == count + 1 > 1


@every_page
def test_files_beside_the_page_are_whole(site: Site, name: str) -> None:
    assert site.look(name).facts["downloads"] == [
        f"{name}/{figure}.{kind}"
        for figure in site.figures(name)
        for kind in ("csv", "json", "metadata.json")
    ]
    for figure in site.figures(name):
        folder = site.folder / name
        drawing = json.loads((folder / f"{figure}.json").read_text(encoding="utf-8"))
        about = json.loads((folder / f"{figure}.metadata.json").read_text(encoding="utf-8"))
        assert drawing["data"]
        assert about["name"] == figure
        assert about["licence"] == "CC-BY-4.0"
        assert about["source"]
        assert all(field["title"] for field in about["fields"])


@every_page
def test_no_text_of_a_chart_is_cut_or_covered(site: Site, name: str) -> None:
    check_texts(site.look(name).facts["charts"])


@every_page
def test_no_text_of_a_whole_frame_is_cut_or_covered(site: Site, name: str) -> None:
    check_texts(site.look(name).frames)


@on_phones
def test_page_fits_a_phone(site: Site, name: str) -> None:
    look = site.look(name, PHONE)
    assert look.facts["width"] == PHONE
    assert look.wrong == []
    check_texts(look.facts["charts"])
    assert [struck(chart) for chart in look.facts["charts"] if struck(chart)] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "figure", "columns"),
    [("controls-zh", "transaction", 5), ("country-are-en", "treatments", 6)],
)
def test_a_matrix_has_its_first_columns_in_view_on_a_phone(
    site: Site, name: str, figure: str, columns: int
) -> None:
    page, _ = site.open(name, 360)
    place = page.locator(f"#figure-{figure}")
    heads = place.locator(".xtick text").evaluate_all(
        "all => all.map((text) => text.getBoundingClientRect().right)"
    )
    marks = place.locator(".scatterlayer .point").evaluate_all(
        "all => all.map((mark) => mark.getBoundingClientRect().right)"
    )
    edge = place.locator(".sideways").evaluate("part => part.getBoundingClientRect().right")
    page.close()
    assert sum(right <= edge for right in heads) >= columns
    assert min(marks) < edge


def test_two_panels_stand_one_below_the_other_on_a_phone_until_it_is_turned(site: Site) -> None:
    page, _ = site.open("deals-zh", 360)
    place = page.locator("#figure-supply-scenario")
    panels = """all => all.map((heading) => {
      const edge = heading.getBoundingClientRect();
      return [(edge.left + edge.right) / 2, edge.top];
    })"""
    (first_x, first_y), (second_x, second_y) = place.locator(".annotation-text").evaluate_all(
        panels
    )
    scrolls = place.locator(".sideways").evaluate("part => part.scrollWidth > part.clientWidth")
    page.set_viewport_size({"width": 800, "height": 360})
    turned = place.locator(".drawing[data-narrow=false]")
    turned.wait_for()
    (left, top), (right, level) = place.locator(".annotation-text").evaluate_all(panels)
    page.close()
    assert abs(second_x - first_x) < 60
    assert second_y > first_y + 200
    assert not scrolls
    assert right > left + 200
    assert abs(level - top) < 60


def test_the_name_of_a_language_is_never_broken(site: Site) -> None:
    page, _ = site.open("overview-en", 360)
    page.locator(".bar nav span:last-child").first.evaluate(
        "p => { p.textContent = 'x '.repeat(60) }"
    )
    lines = page.locator(".languages a").evaluate("link => link.getClientRects().length")
    page.close()
    assert lines == 1


def test_index_leads_to_every_report_by_its_title(site: Site) -> None:
    page, wrong = site.open("index")
    links = {a.get_attribute("href"): a.inner_text() for a in page.locator(".editions a").all()}
    countries = [a.get_attribute("href") for a in page.locator(".countries a").all()]
    foot = page.locator("footer").inner_text()
    page.close()
    built = site.manifest["editions"]
    assert links == {
        f"{n}.html": built[n]["title"]
        for n in built
        if not EDITIONS[n].parameters.get("country_id")
    }
    assert sorted([*links, *countries]) == sorted(f"{n}.html" for n in built)
    assert wrong == []
    assert schema.package().as_of in foot


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", [*OF_THE_SITE, *ONE_EACH])
def test_axe_finds_nothing_serious(site: Site, name: str, scheme: str) -> None:
    page, _ = site.open(name, scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    page.close()
    serious = [v for v in found if v["impact"] in ("serious", "critical")]
    assert [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in serious] == []


def test_the_keyboard_reaches_controls_before_the_tools_below_the_chart(site: Site) -> None:
    page, _ = site.open("timeline-en")
    page.locator("#figure-deadline-board [name=as_of]").focus()
    stops = []
    for _ in range(3):
        page.keyboard.press("Tab")
        stops.append(
            page.evaluate("document.activeElement.type || document.activeElement.localName")
        )
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    page.close()
    assert stops == ["reset", "button", "a"]
    assert outline == "solid"


@pytest.mark.parametrize("width", [360])
@pytest.mark.parametrize("name", [*OF_THE_SITE, "timeline-en", "deals-zh"])
def test_nothing_runs_out_of_a_small_phone(site: Site, name: str, width: int) -> None:
    page, _ = site.open(name, width)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.close()


@pytest.mark.parametrize("name", [*OF_THE_SITE, "deals-zh"])
def test_text_keeps_away_from_the_edge_of_the_window(site: Site, name: str) -> None:
    for width in (DESKTOP, PHONE):
        page, _ = site.open(name, width)
        left = page.locator("h1").evaluate("title => title.getBoundingClientRect().left")
        page.close()
        assert left >= 16


def test_language_link_works_both_ways(site: Site) -> None:
    page, _ = site.open("overview-en")
    page.click(".languages a")
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    page.click(".languages a")
    assert page.url.endswith("overview-en.html")
    page.close()


@pytest.mark.parametrize("name", ["index", "overview-zh"])
def test_skip_link_is_the_first_stop_and_leads_to_the_text(site: Site, name: str) -> None:
    page, _ = site.open(name)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "MAIN"
    page.close()


@pytest.mark.parametrize(("name", "figure"), [("timeline-en", "chronicle"), ("deals-zh", "fit")])
def test_picture_is_saved_with_its_whole_frame(site: Site, name: str, figure: str) -> None:
    page, _ = site.open(name)
    with page.expect_download() as download:
        page.click(f"#figure-{figure} button.picture")
    picture = Path(download.value.path()).read_bytes()
    assert download.value.suggested_filename == f"{name}-{figure}.png"
    page.close()
    assert picture.startswith(b"\x89PNG")
    drawing = json.loads((site.folder / name / f"{figure}.json").read_text(encoding="utf-8"))
    height = drawing["layout"]["height"]
    assert struct.unpack(">II", picture[16:24]) == (2 * PICTURE, 2 * height)
    assert 50_000 < len(picture) < 3_000_000


def test_paper_has_room_for_the_charts_and_no_tools(site: Site) -> None:
    page, _ = site.open("timeline-en")
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    widths = page.locator(".drawing .main-svg").evaluate_all(
        "all => all.map((d) => d.getBoundingClientRect().width)"
    )
    tools = page.locator(
        ".tools:visible, .controls:visible, .contents:visible, details:visible"
    ).count()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    after = page.locator(".drawing").evaluate_all("all => all.map((d) => d.style.zoom)")
    page.close()
    # A4 less its margins is 182 mm wide: 688 pixels.
    assert 600 < max(widths) <= 688
    assert tools == 0
    assert set(after) == {""}


def test_dark_page_keeps_its_charts_on_white(site: Site) -> None:
    page, _ = site.open("measures-en", scheme="dark")
    ground = "part => getComputedStyle(part).backgroundColor"
    body = page.locator("body").evaluate(ground)
    charts = page.locator("figure.chart").evaluate_all(f"all => all.map({ground})")
    page.close()
    assert max(map(int, re.findall(r"\d+", body))) < 50
    assert set(charts) == {"rgb(255, 255, 255)"}


def test_pointing_at_a_bar_tells_what_it_is(site: Site) -> None:
    page, _ = site.open("deals-zh")
    # Plotly watches the pointer over the whole drawing, not over the bar.
    page.locator("#figure-pledges .bars .point path").first.hover(force=True)
    told = page.locator("#figure-pledges .hovertext").text_content() or ""
    page.close()
    assert tables.names_of("deals", "zh")["ae-1400bn"] in told


def test_pages_share_one_plotly(site: Site) -> None:
    scripts = [path.relative_to(site.folder).as_posix() for path in site.folder.rglob("plotly*.js")]
    assert scripts == ["_static/plotly-basic.min.js"]
    assert max(path.stat().st_size for path in site.folder.glob("*.html")) < 2_000_000
