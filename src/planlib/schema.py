"""The descriptor (``datapackage.json``) as typed fields, and the cells of a table as text.

Reads without pandas: what only asks for a title or a choice should not wait for it.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

from planlib.errors import (
    DataError,
    ParameterError,
    PlanlibError,
    Problem,
    UnknownNameError,
    did_you_mean,
)

ENVIRONMENT_VARIABLE = "PLANLIB_DATA"
DESCRIPTOR = "datapackage.json"
TYPES = ("string", "integer", "number", "boolean", "date")
NUMERIC = ("integer", "number")
DATE_PATTERN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MEND = "run: planlib check --fix"
LANGUAGES = ("en", "zh")
LABEL_COLUMNS = ("name", "title", "summary", "duty")
TODAY = "today"

T = TypeVar("T")
Stamp = tuple[int, int, int]


@dataclass(frozen=True)
class Field:
    """One column: its type, its words in both languages, its unit and its rules."""

    name: str
    type: str
    title: str
    title_zh: str
    unit: str = ""
    description: str = ""
    required: bool = False
    unique: bool = False
    enum: tuple[str, ...] = ()
    pattern: str = ""
    minimum: float | None = None
    maximum: float | None = None
    is_ordinal: bool = False

    @property
    def is_number(self) -> bool:
        """Whether the column holds whole or other numbers."""
        return self.type in NUMERIC

    def label(self, lang: str) -> str:
        """Return the title in ``lang``: zh, or else English."""
        return self.title_zh if lang == "zh" else self.title


@dataclass(frozen=True)
class ForeignKey:
    """``field`` holds keys of ``table``."""

    field: str
    table: str
    key: str


@dataclass(frozen=True)
class Table:
    """One table of the package."""

    name: str
    path: str
    title: str
    title_zh: str
    description: str
    fields: tuple[Field, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()
    unique_keys: tuple[tuple[str, ...], ...] = ()
    known_from: str = ""
    known_later: str = ""
    named_by: tuple[str, ...] = ()
    has_evidence: bool = True
    has_key: bool = True
    columns: tuple[str, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", tuple(f.name for f in self.fields))

    @property
    def key(self) -> str:
        """The first column, which holds the key."""
        return self.fields[0].name

    @property
    def label_column(self) -> str:
        """The column that names a row: name, title, summary or duty, else the key."""
        return next((c for c in LABEL_COLUMNS if c in self.columns), self.key)

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        return {f.name: f for f in self.fields}

    def __getitem__(self, name: str) -> Field:
        found = self._by_name.get(name)
        if found is None:
            raise UnknownNameError(
                f"table {self.name} has no column {name!r}; {did_you_mean(name, self.columns)}"
            )
        return found

    def label(self, lang: str) -> str:
        """Return the title in ``lang``: zh, or else English."""
        return self.title_zh if lang == "zh" else self.title


@dataclass(frozen=True)
class Package:
    """The whole data package: tables, computed columns, version and own date."""

    directory: Path
    title: str
    title_zh: str
    version: str
    as_of: str
    tables: tuple[Table, ...]
    computed: tuple[Field, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the tables, in the order of the descriptor."""
        return tuple(t.name for t in self.tables)

    def __getitem__(self, name: str) -> Table:
        found = self._by_name.get(name)
        if found is None:
            raise UnknownNameError(f"no table {name!r}; {did_you_mean(name, self.names)}")
        return found

    def column(self, name: str) -> Field | None:
        """Return the project-wide column of that name: computed ones first, then the tables'."""
        return self._columns.get(name)

    def table_of_key(self, column: str) -> Table | None:
        """Return the table whose key is ``column``, if there is one."""
        return self._by_key.get(column)

    def table_named_by(self, column: str) -> str:
        """Return the table that ``column`` holds keys of, its own or another's; else nothing."""
        return self._named_by.get(column, "")

    # Asked for thousands of times in the making of one report.
    @cached_property
    def files(self) -> dict[str, str]:
        """The path of each table's file."""
        return {t.name: os.path.join(self.directory, t.path) for t in self.tables}

    @cached_property
    def _by_name(self) -> dict[str, Table]:
        return {t.name: t for t in self.tables}

    @cached_property
    def _columns(self) -> dict[str, Field]:
        every = [*self.computed, *(f for t in self.tables for f in t.fields)]
        return {f.name: f for f in reversed(every)}

    @cached_property
    def _by_key(self) -> dict[str, Table]:
        return {t.key: t for t in reversed(self.tables) if t.has_key}

    @cached_property
    def _named_by(self) -> dict[str, str]:
        foreign = {k.field: k.table for t in self.tables for k in t.foreign_keys}
        return {key: table.name for key, table in self._by_key.items()} | foreign


def check_language(lang: str) -> str:
    """Return ``lang`` if planlib speaks it; raise :class:`ParameterError` otherwise."""
    if lang not in LANGUAGES:
        raise ParameterError(f"lang: {lang!r} is not a language of planlib; use en or zh")
    return lang


