"""Policies for a whole log of complaints: value to both sides, and equal treatment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Floats, percentile_interval, significant, weighted_means
from cemlib.studies.complaints.answers import REFUSAL, selected_answers
from cemlib.studies.complaints.gains import Gains, capped_share, recommend
from cemlib.studies.complaints.policy_draws import drawn_unequal, drawn_values, same_draws
from cemlib.studies.complaints.response import OUTCOMES

NAMES = {
    "deny": "deny",
    "flat": "the same for all",
    "full": "always right",
    "nash": "Nash",
    "nash capped": "Nash within authority",
}
POLICIES = tuple(NAMES)
_CAPPED = "nash capped"


@dataclass(frozen=True)
class Rules:
    """Numbers that the policies use.

    Attributes
    ----------
    flat : float
        Compensation under the flat policy, money; never more than the loss.
    authority : float
        Largest compensation without approval, money.
    usual_hours : float
        Hours until an answer under policies that do not answer faster.
    weight : float
        The customer's weight in the Nash solution.
    """

    flat: float = 50.0
    authority: float = 100.0
    usual_hours: float = 24.0
    weight: float = 0.5

    def __post_init__(self) -> None:
        """Refuse negative numbers."""
        for name in ("flat", "authority", "usual_hours"):
            checks.between(name, getattr(self, name), 0)


def policy_answers(
    policy: str, gains: Gains, menu: pd.DataFrame, rules: Rules | None = None
) -> pd.DataFrame:
    """Return the answer of a policy to each complaint.

    Parameters
    ----------
    policy : str
        "deny": an explanation only; "flat": the same sum for all, with an apology; "full": every
        part of an answer, as fast as possible; "nash": the Nash answer of the menu; "nash capped":
        the same, with its compensation limited by the authority.
    gains : Gains
        Gains of answers.
    menu : DataFrame
        Answers to choose from.
    rules : Rules, optional
        The policies' numbers.

    Returns
    -------
    DataFrame, n rows
        The answer to each complaint, in the columns of the menu. Where no answer leaves both sides
        better off, the Nash policies answer like "deny".

    Raises
    ------
    ValueError
        If the policy is unknown.
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
    index = recommend(gains, menu, weight=rules.weight, authority=cap)
    answers = selected_answers(menu, index, refusal)
    return answers.assign(share=capped_share(answers["share"], loss, cap))


def simulate_policies(
    gains: Gains,
    menu: pd.DataFrame,
    uniforms: ArrayLike,
    rules: Rules | None = None,
    names: Sequence[str] = POLICIES,
) -> dict[str, pd.DataFrame]:
    """Simulate every policy on the same log, with common random numbers.

    Each customer's outcomes come from the same uniform numbers under every policy, so that random
    variation largely cancels from differences between policies.

    Parameters
    ----------
    gains : Gains
        Gains of answers.
    menu : DataFrame
        Answers to choose from.
    uniforms : array_like, shape (n, 3)
        Uniform random numbers in [0, 1) that decide whether each stays, speaks well, goes to the
        regulator.
    rules : Rules, optional
        The policies' numbers.
    names : sequence of str
        The policies to simulate.

    Returns
    -------
    dict of str to DataFrame
        For each of the names one row per complaint: the answer, in the columns of the menu;
        customer, company (expected gains over silence), compensation, cost, all in money; stayed,
        spoke_well, regulator (simulated, 0 or 1) and realised: the company's gain with these
        outcomes, money.
    """
    draws = checks.matrix("uniforms", uniforms, columns=3)
    if len(draws) != len(gains.loss):
        rows = f"one row per complaint, {len(gains.loss)}"
        raise checks.invalid_argument("uniforms", draws.shape, rows)
    results = {}
    for policy in names:
        answers = policy_answers(policy, gains, menu, rules)
        frame = gains.evaluate(answers)
        for column, name in enumerate(OUTCOMES):
            if name in frame:
                frame[name] = (draws[:, column] < frame[name]).astype(float)
        outcomes = {name: frame[name].to_numpy() for name in OUTCOMES if name in frame}
        value = gains.outcome_value(outcomes)
        frame["realised"] = value - frame["compensation"] - frame["cost"] - gains.silent
        results[policy] = frame.assign(**{name: answers[name].to_numpy() for name in answers})
    return results


