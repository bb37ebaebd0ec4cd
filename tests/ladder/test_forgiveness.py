"""Forgiveness against statsmodels, and what is too few."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from cemlib.studies.ladder.forgiveness import forgiveness

RUNGS = ("new", "loyal", "advocate")


@pytest.fixture
def rows(rng):
    size = 3000
    frame = pd.DataFrame({"customer": rng.integers(300, size=size), "slip": rng.random(size) < 0.2})
    frame["rung"] = rng.choice(RUNGS, size)
    index = frame["rung"].map({name: at for at, name in enumerate(RUNGS)}).to_numpy()
    odds = np.array([-1.8, -2.2, -2.4])[index] + frame["slip"] * np.array([1.5, 0.8, 0.1])[index]
    frame["left"] = rng.random(size) < 1 / (1 + np.exp(-odds))
    return frame


def fit(rows, order=RUNGS, **options):
    return forgiveness(
        rows["slip"], rows["rung"], rows["left"], order, clusters=rows["customer"], **options
    )


def test_it_is_the_logit_with_interaction_of_statsmodels(rows):
    import statsmodels.formula.api as smf

    data = rows.astype({"slip": int, "left": int})
    theirs = smf.logit("left ~ C(rung) + C(rung):slip - 1", data).fit(
        disp=False,
        cov_type="cluster",
        cov_kwds={"groups": data["customer"], "use_correction": False},
    )
    result = fit(rows)
    names = [f"C(rung)[{name}]:slip" for name in RUNGS]
    assert np.allclose(result.log_odds, theirs.params[names], atol=1e-7)
    groups = data["customer"].nunique()
    errors = theirs.bse[names] * np.sqrt(groups / (groups - 1))
    assert np.allclose(np.sqrt(np.diag(result.covariance)), errors, rtol=1e-6)
    contrast = ", ".join(f"{name} - {names[0]} = 0" for name in names[1:])
    wald = theirs.wald_test(contrast, use_f=False, scalar=True)
    statistic, degrees, p = result.same_everywhere()
    assert statistic == pytest.approx(wald.statistic * (groups - 1) / groups, rel=1e-6)
    assert degrees == 2
    assert p == pytest.approx(stats.chi2.sf(statistic, 2))


def test_odds_are_those_of_the_table(rows):
    rungs = fit(rows).rungs.set_index("rung")
    table = pd.crosstab(rows.loc[rows["rung"] == "loyal", "slip"], rows["left"]).to_numpy()
    odds = table[1, 1] * table[0, 0] / (table[0, 1] * table[1, 0])
    assert rungs.loc["loyal", "odds_ratio"] == pytest.approx(odds)
    assert (rungs["low"] < rungs["odds_ratio"]).all()
    assert rungs.loc["loyal", "after"] == pytest.approx(table[1, 1] / table[1].sum())


def test_a_rung_with_too_few_is_left_out(rows):
    few = rows[(rows["rung"] != "advocate") | ~rows["slip"] | ~rows["left"]]
    assert fit(few).rungs["rung"].tolist() == ["new", "loyal"]
    none = fit(few, ("advocate",))
    assert none.rungs.empty
    assert np.isnan(none.same_everywhere()[2])
