"""Drivers of overall satisfaction among the rights, and the map of where to concentrate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib.stats import importance as drivers
from cemlib.stats.asymmetry import penalty_reward
from cemlib.stats.deviance import is_binary
from cemlib.stats.estimates import Estimates, significant
from cemlib.stats.explained import adjusted_r_squared
from cemlib.studies.rights.perception import perception_by_right

PERCEPTION_MIDPOINT = 50.0
MIN_RATED = 0.5  # share of the respondents who must rate a right for it to enter the regressions
ROWS_PER_COLUMN = 3  # complete rows for each right and for the outcome: fewer cannot be resampled


@dataclass(frozen=True)
class Basis:
    """The rights and respondents that the regressions of overall satisfaction rest on.

    Attributes
    ----------
    index : DataFrame
        Indexes of the rights rated by at least half of the respondents.
    left_out : mapping of str to int
        Other rights, each with the number of respondents who rated it.
    rows, total : int
        Respondents with all these rights and an overall rating, and all respondents.
    """

    index: pd.DataFrame
    left_out: Mapping[str, int]
    rows: int
    total: int

    @property
    def rights(self) -> tuple[str, ...]:
        """The rights of the regressions."""
        return tuple(self.index)

    @property
    def needed(self) -> int:
        """The number of complete rows that the regressions and their resamples need."""
        return ROWS_PER_COLUMN * (len(self.rights) + 1)


def regression_basis(index: pd.DataFrame, overall: pd.Series) -> Basis:
    """Choose the rights of the regressions, so that one that few rated does not cost the others.

    A regression takes only respondents who rated everything in it. A right rated by less than
    half of the respondents is therefore left out of it; its index is estimated all the same.

    Parameters
    ----------
    index : DataFrame, shape (n, k)
        From `cemlib.studies.rights.perception.perception_index`.
    overall : Series, length n
        Overall satisfaction.

    Examples
    --------
    >>> index = pd.DataFrame({"safety": [50.0, 60, 70, 80], "respect": [50.0] + 3 * [np.nan]})
    >>> basis = regression_basis(index, pd.Series([5.0, 6, 7, np.nan]))
    >>> basis.rights, basis.left_out, basis.rows
    (('safety',), {'respect': 1}, 3)
    """
    rated = index.notna()
    dense = rated.mean() >= MIN_RATED
    kept = index.loc[:, dense]
    complete = kept.notna().all(axis=1) & overall.notna().to_numpy()
    left_out = {str(right): int(rated[right].sum()) for right in index.columns[~dense]}
    return Basis(kept, left_out, int(complete.sum()), len(index))


def top_driver(importance: Estimates) -> pd.Series:
    """Return the right that explains the largest share of overall satisfaction.

    Parameters
    ----------
    importance : Estimates
        LMG shares of R², from `cemlib.stats.importance.derived_importance`.

    Returns
    -------
    Series
        name, estimate, low, high, as fractions of the variance.

    Examples
    --------
    >>> shares = Estimates(("safety", "choice"), np.array([0.1, 0.3]), np.array([[0.1, 0.3]]))
    >>> top_driver(shares)["name"]
    'choice'
    """
    table = importance.frame()
    return table.sort_values("estimate", kind="stable", key=significant).iloc[-1]


def contrast(
    drivers: pd.DataFrame,
    outcome: pd.Series,
    weights: ArrayLike,
    survey_weights: ArrayLike | None = None,
) -> pd.DataFrame | None:
    """Contrast penalties and rewards; None for an outcome of 0 and 1, which has no slope.

    Parameters
    ----------
    drivers, outcome, weights, survey_weights
        As for `cemlib.stats.importance.penalty_reward`.
    """
    if is_binary(outcome):
        return None
    return penalty_reward(drivers, outcome, weights, survey_weights)


def explained_variance(importance: Estimates) -> pd.Series:
    """Return R² of all rights together, corrected for its bias: name, estimate, low, high.

    Of a yes or no, the share of the deviance, whose bias is of the same kind.

    Examples
    --------
    >>> draws = np.array([[0.1, 0.3], [0.1, 0.3]])
    >>> shares = Estimates(("safety", "choice"), np.array([0.1, 0.3]), draws)
    >>> float(explained_variance(shares)["estimate"])
    0.4
    """
    return adjusted_r_squared(importance).frame().iloc[0]


def stated_importance(
    answers: pd.DataFrame | None, weights: ArrayLike, survey_weights: ArrayLike | None = None
) -> pd.DataFrame | None:
    """Estimate mean stated importance; None where it was not asked.

    Parameters
    ----------
    answers : DataFrame, shape (n, k), or None
        Stated importance, one column per right.
    weights, survey_weights
        As for `cemlib.studies.rights.perception.perception_by_right`.

    Returns
    -------
    DataFrame or None
        One row per right: name, estimate, low, high, in points of its scale.

    Examples
    --------
    >>> stated_importance(pd.DataFrame({"safety": [6.0, 7.0]}), [[1, 1]])["estimate"].tolist()
    [6.5]
    """
    if answers is None:
        return None
    return perception_by_right(answers, weights, survey_weights).frame()


def rank_agreement(importance: Estimates, stated: pd.DataFrame | None) -> float | None:
    """Return Spearman's rank correlation of derived and stated importance, from −1 to 1.

    Parameters
    ----------
    importance : Estimates
        LMG shares of R².
    stated : DataFrame or None
        From `stated_importance`; rights without it are left out. None where it was not asked.

    Examples
    --------
    >>> shares = Estimates(("safety", "choice"), np.array([0.1, 0.3]), np.array([[0.1, 0.3]]))
    >>> stated = pd.DataFrame({"name": ["safety", "choice"], "estimate": [6.0, 5.0]})
    >>> rank_agreement(shares, stated)
    -1.0
    """
    if stated is None:
        return None
    pairs = importance.frame().merge(stated, on="name")[["estimate_x", "estimate_y"]]
    return float(pairs.corr("spearman").iloc[0, 1])


def midpoints(importance: Estimates) -> tuple[float, float]:
    """Return where the axes cross for ``cut="scale"``: an equal share for each right, 50 points.

    Examples
    --------
    >>> shares = Estimates(("safety", "choice"), np.array([0.1, 0.3]), np.array([[0.1, 0.3]]))
    >>> midpoints(shares)
    (0.2, 50.0)
    """
    return float(importance.values.mean()), PERCEPTION_MIDPOINT


def quadrants_by_cut(
    importance: Estimates, perception: Estimates, cut: drivers.Cut
) -> pd.DataFrame:
    """Classify each right under all three positions of the axes of the map.

    Parameters
    ----------
    importance : Estimates
        LMG shares of R².
    perception : Estimates
        Mean index of the same rights in the same order.
    cut : {"mean", "median", "scale"}
        Position of the axes for which `stability` is computed.

    Returns
    -------
    DataFrame
        One row per right: right, the quadrant by mean, by median and by scale, and stability:
        the share of resamples in which the right is in its quadrant by `cut`.

    Raises
    ------
    ValueError
        If `cut` is none of the three.

    Examples
    --------
    >>> shares = Estimates(("safety", "choice"), np.array([0.1, 0.3]), np.array([[0.1, 0.3]]))
    >>> index = Estimates(("safety", "choice"), np.array([70.0, 40]), np.array([[70.0, 40]]))
    >>> quadrants_by_cut(shares, index, "mean")[["right", "mean", "stability"]].values.tolist()
    [['safety', 'possible overkill', 1.0], ['choice', 'concentrate here', 1.0]]
    """
    middle = midpoints(importance)
    table = pd.DataFrame({"right": list(perception.names)})
    positions = {
        each: drivers.importance_performance(
            importance.values, perception.values, cut=each, midpoints=middle
        )
        for each in drivers.CUTS
    }
    for each, quadrants in positions.items():
        table[each] = [drivers.QUADRANTS[quadrant] for quadrant in quadrants]
    draws = importance.draws, perception.draws
    known = np.isfinite(draws[0]).all(axis=1) & np.isfinite(draws[1]).all(axis=1)
    resampled = drivers.importance_performance(
        draws[0][known], draws[1][known], cut=cut, midpoints=middle
    )
    shares = drivers.quadrant_shares(resampled)
    return table.assign(stability=shares[np.arange(len(shares)), positions[cut]])
