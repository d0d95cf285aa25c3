"""An executed notebook as a page: what is shown, in which language, and that all of it is inert."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from checkout import LANG, code, figure, markdown, notebook, shown
from planlib import changes, contract, evidence, schema, views
from planlib.editions import Edition
from planlib.errors import PlanlibError
from planlib.pages import changed, layout, listing
from planlib.pages import page as pages
from planlib.pages.cells import freeze
from planlib.pages.page import Page

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script><script>alert(1)</script>",
    "' onmouseover='alert(1)",
    "<!-- stale --><svg/onload=alert(1)>",
    "{{ 7 * 7 }}{% include 'page.html' %}",
]
HOSTILE_LINKS = [
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#9;script:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x]: vbscript:x\n\n[x]",
]


class Reader(HTMLParser):
    """Collect the elements of a page, and the text and data that a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.scripts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attributes}))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1][0] == "script" and self.scripts:
            self.scripts[-1] += data
        self.text += data

    def all(self, tag: str, **attributes: str) -> list[dict[str, str]]:
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        return [a for t, a in self.elements if t == tag and wanted.items() <= a.items()]


def assert_inert(html: str) -> Reader:
    """Fail if the page runs, loads or links to anything but its own files."""
    found = Reader(html)
    for tag, attributes in found.elements:
        assert tag not in ("svg", "iframe", "object", "embed", "base")
        assert [name for name in attributes if name.startswith("on")] == []
        for name in ("href", "src"):
            address = attributes.get(name, "")
            scheme = address.partition(":")[0] if ":" in address else ""
            assert scheme in ("", "https") or address == "data:,"
        if tag == "script" and attributes.get("type") != "application/json":
            assert attributes["src"].startswith("_static/")
        if tag == "img":
            assert attributes["src"] == "#harmful-link"
    return found


@pytest.fixture
def edition(tmp_path: Path) -> Edition:
    path = tmp_path / "deals.ipynb"
    path.write_text(json.dumps(notebook(parameters=f"{LANG}\nyears: int = 3\nas_of: str = ''")))
    return Edition("deals-en", path, {"lang": "en", "years": 5})


def made(edition: Edition, *cells: Any, siblings: Sequence[Edition] = ()) -> Page:
    return pages.page(edition, notebook(*cells), [edition, *siblings])


def chart(name: str = "chips", **changes: Any) -> dict[str, Any]:
    source = "planlib.show(chart, frame)"
    return code(source, "figure", outputs=[shown(figure(name, **changes))])


def refused(edition: Edition, *cells: Any) -> str:
    with pytest.raises(PlanlibError) as caught:
        made(edition, *cells)
    return str(caught.value)


# What is shown


def test_prose_code_and_printed_text(edition):
    answer = code(
        "answers.deals(terms)",
        outputs=[
            shown({"text/markdown": "Power: **500 MW**", "text/plain": "<Prose>"}),
            {"output_type": "stream", "name": "stdout", "text": ["a line\n"]},
            {"output_type": "stream", "name": "stderr", "text": "a warning"},
        ],
    )
    page = made(edition, markdown("# Deals\n\nWho *pledged* what."), answer)
    assert page.title == "Deals"
    assert "<em>pledged</em>" in page.html
    assert "<strong>500 MW</strong>" in page.html
    assert "<pre>a line\n</pre>" in page.html
    for hidden in ("answers.deals", "<Prose>", "a warning"):
        assert hidden not in page.html


def test_a_page_without_a_title_bears_the_name_of_its_edition(edition):
    assert made(edition, markdown("## Only a part")).title == "deals-en"


@pytest.mark.parametrize(("lang", "tag"), [("en", "en"), ("zh", "zh-Hans")])
def test_cells_of_the_other_language_are_left_out(edition, lang, tag):
    edition = Edition("deals", edition.notebook, {"lang": lang})
    both = [markdown("# in both"), markdown("only en", "lang-en"), markdown("only zh", "lang-zh")]
    page = made(edition, *both, chart(lang=lang))
    other = {"en": "zh", "zh": "en"}[lang]
    assert f"only {lang}" in page.html
    assert f"only {other}" not in page.html
    assert Reader(page.html).all("html") == [{"lang": tag}]


