"""What workbook 02 says of tariffs, prompts and the value of policies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from cemlib.checks import one_of
from cemlib.findings import Finding
from cemlib.formats import currency, money
from cemlib.stats.estimates import Difference, Floats
from cemlib.studies.ladder.off_policy import DOUBLY_ROBUST, PolicyValue, least_supported
from cemlib.studies.ladder.off_policy import best_policy as best_of
from cemlib.studies.ladder.prompts import POLICIES
from cemlib.studies.ladder.tariffs import Overpayment
from cemlib.teach.markdown import Markdown, join_markdown, markdown
from cemlib.teach.sentences import interval, number, percent, signed
from cemlib.teach.tables import Table, table


def overpayment(overpaid: Overpayment) -> Markdown:
    """Say how many customers pay more than the cheapest tariff for their usage."""
    return markdown(
        """
        {share} of the customers pay more than the cheapest tariff for their usage, by a median of
        {median} per month; {share_above} overpay by more than {limit}.
        """,
        share=percent(overpaid.share),
        median=money(overpaid.median),
        share_above=percent(overpaid.share_above),
        limit=money(overpaid.limit),
    )


def prompts_table(prompts: pd.DataFrame, shares: Floats | None = None) -> Table:
    """Return the prompts as a table to show, with the share of calls in which each is shown."""
    conditions = [
        "always" if how == "always" else f"{str(fact).replace('_', ' ')} {how} {value}"
        for fact, how, value in prompts[["fact", "comparison", "value"]].itertuples(index=False)
    ]
    shown = pd.DataFrame(
        {
            "condition": conditions,
            "prompt": prompts["prompt"],
            "text on the screen": prompts["words_en"],
        }
    )
    if shares is None:
        return table(shown, "The prompts")
    shown["share of calls"] = shares
    return table(shown, "The prompts, and how often each is shown", {"share of calls": percent})


def best_policy(
    values: Mapping[str, PolicyValue],
    guided: Difference | None,
    override: Difference | None,
    logged: float,
) -> Markdown:
    """Say which policy the log favours, and for which one the evidence is thinnest.

    Parameters
    ----------
    values : mapping of str to PolicyValue
        Policy → its value.
    guided, override : Difference, optional
        Guided minus always selling, and guided with override minus guided; None if not known.
    logged : float
        Mean value of the calls as logged.
    """
    if not values:
        return Markdown(
            "No policy can be valued: the log does not hold the probability of each action and the "
            "value that followed, or never takes the actions of a policy."
        )
    best, thinnest = best_of(values), least_supported(values)
    robust = values[best].values[DOUBLY_ROBUST]
    gains = []
    if guided is not None:
        gains.append(
            markdown(
                "Guided conversations are worth **{guided}** per call compared with always selling "
                "({guided_interval}).",
                guided=_signed_money(guided.estimate),
                guided_interval=interval(*guided.interval(), 0),
            )
        )
    if override is not None:
        gains.append(
            markdown(
                "The agent's override changes this by {override} ({override_interval}).",
                override=_signed_money(override.estimate, 1),
                override_interval=interval(*override.interval(), 1),
            )
        )
    return markdown(
        """
        {favoured} **{best}**: {value} per call ({value_interval}), against {logged} for
        the calls as logged. {gains} Evidence is thinnest for *{thinnest}*: its effective sample
        size is {effective} calls, and the largest weight of a call is {weight}.
        The self-normalised interval of a rare policy covers its value in 93% of logs.
        """,
        favoured=_favoured(values, best),
        best=best,
        value=money(robust.estimate),
        value_interval=interval(*robust.interval(), 0),
        logged=money(logged),
        gains=join_markdown(gains) if gains else "",
        thinnest=thinnest,
        effective=number(values[thinnest].effective, 0),
        weight=number(values[thinnest].largest_weight, 1),
    )


def _favoured(values: Mapping[str, PolicyValue], best: str) -> str:
    """Say that the log favours a policy only if it is worth more than every other."""
    gaps = [values[best].minus(value) for name, value in values.items() if name != best]
    clear = all(gap.interval()[0] > 0 for gap in gaps)
    return "The log favours" if clear else "Not clearly ahead of the others, but highest, is"


def policy_table(compared: pd.DataFrame) -> Table:
    """Return `cemlib.studies.ladder.off_policy.values_beside_truth` as a table to show."""
    names = {"estimate": f"value per call ({currency()})", "true_value": "true value"}
    shown = compared.rename(columns=names | {"covered": "95% interval covers it"})
    return table(shown, "Values of the policies with 95% intervals, and true values")


def policy_findings(
    values: Mapping[str, PolicyValue],
    policy: str,
    guided: Difference | None,
    override: Difference | None,
) -> Iterator[Finding]:
    """Yield the value of one policy by each estimator, and the gains from guiding."""
    if one_of("policy", policy, POLICIES) not in values:
        return
    for estimator, value in values[policy].values.items():
        key = "_".join(estimator.replace("-", " ").split())
        yield Finding(
            f"policy_value_{key}", value.estimate, f"{currency()} per call",
            f"Estimated value of the policy '{policy}', {estimator}.", *value.interval(),
        )  # fmt: skip
    for name, gain, sentence in (
        ("gain_of_guided_over_selling", guided,
         "Value of guided conversations minus that of always selling, doubly robust."),
        ("gain_of_override_over_guided", override,
         "Value of the prompts with the agent's override minus that of the prompts alone."),
    ):  # fmt: skip
        if gain is not None:
            unit = f"{currency()} per call"
            yield Finding(name, gain.estimate, unit, sentence, *gain.interval())
    yield Finding(
        "effective_sample_size", values[policy].effective, "calls",
        f"Effective number of logged calls for the policy '{policy}'.",
    )  # fmt: skip


def _signed_money(value: float, digits: int = 0) -> str:
    return ("+" if signed(value, digits).startswith("+") else "") + money(value, digits)
