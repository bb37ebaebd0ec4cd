"""Datasets of workbook 04: the entry, contract and reader of each."""

from cemlib.data.load import loader
from cemlib.sources import opener
from cemlib.studies.repair.datasets.calls import CALLS, Calls, load_calls
from cemlib.studies.repair.datasets.cases import REPAIR_CASES
from cemlib.studies.repair.datasets.contacts import (
    CONTACT_TRUTH,
    CONTACTS,
    PROBLEMS,
    Contacts,
    load_contacts,
    problem_names,
    simulated_contacts,
)
from cemlib.studies.repair.datasets.desk import (
    RECURRENCE,
    REPAIRS,
    RESETS,
    DeskLog,
    desk_log,
    simulated_effects,
)
from cemlib.studies.repair.datasets.themes import THEMES

__all__ = [
    "DATASETS",
    "Calls",
    "Contacts",
    "DeskLog",
    "desk_log",
    "load",
    "load_calls",
    "load_contacts",
    "problem_names",
    "simulated_contacts",
    "simulated_effects",
    "sources",
]

DATASETS = (
    CONTACTS, CONTACT_TRUTH, PROBLEMS, THEMES, REPAIR_CASES, REPAIRS, RESETS, RECURRENCE, CALLS,
)  # fmt: skip

load = loader(DATASETS)
sources = opener(DATASETS)
