"""Sentences and findings on the two views of service value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from cemlib.findings import Finding
from cemlib.stats.estimates import Estimates, significant
from cemlib.studies.value.names import printed
from cemlib.teach.markdown import Markdown, markdown
from cemlib.teach.sentences import interval, join_words, number, percent, plural

MAX_FALSE = 0.05


def _percents(low: float, high: float) -> str:
    return f"{interval(100 * low, 100 * high, 0)}%"


def association_summary(pairs: pd.DataFrame) -> Markdown:
    """Say how many pairs of measures are associated, and which measures are not.

    Parameters
    ----------
    pairs : DataFrame
        From `cemlib.studies.value.views.associations`.
    """
    tested = pairs.dropna(subset=["estimate"])
    associated = tested["q_value"] <= MAX_FALSE
    strongest = tested.loc[significant(tested["estimate"].abs()).idxmax()]
    per_measure = associated.groupby(tested["second"], sort=False).sum()
    alone = [printed(name) for name in per_measure[per_measure == 0].index]
    rest = markdown("Each measure of the company is associated with at least one of the customer.")
    if alone:
        rest = markdown(
            "**{measures}** {verb} associated with no measure of the customer.",
            measures=join_words(alone).capitalize(),
            verb="is" if len(alone) == 1 else "are",
        )
    return markdown(
        "Of {pairs}, {associated} {verb} significantly associated if the false discovery rate is "
        "limited to 5%; without this adjustment, tests at 5% would name {unadjusted}. The "
        "strongest association is that of {first} with {second}: ρ = {rho} (95% interval "
        "{margin}). {rest}",
        pairs=plural(len(tested), "pair"),
        associated=number(int(associated.sum())),
        verb="is" if associated.sum() == 1 else "are",
        unadjusted=number(int((tested["p_value"] <= MAX_FALSE).sum())),
        first=printed(strongest["first"]),
        second=printed(strongest["second"]),
        rho=number(strongest["estimate"], 2),
        margin=interval(strongest["low"], strongest["high"], 2),
        rest=rest,
    )


def explained_summary(shares: Mapping[str, Estimates], totals: pd.DataFrame) -> Markdown:
    """Say how much of the company's measures the customer's measures explain.

    Parameters
    ----------
    shares : mapping of str to Estimates
        From `cemlib.studies.value.views.explained`.
    totals : DataFrame
        From `cemlib.studies.value.views.total_explained`.
    """
    if totals.empty:
        return markdown("No measure of the company has enough complete rows to be explained.")
    highest = totals.loc[significant(totals["estimate"]).idxmax()]
    lowest = totals.loc[significant(totals["estimate"]).idxmin()]
    parts = shares[highest["name"]].frame().sort_values("estimate", kind="stable", key=significant)
    return markdown(
        "Together, the customer's measures explain **{share}** of the variance of {outcome} (95% "
        "interval {margin}), mostly through {most}. They explain {last} "
        "least: {last_share} ({last_margin}). These are associations, not effects: a satisfied "
        "customer may rate everything higher.",
        share=percent(highest["estimate"]),
        outcome=printed(highest["name"]),
        margin=_percents(highest["low"], highest["high"]),
        most=join_words(printed(name) for name in parts["name"].iloc[::-1].head(2)),
        last=printed(lowest["name"]),
        last_share=percent(lowest["estimate"]),
        last_margin=_percents(lowest["low"], lowest["high"]),
    )


def view_findings(pairs: pd.DataFrame, totals: pd.DataFrame) -> Iterator[Finding]:
    """Yield how closely the two views are associated."""
    tested = pairs.dropna(subset=["estimate"])
    yield Finding(
        "associations_significant", int((tested["q_value"] <= MAX_FALSE).sum()),
        f"of {len(tested)} pairs",
        "Significant associations of customer and company measures, at a false discovery rate of "
        "5%.",
    )  # fmt: skip
    for row in totals.itertuples():
        yield Finding(
            f"explained_{row.name}", 100 * row.estimate, "% of variance",
            f"Share of the variance of {printed(row.name)} explained by the customer's measures "
            "(adjusted R²). Where answers are skewed and half of the variance is explained, the "
            "interval of the total covers the true share in 93% of samples.",
            min(100 * row.low, 100 * row.estimate), max(100 * row.high, 100 * row.estimate),
        )  # fmt: skip
