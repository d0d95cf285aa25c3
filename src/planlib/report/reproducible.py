"""Build twice, as differently as can be, and name the first byte that differs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from planlib.errors import ReportError
from planlib.report import record
from planlib.report.build import Options, build
from planlib.report.site import MANIFEST, SITE

# Twenty-six hours apart: whatever the hour, the two calendars show different days.
ZONES = ("Etc/GMT-14", "Etc/GMT+12")
# They tell of a build, not of what it made.
ABOUT_THE_BUILD = (MANIFEST, record.CHANGES, "changes.html")
CONTEXT = 40


def check(root: Path, names: Sequence[str], options: Options) -> str:
    """Build into two folders, on two days, with different numbers of jobs; compare every byte.

    Returns a line that says so. Raises :class:`ReportError` with the first difference, or when a
    report fails.
    """
    with TemporaryDirectory() as first, TemporaryDirectory(suffix="-elsewhere") as second:
        for folder, zone, jobs in ((first, ZONES[0], 1), (second, ZONES[1], options.jobs)):
            with mock.patch.dict(os.environ, TZ=zone):
                result = build(root, names, replace(options, jobs=jobs), reports=Path(folder))
            if result.failed:
                raise ReportError("\n".join(f"{n}: {r}" for n, r in result.failed.items()))
        sites = [Path(folder) / SITE for folder in (first, second)]
        files = [_files(site) for site in sites]
        for name in sorted(files[0] | files[1]):
            if name not in files[0] & files[1]:
                raise ReportError(f"{name}: made by one build and not by the other")
            _compare(name, *((site / name).read_bytes() for site in sites))
    made = f"{len(result.built)} reports, {len(files[0])} files"
    return f"{made}: both builds are the same, byte by byte"


def _files(site: Path) -> set[str]:
    found = {p.relative_to(site).as_posix() for p in site.rglob("*") if p.is_file()}
    return found - set(ABOUT_THE_BUILD)


def _compare(name: str, first: bytes, second: bytes) -> None:
    if first != second:
        pairs = enumerate(zip(first, second, strict=False))
        at = next((i for i, (a, b) in pairs if a != b), min(len(first), len(second)))
        line = first[:at].count(b"\n") + 1
        shown = [text[max(0, at - CONTEXT) : at + CONTEXT].decode("utf-8", "replace")
                 for text in (first, second)]  # fmt: skip
        raise ReportError(f"{name}: line {line}: {shown[0]!r} became {shown[1]!r}")
