"""How many samples the coverage of an interval is counted over.

A quarter of them in `make test`, which is enough to see an interval that is plainly wrong; all of them
in `make recovery` (CEMLIB_REPLICATES=all).
"""

import os


def replicates(all_of_them):
    """Return how many samples to draw."""
    return all_of_them if os.environ.get("CEMLIB_REPLICATES") == "all" else all_of_them // 4
