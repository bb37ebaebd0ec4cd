"""The trial of call-backs, the panel of expectations, a class's answers, and effort in print."""

import json

import numpy as np
import pandas as pd
import pytest

from cemlib import catalogue
from cemlib.catalogue import load
from cemlib.data.problems import DataError
from cemlib.operator import parts
from cemlib.studies.expectation.operator import (
    TRUTH,
    callbacks,
    expectations,
    population,
    responses,
)


@pytest.fixture(scope="module")
def people():
    return pd.DataFrame({"customer": [f"C{n}" for n in range(60_000)], "segment": TRUTH.segment})


@pytest.fixture(scope="module")
def trial(people):
    return callbacks(people, np.random.default_rng(1))


def test_each_part_has_a_stream_of_its_own():
    streams = [part.stream for part in parts()]
    assert len(set(streams)) == len(streams)
    assert 1 not in streams  # the customers'


def test_the_trial_is_of_customers_whose_line_was_reset():
    people, table = load("customers"), load("callbacks")
    joined = table.merge(people, on="customer")
    assert len(joined) == len(table)
    assert set(joined["segment"]) == {TRUTH.segment}
    assert 800 < len(table) < 1000
    cells = table.groupby(["effort", "information"]).size()
    assert cells.min() > 190


def test_chance_decides_the_trial_and_not_mood_or_level(trial):
    for factor in ("effort", "information"):
        sides = trial.groupby(factor)["baseline"].mean()
        assert abs(sides[1] - sides[0]) < 4 * 10 * 2 / np.sqrt(len(trial))
    assert abs(trial["effort"].corr(trial["information"])) < 4 / np.sqrt(len(trial))
    shares = trial["level"].value_counts(normalize=True)
    for level, share in TRUTH.level_shares.items():
        assert shares[level] == pytest.approx(share, abs=0.01)


def test_effects_of_the_trial_are_those_of_truth_json(trial):
    stated = json.loads(catalogue.path("truth").read_text(encoding="utf-8"))
    assert stated["population"]["expectation"] == population()
    total = population()["total_by_level"]
    for level, part in trial.groupby("level"):
        sides = part.groupby("effort")["satisfaction"].agg(["mean", "var", "count"])
        error = np.sqrt((sides["var"] / sides["count"]).sum())
        # Answers are held to 0–100, which takes a little.
        assert abs(sides["mean"].diff()[1] - total[level]) < 4 * error + 0.15, level


def test_answers_hardly_ever_meet_the_ends_of_the_scale(trial, people):
    panel = expectations(people.head(20_000), np.random.default_rng(2))
    for table in (trial, panel):
        points = table.select_dtypes("number").drop(
            columns=["effort", "information", "period"], errors="ignore"
        )
        assert points.isin([0, 100]).to_numpy().mean() < 0.006


def test_the_panel_is_whole_and_learns_faster_upwards():
    panel = load("expectations")
    assert (panel.groupby("customer")["period"].nunique() == TRUTH.periods).all()
    assert TRUTH.ratchet.rise > TRUTH.ratchet.fall
    assert panel[panel["period"] == 6]["expectation"].mean() > (
        panel[panel["period"] == 1]["expectation"].mean() + 1
    )


def test_committed_responses_are_the_generated_ones():
    made = responses().to_csv(index=False, lineterminator="\n")
    assert made == catalogue.path("responses").read_text(encoding="utf-8")


def test_a_class_may_leave_out_what_it_did_not_ask(write):
    head = ["participant", "effort", "information", "expectation", "satisfaction"]
    file = write([head, ["Ann", "0", "1", "40", "62.5"], ["Bo", "1", "0", "7", "8"]])
    table = load("responses", file)
    assert list(table) == head
    assert table["satisfaction"].tolist() == [62.5, 8]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (["Ann", "2", "1", "40", "60"], "effort"),
        (["Ann", "1", "1", "", "60"], "expectation"),
        (["Ann", "1", "1", "40", "160"], "satisfaction"),
        (["Bo", "1", "1", "40", "60"], "participant"),
    ],
)
def test_answers_that_do_not_fit_are_refused(write, row, message):
    head = ["participant", "effort", "information", "expectation", "satisfaction"]
    with pytest.raises(DataError, match=message):
        load("responses", write([head, ["Bo", "0", "0", "30", "50"], row]))


def test_published_effects_are_as_told():
    table = load("effort-effects").set_index("study")
    repeated = table[table["replicates"].notna()]
    assert set(repeated["direction"]) == {"unchanged"}
    assert set(repeated["replicates"]) <= set(table.index)
    assert table.loc["Kamau 2012", "n"] == 70
    assert table.loc["Norton, Mochon & Ariely 2012", "effect"] == 63
    sized = table.dropna(subset=["without", "with"])
    more = 100 * (sized["with"] / sized["without"] - 1)
    np.testing.assert_allclose(more, sized["effect"], atol=0.6)
    recalled = sized["provenance"].str.contains("recalled, not checked against print")
    assert recalled.all()
