"""Golden time: how the chance of a repair falls with the hours a customer has waited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats
from scipy.special import expit, logit

from cemlib import checks
from cemlib.stats.estimates import Floats, significant

FEWEST = 50
_SOONEST = 1e-3
_SHAPE_PULL = 4.0


@dataclass(frozen=True)
class GoldenTime:
    """A fitted chance of repair: p(t) = c / (1 + (t / h)^s).

    Right after the failure the chance is the ceiling c; at h hours half of it is gone. The logit
    of c and the logarithm of h are linear in what is known of a case; one shape s for all. Levels
    of a column are drawn a little towards one another, the more the fewer cases they have.

    Parameters
    ----------
    ceiling, half : tuple of str
        Columns that ceiling and half-life hang on; ``"a:b"`` is every pair of levels of two.
    levels : dict of str to tuple of str
        Levels of each column of words; a column of numbers has none.
    coefficients : ndarray, shape (k,)
        Of the logit of c, of log h, and last log s.
    covariance : ndarray, shape (k, k)
        Inverse of the expected information and the penalty.

    Examples
    --------
    >>> flat = GoldenTime((), (), {}, np.array([0.0, np.log(8), np.log(2)]), np.eye(3) / 100)
    >>> flat.chance(pd.DataFrame(index=[0]), 8.0).round(6)
    array([0.25])
    """

    ceiling: tuple[str, ...]
    half: tuple[str, ...]
    levels: dict[str, tuple[str, ...]]
    coefficients: Floats
    covariance: Floats

    @property
    def shape(self) -> float:
        """How suddenly the chance falls: 1 slowly from the start, 3 late and steeply."""
        return float(np.exp(self.coefficients[-1]))

    def ceilings(self, cases: pd.DataFrame, coefficients: ArrayLike | None = None) -> Floats:
        """Return the chance of repair of each case right after its failure, shape (n,)."""
        beta, _, _ = self._parts(coefficients)
        return np.asarray(expit(self._design(cases, self.ceiling) @ beta), dtype=float)

    def half_life(self, cases: pd.DataFrame, coefficients: ArrayLike | None = None) -> Floats:
        """Return the hours at which half of each case's chance is gone, shape (n,)."""
        _, gamma, _ = self._parts(coefficients)
        return np.asarray(np.exp(self._design(cases, self.half) @ gamma), dtype=float)

    def chance(
        self, cases: pd.DataFrame, hours: ArrayLike, coefficients: ArrayLike | None = None
    ) -> Floats:
        """Return the chance of repair of each case after so many hours, shape (n,)."""
        shape = np.exp(self._parts(coefficients)[2])
        waited = np.maximum(np.asarray(hours, dtype=float), _SOONEST)
        left = expit(-shape * (np.log(waited) - np.log(self.half_life(cases, coefficients))))
        return np.asarray(self.ceilings(cases, coefficients) * left, dtype=float)

    def linear(self, cases: pd.DataFrame, coefficients: ArrayLike) -> tuple[Floats, Floats]:
        """Return the logit of the ceiling and log half-life of each case under many coefficients.

        Parameters
        ----------
        cases : DataFrame
            n cases.
        coefficients : array_like, shape (B, k)
            As `draws` returns them.

        Returns
        -------
        tuple of ndarray, shape (B, n)
            Logits and logarithms of hours.
        """
        theta = np.asarray(coefficients, dtype=float)
        x, z = self._design(cases, self.ceiling), self._design(cases, self.half)
        return theta[:, : x.shape[1]] @ x.T, theta[:, x.shape[1] : -1] @ z.T

    def draws(self, count: int, rng: np.random.Generator) -> Floats:
        """Draw coefficients from their joint normal approximation, shape (count, k)."""
        root = np.linalg.cholesky(self.covariance)
        return self.coefficients + rng.standard_normal((count, len(self.coefficients))) @ root.T

    def half_lives(self, cases: pd.DataFrame, by: str, level: float = 0.95) -> pd.DataFrame:
        """Estimate the hours at which half the chance is gone, by a column.

        Parameters
        ----------
        cases : DataFrame
            Over whose mix the other columns are averaged, on the log scale.
        by : str
            A column of words that the half-life hangs on.
        level : float
            Coverage of the interval, by the delta method on the log scale.

        Returns
        -------
        DataFrame
            A row a level: ``name``, ``estimate``, ``low``, ``high`` (hours), ``cases``.

        Raises
        ------
        ValueError
            If the half-life does not hang on the column.
        """
        checks.one_of("by", by, self.half)
        reach = stats.norm.ppf((1 + checks.between("level", level, 1e-6, 1 - 1e-6)) / 2)
        rows = []
        for name in self.levels[by]:
            mean = self._design(cases.assign(**{by: name}), self.half).mean(axis=0)
            gradient = np.zeros(len(self.coefficients))
            gradient[-1 - len(mean) : -1] = mean
            middle = gradient @ self.coefficients
            error = np.sqrt(gradient @ self.covariance @ gradient)
            ends = np.exp([middle, middle - reach * error, middle + reach * error])
            rows.append((name, *map(float, ends), int((cases[by].astype(str) == name).sum())))
        return pd.DataFrame(rows, columns=["name", "estimate", "low", "high", "cases"])

    def curve(
        self, cases: pd.DataFrame, hours: ArrayLike | None = None, level: float = 0.95
    ) -> pd.DataFrame:
        """Estimate the mean chance of repair of some cases, had all waited so long.

        Parameters
        ----------
        cases : DataFrame
            Over whose mix to average.
        hours : array_like, shape (m,), optional
            Waits; 50 from half an hour to five days if not given.
        level : float
            Coverage of the interval, by the delta method on the logit scale.

        Returns
        -------
        DataFrame
            A row a wait: ``hours``, ``chance``, ``low``, ``high``.
        """
        waits = checks.vector("hours", np.geomspace(0.5, 120, 50) if hours is None else hours)
        reach = stats.norm.ppf((1 + checks.between("level", level, 1e-6, 1 - 1e-6)) / 2)
        x, z = self._design(cases, self.ceiling), self._design(cases, self.half)
        rows = []
        for wait in waits:
            chance, slopes = _chance(self.coefficients, x, z, np.full(len(x), wait))
            middle, gradient = float(chance.mean()), slopes.mean(axis=0)
            error = np.sqrt(gradient @ self.covariance @ gradient) / (middle * (1 - middle))
            low, high = expit(logit(middle) + np.array([-reach, reach]) * error)
            rows.append((float(wait), middle, float(low), float(high)))
        return pd.DataFrame(rows, columns=["hours", "chance", "low", "high"])

    def _parts(self, coefficients: ArrayLike | None) -> tuple[Floats, Floats, float]:
        theta = self.coefficients if coefficients is None else np.asarray(coefficients, dtype=float)
        halves = len(_columns(self.half, self.levels)) + 1
        return theta[: -halves - 1], theta[-halves - 1 : -1], float(theta[-1])

    def _design(self, cases: pd.DataFrame, columns: tuple[str, ...]) -> Floats:
        return _design(cases, columns, self.levels)


