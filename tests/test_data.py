"""The real tables: sound, complete in both languages, and true to the texts that were read."""

from __future__ import annotations

import csv
import re
import socket

import pandas as pd
import pytest

import planlib
from conftest import DATA
from planlib import evidence, schema, tables

PACKAGE = schema.package(DATA)
CHINESE = re.compile("[\u4e00-\u9fff]")
# Names that Chinese texts leave in Latin letters: firms, products and the names these bear besides.
LATIN_NAMES = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ]*(（[A-Z][a-z]+）)?")
# Sources bear the titles that their publishers gave them, in one language or none.
OWN_TITLES = "sources"
PAIRS = [(t.name, c) for t in PACKAGE.tables for c in t.columns if f"{c}_zh" in t.columns]
DATES = [
    (t.name, f.name)
    for t in PACKAGE.tables
    for f in t.fields
    if tables.precision_column(f.name) in t.columns
]


def row(table: str, key: str) -> pd.Series:
    return planlib.load(table).set_index(PACKAGE[table].key).loc[key]


# Form


@pytest.mark.parametrize("path", sorted(DATA.glob("*.csv")), ids=lambda p: p.stem)
def test_files_are_utf8_without_mark_and_end_lines_with_lf(path):
    content = path.read_bytes()
    content.decode("utf-8")
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert content.endswith(b"\n")
    assert not content.endswith(b"\n\n")


def test_every_file_is_described_and_every_description_has_its_file():
    assert {p.name for p in DATA.glob("*.csv")} == {t.path for t in PACKAGE.tables}


@pytest.mark.parametrize("table", PACKAGE.tables, ids=lambda t: t.name)
def test_rows_are_sorted_by_key(table):
    raw = tables.raw(table.name, PACKAGE)
    columns = (table.key,) if table.has_key else table.unique_keys[0]
    keys = list(zip(*(raw.columns[c] for c in columns), strict=True))
    assert keys == sorted(set(keys))


@pytest.mark.parametrize("table", PACKAGE.tables, ids=lambda t: t.name)
def test_files_are_written_as_pythons_csv_writes_them(table, tmp_path):
    content = (DATA / table.path).read_text(encoding="utf-8")
    rows = list(csv.reader(content.splitlines()))
    copy = tmp_path / "copy.csv"
    with copy.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    assert copy.read_text(encoding="utf-8") == content


def test_every_table_key_and_claim_is_sound():
    evidence.check()


