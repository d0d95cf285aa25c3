"""The descriptor as typed fields, and the checks of one table."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planlib import columns, schema
from planlib.errors import DataError, PlanlibError, UnknownNameError

FRUIT = {
    "name": "fruit",
    "path": "fruit.csv",
    "title": "Fruit",
    "title_zh": "水果",
    "schema": {
        "fields": [
            {
                "name": "fruit_id",
                "type": "string",
                "title": "Fruit",
                "title_zh": "水果",
                "constraints": {"required": True, "unique": True, "pattern": "[a-z]+"},
            },
            {"name": "count", "type": "integer", "title": "Count", "title_zh": "个数"},
            {
                "name": "weight",
                "type": "number",
                "title": "Weight",
                "title_zh": "重量",
                "unit": "g",
                "constraints": {"minimum": 0, "maximum": 5000},
            },
            {"name": "picked_date", "type": "date", "title": "Picked", "title_zh": "采摘日期"},
            {"name": "is_ripe", "type": "boolean", "title": "Ripe", "title_zh": "成熟"},
            {
                "name": "kind",
                "type": "string",
                "title": "Kind",
                "title_zh": "种类",
                "constraints": {"enum": ["pome", "berry"]},
            },
        ],
        "primaryKey": ["fruit_id"],
    },
}
HEADER = "fruit_id,count,weight,picked_date,is_ripe,kind"


def describe(directory: Path, *resources: dict, **more: object) -> None:
    text = {"title": "T", "title_zh": "题", "version": "1", "as_of": "2026-01-01"}
    text |= {"resources": list(resources), **more}
    (directory / schema.DESCRIPTOR).write_text(json.dumps(text), encoding="utf-8")


def fruit_with(**changes: object) -> dict:
    return json.loads(json.dumps(FRUIT)) | changes


def typed(directory: Path, *lines: str) -> pd.DataFrame:
    describe(directory, FRUIT)
    (directory / "fruit.csv").write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    table = schema.package(directory)["fruit"]
    return columns.typed_frame(schema.read_raw(table, directory))


def problems(directory: Path, *lines: str) -> list[str]:
    with pytest.raises(DataError) as caught:
        typed(directory, *lines)
    return str(caught.value).splitlines()


def test_columns_take_the_types_of_the_descriptor(tmp_path):
    frame = typed(tmp_path, "apple,3,150.5,2025-07-23,true,pome")
    assert frame.dtypes.astype(str).to_dict() == {
        "fruit_id": "str",
        "count": "Int64",
        "weight": "float64",
        "picked_date": "datetime64[s]",
        "is_ripe": "boolean",
        "kind": "category",
    }
    assert frame.iloc[0].tolist() == [
        "apple", 3, 150.5, pd.Timestamp("2025-07-23"), True, "pome",
    ]  # fmt: skip


def test_blank_is_missing_in_every_type(tmp_path):
    frame = typed(tmp_path, "apple,,,,,")
    assert frame.drop(columns="fruit_id").isna().all(axis=None)


def test_a_table_may_have_no_rows(tmp_path):
    frame = typed(tmp_path)
    assert frame.empty
    assert str(frame["count"].dtype) == "Int64"


def test_categories_are_the_whole_vocabulary_in_its_order(tmp_path):
    assert list(typed(tmp_path, "fig,,,,,berry")["kind"].cat.categories) == ["pome", "berry"]


def test_every_problem_is_reported_at_once_with_its_line(tmp_path):
    lines = ("apple,three,,,,", "Pear,,-1,2025-02-30,yes,pom", "apple,,9999,,,")
    assert problems(tmp_path, *lines) == [
        "fruit.csv:2: count: 'three' is not of type integer; write a whole number",
        "fruit.csv:3: fruit_id: 'Pear' does not have the required form; it must match [a-z]+",
        "fruit.csv:3: is_ripe: 'yes' is not a boolean; write true or false",
        "fruit.csv:3: kind: 'pom' is not in the vocabulary; did you mean 'pome'?",
        "fruit.csv:3: picked_date: '2025-02-30' is not a date; write it as YYYY-MM-DD, a real day",
        "fruit.csv:3: weight: '-1' is below the minimum 0; correct the value",
        "fruit.csv:4: fruit_id: 'apple' repeats the key (fruit_id) of line 2; "
        "give each row its own key, or drop the copy",
        "fruit.csv:4: weight: '9999' is above the maximum 5000; correct the value",
    ]  # fmt: skip


def test_lines_are_those_of_the_file_where_a_cell_holds_a_line_break(tmp_path):
    assert problems(tmp_path, '"app', 'le",,,,,', "fig,x,,,,")[-1].startswith("fruit.csv:4: count")


@pytest.fixture(scope="session")
def fruit(tmp_path_factory) -> schema.Table:
    directory = tmp_path_factory.mktemp("fruit")
    describe(directory, FRUIT)
    return schema.package(directory)["fruit"]


def typed_cell(table: schema.Table, column: str, cell: str) -> object:
    cells = {name: [""] for name in table.columns} | {"fruit_id": ["fig"], column: [cell]}
    return columns.typed_frame(schema.RawTable(table, cells, [2]))[column].item()


@given(number=st.integers(-(10**15) + 1, 10**15 - 1))
def test_whole_numbers_are_kept_exactly(fruit, number):
    assert typed_cell(fruit, "count", str(number)) == number


@given(number=st.decimals(0, 5000, places=6))
def test_plain_decimals_are_read_as_python_reads_them(fruit, number):
    assert typed_cell(fruit, "weight", f"{number:f}") == float(number)


@given(cell=st.text(min_size=1).filter(lambda t: not columns.NUMBER_PATTERN.fullmatch(t)))
def test_any_other_text_is_no_number(fruit, cell):
    with pytest.raises(DataError, match="is not of type number"):
        typed_cell(fruit, "weight", cell)


@pytest.mark.parametrize("cell", ["1e5", "+5", "5.", ".5", "1,5", "５００", "inf", "nan", "9" * 16])
def test_other_notations_of_numbers_are_refused(tmp_path, cell):
    (line,) = problems(tmp_path, f'apple,,"{cell}",,,')
    assert line == f"fruit.csv:2: weight: {cell!r} is not of type number; write a plain number"


@pytest.mark.parametrize("cell", ["2025-7-23", "20250723", "2025-07", "２０２５-07-23", "today"])
def test_other_notations_of_dates_are_refused(tmp_path, cell):
    (line,) = problems(tmp_path, f"apple,,,{cell},,")
    assert f"{cell!r} is not a date" in line


@pytest.mark.parametrize(
    ("header", "rules"),
    [
        ("fruit_id,count,weight,picked_date,is_ripe,sort",
         ["kind: column is missing; add the column", "sort: column is not in the descriptor"]),
        ("fruit_id,count,weight,picked_date,is_ripe,count",
         ["count: column stands twice in the header; drop", "kind: column is missing; add"]),
        ("count,fruit_id,weight,picked_date,is_ripe,kind", ["has its columns in another order"]),
    ],
)  # fmt: skip
def test_the_header_is_that_of_the_descriptor(tmp_path, header, rules):
    describe(tmp_path, FRUIT)
    (tmp_path / "fruit.csv").write_text(header + "\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        schema.read_raw(schema.package(tmp_path)["fruit"], tmp_path)
    for rule, line in zip(rules, str(caught.value).splitlines(), strict=True):
        assert rule in line


def test_labels_and_names(tmp_path):
    describe(tmp_path, FRUIT, computed=[{**FRUIT["schema"]["fields"][2], "title": "Computed"}])
    package = schema.package(tmp_path)
    table = package["fruit"]
    assert package.names == ("fruit",)
    assert (table.key, table.label("en"), table.label("zh")) == ("fruit_id", "Fruit", "水果")
    assert (table["weight"].label("zh"), table["weight"].unit) == ("重量", "g")
    assert [f.name for f in table.fields if f.is_number] == ["count", "weight"]
    assert package.table_of_key("fruit_id") is table
    assert package.table_of_key("count") is None


def test_a_computed_column_comes_before_a_stored_one_of_the_same_name(tmp_path):
    describe(tmp_path, FRUIT, computed=[{**FRUIT["schema"]["fields"][2], "title": "Computed"}])
    package = schema.package(tmp_path)
    assert package.column("weight").title == "Computed"
    assert package.column("count").title == "Count"
    assert package.column("colour") is None


def test_unknown_names_are_answered_with_the_nearest(tmp_path):
    describe(tmp_path, FRUIT)
    package = schema.package(tmp_path)
    with pytest.raises(UnknownNameError, match="no table 'fruits'; did you mean 'fruit'"):
        package["fruits"]
    with pytest.raises(UnknownNameError, match="no column 'wait'; did you mean 'weight'"):
        package["fruit"]["wait"]


def test_the_descriptor_is_read_again_when_it_changes(tmp_path):
    describe(tmp_path, FRUIT)
    assert schema.package(tmp_path) is schema.package(tmp_path)
    describe(tmp_path, FRUIT, version="2.0")
    assert schema.package(tmp_path).version == "2.0"


def test_without_a_descriptor_the_message_names_the_folder(tmp_path):
    with pytest.raises(PlanlibError, match=r"datapackage\.json: the descriptor is missing"):
        schema.package(tmp_path)


def test_the_environment_names_another_folder(tmp_path, monkeypatch):
    monkeypatch.setenv(schema.ENVIRONMENT_VARIABLE, str(tmp_path))
    assert schema.data_directory() == tmp_path


def test_the_named_folder_stays_the_same_from_wherever_it_is_seen(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(schema.ENVIRONMENT_VARIABLE, "mine")
    found = schema.data_directory()
    monkeypatch.chdir("/")
    assert found == tmp_path / "mine"


def test_without_the_environment_the_data_are_planlibs_own(monkeypatch):
    monkeypatch.delenv(schema.ENVIRONMENT_VARIABLE, raising=False)
    assert (schema.data_directory() / "deals.csv").is_file()


def _without(name: str, key: str) -> dict:
    fields = [
        {k: v for k, v in f.items() if (f["name"], k) != (name, key)}
        for f in FRUIT["schema"]["fields"]
    ]
    return fruit_with(schema=FRUIT["schema"] | {"fields": fields})


def _with_schema(**more: object) -> dict:
    return fruit_with(schema=FRUIT["schema"] | more)


KEY_TO_NOWHERE = [{"fields": ["kind"], "reference": {"resource": "kinds", "fields": ["kind_id"]}}]
UNKNOWN_TYPE = {"name": "x", "type": "colour", "title": "x", "title_zh": "x"}
BROKEN_PATTERN = {**UNKNOWN_TYPE, "type": "string", "constraints": {"pattern": "("}}


@pytest.mark.parametrize(
    ("resource", "line"),
    [
        (_without("weight", "title"), "fruit: lacks or misuses 'title'; compare it with"),
        ({"name": "fruit"}, "resource 1: lacks or misuses 'schema'; compare it with"),
        (_with_schema(fields=[UNKNOWN_TYPE]), "fruit: lacks or misuses type 'colour' of field 'x'"),
        (_with_schema(fields=[BROKEN_PATTERN]), "fruit: lacks or misuses missing )"),
        (_with_schema(fields="none"), "fruit: lacks or misuses 'str' object"),
        (_with_schema(foreignKeys=KEY_TO_NOWHERE), "fruit.kind: 'kinds.kind_id' is no key; cor"),
        (_with_schema(uniqueKeys=[["color"]]), "fruit: 'color' is not a field of the table; "),
        (fruit_with(known_later="picked"), "fruit: 'picked' is not a field of the table; did you"),
        (fruit_with(known_from="picked"), "fruit: 'picked' is not a field of the table; did you"),
        (fruit_with(named_by=["picked"]), "fruit: 'picked' is not a field of the table; did you"),
    ],
)  # fmt: skip
def test_a_descriptor_that_makes_no_sense_is_refused(tmp_path, resource, line):
    describe(tmp_path, resource)
    with pytest.raises(DataError) as caught:
        schema.package(tmp_path)
    assert str(caught.value).startswith(f"{schema.DESCRIPTOR}: {line}")
    assert len(str(caught.value).splitlines()) == 1
