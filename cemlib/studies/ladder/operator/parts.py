"""The parts of the operator that workbook 02 generates."""

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
        planted=panel_truth.planted,
        population=panel.population,
    ),
    Part(
        "feedback",
        stream=51,
        draw=lambda people, rng: {"feedback": voice.feedback(people, rng)},
        keys={"feedback": "customer"},
        fixed={"service-weeks": voice.service_weeks},
        planted=voice_truth.planted,
        population=voice.population,
    ),
    Part(
        "applications",
        stream=52,
        draw=lambda people, rng: {"applications": applications.applications(people, rng)},
        keys={"applications": "customer"},
        planted=applications.planted,
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
        planted=conversations.planted,
        population=conversations.population,
    ),
)
