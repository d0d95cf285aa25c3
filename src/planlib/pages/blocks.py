"""Read an executed notebook: prose, headings, figures and printed text, in order.

Knows one kind of output, the figure contract; code stays hidden, and any other output is shown as
Markdown or plain text. What goes to stderr is for the log.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from planlib import contract
from planlib.briefing import tabular
from planlib.editions import NAME_PATTERN
from planlib.errors import PlanlibError
from planlib.pages import layout
from planlib.pages.cells import place

FIGURE_TAG = "figure"
HEADING = re.compile(r"(#{1,4}) +(.+?)(?: +#+)?")
FENCE = re.compile(r" {0,3}(```|~~~)")
SLUG = re.compile(r"[^\w]+")
# Ids that the page gives to its own elements.
OWN_ID = re.compile(r"report|provenance|words|(figure|title|drawing|set)-.*")


def read(cells: Sequence[Mapping[str, Any]], lang: str) -> list[dict[str, Any]]:
    """Return the blocks of a page; headings have ids of their own, figures are numbered.

    Raises :class:`PlanlibError` when a cell tagged ``figure`` shows no figure, or several, and
    when a figure breaks the contract.
    """
    blocks = list(_blocks(cells, lang))
    _name_headings(blocks)
    for number, figure in enumerate((b for b in blocks if b["kind"] == "figure"), 1):
        figure["number"] = number
    return blocks


def answer(cells: Sequence[Mapping[str, Any]]) -> str:
    """Return the opening paragraph: the first one of prose that a cell has computed."""
    texts = (
        "".join(output["data"]["text/markdown"]).strip()
        for cell in cells
        for output in cell.get("outputs", ())
        if "text/markdown" in output.get("data", {})
    )
    return next((text for text in texts if text and not text.startswith("#")), "")


def _blocks(cells: Sequence[Mapping[str, Any]], lang: str) -> Iterator[dict[str, Any]]:
    names: set[str] = set()
    for number, cell in enumerate(cells):
        tags = set(cell.get("metadata", {}).get("tags", ()))
        if any(t.startswith("lang-") and t != f"lang-{lang}" for t in tags):
            continue
        if cell["cell_type"] == "markdown":
            yield from prose("".join(cell["source"]))
        elif cell["cell_type"] == "code":
            before = len(names)
            for output in cell.get("outputs", ()):
                data = output.get("data", {})
                if contract.FIGURE_TYPE in data:
                    yield _figure(data, lang, place(cells, number), names)
                elif "text/markdown" in data:
                    yield from prose("".join(data["text/markdown"]))
                elif "text/plain" in data or output.get("name") == "stdout":
                    text = data.get("text/plain", output.get("text", ""))
                    yield {"kind": "text", "text": "".join(text)}
            found = len(names) - before
            if FIGURE_TAG in tags and found != 1:
                raise PlanlibError(
                    f"{place(cells, number)}: is tagged {FIGURE_TAG!r} but shows {found} figures; "
                    "end it with planlib.show(figure, table)"
                )


@lru_cache(maxsize=1)
def _renderer() -> Callable[[str], Any]:
    import mistune

    # It escapes raw HTML and refuses javascript: links itself.
    return mistune.create_markdown(escape=True, plugins=["table", "footnotes", "strikethrough"])


def prose(text: str) -> Iterator[dict[str, Any]]:
    """Split Markdown at its headings, so that they can be listed and linked."""
    from markupsafe import Markup

    render = _renderer()
    body: list[str] = []

    def flush() -> Iterator[dict[str, Any]]:
        if "".join(body).strip():
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
        if not NAME_PATTERN.fullmatch(name):
            raise PlanlibError(f"{where}: {name!r} is no name of a figure; use a-z, 0-9, hyphens")
        if name in names:
            raise PlanlibError(f"{where}: a second figure named {name!r}; give each its own name")
        names.add(name)
        drawing = {key: data[contract.PLOTLY_TYPE][key] for key in ("data", "layout")}
        drawn = drawing["layout"]
        meta = drawn.get("meta", {}).get("planlib", {})
        return {
            "kind": "figure",
            "contract": words,
            "behind": {(claim["table"], claim["row_id"]) for claim in words["claims"]},
            "height": int(meta.get("plain_height", drawn.get("height", 450))),
            "key": meta.get("key", []),
            "stamp": meta.get("stamp", words["as_of"]),
            "table_name": layout.words(lang)[
                "table_of_one" if len(words["rows"]) == 1 else "table"
            ].format(len(words["rows"])),
            # The contract's table escapes every text that it holds.
            "table": Markup(contract.html_table(words)),
            "drawing": script_safe(
                {"name": name, "heads": [tabular.head(f) for f in words["fields"]], **drawing}
                | {key: words[key] for key in ("controls",) if key in words}
            ),
            "traces": drawing["data"],
            "files": _figure_files(words, drawing),
        }
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise PlanlibError(
            f"{where}: shows a figure that breaks the contract ({type(error).__name__}: {error}); "
            "show it with planlib.show(figure, table)"
        ) from None


def script_safe(value: Any) -> str:
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
