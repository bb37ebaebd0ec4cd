"""Datasets of contacts, problems and cases."""

from __future__ import annotations

from cemlib.data.entries.base import GENERATED, Dataset

SOURCES = {
    "article-c": "Wang Shengsheng (王升升), on centralised repair and customer satisfaction "
    "(浅谈集中修复在客户满意度提升中的作用), 客户世界 (Customer World), January–February 2021",
}

ENTRIES = (
    Dataset(
        "contacts",
        "Contacts of customers in five channels",
        "telecom/contacts.csv",
        f"{GENERATED} Which contacts are one case stands in contact-truth.",
        contract="contacts.contacts",
        limit_mb=256,
    ),
    Dataset(
        "contact-truth",
        "Which customer, problem and case each contact belongs to",
        "telecom/contact-truth.csv",
        "Exact: it is what the contacts were generated from. No estimator may read it.",
        contract="contacts.contact_truth",
        limit_mb=256,
    ),
    Dataset(
        "problems",
        "Problems that contacts are about, and who owns them",
        "telecom/problems.csv",
        "Invented.",
        contract="contacts.problems",
    ),
    Dataset(
        "repair-cases",
        "Three cases of centralised repair as events",
        "cases/repair-cases.csv",
        "Rows marked article are told in the article, in words of ours; rows marked invented, "
        "and every time, are invented.",
        ("article-c",),
        contract="contacts.repair_cases",
    ),
)
