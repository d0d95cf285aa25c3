"""The site on disk: written aside, put in place at once, never half."""

from __future__ import annotations

import errno
import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from planlib.errors import PlanlibError, ReportError
from planlib.kernels import server, session
from planlib.report import site as sites
from planlib.report.site import Site

Refuse = Callable[[type, str, int], None]


@pytest.fixture
def reports(tmp_path) -> Path:
    return tmp_path / "reports"


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch) -> Refuse:
    """Let a method of Path, or of os, fail as the system would."""

    def fail(owner: Any, name: str, number: int) -> None:
        def failing(*_: object, **__: object) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(owner, name, failing)

    return fail


def publish(reports: Path, **files: str) -> None:
    with Site(reports) as site:
        for name, content in files.items():
            site.write(name.replace("_", "."), content)
        site.publish()


def read(reports: Path) -> dict[str, str]:
    site = reports / "build"
    return {p.relative_to(site).as_posix(): p.read_text() for p in site.rglob("*") if p.is_file()}


def leftovers(reports: Path) -> list[str]:
    """Return what lies beside the site and its own folder."""
    live = (reports / "build").resolve()
    paths = [*reports.iterdir(), *(reports / ".builds").iterdir()]
    return sorted(
        path.name
        for path in paths
        if path.name not in ("build", ".builds", "lock") and path.resolve() != live
    )


def test_a_site_replaces_the_one_before_it_as_a_whole(reports):
    publish(reports, index_html="old", gone_html="old")
    publish(reports, index_html="new")
    assert read(reports) == {"index.html": "new"}
    assert leftovers(reports) == []


def test_the_swap_is_one_step(reports, refuse):
    publish(reports, index_html="old")
    # Two renames would leave a moment without a site.
    refuse(Path, "rename", errno.EPERM)
    publish(reports, index_html="new")
    assert (reports / "build").is_symlink()
    assert read(reports) == {"index.html": "new"}


def test_nothing_is_seen_before_publishing(reports):
    publish(reports, index_html="old")
    with Site(reports) as site:
        site.write("index.html", "new")
        assert read(reports) == {"index.html": "old"}
        site.publish()
        assert read(reports) == {"index.html": "new"}


