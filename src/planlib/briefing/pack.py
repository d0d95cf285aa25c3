"""Zip files with fixed order and times, and the pack of an edition in every format."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

from planlib.briefing import cited
from planlib.briefing.executed import Report
from planlib.wording import choose

# The earliest time that a zip file can hold: the time of writing is nobody's business.
EPOCH = (1980, 1, 1, 0, 0, 0)
UNIX, PLAIN_FILE = 3, 0o100644 << 16


def zipped(files: Mapping[str, bytes], *, first: str = "") -> bytes:
    """Return a zip file of these files, sorted by name, ``first`` before all others."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files, key=lambda n: (n != first, n)):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = UNIX
            entry.external_attr = PLAIN_FILE
            archive.writestr(entry, files[name])
    return target.getvalue()


def unzipped(content: bytes) -> dict[str, bytes]:
    """Return the files of a zip file by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def make(report: Report, files: Mapping[str, bytes], left_out: Sequence[str]) -> bytes:
    """Return the pack of an edition: its files in one folder, with a note on what they are."""
    inside = {f"{report.name}/{name}": content for name, content in files.items()}
    inside[f"{report.name}/README.txt"] = readme(report, sorted(files), left_out).encode()
    return zipped(inside)


def readme(report: Report, names: Sequence[str], left_out: Sequence[str]) -> str:
    """Say what the pack holds, from when it is, under which licence, and how to cite it."""
    lang = report.lang
    lines = [report.title, cited.stamp(report.as_of, lang), "", report.summary, "", *names]
    if left_out:
        lines += ["", choose(lang, "Left out:", "未收入："), *left_out]
    lines += [
        "",
        choose(lang, "Data: CC BY 4.0. Software: MIT.", "数据：CC BY 4.0。软件：MIT。"),
        choose(lang, "How to cite: ", "引用方式：") + cited.citation(lang),
    ]
    return "\n".join(lines) + "\n"
