"""The scaffolding: what is installed, what the wheel carries, what the Makefile offers."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import planlib

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
REQUIREMENTS = [
    Requirement(text) for texts in (PROJECT["dependencies"], *EXTRAS.values()) for text in texts
]
# On conda-forge "kaleido" and "playwright" are the programs, not their Python packages.
CONDA_NAMES = {"kaleido": "python-kaleido", "playwright": "playwright-python"}
PROMISED_TARGETS = {"help", "setup", "reports", "test", "test-all", "check", "lab", "clean"}
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def locked() -> list[tuple[str, str, int]]:
    """Return name, version and number of hashes of each entry of the lock."""
    return [
        (
            canonicalize_name(head[1]),
            head[2],
            len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", block)),
        )
        for block in re.split(r"\n(?=\S)", LOCK)
        if (head := re.match(r"([A-Za-z0-9._-]+)==([^\s;\\]+)", block))
    ]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


def test_conda_environment_agrees_with_pyproject() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert environment["channels"] == ["conda-forge"]
    *packages, pip = environment["dependencies"]
    *from_pip, checkout = pip["pip"]
    assert checkout == "-e ."
    pairs = (text.partition(" ") for text in [*packages, *from_pip])
    found = {name: bounds for name, _, bounds in pairs}
    assert found.pop("python") == PROJECT["requires-python"]
    assert found.pop("pip") == ""
    wanted = {CONDA_NAMES.get(r.name, r.name): r.specifier for r in REQUIREMENTS}
    assert {name: set(bounds.split(",")) for name, bounds in found.items()} == {
        name: set(map(str, bounds)) for name, bounds in wanted.items()
    }


def test_dependencies_are_bounded_below() -> None:
    assert [str(r) for r in REQUIREMENTS if not any(s.operator == ">=" for s in r.specifier)] == []


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=str)
def test_lock_covers(requirement: Requirement) -> None:
    name = canonicalize_name(requirement.name)
    versions = [version for locked_name, version, _ in locked() if locked_name == name]
    assert versions, "run: make lock"
    assert all(requirement.specifier.contains(v) for v in versions), "run: make lock"


def test_lock_is_hashed() -> None:
    assert len(locked()) == len(re.findall(r"^[^\s#]", LOCK, flags=re.M))
    assert [name for name, _, hashes in locked() if not hashes] == []


def test_lock_names_no_address_and_no_folder() -> None:
    assert "://" not in LOCK
    assert not re.search(r"^\s*(--?(index|extra|find|trusted|i\b)|-e\b|\.|/)", LOCK, flags=re.M)


def test_build_requirements_are_locked() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]
    # Hatchling itself asks for editables to install a checkout.
    wanted = {"editables", *(Requirement(text).name for text in build["requires"])}
    assert wanted <= {name for name, _, _ in locked()}


def test_wheel_carries_the_data(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    assert "planlib/py.typed" in names
    for path in (ROOT / "data").glob("*"):
        if path.suffix in {".csv", ".json", ".md"}:
            assert wheel.read(f"planlib/data/{path.name}") == path.read_bytes()
    descriptor = json.loads(wheel.read("planlib/data/datapackage.json"))
    assert {f"planlib/data/{r['path']}" for r in descriptor["resources"]} <= names


def test_wheel_carries_every_file_of_the_package(wheel: zipfile.ZipFile) -> None:
    source = ROOT / "src"
    files = {
        path.relative_to(source).as_posix()
        for path in (source / "planlib").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert files <= set(wheel.namelist())


def test_wheel_metadata(wheel: zipfile.ZipFile) -> None:
    folder = f"planlib-{planlib.__version__}.dist-info"
    entries = wheel.read(f"{folder}/entry_points.txt").decode()
    assert "planlib = planlib.__main__:run" in entries
    names = set(wheel.namelist())
    assert f"{folder}/licenses/LICENSE" in names
    assert f"{folder}/licenses/data/LICENSE.md" in names


def test_version_is_said_once_everywhere() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == planlib.__version__
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    entry = f"## {planlib.__version__} - {citation['date-released']}"
    assert entry in changelog.splitlines()


def test_every_make_target_says_what_it_does() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):(?!=)", MAKEFILE, flags=re.M))
    helped = set(re.findall(r"^([a-z][a-z-]*):.* ## \S", MAKEFILE, flags=re.M))
    assert targets >= PROMISED_TARGETS
    assert targets == helped
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(re.findall(r"^  make (\S+)", shown.stdout, flags=re.M)) == targets
    phony = re.search(r"^\.PHONY: (help .*)$", MAKEFILE, flags=re.M)
    assert phony is not None
    assert set(phony[1].split()) == targets


@pytest.mark.parametrize(
    ("present", "said"),
    [
        ({"chromium", "fc-list"}, []),
        ({"google-chrome", "fc-list"}, []),
        ({"chromium"}, ["Chinese"]),
        ({"fc-list"}, ["Chromium"]),
        (set(), ["Chromium", "Chinese"]),
    ],
)
def test_setup_says_in_one_line_how_to_get_what_is_missing(
    tmp_path: Path, present: set[str], said: list[str]
) -> None:
    fakes = {"id": "echo 1000", "uname": "echo Linux", "find": ""}
    fakes |= dict.fromkeys(present, "echo found")
    for name, line in fakes.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{line}\n")
        (tmp_path / name).chmod(0o755)
    look = [shutil.which("sh") or "sh", ROOT / ".ci" / "browser", tmp_path / "note"]
    ran = subprocess.run(
        look, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=True
    )
    lines = ran.stdout.splitlines()
    assert len(lines) == len(said)
    assert all(word in line for word, line in zip(said, lines, strict=True))
    assert not (tmp_path / "note").exists()