def golden_time(
    cases: pd.DataFrame,
    hours: ArrayLike,
    repaired: ArrayLike,
    *,
    ceiling: Sequence[str] = (),
    half: Sequence[str] = (),
    spread: float = 1.0,
) -> GoldenTime:
    """Fit how the chance of a repair falls with the hours waited.

    Penalised likelihood by Fisher's scoring, of p(t) = c / (1 + (t / h)^s): the survival function
    of the log-logistic distribution under a ceiling.

    Parameters
    ----------
    cases : DataFrame
        A row a case that was reached: what the chance may hang on.
    hours : array_like, shape (n,)
        Hours from the failure to the call, at least 0.
    repaired : array_like of bool, shape (n,)
        Whether the call repaired it.
    ceiling, half : sequence of str
        Columns of words or numbers that the ceiling and the half-life hang on; ``"a:b"`` is every
        pair of levels of two columns of words.
    spread : float
        Standard deviation that levels of a column are expected to have, on the logit and on the
        log scale: small draws them together (partial pooling), large leaves each to its own cases.

    Returns
    -------
    GoldenTime
        The fit.

    Raises
    ------
    ValueError
        If there are fewer than 50 cases, all or none were repaired, or these waits do not show
        the chance fall.

    References
    ----------
    Bennett (1983), *Applied Statistics* 32:165–171, for the log-logistic; Le Cessie & van
    Houwelingen (1992), *Applied Statistics* 41:191–201, for the penalty.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> waits = rng.exponential(20, 4000)
    >>> cured = rng.random(4000) < 0.7 / (1 + (waits / 12) ** 2)
    >>> fit = golden_time(pd.DataFrame(index=range(4000)), waits, cured)
    >>> round(float(fit.half_life(pd.DataFrame(index=[0]))[0]))
    12
    """
    t = np.maximum(checks.vector("hours", hours, length=len(cases)), _SOONEST)
    y = checks.vector("repaired", np.asarray(repaired, dtype=float), length=len(cases))
    checks.between("number of cases", len(y), FEWEST)
    if not 0 < y.mean() < 1:
        raise ValueError("repaired has one value only, so no chance can be seen to fall")
    levels = _levels(cases, (*ceiling, *half))
    x, z = _design(cases, tuple(ceiling), levels), _design(cases, tuple(half), levels)
    soon = t <= np.quantile(t, 1 / 3)
    theta = np.zeros(x.shape[1] + z.shape[1] + 1)
    theta[0] = logit(np.clip(y[soon].mean(), 0.05, 0.9))
    theta[x.shape[1]], theta[-1] = np.log(np.median(t)), np.log(1.5)
    pull = np.concatenate(
        [
            _pull(columns, levels, checks.between("spread", spread, 1e-3))
            for columns in (ceiling, half)
        ]
        + [[_SHAPE_PULL]]
    )
    centre = np.zeros(len(theta))
    centre[-1] = theta[-1]

    def penalised(point: Floats) -> float:
        loss = 0.5 * float(pull @ np.square(point - centre))
        return _likelihood(point, x, z, t, y) - loss

    value = penalised(theta)
    for _ in range(200):
        score, information = _scoring(theta, x, z, t, y)
        score, information = score - pull * (theta - centre), information + np.diag(pull)
        try:
            step = np.clip(np.linalg.solve(information, score), -1, 1)
        except np.linalg.LinAlgError as error:
            raise _unseen() from error
        size = 1.0
        while (better := penalised(theta + size * step)) < value and size > 1e-4:
            size /= 2
        if size <= 1e-4:
            break
        theta, gain, value = theta + size * step, better - value, better
        if gain < 1e-9:
            break
    information = _scoring(theta, x, z, t, y)[1] + np.diag(pull)
    if np.linalg.cond(information) > 1e12 or abs(theta[-1]) > 4:
        raise _unseen()
    covariance = np.linalg.inv(information).astype(np.float64)
    return GoldenTime(tuple(ceiling), tuple(half), levels, significant(theta), covariance)


