"""Effects of randomised treatments: differences, adjusted differences and a randomisation test."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from cemlib import checks
from cemlib.stats.estimates import Difference, Floats
from cemlib.stats.regression import least_squares
from cemlib.studies.expectation.model import CELLS

MAX_EXACT = 50_000


def difference_in_means(outcome: ArrayLike, treated: ArrayLike) -> Difference:
    """Estimate the mean effect of a randomised treatment.

    Parameters
    ----------
    outcome : array_like, shape (n,)
        Complete outcomes.
    treated : array_like of bool or 0 and 1, shape (n,)
        1 for the treated; at least two in each group.

    Returns
    -------
    Difference
        With Neyman's variance s₁²/n₁ + s₀²/n₀, which is conservative, and Welch's degrees of
        freedom.

    Raises
    ------
    ValueError
        If a group has fewer than two, or a value is missing.

    References
    ----------
    Splawa-Neyman (1923), transl. *Statistical Science* 5:465–472 (1990).

    Examples
    --------
    >>> difference_in_means([1, 3, 4, 8], [0, 0, 1, 1]).estimate
    4.0
    """
    y, is_treated = _checked(outcome, treated)
    groups = [y[is_treated], y[~is_treated]]
    parts = np.array([group.var(ddof=1) / len(group) for group in groups])
    # Welch–Satterthwaite degrees of freedom.
    below = float(
        np.square(parts / [len(group) - 1 for group in groups]) @ [len(g) - 1 for g in groups]
    )
    degrees = float(parts.sum() ** 2 / below) if below > 0 else float(len(y) - 2)
    estimate = float(groups[0].mean() - groups[1].mean())
    return Difference(estimate, float(np.sqrt(parts.sum())), degrees)


def regression_adjusted(
    outcome: ArrayLike, treated: ArrayLike, covariates: pd.DataFrame
) -> Difference:
    """Estimate the same effect more precisely by adjusting for covariates (Lin).

    The outcome is regressed on treatment, centred covariates and their products; the coefficient of
    treatment is never less precise, in large samples, than the plain difference.

    Parameters
    ----------
    outcome, treated
        As for `difference_in_means`.
    covariates : DataFrame, shape (n, p)
        Measured before randomisation; never anything that the treatment may have changed.

    Returns
    -------
    Difference
        With the HC2 standard error.

    References
    ----------
    Lin (2013), *Annals of Applied Statistics* 7:295–318.

    Examples
    --------
    >>> known = pd.DataFrame({"before": [1.0, 2, 3, 1, 2, 3]})
    >>> effect = regression_adjusted([1, 2, 3.3, 5, 6, 7], [0, 0, 0, 1, 1, 1], known)
    >>> round(effect.estimate, 2)
    3.9
    """
    y, is_treated = _checked(outcome, treated)
    centred = covariates.astype(float) - covariates.astype(float).mean()
    design = pd.concat(
        [
            pd.Series(is_treated.astype(float), centred.index, name="treated"),
            centred,
            centred.mul(is_treated.astype(float), axis=0).add_suffix(" × treated"),
        ],
        axis=1,
    )
    return least_squares(design, y).effect("treated")


def randomisation_test(
    outcome: ArrayLike,
    treated: ArrayLike,
    rng: np.random.Generator,
    *,
    draws: int = 2000,
) -> tuple[float, Floats]:
    """Test the hypothesis that treatment affected nobody, by re-randomising it.

    Parameters
    ----------
    outcome, treated
        As for `difference_in_means`.
    rng : numpy.random.Generator
        Source of randomness.
    draws : int
        Number of re-randomisations; where there are at most 50,000 assignments, all of them are
        taken and the p-value is exact.

    Returns
    -------
    p_value : float
        Two-sided; with draws, (1 + number as extreme)/(1 + draws).
    differences : ndarray
        Difference of means under each re-randomisation.

    References
    ----------
    Fisher (1935), *The Design of Experiments*; Phipson & Smyth (2010), *Statistical Applications
    in Genetics and Molecular Biology* 9:39.

    Examples
    --------
    >>> p, _ = randomisation_test([1, 2, 3, 7, 8, 9], [0, 0, 0, 1, 1, 1], np.random.default_rng(1))
    >>> round(p, 4)
    0.1
    """
    checks.between("draws", draws, 1, whole=True)
    y, is_treated = _checked(outcome, treated)
    n, n_treated = len(y), int(is_treated.sum())
    exact = comb(n, n_treated) <= MAX_EXACT
    if exact:
        chosen = np.array(list(combinations(range(n), n_treated)))
        assignments = np.zeros((len(chosen), n))
        np.put_along_axis(assignments, chosen, 1.0, axis=1)
    else:
        assignments = rng.permuted(np.tile(is_treated.astype(float), (draws, 1)), axis=1)
    sums = assignments @ y
    differences = sums / n_treated - (y.sum() - sums) / (n - n_treated)
    observed = abs(float(y[is_treated].mean() - y[~is_treated].mean()))
    extreme = int((np.abs(differences) >= observed - 1e-9 * max(observed, 1.0)).sum())
    p_value = extreme / len(differences) if exact else (1 + extreme) / (1 + draws)
    return p_value, differences


def cell_means(experiment: pd.DataFrame, outcome: str = "satisfaction") -> pd.DataFrame:
    """Return the mean of each cell of the 2 × 2 with its interval.

    Returns
    -------
    DataFrame
        effort, information, n, estimate, low, high.

    Examples
    --------
    >>> from cemlib.studies.expectation.model import ExpectationModel
    >>> frame = ExpectationModel().simulate(40, np.random.default_rng(1))
    >>> cell_means(frame)["n"].tolist()
    [10, 10, 10, 10]
    """
    means, covariances, counts = cell_moments(experiment, (outcome,))
    frame = pd.DataFrame(CELLS, columns=["effort", "information"])
    frame["n"], frame["estimate"] = counts.astype(int), means[:, 0]
    margin = stats.t.ppf(0.975, counts - 1) * np.sqrt(covariances[:, 0, 0] / counts)
    return frame.assign(low=frame["estimate"] - margin, high=frame["estimate"] + margin)


def cell_moments(
    experiment: pd.DataFrame, columns: Sequence[str] = ("expectation", "satisfaction")
) -> tuple[Floats, Floats, Floats]:
    """Return means and covariances of some columns in each cell of the 2 × 2.

    Parameters
    ----------
    experiment : DataFrame
        effort, information (0 or 1) and the columns.
    columns : sequence of str
        k names.

    Returns
    -------
    means : ndarray, shape (4, k)
        In the order of `cemlib.studies.expectation.model.CELLS`.
    covariances : ndarray, shape (4, k, k)
        Within the cells.
    counts : ndarray, shape (4,)
        Rows per cell.

    Raises
    ------
    ValueError
        If a cell has fewer than two rows, or a value is missing.

    Examples
    --------
    >>> from cemlib.studies.expectation.model import ExpectationModel
    >>> means, covariances, counts = cell_moments(
    ...     ExpectationModel().simulate(40, np.random.default_rng(1)))
    >>> means.shape, covariances.shape, counts.tolist()
    ((4, 2), (4, 2, 2), [10.0, 10.0, 10.0, 10.0])
    """
    values = checks.matrix("experiment", experiment[list(columns)].to_numpy(dtype=float), rows=8)
    effort, information = (
        _zeros_and_ones(experiment[name], name) for name in ("effort", "information")
    )
    in_cell = [(effort == e) & (information == i) for e, i in CELLS]
    counts = np.array([float(cell.sum()) for cell in in_cell])
    if counts.min() < 2:
        empty = CELLS[int(counts.argmin())]
        raise ValueError(
            f"experiment has {counts.min():.0f} rows with effort {empty[0]} and information "
            f"{empty[1]}, but needs at least 2"
        )
    means = np.stack([values[cell].mean(axis=0) for cell in in_cell])
    covariances = np.stack([np.cov(values[cell].T, ddof=1) for cell in in_cell])
    return means, covariances.reshape(4, len(columns), len(columns)), counts


def _checked(outcome: ArrayLike, treated: ArrayLike) -> tuple[Floats, NDArray[np.bool_]]:
    y = checks.vector("outcome", outcome)
    is_treated = _zeros_and_ones(treated, "treated") == 1
    if is_treated.shape != y.shape or min(is_treated.sum(), (~is_treated).sum()) < 2:
        raise ValueError("treated must have one value per row, at least two 1 and two 0")
    return y, is_treated


def _zeros_and_ones(values: ArrayLike, name: str) -> Floats:
    numbers = checks.vector(name, values)
    wrong = ~np.isin(numbers, (0, 1))
    if wrong.any():
        raise checks.invalid_argument(
            f"{name} at row {int(wrong.argmax())}", numbers[wrong][0], "0 or 1"
        )
    return numbers
