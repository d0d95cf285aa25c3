"""The questions: each has a sentence with its number, and a link that leads to its figure."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

import drawn
import planlib
from planlib import PlanlibError, editions, evidence, signature, tables, wording
from planlib.analysis import capex, controls, country, measures, timeline
from planlib.analysis import deals as deal_analysis
from planlib.answers import questions

ROOT = Path(__file__).resolve().parents[1]
both_languages = pytest.mark.parametrize("lang", ["en", "zh"])
every_question = pytest.mark.parametrize(
    "question", questions.QUESTIONS, ids=[q.answer.__name__ for q in questions.QUESTIONS]
)
KNOWN = questions.Known()


def said(question: questions.Question, lang: str) -> str:
    return question.answer(KNOWN, lang)


def answer(name: str, lang: str) -> str:
    (question,) = (q for q in questions.QUESTIONS if q.answer.__name__ == name)
    return said(question, lang)


def test_there_are_fifteen_in_both_languages() -> None:
    assert len(questions.QUESTIONS) == 15
    assert len({q.en for q in questions.QUESTIONS}) == len({q.zh for q in questions.QUESTIONS})
    assert all(q.en.endswith("?") and q.zh.endswith("？") for q in questions.QUESTIONS)


@both_languages
@every_question
def test_link_leads_to_a_figure_of_an_edition(question: questions.Question, lang: str) -> None:
    names = {edition.name: edition for edition in editions.load(ROOT)}
    assert names[f"{question.notebook}-{lang}"].notebook.stem == question.notebook
    figures = drawn.run(question.notebook, lang=lang).figures
    assert {question.figure, *(figure for figure, *_ in question.more)} <= set(figures)


@both_languages
@every_question
def test_answer_is_one_text_with_a_number_in_its_language(
    question: questions.Question, lang: str
) -> None:
    text = said(question, lang)
    assert re.search(r"\d", text)
    assert text.endswith("。" if lang == "zh" else ".")
    assert bool(re.search(r"[\u4e00-\u9fff]", text)) == (lang == "zh")
    assert not re.search(r"\bnan\b|None|<NA>", text)


@both_languages
def test_list_has_every_question_answer_and_link(lang: str) -> None:
    listed = questions.answered(lang=lang)
    lines = listed.split("\n")
    assert len(lines) == len(questions.QUESTIONS)
    for line, question in zip(lines, questions.QUESTIONS, strict=True):
        assert said(question, lang) in line
        linked = re.findall(r"\]\(([^)]+)\)", line)
        figures = [question.figure, *(figure for figure, *_ in question.more)]
        assert linked == [f"{question.notebook}-{lang}.html#figure-{name}" for name in figures]
        assert f'href="{question.notebook}.ipynb"' in listed._repr_html_()


def test_a_day_before_everything_answers_nothing() -> None:
    lines = questions.answered(lang="en", as_of="1990-01-01").split("\n")
    assert all("Nothing on it was public by then." in line for line in lines)


@pytest.mark.parametrize("day", ["2025-01-25", "2025-05-20", "2025-07-25", "2025-12-31"])
@both_languages
def test_any_day_is_answered(day: str, lang: str) -> None:
    assert len(questions.answered(lang=lang, as_of=day).split("\n")) == len(questions.QUESTIONS)


def test_scenario_is_the_one_that_the_notebook_of_deals_opens_with() -> None:
    parameters = signature.read(ROOT / "notebooks" / "deals.ipynb")
    assert parameters["years"].default == questions.YEARS
    assert parameters["utilisation_pct"].default == questions.UTILISATION_PCT
    assert parameters["pue"].default == questions.PUE
    rating = planlib.load("chips").set_index("chip_id")["system_kw_per_gpu"][questions.CHIP]
    assert parameters["kw_per_gpu"].default == rating


def test_transaction_is_the_one_that_the_notebook_of_controls_opens_with() -> None:
    parameters = signature.read(ROOT / "notebooks" / "controls.ipynb")
    chosen = [name for name, p in parameters.items() if p.default is True]
    assert chosen == list(questions.OPENING)
    title = drawn.run("controls").figures["transaction"].words["title"]
    assert f"({title.split()[0]} rows for the two" in answer("transaction", "en")


@both_languages
def test_terms_are_counted_as_in_the_figure(lang: str) -> None:
    subtitle = drawn.run("deals", lang=lang).figures["terms"].words["subtitle"]
    counts = {"en": r"(\d+) terms for", "zh": r"(\d+)条"}[lang]
    said = {"en": r"stated: (\d+) for .*? and (\d+) for", "zh": r"条款：\D+(\d+)条和\D+(\d+)条"}
    found = re.search(said[lang], answer("terms_compared", lang))
    assert found
    assert list(found.groups()) == re.findall(counts, subtitle)


@both_languages
def test_due_is_the_sum_of_both_boards(lang: str) -> None:
    figures = drawn.run("timeline", lang=lang).figures
    counts = [
        len(figures[name].figure.layout.yaxis.tickvals)
        for name in ("deadline-board", "deadline-board-others")
    ]
    text = answer("due", lang)
    first, second = counts
    said = {
        "en": f"of {first + second} dated duties, {first} on the first board and {second} on",
        "zh": f"{first + second}项任务（首图{first}项、次图{second}项",
    }
    assert said[lang] in text


@both_languages
def test_the_ambition_named_is_that_of_the_figure(lang: str) -> None:
    title = drawn.run("debate", lang=lang).figures["contradictions"].words["title"]
    found = re.search("“(.+?)”", title)
    assert found
    assert f"“{found[1]}”" in answer("contradictions", lang)
    most = re.search(r"(?:obstacles \(|为|多（)(\d+)", title)
    assert most is None or most[1] in answer("contradictions", lang)


@both_languages
def test_the_share_of_bank_lending_is_not_of_all_of_it(lang: str) -> None:
    text = answer("finance", lang)
    assert {"en": "not a share of all bank lending", "zh": "不是占全部银行贷款的比例"}[lang] in text


@both_languages
def test_quota_and_power_end_where_the_figure_ends(lang: str) -> None:
    gpus, megawatts = drawn.run("deals", lang=lang).figures["supply-scenario"].figure.data[:2]
    assert wording.number(gpus.y[-1], lang) in answer("quota", lang)
    assert wording.amount(megawatts.y[-1], "MW", lang) in answer("power", lang)


@both_languages
def test_ten_years_are_those_of_the_framework(lang: str) -> None:
    text = answer("quota", lang)
    assert {"en": "the 10 years in the sources belong to the investment framework",
            "zh": "来源中的10年属于投资框架"}[lang] in text  # fmt: skip


@both_languages
def test_the_misfit_is_named_as_one(lang: str) -> None:
    terms = planlib.load("deal_terms").merge(planlib.load("deals")[["deal_id", "country_id"]])
    worst = deal_analysis.fit(terms, planlib.load("chips"))["kw_per_gpu_low"].max()
    text = answer("power", lang)
    assert wording.amount(worst, "kW", lang) in text
    assert {"en": "no rating", "zh": "不是额定功率"}[lang] in text


@both_languages
def test_pledges_count_parts_and_call_a_year_an_assumption(lang: str) -> None:
    money = planlib.load("deal_terms").query("term == 'money' and unit == 'USD'")
    money = money[money["value"].notna()]
    parts = money["part_of_id"].isin(money["deal_term_id"]).sum()
    text = answer("pledges", lang)
    assert str(parts) in text
    assert str(len(money)) in text
    assert wording.amount(money["value"].max() / 10, "USD", lang) in text
    assert {"en": "assumption", "zh": "假设"}[lang] in text
    assert {"en": "not cash", "zh": "不等于资金到位"}[lang] in text


@both_languages
def test_the_two_suppliers_stand_with_their_own_buyers(lang: str) -> None:
    names, text = tables.names_of("actors", lang), answer("terms_compared", lang)
    humain, datavolt = text.index(names["humain"]), text.index(names["datavolt"])
    assert humain < text.index(names["amd"]) < datavolt < text.index(names["super-micro-computer"])


@both_languages
def test_due_keeps_silence_and_later_orders_apart(lang: str) -> None:
    board = timeline.board(
        *(planlib.load(t) for t in ("obligations", "documents", "outcomes", "events"))
    )
    text = answer("due", lang)
    assert str((board["duty_status"] == "passed_no_record").sum()) in text
    assert str((board["due_origin"] == "computed").sum()) in text
    assert str((board["document_id"] == "eo-14365").sum()) in text
    assert {"en": "silence and not failure", "zh": "不是认定失职"}[lang] in text


@both_languages
def test_regimes_name_the_unsigned_note(lang: str) -> None:
    told = planlib.load("comparisons")
    unsigned = (told["said_by_id"] == "policy-note").sum()
    text = answer("compared_regimes", lang)
    assert str(unsigned) in text
    assert {"en": "unsigned, undated", "zh": "未署名、未注明日期"}[lang] in text


@both_languages
def test_agencies_keep_recommended_and_ordered_apart(lang: str) -> None:
    named = planlib.load("measure_agencies").groupby("actor_id")["measure_id"].nunique()
    text = answer("agencies", lang)
    assert str(named.max()) in text
    assert tables.names_of("actors", lang)[named.idxmax()] in text
    assert {"en": "only those bind", "zh": "只有命令才有约束力"}[lang] in text


@both_languages
def test_how_many_gives_all_levels_and_the_others_counts(lang: str) -> None:
    told = measures.counts_told(
        planlib.load("sections"), planlib.load("measures"), evidence.claims()
    )
    text = answer("how_many", lang)
    assert all(f"{figure:g}" in text for figure in told["figure"])


@both_languages
def test_countries_count_who_is_named(lang: str) -> None:
    treated = country.of_countries(planlib.load("treatments"), planlib.load("actors"))
    text = answer("countries", lang)
    assert str(treated["is_named"].sum()) in text
    assert str(len(treated)) in text
    words = tables.words(lang)
    union = treated[treated["actor_id"] == "EU"]["treatment"].astype(str).unique()
    assert len(union) > 1
    assert all(words[way].lower() in text for way in union)


@both_languages
def test_transaction_is_never_an_all_clear(lang: str) -> None:
    flags = planlib.load("red_flags")
    unnamed = controls.flags_unnamed(planlib.load("provisions"), flags)
    text = answer("transaction", lang)
    assert str(len(flags)) in text
    assert str(unnamed) in text
    assert {"en": "never an all-clear", "zh": "绝非放行结论"}[lang] in text


@both_languages
def test_qualifying_gives_every_route_in_its_unit(lang: str) -> None:
    tests = planlib.load("thresholds")
    tests = tests[tests["route"].isin(controls.QUALIFYING_ROUTES)]
    text = answer("qualifying", lang)
    assert str(tests["route"].nunique()) in text
    for row in tests[tests["value"].notna()].itertuples():
        assert wording.amount(row.value, str(row.unit), lang) in text


@both_languages
def test_finance_puts_gdp_beside_dollars(lang: str) -> None:
    text = answer("finance", lang)
    quarters = drawn.run("capex", lang=lang).variables["quarters"]
    total = capex.together(quarters)["trailing_usd_bn"].iloc[-1] * 1e9
    assert wording.amount(total, "USD", lang, digits=2) in text
    assert "GDP" in text


@both_languages
def test_the_moratorium_failed(lang: str) -> None:
    duties = planlib.load("obligations").query("document_id == 'eo-14365'")
    text = answer("state_law", lang)
    assert str(len(duties)) in text
    assert tables.names_of("documents", lang)["state-ai-law-moratorium"] in text
    assert {"en": "never became law", "zh": "从未成为法律"}[lang] in text


@both_languages
def test_contradictions_are_arguments(lang: str) -> None:
    frame = planlib.load("arguments").dropna(subset=["goal", "obstacle"])
    text = answer("contradictions", lang)
    pairs = frame.groupby(["goal", "obstacle"]).ngroups
    for count in (len(frame), frame["goal"].nunique(), pairs):
        assert str(count) in text
    assert {"en": "not findings", "zh": "不是认定"}[lang] in text


@both_languages
def test_proposals_are_called_proposals(lang: str) -> None:
    options = planlib.load("arguments").query("kind == 'countermeasure'")
    text = answer("exposure", lang)
    assert str((options["standing"] == "proposed").sum()) in text
    assert {"en": "are proposals", "zh": "为建议"}[lang] in text
    links = planlib.load("argument_controls")
    links = links[links["argument_id"].isin(options["argument_id"])]
    named = set(links[links["basis"] == "named_in_text"]["argument_id"])
    assert named == set()
    assert {"en": "none of them names the control", "zh": "无一指明所针对的管制"}[lang] in text


def test_a_table_that_was_empty_on_a_day_is_refused() -> None:
    with pytest.raises(PlanlibError, match="choose a later as_of"):
        questions.Known("1990-01-01")["deals"]
    assert isinstance(KNOWN["deals"], pd.DataFrame)
