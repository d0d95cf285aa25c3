"""Charts of chip controls: when they applied, their limits, and what touches a transaction."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from planlib import evidence, style, tables, wording
from planlib.analysis import controls as analysis
from planlib.charts import timeline
from planlib.drawing import Drawing
from planlib.wording import choose

if TYPE_CHECKING:
    import plotly.graph_objects as go

STANDING_COLOURS = {
    "rule": style.ACCENT, "guidance": "#3e2f78", "licence_decision": "#c07514",
    "reported_decision": "#6b6133", "bill": "#4f8fcc", "proposal": "#671d2e",
}  # fmt: skip
RESULT_COLOURS = {"met": "#0b5d3f", "not_met": "#c07514", "not_known": style.NO_RECORD}
RESULT_SYMBOLS = {"met": "circle", "not_met": "x-thin-open", "not_known": "circle-open"}
OPERATOR_SIGNS = {"more_than": ">", "at_least": "≥", "less_than": "<", "up_to": "≤"}
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# Largest number that is written out; above it a power of ten is read more easily.
MOST_WRITTEN = 1e15
ROW_HEIGHT, LINE_HEIGHT = 25, 40
LABEL_COLUMNS, LABEL_ROOM = 68, 430
# Right of the day of which all is known: what has no end on record reaches so far [day].
RIM_DAYS = 20
# Letters of a second line that mixes bold and grey: a narrow page does not cut it as one.
SECOND_LINE = 50
SECTION = "s."
# Groups of the calendar, in the order drawn.
HEADS_ZH = {
    "any_deal": "任何先进<br>芯片交易", "chinese_chip": "中国设计<br>的芯片",
    "chinese_model": "中国<br>AI模型",
}  # fmt: skip
GROUPS = {
    "rules": ("US rules and guidance", "美国规则与指引"),
    "diffusion": (
        "The diffusion rule of January 2025, never in force",
        "2025年1月扩散规则（从未生效）",
    ),
    "proposals": ("US bills and proposals, not in force", "美国法案与提议（未生效）"),
    "decisions": ("US licences and decisions", "美国许可与决定"),
    "china": ("China's own measures", "中国的措施"),
}  # fmt: skip
# What each calendar shows: its groups, and what they are together.
CALENDARS = {
    "controls-calendar": (
        ("rules", "diffusion", "proposals"),
        "US rules, guidance papers, bills and proposals",
        "美国规则、指引、法案与提议",
    ),
    "decisions-calendar": (
        ("decisions", "china"),
        "US decisions and Chinese measures",
        "美国决定与中国措施",
    ),
}


def of_calendar(controls: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the controls that one of :data:`CALENDARS` shows."""
    return controls[analysis.groups(controls).isin(CALENDARS[name][0])]


