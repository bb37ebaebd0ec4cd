"""How many samples the coverage of an interval is counted over.

A quarter of them in `make test`, which is enough to see an interval that is plainly wrong; all of
them in `make recovery` (CEMLIB_REPLICATES=all).
"""

import os

ALL = os.environ.get("CEMLIB_REPLICATES") == "all"


def replicates(all_of_them):
    """Return how many samples to draw."""
    return all_of_them if ALL else all_of_them // 4


def tolerance(of_all):
    """Return how far a mean over the samples may lie off: a quarter of them errs twice as far."""
    return of_all if ALL else 2 * of_all
