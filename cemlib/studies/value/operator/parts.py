"""The parts of the operator that workbook 05 generates."""

from cemlib.stats.customers import Part
from cemlib.studies.value.operator import answers, choices, enquiries, value_map
from cemlib.studies.value.operator.offers import offers

PARTS = (
    Part(
        "value-map",
        stream=60,
        draw=value_map.value_map,
        keys={"value-map": "customer"},
        true_parameters=value_map.true_parameters,
        population=value_map.population,
    ),
    Part(
        "answers",
        stream=61,
        draw=answers.answers,
        keys={"answers": "customer"},
        true_parameters=answers.true_parameters,
        population=answers.population,
    ),
    Part("offers", stream=62, fixed={"offers": offers}),
    Part(
        "choices",
        stream=63,
        draw=choices.choices,
        keys={"choices": "respondent"},
        true_parameters=choices.true_parameters,
        population=choices.population,
    ),
    Part(
        "hands",
        stream=64,
        fixed={"hands": choices.hands},
        true_parameters=choices.true_hands,
    ),
    Part(
        "enquiries",
        stream=65,
        draw=enquiries.enquiries,
        keys={"enquiries": "customer"},
        true_parameters=enquiries.true_parameters,
    ),
)
