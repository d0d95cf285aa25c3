"""``planlib build``: check, run, publish."""

from __future__ import annotations

import importlib.metadata
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from planlib import __version__, evidence, schema
from planlib.errors import PlanlibError
from planlib.report import editions as edition_list
from planlib.report import publish
from planlib.report.editions import Edition
from planlib.report.run import Outcome, run
from planlib.report.site import MANIFEST, STATIC, Site, manifest

RECORDED_VERSIONS = ("pandas", "plotly", "papermill", "ipykernel")


@dataclass
class Result:
    """What a build did: editions built, failed with their reason, and kept from before."""

    built: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    stale: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        return 1 if self.failed else 0


def build(
    root: Path,
    names: Sequence[str] = (),
    *,
    jobs: int = 0,
    progress: Callable[[str, str, float], None] = lambda name, state, seconds: None,
) -> Result:
    """Check the data, execute the editions and publish the site.

    Parameters
    ----------
    root
        The checkout.
    names
        Editions to build; none means all. The others are taken over from the last build.
    jobs
        Notebooks executed at a time; 0 means one a core.
    progress
        Called with edition, state (``built``, ``failed``) and seconds as each one ends.

    Raises
    ------
    PlanlibError
        Bad data, bad editions or bad parameters: nothing is run, the site stays as it was.
    """
    evidence.check()
    everything = edition_list.load(root)
    chosen = edition_list.select(everything, names)
    reports = root / "reports"
    result = Result()
    with Site(reports) as site, tempfile.TemporaryDirectory(prefix="planlib-") as work:
        pages: dict[str, publish.Page] = {}
        for outcome in run(chosen, Path(work), jobs or os.cpu_count() or 1):
            name = outcome.edition.name
            result.seconds[name] = round(outcome.seconds, 2)
            error = outcome.error or _publish(site, outcome, everything, pages)
            if error:
                result.failed[name] = f"{outcome.edition.notebook.name}: {error}"
            else:
                result.built.append(name)
            progress(name, "failed" if error else "built", outcome.seconds)
        _finish(site, reports, everything, pages, result)
        site.publish()
    return result


def _publish(
    site: Site,
    outcome: Outcome,
    everything: Sequence[Edition],
    pages: dict[str, publish.Page],
) -> str:
    """Write one edition into the site; return what is wrong with it, if anything."""
    if outcome.notebook is None:
        return "the notebook left no output"
    name = outcome.edition.name
    source = outcome.notebook.read_text(encoding="utf-8")
    try:
        page = publish.page(outcome.edition, json.loads(source), everything)
    except PlanlibError as error:
        return str(error)
    site.write(f"{name}.html", page.html)
    site.write(f"{name}.ipynb", source)
    for file, content in page.files.items():
        site.write(f"{name}/{file}", content)
    pages[name] = page
    return ""


def _finish(
    site: Site,
    reports: Path,
    everything: Sequence[Edition],
    pages: dict[str, publish.Page],
    result: Result,
) -> None:
    before = manifest(reports).get("editions", {})
    shown: list[publish.Page] = []
    for edition in everything:
        page = pages.get(edition.name)
        if page is None and site.keep(edition.name):
            page = publish.Page(edition, before.get(edition.name, {}).get("title", edition.name),
                                "", {}, before.get(edition.name, {}).get("figures", []))  # fmt: skip
            if edition.name in result.failed:
                result.stale.append(edition.name)
                _mark_stale(site, edition, result.failed[edition.name])
        if page is not None:
            shown.append(page)
    for name, content in publish.static_files():
        site.write(f"{STATIC}/{name}", content)
    site.write("index.html", publish.index(shown, result.failed, dict.fromkeys(result.stale, "")))
    site.write(MANIFEST, json.dumps(_manifest(shown, result), ensure_ascii=False, indent=1) + "\n")


def _mark_stale(site: Site, edition: Edition, reason: str) -> None:
    from markupsafe import escape

    path = site.folder / f"{edition.name}.html"
    words = {
        "en": "This page is from an earlier build; the latest one failed.",
        "zh": "本页来自较早的一次生成；最近一次生成失败。",
    }
    warning = f'<p class="warning">{words[edition.lang]} {escape(reason)}</p>'
    text = path.read_text(encoding="utf-8").replace(publish.STALE_MARK, warning)
    site.write(path.name, text)


def _manifest(pages: Sequence[publish.Page], result: Result) -> dict[str, Any]:
    package = schema.package()
    return {
        "planlib": __version__,
        "data": {"version": package.version, "as_of": package.as_of},
        "versions": {n: importlib.metadata.version(n) for n in RECORDED_VERSIONS},
        "editions": {
            p.edition.name: {
                "title": p.title,
                "notebook": p.edition.notebook.name,
                "parameters": dict(p.edition.parameters),
                "figures": list(p.figures),
                "seconds": result.seconds.get(p.edition.name),
                "is_stale": p.edition.name in result.stale,
            }
            for p in pages
        },
        "failed": result.failed,
    }
