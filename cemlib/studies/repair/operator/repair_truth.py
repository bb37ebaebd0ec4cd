"""True parameters of the operator's repairs: waits, authority, scripts and choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cemlib import checks

Floats = NDArray[np.float64]
TYPES = ("narcissistic", "impulsive", "lecturing", "sensitive")
SCRIPTS = ("standard", "praise", "let off steam", "good pupil", "patience")
TEAMS = ("front line", "repair team")
# problem: logit of the initial probability, half-life in hours, median amount owed, shape
_PROBLEMS = {
    "broadband-down": (0.1, 7.0, 70.0, 2.4),
    "broadband-slow": (-0.2, 20.0, 45.0, 1.5),
    "mobile-signal": (-0.5, 26.0, 40.0, 1.4),
    "billing-dispute": (0.3, 34.0, 55.0, 1.8),
    "data-overage": (0.0, 40.0, 35.0, 1.6),
    "roaming-charge": (-0.1, 30.0, 90.0, 2.0),
    "plan-change": (0.2, 24.0, 40.0, 1.8),
    "sim-delivery": (0.0, 14.0, 50.0, 2.4),
    "installation-delay": (-0.3, 12.0, 110.0, 2.0),
    "app-login": (0.4, 10.0, 20.0, 1.6),
    "value-added": (0.2, 44.0, 45.0, 1.5),
    "router-update": (-0.2, 9.0, 60.0, 1.9),
}


@dataclass(frozen=True)
class RepairTruth:
    """True parameters of the generated repairs; a change makes another operator.

    A call repairs with probability expit(base + effects) / (1 + (hours / half-life) ^ shape).
    Scores are points (0–100). The field names are keys of ``truth.json``.

    Parameters
    ----------
    base : float
        Logit of the initial probability: repair team, nothing paid, standard script, narcissistic
        customer.
    problems : dict of str to (float, float, float, float)
        For each problem: its effect on that logit, half-life in hours, median amount
        owed, and how suddenly the probability falls.
    alike : float
        Correlation of the scores of two cases of one customer.
    type_shares : tuple of float
        Share of each of `TYPES`.
    type_logits, type_halves : tuple of float
        Effect of a type on the logit, and factor of its half-life.
    scripts : tuple of tuple of float
        Effect of each of `SCRIPTS` (columns) on the logit for each of `TYPES` (rows).
    front_line : float
        Effect of a call by the front line on the logit.
    covered : float
        Effect of paying the full amount owed on the logit; proportional for a part.
    owed_spread : float
        Log standard deviation of the amount owed.
    caps : tuple of tuple of int
        Caps that are randomised for each of `TEAMS`.
    generosity : float
        Log standard deviation of payments around the amount owed.
    wait, wait_spread : float
        Median hours until a call, and log standard deviation.
    lift : float
        Effect of a repair on the score two weeks later.
    long_run, long_run_spread, mood_spread : float
        Mean and standard deviation of customers' long-run scores, and standard deviation of a
        day's mood.
    threshold : float
        Only customers with a lower score come to the desk.
    severity, worth, complaint, tone : float
        Effect of one degree of severity, one standard deviation of log value, an earlier complaint
        and one standard deviation of the tone on the later score.
    choice : tuple of float
        Effect of a low score, severity, value and an earlier complaint on the logit of being
        chosen, for confounding of 1.
    confounding, hidden : float
        How strongly the desk chooses by recorded variables, and by the tone, which is not recorded.
    by_lot : float
        Share of cases that are randomised; half of them are called.
    desk : float
        Share of dissatisfied cases that come to the desk.
    """

    base: float = -0.75
    problems: tuple[tuple[str, tuple[float, float, float, float]], ...] = tuple(_PROBLEMS.items())
    alike: float = 0.4
    type_shares: tuple[float, ...] = (0.2, 0.3, 0.25, 0.25)
    type_logits: tuple[float, ...] = (0.0, -0.2, 0.1, 0.0)
    type_halves: tuple[float, ...] = (1.0, 0.65, 1.3, 0.9)
    scripts: tuple[tuple[float, ...], ...] = (
        (0.0, 0.9, 0.0, 0.3, -0.2),
        (0.0, -0.3, 1.0, -0.4, -0.5),
        (0.0, 0.1, -0.2, 0.9, 0.1),
        (0.0, -0.1, 0.1, 0.0, 1.0),
    )
    front_line: float = -0.5
    covered: float = 1.6
    owed_spread: float = 0.8
    caps: tuple[tuple[int, ...], ...] = ((20, 50), (50, 100, 200, 400))
    generosity: float = 0.3
    wait: float = 12.0
    wait_spread: float = 1.1
    lift: float = 18.0
    long_run: float = 55.0
    long_run_spread: float = 9.0
    mood_spread: float = 10.0
    threshold: float = 45.0
    severity: float = -2.0
    worth: float = 1.5
    complaint: float = -2.0
    tone: float = -3.0
    choice: tuple[float, ...] = (0.7, 0.5, 0.5, 0.6)
    confounding: float = 1.0
    hidden: float = 0.0
    by_lot: float = 0.4
    desk: float = 0.9

    def initial_probability(
        self,
        problem: NDArray[np.int64],
        kind: NDArray[np.int64],
        script: NDArray[np.int64],
        team: NDArray[np.int64],
        covered: Floats,
    ) -> Floats:
        """Return the initial probability of repair, given codes and the share paid."""
        logit = (
            self.base
            + np.array([facts[0] for _, facts in self.problems])[problem]
            + np.array(self.type_logits)[kind]
            + np.array(self.scripts)[kind, script]
            + np.where(team == 0, self.front_line, 0.0)
            + self.covered * covered
        )
        return np.asarray(1 / (1 + np.exp(-logit)), dtype=float)

    def half_life(self, problem: NDArray[np.int64], kind: NDArray[np.int64]) -> Floats:
        """Return the hours at which half the chance is gone."""
        hours = np.array([facts[1] for _, facts in self.problems])[problem]
        return np.asarray(hours * np.array(self.type_halves)[kind], dtype=float)

    def left(self, hours: Floats, half_life: Floats, problem: NDArray[np.int64]) -> Floats:
        """Return the share of the chance that is left after so many hours."""
        shape = np.array([facts[3] for _, facts in self.problems])[problem]
        return np.asarray(1 / (1 + (hours / half_life) ** shape), dtype=float)


REPAIRS = RepairTruth()


def true_parameters(truth: RepairTruth = REPAIRS) -> dict[str, Any]:
    """Return the true parameters of the repairs, as in ``truth.json``.

    Examples
    --------
    >>> true_parameters()["problems"]["app-login"]["half_life"]
    10.0
    """
    parameters = asdict(truth)
    parameters["problems"] = {
        name: dict(zip(("logit", "half_life", "owed", "shape"), facts, strict=True))
        for name, facts in truth.problems
    }
    for field in ("type_shares", "type_logits", "type_halves"):
        parameters[field] = dict(zip(TYPES, parameters[field], strict=True))
    parameters["scripts"] = {
        kind: dict(zip(SCRIPTS, row, strict=True))
        for kind, row in zip(TYPES, truth.scripts, strict=True)
    }
    parameters["caps"] = dict(zip(TEAMS, parameters["caps"], strict=True))
    parameters["choice"] = dict(
        zip(("low score", "severity", "value", "complaint"), truth.choice, strict=True)
    )
    return parameters


def true_half_lives(parameters: Mapping[str, Any], calls: pd.DataFrame) -> dict[str, float]:
    """Return each problem's true half-life in hours, averaged over the types that were called.

    Parameters
    ----------
    parameters : mapping
        The repairs' part of ``truth.json``: ``problems`` with a ``half_life`` each, and
        ``type_halves``, the factor of each type.
    calls : DataFrame
        ``type`` of each call.

    Examples
    --------
    >>> parameters = {"type_halves": {"a": 1, "b": 4}, "problems": {"line": {"half_life": 6.0}}}
    >>> true_half_lives(parameters, pd.DataFrame({"type": ["a", "b"]}))
    {'line': 12.0}
    """
    factors = calls["type"].map(parameters["type_halves"]).astype(float)
    mean_factor = float(np.exp(np.log(factors).mean()))
    problems = parameters["problems"].items()
    return {name: facts["half_life"] * mean_factor for name, facts in problems}


def code(name: str, values: Any, levels: tuple[str, ...]) -> NDArray[np.int64]:
    """Return the index of each value among its levels.

    Raises
    ------
    ValueError
        If a value is not one of them.

    Examples
    --------
    >>> code("type", ["sensitive"], TYPES)
    array([3])
    """
    indices = {level: index for index, level in enumerate(levels)}
    for value in set(values) - set(levels):
        checks.one_of(name, value, levels)
    return np.array([indices[value] for value in values], dtype=np.int64)
