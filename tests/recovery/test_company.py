"""The loop of the whole course, over generated operators: levers, division, quarter, regret."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from cemlib import next_quarter, operator
from cemlib.stats.levers import SHARED, Worths, doubtful
from cemlib.studies import company, complaints, expectation, ladder, repair, rights, value
from cemlib.studies.company.curves import Curves, shared
from cemlib.studies.company.curves import value as net_of
from cemlib.studies.company.present import COMPLAINTS
from tests.recovery.replicates import record, replicates

OPERATORS, DRAWS = replicates(24), 60
PARTS = ("survey", "expectation", "complaints", "contacts", "repairs", "loop", "applications",
         "answers", "offers", "enquiries")  # fmt: skip
STUDIES = (rights, ladder, expectation, repair, value, complaints)
BUDGET, AT_RISK, DOUBT = 120_000.0, 2_000_000.0, 0.3


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("operators")


@cache
def operated(folder, number):
    """Return what each division of the budget truly keeps, and the forecast of the recommended."""
    target = folder / str(number)
    operator.make(target, seed=7_000 + number, only=PARTS)
    sources = next_quarter.sources_of(target)
    rng = np.random.default_rng([107, number])
    worths = Worths.drawn(DOUBT, DRAWS, rng)
    levers = [lever for study in STUDIES for lever in study.levers_of(sources, worths, rng)]
    curves = company.curves_of(levers, BUDGET)
    best = company.best_shared(curves, AT_RISK)
    divisions = {"recommended": best} | company.rules(curves, only=COMPLAINTS)
    factors = {name: float(doubtful(1.0, DOUBT, 1, rng)[0]) for name in SHARED}
    true = {lever.name: lever for lever in next_quarter.true_levers(sources, rng)}
    kept = {
        name: true[name].at(spent)
        * true[name].worth[0]
        * factors[next_quarter.WORTH_OF[true[name].unit]]
        for name, spent in zip(curves.names, curves.spent, strict=True)
    }
    truth = Curves(curves.names, BUDGET, curves.spent, tuple(kept.values()))
    divisions["oracle"] = company.best_shared(truth, AT_RISK)
    nets = {rule: float(net_of(truth, each, AT_RISK)[0]) for rule, each in divisions.items()}
    forecast = shared(curves.of(best)[0], AT_RISK) - curves.of(best)[1].sum()
    return nets, forecast, {name: truth.of(best)[0][at, 0] for at, name in enumerate(curves.names)}


@pytest.fixture(scope="module")
def counted(folder):
    return [operated(folder, number) for number in range(OPERATORS)]


def test_the_recommended_division_loses_little_to_an_oracle(counted):
    """It keeps nearly what the true curves would, and far more than what people usually do."""
    rules = list(counted[0][0])
    mean = {rule: np.mean([nets[rule] for nets, _, _ in counted]) for rule in rules}
    assert mean["recommended"] >= 0.9 * mean["oracle"]
    for rule in ("equal split", "largest gap", "all on complaints"):
        assert mean["recommended"] > 1.2 * mean[rule], rule
    assert all(nets["oracle"] >= nets["recommended"] - 1e-6 for nets, _, _ in counted)


def test_the_forecast_covers_what_the_division_keeps(counted):
    """The interval holds curves and worths; it is that of a division chosen on the same data."""
    hits = []
    for nets, forecast, _ in counted:
        low, high = np.quantile(forecast, [0.025, 0.975])
        hits.append(low <= nets["recommended"] <= high)
    record("07", "money that the recommended division keeps", hits)
    assert np.mean(hits) >= 0.95 - 4 * np.sqrt(0.95 * 0.05 / OPERATORS)
