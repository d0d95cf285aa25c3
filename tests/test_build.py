"""A build as a whole, on notebooks whose outputs are already there: no kernel is started."""

from __future__ import annotations

import errno
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from checkout import LANG, Checkout, code, figure, markdown, shown, without_kernels
from planlib import briefing
from planlib.errors import PlanlibError, ReportError
from planlib.report import inputs
from planlib.report import run as running
from planlib.report.build import Options, Result, build
from planlib.report.plan import plan_of
from planlib.report.site import Site


@pytest.fixture
def checkout(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    checkout = Checkout(tmp_path)
    for name in ("deals", "measures", "timeline"):
        draw = code("show()", "figure", outputs=[shown(figure())])
        checkout.add(name, markdown(f"# About {name}"), draw)
    without_kernels(checkout, monkeypatch)
    return checkout


def rewrite(checkout: Checkout, name: str, *cells: object) -> None:
    """Give an edition another notebook."""
    listed = checkout.list.read_text()
    checkout.add(name, *cells)
    checkout.list.write_text(listed)


def again(checkout: Checkout, *names: str) -> Result:
    """Build, whether or not anything changed."""
    return build(checkout.root, names, Options(force=True))


def links(checkout: Checkout, page: str) -> set[str]:
    """Return the pages that a page links to."""
    html = checkout.page(page)
    return {part.partition('"')[0] for part in html.split('href="')[1:] if '.html"' in part[:40]}


def test_a_build_publishes_every_edition_with_its_files(checkout):
    result = build(checkout.root)
    assert (sorted(result.built), result.failed, result.stale, result.exit_code) == (
        ["deals", "measures", "timeline"],
        {},
        [],
        0,
    )
    files = {p.relative_to(checkout.site).as_posix() for p in checkout.site.rglob("*")}
    expected = {
        f"{name}{end}"
        for name in ("deals", "measures", "timeline")
        for end in (".html", ".ipynb", "/chips.csv", "/chips.json", "/chips.metadata.json")
    }
    assert files >= expected | {"index.html", "manifest.json", "_static/plotly-basic.min.js"}
    for name in ("deals", "measures", "timeline"):
        assert f'<a href="{name}.html">About {name}</a>' in checkout.page("index")


def test_the_manifest_records_editions_and_versions(checkout):
    build(checkout.root)
    manifest = checkout.manifest()
    entry = manifest["editions"]["deals"]
    told = ("title", "notebook", "parameters", "figures", "seconds", "is_stale", "state")
    assert {key: entry[key] for key in told} == {
        "title": "About deals",
        "notebook": "deals.ipynb",
        "parameters": {"lang": "en"},
        "figures": ["chips"],
        "seconds": 0.1,
        "is_stale": False,
        "state": "built",
    }
    assert manifest["failed"] == {}
    (versions,) = manifest["versions"].values()
    assert {"python", "pandas", "plotly", "papermill", "ipykernel"} <= set(versions)
    (code,) = manifest["code"].values()
    assert {"report/build.py", "schema.py", "pages/templates/page.html"} <= set(code)


def test_progress_is_told_as_it_happens(checkout):
    checkout.failing["measures"] = "cell [2] 'x': NameError: x"
    told: list[object] = []
    build(
        checkout.root,
        announce=told.append,
        progress=lambda name, state, seconds: told.append((name, state, seconds)),
    )
    assert told == [
        3,
        ("deals", "built", 0.1),
        ("measures", "failed", 0.1),
        ("timeline", "built", 0.1),
    ]


def test_a_failing_edition_keeps_its_last_good_page_marked_stale(checkout):
    build(checkout.root)
    checkout.failing["deals"] = "cell [2] '1/0': ZeroDivisionError: <division> by zero"
    result = again(checkout)
    reason = "deals.ipynb: cell [2] '1/0': ZeroDivisionError: <division> by zero"
    assert (result.failed, result.stale, result.exit_code) == ({"deals": reason}, ["deals"], 1)
    assert sorted(result.built) == ["measures", "timeline"]
    shown_reason = "ZeroDivisionError: &lt;division&gt; by zero"
    assert "About deals" in checkout.page("deals")
    assert shown_reason in checkout.page("deals")
    assert (checkout.site / "deals" / "chips.csv").is_file()
    assert shown_reason in checkout.page("index")
    assert "The last good page is shown." in checkout.page("index")
    manifest = checkout.manifest()
    assert manifest["failed"] == {"deals": reason}
    assert manifest["editions"]["deals"]["is_stale"]
    assert manifest["editions"]["deals"]["title"] == "About deals"
    assert manifest["editions"]["deals"]["figures"] == ["chips"]


def test_a_page_stays_stale_until_it_is_built(checkout):
    build(checkout.root)
    checkout.failing["deals"] = "first reason"
    again(checkout)
    result = again(checkout, "measures")
    assert (result.failed, result.exit_code) == ({}, 0)
    assert result.stale == ["deals"]
    assert checkout.manifest()["failed"] == {"deals": "deals.ipynb: first reason"}
    assert "first reason" in checkout.page("index")
    assert "first reason" in checkout.page("deals")

    checkout.failing["deals"] = "second reason"
    build(checkout.root, ["deals"])
    assert "second reason" in checkout.page("deals")
    assert "first reason" not in checkout.page("deals") + checkout.page("index")

    checkout.failing.clear()
    assert build(checkout.root, ["deals"]).stale == []
    assert "reason" not in checkout.page("deals") + checkout.page("index")
    assert checkout.manifest()["failed"] == {}


def test_an_edition_that_never_succeeded_has_a_page_that_says_so(checkout):
    checkout.failing["deals"] = "kernel died"
    result = build(checkout.root)
    assert (result.failed, result.stale) == ({"deals": "deals.ipynb: kernel died"}, [])
    assert "There is no report here yet. deals.ipynb: kernel died" in checkout.page("deals")
    assert "deals.html" not in checkout.page("index")
    assert "deals" not in checkout.manifest()["editions"]
    # Failing again, it still has no last good page to show.
    assert build(checkout.root).stale == []


def test_a_figure_cell_without_a_figure_fails_the_edition(checkout):
    rewrite(checkout, "deals", markdown("# Deals"), code("1 + 1", "figure"))
    result = build(checkout.root)
    assert result.failed == {
        "deals": "deals.ipynb: cell [2] '1 + 1': is tagged 'figure' but shows 0 figures; "
        "end it with planlib.show(figure, table)"
    }
    assert sorted(result.built) == ["measures", "timeline"]


def test_the_named_editions_are_built_and_the_others_taken_over(checkout):
    build(checkout.root)
    for name in ("deals", "measures"):
        rewrite(checkout, name, markdown(f"# Now about {name}"))
    result = build(checkout.root, ["measures"])
    assert result.built == ["measures"]
    assert "Now about measures" in checkout.page("measures")
    assert "Now about" not in checkout.page("deals")
    assert checkout.manifest()["editions"]["deals"]["title"] == "About deals"
    assert '<a href="deals.html">About deals</a>' in checkout.page("index")


def test_an_edition_that_is_no_longer_listed_goes_from_the_site(checkout):
    build(checkout.root)
    checkout.list.write_text('[[edition]]\nname = "deals"\nnotebook = "deals"\n')
    build(checkout.root)
    pages = {p.name for p in checkout.site.glob("*.html")}
    assert pages == {"deals.html", "index.html", "changes.html"}


def test_no_link_leads_nowhere_when_only_one_language_is_there(checkout):
    checkout.list.write_text(
        '[[edition]]\nname = "deals-{lang}"\nnotebook = "deals"\neach = { lang = ["en", "zh"] }\n'
    )
    build(checkout.root, ["deals-en"])
    assert links(checkout, "deals-en") == {"index.html", "deals-zh.html"}
    assert "此处尚无报告。" in checkout.page("deals-zh")
    assert links(checkout, "index") == {"deals-en.html", "changes.html"}


def test_an_unknown_edition_starts_nothing(checkout):
    with pytest.raises(PlanlibError, match="no edition 'deels'; did you mean 'deals'"):
        build(checkout.root, ["deels"])
    assert not checkout.site.exists()


@pytest.mark.parametrize("exception", [KeyboardInterrupt, MemoryError])
def test_an_interrupted_build_leaves_the_old_site_whole(checkout, exception):
    build(checkout.root)
    before = checkout.fingerprint()

    def interrupt(name: str, *_: object) -> None:
        if name == "measures":
            raise exception

    with pytest.raises(exception):
        build(checkout.root, (), Options(force=True), progress=interrupt)
    assert checkout.fingerprint() == before
    assert build(checkout.root).exit_code == 0


def test_a_full_disk_leaves_the_old_site_whole(checkout, monkeypatch):
    build(checkout.root)
    before = checkout.fingerprint()
    write = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if path.name == "changes.json":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(path, content)

    rewrite(checkout, "deals", markdown("# Something new"))
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ReportError) as caught:
        build(checkout.root)
    assert str(caught.value).endswith(
        "changes.json: cannot be written (No space left on device); free space or mend access"
    )
    assert caught.value.exit_code == 1
    assert checkout.fingerprint() == before