def test_contents_list_the_parts_under_ids_of_their_own(edition):
    page = made(
        edition,
        markdown("# Title\n\n## Power\n\n### Detail\n\n## Power\n\n## 资金\n\n## Report\n\n## !"),
        markdown("## Drawing 1\n\n## Provenance"),
        chart(),
    )
    found = Reader(page.html)
    links = [a["href"] for a in found.all("a") if a["href"].startswith("#")]
    assert links[1:-1] == [
        "#power", "#power-2", "#资金", "#section-report", "#section",
        "#section-drawing-1", "#section-provenance",
    ]  # fmt: skip
    ids = [a["id"] for _, a in found.elements if "id" in a]
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in links} <= set(ids)


def test_a_comment_in_a_block_of_code_is_no_heading(edition):
    page = made(edition, markdown("```python\n# not a heading\nx = 1\n```\n\n## Real"))
    assert "# not a heading\nx = 1" in page.html
    assert [a["href"] for a in Reader(page.html).all("a")].count("#real") == 1
    assert len(Reader(page.html).all("h1")) == 0


def test_a_figure_has_its_words_table_and_data(edition):
    page = made(edition, chart(note="Counted by us."))
    for words in ("Chips pledged", "GPUs", "Counted by us.", "Source: a memorandum", "2026-01-15"):
        assert words in page.html
    found = Reader(page.html)
    assert found.all("div", role="img") == [
        {
            "class": "drawing",
            "id": "drawing-1",
            "role": "img",
            "aria-label": "One bar.",
            "style": "min-height:300px",
        }
    ]
    assert "<td>HUMAIN</td>" in page.html
    drawing = json.loads(found.scripts[0])
    assert drawing == {
        "name": "chips",
        "heads": ["deal", "power [MW]"],
        "data": [{"type": "bar", "y": [500]}],
        "layout": {"height": 300},
    }
    downloads = [a["href"] for a in found.all("a") if "download" in a]
    assert downloads == [
        "deals-en/chips.csv",
        "deals-en/chips.json",
        "deals-en/chips.metadata.json",
        "deals-en.ipynb",
    ]
    assert {f"deals-en/{name}" for name in page.files} | {"deals-en.ipynb"} == set(downloads)


def test_the_files_beside_a_figure(edition):
    page = made(edition, chart())
    rows = list(csv.reader(io.StringIO(page.files["chips.csv"])))
    assert rows == [["deal", "power [MW]"], ["HUMAIN", "500"], ["G42", ""]]
    assert json.loads(page.files["chips.json"]) == {
        "data": [{"type": "bar", "y": [500]}],
        "layout": {"height": 300},
    }
    metadata = json.loads(page.files["chips.metadata.json"])
    assert metadata["title"] == "Chips pledged"
    assert metadata["fields"][1]["unit"] == "MW"
    assert metadata["licence"] == "CC-BY-4.0"
    assert "CC BY 4.0" in metadata["cite"]


def test_controls_are_forms_with_labels_and_travel_with_the_drawing(edition):
    inputs = [
        views.control("years", "Years", [(1, "1 year"), (2, "2 years")], 2),
        views.control("chip", "Chip", [("a", "A <1>"), ("b", "B")], "a", kind="menu"),
        views.control("new", "New", [(False, "no"), (True, "yes")], True, kind="toggle"),
    ]
    page = made(edition, chart(controls=views.Views(*inputs).as_json()), chart("plain"))
    found = assert_inert(page.html)
    assert len(found.all("form")) == 1
    names = {a["name"]: a["id"] for a in found.all("input") + found.all("select")}
    assert list(names) == ["years", "new", "chip"]
    assert {a["for"] for a in found.all("label")} == set(names.values())
    assert found.all("input", type="range")[0]["value"] == "1"
    assert "A &lt;1&gt;" in page.html
    assert json.loads(found.scripts[0])["controls"]["inputs"] == inputs
    assert "controls" not in json.loads(found.scripts[1])


def test_figures_are_numbered_in_their_order(edition):
    page = made(edition, chart("first"), chart("second"))
    assert list(page.figures) == ["first", "second"]
    assert [json.loads(script)["name"] for script in Reader(page.html).scripts[:2]] == [
        "first",
        "second",
    ]


