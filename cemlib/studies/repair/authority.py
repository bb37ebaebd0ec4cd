"""Authority: how much a team may pay by itself, and where the next yuan no longer pays."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import expit

from cemlib import checks
from cemlib.stats.estimates import Floats, percentile_interval, significant
from cemlib.studies.repair.golden_time import GoldenTime

COVERED = "covered"


def covered(compensation: ArrayLike, owed: ArrayLike) -> Floats:
    """Return the share of what was owed that was paid, at most 1.

    Parameters
    ----------
    compensation : array_like, shape (n,)
        Yuan paid, at least 0.
    owed : array_like, shape (n,)
        Yuan owed, more than 0.

    Returns
    -------
    ndarray, shape (n,)
        Shares in [0, 1].

    Raises
    ------
    ValueError
        If something paid is below 0, or something owed is not above.

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
    """Return how often and how much more was paid than was owed.

    Parameters
    ----------
    compensation, owed
        As for `covered`.

    Returns
    -------
    dict of str to float
        ``cases`` (share of cases paid more than owed), ``yuan`` (share of the money that was
        more), ``underpaid`` (share of cases paid less than owed).

    Examples
    --------
    >>> overpaid([50, 30, 20, 100], [40, 30, 60, 90])
    {'cases': 0.5, 'yuan': 0.1, 'underpaid': 0.25}
    """
    covered(compensation, owed)
    paid, due = np.asarray(compensation, dtype=float), np.asarray(owed, dtype=float)
    return {
        "cases": float((paid > due).mean()),
        "yuan": float(np.maximum(paid - due, 0).sum() / max(paid.sum(), 1e-12)),
        "underpaid": float((paid < due).mean()),
    }


