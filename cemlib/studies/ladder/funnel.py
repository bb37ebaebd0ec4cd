"""Abandonment online: which step loses whom, why, and what mending a reason would win."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cemlib import checks
from cemlib.stats.estimates import percentile_interval

NOT_TOLD = ""


@dataclass(frozen=True)
class Funnel:
    """Sessions by the furthest step they reached.

    Attributes
    ----------
    steps : tuple of str
        K steps in their order; the last is completion.
    sessions : DataFrame
        A row a session: ``session``, ``reached`` (place of the furthest step), ``reason`` (why it
        was given up, empty where it was not told or nothing was given up).
    minutes : tuple of float
        Median minutes from each step to the next; missing for the last one.
    """

    steps: tuple[str, ...]
    sessions: pd.DataFrame
    minutes: tuple[float, ...]

    @property
    def completed(self) -> float:
        """Share of the sessions that were completed."""
        return float((self.sessions["reached"] == len(self.steps) - 1).mean())


def order_of_steps(log: pd.DataFrame) -> list[str]:
    """Return the steps of a log in the order in which sessions take them.

    Steps are ordered by how many sessions took them before each other one.

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
    minutes = log.assign(time=_minutes(log["time"]))
    first = minutes.groupby(["session", "step"], sort=True)["time"].min().unstack("step")
    times = first.to_numpy(dtype=float)
    before = np.array(
        [[np.nansum(times[:, i] < times[:, j]) for j in range(times.shape[1])]
         for i in range(times.shape[1])], dtype=float,
    )  # fmt: skip
    ahead = (before > before.T).sum(axis=1)
    takers = np.isfinite(times).sum(axis=0)
    order = sorted(range(len(ahead)), key=lambda at: (-ahead[at], -takers[at]))
    return [str(first.columns[at]) for at in order]


def fit_funnel(log: pd.DataFrame, steps: Sequence[str] = ()) -> Funnel:
    """Arrange a log of steps into a funnel.

    A session that took a later step is taken to have passed those before it.

    Parameters
    ----------
    log : DataFrame
        A row a step of a session: ``session``, ``step``, ``time`` (a date with time, or minutes),
        and ``reason`` where it was asked why the session was given up.
    steps : sequence of str
        The steps in their order, the last of them completion; from the log if empty.

    Returns
    -------
    Funnel
        Sessions by furthest step.

    Raises
    ------
    ValueError
        If there are fewer than two steps, or a step is not in the order given.

    Examples
    --------
    >>> rows = {"session": [1, 1, 2], "step": ["look", "buy", "look"], "time": [1.0, 2.0, 5.0]}
    >>> fit_funnel(pd.DataFrame(rows)).completed
    0.5
    """
    names = list(steps) or order_of_steps(log)
    if len(names) < 2 or len(set(names)) < len(names):
        raise checks.invalid_argument("steps", names, "at least two steps, each once")
    if strange := sorted(set(log["step"]) - set(names)):
        raise checks.invalid_argument(
            "steps", names, f"all steps of the log; {strange[0]!r} is missing"
        )
    place = log["step"].map({name: at for at, name in enumerate(names)}).astype(int)
    rows = log.assign(place=place, time=_minutes(log["time"])).sort_values(
        ["session", "time", "place"], kind="stable"
    )
    sessions = rows.groupby("session", sort=True)["place"].max().rename("reached").reset_index()
    if "reason" in rows:
        told = rows.dropna(subset="reason").groupby("session")["reason"].last()
        sessions["reason"] = sessions["session"].map(told).fillna(NOT_TOLD).astype(str)
    else:
        sessions["reason"] = NOT_TOLD
    sessions.loc[sessions["reached"] == len(names) - 1, "reason"] = NOT_TOLD
    first = rows.drop_duplicates(["session", "place"])
    until = first.groupby("session")["time"].diff(-1).abs()
    taken = until.groupby(first["place"]).median().reindex(range(len(names)))
    return Funnel(tuple(names), sessions, tuple(taken.to_numpy(dtype=float)))


