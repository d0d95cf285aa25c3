"""The page of an edition: its blocks, contents, the other language, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from planlib import __version__, contract, drawing, evidence, schema, signature
from planlib.briefing import cited
from planlib.editions import Edition, in_language
from planlib.pages import STATIC, blocks, layout
from planlib.wording import choose

# Words that the page's scripts need.
SCRIPT_WORDS = ("search", "found", "table", "table_of_one", "data", "view", "whole")


@dataclass(frozen=True)
class Page:
    """A published edition: the page, the files beside it, and what the index says of it."""

    edition: Edition
    title: str
    html: str
    files: Mapping[str, str]
    figures: Sequence[str]
    answer: str = ""
    headlines: Mapping[str, str] = field(default_factory=dict)
    # Those that the page tells of without any figure of them.
    tables: Sequence[str] = ()


def page(edition: Edition, notebook: Mapping[str, Any], siblings: Sequence[Edition] | None) -> Page:
    """Make the page of an executed notebook; without siblings, one that stands by itself.

    Raises :class:`PlanlibError` when a cell tagged ``figure`` shows no figure, or several, and
    when a figure breaks the contract.
    """
    lang = edition.lang
    words, read = layout.words(lang), blocks.read(notebook["cells"], lang)
    figures = [b for b in read if b["kind"] == "figure"]
    headings = [b for b in read if b["kind"] == "heading"]
    title = next((h["text"] for h in headings if h["level"] == 1), "") or edition.name
    files = {name: text for f in figures for name, text in f["files"].items()}
    plotly = drawing.script(trace for f in figures for trace in f["traces"])
    is_shared = plotly == drawing.BASIC_SCRIPT
    if not is_shared:
        # Charts of a rarer kind: this page brings what draws them.
        files[plotly.name] = plotly.read_text(encoding="utf-8")
    rows = _behind(figures)
    html = layout.render(
        "page.html",
        lang=lang,
        tag=layout.LANGUAGE_TAGS[lang],
        title=title,
        words=words,
        blocks=read,
        headings=[h for h in headings if h["level"] == 2],
        is_alone=siblings is None,
        translations=_translations(edition, siblings or ()),
        provenance=[*_provenance(edition, lang), _attested(rows, lang)],
        edition=edition,
        figures=[f["drawing"] for f in figures],
        plotly=f"{STATIC if is_shared else edition.name}/{plotly.name}",
        script_words=blocks.script_safe(_script_words(lang)),
        stale_mark=layout.STALE_MARK,
    )
    tables = () if rows else schema.package().names
    headlines = {f["contract"]["name"]: f["contract"]["title"] for f in figures}
    answer = blocks.answer(notebook["cells"])
    return Page(edition, title, html, files, list(headlines), answer, headlines, tables)


def _translations(edition: Edition, siblings: Sequence[Edition]) -> list[dict[str, str]]:
    found = []
    for lang, name in layout.LANGUAGE_NAMES.items():
        other = in_language(edition, siblings, lang)
        if lang != edition.lang and other is not None:
            found.append(
                {"name": name, "href": f"{other.name}.html", "tag": layout.LANGUAGE_TAGS[lang]}
            )
    return found


def _provenance(edition: Edition, lang: str) -> list[tuple[str, str]]:
    package = schema.package()
    found = signature.read(edition.notebook)
    values = {n: edition.parameters.get(n, p.default) for n, p in found.items()}
    values["as_of"] = values.get("as_of") or package.as_of
    shown = choose(lang, ", ", "，").join(
        f"{n} = {'' if v is None else v}" for n, v in values.items()
    )
    return [
        (choose(lang, "Notebook", "笔记本"), edition.notebook.name),
        (choose(lang, "Parameters", "参数"), shown),
        (choose(lang, "Data", "数据"), f"{package.version}, CC BY 4.0"),
        (choose(lang, "Software", "软件"), f"planlib {__version__}, MIT"),
        (choose(lang, "How to cite", "引用方式"), cited.citation(lang)),
    ]


def _behind(figures: Sequence[Mapping[str, Any]]) -> dict[str, set[str]]:
    """Return the keys of the rows behind the figures, by table."""
    rows: dict[str, set[str]] = {}
    for table, key in (row for figure in figures for row in figure["behind"]):
        rows.setdefault(table, set()).add(key)
    return rows


def _attested(rows: Mapping[str, set[str]], lang: str) -> tuple[str, str]:
    """Say how well rows, by table, are attested; all there are, where none are named."""
    counts = evidence.coverage(rows or None)[["verified", "reported", "counted"]].sum()
    said = choose(
        lang,
        "of the rows and numbers behind this page {verified:,} are verified in a text we read, "
        "{reported:,} reported by texts we did not read, {counted:,} counted by us",
        "本页所依据的记录与数字中，{verified:,}处在我们读过的文本中核实，{reported:,}处见于未读原文的报道，"
        "{counted:,}处由我们计数",
    )
    return choose(lang, "Evidence", "可信程度"), said.format(**counts)


def _script_words(lang: str) -> dict[str, Any]:
    """Return the words that the page's scripts need, and what a file made by them has to say."""
    words = layout.words(lang)
    return {name: words[name] for name in SCRIPT_WORDS} | {
        "printed": contract.PRINTED,
        "data_version": schema.package().version,
        "licence": cited.LICENCE,
        "cite": cited.citation(lang),
    }
