"""Did it work? One effect, estimated in seven ways: from before-and-after to the trial."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.spatial import cKDTree

from cemlib import checks
from cemlib.stats.estimates import Difference, Floats, mean_difference
from cemlib.stats.propensity import doubly_robust, inverse_weighting

COVARIATES = ("before", "severity", "log_value", "complained")
ESTIMATORS = (
    "before and after",
    "called versus not called",
    "difference in differences",
    "matching",
    "inverse weighting",
    "doubly robust",
    "randomised wait list",
)


def before_after(before: ArrayLike, after: ArrayLike) -> Difference:
    """Estimate the mean change of the same cases; not an effect if they would change anyway.

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
    """Estimate how much more the treated cases changed than the others.

    Valid if both groups would have changed equally without treatment (parallel trends). Cases
    chosen because of an unusually low score rise anyway, so their trends are not parallel.

    Parameters
    ----------
    before, after : array_like, shape (n,)
        Complete scores.
    treated : array_like of bool, shape (n,)
        Which cases were treated.

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
    """Estimate the average effect by matching each case to its nearest cases of the other group.

    Nearest by Mahalanobis distance, with replacement; remaining differences of the covariates are
    adjusted by a regression within each group. The bootstrap is not valid for matching (Abadie &
    Imbens 2008), so the standard error is theirs.

    Parameters
    ----------
    outcome, treated, covariates
        As for `cemlib.stats.propensity.inverse_weighting`.
    matches : int
        Number of matches per case, M.

    Returns
    -------
    Difference
        Average effect over all cases, in units of the outcome.

    Raises
    ------
    ValueError
        If a group has no more cases than matches, shapes do not fit or covariates are collinear.

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
    smaller = int(min(arm.sum(), (~arm).sum()))
    checks.between("matches", matches, 1, smaller - 1, whole=True)
    x = x[:, x.std(axis=0) > 0]
    metric = _whitened(x)
    imputed, used = np.empty(len(y)), np.zeros(len(y))
    noise = np.empty(len(y))
    for group in (True, False):
        inside, other = np.flatnonzero(arm == group), np.flatnonzero(arm != group)
        design = np.column_stack([np.ones(len(inside)), x[inside]])
        slopes = np.linalg.lstsq(design, y[inside], rcond=None)[0][1:]
        tree = cKDTree(metric[inside])
        near = inside[_columns(tree.query(metric[other], k=matches)[1])]
        gaps = (x[other][:, None] - x[near]) @ slopes
        imputed[other] = (y[near] + gaps).mean(axis=1)
        used += np.bincount(near.ravel(), minlength=len(y))
        # Variance of the outcome given the covariates: each case against its nearest of its own
        # group; the first neighbour is the case itself.
        alike = inside[_columns(tree.query(metric[inside], k=matches + 1)[1])[:, 1:]]
        apart = y[inside] - (y[alike] + (x[inside][:, None] - x[alike]) @ slopes).mean(axis=1)
        noise[inside] = matches / (matches + 1) * np.square(apart)
    gain = np.where(arm, y - imputed, imputed - y)
    effect = float(gain.mean())
    # A case that is often used as a match adds more to the variance (Abadie & Imbens 2006).
    often = used / matches
    extra = np.square(often) + (2 * matches - 1) / matches * often
    variance = (np.square(gain - effect).sum() + (extra * noise).sum()) / len(y) ** 2
    return Difference(effect, float(np.sqrt(variance)), len(y) - 1)


def match_weights(treated: ArrayLike, covariates: ArrayLike, *, matches: int = 4) -> Floats:
    """Return how often each case counts in `matching`: once, and as a match of others, shape (n,).

    Examples
    --------
    >>> match_weights([True, False, True, False], [[0.0], [0.15], [0.2], [9]], matches=1)
    array([1., 3., 3., 1.])
    """
    x = checks.matrix("covariates", covariates)
    arm = checks.vector("treated", treated, length=len(x)) > 0
    smaller = int(min(arm.sum(), (~arm).sum()))
    checks.between("matches", matches, 1, smaller, whole=True)
    metric, used = _whitened(x[:, x.std(axis=0) > 0]), np.zeros(len(x))
    for group in (True, False):
        inside = np.flatnonzero(arm == group)
        near = cKDTree(metric[inside]).query(metric[arm != group], k=matches)[1]
        used += np.bincount(inside[near].ravel(), minlength=len(x))
    return 1 + used / matches


