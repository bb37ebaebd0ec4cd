"""Mystery questions: each is asked of two agents, and three coders judge each answer."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, ndtri

from cemlib.stats.customers import correlated_normals
from cemlib.stats.estimates import Floats

POLICIES = ("marks off", "good faith")
CODERS = ("K1", "K2", "K3")
POPULATION_AGENTS, POPULATION_SEED = 10_000, 20260161
_AGENTS_SEED = 20260169
_GISTS = np.array(list("ABCD"), dtype=object)


@dataclass(frozen=True)
class AnswerTruth:
    """True parameters of the generated answers.

    Parameters
    ----------
    share : float
        Share of customers whose case is asked about.
    agents : int
        Number of agents; half of them are randomised to each quality policy.
    known : float
        Log odds that an agent knows the correct answer.
    hedges, unsure : float
        Log odds of hedging a correct answer under ``marks off``, and the increase if it is wrong.
    trust : float
        Effect of ``good faith`` (an honest error costs no marks) on the log odds of hedging.
    able, timid : float
        Standard deviations between agents, of knowing and of hedging, on the log-odds scale.
    difficulty : float
        Correlation of two agents' answers to one question: of what makes them right, hedged or
        layered beyond the agents.
    integrated : float
        Log odds that an answer is layered.
    wrong : tuple of float
        Shares of the three wrong answers among wrong answers.
    misread, hedge_missed, layer_missed : float
        Probability that a coder misjudges the gist, the hedging and the layers.
    fit, fit_right, fit_noise, fit_coder : float
        Fit of the advice, points (1–5): mean, increase if the answer is correct, standard deviation
        between answers, and between coders of one answer.
    """

    share: float = 0.075
    agents: int = 60
    known: float = 1.25
    hedges: float = -0.35
    unsure: float = 0.8
    trust: float = -1.0
    able: float = 0.4
    timid: float = 0.45
    difficulty: float = 0.35
    integrated: float = -0.3
    wrong: tuple[float, ...] = (0.6, 0.25, 0.15)
    misread: float = 0.04
    hedge_missed: float = 0.07
    layer_missed: float = 0.12
    fit: float = 2.7
    fit_right: float = 0.9
    fit_noise: float = 0.9
    fit_coder: float = 0.6


ANSWERS = AnswerTruth()


def draw_agents(rng: np.random.Generator, truth: AnswerTruth = ANSWERS) -> pd.DataFrame:
    """Draw agents: their knowledge and timidity, and the policy they were randomised to.

    Examples
    --------
    >>> draw_agents(np.random.default_rng(1))["policy"].value_counts().tolist()
    [30, 30]
    """
    count = truth.agents
    return pd.DataFrame(
        {
            "agent": [f"A{number:03d}" for number in range(1, count + 1)],
            "policy": np.array(POLICIES, dtype=object)[rng.permutation(count) % 2],
            "able": truth.able * rng.standard_normal(count),
            "timid": truth.timid * rng.standard_normal(count),
        }
    )


def simulate_answers(
    questions: int,
    rng: np.random.Generator,
    truth: AnswerTruth = ANSWERS,
    agents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Draw questions, each asked of two agents, and the judgements of three coders.

    Parameters
    ----------
    questions : int
        Number of questions.
    rng : Generator
        Source of randomness.
    truth : AnswerTruth
        True parameters.
    agents : DataFrame, optional
        From `draw_agents`; drawn if not given.

    Returns
    -------
    DataFrame
        One row per answer and coder: ``answer``, ``question`` (numbers from 0), ``agent``,
        ``policy``, ``coder``, ``gist``, ``correct``, ``hedged``, ``integrated`` (true or
        false), ``fit`` (1–5).

    Examples
    --------
    >>> len(simulate_answers(10, np.random.default_rng(1)))
    60
    """
    staff = draw_agents(rng, truth) if agents is None else agents
    first = rng.integers(len(staff), size=questions)
    second = (first + rng.integers(1, len(staff), size=questions)) % len(staff)
    agent = np.column_stack([first, second]).ravel()
    count = len(agent)
    able, timid = staff["able"].to_numpy()[agent], staff["timid"].to_numpy()[agent]
    trusted = (staff["policy"] == POLICIES[1]).to_numpy()[agent]
    asked = np.arange(count) // 2

    def happens(log_odds: Floats) -> NDArray[np.bool_]:
        # By a copula, so that difficult questions leave the probabilities as they are.
        return correlated_normals(asked, truth.difficulty, rng) < ndtri(expit(log_odds))

    right = happens(truth.known + able)
    log_odds = truth.hedges + truth.unsure * ~right + truth.trust * trusted + timid
    hedged = happens(log_odds)
    layered = happens(truth.integrated + 0.5 * able)
    key = np.repeat(rng.integers(4, size=questions), 2)
    slip = 1 + np.searchsorted(np.cumsum(truth.wrong[:-1]), rng.random(count), side="right")
    gist = np.where(right, key, (key + slip) % 4)
    fit = truth.fit + truth.fit_right * right + truth.fit_noise * rng.standard_normal(count)

    size = (count, len(CODERS))
    misread = rng.random(size) < truth.misread
    heard = np.where(misread, (gist[:, None] + rng.integers(1, 4, size)) % 4, gist[:, None])
    marked = fit[:, None] + truth.fit_coder * rng.standard_normal(size)
    return pd.DataFrame(
        {
            "answer": np.repeat(np.arange(count), len(CODERS)),
            "question": np.repeat(np.arange(count) // 2, len(CODERS)),
            "agent": np.repeat(staff["agent"].to_numpy()[agent], len(CODERS)),
            "policy": np.repeat(staff["policy"].to_numpy()[agent], len(CODERS)),
            "coder": np.tile(np.array(CODERS, dtype=object), count),
            "gist": _GISTS[heard.ravel()],
            "correct": (heard == key[:, None]).ravel(),
            "hedged": (hedged[:, None] ^ (rng.random(size) < truth.hedge_missed)).ravel(),
            "integrated": (layered[:, None] ^ (rng.random(size) < truth.layer_missed)).ravel(),
            "fit": np.clip(np.round(marked), 1, 5).ravel(),
        }
    )


def answers(customers: pd.DataFrame, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Draw mystery questions about the cases of some customers; the agents never change.

    Examples
    --------
    >>> people = pd.DataFrame({"customer": ["C0000001", "C0000002"]})
    >>> list(answers(people, np.random.default_rng(1)))
    ['answers']
    """
    asked = rng.random(len(customers)) < ANSWERS.share
    # Agents have a seed of their own: they stay the same in every block of customers.
    staff = draw_agents(np.random.default_rng(_AGENTS_SEED))
    frame = simulate_answers(len(customers), rng, agents=staff)
    customer = customers["customer"].to_numpy()[frame["question"]]
    letter = np.where(frame["answer"] % 2, "b", "a")
    frame["answer"] = [f"W{name[1:]}{mark}" for name, mark in zip(customer, letter, strict=True)]
    rows = np.repeat(asked, 2 * len(CODERS))
    frame["question"] = [f"Q{name[1:]}" for name in customer]
    frame.insert(2, "customer", customer)
    return {"answers": frame[rows].reset_index(drop=True)}


def true_parameters(truth: AnswerTruth = ANSWERS) -> dict[str, Any]:
    """Return the true parameters, for ``truth.json``.

    Examples
    --------
    >>> true_parameters()["trust"]
    -1.0
    """
    return asdict(truth)


def population(truth: AnswerTruth = ANSWERS) -> dict[str, Any]:
    """Return the population values: those of 10,000 agents, as the majority of coders judges.

    Returns
    -------
    dict
        ``certain``, ``correct``, ``reliable``, ``consistent``, ``integrated``; ``policy``: the
        effect of good faith on hedged, correct and reliable; ``alpha`` of each judgement.

    Examples
    --------
    >>> population()["policy"]["hedged"] < -0.1
    True
    """
    many = AnswerTruth(**(asdict(truth) | {"agents": POPULATION_AGENTS}))
    rng = np.random.default_rng(POPULATION_SEED)
    judged = simulate_answers(10 * POPULATION_AGENTS, rng, many)
    marks = {
        name: judged[name].to_numpy().reshape(-1, len(CODERS)).mean(axis=1) > 0.5
        for name in ("correct", "hedged", "integrated")
    }
    gists = np.searchsorted(_GISTS.astype(str), judged["gist"].to_numpy(str)).reshape(-1, 3)
    modal = np.where(gists[:, 1] == gists[:, 2], gists[:, 1], gists[:, 0])
    same = modal[::2] == modal[1::2]
    reliable = marks["correct"] & ~marks["hedged"]
    trusted = (judged["policy"].to_numpy()[:: len(CODERS)]) == POLICIES[1]
    by_outcome = {"hedged": marks["hedged"], "correct": marks["correct"], "reliable": reliable}
    shares = {
        "certain": 1 - marks["hedged"].mean(),
        "correct": marks["correct"].mean(),
        "reliable": reliable.mean(),
        "consistent": same.mean(),
        "integrated": marks["integrated"].mean(),
    }
    return {
        **{name: round(float(value), 4) for name, value in shares.items()},
        "policy": {
            name: round(float(marked[trusted].mean() - marked[~trusted].mean()), 4)
            for name, marked in by_outcome.items()
        },
        "alpha": {
            name: round(_alpha(judged[name].to_numpy().reshape(-1, len(CODERS))), 4)
            for name in ("correct", "hedged", "integrated", "fit")
        },
    }


def _alpha(judged: Floats) -> float:
    """Return Krippendorff's alpha for squared distances if every coder judged every answer."""
    values = np.asarray(judged, dtype=float)
    within = values.var(axis=1, ddof=1).mean()
    return float(1 - within / values.var())