def calendar(
    controls: pd.DataFrame,
    *,
    on: pd.Timestamp,
    name: str = "controls-calendar",
    lang: str = "en",
    as_of: str = "",
) -> go.Figure:
    """Draw when each control applied, one bar a control; what never took effect is hollow.

    Parameters
    ----------
    controls
        :func:`planlib.analysis.controls.states`.
    on
        The day marked; names of what did not apply on it are grey.
    name
        One of :data:`CALENDARS`.
    """
    frame = of_calendar(controls.assign(group=analysis.groups(controls)), name)
    style.require_rows(frame, name)
    today = tables.resolve_as_of(as_of)
    order = frame.assign(rank=frame["group"].map(list(GROUPS).index))
    order = order.sort_values(["rank", "from_date", "control_id"], na_position="last")
    figure = Drawing()
    first = order["from_date"].min()
    start = min(first, on) - pd.Timedelta(days=30)
    for standing, rows in order.groupby("standing", observed=True):
        _draw_bars(figure, rows, str(standing), start, today, lang)
    lapsed = [_control_hover(row, lang) for row in tables.records(_run_out(order, today))]
    _draw_run_out(figure, order, "control_id", today, lapsed)
    figure.update_layout(barmode="overlay")
    figure.add_vline(x=on, line={"color": style.INK, "width": 1.2, "dash": "dot"})
    figure.add_annotation(
        x=on, y=1, yref="paper", yanchor="bottom", showarrow=False, yshift=22,
        xanchor="right" if on > start + (today - start) / 2 else "left",
        text=f"<b>{wording.day(on, lang)}</b>", font={"size": 12, "color": style.INK},
    )  # fmt: skip
    keys, labels = _calendar_labels(order, lang)
    style.label_rows(figure, keys, labels)
    figure.update_xaxes(
        type="date",
        side="top", showgrid=True, gridcolor=style.GRID, tick0="2022-01-01",
        # Beyond three years, names of half-years would touch.
        dtick="M6" if (today - start).days < 3 * 365 else "M12",
        tickformat=choose(lang, "%b %Y", "%Y年%-m月"),
        range=[start, today + pd.Timedelta(days=RIM_DAYS)],
    )  # fmt: skip
    counts = order["control_state"].value_counts()
    n, never, undated = (int(counts[s]) for s in ("in_force", "never_in_force", "date_not_stated"))
    day = wording.day(on, lang)
    _, what_en, what_zh = CALENDARS[name]
    return style.frame_chart(
        figure,
        name=name,
        title=choose(
            lang,
            f"{n} of {len(order)} {what_en} stood on {day}"
            + (f"; {never} never came into force" if never else ""),
            f"{len(order)}项{what_zh}中，{day}有效的为{n}项"
            + (f"，从未生效的为{never}项" if never else ""),
        ),
        subtitle=choose(
            lang,
            "Each bar from the first day to the end or withdrawal, hatched while suspended; a bar "
            "that reaches the right edge has no end on record",
            "每条自起始日至终止或撤销，暂停期间画斜线；延伸至右端的，未见终止记录",
        ),
        note=choose(
            lang,
            ("Hollow: never in force. " if never else "")
            + "Grey names: not in force on that day. "
            + (f"{undated} said to apply without a first day are named, not drawn as a bar. "
               if undated else "")
            + _suspension_note(order, today, lang)
            + "A licence allows a sale; it is no delivery. Where a report and a text give "
            "different days, the table's sources say so.",
            ("空心：从未生效。" if never else "")
            + "灰色名称：该日并非有效。"
            + (f"{undated}项据称适用而未载明起始日，仅列名而不画条。" if undated else "")
            + _suspension_note(order, today, lang)
            + "许可准许销售，并不等于交付。各来源所载日期不同的，见表中出处。",
        ),
        alt=choose(
            lang,
            f"Calendar of {len(order)} measures from {wording.day(first, lang)}; {n} stood on "
            f"{day}, {never} never came into force.",
            f"自{wording.day(first, lang)}起{len(order)}项措施的日历图；{day}有效{n}项，"
            f"从未生效{never}项。",
        ),
        rows={"controls": list(order["control_id"])},
        lang=lang,
        as_of=as_of,
        height=ROW_HEIGHT * len(keys),
        key=_calendar_key(order, lang),
        head=44,
        left=LABEL_ROOM,
    )  # fmt: skip


def _draw_bars(
    figure: Drawing,
    rows: pd.DataFrame,
    standing: str,
    start: pd.Timestamp,
    today: pd.Timestamp,
    lang: str,
) -> None:
    colour = STANDING_COLOURS[standing]
    dated = rows[rows["from_date"].notna()]
    ends = _solid_until(dated, today)
    # A decision of one day is still to be seen.
    spans = (ends - dated["from_date"]).dt.days.clip(lower=6) * 86_400_000
    hollow = dated["never_in_force"].astype(bool)
    figure.add_bar(
        x=spans, base=dated["from_date"], y=dated["control_id"], orientation="h", width=0.55,
        name=tables.words(lang)[standing],
        marker={
            "color": [style.PAPER if h else colour for h in hollow],
            "line": {"color": colour, "width": 1.5},
        },
        hovertext=[_control_hover(row, lang) for row in tables.records(dated)], hoverinfo="text",
    )  # fmt: skip
    stays = [_control_hover(row, lang) for row in tables.records(_suspended(rows))]
    _draw_suspended(figure, rows, "control_id", colour, today, stays, lang)
    undated = rows[rows["from_date"].isna()]
    if len(undated):
        figure.add_scatter(
            x=[start] * len(undated), y=undated["control_id"], mode="text",
            text=[choose(lang, "  first day not stated", "  起始日未载明")] * len(undated),
            textposition="middle right", textfont={"size": 12, "color": style.GREY_TEXT},
            hovertext=[_control_hover(row, lang) for row in tables.records(undated)],
            hoverinfo="text",
        )  # fmt: skip


def _rim(today: pd.Timestamp) -> pd.Timestamp:
    return today + pd.Timedelta(days=RIM_DAYS)


def _suspended(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["suspended_date"].notna()]


