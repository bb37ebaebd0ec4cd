"""Items that seem to be reversed: a high answer where the others on the same right are low."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from cemlib.stats.scales import item_rest_correlations

MIN_ROWS = 10  # fewer give a correlation of either sign


def seem_reversed(
    answers: pd.DataFrame, items: Mapping[str, Sequence[str]], overall: pd.Series
) -> dict[str, float]:
    """Return the items that seem to be reversed, each with its item–rest correlation.

    An item seems reversed if its correlation with the sum of the other items on its right is
    negative. Of two items that correlate negatively both have one; then only those count that
    also correlate negatively with overall satisfaction, or the one that does so least positively.

    Parameters
    ----------
    answers : DataFrame, n rows
        Answers to the items; a row with a missing item is left out for that right.
    items : mapping of str to sequence of str
        The item columns of each right.
    overall : Series, length n
        Overall satisfaction.

    Examples
    --------
    >>> answers = pd.DataFrame({"q1": [1, 2, 4, 5] * 3, "q2": [5, 4, 1, 2] * 3})
    >>> list(seem_reversed(answers, {"safety": ["q1", "q2"]}, pd.Series([0, 3, 7, 9] * 3)))
    ['q2']
    """
    suspects: dict[str, float] = {}
    for columns in items.values():
        block = answers[list(columns)].astype(float)
        complete = block.notna().all(axis=1)
        if len(columns) < 2 or complete.sum() < MIN_ROWS:
            continue
        rest = item_rest_correlations(np.cov(block[complete].to_numpy().T))
        negative = [column for column, value in zip(columns, rest, strict=True) if value < 0]
        if len(negative) > 1:
            with_overall = {column: _correlation(block[column], overall) for column in negative}
            below = [column for column in negative if with_overall[column] < 0]
            negative = below or [min(negative, key=lambda column: with_overall[column])]
        found = dict(zip(columns, rest, strict=True))
        suspects |= {column: float(found[column]) for column in negative}
    return suspects


def _correlation(one: pd.Series, other: pd.Series) -> float:
    both = pd.DataFrame({"one": one, "other": other}).dropna()
    if len(both) < 2 or (both.std() == 0).any():
        return 0.0
    return float(both.corr().iloc[0, 1])
