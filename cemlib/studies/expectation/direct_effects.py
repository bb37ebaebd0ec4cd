"""What effort does at a fixed expectation, told from what it does through expectation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cemlib.stats.estimates import Difference, Floats
from cemlib.stats.regression import Regression, least_squares, two_stage_least_squares
from cemlib.studies.expectation.experiments import (
    cell_moments,
    difference_in_means,
    regression_adjusted,
)


@dataclass(frozen=True)
class DirectEffect(Difference):
    """What effort does at a fixed expectation, and how well the design tells.

    Attributes
    ----------
    at : float
        The expectation held fixed, points.
    slopes : tuple of float
        Points of satisfaction for one more point of expectation, without and with effort.
    strength : float
        Weaker of the two F statistics of information on expectation; below about 10 the interval
        is not to be trusted.
    inside : bool
        Whether `at` lies between the expectations of both information groups on either side, so
        that nothing is extrapolated.
    """

    at: float
    slopes: tuple[float, float]
    strength: float
    inside: bool


def controlled_direct_effect(
    experiment: pd.DataFrame, *, at: float | None = None, outcome: str = "satisfaction"
) -> DirectEffect:
    """Estimate what effort does while expectation stays where it is.

    On either side of effort, information decided by chance moves expectation; the line through its
    two cell means says what satisfaction would be at any expectation in between. The effect is the
    gap between the two lines at one expectation. Nothing is said about who has which expectation,
    so moods that move both expectation and satisfaction do no harm. Midway, where `at` lies if not
    given, the gap is right even where satisfaction bends with expectation, to second order.

    Parameters
    ----------
    experiment : DataFrame
        effort, information (0 or 1), expectation and the outcome; at least two rows a cell.
    at : float, optional
        The expectation to hold; the mean of the four cell means if not given.
    outcome : str
        The column of the outcome.

    Returns
    -------
    DirectEffect
        Standard error by the delta method, robust to unequal variances.

    Raises
    ------
    ValueError
        If a cell is all but empty, or information moves nobody's expectation.

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
    >>> effect.inside, effect.strength > 100
    (True, True)
    """
    means, covariances, counts = cell_moments(experiment, ("expectation", outcome))
    spreads = covariances / counts[:, None, None]
    moved = means[[1, 3], 0] - means[[0, 2], 0]
    if (np.abs(moved) < 1e-12).any():
        raise ValueError("information moves no expectation in this experiment, so nothing tells")
    effect, error, held, slopes = direct_effects(means[None], spreads[None], at)
    unsure = spreads[[1, 3], 0, 0] + spreads[[0, 2], 0, 0]
    ends = np.sort(means[:, 0].reshape(2, 2), axis=1)
    with np.errstate(divide="ignore"):
        strength = float((moved**2 / unsure).min())
    return DirectEffect(
        float(effect[0]),
        float(error[0]),
        float(counts.sum() - 4),
        float(held[0]),
        (float(slopes[0, 0]), float(slopes[0, 1])),
        strength,
        bool((ends[:, 0] <= held[0]).all() and (held[0] <= ends[:, 1]).all()),
    )


def direct_effects(
    means: Floats, spreads: Floats, at: float | None = None
) -> tuple[Floats, Floats, Floats, Floats]:
    """Work out the direct effect of many experiments from their cell means.

    Parameters
    ----------
    means : ndarray, shape (R, 4, 2)
        Mean expectation and satisfaction of each cell, in the order of
        `cemlib.studies.expectation.model.CELLS`.
    spreads : ndarray, shape (R, 4, 2, 2)
        Covariance of each pair of means.
    at : float, optional
        As for `controlled_direct_effect`.

    Returns
    -------
    effect, error, held : ndarray, shape (R,)
        Estimate, standard error and the expectation held.
    slopes : ndarray, shape (R, 2)
        Points of satisfaction a point of expectation, without and with effort.

    Examples
    --------
    >>> means = np.array([[[40, 60], [60, 50], [50, 63], [70, 53]]], dtype=float)
    >>> effect, _, held, _ = direct_effects(means, np.zeros((1, 4, 2, 2)))
    >>> float(effect[0]), float(held[0])
    (8.0, 55.0)
    """
    expected = means[..., 0].reshape(-1, 2, 2)
    satisfied = means[..., 1].reshape(-1, 2, 2)
    slopes = np.diff(satisfied)[..., 0] / np.diff(expected)[..., 0]
    held = expected.mean(axis=(1, 2)) if at is None else np.full(len(expected), float(at))
    along = (held[:, None] - expected[..., 0]) / np.diff(expected)[..., 0]
    weights = np.stack([1 - along, along], axis=-1) * np.array([-1.0, 1.0])[:, None]
    effect = (weights * satisfied).sum(axis=(1, 2))
    drift = 0.0 if at is not None else np.diff(slopes, axis=1)[..., None] / 4
    gradient = np.stack([-slopes[..., None] * weights + drift, weights], axis=-1)
    gradient = gradient.reshape(-1, 4, 2)
    variance = np.einsum("rci,rcij,rcj->r", gradient, spreads, gradient)
    return effect, np.sqrt(np.maximum(variance, 0.0)), held, slopes


def given_expectation(experiment: pd.DataFrame, outcome: str = "satisfaction") -> Regression:
    """Regress satisfaction on effort and the measured expectation: the common mistake.

    Expectation was not decided by chance. Who expects much without effort differs from who does
    with it, so this compares unlike people, unless nothing unseen moves both.

    Examples
    --------
    >>> from cemlib.studies.expectation.model import ExpectationModel
    >>> given_expectation(ExpectationModel().simulate(40, np.random.default_rng(1))).names
    ('constant', 'effort', 'expectation')
    """
    return least_squares(experiment[["effort", "expectation"]], experiment[outcome])


def through_information(experiment: pd.DataFrame, outcome: str = "satisfaction") -> Regression:
    """Estimate effects of effort and expectation with information as the instrument.

    Two-stage least squares; the same as taking out of satisfaction what expectation does, found
    through information, and comparing the rest (sequential g-estimation). It takes one slope for
    all; `controlled_direct_effect` does not.

    References
    ----------
    Vansteelandt (2009), *Epidemiology* 20:851–860.

    Examples
    --------
    >>> from cemlib.studies.expectation.model import ExpectationModel
    >>> through_information(ExpectationModel().simulate(40, np.random.default_rng(1))).names
    ('constant', 'effort', 'expectation')
    """
    return two_stage_least_squares(
        experiment[["effort", "expectation"]],
        experiment[["effort", "information"]],
        experiment[outcome],
    )


def four_ways(experiment: pd.DataFrame, covariates: Sequence[str] = ()) -> pd.DataFrame:
    """Analyse the 2 × 2 in four ways.

    Parameters
    ----------
    experiment : DataFrame
        effort, information, expectation, satisfaction.
    covariates : sequence of str
        Columns known before the experiment; none leaves out the adjusted analysis.

    Returns
    -------
    DataFrame
        method, target ("total" or "direct": what the number is meant to be), estimate, low, high.

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
    ways.append(("given measured expectation", "direct", naive))
    ways.append(("two lines of the 2 × 2", "direct", controlled_direct_effect(experiment)))
    rows = [(method, target, way.estimate, *way.interval()) for method, target, way in ways]
    return pd.DataFrame(rows, columns=["method", "target", "estimate", "low", "high"])
