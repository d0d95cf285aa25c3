"""Every chart as the notebooks draw it: its words, and small facts about what is drawn."""

from __future__ import annotations

import inspect
import json
import math
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from itertools import pairwise
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

import drawn
import planlib
import planlib.charts
from planlib import (
    PlanlibError,
    attribution,
    contract,
    evidence,
    schema,
    style,
    tables,
    wording,
)
from planlib.analysis import deals as deal_analysis
from planlib.analysis import timeline as timeline_analysis
from planlib.charts import deals as deal_charts
from planlib.charts import measures as measure_charts
from planlib.charts import timeline as timeline_charts

FIGURES = [
    ("overview", "how-many-actions"),
    ("overview", "plan-page"),
    ("overview", "duty-status"),
    ("measures", "plan-tree"),
    ("measures", "agencies"),
    ("measures", "agencies-instruments"),
    ("measures", "recommended-ordered"),
    ("timeline", "chronicle"),
    ("timeline", "duty-status"),
    ("timeline", "deadline-board"),
    ("timeline", "deadline-board-others"),
    ("deals", "terms"),
    ("deals", "supply-scenario"),
    ("deals", "fit"),
    ("deals", "pledges"),
    ("deals", "h100-equivalents"),
    ("deals", "price-per-gpu"),
    ("capex", "capex-quarters"),
    ("capex", "capex-growth"),
    ("capex", "capex-guidance"),
    ("capex", "gdp-share"),
    ("capex", "growth-contribution"),
    ("capex", "borrowing"),
    ("capex", "build-out"),
    ("capex", "bank-lending"),
    ("comparison", "side-by-side-governing"),
    ("comparison", "side-by-side-building"),
    ("comparison", "abroad"),
    ("comparison", "disagreements"),
    ("comparison", "comparison-coverage"),
    ("controls", "controls-calendar"),
    ("controls", "decisions-calendar"),
    ("controls", "limits"),
    ("controls", "transaction"),
    ("controls", "qualifying-project"),
    ("debate", "contradictions"),
    ("debate", "state-law"),
    ("debate", "exposure"),
    ("debate", "options"),
    ("debate", "voices"),
    ("debate", "named-voices"),
    ("country", "treatments"),
    ("country", "country-board"),
    ("country", "deal-counts"),
    ("evidence", "coverage"),
    ("evidence", "conflicts"),
    ("evidence", "sources"),
]
# What is called the same in Chinese: units, measures of computing, file and document names.
LATIN_IN_CHINESE = {"planlib", "GPU", "AI", "PUE", "BF16", "H100", "SXM", "NSPM"}
HAN = re.compile(r"[\u4e00-\u9fff]")
LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*")
IDENTIFIER = re.compile(r"[A-Za-z0-9]+(?:[-._][A-Za-z0-9]+)+")

both_languages = pytest.mark.parametrize("lang", ["en", "zh"])
every_figure = pytest.mark.parametrize(("notebook", "name"), FIGURES)


def shown(notebook: str, name: str, lang: str = "en", **parameters: Any) -> drawn.Shown:
    return drawn.run(notebook, lang=lang, **parameters).figures[name]


def figure(notebook: str, name: str, lang: str = "en", **parameters: Any) -> go.Figure:
    return shown(notebook, name, lang, **parameters).figure


def texts(figure: go.Figure) -> Iterator[str]:
    """Yield every text that the figure shows, on the page or when pointed at."""
    for annotation in figure.layout.annotations:
        yield annotation.text
    for axis in [*figure.select_xaxes(), *figure.select_yaxes()]:
        yield from axis.ticktext or ()
        yield axis.title.text or ""
    for trace in figure.data:
        yield trace.name or ""
        for values in (trace.text, trace.hovertext):
            yield from map(own_words, [values] if isinstance(values, str) else _listed(values))


def own_words(text: object) -> str:
    """Return a text without what it quotes: literals and publishers keep their own language."""
    return re.sub(rf"(<br>)?<span style='color:{style.GREY_TEXT}'>[^<]*(<br>[^<]*)*</span>", "",
                  str(text))  # fmt: skip


def _listed(values: Any) -> list[Any]:
    return [] if values is None else list(values)


