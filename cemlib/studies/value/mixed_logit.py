"""The mixed logit of choices: what a day is worth differs between respondents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, stats

from cemlib import checks
from cemlib.stats.estimates import Estimates, Floats, percentile_interval
from cemlib.studies.value.discrete_choice import ChoiceModel, attributes_of, choice_keys
from cemlib.studies.value.panel_likelihood import blocks, halton, panel, simulated_likelihood

POINTS = 100  # Halton points per respondent
MIN_RESPONDENTS = 30
LOG_OF = ("price", "days")  # nobody likes to pay or to wait: minus a lognormal value
_STEP = 1e-5
_START = 0.4


@dataclass(frozen=True)
class MixedLogit:
    """A mixed logit of price, days and, if it was offered, none of these.

    Attributes
    ----------
    names : tuple of str
        The k attributes.
    centre : ndarray, shape (k,)
        Means over respondents: of the logarithm of minus the value for price and days, of the value
        itself for none.
    factor : ndarray, shape (k, k)
        Lower triangle; factor·factorᵀ is the covariance between respondents.
    covariance : ndarray, shape (m, m)
        Covariance of the m parameters: the centre, then the free cells of the factor row by row.
    log_likelihood : float
        Simulated log-likelihood.
    respondents, points : int
        Number of respondents, and of points per respondent.
    """

    names: tuple[str, ...]
    centre: Floats
    factor: Floats
    covariance: Floats
    log_likelihood: float
    respondents: int
    points: int

    def draws(self, count: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """Draw centres, shape (count, k), and factors, shape (count, k, k)."""
        checks.between("count", count, 1, whole=True)
        cells = _cells(self.names)
        whole = np.concatenate([self.centre, self.factor[cells]])
        drawn = rng.multivariate_normal(whole, self.covariance, count, method="eigh")
        factors = np.zeros((count, len(self.names), len(self.names)))
        factors[:, *cells] = drawn[:, len(self.names) :]
        return drawn[:, : len(self.names)], factors

    def spread_p_value(self, simple: ChoiceModel) -> float:
        """Return the p-value of equal values for all respondents, from the likelihood ratio.

        With as many degrees of freedom as there are spreads: because a spread cannot be negative,
        the test rejects less often than it says.
        """
        gain = max(2 * (self.log_likelihood - simple.log_likelihood), 0.0)
        return float(stats.chi2.sf(gain, len(self.covariance) - len(self.names)))


def mixed_choice_model(
    choices: pd.DataFrame, simple: ChoiceModel, rng: np.random.Generator, *, points: int = POINTS
) -> MixedLogit:
    """Estimate the mixed logit of a choice experiment on price and days.

    The values of price and of days are lognormal over respondents and correlated, that of "none of
    these" is normal. Maximum of the simulated likelihood, by quasi-Newton steps with its gradient.

    Parameters
    ----------
    choices : DataFrame
        As for `cemlib.studies.value.discrete_choice.choice_model`.
    simple : ChoiceModel
        The model of the same choices without spread, from which the search starts.
    rng : numpy.random.Generator
        Source of randomness, for scrambling the points.
    points : int
        Halton points per respondent, at least 10.

    Returns
    -------
    MixedLogit
        With the covariance of the one-step jackknife over respondents.

    Raises
    ------
    ValueError
        If the choices do not determine the spreads: too few respondents or choices of each.

    References
    ----------
    McFadden & Train (2000), *J. Applied Econometrics* 15:447–470; Train (2009), *Discrete Choice
    Methods with Simulation*, 2nd ed., ch. 6 and 10.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> frame = pd.DataFrame({"respondent": np.repeat(range(60), 20), "task": 0})
    >>> frame["task"] = np.tile(np.repeat(range(10), 2), 60)
    >>> frame["price"], frame["days"] = rng.integers(0, 20, 1200), rng.integers(1, 6, 1200)
    >>> worth = np.repeat(np.exp(1 + 0.5 * rng.normal(size=60)), 20)
    >>> utility = -0.3 * (frame["price"] + worth * frame["days"]) + rng.gumbel(size=1200)
    >>> best = utility.groupby(np.repeat(range(600), 2)).transform("max")
    >>> frame["chosen"] = (utility == best).astype(float)
    >>> from cemlib.studies.value.discrete_choice import choice_model
    >>> model = mixed_choice_model(frame, choice_model(frame), rng, points=50)
    >>> low, high = worth_quantiles(model, rng).interval()
    >>> bool(low[1] < np.e < high[1])  # the median
    True
    """
    checks.between("points", points, 10, whole=True)
    attributes = attributes_of(choices)
    names = tuple(attributes.columns)
    chosen, keys = choices["chosen"].astype(float), choice_keys(choices)
    data = panel(attributes, chosen, keys, choices["respondent"])
    normal = halton(len(data.people), len(names), points, rng)
    logs, cells, width = np.isin(names, LOG_OF), _cells(names), len(names)
    parts_of_data = blocks(data, normal)

    def scores(whole: Floats) -> tuple[float, Floats]:
        factor = np.zeros((width, width))
        factor[cells] = whole[width:]
        parts = [simulated_likelihood(d, whole[:width], factor, logs, z) for d, z in parts_of_data]
        value, centres, factors = (np.concatenate(part) for part in zip(*parts, strict=True))
        return float(value.sum()), np.hstack([centres, factors[:, *cells]])

    def objective(whole: Floats) -> tuple[float, Floats]:
        value, score = scores(whole)
        return -value / len(score), -score.mean(axis=0)

    start = np.where(logs, np.log(np.maximum(-simple.values, 0.01)), simple.values)
    spreads = np.where(cells[0] == cells[1], _START, 0.0)
    found = optimize.minimize(
        objective, np.concatenate([start, spreads]), jac=True, method="BFGS",
        options={"gtol": 1e-5, "maxiter": 200},
    )  # fmt: skip
    value, score = scores(found.x)
    size = len(found.x)
    own = np.empty((len(score), size, size))  # curvature of each respondent's likelihood
    for at in range(size):
        moved = found.x + _STEP * (np.arange(size) == at)
        own[:, at] = (score - scores(moved)[1]) / _STEP
    own = (own + own.transpose(0, 2, 1)) / 2
    curvature = own.sum(axis=0)
    scale = np.sqrt(np.abs(np.diagonal(curvature)))
    if (
        np.abs(score.mean(axis=0)).max() > 1e-3
        or not (scale > 0).all()
        or np.linalg.eigvalsh(curvature / np.outer(scale, scale))[0] < 1e-6
    ):
        raise checks.invalid_argument(
            "choices",
            f"{len(score)} respondents",
            "of enough respondents to estimate how they differ",
        )
    people = len(score)
    # The one-step jackknife: the sandwich is too narrow for the spreads.
    without = np.linalg.solve(curvature - own, score[..., None])[..., 0]
    covariance = (people - 1) / people * without.T @ without
    factor = np.zeros((width, width))
    factor[cells] = found.x[width:]
    return MixedLogit(names, found.x[:width], factor, covariance, value, people, points)


def mixed_or_none(
    choices: pd.DataFrame, simple: ChoiceModel, rng: np.random.Generator, *, points: int = POINTS
) -> MixedLogit | None:
    """Estimate the mixed logit, or return None where the choices do not determine the spreads.

    Parameters
    ----------
    choices, simple, rng, points
        As for `mixed_choice_model`.

    Examples
    --------
    >>> frame = pd.DataFrame({"respondent": [1, 1], "task": 1, "price": [1, 2], "days": [2, 1]})
    >>> simple = ChoiceModel(("price", "days"), -np.ones(2), np.eye(2), -1.0, -1.0, 1, 1)
    >>> mixed_or_none(frame.assign(chosen=[1, 0]), simple, np.random.default_rng(1)) is None
    True
    """
    if choices["respondent"].nunique() < MIN_RESPONDENTS:
        return None
    try:
        return mixed_choice_model(choices, simple, rng, points=points)
    except ValueError:
        return None


def _cells(names: Sequence[str]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the free cells of the factor: price and days are correlated, none stands alone."""
    free = [
        (row, column)
        for row in range(len(names))
        for column in range(row + 1)
        if row == column or {names[row], names[column]} <= set(LOG_OF)
    ]
    rows, columns = zip(*free, strict=True)
    return np.array(rows, dtype=np.intp), np.array(columns, dtype=np.intp)