def _solid_until(rows: pd.DataFrame, today: pd.Timestamp) -> pd.Series:
    """Return the day at which each bar stops being drawn as in force."""
    return rows["to_date"].fillna(rows["suspended_date"]).fillna(_rim(today))


def _draw_suspended(
    figure: Drawing, rows: pd.DataFrame, key: str, colour: str, today: pd.Timestamp,
    hovers: list[str], lang: str,
) -> None:  # fmt: skip
    """Draw the suspensions among ``rows`` hatched, each to its last day as announced."""
    stayed = _suspended(rows)
    if stayed.empty:
        return
    rim = _rim(today)
    until = stayed["suspended_to_date"].fillna(rim).clip(upper=rim)
    figure.add_bar(
        x=(until - stayed["suspended_date"]).dt.days * 86_400_000,
        base=stayed["suspended_date"], y=stayed[key], orientation="h", width=0.4,
        name=tables.words(lang)["suspended"],
        marker={
            "color": style.PAPER, "line": {"color": colour, "width": 1},
            "pattern": {"shape": "/", "fgcolor": colour, "size": 7, "solidity": 0.3},
        },
        hovertext=hovers, hoverinfo="text",
    )  # fmt: skip


def _run_out(rows: pd.DataFrame, today: pd.Timestamp) -> pd.DataFrame:
    """Return the rows whose suspension ran out before ``today``, with nothing known since."""
    return rows[(rows["suspended_to_date"] < today) & rows["to_date"].isna()]


def _draw_run_out(
    figure: Drawing, rows: pd.DataFrame, key: str, today: pd.Timestamp, hovers: list[str]
) -> None:
    """Ask, right of each suspension that ran out, what followed it."""
    lapsed = _run_out(rows, today)
    if lapsed.empty:
        return
    figure.add_scatter(
        x=[_rim(today)] * len(lapsed), y=lapsed[key], mode="text", text=["<b>?</b>"] * len(lapsed),
        textposition="middle right", textfont={"size": 14, "color": style.INK},
        hovertext=hovers, hoverinfo="text", cliponaxis=False,
    )  # fmt: skip


def _suspension_note(rows: pd.DataFrame, today: pd.Timestamp, lang: str) -> str:
    if _run_out(rows, today).empty:
        return ""
    return choose(
        lang,
        "?: the suspension as announced has run out, and no text says what followed. ",
        "“?”：所宣布的暂停期已满，后续情况未见记载。",
    )


def period_text(row: Any, lang: str) -> str:
    """Write from when to when a control applied, and when it was suspended."""
    first = wording.day(row.from_date, lang)
    if pd.notna(row.to_date):
        until = wording.day(row.to_date, lang)
        text = choose(lang, f"{first} to {until}", f"{first}至{until}")
    else:
        text = choose(lang, f"from {first}", f"自{first}起") if first else ""
    if pd.isna(row.suspended_date):
        return text
    start = wording.day(row.suspended_date, lang)
    if pd.isna(row.suspended_to_date):
        stay = choose(lang, f"suspended from {start}", f"{start}起暂停")
    else:
        end = wording.day(row.suspended_to_date, lang)
        stay = choose(lang, f"suspended {start} to {end}", f"{start}至{end}暂停")
    return choose(lang, f"{text}; {stay}", f"{text}；{stay}")


def _control_hover(row: Any, lang: str) -> str:
    title, summary = _both(row, lang)
    words = tables.words(lang)
    period = period_text(row, lang)
    state = f"{words[str(row.standing)]} · {words[str(row.control_state)]}"
    cell = ("controls", str(row.control_id), evidence.WHOLE_ROW)
    return style.hover([title, period, state, summary], cell, lang=lang)


def _both(row: Any, lang: str) -> tuple[str, str]:
    if lang == "zh":
        return str(row.title_zh), str(row.summary_zh)
    return str(row.title), str(row.summary)


def _calendar_labels(order: pd.DataFrame, lang: str) -> tuple[list[str], list[str]]:
    """Name the rows: a heading for each group, then its controls."""
    title = tables.text_column("title", lang)
    keys: list[str] = []
    labels: list[str] = []
    for group, rows in order.groupby("group", sort=False):
        keys.append(f"group-{group}")
        labels.append(f"<b>{choose(lang, *GROUPS[str(group)])}</b>")
        for row in tables.records(rows):
            text = wording.wrap(str(getattr(row, title)), LABEL_COLUMNS, lines=1)
            text = style.dagger(text, "controls", str(row.control_id))
            keys.append(row.control_id)
            labels.append(text if row.control_state == "in_force" else _grey(text))
    return keys, labels