def plain(text: str) -> str:
    """Return a text without its tags."""
    return re.sub(r"<[^>]*>|&nbsp;", " ", text)


def printed(figure: go.Figure, part: str) -> str:
    (text,) = (a.text for a in figure.layout.annotations if a.name == f"planlib-{part}")
    return plain(text)


@cache
def identifiers() -> frozenset[str]:
    """Return all ids of rows, and all codes that are no plain words."""
    package = schema.package()
    ids = {
        key
        for table in package.tables
        if table.has_key
        for key in planlib.tables.whole(table.name)[table.key]
    }
    return frozenset(ids | set(tables.words("en")))


@cache
def latin_in_the_data() -> frozenset[str]:
    """Return the Latin words of names and texts that the Chinese data themselves hold."""
    found: set[str] = set()
    for table in schema.package().tables:
        for column in table.columns:
            if column.endswith("_zh") or column in ("name", "as_printed"):
                cells = tables.whole(table.name)[column].dropna().astype(str)
                cells = cells if column != "name" else cells[cells.str.len() < 25]
                found |= {w for text in cells for w in LATIN_WORD.findall(text)}
    for name in evidence.source_labels("zh").values():
        found |= set(LATIN_WORD.findall(name))
    return frozenset(found)


def test_every_chart_function_is_drawn_in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn_by: set[str] = set()
    expected: set[str] = set()
    for found in pkgutil.iter_modules(planlib.charts.__path__):
        module = import_module(f"planlib.charts.{found.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__annotations__.get("return") == "go.Figure" and name[0] != "_":
                expected.add(function.__qualname__)
                monkeypatch.setattr(module, name, _noting(function, drawn_by))
    for notebook in drawn.NAMES:
        drawn.run.__wrapped__(notebook)
    assert expected - drawn_by == set()


def _noting(function: Any, names: set[str]) -> Any:
    def noted(*args: Any, **kwargs: Any) -> Any:
        names.add(function.__qualname__)
        return function(*args, **kwargs)

    return noted


def test_every_figure_of_the_notebooks_is_tested_here() -> None:
    assert {(n, f) for n in drawn.NAMES for f in drawn.run(n, lang="en").figures} == set(FIGURES)


@both_languages
@every_figure
def test_frame_is_complete(notebook: str, name: str, lang: str) -> None:
    words = shown(notebook, name, lang).words
    assert words["title"]
    assert words["subtitle"]
    assert words["alt"]
    assert words["as_of"] == schema.package().as_of
    assert words["source"].startswith("来源：" if lang == "zh" else "Source: ")
    assert len(words["source"]) > len("Source: ")


@both_languages
@every_figure
def test_chart_is_valid_plotly(notebook: str, name: str, lang: str) -> None:
    drawing = shown(notebook, name, lang).output[contract.PLOTLY_TYPE]
    # Raises on any property or value that Plotly does not know.
    checked = go.Figure(drawing)
    assert json.loads(checked.to_json()) == json.loads(json.dumps(drawing))


@both_languages
@every_figure
def test_no_id_or_code_is_visible(notebook: str, name: str, lang: str) -> None:
    one = shown(notebook, name, lang)
    visible = [plain(t) for t in texts(one.figure)]
    visible += [str(v) for row in one.words["rows"] for v in row if isinstance(v, str)]
    found = {w for text in visible for w in IDENTIFIER.findall(text)} & identifiers()
    assert found == set()
    assert not any(re.search(r"\b(ARE|SAU|KOR|GBR|QAT|KAZ)\b|\bnan\b|None", t) for t in visible)


@both_languages
@every_figure
def test_every_column_of_the_table_has_a_title(notebook: str, name: str, lang: str) -> None:
    fields = shown(notebook, name, lang).words["fields"]
    assert [f["name"] for f in fields if f["title"] == f["name"]] == []


@every_figure
def test_english_charts_hold_no_chinese(notebook: str, name: str) -> None:
    assert [t for t in texts(figure(notebook, name)) if HAN.search(t)] == []


@every_figure
def test_chinese_charts_hold_no_english(notebook: str, name: str) -> None:
    one = figure(notebook, name, "zh")
    sources = printed(one, "foot")
    words = {
        word
        for text in map(plain, texts(one))
        if text != sources
        for word in LATIN_WORD.findall(text)
    }
    # Single letters and small Roman numerals number the parts of a section.
    words = {w for w in words if len(w) > 1 and not re.fullmatch(r"[ivx]+", w)}
    assert words - LATIN_IN_CHINESE - latin_in_the_data() == set()


@both_languages
@every_figure
def test_no_text_is_smaller_than_12_pixels(notebook: str, name: str, lang: str) -> None:
    one = figure(notebook, name, lang)
    sizes = [a.font.size for a in one.layout.annotations]
    sizes += [t.textfont.size for t in one.data if t.text is not None and "text" in _mode(t)]
    sizes += [a.tickfont.size for a in one.select_yaxes() if a.tickfont.size]
    assert min(size for size in sizes if size) >= 12


def _mode(trace: Any) -> str:
    return trace.mode if trace.type == "scatter" else "text"


@every_figure
def test_pointing_at_a_mark_never_shows_its_coordinates(notebook: str, name: str) -> None:
    for trace in figure(notebook, name).data:
        said = trace.hoverinfo in ("skip", "text") or trace.hovertemplate
        assert said, trace.name


@every_figure
def test_nothing_is_turned(notebook: str, name: str) -> None:
    one = figure(notebook, name)
    assert {axis.tickangle for axis in one.select_yaxes()} <= {None, 0}
    assert one.layout.template.layout.xaxis.tickangle == 0


# Small facts, chart by chart.


def test_how_many_actions_shows_our_counts_beside_the_others() -> None:
    one = figure("overview", "how-many-actions")
    sections, measures = planlib.load("sections"), planlib.load("measures")
    title = printed(one, "title")
    assert f"3, {len(sections)} and {len(measures)} are levels of one tree" in title
    (bars,) = one.data
    assert max(bars.x) == len(measures)
    colours = set(bars.marker.color)
    assert colours == set(style.ORIGIN_COLOURS.values())


@both_languages
def test_plan_tree_has_one_square_for_each_action(lang: str) -> None:
    one = figure("measures", "plan-tree", lang)
    measures = planlib.load("measures")
    squares, totals = one.data[:-1], one.data[-1]
    assert len(squares) == 3
    assert sum(len(t.x) for t in squares) == len(measures)
    assert [t.marker.color for t in squares] == list(style.PILLAR_COLOURS.values())
    assert sorted(map(int, totals.text)) == sorted(measures.groupby("section_id").size())
    assert str(len(measures)) in printed(one, "title")


def test_plan_tree_follows_the_order_of_the_plan() -> None:
    keys = list(figure("measures", "plan-tree").layout.yaxis.tickvals)
    sections = planlib.load("sections").sort_values(["pillar", "section_no"])
    assert keys == list(sections["section_id"])


@both_languages
def test_agencies_title_and_bars_are_counts_of_actions(lang: str) -> None:
    one = figure("measures", "agencies", lang)
    agencies = planlib.load("measure_agencies")
    actions = agencies.groupby("actor_id")["measure_id"].nunique()
    *pillars, totals = one.data
    assert len(pillars) == 3
    assert dict(zip(totals.y, totals.x, strict=True)) == {a: actions[a] for a in totals.y}
    assert [sum(v) for v in zip(*(t.x for t in pillars), strict=True)] == list(totals.x)
    assert str(actions.max()) in printed(one, "title")
    assert list(totals.x) == sorted(totals.x, reverse=True)


def test_agencies_ranks_no_group_in_its_title() -> None:
    actors = planlib.load("actors")
    groups = actors[actors["kind"] == "group"]["name"]
    one = figure("measures", "agencies")
    assert not any(name in printed(one, "title") for name in groups)
    assert printed(one, "title").strip().startswith("Of single bodies, ")
    # What is drawn higher than the second of the title is explained.
    drawn_groups = [n for n in groups if n in " ".join(one.layout.yaxis.ticktext)]
    assert drawn_groups
    assert all(n in one.layout.meta["planlib"]["note"] for n in drawn_groups)


@both_languages
def test_pledges_name_the_sums_that_only_the_table_lists(lang: str) -> None:
    one = shown("deals", "pledges", lang)
    bars = sum(len(bar.x) for bar in one.figure.data)
    others = one.table[one.table["unit"] != "USD"]
    assert bars + len(others) == len(one.table) > bars
    assert str(bars) in one.words["title"]
    for row in others.itertuples():
        assert wording.amount(row.value, row.unit, lang, row.qualifier) in one.words["note"]


def test_matrix_names_its_densest_cell() -> None:
    one = figure("measures", "agencies-instruments")
    (cells,) = one.data
    sizes = pd.Series(cells.marker.size, index=zip(cells.x, cells.y, strict=True))
    agency, instrument = sizes.idxmax()
    title = printed(one, "title")
    assert tables.names_of("actors", "en")[agency] in title
    assert tables.words("en")[instrument].lower() in title
    assert f"{sizes.max()} actions" in title


def test_matrix_bubbles_fit_their_rows() -> None:
    marker = figure("measures", "agencies-instruments").data[0].marker
    diameter = math.sqrt(2 * max(marker.size) / marker.sizeref)
    assert diameter <= measure_charts.ROW_HEIGHT


@both_languages
def test_recommended_and_ordered_counts_every_action_once(lang: str) -> None:
    one = figure("measures", "recommended-ordered", lang)
    measures, links = planlib.load("measures"), planlib.load("implementations")
    sums = [sum(trace.x) for trace in one.data]
    assert sum(sums) == len(measures)
    assert sum(sums[:2]) == links["measure_id"].nunique()
    assert str(sums[0]) in printed(one, "title")


def test_actions_without_an_order_are_hollow() -> None:
    *filled, silent = figure("measures", "recommended-ordered").data
    assert silent.marker.color == style.PAPER
    assert silent.marker.line.color == style.NO_RECORD
    assert style.PAPER not in [trace.marker.color for trace in filled]


@both_languages
def test_chronicle_draws_each_entry_since_the_day_asked(lang: str) -> None:
    one = shown("timeline", "chronicle", lang)
    entries = drawn.run("timeline", lang=lang).variables["entries"]
    recent = entries[entries["date"] >= "2025-01-01"]
    assert sum(len(trace.x) for trace in one.figure.data) == len(recent)
    assert str(len(recent)) in one.words["title"]
    assert len(one.words["rows"]) == len(entries)


def test_chronicle_marks_days_that_are_not_known() -> None:
    one = figure("timeline", "chronicle")
    entries = drawn.run("timeline", lang="en").variables["entries"]
    recent = entries[entries["date"] >= "2025-01-01"]
    hollow = sum(list(trace.marker.color).count(style.PAPER) for trace in one.data)
    assert hollow == (recent["precision"] != "day").sum() > 0


def test_chronicle_follows_its_parameter() -> None:
    late = figure("timeline", "chronicle", since="2026-01-01")
    assert min(min(trace.x) for trace in late.data) >= "2026-01-01"
    assert "since 1 January 2026" in printed(late, "subtitle")
    assert printed(late, "title") != printed(figure("timeline", "chronicle"), "title")


def test_marks_of_a_lane_do_not_touch() -> None:
    for trace in figure("timeline", "chronicle").data:
        marks = sorted(zip(trace.y, trace.x, strict=True))
        for (row, day), (next_row, next_day) in pairwise(marks):
            apart = (pd.Timestamp(next_day) - pd.Timestamp(day)).days
            assert row != next_row or apart >= timeline_charts.STACK_DAYS


@both_languages
@pytest.mark.parametrize("name", ["deadline-board", "deadline-board-others"])
def test_board_has_a_row_for_each_duty_with_a_due_day(name: str, lang: str) -> None:
    one = shown("timeline", name, lang)
    board = drawn.run("timeline", lang=lang).variables["board"]
    is_core = board["document_id"].isin(timeline_analysis.PLAN_ORDERS)
    frame = board[is_core if name == "deadline-board" else ~is_core]
    dated = frame[frame["due_date"].notna()].set_index("obligation_id")
    rows = list(one.figure.layout.yaxis.tickvals)
    assert sorted(rows) == sorted(dated.index)
    assert dated["due_date"].reindex(rows).is_monotonic_increasing
    assert str(len(dated)) in one.words["title"]
    assert len(one.words["rows"]) == len(frame)


@both_languages
def test_board_labels_say_duty_document_and_agency_in_two_lines(lang: str) -> None:
    for label in figure("timeline", "deadline-board", lang).layout.yaxis.ticktext:
        duty, place = (plain(line).strip() for line in label.split("<br>"))
        assert re.match(r"EO 14\d{3} s\.|第14\d{3}号令第", place)
        assert max(wording.width(duty), wording.width(place)) <= timeline_charts.LABEL_COLUMNS


def test_silence_on_the_board_is_hollow_and_grey() -> None:
    words = tables.words("en")
    silent = [
        trace
        for trace in figure("timeline", "deadline-board").data
        if trace.name == words["passed_no_record"]
    ]
    assert [t.marker.symbol for t in silent] == ["circle-open"]
    assert [t.marker.color for t in silent] == [style.NO_RECORD]


@both_languages
def test_board_key_explains_every_mark(lang: str) -> None:
    one = figure("timeline", "deadline-board", lang)
    key = printed(one, "key")
    assert all(trace.name in key for trace in one.data if trace.name)
    assert ("到期日" if lang == "zh" else "due day") in key


def test_board_stands_on_its_day() -> None:
    early = figure("timeline", "deadline-board", as_of="2025-10-01")
    (line,) = (s for s in early.layout.shapes if s.line.dash == "dot")
    assert pd.Timestamp(line.x0) == pd.Timestamp("2025-10-01")
    assert "As of 1 October 2025" in printed(early, "foot")
    full = figure("timeline", "deadline-board").layout.yaxis.tickvals
    assert len(early.layout.yaxis.tickvals) < len(full)


@both_languages
def test_duty_status_counts_every_duty(lang: str) -> None:
    one = figure("timeline", "duty-status", lang)
    board = drawn.run("timeline", lang=lang).variables["board"]
    counts = board["duty_status"].value_counts()
    (bars,) = one.data
    assert sum(bars.x) == len(board)
    assert dict(zip(bars.y, bars.x, strict=True)) == counts[counts > 0].to_dict()
    undated = counts["no_date"] + counts["date_unknown"]
    numbers = set(map(int, re.findall(r"\d+", printed(one, "title"))))
    assert numbers == {len(board), counts["passed_no_record"], undated}


@pytest.mark.parametrize(
    ("status", "days", "en", "zh"),
    [
        ("done_late", 1, "Done 1 day late", "已完成，晚1天"),
        ("done_late", 21, "Done 21 days late", "已完成，晚21天"),
        ("due_in", 3, "Due in 3 days", "还有3天到期"),
        ("partial", 0, "In part", "部分完成"),
    ],
)
def test_status_is_said_in_words(status: str, days: int, en: str, zh: str) -> None:
    columns = {"duty_status": [status], "days_late": [days], "days_left": [days]}
    (row,) = pd.DataFrame(columns).itertuples()
    assert timeline_charts.status_text(row, "en") == en
    assert timeline_charts.status_text(row, "zh") == zh


@pytest.mark.parametrize(
    ("section", "zh"),
    [
        ("s.4(b)(iii)", "第4(b)(iii)条"),
        ("s.4.2(b)(i)", "第4.2(b)(i)条"),
        ("s.3(b)(i)(A)", "第3(b)(i)(A)条"),
        ("cl.(2)", "第(2)款"),
        ("s.2(e), EO 14144 s.5(a)", "第2(e)条，第14144号令第5(a)条"),
        ("governance board", ""),
    ],
)
def test_sections_are_cited_as_readers_do(section: str, zh: str) -> None:
    assert wording.section(section, "en") == section
    assert wording.section(section, "zh") == zh


@both_languages
def test_terms_have_one_mark_each(lang: str) -> None:
    one = shown("deals", "terms", lang)
    table = one.table
    stated = table[table["is_stated"] & table["value"].notna()]
    families = set(deal_analysis.COMPARABLE.items())
    pairs = zip(stated["term"].astype(str), stated["unit"].astype(str), strict=True)
    expected = sum(pair in families for pair in pairs)
    assert sum("markers" in trace.mode for trace in one.figure.data) == expected


def test_terms_have_gridlines_at_powers_of_ten_only() -> None:
    for axis in figure("deals", "terms").select_xaxes():
        assert axis.type == "log"
        assert all(math.log10(tick).is_integer() for tick in axis.tickvals)
        assert len(axis.tickvals) >= 2


def test_what_wording_leaves_open_is_dashed() -> None:
    spans = [t for t in figure("deals", "terms").data if t.mode == "lines"]
    assert spans
    assert {t.line.dash for t in spans} == {"dot"}


@pytest.mark.parametrize(("country", "others"), [("SAU", "Emirates"), ("ARE", "Saudi")])
def test_terms_of_one_country_leave_the_others_out(country: str, others: str) -> None:
    one = figure("deals", "terms", country_id=country)
    assert others not in printed(one, "title") + printed(one, "key")
    colours = {t.marker.color for t in one.data if "markers" in t.mode}
    assert colours == {style.COUNTRY_COLOURS[country]}


@both_languages
def test_scenario_ends_at_the_numbers_of_its_table(lang: str) -> None:
    one = shown("deals", "supply-scenario", lang, years=5)
    last = one.table[one.table["recipient_group"] == "all"].iloc[-1]
    total = wording.number(last["cumulative_gpus"], lang)
    assert last["cumulative_gpus"] == 5 * 500_000
    assert total in one.words["title"]
    assert wording.amount(last["facility_mw"], "MW", lang) in one.words["title"]
    assert one.figure.data[0].text[-1] == total


@both_languages
def test_scenario_title_says_the_take_up_that_its_total_rests_on(lang: str) -> None:
    title = shown("deals", "supply-scenario", lang, years=10, utilisation_pct=25.0).words["title"]
    for part in ("25%", wording.number(1_250_000, lang), wording.amount(10.0, "year", lang)):
        assert part in title


@both_languages
def test_scenario_never_exceeds_an_announced_total(lang: str) -> None:
    one = shown("deals", "supply-scenario", lang, country_id="SAU", years=10)
    assert list(one.table["cumulative_gpus"])[1:] == [400_000.0] + [600_000.0] * 8
    assert wording.amount(600_000, "gpu", lang, "up_to")[1:] in one.words["title"]
    assert {"en": "no more was announced", "zh": "没有公布更多"}[lang] in one.words["note"]
    labels = [i["title"] for i in one.words["controls"]["inputs"]]
    assert not any(("quota" in t) or ("配额" in t) for t in labels)
    assert {"en": "Take-up of the total", "zh": "总量落实率"}[lang] in " ".join(labels)


def test_scenario_of_nothing_taken_up_is_drawn_at_zero() -> None:
    one = shown("deals", "supply-scenario", utilisation_pct=0.0)
    assert set(one.table["cumulative_gpus"]) == {0}
    assert list(one.figure.layout.yaxis.range) == [0, 1]


def test_scenario_is_dashed_and_says_what_is_assumed() -> None:
    one = figure("deals", "supply-scenario", pue=1.5, utilisation_pct=50.0)
    assert {trace.line.dash for trace in one.data} == {"dash"}
    subtitle = printed(one, "subtitle").replace("  ", " ")
    assert "Assumed: 3 years, take-up 50%, overhead (PUE) 1.5" in subtitle
    assert "From chip documents" in subtitle


def test_scenario_calls_a_power_that_no_chip_has_an_assumption() -> None:
    subtitle = printed(figure("deals", "supply-scenario", kw_per_gpu=3.3), "subtitle")
    assert "Also assumed: 3.3 kW" in subtitle
    assert "From chip documents" not in subtitle


@both_languages
def test_scenario_says_whether_the_share_is_stated_or_assumed(lang: str) -> None:
    stated = shown("deals", "supply-scenario", lang)
    assumed = shown("deals", "supply-scenario", lang, share_pct=30.0)
    share = assumed.table[assumed.table["recipient_group"] == "share"]["cumulative_gpus"]
    assert share.iloc[-1] == 0.3 * 1_500_000
    said = {"en": "30% assumed, 20% stated", "zh": "假设30%，来源所载20%"}[lang]
    assert said in assumed.words["subtitle"]
    assert {"en": "assumed", "zh": "假设"}[lang] in printed(assumed.figure, "key")
    assert {"en": "assumed", "zh": "假设"}[lang] not in printed(stated.figure, "key")
    assert {"en": "quota and 20% share", "zh": "年度配额与20%份额"}[lang] in stated.words[
        "subtitle"
    ]


def test_an_assumed_share_rests_on_no_source() -> None:
    stated, assumed = (
        shown("deals", "supply-scenario", **given).figure.data[2].hovertext[0]
        for given in ({}, {"share_pct": 30.0})
    )
    behind = [attribution.lines(("deal_terms", f"ae-chip-quota.{key}", "value"), "en")[0]
              for key in ("quota", "g42-share")]  # fmt: skip
    quota, share = (text.partition(":")[0] for text in behind)
    assert quota in stated
    assert share in stated
    assert quota in assumed
    assert share not in assumed


def test_no_share_can_be_set_where_none_is_stated() -> None:
    controls = shown("deals", "supply-scenario", country_id="SAU").words["controls"]
    assert "share_pct" not in [one["name"] for one in controls["inputs"]]


@pytest.mark.parametrize("largest", [1.0, 7.0, 83.0, 1_500_000.0])
def test_round_ticks_reach_from_zero_to_below_the_largest(largest: float) -> None:
    ticks = deal_charts._round_ticks(largest)
    steps = {b - a for a, b in pairwise(ticks)}
    assert ticks[0] == 0
    assert largest / 2 < ticks[-1] <= largest
    assert len(steps) == 1
    assert f"{steps.pop():e}"[0] in "125"


@both_languages
def test_fit_draws_each_pair_beside_its_own_need(lang: str) -> None:
    one = figure("deals", "fit", lang)
    tests = drawn.run("deals", lang=lang).variables["tests"]
    need, *pairs = one.data
    assert sum(len(t.x) for t in pairs) == len(need.x) == len(tests)
    drawn_need = dict(zip(need.y, zip(need.base, need.x, strict=True), strict=True))
    for row in tests.itertuples():
        low, wide = drawn_need[f"{row.power_term_id}|{row.gpu_term_id}"]
        assert (low, low + wide) == pytest.approx((row.band_low, row.band_high))
    misfits = (tests["verdict"] != "fits").sum()
    numbers = re.findall(r"[\d.]+", printed(one, "title"))
    assert {str(misfits), str(len(tests)), "27.8"} <= set(numbers)


def test_fit_keeps_all_values_inside_its_axis() -> None:
    one = figure("deals", "fit")
    low, high = (10**end for end in one.layout.xaxis.range)
    values = [x for trace in one.data[1:] for x in trace.x]
    assert low < min(values) <= max(values) < high


def test_fit_table_spells_both_numbers_out() -> None:
    rows = shown("deals", "fit").words["rows"]
    assert any("up to 500 MW" in row and "18,000 GPUs" in row for row in rows)


@both_languages
def test_pledges_are_drawn_side_by_side_and_parts_lighter(lang: str) -> None:
    one = shown("deals", "pledges", lang)
    money = drawn.run("deals", lang=lang).variables["money"]
    dollars = money[money["unit"] == "USD"].set_index("deal_term_id")
    assert one.figure.layout.barmode == "overlay"
    assert sum(len(t.x) for t in one.figure.data) == dollars["value"].notna().sum()
    for trace in one.figure.data:
        for key, opacity in zip(trace.y, trace.marker.opacity, strict=True):
            assert (opacity < 1) == (dollars["depth"][key] > 0)
    assert wording.amount(dollars["value"].max(), "USD", lang) in one.words["title"]


def test_parts_name_the_whole_that_contains_them() -> None:
    axis = figure("deals", "pledges").layout.yaxis
    labels = dict(zip(axis.tickvals, axis.ticktext, strict=True))
    terms = planlib.load("deal_terms").set_index("deal_term_id")
    parts = [key for key in labels if terms["part_of_id"].notna()[key]]
    assert parts
    for key in parts:
        whole = terms.loc[terms["part_of_id"][key]]
        assert f"part of the {wording.amount(whole['value'], 'USD', 'en')}" in labels[key]


@both_languages
def test_equivalents_stand_largest_first_and_rounded(lang: str) -> None:
    one = figure("deals", "h100-equivalents", lang)
    values = {k: v for t in one.data for k, v in zip(t.y, t.x, strict=True)}
    order = list(one.layout.yaxis.tickvals)
    assert order == sorted(values, key=values.__getitem__, reverse=True)
    chips = planlib.load("chips")
    assert values["ae-stargate.gpus"] == pytest.approx(
        deal_analysis.h100_equivalents(100_000, "gb300", chips)
    )
    largest = float(f"{max(values.values()):.3g}")
    assert wording.number(largest, lang) in printed(one, "title")


def test_prices_are_money_over_chips_of_one_deal() -> None:
    one = figure("deals", "price-per-gpu")
    (bars,) = one.data
    terms = planlib.load("deal_terms").set_index("deal_term_id")["value"]
    for key, price in zip(bars.y, bars.x, strict=True):
        money, gpus = key.split("|")
        assert price == pytest.approx(terms[money] / terms[gpus])
    assert f"in {len(bars.x)} deals" in printed(one, "title")


@both_languages
def test_coverage_adds_up_to_its_title(lang: str) -> None:
    one = shown("evidence", "coverage", lang)
    *kinds, _ = one.figure.data
    total, verified = sum(sum(t.x) for t in kinds), sum(kinds[0].x)
    assert f"{verified / total:.0%}" in one.words["title"]
    assert str(total) in one.words["title"].replace(",", "")


def test_conflicts_draws_every_differing_claim() -> None:
    *rules, totals = figure("evidence", "conflicts").data
    claims = tables.whole("claims")
    assert sum(sum(t.x) for t in rules) == sum(totals.x) == (claims["stance"] == "differs").sum()


@both_languages
def test_conflicts_title_counts_no_blank_cell_as_a_disagreement(lang: str) -> None:
    one = shown("evidence", "conflicts", lang)
    conflicts = evidence.conflicts()
    disputes = conflicts[conflicts["rule"] != "left_blank"]
    cells = len(disputes[["table", "row_id", "field"]].drop_duplicates())
    told = [int(n) for n in re.findall(r"\d+", one.words["title"])]
    assert told == [cells, len(disputes), len(conflicts) - len(disputes)]


def test_sources_stand_in_the_order_of_their_claims() -> None:
    (bars,) = figure("evidence", "sources").data
    assert list(bars.x) == sorted(bars.x, reverse=True)
    claims = tables.whole("claims")
    assert bars.x[0] == claims["source_id"].value_counts().iloc[0]


@both_languages
def test_sources_title_counts_the_rows_of_the_table(lang: str) -> None:
    one = shown("evidence", "sources", lang)
    numbers = [int(n.replace(",", "")) for n in re.findall(r"[\d,]*\d", one.words["title"])]
    table = one.table
    assert {len(table), int(table["is_read"].sum()), int(table["claim_count"].sum())} <= {*numbers}
    colours = one.figure.data[0].marker.color
    read = sum(c == style.SURENESS_COLOURS["verified"] for c in colours)
    assert {str(read), str(len(colours) - read)} <= set(re.findall(r"\d+", one.words["subtitle"]))


@both_languages
def test_the_chronicle_counts_as_many_sources_in_both_languages(lang: str) -> None:
    ends = [shown("timeline", "chronicle", k).words["source"] for k in ("en", lang)]
    assert len({re.findall(r"\d+", text)[-1] for text in ends}) == 1


@pytest.mark.parametrize("notebook", ["overview", "measures", "deals", "timeline"])
def test_a_day_before_everything_is_refused_in_one_line(notebook: str) -> None:
    with pytest.raises(PlanlibError, match="choose a later as_of") as caught:
        drawn.run(notebook, lang="en", as_of="1990-01-01")
    assert "\n" not in str(caught.value)
