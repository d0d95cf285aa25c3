"""Say beside a value who prints it, how, and who says otherwise: for hovers and footnotes."""

from __future__ import annotations

from planlib import evidence, wording
from planlib.evidence import Claim

DAGGER = "†"
LONGEST_VALUE = 60
MOST_DIFFERING = 3


def is_contested(table: str, row_id: str, field: str = evidence.WHOLE_ROW) -> bool:
    """Tell whether some source says otherwise of a cell, or of any cell of a row."""
    return bool(evidence.backing(table, row_id, field).differs)


def contested(rows: evidence.Rows) -> int:
    """Count the rows of which some source says otherwise."""
    return len(evidence.contested(rows))


def lines(cell: evidence.Cell, lang: str) -> list[str]:
    """Say who supports a cell and who differs, a line each; none for what nobody claims.

    The surest supporting claim speaks, with the number of the others, and the first few that
    differ.
    """
    supports, differs = evidence.backing(*cell)
    if not supports:
        return []
    others = len({c.source_id for c in supports} - {supports[0].source_id})
    first = quoted(supports[0], lang)
    if others:
        first += wording.choose(lang, f"; {others} more", f"；另有{others}个来源")
    said = list(dict.fromkeys(f"{DAGGER} {differing(claim, lang)}" for claim in differs))
    more = len(said) - MOST_DIFFERING
    if more > 0:
        further = wording.choose(lang, f"{DAGGER} and {more} more", f"{DAGGER} 另有{more}条")
        said = [*said[:MOST_DIFFERING], further]
    return [first, *said]


def quoted(claim: Claim, lang: str, *, whole_locator: bool = False) -> str:
    """Name the source of a claim with the characters that it prints and their paragraph."""
    source = evidence.short_title(claim.source_id, lang)
    if not claim.as_printed:
        return wording.choose(
            lang, f"{source}: reported; text not read by us", f"{source}：据报道，我们未读原文"
        )
    place = claim.locator if whole_locator else claim.locator.split()[0]
    return wording.choose(
        lang, f"{source}: “{claim.as_printed}” {place}", f"{source}：“{claim.as_printed}”{place}"
    )


def differing(claim: Claim, lang: str) -> str:
    """Say what a differing source has in place of the cell."""
    source = evidence.short_title(claim.source_id, lang)
    value = value_of(claim, lang)
    if not claim.as_printed:
        return wording.choose(lang, f"{source} says: {value}", f"{source}另称：{value}")
    place = claim.locator.split()[0]
    said = f"“{claim.as_printed}”"
    if lang == "en" and value != claim.as_printed:
        said = f"{value}, {said}"
    return wording.choose(lang, f"{source} says: {said} {place}", f"{source}另称：{said}{place}")


def value_of(claim: Claim, lang: str) -> str:
    """Write the value of a differing claim as its readers do, cut where it is long."""
    words = claim.said_zh if lang == "zh" else ""
    words = words or evidence.in_words(claim, claim.value, lang)
    return wording.wrap(words, LONGEST_VALUE, lines=1)
