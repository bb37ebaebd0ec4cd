"""Sentences and findings on how respondents differ in what a day is worth to them."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from cemlib.findings import Finding
from cemlib.formats import currency, money
from cemlib.stats.estimates import Estimates
from cemlib.teach.markdown import Markdown, join_markdown, markdown
from cemlib.teach.sentences import interval, number, percent

MAX_P = 0.05


def spread_missing() -> Markdown:
    """Say that the choices do not show how respondents differ."""
    return markdown(
        "How respondents differ cannot be estimated: there are too few respondents, or too few "
        "choices of each. One value for all is what these choices can show."
    )


def spread_summary(
    quantiles: Estimates, willing: pd.DataFrame, p_value: float, simple: float
) -> Markdown:
    """Say how respondents differ in what a day is worth to them.

    Parameters
    ----------
    quantiles : Estimates
        The 10%, 50% and 90% points, from `cemlib.studies.value.mixed_logit.worth_quantiles`.
    willing : DataFrame
        From `cemlib.studies.value.mixed_logit.share_willing`, its last row for `simple`.
    p_value : float
        Of equal values for all respondents.
    simple : float
        What a day is worth in the one model for all.
    """
    low, middle, high = quantiles.frame().itertuples(index=False)
    above = willing.iloc[-1]
    parts = [
        markdown(
            "For half of the respondents a day saved is worth more than **{middle}** (95% interval "
            "{margin}); for a tenth it is worth less than {low} ({low_margin}), and for another "
            "tenth more than {high} ({high_margin}). {share} ({share_margin}%) would pay more than "
            "the {simple} that one value for all gives.",
            middle=money(middle.estimate, 2),
            margin=interval(middle.low, middle.high, 2),
            low=money(low.estimate, 2),
            low_margin=interval(low.low, low.high, 2),
            high=money(high.estimate, 2),
            high_margin=interval(high.low, high.high, 2),
            share=percent(above["estimate"]),
            share_margin=interval(100 * above["low"], 100 * above["high"], 0),
            simple=money(simple, 2),
        )
    ]
    parts.append(
        markdown(
            "In computed samples of this size, the interval of the highest tenth covers about 87 "
            "times in 100 rather than 95; the others cover as they say."
        )
    )
    if p_value < MAX_P:
        parts.append(
            markdown(
                "If all respondents had the same values, choices as different as these would be "
                "rare (p {p}).",
                p="below 0.001" if p_value < 0.001 else f"= {number(p_value, 3)}",
            )
        )
    else:
        parts.append(
            markdown(
                "But choices as different as these also arise if all respondents have the same "
                "values (p = {p}): the spread may be none.",
                p=number(p_value, 2),
            )
        )
    return join_markdown(parts)


def spread_findings(quantiles: Estimates) -> Iterator[Finding]:
    """Yield what a day is worth to the respondent in the middle, and to the outer tenths."""
    labels = {
        "10%": ("lowest_tenth", "A tenth of the respondents value a day saved at less than this."),
        "50%": ("median", "Half of the respondents value a day saved at more than this."),
        "90%": ("highest_tenth", "A tenth of the respondents value a day saved at more than this."),
    }
    for name, value, low, high in quantiles.frame().itertuples(index=False):
        suffix, sentence = labels[name]
        yield Finding(
            f"willingness_to_pay_{suffix}", value, f"{currency()} per day", sentence,
            min(low, value), max(high, value),
        )  # fmt: skip
