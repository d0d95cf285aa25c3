"""The pages of the site itself: all reports, what changed, and what stands in for a report."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from planlib import __version__, schema
from planlib.editions import Edition
from planlib.pages import changed, layout

# The parameter by which the index groups families of editions.
COUNTRY = "country_id"


class Listed(NamedTuple):
    """What the index says of a report."""

    edition: Edition
    title: str


def index(pages: Sequence[Listed], failures: Mapping[str, str], stale: Collection[str]) -> str:
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
    return layout.render("changes.html", parts=changed.parts(found, editions))


def stand_in(edition: Edition, reason: str) -> str:
    """Make the page of an edition that has none, so that no link to it leads nowhere."""
    lang = edition.lang
    return layout.render(
        "missing.html",
        tag=layout.LANGUAGE_TAGS[lang],
        title=edition.name,
        words=layout.words(lang),
        reason=reason,
    )


def with_warning(html: str, lang: str, reason: str) -> str:
    """Return a page with the warning that it is from an earlier build, and why."""
    from markupsafe import escape

    words = layout.words(lang)["stale"]
    warning = f'{layout.STALE_MARK}<p class="warning">{words} {escape(reason)}</p>'
    # A page that is kept once more may bear an older warning.
    return re.sub(f"{layout.STALE_MARK}.*", lambda _: warning, html)


def _section(pages: Sequence[Listed], lang: str) -> dict[str, Any]:
    """Return the reports of a language: those of everything, and by country the others."""
    package = schema.package()
    names = schema.read_raw(package["actors"], package.directory).names(lang)
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
        "countries": sorted(countries.items(), key=lambda item: _place(item[0])),
    }


def _place(name: str) -> bytes:
    """Return what a name is sorted by: the alphabet, or pinyin.

    GB 18030 keeps the order of GB 2312, whose first 3,755 characters, the common ones, stand in
    the order of their pinyin.
    """
    return name.encode("gb18030")
