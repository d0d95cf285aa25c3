"""What a reader may set on a published page, and what each setting changes in a figure.

A page has no kernel: every number and every word that a setting may show is computed here,
beforehand, and the page only looks it up. It travels with the figure contract as ``controls``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from planlib.errors import PlanlibError

# Marks where a looked-up value stands in a text; private-use characters, which no text holds.
MARK = re.compile("\ue000([0-9]+)\ue001")
DIGITS = 6
# Shorter values cost less than a reference to them.
SHARED_FROM = 14
# A choice of a menu that leaves everything in.
EVERYTHING = ""


def control(
    name: str,
    title: str,
    choices: Sequence[tuple[Any, str]],
    value: Any,
    *,
    kind: str = "slider",
) -> dict[str, Any]:
    """Return one input of a page.

    Parameters
    ----------
    name
        The parameter or column that it sets.
    title
        What the reader sees beside it, with its unit.
    choices
        Values and their labels, in order.
    value
        The value at first: that of the figure as it was made.
    kind
        ``slider``, ``menu`` or ``toggle`` (of two choices).

    Raises
    ------
    PlanlibError
        The value is none of the choices.
    """
    values = [v for v, _ in choices]
    if value not in values:
        raise PlanlibError(f"controls: {name} has no choice {value!r}; add it to the choices")
    return {
        "name": name,
        "title": title,
        "kind": kind,
        "choices": [{"value": v, "label": label} for v, label in choices],
        "value": values.index(value),
    }


class Ref:
    """A value that the page looks up: in a text, write it as ``{ref}``."""

    def __init__(self, views: Views, spec: dict[str, Any]) -> None:
        self.views, self.spec = views, spec
        self.number = len(views.refs)
        views.refs.append(self)

    def __str__(self) -> str:
        return f"\ue000{self.number}\ue001"

    def upto(self, name: str) -> Ref:
        """Of a list for each choice of an input: the part up to the choice made."""
        return Ref(self.views, {**self.spec, "upto": name})

    def at(self, name: str) -> Ref:
        """Of a list for each choice of an input: the element of the choice made."""
        return Ref(self.views, {**self.spec, "at": name})


class Views:
    """The inputs of a figure, and what changes with them.

    Parameters
    ----------
    inputs
        What :func:`control` returns.
    """

    def __init__(self, *inputs: dict[str, Any]) -> None:
        self.inputs = list(inputs)
        self.slots: list[dict[str, Any]] = []
        self.changes: list[dict[str, Any]] = []
        self.refs: list[Ref] = []
        self.filter: dict[str, Any] = {}

    def values(self, over: Sequence[str], values: Iterable[Any]) -> Ref:
        """Give one value for each combination of the inputs ``over``, the last one fastest."""
        listed = [_plain(v) for v in values]
        sizes = {i["name"]: len(i["choices"]) for i in self.inputs}
        if self.filter:
            sizes["matched"] = len(self.filter["rows"]) + 1
        wanted = math.prod(sizes[name] for name in over)
        if len(listed) != wanted:
            raise PlanlibError(f"controls: {wanted} combinations, but {len(listed)} values")
        keys = [repr(v) for v in listed]
        distinct = dict(zip(keys, listed, strict=True))
        slot: dict[str, Any] = {"over": list(over), "values": list(distinct.values())}
        if len(distinct) < len(listed):
            positions = {key: n for n, key in enumerate(distinct)}
            slot["index"] = [positions[key] for key in keys]
        self.slots.append(slot)
        return Ref(self, {"slot": len(self.slots) - 1})

    def change(self, path: str, to: Any) -> None:
        """Set a place of the figure (``data.0.y``), of its words or its table to ``to``.

        ``to`` holds :class:`Ref` values, texts with such values in them, and lists of these.
        """
        self.changes.append({"path": path.split("."), "to": self._spec(to)})

    def words(self, meta: Mapping[str, Any]) -> None:
        """Set words of the frame: ``title``, ``subtitle``, ``note``, ``alt``, ``key`` ..."""
        for name, to in meta.items():
            self.change(f"layout.meta.planlib.{name}", to)

    def joined(self, parts: Sequence[Any]) -> Ref:
        """Put lists one behind the other."""
        return Ref(self, {"join": [self._spec(part) for part in parts]})

    def at_end(self, name: str, text: Ref) -> Ref:
        """Return labels for each choice of an input up to the one made: blank, the last one not."""
        return Ref(self, {"end": self._spec(text), "upto": name})

    def select(self, rows: Sequence[Mapping[str, Sequence[Any]]], points: Sequence[Any]) -> None:
        """Let the inputs select rows of the figure instead: menus whose first choice is all.

        Parameters
        ----------
        rows
            For each row of the table, the values that it has of each input.
        points
            For each trace, the rows of its points; none where a trace has no such points.
        """
        positions = {
            i["name"]: {c["value"]: n for n, c in enumerate(i["choices"])} for i in self.inputs
        }
        self.filter = {
            "rows": [
                [[positions[n][v] for v in row[n] if v in positions[n]] for n in positions]
                for row in rows
            ],
            "points": list(points),
        }

    def chosen(self, separator: str) -> Ref:
        """Return the labels of the choices made, those that leave everything in left out."""
        return Ref(self, {"chosen": separator})

    def counted(self, groups: Sequence[Any]) -> Ref:
        """Return how many selected rows each group has: for each row its group, by number."""
        return Ref(self, {"counted": list(groups), "groups": max(groups) + 1})

    def _spec(self, to: Any) -> Any:
        if isinstance(to, Ref):
            return to.spec
        if isinstance(to, Mapping):
            return {key: self._spec(value) for key, value in to.items()}
        if isinstance(to, (list, tuple)):
            return [self._spec(part) for part in to]
        if isinstance(to, str) and MARK.search(to):
            parts = MARK.split(to)
            # Every second part is the number of a mark.
            texts: list[Any] = [
                self.refs[int(part)].spec if n % 2 else part for n, part in enumerate(parts)
            ]
            return {"text": [text for text in texts if text != ""]}
        return _plain(to)

    def as_json(self) -> dict[str, Any]:
        """Return all of it, with what occurs again and again written once."""
        pool = _Pool()
        for slot in self.slots:
            for value in slot["values"]:
                pool.count(value)
        slots = [slot | {"values": [pool.shared(v) for v in slot["values"]]} for slot in self.slots]
        found: dict[str, Any] = {"inputs": self.inputs, "slots": slots, "changes": self.changes}
        if self.filter:
            found["filter"] = self.filter
        return found | {"pool": pool.nodes}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float):
        value = float(f"{value:.{DIGITS}g}")
        return None if math.isnan(value) else int(value) if value.is_integer() else value
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if pd.isna(value):
        return None
    return _plain(value.item()) if hasattr(value, "item") else value


class _Pool:
    """Values that occur several times: lists, texts, and the lines of texts."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self._uses: dict[str, int] = {}
        self._numbers: dict[str, int] = {}

    def count(self, node: Any) -> None:
        key = _key(node)
        if len(key) < SHARED_FROM:
            return
        self._uses[key] = self._uses.get(key, 0) + 1
        # What was seen before was gone through before.
        if self._uses[key] == 1:
            for part in _parts(node):
                self.count(part)

    def shared(self, node: Any) -> Any:
        """Return the value as it is written: itself, or a reference to the pool."""
        key = _key(node)
        if self._uses.get(key, 0) < 2:
            return self._written(node)
        if key not in self._numbers:
            written = self._written(node)
            self._numbers[key] = len(self.nodes)
            self.nodes.append(written)
        return {"$": self._numbers[key]}

    def _written(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self.shared(part) for part in node]
        if isinstance(node, dict):
            return {key: self.shared(part) for key, part in node.items()}
        if isinstance(node, str) and "<br>" in node:
            return {"lines": [self.shared(part) for part in _parts(node)]}
        return node


def _key(node: Any) -> str:
    return node if isinstance(node, str) else repr(node)


def _parts(node: Any) -> Iterable[Any]:
    if isinstance(node, dict):
        return node.values()
    if isinstance(node, str):
        return node.split("<br>") if "<br>" in node else ()
    return node if isinstance(node, list) else ()