def test_a_second_build_at_once_is_refused_and_breaks_nothing(checkout):
    build(checkout.root)
    before = checkout.fingerprint()
    with Site(checkout.root / "reports") as site:
        site.write("index.html", "the other build")
        with pytest.raises(PlanlibError, match="another build is running"):
            build(checkout.root)
        site.publish()
    assert checkout.page("index") == "the other build"
    assert build(checkout.root).built == ["deals", "measures", "timeline"]
    assert set(checkout.fingerprint()) == set(before)


def test_a_foreign_manifest_does_not_stop_a_build(checkout):
    build(checkout.root)
    (checkout.site / "manifest.json").write_text('{"editions": {"deals": {}}}')
    (checkout.site / "_data" / "chips.csv").write_text("chip_id,name\nx,X\n")
    assert build(checkout.root, ["measures"]).exit_code == 0
    assert checkout.manifest()["editions"]["deals"]["title"] == "deals"
    # Of a build that is not understood nothing is told, not even by half.
    told = json.loads((checkout.site / "changes.json").read_text("utf-8"))
    assert (told["from"], told["data"]) == ({}, [])


def test_notebooks_may_have_a_language_of_their_own_only(checkout):
    checkout.add("chinese", markdown("# 交易"), parameters=LANG.replace('"en"', '"zh"'))
    assert build(checkout.root, ["chinese"]).exit_code == 0
    assert '<html lang="zh-Hans">' in checkout.page("chinese")


