"""Shares repaired by hours waited, without a model, and where a fitted curve misses them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from cemlib import checks
from cemlib.stats.estimates import holm
from cemlib.stats.proportions import wilson_interval
from cemlib.studies.repair.golden_time import GoldenTime


def repaired_by_wait(hours: ArrayLike, repaired: ArrayLike, bins: int = 8) -> pd.DataFrame:
    """Return the share repaired by hours waited, without a model, with Wilson intervals.

    Parameters
    ----------
    hours : array_like, shape (n,)
        Hours waited.
    repaired : array_like of bool, shape (n,)
        Whether the call repaired it.
    bins : int
        Number of bins, with about the same number of cases each.

    Returns
    -------
    DataFrame
        One row per bin: ``hours`` (median), ``share``, ``low``, ``high``, ``cases``.

    References
    ----------
    Wilson (1927), *JASA* 22:209–212.

    Examples
    --------
    >>> repaired_by_wait([1, 2, 30, 40], [True, True, True, False], bins=2)[["hours", "share"]]
       hours  share
    0    1.5    1.0
    1   35.0    0.5
    """
    t = checks.vector("hours", hours)
    y = checks.vector("repaired", np.asarray(repaired, dtype=float), length=len(t))
    parts = np.array_split(np.argsort(t, kind="stable"), int(checks.between("bins", bins, 1)))
    rows = []
    for part in (part for part in parts if len(part)):
        low, high = wilson_interval(int(y[part].sum()), len(part))
        rows.append((np.median(t[part]), y[part].mean(), low, high, len(part)))
    return pd.DataFrame(rows, columns=["hours", "share", "low", "high", "cases"])


def misfit(
    fit: GoldenTime,
    cases: pd.DataFrame,
    hours: ArrayLike,
    repaired: ArrayLike,
    *,
    by: str = "problem",
    bins: int = 4,
) -> pd.DataFrame:
    """Test for each level of a column whether the fitted curve misses the shares repaired.

    The cases of a level are put into bins by hours waited. The sum over bins of (repaired −
    expected)² / variance is compared with χ² with as many degrees of freedom as bins (Hosmer and
    Lemeshow), adjusted for the number of levels (Holm). Conservative: the same cases were fitted.

    Parameters
    ----------
    fit : GoldenTime
        The fit.
    cases, hours, repaired
        As given to `fit_golden_time`.
    by : str
        A categorical column; without it, all cases are one level.
    bins : int
        Bins per level.

    Returns
    -------
    DataFrame
        The worst fit first: ``name``, ``hours`` (median wait in the worst bin), ``repaired`` and
        ``expected`` (shares in that bin), ``cases``, ``p``, ``adjusted`` and ``missed`` (adjusted
        p below 0.05).

    References
    ----------
    Hosmer & Lemeshow (1980), *Communications in Statistics* A9:1043–1069.

    Examples
    --------
    >>> fit = GoldenTime((), (), {}, np.array([0.0, np.log(8), np.log(2)]), np.eye(3))
    >>> frame = pd.DataFrame({"problem": ["a"] * 80})
    >>> misfit(fit, frame, [1.0] * 80, [True] * 80, bins=1)[["name", "missed"]].values.tolist()
    [['a', True]]
    """
    checks.between("bins", bins, 1, whole=True)
    t = checks.vector("hours", hours, length=len(cases))
    y = checks.vector("repaired", np.asarray(repaired, dtype=float), length=len(cases))
    p = fit.probability(cases, t)
    levels, rows = (cases[by].astype(str).to_numpy() if by in cases else np.full(len(t), "all")), []
    for name in np.unique(levels):
        inside = np.flatnonzero(levels == name)
        parts = np.array_split(inside[np.argsort(t[inside], kind="stable")], bins)
        parts = [part for part in parts if len(part)]
        gaps = [(y[part] - p[part]).sum() / np.sqrt((p * (1 - p))[part].sum()) for part in parts]
        worst = parts[int(np.argmax(np.abs(gaps)))]
        tail = float(stats.chi2.sf(np.square(gaps).sum(), len(gaps)))
        rows.append(
            (name, np.median(t[worst]), y[worst].mean(), p[worst].mean(), len(inside), tail)
        )
    table = pd.DataFrame(rows, columns=["name", "hours", "repaired", "expected", "cases", "p"])
    table["adjusted"] = holm(table["p"])
    table["missed"] = table["adjusted"] < 0.05
    return table.sort_values("p", kind="stable", ignore_index=True)
