"""The questions of an analyst, each with one sentence from the data and where it is answered."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from planlib import evidence, tables, wording
from planlib.analysis import capex as capex_analysis
from planlib.analysis import comparison as comparison_analysis
from planlib.analysis import controls as control_analysis
from planlib.analysis import country as country_analysis
from planlib.analysis import deals as deal_analysis
from planlib.analysis import measures as measure_analysis
from planlib.analysis import timeline as timeline_analysis
from planlib.answers import capex as capex_answers
from planlib.answers.prose import Prose
from planlib.errors import PlanlibError
from planlib.wording import choose

# The scenario that the notebook of deals opens with; a test holds the two together.
YEARS, UTILISATION_PCT, PUE, CHIP = 3, 100.0, 1.3, "gb300"
QUOTA_FRAMEWORK = "ae-1400bn"
# Of a transaction, what the notebook of controls opens with; held together by a test too.
OPENING = ("order_surge", "third_country")
MISTAKEN = ("amd", "super-micro-computer")
STATE_LAW_ORDER, MORATORIUM = "eo-14365", "state-ai-law-moratorium"


class Known:
    """The tables as they were public on a date, by name."""

    def __init__(self, as_of: str = "") -> None:
        self.as_of = as_of

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return a table; raise :class:`PlanlibError` when none of it was public by then."""
        frame = tables.load(name, as_of=self.as_of)
        if frame.empty:
            raise PlanlibError(f"{name}: nothing was public on that date; choose a later as_of")
        return frame

    @cached_property
    def board(self) -> pd.DataFrame:
        """Duties with their due dates and what is known of them on the date."""
        names = ("obligations", "documents", "outcomes", "events")
        rest = (tables.load(name, as_of=self.as_of) for name in names[1:])
        return timeline_analysis.board(self["obligations"], *rest, as_of=self.as_of)

    @cached_property
    def arguments(self) -> pd.DataFrame:
        """Arguments with the text in which each stands."""
        texts = (evidence.claims(), self["sources"], self["actors"])
        return comparison_analysis.told(self["arguments"], *texts, self.as_of)

    @cached_property
    def scenario(self) -> tuple[deal_analysis.SupplyInputs, pd.DataFrame, float]:
        """What deals state of a supply, each group at the end of the years, and a GPU's power."""
        inputs = deal_analysis.supply_inputs(self["deal_terms"], self["deals"])
        chips = self["chips"].set_index("chip_id")
        kw_per_gpu = float(chips["system_kw_per_gpu"][CHIP])
        frame = deal_analysis.scenario(
            inputs.gpus_per_year, YEARS, start_year=inputs.start_year,
            utilisation_pct=UTILISATION_PCT, share_pct=inputs.share_pct,
            kw_per_gpu=kw_per_gpu, pue=PUE, stated_years=inputs.stated_years,
        )  # fmt: skip
        return inputs, frame.groupby("recipient_group").last(), kw_per_gpu

    @cached_property
    def stood(self) -> pd.DataFrame:
        """Controls with their state on the date."""
        ends = control_analysis.known_ends(self["controls"], self.as_of)
        return control_analysis.states(ends, tables.resolve_as_of(self.as_of))


@dataclass(frozen=True)
class Question:
    """A question in both languages, the figure that answers it, and the sentence that does.

    ``more`` are further figures of the notebook, each with what it shows in both languages.
    """

    en: str
    zh: str
    notebook: str
    figure: str
    answer: Callable[[Known, str], str]
    more: tuple[tuple[str, str, str], ...] = ()


class Questions(Prose):
    """The list of questions: pages link to pages, JupyterLab to the notebooks."""

    __slots__ = ("in_lab",)
    in_lab: str

    def __new__(cls, text: str, in_lab: str) -> Questions:
        made = super().__new__(cls, text)
        made.in_lab = in_lab
        return made

    def _repr_html_(self) -> str:
        # JupyterLab takes HTML before Markdown; the report engine takes Markdown.
        return self.in_lab


