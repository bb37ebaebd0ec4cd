import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import test_poisson_2indep

from cemlib.studies.complaints import rates
from cemlib.studies.complaints.step import quasi_poisson, step_in_rate

test_poisson_2indep.__test__ = False
counts = st.integers(0, 200)
exposures = st.floats(0.5, 1e5)


@given(counts, counts, exposures, exposures)
@settings(max_examples=80, deadline=None)
def test_ratio_agrees_with_statsmodels(before, after, first, second):
    if before + after == 0:
        return
    ours = rates.rate_ratio(before, after, first, second)
    low, high = proportion_confint(after, before + after, method="beta")
    assert ours.low == pytest.approx(low / (1 - low) * first / second, rel=1e-6)
    if before:
        assert ours.high == pytest.approx(high / (1 - high) * first / second, rel=1e-6)
        expected = test_poisson_2indep(after, second, before, first, method="exact-cond")
        assert ours.p_value == pytest.approx(expected.pvalue, abs=1e-9)
    else:
        assert ours.high == np.inf


@given(counts, counts, exposures, exposures)
def test_ratio_turns_with_time(before, after, first, second):
    if not before or not after:
        return
    there = rates.rate_ratio(before, after, first, second)
    back = rates.rate_ratio(after, before, second, first)
    assert there.ratio == pytest.approx(1 / back.ratio)
    assert there.low == pytest.approx(1 / back.high, rel=1e-6)
    assert there.p_value == pytest.approx(back.p_value)


@pytest.mark.parametrize("ratio", [1.0, 0.35])
def test_ratio_covers_at_least_as_promised(ratio):
    """Counted exactly over both Poisson counts, not drawn."""
    mean_before, mean_after = 12.0, 12.0 * ratio
    covered = total = 0.0
    for before in range(40):
        for after in range(40):
            weight = stats.poisson.pmf(before, mean_before) * stats.poisson.pmf(after, mean_after)
            if before + after and weight > 1e-7:
                result = rates.rate_ratio(before, after, 100, 100)
                covered += weight * (result.low <= ratio <= result.high)
                total += weight
    assert 0.95 <= covered / total <= 1


def test_months_without_a_complaint_count():
    when = pd.to_datetime(["2026-01-31", "2026-03-01", "2026-02-02", "2025-12-01"])
    log = pd.DataFrame({"received": when, "failure": ["a", "a", "b", "b"]})
    frame = rates.monthly_rates(log, "a", 2000)
    assert frame["count"].tolist() == [1, 0, 1]
    assert frame["rate"].iloc[0] == 0.5
    assert frame["rate"].iloc[2] == pytest.approx(0.5 * 31)  # the log covers one day of March
    assert frame["month"].iloc[1] == pd.Timestamp("2026-02-01")


def test_no_ratio_without_a_complaint_or_outside_the_log():
    when = pd.date_range("2026-01-01", "2026-01-10")
    log = pd.DataFrame({"received": when, "failure": "a"})
    assert rates.before_and_after(log, "b", when[4]) is None
    assert rates.before_and_after(log, "a", pd.Timestamp("2026-02-01")) is None


def test_shanda_self_service_share(root):
    volumes = pd.read_csv(root / "datasets/cases/rainbow.csv")
    assert rates.self_service(volumes)["share"].round(3).tolist() == [0.857, 0.811]


def volumes(**changes):
    values = {"self_service": 30.0, "agents": 5.0, "calls": 2.0} | changes
    return pd.DataFrame({"figure": list(values), "value": list(values.values())})


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rates.rate_ratio(0, 0, 1, 1), "without a complaint there is no ratio"),
        (lambda: rates.rate_ratio(-1, 2, 1, 1), "counts is"),
        (lambda: rates.rate_ratio(1.5, 2, 1, 1), "whole numbers"),
        (lambda: rates.rate_ratio(1, 2, 0, 1), "exposure is"),
        (lambda: rates.rate_ratio(1, 2, 1, 1, level=1), "level is 1"),
        (lambda: rates.self_service(volumes(self_service=-1.0)), "self_service is -1"),
    ],
)
def test_what_has_no_rate_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_quasi_poisson_agrees_with_statsmodels(rng):
    design = np.column_stack([np.ones(60), np.arange(60) > 30, np.arange(60) / 52])
    exposure = rng.uniform(3, 7, 60)
    counts = rng.negative_binomial(3, 0.3, 60)
    values, covariance, dispersion = quasi_poisson(design, counts, exposure)
    theirs = sm.GLM(counts, design, sm.families.Poisson(), exposure=exposure).fit(scale="X2")
    np.testing.assert_allclose(values, theirs.params, rtol=1e-6)
    np.testing.assert_allclose(covariance, theirs.cov_params(), rtol=1e-5)
    assert dispersion == pytest.approx(theirs.scale)


def test_a_short_log_gives_no_step():
    day = pd.Timestamp("2026-01-20")
    when = pd.Series(pd.date_range("2026-01-01", "2026-02-10"))
    assert step_in_rate(when, when.min(), when.max(), day) is None
