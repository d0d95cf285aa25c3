"""Slide templates: planlib's own, with real layouts and placeholders, or somebody else's."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from planlib import style
from planlib.briefing import pack
from planlib.errors import PlanlibError

INCH = 914_400
WIDTH, HEIGHT = 13.333, 7.5
LEFT, TOP, INNER = 0.6, 0.45, 12.133
# Indices of placeholders in the layouts: what a slide fills finds its place by them.
TITLE, SUBTITLE, WORDS, BODY, FOOT, STAMP = 0, 1, 13, 14, 15, 16
FONTS = {"latin": "Arial", "ea": "Microsoft YaHei"}
ACCENTS = ("#0f6b6b", "#3a78ad", "#ad650c", "#4f2563", "#a3507f", "#2f7d4f")
LAYOUTS = ("Title", "Chart", "Picture", "Table", "Text")
BODIES = {"Chart": "chart", "Picture": "pic", "Table": "tbl", "Text": "body"}
BODY_TOP, BODY_BOTTOM = 2.0, 6.55
SPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
TEMPLATE_TYPE = b"presentationml.template.main+xml"
PRESENTATION_TYPE = b"presentationml.presentation.main+xml"
MACRO_TYPE = b"ms-powerpoint.presentation.macroEnabled.main+xml"
MOST_BYTES = 200_000_000


def own() -> Any:
    """Return an empty presentation in planlib's template, 16:9."""
    from pptx import Presentation
    from pptx.util import Emu

    deck: Any = Presentation()
    deck.slide_width, deck.slide_height = Emu(round(WIDTH * INCH)), Emu(round(HEIGHT * INCH))
    master = deck.slide_master
    for layout in list(deck.slide_layouts)[len(LAYOUTS) :]:
        deck.slide_layouts.remove(layout)
    _theme(master)
    _fill(master._element.cSld.spTree, [
        _placeholder(2, "title", 0, "Title", (LEFT, TOP, INNER, 0.85), 24, is_bold=True),
        _placeholder(3, "body", 1, "Text", (LEFT, BODY_TOP, INNER, 4.5), 16),
        _number(4),
    ])  # fmt: skip
    for layout, name in zip(deck.slide_layouts, LAYOUTS, strict=True):
        layout._element.cSld.set("name", name)
        for kind in ("type", "preserve"):
            layout._element.attrib.pop(kind, None)
        _fill(layout._element.cSld.spTree, _layout(name))
    return deck


def theirs(path: Path) -> Any:
    """Return a presentation in somebody else's template, without its slides.

    Raises :class:`PlanlibError` when the file is no template, or has no layout with a title.
    """
    from pptx import Presentation
    from pptx.enum.shapes import PP_PLACEHOLDER

    if not path.is_file():
        raise PlanlibError(f"{path}: no such file; --template names a .pptx or .potx")
    if path.stat().st_size > MOST_BYTES:
        raise PlanlibError(f"{path}: is larger than {MOST_BYTES // 10**6} MB; use a smaller one")
    try:
        parts = pack.unzipped(path.read_bytes())
        types = parts["[Content_Types].xml"].replace(TEMPLATE_TYPE, PRESENTATION_TYPE)
        deck: Any = Presentation(io.BytesIO(pack.zipped({**parts, "[Content_Types].xml": types})))
        layouts = list(deck.slide_layouts)
    except Exception:
        # Whatever is wrong inside, for the reader it is one thing: a file that cannot be used.
        raise PlanlibError(f"{path}: is no PowerPoint template; save it as .pptx") from None
    titles = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
    if not any(p.placeholder_format.type in titles for la in layouts for p in la.placeholders):
        raise PlanlibError(
            f"{path}: has no slide layout with a title; add one in the slide master view"
        )
    listed = deck.slides._sldIdLst
    for slide in list(listed):
        deck.part.drop_rel(slide.rId)
        listed.remove(slide)
    return deck


def _layout(name: str) -> list[str]:
    if name == "Title":
        return [
            _mark(3, (LEFT, 2.05, 0.9, 0.09)),
            _placeholder(4, "ctrTitle", TITLE, "Title", (LEFT, 2.3, INNER, 1.5), 36, is_bold=True),
            _placeholder(5, "subTitle", SUBTITLE, "Subtitle", (LEFT, 3.85, INNER, 1.9), 16,
                         colour=style.GREY_TEXT),
            _placeholder(6, "body", STAMP, "Data", (LEFT, 6.3, INNER, 0.7), 12,
                         colour=style.GREY_TEXT),
        ]  # fmt: skip
    body = (LEFT, BODY_TOP, INNER, BODY_BOTTOM - BODY_TOP)
    return [
        _mark(3, (LEFT, 0.32, 0.5, 0.07)),
        _placeholder(4, "title", TITLE, "Finding", (LEFT, TOP, INNER, 0.85), 24, is_bold=True),
        _placeholder(5, "body", WORDS, "Subtitle", (LEFT, 1.3, INNER, 0.62), 13,
                     colour=style.GREY_TEXT),
        _placeholder(6, BODIES[name], BODY, name, body, 12),
        _placeholder(7, "body", FOOT, "Note and source", (LEFT, 6.55, INNER - 0.8, 0.8), 9,
                     colour=style.GREY_TEXT),
        _number(8),
    ]  # fmt: skip


