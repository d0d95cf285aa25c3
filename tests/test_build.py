"""A build as a whole, on notebooks whose outputs are already there: no kernel is started."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from checkout import LANG, Checkout, code, figure, markdown, shown, without_kernels
from planlib.errors import PlanlibError, ReportError
from planlib.report.build import Result, build
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
    assert files >= expected | {"index.html", "manifest.json", "_static/plotly.min.js"}
    for name in ("deals", "measures", "timeline"):
        assert f'<a href="{name}.html">About {name}</a>' in checkout.page("index")


def test_the_manifest_records_editions_and_versions(checkout):
    build(checkout.root)
    manifest = checkout.manifest()
    assert manifest["editions"]["deals"] == {
        "title": "About deals",
        "notebook": "deals.ipynb",
        "parameters": {"lang": "en"},
        "figures": ["chips"],
        "seconds": 0.1,
        "is_stale": False,
    }
    assert manifest["failed"] == {}
    assert set(manifest["versions"]) == {"pandas", "plotly", "papermill", "ipykernel"}


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
    result = build(checkout.root)
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
    build(checkout.root)
    result = build(checkout.root, ["measures"])
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
    assert pages == {"deals.html", "index.html"}


def test_no_link_leads_nowhere_when_only_one_language_is_there(checkout):
    checkout.list.write_text(
        '[[edition]]\nname = "deals-{lang}"\nnotebook = "deals"\neach = { lang = ["en", "zh"] }\n'
    )
    build(checkout.root, ["deals-en"])
    assert links(checkout, "deals-en") == {"index.html", "deals-zh.html"}
    assert "此处尚无报告。" in checkout.page("deals-zh")
    assert links(checkout, "index") == {"deals-en.html"}


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
        build(checkout.root, progress=interrupt)
    assert checkout.fingerprint() == before
    assert build(checkout.root).exit_code == 0


def test_a_full_disk_leaves_the_old_site_whole(checkout, monkeypatch):
    build(checkout.root)
    before = checkout.fingerprint()
    write = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if path.name == "plotly.min.js":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ReportError) as caught:
        build(checkout.root)
    assert str(caught.value).endswith(
        "plotly.min.js: cannot be written (No space left on device); free space or mend access"
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
    assert build(checkout.root).exit_code == 0
    assert set(checkout.fingerprint()) == set(before)


def test_a_foreign_manifest_does_not_stop_a_build(checkout):
    build(checkout.root)
    (checkout.site / "manifest.json").write_text('{"editions": {"deals": {}}}')
    assert build(checkout.root, ["measures"]).exit_code == 0
    assert checkout.manifest()["editions"]["deals"]["title"] == "deals"


def test_notebooks_may_have_a_language_of_their_own_only(checkout):
    checkout.add("chinese", markdown("# 交易"), parameters=LANG.replace('"en"', '"zh"'))
    assert build(checkout.root, ["chinese"]).exit_code == 0
    assert '<html lang="zh-Hans">' in checkout.page("chinese")


def test_a_result_with_failures_exits_with_one():
    assert Result().exit_code == 0
    assert Result(failed={"deals": "kernel died"}).exit_code == 1
