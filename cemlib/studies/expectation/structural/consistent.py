"""Paths corrected for the measurement error of composites (PLSc), and variance inflation."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cemlib.studies.expectation.structural.fit import PathFit
from cemlib.studies.expectation.structural.quality import reliability


def consistent_paths(fit: PathFit) -> pd.DataFrame:
    """Correct paths for attenuation, and report how far their sources overlap.

    A composite of few items measures its construct with error, so correlations of composites are
    too small. Consistent PLS divides each by √(ρ_A of one · ρ_A of the other) and takes the paths
    from the corrected correlations; single items and formative blocks count as without error.

    Parameters
    ----------
    fit : PathFit
        From `cemlib.studies.expectation.structural.fit.pls_path`.

    Returns
    -------
    DataFrame
        A row per path, in the order of ``fit.paths``: from, to, path, consistent (missing where
        ρ_A is, or where the corrected correlations are impossible) and vif (variance inflation of
        the source among the sources of the same construct, 1 without any other).

    References
    ----------
    Dijkstra & Henseler (2015), *MIS Quarterly* 39(2):297–316.

    Examples
    --------
    >>> from cemlib.studies.expectation.structural.fit import Moments, pls_path
    >>> table = np.array([[1, 0.5, 0.4], [0.5, 1, 0.4], [0.4, 0.4, 1]])
    >>> moments = Moments(("a", "b", "c"), np.zeros(3), np.ones(3), table, 30)
    >>> fit = pls_path(moments, "X =~ a + b" + chr(10) + "Y =~ c" + chr(10) + "Y ~ X")
    >>> consistent_paths(fit)[["path", "consistent", "vif"]].round(3).values.tolist()
    [[0.462, 0.566, 1.0]]
    """
    quality = reliability(fit).set_index("block")
    free_of_error = (quality["items"] == 1) | (quality["mode"] == "B")
    rho = quality["rho_a"].where(~free_of_error, 1.0).to_numpy(dtype=float)
    plain = fit.correlations.to_numpy(dtype=float)
    scale = np.sqrt(np.where(rho > 0, rho, np.nan))
    corrected = plain / np.outer(scale, scale)
    np.fill_diagonal(corrected, 1.0)
    position = {name: number for number, name in enumerate(fit.correlations.index)}
    table = fit.paths.assign(consistent=np.nan, vif=np.nan)
    for target, rows in table.groupby("to", sort=False):
        sources = [position[name] for name in rows["from"]]
        among = np.ix_(sources, sources)
        table.loc[rows.index, "vif"] = np.diag(np.linalg.pinv(plain[among]))
        involved = [*sources, position[str(target)]]
        joint = corrected[np.ix_(involved, involved)]
        if np.isfinite(joint).all() and np.linalg.eigvalsh(joint)[0] > 0:
            table.loc[rows.index, "consistent"] = np.linalg.solve(joint[:-1, :-1], joint[:-1, -1])
    return table
