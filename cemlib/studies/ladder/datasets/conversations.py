"""Load conversations and the calls to decide: facts as numbers, actions as places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cemlib.data import common
from cemlib.data.dataset import GENERATED, Dataset
from cemlib.data.load import load_table
from cemlib.studies.ladder.datasets import contracts
from cemlib.studies.ladder.datasets.contracts import YES
from cemlib.studies.ladder.operator.conversations import (
    ACTIONS,
    CHANCES,
    FACTS,
    draw_conversations,
    tariffs,
    worth,
)

__all__ = ["ACTIONS", "Calls", "calls_to_decide", "load_calls", "load_feedback", "tariffs"]


@dataclass(frozen=True)
class Calls:
    """Logged conversations.

    Attributes
    ----------
    facts : DataFrame
        What is known in each call, as numbers; yes is 1.
    action : ndarray of int, shape (n,)
        Place of what was done in `ACTIONS`.
    chances : ndarray, shape (n, 4)
        Chance of each action.
    value : ndarray, shape (n,)
        What came of it, yuan.
    """

    facts: pd.DataFrame
    action: NDArray[np.intp]
    chances: NDArray[np.float64]
    value: NDArray[np.float64]


def load_calls(simulate: int = 0, rng: np.random.Generator | None = None) -> Calls:
    """Load the operator's conversations, or draw others from its model.

    Parameters
    ----------
    simulate : int
        Conversations to draw anew; 0 takes those of the file.
    rng : numpy.random.Generator, optional
        Source of randomness; needed to draw.

    Examples
    --------
    >>> load_calls().chances.shape[1]
    4
    """
    if simulate and rng is not None:
        frame = draw_conversations(simulate, rng)
    else:
        frame = _as_numbers(load_table(CONVERSATIONS))
    action = pd.Index(ACTIONS).get_indexer(frame["action"])
    return Calls(
        frame[list(FACTS)],
        action,
        frame[list(CHANCES)].to_numpy(dtype=float),
        frame["value"].to_numpy(dtype=float),
    )


def calls_to_decide() -> pd.DataFrame:
    """Return the calls that a class decides, with what each answer is worth by the model.

    Returns
    -------
    DataFrame
        The dataset ``call-choices``, facts as numbers, with ``value``, yuan.

    Examples
    --------
    >>> calls_to_decide()["value"].notna().all()
    np.True_
    """
    frame = _as_numbers(load_table(CALL_CHOICES))
    place = pd.Index(ACTIONS).get_indexer(frame["action"])
    return frame.assign(value=worth(frame)[np.arange(len(frame)), place])


def load_feedback() -> pd.DataFrame:
    """Return the operator's feedback with the segment of each customer; told is 1 and 0.

    Examples
    --------
    >>> set(load_feedback()["told"].dropna()) == {0.0, 1.0}
    True
    """
    frame = load_table(FEEDBACK)
    frame["told"] = frame["told"].map(YES).astype(float)
    segments = load_table(common.CUSTOMERS).set_index("customer")["segment"]
    return frame.assign(segment=frame["customer"].map(segments))


def _as_numbers(frame: pd.DataFrame) -> pd.DataFrame:
    yes = {name: frame[name].map(YES).astype(float) for name in FACTS[1:]}
    return frame.assign(**yes)


FEEDBACK = Dataset(
    "feedback",
    "What customers say, three ways to hear it, and what became of it",
    "telecom/feedback.csv",
    GENERATED,
    contract=contracts.feedback,
    limit_mb=64,
)
CONVERSATIONS = Dataset(
    "conversations",
    "Conversations, what the agent did, with which chance, and what came of it",
    "telecom/conversations.csv",
    GENERATED,
    contract=contracts.conversations,
)
CALL_CHOICES = Dataset(
    "call-choices",
    "Calls to decide, with the prompt on the screen and the right to override it",
    "cases/call-choices.csv",
    "Invented; what each answer is worth follows from the model of the operator.",
    contract=contracts.call_choices,
)
