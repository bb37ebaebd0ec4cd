"""The part of the operator that workbook 01 generates."""

from functools import partial

from cemlib.stats.customers import Part
from cemlib.studies.rights.operator import ratings
from cemlib.studies.rights.operator.practices import practices
from cemlib.studies.rights.operator.survey import population, survey
from cemlib.studies.rights.operator.survey_truth import SurveyTruth, true_parameters


def parts(truth: SurveyTruth) -> tuple[Part, ...]:
    """Return the survey, practices and ratings; `truth` holds the survey's true parameters."""
    return (
        Part(
            "survey",
            stream=2,
            draw=lambda people, rng: {"survey": survey(people, rng, truth)},
            keys={"survey": "respondent"},
            fixed={"practices": practices},
            true_parameters=partial(true_parameters, truth),
            population=partial(population, truth),
        ),
        Part(
            "ratings",
            stream=71,
            draw=lambda people, rng: {"ratings": ratings.ratings(people, rng)},
            keys={"ratings": "respondent"},
            true_parameters=ratings.true_parameters,
            population=ratings.population,
            quoted=frozenset({"ratings"}),
        ),
    )