def test_the_same_page_in_the_other_language_is_linked(edition):
    other = Edition("deals-zh", edition.notebook, {"lang": "zh", "years": 5})
    shorter = Edition("short-zh", edition.notebook, {"lang": "zh", "years": 1})
    page = made(edition, siblings=[shorter, other])
    assert Reader(page.html).all("a", hreflang="zh-Hans") == [
        {"href": "deals-zh.html", "lang": "zh-Hans", "hreflang": "zh-Hans"}
    ]


def test_the_foot_of_the_page_says_how_it_was_made(edition):
    page = made(edition)
    assert "deals.ipynb" in page.html
    assert "lang = en, years = 5, as_of = 20" in page.html


def test_the_page_needs_no_network(edition):
    found = assert_inert(made(edition, chart()).html)
    assert [a.get("src") for a in found.all("script")] == [
        None,
        None,
        "_static/plotly-basic.min.js",
        "_static/sortable.min.js",
        "_static/planlib.js",
        "_static/tables.js",
        "_static/controls.js",
        "_static/downloads.js",
    ]
    names = [name for name, content in layout.static_files() if content]
    assert {"planlib.css", "planlib.js", "plotly-basic.min.js"} <= set(names)


def test_a_chart_of_a_rare_kind_brings_what_draws_it(edition):
    rare = figure()
    rare[contract.PLOTLY_TYPE]["data"] = [{"type": "sankey"}]
    page = made(edition, code("planlib.show(chart, frame)", "figure", outputs=[shown(rare)]))
    assert f'<script src="{edition.name}/plotly.min.js"></script>' in page.html
    assert "sankey" in page.files["plotly.min.js"]
    assert "plotly.min.js" not in made(edition, chart()).files


# What is refused


@pytest.mark.parametrize("shows", [0, 2])
def test_a_cell_tagged_figure_shows_exactly_one(edition, shows):
    outputs = [shown(figure(f"chart-{n}")) for n in range(shows)]
    message = refused(
        edition, markdown("# Title"), code(""), code("draw()\nmore()", "figure", outputs=outputs)
    )
    assert message == (
        f"cell [2] 'draw()': is tagged 'figure' but shows {shows} figures; "
        "end it with planlib.show(figure, table)"
    )


def test_an_untagged_cell_may_show_several(edition):
    outputs = [shown(figure("a")), shown(figure("b"))]
    assert list(made(edition, code("both()", outputs=outputs)).figures) == ["a", "b"]


@pytest.mark.parametrize("name", ["../evil", "a/b", "", "Chips", "a b", "-x", "a.csv"])
def test_a_figure_name_that_is_no_file_name_is_refused(edition, name):
    assert refused(edition, chart(name)) == (
        f"cell [2] 'planlib.show(chart, frame)': {name!r} is no name of a figure; "
        "use a-z, 0-9, hyphens"
    )


def test_two_figures_of_one_name_are_refused(edition):
    assert refused(edition, chart(), chart()) == (
        "cell [3] 'planlib.show(chart, frame)': a second figure named 'chips'; "
        "give each its own name"
    )


def without(key: str) -> dict[str, Any]:
    bundle = figure()
    del bundle[contract.FIGURE_TYPE][key]
    return bundle


@pytest.mark.parametrize(
    ("bundle", "reason"),
    [
        (without("name"), "KeyError: 'name'"),
        (without("alt"), "KeyError: 'alt'"),
        (without("claims"), "KeyError: 'claims'"),
        (figure(3), "TypeError"),
        (figure(rows=None), "TypeError"),
        (figure(rows=[[1]]), "ValueError"),
        (figure(fields=[{"name": "x"}]), "KeyError"),
        ({contract.FIGURE_TYPE: figure()[contract.FIGURE_TYPE]}, "KeyError"),
        ({contract.FIGURE_TYPE: "text"}, "TypeError"),
        (figure() | {contract.PLOTLY_TYPE: {"data": [float("nan")], "layout": {}}}, "ValueError"),
        (figure() | {contract.PLOTLY_TYPE: {"data": [], "layout": {"meta": 3}}}, "AttributeError"),
    ],
)
def test_a_figure_that_breaks_the_contract_is_refused(edition, bundle, reason):
    message = refused(edition, code("display(x)", outputs=[shown(bundle)]))
    start = f"cell [2] 'display(x)': shows a figure that breaks the contract ({reason}"
    assert message.startswith(start)
    assert message.endswith("; show it with planlib.show(figure, table)")
    assert "\n" not in message