def answered(*, lang: str = "en", as_of: str = "") -> Questions:
    """List the questions, each with its sentence and a link to its figure.

    A question on which nothing was public by then says so.
    """
    known = Known(as_of)
    text, in_lab = [], []
    go = choose(lang, "See the figure", "见图")
    for n, question in enumerate(QUESTIONS, 1):
        asked = choose(lang, question.en, question.zh)
        try:
            said = question.answer(known, lang)
        except PlanlibError:
            said = choose(lang, "Nothing on it was public by then.", "当时尚无相关公开信息。")
        gap = choose(lang, " ", "")
        # Between Chinese characters, Markdown ends bold type only before a closing mark.
        bold = choose(lang, f"**{asked}**", f"**{asked[:-1]}**{asked[-1]}")
        line = f"{n}. {bold}{gap}{said}"
        item = f"<b>{html.escape(asked)}</b>{gap}{html.escape(said)}"
        page = f"{question.notebook}-{lang}.html"
        links = [f"[{go}]({page}#figure-{question.figure})"]
        for figure, *names in question.more:
            links.append(f"[{choose(lang, *names)}]({page}#figure-{figure})")
        text.append(f"{line}{gap}{choose(lang, ', ', '、').join(links)}")
        in_lab.append(f'<li>{item}{gap}<a href="{question.notebook}.ipynb">{go}</a></li>')
    return Questions("\n".join(text), f"<ol>{''.join(in_lab)}</ol>")


def quota(known: Known, lang: str) -> str:
    """Say how many GPUs the yearly quota adds up to, and whose the ten years are."""
    inputs, ends, _ = known.scenario
    yearly, every = (
        wording.number(v, lang) for v in (inputs.gpus_per_year, ends["cumulative_gpus"]["all"])
    )
    years = wording.amount(YEARS, "year", lang)
    text = choose(
        lang,
        f"At {yearly} a year, {years} and a take-up of {UTILISATION_PCT:g}%, both assumed, make "
        f"{every} GPUs",
        f"每年{yearly}张，按假设的{years}与{UTILISATION_PCT:g}%落实率，合计{every}张GPU",
    )
    if "share" in ends.index:
        own = wording.number(ends["cumulative_gpus"]["share"], lang)
        g42 = tables.names_of("actors", lang)["g42"]
        text += choose(
            lang,
            f", {own} of them {g42}'s {inputs.share_pct:g}%",
            f"，其中{g42}的{inputs.share_pct:g}%为{own}张",
        )
    terms = known["deal_terms"]
    spans = terms[(terms["deal_id"] == QUOTA_FRAMEWORK) & (terms["term"] == "duration")]
    if inputs.origin != "quoted" or spans.empty:
        return text + choose(lang, ".", "。")
    term = wording.amount(spans["value"].iloc[0], "year", lang)
    return text + choose(
        lang,
        f"; the term of the quota is not published: the {term} in the sources belong to the "
        "investment framework.",
        f"；配额期限从未公布，来源中的{term}属于投资框架。",
    )


def power(known: Known, lang: str) -> str:
    """Say what power the scenario takes, and which announced numbers cannot give the rating."""
    _, ends, kw_per_gpu = known.scenario
    megawatts = wording.amount(ends["facility_mw"]["all"], "MW", lang)
    terms = known["deal_terms"].merge(known["deals"][["deal_id", "country_id"]])
    chips = known["chips"].set_index("chip_id")
    name = re.split(r" ?[(（]", tables.names_of("chips", lang)[CHIP])[0]
    text = choose(
        lang,
        f"{megawatts} for all of them, at the documented {kw_per_gpu:g} kW for each GPU of a "
        f"{name} system and an assumed PUE of {PUE:g}",
        f"全部需要{megawatts}，按{name}有据可查的系统功率每张{kw_per_gpu:g}千瓦、假设PUE为{PUE:g}计",
    )
    tests = deal_analysis.fit(terms, chips.reset_index())
    if tests.empty:
        return text + choose(lang, ".", "。")
    worst = tests.loc[tests["kw_per_gpu_low"].idxmax()]
    by_id = terms.set_index("deal_term_id")
    watts, gpus = (
        wording.amount(row["value"], str(row["unit"]), lang)
        for row in (by_id.loc[worst["power_term_id"]], by_id.loc[worst["gpu_term_id"]])
    )
    implied = wording.amount(worst["kw_per_gpu_low"], "kW", lang)
    return text + choose(
        lang,
        f"; {watts} over {gpus} would be {implied} each, which is a misfit of two phases and no "
        "rating.",
        f"；{watts}除以{gpus}合每张{implied}，那是两个阶段错配的结果，不是额定功率。",
    )


