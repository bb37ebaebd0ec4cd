"""Who stays, for how long, and what goes with leaving: Kaplan–Meier and Cox."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from cemlib import checks
from cemlib.stats.clusters import cluster_numbers, clustered_covariance
from cemlib.stats.estimates import Floats
from cemlib.studies.ladder.markov import Ladder
from cemlib.studies.ladder.proportional import (
    Proportional,
    efron_residuals,
    proportional_hazards,
)

_MIN_CURVE, _MIN_LEAVERS, _MIN_RUNG_LEAVERS = 20, 20, 3
COVARIATES = ("score", "tenure", "slip")


def kaplan_meier(time: ArrayLike, left: ArrayLike, level: float = 0.95) -> pd.DataFrame:
    """Estimate the share still present after each time, with right-censored observations.

    Estimate and Greenwood's standard error are those of `statsmodels`. The intervals are on the
    log(−log S) scale, so they stay within 0 and 1; statsmodels has no pointwise ones.

    Parameters
    ----------
    time : array_like, shape (n,)
        Time for which each customer was observed, above 0.
    left : array_like of bool, shape (n,)
        Whether the customer left then; the others were last observed then.
    level : float
        Coverage of the intervals.

    Returns
    -------
    DataFrame
        One row per time at which somebody left, after one at 0: ``time``, ``at_risk``, ``left``,
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
    >>> kaplan_meier([1, 2, 2, 3], [True, True, False, False])["survival"].round(9).tolist()
    [1.0, 0.75, 0.5]
    """
    from statsmodels.duration.survfunc import SurvfuncRight

    t = checks.vector("time", time)
    event = checks.vector("left", left, length=len(t)) > 0
    if not len(t) or (t <= 0).any():
        raise checks.invalid_argument(
            "time", t.min() if len(t) else [], "at least one time, all above 0"
        )
    checks.between("level", level, 1e-6, 1 - 1e-6)
    with np.errstate(divide="ignore", invalid="ignore"):
        fit = SurvfuncRight(t, event.astype(float))
        survival = np.asarray(fit.surv_prob)
        error = fit.surv_prob_se / (survival * np.abs(np.log(survival)))
        width = stats.norm.ppf((1 + level) / 2) * error
        low, high = survival ** np.exp(width), survival ** np.exp(-width)
    empty = survival <= 0  # nobody is left: the scale has no upper bound there
    low, high = np.where(empty, 0.0, low), np.where(empty, np.nan, high)
    return pd.DataFrame(
        {
            "time": np.r_[0.0, fit.surv_times],
            "at_risk": np.r_[len(t), fit.n_risk].astype(int),
            "left": np.r_[0, fit.n_events].astype(int),
            "survival": np.r_[1.0, survival],
            "low": np.r_[1.0, low],
            "high": np.r_[1.0, high],
        }
    )


def first_rungs(panel: pd.DataFrame, entry: int, gone: int) -> pd.DataFrame:
    """Return each customer's first observed rung, the time until the end, and whether they left.

    Parameters
    ----------
    panel : DataFrame
        ``customer``, ``month`` (whole number), ``state`` (index) and ``rung`` (its name).
    entry, gone : int
        Index of the first rung of a customer, and of customers who left; months below `entry` and
        after the first month of leaving are left out.

    Returns
    -------
    DataFrame
        One row per customer observed for at least one month: ``customer``, ``rung``, ``time``
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
    leaving = rows[rows["state"] == gone].drop_duplicates("customer").set_index("customer")["month"]
    last = leaving.reindex(first.index).fillna(rows.groupby("customer")["month"].max())
    frame = pd.DataFrame(
        {
            "rung": first["rung"],
            "time": last - first["month"],
            "left": first.index.isin(leaving.index),
        }
    )
    frame = frame[frame["time"] > 0]
    return frame.astype({"time": int}).rename_axis("customer").reset_index()


