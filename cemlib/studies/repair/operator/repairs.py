"""The operator's repairs: who was called, when, with which authority and script, and the outcome.

A part of the cases is randomised to a call now or to a wait list; in the others the desk chose whom
to call.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from cemlib import checks
from cemlib.stats.customers import MIX, correlated_normals
from cemlib.studies.repair.operator.contacts import CONTACTS, problems
from cemlib.studies.repair.operator.problem_words import PROBLEMS
from cemlib.studies.repair.operator.repair_truth import (
    REPAIRS,
    SCRIPTS,
    TEAMS,
    TYPES,
    RepairTruth,
    code,
)

Floats = NDArray[np.float64]
POPULATION_SIZE = 400_000
POPULATION_SEED = 20260104
MARGIN_MONTHS = 4.0
_FEES = (39, 59, 89, 129, 169, 209)


def simulate_repairs(
    cases: int,
    rng: np.random.Generator,
    truth: RepairTruth = REPAIRS,
    *,
    confounding: float | None = None,
    hidden: float | None = None,
) -> pd.DataFrame:
    """Draw repairs of unrelated customers, with the operator's frequencies of problems.

    Parameters
    ----------
    cases : int
        Number of cases, at least 1.
    rng : Generator
        Source of randomness.
    truth : RepairTruth
        True parameters.
    confounding, hidden : float, optional
        How strongly the desk chooses by recorded variables, and by the unrecorded tone; as in
        `truth` by default.

    Returns
    -------
    DataFrame
        As `repairs`.

    Raises
    ------
    ValueError
        If there is no case, or a strength is negative.

    Examples
    --------
    >>> drawn = simulate_repairs(500, np.random.default_rng(1))
    >>> sorted(drawn["assigned_by"].unique())
    ['desk', 'randomised']
    """
    count = int(checks.between("cases", cases, 1, whole=True))
    known, shares = _common_problems()
    drawn = known.iloc[rng.choice(len(known), count, p=shares)]
    frame = pd.DataFrame(
        {
            "case": [f"R{number:07d}-01" for number in range(1, count + 1)],
            "customer": [f"R{number:07d}" for number in range(1, count + 1)],
            "problem": drawn["problem"].to_numpy(object),
            "opened": _moments(rng.integers(0, 120 * 86_400, count)),
            "plan_fee": np.array(_FEES)[rng.integers(0, len(_FEES), count)],
            "severity": drawn["severity"].to_numpy(),
        }
    )
    if confounding is not None:
        truth = replace(truth, confounding=checks.between("confounding", confounding, 0))
    if hidden is not None:
        truth = replace(truth, hidden=checks.between("hidden", hidden, 0))
    return repairs(frame, rng, truth)


def repairs(
    cases: pd.DataFrame, rng: np.random.Generator, truth: RepairTruth = REPAIRS
) -> pd.DataFrame:
    """Draw what the desk did with dissatisfied customers' cases, and the outcome.

    Parameters
    ----------
    cases : DataFrame
        ``case``, ``customer``, ``problem``, ``opened`` (ISO with zone), ``plan_fee`` (per
        month) and ``severity`` of the problem (1–3).
    rng : Generator
        Source of randomness.
    truth : RepairTruth
        True parameters.

    Returns
    -------
    DataFrame
        One row per case: ``case``, ``customer``, ``problem``, ``type``, ``severity`` (1–5),
        ``value`` (margin at stake), ``complained`` (before), ``opened``, ``assigned_by``
        (randomised or desk), ``called``, ``before`` and ``after`` (scores 0–100),
        ``complaint_later``, ``owed``; and of those called ``hours_waited``, ``team``,
        ``script``, ``cap``, ``compensation``, ``minutes`` and ``repaired``, missing for the
        others.
    """
    count = len(cases)
    problem = code("problem", cases["problem"], tuple(name for name, _ in truth.problems))
    who, customers = pd.factorize(cases["customer"])
    kind = rng.choice(len(TYPES), len(customers), p=truth.type_shares)[who]
    severity = cases["severity"].to_numpy() + rng.integers(0, 3, count)
    fee = cases["plan_fee"].to_numpy(float)
    value = np.rint(MARGIN_MONTHS * fee * np.exp(0.3 * rng.standard_normal(count)))
    complained = rng.random(count) < 0.05 + 0.06 * severity
    tone = rng.standard_normal(count)
    before, lasting = _scores(who, rng, truth)
    worth = (np.log(value) - np.log(MARGIN_MONTHS * 100)) / 0.6
    by_lot = rng.random(count) < truth.by_lot
    called = _called(by_lot, before, severity, worth, complained, tone, rng, truth)
    call = _calls(problem, kind, rng, truth)
    repaired = called & (rng.random(count) < call.pop("probability"))
    mood = truth.mood_spread * rng.standard_normal(count)
    after = (
        lasting
        + truth.severity * (severity - 3)
        + truth.worth * worth
        + truth.complaint * complained
        + truth.tone * tone
        + truth.lift * repaired
        + mood
    )
    later = -1.9 + 0.35 * (severity - 3) + 0.9 * complained - 1.8 * repaired
    frame = pd.DataFrame(
        {
            "case": cases["case"].to_numpy(object),
            "customer": cases["customer"].to_numpy(object),
            "problem": cases["problem"].to_numpy(object),
            "type": np.array(TYPES, dtype=object)[kind],
            "severity": severity,
            "value": value.astype(int),
            "complained": complained,
            "opened": cases["opened"].to_numpy(object),
            "assigned_by": np.where(by_lot, "randomised", "desk").astype(object),
            "called": called,
            "before": before.round(1),
            "after": np.clip(after, 0, 100).round(1),
            "complaint_later": rng.random(count) < 1 / (1 + np.exp(-later)),
            "owed": call.pop("owed").astype(int),
        }
    )
    for name, values in call.items():
        frame[name] = pd.Series(values, index=frame.index).where(called)
    frame["repaired"] = pd.Series(np.where(repaired, "yes", "no")).where(called)
    return frame


def _common_problems() -> tuple[pd.DataFrame, Floats]:
    """Return the operator's problems, and the share of cases of each."""
    shares = np.array([problem.shares for problem in PROBLEMS]).T
    shares = shares / shares.sum(axis=1, keepdims=True)
    cases = np.array(MIX.segment_shares) * np.array(CONTACTS.cases)
    return problems(), np.asarray(cases @ shares / cases.sum(), dtype=float)


