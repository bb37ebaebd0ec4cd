"""Datasets of workbook 06, each declared once with its contract and reader."""

from cemlib.data.load import loader
from cemlib.sources import opener
from cemlib.studies.complaints.datasets.cases import CASES
from cemlib.studies.complaints.datasets.complaints import COMPLAINTS, load_complaints

__all__ = ["DATASETS", "load", "load_complaints", "sources"]

DATASETS = (COMPLAINTS, *CASES)
load = loader(DATASETS)
sources = opener(DATASETS)
