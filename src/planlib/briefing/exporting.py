"""``planlib export``: editions in, files out; what one format lacks does not stop the others."""

from __future__ import annotations

import contextlib
import fnmatch
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from planlib.briefing import executed, pack, tabular
from planlib.briefing.browser import Studio
from planlib.briefing.executed import Figure, Report, require_figures
from planlib.briefing.folder import Folder
from planlib.errors import PlanlibError, ReportError, UnknownNameError, did_you_mean

PACK = "zip"
# Where the pages of a site have what all of them share.
STATIC = "_static"
PATTERN_SIGNS = "*?["


@dataclass(frozen=True)
class Options:
    """How to make the files: size and scale of pictures, slide template, paper."""

    size: str = "slide"
    scale: float = 2.0
    template: Path | None = None
    paper: str = "A4"

    def check(self) -> None:
        """Refuse a size or paper that does not exist, and a template that cannot be used."""
        from planlib.briefing import paper, pictures, template

        pictures.size_of(self.size)
        paper.size_of(self.paper)
        if self.template is not None:
            template.theirs(self.template)


@dataclass
class Result:
    """What an export did: files written, what was left out of them, formats that failed."""

    written: list[Path] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    exit_code: int = 0

    def fail(self, message: str, code: int) -> None:
        self.failed += [line for line in message.splitlines() if line not in self.failed]
        self.exit_code = max(self.exit_code, code)


@dataclass(frozen=True)
class Job:
    """What making a file needs to know: options, where to say what went wrong, the browser."""

    options: Options
    result: Result
    studio: Studio


@dataclass(frozen=True)
class Format:
    """A format: the names of its files for a report, and how they are made."""

    names: Callable[[Report, str], Sequence[str]]
    make: Callable[[Report, str, Job], Mapping[str, bytes]]


def export(
    site: Path,
    names: Sequence[str],
    formats: Sequence[str],
    folder: Folder,
    *,
    figures: Sequence[str] = (),
    options: Options | None = None,
    known: Sequence[str] = (),
    progress: Callable[[str], None] = lambda name: None,
) -> Result:
    """Export executed editions to files.

    Parameters
    ----------
    site
        The folder of the published site.
    names
        Editions, or patterns such as ``deals-*``; none means all that are built.
    formats
        Keys of :data:`FORMATS`, or ``zip`` for the whole pack.
    folder
        Where the files go.
    figures
        Figures to export; none means all of each edition.
    options
        Sizes, template, paper.
    known
        Editions that could be built, for messages.
    progress
        Called with the name of each file before it is made.

    Raises
    ------
    PlanlibError
        Before anything is written: an unknown edition, figure or format, or a file that exists.
    """
    options = options or Options()
    for word in formats:
        if word not in (*FORMATS, PACK):
            raise UnknownNameError(f"no format {word!r}; {did_you_mean(word, [*FORMATS, PACK])}")
    options.check()
    reports = _read(site, _wanted(site, names, known), known)
    reports = _chosen(reports, figures)
    for report in reports:
        for word in formats:
            folder.claim(file_names(report, word, figures))
    result = Result()
    with _kept(site, reports) as kept, Studio() as studio:
        job = Job(options, result, studio)
        for report in kept:
            for word in dict.fromkeys(formats):
                progress(f"{report.name}: {word}")
                try:
                    files = make(report, word, figures, job)
                except PlanlibError as error:
                    for text in str(error).splitlines():
                        result.fail(f"{report.name}: {word}: {text}", error.exit_code)
                else:
                    result.written += folder.write(files)
    return result


def export_edition(site: Path, name: str, formats: Sequence[str], target: Path) -> Result:
    """Export one edition to a folder, replacing what stands there; HTML is the site's own."""
    chosen = [word for word in formats if word != "html"]
    return export(site, [name], chosen, Folder(target, force=True))


def _wanted(site: Path, names: Sequence[str], known: Sequence[str]) -> list[str]:
    """Return the editions that names and patterns mean; a plain name stands for itself."""
    built = sorted(p.stem for p in site.glob("*.ipynb"))
    if not (names or built):
        raise PlanlibError(f"{site}: nothing has been built yet; run: planlib build")
    found = {name: fnmatch.filter(built, name) for name in names or built}
    for name in found:
        if not found[name] and any(sign in name for sign in PATTERN_SIGNS):
            if fnmatch.filter(known, name):
                raise PlanlibError(f"{name}: not built yet; run: planlib build {name!r}")
            raise UnknownNameError(f"no edition matches {name!r}; planlib list shows them all")
    return list(dict.fromkeys(n for name, some in found.items() for n in some or [name]))


def _read(site: Path, names: Sequence[str], known: Sequence[str]) -> list[Report]:
    reports, problems = [], []
    for name in names:
        try:
            reports.append(executed.read(site, name, known))
        except PlanlibError as error:
            problems.append(error)
    if problems:
        raise type(problems[0])("\n".join(str(p) for p in problems))
    return reports


