"""What has to be built and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from planlib import schema
from planlib.editions import Edition, in_language, load, select
from planlib.report import inputs
from planlib.report.inputs import Inputs, digest
from planlib.report.site import Site, manifest


class Reason(NamedTuple):
    """Why an edition has to be built: what kind of thing changed, and which."""

    kind: str
    text: str


FORCED = Reason("forced", "asked for with --force")
MISSING = Reason("files", "files of it are missing from the site")


@dataclass(frozen=True)
class Plan:
    """What there is, what is to be built and why, and what it is made from."""

    everything: Sequence[Edition]
    chosen: Sequence[Edition]
    reasons: Mapping[str, Sequence[Reason]]
    # What each chosen one is made from. What changes after the plan is for the next build.
    bases: Mapping[str, Mapping[str, Any]]
    now: Inputs
    before: Mapping[str, Any]
    site: str
    # Whether the site shows these data and this list of editions, and its own files are there.
    is_published: bool

    @property
    def stale(self) -> list[Edition]:
        """The editions to build."""
        return [e for e in self.chosen if self.reasons[e.name]]


def plan_of(
    root: Path,
    names: Sequence[str],
    reports: Path,
    *,
    force: bool = False,
    check: bool = True,
    start: Callable[[], object] = lambda: None,
) -> Plan:
    """Check the data if they changed, read the editions, and say which are to be built and why.

    Without ``check`` the data are taken as they are, for who only asks what changed. Imports
    neither pandas nor papermill where nothing changed. ``start`` is called as soon as it is likely
    that kernels will be wanted.

    Raises :class:`PlanlibError` for bad data, bad editions and bad parameters.
    """
    before = manifest(reports)
    now = inputs.take(before)
    if force or not now.are_of(before):
        start()
    if check and before.get("checked") != now.checked:
        from planlib.kernels import server

        server.call(_check)
    everything = load(root)
    chosen = select(everything, names)
    site = Site(reports)
    bases = {e.name: _basis(e, everything, now) for e in chosen}
    reasons = {}
    for edition in chosen:
        why = _reasons(edition, bases[edition.name], now, before)
        if not why and not site.has(before["editions"][edition.name].get("files", {})):
            why = [MISSING]
        reasons[edition.name] = [FORCED] if force and not why else why
    listed = [[e.name, e.notebook.name, e.lang] for e in everything]
    key = digest([listed, now.code_digest, now.data.get(schema.DESCRIPTOR, "")])
    is_published = (before.get("site"), before.get("data_files")) == (key, now.data) and site.has(
        before["files"]
    )
    return Plan(everything, chosen, reasons, bases, now, before, key, is_published)


def _check() -> None:
    from planlib import evidence

    evidence.check()


def translations(edition: Edition, everything: Sequence[Edition]) -> list[Edition]:
    """Return the same edition in other languages, which its page links to."""
    found = (in_language(edition, everything, lang) for lang in schema.LANGUAGES)
    return [other for other in found if other and other.name != edition.name]


def _basis(edition: Edition, everything: Sequence[Edition], now: Inputs) -> dict[str, Any]:
    """Return what an edition is made from, tables apart: those are known once it has run."""
    return {
        "notebook": digest(edition.notebook.read_bytes()),
        "parameters": dict(edition.parameters),
        "translations": [other.name for other in translations(edition, everything)],
        "descriptor": now.data.get(schema.DESCRIPTOR, ""),
        "code": now.code_digest,
        "versions": now.versions_digest,
    }


def _reasons(
    edition: Edition,
    new: Mapping[str, Any],
    now: Inputs,
    before: Mapping[str, Any],
) -> list[Reason]:
    """Return why an edition has to be built; nothing when it is fresh.

    Parameters
    ----------
    new
        What it would be made from.
    before
        The manifest of the published site.
    """
    entry = before.get("editions", {}).get(edition.name, {})
    old = entry.get("inputs")
    failure = before.get("failed", {}).get(edition.name)
    if failure:
        return [Reason("failed", f"the last attempt failed: {failure}")]
    if not old:
        return [Reason("new", "it was never built")]
    found = []
    if new["notebook"] != old["notebook"]:
        found.append(Reason("notebook", f"{edition.notebook.name} changed"))
    found += _parameters(old["parameters"], new["parameters"])
    if new["translations"] != old["translations"]:
        found.append(Reason("list", "the same report in other languages came or went"))
    if new["descriptor"] != old["descriptor"]:
        found.append(Reason("descriptor", f"{schema.DESCRIPTOR} changed"))
    for kind, what, current in (
        ("code", "planlib's source changed", now.code),
        ("versions", "the software changed", now.versions),
    ):
        if new[kind] != old[kind]:
            known = before.get(kind, {}).get(old[kind], {})
            found.append(Reason(kind, f"{what}: {_difference(known, current, kind)}"))
    for table, value in sorted(old["tables"].items()):
        if now.tables.get(table) != value:
            found.append(Reason("table", f"table {table} or its evidence changed"))
    return found


def _parameters(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Reason]:
    for name in sorted({**old, **new}):
        if old.get(name) != new.get(name):
            kind = "date" if name == "as_of" else "parameters"
            yield Reason(kind, f"{name}: {old.get(name)!r} -> {new.get(name)!r}")


def _difference(old: Mapping[str, str], new: Mapping[str, str], kind: str) -> str:
    names = sorted(name for name in {**old, **new} if old.get(name) != new.get(name))
    if kind == "versions":
        names = [f"{name} {old.get(name, 'none')} -> {new.get(name, 'none')}" for name in names]
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