def step_survival(funnel: Funnel, level: float = 0.95) -> pd.DataFrame:
    """Return how many sessions reach each step and how many of them go on, with Wilson intervals.

    Returns
    -------
    DataFrame
        A row a step: ``step``, ``reached`` (sessions), ``survival`` (share of all), ``passed``
        (share of those that goes on to the next), ``low``, ``high``, ``minutes`` until then; the
        last step has no next.

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
    from statsmodels.stats.proportion import proportion_confint

    size = len(funnel.steps)
    furthest = np.bincount(funnel.sessions["reached"], minlength=size)
    reached = furthest[::-1].cumsum()[::-1]
    frame = pd.DataFrame({"step": list(funnel.steps), "reached": reached})
    frame["survival"] = reached / max(reached[0], 1)
    frame[["passed", "low", "high"]] = np.nan
    for at in range(size - 1):
        if reached[at]:
            ends = proportion_confint(reached[at + 1], reached[at], 1 - level, method="wilson")
            frame.loc[at, ["passed", "low", "high"]] = (reached[at + 1] / reached[at], *ends)
    frame["minutes"] = list(funnel.minutes)
    return frame


def completions_won(
    funnel: Funnel, resamples: int, rng: np.random.Generator, level: float = 0.95
) -> pd.DataFrame:
    """Estimate how many more of 100 sessions would be completed if one reason were mended.

    At each step the reasons compete: with a share π of the told reasons, mending one raises the
    share p that goes on to p^(1−π). Those it holds can still be lost to the other reasons, there
    and later. Reasons are taken to be told by chance.

    Parameters
    ----------
    funnel : Funnel
        From `fit_funnel`.
    resamples : int
        Resamples of sessions, B.
    rng : numpy.random.Generator
        Source of randomness.
    level : float
        Coverage of the intervals.

    Returns
    -------
    DataFrame
        A row a reason, the one that wins most first: ``reason``, ``told`` (how often), ``step``
        (where most), ``won``, ``low``, ``high`` (of 100 sessions). Empty where no reason was told.

    References
    ----------
    Chiang (1968), *Introduction to Stochastic Processes in Biostatistics*, ch. 11: competing risks.

    Examples
    --------
    >>> rows = {"session": [1, 1, 2, 3], "step": ["a", "b", "a", "a"], "time": [1.0, 2, 5, 6],
    ...         "reason": [None, None, "price", "price"]}
    >>> fit = fit_funnel(pd.DataFrame(rows))
    >>> completions_won(fit, 10, np.random.default_rng(1))[["reason", "told", "won"]].round(1)
      reason  told   won
    0  price     2  66.7
    """
    sessions, size = funnel.sessions, len(funnel.steps)
    reasons = sorted(set(sessions["reason"]) - {NOT_TOLD})
    columns = ["reason", "told", "step", "won", "low", "high"]
    if not reasons:
        return pd.DataFrame(columns=columns)
    names = [NOT_TOLD, *reasons]
    told = sessions["reason"].map({name: at for at, name in enumerate(names)}).to_numpy(int)
    cell = sessions["reached"].to_numpy() * len(names) + told
    counts = np.bincount(cell, minlength=size * len(names))
    drawn = rng.multinomial(len(sessions), counts / len(sessions), size=resamples)
    tables = np.vstack([counts[None], drawn]).reshape(-1, size, len(names)).astype(float)
    furthest = tables.sum(axis=2)
    reached = furthest[:, ::-1].cumsum(axis=1)[:, ::-1]
    passed = _ratio(reached[:, 1:], reached[:, :-1])
    known = tables[:, :-1, 1:]
    share = _ratio(known, known.sum(axis=2, keepdims=True))
    mended = passed[..., None] ** (1 - share)
    won = 100 * (mended.prod(axis=1) - passed.prod(axis=1)[:, None])
    low, high = percentile_interval(won[1:], level)
    frame = pd.DataFrame({"reason": reasons, "told": known[0].sum(axis=0).astype(int)})
    frame["step"] = [funnel.steps[at] for at in known[0].argmax(axis=0)]
    frame["won"], frame["low"], frame["high"] = won[0], low, high
    return frame.sort_values("won", ascending=False, kind="stable", ignore_index=True)


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.asarray(
        np.divide(part, whole, out=np.zeros(np.broadcast(part, whole).shape), where=whole > 0)
    )


def _minutes(time: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(time):
        return time.astype(float)
    return (time - time.min()).dt.total_seconds() / 60