def limits_around(authority: float) -> list[float]:
    """Return limits of authority to compare: none, half, the limit, twice the limit.

    Examples
    --------
    >>> limits_around(100.0), limits_around(0.0)
    ([0.0, 50.0, 100.0, 200.0], [0.0, 1.0])
    """
    limits = sorted({0.0, authority / 2, float(authority), 2.0 * authority})
    return limits if len(limits) > 1 else [0.0, 1.0]


def last_year(log: pd.DataFrame) -> pd.DataFrame:
    """Return the complaints of the last 365 days of a log, under their old index.

    Examples
    --------
    >>> log = pd.DataFrame({"received": pd.to_datetime(["2024-01-01", "2026-01-01"])})
    >>> last_year(log).index.tolist()
    [1]
    """
    since = log["received"].max() - pd.Timedelta(days=365)
    return log[log["received"] >= since]


def similar_cases(log: pd.DataFrame, bands: int = 5) -> pd.Series:
    """Return the group of similar cases of each complaint: same failure, about the same loss.

    Examples
    --------
    >>> log = pd.DataFrame({"failure": ["a", "a", "b"], "loss": [10.0, 500.0, 10.0]})
    >>> similar_cases(log, 2).nunique()
    3
    """
    band = pd.qcut(log["loss"].rank(method="first"), min(bands, len(log)), labels=False)
    kind = log["failure"].astype(str) if "failure" in log else pd.Series("any", index=log.index)
    return kind + " " + band.astype(str)


def within_group_sd(values: pd.Series, groups: pd.Series) -> float:
    """Return the pooled standard deviation within groups: how unequally similar cases are treated.

    Parameters
    ----------
    values : Series, length n
        What each case received, such as the share of the loss that was paid.
    groups : Series, length n
        From `similar_cases`.

    Returns
    -------
    float
        In the units of the values; 0 if all similar cases receive the same. Missing if no group
        has two cases.

    Examples
    --------
    >>> within_group_sd(pd.Series([0.0, 1.0, 0.5, 0.5]), pd.Series(["a", "a", "b", "b"]))
    0.5
    """
    grouped = values.groupby(groups.to_numpy())
    squares = ((values - grouped.transform("mean")) ** 2).sum()
    degrees = len(values) - grouped.ngroups
    return float(np.sqrt(squares / degrees)) if degrees > 0 else np.nan


def compare(
    simulated: dict[str, pd.DataFrame],
    log: pd.DataFrame,
    gains: Gains,
    uniforms: ArrayLike,
    weights: ArrayLike,
) -> pd.DataFrame:
    """Compare policies: value to both sides, equal treatment, and who is worse off.

    Parameters
    ----------
    simulated : dict
        From `simulate_policies`.
    log : DataFrame, n rows
        The complaints, for groups of similar cases.
    gains : Gains
        For the customers' gains without an agreement, and the draws of the response.
    uniforms : array_like, shape (n, 3)
        As for `simulate_policies`.
    weights : array_like, shape (B, n)
        Resamples of complaints, those to which the draws of the response were fitted.

    Returns
    -------
    DataFrame
        One row per policy: policy; each of the following with _low and _high, from the draws of
        the response together with the resamples (`policy_draws.drawn_values`): customer, company,
        realised (mean gain over silence, money per complaint); gain_over_deny: paired difference
        of realised from "deny"; stayed (share); customers_worse_off and company_worse_off: shares
        of complaints with less than without an agreement; share_sd: standard deviation of the
        compensated share among similar cases; fee_gap: mean compensated share of the third with
        the highest fees minus that of the lowest third. Further compensation and hours (means),
        and best_share: share of the draws in which realised is the largest.
    """
    drawn = drawn_values(gains, simulated, uniforms, weights)
    return _table(simulated, drawn, log, gains, same_draws(gains, weights))


