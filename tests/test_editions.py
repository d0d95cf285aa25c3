"""The list of editions: families, defaults, names. What is refused: test_bad_input_reports.py."""

from __future__ import annotations

import datetime as dt

import pytest

import planlib
from checkout import LANG, Checkout
from planlib import editions
from planlib.editions import Edition
from planlib.errors import PlanlibError, UnknownNameError


@pytest.fixture
def checkout(tmp_path) -> Checkout:
    return Checkout(tmp_path)


def listed(checkout: Checkout, text: str) -> dict[str, Edition]:
    checkout.list.write_text(text, encoding="utf-8")
    return {e.name: e for e in editions.load(checkout.root)}


def test_an_edition_is_a_notebook_with_parameters(checkout):
    path = checkout.add("deals", parameters=f"{LANG}\nyears: int = 3  # 1..10")
    found = listed(
        checkout,
        '[[edition]]\nname = "ten"\nnotebook = "deals"\nformats = ["html"]\n'
        'parameters = { lang = "zh", years = 10 }',
    )
    assert found == {"ten": Edition("ten", path, {"lang": "zh", "years": 10}, ("html",))}
    assert found["ten"].lang == "zh"


def test_each_makes_a_family_with_every_combination(checkout):
    checkout.add("deals", parameters=f'{LANG}\nkind: str = ""  # one of empty, Power, money')
    found = listed(
        checkout,
        '[[edition]]\nname = "deals-{kind}-{lang}"\nnotebook = "deals"\n'
        'each = { kind = "*", lang = ["en", "zh"] }',
    )
    assert {name: dict(e.parameters) for name, e in found.items()} == {
        "deals-power-en": {"lang": "en", "kind": "Power"},
        "deals-power-zh": {"lang": "zh", "kind": "Power"},
        "deals-money-en": {"lang": "en", "kind": "money"},
        "deals-money-zh": {"lang": "zh", "kind": "money"},
    }


def test_a_star_goes_through_the_values_of_a_column(checkout):
    checkout.add("deals", parameters='country_id: str = ""  # one of empty, deals.country_id')
    found = listed(
        checkout,
        '[[edition]]\nname = "deals-{country_id}"\nnotebook = "deals"\neach = { country_id = "*" }',
    )
    countries = planlib.load("deals")["country_id"].dropna().unique()
    assert set(found) == {f"deals-{country.lower()}" for country in countries}


def test_the_language_is_the_notebooks_own_when_none_is_given(checkout):
    checkout.add("chinese", parameters='lang: str = "zh"  # one of en, zh')
    checkout.add("mute", parameters="years: int = 3")
    found = {e.name: e for e in editions.load(checkout.root)}
    assert found["chinese"].parameters == {"lang": "zh"}
    assert found["chinese"].lang == "zh"
    assert found["mute"].parameters == {}
    assert found["mute"].lang == "en"


def test_today_as_a_default_becomes_a_date(checkout):
    checkout.add("news", parameters='as_of: str = "today"  # ISO date')
    (edition,) = editions.load(checkout.root)
    assert edition.parameters == {"as_of": dt.date.today().isoformat()}


def test_a_given_date_wins_over_today(checkout):
    checkout.add("news", parameters=f'as_of: str = "today"  # ISO date\n{LANG}')
    found = listed(
        checkout,
        '[[edition]]\nname = "news-{lang}"\nnotebook = "news"\n'
        'parameters = { as_of = "2026-01-15" }\neach = { lang = ["en"] }',
    )
    assert found["news-en"].parameters["as_of"] == "2026-01-15"


def test_a_byte_order_mark_does_not_hide_the_list(checkout):
    checkout.add("deals")
    checkout.list.write_bytes(b"\xef\xbb\xbf" + checkout.list.read_bytes())
    assert [e.name for e in editions.load(checkout.root)] == ["deals"]


def test_the_checkout_is_found_from_a_folder_below(checkout):
    checkout.add("deals")
    assert editions.project_root(checkout.root / "notebooks") == checkout.root.resolve()


def test_outside_of_a_checkout_that_is_said(tmp_path):
    with pytest.raises(PlanlibError, match=r"no reports/reports\.toml here or above; reports need"):
        editions.project_root(tmp_path)


def test_select_takes_all_or_those_named_once(checkout):
    for name in ("a", "b", "c"):
        checkout.add(name)
    everything = editions.load(checkout.root)
    assert editions.select(everything, []) == everything
    assert [e.name for e in editions.select(everything, ["c", "a", "c"])] == ["c", "a"]


def test_every_unknown_name_is_answered(checkout):
    checkout.add("deals-en")
    with pytest.raises(UnknownNameError) as caught:
        editions.select(editions.load(checkout.root), ["deals-em", "deals-en", "zzz"])
    assert str(caught.value).splitlines() == [
        "no edition 'deals-em'; did you mean 'deals-en'?",
        "no edition 'zzz'; choose one of: deals-en",
    ]


def test_the_same_edition_in_another_language_has_all_else_equal(checkout):
    checkout.add("deals", parameters=f"{LANG}\nyears: int = 3")
    found = listed(
        checkout,
        '[[edition]]\nname = "deals"\nnotebook = "deals"\n'
        '[[edition]]\nname = "deals-zh"\nnotebook = "deals"\nparameters = { lang = "zh" }\n'
        '[[edition]]\nname = "ten-zh"\nnotebook = "deals"\n'
        'parameters = { lang = "zh", years = 10 }\n',
    )
    everything = list(found.values())
    assert editions.in_language(found["deals"], everything, "zh") == found["deals-zh"]
    assert editions.in_language(found["deals-zh"], everything, "en") == found["deals"]
    assert editions.in_language(found["ten-zh"], everything, "en") is None
