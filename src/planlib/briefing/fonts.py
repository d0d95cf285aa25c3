"""Whether the fonts of this machine have every character of a figure or page: no boxes, ever."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from planlib.errors import SetupError

# Preferred first: most characters are found there, and no other font is opened.
PREFERRED = ("Noto Sans CJK SC", "Noto Sans", "Liberation Sans", "DejaVu Sans")
PACKAGES = (
    (0x2E80, 0x9FFF, "fonts-noto-cjk"),
    (0xAC00, 0xD7FF, "fonts-noto-cjk"),
    (0xF900, 0xFFEF, "fonts-noto-cjk"),
    (0x1F000, 0x1FAFF, "fonts-noto-color-emoji"),
    (0x20000, 0x3FFFF, "fonts-noto-cjk-extra"),
)
# Radicals have codes of their own beside the characters that they are.
RADICALS = range(0x2E80, 0x2FE0)
CHARACTERS = range(0x4E00, 0xA000)
OUTLINES = (".ttf", ".otf", ".ttc", ".otc")
OTHERWISE = "fonts-noto-core"
MOST_SHOWN = 8


def check(texts: Iterable[str]) -> None:
    """Raise :class:`SetupError` when no installed font has a character of these texts.

    Where fonts cannot be listed (no fontconfig), nothing is said.
    """
    wanted = {c for text in texts for c in text if _is_drawn(c)}
    if shutil.which("fc-list") is None:
        return
    lacking = sorted(wanted - _covered(frozenset(wanted)))
    if lacking:
        named = ", ".join(f"{c} (U+{ord(c):04X})" for c in lacking[:MOST_SHOWN])
        more = f" and {len(lacking) - MOST_SHOWN} more" if len(lacking) > MOST_SHOWN else ""
        packages = " ".join(sorted({_package(c) for c in lacking}))
        raise SetupError(
            f"no installed font has {named}{more}; install: apt-get install {packages}"
        )


def strings(value: Any) -> Iterable[str]:
    """Yield every text in a drawing."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key != "bdata":
                yield from strings(item)
    elif isinstance(value, Sequence):
        for item in value:
            yield from strings(item)


def _is_drawn(character: str) -> bool:
    # Spaces, controls, joiners and what has no character at all draw nothing of their own.
    return unicodedata.category(character)[0] not in "CZM"


def _package(character: str) -> str:
    code = ord(character)
    return next((name for low, high, name in PACKAGES if low <= code <= high), OTHERWISE)


@lru_cache(maxsize=64)
def _covered(wanted: frozenset[str]) -> frozenset[str]:
    found: set[str] = set()
    for path, index in _files():
        missing = wanted - found
        if not missing:
            break
        codes = _codes(path, index)
        found |= {c for c in missing if ord(c) in codes}
    return frozenset(found)


@lru_cache(maxsize=1)
def _files() -> tuple[tuple[str, int], ...]:
    """Return the font files with their index, preferred families first."""
    tool = shutil.which("fc-list")
    if tool is None:
        return ()
    try:
        listed = subprocess.run(
            [tool, "--format", "%{file}|%{index}|%{family}\n"],
            capture_output=True, text=True, check=False, timeout=30,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ()
    fonts = [line.split("|", 2) for line in listed.stdout.splitlines() if line.count("|") >= 2]

    def rank(font: list[str]) -> tuple[int, str, str]:
        families = font[2].split(",")
        places = [PREFERRED.index(f) for f in families if f in PREFERRED]
        return min(places, default=len(PREFERRED)), font[0], font[1]

    ordered = sorted(fonts, key=rank)
    # The high half of an index names an instance of a variable font: the glyphs are the same.
    return tuple(
        dict.fromkeys(
            (f[0], int(f[1] or 0) & 0xFFFF) for f in ordered if f[0].lower().endswith(OUTLINES)
        )
    )


@lru_cache(maxsize=64)
def _codes(path: str, index: int) -> frozenset[int]:
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with open(path, "rb") as file, TTFont(file, fontNumber=index, lazy=True) as font:
            return frozenset(font.getBestCmap() or ())
    except (TTLibError, OSError, KeyError, AssertionError):
        return frozenset()


@lru_cache(maxsize=1)
def characters_of_radicals() -> Mapping[int, int]:
    """Return, for radicals that share a glyph with a character, that character."""
    from fontTools.ttLib import TTFont, TTLibError

    for path, index in _files():
        try:
            with open(path, "rb") as file, TTFont(file, fontNumber=index, lazy=True) as font:
                glyphs = font.getBestCmap() or {}
        except (TTLibError, OSError, KeyError, AssertionError):
            continue
        if RADICALS.start not in glyphs:
            continue
        owners = {glyphs[code]: code for code in CHARACTERS if code in glyphs}
        return {code: owners[glyphs[code]] for code in RADICALS
                if code in glyphs and glyphs[code] in owners}  # fmt: skip
    return {}


def state() -> str:
    """Return what changes when fonts are added or removed."""
    return hashlib.sha256(repr(_files()).encode()).hexdigest()
