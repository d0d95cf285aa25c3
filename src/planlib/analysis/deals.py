"""Deal arithmetic: GPUs under a quota, the power they draw, pledges, and whether numbers fit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import reduce
from itertools import product
from typing import Any

import pandas as pd

from planlib import evidence, tables
from planlib.analysis.quantity import Quantity, interval
from planlib.errors import PlanlibError

PRECISIONS = {"bf16": "bf16_dense_tflops", "fp8": "fp8_dense_tflops"}
REFERENCE_CHIP = "h100-sxm"
# From chips to the whole site: cooling, conversion and reserve. Assumed band, no source here
# gives the overhead of these campuses.
PUE_LOW, PUE_HIGH = 1.0, 1.6
# Modules and servers hold several GPUs each: no rating or power for one GPU applies to them.
LARGER_THAN_GPU = ("superchip", "server")
# A count in equivalents of a chip measures computing power; the chips really installed differ.
EQUIVALENTS = ("a100_equivalent", "gb300_equivalent")
# Terms of which several deals state a number in the same unit: they can be set side by side.
COMPARABLE = {"power": "MW", "gpu_count": "gpu", "money": "USD"}
FIT_COLUMNS = (
    "deal_id", "power_term_id", "gpu_term_id", "power_mw", "gpu_low", "gpu_high",
    "kw_per_gpu_low", "kw_per_gpu_high", "band_low", "band_high", "verdict",
)  # fmt: skip


@dataclass(frozen=True)
class SupplyInputs:
    """What deal terms state of a yearly supply of chips: none of it assumed.

    ``gpus_per_year`` [GPU/year] at its ceiling, quoted for a yearly quota (``origin``), computed
    for a total over stated years; ``share_pct`` of one recipient [%], 100 where no share is
    stated; ``start_year``; ``term_ids``, the deal terms that state it; ``stated_years`` [year]
    that a total is announced for, infinite for a quota: how long that runs, nobody published.
    """

    gpus_per_year: float
    share_pct: float
    start_year: int
    origin: str
    term_ids: tuple[str, ...]
    stated_years: float = math.inf


def supply_inputs(terms: pd.DataFrame, deals: pd.DataFrame) -> SupplyInputs:
    """Return the yearly supply that deal terms state: a quota, else the largest total over years.

    Parameters
    ----------
    deals
        The deals of these terms; a total over years starts in the year of its announcement.

    Raises :class:`planlib.errors.PlanlibError` where no term states either: nothing is made up.
    """
    return _stated_supply(tables.records(terms), _announced(deals))


def _announced(deals: pd.DataFrame) -> dict[str, pd.Timestamp]:
    return dict(tables.cells(deals, "deal_id", "announced_date"))


def _stated_supply(rows: Sequence[Any], announced: Mapping[str, pd.Timestamp]) -> SupplyInputs:
    quotas = [t for t in rows if t.term == "gpu_per_year" and pd.notna(t.from_year)]
    shares = [t for t in rows if t.term == "share" and t.counted_as == "quota_share"]
    for quota, share in product(quotas, shares):
        if share.part_of_id == quota.deal_term_id:
            ids = (str(quota.deal_term_id), str(share.deal_term_id))
            return SupplyInputs(
                float(quota.value), float(share.value), int(quota.from_year), "quoted", ids
            )
    counts = [
        t
        for t in rows
        if t.term == "gpu_count" and t.value > 0 and t.counted_as not in EQUIVALENTS
        if t.qualifier != "several" and pd.isna(t.part_of_id)
    ]
    spans = [t for t in rows if t.term == "duration" and t.value > 0]
    totals = [(c, s) for c, s in product(counts, spans) if c.deal_id == s.deal_id]
    if not totals:
        raise PlanlibError(
            "no yearly quota and no number of GPUs over stated years among the deal terms; "
            "choose a later as-of date or more deals"
        )
    total, years = sorted(totals, key=lambda pair: pair[0].value)[-1]
    year = announced[total.deal_id].year
    ids = (str(total.deal_term_id), str(years.deal_term_id))
    span = float(years.value)
    return SupplyInputs(float(total.value) / span, 100.0, int(year), "computed", ids, span)


def share_taken(inputs: SupplyInputs, share_pct: float | None = None) -> float:
    """Return the share of one recipient [%]: the one stated, or the one assumed in its place.

    Raises :class:`planlib.errors.PlanlibError` where a share is assumed but no term states one:
    nobody is known whose it could be.
    """
    if share_pct is None:
        return inputs.share_pct
    if inputs.share_pct >= 100:
        raise PlanlibError(
            "share_pct: no term here states a share of one recipient; leave it empty, or choose "
            "the deals with a quota"
        )
    _check_range("share_pct", share_pct, 1, 99)
    return share_pct


def supply_countries(terms: pd.DataFrame, deals: pd.DataFrame) -> list[str]:
    """Return the countries whose terms state a yearly supply, by ISO 3166-1 alpha-3 code."""
    country_of = dict(tables.cells(deals, "deal_id", "country_id"))
    own: dict[str, list[Any]] = {str(c): [] for c in sorted(deals["country_id"].dropna().unique())}
    for row in tables.records(terms):
        own.get(country_of.get(row.deal_id, ""), []).append(row)
    announced = _announced(deals)
    found = []
    for country, rows in own.items():
        with suppress(PlanlibError):
            _stated_supply(rows, announced)
            found.append(country)
    return found


def comparable(compared: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of :func:`compared` with a number in the usual unit of their kind."""
    is_usual = compared["unit"].astype("object") == compared["term"].astype("object").map(
        COMPARABLE
    )
    return compared[is_usual & compared["is_stated"].astype(bool) & compared["value"].notna()]