# What is hostile


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_of_a_figure_are_inert(edition, text):
    words = ("title", "subtitle", "note", "source", "alt", "as_of")
    fields = [{"name": "x", "title": text, "unit": text, "type": "string"}]
    bundle = figure(**dict.fromkeys(words, text), fields=fields, rows=[[text]])
    bundle[contract.PLOTLY_TYPE] = {
        "data": [{"type": "bar", "text": [text]}],
        "layout": {
            "title": {"text": text},
            "meta": {"planlib": {"key": [{"glyph": text, "colour": text, "text": text}]}},
        },
    }
    page = made(edition, code("show", outputs=[shown(bundle)]))
    found = assert_inert(page.html)
    assert page.html.count(layout.STALE_MARK) == 1
    # Nothing is lost either: the reader sees the characters, the script gets them back.
    assert found.text.count(text) >= 5
    assert not set("<>&") & set(found.scripts[0])
    assert json.loads(found.scripts[0])["data"][0]["text"] == [text]
    assert json.loads(page.files["chips.metadata.json"])["title"] == text
    assert list(csv.reader(io.StringIO(page.files["chips.csv"])))[1] == [text]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_prose_is_inert(edition, text):
    printed = {"output_type": "stream", "name": "stdout", "text": text}
    answer = shown({"text/markdown": f"## {text}\n\n{text}\n\n| {text} |\n| --- |\n| {text} |"})
    page = made(edition, markdown(f"# {text}\n\n{text}"), code("x", outputs=[printed, answer]))
    found = assert_inert(page.html)
    assert page.title == text
    assert found.text.count(text) >= 4
    assert page.html.count(layout.STALE_MARK) == 1


@pytest.mark.parametrize("text", HOSTILE_LINKS)
def test_hostile_links_lead_nowhere(edition, text):
    assert "#harmful-link" in made(edition, markdown(text)).html
    assert_inert(made(edition, markdown(text)).html)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_titles_reasons_and_parameters_are_inert(edition, text):
    hostile = Edition(edition.name, edition.notebook, {"lang": "en", "years": text})
    page = made(hostile, markdown(f"# {text}"))
    assert text in assert_inert(page.html).text
    listed = listing.index([listing.Listed(page.edition, page.title)], {"x": text}, ["x"])
    assert assert_inert(listed).text.count(text) == 2
    assert text in assert_inert(listing.stand_in(edition, text)).text
    assert text in assert_inert(listing.with_warning(page.html, "en", text)).text


# The index, and pages that stand for others


def test_the_index_groups_by_language_and_says_what_failed(edition):
    chinese = Edition("deals-zh", edition.notebook, {"lang": "zh"})
    pages = [made(edition, markdown("# Deals")), made(chinese, markdown("# 交易"), chart())]
    listed = [listing.Listed(page.edition, page.title) for page in pages]
    html = listing.index(listed, {"deals-zh": "kernel died", "new": "no data"}, ["deals-zh"])
    english, _, other = html.partition("中文</h2>")
    assert '<a href="deals-en.html">Deals</a>' in english
    assert '<a href="deals-zh.html">交易</a>' in other
    assert "<strong>deals-zh</strong>: kernel died The last good page is shown.</p>" in html
    assert "<strong>new</strong>: no data</p>" in html


@pytest.mark.parametrize(
    ("lang", "names"),
    [
        ("en", ["China", "Germany", "United Arab Emirates"]),
        ("zh", ["阿拉伯联合酋长国", "德国", "韩国", "亚美尼亚", "中国"]),
    ],
)
def test_the_index_lists_countries_by_the_alphabet_or_pinyin(edition, lang, names):
    keys = {"en": ["CHN", "ARE", "DEU"], "zh": ["CHN", "ARM", "ARE", "DEU", "KOR"]}[lang]
    listed = [
        listing.Listed(Edition(k.lower(), edition.notebook, {"lang": lang, "country_id": k}), k)
        for k in keys
    ]
    found = Reader(listing.index(listed, {}, [])).elements
    assert [a["data-name"] for tag, a in found if "data-name" in a] == names


