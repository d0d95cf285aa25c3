"""Who compares which regimes on what, where sources part, and since when each says so."""

from __future__ import annotations

from typing import Any

import pandas as pd

from planlib import evidence, schema, tables

# The dimensions in two groups: how AI is to be governed, and what is to be built and sold.
THEMES = {
    "governing": ("overall_strategy", "regulation", "frontier_models", "safety_institute",
                  "civil_rights", "state_law", "procurement"),
    "building": ("infrastructure", "semiconductors", "open_source", "industrial_policy",
                 "export_controls", "international_path"),
}  # fmt: skip
UNITED_STATES = ("biden", "trump")
ABROAD = ("china", "eu", "uk")


def told(
    frame: pd.DataFrame,
    claims: pd.DataFrame,
    sources: pd.DataFrame,
    actors: pd.DataFrame,
    as_of: str | pd.Timestamp = "",
) -> pd.DataFrame:
    """Say of each comparison or argument in which text it stands and since when.

    Parameters
    ----------
    frame
        ``comparisons`` or ``arguments``.
    claims
        :func:`planlib.evidence.claims`.
    as_of
        ISO date; what was published later is left out. Empty: the data's own date.

    Returns
    -------
    pandas.DataFrame
        The rows told by then, with ``source_id`` (the text in which it is told; where that is
        not held, the earliest that supports the row),
        ``published_date`` and its precision, ``reported_by_id`` (who made that text),
        ``is_second_hand`` (said by somebody else than who tells it, or by nobody named) and
        ``is_original_read`` (a text of the sayer's own was read and says so too),
        ``is_unsigned`` (the text names no author and its day of publication is not known) and
        ``is_own_text`` (an issuer's own words, which compare nothing). The date is that of the
        text, not of the opinion.
    """
    today = as_of if isinstance(as_of, pd.Timestamp) else tables.resolve_as_of(as_of)
    key = str(frame.columns[0])
    owner = schema.package().table_of_key(key)
    columns = ["field", "stance", "row_id", "source_id"]
    meant = claims.loc[claims["table"] == (owner.name if owner else ""), columns]
    whole = [rest for field, *rest in tables.cells(meant, *columns) if field == "*"]
    held = sources.sort_values(["published_date", "source_id"]).reset_index(drop=True)
    place_of = {source: place for place, source in enumerate(held["source_id"])}
    hands = list(held["publisher"].fillna("") + ", " + held["author"].fillna(""))
    is_read = list(held["sha256"].notna())
    names = _names_printed(actors)
    sayer = dict(tables.cells(frame, key, "said_by_id"))
    # Who tells a thing: the reporter where the table names one, otherwise who says it.
    has_reporter = "reported_by_id" in frame
    teller = dict(tables.cells(frame, key, "reported_by_id")) if has_reporter else sayer
    # The teller's own texts before others, then the earliest, by the order of the sources.
    first: dict[str, tuple[bool, int]] = {}
    originals = set()
    for stance, row, source in whole:
        place = place_of.get(source)
        if stance != "supports" or place is None:
            continue
        is_foreign = not _is_printed(names.get(teller.get(row)), hands[place])
        first[row] = min((is_foreign, place), first.get(row, (True, len(held))))
        if is_read[place] and _is_printed(names.get(sayer.get(row)), hands[place]):
            originals.add(row)
    chosen = [first.get(row, (True, -1)) for row in frame[key]]
    texts = held[["source_id", "author", "role", "published_date", "published_precision"]]
    texts = texts.reindex([place for _, place in chosen]).reset_index(drop=True)
    texts["is_foreign"] = [is_foreign for is_foreign, _ in chosen]
    result = pd.concat([frame.reset_index(drop=True), texts], axis="columns")
    result = result[_last_days(result) <= today].reset_index(drop=True)
    undated = result["published_precision"] == "not_before"
    result["is_unsigned"] = undated & result["author"].isna()
    if not has_reporter:
        cells = tables.cells(result, "source_id", "said_by_id", "is_foreign")
        by_text: dict[str, str] = {}
        for source, maker, is_foreign in cells:
            if not is_foreign:
                by_text.setdefault(source, maker)
        reporters = [by_text.get(source) for source in result["source_id"]]
        result["reported_by_id"] = pd.array(reporters, dtype="str")
    result["is_original_read"] = result[key].isin(originals)
    result["is_own_text"] = result["role"] == "primary"
    result["is_second_hand"] = result["said_by_id"] != result["reported_by_id"]
    return result.drop(columns=["author", "role", "is_foreign"])


