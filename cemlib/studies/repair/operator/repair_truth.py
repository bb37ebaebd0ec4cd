"""What is planted in the operator's repairs: waiting, authority, scripts, choice and chance."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cemlib import checks

Floats = NDArray[np.float64]
TYPES = ("narcissistic", "impulsive", "lecturing", "sensitive")
SCRIPTS = ("standard", "praise", "let off steam", "good pupil", "patience")
TEAMS = ("front line", "repair team")
# problem: logit of the ceiling, half-life in hours, median yuan owed
_PROBLEMS = {
    "broadband-down": (0.1, 7.0, 70.0),
    "broadband-slow": (-0.2, 20.0, 45.0),
    "mobile-signal": (-0.5, 26.0, 40.0),
    "billing-dispute": (0.3, 34.0, 55.0),
    "data-overage": (0.0, 40.0, 35.0),
    "roaming-charge": (-0.1, 30.0, 90.0),
    "plan-change": (0.2, 24.0, 40.0),
    "sim-delivery": (0.0, 14.0, 50.0),
    "installation-delay": (-0.3, 12.0, 110.0),
    "app-login": (0.4, 10.0, 20.0),
    "value-added": (0.2, 44.0, 45.0),
    "router-update": (-0.2, 9.0, 60.0),
}


@dataclass(frozen=True)
class RepairTruth:
    """Everything the generated repairs follow; a change makes another operator.

    The chance that a call repairs is expit(base + what raises it) / (1 + (hours / half-life) ^
    shape). Scores are points of 0–100.

    Parameters
    ----------
    base : float
        Logit of the chance of a call at once, by the repair team, with nothing paid, the standard
        script, and a narcissistic customer.
    problems : dict of str to (float, float, float)
        For each problem: what it adds to that logit, the half-life in hours, the median owed in
        yuan.
    shape : float
        How suddenly the chance falls.
    type_shares : tuple of float
        Share of each of `TYPES`.
    type_logits, type_halves : tuple of float
        What a type adds to the logit, and the factor of its half-life.
    scripts : tuple of tuple of float
        What each of `SCRIPTS` (columns) adds to the logit for each of `TYPES` (rows).
    front_line : float
        What a call by the front line adds to the logit.
    covered : float
        What paying all that is owed adds to it; a part adds its part.
    owed_spread : float
        Log standard deviation of what is owed.
    caps : tuple of tuple of int
        Caps in yuan that lots give to each of `TEAMS`.
    generosity : float
        Log standard deviation of what agents pay about what is owed.
    wait, wait_spread : float
        Median hours until a call, and log standard deviation.
    lift : float
        What a repair adds to the score a fortnight later.
    long_run, long_run_spread, mood_spread : float
        Mean and deviation of customers' lasting scores, and deviation of a day's mood.
    threshold : float
        Only who scores below it comes to the desk.
    severity, worth, complaint, tone : float
        What a degree of severity, a standard deviation of log value, an earlier complaint and a
        standard deviation of the tone heard add to the later score.
    choice : tuple of float
        By how much a low score, severity, value and an earlier complaint raise the logit of being
        chosen, for confounding of 1.
    confounding, hidden : float
        How strongly the desk chooses by what is on record, and by the tone that is not.
    by_lot : float
        Share of cases for which a lot decides; one half of them is called.
    desk : float
        Share of dissatisfied cases that come to the desk.
    """

    base: float = -0.75
    problems: tuple[tuple[str, tuple[float, float, float]], ...] = tuple(_PROBLEMS.items())
    shape: float = 1.8
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

    def ceiling(
        self,
        problem: NDArray[np.int64],
        kind: NDArray[np.int64],
        script: NDArray[np.int64],
        team: NDArray[np.int64],
        covered: Floats,
    ) -> Floats:
        """Return the chance of repair at once, of codes and the share paid of what is owed."""
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

    def left(self, hours: Floats, half_life: Floats) -> Floats:
        """Return the share of the chance that is left after so many hours."""
        return np.asarray(1 / (1 + (hours / half_life) ** self.shape), dtype=float)


REPAIRS = RepairTruth()


def planted(truth: RepairTruth = REPAIRS) -> dict[str, Any]:
    """Return what ``truth.json`` says is planted in the repairs.

    Examples
    --------
    >>> planted()["problems"]["app-login"]["half_life"]
    10.0
    """
    told = asdict(truth)
    told["problems"] = {
        name: dict(zip(("logit", "half_life", "owed"), facts, strict=True))
        for name, facts in truth.problems
    }
    for field in ("type_shares", "type_logits", "type_halves"):
        told[field] = dict(zip(TYPES, told[field], strict=True))
    told["scripts"] = {
        kind: dict(zip(SCRIPTS, row, strict=True))
        for kind, row in zip(TYPES, truth.scripts, strict=True)
    }
    told["caps"] = dict(zip(TEAMS, told["caps"], strict=True))
    told["choice"] = dict(
        zip(("low score", "severity", "value", "complaint"), truth.choice, strict=True)
    )
    return told


def code(name: str, values: Any, levels: tuple[str, ...]) -> NDArray[np.int64]:
    """Return the place of each value among its levels.

    Raises
    ------
    ValueError
        If one is none of them.

    Examples
    --------
    >>> code("type", ["sensitive"], TYPES)
    array([3])
    """
    places = {level: place for place, level in enumerate(levels)}
    for value in set(values) - set(levels):
        checks.one_of(name, value, levels)
    return np.array([places[value] for value in values], dtype=np.int64)
