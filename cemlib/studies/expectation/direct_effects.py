"""The direct effect of effort at a fixed expectation, separate from its effect via expectation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cemlib.stats.estimates import Difference, Floats
from cemlib.stats.regression import Regression, least_squares
from cemlib.studies.expectation.experiments import (
    cell_moments,
    difference_in_means,
    regression_adjusted,
)

CONDITIONED = "controlling for measured expectation"
TWO_LINES = "two lines of the 2 × 2"


@dataclass(frozen=True)
class DirectEffect(Difference):
    """The effect of effort at a fixed expectation, with diagnostics of the design.

    Attributes
    ----------
    at : float
        The expectation held fixed, points.
    slopes : tuple of float
        Points of satisfaction for one more point of expectation, without and with effort.
    strength : float
        Smaller of the two F statistics of information on expectation; below about 10 the interval
        is unreliable (weak instrument).
    interpolated : bool
        Whether `at` lies between the mean expectations of both information groups, with and without
        effort.
    """

    at: float
    slopes: tuple[float, float]
    strength: float
    interpolated: bool


def controlled_direct_effect(
    experiment: pd.DataFrame, *, at: float | None = None, outcome: str = "satisfaction"
) -> DirectEffect:
    """Estimate the effect of effort at a fixed expectation.

    With and without effort, randomised information shifts expectation; the line through the two
    cell means gives satisfaction at any expectation in between. The effect is the gap between the
    two lines at one expectation. Nobody is compared by measured expectation, so moods that affect
    both expectation and satisfaction do not bias it. Midway (the default) the gap is right to
    second order even where satisfaction is not linear in expectation.

    Parameters
    ----------
    experiment : DataFrame
        effort, information (0 or 1), expectation and the outcome; at least two rows per cell.
    at : float, optional
        Expectation to hold fixed; by default the mean of the four cell means.
    outcome : str
        The column of the outcome.

    Returns
    -------
    DirectEffect
        Standard error by the delta method, robust to unequal variances.

    Raises
    ------
    ValueError
        If a cell has fewer than two rows, or information does not change mean expectation.

    Notes
    -----
    Assumes that information acts on satisfaction through expectation alone.

    References
    ----------
    Imai, Tingley & Yamamoto (2013), *J. Royal Statistical Society A* 176:5–51; Angrist, Imbens &
    Rubin (1996), *JASA* 91:444–455.

    Examples
    --------
    >>> from cemlib.studies.expectation.model import ExpectationModel
    >>> experiment = ExpectationModel().simulate(4000, np.random.default_rng(1))
    >>> effect = controlled_direct_effect(experiment)
    >>> effect.interpolated, effect.strength > 100
    (True, True)
    """
    means, covariances, counts = cell_moments(experiment, ("expectation", outcome))
    errors = covariances / counts[:, None, None]
    shift = means[[1, 3], 0] - means[[0, 2], 0]
    if (np.abs(shift) < 1e-12).any():
        raise ValueError(
            "information does not change mean expectation in this experiment, so the direct effect "
            "cannot be estimated"
        )
    effect, error, at_mean, slopes = direct_effects(means[None], errors[None], at)
    variance = errors[[1, 3], 0, 0] + errors[[0, 2], 0, 0]
    bounds = np.sort(means[:, 0].reshape(2, 2), axis=1)
    with np.errstate(divide="ignore"):
        strength = float((shift**2 / variance).min())
    return DirectEffect(
        float(effect[0]),
        float(error[0]),
        float(counts.sum() - 4),
        float(at_mean[0]),
        (float(slopes[0, 0]), float(slopes[0, 1])),
        strength,
        bool((bounds[:, 0] <= at_mean[0]).all() and (at_mean[0] <= bounds[:, 1]).all()),
    )


def direct_effects(
    means: Floats, covariances: Floats, at: float | None = None
) -> tuple[Floats, Floats, Floats, Floats]:
    """Compute the direct effect in each of R experiments from its cell means.

    Parameters
    ----------
    means : ndarray, shape (R, 4, 2)
        Mean expectation and satisfaction of each cell, in the order of
        `cemlib.studies.expectation.model.CELLS`.
    covariances : ndarray, shape (R, 4, 2, 2)
        Of each pair of means.
    at : float, optional
        As for `controlled_direct_effect`.

    Returns
    -------
    effect, error, fixed : ndarray, shape (R,)
        Estimate, standard error and the expectation held fixed.
    slopes : ndarray, shape (R, 2)
        Points of satisfaction per point of expectation, without and with effort.

    Examples
    --------
    >>> means = np.array([[[40, 60], [60, 50], [50, 63], [70, 53]]], dtype=float)
    >>> effect, _, fixed, _ = direct_effects(means, np.zeros((1, 4, 2, 2)))
    >>> float(effect[0]), float(fixed[0])
    (8.0, 55.0)
    """
    expected = means[..., 0].reshape(-1, 2, 2)
    satisfied = means[..., 1].reshape(-1, 2, 2)
    slopes = np.diff(satisfied)[..., 0] / np.diff(expected)[..., 0]
    fixed = expected.mean(axis=(1, 2)) if at is None else np.full(len(expected), float(at))
    along = (fixed[:, None] - expected[..., 0]) / np.diff(expected)[..., 0]
    weights = np.stack([1 - along, along], axis=-1) * np.array([-1.0, 1.0])[:, None]
    effect = (weights * satisfied).sum(axis=(1, 2))
    # Delta method; without `at`, the expectation held fixed moves with the cell means.
    drift = 0.0 if at is not None else np.diff(slopes, axis=1)[..., None] / 4
    gradient = np.stack([-slopes[..., None] * weights + drift, weights], axis=-1)
    gradient = gradient.reshape(-1, 4, 2)
    variance = np.einsum("rci,rcij,rcj->r", gradient, covariances, gradient)
    return effect, np.sqrt(np.maximum(variance, 0.0)), fixed, slopes


def given_expectation(experiment: pd.DataFrame, outcome: str = "satisfaction") -> Regression:
    """Regress satisfaction on effort and measured expectation: a common mistake.

    Expectation was not randomised. People with equal expectations but unequal effort differ in
    mood, so the comparison is biased unless nothing unobserved affects both expectation and
    satisfaction.

    Examples
    --------
    >>> from cemlib.studies.expectation.model import ExpectationModel
    >>> given_expectation(ExpectationModel().simulate(40, np.random.default_rng(1))).names
    ('constant', 'effort', 'expectation')
    """
    return least_squares(experiment[["effort", "expectation"]], experiment[outcome])


def four_ways(
    experiment: pd.DataFrame,
    covariates: Sequence[str] = (),
    true_effects: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Analyse the 2 × 2 in four ways.

    Parameters
    ----------
    experiment : DataFrame
        effort, information, expectation, satisfaction.
    covariates : sequence of str
        Columns measured before the experiment; without any, the adjusted analysis is left out.
    true_effects : mapping of str to float, optional
        total and direct, where the true model is known.

    Returns
    -------
    DataFrame
        method, target ("total" or "direct": the effect that it is meant to estimate), estimate,
        low, high; with true effects also true_value and covered (by the interval).

    Examples
    --------
    >>> from cemlib.studies.expectation.model import ExpectationModel
    >>> experiment = ExpectationModel().simulate(400, np.random.default_rng(1))
    >>> four_ways(experiment, ["baseline"])["target"].tolist()
    ['total', 'total', 'direct', 'direct']
    """
    outcome, effort = experiment["satisfaction"], experiment["effort"]
    ways: list[tuple[str, str, Difference]] = [
        ("difference in means", "total", difference_in_means(outcome, effort))
    ]
    if len(covariates):
        adjusted = regression_adjusted(outcome, effort, experiment[list(covariates)])
        ways.append(("regression adjusted", "total", adjusted))
    naive = given_expectation(experiment).effect("effort")
    ways.append((CONDITIONED, "direct", naive))
    ways.append((TWO_LINES, "direct", controlled_direct_effect(experiment)))
    rows = [(method, target, way.estimate, *way.interval()) for method, target, way in ways]
    table = pd.DataFrame(rows, columns=["method", "target", "estimate", "low", "high"])
    if true_effects is None:
        return table
    value = table["target"].map(true_effects)
    return table.assign(true_value=value, covered=value.between(table["low"], table["high"]))
