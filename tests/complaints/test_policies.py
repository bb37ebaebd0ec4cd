import numpy as np
import pandas as pd
import pytest

from cemlib.stats.estimates import bootstrap_weights
from cemlib.stats.logit import Logit
from cemlib.studies.complaints import policies
from cemlib.studies.complaints.answers import menu
from cemlib.studies.complaints.gains import Gains, Stakes
from cemlib.studies.complaints.policy_draws import drawn_unequal, drawn_values
from cemlib.studies.complaints.response import FEATURES, OUTCOMES, Response

SLOPES = {
    "stayed": (1.0, 0.3, 0.4, 0.5, 0.9, -0.25),
    "spoke_well": (-1.0, 0.6, 0.6, 0.4, 1.2, -0.3),
    "regulator": (-3.0, -0.3, -0.4, -0.5, -0.8, 0.3),
}
RULES = policies.Rules(flat=40.0, authority=60.0)
SIZE, DRAWS = 1500, 200


@pytest.fixture(scope="module")
def log():
    rng = np.random.default_rng(3)
    frame = {"loss": rng.lognormal(4.3, 0.8, SIZE), "fee": rng.lognormal(4.6, 0.5, SIZE)}
    return pd.DataFrame({**frame, "failure": rng.choice(["billing", "outage"], SIZE)})


@pytest.fixture(scope="module")
def gains(log):
    names = ("intercept", *FEATURES)
    draws = np.random.default_rng(6).normal(0, 0.02, (DRAWS, len(names)))
    logits = {o: Logit(names, np.array(SLOPES[o]), SLOPES[o] + draws) for o in OUTCOMES}
    worth = np.array((0.12, 0.15, 0.25, 1.0, -0.06))
    return Gains(Response(logits, worth, np.tile(worth, (DRAWS, 1))), Stakes(), log)


UNIFORMS = np.random.default_rng(4).random((SIZE, 3))


@pytest.fixture(scope="module")
def simulated(gains):
    return policies.simulate_policies(gains, menu(), UNIFORMS, RULES)


@pytest.fixture(scope="module")
def table(simulated, log, gains):
    weights = bootstrap_weights(SIZE, DRAWS, np.random.default_rng(8))
    return policies.compare(simulated, log, gains, UNIFORMS, weights)


def test_policies_answer_as_they_say(simulated, log):
    assert (simulated["deny"]["compensation"] == 0).all()
    np.testing.assert_allclose(simulated["full"]["compensation"], log["loss"])
    np.testing.assert_allclose(simulated["flat"]["compensation"], np.minimum(40, log["loss"]))
    assert (simulated["nash capped"]["compensation"] <= 60 + 1e-9).all()
    assert (simulated["nash"]["company"] >= 0).all()


def test_nash_has_a_larger_product_than_another_answer_of_its_menu(gains, simulated):
    def product(name):
        frame = simulated[name]
        return (frame["customer"] - gains.outside) * frame["company"]

    fit = (simulated["full"]["customer"] >= gains.outside) & (simulated["full"]["company"] >= 0)
    assert (product("nash")[fit] >= product("full")[fit] - 1e-6).all()
    assert (product("nash") > product("full"))[fit].any()


def test_common_random_numbers_keep_those_who_are_likelier_to_stay(gains, simulated):
    """A better answer never loses a customer who stayed under a worse one."""
    assert (simulated["full"]["stayed"] >= simulated["deny"]["stayed"]).all()
    assert (simulated["full"]["regulator"] <= simulated["deny"]["regulator"]).all()


def test_simulated_gains_average_to_the_expected(gains):
    uniforms = np.random.default_rng(5).random((20, SIZE, 3))
    flat = [policies.simulate_policies(gains, menu(), each, RULES)["flat"] for each in uniforms]
    means = [frame["realised"].mean() for frame in flat]
    error = np.std(means, ddof=1) / np.sqrt(len(means))
    assert abs(np.mean(means) - flat[0]["company"].mean()) < 4 * error


def test_common_random_numbers_narrow_the_interval_of_the_difference(table):
    row = table.set_index("policy").loc["flat"]
    together = row["gain_over_deny_high"] - row["gain_over_deny_low"]
    base = table.set_index("policy").loc["deny"]
    apart = np.hypot(
        row["realised_high"] - row["realised_low"], base["realised_high"] - base["realised_low"]
    )
    assert together < 0.8 * apart


