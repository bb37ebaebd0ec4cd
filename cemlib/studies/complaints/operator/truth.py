"""True parameters of the operator's complaints."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

FAILURES = (
    "network outage",
    "slow repair",
    "billing error",
    "unsuitable tariff",
    "account security",
    "staff conduct",
)


@dataclass(frozen=True)
class ComplaintTruth:
    """All parameters of the generated complaints; a change makes another operator.

    Arrays over failures are in the order of `FAILURES`; slopes of answers in the order apology,
    explanation, temporary fix, share of the loss compensated, log(1 + hours).

    Parameters
    ----------
    rates : tuple of float
        Complaints per customer and month.
    segment_rates : tuple of float
        Factor of the rates for each segment.
    token : str
        Day on which a password token removes a cause of complaints about account security.
    token_ratio : float
        Factor of their rate from that day.
    losses : tuple of float
        Median loss of each failure, money.
    alike : float
        Correlation of two complaints of one customer: of what is felt beyond the answer, and of
        what the customer then does.
    week_variance : float
        Variance of the factors by which weeks differ in complaints.
    loss_spread : float
        Standard deviation of the log loss.
    business_loss : float
        Factor of the losses of small businesses.
    outage_hours, repair_hours, repair_spread : float
        Median hours until the repair of an outage, and of a slow repair; standard deviation of log
        hours.
    answer_hours, answer_spread : float
        Median and standard deviation of log hours until the answer.
    stayed, spoke_well, regulator : tuple of float
        Log odds: intercept, the five parts of the answer, log of the loss.
    failure_effect : tuple of float
        Added to the log odds of staying.
    distributive, procedural, interactional : tuple of float
        Perceived justice, points 1–7: intercept, then the five parts of the answer.
    handling : tuple of float
        Satisfaction with the handling: intercept, then slopes on the three kinds of justice.
    word_of_mouth, return_intent : tuple of float
        Intercept, then slopes on handling and on the three kinds of justice; return intent also has
        slope ``return_kept`` on its value before the failure.
    return_kept : float
        See above.
    recovery : tuple of float
        Satisfaction after minus before: intercept and slope on handling.
    noise : float
        Residual standard deviation of each rating, points.
    item_noise : float
        Standard deviation of an item around the perceived justice, points.
    shared : float
        Correlation of the residuals of handling and of the outcomes.
    responds : float
        Share of the answered complaints that are rated.
    waiting : float
        Share of the complaints of the last ten days without an answer.
    """

    rates: tuple[float, ...] = (0.0085, 0.0045, 0.008, 0.0045, 0.009, 0.003)
    segment_rates: tuple[float, ...] = (0.7, 1.0, 1.4, 1.6)
    token: str = "2025-10-01"
    token_ratio: float = 0.35
    losses: tuple[float, ...] = (70, 90, 45, 95, 160, 35)
    alike: float = 0.4
    week_variance: float = 0.06
    loss_spread: float = 0.8
    business_loss: float = 3.0
    outage_hours: float = 4.5
    repair_hours: float = 20.0
    repair_spread: float = 0.9
    answer_hours: float = 18.0
    answer_spread: float = 1.2
    stayed: tuple[float, ...] = (1.35, 0.30, 0.45, 0.50, 1.10, -0.22, -0.10)
    spoke_well: tuple[float, ...] = (-0.70, 0.60, 0.65, 0.45, 1.50, -0.28, -0.05)
    regulator: tuple[float, ...] = (-4.20, -0.35, -0.45, -0.50, -0.90, 0.30, 0.25)
    failure_effect: tuple[float, ...] = (0.0, -0.2, 0.2, 0.1, -0.3, 0.1)
    distributive: tuple[float, ...] = (2.9, 0.25, 0.10, 0.25, 2.90, 0.0)
    procedural: tuple[float, ...] = (4.7, 0.0, 0.25, 0.70, 0.0, -0.36)
    interactional: tuple[float, ...] = (3.4, 0.75, 0.80, 0.0, 0.0, -0.06)
    handling: tuple[float, ...] = (0.95, 0.45, 0.14, 0.28)
    word_of_mouth: tuple[float, ...] = (1.2, 0.60, 0.05, 0.0, 0.05)
    return_intent: tuple[float, ...] = (-0.54, 0.0, 0.26, 0.08, 0.05)
    return_kept: float = 0.72
    recovery: tuple[float, ...] = (-4.3, 0.80)
    noise: float = 0.8
    item_noise: float = 0.7
    shared: float = 0.5
    responds: float = 0.6
    waiting: float = 0.8


COMPLAINT_TRUTH = ComplaintTruth()


def true_parameters(truth: ComplaintTruth = COMPLAINT_TRUTH) -> dict[str, Any]:
    """Return the true parameters, ready for JSON.

    Examples
    --------
    >>> true_parameters()["token_ratio"]
    0.35
    """
    return {"failures": list(FAILURES)} | {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in asdict(truth).items()
    }
