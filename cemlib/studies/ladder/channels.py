"""Channels compared: control charts of shares, and ratings with the same customer mix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from cemlib import checks
from cemlib.stats.clusters import Floats, cluster_numbers, clusters_of, equal_means
from cemlib.stats.estimates import significant
from cemlib.studies.ladder.voice import EVENT

_RANGE = 1.128379167095513  # mean range of two standard normal values, 2/√π


@dataclass(frozen=True)
class ControlChart:
    """A control chart of shares.

    Attributes
    ----------
    centre : float
        The share over all periods.
    inflation : float
        Variation between periods relative to binomial variation, Laney's σ_z.
    points : DataFrame
        One row per period: ``share``, ``low``, ``high``, ``plain_low``, ``plain_high`` (limits of
        the ordinary p chart), ``outside`` and ``plain_outside``, ``run`` (whether it belongs to a
        run on one side of the centre).
    """

    centre: float
    inflation: float
    points: pd.DataFrame

    @property
    def signals(self) -> list[int]:
        """Numbers of the periods outside Laney's limits, from 1."""
        return [int(at) + 1 for at in np.flatnonzero(self.points["outside"])]

    @property
    def plain_signals(self) -> int:
        """Number of periods outside the limits of the ordinary p chart."""
        return int(self.points["plain_outside"].sum())

    def share_below(self, standard: float) -> float:
        """Return the share of periods below a service standard."""
        return float((self.points["share"] < standard).mean())


def laney_chart(
    counts: ArrayLike, totals: ArrayLike, *, sigmas: float = 3.0, run: int = 8
) -> ControlChart:
    """Set control limits for shares that vary more than binomially: Laney's p′ chart.

    With zᵢ = (pᵢ − p̄)/√(p̄(1 − p̄)/nᵢ) and σ_z the mean moving range of z over 2/√π, the limits are
    p̄ ± sigmas · σ_z √(p̄(1 − p̄)/nᵢ). The ordinary p chart has σ_z = 1, and with large totals it
    signals nearly every period.

    Parameters
    ----------
    counts, totals : array_like, shape (n,)
        Successes and trials in each period; at least three periods, no total 0.
    sigmas : float
        Width of the limits.
    run : int
        A run of this many periods on one side of the centre is also a signal.

    Returns
    -------
    ControlChart
        Centre, inflation and the periods.

    Raises
    ------
    ValueError
        If there are too few periods, a total is 0, a count above its total, or all shares are 0
        or 1.

    References
    ----------
    Laney (2002), *Quality Engineering* 14:531–537; Shewhart (1931).

    Examples
    --------
    >>> chart = laney_chart([50, 55, 45, 50, 80], [100] * 5)
    >>> round(chart.centre, 2), round(chart.inflation, 2)
    (0.56, 2.23)
    """
    successes = checks.vector("counts", counts)
    size = checks.vector("totals", totals, length=len(successes))
    if len(successes) < 3 or (size <= 0).any() or (successes < 0).any() or (successes > size).any():
        raise ValueError(
            "counts and totals must hold at least three periods, each with a total above 0 and a "
            "count from 0 to it"
        )
    centre = float(successes.sum() / size.sum())
    if not 0 < centre < 1:
        raise checks.invalid_argument("counts", centre, "neither all nor none: nothing varies")
    share, sigma = successes / size, np.sqrt(centre * (1 - centre) / size)
    # The moving range of neighbouring periods ignores slow shifts, which the standard deviation of
    # all periods would count as ordinary variation.
    inflation = float(np.abs(np.diff((share - centre) / sigma)).mean() / _RANGE)
    points = pd.DataFrame({"share": share})
    for name, factor in (("", inflation), ("plain_", 1.0)):
        margin = sigmas * factor * sigma
        points[f"{name}low"] = np.maximum(centre - margin, 0.0)
        points[f"{name}high"] = np.minimum(centre + margin, 1.0)
        points[f"{name}outside"] = np.abs(share - centre) > margin + 1e-12
    points["run"] = _in_run(np.sign(share - centre), run)
    return ControlChart(centre, inflation, points)


