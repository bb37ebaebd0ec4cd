"""Figures of the ladder and of the journey say what they show, and nothing is clipped."""

import numpy as np
import pandas as pd
import pytest

from cemlib.stats.estimates import Estimates
from cemlib.studies.ladder import funnel, survival
from cemlib.studies.ladder.channels import laney_chart
from cemlib.studies.ladder.off_policy import off_policy_value
from cemlib.studies.ladder.plots import journey, ladder
from cemlib.studies.ladder.rung_value import StepValues

STATES = ("prospect", "new customer", "really loyal", "lapsed")
PROBABILITIES = np.array(
    [[0.8, 0.15, 0.0, 0.05], [0.0, 0.8, 0.12, 0.08], [0.0, 0.04, 0.94, 0.02], [0.0, 0, 0, 1]]
)


@pytest.fixture
def drawn():
    shares = np.array([[0.4, 0.4, 0.2, 0.0], [0.1, 0.2, 0.3, 0.4]])
    return ladder.ladder_figure(
        STATES, PROBABILITIES, shares, np.array([100.0, 300, 900, 0]), changed=(1, 2)
    )


def test_ladder_states_the_largest_group_and_the_value_of_rungs(drawn, clipped):
    assert "The largest group in month 1 is lapsed, 40% of customers" in drawn.alt
    assert "100 CNY for prospect, 900 CNY for really loyal" in drawn.alt
    assert not clipped(drawn)
    texts = [text.get_text() for text in drawn.axes[0].texts]
    assert "12.0%" in texts
    assert "94.0%" not in texts  # staying is no step
    marked = [t for t in drawn.axes[0].texts if t.get_fontweight() == "bold"]
    assert [text.get_text() for text in marked] == ["12.0%"]


def test_steps_are_ranked_by_size(clipped, rng):
    names = ("a → b", "a → gone", "b → gone")
    values = np.array([0.1, -0.5, -0.2])
    estimates = Estimates(names, values, values + 0.01 * rng.standard_normal((50, 3)))
    figure = ladder.steps_figure(StepValues(estimates, estimates))
    assert "largest elasticity is a → gone: −0.50%" in figure.alt
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == ["a → b", "b → gone", "a → gone"]
    assert not clipped(figure)


def test_survival_names_every_curve_apart(clipped):
    times = np.tile([3, 6, 9, 12], 25)
    curves = {
        name: survival.kaplan_meier(times, np.arange(100) % 10 < share)
        for name, share in (("new", 5), ("satisfied", 5), ("loyal", 1))
    }
    figure = ladder.survival_figure(curves, 12)
    assert not clipped(figure)
    heights = sorted(text.xy[1] for text in figure.axes[0].texts)
    assert np.diff(heights).min() > 0.06
    assert "loyal" in figure.alt


def test_hazards_and_slips_state_their_numbers(clipped):
    frame = pd.DataFrame({"name": ["score", "loyal"], "estimate": [0.9, 0.3]})
    frame = frame.assign(low=frame["estimate"] * 0.8, high=frame["estimate"] * 1.2)
    names = {"score": "a point more of satisfaction", "loyal": "loyal, against new"}
    figure = ladder.hazards_figure(frame, names)
    assert "the smallest is for loyal, against new, 0.30" in figure.alt
    assert not clipped(figure)
    rungs = pd.DataFrame({"rung": ["new", "loyal"], "without": [0.05, 0.02], "after": [0.2, 0.03]})
    rungs = rungs.assign(odds_ratio=[4.5, 1.5], low=[3.0, 0.9], high=[6.0, 2.4])
    figure = ladder.forgiveness_figure(rungs)
    assert "new 4.5, loyal 1.5" in figure.alt
    assert not clipped(figure)


def test_listening_names_blind_spots(clipped):
    answers = pd.DataFrame({"call": [100, 0], "survey": [40, 12]}, index=["bill", "help"])
    response = pd.DataFrame({"call": [1.0, np.nan], "survey": [0.4, 0.2]}, index=answers.index)
    figure = journey.listening_figure(answers, response)
    assert "help (call), help (survey)" in figure.alt
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert sorted(texts) == ["0", "100", "12 (20%)", "40 (40%)"]
    assert not clipped(figure)


def test_control_chart_states_both_kinds_of_limits(clipped, rng):
    totals = np.full(40, 2000)
    odds = 1.5 + 0.2 * rng.standard_normal(40) - 2 * (np.arange(40) == 20)
    chart = laney_chart(rng.binomial(totals, 1 / (1 + np.exp(-odds))), totals)
    figure = journey.control_figure(chart, 0.8, "hotline")
    assert "1 of 40 weeks lies outside Laney's limits" in figure.alt
    assert "standard of 80%" in figure.alt
    assert not clipped(figure)


def test_channels_and_funnel(clipped, rng):
    table = pd.DataFrame({"group": ["app", "shop"], "crude": [7.0, 6.0]})
    table = table.assign(standardised=[6.4, 6.6], low=[6.2, 6.3], high=[6.6, 6.9])
    figure = journey.standardised_figure(table)
    assert "Best with the same mix: shop, 6.60" in figure.alt
    assert not clipped(figure)
    log = pd.DataFrame({"session": [1, 1, 2, 3], "step": list("abaa"), "time": [1.0, 2, 3, 4]})
    for reason in (None, [None, None, "the price is unclear to me", None]):
        fit = funnel.fit_funnel(log.assign(reason=reason) if reason else log)
        gains = funnel.completions_gained(fit, 20, rng)
        figure = journey.funnel_figure(funnel.step_survival(fit), gains)
        assert "Of 3 sessions 33% are completed" in figure.alt
        assert ("Removing" in figure.alt) == bool(reason)
        assert not clipped(figure)


def test_policies_are_drawn_with_the_true_values(clipped, rng):
    probabilities, action = np.full((200, 2), 0.5), rng.integers(2, size=200)
    reward = 100 + 50 * action + rng.normal(0, 10, 200)
    values = {
        name: off_policy_value(
            reward, action, probabilities, np.eye(2)[np.full(200, at)],
            pd.DataFrame({"x": rng.random(200)}), rng=rng,
        )
        for at, name in enumerate(("always sell", "guided with override"))
    }  # fmt: skip
    figure = journey.policy_values_figure(values, {"always sell": 100.0})
    assert "doubly robust one is guided with override" in figure.alt
    assert not clipped(figure)
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels[:3] == ["inverse propensity", "self-normalised", "doubly robust"]
