"""Levels of need: perception by level, and its sensitivity to the assumed mapping of rights."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Floats, percentile_interval, significant


def level_mapping(assumed: pd.DataFrame, rights: Iterable[str]) -> pd.DataFrame:
    """Return the weight of each right (rows) in each level of need (columns).

    Parameters
    ----------
    assumed : DataFrame
        A row per right and level: right, level, weight.
    rights : iterable of str
        Rights of the rows.

    Examples
    --------
    >>> assumed = pd.DataFrame({"right": ["safety"], "level": ["esteem"], "weight": [1.0]})
    >>> level_mapping(assumed, ["safety"]).values.tolist()
    [[1.0]]
    """
    wide = assumed.pivot_table(index="right", columns="level", values="weight", sort=False)
    return wide.reindex(list(rights)).fillna(0.0)


def need_levels(perception: ArrayLike, mapping: pd.DataFrame) -> Floats:
    """Average perception over the rights that serve each level of need.

    Parameters
    ----------
    perception : array_like, shape (..., k)
        Mean index of each right in points (0–100), in the order of the mapping's rows.
    mapping : DataFrame, shape (k, levels)
        Weight of each right (rows) in each level (columns); not negative.

    Returns
    -------
    ndarray, shape (..., levels)
        Weighted means in points (0–100); NaN for a level that no right serves.

    Raises
    ------
    ValueError
        If a weight is negative or a right has no positive one.

    Examples
    --------
    >>> mapping = pd.DataFrame({"safety": [1, 0.5], "esteem": [0, 0.5]})
    >>> need_levels([60, 30], mapping)
    array([50., 30.])
    """
    shares = checks.matrix("mapping", mapping)
    if (shares < 0).any() or (shares.sum(axis=1) == 0).any():
        raise ValueError("mapping has a negative weight or a right without any; correct that row")
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
    """Assess how far the weakest level of need depends on the assumed mapping.

    In each draw the weights of every right are mixed with random ones, uniform over all
    divisions among the levels:
    (1 − doubt) · assumed + doubt · Dirichlet(1, …, 1).

    Parameters
    ----------
    perception : array_like, shape (k,)
        Mean index of each right.
    mapping : DataFrame, shape (k, levels)
        The assumed weights.
    rng : numpy.random.Generator
        Source of randomness.
    doubt : float
        Share of each right's weight that is redistributed at random, in [0, 1].
    draws : int
        Number of random mappings.

    Returns
    -------
    DataFrame
        One row per level: level, assumed (points), low, high (bounds of 95% of the random
        mappings), and weakest: the share of random mappings in which this level is lowest.

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


def weakest_level(levels: pd.DataFrame) -> pd.Series:
    """Return the row of the level that is lowest in most mappings.

    Parameters
    ----------
    levels : DataFrame
        From `mapping_sensitivity`.

    Examples
    --------
    >>> levels = pd.DataFrame({"level": ["safety", "esteem"], "weakest": [0.7, 0.3]})
    >>> weakest_level(levels)["level"]
    'safety'
    """
    return levels.loc[significant(levels["weakest"]).idxmax()]
