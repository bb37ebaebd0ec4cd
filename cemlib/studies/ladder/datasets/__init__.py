"""Datasets of workbook 02; each module declares entry, contract and reader of its own."""

from cemlib.data.load import loader
from cemlib.studies.ladder.datasets.conversations import (
    CALL_CHOICES,
    CONVERSATIONS,
    PROMPTS,
    TARIFFS,
    USAGE,
    load_call_choices,
    load_calls,
)
from cemlib.studies.ladder.datasets.panel import (
    PANEL,
    index_of,
    load_panel,
    names_of,
    numbers_of,
)
from cemlib.studies.ladder.datasets.voice import (
    APPLICATIONS,
    FEEDBACK,
    OWNERS_OF_CAUSES,
    SERVICE_WEEKS,
    load_feedback,
)
from cemlib.studies.ladder.operator.conversations import ACTIONS
from cemlib.studies.ladder.operator.voice_truth import STAGES

__all__ = [
    "ACTIONS",
    "DATASETS",
    "STAGES",
    "index_of",
    "load",
    "load_call_choices",
    "load_calls",
    "load_feedback",
    "load_panel",
    "names_of",
    "numbers_of",
]

DATASETS = (
    PANEL,
    FEEDBACK,
    SERVICE_WEEKS,
    OWNERS_OF_CAUSES,
    APPLICATIONS,
    USAGE,
    TARIFFS,
    CONVERSATIONS,
    PROMPTS,
    CALL_CHOICES,
)

load = loader(DATASETS)
