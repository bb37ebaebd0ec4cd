"""Rising problems: false alarms where weeks differ more than Poisson counts, trend, and power."""

import numpy as np
import pandas as pd
import pytest

from cemlib.studies.repair.problems import emerging, waves
from tests.recovery.replicates import replicates

RUNS, WEEKS, RATES = replicates(400), 26, np.array([40.0, 25, 15, 10, 6, 4, 3, 2])
START = pd.Timestamp("2026-01-05")
SINCE = START + pd.Timedelta(weeks=WEEKS - 4)


def weekly_cases(run, *, dispersion=0.0, trend=0.0, rise=1.0):
    """Weekly counts are negative binomial with variance μ + dispersion · μ²; days are uniform.

    The trend is the growth of every problem over the record; the rise is that of the first problem
    but one in the last four weeks.
    """
    rng = np.random.default_rng([14, run])
    mean = RATES[:, None] * np.exp(trend * np.arange(WEEKS) / WEEKS)
    mean[1, -4:] *= rise
    if dispersion:
        mean = mean * rng.gamma(1 / dispersion, dispersion, mean.shape)
    counts = rng.poisson(mean)
    problem, week = np.nonzero(counts)
    problem, week = (np.repeat(side, counts[problem, week]) for side in (problem, week))
    hours = 168 * (week + rng.random(len(week)))
    first = START + pd.to_timedelta(hours, unit="h")
    return pd.DataFrame({"problem": np.array(list("abcdefgh"))[problem], "first": first})


def alarms(**trouble):
    """Share of records with a false alarm, and share that find the problem which rises."""
    wrong = found = 0
    for run in range(RUNS):
        table = emerging(weekly_cases(run, **trouble), SINCE).set_index("problem")["emerging"]
        wrong += table.drop("b").any() if trouble.get("rise", 1) > 1 else table.any()
        found += table["b"]
    return wrong / RUNS, found / RUNS


ERROR = np.sqrt(0.05 * 0.95 / RUNS)


@pytest.mark.parametrize("dispersion", [0.0, 0.05, 0.1, 0.2])
def test_false_alarms_stay_at_their_rate(dispersion):
    assert alarms(dispersion=dispersion)[0] <= 0.05 + 3 * ERROR


@pytest.mark.parametrize(("dispersion", "at_most"), [(0.0, 0.05), (0.1, 0.1)])
def test_a_common_trend_is_seldom_an_alarm(dispersion, at_most):
    """A trend is not always found where weeks differ much: 10% of records, as the workbook says."""
    assert alarms(dispersion=dispersion, trend=0.5)[0] <= at_most + 3 * ERROR


def test_a_problem_that_doubles_is_found():
    assert alarms(rise=2.0)[1] >= 0.95
    assert alarms(rise=2.0, dispersion=0.05)[1] >= 0.75


@pytest.mark.parametrize("dispersion", [0.0, 0.1, 0.2])
def test_hours_are_seldom_a_false_wave(dispersion):
    """Hours expect so few cases that weeks which differ hardly widen their Poisson distribution."""
    false = [len(waves(weekly_cases(run, dispersion=dispersion))) > 0 for run in range(RUNS // 2)]
    assert np.mean(false) <= 0.05
