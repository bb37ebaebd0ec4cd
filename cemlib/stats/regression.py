"""Least squares with standard errors robust to unequal variances and to clusters.

Statsmodels gives the same numbers (the tests compare), but importing its models takes 0.7 seconds,
which every run of a workbook would pay.
"""

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

KINDS = ("HC0", "HC1", "HC2", "HC3")


@dataclass(frozen=True)
class Regression:
    """Regression coefficients with their covariance.

    Attributes
    ----------
    names : tuple of str
        Names of the k columns.
    coefficients : ndarray, shape (k,)
        Units of outcome per unit of each column.
    covariance : ndarray, shape (k, k)
        Robust covariance of the coefficients.
    degrees : float
        Degrees of freedom of the t intervals.
    r_squared : float
        Share of the outcome's variance that the fit explains; missing if the outcome is constant.
    """

    names: tuple[str, ...]
    coefficients: Floats
    covariance: Floats
    degrees: float
    r_squared: float

    def combination(self, weights: ArrayLike) -> Difference:
        """Return a weighted sum of coefficients, with its standard error.

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
        """Return one row per coefficient: name, estimate, low, high."""
        error = np.sqrt(np.diag(self.covariance))
        margin = stats.t.ppf((1 + level) / 2, self.degrees) * error
        return pd.DataFrame(
            {
                "name": list(self.names),
                "estimate": self.coefficients,
                "low": self.coefficients - margin,
                "high": self.coefficients + margin,
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
        Predictors without missing values, one per column.
    outcome : array_like, shape (n,)
        The dependent variable.
    kind : {"HC0", "HC1", "HC2", "HC3"}
        Correction of the squared residuals for leverage. HC2 is unbiased where variances are
        equal and gives Neyman's variance for a difference of two means; HC3 is conservative.
    clusters : sequence, optional
        The customer of each row. The errors then allow for dependence between the rows of one
        customer (Liang–Zeger, with the factor G/(G−1)·(n−1)/(n−k)), and `kind` has no effect.
    constant : bool
        Whether to add a first column ``constant`` of ones.

    Returns
    -------
    Regression
        With n − k degrees of freedom, or G − 1 with G clusters.

    Raises
    ------
    ValueError
        If there are too few rows, values are missing, or a column is a linear combination of
        others.

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
    checks.one_of("kind", kind, KINDS)
    rows, columns = x.shape
    gram = (x.T @ x)[None]
    coefficients = solve_normal(gram, (x.T @ y)[None])[0]
    bread = np.linalg.inv(gram[0])
    residuals = y - x @ coefficients
    if clusters is None:
        degrees = rows - columns
        scores = x * _corrected(residuals, x, bread, kind)[:, None]
        factor = rows / degrees if kind == "HC1" else 1.0
        covariance = factor * bread @ (scores.T @ scores) @ bread
    else:
        numbers = cluster_numbers(clusters, rows)
        degrees = int(numbers.max())
        covariance = clustered_covariance(x * residuals[:, None], bread, numbers)
        covariance = covariance * (rows - 1) / (rows - columns)
    total = float(np.square(y - y.mean()).sum())
    r_squared = 1 - float(residuals @ residuals) / total if total > 0 else np.nan
    return Regression(names, coefficients, covariance, float(degrees), r_squared)


def design_matrix(design: pd.DataFrame, constant: bool = True) -> tuple[Floats, tuple[str, ...]]:
    """Return the columns of a design as an array, and their names; a constant comes first.

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
        raise ValueError(f"design has {len(x)} rows, but must have at least {x.shape[1] + 1}")
    return x, names


def weighted_coefficients(design: Floats, outcome: Floats, weights: ArrayLike) -> Floats:
    """Return least-squares coefficients under each row of weights, in one array operation.

    Parameters
    ----------
    design : ndarray, shape (n, k)
        Predictors, including the constant.
    outcome : ndarray, shape (n,)
        The dependent variable.
    weights : array_like, shape (B, n)
        Number of times that each row counts.

    Returns
    -------
    ndarray, shape (B, k)
        Coefficients.

    Raises
    ------
    ValueError
        If in some resample a column is a linear combination of others.

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
    """Solve the normal equations; refuse collinear columns.

    Examples
    --------
    >>> solve_normal(np.array([[[2.0]]]), np.array([[4.0]]))
    array([[2.]])
    """
    # Scaling the columns first (Jacobi preconditioning) keeps a design with very different units
    # from looking singular.
    scale = np.sqrt(np.einsum("...ii->...i", gram))
    scaled = gram / np.maximum(scale[..., :, None] * scale[..., None, :], 1e-300)
    if (np.linalg.matrix_rank(scaled, tol=1e-10, hermitian=True) < gram.shape[-1]).any():
        raise ValueError(
            "the columns of the design are collinear, at least in a resample: one is a linear "
            "combination of others or does not vary; leave it out"
        )
    solved = np.linalg.solve(scaled, (cross / scale)[..., None])[..., 0]
    return np.asarray(solved / scale, dtype=np.float64)


def _corrected(residuals: Floats, x: Floats, bread: Floats, kind: str) -> Floats:
    if kind in ("HC0", "HC1"):
        return residuals
    # A residual has variance σ²(1 − h), h its leverage. HC2 divides the squared residual by 1 − h,
    # HC3 by (1 − h)², which approximates the jackknife (MacKinnon & White 1985).
    remainder = np.maximum(1 - np.einsum("ij,jk,ik->i", x, bread, x), 1e-12)
    return residuals / (np.sqrt(remainder) if kind == "HC2" else remainder)
