"""Golden time: how the probability of a repair falls with the hours a customer has waited."""

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

MIN_CASES = 50
_MIN_HOURS = 1e-3
_SHAPE_PENALTY = 4.0
_SHAPE_SPREAD = 0.7
Designs = tuple[Floats, Floats, Floats]


@dataclass(frozen=True)
class GoldenTime:
    """A fitted probability of repair: p(t) = c / (1 + (t / h)^s).

    Right after the failure the probability is c; at h hours half of it is gone. The logit of c and
    the logarithms of h and of the shape s are linear in the columns of a case. Levels of a column
    are shrunk towards one another, the more the fewer cases they have.

    Parameters
    ----------
    initial, half : tuple of str
        Columns that the initial probability c and the half-life h depend on.
    levels : dict of str to tuple of str
        Levels of each categorical column; a numeric column has none.
    coefficients : ndarray, shape (k,)
        Of the logit of c, of log h, and last of log s.
    covariance : ndarray, shape (k, k)
        Inverse of the expected information plus the penalty.
    steep : tuple of str
        Columns that the shape s depends on.

    Examples
    --------
    >>> flat = GoldenTime((), (), {}, np.array([0.0, np.log(8), np.log(2)]), np.eye(3) / 100)
    >>> flat.probability(pd.DataFrame(index=[0]), 8.0).round(6)
    array([0.25])
    """

    initial: tuple[str, ...]
    half: tuple[str, ...]
    levels: dict[str, tuple[str, ...]]
    coefficients: Floats
    covariance: Floats
    steep: tuple[str, ...] = ()

    @property
    def shape(self) -> float:
        """How suddenly the probability falls: 1 slowly from the start, 3 late and steeply.

        Of an average level, where the shape depends on a column.
        """
        return float(np.exp(self._parts(None)[2][0]))

    def shapes(self, cases: pd.DataFrame, coefficients: ArrayLike | None = None) -> Floats:
        """Return the shape of each case's curve, shape (n,)."""
        delta = self._parts(coefficients)[2]
        return np.asarray(np.exp(self._design(cases, self.steep) @ delta), dtype=float)

    def initial_probability(
        self, cases: pd.DataFrame, coefficients: ArrayLike | None = None
    ) -> Floats:
        """Return the probability of repair of each case right after its failure, shape (n,)."""
        beta, _, _ = self._parts(coefficients)
        return np.asarray(expit(self._design(cases, self.initial) @ beta), dtype=float)

    def half_life(self, cases: pd.DataFrame, coefficients: ArrayLike | None = None) -> Floats:
        """Return the hours after which half of each case's probability is gone, shape (n,)."""
        _, gamma, _ = self._parts(coefficients)
        return np.asarray(np.exp(self._design(cases, self.half) @ gamma), dtype=float)

    def mean_half_life(self, cases: pd.DataFrame) -> float:
        """Return the geometric mean of the half-lives of some cases, in hours."""
        return float(np.exp(np.log(self.half_life(cases)).mean()))

    def probability(
        self, cases: pd.DataFrame, hours: ArrayLike, coefficients: ArrayLike | None = None
    ) -> Floats:
        """Return the probability of repair of each case after these hours, shape (n,)."""
        shape = self.shapes(cases, coefficients)
        waited = np.maximum(np.asarray(hours, dtype=float), _MIN_HOURS)
        left = expit(-shape * (np.log(waited) - np.log(self.half_life(cases, coefficients))))
        return np.asarray(self.initial_probability(cases, coefficients) * left, dtype=float)

    def linear_predictors(
        self, cases: pd.DataFrame, coefficients: ArrayLike
    ) -> tuple[Floats, Floats, Floats]:
        """Return logit c, log h and log s of n cases under coefficients (B, k): three (B, n)."""
        theta = np.asarray(coefficients, dtype=float)
        parts = [self._design(cases, names) for names in (self.initial, self.half, self.steep)]
        first, second = np.cumsum([part.shape[1] for part in parts])[:2]
        x, z, w = parts
        return theta[:, :first] @ x.T, theta[:, first:second] @ z.T, theta[:, second:] @ w.T

    def draws(self, count: int, rng: np.random.Generator) -> Floats:
        """Draw coefficients from their joint normal approximation, shape (count, k)."""
        root = np.linalg.cholesky(self.covariance)
        return self.coefficients + rng.standard_normal((count, len(self.coefficients))) @ root.T

    def half_lives(self, cases: pd.DataFrame, by: str, level: float = 0.95) -> pd.DataFrame:
        """Estimate the half-life for each level of a column.

        Parameters
        ----------
        cases : DataFrame
            The other columns are averaged over these cases, on the log scale.
        by : str
            A categorical column that the half-life depends on.
        level : float
            Coverage of the interval, by the delta method on the log scale.

        Returns
        -------
        DataFrame
            One row per level, the shortest half-life first: ``name``, ``estimate``, ``low``,
            ``high`` (hours), ``cases``.

        Raises
        ------
        ValueError
            If the half-life does not depend on the column.
        """
        checks.one_of("by", by, self.half)
        z = stats.norm.ppf((1 + checks.between("level", level, 1e-6, 1 - 1e-6)) / 2)
        rows = []
        for name in self.levels[by]:
            mean = self._design(cases.assign(**{by: name}), self.half).mean(axis=0)
            gradient = np.zeros(len(self.coefficients))
            start = len(_terms(self.initial, self.levels)) + 1
            gradient[start : start + len(mean)] = mean
            middle = gradient @ self.coefficients
            error = np.sqrt(gradient @ self.covariance @ gradient)
            hours = np.exp([middle, middle - z * error, middle + z * error])
            rows.append((name, *map(float, hours), int((cases[by].astype(str) == name).sum())))
        table = pd.DataFrame(rows, columns=["name", "estimate", "low", "high", "cases"])
        return table.sort_values("estimate", kind="stable", ignore_index=True, key=significant)

    def curve(
        self, cases: pd.DataFrame, hours: ArrayLike | None = None, level: float = 0.95
    ) -> pd.DataFrame:
        """Estimate the mean probability of repair if all of these cases had waited equally long.

        Parameters
        ----------
        cases : DataFrame
            Cases to average over.
        hours : array_like, shape (m,), optional
            Waits; 50 from half an hour to five days by default.
        level : float
            Coverage of the interval, by the delta method on the logit scale.

        Returns
        -------
        DataFrame
            One row per wait: ``hours``, ``probability``, ``low``, ``high``.
        """
        waits = checks.vector("hours", np.geomspace(0.5, 120, 50) if hours is None else hours)
        half_width = stats.norm.ppf((1 + checks.between("level", level, 1e-6, 1 - 1e-6)) / 2)
        parts = _designs(cases, (self.initial, self.half, self.steep), self.levels)
        rows = []
        for wait in waits:
            each, slopes = _probability(self.coefficients, parts, np.full(len(cases), wait))
            middle, gradient = float(each.mean()), slopes.mean(axis=0)
            error = np.sqrt(gradient @ self.covariance @ gradient) / (middle * (1 - middle))
            low, high = expit(logit(middle) + np.array([-half_width, half_width]) * error)
            rows.append((float(wait), middle, float(low), float(high)))
        return pd.DataFrame(rows, columns=["hours", "probability", "low", "high"])

    def _parts(self, coefficients: ArrayLike | None) -> tuple[Floats, Floats, Floats]:
        theta = self.coefficients if coefficients is None else np.asarray(coefficients, dtype=float)
        last = len(theta) - len(_terms(self.steep, self.levels)) - 1
        middle = last - len(_terms(self.half, self.levels)) - 1
        return theta[:middle], theta[middle:last], theta[last:]

    def _design(self, cases: pd.DataFrame, columns: tuple[str, ...]) -> Floats:
        return _design(cases, columns, self.levels)


