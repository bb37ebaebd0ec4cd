"""True parameters of the operator's panel: rungs, moves, slips, leaving, referrals."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

STATES = ("prospect", "customer", "satisfied", "loyal", "advocate", "lapsed")
RUNGS = STATES[1:-1]


@dataclass(frozen=True)
class LadderTruth:
    """True parameters of the generated panel; a change makes another operator.

    Arrays over rungs are in the order of `RUNGS`.

    Parameters
    ----------
    chosen : float
        Share of the customers who are in the panel, a random sample.
    leads : float
        Share of them who know a prospect that is also in the panel.
    prospect : tuple of float
        Monthly probability that a prospect becomes a customer, and that they are lost.
    start : tuple of float
        Share of each rung in the first month.
    up, down : tuple of float
        Monthly probability of a step up or down among customers who stay; down without a slip.
    slip : float
        Monthly probability that something small goes wrong.
    slip_down : tuple of float
        Effect of a slip on the log odds of a step down.
    hazard : tuple of float
        Monthly hazard of leaving at a score of 7, three years of tenure and no slip.
    score_hazard, tenure_hazard, slip_hazard : float
        Log hazard ratio per point of the score, per year of tenure, and of a slip.
    score : tuple of float
        Mean satisfaction, points of 0–10.
    score_noise : float
        Standard deviation of a month's score.
    brought : tuple of float
        New customers won per month by referral.
    recommend : tuple of float
        Mean likelihood of recommending, points of 0–10, at the mean satisfaction of the rung.
    recommend_score, recommend_noise : float
        Its change per point of that month's score, and its standard deviation.
    """

    chosen: float = 0.3
    leads: float = 0.25
    prospect: tuple[float, ...] = (0.11, 0.06)
    start: tuple[float, ...] = (0.36, 0.34, 0.20, 0.10)
    up: tuple[float, ...] = (0.13, 0.070, 0.045, 0.0)
    down: tuple[float, ...] = (0.0, 0.035, 0.025, 0.050)
    slip: float = 0.12
    slip_down: tuple[float, ...] = (0.0, 1.7, 0.7, 0.3)
    hazard: tuple[float, ...] = (0.027, 0.022, 0.009, 0.005)
    score_hazard: float = -0.08
    tenure_hazard: float = -0.04
    slip_hazard: float = 0.6
    score: tuple[float, ...] = (5.9, 7.8, 8.0, 8.6)
    score_noise: float = 1.6
    brought: tuple[float, ...] = (0.001, 0.002, 0.006, 0.025)
    recommend: tuple[float, ...] = (6.3, 7.4, 8.1, 9.1)
    recommend_score: float = 0.5
    recommend_noise: float = 1.5

    def log_hazard_ratios(self) -> dict[str, float]:
        """Return the log hazard ratios of leaving; rungs are compared with the rung customer.

        Examples
        --------
        >>> round(LADDER_TRUTH.log_hazard_ratios()["loyal"], 3)
        -1.099
        """
        base = np.log(self.hazard)
        ratios = {"score": self.score_hazard, "tenure": self.tenure_hazard}
        ratios |= {"slip": self.slip_hazard}
        return ratios | dict(zip(RUNGS[1:], map(float, base[1:] - base[0]), strict=True))


LADDER_TRUTH = LadderTruth()


def true_parameters(truth: LadderTruth = LADDER_TRUTH) -> dict[str, Any]:
    """Return the true parameters, ready for JSON.

    Examples
    --------
    >>> true_parameters()["hazard_ratios"]["slip"]
    1.8221
    """
    ratios = truth.log_hazard_ratios()
    lists = {name: list(x) if isinstance(x, tuple) else x for name, x in asdict(truth).items()}
    shown = {name: round(float(np.exp(ratio)), 4) for name, ratio in ratios.items()}
    return {"states": list(STATES)} | lists | {"hazard_ratios": shown}
