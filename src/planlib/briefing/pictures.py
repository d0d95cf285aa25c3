"""PNG and SVG in house style, at the sizes of print; unchanged figures are not drawn again."""

from __future__ import annotations

import copy
import hashlib
import html
import importlib.metadata
import json
import os
import re
import struct
import tempfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from planlib import style, wording
from planlib.briefing import browser, cited, fonts, inert
from planlib.briefing.browser import Studio
from planlib.briefing.executed import Figure
from planlib.errors import PlanlibError, did_you_mean

# A change to how pictures are made makes all of them anew.
EDITION = 1
CACHE_VARIABLE = "PLANLIB_CACHE"
MOST_KEPT = 3000
TAGS = {"en": "en", "zh": "zh-Hans"}
HOUSE_WIDTH = 1000
INCH_MM, PIXELS_AN_INCH = 25.4, 96
NARROW = 700
LABEL_COLUMNS, LABEL_LINES, LABEL_ROOM = 26, 2, 178
# Columns with names need the room of a page: such a figure is made smaller, not narrower.
MOST_COLUMNS = 4
UID = re.compile(r'id="(?:topdefs|defs)-([0-9a-f]+)"')


@dataclass(frozen=True)
class Size:
    """A size of print: the width of the layout [pixel], and that of the print [mm]."""

    pixels: int
    millimetres: float


SIZES = {
    "slide": Size(1280, 13.333 * INCH_MM),
    "page": Size(HOUSE_WIDTH, 170),
    "column": Size(540, 85),
}


def size_of(name: str) -> Size:
    """Return a size by name; raise :class:`PlanlibError` for one that does not exist."""
    if name not in SIZES:
        raise PlanlibError(f"no size {name!r}; {did_you_mean(name, list(SIZES))}")
    return SIZES[name]


def draw(
    studio: Studio, figure: Figure, form: str, size: str = "slide", scale: float = 2.0, *,
    is_plain: bool = False,
) -> bytes:  # fmt: skip
    """Return the picture of a figure.

    Parameters
    ----------
    form
        ``png`` or ``svg``.
    size
        A key of :data:`SIZES`.
    scale
        Pixels of a PNG for each pixel of the layout.
    is_plain
        Without title, key, note and source: a slide has them already.

    Raises
    ------
    SetupError
        There is no browser, or no font for a character.
    ReportError
        The figure cannot be drawn.
    """
    chosen = size_of(size)
    path = browser.needed()
    drawing = laid_out(figure, chosen.pixels, is_plain=is_plain)
    fonts.check(fonts.strings([drawing, figure.words["title"], figure.words["alt"]]))
    key = _digest(drawing, figure, form, size, scale, path)
    kept = _kept(key)
    if kept is not None:
        return kept
    layout = drawing["layout"]
    raw = studio.draw(
        drawing, figure.name, format=form, width=layout["width"], height=layout["height"],
        scale=scale if form == "png" else 1,
    )  # fmt: skip
    size_made = Size(layout["width"], chosen.millimetres)
    made = _png(raw, size_made, scale, figure) if form == "png" else _svg(raw, size_made, figure)
    _keep(key, made)
    return made


def laid_out(figure: Figure, wide: int, *, is_plain: bool = False) -> dict[str, Any]:
    """Return a drawing laid out anew for a width: texts wrapped, room made for them."""
    drawing = _clean(copy.deepcopy(dict(figure.drawing)))
    for number, trace in enumerate(drawing.get("data", ())):
        # Without an id of its own a trace gets a random one, and the file differs every time.
        trace["uid"] = f"trace{number}"
    layout = drawing.setdefault("layout", {})
    layout.pop("updatemenus", None)
    layout.pop("sliders", None)
    meta = layout.get("meta", {}).get("planlib", {})
    wide = HOUSE_WIDTH if wide < NARROW and _has_columns(layout) else wide
    layout["width"] = wide
    layout["autosize"] = False
    layout.setdefault("height", 450)
    if wide < NARROW:
        _narrow(drawing)
    if "plain_margin" not in meta:
        return {"data": drawing.get("data", []), "layout": layout}
    for part in ("annotations", "shapes"):
        layout[part] = [
            p for p in layout.get(part, ()) if not (p.get("name") or "").startswith("planlib-")
        ]
    plain, margin = meta["plain_margin"], layout.setdefault("margin", {})
    margin.update(plain)
    layout["height"] = meta["plain_height"]
    if not is_plain:
        _frame(figure, layout, meta, wide)
    return {"data": drawing.get("data", []), "layout": layout}


