"""The parts of the operator that belong to workbook 02."""

from cemlib.stats.customers import Part
from cemlib.studies.ladder.operator import (
    applications,
    conversations,
    panel,
    panel_truth,
    voice,
    voice_truth,
)

PARTS = (
    Part(
        "panel",
        stream=50,
        draw=lambda people, rng: {"panel": panel.panel(people, rng)},
        keys={"panel": "customer"},
        true_parameters=panel_truth.true_parameters,
        population=panel.population,
    ),
    Part(
        "feedback",
        stream=51,
        draw=lambda people, rng: {"feedback": voice.feedback(people, rng)},
        keys={"feedback": "customer"},
        fixed={"service-weeks": voice.service_weeks},
        true_parameters=voice_truth.true_parameters,
        population=voice.population,
    ),
    Part(
        "applications",
        stream=52,
        draw=lambda people, rng: {"applications": applications.applications(people, rng)},
        keys={"applications": "customer"},
        true_parameters=applications.true_parameters,
    ),
    Part(
        "usage",
        stream=54,
        draw=lambda people, rng: {"usage": conversations.usage(people, rng)},
        keys={"usage": "customer"},
        fixed={"tariffs": conversations.tariffs},
    ),
    Part(
        "conversations",
        stream=53,
        draw=lambda people, rng, used: {
            "conversations": conversations.conversations(people, rng, used)
        },
        needs=("usage",),
        keys={"conversations": "customer"},
        true_parameters=conversations.true_parameters,
        population=conversations.population,
    ),
)
