"""Rights-based assessment: how customers feel their rights, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import (
    Estimates,
    Floats,
    holm,
    mean_difference,
    percentile_interval,
    significant,
    weighted_means,
)

LEAST_CELL = 5  # respondents in a group that is shown: of fewer, somebody may be told


def perception_index(
    answers: pd.DataFrame,
    items: Mapping[str, Sequence[str]],
    scale: tuple[float, float],
    *,
    min_answered: float = 0.5,
) -> pd.DataFrame:
    """Turn each respondent's answers into an index from 0 to 100 a right.

    P = 100 · (mean of the items answered − scale minimum) / (maximum − minimum).

    Parameters
    ----------
    answers : DataFrame, n rows
        Answers to the items; may be missing.
    items : mapping of str to sequence of str
        The item columns of each right.
    scale : tuple of float
        Lowest and highest answer possible.
    min_answered : float
        Smallest share of a right's items that must be answered, in (0, 1].

    Returns
    -------
    DataFrame, n rows, one column a right
        Indexes in [0, 100]; missing where too few items were answered.

    Raises
    ------
    ValueError
        If an answer is off the scale, or the scale is empty.

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
            raise ValueError(f"answers on {right} leave the scale {low:g}–{high:g}")
        mean = block.mean(axis=1).where(block.notna().mean(axis=1) >= min_answered)
        index[right] = 100 * (mean - low) / (high - low)
    return pd.DataFrame(index, index=answers.index)


def perception_by_right(index: pd.DataFrame, weights: ArrayLike) -> Estimates:
    """Estimate the mean index of each right.

    Parameters
    ----------
    index : DataFrame, shape (n, k)
        From `perception_index`.
    weights : array_like, shape (B, n)
        Resamples, from `cemlib.stats.bootstrap_weights`.

    Returns
    -------
    Estimates
        Means in points (0–100), one a right.

    Examples
    --------
    >>> index = pd.DataFrame({"safety": [25.0, 75.0]})
    >>> perception_by_right(index, [[1, 1], [2, 0]]).draws.ravel()
    array([50., 25.])
    """
    values = index.to_numpy(dtype=float)
    means = weighted_means(values, np.ones((1, len(values))))[0]
    return Estimates(tuple(index.columns), means, weighted_means(values, weights))


def check_min_cell(min_cell: int) -> None:
    """Refuse to show groups so small that somebody in them may be told.

    Raises
    ------
    ValueError
        If `min_cell` is no whole number of at least 5.

    Examples
    --------
    >>> check_min_cell(1)
    Traceback (most recent call last):
    ValueError: min_cell is 1, but must be a whole number of at least 5
    """
    checks.between("min_cell", min_cell, LEAST_CELL, whole=True)


def perception_by_group(
    index: pd.DataFrame, groups: pd.Series, weights: ArrayLike, *, min_cell: int = 30
) -> pd.DataFrame:
    """Estimate the mean index of each right within each group.

    Parameters
    ----------
    index : DataFrame, shape (n, k)
        From `perception_index`.
    groups : Series, length n
        Segment, channel or wave of each respondent; missing ones are left out.
    weights : array_like, shape (B, n)
        Resamples.
    min_cell : int
        Groups in which fewer respondents rated a right get no estimate: too few to speak of, and
        too few to stay anonymous. At least 5.

    Returns
    -------
    DataFrame
        A row a group and right: group, right, n, estimate, low, high (points, 0–100).

    Raises
    ------
    ValueError
        If `min_cell` is below 5.

    Examples
    --------
    >>> index = pd.DataFrame({"safety": [20.0, 40.0, 30.0, 35.0, 25.0, 90.0]})
    >>> perception_by_group(index, pd.Series([*"aaaaab"]), np.ones((2, 6)), min_cell=5)
      group   right  n  estimate   low  high
    0     a  safety  5      30.0  30.0  30.0
    1     b  safety  1       NaN   NaN   NaN
    """
    check_min_cell(min_cell)
    counts = np.asarray(weights, dtype=float)
    tables = []
    for group in sorted(groups.dropna().unique()):
        inside = (groups == group).to_numpy()
        estimates = perception_by_right(index[inside], counts[:, inside])
        answered = index[inside].notna().sum().to_numpy()
        table = estimates.frame().rename(columns={"name": "right"})
        table.insert(0, "group", group)
        table.insert(2, "n", answered)
        table.loc[answered < min_cell, ["estimate", "low", "high"]] = np.nan
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def need_levels(perception: ArrayLike, mapping: pd.DataFrame) -> Floats:
    """Roll rights up to levels of need.

    Parameters
    ----------
    perception : array_like, shape (..., k)
        Mean index of each right, in the order of the mapping's rows.
    mapping : DataFrame, shape (k, levels)
        How much of each right belongs to each level; not negative.

    Returns
    -------
    ndarray, shape (..., levels)
        Weighted means in points (0–100); missing for a level that no right serves.

    Raises
    ------
    ValueError
        If a weight is negative or a right has none.

    Examples
    --------
    >>> mapping = pd.DataFrame({"safety": [1, 0.5], "esteem": [0, 0.5]})
    >>> need_levels([60, 30], mapping)
    array([50., 30.])
    """
    shares = checks.matrix("mapping", mapping)
    if (shares < 0).any() or (shares.sum(axis=1) == 0).any():
        raise ValueError("mapping has a negative weight or a right without any; mend that row")
    served = shares.sum(axis=0)
    totals = np.asarray(perception, dtype=float) @ shares
    return np.divide(totals, served, out=np.full(totals.shape, np.nan), where=served > 0)


