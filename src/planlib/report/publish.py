"""Turn an executed notebook into a page: prose, charts with their tables, contents, provenance.

Knows one kind of output, the figure contract; code stays hidden, and any other output is plain
Markdown or text.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from planlib import __version__, contract, evidence, schema, signature, tables
from planlib.briefing import cited, tabular
from planlib.errors import PlanlibError
from planlib.report import editions as edition_list
from planlib.report.cells import place
from planlib.report.editions import Edition
from planlib.wording import choose

FIGURE_TAG = "figure"
PLOTLY_SCRIPT = "plotly.min.js"
LANGUAGE_NAMES = {"en": "English", "zh": "中文"}
LANGUAGE_TAGS = {"en": "en", "zh": "zh-Hans"}
# Words that the page's scripts need.
SCRIPT_WORDS = ("search", "found", "table", "table_of_one", "data", "view")
# The parameter by which the index groups families of editions.
COUNTRY = "country_id"
STALE_MARK = "<!-- stale -->"
HEADING = re.compile(r"(#{1,4}) +(.+?)(?: +#+)?")
FENCE = re.compile(r" {0,3}(```|~~~)")
SLUG = re.compile(r"[^\w]+")
# Ids that the page gives to its own elements.
OWN_ID = re.compile(r"report|provenance|words|(figure|title|drawing|set)-.*")


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


def page(edition: Edition, notebook: Mapping[str, Any], siblings: Sequence[Edition]) -> Page:
    """Make the page of an executed notebook.

    Raises :class:`PlanlibError` when a cell tagged ``figure`` shows no figure, or several, and
    when a figure breaks the contract.
    """
    lang = edition.lang
    blocks = list(_blocks(notebook["cells"], lang))
    _name_headings(blocks)
    figures = [b for b in blocks if b["kind"] == "figure"]
    for number, figure in enumerate(figures, 1):
        figure["number"] = number
    title = next((b["text"] for b in blocks if b["kind"] == "heading" and b["level"] == 1), "")
    title = title or edition.name
    html = (
        environment()
        .get_template("page.html")
        .render(
            lang=lang,
            tag=LANGUAGE_TAGS[lang],
            title=title,
            words=_words(lang),
            blocks=blocks,
            headings=[b for b in blocks if b["kind"] == "heading" and b["level"] == 2],
            translations=_translations(edition, siblings),
            provenance=[*_provenance(edition, lang), _attested(figures, lang)],
            edition=edition,
            figures=[f["drawing"] for f in figures],
            script_words=_script_safe(_script_words(lang)),
            stale_mark=STALE_MARK,
        )
    )
    files = {name: text for f in figures for name, text in f["files"].items()}
    headlines = {f["contract"]["name"]: f["contract"]["title"] for f in figures}
    return Page(edition, title, html, files, list(headlines), _answer(notebook["cells"]), headlines)


def _answer(cells: Sequence[Mapping[str, Any]]) -> str:
    """Return the opening paragraph: the first one of prose that a cell has computed."""
    texts = (
        "".join(output["data"]["text/markdown"]).strip()
        for cell in cells
        for output in cell.get("outputs", ())
        if "text/markdown" in output.get("data", {})
    )
    return next((text for text in texts if text and not text.startswith("#")), "")


def stand_in(edition: Edition, reason: str) -> str:
    """Make the page of an edition that has none, so that no link to it leads nowhere."""
    lang = edition.lang
    return (
        environment()
        .get_template("missing.html")
        .render(tag=LANGUAGE_TAGS[lang], title=edition.name, words=_words(lang), reason=reason)
    )


def with_warning(html: str, lang: str, reason: str) -> str:
    """Return a page with the warning that it is from an earlier build, and why."""
    from markupsafe import escape

    words = _words(lang)["stale"]
    warning = f'{STALE_MARK}<p class="warning">{words} {escape(reason)}</p>'
    # A page that is kept once more may bear an older warning.
    return re.sub(f"{STALE_MARK}.*", lambda _: warning, html)


def index(pages: Sequence[Page], failures: Mapping[str, str], stale: Collection[str]) -> str:
    """Make the index page: editions by notebook and language, and what failed."""
    package = schema.package()
    return (
        environment()
        .get_template("index.html")
        .render(
            sections=[_index_section(pages, lang) for lang in LANGUAGE_NAMES],
            package=package,
            failures=failures,
            stale=stale,
            version=__version__,
        )
    )


def changes(found: Mapping[str, Any], editions: Mapping[str, Any]) -> str:
    """Make the page of what changed since the build before."""
    data: dict[str, list[Any]] = {}
    for change in found["data"]:
        data.setdefault(change["table"], []).append(change)
    package = schema.package()
    titles = {t.name: t.title for t in package.tables}
    page = environment().get_template("changes.html")
    return page.render(found=found, data=data, titles=titles, editions=editions)


def _index_section(pages: Sequence[Page], lang: str) -> dict[str, Any]:
    """Return the reports of a language: those of everything, and by country the others."""
    names = tables.names_of("actors", lang)
    mine = [page for page in pages if page.edition.lang == lang]
    titles: dict[str, str] = {}
    countries: dict[str, list[dict[str, str]]] = {}
    general = []
    for page in mine:
        stem, country = page.edition.notebook.stem, page.edition.parameters.get(COUNTRY, "")
        if not country:
            general.append(page)
            titles.setdefault(stem, re.split("[:：]", page.title)[0])
            continue
        link = {"href": f"{page.edition.name}.html", "title": page.title, "notebook": stem}
        countries.setdefault(names.get(country, country), []).append(link)
    for links in countries.values():
        # The brief of a country goes first, under the country's own name.
        links.sort(key=lambda link: link["notebook"] != "country")
        for link in links:
            link["about"] = titles.get(link["notebook"], link["notebook"])
    return {
        "lang": lang,
        "tag": LANGUAGE_TAGS[lang],
        "name": LANGUAGE_NAMES[lang],
        "words": _words(lang),
        "pages": general,
        "countries": sorted(countries.items()),
    }


def static_files() -> Iterator[tuple[str, bytes]]:
    """Yield the site's shared files: style sheet, scripts and plotly.js, all local."""
    folder = Path(__file__).parent / "static"
    for path in sorted(folder.iterdir()):
        yield path.name, path.read_bytes()
    import plotly

    script = Path(plotly.__file__).parent / "package_data" / PLOTLY_SCRIPT
    yield PLOTLY_SCRIPT, script.read_bytes()