def iso_day(text: str) -> dt.date | None:
    """Return the day that ``text`` writes as YYYY-MM-DD, or None when it is no such day."""
    try:
        return dt.date.fromisoformat(text) if DATE_PATTERN.fullmatch(text) else None
    except ValueError:
        return None


def data_directory() -> Path:
    """Return the folder of the data: ``PLANLIB_DATA``, the checkout's, or the wheel's."""
    override = os.environ.get(ENVIRONMENT_VARIABLE)
    if override:
        path = _path(override)
        # Notebooks run in folders of their own.
        return path if path.is_absolute() else path.expanduser().absolute()
    return _own_directory()


_path = lru_cache(maxsize=8)(Path)


@lru_cache(maxsize=1)
def _own_directory() -> Path:
    here = Path(__file__).resolve()
    for candidate in (here.parent / "data", here.parents[2] / "data"):
        if (candidate / DESCRIPTOR).is_file():
            return candidate
    raise PlanlibError(
        f"planlib's data were not found beside {here.parent}; "
        f"reinstall planlib or set {ENVIRONMENT_VARIABLE} to a folder with {DESCRIPTOR}"
    )


def package(directory: str | Path | None = None) -> Package:
    """Read the descriptor of ``directory`` (default: :func:`data_directory`).

    Raises :class:`PlanlibError` when it is missing or is not what planlib understands.
    """
    directory = Path(directory) if directory else data_directory()
    stamp = file_stamp(_descriptor_in(directory))
    if stamp is None:
        raise PlanlibError(
            f"{directory / DESCRIPTOR}: the descriptor is missing; "
            f"restore it or correct {ENVIRONMENT_VARIABLE}"
        )
    return _read_package(directory, stamp)


@lru_cache(maxsize=8)
def _descriptor_in(directory: Path) -> str:
    return os.path.join(directory, DESCRIPTOR)


def file_stamp(path: str) -> Stamp | None:
    """Return what changes when a file changes (time, size, number), or None without the file."""
    try:
        # Asked before every use of a table: a path object would cost more than the answer.
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


