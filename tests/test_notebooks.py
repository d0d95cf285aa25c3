"""The notebooks: readable as articles in both languages, and run by other tools than ours."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

import drawn
from planlib import contract, signature

MOST_LINES = 10
COMMON_PARAMETERS = {
    "lang": 'lang: str = "en"  # one of en, zh',
    "as_of": 'as_of: str = ""  # ISO date; empty: the data\'s date',
}
# An explorer shows itself, as the last expression of its cell.
SHOWS = re.compile(r"planlib\.show\(|^explore\.\w+\(", re.M)
HAN = re.compile(r"[\u4e00-\u9fff]")

every_notebook = pytest.mark.parametrize("path", drawn.NOTEBOOKS, ids=drawn.NAMES)


def cells(path: Path) -> list[dict[str, Any]]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def tags(cell: dict[str, Any]) -> list[str]:
    return cell["metadata"].get("tags", [])


def source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def code(path: Path) -> list[str]:
    return [source(cell) for cell in cells(path) if cell["cell_type"] == "code"]


def test_there_are_notebooks() -> None:
    assert {"overview", "measures", "timeline", "deals"} <= set(drawn.NAMES)


@every_notebook
def test_is_a_valid_notebook(path: Path) -> None:
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"


@every_notebook
def test_prose_asks_for_nothing_that_a_page_cannot_do(path: Path) -> None:
    for cell in cells(path):
        if cell["cell_type"] == "markdown":
            text = source(cell)
            # A page has no parameters, and their names are no words for a reader.
            assert "`" not in text
            assert "the parameters" not in text
            assert "参数" not in text


@every_notebook
def test_stores_no_outputs(path: Path) -> None:
    kept = [c for c in cells(path) if c.get("outputs") or c.get("execution_count")]
    assert kept == []


@every_notebook
def test_has_one_parameters_cell_with_the_common_parameters(path: Path) -> None:
    (cell,) = (c for c in cells(path) if "parameters" in tags(c))
    lines = source(cell).splitlines()
    assert set(COMMON_PARAMETERS.values()) <= set(lines)
    assert set(COMMON_PARAMETERS) <= set(signature.read(path))


@every_notebook
def test_every_parameter_has_a_type_and_a_comment(path: Path) -> None:
    (cell,) = (c for c in cells(path) if "parameters" in tags(c))
    for line in source(cell).splitlines():
        assert re.fullmatch(r"[a-z_]+: (str|int|float|bool) = \S+  # .+", line)


@every_notebook
def test_every_text_has_its_twin_in_the_other_language_beside_it(path: Path) -> None:
    prose = [c for c in cells(path) if c["cell_type"] == "markdown"]
    order = [tag for cell in prose for tag in tags(cell)]
    assert order == ["lang-en", "lang-zh"] * (len(order) // 2)
    places = [i for i, c in enumerate(cells(path)) if c["cell_type"] == "markdown"]
    assert all(b == a + 1 for a, b in zip(places[::2], places[1::2], strict=True))


@every_notebook
def test_twins_have_the_same_headings_and_links(path: Path) -> None:
    prose = [source(c) for c in cells(path) if c["cell_type"] == "markdown"]
    for en, zh in zip(prose[::2], prose[1::2], strict=True):
        assert re.findall(r"^#+", en, re.M) == re.findall(r"^#+", zh, re.M)
        links = [re.findall(r"\]\(([^)]+)-(?:en|zh)\.html\)", text) for text in (en, zh)]
        assert links[0] == links[1]


@every_notebook
def test_each_text_is_in_its_language(path: Path) -> None:
    for cell in cells(path):
        # What others count in Chinese may be quoted as it is printed.
        text = re.sub(r"“[^”]*”", "", source(cell))
        if "lang-en" in tags(cell):
            assert not HAN.search(text)
        elif "lang-zh" in tags(cell):
            assert HAN.search(text)


@every_notebook
def test_links_lead_to_editions_of_their_own_language(path: Path) -> None:
    for cell in cells(path):
        for lang in ("en", "zh"):
            if f"lang-{lang}" in tags(cell):
                targets = re.findall(r"\]\(([^)]+\.html)\)", source(cell))
                assert all(t.endswith(f"-{lang}.html") for t in targets)


@every_notebook
def test_code_cells_are_short(path: Path) -> None:
    # The parameters cell is a list: as long as the notebook has parameters.
    rest = [c for c in cells(path) if c["cell_type"] == "code" and "parameters" not in tags(c)]
    assert [source(c) for c in rest if len(source(c).splitlines()) > MOST_LINES] == []


@every_notebook
def test_code_defines_nothing_and_reads_no_file(path: Path) -> None:
    for text in code(path):
        nodes = list(ast.walk(ast.parse(text)))
        assert not [n for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef | ast.Lambda)]
        called = {n.attr for n in nodes if isinstance(n, ast.Attribute)}
        called |= {n.id for n in nodes if isinstance(n, ast.Name)}
        assert not called & {
            "open",
            "Path",
            "read_csv",
            "read_json",
            "read_parquet",
            "now",
            "today",
        }
        strings = [
            n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)
        ]
        assert not [s for s in strings if re.search(r"[/\\]|\.csv|\.json|^~", s)]


@every_notebook
def test_every_figure_cell_shows_exactly_one_figure(path: Path) -> None:
    figure_cells = [c for c in cells(path) if "figure" in tags(c)]
    assert len(figure_cells) == len(drawn.run(path.stem, lang="en").figures)
    assert all(len(SHOWS.findall(source(c))) == 1 for c in figure_cells)
    others = [c for c in cells(path) if c["cell_type"] == "code" and "figure" not in tags(c)]
    assert not [c for c in others if SHOWS.search(source(c))]


@every_notebook
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_begins_with_an_answer_from_the_data(path: Path, lang: str) -> None:
    answer = drawn.run(path.stem, lang=lang).opening
    assert len(re.findall(r"\d+", answer)) >= 5
    first_figure = next(i for i, c in enumerate(cells(path)) if "figure" in tags(c))
    answers = [i for i, c in enumerate(cells(path)) if "answers." in source(c)]
    assert max(answers) < first_figure


@every_notebook
def test_ends_with_what_could_not_be_established(path: Path) -> None:
    headings = [source(c).splitlines()[0] for c in cells(path) if c["cell_type"] == "markdown"]
    assert headings[-2:] == ["## What could not be established", "## 未能查明之处"]


@every_notebook
def test_every_figure_has_text_before_it(path: Path) -> None:
    kinds = [c["cell_type"] for c in cells(path)]
    for i, cell in enumerate(cells(path)):
        if "figure" in tags(cell):
            assert kinds[i - 1] == "markdown" or "figure" in tags(cells(path)[i - 1])


@pytest.mark.slow
@every_notebook
def test_runs_under_the_plain_papermill_command(path: Path, tmp_path: Path) -> None:
    done = tmp_path / "done.ipynb"
    command = [sys.executable, "-m", "papermill", str(path), str(done), "-p", "lang", "zh"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    shown = {}
    for cell in json.loads(done.read_text(encoding="utf-8"))["cells"]:
        outputs = [o for o in cell.get("outputs", ()) if contract.FIGURE_TYPE in o.get("data", {})]
        assert len(outputs) == ("figure" in tags(cell))
        shown |= {o["data"][contract.FIGURE_TYPE]["name"]: o["data"] for o in outputs}
    assert list(shown) == list(drawn.run(path.stem, lang="zh").figures)
    assert {data[contract.FIGURE_TYPE]["lang"] for data in shown.values()} == {"zh"}
