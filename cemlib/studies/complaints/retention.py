"""Value of a complaint: lifetime value, word of mouth, break-even compensation."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Floats


def lifetime_multiple(retention: ArrayLike, discount: ArrayLike) -> Floats:
    """Return the lifetime value of a customer in margins per period: r/(1 + i − r).

    Parameters
    ----------
    retention : array_like
        Share r of customers retained from one period to the next, in [0, 1].
    discount : array_like
        Discount rate i of the same period, at least 0.

    Returns
    -------
    ndarray
        Multiple of the margin; the first margin is earned after a period, if the customer stays.

    Raises
    ------
    ValueError
        If retention is outside [0, 1], the discount is negative, or the sum is infinite.

    References
    ----------
    Gupta & Lehmann (2003), *J. Interactive Marketing* 17(1):9–24.

    Examples
    --------
    >>> lifetime_multiple([0.6, 0.7, 0.8, 0.9], 0.12).round(3)
    array([1.154, 1.667, 2.5  , 4.091])
    """
    r, i = _within("retention", retention, 0, 1), _within("discount", discount, 0, np.inf)
    if (1 + i - r <= 0).any():
        raise checks.invalid_argument(
            "discount", discount, "above 0 if all customers stay for ever"
        )
    return r / (1 + i - r)


def monthly_discount(yearly: float) -> float:
    """Return the monthly discount rate of a yearly one.

    Examples
    --------
    >>> round(monthly_discount(0.1), 5)
    0.00797
    """
    return float((1 + checks.between("yearly_discount", yearly, 0)) ** (1 / 12) - 1)


def required_retention(multiple: ArrayLike, discount: ArrayLike) -> Floats:
    """Return the retention that gives a lifetime multiple: r = M(1 + i)/(1 + M).

    Examples
    --------
    >>> float(required_retention(2.5, 0.12).round(6))
    0.8
    """
    m, i = _within("multiple", multiple, 0, np.inf), _within("discount", discount, 0, np.inf)
    return m * (1 + i) / (1 + m)


def honest_tariff(
    margin: float, given_up: ArrayLike, retention: float, discount: float
) -> pd.DataFrame:
    """Return the retention at which advising the cheaper, suitable tariff pays.

    Parameters
    ----------
    margin : float
        Monthly margin of the customer, money.
    given_up : array_like, shape (k,)
        Monthly margin given up by honest advice, money, below the margin.
    retention : float
        Monthly retention without honest advice, in (0, 1).
    discount : float
        Monthly discount rate, at least 0.

    Returns
    -------
    DataFrame
        given_up (money per month), before and after (lifetime value at unchanged retention, money),
        lost (their difference), required (monthly retention at which nothing is lost),
        extra_points (increase in yearly retention that this takes, percentage points) and possible:
        whether the required retention is below 1.

    Examples
    --------
    >>> honest_tariff(40, [0, 4], 0.98, 0.01)[["required", "possible"]].round(4).values.tolist()
    [[0.98, True], [0.9829, True]]
    """
    checks.between("margin", margin, 1e-9)
    checks.between("retention", retention, 1e-9, 1 - 1e-12)
    reduction = _within("given_up", given_up, 0, margin * (1 - 1e-9))
    multiple = lifetime_multiple(retention, discount)
    before, after = margin * multiple, (margin - reduction) * multiple
    required = required_retention(multiple * margin / (margin - reduction), discount)
    frame = pd.DataFrame({"given_up": reduction, "before": before, "after": after})
    frame["lost"] = frame["before"] - frame["after"]
    frame["required"] = required
    frame["extra_points"] = 100 * (np.minimum(required, 1) ** 12 - retention**12)
    return frame.assign(possible=required < 1)


@dataclass(frozen=True)
class WordOfMouth:
    """Reach and effect of word of mouth.

    Attributes
    ----------
    audience_good, audience_bad : float
        Persons who hear from a satisfied and from a dissatisfied complainant.
    won, lost : float
        Share of these persons that are won as customers, and that are lost.
    customer : float
        Value of a customer won or lost, money.

    Examples
    --------
    >>> WordOfMouth(5, 10, 0.01, 0.02, 1000).value([1, 0])
    array([  50., -200.])
    """

    audience_good: float = 5.0
    audience_bad: float = 10.0
    won: float = 0.01
    lost: float = 0.02
    customer: float = 1000.0

    def value(self, satisfied: ArrayLike) -> Floats:
        """Return the value per complainant, money, given the probability of satisfaction."""
        share = _within("satisfied", satisfied, 0, 1)
        good = self.audience_good * self.won * self.customer
        bad = self.audience_bad * self.lost * self.customer
        return share * good - (1 - share) * bad


def word_of_mouth_from_log(log: pd.DataFrame, customer: float) -> WordOfMouth:
    """Return word of mouth with the numbers of persons told that a log records.

    Parameters
    ----------
    log : DataFrame, n rows
        ``told`` (persons) and ``spoke_well`` (0 or 1) where they are known.
    customer : float
        Value of a customer won or lost, money.

    Returns
    -------
    WordOfMouth
        The default assumptions if the log does not record persons told.

    Examples
    --------
    >>> log = pd.DataFrame({"told": [4, 6, 9], "spoke_well": [1, 1, 0]})
    >>> word_of_mouth_from_log(log, 300).audience_good
    5.0
    """
    default = WordOfMouth(customer=checks.between("customer", customer, 0))
    if "told" not in log or "spoke_well" not in log:
        return default
    audience = log.dropna(subset=["told", "spoke_well"]).groupby("spoke_well")["told"].mean()
    if not {0.0, 1.0} <= set(audience.index):
        return default
    return replace(default, audience_good=float(audience[1.0]), audience_bad=float(audience[0.0]))


def outcome_values(
    stays: pd.DataFrame, lifetime: float, word_of_mouth: WordOfMouth | None = None
) -> pd.DataFrame:
    """Return the value of each outcome of a complaint.

    Parameters
    ----------
    stays : DataFrame
        ``loss`` (its size, in words), ``outcome``, ``stays`` (share that buys again) and, for word
        of mouth, ``satisfied`` (0 to 1, missing if there is no word of mouth).
    lifetime : float
        Lifetime value of a customer who stays, money.
    word_of_mouth : WordOfMouth, optional
        Added to the value of staying.

    Returns
    -------
    DataFrame
        The same with value and gain (value minus that of the first outcome of the same loss): the
        most that may be spent to move a customer from the first outcome to this one.

    Examples
    --------
    >>> rows = pd.DataFrame({"outcome": ["silent", "quick"], "stays": [0.09, 0.82]})
    >>> outcome_values(rows.assign(loss="over $100"), 1000)["gain"].round(6).tolist()
    [0.0, 730.0]
    """
    checks.between("lifetime", lifetime, 0)
    share = _within("stays", stays["stays"], 0, 1)
    value = share * lifetime
    if word_of_mouth is not None:
        known = stays["satisfied"].notna().to_numpy()
        spoken = word_of_mouth.value(stays["satisfied"].fillna(0))
        value = value + np.where(known, spoken, 0.0)
    frame = stays.assign(value=value)
    return frame.assign(gain=value - frame.groupby("loss")["value"].transform("first"))


def retention_by_outcome(
    log: pd.DataFrame, *, satisfied: float, quick_hours: float
) -> pd.DataFrame:
    """Return the share of customers who stay by outcome of the complaint, as in TARP's tables.

    Parameters
    ----------
    log : DataFrame, n rows
        Answered complaints: ``handling``, ``hours``, ``stayed`` (0 or 1).
    satisfied : float
        Lowest satisfaction with the handling that counts as resolved.
    quick_hours : float
        Longest time until the answer that counts as quick, hours.

    Returns
    -------
    DataFrame
        outcome, stays (share), satisfied (0 or 1) and n, from rated complaints.

    Examples
    --------
    >>> log = pd.DataFrame({"handling": [2, 6, 7], "hours": [9, 30, 1], "stayed": [0, 1, 1]})
    >>> retention_by_outcome(log, satisfied=5, quick_hours=8)["stays"].tolist()
    [0.0, 1.0, 1.0]
    """
    rated = log.dropna(subset=["handling", "stayed"])
    resolved, quick = rated["handling"] >= satisfied, rated["hours"] <= quick_hours
    groups = {
        "complaint not resolved": ~resolved,
        "complaint resolved": resolved & ~quick,
        "complaint resolved quickly": resolved & quick,
    }
    rows = [
        (name, rated.loc[group, "stayed"].mean(), float(index > 0), int(group.sum()))
        for index, (name, group) in enumerate(groups.items())
    ]
    frame = pd.DataFrame(rows, columns=["outcome", "stays", "satisfied", "n"])
    frame.attrs["resolved_from"] = satisfied
    return frame


def break_even(stay_without: ArrayLike, stay_with: ArrayLike, lifetime: ArrayLike) -> Floats:
    """Return the break-even compensation: (p₁ − p₀) · lifetime value.

    Parameters
    ----------
    stay_without, stay_with : array_like
        Share of customers who stay without and with it.
    lifetime : array_like
        Lifetime value of a customer who stays, money.

    Returns
    -------
    ndarray
        Money per complaint; negative if fewer stay with compensation.

    Examples
    --------
    >>> break_even(0.46, 0.70, [500.0, 2000.0])
    array([120., 480.])
    """
    before, after = _within("stay_without", stay_without, 0, 1), np.asarray(stay_with, dtype=float)
    return (_within("stay_with", after, 0, 1) - before) * np.asarray(lifetime, dtype=float)


def break_even_by_outcome(stays: pd.DataFrame, lifetime: float) -> pd.DataFrame:
    """Return the break-even cost of moving a complaint from the first outcome to each other one.

    Parameters
    ----------
    stays : DataFrame
        From `retention_by_outcome`.
    lifetime : float
        Lifetime value of a customer who stays, money.

    Returns
    -------
    DataFrame
        outcome, lifetime, extra_retention (increase in the share that stays) and cost (break-even,
        money).

    Examples
    --------
    >>> rows = pd.DataFrame({"outcome": ["not resolved", "resolved"], "stays": [0.46, 0.7]})
    >>> break_even_by_outcome(rows, 500)["cost"].round(6).tolist()
    [120.0]
    """
    first, rest = stays["stays"].iloc[0], stays.iloc[1:]
    return pd.DataFrame(
        {
            "outcome": rest["outcome"],
            "lifetime": lifetime,
            "extra_retention": rest["stays"] - first,
            "cost": break_even(first, rest["stays"], lifetime),
        }
    ).reset_index(drop=True)


def break_even_at(
    stays: pd.DataFrame, margin: float, retention: float, discount: float
) -> pd.DataFrame:
    """Return `break_even_by_outcome` at the lifetime value of a margin and a retention.

    Parameters
    ----------
    stays : DataFrame
        From `retention_by_outcome`.
    margin : float
        Monthly margin of a customer, money.
    retention, discount : float
        Monthly retention and discount rate.

    Examples
    --------
    >>> rows = pd.DataFrame({"outcome": ["not resolved", "resolved"], "stays": [0.5, 0.7]})
    >>> break_even_at(rows, 10.0, 0.9, 0.1)["cost"].round(6).tolist()
    [9.0]
    """
    return break_even_by_outcome(stays, margin * float(lifetime_multiple(retention, discount)))


def recomputed_multiples(printed: pd.DataFrame) -> pd.DataFrame:
    """Return printed lifetime multiples with the computed ones.

    Parameters
    ----------
    printed : DataFrame
        ``retention``, ``discount`` and ``multiple``.

    Returns
    -------
    DataFrame
        The same three columns, and computed.
    """
    computed = lifetime_multiple(printed["retention"], printed["discount"])
    return printed[["retention", "discount", "multiple"]].assign(computed=computed)


def _within(name: str, values: ArrayLike, low: float, high: float) -> Floats:
    array = np.asarray(values, dtype=float)
    outside = ~((array >= low) & (array <= high))
    if outside.any():
        first = array[outside].flat[0] if array.ndim else float(array)
        raise checks.invalid_argument(name, float(first), _bounds(low, high))
    return array


def _bounds(low: float, high: float) -> str:
    return f"at least {low:g}" if np.isinf(high) else f"a number from {low:g} to {high:g}"
