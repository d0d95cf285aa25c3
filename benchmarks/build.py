"""Time planlib build against the plain way, over the real editions.

Both ways in one go: for each edition the papermill command and then jupyter nbconvert, one after
the other (A) and two at a time (B); planlib build cold, with nothing changed, with one table
edited, and for one edition alone, cold and while a build watches. Prints the median of the rounds
and the ratios.

    python benchmarks/build.py [--editions N] [--rounds N] [--plain-rounds N] [--synthetic N]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from planlib import editions, schema
from planlib.editions import Edition

ROOT = Path(__file__).resolve().parents[1]
EDITED = "deal_terms"
ALONE = "deals-en"
PYTHON = [sys.executable, "-m"]


def timed(work: Callable[[], object], rounds: int) -> list[float]:
    """Return the seconds that each round takes."""
    found = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return found


def quietly(command: Sequence[str], **options: object) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   **options)  # type: ignore[call-overload]  # fmt: skip


def plain(edition: Edition, folder: Path) -> None:
    """Make one edition as one would without planlib's engine."""
    done = folder / f"{edition.name}.ipynb"
    parameters = [w for n, v in edition.parameters.items() for w in ("-p", n, str(v))]
    quietly([*PYTHON, "papermill", str(edition.notebook), str(done), *parameters], cwd=folder)
    quietly([*PYTHON, "nbconvert", "--to", "html", "--no-input", str(done)], cwd=folder)