def _last_days(frame: pd.DataFrame) -> pd.Series:
    # A text without any date counts as always known.
    return tables.last_days(frame, "published_date").fillna(pd.Timestamp("1900-01-01"))


def _names_printed(actors: pd.DataFrame) -> dict[Any, list[str]]:
    """Return the names of each actor as the sources table joins authors."""
    names = tables.cells(actors, "actor_id", "name", "name_zh")
    return {key: [n.replace("、", ", ") for n in own if pd.notna(n)] for key, *own in names}


def _is_printed(names: list[str] | None, hands: str) -> bool:
    """Say whether an actor published or wrote a text, by name."""
    return any(name in hands for name in names or ())


def grid(
    frame: pd.DataFrame, dimensions: tuple[str, ...], regimes: tuple[str, ...]
) -> pd.DataFrame:
    """Complete what each source says of each regime, dimension by dimension.

    Parameters
    ----------
    frame
        :func:`told` of the comparisons.

    Returns
    -------
    pandas.DataFrame
        Every source that speaks of a dimension with every regime asked for, in the order given;
        a dimension of which no source speaks has one row a regime with a blank ``said_by_id``.
        ``is_stated`` is false where the source says nothing: that is a gap in the sources read,
        not an absence of policy.
    """
    asked = frame[frame["regime"].isin(regimes)].sort_values(["published_date", "source_id"])
    asked = asked.reset_index(drop=True)
    keys = ["dimension", "said_by_id", "regime"]
    said = list(zip(*(asked[k].astype("object") for k in keys), strict=True))
    place_of = {cell: place for place, cell in enumerate(said)}
    rows = []
    for dimension in dimensions:
        sayers = dict.fromkeys(sayer for spoken, sayer, _ in said if spoken == dimension)
        for sayer in list(sayers) or [None]:
            rows += [(dimension, sayer, regime) for regime in regimes]
    full = pd.DataFrame(rows, columns=keys)
    stated = asked.drop(columns=keys).reindex([place_of.get(row, -1) for row in rows])
    result = pd.concat([full, stated.reset_index(drop=True)], axis="columns")
    result["is_stated"] = result["comparison_id"].notna()
    first: dict[str, int] = {}
    for place, (_, sayer, _) in enumerate(said):
        first.setdefault(sayer, place)
    firsts = [first.get(sayer) for _, sayer, _ in rows]
    for column, missing, kind in (
        ("reported_by_id", None, "str"), ("is_second_hand", False, "bool"),
        ("is_unsigned", False, "bool"), ("is_own_text", False, "bool"),
    ):  # fmt: skip
        cells = asked[column].tolist()
        filled = [missing if place is None else cells[place] for place in firsts]
        result[column] = pd.array(filled, dtype=kind)
    return _as_words(result)


def _as_words(frame: pd.DataFrame) -> pd.DataFrame:
    for column in ("dimension", "regime"):
        spec = schema.package()["comparisons"][column]
        frame[column] = pd.Categorical(frame[column], categories=list(spec.enum))
    return frame


def looking_abroad(frame: pd.DataFrame) -> pd.DataFrame:
    """Return :func:`grid` of the sources and dimensions that look at China, the EU or the UK.

    What the same sources say of the Trump administration stands beside it. The frame is empty
    where no source looks abroad.
    """
    regimes = ("trump", *ABROAD)
    foreign = frame[frame["regime"].astype("str").isin(ABROAD)]
    own = frame[frame["said_by_id"].isin(foreign["said_by_id"])]
    spoken = set(foreign["dimension"].astype("str"))
    every = [d for theme in THEMES.values() for d in theme]
    return grid(own, tuple(d for d in every if d in spoken), regimes)


