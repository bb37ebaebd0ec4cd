"""Rows that belong together: their cluster's number, and errors that allow for it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]


def cluster_numbers(clusters: Sequence[object], rows: int) -> NDArray[np.intp]:
    """Return the number of each row's cluster, from 0.

    Parameters
    ----------
    clusters : sequence, length `rows`
        To whom each row belongs, say the customer.
    rows : int
        How many rows there are.

    Raises
    ------
    ValueError
        If there are not as many entries as rows, or an entry is missing.

    Examples
    --------
    >>> cluster_numbers(["b", "a", "b"], 3)
    array([0, 1, 0])
    """
    if len(clusters) != rows:
        raise ValueError(f"clusters has {len(clusters)} entries, but the data have {rows} rows")
    numbers, _ = pd.factorize(np.asarray(clusters, dtype=object))
    if (numbers < 0).any():
        row = int(np.argmax(numbers < 0))
        raise ValueError(f"clusters has no entry at row {row}; give each such row one of its own")
    return numbers


def clustered_covariance(scores: Floats, bread: Floats, numbers: NDArray[np.intp]) -> Floats:
    """Return the covariance of coefficients whose rows are dependent within clusters.

    The sandwich G/(G − 1)·B·(Σ s s′)·B, with B the inverse of the information and s the sum of the
    scores of one cluster.

    Parameters
    ----------
    scores : ndarray, shape (n, k)
        Each row's contribution to the score of the k coefficients.
    bread : ndarray, shape (k, k)
        Inverse of the information.
    numbers : ndarray of int, shape (n,)
        Cluster of each row, from `cluster_numbers`.

    Returns
    -------
    ndarray, shape (k, k)
        Covariance.

    Raises
    ------
    ValueError
        If there is one cluster only.

    References
    ----------
    Liang & Zeger (1986), *Biometrika* 73:13–22.

    Examples
    --------
    >>> scores = np.array([[1.0], [-1.0], [0.5], [-0.5]])
    >>> clustered_covariance(scores, np.eye(1), np.array([0, 1, 0, 1]))
    array([[9.]])
    """
    groups = int(numbers.max()) + 1
    if groups < 2:
        raise ValueError("clusters has one value only; at least two customers are needed")
    sums = np.stack([np.bincount(numbers, weights=column) for column in scores.T], axis=1)
    return np.asarray(groups / (groups - 1) * bread @ (sums.T @ sums) @ bread)


def clusters_of(frame: pd.DataFrame, column: str = "customer") -> list[object] | None:
    """Return the customer of each row; a row that names none is one of its own.

    None where the data have no such column, or only one customer: rows then count as independent.

    Examples
    --------
    >>> clusters_of(pd.DataFrame({"customer": ["b", None, "b", "a"]}))
    [0, 2, 0, 1]
    >>> clusters_of(pd.DataFrame({"rating": [1, 2]})) is None
    True
    """
    if column not in frame:
        return None
    numbers, names = pd.factorize(frame[column])
    missing = numbers < 0
    numbers[missing] = len(names) + np.arange(missing.sum())
    return numbers.tolist() if len(numbers) and numbers.max() > 0 else None


def equal_means(means: Floats, covariance: Floats) -> tuple[float, int, float]:
    """Return Wald's χ² of the hypothesis that all means are the same, its degrees and p-value.

    Examples
    --------
    >>> [round(float(part), 3) for part in equal_means(np.array([1.0, 3.0]), np.eye(2))]
    [2.0, 1.0, 0.157]
    """
    count = len(means)
    if count < 2:
        return np.nan, 0, np.nan
    contrast = np.eye(count)[1:] - np.eye(count)[:1]
    difference = contrast @ means
    within = contrast @ covariance @ contrast.T
    statistic = float(difference @ np.linalg.pinv(within, hermitian=True) @ difference)
    return statistic, count - 1, float(stats.chi2.sf(statistic, count - 1))
