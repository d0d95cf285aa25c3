"""Time the import of planlib against pandas, and the loading of tables with all their checks.

python benchmarks/load.py [--rounds N]
"""

from __future__ import annotations

import argparse
import csv
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SIZES = (1_000, 10_000, 100_000)
TABLE = "events"


def seconds_of(statement: str, rounds: int) -> float:
    """Return the median time that a new interpreter takes for a statement."""
    code = (
        f"import time; start = time.perf_counter()\n{statement}\nprint(time.perf_counter() - start)"
    )
    found = []
    for _ in range(rounds):
        ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        found.append(float(ran.stdout))
    return statistics.median(found)


def imports(rounds: int) -> None:
    pandas = seconds_of("import pandas", rounds)
    planlib = seconds_of("import planlib", rounds)
    loading = seconds_of("import planlib; planlib.load", rounds)
    print(f"import pandas {pandas:.3f} s; import planlib {planlib:.3f} s, {planlib / pandas:.2f}")
    print(f"import planlib and its loader {loading:.3f} s, {loading / pandas:.2f} times pandas")


def all_tables(rounds: int) -> None:
    from planlib import schema, tables

    package = schema.package()
    found = []
    for _ in range(rounds):
        tables._read_tables.clear()
        start = time.perf_counter()
        rows = sum(len(tables.whole(name)) for name in package.names)
        found.append(time.perf_counter() - start)
    print(f"all {len(package.names)} tables, {rows} rows, with their checks: "
          f"{statistics.median(found):.3f} s")  # fmt: skip


def synthetic(rounds: int) -> None:
    from planlib import columns, schema

    package = schema.package()
    table = package[TABLE]
    path = package.directory / table.path
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = list(csv.reader(file))
    for size in SIZES:
        with tempfile.TemporaryDirectory() as name:
            with (Path(name) / table.path).open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(head)
                writer.writerows([f"row-{n}", *rows[n % len(rows)][1:]] for n in range(size))
            found = []
            for _ in range(rounds):
                start = time.perf_counter()
                columns.typed_frame(schema.read_raw(table, Path(name)))
                found.append(time.perf_counter() - start)
        median = statistics.median(found)
        print(f"{size:>7} rows of {TABLE}: {median:.3f} s, {1e6 * median / size:.1f} µs a row")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    imports(rounds)
    all_tables(rounds)
    synthetic(rounds)


if __name__ == "__main__":
    main()
