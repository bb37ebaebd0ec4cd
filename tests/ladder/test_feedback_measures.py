"""Measures, comments and any outcome of feedback."""

import numpy as np
import pandas as pd
import pytest

from cemlib import board
from cemlib.data.load import DataError
from cemlib.studies.ladder import datasets, voice, words
from cemlib.texts import find_themes, theme_agreement


@pytest.fixture(scope="module")
def feedback():
    return datasets.load_feedback()


def test_every_touchpoint_that_was_asked_for_has_its_share(feedback):
    ratings = voice.asked_ratings(feedback)
    table = board.board_measures(ratings).groups
    touchpoints = table[table["by"] == "touchpoint"].set_index("group")
    assert set(touchpoints.index) == {*datasets.STAGES, "relationship"}
    survey = feedback[feedback["mode"] == voice.SURVEY]
    mine = survey["bill"].dropna()  # never asked after an event
    assert touchpoints.loc["bill", "answers"] == len(mine)
    assert touchpoints.loc["bill", "estimate"] == pytest.approx(100 * (mine >= 9).mean())
    unasked = feedback[feedback["mode"] == "customer-initiated"]
    assert len(ratings.answers) == len(feedback) - len(unasked) + 6 * len(survey)


def test_themes_of_comments_are_the_causes(feedback):
    rows = voice.commented(feedback).answers
    themes = find_themes(rows["comment"], np.random.default_rng(2), most=15)
    agreement = theme_agreement(themes, list(rows["cause"])).iloc[0]
    assert agreement["homogeneity"] > 0.95
    assert agreement["assigned"] > 0.9
    assert len(voice.commented(feedback.drop(columns="comment")).answers) == 0


def survey(tmp_path, **columns):
    rng = np.random.default_rng(6)
    frame = pd.DataFrame(rng.integers(0, 11, (400, 2)), columns=["app", "shop"])
    frame = frame.assign(touchpoint="relationship", rating=rng.integers(0, 11, 400))
    odds = np.exp(-2 + 0.4 * frame["app"])
    frame["Status"] = np.where(rng.random(400) < odds / (1 + odds), "stayed", "left")
    frame.assign(**columns).to_csv(tmp_path / "feedback.csv", index=False)
    return tmp_path / "feedback.csv"


def test_touchpoints_explain_any_outcome(tmp_path):
    asked = {"touchpoints": "app, shop", "outcome": "status=stayed"}
    rows = datasets.read("feedback", survey(tmp_path), **asked)
    rng = np.random.default_rng(1)
    result = voice.touchpoint_importance(
        rows.frame, ["app", "shop"], 20, rng, "status=stayed", stages={}
    )
    assert result.importance.names[result.most_important] == "app"
    assert 0.05 < result.importance.values.sum() < 0.4
    assert any("with stayed count as 1" in note for note in rows.notes)
    said = words.touchpoints(result, {}, words.outcome_name("status=stayed"))
    assert "explains most of status: stayed" in " ".join(said.split())
    with pytest.raises(DataError, match="neither numbers nor yes and no"):
        datasets.read("feedback", survey(tmp_path), touchpoints="app, shop", outcome="Status")


@pytest.mark.parametrize("outcome", ["app", "customer", "rating=9"])
def test_what_cannot_be_an_outcome_is_refused(tmp_path, outcome):
    with pytest.raises(ValueError, match="outcome is "):
        datasets.read("feedback", survey(tmp_path), touchpoints="app, shop", outcome=outcome)


def test_recommendation_in_feedback_gives_a_net_promoter_score(tmp_path):
    path = survey(tmp_path, recommend=[10] * 300 + [3] * 100)
    rows = datasets.read("feedback", path, touchpoints="app, shop")
    measured = board.board_measures(voice.asked_ratings(rows.frame, ["app", "shop"]))
    assert measured.first == "recommend"
    assert measured.measures["recommend"].estimate == pytest.approx(50)
