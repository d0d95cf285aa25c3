"""What this machine has: found, missing, and how to get it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from planlib import doctor
from planlib.cli import main


@pytest.fixture
def programs(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("BROWSER_PATH", raising=False)
    monkeypatch.setattr(doctor, "MAC_BROWSERS", ())
    return folder


def program(folder: Path, name: str, *lines: str) -> str:
    path = folder / name
    path.write_text("\n".join(["#!/bin/sh", *(f"echo '{line}'" for line in lines), ""]))
    path.chmod(0o755)
    return str(path)


def finding(name: str) -> doctor.Finding:
    (found,) = (f for f in doctor.examine() if f.name == name)
    return found


@pytest.mark.parametrize("name", ["chromium", "google-chrome", "microsoft-edge"])
def test_a_browser_is_found_on_the_path(programs, name):
    path = program(programs, name)
    assert doctor.browser() == path
    assert finding("browser").detail == path


def test_a_browser_elsewhere_is_named_by_a_variable(programs, tmp_path, monkeypatch):
    program(programs, "chromium")
    path = program(tmp_path, "my-browser")
    monkeypatch.setenv("BROWSER_PATH", path)
    assert doctor.browser() == path


@pytest.mark.parametrize("name", ["nothing", "a-text", "a-folder"])
def test_a_variable_that_names_no_program_is_said(programs, tmp_path, monkeypatch, name):
    program(programs, "chromium")
    (tmp_path / "a-text").write_text("no program")
    (tmp_path / "a-folder").mkdir()
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / name))
    found = finding("browser")
    assert not found.is_found
    assert found.detail.startswith(f"BROWSER_PATH names {tmp_path / name}, which is no program")


def test_without_a_browser_it_says_what_will_not_work_and_how_to_get_one(programs):
    found = finding("browser")
    assert (found.is_found, found.is_needed) == (False, False)
    assert found.detail == "no Chrome, Chromium or Edge: no PNG, SVG or PDF; all else works"
    assert "apt-get install chromium" in found.remedy


def test_a_chinese_font_is_found_and_noto_preferred(programs):
    program(programs, "fc-list", "AR PL UMing CN", "Noto Sans CJK SC,Noto Sans CJK SC Bold")
    assert finding("Chinese font").detail == "Noto Sans CJK SC"


@pytest.mark.parametrize("tool", ["none", "silent", "broken"])
def test_without_a_chinese_font_it_says_so(programs, monkeypatch, tool):
    monkeypatch.setattr(sys, "platform", "linux")
    if tool != "none":
        program(programs, "fc-list")
    if tool == "broken":
        (programs / "fc-list").write_bytes(b"\x7fELF")
    found = finding("Chinese font")
    assert (found.is_found, found.is_needed) == (False, False)
    assert "fonts-noto-cjk" in found.remedy


def test_a_missing_package_is_needed(monkeypatch):
    monkeypatch.setattr(doctor, "PACKAGES", ("no-such-package",))
    found = finding("no-such-package")
    assert (found.is_found, found.is_needed) == (False, True)
    assert (found.detail, found.remedy) == ("not installed", "run: make setup")


def test_a_missing_kernel_is_needed(monkeypatch):
    monkeypatch.setattr(doctor, "KERNEL", "no-such-kernel")
    found = finding("Jupyter kernel")
    assert (found.is_found, found.is_needed) == (False, True)
    assert found.detail == "no kernel named no-such-kernel"


def test_missing_data_are_needed(tmp_path, monkeypatch):
    monkeypatch.setenv("PLANLIB_DATA", str(tmp_path))
    found = finding("data")
    assert (found.is_found, found.is_needed) == (False, True)
    assert found.detail.startswith(f"{tmp_path / 'datapackage.json'}: the descriptor is missing")


def test_what_is_only_useful_does_not_fail_the_command(programs):
    result = CliRunner().invoke(main, ["doctor"])
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0].split()[:2] == ["ok", "Python"]
    (number,) = (n for n, line in enumerate(lines) if line.startswith("missing  browser"))
    assert lines[number + 1].lstrip().startswith("-> apt-get install chromium")


def test_what_is_needed_fails_the_command(monkeypatch):
    monkeypatch.setattr(doctor, "OLDEST_PYTHON", (99, 0))
    result = CliRunner().invoke(main, ["doctor"])
    assert result.exit_code == 1
    assert result.stdout.startswith("MISSING  Python ")