def test_comparison_counts_fairness_and_losers(table):
    table = table.set_index("policy")
    assert list(table.index) == list(policies.POLICIES)
    assert table.loc[["deny", "full"], "share_sd"].tolist() == [0, 0]
    assert table.loc["nash", "share_sd"] > 0
    assert table.loc["full", "company_worse_off"] > 0
    assert table.loc["nash", "company_worse_off"] == 0
    for name in ("customer", "company", "realised"):
        assert (table[f"{name}_low"] <= table[name]).all()
        assert (table[name] <= table[f"{name}_high"]).all()


def test_ranking_names_the_policies_that_stand_out(table):
    ranking, rows = policies.rank(table), table.set_index("policy")
    assert ranking.best_for_company == rows["realised"].idxmax()
    assert ranking.best_for_customer == "full"
    assert ranking.least_equal == rows["share_sd"].idxmax()
    assert ranking.most_refused == rows["customers_worse_off"].idxmax()


def test_a_draw_is_the_gain_of_the_answers_with_its_responses(simulated, log, gains):
    """Each draw by itself, computed with the gains of that response alone."""
    counts = bootstrap_weights(SIZE, DRAWS, np.random.default_rng(8))
    drawn = drawn_values(gains, simulated, UNIFORMS, counts)
    for at in (0, DRAWS - 1):
        logits = {
            name: Logit(each.names, each.draws[at], each.draws[[at]])
            for name, each in gains.response.logits.items()
        }
        worth = gains.response.worth_draws[at]
        alone = Gains(Response(logits, worth, worth[None]), Stakes(), log)
        for policy, frame in simulated.items():
            expected = alone.evaluate(frame)
            for side in ("customer", "company"):
                mean = np.average(expected[side], weights=counts[at])
                assert drawn[policy][side][at] == pytest.approx(mean)
            losses = np.average(expected["company"] < -1e-6, weights=counts[at])
            assert drawn[policy]["company_worse_off"][at] == pytest.approx(losses)


def test_unknown_responses_widen_the_intervals(table, simulated, log, gains):
    known = {
        name: Logit(each.names, each.values, np.tile(each.values, (DRAWS, 1)))
        for name, each in gains.response.logits.items()
    }
    sure = Gains(Response(known, gains.response.worth, gains.response.worth_draws), Stakes(), log)
    weights = bootstrap_weights(SIZE, DRAWS, np.random.default_rng(8))
    narrow = policies.compare(simulated, log, sure, UNIFORMS, weights).set_index("policy")
    wide = table.set_index("policy")
    width = [each["company_high"] - each["company_low"] for each in (narrow, wide)]
    assert (width[1] > 1.1 * width[0]).all()


def test_draws_and_resamples_belong_together(simulated, log, gains):
    with pytest.raises(ValueError, match="one row per draw of the response"):
        policies.compare(simulated, log, gains, UNIFORMS, np.ones((3, SIZE)))


def test_inequality_of_the_sample_itself(log, simulated):
    groups, share = policies.similar_cases(log), simulated["nash"]["share"]
    one = drawn_unequal(share, groups, np.ones((1, SIZE)))[0]
    assert one == pytest.approx(policies.within_group_sd(share, groups))


def test_last_year_is_365_days():
    log = pd.DataFrame({"received": pd.date_range("2025-01-01", "2026-06-30")})
    assert len(policies.last_year(log)) == 366


def test_similar_cases_share_failure_and_band():
    log = pd.DataFrame({"failure": ["a"] * 10 + ["b"] * 10, "loss": np.arange(20.0)})
    groups = policies.similar_cases(log, 5)
    assert groups.nunique() == 6
    assert policies.similar_cases(log[["loss"]], 4).nunique() == 4


def test_standard_deviation_is_missing_without_two_similar_cases():
    assert np.isnan(policies.within_group_sd(pd.Series([1.0, 2.0]), pd.Series(["a", "b"])))


def test_what_is_no_policy_is_refused(gains):
    with pytest.raises(ValueError, match="did you mean 'nash'"):
        policies.policy_answers("nahs", gains, menu())
    with pytest.raises(ValueError, match="uniforms is"):
        policies.simulate_policies(gains, menu(), np.ones((3, 3)))
    with pytest.raises(ValueError, match="flat is -1"):
        policies.Rules(flat=-1)
