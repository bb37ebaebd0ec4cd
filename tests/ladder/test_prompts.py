"""Prompts and tariffs: first row that holds, and what a table may not say."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cemlib.catalogue import load
from cemlib.studies.ladder.operator.conversations import ACTIONS, FACTS, draw_facts, tariffs
from cemlib.studies.ladder.prompts import (
    GUIDED,
    OVERRIDE,
    guided_policy,
    matching_prompts,
    policies,
)
from cemlib.studies.ladder.tariffs import bills, tariff_savings

TABLE = pd.DataFrame(
    {
        "fact": ["payoff", "open_problem", "saving", None],
        "comparison": ["is", "is", "above", "always"],
        "value": ["yes", "yes", "15", None],
        "prompt": ["retain", "help", "cheaper", "sell"],
    }
)


@given(st.integers(0, 10_000))
def test_the_first_row_that_holds_is_shown(seed):
    rng = np.random.default_rng(seed)
    facts = draw_facts(rng.uniform(0, 40, 50), rng)
    by_hand = [
        0 if f.payoff else 1 if f.open_problem else 2 if f.saving > 15 else 3
        for f in facts.itertuples()
    ]
    assert matching_prompts(facts, TABLE).tolist() == by_hand
    policy = guided_policy(facts, TABLE, ACTIONS)
    assert (policy.sum(axis=1) == 1).all()
    assert np.array(ACTIONS)[policy.argmax(axis=1)].tolist() == [
        TABLE["prompt"][row] for row in by_hand
    ]
    plans = policies(facts, TABLE, ACTIONS, "angry", "help")
    assert (plans[GUIDED] == policy).all()
    overridden = (facts["angry"] > 0) & (policy[:, 0] > 0)
    assert (plans[OVERRIDE][overridden].argmax(axis=1) == 2).all()
    assert (plans[OVERRIDE][~overridden] == policy[~overridden]).all()


def test_the_committed_table_is_the_one_the_operator_was_drawn_with():
    committed = load("prompts")
    facts = draw_facts(np.linspace(0, 40, 400), np.random.default_rng(1))
    assert (matching_prompts(facts, committed) == matching_prompts(facts, TABLE)).all()
    assert committed["words_zh"].str.len().gt(5).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"fact": ["payof", "open_problem", "saving", None]}, "did you mean 'payoff'"),
        ({"comparison": ["is", "is", "more", "always"]}, "comparison is 'more'"),
        ({"value": ["yes", "yes", "much", None]}, "value is 'much'"),
        (
            {"comparison": ["is", "is", "above", "above"], "fact": [*FACTS[1:], "angry"]},
            "value is nan",
        ),
        ({"prompt": ["retain", "help", "cheapr", "sell"]}, "did you mean 'cheaper'"),
    ],
)
def test_refuses(change, message):
    facts = draw_facts(np.zeros(5), np.random.default_rng(1))
    with pytest.raises(ValueError, match=message):
        guided_policy(facts, TABLE.assign(**change), ACTIONS)


def test_a_table_without_a_last_row_for_all_calls_is_refused():
    facts = draw_facts(np.zeros(50), np.random.default_rng(1))
    with pytest.raises(ValueError, match="end the table with a row whose comparison"):
        matching_prompts(facts, TABLE[:3])


@given(st.floats(0, 300), st.floats(0, 4000))
def test_savings_are_never_negative_and_zero_on_the_cheapest(gigabytes, minutes):
    plans = tariffs()
    use = pd.DataFrame({"gigabytes": gigabytes, "minutes": minutes}, index=range(len(plans)))
    use["customer"], use["tariff"] = use.index.astype(str), plans["tariff"]
    savings = tariff_savings(use, plans)
    assert (savings["saving"] >= 0).all()
    assert savings["saving"].min() == 0
    assert np.allclose(savings["bill"] - savings["saving"], bills(use, plans)[0].min())


def test_an_unknown_tariff_is_refused():
    use = pd.DataFrame({"customer": ["C"], "tariff": ["gold"], "gigabytes": 1, "minutes": 1})
    with pytest.raises(ValueError, match="tariff is 'gold'"):
        tariff_savings(use, tariffs())


def test_a_downloaded_table_reads_back_the_same(tmp_path):
    """No comparison begins like a formula, which the download would have to disarm."""
    from cemlib.teach.downloads import download

    file = tmp_path / "prompts.csv"
    file.write_bytes(download(load("prompts"), "prompts.csv").content)
    assert load("prompts", file).equals(load("prompts"))
