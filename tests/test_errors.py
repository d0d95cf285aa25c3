"""Messages that say where, what, and what to do."""

from __future__ import annotations

import pytest

from planlib.errors import DataError, Problem, did_you_mean

DATE = Problem("deals.csv", 12, "announced_date", "13.5.", "is not a date", "write it as ISO")


def test_a_problem_names_place_value_rule_and_remedy_on_one_line():
    assert str(DATE) == "deals.csv:12: announced_date: '13.5.' is not a date; write it as ISO"


def test_a_problem_without_line_column_or_value_leaves_them_out():
    assert str(Problem("deals.csv", 0, "", "", "is missing", "restore it")) == (
        "deals.csv: is missing; restore it"
    )


def test_a_long_value_is_cut():
    shown = str(Problem("deals.csv", 2, "title", "x" * 500, "is odd", "mend it"))
    assert f"'{'x' * 57}...'" in shown


def test_a_value_with_line_breaks_stays_on_one_line():
    assert "\n" not in str(Problem("deals.csv", 2, "title", "a\nb", "is odd", "mend it"))


def test_a_data_error_lists_each_problem_once_in_the_order_of_the_files():
    first = Problem("actors.csv", 3, "name", "", "is blank", "fill it in")
    error = DataError([DATE, first, DATE])
    assert error.problems == [first, DATE]
    assert str(error).splitlines() == [str(first), str(DATE)]


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        ("deal", ["deals", "chips"], "did you mean 'deals'?"),
        ("zzz", ["deals", "chips"], "choose one of: deals, chips"),
        (
            "zzz",
            [f"a{n}" for n in range(51)],
            "choose one of: a0, a1, a2, a3, a4, a5, a6, a7 and 43 more",
        ),
        ("zzz", [], "none exist"),
    ],
)
def test_did_you_mean(word, known, hint):
    assert did_you_mean(word, known) == hint
