"""Recovery of how well measures foretell leaving, in generated panels."""

from functools import cache

import numpy as np
import pytest

from cemlib.stats.customers import customers
from cemlib.studies.ladder import markov, prediction
from cemlib.studies.ladder.operator import panel as generate_panel
from cemlib.studies.ladder.operator.panel_truth import STATES
from tests.recovery.replicates import record, replicates

SAMPLES = replicates(200)


@cache
def foretold(number, people, draws):
    rng = np.random.default_rng([506, number])
    rows = generate_panel.panel(customers(people, rng), rng)
    rows["rung"] = rows["state"]
    rows["state"] = rows["state"].map({name: at for at, name in enumerate(STATES)})
    month = rows["month"].str.split("-")
    rows["month"] = month.str[0].astype(int) * 12 + month.str[1].astype(int)
    moved = markov.moves(rows)
    ladder = markov.fit_ladder(moved, STATES, 2, rng)
    return prediction.predict_leaving(moved, ladder, 1, rng, draws)


@pytest.mark.parametrize("people", [1000, 4000])
def test_concordance_of_measures_covers_that_of_very_many_customers(people):
    truth = foretold(10**6, 150_000, 2)
    hits = []
    for number in range(SAMPLES):
        low, high = foretold(number, people, 200).concordance.interval()
        hits.append((low <= truth.concordance.values) & (truth.concordance.values <= high))
    few = "the intervals of the rung and of several measures together cover what very many would "
    few += "show in 85% to 92% of panels"
    of, hits = f"{3 * people // 10:,} customers", np.array(hits)
    record("02", "foretelling of leaving by one answer", hits[:, :4], of)
    record("02", "foretelling of leaving by the rung and by several measures", hits[:, 4:], of,
           told=few)  # fmt: skip
    assert hits.mean() > 0.9
    assert truth.best == "rung"