def estimate_effects(
    cases: pd.DataFrame,
    rng: np.random.Generator,
    *,
    covariates: Sequence[str] = COVARIATES,
    folds: int = 5,
) -> pd.DataFrame:
    """Estimate the effect of a repair call in seven ways, the randomised trial last.

    Parameters
    ----------
    cases : DataFrame
        One row per case: ``before``, ``after`` (scores), ``called`` (bool), ``randomised`` (bool:
        whether the call was randomised or the desk chose).
    rng : numpy.random.Generator
        Source of randomness, for the folds of the doubly robust estimate.
    covariates : sequence of str
        Numeric columns known before the call, to adjust for.
    folds : int
        Folds of cross-fitting.

    Returns
    -------
    DataFrame
        One row per estimator of `ESTIMATORS`: ``estimator``, ``estimate``, ``low``, ``high``
        (95%), ``standard_error``, ``cases``. All but the last use the cases in which the desk
        chose; missing where a group has too few cases.

    Raises
    ------
    ValueError
        If a column is missing.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> frame = pd.DataFrame({"before": rng.normal(size=400), "called": rng.random(400) < 0.5})
    >>> frame["randomised"] = rng.random(400) < 0.5
    >>> frame["after"] = frame["before"] + frame["called"]
    >>> table = estimate_effects(frame, rng, covariates=["before"]).set_index("estimator")
    >>> table.loc[["matching", "doubly robust"], "estimate"].round(6).tolist()
    [1.0, 1.0]
    """
    for column in ("before", "after", "called", "randomised", *covariates):
        checks.one_of("column", column, list(cases.columns))
    chosen, trial = by_design(cases, covariates)
    before, after = (chosen[name].to_numpy(float) for name in ("before", "after"))
    called, x = chosen["called"].to_numpy(bool), chosen[list(covariates)].to_numpy(float)
    smallest = max(10, 2 * (len(covariates) + 1))
    rows: dict[str, tuple[Difference | None, int]] = dict.fromkeys(ESTIMATORS, (None, 0))
    if called.sum() >= 2:
        rows[ESTIMATORS[0]] = before_after(before[called], after[called]), int(called.sum())
    if min(called.sum(), (~called).sum()) >= smallest:
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
    return pd.DataFrame([_row(name, *result) for name, result in rows.items()])


def by_design(cases: pd.DataFrame, covariates: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the complete cases in which the desk chose, and those of the randomised trial."""
    known = cases.dropna(subset=["before", "after", *covariates])
    randomised = known["randomised"].to_numpy(bool)
    return known[~randomised], known[randomised]


def rise_without_call(cases: pd.DataFrame) -> Difference:
    """Return the mean change of the score of customers randomised to no call; missing if none.

    Parameters
    ----------
    cases : DataFrame
        As for `estimate_effects`.

    Examples
    --------
    >>> frame = pd.DataFrame({"before": [30.0, 40], "after": [42.0, 48], "called": False})
    >>> rise_without_call(frame.assign(randomised=True)).estimate
    10.0
    """
    waiting = cases[cases["randomised"] & ~cases["called"]].dropna(subset=["before", "after"])
    if len(waiting) < 2:
        return Difference(np.nan, np.nan, 1)
    return before_after(waiting["before"], waiting["after"])


def _row(name: str, effect: Difference | None, cases: int) -> dict[str, object]:
    low, high = effect.interval() if effect else (np.nan, np.nan)
    return {
        "estimator": name,
        "estimate": effect.estimate if effect else np.nan,
        "low": low,
        "high": high,
        "standard_error": effect.standard_error if effect else np.nan,
        "cases": cases,
    }


def _whitened(x: Floats) -> Floats:
    """Return covariates whose Euclidean distance is the Mahalanobis distance of x."""
    try:
        root = np.linalg.cholesky(np.atleast_2d(np.cov(x.T)))
    except np.linalg.LinAlgError as error:
        raise ValueError(
            "covariates are collinear: leave out one that is a linear combination of others"
        ) from error
    return np.asarray(np.linalg.solve(root, x.T).T, dtype=np.float64)


def _columns(neighbours: np.ndarray) -> np.ndarray:
    """Return neighbours as a matrix: a query for one of each returns a vector."""
    return neighbours[:, None] if neighbours.ndim == 1 else neighbours
