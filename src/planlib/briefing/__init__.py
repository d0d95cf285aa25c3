"""Briefings: executed reports as slides, workbooks, pictures, paper and mail."""

from __future__ import annotations

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
