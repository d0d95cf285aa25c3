"""Builds that are killed, cut short or started twice leave whole sites and nobody behind."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from checkout import Checkout, markdown
from planlib.report import reproducible
from planlib.report.build import Options
from test_run import MARK, PATIENCE, processes, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("needs_proc")]

NAMES = ("one", "two", "three")
KILLS = 50
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def needs_proc() -> None:
    assert Path("/proc/self/environ").exists(), "reads /proc"


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "checkout")


def write(checkout: Checkout, generation: int) -> None:
    """Give every edition a notebook of this generation."""
    checkout.list.unlink(missing_ok=True)
    for name in NAMES:
        checkout.add(name, markdown(f"# Generation {generation}"), "print(lang)")


def start(checkout: Checkout, *words: str) -> tuple[subprocess.Popen[str], str]:
    mark = uuid.uuid4().hex
    process = subprocess.Popen(
        [sys.executable, "-m", "planlib", "build", *words],
        cwd=checkout.root,
        env={**os.environ, MARK: mark},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    return process, mark


def finished(checkout: Checkout, *words: str) -> tuple[int, str, str]:
    process, _ = start(checkout, *words)
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out, err


def generation_of(checkout: Checkout) -> int:
    """Return the generation of the site; fail unless the site is whole and of one generation."""
    site = checkout.site.resolve()
    manifest: dict[str, Any] = checkout.manifest()
    files = [item for e in manifest["editions"].values() for item in e["files"].items()]
    for name, (size, digest) in files:
        content = (site / name).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()[: len(digest)]) == (size, digest)
    for name in ("index.html", "changes.html", "_static/plotly-basic.min.js", "_data/deals.csv"):
        assert (site / name).stat().st_size > 0
    titles = {entry["title"] for entry in manifest["editions"].values()}
    assert set(manifest["editions"]) == set(NAMES)
    assert len(titles) == 1
    (title,) = titles
    return int(title.removeprefix("Generation "))


def test_a_build_killed_at_fifty_random_moments_leaves_whole_sites_and_no_orphan(
    checkout, tmp_path, monkeypatch
):
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    write(checkout, 0)
    begun = time.monotonic()
    assert finished(checkout)[0] == 0
    duration = time.monotonic() - begun
    draw = random.Random(20250723)
    seen = []
    for kill in range(1, KILLS + 1):
        write(checkout, kill)
        process, mark = start(checkout)
        time.sleep(draw.uniform(0, duration * 1.1))
        process.kill()
        process.communicate()
        wait_for(lambda: not processes(mark))  # noqa: B023
        seen.append(generation_of(checkout))
    assert seen == sorted(seen)
    # The next build heals: it publishes, and leaves one folder and no scratch behind.
    write(checkout, KILLS + 1)
    assert finished(checkout)[0] == 0
    assert generation_of(checkout) == KILLS + 1
    builds = checkout.root / "reports" / ".builds"
    assert sorted(p.name for p in builds.iterdir()) == sorted(
        ["lock", checkout.site.resolve().name]
    )
    assert not (checkout.root / "reports" / ".build.new").exists()
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("after", [0.0, 0.4, 1.2, 2.0])
def test_an_early_ctrl_c_is_one_line_too(checkout, after):
    write(checkout, 0)
    # However fast the machine, the build does not end before it is interrupted.
    checkout.add("slow", "import time; time.sleep(60)")
    process, mark = start(checkout)
    wait_for((checkout.root / "reports" / ".builds" / "lock").exists)
    time.sleep(after)
    begun = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    # Below 2 s on an idle machine; a busy one must not fail the suite.
    assert time.monotonic() - begun < 10
    assert process.returncode == 130
    assert err.splitlines()[-1] == "interrupted; what was published before is unchanged"
    assert "Traceback" not in err
    wait_for(lambda: not processes(mark))


def test_a_second_build_is_refused_or_waits(checkout):
    checkout.add("one", "import time; time.sleep(6)")
    first, mark = start(checkout)
    wait_for(lambda: len(processes(mark)) > 3)
    code, _, err = finished(checkout)
    assert code == 2
    assert f"another build is running (process {first.pid})" in err
    code, out, _ = finished(checkout, "--wait")
    assert (code, out.splitlines()[1].split()[:3]) == (0, ["0", "1", "0"])
    assert first.communicate(timeout=PATIENCE)[0].splitlines()[1].split()[0] == "1"


# The same inputs, the same bytes


def test_two_builds_of_real_reports_are_the_same_byte_by_byte():
    said = reproducible.check(ROOT, ["deals-en", "evidence-zh", "overview-en"], Options())
    assert said.startswith("3 reports, ")


def test_addresses_times_and_random_ids_are_frozen(checkout):
    checkout.add("one", "import os\nprint(object(), os.getcwd())", "object()", "set('planlib')")
    assert reproducible.check(checkout.root, [], Options()).startswith("1 reports, ")


def test_the_first_difference_is_named(checkout):
    checkout.add("one", "import datetime; print(datetime.date.today())")
    code, out, err = finished(checkout, "--check-reproducible")
    assert (code, out) == (1, "")
    last = err.splitlines()[-1]
    assert last.startswith("one.html: line ")
    assert " became " in last
    assert not checkout.site.exists()
