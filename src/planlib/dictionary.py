"""The data dictionary, ``data/README.md``: every column, written from the data package itself."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planlib import evidence, schema, tables, wording

INTRODUCTION = """\
# The tables

Written from `datapackage.json` and the tables by `make dictionary`; do not edit it by hand.

One fact a row; blank is "not stated"; dates are ISO, with a precision beside them where it is not
the day; `X` and `X_zh` are a pair of texts in our own words. Every row and every number has a claim
in `claims.csv`: *verified* in a text that was read, *reported* by one that was not, or *counted* by
us.
"""
LONGEST_EXAMPLE = 48
LONGEST_VOCABULARY = 12


def markdown() -> str:
    """Return the dictionary of all tables as Markdown."""
    package = schema.package()
    coverage = evidence.coverage().set_index("table")
    parts = [INTRODUCTION, *_overview(package, coverage)]
    for table in package.tables:
        parts += _table(package, table)
    parts += _computed(package)
    return "\n".join(parts) + "\n"


def _overview(package: schema.Package, coverage: pd.DataFrame) -> Iterator[str]:
    yield "| table | what it holds | rows | verified | reported | counted |"
    yield "|---|---|--:|--:|--:|--:|"
    for table in package.tables:
        count = len(tables.whole(table.name, package))
        cells = ["", "", ""]
        if table.name in coverage.index:
            row = coverage.loc[table.name]
            cells = [str(row[c]) for c in ("verified", "reported", "counted")]
        what = table.description or table.title
        yield f"| [{table.name}](#{table.name}) | {what} | {count} | {' | '.join(cells)} |"
    yield ""


def _table(package: schema.Package, table: schema.Table) -> Iterator[str]:
    frame = tables.whole(table.name, package)
    targets = {key.field: key.table for key in table.foreign_keys}
    yield f"## {table.name}\n"
    yield f"{table.title} · {table.title_zh}. {table.description}\n"
    if table.known_from:
        later = f", or `{table.known_later}` where that is stated" if table.known_later else ""
        yield f"Public from: `{table.known_from}`{later}.\n"
    if table.named_by:
        yield f"Named by: {', '.join(f'`{name}`' for name in table.named_by)}.\n"
    yield "| column | title | 名称 | type | unit | allowed | filled | example |"
    yield "|---|---|---|---|---|---|--:|---|"
    for spec in table.fields:
        filled = int(frame[spec.name].notna().sum())
        share = f"{round(100 * filled / len(frame))}%" if len(frame) else ""
        yield (
            f"| `{spec.name}` | {_meaning(spec)} | {spec.title_zh} | {spec.type} | {spec.unit} | "
            f"{_allowed(spec, targets.get(spec.name, ''))} | {share} | "
            f"{_example(frame[spec.name])} |"
        )
    yield ""


def _computed(package: schema.Package) -> Iterator[str]:
    yield "## Computed columns\n"
    yield "Never stored; the frames of `planlib.analysis` carry them.\n"
    yield "| column | title | 名称 | type | unit | allowed |"
    yield "|---|---|---|---|---|---|"
    for spec in package.computed:
        yield (
            f"| `{spec.name}` | {_meaning(spec)} | {spec.title_zh} | {spec.type} | {spec.unit} | "
            f"{_allowed(spec, '')} |"
        )


def _meaning(spec: schema.Field) -> str:
    return f"{spec.title}: {spec.description}" if spec.description else spec.title


def _allowed(spec: schema.Field, target: str) -> str:
    rules = ["required"] if spec.required else []
    if target:
        rules.append(f"a row of [{target}](#{target})")
    if spec.enum:
        shown = ", ".join(f"`{word}`" for word in spec.enum[:LONGEST_VOCABULARY])
        rules.append(shown + (", …" if len(spec.enum) > LONGEST_VOCABULARY else ""))
    if spec.minimum is not None:
        rules.append(f"≥ {spec.minimum:g}")
    if spec.maximum is not None:
        rules.append(f"≤ {spec.maximum:g}")
    return "; ".join(rules)


def _example(column: pd.Series) -> str:
    values = column.dropna()
    if values.empty:
        return ""
    value = values.iloc[0]
    text = value.date().isoformat() if isinstance(value, pd.Timestamp) else str(value)
    text = text.removesuffix(".0").replace("|", "\\|")
    return wording.wrap(text, LONGEST_EXAMPLE, lines=1)


if __name__ == "__main__":
    print(markdown(), end="")