@dataclass(frozen=True)
class Hazards:
    """A Cox regression of leaving.

    Attributes
    ----------
    names : tuple of str
        Names of the k coefficients.
    coefficients : ndarray, shape (k,)
        Log hazard ratios.
    covariance : ndarray, shape (k, k)
        Inverse of the observed information, or the sandwich over customers.
    events : int
        Number of customers who left.
    proportional : Proportional
        Test of whether the hazard ratios are the same in all periods.
    """

    names: tuple[str, ...]
    coefficients: Floats
    covariance: Floats
    events: int
    proportional: Proportional

    def frame(self, level: float = 0.95) -> pd.DataFrame:
        """Return one row per coefficient: name, estimate, low, high, all as hazard ratios."""
        margin = stats.norm.ppf((1 + level) / 2) * np.sqrt(np.diag(self.covariance))
        return pd.DataFrame(
            {
                "name": list(self.names),
                "estimate": np.exp(self.coefficients),
                "low": np.exp(self.coefficients - margin),
                "high": np.exp(self.coefficients + margin),
            }
        )

    def beside_truth(self, ratios: Mapping[str, float]) -> pd.DataFrame:
        """Return `frame` with the true hazard ratio and whether the interval covers it."""
        frame = self.frame()
        frame["true_value"] = frame["name"].map(ratios)
        frame["covered"] = frame["true_value"].between(frame["low"], frame["high"])
        return frame


def cox(
    design: pd.DataFrame,
    period: ArrayLike,
    left: ArrayLike,
    clusters: Sequence[object] | None = None,
) -> Hazards:
    """Fit Cox's proportional hazards to rows of one customer and one period each.

    A row holds what is known of a customer at the beginning of a period, and may change from
    period to period; every customer with a row is at risk in it.

    Parameters
    ----------
    design : DataFrame, shape (n, k)
        Complete covariates.
    period : array_like, shape (n,)
        The period of each row.
    left : array_like of bool, shape (n,)
        Whether the customer left in it.
    clusters : sequence, length n, optional
        The customer of each row. The covariance is then Lin and Wei's sandwich, which also holds
        where customers return and leave again, or hazards differ by what was not measured.

    Returns
    -------
    Hazards
        Log hazard ratios, each per unit of its column.

    Raises
    ------
    ValueError
        If nobody left, a column is a combination of others, or a column separates leavers from
        stayers completely.

    References
    ----------
    Cox (1972), *J. Royal Statistical Society B* 34:187–220; Efron (1977), *JASA* 72:557–565; Lin &
    Wei (1989), *JASA* 84:1074–1078.

    Examples
    --------
    >>> rows = pd.DataFrame({"x": [0.0, 0, 1, 1, 0, 1]})
    >>> fit = cox(rows, [1, 1, 1, 1, 2, 2], [False, False, True, False, True, False])
    >>> fit.coefficients.round(3) + 0
    array([0.])
    """
    from statsmodels.duration.hazard_regression import PHReg

    x = checks.matrix("design", design.to_numpy(dtype=float), rows=2)
    stratum = checks.vector("period", period, length=len(x))
    event = checks.vector("left", left, length=len(x)) > 0
    if not event.any():
        raise ValueError("left marks nobody who left, so there is no hazard to compare")
    # With a period as a stratum, those at risk in it are compared with one another only, which is
    # what entry times do. Many leave in one month: Efron's method takes such ties as leavings in
    # random order (Breslow's would pull the coefficients towards 0).
    model = PHReg(
        np.ones(len(x)), x - x.mean(axis=0), event.astype(int), strata=stratum, ties="efron"
    )
    null = -model.hessian(np.zeros(x.shape[1]))
    scale = np.sqrt(np.maximum(np.diag(null), 1e-300))
    if np.linalg.matrix_rank(null / np.outer(scale, scale), tol=1e-9) < len(scale):
        raise _not_estimable()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a failed fit is refused below
        beta = np.asarray(model.fit().params)
    # Where a column separates leavers and stayers, its coefficient grows until the information of
    # it is used up: the fit then stops anywhere.
    information = -model.hessian(beta)
    if np.linalg.matrix_rank(information / np.outer(scale, scale), tol=1e-6) < len(scale):
        raise _not_estimable()
    covariance = np.asarray(np.linalg.inv(information), dtype=np.float64)
    names = tuple(map(str, design.columns))
    schoenfeld, scores = efron_residuals(x, stratum, event, beta)
    proportional = proportional_hazards(names, schoenfeld, stratum[event], covariance)
    if clusters is not None:
        covariance = clustered_covariance(scores, covariance, cluster_numbers(clusters, len(x)))
    return Hazards(names, beta, covariance, int(event.sum()), proportional)