def _grey(text: str) -> str:
    return f"<span style='color:{style.GREY_TEXT}'>{text}</span>"


def _calendar_key(order: pd.DataFrame, lang: str) -> list[style.Mark]:
    words = tables.words(lang)
    present = set(order["standing"].astype(str))
    marks = [style.Mark(words[s], c) for s, c in STANDING_COLOURS.items() if s in present]
    if order["never_in_force"].any():
        marks.append(style.Mark(words["never_in_force"], style.GREY_TEXT, "□"))
    return marks + _suspension_key(order, lang)


def _suspension_key(rows: pd.DataFrame, lang: str) -> list[style.Mark]:
    if _suspended(rows).empty:
        return []
    return [style.Mark(tables.words(lang)["suspended"], style.GREY_TEXT, "▨")]


def limit_text(operator: str, value: float, unit: str, lang: str) -> str:
    """Write the limit of a threshold: ``> 100 MW``, ``> 10²⁶ operations``, ``≥ 50%``."""
    if operator == "is_true" or pd.isna(value):
        return choose(lang, "must hold", "须成立")
    if value >= MOST_WRITTEN:
        power = str(round(math.log10(value))).translate(SUPERSCRIPTS)
        figure = f"10{power}" + choose(lang, " ", "") + tables.words(lang)[unit].lower()
    elif unit in wording.UNITS or unit in wording.CURRENCIES:
        figure = wording.amount(value, unit, lang)
    else:
        figure = wording.number(value, lang) + choose(lang, " ", "") + tables.words(lang)[unit]
    return f"{OPERATOR_SIGNS[operator]} {figure}"


def limits(
    frame: pd.DataFrame, *, on: pd.Timestamp, lang: str = "en", as_of: str = ""
) -> go.Figure:
    """Draw the numeric limits with the time for which they applied, each in its own unit.

    Parameters
    ----------
    frame
        :func:`planlib.analysis.controls.limits`.
    on
        The day marked; limits that applied on it are bold.
    """
    style.require_rows(frame, "limits")
    quantity = tables.text_column("quantity", lang)
    today = tables.resolve_as_of(as_of)
    order = frame.sort_values(["from_date", "document_id", "threshold_id"])
    start = min(order["from_date"].min(), on) - pd.Timedelta(days=30)
    stop = _rim(today)
    ends = _solid_until(order, today)
    hollow = order["control_state"] == "never_in_force"
    figure = Drawing()
    figure.add_bar(
        x=(ends - order["from_date"]).dt.days * 86_400_000, base=order["from_date"],
        y=order["threshold_id"], orientation="h", width=0.4,
        marker={
            "color": [style.PAPER if h else style.ACCENT for h in hollow],
            "line": {"color": style.ACCENT, "width": 1.5},
        },
        hovertext=[_limit_hover(row, quantity, lang) for row in tables.records(order)],
        hoverinfo="text",
    )  # fmt: skip
    stays = [_limit_hover(row, quantity, lang) for row in tables.records(_suspended(order))]
    _draw_suspended(figure, order, "threshold_id", style.ACCENT, today, stays, lang)
    lapsed = [_limit_hover(row, quantity, lang) for row in tables.records(_run_out(order, today))]
    _draw_run_out(figure, order, "threshold_id", today, lapsed)
    figure.update_layout(barmode="overlay")
    bold = order["control_state"] == "in_force"
    figure.add_vline(x=on, line={"color": style.INK, "width": 1.2, "dash": "dot"})
    figure.add_annotation(
        x=on, y=1, yref="paper", yanchor="bottom", showarrow=False, yshift=22,
        xanchor="right" if on > start + (today - start) / 2 else "left",
        text=f"<b>{wording.day(on, lang)}</b>", font={"size": 12, "color": style.INK},
    )  # fmt: skip
    labels = [_limit_label(row, quantity, lang) for row in tables.records(order)]
    years = range(start.year + 1, stop.year + 1)
    style.label_rows(figure, list(order["threshold_id"]), labels)
    figure.update_xaxes(
        type="date",
        side="top", showgrid=True, gridcolor=style.GRID,
        tickvals=[f"{year}-01-01" for year in years],
        ticktext=[choose(lang, str(year), f"{year}年") for year in years],
        range=[start, stop],
    )  # fmt: skip
    n, never = int(bold.sum()), int(hollow.sum())
    day = wording.day(on, lang)
    return style.frame_chart(
        figure,
        name="limits",
        title=choose(
            lang,
            f"{n} of {len(order)} numeric limits applied on {day}; {never} never came into force",
            f"{len(order)}个数值门槛中，{day}当日适用{n}个，另有{never}个从未生效",
        ),
        subtitle=choose(
            lang,
            "Limits that decide whether a rule applies, each in the unit of its text; conditions "
            "without a number are in the thresholds table",
            "决定规则是否适用的数值门槛，均按原文单位；不含数值的条件见门槛表",
        ),
        note=choose(
            lang,
            "Hollow: rules withdrawn before they took effect, and a draft. Bold: applied on that "
            "day. Hatched: suspended. "
            + _suspension_note(order, today, lang)
            + "Limits in different units cannot be compared with one another.",
            "空心：生效前即被撤销的规则与草案。粗体：该日适用。斜线：暂停实施。"
            + _suspension_note(order, today, lang)
            + "单位不同的门槛不能相互比较。",
        ),
        alt=choose(
            lang,
            f"Calendar of {len(order)} numeric limits; {n} applied on {day}.",
            f"{len(order)}个数值门槛的日历图；{day}适用{n}个。",
        ),
        rows={"thresholds": list(order["threshold_id"])},
        lang=lang,
        as_of=as_of,
        height=LINE_HEIGHT * len(order),
        head=44,
        left=LABEL_ROOM + 20,
    )


