"""What happened, what is due, and what is known of it as of a date."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import pandas as pd

from planlib import evidence, tables

# The lapse of appropriations of autumn 2025, as two rows of the events table.
SHUTDOWN = ("2025-10-01-shutdown-begins", "2025-11-12-shutdown-ends")
BOARD_FROM = pd.Timestamp("2025-01-01")
# The order that asked for the Plan and the orders that carry it on.
PLAN_ORDERS = ("eo-14179", "eo-14318", "eo-14319", "eo-14320", "eo-14363", "eo-14365")
STATUSES = (
    "done_on_time", "done_late", "done", "implied", "partial", "postponed",
    "not_done_says_source", "passed_no_record", "passed_not_searched", "due_in",
    "date_unknown", "no_date",
)  # fmt: skip
LANES = {
    "orders": ("executive_order", "memorandum", "proclamation", "directive"),
    "rules": ("rule", "guidance", "standard", "notice", "policy_statement"),
    "plans": ("plan", "framework", "report"),
    "legislation": ("law", "bill", "legislative_step"),
    "deals": ("deal", "agreement", "declaration"),
    "statements": ("statement", "speech", "letter", "release", "market", "institution",
                   "diplomacy"),
    "disputes": ("court_case", "enforcement"),
    "duties": ("outcome",),
}  # fmt: skip


def due_dates(
    obligations: pd.DataFrame, documents: pd.DataFrame, outcomes: pd.DataFrame
) -> pd.DataFrame:
    """Compute when each obligation falls due.

    Due date = start + calendar days or months as the text says (no business days, no shift off
    weekends: the orders print none). The start is the document's own date, a date in the text,
    or, for a chained duty, the day on which the other duty was done; where that day is not known
    the due date is unknown and stays so. Of a recurring duty this is the first due date.

    Returns
    -------
    pandas.DataFrame
        The obligations with ``clock_start`` (day), ``due_date`` (day), ``due_origin``
        (``computed`` from a rule; ``quoted`` where a text prints a date and no rule; or missing),
        and ``stated_gap_days``: stated minus computed date [day] where a text prints both.
    """
    frame = obligations.reset_index(drop=True)
    to_the_day = documents[documents["issued_precision"] == "day"]
    issued = to_the_day.set_index("document_id")["issued_date"].to_dict()
    starts = {
        "document": frame["document_id"].map(issued),
        "date": frame["start_date"],
        "obligation": frame["start_obligation_id"].map(done_dates(outcomes)),
    }
    clock = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[s]")
    for kind, days in starts.items():
        clock = clock.mask(frame["start_kind"] == kind, days.astype("datetime64[s]"))
    frame["clock_start"] = clock
    computed = _add_period(frame)
    stated = frame["stated_due_date"]
    frame["due_date"] = computed.fillna(stated)
    origin = pd.Series("quoted", index=frame.index).where(stated.notna())
    frame["due_origin"] = pd.Categorical(
        origin.mask(computed.notna(), "computed"), categories=["quoted", "computed"]
    )
    frame["stated_gap_days"] = (stated - computed).dt.days.astype("Int64")
    return frame


def dating_column(duty: Any) -> str:
    """Return the column that the due day of a duty rests on; ``*`` where it has none."""
    columns = ("days", "months", "stated_due_date")
    return next((c for c in columns if pd.notna(getattr(duty, c))), "*")


def _add_period(frame: pd.DataFrame) -> pd.Series:
    rules = zip(frame["clock_start"], frame["days"], frame["months"], strict=True)
    due = [_due(start, days, months) for start, days, months in rules]
    return pd.Series(due, index=frame.index, dtype="datetime64[s]")


@lru_cache(maxsize=4096)
def _due(start: pd.Timestamp, days: float, months: float) -> pd.Timestamp:
    if pd.isna(start) or (pd.isna(days) and pd.isna(months)):
        return pd.NaT
    return start + pd.DateOffset(
        months=0 if pd.isna(months) else int(months), days=0 if pd.isna(days) else int(days)
    )


def done_dates(outcomes: pd.DataFrame) -> dict[str, pd.Timestamp]:
    """Return the first day on which each obligation was done, where a day is known.

    A step that only implies completion, or a month, starts no clock.
    """
    first = _first_done(outcomes)
    sure = first[(first["outcome_precision"] == "day") & first["outcome_date"].notna()]
    return dict(zip(sure["obligation_id"], sure["outcome_date"], strict=True))


def _first_done(outcomes: pd.DataFrame) -> pd.DataFrame:
    done = outcomes[outcomes["result"] == "done"]
    order = done.assign(is_vague=done["outcome_precision"] != "day")
    order = order.sort_values(["is_vague", "outcome_date"]).drop(columns="is_vague")
    return order.drop_duplicates("obligation_id")


def _telling(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return one outcome an obligation: the first that says done, or else the latest."""
    done = _first_done(outcomes)
    others = outcomes[~outcomes["obligation_id"].isin(done["obligation_id"])]
    latest = others.sort_values("outcome_date", na_position="first")
    return pd.concat([done, latest.drop_duplicates("obligation_id", keep="last")])


