"""The metro experiment in class: who reads what, what a class can find, when its answers count."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.linear_model import OLS

from cemlib.studies import expectation
from cemlib.studies.expectation import class_words
from cemlib.studies.expectation.classroom import STORIES, choose_answers, class_power, class_sheet

METRO = expectation.ExpectationModel()


@pytest.fixture
def section():
    return expectation.sources().section("responses")


def entered(n, seed=1):
    return METRO.simulate(n, np.random.default_rng(seed))


def test_every_participant_reads_one_of_four_stories():
    sheet = class_sheet(METRO, np.random.default_rng(7), 30)
    rows = pd.DataFrame(sheet.spec.rows, columns=sheet.spec.columns).astype({"effort": int})
    assert len(rows) == 30
    assert rows["story"].value_counts().sort_index().tolist() == [8, 8, 7, 7]
    told = STORIES.set_index("story").loc[rows["story"], "effort"]
    assert told.tolist() == rows["effort"].tolist()


def test_stories_differ_in_effort_and_promise_only():
    text = STORIES.set_index("story")["text"]
    hurry = [text[letter].startswith("You are late.") for letter in "ABCD"]
    promise = ["four seats in five are empty" in text[letter] for letter in "ABCD"]
    assert hurry == (STORIES["effort"] == 1).tolist()
    assert promise == (STORIES["information"] == 1).tolist()


@pytest.mark.parametrize("size", [20, 40])
def test_the_power_of_a_class_is_the_share_of_classes_that_find_it(size):
    rng = np.random.default_rng(11)
    found = []
    for _ in range(400):
        data = METRO.simulate(size, rng)
        effort, information = data["effort"] - 0.5, data["information"] - 0.5
        x = np.column_stack([np.ones(size), information, effort, effort * information])
        found.append(OLS(data["expectation"], x).fit().pvalues.iloc[1] < 0.05)
    expected = class_power(METRO, size)["expectation"]
    assert abs(np.mean(found) - expected) < 4 * np.sqrt(expected * (1 - expected) / 400)


def test_few_answers_are_not_dropped_without_a_word(section):
    rng = np.random.default_rng(3)
    chosen = choose_answers(section, entered(7), METRO, 400, rng)
    assert (chosen.source, chosen.typed, len(chosen.frame)) == ("model", 7, 400)
    assert "The form has 7 complete answers" in class_words.data_source(chosen)


def test_two_answers_of_each_story_are_analysed(section):
    chosen = choose_answers(section, entered(8), METRO, 400, np.random.default_rng(3))
    assert (chosen.source, chosen.typed, len(chosen.frame)) == ("form", 0, 8)
    ways = expectation.four_ways(chosen.frame, chosen.covariates)
    assert np.isfinite(ways[["estimate", "low", "high"]].to_numpy(float)).all()