# What is fresh, and why it is not


def why(checkout: Checkout, name: str = "deals") -> list[str]:
    return [text for _, text in plan_of(checkout.root, [name], checkout.list.parent).reasons[name]]


def test_nothing_changed_nothing_is_run_and_the_skip_is_recorded(checkout):
    build(checkout.root)
    before = checkout.fingerprint()
    checkout.ran.clear()
    result = build(checkout.root)
    assert (result.built, result.fresh) == ([], ["deals", "measures", "timeline"])
    assert checkout.ran == []
    assert {e["state"] for e in checkout.manifest()["editions"].values()} == {"fresh"}
    after = checkout.fingerprint()
    assert {name for name in after if after[name] != before[name]} == {"manifest.json"}


def test_only_the_edition_whose_notebook_changed_is_run(checkout):
    build(checkout.root)
    checkout.ran.clear()
    rewrite(checkout, "deals", markdown("# Something new"))
    assert why(checkout) == ["deals.ipynb changed"]
    assert why(checkout, "measures") == []
    result = build(checkout.root)
    assert (result.built, result.fresh) == (["deals"], ["measures", "timeline"])
    assert checkout.ran == ["deals"]
    states = {name: e["state"] for name, e in checkout.manifest()["editions"].items()}
    assert states == {"deals": "built", "measures": "fresh", "timeline": "fresh"}


