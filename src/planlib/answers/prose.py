"""What every answer shares: text that a notebook shows, footnotes, and a word on how sure it is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from planlib import attribution, evidence, schema, tables, wording
from planlib.wording import choose

SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# What Markdown, or the mathematics in it, would take for its own.
MARKDOWN_SIGNS = re.compile(r"([\\`*_{}\[\]<>#$~|])")
NAME_COLUMNS = 60


class Prose(str):
    """Markdown that a notebook shows as text."""

    __slots__ = ()

    def _repr_markdown_(self) -> str:
        return str(self)


class Notes:
    """Footnotes of a paragraph: each figure gets a mark, each mark a line with its source.

    Parameters
    ----------
    lang
        ``en`` or ``zh``.
    """

    def __init__(self, lang: str) -> None:
        self.lang = tables.check_language(lang)
        self._lines: list[str] = []

    def mark(self, table: str, row_id: str, field: str = evidence.WHOLE_ROW) -> str:
        """Return the superscript for a value that a cell holds.

        Its line names source, paragraph and literal, and those who say otherwise; a cell that
        nobody claims gets no mark.
        """
        supports, differs = evidence.backing(table, row_id, field)
        if not supports:
            return ""
        own = [claim for claim in differs if field in (evidence.WHOLE_ROW, claim.field)]
        return self._noted(self._with(attribution.quoted(supports[0], self.lang), own))

    def counted(
        self,
        table: str,
        row_ids: Iterable[str],
        field: str = evidence.WHOLE_ROW,
        differing: Iterable[evidence.Claim] = (),
    ) -> str:
        """Return the superscript for a number of rows that we counted.

        Its line says so and gives one of the rows as an example, one that a text we read prints
        if there is one; no row, no mark.

        Parameters
        ----------
        table, row_ids, field
            The rows counted, and the column that makes them count.
        differing
            Claims that give another count.
        """
        keys = list(row_ids)
        read = (key for key in keys if _is_read(table, key, field))
        example = next(read, keys[0] if keys else None)
        if example is None:
            return ""
        name = wording.wrap(_title_of(table, example, self.lang), NAME_COLUMNS, lines=1)
        supports = evidence.backing(table, example, field).supports
        said = attribution.quoted(supports[0], self.lang) if supports else ""
        text = choose(
            self.lang,
            f"Counted by us. One of them is “{name}”; {said}",
            f"由我们计数。其中之一为“{name}”；{said}",
        )
        return self._noted(self._with(text, differing))

    def _with(self, text: str, differs: Iterable[evidence.Claim]) -> str:
        said = dict.fromkeys(attribution.differing(claim, self.lang) for claim in differs)
        return choose(self.lang, "; ", "；").join([text, *said])

    def _noted(self, line: str) -> str:
        if line not in self._lines:
            self._lines.append(line)
        return str(self._lines.index(line) + 1).translate(SUPERSCRIPTS)

    def text(self) -> str:
        """Return the lines of the footnotes as one paragraph of Markdown."""
        stop = choose(self.lang, ".", "。")
        return "  \n".join(
            f"{str(number).translate(SUPERSCRIPTS)} {_escaped(line.rstrip('.。'))}{stop}"
            for number, line in enumerate(self._lines, 1)
        )

    __str__ = text


def _is_read(table: str, row_id: str, field: str) -> bool:
    supports = evidence.backing(table, row_id, field).supports
    return bool(supports and supports[0].as_printed)


def _title_of(table: str, row_id: str, lang: str) -> str:
    """Name a row to the reader: by its own title, or by that of the row that it belongs to."""
    spec = schema.package()[table]
    if spec.label_column != spec.key:
        return str(tables.names_of(table, lang)[row_id]).rstrip(".。")
    owner = spec.foreign_keys[0]
    keys = tables.whole(table).set_index(spec.key)[owner.field]
    return str(tables.names_of(owner.table, lang)[keys[row_id]])


def _escaped(text: str) -> str:
    return MARKDOWN_SIGNS.sub(r"\\\1", text)


def sureness(rows: evidence.Rows, lang: str) -> str:
    """Say how well rows are attested: how many verified, reported, contested."""
    claims = evidence.claims_on(rows)
    total = sum(len(set(ids)) for ids in rows.values())
    supports = [claim for claim in claims if claim.stance == "supports"]
    verified = len({claim[:2] for claim in supports if claim.as_printed})
    contested = len({claim[:2] for claim in claims if claim.stance == "differs"})
    reported = len({claim[:2] for claim in supports}) - verified
    return choose(
        lang,
        f"*How sure: of {total} rows behind this, {verified} rest on a text we read, {reported} on "
        f"reports whose text we did not read; {contested} carry a source that says otherwise.*",
        f"*可信程度：所依据的{total}条记录中，{verified}条出自我们读过的文本，"
        f"{reported}条出自未读原文的报道；{contested}条另有来源说法不同。*",
    )
