"""What better answers and shorter menus keep in a quarter, against what they cost."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.levers import Lever, doubtful
from cemlib.studies.value.menus import read_out
from cemlib.studies.value.reliability import policy_effects
from cemlib.studies.value.spoken_menus import SpokenMenu


def coaching_lever(
    answers: pd.DataFrame,
    policy: str,
    *,
    agents: int,
    enquiries: float,
    coaching_cost: float,
    worth: ArrayLike,
    rng: np.random.Generator,
) -> Lever:
    """Return what it keeps to coach agents in a quality policy.

    Parameters
    ----------
    answers : DataFrame
        From `cemlib.studies.value.reliability.majority_judgements`.
    policy : str
        The policy whose effect on reliable answers is estimated.
    agents : int
        Agents who could still be coached, at least 1.
    enquiries : float
        Their enquiries in a quarter, shared equally among them.
    coaching_cost : float
        Money that coaching an agent costs a quarter, more than 0.
    worth : array_like, shape (B,)
        Money saved per reliable answer more, as draws.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    Lever
        Its results are reliable answers: certain and correct.

    Raises
    ------
    ValueError
        If a number is out of range, or the answers do not compare two agents or more under the
        policy with two or more under others.

    Examples
    --------
    >>> frame = pd.DataFrame({
    ...     "agent": list("aabbccdd"), "policy": ["marks"] * 4 + ["trust"] * 4,
    ...     "reliable": [0, 0, 1, 0, 1, 0, 1, 1], "hedged": 0, "correct": 1})
    >>> lever = coaching_lever(frame, "trust", agents=4, enquiries=800, coaching_cost=50,
    ...     worth=np.ones(9000), rng=np.random.default_rng(1))
    >>> lever.spend.tolist(), round(float(np.median(lever.results[:, -1])), -2)
    ([0.0, 50.0, 100.0, 150.0, 200.0], 400.0)
    """
    count = int(checks.between("agents", agents, 1, whole=True))
    checks.between("enquiries", enquiries, 1e-9)
    checks.between("coaching_cost", coaching_cost, 1e-9)
    drawn = checks.vector("worth", worth)
    known = _compared(answers, policy)
    effect = policy_effects(known, policy, ["reliable"])["reliable"]
    noise = rng.standard_t(effect.degrees, len(drawn)) * effect.standard_error
    coached = np.unique(np.linspace(0, count, min(count, 10) + 1).round())
    per_agent = enquiries / count * (effect.estimate + noise)
    return Lever(
        name="answer coaching",
        unit="reliable answers",
        spend=coached * coaching_cost,
        results=per_agent[:, None] * coached,
        worth=drawn,
        assumes="agents were assigned to the policies by lot, and a reliable answer spares a call",
        datasets=("answers", "enquiries"),
        whole=True,
        observations=len(known),
    )


def not_under(answers: pd.DataFrame, policy: str) -> int:
    """Return how many agents do not work under a policy yet; all if no policy is known.

    Examples
    --------
    >>> frame = pd.DataFrame({"agent": list("aab"), "policy": ["trust", "trust", "marks"]})
    >>> not_under(frame, "trust")
    1
    """
    under = answers.loc[answers["policy"] == policy, "agent"] if "policy" in answers else []
    return int(answers["agent"].nunique() - len(set(under)))


def _compared(answers: pd.DataFrame, policy: str) -> pd.DataFrame:
    """Return the answers that compare a policy with others, if agents on both sides vary."""
    if "policy" not in answers:
        known, agents = answers.head(0), pd.Series(dtype=int)
    else:
        known = answers.dropna(subset=["policy", "reliable"])
        agents = known.groupby(known["policy"] == policy)["agent"].nunique()
    if len(agents) < 2 or agents.min() < 2:  # the error of one agent's mean would count as 0
        wanted = "one of two policies or more in the column policy of the answers, with two agents"
        raise checks.invalid_argument("policy", policy, f"{wanted} or more under it and not")
    return known


def menu_lever(
    menu: SpokenMenu,
    *,
    calls: float,
    cost: float,
    doubt: float,
    worth: ArrayLike,
    rng: np.random.Generator,
) -> Lever:
    """Return what it keeps to tell a price list by a layered menu, not to read it out.

    Parameters
    ----------
    menu : SpokenMenu
        From `cemlib.studies.value.spoken_menus.spoken_menu`.
    calls : float
        Calls in a quarter in which the list is told.
    cost : float
        Money that the menu costs a quarter, more than 0.
    doubt : float
        Share by which the seconds saved may be wrong, as in `cemlib.stats.levers.doubtful`.
    worth : array_like, shape (B,)
        Money per agent's hour, as draws.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    Lever
        Its results are hours of agents.

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> from cemlib.studies.value.menus import Voice
    >>> from cemlib.studies.value.spoken_menus import spoken_menu
    >>> offers = pd.DataFrame({"offer": range(24), "share": 1.0, "seconds": 20.0})
    >>> lever = menu_lever(spoken_menu(offers, Voice()), calls=3600, cost=100, doubt=0.0,
    ...     worth=np.ones(2), rng=np.random.default_rng(1))
    >>> lever.results.round(2).tolist()
    [[0.0, 217.15], [0.0, 217.15]]
    """
    checks.between("calls", calls, 1e-9)
    checks.between("cost", cost, 1e-9)
    drawn = checks.vector("worth", worth)
    today, _ = read_out(menu.shares, menu.offers["seconds"])
    saved = today - menu.seconds(menu.menu) - menu.explaining
    hours = calls * doubtful(saved, doubt, len(drawn), rng) / 3600
    return Lever(
        name="layered menu",
        unit="hours of agents",
        spend=np.array([0.0, cost]),
        results=np.column_stack([np.zeros(len(drawn)), hours]),
        worth=drawn,
        assumes="agents read the list out today, and time saved is used for other work",
        datasets=("offers",),
        whole=True,
    )
