"""Reliability and effectiveness: shares with intervals, policies, repeat contacts and regret."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.sandwich_covariance import cov_cluster_2groups

from cemlib.stats import proportions
from cemlib.stats.clusters import crossed_variance
from cemlib.stats.estimates import mean_difference
from cemlib.studies.value import effectiveness, reliability


@pytest.mark.parametrize(("hits", "rows"), [(0, 12), (5, 9), (80, 100), (7, 7)])
def test_wilson_is_statsmodels(hits, rows):
    share = proportions.wilson([1] * hits + [0] * (rows - hits))
    low, high = proportion_confint(hits, rows, method="wilson")
    assert (share.low, share.high) == (pytest.approx(low), pytest.approx(high))
    assert share.effective == rows


def test_clusters_of_alike_rows_count_as_one():
    marks = np.repeat([1, 0, 1, 1, 0, 1, 1, 0, 1, 1], 20)
    share = proportions.wilson(marks, list(np.repeat(range(10), 20)))
    assert share.estimate == pytest.approx(0.7)
    assert share.effective == pytest.approx(9)  # ten clusters, one lost to the mean
    assert share.high - share.low > 3 * np.diff(proportion_confint(140, 200, method="wilson"))[0]


def test_clusters_cover_at_their_rate():
    rng = np.random.default_rng(8)
    hits = []
    for _ in range(1000):
        probability = rng.beta(6, 3, 30)  # mean 2/3, agents differ
        marks = rng.random((30, 12)) < probability[:, None]
        share = proportions.wilson(marks.ravel(), list(np.repeat(range(30), 12)))
        hits.append(share.low <= 2 / 3 <= share.high)
    assert abs(np.mean(hits) - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 1000)


def calls():
    return pd.DataFrame(
        {
            "answer": np.repeat([1, 2, 3, 4], 3),
            "question": np.repeat(["q1", "q1", "q2", "q2"], 3),
            "agent": np.repeat(["a", "b", "a", "c"], 3),
            "coder": list("xyz") * 4,
            "gist": list("AABAAAABCBBB"),
            "correct": [1, 1, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0],
            "hedged": [0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, np.nan],
        }
    )


def test_answers_get_the_judgement_of_the_majority():
    answers = reliability.majority_judgements(calls())
    assert answers["correct"].tolist() == [1, 1, 0, 0]
    assert answers["hedged"].tolist() == [0, 1, 0, 0]
    assert answers["reliable"].tolist() == [1, 0, 0, 0]
    assert answers["gist"].tolist() == ["A", "A", "A", "B"]
    assert "coder" not in answers
    assert answers["answer"].tolist() == [1, 2, 3, 4]


def test_two_coders_who_disagree_leave_half_a_judgement():
    two = calls()[calls()["coder"] != "z"]
    answers = reliability.majority_judgements(two)
    assert answers["correct"].tolist() == [1, 1, 0.5, 0]
    assert answers["hedged"].tolist() == [0, 1, 0, 0]
    assert answers["reliable"].tolist() == [1, 0, 0.5, 0]
    swapped = two.assign(correct=1 - two["correct"], hedged=1 - two["hedged"])
    mirrored = reliability.majority_judgements(swapped)  # neither answer is favoured
    assert mirrored["correct"].tolist() == [0, 0, 0.5, 1]


def test_crossed_clusters_are_statsmodels_two_way(rng):
    rows = pd.DataFrame(
        {"agent": rng.integers(8, size=200), "question": rng.integers(30, size=200)}
    )
    probability = 0.1 + 0.4 * (rows["question"] % 2) + 0.4 * (rows["agent"] > 3)
    rows["y"] = (rng.random(200) < probability).astype(float)
    treated = (rows["agent"] % 2 == 1).to_numpy()
    ours = mean_difference(rows["y"], treated, list(rows["agent"]), crossed=list(rows["question"]))
    fit = sm.OLS(rows["y"], sm.add_constant(treated.astype(float))).fit()
    theirs = cov_cluster_2groups(fit, rows["agent"].to_numpy(), rows["question"].to_numpy())[0]
    assert ours.standard_error == pytest.approx(np.sqrt(theirs[1, 1]), rel=1e-6)
    assert ours.degrees == 7
    share = proportions.wilson(rows["y"], list(rows["agent"]), crossed=list(rows["question"]))
    mean = sm.OLS(rows["y"], np.ones(200)).fit()
    variance = cov_cluster_2groups(mean, rows["agent"].to_numpy(), rows["question"].to_numpy())[0]
    p = share.estimate
    assert share.effective == pytest.approx(p * (1 - p) / variance[0, 0], rel=1e-6)
    assert share.effective < proportions.wilson(rows["y"], list(rows["agent"])).effective


def test_crossed_clusters_without_repetition_are_the_one_kind(rng):
    y, agent = rng.random(40).round(), list(np.repeat(range(8), 5))
    one = proportions.wilson(y, agent)
    alone = proportions.wilson(y, agent, crossed=list(range(40)))
    assert vars(alone) == pytest.approx(vars(one))
    assert proportions.wilson(y, agent, crossed=["same"] * 40) == one
    with pytest.raises(ValueError, match="one value only"):
        crossed_variance(y, agent, ["same"] * 40)


def test_indices_are_what_they_say():
    indices = reliability.reliability_indices(reliability.majority_judgements(calls())).set_index(
        "name"
    )
    assert indices["estimate"].to_dict() == {
        "certain": 0.75, "correct": 0.5, "reliable": 0.25, "consistent": 0.5,
    }  # fmt: skip
    assert set(indices.index) <= set(reliability.INDICES)


def test_one_agent_asked_twice_is_no_pair():
    answers = pd.DataFrame({"question": [1, 1, 1], "agent": list("aab"), "gist": list("xxy")})
    assert reliability.consistency(answers)["same"].tolist() == [0.0]
    alone = answers.assign(agent="a")
    assert reliability.consistency(alone).empty


def test_policy_effect_is_the_difference_of_shares():
    answers = pd.DataFrame(
        {
            "agent": np.repeat(list("abcdef"), 4),
            "policy": np.repeat(["marks", "trust"], 12),
            "hedged": np.tile([1, 0, 1, 1], 6),
            "correct": np.tile([1, 0], 12),
            "reliable": [0, 0, 0, 0] * 3 + [1, 1, 1, 0] * 3,
        }
    )
    effects = reliability.policy_effects(answers, "trust")
    assert effects["hedged"].estimate == 0
    assert effects["reliable"].estimate == pytest.approx(0.75)
    assert effects["hedged"].degrees == 5
    assert reliability.policy_effects(answers, "fear") == {}
    assert reliability.policy_effects(answers[answers["policy"] == "trust"], "trust") == {}
    assert reliability.policy_effects(answers.drop(columns="policy"), "trust") == {}


def test_matters_are_counted_once_and_the_last_days_wait():
    log = pd.DataFrame(
        {
            "customer": list("aaabbc"),
            "topic": ["fee", "fee", "fee", "fee", "data", "fee"],
            "time": pd.to_datetime(
                ["2026-01-01", "2026-01-05", "2026-01-20", "2026-01-02", "2026-01-03", "2026-01-28"]
            ),
        }
    )
    first = effectiveness.first_contacts(log, 7, pd.Timestamp("2026-01-31"))
    assert first["contacts"].tolist() == [2, 1, 1, 1, 1]
    assert first["again"].fillna(-1).tolist() == [1, 0, 0, 0, -1]
    assert first["days"].iloc[0] == 4
    assert effectiveness.resolved(first).estimate == pytest.approx(0.75)
    assert effectiveness.resolved_by(first, "topic")["name"].tolist() == ["fee", "data"]


def test_a_longer_window_never_resolves_more(rng):
    log = pd.DataFrame({"customer": rng.integers(0, 40, 300), "topic": "fee"})
    log["time"] = pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.random(300) * 200, unit="D")
    end = log["time"].max() + pd.Timedelta(days=60)
    shares = [
        effectiveness.resolved(effectiveness.first_contacts(log, d, end)).estimate
        for d in (1, 3, 7, 30)
    ]
    assert shares == sorted(shares, reverse=True)


def test_regret_is_what_advice_costs_over_the_best(rng):
    log = pd.DataFrame({"advised": [50, 40, np.nan, 62, 40.4], "best": 40.0})
    regret = effectiveness.advice_regret(log, 200, rng)
    assert regret.mean == pytest.approx(8.1)
    assert regret.low < regret.mean < regret.high
    assert regret.best.estimate == 0.5
    assert effectiveness.advice_regret(log.drop(columns="best"), 10, rng) is None
    assert effectiveness.advice_regret(log[log["advised"].isna()], 10, rng) is None
    with pytest.raises(ValueError, match="advised in row 0"):
        effectiveness.advice_regret(log.assign(best=60.0), 10, rng)


def test_answers_needed_give_the_margin_of_error():
    row = {"name": "correct", "estimate": 0.7, "rows": 100, "effective": 50.0}
    n = reliability.answers_needed(pd.DataFrame([row]), 0.04, "correct")
    share = proportions.wilson([1] * round(0.7 * n / 2) + [0] * round(0.3 * n / 2))
    assert (share.high - share.low) / 2 == pytest.approx(0.04, rel=0.02)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: proportions.wilson([]), "values is"),
        (lambda: proportions.wilson([2]), "values is"),
        (lambda: proportions.wilson([1, 0], ["a", "a"]), "clusters is"),
        (lambda: reliability.answers_needed(pd.DataFrame(), 0), "margin is 0"),
        (lambda: effectiveness.first_contacts(pd.DataFrame(), 0), "repeat_days is 0"),
        (lambda: effectiveness.resolved(pd.DataFrame({"again": [np.nan]})), "first is"),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()
