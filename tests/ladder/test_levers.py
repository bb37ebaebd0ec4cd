"""The lever of application fixes: agreement with completions gained, and coverage."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cemlib.studies import ladder
from cemlib.studies.ladder.funnel import RemovalDraws, removal_draws


def applications(rng, size=600):
    """Return a log of two steps with two reasons, half of them told."""
    rows = []
    for session in range(size):
        rows.append((session, "start", 0.0, None))
        price, form = rng.random() < 0.3, rng.random() < 0.2
        if price or form:
            reason = "price" if price and (not form or rng.random() < 0.6) else "form"
            rows[-1] = (session, "start", 0.0, reason if rng.random() < 0.5 else None)
        else:
            rows.append((session, "done", 5.0, None))
    return pd.DataFrame(rows, columns=["session", "step", "time", "reason"])


def lever(log, share=1.0, draws=300, **changed):
    """Return the lever of this log."""
    funnel = ladder.fit_funnel(log, ["start", "done"])
    options = {"sessions": 100.0, "fix_cost": 50.0, "worth": np.ones(draws)} | changed
    drawn = removal_draws(funnel, draws, np.random.default_rng(5))
    return ladder.completions_lever(drawn, fix_share=share, observations=600, **options), funnel


def test_one_reason_fixed_is_the_gain_of_the_workbook():
    """The first point of the curve is the largest gain of `completions_gained`."""
    found, funnel = lever(applications(np.random.default_rng(1)))
    table = ladder.completions_gained(funnel, 300, np.random.default_rng(5))
    assert found.results[:, 1].mean() == pytest.approx(table["gained"].iloc[0], rel=0.03)
    assert np.quantile(found.results[:, 1], 0.025) == pytest.approx(table["low"].iloc[0], rel=1e-9)


def test_all_reasons_fixed_lose_nobody():
    """Without any recorded reason left, every session is completed."""
    found, funnel = lever(applications(np.random.default_rng(1)))
    lost = 100 * (1 - funnel.completed)
    assert found.results[:, -1].mean() == pytest.approx(lost, rel=0.03)
    assert lever(applications(np.random.default_rng(1)), share=0.5)[0].results[:, -1].mean() < lost


def test_results_rise_with_every_reason_as_competing_risks_say():
    """Fixing a share of the reasons so far keeps p^(1 − share · their share), at every step."""
    passed, share = np.array([0.5, 0.8]), np.array([[0.1, 0.6, 0.3], [0.5, 0.0, 0.5]])
    names = ["form", "price", "trust"]
    drawn = RemovalDraws(names, share, np.stack([passed] * 3), np.stack([share] * 3))
    known = {"fix_cost": 50.0, "fix_share": 0.4, "worth": np.ones(2), "observations": 9}
    found = ladder.completions_lever(drawn, sessions=1000.0, **known)
    order = [names.index(name) for name in ("price", "trust", "form")]
    by_hand = [
        1000 * (np.prod(passed ** (1 - 0.4 * share[:, order[:fixed]].sum(axis=1))) - 0.4)
        for fixed in range(4)
    ]
    np.testing.assert_allclose(found.results, [by_hand, by_hand], atol=1e-9)
    assert (np.diff(found.results) > 0).all()
    assert list(found.spend) == [0, 50, 100, 150]
    two = ladder.completions_lever(drawn, sessions=1000.0, most=2, **known)
    np.testing.assert_allclose(two.results, found.results[:, :3])


def test_the_true_gain_is_covered():
    """Fixing the price keeps p^(1 − its share): covered in about 95 of 100 logs."""
    rng, held = np.random.default_rng(2), 0
    passed = 0.7 * 0.8
    price = (0.3 * 0.8 + 0.3 * 0.2 * 0.6) / (1 - passed)
    true = 100 * (passed ** (1 - price) - passed)
    for _ in range(120):
        found, _ = lever(applications(rng))
        low, high = np.quantile(found.results[:, 1], [0.025, 0.975])
        held += low <= true <= high
    assert 0.89 <= held / 120 <= 0.99


def test_a_log_without_reasons_is_refused():
    """The error says which column to fill."""
    log = applications(np.random.default_rng(1))
    log["reason"] = pd.Series([None] * len(log), dtype="str")
    with pytest.raises(ValueError, match="fill in the column reason"):
        lever(log)
