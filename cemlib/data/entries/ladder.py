"""Datasets of the experience ladder."""

from __future__ import annotations

from cemlib.data.entries.base import GENERATED, Dataset

SOURCES = {
    "article-b": "An article on customer experience management: engage, integrate, improve (in "
    "Chinese), with the experience ladder, guided conversations, and the cases of a British mobile "
    "operator and of a bank",
}

ENTRIES = (
    Dataset(
        "panel",
        "Rungs of the ladder over eighteen months, of customers chosen by lot and prospects",
        "telecom/panel.csv",
        GENERATED,
        contract="ladder.panel",
        limit_mb=64,
    ),
    Dataset(
        "feedback",
        "What customers say, three ways to hear it, and what became of it",
        "telecom/feedback.csv",
        GENERATED,
        contract="ladder.feedback",
        limit_mb=64,
    ),
    Dataset(
        "service-weeks",
        "Contacts and those served in time, by week and channel",
        "telecom/service-weeks.csv",
        GENERATED,
        contract="ladder.service_weeks",
    ),
    Dataset(
        "owners",
        "Which team each cause of a comment belongs to",
        "cases/owners.csv",
        "That a time-out goes to IT, and an answer nobody found to customer service, is the "
        "article's; the other rows are assumed.",
        ("article-b",),
        contract="ladder.owners",
    ),
    Dataset(
        "applications",
        "Online applications, step by step, and why they were given up",
        "telecom/applications.csv",
        GENERATED,
        contract="ladder.applications",
        limit_mb=64,
    ),
    Dataset(
        "usage",
        "A month's usage and the tariff of each customer",
        "telecom/usage.csv",
        GENERATED,
        contract="ladder.usage",
    ),
    Dataset(
        "tariffs",
        "The operator's tariffs",
        "telecom/tariffs.csv",
        GENERATED,
        contract="ladder.tariffs",
    ),
    Dataset(
        "conversations",
        "Conversations, what the agent did, with which chance, and what came of it",
        "telecom/conversations.csv",
        GENERATED,
        contract="ladder.conversations",
    ),
    Dataset(
        "prompts",
        "Prompts of guided conversations, a table to edit",
        "cases/prompts.csv",
        "The cheaper tariff, no selling while a problem is open, and keeping who asks for the "
        "pay-off figure are the article's; the limits and the order are assumed.",
        ("article-b",),
        contract="ladder.prompts",
    ),
    Dataset(
        "call-choices",
        "Calls to decide, with the prompt on the screen and the right to override it",
        "cases/call-choices.csv",
        "Invented; what each answer is worth follows from the model of the operator.",
        contract="ladder.call_choices",
    ),
)