def pledges(known: Known, lang: str) -> str:
    """Say which sums are parts of others, and what the largest is a year, as an assumption."""
    terms, deals = known["deal_terms"], known["deals"]
    money = deal_analysis.nested(terms, deals)
    money = money[(money["unit"] == "USD") & money["value"].notna()]
    wholes = money[money["is_counted"]].sort_values("value", ascending=False)
    if wholes.empty:
        raise PlanlibError("no pledge in dollars was public on that date; choose a later as_of")
    top = wholes.iloc[0]
    names = tables.names_of("actors", lang)
    country = deals.set_index("deal_id")["country_id"][top["deal_id"]]
    sum_ = wording.amount(top["value"], "USD", lang)
    parts = int((money["depth"] > 0).sum())
    called = wording.with_article(names[country], lang)
    text = choose(
        lang,
        f"{parts} of {len(money)} sums in dollars are parts of others, so none are added up; the "
        f"largest is {sum_}, of {called}",
        f"{len(money)}笔美元金额中有{parts}笔是其他金额的组成部分，故一概不相加；"
        f"最大一笔是{called}的{sum_}",
    )
    spans = terms[(terms["deal_id"] == top["deal_id"]) & (terms["term"] == "duration")]
    if len(spans):
        years = float(spans["value"].iloc[0])
        yearly = wording.amount(top["value"] / years, "USD", lang)
        span = wording.amount(years, "year", lang)
        text += choose(
            lang,
            f", or {yearly} a year if spread evenly over its {span}, which is an assumption",
            f"，若假设在{span}内平均分摊，则每年{yearly}",
        )
    return text + choose(lang, "; a pledge is not cash.", "；承诺不等于资金到位。")


def terms_compared(known: Known, lang: str) -> str:
    """Say how many terms each side states, and keep two often confused suppliers apart."""
    deals, terms = known["deals"], known["deal_terms"]
    pair = ["SAU", "ARE"]
    frame = deal_analysis.compared(terms, deals, pair)
    names = tables.names_of("actors", lang)
    numbered = deal_analysis.comparable(frame)
    stated = numbered.groupby("country_id").size().reindex(pair).fillna(0)
    missing = int((~frame["is_stated"]).sum())
    counts = wording.listed(
        (
            choose(
                lang,
                f"{int(n)} for {wording.with_article(names[c], lang)}",
                f"{names[c]}{int(n)}条",
            )
            for c, n in stated.items()
        ),
        lang,
    )
    text = choose(
        lang,
        f"Terms of money, power or GPUs stated: {counts}; kinds that only one side states: "
        f"{missing}, hidden in the chart and counted",
        f"载明金额、功率或GPU数的条款：{counts}；仅一方载明的有{missing}类，图中隐去并计数",
    )
    bought = [_bought_from(supplier, terms, deals, lang) for supplier in MISTAKEN]
    if all(bought):
        text += choose(lang, "; two that are confused: ", "；易混淆的两项：")
        text += choose(lang, ", ", "，").join(bought)
    return text + choose(lang, ".", "。")


def _bought_from(supplier: str, terms: pd.DataFrame, deals: pd.DataFrame, lang: str) -> str:
    own = deals[(deals["supplier_id"] == supplier) & (deals["country_id"] == "SAU")]
    buyer_of = dict(tables.cells(own, "deal_id", "recipient_id"))
    sums = terms[(terms["term"] == "money") & terms["deal_id"].isin(list(buyer_of))]
    if sums.empty:
        return ""
    row = sums.iloc[0]
    names = tables.names_of("actors", lang)
    sum_ = wording.amount(row["value"], "USD", lang, str(row["qualifier"]))
    buyer, seller = names[buyer_of[row["deal_id"]]], names[supplier]
    return choose(lang, f"{buyer} with {seller} ({sum_})", f"{buyer}与{seller}（{sum_}）")


