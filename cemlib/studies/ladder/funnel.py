"""Online abandonment: where sessions end, why, and what fixing a reason would gain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cemlib import checks
from cemlib.stats.clusters import clusters_of
from cemlib.stats.estimates import Floats, bootstrap_weights, percentile_interval, significant
from cemlib.stats.proportions import wilson

NO_REASON = ""


@dataclass(frozen=True)
class Funnel:
    """Sessions by the furthest step they reached.

    Attributes
    ----------
    steps : tuple of str
        K steps in their order; the last is completion.
    sessions : DataFrame
        One row per session: ``session``, ``reached`` (index of the furthest step), ``reason`` (why
        it was abandoned; empty where no reason was recorded or it was completed), and ``customer``
        where the log names one.
    minutes : tuple of float
        Median minutes from each step to the next; NaN for the last one.
    """

    steps: tuple[str, ...]
    sessions: pd.DataFrame
    minutes: tuple[float, ...]

    @property
    def completed(self) -> float:
        """Share of sessions that were completed."""
        return float((self.sessions["reached"] == len(self.steps) - 1).mean())


def order_of_steps(log: pd.DataFrame) -> list[str]:
    """Return the steps of a log in the order in which sessions take them.

    A step comes before another if more sessions took it first than last; then the step that comes
    before most others is first (a Copeland ranking, which does not need every session to be whole).

    Parameters
    ----------
    log : DataFrame
        ``session``, ``step``, ``time``.

    Examples
    --------
    >>> rows = {"session": [1, 1, 2], "step": ["look", "buy", "look"], "time": [1, 2, 5]}
    >>> order_of_steps(pd.DataFrame(rows))
    ['look', 'buy']
    """
    timed = log.assign(time=_minutes(log["time"]))
    first = timed.groupby(["session", "step"], sort=True)["time"].min().unstack("step")
    times = first.to_numpy(dtype=float)
    before = np.array(
        [[np.nansum(times[:, i] < times[:, j]) for j in range(times.shape[1])]
         for i in range(times.shape[1])], dtype=float,
    )  # fmt: skip
    ahead = (before > before.T).sum(axis=1)
    takers = np.isfinite(times).sum(axis=0)
    order = sorted(range(len(ahead)), key=lambda step: (-ahead[step], -takers[step]))
    return [str(first.columns[step]) for step in order]


def fit_funnel(log: pd.DataFrame, steps: Sequence[str] = ()) -> Funnel:
    """Arrange a log of steps into a funnel.

    A session that took a later step counts as having passed all steps before it.

    Parameters
    ----------
    log : DataFrame
        One row per step of a session: ``session``, ``step``, ``time`` (a date with time, or
        minutes), and ``reason`` where customers were asked why they gave up.
    steps : sequence of str
        The steps in their order, the last one being completion; from the log if empty.

    Returns
    -------
    Funnel
        Sessions by furthest step.

    Raises
    ------
    ValueError
        If there are fewer than two steps, or `steps` lacks a step of the log.

    Examples
    --------
    >>> rows = {"session": [1, 1, 2], "step": ["look", "buy", "look"], "time": [1.0, 2.0, 5.0]}
    >>> fit_funnel(pd.DataFrame(rows)).completed
    0.5
    """
    names = list(steps) or order_of_steps(log)
    if len(names) < 2 or len(set(names)) < len(names):
        raise checks.invalid_argument("steps", names, "at least two steps, each once")
    if unlisted := sorted(set(log["step"]) - set(names)):
        raise checks.invalid_argument(
            "steps", names, f"all steps of the log; {unlisted[0]!r} is missing"
        )
    index = log["step"].map({name: at for at, name in enumerate(names)}).astype(int)
    rows = log.assign(index=index, time=_minutes(log["time"])).sort_values(
        ["session", "time", "index"], kind="stable"
    )
    sessions = rows.groupby("session", sort=True)["index"].max().rename("reached").reset_index()
    if "reason" in rows:
        reasons = rows.dropna(subset="reason").groupby("session")["reason"].last()
        given = sessions["session"].map(reasons).astype(object)  # of a column that is all empty too
        sessions["reason"] = given.where(given.notna(), NO_REASON).astype(str)
    else:
        sessions["reason"] = NO_REASON
    sessions.loc[sessions["reached"] == len(names) - 1, "reason"] = NO_REASON
    if "customer" in rows:
        sessions["customer"] = sessions["session"].map(rows.groupby("session")["customer"].first())
    first = rows.drop_duplicates(["session", "index"])
    until = first.groupby("session")["time"].diff(-1).abs()
    minutes = until.groupby(first["index"]).median().reindex(range(len(names)))
    return Funnel(tuple(names), sessions, tuple(minutes.to_numpy(dtype=float)))


def step_survival(funnel: Funnel, level: float = 0.95) -> pd.DataFrame:
    """Return how many sessions reach each step and what share continues, with Wilson intervals.

    Returns
    -------
    DataFrame
        One row per step: ``step``, ``reached`` (sessions), ``survival`` (share of all sessions),
        ``passed`` (share of those that continue to the next step), ``low``, ``high``, ``minutes``
        until then; the last step has no next one.

    References
    ----------
    Wilson (1927), *JASA* 22:209–212.

    Examples
    --------
    >>> rows = {"session": [1, 1, 2], "step": ["look", "buy", "look"], "time": [1.0, 2.0, 5.0]}
    >>> step_survival(fit_funnel(pd.DataFrame(rows)))[["step", "reached", "passed"]]
       step  reached  passed
    0  look        2     0.5
    1   buy        1     NaN
    """
    size = len(funnel.steps)
    furthest = np.bincount(funnel.sessions["reached"], minlength=size)
    reached = furthest[::-1].cumsum()[::-1]
    frame = pd.DataFrame({"step": list(funnel.steps), "reached": reached})
    frame["survival"] = reached / max(reached[0], 1)
    frame[["passed", "low", "high"]] = np.nan
    for at in range(size - 1):
        if reached[at]:
            here = funnel.sessions[funnel.sessions["reached"] >= at]
            share = wilson((here["reached"] > at).astype(float), _repeated(here), level)
            frame.loc[at, ["passed", "low", "high"]] = (share.estimate, share.low, share.high)
    frame["minutes"] = list(funnel.minutes)
    return frame


def weakest_step(steps: pd.DataFrame) -> pd.Series:
    """Return the row of `step_survival` with the smallest share that continues.

    Examples
    --------
    >>> weakest_step(pd.DataFrame({"step": ["look", "buy"], "passed": [0.5, np.nan]}))["step"]
    'look'
    """
    return steps.loc[significant(steps["passed"]).idxmin()]


def completions_gained(
    funnel: Funnel, resamples: int, rng: np.random.Generator, level: float = 0.95
) -> pd.DataFrame:
    """Estimate the completions gained per 100 sessions if one reason were removed.

    At each step the reasons are competing risks: if a share π of the recorded reasons is this one,
    removing it raises the share p that continues to p^(1−π). Sessions it no longer ends can still
    be lost to other reasons, at this step and later. Recorded reasons are assumed to be a random
    sample of all reasons.

    Parameters
    ----------
    funnel : Funnel
        From `fit_funnel`.
    resamples : int
        Resamples, B, of customers where some have several sessions, else of sessions.
    rng : numpy.random.Generator
        Source of randomness.
    level : float
        Coverage of the intervals.

    Returns
    -------
    DataFrame
        One row per reason, the largest gain first: ``reason``, ``mentions``, ``step`` (where it is
        mentioned most), ``gained``, ``low``, ``high`` (per 100 sessions). Empty where no reason was
        recorded.

    References
    ----------
    Chiang (1968), *Introduction to Stochastic Processes in Biostatistics*, ch. 11: competing risks.

    Examples
    --------
    >>> rows = {"session": [1, 1, 2, 3], "step": ["a", "b", "a", "a"], "time": [1.0, 2, 5, 6],
    ...         "reason": [None, None, "price", "price"]}
    >>> fit = fit_funnel(pd.DataFrame(rows))
    >>> table = completions_gained(fit, 10, np.random.default_rng(1))
    >>> table[["reason", "mentions", "gained"]].round(1)
      reason  mentions  gained
    0  price         2    66.7
    """
    columns = ["reason", "mentions", "step", "gained", "low", "high"]
    drawn = removal_draws(funnel, resamples, rng)
    if not drawn.reasons:
        return pd.DataFrame(columns=columns)
    gained = 100 * np.stack([drawn.gained({reason: 1.0}) for reason in drawn.reasons], axis=1)
    low, high = percentile_interval(gained[1:], level)
    known = drawn.mentions
    frame = pd.DataFrame({"reason": drawn.reasons, "mentions": known.sum(axis=0).astype(int)})
    frame["step"] = [funnel.steps[at] for at in known.argmax(axis=0)]
    frame["gained"], frame["low"], frame["high"] = gained[0], low, high
    return frame.sort_values("gained", ascending=False, kind="stable", ignore_index=True)


@dataclass(frozen=True)
class RemovalDraws:
    """Shares that continue and shares of reasons, from the log (first) and under each resample.

    Attributes
    ----------
    reasons : list of str
        Names of the r reasons.
    mentions : ndarray, shape (K - 1, r)
        How often each is recorded at each step.
    passed : ndarray, shape (B + 1, K - 1)
        Share that continues after each step.
    share : ndarray, shape (B + 1, K - 1, r)
        Share of the recorded reasons.
    """

    reasons: list[str]
    mentions: Floats
    passed: Floats
    share: Floats

    def gained(self, removed: Mapping[str, float]) -> Floats:
        """Return the rise in the share completed, if parts of some reasons are removed.

        Parameters
        ----------
        removed : mapping of str to float
            Reason → share of it that is removed, from 0 to 1.

        Returns
        -------
        ndarray, shape (B + 1,)
            From the log first, then under each resample.
        """
        gone = np.array([float(removed.get(reason, 0.0)) for reason in self.reasons])
        without = self.passed ** (1 - self.share @ gone)
        return np.asarray(without.prod(axis=1) - self.passed.prod(axis=1))


def removal_draws(funnel: Funnel, resamples: int, rng: np.random.Generator) -> RemovalDraws:
    """Resample a funnel: see `completions_gained` for the arguments.

    Examples
    --------
    >>> rows = {"session": [1, 1, 2, 3], "step": ["a", "b", "a", "a"], "time": [1.0, 2, 5, 6],
    ...         "reason": [None, None, "price", "price"]}
    >>> drawn = removal_draws(fit_funnel(pd.DataFrame(rows)), 10, np.random.default_rng(1))
    >>> drawn.gained({"price": 1.0})[0].round(3)
    np.float64(0.667)
    """
    sessions, size = funnel.sessions, len(funnel.steps)
    reasons = sorted(set(sessions["reason"]) - {NO_REASON})
    if not reasons:
        nothing = np.empty((size - 1, 0))
        return RemovalDraws([], nothing, np.ones((1, size - 1)), nothing[None])
    names = [NO_REASON, *reasons]
    reason = sessions["reason"].map({name: at for at, name in enumerate(names)}).to_numpy(int)
    cell = sessions["reached"].to_numpy() * len(names) + reason
    counts = np.bincount(cell, minlength=size * len(names))
    customers = _repeated(sessions)
    if customers is None:
        # Resampling sessions is a multinomial draw of the cells of this table: far fewer numbers.
        drawn = rng.multinomial(len(sessions), counts / len(sessions), size=resamples)
    else:
        weights = bootstrap_weights(len(sessions), resamples, rng, customers)
        drawn = np.stack([weights[:, cell == at].sum(axis=1) for at in range(len(counts))], axis=1)
    tables = np.vstack([counts[None], drawn]).reshape(-1, size, len(names)).astype(float)
    furthest = tables.sum(axis=2)
    reached = furthest[:, ::-1].cumsum(axis=1)[:, ::-1]
    known = tables[:, :-1, 1:]
    return RemovalDraws(
        reasons,
        known[0],
        _ratio(reached[:, 1:], reached[:, :-1]),
        _ratio(known, known.sum(axis=2, keepdims=True)),
    )


def _repeated(sessions: pd.DataFrame) -> list[object] | None:
    """Return the customer of each session; None where nobody has several."""
    customers = clusters_of(sessions)
    return customers if customers and len(set(customers)) < len(customers) else None


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.asarray(
        np.divide(part, whole, out=np.zeros(np.broadcast(part, whole).shape), where=whole > 0)
    )


def _minutes(time: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(time):
        return time.astype(float)
    return (time - time.min()).dt.total_seconds() / 60
