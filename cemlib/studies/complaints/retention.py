"""What a complaint is worth: lifetime value, word of mouth, compensation that breaks even."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Floats


def lifetime_multiple(retention: ArrayLike, discount: ArrayLike) -> Floats:
    """Return the lifetime value of a customer in margins of a period: r/(1 + i − r).

    Parameters
    ----------
    retention : array_like
        Share r that stays from one period to the next, in [0, 1].
    discount : array_like
        Discount rate i of the same period, at least 0.

    Returns
    -------
    ndarray
        Multiple of the margin; the first margin comes at the end of a period, if she stayed.

    Raises
    ------
    ValueError
        If retention is outside [0, 1], the discount is negative, or nobody ever leaves for nothing.

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
            "discount", discount, "above 0 where everybody stays for ever"
        )
    return r / (1 + i - r)


def retention_needed(multiple: ArrayLike, discount: ArrayLike) -> Floats:
    """Return the retention that gives a lifetime multiple: r = M(1 + i)/(1 + M).

    Examples
    --------
    >>> float(retention_needed(2.5, 0.12).round(6))
    0.8
    """
    m, i = _within("multiple", multiple, 0, np.inf), _within("discount", discount, 0, np.inf)
    return m * (1 + i) / (1 + m)


def honest_tariff(
    margin: float, given_up: ArrayLike, retention: float, discount: float
) -> pd.DataFrame:
    """Ask what the cheaper, fitting tariff must earn in retention to pay.

    Parameters
    ----------
    margin : float
        Margin of this customer a month, yuan.
    given_up : array_like, shape (k,)
        Margin given up a month by advising honestly, yuan, below the margin.
    retention : float
        Monthly retention without it, in (0, 1).
    discount : float
        Discount rate a month, at least 0.

    Returns
    -------
    DataFrame
        given_up, before and after (lifetime value at unchanged retention, yuan), lost (their
        difference), needed (monthly retention at which nothing is lost), extra (points of yearly
        retention that this takes) and possible: whether that retention is below 1.

    Examples
    --------
    >>> honest_tariff(40, [0, 4], 0.98, 0.01)[["needed", "possible"]].round(4).values.tolist()
    [[0.98, True], [0.9829, True]]
    """
    checks.between("margin", margin, 1e-9)
    checks.between("retention", retention, 1e-9, 1 - 1e-12)
    less = _within("given_up", given_up, 0, margin * (1 - 1e-9))
    multiple = lifetime_multiple(retention, discount)
    before, after = margin * multiple, (margin - less) * multiple
    needed = retention_needed(multiple * margin / (margin - less), discount)
    frame = pd.DataFrame({"given_up": less, "before": before, "after": after})
    frame["lost"], frame["needed"] = frame["before"] - frame["after"], needed
    frame["extra"] = 100 * (np.minimum(needed, 1) ** 12 - retention**12)
    return frame.assign(possible=needed < 1)


@dataclass(frozen=True)
class WordOfMouth:
    """How many hear of it, and what comes of it.

    Attributes
    ----------
    told_good, told_bad : float
        Persons told by a satisfied and by a dissatisfied complainant.
    won, lost : float
        Share of the persons told that are won, and that are lost.
    customer : float
        Worth of a customer won or lost, yuan.

    Examples
    --------
    >>> WordOfMouth(5, 10, 0.01, 0.02, 1000).value([1, 0])
    array([  50., -200.])
    """

    told_good: float = 5.0
    told_bad: float = 10.0
    won: float = 0.01
    lost: float = 0.02
    customer: float = 1000.0

    def value(self, satisfied: ArrayLike) -> Floats:
        """Return yuan a complainant who is satisfied with such a probability."""
        share = _within("satisfied", satisfied, 0, 1)
        good = self.told_good * self.won * self.customer
        bad = self.told_bad * self.lost * self.customer
        return share * good - (1 - share) * bad


