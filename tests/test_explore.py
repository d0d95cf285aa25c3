"""Explorers: controls change chart, title and table; the copied text makes the view again."""

from __future__ import annotations

import csv
import inspect
import io
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from copy import copy
from functools import cache
from typing import Any
from unittest import mock

import openpyxl
import pytest
from pptx import Presentation

import drawn
import planlib
from planlib import contract, evidence, explore, signature, tables
from planlib.errors import ParameterError, PlanlibError
from planlib.explore import traces
from planlib.explore.explorer import WIDGET_TYPE, Explorer, is_watched
from planlib.explore.parameters import AS_OF, Choice, Day, Level, Number, Parameter, Toggle

HAN = re.compile(r"[\u4e00-\u9fff]")
NOTEBOOKS = {path.stem: path for path in drawn.NOTEBOOKS}
MAKERS: dict[str, Callable[..., Explorer]] = {
    name: getattr(explore, name)
    for name in explore.__all__
    if inspect.isfunction(getattr(explore, name))
}
# A move of each explorer that changes what is drawn.
MOVES: dict[str, dict[str, Any]] = {
    "deals": {"years": 5},
    "deadlines": {"as_of": "2026-01-15"},
    "measures": {"instrument": "export_control"},
    "capex": {"definition": "with_finance_leases"},
    "compare": {"regimes": "trump-china"},
    "controls": {"chinese_chip": True},
    "country": {"country_id": "CHN"},
    "project": {"is_component_project": "no"},
}

# All explorers are made of the same parts: a few prove these quickly, all of them slowly.
QUICK = ("deals", "deadlines", "controls")
every_explorer = pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[] if n in QUICK else pytest.mark.slow) for n in MAKERS]
)
both_languages = pytest.mark.parametrize("lang", ["en", "zh"])


def other_value(parameter: Parameter) -> Any:
    """Return an allowed value that is not the default."""
    if isinstance(parameter, Number):
        ends = (type(parameter.default)(end) for end in (parameter.high, parameter.low))
        return next(end for end in ends if end != parameter.default)
    if isinstance(parameter, Toggle):
        return not parameter.default
    if isinstance(parameter, Day):
        return "2026-03-31"
    if isinstance(parameter, Level):
        return float(parameter.high)
    assert isinstance(parameter, Choice)
    return next(v for _, v in parameter.options("en") if v != parameter.default)


def test_every_explorer_has_its_move() -> None:
    assert set(MOVES) == set(MAKERS)
    assert {"deals", "deadlines", "measures", "capex", "compare", "controls"} <= set(MAKERS)


@cache
def made(name: str, lang: str = "en", *, is_moved: bool = False) -> Explorer:
    """Return an explorer that the tests only look at."""
    return MAKERS[name](**(MOVES[name] if is_moved else {}), lang=lang)


@cache
def _worked(name: str) -> Explorer:
    return MAKERS[name]()


@pytest.fixture
def worked(name: str) -> Iterator[Explorer]:
    """An explorer whose controls a test may work; it is as new before each."""
    one = _worked(name)
    yield one
    one.reset()


def shown(one: Explorer) -> dict[str, Any]:
    """Return all that a person sees of it: the chart, its words and the table."""
    return {"drawing": one.drawing, "words": one.words}


@every_explorer
def test_a_control_makes_what_the_call_makes(name: str, worked: Explorer) -> None:
    for key, value in MOVES[name].items():
        worked.panel.controls[key].value = value
    called = made(name, is_moved=True)
    assert worked.values == called.values
    assert shown(worked) == shown(called)
    assert worked.panel.chart.figure == called.drawing
    assert worked.panel.table.value == called.panel.table.value


@every_explorer
def test_a_control_changes_chart_title_and_table(name: str) -> None:
    before, after = made(name), made(name, is_moved=True)
    assert after.drawing["data"] != before.drawing["data"]
    assert after.words["title"] != before.words["title"]
    assert after.words["title"] == after.drawing["layout"]["meta"]["planlib"]["title"]
    assert after.panel.table.value != before.panel.table.value


@every_explorer
def test_reset_goes_back_to_where_it_began(name: str, worked: Explorer) -> None:
    worked.set(**MOVES[name], lang="zh")
    worked.panel.reset.click()
    assert worked.call == f"explore.{name}()"
    assert shown(worked) == shown(made(name))
    assert worked.panel.controls["lang"].value == "en"


