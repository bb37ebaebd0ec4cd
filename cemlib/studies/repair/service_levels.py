"""Service levels of a log: first response, resolution, first contact, reopened contacts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from cemlib import checks
from cemlib.stats.changes import natural_limits
from cemlib.stats.estimates import Floats
from cemlib.stats.proportions import Share, wilson, wilson_interval
from cemlib.stats.small_groups import withheld

_HOUR = pd.Timedelta(hours=1)
_FEWEST = 30
_FEWEST_DAYS, _MOST_DAYS = 8, 56
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class Wait:
    """How long customers wait, and how many no longer than the target.

    Attributes
    ----------
    target : float
        Hours.
    within : Share
        Of the contacts whose target is past; contacts of a day may be alike.
    median, ninth : tuple of float
        Hours after which half, and nine tenths, are done, each with its interval; NaN where the
        record ends before.
    beyond : float
        Mean hours of those that took longer than the target.
    open, not_due : int
        Contacts that the record leaves open, and those whose target lies after its end.
    hours, weekdays, channels : DataFrame
        ``group``, ``estimate``, ``low``, ``high`` (shares within target, 0–1), ``contacts``; groups
        of fewer than `min_cell` contacts are left out.
    days : DataFrame
        ``group`` (a date, or the Monday of a week where there are more than 56), ``estimate``,
        ``contacts``.
    limits : tuple of float, optional
        Centre and limits within which days usually vary; None with fewer than eight.
    """

    target: float
    within: Share
    median: tuple[float, float, float]
    ninth: tuple[float, float, float]
    beyond: float
    open: int
    not_due: int
    hours: pd.DataFrame
    weekdays: pd.DataFrame
    channels: pd.DataFrame
    days: pd.DataFrame
    limits: tuple[float, float, float] | None

    @property
    def prefix(self) -> str:
        """What to write before a day: nothing, or that its whole week is meant."""
        days = pd.to_datetime(self.days["group"])
        return "the week of " if (days.diff().dropna().dt.days >= 7).all() else ""

    @property
    def outside(self) -> list[str]:
        """Days or weeks outside the limits."""
        if self.limits is None:
            return []
        _, low, high = self.limits
        return list(self.days.loc[~self.days["estimate"].between(low, high), "group"])


@dataclass(frozen=True)
class ServiceLevels:
    """Service levels, as far as the log records them.

    Attributes
    ----------
    response, resolution : Wait, optional
        None without times of the first answer, or of closing.
    first_contact : Share, optional
        Share of cases without a second contact; None where no contact has a customer.
    followed : int
        Days for which each of these cases was followed.
    reopened : Share, optional
        Share of closed contacts that were reopened; None where that is not recorded.
    """

    response: Wait | None
    resolution: Wait | None
    first_contact: Share | None
    followed: int
    reopened: Share | None

    @property
    def shown(self) -> dict[str, Wait]:
        """The waits that are recorded, by name."""
        both = {"first response": self.response, "resolution": self.resolution}
        return {name: wait for name, wait in both.items() if wait is not None}


def service_levels(
    contacts: pd.DataFrame,
    case: pd.Series,
    response_hours: float = 1.0,
    resolution_hours: float = 24.0,
    repeat_days: int = 7,
    min_cell: int = _FEWEST,
) -> ServiceLevels:
    """Measure the service levels that managers of a log follow.

    Parameters
    ----------
    contacts : DataFrame
        ``time``, and what there is of ``customer``, ``channel``, ``answered`` and ``closed``
        (times; missing while open) and ``reopened`` (1 or 0).
    case : Series
        Case of each contact, from `cemlib.studies.repair.cases.merge_contacts`.
    response_hours, resolution_hours : float
        Targets from the beginning of the contact, hours, above 0.
    repeat_days : int
        A case is resolved at the first contact if no other contact of it follows within these days.
    min_cell : int
        Smallest group that is shown, at least 5 contacts.

    Returns
    -------
    ServiceLevels
        With what is recorded.

    Raises
    ------
    ValueError
        If a target is not above 0, or `min_cell` below 5.

    Examples
    --------
    >>> begun = pd.to_datetime(["2026-01-01 09:00"] * 8 + ["2026-02-01 09:00"])
    >>> answered = begun + pd.to_timedelta([5, 10, 20, 30, 40, 50, 90, 120, 1], unit="min")
    >>> log = pd.DataFrame({"time": begun, "answered": answered})
    >>> levels = service_levels(log, pd.Series([*"abcdefghi"]), response_hours=1)
    >>> levels.response.within.rows, levels.response.within.estimate
    (8, 0.75)
    """
    checks.min_cell(min_cell)
    for name, hours in (("response_hours", response_hours), ("resolution_hours", resolution_hours)):
        checks.between(name, hours, 1e-6)
    checks.between("repeat_days", repeat_days, 1, whole=True)
    reopened = None
    if "reopened" in contacts and contacts["reopened"].notna().any():
        known = contacts[contacts["reopened"].notna()]
        reopened = wilson(known["reopened"], _days(known))
    return ServiceLevels(
        _wait(contacts, "answered", response_hours, min_cell),
        _wait(contacts, "closed", resolution_hours, min_cell),
        _first_contact(contacts, case, repeat_days),
        repeat_days,
        reopened,
    )


def _days(contacts: pd.DataFrame) -> list[object] | None:
    """Return the day of each contact; None where there is one only."""
    days = contacts["time"].dt.strftime("%Y-%m-%d")
    return list(days) if days.nunique() > 1 else None


def _wait(contacts: pd.DataFrame, column: str, target: float, min_cell: int) -> Wait | None:
    if column not in contacts or not contacts[column].notna().any():
        return None
    end = max(contacts["time"].max(), contacts[column].max())
    waited = ((contacts[column] - contacts["time"]) / _HOUR).to_numpy(dtype=float)
    followed = ((end - contacts["time"]) / _HOUR).to_numpy(dtype=float)
    due = followed >= target
    if not due.any():
        return None
    frame = contacts.loc[due, ["time"]].assign(within=(waited[due] <= target).astype(float))
    within = wilson(frame["within"], _days(frame))
    late = waited[waited > target]
    times = np.where(np.isnan(waited), np.maximum(followed, 1e-9), np.maximum(waited, 1e-9))
    curve = _kaplan_meier(times, ~np.isnan(waited))
    effective = len(times) * within.effective / within.rows
    degrees = max(frame["time"].dt.normalize().nunique() - 1, 1)
    moments = frame["time"].dt
    days = frame.assign(group=moments.strftime("%Y-%m-%d"))
    if days["group"].nunique() > _MOST_DAYS:
        monday = frame["time"] - pd.to_timedelta(moments.day_of_week, unit="D")
        days["group"] = monday.dt.strftime("%Y-%m-%d")
    by_day = days.groupby("group")["within"].agg(estimate="mean", contacts="size").reset_index()
    few = withheld(by_day.set_index("group")["contacts"].to_dict(), min_cell)
    by_day = by_day[~by_day["group"].isin(few)].reset_index(drop=True)
    named = moments.day_of_week.map(dict(enumerate(WEEKDAYS)))
    channels = contacts.loc[due, "channel"] if "channel" in contacts else pd.Series(dtype=object)
    return Wait(
        target,
        within,
        _quantile(curve, 0.5, effective, degrees),
        _quantile(curve, 0.9, effective, degrees),
        float(late.mean()) if len(late) else 0.0,
        int(np.isnan(waited).sum()),
        int((~due).sum()),
        _by(frame, moments.hour, range(24), min_cell),
        _by(frame, named, WEEKDAYS, min_cell),
        _by(frame, channels, sorted(channels.dropna().unique()), min_cell),
        by_day,
        natural_limits(by_day["estimate"]) if len(by_day) >= _FEWEST_DAYS else None,
    )


def _by(
    frame: pd.DataFrame, groups: pd.Series, order: Iterable[object], min_cell: int
) -> pd.DataFrame:
    """Return shares within target by group, in an order; contacts of a day may be alike."""
    rows = []
    counts = groups.value_counts().to_dict()
    few = withheld(counts, min_cell)
    for group in order:
        part = frame[(groups == group).to_numpy()]
        if group in counts and group not in few:
            share = wilson(part["within"], _days(part))
            rows.append((str(group), share.estimate, share.low, share.high, len(part)))
    return pd.DataFrame(rows, columns=["group", "estimate", "low", "high", "contacts"])


def _kaplan_meier(times: Floats, done: np.ndarray) -> tuple[Floats, Floats]:
    """Return the times at which contacts are done, and the share done by then."""
    from statsmodels.duration.survfunc import SurvfuncRight

    fit = SurvfuncRight(times, done.astype(float))
    return np.asarray(fit.surv_times), 1 - np.asarray(fit.surv_prob)


def _quantile(
    curve: tuple[Floats, Floats], share: float, effective: float, degrees: int
) -> tuple[float, float, float]:
    """Return when a share is done, with the times at which the bounds of that share are.

    The interval is that of Woodruff: an interval of the share, here Wilson's with as many contacts
    as are independent, read off the curve, which is Kaplan and Meier's where some are still open.
    """
    times, done = curve
    quantile = float(stdtrit(degrees, 0.975))
    low, high = wilson_interval(share * effective, effective, quantile=quantile)

    def at(level: float) -> float:
        reached = np.flatnonzero(done >= level - 1e-12)
        return float(times[reached[0]]) if len(reached) else np.nan

    return at(share), at(float(low)), at(float(high))


def _first_contact(contacts: pd.DataFrame, case: pd.Series, days: int) -> Share | None:
    """Return the share of cases without a second contact, of those followed for long enough."""
    known = contacts["customer"].notna() if "customer" in contacts else pd.Series(dtype=bool)
    if not known.any():
        return None
    rows = contacts.loc[known, ["time", "customer"]].assign(case=case[known.to_numpy()].to_numpy())
    rows = rows.sort_values("time", kind="stable")
    first = rows.groupby("case")["time"].transform("first")
    rows["again"] = (rows["time"] > first) & (rows["time"] <= first + pd.Timedelta(days=days))
    cases = rows.groupby("case").agg(
        begun=("time", "first"), customer=("customer", "first"), again=("again", "any")
    )
    followed = cases[cases["begun"] <= contacts["time"].max() - pd.Timedelta(days=days)]
    if followed["customer"].nunique() < 2:
        return None
    return wilson(1.0 - followed["again"], list(followed["customer"]))
