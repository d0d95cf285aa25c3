"""How one country is treated, and what the tables hold of it, in one paragraph."""

from __future__ import annotations

import pandas as pd

from planlib import evidence, tables, wording
from planlib.analysis import country as analysis
from planlib.answers.prose import Notes, Prose, sureness
from planlib.wording import choose

# The country that the documents speak from; a deal is listed under its partner.
HOME = "USA"


def title(country_id: str, *, lang: str = "en") -> Prose:
    """Return the heading of the country notebook for one country, or for all."""
    if not country_id:
        return Prose(
            choose(lang, "# Countries: how each is treated", "# 各国家和地区：文件如何对待")
        )
    name = tables.names_of("actors", lang)[country_id]
    return Prose(choose(lang, f"# Country brief: {name}", f"# 简报：{name}"))


def summary(
    treatments: pd.DataFrame,
    terms: pd.DataFrame,
    stood: pd.DataFrame,
    entries: pd.DataFrame,
    holdings: pd.DataFrame,
    country_id: str,
    *,
    lang: str = "en",
) -> Prose:
    """Say how documents treat a country, or all of them, and what else is on record.

    Parameters
    ----------
    treatments
        Treatments of countries, groups left out.
    terms
        Deal terms with ``country_id``.
    stood
        :func:`planlib.analysis.controls.states`.
    entries
        :func:`planlib.analysis.country.entries` of the country, or of all.
    holdings
        :func:`planlib.analysis.country.holdings`.
    """
    notes = Notes(lang)
    text = (
        _one(treatments, terms, stood, entries, country_id, notes)
        if country_id
        else _all(treatments, entries, holdings, notes)
    )
    rows = evidence.rows_of(entries)
    return Prose("\n\n".join([text, sureness(rows, lang), notes.text()]).rstrip())


def _all(
    treatments: pd.DataFrame, entries: pd.DataFrame, holdings: pd.DataFrame, notes: Notes
) -> str:
    lang = notes.lang
    names = tables.names_of("actors", lang)
    unnamed = treatments["treatment_id"][~treatments["is_named"].astype(bool)]
    mark = notes.counted("treatments", unnamed)
    most = holdings.iloc[0]
    called = wording.with_article(names[most["country_id"]], lang, starts=True)
    with_deals = int((holdings["deal_count"] > 0).sum())
    deals = int(holdings["deal_count"].sum())
    at_home = int((entries["country_id"] == HOME).sum())
    return choose(
        lang,
        f"{treatments['document_id'].nunique()} documents treat "
        f"{treatments['actor_id'].nunique()} countries, the European Union among them, in "
        f"{len(treatments)} places; {len(unnamed)}{mark} of these are not by name: a commentator, "
        f"or a later act, places the country there. {called} is treated in most documents, "
        f"{most['document_count']}. {deals} deals are with {with_deals} countries. "
        f"{len(entries)} dated entries in all"
        + (f", {at_home} of them of the United States itself." if at_home else "."),
        f"{treatments['document_id'].nunique()}份文件在{len(treatments)}处涉及"
        f"{treatments['actor_id'].nunique()}个国家和地区（含欧盟）；其中{len(unnamed)}处{mark}并非"
        f"文本点名，系评论者或其后的行动所归入。涉及{names[most['country_id']]}的文件最多，"
        f"共{most['document_count']}份。与{with_deals}个国家和地区有{deals}项协议。"
        f"有日期的记录共{len(entries)}条" + (f"，其中{at_home}条属美国本身。" if at_home else "。"),
    )


def _one(
    treatments: pd.DataFrame,
    terms: pd.DataFrame,
    stood: pd.DataFrame,
    entries: pd.DataFrame,
    country_id: str,
    notes: Notes,
) -> str:
    lang = notes.lang
    name = tables.names_of("actors", lang)[country_id]
    parts = [
        _treated(treatments[treatments["actor_id"] == country_id], name, notes),
        _dealt(entries, terms[terms["country_id"] == country_id], name, notes),
        _controlled(entries, stood, name, notes),
    ]
    events = entries[entries["entry_kind"] == "event"]
    if events.empty:
        parts.append(
            choose(lang, "No event of these tables is tied to it.", "本表未见与之相关的事件。")
        )
    else:
        counted = wording.count_of(len(events), lang, "event", "项事件")
        last = events.sort_values("date").iloc[-1]
        day = wording.day(last["date"], lang, str(last["precision"]))
        parts.append(
            choose(
                lang,
                f"{counted[0].upper()}{counted[1:]} {'is' if len(events) == 1 else 'are'} tied to "
                f"it, the latest of {day}.",
                f"另有{counted}与之相关，最近一项为{day}。",
            )
        )
    return choose(lang, " ", "").join(parts)


