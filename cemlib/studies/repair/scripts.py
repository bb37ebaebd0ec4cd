"""What to say to whom: the value of one script for all, and of a script for each type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from cemlib import checks
from cemlib.stats.estimates import Difference, Floats, significant
from cemlib.stats.propensity import fold_of

RULES = ("floor for all", "best script for all", "matched by type", "floor plus matching")


@dataclass(frozen=True)
class ScriptTrial:
    """Calls whose script was drawn by lot.

    Parameters
    ----------
    types, scripts : tuple of str
        Levels.
    kind, script : ndarray of int, shape (n,)
        Each call's type of customer and script, as places among the levels.
    outcome : ndarray, shape (n,)
        What came of it: 1 repaired, 0 not.
    chances : ndarray, shape (types, scripts)
        With what chance a script is drawn for a type.
    """

    types: tuple[str, ...]
    scripts: tuple[str, ...]
    kind: NDArray[np.int64]
    script: NDArray[np.int64]
    outcome: Floats
    chances: Floats

    def __len__(self) -> int:
        """Return the number of calls."""
        return len(self.outcome)


def script_trial(
    types: ArrayLike,
    scripts: ArrayLike,
    outcome: ArrayLike,
    chances: Mapping[str, float] | None = None,
) -> ScriptTrial:
    """Gather a trial of scripts.

    Parameters
    ----------
    types, scripts : array_like of str, shape (n,)
        Type of customer and script of each call.
    outcome : array_like, shape (n,)
        1 or True where the call repaired.
    chances : mapping of str to float, optional
        With what chance each script was drawn; equal chances if not given.

    Returns
    -------
    ScriptTrial
        The trial.

    Raises
    ------
    ValueError
        If lengths differ, a chance is missing or chances do not sum to 1.

    Examples
    --------
    >>> trial = script_trial(["a", "b"], ["x", "y"], [1, 0])
    >>> trial.chances
    array([[0.5, 0.5],
           [0.5, 0.5]])
    """
    known = checks.vector("outcome", np.asarray(outcome, dtype=float))
    kind, kinds = pd.factorize(np.asarray(types, dtype=object), sort=True)
    script, spoken = pd.factorize(np.asarray(scripts, dtype=object), sort=True)
    if not len(kind) == len(script) == len(known) or min(kind.min(), script.min()) < 0:
        raise ValueError("types, scripts and outcome must be complete and of one length")
    share = np.full(len(spoken), 1 / len(spoken))
    if chances is not None:
        for name in spoken:
            checks.one_of("script", name, list(chances))
        share = np.array([chances[name] for name in spoken], dtype=float)
        if not np.isclose(share.sum(), 1) or (share <= 0).any():
            raise checks.invalid_argument("chances", dict(chances), "positive, and 1 in all")
    levels = np.tile(share, (len(kinds), 1))
    return ScriptTrial(tuple(map(str, kinds)), tuple(map(str, spoken)), kind, script, known, levels)


def script_means(trial: ScriptTrial) -> pd.DataFrame:
    """Return the share repaired by type and script, with Wilson intervals.

    Returns
    -------
    DataFrame
        A row a pair: ``type``, ``script``, ``estimate``, ``low``, ``high``, ``calls``.

    Examples
    --------
    >>> script_means(script_trial(["a", "a"], ["x", "x"], [1, 0]))["estimate"].tolist()
    [0.5]
    """
    total, count = _cells(trial, np.ones(len(trial), dtype=bool))
    share = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    z2 = 1.959963984540054**2
    middle = (total + z2 / 2) / (count + z2)
    reach = np.sqrt(z2) / (count + z2) * np.sqrt(count * share * (1 - share) + z2 / 4)
    frame = pd.DataFrame(
        {
            "type": np.repeat(trial.types, len(trial.scripts)),
            "script": np.tile(trial.scripts, len(trial.types)),
            "estimate": share.ravel(),
            "low": (middle - reach).ravel(),
            "high": (middle + reach).ravel(),
            "calls": count.ravel().astype(int),
        }
    )
    return frame.dropna(subset="estimate", ignore_index=True)


def learn_rule(trial: ScriptTrial, used: NDArray[np.bool_], floor: int) -> NDArray[np.int64]:
    """Return for each type the script to add to a floor: another only where it is clearly better.

    Another script takes the floor's place where its share of repairs is above the floor's by more
    than one standard error of their difference.

    Parameters
    ----------
    trial : ScriptTrial
        The calls.
    used : ndarray of bool, shape (n,)
        Which calls to learn from.
    floor : int
        Place of the script that everybody gets at least.

    Returns
    -------
    ndarray of int, shape (types,)
        Place of the script for each type.
    """
    share, count = _shrunk(trial, used)
    error = np.sqrt(share * (1 - share) / np.maximum(count, 1))
    gain = share - share[:, [floor]] - np.hypot(error, error[:, [floor]])
    gain[:, floor] = 0
    return np.asarray(np.argmax(significant(gain), axis=1), dtype=np.int64)


def script_values(
    trial: ScriptTrial,
    rule: Mapping[str, str],
    floor: str,
    rng: np.random.Generator,
    *,
    folds: int = 5,
) -> pd.DataFrame:
    """Estimate what share of calls each rule of scripts would repair, doubly robust.

    V(π) = mean of m(x, π(x)) + 1{script = π(x)}/e · (Y − m(x, script)); m and the rules that are
    learned come from the other folds, so that no call judges a rule that it helped to make.

    Parameters
    ----------
    trial : ScriptTrial
        Calls whose script was drawn by lot.
    rule : mapping of str to str
        A script for each type, known beforehand.
    floor : str
        The script for all, to which more may be added.
    rng : numpy.random.Generator
        Source of randomness of the folds.
    folds : int
        How many, at least 2.

    Returns
    -------
    DataFrame
        A row a rule of `RULES`: ``rule``, ``estimate``, ``low``, ``high`` (share repaired),
        ``gain``, ``gain_low``, ``gain_high`` (against the floor for all).

    Raises
    ------
    ValueError
        If the rule leaves out a type or names an unknown script, or the floor is none.

    References
    ----------
    Dudík, Erhan, Langford & Li (2014), *Statistical Science* 29:485–511.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> kind, said = rng.choice(["a", "b"], 900), rng.choice(["floor", "x"], 900)
    >>> fits = (kind == "a") == (said == "x")
    >>> trial = script_trial(kind, said, rng.random(900) < 0.3 + 0.4 * fits)
    >>> script_values(trial, {"a": "x", "b": "floor"}, "floor", rng)["gain"].round(1).tolist()
    [0.0, 0.0, 0.2, 0.2]
    """
    checks.between("folds", folds, 2, len(trial), whole=True)
    checks.one_of("floor", floor, trial.scripts)
    for name in trial.types:
        checks.one_of("type", name, list(rule))
        checks.one_of("script", rule[name], trial.scripts)
    ground = trial.scripts.index(floor)
    article = np.array([trial.scripts.index(rule[name]) for name in trial.types])
    membership = fold_of(len(trial), folds, rng)
    scores = np.empty((len(RULES), len(trial)))
    for fold in range(folds):
        held = membership == fold
        model, _ = _shrunk(trial, ~held)
        single = int(np.argmax(significant(_mix(trial, ~held) @ model)))
        choices = [
            np.full(len(trial.types), ground),
            np.full(len(trial.types), single),
            article,
            learn_rule(trial, ~held, ground),
        ]
        kind, script = trial.kind[held], trial.script[held]
        residual = (trial.outcome[held] - model[kind, script]) / trial.chances[kind, script]
        for row, choice in enumerate(choices):
            chosen = choice[kind]
            scores[row, held] = model[kind, chosen] + (script == chosen) * residual
    rows = []
    for name, score in zip(RULES, scores, strict=True):
        value, gain = _mean(score), _mean(score - scores[0])
        rows.append((name, value.estimate, *value.interval(), gain.estimate, *gain.interval()))
    columns = ["rule", "estimate", "low", "high", "gain", "gain_low", "gain_high"]
    return pd.DataFrame(rows, columns=columns)


def _mean(score: Floats) -> Difference:
    error = score.std(ddof=1) / np.sqrt(len(score))
    return Difference(float(score.mean()), float(error), len(score) - 1)


def _mix(trial: ScriptTrial, used: NDArray[np.bool_]) -> Floats:
    return np.bincount(trial.kind[used], minlength=len(trial.types)) / used.sum()


def _cells(trial: ScriptTrial, used: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    shape = len(trial.types), len(trial.scripts)
    place = np.ravel_multi_index((trial.kind[used], trial.script[used]), shape)
    size = shape[0] * shape[1]
    total = np.bincount(place, weights=trial.outcome[used], minlength=size)
    count = np.bincount(place, minlength=size).astype(np.float64)
    return total.astype(np.float64).reshape(shape), count.reshape(shape)


def _shrunk(trial: ScriptTrial, used: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return shares by type and script, small cells drawn towards the mean, and counts."""
    total, count = _cells(trial, used)
    overall = trial.outcome[used].mean()
    return (total + 2 * overall) / (count + 2), count
