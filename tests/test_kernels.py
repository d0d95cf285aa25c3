"""Preloaded kernels are as clean as ordinary ones, and give the same outputs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
import pytest

import drawn
from checkout import Checkout
from planlib.editions import Edition
from planlib.kernels import provisioner
from planlib.pages.cells import freeze
from planlib.report.run import Limits, Task, run
from planlib.report.site import Folder

# Real kernels, and papermill's own command beside them.
pytestmark = pytest.mark.slow

FACTS = """
import multiprocessing, os, random, sys, threading, warnings
import numpy, pandas, plotly.graph_objects
facts = {
    "names": sorted(n for n in globals() if not n.startswith("_") and n != "facts"),
    "main": [sys.modules["__main__"].__name__, "__mp_main__" in sys.modules],
    "arguments": len(sys.argv),
    "folder": os.getcwd(),
    "environment": sorted(os.environ),
    "filters": sorted(str(f[:2] + f[3:]) for f in warnings.filters),
    "process": [multiprocessing.current_process().name, multiprocessing.parent_process() is None],
    "path": [p for p in sys.path if "site-packages" in p or p.endswith("src") or "left" in p],
    "left": [n for n, m in sys.modules.items() if hasattr(m, "left_behind")],
    "hash": hash("planlib"),
    "width": pandas.get_option("display.width"),
    "strangers": [n for n in ("papermill", "nbclient", "nbformat") if n in sys.modules],
    "interrupt": __import__("signal").getsignal(2).__name__,
}
draws = [random.random(), numpy.random.random()]
"""
SHOW = "import json; print(json.dumps([facts, draws]))"
DIRTY = """
import os, random, sys, warnings
import numpy, pandas
left_behind = 1
os.environ["PLANLIB_LEFT_BEHIND"] = "1"
os.chdir("/")
random.seed(1); numpy.random.seed(1)
warnings.simplefilter("error")
pandas.set_option("display.width", 33)
sys.modules["planlib"].left_behind = 1
sys.path.insert(0, "/left-behind")
"""


def executed(folder: Path, *editions: Edition) -> list[dict[str, Any]]:
    """Run editions one after the other; return the executed notebooks."""
    site, scratch = Folder(folder / "site", folder / "none"), Path(tempfile.mkdtemp(dir=folder))
    tasks = [Task(e, editions, site, scratch, Limits()) for e in editions]
    outcomes = list(run(tasks, jobs=1))
    assert [(o.error, o.warning) for o in outcomes] == [("", "")] * len(editions)
    return [json.loads((site.path / f"{e.name}.ipynb").read_text("utf-8")) for e in editions]


def plainly(path: Path, folder: Path, **parameters: str) -> dict[str, Any]:
    """Run a notebook with papermill's own command, in an ordinary kernel."""
    done = folder / f"plain-{path.stem}.ipynb"
    command = [sys.executable, "-m", "papermill", str(path), str(done), "--cwd", str(folder)]
    for name, value in parameters.items():
        command += ["-p", name, value]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert ran.returncode == 0, ran.stderr[-2000:]
    return json.loads(done.read_text(encoding="utf-8"))


def told(notebook: dict[str, Any]) -> tuple[dict[str, Any], list[float]]:
    (output,) = notebook["cells"][-1]["outputs"]
    facts, draws = json.loads("".join(output["text"]))
    return facts, draws


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[dict[str, Any], Any]]:
    """What notebooks see in the first kernel, after another, and in an ordinary kernel."""
    folder = tmp_path_factory.mktemp("kernels")
    checkout = Checkout(folder / "checkout")
    names = ("first", "dirty", "second")
    cells = {name: [FACTS, SHOW] for name in names} | {"dirty": [DIRTY]}
    editions = [Edition(n, checkout.add(n, *cells[n]), {"lang": "en"}) for n in names]
    first, _, second = executed(folder, *editions)
    return {
        "first": told(first),
        "second": told(second),
        "ordinary": told(plainly(editions[0].notebook, folder, lang="en")),
    }