def due(known: Known, lang: str) -> str:
    """Say what has passed, what was late, where there is silence, and whose duties are whose."""
    board = known.board
    day = tables.resolve_as_of(known.as_of)
    dated = board[board["due_date"].notna()]
    counts = board["duty_status"].value_counts()
    computed = int((dated["due_origin"] == "computed").sum())
    passed = int((dated["due_date"] < day).sum())
    later = int((board["document_id"] == STATE_LAW_ORDER).sum())
    first = int(dated["document_id"].isin(timeline_analysis.PLAN_ORDERS).sum())
    text = choose(
        lang,
        f"{passed} of {len(dated)} dated duties, {first} on the first board and "
        f"{len(dated) - first} on the second, have passed their day ({computed} days computed, "
        f"{len(dated) - computed} quoted); {counts['done_late']} were done late, and for "
        f"{counts['passed_no_record']} no record was found, which is silence and not failure",
        f"有到期日的{len(dated)}项任务（首图{first}项、次图{len(dated) - first}项；"
        f"{computed}个日期为推算，{len(dated) - computed}个为引用）中，"
        f"{passed}项已过期限；{counts['done_late']}项逾期完成，{counts['passed_no_record']}项未见记录，"
        "这是没有记录，不是认定失职",
    )
    if later:
        issued = tables.whole("documents").set_index("document_id")["issued_date"]
        when = wording.day(issued[STATE_LAW_ORDER], lang, "month")
        text += choose(
            lang,
            f"; {later} belong to the order on state laws of {when}, not to the Plan",
            f"；其中{later}项出自{when}的州法行政令，与行动计划无关",
        )
    return text + choose(lang, ".", "。")


def compared_regimes(known: Known, lang: str) -> str:
    """Say who compares Biden with Trump on how many dimensions, and what the unsigned note is."""
    texts = (evidence.claims(), known["sources"], known["actors"])
    frame = comparison_analysis.told(known["comparisons"], *texts, known.as_of)
    if frame.empty:
        raise PlanlibError("comparisons: nothing was public on that date; choose a later as_of")
    regimes = frame.groupby(["dimension", "said_by_id"], observed=True)["regime"].agg(set)
    pairs = regimes[[{"biden", "trump"} <= r for r in regimes]].reset_index()
    if pairs.empty:
        raise PlanlibError("comparisons: nobody compared on that date; choose a later as_of")
    abroad = int(frame["regime"].isin(comparison_analysis.ABROAD).sum())
    unsigned = int(frame["is_unsigned"].sum())
    return choose(
        lang,
        f"{pairs['said_by_id'].nunique()} sources set the two side by side on "
        f"{pairs['dimension'].nunique()} dimensions and {abroad} statements look at China, the EU "
        f"or the UK; {unsigned} of all {len(frame)} come from an unsigned, undated note.",
        f"{pairs['said_by_id'].nunique()}个来源在{pairs['dimension'].nunique()}个维度上将两者并列，"
        f"另有{abroad}条谈及中国、欧盟或英国；全部{len(frame)}条中有{unsigned}条出自未署名、"
        "未注明日期的笔记。",
    )


def agencies(known: Known, lang: str) -> str:
    """Say which body is named most, and how much is ordered rather than recommended."""
    measures, named = known["measures"], known["measure_agencies"]
    counts = measure_analysis.by_agency(named, measures, known["sections"])
    totals = counts.groupby("actor_id")["action_count"].sum().sort_values(ascending=False)
    ordered = measure_analysis.ordered(measures, known["implementations"], known["documents"])
    linked = ordered[ordered["uptake"] != "not_stated"]
    since = linked[~linked["predates_plan"].fillna(False).astype(bool)]["measure_id"].nunique()
    names = tables.names_of("actors", lang)
    first = wording.with_article(names[totals.index[0]], lang, starts=True)
    return choose(
        lang,
        f"{first} is named in {totals.iloc[0]} of {len(measures)} recommended actions; orders "
        f"since the Plan take up {since}, and only those bind.",
        f"{len(measures)}项建议措施中，{first}被点名{totals.iloc[0]}次，居首；"
        f"计划发布以来的命令涉及其中{since}项，只有命令才有约束力。",
    )


