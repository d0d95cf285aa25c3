"""Charts of countries: how documents treat them, what is dated of them, and their deals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from planlib import evidence, style, tables, wording
from planlib.analysis import controls as control_analysis
from planlib.analysis import country as analysis
from planlib.analysis import deals as deal_analysis
from planlib.charts import deals as deal_charts
from planlib.drawing import Drawing
from planlib.wording import choose

if TYPE_CHECKING:
    import plotly.graph_objects as go

TREATMENT_COLOURS = {
    "favoured": "#257e40", "ally": "#2c578f", "partner": "#249add", "competitor": "#a98a17",
    "target": "#a55c17", "restricted": "#b26195", "adversary": "#580e36",
}  # fmt: skip
KIND_COLOURS = {
    "treatment": style.ACCENT, "deal": "#c07514", "control": "#671d2e", "event": "#4f8fcc",
}  # fmt: skip
# Where the kinds stand within the row of one country, from the top.
LANES = {"treatment": 0.27, "deal": 0.09, "control": -0.09, "event": -0.27}
KIND_SYMBOLS = {"treatment": "square", "deal": "circle", "control": "triangle-up",
                "event": "triangle-down"}  # fmt: skip
OPEN_SYMBOL = "square-open"
# Newest entries of a country that one board draws; the others are in its table.
MOST_ENTRIES = 40
ROW_HEIGHT, LINE_HEIGHT, COUNTRY_HEIGHT, LANES_HEIGHT = 40, 34, 24, 34
LABEL_COLUMNS, LABEL_ROOM = 74, 460
# A board of one line is as high as one of three: its label needs room on a narrow page.
FEWEST_ROWS = 3
# A document on one country alone has no column of its own.
LAST_COLUMN = "one-country"
SILENT_COLUMN = "not-mentioned"
# The country that the documents speak from; a deal is listed under its partner.
HOME = "USA"
# On a narrow page columns stand close.
HEAD_COLUMNS = 12
# Between two marks of one cell of the matrix, in columns.
MARK_STEP = 0.155


def treatments(
    frame: pd.DataFrame,
    country_id: str,
    *,
    lang: str = "en",
    as_of: str = "",
) -> go.Figure:
    """Draw how documents treat one country, or all countries beside each other.

    Parameters
    ----------
    frame
        :func:`planlib.analysis.country.treated` for one country; for all, the treatments of
        :func:`planlib.analysis.country.of_countries`.
    country_id
        The country, or empty for all.
    """
    style.require_rows(frame, "treatments")
    if country_id:
        return _sheet(frame, country_id, lang, as_of)
    return _matrix(frame, lang, as_of)


def _sheet(frame: pd.DataFrame, country_id: str, lang: str, as_of: str) -> go.Figure:
    words = tables.words(lang)
    name = wording.with_article(tables.names_of("actors", lang)[country_id], lang)
    own = frame[frame["speaks_of"] == "country"]
    keys = list(own["treatment_id"])
    labels = [_treated_label(row, lang) for row in tables.records(own)]
    figure = Drawing()
    for treatment, rows in own.groupby("treatment", observed=True):
        figure.add_scatter(
            x=[str(treatment)] * len(rows), y=rows["treatment_id"], mode="markers",
            marker={
                "size": 15, "color": TREATMENT_COLOURS[str(treatment)],
                "symbol": [_named_symbol(named) for named in rows["is_named"]],
                "line": {"width": 2.5, "color": TREATMENT_COLOURS[str(treatment)]},
                "opacity": 1,
            },
            hovertext=[_treated_hover(row, lang) for row in tables.records(rows)],
            hoverinfo="text",
        )  # fmt: skip
    silent = {
        kind: int(frame.loc[frame["speaks_of"] == kind, "document_id"].nunique())
        for kind in ("others", "groups")
    }
    for kind, text in _silences(silent, lang).items():
        keys.append(kind)
        labels.append(_grey(text))
    figure.add_scatter(
        x=[SILENT_COLUMN] * 2, y=["others", "groups"], mode="markers+text",
        text=[f"<b>{silent[k]}</b>" for k in ("others", "groups")],
        textfont={"size": 12, "color": style.GREY_TEXT}, hoverinfo="skip",
        marker={
            "size": 26, "symbol": "circle-open", "color": style.NO_RECORD, "line": {"width": 2},
        },
    )  # fmt: skip
    style.label_rows(figure, keys, labels)
    figure.update_yaxes(showgrid=True, gridcolor=style.GRID)
    present = set(own["treatment"].astype(str))
    columns = [*analysis.TREATMENTS, SILENT_COLUMN]
    heads = [f"<b>{words[t]}</b>" if t in present else _grey(words[t]) for t in columns[:-1]]
    if lang == "en":
        # Words as long as a column is wide stand in two lines by turns.
        heads[::2] = [f"{head}<br> " for head in heads[::2]]
    figure.update_xaxes(
        side="top", type="category", categoryorder="array", categoryarray=columns,
        tickvals=columns, range=[-0.6, len(columns) - 0.4],
        ticktext=[*heads, _grey(choose(lang, "Not<br>mentioned", "未提及"))],
        tickfont={"size": 12, "color": style.INK}, tickangle=0,
    )  # fmt: skip
    title = _sheet_title(own, name, lang)
    return style.frame_chart(
        figure,
        name="treatments",
        title=title,
        subtitle=choose(
            lang,
            "Each line is one treatment by one document, oldest first; what the columns mean is "
            "planlib's classification",
            "每行为一份文件的一处提法，按时间先后；各栏为planlib的归类",
        ),
        note=choose(
            lang,
            "Filled: the text names the country. Hollow: it does not; a commentator or a later "
            "act places it there. Silence is no treatment: rules for all destinations reach "
            "countries that they do not name.",
            "实心：文本点名。空心：文本未点名，系评论者或其后的行动所归入。未提及不等于未受影响："
            "适用于所有目的地的规则也及于未点名者。",
        ),
        alt=choose(
            lang,
            f"{title}. {len(own)} rows, one a treatment; {silent['others']} documents speak only "
            f"of other countries, {silent['groups']} only of groups.",
            f"{title}。共{len(own)}行，每行一处提法；{silent['others']}份文件只涉及其他国家和地区，"
            f"{silent['groups']}份只涉及国家群体。",
        ),
        rows={"treatments": keys[: len(own)] or list(frame.attrs["rows"]["treatments"])},
        lang=lang,
        as_of=as_of,
        height=ROW_HEIGHT * len(keys),
        key=_named_key(lang),
        head=40,
        left=LABEL_ROOM,
    )


def treatments_table(frame: pd.DataFrame, country_id: str, *, lang: str = "en") -> pd.DataFrame:
    """Return the rows behind :func:`treatments`, sections of the Plan by their titles."""
    titles = tables.names_of("sections", lang)
    sections = frame["section"].map(lambda s: titles.get(s, s), na_action="ignore")
    about = ["issued_date", "issued_precision", "speaks_of"] if country_id else ["actor_id"]
    columns = ["document_id", "section", "treatment", "is_named", "summary", "summary_zh"]
    return frame.assign(section=sections)[[*about, *columns]]


def _grey(text: str) -> str:
    return f"<span style='color:{style.GREY_TEXT}'>{text}</span>"


def _named_key(lang: str) -> list[style.Mark]:
    return [
        style.Mark(choose(lang, "named in the text", "文本点名"), style.INK, "■"),
        style.Mark(choose(lang, "not named in the text", "文本未点名"), style.INK, "□"),
    ]


def _named_symbol(is_named: bool) -> str:
    return "square" if is_named else OPEN_SYMBOL


def _silences(silent: dict[str, int], lang: str) -> dict[str, str]:
    return {
        "others": choose(
            lang,
            "Documents that treat other countries<br>and do not mention this one",
            "只涉及其他国家<br>和地区的文件",
        ),
        "groups": choose(
            lang,
            "Documents that speak of groups only, such as<br>allies, and list no members",
            "只提盟友等群体<br>而未列成员的文件",
        ),
    }


def _sheet_title(own: pd.DataFrame, name: str, lang: str) -> str:
    if own.empty:
        return choose(
            lang,
            f"No document in these tables treats {name}",
            f"本表所收文件均未提及{name}",
        )
    words = tables.words(lang)
    named = int(own["is_named"].astype(bool).sum())
    kinds = [t for t in analysis.TREATMENTS if t in set(own["treatment"].astype(str))]
    listed = wording.listed((choose(lang, words[t].lower(), f"“{words[t]}”") for t in kinds), lang)
    times = wording.count_of(len(own), lang, "treatment", "处提法")
    documents = wording.count_of(own["document_id"].nunique(), lang, "document", "份文件")
    by_name = {
        0: choose(lang, "not by name", "均未点名"),
        len(own): choose(lang, "by name", "均为点名"),
    }.get(named, choose(lang, f"{named} of them by name", f"其中点名{named}处"))
    return choose(
        lang,
        f"{name[0].upper()}{name[1:]} in {documents}: {times} as {listed}, {by_name}",
        f"{name}：{documents}中{times}，涉及{listed}，{by_name}",
    )


def _treated_label(row: Any, lang: str) -> str:
    summary = row.summary_zh if lang == "zh" else row.summary
    first = style.dagger(
        wording.wrap(str(summary), LABEL_COLUMNS, lines=1), "treatments", row.treatment_id
    )
    return f"{first}<br>{_grey(_place(row, lang))}"


def _place(row: Any, lang: str) -> str:
    title = tables.names_of("documents", lang)[row.document_id]
    day = wording.day(row.issued_date, lang, str(row.issued_precision))
    return f"{wording.wrap(title, LABEL_COLUMNS - wording.width(day) - 3, lines=1)} · {day}"


def _treated_hover(row: Any, lang: str) -> str:
    words = tables.words(lang)
    named = choose(
        lang,
        "named in the text" if row.is_named else "not named in the text",
        "文本点名" if row.is_named else "文本未点名",
    )
    return style.hover(
        [row.summary_zh if lang == "zh" else row.summary,
         f"{words[str(row.treatment)]} · {named}",
         tables.names_of("documents", lang)[row.document_id]],
        ("treatments", row.treatment_id, evidence.WHOLE_ROW), lang=lang,
    )  # fmt: skip


def _matrix(frame: pd.DataFrame, lang: str, as_of: str) -> go.Figure:
    names = tables.names_of("actors", lang)
    documents = tables.names_of("documents", lang)
    shared = frame.groupby("document_id")["actor_id"].nunique()
    columns = [d for d in frame["document_id"].unique() if shared[d] > 1]
    columns.sort(key=lambda d: -shared[d])
    frame = frame.assign(
        column=frame["document_id"].where(frame["document_id"].isin(columns), LAST_COLUMN)
    )
    by_country = frame.groupby("actor_id")
    totals = pd.DataFrame({"n": by_country["document_id"].nunique(), "rows": by_country.size()})
    countries = list(
        totals.assign(name=[names[c] for c in totals.index])
        .sort_values(["n", "rows", "name"], ascending=[False, False, True])
        .index
    )
    frame = frame.assign(at=_cell_places(frame, [*columns, LAST_COLUMN]))
    figure = Drawing()
    by_treatment = tables.grouped(tables.records(frame), "treatment")
    for treatment in analysis.TREATMENTS:
        rows = by_treatment.get(treatment, [])
        if not rows:
            continue
        colour = TREATMENT_COLOURS[treatment]
        figure.add_scatter(
            x=[row.at for row in rows], y=[row.actor_id for row in rows], mode="markers",
            marker={
                "size": 12, "color": colour, "opacity": 1,
                "symbol": [_named_symbol(row.is_named) for row in rows],
                "line": {"width": 2, "color": colour},
            },
            hovertext=[_treated_hover(row, lang) for row in rows],
            hoverinfo="text",
        )  # fmt: skip
    style.label_rows(figure, countries, [names[c] for c in countries], size=style.TEXT_SIZE)
    figure.update_yaxes(showgrid=True, gridcolor=style.GRID)
    row_of = {row.document_id: row for row in tables.records(tables.whole("documents"))}
    heads = [_document_head(row_of[c], documents[c], lang) for c in columns]
    last = choose(lang, "On this<br>country<br>alone", "只涉及<br>这一方")
    figure.update_xaxes(
        side="top", tickvals=list(range(len(heads) + 1)), ticktext=[*heads, last],
        range=[-0.5, len(heads) + 1.15], tickangle=0, tickfont={"size": 12, "color": style.INK},
    )  # fmt: skip
    first = countries[0]
    unnamed = int((~frame["is_named"].astype(bool)).sum())
    total = len(frame)
    called = wording.with_article(names[first], lang, starts=True)
    title = choose(
        lang,
        f"{called} is treated by the most documents, {totals['n'][first]}; {unnamed} of {total} "
        f"treatments of {len(countries)} countries are not by name",
        f"涉及{names[first]}的文件最多，共{totals['n'][first]}份；{len(countries)}个国家和地区的"
        f"{total}处提法中，{unnamed}处并非文本点名",
    )
    words = tables.words(lang)
    return style.frame_chart(
        figure,
        name="treatments",
        title=title,
        subtitle=choose(
            lang,
            f"Treatments by {shared.size} documents, one mark each; the European Union counts as "
            "a country here, groups such as “allies” are left out",
            f"{shared.size}份文件对各国家和地区的提法，每个标记一处；欧盟按一方计，“盟友”等群体不计",
        ),
        note=_matrix_note(frame, lang),
        alt=choose(
            lang,
            f"Matrix of {len(countries)} countries and {len(heads)} documents with {total} marks, "
            f"{unnamed} of them hollow; the first row is {names[first]}.",
            f"{len(countries)}个国家和地区与{len(heads)}份文件的矩阵，共{total}个标记，"
            f"其中{unnamed}个为空心；首行为{names[first]}。",
        ),
        rows={"treatments": list(frame["treatment_id"])},
        lang=lang,
        as_of=as_of,
        height=COUNTRY_HEIGHT * len(countries),
        key=[
            *(
                style.Mark(words[t], TREATMENT_COLOURS[t])
                for t in analysis.TREATMENTS
                if t in set(frame["treatment"].astype(str))
            ),
            _named_key(lang)[1],
        ],
        head=108,
        left=150,
    )


def _document_head(row: Any, title: str, lang: str) -> str:
    """Name a document above its column, and say where it is no law in force."""
    word = str(row.kind if row.kind == "bill" else row.status)
    head = wording.wrap(title, HEAD_COLUMNS, lines=5)
    if word not in ("bill", "never_in_force", "withdrawn"):
        return head
    return f"{head}<br>{_grey(tables.words(lang)[word].lower())}"


def _matrix_note(frame: pd.DataFrame, lang: str) -> str:
    """Explain hollow marks, with the countries that are often taken to be named."""
    names = tables.names_of("actors", lang)
    of_rule = frame[frame["document_id"] == control_analysis.DIFFUSION]
    unnamed = set(of_rule.loc[~of_rule["is_named"].astype(bool), "actor_id"])
    gulf = [wording.with_article(names[c], lang) for c in ("ARE", "SAU") if c in unnamed]
    text = choose(
        lang,
        "Hollow: the text does not name the country; a commentator or a later act places it there.",
        "空心：文本未点名，系评论者或其后的行动所归入。",
    )
    if gulf:
        listed = wording.listed(gulf, lang)
        text += choose(
            lang,
            f" So it is with {listed} in the diffusion rule, which was never in force.",
            f"{listed}在从未生效的扩散规则中即属此类。",
        )
    union = frame[frame["actor_id"] == "EU"]
    if len(union) and not union["is_named"].any():
        text += choose(
            lang,
            f" The European Union is treated in {len(union)} places and named in none.",
            f"欧盟有{len(union)}处，无一点名。",
        )
    return text + choose(
        lang, " An empty cell is silence, not friendship.", "空格表示未提及，不表示友好。"
    )


def _cell_places(frame: pd.DataFrame, columns: list[str]) -> pd.Series:
    """Place the marks of one cell side by side, those of the last column from its left."""
    ordered = frame.sort_values(["document_id", "treatment"])
    cells: dict[tuple[str, str], list[Any]] = {}
    for place, *cell in zip(ordered.index, ordered["column"], ordered["actor_id"], strict=True):
        cells.setdefault((str(cell[0]), cell[1]), []).append(place)
    at: dict[Any, float] = {}
    for (column, _), places in cells.items():
        middle = columns.index(column)
        width = MARK_STEP * (len(places) - 1)
        left = middle - 0.35 if column == LAST_COLUMN else middle - width / 2
        at |= {place: left + MARK_STEP * i for i, place in enumerate(places)}
    return pd.Series([at[place] for place in frame.index], index=frame.index, dtype="float64")


def board(
    entries: pd.DataFrame, country_id: str, *, lang: str = "en", as_of: str = ""
) -> go.Figure:
    """Draw what is dated of one country, a line each; or of all, a line a country.

    Parameters
    ----------
    entries
        :func:`planlib.analysis.country.entries`.
    country_id
        The country, or empty for all.
    """
    style.require_rows(entries, "country-board")
    words = tables.words(lang)
    newest = entries.sort_values(["date", "row_id"]).tail(MOST_ENTRIES)
    # What happens in the country that the documents speak from fills a timeline of its own.
    drawn = newest if country_id else entries[entries["country_id"] != HOME]
    keys, labels = _board_rows(drawn, country_id, lang)
    at = {key: len(keys) - 1 - i for i, key in enumerate(keys)}
    figure = Drawing()
    for kind in analysis.ENTRY_KINDS:
        rows = drawn[drawn["entry_kind"] == kind]
        if rows.empty:
            continue
        colour = KIND_COLOURS[kind]
        listed = tables.records(rows)
        lane = 0 if country_id else LANES[kind]
        heights = [at[key] + lane for key in rows["row_id" if country_id else "country_id"]]
        figure.add_scatter(
            x=rows["date"], y=heights, mode="markers", name=words[kind],
            marker={
                "size": 11 if country_id else 8, "symbol": KIND_SYMBOLS[kind], "opacity": 1,
                "color": [style.PAPER if _is_hollow(row) else colour for row in listed],
                "line": {"width": 2, "color": colour},
            },
            hovertext=[_entry_hover(row, lang) for row in listed], hoverinfo="text",
        )  # fmt: skip
    figure.update_yaxes(
        tickvals=[at[key] for key in keys], ticktext=labels,
        tickfont={"size": 12, "color": style.INK},
        range=[-0.6, len(keys) - 0.4], showgrid=True, gridcolor=style.GRID,
    )  # fmt: skip
    today = tables.resolve_as_of(as_of)
    start = drawn["date"].min()
    room = pd.Timedelta(days=max(30, (today - start).days // 25))
    figure.update_xaxes(
        type="date", side="top", showgrid=True, gridcolor=style.GRID,
        # Beyond three years, names of half-years would touch.
        dtick="M6" if (today - start).days < 2.5 * 365 else "M12", tick0="2022-01-01",
        tickformat=choose(lang, "%b %Y", "%Y年%-m月"), range=[start - room, today + room],
    )  # fmt: skip
    title = _board_title(entries if country_id else drawn, country_id, lang)
    older = len(entries) - len(drawn) if country_id else 0
    return style.frame_chart(
        figure,
        name="country-board",
        title=title,
        subtitle=choose(
            lang,
            "By the day on which each became public"
            + (f"; the newest {len(drawn)}, {older} older ones are in the table" if older else ""),
            "按公开之日排列"
            + (f"；所画为最近{len(drawn)}条，更早的{older}条见表" if older else ""),
        ),
        note=choose(
            lang,
            "Hollow: a treatment that does not name the country, a control that never came into "
            "force, or a day that is not known exactly. Controls for all destinations are not "
            "drawn.",
            "空心：未点名的提法、从未生效的管制，或日期不确切。适用于所有目的地的管制未画出。",
        )
        + ("" if country_id else _home_note(len(entries), len(entries) - len(drawn), lang)),
        alt=choose(
            lang,
            f"{len(keys)} rows with {len(drawn)} dated marks from {wording.day(start, lang)} to "
            f"{wording.day(drawn['date'].max(), lang)}.",
            f"共{len(keys)}行、{len(drawn)}个有日期的标记，自{wording.day(start, lang)}至"
            f"{wording.day(drawn['date'].max(), lang)}。",
        ),
        rows=evidence.rows_of(entries),
        lang=lang,
        as_of=as_of,
        height=(LINE_HEIGHT if country_id else LANES_HEIGHT) * max(len(keys), FEWEST_ROWS),
        key=[
            style.Mark(words[k], KIND_COLOURS[k], style.GLYPHS[KIND_SYMBOLS[k]])
            for k in analysis.ENTRY_KINDS
            if (drawn["entry_kind"] == k).any()
        ],
        head=24,
        left=LABEL_ROOM if country_id else 190,
    )


def _home_note(every: int, at_home: int, lang: str) -> str:
    """Say which rows of the table are not drawn: those of the country that the documents are of."""
    if not at_home:
        return ""
    home = tables.names_of("actors", lang)[HOME]
    return choose(
        lang,
        f" The table lists {every}: {at_home} of them are of {wording.with_article(home, lang)}, "
        "which has its own timeline report and is not drawn.",
        f"表中列出{every}条，其中{at_home}条属{home}，另见时间线报告，此处未画。",
    )


def _board_rows(drawn: pd.DataFrame, country_id: str, lang: str) -> tuple[list[str], list[str]]:
    """Name the rows of a board, from the top: entries by date, or countries by their number."""
    if country_id:
        return list(drawn["row_id"]), [_entry_label(row, lang) for row in tables.records(drawn)]
    names = tables.names_of("actors", lang)
    counts = drawn["country_id"].value_counts()
    keys = sorted(counts.index, key=lambda c: (-counts[c], names[c]))
    return keys, [f"{names[c]} ({counts[c]})" for c in keys]


def _is_hollow(row: Any) -> bool:
    return row.is_named is False or row.never_in_force is True or str(row.precision) != "day"


def _entry_label(row: Any, lang: str) -> str:
    title = row.row_title_zh if lang == "zh" else row.row_title
    first = wording.wrap(str(title), LABEL_COLUMNS, lines=1)
    first = style.dagger(first, row.table, row.row_id)
    return f"{first}<br>{_grey(_entry_about(row, lang))}"


def _entry_about(row: Any, lang: str) -> str:
    words = tables.words(lang)
    parts = [wording.day(row.date, lang, str(row.precision)), words[str(row.entry_kind)]]
    if row.entry_kind == "treatment":
        parts.append(words[str(row.treatment)].lower())
        if row.is_named is False:
            parts.append(choose(lang, "not named", "未点名"))
    if row.never_in_force is True:
        parts.append(words["never_in_force"].lower())
    return " · ".join(parts)


def _entry_hover(row: Any, lang: str) -> str:
    title = row.row_title_zh if lang == "zh" else row.row_title
    return style.hover(
        [title, _entry_about(row, lang)], (row.table, row.row_id, evidence.WHOLE_ROW), lang=lang
    )


def _board_title(entries: pd.DataFrame, country_id: str, lang: str) -> str:
    words = tables.words(lang)
    counts = entries["entry_kind"].value_counts()
    present = [k for k in analysis.ENTRY_KINDS if counts[k]]
    listed = wording.listed(
        (
            choose(lang, wording.count_of(int(counts[k]), "en", k, ""),
                   f"{words[k]}{counts[k]}项")
            for k in present
        ),
        lang,
    )  # fmt: skip
    names = tables.names_of("actors", lang)
    if country_id:
        name = wording.with_article(names[country_id], lang, starts=True)
        return choose(
            lang, f"{name} on the record: {listed}", f"{names[country_id]}的记录：{listed}"
        )
    most = entries["country_id"].value_counts()
    first = most.index[0]
    name = wording.with_article(names[first], lang)
    return choose(
        lang,
        f"{len(entries)} dated entries on {most.size} countries, most of them on {name} "
        f"({most.iloc[0]})",
        f"{most.size}个国家和地区共{len(entries)}条有日期的记录，最多的是{names[first]}"
        f"（{most.iloc[0]}条）",
    )


def deals(
    compared: pd.DataFrame,
    holdings: pd.DataFrame,
    country_id: str,
    *,
    lang: str = "en",
    as_of: str = "",
) -> go.Figure:
    """Draw the quantities of a country's deals; without any, how many deals countries have.

    Parameters
    ----------
    compared
        The country's terms: :func:`planlib.analysis.deals.compared` with ``low`` and ``high``.
    holdings
        :func:`planlib.analysis.country.holdings`.
    country_id
        The country, or empty for all.
    """
    if country_id and has_quantities(compared):
        return deal_charts.terms_compared(compared, [country_id], lang=lang, as_of=as_of)
    return _deal_counts(holdings, country_id, lang, as_of)


def has_quantities(compared: pd.DataFrame) -> bool:
    """Tell whether terms hold a quantity that :func:`deals` draws term by term."""
    return not deal_analysis.comparable(compared).empty


def _deal_counts(holdings: pd.DataFrame, country_id: str, lang: str, as_of: str) -> go.Figure:
    names = tables.names_of("actors", lang)
    rows = holdings[(holdings["deal_count"] > 0) | (holdings["country_id"] == country_id)]
    rows = rows.sort_values(["deal_count", "country_id"], ascending=[False, True])
    style.require_rows(rows, "deal-counts")
    own = rows["country_id"] == country_id
    figure = Drawing()
    figure.add_bar(
        x=rows["deal_count"], y=rows["country_id"], orientation="h", width=0.6,
        marker={
            "color": [
                style.ACCENT if mine or not country_id else style.OTHER_COLOUR for mine in own
            ]
        },
        text=rows["deal_count"].astype(str), textposition="outside", cliponaxis=False,
        textfont={"size": 13, "color": style.INK}, hoverinfo="skip",
        )  # fmt: skip
    labels = [
        f"<b>{names[c]}</b>" if mine else names[c]
        for c, mine in zip(rows["country_id"], own, strict=True)
    ]
    style.label_rows(figure, list(rows["country_id"]), labels, size=style.TEXT_SIZE)
    figure.update_xaxes(visible=False, range=[0, rows["deal_count"].max() * 1.1])
    title = _counts_title(rows, country_id, lang)
    return style.frame_chart(
        figure,
        name="deal-counts",
        title=title,
        subtitle=choose(
            lang,
            "Number of announced deals on chips, capacity and capital, by country",
            "所宣布的芯片、算力与资金协议数，按国家和地区",
        ),
        note=choose(
            lang,
            "Counted by planlib. A country without a deal here may have one that these tables do "
            "not hold; numbers of deals say nothing of their size.",
            "由planlib计数。此处没有协议的国家和地区，可能有本表未收的协议；协议数不反映规模。",
        ),
        alt=choose(lang, "Bars: ", "条形图：")
        + wording.listed(
            (
                choose(lang, f"{names[c]} {n}", f"{names[c]}{n}项")
                for c, n in tables.cells(rows, "country_id", "deal_count")
            ),
            lang,
        )
        + choose(lang, ".", "。"),
        rows={"deals": list(holdings.attrs["rows"]["deals"])},
        lang=lang,
        as_of=as_of,
        height=30 * len(rows),
        left=190,
    )


def _counts_title(rows: pd.DataFrame, country_id: str, lang: str) -> str:
    names = tables.names_of("actors", lang)
    top = rows.iloc[0]
    most = wording.with_article(names[top["country_id"]], lang)
    if not country_id:
        total = int(rows["deal_count"].sum())
        return choose(
            lang,
            f"{total} deals with {len(rows)} countries, most of them with {most} "
            f"({top['deal_count']})",
            f"与{len(rows)}个国家和地区共{total}项协议，最多的是{names[top['country_id']]}"
            f"（{top['deal_count']}项）",
        )
    name = wording.with_article(names[country_id], lang)
    n = int(rows.loc[rows["country_id"] == country_id, "deal_count"].sum())
    if n:
        deals = wording.count_of(n, lang, "deal", "项协议")
        return choose(
            lang,
            f"{deals} with {name}, without a number of chips, a power or a sum to draw",
            f"与{name}有{deals}，均未载明可画出的芯片数、功率或金额",
        )
    if country_id == HOME:
        return choose(
            lang,
            "Deals are listed under the partners of the United States, not under itself",
            "各项协议列于美国的伙伴名下，不列于其本身",
        )
    return choose(lang, f"The deals table holds none with {name}", f"协议表未收与{name}的协议")


def deals_table(compared: pd.DataFrame, holdings: pd.DataFrame, country_id: str) -> pd.DataFrame:
    """Return the rows behind :func:`deals`: the terms, or the counts of deals."""
    if country_id and has_quantities(compared):
        columns = ["deal_id", "term", "value", "value_to", "qualifier", "unit", "counted_as",
                   "chip_id", "stage", "condition", "condition_zh"]  # fmt: skip
        return compared[columns]
    return holdings