def quantities(terms: pd.DataFrame) -> pd.DataFrame:
    """Add ``low`` and ``high`` to deal terms: what each printed value leaves open [unit].

    See :func:`planlib.analysis.quantity.interval`; terms without a value keep both blank.
    """
    frame = terms.copy()
    names = ("value", "value_to", "qualifier", "unit")
    spans = [_span(*cells) for cells in tables.cells(frame, *names)]
    frame["low"] = [low for low, _ in spans]
    frame["high"] = [high for _, high in spans]
    return frame


def _span(value: float, value_to: float, qualifier: str, unit: str) -> tuple[float, float]:
    if pd.isna(value):
        return math.nan, math.nan
    word = "exact" if pd.isna(qualifier) else str(qualifier)
    span = interval(value, value_to, word, str(unit))
    return span.low, span.high


def cumulative_gpus(
    quota_gpus_per_year: float,
    years: int,
    *,
    start_year: int,
    utilisation_pct: float = 100.0,
    share_pct: float = 100.0,
    stated_years: float = math.inf,
) -> pd.DataFrame:
    """Add up a yearly supply of chips: a quota, or a total spread evenly over its years.

    Parameters
    ----------
    quota_gpus_per_year
        Licences a year [GPU/year], quoted.
    years
        Number of years [year]: an assumption unless a source states the term of the quota. The
        ten years of the UAE investment framework are not the term of the chip quota.
    start_year
        First calendar year of deliveries: an assumption where no source states it.
    utilisation_pct
        Part of the quota that is really taken up [%], assumed.
    share_pct
        Part of it that goes to one recipient [%], e.g. 20 for G42.
    stated_years
        Years that a total is announced for [year]: nothing more comes after them.

    Returns
    -------
    pandas.DataFrame
        ``year, gpus, cumulative_gpus`` [GPU], computed. A quota is not a shipment.

    Raises
    ------
    PlanlibError
        An argument out of its range.
    """
    if not isinstance(years, int) or years < 1:
        raise PlanlibError(f"years: {years} is not a whole number of at least 1; give years")
    _check_range("quota_gpus_per_year", quota_gpus_per_year, 0)
    _check_range("utilisation_pct", utilisation_pct, 0, 100)
    _check_range("share_pct", share_pct, 0, 100)
    if not stated_years > 0:
        raise PlanlibError(f"stated_years: {stated_years} is out of range; give more than 0 years")
    yearly = quota_gpus_per_year * utilisation_pct / 100 * share_pct / 100
    numbers = range(1, years + 1)
    return pd.DataFrame(
        {
            "year": [start_year + n - 1 for n in numbers],
            "gpus": [yearly * _supplied(n, stated_years) for n in numbers],
            "cumulative_gpus": [yearly * min(n, stated_years) for n in numbers],
        }
    )


def _supplied(n: int, stated_years: float) -> float:
    """Return which part of the supply of a year comes in the n-th year."""
    return max(0.0, min(1.0, stated_years - n + 1))


