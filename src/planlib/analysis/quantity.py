"""Quantities as intervals with a unit and an origin: quoted, computed or assumed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from planlib.errors import PlanlibError, UnitError

ORIGINS = ("quoted", "computed", "assumed")
# "Several" of something is read as two to nine of it; a single value would invent precision.
SEVERAL_LOW, SEVERAL_HIGH = 2, 9


@dataclass(frozen=True)
class Quantity:
    """An interval ``low`` to ``high`` in ``unit``; ``origin`` says where it comes from.

    Raises :class:`planlib.errors.PlanlibError` for an unknown origin or ends in the wrong order.
    """

    low: float
    high: float
    unit: str
    origin: str = "quoted"

    def __post_init__(self) -> None:
        if self.origin not in ORIGINS:
            raise PlanlibError(f"origin: {self.origin!r}; use one of {', '.join(ORIGINS)}")
        if not self.low <= self.high:
            raise PlanlibError(
                f"{self.low:g} to {self.high:g} {self.unit} is no interval; "
                "give both ends, the lower one first"
            )

    def __add__(self, other: Quantity) -> Quantity:
        if self.unit != other.unit:
            raise UnitError(f"cannot add {other.unit} to {self.unit}; convert one of them first")
        return Quantity(self.low + other.low, self.high + other.high, self.unit, "computed")

    def per(self, other: Quantity) -> Quantity:
        """Return ``self`` divided by ``other`` [unit/unit], as wide as both intervals allow.

        What is divided by zero has no upper end.
        """
        low = self.low / other.high if other.high else math.inf
        high = self.high / other.low if other.low else math.inf
        return Quantity(low, high, f"{self.unit}/{other.unit}", "computed")

    def overlaps(self, other: Quantity) -> bool:
        """Say whether the two intervals share a value; raise :class:`UnitError` across units."""
        if self.unit != other.unit:
            raise UnitError(
                f"cannot compare {other.unit} with {self.unit}; convert one of them first"
            )
        return self.low <= other.high and other.low <= self.high


def interval(
    value: float,
    value_to: float | None = None,
    qualifier: str = "exact",
    unit: str = "",
    origin: str = "quoted",
) -> Quantity:
    """Return what a printed value leaves open, as an interval [unit].

    Parameters
    ----------
    value, value_to
        The printed number, and the printed end of a range where there is one.
    qualifier
        ``exact`` and ``about`` are the value itself (how wide "about" is, no source says),
        ``up_to`` reaches down to zero, ``at_least`` has no upper end, ``several`` is
        :data:`SEVERAL_LOW` to :data:`SEVERAL_HIGH` times the value.

    Raises
    ------
    PlanlibError
        Unknown qualifier, no value, or a range whose end is below its beginning.
    """
    upper = value if value_to is None or pd.isna(value_to) else value_to
    ends = {
        "exact": (value, upper),
        "about": (value, upper),
        "up_to": (0.0, upper),
        "at_least": (value, math.inf),
        "several": (SEVERAL_LOW * value, SEVERAL_HIGH * upper),
    }
    if qualifier not in ends:
        raise PlanlibError(f"qualifier: {qualifier!r}; use one of {', '.join(ends)}")
    low, high = ends[qualifier]
    return Quantity(float(low), float(high), unit, origin)
