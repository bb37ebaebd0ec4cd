"""How many participants an experiment needs, and what one of a given size can see."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import optimize, stats

from cemlib import checks
from cemlib.stats.estimates import Floats
from cemlib.studies.expectation.direct_effects import direct_effects
from cemlib.studies.expectation.model import CELLS, ExpectationModel

MOST = 10_000_000
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
        Chance of a false alarm, in (0, 1).

    Examples
    --------
    >>> Design().sample_size(0.5)
    128
    """

    contrast: str = "two means"
    sd: float = 1.0
    alpha: float = 0.05

    def __post_init__(self) -> None:
        """Refuse a design that is none."""
        checks.one_of("contrast", self.contrast, CONTRASTS)
        checks.between("sd", self.sd, 1e-12)
        checks.between("alpha", self.alpha, 1e-9, 1 - 1e-9)

    @property
    def groups(self) -> int:
        """Groups of equal size."""
        return 2 if self.contrast == "two means" else 4

    def standard_error(self, n: float) -> float:
        """Return the standard error with n participants in all.

        2σ/√n for two means and for a main effect, 4σ/√n for an interaction, which so needs four
        times as many participants for an effect of the same size.

        Examples
        --------
        >>> Design("interaction", sd=10).standard_error(400)
        2.0
        """
        return (4 if self.contrast == "interaction" else 2) * self.sd / float(np.sqrt(n))

    def power(self, n: float, effect: float) -> float:
        """Return the chance that n participants show an effect of this size.

        From the noncentral t distribution with n less the number of groups degrees of freedom.

        Parameters
        ----------
        n : float
            Participants in all; more than the groups.
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
        reach = stats.t.ppf(1 - self.alpha / 2, degrees)
        upper = stats.nct.sf(reach, degrees, shift)
        lower = stats.nct.cdf(-reach, degrees, shift)
        # Far out scipy’s noncentral t gives up; the normal distribution is exact enough there.
        if not np.isfinite(upper) or shift > 30:
            return float(stats.norm.sf(reach - shift))
        return float(upper + (lower if np.isfinite(lower) else 0.0))

    def sample_size(self, effect: float, power: float = 0.8) -> int:
        """Return the fewest participants, in equal groups, that show the effect with this power.

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
        if effect == 0 or self.power(MOST, effect) < power:
            raise checks.invalid_argument("effect", effect, "larger: ten million could not see it")
        low, high = 1, MOST // self.groups
        while low < high:  # by the group, so that all stay equal
            middle = (low + high) // 2
            enough = middle > 1 and self.power(middle * self.groups, effect) >= power
            low, high = (low, middle) if enough else (middle + 1, high)
        return low * self.groups

    def detectable(self, n: float, power: float = 0.8) -> float:
        """Return the smallest effect that n participants show with this power.

        Examples
        --------
        >>> round(Design().detectable(128), 3)
        0.499
        """
        checks.between("power", power, self.alpha, 1 - 1e-9)
        checks.between("n", n, self.groups + 1)
        error = self.standard_error(n)
        reach = float(stats.t.ppf(1 - self.alpha / 2, n - self.groups))
        most = error * (reach + 12 * max(1.0, reach))
        return float(
            optimize.brentq(lambda effect: self.power(n, effect) - power, 0.0, most, xtol=1e-10)
        )

    def curve(self, sizes: Floats | list[int], effects: list[float]) -> pd.DataFrame:
        """Return the power at each size for each effect: n, effect, power.

        Examples
        --------
        >>> Design().curve([64, 128], [0.5])["power"].round(2).tolist()
        [0.5, 0.8]
        """
        rows = [(n, effect, self.power(n, effect)) for effect in effects for n in sizes]
        return pd.DataFrame(rows, columns=["n", "effect", "power"])

    def simulate(self, n: int, effect: float, experiments: int, rng: np.random.Generator) -> float:
        """Return the share of simulated experiments that show the effect.

        Groups are drawn whole and compared as the design does, with pooled variance: nothing of
        the closed form is used, so that the one checks the other.

        Parameters
        ----------
        n : int
            Participants in all, a multiple of the groups, at least two each.
        effect : float
            The true effect.
        experiments : int
            How many to run; the share has the standard error √(p(1 − p)/experiments).
        rng : numpy.random.Generator
            Source of randomness.

        Examples
        --------
        >>> abs(Design().simulate(128, 0.5, 4000, np.random.default_rng(1)) - 0.8) < 0.03
        True
        """
        checks.between("n", n, 2 * self.groups, whole=True)
        checks.between("experiments", experiments, 1, whole=True)
        if n % self.groups:
            raise checks.invalid_argument(
                "n", n, f"a multiple of {self.groups}, as groups are equal"
            )
        shifts, weights = {
            "two means": ([0, 1], [-1, 1]),
            "main effect": ([0, 0, 1, 1], [-0.5, -0.5, 0.5, 0.5]),
            "interaction": ([0, 0, 0, 1], [1, -1, -1, 1]),
        }[self.contrast]
        each, found = n // self.groups, 0
        reach = stats.t.ppf(1 - self.alpha / 2, n - self.groups)
        for size in _blocks(experiments, n):
            answers = self.sd * rng.normal(size=(size, self.groups, each))
            means = answers.mean(axis=2) + effect * np.array(shifts)
            pooled = answers.var(axis=2, ddof=1).mean(axis=1)
            error = np.sqrt(pooled * np.square(np.array(weights)).sum() / each)
            found += int((np.abs(means @ np.array(weights)) > reach * error).sum())
        return found / experiments


