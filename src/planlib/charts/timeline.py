"""Charts of what happened and of what is due."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from planlib import evidence, style, tables, wording
from planlib.analysis import timeline as analysis
from planlib.wording import choose

LANE_COLOURS = {
    "orders": "#506387", "rules": "#318283", "plans": "#7753a4", "legislation": "#70844f",
    "deals": "#c07514", "statements": "#474d58", "disputes": "#cb76a6", "duties": "#0f6044",
}  # fmt: skip
# Two marks closer than this would touch at the usual width; they are stacked instead.
STACK_DAYS = 7
# A mark that has room for a dagger.
CONTESTED_SIZE = 15
# The column that dates a row of each table.
DATES = {
    "documents": "issued_date", "deals": "announced_date", "outcomes": "outcome_date",
    "events": "date",
}  # fmt: skip
PERIOD_COLOUR = "#a3adb5"
# Nothing is known of these duties: their marks and bars are hollow.
SILENT = ("passed_no_record", "passed_not_searched", "date_unknown", "no_date")
# Circles, where nothing else is said.
STATUS_SYMBOLS = {
    "done": "triangle-up", "implied": "triangle-up", "partial": "square",
    "passed_no_record": "circle-open", "passed_not_searched": "square-open",
    "due_in": "circle-open",
}  # fmt: skip
# The labels of a board: letters that fit into BOARD_LEFT pixels.
LABEL_COLUMNS, BOARD_LEFT = 74, 470
FEW_DOCUMENTS = 8
# How Chinese readers cite what the texts call s.4(a), cl.(2) and EO 14144.
CITATIONS_ZH = (
    (re.compile(r"\bs\.([0-9][0-9a-z()]*)"), r"第\1条"),
    (re.compile(r"\bcl\.(\([0-9a-z]+\))"), r"第\1款"),
    (re.compile(r", EO ([0-9]+) "), r"，第\1号令"),
)


def chronicle(
    entries: pd.DataFrame, *, since: str = "2025-01-01", lang: str = "en", as_of: str = ""
) -> go.Figure:
    """Draw everything dated in lanes, one mark an entry, stacked where days are close.

    Parameters
    ----------
    entries
        :func:`planlib.analysis.timeline.chronicle`.
    since
        First day drawn; older entries stay in the table.
    """
    words = tables.words(lang)
    title = "title_zh" if lang == "zh" else "title"
    drawn = entries[entries["date"] >= pd.Timestamp(since)]
    style.require_rows(drawn, "chronicle")
    drawn = drawn.assign(day=_middle_days(drawn), is_sure=drawn["precision"] == "day")
    figure = go.Figure()
    positions, labels, edges = _lanes(drawn)
    for lane, group in drawn.groupby("lane", observed=True):
        contested = [
            style.dagger("", table, row_id, DATES[table])
            for table, row_id in zip(group["table"], group["row_id"], strict=True)
        ]
        figure.add_scatter(
            x=group["day"],
            y=positions.loc[group.index],
            mode="markers+text",
            text=contested,
            textfont={
                "size": 12,
                "color": [style.PAPER if s else style.INK for s in group["is_sure"]],
            },
            name=words[lane],
            marker={
                "size": [CONTESTED_SIZE if c else 9 for c in contested],
                "opacity": 1,
                "color": [LANE_COLOURS[lane] if sure else style.PAPER for sure in group["is_sure"]],
                "line": {"width": 2, "color": LANE_COLOURS[lane]},
            },
            hovertext=[
                style.hover(
                    [wording.day(row.date, lang, row.precision), getattr(row, title)],
                    (row.table, row.row_id, DATES[row.table]),
                    lang=lang,
                )
                for row in group.itertuples()
            ],
            hoverinfo="text",
        )
    for lane, middle in labels.items():
        count = int((drawn["lane"] == lane).sum())
        counted = wording.count_of(count, lang, "entry", "条", "entries")
        figure.add_annotation(
            x=0, xref="paper", y=middle, xanchor="right", showarrow=False, align="right",
            text=f"<b>{words[lane]}</b><br>{counted}",
            font={"size": 13, "color": style.INK}, xshift=-12,
        )  # fmt: skip
    _mark_milestones(figure, drawn, edges[-1], lang)
    figure.update_yaxes(visible=False, range=[-edges[-1] - 0.2, 5.0])
    figure.update_xaxes(
        tickfont={"color": style.GREY_TEXT},
        dtick="M3",
        tickformat=choose(lang, "%b %Y", "%Y年%-m月"),
        showgrid=True,
        gridcolor=style.GRID,
    )
    older = len(entries) - len(drawn)
    # A date known only to the year or quarter counts for no month.
    months = drawn[drawn["precision"].isin(["day", "month"])]["date"].dt.to_period("M")
    busiest = months.value_counts().sort_index().idxmax()
    n = int((months == busiest).sum())
    month = wording.day(busiest.to_timestamp(), lang, "month")
    return style.frame_chart(
        figure,
        name="chronicle",
        title=choose(
            lang,
            f"{month} was the busiest month: {n} of {len(drawn)} dated entries",
            f"{month}最为密集：{len(drawn)}条有日期的记录中占{n}条",
        ),
        subtitle=choose(
            lang,
            "Documents issued, deals announced, outcomes and events since "
            f"{wording.day(since, lang)}; {older} older entries are in the table",
            f"{wording.day(since, lang)}以来发布的文件、宣布的协议、任务结果与事件；"
            f"更早的{older}条见表",
        ),
        note=choose(
            lang,
            "Height within a lane carries no meaning: marks that fall close together are stacked. "
            "Hollow: the day is not known; the mark stands in the middle of the month or year.",
            "同一行内的高低没有含义：日期相近的标记上下错开。空心：日期不详，标在该月或该年的中间。",
        ),
        alt=choose(
            lang,
            f"Timeline in {len(labels)} lanes with {len(drawn)} entries; busiest month {month}.",
            f"分{len(labels)}行的时间线，共{len(drawn)}条；最密集的月份为{month}。",
        ),
        rows=evidence.rows_of(entries),
        lang=lang,
        as_of=as_of,
        height=int(22 * (edges[-1] + 5.2)),
        left=200,
    )  # fmt: skip


def _middle_days(entries: pd.DataFrame) -> pd.Series:
    """Return the middle of what each date may mean: the day itself where it is known."""
    return entries["date"] + (tables.last_days(entries, "date") - entries["date"]) / 2


def _lanes(drawn: pd.DataFrame) -> tuple[pd.Series, dict[str, float], list[float]]:
    """Stack marks within each lane; return their heights, lane middles and lane edges."""
    heights = pd.Series(0.0, index=drawn.index)
    middles: dict[str, float] = {}
    edges = [0.0]
    for lane in analysis.LANES:
        group = drawn[drawn["lane"] == lane].sort_values("day")
        if group.empty:
            continue
        last: list[pd.Timestamp] = []
        for index, date in group["day"].items():
            free = [i for i, d in enumerate(last) if (date - d).days >= STACK_DAYS]
            level = free[0] if free else len(last)
            if free:
                last[level] = date
            else:
                last.append(date)
            heights[index] = level
        depth = max(2.4, len(last) + 1.0)
        offset = (depth - len(last)) / 2
        heights[group.index] = -(edges[-1] + offset + heights[group.index] + 0.5)
        middles[lane] = -(edges[-1] + depth / 2)
        edges.append(edges[-1] + depth)
    return heights, middles, edges


def _mark_milestones(figure: go.Figure, drawn: pd.DataFrame, depth: float, lang: str) -> None:
    short = {
        "ai-action-plan": choose(lang, "Action Plan and EO 14318, 14319, 14320",
                                 "《行动计划》与第14318、14319、14320号行政令"),
        "eo-14179": choose(lang, "EO 14179", "第14179号行政令"),
        "eo-14363": choose(lang, "EO 14363", "第14363号行政令"),
        "eo-14365": choose(lang, "EO 14365 and M-26-04", "第14365号行政令与M-26-04"),
        "eo-14409": choose(lang, "EO 14409", "第14409号行政令"),
        "eo-14434": choose(lang, "EO 14434", "第14434号行政令"),
    }  # fmt: skip
    rows = drawn[(drawn["table"] == "documents") & drawn["row_id"].isin(short)]
    for level, row in enumerate(rows.sort_values("date").itertuples()):
        height = 1.0 + (level % 3) * 1.5
        figure.add_shape(
            type="line", x0=row.date, x1=row.date, y0=-depth, y1=height - 0.4, layer="below",
            line={"color": "#c9d0d5", "width": 1},
        )  # fmt: skip
        figure.add_annotation(
            x=row.date, y=height, text=style.dagger(short[row.row_id], "documents", row.row_id),
            showarrow=False, yanchor="middle",
            font={"size": 12, "color": style.INK}, bgcolor=style.PAPER,
        )  # fmt: skip


def board(
    frame: pd.DataFrame,
    leads: dict[str, str],
    *,
    name: str = "deadline-board",
    lang: str = "en",
    as_of: str = "",
) -> go.Figure:
    """Draw the deadline board: each dated duty with its due day, what is known, and its status.

    Parameters
    ----------
    frame
        :func:`planlib.analysis.timeline.board`.
    leads
        Who must do it, by ``obligation_id``, as shown to the reader.
    name
        The figure's name, where a report shows several boards.
    """
    duty = "duty_zh" if lang == "zh" else "duty"
    today = tables.resolve_as_of(as_of)
    dated = frame[frame["due_date"].notna()].sort_values(["due_date", "obligation_id"])
    style.require_rows(dated, name)
    titles = tables.names_of("documents", lang)
    labels = [_duty_label(r, str(getattr(r, duty)), leads, lang) for r in dated.itertuples()]
    figure = go.Figure()
    _draw_periods(figure, dated)
    for status in analysis.STATUSES:
        group = dated[dated["duty_status"] == status]
        if len(group):
            _draw_status(figure, group, status, duty, titles, lang)
    figure.add_vline(x=today, line={"color": style.INK, "width": 1.2, "dash": "dot"})
    figure.add_annotation(
        x=today, y=1, yref="paper", yanchor="bottom", xanchor="right", showarrow=False, yshift=22,
        text=f"<b>{wording.day(today, lang)}</b>", font={"size": 12, "color": style.INK},
    )  # fmt: skip
    style.label_rows(figure, list(dated["obligation_id"]), labels)
    days = pd.concat([dated["clock_start"], dated["due_date"], dated["outcome_date"]])
    room = pd.Timedelta(days=20)
    figure.update_xaxes(
        side="top", showgrid=True, gridcolor=style.GRID, dtick="M6", tick0="2025-01-01",
        tickformat=choose(lang, "%b %Y", "%Y年%-m月"),
        range=[min(days.min(), today) - room, max(days.max(), today) + 3 * room],
    )  # fmt: skip
    return style.frame_chart(
        figure,
        name=name,
        title=board_title(frame, lang, as_of),
        subtitle=choose(
            lang,
            f"Duties with a due day under {_documents(dated, lang)}: the time allowed, the due day "
            "and what the record shows. Due days are computed in calendar days from the texts' own "
            "words",
            f"{_documents(dated, lang)}中有期限的任务：期间、到期日与记录情况。"
            "到期日按原文所定日历日推算",
        ),
        note=choose(
            lang,
            "Hollow grey: the day passed and no record was found in the material searched; that is "
            "not a finding that the duty was missed. Chained duties without a known trigger have "
            "no date and are listed below.",
            "灰色空心：日期已过而在所检索材料中未见记录，这并不等于认定任务未完成。"
            "起算日不明的连锁任务没有日期，另列于下。",
        ),
        alt=board_title(frame, lang, as_of),
        rows={
            "obligations": list(frame["obligation_id"]),
            "outcomes": list(frame["outcome_id"].dropna()),
        },
        lang=lang,
        as_of=as_of,
        height=36 * len(dated),
        key=_status_key(dated, lang),
        head=44,
        left=BOARD_LEFT,
    )


def _duty_label(row: Any, duty: str, leads: dict[str, str], lang: str) -> str:
    place = document_label(row.document_id, lang)
    place += choose(lang, " ", "") + section_label(row.section, lang)
    second = " · ".join(text for text in (place, leads.get(row.obligation_id, "")) if text)
    # Room for a dagger, which is as wide as a Chinese character.
    first = wording.wrap(duty, LABEL_COLUMNS - 2, lines=1)
    return (
        f"{style.dagger(first, 'obligations', row.obligation_id)}<br>"
        f"<span style='color:{style.GREY_TEXT}'>"
        f"{wording.wrap(second, LABEL_COLUMNS, lines=1)}</span>"
    )


def _documents(dated: pd.DataFrame, lang: str) -> str:
    """Name the orders behind the duties, or count them where they are many."""
    ids = sorted(dated["document_id"].unique())
    if len(ids) > FEW_DOCUMENTS:
        return choose(lang, f"{len(ids)} orders and memoranda", f"{len(ids)}份命令与备忘录")
    return wording.listed((document_label(key, lang) for key in ids), lang)


def section_label(section: str, lang: str) -> str:
    """Write where in a document a duty stands, as its readers do: s.4(a), 第4(a)条."""
    if lang == "en":
        return section
    cited = section
    for pattern, form in CITATIONS_ZH:
        cited = pattern.sub(form, cited)
    # What is no number is an English heading, which the duty itself says in Chinese.
    return cited if cited != section else ""


def document_label(document_id: str, lang: str, *, columns: int = 30) -> str:
    """Return the short citation of an order: EO 14319, M-26-04, NSPM-11; else its title, cut."""
    kind, _, number = document_id.partition("-")
    if kind == "eo":
        return choose(lang, f"EO {number}", f"第{number}号令")
    if kind in ("m", "nspm"):
        return document_id.upper()
    names = tables.names_of("documents", lang)
    return wording.wrap(names.get(document_id, document_id), columns, lines=1)


def board_title(frame: pd.DataFrame, lang: str, as_of: str) -> str:
    """Say what the board shows: how many duties are dated, done on a known day, or silent."""
    today = tables.resolve_as_of(as_of)
    dated = frame[frame["due_date"].notna()]
    passed = dated[dated["due_date"] < today]
    silent = int((passed["duty_status"] == "passed_no_record").sum())
    return choose(
        lang,
        f"{len(passed)} of {len(dated)} dated duties have passed their day; for {silent} of them "
        "no record was found",
        f"{len(dated)}项有期限的任务中，{len(passed)}项已过到期日，其中{silent}项未见记录",
    )


def _draw_periods(figure: go.Figure, dated: pd.DataFrame) -> None:
    x: list[pd.Timestamp | None] = []
    y: list[str | None] = []
    for row in dated.itertuples():
        if pd.notna(row.clock_start):
            x += [row.clock_start, row.due_date, None]
            y += [row.obligation_id, row.obligation_id, None]
    figure.add_scatter(
        x=x, y=y, mode="lines", line={"color": PERIOD_COLOUR, "width": 3}, hoverinfo="skip",
    )  # fmt: skip
    figure.add_scatter(
        x=dated["due_date"], y=dated["obligation_id"], mode="markers", hoverinfo="skip",
        marker={"symbol": "line-ns", "size": 13, "line": {"width": 2, "color": style.INK}},
    )  # fmt: skip


def _status_key(dated: pd.DataFrame, lang: str) -> list[style.Mark]:
    words = tables.words(lang)
    counts = dated["duty_status"].value_counts()
    statuses = [
        style.Mark(
            f"{words[status]} ({counts[status]})",
            style.STATUS_COLOURS[status],
            style.GLYPHS[STATUS_SYMBOLS.get(status, "circle")],
        )
        for status in analysis.STATUSES
        if counts[status]
    ]
    return [
        style.Mark(choose(lang, "time allowed", "期间"), PERIOD_COLOUR, "─"),
        style.Mark(choose(lang, "due day", "到期日"), style.INK, "│"),
        *statuses,
    ]


def _draw_status(
    figure: go.Figure,
    group: pd.DataFrame,
    status: str,
    duty: str,
    titles: dict[str, str],
    lang: str,
) -> None:
    colour = style.STATUS_COLOURS[status]
    figure.add_scatter(
        x=group["outcome_date"].fillna(group["due_date"]),
        y=group["obligation_id"],
        mode="markers",
        name=tables.words(lang)[status],
        marker={
            "size": 11,
            "symbol": STATUS_SYMBOLS.get(status, "circle"),
            "color": colour,
            "line": {"width": 2, "color": colour},
        },
        hovertext=[
            style.hover(
                [
                    getattr(row, duty),
                    choose(lang, ", ", "").join(
                        [titles[row.document_id], section_label(row.section, lang)]
                    ),
                    due_rule(row, lang),
                    status_text(row, lang),
                ],
                (
                    "obligations",
                    row.obligation_id,
                    analysis.dating_column(row),
                ),
                lang=lang,
            )
            for row in group.itertuples()
        ],
        hoverinfo="text",
    )


def due_rule(row: Any, lang: str) -> str:
    """Write the arithmetic of a due day: start + period = day, its weekday and the lapse."""
    if pd.isna(row.due_date):
        return choose(lang, "no date can be computed", "无法推算日期")
    due = f"{wording.day(row.due_date, lang)} ({wording.weekday(row.due_date, lang)})"
    if row.due_origin == "quoted":
        return choose(lang, f"due {due}, as stated in a text", f"到期日{due}，见文本")
    unit, n = ("day", row.days) if pd.notna(row.days) else ("month", row.months)
    period = wording.amount(float(n), unit, lang)
    text = f"{wording.day(row.clock_start, lang)} + {period} = {due}"
    if pd.notna(row.shutdown_days) and row.shutdown_days > 0:
        text += choose(
            lang,
            f"; {row.shutdown_days} of these days fell in the lapse of appropriations of 2025",
            f"；其间有{row.shutdown_days}天处于2025年拨款中断期",
        )
    return text


def status_text(row: Any, lang: str) -> str:
    """Write the status of one duty in words, with its number of days."""
    word = tables.words(lang)[str(row.duty_status)]
    if row.duty_status == "done_late":
        days = wording.count_of(int(row.days_late), lang, "day", "天")
        return choose(lang, f"Done {days} late", f"已完成，晚{days}")
    if row.duty_status == "due_in":
        days = wording.count_of(int(row.days_left), lang, "day", "天")
        return choose(lang, f"Due in {days}", f"还有{days}到期")
    if row.duty_status == "passed_no_record":
        searched = wording.day(row.searched_date, lang)
        return choose(
            lang,
            f"Date passed, no record found (searched {searched})",
            f"日期已过，未见记录（检索至{searched}）",
        )
    return word


def status_counts(counts: pd.DataFrame, *, lang: str = "en", as_of: str = "") -> go.Figure:
    """Draw how many duties stand in each status.

    Parameters
    ----------
    counts
        :func:`planlib.analysis.timeline.status_counts`.
    """
    words = tables.words(lang)
    shown = counts[counts["duty_count"] > 0]
    style.require_rows(shown, "duty-status")
    total = int(counts["duty_count"].sum())
    by_status = counts.set_index("duty_status")["duty_count"]
    silent = int(by_status["passed_no_record"])
    undated = int(by_status["no_date"] + by_status["date_unknown"])
    colours = [style.STATUS_COLOURS[str(s)] for s in shown["duty_status"]]
    hollow = shown["duty_status"].isin(SILENT)
    keys = [str(s) for s in shown["duty_status"]]
    labels = [words[key] for key in keys]
    listed = wording.listed(
        (choose(lang, f"{label} {n}", f"{label}{n}项")
         for label, n in zip(labels, shown["duty_count"], strict=True)),
        lang,
    )  # fmt: skip
    figure = go.Figure(
        go.Bar(
            x=shown["duty_count"],
            y=keys,
            orientation="h",
            marker={
                "color": [style.PAPER if h else c for h, c in zip(hollow, colours, strict=True)],
                "line": {"color": colours, "width": 1.5},
            },
            text=shown["duty_count"],
            textposition="outside",
            textfont={"size": 13, "color": style.INK},
            cliponaxis=False,
            hoverinfo="skip",
        )
    )
    figure.update_xaxes(visible=False, range=[0, shown["duty_count"].max() * 1.08])
    style.label_rows(figure, keys, labels, size=style.TEXT_SIZE)
    return style.frame_chart(
        figure,
        name="duty-status",
        title=choose(
            lang,
            f"For {silent} of {total} duties the day passed and no record was found; {undated} "
            "have neither a known due day nor a record",
            f"{total}项任务中，{silent}项已过到期日而未见记录，{undated}项既无确定的到期日也无记录",
        ),
        subtitle=choose(
            lang,
            "Number of duties in the orders and memoranda by what is known of them",
            "各命令与备忘录所定任务数，按已知情况划分",
        ),
        note=choose(
            lang,
            "Hollow bars: silence. Nothing is called overdue without a source that says so.",
            "空心条：没有记录。没有来源载明的，一概不称逾期。",
        ),
        alt=choose(
            lang,
            f"Bars: {listed}.",
            f"条形图：{listed}。",
        ),
        rows=evidence.rows_of(counts),
        lang=lang,
        as_of=as_of,
        height=34 * len(shown),
        left=210,
    )


def leads(agencies: pd.DataFrame, *, lang: str = "en") -> dict[str, str]:
    """Name, for each obligation, who must do it.

    Parameters
    ----------
    agencies
        ``obligation_agencies``.
    """
    names = tables.names_of("actors", lang)
    lead = agencies[agencies["role"] == "lead"]
    separator = choose(lang, ", ", "、")
    return {
        key: separator.join(names[a] for a in group["actor_id"])
        for key, group in lead.groupby("obligation_id")
    }


def board_table(frame: pd.DataFrame, leads: dict[str, str], *, lang: str = "en") -> pd.DataFrame:
    """Spell the board out for its table: who, what, the arithmetic of the date, and the status."""
    ordered = frame.sort_values(["due_date", "obligation_id"], na_position="last")
    rows = list(ordered.itertuples())
    return pd.DataFrame(
        {
            "document_id": ordered["document_id"].to_numpy(),
            "section": [section_label(r.section, lang) for r in rows],
            "agencies": [leads.get(r.obligation_id, "") for r in rows],
            "duty": ordered["duty"].to_numpy(),
            "duty_zh": ordered["duty_zh"].to_numpy(),
            "due_date": ordered["due_date"].to_numpy(),
            "rule": [due_rule(r, lang) for r in rows],
            "record": [status_text(r, lang) for r in rows],
            "outcome_date": ordered["outcome_date"].to_numpy(),
            "outcome_precision": ordered["outcome_precision"].to_numpy(),
        }
    )
