"""The lever of workbook 01, from the data and assumptions of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cemlib.stats.importance import driver_slopes
from cemlib.stats.levers import Lever, Worths
from cemlib.studies.rights.datasets import load_practices
from cemlib.studies.rights.datasets.survey import load_survey
from cemlib.studies.rights.drivers import regression_basis
from cemlib.studies.rights.levers import practices_lever
from cemlib.studies.rights.perception import perception_by_right, perception_index
from cemlib.studies.rights.planning import practice_problems

if TYPE_CHECKING:
    from cemlib.sources import Sources


def levers_of(sources: Sources, worths: Worths, rng: np.random.Generator) -> list[Lever]:
    """Return what practices keep in a quarter, where survey, practices and their worth are known.

    Parameters
    ----------
    sources : Sources
        With the datasets ``survey`` and ``practices``.
    worths : Worths
        How far assumed worths may be wrong.
    rng : numpy.random.Generator
        Source of randomness.
    """
    needed = dict.fromkeys(("satisfaction_worth", "day_cost", "practice_quarters", "customers"))
    if not sources.may_use("survey", "practices"):
        return []
    if not (section := sources.section("survey", "practices", assume=needed)):
        return []
    held = section.assumed
    survey = load_survey(section.file(), rng=rng)
    index = perception_index(survey.answers, survey.items, survey.item_scale)
    weights = survey.resample(worths.draws, rng)
    basis = regression_basis(index, survey.explained)
    slopes = driver_slopes(basis.index, survey.outcome_points, weights, survey.weights)
    perception = perception_by_right(index, weights, survey.weights)
    practices = load_practices(section.file("practices"))
    problem = practice_problems(practices, perception, slopes)[False]
    section.read(len(survey.answers), survey.notes)
    total = float(problem.candidates["days"].sum())
    return [
        practices_lever(
            problem,
            slopes,
            days=np.linspace(0, total, 13)[1:],
            day_cost=held["day_cost"] / held["practice_quarters"],
            customers=held["customers"],
            uplift_doubt=0.5,
            worth=worths.of("satisfaction", held["satisfaction_worth"]),
            rng=rng,
            observations=len(survey.answers),
        )
    ]
