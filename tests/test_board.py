"""Measures that boards follow: by group and month, from ratings of any kind."""

import json

import numpy as np
import pandas as pd
import pytest

from cemlib import board
from cemlib.board.measures import Ratings
from cemlib.data.load import DataError
from cemlib.studies.rights.datasets.ratings import load_ratings


@pytest.fixture(scope="module")
def rated():
    return load_ratings()


def test_the_operator_is_recovered(rated, root):
    truth = json.loads((root / "datasets/telecom/truth.json").read_text(encoding="utf-8"))
    true = truth["population"]["ratings"]
    measured = board.board_measures(rated).measures
    for question, name in (("recommend", "nps"), ("satisfied", "satisfied"), ("effort", "easy")):
        each = measured[question]
        margin = (each.high - each.low) / 2
        assert abs(each.estimate - true[name]) < 2 * margin, question


def test_groups_agree_with_a_table_by_hand(rated):
    table = board.board_measures(rated).groups
    frame = rated.answers
    row = table[(table["question"] == "recommend") & (table["group"] == "bill")].iloc[0]
    mine = frame.loc[frame["touchpoint"] == "bill", "recommend"]
    expected = 100 * ((mine >= 9).mean() - (mine <= 6).mean())
    assert row["estimate"] == pytest.approx(expected)
    assert row["answers"] == len(mine)


def test_groups_differ_from_all_other_answers(rated):
    """The difference is that of the two parts; a group that all answer alike shows none."""
    measured = board.board_measures(rated)
    row = measured.groups.query("question == 'recommend' and group == 'bill'").iloc[0]
    inside = rated.answers["touchpoint"] == "bill"
    score = {True: inside, False: ~inside}
    nps = {
        part: 100 * ((rated.answers["recommend"][at] >= 9).mean()
                     - (rated.answers["recommend"][at] <= 6).mean())
        for part, at in score.items()
    }  # fmt: skip
    assert row["gap"] == pytest.approx(nps[True] - nps[False])
    assert row["gap_low"] < row["gap"] < row["gap_high"] < 0
    assert "Clearly below all other answers: " in board.words.measures(measured)
    rows = board.words.groups_table(measured).rows
    assert len(rows) == (measured.groups["question"] == "recommend").sum()


def test_small_groups_are_not_shown(rated):
    few = Ratings(rated.answers.head(40), rated.scales)
    assert (board.board_measures(few, min_cell=20).groups["answers"] >= 20).all()


def test_recommendation_alone_is_enough(tmp_path):
    path = tmp_path / "nps.csv"
    answers = np.random.default_rng(5).integers(0, 11, 200)
    pd.DataFrame({"recommend": answers}).to_csv(path, index=False)
    alone = load_ratings(path)
    measured = board.board_measures(alone)
    assert list(measured.measures) == ["recommend"]
    assert measured.groups.empty
    assert board.comment_themes(alone, np.random.default_rng(1)) is None
    assert "No column satisfied: there is no share of satisfied customers." in alone.notes
    assert "answers" in board.words.measures(measured)
    assert measured.limits == {}


def test_weights_count_and_groups_of_fewer_than_five_are_never_shown(tmp_path):
    path = tmp_path / "weighted.csv"
    rows = {"recommend": [10] * 30 + [0] * 30, "w": [3.0] * 30 + [1.0] * 30}
    pd.DataFrame(rows).to_csv(path, index=False)
    path.with_suffix(".columns.yaml").write_text("weight: w\n", encoding="utf-8")
    measured = board.board_measures(load_ratings(path)).measures["recommend"]
    assert measured.estimate == pytest.approx(50)
    assert measured.effective == pytest.approx(48)
    with pytest.raises(ValueError, match="min_cell is 2"):
        board.board_measures(load_ratings(path), min_cell=2)


