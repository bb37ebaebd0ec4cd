"""Datasets of guided conversations: usage, tariffs, logged calls, prompts, calls to decide."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pandera.pandas as pa
from numpy.typing import NDArray

from cemlib.data import fields
from cemlib.data.dataset import GENERATED, Dataset
from cemlib.data.load import load_table
from cemlib.studies.ladder.datasets.columns import ARTICLE, CUSTOMER, YES, yes
from cemlib.studies.ladder.operator.conversations import (
    ACTIONS,
    FACTS,
    PROBABILITIES,
    draw_conversations,
    expected_values,
)
from cemlib.studies.ladder.prompts import COMPARISONS


def usage() -> pa.DataFrameSchema:
    """Return the contract of usage."""
    columns = {
        "customer": fields.text("The customer", refers_to=CUSTOMER),
        "tariff": fields.text("Current tariff", refers_to=("tariffs", "tariff")),
        "gigabytes": fields.number("Data used", (0, 1e5), "gigabytes per month"),
        "minutes": fields.number("Minutes called", (0, 1e5), "minutes per month"),
    }
    return fields.table("usage", columns, unique=["customer"])


USAGE = Dataset(
    "usage",
    "One month's usage and the current tariff of each customer",
    "telecom/usage.csv",
    GENERATED,
    contract=usage,
)


def tariffs() -> pa.DataFrameSchema:
    """Return the contract of tariffs."""
    columns = {
        "tariff": fields.text("The tariff"),
        "fee": fields.number("Monthly fee", (0, 1e5), "yuan per month"),
        "gigabytes": fields.number("Data included", (0, 1e5), "gigabytes per month"),
        "minutes": fields.number("Minutes included", (0, 1e5), "minutes per month"),
        "gigabyte_price": fields.number(
            "Price per gigabyte above the allowance", (0, 1e4), "yuan per gigabyte"
        ),
        "minute_price": fields.number(
            "Price per minute above the allowance", (0, 1e4), "yuan per minute"
        ),
    }
    return fields.table("tariffs", columns, unique=["tariff"])


TARIFFS = Dataset(
    "tariffs", "The operator's tariffs", "telecom/tariffs.csv", GENERATED, contract=tariffs
)


def _facts() -> dict[str, pa.Column]:
    return {
        "saving": fields.number("Saving on the cheapest tariff", (0, 1e5), "yuan per month"),
        "open_problem": yes("Whether a problem is still open", nullable=False),
        "payoff": yes("Whether the customer asked what cancelling costs", nullable=False),
        "angry": yes("Whether the customer is angry, as heard by the agent", nullable=False),
    }


def conversations() -> pa.DataFrameSchema:
    """Return the contract of logged conversations."""
    columns = {
        "conversation": fields.text("The conversation"),
        "customer": fields.text("The caller", refers_to=CUSTOMER),
        **_facts(),
        "action": fields.text("What the agent did", pa.Check.isin(ACTIONS)),
    }
    for action, name in zip(ACTIONS, PROBABILITIES, strict=True):
        columns[name] = fields.number(f"Probability of the action {action}", (0, 1))
    columns["value"] = fields.number("Margin over the next twelve months", (-1e6, 1e6), "yuan")
    return fields.table("conversations", columns, unique=["conversation"])


CONVERSATIONS = Dataset(
    "conversations",
    "Conversations: the agent's action, its probability, and the value that followed",
    "telecom/conversations.csv",
    GENERATED,
    contract=conversations,
)


def prompts() -> pa.DataFrameSchema:
    """Return the contract of a table of prompts; the first row that holds is shown."""
    columns = {
        "order": fields.whole("Order of the rows", pa.Check.ge(1)),
        "fact": fields.text("Fact that is compared", nullable=True),
        "comparison": fields.text("Comparison", pa.Check.isin(COMPARISONS)),
        "value": fields.text("Compared with: a number, yes or no", nullable=True),
        "prompt": fields.text("Action that the agent is asked to take", pa.Check.isin(ACTIONS)),
        "words_en": fields.text("Text on the screen"),
        "words_zh": fields.text("Text on the screen, in Chinese"),
        "provenance": fields.text("Where it comes from", pa.Check.isin(("article", "assumed"))),
    }
    return fields.table("prompts", columns, unique=["order"])


PROMPTS = Dataset(
    "prompts",
    "Prompts of guided conversations, a table to edit",
    "cases/prompts.csv",
    "The cheaper tariff, no selling while a problem is open, and keeping a customer who asks for "
    "the pay-off figure are in the article; the limits and the order are assumed.",
    sources=(ARTICLE,),
    contract=prompts,
    answers="value of guided conversations under these prompts",
)


def call_choices() -> pa.DataFrameSchema:
    """Return the contract of calls to decide against the prompts."""
    columns = {
        "step": fields.whole("Number of the call", pa.Check.ge(1)),
        "moment": fields.text("The situation, once per call", nullable=True),
        "action": fields.text("A possible action", pa.Check.isin(ACTIONS)),
        "answer": fields.text("The action in words"),
        **_facts(),
        "comes": fields.text("What follows from it"),
    }
    return fields.table("call-choices", columns, unique=["step", "action"])


CALL_CHOICES = Dataset(
    "call-choices",
    "Calls to decide, with the prompt on the screen and the right to override it",
    "cases/call-choices.csv",
    "Invented; the value of each action follows from the model of the operator.",
    contract=call_choices,
)


@dataclass(frozen=True)
class Calls:
    """Logged conversations.

    Attributes
    ----------
    facts : DataFrame
        Facts known in each call, as numbers; yes is 1.
    action : ndarray of int, shape (n,)
        Index of the logged action in `ACTIONS`.
    probabilities : ndarray, shape (n, 4)
        Probability of each action when the log was written.
    value : ndarray, shape (n,)
        Margin over the next twelve months, yuan.
    """

    facts: pd.DataFrame
    action: NDArray[np.intp]
    probabilities: NDArray[np.float64]
    value: NDArray[np.float64]


def load_calls(simulate: int = 0, rng: np.random.Generator | None = None) -> Calls:
    """Load the operator's conversations, or draw others from its model.

    Parameters
    ----------
    simulate : int
        Conversations to draw; 0 takes those of the file.
    rng : numpy.random.Generator, optional
        Source of randomness; needed to draw.

    Examples
    --------
    >>> load_calls().probabilities.shape[1]
    4
    """
    if simulate and rng is not None:
        frame = draw_conversations(simulate, rng)
    else:
        frame = _as_numbers(load_table(CONVERSATIONS))
    return Calls(
        frame[list(FACTS)],
        pd.Index(ACTIONS).get_indexer(frame["action"]),
        frame[list(PROBABILITIES)].to_numpy(dtype=float),
        frame["value"].to_numpy(dtype=float),
    )


def load_call_choices() -> pd.DataFrame:
    """Return the calls that a class decides, with the value of each action by the model.

    Returns
    -------
    DataFrame
        The dataset ``call-choices``, facts as numbers, with ``value``, yuan.

    Examples
    --------
    >>> load_call_choices()["value"].notna().all()
    np.True_
    """
    frame = _as_numbers(load_table(CALL_CHOICES))
    index = pd.Index(ACTIONS).get_indexer(frame["action"])
    return frame.assign(value=expected_values(frame)[np.arange(len(frame)), index])


def _as_numbers(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(**{name: frame[name].map(YES).astype(float) for name in FACTS[1:]})