def word_of_mouth_in(log: pd.DataFrame, customer: float) -> WordOfMouth:
    """Return word of mouth with the persons told as a log counts them.

    Parameters
    ----------
    log : DataFrame, n rows
        ``told`` (persons) and ``spoke_well`` (0 or 1) where they are known.
    customer : float
        Worth of a customer won or lost, yuan.

    Returns
    -------
    WordOfMouth
        The usual assumptions where the log does not count.

    Examples
    --------
    >>> log = pd.DataFrame({"told": [4, 6, 9], "spoke_well": [1, 1, 0]})
    >>> word_of_mouth_in(log, 300).told_good
    5.0
    """
    usual = WordOfMouth(customer=checks.between("customer", customer, 0))
    if "told" not in log or "spoke_well" not in log:
        return usual
    told = log.dropna(subset=["told", "spoke_well"]).groupby("spoke_well")["told"].mean()
    if not {0.0, 1.0} <= set(told.index):
        return usual
    return replace(usual, told_good=float(told[1.0]), told_bad=float(told[0.0]))


def outcome_values(
    stays: pd.DataFrame, lifetime: float, word_of_mouth: WordOfMouth | None = None
) -> pd.DataFrame:
    """Value each outcome of a complaint.

    Parameters
    ----------
    stays : DataFrame
        ``outcome``, ``stays`` (share that buys again) and, for word of mouth, ``satisfied``
        (0 to 1, missing where nobody is told).
    lifetime : float
        What staying is worth, yuan.
    word_of_mouth : WordOfMouth, optional
        Counted where given.

    Returns
    -------
    DataFrame
        The same with value and above (over the first row): what may be spent to move a customer
        there from the first row.

    Examples
    --------
    >>> rows = pd.DataFrame({"outcome": ["silent", "quick"], "stays": [0.09, 0.82]})
    >>> outcome_values(rows, 1000)["above"].round(6).tolist()
    [0.0, 730.0]
    """
    checks.between("lifetime", lifetime, 0)
    share = _within("stays", stays["stays"], 0, 1)
    value = share * lifetime
    if word_of_mouth is not None:
        known = stays["satisfied"].notna().to_numpy()
        told = word_of_mouth.value(stays["satisfied"].fillna(0))
        value = value + np.where(known, told, 0.0)
    return stays.assign(value=value, above=value - value[0])


def stays_by_outcome(log: pd.DataFrame, *, satisfied: float, quick_hours: float) -> pd.DataFrame:
    """Return the share that stays by how the complaint ended, as TARP's tables do.

    Parameters
    ----------
    log : DataFrame, n rows
        Answered complaints: ``handling``, ``hours``, ``stayed`` (0 or 1).
    satisfied : float
        Handling from which on a complaint counts as resolved.
    quick_hours : float
        Hours up to which that counts as quick.

    Returns
    -------
    DataFrame
        outcome, stays, satisfied (0 or 1) and n, for complaints that were rated.

    Examples
    --------
    >>> log = pd.DataFrame({"handling": [2, 6, 7], "hours": [9, 30, 1], "stayed": [0, 1, 1]})
    >>> stays_by_outcome(log, satisfied=5, quick_hours=8)["stays"].tolist()
    [0.0, 1.0, 1.0]
    """
    rated = log.dropna(subset=["handling", "stayed"])
    good, quick = rated["handling"] >= satisfied, rated["hours"] <= quick_hours
    groups = {
        "complaint not resolved": ~good,
        "complaint resolved": good & ~quick,
        "complaint resolved quickly": good & quick,
    }
    rows = [
        (name, rated.loc[group, "stayed"].mean(), float(place > 0), int(group.sum()))
        for place, (name, group) in enumerate(groups.items())
    ]
    return pd.DataFrame(rows, columns=["outcome", "stays", "satisfied", "n"])