def _check_range(name: str, value: float, low: float, high: float = math.inf) -> None:
    if not (math.isfinite(value) and low <= value <= high):
        allowed = f"of at least {low:g}" if math.isinf(high) else f"from {low:g} to {high:g}"
        raise PlanlibError(f"{name}: {value} is out of range; give a number {allowed}")


def power(gpus: float, kw_per_gpu: float, pue: float) -> tuple[float, float]:
    """Return the IT and the facility power of a number of GPUs [MW].

    Parameters
    ----------
    gpus
        Number of accelerators [GPU].
    kw_per_gpu
        System power for each accelerator [kW], from the chips table: rack or server power
        divided by its GPUs, without cooling.
    pue
        Power usage effectiveness [1], facility over IT power; assumed.

    Raises
    ------
    PlanlibError
        An argument out of its range.
    """
    _check_range("gpus", gpus, 0)
    _check_range("kw_per_gpu", kw_per_gpu, 0)
    _check_range("pue", pue, 1)
    it_mw = gpus * kw_per_gpu / 1000
    return it_mw, it_mw * pue


def scenario(
    quota_gpus_per_year: float,
    years: int,
    *,
    start_year: int,
    utilisation_pct: float,
    share_pct: float,
    kw_per_gpu: float,
    pue: float,
    stated_years: float = math.inf,
) -> pd.DataFrame:
    """Return the supply scenario year by year: all recipients and, if it is less, one's share.

    Returns
    -------
    pandas.DataFrame
        ``year, recipient_group`` (``all``, ``share``), ``cumulative_gpus`` [GPU],
        ``it_mw`` and ``facility_mw`` [MW]; computed from quoted quota and share and from the
        assumed years, utilisation and PUE and the documented kW per GPU. Power at the end of
        the year if every chip of the quota ran at once; older chips are never retired.
    """
    parts = []
    groups = {"all": 100.0} | ({"share": share_pct} if share_pct < 100 else {})
    for group, share in groups.items():
        frame = cumulative_gpus(
            quota_gpus_per_year, years, start_year=start_year,
            utilisation_pct=utilisation_pct, share_pct=share, stated_years=stated_years,
        )  # fmt: skip
        powers = [power(g, kw_per_gpu, pue) for g in frame["cumulative_gpus"]]
        frame["it_mw"] = [p[0] for p in powers]
        frame["facility_mw"] = [p[1] for p in powers]
        frame.insert(1, "recipient_group", group)
        parts.append(frame)
    return pd.concat(parts, ignore_index=True)


def scenario_grid(
    inputs: SupplyInputs,
    *,
    years: Sequence[int],
    utilisation_pct: Sequence[float],
    kw_per_gpu: Sequence[float],
    pue: Sequence[float],
    share_pct: Sequence[float] = (),
) -> pd.DataFrame:
    """Return the supply scenario for every combination of the assumptions.

    Parameters
    ----------
    years
        Numbers of years [year], 1, 2, 3 ...
    utilisation_pct, kw_per_gpu, pue
        Take-ups [%], powers for each GPU [kW] and overheads [1].
    share_pct
        Shares of one recipient [%]; the one stated if there are none.

    Returns
    -------
    pandas.DataFrame
        ``recipient_group, share_pct, utilisation_pct, kw_per_gpu, pue, n`` (the number of years)
        and ``year, gpus, cumulative_gpus, it_mw, facility_mw``, as :func:`scenario` computes them;
        one row a combination, in the order given, the years fastest.
    """
    shares = [("all", 100.0)]
    if inputs.share_pct < 100:
        shares += [("share", share) for share in share_pct or [inputs.share_pct]]
    names = ["of", "utilisation_pct", "kw_per_gpu", "pue", "n"]
    product = pd.MultiIndex.from_product(
        [range(len(shares)), utilisation_pct, kw_per_gpu, pue, years], names=names
    )
    frame = product.to_frame(index=False)
    groups, percent = zip(*(shares[n] for n in frame.pop("of")), strict=True)
    frame.insert(0, "recipient_group", groups)
    frame.insert(1, "share_pct", percent)
    yearly = inputs.gpus_per_year * frame["utilisation_pct"] / 100
    frame["year"] = inputs.start_year + frame["n"] - 1
    yearly = yearly * frame["share_pct"] / 100
    frame["gpus"] = yearly * [_supplied(n, inputs.stated_years) for n in frame["n"]]
    frame["cumulative_gpus"] = yearly * frame["n"].clip(upper=inputs.stated_years)
    frame["it_mw"] = frame["cumulative_gpus"] * frame["kw_per_gpu"] / 1000
    frame["facility_mw"] = frame["it_mw"] * frame["pue"]
    return frame