def repairs_of_contacts(
    customers: pd.DataFrame,
    rng: np.random.Generator,
    contacts: pd.DataFrame,
    beside: pd.DataFrame,
    truth: RepairTruth = REPAIRS,
) -> dict[str, pd.DataFrame]:
    """Draw the repairs of an operator's cases.

    The desk took dissatisfied customers among the cases of the contacts, if two weeks were left to
    observe the outcome.

    Parameters
    ----------
    customers : DataFrame
        With ``customer`` and ``plan_fee``.
    rng : Generator
        Source of randomness.
    contacts, beside : DataFrame
        ``contacts`` and ``contact-truth``, with the same rows in the same order, by time.
    truth : RepairTruth
        True parameters.

    Returns
    -------
    dict of DataFrame
        ``repairs``, in the order of the cases.
    """
    cases = beside[["case", "customer", "problem"]].assign(opened=contacts["time"])
    cases = cases.drop_duplicates("case").sort_values("case", kind="stable")
    asked = rng.random(len(cases)) < truth.desk
    last = np.datetime64(contacts["time"].max()[:19]) - np.timedelta64(15, "D")
    early = (cases["opened"].str[:19] < str(last)).to_numpy()
    cases = cases[asked & early]
    facts = problems().set_index("problem")["severity"]
    fees = customers.set_index("customer")["plan_fee"]
    known = cases.assign(
        plan_fee=cases["customer"].map(fees).to_numpy(),
        severity=cases["problem"].map(facts).to_numpy(),
    )
    return {"repairs": repairs(known.reset_index(drop=True), rng, truth)}


def _scores(
    who: NDArray[np.intp], rng: np.random.Generator, truth: RepairTruth
) -> tuple[Floats, Floats]:
    """Draw the score that brought each case to the desk, and the long-run score behind it."""
    deviation = np.hypot(truth.long_run_spread, truth.mood_spread)
    upper = ndtr((truth.threshold - truth.long_run) / deviation)
    lower = ndtr(-truth.long_run / deviation)
    uniform = ndtr(correlated_normals(who, truth.alike, rng))
    before = truth.long_run + deviation * ndtri(lower + (upper - lower) * uniform)
    share = (truth.long_run_spread / deviation) ** 2
    lasting = truth.long_run + share * (before - truth.long_run)
    own = correlated_normals(who, truth.alike, rng)
    lasting = lasting + truth.long_run_spread * np.sqrt(1 - share) * own
    return before, lasting


def _called(
    by_lot: NDArray[np.bool_], before: Floats, severity: Floats, worth: Floats,
    complained: NDArray[np.bool_], tone: Floats, rng: np.random.Generator, truth: RepairTruth,
) -> NDArray[np.bool_]:  # fmt: skip
    reasons = np.column_stack([(37.5 - before) / 6, (severity - 3) / 1.1, worth, complained - 0.2])
    logit = truth.confounding * reasons @ np.array(truth.choice) + truth.hidden * tone
    probability = np.where(by_lot, 0.5, 1 / (1 + np.exp(-logit)))
    return np.asarray(rng.random(len(before)) < probability)