class Copy:
    """A checkout of its own, with some of the editions and data that may be edited."""

    def __init__(self, folder: Path, chosen: Sequence[Edition]) -> None:
        self.root = folder / "checkout"
        self.data = folder / "data"
        shutil.copytree(ROOT / "notebooks", self.root / "notebooks")
        shutil.copytree(ROOT / "data", self.data)
        (self.root / "reports").mkdir()
        lines = []
        for edition in chosen:
            values = ", ".join(f"{n} = {json.dumps(v)}" for n, v in edition.parameters.items())
            lines += [
                "[[edition]]",
                f'name = "{edition.name}"',
                f'notebook = "{edition.notebook.stem}"',
                f"parameters = {{ {values} }}",
            ]
        (self.root / editions.CONFIGURATION).write_text("\n".join(lines), encoding="utf-8")

    def build(self, *words: str) -> dict[str, object]:
        ran = subprocess.run(
            [*PYTHON, "planlib", "build", "--json", *words],
            cwd=self.root, env={**os.environ, schema.ENVIRONMENT_VARIABLE: str(self.data)},
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        found: dict[str, object] = json.loads(ran.stdout)
        return found

    def watched(self, name: str, rounds: int) -> list[float]:
        """Return the seconds from the save of a notebook to its new page, while a build stays."""
        stem = next(e.notebook for e in editions.load(self.root) if e.name == name)
        page = self.root / "reports" / "build" / f"{name}.ipynb"
        environment = {**os.environ, schema.ENVIRONMENT_VARIABLE: str(self.data)}
        watching = subprocess.Popen(
            [*PYTHON, "planlib", "build", name, "--watch", "--json"], cwd=self.root,
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert watching.stdout is not None
        found = []
        try:
            watching.stdout.readline()
            for number in range(rounds):
                # A person takes longer between two saves than the preload.
                time.sleep(4)
                mark = f"mark {number}"
                notebook = json.loads(stem.read_text(encoding="utf-8"))
                notebook["cells"].append({"cell_type": "markdown", "id": f"mark-{number}",
                                          "metadata": {}, "source": mark})  # fmt: skip
                start = time.perf_counter()
                stem.write_text(json.dumps(notebook), encoding="utf-8")
                watching.stdout.readline()
                found.append(time.perf_counter() - start)
                assert mark in page.read_text(encoding="utf-8")
        finally:
            watching.terminate()
            watching.wait()
        return found

    def clear(self) -> None:
        reports = self.root / "reports"
        (reports / "build").unlink(missing_ok=True)
        shutil.rmtree(reports / ".builds", ignore_errors=True)

    def edit(self, mark: int) -> None:
        """Change one row of a table."""
        path = self.data / f"{EDITED}.csv"
        text = (ROOT / "data" / f"{EDITED}.csv").read_text(encoding="utf-8").rstrip("\n")
        head, _, last = text.rpartition("\n")
        columns = text.partition("\n")[0].split(",")
        cells = last.split(",")
        cells[columns.index("note") if "note" in columns else -1] += f" {mark}"
        path.write_text(f"{head}\n{','.join(cells)}\n", encoding="utf-8")


def say(name: str, seconds: Sequence[float], note: str = "") -> float:
    median = statistics.median(seconds)
    rounds = " ".join(f"{s:.2f}" for s in seconds)
    print(f"{name:<34}{median:>9.2f} s   [{rounds}] {note}", flush=True)
    return median


def mixed(everything: Sequence[Edition]) -> list[Edition]:
    """Order editions so that the first ones are of all notebooks, in both languages."""
    earlier: Counter[tuple[Path, str]] = Counter()
    ranks = {}
    for edition in everything:
        kind = edition.notebook, edition.lang
        ranks[edition.name] = earlier[kind]
        earlier[kind] += 1
    return sorted(everything, key=lambda edition: ranks[edition.name])


def compare(arguments: argparse.Namespace) -> None:
    """Run all ways over the real editions and print times and ratios."""
    chosen = mixed(editions.load(ROOT))[: arguments.editions or None]
    print(f"{len(chosen)} editions, {os.cpu_count()} cores, Python {sys.version.split()[0]}")
    with tempfile.TemporaryDirectory(prefix="planlib-benchmark-") as name:
        folder = Path(name)
        copy = Copy(folder, chosen)

        def cold() -> None:
            copy.clear()
            copy.build()

        # The speed of a machine drifts: part of the rounds stand before, between and after.
        colds = timed(cold, arguments.rounds)
        same = say("planlib build, nothing changed", timed(copy.build, arguments.rounds))
        edited, built = [], []
        for number in range(arguments.rounds):
            copy.edit(number)
            start = time.perf_counter()
            built.append(len(copy.build()["built"]))  # type: ignore[arg-type]
            edited.append(time.perf_counter() - start)
        say(f"planlib build, {EDITED} edited", edited, f"{built[-1]} of {len(chosen)} rebuilt")
        alone = chosen[0].name if ALONE not in [e.name for e in chosen] else ALONE
        one = timed(lambda: copy.build(alone, "--force"), arguments.rounds)
        say(f"planlib build {alone}", one)
        say("... while it watches", copy.watched(alone, arguments.rounds))
        if not arguments.plain_rounds:
            say("planlib build, cold", colds)
            return

        def one_by_one() -> None:
            for edition in chosen:
                plain(edition, folder)

        def two_by_two() -> None:
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(lambda e: plain(e, folder), chosen))

        a = say("plain A: one after the other", timed(one_by_one, arguments.plain_rounds))
        colds += timed(cold, arguments.rounds)
        b = say("plain B: two at a time", timed(two_by_two, arguments.plain_rounds))
        colds += timed(cold, arguments.rounds)
        cold_time = say("planlib build, cold", colds)
        print(f"cold against A: {a / cold_time:.1f} times faster; against B: {b / cold_time:.1f}")
        print(f"nothing changed against A: {a / same:.0f} times faster")


def peak_memory(running: subprocess.Popen[bytes]) -> int:
    """Return the most memory [MB] that a process, without its children, had until its end."""
    peak = 0
    while running.poll() is None:
        # Linux says so of a process that lives.
        told = Path(f"/proc/{running.pid}/status").read_text(encoding="utf-8")
        peak = max([peak, *(int(x.split()[1]) for x in told.splitlines() if "VmHWM" in x)])
        time.sleep(0.02)
    return peak // 1024


def synthetic(count: int) -> None:
    """Build ever more trivial editions: linear in time, flat in the parent's memory, none lost."""
    notebook = json.loads((ROOT / "notebooks" / "overview.ipynb").read_text(encoding="utf-8"))
    for total in (count // 4, count // 2, count):
        with tempfile.TemporaryDirectory(prefix="planlib-benchmark-") as name:
            root = Path(name)
            (root / "reports").mkdir()
            (root / "notebooks").mkdir()
            cells = [
                {"cell_type": "code", "id": "p", "metadata": {"tags": ["parameters"]},
                 "outputs": [], "execution_count": None, "source": "n: int = 0  # 0..9999"},
                {"cell_type": "code", "id": "c", "metadata": {}, "outputs": [],
                 "execution_count": None, "source": "print(n * n)"},
            ]  # fmt: skip
            (root / "notebooks" / "square.ipynb").write_text(
                json.dumps({**notebook, "cells": cells}), encoding="utf-8"
            )
            (root / editions.CONFIGURATION).write_text(
                '[[edition]]\nname = "square-{n}"\nnotebook = "square"\n'
                f"each = {{ n = {list(range(total))} }}\n",
                encoding="utf-8",
            )
            start = time.perf_counter()
            ran = subprocess.Popen([*PYTHON, "planlib", "build", "--json"], cwd=root,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # fmt: skip
            peak = peak_memory(ran)
            out = ran.communicate()[0]
            seconds = time.perf_counter() - start
            built = json.loads(out)["built"]
            site = root / "reports" / "build"
            lost = [n for n in range(total) if f"<pre>{n * n}\n" not in
                    (site / f"square-{n}.html").read_text(encoding="utf-8")]  # fmt: skip
            each = 1000 * seconds / total
            print(f"{total:>5} editions {seconds:>8.1f} s {each:>6.0f} ms each, "
                  f"peak memory {peak} MB, built {len(built)}, lost {len(lost)}",
                  flush=True)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--editions", type=int, default=0, help="only N, of all notebooks; 0: all")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each planlib way")
    parser.add_argument("--plain-rounds", type=int, default=1, help="rounds of the plain ways")
    parser.add_argument("--synthetic", type=int, default=0, help="instead: N trivial editions")
    arguments = parser.parse_args()
    if arguments.synthetic:
        synthetic(arguments.synthetic)
    else:
        compare(arguments)


if __name__ == "__main__":
    main()
