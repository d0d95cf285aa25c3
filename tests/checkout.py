"""A checkout of its own for a test: small notebooks, a list of editions, and their site."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from planlib import contract
from planlib.report import build as building
from planlib.report.editions import Edition
from planlib.report.run import Outcome

LANG = 'lang: str = "en"  # one of en, zh'
Cell = dict[str, Any]


def markdown(text: str, *tags: str) -> Cell:
    """Return a Markdown cell."""
    return {"cell_type": "markdown", "metadata": {"tags": list(tags)}, "source": text}


def code(text: str, *tags: str, outputs: Sequence[dict[str, Any]] = ()) -> Cell:
    """Return a code cell, executed if it has outputs."""
    return {
        "cell_type": "code",
        "metadata": {"tags": list(tags)},
        "source": text,
        "execution_count": None,
        "outputs": list(outputs),
    }


def shown(data: dict[str, Any]) -> dict[str, Any]:
    """Return the output of a cell that displays ``data``."""
    return {"output_type": "display_data", "metadata": {}, "data": data}


def figure(name: str = "chips", **changes: Any) -> dict[str, Any]:
    """Return what ``planlib.show`` emits for a small chart; ``changes`` are to its contract."""
    words = {
        "name": name,
        "title": "Chips pledged",
        "subtitle": "GPUs",
        "note": "",
        "source": "Source: a memorandum",
        "alt": "One bar.",
        "as_of": "2026-01-15",
        "lang": "en",
        "fields": [
            {"name": "deal_id", "title": "deal", "unit": "", "type": "string"},
            {"name": "power_mw", "title": "power", "unit": "MW", "type": "number"},
        ],
        "rows": [["HUMAIN", 500], ["G42", None]],
        "claims": [],
    }
    drawing = {"data": [{"type": "bar", "y": [500]}], "layout": {"height": 300}}
    return {contract.FIGURE_TYPE: words | changes, contract.PLOTLY_TYPE: drawing}


def notebook(*cells: Cell | str, parameters: str | None = LANG) -> dict[str, Any]:
    """Return a notebook; a text is a code cell, and the parameters cell comes first."""
    first = [] if parameters is None else [code(parameters, "parameters")]
    rest = [code(cell) if isinstance(cell, str) else cell for cell in cells]
    listed = [{"id": f"cell-{n}", **cell} for n, cell in enumerate([*first, *rest])]
    return {"cells": listed, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@dataclass
class Checkout:
    """A folder with notebooks and a list of editions, as ``planlib build`` wants it."""

    root: Path
    failing: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        (self.root / "notebooks").mkdir(parents=True)
        (self.root / "reports").mkdir()

    @property
    def list(self) -> Path:
        return self.root / "reports" / "reports.toml"

    @property
    def site(self) -> Path:
        return self.root / "reports" / "build"

    def add(self, name: str, *cells: Cell | str, parameters: str | None = LANG) -> Path:
        """Write a notebook, and an edition of the same name."""
        path = self.root / "notebooks" / f"{name}.ipynb"
        path.write_text(json.dumps(notebook(*cells, parameters=parameters)), encoding="utf-8")
        with self.list.open("a", encoding="utf-8") as file:
            file.write(f'[[edition]]\nname = "{name}"\nnotebook = "{name}"\n')
        return path

    def page(self, name: str) -> str:
        return (self.site / f"{name}.html").read_text(encoding="utf-8")

    def manifest(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.site / "manifest.json").read_text("utf-8"))
        return found

    def fingerprint(self) -> dict[str, str]:
        """Return a digest of each file of the site, and what lies beside it."""
        live = self.site.resolve()
        beside = [*self.list.parent.iterdir(), *live.parent.iterdir()]
        return {"beside": " ".join(sorted(path.name for path in beside))} | {
            path.relative_to(live).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(live.rglob("*"))
            if path.is_file()
        }

    def run(self, editions: Sequence[Edition], folder: Path, jobs: int) -> Iterator[Outcome]:
        """Stand in for the runner: outputs are those already in the notebook."""
        for edition in editions:
            error = self.failing.get(edition.name, "")
            path = folder / f"{edition.name}.ipynb"
            path.write_bytes(edition.notebook.read_bytes())
            yield Outcome(edition, None if error else path, error, 0.1)


def without_kernels(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let builds in the checkout neither check the real data nor start kernels."""
    monkeypatch.setattr(building, "run", checkout.run)
    monkeypatch.setattr(building.evidence, "check", lambda: None)
