"""What would stop an experiment, a panel or a path model is found before it runs."""

import numpy as np
import pandas as pd
import pytest

from cemlib.studies.expectation.datasets.fitness import experiment_problems, panel_problems
from cemlib.studies.expectation.model import ExpectationModel
from cemlib.studies.expectation.structural.fit import pls_path
from cemlib.studies.expectation.structural.moments import fill_from_construct

MODEL = """X =~ x1 + x2
Y =~ y1 + y2
Y ~ X
"""


@pytest.fixture
def experiment(rng):
    return ExpectationModel().simulate(80, rng)


def problems(frame):
    return [f"{each.column}: {each.problem}" for each in experiment_problems(frame, "participant")]


def test_a_good_experiment_has_no_problem(experiment):
    assert problems(experiment) == []


@pytest.mark.parametrize("column", ["effort", "information", "expectation", "satisfaction"])
def test_a_constant_column_is_named(experiment, column):
    experiment[column] = experiment[column].iloc[0]
    assert any(f"{column}: is " in each for each in problems(experiment))


def test_people_in_several_conditions_and_rows_twice(experiment):
    experiment["participant"] = np.arange(80) // 4
    assert "holds several conditions of" in problems(experiment)[0]
    twice = ExpectationModel().simulate(80, np.random.default_rng(2))
    twice = pd.concat([twice, twice.iloc[[3]]], ignore_index=True)
    found = experiment_problems(twice, "participant")
    assert [(each.row, each.problem) for each in found] == [(81, "is already in an earlier row")]


def test_a_condition_with_one_person_is_named(experiment):
    cell = (experiment["effort"] == 1) & (experiment["information"] == 1)
    kept = experiment.drop(experiment.index[cell][1:])
    assert problems(kept) == [": has 1 row with effort 1 and information 1"]


def test_a_panel_of_single_periods_teaches_nothing():
    panel = pd.DataFrame(
        {"customer": list("abc"), "period": 1, "performance": 50.0, "expectation": 60.0}
    )
    assert "cannot show how expectations learn" in panel_problems(panel)[0].problem


def test_gaps_are_filled_from_the_construct_alone(rng):
    felt = rng.normal(size=(120, 1))
    values = np.hstack([felt, felt, 2 * felt, felt]) + rng.normal(size=(120, 4))
    data = pd.DataFrame(values, columns=["x1", "x2", "y1", "y2"])
    data.loc[0, "x1"] = None
    data.loc[1, ["y1", "y2"]] = None
    fit = pls_path(data, MODEL, missing="construct")
    assert (fit.answers.gaps, fit.answers.incomplete_rows, fit.answers.filled) == (3, 2, 1)
    assert fit.moments.n == 119
    assert fit.answers.values[0, 0] == pytest.approx(data.loc[0, "x2"])
    filled = fill_from_construct(data.to_numpy(), [0, 0, 1, 1])
    assert np.isnan(filled[1, 2:]).all()
    assert filled[2:] == pytest.approx(data.to_numpy()[2:])
