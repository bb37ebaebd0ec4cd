"""Datasets of workbook 01: what each is, must hold, and how it is read."""

from cemlib.data.dataset import Dataset
from cemlib.data.load import loader
from cemlib.studies.rights.datasets import contracts
from cemlib.studies.rights.datasets.survey import SURVEY

__all__ = ["DATASETS", "load"]

ARTICLE_A = (
    "Zhang Sen (章森), on customer experience management that starts from the nine rights of "
    "consumers (2010s), training manager at Arvato Services (China)"
)
LAW = (
    "Law of the People's Republic of China on the Protection of Consumer Rights and "
    "Interests, articles 7–15; adopted 1993-10-31, amended 2009-08-27 and 2013-10-25"
)
CI = (
    "Consumers International's eight consumer rights; United Nations Guidelines for Consumer "
    "Protection, resolutions 39/248 and 70/186"
)
MASLOW_1943 = "Maslow (1943), A theory of human motivation, Psychological Review 50:370–396"
MARTILLA_JAMES_1977 = (
    "Martilla & James (1977), Importance–performance analysis, Journal of Marketing 41(1):77–79"
)

DATASETS = (
    SURVEY,
    Dataset(
        "practices",
        "Practices that raise the perception of a right",
        "telecom/practices.csv",
        "Invented: the practices follow the article; what each costs and yields is assumed.",
        sources=(ARTICLE_A,),
        contract=contracts.practices,
    ),
    Dataset(
        "rights",
        "Nine rights: names, law, perception, practices, cases",
        "cases/rights.csv",
        "Names and articles of law verified; perceptions, practices, cases and the call-centre "
        "mark are the article's; the mapping to Consumers International is ours.",
        sources=(
            ARTICLE_A,
            LAW,
            CI,
        ),
        contract=contracts.rights,
    ),
    Dataset(
        "need-levels",
        "Nine rights by level of need",
        "cases/need-levels.csv",
        "Assumed: our proposal. The article's own figure did not survive. Change it freely.",
        sources=(
            ARTICLE_A,
            MASLOW_1943,
        ),
        contract=contracts.need_levels,
    ),
    Dataset(
        "ipa-martilla-james-1977",
        "Importance and performance of 14 attributes of car service, 4-point scales",
        "published/ipa-martilla-james-1977.csv",
        "Sample sizes verified (284 usable of 634 mailed); the 28 means are recalled, not "
        "checked against print.",
        sources=(MARTILLA_JAMES_1977,),
        contract=contracts.ipa_means,
    ),
)

load = loader(DATASETS)
