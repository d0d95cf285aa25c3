"""The sentences with figures in them: each notebook's answer, written from analysis results."""

from __future__ import annotations

import pandas as pd

from planlib import evidence, tables, wording
from planlib.analysis import deals as deal_analysis
from planlib.analysis import measures as measure_analysis
from planlib.errors import PlanlibError
from planlib.wording import choose


class Prose(str):
    """Markdown that a notebook shows as text."""

    __slots__ = ()

    def _repr_markdown_(self) -> str:
        return str(self)


def sureness(rows: evidence.Rows, lang: str) -> str:
    """Say how well rows are attested: how many verified, reported, contested."""
    claims = evidence.claims_of(rows)
    keys = ["table", "row_id"]
    total = sum(len(set(ids)) for ids in rows.values())
    supports = claims[claims["stance"] == "supports"]
    verified = len(supports[supports["as_printed"].notna()][keys].drop_duplicates())
    contested = len(claims[claims["stance"] == "differs"][keys].drop_duplicates())
    reported = len(supports[keys].drop_duplicates()) - verified
    return choose(
        lang,
        f"*How sure: of {total} rows behind this, {verified} rest on a text we read, {reported} on "
        f"reports whose text we did not read; {contested} carry a source that says otherwise.*",
        f"*可信程度：所依据的{total}条记录中，{verified}条出自我们读过的文本，"
        f"{reported}条出自未读原文的报道；{contested}条另有来源说法不同。*",
    )


def overview(
    sections: pd.DataFrame,
    measures: pd.DataFrame,
    agencies: pd.DataFrame,
    board: pd.DataFrame,
    *,
    lang: str = "en",
) -> Prose:
    """Say the Plan in one paragraph: its levels, who is named, what orders made of it."""
    counts = measure_analysis.levels(sections, measures)
    actions = int(counts["action_count"].sum())
    distinct = int(counts["distinct_count"].sum())
    named = agencies["actor_id"].nunique()
    orders = board["document_id"].nunique()
    dated = int(board["due_date"].notna().sum())
    return Prose(
        choose(
            lang,
            f"America's AI Action Plan has {len(counts)} pillars, {len(sections)} sections and "
            f"{actions} recommended actions, {distinct} of them worded differently; {named} bodies "
            "are named. The Plan recommends: only orders bind. The orders and memoranda in these "
            f"tables ({orders}) lay down {len(board)} duties, {dated} of them with a day on which "
            "they fall due.\n\n",
            f"《美国人工智能行动计划》分为{len(counts)}大支柱、{len(sections)}节，提出{actions}项建议措施，"
            f"其中{distinct}项文字互不相同，点名{named}个机构。行动计划只作建议，有约束力的是各项命令："
            f"本表所收的{orders}份命令与备忘录共规定{len(board)}项任务，其中{dated}项有确定的到期日。\n\n",
        )
        + sureness({"measures": list(measures["measure_id"]),
                    "obligations": list(board["obligation_id"])}, lang)
    )  # fmt: skip


def measures(
    agency_counts: pd.DataFrame,
    unnamed: pd.DataFrame,
    ordered: pd.DataFrame,
    *,
    lang: str = "en",
) -> Prose:
    """Say who must do what, and how much of it is ordered rather than recommended."""
    if agency_counts.empty:
        raise PlanlibError("measures: no action is public on that date; choose a later as_of")
    names = tables.names_of("actors", lang)
    totals = agency_counts.groupby("actor_id")["action_count"].sum().sort_values(ascending=False)
    lead = agency_counts[agency_counts["role"] == "lead"]
    leads = lead.groupby("actor_id")["action_count"].sum().sort_values(ascending=False)
    top = choose(lang, "; ", "、").join(
        choose(lang, f"{wording.with_article(names[a], lang)}, {n}", f"{names[a]}{n}项")
        for a, n in totals.head(3).items()
    )
    best = leads.index[0]
    count = ordered["measure_id"].nunique()
    linked = ordered[ordered["uptake"] != "not_stated"]
    taken = linked["measure_id"].nunique()
    since = linked[~linked["predates_plan"].fillna(False).astype(bool)]["measure_id"].nunique()
    return Prose(
        choose(
            lang,
            f"Of {count} recommended actions, {count - len(unnamed)} name a body. Named most: "
            f"{top}. {wording.with_article(names[best], lang, starts=True)} leads most often, in "
            f"{leads.iloc[0]} actions. "
            f"{since} actions are taken up by an order of the Plan's own day or later, "
            f"{taken - since} only by older ones; for the other {count - taken} none was found in "
            "these tables, which is not a finding that nothing was done.\n\n",
            f"{count}项建议措施中，{count - len(unnamed)}项点名了机构。被点名最多的是{top}。"
            f"{names[best]}牵头最多，共{leads.iloc[0]}项。{since}项由计划发布当日或之后的命令"
            f"落实或涉及，{taken - since}项只有更早的命令；其余{count - taken}项在本表中"
            "未见相应命令，但这不等于没有行动。\n\n",
        )
        + sureness(evidence.rows_of(agency_counts), lang)
    )


