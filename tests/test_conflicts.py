"""The disagreements of the sources that must stay in the data, and why each headline stands."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from planlib import evidence

# Cell, and a word of what each differing claim on it must say.
KNOWN = {
    "90 actions or over 90": ("documents", "ai-action-plan", "*",
                              ["90 actions", "over 90 actions"]),
    "25 pages or 28": ("documents", "ai-action-plan", "*", ["25 pages"]),
    "the Race or the AI Race": ("documents", "ai-action-plan", "title", ["Winning the AI Race"]),
    "which section of EO 14179": ("obligations", "EO14179-01", "section", ["s.3"]),
    "a trip to three countries": ("events", "2025-05-13-trump-gulf-visit", "*", ["three"]),
    "two days after": ("events", "2025-05-13-trump-gulf-visit", "date", ["2025-05-15"]),
    "agencies of the export programme": ("obligations", "EO14320-01", "*", ["Treasury"]),
    "six components or five": ("provisions", "EO14320-P03", "value", ["6"]),
    "who orders the task force": ("obligations", "EO14365-01", "document_id", ["ai-action-plan"]),
    "who orders the list of state laws": ("obligations", "EO14365-02", "document_id",
                                          ["ai-action-plan"]),
    "who revoked EO 14110": ("documents", "eo-14110", "ended_by_id", ["eo-14179"]),
    "AI or language models": ("obligations", "EO14319-05", "duty", ["any AI"]),
    "may trigger or prohibits": ("controls", "us-ai-training-statement", "summary",
                                 ["expressly prohibits", "warns of"]),
    "chip tracking": ("measures", "P3.03.1", "*", ["suspected", "mandatory"]),
    "chips or superchips": ("deal_terms", "sa-humain-nvidia.first-phase", "counted_as",
                            ["superchip"]),
    "35,000 each or in all": ("controls", "us-g42-authorisation-2025", "summary",
                              ["35,000 for both firms"]),
    "whose 600 billion": ("deals", "sa-us-pledge-600bn", "supplier_id", ["pif"]),
    "what the 600 billion is": ("deal_terms", "sa-us-pledge-600bn.pledge", "condition",
                                ["AI data centre"]),
    "end of the 500,000 quota": ("deal_terms", "ae-chip-quota.quota", "to_year", ["2030"]),
    "status of the 500,000 quota": ("controls", "us-uae-chip-quota-2025", "standing",
                                    ["licence_decision"]),
    "computing or load": ("thresholds", "EO14318-T01", "quantity", ["computing"]),
    "eleven red flags": ("documents", "bis-diversion-guidance", "*", ["11 red flags"]),
}  # fmt: skip


@pytest.fixture(scope="module")
def conflicts() -> pd.DataFrame:
    return evidence.conflicts()


@pytest.mark.parametrize("name", KNOWN)
def test_the_known_conflict_is_there(name: str, conflicts: pd.DataFrame) -> None:
    table, key, field, words = KNOWN[name]
    cell = (conflicts["table"] == table) & (conflicts["row_id"] == key)
    said = list(conflicts[cell & (conflicts["field"] == field)]["value"])
    assert [word for word in words if not any(word in value for value in said)] == []


def test_definitions_of_capital_spending_differ(conflicts: pd.DataFrame) -> None:
    assert (conflicts["table"] == "capex").sum() > 0


@pytest.mark.parametrize("column", ["explanation", "explanation_zh"])
def test_every_explanation_names_who_differs_and_why(column: str, conflicts: pd.DataFrame) -> None:
    lang = "zh" if column.endswith("zh") else "en"
    for claim in conflicts.itertuples():
        text = getattr(claim, column)
        assert evidence.short_title(claim.source_id, lang) in text
        assert text.endswith("。" if lang == "zh" else ".")
        reason = evidence.RULES[claim.rule][lang]
        assert reason in text or claim.rule in evidence.NOTED
        assert not re.search(r"\.\.|。。|\bnan\b|\bNone\b|: \.", text), text


def test_every_reason_is_given_in_chinese_too(conflicts: pd.DataFrame) -> None:
    for rule in evidence.NOTED:
        fallback = evidence.RULES[rule]["zh"]
        assert list(conflicts[conflicts["explanation_zh"].str.contains(fallback)]["row_id"]) == []


def test_a_blank_cell_disagrees_with_nobody(conflicts: pd.DataFrame) -> None:
    is_blank = conflicts["headline"].fillna("") == ""
    assert is_blank.any()
    assert ((conflicts["rule"] == "left_blank") == is_blank).all()


def test_a_source_does_not_outvote_itself(conflicts: pd.DataFrame) -> None:
    duty = conflicts[(conflicts["row_id"] == "EO14365-03") & (conflicts["field"] == "document_id")]
    assert list(duty["rule"]) == ["primary_first"]
    assert duty["explanation"].iloc[0].startswith("EO 14365: ")


def test_a_rounded_figure_gives_way_to_the_exact_one(conflicts: pd.DataFrame) -> None:
    yotta = conflicts[conflicts["row_id"] == "in-yotta.gpus"]
    assert set(yotta["rule"]) == {"exact_first"}
    assert set(yotta["headline"]) == {"20736"}


@pytest.mark.parametrize(
    ("value", "exact", "is_rounded"),
    [("20000", "20736", True), ("20736", "20000", False), ("1000", "1100", False),
     ("26", "25.9", True), ("180000", "100000", False), ("20000", "20000.0", False),
     ("about 20000", "20736", False), ("0", "0.001", False)],
)  # fmt: skip
def test_what_counts_as_rounded(value: str, exact: str, is_rounded: bool) -> None:
    assert evidence._is_rounded(value, exact) is is_rounded


def test_claims_of_later_sources_do_not_compete_before_their_time() -> None:
    early = evidence.conflicts("2025-07-01")
    late = evidence.conflicts()
    keys = ["table", "row_id", "field", "source_id", "locator", "value"]
    assert set(early[keys].itertuples(index=False)) < set(late[keys].itertuples(index=False))
    assert "nsfocus-2025-09" not in set(early["source_id"])
