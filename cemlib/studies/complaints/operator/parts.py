"""The part of the operator that workbook 06 generates."""

from cemlib.stats.customers import Part
from cemlib.studies.complaints.operator.generator import complaints, population
from cemlib.studies.complaints.operator.truth import true_parameters

PARTS = (
    Part(
        "complaints",
        stream=6,
        draw=lambda people, rng: {"complaints": complaints(people, rng)},
        keys={"complaints": "customer"},
        true_parameters=true_parameters,
        population=population,
    ),
)
