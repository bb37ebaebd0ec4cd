"""The voice of the customer: where it is heard, and whose voice is missing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import expit

from cemlib.stats.estimates import Estimates
from cemlib.stats.response import fit_logit


def heard(
    asked: pd.DataFrame, touchpoints: Sequence[str], modes: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Count answers by touchpoint and way of hearing, and the share of those asked who gave one.

    Parameters
    ----------
    asked : DataFrame
        A row for each who was asked or spoke up: ``touchpoint``, ``mode``, ``rating`` (missing
        where nobody answered).
    touchpoints, modes : sequence of str
        Rows and columns, in their order.

    Returns
    -------
    answers, response : DataFrame
        Counts, and shares from 0 to 1; a share is missing where nobody was asked.

    Examples
    --------
    >>> rows = {"touchpoint": ["bill", "bill"], "mode": "survey", "rating": [7, None]}
    >>> heard(pd.DataFrame(rows), ["bill"], ["survey"])[1]
          survey
    bill     0.5
    """
    groups = asked.groupby(["touchpoint", "mode"])["rating"]

    def placed(values: pd.Series) -> pd.DataFrame:
        table = values.unstack("mode").reindex(index=list(touchpoints), columns=list(modes))
        return table.rename_axis(index=None, columns=None)

    answers, total = placed(groups.count()), placed(groups.size())
    return answers.fillna(0).astype(int), answers / total


def response_weighted_mean(
    rating: ArrayLike, known: pd.DataFrame, weights: ArrayLike, least: float = 0.02
) -> Estimates:
    """Estimate the mean of everybody who was asked, from those who answered.

    Each answer counts for the inverse of the chance of an answer, from a logistic regression on
    what is known of everybody. It is right if who answers hangs on that alone, not on the rating.

    Parameters
    ----------
    rating : array_like, shape (n,)
        Ratings; missing where nobody answered.
    known : DataFrame, shape (n, k)
        What is known of all who were asked, as numbers; a column of text is taken as categories.
    weights : array_like, shape (B, n)
        Resamples, from `cemlib.stats.bootstrap_weights`; the regression is fitted in each.
    least : float
        Chances below this are taken for it.

    Returns
    -------
    Estimates
        ``raw``, ``weighted`` and ``difference``, weighted less raw.

    Raises
    ------
    ValueError
        If all or none answered.

    References
    ----------
    Little & Rubin (2019), *Statistical Analysis with Missing Data*, ch. 3; Hájek (1971).

    Examples
    --------
    >>> rating = [9, 9, 9, 9, 3, None, None, None]
    >>> known = pd.DataFrame({"kind": list("aaaabbbb")})
    >>> response_weighted_mean(rating, known, np.ones((1, 8)), 0.1).values.round(1)
    array([ 7.8,  6. , -1.8])
    """
    values = np.asarray(rating, dtype=float)
    answered = ~np.isnan(values)
    if len(known) != len(values):
        raise ValueError(f"known has {len(known)} rows, but rating {len(values)}")
    numbers = pd.get_dummies(known, drop_first=True, dtype=float).to_numpy(dtype=float)
    design = np.column_stack([np.ones(len(values)), numbers])
    counts = np.vstack([np.ones((1, len(values))), np.asarray(weights, dtype=float)])
    slopes = fit_logit(design, answered, counts)
    chance = np.maximum(expit(slopes @ design[answered].T), least)
    mass = counts[:, answered]
    raw = (mass @ values[answered]) / mass.sum(axis=1)
    mass = mass / chance
    weighted = (mass @ values[answered]) / mass.sum(axis=1)
    found = np.column_stack([raw, weighted, weighted - raw])
    return Estimates(("raw", "weighted", "difference"), found[0], found[1:])
