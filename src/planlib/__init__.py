"""America's AI Action Plan and the facts around it, as data with their sources.

>>> import planlib
>>> deals = planlib.load("deals", labels="en")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planlib.errors import DataError, ParameterError, PlanlibError, UnitError, UnknownNameError

if TYPE_CHECKING:
    from planlib.contract import show
    from planlib.tables import load
    from planlib.tracing import cite, trace

__version__ = "0.1.0"
__all__ = [
    "DataError",
    "ParameterError",
    "PlanlibError",
    "UnitError",
    "UnknownNameError",
    "__version__",
    "cite",
    "load",
    "show",
    "trace",
]


def __getattr__(name: str) -> Any:
    # Heavy libraries are imported with what first needs them, not with planlib.
    if name == "load":
        from planlib.tables import load

        return load
    if name == "show":
        from planlib.contract import show

        return show
    if name in ("cite", "trace"):
        from planlib import tracing

        return getattr(tracing, name)
    raise AttributeError(f"module 'planlib' has no attribute {name!r}")
