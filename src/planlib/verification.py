"""Check every literal against the text that it was taken from."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from planlib import literals, tables
from planlib.errors import PlanlibError, Problem

PARAGRAPH = re.compile(r"¶(\d+)")
TEXT_SUFFIXES = (".txt", ".md")


@dataclass
class Verification:
    """What became of the literals: counts by source, and what differs.

    ``verified``, ``differs`` and ``unavailable`` count literals by ``source_id``; a literal is
    unavailable when the folder has no text of that source.
    """

    verified: Counter[str] = field(default_factory=Counter)
    differs: Counter[str] = field(default_factory=Counter)
    unavailable: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)

    @property
    def frame(self) -> pd.DataFrame:
        """Return ``source_id, verified, differs, unavailable``, one source a row."""
        names = sorted({*self.verified, *self.differs, *self.unavailable})
        counts = {"verified": self.verified, "differs": self.differs,
                  "unavailable": self.unavailable}  # fmt: skip
        columns = {word: [counter[n] for n in names] for word, counter in counts.items()}
        return pd.DataFrame({"source_id": names, **columns})


def verify(directory: Path) -> Verification:
    """Look up every literal in its paragraph of the text named by ``sources``.

    Parameters
    ----------
    directory
        Folder with the texts, each named by its ``source_id``; subfolders count. A text whose
        SHA-256 is not the recorded one differs as a whole.

    Raises
    ------
    PlanlibError
        The folder does not exist, or holds none of the texts.
    """
    if not directory.is_dir():
        raise PlanlibError(f"{directory}: no such folder; name the folder that holds the texts")
    sources = tables.whole("sources")
    digests = dict(zip(sources["source_id"], sources["sha256"], strict=True))
    found = sorted(directory.rglob("*"))
    texts = {path.stem: path for path in found if path.suffix in TEXT_SUFFIXES}
    if not texts.keys() & digests.keys():
        raise PlanlibError(
            f"{directory}: holds none of the texts; name each by its source, as SOURCE_ID.txt"
        )
    claims = tables.whole("claims")
    quoted = claims[claims["as_printed"].notna()]
    result = Verification()
    for source_id, group in quoted.groupby("source_id"):
        paragraphs = _paragraphs(texts.get(str(source_id)), digests[source_id])
        for row, claim in zip(group.index, group.itertuples(index=False), strict=True):
            problem = _problem(claim, int(row), paragraphs)
            if paragraphs is None:
                result.unavailable[str(source_id)] += 1
            elif problem is None:
                result.verified[str(source_id)] += 1
            else:
                result.differs[str(source_id)] += 1
                result.problems.append(problem)
    return result


def _paragraphs(path: Path | None, digest: str) -> list[str] | None:
    """Return the non-empty lines of a text, none when it is another text, None without a file."""
    if path is None:
        return None
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        return []
    lines = content.decode("utf-8").splitlines()
    return [literals.normalise(line) for line in lines if line.strip()]


def _problem(claim: Any, row: int, paragraphs: list[str] | None) -> Problem | None:
    if paragraphs is None:
        return None
    place = f"{claim.table}, {claim.row_id}, {claim.field}"
    literal = str(claim.as_printed)
    number = PARAGRAPH.match(str(claim.locator))
    if not paragraphs:
        rule, remedy = "stands in another version of the text", "read that version again"
    elif number is None or int(number[1]) > len(paragraphs):
        rule, remedy = f"has no paragraph {claim.locator}", "correct the locator"
    else:
        count = len(_pattern(literal).findall(paragraphs[int(number[1]) - 1]))
        if count == 1:
            return None
        rule = f"stands {count} times in {claim.source_id} {claim.locator}"
        remedy = "correct the literal or its paragraph; it must stand there exactly once"
    return Problem("claims.csv", row + 2, place, literal, rule, remedy)


def _pattern(literal: str) -> re.Pattern[str]:
    """Match the literal, but not inside a longer number: 18 does not stand in 180."""
    text = literals.normalise(literal)
    before = r"(?<!\d)(?<!\d\.)" if text[0].isdigit() else ""
    if re.match(r"\d{3}(?!\d)", text):
        before += r"(?<!\d,)"  # the last group of 1,800
    after = r"(?!\d|,\d{3}(?!\d))" if text[-1].isdigit() else ""
    return re.compile(before + re.escape(text) + after)