def _fill(tree: Any, shapes: list[str]) -> None:
    from pptx.oxml import parse_xml

    for shape in list(tree)[2:]:
        tree.remove(shape)
    for shape in shapes:
        tree.append(parse_xml(shape))


def _box(where: tuple[float, float, float, float]) -> str:
    x, y, wide, high = (round(v * INCH) for v in where)
    return f'<a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm>'


def _placeholder(
    number: int, kind: str, index: int, name: str, where: tuple[float, float, float, float],
    size: int, *, is_bold: bool = False, colour: str = style.INK,
) -> str:  # fmt: skip
    place = f' idx="{index}"' if index else ""
    levels = "".join(
        f'<a:lvl{n}pPr marL="0" indent="0" algn="l"><a:spcBef><a:spcPts val="200"/></a:spcBef>'
        f'<a:buNone/><a:defRPr sz="{size * 100}" b="{int(is_bold)}"><a:solidFill>'
        f'<a:srgbClr val="{colour[1:]}"/></a:solidFill><a:latin typeface="+mn-lt"/>'
        f'<a:ea typeface="+mn-ea"/></a:defRPr></a:lvl{n}pPr>'
        for n in (1, 2)
    )
    return (
        f"<p:sp {SPACES}><p:nvSpPr><p:cNvPr id={quoteattr(str(number))} name={quoteattr(name)}/>"
        '<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        f'<p:nvPr><p:ph type="{kind}"{place}/></p:nvPr></p:nvSpPr>'
        f'<p:spPr>{_box(where)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
        '<p:txBody><a:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="t"><a:normAutofit/>'
        f"</a:bodyPr><a:lstStyle>{levels}</a:lstStyle>"
        f"<a:p><a:r><a:rPr/><a:t>{name}</a:t></a:r></a:p></p:txBody></p:sp>"
    )


def _number(number: int) -> str:
    return (
        f'<p:sp {SPACES}><p:nvSpPr><p:cNvPr id="{number}" name="Slide number"/>'
        '<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        '<p:nvPr><p:ph type="sldNum" sz="quarter" idx="12"/></p:nvPr></p:nvSpPr>'
        f'<p:spPr>{_box((LEFT + INNER - 0.7, 7.0, 0.7, 0.3))}<a:prstGeom prst="rect"><a:avLst/>'
        '</a:prstGeom></p:spPr><p:txBody><a:bodyPr lIns="0" rIns="0" anchor="b"/><a:lstStyle>'
        f'<a:lvl1pPr algn="r"><a:defRPr sz="900"><a:solidFill><a:srgbClr val="'
        f'{style.GREY_TEXT[1:]}"/></a:solidFill></a:defRPr></a:lvl1pPr></a:lstStyle>'
        '<a:p><a:fld id="{5BCAD085-E8A6-8845-BD4E-CB4CCA059FC4}" type="slidenum"><a:rPr/>'
        "<a:t>‹#›</a:t></a:fld></a:p></p:txBody></p:sp>"
    )


def _mark(number: int, where: tuple[float, float, float, float]) -> str:
    return (
        f'<p:sp {SPACES}><p:nvSpPr><p:cNvPr id="{number}" name="Mark"/><p:cNvSpPr/><p:nvPr/>'
        f'</p:nvSpPr><p:spPr>{_box(where)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        f'<a:solidFill><a:srgbClr val="{style.ACCENT[1:]}"/></a:solidFill><a:ln><a:noFill/></a:ln>'
        "</p:spPr></p:sp>"
    )


def _theme(master: Any) -> None:
    """Put the house colours and fonts into the theme, for what users add themselves."""
    from pptx.opc.constants import RELATIONSHIP_TYPE

    part = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme = part.blob.decode("utf-8")
    for number, colour in enumerate(ACCENTS, 1):
        theme = re.sub(
            rf"<a:accent{number}>.*?</a:accent{number}>",
            f'<a:accent{number}><a:srgbClr val="{colour[1:]}"/></a:accent{number}>',
            theme, flags=re.DOTALL,
        )  # fmt: skip
    for kind, font in FONTS.items():
        theme = re.sub(rf'<a:{kind} typeface="[^"]*"', f'<a:{kind} typeface="{font}"', theme)
    theme = re.sub(r'(script="Hans" typeface=)"[^"]*"', rf'\1"{FONTS["ea"]}"', theme)
    part._blob = theme.encode("utf-8")
