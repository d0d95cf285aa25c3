"""What can go wrong, said so that the reader knows where, what, and what to do."""

from __future__ import annotations

import contextlib
import difflib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass


class PlanlibError(Exception):
    """Bad input or usage. The message is one line, or one line per problem."""

    exit_code = 2


class UnknownNameError(PlanlibError):
    """A table, edition, figure, parameter or word that does not exist."""


class ParameterError(PlanlibError):
    """A notebook parameter that the notebook's signature does not allow."""


class UnitError(PlanlibError):
    """Arithmetic between quantities whose units do not fit."""


class SetupError(PlanlibError):
    """Something that planlib needs is missing on this machine."""


class ReportError(PlanlibError):
    """At least one report could not be made."""

    exit_code = 1


@contextlib.contextmanager
def writing(path: str | os.PathLike[str]) -> Iterator[None]:
    """Say in one line that a path cannot be written, as :class:`ReportError`."""
    try:
        yield
    except OSError as error:
        raise ReportError(
            f"{os.fspath(path)}: cannot be written ({error.strerror or 'copying failed'}); "
            "free space or mend access"
        ) from None


@dataclass(frozen=True, order=True)
class Problem:
    """One violated rule: where it stands, what stands there, and the remedy."""

    file: str
    line: int
    column: str
    value: str
    rule: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        column = f" {self.column}:" if self.column else ""
        shown = self.value if len(self.value) <= 60 else self.value[:57] + "..."
        value = f" {shown!r}" if self.value else ""
        return f"{place}:{column}{value} {self.rule}; {self.remedy}"


class DataError(PlanlibError):
    """The data break a rule; ``problems`` lists every one of them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(p) for p in self.problems))

    def __reduce__(self) -> tuple[type[DataError], tuple[list[Problem]]]:
        # So that it comes out of another process as it is.
        return DataError, (self.problems,)


# More words than this are no help in one line; so many of them show what they look like.
MOST_LISTED, FIRST_LISTED = 50, 8


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """Return ``did you mean 'x'?`` for the closest known word, or the list of them.

    Of a list too long to read only the beginning is named.
    """
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    if close:
        return f"did you mean {close[0]!r}?"
    if len(known) > MOST_LISTED:
        named, others = known[:FIRST_LISTED], len(known) - FIRST_LISTED
        return f"choose one of: {', '.join(named)} and {others} more"
    return "choose one of: " + ", ".join(known) if known else "none exist"
