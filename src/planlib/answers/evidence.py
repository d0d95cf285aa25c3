"""How well the data are attested, in one paragraph."""

from __future__ import annotations

import pandas as pd

from planlib import evidence, tables
from planlib.answers.prose import Notes, Prose
from planlib.wording import choose


def summary(coverage: pd.DataFrame, differing: pd.DataFrame, *, lang: str = "en") -> Prose:
    """Say how well the data are attested and how often sources disagree."""
    totals = coverage[["verified", "reported", "counted"]].sum()
    disputes = differing[differing["rule"] != "left_blank"]
    contested = disputes[["table", "row_id", "field"]].value_counts(sort=True)
    rows = int(coverage["rows"].sum())
    notes = Notes(lang)
    terms = tables.whole("deal_terms")["deal_term_id"]
    is_read = terms.map(
        lambda key: bool(evidence.backing("deal_terms", key, "value").supports[0].as_printed)
    )
    sure = notes.counted("deal_terms", terms[is_read], "value")
    told = notes.counted("deal_terms", terms[~is_read], "value")
    apart = notes.mark(*contested.index[0]) if len(contested) else ""
    return Prose(
        choose(
            lang,
            f"Of {int(totals.sum()):,} rows and numbers in {len(coverage)} tables ({rows:,} rows), "
            f"{int(totals['verified']):,}{sure} are verified in a text we read, "
            f"{int(totals['reported']):,}{told} reported by texts we did not read, and "
            f"{int(totals['counted']):,} counted by us. On {len(contested)}{apart} cells at least "
            f"one source says otherwise; all {len(disputes)} differing claims are kept beside the "
            f"headline. {len(differing) - len(disputes)} more speak of cells that are left blank.",
            f"{len(coverage)}张表（{rows}条记录）中的{int(totals.sum())}处记录与数字，"
            f"{int(totals['verified'])}处{sure}已在我们读过的文本中核实，"
            f"{int(totals['reported'])}处{told}见于未读原文的报道，"
            f"{int(totals['counted'])}处由我们计数。{len(contested)}处{apart}至少有一个来源说法不同；"
            f"{len(disputes)}条不同说法全部与主数值并列保留。"
            f"另有{len(differing) - len(disputes)}条所涉之处留空。",
        )
        + f"\n\n{notes}"
    )
