"""The Plan's recommended actions: how many, by whom, by what means, and which were ordered."""

from __future__ import annotations

import pandas as pd

from planlib import evidence, tables

PLAN = "ai-action-plan"
# From the strongest link between an action and an order to none.
UPTAKES = ("named_in_text", "mapped_by_us", "not_stated")


def levels(sections: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """Count the levels of the Plan, pillar by pillar.

    Returns
    -------
    pandas.DataFrame
        ``pillar, section_count, action_count, distinct_count``; an action that repeats the
        wording of another (``same_as_id``) is counted but is not distinct. These are counts of
        rows by us: no text prints 103.
    """
    actions = measures.merge(sections[["section_id", "pillar"]], on="section_id")
    kinds = {
        "section_count": sections,
        "action_count": actions,
        "distinct_count": actions[actions["same_as_id"].isna()],
    }
    sizes = {name: rows.groupby("pillar", observed=True).size() for name, rows in kinds.items()}
    counts = pd.DataFrame(sizes).fillna(0).astype("int64").rename_axis("pillar").reset_index()
    counts.attrs["rows"] = evidence.Behind({"measures": list(measures["measure_id"])})
    return counts


def by_section(sections: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """Count the actions of each section.

    Returns ``section_id, pillar, section_no, title, title_zh, page, action_count``, in the
    order of the Plan. The number of actions says nothing about their weight.
    """
    counts = measures.groupby("section_id").size().rename("action_count")
    columns = ["section_id", "pillar", "section_no", "title", "title_zh", "page"]
    frame = sections[columns].merge(counts, on="section_id", how="left")
    frame["action_count"] = frame["action_count"].fillna(0).astype("int64")
    frame = frame.sort_values(["pillar", "section_no"]).reset_index(drop=True)
    frame.attrs["rows"] = evidence.Behind(
        {
            "sections": list(frame["section_id"]),
            "measures": list(measures["measure_id"]),
        }
    )
    return frame


def tree(sections: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """Return one row an action with its section and pillar, in the order of the Plan."""
    columns = ["section_id", "pillar", "section_no", "title", "title_zh"]
    titles = {"title": "section_title", "title_zh": "section_title_zh"}
    frame = measures.merge(sections[columns].rename(columns=titles), on="section_id")
    order = ["pillar", "section_no", "action_no"]
    return frame.sort_values(order).reset_index(drop=True)


def chosen(
    tree: pd.DataFrame,
    agencies: pd.DataFrame,
    *,
    pillar: str = "",
    instrument: str = "",
    actor_id: str = "",
) -> pd.DataFrame:
    """Return the actions of a pillar, an instrument and a body; an empty text leaves all in.

    Parameters
    ----------
    tree
        :func:`tree`.
    agencies
        ``measure_agencies``: which actions name the body, as leader or as helper.
    """
    keep = pd.Series(True, index=tree.index)
    if pillar:
        keep &= tree["pillar"] == pillar
    if instrument:
        keep &= tree["instrument"] == instrument
    if actor_id:
        named = agencies["measure_id"][agencies["actor_id"] == actor_id]
        keep &= tree["measure_id"].isin(named)
    return tree[keep].reset_index(drop=True)


def by_agency(
    agencies: pd.DataFrame, measures: pd.DataFrame, sections: pd.DataFrame
) -> pd.DataFrame:
    """Count the actions that name each agency, by pillar, instrument and role.

    Parameters
    ----------
    agencies
        ``measure_agencies``: one row an agency that an action names.

    Returns
    -------
    pandas.DataFrame
        ``actor_id, pillar, instrument, role, action_count``, only combinations that occur.
        An action that names three agencies counts once for each: the counts of agencies do not
        add up to the number of actions.
    """
    joined = agencies.merge(measures[["measure_id", "section_id", "instrument"]], on="measure_id")
    joined = joined.merge(sections[["section_id", "pillar"]], on="section_id")
    keys = ["actor_id", "pillar", "instrument", "role"]
    counts = joined.groupby(keys, observed=True).size().rename("action_count").reset_index()
    counts.attrs["rows"] = evidence.Behind({"measure_agencies": list(joined["measure_agency_id"])})
    return counts


def unnamed(agencies: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """Return the actions that name no agency at all: the rows of ``measures`` without one."""
    named = set(agencies["measure_id"])
    return measures[~measures["measure_id"].isin(named)].reset_index(drop=True)


def ordered(
    measures: pd.DataFrame,
    implementations: pd.DataFrame,
    documents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Say of each action whether an order takes it up, and how that is known.

    Parameters
    ----------
    documents
        With it, each link also says whether its order is older than the Plan.

    Returns
    -------
    pandas.DataFrame
        The measures with ``document_id`` (blank where none is known), ``obligation_id`` and
        ``uptake`` (one of :data:`UPTAKES`); an action with several orders has several rows.
        With ``documents`` also ``predates_plan``: true for an order issued before the Plan,
        which may do what the action asks but cannot answer it; blank without an order or its
        date. A recommendation without an order is not an unkept promise.
    """
    links = implementations[["measure_id", "document_id", "obligation_id", "basis"]]
    frame = measures.merge(links, on="measure_id", how="left")
    uptake = frame.pop("basis").astype("str").fillna("not_stated")
    frame["uptake"] = pd.Categorical(uptake, categories=list(UPTAKES))
    if documents is not None:
        issued = documents.set_index("document_id")["issued_date"].to_dict()
        dates = frame["document_id"].map(issued).astype("datetime64[s]")
        is_older = (dates < issued.get(PLAN, pd.NaT)).astype("boolean")
        frame["predates_plan"] = is_older.mask(dates.isna())
    return frame


def ordered_by_pillar(
    measures: pd.DataFrame,
    implementations: pd.DataFrame,
    sections: pd.DataFrame,
    documents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Count the actions of each pillar by whether an order takes them up.

    Parameters
    ----------
    documents
        With it, orders older than the Plan are told apart.

    Returns
    -------
    pandas.DataFrame
        ``pillar, uptake, action_count``, zeros included; with ``documents`` also
        ``predates_plan`` (false where no order is known). An action counts once, under its
        strongest link, and before that under an order that is not older than the Plan.
    """
    keys = ["uptake"]
    frame = ordered(measures, implementations, documents)
    if documents is not None:
        frame["predates_plan"] = frame["predates_plan"].fillna(False).astype(bool)
        keys = ["predates_plan", "uptake"]
    frame = frame.sort_values(keys).drop_duplicates("measure_id")
    frame = frame.merge(sections[["section_id", "pillar"]], on="section_id")
    counts = frame.groupby(["pillar", *reversed(keys)], observed=False).size()
    result = counts.rename("action_count").reset_index()
    result.attrs["rows"] = evidence.Behind(
        {
            "implementations": list(implementations["implementation_id"]),
            "measures": list(measures["measure_id"]),
        }
    )
    return result


def counts_told(
    sections: pd.DataFrame, measures: pd.DataFrame, claims: pd.DataFrame
) -> pd.DataFrame:
    """Set our counts of the Plan's levels beside the counts that others give.

    Parameters
    ----------
    claims
        :func:`planlib.evidence.claims`; those that differ on the Plan's own row and speak of
        actions carry counts.

    Returns
    -------
    pandas.DataFrame
        ``statement`` (``pillars``, ``sections``, ``actions``, ``distinct``, ``told``),
        ``said_by`` (the publisher; ours is planlib), ``figure``, ``qualifier`` and ``origin``
        (``computed`` for our counts of rows, ``quoted`` for the others'), smallest first.
    """
    from planlib import literals

    counts = levels(sections, measures)
    own = [
        ("pillars", len(counts)),
        ("sections", int(counts["section_count"].sum())),
        ("distinct", int(counts["distinct_count"].sum())),
        ("actions", int(counts["action_count"].sum())),
    ]
    rows = [(word, "planlib", float(n), "exact", "computed") for word, n in own]
    about_plan = (claims["table"] == "documents") & (claims["row_id"] == PLAN)
    told = claims[about_plan & (claims["field"] == "*") & (claims["stance"] == "differs")]
    told = told[told["value"].str.contains("action")]
    for publisher, value in tables.cells(told, "publisher", "value"):
        rows += [
            ("told", publisher, reading.value, reading.qualifier, "quoted")
            for reading in literals.read(str(value))[:1]
            if reading.value is not None
        ]
    frame = pd.DataFrame(rows, columns=["statement", "said_by", "figure", "qualifier", "origin"])
    frame = frame.sort_values(["figure", "said_by"]).reset_index(drop=True)
    for column in ("statement", "qualifier", "origin"):
        frame[column] = frame[column].astype("category")
    frame.attrs["rows"] = evidence.Behind(
        {"documents": [PLAN], "measures": list(measures["measure_id"])}
    )
    return frame
