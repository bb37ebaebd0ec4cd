"""The simulated likelihood agrees with statsmodels, quadrature and its own derivatives."""

import numpy as np
import pandas as pd
import pytest
from numpy.polynomial.hermite_e import hermegauss
from scipy.special import log_softmax
from statsmodels.discrete.conditional_models import ConditionalLogit

from cemlib.studies.value.discrete_choice import ChoiceModel, choice_keys, choice_model
from cemlib.studies.value.mixed_logit import (
    MixedLogit,
    mixed_choice_model,
    share_willing,
    worth_quantiles,
)
from cemlib.studies.value.panel_likelihood import blocks, halton, panel, simulated_likelihood

NAMES = ["price", "days"]


def simulated(rng, respondents=80, tasks=6, alternatives=3, spread=0.6):
    rows = respondents * tasks * alternatives
    frame = pd.DataFrame({"respondent": np.repeat(np.arange(respondents), tasks * alternatives)})
    frame["task"] = np.tile(np.repeat(np.arange(tasks), alternatives), respondents)
    frame["price"] = rng.choice([0.0, 4, 8, 12, 18], rows)
    frame["days"] = rng.choice([1.0, 2, 3, 5], rows)
    logs = np.log([0.25, 0.9]) + spread * rng.standard_normal((respondents, 2))
    values = -np.exp(logs)[frame["respondent"]]
    utility = (frame[NAMES].to_numpy() * values).sum(axis=1) + rng.gumbel(size=rows)
    best = utility.reshape(-1, alternatives).argmax(axis=1)
    return frame.assign(chosen=(np.arange(alternatives) == best[:, None]).ravel().astype(float))


def arranged(frame):
    return panel(frame[NAMES], frame["chosen"], choice_keys(frame), frame["respondent"])


def test_without_spread_it_is_the_conditional_logit_of_statsmodels(rng):
    frame = simulated(rng)
    theirs = ConditionalLogit(frame["chosen"], frame[NAMES], groups=choice_keys(frame)).fit(
        disp=False
    )
    data, none = arranged(frame), np.zeros((2, 2))
    normal = halton(80, 2, 10, rng)
    for logs in ([False, False], [True, True], [True, False]):
        centre = theirs.params.to_numpy()
        centre = np.where(logs, np.log(-centre), centre)
        value, slope, _ = simulated_likelihood(data, centre, none, np.array(logs), normal)
        assert value.sum() == pytest.approx(theirs.llf, abs=1e-4)
        assert slope.sum(axis=0) == pytest.approx(0, abs=0.1)


def test_derivatives_are_those_of_finite_differences(rng):
    frame = simulated(rng, respondents=7)
    data, normal, logs = arranged(frame), halton(7, 2, 20, rng), np.array([True, False])
    centre, factor = np.array([-1.2, -0.8]), np.array([[0.5, 0.0], [0.2, 0.4]])
    _, by_centre, by_factor = simulated_likelihood(data, centre, factor, logs, normal)
    step = 1e-6
    for at in range(2):
        moved = step * (np.arange(2) == at)
        up, down = (
            simulated_likelihood(data, centre + sign * moved, factor, logs, normal)[0]
            for sign in (1, -1)
        )
        assert by_centre[:, at] == pytest.approx((up - down) / (2 * step), abs=1e-5)
        for column in range(2):
            change = np.zeros((2, 2))
            change[at, column] = step
            up, down = (
                simulated_likelihood(data, centre, factor + sign * change, logs, normal)[0]
                for sign in (1, -1)
            )
            assert by_factor[:, at, column] == pytest.approx((up - down) / (2 * step), abs=1e-5)


