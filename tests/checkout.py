"""A checkout of its own for a test: small notebooks, a list of editions, and their site."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from planlib import contract, evidence
from planlib.errors import PlanlibError, ReportError
from planlib.kernels import server
from planlib.report import run as running
from planlib.report.run import Outcome, Task

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
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel}
    return {"cells": listed, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


@dataclass
class Checkout:
    """A folder with notebooks and a list of editions, as ``planlib build`` wants it."""

    root: Path
    failing: dict[str, str] = field(default_factory=dict)
    reads: dict[str, Sequence[str]] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)

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

    def run(
        self, tasks: Sequence[Task], jobs: int, meanwhile: Callable[[], object] = lambda: None
    ) -> Iterator[Outcome]:
        """Stand in for the runner: outputs are those already in the notebook."""
        meanwhile()
        for task in tasks:
            edition = task.edition
            self.ran.append(edition.name)
            error, made = self.failing.get(edition.name, ""), None
            notebook = json.loads(edition.notebook.read_text(encoding="utf-8"))
            try:
                made = None if error else running.publish_edition(task, notebook)[0]
            except ReportError:
                raise
            except PlanlibError as failure:
                error = str(failure)
            yield Outcome(edition, made, error, 0.1, self.reads.get(edition.name, ()))


def without_kernels(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let builds in the checkout neither check the real data nor start kernels."""
    monkeypatch.setattr(running, "run", checkout.run)
    monkeypatch.setattr(server, "start", lambda environment: None)
    monkeypatch.setattr(evidence, "check", lambda: None)
