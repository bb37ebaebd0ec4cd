"""Figures printed in the literature."""

from __future__ import annotations

from cemlib.data.entries.base import Dataset

SOURCES = {
    "martilla-james-1977": "Martilla & James (1977), Importance–performance analysis, "
    "Journal of Marketing 41(1):77–79",
    "bitner-1990": "Bitner, Booms & Tetreault (1990), The service encounter, "
    "Journal of Marketing 54(1):71–84",
    "tenenhaus-2005": "Tenenhaus, Esposito Vinzi, Chatelin & Lauro (2005), PLS path modeling, "
    "Computational Statistics & Data Analysis 48:159–205",
    "monecke-leisch-2012": "Monecke & Leisch (2012), semPLS, Journal of Statistical Software 48(3)",
}

ENTRIES = (
    Dataset(
        "ipa-martilla-james-1977",
        "Importance and performance of 14 attributes of car service, 4-point scales",
        "published/ipa-martilla-james-1977.csv",
        "Sample sizes verified (284 usable of 634 mailed); the 28 means are recalled, not checked "
        "against print.",
        ("martilla-james-1977",),
        contract="published.ipa_means",
    ),
    Dataset(
        "ecsi-mobile-moments",
        "Means, deviations and correlations of 24 items of mobile phone customers, n = 250",
        "published/ecsi-mobile-moments.csv",
        "Computed from the data set that R packages ship as mobi.",
        ("tenenhaus-2005",),
        contract="published.ecsi_moments",
    ),
    Dataset(
        "ecsi-mobile-paths",
        "Twelve inner paths of the satisfaction model, mode A, centroid scheme",
        "published/ecsi-mobile-paths.csv",
        "Both columns are reproduced from the moments to four digits; the print of column raw was "
        "not seen.",
        ("tenenhaus-2005", "monecke-leisch-2012"),
        contract="published.ecsi_paths",
    ),
    Dataset(
        "incidents-bitner-1990",
        "Critical incidents by kind: 347 satisfactory, 352 dissatisfactory",
        "published/incidents-bitner-1990.csv",
        "Totals verified; the 24 counts are recalled, not checked against print (they sum to the "
        "totals).",
        ("bitner-1990",),
        contract="published.incidents",
    ),
)