def _limit_label(row: Any, quantity: str, lang: str) -> str:
    limit = limit_text(str(row.operator), row.value, str(row.unit), lang)
    columns = SECOND_LINE - wording.width(limit) - 3
    limit = f"<b>{limit}</b>" if row.control_state == "in_force" else limit
    place = timeline.document_label(row.document_id, lang, columns=columns)
    if str(row.section).startswith(SECTION):
        # One order has several such limits. What is no number of a section stands in the table.
        place += choose(lang, " ", "") + wording.section(str(row.section), lang)
    first = wording.wrap(str(getattr(row, quantity)), LABEL_COLUMNS, lines=1)
    first = style.dagger(first, "thresholds", row.threshold_id)
    return f"{first}<br>{limit}{_grey(f' · {place}')}"


def _limit_hover(row: Any, quantity: str, lang: str) -> str:
    consequence = row.consequence_zh if lang == "zh" else row.consequence
    return style.hover(
        [
            f"{getattr(row, quantity)}{choose(lang, ': ', '：')}"
            + limit_text(str(row.operator), row.value, str(row.unit), lang),
            period_text(row, lang),
            tables.words(lang)[str(row.control_state)],
            consequence,
        ],
        ("thresholds", str(row.threshold_id), "value"),
        lang=lang,
    )  # fmt: skip


def limits_table(frame: pd.DataFrame, *, lang: str = "en") -> pd.DataFrame:
    """Spell the limits out for their table, ``limit`` with operator and unit."""
    limit = [limit_text(str(r.operator), r.value, str(r.unit), lang) for r in tables.records(frame)]
    columns = ["document_id", "section", "quantity", "quantity_zh", "limit", "from_date",
               "to_date", "suspended_date", "suspended_to_date", "control_state", "consequence",
               "consequence_zh"]  # fmt: skip
    return frame.assign(limit=limit)[columns]


