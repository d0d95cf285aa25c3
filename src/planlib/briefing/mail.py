"""HTML for mail: one file with charts, controls, tables and downloads inside it."""

from __future__ import annotations

import base64
import html
import re
from pathlib import Path

from planlib.briefing.executed import Report
from planlib.briefing.paper import required_page
from planlib.errors import PlanlibError

STYLE = re.compile(r'<link rel="stylesheet" href="(_static/[^"]+)">')
SCRIPT = re.compile(r'<script src="([^":]+)"></script>')
OTHER_LANGUAGE = re.compile(r'<link rel="alternate"[^>]*>\n?')
LINK = re.compile(r'<a\b([^>]*?)\shref="([^"]*)"([^>]*)>')
KINDS = {".csv": "text/csv", ".json": "application/json", ".ipynb": "application/x-ipynb+json"}
# A mail may load nothing: whatever a text tries, the reader's program refuses it.
POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    "script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:; "
    "font-src data:; form-action 'none'; base-uri 'none'\">"
)
CHARSET = '<meta charset="utf-8">'


def make(report: Report) -> bytes:
    """Return the page of a report as one file that needs nothing beside it.

    Raises :class:`PlanlibError` when the page, or a file that belongs to it, is missing.
    """
    page = required_page(report)
    site = page.parent
    text = page.read_text(encoding="utf-8")
    text = text.replace(CHARSET, f"{CHARSET}\n{POLICY}", 1)
    text = OTHER_LANGUAGE.sub("", text)
    text = STYLE.sub(lambda m: f"<style>\n{_part(site, m[1])}</style>", text)
    text = LINK.sub(lambda m: _link(site, *m.groups()), text)
    # Scripts come last: their own texts hold what looks like a link.
    text = SCRIPT.sub(lambda m: f"<script>{_script(_part(site, m[1]))}</script>", text)
    return text.encode()


def _part(site: Path, name: str) -> str:
    path = (site / name).resolve()
    if not path.is_relative_to(site.resolve()) or not path.is_file():
        raise PlanlibError(f"{path}: belongs to the page and is missing; run: planlib build")
    return path.read_text(encoding="utf-8")


def _script(text: str) -> str:
    """Keep a script from ending the element that it stands in."""
    return re.sub(r"</(?=script)|<!--", lambda m: m[0].replace("<", "\\x3c"), text, flags=re.I)


def _link(site: Path, before: str, address: str, after: str) -> str:
    """Keep links to the web and within the page; put downloads into the file; drop the rest."""
    plain = html.unescape(address)
    if re.match(r"https?://|#", plain):
        return f'<a{before} href="{address}"{after}>'
    path = (site / plain).resolve()
    is_ours = path.is_relative_to(site.resolve()) and path.is_file()
    if is_ours and "download" in before + after and path.suffix in KINDS:
        content = base64.b64encode(path.read_bytes()).decode()
        kind = f"data:{KINDS[path.suffix]};charset=utf-8;base64,{content}"
        rest = re.sub(r"\bdownload\b", f'download="{html.escape(path.name)}"', before + after)
        return f'<a href="{kind}"{rest}>'
    return f"<a{before}{after}>"
