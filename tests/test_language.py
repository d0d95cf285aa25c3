"""Every notebook in both languages: nothing left in the other one, numbers as readers write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import drawn
from planlib import contract, editions, evidence, schema, style, tables

ROOT = Path(__file__).resolve().parents[1]
EDITIONS = {edition.name: edition for edition in editions.load(ROOT)}
CHINESE = re.compile(
    r"[\u3400-\u9fff，。；：、“”（）《》]*[\u3400-\u9fff]+[\u3400-\u9fff，。；：、（）《》]*"
)
LATIN = re.compile(r"[A-Za-z][A-Za-z'’&/.-]*[A-Za-z]|[A-Za-z]")
TAGS = re.compile(r"<[^>]*>")
BEHIND = re.compile(rf"<br><span style='color:{style.GREY_TEXT}'>.*?</span>(?=<br>|$)")
ENTITIES = {"&nbsp;": " ", "&amp;": "&", "&lt;": "<", "&gt;": ">"}
# English writes them so, in Chinese too.
SIGNS = {
    "BF",
    "FP",
    "SXM",
    "FY",
    "GPU",
    "AI",
    "PUE",
    "MW",
    "GW",
    "kW",
    "W",
    "GB",
    "TFLOPS",
    "planlib",
    "JSON",
    "CSV",
    "PNG",
    "JupyterLab",
}
# From ten thousand on Chinese counts in 万.
UNGROUPED = re.compile(r"(?<![\d.,])\d{2,3}(,\d{3})+(?![\d,])")
ISO_DAY = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)")
QUOTED = re.compile(r"“[^”]*”|「[^」]*」")
SUBSECTION = re.compile(r"\([a-z]{1,4}\)")
FEW_COUNTRIES = 2


def chosen() -> list[str]:
    """Return one edition of each notebook in each language, and a few of its families."""
    by_notebook: dict[tuple[str, str], list[str]] = {}
    for name, edition in EDITIONS.items():
        by_notebook.setdefault((edition.notebook.stem, edition.lang), []).append(name)
    return [name for names in by_notebook.values() for name in names[: 1 + FEW_COUNTRIES]]


@cache
def named() -> list[str]:
    """Return names and literals that stand as they are in either language, longest first."""
    found: set[str] = set()
    for name, columns in {
        "actors": ["name", "name_zh"],
        "sources": ["title", "publisher", "publisher_zh", "author"],
        "claims": ["as_printed", "locator", "value", "note"],
        "documents": ["title"], "deals": ["title"],
    }.items():  # fmt: skip
        frame = tables.whole(name)
        for column in columns:
            found |= set(frame[column].dropna().astype("str"))
    # A chip goes by its name alone; what stands in brackets behind it is translated.
    found |= set(tables.names_of("chips", "zh").values())
    return sorted((text for text in found if len(text) > 1), key=len, reverse=True)


@cache
def borrowed() -> set[str]:
    """Return Latin words that the Chinese texts of the tables themselves use."""
    found: set[str] = set()
    for spec in schema.package().tables:
        frame = tables.whole(spec.name)
        for column in frame.columns:
            if column.endswith("_zh"):
                for text in frame[column].dropna().astype("str"):
                    found |= set(LATIN.findall(text))
    return SIGNS | {word for word in found if word != word.lower() or len(word) < 3}


def seen(run: drawn.Run) -> Iterator[tuple[str, str]]:
    """Yield every text that a reader meets, and where: charts, their words, their tables, prose."""
    for name, shown in run.figures.items():
        words = shown.words
        for key in ("title", "subtitle", "note", "alt"):
            yield f"{name}: {key}", words[key]
        meta = shown.figure.layout.meta["planlib"]
        for mark in meta["key"]:
            yield f"{name}: key", mark["text"]
        for text in drawn_texts(shown):
            yield f"{name}: chart", text
        for field in words["fields"]:
            yield f"{name}: table", field["title"]
        for control in words.get("controls", {}).get("inputs", ()):
            yield f"{name}: control", control["title"]
            for choice in control["choices"]:
                yield f"{name}: control", choice["label"]
        for row in words["rows"]:
            for value, field in zip(row, words["fields"], strict=True):
                yield f"{name}: table", contract.cell_text(value, field, words["lang"])
    for text in run.prose:
        yield "prose", text
    lang = run.variables["lang"]
    for cell in run.notebook["cells"]:
        tags = cell["metadata"].get("tags", ())
        is_other = any(t.startswith("lang-") and t != f"lang-{lang}" for t in tags)
        if cell["cell_type"] == "markdown" and not is_other:
            yield "prose", "".join(cell["source"])


def drawn_texts(shown: drawn.Shown) -> Iterator[str]:
    figure = shown.figure
    for annotation in figure.layout.annotations:
        # Source names stay in their own language.
        if annotation.text and annotation.name != "planlib-foot":
            yield annotation.text
    for axis in (*figure.select_xaxes(), *figure.select_yaxes()):
        yield axis.title.text or ""
        yield from (str(text) for text in axis.ticktext or ())
    for trace in figure.data:
        for key in ("text", "hovertext"):
            value = trace[key]
            if isinstance(value, str):
                yield value
            elif value is not None:
                yield from (text for text in value if isinstance(text, str))


def bare(text: str) -> str:
    """Return a text without tags, addresses, quotations, names and literals."""
    # What a hover says of sources is in their language.
    text = BEHIND.sub(" ", text)
    text = re.sub(r"(?<=[!-~])<br>|<br>(?=[!-~])", " ", text).replace("<br>", "")
    text = re.sub(r"\]\([^)]*\)|https?://\S+|`[^`]*`", " ", TAGS.sub(" ", text))
    for entity, sign in ENTITIES.items():
        text = text.replace(entity, sign)
    # Literals that hold quotation marks would break the pairs of those around them.
    for name in (name for name in named() if "“" in name or "”" in name):
        text = text.replace(name, " ")
    text = QUOTED.sub(" ", text)
    for name in named():
        if name in text:
            text = text.replace(name, " ")
    return SUBSECTION.sub(" ", text)


def left_over(run: drawn.Run, lang: str) -> set[tuple[str, str]]:
    """Return what stands in the other language, and where."""
    found: set[tuple[str, str]] = set()
    for where, text in set(seen(run)):
        rest = bare(text)
        if lang == "en":
            found |= {(where, words) for words in CHINESE.findall(rest)}
        else:
            # Names of parameters stand in prose as they are.
            known = borrowed() | set(run.variables)
            found |= {(where, word) for word in LATIN.findall(rest) if word not in known}
    return found


@pytest.fixture(params=chosen())
def edition(request: pytest.FixtureRequest) -> editions.Edition:
    return EDITIONS[request.param]


@pytest.fixture
def run(edition: editions.Edition) -> drawn.Run:
    return drawn.run(edition.notebook.stem, **edition.parameters)


@pytest.mark.slow
def test_nothing_stands_in_the_other_language(edition: editions.Edition, run: drawn.Run) -> None:
    assert sorted(left_over(run, edition.lang)) == []


@pytest.mark.slow
def test_numbers_and_dates_are_written_as_readers_write_them(
    edition: editions.Edition, run: drawn.Run
) -> None:
    texts = {(where, bare(text)) for where, text in seen(run)}
    assert sorted((w, t) for w, t in texts if ISO_DAY.search(t)) == []
    if edition.lang == "zh":
        assert sorted((w, t) for w, t in texts if UNGROUPED.search(t)) == []


@pytest.mark.slow
def test_every_column_has_a_title(run: drawn.Run) -> None:
    fields = [f for shown in run.figures.values() for f in shown.words["fields"]]
    assert [f["name"] for f in fields if f["title"] == f["name"] or not f["title"]] == []


@pytest.mark.slow
def test_every_figure_says_more_than_its_title_to_those_who_cannot_see_it(run: drawn.Run) -> None:
    silent = [
        name
        for name, shown in run.figures.items()
        if shown.words["alt"] == shown.words["title"] or not re.search(r"\d", shown.words["alt"])
    ]
    assert silent == []


def test_a_label_in_the_other_language_is_found() -> None:
    assert LATIN.findall(bare("已完成 Done late，GPU")) == ["Done", "late", "GPU"]
    assert {"Done", "late"} & borrowed() == set()
    assert CHINESE.findall(bare("Done 已完成, says “已完成”")) == ["已完成"]
    assert UNGROUPED.search("500,000张")
    assert not UNGROUPED.search("8,288兆瓦")
    assert evidence.WHOLE_ROW not in borrowed()


def test_chips_are_named_in_the_readers_language() -> None:
    names = tables.names_of("chips", "zh")
    assert [n for n in names.values() if re.search(r"(?<![A-Za-z0-9])[a-z]{2,}", n)] == []
    assert tables.names_of("chips", "en")["gb200"] == "GB200 (per GPU)"
    assert names["gb200"] == "GB200（每GPU）"
