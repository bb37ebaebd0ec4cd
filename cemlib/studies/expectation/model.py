"""The model of the metro experiment: satisfaction by effort, information and expectation."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from cemlib import checks
from cemlib.stats.estimates import Floats
from cemlib.stats.value_function import CURVATURE, LOSS_AVERSION, value

CELLS = ((0, 0), (0, 1), (1, 0), (1, 1))


@dataclass(frozen=True)
class ExpectationModel:
    """Effects of effort and information on expectation, and of all three on satisfaction.

    Expectation  E = base + cost·effort + promise·information + mood + u
    Satisfaction S = base + slope·Q + c·v(Q − E) + d·effort + mood + ε

    Effort and information are 0 or 1 and randomised. Effort has two effects: it raises expectation,
    so that the same outcome Q disappoints (negative), and it makes the outcome more valued
    (positive). Mood affects both expectation and satisfaction and is not observed, so people with
    equal expectations differ in mood. All in points (0–100).

    Attributes
    ----------
    effort_effect : float
        d: direct effect of effort on satisfaction.
    cost_to_expectation : float
        Effect of effort on expectation.
    information_to_expectation : float
        Effect of the promising information on expectation.
    loss_aversion, curvature : float
        λ and α of `value`.
    expectation_base, satisfaction_base : float
        The constants.
    quality_slope, disconfirmation_slope : float
        Satisfaction per point of quality, and per unit of `value` (c ≥ 0).
    quality, quality_spread : float
        Mean and standard deviation of the outcome Q.
    mood_to_expectation, mood_to_satisfaction : float
        Points per standard deviation of mood.
    expectation_noise, satisfaction_noise : float
        Standard deviations of u and ε.
    baseline_correlation : float
        Correlation of mood with usual satisfaction (asked before the experiment), in [0, 1].

    Examples
    --------
    >>> ExpectationModel(loss_aversion=1, curvature=1).mechanisms().round(1).iloc[0].to_dict()
    {'information': 0.0, 'direct': 8.0, 'through_expectation': -6.0, 'total': 2.0}
    """

    effort_effect: float = 8.0
    cost_to_expectation: float = 10.0
    loss_aversion: float = LOSS_AVERSION
    information_to_expectation: float = 14.0
    curvature: float = CURVATURE
    expectation_base: float = 45.0
    satisfaction_base: float = 35.0
    quality_slope: float = 0.5
    disconfirmation_slope: float = 0.6
    quality: float = 50.0
    quality_spread: float = 8.0
    mood_to_expectation: float = 6.0
    mood_to_satisfaction: float = 10.0
    expectation_noise: float = 8.0
    satisfaction_noise: float = 10.0
    baseline_correlation: float = 0.8

    def __post_init__(self) -> None:
        """Check ranges of all parameters."""
        for field in fields(self):
            is_sd = field.name.endswith(("noise", "spread"))
            low = 0.0 if is_sd or field.name == "disconfirmation_slope" else -1e6
            checks.between(field.name, getattr(self, field.name), low, 1e6)
        checks.between("baseline_correlation", self.baseline_correlation, 0, 1)
        value(0, curvature=self.curvature, loss_aversion=self.loss_aversion)

    def simulate(self, n: int, rng: np.random.Generator) -> pd.DataFrame:
        """Simulate the experiment with n participants in cells of equal size.

        Parameters
        ----------
        n : int
            Participants, at least 4.
        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        DataFrame
            participant (from 1), effort and information (0 or 1), baseline (usual satisfaction),
            expectation, quality, satisfaction; in points, not rounded.

        Examples
        --------
        >>> ExpectationModel().simulate(8, np.random.default_rng(1))["effort"].sum()
        np.int64(4)
        """
        checks.between("n", n, 4, whole=True)
        cell = rng.permutation(np.arange(n) % 4)
        effort, information = cell // 2, cell % 2
        answers = self.respond(effort, information, rng)
        return pd.DataFrame(
            {"participant": np.arange(1, n + 1), "effort": effort, "information": information}
            | answers
        )

    def respond(
        self, effort: ArrayLike, information: ArrayLike, rng: np.random.Generator
    ) -> dict[str, Floats]:
        """Simulate the answers of people in given conditions.

        Parameters
        ----------
        effort, information : array_like of 0 and 1, of the same shape
            The conditions; leading axes may be repeated experiments.
        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        dict of ndarray
            baseline, expectation, quality, satisfaction, of that shape.
        """
        made_effort = np.asarray(effort, dtype=float)
        informed = np.asarray(information, dtype=float)
        # The order of the five draws fixes the simulated data; keep it.
        mood, u, outcome, eps, usual = rng.normal(size=(5, *made_effort.shape))
        expectation = (
            self.expectation_base
            + self.cost_to_expectation * made_effort
            + self.information_to_expectation * informed
            + self.mood_to_expectation * mood
            + self.expectation_noise * u
        )
        quality = self.quality + self.quality_spread * outcome
        satisfaction = (
            self.satisfaction_at(made_effort, quality, expectation)
            + self.mood_to_satisfaction * mood
            + self.satisfaction_noise * eps
        )
        rest = np.sqrt(1 - self.baseline_correlation**2)
        return {
            "baseline": self.quality + 10 * (self.baseline_correlation * mood + rest * usual),
            "expectation": expectation,
            "quality": quality,
            "satisfaction": satisfaction,
        }

    def satisfaction_at(
        self, effort: ArrayLike, quality: ArrayLike, expectation: ArrayLike
    ) -> Floats:
        """Return satisfaction in an average mood, without noise.

        Examples
        --------
        >>> float(ExpectationModel().satisfaction_at(0, 50, 50))
        60.0
        """
        disconfirmation = value(
            np.asarray(quality, dtype=float) - np.asarray(expectation, dtype=float),
            curvature=self.curvature,
            loss_aversion=self.loss_aversion,
        )
        return np.asarray(
            self.satisfaction_base
            + self.quality_slope * np.asarray(quality, dtype=float)
            + self.disconfirmation_slope * disconfirmation
            + self.effort_effect * np.asarray(effort, dtype=float)
        )

    def mean_satisfaction(self, effort: ArrayLike, expectation: ArrayLike) -> Floats:
        """Return the exact mean satisfaction of a group, by its effort and mean expectation.

        Examples
        --------
        >>> float(ExpectationModel().mean_satisfaction(1, [45, 55]).round(1)[1])
        61.6
        """
        mean, _, _ = self._value_moments(self.quality - np.asarray(expectation, dtype=float))
        return np.asarray(
            self.satisfaction_base
            + self.quality_slope * self.quality
            + self.disconfirmation_slope * mean
            + self.effort_effect * np.asarray(effort, dtype=float)
        )

    def cells(self) -> pd.DataFrame:
        """Return the exact moments of each cell of the 2 × 2.

        Returns
        -------
        DataFrame
            A row per cell: effort, information, expectation (mean), satisfaction (mean), sd (of
            satisfaction within the cell), slope (mean change of satisfaction per point of
            expectation).

        Examples
        --------
        >>> ExpectationModel().cells()["satisfaction"].round(1).tolist()
        [60.4, 50.5, 61.6, 50.3]
        """
        effort, information = np.array(CELLS).T
        expected = (
            self.expectation_base
            + self.cost_to_expectation * effort
            + self.information_to_expectation * information
        )
        mean, square, slope = self._value_moments(self.quality - expected)
        c = self.disconfirmation_slope
        # Stein's lemma (https://en.wikipedia.org/wiki/Stein%27s_lemma): the covariance of v(Q − E)
        # with a normal variable is its mean slope times their covariance.
        shared = (
            c
            * slope
            * (
                self.quality_slope * self.quality_spread**2
                - self.mood_to_satisfaction * self.mood_to_expectation
            )
        )
        variance = (
            (self.quality_slope * self.quality_spread) ** 2
            + c**2 * (square - mean**2)
            + self.mood_to_satisfaction**2
            + self.satisfaction_noise**2
            + 2 * shared
        )
        return pd.DataFrame(
            {
                "effort": effort,
                "information": information,
                "expectation": expected,
                "satisfaction": self.mean_satisfaction(effort, expected),
                "sd": np.sqrt(variance),
                "slope": -c * slope,
            }
        )

    @property
    def cell_sd(self) -> float:
        """Root mean square of the standard deviations of satisfaction within the four cells."""
        return float(np.sqrt(np.square(self.cells()["sd"]).mean()))

    def mechanisms(self) -> pd.DataFrame:
        """Return the two exact effects of effort.

        Returns
        -------
        DataFrame
            A row per level of information: information, direct, through_expectation and total
            (their sum), points of satisfaction.

        Examples
        --------
        >>> ExpectationModel().mechanisms().round(1)["through_expectation"].tolist()
        [-6.9, -8.2]
        """
        mean = self.cells()["satisfaction"].to_numpy()
        total = mean[2:] - mean[:2]
        return pd.DataFrame(
            {
                "information": [0, 1],
                "direct": self.effort_effect,
                "through_expectation": total - self.effort_effect,
                "total": total,
            }
        )

    def effects(self) -> dict[str, float]:
        """Return the true effects of effort, averaged over the two levels of information.

        Returns
        -------
        dict of str to float
            direct, through_expectation and total, points of satisfaction.

        Examples
        --------
        >>> {name: round(effect, 1) for name, effect in ExpectationModel().effects().items()}
        {'direct': 8.0, 'through_expectation': -7.5, 'total': 0.5}
        """
        mean = self.mechanisms().mean()
        return {name: float(mean[name]) for name in ("direct", "through_expectation", "total")}

    def _value_moments(self, gap: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the means of v, v² and v′ for a normal disconfirmation of this mean."""
        sd = float(
            np.sqrt(
                self.quality_spread**2 + self.mood_to_expectation**2 + self.expectation_noise**2
            )
        )
        power, lam = self.curvature, self.loss_aversion
        gains = [positive_moment(gap, sd, p) for p in (power, 2 * power, power - 1)]
        losses = [positive_moment(-gap, sd, p) for p in (power, 2 * power, power - 1)]
        return (
            gains[0] - lam * losses[0],
            gains[1] + lam**2 * losses[1],
            power * (gains[2] + lam * losses[2]),
        )


