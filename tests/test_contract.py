"""The figure contract: what ``show`` emits, and what it refuses."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

import planlib
from planlib import PlanlibError, contract, style

KEYS = {
    "name", "title", "subtitle", "note", "source", "alt", "as_of", "lang", "fields", "rows",
    "claims",
}  # fmt: skip
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


def figure(lang: str = "en", **rows: list[str]) -> go.Figure:
    return style.frame_chart(
        go.Figure(go.Bar(x=[1], y=["a"])), name="bars", title="T", subtitle="S", alt="A",
        rows=rows or {"deals": ["ae-stargate"]}, lang=lang, note="N",
    )  # fmt: skip


def words(table: pd.DataFrame, lang: str = "en", **rows: list[str]) -> dict[str, Any]:
    return contract.bundle(figure(lang, **rows), table)[contract.FIGURE_TYPE]


def column(table: pd.DataFrame, lang: str = "en") -> tuple[dict[str, str], list[Any]]:
    """Return the field and the cells of a table's only column."""
    shown = words(table, lang)
    (field,) = shown["fields"]
    return field, [row[0] for row in shown["rows"]]


class Cells(HTMLParser):
    """The tags and the texts of a table."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


TABLE = pd.DataFrame({"deal_id": ["ae-stargate"], "value": [1.5]})


def test_bundle_has_plotly_html_and_contract() -> None:
    assert set(contract.bundle(figure(), TABLE)) == {
        "application/vnd.plotly.v1+json",
        "text/html",
        "application/vnd.planlib.figure+json",
    }


def test_contract_has_exactly_its_keys() -> None:
    assert set(words(TABLE)) == KEYS


def test_controls_stand_in_the_contract_and_change_nothing_else() -> None:
    plain, given = contract.bundle(figure(), TABLE), {"inputs": [], "slots": []}
    controlled = contract.bundle(figure(), TABLE, given)
    assert controlled[contract.FIGURE_TYPE].pop("controls") == given
    assert controlled == plain


def test_contract_repeats_the_words_of_the_figure() -> None:
    shown = words(TABLE)
    assert [shown[k] for k in ("name", "title", "subtitle", "note", "alt", "lang")] == [
        "bars", "T", "S", "N", "A", "en",
    ]  # fmt: skip


def test_bundle_is_plain_json() -> None:
    output = contract.bundle(figure(), planlib.load("deal_terms"))
    assert json.loads(json.dumps(output, allow_nan=False)) == output


def test_every_field_has_name_title_unit_and_type() -> None:
    table = pd.DataFrame({"deal_id": ["ae-stargate"], "power_mw": [200.0]})
    assert words(table)["fields"] == [
        {"name": "deal_id", "title": "Deal", "unit": "", "type": "string"},
        {"name": "power_mw", "title": "Power", "unit": "MW", "type": "number"},
    ]


@pytest.mark.parametrize(
    ("cells", "kind", "shown"),
    [
        (pd.Series([1, None], dtype="Int64"), "integer", [1, None]),
        (pd.Series([0.1 + 0.2, 3.0]), "number", [0.3, 3]),
        (pd.Series([float("inf"), float("nan")]), "number", [None, None]),
        (pd.Series([True, None], dtype="boolean"), "boolean", [True, None]),
        (pd.to_datetime(pd.Series(["2025-07-23", None])), "date", ["2025-07-23", None]),
        (pd.Series(["a", None], dtype="str"), "string", ["a", None]),
        (pd.Series(["a", "b"], dtype="category"), "string", ["a", "b"]),
    ],
)
def test_cells_become_plain_values_of_a_named_type(
    cells: pd.Series, kind: str, shown: list[Any]
) -> None:
    field, values = column(pd.DataFrame({"low": cells}))
    assert field["type"] == kind
    assert values == shown
    assert [type(v) for v in values] == [type(v) for v in shown]


def test_ids_are_shown_as_names_even_in_the_first_column() -> None:
    table = pd.DataFrame({"country_id": ["ARE"], "deal_id": ["ae-stargate"]})
    assert words(table)["rows"] == [["United Arab Emirates", "Stargate UAE"]]
    assert words(table, "zh")["rows"] == [["阿拉伯联合酋长国", "“星际之门”阿联酋项目"]]


@pytest.mark.parametrize("kind", ["str", "category"])
def test_codes_are_shown_as_words(kind: str) -> None:
    table = pd.DataFrame({"verdict": pd.Series(["too_much_power"], dtype=kind)})
    assert column(table)[1] == ["Too much power for so few chips"]
    assert column(table, "zh")[1] == ["功率相对芯片数过大"]


def test_the_key_of_rows_that_are_spelt_out_is_dropped() -> None:
    table = planlib.load("measures")[["measure_id", "summary", "summary_zh"]]
    assert [f["name"] for f in words(table)["fields"]] == ["summary"]


def test_a_pair_of_texts_is_one_column_in_the_language_of_the_figure() -> None:
    table = pd.DataFrame({"duty": ["Report."], "duty_zh": ["报告。"]})
    assert column(table)[1] == ["Report."]
    assert column(table, "zh")[1] == ["报告。"]


def test_a_title_comes_from_the_table_behind_the_figure() -> None:
    # The column stands in several tables; in that of sources it is called 来源性质.
    table = pd.DataFrame({"role": ["lead"]})
    (field,) = words(table, "zh", measure_agencies=[])["fields"]
    assert field["title"] == "角色"


def test_a_column_that_nobody_describes_keeps_its_name() -> None:
    assert column(pd.DataFrame({"surprise": [1]}))[0]["title"] == "surprise"


@pytest.mark.parametrize(
    ("precision", "value", "en", "zh"),
    [
        ("day", "2025-05-13", "13 May 2025", "2025年5月13日"),
        ("month", "2025-05", "May 2025", "2025年5月"),
        ("quarter", "2025-Q2", "Q2 2025", "2025年第2季度"),
        ("year", "2025", "2025", "2025年"),
        ("not_before", "2025-05-13/..", "not before 13 May 2025", "不早于2025年5月13日"),
    ],
)
def test_dates_are_no_finer_than_known(precision: str, value: str, en: str, zh: str) -> None:
    table = pd.DataFrame({"date": pd.to_datetime(["2025-05-13"]), "precision": [precision]})
    field, values = column(table)
    assert field["type"] == "date"
    assert values == [value]
    assert en in Cells(contract.html_table(words(table))).texts
    assert zh in Cells(contract.html_table(words(table, "zh"))).texts


def test_claims_are_those_of_the_rows_drawn() -> None:
    claims = words(TABLE, deals=["ae-stargate"])["claims"]
    assert {(c["table"], c["row_id"]) for c in claims} == {("deals", "ae-stargate")}
    assert all({"field", "source_id", "stance"} <= set(c) for c in claims)


def test_html_table_escapes_hostile_strings() -> None:
    table = pd.DataFrame({"condition": [HOSTILE], HOSTILE: [HOSTILE]})
    cells = Cells(contract.html_table(words(table)))
    assert set(cells.tags) == {"table", "thead", "tbody", "tr", "th", "td"}
    assert cells.texts.count(HOSTILE) == 3


@pytest.mark.parametrize(
    ("lang", "texts"),
    [("en", ["1.4 trillion", "yes", "23 July 2025"]), ("zh", ["1.4万亿", "是", "2025年7月23日"])],
)
def test_html_table_is_written_for_its_readers(lang: str, texts: list[str]) -> None:
    table = pd.DataFrame(
        {
            "value": [1.4e12],
            "is_stated": [True],
            "due_date": pd.to_datetime(["2025-07-23"]),
        }
    )
    html = contract.html_table(words(table, lang))
    assert set(texts) <= set(Cells(html).texts)
    assert f'lang="{lang}"' in html


def test_html_table_puts_units_in_the_head_and_figures_to_the_right() -> None:
    html = contract.html_table(words(pd.DataFrame({"power_mw": [200.0]}), "zh"))
    assert '<th scope="col" class="number">功率 <span class="unit">[兆瓦]</span></th>' in html
    assert '<td class="number" data-sort="200">200</td>' in html


@pytest.mark.parametrize(
    ("name", "value", "lang", "unit", "text"),
    [
        ("capex_usd_bn", 9.79, "en", "USD bn", "9.79"),
        ("capex_usd_bn", 9.79, "zh", "亿美元", "97.9"),
        ("capex_usd_bn", 1400.0, "zh", "亿美元", "1.4万"),
        ("usd_per_gpu", 27_000.0, "zh", "美元", "2.7万"),
        ("kw_per_gpu", 27.8, "zh", "千瓦", "27.8"),
        ("tdp_w", 700.0, "zh", "瓦", "700"),
    ],
)
def test_numbers_fit_the_unit_of_their_head(
    name: str, value: float, lang: str, unit: str, text: str
) -> None:
    html = contract.html_table(words(pd.DataFrame({name: [value]}), lang))
    assert f'<span class="unit">[{unit}]</span>' in html
    # The file beside the page keeps the number as it is stored.
    assert f'data-sort="{contract._plain(value)}">{text}</td>' in html


@pytest.mark.parametrize(
    ("value", "kind", "order"),
    [
        (None, "number", ""),
        (1.5e6, "number", "1500000.0"),
        ("2025-05", "date", "2025-05"),
        ("2025-Q2", "date", "2025-04-01"),
        ("2025-05-01/..", "date", "2025-05-01/.."),
        ("Abu Dhabi", "string", None),
        (True, "boolean", "True"),
    ],
)
def test_cells_are_sorted_by_value(value: Any, kind: str, order: str | None) -> None:
    assert contract.cell_order(value, {"name": "x", "type": kind}) == order


def test_a_quarter_is_kept_as_known_beside_what_it_is_sorted_by() -> None:
    days = pd.to_datetime(["2025-04-01", "2025-05-01"])
    table = pd.DataFrame({"due_date": days, "due_precision": ["quarter", "day"]})
    html = contract.html_table(words(table))
    assert '<td data-sort="2025-04-01" data-raw="2025-Q2">' in html
    assert '<td data-sort="2025-05-01">' in html


def test_years_have_no_thousands_separator() -> None:
    assert "2025" in Cells(contract.html_table(words(pd.DataFrame({"year": [2025]})))).texts


def test_a_figure_from_elsewhere_is_refused() -> None:
    with pytest.raises(PlanlibError, match=r"make it with planlib\.charts"):
        contract.bundle(go.Figure(go.Bar(x=[1])), TABLE)


def test_a_figure_without_data_is_refused() -> None:
    empty = figure()
    empty.data = ()
    with pytest.raises(PlanlibError, match="bars: the chart draws nothing"):
        contract.bundle(empty, TABLE)


def test_show_displays_the_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[tuple[Any, bool]] = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append((data, raw)))
    planlib.show(figure(), TABLE)
    assert shown == [(contract.bundle(figure(), TABLE), True)]
