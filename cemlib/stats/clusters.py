"""Rows that belong together: their cluster's number, and errors that allow for it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
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


def crossed_variance(
    influence: ArrayLike, first: Sequence[object], second: Sequence[object]
) -> tuple[float, int]:
    r"""Return the variance of a sum whose rows depend on one another in two ways.

    Rows of one agent are alike, and so are rows of one question: with s the sums of the rows'
    influences over the groups of each kind and over the groups of both together, and G their
    number, :math:`V = V_1 + V_2 - V_{12}` with :math:`V_k = G_k/(G_k - 1)\sum s^2`. Where that is
    not above 0, which happens in small samples, the larger of the first two stands.

    Parameters
    ----------
    influence : array_like, shape (n,)
        Influence of each row on the sum.
    first, second : sequence, length n
        Groups of each kind, such as the agent and the question of each row.

    Returns
    -------
    variance : float
        Variance of the sum.
    degrees : int
        Degrees of freedom of its t interval: one less than the groups of the kind with fewer.

    Raises
    ------
    ValueError
        If there is one group only of a kind, or an entry is missing.

    References
    ----------
    Cameron, Gelbach & Miller (2011), *J. Business & Economic Statistics* 29:238–249.

    Examples
    --------
    >>> variance, degrees = crossed_variance(np.array([1, 1, -1, -1]), list("aabb"), list("xyxy"))
    >>> round(variance, 3), degrees
    (10.667, 1)
    """
    influence = np.asarray(influence, dtype=float)
    codes = [cluster_numbers(groups, len(influence)) for groups in (first, second)]
    counts = [int(numbers.max()) + 1 for numbers in codes]
    if min(counts) < 2:
        raise ValueError("clusters has one value only; at least two are needed")
    both = pd.factorize(codes[0] * counts[1] + codes[1])[0]
    parts = [_grouped_variance(influence, numbers) for numbers in (*codes, both)]
    variance = parts[0] + parts[1] - parts[2]
    return (variance if variance > 1e-12 * sum(parts) else max(parts[:2])), min(counts) - 1


def _grouped_variance(influence: Floats, numbers: NDArray[np.intp]) -> float:
    sums = np.bincount(numbers, weights=influence)
    return len(sums) / (len(sums) - 1) * float(np.square(sums).sum())


def jackknife_covariance(
    scores: Floats, information: Floats, bread: Floats, numbers: NDArray[np.intp]
) -> Floats:
    r"""Return the covariance of coefficients by the one-step jackknife over clusters.

    (G − 1)/G·Σ d d′, with :math:`d_g = B (I - A_g B)^{-1} s_g` the change of the coefficients if
    cluster g, of score s and information A, is left out. The sandwich of `clustered_covariance`
    is too small where clusters are few, because each pulls the fit towards itself; this is not.

    Parameters
    ----------
    scores, bread, numbers
        As for `clustered_covariance`.
    information : ndarray, shape (n, k, k)
        Each row's contribution to the information.

    Returns
    -------
    ndarray, shape (k, k)
        Covariance.

    References
    ----------
    Mancl & DeRouen (2001), *Biometrics* 57:126–134; Bell & McCaffrey (2002), *Survey Methodology*
    28:169–181.

    Examples
    --------
    >>> scores, ones = np.array([[1.0], [-1.0], [0.0]]), np.ones((3, 1, 1))
    >>> jackknife_covariance(scores, ones, np.eye(1) / 3, np.arange(3)).round(4)
    array([[0.3333]])
    """
    groups, width = int(numbers.max()) + 1, scores.shape[1]
    sums = np.stack([np.bincount(numbers, weights=column) for column in scores.T], axis=1)
    flat = information.reshape(len(scores), -1)
    own = np.stack([np.bincount(numbers, weights=column) for column in flat.T], axis=1)
    # A cluster without which a coefficient is not determined leaves a wide interval, not an error.
    kept = np.eye(width) - (1 - 1e-9) * own.reshape(-1, width, width) @ bread
    without = np.linalg.solve(kept, sums[..., None])[..., 0] @ bread
    return np.asarray((groups - 1) / groups * without.T @ without)


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
