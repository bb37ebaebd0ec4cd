"""Coverage and non-response: against post-stratification by hand."""

import numpy as np
import pandas as pd
import pytest

from cemlib.stats.estimates import bootstrap_weights
from cemlib.studies.ladder.voice import SURVEY, count_answers, response_weighted_mean


def test_weighting_by_one_category_is_post_stratification(rng):
    kind = rng.choice(list("abc"), 2000)
    probability = pd.Series(kind).map({"a": 0.2, "b": 0.5, "c": 0.9})
    rating = pd.Series(kind).map({"a": 4.0, "b": 6.0, "c": 8.0}) + rng.normal(0, 1, 2000)
    rating = rating.where(rng.random(2000) < probability)
    weights = bootstrap_weights(2000, 50, rng)
    result = response_weighted_mean(rating, pd.DataFrame({"kind": kind}), weights)
    share = pd.Series(kind).value_counts(normalize=True)
    by_hand = (rating.groupby(kind).mean() * share).sum()
    assert result.values[1] == pytest.approx(by_hand, abs=1e-3)
    assert result.values[0] == pytest.approx(rating.mean())
    assert result.values[2] == pytest.approx(result.values[1] - result.values[0])
    # A resample is the same computation on rows that repeat.
    again = np.repeat(np.arange(2000), weights[3].astype(int))
    alone = response_weighted_mean(
        rating.to_numpy()[again], pd.DataFrame({"kind": kind[again]}), np.ones((1, 2000))
    )
    assert alone.values == pytest.approx(result.draws[3], abs=1e-4)


def test_a_class_of_which_all_answer_is_no_trouble():
    known = pd.DataFrame({"kind": list("aaaabbbb")})
    result = response_weighted_mean([1, 1, 1, 1, 9, None, None, 9], known, np.ones((2, 8)))
    assert result.values[1] == pytest.approx(5, abs=0.02)


def test_lengths_must_fit():
    with pytest.raises(ValueError, match="known has 1 rows, but rating 2"):
        response_weighted_mean([1, None], pd.DataFrame({"k": ["a"]}), np.ones((1, 2)))


def test_answers_are_counted_also_inside_the_survey():
    feedback = pd.DataFrame(
        {
            "touchpoint": ["bill", "help", "relationship", "relationship"],
            "mode": ["call", "call", SURVEY, SURVEY],
            "rating": [7, None, 6, None],
            "bill": [None, None, 5, None],
            "help": [None, None, None, None],
        }
    )
    answers, response = count_answers(feedback, ["help", "bill"], ["call", SURVEY])
    assert answers.to_numpy().tolist() == [[0, 0], [1, 1], [0, 1]]
    assert np.isnan(response.loc["relationship", "call"])
    assert response.loc["bill", SURVEY] == 0.5
    assert response.loc["help", "call"] == 0
