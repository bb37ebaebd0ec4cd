"""Guided conversations: an editable table of prompts, and the policies that follow from it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cemlib import checks
from cemlib.stats.estimates import Floats

COMPARISONS = ("above", "at least", "below", "at most", "is", "always")
ALWAYS, GUIDED, OVERRIDE = "always sell", "guided", "guided with override"
POLICIES = (ALWAYS, GUIDED, OVERRIDE)
_YES = {"yes": 1.0, "no": 0.0}


def matching_prompts(calls: pd.DataFrame, prompts: pd.DataFrame) -> NDArray[np.intp]:
    """Return the prompt shown in each call: the first row whose condition holds.

    Parameters
    ----------
    calls : DataFrame, n rows
        Facts known at the beginning of each call, as numbers; yes is 1 and no is 0.
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
        If a fact is unknown, a comparison or value is invalid, or some call gets no prompt, which
        a last row with ``always`` prevents.

    Examples
    --------
    >>> table = pd.DataFrame({"fact": ["open_problem", "saving", ""], "value": ["yes", "10", ""],
    ...     "comparison": ["is", "above", "always"], "prompt": ["help", "cheaper", "sell"]})
    >>> matching_prompts(pd.DataFrame({"open_problem": [1, 0, 0], "saving": [30, 30, 5]}), table)
    array([0, 1, 2])
    """
    match = np.full(len(calls), -1)
    for row, (fact, comparison, value) in enumerate(
        prompts[["fact", "comparison", "value"]].itertuples(index=False)
    ):
        checks.one_of("comparison", comparison, COMPARISONS)
        holds = np.ones(len(calls), dtype=bool)
        if comparison != "always":
            checks.one_of("fact", fact, list(map(str, calls.columns)))
            known, limit = calls[fact].to_numpy(dtype=float), limit_of(value)
            holds = {
                "above": known > limit,
                "at least": known >= limit,
                "below": known < limit,
                "at most": known <= limit,
                "is": known == limit,
            }[comparison]
        match[(match < 0) & holds] = row
    if (match < 0).any():
        row = int(np.argmax(match < 0))
        raise ValueError(
            f"prompts has no matching row for the call in row {row}; end the table with a row "
            "whose comparison is always"
        )
    return match


def limit_of(value: object) -> float:
    """Return what a fact is compared with, as a number.

    Raises
    ------
    ValueError
        If it is no number, yes or no.

    Examples
    --------
    >>> limit_of("yes"), limit_of("15")
    (1.0, 15.0)
    """
    text = str(value).strip().casefold()
    try:
        limit = _YES[text] if text in _YES else float(text)
    except ValueError:
        limit = np.nan
    if not np.isfinite(limit):
        raise checks.invalid_argument("value", value, "a number, yes or no")
    return limit


def guided_policy(calls: pd.DataFrame, prompts: pd.DataFrame, actions: Sequence[str]) -> Floats:
    """Return the policy that follows the prompts: probability of each action in each call.

    Parameters
    ----------
    calls, prompts
        As for `matching_prompts`; each prompt is one of `actions`.
    actions : sequence of str
        The k actions open to an agent.

    Returns
    -------
    ndarray, shape (n, k)
        0 and 1, with a single 1 per row.

    Raises
    ------
    ValueError
        As for `matching_prompts`; or if a prompt is not one of the actions.

    Examples
    --------
    >>> always = {"fact": [""], "comparison": ["always"], "value": [""], "prompt": ["sell"]}
    >>> guided_policy(pd.DataFrame({"saving": [1]}), pd.DataFrame(always), ["sell", "help"])
    array([[1., 0.]])
    """
    for prompt in prompts["prompt"]:
        checks.one_of("prompt", str(prompt), list(actions))
    index = {action: at for at, action in enumerate(actions)}
    chosen = prompts["prompt"].map(index).to_numpy(dtype=int)[matching_prompts(calls, prompts)]
    return np.asarray(np.eye(len(actions))[chosen])


def policies(
    calls: pd.DataFrame,
    prompts: pd.DataFrame,
    actions: Sequence[str],
    fact: str,
    override_action: str,
) -> dict[str, Floats]:
    """Return the policies to compare: always selling, the prompts, and the prompts with override.

    Parameters
    ----------
    calls, prompts, actions
        As for `guided_policy`; the first action is to sell.
    fact : str
        A fact that the agent notices, in which case a prompt to sell is overridden.
    override_action : str
        What the agent does then.

    Returns
    -------
    dict of str to ndarray, shape (n, k)
        Each of `POLICIES` → probability of each action in each call.

    Examples
    --------
    >>> always = {"fact": [""], "comparison": ["always"], "value": [""], "prompt": ["sell"]}
    >>> calls = pd.DataFrame({"angry": [0, 1]})
    >>> policies(calls, pd.DataFrame(always), ["sell", "help"], "angry", "help")[OVERRIDE]
    array([[1., 0.],
           [0., 1.]])
    """
    checks.one_of("override_action", override_action, list(actions))
    checks.one_of("fact", fact, list(map(str, calls.columns)))
    guided = guided_policy(calls, prompts, actions)
    sell = np.zeros_like(guided)
    sell[:, 0] = 1.0
    override = guided.copy()
    overridden = (calls[fact].to_numpy() > 0) & (guided[:, 0] > 0)
    override[overridden] = np.eye(len(actions))[list(actions).index(override_action)]
    return {ALWAYS: sell, GUIDED: guided, OVERRIDE: override}


def shares_prompted(calls: pd.DataFrame, prompts: pd.DataFrame) -> Floats:
    """Return the share of calls in which each row of the table is shown.

    Examples
    --------
    >>> table = pd.DataFrame({"fact": ["saving", ""], "comparison": ["above", "always"],
    ...     "value": ["10", ""], "prompt": ["cheaper", "sell"]})
    >>> shares_prompted(pd.DataFrame({"saving": [30, 5, 5, 5]}), table)
    array([0.25, 0.75])
    """
    return np.bincount(matching_prompts(calls, prompts), minlength=len(prompts)) / len(calls)


def decisions(calls: pd.DataFrame, prompts: pd.DataFrame) -> pd.DataFrame:
    """Return calls to decide against the prompts, for `cemlib.teach.scenario.scenario`.

    Parameters
    ----------
    calls : DataFrame
        From `cemlib.studies.ladder.datasets.load_call_choices`.
    prompts : DataFrame
        The table of prompts, which decides what the screen says in each call.
    """
    rows = matching_prompts(calls, prompts)
    screen = prompts["words_en"].to_numpy()[rows]
    moment = [
        f"{text} The screen says: {words}." if isinstance(text, str) else None
        for text, words in zip(calls["moment"], screen, strict=True)
    ]
    return pd.DataFrame(
        {
            "step": calls["step"],
            "moment": moment,
            "answer": calls["answer"],
            "patience": 0.0,
            "cost": calls["value"],
            "done": calls["action"].to_numpy() == prompts["prompt"].to_numpy()[rows],
            "comes": calls["comes"],
        }
    )
