"""Datasets of workbook 02: what each is, must hold, and how it is read."""

from cemlib.data.dataset import GENERATED, Dataset
from cemlib.data.load import loader
from cemlib.studies.ladder.datasets import contracts
from cemlib.studies.ladder.datasets.conversations import CALL_CHOICES, CONVERSATIONS, FEEDBACK
from cemlib.studies.ladder.datasets.panel import PANEL

__all__ = ["DATASETS", "load"]

ARTICLE_B = (
    "An article on customer experience management: engage, integrate, improve (in Chinese), "
    "with the experience ladder, guided conversations, and the cases of a British mobile "
    "operator and of a bank"
)

DATASETS = (
    PANEL,
    FEEDBACK,
    Dataset(
        "service-weeks",
        "Contacts and those served in time, by week and channel",
        "telecom/service-weeks.csv",
        GENERATED,
        contract=contracts.service_weeks,
    ),
    Dataset(
        "owners",
        "Which team each cause of a comment belongs to",
        "cases/owners.csv",
        "That a time-out goes to IT, and an answer nobody found to customer service, is the "
        "article's; the other rows are assumed.",
        sources=(ARTICLE_B,),
        contract=contracts.owners,
    ),
    Dataset(
        "applications",
        "Online applications, step by step, and why they were given up",
        "telecom/applications.csv",
        GENERATED,
        contract=contracts.applications,
        limit_mb=64,
    ),
    Dataset(
        "usage",
        "A month's usage and the tariff of each customer",
        "telecom/usage.csv",
        GENERATED,
        contract=contracts.usage,
    ),
    Dataset(
        "tariffs",
        "The operator's tariffs",
        "telecom/tariffs.csv",
        GENERATED,
        contract=contracts.tariffs,
    ),
    CONVERSATIONS,
    Dataset(
        "prompts",
        "Prompts of guided conversations, a table to edit",
        "cases/prompts.csv",
        "The cheaper tariff, no selling while a problem is open, and keeping who asks for the "
        "pay-off figure are the article's; the limits and the order are assumed.",
        sources=(ARTICLE_B,),
        contract=contracts.prompts,
    ),
    CALL_CHOICES,
)

load = loader(DATASETS)
