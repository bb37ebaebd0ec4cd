"""Who forgives a slip: how it changes the odds of falling or leaving, by rung of the ladder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats
from scipy.special import expit

from cemlib import checks
from cemlib.stats.clusters import cluster_numbers, clustered_covariance, equal_means
from cemlib.stats.estimates import Floats
from cemlib.stats.logit import fit_logit
from cemlib.studies.ladder.markov import Ladder

_COLUMNS = ("rung", "slips", "without", "after", "odds_ratio", "low", "high")


@dataclass(frozen=True)
class Forgiveness:
    """Effect of a slip on each rung, and a test of whether it is the same on all.

    Attributes
    ----------
    rungs : DataFrame
        One row per rung: ``rung``, ``slips`` (months with one), probability of falling or leaving
        ``without`` and ``after`` a slip (0–1), and ``odds_ratio`` of falling or leaving with
        against without a slip, with ``low`` and ``high``.
    log_odds : ndarray, shape (k,)
        Logarithms of the odds ratios.
    covariance : ndarray, shape (k, k)
        Covariance of `log_odds`, robust to several months of one customer.
    """

    rungs: pd.DataFrame
    log_odds: Floats
    covariance: Floats

    def same_everywhere(self) -> tuple[float, int, float]:
        """Return Wald's χ² of one odds ratio for all rungs, degrees of freedom and p-value."""
        return equal_means(self.log_odds, self.covariance)


def slip_effects(moved: pd.DataFrame, ladder: Ladder, entry: int) -> Forgiveness | None:
    """Estimate how a slip changes the odds of being on a lower rung or gone in the next month.

    Parameters
    ----------
    moved : DataFrame
        From `cemlib.studies.ladder.markov.moves`, with ``slip`` (0 or 1).
    ladder : Ladder
        For the states.
    entry : int
        Index of the state in which a customer begins.

    Returns
    -------
    Forgiveness or None
        None where slips were not recorded.
    """
    if "slip" not in moved:
        return None
    rows = moved[(moved["state"] >= entry) & (moved["state"] < ladder.gone)].dropna(subset="slip")
    fallen = (rows["next"] < rows["state"]) | (rows["next"] == ladder.gone)
    return forgiveness(
        rows["slip"], rows["rung"], fallen, ladder.states[entry:-1], clusters=rows["customer"]
    )


def forgiveness(
    slip: ArrayLike,
    rung: Sequence[object] | pd.Series,
    fallen: ArrayLike,
    order: Sequence[str],
    *,
    clusters: Sequence[object] | pd.Series,
    minimum: int = 5,
    level: float = 0.95,
) -> Forgiveness:
    """Estimate the odds ratio of falling or leaving after a slip, on each rung.

    A logistic regression on rung and slip × rung, with an intercept and a slope per rung and a
    sandwich covariance over customers.

    Parameters
    ----------
    slip, fallen : array_like of bool, shape (n,)
        Whether something went wrong in a month, and whether the customer was on a lower rung or
        gone in the next one.
    rung : sequence, length n
        The rung in that month.
    order : sequence of str
        Rungs to compare, in their order. A rung is left out if, with or without a slip, fewer than
        `minimum` customers fell or fewer than `minimum` did not.
    clusters : sequence, length n
        The customer of each row.
    minimum : int
        See `order`.
    level : float
        Coverage of the intervals.

    Returns
    -------
    Forgiveness
        Without any rung where there are too few slips or falls.

    References
    ----------
    Liang & Zeger (1986), *Biometrika* 73:13–22.

    Examples
    --------
    >>> slip = np.repeat([0, 1], 40)
    >>> fallen = np.r_[np.arange(40) < 10, np.arange(40) < 20]
    >>> fit = forgiveness(slip, ["loyal"] * 80, fallen, ["loyal"], clusters=range(80))
    >>> fit.rungs[["rung", "without", "after", "odds_ratio"]].round(2)
        rung  without  after  odds_ratio
    0  loyal     0.25    0.5         3.0
    """
    slipped = checks.vector("slip", slip) > 0
    fell = checks.vector("fallen", fallen, length=len(slipped)) > 0
    rung_of = np.asarray(rung, dtype=object)
    counts: dict[str, list[tuple[int, int]]] = {}
    for name in order:
        here = rung_of == name
        sides = [here & ~slipped, here & slipped]
        cells = [(int((fell & side).sum()), int(side.sum())) for side in sides]
        if all(minimum <= falls <= total - minimum for falls, total in cells):
            counts[name] = cells
    if not counts:
        return Forgiveness(pd.DataFrame(columns=list(_COLUMNS)), np.empty(0), np.empty((0, 0)))
    used = np.isin(rung_of, list(counts))
    dummies = np.eye(len(counts))[pd.Categorical(rung_of[used], list(counts)).codes]
    design = np.column_stack([dummies, dummies * slipped[used, None]])
    outcome = fell[used].astype(float)
    beta = fit_logit(design, outcome)[0]
    probability = expit(design @ beta)
    cluster = cluster_numbers(list(np.asarray(clusters, dtype=object)[used]), int(used.sum()))
    scores = design * (outcome - probability)[:, None]
    bread = np.linalg.inv((design * (probability * (1 - probability))[:, None]).T @ design)
    covariance = clustered_covariance(scores, bread, cluster)
    slopes = slice(len(counts), None)
    log_odds, error = beta[slopes], np.sqrt(np.diag(covariance))[slopes]
    margin = stats.norm.ppf((1 + level) / 2) * error
    rates = np.array([[falls / total for falls, total in cells] for cells in counts.values()])
    slips = [cells[1][1] for cells in counts.values()]
    ratios = np.exp([log_odds, log_odds - margin, log_odds + margin])
    values = (list(counts), slips, rates[:, 0], rates[:, 1], *ratios)
    frame = pd.DataFrame(dict(zip(_COLUMNS, values, strict=True)))
    return Forgiveness(frame, log_odds, np.asarray(covariance[slopes, slopes]))
