"""Least squares with errors that hold when variances differ or rows belong together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from cemlib import checks
from cemlib.stats.clusters import cluster_numbers, clustered_covariance
from cemlib.stats.estimates import Difference, Floats

KINDS = ("HC0", "HC1", "HC2", "HC3", "cluster")


@dataclass(frozen=True)
class Regression:
    """Coefficients with the covariance that tells how sure they are.

    Attributes
    ----------
    names : tuple of str
        What each coefficient belongs to, k names.
    coefficients : ndarray, shape (k,)
        Units of outcome a unit of each column.
    covariance : ndarray, shape (k, k)
        Robust covariance of the coefficients.
    degrees : float
        Degrees of freedom of the t intervals.
    r_squared : float
        Share of the outcome's variance that the fit explains.
    """

    names: tuple[str, ...]
    coefficients: Floats
    covariance: Floats
    degrees: float
    r_squared: float

    def combination(self, weights: ArrayLike) -> Difference:
        """Return a sum of coefficients, each times its weight, with its standard error.

        Parameters
        ----------
        weights : array_like, shape (k,)
            Weight of each coefficient.

        Examples
        --------
        >>> fit = least_squares(pd.DataFrame({"x": [0.0, 1, 2, 3]}), [1.0, 3, 5, 7])
        >>> round(fit.combination([1, 2]).estimate, 6)
        5.0
        """
        weight = checks.vector("weights", weights, length=len(self.names))
        variance = max(float(weight @ self.covariance @ weight), 0.0)
        return Difference(float(weight @ self.coefficients), float(np.sqrt(variance)), self.degrees)

    def effect(self, name: str) -> Difference:
        """Return one coefficient with its standard error."""
        checks.one_of("name", name, self.names)
        return self.combination([float(other == name) for other in self.names])

    def frame(self, level: float = 0.95) -> pd.DataFrame:
        """Return a row a coefficient: name, estimate, low, high."""
        error = np.sqrt(np.diag(self.covariance))
        reach = stats.t.ppf((1 + level) / 2, self.degrees) * error
        return pd.DataFrame(
            {
                "name": list(self.names),
                "estimate": self.coefficients,
                "low": self.coefficients - reach,
                "high": self.coefficients + reach,
            }
        )


def least_squares(
    design: pd.DataFrame,
    outcome: ArrayLike,
    *,
    kind: str = "HC2",
    clusters: Sequence[object] | None = None,
    constant: bool = True,
) -> Regression:
    """Regress an outcome on the columns of a design, with robust standard errors.

    Parameters
    ----------
    design : DataFrame, shape (n, k)
        Complete predictors, a column each.
    outcome : array_like, shape (n,)
        What is to be explained.
    kind : {"HC0", "HC1", "HC2", "HC3"}
        How squared residuals are corrected for leverage; HC2 is unbiased where variances are equal
        and equals Neyman's variance for a difference of two means.
    clusters : sequence, optional
        The customer of each row; rows of one customer then count as one (Liang–Zeger, with the
        factor G/(G−1)·(n−1)/(n−k) and G − 1 degrees of freedom), and `kind` has no part.
    constant : bool
        Whether to put a column ``constant`` of ones first.

    Returns
    -------
    Regression
        With n − k degrees of freedom, or G − 1.

    Raises
    ------
    ValueError
        If rows are too few, values are missing, or a column is a sum of others.

    References
    ----------
    MacKinnon & White (1985), *J. Econometrics* 29:305–325; Cameron & Miller (2015), *J. Human
    Resources* 50:317–372.

    Examples
    --------
    >>> fit = least_squares(pd.DataFrame({"treated": [0, 0, 1, 1]}), [1.0, 2.0, 4.0, 5.0])
    >>> round(fit.effect("treated").estimate, 6)
    3.0
    """
    x, names = design_matrix(design, constant)
    y = checks.vector("outcome", outcome, length=len(x))
    return _sandwich(x, x, y, names, kind, clusters)


def two_stage_least_squares(
    design: pd.DataFrame,
    instruments: pd.DataFrame,
    outcome: ArrayLike,
    *,
    kind: str = "HC1",
) -> Regression:
    """Regress an outcome on a design that chance alone, through instruments, has moved.

    Parameters
    ----------
    design : DataFrame, shape (n, k)
        Predictors, the confounded ones among them.
    instruments : DataFrame, shape (n, l)
        Columns that chance decides, l ≥ k; a randomised column of the design stands in both.
    outcome : array_like, shape (n,)
        What is to be explained.
    kind : {"HC0", "HC1"}
        Correction of the squared residuals.

    Returns
    -------
    Regression
        Robust to unequal variances; a constant is in both sets.

    Raises
    ------
    ValueError
        If instruments are fewer than predictors, or do not move them.

    References
    ----------
    Angrist, Imbens & Rubin (1996), *JASA* 91:444–455.

    Examples
    --------
    >>> z = pd.DataFrame({"told": [0, 0, 1, 1, 0, 1]})
    >>> x = pd.DataFrame({"expectation": [1.0, 2, 4, 5, 3, 6]})
    >>> y = 2 * x["expectation"] + 1
    >>> round(two_stage_least_squares(x, z, y).effect("expectation").estimate, 6)
    2.0
    """
    checks.one_of("kind", kind, ("HC0", "HC1"))
    x, names = design_matrix(design, True)
    z, _ = design_matrix(instruments, True)
    y = checks.vector("outcome", outcome, length=len(x))
    if len(z) != len(x) or z.shape[1] < x.shape[1]:
        raise ValueError(
            f"instruments has shape {instruments.shape}, but must have {len(x)} rows and at least "
            f"{x.shape[1] - 1} columns"
        )
    moved = z @ np.linalg.lstsq(z, x, rcond=None)[0]
    return _sandwich(x, moved, y, names, kind, None)


def design_matrix(design: pd.DataFrame, constant: bool = True) -> tuple[Floats, tuple[str, ...]]:
    """Return the columns of a design as an array with their names, a constant first.

    Examples
    --------
    >>> design_matrix(pd.DataFrame({"x": [2, 3, 5]}))[0]
    array([[1., 2.],
           [1., 3.],
           [1., 5.]])
    """
    x = checks.matrix("design", design.to_numpy(dtype=float))
    names = tuple(map(str, design.columns))
    if constant:
        x, names = np.column_stack([np.ones(len(x)), x]), ("constant", *names)
    if len(x) <= x.shape[1]:
        raise ValueError(f"design has {len(x)} rows, but {x.shape[1] + 1} are the least for it")
    return x, names


def weighted_coefficients(design: Floats, outcome: Floats, weights: ArrayLike) -> Floats:
    """Return least-squares coefficients under each row of weights, in one array computation.

    Parameters
    ----------
    design : ndarray, shape (n, k)
        Predictors, the constant among them.
    outcome : ndarray, shape (n,)
        What is to be explained.
    weights : array_like, shape (B, n)
        How often each row counts.

    Returns
    -------
    ndarray, shape (B, k)
        Coefficients.

    Raises
    ------
    ValueError
        If in some resample a column is a sum of others.

    Examples
    --------
    >>> design = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]])
    >>> weighted_coefficients(design, np.array([0.0, 1.0, 5.0]), [[1, 1, 0]]).round(6)
    array([[0., 1.]])
    """
    gram, cross = normal_equations(design, outcome, weights)
    return solve_normal(gram, cross)


def normal_equations(design: Floats, outcome: Floats, weights: ArrayLike) -> tuple[Floats, Floats]:
    """Return XᵀWX, shape (B, k, k), and XᵀWy, shape (B, k), for each row of weights.

    Examples
    --------
    >>> gram, cross = normal_equations(np.ones((3, 1)), np.array([1.0, 2, 3]), np.ones((1, 3)))
    >>> float(gram[0, 0, 0]), float(cross[0, 0])
    (3.0, 6.0)
    """
    counts = np.asarray(weights, dtype=float)
    first, second = np.triu_indices(design.shape[1])
    upper = counts @ (design[:, first] * design[:, second])
    gram = np.empty((len(counts), design.shape[1], design.shape[1]))
    gram[:, first, second] = gram[:, second, first] = upper
    return gram, counts @ (design * outcome[:, None])


def solve_normal(gram: Floats, cross: Floats) -> Floats:
    """Solve the normal equations, or say that the columns are collinear.

    Examples
    --------
    >>> solve_normal(np.array([[[2.0]]]), np.array([[4.0]]))
    array([[2.]])
    """
    # Columns are scaled first: squares of points would make a good design look singular.
    scale = np.sqrt(np.einsum("...ii->...i", gram))
    scaled = gram / np.maximum(scale[..., :, None] * scale[..., None, :], 1e-300)
    if (np.linalg.matrix_rank(scaled, tol=1e-10, hermitian=True) < gram.shape[-1]).any():
        raise ValueError(
            "the columns of the design are collinear, in a resample at least: one is a sum of "
            "others or does not vary; leave it out"
        )
    solved = np.linalg.solve(scaled, (cross / scale)[..., None])[..., 0]
    return np.asarray(solved / scale, dtype=np.float64)


def _sandwich(
    x: Floats,
    moved: Floats,
    y: Floats,
    names: tuple[str, ...],
    kind: str,
    clusters: Sequence[object] | None,
) -> Regression:
    checks.one_of("kind", kind, KINDS[:-1])
    rows, columns = x.shape
    gram = (moved.T @ moved)[None]
    coefficients = solve_normal(gram, (moved.T @ y)[None])[0]
    bread = np.linalg.inv(gram[0])
    residuals = y - x @ coefficients
    scores = moved * _corrected(residuals, moved, bread, kind)[:, None]
    if clusters is None:
        degrees = rows - columns
        factor = rows / degrees if kind == "HC1" else 1.0
        covariance = factor * bread @ (scores.T @ scores) @ bread
    else:
        numbers = cluster_numbers(clusters, rows)
        degrees = int(numbers.max())
        covariance = clustered_covariance(moved * residuals[:, None], bread, numbers)
        covariance = covariance * (rows - 1) / (rows - columns)
    spread = float(np.square(y - y.mean()).sum())
    explained = 1 - float(residuals @ residuals) / spread if spread > 0 else np.nan
    return Regression(names, coefficients, covariance, float(degrees), explained)


def _corrected(residuals: Floats, x: Floats, bread: Floats, kind: str) -> Floats:
    if kind in ("HC0", "HC1"):
        return residuals
    kept = np.maximum(1 - np.einsum("ij,jk,ik->i", x, bread, x), 1e-12)
    return residuals / (np.sqrt(kept) if kind == "HC2" else kept)
