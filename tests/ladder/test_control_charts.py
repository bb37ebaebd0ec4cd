"""Control charts: laws, and how often they cry wolf."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cemlib.studies.ladder.control_charts import laney_chart


@given(st.integers(0, 10_000))
def test_limits_lie_about_the_centre_and_turn_with_the_shares(seed):
    rng = np.random.default_rng(seed)
    totals = rng.integers(200, 400, 20)
    counts = rng.binomial(totals, 0.4)
    chart, turned = laney_chart(counts, totals), laney_chart(totals - counts, totals)
    assert chart.centre == pytest.approx(1 - turned.centre)
    assert chart.spread == pytest.approx(turned.spread)
    assert (chart.points["outside"] == turned.points["outside"]).all()
    width = chart.points["high"] - chart.centre
    plain = chart.points["plain_high"] - chart.centre
    assert np.allclose(width, plain * chart.spread)


def test_by_hand():
    chart = laney_chart([10, 20, 10, 20], [100] * 4)
    sigma = np.sqrt(0.15 * 0.85 / 100)
    assert chart.centre == pytest.approx(0.15)
    assert chart.spread == pytest.approx((0.1 / sigma) / (2 / np.sqrt(np.pi)))


def alarms(noise, replicates=300, weeks=78):
    rng = np.random.default_rng(4)
    found = []
    for _ in range(replicates):
        totals = rng.poisson(2000, weeks)
        odds = 1.4 + noise * rng.standard_normal(weeks)
        chart = laney_chart(rng.binomial(totals, 1 / (1 + np.exp(-odds))), totals)
        found.append((chart.spread, *chart.points[["outside", "plain_outside"]].mean()))
    return np.mean(found, axis=0)


def test_with_chance_alone_both_charts_are_the_same():
    spread, laney, plain = alarms(0.0)
    assert abs(spread - 1) < 0.03
    assert laney < 0.006  # three sigmas: 0.27 %, a little more where sigma is estimated
    assert plain < 0.004


def test_where_weeks_differ_only_laney_keeps_quiet():
    spread, laney, plain = alarms(0.22)
    assert spread > 3
    assert laney < 0.008
    assert plain > 0.3


def test_a_run_on_one_side_is_marked():
    counts = [55, 45] * 6 + [56] * 8 + [44, 55, 45, 44]
    chart = laney_chart(counts, [100] * 24)
    assert chart.points["run"].to_numpy()[12:20].all()
    assert not chart.points["run"].to_numpy()[:10].any()


@pytest.mark.parametrize(
    ("counts", "totals", "message"),
    [
        ([1, 2], [3, 3], "at least three periods"),
        ([1, 5, 1], [3, 3, 3], "from 0 to it"),
        ([0, 0, 0], [3, 3, 3], "neither all nor none"),
    ],
)
def test_refuses(counts, totals, message):
    with pytest.raises(ValueError, match=message):
        laney_chart(counts, totals)
