"""PDF of a report, printed by the browser: running header, page numbers, no chart cut in two."""

from __future__ import annotations

import html
import re
import zlib
from pathlib import Path

from planlib import style
from planlib.briefing import browser, cited, fonts, inert
from planlib.briefing.browser import Studio
from planlib.briefing.executed import Report
from planlib.errors import PlanlibError, did_you_mean
from planlib.wording import choose

# Width and height [inch].
PAPERS = {"A4": (8.27, 11.69), "Letter": (8.5, 11.0)}
MARGIN, HEAD, FOOT = 0.75, 0.85, 0.75
PIXELS_AN_INCH = 96
DATES = re.compile(rb"D:\d{14}[+-]\d\d'\d\d'")
STREAM = re.compile(rb"(\bstream\r?\n)(.*?)(\r?\nendstream)", re.DOTALL)
BLOCK = re.compile(rb"\d+ beginbf(range|char)\s(.*?)endbf\1", re.DOTALL)
CODE = re.compile(rb"<([0-9A-Fa-f]+)>")
TAGS = re.compile(r"<(script|style)\b.*?</\1>|<[^>]+>", re.DOTALL)
# Waits until the charts are drawn, makes what is too tall for a page smaller, and keeps only links
# that lead somewhere from paper: to the web, or within the report.
PREPARE = """(async () => {{
  const until = Date.now() + 20000;
  const charts = document.querySelector("script.drawing-data");
  while (charts && !document.documentElement.dataset.drawn) {{
    if (Date.now() > until) throw new Error("the charts were not drawn in time");
    await new Promise((go) => setTimeout(go, 50));
  }}
  await document.fonts.ready;
  document.querySelectorAll("a[href]").forEach((link) => {{
    const address = link.getAttribute("href");
    if (!/^(https?:|#)/.test(address)) link.removeAttribute("href");
  }});
  const rule = document.createElement("style");
  rule.textContent = "@media print {{ figure.chart, .drawing, tr {{ break-inside: avoid; }}" +
    " .sideways, .scroll {{ overflow: visible !important; }} }}";
  document.head.append(rule);
  window.addEventListener("beforeprint", () => {{
    document.querySelectorAll("figure.chart").forEach((chart) => {{
      const place = chart.querySelector(".drawing");
      if (!place || !place.clientWidth) return;
      const zoom = Math.min(1, {wide} / place.clientWidth,
        ({tall} - {words}) / place.clientHeight);
      place.style.zoom = zoom;
      place.parentElement.style.minHeight = "0";
    }});
  }});
  return document.querySelectorAll(".js-plotly-plot").length;
}})()"""
# Room on a page for the words around a chart [pixel].
WORDS = 260


def make(report: Report, studio: Studio, paper: str = "A4") -> bytes:
    """Return the report as PDF.

    Raises
    ------
    SetupError
        There is no browser, or no font for a character.
    PlanlibError
        The edition has no page, or the paper does not exist.
    """
    page = required_page(report)
    wide, tall = size_of(paper)
    browser.needed()
    source = page.read_text(encoding="utf-8")
    fonts.check([html.unescape(TAGS.sub(" ", source)), *fonts.strings([
        f.drawing.get("layout", {}).get("annotations", ()) for f in report.figures
    ])])  # fmt: skip
    room = (wide - 2 * MARGIN, tall - HEAD - FOOT)
    script = PREPARE.format(
        wide=round(room[0] * PIXELS_AN_INCH), tall=round(room[1] * PIXELS_AN_INCH), words=WORDS
    )
    made = studio.print(
        page, report.name, script,
        paperWidth=wide, paperHeight=tall, marginLeft=MARGIN, marginRight=MARGIN,
        marginTop=HEAD, marginBottom=FOOT, printBackground=True, displayHeaderFooter=True,
        headerTemplate=_running(report, inert.line(report.title, 120), "planlib"),
        footerTemplate=_running(
            report, cited.stamp(report.as_of, report.lang),
            choose(report.lang, "Page {} of {}", "第{}页，共{}页").format(
                '<span class="pageNumber"></span>', '<span class="totalPages"></span>'),
        ),
        generateTaggedPDF=True, generateDocumentOutline=True,
    )  # fmt: skip
    stamp = f"D:{report.as_of.replace('-', '')}000000+00'00'".encode()
    return DATES.sub(stamp, with_plain_characters(made))


def with_plain_characters(pdf: bytes) -> bytes:
    """Return a PDF whose text is found and copied as it was written.

    Fonts draw a radical and the character of the same shape with one glyph, and the browser notes
    down the radical: copied text would look right and be found by no search.
    """
    return STREAM.sub(_mapped, pdf)


def _mapped(match: re.Match[bytes]) -> bytes:
    try:
        text = zlib.decompress(match[2])
    except zlib.error:
        return match[0]
    if b"beginbf" not in text:
        return match[0]
    packed = zlib.compress(BLOCK.sub(_renamed, text), 9)
    # The place of everything behind it is noted at the end of the file: the length has to stay.
    if len(packed) > len(match[2]):
        return match[0]
    return match[1] + packed.ljust(len(match[2]), b"\n") + match[3]


def _renamed(block: re.Match[bytes]) -> bytes:
    lines = []
    same = fonts.characters_of_radicals()
    for line in block[2].strip().splitlines():
        codes = [code.decode() for code in CODE.findall(line)]
        first, last = int(codes[0], 16), int(codes[-2], 16) if block[1] == b"range" else 0
        last = max(first, last)
        start = int(codes[-1], 16) if len(codes[-1]) == 4 else 0
        names = [start + n for n in range(last - first + 1)]
        if not start or not any(name in same for name in names):
            lines.append(line)
            continue
        for number, name in enumerate(names):
            place = f"<{first + number:0{len(codes[0])}X}>"
            ends = f"{place} {place}" if block[1] == b"range" else place
            lines.append(f"{ends} <{same.get(name, name):04X}>".encode())
    head = f"{len(lines)} beginbf".encode() + block[1] + b"\n"
    return head + b"\n".join(lines) + b"\nendbf" + block[1]


def size_of(paper: str) -> tuple[float, float]:
    """Return width and height of a paper [inch]; raise :class:`PlanlibError` without such one."""
    if paper not in PAPERS:
        raise PlanlibError(f"no paper {paper!r}; {did_you_mean(paper, list(PAPERS))}")
    return PAPERS[paper]


def required_page(report: Report) -> Path:
    """Return the page of a report; raise :class:`PlanlibError` when it has none."""
    if report.page is None:
        raise PlanlibError(f"{report.name} has no page; run: planlib build {report.name}")
    return report.page


def _running(report: Report, left: str, right: str) -> str:
    """Return a running line; ``right`` is markup of our own, ``left`` any text."""
    family = html.escape(style.FONT_FAMILIES[report.lang])
    return (
        f'<div style="width:100%;margin:0 {MARGIN}in;display:flex;justify-content:space-between;'
        f'gap:2em;font:8px {family};color:{style.GREY_TEXT}">'
        f"<span>{html.escape(left)}</span><span>{right}</span></div>"
    )
