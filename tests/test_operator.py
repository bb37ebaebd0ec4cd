"""The fictional operator: the same bytes for the same seed, and correct true values."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cemlib import catalogue
from cemlib.home import datasets
from cemlib.operator import blocks, make
from cemlib.stats.customers import customers
from cemlib.studies.rights.nine_rights import RIGHTS
from cemlib.studies.rights.operator.practices import practices
from cemlib.studies.rights.operator.survey import COLUMNS, population, simulate_survey, survey
from cemlib.studies.rights.operator.survey_truth import TRUTH

# What describes the operator, and what it has planned, is not generated; the quarter is by itself.
APART = {"company.yaml", "plan.csv", "quarter.csv"}
FILES = sorted(path.name for path in (datasets() / "telecom").iterdir() if path.name not in APART)


@pytest.fixture(scope="module")
def operator(tmp_path_factory):
    return make(tmp_path_factory.mktemp("operator"))


@pytest.fixture(scope="module")
def large():
    return simulate_survey(60_000, np.random.default_rng(11), missing=0.0)


def index(frame, right):
    return (frame[[f"{right}_{item}" for item in (1, 2, 3)]].mean(axis=1) - 1) / 6 * 100


def test_default_equals_the_committed_files(operator):
    assert sorted(path.name for path in operator) == FILES
    for path in operator:
        assert path.read_bytes() == (datasets() / "telecom" / path.name).read_bytes(), path.name


def test_no_other_file_is_left(operator):
    assert sorted(path.name for path in operator[0].parent.iterdir()) == FILES


def test_same_seed_same_bytes_and_other_seed_other_answers(tmp_path):
    first, again, other = (
        make(tmp_path / name, customers=500, seed=seed)
        for name, seed in (("a", 3), ("b", 3), ("c", 4))
    )
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]
    for position in (0, 1, 3, 4):
        assert first[position].read_bytes() != other[position].read_bytes()
    assert first[2].read_bytes() == other[2].read_bytes()


def test_the_first_customers_stay_when_customers_are_added(tmp_path):
    few = make(tmp_path / "few", customers=700, seed=5)
    many = make(tmp_path / "many", customers=10_700, seed=5)
    for position in (0, 1, 3, 4):
        head = few[position].read_bytes()
        assert len(head) > 1000
        assert many[position].read_bytes().startswith(head)


def test_blocks_have_different_streams():
    first, second = blocks(20_000, seed=5)
    assert first["customers"]["plan_fee"].tolist() != second["customers"]["plan_fee"].tolist()
    assert second["customers"]["customer"].iloc[0] == "C0010001"


def test_files_are_utf8_with_line_feeds(operator):
    for path in operator:
        content = path.read_bytes()
        content.decode("utf-8")
        assert b"\r" not in content
        assert content.endswith(b"\n")


def test_making_again_replaces(tmp_path):
    make(tmp_path, customers=50, seed=1)
    make(tmp_path, customers=60, seed=1)
    assert len(pd.read_csv(tmp_path / "customers.csv")) == 60


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"customers": 0}, "customers is 0"),
        ({"customers": 2.5}, "customers is 2.5"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_refuses(tmp_path, arguments, message):
    with pytest.raises(ValueError, match=message):
        make(tmp_path / "new", **arguments)
    assert not (tmp_path / "new").exists()


def test_refuses_a_file_for_a_folder(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match="directory is 'file'"):
        make(tmp_path / "file", customers=1)


def test_answers_belong_to_customers_and_some_answer_twice():
    people = pd.read_csv(catalogue.path("customers"))
    answers = pd.read_csv(catalogue.path("survey"))
    joined = answers.merge(people, left_on="respondent", right_on="customer", suffixes=("", "_c"))
    assert len(joined) == len(answers)
    assert (joined["segment"] == joined["segment_c"]).all()
    assert (joined["joined"] < "2025-06").all()
    assert 50 < answers["respondent"].duplicated().sum() < 400
    assert not answers.duplicated(["respondent", "wave"]).any()
    assert 1400 < len(answers) < 1600


def test_share_of_missing_answers_is_the_true_one():
    answers = pd.read_csv(catalogue.path("survey"))
    items = answers[list(COLUMNS[4:-2])]
    assert items.isna().to_numpy().mean() == pytest.approx(TRUTH.missing, abs=0.002)
    assert answers[["overall", "recommend"]].notna().all(axis=None)


def test_segments_and_channels_have_the_true_shares():
    people = customers(40_000, np.random.default_rng(2))
    shares = people["segment"].value_counts(normalize=True)[list(TRUTH.segments)]
    np.testing.assert_allclose(shares, TRUTH.segment_shares, atol=0.01)
    prepaid = people[people["segment"] == "prepaid"]["channel"].value_counts(normalize=True)
    np.testing.assert_allclose(prepaid[list(TRUTH.channels)], TRUTH.channel_shares[0], atol=0.015)


def test_answers_of_one_customer_are_correlated():
    answers = survey(customers(60_000, np.random.default_rng(3)), np.random.default_rng(4))
    pairs = answers[answers["wave"] == "2025-06"].merge(
        answers[answers["wave"] == "2026-06"], on="respondent"
    )
    first = pairs[[f"safety_{item}_x" for item in (1, 2, 3)]].mean(axis=1)
    last = pairs[[f"safety_{item}_y" for item in (1, 2, 3)]].mean(axis=1)
    assert 0.3 < first.corr(last) < 0.6


def test_two_ways_of_drawing_agree():
    """Answers of customers have the population values that `simulate_survey` states."""
    answers = survey(customers(80_000, np.random.default_rng(5)), np.random.default_rng(6))
    truth = population()
    for right in RIGHTS:
        assert index(answers, right).mean() == pytest.approx(truth["index"][right], abs=0.5)
    assert answers["overall"].mean() == pytest.approx(truth["overall"]["mean"], abs=0.06)


def test_population_values_against_a_fresh_sample(large):
    truth = population()
    indexes = pd.DataFrame({right: index(large, right) for right in RIGHTS})
    indexes["overall"] = large["overall"]
    error = indexes.std() / np.sqrt(len(large))
    for right in RIGHTS:
        assert abs(indexes[right].mean() - truth["index"][right]) < 5 * error[right]
        for wave, rows in indexes.groupby(large["wave"]):
            gap = rows[right].mean() - truth["wave"][wave][right]
            assert abs(gap) < 5 * error[right] * np.sqrt(3), (right, wave)
        items = large[[f"{right}_{item}" for item in (1, 2, 3)]]
        alpha = 1.5 * (1 - items.var().sum() / items.sum(axis=1).var())
        assert alpha == pytest.approx(truth["alpha"][right], abs=0.012)
    correlations = indexes.corr()
    expected = pd.DataFrame(truth["correlations"]).loc[correlations.index, correlations.columns]
    assert (correlations - expected).abs().max(axis=None) < 5 / np.sqrt(len(large))
    assert indexes["overall"].std() == pytest.approx(truth["overall"]["sd"], abs=0.04)


def test_the_operator_has_the_properties_that_the_course_needs(large):
    truth = population()
    lowest = sorted(RIGHTS, key=truth["index"].__getitem__)[:2]
    assert set(lowest) == {"compensation", "information"}
    alphas = truth["alpha"]
    assert 0.4 < alphas.pop("association") < 0.6
    assert all(0.75 <= alpha <= 0.9 for alpha in alphas.values())
    change = {
        right: truth["wave"]["2026-06"][right] - truth["wave"]["2025-06"][right] for right in RIGHTS
    }
    assert change.pop("information") > 5
    assert all(abs(points) < 1.5 for points in change.values())
    matrix = pd.DataFrame(truth["correlations"]).to_numpy()
    explained = matrix[9, :9] @ np.linalg.solve(matrix[:9, :9], matrix[:9, 9])
    assert 0.5 < explained < 0.62
    assert (large["overall"] == 10).mean() < 0.12
    stated = large[[f"{right}_importance" for right in RIGHTS]].mean()
    assert set(stated.nlargest(2).index) == {"safety_importance", "fairness_importance"}


def test_true_classes_show_as_penalties_and_rewards():
    """Thirds of the indexes, per distance between them, without sampling error.

    Perceptions lean to the left, so the lowest third is farther away than the highest.
    """
    sample = simulate_survey(150_000, np.random.default_rng(7), missing=0.0)
    indexes = np.column_stack([index(sample, right) for right in RIGHTS])
    low = indexes <= np.quantile(indexes, 1 / 3, axis=0)
    high = indexes >= np.quantile(indexes, 2 / 3, axis=0)
    design = np.column_stack([np.ones(len(sample)), low, high])
    slopes = np.linalg.lstsq(design, sample["overall"], rcond=None)[0]
    means = [
        [column[part].mean() for part in (below, ~below & ~above, above)]
        for column, below, above in zip(indexes.T, low.T, high.T, strict=True)
    ]
    down, up = np.diff(means, axis=1).T / np.diff(means, axis=1).mean(axis=1)
    penalty, reward = -slopes[1:10] / down, slopes[10:] / up
    holds = {
        "basic": lambda p, r: p > 2 * r,
        "excitement": lambda p, r: r > 1.5 * p,
        "linear": lambda p, r: max(p, r) < 1.5 * min(p, r),
        "none": lambda p, r: max(p, r) < 0.2,
    }
    for right, kind in TRUTH.classes().items():
        column = RIGHTS.index(right)
        assert holds[kind](penalty[column], reward[column]), right


def test_other_parameters_give_another_operator():
    flat = replace(TRUTH, penalties=(0.0,) * 9, rewards=(0.0,) * 9)
    matrix = population(flat, size=20_000)["correlations"]
    assert max(abs(matrix["overall"][right]) for right in RIGHTS) < 0.04


def test_truth_json_holds_parameters_and_population(operator):
    stored = json.loads(operator[-1].read_text(encoding="utf-8"))
    assert stored["generator"] == {"version": 1, "seed": 20260101, "customers": 4000}
    assert stored["planted"]["survey"]["penalties"]["respect"] == TRUTH.penalties[7]
    assert stored["planted"]["survey"]["classes"] == TRUTH.classes()
    assert stored["population"]["survey"] == population()


def test_unknown_levels_are_refused():
    people = customers(3, np.random.default_rng(1)).assign(channel="telegraph")
    with pytest.raises(ValueError, match="channel is 'telegraph'"):
        survey(people, np.random.default_rng(1))


def test_practices_cover_every_right():
    table = practices()
    assert set(table["right"]) == set(RIGHTS)
    assert 20 <= len(table) <= 24
    assert table["practice"].is_unique
    assert not table.loc[table["right"] == "information", "call_centre"].any()
    assert table.loc[table["right"] != "information", "call_centre"].all()