def break_even(stay_without: ArrayLike, stay_with: ArrayLike, lifetime: ArrayLike) -> Floats:
    """Return the compensation that just pays for itself: (p₁ − p₀) · lifetime value.

    Parameters
    ----------
    stay_without, stay_with : array_like
        Share that stays without and with it.
    lifetime : array_like
        What staying is worth, yuan.

    Returns
    -------
    ndarray
        Yuan a complaint; negative where paying drives customers away.

    Examples
    --------
    >>> break_even(0.46, 0.70, [500.0, 2000.0])
    array([120., 480.])
    """
    before, after = _within("stay_without", stay_without, 0, 1), np.asarray(stay_with, dtype=float)
    return (_within("stay_with", after, 0, 1) - before) * np.asarray(lifetime, dtype=float)


def break_even_by_outcome(stays: pd.DataFrame, lifetime: float) -> pd.DataFrame:
    """Return what moving a complaint from its first outcome to each of the others may cost.

    Parameters
    ----------
    stays : DataFrame
        From `stays_by_outcome`.
    lifetime : float
        What staying is worth, yuan.

    Returns
    -------
    DataFrame
        outcome, more_stay (share) and may_cost (yuan).

    Examples
    --------
    >>> rows = pd.DataFrame({"outcome": ["not resolved", "resolved"], "stays": [0.46, 0.7]})
    >>> break_even_by_outcome(rows, 500)["may_cost"].round(6).tolist()
    [120.0]
    """
    first, rest = stays["stays"].iloc[0], stays.iloc[1:]
    return pd.DataFrame(
        {
            "outcome": rest["outcome"],
            "more_stay": rest["stays"] - first,
            "may_cost": break_even(first, rest["stays"], lifetime),
        }
    ).reset_index(drop=True)


@dataclass(frozen=True)
class Invitation:
    """How far to invite complaints.

    Attributes
    ----------
    effort : float
        Best spending a dissatisfied customer, yuan.
    share : float
        Share of the dissatisfied that then complain.
    gain : float
        What that earns over inviting nobody, yuan a dissatisfied customer.
    worth : float
        What one more complaint is worth, yuan, after its handling is paid.
    """

    effort: float
    share: float
    gain: float
    worth: float


def invite(worth: float, unasked: float = 0.05, most: float = 0.9, ease: float = 5.0) -> Invitation:
    """Find how far to invite complaints: to the limit that its cost sets.

    Spending e a dissatisfied customer brings a share c(e) = m − (m − c₀)·exp(−e/k) to complain;
    net gain (c(e) − c₀)·w − e is greatest at e* = k·ln((m − c₀)·w/k), or at nothing.

    Parameters
    ----------
    worth : float
        What a complaint that is heard earns over one that is not, handling and compensation paid,
        yuan: w.
    unasked : float
        Share c₀ that complains anyway, in [0, 1).
    most : float
        Share m that could at best be brought to, in (c₀, 1].
    ease : float
        Spending k that wins 63 % of the rest, yuan.

    Returns
    -------
    Invitation
        The optimum.

    References
    ----------
    After Fornell & Wernerfelt (1987), *J. Marketing Research* 24(4):337–346; the form of c is ours.

    Examples
    --------
    >>> best = invite(100.0, unasked=0.1, most=0.9, ease=8.0)
    >>> round(best.effort, 3), round(best.share, 3), invite(1.0).effort
    (18.421, 0.82, 0.0)
    """
    checks.between("unasked", unasked, 0, 1 - 1e-9)
    checks.between("most", most, unasked + 1e-9, 1)
    checks.between("ease", ease, 1e-9)
    pull = (most - unasked) * worth / ease
    effort = float(ease * np.log(pull)) if pull > 1 else 0.0
    share = float(most - (most - unasked) * np.exp(-effort / ease))
    return Invitation(effort, share, (share - unasked) * worth - effort, worth)


def _within(name: str, values: ArrayLike, low: float, high: float) -> Floats:
    array = np.asarray(values, dtype=float)
    bad = ~((array >= low) & (array <= high))
    if bad.any():
        first = array[bad].flat[0] if array.ndim else float(array)
        raise checks.invalid_argument(name, float(first), _bounds(low, high))
    return array


def _bounds(low: float, high: float) -> str:
    return f"at least {low:g}" if np.isinf(high) else f"a number from {low:g} to {high:g}"
