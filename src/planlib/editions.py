"""``reports.toml``: which notebook, with which parameters, makes which report."""

from __future__ import annotations

import fnmatch
import itertools
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from planlib import schema, signature
from planlib.errors import ParameterError, PlanlibError, UnknownNameError, did_you_mean

NAME_PATTERN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Pages of the site itself.
RESERVED = ("index", "changes")
# The page itself, and what `planlib export` makes of it.
DEFAULT_FORMATS = ("html",)
FORMATS = (*DEFAULT_FORMATS, "pptx", "xlsx", "pdf", "png", "svg", "csv", "zip")
SHAPES: dict[str, tuple[type, str]] = {
    "name": (str, "a text"),
    "notebook": (str, "the name of a notebook"),
    "parameters": (dict, 'a table like { lang = "en" }'),
    "each": (dict, 'a table of lists like { lang = ["en", "zh"] }'),
    "formats": (list, 'a list like ["html", "pptx"]'),
}
CONFIGURATION = Path("reports") / "reports.toml"


@dataclass(frozen=True)
class Edition:
    """A notebook with one set of parameters."""

    name: str
    notebook: Path
    parameters: Mapping[str, Any] = field(default_factory=dict)
    formats: tuple[str, ...] = DEFAULT_FORMATS

    @property
    def lang(self) -> str:
        return str(self.parameters.get("lang", "en"))


def project_root(start: Path | None = None) -> Path:
    """Return the checkout that holds ``reports/reports.toml``, looking upwards from ``start``.

    Raises :class:`PlanlibError` when there is none.
    """
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / CONFIGURATION).is_file():
            return folder
    raise PlanlibError(
        f"{start}: no {CONFIGURATION} here or above; reports need a checkout of planlib: "
        "clone it and run this inside"
    )


def load(root: Path) -> list[Edition]:
    """Return all editions, each with parameters checked against its notebook's signature.

    Raises
    ------
    ParameterError
        One line for each problem in the list of editions or in a notebook's signature.
    PlanlibError
        The list cannot be read or is empty, or the data that choices are taken from are bad.
    """
    editions: list[Edition] = []
    problems: list[str] = []
    known = {p.stem: p for p in sorted((root / "notebooks").glob("*.ipynb"))}
    for number, entry in enumerate(_entries(root / CONFIGURATION), 1):
        label = f"{CONFIGURATION}: edition {entry.get('name', number)!r}"
        faults = [f"{label}: {fault}" for fault in _faults(entry, list(known))]
        problems += faults
        if not faults:
            editions += _expand(entry, label, known[entry["notebook"]], problems)
    names = [e.name for e in editions]
    problems += [
        f"{CONFIGURATION}: edition {name!r} stands {names.count(name)} times; rename one of them"
        for name in sorted({n for n in names if names.count(n) > 1})
    ]
    if problems:
        # Editions of one notebook share its problems.
        raise ParameterError("\n".join(dict.fromkeys(problems)))
    return editions


def _entries(path: Path) -> list[dict[str, Any]]:
    try:
        # Some editors begin a text with a byte-order mark.
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or error
        raise PlanlibError(f"{path}: cannot be read ({reason}); mend it") from None
    unknown = [key for key in raw if key != "edition"]
    if unknown:
        raise PlanlibError(f"{path}: unknown key {unknown[0]!r}; editions stand under [[edition]]")
    entries = raw.get("edition", [])
    if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        raise PlanlibError(f"{path}: edition is no list; write [[edition]] above each one")
    if not entries:
        raise PlanlibError(f"{path}: lists no edition; add an [[edition]]")
    return entries


def _faults(entry: Mapping[str, Any], notebooks: Sequence[str]) -> Iterator[str]:
    """Find what is wrong with an entry before its notebook is looked at."""
    fixed = entry.get("parameters")
    for key, value in entry.items():
        shape, example = SHAPES.get(key, (object, ""))
        is_fit = isinstance(value, shape)
        if not example:
            yield f"unknown key {key!r}; {did_you_mean(key, list(SHAPES))}"
        elif not is_fit:
            yield f"{key} is {value!r}; give {example}"
        elif key == "notebook" and value not in notebooks:
            yield f"no notebook {value!r}; {did_you_mean(value, notebooks)}"
        elif key == "formats":
            for word in value:
                if word not in FORMATS:
                    yield f"unknown format {word!r}; {did_you_mean(str(word), FORMATS)}"
        elif key == "each":
            for name, values in value.items():
                if values != "*" and not (isinstance(values, list) and values):
                    yield f'each: {name!r} is {values!r}; give a list of values, or "*" for all'
                if isinstance(fixed, dict) and name in fixed:
                    yield f"{name!r} stands in parameters and in each; keep one"
    yield from (f"has no {key}; add one" for key in ("name", "notebook") if key not in entry)


