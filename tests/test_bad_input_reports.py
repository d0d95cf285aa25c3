"""Bad editions, parameters and notebooks: a clear line for each, exit 2, the site untouched."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from checkout import LANG, Checkout, code, notebook, without_kernels
from conftest import DataCopy
from planlib.cli import main
from planlib.report import build as building
from planlib.report import run as running

YEARS = f"{LANG}\nyears: int = 3  # 1..10\npue: float = 1.3  # 1..2"
LIST = "reports/reports.toml"
Case = Callable[[Checkout], list[str]]


@pytest.fixture
def checkout(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """A checkout with a good site, and a runner that must not be reached again."""
    checkout = Checkout(tmp_path / "checkout")
    checkout.add("deals", parameters=YEARS)
    checkout.add("measures")
    without_kernels(checkout, monkeypatch)
    building.build(checkout.root)
    monkeypatch.setattr(running, "run", None)
    monkeypatch.chdir(checkout.root)
    return checkout


def build(*names: str) -> Result:
    return CliRunner().invoke(main, ["build", *names])


def entry(checkout: Checkout, **keys: object) -> None:
    lines = [f"{key} = {value}" for key, value in keys.items()]
    with checkout.list.open("a", encoding="utf-8") as file:
        file.write("\n".join(["[[edition]]", *lines, ""]))


# Editions


def no_notebook(checkout: Checkout) -> list[str]:
    entry(checkout, name='"x"')
    return [f"{LIST}: edition 'x': has no notebook; add one"]


def no_name(checkout: Checkout) -> list[str]:
    entry(checkout, notebook='"deals"')
    return [f"{LIST}: edition 3: has no name; add one"]


def unknown_notebook(checkout: Checkout) -> list[str]:
    entry(checkout, name='"x"', notebook='"deels"')
    return [f"{LIST}: edition 'x': no notebook 'deels'; did you mean 'deals'?"]


def notebook_elsewhere(checkout: Checkout) -> list[str]:
    (checkout.root / "deals.ipynb").write_text("{}")
    entry(checkout, name='"x"', notebook='"../deals"')
    return [f"{LIST}: edition 'x': no notebook '../deals'; did you mean 'deals'?"]


def unknown_key(checkout: Checkout) -> list[str]:
    entry(checkout, name='"x"', notebook='"deals"', parameter="{}")
    return [f"{LIST}: edition 'x': unknown key 'parameter'; did you mean 'parameters'?"]


def wrong_shapes(checkout: Checkout) -> list[str]:
    entry(
        checkout,
        name="3",
        notebook='["deals"]',
        parameters='"years"',
        each='["lang"]',
        formats='"html"',
    )
    start = f"{LIST}: edition 3:"
    return [
        f"{start} name is 3; give a text",
        f"{start} notebook is ['deals']; give the name of a notebook",
        f"{start} parameters is 'years'; give a table like {{ lang = \"en\" }}",
        f'{start} each is [\'lang\']; give a table of lists like {{ lang = ["en", "zh"] }}',
        f'{start} formats is \'html\'; give a list like ["html", "pptx"]',
    ]


def parameters_that_are_none(checkout: Checkout) -> list[str]:
    entry(checkout, name='"x-{lang}"', notebook='"deals"', parameters="3", each='{ lang = ["en"] }')
    return [f"{LIST}: edition 'x-{{lang}}': parameters is 3; give a table like {{ lang = \"en\" }}"]


def unknown_format(checkout: Checkout) -> list[str]:
    entry(checkout, name='"x"', notebook='"deals"', formats='["htm", 3]')
    return [
        f"{LIST}: edition 'x': unknown format 'htm'; did you mean 'html'?",
        f"{LIST}: edition 'x': unknown format 3; "
        "choose one of: html, pptx, xlsx, pdf, png, svg, csv, zip",
    ]


def duplicate_name(checkout: Checkout) -> list[str]:
    entry(checkout, name='"deals"', notebook='"measures"')
    return [f"{LIST}: edition 'deals' stands 2 times; rename one of them"]


def name_without_placeholder(checkout: Checkout) -> list[str]:
    entry(checkout, name='"x"', notebook='"deals"', each='{ lang = ["en", "zh"] }')
    return [f"{LIST}: edition 'x' stands 2 times; rename one of them"]


def unknown_placeholder(checkout: Checkout) -> list[str]:
    entry(checkout, name='"x-{land}"', notebook='"deals"')
    return [f"{LIST}: edition 'x-{{land}}': a placeholder in the name names no parameter ('land')"]


def broken_placeholder(checkout: Checkout) -> list[str]:
    entry(checkout, name='"x-{"', notebook='"deals"')
    return [
        f"{LIST}: edition 'x-{{': a placeholder in the name names no parameter "
        "(Single '{' encountered in format string)"
    ]


def name_leading_out_of_the_site(checkout: Checkout) -> list[str]:
    entry(checkout, name='"../x"', notebook='"deals"')
    return [f"{LIST}: edition '../x': '../x' is no name; use a-z, 0-9 and hyphens"]


def name_of_the_index(checkout: Checkout) -> list[str]:
    entry(checkout, name='"index"', notebook='"deals"')
    return [f"{LIST}: edition 'index': 'index' is a page of the site; choose another name"]


def each_without_values(checkout: Checkout) -> list[str]:
    entry(checkout, name='"x"', notebook='"deals"', each='{ lang = [], years = "en" }')
    return [
        f"{LIST}: edition 'x': each: 'lang' is []; give a list of values, or \"*\" for all",
        f"{LIST}: edition 'x': each: 'years' is 'en'; give a list of values, or \"*\" for all",
    ]


def star_without_choices(checkout: Checkout) -> list[str]:
    entry(checkout, name='"x"', notebook='"deals"', each='{ years = "*" }')
    return [f"{LIST}: edition 'x': each: 'years' has no choices to go through; list its values"]


def parameter_given_twice(checkout: Checkout) -> list[str]:
    entry(
        checkout,
        name='"x-{lang}"',
        notebook='"deals"',
        parameters='{ lang = "en" }',
        each='{ lang = ["zh"] }',
    )
    return [f"{LIST}: edition 'x-{{lang}}': 'lang' stands in parameters and in each; keep one"]


def single_brackets(checkout: Checkout) -> list[str]:
    checkout.list.write_text('[edition]\nname = "x"\nnotebook = "deals"\n')
    return [f"{checkout.list}: edition is no list; write [[edition]] above each one"]


def misspelt_heading(checkout: Checkout) -> list[str]:
    checkout.list.write_text('[[editions]]\nname = "x"\nnotebook = "deals"\n')
    return [f"{checkout.list}: unknown key 'editions'; editions stand under [[edition]]"]


def no_edition(checkout: Checkout) -> list[str]:
    checkout.list.write_text("# none\n")
    return [f"{checkout.list}: lists no edition; add an [[edition]]"]


def broken_toml(checkout: Checkout) -> list[str]:
    checkout.list.write_text('[[edition]]\nname = "x\n')
    reason = "Illegal character '\\n' (at line 2, column 10)"
    return [f"{checkout.list}: cannot be read ({reason}); mend it"]


# Parameters


def mistyped_parameter(checkout: Checkout) -> list[str]:
    entry(checkout, name='"x"', notebook='"deals"', parameters="{ yeers = 3 }")
    return [f"{LIST}: edition 'x': no parameter 'yeers'; did you mean 'years'?"]


def wrong_type(checkout: Checkout) -> list[str]:
    entry(checkout, name='"x"', notebook='"deals"', parameters='{ years = "3" }')
    return [f"{LIST}: edition 'x': years: '3' is not of type int; give a whole number"]


def out_of_range(checkout: Checkout) -> list[str]:
    entry(checkout, name='"x"', notebook='"deals"', parameters="{ pue = 2.5 }")
    return [f"{LIST}: edition 'x': pue: 2.5 is out of range; give 1 to 2"]


def out_of_choices(checkout: Checkout) -> list[str]:
    entry(checkout, name='"x-{lang}"', notebook='"deals"', each='{ lang = ["en", "fr"] }')
    return [f"{LIST}: edition 'x-{{lang}}': lang: 'fr' is not allowed; choose one of: en, zh"]


def all_at_once(checkout: Checkout) -> list[str]:
    entry(
        checkout,
        name='"x-{lang}"',
        notebook='"deals"',
        parameters="{ yeers = 3, pue = 7 }",
        each='{ lang = ["en", "fr"], land = ["a", "b"] }',
    )
    entry(checkout, name='"y"', notebook='"deels"')
    x = f"{LIST}: edition 'x-{{lang}}':"
    return [
        f"{x} no parameter 'yeers'; did you mean 'years'?",
        f"{x} pue: 7.0 is out of range; give 1 to 2",
        f"{x} lang: 'fr' is not allowed; choose one of: en, zh",
        f"{x} no parameter 'land'; did you mean 'lang'?",
        f"{LIST}: edition 'y': no notebook 'deels'; did you mean 'deals'?",
    ]


def language_that_planlib_does_not_speak(checkout: Checkout) -> list[str]:
    checkout.add("french", parameters='lang: str = "fr"')
    return [f"{LIST}: edition 'french': lang: 'fr' is not a language of planlib; use en or zh"]


# Notebooks


def no_parameters_cell(checkout: Checkout) -> list[str]:
    checkout.add("bare", "print(1)", parameters=None)
    entry(checkout, name='"again"', notebook='"bare"')
    return ["bare.ipynb: no cell is tagged 'parameters'; tag the cell that assigns them"]


def untyped_parameter(checkout: Checkout) -> list[str]:
    checkout.add("loose", parameters='lang = "en"')
    return [
        "loose.ipynb: line 1 of the parameters cell is no typed assignment; "
        'write it like  lang: str = "en"  # one of en, zh'
    ]


def default_out_of_choices(checkout: Checkout) -> list[str]:
    checkout.add("odd", parameters='lang: str = "fr"  # one of en, zh')
    return ["odd.ipynb: parameter lang: 'fr' is not allowed; choose one of: en, zh"]


def unreadable_notebook(checkout: Checkout) -> list[str]:
    path = checkout.add("cut")
    path.write_text(json.dumps(notebook(code("1")))[:-20])
    return [f"{path}: is not a readable notebook; restore it"]


CASES = [
    no_notebook, no_name, unknown_notebook, notebook_elsewhere, unknown_key, wrong_shapes,
    parameters_that_are_none,
    unknown_format, duplicate_name, name_without_placeholder, unknown_placeholder,
    broken_placeholder, name_leading_out_of_the_site, name_of_the_index, each_without_values,
    star_without_choices, parameter_given_twice, single_brackets, misspelt_heading, no_edition,
    broken_toml, mistyped_parameter, wrong_type, out_of_range, out_of_choices, all_at_once,
    language_that_planlib_does_not_speak, no_parameters_cell, untyped_parameter,
    default_out_of_choices, unreadable_notebook,
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_each_problem_has_one_clear_line_and_the_site_stays(checkout, case):
    lines = case(checkout)
    before = checkout.fingerprint()
    assert "deals.html" in before
    result = build()
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines() == lines
    assert checkout.fingerprint() == before


def test_an_unknown_edition_leaves_the_site_too(checkout):
    before = checkout.fingerprint()
    result = build("deels", "measures")
    assert (result.exit_code, result.stderr) == (2, "no edition 'deels'; did you mean 'deals'?\n")
    assert checkout.fingerprint() == before


def test_bad_data_stop_the_build_before_anything_runs(checkout, monkeypatch, data_copy: DataCopy):
    monkeypatch.undo()
    monkeypatch.setenv("PLANLIB_DATA", str(data_copy.directory))
    monkeypatch.setattr(running, "run", None)
    monkeypatch.chdir(checkout.root)
    checkout.add("countries", parameters='country_id: str = ""  # one of empty, deals.country_id')
    data_copy.set("chips", "h20", year="soon")
    data_copy.set("deals", "sa-humain-nvidia", announced_date="2025-02-30")
    before = checkout.fingerprint()
    result = build()
    assert (result.exit_code, result.stdout) == (2, "")
    chips, deals = result.stderr.splitlines()
    assert chips.startswith("chips.csv:")
    assert deals.startswith("deals.csv:")
    assert checkout.fingerprint() == before


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ("claims", b"\n\n"),
        ("claims", b"caf\xe9\n"),
        ("claims", b'"' + b"x" * 200_000),
        ("sources", b"\xff\n"),
        ("sources", b'"' + b"x" * 200_000),
    ],
    ids=["blank", "bytes", "quote", "bytes of sources", "quote of sources"],
)
@pytest.mark.parametrize("command", ["build", "why"])
def test_broken_evidence_is_named_before_anything_runs(
    checkout, monkeypatch, data_copy: DataCopy, table, fault, command
):
    monkeypatch.undo()
    monkeypatch.setenv("PLANLIB_DATA", str(data_copy.directory))
    monkeypatch.setattr(running, "run", None)
    monkeypatch.chdir(checkout.root)
    path = data_copy.path(table)
    path.write_bytes(path.read_bytes() + fault)
    before = checkout.fingerprint()
    result = CliRunner().invoke(main, [command])
    assert (result.exit_code, result.stdout) == (2, "")
    assert all(line.startswith(f"{table}.csv") for line in result.stderr.splitlines())
    assert checkout.fingerprint() == before
