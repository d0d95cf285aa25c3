"""Every literal is looked up in its paragraph of the text that the source names."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from planlib import literals, schema, tables
from planlib.cli import main
from planlib.errors import PlanlibError
from planlib.verification import verify

TEXT = "Order of 2025\n\nWithin 120 days the Office\nshall pay 1,800 or 18,000 dollars.\n"


@pytest.fixture
def text(data_copy, tmp_path):
    """One claim of one source, with its text in a folder."""
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "eo-14319.md").write_text(TEXT, encoding="utf-8")
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    data_copy.set("sources", "eo-14319", sha256=digest)
    claims = [c for c in data_copy.rows("claims") if not c["as_printed"]]
    data_copy.write("claims", claims)

    def claim(locator: str, literal: str) -> Path:
        row = {"table": "obligations", "row_id": "EO14319-01", "field": "days", "note": "",
               "source_id": "eo-14319", "stance": "supports", "value": ""}  # fmt: skip
        data_copy.write("claims", [*claims, row | {"locator": locator, "as_printed": literal}])
        return folder

    return claim


def test_a_literal_in_its_paragraph_is_verified(text):
    result = verify(text("¶2 s.4(a)", "Within 120 days"))
    assert result.verified == {"eo-14319": 1}
    assert not result.problems


@pytest.mark.parametrize(
    ("locator", "literal", "said"),
    [
        ("¶1", "Within 120 days", "stands 0 times"),
        ("¶2", "Within 121 days", "stands 0 times"),
        ("¶2", "12", "stands 0 times"),
        ("¶3", "800", "stands 0 times"),
        ("¶3", "1,80", "stands 0 times"),
        ("¶3", "00", "stands 0 times"),
        ("¶3", "o", "stands 2 times"),
        ("¶9", "Within 120 days", "has no paragraph"),
    ],
)
def test_anything_else_differs(text, locator, literal, said):
    result = verify(text(locator, literal))
    assert result.differs == {"eo-14319": 1}
    assert said in str(result.problems[0])
    assert "EO14319-01" in str(result.problems[0])


def test_another_version_of_the_text_differs_as_a_whole(text):
    folder = text("¶2", "Within 120 days")
    (folder / "eo-14319.md").write_text(TEXT + "more\n", encoding="utf-8")
    assert "another version" in str(verify(folder).problems[0])


def test_a_text_that_is_not_there_is_unavailable_not_wrong(text):
    folder = text("¶2", "Within 120 days")
    (folder / "eo-14319.md").rename(folder / "eo-14320.md")
    result = verify(folder)
    assert result.unavailable == {"eo-14319": 1}
    assert not result.problems


def test_a_folder_with_none_of_the_texts_verifies_nothing(text):
    folder = text("¶2", "Within 120 days")
    (folder / "eo-14319.md").rename(folder / "notes.md")
    with pytest.raises(PlanlibError, match=r"holds none of the texts; name each by its source"):
        verify(folder)


def test_a_folder_that_does_not_exist_is_said_in_one_line(tmp_path):
    with pytest.raises(PlanlibError, match="no such folder"):
        verify(tmp_path / "nowhere")


def test_every_literal_of_the_data_stands_where_it_is_said_to_stand():
    """Runs against the texts where a folder of them is named, and says so where none is."""
    folder = os.environ.get("PLANLIB_SOURCES")
    quoted = int(tables.whole("claims")["as_printed"].notna().sum())
    assert quoted > 1000
    if folder:
        result = verify(Path(folder))
        assert not result.problems, "\n".join(map(str, result.problems))
        assert sum(result.verified.values()) == quoted


def test_the_command_exits_1_on_a_difference(text):
    folder = text("¶2", "Within 121 days")

    result = CliRunner().invoke(main, ["verify", "--sources", str(folder)])
    assert result.exit_code == 1
    assert "stands 0 times" in result.stderr
    assert "eo-14319" in result.stdout


def _numeric_claims(count: int):
    """A spread of claims that print a number: literal, cell, unit."""
    claims = tables.whole("claims")
    claims = claims[claims["as_printed"].notna() & (claims["stance"] == "supports")]
    package = schema.package()
    found = []
    for claim in claims.itertuples(index=False):
        spec = package[claim.table]
        if claim.field == "*" or not spec[claim.field].is_number or not pd.isna(claim.note):
            continue
        row = tables.whole(claim.table).set_index(spec.key).loc[claim.row_id]
        unit = spec[claim.field].unit or str(row.get("unit", ""))
        found.append((str(claim.as_printed), float(row[claim.field]), unit))
    return found[:: max(1, len(found) // count)]


def test_every_change_of_one_digit_of_a_cell_is_caught():
    sample = _numeric_claims(60)
    assert len(sample) >= 40
    for literal, value, unit in sample:
        assert literals.agrees(literal, value, unit), literal
        digits = f"{value:.0f}" if value == int(value) else repr(value)
        for i, digit in enumerate(digits):
            for other in "0123456789" if digit.isdigit() else "":
                changed = digits[:i] + other + digits[i + 1 :]
                if other != digit:
                    assert not literals.agrees(literal, float(changed), unit), (literal, changed)


def test_every_change_of_one_character_of_a_literal_is_caught(text):
    folder = text("¶2", "Within 120 days")
    paragraphs = (folder / "eo-14319.md").read_text(encoding="utf-8")
    for literal in ("Within 120 days", "120", "the Office"):
        for i in range(len(literal)):
            for other in "aZ0957 年":
                changed = literal[:i] + other + literal[i + 1 :]
                if changed != literal and changed not in paragraphs and changed.strip() == changed:
                    assert verify(text("¶2", changed)).differs, changed


def test_check_looks_up_literals_where_a_folder_of_texts_is_named(text, monkeypatch) -> None:
    folder = text("¶2", "Within 121 days")
    monkeypatch.setattr("planlib.evidence.check", lambda: None)
    monkeypatch.setenv("PLANLIB_SOURCES", str(folder))
    result = CliRunner().invoke(main, ["check"])
    assert result.exit_code == 2
    assert "stands 0 times in eo-14319 ¶2; correct the literal" in result.stderr
    text("¶2", "Within 120 days")
    assert CliRunner().invoke(main, ["check"]).exit_code == 0
    monkeypatch.delenv("PLANLIB_SOURCES")
    text("¶2", "Within 121 days")
    assert CliRunner().invoke(main, ["check"]).exit_code == 0
