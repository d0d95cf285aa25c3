"""Mail, packs, and what happens without a browser or without a font."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

import pytest

from briefed import drawn, site
from checkout import Checkout, code, shown, without_kernels
from planlib import briefing, doctor, editions
from planlib.briefing import exporting, fonts, mail, pack, pictures
from planlib.briefing.executed import read
from planlib.errors import PlanlibError, SetupError
from planlib.report import build as building

BAR = {"type": "bar", "x": ["a", "b"], "y": [1, 2]}
MAP = {"type": "heatmap", "z": [[1, 2]]}
PAGE = """<!doctype html><html><head><meta charset="utf-8">
<link rel="stylesheet" href="_static/planlib.css">
<link rel="alternate" hreflang="zh-Hans" href="deals-zh.html">
</head><body><a href="index.html">All</a> <a href="#report">Top</a>
<a href="https://example.org/?a=1&amp;b=2">Out</a> <a href="../../etc/passwd" download>No</a>
<a href="deals-en/chips.csv" download>CSV</a>
<script src="_static/planlib.js"></script></body></html>
"""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    folder = site(tmp_path / "site", drawn("chips", BAR), drawn("map", MAP))
    (folder / "deals-en.html").write_text(PAGE, encoding="utf-8")
    for name, text in (("_static/planlib.css", "p { color: red }"),
                       ("_static/planlib.js", 'x = "</script><!--";'),
                       ("deals-en/chips.csv", "deal\n")):  # fmt: skip
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_mail_holds_everything_and_reaches_for_nothing(here: Path) -> None:
    text = mail.make(read(here, "deals-en")).decode()
    assert "_static" not in text
    assert "<style>\np { color: red }</style>" in text
    assert text.count("</script>") == 1
    assert 'href="https://example.org/?a=1&amp;b=2"' in text
    assert 'href="#report"' in text
    assert 'href="data:text/csv;charset=utf-8;base64,ZGVhbAo=" download="chips.csv"' in text
    for gone in ("index.html", "passwd", "deals-zh.html"):
        assert gone not in text
    assert "default-src 'none'" in text


def test_mail_says_what_is_missing(here: Path) -> None:
    (here / "_static" / "planlib.js").unlink()
    with pytest.raises(PlanlibError, match=r"planlib\.js: belongs to the page and is missing"):
        mail.make(read(here, "deals-en"))


def test_a_build_may_replace_the_site_during_an_export(here: Path, tmp_path: Path) -> None:
    def replaced(_: str) -> None:
        shutil.rmtree(here, ignore_errors=True)

    out = briefing.Folder(tmp_path / "out")
    result = briefing.export(here, ["deals-en"], ["csv", "html"], out, progress=replaced)
    assert result.failed == []
    assert "p { color: red }" in (tmp_path / "out" / "deals-en.html").read_text("utf-8")
    # What was kept aside for the export is gone.
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_without_a_browser_the_rest_still_works(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "browser", lambda: "")
    out = briefing.Folder(tmp_path / "out")
    formats = ["pptx", "xlsx", "csv", "html", "png", "svg", "pdf"]
    result = briefing.export(here, ["deals-en"], formats, out)
    names = {p.suffix for p in result.written}
    assert names == {".pptx", ".xlsx", ".csv", ".json", ".html"}
    assert result.exit_code == 2
    assert [line.split(":")[1] for line in result.failed] == [" png", " svg", " pdf"]
    assert all("apt-get install chromium" in line for line in result.failed)
    assert any("pictures on slides" in line for line in result.left_out)


def test_a_pack_without_a_browser_says_what_it_lacks(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "browser", lambda: "")
    out = briefing.Folder(tmp_path / "out")
    result = briefing.export(here, ["deals-en"], ["zip"], out)
    assert result.exit_code == 0
    assert {line.split(": ")[1] for line in result.left_out} >= {"png", "svg", "pdf"}
    with zipfile.ZipFile(tmp_path / "out" / "deals-en.zip") as archive:
        names = archive.namelist()
        readme = archive.read("deals-en/README.txt").decode()
    assert names == sorted(names)
    assert all(info.date_time == pack.EPOCH for info in archive.infolist())
    for part in ("Left out:", "apt-get install chromium", "CC BY 4.0", "Data version"):
        assert part in readme


def test_what_one_format_lacks_stops_only_that_format(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "deals-en.html").unlink()
    out = briefing.Folder(tmp_path / "out")
    result = briefing.export(here, ["deals-en"], ["html", "csv"], out)
    assert len(result.written) == 4
    assert result.failed == ["deals-en: html: deals-en has no page; run: planlib build deals-en"]


def test_characters_without_a_font_are_named_with_the_package(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fonts.shutil, "which", lambda name: "/usr/bin/fc-list")
    monkeypatch.setattr(fonts, "_covered", lambda wanted: frozenset("abc"))
    fonts.check(["abc \n\u200d"])
    with pytest.raises(SetupError) as caught:
        fonts.check(["a芯b"])
    assert str(caught.value) == (
        "no installed font has 芯 (U+82AF); install: apt-get install fonts-noto-cjk"
    )


def test_texts_of_a_drawing_are_all_looked_at() -> None:
    drawing = {"data": [{"text": ["一"], "x": {"bdata": "AAAA"}}], "layout": {"title": "二"}}
    assert sorted(fonts.strings(drawing)) == sorted(["一", "二"])


def test_a_narrow_picture_gives_its_labels_more_lines() -> None:
    label = "Microsoft in the United Arab Emirates: licences and investment"
    axis = {"type": "category", "tickvals": ["a", "b"], "ticktext": [label, "b"]}
    meta = {"planlib": {"plain_margin": {"t": 14, "b": 12}, "plain_height": 200, "key": []}}
    output = drawn("chips", BAR | {"orientation": "h"}, yaxis=axis, meta=meta, margin={"l": 340})
    folder_figure = exporting.executed.of_notebook(
        "deals-en", {"cells": [{"cell_type": "code", "outputs": [{"data": output}]}]}
    ).figures[0]
    wide = pictures.laid_out(folder_figure, 1280)["layout"]
    slim = pictures.laid_out(folder_figure, 540)["layout"]
    assert wide["margin"]["l"] == 340
    assert slim["margin"]["l"] < 200
    assert "<br>" in slim["yaxis"]["ticktext"][0]
    assert slim["annotations"][0]["text"] == "<b>Chips pledged</b>"
    bare = pictures.laid_out(folder_figure, 1280, is_plain=True)["layout"]
    assert bare["annotations"] == []
    assert bare["height"] == 200


def test_zip_files_do_not_tell_when_they_were_made() -> None:
    made = pack.zipped({"b": b"2", "a": b"1"}, first="b")
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.namelist() == ["b", "a"]
    assert pack.unzipped(made) == {"a": b"1", "b": b"2"}


@pytest.mark.parametrize("word", ["slid", "A3"])
def test_sizes_and_papers_are_checked_before_anything_is_drawn(
    here: Path, tmp_path: Path, word: str
) -> None:
    options = briefing.Options(**({"size": word} if word == "slid" else {"paper": word}))
    with pytest.raises(PlanlibError, match=f"no (size|paper) '{word}'"):
        briefing.export(here, ["deals-en"], ["csv"], briefing.Folder(tmp_path), options=options)


def test_a_build_exports_what_editions_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout = Checkout(tmp_path)
    for name in ("deals", "measures"):
        checkout.add(name, code("show()", "figure", outputs=[shown(drawn("chips", BAR))]))
    listed = checkout.list.read_text()
    checkout.list.write_text(listed.replace('notebook = "deals"', 'notebook = "deals"\n'
                                            'formats = ["html", "xlsx", "csv"]'))  # fmt: skip
    without_kernels(checkout, monkeypatch)
    assert building.build(checkout.root, export=briefing.export_edition).exit_code == 0
    folder = tmp_path / "reports" / "exports"
    names = ["deals-chips.csv", "deals-chips.metadata.json", "deals.xlsx"]
    assert sorted(p.name for p in folder.iterdir()) == names
    (folder / "deals.xlsx").unlink()
    assert building.build(checkout.root, export=briefing.export_edition).built == []
    assert sorted(p.name for p in folder.iterdir()) == names


def test_the_formats_of_editions_are_those_of_exports() -> None:
    assert set(editions.FORMATS) == {*briefing.FORMATS, briefing.PACK}
