"""Briefings: executed reports as slides, workbooks, pictures, paper and mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planlib.briefing.exporting import FORMATS, PACK, Options, Result, export, export_edition
    from planlib.briefing.folder import Folder
    from planlib.briefing.saving import content, save

__all__ = [
    "FORMATS",
    "PACK",
    "Folder",
    "Options",
    "Result",
    "content",
    "export",
    "export_edition",
    "save",
]

HOMES = {"Folder": "folder", "content": "saving", "save": "saving"}


def __getattr__(name: str) -> Any:
    # Pages of reports use parts of this package that need none of this.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{HOMES.get(name, 'exporting')}"), name)
