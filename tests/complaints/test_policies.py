import numpy as np
import pandas as pd
import pytest

from cemlib.stats.estimates import bootstrap_weights
from cemlib.stats.response import FEATURES, OUTCOMES, Logit, Response
from cemlib.studies.complaints import policies
from cemlib.studies.complaints.answers import Gains, Stakes, menu

SLOPES = {
    "stayed": (1.0, 0.3, 0.4, 0.5, 0.9, -0.25),
    "spoke_well": (-1.0, 0.6, 0.6, 0.4, 1.2, -0.3),
    "regulator": (-3.0, -0.3, -0.4, -0.5, -0.8, 0.3),
}
RULES = policies.Rules(flat=40.0, authority=60.0)
SIZE = 1500


@pytest.fixture(scope="module")
def log():
    rng = np.random.default_rng(3)
    frame = {"loss": rng.lognormal(4.3, 0.8, SIZE), "fee": rng.lognormal(4.6, 0.5, SIZE)}
    return pd.DataFrame({**frame, "failure": rng.choice(["billing", "outage"], SIZE)})


@pytest.fixture(scope="module")
def gains(log):
    names = ("intercept", *FEATURES)
    logits = {o: Logit(names, np.array(SLOPES[o]), np.array([SLOPES[o]])) for o in OUTCOMES}
    worth = np.array((0.12, 0.15, 0.25, 1.0, -0.06))
    return Gains(Response(logits, worth, worth[None]), Stakes(), log)


@pytest.fixture(scope="module")
def played(gains):
    luck = np.random.default_rng(4).random((SIZE, 3))
    return policies.play(gains, menu(), luck, RULES)


def test_policies_answer_as_they_say(played, log):
    assert (played["deny"]["compensation"] == 0).all()
    np.testing.assert_allclose(played["full"]["compensation"], log["loss"])
    np.testing.assert_allclose(played["flat"]["compensation"], np.minimum(40, log["loss"]))
    assert (played["nash capped"]["compensation"] <= 60 + 1e-9).all()
    assert (played["nash"]["company"] >= 0).all()


def test_nash_has_a_larger_product_than_another_answer_of_its_menu(gains, played):
    def product(name):
        frame = played[name]
        return (frame["customer"] - gains.outside) * frame["company"]

    fit = (played["full"]["customer"] >= gains.outside) & (played["full"]["company"] >= 0)
    assert (product("nash")[fit] >= product("full")[fit] - 1e-6).all()
    assert (product("nash") > product("full"))[fit].any()


def test_same_luck_keeps_whoever_is_likelier_to_stay(gains, played):
    """Common random numbers: under an answer that raises the chance nobody is lost who stayed."""
    assert (played["full"]["stayed"] >= played["deny"]["stayed"]).all()
    assert (played["full"]["regulator"] <= played["deny"]["regulator"]).all()


def test_drawn_gains_average_to_the_expected(gains):
    luck = np.random.default_rng(5).random((20, SIZE, 3))
    drawn = [policies.play(gains, menu(), each, RULES)["flat"]["realised"].mean() for each in luck]
    expected = policies.play(gains, menu(), luck[0], RULES)["flat"]["company"].mean()
    error = np.std(drawn, ddof=1) / np.sqrt(len(drawn))
    assert abs(np.mean(drawn) - expected) < 4 * error


def test_common_luck_makes_the_difference_surer(played, log, gains, rng):
    table = policies.compare(played, log, gains, bootstrap_weights(SIZE, 400, rng))
    row = table.set_index("policy").loc["flat"]
    together = row["over_deny_high"] - row["over_deny_low"]
    base = table.set_index("policy").loc["deny"]
    apart = np.hypot(
        row["realised_high"] - row["realised_low"], base["realised_high"] - base["realised_low"]
    )
    assert together < 0.8 * apart


def test_comparison_counts_fairness_and_losers(played, log, gains, rng):
    table = policies.compare(played, log, gains, bootstrap_weights(SIZE, 50, rng))
    table = table.set_index("policy")
    assert list(table.index) == list(policies.POLICIES)
    assert table.loc[["deny", "full"], "spread"].tolist() == [0, 0]
    assert table.loc["nash", "spread"] > 0
    assert table.loc["full", "company_loses"] > 0
    assert table.loc["nash", "company_loses"] == 0
    for name in ("customer", "company", "realised"):
        assert (table[f"{name}_low"] <= table[name]).all()
        assert (table[name] <= table[f"{name}_high"]).all()


def test_like_cases_share_failure_and_band():
    log = pd.DataFrame({"failure": ["a"] * 10 + ["b"] * 10, "loss": np.arange(20.0)})
    groups = policies.likes(log, 5)
    assert groups.nunique() == 6
    assert policies.likes(log[["loss"]], 4).nunique() == 4


def test_spread_is_missing_where_no_two_are_alike():
    assert np.isnan(policies.spread(pd.Series([1.0, 2.0]), pd.Series(["a", "b"])))


def test_what_is_no_policy_is_refused(gains):
    with pytest.raises(ValueError, match="did you mean 'nash'"):
        policies.answers_of("nahs", gains, menu())
    with pytest.raises(ValueError, match="luck is"):
        policies.play(gains, menu(), np.ones((3, 3)))
    with pytest.raises(ValueError, match="flat is -1"):
        policies.Rules(flat=-1)
