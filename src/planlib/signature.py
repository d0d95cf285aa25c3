"""A notebook's signature: its typed ``parameters`` cell, read without running it."""

from __future__ import annotations

import ast
import datetime as dt
import io
import json
import re
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from planlib import schema
from planlib.errors import ParameterError, UnknownNameError, did_you_mean

TYPES: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool}
EXAMPLES = {
    "str": "a text in quotes",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
}
TAG = "parameters"
# How the command line writes no value.
NOTHING = "None"
ONE_OF = re.compile(r"one of (?P<words>[^;]+)")
RANGE = re.compile(r"(?P<low>-?\d+(?:\.\d+)?)\.\.(?P<high>-?\d+(?:\.\d+)?)")
ISO_DATE = "ISO date"
EMPTY = "empty"
# A column's values, or only those that another column holds too: deals.country_id,
# treatments.actor_id in actors.country_id.
COLUMN = re.compile(r"[a-z_]+\.[a-z_]+(?: in [a-z_]+\.[a-z_]+)?")


@dataclass(frozen=True)
class Parameter:
    """One parameter: its type, default, and what its comment and the data package allow."""

    name: str
    type: str
    default: Any
    comment: str = ""
    choices: tuple[Any, ...] = ()
    low: float | None = None
    high: float | None = None
    is_date: bool = False
    is_optional: bool = False

    def check(self, value: Any) -> Any:
        """Return the value if it is allowed, with ``today`` as a date.

        Raises :class:`ParameterError` otherwise.
        """
        if value is None and self.is_optional:
            return None
        kind = type(value)
        if kind is int and self.type == "float":
            value = float(value)
        elif kind is not TYPES[self.type]:
            raise self._wrong_type(value)
        if self.choices and value not in self.choices:
            known = [str(choice) or EMPTY for choice in self.choices]
            hint = did_you_mean(str(value), known)
            raise ParameterError(f"{self.name}: {value!r} is not allowed; {hint}")
        if self.low is not None and self.high is not None and not self.low <= value <= self.high:
            raise ParameterError(
                f"{self.name}: {value!r} is out of range; give {self.low:g} to {self.high:g}"
            )
        return self._date(value) if self.is_date else value

    def parse(self, text: str) -> Any:
        """Turn a word of the command line or of the comment into a value of the right type.

        Raises :class:`ParameterError` when it cannot be one.
        """
        if self.is_optional and text in ("", NOTHING):
            return None
        try:
            if self.type == "bool":
                return {"true": True, "false": False}[text.lower()]
            return TYPES[self.type](text)
        except (KeyError, ValueError):
            raise self._wrong_type(text) from None

    def _date(self, value: str) -> str:
        if value == schema.TODAY:
            return dt.date.today().isoformat()
        if schema.iso_day(value) is None and (value or EMPTY not in self.comment):
            raise ParameterError(f"{self.name}: {value!r} is not a date; write it as YYYY-MM-DD")
        return value

    def _wrong_type(self, value: Any) -> ParameterError:
        shown = value if isinstance(value, dt.date | dt.time) else repr(value)
        return ParameterError(
            f"{self.name}: {shown} is not of type {self.type}; give {EXAMPLES[self.type]}"
        )


Signature = Mapping[str, Parameter]


def read(path: Path) -> dict[str, Parameter]:
    """Read the signature of a notebook.

    Raises
    ------
    ParameterError
        The notebook cannot be read, has no ``parameters`` cell, or the cell is not a list of
        annotated assignments.
    DataError
        The data that choices are taken from break a rule.
    """
    source = _parameters_source(path)
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError) as error:
        reason = error.msg if isinstance(error, SyntaxError) else error
        raise ParameterError(
            f"{path.name}: the parameters cell is not Python ({reason}); mend it"
        ) from None
    comments = _comments(source)
    found = {}
    for node in body:
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
            raise ParameterError(
                f"{path.name}: line {node.lineno} of the parameters cell is no typed assignment; "
                'write it like  lang: str = "en"  # one of en, zh'
            )
        name = node.target.id
        try:
            found[name] = _parameter(name, node, comments.get(node.end_lineno or 0, ""))
        except ParameterError as error:
            raise ParameterError(f"{path.name}: parameter {error}") from None
    return found


