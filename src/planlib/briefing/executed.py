"""Executed editions, read back: their words and the figures they show, from the contract alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from planlib import contract, tables
from planlib.briefing import inert
from planlib.errors import PlanlibError, UnknownNameError, did_you_mean

NAME_PATTERN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MARK = re.compile(r"(?<!m)[¹²³⁰⁴-⁹]+")
TITLE = re.compile(r"^# +(.+?)(?: +#+)?$", re.MULTILINE)


@dataclass(frozen=True)
class Figure:
    """A figure as a notebook showed it: the contract's words, and the Plotly drawing."""

    words: Mapping[str, Any]
    drawing: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.words["name"])

    @property
    def lang(self) -> str:
        return str(self.words["lang"])


def require_figures(owner: str, names: Sequence[str], known: Sequence[str]) -> None:
    """Raise :class:`UnknownNameError` with a line for each name that is no figure of ``owner``."""
    unknown = [name for name in dict.fromkeys(names) if name not in known]
    if unknown:
        raise UnknownNameError(
            "\n".join(f"{owner}: no figure {n!r}; {did_you_mean(n, known)}" for n in unknown)
        )


@dataclass(frozen=True)
class Report:
    """An executed edition: its name, title, opening paragraph and figures, and its page."""

    name: str
    lang: str
    title: str
    summary: str
    as_of: str
    figures: Sequence[Figure]
    page: Path | None = None

    @property
    def claims(self) -> list[Mapping[str, Any]]:
        """The claims behind all figures, in the order of the figures."""
        return [claim for figure in self.figures for claim in figure.words["claims"]]

    def only(self, names: Sequence[str]) -> Report:
        """Return the report with some of its figures.

        Raises :class:`UnknownNameError` with a line for each name that is no figure of it.
        """
        if not names:
            return self
        require_figures(self.name, names, [figure.name for figure in self.figures])
        return replace(self, figures=[f for f in self.figures if f.name in names])


def read(site: Path, name: str, known: Sequence[str] = ()) -> Report:
    """Read an executed edition from the published site.

    Parameters
    ----------
    site
        The folder of the site, ``reports/build``.
    name
        The edition.
    known
        Editions that could be built, for the message when this one has not been.

    Raises
    ------
    UnknownNameError
        There is no such edition.
    PlanlibError
        It has not been built yet, or its notebook cannot be read.
    """
    built = sorted(p.stem for p in site.glob("*.ipynb"))
    if name not in built:
        if name in known:
            raise PlanlibError(f"{name} has not been built yet; run: planlib build {name}")
        choices = sorted({*built, *known})
        raise UnknownNameError(f"no edition {name!r}; {did_you_mean(name, choices)}")
    path = site / f"{name}.ipynb"
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        report = of_notebook(name, notebook)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise PlanlibError(
            f"{path}: cannot be read ({type(error).__name__}: {error}); run: planlib build {name}"
        ) from None
    page = site / f"{name}.html"
    return replace(report, page=page if page.is_file() else None)


def of_notebook(name: str, notebook: Mapping[str, Any]) -> Report:
    """Return the report that an executed notebook makes."""
    figures: list[Figure] = []
    for words, drawing in _shown(notebook["cells"]):
        check(words)
        figures.append(Figure(words, drawing))
    lang = figures[0].lang if figures else name.rpartition("-")[2]
    lang = lang if lang in ("en", "zh") else "en"
    markdown = list(_markdown(notebook["cells"], lang))
    title = next((m[1] for text, _ in markdown if (m := TITLE.search(text))), name)
    answers = (text for text, is_shown in markdown if is_shown and not TITLE.match(text))
    return Report(
        name, lang, inert.prose(title), summary(next(answers, "")),
        figures[0].words["as_of"] if figures else tables.resolve_as_of("").date().isoformat(),
        figures,
    )  # fmt: skip


def summary(answer: str) -> str:
    """Return an opening paragraph as plain text, without its footnotes and their marks."""
    lines = answer.splitlines()
    notes = [m[0] for text in lines if (m := MARK.match(text))]
    kept = " ".join(text for text in lines if not MARK.match(text))
    # A square metre is no footnote.
    return inert.prose(MARK.sub(lambda m: "" if m[0] in notes else m[0], kept))


def check(words: Mapping[str, Any]) -> None:
    """Refuse a figure whose name could lead out of a folder; its words have to be all there."""
    for key in (*contract.PRINTED, "fields", "rows", "claims"):
        if key not in words:
            raise PlanlibError(f"a figure has no {key}; show it with planlib.show(figure, table)")
    tables.check_language(words["lang"])
    if not NAME_PATTERN.fullmatch(str(words["name"])):
        shown = inert.line(words["name"], 60)
        raise PlanlibError(f"{shown!r} is no name of a figure; use a-z, 0-9 and hyphens")


def _shown(cells: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Any, Any]]:
    for cell in cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if contract.FIGURE_TYPE in data:
                yield data[contract.FIGURE_TYPE], data[contract.PLOTLY_TYPE]


def _markdown(cells: Sequence[Mapping[str, Any]], lang: str) -> Iterator[tuple[str, bool]]:
    """Yield the texts of a language, in order, and whether the notebook generated them."""
    for cell in cells:
        tags = cell.get("metadata", {}).get("tags", ())
        if any(t.startswith("lang-") and t != f"lang-{lang}" for t in tags):
            continue
        if cell["cell_type"] == "markdown":
            yield "".join(cell["source"]), False
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "text/markdown" in data and contract.FIGURE_TYPE not in data:
                yield "".join(data["text/markdown"]), True
