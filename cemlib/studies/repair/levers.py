"""What agents at the desk, higher caps and call-backs keep in a quarter, against what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import expit

from cemlib import checks
from cemlib.stats.levers import Lever
from cemlib.studies.repair.authority import CapCurve
from cemlib.studies.repair.desk import Desk, run_desk
from cemlib.studies.repair.golden_time import GoldenTime
from cemlib.studies.repair.interrupted import CallBack

WEEKS = 13  # of a quarter


def desk_lever(
    loads: Sequence[pd.DataFrame],
    log: pd.DataFrame,
    fit: GoldenTime,
    desk: Desk,
    *,
    agents: Sequence[int],
    value: ArrayLike,
    rng: np.random.Generator,
    policy: str = "golden time",
) -> Lever:
    """Return what agents at the desk keep in a quarter.

    The desk is simulated with each number of agents on the same loads. Under a draw of the fitted
    coefficients the same customers are reached after the same waits; only their probability of
    repair differs, and so does what the simulation kept, in proportion. Loads are resampled too.

    Parameters
    ----------
    loads : sequence of DataFrame
        From `cemlib.studies.repair.policies.draw_loads`, each of the same number of weeks.
    log : DataFrame
        The cases from which the loads were drawn.
    fit : GoldenTime
        Probability of repair.
    desk : Desk
        How the desk works; its number of agents is replaced.
    agents : sequence of int
        Numbers of agents, increasing, each at least 1.
    value : array_like, shape (B,)
        Share of the cases' stated value that a repair really keeps, as draws around 1.
    rng : numpy.random.Generator
        Source of randomness.
    policy : str
        Whom to call first.

    Returns
    -------
    Lever
        Its results are repaired customers of mean value; only whole agents can be paid.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    share = checks.vector("value", value)
    checks.between("number of loads", len(loads), 1)
    weeks = [max(np.ceil(load["arrived"].max() / 168), 1.0) for load in loads]
    theta = np.vstack([fit.coefficients, fit.draws(len(share), rng)])
    picked = rng.multinomial(len(loads), np.full(len(loads), 1 / len(loads)), size=len(share))
    start, half, steep = fit.linear_predictors(log, theta)
    start, steep = expit(start), np.exp(steep)
    kept, customers = np.zeros((2, len(agents), len(loads), len(share)))
    for at, count in enumerate(agents):
        for number, load in enumerate(loads):
            result = run_desk(load, replace(desk, agents=count), policy)
            reached = result["waited"].notna().to_numpy()
            row, value_of = load["row"].to_numpy()[reached], load["value"].to_numpy(float)
            hours = np.log(np.maximum(result["waited"].to_numpy(float)[reached], 1e-3))
            drawn = start[:, row] * expit(steep[:, row] * (half[:, row] - hours))
            expected = drawn @ value_of[reached]
            repaired = result["repaired"].to_numpy(float)
            kept[at, number] = expected[1:] / max(expected[0], 1e-12) * (value_of @ repaired)
            kept[at, number] /= weeks[number]
            customers[at, number] = repaired.sum() / weeks[number]
    mean_value = float(kept[-1].mean() / max(customers[-1].mean(), 1e-12))
    mean = np.einsum("alb,bl->ba", kept, picked) / len(loads)
    price = desk.wage * desk.weekly_hours * WEEKS
    return Lever(
        name="repair agents",
        unit="repaired customers",
        spend=np.concatenate([[0.0], price * np.asarray(agents, dtype=float)]),
        results=np.column_stack([np.zeros(len(share)), mean * WEEKS / mean_value]),
        worth=mean_value * share,
        assumes="without the desk nobody is repaired, and a repair keeps the value in the log",
        datasets=("repairs",),
        whole=True,
        observations=len(log),
    )


def authority_lever(curve: CapCurve, *, calls: float, value: ArrayLike, observations: int) -> Lever:
    """Return what a higher cap on payments keeps in a quarter, beyond a cap of 0.

    Parameters
    ----------
    curve : CapCurve
        Of the team that pays.
    calls : float
        Calls of a quarter in which something is owed.
    value : array_like, shape (B,)
        As for `desk_lever`; the curve has at least as many draws.
    observations : int
        Calls behind the curve.

    Returns
    -------
    Lever
        Its results are repaired customers of mean value.

    Examples
    --------
    >>> draws = np.array([[0.0, 10, 18], [0.0, 14, 20]])
    >>> curve = CapCurve(np.array([0.0, 20, 40]), np.array([0.0, 8, 12]),
    ...     np.array([0.2, 0.3, 0.4]), np.array([0.0, 12, 19]), draws / 50, draws)
    >>> authority_lever(curve, calls=10, value=[1.0, 1.0], observations=9).kept.tolist()
    [[0.0, 100.0, 180.0], [0.0, 140.0, 200.0]]
    """
    share = checks.vector("value", value)
    count = checks.between("calls", calls, 1e-9)
    if len(curve.value_draws) < len(share):
        raise checks.invalid_argument("curve", len(curve.value_draws), f"{len(share)} draws")
    rises = np.concatenate([[True], np.diff(curve.cost) > 1e-9])
    kept = (curve.value_draws - curve.value_draws[:, :1])[: len(share), rises]
    mean_value = float(curve.value[-1] / max(float(curve.repaired[-1]), 1e-12))
    return Lever(
        name="authority to pay",
        unit="repaired customers",
        spend=(curve.cost[rises] - curve.cost[0]) * count,
        results=kept * count / mean_value,
        worth=mean_value * share,
        assumes="caps were set by lot, and agents pay what is owed up to the cap",
        datasets=("repairs",),
        observations=observations,
    )


def call_back_lever(
    pilot: CallBack,
    *,
    resets: float,
    call_cost: float,
    worth: ArrayLike,
    rng: np.random.Generator,
    observations: int,
) -> Lever:
    """Return what calling back after a reset keeps in a quarter.

    Parameters
    ----------
    pilot : CallBack
        From `cemlib.studies.repair.interrupted.call_back`.
    resets : float
        Resets in a quarter.
    call_cost : float
        Money per call-back, more than 0.
    worth : array_like, shape (B,)
        Money per repeat call avoided, as draws.
    rng : numpy.random.Generator
        Source of randomness.
    observations : int
        Resets of the pilot.

    Returns
    -------
    Lever
        Its results are repeat calls avoided.

    Examples
    --------
    >>> from cemlib.studies.repair.interrupted import call_back
    >>> pilot = call_back([True, True, False, False], [0, 0, 1, 1], call_cost=6, repeat_cost=20)
    >>> lever = call_back_lever(pilot, resets=50, call_cost=6, worth=[20.0, 20.0],
    ...     rng=np.random.default_rng(1), observations=4)
    >>> lever.spend.tolist(), lever.kept.tolist()
    ([0.0, 300.0], [[0.0, 1000.0], [0.0, 1000.0]])
    """
    drawn = checks.vector("worth", worth)
    count = checks.between("resets", resets, 1e-9)
    price = checks.between("call_cost", call_cost, 1e-9)
    noise = rng.standard_t(pilot.avoided.degrees, len(drawn)) * pilot.avoided.standard_error
    avoided = count * (pilot.avoided.estimate + noise)
    return Lever(
        name="call-backs",
        unit="repeat calls avoided",
        spend=np.array([0.0, count * price]),
        results=np.column_stack([np.zeros(len(drawn)), avoided]),
        worth=drawn,
        assumes="who was called back in the pilot was drawn by lot",
        datasets=("resets",),
        observations=observations,
    )