def board(
    obligations: pd.DataFrame,
    documents: pd.DataFrame,
    outcomes: pd.DataFrame,
    events: pd.DataFrame,
    as_of: str | pd.Timestamp = "",
) -> pd.DataFrame:
    """Return the deadline board: each obligation with its due date and status on ``as_of``.

    What became public later is left out: obligations of later documents, later outcomes. Where
    several outcomes are known, the first that says done counts, or else the latest.

    Returns
    -------
    pandas.DataFrame
        One row an obligation: the columns of :func:`due_dates` and ``duty_status`` (one of
        :data:`STATUSES`), ``days_late`` [day] (only for what was done on a known day; 0 when in
        time), ``days_left`` [day] (only for what is still to come), ``outcome_id``,
        ``outcome_date``, ``outcome_precision``, ``due_weekday`` (0 is Monday), ``is_weekend``,
        and ``shutdown_days`` [day]: days of the period that fell in the autumn 2025 lapse of
        appropriations. A date that passed without a record is not a finding of lateness.
    """
    today = as_of if isinstance(as_of, pd.Timestamp) else tables.resolve_as_of(as_of)
    return boards(obligations, documents, outcomes, events, [today]).drop(columns="as_of")


def boards(
    obligations: pd.DataFrame,
    documents: pd.DataFrame,
    outcomes: pd.DataFrame,
    events: pd.DataFrame,
    days: Sequence[pd.Timestamp],
) -> pd.DataFrame:
    """Return the deadline boards of several days in one frame: :func:`board` with ``as_of``."""
    obligations = _on_days(obligations, days, ["obligation_id", "start_obligation_id"])
    issued = tables.last_days(documents, "issued_date")
    issued_on = dict(zip(documents["document_id"], issued, strict=True))
    known = obligations["document_id"].map(issued_on)
    obligations = obligations[known.isna() | (known <= obligations["as_of"])]
    outcomes = _on_days(outcomes, days, ["obligation_id"])
    outcomes = outcomes[_is_public(outcomes, "outcome_date", outcomes["as_of"])]
    frame = due_dates(obligations, documents, outcomes)
    columns = ["obligation_id", "outcome_id", "result", "outcome_date", "outcome_precision"]
    frame = frame.merge(_telling(outcomes)[columns], on="obligation_id", how="left")
    on_a_day = (frame["outcome_precision"] == "day") & (frame["result"] == "done")
    gap = (frame["outcome_date"] - frame["due_date"]).dt.days.where(on_a_day).astype("Int64")
    left = (frame["due_date"] - frame["as_of"]).dt.days.astype("Int64")
    status = _statuses(frame, gap, left)
    frame["days_late"] = gap.clip(lower=0)
    # A negative number of days left would call silence lateness.
    frame["days_left"] = left.where(status == "due_in")
    frame["duty_status"] = pd.Categorical(status, categories=list(STATUSES))
    frame["due_weekday"] = frame["due_date"].dt.day_of_week.astype("Int64")
    frame["is_weekend"] = (frame["due_weekday"] >= 5).fillna(False).astype(bool)
    frame["shutdown_days"] = _shutdown_days(frame, events)
    for column in ("obligation_id", "start_obligation_id"):
        frame[column] = frame[column].map(lambda key: key.partition("@")[0], na_action="ignore")
    return frame.drop(columns="result")


def stops(
    obligations: pd.DataFrame, documents: pd.DataFrame, as_of: str = ""
) -> list[pd.Timestamp]:
    """Return the days at which a reader may look at the board: ends of months, and ``as_of``.

    They begin with the first month from 2025 on at whose end a duty of ``obligations`` was known.
    """
    today = tables.resolve_as_of(as_of)
    is_meant = documents["document_id"].isin(obligations["document_id"])
    first = max(documents["issued_date"][is_meant].min(), BOARD_FROM)
    return [*pd.date_range(first, today, freq="ME", inclusive="left"), today]


def _on_days(frame: pd.DataFrame, days: Sequence[pd.Timestamp], keys: list[str]) -> pd.DataFrame:
    """Repeat a table for each day, with keys of each day's own."""
    texts = {k: frame[k].astype("str") for k in keys}
    parts = [
        frame.assign(as_of=day.as_unit("s"), **{k: texts[k] + f"@{day.date()}" for k in keys})
        for day in days
    ]
    return pd.concat(parts, ignore_index=True)