def compared(frame: pd.DataFrame, regimes: tuple[str, ...]) -> pd.Series:
    """Count, by dimension, the sources that speak of all the regimes: who compares, not who issues.

    Returns
    -------
    pandas.Series
        Number of sources by ``dimension``, most first; dimensions with none are left out.
    """
    names = ("dimension", "said_by_id", "regime", "comparison_id", "is_own_text")
    heard: dict[tuple[str, str], set[str]] = {}
    for dimension, sayer, regime, key, is_own in zip(*(frame[n] for n in names), strict=True):
        if pd.notna(key) and not is_own and regime in regimes:
            heard.setdefault((dimension, sayer), set()).add(regime)
    order = {word: place for place, word in enumerate(frame["dimension"].cat.categories)}
    pairs = sorted(heard, key=lambda pair: (order[pair[0]], pair[1]))
    both = [pair[0] for pair in pairs if len(heard[pair]) == len(regimes)]
    return pd.Series(both, dtype="str", name="dimension").value_counts()


def coverage(frame: pd.DataFrame) -> pd.DataFrame:
    """Count what each source says on each dimension.

    Returns
    -------
    pandas.DataFrame
        Every ``dimension`` with every ``said_by_id`` and ``regime`` that occurs, with
        ``is_stated`` and what :func:`told` says of the source; gaps are rows. ``attrs["behind"]``
        holds the comparisons behind each row, by its index.
    """
    words = schema.package()["comparisons"]["dimension"].enum
    keys = ["dimension", "said_by_id", "regime"]
    sayers = frame.sort_values(["published_date", "source_id"])["said_by_id"].unique()
    regimes = [
        r for r in schema.package()["comparisons"]["regime"].enum if r in set(frame["regime"])
    ]
    index = pd.MultiIndex.from_product([words, sayers, regimes], names=keys)
    said: dict[tuple[str, ...], list[str]] = {}
    places = zip(*(frame[k].astype("str") for k in keys), strict=True)
    for place, key in zip(places, frame["comparison_id"], strict=True):
        said.setdefault(place, []).append(str(key))
    result = index.to_frame(index=False)
    by_sayer = frame.drop_duplicates("said_by_id").set_index("said_by_id")
    for column in ("is_second_hand", "is_unsigned", "is_own_text"):
        result[column] = result["said_by_id"].map(by_sayer[column])
    behind = [said.get(row, []) for row in result[keys].itertuples(index=False, name=None)]
    result["is_stated"] = [bool(ids) for ids in behind]
    result = _as_words(result)
    result.attrs["rows"] = evidence.Behind({"comparisons": list(frame["comparison_id"])})
    result.attrs["behind"] = evidence.Behind(enumerate(behind))
    return result


def disagreements(frame: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Set beside each other what sources say differently of one regime on one dimension.

    Parameters
    ----------
    frame
        :func:`told` of the comparisons.
    claims
        :func:`planlib.evidence.claims`; one that differs on a comparison links it to what its
        own source says.

    Returns
    -------
    pandas.DataFrame
        The comparisons that take part, by dimension and regime, at least two for each. Sources
        that merely stress different things are not in it.
    """
    against = claims[(claims["table"] == "comparisons") & (claims["stance"] == "differs")]
    other = dict(tables.cells(frame, "comparison_id", "source_id"))
    involved: set[str] = set()
    topics = list(zip(frame["dimension"].astype("str"), frame["regime"].astype("str"), strict=True))
    topic = dict(zip(frame["comparison_id"], topics, strict=True))
    for row, source in tables.cells(against, "row_id", "source_id"):
        rivals = {k for k, s in other.items() if s == source and topic[k] == topic.get(row)}
        if rivals:
            involved |= rivals | {row}
    result = frame[frame["comparison_id"].isin(involved)]
    order = ["dimension", "regime", "published_date", "comparison_id"]
    return result.sort_values(order).reset_index(drop=True)
