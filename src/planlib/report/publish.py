"""Turn an executed notebook into a page: prose, charts with their tables, contents, provenance.

Knows one kind of output, the figure contract; code stays hidden, and any other output is plain
Markdown or text.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from planlib import __version__, contract, schema, tables
from planlib.errors import PlanlibError
from planlib.report import editions as edition_list
from planlib.report import signature
from planlib.report.editions import Edition
from planlib.wording import choose

FIGURE_TAG = "figure"
PLOTLY_SCRIPT = "plotly.min.js"
LANGUAGE_NAMES = {"en": "English", "zh": "中文"}
LANGUAGE_TAGS = {"en": "en", "zh": "zh-Hans"}
STALE_MARK = "<!-- stale -->"
SLUG = re.compile(r"[^\w]+")


@dataclass(frozen=True)
class Page:
    """A published edition: the page, the files beside it, and what the index says of it."""

    edition: Edition
    title: str
    html: str
    files: Mapping[str, str]
    figures: Sequence[str]


def page(edition: Edition, notebook: Mapping[str, Any], siblings: Sequence[Edition]) -> Page:
    """Make the page of an executed notebook.

    Raises :class:`PlanlibError` when a cell tagged ``figure`` shows no figure, or several.
    """
    lang = edition.lang
    figures: list[dict[str, Any]] = []
    blocks = list(_blocks(edition, notebook, lang, figures))
    title = _title(blocks) or edition.name
    files = dict(_figure_files(figures, lang))
    html = _environment().get_template("page.html").render(
        lang=lang,
        tag=LANGUAGE_TAGS[lang],
        title=title,
        words=_words(lang),
        blocks=blocks,
        headings=[b for b in blocks if b["kind"] == "heading" and b["level"] == 2],
        translations=_translations(edition, siblings),
        provenance=_provenance(edition, lang),
        edition=edition,
        figures=[_script_safe(_drawing(f)) for f in figures],
        stale_mark=STALE_MARK,
    )
    return Page(edition, title, html, files, [f["contract"]["name"] for f in figures])


def index(pages: Sequence[Page], failures: Mapping[str, str], stale: Mapping[str, str]) -> str:
    """Make the index page: editions by notebook and language."""
    groups: dict[str, dict[str, list[Page]]] = {}
    for one in pages:
        group = groups.setdefault(one.edition.notebook.stem, {})
        group.setdefault(one.edition.lang, []).append(one)
    package = schema.package()
    return _environment().get_template("index.html").render(
        groups=groups,
        languages=LANGUAGE_NAMES,
        tags=LANGUAGE_TAGS,
        package=package,
        failures=failures,
        stale=stale,
        version=__version__,
    )


def static_files() -> Iterator[tuple[str, bytes]]:
    """Yield the site's shared files: style sheet, scripts and plotly.js, all local."""
    folder = Path(__file__).parent / "static"
    for path in sorted(folder.iterdir()):
        yield path.name, path.read_bytes()
    import plotly

    script = Path(plotly.__file__).parent / "package_data" / PLOTLY_SCRIPT
    yield PLOTLY_SCRIPT, script.read_bytes()