@lru_cache(maxsize=1)
def environment() -> Any:
    """Return the templates of the site's pages, each compiled once."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _blocks(cells: Sequence[Mapping[str, Any]], lang: str) -> Iterator[dict[str, Any]]:
    names: set[str] = set()
    for number, cell in enumerate(cells):
        tags = set(cell.get("metadata", {}).get("tags", ()))
        if any(t.startswith("lang-") and t != f"lang-{lang}" for t in tags):
            continue
        if cell["cell_type"] == "markdown":
            yield from _prose("".join(cell["source"]))
        elif cell["cell_type"] == "code":
            before = len(names)
            for output in cell.get("outputs", ()):
                data = output.get("data", {})
                if contract.FIGURE_TYPE in data:
                    yield _figure(data, lang, place(cells, number), names)
                elif "text/markdown" in data:
                    yield from _prose("".join(data["text/markdown"]))
                elif output.get("name") == "stdout":
                    yield {"kind": "text", "text": "".join(output["text"])}
            found = len(names) - before
            if FIGURE_TAG in tags and found != 1:
                raise PlanlibError(
                    f"{place(cells, number)}: is tagged {FIGURE_TAG!r} but shows {found} figures; "
                    "end it with planlib.show(figure, table)"
                )


def _prose(text: str) -> Iterator[dict[str, Any]]:
    """Split Markdown at its headings, so that they can be listed and linked."""
    import mistune
    from markupsafe import Markup

    render = mistune.create_markdown(escape=True, plugins=["table", "footnotes", "strikethrough"])
    body: list[str] = []

    def flush() -> Iterator[dict[str, Any]]:
        if "".join(body).strip():
            # mistune escapes raw HTML and refuses javascript: links itself.
            yield {"kind": "prose", "html": Markup(render("\n".join(body)))}
        body.clear()

    is_code = False
    for line in text.split("\n"):
        is_code ^= FENCE.match(line) is not None
        match = None if is_code else HEADING.fullmatch(line)
        if match:
            yield from flush()
            yield {"kind": "heading", "level": len(match[1]), "text": match[2].strip()}
        else:
            body.append(line)
    yield from flush()


def _name_headings(blocks: Sequence[dict[str, Any]]) -> None:
    """Give each heading an id of its own, which contents and links use."""
    taken: set[str] = set()
    for block in blocks:
        if block["kind"] != "heading":
            continue
        slug = SLUG.sub("-", block["text"].lower()).strip("-") or "section"
        if OWN_ID.fullmatch(slug):
            slug = f"section-{slug}"
        same = (f"{slug}-{n}" for n in itertools.count(2))
        block["slug"] = slug if slug not in taken else next(s for s in same if s not in taken)
        taken.add(block["slug"])


def _figure(data: Mapping[str, Any], lang: str, where: str, names: set[str]) -> dict[str, Any]:
    """Read one output of the figure contract; ``names`` are those of the figures before it."""
    from markupsafe import Markup

    words = data[contract.FIGURE_TYPE]
    try:
        name = words["name"]
        if not edition_list.NAME_PATTERN.fullmatch(name):
            raise PlanlibError(f"{where}: {name!r} is no name of a figure; use a-z, 0-9, hyphens")
        if name in names:
            raise PlanlibError(f"{where}: a second figure named {name!r}; give each its own name")
        names.add(name)
        drawing = {key: data[contract.PLOTLY_TYPE][key] for key in ("data", "layout")}
        layout = drawing["layout"]
        meta = layout.get("meta", {}).get("planlib", {})
        return {
            "kind": "figure",
            "contract": words,
            "behind": {(claim["table"], claim["row_id"]) for claim in words["claims"]},
            "height": int(meta.get("plain_height", layout.get("height", 450))),
            "key": meta.get("key", []),
            "stamp": meta.get("stamp", words["as_of"]),
            "table_name": _words(lang)[
                "table_of_one" if len(words["rows"]) == 1 else "table"
            ].format(len(words["rows"])),
            # The contract's table escapes every text that it holds.
            "table": Markup(contract.html_table(words)),
            "drawing": _script_safe(
                {"name": name, "heads": [tabular.head(f) for f in words["fields"]], **drawing}
                | {key: words[key] for key in ("controls",) if key in words}
            ),
            "files": _figure_files(words, drawing),
        }
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise PlanlibError(
            f"{where}: shows a figure that breaks the contract ({type(error).__name__}: {error}); "
            "show it with planlib.show(figure, table)"
        ) from None


def _script_safe(value: Any) -> str:
    """Return JSON that cannot end the script element that it stands in."""
    from markupsafe import Markup

    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    for bad, good in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"),
                      ("\u2028", "\\u2028"), ("\u2029", "\\u2029")):  # fmt: skip
        text = text.replace(bad, good)
    return Markup(text)


def _figure_files(words: Mapping[str, Any], drawing: Any) -> dict[str, str]:
    name = words["name"]
    return {
        f"{name}.json": tabular.as_json(drawing),
        f"{name}.csv": tabular.table(words),
        f"{name}.metadata.json": tabular.metadata(words),
    }


def _translations(edition: Edition, siblings: Sequence[Edition]) -> list[dict[str, str]]:
    found = []
    for lang, name in LANGUAGE_NAMES.items():
        other = edition_list.in_language(edition, siblings, lang)
        if lang != edition.lang and other is not None:
            found.append({"name": name, "href": f"{other.name}.html", "tag": LANGUAGE_TAGS[lang]})
    return found


def _provenance(edition: Edition, lang: str) -> list[tuple[str, str]]:
    package = schema.package()
    found = signature.read(edition.notebook)
    values = {n: edition.parameters.get(n, p.default) for n, p in found.items()}
    values["as_of"] = values.get("as_of") or package.as_of
    shown = choose(lang, ", ", "，").join(f"{n} = {v}" for n, v in values.items())
    return [
        (choose(lang, "Notebook", "笔记本"), edition.notebook.name),
        (choose(lang, "Parameters", "参数"), shown),
        (choose(lang, "Data", "数据"), f"{package.version}, CC BY 4.0"),
        (choose(lang, "Software", "软件"), f"planlib {__version__}, MIT"),
        (choose(lang, "How to cite", "引用方式"), cited.citation(lang)),
    ]


def _attested(figures: Sequence[Mapping[str, Any]], lang: str) -> tuple[str, str]:
    """Say how well the rows behind the figures are attested; all rows, where they name none."""
    rows: dict[str, set[str]] = {}
    for table, key in (row for figure in figures for row in figure["behind"]):
        rows.setdefault(table, set()).add(key)
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
    return {name: _words(lang)[name] for name in SCRIPT_WORDS} | {
        "printed": contract.PRINTED,
        "data_version": schema.package().version,
        "licence": cited.LICENCE,
        "cite": cited.citation(lang),
    }


def _words(lang: str) -> dict[str, str]:
    schema.check_language(lang)
    pairs = {
        "home": ("All reports", "全部报告"),
        "contents": ("Contents", "目录"),
        "skip": ("Skip to the report", "跳到正文"),
        "language": ("Language", "语言"),
        "metadata": ("metadata", "元数据"),
        "picture": ("Save as PNG", "保存为PNG"),
        "data": ("Download", "下载"),
        "view": ("Download this view", "下载当前视图"),
        "provenance": ("How this page was made", "本页来源"),
        "notebook": ("Executed notebook", "已执行的笔记本"),
        "top": ("Back to top", "返回顶部"),
        "reset": ("Reset", "还原"),
        "search": ("Search the table", "在表中搜索"),
        "found": ("{} rows", "{}行"),
        "table": ("Table ({} rows)", "数据表（{}行）"),
        "table_of_one": ("Table (1 row)", "数据表（1行）"),
        "by_country": ("By country", "按国家"),
        "find_country": ("Find a country", "查找国家"),
        "missing": ("There is no report here yet.", "此处尚无报告。"),
        "stale": (
            "This page is from an earlier build; the latest one failed.",
            "本页来自较早的一次生成；最近一次生成失败。",
        ),
        "noscript": (
            "Charts need JavaScript; the tables below them do not.",
            "图表需要JavaScript；其下的数据表不需要。",
        ),
    }
    return {key: choose(lang, *pair) for key, pair in pairs.items()}
