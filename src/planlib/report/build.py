"""``planlib build``: check, plan, run, publish, record."""

from __future__ import annotations

import functools
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planlib import editions as edition_list
from planlib.errors import PlanlibError, writing
from planlib.kernels.session import Start, session
from planlib.pages import STATIC
from planlib.report import plan, record
from planlib.report.plan import Plan, plan_of
from planlib.report.site import SITE, Folder, Site, manifest

if TYPE_CHECKING:
    from planlib.report.assembly import Assembly

EXPORTS = "exports"
# Site, edition, formats, folder: the engine knows no chart, and so is given what exports them.
Exporter = Callable[[Path, str, Sequence[str], Path], Any]
# Kernels wait for their clients a good part of the time.
JOBS_PER_CORE = 2


@dataclass
class Result:
    """What a build did: editions built, fresh, failed with their reason, shown from before."""

    built: list[str] = field(default_factory=list)
    fresh: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    stale: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        return 1 if self.failed else 0


@dataclass(frozen=True)
class Options:
    """How to build: notebooks at a time (0: by the cores), all anew or not, time limits."""

    jobs: int = 0
    force: bool = False
    wait: bool = False
    cell_timeout: int = 300
    timeout: int = 900


def build(
    root: Path,
    names: Sequence[str] = (),
    options: Options | None = None,
    *,
    reports: Path | None = None,
    announce: Callable[[int], None] = lambda total: None,
    progress: Callable[[str, str, float], None] = lambda name, state, seconds: None,
    export: Exporter | None = None,
    start: Start | None = None,
) -> Result:
    """Check the data, execute the editions that are not fresh, and publish the site.

    Parameters
    ----------
    root
        The checkout.
    names
        Editions to build, or patterns of their names; none means all. The others are taken over
        from the last build.
    reports
        Where the site goes; default ``reports`` in the checkout.
    announce
        Called with the number of editions to execute, once everything is found in order.
    progress
        Called with edition, state (``built``, ``failed``) and seconds as each one ends.
    export
        Makes the formats that an edition lists beside its page; none are made without it.
    start
        Starts the preloaded processes, from
        :func:`planlib.kernels.session.session`; without it they live for this build.

    Raises
    ------
    PlanlibError
        Bad data, bad editions or bad parameters, or another build is running: nothing is run,
        the site stays as it was.
    ReportError
        The site cannot be written; it stays as it was.
    """
    options = options or Options()
    kept = session() if start is None else nullcontext(start)
    with Site(reports or root / "reports", wait=options.wait) as site, kept as start:
        todo = plan_of(root, names, site.reports, force=options.force, start=start)
        result = Result(fresh=[e.name for e in todo.chosen if not todo.reasons[e.name]])
        if todo.stale:
            announce(len(todo.stale))
        if todo.stale or not todo.is_published:
            assembly = functools.cache(lambda: _assembly(site, todo))
            made = (
                _run(site, todo, options, start(), assembly, result, progress) if todo.stale else {}
            )
            assembly().finish(made, result)
            site.publish()
        else:
            _note(site, todo, result)
        if export is not None:
            _export(site, todo, result, export)
        return result


def _export(site: Site, todo: Plan, result: Result, export: Exporter) -> None:
    """Make the files that editions list beside their page, where they are not of this page."""
    published, folder = site.reports / SITE, site.reports / EXPORTS
    known = manifest(site.reports)
    for edition in todo.chosen:
        if edition.name in result.failed:
            continue
        # A new page has none yet.
        made = known["editions"][edition.name].setdefault("exports", {})
        wanted = [
            f
            for f in edition.formats
            if f not in edition_list.DEFAULT_FORMATS
            and not (f in made and all((folder / name).is_file() for name in made[f]))
        ]
        if wanted:
            try:
                done = export(published.resolve(), edition.name, wanted, folder)
            except PlanlibError as error:
                result.failed[edition.name] = str(error)
                continue
            result.left_out += [text for text in done.left_out if text not in result.left_out]
            if done.failed:
                result.failed[edition.name] = "; ".join(done.failed)
            else:
                made |= {f: [p.name for p in done.written if p.suffix == f".{f}"] for f in wanted}
    if known != manifest(site.reports):
        site.note(record.as_text(known))