def timeline(
    board: pd.DataFrame, entries: pd.DataFrame, *, lang: str = "en", as_of: str = ""
) -> Prose:
    """Say what is due and what is known of it on a date, silence apart from lateness."""
    today = tables.resolve_as_of(as_of)
    counts = board["duty_status"].value_counts()
    late = board[board["duty_status"] == "done_late"]
    coming = board[board["duty_status"] == "due_in"].sort_values("due_date")
    day = wording.day(today, lang)
    passed = board[board["due_date"] < today]
    undated = int(board["due_date"].isna().sum())
    dated = len(board) - undated
    en = (
        f"On {day}, {len(passed)} of {dated} dated duties had passed their day. Of those done on a "
        f"known day, {counts['done_on_time']} were on time and {len(late)} late. For "
        f"{counts['passed_no_record']} no record was found: silence, not a finding of lateness. "
        f"{undated} duties have no due day, or one that hangs on a step that is not on record."
    )
    zh = (
        f"截至{day}，有期限的{dated}项任务中，{len(passed)}项已过到期日。"
        f"在完成日期可考的任务中，{counts['done_on_time']}项按时、{len(late)}项逾时完成。"
        f"{counts['passed_no_record']}项未见记录：这是没有记录，不是认定逾期。"
        f"另有{undated}项任务没有到期日，或其到期日取决于尚无记录的前一步。"
    )
    if len(coming):
        first = coming.iloc[0]
        due = wording.day(first["due_date"], lang)
        en += f" Next due: {first['duty'].rstrip('.')} ({due})."
        zh += f"下一项到期：{first['duty_zh'].rstrip('。')}（{due}）。"
    rows = {"obligations": list(board["obligation_id"]), **evidence.rows_of(entries)}
    return Prose(choose(lang, en, zh) + "\n\n" + sureness(rows, lang))


def deals_title(country_id: str, *, lang: str = "en") -> Prose:
    """Return the heading of the deals notebook for one country, or for all."""
    if not country_id:
        return Prose(choose(lang, "# Deals: chips, power and money", "# 协议：芯片、电力与资金"))
    name = tables.names_of("actors", lang)[country_id]
    return Prose(choose(lang, f"# Deals: {name}", f"# 协议：{name}"))


def deals(
    deals_frame: pd.DataFrame, terms: pd.DataFrame, tests: pd.DataFrame, *, lang: str = "en"
) -> Prose:
    """Say what the deals announce, what of it is licensed, and whether the numbers fit."""
    names = tables.names_of("actors", lang)
    countries = deals_frame["country_id"].value_counts()
    called = {c: wording.with_article(names[c], lang) for c in countries.index}
    top = wording.listed(
        (
            choose(lang, f"{called[c]} ({n})", f"{called[c]}（{n}项）")
            for c, n in countries.head(3).items()
        ),
        lang,
    )
    if len(countries) == 1:
        of, most = choose(lang, f" of {called[countries.index[0]]}", called[countries.index[0]]), ""
    else:
        of, most = "", choose(lang, f", most with {top}", f"，最多的是{top}")
    stages = terms["stage"].value_counts()
    best = deal_analysis.nearest(tests)
    fitting = int((best["verdict"] == "fits").sum())
    money = deal_analysis.nested(terms)
    parts = int((~money["is_counted"]).sum())
    return Prose(
        choose(
            lang,
            f"The tables hold {len(deals_frame)} deals{of} with {len(terms)} terms{most}. Terms "
            f"that are licences or rest on one: {stages['authorised']}; reported as shipped: "
            f"{stages['shipped']}; pledges, which are not cash: {stages['pledged']}. "
            f"{parts} of {len(money)} sums of money are parts of others and must not be added. "
            + _fit_en(len(best), fitting),
            f"本表收录{of}{len(deals_frame)}项协议、{len(terms)}条条款{most}。"
            f"其中{stages['authorised']}条为许可或以许可为依据，{stages['shipped']}条据报已交付，"
            f"{stages['pledged']}条为承诺，承诺不等于资金到位。{len(money)}个金额中有{parts}个是"
            "其他金额的组成部分，不可相加。" + _fit_zh(len(best), fitting),
        )
        + "\n\n"
        + sureness({"deals": list(deals_frame["deal_id"]),
                    "deal_terms": list(terms["deal_term_id"])}, lang)
    )  # fmt: skip


def _fit_en(count: int, fitting: int) -> str:
    if not count:
        return "No deal here states both power and chips."
    return (
        f"Numbers of GPUs announced beside a power: {count}; fitting a power of their own deal: "
        f"{fitting}. Set against the wrong phase they imply far more power than a chip can draw."
    )


def _fit_zh(count: int, fitting: int) -> str:
    if not count:
        return "此处没有同时载明功率与芯片数的协议。"
    return (
        f"{count}个公布的GPU数中，有{fitting}个与同一协议公布的某一功率相符；"
        "若与错误的阶段相配，折合的功率就远超芯片所能消耗。"
    )


def evidence_summary(coverage: pd.DataFrame, differing: pd.DataFrame, *, lang: str = "en") -> Prose:
    """Say how well the data are attested and how often sources disagree."""
    totals = coverage[["verified", "reported", "counted"]].sum()
    cells = len(differing[["table", "row_id", "field"]].drop_duplicates())
    rows = int(coverage["rows"].sum())
    return Prose(
        choose(
            lang,
            f"Of {int(totals.sum()):,} rows and numbers in {len(coverage)} tables ({rows:,} rows), "
            f"{int(totals['verified']):,} are verified in a text we read, "
            f"{int(totals['reported']):,} reported by texts we did not read, and "
            f"{int(totals['counted']):,} counted by us. On {cells} cells at least one source says "
            f"otherwise; all {len(differing)} differing claims are kept beside the headline.",
            f"{len(coverage)}张表（{rows}条记录）中的{int(totals.sum())}处记录与数字，"
            f"{int(totals['verified'])}处已在我们读过的文本中核实，{int(totals['reported'])}处见于"
            f"未读原文的报道，{int(totals['counted'])}处由我们计数。{cells}处至少有一个来源说法不同；"
            f"{len(differing)}条不同说法全部与主数值并列保留。",
        )
    )
