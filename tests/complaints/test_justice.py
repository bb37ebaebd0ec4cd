import numpy as np
import pandas as pd
import pingouin
import pytest
import statsmodels.api as sm

from cemlib.stats.estimates import bootstrap_weights
from cemlib.studies.complaints import justice

CAUSES = ["d", "p", "i"]


def sample(seed=1, n=300):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(n, 4)), columns=[*CAUSES, "age"])
    frame["m"] = 0.5 * frame["d"] + 0.3 * frame["i"] + 0.2 * frame["age"] + rng.normal(size=n)
    frame["y"] = 0.6 * frame["m"] + 0.2 * frame["d"] + rng.normal(size=n)
    return frame


def test_parts_are_those_of_two_regressions():
    data = sample()
    parts = justice.mediation(data, CAUSES, "m", "y", np.ones((1, 300)), controls=["age"])
    first = sm.OLS(data["m"], sm.add_constant(data[[*CAUSES, "age"]])).fit().params
    second = sm.OLS(data["y"], sm.add_constant(data[[*CAUSES, "age", "m"]])).fit().params
    whole = sm.OLS(data["y"], sm.add_constant(data[[*CAUSES, "age"]])).fit().params
    np.testing.assert_allclose(parts["to_mediator"].values, first[CAUSES])
    np.testing.assert_allclose(parts["direct"].values, second[CAUSES])
    np.testing.assert_allclose(parts["mediator_to_outcome"].values, second["m"])
    np.testing.assert_allclose(parts["indirect"].values, first[CAUSES] * second["m"])
    np.testing.assert_allclose(parts["total"].values, whole[CAUSES])  # an identity of least squares


def test_pingouin_agrees():
    data = sample(2)
    parts = justice.mediation(data, ["d"], "m", "y", np.ones((1, 300)))
    theirs = pingouin.mediation_analysis(data, x="d", m="m", y="y", n_boot=10, seed=1)
    theirs = theirs.set_index("path")["coef"]
    for ours, path in (("indirect", "Indirect"), ("direct", "Direct"), ("total", "Total")):
        assert parts[ours].values[0] == pytest.approx(theirs[path], abs=1e-6)


def test_resamples_are_refits(rng):
    data = sample(3, 80)
    weights = bootstrap_weights(80, 4, rng)
    parts = justice.mediation(data, CAUSES, "m", "y", weights)
    for draw, row in enumerate(weights.astype(int)):
        again = data.loc[np.repeat(data.index, row)]
        alone = justice.mediation(again, CAUSES, "m", "y", np.ones((1, len(again))))
        for part in justice.PARTS:
            np.testing.assert_allclose(parts[part].draws[draw], alone[part].values, atol=1e-10)


def test_rows_with_a_gap_are_left_out():
    data = sample(4)
    holed = pd.concat([data, data.head(5).assign(m=np.nan)], ignore_index=True)
    ours = justice.mediation(holed, CAUSES, "m", "y", np.ones((1, 305)))
    whole = justice.mediation(data, CAUSES, "m", "y", np.ones((1, 300)))
    np.testing.assert_allclose(ours["indirect"].values, whole["indirect"].values)


def test_causes_are_ranked_by_their_total_effects():
    parts = justice.mediation(sample(), CAUSES, "m", "y", np.ones((1, 300)))
    ranking = justice.rank_causes(parts)
    total = dict(zip(CAUSES, parts["total"].values, strict=True))
    assert list(ranking.causes) == sorted(CAUSES, key=total.get, reverse=True)
    direct = parts["direct"].values.sum()
    assert ranking.share_mediated == pytest.approx(1 - direct / sum(total.values()))


def test_outcomes_that_the_log_lacks_are_left_out():
    log = sample().rename(columns={"m": "handling", "y": "return_intent"})
    items = {"first": ("d", "p"), "second": ("i",)}
    parts = justice.mediation_by_outcome(log, items, np.ones((1, 300)))
    assert list(parts) == ["Return intent"]
    assert parts["Return intent"]["total"].names == ("first", "second")
    assert justice.mediation_by_outcome(log, {}, np.ones((1, 300))) == {}


@pytest.mark.parametrize(
    ("causes", "message"),
    [
        (["d", "d"], "each named once"),
        (["d", "q"], "column is 'q'"),
        (["d", "p", "i", "twin"], "collinear"),
    ],
)
def test_what_cannot_be_split_is_refused(causes, message):
    data = sample().assign(twin=lambda f: f["d"])
    with pytest.raises(ValueError, match=message):
        justice.mediation(data, causes, "m", "y", np.ones((1, 300)))


def test_too_few_rows_are_refused():
    with pytest.raises(ValueError, match="6 complete rows are too few"):
        justice.mediation(sample(n=6), CAUSES, "m", "y", np.ones((1, 6)))
