"""What a site holds beside its new pages: those from before, shared files, index and record."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from planlib import changes, schema
from planlib.kernels import server
from planlib.pages import STATIC, layout, listing
from planlib.report import record
from planlib.report.site import MANIFEST, Site

if TYPE_CHECKING:
    from planlib.report.build import Result
    from planlib.report.plan import Plan


class Assembly:
    """A site in the making: what is known before anything has run is put in place at once."""

    def __init__(self, site: Site, todo: Plan) -> None:
        self.site = site
        self.todo = todo
        # The site's own files, with size and digest of each.
        self.files: dict[str, list[Any]] = {}
        for file, content in layout.static_files():
            self._write(f"{STATIC}/{file}", content)
        for file, content in todo.now.files.items():
            self._write(f"{record.DATA}/{file}", content)
        stale = {e.name for e in todo.stale}
        self.kept = {e.name for e in todo.everything if e.name not in stale and site.keep(e.name)}
        self.statuses: Mapping[str, str] = (
            todo.before["obligations"]
            if todo.now.are_of(todo.before)
            else server.call(functools.partial(changes.statuses, schema.data_directory()))
        )

    def finish(self, made: Mapping[str, Mapping[str, Any]], result: Result) -> None:
        """Add the pages of editions that were not made, the index and the record.

        Parameters
        ----------
        made
            By edition, what the manifest says of those that were made.
        result
            What failed in this build; editions whose last good page is shown are added to it.
        """
        todo, site = self.todo, self.site
        # What failed earlier and was not tried again is as failed as before.
        failed = {
            e.name: reason
            for e in todo.everything
            if e.name not in made
            and (reason := result.failed.get(e.name) or todo.before.get("failed", {}).get(e.name))
        }
        entries: dict[str, dict[str, Any]] = {}
        for edition in todo.everything:
            name = edition.name
            if name in made:
                entry = {**made[name], "state": "built", "seconds": result.seconds[name]}
            elif name in self.kept or site.keep(name):
                entry = self._from_before(name, edition.lang, failed.get(name, ""))
                result.stale += [name] if name in failed else []
            else:
                self._write(f"{name}.html", listing.stand_in(edition, failed.get(name, "")))
                continue
            entries[name] = {
                **entry,
                "notebook": edition.notebook.name,
                "parameters": dict(edition.parameters),
                "is_stale": name in failed,
            }
        shown = [
            listing.Listed(e, entries[e.name]["title"])
            for e in todo.everything
            if e.name in entries
        ]
        self._write("index.html", listing.index(shown, failed, result.stale))
        after = record.manifest(entries, failed, todo.now, todo.before, todo.site, self.statuses)
        data = site.current / record.DATA, site.folder / record.DATA
        found = changes.between_builds(todo.before, after, todo.reasons, data)
        self._write(record.CHANGES, record.as_text(found))
        self._write("changes.html", listing.changes(found, entries))
        site.write(MANIFEST, record.as_text({**after, "files": self.files}))

    def _write(self, name: str, content: str | bytes) -> None:
        self.files[name] = self.site.write(name, content)

    def _from_before(self, name: str, lang: str, failure: str) -> dict[str, Any]:
        """Return the entry of an edition taken over; if it failed since, its page says so."""
        if failure:
            page = (self.site.folder / f"{name}.html").read_text(encoding="utf-8")
            self.site.write(f"{name}.html", listing.with_warning(page, lang, failure))
        known = self.todo.before.get("editions", {}).get(name, {})
        empty: dict[str, Any] = {"title": name, "figures": [], "seconds": None}
        is_chosen = name in (e.name for e in self.todo.chosen)
        state = record.state(is_stale=bool(failure), is_chosen=is_chosen)
        return {**empty, **known, "state": state}
