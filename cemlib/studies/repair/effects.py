"""Did it work? One effect, estimated from the careless way to the trial."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.spatial import cKDTree

from cemlib import checks
from cemlib.stats.estimates import Difference, Floats, mean_difference
from cemlib.stats.propensity import doubly_robust, inverse_weighting

ESTIMATORS = (
    "before and after",
    "called against not called",
    "difference in differences",
    "matching",
    "inverse weighting",
    "doubly robust",
    "wait list by lot",
)


def before_after(before: ArrayLike, after: ArrayLike) -> Difference:
    """Estimate a mean change of the same cases, which is no effect if they would have changed.

    Parameters
    ----------
    before, after : array_like, shape (n,)
        Complete scores.

    Returns
    -------
    Difference
        Mean change, standard error sd/√n, n − 1 degrees of freedom.

    Raises
    ------
    ValueError
        If the lengths differ or there are fewer than two cases.

    Examples
    --------
    >>> before_after([1.0, 2.0], [3.0, 5.0]).estimate
    2.5
    """
    first = checks.vector("before", before)
    change = checks.vector("after", after, length=len(first)) - first
    checks.between("number of cases", len(change), 2)
    error = change.std(ddof=1) / np.sqrt(len(change))
    return Difference(float(change.mean()), float(error), len(change) - 1)


def difference_in_differences(
    before: ArrayLike, after: ArrayLike, treated: ArrayLike
) -> Difference:
    """Estimate how much more the treated changed than the others.

    Right if without treatment both had changed alike (parallel trends). Who is chosen because he
    stands unusually low rises by himself, so the trends are not parallel then.

    Parameters
    ----------
    before, after : array_like, shape (n,)
        Complete scores.
    treated : array_like of bool, shape (n,)
        Which were treated.

    Returns
    -------
    Difference
        With the robust standard error of `cemlib.stats.mean_difference`.

    Raises
    ------
    ValueError
        As `before_after` and `cemlib.stats.mean_difference`.

    References
    ----------
    Ashenfelter & Card (1985), *Review of Economics and Statistics* 67:648–660.

    Examples
    --------
    >>> treated = [True, True, False, False]
    >>> difference_in_differences([1.0, 2, 1, 2], [4.0, 5, 2, 3], treated).estimate
    2.0
    """
    first = checks.vector("before", before)
    return mean_difference(checks.vector("after", after, length=len(first)) - first, treated)


def matching(
    outcome: ArrayLike, treated: ArrayLike, covariates: ArrayLike, *, matches: int = 4
) -> Difference:
    """Estimate an average effect by setting each case beside its nearest ones of the other group.

    Nearest by Mahalanobis distance, with replacement; what covariates still differ is taken off
    by a regression within each group. A bootstrap would be wrong here (Abadie & Imbens 2008), so
    the standard error is theirs.

    Parameters
    ----------
    outcome, treated, covariates
        As for `cemlib.stats.propensity.inverse_weighting`.
    matches : int
        How many of the other group stand in for a case, M.

    Returns
    -------
    Difference
        Average effect on all cases, in units of the outcome.

    Raises
    ------
    ValueError
        If a group has not more cases than matches, shapes do not fit or covariates are sums of
        one another.

    References
    ----------
    Abadie & Imbens (2006), *Econometrica* 74:235–267; (2008), 76:1537–1557; (2011), *Journal of
    Business & Economic Statistics* 29:1–11.

    Examples
    --------
    >>> x = np.arange(6.0)[:, None]
    >>> y = 2 * x[:, 0] + [0, 5, 0, 5, 0, 5]
    >>> round(matching(y, [False, True] * 3, x, matches=1).estimate, 6)
    5.0
    """
    y = checks.vector("outcome", outcome)
    arm = checks.vector("treated", treated, length=len(y)) > 0
    x = checks.matrix("covariates", covariates, rows=len(y))
    fewest = int(min(arm.sum(), (~arm).sum()))
    checks.between("matches", matches, 1, fewest - 1, whole=True)
    x = x[:, x.std(axis=0) > 0]
    metric = _whitened(x)
    imputed, used = np.empty(len(y)), np.zeros(len(y))
    noise = np.empty(len(y))
    for group in (True, False):
        inside, other = np.flatnonzero(arm == group), np.flatnonzero(arm != group)
        own = np.column_stack([np.ones(len(inside)), x[inside]])
        slopes = np.linalg.lstsq(own, y[inside], rcond=None)[0][1:]
        tree = cKDTree(metric[inside])
        near = inside[_columns(tree.query(metric[other], k=matches)[1])]
        gaps = (x[other][:, None] - x[near]) @ slopes
        imputed[other] = (y[near] + gaps).mean(axis=1)
        used += np.bincount(near.ravel(), minlength=len(y))
        alike = inside[_columns(tree.query(metric[inside], k=matches + 1)[1])[:, 1:]]
        apart = y[inside] - (y[alike] + (x[inside][:, None] - x[alike]) @ slopes).mean(axis=1)
        noise[inside] = matches / (matches + 1) * np.square(apart)
    gain = np.where(arm, y - imputed, imputed - y)
    effect = float(gain.mean())
    often = used / matches
    extra = np.square(often) + (2 * matches - 1) / matches * often
    variance = (np.square(gain - effect).sum() + (extra * noise).sum()) / len(y) ** 2
    return Difference(effect, float(np.sqrt(variance)), len(y) - 1)


def did_it_work(
    cases: pd.DataFrame,
    covariates: list[str],
    rng: np.random.Generator,
    *,
    folds: int = 5,
) -> pd.DataFrame:
    """Estimate the effect of a repair call by every way there is, beside the trial.

    Parameters
    ----------
    cases : DataFrame
        A row a case: ``before``, ``after`` (scores), ``called`` (bool), ``by_lot`` (bool: whether
        a lot decided on the call, or somebody chose).
    covariates : list of str
        Columns of numbers known before the call, to adjust for.
    rng : numpy.random.Generator
        Source of randomness, for the folds of the doubly robust estimate.
    folds : int
        Folds of cross-fitting.

    Returns
    -------
    DataFrame
        A row an estimator of `ESTIMATORS`: ``estimator``, ``estimate``, ``low``, ``high``
        (95 %), ``standard_error``, ``cases``. All but the last use the cases that were chosen;
        missing where a group of cases is missing.

    Raises
    ------
    ValueError
        If a column is missing.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> frame = pd.DataFrame({"before": rng.normal(size=400), "called": rng.random(400) < 0.5})
    >>> frame["by_lot"], frame["after"] = rng.random(400) < 0.5, frame["before"] + frame["called"]
    >>> found = did_it_work(frame, ["before"], rng).set_index("estimator")["estimate"]
    >>> found[["matching", "doubly robust"]].round(6).tolist()
    [1.0, 1.0]
    """
    for column in ("before", "after", "called", "by_lot", *covariates):
        checks.one_of("column", column, list(cases.columns))
    known = cases.dropna(subset=["before", "after", *covariates])
    lot = known["by_lot"].to_numpy(bool)
    chosen, trial = known[~lot], known[lot]
    before, after = (chosen[name].to_numpy(float) for name in ("before", "after"))
    called, x = chosen["called"].to_numpy(bool), chosen[covariates].to_numpy(float)
    fewest = max(10, 2 * (len(covariates) + 1))
    rows: dict[str, tuple[Difference | None, int]] = dict.fromkeys(ESTIMATORS, (None, 0))
    if called.sum() >= 2:
        rows[ESTIMATORS[0]] = before_after(before[called], after[called]), int(called.sum())
    if min(called.sum(), (~called).sum()) >= fewest:
        count = len(chosen)
        rows |= {
            ESTIMATORS[1]: (mean_difference(after, called), count),
            ESTIMATORS[2]: (difference_in_differences(before, after, called), count),
            ESTIMATORS[3]: (matching(after, called, x), count),
            ESTIMATORS[4]: (inverse_weighting(after, called, x), count),
            ESTIMATORS[5]: (doubly_robust(after, called, x, folds=folds, rng=rng), count),
        }
    drawn = trial["called"].to_numpy(bool)
    if min(drawn.sum(), (~drawn).sum()) >= 2:
        rows[ESTIMATORS[6]] = mean_difference(trial["after"].to_numpy(float), drawn), len(trial)
    return pd.DataFrame([_row(name, *found) for name, found in rows.items()])


def _row(name: str, found: Difference | None, cases: int) -> dict[str, object]:
    low, high = found.interval() if found else (np.nan, np.nan)
    return {
        "estimator": name,
        "estimate": found.estimate if found else np.nan,
        "low": low,
        "high": high,
        "standard_error": found.standard_error if found else np.nan,
        "cases": cases,
    }


def _whitened(x: Floats) -> Floats:
    """Return covariates whose Euclidean distance is the Mahalanobis distance of x."""
    try:
        root = np.linalg.cholesky(np.atleast_2d(np.cov(x.T)))
    except np.linalg.LinAlgError as error:
        raise ValueError("covariates: one is a sum of others; leave it out") from error
    return np.asarray(np.linalg.solve(root, x.T).T, dtype=np.float64)


def _columns(found: np.ndarray) -> np.ndarray:
    return found[:, None] if found.ndim == 1 else found
