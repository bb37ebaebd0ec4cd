"""Datasets of workbook 05: what each is, must hold, and how it is read."""

from cemlib.data.dataset import GENERATED, Dataset
from cemlib.data.load import loader
from cemlib.studies.value.datasets import contracts
from cemlib.studies.value.datasets.readers import ANSWERS, CHOICES, ENQUIRIES, VALUE_MAP

__all__ = ["DATASETS", "load"]


DATASETS = (
    VALUE_MAP,
    ANSWERS,
    ENQUIRIES,
    Dataset(
        "offers",
        "Offers, how many callers ask for each, and how long it takes to tell",
        "telecom/offers.csv",
        GENERATED,
        contract=contracts.offers,
    ),
    CHOICES,
    Dataset(
        "hands",
        "Hands raised for a note, by face value and condition, in twelve classes",
        "telecom/hands.csv",
        GENERATED,
        contract=contracts.hands,
    ),
)

load = loader(DATASETS)
