"""``planlib build``: check, run, publish."""

from __future__ import annotations

import importlib.metadata
import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
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
    """What a build did: editions built, failed with their reason, and shown from before."""

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
    announce: Callable[[int], None] = lambda total: None,
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
    announce
        Called with the number of editions once everything is found in order.
    progress
        Called with edition, state (``built``, ``failed``) and seconds as each one ends.

    Raises
    ------
    PlanlibError
        Bad data, bad editions or bad parameters, or another build is running: nothing is run,
        the site stays as it was.
    ReportError
        The site cannot be written; it stays as it was.
    """
    evidence.check()
    everything = edition_list.load(root)
    chosen = edition_list.select(everything, names)
    reports = root / "reports"
    result = Result()
    with Site(reports) as site, tempfile.TemporaryDirectory(prefix="planlib-") as work:
        announce(len(chosen))
        pages: dict[str, publish.Page] = {}
        with closing(run(chosen, Path(work), jobs or os.cpu_count() or 1)) as outcomes:
            for outcome in outcomes:
                name = outcome.edition.name
                result.seconds[name] = round(outcome.seconds, 2)
                error = outcome.error or _publish(site, outcome, everything, pages)
                if error:
                    result.failed[name] = f"{outcome.edition.notebook.name}: {error}"
                else:
                    result.built.append(name)
                progress(name, "failed" if error else "built", outcome.seconds)
        _finish(site, manifest(reports), everything, pages, result)
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
    notebook = json.loads(outcome.notebook.read_text(encoding="utf-8"))
    try:
        page = publish.page(outcome.edition, notebook, everything)
    except PlanlibError as error:
        return str(error)
    for key in ("input_path", "output_path"):
        # Where it was made is nobody's business.
        notebook["metadata"].get("papermill", {}).pop(key, None)
    site.write(f"{name}.html", page.html)
    site.write(f"{name}.ipynb", json.dumps(notebook, ensure_ascii=False, indent=1) + "\n")
    for file, content in page.files.items():
        site.write(f"{name}/{file}", content)
    pages[name] = page
    return ""


def _finish(
    site: Site,
    before: Mapping[str, Any],
    everything: Sequence[Edition],
    pages: Mapping[str, publish.Page],
    result: Result,
) -> None:
    """Add what is not new: pages from before, shared files, index and manifest."""
    known = before.get("editions", {})
    # What failed earlier and was not tried again is as failed as before.
    failed = {
        e.name: reason
        for e in everything
        if e.name not in pages
        and (reason := result.failed.get(e.name) or before.get("failed", {}).get(e.name))
    }
    shown: list[publish.Page] = []
    for edition in everything:
        name = edition.name
        if name in pages:
            shown.append(pages[name])
        elif site.keep(name):
            entry = known.get(name, {})
            title, figures = entry.get("title", name), entry.get("figures", [])
            shown.append(publish.Page(edition, title, "", {}, figures))
            if name in failed:
                result.stale.append(name)
                page = (site.folder / f"{name}.html").read_text(encoding="utf-8")
                page = publish.with_warning(page, edition.lang, failed[name])
                site.write(f"{name}.html", page)
        else:
            site.write(f"{name}.html", publish.stand_in(edition, failed.get(name, "")))
    for file, content in publish.static_files():
        site.write(f"{STATIC}/{file}", content)
    site.write("index.html", publish.index(shown, failed, result.stale))
    text = json.dumps(_manifest(shown, failed, result), ensure_ascii=False, indent=1)
    site.write(MANIFEST, f"{text}\n")


def _manifest(
    pages: Sequence[publish.Page], failed: Mapping[str, str], result: Result
) -> dict[str, Any]:
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
        "failed": dict(failed),
    }