def _calls(
    problem: NDArray[np.int64], kind: NDArray[np.int64], rng: np.random.Generator,
    truth: RepairTruth,
) -> dict[str, NDArray[Any]]:  # fmt: skip
    """Draw what each call would be like, and its probability of repair."""
    count = len(problem)
    typical = np.array([facts[2] for _, facts in truth.problems])[problem]
    owed = np.maximum(np.rint(typical * np.exp(truth.owed_spread * rng.standard_normal(count))), 5)
    team = (rng.random(count) < 0.6).astype(np.int64)
    levels = [np.array(caps)[rng.integers(0, len(caps), count)] for caps in truth.caps]
    cap = np.where(team == 0, levels[0], levels[1])
    meant = owed * np.exp(truth.generosity * rng.standard_normal(count))
    paid = np.minimum(np.rint(meant), cap)
    script = rng.integers(0, len(SCRIPTS), count)
    hours = np.round(truth.wait * np.exp(truth.wait_spread * rng.standard_normal(count)), 1)
    hours = np.clip(hours, 0.2, 240)
    minutes = np.rint(4 + np.array([8, 9, 11, 12, 13])[script] * rng.gamma(4, 0.25, count))
    covered = np.minimum(paid / owed, 1)
    probability = truth.initial_probability(problem, kind, script, team, covered) * truth.left(
        hours, truth.half_life(problem, kind), problem
    )
    return {
        "hours_waited": hours,
        "team": np.array(TEAMS, dtype=object)[team],
        "script": np.array(SCRIPTS, dtype=object)[script],
        "cap": cap,
        "compensation": paid,
        "minutes": minutes,
        "owed": owed,
        "probability": probability,
    }


def population(truth: RepairTruth = REPAIRS) -> dict[str, Any]:
    """Return the population values, estimated from a large sample.

    Returns
    -------
    dict
        ``cases`` (size of the sample), ``effect`` of a call on the score two weeks later,
        ``regression_to_the_mean`` (rise without a call), ``repaired`` (share of called cases),
        and ``scripts``: the share that each rule of scripts would repair.

    Examples
    --------
    >>> 5 < population()["effect"] < 9
    True
    """
    rng = np.random.default_rng(POPULATION_SEED)
    drawn = simulate_repairs(POPULATION_SIZE, rng, truth)
    called = drawn[drawn["called"]]
    waits = drawn[(drawn["assigned_by"] == "randomised") & ~drawn["called"]]
    randomised = drawn[drawn["assigned_by"] == "randomised"]
    share = float((randomised.loc[randomised["called"], "repaired"] == "yes").mean())
    values = script_probabilities(called, truth).groupby(called["type"]).mean()
    weights = pd.Series(dict(zip(TYPES, truth.type_shares, strict=True)))
    overall = values.mul(weights, axis=0).sum()
    best = values[list(SCRIPTS)].max(axis=1)
    return {
        "cases": POPULATION_SIZE,
        "effect": round(truth.lift * share, 3),
        "regression_to_the_mean": round(float((waits["after"] - waits["before"]).mean()), 3),
        "repaired": round(share, 4),
        "scripts": {script: round(float(overall[script]), 4) for script in SCRIPTS}
        | {"matched by type": round(float((best * weights).sum()), 4)},
    }


def script_probabilities(called: pd.DataFrame, truth: RepairTruth = REPAIRS) -> pd.DataFrame:
    """Return the probability that each script would have repaired each case, all else equal.

    Parameters
    ----------
    called : DataFrame
        Rows of `repairs` that were called.
    truth : RepairTruth
        True parameters.

    Returns
    -------
    DataFrame
        One column per script.

    Examples
    --------
    >>> drawn = simulate_repairs(50, np.random.default_rng(1))
    >>> script_probabilities(drawn[drawn["called"]]).columns[0]
    'standard'
    """
    problem = code("problem", called["problem"], tuple(name for name, _ in truth.problems))
    kind, team = code("type", called["type"], TYPES), code("team", called["team"], TEAMS)
    covered = np.minimum(called["compensation"] / called["owed"], 1).to_numpy(float)
    left = truth.left(
        called["hours_waited"].to_numpy(float), truth.half_life(problem, kind), problem
    )
    probabilities = {
        name: left
        * truth.initial_probability(problem, kind, np.full(len(called), at), team, covered)
        for at, name in enumerate(SCRIPTS)
    }
    return pd.DataFrame(probabilities, index=called.index)


def _moments(seconds: NDArray[np.int64]) -> NDArray[np.object_]:
    start = np.datetime64("2026-03-02T00:00:00", "s")
    return np.asarray(np.datetime_as_string(start + seconds).astype(object) + "+08:00")
