"""Notebooks in real kernels: what fails is named, the others go on, and nobody is left behind."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from checkout import Cell, Checkout, code, markdown
from planlib.editions import Edition
from planlib.errors import SetupError
from planlib.kernels import server
from planlib.pages.cells import place
from planlib.report.run import EDITIONS_PER_WORKER, Limits, Outcome, Task, run
from planlib.report.site import Folder, Site

PATIENCE = 60
MARK = "PLANLIB_TEST_MARK"
# A kernel is no child of its worker; it is named in the worker's log.
FIND_WORKER = """
import os, pathlib, signal
here = str(pathlib.Path.cwd())
for folder in pathlib.Path("/proc").glob("[0-9]*"):
    try:
        links = [os.readlink(p) for p in (folder / "fd").iterdir()]
        if int(folder.name) != os.getpid() and f"{here}.log" in links:
            worker = folder.name
    except OSError:
        pass
"""
linux = pytest.mark.usefixtures("on_linux")

# Real kernels and processes: half a minute each.
pytestmark = pytest.mark.slow


def edition(folder: Path, name: str, *cells: Cell | str) -> Edition:
    checkout = Checkout(folder / name)
    return Edition(name, checkout.add(name, *cells), {"lang": "zh"})


def tasks(folder: Path, *editions: Edition, limits: Limits = Limits()) -> list[Task]:  # noqa: B008
    """Return what the runner is given: it publishes to a folder ``site``."""
    site = Folder(folder / "site", folder / "none")
    scratch = Path(tempfile.mkdtemp(dir=folder, prefix="s"))
    return [Task(e, editions, site, scratch, limits) for e in editions]


NOTEBOOKS: dict[str, list[Cell | str]] = {
    "works": ["print(lang)", code("exit()"), "print('went on')"],
    "fails": [markdown("# Title"), "", "first = 1\nfirst / 0", "print('never')"],
    "speaks": ["raise ValueError('first line\\nsecond line')"],
    "dies": ["import os", "os._exit(3)"],
    "stops": ["import sys", "sys.exit(0)", "print('never')"],
    "asks": ["input('name?')"],
    "noisy": ["import os; os.write(2, b'to the terminal'); os.system('echo to the terminal')"],
}  # fmt: skip


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """The outcome of each notebook, run two at a time, in a folder whose name has braces."""
    folder = tmp_path_factory.mktemp("run") / "{braces}"
    folder.mkdir()
    wanted = [edition(folder, name, *cells) for name, cells in NOTEBOOKS.items()]
    given = tasks(folder, *wanted)
    return {outcome.edition.name: outcome for outcome in run(given, jobs=2)}


def printed(outcome: Outcome) -> str:
    assert outcome.made is not None
    folder = outcome.edition.notebook.parents[2]
    executed = folder / "site" / f"{outcome.edition.name}.ipynb"
    cells = json.loads(executed.read_text(encoding="utf-8"))["cells"]
    outputs = [o for cell in cells for o in cell.get("outputs", ())]
    return "".join("".join(o["text"]) for o in outputs if o.get("name") == "stdout")


def test_every_notebook_has_an_outcome(outcomes):
    assert set(outcomes) == set(NOTEBOOKS)
    assert {name for name, o in outcomes.items() if not o.error} == {"works", "noisy"}
    assert {o.warning for o in outcomes.values()} == {""}
    assert all((outcome.made is None) == bool(outcome.error) for outcome in outcomes.values())
    assert all(outcome.seconds > 0 for outcome in outcomes.values())


def test_parameters_reach_the_notebook(outcomes):
    assert printed(outcomes["works"]) == "zh\nwent on\n"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("fails", "cell [2] 'first = 1': ZeroDivisionError: division by zero"),
        (
            "speaks",
            "cell [2] \"raise ValueError('first line\\\\nsecond line')\": ValueError: first line",
        ),
        ("dies", "cell [3] 'os._exit(3)': DeadKernelError: Kernel died (tried twice)"),
        ("stops", "cell [3] 'sys.exit(0)': ends the notebook early; remove sys.exit()"),
    ],
)
def test_a_failure_names_cell_and_error(outcomes, name, error):
    assert outcomes[name].error == error


def test_a_notebook_that_waits_for_an_answer_fails(outcomes):
    assert outcomes["asks"].error.startswith("cell [2] \"input('name?')\": StdinNotImplemented")


def test_a_kernel_that_cannot_start_says_why(tmp_path, monkeypatch):
    # The kernel finds a broken ipykernel first; so does the preload, which tells.
    (tmp_path / "ipykernel").mkdir()
    (tmp_path / "ipykernel" / "__init__.py").write_text("raise ImportError('no ipykernel here')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    (outcome,) = run(tasks(tmp_path, edition(tmp_path, "x", "print(1)")), jobs=1)
    assert outcome.error.startswith("RuntimeError: Kernel died before replying to kernel_info; ")
    assert outcome.error.endswith("ImportError: no ipykernel here (tried twice)")
    assert outcome.warning == "ImportError: no ipykernel here"


SCRIPT = """
import sys
from pathlib import Path
from planlib.report.build import build
print("once")
result = build(Path(sys.argv[1]))
print(result.built, result.failed)
"""


def test_a_script_that_builds_is_not_run_by_its_workers(tmp_path):
    checkout = Checkout(tmp_path / "checkout")
    checkout.add("x", "print(1)")
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    ran = subprocess.run(
        [sys.executable, str(script), str(checkout.root)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.stdout, ran.stderr) == ("once\n['x'] {}\n", "")


def test_a_preload_of_workers_that_fails_is_said(tmp_path, monkeypatch):
    # Nothing but prose needs it: what does not still runs.
    (tmp_path / "mistune.py").write_text("raise ImportError('no mistune here')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    (outcome,) = run(tasks(tmp_path, edition(tmp_path, "x", "print(1)")), jobs=1)
    assert (outcome.error, outcome.warning) == ("", "ImportError: no mistune here")


def test_without_a_kernel_nothing_runs(tmp_path):
    (task,) = tasks(tmp_path, edition(tmp_path, "x", "print(1)"))
    with pytest.raises(SetupError) as caught:
        next(run([replace(task, kernel="no-such-kernel")], jobs=1))
    assert str(caught.value) == (
        "no Jupyter kernel is named 'no-such-kernel'; run: python -m ipykernel install --sys-prefix"
    )


@linux
def test_a_long_temporary_folder_is_no_obstacle(tmp_path):
    # A socket's path holds 107 bytes.
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    checkout = Checkout(tmp_path / "x")
    checkout.add("x", "print(1)")
    ran = subprocess.run(
        [sys.executable, "-m", "planlib", "build"], cwd=checkout.root,
        env={**os.environ, "TMPDIR": str(deep)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, list(deep.iterdir())) == (0, [])


def test_what_a_worker_did_not_expect_is_said(tmp_path):
    (task,) = tasks(tmp_path, edition(tmp_path, "x", "print(1)"))
    (outcome,) = run([replace(task, siblings=5)], jobs=1)
    assert outcome.error == "TypeError: 'int' object is not iterable"


def test_where_there_is_no_fork_kernels_start_as_jupyter_starts_them(tmp_path, monkeypatch):
    monkeypatch.setattr(server, "HAS_FORK", False)
    (outcome,) = run(tasks(tmp_path, edition(tmp_path, "x", "print(1)")), jobs=1)
    assert outcome.error == ""


def test_a_worker_that_dies_is_reported(tmp_path):
    killer = edition(tmp_path, "x", FIND_WORKER, "os.kill(int(worker), signal.SIGKILL)")
    quick = edition(tmp_path, "quick", "print(1)")
    found = {o.edition.name: o for o in run(tasks(tmp_path, killer, quick), jobs=1)}
    assert found["x"].error == "the worker process died (tried twice)"
    assert found["quick"].error == ""


def test_a_worker_runs_some_editions_and_makes_room_for_a_new_one(tmp_path):
    names = [f"n{number}" for number in range(EDITIONS_PER_WORKER + 1)]
    given = tasks(tmp_path, *(edition(tmp_path, n, FIND_WORKER, "print(worker)") for n in names))
    found = list(run(given, jobs=1))
    assert [o.error for o in found] == [""] * len(names)
    workers = [printed(outcome) for outcome in found]
    assert workers == [workers[0]] * EDITIONS_PER_WORKER + [workers[-1]]
    assert workers[0] != workers[-1]


@pytest.mark.parametrize(
    ("limits", "error"),
    [
        (Limits(cell=1), "cell [3] 'time.sleep(600)': CellTimeoutError: A cell timed out"),
        (Limits(edition=3), "took more than 3 s; stopped"),
    ],
)
def test_a_notebook_that_takes_too_long_is_stopped(tmp_path, limits, error):
    slow = edition(tmp_path, "slow", "import time", "time.sleep(600)")
    (outcome,) = run(tasks(tmp_path, slow, limits=limits), jobs=1)
    assert outcome.error.startswith(error)


def test_closing_early_ends_the_workers(tmp_path):
    slow = edition(tmp_path, "slow", "import time", "time.sleep(600)")
    quick = edition(tmp_path, "quick", "print(1)")
    with closing(run(tasks(tmp_path, slow, quick), jobs=2)) as outcomes:
        assert next(outcomes).edition == quick
        assert multiprocessing.active_children() != []
    assert multiprocessing.active_children() == []


# The number of a cell


@pytest.mark.parametrize(
    ("index", "named"),
    [
        (0, "cell [1] 'lang = 1'"),
        (3, "cell [2] 'first'"),
        (5, "cell [3] 'third'"),
    ],
)
def test_a_cell_has_the_number_that_jupyterlab_shows(index, named):
    # Run All numbers code cells, and passes over empty ones; papermill adds one of its own.
    cells = [
        code("lang = 1", "parameters"),
        code("lang = 2", "injected-parameters"),
        markdown("# Title"),
        code("\nfirst\nsecond"),
        code("  \n"),
        code("third"),
    ]
    assert place(cells, index) == named


def test_a_long_first_line_is_cut():
    assert place([code("x" * 500)], 0) == f"cell [1] '{'x' * 300}...'"


# Interruptions, from outside


@pytest.fixture
def on_linux() -> None:
    assert Path("/proc/self/environ").exists(), "reads /proc"


def processes(mark: str, word: str = "") -> list[str]:
    """Return the command lines of living processes that bear the mark."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            is_marked = mark.encode() in (folder / "environ").read_bytes()
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        # A process that has ended and was not yet waited for has an empty command line.
        if is_marked and word in command and command:
            found.append(command)
    return found