def fit_golden_time(
    cases: pd.DataFrame,
    hours: ArrayLike,
    repaired: ArrayLike,
    *,
    initial: Sequence[str] = (),
    half: Sequence[str] = (),
    steep: Sequence[str] = (),
    prior_sd: float = 1.0,
) -> GoldenTime:
    """Fit how the probability of a repair falls with the hours waited.

    Penalised maximum likelihood of p(t) = c / (1 + (t / h)^s), by Fisher scoring: the survival
    function of the log-logistic distribution, scaled by the initial probability c.

    Parameters
    ----------
    cases : DataFrame
        One row per case that was reached: what the probability may depend on.
    hours : array_like, shape (n,)
        Hours from the failure to the call, at least 0.
    repaired : array_like of bool, shape (n,)
        Whether the call repaired it.
    initial, half, steep : sequence of str
        Categorical or numeric columns that the initial probability, the half-life and the shape
        depend on. One shape for problems whose curves differ in shape biases their half-lives.
    prior_sd : float
        Standard deviation that the levels of a column are expected to have, on the logit and on
        the log scale: a small one shrinks them together (partial pooling), a large one leaves each
        to its own cases. Levels of the log shape are expected to have 0.7 of it.

    Returns
    -------
    GoldenTime
        The fit.

    Raises
    ------
    ValueError
        If there are fewer than 50 cases, all or none were repaired, or these waits do not show
        the probability fall.

    References
    ----------
    Bennett (1983), *Applied Statistics* 32:165–171, for the log-logistic; Le Cessie & van
    Houwelingen (1992), *Applied Statistics* 41:191–201, for the penalty.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> waits = rng.exponential(20, 4000)
    >>> cured = rng.random(4000) < 0.7 / (1 + (waits / 12) ** 2)
    >>> fit = fit_golden_time(pd.DataFrame(index=range(4000)), waits, cured)
    >>> round(float(fit.half_life(pd.DataFrame(index=[0]))[0]))
    12
    """
    t = np.maximum(checks.vector("hours", hours, length=len(cases)), _MIN_HOURS)
    y = checks.vector("repaired", np.asarray(repaired, dtype=float), length=len(cases))
    checks.between("number of cases", len(y), MIN_CASES)
    if not 0 < y.mean() < 1:
        raise ValueError(
            "repaired has only one value, so no fall of the probability can be estimated: "
            "take cases of which some were repaired and some were not"
        )
    levels = _levels(cases, (*initial, *half, *steep))
    parts = _designs(cases, (initial, half, steep), levels)
    second, last = np.cumsum([part.shape[1] for part in parts])[:2]
    soon = t <= np.quantile(t, 1 / 3)
    theta = np.zeros(sum(part.shape[1] for part in parts))
    theta[0] = logit(np.clip(y[soon].mean(), 0.05, 0.9))
    theta[second], theta[last] = np.log(np.median(t)), np.log(1.5)
    checks.between("prior_sd", prior_sd, 1e-3)
    spreads = ((initial, prior_sd), (half, prior_sd), (steep, _SHAPE_SPREAD * prior_sd))
    penalty = np.concatenate([_penalty(columns, levels, sd) for columns, sd in spreads])
    penalty[last] = _SHAPE_PENALTY
    # Every level of a column has a coefficient, so the design is not of full rank: the penalty
    # identifies it and pulls levels to their mean. The shape is pulled to 1.5, which few cases
    # cannot tell from 1 or 3.
    centre = np.zeros(len(theta))
    centre[last] = theta[last]

    def penalised(point: Floats) -> float:
        loss = 0.5 * float(penalty @ np.square(point - centre))
        return _log_likelihood(point, parts, t, y) - loss

    # Fisher scoring (Newton's method with the expected information, which is always positive
    # definite). c, h and s partly compensate one another, so a full step can overshoot: it is
    # clipped to 1 per coefficient and halved until the penalised likelihood no longer falls.
    value = penalised(theta)
    for _ in range(200):
        score, information = _scoring(theta, parts, t, y)
        score, information = score - penalty * (theta - centre), information + np.diag(penalty)
        try:
            step = np.clip(np.linalg.solve(information, score), -1, 1)
        except np.linalg.LinAlgError as error:
            raise _not_identified() from error
        size = 1.0
        while (better := penalised(theta + size * step)) < value and size > 1e-4:
            size /= 2
        if size <= 1e-4:
            break
        theta, gain, value = theta + size * step, better - value, better
        if gain < 1e-9:
            break
    information = _scoring(theta, parts, t, y)[1] + np.diag(penalty)
    if np.linalg.cond(information) > 1e12 or abs(theta[last]) > 4:
        raise _not_identified()
    covariance = np.linalg.inv(information).astype(np.float64)
    # Coefficients drive the simulated desk: their last bits must not differ between processors.
    return GoldenTime(
        tuple(initial), tuple(half), levels, significant(theta), covariance, tuple(steep)
    )


