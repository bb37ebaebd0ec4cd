"""Authority: how much a team may pay without approval, and where a higher cap stops paying."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import expit

from cemlib import checks
from cemlib.stats.estimates import Floats, percentile_interval, significant
from cemlib.studies.repair.golden_time import GoldenTime

COVERED = "covered"


def covered(compensation: ArrayLike, owed: ArrayLike) -> Floats:
    """Return the share paid of the amount owed, at most 1.

    Parameters
    ----------
    compensation : array_like, shape (n,)
        Money paid, at least 0.
    owed : array_like, shape (n,)
        Money owed, more than 0.

    Returns
    -------
    ndarray, shape (n,)
        Shares in [0, 1].

    Raises
    ------
    ValueError
        If a payment is below 0, or an amount owed is not above 0.

    Examples
    --------
    >>> covered([20, 80], [40, 60])
    array([0.5, 1. ])
    """
    due = checks.vector("owed", owed)
    paid = checks.vector("compensation", compensation, length=len(due))
    if (paid < 0).any() or (due <= 0).any():
        raise ValueError("compensation must be at least 0 and owed more than 0 in every row")
    return np.minimum(paid / due, 1.0)


def overpaid(compensation: ArrayLike, owed: ArrayLike) -> dict[str, float]:
    """Return how often, and by how much, payments exceeded the amount owed.

    Parameters
    ----------
    compensation, owed
        As for `covered`.

    Returns
    -------
    dict of str to float
        ``cases`` (share of cases paid more than owed), ``excess`` (what
        exceeds the amount owed, as a share of all payments), ``underpaid`` (share of
        cases paid less than owed).

    Examples
    --------
    >>> overpaid([50, 30, 20, 100], [40, 30, 60, 90])
    {'cases': 0.5, 'excess': 0.1, 'underpaid': 0.25}
    """
    covered(compensation, owed)
    paid, due = np.asarray(compensation, dtype=float), np.asarray(owed, dtype=float)
    return {
        "cases": float((paid > due).mean()),
        "excess": float(np.maximum(paid - due, 0).sum() / max(paid.sum(), 1e-12)),
        "underpaid": float((paid < due).mean()),
    }


@dataclass(frozen=True)
class CapCurve:
    """Share repaired, cost and value of a team under each cap.

    Attributes
    ----------
    caps : ndarray, shape (m,)
        Caps, increasing.
    cost : ndarray, shape (m,)
        Mean payment per case.
    repaired, value : ndarray, shape (m,)
        Share repaired; mean value kept per case.
    repaired_draws, value_draws : ndarray, shape (B, m)
        The same under draws of the fitted coefficients.
    """

    caps: Floats
    cost: Floats
    repaired: Floats
    value: Floats
    repaired_draws: Floats
    value_draws: Floats

    def frame(self, level: float = 0.95) -> pd.DataFrame:
        """Return one row per cap: cap, cost, repaired, low, high, net, net_low, net_high.

        ``net`` is value kept minus cost per case.
        """
        low, high = percentile_interval(self.repaired_draws, level)
        net_low, net_high = percentile_interval(self.value_draws - self.cost, level)
        return pd.DataFrame(
            {
                "cap": self.caps,
                "cost": self.cost,
                "repaired": self.repaired,
                "low": low,
                "high": high,
                "net": self.value - self.cost,
                "net_low": net_low,
                "net_high": net_high,
            }
        )

    def best(self) -> float:
        """Return the cap with the highest value kept minus cost."""
        return float(self.caps[np.argmax(significant(self.value - self.cost))])

    def best_interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the interval of that cap over the draws."""
        best = self.caps[np.argmax(significant(self.value_draws - self.cost), axis=1)]
        low, high = percentile_interval(best, level)
        return float(low), float(high)


