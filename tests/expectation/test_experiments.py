import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cemlib.studies.expectation import experiments as ex
from cemlib.studies.expectation.model import ExpectationModel

seeds = st.integers(0, 2**32)


@pytest.fixture
def frame(rng):
    return ExpectationModel().simulate(200, rng)


def test_difference_is_welch(frame):
    effect = ex.difference_in_means(frame["satisfaction"], frame["effort"])
    sides = [frame.loc[frame["effort"] == side, "satisfaction"] for side in (1, 0)]
    welch = stats.ttest_ind(*sides, equal_var=False)
    assert effect.p_value == pytest.approx(welch.pvalue)
    np.testing.assert_allclose(effect.interval(), welch.confidence_interval())


def test_neyman_is_hc2(frame):
    effect = ex.difference_in_means(frame["satisfaction"], frame["effort"])
    fit = sm.OLS(frame["satisfaction"], sm.add_constant(frame["effort"])).fit(cov_type="HC2")
    assert effect.standard_error == pytest.approx(fit.bse["effort"])


@given(seeds)
@settings(max_examples=15, deadline=None)
def test_neyman_variance_is_never_too_small_on_average(seed):
    """Over all deals of one fixed population; exact where effects are equal for all."""
    rng = np.random.default_rng(seed)
    without = rng.normal(size=8)
    for gain, equal in ((2.0, True), (rng.normal(size=8), False)):
        deals = np.array([[int(bit) for bit in f"{code:08b}"] for code in range(256)])
        deals = deals[deals.sum(axis=1) == 4]
        result = [ex.difference_in_means(without + gain * deal, deal) for deal in deals]
        true = np.var([effect.estimate for effect in result])
        stated = np.mean([effect.standard_error**2 for effect in result])
        assert stated >= true - 1e-12
        assert np.mean([e.estimate for e in result]) == pytest.approx(np.mean(gain))
        if equal:
            assert stated == pytest.approx(true)


def test_lin_is_the_interacted_regression(frame):
    effect = ex.regression_adjusted(frame["satisfaction"], frame["effort"], frame[["baseline"]])
    centred = frame["baseline"] - frame["baseline"].mean()
    design = pd.DataFrame({"t": frame["effort"], "x": centred, "tx": centred * frame["effort"]})
    fit = sm.OLS(frame["satisfaction"], sm.add_constant(design.astype(float))).fit(cov_type="HC2")
    assert effect.estimate == pytest.approx(fit.params["t"])
    assert effect.standard_error == pytest.approx(fit.bse["t"])


def test_what_was_known_before_sharpens(rng):
    frame = ExpectationModel().simulate(20_000, rng)
    plain = ex.difference_in_means(frame["satisfaction"], frame["effort"])
    adjusted = ex.regression_adjusted(frame["satisfaction"], frame["effort"], frame[["baseline"]])
    assert adjusted.standard_error < 0.99 * plain.standard_error
    assert abs(adjusted.estimate - plain.estimate) < 3 * plain.standard_error


@given(seeds, st.integers(2, 6), st.integers(2, 6))
@settings(max_examples=15, deadline=None)
def test_small_randomisation_tests_are_exact(seed, treated, others):
    rng = np.random.default_rng(seed)
    y = rng.normal(size=treated + others).round(1)
    group = np.repeat([1, 0], [treated, others])
    p, differences = ex.randomisation_test(y, group, rng)
    expected = stats.permutation_test(
        (y[group == 1], y[group == 0]),
        lambda a, b, axis: np.abs(a.mean(axis=axis) - b.mean(axis=axis)),
        n_resamples=np.inf,
        alternative="greater",
        vectorized=True,
    )
    assert len(differences) == len(expected.null_distribution)
    assert p == pytest.approx(expected.pvalue)


def test_randomisation_keeps_its_level_and_finds_effects(rng):
    y = rng.normal(size=(300, 40))
    group = np.tile([0, 1], 20)
    quiet = [ex.randomisation_test(row, group, rng, draws=199)[0] for row in y]
    assert abs(np.mean(np.array(quiet) <= 0.05) - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 300)
    loud = [ex.randomisation_test(row + 1.5 * group, group, rng, draws=199)[0] for row in y[:50]]
    assert np.mean(np.array(loud) <= 0.05) > 0.9


def test_cell_means_are_means_with_t_intervals(frame):
    row = ex.cell_means(frame).iloc[2]
    cell = frame[(frame["effort"] == 1) & (frame["information"] == 0)]["satisfaction"]
    expected = stats.t.interval(0.95, len(cell) - 1, cell.mean(), stats.sem(cell))
    assert row["estimate"] == pytest.approx(cell.mean())
    np.testing.assert_allclose([row["low"], row["high"]], expected)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: f.assign(effort=2), "effort at row 0 is"),
        (lambda f: f[f["effort"] + f["information"] < 2], "effort 1 and information 1"),
        (lambda f: f.assign(satisfaction=np.nan), "missing or infinite"),
    ],
)
def test_what_is_no_two_by_two_is_refused(frame, spoil, message):
    with pytest.raises(ValueError, match=message):
        ex.cell_means(spoil(frame))


def test_one_sided_experiments_are_refused():
    with pytest.raises(ValueError, match="treated must have one value per row"):
        ex.difference_in_means([1, 2, 3], [1, 1, 1])