def _probability(theta: Floats, parts: Designs, t: Floats) -> tuple[Floats, Floats]:
    """Return each case's probability and its derivatives by the coefficients."""
    x, z, w = parts
    beta, gamma, delta = np.split(theta, np.cumsum([x.shape[1], z.shape[1]]))
    shape = np.exp(w @ delta)
    initial = expit(x @ beta)
    late = shape * (np.log(np.maximum(t, _MIN_HOURS)) - z @ gamma)
    left = expit(-late)
    probability = initial * left
    fall = probability * (1 - left)
    slopes = np.column_stack(
        [
            (probability * (1 - initial))[:, None] * x,
            (fall * shape)[:, None] * z,
            (-fall * late)[:, None] * w,
        ]
    )
    return probability, slopes


def _log_likelihood(theta: Floats, parts: Designs, t: Floats, y: Floats) -> float:
    p = np.clip(_probability(theta, parts, t)[0], 1e-12, 1 - 1e-12)
    return float(y @ np.log(p) + (1 - y) @ np.log1p(-p))


def _scoring(theta: Floats, parts: Designs, t: Floats, y: Floats) -> tuple[Floats, Floats]:
    p, slopes = _probability(theta, parts, t)
    p = np.clip(p, 1e-9, 1 - 1e-9)
    weight = 1 / (p * (1 - p))
    return slopes.T @ (weight * (y - p)), (slopes * weight[:, None]).T @ slopes


