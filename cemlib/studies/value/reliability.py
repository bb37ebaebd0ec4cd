"""Reliability of answers in numbers: certain, correct, consistent, and all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from cemlib import checks
from cemlib.stats.estimates import Difference, mean_difference

INDICES = {
    "certain": "the answer is not hedged",
    "correct": "the answer is right",
    "reliable": "the answer is right and not hedged",
    "consistent": "two agents, asked the same, say the same",
    "integrated": "the answer begins with types and goes on by what interests",
}


@dataclass(frozen=True)
class Share:
    """A share with its Wilson interval.

    Attributes
    ----------
    estimate, low, high : float
        The share and the ends of its interval.
    rows : int
        What it is a share of.
    effective : float
        How many independent rows would tell as much: fewer where rows of a cluster are alike.
    """

    estimate: float
    low: float
    high: float
    rows: int
    effective: float


def wilson(
    values: ArrayLike, clusters: Sequence[object] | None = None, level: float = 0.95
) -> Share:
    r"""Estimate a share with Wilson's interval, for rows that may come in clusters.

    With z the normal quantile, p the share and n rows, the ends are

    .. math:: \frac{p + z^2/2n \pm z\sqrt{p(1-p)/n + z^2/4n^2}}{1 + z^2/n}.

    In clusters, n becomes p(1 − p)/V with V the variance of p between clusters, never above the
    rows, and z the quantile of t with as many degrees of freedom as there are clusters less one.

    Parameters
    ----------
    values : array_like, shape (n,)
        Marks in [0, 1]; missing ones are left out.
    clusters : sequence, length n, optional
        To whom each row belongs, say the agent.
    level : float
        Coverage.

    Returns
    -------
    Share
        The share.

    Raises
    ------
    ValueError
        If a value is outside 0 to 1, there is none, or there is one cluster only.

    References
    ----------
    Wilson (1927), *J. American Statistical Association* 22:209–212; Korn & Graubard (1998),
    *Survey Methodology* 24:193–201 (effective size); Brown, Cai & DasGupta (2001), *Statistical
    Science* 16:101–133.

    Examples
    --------
    >>> share = wilson([1, 1, 1, 0, 1, 1, 0, 1, 1, 1])
    >>> share.estimate, round(share.low, 4), round(share.high, 4)
    (0.8, 0.4902, 0.9433)
    """
    given = np.asarray(values, dtype=float)
    known = ~np.isnan(given)
    marks = given[known]
    if not len(marks) or marks.min() < 0 or marks.max() > 1:
        raise checks.invalid_argument("values", values, "at least one mark, each from 0 to 1")
    if not 0 < level < 1:
        raise checks.invalid_argument("level", level, "inside 0 to 1")
    p, n = float(marks.mean()), len(marks)
    effective, z = float(n), float(stats.norm.ppf((1 + level) / 2))
    if clusters is not None:
        owner = pd.factorize(np.asarray(clusters, dtype=object)[known])[0]
        groups = int(owner.max()) + 1
        if groups < 2 or (owner < 0).any():
            raise checks.invalid_argument(
                "clusters", list(clusters)[:3], "at least two, none missing"
            )
        sums = np.bincount(owner, weights=marks - p)
        variance = groups / (groups - 1) * float(np.square(sums).sum()) / n**2
        if variance > 0:
            effective = min(p * (1 - p) / variance, float(n))
        z = float(stats.t.ppf((1 + level) / 2, groups - 1))
    middle = (p + z**2 / (2 * effective)) / (1 + z**2 / effective)
    reach = (
        z * np.sqrt(p * (1 - p) / effective + z**2 / (4 * effective**2)) / (1 + z**2 / effective)
    )
    return Share(p, max(float(middle - reach), 0.0), min(float(middle + reach), 1.0), n, effective)


def judged(judgements: pd.DataFrame, marks: Sequence[str], texts: Sequence[str]) -> pd.DataFrame:
    """Bring the judgements of several coders together: a row an answer.

    Parameters
    ----------
    judgements : DataFrame
        A row a coder and an answer: ``answer``, ``question``, ``agent`` and others that are the
        same for an answer; the columns of `marks` and `texts`.
    marks : sequence of str
        Columns of 0 and 1. An answer has a mark if more than half of its coders gave it.
    texts : sequence of str
        Columns of words, or points: the word of most coders, the first where several are equal.

    Returns
    -------
    DataFrame
        A row an answer, in the order in which they appear.

    Examples
    --------
    >>> frame = pd.DataFrame({"answer": [1, 1, 1], "correct": [1, 0, 1], "gist": ["A", "B", "A"]})
    >>> judged(frame, ["correct"], ["gist"]).to_dict("records")
    [{'answer': 1, 'correct': 1.0, 'gist': 'A'}]
    """
    groups = judgements.groupby("answer", sort=False)
    rest = [name for name in judgements if name not in (*marks, *texts, "coder")]
    frame = groups[rest].first() if len(rest) > 1 else groups[[]].first()
    for name in marks:
        mean = groups[name].mean()
        frame[name] = (mean > 0.5).astype(float).where(mean.notna())
    for name in texts:
        counts = judgements.groupby(["answer", name], sort=False).size().reset_index(name="n")
        most = counts.sort_values("n", ascending=False, kind="stable").drop_duplicates("answer")
        frame[name] = most.set_index("answer")[name]
    columns = [name for name in judgements if name in frame or name == "answer"]
    return frame.drop(columns="answer", errors="ignore").reset_index()[columns]


def consistency(answers: pd.DataFrame) -> pd.DataFrame:
    """Return for each question how often two agents who were asked it said the same.

    Parameters
    ----------
    answers : DataFrame
        A row an answer: ``question``, ``agent``, ``gist`` (what was told).

    Returns
    -------
    DataFrame
        ``question``, ``answers``, ``same``: the share of pairs of answers, of different agents,
        whose gist is the same. Questions without such a pair are left out.

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