@pytest.fixture
def offline(monkeypatch):
    def refuse(*_: object) -> None:
        raise AssertionError("something went to the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_frictionless_finds_nothing_either_and_stays_off_the_network(offline):
    from frictionless import Package

    report = Package(str(DATA / schema.DESCRIPTOR)).validate()
    assert report.flatten(["resourceName", "rowNumber", "fieldName", "message"]) == []
    assert report.stats["tasks"] == len(PACKAGE.tables)


def test_frictionless_would_notice_a_dangling_key_and_an_unknown_word(data_copy, offline):
    from frictionless import Package

    data_copy.set("deals", "sa-humain-nvidia", recipient_id="nobody", kind="gift")
    report = Package(str(data_copy.directory / schema.DESCRIPTOR)).validate()
    assert sorted(report.flatten(["type"])) == [["constraint-error"], ["foreign-key"]]


# Words


def test_column_names_are_project_wide_words():
    meanings: dict[str, set[tuple[str, str]]] = {}
    for table in PACKAGE.tables:
        if table.name != "claims":  # whose value is a value of any column
            for field in table.fields:
                meanings.setdefault(field.name, set()).add((field.type, field.unit))
    assert [name for name, kinds in meanings.items() if len(kinds) > 1] == []


def test_a_foreign_key_of_one_name_leads_to_one_table():
    targets: dict[str, set[str]] = {}
    for table in PACKAGE.tables:
        for key in table.foreign_keys:
            targets.setdefault(key.field, set()).add(key.table)
    assert [name for name, found in targets.items() if len(found) > 1] == []


def test_every_table_and_column_is_titled_in_both_languages():
    described = [*PACKAGE.tables, *PACKAGE.computed, *(f for t in PACKAGE.tables for f in t.fields)]
    for item in described:
        assert item.title.isascii(), item.name
        assert CHINESE.search(item.title_zh) or item.title_zh.isupper(), item.name


def test_every_word_of_every_vocabulary_has_its_four_texts():
    words = {w for t in PACKAGE.tables for f in t.fields for w in f.enum}
    words |= {w for f in PACKAGE.computed for w in f.enum}
    terms = planlib.load("terms").set_index("term_id")
    assert words <= set(terms.index)
    assert terms[["title", "title_zh", "meaning", "meaning_zh"]].notna().all(axis=None)


@pytest.mark.parametrize(("table", "column"), [p for p in PAIRS if p[0] != OWN_TITLES])
def test_texts_come_in_pairs(table, column):
    frame = planlib.load(table)
    assert (frame[column].notna() == frame[f"{column}_zh"].notna()).all()


@pytest.mark.parametrize(("table", "column"), PAIRS)
def test_chinese_texts_are_chinese(table, column):
    texts = planlib.load(table)[f"{column}_zh"].dropna()
    strangers = [t for t in texts if not CHINESE.search(t)]
    if column in ("name", "title"):
        strangers = [t for t in strangers if not LATIN_NAMES.fullmatch(t)]
    assert strangers == []


@pytest.mark.parametrize(("table", "column"), [p for p in PAIRS if p[0] != OWN_TITLES])
def test_english_texts_hold_no_chinese(table, column):
    assert [t for t in planlib.load(table)[column].dropna() if CHINESE.search(t)] == []


@pytest.mark.parametrize(("table", "column"), PAIRS)
def test_a_text_is_not_its_own_translation(table, column):
    frame = planlib.load(table)
    same = frame[column].notna() & (frame[column] == frame[f"{column}_zh"])
    assert [t for t in frame[column][same] if not LATIN_NAMES.fullmatch(t)] == []


# Dates


@pytest.mark.parametrize(("table", "column"), DATES)
def test_a_date_and_its_precision_come_together(table, column):
    frame = planlib.load(table)
    assert (frame[column].notna() == frame[tables.precision_column(column)].notna()).all()


@pytest.mark.parametrize(("table", "column"), DATES)
def test_a_coarse_date_is_the_first_day_of_its_period(table, column):
    frame = planlib.load(table)
    precision = frame[tables.precision_column(column)]
    for word, frequency in (("month", "M"), ("quarter", "Q"), ("year", "Y")):
        dates = frame[column][precision == word]
        assert (dates.dt.to_period(frequency).dt.start_time == dates).all(), word


def test_nothing_is_hidden_by_the_datas_own_date():
    assert {t: len(planlib.load(t)) for t in PACKAGE.names} == {
        t: len(tables.whole(t)) for t in PACKAGE.names
    }


def test_views_are_not_stored():
    columns = {c for t in PACKAGE.tables for c in t.columns}
    assert not columns & {
        "due_date", "due_origin", "duty_status", "days_late", "days_left", "h100_equivalents",
        "action_count", "cumulative_gpus", "kw_per_gpu", "uptake", "verdict",
    }  # fmt: skip


def test_a_document_ends_after_it_was_issued():
    documents = planlib.load("documents")
    assert not (documents["ended_date"] < documents["issued_date"]).any()
    assert not (documents["effective_date"] < documents["issued_date"]).any()


def test_a_duty_is_not_done_before_it_was_laid_down():
    duties = planlib.load("obligations").merge(planlib.load("documents"), on="document_id")
    issued = duties.set_index("obligation_id")["issued_date"]
    outcomes = planlib.load("outcomes")
    assert not (outcomes["outcome_date"] < outcomes["obligation_id"].map(issued)).any()


# Structure


def test_the_plan_has_three_pillars_thirty_sections_and_103_actions_of_which_102_differ():
    sections, measures = planlib.load("sections"), planlib.load("measures")
    assert sections["pillar"].value_counts(sort=False).to_dict() == {"P1": 15, "P2": 8, "P3": 7}
    assert len(measures) == 103
    assert measures["same_as_id"].notna().sum() == 1
    assert set(measures["section_id"]) == set(sections["section_id"])


def test_sections_and_actions_are_numbered_without_a_gap():
    sections, measures = planlib.load("sections"), planlib.load("measures")
    for _, group in sections.groupby("pillar", observed=True):
        assert group["section_no"].tolist() == list(range(1, len(group) + 1))
        assert group["page"].is_monotonic_increasing
    for _, group in measures.groupby("section_id"):
        assert group["action_no"].tolist() == list(range(1, len(group) + 1))


def test_keys_are_built_from_what_they_stand_for():
    sections, measures = planlib.load("sections"), planlib.load("measures")
    assert sections["section_id"].tolist() == [
        f"{s.pillar}.{s.section_no:02d}" for s in sections.itertuples()
    ]
    assert measures["measure_id"].tolist() == [
        f"{m.section_id}.{m.action_no}" for m in measures.itertuples()
    ]
    for name, owner in (
        ("measure_agencies", "measure_id"),
        ("obligation_agencies", "obligation_id"),
        ("event_actors", "event_id"),
    ):
        links = planlib.load(name)
        assert links.iloc[:, 0].tolist() == (links[owner] + "." + links["actor_id"]).tolist()


def test_a_duty_says_what_its_clock_starts_from():
    duties = planlib.load("obligations")
    kind = duties["start_kind"].astype("str")
    assert (duties["start_date"].notna() == (kind == "date")).all()
    assert (duties["start_obligation_id"].notna() == (kind == "obligation")).all()
    assert not (duties["days"].notna() & duties["months"].notna()).any()


def test_an_implementation_cites_a_duty_of_its_own_document():
    links = planlib.load("implementations").dropna(subset=["obligation_id"])
    duties = planlib.load("obligations").set_index("obligation_id")["document_id"]
    assert links["obligation_id"].map(duties).tolist() == links["document_id"].tolist()


def test_a_deal_term_has_value_unit_and_qualifier_or_none_of_them():
    terms = planlib.load("deal_terms")
    for column in ("unit", "qualifier"):
        assert (terms[column].notna() == terms["value"].notna()).all()
    assert terms["value"][terms["value_to"].notna()].notna().all()


def test_a_part_of_a_sum_is_no_larger_than_the_sum():
    terms = planlib.load("deal_terms").set_index("deal_term_id")
    parts = terms[terms["part_of_id"].notna()]
    whole = terms.loc[parts["part_of_id"]]
    same = parts["unit"].astype("str").to_numpy() == whole["unit"].astype("str").to_numpy()
    assert (parts["value"].to_numpy() <= whole["value"].to_numpy())[same].all()
    assert (parts["unit"][~same] == "percent").all()


def test_parties_of_a_deal_include_its_recipient_and_supplier():
    deals, parties = planlib.load("deals"), planlib.load("deal_parties")
    known = set(zip(parties["deal_id"], parties["actor_id"], strict=True))
    for column in ("recipient_id", "supplier_id"):
        named = deals[deals[column].notna()]
        assert set(zip(named["deal_id"], named[column], strict=True)) <= known


def test_countries_are_iso_codes_of_countries():
    kinds = planlib.load("actors").set_index("actor_id")["kind"].astype("str")
    codes = set(planlib.load("deals")["country_id"]) | set(planlib.load("events")["jurisdiction"])
    codes |= set(planlib.load("actors")["country_id"].dropna())
    assert [c for c in codes if not re.fullmatch("[A-Z]{3}|EU", c)] == []
    assert {kinds[c] for c in codes - {"EU"}} == {"country"}
    assert kinds["EU"] == "union"


# Claims


def test_no_literal_is_quoted_from_a_text_that_was_not_read():
    claims = evidence.claims()
    assert claims["as_printed"][~claims["is_read"]].isna().all()
    assert claims["locator"][~claims["is_read"]].isna().all()


def test_each_claim_on_a_text_that_was_read_quotes_it():
    claims = evidence.claims()
    assert claims["as_printed"][claims["is_read"]].notna().all()


def test_no_claim_is_made_twice():
    claims = planlib.load("claims")
    what = ["table", "row_id", "field", "source_id", "locator", "stance", "value"]
    assert not claims.duplicated(what).any()


def test_a_claim_that_differs_says_how():
    conflicts = evidence.conflicts()
    assert conflicts["note"].notna().all()


def test_each_text_that_was_read_has_a_digest_of_its_own():
    digests = planlib.load("sources")["sha256"].dropna()
    assert len(digests) == digests.nunique() == 14


# Golden facts, each read in its text


@pytest.mark.parametrize(
    ("table", "key", "column", "value"),
    [
        ("documents", "ai-action-plan", "issued_date", "2025-07-23"),
        ("documents", "eo-14110", "issued_date", "2023-10-30"),
        ("documents", "eo-14110", "ended_date", "2025-01-20"),
        ("documents", "eo-14110", "ended_by_id", "eo-14148"),
        ("documents", "eo-14179", "issued_date", "2025-01-23"),
        ("documents", "eo-14318", "issued_date", "2025-07-23"),
        ("documents", "eo-14319", "issued_date", "2025-07-23"),
        ("documents", "eo-14320", "issued_date", "2025-07-23"),
        ("documents", "eo-14363", "issued_date", "2025-11-24"),
        ("documents", "eo-14365", "issued_date", "2025-12-11"),
        ("obligations", "EO14179-01", "days", 180),
        ("obligations", "EO14319-01", "days", 120),
        ("obligations", "EO14320-01", "days", 90),
        ("obligations", "EO14363-07", "months", 12),
        ("obligations", "EO14365-01", "days", 30),
        ("obligations", "EO14365-01", "stated_due_date", "2026-01-10"),
        ("obligations", "EO14365-02", "stated_due_date", "2026-03-11"),
        ("outcomes", "EO14179-01.1", "result", "implied"),
        ("sections", "P1.01", "title", "Remove Red Tape and Onerous Regulation"),
        ("sections", "P3.07", "page", 23),
        ("measures", "P3.07.3", "same_as_id", "P3.06.4"),
        ("deal_terms", "ae-chip-quota.quota", "value", 500_000),
        ("deal_terms", "ae-chip-quota.quota", "qualifier", "up_to"),
        ("deal_terms", "ae-1400bn.pledge", "value", 1.4e12),
        ("deal_terms", "ae-1400bn.duration", "value", 10),
        ("deal_terms", "sa-us-pledge-600bn.pledge", "value", 6e11),
        ("deal_terms", "sa-humain-amd.money", "value", 1e10),
        ("deal_terms", "sa-humain-nvidia.first-phase", "value", 18_000),
        ("deal_terms", "sa-humain-nvidia.gpus", "value", 100_000),
        ("deal_terms", "sa-humain-nvidia.gpus", "qualifier", "several"),
        ("deal_terms", "sa-humain-nvidia.power", "value", 500),
        ("deal_terms", "sa-humain-nvidia.power", "unit", "MW"),
        ("deal_terms", "sa-humain-nvidia.duration", "value", 5),
    ],
)
def test_golden_facts(table, key, column, value):
    found = row(table, key)[column]
    assert (f"{found:%Y-%m-%d}" if isinstance(found, pd.Timestamp) else found) == value


def test_the_short_orders_duties_with_a_term_are_all_there():
    duties = planlib.load("obligations")
    dated = duties[duties["days"].notna()].groupby("document_id")["days"].agg(sorted)
    assert dated["eo-14179"] == [60, 180]
    assert dated["eo-14320"] == [90, 90]
    assert dated["eo-14365"] == [30, 90, 90, 90, 90]
    assert dated["eo-14318"] == [10, 180, 180]
    assert dated["eo-14319"] == [90, 120]


def test_a_source_that_is_a_document_bears_its_chinese_title():
    documents = planlib.load("documents").groupby("title")["title_zh"].agg(set)
    sources = planlib.load("sources")
    titled = sources[sources["title"].isin(documents.index[documents.map(len) == 1])]
    assert len(titled) > 40
    assert titled["title_zh"].notna().all()
