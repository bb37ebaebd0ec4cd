"""Who stays, how long, and what tells it: Kaplan–Meier, Cox and concordance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from cemlib import checks
from cemlib.stats.estimates import Floats


def kaplan_meier(time: ArrayLike, left: ArrayLike, level: float = 0.95) -> pd.DataFrame:
    """Estimate the share that is still there after each time, from those seen for a while only.

    S(t) = Π (1 − dᵤ/nᵤ) over times u ≤ t, with Greenwood's variance and intervals on the scale of
    log(−log S), which stay within 0 and 1.

    Parameters
    ----------
    time : array_like, shape (n,)
        How long each was seen, above 0.
    left : array_like of bool, shape (n,)
        Whether they left then; those who did not were last seen then.
    level : float
        Coverage asked for.

    Returns
    -------
    DataFrame
        A row a time at which somebody left, after one at 0: ``time``, ``at_risk``, ``left``,
        ``survival``, ``low``, ``high``.

    Raises
    ------
    ValueError
        If a time is not above 0, or the two differ in length.

    References
    ----------
    Kaplan & Meier (1958), *JASA* 53:457–481; Kalbfleisch & Prentice (2002), *The Statistical
    Analysis of Failure Time Data*, ch. 1.

    Examples
    --------
    >>> kaplan_meier([1, 2, 2, 3], [True, True, False, False])["survival"].tolist()
    [1.0, 0.75, 0.5]
    """
    t = checks.vector("time", time)
    event = checks.vector("left", left, length=len(t)) > 0
    if not len(t) or (t <= 0).any():
        raise checks.invalid_argument(
            "time", t.min() if len(t) else [], "at least one time, all above 0"
        )
    checks.between("level", level, 1e-6, 1 - 1e-6)
    times, deaths = np.unique(t[event], return_counts=True)
    at_risk = len(t) - np.searchsorted(np.sort(t), times, side="left")
    survival = np.cumprod(1 - deaths / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(np.cumsum(deaths / (at_risk * (at_risk - deaths))))
        reach = stats.norm.ppf((1 + level) / 2) * spread / np.abs(np.log(survival))
        low, high = survival ** np.exp(reach), survival ** np.exp(-reach)
    gone = survival <= 0  # nobody is left: the scale has no end there
    low, high = np.where(gone, 0.0, low), np.where(gone, np.nan, high)
    return pd.DataFrame(
        {
            "time": np.r_[0.0, times],
            "at_risk": np.r_[len(t), at_risk],
            "left": np.r_[0, deaths],
            "survival": np.r_[1.0, survival],
            "low": np.r_[1.0, low],
            "high": np.r_[1.0, high],
        }
    )


def first_rungs(panel: pd.DataFrame, entry: int, gone: int) -> pd.DataFrame:
    """Return on which rung each customer was first seen, for how long, and whether they left.

    Parameters
    ----------
    panel : DataFrame
        ``customer``, ``month`` (whole number), ``state`` (place) and ``rung`` (its name).
    entry, gone : int
        Place of the first rung of a customer, and of those who are gone; months below `entry` and
        after the first one gone are left out.

    Returns
    -------
    DataFrame
        A row a customer who was seen for a month at least: ``customer``, ``rung``, ``time``
        (months), ``left``.

    Examples
    --------
    >>> rows = {"customer": ["a", "a"], "month": [1, 2], "state": [0, 2], "rung": ["new", "gone"]}
    >>> first_rungs(pd.DataFrame(rows), 0, 2)
      customer rung  time  left
    0        a  new     1  True
    """
    rows = panel[panel["state"] >= entry].sort_values(["customer", "month"], kind="stable")
    first = rows[rows["state"] != gone].drop_duplicates("customer").set_index("customer")
    rows = rows[rows["month"] > rows["customer"].map(first["month"])]
    ended = rows[rows["state"] == gone].drop_duplicates("customer").set_index("customer")["month"]
    last = ended.reindex(first.index).fillna(rows.groupby("customer")["month"].max())
    frame = pd.DataFrame(
        {
            "rung": first["rung"],
            "time": last - first["month"],
            "left": first.index.isin(ended.index),
        }
    )
    frame = frame[frame["time"] > 0]
    return frame.astype({"time": int}).rename_axis("customer").reset_index()


@dataclass(frozen=True)
class Hazards:
    """A Cox regression: what multiplies the hazard of leaving.

    Attributes
    ----------
    names : tuple of str
        Of the k coefficients.
    coefficients : ndarray, shape (k,)
        Log hazard ratios.
    covariance : ndarray, shape (k, k)
        Inverse of the observed information.
    events : int
        How many left.
    """

    names: tuple[str, ...]
    coefficients: Floats
    covariance: Floats
    events: int

    def frame(self, level: float = 0.95) -> pd.DataFrame:
        """Return a row a coefficient: name, estimate, low, high, all as hazard ratios."""
        reach = stats.norm.ppf((1 + level) / 2) * np.sqrt(np.diag(self.covariance))
        return pd.DataFrame(
            {
                "name": list(self.names),
                "estimate": np.exp(self.coefficients),
                "low": np.exp(self.coefficients - reach),
                "high": np.exp(self.coefficients + reach),
            }
        )


def cox(design: pd.DataFrame, period: ArrayLike, left: ArrayLike) -> Hazards:
    """Fit Cox's proportional hazards to rows of one customer and one period each.

    A row says what is known of a customer at the beginning of a period; whoever has a row is at
    risk in it. What is known may change from period to period. Leavers of one period are taken
    together by Efron's method.

    Parameters
    ----------
    design : DataFrame, shape (n, k)
        Complete covariates.
    period : array_like, shape (n,)
        The period of each row.
    left : array_like of bool, shape (n,)
        Whether the customer left in it.

    Returns
    -------
    Hazards
        Log hazard ratios, each for one more of its column.

    Raises
    ------
    ValueError
        If nobody left, a column is a sum of others, or one tells leavers and stayers apart
        wholly.

    References
    ----------
    Cox (1972), *J. Royal Statistical Society B* 34:187–220; Efron (1977), *JASA* 72:557–565.

    Examples
    --------
    >>> rows = pd.DataFrame({"x": [0.0, 0, 1, 1, 0, 1]})
    >>> fit = cox(rows, [1, 1, 1, 1, 2, 2], [False, False, True, False, True, False])
    >>> fit.coefficients.round(3) + 0
    array([0.])
    """
    x = checks.matrix("design", design.to_numpy(dtype=float), rows=2)
    moment = checks.vector("period", period, length=len(x))
    event = checks.vector("left", left, length=len(x)) > 0
    if not event.any():
        raise ValueError("left holds nobody who left: there is no hazard to compare")
    x = x - x.mean(axis=0)
    with_events = np.isin(moment, moment[event])
    order = np.argsort(moment[with_events], kind="stable")
    x, moment, event = x[with_events][order], moment[with_events][order], event[with_events][order]
    starts = np.flatnonzero(np.r_[True, np.diff(moment) > 0])
    which = np.searchsorted(starts, np.flatnonzero(event), side="right") - 1
    tied = np.bincount(which, minlength=len(starts))
    period_of = np.repeat(np.arange(len(starts)), tied)
    share = np.concatenate([np.arange(count) / count for count in tied])
    first, second = np.triu_indices(x.shape[1])
    told = x[event].sum(axis=0)
    products = x[:, first] * x[:, second]
    beta = np.zeros(x.shape[1])
    for _ in range(50):
        gradient, information = _efron(
            x, products, np.exp(x @ beta), event, starts, period_of, share
        )
        gradient += told
        step = _solve(information, gradient)
        beta = beta + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-9:
            covariance = np.asarray(np.linalg.inv(information), dtype=np.float64)
            return Hazards(tuple(map(str, design.columns)), beta, covariance, int(event.sum()))
    raise _untold()


def _efron(
    x: Floats,
    products: Floats,
    hazard: Floats,
    event: NDArray[np.bool_],
    starts: NDArray[np.intp],
    period_of: NDArray[np.intp],
    share: Floats,
) -> tuple[Floats, Floats]:
    """Return the gradient, without the sum over leavers, and the information."""
    weighted = np.column_stack([hazard, hazard[:, None] * x, hazard[:, None] * products])
    everybody = np.add.reduceat(weighted, starts)
    leavers = np.add.reduceat(np.where(event[:, None], weighted, 0.0), starts)
    sums = everybody[period_of] - share[:, None] * leavers[period_of]
    k = x.shape[1]
    mean = sums[:, 1 : k + 1] / sums[:, :1]
    first, second = np.triu_indices(k)
    upper = (sums[:, k + 1 :] / sums[:, :1] - mean[:, first] * mean[:, second]).sum(axis=0)
    information = np.empty((k, k))
    information[first, second] = information[second, first] = upper
    return -mean.sum(axis=0), information


def _solve(information: Floats, gradient: Floats) -> Floats:
    scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
    scaled = information / np.outer(scale, scale)
    if np.linalg.matrix_rank(scaled, tol=1e-9, hermitian=True) < len(scale):
        raise _untold()
    return np.asarray(np.linalg.solve(scaled, gradient / scale) / scale)


def _untold() -> ValueError:
    return ValueError(
        "a column of the design is a sum of others, does not vary among those at risk, or tells "
        "leavers and stayers apart wholly; leave it out"
    )


def concordance(
    risk: ArrayLike, period: ArrayLike, left: ArrayLike, weights: ArrayLike | None = None
) -> Floats:
    """Return how often a leaver had the higher risk than one who was there too and stayed.

    Harrell's C: pairs of a leaver and of somebody at risk in the same period who did not leave in
    it; ties count half. 0.5 is no better than chance.

    Parameters
    ----------
    risk : array_like, shape (n,)
        Predicted risk of each row; the higher, the sooner gone.
    period, left : array_like, shape (n,)
        As for `cox`.
    weights : array_like, shape (B, n), optional
        Resamples of customers.

    Returns
    -------
    ndarray, shape (B,)
        One number if no weights are given.

    References
    ----------
    Harrell, Lee & Mark (1996), *Statistics in Medicine* 15:361–387.

    Examples
    --------
    >>> concordance([3, 2, 1, 2], [1, 1, 1, 1], [True, False, False, False])
    array([1.])
    """
    score = checks.vector("risk", risk)
    moment = checks.vector("period", period, length=len(score))
    event = checks.vector("left", left, length=len(score)) > 0
    counts = np.ones((1, len(score))) if weights is None else np.asarray(weights, dtype=float)
    won, pairs = np.zeros(len(counts)), np.zeros(len(counts))
    for each in np.unique(moment[event]):
        rows = np.flatnonzero(moment == each)
        rows = rows[np.argsort(score[rows], kind="stable")]
        stayed = np.where(event[rows], 0.0, counts[:, rows])
        below = np.concatenate([np.zeros((len(counts), 1)), stayed.cumsum(axis=1)], axis=1)
        leavers = np.flatnonzero(event[rows])
        value, ranked = score[rows[leavers]], score[rows]
        lower = below[:, np.searchsorted(ranked, value, side="left")]
        upto = below[:, np.searchsorted(ranked, value, side="right")]
        mass = counts[:, rows[leavers]]
        won += (mass * (lower + upto) / 2).sum(axis=1)
        pairs += mass.sum(axis=1) * below[:, -1]
    return np.divide(won, pairs, out=np.full(len(won), np.nan), where=pairs > 0)
