"""Charts of what happened and of what is due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import pandas as pd

from planlib import contract, evidence, style, tables, views, wording
from planlib.analysis import timeline as analysis
from planlib.drawing import Drawing
from planlib.wording import choose

if TYPE_CHECKING:
    import plotly.graph_objects as go

LANE_COLOURS = {
    "orders": "#506387", "rules": "#318283", "plans": "#7753a4", "legislation": "#70844f",
    "deals": "#c07514", "statements": "#474d58", "disputes": "#cb76a6", "duties": "#0f6044",
}  # fmt: skip
# Two marks, or their daggers, would touch if they were closer at the usual width; they are stacked.
STACK_DAYS = 11
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
LABEL_COLUMNS, BOARD_LEFT, BOARD_ROW = 74, 470, 36
COUNT_ROW = 34
# Above the rows of a board: its axis, and some air below.
BOARD_HEAD = 44
BOARD_AXIS = BOARD_HEAD + 14 + style.NO_AXIS_ROOM
FEW_DOCUMENTS = 8
# Of a duty, all that may differ from day to day.
VARYING = attrgetter(
    "obligation_id", "clock_start", "due_date", "duty_status", "days_late", "days_left",
    "outcome_id", "shutdown_days", "stated_gap_days",
)  # fmt: skip


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
    title = tables.text_column("title", lang)
    drawn = entries[entries["date"] >= pd.Timestamp(since)]
    style.require_rows(drawn, "chronicle")
    drawn = drawn.assign(day=_middle_days(drawn), is_sure=drawn["precision"] == "day")
    figure = Drawing()
    positions, labels, edges = _lanes(drawn)
    for lane, group in drawn.groupby("lane", observed=True):
        contested = [
            style.dagger("", table, row_id, DATES[table])
            for table, row_id in tables.cells(group, "table", "row_id")
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
                for row in tables.records(group)
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
    apart = pd.Timedelta(days=STACK_DAYS)
    for lane in analysis.LANES:
        days = drawn["day"][drawn["lane"] == lane].sort_values()
        if days.empty:
            continue
        last: list[pd.Timestamp] = []
        levels = []
        for day in days:
            clear = day - apart
            level = next((n for n, before in enumerate(last) if before <= clear), len(last))
            last[level : level + 1] = [day]
            levels.append(level)
        depth = max(2.4, len(last) + 1.0)
        offset = (depth - len(last)) / 2
        heights[days.index] = [-(edges[-1] + offset + level + 0.5) for level in levels]
        middles[lane] = -(edges[-1] + depth / 2)
        edges.append(edges[-1] + depth)
    return heights, middles, edges


def _mark_milestones(figure: Drawing, drawn: pd.DataFrame, depth: float, lang: str) -> None:
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
    for level, row in enumerate(tables.records(rows.sort_values("date"))):
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
    duty = tables.text_column("duty", lang)
    today = tables.resolve_as_of(as_of)
    dated = frame[frame["due_date"].notna()].sort_values(["due_date", "obligation_id"])
    style.require_rows(dated, name)
    titles = tables.names_of("documents", lang)
    rows = tables.records(dated)
    labels = [_duty_label(row, str(getattr(row, duty)), leads, lang) for row in rows]
    words = tables.words(lang)
    hovers = [_duty_hover(row, duty, titles, words, lang) for row in rows]
    figure = Drawing()
    figure.data += _board_traces(rows, hovers, words)
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
        title=board_title(rows, lang, today),
        subtitle=_board_subtitle(rows, lang),
        note=choose(
            lang,
            "Hollow grey: the day passed and no record was found in the material searched; that is "
            "not a finding that the duty was missed. Chained duties without a known trigger have "
            "no date and are listed below.",
            "灰色空心：日期已过而在所检索材料中未见记录，这并不等于认定任务未完成。"
            "起算日不明的连锁任务没有日期，另列于下。",
        ),
        alt=_board_alt(rows, words, lang),
        rows={
            "obligations": list(frame["obligation_id"]),
            "outcomes": list(frame["outcome_id"].dropna()),
        },
        lang=lang,
        as_of=as_of,
        height=BOARD_ROW * len(dated),
        key=_status_key(rows, words, lang),
        head=BOARD_HEAD,
        left=BOARD_LEFT,
    )


def _duty_label(row: Any, duty: str, leads: dict[str, str], lang: str) -> str:
    place = document_label(row.document_id, lang)
    place += choose(lang, " ", "") + wording.section(row.section, lang)
    second = " · ".join(text for text in (place, leads.get(row.obligation_id, "")) if text)
    # Room for a dagger, which is as wide as a Chinese character.
    first = wording.wrap(duty, LABEL_COLUMNS - 2, lines=1)
    return (
        f"{style.dagger(first, 'obligations', row.obligation_id)}<br>"
        f"<span style='color:{style.GREY_TEXT}'>"
        f"{wording.wrap(second, LABEL_COLUMNS, lines=1)}</span>"
    )


def _documents(rows: Sequence[Any], lang: str) -> str:
    """Name the orders behind the duties, or count them where they are many."""
    ids = sorted({row.document_id for row in rows})
    if len(ids) > FEW_DOCUMENTS:
        return choose(lang, f"{len(ids)} orders and memoranda", f"{len(ids)}份命令与备忘录")
    return wording.listed((document_label(key, lang) for key in ids), lang)


def document_label(document_id: str, lang: str, *, columns: int = 30) -> str:
    """Return the short citation of an order: EO 14319, M-26-04, NSPM-11; else its title, cut."""
    kind, _, number = document_id.partition("-")
    if kind == "eo":
        return choose(lang, f"EO {number}", f"第{number}号令")
    if kind in ("m", "nspm"):
        return document_id.upper()
    names = tables.names_of("documents", lang)
    return wording.wrap(names.get(document_id, document_id), columns, lines=1)


def board_controls(
    boards: pd.DataFrame, leads: dict[str, str], *, lang: str = "en"
) -> dict[str, Any] | None:
    """Return the slider of days of :func:`board` and its table, for pages without a kernel.

    Parameters
    ----------
    boards
        :func:`planlib.analysis.timeline.boards` on several days, for the duties of the board.
    leads
        As for :func:`board`.

    Returns
    -------
    dict or None
        Nothing where there is only one day to choose from.
    """
    dated = boards[boards["due_date"].notna()]
    days = sorted(dated["as_of"].unique())
    if len(days) < 2:
        return None
    boards = boards[boards["as_of"].isin(days)].sort_values(["due_date", "obligation_id"])
    found = views.Views(_day_control(days, lang))
    rows = tables.records(boards)
    _board_changes(found, rows, leads, lang)
    _table_changes(found, rows, boards, leads, lang)
    return found.as_json()


def _day_control(days: Sequence[pd.Timestamp], lang: str) -> dict[str, Any]:
    choices = [(_iso(day), wording.day(day, lang)) for day in days]
    return views.control("as_of", choose(lang, "As of", "截至"), choices, _iso(days[-1]))


def _board_changes(
    found: views.Views, duties: Sequence[Any], leads: dict[str, str], lang: str
) -> None:
    """Say what a day changes: rows, marks, key and words of the board."""
    words, titles = tables.words(lang), tables.names_of("documents", lang)
    duty = tables.text_column("duty", lang)
    labels: dict[str, str] = {}
    hovers: dict[tuple[Any, ...], str] = {}
    by_day: dict[pd.Timestamp, list[tuple[Any, str]]] = {}
    for row in duties:
        if pd.isna(row.due_date):
            continue
        state = VARYING(row)
        if state not in hovers:
            hovers[state] = _duty_hover(row, duty, titles, words, lang)
        if row.obligation_id not in labels:
            labels[row.obligation_id] = _duty_label(row, str(getattr(row, duty)), leads, lang)
        by_day.setdefault(row.as_of, []).append((row, hovers[state]))
    shown: dict[str, list[Any]] = {}
    for day in sorted(by_day):
        rows, texts = [row for row, _ in by_day[day]], [text for _, text in by_day[day]]
        keys = [row.obligation_id for row in rows]
        meta = {
            "title": board_title(rows, lang, day),
            "subtitle": _board_subtitle(rows, lang),
            "alt": _board_alt(rows, words, lang),
            "key": [vars(mark) for mark in _status_key(rows, words, lang)],
            "stamp": style.stamp_of(day, lang),
            "as_of": _iso(day),
            "plain_height": BOARD_ROW * len(keys) + BOARD_AXIS,
        }
        places = {
            "data": _board_traces(rows, texts, words),
            "layout.shapes.0.x0": _iso(day),
            "layout.shapes.0.x1": _iso(day),
            "layout.annotations.0.x": _iso(day),
            "layout.annotations.0.text": f"<b>{wording.day(day, lang)}</b>",
            "layout.yaxis.tickvals": keys,
            "layout.yaxis.ticktext": [labels[key] for key in keys],
            "layout.yaxis.categoryarray": keys[::-1],
            "layout.yaxis.range": [-0.6, len(keys) - 0.4],
        }
        places |= {f"layout.meta.planlib.{name}": value for name, value in meta.items()}
        for path, value in places.items():
            shown.setdefault(path, []).append(value)
    for path, values in shown.items():
        found.change(path, found.values(["as_of"], values))


def _table_changes(
    found: views.Views,
    duties: Sequence[Any],
    boards: pd.DataFrame,
    leads: dict[str, str],
    lang: str,
) -> None:
    """Say which rows a day shows in the table, and with which words."""
    places: dict[tuple[Any, ...], int] = {}
    first: list[int] = []
    by_day: dict[Any, list[int]] = {}
    for n, row in enumerate(duties):
        state = VARYING(row)
        if state not in places:
            places[state] = len(places)
            first.append(n)
        by_day.setdefault(row.as_of, []).append(places[state])
    table = board_table(boards.iloc[first], leads, lang=lang, in_order=False)
    meta = {"lang": lang, "rows": {"obligations": []}}
    made = contract.table_of(meta, table)
    for n, field in enumerate(made["fields"]):
        cells = [row[n] for row in made["rows"]]
        texts = [contract.cell_text(cell, field, lang) for cell in cells]
        orders = [contract.cell_order(cell, field) for cell in cells]
        picked = [by_day[day] for day in sorted(by_day)]
        found.change(
            f"table.{n}", found.values(["as_of"], ([texts[p] for p in rows] for rows in picked))
        )
        if any(orders):
            found.change(
                f"order.{n}",
                found.values(["as_of"], ([orders[p] for p in rows] for rows in picked)),
            )


def _board_subtitle(rows: Sequence[Any], lang: str) -> str:
    documents = _documents(rows, lang)
    return choose(
        lang,
        f"Duties with a due day under {documents}: the time allowed, the due day and what the "
        "record shows. Due days are computed in calendar days from the texts' own words",
        f"{documents}中有期限的任务：期间、到期日与记录情况。到期日按原文所定日历日推算",
    )


def _board_alt(rows: Sequence[Any], words: dict[str, str], lang: str) -> str:
    """Say what the board shows: how many rows, over which days, and how many in each status."""
    days = [row.due_date for row in rows]
    first, last = wording.day(min(days), lang), wording.day(max(days), lang)
    counts = Counter(row.duty_status for row in rows)
    stated = (f"{words[s]} {counts[s]}" for s in analysis.STATUSES if counts[s])
    listed = choose(lang, ", ", "，").join(stated)
    duties = wording.count_of(len(rows), lang, "duty", "项任务", "duties")
    return choose(
        lang,
        f"One row a duty, {duties}, due between {first} and {last}. By status: {listed}.",
        f"每行一项，共{duties}，到期日自{first}至{last}。按状态：{listed}。",
    )


def board_title(rows: Sequence[Any], lang: str, today: pd.Timestamp) -> str:
    """Say what the board shows: how many of its dated duties are past, and how many silent."""
    passed = [row.duty_status for row in rows if row.due_date < today]
    silent = passed.count("passed_no_record")
    if not passed:
        return choose(
            lang,
            f"None of {wording.count_of(len(rows), lang, 'dated duty', '', 'dated duties')} has "
            "passed its day",
            f"{len(rows)}项有期限的任务均未过到期日",
        )
    if not silent:
        return choose(
            lang,
            f"{len(passed)} of {len(rows)} dated duties have passed their day",
            f"{len(rows)}项有期限的任务中，{len(passed)}项已过到期日",
        )
    return choose(
        lang,
        f"{len(passed)} of {len(rows)} dated duties have passed their day; for {silent} of them "
        "no record was found",
        f"{len(rows)}项有期限的任务中，{len(passed)}项已过到期日，其中{silent}项未见记录",
    )


def _board_traces(
    rows: Sequence[Any], hovers: Sequence[str], words: dict[str, str]
) -> list[dict[str, Any]]:
    """Return what is drawn of duties: their periods, due days, and a mark for each status."""
    x: list[str | None] = []
    y: list[str | None] = []
    for row in rows:
        if pd.notna(row.clock_start):
            x += [_iso(row.clock_start), _iso(row.due_date), None]
            y += [row.obligation_id, row.obligation_id, None]
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter", "x": x, "y": y, "mode": "lines", "hoverinfo": "skip",
            "line": {"color": PERIOD_COLOUR, "width": 3},
        },
        {
            "type": "scatter", "x": [_iso(row.due_date) for row in rows],
            "y": [row.obligation_id for row in rows], "mode": "markers", "hoverinfo": "skip",
            "marker": {"symbol": "line-ns", "size": 13, "line": {"width": 2, "color": style.INK}},
        },
    ]  # fmt: skip
    for status in analysis.STATUSES:
        own = [n for n, row in enumerate(rows) if row.duty_status == status]
        if not own:
            continue
        days = (rows[n].outcome_date for n in own)
        colour = style.STATUS_COLOURS[status]
        traces.append(
            {
                "type": "scatter",
                "x": [
                    _iso(rows[n].due_date if pd.isna(day) else day)
                    for n, day in zip(own, days, strict=True)
                ],
                "y": [rows[n].obligation_id for n in own],
                "mode": "markers",
                "name": words[status],
                "marker": {
                    "size": 11,
                    "symbol": STATUS_SYMBOLS.get(status, "circle"),
                    "color": colour,
                    "line": {"width": 2, "color": colour},
                },
                "hovertext": [hovers[n] for n in own],
                "hoverinfo": "text",
            }
        )
    return traces


def _iso(day: pd.Timestamp) -> str:
    return day.date().isoformat()


def _status_key(rows: Sequence[Any], words: dict[str, str], lang: str) -> list[style.Mark]:
    counts = Counter(row.duty_status for row in rows)
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


def _duty_hover(
    row: Any, duty: str, titles: dict[str, str], words: dict[str, str], lang: str
) -> str:
    place = [titles[row.document_id], wording.section(row.section, lang)]
    lines = [
        getattr(row, duty),
        choose(lang, ", ", "").join(place),
        due_rule(row, lang),
        status_text(row, lang, words),
    ]
    dating = ("obligations", row.obligation_id, analysis.dating_column(row))
    return style.hover(lines, dating, lang=lang)


def due_rule(row: Any, lang: str) -> str:
    """Write the arithmetic of a due day: start + period = day, its weekday and the lapse.

    A day that another text states instead stands after it.
    """
    if pd.isna(row.due_date):
        return choose(lang, "no date can be computed", "无法推算日期")
    due = f"{wording.day(row.due_date, lang)} ({wording.weekday(row.due_date, lang)})"
    if row.due_origin == "quoted":
        text = _stating(row, lang) or choose(lang, "a text", "文本")
        return choose(lang, f"due {due}, as stated in {text}", f"到期日{due}，见{text}")
    unit, n = ("day", row.days) if pd.notna(row.days) else ("month", row.months)
    period = wording.amount(float(n), unit, lang)
    text = f"{wording.day(row.clock_start, lang)} + {period} = {due}"
    if pd.notna(row.shutdown_days) and row.shutdown_days > 0:
        text += choose(
            lang,
            f"; {row.shutdown_days} of these days fell in the lapse of appropriations of 2025",
            f"；其间有{row.shutdown_days}天处于2025年拨款中断期",
        )
    if pd.notna(row.stated_gap_days) and row.stated_gap_days != 0:
        stated = wording.day(row.stated_due_date, lang)
        by = _stating(row, lang) or choose(lang, "another text", "另一文本")
        text += choose(lang, f"; {by} states {stated}", f"；{by}所载为{stated}")
    return text


def _stating(row: Any, lang: str) -> str:
    """Return the title of the later text that states a due day, in quotation marks, if any."""
    if pd.isna(row.stated_by_id):
        return ""
    title = tables.names_of("documents", lang)[row.stated_by_id]
    return choose(lang, f"“{title}”", f"《{title}》")


def status_text(row: Any, lang: str, words: dict[str, str] | None = None) -> str:
    """Write the status of one duty in words, with its number of days."""
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
    return (words or tables.words(lang))[str(row.duty_status)]


def status_counts(counts: pd.DataFrame, *, lang: str = "en", as_of: str = "") -> go.Figure:
    """Draw how many duties stand in each status.

    Parameters
    ----------
    counts
        :func:`planlib.analysis.timeline.status_counts`.
    """
    words = tables.words(lang)
    found = dict(zip(counts["duty_status"].astype("str"), counts["duty_count"], strict=True))
    shown = {status: int(found[status]) for status in analysis.STATUSES if found.get(status)}
    style.require_rows(counts[counts["duty_count"] > 0], "duty-status")
    figure = Drawing()
    figure.data.append(_count_trace(shown))
    figure.update_xaxes(visible=False, range=[0, max(shown.values()) * 1.08])
    labels = [words[status] for status in shown]
    style.label_rows(figure, list(shown), labels, size=style.TEXT_SIZE)
    return style.frame_chart(
        figure,
        name="duty-status",
        **_count_words(shown, words, lang),
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
        rows=evidence.rows_of(counts),
        lang=lang,
        as_of=as_of,
        height=COUNT_ROW * len(shown),
        left=210,
    )


def _count_trace(shown: dict[str, int]) -> dict[str, Any]:
    colours = [style.STATUS_COLOURS[status] for status in shown]
    return {
        "type": "bar",
        "x": list(shown.values()),
        "y": list(shown),
        "orientation": "h",
        "marker": {
            "color": [
                style.PAPER if status in SILENT else colour
                for status, colour in zip(shown, colours, strict=True)
            ],
            "line": {"color": colours, "width": 1.5},
        },
        "text": [str(n) for n in shown.values()],
        "textposition": "outside",
        "textfont": {"size": 13, "color": style.INK},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _count_words(shown: dict[str, int], words: dict[str, str], lang: str) -> dict[str, str]:
    total, silent = sum(shown.values()), shown.get("passed_no_record", 0)
    undated = shown.get("no_date", 0) + shown.get("date_unknown", 0)
    listed = wording.listed(
        (choose(lang, f"{words[s]} {n}", f"{words[s]}{n}项") for s, n in shown.items()), lang
    )
    return {
        "title": choose(
            lang,
            f"For {silent or 'none'} of {total} duties the day passed and no record was found; "
            f"{undated or 'none'} have neither a known due day nor a record",
            f"{total}项任务中，{silent or '没有一'}项已过到期日而未见记录，"
            f"{undated or '没有一'}项既无确定的到期日也无记录",
        ),
        "alt": choose(lang, f"Bars: {listed}.", f"条形图：{listed}。"),
    }


def status_controls(boards: pd.DataFrame, *, lang: str = "en") -> dict[str, Any] | None:
    """Return the slider of days of :func:`status_counts`, for pages without a kernel.

    Parameters
    ----------
    boards
        :func:`planlib.analysis.timeline.boards` on several days.
    """
    counted = boards.groupby("as_of")["duty_status"].value_counts(sort=False).unstack()
    if len(counted) < 2:
        return None
    days, words = list(counted.index), tables.words(lang)
    found = views.Views(_day_control(days, lang))
    shown: dict[str, list[Any]] = {}
    for day, row in zip(days, counted[list(analysis.STATUSES)].to_numpy(), strict=True):
        every = dict(zip(analysis.STATUSES, map(int, row), strict=True))
        counts = {status: n for status, n in every.items() if n}
        meta = _count_words(counts, words, lang) | {
            "stamp": style.stamp_of(day, lang),
            "as_of": _iso(day),
            "plain_height": COUNT_ROW * len(counts) + 14 + style.NO_AXIS_ROOM,
        }
        places = {
            "data.0": _count_trace(counts),
            "layout.xaxis.range": [0, max(counts.values()) * 1.08],
            "layout.yaxis.tickvals": list(counts),
            "layout.yaxis.ticktext": [words[status] for status in counts],
            "layout.yaxis.categoryarray": list(counts)[::-1],
            "layout.yaxis.range": [-0.6, len(counts) - 0.4],
            "table.0": [words[status] for status in every],
            "table.1": [str(n) for n in every.values()],
            "order.1": list(every.values()),
        }
        places |= {f"layout.meta.planlib.{name}": value for name, value in meta.items()}
        for path, value in places.items():
            shown.setdefault(path, []).append(value)
    for path, values in shown.items():
        found.change(path, found.values(["as_of"], values))
    return found.as_json()


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
    found: dict[str, list[str]] = {}
    for key, actor in tables.cells(lead, "obligation_id", "actor_id"):
        found.setdefault(key, []).append(names[actor])
    return {key: separator.join(named) for key, named in found.items()}


def board_table(
    frame: pd.DataFrame, leads: dict[str, str], *, lang: str = "en", in_order: bool = True
) -> pd.DataFrame:
    """Spell the board out for its table: who, what, the arithmetic of the date, and the status.

    The rows stand in the order of their due days, or without ``in_order`` in that of the frame.
    """
    by_day = ["due_date", "obligation_id"]
    ordered = frame.sort_values(by_day, na_position="last") if in_order else frame
    rows = tables.records(ordered)
    words = tables.words(lang)
    return pd.DataFrame(
        {
            "document_id": ordered["document_id"].to_numpy(),
            "section": [wording.section(r.section, lang) for r in rows],
            "agencies": [leads.get(r.obligation_id, "") for r in rows],
            "duty": ordered["duty"].to_numpy(),
            "duty_zh": ordered["duty_zh"].to_numpy(),
            "due_date": ordered["due_date"].to_numpy(),
            "rule": [due_rule(r, lang) for r in rows],
            "record": [status_text(r, lang, words) for r in rows],
            "outcome_date": ordered["outcome_date"].to_numpy(),
            "outcome_precision": ordered["outcome_precision"].to_numpy(),
        }
    )
