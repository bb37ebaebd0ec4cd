"""The lever of practices: nested gains, and agreement with the plan."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cemlib.stats.estimates import Estimates
from cemlib.stats.levers import Worths
from cemlib.studies import rights
from cemlib.studies.rights.datasets import PRACTICES
from cemlib.studies.rights.planning import PracticeProblem


def problem():
    """Return three practices of two rights."""
    practices = pd.DataFrame(
        {
            "practice": ["menu", "letter", "call"],
            "right": ["choice", "choice", "respect"],
            "in_place": [0, 2, 0],
            "person_days": [10, 20, 15],
            "uplift": [4.0, 8.0, 3.0],
            "call_centre": True,
        }
    )
    return PracticeProblem(
        practices, {"choice": 50, "respect": 60}, {"choice": 0.02, "respect": 0.04}
    )


def lever(doubt=0.0, spread=0.004, draws=200, **changed):
    """Return the lever of these practices, with slopes that vary."""
    rng = np.random.default_rng(1)
    values = np.array([0.02, 0.04])
    slopes = Estimates(("choice", "respect"), values, values + rng.normal(0, spread, (draws, 2)))
    options = {"days": range(0, 60, 5), "day_cost": 100.0, "customers": 50.0} | changed
    return rights.practices_lever(
        problem(), slopes, uplift_doubt=doubt, worth=np.full(draws, 7.0), rng=rng, **options
    )


def test_what_is_kept_is_the_gain_of_the_best_plan():
    """Without doubt about uplifts and slopes, what is kept is the plan's own gain."""
    found = lever(spread=0.0)
    for spend, kept in zip(found.spend, found.kept.mean(axis=0), strict=True):
        gain = problem().best(spend / 100).gain
        assert kept == pytest.approx(gain * 50 * 7)
    assert (np.diff(found.kept.mean(axis=0)) > 0).all()


def test_doubt_about_uplifts_widens_what_is_kept():
    """The interval holds both the slopes and the uplifts."""
    assert lever(0.5).kept[:, -1].std() > 1.2 * lever().kept[:, -1].std()


def test_too_few_draws_and_no_practice_are_refused():
    """The error says what is missing."""
    slopes = Estimates(("choice",), np.array([0.02]), np.full((3, 1), 0.02))
    options = {"day_cost": 1.0, "customers": 5.0, "uplift_doubt": 0.0, "worth": np.ones(4)}
    with pytest.raises(ValueError, match="at least 4 draws"):
        rights.practices_lever(
            problem(), slopes, days=[10], rng=np.random.default_rng(1), **options
        )
    with pytest.raises(ValueError, match="give larger budgets"):
        lever(days=[1])


def drawn_from(tmp_path, **sources):
    """Return the lever of an own survey with overall satisfaction on this scale."""
    asked = rights.sources(survey=tmp_path / "survey.csv", practices=PRACTICES.path, **sources)
    asked.assume(satisfaction_worth=7, day_cost=400, practice_quarters=8, customers=4000)
    worths = Worths.drawn(0.5, 40, np.random.default_rng(1))
    return rights.levers_of(asked, worths, np.random.default_rng(2))


@pytest.mark.parametrize(("scale", "width"), [("0-10", 10), ("1-5", 4)])
def test_worth_is_that_of_a_point_of_ten_whatever_scale_was_asked(tmp_path, scale, width):
    """The same answers on another scale are worth the same."""
    survey = rights.load_survey()
    low = float(scale[0])
    asked = survey.answers.assign(overall=low + survey.answers["overall"] * width / 10)
    asked.to_csv(tmp_path / "survey.csv", index=False)
    mapping = f"scales: {{items: 1-7, importance: 1-10, overall: {scale}}}\n"
    (tmp_path / "survey.columns.yaml").write_text(mapping, encoding="utf-8")
    [found] = drawn_from(tmp_path)
    [usual] = rights.levers_of(
        rights.sources(), Worths.drawn(0.5, 40, np.random.default_rng(1)), np.random.default_rng(2)
    )
    np.testing.assert_allclose(found.results, usual.results, rtol=1e-6, atol=1e-6)
