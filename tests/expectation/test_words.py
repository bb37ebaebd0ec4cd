"""What workbook 03 says follows the results, whichever way they come out."""

import numpy as np
import pandas as pd
import pytest

from cemlib import stats
from cemlib.stats.ratchet import expectation_path
from cemlib.studies.expectation import disconfirmation, findings, learning, words
from cemlib.studies.expectation.curvature import CurvatureProfile
from cemlib.studies.expectation.direct_effects import four_ways
from cemlib.studies.expectation.model import ExpectationModel
from cemlib.studies.expectation.power import experiment_power, simulate_experiments
from cemlib.studies.expectation.structural.fit import matching_decimals
from cemlib.studies.expectation.surface import response_surface


@pytest.fixture
def ways():
    model = ExpectationModel()
    frame = model.simulate(4000, np.random.default_rng(5))
    return four_ways(frame, ["baseline"], model.effects())


def test_a_total_is_called_almost_no_effect_only_near_zero():
    assert "almost no effect" in words.mechanisms(ExpectationModel())
    sentence = words.mechanisms(ExpectationModel(effort_effect=20.0))
    assert "almost no effect" not in sentence
    assert "**+12.5 points**" in sentence


def test_analyses_that_miss_the_true_effect_are_named(ways):
    sentence = words.four_ways(ways)
    assert "that miss it: controlling for measured expectation." in sentence
    unknown = ways.drop(columns=["true_value", "covered"])
    assert "The true effects are not known here." in words.four_ways(unknown)


def test_findings_have_unique_names(ways):
    rng = np.random.default_rng(1)
    frame = ExpectationModel().simulate(400, rng)
    kinked = disconfirmation.kinked_value(
        frame["satisfaction"],
        frame["quality"],
        frame["expectation"],
        stats.bootstrap_weights(400, 50, rng),
    )
    performance = rng.uniform(30, 90, size=(40, 6))
    panel = pd.DataFrame(
        {
            "customer": np.repeat(np.arange(40), 6),
            "period": np.tile(np.arange(6), 40),
            "performance": performance.ravel(),
            "expectation": expectation_path(performance, 60, rise=0.5, fall=0.2).ravel(),
        }
    )
    rates = learning.learning_rates(panel)
    power = experiment_power(ExpectationModel(), 400)
    results = [
        *findings.experiment(ways, power, 0.14),
        *findings.trial(ways, kinked),
        *findings.panel(rates),
    ]
    own = [finding.name for finding in findings.experiment(ways[ways.columns[:5]], power, 0.14)]
    assert own == ["total_effect", "naive_direct_effect", "direct_effect", "detected"]
    names = [finding.name for finding in results]
    assert len(set(names)) == len(names)
    by_name = {finding.name: finding for finding in results}
    assert by_name["learning_rate_up"].value == pytest.approx(0.5)
    assert by_name["naive_direct_effect"].value < by_name["direct_effect"].value
    assert by_name["detected"].value == 1
    assert by_name["detected_minus_power"].value == pytest.approx(
        1 - power.set_index("effect").loc["direct", "power"]
    )
    assert "by 50% of a positive surprise" in words.learning(rates)
    assert "instrument" not in words.learning(rates)
    assert "as an instrument, which allows for an error, the rates are 50%" in words.learning(
        rates, rates
    )


def test_a_difference_score_is_rejected_only_where_the_data_reject_it():
    rng = np.random.default_rng(3)
    e, p = rng.uniform(20, 80, size=(2, 500))
    plain = 60 + 0.5 * (p - e) + rng.normal(size=500)
    bent = plain - 0.02 * (p - e) ** 2
    assert "do not reject that" in words.difference_score(response_surface(plain, p, e))
    assert "reject that for a₄" in words.difference_score(response_surface(bent, p, e))


def test_repeated_experiments_have_a_row_per_analysis():
    many = simulate_experiments(ExpectationModel(), 80, 50, np.random.default_rng(1))
    table = words.repeated_experiments(many)
    assert len(table) == 3
    assert table["95% intervals that cover the true effect"].str.endswith("%").all()


@pytest.mark.parametrize(("difference", "decimals"), [(4e-5, 4), (4e-7, 6), (0.0, 11)])
def test_agreement_with_published_paths_is_in_decimals(difference, decimals):
    published = pd.DataFrame({"from": ["A"], "to": ["B"], "standardised": [0.5]})
    paths = pd.DataFrame({"from": ["A"], "to": ["B"], "path": [0.5 + difference]})
    assert matching_decimals(paths, published) == decimals
    assert f"to {decimals} decimals" in words.reproduced(decimals, published)


def test_constructs_of_a_file_stay_plain_text():
    strongest = pd.Series({"from": "*Price*", "to": "<b>", "path": 0.5})
    sentence = words.paths(strongest, 0.4)
    assert "<b>" not in sentence
    assert r"\*Price\*" in sentence


def test_loss_aversion_names_the_curvatures_that_the_data_allow():
    rows = {"curvature": [0.8, 0.88, 1.0], "estimate": [3.0, 2.5, 2.0], "p_value": [0.3, 0.5, 0.01]}
    frame = pd.DataFrame(rows).assign(low=[1.5, 1.2, 0.5], high=[6.0, 5.0, 4.0])
    profile = CurvatureProfile(frame.assign(allowed=frame["p_value"] >= 0.05))
    sentence = words.curvatures(profile)
    assert "the curvatures 0.80 and 0.88;" in sentence
    assert "the interval is **1.2 to 6.0**" in sentence
    unbounded = CurvatureProfile(frame.assign(allowed=True, high=1000.0))
    assert "**at least 0.5**" in words.curvatures(unbounded)
    assert "under each curvature" in words.curvature_table(profile).caption
