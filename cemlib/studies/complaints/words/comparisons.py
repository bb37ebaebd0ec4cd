"""Sentences of workbook 06 that compare: good recoveries, and policies."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cemlib.formats import money
from cemlib.studies.complaints.equivalence import Equivalence, Selection
from cemlib.studies.complaints.policies import NAMES, Ranking
from cemlib.studies.complaints.words.sentences import assumptions
from cemlib.teach.markdown import Markdown, join_markdown, markdown
from cemlib.teach.sentences import interval, number, percent, plural, signed

_VERDICTS = {
    "higher": Markdown("is **higher** than before the failure"),
    "lower": Markdown("is **lower** than before the failure"),
    "equivalent": Markdown(
        "is **equivalent** before and after: the difference is too small to matter"
    ),
    "inconclusive": Markdown("is **inconclusive**: neither a difference nor equivalence is shown"),
}
_MOOD = Markdown(
    "A rating and a judgement given together share a mood, so that choosing by one shifts the "
    "other, even if no recovery has any effect."
)


def recovery(
    comparisons: Mapping[str, Equivalence], chosen: Mapping[str, Selection] | None = None
) -> Markdown:
    """Report the changes among customers who received a good recovery, and what selection does.

    Parameters
    ----------
    comparisons : mapping of str to Equivalence
        From `equivalence.compare_recovered`.
    chosen : mapping of str to Selection, optional
        From `equivalence.selection`.
    """
    if not comparisons:
        return markdown(
            "Fewer than three customers with a good recovery rate before and after: no comparison."
        )
    return join_markdown(
        [
            markdown(
                "Results for customers to whom the company gave at least three of: an apology, an "
                "explanation, a temporary fix, half of the loss, an answer within eight hours."
            ),
            *(
                markdown(
                    "{judgement} {verdict} ({change} points, 95% interval {interval}; "
                    "{customers}).",
                    judgement=f"{name[:1].upper()}{name[1:]}",
                    verdict=_VERDICTS[each.verdict()],
                    change=signed(each.estimate, 2),
                    interval=interval(*each.interval(), 2),
                    customers=plural(int(each.degrees) + 1, "customer"),
                )
                for name, each in comparisons.items()
            ),
            *(_selection(name, each) for name, each in (chosen or {}).items()),
            *([_MOOD] if chosen else []),
        ]
    )


def _selection(name: str, chosen: Selection) -> Markdown:
    return markdown(
        "Chosen by their rating of the handling (at least {rating}) instead, customers report "
        "{change} points of {judgement}, but all customers with the same recorded answers "
        "{alike}: the difference of **{excess} points** cannot be due to these answers.",
        rating=number(chosen.rating, 0),
        change=signed(chosen.change, 2),
        judgement=name,
        alike=signed(chosen.alike, 2),
        excess=signed(chosen.change - chosen.alike, 2),
    )


def policies(
    compared: pd.DataFrame, ranking: Ranking, assumed: Mapping[str, float] | None = None
) -> Markdown:
    """Report the best policy for each side, unequal treatment, and who is worse off.

    Parameters
    ----------
    compared : DataFrame
        From `cemlib.studies.complaints.policies.compare`.
    ranking : Ranking
        From `cemlib.studies.complaints.policies.rank`.
    assumed : mapping of str to float, optional
        The assumptions on which the gains rest.
    """
    rows = compared.set_index("policy")
    unequal, best = rows.loc[ranking.least_equal], rows.loc[ranking.best_for_company]
    customer = rows.loc[ranking.best_for_customer]
    gains = markdown(
        "Largest gain for the company: **{company_policy}**, {company_gain} per complaint compared "
        "with no answer (95% interval {company_range}); it is the largest in {best_share} of the "
        "draws{settled}. Largest gain for the customer: **{customer_policy}**, {customer_gain} "
        "({customer_range}). Each draw combines other complaints with other responses that the log "
        "allows; the answers stay those recommended today. Similar cases are treated most "
        "unequally by **{unequal_policy}**: among them the compensated share of the loss has a "
        "standard deviation of {share_sd} percentage points ({share_range}). The mean share of the "
        "third of customers with the highest fees differs by {fee_gap} percentage points "
        "({fee_range}) from that of the third with the lowest fees. *Always right* costs the "
        "company more than it brings on {losses} of complaints ({losses_range});",
        company_policy=NAMES[ranking.best_for_company],
        company_gain=money(best["realised"]),
        company_range=_range(best, "realised"),
        best_share=percent(best["best_share"]),
        settled=""
        if best["best_share"] >= 0.95
        else ", so the order of the policies is not settled by this log",
        customer_policy=NAMES[ranking.best_for_customer],
        customer_gain=money(customer["customer"]),
        customer_range=_range(customer, "customer"),
        unequal_policy=NAMES[ranking.least_equal],
        share_sd=number(100 * unequal["share_sd"]),
        share_range=_range(unequal, "share_sd", 100, 1),
        fee_gap=signed(100 * unequal["fee_gap"]),
        fee_range=_range(unequal, "fee_gap", 100, 1),
        losses=percent(rows.loc["full", "company_worse_off"]),
        losses_range=_range(rows.loc["full"], "company_worse_off", 100, 0),
    )
    refused = rows.loc[ranking.most_refused, "customers_worse_off"]
    if refused > 0:
        worse_off = markdown(
            "*{policy}* leaves {share} of customers worse off than no agreement.",
            policy=NAMES[ranking.most_refused],
            share=percent(refused),
        )
    else:
        worse_off = markdown("no policy leaves a customer worse off than no agreement.")
    return join_markdown([gains, worse_off, *([assumptions(assumed)] if assumed else [])])


def _range(row: pd.Series, name: str, scale: float = 1.0, digits: int = 0) -> str:
    return interval(scale * row[f"{name}_low"], scale * row[f"{name}_high"], digits)
