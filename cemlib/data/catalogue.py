"""What datasets there are, where each stands and how surely its figures are known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from cemlib import checks
from cemlib.home import datasets

RIGHTS = (
    "safety",
    "information",
    "choice",
    "fairness",
    "compensation",
    "association",
    "knowledge",
    "respect",
    "supervision",
)
ITEM = re.compile(rf"({'|'.join(RIGHTS)})_([1-9]\d?)")


@dataclass(frozen=True, slots=True)
class Dataset:
    """One file below ``datasets/``.

    Parameters
    ----------
    name : str
        What ``cem`` and `load` call it: ``"survey"``.
    title : str
        What it is, in a few words.
    file : str
        Path below ``datasets/``, with forward slashes.
    standing : str
        How surely its figures are known, in one sentence.
    sources : tuple of str
        Keys of `SOURCES`; empty where the project made it.
    contract : str
        Name of its contract in `cemlib.data.schemas`; empty for what is no table.
    limit_mb : int
        Largest file of one's own that is read in its place, in MB (10⁶ bytes).
    """

    name: str
    title: str
    file: str
    standing: str
    sources: tuple[str, ...] = ()
    contract: str = ""
    limit_mb: int = 8


SOURCES = {
    "article-a": "Zhang Sen (章森), on customer experience management that starts from the nine "
    "rights of consumers (2010s), training manager at Arvato Services (China)",
    "law": "Law of the People's Republic of China on the Protection of Consumer Rights and "
    "Interests, articles 7–15; adopted 1993-10-31, amended 2009-08-27 and 2013-10-25",
    "ci": "Consumers International's eight consumer rights; United Nations Guidelines for "
    "Consumer Protection, resolutions 39/248 and 70/186",
    "maslow-1943": "Maslow (1943), A theory of human motivation, Psychological Review 50:370–396",
    "martilla-james-1977": "Martilla & James (1977), Importance–performance analysis, "
    "Journal of Marketing 41(1):77–79",
    "bitner-1990": "Bitner, Booms & Tetreault (1990), The service encounter, "
    "Journal of Marketing 54(1):71–84",
    "tenenhaus-2005": "Tenenhaus, Esposito Vinzi, Chatelin & Lauro (2005), PLS path modeling, "
    "Computational Statistics & Data Analysis 48:159–205",
    "monecke-leisch-2012": "Monecke & Leisch (2012), semPLS, Journal of Statistical Software 48(3)",
}

_GENERATED = (
    "Generated: no person answered it. The truth behind it is planted and stands in truth.json."
)

CATALOGUE = (
    Dataset(
        "customers",
        "Customers of the operator",
        "telecom/customers.csv",
        _GENERATED,
        contract="customers",
        limit_mb=256,
    ),
    Dataset(
        "survey",
        "Survey of nine rights, three waves",
        "telecom/survey.csv",
        _GENERATED,
        contract="survey",
        limit_mb=64,
    ),
    Dataset(
        "practices",
        "Practices that raise the perception of a right",
        "telecom/practices.csv",
        "Invented: the practices follow the article; what each costs and yields is assumed.",
        ("article-a",),
        contract="practices",
    ),
    Dataset(
        "truth",
        "What was planted in the operator, and what a survey of everybody would find",
        "telecom/truth.json",
        "Exact for what is planted; the population values have the Monte Carlo error of the "
        "sample size they state.",
    ),
    Dataset(
        "rights",
        "Nine rights: names, law, perception, practices, cases",
        "cases/rights.csv",
        "Names and articles of law verified; perceptions, practices, cases and the call-centre "
        "mark are the article's; the mapping to Consumers International is ours.",
        ("article-a", "law", "ci"),
        contract="rights",
    ),
    Dataset(
        "need-levels",
        "Nine rights by level of need",
        "cases/need-levels.csv",
        "Assumed: our proposal. The article's own figure did not survive. Change it freely.",
        ("article-a", "maslow-1943"),
        contract="need_levels",
    ),
    Dataset(
        "ipa-martilla-james-1977",
        "Importance and performance of 14 attributes of car service, 4-point scales",
        "published/ipa-martilla-james-1977.csv",
        "Sample sizes verified (284 usable of 634 mailed); the 28 means are recalled, not checked "
        "against print.",
        ("martilla-james-1977",),
        contract="ipa_means",
    ),
    Dataset(
        "ecsi-mobile-moments",
        "Means, deviations and correlations of 24 items of mobile phone customers, n = 250",
        "published/ecsi-mobile-moments.csv",
        "Computed from the data set that R packages ship as mobi.",
        ("tenenhaus-2005",),
        contract="ecsi_moments",
    ),
    Dataset(
        "ecsi-mobile-paths",
        "Twelve inner paths of the satisfaction model, mode A, centroid scheme",
        "published/ecsi-mobile-paths.csv",
        "Both columns are reproduced from the moments to four digits; the print of column raw was "
        "not seen.",
        ("tenenhaus-2005", "monecke-leisch-2012"),
        contract="ecsi_paths",
    ),
    Dataset(
        "incidents-bitner-1990",
        "Critical incidents by kind: 347 satisfactory, 352 dissatisfactory",
        "published/incidents-bitner-1990.csv",
        "Totals verified; the 24 counts are recalled, not checked against print (they sum to the "
        "totals).",
        ("bitner-1990",),
        contract="incidents",
    ),
)


def names() -> list[str]:
    """Return the names of the datasets, in the catalogue's order.

    Examples
    --------
    >>> names()[:3]
    ['customers', 'survey', 'practices']
    """
    return [entry.name for entry in CATALOGUE]


def dataset(name: str) -> Dataset:
    """Return what the catalogue says about one dataset.

    Raises
    ------
    ValueError
        If there is none of this name; the message gives the nearest ones.

    Examples
    --------
    >>> dataset("survey").file
    'telecom/survey.csv'
    """
    checks.one_of("dataset", name, names())
    return next(entry for entry in CATALOGUE if entry.name == name)


def path(name: str) -> Path:
    """Return where the committed file of a dataset is.

    Raises
    ------
    ValueError
        If there is no dataset of this name.

    Examples
    --------
    >>> path("survey").name
    'survey.csv'
    """
    return datasets() / dataset(name).file
