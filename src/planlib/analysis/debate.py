"""Who argues what: ambitions and obstacles, levers against state law, China's exposure."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from planlib import evidence, schema, tables

PLAN = "ai-action-plan"
STATE_LAW_ORDER = "eo-14365"


class Lever(NamedTuple):
    """Rows that speak of one lever against state AI laws; chosen by us, by subject."""

    measures: tuple[str, ...] = ()
    obligations: tuple[str, ...] = ()
    bills: tuple[str, ...] = ()
    events: tuple[str, ...] = ()


LEVERS = {
    "state_funding": Lever(("P1.01.3",), ("EO14365-04",)),
    "bead": Lever((), ("EO14365-03",)),
    "fcc_review": Lever(("P1.01.4",), ("EO14365-05",)),
    "litigation_task_force": Lever((), ("EO14365-01", "EO14365-09", "EO14365-08")),
    "state_law_evaluation": Lever((), ("EO14365-02",)),
    "ftc_statement": Lever((), ("EO14365-06",)),
    "federal_statute": Lever((), ("EO14365-07",), ("hr-5388", "house-ai-preemption-draft-2026")),
    "state_moratorium": Lever((), (), ("state-ai-law-moratorium",),
                              ("2025-07-01-senate-drops-moratorium",)),
}  # fmt: skip
# Whom a control is aimed at if it is aimed at China.
CHINESE_TARGETS = (
    "CHN", "huawei", "smic", "china-headquartered-firms", "foreign-fabs-in-china",
    "arms-embargoed-destinations",
)  # fmt: skip


def contradictions(told: pd.DataFrame) -> pd.DataFrame:
    """Return the arguments that set an ambition against an obstacle.

    Parameters
    ----------
    told
        :func:`planlib.analysis.comparison.told` of the arguments.

    Returns
    -------
    pandas.DataFrame
        Those with ``goal`` and ``obstacle``, the goal with most obstacles first. Each is what
        somebody argues, never a finding.
    """
    frame = told[told["obstacle"].notna()]
    sizes = frame.groupby("goal")["obstacle"].nunique()
    order = frame.assign(size=-frame["goal"].map(sizes))
    order = order.sort_values(["size", "goal", "obstacle", "published_date", "argument_id"])
    return order.drop(columns="size").reset_index(drop=True)


def voices(told: pd.DataFrame) -> pd.DataFrame:
    """Count arguments by who makes them, of what kind, and who passes them on.

    Returns
    -------
    pandas.DataFrame
        ``said_by_id`` (blank where the text names nobody), ``is_second_hand``, ``is_unsigned``
        (of the text), ``kind``, ``argument_count``; only combinations that occur.
    """
    keys = ["said_by_id", "is_second_hand", "is_unsigned", "kind"]
    counts = told.groupby(keys, observed=True, dropna=False).size().rename("argument_count")
    result = counts.reset_index()
    result.attrs["rows"] = evidence.Behind({"arguments": list(told["argument_id"])})
    return result


def state_law(
    measures: pd.DataFrame,
    board: pd.DataFrame,
    documents: pd.DataFrame,
    outcomes: pd.DataFrame,
    events: pd.DataFrame,
) -> pd.DataFrame:
    """Set beside each lever against state AI laws what was recommended, ordered, proposed, failed.

    Parameters
    ----------
    board
        :func:`planlib.analysis.timeline.board` as of the day asked for.
    measures, documents, outcomes, events
        The tables as of that day.

    Returns
    -------
    pandas.DataFrame
        One row a recommendation, duty or bill: ``lever``, ``weight`` (recommended, ordered,
        proposed, failed), the key of its own row, ``document_id``, ``section``, ``summary`` and
        ``summary_zh``, the due date and status of duties, and ``outcome_id`` or ``event_id`` of
        what is known of it. Levers of which nothing is on record by then are left out.
    """
    parts = [
        _recommended(measures),
        _ordered(board, outcomes),
        _before_congress(documents, events),
    ]
    frame = pd.concat(parts, ignore_index=True)
    for column in ("lever", "weight"):
        spec = schema.package().column(column)
        words = list(spec.enum) if spec else None
        frame[column] = pd.Categorical(frame[column], categories=words)
    frame = frame.sort_values(["lever", "weight"], kind="stable").reset_index(drop=True)
    bills = frame[frame["weight"].isin(["proposed", "failed"])]["document_id"]
    frame.attrs["rows"] = evidence.Behind(
        {
            "measures": list(frame["measure_id"].dropna()),
            "obligations": list(frame["obligation_id"].dropna()),
            "outcomes": list(frame["outcome_id"].dropna()),
            "events": list(frame["event_id"].dropna()),
            "documents": list(bills),
        }
    )
    return frame


def _levers_of(kind: str) -> dict[str, str]:
    return {key: word for word, lever in LEVERS.items() for key in getattr(lever, kind)}


def _of_lever(frame: pd.DataFrame, key: str, kind: str) -> pd.DataFrame:
    """Return the rows that speak of a lever, in the order of :data:`LEVERS`."""
    levers = _levers_of(kind)
    chosen = frame[frame[key].isin(levers)].copy()
    chosen["lever"] = chosen[key].map(levers)
    places = {k: i for i, k in enumerate(levers)}
    return chosen.sort_values(key, key=lambda keys: keys.map(places))


def _recommended(measures: pd.DataFrame) -> pd.DataFrame:
    frame = _of_lever(measures, "measure_id", "measures")
    columns = ["lever", "measure_id", "summary", "summary_zh"]
    return frame[columns].assign(weight="recommended", document_id=PLAN)


def _ordered(board: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    frame = _of_lever(board, "obligation_id", "obligations")
    records = outcomes[["outcome_id", "summary", "summary_zh"]]
    records = records.rename(columns={"summary": "record", "summary_zh": "record_zh"})
    frame = frame.merge(records, on="outcome_id", how="left")
    columns = [
        "lever", "obligation_id", "document_id", "section", "duty", "duty_zh", "due_date",
        "duty_status", "searched_date", "days_late", "days_left", "outcome_id", "outcome_date",
        "outcome_precision", "record", "record_zh",
    ]  # fmt: skip
    names = {"duty": "summary", "duty_zh": "summary_zh"}
    return frame[columns].rename(columns=names).assign(weight="ordered")


def _before_congress(documents: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    frame = _of_lever(documents, "document_id", "bills")
    news = _of_lever(events, "event_id", "events").drop_duplicates("document_id")
    news = news[["document_id", "event_id", "date", "precision", "title", "title_zh"]]
    names = {"title": "record", "title_zh": "record_zh"}
    frame = frame.merge(news.rename(columns=names), on="document_id", how="left")
    # A bill without a day of its own is on record from its first event on.
    frame = frame[frame["issued_date"].notna() | frame["event_id"].notna()]
    is_failed = frame["status"].astype("str") == "not_enacted"
    frame["weight"] = is_failed.map({True: "failed", False: "proposed"})
    frame["outcome_date"] = frame["date"].fillna(frame["issued_date"])
    precision = frame["precision"].astype("str").where(frame["event_id"].notna())
    frame["outcome_precision"] = precision.fillna(frame["issued_precision"].astype("str"))
    columns = ["lever", "weight", "document_id", "title", "title_zh", "event_id", "outcome_date",
               "outcome_precision", "record", "record_zh"]  # fmt: skip
    return frame[columns].rename(columns={"title": "summary", "title_zh": "summary_zh"})


def misattributed(board: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return the duties that some source ascribes to the Plan although an order lays them down.

    Returns
    -------
    pandas.DataFrame
        ``obligation_id, source_id, publisher``; the Plan recommends and orders nothing.
    """
    says_plan = (claims["stance"] == "differs") & (claims["value"] == PLAN)
    about = claims[says_plan & (claims["field"] == "document_id")]
    about = about[(about["table"] == "obligations") & about["row_id"].isin(board["obligation_id"])]
    columns = {"row_id": "obligation_id"}
    return about.rename(columns=columns)[["obligation_id", "source_id", "publisher"]]


