"""What a randomised experiment says about the effects of what chance decided."""

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

EXACT_MOST = 50_000


def difference_in_means(outcome: ArrayLike, treated: ArrayLike) -> Difference:
    """Estimate the mean effect of a treatment decided by chance.

    Parameters
    ----------
    outcome : array_like, shape (n,)
        Complete outcomes.
    treated : array_like of bool or 0 and 1, shape (n,)
        Who was treated; at least two on each side.

    Returns
    -------
    Difference
        With Neyman's variance s₁²/n₁ + s₀²/n₀, which is never too small on average, and Welch's
        degrees of freedom.

    Raises
    ------
    ValueError
        If a side has fewer than two, or a value is missing.

    References
    ----------
    Splawa-Neyman (1923), transl. *Statistical Science* 5:465–472 (1990).

    Examples
    --------
    >>> difference_in_means([1, 3, 4, 8], [0, 0, 1, 1]).estimate
    4.0
    """
    y, group = _groups(outcome, treated)
    sides = [y[group], y[~group]]
    parts = np.array([side.var(ddof=1) / len(side) for side in sides])
    spread = float(
        np.square(parts / [len(side) - 1 for side in sides]) @ [len(s) - 1 for s in sides]
    )
    degrees = float(parts.sum() ** 2 / spread) if spread > 0 else float(len(y) - 2)
    estimate = float(sides[0].mean() - sides[1].mean())
    return Difference(estimate, float(np.sqrt(parts.sum())), degrees)


def regression_adjusted(
    outcome: ArrayLike, treated: ArrayLike, covariates: pd.DataFrame
) -> Difference:
    """Estimate the same effect more sharply, with what was known before the experiment.

    The outcome is regressed on treatment, centred covariates and their products; the coefficient of
    treatment is never less precise, in large samples, than the plain difference.

    Parameters
    ----------
    outcome, treated
        As for `difference_in_means`.
    covariates : DataFrame, shape (n, p)
        Known before chance decided; what treatment may have moved must not stand here.

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
    y, group = _groups(outcome, treated)
    centred = covariates.astype(float) - covariates.astype(float).mean()
    design = pd.concat(
        [
            pd.Series(group.astype(float), centred.index, name="treated"),
            centred,
            centred.mul(group.astype(float), axis=0).add_suffix(" × treated"),
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
    strata: Sequence[object] | None = None,
) -> tuple[float, Floats]:
    """Test that treatment changed nobody, by dealing it out anew.

    Parameters
    ----------
    outcome, treated
        As for `difference_in_means`.
    rng : numpy.random.Generator
        Source of randomness.
    draws : int
        How many times to deal; where there are at most 50,000 ways in all (and no strata), all of
        them are taken and the p-value is exact.
    strata : sequence, optional
        Deal within these groups only, as the experiment did.

    Returns
    -------
    p_value : float
        Two-sided; with draws, (1 + as extreme)/(1 + draws).
    differences : ndarray
        Difference of means under each deal, for a picture.

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
    y, group = _groups(outcome, treated)
    count, many = len(y), int(group.sum())
    exact = strata is None and comb(count, many) <= EXACT_MOST
    if exact:
        chosen = np.array(list(combinations(range(count), many)))
        dealt = np.zeros((len(chosen), count))
        np.put_along_axis(dealt, chosen, 1.0, axis=1)
    else:
        dealt = _dealt(group, rng, draws, strata)
    sums = dealt @ y
    differences = sums / many - (y.sum() - sums) / (count - many)
    seen = abs(float(y[group].mean() - y[~group].mean()))
    extreme = int((np.abs(differences) >= seen - 1e-9 * max(seen, 1.0)).sum())
    p_value = extreme / len(differences) if exact else (1 + extreme) / (1 + draws)
    return p_value, differences


