"""Who forgives a slip: what it does to the chance of leaving, by rung of the ladder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats
from scipy.special import expit

from cemlib import checks
from cemlib.stats.estimates import Floats
from cemlib.stats.propensity import fit_logit


@dataclass(frozen=True)
class Forgiveness:
    """What a slip does on each rung, and whether it does the same on all.

    Attributes
    ----------
    rungs : DataFrame
        A row a rung: ``rung``, ``slips``, chance of leaving ``without`` and ``after`` a slip (0–1),
        and how a slip multiplies the odds of leaving: ``odds_ratio``, ``low``, ``high``.
    log_odds : ndarray, shape (k,)
        Logarithms of the odds ratios.
    covariance : ndarray, shape (k, k)
        Of `log_odds`, robust to several months of one customer.
    """

    rungs: pd.DataFrame
    log_odds: Floats
    covariance: Floats

    def same_everywhere(self) -> tuple[float, int, float]:
        """Return Wald's χ² of one odds ratio for all rungs, degrees of freedom and p-value."""
        count = len(self.log_odds)
        if count < 2:
            return np.nan, 0, np.nan
        contrast = np.eye(count)[1:] - np.eye(count)[:1]
        gap = contrast @ self.log_odds
        statistic = float(gap @ np.linalg.solve(contrast @ self.covariance @ contrast.T, gap))
        return statistic, count - 1, float(stats.chi2.sf(statistic, count - 1))


def forgiveness(
    slip: ArrayLike,
    rung: Sequence[object] | pd.Series,
    left: ArrayLike,
    order: Sequence[str],
    *,
    clusters: Sequence[object] | pd.Series,
    least: int = 5,
    level: float = 0.95,
) -> Forgiveness:
    """Estimate how a slip multiplies the odds of leaving, on each rung.

    A logistic regression of leaving on rung and slip × rung, one intercept and one slope a rung,
    with a sandwich covariance over customers.

    Parameters
    ----------
    slip, left : array_like of bool, shape (n,)
        Whether something went wrong in a month, and whether the customer was gone after it.
    rung : sequence, length n
        The rung in that month.
    order : sequence of str
        Rungs to compare, in their order. A rung with fewer than `least` leavers after a slip or
        without one, or as few stayers, is left out.
    clusters : sequence, length n
        The customer of each row.
    least : int
        See `order`.
    level : float
        Coverage of the intervals.

    Returns
    -------
    Forgiveness
        Possibly without any rung, where slips or leavers are too few.

    References
    ----------
    Liang & Zeger (1986), *Biometrika* 73:13–22.

    Examples
    --------
    >>> slip = np.repeat([0, 1], 40)
    >>> left = np.r_[np.arange(40) < 10, np.arange(40) < 20]
    >>> fit = forgiveness(slip, ["loyal"] * 80, left, ["loyal"], clusters=range(80))
    >>> fit.rungs[["rung", "without", "after", "odds_ratio"]].round(2)
        rung  without  after  odds_ratio
    0  loyal     0.25    0.5         3.0
    """
    hit = checks.vector("slip", slip) > 0
    gone = checks.vector("left", left, length=len(hit)) > 0
    where = np.asarray(rung, dtype=object)
    cells = {}
    for name in order:
        here = where == name
        sizes = [(int((gone & side).sum()), int(side.sum())) for side in (here & ~hit, here & hit)]
        if all(least <= leavers <= total - least for leavers, total in sizes):
            cells[name] = sizes
    if not cells:
        empty = ["rung", "slips", "without", "after", "odds_ratio", "low", "high"]
        return Forgiveness(pd.DataFrame(columns=empty), np.empty(0), np.empty((0, 0)))
    used = np.isin(where, list(cells))
    place = pd.Categorical(where[used], list(cells)).codes
    dummies = np.eye(len(cells))[place]
    design = np.column_stack([dummies, dummies * hit[used, None]])
    outcome = gone[used].astype(float)
    beta = fit_logit(design, outcome)[0]
    chance = expit(design @ beta)
    owner = pd.factorize(np.asarray(clusters, dtype=object)[used])[0]
    scores = design * (outcome - chance)[:, None]
    sums = np.stack([np.bincount(owner, weights=column) for column in scores.T], axis=1)
    bread = np.linalg.inv((design * (chance * (1 - chance))[:, None]).T @ design)
    groups = len(sums)
    covariance = groups / (groups - 1) * bread @ (sums.T @ sums) @ bread
    slopes = slice(len(cells), None)
    log_odds, spread = beta[slopes], np.sqrt(np.diag(covariance))[slopes]
    reach = stats.norm.ppf((1 + level) / 2) * spread
    rates = np.array([[leavers / total for leavers, total in each] for each in cells.values()])
    frame = pd.DataFrame(
        {
            "rung": list(cells),
            "slips": [each[1][1] for each in cells.values()],
            "without": rates[:, 0],
            "after": rates[:, 1],
            "odds_ratio": np.exp(log_odds),
            "low": np.exp(log_odds - reach),
            "high": np.exp(log_odds + reach),
        }
    )
    return Forgiveness(frame, log_odds, np.asarray(covariance[slopes, slopes]))
