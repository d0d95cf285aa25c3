"""How much faster one kept-open browser draws figures than ``fig.write_image``, one by one.

    python benchmarks/export.py [SAMPLE]

Draws the figures of all built editions as PNG in one browser, and a sample of them (5) by calling
``write_image`` on each, in the same run and at the same size; prints the seconds a figure and the
ratio. Pictures kept from before are not used, and starting the browser counts for both.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from unittest import mock

import plotly.graph_objects as go

from planlib.briefing import executed, pictures
from planlib.briefing.browser import Studio
from planlib.briefing.executed import Figure

SITE = Path(__file__).resolve().parents[1] / "reports" / "build"
SCALE = 2.0


def one_by_one(figures: list[Figure], folder: Path) -> float:
    """Return the seconds that ``write_image`` takes."""
    start = time.perf_counter()
    for figure in figures:
        drawing = pictures.laid_out(figure, pictures.SIZES["slide"].pixels)
        go.Figure(drawing).write_image(folder / f"{figure.name}.png", scale=SCALE)
    return time.perf_counter() - start


def together(figures: list[Figure], folder: Path) -> float:
    """Return the seconds that planlib takes, start of the browser included."""
    start = time.perf_counter()
    with Studio() as studio, mock.patch.object(pictures, "_kept", return_value=None):
        for number, figure in enumerate(figures):
            path = folder / f"{number}-{figure.name}-planlib.png"
            path.write_bytes(pictures.draw(studio, figure, "png", "slide", SCALE))
    return time.perf_counter() - start


def main(sample: str = "5") -> None:
    site = SITE.resolve()
    reports = [executed.read(site, path.stem) for path in sorted(site.glob("*.ipynb"))]
    figures = [figure for report in reports for figure in report.figures]
    chosen = figures[:: max(1, len(figures) // int(sample))][: int(sample)]
    with tempfile.TemporaryDirectory() as name:
        slow = one_by_one(chosen, Path(name)) / len(chosen)
        fast = together(figures, Path(name)) / len(figures)
    print(f"write_image one by one, {len(chosen)} figures: {slow:.3f} s a figure")
    print(f"planlib, {len(figures)} figures: {fast:.3f} s a figure, {slow / fast:.1f} times faster")


if __name__ == "__main__":
    main(*sys.argv[1:])
