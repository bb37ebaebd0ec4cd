"""What it is worth to find out first: perfect information, and a study of a given size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.levers import Lever
from cemlib.studies.company.allocation import best_by_draw
from cemlib.studies.company.curves import Curves


def at_mean_worth(levers: Sequence[Lever]) -> list[Lever]:
    """Return levers whose worth is known to be its mean, so that their draws are independent.

    Studies find out what money changes; what a change is worth stays an assumption. As levers share
    that assumption, it would also make their draws depend on one another.

    Examples
    --------
    >>> lever = Lever("calls", "stays", np.array([0.0, 1]), np.zeros((2, 2)), np.array([1.0, 3]),
    ...               "", ())
    >>> at_mean_worth([lever])[0].worth.tolist()
    [2.0, 2.0]
    """
    return [replace(each, worth=np.full(len(each.worth), each.worth.mean())) for each in levers]


def perfect_information(curves: Curves) -> pd.DataFrame:
    """Return what it is worth to know each lever's curve before the budget is divided.

    Knowing a curve is worth what the best division given it keeps on average, beyond the best
    division now. What keeps the same division whatever it says is worth nothing.

    Parameters
    ----------
    curves : Curves
        What may be spent. Draws of different levers are taken as independent.

    Returns
    -------
    DataFrame
        ``lever`` and ``worth`` (money), a row per lever; last a row “all of them”.

    References
    ----------
    Raiffa & Schlaifer (1961), *Applied Statistical Decision Theory*, ch. 4.

    Examples
    --------
    >>> kept = np.array([[0.0, 0], [0.0, 8]]), np.array([[0.0, 3], [0.0, 3]])
    >>> curves = Curves(("a", "b"), 1.0, (np.array([0.0, 1]),) * 2, kept)
    >>> perfect_information(curves)["worth"].tolist()
    [1.5, 0.0, 1.5]
    """
    rows = [(name, study_worth(curves, [name], 1.0)) for name in curves.names]
    rows.append(("all of them", study_worth(curves, curves.names, 1.0)))
    return pd.DataFrame(rows, columns=["lever", "worth"])


def study_worth(curves: Curves, levers: Sequence[str], resolved: float) -> float:
    """Return what a study of some levers is worth, that resolves a share of their variance.

    After a study the division follows the posterior means of the curves. Their distribution before
    the study has the same mean as the draws, and that share of their variance: each draw is drawn
    towards the mean.

    Parameters
    ----------
    curves : Curves
        What may be spent.
    levers : sequence of str
        Names of the levers that the study is about.
    resolved : float
        Share of the variance that the study resolves, from 0 (nothing) to 1 (all is known).

    Returns
    -------
    float
        Money, at least 0.

    Raises
    ------
    ValueError
        If a lever is not known, or the share is out of range.

    References
    ----------
    Heath, Manolopoulou & Baio (2018), *Medical Decision Making* 38:163–173: moment matching.

    Examples
    --------
    >>> kept = np.array([[0.0, 0], [0.0, 8]]), np.array([[0.0, 3], [0.0, 3]])
    >>> curves = Curves(("a", "b"), 1.0, (np.array([0.0, 1]),) * 2, kept)
    >>> study_worth(curves, ["a"], 0.01)
    0.0
    """
    checks.between("resolved", resolved, 0, 1)
    for name in levers:
        checks.one_of("levers", name, curves.names)
    order = sorted(range(len(curves.names)), key=lambda at: curves.names[at] in levers)
    net, prior = curves.net, curves.mean().net
    mean = [prior[at] for at in order]
    after = [
        before + np.sqrt(resolved) * (net[at] - before) if curves.names[at] in levers else before
        for at, before in zip(order, mean, strict=True)
    ]
    spent = [curves.spent[at] for at in order]
    now = best_by_draw(mean, spent, curves.budget)[0][0]
    gain = float(best_by_draw(after, spent, curves.budget)[0].mean() - now)
    return gain if gain > 1e-9 * abs(now) else 0.0  # less is rounding


def resolved_by(observations: int, size: float) -> float:
    """Return the share of a variance that a further study resolves, like the one behind it.

    The variance of an estimate from n rows is σ²/n; with m rows more it is σ²/(n + m).

    Parameters
    ----------
    observations : int
        Rows behind the estimate, n, at least 1.
    size : float
        Rows of the study, m, at least 0.

    Examples
    --------
    >>> resolved_by(100, 300)
    0.75
    """
    checks.between("observations", observations, 1, whole=True)
    checks.between("size", size, 0)
    return float(size / (observations + size))


def study_sizes(
    curves: Curves, lever: str, observations: int, row_cost: float, sizes: ArrayLike
) -> pd.DataFrame:
    """Return what studies of one lever are worth and cost, by size.

    Parameters
    ----------
    curves : Curves
        What may be spent.
    lever : str
        Its name.
    observations : int
        Rows behind its curve.
    row_cost : float
        Money per row of a study, at least 0.
    sizes : array_like, shape (k,)
        Rows of each study.

    Returns
    -------
    DataFrame
        ``size``, ``resolved`` (share of the variance), ``worth``, ``cost``, ``net`` (money).

    Examples
    --------
    >>> kept = np.array([[0.0, 0], [0.0, 8]]), np.array([[0.0, 3], [0.0, 3]])
    >>> curves = Curves(("a", "b"), 1.0, (np.array([0.0, 1]),) * 2, kept)
    >>> study_sizes(curves, "a", 10, 0.01, [0, 90])["net"].round(2).tolist()
    [0.0, 0.5]
    """
    checks.between("row_cost", row_cost, 0)
    rows = checks.vector("sizes", sizes)
    share = [resolved_by(observations, float(size)) for size in rows]
    worth = np.array([study_worth(curves, [lever], each) for each in share])
    cost = rows * row_cost
    return pd.DataFrame(
        {"size": rows, "resolved": share, "worth": worth, "cost": cost, "net": worth - cost}
    )