def _varying(design: pd.DataFrame) -> pd.DataFrame:
    return design.loc[:, design.nunique() > 1]


def _cox_or_none(
    design: pd.DataFrame,
    period: ArrayLike,
    left: ArrayLike,
    clusters: Sequence[object] | None = None,
) -> Hazards | None:
    """Return `cox`, or None where the data do not allow it."""
    if design.empty:
        return None
    try:
        return cox(design, period, left, clusters)
    except ValueError:
        return None


def _not_estimable() -> ValueError:
    return ValueError(
        "a column of the design is a combination of others, does not vary among those at risk, or "
        "separates leavers from stayers completely; leave it out"
    )


@dataclass(frozen=True)
class Retention:
    """Who stays: curves by first rung, and hazard ratios.

    Attributes
    ----------
    curves : dict of str to DataFrame
        First rung → Kaplan–Meier curve.
    horizon : int
        Months of the longest observation.
    hazards : Hazards, optional
        None where fewer than 20 customers left, or the covariates identify leavers exactly.
    rungs : tuple of str
        Rungs in the regression; the first is the reference.
    customers, months : int
        Customers observed for at least a month, and months of theirs with all covariates.
    """

    curves: dict[str, pd.DataFrame]
    horizon: int
    hazards: Hazards | None
    rungs: tuple[str, ...]
    customers: int = 0
    months: int = 0


def retention(panel: pd.DataFrame, moved: pd.DataFrame, ladder: Ladder, entry: int) -> Retention:
    """Estimate who stays, by first rung, and what goes with leaving.

    Parameters
    ----------
    panel : DataFrame
        ``customer``, ``month``, ``state`` and ``rung``.
    moved : DataFrame
        From `cemlib.studies.ladder.markov.moves`, with what there is of `COVARIATES`.
    ladder : Ladder
        For the states.
    entry : int
        Index of the state in which a customer begins.

    Returns
    -------
    Retention
        A rung with fewer than 20 customers has no curve, one with fewer than 3 leavers is left out
        of the regression.
    """
    observed = first_rungs(panel, entry, ladder.gone)
    groups = {name: observed[observed["rung"] == name] for name in ladder.states[entry:-1]}
    curves = {
        name: kaplan_meier(group["time"], group["left"])
        for name, group in groups.items()
        if len(group) >= _MIN_CURVE
    }
    horizon = int(observed["time"].max()) if len(observed) else 0
    at_risk = moved[(moved["state"] >= entry) & (moved["state"] < ladder.gone)]
    measured = [name for name in COVARIATES if name in at_risk]
    at_risk = at_risk.dropna(subset=measured)
    left = (at_risk["next"] == ladder.gone).to_numpy()
    if left.sum() < _MIN_LEAVERS:
        return Retention(curves, horizon, None, (), len(observed), len(at_risk))
    leavers = at_risk["rung"][left].value_counts()
    rungs = tuple(n for n in ladder.states[entry:-1] if leavers.get(n, 0) >= _MIN_RUNG_LEAVERS)
    compared = at_risk["rung"].isin(rungs).to_numpy()
    at_risk, left = at_risk[compared], left[compared]
    month = at_risk["month"].to_numpy()
    dummies = pd.DataFrame({name: (at_risk["rung"] == name).astype(float) for name in rungs[1:]})
    people = list(at_risk["customer"])
    design = _varying(pd.concat([at_risk[measured], dummies], axis=1))
    hazards = _cox_or_none(design, month, left, people)
    if hazards is None:
        return Retention(curves, horizon, None, rungs, len(observed), len(at_risk))
    return Retention(curves, horizon, hazards, rungs, len(observed), len(at_risk))
