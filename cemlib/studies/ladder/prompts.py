"""Guided conversations: a table of prompts that a trainer edits, and what it says in each call."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cemlib import checks
from cemlib.stats.estimates import Floats

COMPARISONS = ("above", "at least", "below", "at most", "is", "always")
_YES = {"yes": 1.0, "no": 0.0}


def prompted(calls: pd.DataFrame, prompts: pd.DataFrame) -> NDArray[np.intp]:
    """Return which prompt each call gets: the first whose condition holds.

    Parameters
    ----------
    calls : DataFrame, n rows
        What is known at the beginning of a call, in columns of numbers; yes is 1 and no is 0.
    prompts : DataFrame
        The table, in its order: ``fact`` (a column of `calls`), ``comparison`` (one of
        `COMPARISONS`), ``value`` (a number, ``yes`` or ``no``), ``prompt``.

    Returns
    -------
    ndarray of int, shape (n,)
        Rows of `prompts`.

    Raises
    ------
    ValueError
        If a fact is unknown, a comparison or value is none, or some call gets no prompt: a last
        row with ``always`` mends that.

    Examples
    --------
    >>> table = pd.DataFrame({"fact": ["open_problem", "saving", ""], "value": ["yes", "10", ""],
    ...     "comparison": ["is", "above", "always"], "prompt": ["help", "cheaper", "sell"]})
    >>> prompted(pd.DataFrame({"open_problem": [1, 0, 0], "saving": [30, 30, 5]}), table)
    array([0, 1, 2])
    """
    place = np.full(len(calls), -1)
    for row, (fact, comparison, value) in enumerate(
        prompts[["fact", "comparison", "value"]].itertuples(index=False)
    ):
        checks.one_of("comparison", comparison, COMPARISONS)
        holds = np.ones(len(calls), dtype=bool)
        if comparison != "always":
            checks.one_of("fact", fact, list(map(str, calls.columns)))
            known, limit = calls[fact].to_numpy(dtype=float), _limit(value)
            holds = {
                "above": known > limit,
                "at least": known >= limit,
                "below": known < limit,
                "at most": known <= limit,
                "is": known == limit,
            }[comparison]
        place[(place < 0) & holds] = row
    if (place < 0).any():
        row = int(np.argmax(place < 0))
        raise ValueError(
            f"prompts say nothing for the call in row {row}; end the table with a row whose "
            "comparison is always"
        )
    return place


def _limit(value: object) -> float:
    text = str(value).strip().casefold()
    try:
        limit = _YES[text] if text in _YES else float(text)
    except ValueError:
        limit = np.nan
    if not np.isfinite(limit):
        raise checks.invalid_argument("value", value, "a number, yes or no")
    return limit


def guided(calls: pd.DataFrame, prompts: pd.DataFrame, actions: Sequence[str]) -> Floats:
    """Return the policy that follows the prompts: chance of each action in each call.

    Parameters
    ----------
    calls, prompts
        As for `prompted`; each prompt is one of `actions`.
    actions : sequence of str
        What an agent may do, k of it.

    Returns
    -------
    ndarray, shape (n, k)
        0 and 1, a single 1 a row.

    Raises
    ------
    ValueError
        As `prompted`; or if a prompt is no action.

    Examples
    --------
    >>> always = {"fact": [""], "comparison": ["always"], "value": [""], "prompt": ["sell"]}
    >>> guided(pd.DataFrame({"saving": [1]}), pd.DataFrame(always), ["sell", "help"])
    array([[1., 0.]])
    """
    for prompt in prompts["prompt"]:
        checks.one_of("prompt", str(prompt), list(actions))
    at = {action: place for place, action in enumerate(actions)}
    chosen = prompts["prompt"].map(at).to_numpy(dtype=int)[prompted(calls, prompts)]
    return np.asarray(np.eye(len(actions))[chosen])


def overridden(policy: Floats, where: Sequence[bool] | pd.Series, action: int) -> Floats:
    """Return a policy in which the agent's judgement overrides the prompt in some calls.

    Parameters
    ----------
    policy : ndarray, shape (n, k)
        From `guided`.
    where : sequence of bool, length n
        Calls in which the agent does otherwise.
    action : int
        Place of what the agent does then.

    Examples
    --------
    >>> overridden(np.array([[1.0, 0.0], [1.0, 0.0]]), [False, True], 1)
    array([[1., 0.],
           [0., 1.]])
    """
    changed = policy.copy()
    mark = np.asarray(where, dtype=bool)
    changed[mark] = np.eye(policy.shape[1])[action]
    return changed