def wait_for(condition: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)


@pytest.fixture
def building(tmp_path) -> Iterator[tuple[Checkout, subprocess.Popen[str], str]]:
    """A build in a process of its own, with two kernels in the middle of long cells."""
    checkout = Checkout(tmp_path / "checkout")
    started = [tmp_path / "sleeper", tmp_path / "spinner"]
    touch = "import pathlib\npathlib.Path({!r}).touch()"
    checkout.add("sleeper", touch.format(str(started[0])), "import time; time.sleep(600)")
    deaf = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)"
    checkout.add("spinner", deaf, touch.format(str(started[1])), "while True: pass")
    mark = uuid.uuid4().hex
    command = [sys.executable, "-c", "from planlib.cli import main; main()", "build", "-j", "2"]
    process = subprocess.Popen(
        command,
        cwd=checkout.root,
        env={**os.environ, MARK: mark},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        wait_for(lambda: all(path.exists() for path in started))
        # The build, its fork server, and a worker and a kernel for each edition, at least.
        assert len(processes(mark)) >= 6
        yield checkout, process, mark
    finally:
        process.kill()
        process.communicate()


@linux
def test_ctrl_c_ends_build_and_kernels_at_once(building):
    checkout, process, mark = building
    start = time.monotonic()
    # A terminal tells the whole group.
    os.killpg(process.pid, signal.SIGINT)
    stdout, stderr = process.communicate(timeout=PATIENCE)
    # Below 2 s on an idle machine; a busy one must not fail the suite.
    assert time.monotonic() - start < 10
    assert (process.returncode, stdout) == (130, "")
    assert stderr == "interrupted; what was published before is unchanged\n"
    assert processes(mark) == []
    assert not checkout.site.exists()
    assert [p.name for p in (checkout.root / "reports" / ".builds").iterdir()] == ["lock"]


@linux
def test_being_told_to_end_is_like_ctrl_c(building):
    _, process, mark = building
    process.terminate()
    _, stderr = process.communicate(timeout=PATIENCE)
    assert (process.returncode, stderr.count("\n")) == (130, 1)
    assert processes(mark) == []


@linux
def test_a_killed_build_leaves_no_process_and_does_not_block_the_next(building):
    checkout, process, mark = building
    process.kill()
    process.communicate(timeout=PATIENCE)
    wait_for(lambda: not processes(mark))
    builds = checkout.root / "reports" / ".builds"
    assert sorted(p.name for p in builds.iterdir()) == ["1", "lock"]
    with Site(checkout.root / "reports"):
        assert list((builds / "1").iterdir()) == []
    assert [p.name for p in builds.iterdir()] == ["lock"]