def _table(
    simulated: Mapping[str, pd.DataFrame],
    drawn: Mapping[str, dict[str, Floats]],
    log: pd.DataFrame,
    gains: Gains,
    counts: Floats,
) -> pd.DataFrame:
    groups = similar_cases(log)
    third = pd.qcut(pd.Series(gains.lifetime).rank(method="first"), 3, labels=False).to_numpy()
    deny, rows = simulated["deny"]["realised"], []
    for policy, frame in simulated.items():
        share = frame["share"].reset_index(drop=True)
        point = {name: frame[name].mean() for name in ("customer", "company", "realised", "stayed")}
        point["gain_over_deny"] = float((frame["realised"] - deny).mean())
        point["customers_worse_off"] = _negative(frame["customer"] - gains.outside)
        point["company_worse_off"] = _negative(frame["company"])
        point["share_sd"] = within_group_sd(share, groups)
        point["fee_gap"] = share[third == 2].mean() - share[third == 0].mean()
        draws = dict(drawn[policy])
        draws["gain_over_deny"] = draws["realised"] - drawn["deny"]["realised"]
        draws["share_sd"] = drawn_unequal(share, groups, counts)
        thirds = [
            weighted_means(share[third == at].to_frame(), counts[:, third == at]) for at in (0, 2)
        ]
        draws["fee_gap"] = (thirds[1] - thirds[0])[:, 0]
        row: dict[str, object] = {"policy": policy}
        for name, value in point.items():
            low, high = percentile_interval(draws[name])
            row |= {name: float(value), f"{name}_low": float(low), f"{name}_high": float(high)}
        means = {name: frame[name].mean() for name in ("compensation", "hours")}
        rows.append(row | means)
    realised = np.column_stack([drawn[policy]["realised"] for policy in simulated])
    best = significant(realised).argmax(axis=1)
    table = pd.DataFrame(rows)
    return table.assign(best_share=[float((best == at).mean()) for at in range(len(rows))])


def _negative(values: pd.Series) -> float:
    return float((significant(values) < 0).mean())


def compare_by_authority(
    gains: Gains,
    menu: pd.DataFrame,
    log: pd.DataFrame,
    uniforms: ArrayLike,
    weights: ArrayLike,
    rules: Rules,
) -> dict[float, pd.DataFrame]:
    """Compare the policies under several limits of authority, with common random numbers.

    Parameters
    ----------
    gains, menu, uniforms
        As for `simulate_policies`.
    log, weights
        As for `compare`.
    rules : Rules
        The policies' numbers.

    Returns
    -------
    dict of float to DataFrame
        Each limit of `limits_around` the rules' → from `compare`.
    """
    limits, rest = limits_around(rules.authority), [name for name in POLICIES if name != _CAPPED]
    frames: dict[tuple[str, float | None], pd.DataFrame] = {
        (_CAPPED, limit): simulate_policies(
            gains, menu, uniforms, replace(rules, authority=limit), (_CAPPED,)
        )[_CAPPED]
        for limit in limits
    }
    frames |= {
        (name, None): frame
        for name, frame in simulate_policies(gains, menu, uniforms, rules, rest).items()
    }
    drawn, counts = drawn_values(gains, frames, uniforms, weights), same_draws(gains, weights)
    tables = {}
    for limit in limits:
        keys = {name: (name, limit if name == _CAPPED else None) for name in POLICIES}
        simulated = {name: frames[key] for name, key in keys.items()}
        own = {name: drawn[key] for name, key in keys.items()}
        tables[limit] = _table(simulated, own, log, gains, counts)
    return tables


@dataclass(frozen=True)
class Ranking:
    """Policies that stand out in a comparison, by name.

    Attributes
    ----------
    best_for_company, best_for_customer : str
        Largest mean gain of each side.
    least_equal : str
        Largest standard deviation of the compensated share among similar cases.
    most_refused : str
        Largest share of customers who are worse off than without an agreement.
    """

    best_for_company: str
    best_for_customer: str
    least_equal: str
    most_refused: str


def rank(table: pd.DataFrame) -> Ranking:
    """Return the policies that stand out; the first of those that are equal.

    Parameters
    ----------
    table : DataFrame
        From `compare`.

    Examples
    --------
    >>> table = pd.DataFrame({"policy": ["deny", "nash"], "realised": [1.0, 2.0]})
    >>> table = table.assign(customer=[3, 4], share_sd=[0, 0.1], customers_worse_off=[0.2, 0])
    >>> rank(table).best_for_company, rank(table).most_refused
    ('nash', 'deny')
    """
    rows = table.set_index("policy")
    columns = ("realised", "customer", "share_sd", "customers_worse_off")
    return Ranking(*(str(significant(rows[name]).idxmax()) for name in columns))
