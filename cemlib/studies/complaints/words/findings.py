"""Findings of workbook 06."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from cemlib.checks import one_of
from cemlib.findings import Finding
from cemlib.formats import currency, percent
from cemlib.stats.estimates import Estimates
from cemlib.studies.complaints.case import Replay
from cemlib.studies.complaints.equivalence import Equivalence
from cemlib.studies.complaints.justice import Ranking as JusticeRanking
from cemlib.studies.complaints.policies import NAMES, Ranking
from cemlib.studies.complaints.promises import Promise
from cemlib.studies.complaints.rates import RateRatio

_VERDICTS = {
    "higher": "higher after a good recovery",
    "lower": "lower after a good recovery",
    "equivalent": "the difference is too small to matter",
    "inconclusive": "neither a difference nor equivalence is shown",
}


def case_findings(replay: Replay) -> Iterator[Finding]:
    """Yield the longest gap without contact in a case."""
    if replay.silences["minutes"].notna().any():
        hours = float(replay.longest_silence["minutes"] / 60)
        yield Finding("longest_silence", hours, "hours", "Longest gap without contact in the case.")


def promise_findings(promise: Promise, noun: str = "repair") -> Iterator[Finding]:
    """Yield the best promise for a repair or an answer, and how often one that was made is kept."""
    a = "an" if noun == "answer" else "a"
    yield Finding(
        "best_promise", promise.hours, "hours",
        f"Promise for {a} {noun} with the lowest mean cost.", promise.low, promise.high,
    )  # fmt: skip
    if promise.made is not None:
        yield Finding(
            "share_within_promise", promise.made_kept, f"share of {noun}s (0–1)",
            f"Share of {noun}s that keep a promise of {promise.made:g} hours.",
        )  # fmt: skip


def silence_findings(gaps: pd.Series) -> Iterator[Finding]:
    """Yield the median of the longest gaps of complaints, from `promises.longest_gaps`."""
    yield Finding(
        "median_silence", float(gaps.median()), "hours",
        "Median over complaints of the longest time without a recorded step before the answer.",
    )  # fmt: skip


def worth_findings(worth: pd.DataFrame) -> Iterator[Finding]:
    """Yield the worth of an apology, from `response.worth_of_parts`."""
    apology = worth.set_index("part").loc["apology"]
    yield Finding(
        "worth_of_apology", float(apology["worth"]), "share of the loss",
        "Worth of an apology to the customer, as a share of the loss.",
        float(apology["low"]), float(apology["high"]),
    )  # fmt: skip


def policy_findings(compared: pd.DataFrame, ranking: Ranking, policy: str) -> Iterator[Finding]:
    """Yield the best policy for the company, and results of one policy."""
    best = compared.set_index("policy").loc[ranking.best_for_company]
    yield Finding(
        "best_policy", NAMES[ranking.best_for_company], "",
        "Policy with the largest mean gain for the company, "
        f"the largest in {percent(best['best_share'])} of the draws.",
    )  # fmt: skip
    rows = compared.set_index("policy")
    row, name = rows.loc[one_of("policy", policy, tuple(rows.index))], NAMES[policy]
    for side, column in (("company", "realised"), ("customer", "customer")):
        yield Finding(
            f"policy_{side}", row[column], f"{currency()} per complaint",
            f"Mean gain of the {side} compared with no answer, policy: {name}.",
            row[f"{column}_low"], row[f"{column}_high"],
        )  # fmt: skip
    if policy != "deny":
        yield Finding(
            "policy_gain_over_deny", row["gain_over_deny"], f"{currency()} per complaint",
            f"Mean gain of the company compared with denial, same random draws, policy: {name}.",
            row["gain_over_deny_low"], row["gain_over_deny_high"],
        )  # fmt: skip
    yield Finding(
        "policy_share_sd", row["share_sd"], "share of the loss (0–1)",
        f"Standard deviation of the compensated share among similar cases, policy: {name}.",
        row["share_sd_low"], row["share_sd_high"],
    )  # fmt: skip
    yield Finding(
        "policy_company_worse_off", row["company_worse_off"], "share of complaints (0–1)",
        f"Share of complaints that cost the company more than they bring, policy: {name}.",
        row["company_worse_off_low"], row["company_worse_off_high"],
    )  # fmt: skip


def justice_findings(
    parts: Mapping[str, Mapping[str, Estimates]], rankings: Mapping[str, JusticeRanking]
) -> Iterator[Finding]:
    """Yield the indirect effect of the strongest kind of justice on each outcome."""
    for outcome, ranking in rankings.items():
        indirect, kind = parts[outcome]["indirect"], ranking.causes[0]
        index = indirect.names.index(kind)
        low, high = indirect.interval()
        yield Finding(
            f"{kind}_to_{outcome.lower().replace(' ', '_')}",
            float(indirect.values[index]), "points per point of justice",
            f"{outcome}: indirect effect of {kind} justice through satisfaction with the handling; "
            "such an interval covers the true effect in 93% of logs.",
            float(low[index]), float(high[index]),
        )  # fmt: skip


def recovery_findings(comparisons: Mapping[str, Equivalence]) -> Iterator[Finding]:
    """Yield the changes among customers who received a good recovery."""
    for name, each in comparisons.items():
        low, high = each.interval()
        yield Finding(
            f"change_in_{name.replace(' ', '_')}", each.estimate, "scale points",
            f"Change in {name} among customers who received a good recovery: "
            f"{_VERDICTS[each.verdict()]}.",
            low, high,
        )  # fmt: skip


def cause_findings(ratio: RateRatio | None, failure: str) -> Iterator[Finding]:
    """Yield the rate ratio after the removal of a cause, if it is finite."""
    if ratio is not None and np.isfinite(ratio.high):
        yield Finding(
            "rate_ratio_after_removal", ratio.ratio, "times the rate before",
            f"Rate of complaints about {failure} after the removal, relative to its trend.",
            ratio.low, ratio.high,
        )  # fmt: skip
