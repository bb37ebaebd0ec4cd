"""How many samples the coverage of an interval is counted over, and where the counts go.

A quarter of them in `make test`, which is enough to see an interval that is plainly wrong; all of
them in `make recovery` (CEMLIB_REPLICATES=all), which writes the counts into docs/coverage.md.
"""

import json
import os
from functools import cache
from pathlib import Path

import numpy as np

ALL = os.environ.get("CEMLIB_REPLICATES") == "all"
PAGE = Path(__file__).parents[2] / "docs" / "coverage.md"
MODEL = "under the model"


def replicates(all_of_them):
    """Return how many samples to draw."""
    return all_of_them if ALL else all_of_them // 4


def tolerance(of_all):
    """Return how far a mean over the samples may lie off: a quarter of them errs twice as far."""
    return of_all if ALL else 2 * of_all


@cache
def page():
    """Return the committed page of coverage."""
    return PAGE.read_text(encoding="utf-8")


def record(workbook, estimator, hits, condition=MODEL, nominal=0.95, told="", mistake=False):
    """Count how often intervals cover, for docs/coverage.md.

    `hits` has a row for each sample and, if the estimator gives several quantities, a column for
    each. `told` is what the report says next to a number whose interval covers less than nominal,
    in the words of the package; `mistake` marks a method that the workbook shows because it fails.
    With CEMLIB_COVERAGE the counts are written into that folder; without it, the committed page
    must have the row.
    """
    estimator = estimator.replace("_", " ")
    hits = np.asarray(hits, dtype=float)
    hits = hits.reshape(len(hits), -1)
    rates = hits.mean(axis=0)
    test = os.environ["PYTEST_CURRENT_TEST"].split(" ")[0].split("/")[-1].split("[")[0]
    folder = os.environ.get("CEMLIB_COVERAGE")
    if not folder:
        row = f"| {workbook} | {estimator} | {condition} |"
        assert row in page(), f"`make recovery` writes the missing row into {PAGE.name}: {row}"
        return
    counted = {
        "workbook": workbook,
        "estimator": estimator,
        "condition": condition,
        "nominal": round(float(nominal), 4),
        "counted": round(float(rates.mean()), 6),
        "error": round(float(hits.mean(axis=1).std() / np.sqrt(len(hits))), 6),
        "lowest": round(float(rates.min()), 6),
        "quantities": hits.shape[1],
        "replicates": len(hits),
        "complete": ALL,
        "told": " ".join(told.split()),
        "mistake": mistake,
        "test": test,
    }
    worker = os.environ.get("PYTEST_XDIST_WORKER", "one")
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    with (path / f"{worker}-{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(counted) + "\n")
