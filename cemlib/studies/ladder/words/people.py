"""What workbook 02 says of people: who stays, comes back, forgives, and brings others."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from cemlib.findings import Finding
from cemlib.formats import money
from cemlib.stats.estimates import significant
from cemlib.studies.ladder.forgiveness import Forgiveness
from cemlib.studies.ladder.prediction import (
    GROUPS,
    RECOMMENDATION,
    RISKIEST,
    SATISFACTION,
    WITH_RUNG,
    Prediction,
)
from cemlib.studies.ladder.referral import Referrals
from cemlib.studies.ladder.survival import Hazards, Retention
from cemlib.studies.ladder.win_back import WinBack
from cemlib.studies.ladder.words.ladder import share_interval
from cemlib.teach.markdown import Markdown, join_markdown, markdown
from cemlib.teach.sentences import (
    interval,
    join_words,
    number,
    p_value,
    percent,
    plural,
    signed,
)
from cemlib.teach.tables import Table, table

# Coverage counted where rates of referral are log-normal (σ = 1.5), with about 15 to 30 referrers.
_UNEVEN, _FEW_REFERRERS, _COVERED_WITH_FEW = 1.5, 30, 0.93
_FEW_CUSTOMERS = 1000


def stays(retention: Retention) -> Markdown:
    """Say who stays."""
    rungs = []
    for name, curve in retention.curves.items():
        last = curve.iloc[-1]
        bounds = share_interval(last["low"], last["high"])
        rungs.append(f"{name} {percent(last['survival'])} ({bounds})")
    present = Markdown("No rung has enough customers for a curve (at least 20).")
    if rungs:
        present = markdown(
            "Still present after {months}, by first rung: {rungs}.",
            months=plural(retention.horizon, "month"),
            rungs="; ".join(rungs),
        )
    if retention.hazards is None:
        few = Markdown(
            "Too few customers left for a comparison of hazards (at least 20), or what was "
            "recorded identifies those who left exactly."
        )
        return join_markdown([present, few])
    return present


def foretells(prediction: Prediction | None) -> Markdown:
    """Say which measure foretells leaving, and what the rung adds to satisfaction."""
    if prediction is None:
        return Markdown(
            "Measures are not compared as predictors of leaving: that takes two of satisfaction, "
            "recommendation and rung, and at least 20 leavers."
        )
    best = prediction.best
    at = prediction.concordance.names.index(best)
    scores, found = prediction.concordance.frame(), prediction.found.frame()
    parts = [
        markdown(
            """
            Of single measures, judged on customers to whom it was not fitted, **{best}** foretells
            leaving best: in **{share}** ({interval}) of the pairs of a leaver and a stayer from the
            same month, the leaver had the higher risk (a coin: 50%). Among the fifth of customers
            at the highest risk are {found} of those who leave (a coin: {coin}).
            """,
            best=best,
            share=percent(scores["estimate"][at]),
            interval=share_interval(scores["low"][at], scores["high"][at]),
            found=percent(found["estimate"][at]),
            coin=percent(RISKIEST),
        )
    ]
    names = prediction.concordance.names
    if WITH_RUNG in names:
        gain, low, high = prediction.gain(WITH_RUNG, SATISFACTION)
        parts.append(
            markdown(
                """
                With the rung instead of satisfaction alone the share changes by {gain} percentage
                points ({interval}): {verdict}.
                """,
                gain=signed(100 * gain),
                interval=interval(100 * low, 100 * high),
                verdict="the rung adds to what satisfaction predicts"
                if low > 0
                else "no evidence that the rung adds to what satisfaction predicts",
            )
        )
    if GROUPS in names:
        gain, low, high = prediction.gain(GROUPS, RECOMMENDATION)
        parts.append(
            markdown(
                """
                Counting only promoters, passives and detractors instead of the answer itself
                changes it by {gain} points ({interval}).
                """,
                gain=signed(100 * gain),
                interval=interval(100 * low, 100 * high),
            )
        )
    if prediction.customers < _FEW_CUSTOMERS:
        parts.append(
            Markdown(
                "A model of so few customers foretells less well than one of very many would: with "
                "300 customers, the intervals of the rung and of several measures together cover "
                "what very many would show in 85% to 92% of panels."
            )
        )
    if prediction.top:
        parts.append(
            markdown(
                "The two highest answers are {answers}.",
                answers=join_words([number(answer, 0) for answer in prediction.top]),
            )
        )
    return join_markdown(parts)


def proportional(hazards: Hazards, labels: dict[str, str]) -> Markdown:
    """Say whether hazard ratios stay the same over the panel."""
    test = hazards.proportional
    if np.isnan(test.p_value):
        return Markdown("All left in one month, so change in hazard ratios cannot be tested.")
    tested = markdown(
        "χ² = {statistic}, {degrees}, {p}",
        statistic=number(test.statistic),
        degrees=plural(test.degrees, "degree of freedom", "degrees of freedom"),
        p=p_value(test.p_value),
    )
    if test.p_value >= 0.05:
        return markdown(
            """
            No evidence that hazard ratios change over the months of the panel (Schoenfeld
            residuals: {tested}).
            """,
            tested=tested,
        )
    return markdown(
        """
        Hazard ratios **change** over the months of the panel (Schoenfeld residuals: {tested}), most
        clearly that of *{least}*; read each ratio as an average over these months.
        """,
        tested=tested,
        least=labels.get(test.least, test.least),
    )


def covariate_labels(retention: Retention) -> dict[str, str]:
    """Return the label of each covariate of the Cox regression."""
    labels = {"score": "satisfaction, per point", "tenure": "tenure, per year"}
    labels |= {"slip": "slip in the month"}
    reference = retention.rungs[:1]
    return labels | {rung: f"{rung}, against {reference[0]}" for rung in retention.rungs[1:]}


def forgives(forgiveness: Forgiveness | None) -> Markdown:
    """Say on which rungs a slip is forgiven."""
    if forgiveness is None:
        return Markdown("The panel has no column *slip*, so forgiveness is not measured.")
    rows = forgiveness.rungs
    if rows.empty:
        return Markdown("There are too few slips, or too few falls after one, to compare rungs.")
    highest = rows.loc[significant(rows["odds_ratio"]).idxmax()]
    lowest = rows.loc[significant(rows["odds_ratio"]).idxmin()]
    ratios = markdown(
        """
        After a slip, the odds of falling a rung or leaving are **{highest_ratio}** times as high
        ({highest_interval}) on the rung *{highest}*, and **{lowest_ratio}** times as high
        ({lowest_interval}) on the rung *{lowest}*.
        """,
        highest_ratio=number(highest["odds_ratio"]),
        highest_interval=interval(highest["low"], highest["high"]),
        highest=highest["rung"],
        lowest_ratio=number(lowest["odds_ratio"]),
        lowest_interval=interval(lowest["low"], lowest["high"]),
        lowest=lowest["rung"],
    )
    statistic, degrees, p = forgiveness.same_everywhere()
    if not degrees:
        return ratios
    tested = markdown(
        """
        The data are {verdict} with the same odds ratio on all rungs (χ² = {statistic}, {degrees},
        {p}).
        """,
        verdict="not compatible" if p < 0.05 else "compatible",
        statistic=number(statistic),
        degrees=plural(degrees, "degree of freedom", "degrees of freedom"),
        p=p_value(p),
    )
    return join_markdown([ratios, tested])


def refers(referrals: Referrals | None, best: str) -> Markdown:
    """Say how many customers are won by referral, and what that is worth."""
    if referrals is None:
        return Markdown(
            "The panel has no column *brought* with customers won by referral, or some rungs are "
            "never left, so referrals are not measured."
        )
    (brought, growth), (low, high) = referrals.generation.values, referrals.generation.interval()
    if low[0] > 1:
        verdict = "This is above 1, so the customer base grows by referral alone."
    elif high[0] < 1:
        verdict = "This is below 1, so referrals slow the decline but do not stop it."
    else:
        verdict = (
            "The interval includes 1, so growth by referral alone is neither shown nor ruled out."
        )
    counted = markdown(
        """
        A customer on the rung *{best}* brings **{rate} new customers** per year ({rate_interval}).
        A new customer brings **{brought}** others before leaving ({brought_interval}). {verdict} By
        referral alone, the customer base would change by {growth}% per month.
        """,
        best=best,
        rate=number(referrals.best["rate"], 2),
        rate_interval=interval(referrals.best["low"], referrals.best["high"], 2),
        brought=number(brought, 2),
        brought_interval=interval(low[0], high[0], 2),
        verdict=verdict,
        growth=number(100 * (growth - 1)),
    )
    counted = join_markdown([counted, _referrers(referrals.best, best)])
    if referrals.value is None:
        return counted
    without, included = referrals.value
    if np.isnan(included):
        endless = Markdown("Including those they bring, their value is infinite at this discount.")
        return join_markdown([counted, endless])
    valued = markdown(
        """
        Including everyone they bring, directly or through others, a customer on the rung *{best}*
        is worth {included} instead of {without}.
        """,
        best=best,
        included=money(included),
        without=money(without),
    )
    return join_markdown([counted, valued])


def _referrers(row: pd.Series, best: str) -> Markdown:
    """Say from how many customers the rate comes, and what few of them do to its interval."""
    counted = markdown(
        """
        {referrers} of {customers} on the rung *{best}* brought somebody; their numbers vary
        **{dispersion}** times as much as chance alone would (1: no more), which the intervals allow
        for.
        """,
        referrers=number(int(row["referrers"])),
        customers=plural(int(row["customers"]), "person", "people"),
        best=best,
        dispersion=number(row["dispersion"]),
    )
    if row["dispersion"] < _UNEVEN or row["referrers"] >= _FEW_REFERRERS:
        return counted
    warned = markdown(
        """
        With so few who bring so many, intervals that say 95% covered the true rate in about {share}
        of simulated panels.
        """,
        share=percent(_COVERED_WITH_FEW),
    )
    return join_markdown([counted, warned])


def hazards_table(frame: pd.DataFrame, labels: dict[str, str]) -> Table:
    """Return `Hazards.beside_truth` as a table to show."""
    columns = {"name": "covariate", "estimate": "hazard ratio", "true_value": "true value"}
    columns |= {"covered": "95% interval covers it"}
    shown = frame.assign(name=frame["name"].map(labels)).rename(columns=columns)
    return table(shown, "Hazard ratios of leaving with 95% intervals, and true values")


def comes_back(won: WinBack | None, gone: str) -> Markdown:
    """Say how many of the customers who left come back; nothing if nobody did."""
    if won is None:
        return Markdown("")
    return markdown(
        """
        Customers observed after leaving: {customers}, with {returns}, mostly to *{first}*.
        Per month as *{gone}*, **{rate}** of customers return ({rate_interval}).
        """,
        customers=number(won.customers),
        returns=plural(won.returns, "return"),
        first=won.first,
        gone=gone,
        rate=percent(won.rate.estimate, 1),
        rate_interval=share_interval(won.rate.low, won.rate.high, 1),
    )


def win_back_findings(won: WinBack | None, gone: str) -> Iterator[Finding]:
    """Yield the share of customers who come back per month, if anybody did."""
    if won is not None:
        yield Finding(
            "win_back_rate", won.rate.estimate, "share per month (0–1)",
            f"Share of customers in the state '{gone}' who come back within a month.",
            won.rate.low, won.rate.high,
        )  # fmt: skip


def retention_findings(retention: Retention) -> Iterator[Finding]:
    """Yield who stays, as far as it is known."""
    if retention.hazards is not None and len(retention.rungs) > 1:
        last = retention.hazards.frame().iloc[-1]
        label = covariate_labels(retention).get(last["name"], last["name"])
        yield Finding(
            "hazard_ratio_of_best_rung", float(last["estimate"]), "hazard ratio",
            f"Hazard ratio of leaving: {label}.", float(last["low"]), float(last["high"]),
        )  # fmt: skip


def prediction_findings(prediction: Prediction | None) -> Iterator[Finding]:
    """Yield which measure foretells leaving, and how well."""
    if prediction is None:
        return
    best = prediction.best
    yield Finding(
        "best_predictor_of_leaving", best, "",
        "The single measure that foretells best who leaves, judged on other customers.",
    )  # fmt: skip
    for name, measure, sentence in (
        ("concordance_of_best_predictor", best,
         f"Share of leaver–stayer pairs in which the leaver had the higher risk by {best}."),
        ("concordance_of_satisfaction", SATISFACTION,
         "Share of leaver–stayer pairs in which the leaver had the higher risk by satisfaction."),
        ("concordance_with_rung", WITH_RUNG,
         "Share of leaver–stayer pairs in which the leaver had the higher risk by satisfaction "
         "and rung."),
    ):  # fmt: skip
        if measure in prediction.concordance.names:
            row = prediction.concordance.frame().set_index("name").loc[measure]
            bounds = float(row["low"]), float(row["high"])
            yield Finding(name, float(row["estimate"]), "share of pairs (0–1)", sentence, *bounds)
    row = prediction.found.frame().set_index("name").loc[best]
    yield Finding(
        "leavers_found_by_best_predictor", float(row["estimate"]), "share of leavers (0–1)",
        f"Share of leavers among the fifth of customers at the highest risk by {best}.",
        float(row["low"]), float(row["high"]),
    )  # fmt: skip


def forgiveness_findings(forgiveness: Forgiveness | None) -> Iterator[Finding]:
    """Yield who forgives a slip, as far as it is known."""
    if forgiveness is not None and len(forgiveness.rungs):
        outer = forgiveness.rungs.iloc[[0, -1]].drop_duplicates("rung")
        for name, row in zip(("lowest", "highest"), outer.itertuples(), strict=False):
            yield Finding(
                f"slip_odds_ratio_on_the_{name}_rung", float(row.odds_ratio), "odds ratio",
                "Odds of falling a rung or leaving after a slip against without one, on the rung "
                f"'{row.rung}'.", float(row.low), float(row.high),
            )  # fmt: skip


def referral_findings(referrals: Referrals | None, best: str) -> Iterator[Finding]:
    """Yield who brings others, as far as it is known."""
    if referrals is not None:
        low, high = referrals.generation.interval()
        yield Finding(
            "referrals_per_lifetime", float(referrals.generation.values[0]),
            "customers per customer", "New customers whom a new customer brings before leaving.",
            float(low[0]), float(high[0]),
        )  # fmt: skip
        yield Finding(
            "referrals_per_year", float(referrals.best["rate"]), "customers per year",
            f"New customers whom a customer on the rung '{best}' brings per year.",
            float(referrals.best["low"]), float(referrals.best["high"]),
        )  # fmt: skip
