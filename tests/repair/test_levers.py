"""The levers of the repair desk: agents, authority and call-backs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cemlib.studies import repair
from cemlib.studies.repair.desk import Desk


@pytest.fixture(scope="module")
def desk():
    """Return the operator's log, its fit, and some loads."""
    log = repair.desk_log()
    calls = log.calls
    fit = repair.fit_golden_time(calls, calls["hours_waited"], calls["cured"], **log.fitted_columns)
    loads = repair.draw_loads(
        log.arrivals, fit, np.random.default_rng(1), count=3, weekly=200, zone=log.zone
    )
    return log, fit, loads


def test_agents_keep_what_the_simulated_desk_keeps(desk):
    """Without doubt about coefficients, the curve is that of `compare_policies`, for 13 weeks."""
    log, fit, loads = desk
    sure = replace(fit, covariance=fit.covariance * 1e-12)
    plan = Desk(2, wage=60.0)
    rng = np.random.default_rng(2)
    lever = repair.desk_lever(
        loads, log.arrivals, sure, plan, agents=[1, 2, 4], value=np.ones(2000), rng=rng
    )
    compared = repair.compare_policies(loads, plan, [1, 2, 4], ["golden time"], elsewhere=3)
    weekly = compared["value_kept"].to_numpy() / 2
    assert lever.kept.mean(axis=0)[1:] == pytest.approx(weekly * 13, rel=0.01)
    assert lever.spend.tolist() == [0.0] + [60.0 * 63 * 13 * count for count in (1, 2, 4)]
    assert lever.whole


def test_doubt_about_the_golden_time_counts(desk):
    """Draws of the coefficients widen what agents keep; the mean stays near."""
    log, fit, loads = desk
    options = {"agents": [1, 3], "value": np.ones(300)}
    widths = []
    for scale in (1e-12, 1.0):
        known = replace(fit, covariance=fit.covariance * scale)
        lever = repair.desk_lever(
            loads, log.arrivals, known, Desk(2), rng=np.random.default_rng(2), **options
        )
        widths.append(lever.kept[:, -1].std())
    assert widths[1] > 1.5 * widths[0]


def test_authority_keeps_what_its_curve_says(desk):
    """Money is payments beyond none; what is kept is the curve's value beyond a cap of 0."""
    log, fit, _ = desk
    paid = log.complete("value")
    curve = repair.authority.cap_curve(
        fit, paid.assign(team="repair team"), paid["hours_waited"], [0, 50, 100, 1e6, 2e6],
        np.random.default_rng(1), draws=50,
    )  # fmt: skip
    lever = repair.authority_lever(curve, calls=300, value=np.ones(50), observations=len(paid))
    assert len(lever.spend) == 4, "a cap that nobody needs costs nothing more"
    expected = (curve.value_draws - curve.value_draws[:, :1])[:, :4] * 300
    assert lever.kept == pytest.approx(expected)
    with pytest.raises(ValueError, match="51 draws"):
        repair.authority_lever(curve, calls=300, value=np.ones(51), observations=1)


def test_call_backs_cover_the_true_number_of_repeat_calls():
    """The interval of repeat calls avoided holds the true one in about 95 of 100 pilots."""
    rng, held = np.random.default_rng(4), 0
    for _ in range(200):
        called = rng.permutation(300) < 150
        repeats = rng.poisson(np.where(called, 0.2, 0.5))
        pilot = repair.interrupted.call_back(called, repeats, call_cost=3, repeat_cost=18)
        lever = repair.call_back_lever(
            pilot, resets=100, call_cost=3, worth=np.ones(300), rng=rng, observations=300
        )
        low, high = np.quantile(lever.results[:, 1], [0.025, 0.975])
        held += low <= 30 <= high
    assert 0.90 <= held / 200 <= 0.99