def h100_equivalents(
    count: float, chip_id: str, chips: pd.DataFrame, precision: str = "bf16"
) -> float:
    """Return how many H100 SXM give the same dense arithmetic [H100-equivalents].

    Parameters
    ----------
    count
        Number of accelerators [GPU].
    chip_id
        Their chip, a row of ``chips``.
    precision
        ``bf16`` or ``fp8``: the dense rating compared. Equal ratings are not equal work: memory,
        bandwidth and network are left out.

    Raises
    ------
    PlanlibError
        Unknown precision or chip, or a rating that no source gives.
    """
    _check_range("count", count, 0)
    ratings = _ratings(chips, precision)
    for chip in (chip_id, REFERENCE_CHIP):
        if chip not in ratings:
            raise PlanlibError(
                f"{chip}: no dense {precision.upper()} rating in the chips table; "
                "choose another precision or chip"
            )
    return count * ratings[chip_id] / ratings[REFERENCE_CHIP]


def _ratings(chips: pd.DataFrame, precision: str) -> dict[str, float]:
    if precision not in PRECISIONS:
        raise PlanlibError(f"precision: {precision!r}; use one of {', '.join(PRECISIONS)}")
    rated = chips[chips[PRECISIONS[precision]].notna()]
    return dict(zip(rated["chip_id"], rated[PRECISIONS[precision]], strict=True))


def equivalents(terms: pd.DataFrame, chips: pd.DataFrame, precision: str = "bf16") -> pd.DataFrame:
    """Add ``h100_equivalents`` [H100-equivalents] to GPU counts; drop what cannot be converted.

    Dropped are counts whose chip is not named or not rated, counts of whole servers or modules,
    and "several" of something, which is no number. A ceiling is converted as it is printed.
    """
    rated = terms["chip_id"].isin(list(_ratings(chips, precision)))
    is_number = _is_gpu_count(terms, but=LARGER_THAN_GPU) & (terms["qualifier"] != "several")
    counts = terms[rated & is_number].reset_index(drop=True)
    return counts.assign(
        h100_equivalents=[
            h100_equivalents(value, chip, chips, precision)
            for value, chip in tables.cells(counts, "value", "chip_id")
        ]
    )


def _is_gpu_count(terms: pd.DataFrame, *, but: tuple[str, ...]) -> pd.Series:
    is_count = (terms["term"] == "gpu_count") & (terms["value"] > 0)
    return is_count & ~terms["counted_as"].isin(but)


def nested(terms: pd.DataFrame, deals: pd.DataFrame | None = None) -> pd.DataFrame:
    """Place each money term in its tree, so that a part is never added to its whole.

    Parameters
    ----------
    deals
        With it, a pledge that a later one replaces (``supersedes_id``) is not counted either.

    Returns
    -------
    pandas.DataFrame
        The money terms with ``root_id`` (the outermost term it is part of), ``depth`` (0 for a
        whole) and ``is_counted``: true for wholes that stand. A pledge is not cash; wholes of
        different deals may still overlap where no source says how.

    Raises
    ------
    PlanlibError
        A term is part of itself.
    """
    money = terms[terms["term"] == "money"].reset_index(drop=True)
    # A part whose whole was left out by the caller stands for itself.
    present = set(money["deal_term_id"])
    pairs = tables.cells(money, "deal_term_id", "part_of_id")
    parent = {part: whole for part, whole in pairs if whole in present}
    lineage = [_lineage(key, parent) for key in money["deal_term_id"]]
    money["root_id"] = pd.Series([path[-1] for path in lineage], dtype="str")
    money["depth"] = pd.Series([len(path) - 1 for path in lineage], dtype="int64")
    money["is_counted"] = money["depth"] == 0
    if deals is not None:
        money["is_counted"] &= ~money["deal_id"].isin(deals["supersedes_id"].dropna())
    return money


def _lineage(key: str, parent: dict[str, str]) -> list[str]:
    path = [key]
    while path[-1] in parent:
        above = parent[path[-1]]
        if above in path:
            raise PlanlibError(
                f"deal_terms.csv: {above} is part of itself through part_of_id; break the circle"
            )
        path.append(above)
    return path