def _expand(
    entry: Mapping[str, Any], label: str, notebook: Path, problems: list[str]
) -> Iterator[Edition]:
    """Yield the editions of an entry; add what is wrong to ``problems``."""
    try:
        allowed = signature.read(notebook)
    except ParameterError as error:
        problems.append(str(error))
        return
    before = len(problems)
    fixed = _checked(allowed, entry.get("parameters", {}), label, problems)
    axes = [
        [_checked(allowed, {name: value}, label, problems) for value in values]
        for name, values in _axes(entry.get("each", {}), allowed, label, problems)
    ]
    if len(problems) > before:
        return
    default = _defaults(allowed)
    for combination in itertools.product(*axes):
        given = {**default, **fixed}
        for values in combination:
            given |= values
        try:
            name = entry["name"].format_map({k: str(v).lower() for k, v in given.items()})
            schema.check_language(given.get("lang", "en"))
        except (LookupError, ValueError, AttributeError) as error:
            problems.append(f"{label}: a placeholder in the name names no parameter ({error})")
        except ParameterError as error:
            problems.append(f"{label}: {error}")
        else:
            if not NAME_PATTERN.fullmatch(name):
                problems.append(f"{label}: {name!r} is no name; use a-z, 0-9 and hyphens")
            elif name in RESERVED:
                problems.append(f"{label}: {name!r} is a page of the site; choose another name")
            yield Edition(name, notebook, given, tuple(entry.get("formats", DEFAULT_FORMATS)))


def _defaults(allowed: signature.Signature) -> dict[str, Any]:
    # The engine needs to know the language, and a notebook never reads a clock.
    return {
        name: p.check(p.default)
        for name, p in allowed.items()
        if name == "lang" or p.default == schema.TODAY
    }


def _checked(
    allowed: signature.Signature, given: Mapping[str, Any], label: str, problems: list[str]
) -> dict[str, Any]:
    try:
        return signature.check(allowed, given, label)
    except ParameterError as error:
        problems += str(error).splitlines()
        return {}


def _axes(
    each: Mapping[str, Any], allowed: signature.Signature, label: str, problems: list[str]
) -> Iterator[tuple[str, Sequence[Any]]]:
    for name, values in each.items():
        if values != "*":
            yield name, values
        elif name in allowed and allowed[name].choices:
            yield name, [choice for choice in allowed[name].choices if choice != ""]
        else:
            problems.append(
                f"{label}: each: {name!r} has no choices to go through; list its values"
            )


def one_off(root: Path, name: str, given: Mapping[str, Any]) -> Edition:
    """Return an edition that is not on the list: a notebook, or a listed edition, changed.

    Parameters
    ----------
    given
        Parameters by name; a text is read as the type of its parameter wants.

    Raises :class:`UnknownNameError` and :class:`ParameterError`.
    """
    known = {p.stem: p for p in sorted((root / "notebooks").glob("*.ipynb"))}
    base: Mapping[str, Any] = {}
    if name not in known:
        listed = {e.name: e for e in load(root)}
        if name not in listed:
            hint = did_you_mean(name, [*known, *listed])
            raise UnknownNameError(f"no notebook or edition {name!r}; {hint}")
        known[name], base = listed[name].notebook, listed[name].parameters
    allowed = signature.read(known[name])
    words = {
        key: allowed[key].parse(value) if isinstance(value, str) and key in allowed else value
        for key, value in given.items()
    }
    parameters = {**base, **signature.check(allowed, words, name)}
    return Edition(name, known[name], {**_defaults(allowed), **parameters})


def select(editions: Sequence[Edition], names: Sequence[str]) -> list[Edition]:
    """Return the editions named; all of them when no name is given.

    A name may be a pattern: ``deals-*``. Raises :class:`UnknownNameError` with a line for each
    name that is no edition.
    """
    if not names:
        return list(editions)
    known = {e.name: e for e in editions}
    found = {name: fnmatch.filter(known, name) for name in names}
    unknown = [name for name in found if not found[name]]
    if unknown:
        raise UnknownNameError(
            "\n".join(f"no edition {name!r}; {did_you_mean(name, list(known))}" for name in unknown)
        )
    return [known[name] for name in dict.fromkeys(itertools.chain(*found.values()))]


def in_language(edition: Edition, editions: Sequence[Edition], lang: str) -> Edition | None:
    """Return the same edition in another language, if there is one."""
    wanted = {**edition.parameters, "lang": lang}
    for other in editions:
        if other.notebook == edition.notebook and other.parameters == wanted:
            return other
    return None