def test_reset_goes_back_to_what_was_given() -> None:
    one = explore.deals(years=5, lang="zh")
    one.set(years=6, lang="en")
    one.reset()
    assert one.call == "explore.deals(years=5, lang='zh')"


@every_explorer
def test_python_text_makes_the_view_again(name: str) -> None:
    one = made(name, is_moved=True)
    with mock.patch.dict(vars(explore), {name: lambda **given: given}):
        again = eval(one.panel.bar.call, {"explore": explore})
    assert again == one.changed == MOVES[name]


@every_explorer
def test_every_parameter_is_one_of_the_notebook(name: str) -> None:
    one = made(name)
    allowed = signature.read(NOTEBOOKS[one.notebook])
    for key, parameter in one.parameters.items():
        assert parameter.default == allowed[key].default
        assert allowed[key].check(other_value(parameter)) is not None
        if isinstance(parameter, Number):
            assert (parameter.low, parameter.high) == (allowed[key].low, allowed[key].high)


@pytest.mark.slow
@every_explorer
def test_command_gives_papermill_values_that_the_notebook_allows(name: str) -> None:
    one = copy(made(name))
    chosen = {k: other_value(p) for k, p in one.parameters.items()}
    one.values = one.values | chosen
    words = shlex.split(one.command)
    assert words[:3] == ["papermill", f"{one.notebook}.ipynb", "my-view.ipynb"]
    from papermill.cli import _resolve_type

    given = {k: _resolve_type(v) for _, k, v in zip(*[iter(words[3:])] * 3, strict=True)}
    allowed = signature.read(NOTEBOOKS[one.notebook])
    assert signature.check(allowed, given, "command") == chosen


@pytest.mark.slow
@every_explorer
def test_notebook_shows_the_explorer_of_its_parameters(name: str) -> None:
    one = MAKERS[name](**MOVES[name])
    shown = drawn.run(one.notebook, **MOVES[name]).figures[one.words["name"]]
    assert shown.output == one.output(live=False)


@every_explorer
@both_languages
def test_labels_are_in_the_language(name: str, lang: str) -> None:
    panel = made(name, lang).panel
    labels = [c.description for key, c in panel.controls.items() if key != "lang"]
    labels += [panel.reset.description, *panel.bar.words.values()]
    assert all(labels)
    assert all(bool(HAN.search(label)) == (lang == "zh") for label in labels)


@every_explorer
def test_language_switch_translates_everything_at_once(name: str, worked: Explorer) -> None:
    panel = worked.panel
    panel.controls["lang"].value = "zh"
    assert shown(worked) == shown(made(name, "zh"))
    assert HAN.search(panel.table.value)
    assert HAN.search(panel.traces.value)
    for key, parameter in worked.parameters.items():
        control = panel.controls.get(key)
        if isinstance(parameter, Choice) and control is not None and key != "lang":
            assert dict(control.options) == dict(parameter.options("zh"))


@pytest.mark.slow
@every_explorer
def test_every_choice_is_drawn_or_refused_in_one_line(name: str) -> None:
    one = MAKERS[name]()
    for key, parameter in one.parameters.items():
        if isinstance(parameter, Choice) and key != "lang":
            for _, value in parameter.options("en")[:6]:
                one.set(**{key: value})
                assert "\n" not in one.refusal()
                assert one.panel.chart.figure["data"]
            one.reset()


@both_languages
def test_refused_settings_keep_the_chart_and_say_why(lang: str) -> None:
    one = explore.deals(lang=lang)
    drawing = one.panel.chart.figure
    one.panel.controls["as_of"].value = "2025-01-20"
    assert one.panel.chart.figure == drawing
    assert "planlib-refused" in one.panel.refusal.value
    assert bool(HAN.search(one.refusal())) == (lang == "zh")
    assert "Traceback" not in one.panel.refusal.value
    assert "planlib-stale" in one.panel.chart._dom_classes
    one.reset()
    assert one.panel.refusal.value == ""
    assert "planlib-stale" not in one.panel.chart._dom_classes


def test_what_shows_nothing_is_refused_where_nobody_can_choose() -> None:
    one = explore.deadlines(as_of="2020-01-01")
    with pytest.raises(PlanlibError, match="nothing to draw"):
        one.output(live=False)


