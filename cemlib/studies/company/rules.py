"""Divisions that people use instead of curves, and what they cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from cemlib import checks
from cemlib.stats.estimates import percentile_interval, significant
from cemlib.studies.company.curves import Curves, Division, value


def rules(
    curves: Curves, last: Mapping[str, float] | None = None, only: Sequence[str] = ()
) -> dict[str, Division]:
    """Return the divisions that people use instead of curves.

    Parameters
    ----------
    curves : Curves
        What may be spent.
    last : mapping of str to float, optional
        Last quarter's money for each lever, by name; scaled to the budget.
    only : sequence of str
        Levers that take everything under the rule “all on complaints”, as far as they can.

    Returns
    -------
    dict of str to ndarray of int, shape (L,)
        ``"equal split"``; ``"largest gap"`` (levers in the order of what they could keep at most,
        each up to that point); ``"last quarter"`` and ``"all on complaints"`` where they are known.
        Money that buys nothing whole is not spent.

    Examples
    --------
    >>> money = np.array([0.0, 1, 2])
    >>> kept = np.array([[0.0, 3, 14]]), np.array([[0.0, 7, 13]])
    >>> curves = Curves(("a", "b"), 2.0, (money, money), kept)
    >>> {rule: each.tolist() for rule, each in rules(curves, {"b": 100.0}).items()}
    {'equal split': [1, 1], 'largest gap': [2, 0], 'last quarter': [0, 2]}
    """
    count = len(curves.names)
    most = np.array([each.mean(axis=0).max() for each in curves.kept])
    divisions = {"equal split": curves.afford(np.full(count, curves.budget / count))}
    divisions["largest gap"] = _in_order(curves, np.argsort(-significant(most), kind="stable"))
    if last is not None:
        money = np.array([float(last.get(name, 0.0)) for name in curves.names])
        scaled = money * curves.budget / max(money.sum(), 1e-300)
        divisions["last quarter"] = curves.afford(scaled)
    if chosen := [at for at, name in enumerate(curves.names) if name in only]:
        divisions["all on complaints"] = _in_order(curves, chosen)
    return divisions


def class_division(curves: Curves, bids: pd.DataFrame) -> Division | None:
    """Return the division that a class bids for; None if nobody has bid.

    Bids beyond the budget are cut, all in the same proportion.

    Parameters
    ----------
    curves : Curves
        What may be spent.
    bids : DataFrame
        ``lever`` and ``money``; a missing bid is 0.

    Examples
    --------
    >>> money = np.array([0.0, 1, 2])
    >>> kept = np.array([[0.0, 3, 14]]), np.array([[0.0, 7, 13]])
    >>> curves = Curves(("a", "b"), 2.0, (money, money), kept)
    >>> class_division(curves, pd.DataFrame({"lever": ["b"], "money": [8.0]})).tolist()
    [0, 2]
    """
    known = bids.dropna(subset="money").set_index("lever")["money"].astype(float)
    if known.empty:
        return None
    money = known.reindex(list(curves.names)).fillna(0.0).to_numpy()
    return curves.afford(money * min(curves.budget / max(money.sum(), 1e-300), 1.0))


def _in_order(curves: Curves, levers: Sequence[int] | Division) -> Division:
    """Give each lever in turn as much as it can use, until the money is gone."""
    money, left_over = np.zeros(len(curves.names)), curves.budget
    for at in levers:
        useful = int(np.argmax(significant(curves.kept[at].mean(axis=0))))
        offered = np.zeros(len(curves.names))
        offered[at] = min(float(curves.spent[at][useful]), left_over)
        money[at] = curves.spent[at][curves.afford(offered)[at]]
        left_over -= money[at]
    return curves.afford(money)


def compare_divisions(
    curves: Curves, divisions: Mapping[str, Division], recommended: str, at_risk: float = np.inf
) -> pd.DataFrame:
    """Compare divisions of a budget on the same draws.

    Parameters
    ----------
    curves : Curves
        What may be spent.
    divisions : mapping of str to ndarray of int
        Rule → position of the amount for each lever.
    recommended : str
        The rule with which the others are compared.
    at_risk : float
        As for `cemlib.studies.company.curves.shared`.

    Returns
    -------
    DataFrame
        A row per rule: ``rule``; ``spent``; ``net``, ``low``, ``high`` (money kept beyond what is
        spent); ``regret``, ``regret_low``, ``regret_high`` (what the recommended division keeps
        more); ``better`` (share of draws in which this rule keeps more than the recommended one).

    Raises
    ------
    ValueError
        If the recommended rule is not among them.

    Examples
    --------
    >>> from cemlib.studies.company.curves import Curves
    >>> money = np.array([0.0, 1, 2])
    >>> kept = np.array([[0.0, 3, 14]]), np.array([[0.0, 7, 13]])
    >>> curves = Curves(("a", "b"), 2.0, (money, money), kept)
    >>> table = compare_divisions(curves, {"best": [2, 0], "equal split": [1, 1]}, "best")
    >>> table[["rule", "net", "regret"]].values.tolist()
    [['best', 12.0, 0.0], ['equal split', 8.0, 4.0]]
    """
    checks.one_of("recommended", recommended, list(divisions))
    base = value(curves, divisions[recommended], at_risk)
    rows = []
    for rule, division in divisions.items():
        net = value(curves, division, at_risk)
        low, high = percentile_interval(net)
        regret_low, regret_high = percentile_interval(base - net)
        rows.append({
            "rule": rule, "spent": float(curves.of(division)[1].sum()),
            "net": float(net.mean()), "low": float(low), "high": float(high),
            "regret": float((base - net).mean()), "regret_low": float(regret_low),
            "regret_high": float(regret_high), "better": float((net > base).mean()),
        })  # fmt: skip
    return pd.DataFrame(rows)
