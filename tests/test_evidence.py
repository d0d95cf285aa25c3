"""Claims: what each says, what it rests on, and how well each table is attested."""

from __future__ import annotations

import pandas as pd
import pytest

import planlib
from planlib import evidence, schema
from planlib.errors import ParameterError

FIRST_PHASE = {"deal_terms": ["sa-humain-nvidia.first-phase"]}


def test_each_claim_knows_its_source():
    claims = evidence.claims().set_index("source_id")
    order = claims.loc["eo-14179"].iloc[0]
    assert (order["role"], order["publisher"], order["is_read"]) == (
        "primary",
        "The White House",
        True,
    )
    article = claims.loc["world-affairs-2025-13"].iloc[0]
    assert (article["role"], article["is_read"]) == ("secondary", True)


def test_a_source_without_a_digest_was_not_read(data_copy):
    data_copy.set("sources", "world-affairs-2025-13", sha256="")
    claims = evidence.claims()
    assert not claims[claims["source_id"] == "world-affairs-2025-13"]["is_read"].any()


def test_claims_of_rows_are_those_on_the_rows_and_no_others():
    claims = evidence.claims_of(FIRST_PHASE)
    assert set(claims["row_id"]) == {"sa-humain-nvidia.first-phase"}
    assert set(claims["table"]) == {"deal_terms"}
    printed = claims[claims["field"] == "value"].set_index("source_id")["as_printed"]
    assert printed["world-affairs-2025-13"] == "首期部署18000张"


def test_claims_of_nothing_are_none():
    assert evidence.claims_of({}).empty
    assert evidence.claims_of({"deals": ["no-such-deal"]}).empty


def test_the_same_key_in_another_table_is_another_row():
    assert evidence.claims_of({"deals": ["eo-14179"]}).empty
    assert len(evidence.claims_of({"documents": ["eo-14179"]})) > 0


def test_rows_of_a_table_are_its_keys():
    assert evidence.rows_of(planlib.load("sections")) == {
        "sections": sorted(planlib.load("sections")["section_id"])
    }


def test_rows_of_an_analysis_are_those_of_its_first_key_column():
    frame = pd.DataFrame(
        {"n": [1, 2], "measure_id": ["P1.01.1", None], "section_id": ["P1.01"] * 2}
    )
    assert evidence.rows_of(frame) == {"measures": ["P1.01.1"]}


def test_an_aggregate_names_its_rows_itself():
    frame = pd.DataFrame({"section_id": ["P1.01"]})
    frame.attrs["rows"] = {"measures": ["b", "a", "b"]}
    assert evidence.rows_of(frame) == {"measures": ["a", "b"]}


def test_a_frame_without_keys_rests_on_no_rows():
    assert evidence.rows_of(pd.DataFrame({"source_id": ["eo-14179"], "n": [1]})) == {}


def test_conflicts_are_the_claims_that_differ_with_what_they_say():
    conflicts = evidence.conflicts()
    assert set(conflicts["stance"]) == {"differs"}
    assert conflicts["value"].notna().all()
    assert len(conflicts) == (planlib.load("claims")["stance"] == "differs").sum()


@pytest.fixture(scope="module")
def coverage() -> pd.DataFrame:
    return evidence.coverage().set_index("table")


def test_coverage_counts_every_table_with_evidence(coverage):
    package = schema.package()
    assert list(coverage.index) == [t.name for t in package.tables if t.has_evidence]
    assert coverage["rows"].to_dict() == {n: len(planlib.load(n)) for n in coverage.index}


def test_coverage_accounts_for_each_row_and_each_number(coverage):
    for table in schema.package().tables:
        if table.has_evidence:
            frame = planlib.load(table.name)
            numbers = [f.name for f in table.fields if f.is_number and not f.is_ordinal]
            ordinals = [f.name for f in table.fields if f.is_ordinal]
            cells = len(frame) + frame[numbers].notna().sum().sum()
            row = coverage.loc[table.name]
            assert row["verified"] + row["reported"] == cells, table.name
            assert row["counted"] == frame[ordinals].notna().sum().sum(), table.name


def test_coverage_of_some_rows_counts_those_alone():
    rows = {"measures": ["P1.01.1"], "deal_terms": ["ae-chip-quota.g42-share"]}
    some = evidence.coverage(rows).set_index("table")
    assert some.loc["measures"].tolist() == [1, 1, 0, 1]
    assert some.loc["deal_terms"].tolist() == [1, 0, 2, 0]
    assert len(some) == 2
    assert evidence.coverage({}).empty


def test_the_plans_actions_are_verified_and_their_numbers_counted_by_us(coverage):
    assert coverage.loc["measures"].tolist() == [103, 103, 0, 103]
    assert coverage.loc["sections"].tolist() == [30, 60, 0, 30]


def test_what_no_read_text_prints_is_reported_not_verified(data_copy):
    rows = data_copy.rows("claims")
    for row in rows:
        if row["table"] == "sections":
            row["as_printed"] = ""
    data_copy.write("claims", rows)
    assert evidence.coverage().set_index("table").loc["sections"].tolist() == [30, 0, 60, 30]