def _log_worth(model: MixedLogit, rng: np.random.Generator, draws: int) -> tuple[Floats, Floats]:
    """Return mean and spread of the log of a day's worth, (draws + 1,); the first is fitted."""
    centres, factors = model.draws(draws, rng)
    centres = np.vstack([model.centre, centres])
    factors = np.concatenate([model.factor[None], factors])
    days, price = model.names.index("days"), model.names.index("price")
    spread = np.linalg.norm(factors[:, days] - factors[:, price], axis=1)
    return centres[:, days] - centres[:, price], np.maximum(spread, 1e-9)


def worth_quantiles(
    model: MixedLogit,
    rng: np.random.Generator,
    *,
    shares: Sequence[float] = (0.1, 0.5, 0.9),
    draws: int = 2000,
) -> Estimates:
    """Return what a day saved is worth to respondents at given shares of the distribution.

    The ratio of two lognormal values is lognormal, so that all its quantiles exist.

    Parameters
    ----------
    model : MixedLogit
        From `mixed_choice_model`.
    rng : numpy.random.Generator
        Source of randomness, for the intervals.
    shares : sequence of float
        Shares of respondents to whom a day is worth less.
    draws : int
        Number of draws of the parameters.

    Returns
    -------
    Estimates
        Money per day, one for each share.

    Examples
    --------
    >>> model = MixedLogit(("price", "days"), np.array([-1.0, 0]), 0.5 * np.eye(2),
    ...     1e-8 * np.eye(5), -9.0, 9, 9)
    >>> worth_quantiles(model, np.random.default_rng(1)).values.round(2)
    array([1.1 , 2.72, 6.73])
    """
    middle, spread = _log_worth(model, rng, draws)
    table = np.exp(middle[:, None] + spread[:, None] * stats.norm.ppf(np.asarray(shares)))
    return Estimates(tuple(f"{100 * share:g}%" for share in shares), table[0], table[1:])