def test_a_notebook_saved_while_it_runs_is_built_again(checkout, monkeypatch):
    publish = running.publish_edition

    def saved_meanwhile(task: running.Task, notebook: Any) -> Any:
        made = publish(task, notebook)
        rewrite(checkout, "deals", markdown("# Saved meanwhile"))
        return made

    monkeypatch.setattr(running, "publish_edition", saved_meanwhile)
    build(checkout.root, ["deals"])
    monkeypatch.undo()
    without_kernels(checkout, monkeypatch)
    assert why(checkout) == ["deals.ipynb changed"]
    build(checkout.root)
    assert "Saved meanwhile" in checkout.page("deals")


def test_data_edited_while_reports_run_are_told_of_by_the_next_build(checkout, data_copy):
    checkout.reads = {"deals": ["chips"]}
    row = data_copy.rows("chips")[0]
    key = row["chip_id"]
    build(checkout.root, announce=lambda total: data_copy.set("chips", key, name="Otherwise"))
    published = (checkout.site / "_data" / "chips.csv").read_text(encoding="utf-8")
    assert "Otherwise" not in published
    build(checkout.root)
    found = json.loads((checkout.site / "changes.json").read_text(encoding="utf-8"))
    assert [(c["table"], c["key"]) for c in found["data"]] == [("chips", key)]


def test_files_of_the_site_itself_that_are_missing_are_made_again(checkout):
    build(checkout.root)
    before = checkout.fingerprint()
    checkout.ran.clear()
    for name in ("index.html", "_static/planlib.css", "_data/chips.csv"):
        (checkout.site / name).unlink()
        assert build(checkout.root).built == []
        assert set(checkout.fingerprint()) == set(before)
    assert checkout.ran == []


def test_data_of_the_site_that_were_damaged_stop_no_build(checkout, data_copy):
    build(checkout.root)
    (checkout.site / "_data" / "datapackage.json").write_text("")
    data_copy.set("chips", data_copy.rows("chips")[0]["chip_id"], name="Otherwise")
    assert build(checkout.root).exit_code == 0
    assert json.loads((checkout.site / "changes.json").read_text("utf-8"))["data"] == []


def test_editions_that_were_not_looked_at_are_not_said_to_be_fresh(checkout):
    build(checkout.root)
    checkout.failing["timeline"] = "kernel died"
    again(checkout, "timeline")
    rewrite(checkout, "deals", markdown("# Something new"))
    for names, state in ((["measures"], "fresh"), (["measures", "timeline"], "fresh")):
        result = build(checkout.root, names)
        states = {name: e["state"] for name, e in checkout.manifest()["editions"].items()}
        assert states == {"deals": "kept", "measures": state, "timeline": "stale"}
        assert result.stale == ["timeline"]


def test_an_edition_is_run_when_a_table_that_it_read_changes(checkout, data_copy):
    checkout.reads = {"deals": ["chips", "terms"], "measures": ["measures"]}
    build(checkout.root)
    data_copy.set("chips", "h20", year="2024")
    assert why(checkout) == ["table chips or its evidence changed"]
    assert build(checkout.root).built == ["deals"]
    data_copy.set("measures", data_copy.rows("measures")[0]["measure_id"], summary="Otherwise")
    assert build(checkout.root).built == ["measures"]


def test_the_claims_on_a_table_and_their_sources_are_its_evidence(checkout, data_copy):
    checkout.reads = {"deals": ["chips"], "measures": ["measures"], "timeline": ["claims"]}
    build(checkout.root)
    claim = next(row for row in data_copy.rows("claims") if row["table"] == "chips")
    data_copy.set("sources", claim["source_id"], url="https://example.org/moved")
    assert why(checkout) == ["table chips or its evidence changed"]
    cited = {r["source_id"] for r in data_copy.rows("claims") if r["table"] == "measures"}
    assert (why(checkout, "measures") == []) == (claim["source_id"] not in cited)
    assert why(checkout, "timeline") == []
    rows = data_copy.rows("claims")
    rows.remove(claim)
    data_copy.write("claims", rows)
    assert why(checkout, "timeline") == ["table claims or its evidence changed"]


