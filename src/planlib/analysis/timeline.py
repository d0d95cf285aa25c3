"""What happened, what is due, and what is known of it as of a date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import pandas as pd

from planlib import evidence, tables

# The lapse of appropriations of autumn 2025, as two rows of the events table.
SHUTDOWN = ("2025-10-01-shutdown-begins", "2025-11-12-shutdown-ends")
BOARD_FROM = pd.Timestamp("2025-01-01")
# The order that asked for the Plan, those issued with it, and two later ones. None of their duties
# stands in the Plan, and those of EO 14365 are no part of it.
PLAN_ORDERS = ("eo-14179", "eo-14318", "eo-14319", "eo-14320", "eo-14363", "eo-14365")
SATURDAY = 5
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


class _Duty(NamedTuple):
    """What of an obligation its due date and its status rest on."""

    obligation_id: str
    document_id: str
    start_kind: str
    start_date: Any
    start_obligation_id: Any
    days: Any
    months: Any
    stated_due_date: Any
    stated_by_id: Any
    searched_date: Any


class _Outcome(NamedTuple):
    """What of an outcome the status of its obligation rests on."""

    outcome_id: str
    obligation_id: str
    result: Any
    outcome_date: Any
    outcome_precision: Any


class _Due(NamedTuple):
    """When a duty falls due: the columns that :func:`due_dates` adds."""

    clock_start: Any
    due_date: Any
    due_origin: str | None
    stated_gap_days: int | None


def due_dates(
    obligations: pd.DataFrame, documents: pd.DataFrame, outcomes: pd.DataFrame
) -> pd.DataFrame:
    """Compute when each obligation falls due.

    Due date = start + calendar days or months as the text says (no business days, no shift off
    weekends: the orders print none). The start is the document's own date, a date in the text,
    or, for a chained duty, the day on which the other duty was done; where that day is not known
    the due date is unknown and stays so. Of a recurring duty this is the first due date. The rule
    of the duty's own text outweighs a date that another text states; a date that a later text
    states is not known before that text is among ``documents``.

    Returns
    -------
    pandas.DataFrame
        The obligations with ``clock_start`` (day), ``due_date`` (day), ``due_origin``
        (``computed`` from a rule; ``quoted`` where a text prints a date and no rule; or missing),
        and ``stated_gap_days``: stated minus computed date [day] where texts give both.
    """
    issued, done = _issued_days(documents), done_dates(outcomes)
    known = set(documents["document_id"])
    dues = [
        _due(duty, issued, done, is_stated=pd.isna(duty.stated_by_id) or duty.stated_by_id in known)
        for duty in _rows(obligations, _Duty)
    ]
    return pd.concat([obligations.reset_index(drop=True), _due_columns(dues)], axis="columns")


def _rows(frame: pd.DataFrame, kind: type[_Duty] | type[_Outcome]) -> list[Any]:
    """Return the rows as plain tuples: for few rows, pandas costs more than the arithmetic."""
    return [kind(*cells) for cells in tables.cells(frame, *kind._fields)]


def _issued_days(documents: pd.DataFrame) -> dict[str, pd.Timestamp]:
    """Return the day of each document that is dated to the day."""
    issued = tables.cells(documents, "document_id", "issued_date", "issued_precision")
    return {key: day for key, day, word in issued if word == "day"}


def _due(
    duty: _Duty,
    issued: Mapping[str, pd.Timestamp],
    done: Mapping[str, pd.Timestamp],
    *,
    is_stated: bool,
) -> _Due:
    starts = {
        "document": issued.get(duty.document_id, pd.NaT),
        "date": duty.start_date,
        "obligation": done.get(duty.start_obligation_id, pd.NaT),
    }
    clock = starts.get(duty.start_kind, pd.NaT)
    computed = _added(clock, duty.days, duty.months)
    stated = duty.stated_due_date if is_stated else pd.NaT
    if pd.isna(computed):
        return _Due(clock, stated, None if pd.isna(stated) else "quoted", None)
    gap = None if pd.isna(stated) else (stated - computed).days
    return _Due(clock, computed, "computed", gap)


def _due_columns(dues: Sequence[_Due]) -> pd.DataFrame:
    clock, due, origin, gap = zip(*dues, strict=True) if dues else ((), (), (), ())
    return pd.DataFrame(
        {
            "clock_start": pd.array(clock, dtype="datetime64[s]"),
            "due_date": pd.array(due, dtype="datetime64[s]"),
            "due_origin": pd.Categorical(origin, categories=["quoted", "computed"]),
            "stated_gap_days": pd.array(gap, dtype="Int64"),
        }
    )


def dating_column(duty: Any) -> str:
    """Return the column that the due day of a duty rests on; ``*`` where it has none."""
    columns = ("days", "months", "stated_due_date")
    return next((c for c in columns if pd.notna(getattr(duty, c))), "*")


@lru_cache(maxsize=4096)
def _added(start: pd.Timestamp, days: float, months: float) -> pd.Timestamp:
    if pd.isna(start) or (pd.isna(days) and pd.isna(months)):
        return pd.NaT
    return start + pd.DateOffset(
        months=0 if pd.isna(months) else int(months), days=0 if pd.isna(days) else int(days)
    )


def done_dates(outcomes: pd.DataFrame) -> dict[str, pd.Timestamp]:
    """Return the first day on which each obligation was done, where a day is known.

    A step that only implies completion, or a month, starts no clock.
    """
    return _done_days(_first_done(_rows(outcomes, _Outcome)))


def _done_days(first: Mapping[str, _Outcome]) -> dict[str, pd.Timestamp]:
    return {
        key: done.outcome_date
        for key, done in first.items()
        if done.outcome_precision == "day" and pd.notna(done.outcome_date)
    }


def _first_done(outcomes: Iterable[_Outcome]) -> dict[str, _Outcome]:
    """Return the first outcome that says done, by obligation: a sure day before a vague one."""
    done = sorted(
        (o for o in outcomes if o.result == "done"),
        key=lambda o: (o.outcome_precision != "day", pd.isna(o.outcome_date), o.outcome_date),
    )
    return {o.obligation_id: o for o in reversed(done)}


def _telling(
    outcomes: Iterable[_Outcome], first_done: Mapping[str, _Outcome]
) -> dict[str, _Outcome]:
    """Return one outcome an obligation: the first that says done, or else the latest."""
    by_date = sorted(outcomes, key=lambda o: (pd.notna(o.outcome_date), o.outcome_date))
    return {o.obligation_id: o for o in by_date} | dict(first_done)


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
    duties, told = _rows(obligations, _Duty), _rows(outcomes, _Outcome)
    issued, shutdown = _issued_days(documents), _shutdown(events)
    last_issued = tables.last_days(documents, "issued_date")
    known_from = dict(zip(documents["document_id"].tolist(), last_issued, strict=True))
    told_from = tables.last_days(outcomes, "outcome_date").tolist()
    # Only what starts with another duty, or is dated by a later text, may get another due day as
    # more is known.
    own = {
        d.obligation_id: _due(d, issued, {}, is_stated=True)
        for d in duties
        if d.start_kind != "obligation" and pd.isna(d.stated_by_id)
    }
    places, dues, standings = [], [], []
    for day in days:
        # What has no date counts as always known: no comparison with it holds.
        known = [o for o, since in zip(told, told_from, strict=True) if not since > day]
        first_done = _first_done(known)
        telling, done = _telling(known, first_done), _done_days(first_done)
        for place, duty in enumerate(duties):
            if known_from.get(duty.document_id, pd.NaT) > day:
                continue
            later = duty.stated_by_id
            is_stated = pd.isna(later) or known_from.get(later, pd.NaT) <= day
            due = own.get(duty.obligation_id) or _due(duty, issued, done, is_stated=is_stated)
            places.append(place)
            dues.append(due)
            standings.append(_standing(duty, due, telling.get(duty.obligation_id), day, shutdown))
    added = _standing_columns(standings, outcomes)
    parts = [obligations.take(places).reset_index(drop=True), added[["as_of"]],
             _due_columns(dues), added.drop(columns="as_of")]  # fmt: skip
    return pd.concat(parts, axis="columns")


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


class _Standing(NamedTuple):
    """How a duty stood on a day: the columns that :func:`boards` adds to the due dates."""

    as_of: pd.Timestamp
    outcome_id: str | None
    outcome_date: Any
    outcome_precision: Any
    days_late: int | None
    days_left: int | None
    duty_status: str
    due_weekday: int | None
    is_weekend: bool
    shutdown_days: int | None


def _standing(
    duty: _Duty,
    due: _Due,
    outcome: _Outcome | None,
    day: pd.Timestamp,
    shutdown: tuple[pd.Timestamp, pd.Timestamp] | None,
) -> _Standing:
    date, precision, result, outcome_id = pd.NaT, None, None, None
    if outcome is not None:
        outcome_id, _, result, date, precision = outcome
    is_due = pd.notna(due.due_date)
    gap = None
    if is_due and result == "done" and precision == "day" and pd.notna(date):
        gap = (date - due.due_date).days
    status = _status(duty, due, result, gap, day)
    weekday = due.due_date.day_of_week if is_due else None
    return _Standing(
        as_of=day,
        outcome_id=outcome_id,
        outcome_date=date,
        outcome_precision=precision,
        days_late=None if gap is None else max(gap, 0),
        # A negative number of days left would call silence lateness.
        days_left=(due.due_date - day).days if status == "due_in" else None,
        duty_status=status,
        due_weekday=weekday,
        is_weekend=weekday is not None and weekday >= SATURDAY,
        shutdown_days=_shutdown_days(due, shutdown, day),
    )


def _status(duty: _Duty, due: _Due, result: Any, gap: int | None, day: pd.Timestamp) -> str:
    # What is known of a duty outweighs what its date says.
    if gap is not None:
        return "done_late" if gap > 0 else "done_on_time"
    if result == "not_done":
        return "not_done_says_source"
    if isinstance(result, str):
        return result
    if pd.isna(due.due_date):
        has_rule = pd.notna(duty.days) or pd.notna(duty.months)
        waits = pd.isna(due.clock_start) and (has_rule or duty.start_kind == "obligation")
        return "date_unknown" if waits else "no_date"
    if due.due_date >= day:
        return "due_in"
    # Nobody looked after the due day: not even "no record found" can be said.
    return "passed_not_searched" if duty.searched_date < due.due_date else "passed_no_record"


def _shutdown(events: pd.DataFrame) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    """Return the first and the last day of the lapse, where the events have both."""
    dates = dict(tables.cells(events, "event_id", "date"))
    first, last = (dates.get(event) for event in SHUTDOWN)
    return None if first is None or last is None else (first, last)


def _shutdown_days(
    due: _Due, shutdown: tuple[pd.Timestamp, pd.Timestamp] | None, day: pd.Timestamp
) -> int | None:
    if shutdown is None or day < shutdown[1]:
        return None
    if pd.isna(due.clock_start) or pd.isna(due.due_date):
        return None
    begin, end = max(due.clock_start, shutdown[0]), min(due.due_date, shutdown[1])
    # Both ends count: a lapse from 1 October to 12 November is 43 days.
    return max((end - begin).days + 1, 0)


def _standing_columns(standings: Sequence[_Standing], outcomes: pd.DataFrame) -> pd.DataFrame:
    """Make columns of a type each, those of outcomes as in their table."""
    types: dict[str, Any] = {
        "as_of": "datetime64[s]",
        **{c: outcomes[c].dtype for c in ("outcome_id", "outcome_date", "outcome_precision")},
        "days_late": "Int64",
        "days_left": "Int64",
        "duty_status": pd.CategoricalDtype(list(STATUSES)),
        "due_weekday": "Int64",
        "is_weekend": "bool",
        "shutdown_days": "Int64",
    }
    columns = zip(*standings, strict=True) if standings else ((),) * len(types)
    return pd.DataFrame(
        {name: pd.array(cells, dtype=types[name])
         for name, cells in zip(_Standing._fields, columns, strict=True)}
    )  # fmt: skip


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
