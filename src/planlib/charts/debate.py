"""Charts of the debate: ambitions and obstacles, state law, China's exposure, who argues what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pandas as pd

from planlib import evidence, style, tables, wording
from planlib.attribution import DAGGER
from planlib.charts import matrix
from planlib.charts.controls import period_text
from planlib.charts.timeline import SILENT, status_text
from planlib.wording import choose

if TYPE_CHECKING:
    import plotly.graph_objects as go

SYMBOLS = {"tension": "square", "risk": "triangle-up", "position": "circle"}
MOST_LINES = 6


def _text(row: Any, column: str, lang: str) -> str:
    return str(getattr(row, tables.text_column(column, lang)))


def _teller(name: str, is_unsigned: bool, lang: str) -> str:
    return choose(lang, f"{name}, undated", f"{name}（无日期）") if is_unsigned else name


def _unnamed(lang: str) -> str:
    return choose(lang, "nobody named", "未指名")


def _said(row: Any, names: dict[str, str], lang: str) -> list[str]:
    """Say for a hover what is argued, by whom, and who passes it on."""
    said_by = names.get(row.said_by_id, _unnamed(lang))
    told_by = names[row.reported_by_id]
    return [
        _text(row, "summary", lang),
        choose(lang, f"Said by: {said_by}", f"出自：{said_by}"),
        choose(lang, f"Told by: {told_by}", f"转述者：{told_by}") if row.is_second_hand else "",
    ]


def _hover(rows: Iterable[Any], names: dict[str, str], lang: str) -> str:
    return "<br>".join(
        style.hover(_said(row, names, lang), ("arguments", row.argument_id, "*"), lang=lang)
        for row in rows
    )


NOT_A_FINDING = (
    "Each is what somebody argues, not a finding of ours; many are second hand.",
    "各条均为某方的主张，并非我们的结论；其中不少为转述。",
)


def contradictions(frame: pd.DataFrame, *, lang: str = "en", as_of: str = "") -> go.Figure:
    """Draw which obstacle is set against which ambition, and who says so, as a matrix.

    Parameters
    ----------
    frame
        :func:`planlib.analysis.debate.contradictions`.
    """
    names, words = tables.names_of("actors", lang), tables.words(lang)
    tellers = list(frame.sort_values("published_date")["reported_by_id"].unique())
    by_goal: dict[str, dict[str, list[Any]]] = {}
    for row in tables.records(frame):
        goal, obstacle = _text(row, "goal", lang), _text(row, "obstacle", lang)
        by_goal.setdefault(goal, {}).setdefault(obstacle, []).append(row)
    bands = [
        matrix.Band(
            goal,
            [
                matrix.Line(label, [_who(rows, teller, names, lang) for teller in tellers])
                for label, rows in obstacles.items()
            ],
        )
        for goal, obstacles in by_goal.items()
    ]
    cells = (cell for band in bands for line in band.lines for cell in line.cells)
    marks = {cell.symbol for cell in cells if cell}
    undated = set(frame[frame["is_unsigned"]]["reported_by_id"])
    columns = [
        matrix.Column(_teller(names[t], t in undated, lang), 0.6 / len(tellers)) for t in tellers
    ]
    none = choose(lang, "No text read by then sets an ambition against an obstacle",
                  "截至该日所读文本均未指出目标与阻力的冲突")  # fmt: skip
    figure, height = matrix.draw(
        bands or matrix.nothing(none), columns or [matrix.Column("", 0.7)], lang=lang
    )
    pairs = frame.groupby(["goal", "obstacle"])["reported_by_id"].nunique()
    title = none
    if len(pairs):
        top = tables.records(frame)[0]
        goal, most = _text(top, "goal", lang), int(pairs.groupby("goal").size().max())
        shared = int((pairs > 1).sum())
        title = choose(
            lang,
            f"“{goal}” is set against most obstacles ({most}); of {len(pairs)} pairs "
            f"{shared or 'none'} {'is' if shared < 2 else 'are'} told by more than one text",
            f"被指阻力最多的目标是“{goal}”（{most}项）；{len(pairs)}对目标与阻力中，"
            + (f"{shared}对见于不止一份文本" if shared else "没有一对见于不止一份文本"),
        )
    return style.frame_chart(
        figure,
        name="contradictions",
        title=title,
        subtitle=choose(
            lang,
            "Ambition (bold), obstacle (left) and, in the column of the text that tells it, who "
            "says so",
            "目标（粗体）、阻力（左列），以及在转述文本一列中标明由谁指出",
        ),
        note=choose(lang, *NOT_A_FINDING)
        + choose(
            lang,
            " Goals and obstacles are named by planlib in few words.",
            "目标与阻力的名称由planlib概括。",
        ),
        alt=choose(
            lang,
            f"Text matrix of {frame['goal'].nunique()} ambitions and {len(pairs)} pairs with "
            f"obstacles, told by {len(tellers)} texts.",
            f"{frame['goal'].nunique()}个目标、{len(pairs)}对目标与阻力的文字矩阵，"
            f"见于{len(tellers)}份文本。",
        ),
        rows={"arguments": list(frame["argument_id"])},
        lang=lang,
        as_of=as_of,
        height=height,
        key=[
            style.Mark(words[kind], style.ARGUMENT_COLOURS[kind], style.GLYPHS[SYMBOLS[kind]])
            for kind in SYMBOLS
            if SYMBOLS[kind] in marks
        ],
        left=14,
    )


def _who(rows: Iterable[Any], teller: str, names: dict[str, str], lang: str) -> matrix.Cell | None:
    own = [row for row in rows if row.reported_by_id == teller]
    if not own:
        return None
    # A contradiction says more than a risk, and a risk more than a stance.
    kind = next(k for k in SYMBOLS if k in {row.kind for row in own})
    said = choose(lang, "; ", "；").join(
        dict.fromkeys(names.get(row.said_by_id, _unnamed(lang)) for row in own)
    )
    for row in own:
        said = said if DAGGER in said else style.dagger(said, "arguments", row.argument_id)
    hover = _hover(own, names, lang)
    return matrix.Cell(said, style.ARGUMENT_COLOURS[kind], SYMBOLS[kind], hover)


def state_law(
    frame: pd.DataFrame, ascribed: pd.DataFrame, *, lang: str = "en", as_of: str = ""
) -> go.Figure:
    """Draw, lever by lever, what the Plan recommends, what is ordered or proposed, what is known.

    Parameters
    ----------
    frame
        :func:`planlib.analysis.debate.state_law`.
    ascribed
        :func:`planlib.analysis.debate.misattributed`: duties that a source ascribes to the Plan.
    """
    words = tables.words(lang)
    bands = [
        matrix.Band(words[str(lever)], _lever_lines(group, lang))
        for lever, group in frame.groupby("lever", observed=True)
    ]
    heads = (
        choose(lang, "The Plan recommends", "行动计划建议"),
        choose(lang, "Ordered or proposed elsewhere", "其他文件命令或拟议"),
        choose(lang, "Known on the day", "截至该日已知"),
    )
    columns = [matrix.Column(h, share) for h, share in zip(heads, (0.28, 0.28, 0.28), strict=True)]
    day = wording.day(tables.resolve_as_of(as_of), lang)
    none = choose(lang, f"Nothing against state AI laws is on record by {day}",
                  f"截至{day}，未见针对州AI法的记录")  # fmt: skip
    figure, height = matrix.draw(
        bands or matrix.nothing(none), columns if bands else [matrix.Column("", 0.7)], lang=lang
    )
    return style.frame_chart(
        figure,
        name="state-law",
        title=_state_law_title(frame, day, lang) if len(frame) else none,
        subtitle=choose(
            lang,
            "Levers of federal policy on state AI laws: document and section, weight, and status; "
            "hollow: silence",
            "联邦政策对州AI法的各种手段：文件与条款、性质、现状；空心为没有记录",
        ),
        note=_ascription_note(ascribed, lang),
        alt=choose(
            lang,
            f"Text matrix of {frame['lever'].nunique()} levers with {len(frame)} entries.",
            f"{frame['lever'].nunique()}种手段、{len(frame)}项内容的文字矩阵。",
        ),
        rows=evidence.rows_of(frame),
        lang=lang,
        as_of=as_of,
        height=height,
        key=[
            style.Mark(words[w], c)
            for w, c in style.WEIGHT_COLOURS.items()
            if w in set(frame["weight"])
        ],
        left=14,
    )


def _state_law_title(frame: pd.DataFrame, day: str, lang: str) -> str:
    counts = frame["weight"].value_counts()
    orders = sorted(set(frame[frame["weight"] == "ordered"]["document_id"].astype("str")))
    steps = wording.count_of(int(counts["recommended"]), lang, "step", "项")
    en = f"Against state AI laws the Plan recommends {steps}"
    zh = f"针对州AI法：行动计划建议{steps}"
    if orders:
        duties = wording.count_of(int(counts["ordered"]), lang, "duty", "项任务", "duties")
        number = orders[0].removeprefix("eo-")
        en += f", EO {number} lays down {duties}"
        zh += f"，第{number}号行政令规定{duties}"
    else:
        en += f", and nothing is ordered by {day}"
        zh += f"，截至{day}尚无命令"
    failed = frame[frame["weight"] == "failed"]["lever"].astype("str").unique()
    if len(failed):
        words = tables.words(lang)
        en += f"; failed: {wording.listed((words[f].lower() for f in failed), lang)}"
        zh += f"；未通过：{wording.listed((words[f] for f in failed), lang)}"
    return choose(lang, en, zh)


def _ascription_note(ascribed: pd.DataFrame, lang: str) -> str:
    text = choose(
        lang,
        "A recommendation binds nobody. Silence is not lateness.",
        "建议不具约束力。没有记录不等于逾期。",
    )
    if ascribed.empty:
        return text
    duties = ascribed["obligation_id"].nunique()
    sources = evidence.source_labels(lang)
    who = wording.listed(dict.fromkeys(sources[s] for s in ascribed["source_id"]), lang)
    return (
        choose(
            lang,
            f"{duties} of these duties are ascribed to the July Plan by one text ({who}); the Plan "
            "was read and orders none of them. ",
            f"其中{duties}项任务被一份文本（{who}）说成出自7月的行动计划；经查原文，行动计划并未作此命令。",
        )
        + text
    )


def _lever_lines(group: pd.DataFrame, lang: str) -> list[matrix.Line]:
    rows = tables.records(group)
    advice = [r for r in rows if r.weight == "recommended"]
    others = [r for r in rows if r.weight != "recommended"]
    lines = []
    for i in range(max(len(advice), len(others), 1)):
        advised = _advised(advice[i], lang) if i < len(advice) else None
        if i == 0 and not advice:
            text = choose(lang, "not among its recommended actions", "不在其建议措施之列")
            advised = matrix.Cell(text, style.NO_RECORD, is_hollow=True)
        if i >= len(others):
            lines.append(matrix.Line("", [advised, None, None]))
            continue
        row = others[i]
        lines.append(matrix.Line(_place(row, lang), [advised, _laid_down(row, lang),
                                                     _known(row, lang)]))  # fmt: skip
    return lines


def _place(row: Any, lang: str) -> str:
    if row.weight != "ordered":
        return choose(lang, "Congress", "国会")
    number = str(row.document_id).removeprefix("eo-")
    section = wording.section(row.section, lang)
    return choose(lang, f"EO {number}, {section}", f"第{number}号行政令{section}")


def _advised(row: Any, lang: str) -> matrix.Cell:
    text = _text(row, "summary", lang)
    return matrix.Cell(
        style.dagger(_shortened(text, 0.28, lang), "measures", row.measure_id),
        style.WEIGHT_COLOURS["recommended"],
        hover=style.hover([text], ("measures", row.measure_id, "*"), lang=lang),
    )


def _laid_down(row: Any, lang: str) -> matrix.Cell:
    is_duty = row.weight == "ordered"
    cell = ("obligations", row.obligation_id, "*") if is_duty else ("documents", row.document_id,
                                                                   "*")  # fmt: skip
    text = _text(row, "summary", lang)
    return matrix.Cell(
        style.dagger(text, *cell[:2]),
        style.WEIGHT_COLOURS[row.weight],
        hover=style.hover([text], cell, lang=lang),
    )


def _known_text(row: Any, lang: str) -> str:
    record = "" if pd.isna(row.record) else _text(row, "record", lang)
    if row.weight != "ordered":
        when = wording.day(row.outcome_date, lang, str(row.outcome_precision))
        word = tables.words(lang)[row.weight]
        text = choose(lang, f"{word} ({when})", f"{word}（{when}）")
    else:
        text = status_text(row, lang)
        if pd.notna(row.due_date):
            due = wording.day(row.due_date, lang)
            text += choose(lang, f"; due {due}", f"；到期日{due}")
    return text + (choose(lang, f". {record}", f"。{record}") if record else "")


def _known_from(row: Any) -> evidence.Cell:
    """Return the row that the status rests on: without a record, the duty or bill alone."""
    if row.weight != "ordered":
        told = pd.notna(row.event_id)
        return ("events", row.event_id, "*") if told else ("documents", row.document_id, "*")
    told = pd.notna(row.outcome_id)
    return ("outcomes", row.outcome_id, "*") if told else ("obligations", row.obligation_id, "*")


def _known(row: Any, lang: str) -> matrix.Cell:
    text, cell = _known_text(row, lang), _known_from(row)
    colour = (
        style.STATUS_COLOURS[str(row.duty_status)]
        if row.weight == "ordered"
        else style.WEIGHT_COLOURS[row.weight]
    )
    return matrix.Cell(
        style.dagger(text, *cell[:2]) if cell[0] in ("events", "outcomes") else text,
        colour,
        hover=style.hover([text], cell, lang=lang),
        is_hollow=row.weight == "ordered" and row.duty_status in SILENT,
    )


def _shortened(text: str, share: float, lang: str) -> str:
    """Cut a long text; the whole of it stands in the table and on hover."""
    columns = int((share - 0.03) * matrix.DRAWING_WIDTH / matrix.LETTER_WIDTH[lang])
    return wording.wrap(text, columns, lines=MOST_LINES).replace("<br>", choose(lang, " ", ""))


def state_law_table(frame: pd.DataFrame, *, lang: str = "en") -> pd.DataFrame:
    """Spell the levers out for their table, with the status in words."""
    known = [
        _known_text(row, lang) if row.weight != "recommended" else None
        for row in tables.records(frame)
    ]
    columns = ["lever", "weight", "document_id", "section", "summary", "summary_zh", "due_date"]
    sections = [wording.section(s, lang) if pd.notna(s) else None for s in frame["section"]]
    return frame[columns].assign(section=sections, known=known)


def exposure(frame: pd.DataFrame, *, lang: str = "en", as_of: str = "") -> go.Figure:
    """Draw each control on China against the risks argued of it and the answers proposed.

    Parameters
    ----------
    frame
        :func:`planlib.analysis.debate.exposure`.
    """
    names, words = tables.names_of("actors", lang), tables.words(lang)
    titles = tables.names_of("controls", lang)
    proposals = frame[frame["kind"] == "countermeasure"].drop_duplicates("argument_id")
    proposals = proposals.sort_values("argument_id")
    share = 0.68 / (len(proposals) + 1)
    heads = [choose(lang, "Risks and objections", "风险与异议")]
    heads += [_text(p, "goal", lang) for p in tables.records(proposals)]
    by_state: dict[str, dict[str, list[Any]]] = {}
    for row in tables.records(frame.sort_values("control_state", kind="stable")):
        by_state.setdefault(row.control_state, {}).setdefault(row.control_id, []).append(row)
    bands = [
        matrix.Band(
            words[state],
            [
                matrix.Line(
                    style.dagger(titles[control], "controls", control),
                    _answers(rows, proposals, names, lang),
                )
                for control, rows in of_state.items()
            ],
        )
        for state, of_state in by_state.items()
    ]
    none = choose(lang, "No control on China is on record by then", "截至该日未见对华管制记录")
    figure, height = matrix.draw(
        bands or matrix.nothing(none),
        [matrix.Column(h, share) for h in heads] if bands else [matrix.Column("", 0.7)],
        lang=lang,
    )
    controls = frame["control_id"].nunique()
    met = frame[frame["kind"] == "countermeasure"]["control_id"].nunique()
    origins = style.ORIGIN_COLOURS
    return style.frame_chart(
        figure,
        name="exposure",
        title=_exposure_title(controls, met, lang) if controls else none,
        subtitle=choose(
            lang,
            "Controls by how they stood on the day, the number of arguments against each, and "
            "proposed counter-measures; blank: none in the texts read",
            "各项管制按当日状态排列，附针对其提出的论点数与反制提议；空白表示所读文本中未见",
        ),
        note=choose(
            lang,
            "Proposals are what two researchers put forward in July 2025, not policy. Which "
            "control a proposal would answer is matched by planlib, by subject. Proposals that aim "
            "at US policy as a whole have no column; they stand in the next chart.",
            "反制提议是两位研究者2025年7月提出的设想，并非政策。提议对应哪项管制由planlib按主题判断。"
            "针对美国政策整体的提议不设专列，见下图。",
        ),
        alt=choose(
            lang,
            f"Matrix of {controls} controls and {len(proposals)} proposed counter-measures.",
            f"{controls}项管制与{len(proposals)}项反制提议的矩阵。",
        ),
        rows=evidence.rows_of(frame),
        lang=lang,
        as_of=as_of,
        height=height,
        key=[
            style.Mark(
                choose(lang, "named in the text", "文本点名"), origins["quoted"],
                style.GLYPHS["circle"],
            ),
            style.Mark(choose(lang, "matched by planlib", "由planlib对应"), origins["computed"]),
        ],
        left=14,
    )  # fmt: skip


def _exposure_title(controls: int, met: int, lang: str) -> str:
    en = f"{wording.count_of(controls, lang, 'control', '')} on record with a bearing on China"
    zh = f"见于记录、涉及中国的管制{controls}项"
    if not met:
        en += "; none of the texts chosen proposes a counter-measure to one"
        zh += "；所选文本均未提出对应的反制措施"
    else:
        en += f"; for {met} a counter-measure is proposed, and no proposal names its control"
        zh += f"；其中{met}项有对应的反制提议，而提议均未指明所针对的管制"
    return choose(lang, en, zh)


def _answers(
    rows: list[Any], proposals: pd.DataFrame, names: dict[str, str], lang: str
) -> list[matrix.Cell | None]:
    """Return the cells of one control: the arguments against it, then each proposal."""
    spoken = [row for row in rows if pd.notna(row.argument_id)]
    against = [row for row in spoken if row.kind != "countermeasure"]
    cells = [_argued(against, f"{len(against)}", names, lang)]
    for proposal in proposals["argument_id"]:
        matched = [row for row in spoken if row.argument_id == proposal]
        cells.append(_argued(matched, "", names, lang))
    return cells


def _argued(rows: list[Any], text: str, names: dict[str, str], lang: str) -> matrix.Cell | None:
    if not rows:
        return None
    is_named = any(row.basis == "named_in_text" for row in rows)
    return matrix.Cell(
        text,
        style.ORIGIN_COLOURS["quoted" if is_named else "computed"],
        "circle" if is_named else "square",
        _hover(rows, names, lang),
    )


def options(
    proposals: pd.DataFrame, own: pd.DataFrame, *, lang: str = "en", as_of: str = ""
) -> go.Figure:
    """Draw what is proposed for China beside what China has on record, never mixing the two.

    Parameters
    ----------
    proposals
        Counter-measures among the arguments, as :func:`planlib.analysis.comparison.told`.
    own
        :func:`planlib.analysis.debate.own_measures`, with ``control_state``.
    """
    names, words = tables.names_of("actors", lang), tables.words(lang)
    who = wording.listed([names[s] for s in proposals["said_by_id"].unique()], lang)
    bands = []
    if len(proposals):
        lines = [
            matrix.Line(
                _text(row, "goal", lang),
                [
                    matrix.Cell(
                        style.dagger(_text(row, "summary", lang), "arguments", row.argument_id),
                        style.WEIGHT_COLOURS["proposed"],
                        hover=_hover([row], names, lang),
                    ),
                    matrix.Cell(
                        words[str(row.standing)],
                        style.WEIGHT_COLOURS["proposed"],
                        hover=_hover([row], names, lang),
                    ),
                ],
            )
            for row in tables.records(proposals)
        ]
        bands.append(matrix.Band(choose(lang, f"Proposed by {who}", f"{who}提议"), lines))
    if len(own):
        bands.append(
            matrix.Band(
                choose(lang, "On record as measures of China's own", "见于记录的中方措施"),
                [_own_line(row, lang) for row in tables.records(own)],
            )
        )
    none = choose(lang, "Neither proposal nor measure is on record by then",
                  "截至该日未见提议或措施记录")  # fmt: skip
    columns = [
        matrix.Column(choose(lang, "What", "内容"), 0.48),
        matrix.Column(choose(lang, "Standing on the day", "当日状态"), 0.26),
    ]
    figure, height = matrix.draw(
        bands or matrix.nothing(none), columns if bands else [matrix.Column("", 0.7)], lang=lang
    )
    running = int((own["control_state"] == "in_force").sum())
    return style.frame_chart(
        figure,
        name="options",
        title=choose(
            lang,
            f"{len(proposals)} counter-measures are proposed; {len(own)} measures of China's own "
            f"are on record, {running} of them in force",
            f"反制措施：提议{len(proposals)}项；见于记录的中方措施{len(own)}项，其中{running}项有效",
        )
        if bands
        else none,
        subtitle=choose(
            lang,
            "Proposals of researchers and measures on record, with how they stood on the day",
            "研究者的提议与见于记录的措施，附当日状态",
        ),
        note=choose(
            lang,
            "A proposal is not a policy. That a measure lies near a proposal does not show that "
            "one led to the other.",
            "提议不等于政策。措施与提议相近，并不表明二者有因果关系。",
        ),
        alt=choose(
            lang,
            f"Text list of {len(proposals)} proposals and {len(own)} measures.",
            f"{len(proposals)}项提议与{len(own)}项措施的文字列表。",
        ),
        rows={"arguments": list(proposals["argument_id"]), "controls": list(own["control_id"])},
        lang=lang,
        as_of=as_of,
        height=height,
        key=[
            style.Mark(words["proposed"], style.WEIGHT_COLOURS["proposed"]),
            style.Mark(
                choose(lang, "on record", "见于记录"), style.REGIME_COLOURS["china"]
            ),
        ],
        left=14,
    )  # fmt: skip


def _own_line(row: Any, lang: str) -> matrix.Line:
    words = tables.words(lang)
    colour = style.REGIME_COLOURS["china"]
    state, period = words[str(row.control_state)], period_text(row, lang)
    standing = choose(lang, f"{state}; {period}", f"{state}；{period}")
    text = _text(row, "summary", lang)
    hover = style.hover([text], ("controls", row.control_id, "*"), lang=lang)
    is_over = row.control_state != "in_force"
    return matrix.Line(
        style.dagger(_text(row, "title", lang), "controls", row.control_id),
        [matrix.Cell(text, colour, hover=hover),
         matrix.Cell(standing, colour, hover=hover, is_hollow=is_over)],
    )  # fmt: skip


def voices(frame: pd.DataFrame, *, lang: str = "en", as_of: str = "") -> go.Figure:
    """Draw who makes how many arguments of which kind, own voices apart from those passed on.

    Parameters
    ----------
    frame
        :func:`planlib.analysis.debate.voices`.
    """
    names, words = tables.names_of("actors", lang), tables.words(lang)
    kinds = [k for k in style.ARGUMENT_COLOURS if k in set(frame["kind"])]
    unnamed = frame["said_by_id"].isna()
    own = frame[~frame["is_second_hand"]]
    undated = set(own[own["is_unsigned"]]["said_by_id"])
    groups = (
        (choose(lang, "In a text of their own", "见于自己的文本"), own),
        (choose(lang, "Passed on by another text", "由他人文本转述"),
         frame[frame["is_second_hand"] & ~unnamed]),
        (choose(lang, "Ascribed to nobody named", "未指明出自何人"), frame[unnamed]),
    )  # fmt: skip
    bands = []
    for head, group in groups:
        counts = group.assign(who=group["said_by_id"].fillna(""))
        order = counts.groupby("who")["argument_count"].sum().sort_values(ascending=False)
        told: dict[tuple[str, str], int] = {}
        for who, kind, count in tables.cells(counts, "who", "kind", "argument_count"):
            told[who, kind] = told.get((who, kind), 0) + count
        lines = []
        for who in order.index:
            cells = [
                matrix.Cell(str(told[who, k]), style.ARGUMENT_COLOURS[k])
                if (who, k) in told
                else None
                for k in kinds
            ]
            label = _teller(names.get(who, _unnamed(lang)), who in undated, lang)
            lines.append(matrix.Line(label, cells))
        if lines:
            bands.append(matrix.Band(head, lines))
    columns = [matrix.Column(words[k], 0.66 / len(kinds), style.ARGUMENT_COLOURS[k]) for k in kinds]
    none = choose(lang, "No argument was published by then in a text read",
                  "截至该日所读文本中未有已发表的论点")  # fmt: skip
    figure, height = matrix.draw(
        bands or matrix.nothing(none), columns or [matrix.Column("", 0.7)], lang=lang
    )
    total = int(frame["argument_count"].sum())
    nobody = int(frame[unnamed]["argument_count"].sum())
    named = frame[frame["is_second_hand"] & ~unnamed]["said_by_id"].nunique()
    return style.frame_chart(
        figure,
        name="voices",
        title=choose(
            lang,
            f"Of {total} arguments {int(own['argument_count'].sum())} stand in a text of those who "
            f"make them; {nobody} are ascribed to nobody named",
            f"{total}条论点中，{int(own['argument_count'].sum())}条见于主张者自己的文本，"
            f"{nobody}条未指明出自何人",
        )
        if total
        else none,
        subtitle=choose(
            lang,
            "Number of arguments in the texts read, by who makes them and of what kind",
            "所读文本中的论点数，按主张者与类别划分",
        ),
        note=choose(
            lang,
            "Many arguments of one voice are not more weight: they come from how finely a text was "
            f"entered. Voices passed on by others: {named}.",
            f"某方论点多不代表分量重，只反映文本录入的细致程度。由他人转述的有{named}方。",
        ),
        alt=choose(
            lang,
            f"Matrix of {frame['said_by_id'].nunique()} voices and {len(kinds)} kinds of argument.",
            f"{frame['said_by_id'].nunique()}方与{len(kinds)}类论点的矩阵。",
        ),
        rows=evidence.rows_of(frame),
        lang=lang,
        as_of=as_of,
        height=height,
        left=14,
    )


def named_voices(frame: pd.DataFrame, *, lang: str = "en", as_of: str = "") -> go.Figure:
    """Draw what named voices are reported to say, one line an argument.

    Parameters
    ----------
    frame
        Arguments told second hand with somebody named, as
        :func:`planlib.analysis.comparison.told`.
    """
    names, words = tables.names_of("actors", lang), tables.words(lang)
    bands = []
    for teller, told in frame.groupby("reported_by_id", sort=False):
        lines = [
            matrix.Line(
                names[row.said_by_id],
                [
                    matrix.Cell(
                        style.dagger(_text(row, "summary", lang), "arguments", row.argument_id),
                        style.ARGUMENT_COLOURS[row.kind],
                        hover=_hover([row], names, lang),
                    )
                ],
            )
            for row in tables.records(told.sort_values(["said_by_id", "argument_id"]))
        ]
        who = wording.with_article(names[str(teller)], lang)
        who = _teller(who, bool(told["is_unsigned"].any()), lang)
        head = choose(lang, f"Told by {who}", f"{who}转述")
        bands.append(matrix.Band(head, lines))
    none = choose(
        lang, "No voice is passed on by a text read by then", "截至该日所读文本未转述他人说法"
    )
    figure, height = matrix.draw(
        bands or matrix.nothing(none), [matrix.Column("", 0.74)], lang=lang
    )
    count = frame["said_by_id"].nunique()
    groups = frame[frame["said_by_id"].isin(_groups())]["said_by_id"].nunique()
    heard = _voices(count - groups, groups, lang)
    unread = frame[~frame["is_original_read"]]["said_by_id"].nunique()
    return style.frame_chart(
        figure,
        name="named-voices",
        title=choose(
            lang,
            f"{heard} through other texts; originals not read: {unread}",
            f"{heard}的说法由他人转述，其中{unread}方的原文未曾读到",
        )
        if count
        else none,
        subtitle=choose(
            lang,
            "What each is reported to say; unread means unchecked, not untrue",
            "各方据称的说法；未读原文只表示未经核对，不表示不实",
        ),
        note=choose(lang, *NOT_A_FINDING),
        alt=choose(
            lang,
            f"Text list of {len(frame)} arguments by {count} voices.",
            f"{count}方{len(frame)}条论点的文字列表。",
        ),
        rows={"arguments": list(frame["argument_id"])},
        lang=lang,
        as_of=as_of,
        height=height,
        key=[
            style.Mark(words[k], c)
            for k, c in style.ARGUMENT_COLOURS.items()
            if k in set(frame["kind"])
        ],
        left=14,
    )


def _groups() -> set[str]:
    """Return actors that stand for many at once and name nobody of them."""
    actors = tables.load("actors")
    return set(actors["actor_id"][actors["kind"] == "group"])


def _voices(named: int, groups: int, lang: str) -> str:
    """Count voices with a name and groups without: "technology companies" is no name."""
    counted = [
        wording.count_of(named, lang, "named voice", "方有名有姓者") if named else "",
        wording.count_of(groups, lang, "unnamed group", "个泛指群体") if groups else "",
    ]
    return wording.listed(filter(None, counted), lang)


def options_table(proposals: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """Put proposals and measures into one table, each under its own standing."""
    first = ["goal", "goal_zh", "summary", "summary_zh", "standing", "said_by_id"]
    second = own.rename(columns={"title": "goal", "title_zh": "goal_zh"})
    second = second[["goal", "goal_zh", "summary", "summary_zh", "control_state", "from_date",
                     "to_date", "suspended_date", "suspended_to_date", "document_id"]]  # fmt: skip
    return pd.concat([proposals[first], second], ignore_index=True)