def test_claims_as_text_are_the_claims_of_the_frame():
    rows = FIRST_PHASE | {"documents": ["eo-14179", "no-such"]}
    frame = evidence.claims_of(rows)
    told = evidence.claims_on(rows)
    assert [(c.table, c.row_id, c.field, c.source_id, c.value) for c in told] == [
        tuple(cells) for cells in zip(
            *(frame[c].fillna("") for c in ("table", "row_id", "field", "source_id", "value")),
            strict=True,
        )
    ]  # fmt: skip
    assert len(told) > 1


def test_sources_are_named_in_the_readers_language_those_read_first():
    rows = {"deal_terms": ["sa-humain-nvidia.power"]}
    names = {lang: evidence.source_names(rows, lang) for lang in ("en", "zh")}
    assert next(iter(names["en"])).startswith(
        "US-China AI rivalry enters the stage of ecosystem war"
    )
    assert next(iter(names["zh"])) == "中美人工智能博弈进入“生态战”时代"
    assert len(names["en"]) == len(set(names["en"])) > 1


def test_sources_are_counted_one_by_one_also_where_their_names_are_the_same():
    rows = {"deals": list(planlib.load("deals")["deal_id"])}
    claims = evidence.claims_of(rows)
    cited = claims[claims["stance"] == "supports"]["source_id"].nunique()
    for lang in ("en", "zh"):
        names = evidence.source_names(rows, lang)
        assert sum(names.values()) == cited > len(names)
    every = evidence.claims()
    for lang in ("en", "zh"):
        counts = evidence.by_source(evidence.named_claims(lang))
        assert counts["source_id"].is_unique
        assert len(counts) == every["source_id"].nunique()
        assert counts["claim_count"].sum() == len(every)


def test_a_source_without_a_title_is_named_by_its_publisher(data_copy):
    data_copy.set("sources", "eo-14179", title="", title_zh="")
    assert "白宫" in evidence.source_names({"documents": ["eo-14179"]}, "zh")
    data_copy.set("sources", "eo-14179", publisher_zh="")
    assert "The White House" in evidence.source_names({"documents": ["eo-14179"]}, "zh")


def test_sources_that_only_differ_are_not_named(data_copy):
    before = evidence.source_names(FIRST_PHASE, "en")
    data_copy.add("claims", table="deal_terms", row_id="sa-humain-nvidia.first-phase",
                  field="value", source_id="eo-14179", stance="differs", value="1")  # fmt: skip
    assert evidence.source_names(FIRST_PHASE, "en") == before


def test_an_unknown_language_is_refused():
    with pytest.raises(ParameterError, match="'fr' is not a language"):
        evidence.source_names(FIRST_PHASE, "fr")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_row_has_a_name_of_its_own_or_is_named_by_its_columns(lang: str) -> None:
    nameless = [
        (table.name, key)
        for table in schema.package().tables
        if table.has_evidence
        for key in planlib.load(table.name)[table.key].iloc[::7]
        if evidence.row_name(table.name, key, lang) == key
    ]
    assert nameless == []


@pytest.mark.parametrize(
    ("table", "row_id", "en", "zh"),
    [
        (
            "capex_guidance", "meta-2026-stated-2026-07-29",
            "Meta · 2026 · including finance leases · 29 July 2026",
            "Meta · 2026年 · 含融资租赁 · 2026年7月29日",
        ),
        (
            "capex", "alphabet-2024-Q3-ppe",
            "Alphabet · Q3 2024 · purchases of property and equipment",
            "Alphabet（谷歌母公司） · 2024年第三季度 · 购置物业与设备",
        ),
        (
            "thresholds", "DIFFUSION-T03",
            "Framework for Artificial Intelligence Diffusion · tier 2 · "
            "Advanced GPUs in one order, about",
            "人工智能扩散框架（暂行最终规则） · 单笔订单的先进GPU（约数）",
        ),
    ],
)  # fmt: skip
def test_a_row_without_a_name_is_named_by_what_tells_it_from_others(
    table: str, row_id: str, en: str, zh: str
) -> None:
    assert evidence.row_name(table, row_id, "en") == en
    assert evidence.row_name(table, row_id, "zh") == zh


def test_a_date_known_by_month_is_named_by_month() -> None:
    name = evidence.row_name("capex_guidance", "alphabet-2025-stated-2025-07", "en")
    assert name.endswith(" · July 2025")


def test_what_is_contested_is_told_in_words_with_its_unit() -> None:
    shown = evidence.titled(evidence.conflicts(), "zh")
    conflicts = evidence.conflicts()
    term = shown[conflicts["row_id"] == "DIFFUSION-T03"].iloc[0]
    assert (term["headline"], term["value"]) == ("1,700张GPU", "1,699张GPU")
    package = schema.package()
    keys = {key for t in package.tables if t.named_by for key in planlib.load(t.name)[t.key]}
    assert keys & set(shown["row_id"]) == set()


def test_a_chinese_title_is_quoted_to_readers_of_english() -> None:
    conflicts = evidence.conflicts()
    shown = evidence.titled(conflicts, "en")[conflicts["field"].str.endswith("_zh")]
    assert len(shown) > 0
    assert shown["headline"].str.fullmatch("“.*”").all()