def total(terms: pd.DataFrame) -> Quantity:
    """Add up the wholes of money terms, leaving parts out [the terms' one currency].

    Parameters
    ----------
    terms
        Deal terms, or what :func:`nested` returns, which knows replaced pledges too. Terms
        without a value add nothing: nobody states them.

    Raises
    ------
    UnitError
        Currencies or units mix.
    PlanlibError
        There is nothing to add up.
    """
    frame = quantities(terms if "is_counted" in terms else nested(terms))
    counted = frame[frame["is_counted"] & frame["value"].notna()]
    ends = tables.cells(counted, "low", "high", "unit")
    wholes = [Quantity(low, high, str(unit)) for low, high, unit in ends]
    if not wholes:
        raise PlanlibError("no money terms to add up; choose deals that have some")
    return reduce(Quantity.__add__, wholes)


def compared(terms: pd.DataFrame, deals: pd.DataFrame, countries: list[str]) -> pd.DataFrame:
    """Set the terms of countries side by side, with what no source states made visible.

    Parameters
    ----------
    countries
        ISO 3166-1 alpha-3 codes of the countries compared.

    Returns
    -------
    pandas.DataFrame
        The columns of ``terms`` with ``country_id, announced_date, is_stated``: the terms of
        these countries, and one blank row (``is_stated`` false) for each kind of term that one
        of them has and another has not. Not stated is not zero.
    """
    frame = terms.merge(deals[["deal_id", "country_id", "announced_date"]], on="deal_id")
    frame = frame[frame["country_id"].isin(countries)].assign(is_stated=True)
    present = set(zip(frame["term"].astype("str"), frame["country_id"], strict=True))
    kinds = sorted({kind for kind, _ in present})
    gaps = [(k, c) for k in kinds for c in countries if (k, c) not in present]
    if gaps:
        blank = pd.DataFrame(gaps, columns=["term", "country_id"]).assign(is_stated=False)
        frame = pd.concat([frame, blank], ignore_index=True)
        frame["term"] = pd.Categorical(frame["term"], categories=terms["term"].cat.categories)
    order = ["term", "country_id", "announced_date", "deal_term_id"]
    return frame.sort_values(order).reset_index(drop=True)


def per_gpu_power(chips: pd.DataFrame, chip_id: str | None = None) -> Quantity:
    """Return the facility power one GPU plausibly needs [kW/gpu], as a band.

    From the documented system power of the chip, or of all chips that have one where it is not
    known, times the assumed overhead :data:`PUE_LOW` to :data:`PUE_HIGH`.
    """
    known = chips[chips["system_kw_per_gpu"].notna()]
    own = known[known["chip_id"] == chip_id]
    basis = own if len(own) else known
    if basis.empty:
        raise PlanlibError("chips.csv: no chip has a documented system power; add one")
    return Quantity(
        float(basis["system_kw_per_gpu"].min()) * PUE_LOW,
        float(basis["system_kw_per_gpu"].max()) * PUE_HIGH,
        "kW/gpu",
        "computed",
    )


def fit(terms: pd.DataFrame, chips: pd.DataFrame) -> pd.DataFrame:
    """Test whether the announced power and the announced number of GPUs of a deal fit.

    Every power of a deal is set against every GPU count of the same deal, so that each reading
    of the announcement is tested; only the power of a phase is never set against the GPUs of the
    whole. Counts in equivalents, servers or modules are left out. :func:`nearest` picks the one
    reading of each count that comes closest.

    What is printed as "up to" is tested at that limit (its lower end, zero, would fit anything),
    "at least" is left open above, "several" is the range of
    :func:`planlib.analysis.quantity.interval`. The implied kW per GPU is compared with the band
    of :func:`per_gpu_power`.

    Returns
    -------
    pandas.DataFrame
        One row a pair: ``deal_id, power_term_id, gpu_term_id``, ``power_mw`` as printed [MW],
        ``gpu_low, gpu_high`` [GPU], ``kw_per_gpu_low, kw_per_gpu_high`` (implied), ``band_low,
        band_high`` [kW per GPU] and ``verdict``: ``fits``, ``too_much_power`` or
        ``too_little_power``. The verdict is about arithmetic, not about which announcement is
        true.
    """
    frame = quantities(terms)
    # At its limit: see above.
    frame["low"] = frame["low"].mask(frame["qualifier"] == "up_to", frame["high"])
    frame["is_part"] = _is_part(frame)
    frame["is_whole"] = frame["deal_term_id"].isin(frame["part_of_id"][frame["is_part"]])
    powers = frame[(frame["term"] == "power") & frame["value"].notna()]
    counts = frame[_is_gpu_count(frame, but=LARGER_THAN_GPU + EQUIVALENTS)]
    pairs = powers.merge(counts, on="deal_id", suffixes=("_power", "_gpu"))
    pairs = pairs[~(pairs["is_part_power"] & pairs["is_whole_gpu"])]
    installed = pairs["chip_id_gpu"].astype("object").fillna("")
    bands = {chip: per_gpu_power(chips, chip) for chip in installed.unique()}
    tested = [
        _tested(pair, bands[chip])
        for pair, chip in zip(tables.records(pairs), installed, strict=True)
    ]
    return _with_rows(pd.DataFrame(tested, columns=list(FIT_COLUMNS)))


