"""Reliability and effectiveness: shares with intervals, policies, repeats and regret."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from cemlib.stats.estimates import bootstrap_weights
from cemlib.studies.value import effectiveness, reliability


@pytest.mark.parametrize(("hits", "rows"), [(0, 12), (5, 9), (80, 100), (7, 7)])
def test_wilson_is_statsmodels(hits, rows):
    share = reliability.wilson([1] * hits + [0] * (rows - hits))
    low, high = proportion_confint(hits, rows, method="wilson")
    assert (share.low, share.high) == (pytest.approx(low), pytest.approx(high))
    assert share.effective == rows


def test_clusters_of_alike_rows_count_as_one():
    marks = np.repeat([1, 0, 1, 1, 0, 1, 1, 0, 1, 1], 20)
    share = reliability.wilson(marks, list(np.repeat(range(10), 20)))
    assert share.estimate == pytest.approx(0.7)
    assert share.effective == pytest.approx(9)  # ten clusters, one lost to the mean
    assert reliability.design_effect(share) == pytest.approx(200 / 9)
    assert share.high - share.low > 3 * np.diff(proportion_confint(140, 200, method="wilson"))[0]


def test_clusters_cover_at_their_rate():
    rng = np.random.default_rng(8)
    hits = []
    for _ in range(1000):
        chance = rng.beta(6, 3, 30)  # mean 2/3, agents differ
        marks = rng.random((30, 12)) < chance[:, None]
        share = reliability.wilson(marks.ravel(), list(np.repeat(range(30), 12)))
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


def test_answers_get_the_marks_of_most_coders():
    found = reliability.judged(calls(), ["correct", "hedged"], ["gist"])
    assert found["correct"].tolist() == [1, 1, 0, 0]
    assert found["hedged"].tolist() == [0, 1, 0, 0]
    assert found["gist"].tolist() == ["A", "A", "A", "B"]
    assert "coder" not in found
    assert found["answer"].tolist() == [1, 2, 3, 4]


def test_indices_are_what_they_say():
    found = reliability.reliability(
        reliability.judged(calls(), ["correct", "hedged"], ["gist"])
    ).set_index("name")
    assert found["estimate"].to_dict() == {
        "certain": 0.75, "correct": 0.5, "reliable": 0.25, "consistent": 0.5,
    }  # fmt: skip
    assert set(found.index) <= set(reliability.INDICES)


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
    found = reliability.policy_effects(answers, "trust")
    assert found["hedged"].estimate == 0
    assert found["reliable"].estimate == pytest.approx(0.75)
    assert found["hedged"].degrees == 5
    with pytest.raises(ValueError, match="policy is 'fear'"):
        reliability.policy_effects(answers, "fear")


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
    weights = bootstrap_weights(4, 200, rng)
    found = effectiveness.advice_regret([50, 40, 62, 40.4], [40, 40, 40, 40], weights)
    assert found.mean == pytest.approx(8.1)
    assert found.low < found.mean < found.high
    assert found.best.estimate == 0.5
    with pytest.raises(ValueError, match="advised in row 0"):
        effectiveness.advice_regret([30.0], [40.0], np.ones((1, 1)))


def test_answers_needed_give_the_interval_asked_for():
    n = reliability.answers_needed(0.7, 0.04, design=2)
    share = reliability.wilson([1] * round(0.7 * n / 2) + [0] * round(0.3 * n / 2))
    assert (share.high - share.low) / 2 == pytest.approx(0.04, rel=0.02)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: reliability.wilson([]), "values is"),
        (lambda: reliability.wilson([2]), "values is"),
        (lambda: reliability.wilson([1, 0], ["a", "a"]), "clusters is"),
        (lambda: reliability.answers_needed(0.5, 0), "reach is 0"),
        (lambda: effectiveness.first_contacts(pd.DataFrame(), 0), "repeat_days is 0"),
        (lambda: effectiveness.resolved(pd.DataFrame({"again": [np.nan]})), "first is"),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()
