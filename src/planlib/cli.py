"""The command line: thin; it catches planlib's errors and prints them, a line each."""

from __future__ import annotations

import contextlib
import errno
import fnmatch
import functools
import json
import os
import signal
import sys
import textwrap
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from planlib import __version__
from planlib.errors import (
    DataError,
    ParameterError,
    PlanlibError,
    UnknownNameError,
    did_you_mean,
)

SOURCES_VARIABLE = "PLANLIB_SOURCES"
# What a shell reports of a program that Ctrl-C ended.
INTERRUPTED = 130
# A list of notebooks: where its lines begin, and go on, and how wide it is.
LIST_INDENTS, LIST_WIDTH = (2, 41), 100


class Group(click.Group):
    """A command group that turns errors into one line each and the right exit code."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except PlanlibError as error:
            click.echo(str(error), err=True)
            context.exit(error.exit_code)
        except click.UsageError as error:
            command = error.ctx.command_path if error.ctx else context.command_path
            said = " ".join(error.format_message().split()).rstrip(".")
            click.echo(f"{command}: {said}; {command} --help says more", err=True)
            context.exit(error.exit_code)
        except OSError as error:
            # A reader that went away (planlib list | head) is click's to deal with.
            if error.errno == errno.EPIPE:
                raise
            place = f"{error.filename}: " if error.filename else ""
            click.echo(f"{place}{error.strerror or error}; mend access or free space", err=True)
            context.exit(PlanlibError.exit_code)
        except KeyboardInterrupt:
            click.echo("interrupted; what was published before is unchanged", err=True)
            context.exit(INTERRUPTED)

    def resolve_command(self, context: click.Context, args: list[str]) -> Any:
        name = args[0] if args else ""
        if name and not name.startswith("-") and self.get_command(context, name) is None:
            hint = did_you_mean(name, self.list_commands(context))
            raise click.UsageError(f"no command {name!r}; {hint}")
        return super().resolve_command(context, args)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="planlib")
def main() -> None:
    """America's AI Action Plan and the facts around it, as data with their sources."""


@main.command()
@click.option("--fix", is_flag=True, help="Remove byte-order marks and CRLF line ends first.")
@click.option("--json", "as_json", is_flag=True, help="Print the coverage as JSON.")
def check(fix: bool, as_json: bool) -> None:
    """Check tables, keys and claims; print how well they are attested.

    Where PLANLIB_SOURCES names a folder of texts, each literal is looked up in its paragraph too.
    """
    from planlib import evidence, tables, verification

    if fix:
        for name in tables.mend_form():
            click.echo(f"{name}: byte-order mark or line ends mended", err=True)
    evidence.check()
    folder = os.environ.get(SOURCES_VARIABLE)
    if folder:
        found = verification.verify(Path(folder)).problems
        if found:
            raise DataError(found)
    coverage = evidence.coverage()
    if as_json:
        click.echo(coverage.to_json(orient="records"))
        return
    click.echo(f"{'table':<20}{'rows':>7}{'verified':>10}{'reported':>10}{'counted':>9}")
    for row in coverage.itertuples():
        click.echo(
            f"{row.table:<20}{row.rows:>7}{row.verified:>10}{row.reported:>10}{row.counted:>9}"
        )
    click.echo(
        "verified: printed in a text that was read; reported: in a text that was not; "
        "counted: by planlib",
        err=True,
    )


@main.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.argument("names", nargs=-1)
def list_editions(names: tuple[str, ...], as_json: bool) -> None:
    """List notebooks, their editions, parameters and choices.

    NAMES are notebooks; none means all.
    """
    from planlib import editions, signature

    found = editions.load(editions.project_root())
    known = {e.notebook.stem: e.notebook for e in found}
    for name in names:
        if name not in known:
            raise UnknownNameError(f"no notebook {name!r}; {did_you_mean(name, list(known))}")
    notebooks = {known[name]: signature.read(known[name]) for name in names or known}
    found = [e for e in found if e.notebook in notebooks]
    if as_json:
        click.echo(json.dumps(_listing(found, notebooks), ensure_ascii=False, indent=1))
        return
    sections = [_section(path.stem, [e.name for e in found if e.notebook == path], parameters)
                for path, parameters in notebooks.items()]  # fmt: skip
    click.echo("\n\n".join(sections))