def _frame(figure: Figure, layout: dict[str, Any], meta: Mapping[str, Any], wide: int) -> None:
    """Put the house frame back, wrapped for the width."""
    words, share = figure.words, wide / HOUSE_WIDTH

    def wrapped(text: str, columns: int) -> str:
        return wording.wrap(html.escape(inert.line(text), quote=False), round(columns * share))

    lines = {
        "title": wrapped(words["title"], style.TITLE_COLUMNS),
        "subtitle": wrapped(words["subtitle"], style.SUBTITLE_COLUMNS),
        "key": "<br>".join(_key(meta.get("key", ()), round(style.KEY_COLUMNS * share))),
        "foot": "<br>".join(
            wrapped(t, style.SOURCE_COLUMNS)
            for t in (words["note"], words["source"], meta.get("stamp", words["as_of"])) if t
        ),
    }  # fmt: skip
    count = {k: t.count("<br>") + 1 if t else 0 for k, t in lines.items()}
    head = meta["plain_margin"]["t"] - 14
    axis_room = meta["plain_margin"]["b"]
    under_title = head + 14 + style.KEY_LINE * count["key"] + 19 * count["subtitle"]
    top = under_title + 25 * count["title"] + 22
    bottom = axis_room + 17 * count["foot"] + 12
    layout["margin"].update(t=top, b=bottom)
    layout["height"] += top + bottom - head - 14 - axis_room
    shift = 14 - layout["margin"].get("l", 80)
    bold = "<br>".join(f"<b>{t}</b>" for t in lines["title"].split("<br>"))
    for text, size, colour, base, up in (
        (bold, 19, style.INK, 1, top - 14),
        (lines["subtitle"], 14, style.GREY_TEXT, 1, under_title),
        (lines["key"], style.TEXT_SIZE, style.INK, 1, head + 10 + style.KEY_LINE * count["key"]),
        (lines["foot"], 12, style.GREY_TEXT, 0, -axis_room),
    ):
        if text:
            layout["annotations"].append({
                "text": text, "showarrow": False, "align": "left", "xref": "paper",
                "yref": "paper", "x": 0, "y": base, "xanchor": "left", "yanchor": "top",
                "xshift": shift, "yshift": up, "font": {"size": size, "color": colour},
            })  # fmt: skip
    layout["shapes"].append({
        "type": "rect", "xref": "paper", "yref": "paper", "x0": shift, "x1": shift + 36,
        "y0": top - 6, "y1": top, "xsizemode": "pixel", "ysizemode": "pixel", "xanchor": 0,
        "yanchor": 1, "fillcolor": style.ACCENT, "line": {"width": 0},
    })  # fmt: skip


def _key(marks: Iterable[Mapping[str, str]], columns: int) -> list[str]:
    return style.key_lines(
        (style.Mark(m["text"], html.escape(m["colour"]), html.escape(m["glyph"])) for m in marks),
        columns,
    )


def _narrow(drawing: dict[str, Any]) -> None:
    """Make room in a narrow picture: long labels in more lines, values beside bars."""
    layout = drawing["layout"]
    margin = layout.setdefault("margin", {})
    if margin.get("l", 80) <= LABEL_ROOM:
        return
    margin["l"] = LABEL_ROOM
    for name, axis in layout.items():
        if name.startswith("yaxis") and axis.get("ticktext"):
            axis["ticktext"] = [
                wording.wrap(html.escape(inert.label(t), False), LABEL_COLUMNS, LABEL_LINES)
                for t in axis["ticktext"]
            ]
        reach = axis.get("range") if name.startswith("xaxis") else None
        if reach and all(isinstance(v, (int, float)) for v in reach):
            axis["range"] = [reach[0], reach[1] + (reach[1] - reach[0]) / 3]


