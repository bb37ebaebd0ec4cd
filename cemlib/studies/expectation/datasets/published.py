"""Published figures of workbook 03: contracts and entries."""

from __future__ import annotations

import pandera.pandas as pa

from cemlib.data import fields
from cemlib.data.dataset import Dataset

TENENHAUS_2005 = (
    "Tenenhaus, Esposito Vinzi, Chatelin & Lauro (2005), PLS path modeling, Computational "
    "Statistics & Data Analysis 48:159–205"
)


def _effort_effects() -> pa.DataFrameSchema:
    columns = {
        "study": fields.text("Authors and year"),
        "finding": fields.text("Comparison and its result"),
        "n": fields.number("Participants", (1, 1e6), "people", nullable=True),
        "without": fields.number("Mean with no or least effort", (0, 1e3), nullable=True),
        "with": fields.number("Mean with most effort", (0, 1e3), nullable=True),
        "unit": fields.text("Unit of both means", nullable=True),
        "effect": fields.number("Increase with effort", (-100, 1e3), "%", nullable=True),
        "direction": fields.text(
            "Whether effort raised the value", pa.Check.isin(("up", "unchanged", "down"))
        ),
        "replicates": fields.text("The study that it replicates; empty if none", nullable=True),
        "source": fields.text("Where it is published"),
        "provenance": fields.text("Which figures are verified, and how"),
    }
    return fields.table("effort-effects", columns, unique=["study"])


EFFORT_EFFECTS = Dataset(
    "effort-effects",
    "Published effects of effort on liking and value, with replications",
    "published/effort-effects.csv",
    "Mixed, stated in each row: directions and non-replications verified, means recalled.",
    sources=(
        "Aronson & Mills (1959), The effect of severity of initiation on liking for a group, "
        "Journal of Abnormal and Social Psychology 59(2):177–181",
        "Lodewijkx & Syroit (1997, 2001), on severe and mild initiations",
        "Kamau (2012), on severe initiations into a group",
        "Norton, Mochon & Ariely (2012), The IKEA effect: when labor leads to love, Journal of "
        "Consumer Psychology 22(3):453–460",
        "Buell & Norton (2011), The labor illusion: how operational transparency increases "
        "perceived value, Management Science 57(9):1564–1579",
    ),
    contract=_effort_effects,
    own=False,
)


def _ecsi_moments() -> pa.DataFrameSchema:
    sizes = {"IMAG": 5, "CUEX": 3, "PERQ": 7, "PERV": 2, "CUSA": 3, "CUSCO": 1, "CUSL": 3}
    items = [
        block if size == 1 else f"{block}{item}"
        for block, size in sizes.items()
        for item in range(1, size + 1)
    ]
    columns = {
        "item": fields.text("The item", pa.Check.isin(items)),
        "mean": fields.number("Mean", (1, 10), "points (1–10)"),
        "sd": fields.number("Standard deviation", (0, 5), "points (1–10)"),
    }
    columns |= {item: fields.number(f"Correlation with {item}", (-1, 1)) for item in items}
    return fields.table("ecsi-mobile-moments", columns, unique=["item"])


ECSI_MOMENTS = Dataset(
    "ecsi-mobile-moments",
    "Means, standard deviations and correlations of 24 items, 250 mobile phone customers",
    "published/ecsi-mobile-moments.csv",
    "Computed from the data set that R packages ship as mobi.",
    sources=(TENENHAUS_2005,),
    contract=_ecsi_moments,
    own=False,
)


def _ecsi_paths() -> pa.DataFrameSchema:
    columns = {
        "from": fields.text("Construct where the path starts"),
        "to": fields.text("Construct where the path ends"),
        "standardised": fields.number("Coefficient, items standardised", (-1, 1)),
        "raw": fields.number("Coefficient, items on their own scale", (-1, 1)),
    }
    return fields.table("ecsi-mobile-paths", columns, unique=["from", "to"])


ECSI_PATHS = Dataset(
    "ecsi-mobile-paths",
    "Twelve inner paths of the satisfaction model, mode A, centroid scheme",
    "published/ecsi-mobile-paths.csv",
    "Both columns are reproduced from the moments to four digits; the printed column raw was not "
    "seen.",
    sources=(
        TENENHAUS_2005,
        "Monecke & Leisch (2012), semPLS, Journal of Statistical Software 48(3)",
    ),
    contract=_ecsi_paths,
    own=False,
)