def transaction(
    touched: pd.DataFrame,
    unnamed: int,
    *,
    on: pd.Timestamp,
    lang: str = "en",
    as_of: str = "",
) -> go.Figure:
    """Draw which rows speak of which feature of a transaction: a guide, never an all-clear.

    Parameters
    ----------
    touched
        :func:`planlib.analysis.controls.touching`.
    unnamed
        Red flags told of that no text names.
    """
    style.require_rows(touched, "transaction")
    words = tables.words(lang)
    rows = _transaction_rows(touched)
    keys = list(rows["row_id"])
    labels = [_touched_label(row, lang) for row in tables.records(rows)]
    figure = Drawing()
    by_asking = tables.grouped(tables.records(touched), "is_asked")
    for asked, group in sorted(by_asking.items()):
        figure.add_scatter(
            x=[str(r.feature) for r in group], y=[r.row_id for r in group], mode="markers",
            marker={
                "size": 13, "symbol": "circle" if asked else "circle-open",
                "color": style.ACCENT if asked else style.NO_RECORD, "line": {"width": 2},
            },
            hovertext=[
                style.hover([getattr(r, tables.text_column("row_title", lang)),
                             words[str(r.feature)], _touched_state(r, lang)],
                            (r.table, r.row_id, evidence.WHOLE_ROW), lang=lang)
                for r in group
            ],
            hoverinfo="text",
        )  # fmt: skip
    if unnamed:
        at = sum(rows["table"] == "red_flags")
        keys.insert(at, "unnamed")
        labels.insert(at, choose(
            lang,
            f"<b>{wording.count_of(unnamed, lang, 'more red flag', '')}, at least</b><br>"
            + _grey("told of, but named in no text read or reported here"),
            f"<b>至少还有{unnamed}项红旗指标</b><br>" + _grey("仅见其数，所读与所报文本均未列名"),
        ))  # fmt: skip
        figure.add_scatter(
            x=["any_deal"], y=["unnamed"], mode="text", text=["<b>?</b>"],
            textfont={"size": 16, "color": style.GREY_TEXT}, hoverinfo="skip",
        )  # fmt: skip
    style.label_rows(figure, keys, labels)
    figure.update_yaxes(showgrid=True, gridcolor=style.GRID)
    features = list(analysis.FEATURES)
    asked_for = {str(r.feature) for r in by_asking.get(True, ())}
    chosen = [f for f in features if f in asked_for]
    figure.update_xaxes(
        side="top", type="category", categoryorder="array", categoryarray=features,
        tickvals=features, range=[-0.6, len(features) - 0.4],
        ticktext=[_feature_head(f, f in chosen, lang) for f in features],
        tickfont={"size": 12, "color": style.INK}, tickangle=0,
    )  # fmt: skip
    chosen_rows = touched[touched["is_asked"]]
    return style.frame_chart(
        figure,
        name="transaction",
        title=_transaction_title(chosen_rows, chosen, lang),
        subtitle=choose(
            lang,
            "Rows of these tables that speak of a feature of the transaction, as they stood on "
            f"{wording.day(on, lang)}",
            f"本表中涉及该交易特征的条目，按{wording.day(on, lang)}的状态",
        ),
        note=choose(
            lang,
            "Filled: the transaction has the feature. Hollow: not chosen. Which row speaks of "
            "which feature is mapped by planlib. Red flags are paraphrases, not the official "
            "list. No mark is no permission: rules that are not in these tables may apply.",
            "实心：交易具有该特征。空心：未选。条目与特征的对应由planlib判断。"
            "红旗指标为转述，并非官方清单。没有标记不等于准许：本表之外的规则也可能适用。",
        ),
        alt=choose(
            lang,
            f"Matrix of {len(keys)} rows and {len(features)} features of a transaction; "
            f"{len(chosen_rows)} marks are filled.",
            f"{len(keys)}个条目与{len(features)}种交易特征的矩阵，其中{len(chosen_rows)}个标记为实心。",
        ),
        rows=evidence.rows_of(touched),
        lang=lang,
        as_of=as_of,
        height=LINE_HEIGHT * len(keys),
        key=[
            style.Mark(choose(lang, "speaks of a feature chosen", "涉及所选特征"), style.ACCENT,
                       "●"),
            style.Mark(choose(lang, "speaks of a feature not chosen", "涉及未选特征"),
                       style.NO_RECORD, "○"),
        ],
        head=70,
        left=LABEL_ROOM,
    )  # fmt: skip


def _transaction_rows(touched: pd.DataFrame) -> pd.DataFrame:
    """Return the rows in the order drawn: red flags, then what applies, then the rest."""
    order = {"red_flags": 0, "controls": 1, "treatments": 2}
    state = {word: i for i, word in enumerate(analysis.STATES)}
    rows = touched.drop_duplicates(["table", "row_id"])
    rank = rows["table"].map(order)
    stood = rows["control_state"].astype("object").map(state)
    return rows.assign(rank=rank, stood=stood).sort_values(["rank", "stood", "row_id"])


def _touched_label(row: Any, lang: str) -> str:
    title = row.row_title_zh if lang == "zh" else row.row_title
    first = wording.wrap(str(title), LABEL_COLUMNS, lines=1)
    first = style.dagger(first, row.table, row.row_id)
    return f"{first}<br>{_grey(_touched_state(row, lang))}"


def _touched_state(row: Any, lang: str) -> str:
    words = tables.words(lang)
    parts = [words[str(row.standing)]]
    if pd.notna(row.control_state):
        parts.append(words[str(row.control_state)])
    return " · ".join(parts)