def _has_columns(layout: Mapping[str, Any]) -> bool:
    axes = (axis for name, axis in layout.items() if name.startswith("xaxis"))
    return any(a.get("type") == "category" and len(a.get("ticktext") or ()) > MOST_COLUMNS
               for a in axes)  # fmt: skip


def _clean(value: Any) -> Any:
    """Take out of a drawing what no picture can hold, and every link in its labels."""
    if isinstance(value, str):
        return re.sub(r"</?a\b[^>]*>", "", inert.text(value), flags=re.IGNORECASE)
    if isinstance(value, Mapping):
        return {k: v if k == "bdata" else _clean(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(v) for v in value]
    return value


def _png(raw: bytes, size: Size, scale: float, figure: Figure) -> bytes:
    """Write into a PNG how large it is printed, what it shows, and how to cite it."""
    a_metre = round(size.pixels * scale / size.millimetres * 1000)
    words = {
        "Title": figure.words["title"], "Description": figure.words["alt"],
        "Source": figure.words["source"],
        "Copyright": f"CC BY 4.0. {cited.citation(figure.lang)}",
    }  # fmt: skip
    chunks = _chunk(b"pHYs", struct.pack(">IIB", a_metre, a_metre, 1))
    for name, text in words.items():
        body = name.encode() + b"\0\0\0" + TAGS[figure.lang].encode() + b"\0\0"
        chunks += _chunk(b"iTXt", body + inert.line(text, 2000).encode())
    # The first chunk, IHDR, ends 33 bytes into the file.
    return raw[:33] + chunks + raw[33:]


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _svg(raw: bytes, size: Size, figure: Figure) -> bytes:
    """Give an SVG its title, description, role, language and size; take out what is random."""
    text = raw.decode()
    uid = UID.search(text)
    if uid:
        text = text.replace(uid[1], "planlib")
    start, end = text.index("<svg"), text.index(">", text.index("<svg"))
    tall = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', text[start:end])
    opening = text[start:end]
    if tall:
        ratio = float(tall[2]) / float(tall[1])
        opening = re.sub(r' (?:width|height)="[^"]*"', "", opening)
        wide = size.millimetres
        opening += f' width="{wide:.2f}mm" height="{wide * ratio:.2f}mm"'
    about = (
        f"{cited.stamp(figure.words['as_of'], figure.lang)} · {figure.words['source']} · "
        f"CC BY 4.0 · {cited.citation(figure.lang)}"
    )
    head = (
        f'{opening} role="img" lang="{TAGS[figure.lang]}" xml:lang="{TAGS[figure.lang]}" '
        f'aria-labelledby="title-{figure.name} desc-{figure.name}">'
        f'<title id="title-{figure.name}">{_xml(figure.words["title"])}</title>'
        f'<desc id="desc-{figure.name}">{_xml(figure.words["alt"])} {_xml(about)}</desc>'
    )
    return (text[:start] + head + text[end + 1 :]).encode()


def _xml(words: Any) -> str:
    return html.escape(inert.line(words, 4000))


def _digest(drawing: Any, figure: Figure, form: str, size: str, scale: float, path: str) -> str:
    words = {k: figure.words[k] for k in ("title", "alt", "source", "as_of", "lang", "name")}
    facts = [EDITION, drawing, words, cited.citation(figure.lang), form, size, scale,
             _browser(path), importlib.metadata.version("plotly"), fonts.state()]  # fmt: skip
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


@lru_cache(maxsize=4)
def _browser(path: str) -> list[Any]:
    found = Path(path).resolve().stat()
    return [path, found.st_size, found.st_mtime_ns]


def _cache() -> Path:
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        return Path(named)
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "planlib" / "pictures"


def _kept(key: str) -> bytes | None:
    try:
        return (_cache() / key).read_bytes()
    except OSError:
        return None


def _keep(key: str, content: bytes) -> None:
    """Keep a picture for the next time; a cache that cannot be written is none."""
    folder = _cache()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=".")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(name, folder / key)
        _thin_out(folder)
    except OSError:
        return


def _thin_out(folder: Path) -> None:
    kept = [p for p in folder.iterdir() if not p.name.startswith(".")]
    if len(kept) > MOST_KEPT:
        for path in sorted(kept, key=lambda p: p.stat().st_mtime)[: len(kept) - MOST_KEPT]:
            path.unlink(missing_ok=True)
