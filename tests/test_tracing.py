"""Where a value comes from, who says otherwise, and how to cite it."""

from __future__ import annotations

import pytest

import planlib
from planlib.errors import ParameterError, UnknownNameError


def test_a_quota_is_traced_to_its_characters():
    found = planlib.trace("deal_terms", "ae-chip-quota.quota", "value")
    printed = found[found["sureness"] == "verified"].iloc[0]
    assert "50万张" in printed["as_printed"]
    assert printed["locator"].startswith("¶")
    assert (found["stance"] == "supports").any()


def test_who_says_otherwise_comes_after_who_supports():
    found = planlib.trace("documents", "ai-action-plan", "title")
    stances = list(found["stance"])
    assert stances == sorted(stances, key=["supports", "differs", "context"].index)
    differing = found[found["stance"] == "differs"]
    assert differing["says"].str.contains("AI Race").any()


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (("deal_term", "x", "value"), "deal_terms"),
        (("deals", "sa-humain-nvidai"), "sa-humain-nvidia"),
        (("deals", "sa-humain-nvidia", "titel"), "title"),
    ],
)
def test_a_slip_gets_a_hint(cell, said):
    with pytest.raises(UnknownNameError, match=said):
        planlib.trace(*cell)


def test_the_package_a_table_and_a_row_can_be_cited():
    version = "Data version"
    assert version in planlib.cite()
    assert "table Deals" in planlib.cite("deals")
    row = planlib.cite("obligations", "EO14319-01")
    assert "EO14319-01" in row
    assert "Preventing Woke AI" in row


def test_bibtex_is_closed_and_escaped():
    entry = planlib.cite("deal_terms", "ae-chip-quota.quota", style="bibtex")
    assert entry.startswith("@misc{planlib-deal_terms-ae-chip-quota.quota,")
    assert entry.count("{") == entry.count("}")
    body = entry.split("\n", 1)[1]
    assert not any(f"{c}" in body.replace(f"\\{c}", "") for c in "&%$#_")


def test_a_row_needs_its_table_and_a_style_must_exist():
    with pytest.raises(ParameterError, match="name the table"):
        planlib.cite(row_id="EO14319-01")
    with pytest.raises(ParameterError, match="bibtex"):
        planlib.cite(style="bibtxe")
