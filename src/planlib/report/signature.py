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
from typing import Any

from planlib import schema, tables
from planlib.errors import ParameterError, UnknownNameError, did_you_mean

TYPES: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool}
ONE_OF = re.compile(r"one of (?P<words>[^;]+)")
RANGE = re.compile(r"(?P<low>-?\d+(?:\.\d+)?)\.\.(?P<high>-?\d+(?:\.\d+)?)")
ISO_DATE = re.compile(r"ISO date")
COLUMN = re.compile(r"(?P<table>[a-z_]+)\.(?P<column>[a-z_]+)")


@dataclass(frozen=True)
class Parameter:
    """One parameter: its type, default, and what its comment and the data package allow."""

    name: str
    type: str
    default: Any
    comment: str = ""
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    is_date: bool = False

    def check(self, value: Any) -> Any:
        """Return the value if it is allowed; raise :class:`ParameterError` otherwise."""
        wanted = TYPES[self.type]
        if wanted is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if type(value) is not wanted:
            raise ParameterError(
                f"{self.name}: {value!r} is not of type {self.type}; give {self._example()}"
            )
        if self.choices and value not in self.choices:
            raise ParameterError(
                f"{self.name}: {value!r} is not allowed; {did_you_mean(str(value), self.choices)}"
            )
        if self.low is not None and not self.low <= value <= (self.high or self.low):
            raise ParameterError(
                f"{self.name}: {value!r} is out of range; give {self.low:g} to {self.high:g}"
            )
        if self.is_date and value and value != tables.TODAY:
            tables.resolve_as_of(value)
        return value

    def parse(self, text: str) -> Any:
        """Turn a word from the command line into a value of the parameter's type."""
        if self.type == "str":
            return text
        try:
            if self.type == "bool":
                return {"true": True, "false": False}[text.lower()]
            return TYPES[self.type](text)
        except (KeyError, ValueError):
            raise ParameterError(
                f"{self.name}: {text!r} is not of type {self.type}; give {self._example()}"
            ) from None

    def _example(self) -> str:
        return {"str": "a text", "int": "a whole number", "float": "a number",
                "bool": "true or false"}[self.type]  # fmt: skip


Signature = Mapping[str, Parameter]


def read(path: Path) -> dict[str, Parameter]:
    """Read the signature of a notebook.

    Raises
    ------
    ParameterError
        The notebook cannot be read, has no ``parameters`` cell, or the cell is not a list of
        annotated assignments.
    """
    source = _parameters_source(path)
    comments = _comments(source)
    try:
        body = ast.parse(source).body
    except SyntaxError as error:
        raise ParameterError(
            f"{path.name}: the parameters cell is not Python ({error.msg}); mend it"
        ) from None
    found = {}
    for node in body:
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
            raise ParameterError(
                f"{path.name}: line {node.lineno} of the parameters cell is no typed assignment; "
                'write it like  lang: str = "en"  # one of en, zh'
            )
        name = node.target.id
        found[name] = _parameter(path, name, node, comments.get(node.lineno, ""))
    return found


def _parameters_source(path: Path) -> str:
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = notebook["cells"]
    except FileNotFoundError:
        raise ParameterError(f"{path}: the notebook does not exist; correct its name") from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError):
        raise ParameterError(f"{path}: is not a readable notebook; restore it") from None
    for cell in cells:
        if "parameters" in cell.get("metadata", {}).get("tags", []):
            return "".join(cell["source"])
    raise ParameterError(
        f"{path.name}: no cell is tagged 'parameters'; tag the cell that assigns them"
    )


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    try:
        return {
            t.start[0]: t.string.lstrip("# ").strip() for t in tokens if t.type == tokenize.COMMENT
        }
    except tokenize.TokenError:
        return {}


def _parameter(path: Path, name: str, node: ast.AnnAssign, comment: str) -> Parameter:
    kind = ast.unparse(node.annotation)
    if kind not in TYPES or node.value is None:
        raise ParameterError(
            f"{path.name}: parameter {name} needs a type among {', '.join(TYPES)} and a default"
        )
    try:
        default = ast.literal_eval(node.value)
    except ValueError:
        raise ParameterError(
            f"{path.name}: the default of parameter {name} is no plain value; write a literal"
        ) from None
    span = RANGE.search(comment)
    parameter = Parameter(
        name=name,
        type=kind,
        default=default,
        comment=comment,
        choices=_choices(comment),
        low=float(span["low"]) if span else None,
        high=float(span["high"]) if span else None,
        is_date=bool(ISO_DATE.search(comment)),
    )
    parameter.check(default)
    return parameter


def _choices(comment: str) -> tuple[str, ...]:
    match = ONE_OF.search(comment)
    if match is None:
        return ()
    found: list[str] = []
    for word in (w.strip() for w in match["words"].split(",")):
        column = COLUMN.fullmatch(word)
        if column:
            values = tables.whole(column["table"])[column["column"]].dropna()
            found += sorted(values.astype("str").unique())
        else:
            found.append("" if word == "empty" else word)
    return tuple(found)


def check(signature: Signature, given: Mapping[str, Any], owner: str) -> dict[str, Any]:
    """Check given parameters against a signature and resolve ``today``.

    Raises :class:`ParameterError`, naming ``owner``, for an unknown name, a wrong type, or a
    value out of range or choices.
    """
    checked = {}
    for name, value in given.items():
        if name not in signature:
            raise ParameterError(
                f"{owner}: no parameter {name!r}; {did_you_mean(name, list(signature))}"
            )
        try:
            checked[name] = signature[name].check(value)
        except ParameterError as error:
            raise ParameterError(f"{owner}: {error}") from None
    if checked.get("as_of") == tables.TODAY:
        checked["as_of"] = dt.date.today().isoformat()
    return checked


def title_of(name: str, lang: str = "en") -> str:
    """Return the reader's title of a parameter that bears a project-wide column name."""
    try:
        spec = schema.package().column(name)
    except UnknownNameError:
        spec = None
    return spec.label(lang) if spec else name