def _feature_head(feature: str, is_chosen: bool, lang: str) -> str:
    # Chinese has no spaces to break at: a head is broken by hand, between words.
    text = choose(
        lang, wording.wrap(tables.words("en")[feature], 11),
        HEADS_ZH.get(feature, tables.words("zh")[feature]),
    )  # fmt: skip
    return f"<b>{text}</b>" if is_chosen else _grey(text)


def _transaction_title(asked: pd.DataFrame, chosen: list[str], lang: str) -> str:
    rows = asked.drop_duplicates(["table", "row_id"])
    n, documents = len(rows), rows["document_id"].nunique()
    features = len(chosen) - 1
    if not features:
        return choose(
            lang,
            f"With no feature chosen, {n} rows still touch any deal in advanced chips: this is "
            "never an all-clear",
            f"未选任何特征，仍有{n}个条目涉及任何先进芯片交易：绝非放行结论",
        )
    counted = wording.count_of(features, lang, "feature", "项特征")
    return choose(
        lang,
        f"{n} rows of {documents} documents touch a transaction with {counted} chosen: a guide, "
        "never an all-clear",
        f"交易具有所选{counted}时，{documents}份文件中有{n}个条目涉及：仅为指引，绝非放行结论",
    )


def touched_table(touched: pd.DataFrame) -> pd.DataFrame:
    """Return the rows for the table under the chart: what is chosen first."""
    order = touched.sort_values(["is_asked", "feature"], ascending=[False, True], kind="stable")
    return order[["feature", "is_asked", "standing", "row_title", "row_title_zh", "document_id",
                  "control_state"]]  # fmt: skip


def project(tests: pd.DataFrame, *, lang: str = "en", as_of: str = "") -> go.Figure:
    """Draw whether a data centre qualifies under EO 14318: each route, test by test.

    Parameters
    ----------
    tests
        :func:`planlib.analysis.controls.qualifying_project`.
    """
    style.require_rows(tests, "qualifying-project")
    words = tables.words(lang)
    keys, labels, heads = _project_labels(tests, lang)
    figure = Drawing()
    of_result = tables.grouped(tables.records(tests), "test_result")
    for result in analysis.RESULTS:
        rows = of_result.get(result, [])
        routes = [k for k, r in heads.items() if r == result]
        figure.add_scatter(
            x=[0.0] * len(rows) + [-0.012] * len(routes),
            y=[*(r.threshold_id for r in rows), *routes],
            mode="markers+text", name=words[result],
            marker={
                "size": [11] * len(rows) + [15] * len(routes), "symbol": RESULT_SYMBOLS[result],
                "color": RESULT_COLOURS[result],
                "line": {"width": 2.5, "color": RESULT_COLOURS[result]}, "opacity": 1,
            },
            text=[f"   {_asked_and_given(r, lang)}" for r in rows]
            + [f"   <b>{words[result]}</b>"] * len(routes),
            textposition="middle right", textfont={"size": 12, "color": style.INK},
            hovertext=[_test_hover(r, lang) for r in rows] + [""] * len(routes),
            hoverinfo="text", cliponaxis=False,
        )  # fmt: skip
    style.label_rows(figure, keys, labels)
    figure.update_xaxes(visible=False, range=[-0.03, 1])
    for key in heads:
        figure.add_shape(
            type="line", xref="paper", x0=0, x1=1, y0=key, y1=key, yref="y", layer="below",
            line={"color": style.GRID, "width": 22},
        )  # fmt: skip
    return style.frame_chart(
        figure,
        name="qualifying-project",
        title=_project_title(tests, lang),
        subtitle=choose(
            lang,
            "Every route of section 2 of EO 14318, in the text's units. Tests of one route must "
            "all hold; one route is enough at each of the two steps",
            "第14318号行政令第2条的全部路径，按原文单位。同一路径各项标准须同时符合；两步各满足一条路径即可",
        ),
        note=choose(
            lang,
            "100 MW is not the only test: it is measured as new electric load, must be exceeded, "
            "and three other routes set no megawatts. The reference note prints “at least 100 MW” "
            "of computing demand. What a secretary will determine is not known here.",
            "100兆瓦并非唯一标准：所指为新增用电负荷，且须超过该值；另有三条路径不设兆瓦数。"
            "政策笔记所印为算力需求“≥100兆瓦”。部长将如何认定，此处无从得知。",
        ),
        alt=choose(
            lang,
            f"{len(tests)} tests in {len(heads)} routes: "
            + _result_counts(tests, words, lang)
            + ".",
            f"{len(heads)}条路径共{len(tests)}项标准：" + _result_counts(tests, words, lang) + "。",
        ),
        rows={"thresholds": list(tests["threshold_id"])},
        lang=lang,
        as_of=as_of,
        height=28 * len(keys),
        key=[
            style.Mark(words[r], RESULT_COLOURS[r], style.GLYPHS[RESULT_SYMBOLS[r]])
            for r in analysis.RESULTS
        ],
        head=6,
        left=LABEL_ROOM + 30,
    )