@pytest.mark.parametrize("months", [["Jan 2025", "Feb 2025", "Mar-25"], ["2025年1月"] * 3])
def test_months_of_any_form_are_in_the_order_of_the_calendar(tmp_path, months):
    path = tmp_path / "months.csv"
    pd.DataFrame({"recommend": [9, 8, 7], "month": months}).to_csv(path, index=False)
    assert list(load_ratings(path).answers["month"]) == sorted(load_ratings(path).answers["month"])
    assert load_ratings(path).answers["month"][0] == "2025-01"


def test_quarters_are_compared_in_the_order_of_their_names(tmp_path):
    path = tmp_path / "quarters.csv"
    pd.DataFrame({"recommend": [9, 8], "month": ["2025-Q1", "2025-Q2"]}).to_csv(path, index=False)
    assert any("2025-Q1 to 2025-Q2" in note for note in load_ratings(path).notes)


def test_the_same_customers_in_both_halves_narrow_the_change(rated):
    """A panel that answers in every month: what a customer always says cancels."""
    rng = np.random.default_rng(4)
    level = rng.normal(7, 2, 200)
    frame = pd.concat(
        pd.DataFrame(
            {
                "respondent": np.arange(200).astype(str),
                "month": f"2025-{month:02d}",
                "recommend": np.clip(np.rint(level + rng.normal(0, 0.7, 200)), 0, 10),
            }
        )
        for month in range(1, 9)
    ).reset_index(drop=True)
    same = board.board_measures(Ratings(frame, {"recommend": (0, 10)})).changes["recommend"]
    others = frame.assign(respondent=frame["respondent"] + (frame["month"] > "2025-04").map(str))
    apart = board.board_measures(Ratings(others, {"recommend": (0, 10)})).changes["recommend"]
    assert same[0] == apart[0]
    assert same[2] - same[1] < 0.5 * (apart[2] - apart[1])


def test_a_change_can_be_missed_where_all_answer_alike():
    alike = pd.DataFrame({"recommend": [10.0] * 40})
    measured = board.board_measures(Ratings(alike, {"recommend": (0, 10)}))
    assert measured.measures["recommend"].detectable > 5
    assert measured.means["recommend"].detectable > 0.05
    assert "0.00" not in str(board.words.measures_table(measured).rows[1][3])


def test_a_file_without_any_question_is_refused(tmp_path):
    path = tmp_path / "none.csv"
    pd.DataFrame({"segment": ["a", "b"]}).to_csv(path, index=False)
    with pytest.raises(DataError, match="no answer to any of recommend, satisfied, effort"):
        load_ratings(path)


def test_other_scales_are_declared(tmp_path):
    path = tmp_path / "five.csv"
    pd.DataFrame({"effort": [1, 2, 5, 5]}).to_csv(path, index=False)
    easy = board.board_measures(load_ratings(path, effort_scale="1-5")).measures["effort"]
    assert easy.estimate == 50
    rescaled = [
        board.board_measures(Ratings(pd.DataFrame({"effort": answers}), {"effort": scale}))
        for answers, scale in (([1.0, 2, 5, 5] * 9, (1, 5)), ([1.0, 3, 9, 9] * 9, (1, 9)))
    ]
    widths = [each.relative_width for each in rescaled]
    assert widths[0] == pytest.approx(widths[1], rel=0.05)  # as parts of their own scales
    with pytest.raises(DataError, match="effort"):
        load_ratings(path, effort_scale="1-4")


def test_themes_of_comments_name_what_is_low(rated):
    themes = board.comment_themes(rated, np.random.default_rng(7))
    assert themes.apart < 0.2
    assert themes.held == ("segment", "channel")
    lowest = str(themes.drivers.iloc[0]["name"])
    assert any(word in lowest for word in ("账单", "bill", "话费", "charged", "费"))
    assert "association" in board.words.themes(themes)


def test_answers_that_differ_have_the_same_score():
    found = [board.same_score(share, 200) for share in (0.0, 0.3, 0.5)]
    assert [score.estimate for _, score, _ in found] == [0, 0, 0]
    deviations = [score.deviation for _, score, _ in found]
    assert deviations == sorted(deviations)