@lru_cache(maxsize=8)
def _read_package(directory: Path, stamp: Stamp) -> Package:
    try:
        raw = json.loads((directory / DESCRIPTOR).read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise _descriptor_error("", "is not UTF-8", "save the file as UTF-8") from None
    except json.JSONDecodeError as error:
        rule = f"is not valid JSON ({error.msg})"
        raise _descriptor_error("", rule, "mend the syntax", error.lineno) from None
    result = _understood(_package_from, raw, "", directory=directory)
    misfits = list(_misfits(result))
    if misfits:
        raise DataError(misfits)
    return result


def _descriptor_error(place: str, rule: str, remedy: str, line: int = 0) -> DataError:
    return DataError([Problem(DESCRIPTOR, line, place, "", rule, remedy)])


def _understood(read: Callable[..., T], raw: Any, place: str, **more: Any) -> T:
    try:
        return read(raw, **more)
    except (KeyError, TypeError, AttributeError, IndexError, ValueError, re.error) as error:
        rule = f"lacks or misuses {error}"
        raise _descriptor_error(place, rule, "compare it with the other entries") from None


def _misfits(package: Package) -> Iterator[Problem]:
    """Find the names in the descriptor that point nowhere."""
    for table in package.tables:
        named = [k.field for k in table.foreign_keys] + [n for k in table.unique_keys for n in k]
        named += table.named_by
        named += filter(None, (table.known_from, table.known_later))
        for name in named:
            if name not in table.columns:
                hint = did_you_mean(name, table.columns)
                yield Problem(DESCRIPTOR, 0, table.name, name, "is not a field of the table", hint)
        for key in table.foreign_keys:
            if key.table not in package.names or key.key != package[key.table].key:
                place, target = f"{table.name}.{key.field}", f"{key.table}.{key.key}"
                yield Problem(DESCRIPTOR, 0, place, target, "is no key", "correct the foreign key")


def _package_from(raw: dict[str, Any], directory: Path) -> Package:
    return Package(
        directory=directory,
        title=raw["title"],
        title_zh=raw["title_zh"],
        version=raw["version"],
        as_of=raw["as_of"],
        tables=tuple(
            _understood(_table_from, r, f"resource {n}")
            for n, r in enumerate(raw["resources"], start=1)
        ),
        computed=tuple(_understood(_field_from, f, "computed") for f in raw.get("computed", ())),
    )


def _table_from(raw: dict[str, Any]) -> Table:
    schema = raw["schema"]
    return Table(
        name=raw["name"],
        path=raw["path"],
        title=raw["title"],
        title_zh=raw["title_zh"],
        description=raw.get("description", ""),
        fields=tuple(_understood(_field_from, f, raw["name"]) for f in schema["fields"]),
        foreign_keys=tuple(
            ForeignKey(k["fields"][0], k["reference"]["resource"], k["reference"]["fields"][0])
            for k in schema.get("foreignKeys", ())
        ),
        unique_keys=tuple(tuple(k) for k in schema.get("uniqueKeys", ())),
        known_from=raw.get("known_from", ""),
        known_later=raw.get("known_later", ""),
        named_by=tuple(raw.get("named_by", ())),
        has_evidence=raw.get("evidence", True),
        has_key="primaryKey" in schema,
    )


def _field_from(raw: dict[str, Any]) -> Field:
    rules = raw.get("constraints", {})
    if raw["type"] not in TYPES:
        raise ValueError(f"type {raw['type']!r} of field {raw['name']!r}")
    re.compile(rules.get("pattern", ""))
    return Field(
        name=raw["name"],
        type=raw["type"],
        title=raw["title"],
        title_zh=raw["title_zh"],
        unit=raw.get("unit", ""),
        description=raw.get("description", ""),
        required=rules.get("required", False),
        unique=rules.get("unique", False),
        enum=tuple(rules.get("enum", ())),
        pattern=rules.get("pattern", ""),
        minimum=rules.get("minimum"),
        maximum=rules.get("maximum"),
        is_ordinal=raw.get("evidence") == "ordinal",
    )


@dataclass(frozen=True)
class RawTable:
    """The cells of a CSV file as text, with the line on which each row starts."""

    table: Table
    columns: dict[str, list[str]]
    lines: list[int]

    def __len__(self) -> int:
        return len(self.lines)

    def names(self, lang: str) -> dict[str, str]:
        """Return the reader's name of every row, by key."""
        column, key = self.table.label_column, self.columns[self.table.key]
        # A web page without a title of its own is known by who put it there.
        wanted = [column, "publisher", self.table.key]
        if lang == "zh":
            wanted = [f"{column}_zh", column, "publisher_zh", *wanted[1:]]
        texts = zip(*(self.columns[c] for c in wanted if c in self.columns), strict=True)
        return {k: next(filter(None, own), "") for k, own in zip(key, texts, strict=True)}

    def problem(self, row: int, column: str, rule: str, remedy: str) -> Problem:
        """Return the problem with a cell, or with the row where there is no such column."""
        value = self.columns[column][row] if column in self.columns else ""
        return Problem(self.table.path, self.lines[row], column, value, rule, remedy)


def read_raw(table: Table, directory: Path) -> RawTable:
    """Read a CSV file as text; raise :class:`DataError` where its form is broken."""
    text = _read_text(table, directory)
    problems: list[Problem] = []
    if "\r" in text:
        line = text[: text.index("\r")].count("\n") + 1
        problems.append(_form_problem(table, line, "has CRLF or CR line ends", MEND))
    rows, lines = _split(table, text, problems)
    if not any(rows):
        raise DataError([_form_problem(table, 1, "is empty", "restore at least the header line")])
    header = rows[0]
    problems += _check_header(table, header)
    problems += [
        _form_problem(
            table,
            line,
            f"has {len(row)} cells where the header has {len(header)}",
            "quote cells that contain commas, or add the missing ones",
        )
        for row, line in zip(rows[1:], lines[1:], strict=True)
        if len(row) != len(header)
    ]
    if problems:
        raise DataError(problems)
    cells = list(zip(*rows[1:], strict=True)) or [()] * len(header)
    columns = {name: list(column) for name, column in zip(header, cells, strict=True)}
    return RawTable(table, columns, lines[1:])


def _form_problem(table: Table, line: int, rule: str, remedy: str) -> Problem:
    return Problem(table.path, line, "", "", rule, remedy)


def _read_text(table: Table, directory: Path) -> str:
    try:
        content = (directory / table.path).read_bytes()
    except FileNotFoundError:
        remedy = f"restore it in {directory}"
        raise DataError([_form_problem(table, 0, "is missing", remedy)]) from None
    except OSError as error:
        rule = f"cannot be read ({error.strerror})"
        raise DataError([_form_problem(table, 0, rule, "mend access")]) from None
    if content.startswith(codecs.BOM_UTF8):
        raise DataError([_form_problem(table, 1, "begins with a byte-order mark", MEND)])
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        remedy = "save the file as UTF-8"
        raise DataError([_form_problem(table, line, "is not UTF-8", remedy)]) from None


def _split(table: Table, text: str, problems: list[Problem]) -> tuple[list[list[str]], list[int]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    start = 1
    try:
        for row in reader:
            rows.append(row)
            lines.append(start)
            start = reader.line_num + 1
    except csv.Error as error:
        problem = _form_problem(table, start, f"is not valid CSV ({error})", "mend the quotes")
        raise DataError([*problems, problem]) from None
    return rows, lines


def _check_header(table: Table, header: Sequence[str]) -> Iterator[Problem]:
    known = table.columns
    for name in known:
        if name not in header:
            yield Problem(table.path, 1, name, "", "column is missing", "add the column")
    for name in dict.fromkeys(header):
        if name not in known:
            remedy = f"describe it in {DESCRIPTOR} or drop it; {did_you_mean(name, known)}"
            yield Problem(table.path, 1, name, "", "column is not in the descriptor", remedy)
        if list(header).count(name) > 1:
            remedy = "drop all but one"
            yield Problem(table.path, 1, name, "", "column stands twice in the header", remedy)
    if sorted(header) == sorted(known) and tuple(header) != known:
        remedy = "use the descriptor's order"
        yield _form_problem(table, 1, "has its columns in another order", remedy)
