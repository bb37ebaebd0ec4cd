"""The operator's usage, tariffs and conversations, logged with the probability of actions."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cemlib.studies.ladder.tariffs import bills, tariff_savings

Floats = NDArray[np.float64]
ACTIONS = ("sell", "cheaper", "help", "retain")
FACTS = ("saving", "open_problem", "payoff", "angry")
PROBABILITIES = tuple(f"probability_{action}" for action in ACTIONS)
COLUMNS = ("conversation", "customer", *FACTS, "action", *PROBABILITIES, "value")
POPULATION_SIZE = 400_000
POPULATION_SEED = 20260153


@dataclass(frozen=True)
class ConversationTruth:
    """True parameters of the generated conversations; a change makes another operator.

    Parameters
    ----------
    called : float
        Share of the customers with a conversation in the log.
    open_problem, payoff, angry : float
        Share of the calls with an open problem, with a question what cancelling costs, and from an
        angry customer; the last is twice as frequent with an open problem. The agent hears anger;
        the table of prompts does not know it.
    suggest_above : float
        Monthly saving above which the table prompts the cheaper tariff.
    floor : float
        Minimum probability of each action.
    follows : float
        Weight of the prompt, as against the agent's own preference, in the remaining probability.
    slopes : tuple of tuple of float
        For each of `ACTIONS` (rows) the value of a call in twelve months: the base, then the
        effect of a unit of monthly saving, an open problem, a pay-off question and anger.
    noise : float
        Standard deviation of a call's value.
    """

    called: float = 0.5
    open_problem: float = 0.22
    payoff: float = 0.10
    angry: float = 0.16
    suggest_above: float = 15.0
    floor: float = 0.07
    follows: float = 0.6
    slopes: tuple[tuple[float, ...], ...] = (
        (245.0, -1.6, -110.0, -130.0, -95.0),
        (190.0, 1.1, -45.0, -40.0, -15.0),
        (205.0, -0.3, 60.0, -55.0, 35.0),
        (165.0, 0.1, -30.0, 130.0, 5.0),
    )
    noise: float = 90.0


CONVERSATION_TRUTH = ConversationTruth()


def tariffs() -> pd.DataFrame:
    """Return the operator's tariffs.

    Examples
    --------
    >>> tariffs()["fee"].tolist()
    [19, 39, 69, 99, 159]
    """
    return pd.DataFrame(
        {
            "tariff": ["mini", "basic", "plus", "large", "all-in"],
            "fee": [19, 39, 69, 99, 159],
            "gigabytes": [2, 8, 25, 60, 200],
            "minutes": [60, 150, 400, 800, 3000],
            "gigabyte_price": [6.0, 5.0, 4.0, 3.0, 3.0],
            "minute_price": [0.25, 0.2, 0.15, 0.15, 0.1],
        }
    )


def usage(customers: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Draw one month's usage and the tariff of each customer.

    Most chose the tariff that suited their usage then; usage has grown or shrunk since.

    Examples
    --------
    >>> list(usage(pd.DataFrame({"customer": ["C1"]}), np.random.default_rng(1)).columns)
    ['customer', 'tariff', 'gigabytes', 'minutes']
    """
    size, plans = len(customers), tariffs()
    normal = rng.standard_normal((4, size))
    once = pd.DataFrame(
        {"gigabytes": 12 * np.exp(0.9 * normal[0]), "minutes": 160 * np.exp(0.8 * normal[1])}
    )
    tariff = bills(once, plans).argmin(axis=1)
    cautious = rng.random(size) < 0.25  # some choose one larger than they need
    tariff = np.minimum(tariff + cautious, len(plans) - 1)
    return pd.DataFrame(
        {
            "customer": customers["customer"].to_numpy(),
            "tariff": plans["tariff"].to_numpy()[tariff],
            "gigabytes": np.round(once["gigabytes"] * np.exp(0.1 + 0.4 * normal[2]), 1),
            "minutes": np.round(once["minutes"] * np.exp(0.35 * normal[3])),
        }
    )


def conversations(
    customers: pd.DataFrame,
    rng: np.random.Generator,
    used: pd.DataFrame,
    truth: ConversationTruth = CONVERSATION_TRUTH,
) -> pd.DataFrame:
    """Draw logged conversations.

    Parameters
    ----------
    customers : DataFrame
        With ``customer``.
    rng : Generator
        Source of randomness.
    used : DataFrame
        From `usage`, of the same customers.
    truth : ConversationTruth
        The true parameters.

    Returns
    -------
    DataFrame
        One row per call, in the columns of the dataset ``conversations``; ``saving`` follows from
        usage and tariffs.

    Examples
    --------
    >>> people = pd.DataFrame({"customer": ["C0000001"]})
    >>> rng = np.random.default_rng(1)
    >>> list(conversations(people, rng, usage(people, rng)).columns) == list(COLUMNS)
    True
    """
    called = rng.random(len(customers)) < truth.called
    names = customers["customer"].to_numpy(dtype=object)[called]
    saving = tariff_savings(used, tariffs())["saving"].to_numpy()[called]
    frame = simulate_calls(saving, rng, truth)
    frame.insert(0, "customer", names)
    frame.insert(0, "conversation", [f"V{name[1:]}" for name in names])
    for name in FACTS[1:]:
        frame[name] = np.where(frame[name] > 0, "yes", "no")
    return frame[list(COLUMNS)]