def _is_public(frame: pd.DataFrame, column: str, day: pd.Timestamp | pd.Series) -> pd.Series:
    last = tables.last_days(frame, column)
    return last.isna() | (last <= day)


def _statuses(frame: pd.DataFrame, gap: pd.Series, left: pd.Series) -> pd.Series:
    has_rule = frame["days"].notna() | frame["months"].notna()
    waits = frame["clock_start"].isna() & (has_rule | (frame["start_kind"] == "obligation"))
    undated = frame["due_date"].isna()
    # The later line wins: what is known of a duty outweighs what its date says.
    layers = [
        # Nobody looked after the due day: not even "no record found" can be said.
        ("passed_not_searched", frame["searched_date"] < frame["due_date"]),
        ("no_date", undated),
        ("date_unknown", undated & waits),
        ("due_in", left >= 0),
        *((word, frame["result"] == word) for word in ("partial", "implied", "postponed", "done")),
        ("not_done_says_source", frame["result"] == "not_done"),
        ("done_on_time", gap <= 0),
        ("done_late", gap > 0),
    ]
    status = pd.Series("passed_no_record", index=frame.index)
    for word, rows in layers:
        status = status.mask(rows.fillna(False).astype(bool), word)
    return status


def _shutdown_days(frame: pd.DataFrame, events: pd.DataFrame) -> pd.Series:
    dates = events.set_index("event_id")["date"]
    if not set(SHUTDOWN) <= set(dates.index):
        return pd.Series(pd.NA, index=frame.index, dtype="Int64")
    first, last = (dates[event] for event in SHUTDOWN)
    begin = frame["clock_start"].clip(lower=first)
    end = frame["due_date"].clip(upper=last)
    # Both ends count: a lapse from 1 October to 12 November is 43 days.
    overlap = (end - begin).dt.days + 1
    known = frame["as_of"] >= last
    return overlap.clip(lower=0).astype("Int64").where(known)


def status_counts(board_frame: pd.DataFrame) -> pd.DataFrame:
    """Count obligations by status: ``duty_status, duty_count``, every status, zeros included."""
    counts = board_frame.groupby("duty_status", observed=False).size()
    result = counts.rename("duty_count").reset_index()
    result.attrs["rows"] = evidence.Behind({"obligations": list(board_frame["obligation_id"])})
    return result


def chronicle(
    documents: pd.DataFrame, deals: pd.DataFrame, outcomes: pd.DataFrame, events: pd.DataFrame
) -> pd.DataFrame:
    """Put everything dated on one line: documents issued, deals, outcomes and events.

    An outcome that is the issue of a document, on its very day, stands there once: as the
    document.

    Returns
    -------
    pandas.DataFrame
        ``date, precision, lane, category, title, title_zh, table, row_id``, sorted by date;
        ``lane`` is one of :data:`LANES`, ``category`` the word of the home table.
    """
    issued = documents.set_index("document_id")["issued_date"]
    outcomes = outcomes[outcomes["document_id"].map(issued) != outcomes["outcome_date"]]
    parts = [
        _entries(documents, "documents", "document_id", "issued_date", "issued_precision", "kind"),
        _entries(deals, "deals", "deal_id", "announced_date", "announced_precision", "deal"),
        _entries(outcomes.rename(columns={"summary": "title", "summary_zh": "title_zh"}),
                 "outcomes", "outcome_id", "outcome_date", "outcome_precision", "outcome"),
        _entries(events, "events", "event_id", "date", "precision", "category"),
    ]  # fmt: skip
    frame = pd.concat(parts, ignore_index=True).sort_values(["date", "row_id"])
    lane_of = {word: lane for lane, words in LANES.items() for word in words}
    lanes = frame["category"].map(lane_of)
    frame["lane"] = pd.Categorical(lanes, categories=list(LANES))
    frame = frame.reset_index(drop=True)
    frame.attrs["rows"] = evidence.Behind(
        {table: list(group["row_id"]) for table, group in frame.groupby("table")}
    )
    return frame


def _entries(
    frame: pd.DataFrame, table: str, key: str, date: str, precision: str, category: str
) -> pd.DataFrame:
    dated = frame[frame[date].notna()]
    return pd.DataFrame(
        {
            "date": dated[date],
            "precision": dated[precision].astype("str").fillna("day"),
            "category": dated[category].astype("str") if category in dated else category,
            "title": dated["title"],
            "title_zh": dated["title_zh"],
            "table": table,
            "row_id": dated[key],
        }
    )
