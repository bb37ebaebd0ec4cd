"""Policies for a whole log of complaints: what each is worth, to whom, and how alike it treats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Floats, percentile_interval, significant, weighted_means
from cemlib.stats.response import OUTCOMES
from cemlib.studies.complaints.answers import REFUSAL, Gains, capped, picked, recommend

POLICIES = ("deny", "flat", "full", "nash", "nash capped")


@dataclass(frozen=True)
class Rules:
    """How the policies answer.

    Attributes
    ----------
    flat : float
        Compensation of the flat policy, yuan; never more than the loss.
    authority : float
        Largest compensation without asking, yuan.
    usual_hours : float
        Hours until an answer where no policy hurries.
    weight : float
        The customer's weight in the Nash solution.
    """

    flat: float = 50.0
    authority: float = 100.0
    usual_hours: float = 24.0
    weight: float = 0.5

    def __post_init__(self) -> None:
        """Refuse what is negative."""
        for name in ("flat", "authority", "usual_hours"):
            checks.between(name, getattr(self, name), 0)


def answers_of(
    policy: str, gains: Gains, menu: pd.DataFrame, rules: Rules | None = None
) -> pd.DataFrame:
    """Return how a policy answers each complaint.

    Parameters
    ----------
    policy : str
        "deny": an explanation and nothing more; "flat": the same sum for all, with an apology;
        "full": everything the customer could ask for, at once; "nash": the Nash answer of the
        menu; "nash capped": the same, its compensation under a cap.
    gains : Gains
        What answers gain.
    menu : DataFrame
        Answers to choose from.
    rules : Rules, optional
        The policies' numbers.

    Returns
    -------
    DataFrame, n rows
        The answer to each complaint, in the columns of the menu. Where no answer of the menu
        leaves both sides better off the Nash policies explain and pay nothing, as "deny".

    Raises
    ------
    ValueError
        If there is no such policy.
    """
    checks.one_of("policy", policy, POLICIES)
    rules = rules or Rules()
    loss = gains.loss
    refusal = {**REFUSAL, "hours": rules.usual_hours}
    deny = pd.DataFrame([refusal] * len(loss), columns=list(menu.columns), dtype=float)
    if policy == "deny":
        return deny
    if policy == "flat":
        share = np.divide(rules.flat, loss, out=np.zeros(len(loss)), where=loss > 0)
        return deny.assign(apology=1.0, share=np.minimum(share, 1.0))
    if policy == "full":
        everything = {"apology": 1.0, "explanation": 1.0, "temporary_fix": 1.0, "share": 1.0}
        return deny.assign(**everything, hours=float(menu["hours"].min()))
    cap = rules.authority if policy == "nash capped" else np.inf
    place = recommend(gains, menu, weight=rules.weight, authority=cap)
    answers = picked(menu, place, refusal)
    return answers.assign(share=capped(answers["share"], loss, cap))


def play(
    gains: Gains, menu: pd.DataFrame, luck: ArrayLike, rules: Rules | None = None
) -> dict[str, pd.DataFrame]:
    """Play every policy over the same log with the same luck.

    Common random numbers: a customer whom one policy keeps by a hair is drawn by the same number
    under the others, so that policies differ by what they do and not by chance.

    Parameters
    ----------
    gains : Gains
        What answers gain.
    menu : DataFrame
        Answers to choose from.
    luck : array_like, shape (n, 3)
        Uniform numbers: whether each stays, speaks well, goes to the regulator.
    rules : Rules, optional
        The policies' numbers.

    Returns
    -------
    dict of str to DataFrame
        For each of `POLICIES` a row a complaint: share and hours of the answer; customer, company
        (expected gains over silence), compensation, cost; stayed, spoke_well, regulator (drawn)
        and realised: the company's gain as drawn.
    """
    draws = checks.matrix("luck", luck, columns=3)
    if len(draws) != len(gains.loss):
        raise checks.invalid_argument("luck", draws.shape, f"a row a complaint, {len(gains.loss)}")
    results = {}
    for policy in POLICIES:
        answers = answers_of(policy, gains, menu, rules)
        frame = gains.each(answers)
        for column, name in enumerate(OUTCOMES):
            if name in frame:
                frame[name] = (draws[:, column] < frame[name]).astype(float)
        earned = gains.earned({name: frame[name].to_numpy() for name in OUTCOMES if name in frame})
        frame["realised"] = earned - frame["compensation"] - frame["cost"] - gains.silent
        results[policy] = frame.assign(
            share=answers["share"].to_numpy(), hours=answers["hours"].to_numpy()
        )
    return results


def likes(log: pd.DataFrame, bands: int = 5) -> pd.Series:
    """Return the group of like cases of each complaint: the same failure, about the same loss.

    Examples
    --------
    >>> log = pd.DataFrame({"failure": ["a", "a", "b"], "loss": [10.0, 500.0, 10.0]})
    >>> likes(log, 2).nunique()
    3
    """
    band = pd.qcut(log["loss"].rank(method="first"), min(bands, len(log)), labels=False)
    kind = log["failure"].astype(str) if "failure" in log else pd.Series("any", index=log.index)
    return kind + " " + band.astype(str)


def spread(values: pd.Series, groups: pd.Series) -> float:
    """Return how far like cases are treated apart: the pooled standard deviation within groups.

    Parameters
    ----------
    values : Series, length n
        What each got, say the share of the loss that was paid.
    groups : Series, length n
        From `likes`.

    Returns
    -------
    float
        In the units of the values; 0 where all like cases get the same. Missing where no group
        has two cases.

    Examples
    --------
    >>> spread(pd.Series([0.0, 1.0, 0.5, 0.5]), pd.Series(["a", "a", "b", "b"]))
    0.5
    """
    by = values.groupby(groups.to_numpy())
    within = ((values - by.transform("mean")) ** 2).sum()
    degrees = len(values) - by.ngroups
    return float(np.sqrt(within / degrees)) if degrees > 0 else np.nan


def compare(
    played: dict[str, pd.DataFrame], log: pd.DataFrame, gains: Gains, weights: ArrayLike
) -> pd.DataFrame:
    """Compare policies: value to both sides, spread among like cases, and who loses.

    Parameters
    ----------
    played : dict
        From `play`.
    log : DataFrame, n rows
        The complaints, for groups of like cases.
    gains : Gains
        For what the customer has without an agreement.
    weights : array_like, shape (B, n)
        Resamples of complaints, the same for all policies.

    Returns
    -------
    DataFrame
        A row a policy: policy; customer, company and realised (mean yuan a complaint over silence)
        with _low and _high; over_deny: realised less that of "deny", with interval, on the same
        luck; compensation and hours (means), stayed (share); spread of the compensated share among
        like cases; favour: mean share of the third whose fees are highest less that of the lowest
        third; customers_lose and company_loses: shares of complaints worse than no agreement.
    """
    counts, groups, rows = np.asarray(weights, dtype=float), likes(log), []
    third = pd.qcut(pd.Series(gains.lifetime).rank(method="first"), 3, labels=False).to_numpy()
    base = played["deny"]["realised"].to_numpy()
    for policy, frame in played.items():
        measures = {name: frame[name].to_numpy() for name in ("customer", "company", "realised")}
        measures["over_deny"] = measures["realised"] - base
        row: dict[str, object] = {"policy": policy, **_means(measures, counts)}
        share = frame["share"]
        row |= {
            "compensation": frame["compensation"].mean(),
            "hours": frame["hours"].mean(),
            "stayed": frame["stayed"].mean(),
            "spread": spread(share.reset_index(drop=True), groups),
            "favour": share[third == 2].mean() - share[third == 0].mean(),
            "customers_lose": float((significant(frame["customer"] - gains.outside) < 0).mean()),
            "company_loses": float((significant(frame["company"]) < 0).mean()),
        }
        rows.append(row)
    return pd.DataFrame(rows)


def _means(measures: dict[str, Floats], counts: Floats) -> dict[str, float]:
    values = np.column_stack(list(measures.values()))
    low, high = percentile_interval(weighted_means(values, counts))
    row: dict[str, float] = {}
    for place, name in enumerate(measures):
        row |= {name: float(values[:, place].mean()), f"{name}_low": float(low[place])}
        row[f"{name}_high"] = float(high[place])
    return row


def by_authority(
    caps: Sequence[float],
    gains: Gains,
    menu: pd.DataFrame,
    log: pd.DataFrame,
    luck: ArrayLike,
    weights: ArrayLike,
    rules: Rules,
) -> dict[float, pd.DataFrame]:
    """Compare the policies under several limits of authority, on the same luck.

    Parameters
    ----------
    caps : sequence of float
        Largest compensation without asking, yuan.
    gains, menu, luck
        As for `play`.
    log, weights
        As for `compare`.
    rules : Rules
        The policies' other numbers.

    Returns
    -------
    dict of float to DataFrame
        Limit → from `compare`.
    """
    return {
        cap: compare(play(gains, menu, luck, replace(rules, authority=cap)), log, gains, weights)
        for cap in caps
    }