@pytest.mark.parametrize("which", ["first", "second"])
def test_a_kernel_starts_as_an_ordinary_one_does(looked, which):
    facts, ordinary = dict(looked[which][0]), dict(looked["ordinary"][0])
    # A folder of its own, which is frozen to a dot.
    assert facts.pop("folder") == "."
    ordinary.pop("folder")
    added = set(facts.pop("environment")) - set(ordinary.pop("environment"))
    assert "PLANLIB_LEFT_BEHIND" not in added
    assert {n for n in added if not n.endswith("_NUM_THREADS")} <= {
        "PLANLIB_DATA", "PLANLIB_TABLES_RECORD", "JUPYTER_RUNTIME_DIR",
        "JUPYTER_DEFAULT_PROVISIONER_NAME", "COLUMNS", "LINES",
    }  # fmt: skip
    assert facts == ordinary


def test_kernels_do_not_draw_the_same_random_numbers(looked):
    draws = [looked[which][1] for which in ("first", "second", "ordinary")]
    assert len({a for a, _ in draws}) == len({b for _, b in draws}) == 3


@pytest.mark.parametrize("path", drawn.NOTEBOOKS, ids=drawn.NAMES)
def test_outputs_are_those_of_plain_papermill_in_an_ordinary_kernel(path, tmp_path):
    (ours,) = executed(tmp_path, Edition(path.stem, path, {"lang": "zh"}))
    plain = plainly(path, tmp_path, lang="zh")
    own_ids = {cell["id"] for cell in nbformat.read(path, as_version=4)["cells"]}
    theirs = json.loads(json.dumps(freeze(plain, own_ids, str(tmp_path))))
    assert [c["id"] for c in ours["cells"]] == [c["id"] for c in theirs["cells"]]
    for mine, other in zip(ours["cells"], theirs["cells"], strict=True):
        assert mine.get("outputs") == joined(other.get("outputs")), mine["source"]
        assert mine.get("execution_count") == other.get("execution_count")


def joined(outputs: Any) -> Any:
    """Return outputs with texts in one piece: files may hold them line by line."""
    for output in outputs or ():
        for kind, value in output.get("data", {}).items():
            if kind.startswith("text/") and isinstance(value, list):
                output["data"][kind] = "".join(value)
    return outputs


def test_tables_are_recorded_as_read(tmp_path):
    paths = {path.stem: path for path in drawn.NOTEBOOKS}
    editions = [Edition(name, paths[name], {"lang": "en"}) for name in ("deals", "evidence")]
    site, scratch = Folder(tmp_path / "site", tmp_path / "none"), Path(tempfile.mkdtemp())
    outcomes = run([Task(e, editions, site, scratch, Limits()) for e in editions], jobs=2)
    read = {o.edition.name: set(o.tables) for o in outcomes}
    assert {"deals", "deal_terms", "chips", "actors", "terms"} <= read["deals"]
    # Claims and sources count as evidence of the tables, until all of them are asked for.
    assert not {"claims", "sources", "measures", "capex"} & read["deals"]
    assert {"claims", "sources", "measures"} <= read["evidence"]


def test_a_foreign_kernel_is_started_as_jupyter_does(tmp_path, monkeypatch):
    started = []

    async def launch(self: Any, cmd: list[str], **_: Any) -> dict[str, Any]:
        started.append(cmd)
        return {}

    monkeypatch.setattr(provisioner.LocalProvisioner, "launch_kernel", launch)
    ours = provisioner.PreloadedProvisioner(kernel_id="x", kernel_spec=None)
    other = ["/usr/bin/env", "-m", "ipykernel_launcher", "-f", "x"]
    import asyncio

    asyncio.run(ours.launch_kernel(other, env={}))
    assert started == [other]


def test_the_python_of_another_environment_is_not_ours(tmp_path):
    (tmp_path / "bin").mkdir()
    other = tmp_path / "bin" / "python"
    other.symlink_to(sys.executable)
    assert provisioner.is_own(sys.executable)
    assert provisioner.is_own(str(Path(sys.executable).with_name("python3")))
    assert not provisioner.is_own(str(other))
