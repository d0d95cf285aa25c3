"""Texts and links from the data, made harmless for every format."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import urlsplit

# What XML 1.0 cannot hold, and what terminals and spreadsheets act on.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Marks that turn the direction of writing: they can show a text as another.
DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# What a spreadsheet takes for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
TAG = re.compile(r"<(/?[a-zA-Z][^<>]*)>")
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
DETAIL = re.compile(r"<br\s*/?>(?=<span)", re.IGNORECASE)
LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
EMPHASIS = re.compile(r"(\*\*|__|`|\*)(?=\S)(.+?)(?<=\S)\1")
# Longest text that a cell of a workbook holds; slides and names take less.
LONGEST = 32_000


def text(value: Any, longest: int = LONGEST) -> str:
    """Return a text without control characters and direction marks, cut to a length."""
    kept = str(value)
    # Most texts hold nothing but what can be printed: no control, no mark, no end of a line.
    if not kept.isprintable():
        lines = kept.replace("\r\n", "\n").replace("\r", "\n")
        kept = DIRECTION.sub("", CONTROL.sub("", lines))
    return kept if len(kept) <= longest else kept[: longest - 1] + "…"


def line(value: Any, longest: int = LONGEST) -> str:
    """Return a text as one line."""
    return text(" ".join(str(value).split()), longest)


def label(value: Any, before_detail: str = " ") -> str:
    """Return the plain text of a label of a drawing: line breaks as spaces, no markup.

    ``before_detail`` takes the place of the break before a line of detail, set in its own style.
    """
    parts = DETAIL.split(str(value), 1)
    plain = (TAG.sub("", BREAK.sub(" ", part)) for part in parts)
    return before_detail.join(line(html.unescape(part)) for part in plain)


def prose(markdown: str) -> str:
    """Return the plain text of a paragraph of Markdown."""
    return line(EMPHASIS.sub(r"\2", LINK.sub(r"\1", markdown)))


def link(url: Any) -> str:
    """Return an address that is safe to follow (http or https), or an empty text."""
    address = str(url or "").strip()
    if CONTROL.search(address) or any(c in address for c in '\t\r\n "<>\\'):
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in ("http", "https") and parts.netloc else ""


def cell(value: Any) -> Any:
    """Return a value for a CSV file: text that begins like a formula gets an apostrophe."""
    if not isinstance(value, str):
        return "" if value is None else value
    kept = text(value)
    # Text that begins with blanks is still a formula to some programs.
    return f"'{kept}" if value.startswith(FORMULA) or kept.lstrip().startswith(FORMULA) else kept