def test_points_integrate_as_quadrature_does(rng):
    frame = simulated(rng, respondents=40)
    data, logs = arranged(frame), np.array([False, True])
    centre, factor = np.array([-0.25, -0.1]), np.diag([0.0, 0.7])
    nodes, weights = hermegauss(40)
    weights /= weights.sum()
    exact = np.zeros(40)
    for node, weight in zip(nodes, weights, strict=True):
        values = np.array([-0.25, -np.exp(-0.1 + 0.7 * node)])
        utility = (frame[NAMES].to_numpy() * values).sum(axis=1).reshape(-1, 3)
        log_p = log_softmax(utility, axis=1)
        taken = log_p[frame["chosen"].to_numpy().reshape(-1, 3) == 1]
        exact += weight * np.exp(taken.reshape(40, -1).sum(axis=1))
    ours = simulated_likelihood(data, centre, factor, logs, halton(40, 2, 4000, rng))[0]
    assert ours == pytest.approx(np.log(exact), abs=0.01)
    few = simulated_likelihood(data, centre, factor, logs, halton(40, 2, 100, rng))[0]
    assert few.sum() == pytest.approx(np.log(exact).sum(), abs=0.5)


def test_blocks_of_respondents_change_nothing(rng, monkeypatch):
    data = arranged(simulated(rng, respondents=9))
    normal, logs = halton(9, 2, 10, rng), np.array([True, True])
    start = np.array([-1.0, -0.5]), 0.3 * np.eye(2)
    whole = simulated_likelihood(data, *start, logs, normal)[0]
    monkeypatch.setattr("cemlib.studies.value.panel_likelihood._BLOCK", 300)
    parts = blocks(data, normal)
    assert len(parts) > 3
    assert np.concatenate(
        [simulated_likelihood(part, *start, logs, points)[0] for part, points in parts]
    ) == pytest.approx(whole)


def test_order_and_the_unit_of_money_change_nothing_else(rng):
    frame = simulated(rng)
    simple = choice_model(frame)
    model = mixed_choice_model(frame, simple, np.random.default_rng(3))
    turned = frame.sort_values(["respondent", "task", "price"], kind="stable")
    cents = turned.assign(price=100 * turned["price"])
    again = mixed_choice_model(cents, choice_model(cents), np.random.default_rng(3))
    assert again.log_likelihood == pytest.approx(model.log_likelihood, abs=0.02)
    assert again.centre == pytest.approx(model.centre - [np.log(100), 0], abs=0.02)
    assert model.log_likelihood > simple.log_likelihood
    assert model.spread_p_value(simple) < 0.001


def test_a_choice_without_a_chosen_alternative_is_refused():
    frame = pd.DataFrame({"price": [1.0, 2, 1, 2]})
    for chosen in ([1, 0, 0, 0], [1, 1, 0, 1], [0.5, 0.5, 1, 0]):
        with pytest.raises(ValueError, match="chosen is"):
            panel(frame, chosen, [1, 1, 2, 2], [1, 1, 1, 1])
    with pytest.raises(ValueError, match="chosen is"):
        panel(frame, [1, 1, 1, 0], [1, 2, 3, 3], [1, 1, 1, 1])


def test_one_choice_each_does_not_tell_how_respondents_differ(rng):
    frame = simulated(rng, respondents=12, tasks=1)
    simple = ChoiceModel(("price", "days"), np.array([-0.2, -0.9]), np.eye(2), -9, -9, 12, 12)
    with pytest.raises(ValueError, match="enough respondents"):
        mixed_choice_model(frame, simple, rng)


MODEL = MixedLogit(
    ("price", "days"), np.array([-1.5, -0.5]), np.array([[0.3, 0.0], [0.3, 0.4]]),
    1e-10 * np.eye(5), -9.0, 9, 9,
)  # fmt: skip


def test_worth_is_lognormal_and_its_spread_is_that_of_the_ratio(rng):
    # What both share cancels out: the ratio has a spread of 0.4.
    low, middle, high = worth_quantiles(MODEL, rng).values
    assert middle == pytest.approx(np.e)
    assert np.log([low, high]) == pytest.approx([1 - 0.4 * 1.2816, 1 + 0.4 * 1.2816], abs=1e-3)
    people = rng.standard_normal((200_000, 2)) @ MODEL.factor.T + MODEL.centre
    ratio = np.exp(people[:, 1] - people[:, 0])
    shares = share_willing(MODEL, [2.0, 4.0], rng)
    assert shares["estimate"].to_numpy() == pytest.approx(
        [(ratio > 2).mean(), (ratio > 4).mean()], abs=0.005
    )
    with pytest.raises(ValueError, match="worth is"):
        share_willing(MODEL, [0.0], rng)
