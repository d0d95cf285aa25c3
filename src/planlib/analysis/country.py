"""One country: how the documents treat it, its deals, its events, and the controls aimed at it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from planlib import evidence, tables

# From the favourable to the hostile.
TREATMENTS = (
    "favoured", "ally", "partner", "competitor", "target", "restricted", "adversary",
)  # fmt: skip
ENTRY_KINDS = ("treatment", "deal", "control", "event")


def of_countries(treatments: pd.DataFrame, actors: pd.DataFrame) -> pd.DataFrame:
    """Keep the treatments of countries and of the European Union: no groups, no companies."""
    return treatments[treatments["actor_id"].isin(actors["country_id"].dropna())].reset_index(
        drop=True
    )


def own_actors(actors: pd.DataFrame, country_id: str) -> set[str]:
    """Return the country itself and the actors of its own: government, companies, funds."""
    return {country_id} | _homes(actors).get(country_id, set())


def _homes(actors: pd.DataFrame) -> dict[str, set[str]]:
    """Return the actors of each country."""
    found: dict[str, set[str]] = {}
    for actor, home in tables.cells(actors, "actor_id", "country_id"):
        found.setdefault(home, set()).add(actor)
    return found


def treated(
    treatments: pd.DataFrame, documents: pd.DataFrame, actors: pd.DataFrame, country_id: str
) -> pd.DataFrame:
    """Say of every document that treats anybody how it treats one country, silence included.

    Returns
    -------
    pandas.DataFrame
        One row a treatment of the country, and one for each document that has none, by date of
        issue: ``document_id, issued_date, issued_precision, kind, section, treatment, is_named,
        summary, summary_zh, treatment_id, speaks_of``. ``speaks_of`` is ``country``, ``others``
        (it treats other countries) or ``groups`` (allies or adversaries only, without a list of
        members). Silence is not a treatment: a document may reach a country that it does not name.
    """
    columns = ["document_id", "issued_date", "issued_precision", "kind"]
    issued = documents[documents["document_id"].isin(treatments["document_id"])][columns]
    own = treatments[treatments["actor_id"] == country_id].drop(columns="actor_id")
    frame = issued.merge(own, on="document_id", how="left")
    of_any = set(of_countries(treatments, actors)["document_id"])
    speaks = pd.Series("groups", index=frame.index)
    speaks = speaks.mask(frame["document_id"].isin(of_any), "others")
    frame["speaks_of"] = speaks.mask(frame["treatment_id"].notna(), "country")
    order = frame.sort_values(["issued_date", "document_id", "treatment_id"], na_position="last")
    order = order.reset_index(drop=True)
    order.attrs["rows"] = evidence.Behind({"treatments": list(treatments["treatment_id"])})
    return order


def controls_touching(
    controls: pd.DataFrame, deals: pd.DataFrame, actors: pd.DataFrame, country_id: str
) -> pd.DataFrame:
    """Return the controls aimed at a country, its own actors, or recipients of its deals alone.

    A recipient with deals in several countries, such as a cloud operator, says nothing of which
    of them a licence is for. Controls for all destinations or for groups without a list of
    members are not among them.
    """
    own = own_actors(actors, country_id)
    targets = _targets(_countries_of_recipients(deals), own, country_id)
    return controls[controls["target_id"].isin(targets)].reset_index(drop=True)


def _countries_of_recipients(deals: pd.DataFrame) -> dict[str, set[str]]:
    dated = deals[["recipient_id", "country_id"]].dropna()
    received: dict[str, set[str]] = {}
    for recipient, country in tables.cells(dated, "recipient_id", "country_id"):
        received.setdefault(recipient, set()).add(country)
    return received


def _targets(received: Mapping[str, set[str]], own: set[str], country_id: str) -> set[str]:
    """Return whom a control must be aimed at to touch a country."""
    alone = {recipient for recipient, countries in received.items() if countries == {country_id}}
    # The United States receives money in many deals; that aims no control at it.
    return (own | alone) - ({"USA"} - {country_id})


def events_of(
    events: pd.DataFrame, event_actors: pd.DataFrame, actors: pd.DataFrame, country_id: str
) -> pd.DataFrame:
    """Return the events in a country, or with one of its own actors in them."""
    own = own_actors(actors, country_id)
    with_it = event_actors["event_id"][event_actors["actor_id"].isin(own)]
    rows = (events["jurisdiction"] == country_id) | events["event_id"].isin(with_it)
    return events[rows].reset_index(drop=True)


def entries(
    treatments: pd.DataFrame,
    documents: pd.DataFrame,
    deals: pd.DataFrame,
    controls: pd.DataFrame,
    events: pd.DataFrame,
    event_actors: pd.DataFrame,
    actors: pd.DataFrame,
    countries: Iterable[str],
) -> pd.DataFrame:
    """Put what is dated of countries on one list: treatments, deals, controls and events.

    Returns
    -------
    pandas.DataFrame
        ``country_id, date, precision, entry_kind`` (one of :data:`ENTRY_KINDS`), ``row_title,
        row_title_zh, document_id, treatment, is_named, never_in_force, table, row_id``, by
        country and date. A treatment bears the day of its document, or the later one on which it
        became public; what has no day is left out.
    """
    ids = list(countries)
    issued = documents.set_index("document_id")
    of_treatments = treatments.assign(
        country_id=treatments["actor_id"],
        date=treatments["public_date"].fillna(treatments["document_id"].map(issued["issued_date"])),
        precision=treatments["document_id"]
        .map(issued["issued_precision"])
        .mask(treatments["public_date"].notna(), "day"),
    )
    of_treatments = of_treatments[of_treatments["country_id"].isin(ids)]
    of_deals = deals[deals["country_id"].isin(ids)].rename(
        columns={"announced_date": "date", "announced_precision": "precision"}
    )
    homes, received = _homes(actors), _countries_of_recipients(deals)
    own = {c: {c} | homes.get(c, set()) for c in ids}
    targets = {c: _targets(received, own[c], c) for c in ids}
    target_of = controls["target_id"].tolist()
    aimed = [
        (c, place) for c in ids for place, target in enumerate(target_of) if target in targets[c]
    ]
    of_controls = _taken(controls, aimed)
    with_it: dict[str, set[str]] = {}
    for event, actor in tables.cells(event_actors, "event_id", "actor_id"):
        with_it.setdefault(event, set()).add(actor)
    places = list(tables.cells(events, "event_id", "jurisdiction"))
    seen = [
        (c, place)
        for c in ids
        for place, (event, jurisdiction) in enumerate(places)
        if jurisdiction == c or not own[c].isdisjoint(with_it.get(event, ()))
    ]
    of_events = _taken(events, seen)
    parts = [
        _listed(of_treatments, "treatment", "treatments", "treatment_id", "summary"),
        _listed(of_deals, "deal", "deals", "deal_id", "title"),
        _listed(of_controls.rename(columns={"from_date": "date"}),
                "control", "controls", "control_id", "title"),
        _listed(of_events, "event", "events", "event_id", "title"),
    ]  # fmt: skip
    frame = pd.concat(parts, ignore_index=True)
    frame = frame[frame["date"].notna()].sort_values(["country_id", "date", "table", "row_id"])
    frame["entry_kind"] = pd.Categorical(frame["entry_kind"], categories=list(ENTRY_KINDS))
    frame = frame.reset_index(drop=True)
    frame.attrs["rows"] = evidence.Behind(
        {name: list(group["row_id"]) for name, group in frame.groupby("table")}
    )
    return frame


def _taken(frame: pd.DataFrame, rows: list[tuple[str, int]]) -> pd.DataFrame:
    """Return a row of a frame for each pair of a country and a place in the frame."""
    taken = frame.take([place for _, place in rows])
    return taken.assign(country_id=pd.array([country for country, _ in rows], dtype="str"))


def _listed(frame: pd.DataFrame, kind: str, table: str, key: str, text: str) -> pd.DataFrame:
    blank = pd.Series(None, index=frame.index, dtype="object")
    return pd.DataFrame(
        {
            "country_id": frame["country_id"].astype("str"),
            "date": frame["date"].astype("datetime64[s]"),
            "precision": frame["precision"].astype("object") if "precision" in frame else "day",
            "entry_kind": kind,
            "row_title": frame[text].astype("object"),
            "row_title_zh": frame[f"{text}_zh"].astype("object"),
            "document_id": frame["document_id"].astype("object")
            if "document_id" in frame
            else blank,
            "treatment": frame["treatment"].astype("object") if "treatment" in frame else blank,
            "is_named": frame["is_named"].astype("object") if "is_named" in frame else blank,
            "never_in_force": frame["never_in_force"].astype("object")
            if "never_in_force" in frame
            else blank,
            "table": table,
            "row_id": frame[key],
        }
    )


def holdings(treatments: pd.DataFrame, deals: pd.DataFrame, actors: pd.DataFrame) -> pd.DataFrame:
    """Count what the tables hold of each country.

    Returns
    -------
    pandas.DataFrame
        ``country_id, document_count`` (documents that treat it), ``named_count`` (those that
        name it), ``deal_count``, most documents first. Few rows mean that little was found, not
        that little happened.
    """
    rows = of_countries(treatments, actors)
    of_all = rows.groupby("actor_id")["document_id"].nunique()
    named = rows[rows["is_named"].astype(bool)].groupby("actor_id")["document_id"].nunique()
    with_deals = deals["country_id"].value_counts()
    countries = sorted({*of_all.index, *with_deals.index})
    frame = pd.DataFrame({"country_id": countries})
    for column, counts in (
        ("document_count", of_all), ("named_count", named), ("deal_count", with_deals),
    ):  # fmt: skip
        frame[column] = frame["country_id"].map(counts).fillna(0).astype("int64")
    order = ["document_count", "named_count", "deal_count", "country_id"]
    frame = frame.sort_values(order, ascending=[False, False, False, True]).reset_index(drop=True)
    frame.attrs["rows"] = evidence.Behind({
        "treatments": list(rows["treatment_id"]), "deals": list(deals["deal_id"]),
    })  # fmt: skip
    return frame
