import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.sandbox.regression.gmm import IV2SLS

from cemlib.stats.ratchet import Ratchet, expectation_path
from cemlib.studies.expectation.learning import instrumented_rates, learning_rates, will_and_should

shares = st.floats(0, 1)
points = st.floats(0, 100)


def panel(rng, people=200, periods=5, noise=2.0, rise=0.5, fall=0.2):
    performance = 60 + 10 * rng.normal(size=(people, periods))
    expected, current = np.empty(performance.shape), 60 + 5 * rng.normal(size=people)
    for period in range(periods):
        expected[:, period] = current
        gap = performance[:, period] - current
        current = current + np.where(gap > 0, rise, fall) * gap + noise * rng.normal(size=people)
    return pd.DataFrame(
        {
            "customer": np.repeat(np.arange(people), periods),
            "period": np.tile(np.arange(periods), people),
            "performance": performance.ravel(),
            "expectation": expected.ravel(),
        }
    )


@given(points, points, shares, shares)
def test_expectation_moves_towards_what_came_and_never_beyond(performance, start, rise, fall):
    after = expectation_path([performance, 0.0], start, rise=rise, fall=fall)[1]
    assert min(start, performance) - 1e-9 <= after <= max(start, performance) + 1e-9
    rate = rise if performance > start else fall
    assert after - start == pytest.approx(rate * (performance - start), abs=1e-9)


@given(points, points, st.floats(0.05, 0.95))
@settings(max_examples=30)
def test_constant_performance_is_approached_geometrically(performance, start, rate):
    path = expectation_path(np.full(6, performance), start, rise=rate, fall=rate)
    gaps = (start - performance) * (1 - rate) ** np.arange(6)
    np.testing.assert_allclose(path - performance, gaps, atol=1e-9)


def test_paths_of_many_customers_are_their_own(rng):
    performance = rng.uniform(0, 100, size=(3, 7))
    start = np.array([40.0, 50, 60])
    together = expectation_path(performance, start, rise=0.4, fall=0.1)
    for row, first, path in zip(performance, start, together, strict=True):
        np.testing.assert_allclose(path, expectation_path(row, first, rise=0.4, fall=0.1))


def test_ten_years_of_the_same_service_disappoint(rng):
    years = Ratchet().standing_still(10, 60, 10, 20_000, rng)
    assert years["performance"].std() < 0.2
    assert years["expectation"].iloc[-1] > 63
    assert years["satisfaction"].iloc[-1] < years["satisfaction"].iloc[0] - 2
    even = Ratchet(rise=0.3, fall=0.3).standing_still(10, 60, 10, 20_000, rng)
    assert even["expectation"].iloc[-1] == pytest.approx(60, abs=0.3)


@given(st.floats(0.05, 1), st.floats(50, 70), st.floats(45, 75))
@settings(max_examples=30, deadline=None)
def test_chasing_keeps_satisfaction_and_costs(rise, start, target):
    ratchet = Ratchet(rise=rise)
    years = ratchet.chase(8, start, target)
    np.testing.assert_allclose(years["satisfaction"], target, atol=1e-6)
    path = ratchet.path(years["performance"], start)
    np.testing.assert_allclose(path["expectation"], years["expectation"])
    if target > float(ratchet.satisfaction(start, start)):
        assert (np.diff(years["performance"]) >= -1e-6).all()


def test_without_a_ratchet_chasing_costs_nothing():
    years = Ratchet(rise=0, fall=0).chase(5, 60, 70)
    np.testing.assert_allclose(years["more"], 0, atol=1e-9)


def test_a_satisfaction_out_of_reach_is_refused():
    with pytest.raises(ValueError, match="that some performance can give"):
        Ratchet(quality_slope=0, disconfirmation_slope=0).chase(3, 60, 90)
    with pytest.raises(ValueError, match=r"rise is 1\.5"):
        Ratchet(rise=1.5)


def test_rates_are_the_clustered_regression(rng):
    table = panel(rng)
    rates = learning_rates(table)
    table = table.sort_values(["customer", "period"])
    change = table.groupby("customer")["expectation"].shift(-1) - table["expectation"]
    gap = table["performance"] - table["expectation"]
    design = pd.DataFrame({"rise": gap.clip(0), "fall": -((-gap).clip(0))})
    kept = change.notna()
    fit = sm.OLS(change[kept], sm.add_constant(design[kept])).fit(
        cov_type="cluster", cov_kwds={"groups": table.loc[kept, "customer"]}, use_t=True
    )
    np.testing.assert_allclose(rates.coefficients, fit.params)
    np.testing.assert_allclose(rates.covariance, fit.cov_params())


def test_gaps_in_the_panel_are_no_changes(rng):
    table = panel(rng, noise=0.0)
    holes = table[~((table["period"] == 2) & (table["customer"] % 2 == 0))].sample(
        frac=1, random_state=1
    )
    rates = learning_rates(holes)
    np.testing.assert_allclose(rates.coefficients, [0, 0.5, 0.2], atol=1e-9)
    missing = table.assign(expectation=table["expectation"].mask(table["period"] == 2))
    np.testing.assert_allclose(learning_rates(missing).coefficients, [0, 0.5, 0.2], atol=1e-9)


def test_will_and_should_pull_in_opposite_directions(root):
    """Directions of Boulding and others (1993), in the operator's panel."""
    rates = will_and_should(pd.read_csv(root / "datasets/telecom/expectations.csv"))
    table = rates.frame().set_index("name")
    assert table.loc["forecast", "low"] > 0
    assert table.loc["expectation", "high"] < 0


def test_hopeless_panels_are_refused(rng):
    table = panel(rng, people=4)
    with pytest.raises(ValueError, match="no column 'performance'"):
        learning_rates(table.drop(columns="performance"))
    with pytest.raises(ValueError, match="two rows for customer"):
        learning_rates(pd.concat([table, table.head(1)]))
    with pytest.raises(ValueError, match="rows, but must have at least 4"):
        learning_rates(table.head(2))


def test_instrumented_rates_need_three_periods_in_a_row():
    frame = pd.DataFrame({"customer": np.repeat(np.arange(40), 2), "period": [1, 2] * 40})
    frame = frame.assign(performance=np.linspace(40, 60, 80), expectation=50.0)
    assert instrumented_rates(frame) is None


def test_instrumented_rates_are_two_stage_least_squares(rng):
    frame = pd.DataFrame({"customer": np.repeat(np.arange(60), 5), "period": list(range(5)) * 60})
    performance, expectation = rng.uniform(30, 90, 300), rng.uniform(40, 80, 300)
    frame = frame.assign(performance=performance, expectation=expectation)
    now, after, before = (
        frame[frame["period"].isin(span)] for span in ((1, 2, 3), (2, 3, 4), (0, 1, 2))
    )
    gap = now["performance"].to_numpy() - now["expectation"].to_numpy()
    lagged = now["performance"].to_numpy() - before["expectation"].to_numpy()
    surprise = before["performance"].to_numpy() - before["expectation"].to_numpy()

    def halves(*columns):
        return sm.add_constant(
            np.column_stack([part for x in columns for part in (x.clip(min=0), x.clip(max=0))])
        )

    change = after["expectation"].to_numpy() - now["expectation"].to_numpy()
    reference = IV2SLS(change, halves(gap), halves(lagged, surprise)).fit()
    ours = instrumented_rates(frame)
    np.testing.assert_allclose(ours.coefficients, reference.params, rtol=1e-6)
