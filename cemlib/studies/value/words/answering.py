"""The steps of workbook 05 from judged answers and enquiries to numbers, as far as data allow."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from cemlib.stats.estimates import Difference, bootstrap_weights
from cemlib.studies.value import coder_agreement, effectiveness, reliability

MARKS = ("correct", "hedged", "integrated")
SCALES: dict[str, coder_agreement.Scale] = {
    "correct": "nominal", "hedged": "nominal", "integrated": "nominal", "fit": "ordinal"
}  # fmt: skip
AGREEMENT = ["name", "estimate", "low", "high"]


def judged(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a row an answer, with the marks that most coders gave.

    Examples
    --------
    >>> frame = pd.DataFrame({"answer": [1, 1, 1], "correct": [1, 0, 1], "hedged": [0, 0, 0]})
    >>> judged(frame)[["correct", "hedged", "reliable"]].values.tolist()
    [[1.0, 0.0, 1.0]]
    """
    marks = [name for name in MARKS if name in frame]
    found = reliability.judged(frame, marks, [name for name in ("gist",) if name in frame])
    return found.assign(reliable=found["correct"] * (1 - found["hedged"]))


def agreement(frame: pd.DataFrame, resamples: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return how far coders agree; no rows where each answer has one coder.

    Examples
    --------
    >>> one = pd.DataFrame({"answer": [1, 2], "correct": [1, 0]})
    >>> len(agreement(one, 10, np.random.default_rng(1)))
    0
    """
    scales = {name: scale for name, scale in SCALES.items() if name in frame}
    if not frame["answer"].duplicated().any():
        return pd.DataFrame(columns=AGREEMENT)
    weights = bootstrap_weights(frame["answer"].nunique(), resamples, rng)
    return coder_agreement.alphas(frame, "answer", scales, weights)


def policy_effects(answers: pd.DataFrame, policy: str) -> dict[str, Difference]:
    """Return what a policy changes; nothing where answers know of no other one.

    Examples
    --------
    >>> policy_effects(pd.DataFrame({"agent": ["a"]}), "good faith")
    {}
    """
    known = answers["policy"] if "policy" in answers else pd.Series(dtype=str)
    if known.nunique() < 2 or policy not in set(known):
        return {}
    return reliability.policy_effects(answers.dropna(subset=["policy"]), policy)


def windows(
    enquiries: pd.DataFrame, days: Iterable[float]
) -> tuple[dict[float, reliability.Share], dict[float, pd.DataFrame]]:
    """Return the share solved at first contact by days, in all and by topic.

    Examples
    --------
    >>> log = pd.DataFrame({"customer": list("abc"), "topic": "fee"})
    >>> log["time"] = pd.to_datetime(["2026-01-01", "2026-01-02", "2026-03-01"])
    >>> windows(log, [7.0])[0][7.0].estimate
    1.0
    """
    first = {each: effectiveness.first_contacts(enquiries, each) for each in sorted(set(days))}
    return (
        {each: effectiveness.resolved(rows) for each, rows in first.items()},
        {each: effectiveness.resolved_by(rows, "topic") for each, rows in first.items()},
    )


def regret(
    enquiries: pd.DataFrame, resamples: int, rng: np.random.Generator
) -> effectiveness.Regret | None:
    """Return the regret of advice; None where no advice is known with its cost.

    Examples
    --------
    >>> regret(pd.DataFrame({"customer": ["a"]}), 10, np.random.default_rng(1)) is None
    True
    """
    if not {"advised", "best"} <= set(enquiries):
        return None
    advice = enquiries.dropna(subset=["advised", "best"])
    if advice.empty:
        return None
    weights = bootstrap_weights(len(advice), resamples, rng)
    return effectiveness.advice_regret(advice["advised"], advice["best"], weights)
