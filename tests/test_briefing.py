"""What exports have in common: reading editions, names, folders, harmless texts."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from briefed import drawn, report, site
from planlib import briefing
from planlib.briefing import executed, inert, tabular
from planlib.errors import PlanlibError, ReportError, UnknownNameError

BAR = {"type": "bar", "y": [500]}


def test_csv_and_its_metadata_are_written(tmp_path: Path) -> None:
    here = site(tmp_path / "site", drawn("chips", BAR))
    result = briefing.export(here, ["deals-en"], ["csv"], briefing.Folder(tmp_path / "out"))
    assert [p.name for p in result.written] == [
        "deals-en-chips.csv", "deals-en-chips.metadata.json",
    ]  # fmt: skip
    assert result.written[0].read_text("utf-8") == "deal,power [MW]\nHUMAIN,500\nG42,\n"
    about = json.loads(result.written[1].read_text("utf-8"))
    assert about["licence"] == "CC-BY-4.0"
    assert about["source"] == "Source: a memorandum"
    assert about["fields"][1]["unit"] == "MW"
    assert not list((tmp_path / "out").glob(".planlib-*"))


@pytest.mark.parametrize(
    ("names", "formats", "figures", "message"),
    [
        (["deal-en"], ["csv"], [], "no edition 'deal-en'; did you mean 'deals-en'?"),
        (["timeline-en"], ["csv"], [], "not been built yet; run: planlib build timeline-en"),
        (
            ["time*"],
            ["csv"],
            [],
            "time*: not built yet; run: planlib build 'time*'",
        ),
        (["x*"], ["csv"], [], "no edition matches 'x*'; planlib list shows them all"),
        (["deals-en"], ["cvs"], [], "no format 'cvs'; did you mean 'csv'?"),
        (["deals-en"], ["csv"], ["chip"], "deals-en: no figure 'chip'; did you mean 'chips'?"),
    ],
)
def test_bad_requests_name_the_remedy(
    tmp_path: Path, names: list[str], formats: list[str], figures: list[str], message: str
) -> None:
    here = site(tmp_path / "site", drawn("chips", BAR))
    with pytest.raises(PlanlibError, match=r"\?|build|list") as caught:
        briefing.export(
            here, names, formats, briefing.Folder(tmp_path / "out"), figures=figures,
            known=["deals-en", "timeline-en"],
        )  # fmt: skip
    assert message in str(caught.value)
    assert caught.value.exit_code == 2
    assert not (tmp_path / "out").exists()


def test_patterns_mean_the_editions_that_are_built(tmp_path: Path) -> None:
    for name in ("deals-en", "deals-zh", "capex-en"):
        here = site(tmp_path / "site", drawn("chips", BAR), name=name)
    cases = ((["deals-*"], 2), (["*"], 3), ([], 3), (["deals-en", "deals-*"], 2))
    for number, (names, count) in enumerate(cases):
        out = briefing.Folder(tmp_path / str(number))
        result = briefing.export(here, names, ["xlsx"], out)
        assert len(result.written) == count


def test_a_file_that_exists_is_replaced_only_by_force(tmp_path: Path) -> None:
    here = site(tmp_path / "site", drawn("chips", BAR))
    old = tmp_path / "deals-en-chips.csv"
    old.write_text("mine")
    with pytest.raises(PlanlibError, match=r"deals-en-chips\.csv: exists; add --force"):
        briefing.export(here, ["deals-en"], ["csv"], briefing.Folder(tmp_path))
    assert old.read_text() == "mine"
    assert not (tmp_path / "deals-en-chips.metadata.json").exists()
    briefing.export(here, ["deals-en"], ["csv"], briefing.Folder(tmp_path, force=True))
    assert old.read_text().startswith("deal,")


@pytest.mark.parametrize("name", ["../x.csv", "a/b.csv", "..", "", "/etc/x.csv"])
def test_names_cannot_leave_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(PlanlibError, match="leads out of"):
        briefing.Folder(tmp_path / "out", force=True).write({"fine.csv": b"", name: b"x"})
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_keeps_what_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.csv").write_bytes(b"old")

    def full(self: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ReportError, match="No space left"):
        briefing.Folder(tmp_path, force=True).write({"a.csv": b"new"})
    assert (tmp_path / "a.csv").read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


def test_a_figure_whose_name_is_a_path_is_refused() -> None:
    with pytest.raises(PlanlibError, match="no name of a figure"):
        report(drawn("../../x", BAR))


def test_only_keeps_the_figures_asked_for() -> None:
    both = report(drawn("chips", BAR), drawn("power", BAR))
    assert [f.name for f in both.only(["power"]).figures] == ["power"]
    with pytest.raises(UnknownNameError, match="did you mean 'power'"):
        both.only(["powr"])


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", " ="])
def test_text_is_no_formula_in_csv(start: str) -> None:
    words = report(drawn("chips", BAR, words={"rows": [[f"{start}1+1", -5]]})).figures[0].words
    (row,) = list(csv.reader(io.StringIO(tabular.table(words), newline="")))[1:]
    assert row[0].startswith("'")
    assert row[1] == "-5"


def test_links_lead_to_the_web_or_nowhere() -> None:
    assert inert.link("https://example.org/a?b=c") == "https://example.org/a?b=c"
    for bad in ("javascript:alert(1)", "file:///etc/passwd", "https://a\nb", 'https://a"b',
                "data:text/html,x", "https:", None, "http://[x"):  # fmt: skip
        assert inert.link(bad) == ""


def test_texts_lose_what_no_reader_should_meet() -> None:
    assert inert.text("a\x00b\x1b[31m\u202ec\ud800") == "ab[31mc"
    assert inert.label("<b>5&nbsp;GW</b><br>&lt;b&gt; 3 < 4") == "5 GW <b> 3 < 4"
    assert inert.prose("**Eight** [deals](javascript:x), `cited`") == "Eight deals, cited"
    assert len(inert.text("x" * 100_000)) == inert.LONGEST


def test_an_opening_paragraph_is_read_without_its_footnotes() -> None:
    answer = "**8²** deals¹ on 26 km² and 10²⁶.\n\n¹ A source\n² Another"
    assert executed.summary(answer) == "8 deals on 26 km² and 10²⁶."
