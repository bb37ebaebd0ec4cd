"""Datasets of guided conversations: usage, tariffs, logged calls, prompts, calls to decide."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pandera.pandas as pa
from numpy.typing import NDArray

from cemlib import checks
from cemlib.data import common, fields
from cemlib.data.dataset import GENERATED, Dataset
from cemlib.data.load import load_table, read_table
from cemlib.data.problems import Problem
from cemlib.data.reading import Reading
from cemlib.studies.ladder.datasets.columns import ARTICLE, CUSTOMER, YES, yes
from cemlib.studies.ladder.operator.conversations import (
    ACTIONS,
    FACTS,
    PROBABILITIES,
    draw_conversations,
    expected_values,
)
from cemlib.studies.ladder.prompts import COMPARISONS, limit_of


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
    answers="what customers overpay on their tariff",
)


def tariffs() -> pa.DataFrameSchema:
    """Return the contract of tariffs."""
    columns = {
        "tariff": fields.text("The tariff"),
        "fee": fields.number("Monthly fee", (0, 1e5), "currency per month"),
        "gigabytes": fields.number("Data included", (0, 1e5), "gigabytes per month"),
        "minutes": fields.number("Minutes included", (0, 1e5), "minutes per month"),
        "gigabyte_price": fields.number(
            "Price per gigabyte above the allowance", (0, 1e4), "currency per gigabyte"
        ),
        "minute_price": fields.number(
            "Price per minute above the allowance", (0, 1e4), "currency per minute"
        ),
    }
    return fields.table("tariffs", columns, unique=["tariff"])


TARIFFS = Dataset(
    "tariffs",
    "Tariffs, with allowances and prices above them",
    "telecom/tariffs.csv",
    GENERATED,
    contract=tariffs,
    answers="what customers overpay on their tariff",
)


def _facts() -> dict[str, pa.Column]:
    return {
        "saving": fields.number("Saving on the cheapest tariff", (0, 1e5), "currency per month"),
        "open_problem": yes("Whether a problem is still open", nullable=False),
        "payoff": yes("Whether the customer asked what cancelling costs", nullable=False),
        "angry": yes("Whether the customer is angry, as heard by the agent", nullable=False),
    }


def conversations() -> pa.DataFrameSchema:
    """Return the contract of logged conversations."""
    columns = {
        "conversation": fields.text("The conversation"),
        "customer": fields.text("The caller", nullable=True, required=False, refers_to=CUSTOMER),
        **_facts(),
        "action": fields.text("What the agent did", pa.Check.isin(ACTIONS)),
    }
    for action, name in zip(ACTIONS, PROBABILITIES, strict=True):
        columns[name] = fields.optional(
            fields.number(f"Probability of the action {action}", (0, 1))
        )
    columns["value"] = fields.optional(
        fields.number("Margin over the next twelve months", (-1e6, 1e6), "currency")
    )
    return fields.table("conversations", columns, unique=["conversation"])


def _read_conversations(file: str | os.PathLike[str] = "", *, simulate: str = "") -> Reading:
    if str(file) and simulate not in ("", "0"):
        raise checks.invalid_argument("simulate", simulate, "0 with conversations of your own")
    reading = read_table(CONVERSATIONS, file)
    if reading.problems:
        return reading
    frame = reading.frame
    needed = [*PROBABILITIES, "value"]
    if absent := [name for name in needed if name not in frame]:
        reading.notes.append(
            f"No column {', '.join(absent)}: policies are not valued. It takes the probability of "
            "each action when the agent decided, and what the customer brought afterwards."
        )
        return reading
    chances = frame[list(PROBABILITIES)].to_numpy(dtype=float)
    taken = chances[np.arange(len(frame)), pd.Index(ACTIONS).get_indexer(frame["action"])]
    for wrong, problem, fix in (
        (np.abs(chances.sum(axis=1) - 1) > 1e-6, "has probabilities that do not sum to 1",
         "give the probability of all four actions"),
        (taken <= 0, "gives the probability 0 to the action that was taken", "correct one of them"),
    ):  # fmt: skip
        for at in np.flatnonzero(wrong):
            reading.problems.append(Problem(reading.numbers[at], "", "", problem, fix))
    return reading


CONVERSATIONS = Dataset(
    "conversations",
    "Conversations: the agent's action, its probability, and the value that followed",
    "telecom/conversations.csv",
    GENERATED,
    contract=conversations,
    read=_read_conversations,
    options=("simulate",),
    answers="value of policies for guided conversations",
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


def _read_prompts(file: str | os.PathLike[str] = "") -> Reading:
    """Read a table of prompts; facts and values must be those of a call, and the last row match."""
    reading = read_table(PROMPTS, file)
    if reading.problems:
        return reading
    frame = reading.frame.sort_values("order", kind="stable")
    for at, row in frame.iterrows():
        line = reading.numbers[reading.frame.index.get_loc(at)]
        if row["comparison"] == "always":
            continue
        if row["fact"] not in FACTS:
            near = checks.nearest(str(row["fact"]), FACTS, 1) or list(FACTS)
            problem = f"is not one of {', '.join(FACTS)}"
            fix = f"use {' or '.join(near)}"
            column = reading.source_column("fact")
            reading.problems.append(Problem(line, column, str(row["fact"]), problem, fix))
        try:
            limit_of(row["value"])
        except ValueError:
            problem, fix = "is not a number, yes or no", "write a number, yes or no"
            column = reading.source_column("value")
            reading.problems.append(Problem(line, column, str(row["value"]), problem, fix))
    if frame["comparison"].iloc[-1] != "always":
        problem = "has a last row that does not always apply, so some calls have no prompt"
        fix = "end the table with a row whose comparison is always"
        reading.problems.append(Problem(0, "", "", problem, fix))
    reading.frame = frame.reset_index(drop=True)
    return reading


PROMPTS = Dataset(
    "prompts",
    "Prompts of guided conversations, a table to edit",
    "cases/prompts.csv",
    "The cheaper tariff, no selling while a problem is open, and keeping a customer who asks for "
    "the pay-off figure are in the article; the limits and the order are assumed.",
    sources=(ARTICLE,),
    contract=prompts,
    read=_read_prompts,
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
    own=False,
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
    probabilities : ndarray, shape (n, 4), optional
        Probability of each action when the log was written; None where they are not recorded.
    value : ndarray, shape (n,), optional
        Margin over the next twelve months; None where it is not recorded.
    customer : ndarray, shape (n,), optional
        Who called; None where it is not recorded.
    notes : tuple of str
        How the file was read, in sentences.
    """

    facts: pd.DataFrame
    action: NDArray[np.intp]
    probabilities: NDArray[np.float64] | None
    value: NDArray[np.float64] | None
    customer: NDArray[np.object_] | None = None
    notes: tuple[str, ...] = ()

    @property
    def logged(
        self,
    ) -> tuple[
        NDArray[np.float64] | None, NDArray[np.intp], NDArray[np.float64] | None, pd.DataFrame
    ]:
        """Value, action, probabilities and facts, as `value_policies` takes them."""
        return self.value, self.action, self.probabilities, self.facts

    @property
    def can_value(self) -> bool:
        """Whether the log holds what the value of a policy takes."""
        return self.probabilities is not None and self.value is not None