@contextlib.contextmanager
def _kept(site: Path, reports: Sequence[Report]) -> Iterator[list[Report]]:
    """Give the reports with pages that stay, though a build may replace the site meanwhile."""
    try:
        aside = tempfile.TemporaryDirectory(prefix=".planlib-", dir=site.parent)
    except OSError:
        aside = tempfile.TemporaryDirectory(prefix="planlib-")
    with aside as name:
        folder = Path(name)
        for part in (STATIC, *(r.name for r in reports)):
            if (site / part).is_dir():
                shutil.copytree(site / part, folder / part, copy_function=_link)
        kept = []
        for report in reports:
            page = folder / f"{report.name}.html"
            if report.page is not None:
                _link(report.page, page)
            kept.append(replace(report, page=report.page and page))
        yield kept


def _link(source: str | Path, target: str | Path) -> None:
    """Give a file a second name, or copy it where it cannot have one."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _chosen(reports: Sequence[Report], figures: Sequence[str]) -> list[Report]:
    """Keep the figures asked for; a figure need not be in every edition, only in one."""
    if not figures:
        return list(reports)
    every = dict.fromkeys(f.name for r in reports for f in r.figures)
    require_figures(reports[0].name, figures, list(every))
    return [
        report.only([f.name for f in report.figures if f.name in figures])
        for report in reports
        if any(f.name in figures for f in report.figures)
    ]


def prefix(report: Report, figures: Sequence[str]) -> str:
    """Return how the file names of a report begin: its name, and the one figure asked for."""
    return f"{report.name}-{figures[0]}" if len(figures) == 1 else report.name


def file_names(report: Report, word: str, figures: Sequence[str] = ()) -> list[str]:
    """Return the names of the files that a format makes of a report."""
    if word == PACK:
        return [f"{prefix(report, figures)}.zip"]
    return list(FORMATS[word].names(report, prefix(report, figures)))


def make(report: Report, word: str, figures: Sequence[str], job: Job) -> dict[str, bytes]:
    """Return the files of one format by name."""
    start = prefix(report, figures)
    if word != PACK:
        return dict(FORMATS[word].make(report, start, job))
    files: dict[str, bytes] = {}
    inner = replace(job, result=Result())
    for each, spec in FORMATS.items():
        try:
            files |= spec.make(report, start, inner)
        except PlanlibError as error:
            inner.result.left_out += [f"{each}: {text}" for text in str(error).splitlines()]
    left_out = list(dict.fromkeys([*inner.result.left_out, *inner.result.failed]))
    job.result.left_out += [f"{report.name}: {text}" for text in left_out]
    return {f"{start}.zip": pack.make(report, files, left_out)}


def _csv_names(report: Report, start: str) -> Iterator[str]:
    for figure in report.figures:
        yield f"{report.name}-{figure.name}.csv"
        yield f"{report.name}-{figure.name}.metadata.json"


def _csv(report: Report, start: str, job: Job) -> dict[str, bytes]:
    files = {}
    for figure in report.figures:
        files[f"{report.name}-{figure.name}.csv"] = tabular.table(figure.words).encode()
        text = tabular.metadata(figure.words)
        files[f"{report.name}-{figure.name}.metadata.json"] = text.encode()
    return files


def _pictures(form: str) -> Format:
    def names(report: Report, start: str) -> list[str]:
        return [f"{report.name}-{figure.name}.{form}" for figure in report.figures]

    def drawn(report: Report, start: str, job: Job) -> dict[str, bytes]:
        from planlib.briefing import pictures

        files = {}
        size, scale = job.options.size, job.options.scale
        for name, figure in zip(names(report, start), report.figures, strict=True):
            try:
                files[name] = pictures.draw(job.studio, figure, form, size, scale)
            except ReportError as error:
                # One figure that hangs leaves the others alone.
                job.result.fail(f"{report.name}: {form}: {error}", error.exit_code)
        return files

    return Format(names, drawn)


def _slides(report: Report, start: str, job: Job) -> dict[str, bytes]:
    from planlib.briefing import slides

    def picture(figure: Figure) -> bytes | None:
        from planlib.briefing import pictures

        try:
            return pictures.draw(job.studio, figure, "png", "slide", 2.0, is_plain=True)
        except PlanlibError as error:
            job.result.left_out.append(f"{report.name}: pictures on slides: {error}")
            return None

    return {f"{start}.pptx": slides.make(report, picture, job.options.template)}


def _workbook(report: Report, start: str, job: Job) -> dict[str, bytes]:
    from planlib.briefing import workbook

    return {f"{start}.xlsx": workbook.make(report)}


def _paper(report: Report, start: str, job: Job) -> dict[str, bytes]:
    from planlib.briefing import paper

    return {f"{start}.pdf": paper.make(report, job.studio, job.options.paper)}


def _mail(report: Report, start: str, job: Job) -> dict[str, bytes]:
    from planlib.briefing import mail

    return {f"{start}.html": mail.make(report)}


def _one(end: str) -> Callable[[Report, str], Sequence[str]]:
    return lambda report, start: [f"{start}.{end}"]


FORMATS: dict[str, Format] = {
    "pptx": Format(_one("pptx"), _slides),
    "xlsx": Format(_one("xlsx"), _workbook),
    "pdf": Format(_one("pdf"), _paper),
    "html": Format(_one("html"), _mail),
    "png": _pictures("png"),
    "svg": _pictures("svg"),
    "csv": Format(lambda report, start: list(_csv_names(report, start)), _csv),
}