def how_many(known: Known, lang: str) -> str:
    """Say which counts of actions are levels of one tree, and which are told by others."""
    told = measure_analysis.counts_told(known["sections"], known["measures"], evidence.claims())
    own = told[told["origin"] == "computed"].set_index("statement")["figure"].astype(int)
    quoted = told[told["origin"] == "quoted"]
    said = dict.fromkeys(
        wording.amount(r.figure, "", lang, str(r.qualifier)) for r in tables.records(quoted)
    )
    others = wording.listed(said, lang)
    return choose(
        lang,
        f"{own['actions']} bullets, {own['distinct']} of them worded differently, in "
        f"{own['sections']} sections under {own['pillars']} pillars: levels of one tree; others "
        f"say {others} of the same list, which the Plan does not number.",
        f"{own['pillars']}大支柱、{own['sections']}节、{own['actions']}个要点（其中{own['distinct']}个"
        f"文字互不相同），是同一棵树的不同层级；他人就同一清单所称的{others}，计划本身并未编号。",
    )


def countries(known: Known, lang: str) -> str:
    """Say how many countries are treated, how many by name, and in how many ways the EU is."""
    frame = country_analysis.of_countries(known["treatments"], known["actors"])
    if frame.empty:
        raise PlanlibError("treatments: no country was treated by then; choose a later as_of")
    words = tables.words(lang)
    union = frame[frame["actor_id"] == "EU"]["treatment"].astype(str).unique()
    ways = wording.listed((words[w].lower() for w in sorted(union)), lang)
    named = int(frame["is_named"].fillna(False).sum())
    nations = frame[frame["actor_id"] != "EU"]["actor_id"].nunique()
    text = choose(
        lang,
        f"{nations} countries{' and the EU' if ways else ''} in "
        f"{frame['document_id'].nunique()} documents; "
        f"{named} of {len(frame)} entries are named in the text, the others counted so by a source",
        f"{frame['document_id'].nunique()}份文件涉及{nations}个国家和地区"
        f"{'及欧盟' if ways else ''}；"
        f"{len(frame)}条中{named}条为文本点名，其余为来源归类",
    )
    if ways:
        text += choose(
            lang,
            f"; the EU appears as {ways}, so not only as an ally",
            f"；欧盟的身份有{ways}，不只是盟友",
        )
    return text + choose(lang, ".", "。")


def transaction(known: Known, lang: str) -> str:
    """Say how many rows speak of the four features, and that it is no all-clear."""
    day = tables.resolve_as_of(known.as_of)
    features = [name for name in control_analysis.FEATURES if name != "any_deal"]
    touched = control_analysis.touching(
        known.stood, known["red_flags"], known["treatments"], features, day
    )
    opening = touched[touched["feature"].isin(["any_deal", *OPENING])]
    rows = touched.drop_duplicates(["table", "row_id"])["table"].value_counts()
    flags = len(known["red_flags"])
    unnamed = control_analysis.flags_unnamed(known["provisions"], known["red_flags"])
    own, first = int(rows.get("controls", 0)), len(opening.drop_duplicates(["table", "row_id"]))
    return choose(
        lang,
        f"Order surge, third country, Chinese chip and Chinese model together: {own} measures and "
        f"{int(rows.get('red_flags', 0))} of {flags} known red flags speak of them or of any deal "
        f"({first} rows for the two that the figure opens with); at least {unnamed} more on the "
        "list of flags is named nowhere, so this guides to the documents and is never an "
        "all-clear.",
        f"订单激增、第三国、中国芯片与中国模型四项合计：{own}项措施与{flags}项已知红旗指标中的"
        f"{int(rows.get('red_flags', 0))}项涉及它们或一切交易（图中起始所选两项涉及{first}条）；"
        f"至少还有{unnamed}项指标未见列名，"
        "故只是查阅文件的指引，绝非放行结论。",
    )


def qualifying(known: Known, lang: str) -> str:
    """Say by which routes a data centre qualifies, in the units of the text."""
    tests = known["thresholds"]
    tests = tests[tests["document_id"] == control_analysis.PROJECT_ORDER]
    routes = tests[tests["route"].isin(control_analysis.QUALIFYING_ROUTES)]
    if routes.empty:
        raise PlanlibError("thresholds: the order was not public yet; choose a later as_of")
    numeric = routes[routes["value"].notna()]
    limits = choose(lang, " or ", "或").join(
        _limit(str(row.operator), wording.amount(row.value, str(row.unit), lang), lang)
        for row in tables.records(numeric)
    )
    count = routes["route"].nunique()
    others = count - numeric["route"].nunique()
    return choose(
        lang,
        f"By any of {count} routes, each for a data centre or component project: {limits}, or "
        f"{others} without a number (national security, designation by a secretary); the load is "
        "one test among several.",
        f"{count}条路径任居其一，且均须为数据中心项目或组件项目：{limits}，另有{others}条不设数值"
        "（保护国家安全、经部长指定）；用电负荷只是其中一项。",
    )


