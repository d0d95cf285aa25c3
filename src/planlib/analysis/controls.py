"""Chip controls: what was in force on a day, which limits applied, and which tests hold."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Any

import pandas as pd

from planlib import evidence, tables
from planlib.errors import ParameterError, PlanlibError

STATES = (
    "in_force", "suspended", "suspension_lapsed", "ended", "not_yet", "never_in_force",
    "date_not_stated",
)  # fmt: skip
# The document of the diffusion rule has many controls of its own; it stands apart.
GROUPS = ("rules", "diffusion", "proposals", "decisions", "china")
RESULTS = ("met", "not_met", "not_known")
# Days after which a control does not apply, and what is known only with each.
STOPS = {"to_date": ("ended_by_id",), "suspended_date": ("suspended_to_date", "suspended_by_id")}
# What a yes-or-no parameter of a notebook means; silence is not a no.
ANSWERS = {"yes": True, "no": False, "unknown": None}
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "more_than": operator.gt, "at_least": operator.ge, "less_than": operator.lt,
    "up_to": operator.le,
}  # fmt: skip

DIFFUSION = "ai-diffusion-rule"
# The row that holds how many red flags the guidance of May 2025 is said to list.
FLAGS_TOLD = "BISDIV-P01"
# Which rows speak of a feature of a transaction. Mapped by us, row by row, from their summaries:
# a row is named where it speaks of the feature itself, not where it might apply as well.
FEATURES: dict[str, dict[str, tuple[str, ...]]] = {
    "any_deal": {
        "controls": (
            "us-advanced-computing-2022", "us-advanced-computing-2023", "us-de-minimis-rule",
            "us-diversion-guidance", "us-foreign-direct-product-rule",
        ),
        "red_flags": (
            "bis-2025-01", "bis-2025-02", "bis-2025-03", "bis-2025-05", "bis-2025-06",
            "bis-2025-07", "bis-2025-08", "bis-2025-09", "bis-2025-10",
        ),
    },
    "order_surge": {"controls": ("us-diversion-guidance",), "red_flags": ("bis-2025-04",)},
    "third_country": {
        "controls": (
            "us-chip-security-act", "us-diversion-guidance", "us-foreign-direct-product-rule",
            "us-headquarters-test-2023", "us-origin-verification-2025",
            "us-remote-access-security-act", "us-subsidiary-guidance-2026",
        ),
        "red_flags": ("bis-2025-07", "bis-2025-08"),
        "treatments": ("ai-action-plan.P3.03.diversion-risk-countries.target",),
    },
    "chinese_chip": {"controls": ("us-gp10-ascend", "us-sanctions-huawei")},
    "chinese_model": {
        "controls": ("us-ai-training-statement",),
        "treatments": ("ai-action-plan.P1.02.CHN.target",),
    },
}  # fmt: skip

PROJECT_ORDER = "eo-14318"
# EO 14318 first says what a project is, then how a project qualifies: each is a set of routes.
PROJECT_ROUTES = ("data-center-project", "component-infrastructure", "component-plant")
QUALIFYING_ROUTES = (
    "qualifying-capital", "qualifying-load", "qualifying-security", "qualifying-designation",
)  # fmt: skip
IS_A_PROJECT = ("EO14318-T05", "EO14318-T08", "EO14318-T10", "EO14318-T12")


def day_asked(on: str, as_of: str = "") -> pd.Timestamp:
    """Return the day whose rules are asked for: ``on``, or the as-of day when it is empty.

    Raises :class:`planlib.errors.ParameterError` for a day after the as-of day.
    """
    today = tables.resolve_as_of(as_of)
    day = tables.resolve_as_of(on) if on else today
    if day > today:
        raise ParameterError(
            f"on: {on} is after {today.date()}, the day as of which things are known; "
            "give an earlier day"
        )
    return day


def states(controls: pd.DataFrame, on: str | pd.Timestamp) -> pd.DataFrame:
    """Say of each control how it stood on a day.

    A control applies from its first day until the day before it was ended, suspended or
    withdrawn. A suspension runs to its last day as announced; that it ran out is no record that
    the control came back, nor that it stayed away. What happened after ``on`` is not known on
    that day and shows only as no end.

    Returns
    -------
    pandas.DataFrame
        The controls with ``control_state``, one of :data:`STATES`: ``never_in_force`` for
        proposals, bills and rules withdrawn before they took effect, ``date_not_stated`` for
        what is said to apply without a first day, ``suspension_lapsed`` from the day after the
        last day of a suspension on.
    """
    day = pd.Timestamp(on)
    names = ("from_date", "to_date", "suspended_date", "suspended_to_date", "never_in_force")
    state = [_state(*span, day=day) for span in tables.cells(controls, *names)]
    return controls.assign(control_state=pd.Categorical(state, categories=list(STATES)))


def _state(
    first: pd.Timestamp,
    end: pd.Timestamp,
    suspended: pd.Timestamp,
    until: pd.Timestamp,
    is_never: bool,
    *,
    day: pd.Timestamp,
) -> str:
    if is_never:
        return "never_in_force"
    if pd.isna(first):
        return "date_not_stated"
    if first > day:
        return "not_yet"
    # No comparison holds with a day that is not stated.
    if end <= day:
        return "ended"
    if suspended <= day:
        return "suspension_lapsed" if until < day else "suspended"
    return "in_force"


def groups(controls: pd.DataFrame) -> pd.Series:
    """Return what kind of measure each control is, one of :data:`GROUPS`."""
    names = ("standing", "never_in_force", "document_id", "jurisdiction")
    group = [_group(*cells) for cells in tables.cells(controls, *names)]
    return pd.Series(group, index=controls.index, dtype="str")


def _group(standing: str, is_never: bool, document_id: str, jurisdiction: str) -> str:
    if jurisdiction == "CHN":
        return "china"
    if document_id == DIFFUSION:
        return "diffusion"
    if is_never or standing in ("bill", "proposal"):
        return "proposals"
    return "decisions" if standing in ("licence_decision", "reported_decision") else "rules"


def in_force(controls: pd.DataFrame, on: str | pd.Timestamp) -> pd.DataFrame:
    """Return the controls that applied on a day: begun, not ended or suspended, ever in force.

    Not among them is what sources say applies without a first day: see :func:`states`.
    """
    frame = states(controls, on)
    return frame[frame["control_state"] == "in_force"].reset_index(drop=True)


def known_ends(controls: pd.DataFrame, as_of: str | pd.Timestamp = "") -> pd.DataFrame:
    """Take out ends and suspensions not yet known on the as-of day: such a control was open.

    The last day of a suspension is known with its first: its notice prints both.
    """
    today = as_of if isinstance(as_of, pd.Timestamp) else tables.resolve_as_of(as_of)
    known = controls.copy(deep=False)
    for first, told in STOPS.items():
        later = controls[first] > today
        for name in (first, *told):
            known[name] = controls[name].mask(later)
    return known


def thresholds_on(thresholds: pd.DataFrame, on: str | pd.Timestamp) -> pd.DataFrame:
    """Return the thresholds whose time had begun and not ended on a day, each in its own unit.

    Rules that never took effect have thresholds with a time as well: see :func:`limits`.
    """
    day = pd.Timestamp(on)
    is_open = thresholds["to_date"].isna() | (thresholds["to_date"] > day)
    return thresholds[(thresholds["from_date"] <= day) & is_open].reset_index(drop=True)


def limits(
    thresholds: pd.DataFrame, controls: pd.DataFrame, on: str | pd.Timestamp
) -> pd.DataFrame:
    """Return the thresholds with a number, and how each stood on a day.

    Returns
    -------
    pandas.DataFrame
        The thresholds with a ``value`` [``unit``] and ``control_state`` (see :func:`states`);
        ``never_in_force`` where every control of the document never was, and with
        ``suspended_date`` and ``suspended_to_date`` [day] where every one was suspended.
    """
    rows = thresholds[thresholds["value"].notna()].reset_index(drop=True)
    of_document = controls.groupby("document_id").agg(
        never_in_force=("never_in_force", "all"),
        suspended_date=("suspended_date", lambda days: days.max(skipna=False)),
        suspended_to_date=("suspended_to_date", lambda days: days.max(skipna=False)),
    )
    told = rows[["document_id"]].join(of_document, on="document_id").drop(columns="document_id")
    told["never_in_force"] = told["never_in_force"].fillna(False).astype(bool)
    return states(rows.join(told), on).drop(columns="never_in_force")


def qualify(
    thresholds: pd.DataFrame, document_id: str, facts: Mapping[str, float | bool | None]
) -> pd.DataFrame:
    """Test facts against the thresholds of a document: rows of a route must all hold.

    Parameters
    ----------
    facts
        What is known, by ``threshold_id``: a number in the threshold's own unit, or whether the
        condition is true; ``None``, or no entry, where it is not known.

    Returns
    -------
    pandas.DataFrame
        The document's thresholds with ``fact``, ``test_result`` and ``route_result``, both of
        :data:`RESULTS`. A route is not met as soon as one of its tests is not, met when all are,
        and otherwise not known. Routes are alternatives: see :func:`any_route`.

    Raises
    ------
    PlanlibError
        A fact about something that is no threshold of the document.
    """
    rows = thresholds[thresholds["document_id"] == document_id].reset_index(drop=True)
    strangers = sorted(set(facts) - set(rows["threshold_id"]))
    if strangers:
        raise PlanlibError(
            f"facts: {', '.join(strangers)} is no threshold of {document_id}; "
            "see the thresholds table"
        )
    known = [facts.get(key) for key in rows["threshold_id"]]
    cells = zip(known, rows["operator"].astype(str), rows["value"], strict=True)
    results = [_tested(*cell) for cell in cells]
    of_route: dict[str, set[str]] = {}
    for route, result in zip(rows["route"], results, strict=True):
        of_route.setdefault(route, set()).add(result)
    held = [_all_hold(of_route[route]) for route in rows["route"]]
    return rows.assign(
        fact=pd.Series(known, index=rows.index, dtype="object"),
        test_result=pd.Categorical(results, categories=list(RESULTS)),
        route_result=pd.Categorical(held, categories=list(RESULTS)),
    )


def _tested(fact: float | bool | None, operator_word: str, value: float) -> str:
    if fact is None:
        return "not_known"
    if operator_word == "is_true":
        return "met" if fact else "not_met"
    # A limit in words ("tens of billions") has no number to compare with.
    if pd.isna(value):
        return "not_known"
    return "met" if COMPARE[operator_word](fact, value) else "not_met"


def _all_hold(found: Set[str]) -> str:
    if "not_met" in found:
        return "not_met"
    return "not_known" if "not_known" in found else "met"


def any_route(tests: pd.DataFrame, routes: Iterable[str]) -> str:
    """Return the result of alternatives: met if one route is, not met if none can be."""
    alternatives = set(routes)
    results = tables.cells(tests, "route", "route_result")
    found = {result for route, result in results if route in alternatives}
    if "met" in found:
        return "met"
    return "not_known" if "not_known" in found else "not_met"


@dataclass(frozen=True)
class Project:
    """What is known of a data centre that is to qualify under EO 14318; ``None``: not known.

    ``new_load_mw`` new electric load [MW], taken for the load of section 2(a) and for the load
    addition of section 2(d)(ii) alike; ``committed_usd`` capital spending committed [USD];
    ``serves_ai`` whether the load is dedicated to the four AI uses of the order;
    ``is_component_project`` whether it consists of, or makes, covered components;
    ``commerce_determines`` the commitment as determined by the Secretary of Commerce;
    ``protects_security`` and ``is_designated`` (by one of four secretaries).
    """

    new_load_mw: float | None = None
    committed_usd: float | None = None
    serves_ai: bool | None = None
    is_component_project: bool | None = None
    commerce_determines: bool | None = None
    protects_security: bool | None = None
    is_designated: bool | None = None

    @classmethod
    def told(cls, new_load_mw: float, committed_usd: float, **answers: str) -> Project:
        """Make a project of notebook parameters: a number below zero and ``unknown`` are blank.

        Raises :class:`planlib.errors.ParameterError` for an answer not among :data:`ANSWERS`.
        """
        for name, word in answers.items():
            if word not in ANSWERS:
                raise ParameterError(f"{name}: {word!r}; use one of {', '.join(ANSWERS)}")
        return cls(
            new_load_mw if new_load_mw >= 0 else None,
            committed_usd if committed_usd >= 0 else None,
            **{name: ANSWERS[word] for name, word in answers.items()},
        )


def qualifying_project(thresholds: pd.DataFrame, project: Project) -> pd.DataFrame:
    """Test whether a project qualifies under EO 14318, in the order's two steps.

    First section 2(a) to (c): is it a data centre project or a covered component project?
    Then section 2(d): each of four routes asks for that and for something more.

    Returns
    -------
    pandas.DataFrame
        :func:`qualify` for the seven routes of the two steps. It says what the text asks for,
        not what a secretary will find.
    """
    facts: dict[str, float | bool | None] = {
        "EO14318-T01": project.new_load_mw,
        "EO14318-T02": project.serves_ai,
        "EO14318-T03": project.is_component_project,
        "EO14318-T04": project.is_component_project,
        "EO14318-T06": project.committed_usd,
        "EO14318-T07": project.commerce_determines,
        "EO14318-T09": project.new_load_mw,
        "EO14318-T11": project.protects_security,
        "EO14318-T13": project.is_designated,
    }
    step = any_route(qualify(thresholds, PROJECT_ORDER, facts), PROJECT_ROUTES)
    is_project = {"met": True, "not_met": False, "not_known": None}[step]
    facts |= dict.fromkeys(IS_A_PROJECT, is_project)
    tests = qualify(thresholds, PROJECT_ORDER, facts)
    rows = tests["route"].isin([*PROJECT_ROUTES, *QUALIFYING_ROUTES])
    return tests[rows].reset_index(drop=True)


def touching(
    controls: pd.DataFrame,
    red_flags: pd.DataFrame,
    treatments: pd.DataFrame,
    asked: Iterable[str],
    on: str | pd.Timestamp,
) -> pd.DataFrame:
    """List the rows that speak of features of a transaction: a guide, never an all-clear.

    Parameters
    ----------
    asked
        Features that the transaction has, of :data:`FEATURES`; ``any_deal`` always counts.

    Returns
    -------
    pandas.DataFrame
        One row a feature and table row: ``feature, is_asked, table, row_id, document_id,
        row_title, row_title_zh, standing, control_state``. Rows not public on the as-of day are
        left out by the caller's tables. A row not listed may still apply: the mapping is ours,
        and not every rule is in the tables.
    """
    chosen = {"any_deal", *asked}
    strangers = sorted(chosen - set(FEATURES))
    if strangers:
        raise PlanlibError(f"features: {strangers[0]!r} is none; use some of {', '.join(FEATURES)}")
    known = _known_rows(controls, red_flags, treatments, on)
    listed = [
        (feature, feature in chosen, table, key, *known[table, key])
        for feature, rows in FEATURES.items()
        for table, keys in rows.items()
        for key in keys
        if (table, key) in known
    ]
    columns = ["feature", "is_asked", "table", "row_id", "document_id", "row_title",
               "row_title_zh", "standing", "control_state"]  # fmt: skip
    frame = pd.DataFrame(listed, columns=columns)
    frame["control_state"] = pd.Categorical(frame["control_state"], categories=list(STATES))
    frame["feature"] = pd.Categorical(frame["feature"], categories=list(FEATURES))
    frame.attrs["rows"] = evidence.Behind(
        {name: list(group["row_id"]) for name, group in frame.groupby("table")}
    )
    return frame


def _known_rows(
    controls: pd.DataFrame, red_flags: pd.DataFrame, treatments: pd.DataFrame, on: Any
) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Return document, title in both languages, standing and state by table and key."""
    known: dict[tuple[str, str], tuple[Any, ...]] = {}
    of_document = {}
    for row in tables.records(states(controls, on)):
        known["controls", row.control_id] = (
            row.document_id, row.title, row.title_zh, row.standing, row.control_state,
        )  # fmt: skip
        of_document[row.document_id] = row.control_state
    for row in tables.records(red_flags):
        state = of_document.get(row.document_id)
        known["red_flags", row.red_flag_id] = (
            row.document_id, row.summary, row.summary_zh, "red_flag", state,
        )  # fmt: skip
    for row in tables.records(treatments):
        # A plan recommends: nothing in it is in force or out of it.
        known["treatments", row.treatment_id] = (
            row.document_id, row.summary, row.summary_zh, "recommendation", None,
        )  # fmt: skip
    return known


def flags_unnamed(provisions: pd.DataFrame, red_flags: pd.DataFrame) -> int:
    """Return how many red flags no text names: the number told less the paraphrases held.

    At least so many: two paraphrases may word one flag. Zero where no number is told.
    """
    told = provisions.loc[provisions["provision_id"] == FLAGS_TOLD, "value"]
    return max(0, int(told.iloc[0]) - len(red_flags)) if len(told) else 0