def _is_part(terms: pd.DataFrame) -> pd.Series:
    """Say which terms are part of another term of their own deal."""
    deal_of = dict(tables.cells(terms, "deal_term_id", "deal_id"))
    return terms["part_of_id"].map(deal_of) == terms["deal_id"]


def _tested(pair: Any, band: Quantity) -> tuple[object, ...]:
    kilowatts = Quantity(pair.low_power * 1000, pair.high_power * 1000, "kW")
    implied = kilowatts.per(Quantity(pair.low_gpu, pair.high_gpu, "gpu"))
    verdict = "fits"
    if not implied.overlaps(band):
        verdict = "too_much_power" if implied.low > band.high else "too_little_power"
    return (
        pair.deal_id, pair.deal_term_id_power, pair.deal_term_id_gpu, pair.value_power,
        pair.low_gpu, pair.high_gpu, implied.low, implied.high, band.low, band.high, verdict,
    )  # fmt: skip


def nearest(tests: pd.DataFrame) -> pd.DataFrame:
    """Keep one pair for each GPU count: with the power nearest to what that many GPUs need.

    Sources rarely say which phase of a site a count fills. This is the reading most favourable
    to the announcement: where even it does not fit, no announced power of the deal does. It does
    not show that the announcement means this reading.

    Parameters
    ----------
    tests
        What :func:`fit` returns; the result has the same columns.
    """
    # How many times too much, or too little; below 1 the intervals overlap.
    excess = tests["kw_per_gpu_low"] / tests["band_high"]
    shortage = tests["band_low"] / tests["kw_per_gpu_high"]
    order = excess.where(excess > shortage, shortage).sort_values(kind="stable").index
    best = tests.loc[order].drop_duplicates("gpu_term_id").sort_index()
    return _with_rows(best.reset_index(drop=True))


def _with_rows(tests: pd.DataFrame) -> pd.DataFrame:
    tests.attrs["rows"] = evidence.Behind(
        {"deal_terms": [*tests["power_term_id"], *tests["gpu_term_id"]]}
    )
    return tests


def price_per_gpu(terms: pd.DataFrame) -> pd.DataFrame:
    """Return the dollars for each GPU that deals imply: money over GPU count of the same deal.

    Only what is no part of another term of the deal is divided, money and GPUs alike; and only
    numbers of GPUs, not of equivalents, servers or modules, nor "several" of anything.

    Returns
    -------
    pandas.DataFrame
        ``deal_id, money_term_id, gpu_term_id``, ``counted_as`` (what the money is: a purchase of
        chips, or an investment that pays for sites, power and networks too) and ``usd_per_gpu``
        [USD], from the values as printed. This is not a price list.
    """
    usable = terms[~_is_part(terms) & (terms["qualifier"] != "several")]
    in_dollars = (usable["term"] == "money") & (usable["unit"] == "USD")
    priced = usable[in_dollars & usable["value"].notna()]
    counts = usable[_is_gpu_count(usable, but=LARGER_THAN_GPU + EQUIVALENTS)]
    pairs = priced.merge(counts, on="deal_id", suffixes=("_money", "_gpu"))
    result = pd.DataFrame(
        {
            "deal_id": pairs["deal_id"],
            "money_term_id": pairs["deal_term_id_money"],
            "gpu_term_id": pairs["deal_term_id_gpu"],
            "counted_as": pairs["counted_as_money"],
            "usd_per_gpu": pairs["value_money"] / pairs["value_gpu"],
        }
    )
    result.attrs["rows"] = evidence.Behind(
        {"deal_terms": [*result["money_term_id"], *result["gpu_term_id"]]}
    )
    return result