@dataclass(frozen=True)
class CapCurve:
    """What a team repairs, and at what cost, under each cap.

    Attributes
    ----------
    caps : ndarray, shape (m,)
        Yuan, rising.
    cost : ndarray, shape (m,)
        Mean yuan paid a case.
    repaired, value : ndarray, shape (m,)
        Share repaired; mean yuan of value kept a case.
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
        """Return a row a cap: cap, cost, repaired, low, high, net, net_low, net_high, next_yuan.

        ``net`` is value less cost, in yuan a case; ``next_yuan`` what the last yuan paid up to
        this cap kept, missing at the lowest cap.
        """
        low, high = percentile_interval(self.repaired_draws, level)
        net_low, net_high = percentile_interval(self.value_draws - self.cost, level)
        paid = np.diff(self.cost)
        kept = np.divide(np.diff(self.value), paid, out=np.full(len(paid), np.nan), where=paid > 0)
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
                "next_yuan": [np.nan, *kept],
            }
        )

    def best(self) -> float:
        """Return the cap beyond which the next yuan does not pay."""
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
    most: int = 2000,
) -> CapCurve:
    """Work out what each cap repairs and costs: pay what is owed, but no more than the cap.

    Parameters
    ----------
    fit : GoldenTime
        Fitted with the share ``covered`` among the columns of the ceiling; caps must have been
        given by lot, or at least for no reason that repairs hang on.
    cases : DataFrame
        A row a case: the fit's columns, ``owed`` and ``value`` (yuan).
    hours : array_like, shape (n,)
        Hours waited.
    caps : array_like, shape (m,)
        Caps to try, in yuan, rising.
    rng : numpy.random.Generator
        Source of randomness of draws and of the cases used.
    draws : int
        Draws of the coefficients, B.
    most : int
        Most cases to average over; more are thinned at random.

    Returns
    -------
    CapCurve
        The curve.

    Raises
    ------
    ValueError
        If the fit does not know ``covered``, or caps do not rise.

    Examples
    --------
    >>> theta = np.array([-1.0, 2.0, np.log(10), np.log(2)])
    >>> fit = GoldenTime(("covered",), (), {}, theta, np.eye(4) * 1e-6)
    >>> case = pd.DataFrame({"owed": [50.0], "value": [300.0]})
    >>> curve = cap_curve(fit, case, [1.0], [0, 25, 50, 75], np.random.default_rng(1), draws=10)
    >>> curve.best(), curve.cost
    (50.0, array([ 0., 25., 50., 50.]))
    """
    checks.one_of("column", COVERED, fit.ceiling)
    levels = checks.vector("caps", caps)
    if len(levels) < 2 or (np.diff(levels) <= 0).any() or levels[0] < 0:
        raise checks.invalid_argument("caps", caps, "at least two numbers that rise, from 0 on")
    waited = checks.vector("hours", hours, length=len(cases))
    if len(cases) > most:
        used = np.sort(rng.choice(len(cases), most, replace=False))
        cases, waited = cases.iloc[used], waited[used]
    owed, value = cases["owed"].to_numpy(float), cases["value"].to_numpy(float)
    theta = np.vstack([fit.coefficients, fit.draws(draws, rng)])
    paid = np.minimum(owed, levels[:, None])
    shares = paid / owed
    # Only the share covered moves with the cap: the rest of the logit is worked out once.
    start, half = fit.linear(cases.assign(**{COVERED: 0.0}), theta)
    slope = fit.linear(cases.assign(**{COVERED: 1.0}).iloc[:1], theta)[0] - start[:, :1]
    late = np.exp(theta[:, -1:]) * (np.log(np.maximum(waited, 1e-3)) - half)
    repaired, kept = np.empty((2, len(theta), len(levels)))
    for row in range(len(theta)):
        chance = expit(start[row] + slope[row] * shares) * expit(-late[row])
        repaired[row], kept[row] = chance.mean(axis=1), (chance * value).mean(axis=1)
    return CapCurve(levels, paid.mean(axis=1), repaired[0], kept[0], repaired[1:], kept[1:])


def team_curves(
    fit: GoldenTime,
    cases: pd.DataFrame,
    hours: ArrayLike,
    caps: ArrayLike,
    rng: np.random.Generator,
    *,
    draws: int = 400,
) -> dict[str, CapCurve]:
    """Work out the curve of each team that the fit knows, on the same cases.

    Parameters
    ----------
    fit, cases, hours, caps, rng, draws
        As for `cap_curve`; the fit's ceiling also hangs on ``team``.

    Returns
    -------
    dict of str to CapCurve
        The curves by team.

    Raises
    ------
    ValueError
        As `cap_curve`; or if the fit knows no team.

    Examples
    --------
    >>> theta = np.array([-1.0, 2.0, -0.5, 0.5, np.log(10), np.log(2)])
    >>> levels = {"team": ("front line", "repair team")}
    >>> fit = GoldenTime(("covered", "team"), (), levels, theta, np.eye(6) * 1e-6)
    >>> case = pd.DataFrame({"owed": [50.0], "value": [300.0]})
    >>> found = team_curves(fit, case, [1.0], [0, 50], np.random.default_rng(1), draws=10)
    >>> [float(curve.repaired[1].round(2)) for curve in found.values()]
    [0.62, 0.81]
    """
    checks.one_of("column", "team", fit.ceiling)
    return {
        team: cap_curve(fit, cases.assign(team=team), hours, caps, rng, draws=draws)
        for team in fit.levels["team"]
    }


def for_team(curve: CapCurve, cap: float) -> CapCurve:
    """Return a curve up to a cap: what a team with that authority can do.

    Examples
    --------
    >>> flat = np.array([1.0, 2.0, 3.0])
    >>> for_team(CapCurve(flat, flat, flat, flat, flat[None], flat[None]), 2).best()
    1.0
    """
    kept = curve.caps <= cap
    if not kept.any():
        raise checks.invalid_argument("cap", cap, f"a number of at least {curve.caps[0]:g}")
    return replace(
        curve,
        **{name: getattr(curve, name)[kept] for name in ("caps", "cost", "repaired", "value")},
        repaired_draws=curve.repaired_draws[:, kept],
        value_draws=curve.value_draws[:, kept],
    )