STATE = {"version": "2026.1", "as_of": "2026-01-15"}
NOTHING = {"from": STATE, "to": STATE, "data": [], "obligations": [], "answers": [],
           "headlines": [], "figures": []}  # fmt: skip
MADE = {
    name: {"title": title, "parameters": {"lang": name[-2:]}}
    for name, title in (("deals-en", "Deals"), ("deals-zh", "交易"))
}


def what_changed(**found: Any) -> str:
    return listing.changes(NOTHING | found, MADE)


@pytest.mark.parametrize(
    ("found", "en", "zh"),
    [
        ({"from": {}}, "This is the first build", "这是首次生成"),
        (
            {},
            "The data are the same as before: version 2026.1, as of 2026-01-15.",
            "数据与上次相同：2026.1版，截至2026-01-15。",
        ),
        (
            {"data": [{"table": "chips", "key": "h20", "kind": "added", "cells": {}}]},
            "rows that differ: 1.",
            "但有1行不同。",
        ),
        (
            {"from": {"version": "2025.9", "as_of": "2025-12-31"}},
            "Data before: 2025.9 as of 2025-12-31; now: 2026.1 as of 2026-01-15.",
            "数据此前为2025.9版，截至2025-12-31；现为2026.1版，截至2026-01-15。",
        ),
    ],
)
def test_what_changed_of_the_data_is_one_sentence_in_each_language(found, en, zh):
    text = Reader(what_changed(**found)).text
    assert en in text
    assert zh in text


def test_what_changed_is_told_to_readers_of_each_language_of_their_reports():
    both = [
        {"edition": "deals-en", "figure": "fit", "old": "Two fit", "new": "Three fit",
         "causes": ["code change"]},
        {"edition": "deals-zh", "figure": "fit", "old": "两项相符", "new": "三项相符",
         "causes": ["date passed: 2025-12-31 to 2026-01-15", "changed row: chips h20"]},
    ]  # fmt: skip
    move = {"obligation_id": "EO14179-01", "old": "due", "new": "", "cause": "removed row: x y"}
    rows = [{"table": "chips", "key": "h20", "kind": "changed", "cells": {"name": ["A", ""]}}]
    html = what_changed(headlines=both, obligations=[move], data=rows)
    english, chinese = (Reader(part).text for part in html.split('<section lang="zh-Hans"'))
    assert "Two fit" in english
    assert "两项相符" not in english
    assert "Cause: code change" in english
    assert "Name: A → blank" in english
    assert "→ no longer listed" in english
    assert "三项相符" in chinese
    assert "Three fit" not in chinese
    assert "截止日期推移：2025-12-31至2026-01-15；一行有改动：chips h20" in chinese
    assert "名称：A → 空白" in chinese
    assert "→ 不再收录" in chinese
    assert "删去一行：x y" in chinese


def test_of_an_opening_only_the_paragraphs_that_differ_are_told():
    answer = {"edition": "deals-en", "old": "See [it](x.html).\n\nSame.", "new": "Same.\n\n*New*",
              "causes": ["new report"]}  # fmt: skip
    text = Reader(what_changed(answers=[answer])).text
    assert "Before: See it." in text
    assert "Now: New" in text
    assert "Same" not in text


def test_every_cause_that_the_record_knows_has_chinese_words():
    assert set(changed.CAUSES_ZH) == set(changes.CAUSES)
    rows = [changes.Change(table, "chips h20 *", kind) for table in ("chips", changes.CLAIMS)
            for kind in changes.KINDS]  # fmt: skip
    for said in [*changes.CAUSES.values(), *map(changes.name_of, rows)]:
        assert changed.cause(said, "en") == said
        assert not changed.cause(said, "zh").startswith(said.partition(":")[0])
    (said,) = changes._causes([("table", "table chips or its evidence changed")], [])
    assert changed.cause(said, "zh") == "芯片或其出处有变"
    assert changed.cause("the wind", "zh") == "the wind"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_of_what_changed_are_inert(text):
    change = {"edition": "deals-en", "figure": text, "old": text, "new": "", "causes": [text]}
    rows = [{"table": text, "key": text, "kind": "changed", "cells": {text: [text, text]}}]
    html = what_changed(answers=[change], figures=[change | {"kind": "changed"}], data=rows)
    assert text in assert_inert(html).text


