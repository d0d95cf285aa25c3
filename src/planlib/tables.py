"""Tables as typed pandas frames: ``load``, keys across tables, names for ids, and *as of*."""

from __future__ import annotations

import os
from collections import namedtuple
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planlib import columns, schema
from planlib.errors import DataError, ParameterError, PlanlibError, Problem
from planlib.schema import TODAY

# Names a file that tells which tables a process has read: the report engine rebuilds by it.
RECORD_VARIABLE = "PLANLIB_TABLES_RECORD"
check_language = schema.check_language


@dataclass(frozen=True, eq=False)
class Loaded:
    """A table as it was read at one time; what is made of it may be kept by this object."""

    stamp: schema.Stamp | None
    text: schema.RawTable
    frame: pd.DataFrame

    @property
    def table(self) -> schema.Table:
        """The table's description."""
        return self.text.table


_recorded: set[str] = set()
_on_behalf = 0
_read_tables: dict[str, Loaded] = {}


def load(
    name: str, *, as_of: str = "", labels: str = "", directory: str | Path | None = None
) -> pd.DataFrame:
    """Load a table as a typed frame, one fact a row.

    Parameters
    ----------
    name
        A table of the data package, e.g. ``"deals"``.
    as_of
        ISO date. Rows that became public later are left out. Empty: the data's own date.
    labels
        ``"en"`` or ``"zh"``: put names in place of ids and vocabulary words, and keep each
        pair of texts (``X``, ``X_zh``) only in that language. Empty: keep ids and both texts.
    directory
        Folder of the data; default the package's own, or ``PLANLIB_DATA``.

    Returns
    -------
    pandas.DataFrame
        Dates are datetimes, vocabularies categoricals, whole numbers nullable integers.

    Raises
    ------
    UnknownNameError
        No such table.
    DataError
        The file breaks a rule; every problem is listed.
    """
    package = schema.package(directory)
    frame = known_on(package, name, resolve_as_of(as_of, package))
    if labels:
        frame = with_labels(frame, labels, package=package)
    return frame


def resolve_as_of(as_of: str, package: schema.Package | None = None) -> pd.Timestamp:
    """Return the date meant by ``as_of``: itself, or the data's own date when empty."""
    package = package or schema.package()
    text = as_of or package.as_of
    if text == TODAY:
        raise ParameterError(
            "as_of: 'today' is resolved before a notebook runs; give an ISO date here"
        )
    day = schema.iso_day(text)
    if day is None:
        raise ParameterError(f"as_of: {text!r} is not a date; write it as YYYY-MM-DD")
    return pd.Timestamp(day)


@contextmanager
def on_behalf_of(names: Iterable[str]) -> Iterator[None]:
    """Count what is read inside, claims above all, as evidence of the tables named.

    Whoever looks up the claims on three deals has not read all claims.
    """
    global _on_behalf
    for name in names:
        _record(name)
    _on_behalf += 1
    try:
        yield
    finally:
        _on_behalf -= 1


def count_read(names: Iterable[str]) -> None:
    """Count tables as read for which others, claims above all, are looked up quietly."""
    for name in names:
        _record(name)


def record_again() -> None:
    """Put on record once more what was read before: a process may be forked after reading."""
    names = sorted(_recorded)
    _recorded.clear()
    for name in names:
        _record(name)


def _record(name: str) -> None:
    if _on_behalf or name in _recorded:
        return
    _recorded.add(name)
    if RECORD_VARIABLE in os.environ:
        with open(os.environ[RECORD_VARIABLE], "a", encoding="utf-8") as file:
            file.write(f"{name}\n")


def whole(name: str, package: schema.Package | None = None) -> pd.DataFrame:
    """Return the whole table as a typed frame, read once and again only when its file changes.

    Raises :class:`UnknownNameError` when there is no such table and :class:`DataError` with
    every problem when its file breaks a rule.
    """
    # A shallow copy is safe: pandas copies on write.
    return loaded(name, package).frame.copy(deep=False)


def raw(name: str, package: schema.Package | None = None) -> schema.RawTable:
    """Return the cells of a table as text, with their lines; errors as for :func:`whole`."""
    return loaded(name, package).text


def loaded(name: str, package: schema.Package | None = None, *, is_counted: bool = True) -> Loaded:
    """Return a table as last read: the same object until its file or its description changes.

    Its frame is shared: who hands it on hands on a copy. Errors as for :func:`whole`. Who looks
    something up on behalf of other tables counts those (:func:`count_read`) and not this one.
    """
    package = package or schema.package()
    table = package[name]
    if is_counted:
        _record(name)
    path = package.files[name]
    stamp = schema.file_stamp(path)
    cached = _read_tables.get(path)
    if cached is None or cached.stamp != stamp or cached.table is not table:
        text = schema.read_raw(table, package.directory)
        cached = Loaded(stamp, text, columns.typed_frame(text))
        _read_tables[path] = cached
    return cached