def draw_facts(
    saving: Floats, rng: np.random.Generator, truth: ConversationTruth = CONVERSATION_TRUTH
) -> pd.DataFrame:
    """Draw the facts of calls from customers with these savings: `FACTS`, as numbers."""
    size = len(saving)
    draws = rng.random((3, size))
    problem = draws[0] < truth.open_problem
    frame = pd.DataFrame({"saving": np.round(saving, 1), "open_problem": problem.astype(float)})
    frame["payoff"] = (draws[1] < truth.payoff).astype(float)
    frame["angry"] = (draws[2] < truth.angry * (1 + problem)).astype(float)
    return frame


def expected_values(facts: pd.DataFrame, truth: ConversationTruth = CONVERSATION_TRUTH) -> Floats:
    """Return the expected value of each action in each call, shape (n, 4).

    Examples
    --------
    >>> expected_values(pd.DataFrame([[0, 0, 0, 0]], columns=FACTS)).tolist()
    [[245.0, 190.0, 205.0, 165.0]]
    """
    slopes = np.array(truth.slopes)
    x = facts[list(FACTS)].to_numpy(dtype=float)
    total = np.repeat(slopes[None, :, 0], len(x), axis=0)
    for column in range(len(FACTS)):  # no matrix product: the same bytes on every machine
        total = total + x[:, column, None] * slopes[:, column + 1]
    return total


def simulate_calls(
    saving: Floats, rng: np.random.Generator, truth: ConversationTruth = CONVERSATION_TRUTH
) -> pd.DataFrame:
    """Draw calls with the probability of each action, the action taken, and its value.

    Returns
    -------
    DataFrame
        `FACTS` (yes is 1), ``action``, `PROBABILITIES` and ``value``.
    """
    facts = draw_facts(saving, rng, truth)
    prompt = _prompt(facts, truth)
    preferred = np.where(facts["angry"] > 0, ACTIONS.index("help"), ACTIONS.index("sell"))
    eye, free = np.eye(len(ACTIONS)), 1 - len(ACTIONS) * truth.floor
    mixed = truth.follows * eye[prompt] + (1 - truth.follows) * eye[preferred]
    probabilities = np.round(truth.floor + free * mixed, 4)
    action = (rng.random(len(facts))[:, None] > probabilities.cumsum(axis=1)).sum(axis=1)
    action = np.minimum(action, len(ACTIONS) - 1)
    value = expected_values(facts, truth)[np.arange(len(facts)), action]
    facts["action"] = np.array(ACTIONS, dtype=object)[action]
    facts[list(PROBABILITIES)] = probabilities
    facts["value"] = np.round(value + truth.noise * rng.standard_normal(len(facts)))
    return facts


def _prompt(facts: pd.DataFrame, truth: ConversationTruth) -> NDArray[np.int64]:
    return np.select(
        [facts["payoff"] > 0, facts["open_problem"] > 0, facts["saving"] > truth.suggest_above],
        [ACTIONS.index("retain"), ACTIONS.index("help"), ACTIONS.index("cheaper")],
        ACTIONS.index("sell"),
    ).astype(np.int64)


def draw_conversations(
    count: int, rng: np.random.Generator, truth: ConversationTruth = CONVERSATION_TRUTH
) -> pd.DataFrame:
    """Draw calls of unrelated customers, to use instead of the file.

    Examples
    --------
    >>> len(draw_conversations(5, np.random.default_rng(1)))
    5
    """
    people = pd.DataFrame({"customer": [f"{n}" for n in range(count)]})
    saving = tariff_savings(usage(people, rng), tariffs())["saving"].to_numpy()
    return simulate_calls(saving, rng, truth)


def true_parameters(truth: ConversationTruth = CONVERSATION_TRUTH) -> dict[str, Any]:
    """Return the true parameters, ready for JSON.

    Examples
    --------
    >>> true_parameters()["actions"]
    ['sell', 'cheaper', 'help', 'retain']
    """
    lists = {name: list(x) if isinstance(x, tuple) else x for name, x in asdict(truth).items()}
    lists["slopes"] = [list(row) for row in truth.slopes]
    return {"actions": list(ACTIONS), "facts": list(FACTS)} | lists


@lru_cache(maxsize=4)
def population(truth: ConversationTruth = CONVERSATION_TRUTH) -> dict[str, Any]:
    """Return the value of policies in a very large number of calls, per call.

    Returns
    -------
    dict
        ``always sell``, ``guided`` (the committed table of prompts) and ``guided with override``
        (the agent helps an angry customer instead of selling), ``best``; ``size``.
    """
    rng = np.random.default_rng(POPULATION_SEED)
    people = pd.DataFrame({"customer": np.arange(POPULATION_SIZE)})
    saving = tariff_savings(usage(people, rng), tariffs())["saving"].to_numpy()
    facts = draw_facts(saving, rng, truth)
    value, rows = expected_values(facts, truth), np.arange(POPULATION_SIZE)
    prompt = _prompt(facts, truth)
    angry = facts["angry"].to_numpy() > 0
    override = np.where(angry & (prompt == 0), ACTIONS.index("help"), prompt)
    taken = {"always sell": 0 * prompt, "guided": prompt, "guided with override": override}
    means = {name: float(value[rows, action].mean()) for name, action in taken.items()}
    means["best"] = float(value.max(axis=1).mean())
    return {name: round(mean, 3) for name, mean in means.items()} | {"size": POPULATION_SIZE}
