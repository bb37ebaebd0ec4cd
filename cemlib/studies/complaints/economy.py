"""Value of the customers of a log, and what resolving a complaint may cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from cemlib.studies.complaints.invitation import Invitation, invite_at
from cemlib.studies.complaints.retention import (
    break_even_by_outcome,
    honest_tariff,
    lifetime_multiple,
    outcome_values,
    word_of_mouth_from_log,
)


@dataclass(frozen=True)
class Economy:
    """Value of the customers of a log, and what resolving a complaint may cost.

    Attributes
    ----------
    lifetime : float
        Mean lifetime value of a customer who stays, money.
    resolving : DataFrame
        From `cemlib.studies.complaints.retention.break_even_by_outcome`.
    paid : float or None
        Mean compensation, money per complaint; None if the log does not record it.
    invitation : Invitation or None
        The best spending on inviting complaints; None if its cost is not known.
    """

    lifetime: float
    resolving: pd.DataFrame
    paid: float | None
    invitation: Invitation | None


def economy(
    log: pd.DataFrame,
    stays: pd.DataFrame,
    assumed: Mapping[str, float],
    discount: float,
    invitation_cost: float | None = None,
) -> Economy:
    """Return the value of customers of a log, and what resolving a complaint may cost.

    Parameters
    ----------
    log : DataFrame
        ``fee``, and ``compensation`` where the log has it.
    stays : DataFrame
        From `cemlib.studies.complaints.retention.retention_by_outcome`.
    assumed : mapping of str to float
        ``margin`` and ``monthly_retention``.
    discount : float
        Monthly discount rate.
    invitation_cost : float, optional
        Spending per dissatisfied customer that makes 63% of the others complain, money.

    Examples
    --------
    >>> rows = pd.DataFrame({"outcome": ["not resolved", "resolved"], "stays": [0.5, 0.7]})
    >>> assumed = {"margin": 0.5, "monthly_retention": 0.9}
    >>> round(economy(pd.DataFrame({"fee": [20.0]}), rows, assumed, 0.1).lifetime, 6)
    45.0
    """
    multiple = float(lifetime_multiple(assumed["monthly_retention"], discount))
    lifetime = float(assumed["margin"] * multiple * log["fee"].mean())
    resolving = break_even_by_outcome(stays, lifetime)
    paid = float(log["compensation"].mean()) if "compensation" in log else None
    invited = invite_at(float(resolving["cost"].iloc[0]), paid, invitation_cost)
    return Economy(lifetime, resolving, paid, invited)


def published_values(
    published: pd.DataFrame, log: pd.DataFrame, lifetime: float, customer_value: float
) -> pd.DataFrame:
    """Return the value of TARP's outcomes at the lifetime value of a log's customers.

    Parameters
    ----------
    published : DataFrame
        ``loss``, ``outcome``, ``stays``, ``satisfied``.
    log : DataFrame
        ``told`` and ``spoke_well`` where known.
    lifetime, customer_value : float
        Value of a customer who stays, and of one won by word of mouth, money.

    Examples
    --------
    >>> rows = pd.DataFrame({"loss": "over $100", "outcome": ["silent", "quick"],
    ...                      "stays": [0.1, 0.8], "satisfied": [float("nan")] * 2})
    >>> published_values(rows, pd.DataFrame(), 100.0, 300.0)["gain"].round(6).tolist()
    [0.0, 70.0]
    """
    return outcome_values(published, lifetime, word_of_mouth_from_log(log, customer_value))


def tariffs(log: pd.DataFrame, assumed: Mapping[str, float], discount: float) -> pd.DataFrame:
    """Return `honest_tariff` at the median fee, for a tenth to six tenths of the margin given up.

    Parameters
    ----------
    log, assumed, discount
        As for `economy`.

    Examples
    --------
    >>> assumed = {"margin": 0.5, "monthly_retention": 0.9}
    >>> tariffs(pd.DataFrame({"fee": [20.0]}), assumed, 0.1)["given_up"].round(6).tolist()
    [1.0, 2.0, 4.0, 6.0]
    """
    monthly = assumed["margin"] * float(log["fee"].median())
    given_up = [monthly * share for share in (0.1, 0.2, 0.4, 0.6)]
    return honest_tariff(monthly, given_up, assumed["monthly_retention"], discount)


def fee_levels(log: pd.DataFrame) -> list[float]:
    """Return a low, the median and two higher fees of a log, each once; at least two.

    Examples
    --------
    >>> fee_levels(pd.DataFrame({"fee": [10.0, 20, 20, 30, 50]}))
    [10.0, 20.0, 30.0, 50.0]
    """
    fees = log["fee"].quantile([0.1, 0.5, 0.75, 0.9], interpolation="nearest")
    levels = sorted({float(fee) for fee in fees})
    return levels if len(levels) > 1 else [levels[0], 2 * levels[0] + 1]
