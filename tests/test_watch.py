"""A build that stays: it notices what changes, survives mistakes, and ends when told to."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import planlib
from checkout import Checkout, notebook
from planlib import schema
from planlib.report.watch import watch
from test_run import PATIENCE, wait_for


@pytest.fixture
def checkout(tmp_path) -> Checkout:
    checkout = Checkout(tmp_path / "checkout")
    checkout.add("first", "print('one')")
    checkout.add("second", "print('two')")
    return checkout


@pytest.fixture
def watching(checkout, tmp_path) -> Iterator[tuple[Checkout, subprocess.Popen[str], Path]]:
    """A process that watches a checkout, once it has built it, and the file of what it says."""
    said = tmp_path / "said"
    # Its own copy of the source, which a test may change.
    shutil.copytree(Path(planlib.__file__).parent, tmp_path / "src" / "planlib")
    environment = {
        **os.environ,
        "PYTHONPATH": str(tmp_path / "src"),
        schema.ENVIRONMENT_VARIABLE: str(data_of(said)),
    }
    # Data that a test may change.
    shutil.copytree(schema.data_directory(), data_of(said))
    with said.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "planlib", "build", "--watch", "--json"],
            cwd=checkout.root, env=environment, stdout=file, stderr=file, text=True,
        )  # fmt: skip
        try:
            wait_for(lambda: outcomes(said))
            yield checkout, process, said
        finally:
            process.kill()
            process.wait()


def data_of(said: Path) -> Path:
    return said.with_name("data")


def outcomes(said: Path) -> list[dict[str, object]]:
    lines = said.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


def rewrite(checkout: Checkout, name: str, cell: str) -> None:
    path = checkout.root / "notebooks" / f"{name}.ipynb"
    path.write_text(json.dumps(notebook(cell)), encoding="utf-8")


@pytest.mark.slow
def test_what_changes_is_built_again_and_a_mistake_is_a_line(watching):
    checkout, process, said = watching
    assert outcomes(said)[0]["built"] == ["first", "second"]
    rewrite(checkout, "second", "print('three')")
    wait_for(lambda: len(outcomes(said)) == 2)
    assert (outcomes(said)[1]["built"], outcomes(said)[1]["fresh"]) == (["second"], ["first"])
    assert "three" in checkout.page("second")
    listed = checkout.list.read_text(encoding="utf-8")
    checkout.list.write_text(listed + "[[edition]\n", encoding="utf-8")
    wait_for(lambda: "cannot be read" in said.read_text(encoding="utf-8"))
    checkout.list.write_text(listed, encoding="utf-8")
    rewrite(checkout, "first", "1 / 0")
    wait_for(lambda: outcomes(said)[-1]["failed"])
    assert "one" in checkout.page("first")
    assert "Traceback" not in said.read_text(encoding="utf-8")
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE) == 0
    assert "Traceback" not in said.read_text(encoding="utf-8")


@pytest.mark.slow
def test_mended_data_are_built_as_if_they_had_never_been_broken(watching):
    _, _, said = watching
    path = data_of(said) / "chips.csv"
    sound = path.read_bytes()
    path.write_bytes(sound + b"\n")
    wait_for(lambda: "chips.csv" in said.read_text(encoding="utf-8"))
    path.write_bytes(sound.replace(b"H20", b"H20 X"))
    wait_for(lambda: len(outcomes(said)) == 2)
    text = said.read_text(encoding="utf-8")
    assert "preload" not in text
    assert "Traceback" not in text


@pytest.mark.slow
def test_a_mistake_in_its_source_is_a_line_and_it_stays(watching, tmp_path):
    _, process, said = watching
    path = tmp_path / "src" / "planlib" / "editions.py"
    sound = path.read_bytes()
    path.write_bytes(sound + b"\ndef\n")
    wait_for(lambda: "planlib's source: SyntaxError" in said.read_text(encoding="utf-8"))
    path.write_bytes(sound + b"\n")
    wait_for(lambda: len(outcomes(said)) == 2)
    assert process.poll() is None
    assert "Traceback" not in said.read_text(encoding="utf-8")


@pytest.mark.slow
def test_changed_source_makes_it_start_anew(watching, tmp_path):
    checkout, process, said = watching
    page = tmp_path / "src" / "planlib" / "pages" / "templates" / "page.html"
    page.write_text(page.read_text("utf-8").replace("</body>", "<!-- new --></body>"), "utf-8")
    wait_for(lambda: len(outcomes(said)) == 2)
    assert outcomes(said)[1]["built"] == ["first", "second"]
    assert "<!-- new -->" in checkout.page("first")
    assert process.poll() is None


def test_nothing_is_built_twice_for_one_change(checkout, monkeypatch):
    builds: list[float] = []
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            rewrite(checkout, "first", "print('changed')")
        if len(waits) == 6:
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", sleep)
    monkeypatch.setattr("planlib.kernels.server.start", lambda folder: None)
    watch(checkout.root, lambda start: builds.append(1), print)
    assert len(builds) == 2