def positive_moment(mean: ArrayLike, sd: float, power: float) -> Floats:
    """Return E[Xᵖ; X > 0] for a normal X.

    σᵖ Γ(p+1)/√(2π) · e^{−z²/4} D₋ₚ₋₁(−z) with z = mean/σ and D the parabolic cylinder function.

    Parameters
    ----------
    mean : array_like
        Means.
    sd : float
        Standard deviation σ, at least 0.
    power : float
        p > −1.

    Returns
    -------
    ndarray
        The moments, of the shape of mean.

    References
    ----------
    Gradshteyn & Ryzhik, *Table of Integrals, Series, and Products*, 3.462.1.

    Examples
    --------
    >>> float(positive_moment(0.0, 1.0, 2.0).round(6))
    0.5
    """
    checks.between("power", power, -1 + 1e-9)
    checks.between("sd", sd, 0)
    centre = np.asarray(mean, dtype=float)
    # Far from 0 the normal is on one side of it: a series is exact and does not overflow.
    far = np.abs(centre) > 25 * sd
    safe = np.where(far & (centre > 0), centre, 1.0)
    series = safe**power * (1 + power * (power - 1) / 2 * (sd / safe) ** 2)
    z = np.where(far, 0.0, centre / max(sd, 1e-300))
    closed = (
        max(sd, 1e-300) ** power
        * special.gamma(power + 1)
        / np.sqrt(2 * np.pi)
        * np.exp(-(z**2) / 4)
        * special.pbdv(-power - 1, -z)[0]
    )
    return np.where(far, np.where(centre > 0, series, 0.0), closed)