def _assembly(site: Site, todo: Plan) -> Assembly:
    from planlib.report.assembly import Assembly

    return Assembly(site, todo)


def _run(
    site: Site,
    todo: Plan,
    options: Options,
    folder: Path,
    meanwhile: Callable[[], object],
    result: Result,
    progress: Callable[[str, str, float], None],
) -> dict[str, Mapping[str, Any]]:
    """Execute and publish what is stale; return what the manifest says of each that went well."""
    from planlib.report.run import Limits, Task, run

    limits = Limits(options.cell_timeout, options.timeout)
    jobs = options.jobs or JOBS_PER_CORE * (os.cpu_count() or 1)
    tasks = [
        Task(e, plan.translations(e, todo.everything), site.files, folder, limits)
        for e in todo.stale
    ]
    made: dict[str, Mapping[str, Any]] = {}
    with closing(run(tasks, jobs, meanwhile)) as outcomes:
        for outcome in outcomes:
            name = outcome.edition.name
            result.seconds[name] = round(outcome.seconds, 2)
            if outcome.warning and outcome.warning not in result.warnings:
                result.warnings.append(outcome.warning)
            if outcome.made is None:
                result.failed[name] = f"{outcome.edition.notebook.name}: {outcome.error}"
            else:
                result.built.append(name)
                read = {t: todo.now.tables.get(t, "") for t in outcome.tables}
                made[name] = {**outcome.made, "inputs": {**todo.bases[name], "tables": read}}
            progress(name, "failed" if outcome.made is None else "built", outcome.seconds)
    return made


def _note(site: Site, todo: Plan, result: Result) -> None:
    """Record that editions were found fresh and skipped; the site stays as it is."""
    known, chosen = todo.before["editions"], {e.name for e in todo.chosen}
    editions = {
        name: {**e, "state": record.state(is_stale=e["is_stale"], is_chosen=name in chosen)}
        for name, e in known.items()
    }
    result.stale += [name for name, entry in known.items() if entry["is_stale"]]
    if editions != known:
        site.note(record.as_text({**todo.before, "editions": editions}))


def one_off(
    root: Path, notebook: str, parameters: Mapping[str, Any], output: Path, options: Options
) -> Result:
    """Build one notebook with these parameters into a folder of its own.

    Parameters
    ----------
    notebook
        Name of a notebook of the checkout.
    parameters
        Parameters as typed values; checked against the notebook's signature.
    output
        The folder for the page, the executed notebook and the data: new, empty, or one of a
        report before, which is replaced once all went well.

    Raises as :func:`build` does, and :class:`PlanlibError` when ``output`` is the published site
    or holds other files.
    """
    if output.resolve().is_relative_to((root / "reports" / SITE).resolve()):
        raise PlanlibError(f"{output}: is the published site; name another folder with -o")
    # What somebody else put there is not to be replaced: notebooks have the names of reports.
    is_ours = (output / STATIC / "planlib.css").is_file()
    if output.is_dir() and any(output.iterdir()) and not is_ours:
        raise PlanlibError(f"{output}: holds other files; name a new or an empty folder with -o")
    from planlib import evidence
    from planlib.report.run import Limits, Task, run

    result = Result()
    with session() as start:
        folder = start()
        evidence.check()
        edition = edition_list.one_off(root, notebook, parameters)
        # What stands there is replaced, not linked: a file cannot be copied onto itself.
        site = Folder(folder / SITE, folder / "nothing")
        limits = Limits(options.cell_timeout, options.timeout)
        with closing(run([Task(edition, None, site, folder, limits)], 1)) as outcomes:
            (outcome,) = outcomes
        result.warnings += [outcome.warning] if outcome.warning else []
        if outcome.made is None:
            result.failed[edition.name] = f"{edition.notebook.name}: {outcome.error}"
            return result
        from planlib.pages import layout

        for file, content in layout.static_files():
            site.write(f"{STATIC}/{file}", content)
        with writing(output):
            shutil.copytree(site.path, output, dirs_exist_ok=True)
    result.built.append(edition.name)
    return result