def test_it_recovers_from_a_bad_beginning() -> None:
    one = explore.deadlines(as_of="2020-01-01")
    assert one.panel.chart.figure == {}
    assert "These settings show nothing" in one.panel.refusal.value
    one.set(as_of="2026-01-15")
    assert one.panel.chart.figure["data"]
    assert one.refusal() == ""


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"years": 0}, "years: 0 is out of range; give 1 to 10"),
        ({"years": 2.5}, "years: 2.5 is not of type int"),
        ({"pue": True}, "pue: True is not of type float"),
        ({"lang": "fr"}, "lang: 'fr' is not allowed"),
        ({"country_id": "SUA"}, "country_id: 'SUA' is not allowed; did you mean 'SAU'"),
        ({"as_of": "soon"}, "as_of: 'soon' is not a date"),
        ({"year": 3}, "no parameter 'year'; did you mean 'years'"),
    ],
)
def test_bad_values_are_refused_in_one_line_each(given: dict[str, Any], text: str) -> None:
    with pytest.raises(ParameterError, match=re.escape(text)):
        explore.deals(**given)
    with pytest.raises(ParameterError, match=re.escape(text)):
        made("deals").set(**given)


def test_only_countries_with_a_stated_supply_can_be_chosen() -> None:
    one = explore.deals()
    countries = one.panel.controls["country_id"].options
    assert len(countries) > 2
    for _, country in countries:
        one.set(country_id=country)
        assert one.error == ""


def test_the_share_is_as_stated_until_it_is_set() -> None:
    one = explore.deals(country_id="ARE")
    menu = one.panel.controls["share_pct"]
    assert menu.label == "as stated"
    menu.value = 30.0
    assert one.call == "explore.deals(country_id='ARE', share_pct=30.0)"
    assert "-p share_pct 30.0" in one.command
    assert "30% assumed" in one.words["subtitle"]
    one.set(share_pct=33)
    assert menu.label == "33%"
    one.set(lang="zh")
    assert menu.options[0] == ("按来源所载", "")
    menu.value = ""
    assert one.values["share_pct"] is None
    assert "30%" not in one.words["subtitle"]


def test_a_share_of_a_deal_that_states_none_is_refused_with_a_reason() -> None:
    one = explore.deals(country_id="SAU")
    one.set(share_pct=30.0)
    assert "no term here states a share" in one.refusal()
    one.set(share_pct=None)
    assert one.refusal() == ""
    with pytest.raises(ParameterError, match="share_pct: 100 is out of range; give 1 to 99"):
        one.set(share_pct=100)
    with pytest.raises(ParameterError, match="'much' is neither a number nor None"):
        one.set(share_pct="much")


def test_an_integer_is_taken_for_a_float() -> None:
    assert explore.deals(pue=1).call == "explore.deals(pue=1.0)"


def test_the_day_of_the_data_is_no_change() -> None:
    own = tables.resolve_as_of("").date().isoformat()
    assert explore.deadlines(as_of=own).call == "explore.deadlines()"


def test_days_beyond_the_slider_are_on_it_when_given() -> None:
    one = explore.deadlines()
    one.panel.controls["as_of"].value = "2026-01-15"
    one.set(as_of="2027-02-03")
    assert one.panel.controls["as_of"].label == "3 February 2027"
    first, *_ = AS_OF.options("en", "2024-06-01")
    assert first == ("1 June 2024", "2024-06-01")


def test_where_nobody_looks_the_output_is_that_of_show() -> None:
    one = explore.deals()
    output = one.output(live=False)
    figure, controls = one.figure, one.view.controls
    assert controls
    assert output == contract.bundle(figure, one.table, controls())
    with mock.patch("IPython.display.display") as display:
        one._ipython_display_()
    display.assert_called_once_with(output, raw=True)
    assert one._panel is None


def test_where_somebody_looks_widget_and_figure_are_one_output() -> None:
    one = made("deals")
    output = one.output(live=True)
    assert output[WIDGET_TYPE]["model_id"] == one.panel.box.model_id
    static = {k: v for k, v in output.items() if k != WIDGET_TYPE}
    assert static == contract.bundle(one.figure, one.table)


@pytest.mark.parametrize("answers", [True, False])
def test_somebody_looks_where_cells_may_ask_questions(answers: bool) -> None:
    shell = mock.Mock()
    shell.kernel.get_parent.return_value = {"content": {"allow_stdin": answers}}
    with mock.patch("IPython.get_ipython", return_value=shell):
        assert is_watched() is answers
    assert not is_watched()