def _section(notebook: str, editions: Sequence[str], parameters: Mapping[str, Any]) -> str:
    """Return what is listed of a notebook, no wider than a page."""
    indent, far = " " * LIST_INDENTS[0], " " * LIST_INDENTS[1]
    wrap = functools.partial(textwrap.fill, width=LIST_WIDTH, break_on_hyphens=False)
    lines = [
        wrap(f"{p.name:<18}{p.type:<7}{p.default!r:<14}{_allowed(p)}",
             initial_indent=indent, subsequent_indent=far)
        for p in parameters.values()
    ]  # fmt: skip
    listed = wrap(", ".join(editions), initial_indent=indent, subsequent_indent=indent)
    return "\n".join([notebook, listed, "", *lines])


def _allowed(parameter: Any) -> str:
    if not parameter.choices:
        return str(parameter.comment)
    return "one of " + ", ".join(str(choice) or "(empty)" for choice in parameter.choices)


def _listing(editions: Sequence[Any], notebooks: Mapping[Path, Mapping[str, Any]]) -> Any:
    from planlib import signature

    return {
        "editions": [
            {"name": e.name, "notebook": e.notebook.stem, "parameters": dict(e.parameters),
             "formats": list(e.formats)}
            for e in editions
        ],
        "notebooks": {
            path.stem: [
                {"name": p.name, "type": p.type, "default": p.default,
                 "title": signature.title_of(p.name), "choices": list(p.choices),
                 "minimum": p.low, "maximum": p.high, "comment": p.comment}
                for p in parameters.values()
            ]
            for path, parameters in notebooks.items()
        },
    }  # fmt: skip


