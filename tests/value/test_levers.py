"""The levers of answer coaching and of a layered menu."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cemlib.studies import value


def answers(rng, effect=0.2, agents=40, each=15):
    """Return judged answers of agents who were assigned to a policy by lot."""
    agent = np.repeat(np.arange(agents), each)
    trust = rng.permutation(agents) < agents // 2
    base = np.clip(0.5 + rng.normal(0, 0.08, agents) + effect * trust, 0, 1)
    return pd.DataFrame(
        {
            "agent": agent.astype(str),
            "policy": np.where(trust, "trust", "marks")[agent],
            "reliable": (rng.random(len(agent)) < base[agent]).astype(float),
        }
    )


def lever(frame, rng, **changed):
    """Return the lever of these answers."""
    options = {"agents": 25, "enquiries": 1000.0, "coaching_cost": 40.0} | changed
    return value.coaching_lever(frame, "trust", worth=np.ones(400), rng=rng, **options)


def test_all_agents_coached_gain_the_effect_on_every_enquiry():
    """At full coaching, results are the effect times the enquiries; half of them at half."""
    rng = np.random.default_rng(1)
    frame = answers(rng)
    effect = value.policy_effects(frame, "trust", ["reliable"])["reliable"]
    found = lever(frame, rng)
    assert found.spend[-1] == 1000
    assert found.results[:, -1].mean() == pytest.approx(effect.estimate * 1000, rel=0.06)
    half = list(found.spend).index(12 * 40.0)
    assert found.results[:, half] == pytest.approx(found.results[:, -1] * 12 / 25)


def test_the_true_effect_is_covered():
    """About 95 in 100 intervals hold it, though answers of an agent resemble each other."""
    rng, held = np.random.default_rng(6), 0
    for _ in range(200):
        low, high = np.quantile(lever(answers(rng), rng).results[:, -1], [0.025, 0.975])
        held += low <= 200 <= high
    assert 0.90 <= held / 200 <= 0.99


def test_answers_under_one_policy_are_refused():
    """The error names the policy and the column."""
    rng = np.random.default_rng(1)
    with pytest.raises(ValueError, match="column policy"):
        lever(answers(rng).assign(policy="marks"), rng)


@pytest.mark.parametrize("single", ["trust", "marks"])
def test_a_policy_of_a_single_agent_is_refused(single):
    """One agent's mean has no error that could be estimated: it is not taken for certain."""
    rng = np.random.default_rng(1)
    frame = answers(rng, agents=4, each=20)
    other = {"trust": "marks", "marks": "trust"}[single]
    alone = frame.assign(policy=np.where(frame["agent"] == "0", single, other))
    with pytest.raises(ValueError, match="two agents or more"):
        lever(alone, rng)
    assert lever(frame, rng).observations == 80


def test_answers_without_a_judgement_or_a_policy_do_not_count():
    """Observations are the rows behind the effect, and the effect is that of these rows."""
    frame = answers(np.random.default_rng(1))
    partly = frame.copy()
    partly.loc[partly.index[:30], "policy"] = None
    partly.loc[partly.index[30:45], "reliable"] = np.nan
    found = lever(partly, np.random.default_rng(2))
    alone = lever(frame.iloc[45:], np.random.default_rng(2))
    assert found.observations == len(frame) - 45
    np.testing.assert_allclose(found.results, alone.results)


def test_a_menu_saves_what_its_seconds_say():
    """Hours are calls times the seconds saved, as the workbook's table has them."""
    prices = value.Voice()
    menu = value.spoken_menu(value.read("offers", "").frame, prices)
    seconds = menu.methods().set_index("method").sum(axis=1)
    rng = np.random.default_rng(1)
    found = value.menu_lever(menu, calls=3600, cost=10, doubt=0.3, worth=np.ones(4000), rng=rng)
    saved = seconds["read out as listed"] - seconds["menu layered by type"]
    assert found.results[:, 1].mean() == pytest.approx(saved, rel=0.02)