def chance_by_wait(hours: ArrayLike, repaired: ArrayLike, bins: int = 8) -> pd.DataFrame:
    """Return the share repaired in bins of waiting, with Wilson intervals: the bare counts.

    Parameters
    ----------
    hours : array_like, shape (n,)
        Hours waited.
    repaired : array_like of bool, shape (n,)
        Whether the call repaired it.
    bins : int
        How many bins of about as many cases each.

    Returns
    -------
    DataFrame
        A row a bin: ``hours`` (median), ``chance``, ``low``, ``high``, ``cases``.

    References
    ----------
    Wilson (1927), *JASA* 22:209–212.

    Examples
    --------
    >>> chance_by_wait([1, 2, 30, 40], [True, True, True, False], bins=2)[["hours", "chance"]]
       hours  chance
    0    1.5     1.0
    1   35.0     0.5
    """
    t = checks.vector("hours", hours)
    y = checks.vector("repaired", np.asarray(repaired, dtype=float), length=len(t))
    parts = np.array_split(np.argsort(t, kind="stable"), int(checks.between("bins", bins, 1)))
    rows = []
    for part in (part for part in parts if len(part)):
        ends = stats.binomtest(int(y[part].sum()), len(part)).proportion_ci(method="wilson")
        rows.append((np.median(t[part]), y[part].mean(), ends.low, ends.high, len(part)))
    return pd.DataFrame(rows, columns=["hours", "chance", "low", "high", "cases"])


