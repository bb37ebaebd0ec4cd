"""The intervals of service levels cover, where days are alike and records end."""

import numpy as np
import pandas as pd
import pytest

from cemlib.studies.repair.service_levels import service_levels
from tests.recovery.replicates import record, replicates

SAMPLES = replicates(400)
MEDIAN, SIGMA, DAY = 0.5, 1.0, 0.5
TARGET = 1.0


def drawn(days, a_day, followed, rng):
    """Contacts whose waits share a factor of their day; the record ends soon after the last."""
    day = np.repeat(np.arange(days), a_day)
    time = pd.Timestamp("2026-01-05") + pd.to_timedelta(24 * day + rng.random(len(day)) * 24, "h")
    factor = np.exp(DAY * rng.standard_normal(days))[day]
    hours = MEDIAN * factor * np.exp(SIGMA * rng.standard_normal(len(day)))
    end = pd.Timestamp("2026-01-05") + pd.Timedelta(days=days) + pd.Timedelta(hours=followed)
    answered = pd.Series(time + pd.to_timedelta(hours, "h"))
    frame = pd.DataFrame({"time": time, "answered": answered.where(answered < end)})
    return frame.assign(customer=None)


@pytest.mark.parametrize(("days", "a_day"), [(20, 5), (60, 40)])
def test_shares_and_quantiles_cover(days, a_day):
    many = np.random.default_rng(807)
    total = np.hypot(SIGMA, DAY)
    waits = MEDIAN * np.exp(total * many.standard_normal(2_000_000))
    true = np.array([(waits <= TARGET).mean(), np.median(waits), np.quantile(waits, 0.9)])
    hits = []
    for number in range(SAMPLES):
        frame = drawn(days, a_day, 0.5, np.random.default_rng([808, number]))
        case = pd.Series(np.arange(len(frame)))
        wait = service_levels(frame, case, TARGET).response
        bounds = np.array([(wait.within.low, wait.within.high), wait.median[1:], wait.ninth[1:]])
        high = np.where(np.isnan(bounds[:, 1]), np.inf, bounds[:, 1])
        hits.append((bounds[:, 0] <= true) & (true <= high))
    of = f"{days} days of {a_day} contacts, days differ by a log sd of {DAY}"
    record("04", "share within target, median and ninth decile of waits", hits, of)
    assert np.mean(hits) > 0.9