def simulate_experiments(
    model: ExpectationModel,
    n: int,
    experiments: int,
    rng: np.random.Generator,
    *,
    alpha: float = 0.05,
) -> pd.DataFrame:
    """Run the metro experiment many times and see how often it shows what is there.

    Parameters
    ----------
    model : ExpectationModel
        The truth.
    n : int
        Participants, a multiple of 4 and at least 8.
    experiments : int
        How many to run.
    rng : numpy.random.Generator
        Source of randomness.
    alpha : float
        Chance of a false alarm.

    Returns
    -------
    DataFrame
        effect ("total", "direct", "information", "interaction", "direct, given expectation"),
        truth, mean (of the estimates), sd, coverage (of the 1 − α intervals) and power (share that
        excludes 0). Total effects and interaction by cell means with Neyman's variance; the direct
        effect by `cemlib.studies.expectation.direct_effects.controlled_direct_effect`, and last by
        the regression on
        effort and measured expectation, which has another target where moods move both.

    Examples
    --------
    >>> table = simulate_experiments(ExpectationModel(), 400, 500, np.random.default_rng(1))
    >>> table["effect"].tolist()
    ['total', 'direct', 'information', 'interaction', 'direct, given expectation']
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
        drawn = model.respond(
            np.broadcast_to(effort, shape), np.broadcast_to(information, shape), rng
        )
        pairs = np.stack([drawn["expectation"], drawn["satisfaction"]], axis=-1)
        pairs = pairs.reshape(size, 4, n // 4, 2)
        means = pairs.mean(axis=2)
        centred = pairs - means[:, :, None]
        spreads = np.einsum("rcni,rcnj->rcij", centred, centred) / (n // 4 - 1) / (n // 4)
        direct, direct_error, _, _ = direct_effects(means, spreads)
        totals = means[..., 1] @ contrasts.T
        total_errors = np.sqrt(spreads[..., 1, 1] @ np.square(contrasts).T)
        naive, naive_error = _given_expectation(pairs.reshape(size, 2, n // 2, 2))
        estimates.append(np.column_stack([totals[:, 0], direct, totals[:, 1:], naive]))
        errors.append(
            np.column_stack([total_errors[:, 0], direct_error, total_errors[:, 1:], naive_error])
        )
    found, error = np.concatenate(estimates), np.concatenate(errors)
    reach = stats.t.ppf(1 - alpha / 2, n - 4) * error
    mean = model.cells()["satisfaction"].to_numpy()
    aims = contrasts @ mean
    truth = np.array([aims[0], model.effort_effect, *aims[1:], model.effort_effect])
    return pd.DataFrame(
        {
            "effect": [
                "total",
                "direct",
                "information",
                "interaction",
                "direct, given expectation",
            ],
            "truth": truth,
            "mean": found.mean(axis=0),
            "sd": found.std(axis=0, ddof=1),
            "coverage": (np.abs(found - truth) <= reach).mean(axis=0),
            "power": (np.abs(found) > reach).mean(axis=0),
        }
    )


def _given_expectation(pairs: Floats) -> tuple[Floats, Floats]:
    """Regress on effort and expectation: effect of effort and standard error, from (R, 2, m, 2)."""
    means = pairs.mean(axis=2)
    centred = pairs - means[:, :, None]
    inner = np.einsum("rgmi,rgmj->rij", centred, centred)
    slope = inner[:, 0, 1] / inner[:, 0, 0]
    apart = means[:, 1] - means[:, 0]
    each = pairs.shape[2]
    rest = (inner[:, 1, 1] - slope * inner[:, 0, 1]) / (2 * each - 3)
    variance = rest * (2 / each + apart[:, 0] ** 2 / inner[:, 0, 0])
    return apart[:, 1] - slope * apart[:, 0], np.sqrt(variance)


def experiment_power(model: ExpectationModel, n: int, *, alpha: float = 0.05) -> pd.DataFrame:
    """Return the power of the metro experiment in closed form.

    The standard deviation within cells is the model's own (root mean square of the four). For the
    direct effect the two lines are taken at their true slopes: a large-sample figure.

    Parameters
    ----------
    model : ExpectationModel
        The truth.
    n : int
        Participants, four equal cells.
    alpha : float
        Chance of a false alarm.

    Returns
    -------
    DataFrame
        effect ("total", "direct", "information", "interaction"), truth, standard_error, power.

    Examples
    --------
    >>> experiment_power(ExpectationModel(), 400)["power"].round(2).tolist()
    [0.06, 0.96, 1.0, 0.07]
    """
    cells = model.cells()
    sd = float(np.sqrt(np.square(cells["sd"]).mean()))
    mean = cells["satisfaction"].to_numpy()
    total = float((mean[2:] - mean[:2]).mean())
    told = float((mean[1::2] - mean[::2]).mean())
    crossed = float(mean[3] - mean[2] - mean[1] + mean[0])
    main = Design("main effect", sd, alpha)
    rows = [
        ("total", total, main.standard_error(n), main.power(n, total)),
        ("direct", model.effort_effect, *_direct_power(model, n, main)),
        ("information", told, main.standard_error(n), main.power(n, told)),
    ]
    product = replace(main, contrast="interaction")
    rows.append(("interaction", crossed, product.standard_error(n), product.power(n, crossed)))
    return pd.DataFrame(rows, columns=["effect", "truth", "standard_error", "power"])


def _direct_power(model: ExpectationModel, n: int, design: Design) -> tuple[float, float]:
    cells = model.cells()
    means = cells[["expectation", "satisfaction"]].to_numpy()
    noise = model.mood_to_expectation**2 + model.expectation_noise**2
    # Expectation and satisfaction share mood, and by Stein’s lemma the slope times its variance.
    shared = (
        cells["slope"].to_numpy() * noise + model.mood_to_expectation * model.mood_to_satisfaction
    )
    spreads = np.empty((4, 2, 2))
    spreads[:, 0, 0], spreads[:, 1, 1] = noise, np.square(cells["sd"])
    spreads[:, 0, 1] = spreads[:, 1, 0] = shared
    effect, error, _, _ = direct_effects(means[None], spreads[None] / (n / 4))
    scaled = Design("main effect", float(error[0]) * float(np.sqrt(n)) / 2, design.alpha)
    return float(error[0]), scaled.power(n, float(effect[0]))


def _blocks(experiments: int, row: int) -> list[int]:
    """Cut experiments into blocks that fit memory."""
    most = max(_BLOCK // row, 1)
    whole, rest = divmod(experiments, most)
    return [most] * whole + ([rest] if rest else [])
