"""Datasets of workbook 03: what each is, must hold, and how it is read."""

from cemlib.data.dataset import GENERATED, Dataset
from cemlib.data.load import loader
from cemlib.studies.expectation.datasets import contracts
from cemlib.studies.expectation.datasets.items import PATH_MODEL, PATH_SURVEY

__all__ = ["DATASETS", "load"]

ARTICLE_C = (
    "Wang Shengsheng (王升升), on centralised repair and customer satisfaction "
    "(浅谈集中修复在客户满意度提升中的作用), 客户世界 (Customer World), January–February 2021"
)
ARONSON_MILLS_1959 = (
    "Aronson & Mills (1959), The effect of severity of initiation on liking for a group, "
    "Journal of Abnormal and Social Psychology 59(2):177–181"
)
LODEWIJKX_SYROIT = "Lodewijkx & Syroit (1997, 2001), on severe and mild initiations"
KAMAU_2012 = "Kamau (2012), on severe initiations into a group"
NORTON_2012 = (
    "Norton, Mochon & Ariely (2012), The IKEA effect: when labor leads to love, Journal of "
    "Consumer Psychology 22(3):453–460"
)
BUELL_NORTON_2011 = (
    "Buell & Norton (2011), The labor illusion: how operational transparency increases "
    "perceived value, Management Science 57(9):1564–1579"
)
TENENHAUS_2005 = (
    "Tenenhaus, Esposito Vinzi, Chatelin & Lauro (2005), PLS path modeling, Computational "
    "Statistics & Data Analysis 48:159–205"
)
MONECKE_LEISCH_2012 = "Monecke & Leisch (2012), semPLS, Journal of Statistical Software 48(3)"

DATASETS = (
    Dataset(
        "callbacks",
        "Trial of call-backs after a broadband reset: effort × information, randomised",
        "telecom/callbacks.csv",
        GENERATED,
        sources=(ARTICLE_C,),
        contract=contracts.callbacks,
        limit_mb=64,
    ),
    Dataset(
        "expectations",
        "Panel of what customers get and expect, six quarters",
        "telecom/expectations.csv",
        GENERATED,
        contract=contracts.expectations,
        limit_mb=64,
    ),
    Dataset(
        "responses",
        "Answers of a class to the metro experiment: effort × information",
        "cases/responses.csv",
        "Generated from the model of the metro experiment: no person answered it. It shows the "
        "form of a class's own answers.",
        sources=(ARTICLE_C,),
        contract=contracts.responses,
    ),
    Dataset(
        "effort-effects",
        "Published effects of effort on liking and worth, with the attempts to repeat them",
        "published/effort-effects.csv",
        "Mixed, told row by row: directions and non-replications verified, means recalled.",
        sources=(
            ARONSON_MILLS_1959,
            LODEWIJKX_SYROIT,
            KAMAU_2012,
            NORTON_2012,
            BUELL_NORTON_2011,
        ),
        contract=contracts.effort_effects,
    ),
    Dataset(
        "ecsi-mobile-moments",
        "Means, deviations and correlations of 24 items of mobile phone customers, n = 250",
        "published/ecsi-mobile-moments.csv",
        "Computed from the data set that R packages ship as mobi.",
        sources=(TENENHAUS_2005,),
        contract=contracts.ecsi_moments,
    ),
    Dataset(
        "ecsi-mobile-paths",
        "Twelve inner paths of the satisfaction model, mode A, centroid scheme",
        "published/ecsi-mobile-paths.csv",
        "Both columns are reproduced from the moments to four digits; the print of column raw "
        "was not seen.",
        sources=(
            TENENHAUS_2005,
            MONECKE_LEISCH_2012,
        ),
        contract=contracts.ecsi_paths,
    ),
    PATH_SURVEY,
    PATH_MODEL,
)

load = loader(DATASETS)
