"""What is planted in the operator's panel: rungs, moves, slips, leaving, recommendations."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

STATES = ("prospect", "customer", "satisfied", "loyal", "advocate", "lapsed")
RUNGS = STATES[1:-1]


@dataclass(frozen=True)
class LadderTruth:
    """Everything the generated panel follows; a change makes another operator.

    Arrays over rungs are in the order of `RUNGS`.

    Parameters
    ----------
    chosen : float
        Share of the customers who are in the panel, by lot.
    leads : float
        Share of those who know a prospect that is in the panel too.
    prospect : tuple of float
        A prospect's chances, a month, of becoming a customer and of being lost.
    start : tuple of float
        Share of each rung in the first month.
    up, down : tuple of float
        Chance of a step up or down in a month of somebody who stays, down without a slip.
    slip : float
        Chance that something small goes wrong in a month.
    slip_down : tuple of float
        What a slip adds to the log odds of a step down.
    hazard : tuple of float
        Hazard of leaving, a month, at a score of 7, three years with the operator, no slip.
    score_hazard, tenure_hazard, slip_hazard : float
        Log hazard ratio of a point of the score, of a year, and of a slip.
    score : tuple of float
        Mean satisfaction, points of 0–10.
    score_noise : float
        Deviation of a month's score.
    brought : tuple of float
        New customers a month by recommendation.
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

    def log_hazard_ratios(self) -> dict[str, float]:
        """Return the log hazard ratios of leaving; rungs are held against a customer's.

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


def planted(truth: LadderTruth = LADDER_TRUTH) -> dict[str, Any]:
    """Return what is planted, ready for JSON.

    Examples
    --------
    >>> planted()["hazard_ratios"]["slip"]
    1.8221
    """
    ratios = truth.log_hazard_ratios()
    lists = {name: list(x) if isinstance(x, tuple) else x for name, x in asdict(truth).items()}
    shown = {name: round(float(np.exp(ratio)), 4) for name, ratio in ratios.items()}
    return {"states": list(STATES)} | lists | {"hazard_ratios": shown}