def _levels(cases: pd.DataFrame, columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
    levels = {}
    for name in dict.fromkeys(columns):
        checks.one_of("column", name, list(cases.columns))
        if not pd.api.types.is_numeric_dtype(cases[name]):
            levels[name] = tuple(sorted(cases[name].astype(str).unique()))
    return levels


def _terms(
    columns: Sequence[str], levels: dict[str, tuple[str, ...]]
) -> list[tuple[str, str | None]]:
    """Return column and level (none of a numeric column) of each coefficient but the first."""
    return [(column, level) for column in columns for level in levels.get(column, (None,))]


def _penalty(columns: Sequence[str], levels: dict[str, tuple[str, ...]], prior_sd: float) -> Floats:
    """Return the ridge penalty of each coefficient: levels are penalised, numeric columns not."""
    categorical = [level is not None for _, level in _terms(columns, levels)]
    return np.array([0.0, *categorical]) / prior_sd**2


def _designs(
    cases: pd.DataFrame,
    columns: tuple[Sequence[str], Sequence[str], Sequence[str]],
    levels: dict[str, tuple[str, ...]],
) -> Designs:
    initial, half, steep = (_design(cases, tuple(names), levels) for names in columns)
    return initial, half, steep


def _design(
    cases: pd.DataFrame, columns: Sequence[str], levels: dict[str, tuple[str, ...]]
) -> Floats:
    categories = {name: cases[name].astype(str).to_numpy() for name in columns if name in levels}
    for name, values in categories.items():
        if unknown := set(values) - set(levels[name]):
            raise checks.invalid_argument(
                name, sorted(unknown)[0], "one of " + ", ".join(levels[name])
            )
    design = [np.ones(len(cases))]
    for column, level in _terms(columns, levels):
        if level is None:
            design.append(cases[column].to_numpy(float))
        else:
            design.append((categories[column] == level).astype(float))
    return np.column_stack(design)


def _not_identified() -> ValueError:
    return ValueError(
        "hours and repaired do not show the probability fall: take longer waits, more cases, or "
        "fewer columns in initial and half"
    )