def load_calls(
    simulate: int = 0,
    rng: np.random.Generator | None = None,
    file: str | os.PathLike[str] = "",
) -> Calls:
    """Load conversations, or draw others from the operator's model.

    Parameters
    ----------
    simulate : int
        Conversations to draw; 0 takes those of the file.
    rng : numpy.random.Generator, optional
        Source of randomness; needed to draw.
    file : str or path
        A file of one's own; the operator's if empty.

    Raises
    ------
    DataError
        If the file cannot be used; it lists every problem with row and column.

    Examples
    --------
    >>> load_calls().probabilities.shape[1]
    4
    """
    notes: tuple[str, ...] = ()
    if simulate and rng is not None and not str(file):
        frame = draw_conversations(simulate, rng)
    else:
        reading = _read_conversations(file)
        if reading.problems:
            raise reading.error()
        frame, notes = _as_numbers(reading.frame), tuple(reading.notes)
    known = set(PROBABILITIES) <= set(frame)
    return Calls(
        frame[list(FACTS)],
        pd.Index(ACTIONS).get_indexer(frame["action"]),
        frame[list(PROBABILITIES)].to_numpy(dtype=float) if known else None,
        frame["value"].to_numpy(dtype=float) if "value" in frame else None,
        _callers(frame),
        notes,
    )


def _callers(frame: pd.DataFrame) -> NDArray[np.object_] | None:
    """Return who called; a caller who is not known counts as one of their own."""
    if "customer" not in frame:
        return None
    return frame["customer"].fillna(frame["conversation"]).to_numpy(dtype=object)


def load_call_choices() -> pd.DataFrame:
    """Return the calls that a class decides, with the value of each action by the model.

    Returns
    -------
    DataFrame
        The dataset ``call-choices``, facts as numbers, with ``value``.

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


def true_policy_values() -> dict[str, float]:
    """Return the true value of each policy per call of the fictional operator.

    Examples
    --------
    >>> sorted(true_policy_values())[0]
    'always sell'
    """
    values: dict[str, float] = common.load_truth()["population"]["conversations"]
    return values