def mapping_sensitivity(
    perception: ArrayLike,
    mapping: pd.DataFrame,
    rng: np.random.Generator,
    *,
    doubt: float = 0.3,
    draws: int = 2000,
) -> pd.DataFrame:
    """Tell how far the weakest level of need depends on the assumed mapping.

    In each draw every right's weights are mixed with a random share-out over the levels:
    (1 − doubt) · assumed + doubt · Dirichlet(1, …, 1).

    Parameters
    ----------
    perception : array_like, shape (k,)
        Mean index of each right.
    mapping : DataFrame, shape (k, levels)
        The assumption.
    rng : numpy.random.Generator
        Source of randomness.
    doubt : float
        Share of each right's weight that might lie elsewhere, in [0, 1].
    draws : int
        How many other mappings to try.

    Returns
    -------
    DataFrame
        A row a level: level, assumed (points), low, high (95 % of the mappings tried), and
        weakest, the share of mappings in which this level is the lowest.

    Examples
    --------
    >>> mapping = pd.DataFrame(np.eye(2), columns=["safety", "esteem"])
    >>> rng = np.random.default_rng(1)
    >>> mapping_sensitivity([20, 80], mapping, rng)["weakest"].tolist()
    [1.0, 0.0]
    """
    means = checks.vector("perception", perception, length=len(mapping))
    checks.between("doubt", doubt, 0, 1)
    checks.between("draws", draws, 1, whole=True)
    assumed = mapping.to_numpy(dtype=float)
    assumed = assumed / assumed.sum(axis=1, keepdims=True)
    elsewhere = rng.dirichlet(np.ones(assumed.shape[1]), size=(draws, len(assumed)))
    mixed = (1 - doubt) * assumed + doubt * elsewhere
    levels = np.einsum("k,dkl->dl", means, mixed) / mixed.sum(axis=1)
    low, high = percentile_interval(levels)
    lowest = np.bincount(significant(levels).argmin(axis=1), minlength=assumed.shape[1]) / draws
    return pd.DataFrame(
        {
            "level": mapping.columns,
            "assumed": need_levels(means, mapping),
            "low": low,
            "high": high,
            "weakest": lowest,
        }
    )


def wave_changes(
    index: pd.DataFrame,
    waves: pd.Series,
    respondents: Sequence[object],
    *,
    first: object,
    last: object,
    power: float = 0.8,
    alpha: float = 0.05,
) -> pd.DataFrame:
    """Compare each right between two waves, all rights judged together.

    Parameters
    ----------
    index : DataFrame, shape (n, k)
        From `perception_index`.
    waves : Series, length n
        Wave of each respondent.
    respondents : sequence, length n
        Who answered; a respondent of both waves is one cluster.
    first, last : object
        The waves compared.
    power, alpha : float
        For the smallest change that could have been seen; α is shared by the rights (Bonferroni).

    Returns
    -------
    DataFrame
        A row a right: right, n_first, n_last, change, low, high (points, 95 % each), p, p_holm,
        detectable (points). A right that was not rated in both waves has missing values.

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
    who = np.asarray(respondents, dtype=object)
    rows = []
    for right in index.columns:
        used = (waves.isin([first, last]) & index[right].notna()).to_numpy()
        later = (waves == last).to_numpy()[used]
        sizes = {"n_first": int((~later).sum()), "n_last": int(later.sum())}
        measures = dict.fromkeys(("change", "low", "high", "p", "p_holm", "detectable"), np.nan)
        if min(sizes.values()) >= 2:
            found = mean_difference(index[right].to_numpy()[used], later, list(who[used]))
            measures["change"], measures["p"] = found.estimate, found.p_value
            measures["low"], measures["high"] = found.interval()
            measures["detectable"] = found.detectable(power, alpha / index.shape[1])
        rows.append({"right": right} | sizes | measures)
    table = pd.DataFrame(rows)
    return table.assign(p_holm=holm(table["p"]))