def _chance(theta: Floats, x: Floats, z: Floats, t: Floats) -> tuple[Floats, Floats]:
    """Return each case's chance and its slopes in the coefficients."""
    beta, gamma, shape = theta[: x.shape[1]], theta[x.shape[1] : -1], np.exp(theta[-1])
    top = expit(x @ beta)
    late = shape * (np.log(np.maximum(t, _SOONEST)) - z @ gamma)
    left = expit(-late)
    chance = top * left
    fall = chance * (1 - left)
    slopes = np.column_stack(
        [(chance * (1 - top))[:, None] * x, (fall * shape)[:, None] * z, -fall * late]
    )
    return chance, slopes


def _likelihood(theta: Floats, x: Floats, z: Floats, t: Floats, y: Floats) -> float:
    chance = np.clip(_chance(theta, x, z, t)[0], 1e-12, 1 - 1e-12)
    return float(y @ np.log(chance) + (1 - y) @ np.log1p(-chance))


def _scoring(theta: Floats, x: Floats, z: Floats, t: Floats, y: Floats) -> tuple[Floats, Floats]:
    chance, slopes = _chance(theta, x, z, t)
    chance = np.clip(chance, 1e-9, 1 - 1e-9)
    weight = 1 / (chance * (1 - chance))
    return slopes.T @ (weight * (y - chance)), (slopes * weight[:, None]).T @ slopes


def _levels(cases: pd.DataFrame, columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
    levels = {}
    for name in dict.fromkeys(part for column in columns for part in column.split(":")):
        checks.one_of("column", name, list(cases.columns))
        if not pd.api.types.is_numeric_dtype(cases[name]):
            levels[name] = tuple(sorted(cases[name].astype(str).unique()))
    return levels


def _columns(columns: Sequence[str], levels: dict[str, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return what stands behind each coefficient but the first: column and level, in pairs."""
    names: list[tuple[str, ...]] = []
    for column in columns:
        first, _, second = column.partition(":")
        if second:
            pairs = [(first, a, second, b) for a in levels[first] for b in levels[second]]
            names += pairs
        elif first in levels:
            names += [(first, level) for level in levels[first]]
        else:
            names.append((first,))
    return names


def _pull(columns: Sequence[str], levels: dict[str, tuple[str, ...]], spread: float) -> Floats:
    """Return how strongly each coefficient is drawn to 0: levels of words are, numbers not."""
    words = [len(place) > 1 for place in _columns(columns, levels)]
    return np.array([0.0, *words]) / spread**2


def _design(
    cases: pd.DataFrame, columns: Sequence[str], levels: dict[str, tuple[str, ...]]
) -> Floats:
    words = {
        name: cases[name].astype(str).to_numpy()
        for column in columns
        for name in column.split(":")
        if name in levels
    }
    for name, values in words.items():
        if unknown := set(values) - set(levels[name]):
            raise checks.invalid_argument(
                name, sorted(unknown)[0], "one of " + ", ".join(levels[name])
            )
    design = [np.ones(len(cases))]
    for first, *rest in _columns(columns, levels):
        if not rest:
            design.append(cases[first].to_numpy(float))
            continue
        column = (words[first] == rest[0]).astype(float)
        design.append(column * (words[rest[1]] == rest[2]) if len(rest) > 1 else column)
    return np.column_stack(design)


def _unseen() -> ValueError:
    return ValueError(
        "hours and repaired do not show the chance fall: take longer waits, more cases, or fewer "
        "columns in ceiling and half"
    )
