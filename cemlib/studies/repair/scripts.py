"""What to say to whom: the value of one script for all, and of one script per type."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from cemlib import checks
from cemlib.stats.estimates import Difference, Floats, significant
from cemlib.stats.propensity import fold_of

RULES = ("default for all", "best single script", "matched by type", "default plus matching")
DEFAULT = "standard"
MIN_CALLS = 20
ARTICLE_RULE = {
    "narcissistic": "praise",
    "impulsive": "let off steam",
    "lecturing": "good pupil",
    "sensitive": "patience",
}


@dataclass(frozen=True)
class ScriptTrial:
    """Calls whose script was randomised.

    Parameters
    ----------
    types, scripts : tuple of str
        Levels.
    kind, script : ndarray of int, shape (n,)
        Each call's type of customer and script, as positions among the levels.
    outcome : ndarray, shape (n,)
        1 repaired, 0 not.
    probabilities : ndarray, shape (types, scripts)
        Probability with which a script is drawn for a type.
    """

    types: tuple[str, ...]
    scripts: tuple[str, ...]
    kind: NDArray[np.int64]
    script: NDArray[np.int64]
    outcome: Floats
    probabilities: Floats

    def __len__(self) -> int:
        """Return the number of calls."""
        return len(self.outcome)


def script_trial(
    types: ArrayLike,
    scripts: ArrayLike,
    outcome: ArrayLike,
    probabilities: Mapping[str, float] | None = None,
    *,
    observed: bool = False,
) -> ScriptTrial:
    """Prepare a trial of scripts, or a log of calls whose script agents chose.

    Parameters
    ----------
    types, scripts : array_like of str, shape (n,)
        Type of customer and script of each call.
    outcome : array_like, shape (n,)
        1 or True where the call repaired.
    probabilities : mapping of str to float, optional
        Probability with which each script was drawn; equal by default.
    observed : bool
        Whether to take the share of calls of each type with each script instead (half a call added
        to each): within a type, scripts are then assumed to be used as if at random.

    Returns
    -------
    ScriptTrial
        The trial.

    Raises
    ------
    ValueError
        If lengths differ, a probability is missing or they do not sum to 1.

    Examples
    --------
    >>> trial = script_trial(["a", "b"], ["x", "y"], [1, 0])
    >>> trial.probabilities
    array([[0.5, 0.5],
           [0.5, 0.5]])
    """
    known = checks.vector("outcome", np.asarray(outcome, dtype=float))
    kind, kinds = pd.factorize(np.asarray(types, dtype=object), sort=True)
    script, names = pd.factorize(np.asarray(scripts, dtype=object), sort=True)
    if not len(kind) == len(script) == len(known) or min(kind.min(), script.min()) < 0:
        raise ValueError("types, scripts and outcome must be complete and of one length")
    share = np.full(len(names), 1 / len(names))
    if probabilities is not None:
        for name in names:
            checks.one_of("script", name, list(probabilities))
        share = np.array([probabilities[name] for name in names], dtype=float)
        if not np.isclose(share.sum(), 1) or (share <= 0).any():
            raise checks.invalid_argument(
                "probabilities", dict(probabilities), "positive numbers with sum 1"
            )
    levels = np.tile(share, (len(kinds), 1))
    if observed:
        counts = np.full(levels.shape, 0.5)
        np.add.at(counts, (kind, script), 1.0)
        levels = counts / counts.sum(axis=1, keepdims=True)
    return ScriptTrial(tuple(map(str, kinds)), tuple(map(str, names)), kind, script, known, levels)


@dataclass(frozen=True)
class ScriptStudy:
    """What calls say about scripts.

    Parameters
    ----------
    trial : ScriptTrial
        The calls.
    default : str
        The default script.
    rule : dict of str to str
        The article's script for each type.
    values : DataFrame
        From `script_values`.
    randomised : bool
        Whether the script of every call was drawn.
    """

    trial: ScriptTrial
    default: str
    rule: dict[str, str]
    values: pd.DataFrame
    randomised: bool


def compare_scripts(
    calls: pd.DataFrame, rng: np.random.Generator, randomised: Collection[str]
) -> ScriptStudy:
    """Compare one script for all with a script for each type.

    Parameters
    ----------
    calls : DataFrame
        ``type``, ``script`` and ``cured``; complete.
    rng : numpy.random.Generator
        Source of randomness for the folds.
    randomised : collection of str
        What was randomised. With ``"script"``, the script of every call was drawn with equal
        probabilities. If not, the observed shares by type take their place, and scripts used in
        fewer than 20 calls are left out.

    Returns
    -------
    ScriptStudy
        Trial, rules and their values.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> calls = pd.DataFrame({"type": "a", "script": ["x", "y"] * 50, "cured": [True, False] * 50})
    >>> compare_scripts(calls, rng, ()).default
    'x'
    """
    drawn = "script" in randomised
    if not drawn:
        calls = calls[calls.groupby("script")["script"].transform("size") >= MIN_CALLS]
    trial = script_trial(calls["type"], calls["script"], calls["cured"], observed=not drawn)
    rule, default = article_rule(trial), default_script(trial)
    return ScriptStudy(trial, default, rule, script_values(trial, rule, default, rng), drawn)


def default_script(trial: ScriptTrial) -> str:
    """Return the standard script, or the script used most often in a trial without it.

    Examples
    --------
    >>> default_script(script_trial(["a", "a", "b"], ["x", "y", "y"], [1, 0, 1]))
    'y'
    """
    if DEFAULT in trial.scripts:
        return DEFAULT
    return trial.scripts[int(np.bincount(trial.script).argmax())]


def article_rule(trial: ScriptTrial) -> dict[str, str]:
    """Return the article's script for each type, the default where the trial lacks it.

    Examples
    --------
    >>> article_rule(script_trial(["sensitive", "b"], ["patience", "standard"], [1, 0]))
    {'b': 'standard', 'sensitive': 'patience'}
    """
    default = default_script(trial)
    rule = {kind: ARTICLE_RULE.get(kind, default) for kind in trial.types}
    return {kind: name if name in trial.scripts else default for kind, name in rule.items()}


def script_means(trial: ScriptTrial) -> pd.DataFrame:
    """Return the share repaired by type and script, with Wilson intervals.

    Returns
    -------
    DataFrame
        One row per pair: ``type``, ``script``, ``estimate``, ``low``, ``high``, ``calls``.

    Examples
    --------
    >>> script_means(script_trial(["a", "a"], ["x", "x"], [1, 0]))["estimate"].tolist()
    [0.5]
    """
    total, count = _cells(trial, np.ones(len(trial), dtype=bool))
    share = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    z2 = 1.959963984540054**2
    middle = (total + z2 / 2) / (count + z2)
    half_width = np.sqrt(z2) / (count + z2) * np.sqrt(count * share * (1 - share) + z2 / 4)
    frame = pd.DataFrame(
        {
            "type": np.repeat(trial.types, len(trial.scripts)),
            "script": np.tile(trial.scripts, len(trial.types)),
            "estimate": share.ravel(),
            "low": (middle - half_width).ravel(),
            "high": (middle + half_width).ravel(),
            "calls": count.ravel().astype(int),
        }
    )
    return frame.dropna(subset="estimate", ignore_index=True)


def learn_rule(trial: ScriptTrial, used: NDArray[np.bool_], default: int) -> NDArray[np.int64]:
    """Return the script for each type: the default, or another where it is clearly better.

    Another script replaces the default where its share of repairs is higher by more than one
    standard error of the difference.

    Parameters
    ----------
    trial : ScriptTrial
        The calls.
    used : ndarray of bool, shape (n,)
        Calls to learn from.
    default : int
        Position of the default script.

    Returns
    -------
    ndarray of int, shape (types,)
        Position of the script for each type.
    """
    share, count = _shrunk(trial, used)
    error = np.sqrt(share * (1 - share) / np.maximum(count, 1))
    gain = share - share[:, [default]] - np.hypot(error, error[:, [default]])
    gain[:, default] = 0
    return np.asarray(np.argmax(significant(gain), axis=1), dtype=np.int64)


def script_values(
    trial: ScriptTrial,
    rule: Mapping[str, str],
    default: str,
    rng: np.random.Generator,
    *,
    folds: int = 5,
) -> pd.DataFrame:
    """Estimate the share of calls that each script rule would repair, doubly robust.

    V(π) = mean of m(x, π(x)) + 1{script = π(x)}/e · (Y − m(x, script)). The model m and the learned
    rules come from the other folds, so that no call evaluates a rule that it helped to learn.

    Parameters
    ----------
    trial : ScriptTrial
        Calls whose script was randomised.
    rule : mapping of str to str
        A script for each type, fixed in advance.
    default : str
        The default script.
    rng : numpy.random.Generator
        Source of randomness for the folds.
    folds : int
        Number of folds, at least 2.

    Returns
    -------
    DataFrame
        One row per rule of `RULES` (without the third where `rule` is the default for all):
        ``rule``, ``estimate``, ``low``, ``high`` (share repaired), ``gain``, ``gain_low``,
        ``gain_high`` (difference from the default for all).

    Raises
    ------
    ValueError
        If the rule lacks a type, or the rule or the default names an unknown script.

    References
    ----------
    Dudík, Erhan, Langford & Li (2014), *Statistical Science* 29:485–511.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> kind, script = rng.choice(["a", "b"], 900), rng.choice(["usual", "x"], 900)
    >>> fits = (kind == "a") == (script == "x")
    >>> trial = script_trial(kind, script, rng.random(900) < 0.3 + 0.4 * fits)
    >>> script_values(trial, {"a": "x", "b": "usual"}, "usual", rng)["gain"].round(1).tolist()
    [0.0, 0.0, 0.2, 0.2]
    """
    checks.between("folds", folds, 2, len(trial), whole=True)
    checks.one_of("default", default, trial.scripts)
    for name in trial.types:
        checks.one_of("type", name, list(rule))
        checks.one_of("script", rule[name], trial.scripts)
    default_index = trial.scripts.index(default)
    article = np.array([trial.scripts.index(rule[name]) for name in trial.types])
    membership = fold_of(len(trial), folds, rng)
    scores = np.empty((len(RULES), len(trial)))
    for fold in range(folds):
        left_out = membership == fold
        model, _ = _shrunk(trial, ~left_out)
        single = int(np.argmax(significant(_mix(trial, ~left_out) @ model)))
        choices = [
            np.full(len(trial.types), default_index),
            np.full(len(trial.types), single),
            article,
            learn_rule(trial, ~left_out, default_index),
        ]
        kind, script = trial.kind[left_out], trial.script[left_out]
        residual = trial.outcome[left_out] - model[kind, script]
        residual = residual / trial.probabilities[kind, script]
        for row, choice in enumerate(choices):
            chosen = choice[kind]
            scores[row, left_out] = model[kind, chosen] + (script == chosen) * residual
    rows = []
    for name, score in zip(RULES, scores, strict=True):
        value, gain = _mean(score), _mean(score - scores[0])
        rows.append((name, value.estimate, *value.interval(), gain.estimate, *gain.interval()))
    columns = ["rule", "estimate", "low", "high", "gain", "gain_low", "gain_high"]
    table = pd.DataFrame(rows, columns=columns)
    trivial = (article == default_index).all()
    return table[table["rule"] != "matched by type"] if trivial else table


def _mean(score: Floats) -> Difference:
    error = score.std(ddof=1) / np.sqrt(len(score))
    return Difference(float(score.mean()), float(error), len(score) - 1)


def _mix(trial: ScriptTrial, used: NDArray[np.bool_]) -> Floats:
    return np.bincount(trial.kind[used], minlength=len(trial.types)) / used.sum()


def _cells(trial: ScriptTrial, used: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    shape = len(trial.types), len(trial.scripts)
    cell = np.ravel_multi_index((trial.kind[used], trial.script[used]), shape)
    size = shape[0] * shape[1]
    total = np.bincount(cell, weights=trial.outcome[used], minlength=size)
    count = np.bincount(cell, minlength=size).astype(np.float64)
    return total.astype(np.float64).reshape(shape), count.reshape(shape)


def _shrunk(trial: ScriptTrial, used: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return shares by type and script, small cells shrunk to the overall share, and counts."""
    total, count = _cells(trial, used)
    overall = trial.outcome[used].mean()
    return (total + 2 * overall) / (count + 2), count
