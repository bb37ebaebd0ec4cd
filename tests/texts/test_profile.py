"""Sizes, weeks, scores and drivers of themes; agreement with codes."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score, v_measure_score
from statsmodels.formula.api import ols

from cemlib.stats.proportions import wilson
from cemlib.texts import (
    apply_table,
    doubtful_codes,
    find_themes,
    suggest_merges,
    theme_agreement,
    theme_counts,
    theme_drivers,
    theme_profile,
    theme_scores,
    theme_weeks,
)
from tests.texts.harder import log

TABLE = pd.DataFrame(
    {
        "theme": ["T1", "T2", "T3"],
        "name": ["Bill", "Signal", "App"],
        "phrases": ["bill", "signal", "app"],
    }
)


@pytest.fixture
def drawn():
    rng = np.random.default_rng(4)
    words = rng.choice(["bill", "signal", "app", "other"], 900, p=[0.4, 0.3, 0.2, 0.1])
    channel = np.where((words == "bill") & (rng.random(900) < 0.7), "shop", "phone")
    customer = rng.integers(0, 300, 900)
    effects = pd.Series({"bill": -1.0, "signal": 0.0, "app": 0.5, "other": 0.2})
    score = 3 + effects[words].to_numpy() + 0.8 * (channel == "shop") + rng.normal(0, 0.5, 900)
    score[rng.random(900) < 0.3] = np.nan
    frame = pd.DataFrame({"text": words, "channel": channel, "customer": customer, "score": score})
    return frame, apply_table(words, TABLE)


def test_shares_are_wilsons_over_customers(drawn):
    frame, themes = drawn
    profile = theme_profile(themes, frame["customer"].tolist()).set_index("theme")
    expected = wilson(frame["text"] == "bill", frame["customer"].tolist())
    assert profile.loc["T1", ["share", "low", "high"]].tolist() == [
        expected.estimate, expected.low, expected.high,
    ]  # fmt: skip
    assert profile["share"].sum() == pytest.approx(1)
    assert profile.loc["", "texts"] == (frame["text"] == "other").sum()


def test_counts_by_channel_add_up(drawn):
    frame, themes = drawn
    counts = theme_counts(themes, frame["channel"], frame["customer"].tolist())
    assert counts.groupby("theme")["texts"].sum()["T1"] == (frame["text"] == "bill").sum()
    shop = counts[(counts["theme"] == "T1") & (counts["group"] == "shop")].iloc[0]
    assert shop["share"] == 1
    assert shop["ratio"] == pytest.approx(1 / (frame["text"] == "bill").mean())


def test_weeks_without_a_text_count_zero():
    themes = apply_table(["bill", "signal", "bill", "bill"], TABLE)
    times = pd.to_datetime(
        pd.Series(["2026-01-04T23:30", "2026-01-05T00:30", "2026-01-21T08:00", None])
    ).dt.tz_localize("Asia/Shanghai")
    weeks = theme_weeks(themes, times)
    bill = weeks[weeks["theme"] == "T1"]
    assert bill["week"].dt.strftime("%m-%d").tolist() == ["12-29", "01-05", "01-12", "01-19"]
    assert bill["texts"].tolist() == [1, 0, 0, 1]
    assert bill["all"].tolist() == [1, 1, 0, 1]


def test_scores_are_means_with_errors_over_customers(drawn):
    frame, themes = drawn
    row = theme_scores(themes, frame["score"], frame["customer"].tolist()).iloc[0]
    own = frame[(frame["text"] == "bill") & frame["score"].notna()]
    fit = ols("score ~ 1", own).fit(cov_type="cluster", cov_kwds={"groups": own["customer"]})
    assert row["mean"] == pytest.approx(own["score"].mean())
    assert (row["high"] - row["mean"]) / fit.bse.iloc[0] == pytest.approx(1.975, abs=0.02)


def test_drivers_are_those_of_a_reference_regression(drawn):
    frame, themes = drawn
    drivers = theme_drivers(
        themes, frame["score"], frame[["channel"]], frame["customer"].tolist()
    ).set_index("theme")
    rated = frame[frame["score"].notna()]
    fit = ols("score ~ C(text, Treatment('other')) + channel", rated).fit(
        cov_type="cluster", cov_kwds={"groups": rated["customer"]}
    )
    names = {"T1": "bill", "T2": "signal", "T3": "app"}
    slopes = {t: fit.params[f"C(text, Treatment('other'))[T.{w}]"] for t, w in names.items()}
    share = {t: (rated["text"] == w).mean() for t, w in names.items()}
    middle = sum(slopes[t] * share[t] for t in names)
    for theme in names:
        row = drivers.loc[theme]
        assert row["estimate"] == pytest.approx(slopes[theme] - middle)
        contrast = {f"C(text, Treatment('other'))[T.{names[t]}]": -share[t] for t in names}
        contrast[f"C(text, Treatment('other'))[T.{names[theme]}]"] += 1
        vector = [contrast.get(name, 0.0) for name in fit.params.index]
        error = float(fit.t_test(vector).sd.squeeze())
        assert (row["high"] - row["estimate"]) / error == pytest.approx(1.97, abs=0.02)
    assert drivers.index[0] == "T1"


def test_drivers_hold_the_channel_in_which_a_theme_is_raised(drawn):
    frame, themes = drawn
    held = theme_drivers(themes, frame["score"], frame[["channel"]]).set_index("theme")
    bare = theme_drivers(themes, frame["score"]).set_index("theme")
    assert held.loc["T1", "estimate"] < bare.loc["T1", "estimate"] - 0.2


def test_pulls_and_the_rest_sum_to_nothing(drawn):
    frame, _ = drawn
    frame = frame[frame["text"] != "other"]
    drivers = theme_drivers(apply_table(frame["text"], TABLE), frame["score"])
    assert drivers["pull"].sum() == pytest.approx(0, abs=1e-12)


def test_controls_that_say_the_same_twice_and_missing_levels_are_borne(drawn):
    frame, themes = drawn
    controls = frame[["channel"]].assign(again=frame["channel"], one="x", few=None)
    controls.loc[:4, "few"] = ["a", "b", "c", "d", "e"]
    twice = theme_drivers(themes, frame["score"], controls)
    assert len(twice) == 3
    assert twice["estimate"].notna().all()


def test_drivers_need_rated_texts(drawn):
    _, themes = drawn
    with pytest.raises(ValueError, match="at least 20"):
        theme_drivers(themes, np.full(900, np.nan))
    with pytest.raises(ValueError, match="one for each text"):
        theme_drivers(themes, [1, 2])


@pytest.fixture(scope="module")
def coded():
    frame = log(np.random.default_rng(8), 2000)
    return frame, find_themes(frame["text"], np.random.default_rng(8))


def test_agreement_is_that_of_the_library(coded):
    frame, themes = coded
    known = frame["problem"].notna().to_numpy()
    row = theme_agreement(themes, frame["problem"].tolist()).iloc[0]
    codes = frame.loc[known, "problem"]
    assert row["texts"] == known.sum()
    assert row["rand"] == pytest.approx(adjusted_rand_score(codes, themes.theme[known]))
    assert row["v_measure"] == pytest.approx(v_measure_score(codes, themes.theme[known]))


def test_codes_in_doubt_are_mostly_wrong(coded):
    frame, themes = coded
    review = doubtful_codes(themes, frame["problem"].tolist(), frame["text"])
    wrong = (frame["problem"] != frame["true"]) & frame["problem"].notna()
    told = wrong.iloc[review["row"]]
    assert told.mean() > 10 * wrong.mean()  # 4 in 100 codes are wrong
    assert (review["code"] != review["usual"]).all()
    assert review["weight"].is_monotonic_decreasing


def test_themes_of_the_same_code_are_merged(coded):
    frame, themes = coded
    table = suggest_merges(themes, frame["problem"].tolist())
    merged = apply_table(frame["text"], table)
    before, after = (theme_agreement(each, frame["true"].tolist()) for each in (themes, merged))
    assert after["v_measure"].iloc[0] > before["v_measure"].iloc[0]
    assert len(merged.ids) < len(themes.ids)


def test_codes_and_texts_must_have_one_length(coded):
    _, themes = coded
    with pytest.raises(ValueError, match="one for each text"):
        theme_agreement(themes, ["a"])
    with pytest.raises(ValueError, match="length of the texts"):
        theme_counts(themes, ["a"])
