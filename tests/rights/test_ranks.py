import numpy as np
import pandas as pd
import pytest
from scipy.stats import rankdata

from cemlib.stats import importance as drivers
from cemlib.stats.estimates import Estimates, bootstrap_weights
from cemlib.studies.rights.ranks import importance_ranks
from cemlib.studies.rights.words import Assessment

NAMES = ("a", "b", "c")


def test_ranks_are_those_of_scipy(rng):
    draws = rng.normal(size=(500, 3)) + np.array([0.0, 0.5, 5.0])
    table = importance_ranks(Estimates(NAMES, draws.mean(axis=0), draws)).set_index("name")
    ranks = rankdata(-draws, method="min", axis=1)
    low, high = np.quantile(ranks, [0.025, 0.975], axis=0, method="inverted_cdf")
    assert table.loc[list(NAMES), "rank_low"].tolist() == low.tolist()
    assert table.loc[list(NAMES), "rank_high"].tolist() == high.tolist()
    assert table["rank"].tolist() == [1, 2, 3]
    assert table.loc["c", "above"] == ("a", "b")
    assert table.loc["a", "above"] == ()
    assert table.loc["c", "behind"] == 0


def test_pairs_that_are_equal_seldom_differ(rng):
    """Of exchangeable drivers at most about 5% of the pairs differ, either way."""
    differ = []
    for _ in range(60):
        x = rng.normal(size=(300, 4)) + 0.7 * rng.normal(size=(300, 1))
        frame = pd.DataFrame(x, columns=list("abcd"))
        outcome = pd.Series(x.sum(axis=1) + 2 * rng.normal(size=300))
        weights = bootstrap_weights(300, 200, rng)
        table = importance_ranks(drivers.derived_importance(frame, outcome, weights))
        differ.append(table["above"].map(len).sum() / 6)
        assert (table["rank_low"] <= table["rank"]).all()
    assert np.mean(differ) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / (60 * 6))


@pytest.mark.parametrize(("gap", "found"), [(0.0, "Safety and Choice"), (5.0, "Choice")])
def test_rights_as_important_as_the_first_are_named(gap, found, rng):
    draws = rng.normal(size=(400, 2)) + np.array([0.0, gap])
    ranks = importance_ranks(Estimates(("safety", "choice"), draws.mean(axis=0), draws))
    words = Assessment({"safety": "Safety", "choice": "Choice"})
    finding = next(words.rank_findings(ranks))
    assert finding.value in (found, " and ".join(reversed(found.split(" and "))))
    assert "rank" in words.rank_table(ranks).columns