def _limit(word: str, amount: str, lang: str) -> str:
    en, zh = {"more_than": ("more than {}", "超过{}"), "at_least": ("at least {}", "至少{}")}[word]
    return choose(lang, en, zh).format(amount)


def state_law(known: Known, lang: str) -> str:
    """Say what the order lays down against state AI laws, and that the moratorium failed."""
    board = known.board
    own = board[board["document_id"] == STATE_LAW_ORDER]
    if own.empty:
        raise PlanlibError("the order on state laws was not public yet; choose a later as_of")
    documents = tables.whole("documents").set_index("document_id")
    counts = own["duty_status"].value_counts()
    silent, done = (
        int(counts["passed_no_record"]),
        int(counts[["done_on_time", "done_late", "done"]].sum()),
    )
    when = wording.day(documents["ended_date"][MORATORIUM], lang)
    issued = wording.day(documents["issued_date"][STATE_LAW_ORDER], lang, "month")
    title = tables.names_of("documents", lang)[MORATORIUM]
    return choose(
        lang,
        f"The order of {issued} works by task force, list of laws, BEAD money, grants, FCC and "
        f"FTC: of its {len(own)} duties {done} are done and {silent} passed with no record found; "
        f"“{title}” was struck on {when} and never became law.",
        f"{issued}的行政令以诉讼工作组、州法名单、BEAD资金、拨款、联邦通信委员会与联邦贸易委员会为手段：其"
        f"{len(own)}项任务中{done}项完成、{silent}项过期未见记录；“{title}”于{when}被删除，从未成为法律。",
    )


def contradictions(known: Known, lang: str) -> str:
    """Say how many ambitions meet how many obstacles, and in whose words."""
    frame = known.arguments
    frame = frame[frame["goal"].notna() & frame["obstacle"].notna()]
    if frame.empty:
        raise PlanlibError("arguments: nothing was public on that date; choose a later as_of")
    goal = tables.text_column("goal", lang)
    most = frame.groupby(goal)["obstacle"].nunique().sort_values(ascending=False, kind="stable")
    tellers = frame["reported_by_id"].nunique()
    pairs = frame.groupby(["goal", "obstacle"]).ngroups
    return choose(
        lang,
        f"{frame['goal'].nunique()} ambitions meet {pairs} obstacles in "
        f"{len(frame)} arguments told by {tellers} sources; “{most.index[0]}” meets the most, "
        f"{most.iloc[0]}; these are arguments, not findings.",
        f"{tellers}个来源的{len(frame)}条论点中，{frame['goal'].nunique()}项目标遇到"
        f"{pairs}种阻力，其中“{most.index[0]}”遇到的最多，为{most.iloc[0]}种；"
        "这些是论点，不是认定。",
    )


def exposure(known: Known, lang: str) -> str:
    """Say how many counter-measures are proposed, by whom, and that they are proposals."""
    frame = known.arguments
    options = frame[frame["kind"] == "countermeasure"]
    if options.empty:
        raise PlanlibError("arguments: nothing was public on that date; choose a later as_of")
    stood = known.stood
    aimed = stood[(stood["target_id"] == "CHN") & (stood["control_state"] == "in_force")]
    proposed = int((options["standing"] == "proposed").sum())
    names = tables.names_of("actors", lang)
    tellers = wording.listed((names[a] for a in options["said_by_id"].dropna().unique()), lang)
    links = known["argument_controls"]
    links = links[links["argument_id"].isin(options["argument_id"])]
    named = links[links["basis"] == "named_in_text"]["argument_id"].nunique()
    matched = links["argument_id"].nunique() - named
    return choose(
        lang,
        f"{len(aimed)} measures in force are aimed at China as a whole; {proposed} of "
        f"{len(options)} counter-measures are proposals, all by {tellers}; "
        f"{named or 'none'} of them {'name' if named > 1 else 'names'} the control answered, "
        f"{matched} are matched to controls by us.",
        f"以中国整体为对象的现行措施{len(aimed)}项；{len(options)}项反制措施中{proposed}项为建议，"
        f"均出自{tellers}，其中{f'{named}项指明' if named else '无一指明'}所针对的管制，"
        f"{matched}项由我们对应。",
    )


