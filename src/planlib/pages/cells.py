"""The cells of an executed notebook: how one is named, and what of them is worth keeping."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

ADDRESS = re.compile(r"\bat 0x[0-9a-f]+")
# What papermill and Jupyter note of a run: when, how long, where.
TIMED = ("papermill", "execution")
KEPT_OF_PAPERMILL = ("parameters", "version")
# A view of a widget is dead without its kernel, and its id is drawn at random.
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
LONGEST_LINE = 300


def place(cells: Sequence[Mapping[str, Any]], index: int) -> str:
    """Name a cell by the number that JupyterLab shows after Run All, and by its first line."""
    number = sum(
        cell["cell_type"] == "code"
        and "".join(cell["source"]).strip() != ""
        # Papermill adds this one.
        and "injected-parameters" not in cell.get("metadata", {}).get("tags", ())
        for cell in cells[: index + 1]
    )
    return f"cell [{number}] {first_line(''.join(cells[index]['source']))!r}"


def first_line(text: str) -> str:
    """Return the first line of a text, not too much of it."""
    line = next(iter(text.strip().splitlines()), "")
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}..."


def early_end(cells: Sequence[Mapping[str, Any]]) -> str:
    """Name the cell that ended the notebook before its end, if one did."""
    # Papermill takes sys.exit() for success and leaves out the cells that follow.
    for index, cell in enumerate(cells):
        if any(o["output_type"] == "error" for o in cell.get("outputs", ())):
            return f"{place(cells, index)}: ends the notebook early; remove sys.exit()"
    return ""


def freeze(notebook: Mapping[str, Any], own_ids: Collection[str], folder: str) -> dict[str, Any]:
    """Return an executed notebook without what differs from run to run.

    Times, durations, random ids, addresses of objects and the working folder are taken out: the
    same inputs give the same bytes.

    Parameters
    ----------
    notebook
        The notebook, as papermill leaves it.
    own_ids
        Ids of the cells in the notebook as written; all others were drawn at random.
    folder
        The working folder of the kernel; where it is printed, a dot stands in its place.
    """
    metadata = dict(notebook["metadata"])
    noted = metadata.pop("papermill", {})
    metadata["papermill"] = {key: noted[key] for key in KEPT_OF_PAPERMILL if key in noted}
    free = (name for n in itertools.count() if (name := f"cell-{n}") not in own_ids)
    cells = [
        _cell(cell, cell["id"] if cell.get("id") in own_ids else next(free), folder)
        for cell in notebook["cells"]
    ]
    return {**notebook, "metadata": metadata, "cells": cells}


def _cell(cell: Mapping[str, Any], name: str, folder: str) -> dict[str, Any]:
    metadata = {key: value for key, value in cell["metadata"].items() if key not in TIMED}
    frozen = {**cell, "id": name, "metadata": metadata}
    if "outputs" in cell:
        outputs = (_output(output, folder) for output in cell["outputs"])
        frozen["outputs"] = [output for output in outputs if output]
    return frozen


def _output(output: Mapping[str, Any], folder: str) -> dict[str, Any]:
    if "text" in output:
        return {**output, "text": _text(output["text"], folder)}
    data = {kind: value for kind, value in output.get("data", {}).items() if kind != WIDGET_VIEW}
    if "data" in output and set(data) <= {"text/plain"} and WIDGET_VIEW in output["data"]:
        return {}
    texts = {k: _text(v, folder) for k, v in data.items() if k.startswith("text/")}
    return {**output, "data": {**data, **texts}} if "data" in output else dict(output)


def _text(text: str | list[str], folder: str) -> str:
    joined = text if isinstance(text, str) else "".join(text)
    return ADDRESS.sub("at 0x0", joined).replace(folder, ".")


def as_text(notebook: Mapping[str, Any]) -> str:
    """Return a notebook as a file holds it, a cell on each line."""
    # With an indent, json would leave its fast encoder aside; outputs are large.
    rest = _json({key: value for key, value in notebook.items() if key != "cells"})
    cells = ",\n".join(map(_json, notebook["cells"]))
    return f'{{"cells": [\n{cells}\n], {rest[1:]}\n'


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
