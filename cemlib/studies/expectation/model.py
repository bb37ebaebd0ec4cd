"""How effort and expectation make satisfaction: the model of the metro experiment."""

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
    """What effort and information do to expectation, and both to satisfaction.

    Expectation  E = base + cost·effort + promise·information + mood + u
    Satisfaction S = base + slope·Q + c·v(Q − E) + d·effort + mood + ε

    Effort and information are 0 or 1 and decided by chance. Effort acts twice: it raises what is
    expected, so that the same outcome Q disappoints (down), and it makes the outcome dearer (up).
    Mood moves both expectation and satisfaction and is not seen: who compares people with equal
    expectations therefore compares people in different moods. All in points of scales 0–100.

    Attributes
    ----------
    effort_effect : float
        d: what effort adds to satisfaction directly.
    cost_to_expectation : float
        What effort adds to expectation.
    information_to_expectation : float
        What the promising information adds to expectation.
    loss_aversion, curvature : float
        λ and α of `value`.
    expectation_base, satisfaction_base : float
        The constants.
    quality_slope, disconfirmation_slope : float
        Satisfaction a point of quality, and a unit of felt worth (c ≥ 0).
    quality, quality_spread : float
        Mean and standard deviation of what came.
    mood_to_expectation, mood_to_satisfaction : float
        Points for one standard deviation of mood.
    expectation_noise, satisfaction_noise : float
        Standard deviations of u and ε.
    baseline_correlation : float
        Correlation of mood with the usual satisfaction asked before the experiment, in [0, 1].

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
        """Refuse numbers that make no model."""
        for field in fields(self):
            number = getattr(self, field.name)
            spread = field.name.endswith(("noise", "spread"))
            low = 0.0 if spread or field.name == "disconfirmation_slope" else -1e6
            checks.between(field.name, number, low, 1e6)
        checks.between("baseline_correlation", self.baseline_correlation, 0, 1)
        value(0, curvature=self.curvature, loss_aversion=self.loss_aversion)

    def simulate(self, n: int, rng: np.random.Generator) -> pd.DataFrame:
        """Run the experiment with n participants, each cell as large as the next.

        Parameters
        ----------
        n : int
            Participants, at least 4.
        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        DataFrame
            participant (from 1), effort and information (0 or 1), baseline (usual satisfaction,
            asked before), expectation, quality, satisfaction; in points, not rounded.

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
        """Draw what people in given conditions answer.

        Parameters
        ----------
        effort, information : array_like of 0 and 1, of one shape
            The conditions; leading axes may be repeated experiments.
        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        dict of ndarray
            baseline, expectation, quality, satisfaction, of that shape.
        """
        worked, told = np.asarray(effort, dtype=float), np.asarray(information, dtype=float)
        mood, u, came, eps, before = rng.normal(size=(5, *worked.shape))
        expectation = (
            self.expectation_base
            + self.cost_to_expectation * worked
            + self.information_to_expectation * told
            + self.mood_to_expectation * mood
            + self.expectation_noise * u
        )
        quality = self.quality + self.quality_spread * came
        satisfaction = (
            self.satisfaction_at(worked, quality, expectation)
            + self.mood_to_satisfaction * mood
            + self.satisfaction_noise * eps
        )
        rest = np.sqrt(1 - self.baseline_correlation**2)
        usual = self.quality + 10 * (self.baseline_correlation * mood + rest * before)
        return {
            "baseline": usual,
            "expectation": expectation,
            "quality": quality,
            "satisfaction": satisfaction,
        }

    def satisfaction_at(
        self, effort: ArrayLike, quality: ArrayLike, expectation: ArrayLike
    ) -> Floats:
        """Return the satisfaction of somebody in an even mood, without noise.

        Examples
        --------
        >>> float(ExpectationModel().satisfaction_at(0, 50, 50))
        60.0
        """
        felt = value(
            np.asarray(quality, dtype=float) - np.asarray(expectation, dtype=float),
            curvature=self.curvature,
            loss_aversion=self.loss_aversion,
        )
        return np.asarray(
            self.satisfaction_base
            + self.quality_slope * np.asarray(quality, dtype=float)
            + self.disconfirmation_slope * felt
            + self.effort_effect * np.asarray(effort, dtype=float)
        )

    def mean_satisfaction(self, effort: ArrayLike, expectation: ArrayLike) -> Floats:
        """Return the mean satisfaction of a group, by its effort and mean expectation, exactly.

        Examples
        --------
        >>> float(ExpectationModel().mean_satisfaction(1, [45, 55]).round(1)[1])
        61.6
        """
        felt, _, _ = self._felt(self.quality - np.asarray(expectation, dtype=float))
        return np.asarray(
            self.satisfaction_base
            + self.quality_slope * self.quality
            + self.disconfirmation_slope * felt
            + self.effort_effect * np.asarray(effort, dtype=float)
        )

    def cells(self) -> pd.DataFrame:
        """Return what is to be expected in each cell of the 2 × 2, exactly.

        Returns
        -------
        DataFrame
            A row a cell: effort, information, expectation (mean), satisfaction (mean), sd (of
            satisfaction within the cell), slope (mean change of satisfaction with one more point
            of expectation).

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
        mean, square, steepness = self._felt(self.quality - expected)
        c = self.disconfirmation_slope
        # By Stein's lemma, what v(Q − E) shares with Q and with mood is its mean steepness.
        shared = (
            c
            * steepness
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
                "slope": -c * steepness,
            }
        )

    def mechanisms(self) -> pd.DataFrame:
        """Return the two ways in which effort acts, exactly.

        Returns
        -------
        DataFrame
            A row for each information: information, direct (up), through_expectation (down) and
            total, their sum: points of satisfaction.

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
        """Return the truth that an analysis is after, averaged over the two informations.

        Returns
        -------
        dict of str to float
            total, direct and through_expectation (points of satisfaction), for effort.

        Examples
        --------
        >>> {name: round(effect, 1) for name, effect in ExpectationModel().effects().items()}
        {'direct': 8.0, 'through_expectation': -7.5, 'total': 0.5}
        """
        mean = self.mechanisms().mean()
        return {name: float(mean[name]) for name in ("direct", "through_expectation", "total")}

    def _felt(self, gap: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the means of v, v² and v′ for a normal disconfirmation of this mean."""
        spread = float(
            np.sqrt(
                self.quality_spread**2 + self.mood_to_expectation**2 + self.expectation_noise**2
            )
        )
        power, lam = self.curvature, self.loss_aversion
        gains = [positive_moment(gap, spread, p) for p in (power, 2 * power, power - 1)]
        losses = [positive_moment(-gap, spread, p) for p in (power, 2 * power, power - 1)]
        return (
            gains[0] - lam * losses[0],
            gains[1] + lam**2 * losses[1],
            power * (gains[2] + lam * losses[2]),
        )


def positive_moment(mean: ArrayLike, spread: float, power: float) -> Floats:
    """Return E[Xᵖ; X > 0] for a normal X.

    σᵖ Γ(p+1)/√(2π) · e^{−z²/4} D₋ₚ₋₁(−z) with z = mean/σ and D the parabolic cylinder function.

    Parameters
    ----------
    mean : array_like
        Means.
    spread : float
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
    checks.between("spread", spread, 0)
    centre = np.asarray(mean, dtype=float)
    far = np.abs(centre) > 25 * spread  # all on one side: a series serves, and nothing overflows
    safe = np.where(far & (centre > 0), centre, 1.0)
    series = safe**power * (1 + power * (power - 1) / 2 * (spread / safe) ** 2)
    z = np.where(far, 0.0, centre / max(spread, 1e-300))
    closed = (
        max(spread, 1e-300) ** power
        * special.gamma(power + 1)
        / np.sqrt(2 * np.pi)
        * np.exp(-(z**2) / 4)
        * special.pbdv(-power - 1, -z)[0]
    )
    return np.where(far, np.where(centre > 0, series, 0.0), closed)
