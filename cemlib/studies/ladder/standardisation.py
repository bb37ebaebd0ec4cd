"""Groups compared as if they served the same customers: direct standardisation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from cemlib import checks


def directly_standardised(
    outcome: ArrayLike,
    group: Sequence[object] | pd.Series,
    stratum: Sequence[object] | pd.Series,
    *,
    standard: pd.Series | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare means of groups after giving all of them the same mix of strata.

    m_g = Σₛ wₛ ȳ_gs with weights wₛ of a standard population; its variance is Σₛ wₛ² s²_gs/n_gs.

    Parameters
    ----------
    outcome : array_like, shape (n,)
        Complete outcomes.
    group : sequence, length n
        What is compared, say the channel.
    stratum : sequence, length n
        What the groups differ in, say the kind of customer.
    standard : Series, optional
        Stratum → how many; everybody together if not given.
    level : float
        Coverage of the intervals.

    Returns
    -------
    DataFrame
        A row a group, by name: ``group``, ``size``, ``crude``, ``standardised``, ``low``, ``high``,
        ``covered`` (share of the standard population in strata of which the group has at least two
        members; the others are left out of its mean).

    Raises
    ------
    ValueError
        If lengths differ, or the standard population knows none of the strata.

    References
    ----------
    Keiding & Clayton (2014), *Statistical Science* 29:529–558.

    Examples
    --------
    >>> found = directly_standardised(
    ...     [1, 1, 1, 1, 5, 5, 1, 1, 5, 5, 5, 5], list("aaaaaabbbbbb"), list("xxxxyyxxyyyy"))
    >>> found[["group", "crude", "standardised"]].round(2)
      group  crude  standardised
    0     a   2.33           3.0
    1     b   3.67           3.0
    """
    y = checks.vector("outcome", outcome)
    frame = pd.DataFrame({"y": y, "group": list(group), "stratum": list(stratum)})
    weights = frame["stratum"].value_counts() if standard is None else standard
    weights = weights[weights.index.isin(frame["stratum"])].sort_index(kind="stable")
    if weights.sum() <= 0:
        raise checks.invalid_argument(
            "standard", list(weights.index), "counts of the strata that there are"
        )
    share = weights / weights.sum()
    cells = frame.groupby(["group", "stratum"])["y"].agg(["mean", "var", "count"])
    rows = []
    for name, all_rows in frame.groupby("group"):
        cell = cells.loc[name].reindex(share.index)
        known = (cell["count"] >= 2).to_numpy()
        covered = float(share[known].sum())
        mean = spread = np.nan
        if covered > 0:
            part = share[known].to_numpy() / covered
            inside = cell[known]
            mean = float(part @ inside["mean"])
            spread = float(np.sqrt(part**2 @ (inside["var"] / inside["count"])))
        rows.append((name, len(all_rows), all_rows["y"].mean(), mean, spread, covered))
    found = pd.DataFrame(
        rows, columns=["group", "size", "crude", "standardised", "spread", "covered"]
    )
    reach = stats.norm.ppf((1 + level) / 2) * found.pop("spread")
    found.insert(4, "low", found["standardised"] - reach)
    found.insert(5, "high", found["standardised"] + reach)
    return found