def factorial_effects(experiment: pd.DataFrame, outcome: str = "satisfaction") -> pd.DataFrame:
    """Estimate the main effects of a 2 × 2 and its interaction.

    Parameters
    ----------
    experiment : DataFrame
        effort, information (0 or 1) and the outcome; at least two rows a cell.
    outcome : str
        The column of the outcome.

    Returns
    -------
    DataFrame
        name (effort, information, effort × information), estimate, low, high, p. A main effect is
        the mean over the other factor; the interaction is how much more effort does with the
        promising information than without.

    References
    ----------
    Dasgupta, Pillai & Rubin (2015), *J. Royal Statistical Society B* 77:727–753.

    Examples
    --------
    >>> cells = pd.DataFrame({"effort": [0, 0, 0, 0, 1, 1, 1, 1], "information": [0, 0, 1, 1] * 2,
    ...     "satisfaction": [5.0, 6, 3, 4, 8, 9, 4, 5]})
    >>> factorial_effects(cells)[["name", "estimate"]].to_numpy().tolist()
    [['effort', 2.0], ['information', -3.0], ['effort × information', -2.0]]
    """
    means, covariances, counts = cell_moments(experiment, (outcome,))
    variance = covariances[:, 0, 0] / counts
    contrasts = np.array([[-1, -1, 1, 1], [-1, 1, -1, 1], [2, -2, -2, 2]]) / 2
    rows = []
    names = ("effort", "information", "effort × information")
    for name, contrast in zip(names, contrasts, strict=True):
        parts = contrast**2 * variance
        spread = float((parts**2 / (counts - 1)).sum())
        degrees = float(parts.sum() ** 2 / spread) if spread > 0 else float(counts.sum() - 4)
        effect = Difference(float(contrast @ means[:, 0]), float(np.sqrt(parts.sum())), degrees)
        rows.append((name, effect.estimate, *effect.interval(), effect.p_value))
    return pd.DataFrame(rows, columns=["name", "estimate", "low", "high", "p"])


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
    reach = stats.t.ppf(0.975, counts - 1) * np.sqrt(covariances[:, 0, 0] / counts)
    return frame.assign(low=frame["estimate"] - reach, high=frame["estimate"] + reach)


def cell_moments(
    experiment: pd.DataFrame, columns: Sequence[str] = ("expectation", "satisfaction")
) -> tuple[Floats, Floats, Floats]:
    """Return the moments of some columns in each cell of the 2 × 2.

    Parameters
    ----------
    experiment : DataFrame
        effort, information (0 or 1) and the columns.
    columns : sequence of str
        k of them.

    Returns
    -------
    means : ndarray, shape (4, k)
        In the order of `cemlib.studies.expectation.model.CELLS`.
    covariances : ndarray, shape (4, k, k)
        Within the cells.
    counts : ndarray, shape (4,)
        Rows of each.

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
    effort, information = (_marks(experiment[name], name) for name in ("effort", "information"))
    inside = [(effort == e) & (information == i) for e, i in CELLS]
    counts = np.array([float(cell.sum()) for cell in inside])
    if counts.min() < 2:
        empty = CELLS[int(counts.argmin())]
        raise ValueError(
            f"experiment has {counts.min():.0f} rows with effort {empty[0]} and information "
            f"{empty[1]}, but 2 are the least"
        )
    means = np.stack([values[cell].mean(axis=0) for cell in inside])
    covariances = np.stack([np.cov(values[cell].T, ddof=1) for cell in inside])
    return means, covariances.reshape(4, len(columns), len(columns)), counts


def _groups(outcome: ArrayLike, treated: ArrayLike) -> tuple[Floats, NDArray[np.bool_]]:
    y = checks.vector("outcome", outcome)
    group = _marks(treated, "treated") == 1
    if group.shape != y.shape or min(group.sum(), (~group).sum()) < 2:
        raise ValueError("treated must hold one mark a row, at least two of 1 and two of 0")
    return y, group


def _marks(values: ArrayLike, name: str) -> Floats:
    marks = checks.vector(name, values)
    strange = ~np.isin(marks, (0, 1))
    if strange.any():
        raise checks.invalid_argument(
            f"{name} at row {int(strange.argmax())}", marks[strange][0], "0 or 1"
        )
    return marks


def _dealt(
    group: NDArray[np.bool_],
    rng: np.random.Generator,
    draws: int,
    strata: Sequence[object] | None,
) -> Floats:
    if strata is None:
        return rng.permuted(np.tile(group.astype(float), (draws, 1)), axis=1)
    if len(strata) != len(group):
        raise ValueError(f"strata has {len(strata)} entries, but the data {len(group)} rows")
    dealt = np.empty((draws, len(group)))
    place, _ = pd.factorize(np.asarray(strata, dtype=object))
    for stratum in np.unique(place):
        members = np.flatnonzero(place == stratum)
        dealt[:, members] = rng.permuted(np.tile(group[members].astype(float), (draws, 1)), axis=1)
    return dealt
