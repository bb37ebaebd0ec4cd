"""Datasets of workbook 06: what each is, must hold, and how it is read."""

from cemlib.data.dataset import Dataset
from cemlib.data.load import loader
from cemlib.studies.complaints.datasets import contracts
from cemlib.studies.complaints.datasets.complaints import COMPLAINTS

__all__ = ["DATASETS", "load"]

ARTICLE_E = (
    "An article on win-win customer service (实现双赢：客户服务的本质), read 2023-06, "
    "with a complaint "
    "handler's own account of the case of Ms Yang and a portrait of Shanda's Rainbow customer"
    " service"
)
TARP = (
    "Technical Assistance Research Programs (TARP), studies of complaint handling of the "
    "1970s and 1980s, as quoted in the business press"
)
GUPTA_LEHMANN_2003 = (
    "Gupta & Lehmann (2003), Customers as assets, Journal of Interactive Marketing 17(1):9–24"
)
BITNER_1990 = (
    "Bitner, Booms & Tetreault (1990), The service encounter, Journal of Marketing 54(1):71–84"
)

DATASETS = (
    COMPLAINTS,
    Dataset(
        "yang",
        "The case of Ms Yang, event by event",
        "cases/yang.csv",
        "The events are the article's, in its order; a time marked inferred is ours, and what "
        "the article does not tell is left empty.",
        sources=(ARTICLE_E,),
        contract=contracts.events,
    ),
    Dataset(
        "yang-choices",
        "The case of Ms Yang as decisions",
        "cases/yang-choices.csv",
        "What was done is the article's; the other answers, and what each costs in patience and "
        "yuan, are assumed.",
        sources=(ARTICLE_E,),
        contract=contracts.choices,
    ),
    Dataset(
        "rainbow",
        "Volumes of Shanda's Rainbow customer service",
        "cases/rainbow.csv",
        "The article's figures, round and in part lower bounds; whether the calls are among the "
        "agents' services it does not say.",
        sources=(ARTICLE_E,),
        contract=contracts.volumes,
    ),
    Dataset(
        "tarp-complaints",
        "Share of customers who buy again, by loss and by what became of the complaint",
        "published/tarp-complaints.csv",
        "Verified, second-hand: the studies' own tables were not seen. Which outcome counts as "
        "satisfied is ours.",
        sources=(TARP,),
        contract=contracts.tarp,
    ),
    Dataset(
        "lifetime-multiples",
        "Lifetime value in yearly margins, by retention and discount rate",
        "published/lifetime-multiples.csv",
        "The formula is verified; its values are computed.",
        sources=(GUPTA_LEHMANN_2003,),
        contract=contracts.multiples,
    ),
    Dataset(
        "incidents-bitner-1990",
        "Critical incidents by kind: 347 satisfactory, 352 dissatisfactory",
        "published/incidents-bitner-1990.csv",
        "Totals verified; the 24 counts are recalled, not checked against print (they sum to the"
        " totals).",
        sources=(BITNER_1990,),
        contract=contracts.incidents,
    ),
)

load = loader(DATASETS)
