"""Power of an experiment and the number of participants it needs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from cemlib import checks
from cemlib.stats.estimates import Floats
from cemlib.studies.expectation.direct_effects import direct_effects
from cemlib.studies.expectation.model import CELLS, ExpectationModel

MAX_PARTICIPANTS = 10_000_000
NAIVE = "direct, controlling for expectation"
CONTRASTS = ("two means", "main effect", "interaction")
_BLOCK = 2_000_000


@dataclass(frozen=True)
class Design:
    """A comparison of means in an experiment of equal groups, tested two-sided.

    Attributes
    ----------
    contrast : {"two means", "main effect", "interaction"}
        Two groups; a main effect of a 2 × 2; its interaction, the difference of differences.
    sd : float
        Standard deviation within a group, above 0.
    alpha : float
        Significance level, in (0, 1).

    Examples
    --------
    >>> Design().sample_size(0.5)
    128
    """

    contrast: str = "two means"
    sd: float = 1.0
    alpha: float = 0.05

    def __post_init__(self) -> None:
        """Check contrast, sd and alpha."""
        checks.one_of("contrast", self.contrast, CONTRASTS)
        checks.between("sd", self.sd, 1e-12)
        checks.between("alpha", self.alpha, 1e-9, 1 - 1e-9)

    @property
    def groups(self) -> int:
        """Groups of equal size."""
        return 2 if self.contrast == "two means" else 4

    def standard_error(self, n: float) -> float:
        """Return the standard error with n participants in total.

        2σ/√n for two means and for a main effect, 4σ/√n for an interaction, which therefore needs
        four times as many participants for an effect of the same size.

        Examples
        --------
        >>> Design("interaction", sd=10).standard_error(400)
        2.0
        """
        return (4 if self.contrast == "interaction" else 2) * self.sd / float(np.sqrt(n))

    def power(self, n: float, effect: float) -> float:
        """Return the probability of detecting an effect of this size with n participants.

        From the noncentral t distribution with n minus the number of groups degrees of freedom.

        Parameters
        ----------
        n : float
            Participants in total; more than the groups.
        effect : float
            The true effect, in the units of sd.

        References
        ----------
        Cohen (1988), *Statistical Power Analysis for the Behavioral Sciences*, 2nd ed.

        Examples
        --------
        >>> round(Design().power(128, 0.5), 4)
        0.8015
        """
        checks.between("n", n, self.groups + 1e-9)
        checks.between("effect", effect)
        degrees = n - self.groups
        shift = abs(effect) / self.standard_error(n)
        critical = stats.t.ppf(1 - self.alpha / 2, degrees)
        upper = stats.nct.sf(critical, degrees, shift)
        lower = stats.nct.cdf(-critical, degrees, shift)
        # scipy returns NaN for a large noncentrality, where the normal distribution is accurate.
        if not np.isfinite(upper) or shift > 30:
            return float(stats.norm.sf(critical - shift))
        return float(upper + (lower if np.isfinite(lower) else 0.0))

    def sample_size(self, effect: float, power: float = 0.8) -> int:
        """Return the minimum number of participants, in equal groups, for this power.

        Raises
        ------
        ValueError
            If the effect is 0, or so small that more than ten million would be needed.

        Examples
        --------
        >>> Design("main effect", sd=16).sample_size(4), Design("interaction", sd=16).sample_size(4)
        (508, 2012)
        """
        checks.between("power", power, self.alpha, 1 - 1e-9)
        if effect == 0 or self.power(MAX_PARTICIPANTS, effect) < power:
            raise checks.invalid_argument(
                "effect", effect, "larger: ten million participants are too few"
            )
        low, high = 1, MAX_PARTICIPANTS // self.groups
        while low < high:  # participants per group, so that groups stay equal
            middle = (low + high) // 2
            enough = middle > 1 and self.power(middle * self.groups, effect) >= power
            low, high = (low, middle) if enough else (middle + 1, high)
        return low * self.groups

    def curve(self, sizes: Floats | list[int], effects: list[float]) -> pd.DataFrame:
        """Return the power at each size for each effect: n, effect, power.

        Examples
        --------
        >>> Design().curve([64, 128], [0.5])["power"].round(2).tolist()
        [0.5, 0.8]
        """
        rows = [(n, effect, self.power(n, effect)) for effect in effects for n in sizes]
        return pd.DataFrame(rows, columns=["n", "effect", "power"])


def simulate_experiments(
    model: ExpectationModel,
    n: int,
    experiments: int,
    rng: np.random.Generator,
    *,
    alpha: float = 0.05,
) -> pd.DataFrame:
    """Simulate the metro experiment many times: bias, coverage and power of its analyses.

    Parameters
    ----------
    model : ExpectationModel
        The true model.
    n : int
        Participants, a multiple of 4 and at least 8.
    experiments : int
        Number of experiments.
    rng : numpy.random.Generator
        Source of randomness.
    alpha : float
        Significance level.

    Returns
    -------
    DataFrame
        effect ("total", "direct", "information", "interaction", `NAIVE`), true_value, mean (of the
        estimates), sd (of the estimates), coverage (of the 1 − α intervals) and power (share of
        intervals that exclude 0). Total effects and interaction by cell means with Neyman's
        variance; the direct effect by
        `cemlib.studies.expectation.direct_effects.controlled_direct_effect`, and last by the
        regression on effort and measured expectation, which is biased by moods.

    Examples
    --------
    >>> table = simulate_experiments(ExpectationModel(), 400, 500, np.random.default_rng(1))
    >>> table["effect"].tolist()
    ['total', 'direct', 'information', 'interaction', 'direct, controlling for expectation']
    """
    checks.between("n", n, 8, whole=True)
    checks.between("experiments", experiments, 2, whole=True)
    if n % 4:
        raise checks.invalid_argument("n", n, "a multiple of 4, as the four cells are equal")
    cell = np.arange(n) // (n // 4)
    effort, information = np.array(CELLS).T[:, cell]
    contrasts = np.array([[-1, -1, 1, 1], [-1, 1, -1, 1], [2, -2, -2, 2]]) / 2
    estimates, errors = [], []
    for size in _blocks(experiments, 8 * n):
        shape = (size, n)
        answers = model.respond(
            np.broadcast_to(effort, shape), np.broadcast_to(information, shape), rng
        )
        pairs = np.stack([answers["expectation"], answers["satisfaction"]], axis=-1)
        pairs = pairs.reshape(size, 4, n // 4, 2)
        means = pairs.mean(axis=2)
        centred = pairs - means[:, :, None]
        covariances = np.einsum("rcni,rcnj->rcij", centred, centred) / (n // 4 - 1) / (n // 4)
        direct, direct_error, _, _ = direct_effects(means, covariances)
        totals = means[..., 1] @ contrasts.T
        total_errors = np.sqrt(covariances[..., 1, 1] @ np.square(contrasts).T)
        naive, naive_error = _conditioned(pairs.reshape(size, 2, n // 2, 2))
        estimates.append(np.column_stack([totals[:, 0], direct, totals[:, 1:], naive]))
        errors.append(
            np.column_stack([total_errors[:, 0], direct_error, total_errors[:, 1:], naive_error])
        )
    estimate = np.concatenate(estimates)
    margin = stats.t.ppf(1 - alpha / 2, n - 4) * np.concatenate(errors)
    total, *others = contrasts @ model.cells()["satisfaction"].to_numpy()
    true_value = np.array([total, model.effort_effect, *others, model.effort_effect])
    return pd.DataFrame(
        {
            "effect": ["total", "direct", "information", "interaction", NAIVE],
            "true_value": true_value,
            "mean": estimate.mean(axis=0),
            "sd": estimate.std(axis=0, ddof=1),
            "coverage": (np.abs(estimate - true_value) <= margin).mean(axis=0),
            "power": (np.abs(estimate) > margin).mean(axis=0),
        }
    )


def _conditioned(pairs: Floats) -> tuple[Floats, Floats]:
    """Return effect and standard error of effort, given expectation, from (R, 2, m, 2)."""
    means = pairs.mean(axis=2)
    centred = pairs - means[:, :, None]
    inner = np.einsum("rgmi,rgmj->rij", centred, centred)
    slope = inner[:, 0, 1] / inner[:, 0, 0]
    difference = means[:, 1] - means[:, 0]
    size = pairs.shape[2]
    residual = (inner[:, 1, 1] - slope * inner[:, 0, 1]) / (2 * size - 3)
    variance = residual * (2 / size + difference[:, 0] ** 2 / inner[:, 0, 0])
    return difference[:, 1] - slope * difference[:, 0], np.sqrt(variance)


def experiment_power(model: ExpectationModel, n: int, *, alpha: float = 0.05) -> pd.DataFrame:
    """Return the power of the metro experiment in closed form.

    Uses `ExpectationModel.cell_sd` as standard deviation within cells. For the direct effect the
    two lines have their true slopes: a large-sample approximation.

    Parameters
    ----------
    model : ExpectationModel
        The true model.
    n : int
        Participants, four equal cells.
    alpha : float
        Significance level.

    Returns
    -------
    DataFrame
        effect ("total", "direct", "information", "interaction"), true_value, standard_error, power.

    Examples
    --------
    >>> experiment_power(ExpectationModel(), 400)["power"].round(2).tolist()
    [0.06, 0.96, 1.0, 0.07]
    """
    mean = model.cells()["satisfaction"].to_numpy()
    total = float((mean[2:] - mean[:2]).mean())
    informed = float((mean[1::2] - mean[::2]).mean())
    difference = float(mean[3] - mean[2] - mean[1] + mean[0])
    main = Design("main effect", model.cell_sd, alpha)
    rows = [
        ("total", total, main.standard_error(n), main.power(n, total)),
        ("direct", model.effort_effect, *_direct_power(model, n, main)),
        ("information", informed, main.standard_error(n), main.power(n, informed)),
    ]
    interaction = replace(main, contrast="interaction")
    rows.append(
        (
            "interaction",
            difference,
            interaction.standard_error(n),
            interaction.power(n, difference),
        )
    )
    return pd.DataFrame(rows, columns=["effect", "true_value", "standard_error", "power"])


def _direct_power(model: ExpectationModel, n: int, design: Design) -> tuple[float, float]:
    cells = model.cells()
    means = cells[["expectation", "satisfaction"]].to_numpy()
    noise = model.mood_to_expectation**2 + model.expectation_noise**2
    # Covariance of expectation and satisfaction: mood, and by Stein’s lemma
    # (https://en.wikipedia.org/wiki/Stein%27s_lemma) the mean slope times the variance.
    shared = (
        cells["slope"].to_numpy() * noise + model.mood_to_expectation * model.mood_to_satisfaction
    )
    covariances = np.empty((4, 2, 2))
    covariances[:, 0, 0], covariances[:, 1, 1] = noise, np.square(cells["sd"])
    covariances[:, 0, 1] = covariances[:, 1, 0] = shared
    effect, error, _, _ = direct_effects(means[None], covariances[None] / (n / 4))
    scaled = Design("main effect", float(error[0]) * float(np.sqrt(n)) / 2, design.alpha)
    return float(error[0]), scaled.power(n, float(effect[0]))


def _blocks(experiments: int, row: int) -> list[int]:
    """Split experiments into blocks that fit into memory."""
    size = max(_BLOCK // row, 1)
    whole, rest = divmod(experiments, size)
    return [size] * whole + ([rest] if rest else [])
