"""Datasets of the rights assessment."""

from __future__ import annotations

from cemlib.data.entries.base import GENERATED, Dataset

SOURCES = {
    "article-a": "Zhang Sen (章森), on customer experience management that starts from the nine "
    "rights of consumers (2010s), training manager at Arvato Services (China)",
    "law": "Law of the People's Republic of China on the Protection of Consumer Rights and "
    "Interests, articles 7–15; adopted 1993-10-31, amended 2009-08-27 and 2013-10-25",
    "ci": "Consumers International's eight consumer rights; United Nations Guidelines for "
    "Consumer Protection, resolutions 39/248 and 70/186",
    "maslow-1943": "Maslow (1943), A theory of human motivation, Psychological Review 50:370–396",
}

ENTRIES = (
    Dataset(
        "survey",
        "Survey of nine rights, three waves",
        "telecom/survey.csv",
        GENERATED,
        contract="assessment.survey",
        limit_mb=64,
    ),
    Dataset(
        "practices",
        "Practices that raise the perception of a right",
        "telecom/practices.csv",
        "Invented: the practices follow the article; what each costs and yields is assumed.",
        ("article-a",),
        contract="assessment.practices",
    ),
    Dataset(
        "rights",
        "Nine rights: names, law, perception, practices, cases",
        "cases/rights.csv",
        "Names and articles of law verified; perceptions, practices, cases and the call-centre "
        "mark are the article's; the mapping to Consumers International is ours.",
        ("article-a", "law", "ci"),
        contract="assessment.rights",
    ),
    Dataset(
        "need-levels",
        "Nine rights by level of need",
        "cases/need-levels.csv",
        "Assumed: our proposal. The article's own figure did not survive. Change it freely.",
        ("article-a", "maslow-1943"),
        contract="assessment.need_levels",
    ),
)