def finance(known: Known, lang: str) -> str:
    """Say what is spent beside its weight in GDP, and of which lending private funds take part."""
    quarters = capex_analysis.by_quarter(
        known["capex"], capex_analysis.DEFINITIONS[0], evidence.claims(), as_of=known.as_of
    )
    indicators = capex_analysis.known_by(known["indicators"], known.as_of)
    shares = capex_analysis.share_of_gdp(indicators, evidence.claims())
    gap = choose(lang, " ", "")
    said = [
        capex_answers.spent(quarters, lang=lang),
        capex_answers.weight(shares, lang=lang),
    ]
    lending = capex_analysis.bank_lending(indicators, evidence.claims())
    if len(lending):
        said.append(capex_answers.lent(lending, lang=lang))
    return gap.join(said)


QUESTIONS = (
    Question(
        "How many GPUs over some years under the Emirati quota?",
        "阿联酋配额若干年合计多少张GPU？",
        "deals", "supply-scenario", quota,
    ),
    Question(
        "What power does that take?", "需要多少电力？", "deals", "supply-scenario", power,
        (("fit", "the misfit", "错配"),),
    ),
    Question("How do the pledges compare?", "各项承诺如何比较？", "deals", "pledges", pledges),
    Question(
        "Saudi Arabia against the UAE and the other deals, term by term?",
        "沙特、阿联酋及其他协议逐条对照如何？",
        "deals", "terms", terms_compared,
    ),
    Question(
        "What is due, when, by whom, and what is known of it?",
        "何事到期、何时、由谁负责、已知情况如何？",
        "timeline", "deadline-board", due,
        (
            ("deadline-board-others", "second board", "次图"),
            ("duty-status", "all duties", "全部任务"),
        ),
    ),
    Question(
        "Biden against Trump, and China, the EU and the UK: who says what?",
        "拜登与特朗普，以及中国、欧盟、英国：各来源怎么说？",
        "comparison", "side-by-side-governing", compared_regimes,
        (("side-by-side-building", "what is built", "建设与销售"), ("abroad", "abroad", "国外")),
    ),
    Question(
        "Who must do what?", "谁应当做什么？", "measures", "agencies", agencies,
        (("recommended-ordered", "what is ordered", "由命令规定者"),),
    ),
    Question(
        "How many actions are there really?", "究竟有多少项措施？",
        "overview", "how-many-actions", how_many,
    ),
    Question(
        "How is each country treated, document by document?", "各文件如何对待各国家和地区？",
        "country", "treatments", countries,
    ),
    Question(
        "Which controls and red flags touch a transaction?",
        "一笔交易涉及哪些管制与红旗指标？",
        "controls", "transaction", transaction,
    ),
    Question(
        "Does a data centre qualify under EO 14318?",
        "数据中心是否符合第14318号行政令的条件？",
        "controls", "qualifying-project", qualifying,
    ),
    Question(
        "How stretched is AI finance?", "AI融资绷得有多紧？", "capex", "gdp-share", finance,
        (
            ("capex-quarters", "spending", "支出"), ("capex-guidance", "guidance", "指引"),
            ("growth-contribution", "growth", "增长"), ("borrowing", "borrowing", "举债"),
            ("bank-lending", "bank lending", "银行贷款"),
        ),
    ),
    Question(
        "What do state AI laws risk, instrument by instrument?",
        "各州人工智能法面临哪些风险，各凭何种手段？",
        "debate", "state-law", state_law,
    ),
    Question(
        "Which ambitions contradict which policies, and who says so?",
        "哪些目标与哪些政策相抵触，出自谁口？",
        "debate", "contradictions", contradictions,
    ),
    Question(
        "What is China exposed to, and what answers are proposed?",
        "中国受哪些管制影响，提出了哪些应对建议？",
        "debate", "exposure", exposure, (("options", "the proposals", "各项建议"),),
    ),
)  # fmt: skip
