"""The lever of workbook 01, from the data and assumptions of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cemlib.formats import number, plural
from cemlib.stats.importance import driver_slopes
from cemlib.stats.levers import Lever, Worths
from cemlib.studies.rights.datasets import load_practices
from cemlib.studies.rights.datasets.survey import load_survey
from cemlib.studies.rights.drivers import regression_basis
from cemlib.studies.rights.levers import practices_lever
from cemlib.studies.rights.perception import perception_by_right, perception_index
from cemlib.studies.rights.planning import practice_problems
from cemlib.teach.markdown import markdown

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
    needed = ("satisfaction_worth", "day_cost", "practice_quarters", "customers")
    if not (section := sources.lever("survey", "practices", assume=needed)):
        return []
    held = section.assumed
    survey = load_survey(section.file(), rng=rng)
    section.read(len(survey.answers), survey.notes)
    index = perception_index(survey.answers, survey.items, survey.item_scale)
    weights = survey.resample(worths.draws, rng)
    basis = regression_basis(index, survey.answers["overall"])
    if basis.rows < basis.needed:
        few = markdown(
            "Practices are no lever here: {rows} rated everything, and {needed} are needed.",
            rows=plural(basis.rows, "respondent"),
            needed=number(basis.needed, 0),
        )
        section.show(few)
        return []
    low, high = survey.overall_scale  # worth is known for a point of 0–10
    points = (survey.answers["overall"] - low) * 10 / (high - low)
    slopes = driver_slopes(basis.index, points, weights, survey.weights)
    perception = perception_by_right(index, weights, survey.weights)
    practices = load_practices(section.file("practices"))
    problem = practice_problems(practices, perception, slopes)[False]
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
