"""How strong an unseen cause must be to explain the worth of a part of an answer away."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cemlib.stats.logit import SMALL_RIDGE
from cemlib.stats.propensity import propensity_scores
from cemlib.stats.sensitivity import e_value_difference, overlap
from cemlib.studies.complaints.response import (
    DAY,
    FEATURES,
    rated_design,
    slope_error,
)


def unseen_causes(log: pd.DataFrame) -> pd.DataFrame:
    """Return overlap and E-value of each part of an answer that enters its worth.

    Parameters
    ----------
    log : DataFrame
        As for `cemlib.studies.complaints.response.fit_response`.

    Returns
    -------
    DataFrame
        One row per feature: ``part``; ``slope`` on satisfaction with the handling (of a full
        compensation, of a day instead of an hour), ``low``, ``high``; ``e_value`` and ``bound``;
        for parts that are given or not, ``rows``, the ``effective`` sample size of the smaller
        group under weights by the inverse of the propensity, and the share ``outside`` the common
        range of propensities. The propensity depends on all other parts, loss and failure.
    """
    rated, design = rated_design(log)
    handling = rated["handling"].to_numpy(dtype=float)
    slopes = np.linalg.lstsq(design, handling)[0]
    rows = []
    for column, part in enumerate(FEATURES, start=1):
        scale = DAY if part == "delay" else 1.0
        margin = 1.96 * slope_error(rated, design, slopes, column) * abs(scale)
        slope = slopes[column] * scale
        bounds = slope, slope - margin, slope + margin
        needed = e_value_difference(*(each / handling.std(ddof=1) for each in bounds))
        row = dict(zip(("slope", "low", "high"), bounds, strict=True))
        row |= {"e_value": needed.estimate, "bound": needed.bound}
        given, others = design[:, column], np.delete(design, column, axis=1)
        if np.isin(given, (0, 1)).all() and min(given.sum(), (1 - given).sum()) >= 2:
            common = overlap(propensity_scores(given, others, ridge=SMALL_RIDGE), given)
            smaller = int(np.argmin(common.rows))
            row |= {"rows": common.rows[smaller], "effective": common.effective[smaller]}
            row["outside"] = float(np.average(common.outside, weights=common.rows))
        rows.append({"part": part, **row})
    columns = ["part", "slope", "low", "high", "e_value", "bound", "rows", "effective", "outside"]
    return pd.DataFrame(rows, columns=columns)