def test_a_missing_page_says_so_and_why(edition):
    found = Reader(listing.stand_in(edition, "kernel died"))
    assert "There is no report here yet. kernel died" in found.text
    assert {"href": "index.html"} in found.all("a")


def test_a_warning_takes_the_place_of_the_one_before(edition):
    page = made(edition, markdown("# Deals"))
    once = listing.with_warning(page.html, "en", "first reason")
    twice = listing.with_warning(once, "en", r"second \1 reason")
    assert "from an earlier build; the latest one failed. first reason" in once
    assert r"second \1 reason" in twice
    assert "first reason" not in twice
    assert twice.count('class="warning"') == once.count('class="warning"') == 2
    assert len(Reader(twice).all("p", class_="warning")) == 2


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_says_how_well_the_rows_behind_it_are_attested(edition, lang):
    edition = Edition("deals", edition.notebook, {"lang": lang})
    claims = [{"table": "measures", "row_id": "P1.01.1"},
              {"table": "deal_terms", "row_id": "ae-chip-quota.g42-share"}]  # fmt: skip
    both = [chart("one", lang=lang, claims=claims), chart("two", lang=lang, claims=claims[:1])]
    page = Reader(made(edition, *both).html).text
    said = {
        "en": "1 are verified in a text we read, 2 reported by texts we did not read, 1 counted",
        "zh": "1处在我们读过的文本中核实，2处见于未读原文的报道，1处由我们计数",
    }
    assert said[lang] in page


def test_a_page_whose_figures_name_no_rows_speaks_of_all_the_data(edition):
    total = evidence.coverage()["verified"].sum()
    assert f"{total:,} are verified" in Reader(made(edition, chart()).html).text


def test_a_page_whose_figures_name_no_rows_tells_of_all_tables(tmp_path):
    path = tmp_path / "x.ipynb"
    path.write_text(json.dumps(notebook()), encoding="utf-8")
    edition = Edition("x", path, {"lang": "en"})
    claim = {"table": "chips", "row_id": "h20", "field": "*", "source_id": "x"}
    tables = [
        pages.page(edition, notebook(code("show()", outputs=[shown(data)])), ()).tables
        for data in (figure(), figure(claims=[claim]))
    ]
    assert set(tables[0]) == set(schema.package().names)
    assert tables[1] == ()


def test_a_page_that_stands_by_itself_links_to_no_index(tmp_path):
    path = tmp_path / "x.ipynb"
    path.write_text(json.dumps(notebook()), encoding="utf-8")
    edition = Edition("x", path, {"lang": "en"})
    assert 'href="index.html"' in pages.page(edition, notebook(), ()).html
    assert 'href="index.html"' not in pages.page(edition, notebook(), None).html


def test_results_are_shown_as_text_and_what_is_for_the_log_is_not(tmp_path):
    path = tmp_path / "x.ipynb"
    path.write_text(json.dumps(notebook()), encoding="utf-8")
    result = {"output_type": "execute_result", "execution_count": 1, "metadata": {},
              "data": {"text/plain": "a  1", "text/html": "<b>a  1</b>"}}  # fmt: skip
    warned = {"output_type": "stream", "name": "stderr", "text": "a warning"}
    cells = notebook(code("frame", outputs=[result, warned]))
    html = pages.page(Edition("x", path, {"lang": "en"}), cells, ()).html
    assert "<pre>a  1</pre>" in html.replace("\n</pre>", "</pre>")
    assert "a warning" not in html


def test_the_id_of_a_cell_that_papermill_added_is_no_other_cells(tmp_path):
    cells = [{**code("1"), "id": "cell-0"}, {**code("2"), "id": "random"},
             {**code("3"), "id": "cell-1"}]  # fmt: skip
    frozen = freeze({"metadata": {}, "cells": cells}, {"cell-0", "cell-1"}, "/nowhere")
    assert [cell["id"] for cell in frozen["cells"]] == ["cell-0", "cell-2", "cell-1"]
