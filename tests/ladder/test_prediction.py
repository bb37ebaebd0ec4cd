"""Which measure foretells leaving: against scikit-learn, laws, and panels that hold less."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from cemlib.studies.ladder import datasets, markov, plots, prediction, words
from cemlib.studies.ladder.operator.panel_truth import STATES


@pytest.fixture(scope="module")
def fitted():
    rows = datasets.load_panel(states=STATES).rows
    moved = markov.moves(rows)
    return moved, markov.fit_ladder(moved, STATES, 20, np.random.default_rng(1))


@pytest.fixture(scope="module")
def foretold(fitted):
    return prediction.predict_leaving(*fitted, 1, np.random.default_rng(1))


def test_concordance_is_scikit_learns_within_each_month_and_part(fitted, foretold):
    """The same five parts, fitted by another library, and its area under the curve."""
    moved, _ = fitted
    rows = moved[moved["state"].between(1, 4)].dropna(subset=["score", "recommend"])
    left = (rows["next"] == 5).to_numpy()
    who = pd.factorize(rows["customer"])[0]
    part = np.random.default_rng(1).permutation(who.max() + 1)[who] % 5
    x = rows[["score"]].assign(**{name: (rows["rung"] == name) * 1.0 for name in STATES[2:5]})
    won = pairs = 0.0
    for fold in range(5):
        model = LogisticRegression(C=1e3, tol=1e-10, max_iter=1000)
        model.fit(x[part != fold], left[part != fold])
        risk = np.round(model.predict_proba(x)[:, 1], 8)
        for _, at in rows[part == fold].groupby("month"):
            each = rows.index.get_indexer(at.index)
            gone = left[each].sum()
            if 0 < gone < len(each):
                count = gone * (len(each) - gone)
                won += count * roc_auc_score(left[each], risk[each])
                pairs += count
    names = foretold.concordance.names
    ours = foretold.concordance.values[names.index(prediction.WITH_RUNG)]
    assert ours == pytest.approx(won / pairs, abs=1e-4)


def test_all_measures_are_compared_on_the_same_months(fitted, foretold):
    assert foretold.concordance.names == (
        "satisfaction", "two highest answers", "recommendation", "promoter, passive or detractor",
        "rung", "satisfaction and rung", "all together",
    )  # fmt: skip
    assert foretold.top == (9.0, 10.0)
    holes = fitted[0].copy()
    holes.loc[holes.index[::7], "recommend"] = np.nan
    some = prediction.predict_leaving(holes, fitted[1], 1, np.random.default_rng(1))
    assert some.months + some.left_out == foretold.months
    assert some.left_out > 0


def test_a_fifth_at_random_finds_a_fifth():
    rng = np.random.default_rng(3)
    stratum = rng.integers(4, size=1000)
    part = prediction._among_riskiest(np.zeros(1000), stratum)
    np.testing.assert_allclose(part, 0.2)
    ranked = prediction._among_riskiest(rng.random(1000), stratum)
    for each in range(4):
        assert ranked[stratum == each].sum() == pytest.approx(0.2 * (stratum == each).sum())


def test_a_measure_without_information_is_a_coin(fitted):
    moved, ladder = fitted
    shuffled = moved.assign(recommend=np.random.default_rng(5).permutation(moved["recommend"]))
    found = prediction.predict_leaving(shuffled, ladder, 1, np.random.default_rng(1))
    row = found.concordance.frame().set_index("name").loc["recommendation"]
    assert row["low"] <= 0.5 <= row["high"]
    assert found.best == "rung"


def test_a_panel_may_hold_less(fitted):
    moved, ladder = fitted
    rng = np.random.default_rng(1)
    bare = moved.drop(columns=["score", "recommend"])
    assert prediction.predict_leaving(bare, ladder, 1, rng) is None
    assert prediction.predict_leaving(moved[moved["next"] != 5], ladder, 1, rng) is None
    scored = prediction.predict_leaving(moved.drop(columns="recommend"), ladder, 1, rng)
    assert scored.concordance.names[-1] == prediction.WITH_RUNG
    assert "promoters" not in words.foretells(scored)
    fine = moved.assign(score=moved["score"] + np.random.default_rng(2).random(len(moved)))
    assert prediction.predict_leaving(fine, ladder, 1, rng).top == ()
    assert "at least 20 leavers" in words.foretells(None)
    assert list(words.prediction_findings(None)) == []


def test_words_findings_and_figure_name_the_best_measure(foretold):
    text = " ".join(words.foretells(foretold).split())
    assert "**rung** foretells leaving best" in text
    assert "the rung adds to what satisfaction predicts" in text
    assert "The two highest answers are 9 and 10." in text
    names = [finding.name for finding in words.prediction_findings(foretold)]
    assert names == [
        "best_predictor_of_leaving", "concordance_of_best_predictor", "concordance_of_satisfaction",
        "concordance_with_rung", "leavers_found_by_best_predictor",
    ]  # fmt: skip
    assert "rung 6" in plots.prediction_figure(foretold).alt