def cap_curve(
    fit: GoldenTime,
    cases: pd.DataFrame,
    hours: ArrayLike,
    caps: ArrayLike,
    rng: np.random.Generator,
    *,
    draws: int = 400,
    max_cases: int = 2000,
) -> CapCurve:
    """Estimate what each cap repairs and costs if agents pay what is owed up to the cap.

    Parameters
    ----------
    fit : GoldenTime
        Fitted with the share ``covered`` among its initial columns; caps must have been
        randomised, or at least set for reasons unrelated to the outcome.
    cases : DataFrame
        One row per case: the fit's columns, ``owed`` and ``value``.
    hours : array_like, shape (n,)
        Hours waited.
    caps : array_like, shape (m,)
        Caps to try, increasing.
    rng : numpy.random.Generator
        Source of randomness for the draws and for the choice of cases.
    draws : int
        Draws of the coefficients, B.
    most : int
        Cases to average over; a random subset if there are more.

    Returns
    -------
    CapCurve
        The curve.

    Raises
    ------
    ValueError
        If the fit lacks ``covered``, or caps do not increase.

    Examples
    --------
    >>> theta = np.array([-1.0, 2.0, np.log(10), np.log(2)])
    >>> fit = GoldenTime(("covered",), (), {}, theta, np.eye(4) * 1e-6)
    >>> case = pd.DataFrame({"owed": [50.0], "value": [300.0]})
    >>> curve = cap_curve(fit, case, [1.0], [0, 25, 50, 75], np.random.default_rng(1), draws=10)
    >>> curve.best(), curve.cost
    (50.0, array([ 0., 25., 50., 50.]))
    """
    checks.one_of("column", COVERED, fit.initial)
    levels = checks.vector("caps", caps)
    if len(levels) < 2 or (np.diff(levels) <= 0).any() or levels[0] < 0:
        raise checks.invalid_argument("caps", caps, "at least two increasing numbers, none below 0")
    waited = checks.vector("hours", hours, length=len(cases))
    if len(cases) > max_cases:
        used = np.sort(rng.choice(len(cases), max_cases, replace=False))
        cases, waited = cases.iloc[used], waited[used]
    owed, value = cases["owed"].to_numpy(float), cases["value"].to_numpy(float)
    theta = np.vstack([fit.coefficients, fit.draws(draws, rng)])
    paid = np.minimum(owed, levels[:, None])
    shares = paid / owed
    # Only the share covered changes with the cap, and the logit is linear in it: the rest of the
    # logit is computed once for all caps.
    start, half, steep = fit.linear_predictors(cases.assign(**{COVERED: 0.0}), theta)
    slope = fit.linear_predictors(cases.assign(**{COVERED: 1.0}).iloc[:1], theta)[0] - start[:, :1]
    late = np.exp(steep) * (np.log(np.maximum(waited, 1e-3)) - half)
    repaired, kept = np.empty((2, len(theta), len(levels)))
    for row in range(len(theta)):
        probability = expit(start[row] + slope[row] * shares) * expit(-late[row])
        repaired[row], kept[row] = probability.mean(axis=1), (probability * value).mean(axis=1)
    return CapCurve(levels, paid.mean(axis=1), repaired[0], kept[0], repaired[1:], kept[1:])


def team_curves(
    fit: GoldenTime,
    cases: pd.DataFrame,
    hours: ArrayLike,
    rng: np.random.Generator,
    *,
    caps: ArrayLike | None = None,
    draws: int = 400,
) -> dict[str, CapCurve]:
    """Estimate the curve of each team of the fit, on the same cases.

    Parameters
    ----------
    fit, cases, hours, rng, caps, draws
        As for `cap_curve`; the fit also has ``team`` among its initial columns. Without caps,
        those of `caps_to_try`.

    Returns
    -------
    dict of str to CapCurve
        The curves by team.

    Raises
    ------
    ValueError
        As `cap_curve`; or if the fit has no ``team``.

    Examples
    --------
    >>> theta = np.array([-1.0, 2.0, -0.5, 0.5, np.log(10), np.log(2)])
    >>> levels = {"team": ("front line", "repair team")}
    >>> fit = GoldenTime(("covered", "team"), (), levels, theta, np.eye(6) * 1e-6)
    >>> case = pd.DataFrame({"owed": [50.0], "value": [300.0]})
    >>> curves = team_curves(fit, case, [1.0], np.random.default_rng(1), caps=[0, 50], draws=10)
    >>> [float(curve.repaired[1].round(2)) for curve in curves.values()]
    [0.62, 0.81]
    """
    checks.one_of("column", "team", fit.initial)
    caps = caps_to_try(cases) if caps is None else caps
    return {
        team: cap_curve(fit, cases.assign(team=team), hours, caps, rng, draws=draws)
        for team in fit.levels["team"]
    }


def caps_to_try(calls: pd.DataFrame) -> Floats:
    """Return 31 caps from 0, in round steps, up to about what 98% of customers are owed at most.

    Examples
    --------
    >>> caps_to_try(pd.DataFrame({"owed": [40.0, 60.0]}))[[0, 1, -1]].tolist()
    [0.0, 2.0, 60.0]
    """
    step = float(calls["owed"].quantile(0.98)) / 30
    power = 10.0 ** np.floor(np.log10(step))
    sizes = power * np.array([1.0, 2.0, 5.0, 10.0])
    nearest = sizes[np.argmin(significant(np.abs(np.log(sizes / step))))]
    return np.asarray(np.arange(31) * float(significant(nearest)), dtype=float)
