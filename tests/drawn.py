"""Notebooks run in this process, without a kernel: what they show, quickly."""

from __future__ import annotations

import ast
import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import pandas as pd
import plotly.graph_objects as go

import planlib
from planlib import contract
from planlib.explore import Explorer

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))
NAMES = [path.stem for path in NOTEBOOKS]


class Shown(NamedTuple):
    """A figure with its table, and the output that the two make."""

    figure: go.Figure
    table: pd.DataFrame
    output: dict[str, Any]

    @property
    def words(self) -> dict[str, Any]:
        return self.output[contract.FIGURE_TYPE]


class Run(NamedTuple):
    """Figures by name, sentences in order, the variables that are left, and the notebook."""

    figures: dict[str, Shown]
    prose: list[str]
    variables: dict[str, Any]

    @property
    def opening(self) -> str:
        """The paragraph, with its footnotes, that the notebook opens with."""
        return next(text for text in self.prose if not text.startswith("#"))

    notebook: dict[str, Any]


@cache
def run(notebook: str, **parameters: Any) -> Run:
    """Run a notebook of the repository with these parameters."""
    figures: dict[str, Shown] = {}
    prose: list[str] = []
    variables: dict[str, Any] = {}
    cells = _cells(notebook)
    outputs: list[dict[str, Any]] = []

    def show(figure: go.Figure, table: pd.DataFrame, *, controls: Any = None) -> None:
        output = contract.bundle(figure, table, controls)
        outputs.append(_displayed(output))
        figures[output[contract.FIGURE_TYPE]["name"]] = Shown(figure, table, output)

    with mock.patch.dict(vars(planlib), {"show": show}):
        for cell in cells:
            if cell["cell_type"] == "code":
                cell["outputs"] = outputs = []
                value = _value_of("".join(cell["source"]), variables)
                if isinstance(value, Explorer):
                    output = value.output(live=False)
                    outputs.append(_displayed(output))
                    name = output[contract.FIGURE_TYPE]["name"]
                    figures[name] = Shown(value.figure, value.table, output)
                elif value is not None:
                    prose.append(str(value))
                    outputs.append(_displayed({"text/markdown": str(value)}))
                if "parameters" in cell["metadata"].get("tags", ()):
                    variables.update(parameters)
    return Run(figures, prose, variables, {"cells": cells})


def _displayed(data: dict[str, Any]) -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": data}


def _cells(notebook: str) -> list[dict[str, Any]]:
    path = next(p for p in NOTEBOOKS if p.stem == notebook)
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def _value_of(source: str, variables: dict[str, Any]) -> Any:
    """Run a cell; return the value of the expression that it ends with, if it does."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), variables)
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), variables) if last else None
