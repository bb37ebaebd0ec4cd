"""What workbook 03 says follows the results, whichever way they come out."""

import numpy as np
import pandas as pd
import pytest

from cemlib import stats
from cemlib.studies.expectation import disconfirmation, ratchet
from cemlib.studies.expectation import words as experiment
from cemlib.studies.expectation.direct_effects import four_ways
from cemlib.studies.expectation.model import ExpectationModel
from cemlib.studies.expectation.power import experiment_power, simulate_experiments
from cemlib.studies.expectation.response_surface import response_surface


@pytest.fixture
def ways():
    model = ExpectationModel()
    return four_ways(model.simulate(4000, np.random.default_rng(5)), ["baseline"])


def test_the_sum_is_called_nothing_only_where_it_is_nearly():
    assert "nearly nothing" in experiment.mechanisms(ExpectationModel())
    said = experiment.mechanisms(ExpectationModel(effort_effect=20.0))
    assert "nearly nothing" not in said
    assert "**+12.5 points**" in said


def test_who_misses_the_truth_is_named(ways):
    said = experiment.four_ways(ways, ExpectationModel().effects())
    assert "that miss it: given measured expectation." in said
    assert "Nobody knows the truth here." in experiment.four_ways(ways, None)


def test_findings_come_with_names_of_their_own(ways):
    rng = np.random.default_rng(1)
    frame = ExpectationModel().simulate(400, rng)
    kinked = disconfirmation.kinked_value(
        frame["satisfaction"],
        frame["quality"],
        frame["expectation"],
        stats.bootstrap_weights(400, 50, rng),
    )
    met = rng.uniform(30, 90, size=(40, 6))
    panel = pd.DataFrame(
        {
            "customer": np.repeat(np.arange(40), 6),
            "period": np.tile(np.arange(6), 40),
            "performance": met.ravel(),
            "expectation": ratchet.expectation_path(met, 60, rise=0.5, fall=0.2).ravel(),
        }
    )
    rates = ratchet.learning_rates(panel)
    power = experiment_power(ExpectationModel(), 400)
    found = [
        *experiment.findings(ways, ways, kinked, rates, power, 0.14),
        *experiment.found_effect(ways, power),
    ]
    names = [finding.name for finding in found]
    assert len(set(names)) == len(names)
    by_name = {finding.name: finding for finding in found}
    assert by_name["expectation_rise"].value == pytest.approx(0.5)
    assert by_name["naive_direct_effect"].value < by_name["direct_effect"].value
    assert by_name["found"].value == 1
    assert by_name["found_less_power"].value == pytest.approx(
        1 - power.set_index("effect").loc["direct", "power"]
    )
    assert "50% of a pleasant surprise" in experiment.learning(rates, panel)
    assert "*will*" not in experiment.learning(rates, panel)


def test_the_surface_is_said_to_refuse_only_what_it_refuses():
    rng = np.random.default_rng(3)
    expected, came = rng.uniform(20, 80, size=(2, 500))
    plain = 60 + 0.5 * (came - expected) + rng.normal(size=500)
    bent = plain - 0.02 * (came - expected) ** 2
    assert "do not refuse that" in experiment.surface(response_surface(plain, came, expected))
    assert "refuse that for a₄" in experiment.surface(response_surface(bent, came, expected))


def test_many_experiments_are_told_by_their_analyses():
    many = simulate_experiments(ExpectationModel(), 80, 50, np.random.default_rng(1))
    table = experiment.repeated(many)
    assert len(table) == 3
    assert table["intervals that hold it"].str.endswith("%").all()


def test_the_class_sheet_deals_the_same_conditions_for_the_same_seed():
    sheets = [
        experiment.class_sheet(ExpectationModel(), np.random.default_rng(7)).to_html()
        for _ in range(2)
    ]
    assert sheets[0] == sheets[1]
    assert sheets[0].count("<tr>") == 25


@pytest.mark.parametrize(("gap", "decimals"), [(4e-5, 4), (4e-7, 6), (0.0, 11)])
def test_agreement_is_told_in_decimals(gap, decimals):
    printed = pd.DataFrame({"from": ["A"], "to": ["B"], "standardised": [0.5]})
    found = pd.DataFrame({"from": ["A"], "to": ["B"], "path": [0.5 + gap]})
    assert f"to {decimals} decimals" in experiment.reproduced(found, printed)
