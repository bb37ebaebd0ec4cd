"""Datasets of workbook 04: what each is, must hold, and how it is read."""

from cemlib.data.dataset import GENERATED, Dataset
from cemlib.data.load import loader
from cemlib.studies.repair.datasets import contracts
from cemlib.studies.repair.datasets.contacts import CONTACTS
from cemlib.studies.repair.datasets.desk_log import REPAIRS

__all__ = ["DATASETS", "load"]

ARTICLE_C = (
    "Wang Shengsheng (王升升), on centralised repair and customer satisfaction "
    "(浅谈集中修复在客户满意度提升中的作用), 客户世界 (Customer World), January–February 2021"
)

DATASETS = (
    CONTACTS,
    Dataset(
        "contact-truth",
        "Which customer, problem and case each contact belongs to",
        "telecom/contact-truth.csv",
        "Exact: it is what the contacts were generated from. No estimator may read it.",
        contract=contracts.contact_truth,
        limit_mb=256,
    ),
    Dataset(
        "problems",
        "Problems that contacts are about, and who owns them",
        "telecom/problems.csv",
        "Invented.",
        contract=contracts.problems,
    ),
    Dataset(
        "repair-cases",
        "Three cases of centralised repair as events",
        "cases/repair-cases.csv",
        "Rows marked article are told in the article, in words of ours; rows marked invented, "
        "and every time, are invented.",
        sources=(ARTICLE_C,),
        contract=contracts.repair_cases,
    ),
    REPAIRS,
    Dataset(
        "resets",
        "Broadband resets, one half called back by lot",
        "telecom/resets.csv",
        GENERATED,
        contract=contracts.resets,
    ),
    Dataset(
        "recurrence",
        "Repeat calls for 100 resets, day by day, before and after calling back became the rule",
        "telecom/recurrence.csv",
        GENERATED,
        contract=contracts.recurrence,
    ),
)

load = loader(DATASETS)