def reliability(answers: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """Return the numbers of reliability, each with its interval.

    Parameters
    ----------
    answers : DataFrame
        From `judged`: ``agent``, ``question``, ``correct`` and ``hedged``; ``gist`` and
        ``integrated`` if known.
    level : float
        Coverage.

    Returns
    -------
    DataFrame
        ``name`` (of `INDICES`), ``estimate``, ``low``, ``high``, ``rows``, ``effective``.
        Agents are the clusters; of consistency, questions are the rows.

    Examples
    --------
    >>> frame = pd.DataFrame({
    ...     "question": [1, 1, 2, 2], "agent": list("abab"), "gist": list("xxyx"),
    ...     "correct": [1, 1, 1, 0], "hedged": [0, 1, 0, 0],
    ... })
    >>> reliability(frame).set_index("name")["estimate"].to_dict()
    {'certain': 0.75, 'correct': 0.75, 'reliable': 0.5, 'consistent': 0.5}
    """
    certain = 1 - answers["hedged"].astype(float)
    correct = answers["correct"].astype(float)
    marks = {"certain": certain, "correct": correct, "reliable": certain * correct}
    found = {name: wilson(values, list(answers["agent"]), level) for name, values in marks.items()}
    if "gist" in answers and len(pairs := consistency(answers)):
        several = list(pairs["question"]) if len(pairs) > 1 else None
        found["consistent"] = wilson(pairs["same"], several, level)
    if "integrated" in answers:
        found["integrated"] = wilson(answers["integrated"], list(answers["agent"]), level)
    return pd.DataFrame([{"name": name, **vars(share)} for name, share in found.items()])


def policy_effects(
    answers: pd.DataFrame, policy: str, outcomes: Sequence[str] = ("hedged", "correct", "reliable")
) -> dict[str, Difference]:
    """Estimate what a quality policy changes that was given to agents by lot.

    The difference of shares between agents under `policy` and the others, robust to answers of
    one agent being alike.

    Parameters
    ----------
    answers : DataFrame
        A row an answer: ``agent``, ``policy``, and the outcomes as 0 and 1.
    policy : str
        Which policy is held against the others.
    outcomes : sequence of str
        Columns.

    Returns
    -------
    dict of str to Difference
        Outcome → difference of shares.

    Raises
    ------
    ValueError
        If no answer, or every one, was given under the policy.

    Examples
    --------
    >>> frame = pd.DataFrame({
    ...     "agent": list("aabbccdd"), "policy": ["marks"] * 4 + ["trust"] * 4,
    ...     "hedged": [1, 1, 1, 0, 0, 0, 1, 0],
    ... })
    >>> policy_effects(frame, "trust", ["hedged"])["hedged"].estimate
    -0.5
    """
    under = (answers["policy"] == policy).to_numpy()
    if under.all() or not under.any():
        raise checks.invalid_argument(
            "policy", policy, "one of two or more that answers were given under"
        )
    found = {}
    for name in outcomes:
        known = answers[name].notna().to_numpy()
        rows = answers[known]
        found[name] = mean_difference(rows[name], under[known], list(rows["agent"]))
    return found


def design_effect(share: Share) -> float:
    """Return how many rows tell as much as one independent row would.

    Examples
    --------
    >>> design_effect(Share(0.5, 0.4, 0.6, 100, 50.0))
    2.0
    """
    return share.rows / share.effective


def answers_needed(share: float, reach: float, design: float = 1.0) -> int:
    """Return how many answers to judge for an interval of ± `reach`.

    Parameters
    ----------
    share : float
        The share expected, inside 0 to 1.
    reach : float
        Half the width of the 95 % interval, above 0.
    design : float
        Rows that tell as much as one independent row, from `design_effect`.

    Examples
    --------
    >>> answers_needed(0.5, 0.05)
    385
    """
    checks.between("share", share, 1e-6, 1 - 1e-6)
    checks.between("reach", reach, 1e-4, 0.5)
    checks.between("design", design, 1)
    z = float(stats.norm.ppf(0.975))
    return int(np.ceil(design * z**2 * share * (1 - share) / reach**2))