def test_parameters_software_and_missing_files_are_named(checkout, monkeypatch, tmp_path):
    build(checkout.root)
    (checkout.site / "deals" / "chips.csv").unlink()
    assert why(checkout) == ["files of it are missing from the site"]
    build(checkout.root)
    checkout.list.write_text(
        '[[edition]]\nname = "deals"\nnotebook = "deals"\nparameters = { lang = "zh" }\n'
    )
    assert why(checkout) == ["lang: 'en' -> 'zh'"]
    build(checkout.root)
    version = importlib.metadata.version("plotly")
    (tmp_path / "installed" / "plotly-99.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(tmp_path / "installed")
    assert why(checkout) == [f"the software changed: plotly {version} -> 99"]


def test_versions_are_those_of_the_installed_libraries(checkout):
    build(checkout.root)
    (versions,) = checkout.manifest()["versions"].values()
    assert versions.pop("python") == platform.python_version()
    assert versions == {name: importlib.metadata.version(name) for name in inputs.LIBRARIES}


BUILD_AND_TELL = """
import sys
from pathlib import Path
from planlib.report.build import build
print(build(Path(sys.argv[1])).fresh, *sys.modules)
"""


def test_what_runs_no_notebook_waits_for_no_library(checkout):
    build(checkout.root)
    listed = checkout.list.read_text()
    # As it is, and with one report fewer, for which the site is put together anew.
    for text, fresh in (
        (listed, ["deals", "measures", "timeline"]),
        (listed[: listed.rindex("[[")], ["deals", "measures"]),
    ):
        checkout.list.write_text(text)
        said = subprocess.run(
            [sys.executable, "-c", BUILD_AND_TELL, str(checkout.root)],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        assert said.startswith(str(fresh))
        assert not {"pandas", "numpy", "papermill", "IPython", "plotly"} & set(said.split())
        # What starts processes is not cheap either.
        assert ("multiprocessing" in said.split()) == (text != listed)


def test_data_are_checked_again_when_any_code_that_checks_them_changes():
    said = subprocess.run(
        [sys.executable, "-c", "import sys, planlib.evidence as e; e.check(); print(*sys.modules)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded = {name for name in said.stdout.split() if name.startswith("planlib.")}
    assert {f"{name.removeprefix('planlib.')}.py" for name in loaded} == set(inputs.CHECKING)


def test_a_changed_source_file_of_planlib_is_named(checkout, monkeypatch):
    build(checkout.root)
    digest = inputs.digest
    source = Path(inputs.__file__).read_bytes()
    monkeypatch.setattr(inputs, "digest", lambda v: "other" if v == source else digest(v))
    assert why(checkout) == ["planlib's source changed: report/inputs.py"]


def test_a_failed_edition_is_tried_again(checkout):
    checkout.failing["deals"] = "kernel died"
    build(checkout.root)
    assert why(checkout) == ["the last attempt failed: deals.ipynb: kernel died"]
    checkout.failing.clear()
    assert build(checkout.root).built == ["deals"]


def test_what_did_not_change_is_the_same_file(checkout):
    build(checkout.root)
    script = checkout.site / "_static" / "plotly-basic.min.js"
    numbers = (script.stat().st_ino, (checkout.site / "measures.html").stat().st_ino)
    rewrite(checkout, "deals", markdown("# Something new"))
    build(checkout.root)
    assert (script.stat().st_ino, (checkout.site / "measures.html").stat().st_ino) == numbers


def test_a_stale_mark_is_not_written_through_to_the_good_page(checkout):
    build(checkout.root)
    good = (checkout.site / "deals.html").read_bytes()
    checkout.failing["deals"] = "kernel died"

    def interrupt(name: str, *_: object) -> None:
        if name == "timeline":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(checkout.root, (), Options(force=True), progress=interrupt)
    assert (checkout.site / "deals.html").read_bytes() == good


def test_patterns_name_editions(checkout):
    result = build(checkout.root, ["*e*s"])
    assert sorted(result.built) == ["deals", "measures"]


# What changed


def changed(checkout: Checkout) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((checkout.site / "changes.json").read_text("utf-8"))
    return found


def test_the_first_build_has_nothing_to_compare_with(checkout):
    build(checkout.root)
    assert changed(checkout)["data"] == []
    assert "This is the first build" in checkout.page("changes")
    assert "changes.html" in checkout.page("index")


def test_rows_figures_and_findings_that_changed_are_told_with_their_cause(checkout, data_copy):
    checkout.reads = {"deals": ["chips"]}
    build(checkout.root)
    data_copy.set("chips", "h20", name="H20 renamed")
    new = shown(figure(title="More chips pledged", rows=[["HUMAIN", 600], ["G42", None]]))
    rewrite(checkout, "deals", markdown("# About deals"), code("show()", "figure", outputs=[new]))
    build(checkout.root)
    found = changed(checkout)
    causes = ["notebook changed", "changed row: chips h20"]
    assert found["data"] == [
        {
            "table": "chips",
            "key": "h20",
            "kind": "changed",
            "cells": {"name": ["H20", "H20 renamed"]},
        }
    ]
    assert found["headlines"] == [
        {"edition": "deals", "figure": "chips", "old": "Chips pledged",
         "new": "More chips pledged", "causes": causes}
    ]  # fmt: skip
    assert found["figures"] == [
        {"edition": "deals", "figure": "chips", "kind": "changed", "causes": causes}
    ]
    page = checkout.page("changes")
    assert "H20 → H20 renamed" in page
    assert "More chips pledged" in page


def test_duties_whose_status_moved_are_told_with_their_cause(checkout, data_copy):
    build(checkout.root)
    row = next(r for r in data_copy.rows("outcomes") if r["result"] == "done")
    data_copy.drop("outcomes", outcome_id=row["outcome_id"])
    build(checkout.root)
    (move,) = changed(checkout)["obligations"]
    assert move["obligation_id"] == row["obligation_id"]
    assert move["cause"] == f"removed row: outcomes {row['outcome_id']}"
    data_copy.describe(lambda d: d.update(as_of="2030-01-01"))
    build(checkout.root)
    moved = changed(checkout)["obligations"]
    assert moved
    assert all(move["cause"].startswith("date passed: ") for move in moved)


def test_a_result_with_failures_exits_with_one():
    assert Result().exit_code == 0
    assert Result(failed={"deals": "kernel died"}).exit_code == 1


# Files beside the pages


def exporting(checkout: Checkout, **formats: str) -> None:
    """List formats for editions."""
    text = checkout.list.read_text()
    for name, listed in formats.items():
        line = f'notebook = "{name}"\n'
        text = text.replace(line, f"{line}formats = {listed}\n")
    checkout.list.write_text(text)


def test_exports_are_made_anew_with_their_page_and_tried_again_when_they_failed(checkout):
    exporting(checkout, deals='["html", "csv"]')
    asked: list[tuple[str, list[str]]] = []

    def export(site: Path, name: str, formats: Any, folder: Path) -> briefing.Result:
        asked.append((name, list(formats)))
        if len(asked) == 2:
            raise PlanlibError("no room")
        return briefing.export_edition(site, name, formats, folder)

    folder = checkout.list.parent / "exports"
    assert build(checkout.root, export=export).failed == {}
    assert build(checkout.root, export=export).failed == {}
    assert len(asked) == 1
    rewrite(checkout, "deals", code("show()", "figure", outputs=[shown(figure(title="New"))]))
    failed = build(checkout.root, export=export)
    assert (failed.failed, failed.exit_code) == ({"deals": "no room"}, 1)
    assert build(checkout.root, export=export).failed == {}
    assert build(checkout.root, export=export).failed == {}
    assert asked == [("deals", ["csv"])] * 3
    assert "New" in (folder / "deals-chips.metadata.json").read_text(encoding="utf-8")


def test_the_exports_of_another_edition_are_not_taken_for_its_own(checkout):
    checkout.add("deals-en", code("show()", "figure", outputs=[shown(figure())]))
    exporting(checkout, **{"deals-en": '["csv"]'})
    build(checkout.root, export=briefing.export_edition)
    exporting(checkout, deals='["csv"]')
    build(checkout.root, export=briefing.export_edition)
    assert (checkout.list.parent / "exports" / "deals-chips.csv").is_file()