def _treated(own: pd.DataFrame, name: str, notes: Notes) -> str:
    lang = notes.lang
    called = wording.with_article(name, lang)
    if own.empty:
        return choose(
            lang,
            f"No document in these tables treats {called} by name or by a commentator's account.",
            f"本表所收文件均未点名{name}，亦无评论者将其归入。",
        )
    words = tables.words(lang)
    documents = wording.count_of(own["document_id"].nunique(), lang, "document", "份文件")
    kinds = [t for t in analysis.TREATMENTS if t in set(own["treatment"].astype(str))]
    listed = wording.listed(
        (
            choose(lang, f"{words[t].lower()} ({n})", f"{words[t]}（{n}处）")
            for t, n in ((t, int((own["treatment"] == t).sum())) for t in kinds)
        ),
        lang,
    )
    begins = f"{called[0].upper()}{called[1:]}"
    by_name = _by_name(own, notes)
    return choose(
        lang,
        f"{begins} is treated in {documents}, as {listed}; {by_name}.",
        f"{documents}涉及{name}，提法为{listed}；{by_name}。",
    )


def _by_name(own: pd.DataFrame, notes: Notes) -> str:
    lang = notes.lang
    is_named = own["is_named"].astype(bool)
    named, unnamed = own["treatment_id"][is_named], own["treatment_id"][~is_named]
    mark, mark_not = (notes.counted("treatments", keys) for keys in (named, unnamed))
    if unnamed.empty:
        return choose(lang, f"each time by name{mark}", f"均为文本点名{mark}")
    if named.empty:
        return choose(
            lang,
            f"never by name{mark_not}: a commentator, or a later act, places it there",
            f"均非文本点名{mark_not}，系评论者或其后的行动所归入",
        )
    return choose(
        lang,
        f"{len(named)}{mark} of {len(own)} places name it, {len(unnamed)}{mark_not} do not",
        f"{len(own)}处中，文本点名{len(named)}处{mark}，未点名{len(unnamed)}处{mark_not}",
    )


def _dealt(entries: pd.DataFrame, terms: pd.DataFrame, name: str, notes: Notes) -> str:
    lang = notes.lang
    deals = entries[entries["entry_kind"] == "deal"]
    if deals.empty:
        if name == tables.names_of("actors", lang)[HOME]:
            return choose(
                lang,
                "Deals are listed under the partners of the United States, not under itself.",
                "各项协议列于美国的伙伴名下，不列于其本身。",
            )
        return choose(lang, "The deals table holds none with it.", "协议表未收与之达成的协议。")
    counted = wording.count_of(len(deals), lang, "deal", "项协议")
    mark = notes.counted("deals", deals["row_id"])
    stages = terms["stage"].value_counts()
    return choose(
        lang,
        f"The deals table holds {counted}{mark} with it. Of {len(terms)} terms, pledges: "
        f"{stages['pledged']}; resting on a licence: {stages['authorised']}; reported as shipped: "
        f"{stages['shipped']}.",
        f"本表收录与之达成的{counted}{mark}、{len(terms)}条条款：{stages['pledged']}条为承诺，"
        f"{stages['authorised']}条以许可为依据，{stages['shipped']}条据报已交付。",
    )


def _controlled(entries: pd.DataFrame, stood: pd.DataFrame, name: str, notes: Notes) -> str:
    lang = notes.lang
    aimed = entries[entries["entry_kind"] == "control"]
    if aimed.empty:
        return choose(
            lang,
            "No control or licence of these tables concerns it alone; rules for all destinations "
            "apply.",
            "本表没有专门涉及它的管制或许可；适用于所有目的地的规则仍然适用。",
        )
    state = stood.set_index("control_id")["control_state"].reindex(aimed["row_id"])
    counted = wording.count_of(len(aimed), lang, "control or licence", "项管制或许可",
                               "controls and licences")  # fmt: skip
    mark = notes.counted("controls", aimed["row_id"])
    n = int((state == "in_force").sum())
    return choose(
        lang,
        f"{counted[0].upper()}{counted[1:]}{mark} with a known first day "
        f"{'concerns' if len(aimed) == 1 else 'concern'} it or its companies; {n} of them "
        f"{'stands' if n == 1 else 'stand'} on the as-of day.",
        f"涉及它或其企业、且起始日可考的有{counted}{mark}，截至所示日期有效的为{n}项。",
    )