def asked_for(one: Explorer, form: str) -> tuple[dict[str, str], bytes]:
    """Ask for a file as the page does; return the message and the file that come back."""
    with mock.patch.object(one.panel.bar, "send") as send:
        one.panel._asked(one.panel.bar, {"kind": "file", "form": form}, [])
    return send.call_args.args[0], next(iter(send.call_args.kwargs.get("buffers", [])), b"")


def test_data_are_sent_as_csv_when_asked_for() -> None:
    one = made("deals", "zh")
    message, content = asked_for(one, "csv")
    assert message == {"kind": "file", "name": "supply-scenario-zh.csv"}
    rows = list(csv.reader(content.decode().splitlines()))
    assert len(rows) == len(one.table) + 1
    assert rows[0][0] == "年份"


def test_workbook_and_slides_hold_the_data_of_the_view() -> None:
    one = made("deals", is_moved=True)
    last = float(one.table["cumulative_gpus"].iloc[-1])
    message, content = asked_for(one, "xlsx")
    assert message["name"] == "supply-scenario-en.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert last in [c.value for row in book["supply-scenario"].iter_rows() for c in row]
    message, content = asked_for(one, "pptx")
    assert message["name"] == "supply-scenario-en.pptx"
    deck = Presentation(io.BytesIO(content))
    charts = [s.chart for s in deck.slides[1].shapes if s.has_chart]
    assert last in [v for c in charts for p in c.plots for s in p.series for v in s.values]


@pytest.mark.slow
def test_picture_of_the_view_is_sent() -> None:
    message, content = asked_for(made("deals"), "png")
    assert message["name"] == "supply-scenario-en.png"
    assert content.startswith(b"\x89PNG")
    assert len(content) > 20_000


@both_languages
def test_what_a_file_needs_and_has_not_is_said_in_one_line(lang: str) -> None:
    one = made("deals", lang)
    gone = ModuleNotFoundError(name="pptx")
    with mock.patch("planlib.briefing.content", side_effect=gone):
        message, content = asked_for(one, "pptx")
    assert message["kind"] == "refused"
    assert "pip install 'planlib[briefing]'" in message["text"]
    assert bool(HAN.search(message["text"])) == (lang == "zh")
    with mock.patch("planlib.doctor.browser", return_value=""):
        message, content = asked_for(one, "png")
    assert message["kind"] == "refused"
    assert "no Chrome, Chromium or Edge" in message["text"]
    assert "\n" not in message["text"]
    assert content == b""


def test_plotly_is_sent_once_asked_for() -> None:
    chart = made("deals").panel.chart
    with mock.patch.object(chart, "send") as send:
        chart._send_library(chart, {"kind": "click"}, [])
        send.assert_not_called()
        chart._send_library(chart, {"kind": "plotly"}, [])
    assert b"plotly.js" in send.call_args.kwargs["buffers"][0][:200]


def test_a_clicked_mark_shows_its_row_with_who_differs() -> None:
    one = explore.measures()
    key = one.table["measure_id"].iloc[0]
    one.panel._asked(one.panel.chart, {"kind": "click", "mark": [key]}, [])
    claims = planlib.trace("measures", key)
    assert claims["as_printed"].iloc[0].split()[0] in one.panel.traces.value
    assert one.panel.traces.value.count("planlib-trace") == 1


def test_differing_claims_are_marked_and_come_last() -> None:
    rows = {"documents": ["ai-action-plan"]}
    text = traces.of_mark([], rows, "en")
    marked = [bool(mark) for mark in re.findall(r"<tr( class=planlib-differs)?><td", text)]
    stances = evidence.claims_of(rows)["stance"]
    assert marked.count(True) == (stances == "differs").sum() > 0
    assert len(marked) == len(stances)
    assert marked.index(True) == (stances == "supports").sum()


def test_a_mark_of_many_rows_says_so() -> None:
    one = explore.measures()
    text = traces.of_mark(["nothing"], one.rows, "en")
    assert "rests on" in text
    assert "<table" not in text


def test_traces_escape_what_they_quote() -> None:
    with mock.patch.object(evidence, "row_name", return_value="<script>alert(1)</script>"):
        text = traces.of_mark([], {"deals": ["ae-stargate"]}, "en")
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


@pytest.mark.slow
def test_planlib_does_not_import_its_explorers() -> None:
    program = (
        "import sys, planlib; assert 'planlib.explore' not in sys.modules;"
        "from planlib import explore; explore.deals();"
        "assert not {'ipywidgets', 'anywidget'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
