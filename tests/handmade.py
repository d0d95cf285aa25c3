"""Small frames with the columns and types of the real tables, for tests of pure functions."""

from __future__ import annotations

import pandas as pd

import planlib


def table(name: str, *rows: dict[str, object]) -> pd.DataFrame:
    """Return a frame shaped like table ``name``; columns that a row does not give are blank."""
    like = planlib.load(name).iloc[:0]
    frame = pd.DataFrame(list(rows), columns=list(like.columns))
    return frame.astype(like.dtypes.to_dict())