def exposure(
    controls: pd.DataFrame, links: pd.DataFrame, told: pd.DataFrame, as_of: str | pd.Timestamp = ""
) -> pd.DataFrame:
    """Set each control on China against the risks argued of it and the answers proposed to it.

    Parameters
    ----------
    controls
        :func:`planlib.analysis.controls.states`.
    links
        ``argument_controls``: ``basis`` says whether the text names the control or we matched it.
    told
        :func:`planlib.analysis.comparison.told` of the arguments.

    Returns
    -------
    pandas.DataFrame
        Controls aimed at China or spoken of in an argument, known on the day, with
        ``argument_id``, ``kind``, ``goal`` and ``basis``; one row without an argument where none
        speaks of the control. China's own measures are not in it: :func:`own_measures`.
    """
    today = as_of if isinstance(as_of, pd.Timestamp) else tables.resolve_as_of(as_of)
    said = ["argument_id", "kind", "goal", "goal_zh", "summary", "summary_zh", "said_by_id",
            "reported_by_id", "is_second_hand", "standing"]  # fmt: skip
    spoken = links.merge(told[said], on="argument_id")
    is_own = controls["jurisdiction"] == "CHN"
    is_aimed = controls["target_id"].isin(CHINESE_TARGETS)
    is_spoken = controls["control_id"].isin(spoken["control_id"])
    frame = controls[(is_aimed | is_spoken) & ~is_own]
    frame = frame[frame["from_date"].isna() | (frame["from_date"] <= today)]
    columns = ["control_id", "from_date", "to_date", "control_state", "document_id"]
    result = frame[columns].merge(spoken, on="control_id", how="left")
    result = result.sort_values(["from_date", "control_id"], kind="stable").reset_index(drop=True)
    result.attrs["rows"] = evidence.Behind(
        {
            "controls": sorted(set(frame["control_id"])),
            "argument_controls": list(spoken["argument_control_id"]),
        }
    )
    return result


def own_measures(controls: pd.DataFrame) -> pd.DataFrame:
    """Return the measures of China's own among the controls, earliest first.

    They are on record as adopted; what is proposed stands in the arguments.
    """
    own = controls[controls["jurisdiction"] == "CHN"]
    return own.sort_values("from_date").reset_index(drop=True)