def share_willing(
    model: MixedLogit, worth: ArrayLike, rng: np.random.Generator, *, draws: int = 2000
) -> pd.DataFrame:
    """Return the share of respondents to whom a day saved is worth more than given amounts.

    Parameters
    ----------
    model : MixedLogit
        From `mixed_choice_model`.
    worth : array_like, shape (m,)
        Amounts, above 0.
    rng : numpy.random.Generator
        Source of randomness, for the intervals.
    draws : int
        Number of draws of the parameters.

    Returns
    -------
    DataFrame
        ``worth``, ``estimate``, ``low``, ``high``.

    Examples
    --------
    >>> model = MixedLogit(("price", "days"), np.array([-1.0, 0]), 0.5 * np.eye(2),
    ...     1e-8 * np.eye(5), -9.0, 9, 9)
    >>> shares = share_willing(model, [1.0, np.e, 6.0], np.random.default_rng(1))
    >>> shares["estimate"].round(3).tolist()
    [0.921, 0.5, 0.131]
    """
    amounts = checks.vector("worth", worth)
    if not (amounts > 0).all():
        raise checks.invalid_argument("worth", float(amounts.min()), "above 0")
    middle, spread = _log_worth(model, rng, draws)
    table = stats.norm.sf((np.log(amounts) - middle[:, None]) / spread[:, None])
    low, high = percentile_interval(table[1:])
    return pd.DataFrame({"worth": amounts, "estimate": table[0], "low": low, "high": high})
