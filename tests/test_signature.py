"""A notebook's parameters cell: what it says, and what it allows."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

import planlib
from checkout import notebook
from planlib import signature
from planlib.errors import ParameterError


def read(folder: Path, source: str) -> dict[str, signature.Parameter]:
    path = folder / "small.ipynb"
    path.write_text(json.dumps(notebook(parameters=source)), encoding="utf-8")
    return signature.read(path)


def parameter(folder: Path, line: str) -> signature.Parameter:
    (found,) = read(folder, line).values()
    return found


def refused(call: Any, *args: Any) -> str:
    with pytest.raises(ParameterError) as caught:
        call(*args)
    return str(caught.value)


def test_each_line_gives_name_type_default_and_comment(tmp_path):
    found = read(
        tmp_path,
        'lang: str = "zh"  # one of en, zh\n'
        "years: int = 3  # 1..10; assumed\n"
        "# a remark of its own\n"
        "\n"
        "pue: float = 1.3\n"
        "nested: bool = True\n",
    )
    assert [(p.name, p.type, p.default, p.comment) for p in found.values()] == [
        ("lang", "str", "zh", "one of en, zh"),
        ("years", "int", 3, "1..10; assumed"),
        ("pue", "float", 1.3, ""),
        ("nested", "bool", True, ""),
    ]


def test_choices_end_at_a_semicolon(tmp_path):
    assert parameter(tmp_path, 'a: str = "x"  # one of x, y z; the rest is prose').choices == (
        "x",
        "y z",
    )


def test_choices_can_be_empty_or_the_values_of_a_column(tmp_path):
    found = parameter(tmp_path, 'country_id: str = ""  # one of empty, deals.country_id')
    countries = sorted(planlib.load("deals")["country_id"].dropna().unique())
    assert found.choices == ("", *countries)
    assert "SAU" in found.choices
    assert found.check("SAU") == "SAU"


def test_choices_may_be_kept_to_those_that_another_column_holds(tmp_path: Path) -> None:
    line = 'x: str = ""  # one of empty, deals.country_id, treatments.actor_id in actors.country_id'
    found = parameter(tmp_path, line).choices
    treated = set(planlib.load("treatments")["actor_id"])
    countries = set(planlib.load("actors")["country_id"].dropna())
    assert treated - countries
    assert set(found) == {"", *planlib.load("deals")["country_id"], *(treated & countries)}
    assert len(found) == len(set(found))


def test_choices_have_the_type_of_the_parameter(tmp_path):
    found = parameter(tmp_path, "years: int = 3  # one of 1, 3, 10")
    assert found.choices == (1, 3, 10)
    assert found.check(10) == 10


def test_a_value_out_of_choices_is_answered_with_the_nearest(tmp_path):
    found = parameter(tmp_path, 'kind: str = ""  # one of empty, power, money')
    assert refused(found.check, "powr") == "kind: 'powr' is not allowed; did you mean 'power'?"
    assert refused(found.check, "zzz") == (
        "kind: 'zzz' is not allowed; choose one of: empty, power, money"
    )


@pytest.mark.parametrize("value", [1, 10])
def test_both_ends_of_a_range_are_allowed(tmp_path, value):
    assert parameter(tmp_path, "years: int = 3  # 1..10").check(value) == value


@pytest.mark.parametrize("value", [0, 11])
def test_a_value_out_of_range_is_refused(tmp_path, value):
    found = parameter(tmp_path, "years: int = 3  # 1..10")
    assert refused(found.check, value) == f"years: {value} is out of range; give 1 to 10"


def test_a_range_may_end_at_zero(tmp_path):
    found = parameter(tmp_path, "change: float = -1.5  # -2.5..0")
    assert found.check(-0.5) == -0.5
    assert refused(found.check, 0.5) == "change: 0.5 is out of range; give -2.5 to 0"


def test_a_number_may_be_left_out(tmp_path: Path) -> None:
    found = parameter(tmp_path, "share: float = None  # 1..99; None: as stated")
    assert (found.type, found.default) == ("float", None)
    assert found.check(None) is None
    assert found.check(30) == 30.0
    assert refused(found.check, 100) == "share: 100.0 is out of range; give 1 to 99"
    assert [found.parse(text) for text in ("", "None", "30")] == [None, None, 30.0]
    assert "needs a type" in refused(parameter, tmp_path, "share: float | None = None")


def test_a_number_that_must_be_there_may_not_be_left_out(tmp_path: Path) -> None:
    found = parameter(tmp_path, "share: float = 1.0  # 1..99")
    assert refused(found.check, None).startswith("share: None is not of type float")


def test_dots_in_the_comment_of_a_text_are_no_range(tmp_path):
    assert parameter(tmp_path, 'title: str = "x"  # chapters 1..3').check("y") == "y"


@pytest.mark.parametrize(
    ("line", "value", "message"),
    [
        ("years: int = 3", "3", "years: '3' is not of type int; give a whole number"),
        ("years: int = 3", 3.0, "years: 3.0 is not of type int; give a whole number"),
        ("years: int = 3", True, "years: True is not of type int; give a whole number"),
        ("pue: float = 1.3", "1.3", "pue: '1.3' is not of type float; give a number"),
        ("pue: float = 1.3", False, "pue: False is not of type float; give a number"),
        ("nested: bool = True", 1, "nested: 1 is not of type bool; give true or false"),
        ('lang: str = "en"', ["en"], "lang: ['en'] is not of type str; give a text in quotes"),
        (
            'as_of: str = "2026-01-01"',
            dt.date(2026, 1, 2),
            "as_of: 2026-01-02 is not of type str; give a text in quotes",
        ),
    ],
)
def test_a_value_of_another_type_is_refused(tmp_path, line, value, message):
    assert refused(parameter(tmp_path, line).check, value) == message


def test_a_whole_number_will_do_for_a_number(tmp_path):
    value = parameter(tmp_path, "pue: float = 1.3").check(2)
    assert (value, type(value)) == (2.0, float)


@pytest.mark.parametrize("value", ["2026-02-30", "30.6.2026", "20260630", "", "soon"])
def test_a_text_that_is_no_iso_date_is_refused(tmp_path, value):
    found = parameter(tmp_path, 'since: str = "2025-01-01"  # ISO date; first day drawn')
    assert refused(found.check, value) == (
        f"since: {value!r} is not a date; write it as YYYY-MM-DD"
    )


def test_a_date_may_be_empty_where_the_comment_says_so(tmp_path):
    found = parameter(tmp_path, 'as_of: str = ""  # ISO date; empty: the data\'s date')
    assert found.check("") == ""
    assert found.check("2026-01-15") == "2026-01-15"


@pytest.mark.parametrize("name", ["as_of", "since"])
def test_today_becomes_a_date_before_anything_runs(tmp_path, name):
    found = read(tmp_path, f'{name}: str = "2025-01-01"  # ISO date')
    checked = signature.check(found, {name: "today"}, "edition 'x'")
    assert checked == {name: dt.date.today().isoformat()}


@pytest.mark.parametrize(
    ("line", "word", "value"),
    [
        ('lang: str = "en"', "zh", "zh"),
        ("years: int = 3", "-4", -4),
        ("pue: float = 1.3", "1e3", 1000.0),
        ("nested: bool = True", "False", False),
    ],
)
def test_words_are_read_as_the_type_wants(tmp_path, line, word, value):
    assert parameter(tmp_path, line).parse(word) == value


@pytest.mark.parametrize(
    ("line", "word"), [("years: int = 3", "3.5"), ("pue: float = 1", "much"), ("b: bool = 1", "1")]
)
def test_a_word_that_cannot_be_read_is_refused(tmp_path, line, word):
    name, _, kind, *_ = line.replace(":", " :").split()
    found = signature.Parameter(name, kind, None)
    assert refused(found.parse, word).startswith(f"{name}: {word!r} is not of type {kind}; give ")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("x: int = ", "small.ipynb: the parameters cell is not Python (invalid syntax); mend it"),
        (
            'x: int = 1\nlang = "en"',
            "small.ipynb: line 2 of the parameters cell is no typed assignment; "
            'write it like  lang: str = "en"  # one of en, zh',
        ),
        (
            "x: list = []",
            "small.ipynb: parameter x: needs a type among str, int, float, bool and a default",
        ),
        (
            "x: int",
            "small.ipynb: parameter x: needs a type among str, int, float, bool and a default",
        ),
        (
            "x: int = len('ab')",
            "small.ipynb: parameter x: the default is no plain value; write a literal",
        ),
        (
            "x: str = {[]: 1}",
            "small.ipynb: parameter x: the default is no plain value; write a literal",
        ),
        (
            "x: int = 1.5",
            "small.ipynb: parameter x: 1.5 is not of type int; give a whole number",
        ),
        (
            "x: int = 11  # 1..10",
            "small.ipynb: parameter x: 11 is out of range; give 1 to 10",
        ),
        (
            "x: int = 1  # one of 1, two",
            "small.ipynb: parameter x: 'two' is not of type int; give a whole number",
        ),
        (
            'x: str = ""  # one of empty, deal.country_id',
            "small.ipynb: parameter x: no table 'deal'; did you mean 'deals'?",
        ),
        (
            'x: str = ""  # one of empty, deals.contry_id',
            "small.ipynb: parameter x: no column 'deals.contry_id'; did you mean 'country_id'?",
        ),
        ("x: str = '\0'", "small.ipynb: the parameters cell is not Python"),
    ],
)
def test_a_faulty_parameters_cell_is_named_with_its_fault(tmp_path, source, message):
    assert refused(read, tmp_path, source).startswith(message)


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"cells": 3}',
        b'{"cells": ["text"]}',
        b'{"cells": [{"metadata": {"tags": ["parameters"]}}]}',
        b"[" * 100_000,
    ],
    ids=["cut", "bytes", "list", "no cells", "cells", "cell", "no source", "deep"],
)
def test_what_is_no_notebook_is_said_to_be_none(tmp_path, content):
    path = tmp_path / "broken.ipynb"
    path.write_bytes(content)
    assert refused(signature.read, path) == f"{path}: is not a readable notebook; restore it"


def test_a_missing_notebook_is_said_to_be_missing(tmp_path):
    path = tmp_path / "none.ipynb"
    assert refused(signature.read, path) == f"{path}: the notebook does not exist; correct its name"


def test_every_given_parameter_that_is_wrong_has_a_line(tmp_path):
    found = read(tmp_path, 'lang: str = "en"  # one of en, zh\nyears: int = 3  # 1..10')
    given = {"yeers": 4, "lang": "fr", "years": 40}
    assert refused(signature.check, found, given, "edition 'x'").splitlines() == [
        "edition 'x': no parameter 'yeers'; did you mean 'years'?",
        "edition 'x': lang: 'fr' is not allowed; choose one of: en, zh",
        "edition 'x': years: 40 is out of range; give 1 to 10",
    ]


def test_a_parameter_named_like_a_column_has_the_title_of_the_column():
    assert signature.title_of("country_id") == "Country"
    assert signature.title_of("country_id", "zh") == "国家和地区"
    assert signature.title_of("years_of_quota") == "years_of_quota"
