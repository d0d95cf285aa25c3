"""Tables as typed frames: as of a date, with names in place of ids, and whole again after --fix."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planlib
from planlib import schema, tables
from planlib.errors import DataError, ParameterError, UnknownNameError

DATED = ("documents", "measures", "obligations", "outcomes", "events", "deals", "deal_terms")


def test_load_gives_a_typed_frame():
    deals = planlib.load("deals")
    assert deals["announced_date"].dtype == "datetime64[s]"
    assert isinstance(deals["kind"].dtype, pd.CategoricalDtype)
    assert planlib.load("sections")["page"].dtype == "Int64"
    assert planlib.load("sources")["is_public_domain"].dtype == "boolean"


def test_an_unknown_table_is_answered_with_the_nearest():
    with pytest.raises(UnknownNameError, match="no table 'deal'; did you mean 'deals'"):
        planlib.load("deal")


def test_a_frame_is_the_callers_own():
    first = planlib.load("deals")
    first.loc[:, "title"] = "changed"
    assert "changed" not in set(planlib.load("deals")["title"])


def test_a_table_is_read_again_when_its_file_changes(data_copy):
    planlib.load("deals")
    data_copy.set("deals", "sa-humain-nvidia", title="Another title")
    assert "Another title" in set(planlib.load("deals")["title"])


def test_rows_become_public_anew_when_their_file_changes(data_copy):
    assert "eo-14179" in set(planlib.load("documents", as_of="2025-01-23")["document_id"])
    data_copy.set("documents", "eo-14179", issued_date="2025-01-24")
    assert "eo-14179" not in set(planlib.load("documents", as_of="2025-01-23")["document_id"])


def test_a_row_becomes_public_anew_when_what_it_belongs_to_changes(data_copy):
    terms = planlib.load("deal_terms", as_of="2025-05-14")
    deal = terms["deal_id"].iloc[0]
    data_copy.set("deals", deal, announced_date="2026-01-01")
    assert deal not in set(planlib.load("deal_terms", as_of="2025-05-14")["deal_id"])


def test_what_a_caller_writes_into_rows_known_on_a_day_stays_the_callers_own():
    mine = planlib.load("deals", as_of="2025-05-14")
    before = mine["title"].tolist()
    mine["title"] = "mine"
    mine.loc[0, "deal_id"] = "mine"
    again = planlib.load("deals", as_of="2025-05-14")
    assert again["title"].tolist() == before
    assert "mine" not in set(again["deal_id"])


@pytest.mark.parametrize("name", ["deal_terms", "obligations", "documents"])
def test_records_are_the_rows_in_order(name):
    frame = planlib.load(name)
    for record, row in zip(tables.records(frame), frame.itertuples(index=False), strict=True):
        assert record._fields == row._fields
        assert all((pd.isna(a) and pd.isna(b)) or a == b for a, b in zip(record, row, strict=True))


def test_records_are_grouped_in_the_order_in_which_they_come():
    frame = pd.DataFrame({"kind": ["b", "a", None, "b"], "value": [1, 2, 3, 4]})
    groups = tables.grouped(tables.records(frame), "kind")
    assert {kind: [row.value for row in rows] for kind, rows in groups.items()} == {
        "b": [1, 4], "a": [2], None: [3],
    }  # fmt: skip
    assert list(groups) == ["b", "a", None]


def test_a_table_is_read_again_when_its_description_changes(data_copy):
    planlib.load("chips")

    def year_as_number(descriptor):
        chips = next(r for r in descriptor["resources"] if r["name"] == "chips")
        next(f for f in chips["schema"]["fields"] if f["name"] == "year").update(type="number")

    data_copy.describe(year_as_number)
    assert planlib.load("chips")["year"].dtype == "float64"


@pytest.mark.parametrize("kind", [str, Path])
def test_a_folder_may_be_named(kind, data_copy, monkeypatch):
    monkeypatch.delenv(schema.ENVIRONMENT_VARIABLE)
    data_copy.set("deals", "sa-humain-nvidia", title="Only in the copy")
    folder = kind(data_copy.directory)
    assert "Only in the copy" in set(planlib.load("deals", directory=folder)["title"])
    assert "Only in the copy" not in set(planlib.load("deals")["title"])


# As of


def test_rows_that_became_public_later_are_left_out():
    assert "eo-14179" in set(planlib.load("documents", as_of="2025-01-23")["document_id"])
    assert "eo-14179" not in set(planlib.load("documents", as_of="2025-01-22")["document_id"])


def test_a_row_without_a_date_of_its_own_is_as_public_as_what_it_belongs_to():
    assert planlib.load("measures", as_of="2025-07-22").empty
    assert planlib.load("measure_agencies", as_of="2025-07-22").empty
    assert len(planlib.load("measures", as_of="2025-07-23")) == 103


def test_a_table_without_known_from_is_always_known():
    assert len(planlib.load("chips", as_of="2000-01-01")) == len(planlib.load("chips"))


def test_a_month_has_to_be_over_before_its_row_counts_as_known(data_copy):
    data_copy.set(
        "deals", "sa-humain-nvidia", announced_date="2025-05-01", announced_precision="month"
    )
    deals = [set(planlib.load("deals", as_of=f"2025-05-{d}")["deal_id"]) for d in (30, 31)]
    assert ["sa-humain-nvidia" in ids for ids in deals] == [False, True]


@pytest.mark.parametrize(
    ("precision", "last"),
    [
        ("day", "2025-04-01"),
        ("month", "2025-04-30"),
        ("quarter", "2025-06-30"),
        ("year", "2025-12-31"),
        ("not_before", "2025-04-01"),
        (None, "2025-04-01"),
    ],
)
def test_the_last_day_that_a_date_may_mean(precision, last):
    frame = pd.DataFrame({"date": pd.to_datetime(["2025-04-01", None]), "precision": precision})
    assert tables.last_days(frame, "date").tolist() == [pd.Timestamp(last), pd.NaT]


def test_a_date_without_a_precision_column_is_the_day_itself():
    frame = pd.DataFrame({"start_date": pd.to_datetime(["2025-04-01"])})
    assert tables.last_days(frame, "start_date").tolist() == [pd.Timestamp("2025-04-01")]


@settings(max_examples=25)
@given(days=st.lists(st.dates(dt.date(2022, 1, 1), dt.date(2027, 12, 31)), min_size=2, max_size=2))
@pytest.mark.parametrize("name", DATED)
def test_what_was_known_stays_known(name, days):
    earlier, later = (set(planlib.load(name, as_of=str(day)).iloc[:, 0]) for day in sorted(days))
    assert earlier <= later


def test_empty_means_the_datas_own_date():
    assert tables.resolve_as_of("") == pd.Timestamp(schema.package().as_of)


@pytest.mark.parametrize("word", ["2025-13-01", "23.7.2025", "2025-7-1", "20250701", "soon"])
def test_as_of_is_an_iso_date(word):
    with pytest.raises(ParameterError, match=f"as_of: '{word}' is not a date; write it as YYYY"):
        planlib.load("deals", as_of=word)


def test_today_is_never_read_from_a_clock_here():
    with pytest.raises(ParameterError, match="'today' is resolved before a notebook runs"):
        planlib.load("deals", as_of="today")


# Labels


@pytest.mark.parametrize(
    ("lang", "country", "kind"),
    [("en", "Saudi Arabia", "Chip supply"), ("zh", "沙特阿拉伯", "芯片供应")],
)
def test_labels_put_names_in_place_of_ids_and_words(lang, country, kind):
    row = planlib.load("deals", labels=lang).set_index("deal_id").loc["sa-humain-nvidia"]
    assert (row["country_id"], row["kind"]) == (country, kind)


@pytest.mark.parametrize("lang", schema.LANGUAGES)
def test_labels_keep_one_language_of_each_pair_and_every_row(lang):
    plain, labelled = planlib.load("deals"), planlib.load("deals", labels=lang)
    assert list(labelled.columns) == [c for c in plain.columns if c != "title_zh"]
    assert labelled["deal_id"].tolist() == plain["deal_id"].tolist()
    assert labelled["title"].tolist() == plain["title_zh" if lang == "zh" else "title"].tolist()


@pytest.mark.parametrize("lang", schema.LANGUAGES)
@pytest.mark.parametrize("name", schema.package().names)
def test_labels_lose_no_cell(name, lang):
    plain, labelled = planlib.load(name), planlib.load(name, labels=lang)
    for column in labelled.columns:
        if f"{column}_zh" not in plain:
            assert (labelled[column].isna() == plain[column].isna()).all(), column


def test_labelled_categories_keep_the_order_of_the_vocabulary():
    words = tables.words("en")
    plain, labelled = planlib.load("deals")["kind"], planlib.load("deals", labels="en")["kind"]
    assert list(labelled.cat.categories) == [words[c] for c in plain.cat.categories]


def test_labels_work_on_frames_that_analysis_returns():
    frame = pd.DataFrame(
        {"n": [1, 2], "country_id": ["ARE", None], "deal_id": ["sa-humain-amd"] * 2}
    )
    labelled = tables.with_labels(frame, "en")
    assert labelled["country_id"].tolist()[0] == "United Arab Emirates"
    assert labelled["country_id"].isna().tolist() == [False, True]
    assert "sa-humain-amd" not in set(labelled["deal_id"])


def test_a_word_without_a_term_stays_as_it_is():
    frame = pd.DataFrame({"n": [1, 2], "verdict": pd.Categorical(["fits", "unheard_of"])})
    assert tables.with_labels(frame, "en")["verdict"].tolist() == [
        tables.words("en")["fits"], "unheard_of",
    ]  # fmt: skip


def test_an_unknown_language_is_refused():
    with pytest.raises(ParameterError, match="lang: 'fr' is not a language of planlib; use en or"):
        planlib.load("deals", labels="fr")


def test_a_name_that_is_missing_falls_back(data_copy):
    data_copy.set("sources", "eo-14179", title_zh="")
    data_copy.set("sources", "eo-14318", title="", title_zh="")
    data_copy.set("sources", "eo-14320", title="", title_zh="", publisher_zh="")
    names = tables.names_of("sources", "zh")
    assert names["eo-14179"] == tables.names_of("sources", "en")["eo-14179"]
    assert names["eo-14318"] == "白宫"
    assert names["eo-14320"] == "The White House"


@pytest.mark.parametrize(
    ("table", "column"),
    [("deals", "title"), ("actors", "name"), ("measures", "summary"), ("obligations", "duty"),
     ("deal_parties", "deal_party_id")],
)  # fmt: skip
def test_the_column_that_names_a_row(table, column):
    assert schema.package()[table].label_column == column


# Checks and mending


def test_problems_of_all_tables_come_together(data_copy):
    data_copy.set("deals", "sa-humain-nvidia", kind="gift", recipient_id="nobody")
    data_copy.path("chips").unlink()
    assert [(p.file, p.column, p.value) for p in tables.problems()] == [
        ("deals.csv", "kind", "gift"),
        ("chips.csv", "", ""),
        ("deals.csv", "recipient_id", "nobody"),
    ]


def test_mending_takes_away_marks_and_line_ends_and_nothing_else(data_copy):
    before = {p.name: p.read_bytes() for p in data_copy.directory.iterdir()}
    deals, chips = data_copy.path("deals"), data_copy.path("chips")
    deals.write_bytes(b"\xef\xbb\xbf" + deals.read_bytes())
    chips.write_bytes(chips.read_bytes().replace(b"\n", b"\r\n"))
    assert tables.mend_form() == ["deals.csv", "chips.csv"]
    assert {p.name: p.read_bytes() for p in data_copy.directory.iterdir()} == before
    assert tables.mend_form() == []


def test_mending_leaves_a_missing_table_to_the_check(data_copy):
    data_copy.path("deals").unlink()
    assert tables.mend_form() == []
    with pytest.raises(DataError, match=r"deals\.csv: is missing"):
        planlib.load("deals")