@lru_cache(maxsize=1)
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _blocks(
    edition: Edition,
    notebook: Mapping[str, Any],
    lang: str,
    figures: list[dict[str, Any]],
) -> Iterator[dict[str, Any]]:
    for number, cell in enumerate(notebook["cells"], 1):
        tags = set(cell.get("metadata", {}).get("tags", ()))
        if any(t.startswith("lang-") and t != f"lang-{lang}" for t in tags):
            continue
        if cell["cell_type"] == "markdown":
            yield from _prose("".join(cell["source"]))
        elif cell["cell_type"] == "code":
            found = 0
            for output in cell.get("outputs", ()):
                data = output.get("data", {})
                if contract.FIGURE_TYPE in data:
                    found += 1
                    yield _figure(data, figures)
                elif "text/markdown" in data:
                    yield from _prose("".join(data["text/markdown"]))
                elif output.get("name") == "stdout":
                    yield {"kind": "text", "text": "".join(output["text"])}
            if FIGURE_TAG in tags and found != 1:
                raise PlanlibError(
                    f"{edition.notebook.name}: cell {number} is tagged 'figure' but shows {found} "
                    "figures; end it with planlib.show(figure, table)"
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
            yield {"kind": "prose", "html": Markup(render("\n".join(body)))}  # noqa: S704
        body.clear()

    for line in text.split("\n"):
        match = re.fullmatch(r"(#{1,4}) +(.+?)(?: +#+)?", line)
        if match:
            yield from flush()
            name = match[2].strip()
            slug = SLUG.sub("-", name.lower()).strip("-") or "section"
            yield {"kind": "heading", "level": len(match[1]), "text": name, "slug": slug}
        else:
            body.append(line)
    yield from flush()


def _figure(data: Mapping[str, Any], figures: list[dict[str, Any]]) -> dict[str, Any]:
    from markupsafe import Markup

    figure = {"contract": data[contract.FIGURE_TYPE], "plotly": data[contract.PLOTLY_TYPE]}
    figures.append(figure)
    # The contract's table escapes every text that it holds.
    table = Markup(contract.html_table(figure["contract"]))  # noqa: S704
    return {
        "kind": "figure",
        "number": len(figures),
        "contract": figure["contract"],
        "height": _plain_height(figure["plotly"]),
        "key": figure["plotly"]["layout"].get("meta", {}).get("planlib", {}).get("key", []),
        "row_count": len(figure["contract"]["rows"]),
        "table": table,
    }


def _plain_height(drawing: Mapping[str, Any]) -> int:
    layout = drawing["layout"]
    meta = layout.get("meta", {}).get("planlib", {})
    return int(meta.get("plain_height", layout.get("height", 450)))


def _drawing(figure: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": figure["contract"]["name"],
        "data": figure["plotly"]["data"],
        "layout": figure["plotly"]["layout"],
    }


def _script_safe(value: Any) -> str:
    """Return JSON that cannot end the script element that it stands in."""
    from markupsafe import Markup

    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    for bad, good in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"),
                      ("\u2028", "\\u2028"), ("\u2029", "\\u2029")):  # fmt: skip
        text = text.replace(bad, good)
    return Markup(text)  # noqa: S704


def _figure_files(figures: Sequence[Mapping[str, Any]], lang: str) -> Iterator[tuple[str, str]]:
    for figure in figures:
        words = figure["contract"]
        name = words["name"]
        yield f"{name}.json", _json({"data": figure["plotly"]["data"],
                                     "layout": figure["plotly"]["layout"]})  # fmt: skip
        yield f"{name}.csv", _csv(words)
        metadata = {k: words[k] for k in (*contract.PRINTED, "fields", "claims")}
        package = schema.package()
        metadata |= {
            "data_version": package.version,
            "licence": "CC-BY-4.0",
            "cite": citation(lang),
        }
        yield f"{name}.metadata.json", _json(metadata)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def _csv(words: Mapping[str, Any]) -> str:
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(
        f"{f['title']} [{f['unit']}]" if f["unit"] else f["title"] for f in words["fields"]
    )
    writer.writerows(["" if v is None else v for v in row] for row in words["rows"])
    return target.getvalue()


def citation(lang: str) -> str:
    """Say how to cite the data."""
    package = schema.package()
    title = package.title_zh if lang == "zh" else package.title
    return choose(
        lang,
        f"planlib contributors (2026): {title}. Data version {package.version}, CC BY 4.0.",
        f"planlib贡献者（2026）：{title}。数据版本{package.version}，CC BY 4.0。",
    )


def _title(blocks: Sequence[Mapping[str, Any]]) -> str:
    return next((b["text"] for b in blocks if b["kind"] == "heading" and b["level"] == 1), "")


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
        (choose(lang, "How to cite", "引用方式"), citation(lang)),
    ]


def _words(lang: str) -> dict[str, str]:
    tables.check_language(lang)
    pairs = {
        "home": ("All reports", "全部报告"),
        "contents": ("Contents", "目录"),
        "skip": ("Skip to the report", "跳到正文"),
        "table": ("Table", "数据表"),
        "rows": ("rows", "行"),
        "picture": ("Save as PNG", "保存为PNG"),
        "data": ("Download", "下载"),
        "provenance": ("How this page was made", "本页来源"),
        "notebook": ("Executed notebook", "已执行的笔记本"),
        "top": ("Back to top", "返回顶部"),
        "note": ("Note", "注"),
        "noscript": (
            "Charts need JavaScript; the tables below them do not.",
            "图表需要JavaScript；其下的数据表不需要。",
        ),
    }
    return {key: choose(lang, *pair) for key, pair in pairs.items()}
