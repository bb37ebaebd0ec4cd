"""The part of the operator that workbook 01 generates."""

from functools import partial

from cemlib.stats.customers import Part
from cemlib.studies.rights.operator.practices import practices
from cemlib.studies.rights.operator.survey import population, survey
from cemlib.studies.rights.operator.survey_truth import SurveyTruth, planted


def parts(truth: SurveyTruth) -> tuple[Part, ...]:
    """Return the survey's part; `truth` holds its true parameters."""
    return (
        Part(
            "survey",
            stream=2,
            draw=lambda people, rng: {"survey": survey(people, rng, truth)},
            keys={"survey": "respondent"},
            fixed={"practices": practices},
            planted=partial(planted, truth),
            population=partial(population, truth),
        ),
    )
