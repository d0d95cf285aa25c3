"""Broken data: one clear line for each problem, through the public way in.

Each case breaks a copy of the data and returns the lines that the reader has to see.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

import planlib
from conftest import DataCopy
from planlib import evidence, schema, tables
from planlib.errors import DataError, PlanlibError

Case = Callable[[DataCopy], list[str]]
DEAL = "sa-humain-nvidia"
TERM = "ae-chip-quota.quota"
PRINTED = {"table": "deal_terms", "row_id": TERM, "field": "value", "as_printed": "年度50万张"}
RESTORE = "give each row its own key, or drop the copy"
WRITE_DATE = "write it as YYYY-MM-DD, a real day"


# The file as a whole: load() and check() say the same


def missing_table(data: DataCopy) -> list[str]:
    data.path("deals").unlink()
    return [f"deals.csv: is missing; restore it in {data.directory}"]


def unreadable_table(data: DataCopy) -> list[str]:
    data.path("deals").unlink()
    data.path("deals").mkdir()
    return ["deals.csv: cannot be read (Is a directory); mend access"]


def empty_file(data: DataCopy) -> list[str]:
    data.path("deals").write_bytes(b"")
    return ["deals.csv:1: is empty; restore at least the header line"]


def missing_column(data: DataCopy) -> list[str]:
    data.write("deals", [{k: v for k, v in r.items() if k != "title"} for r in data.rows("deals")])
    return ["deals.csv:1: title: column is missing; add the column"]


def extra_column(data: DataCopy) -> list[str]:
    data.write("deals", [r | {"titel": "x"} for r in data.rows("deals")])
    return [
        "deals.csv:1: titel: column is not in the descriptor; "
        "describe it in datapackage.json or drop it; did you mean 'title'?"
    ]


def other_encoding(data: DataCopy) -> list[str]:
    text = data.path("deals").read_text(encoding="utf-8")
    data.path("deals").write_text(text, encoding="gb18030")
    return ["deals.csv:2: is not UTF-8; save the file as UTF-8"]


def byte_order_mark(data: DataCopy) -> list[str]:
    data.path("deals").write_bytes(b"\xef\xbb\xbf" + data.path("deals").read_bytes())
    return ["deals.csv:1: begins with a byte-order mark; run: planlib check --fix"]


def carriage_returns(data: DataCopy) -> list[str]:
    data.path("deals").write_bytes(data.path("deals").read_bytes().replace(b"\n", b"\r\n"))
    return ["deals.csv:1: has CRLF or CR line ends; run: planlib check --fix"]


def ragged_rows(data: DataCopy) -> list[str]:
    with data.path("deals").open("a", encoding="utf-8") as file:
        file.write("zz-long,a,b,c,d,e,f,g,h,i,j\nzz-short,a\n\n")
    last = len(data.rows("deals"))
    remedy = "quote cells that contain commas, or add the missing ones"
    return [
        f"deals.csv:{last + line}: has {cells} cells where the header has 10; {remedy}"
        for line, cells in ((0, 11), (1, 2), (2, 0))
    ]


def open_quote(data: DataCopy) -> list[str]:
    with data.path("deals").open("a", encoding="utf-8") as file:
        file.write('zz-quote,"never closed\n')
    line = data.path("deals").read_text(encoding="utf-8").count("\n")
    return [f"deals.csv:{line}: is not valid CSV (unexpected end of data); mend the quotes"]


# The cells of one table


def bad_date(data: DataCopy) -> list[str]:
    line = data.set("deals", DEAL, announced_date="2025-02-30")
    return [f"deals.csv:{line}: announced_date: '2025-02-30' is not a date; {WRITE_DATE}"]


def duplicate_key(data: DataCopy) -> list[str]:
    first = data.line("deals", deal_id=DEAL)
    line = data.add("deals", **data.rows("deals")[first - 2])
    rule = f"repeats the key (deal_id) of line {first}"
    return [f"deals.csv:{line}: deal_id: '{DEAL}' {rule}; {RESTORE}"]


def unknown_word(data: DataCopy) -> list[str]:
    line = data.set("deals", DEAL, kind="chip_suply")
    return [
        f"deals.csv:{line}: kind: 'chip_suply' is not in the vocabulary; "
        "did you mean 'chip_supply'?"
    ]


def blank_where_required(data: DataCopy) -> list[str]:
    line = data.set("deals", DEAL, title="")
    return [f"deals.csv:{line}: title: is blank; fill it in; the column is required"]


def stray_blank(data: DataCopy) -> list[str]:
    line = data.set("deals", DEAL, title="HUMAIN ")
    return [f"deals.csv:{line}: title: 'HUMAIN ' has stray blanks or line breaks; trim it"]


FORM_CASES: list[Case] = [
    missing_table, unreadable_table, empty_file, missing_column, extra_column, other_encoding,
    byte_order_mark, carriage_returns, ragged_rows, open_quote, bad_date, duplicate_key,
    unknown_word, blank_where_required, stray_blank,
]  # fmt: skip


# Cells of other tables


def text_for_a_number(data: DataCopy) -> list[str]:
    line = data.set("deal_terms", TERM, value="many")
    return [f"deal_terms.csv:{line}: value: 'many' is not of type number; write a plain number"]


def fraction_for_a_whole_number(data: DataCopy) -> list[str]:
    line = data.set("sections", "P1.01", page="3.5")
    return [f"sections.csv:{line}: page: '3.5' is not of type integer; write a whole number"]


def word_for_a_boolean(data: DataCopy) -> list[str]:
    line = data.set("sources", "eo-14179", is_public_domain="yes")
    return [f"sources.csv:{line}: is_public_domain: 'yes' is not a boolean; write true or false"]


def chinese_digits(data: DataCopy) -> list[str]:
    line = data.set("deal_terms", TERM, value="50万")
    return [
        f"deal_terms.csv:{line}: value: '50万' is not of type number; "
        "write it in digits, e.g. 500000 for 50万"
    ]


def full_width_digits(data: DataCopy) -> list[str]:
    line = data.set("obligations", "EO14179-01", days="１８０")
    return [f"obligations.csv:{line}: days: '１８０' is not of type integer; write a whole number"]


def negative_quantity(data: DataCopy) -> list[str]:
    line = data.set("deal_terms", TERM, value="-500000")
    return [f"deal_terms.csv:{line}: value: '-500000' is below the minimum 0; correct the value"]


def upper_end_below_lower(data: DataCopy) -> list[str]:
    line = data.set("deal_terms", TERM, value_to="400000")
    return [
        f"deal_terms.csv:{line}: value_to: '400000' is below value; "
        "swap the two or correct value_to"
    ]


def repeated_pair(data: DataCopy) -> list[str]:
    first = data.rows("measure_agencies")[0]
    line = data.add("measure_agencies", **first | {"measure_agency_id": "zz"})
    rule = "repeats the key (measure_id, actor_id) of line 2"
    return [f"measure_agencies.csv:{line}: measure_id: 'P1.01.1' {rule}; {RESTORE}"]


def dangling_key(data: DataCopy) -> list[str]:
    line = data.set("deals", DEAL, recipient_id="nobody")
    return [
        f"deals.csv:{line}: recipient_id: 'nobody' is not a row of actors.csv; "
        "correct the id or add the row"
    ]


def untranslated_word(data: DataCopy) -> list[str]:
    data.drop("terms", term_id="chip_supply")
    return [
        "datapackage.json: deals.kind: 'chip_supply' has no row in terms.csv; "
        "add the word with both titles and meanings"
    ]


def broken_descriptor(data: DataCopy) -> list[str]:
    (data.directory / schema.DESCRIPTOR).write_text('{\n "title": "x",,\n}', encoding="utf-8")
    return [
        "datapackage.json:2: is not valid JSON "
        "(Expecting property name enclosed in double quotes); mend the syntax"
    ]


def descriptor_in_other_encoding(data: DataCopy) -> list[str]:
    path = data.directory / schema.DESCRIPTOR
    path.write_text(path.read_text(encoding="utf-8"), encoding="gb18030")
    return ["datapackage.json: is not UTF-8; save the file as UTF-8"]


def several_at_once(data: DataCopy) -> list[str]:
    lines = [
        data.set("deals", DEAL, announced_date="soon", recipient_id="nobody"),
        data.set("sections", "P1.01", page="-3"),
    ]
    return [
        f"deals.csv:{lines[0]}: announced_date: 'soon' is not a date; {WRITE_DATE}",
        f"deals.csv:{lines[0]}: recipient_id: 'nobody' is not a row of actors.csv; "
        "correct the id or add the row",
        f"sections.csv:{lines[1]}: page: '-3' is below the minimum 1; correct the value",
    ]


# Claims


def row_without_a_claim(data: DataCopy) -> list[str]:
    data.drop("claims", table="deals", row_id=DEAL)
    line = data.line("deals", deal_id=DEAL)
    return [
        f"deals.csv:{line}: deal_id: '{DEAL}' has no claim; "
        f"add a supporting row for {DEAL}, * to claims.csv"
    ]


def number_without_a_claim(data: DataCopy) -> list[str]:
    data.drop("claims", table="sections", row_id="P1.01", field="page")
    return [
        "sections.csv:2: page: '3' has no claim; add a supporting row for P1.01, page to claims.csv"
    ]


def row_that_only_others_deny(data: DataCopy) -> list[str]:
    rows = data.rows("claims")
    for row in rows:
        if (row["table"], row["row_id"]) == ("deals", DEAL):
            row.update(stance="context", value="")
    data.write("claims", rows)
    return row_without_a_claim(data)


def claim_on_a_missing_table(data: DataCopy) -> list[str]:
    line = data.set_claim(PRINTED, table="deal_term")
    return [
        f"claims.csv:{line}: table: 'deal_term' is no table with evidence; "
        "did you mean 'deal_terms'?"
    ]


def claim_on_a_missing_row(data: DataCopy) -> list[str]:
    line = data.set_claim(PRINTED, row_id="ae-chip-quota.quoto")
    return [
        f"claims.csv:{line}: row_id: 'ae-chip-quota.quoto' is not a row of deal_terms; "
        "correct the key or drop the claim"
    ]


def claim_on_a_missing_field(data: DataCopy) -> list[str]:
    line = data.set_claim(PRINTED, field="valu")
    return [
        f"claims.csv:{line}: field: 'valu' is not a column of deal_terms; "
        "name a column, or * for the row; did you mean 'value'?"
    ]


def claim_by_a_missing_source(data: DataCopy) -> list[str]:
    line = data.set_claim(PRINTED, source_id="world-affairs")
    return [
        f"claims.csv:{line}: source_id: 'world-affairs' is not a row of sources.csv; "
        "correct the id or add the row"
    ]


def claim_on_a_blank_cell(data: DataCopy) -> list[str]:
    line = data.set_claim(PRINTED, field="value_to")
    return [
        f"claims.csv:{line}: field: 'value_to' supports a blank cell; "
        "fill in the cell or drop the claim"
    ]


def literal_of_another_number(data: DataCopy) -> list[str]:
    line = data.set_claim(PRINTED, as_printed="年度51万张")
    return [
        f"claims.csv:{line}: as_printed: '年度51万张' does not read as 500000; "
        "correct the cell or the literal, or say why in note"
    ]


def literal_in_another_unit(data: DataCopy) -> list[str]:
    line = data.set_claim(
        {
            "table": "deal_terms",
            "row_id": f"{DEAL}.power",
            "field": "value",
            "as_printed": "500兆瓦",
        },
        as_printed="500千瓦",
    )
    return [
        f"claims.csv:{line}: as_printed: '500千瓦' does not read as 500; "
        "correct the cell or the literal, or say why in note"
    ]


def literal_of_another_date(data: DataCopy) -> list[str]:
    line = data.set_claim(
        {"table": "documents", "row_id": "eo-14363", "as_printed": "November 24, 2025"},
        as_printed="November 25, 2025",
    )
    return [
        f"claims.csv:{line}: as_printed: 'November 25, 2025' does not read as 2025-11-24; "
        "correct the cell or the literal, or say why in note"
    ]


def literal_coarser_than_its_date(data: DataCopy) -> list[str]:
    data.set("documents", "eo-14363", issued_date="2025-11-01")
    line = data.set_claim(
        {"table": "documents", "row_id": "eo-14363", "as_printed": "November 24, 2025"},
        as_printed="November 2025",
    )
    return [
        f"claims.csv:{line}: as_printed: 'November 2025' does not read as 2025-11-01; "
        "correct the cell or the literal, or say why in note"
    ]


def literal_of_an_unread_source(data: DataCopy) -> list[str]:
    line = data.set_claim(PRINTED, source_id="dev-futuriom-05")
    return [
        f"claims.csv:{line}: as_printed: '年度50万张' quotes dev-futuriom-05, which was not read; "
        "leave it blank, or read the text and enter its sha256"
    ]


def read_source_without_a_literal(data: DataCopy) -> list[str]:
    line = data.set_claim(PRINTED, as_printed="")
    return [
        f"claims.csv:{line}: as_printed: is blank though world-affairs-2025-13 was read; "
        "copy what the text prints, with its ¶n"
    ]


def literal_too_long(data: DataCopy) -> list[str]:
    line = data.set_claim(PRINTED, as_printed="年度50万张" + "甲" * 20)
    return [
        f"claims.csv:{line}: as_printed: '年度50万张{'甲' * 20}' is longer than 25 characters; "
        "quote only the telling part"
    ]


def literal_without_a_paragraph(data: DataCopy) -> list[str]:
    line = data.set_claim(PRINTED, locator="p. 7")
    return [f"claims.csv:{line}: locator: 'p. 7' does not begin with ¶n; give the paragraph as ¶n"]


def differs_without_a_value(data: DataCopy) -> list[str]:
    line = data.set_claim(PRINTED, stance="differs")
    data.add("claims", **PRINTED | {"as_printed": "", "source_id": "dev-futuriom-05",
                                    "stance": "supports"})  # fmt: skip
    return [
        f"claims.csv:{line}: value: is blank on a differing claim; "
        "enter the value that the source gives"
    ]


def differs_with_words_for_a_number(data: DataCopy) -> list[str]:
    line = data.add("claims", **PRINTED | {"as_printed": "", "source_id": "dev-futuriom-05",
                                           "stance": "differs", "value": "half of it"})  # fmt: skip
    return [
        f"claims.csv:{line}: value: 'half of it' is no number as deal_terms.value is; "
        "write a plain number"
    ]


def differs_with_words_for_a_date(data: DataCopy) -> list[str]:
    line = data.add("claims", table="deals", row_id=DEAL, field="announced_date",
                    source_id="dev-futuriom-05", stance="differs", value="May 2025")  # fmt: skip
    return [
        f"claims.csv:{line}: value: 'May 2025' is no date as deals.announced_date is; "
        "write it as YYYY-MM-DD"
    ]


def supports_with_a_value(data: DataCopy) -> list[str]:
    line = data.set_claim(PRINTED, value="500000")
    return [
        f"claims.csv:{line}: value: '500000' stands on a supporting claim; "
        "leave it blank: the cell is the value"
    ]


def two_supporting_claims_that_differ(data: DataCopy) -> list[str]:
    line = data.set_claim(
        {"row_id": "eo-14179", "field": "issued_date", "source_id": "policy-note-2025-12"},
        as_printed="2025-01-24",
    )
    return [
        f"claims.csv:{line}: as_printed: '2025-01-24' does not read as 2025-01-23; "
        "correct the cell or the literal, or say why in note",
        f"claims.csv:{line}: as_printed: '2025-01-24' is not what ai-action-plan prints, "
        "“Executive Order 14179 of January 23, 2025”; one of the two differs: give its value",
    ]


def headline_without_a_reason(data: DataCopy) -> list[str]:
    line = data.set_claim(
        {"row_id": "us-h200-case-by-case-2026", "field": "from_date",
         "source_id": "govinfo-2026-00789", "stance": "differs"},
        note="",
    )  # fmt: skip
    for row in (rows := data.rows("claims")):
        if (row["row_id"], row["field"]) == ("us-h200-case-by-case-2026", "from_date"):
            row["note"] = ""
    data.write("claims", rows)
    return [
        f"claims.csv:{line}: note: is blank though no rule puts the cell before this value; "
        "say why the cell stands, or correct the cell"
    ]


def undated_source_that_was_read(data: DataCopy) -> list[str]:
    line = data.set("sources", "policy-note-2025-12", published_date="", published_precision="")
    remedy = "enter the day, or the first day possible with the precision not_before"
    return [
        f"sources.csv:{line}: {column}: is blank though the text was read; {remedy}"
        for column in ("published_date", "published_precision")
    ]


def source_older_than_its_row(data: DataCopy) -> list[str]:
    line = data.add("claims", table="outcomes", row_id="EO14179-03.1", field="*",
                    source_id="eo-14179", locator="¶30", as_printed="Within 180 days",
                    stance="supports")  # fmt: skip
    return [
        f"claims.csv:{line}: source_id: 'eo-14179' is older than the row, which is of 2025-04-03; "
        "correct the date, drop the claim, or say in note what the source foresaw"
    ]


def source_older_than_what_its_row_belongs_to(data: DataCopy) -> list[str]:
    line = data.add("claims", table="provisions", row_id="EO14365-P01", field="*",
                    source_id="ai-action-plan", locator="¶5", as_printed="JULY 2025",
                    stance="supports")  # fmt: skip
    return [
        f"claims.csv:{line}: source_id: 'ai-action-plan' is older than the row, which is of "
        "2025-12-11; correct the date, drop the claim, or say in note what the source foresaw"
    ]


def qualifier_that_the_literal_denies(data: DataCopy) -> list[str]:
    data.set("deal_terms", "ae-1400bn.ai-manufacturing", qualifier="exact")
    line = data.line("claims", row_id="ae-1400bn.ai-manufacturing", field="value",
                     source_id="world-affairs-2025-13")  # fmt: skip
    return [
        f"claims.csv:{line}: as_printed: '至少2000亿美元' reads as at_least, the row says exact; "
        "correct the qualifier, or say in note why it is another"
    ]


OTHER_CASES: list[Case] = [
    text_for_a_number, fraction_for_a_whole_number, word_for_a_boolean, chinese_digits,
    full_width_digits, negative_quantity, upper_end_below_lower, repeated_pair, dangling_key,
    untranslated_word, broken_descriptor, descriptor_in_other_encoding, several_at_once,
    row_without_a_claim, number_without_a_claim, row_that_only_others_deny,
    claim_on_a_missing_table, claim_on_a_missing_row, claim_on_a_missing_field,
    claim_by_a_missing_source, claim_on_a_blank_cell, literal_of_another_number,
    literal_in_another_unit, literal_of_another_date, literal_coarser_than_its_date,
    literal_of_an_unread_source, read_source_without_a_literal, literal_too_long,
    literal_without_a_paragraph, differs_without_a_value, differs_with_words_for_a_number,
    differs_with_words_for_a_date, supports_with_a_value, two_supporting_claims_that_differ,
    headline_without_a_reason, undated_source_that_was_read, source_older_than_its_row,
    source_older_than_what_its_row_belongs_to, qualifier_that_the_literal_denies,
]  # fmt: skip


def name_of(case: Case) -> str:
    return case.__name__


def test_the_copy_is_sound_before_it_is_broken(data_copy):
    evidence.check()
    assert planlib.load("deals")["deal_id"].tolist() == [
        r["deal_id"] for r in data_copy.rows("deals")
    ]


@pytest.mark.parametrize("case", FORM_CASES + OTHER_CASES, ids=name_of)
def test_check_says_each_problem_on_a_line_of_its_own(case, data_copy):
    lines = case(data_copy)
    with pytest.raises(DataError) as caught:
        evidence.check()
    assert str(caught.value).splitlines() == lines


@pytest.mark.parametrize("case", FORM_CASES, ids=name_of)
def test_load_says_the_same_as_check(case, data_copy):
    lines = case(data_copy)
    with pytest.raises(DataError) as caught:
        planlib.load("deals")
    assert str(caught.value).splitlines() == lines


@pytest.mark.parametrize("case", [missing_table, bad_date], ids=name_of)
def test_other_tables_can_still_be_loaded(case, data_copy):
    case(data_copy)
    assert len(planlib.load("sections")) == 30


def test_a_note_says_why_a_literal_does_not_read_as_its_cell(data_copy):
    data_copy.set_claim(PRINTED, as_printed="年度51万张", note="A misprint for 50万")
    evidence.check()


def test_a_note_says_what_a_source_foresaw(data_copy):
    source_older_than_its_row(data_copy)
    data_copy.set_claim({"source_id": "eo-14179", "row_id": "EO14179-03.1"}, note="Foreseen")
    evidence.check()


@pytest.mark.parametrize("precision", ["month", "year", "not_before"])
def test_a_source_is_as_old_as_the_last_day_that_it_may_be_of(precision, data_copy):
    source_older_than_its_row(data_copy)
    date = {"month": "2025-04-01", "year": "2025-01-01", "not_before": "2025-01-01"}[precision]
    data_copy.set("sources", "eo-14179", published_date=date, published_precision=precision)
    evidence.check()


def test_context_may_be_older_than_what_it_explains(data_copy):
    source_older_than_its_row(data_copy)
    data_copy.set_claim({"source_id": "eo-14179", "row_id": "EO14179-03.1"}, stance="context")
    evidence.check()


def test_a_folder_without_data_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv(schema.ENVIRONMENT_VARIABLE, str(tmp_path))
    with pytest.raises(PlanlibError) as caught:
        planlib.load("deals")
    assert str(caught.value) == (
        f"{tmp_path}/datapackage.json: the descriptor is missing; "
        "restore it or correct PLANLIB_DATA"
    )


@pytest.mark.parametrize("case", [byte_order_mark, carriage_returns], ids=name_of)
def test_fix_mends_what_a_spreadsheet_does_to_a_file(case, data_copy):
    before = data_copy.path("deals").read_bytes()
    case(data_copy)
    assert tables.mend_form() == ["deals.csv"]
    assert data_copy.path("deals").read_bytes() == before
    evidence.check()


# The command


def planlib_check(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "planlib.cli", "check", *options]
    environment = os.environ | {"PYTHONUTF8": "1"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@pytest.mark.parametrize("case", [ragged_rows, several_at_once, broken_descriptor], ids=name_of)
def test_the_command_prints_the_lines_and_exits_with_2(case, data_copy):
    lines = case(data_copy)
    done = planlib_check()
    assert done.stderr.splitlines() == lines
    assert (done.returncode, done.stdout) == (2, "")


def test_the_command_mends_on_request(data_copy):
    byte_order_mark(data_copy)
    done = planlib_check("--fix")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert planlib_check().returncode == 0
