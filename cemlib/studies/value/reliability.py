"""Reliability of answers: the shares that are certain, correct, reliable and consistent."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from cemlib import checks
from cemlib.stats.estimates import Difference, mean_difference
from cemlib.stats.proportions import wilson

INDICES = {
    "certain": "the answer is not hedged",
    "correct": "the answer is correct for this customer",
    "reliable": "the answer is correct and not hedged",
    "consistent": "two agents give the same answer to the same question",
    "integrated": "the answer names the types first, then details the chosen one",
}


def majority_judgements(judgements: pd.DataFrame) -> pd.DataFrame:
    """Combine the judgements of several coders into one row per answer.

    Parameters
    ----------
    judgements : DataFrame
        One row per coder and answer: ``answer``, ``correct`` and ``hedged`` (0 or 1);
        ``integrated`` (0 or 1) and ``gist`` (text) if known; other columns must be the same for
        all coders of an answer.

    Returns
    -------
    DataFrame
        One row per answer, in order of appearance. A judgement is 1 if more than half of the
        coders gave 1, 0 if fewer did, and ½ in a tie, as two coders have it where they disagree:
        what a third coder would decide is unknown. The gist is the one that most coders wrote, the
        first of them in a tie. ``reliable`` is 1 for answers that are correct and not hedged, and
        between 0 and 1 if a tie leaves it open.

    Examples
    --------
    >>> frame = pd.DataFrame({"answer": [1, 1, 1], "correct": [1, 0, 1], "hedged": [0, 0, 0]})
    >>> majority_judgements(frame)[["correct", "hedged", "reliable"]].values.tolist()
    [[1.0, 0.0, 1.0]]
    >>> majority_judgements(frame.head(2))[["correct", "hedged", "reliable"]].values.tolist()
    [[0.5, 0.0, 0.5]]
    """
    marks = [name for name in ("correct", "hedged", "integrated") if name in judgements]
    groups = judgements.groupby("answer", sort=False)
    rest = [name for name in judgements if name not in (*marks, "gist", "coder")]
    frame = groups[rest].first() if len(rest) > 1 else groups[[]].first()
    for name in marks:
        excess = groups[name].mean() - 0.5
        frame[name] = (1 + np.sign(excess)) / 2
    if "gist" in judgements:
        counts = judgements.groupby(["answer", "gist"], sort=False).size().reset_index(name="n")
        modes = counts.sort_values("n", ascending=False, kind="stable").drop_duplicates("answer")
        frame["gist"] = modes.set_index("answer")["gist"]
    columns = [name for name in judgements if name in frame or name == "answer"]
    answers = frame.drop(columns="answer", errors="ignore").reset_index()[columns]
    return answers.assign(reliable=answers["correct"] * (1 - answers["hedged"]))


def consistency(answers: pd.DataFrame) -> pd.DataFrame:
    """Return for each question how often two agents gave the same answer.

    Parameters
    ----------
    answers : DataFrame
        One row per answer: ``question``, ``agent``, ``gist`` (content of the answer).

    Returns
    -------
    DataFrame
        ``question``, ``answers``, ``same``: the share of pairs of answers by different agents
        that have the same gist. Questions without such a pair are left out.

    Examples
    --------
    >>> frame = pd.DataFrame({"question": [1, 1, 1], "agent": list("abc"), "gist": list("xxy")})
    >>> consistency(frame)["same"].round(3).tolist()
    [0.333]
    """
    known = answers.dropna(subset=["question", "agent", "gist"]).reset_index(drop=True)
    both = known[["question", "agent", "gist"]].reset_index()
    pairs = both.merge(both, on="question")
    pairs = pairs[(pairs["index_x"] < pairs["index_y"]) & (pairs["agent_x"] != pairs["agent_y"])]
    same = (pairs["gist_x"] == pairs["gist_y"]).groupby(pairs["question"]).mean()
    counted = known.groupby("question").size().rename("answers")
    return pd.DataFrame({"answers": counted, "same": same}).dropna().reset_index()


def reliability_indices(answers: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """Return the indices of reliability, each with its interval.

    Parameters
    ----------
    answers : DataFrame
        From `majority_judgements`: ``agent``, ``question``, ``correct`` and ``hedged``;
        ``gist`` and ``integrated`` if known.
    level : float
        Coverage.

    Returns
    -------
    DataFrame
        ``name`` (of `INDICES`), ``estimate``, ``low``, ``high``, ``rows``, ``effective``.
        Answers of one agent resemble each other, and so do answers to one question, which may be
        an easy one: both are clusters. For consistency, questions are the rows.

    Examples
    --------
    >>> frame = pd.DataFrame({
    ...     "question": [1, 1, 2, 2], "agent": list("abab"), "gist": list("xxyx"),
    ...     "correct": [1, 1, 1, 0], "hedged": [0, 1, 0, 0],
    ... })
    >>> reliability_indices(frame).set_index("name")["estimate"].to_dict()
    {'certain': 0.75, 'correct': 0.75, 'reliable': 0.5, 'consistent': 0.5}
    """
    certain = 1 - answers["hedged"].astype(float)
    correct = answers["correct"].astype(float)
    marks = {"certain": certain, "correct": correct, "reliable": certain * correct}
    agent, question = list(answers["agent"]), list(answers["question"])
    crossed = question if len(set(question)) > 1 else None
    shares = {name: wilson(each, agent, level, crossed=crossed) for name, each in marks.items()}
    if "gist" in answers and len(pairs := consistency(answers)):
        several = list(pairs["question"]) if len(pairs) > 1 else None
        shares["consistent"] = wilson(pairs["same"], several, level)
    if "integrated" in answers and len(told := answers.dropna(subset="integrated")):
        several = list(told["agent"]) if told["agent"].nunique() > 1 else None
        asked = list(told["question"]) if several else None
        shares["integrated"] = wilson(told["integrated"], several, level, crossed=asked)
    return pd.DataFrame([{"name": name, **vars(share)} for name, share in shares.items()])


def policy_effects(
    answers: pd.DataFrame, policy: str, outcomes: Sequence[str] = ("hedged", "correct", "reliable")
) -> dict[str, Difference]:
    """Estimate how answers differ under a quality policy; causal if agents were randomised.

    The difference of shares between agents under `policy` and the others, robust to dependence
    between answers of one agent, and between answers to one question.

    Parameters
    ----------
    answers : DataFrame
        One row per answer: ``agent``, ``policy``, the outcomes from 0 to 1, and ``question`` if
        known.
    policy : str
        The policy that is compared with the others.
    outcomes : sequence of str
        Columns.

    Returns
    -------
    dict of str to Difference
        Outcome → difference of shares; empty if the answers do not allow the comparison: there is
        no ``policy``, only one policy, or none of that name.

    Examples
    --------
    >>> frame = pd.DataFrame({
    ...     "agent": list("aabbccdd"), "policy": ["marks"] * 4 + ["trust"] * 4,
    ...     "hedged": [1, 1, 1, 0, 0, 0, 1, 0],
    ... })
    >>> policy_effects(frame, "trust", ["hedged"])["hedged"].estimate
    -0.5
    """
    if "policy" not in answers:
        return {}
    known = answers.dropna(subset=["policy"])
    if known["policy"].nunique() < 2 or policy not in set(known["policy"]):
        return {}
    effects = {}
    for name in outcomes:
        rows = known.dropna(subset=[name])
        treated = (rows["policy"] == policy).to_numpy()
        question = list(rows["question"]) if "question" in rows else []
        crossed = question if len(set(question)) > 1 else None
        effects[name] = mean_difference(rows[name], treated, list(rows["agent"]), crossed=crossed)
    return effects


def answers_needed(indices: pd.DataFrame, margin: float, name: str = "reliable") -> int:
    """Return how many answers to judge for a 95% interval of ± `margin`.

    The answers judged so far give the share, and the design effect: how many answers of the same
    agents carry as much information as one independent answer.

    Parameters
    ----------
    indices : DataFrame
        From `reliability_indices`.
    margin : float
        Margin of error as a share, from 0.0001 to 0.5.
    name : str
        The index.

    Examples
    --------
    >>> row = {"name": "reliable", "estimate": 0.5, "rows": 100, "effective": 50.0}
    >>> answers_needed(pd.DataFrame([row]), 0.05)
    769
    """
    checks.between("margin", margin, 1e-4, 0.5)
    row = indices.set_index("name").loc[name]
    share = min(max(float(row["estimate"]), 0.01), 0.99)
    design_effect = max(float(row["rows"] / row["effective"]), 1.0)
    z = float(stats.norm.ppf(0.975))
    return int(np.ceil(design_effect * z**2 * share * (1 - share) / margin**2))
