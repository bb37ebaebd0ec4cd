"""Ranks of the rights by derived importance, and differences between them, with intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cemlib.stats.estimates import Estimates, percentile_interval, significant


def importance_ranks(importance: Estimates) -> pd.DataFrame:
    """Rank the rights by derived importance and compare each with every other.

    Parameters
    ----------
    importance : Estimates
        LMG shares of R², from `cemlib.stats.importance.derived_importance`.

    Returns
    -------
    DataFrame
        One row per right, the most important first: name, share, rank, rank_low, rank_high (the
        95% interval of the rank over the resamples), behind, behind_low, behind_high (share of the
        first right minus that of this one) and above (tuple of the rights whose share is clearly
        smaller: the 95% interval of the difference is above 0).

    Notes
    -----
    As in the R package relaimpo, intervals hold for one rank or one pair at a time: among many
    pairs some differ by chance.

    References
    ----------
    Grömping (2006), *J. Statistical Software* 17(1).

    Examples
    --------
    >>> draws = np.array([[0.1, 0.3], [0.2, 0.4]])
    >>> ranks = importance_ranks(Estimates(("safety", "choice"), draws.mean(axis=0), draws))
    >>> ranks[["name", "rank", "rank_low", "rank_high", "above"]].values.tolist()
    [['choice', 1, 1, 1, ('safety',)], ['safety', 2, 2, 2, ()]]
    """
    values = significant(importance.values)
    draws = importance.draws[np.isfinite(importance.draws).all(axis=1)]
    order = np.argsort(-values, kind="stable")
    drawn = significant(draws)
    # Rank of a right: one more than the rights above it; ties share the better rank.
    ranks = 1 + (drawn[:, None, :] > drawn[:, :, None]).sum(axis=2)
    low, high = np.quantile(ranks, [0.025, 0.975], axis=0, method="inverted_cdf").astype(int)
    below, _ = percentile_interval(draws[:, :, None] - draws[:, None, :])
    behind_low, behind_high = percentile_interval(draws[:, [order[0]]] - draws)
    table = pd.DataFrame(
        {
            "name": list(importance.names),
            "share": importance.values,
            "rank": 1 + (values > values[:, None]).sum(axis=1),
            "rank_low": low,
            "rank_high": high,
            "behind": importance.values[order[0]] - importance.values,
            "behind_low": behind_low,
            "behind_high": behind_high,
            "above": [
                tuple(
                    name for name, smaller in zip(importance.names, row > 0, strict=True) if smaller
                )
                for row in below
            ],
        }
    )
    return table.iloc[order].reset_index(drop=True)
