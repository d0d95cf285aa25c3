"""What can be set in an explorer: one parameter of a notebook each, with its title and choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from planlib import schema, tables, wording
from planlib.errors import ParameterError, did_you_mean

# The first day with anything to show: inauguration, and the order that asked for the Plan.
FIRST_DAY = "2025-01-20"


@dataclass(frozen=True)
class Parameter:
    """One parameter: its name and default in the notebook, and its title if not its column's.

    One that is hidden has no control of its own.
    """

    name: str
    default: Any
    called: tuple[str, str] = ("", "")
    is_hidden: bool = False

    def title(self, lang: str) -> str:
        """Return the reader's title with its unit, from the data package where it has one."""
        own = wording.choose(lang, *self.called)
        spec = schema.package().column(self.name)
        if own or spec is None:
            return own or self.name
        unit = wording.choose(lang, *wording.UNITS.get(spec.unit, (spec.unit,) * 2)).strip()
        return f"{spec.label(lang)} [{unit}]" if unit else spec.label(lang)

    def check(self, value: Any) -> Any:
        """Return the value if it is allowed; raise :class:`ParameterError` otherwise."""
        return value

    def shown(self, value: Any) -> Any:
        """Return what its control holds for a value."""
        return value

    def meant(self, shown: Any) -> Any:
        """Return the value that its control means."""
        return shown


@dataclass(frozen=True)
class Number(Parameter):
    """A number from ``low`` to ``high``; whole where its default is."""

    low: float = 0
    high: float = 1
    step: float = 1
    is_typed: bool = False

    def check(self, value: Any) -> Any:
        kind = type(self.default)
        if isinstance(value, bool) or not isinstance(value, (int, kind)):
            raise ParameterError(f"{self.name}: {value!r} is not of type {kind.__name__}")
        _require_between(self.name, value, self.low, self.high)
        return kind(value)


@dataclass(frozen=True)
class Level(Parameter):
    """A number from ``low`` to ``high``, or none: ``unset`` says what then counts."""

    low: float = 0
    high: float = 100
    step: float = 5
    unset: tuple[str, str] = ("", "")

    def options(self, lang: str, value: float | None = None) -> list[tuple[str, Any]]:
        """Return labels and values of the menu, with ``value`` among them."""
        spec = schema.package().column(self.name)
        unit = spec.unit if spec else ""
        steps = range(1, int(self.high / self.step) + 1)
        levels = {n * self.step for n in steps if n * self.step >= self.low}
        listed = sorted(float(v) for v in levels | ({value} if value is not None else set()))
        named = [(wording.with_unit(f"{v:g}", unit, lang), v) for v in listed]
        return [(wording.choose(lang, *self.unset), ""), *named]

    def shown(self, value: Any) -> Any:
        # A menu takes None for nothing chosen.
        return "" if value is None else value

    def meant(self, shown: Any) -> Any:
        return None if shown == "" else shown

    def check(self, value: Any) -> Any:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ParameterError(f"{self.name}: {value!r} is neither a number nor None")
        _require_between(self.name, value, self.low, self.high)
        return float(value)


@dataclass(frozen=True)
class Toggle(Parameter):
    """Yes or no."""

    def check(self, value: Any) -> Any:
        if not isinstance(value, bool):
            raise ParameterError(f"{self.name}: {value!r} is not of type bool; give True or False")
        return value


@dataclass(frozen=True)
class Choice(Parameter):
    """One of a table's ids or of a vocabulary's words; ``everything`` names the empty choice.

    ``names`` is the table that the ids are keys of; without it they are words. ``called_ids``
    names them in both languages where they are neither.
    """

    ids: Sequence[str] = ()
    names: str = ""
    everything: tuple[str, str] = ("", "")
    called_ids: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def options(self, lang: str) -> list[tuple[str, str]]:
        """Return labels and values in the order of the menu."""
        called = tables.names_of(self.names, lang) if self.names else tables.words(lang)
        called |= {key: wording.choose(lang, *pair) for key, pair in self.called_ids.items()}
        empty = wording.choose(lang, *self.everything)
        listed = [(called.get(key, key), key) for key in self.ids]
        return ([(empty, "")] if empty else []) + listed

    def check(self, value: Any) -> Any:
        known = [key for _, key in self.options("en")]
        if value not in known:
            hint = did_you_mean(str(value), [key or "empty" for key in known])
            raise ParameterError(f"{self.name}: {value!r} is not allowed; {hint}")
        return value


@dataclass(frozen=True)
class Day(Parameter):
    """A day; the empty text is the data's own. The slider begins with ``first``."""

    first: str = FIRST_DAY

    def options(self, lang: str, value: str = "") -> list[tuple[str, str]]:
        """Return labels and values of the slider's days, with ``value`` among them."""
        own = tables.resolve_as_of("")
        days = pd.date_range(self.first, own, freq="D").union([tables.resolve_as_of(value)])
        return [
            (wording.day(day, lang), "" if day == own else day.date().isoformat()) for day in days
        ]

    def check(self, value: Any) -> Any:
        return "" if tables.resolve_as_of(value) == tables.resolve_as_of("") else value


def _require_between(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ParameterError(f"{name}: {value} is out of range; give {low:g} to {high:g}")


LANG = Choice("lang", "en", ids=schema.LANGUAGES, called=("Language", "语言"))
AS_OF = Day("as_of", "", called=("As of", "截至日期"))