@main.command()
@click.argument("names", nargs=-1)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1, 64),
    help="Notebooks at a time; two a core by default.",
)
@click.option("--force", is_flag=True, help="Build what is fresh, too.")
@click.option("--dry-run", is_flag=True, help="Say what would be built and why; run nothing.")
@click.option("--wait", is_flag=True, help="Wait for another build that is running.")
@click.option(
    "--watch", is_flag=True, help="Stay and build again whenever something changes; Ctrl-C ends it."
)
@click.option(
    "--cell-timeout",
    type=click.IntRange(1),
    default=300,
    metavar="SECONDS",
    help="How long one cell may take; 300 by default.",
)
@click.option(
    "--timeout",
    type=click.IntRange(1),
    default=900,
    metavar="SECONDS",
    help="How long one report may take; 900 by default.",
)
@click.option(
    "--check-reproducible",
    is_flag=True,
    help="Build twice, elsewhere and on another day, and compare every byte.",
)
@click.option(
    "-p",
    "--parameter",
    "parameters",
    nargs=2,
    multiple=True,
    metavar="NAME VALUE",
    help="Build one notebook with this parameter; needs -o.",
)
@click.option(
    "-f",
    "--file",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Build one notebook with the parameters of a YAML file; needs -o.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for a report that is not on the list.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def build(
    names: tuple[str, ...],
    parameters: tuple[tuple[str, str], ...],
    file: Path | None,
    output: Path | None,
    dry_run: bool,
    check_reproducible: bool,
    watch: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Execute what is not fresh and publish it to reports/build.

    NAMES are editions as `planlib list` shows them, or patterns such as deals-*; none means all.
    The others stay on the site as they were. With -o, the one NAME is a notebook or an edition,
    and only its report is made, with the parameters given by -p and -f.

    Exit code 1: a report failed; 2: bad data, parameters or usage, nothing was run.
    """
    from planlib import editions
    from planlib.report import build as building

    start = time.perf_counter()
    root = editions.project_root()
    # Being told to end is like Ctrl-C: kernels and half-written files go.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    given = building.Options(**{k: v for k, v in options.items() if v is not None})
    for name, _ in parameters:
        if "=" in name:
            apart = name.replace("=", " ", 1)
            raise ParameterError(f"-p {name}: write name and value apart: -p {apart}")
    if (parameters or file) and output is None:
        raise PlanlibError("parameters make a report that is not on the list: give -o FOLDER")
    if watch and (dry_run or check_reproducible or output or given.force):
        raise PlanlibError("--watch builds what changes: leave out the other way of building")
    if (dry_run or check_reproducible) and output:
        raise PlanlibError("-o makes a report: leave out --dry-run and --check-reproducible")
    if dry_run:
        _tell_reasons(root, names, given.force, as_json)
        return
    if check_reproducible:
        from planlib.report.reproducible import check as compare

        click.echo(compare(root, names, given))
        return
    if output is not None:
        if len(names) != 1:
            raise PlanlibError("-o makes one report: name one notebook or edition")
        values = {**(_values_in(file) if file else {}), **dict(parameters)}
        result = building.one_off(root, names[0], values, output, given)
        page = output / f"{names[0]}.html" if result.built else None
        _tell(result, page, time.perf_counter() - start, as_json)
        sys.exit(result.exit_code)

    def once(preloaded: Any = None) -> int:
        begin = time.perf_counter() if preloaded else start
        with _Progress() as progress:
            result = building.build(
                root,
                names,
                given,
                announce=progress.announce,
                progress=progress.advance,
                export=_export_edition,
                start=preloaded,
            )
        index = root / "reports" / "build" / "index.html"
        _tell(result, index, time.perf_counter() - begin, as_json)
        return result.exit_code

    if not watch:
        sys.exit(once())
    from planlib.report.watch import watch as keep_building

    given = replace(given, wait=True)
    keep_building(root, once, functools.partial(click.echo, err=True))


def _tell(result: Any, page: Path | None, seconds: float, as_json: bool) -> None:
    """Print what a build did, and the page to open, if there is one."""
    for warning in result.warnings:
        click.echo(f"kernels start slowly: the preload failed ({warning})", err=True)
    for text in result.left_out:
        click.echo(f"left out: {text}", err=True)
    for name, reason in sorted(result.failed.items()):
        kept = "; its last good page was kept" if name in result.stale else ""
        click.echo(f"{name}: {reason}{kept}", err=True)
    if as_json:
        click.echo(json.dumps({"built": sorted(result.built), "fresh": result.fresh,
                               "failed": result.failed, "stale": sorted(result.stale),
                               "seconds": round(seconds, 2), "index": str(page) if page else None},
                              ensure_ascii=False))  # fmt: skip
    else:
        counts = [len(part) for part in (result.built, result.fresh, result.failed, result.stale)]
        click.echo(f"{'built':>8}{'fresh':>8}{'failed':>8}{'stale':>8}{'time':>10}")
        click.echo("".join(f"{count:>8}" for count in counts) + f"{seconds:>8.1f} s")
        if page:
            click.echo(str(page))


def _values_in(file: Path) -> dict[str, Any]:
    import yaml

    try:
        found = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise PlanlibError(f"{file}: cannot be read ({reason}); mend it") from None
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        raise PlanlibError(f"{file}: holds no parameters; write  name: value  on each line")
    return found


def _tell_reasons(root: Path, names: Sequence[str], force: bool, as_json: bool) -> None:
    from planlib.report.plan import plan_of

    todo = plan_of(root, names, root / "reports", force=force)
    told = {name: [text for _, text in why] for name, why in todo.reasons.items()}
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for name, why in told.items():
        click.echo(f"{name}: {'; '.join(why) or 'fresh'}")


@main.command()
@click.argument("names", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def why(names: tuple[str, ...], as_json: bool) -> None:
    """Say why editions would be built: what changed since they last were."""
    from planlib import editions

    _tell_reasons(editions.project_root(), names, False, as_json)


@main.command()
@click.argument("old")
@click.argument("new", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def diff(old: str, new: str | None, as_json: bool) -> None:
    """Show the rows that differ between two states of the data.

    OLD and NEW are git revisions or folders of data; without NEW, the data as they are now.
    """
    from planlib import changes, schema

    here = schema.data_directory()
    with contextlib.ExitStack() as stack:
        folders = [
            stack.enter_context(changes.folder_of(name, here.parent)) if name else here
            for name in (old, new)
        ]
        found = changes.between(*folders)
    if as_json:
        click.echo(json.dumps([change.as_record() for change in found], ensure_ascii=False))
        return
    for change in found:
        click.echo(str(change))
    kinds = [change.kind for change in found]
    counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in changes.KINDS)
    click.echo(f"{counts} ({old} -> {new or here})", err=True)


def _export_edition(site: Path, name: str, formats: Sequence[str], folder: Path) -> Any:
    from planlib import briefing

    return briefing.export_edition(site, name, formats, folder)


class _Progress(contextlib.ExitStack):
    """A progress bar with the time left on a terminal, plain lines in a log."""

    def announce(self, total: int) -> None:
        self.total = total
        self.count = 0
        self.bar = None
        if sys.stderr.isatty():
            bar = click.progressbar(
                length=total, label="Reports", file=sys.stderr, item_show_func=lambda name: name
            )
            self.bar = self.enter_context(bar)
            self.bar.render_progress()

    def advance(self, name: str, state: str, seconds: float) -> None:
        self.count += 1
        if self.bar:
            self.bar.update(1, f"{name} {state}")
        else:
            click.echo(f"[{self.count}/{self.total}] {name}: {state} in {seconds:.1f} s", err=True)


@main.command()
@click.option(
    "--sources",
    envvar=SOURCES_VARIABLE,
    required=True,
    type=click.Path(path_type=Path),
    help="Folder with the texts, each named by its source_id (or set PLANLIB_SOURCES).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def verify(sources: Path, as_json: bool) -> None:
    """Look up every literal in the text that its source names."""
    from planlib.verification import verify as look_up

    result = look_up(sources)
    if as_json:
        click.echo(result.frame.to_json(orient="records"))
    else:
        click.echo(f"{'source':<24}{'verified':>10}{'differs':>10}{'no text':>10}")
        for row in result.frame.itertuples():
            click.echo(
                f"{row.source_id:<24}{row.verified:>10}{row.differs:>10}{row.unavailable:>10}"
            )
    for problem in result.problems:
        click.echo(str(problem), err=True)
    sys.exit(1 if result.problems else 0)


@main.command()
@click.argument("names", nargs=-1)
@click.option(
    "--to", "formats", multiple=True, required=True, metavar="FORMAT",
    help="pptx, xlsx, pdf, html, png, svg, csv, or zip for all of them; may be repeated.",
)  # fmt: skip
@click.option("--figure", "figures", multiple=True, help="Only this figure; may be repeated.")
@click.option(
    "-o", "--output", default=".", type=click.Path(path_type=Path), help="Folder for the files."
)
@click.option("--force", is_flag=True, help="Replace files that exist.")
@click.option("--size", default="slide", help="Of pictures: slide (default), page or column.")
@click.option("--scale", default=2.0, type=click.FloatRange(0.5, 6), help="Of PNG; 2 by default.")
@click.option("--template", type=click.Path(path_type=Path), help="A .pptx to take layouts from.")
@click.option("--paper", default="A4", help="Of PDF: A4 (default) or Letter.")
def export(
    names: tuple[str, ...],
    formats: tuple[str, ...],
    figures: tuple[str, ...],
    output: Path,
    force: bool,
    **options: Any,
) -> None:
    """Export built editions as slides, workbooks, pictures, paper or mail.

    NAMES are editions as `planlib list` shows them, or patterns such as deals-*; none means all
    that are built. Exit code 2: bad input, a file that exists, or a format that needs what this
    machine lacks.
    """
    from planlib import briefing, editions
    from planlib.report.plan import plan_of

    root = editions.project_root()
    result = briefing.export(
        root / "reports" / "build",
        names,
        formats,
        briefing.Folder(output, force=force),
        figures=figures,
        options=briefing.Options(**options),
        known=[e.name for e in editions.load(root)],
        progress=lambda text: click.echo(text, err=True),
    )
    for path in result.written:
        click.echo(str(path))
    for text in dict.fromkeys(result.left_out):
        click.echo(f"left out: {text}", err=True)
    for text in result.failed:
        click.echo(text, err=True)
    if result.written:
        _tell_older(plan_of(root, (), root / "reports", check=False).reasons, names)
    sys.exit(result.exit_code)


def _tell_older(reasons: Mapping[str, Any], names: Sequence[str]) -> None:
    """Say which of the editions named stand as an earlier build left them."""
    older = [
        name
        for name, why in reasons.items()
        if why and (not names or any(fnmatch.fnmatch(name, pattern) for pattern in names))
    ]
    if older:
        others = f" and {len(older) - 3} others" if len(older) > 3 else ""
        click.echo(
            f"{', '.join(older[:3])}{others}: exported as last built, but something changed since;"
            " planlib why names it, planlib build makes it anew",
            err=True,
        )


@main.command()
def doctor() -> None:
    """Say what this machine has, what will not work, and how to mend it."""
    from planlib import doctor as examination

    is_broken = False
    for finding in examination.examine():
        mark = "ok" if finding.is_found else "MISSING" if finding.is_needed else "missing"
        click.echo(f"{mark:<9}{finding.name:<16}{finding.detail}")
        if not finding.is_found:
            click.echo(f"{'':<9}{'':<16}-> {finding.remedy}")
            is_broken = is_broken or finding.is_needed
    sys.exit(1 if is_broken else 0)


if __name__ == "__main__":
    main(prog_name="planlib")
