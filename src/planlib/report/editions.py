"""``reports.toml``: which notebook, with which parameters, makes which report."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from planlib.errors import ParameterError, PlanlibError, UnknownNameError, did_you_mean
from planlib.report import signature

NAME_PATTERN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
KEYS = {"name", "notebook", "parameters", "each", "formats"}
FORMATS = ("html",)
CONFIGURATION = Path("reports") / "reports.toml"


@dataclass(frozen=True)
class Edition:
    """A notebook with one set of parameters."""

    name: str
    notebook: Path
    parameters: Mapping[str, Any] = field(default_factory=dict)
    formats: tuple[str, ...] = FORMATS

    @property
    def lang(self) -> str:
        return str(self.parameters.get("lang", "en"))


def project_root(start: Path | None = None) -> Path:
    """Return the checkout that holds ``reports/reports.toml``, looking upwards from ``start``."""
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / CONFIGURATION).is_file():
            return folder
    raise PlanlibError(
        f"{start}: no {CONFIGURATION} here or above; run planlib build inside a checkout of planlib"
    )


def load(root: Path) -> list[Edition]:
    """Return all editions, each with parameters checked against its notebook's signature.

    Raises :class:`PlanlibError` with one line for each edition that is wrong.
    """
    path = root / CONFIGURATION
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PlanlibError(f"{path}: cannot be read ({error}); mend it") from None
    entries = raw.get("edition", [])
    editions: list[Edition] = []
    problems: list[str] = []
    for number, entry in enumerate(entries, 1):
        try:
            editions += _expand(entry, number, root)
        except PlanlibError as error:
            problems.append(f"{CONFIGURATION}: {error}")
    names = [e.name for e in editions]
    problems += [
        f"{CONFIGURATION}: edition {name!r} stands {names.count(name)} times; rename one of them"
        for name in sorted({n for n in names if names.count(n) > 1})
    ]
    if problems:
        raise ParameterError("\n".join(problems))
    if not editions:
        raise PlanlibError(f"{path}: lists no edition; add an [[edition]]")
    return editions


def _expand(entry: Mapping[str, Any], number: int, root: Path) -> Iterator[Edition]:
    label = f"edition {entry.get('name', number)!r}"
    unknown = sorted(set(entry) - KEYS)
    if unknown:
        raise ParameterError(
            f"{label}: unknown key {unknown[0]!r}; {did_you_mean(unknown[0], sorted(KEYS))}"
        )
    if "name" not in entry or "notebook" not in entry:
        raise ParameterError(f"{label}: names no notebook; give it a name and a notebook")
    notebook = root / "notebooks" / f"{entry['notebook']}.ipynb"
    if not notebook.is_file():
        known = sorted(p.stem for p in (root / "notebooks").glob("*.ipynb"))
        raise ParameterError(
            f"{label}: no notebook {entry['notebook']!r}; {did_you_mean(entry['notebook'], known)}"
        )
    formats = tuple(entry.get("formats", FORMATS))
    for word in formats:
        if word not in FORMATS:
            raise ParameterError(f"{label}: unknown format {word!r}; {did_you_mean(word, FORMATS)}")
    allowed = signature.read(notebook)
    for values in _combinations(entry.get("each", {}), allowed, label):
        name = str(entry["name"]).format_map({k: str(v).lower() for k, v in values.items()})
        if not NAME_PATTERN.fullmatch(name):
            raise ParameterError(f"{label}: {name!r} is no name; use a-z, 0-9 and hyphens")
        given = {**entry.get("parameters", {}), **values}
        yield Edition(name, notebook, signature.check(allowed, given, f"edition {name!r}"), formats)


def _combinations(
    each: Mapping[str, Any], allowed: signature.Signature, label: str
) -> Iterator[dict[str, Any]]:
    axes: list[Sequence[Any]] = []
    for name, values in each.items():
        if values == "*":
            if name not in allowed or not allowed[name].choices:
                raise ParameterError(f"{label}: parameter {name!r} has no choices to go through")
            values = [choice for choice in allowed[name].choices if choice]
        axes.append(values)
    for combination in itertools.product(*axes):
        yield dict(zip(each, combination, strict=True))


def select(editions: Sequence[Edition], names: Sequence[str]) -> list[Edition]:
    """Return the editions named; all of them when no name is given."""
    if not names:
        return list(editions)
    known = {e.name: e for e in editions}
    for name in names:
        if name not in known:
            raise UnknownNameError(f"no edition {name!r}; {did_you_mean(name, list(known))}")
    return [known[name] for name in dict.fromkeys(names)]


def in_language(edition: Edition, editions: Sequence[Edition], lang: str) -> Edition | None:
    """Return the same edition in another language, if there is one."""
    wanted = {**edition.parameters, "lang": lang}
    for other in editions:
        if other.notebook == edition.notebook and {**other.parameters} == wanted:
            return other
    return None
