"""Executed editions made by hand, for tests of what is exported from them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from checkout import code, figure, notebook, shown
from planlib import contract
from planlib.briefing import executed
from planlib.briefing.executed import Report


def drawn(name: str, *traces: dict[str, Any], words: Any = None, **layout: Any) -> dict[str, Any]:
    """Return what ``planlib.show`` emits for a chart of these traces."""
    output = figure(name, **(words or {}))
    output[contract.PLOTLY_TYPE] = {"data": list(traces), "layout": {"height": 400, **layout}}
    return output


def report(*outputs: dict[str, Any], name: str = "deals-en") -> Report:
    """Return the report of an executed notebook that shows these figures."""
    cells = [code("planlib.show(figure, table)", "figure", outputs=[shown(o)]) for o in outputs]
    return executed.of_notebook(name, notebook(*cells))


def site(folder: Path, *outputs: dict[str, Any], name: str = "deals-en") -> Path:
    """Write an executed edition as the report engine publishes it."""
    cells = [code("planlib.show(figure, table)", "figure", outputs=[shown(o)]) for o in outputs]
    folder.mkdir(exist_ok=True)
    text = json.dumps(notebook(*cells), ensure_ascii=False)
    (folder / f"{name}.ipynb").write_text(text, encoding="utf-8")
    return folder