def _parameters_source(path: Path) -> str:
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        sources = [
            "".join(c["source"]) for c in cells if TAG in c.get("metadata", {}).get("tags", ())
        ]
    except FileNotFoundError:
        raise ParameterError(f"{path}: the notebook does not exist; correct its name") from None
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise ParameterError(f"{path}: is not a readable notebook; restore it") from None
    if not sources:
        raise ParameterError(
            f"{path.name}: no cell is tagged {TAG!r}; tag the cell that assigns them"
        )
    return sources[0]


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {t.start[0]: t.string.lstrip("# ").strip() for t in tokens if t.type == tokenize.COMMENT}


def _parameter(name: str, node: ast.AnnAssign, comment: str) -> Parameter:
    kind = ast.unparse(node.annotation)
    if kind not in TYPES or node.value is None:
        raise ParameterError(f"{name}: needs a type among {', '.join(TYPES)} and a default")
    try:
        default = ast.literal_eval(node.value)
    except (ValueError, TypeError):
        raise ParameterError(f"{name}: the default is no plain value; write a literal") from None
    span = RANGE.search(comment) if kind in ("int", "float") else None
    parameter = Parameter(
        name=name,
        type=kind,
        default=default,
        comment=comment,
        choices=_choices(Parameter(name, kind, default), comment),
        low=float(span["low"]) if span else None,
        high=float(span["high"]) if span else None,
        is_date=kind == "str" and ISO_DATE in comment,
        # papermill knows no parameter whose type is  float | None.
        is_optional=default is None,
    )
    parameter.check(default)
    return parameter


def _choices(parameter: Parameter, comment: str) -> tuple[Any, ...]:
    match = ONE_OF.search(comment)
    if match is None:
        return ()
    found: list[str] = []
    for word in (w.strip() for w in match["words"].split(",")):
        if COLUMN.fullmatch(word):
            first, *others = (_column_values(parameter.name, c) for c in word.split(" in "))
            found += sorted(first.intersection(*others))
        else:
            found.append("" if word == EMPTY else word)
    return tuple(parameter.parse(word) for word in dict.fromkeys(found))


def _column_values(name: str, place: str) -> set[str]:
    table, column = place.split(".")
    package = schema.package()
    try:
        cells = schema.read_raw(package[table], package.directory).columns
    except UnknownNameError as error:
        raise ParameterError(f"{name}: {error}") from None
    if column not in cells:
        raise ParameterError(f"{name}: no column {place!r}; {did_you_mean(column, list(cells))}")
    return {cell for cell in cells[column] if cell}


class Checks(Protocol):
    """A parameter, of a notebook or of an explorer, that can check a value."""

    def check(self, value: Any) -> Any: ...


def check(
    signature: Mapping[str, Checks], given: Mapping[str, Any], owner: str = ""
) -> dict[str, Any]:
    """Check given parameters against a signature and resolve ``today``.

    Raises :class:`ParameterError`, naming ``owner`` if there is one, with a line for each unknown
    name, wrong type, and value out of range or choices.
    """
    start = f"{owner}: " if owner else ""
    problems = [
        f"{start}no parameter {name!r}; {did_you_mean(name, list(signature))}"
        for name in given
        if name not in signature
    ]
    checked = {}
    for name in (n for n in signature if n in given):
        try:
            checked[name] = signature[name].check(given[name])
        except ParameterError as error:
            problems.append(f"{start}{error}")
    if problems:
        raise ParameterError("\n".join(problems))
    return checked


def title_of(name: str, lang: str = "en") -> str:
    """Return the reader's title of a parameter that bears a project-wide column name."""
    spec = schema.package().column(name)
    return spec.label(lang) if spec else name
