"""How well the data are attested, in one paragraph."""

from __future__ import annotations

import pandas as pd

from planlib.answers.prose import Prose
from planlib.wording import choose


def summary(coverage: pd.DataFrame, differing: pd.DataFrame, *, lang: str = "en") -> Prose:
    """Say how well the data are attested and how often sources disagree."""
    totals = coverage[["verified", "reported", "counted"]].sum()
    cells = len(differing[["table", "row_id", "field"]].drop_duplicates())
    rows = int(coverage["rows"].sum())
    return Prose(
        choose(
            lang,
            f"Of {int(totals.sum()):,} rows and numbers in {len(coverage)} tables ({rows:,} rows), "
            f"{int(totals['verified']):,} are verified in a text we read, "
            f"{int(totals['reported']):,} reported by texts we did not read, and "
            f"{int(totals['counted']):,} counted by us. On {cells} cells at least one source says "
            f"otherwise; all {len(differing)} differing claims are kept beside the headline.",
            f"{len(coverage)}张表（{rows}条记录）中的{int(totals.sum())}处记录与数字，"
            f"{int(totals['verified'])}处已在我们读过的文本中核实，{int(totals['reported'])}处见于"
            f"未读原文的报道，{int(totals['counted'])}处由我们计数。{cells}处至少有一个来源说法不同；"
            f"{len(differing)}条不同说法全部与主数值并列保留。",
        )
    )
