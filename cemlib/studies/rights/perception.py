"""Perception of rights: indexes, means by right and group, changes between waves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Estimates, holm, mean_difference, significant, weighted_means
from cemlib.stats.small_groups import withheld


def perception_index(
    answers: pd.DataFrame,
    items: Mapping[str, Sequence[str]],
    scale: tuple[float, float],
    *,
    min_answered: float = 0.5,
) -> pd.DataFrame:
    """Compute each respondent's perception index of each right, from 0 to 100.

    P = 100 · (mean of the items answered − scale minimum) / (maximum − minimum).

    Parameters
    ----------
    answers : DataFrame, n rows
        Answers to the items; NaN where missing.
    items : mapping of str to sequence of str
        The item columns of each right.
    scale : tuple of float
        Lowest and highest answer possible.
    min_answered : float
        Minimum share of a right's items that must be answered, in (0, 1].

    Returns
    -------
    DataFrame, n rows, one column per right
        Indexes in [0, 100]; NaN where too few items were answered.

    Raises
    ------
    ValueError
        If an answer is outside the scale, or the scale is empty.

    Examples
    --------
    >>> answers = pd.DataFrame({"q1": [1, 7], "q2": [4, None]})
    >>> perception_index(answers, {"safety": ["q1", "q2"]}, (1, 7))["safety"].tolist()
    [25.0, 100.0]
    """
    low, high = scale
    if not low < high:
        raise checks.invalid_argument("scale", scale, "a lower and a higher number")
    checks.between("min_answered", min_answered, 1e-9, 1)
    index = {}
    for right, columns in items.items():
        block = answers[list(columns)].astype(float)
        if ((block < low) | (block > high)).any(axis=None):
            raise ValueError(f"answers on {right} are outside the scale {low:g}–{high:g}")
        mean = block.mean(axis=1).where(block.notna().mean(axis=1) >= min_answered)
        index[right] = 100 * (mean - low) / (high - low)
    return pd.DataFrame(index, index=answers.index)


def perception_by_right(
    index: pd.DataFrame, weights: ArrayLike, survey_weights: ArrayLike | None = None
) -> Estimates:
    """Estimate the mean index of each right.

    Parameters
    ----------
    index : DataFrame, shape (n, k)
        From `perception_index`.
    weights : array_like, shape (B, n)
        Resamples, from `cemlib.stats.bootstrap_weights`, times the survey weights if there are any.
    survey_weights : array_like, shape (n,), optional
        Weight of each respondent.

    Returns
    -------
    Estimates
        Means in points (0–100), one per right.

    Examples
    --------
    >>> index = pd.DataFrame({"safety": [25.0, 75.0]})
    >>> perception_by_right(index, [[1, 1], [2, 0]]).draws.ravel()
    array([50., 25.])
    """
    values = index.to_numpy(dtype=float)
    point = np.ones(len(values)) if survey_weights is None else np.asarray(survey_weights)
    means = weighted_means(values, point[None])[0]
    return Estimates(tuple(index.columns), means, weighted_means(values, weights))


def lowest_right(perception: Estimates) -> pd.Series:
    """Return the right with the lowest mean index.

    Parameters
    ----------
    perception : Estimates
        From `perception_by_right`.

    Returns
    -------
    Series
        name, estimate, low, high (points, 0–100), and probability: the share of resamples in
        which it is the lowest.

    Examples
    --------
    >>> index = pd.DataFrame({"safety": [60.0, 80.0], "choice": [40.0, 50.0]})
    >>> lowest_right(perception_by_right(index, [[1, 1], [2, 0]]))["name"]
    'choice'
    """
    table = perception.frame().assign(probability=perception.probability_lowest())
    return table.loc[significant(table["estimate"]).idxmin()]


def perception_by_group(
    index: pd.DataFrame,
    groups: pd.Series,
    weights: ArrayLike,
    survey_weights: ArrayLike | None = None,
    *,
    min_cell: int = 30,
) -> pd.DataFrame:
    """Estimate the mean index of each right within each group.

    Parameters
    ----------
    index : DataFrame, shape (n, k)
        From `perception_index`.
    groups : Series, length n
        Segment, channel or wave of each respondent; rows with a missing one are left out.
    weights, survey_weights
        As for `perception_by_right`.
    min_cell : int
        Minimum number of respondents who rated a right for its mean to be shown: fewer are too
        few for an estimate and for anonymity. At least 5. Where a single mean would be missing,
        the next smallest group is left out too, as the mean of all would tell it.

    Returns
    -------
    DataFrame
        One row per group and right: group, right, n, estimate, low, high (points, 0–100).

    Raises
    ------
    ValueError
        If `min_cell` is below 5.

    Examples
    --------
    >>> index = pd.DataFrame({"safety": [20.0, 40, 30, 35, 25, 90, 50, 50, 50, 50, 50, 50]})
    >>> perception_by_group(index, pd.Series([*"aaaaabcccccc"]), np.ones((2, 12)), min_cell=5)
      group   right  n  estimate   low  high
    0     a  safety  5       NaN   NaN   NaN
    1     b  safety  1       NaN   NaN   NaN
    2     c  safety  6      50.0  50.0  50.0
    """
    checks.min_cell(min_cell)
    counts = np.asarray(weights, dtype=float)
    point = np.ones(len(index)) if survey_weights is None else np.asarray(survey_weights)
    rated = index.notna().groupby(groups).sum()
    hidden = {right: withheld(rated[right].to_dict(), min_cell) for right in index}
    tables = []
    for group in sorted(groups.dropna().unique()):
        inside = (groups == group).to_numpy()
        estimates = perception_by_right(index[inside], counts[:, inside], point[inside])
        answered = index[inside].notna().sum().to_numpy()
        table = estimates.frame().rename(columns={"name": "right"})
        table.insert(0, "group", group)
        table.insert(2, "n", answered)
        few = [answered[at] < min_cell or group in hidden[right] for at, right in enumerate(index)]
        table.loc[few, ["estimate", "low", "high"]] = np.nan
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def wave_changes(
    index: pd.DataFrame,
    waves: pd.Series,
    respondents: Sequence[object],
    survey_weights: ArrayLike | None = None,
    *,
    first: object,
    last: object,
    power: float = 0.8,
    alpha: float = 0.05,
) -> pd.DataFrame:
    """Estimate the change in each right between two waves, adjusted for testing several rights.

    Parameters
    ----------
    index : DataFrame, shape (n, k)
        From `perception_index`.
    waves : Series, length n
        Wave of each respondent.
    respondents : sequence, length n
        Respondent of each answer; one who answered in both waves is one cluster.
    survey_weights : array_like, length n, optional
        Weight of each answer.
    first, last : object
        The waves compared.
    power, alpha : float
        For the smallest detectable change; α is divided by the number of rights (Bonferroni).

    Returns
    -------
    DataFrame
        One row per right: right, n_first, n_last, change, low, high (points; 95% interval), p,
        p_holm, detectable (points). A right that was not rated in both waves has NaN.

    Raises
    ------
    ValueError
        If a wave is not in the data.

    Examples
    --------
    >>> index = pd.DataFrame({"safety": [40.0, 50.0, 60.0, 70.0]})
    >>> waves = pd.Series(["1", "1", "2", "2"])
    >>> wave_changes(index, waves, range(4), first="1", last="2")["change"].tolist()
    [20.0]
    """
    for name, wave in (("first", first), ("last", last)):
        checks.one_of(name, wave, list(waves.dropna().unique()))
    clusters = np.asarray(respondents, dtype=object)
    counts = None if survey_weights is None else np.asarray(survey_weights, dtype=float)
    rows = []
    for right in index.columns:
        used = (waves.isin([first, last]) & index[right].notna()).to_numpy()
        later = (waves == last).to_numpy()[used]
        sizes = {"n_first": int((~later).sum()), "n_last": int(later.sum())}
        measures = dict.fromkeys(("change", "low", "high", "p", "p_holm", "detectable"), np.nan)
        if min(sizes.values()) >= 2:
            values = index[right].to_numpy()[used]
            of_used = None if counts is None else counts[used]
            difference = mean_difference(values, later, list(clusters[used]), of_used)
            measures["change"], measures["p"] = difference.estimate, difference.p_value
            measures["low"], measures["high"] = difference.interval()
            measures["detectable"] = difference.detectable(power, alpha / index.shape[1])
        rows.append({"right": right} | sizes | measures)
    table = pd.DataFrame(rows)
    return table.assign(p_holm=holm(table["p"]))


def largest_change(changes: pd.DataFrame) -> pd.Series | None:
    """Return the row of the right that changed most in either direction; None if none is known.

    Examples
    --------
    >>> changes = pd.DataFrame({"right": ["safety", "choice"], "change": [1.0, -3.0]})
    >>> largest_change(changes)["right"]
    'choice'
    """
    if changes["change"].isna().all():
        return None
    return changes.loc[significant(changes["change"].abs()).idxmax()]


def weakest_scale(quality: pd.DataFrame) -> pd.Series | None:
    """Return the row of the scale with the lowest α; None if none could be estimated.

    Parameters
    ----------
    quality : DataFrame
        From `cemlib.stats.scales.scale_quality`.

    Examples
    --------
    >>> weakest_scale(pd.DataFrame({"scale": ["safety", "choice"], "alpha": [0.8, 0.6]}))["scale"]
    'choice'
    """
    if quality["alpha"].isna().all():
        return None
    return quality.loc[significant(quality["alpha"]).idxmin()]
