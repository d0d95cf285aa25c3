"""Fixtures shared by the tests."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from planlib import schema

# The same examples on every run and no stop-watch: red means that something changed.
settings.register_profile("planlib", derandomize=True, deadline=None)
settings.register_profile("search", max_examples=3000, deadline=None)
settings.load_profile("planlib")

DATA = Path(__file__).resolve().parents[1] / "data"


class DataCopy:
    """A copy of the data that a test may change."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def path(self, table: str) -> Path:
        return self.directory / f"{table}.csv"

    def rows(self, table: str) -> list[dict[str, str]]:
        with self.path(table).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def write(self, table: str, rows: list[dict[str, str]]) -> None:
        with self.path(table).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def line(self, table: str, /, **cells: str) -> int:
        """Return the line of the one row that holds these cells."""
        (line,) = (n for n, row in enumerate(self.rows(table), 2) if cells.items() <= row.items())
        return line

    def set(self, table: str, key: str, /, **cells: str) -> int:
        """Change cells of the row with that key; return its line."""
        rows = self.rows(table)
        first = next(iter(rows[0]))
        (position,) = (n for n, row in enumerate(rows) if row[first] == key)
        rows[position].update(cells)
        self.write(table, rows)
        return position + 2

    def set_claim(self, which: dict[str, str], /, **cells: str) -> int:
        """Change cells of the one claim that holds the cells of ``which``; return its line."""
        line = self.line("claims", **which)
        rows = self.rows("claims")
        rows[line - 2].update(cells)
        self.write("claims", rows)
        return line

    def add(self, table: str, /, **cells: str) -> int:
        """Append a row, blank where not given; return its line."""
        rows = self.rows(table)
        rows.append(dict.fromkeys(rows[0], "") | cells)
        self.write(table, rows)
        return len(rows) + 1

    def drop(self, table: str, /, **cells: str) -> None:
        """Drop every row that holds these cells."""
        rows = self.rows(table)
        self.write(table, [row for row in rows if not cells.items() <= row.items()])

    def describe(self, change: Callable[[dict[str, Any]], object]) -> None:
        """Change the descriptor."""
        path = self.directory / schema.DESCRIPTOR
        described = json.loads(path.read_text(encoding="utf-8"))
        change(described)
        path.write_text(json.dumps(described, ensure_ascii=False), encoding="utf-8")


@pytest.fixture
def data_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataCopy:
    """A copy of the data in a folder of its own, which planlib reads in place of its own."""
    directory = tmp_path / "data"
    shutil.copytree(DATA, directory)
    monkeypatch.setenv(schema.ENVIRONMENT_VARIABLE, str(directory))
    return DataCopy(directory)