def known_on(package: schema.Package, name: str, day: pd.Timestamp) -> pd.DataFrame:
    """Return the rows of a table that were public on ``day``.

    A row is public when its own date, at the end of its precision, has come; a row without a
    date of its own is as public as the row that it belongs to (the descriptor's ``known_from``).
    Where a row came about later than that, it says so itself (``known_later``).
    """
    # A shallow copy is safe: pandas copies on write.
    return _known_on(tuple(_with_owners(package, name)), day).copy(deep=False)


def _with_owners(package: schema.Package, name: str) -> Iterator[Loaded]:
    """Return a table and, one after the other, those that its rows take their day from."""
    while name:
        read = loaded(name, package)
        yield read
        fields = (k for k in read.table.foreign_keys if k.field == read.table.known_from)
        name = next((k.table for k in fields), "")


@lru_cache(maxsize=512)
def _known_on(chain: tuple[Loaded, ...], day: pd.Timestamp) -> pd.DataFrame:
    frame, table = chain[0].frame, chain[0].table
    if not table.known_from:
        return frame
    if table[table.known_from].type == "date":
        last = _public_from(chain[0])
        keep = last.isna() | (last <= day)
    else:
        owners = _known_on(chain[1:], day)[chain[1].table.key]
        keep = frame[table.known_from].isna() | frame[table.known_from].isin(owners)
    if table.known_later:
        later = last_days(frame, table.known_later)
        keep &= later.isna() | (later <= day)
    return frame if keep.all() else frame[keep].reset_index(drop=True)


@lru_cache(maxsize=64)
def _public_from(read: Loaded) -> pd.Series:
    """Return the day since when each row is public."""
    return last_days(read.frame, read.table.known_from)


def last_days(frame: pd.DataFrame, column: str) -> pd.Series:
    """Return the last day that each date of ``column`` may mean, given its precision."""
    dates = frame[column]
    companion = precision_column(column)
    if companion not in frame:
        return dates
    precision = frame[companion].to_numpy(dtype=object)
    last = dates.to_numpy(copy=True)
    for word, months in (("month", 1), ("quarter", 3), ("year", 12)):
        rows = precision == word
        if rows.any():
            first = last[rows].astype("datetime64[M]")
            following = first + (months - first.astype("int64") % months)
            last[rows] = following.astype("datetime64[D]") - np.timedelta64(1, "D")
    return pd.Series(last, index=dates.index, name=dates.name)


def precision_column(column: str) -> str:
    """Return the name of the column that gives the precision of a date column."""
    return "precision" if column == "date" else column.removesuffix("_date") + "_precision"


def text_column(name: str, lang: str) -> str:
    """Return the column that holds a text in a language: texts have a twin in Chinese."""
    return f"{name}_zh" if lang == "zh" else name


def words(lang: str, package: schema.Package | None = None) -> dict[str, str]:
    """Return the title of every vocabulary word in ``lang``."""
    return dict(_words(loaded("terms", package), check_language(lang)))


def names_of(table: str, lang: str, package: schema.Package | None = None) -> dict[str, str]:
    """Return the reader's name of every row of a table, by key."""
    return dict(_names(loaded(table, package), check_language(lang)))


@lru_cache(maxsize=16)
def _words(read: Loaded, lang: str) -> dict[str, str]:
    titles = read.frame[text_column("title", lang)]
    return dict(zip(read.frame[read.table.key], titles, strict=True))


@lru_cache(maxsize=128)
def _names(read: Loaded, lang: str) -> dict[str, str]:
    return read.text.names(lang)


