"""The parts of the operator that workbook 06 generates."""

from cemlib.stats.customers import Part
from cemlib.studies.complaints.operator import complaint_truth
from cemlib.studies.complaints.operator.complaints import complaints, population

PARTS = (
    Part(
        "complaints",
        stream=6,
        draw=lambda people, rng: {"complaints": complaints(people, rng)},
        keys={"complaints": "customer"},
        planted=complaint_truth.planted,
        population=population,
    ),
)
