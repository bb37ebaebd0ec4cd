"""Whether the paths of a model differ between two groups of respondents: a permutation test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from cemlib import checks
from cemlib.stats.estimates import holm, significant
from cemlib.studies.expectation.structural.bootstrap import bootstrap_paths
from cemlib.studies.expectation.structural.fit import PathFit

MIN_GROUP = 50  # respondents


@dataclass(frozen=True)
class GroupComparison:
    """Paths of two groups.

    Attributes
    ----------
    names : tuple of str
        The two groups.
    sizes : tuple of int
        Their respondents.
    others : int
        Further groups that were large enough and are not compared.
    table : DataFrame
        A row per path: from, to, one, other (coefficient in each group), difference (other minus
        one), p_value and p_holm (adjusted for all paths).
    """

    names: tuple[str, str]
    sizes: tuple[int, int]
    others: int
    table: pd.DataFrame


def compare_groups(
    fit: PathFit, groups: Sequence[object], permutations: int, rng: np.random.Generator
) -> GroupComparison | None:
    """Compare the paths of the two largest groups.

    Under the hypothesis that both groups have the same distribution but for the means of items, it
    does not matter which respondent is in which; so membership is permuted, and a p-value is the
    share of differences at least as large as the one observed, which counts itself. Items are
    centred within each group first, so that groups that only differ in level differ in no path.

    Parameters
    ----------
    fit : PathFit
        From `cemlib.studies.expectation.structural.fit.pls_path`.
    groups : sequence
        The group of each row of the data, missing where unknown; or empty.
    permutations : int
        At least 20.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    GroupComparison or None
        None without answers or groups, and with fewer than two groups of at least 50 respondents
        (and of more than there are items).

    References
    ----------
    Chin & Dibbern (2010), in *Handbook of Partial Least Squares*, 171–193; Phipson & Smyth (2010),
    *Statistical Applications in Genetics and Molecular Biology* 9(1):39.

    Examples
    --------
    >>> from cemlib.studies.expectation.structural.fit import pls_path
    >>> rng = np.random.default_rng(1)
    >>> data = pd.DataFrame({"x": rng.normal(size=400)})
    >>> data["y"] = data["x"] * ([1] * 200 + [-1] * 200) + rng.normal(size=400)
    >>> fit = pls_path(data, "X =~ x" + chr(10) + "Y =~ y" + chr(10) + "Y ~ X")
    >>> compare_groups(fit, ["a"] * 200 + ["b"] * 200, 99, rng).table.round(2)
      from to   one  other  difference  p_value  p_holm
    0    X  Y  0.71  -0.62       -1.33     0.01    0.01
    """
    checks.between("permutations", permutations, 20, whole=True)
    if fit.answers is None or not len(groups):
        return None
    kept = pd.Series(list(groups), dtype=object)[fit.answers.kept].reset_index(drop=True)
    sizes = Counter(map(str, kept.dropna()))
    least = max(MIN_GROUP, len(fit.model.items) + 1)
    large = sorted((-size, name) for name, size in sizes.items() if size >= least)
    if len(large) < 2:
        return None
    names = (large[0][1], large[1][1])
    labels = kept.where(kept.isna(), kept.astype(str))
    rows = labels.isin(names).to_numpy()
    second = (labels[rows] == names[1]).to_numpy()
    values = pd.DataFrame(fit.answers.values[rows])
    values = values - values.groupby(second).transform("mean")
    answers = replace(
        fit.answers, values=values.to_numpy(), kept=np.ones(len(values), dtype=bool),
        rows=fit.answers.rows[rows],
    )  # fmt: skip
    members = np.vstack([second, rng.permuted(np.tile(second, (permutations, 1)), axis=1)])
    centred = replace(fit, answers=answers, item_scale=None)
    one, other = (bootstrap_paths(centred, part).paths.draws for part in (~members, members))
    difference = other - one
    usable = difference[1:][np.isfinite(difference[1:]).all(axis=1)]
    # To the digits that hold on every processor, so that ties do not depend on it.
    larger = significant(np.abs(usable)) >= significant(np.abs(difference[0]))
    p_values = (1 + larger.sum(axis=0)) / (1 + len(usable))
    table = fit.paths[["from", "to"]].assign(
        one=one[0],
        other=other[0],
        difference=difference[0],
        p_value=p_values,
        p_holm=holm(p_values),
    )
    pair = (sizes[names[0]], sizes[names[1]])
    return GroupComparison(names, pair, len(large) - 2, table)