def _result_counts(tests: pd.DataFrame, words: dict[str, str], lang: str) -> str:
    counts = tests["test_result"].value_counts()
    return wording.listed((f"{words[r]} {counts[r]}" for r in analysis.RESULTS), lang)


def _project_labels(tests: pd.DataFrame, lang: str) -> tuple[list[str], list[str], dict[str, str]]:
    """Name the rows: a heading with its result for each route, then its tests."""
    quantity = tables.text_column("quantity", lang)
    keys: list[str] = []
    labels: list[str] = []
    heads: dict[str, str] = {}
    for route, rows in tables.grouped(tables.records(tests), "route").items():
        first = rows[0]
        consequence = first.consequence_zh if lang == "zh" else first.consequence
        section = wording.section(str(first.section), lang)
        keys.append(f"route-{route}")
        labels.append(f"<b>{section}{choose(lang, ': ', '：')}{consequence}</b>")
        heads[keys[-1]] = str(first.route_result)
        for row in rows:
            keys.append(row.threshold_id)
            text = wording.wrap(str(getattr(row, quantity)), LABEL_COLUMNS, lines=1)
            labels.append(style.dagger(text, "thresholds", row.threshold_id))
    return keys, labels, heads


def _test_hover(row: Any, lang: str) -> str:
    quantity = row.quantity_zh if lang == "zh" else row.quantity
    cell = ("thresholds", str(row.threshold_id), "value")
    return style.hover([quantity, _asked_and_given(row, lang)], cell, lang=lang)


def _asked_and_given(row: Any, lang: str) -> str:
    asked = limit_text(str(row.operator), row.value, str(row.unit), lang)
    return choose(lang, f"asked: {asked}; given: {given(row, lang)}",
                  f"要求：{asked}；所给：{given(row, lang)}")  # fmt: skip


def given(row: Any, lang: str) -> str:
    """Write what is known for a test: a number with its unit, yes, no, or not known."""
    if row.fact is None:
        return choose(lang, "not known", "未知")
    if isinstance(row.fact, bool):
        return choose(lang, "yes" if row.fact else "no", "是" if row.fact else "否")
    return wording.amount(float(row.fact), str(row.unit), lang)


def _project_title(tests: pd.DataFrame, lang: str) -> str:
    step = analysis.any_route(tests, analysis.PROJECT_ROUTES)
    final = analysis.any_route(tests, analysis.QUALIFYING_ROUTES)
    met = tests[tests["route_result"] == "met"]
    ways = met.loc[met["route"].isin(analysis.QUALIFYING_ROUTES), "route"].nunique()
    if final == "met":
        return choose(
            lang,
            f"It qualifies on the facts given, by {ways} of {len(analysis.QUALIFYING_ROUTES)} "
            "routes",
            f"按所给情况符合条件：{len(analysis.QUALIFYING_ROUTES)}条路径中满足{ways}条",
        )
    if final == "not_met":
        return choose(
            lang,
            "It does not qualify: "
            + ("it is no project in the order's sense" if step == "not_met"
               else "no route is met"),
            "不符合条件：" + ("不属于该令所称项目" if step == "not_met" else "没有一条路径满足"),
        )  # fmt: skip
    return choose(
        lang,
        "Whether it qualifies is not known: no route is met yet, and not all are closed",
        "是否符合条件尚不可知：尚无路径满足，也并非全部路径都已排除",
    )


def project_table(tests: pd.DataFrame, *, lang: str = "en") -> pd.DataFrame:
    """Spell the tests out for their table: what each asks, what is given, what comes of it."""
    rows = tables.records(tests)
    limit = [limit_text(str(r.operator), r.value, str(r.unit), lang) for r in rows]
    facts = [given(r, lang) for r in rows]
    columns = ["section", "consequence", "consequence_zh", "quantity", "quantity_zh", "limit",
               "given", "test_result"]  # fmt: skip
    return tests.assign(limit=limit, given=facts)[columns]
