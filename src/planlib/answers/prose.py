"""What every answer shares: text that a notebook shows, and a word on how sure it is."""

from __future__ import annotations

from planlib import evidence
from planlib.wording import choose


class Prose(str):
    """Markdown that a notebook shows as text."""

    __slots__ = ()

    def _repr_markdown_(self) -> str:
        return str(self)


def sureness(rows: evidence.Rows, lang: str) -> str:
    """Say how well rows are attested: how many verified, reported, contested."""
    claims = evidence.claims_of(rows)
    keys = ["table", "row_id"]
    total = sum(len(set(ids)) for ids in rows.values())
    supports = claims[claims["stance"] == "supports"]
    verified = len(supports[supports["as_printed"].notna()][keys].drop_duplicates())
    contested = len(claims[claims["stance"] == "differs"][keys].drop_duplicates())
    reported = len(supports[keys].drop_duplicates()) - verified
    return choose(
        lang,
        f"*How sure: of {total} rows behind this, {verified} rest on a text we read, {reported} on "
        f"reports whose text we did not read; {contested} carry a source that says otherwise.*",
        f"*可信程度：所依据的{total}条记录中，{verified}条出自我们读过的文本，"
        f"{reported}条出自未读原文的报道；{contested}条另有来源说法不同。*",
    )