def test_a_build_that_fails_leaves_the_site_and_no_folder(reports):
    publish(reports, index_html="old")

    def interrupted() -> None:
        with Site(reports) as site:
            site.write("index.html", "half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert read(reports) == {"index.html": "old"}
    assert leftovers(reports) == []


def test_what_a_killed_build_left_goes_with_the_next(reports):
    publish(reports, index_html="old")
    (reports / ".builds" / "7").mkdir()
    (reports / ".builds" / "7" / "half.html").write_text("half")
    publish(reports, index_html="new")
    assert read(reports) == {"index.html": "new"}
    assert leftovers(reports) == []


def test_where_links_are_not_allowed_two_renames_do(reports, refuse):
    refuse(Path, "symlink_to", errno.EPERM)
    publish(reports, index_html="first")
    publish(reports, index_html="second")
    assert not (reports / "build").is_symlink()
    assert read(reports) == {"index.html": "second"}
    assert leftovers(reports) == []


def test_links_and_folders_can_follow_each_other(reports, monkeypatch, refuse):
    publish(reports, index_html="link")
    refuse(Path, "symlink_to", errno.EPERM)
    publish(reports, index_html="folder")
    assert not (reports / "build").is_symlink()
    assert read(reports) == {"index.html": "folder"}
    monkeypatch.undo()
    publish(reports, index_html="link again")
    assert (reports / "build").is_symlink()
    assert read(reports) == {"index.html": "link again"}
    assert leftovers(reports) == []


@pytest.mark.parametrize("links", [True, False])
def test_a_swap_that_fails_leaves_the_old_site(reports, refuse, links):
    publish(reports, index_html="old")
    if not links:
        refuse(Path, "symlink_to", errno.EPERM)
    refuse(os, "replace", errno.EACCES)
    with pytest.raises(ReportError, match="build: cannot be written"):
        publish(reports, index_html="new")
    assert read(reports) == {"index.html": "old"}
    assert [name for name in leftovers(reports) if name != ".build.new"] == []


def test_a_swap_that_was_interrupted_between_its_renames_is_undone(reports, refuse):
    refuse(Path, "symlink_to", errno.EPERM)
    publish(reports, page_html="old", page_ipynb="old")
    (reports / "build").rename(reports / ".builds" / "1.old")
    with Site(reports) as site:
        assert read(reports) == {"page.html": "old", "page.ipynb": "old"}
        assert site.keep("page")


def test_a_link_to_a_folder_that_is_gone_is_replaced(reports):
    reports.mkdir()
    (reports / "build").symlink_to(".builds/9")
    publish(reports, index_html="new")
    assert read(reports) == {"index.html": "new"}


def test_keep_takes_over_page_notebook_and_files(reports):
    publish(reports, **{"deals_html": "page", "deals_ipynb": "notebook", "deals/a_csv": "1"})
    with Site(reports) as site:
        assert site.keep("deals")
        site.publish()
    assert read(reports) == {
        "deals.html": "page",
        "deals.ipynb": "notebook",
        "deals/a.csv": "1",
    }


def test_keep_passes_over_what_is_not_there_or_only_stands_in(reports):
    publish(reports, standin_html="not yet")
    with Site(reports) as site:
        assert not site.keep("standin")
        assert not site.keep("none")
        assert list(site.folder.iterdir()) == []


@pytest.mark.parametrize("name", ["../index.html", "/etc/planlib-test", "a/../../b"])
def test_no_file_can_lead_out_of_the_site(reports, name):
    with Site(reports) as site, pytest.raises(PlanlibError, match="leads out of the site"):
        site.write(name, "x")


def test_a_folder_that_cannot_be_written_is_said_in_one_line(reports, refuse):
    refuse(Path, "mkdir", errno.EROFS)
    with pytest.raises(ReportError) as caught, Site(reports):
        pass
    assert str(caught.value) == (
        f"{reports / '.builds'}: cannot be written (Read-only file system); "
        "free space or mend access"
    )


@pytest.mark.parametrize(("owner", "method"), [(Path, "write_bytes"), (sites.shutil, "copyfile")])
def test_a_full_disk_leaves_the_old_site(reports, refuse, owner, method):
    publish(reports, deals_html="old", deals_ipynb="old")
    refuse(owner, method, errno.ENOSPC)
    # Where files cannot be linked, they are copied.
    refuse(os, "link", errno.EPERM)

    def rebuild() -> None:
        with Site(reports) as site:
            site.keep("deals")
            site.write("deals.html", "new")

    with pytest.raises(ReportError, match=r"deals.* cannot be written \(No space left on device\)"):
        rebuild()
    assert read(reports) == {"deals.html": "old", "deals.ipynb": "old"}
    assert leftovers(reports) == []


def test_a_second_build_is_told_who_holds_the_lock(reports):
    with Site(reports) as site:
        with pytest.raises(PlanlibError) as caught, Site(reports):
            pass
        assert str(caught.value) == (
            f"{reports / '.builds' / 'lock'}: another build is running "
            f"(process {os.getpid()}); wait for its end (--wait does)"
        )
        site.write("index.html", "first")
        site.publish()
    publish(reports, index_html="second")
    assert read(reports) == {"index.html": "second"}


def test_a_build_can_wait_for_the_lock(reports):
    entered = threading.Event()

    def second() -> None:
        with Site(reports, wait=True) as site:
            entered.set()
            site.write("index.html", "second")
            site.publish()

    with Site(reports):
        waiting = threading.Thread(target=second)
        waiting.start()
        assert not entered.wait(0.2)
    waiting.join(10)
    assert read(reports) == {"index.html": "second"}


def test_unchanged_files_are_links_and_a_link_is_never_written_through(reports):
    publish(reports, index_html="same", page_html="old")
    first = reports / "build" / "index.html"
    number = first.stat().st_ino
    with Site(reports) as site:
        assert site.write("index.html", "same")[0] == 4
        site.files.take("page.html")
        site.write("page.html", "new")
        assert (reports / "build" / "page.html").read_text() == "old"
        site.publish()
    assert (reports / "build" / "index.html").stat().st_ino == number
    assert read(reports) == {"index.html": "same", "page.html": "new"}


def test_scratch_folders_of_killed_builds_are_removed_and_living_ones_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(session, "LONGEST_BASE", 1000)
    left = tmp_path / "planlib-build-killed"
    left.mkdir()
    (left / session.LOCK).touch()
    with session.scratch() as first, session.scratch() as second:
        assert not left.exists()
        assert first.is_dir()
        assert second.is_dir()
    assert list(tmp_path.iterdir()) == []


def test_a_long_or_linked_temporary_folder_gives_a_short_and_real_one(tmp_path, monkeypatch):
    deep, linked = tmp_path / ("d" * 100), tmp_path / "linked"
    deep.mkdir()
    linked.symlink_to(tmp_path, target_is_directory=True)
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    with session.scratch() as folder:
        assert len(str(folder)) < 90
    monkeypatch.setattr(tempfile, "tempdir", str(linked))
    monkeypatch.setattr(session, "LONGEST_BASE", 1000)
    with session.scratch() as folder:
        assert folder == folder.resolve()


def test_preloaded_processes_end_before_their_folder_goes(monkeypatch):
    seen: list[bool] = []
    here: list[Path] = []
    monkeypatch.setattr(server, "start", here.append)
    monkeypatch.setattr(server, "stop", lambda: seen.append(here[0].is_dir()))
    with session.session() as start:
        assert start() == start() == here[0]
    assert seen[0]
    assert not here[0].exists()


@pytest.mark.parametrize("content", ["", "{", "[]", '"text"', "{}", '{"format": 0, "failed": {}}'])
def test_a_manifest_that_is_not_understood_is_empty(reports, content):
    assert sites.manifest(reports) == {}
    publish(reports, manifest_json=content)
    assert sites.manifest(reports) == {}


def test_a_manifest_is_read_from_the_published_site(reports):
    publish(reports, manifest_json='{"format": 1, "failed": {}}')
    assert sites.manifest(reports) == {"format": 1, "failed": {}}
