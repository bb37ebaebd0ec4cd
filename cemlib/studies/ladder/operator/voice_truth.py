"""True parameters of the operator's feedback and of its service weeks."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

STAGES = {
    "choosing": "purchase",
    "ordering": "purchase",
    "network": "use",
    "bill": "use",
    "help": "service",
    "repair": "service",
}
TOUCHPOINTS = tuple(STAGES)
RELATIONSHIP = "relationship"
MODES = ("customer-initiated", "event-driven", "company-driven")
OWNERS = {
    "system time-out": "IT",
    "no answer found": "customer service",
    "wrong bill": "billing",
    "no signal": "network",
    "broken promise": "repair team",
    "price": "product",
}


@dataclass(frozen=True)
class VoiceTruth:
    """True parameters of the generated feedback; a change makes another operator.

    Arrays over touchpoints are in the order of `TOUCHPOINTS`, those over segments and channels in
    that of the survey's truth, those over causes in that of `OWNERS`. Ratings are points of 0–10.

    Parameters
    ----------
    means : tuple of float
        Mean rating of each touchpoint.
    weights : tuple of float
        Effect of one point of each touchpoint on the rating of the relationship.
    segment_effect, channel_effect : tuple of float
        Effect of the segment, and of the channel, on every rating.
    alike : float
        Correlation of two answers, or of two comments' treatment, of one customer.
    halo, noise : float
        Standard deviation of a customer's effect on all ratings, and of a single rating.
    asked : tuple of float
        Comments and questions per customer in eighteen months: unasked, after an event, from the
        company.
    response_base : float
        Log odds of an answer to the company's survey.
    response_segment, response_channel : tuple of float
        Effects of segment and channel on these log odds.
    event_response : tuple of float
        Probability of an answer after an event, by segment.
    drift : float
        Change in a rating per day between the experience and the question.
    longest : int
        Maximum days between them; drawn uniformly.
    about : tuple of float
        Share of each touchpoint among comments.
    causes : tuple of float
        Share of each cause among comments.
    routed : tuple of float
        Share of each cause that is routed to the right team first.
    hours : tuple of float
        Median hours until the right team has it: routed right first, and not.
    told : float
        Share of customers who are told what was done.
    in_time : tuple of float
        Share of contacts in time, by channel.
    weekly_spread : float
        Standard deviation of a week's log odds of being in time, beyond binomial variation.
    troubled : tuple of (int, int)
        First and last week of the disruption on the hotline.
    trouble : float
        Effect of the disruption on the log odds.
    """

    means: tuple[float, ...] = (7.2, 6.9, 7.4, 6.0, 6.6, 6.3)
    weights: tuple[float, ...] = (0.05, 0.08, 0.22, 0.16, 0.26, 0.12)
    segment_effect: tuple[float, ...] = (-0.5, 0.2, 0.4, -0.2)
    channel_effect: tuple[float, ...] = (0.3, -0.2, 0.4, -0.1)
    alike: float = 0.4
    halo: float = 0.8
    noise: float = 1.4
    asked: tuple[float, ...] = (0.25, 0.8, 0.42)
    response_base: float = -0.5
    response_segment: tuple[float, ...] = (-1.0, 0.0, 0.9, -0.5)
    response_channel: tuple[float, ...] = (0.3, -0.3, 0.3, -0.1)
    event_response: tuple[float, ...] = (0.25, 0.35, 0.45, 0.30)
    drift: float = -0.03
    longest: int = 30
    about: tuple[float, ...] = (0.02, 0.10, 0.25, 0.25, 0.20, 0.18)
    causes: tuple[float, ...] = (0.18, 0.22, 0.20, 0.16, 0.14, 0.10)
    routed: tuple[float, ...] = (0.45, 0.70, 0.85, 0.80, 0.60, 0.50)
    hours: tuple[float, ...] = (2.0, 26.0)
    told: float = 0.09
    in_time: tuple[float, ...] = (0.82, 0.90, 0.93, 0.78)
    weekly_spread: float = 0.22
    troubled: tuple[int, int] = (61, 64)
    trouble: float = -1.1


VOICE_TRUTH = VoiceTruth()


def true_parameters(truth: VoiceTruth = VOICE_TRUTH) -> dict[str, Any]:
    """Return the true parameters, ready for JSON.

    Examples
    --------
    >>> true_parameters()["owners"]["no signal"]
    'network'
    """
    lists = {name: list(x) if isinstance(x, tuple) else x for name, x in asdict(truth).items()}
    return {"touchpoints": dict(STAGES), "owners": dict(OWNERS)} | lists
