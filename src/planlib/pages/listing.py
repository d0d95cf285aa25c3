"""The pages of the site itself: the index of all reports, and what changed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from planlib import __version__, schema, tables
from planlib.pages import layout
from planlib.pages.page import Page

# The parameter by which the index groups families of editions.
COUNTRY = "country_id"


def index(pages: Sequence[Page], failures: Mapping[str, str], stale: Collection[str]) -> str:
    """Make the index page: editions by notebook and language, and what failed."""
    return layout.render(
        "index.html",
        sections=[_section(pages, lang) for lang in layout.LANGUAGE_NAMES],
        package=schema.package(),
        failures=failures,
        stale=stale,
        version=__version__,
    )


def changes(found: Mapping[str, Any], editions: Mapping[str, Any]) -> str:
    """Make the page of what changed since the build before."""
    data: dict[str, list[Any]] = {}
    for change in found["data"]:
        data.setdefault(change["table"], []).append(change)
    titles = {t.name: t.title for t in schema.package().tables}
    return layout.render("changes.html", found=found, data=data, titles=titles, editions=editions)


def _section(pages: Sequence[Page], lang: str) -> dict[str, Any]:
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
        "tag": layout.LANGUAGE_TAGS[lang],
        "name": layout.LANGUAGE_NAMES[lang],
        "words": layout.words(lang),
        "pages": general,
        "countries": sorted(countries.items()),
    }