def _in_run(side: np.ndarray, minimum: int) -> NDArray[np.bool_]:
    """Return which periods belong to a run of at least so many on one side."""
    starts = np.flatnonzero(np.r_[True, side[1:] != side[:-1]])
    lengths = np.diff(np.r_[starts, len(side)])
    return np.repeat((lengths >= minimum) & (side[starts] != 0), lengths)


def control_charts(weeks: pd.DataFrame) -> dict[str, ControlChart]:
    """Return the control chart of each channel.

    Parameters
    ----------
    weeks : DataFrame
        ``channel``, ``week``, ``contacts`` and ``in_time``, the contacts served in time.
    """
    return {
        str(name): laney_chart(part["in_time"], part["contacts"])
        for name, part in weeks.sort_values("week", kind="stable").groupby("channel")
    }


def directly_standardised(
    outcome: ArrayLike,
    group: Sequence[object] | pd.Series,
    stratum: Sequence[object] | pd.Series,
    *,
    standard: pd.Series | None = None,
    clusters: Sequence[object] | pd.Series | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare means of groups as if all had the same mix of strata.

    m_g = Σₛ wₛ ȳ_gs with weights wₛ of a standard population. Its variance is Σ_c (Σᵢ eᵢ)², over
    the rows i of each cluster c, with eᵢ = wₛ √(G/(G − 1)) (yᵢ − ȳ_gs)/n_gs and G the clusters in
    the stratum. Where each row is a cluster of its own, that is Σₛ wₛ² s²_gs/n_gs. The intervals
    have as many degrees of freedom as the group has clusters, less one for each stratum.

    Parameters
    ----------
    outcome : array_like, shape (n,)
        Complete outcomes.
    group : sequence, length n
        The groups to compare, such as channels.
    stratum : sequence, length n
        What the groups differ in, such as the customer segment.
    standard : Series, optional
        Stratum → count in the standard population; all rows together if not given.
    clusters : sequence, length n, optional
        To whom each row belongs, such as the customer who rated several events. The standard counts
        as known.
    level : float
        Coverage of the intervals.

    Returns
    -------
    DataFrame
        One row per group, by name: ``group``, ``size``, ``crude``, ``standardised``, ``low``,
        ``high``, ``covered`` (share of the standard population in strata in which the group has
        members of at least two clusters; the other strata are left out of its mean).

    Raises
    ------
    ValueError
        If lengths differ, or the standard population holds none of the strata.

    References
    ----------
    Keiding & Clayton (2014), *Statistical Science* 29:529–558; Liang & Zeger (1986), *Biometrika*
    73:13–22.

    Examples
    --------
    >>> table = directly_standardised(
    ...     [1, 1, 1, 1, 5, 5, 1, 1, 5, 5, 5, 5], list("aaaaaabbbbbb"), list("xxxxyyxxyyyy"))
    >>> table[["group", "crude", "standardised"]].round(2)
      group  crude  standardised
    0     a   2.33           3.0
    1     b   3.67           3.0
    """
    return _standardise(outcome, group, stratum, standard, clusters, level)[0]


def _standardise(
    outcome: ArrayLike,
    group: Sequence[object] | pd.Series,
    stratum: Sequence[object] | pd.Series,
    standard: pd.Series | None,
    clusters: Sequence[object] | pd.Series | None,
    level: float,
) -> tuple[pd.DataFrame, Floats]:
    """Return the table of `directly_standardised` and the covariance of the means."""
    y = checks.vector("outcome", outcome)
    rows = np.arange(len(y)) if clusters is None else cluster_numbers(list(clusters), len(y))
    frame = pd.DataFrame({"y": y, "group": list(group), "stratum": list(stratum), "cluster": rows})
    weights = frame["stratum"].value_counts() if standard is None else standard
    weights = weights[weights.index.isin(frame["stratum"])].sort_index(kind="stable")
    if weights.sum() <= 0:
        raise checks.invalid_argument(
            "standard", list(weights.index), "counts of strata that occur in the data"
        )
    cells = frame.groupby(["group", "stratum"]).agg(
        mean=("y", "mean"), size=("y", "size"), clusters=("cluster", "nunique")
    )
    cells["share"] = (weights / weights.sum()).reindex(cells.index, level="stratum").fillna(0.0)
    cells = cells[cells["clusters"] >= 2]
    groups = cells.groupby("group")
    covered = groups["share"].sum()
    cells["share"] /= groups["share"].transform("sum").where(lambda sums: sums > 0)
    means = (cells["share"] * cells["mean"]).groupby("group").sum(min_count=1)
    factor = np.sqrt(cells["clusters"] / (cells["clusters"] - 1)) * cells["share"] / cells["size"]
    used = frame.merge(
        cells[["mean"]].assign(factor=factor), left_on=["group", "stratum"], right_index=True
    )
    used["influence"] = used["factor"] * (used["y"] - used["mean"])
    table = frame.groupby("group")["y"].agg(size="size", crude="mean")
    sums = used.pivot_table("influence", "cluster", "group", "sum", fill_value=0.0)
    influence = sums.reindex(columns=table.index, fill_value=0.0).to_numpy()
    covariance = influence.T @ influence
    degrees = np.inf
    if clusters is not None:
        members = used.groupby("group")["cluster"].nunique() - groups.size()
        degrees = np.maximum(members.reindex(table.index).fillna(1), 1)
    margin = stats.t.ppf((1 + level) / 2, degrees) * np.sqrt(np.diag(covariance))
    table["standardised"] = means.reindex(table.index)
    table["low"], table["high"] = table["standardised"] - margin, table["standardised"] + margin
    table["covered"] = covered.reindex(table.index, fill_value=0.0)
    return table.reset_index(), covariance


@dataclass(frozen=True)
class ChannelComparison:
    """Ratings of channels, crude and with the same customer mix.

    Attributes
    ----------
    table : DataFrame
        From `directly_standardised`.
    crude, standardised : tuple of str
        Channels from best to worst.
    largest_change : float
        Largest difference between crude and standardised rating, points.
    left_out : tuple of str
        Channels with ratings of fewer than two customers in every segment.
    ratings : int
        Ratings compared.
    p_value : float
        Of the hypothesis that all channels have the same standardised rating, by Wald's χ².
    """

    table: pd.DataFrame
    crude: tuple[str, ...]
    standardised: tuple[str, ...]
    largest_change: float
    left_out: tuple[str, ...] = ()
    ratings: int = 0
    p_value: float = np.nan


def compare_channels(feedback: pd.DataFrame) -> ChannelComparison | None:
    """Compare ratings after events by channel, standardised to the segments of all who were asked.

    Parameters
    ----------
    feedback : DataFrame
        ``mode``, ``channel``, ``segment``, ``rating``, and ``customer`` where it is known: then
        the ratings of one customer may be alike.

    Returns
    -------
    ChannelComparison or None
        None where a column is missing, or fewer than two channels can be compared. A channel with
        ratings of fewer than two customers in every segment is left out.
    """
    if not {"channel", "segment"} <= set(feedback):
        return None
    asked = feedback[feedback["mode"] == EVENT].dropna(subset=["channel", "segment"])
    events = asked.dropna(subset="rating")
    customers = clusters_of(events)
    events = events.assign(customer=np.arange(len(events)) if customers is None else customers)
    sizes = events.groupby(["channel", "segment"])["customer"].nunique()
    usable = set(sizes[sizes >= 2].index.get_level_values("channel"))
    if len(usable) < 2:
        return None
    left_out = tuple(sorted(set(events["channel"]) - usable))
    events = events[events["channel"].isin(usable)]
    table, covariance = _standardise(
        events["rating"],
        events["channel"],
        events["segment"],
        asked["segment"].value_counts(),
        events["customer"],
        0.95,
    )
    crude, standardised = (
        tuple(table.sort_values(by, kind="stable", key=significant)["group"][::-1])
        for by in ("crude", "standardised")
    )
    change = float((table["standardised"] - table["crude"]).abs().max())
    p = equal_means(table["standardised"].to_numpy(), covariance)[2]
    return ChannelComparison(table, crude, standardised, change, left_out, len(events), p)
