import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.rates import confint_poisson

from cemlib.stats import rates

counts = st.integers(0, 200)
exposures = st.floats(0.5, 1e5)


@given(counts, exposures)
@settings(max_examples=60, deadline=None)
def test_exact_interval_agrees_with_statsmodels(count, exposure):
    rate, low, high = rates.rate_interval(count, exposure)
    if count:
        expected = confint_poisson(count, exposure, method="exact-c")
        assert (low, high) == pytest.approx(tuple(expected), rel=1e-6)
    assert low <= rate <= high


@pytest.mark.parametrize(
    ("count", "exposure", "message"),
    [(-1, 1, "counts is"), (1.5, 1, "whole numbers"), (1, 0, "exposure is")],
)
def test_invalid_counts_and_exposures_are_refused(count, exposure, message):
    with pytest.raises(ValueError, match=message):
        rates.rate_interval(count, exposure)
