"""Time the explorers: the first chart in JupyterLab, and a move against running the cells again.

The first chart is timed in a real JupyterLab and a headless browser, from running a cell in a
fresh kernel to the drawn chart. A move is timed in this process, from the control's change to the
widgets' new state; the plain way is to run all code cells of the notebook again with the new
parameter, in the same process and with the same warm caches. Medians, and the ratio.

    python benchmarks/explore.py [--rounds N] [--no-browser]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import planlib
from planlib import contract, doctor, explore

ROOT = Path(__file__).resolve().parents[1]
CELL = "from planlib import explore\nexplore.{name}()"
DRAWN = ".planlib-explorer .js-plotly-plot .main-svg"
# Positions of one control of each explorer, each drawn for the first time.
MOVES: dict[str, list[dict[str, Any]]] = {
    "deals": [{"years": n} for n in range(4, 11)],
    "deadlines": [{"as_of": f"2026-{month:02}-15"} for month in range(1, 8)],
    "measures": [{"pillar": f"P{n}"} for n in (1, 2, 3)],
    "capex": [{"definition": "with_finance_leases"}, {"definition": "ppe_purchases"}],
    "compare": [{"regimes": f"trump-{other}"} for other in ("china", "eu", "uk")],
    "controls": [{"on": f"2026-{month:02}-15"} for month in range(1, 8)],
    "country": [{"country_id": key} for key in ("CHN", "SAU", "ARE")],
    "project": [{"new_load_mw": float(n)} for n in range(50, 200, 25)],
}


def milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def moved(name: str, rounds: int) -> float:
    """Return the median time of a move, in milliseconds."""
    one = getattr(explore, name)()
    controls = one.panel.controls
    found = []
    for _ in range(rounds):
        for move in MOVES[name]:
            ((key, value),) = move.items()

            def change(key: str = key, value: Any = value) -> None:
                controls[key].value = value

            found.append(milliseconds(change))
        one.reset()
    return statistics.median(found)


def run_again(name: str, rounds: int) -> float:
    """Return the median time of running the notebook's cells anew, in milliseconds."""
    notebook = getattr(explore, name)().notebook
    cells = json.loads((ROOT / "notebooks" / f"{notebook}.ipynb").read_text("utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]

    def show(*arguments: Any, **options: Any) -> None:
        contract.bundle(*arguments, **options)

    def work(move: dict[str, Any]) -> None:
        variables: dict[str, Any] = {}
        for cell in code:
            exec("".join(cell["source"]), variables)
            if "parameters" in cell["metadata"].get("tags", ()):
                variables |= move

    with mock.patch.dict(vars(planlib), {"show": show}):
        work({})
        moves = MOVES[name][:rounds]
        return statistics.median(milliseconds(lambda move=move: work(move)) for move in moves)


def first_chart(rounds: int) -> dict[str, float]:
    """Return the seconds from running a cell in a fresh kernel to its drawn chart."""
    sys.path.insert(0, str(ROOT / "tests"))
    import nbformat
    from playwright.sync_api import sync_playwright

    import lab

    found: dict[str, list[float]] = {"deals": [], "deadlines": []}
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        source = Path(name) / "source"
        source.mkdir()
        for one in found:
            made = nbformat.v4.new_notebook(
                cells=[nbformat.v4.new_code_cell(CELL.format(name=one))]
            )
            made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
            nbformat.write(made, source / f"{one}.ipynb")
        with lab.server(Path(name), source) as served:
            chromium = playwright.chromium.launch(
                executable_path=doctor.browser(), args=["--no-sandbox"]
            )
            for _ in range(rounds):
                for one, seconds in found.items():
                    # A new page each time: nothing of plotly.js is left from before.
                    page = chromium.new_page()
                    lab.enter(page, served)
                    lab.open_notebook(page, one)
                    start = time.perf_counter()
                    page.evaluate(
                        "() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }"
                    )
                    page.wait_for_selector(DRAWN, timeout=60_000)
                    seconds.append(time.perf_counter() - start)
                    lab.close(page)
                    page.close()
            chromium.close()
    return {name: statistics.median(seconds) for name, seconds in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-browser", action="store_true")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for name in MOVES:
        move, again = moved(name, options.rounds), run_again(name, options.rounds)
        print(f"{name:10} a move {move:6.0f} ms; the cells again {again:6.0f} ms; "
              f"{again / move:.1f} times faster")  # fmt: skip
    if not options.no_browser:
        for name, seconds in first_chart(options.rounds).items():
            print(f"{name:10} first chart in JupyterLab from a cold kernel {seconds:.1f} s")


if __name__ == "__main__":
    main()
