"""Divisions that people use instead of curves, and what they cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from cemlib import checks
from cemlib.stats.estimates import Floats, percentile_interval, significant
from cemlib.studies.company.curves import Curves, Steps, value


def rules(
    curves: Curves, last: Mapping[str, float] | None = None, only: Sequence[str] = ()
) -> dict[str, Steps]:
    """Return the divisions that people use instead of curves.

    Parameters
    ----------
    curves : Curves
        Levers on one grid.
    last : mapping of str to float, optional
        Last year's money for each lever, by name; scaled to the budget.
    only : sequence of str
        Levers that take everything under the rule “all on complaints”, as far as they can.

    Returns
    -------
    dict of str to ndarray of int, shape (L,)
        ``"equal split"``; ``"largest gap"`` (levers in the order of what they could keep at most,
        each up to that point); ``"last year"`` and ``"all on complaints"`` where they are known.

    Examples
    --------
    >>> from cemlib.studies.company.curves import Curves
    >>> kept = np.array([[[0.0, 2, 12]], [[0.0, 6, 11]]])
    >>> curves = Curves(("a", "b"), 1.0, kept, np.array([[0.0, 1, 2]] * 2), np.array([2, 2]))
    >>> {rule: steps.tolist() for rule, steps in rules(curves, {"b": 100.0}).items()}
    {'equal split': [1, 1], 'largest gap': [2, 0], 'last year': [0, 2]}
    """
    points = curves.kept.shape[2]
    total, count = points - 1, len(curves.names)
    mean = curves.kept.mean(axis=1)
    divisions = {"equal split": np.minimum(np.full(count, total // count), curves.most)}
    gap, left_over = np.zeros(count, dtype=np.int64), total
    for lever in np.argsort(-significant(mean.max(axis=1)), kind="stable"):
        full = int(np.argmax(significant(mean[lever])))
        gap[lever] = min(full, left_over, int(curves.most[lever]))
        left_over -= gap[lever]
    divisions["largest gap"] = gap
    if last is not None:
        money = np.array([float(last.get(name, 0.0)) for name in curves.names])
        share = money / max(money.sum(), 1e-300)
        divisions["last year"] = np.minimum(_rounded(share * total), curves.most)
    chosen = [at for at, name in enumerate(curves.names) if name in only]
    if chosen:
        everything = np.zeros(count, dtype=np.int64)
        left_over = total
        for at in chosen:
            everything[at] = min(
                left_over, int(curves.most[at]), int(np.argmax(significant(mean[at])))
            )
            left_over -= everything[at]
        divisions["all on complaints"] = everything
    return divisions


def _rounded(steps: Floats) -> Steps:
    """Round steps to whole ones without changing their sum by more than rounding does."""
    whole = np.floor(steps + 1e-9).astype(np.int64)
    missing = round(float(steps.sum())) - int(whole.sum())
    for at in np.argsort(-significant(steps - whole), kind="stable")[:missing]:
        whole[at] += 1
    return whole


def compare_divisions(
    curves: Curves, divisions: Mapping[str, Steps], recommended: str, at_risk: float = np.inf
) -> pd.DataFrame:
    """Compare divisions of a budget on the same draws.

    Parameters
    ----------
    curves : Curves
        Levers on one grid.
    divisions : mapping of str to ndarray of int
        Rule → steps for each lever.
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
    >>> kept = np.array([[[0.0, 2, 12]], [[0.0, 6, 11]]])
    >>> curves = Curves(("a", "b"), 1.0, kept, np.array([[0.0, 1, 2]] * 2), np.array([2, 2]))
    >>> table = compare_divisions(curves, {"best": [2, 0], "equal split": [1, 1]}, "best")
    >>> table[["rule", "net", "regret"]].values.tolist()
    [['best', 10.0, 0.0], ['equal split', 6.0, 4.0]]
    """
    checks.one_of("recommended", recommended, list(divisions))
    base = value(curves, divisions[recommended], at_risk)
    rows = []
    for rule, steps in divisions.items():
        net = value(curves, steps, at_risk)
        low, high = percentile_interval(net)
        regret_low, regret_high = percentile_interval(base - net)
        rows.append({
            "rule": rule, "spent": float(curves.of(steps)[1].sum()),
            "net": float(net.mean()), "low": float(low), "high": float(high),
            "regret": float((base - net).mean()), "regret_low": float(regret_low),
            "regret_high": float(regret_high), "better": float((net > base).mean()),
        })  # fmt: skip
    return pd.DataFrame(rows)