def cells(frame: pd.DataFrame, *names: str) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of some columns as plain values, which pandas gives slowly one by one."""
    return zip(*(frame[name].tolist() for name in names), strict=True)


def records(frame: pd.DataFrame) -> list[Any]:
    """Return the rows of a frame as named tuples, without its index.

    They are what ``frame.itertuples()`` gives, which makes a class anew for each frame: for a few
    rows, that costs more than the rows.
    """
    make = _record_class(tuple(str(name) for name in frame.columns))._make
    return [make(cells) for cells in frame.to_numpy(dtype=object).tolist()]


@lru_cache(maxsize=1024)
def _record_class(names: tuple[str, ...]) -> Any:
    return namedtuple("Record", names, rename=True)


def grouped(rows: Iterable[Any], name: str) -> dict[Any, list[Any]]:
    """Group :func:`records` by what they have in a column, in order; missing is ``None``."""
    found: dict[Any, list[Any]] = {}
    for row in rows:
        key = getattr(row, name)
        found.setdefault(None if pd.isna(key) else key, []).append(row)
    return found


def with_labels(
    frame: pd.DataFrame, lang: str, *, package: schema.Package | None = None
) -> pd.DataFrame:
    """Put names in place of ids and vocabulary words, and keep one language of each text pair.

    Works on tables and on frames that analysis returns: a column is recognised by its
    project-wide name. The key of the frame's own rows (its first column) stays.
    """
    package = package or schema.package()
    check_language(lang)
    result = frame.copy()
    for position, column in enumerate(frame.columns):
        dtype = frame[column].dtype
        labels = labels_of(str(column), dtype, lang, package)
        if labels is None or (not position and package.table_named_by(str(column))):
            continue
        shown = [labels.get(value, value) for value in frame[column].astype("object")]
        if isinstance(dtype, pd.CategoricalDtype):
            order = dict.fromkeys(labels.get(c, c) for c in dtype.categories)
            dtype = pd.CategoricalDtype(list(order))
        result[column] = pd.Series(shown, frame.index, dtype=dtype)
    for column in [c for c in frame.columns if f"{c}_zh" in frame]:
        if lang == "zh":
            result[column] = frame[f"{column}_zh"].fillna(frame[column])
        result = result.drop(columns=f"{column}_zh")
    return result


def labels_of(
    column: str, dtype: Any, lang: str, package: schema.Package
) -> Mapping[str, str] | None:
    """Return what a reader sees for the cells of a column: names for ids, words for codes.

    None: the cells are for reading as they are.
    """
    target = package.table_named_by(column)
    if target:
        return names_of(target, lang, package)
    spec = package.column(column)
    if (spec and spec.enum) or isinstance(dtype, pd.CategoricalDtype):
        return words(lang, package)
    return None


def problems(package: schema.Package | None = None) -> list[Problem]:
    """Check every table and every key across tables; return all problems found."""
    package = package or schema.package()
    found: list[Problem] = []
    texts: dict[str, schema.RawTable] = {}
    for name in package.names:
        try:
            texts[name] = raw(name, package)
        except DataError as error:
            found += error.problems
            with suppress(DataError):  # its keys can be compared even if other cells are wrong
                texts[name] = schema.read_raw(package[name], package.directory)
    for text in texts.values():
        found += _dangling(text, texts)
    if "terms" in texts:
        found += _untranslated(package, texts["terms"])
    return found


def _dangling(text: schema.RawTable, texts: dict[str, schema.RawTable]) -> Iterator[Problem]:
    for key in text.table.foreign_keys:
        if key.table not in texts:
            continue  # the table itself is broken, and reported as such
        target = texts[key.table]
        cells = text.columns[key.field]
        bad = set(cells) - set(target.columns[key.key]) - {""}
        if bad:
            for i, cell in enumerate(cells):
                if cell in bad:
                    rule = f"is not a row of {target.table.path}"
                    yield text.problem(i, key.field, rule, "correct the id or add the row")


def _untranslated(package: schema.Package, terms: schema.RawTable) -> Iterator[Problem]:
    known = set(terms.columns["term_id"])
    fields = [(f"{t.name}.{f.name}", f) for t in package.tables for f in t.fields]
    fields += [(f.name, f) for f in package.computed]
    for place, spec in fields:
        for word in spec.enum:
            if word not in known:
                rule = f"has no row in {terms.table.path}"
                remedy = "add the word with both titles and meanings"
                yield Problem(schema.DESCRIPTOR, 0, place, word, rule, remedy)


def mend_form(package: schema.Package | None = None) -> list[str]:
    """Remove byte-order marks and CR line ends from the tables; return the files mended."""
    package = package or schema.package()
    mended = []
    for table in package.tables:
        path = package.directory / table.path
        try:
            content = path.read_bytes()
            clean = content.removeprefix(b"\xef\xbb\xbf")
            clean = clean.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            if clean != content:
                partial = path.with_suffix(".csv.new")
                partial.write_bytes(clean)
                partial.replace(path)
                mended.append(table.path)
        except FileNotFoundError:
            continue
        except OSError as error:
            message = f"{path}: cannot be mended ({error.strerror}); mend access"
            raise PlanlibError(message) from None
    return mended
