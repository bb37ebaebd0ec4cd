"""Sentences and tables of workbook 03: they format results and compute nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from cemlib.stats.estimates import significant
from cemlib.stats.regression import Regression
from cemlib.studies.expectation.curvature import CurvatureProfile
from cemlib.studies.expectation.disconfirmation import MAX_LOSS_AVERSION, KinkedValue
from cemlib.studies.expectation.model import ExpectationModel
from cemlib.studies.expectation.power import NAIVE
from cemlib.studies.expectation.surface import ResponseSurface
from cemlib.teach.markdown import Markdown, join_markdown, markdown
from cemlib.teach.sentences import interval, join_words, number, p_value, percent, plural, signed
from cemlib.teach.tables import Table, table


def mechanisms(model: ExpectationModel) -> Markdown:
    """Return the two effects of effort, and their sum."""
    effect = model.effects()
    direct = number(effect["direct"])
    total = signed(effect["total"])
    if abs(effect["total"]) < 2:
        return markdown(
            "In this model effort adds {direct} points of satisfaction directly and takes away "
            "{lost} through expectation. An observer sees only the sum, **{total} points**: almost "
            "no effect, although both mechanisms are strong.",
            direct=direct,
            lost=number(-effect["through_expectation"]),
            total=total,
        )
    return markdown(
        "In this model the direct effect of effort is {direct} points of satisfaction, and its "
        "effect through expectation is {indirect}. An observer sees only the sum, "
        "**{total} points**.",
        direct=signed(effect["direct"]),
        indirect=signed(effect["through_expectation"]),
        total=total,
    )


def cells(model: ExpectationModel) -> pd.DataFrame:
    """Return the model's means in the four cells, as a table to show."""
    table = model.cells()[["effort", "information", "expectation", "satisfaction"]]
    for column in ("effort", "information"):
        table[column] = table[column].map({0: "no", 1: "yes"})
    return table.rename(
        columns={
            "information": "promised an empty train",
            "expectation": "mean expectation",
            "satisfaction": "mean satisfaction",
        }
    )


def power(table: pd.DataFrame, n: int, needed: int) -> Markdown:
    """Return the power of n participants, and the number that the interaction needs."""
    probability = table.set_index("effect")["power"]
    return markdown(
        "With {participants}, the probability of detecting an effect is {direct} for effort's "
        "direct effect, {total} for its total effect and {interaction} for the interaction. To "
        "detect an interaction as large as the direct effect with 80% power takes {needed} "
        "participants.",
        participants=plural(n, "participant"),
        direct=percent(probability["direct"]),
        total=percent(probability["total"]),
        interaction=percent(probability["interaction"]),
        needed=number(needed, 0),
    )


def peeking(false_positive_rate: float, looks: int) -> Markdown:
    """Return the false-positive rate when stopping at the first significant look."""
    return markdown(
        "With {looks}, testing at 5% each time and stopping at the first significant result gives "
        "a false positive in **{rate}** of experiments without an effect. The bounds in the figure "
        "keep this rate at 5%: Pocock's is the same at every look; O'Brien and Fleming's are "
        "strict at early looks and close to the usual 1.96 at the last.",
        looks=plural(looks, "look"),
        rate=percent(false_positive_rate, 1),
    )


def four_ways(table: pd.DataFrame) -> Markdown:
    """Return total and direct effect, and the analyses that cover the true value if it is known."""
    total = table[table["target"] == "total"].iloc[0]
    direct = table.iloc[-1]
    estimates = markdown(
        "The difference in means is {total} points; it estimates the *total* effect of effort. At "
        "a fixed expectation, the two lines of the 2 × 2 give **{direct}** points "
        "(95% interval {interval}).",
        total=signed(total["estimate"]),
        direct=signed(direct["estimate"]),
        interval=interval(direct["low"], direct["high"]),
    )
    if "true_value" not in table:
        return estimates + Markdown(" The true effects are not known here.")
    return join_markdown(
        [
            estimates,
            markdown(
                "The true effects are {total} (total) and {direct} (direct). Intervals that cover "
                "the true value: {covering}; that miss it: {missing}.",
                total=signed(total["true_value"]),
                direct=signed(direct["true_value"]),
                covering=join_words(table["method"][table["covered"]]),
                missing=join_words(table["method"][~table["covered"]]),
            ),
        ]
    )


def repeated_experiments(table: pd.DataFrame) -> pd.DataFrame:
    """Return the analyses of many simulated experiments, as a table to show."""
    analyses = {
        "total": "difference in means, for the total effect",
        "direct": "two lines of the 2 × 2, for the direct effect",
        NAIVE: "controlling for measured expectation, for the direct effect",
    }
    rows = table[table["effect"].isin(analyses)][["effect", "true_value", "mean", "coverage"]]
    rows["effect"] = rows["effect"].map(analyses)
    rows["coverage"] = rows["coverage"].map(percent)
    return rows.rename(
        columns={
            "effect": "analysis",
            "true_value": "true effect, points",
            "mean": "mean estimate, points",
            "coverage": "95% intervals that cover the true effect",
        }
    )


def randomisation(p: float, count: int) -> Markdown:
    """Return the p-value of the randomisation test."""
    return markdown(
        "With no effect for anyone, {count} of the same answers give a difference at least as "
        "large as this one with {p}.",
        p=p_value(p),
        count=plural(count, "re-randomisation"),
    )


def need_levels(pooled: pd.DataFrame) -> Markdown:
    """Return the range of the effect over levels of need, separate and partially pooled."""
    by_method = {method: rows.set_index("group") for method, rows in pooled.groupby("method")}
    partial = by_method["partially pooled"]["estimate"]
    smallest, largest = significant(partial).idxmin(), significant(partial).idxmax()
    return markdown(
        "After partial pooling, the effect of having to call again ranges from {smallest} points "
        "(need: *{lowest}*) to {largest} (*{highest}*). Separate estimates differ by up to "
        "{separate} points, partially pooled ones by up to {partial}: small groups give extreme "
        "estimates. The interval of a level far from the mean is a little too narrow: partial "
        "pooling pulls it towards the mean, and the intervals of the levels cover the true effect "
        "in 93% of computed trials, of the most extreme level in 88%.",
        smallest=signed(partial[smallest]),
        lowest=smallest,
        largest=signed(partial[largest]),
        highest=largest,
        separate=number(np.ptp(by_method["separate"]["estimate"])),
        partial=number(np.ptp(partial)),
    )


def gap(
    compared: pd.DataFrame,
    surface: ResponseSurface,
    kinked: KinkedValue,
    profile: CurvatureProfile | None = None,
) -> Markdown:
    """Return the best model, the tests of a difference score, and the kink."""
    parts = [models(compared), difference_score(surface), kink(kinked)]
    return join_markdown([*parts, *([curvatures(profile)] if profile else [])])


def curvatures(profile: CurvatureProfile) -> Markdown:
    """Return how far the loss aversion depends on the curvature assumed."""
    allowed = profile.table.loc[profile.table["allowed"], "curvature"]
    ratio = profile.loss_aversion
    return markdown(
        "This interval takes the curvature of the value function as known to be {assumed}, and "
        "covers too rarely: in computed trials of about 900 people it contained the true ratio in "
        "90% of the trials if that is the curvature, in 83% if it is 0.6, and in 64% if it is 1. "
        "The data do not reject the curvatures {allowed}; over all of these, the interval is "
        "**{interval}**, and such an interval contained the truth in 93–95% of the trials.",
        assumed=number(profile.assumed, 2),
        allowed=join_words([number(curvature, 2) for curvature in allowed]),
        interval=interval(ratio["low"], ratio["high"])
        if ratio["high"] < MAX_LOSS_AVERSION
        else f"at least {number(ratio['low'])}",
    )


def curvature_table(profile: CurvatureProfile) -> Table:
    """Return loss aversion under each curvature."""
    heads = {
        "curvature": "curvature assumed",
        "estimate": "λ",
        "low": "95% interval from",
        "high": "to",
        "p_value": "p-value of this curvature",
    }
    shown = profile.table[list(heads)].rename(columns=heads)
    formats = {"curvature assumed": 2, "λ": 2, "95% interval from": 2, "to": 2}
    caption = "Loss aversion λ under each curvature of the value function"
    return table(shown, caption, {**formats, "p-value of this curvature": 3})


def models(compared: pd.DataFrame) -> Markdown:
    """Return the model with the smallest prediction error."""
    best = compared.loc[significant(compared["excess"]).idxmin()]
    return markdown(
        "For people left out of the fit, the **{best}** predicts satisfaction best, with a root "
        "mean squared error of {error} points. Clearly worse (95% interval of the difference "
        "excludes 0): {worse}.",
        best=best["model"],
        error=number(best["rmse"]),
        worse=join_words(compared.loc[compared["low"] > 0, "model"]),
    )


def difference_score(surface: ResponseSurface) -> Markdown:
    """Return whether the data reject what a difference score implies."""
    symbols = {"a1": "a₁", "a2": "a₂", "a4": "a₄"}
    if not surface.rejected:
        return markdown(
            "A difference score implies that a₁, a₂ and a₄ are all zero. These data do not reject "
            "that, which does not confirm it."
        )
    return markdown(
        "A difference score implies that a₁, a₂ and a₄ are all zero. The data reject that for "
        "{rejected}.",
        rejected=join_words(symbols[name] for name in surface.rejected),
    )


def kink(fitted: KinkedValue) -> Markdown:
    """Return how many times as much a shortfall weighs as an excess."""
    ratio = fitted.frame().set_index("name").loc["loss_aversion"]
    return markdown(
        "One point below expectation weighs **{ratio} times** as much as one point above "
        "(95% interval {interval}).",
        ratio=number(ratio["estimate"]),
        interval=interval(ratio["low"], ratio["high"]),
    )


def ratchet(still: pd.DataFrame, chase: pd.DataFrame) -> Markdown:
    """Return the fall of satisfaction at equal performance, and the rise needed to prevent it."""
    return markdown(
        "In this model, {years} of the *same* performance lower satisfaction by {fall} points, "
        "because good years raise the standard more than bad years lower it. To keep satisfaction "
        "constant over the same time, performance has to rise by {rise} points.",
        years=plural(len(still), "year"),
        fall=number(still["satisfaction"].iloc[0] - still["satisfaction"].iloc[-1]),
        rise=number(chase["more"].iloc[-1]),
    )


def learning(rates: Regression, instrumented: Regression | None = None) -> Markdown:
    """Return how fast expectation rises and falls, and how fast with an instrument."""
    rows = rates.frame().set_index("name")

    def bounds(name: str) -> str:
        return f"{percent(rows['low'][name])} to {percent(rows['high'][name])}"

    rise_and_fall = markdown(
        "In the panel of customers, expectation rises within a quarter by {rise} of a positive "
        "surprise (95% interval {rise_interval}) and falls by {fall} of a disappointment "
        "({fall_interval}).",
        rise=percent(rows["estimate"]["rise"]),
        rise_interval=bounds("rise"),
        fall=percent(rows["estimate"]["fall"]),
        fall_interval=bounds("fall"),
    )
    if instrumented is None:
        return rise_and_fall
    rows = instrumented.frame().set_index("name")
    return join_markdown(
        [
            rise_and_fall,
            markdown(
                "This takes expectation as measured without error. With an error of four points, "
                "estimates of this kind come out a tenth too high for a rise and nearly twice too "
                "high for a fall. With the period before as an instrument, which allows for an "
                "error, the rates are {rise} ({rise_interval}) and {fall} ({fall_interval}).",
                rise=percent(rows["estimate"]["rise"]),
                rise_interval=bounds("rise"),
                fall=percent(rows["estimate"]["fall"]),
                fall_interval=bounds("fall"),
            ),
        ]
    )


def callback_case(own: bool) -> Markdown:
    """Describe the operator's trial; empty for a trial of one's own."""
    if own:
        return Markdown("")
    return Markdown(
        "A customer's broadband line is reset. Either the company calls back to ask whether it "
        "works, or the customer has to call again and explain everything from the start: that is "
        "the effort. And either a quick repair was promised or not: that is the information."
    )


def forecast_and_standard(fitted: Regression | None) -> Markdown:
    """Return the slopes of satisfaction on what will and what should be delivered, if known."""
    if fitted is None:
        return Markdown("")
    slope = fitted.frame().set_index("name")["estimate"]
    return markdown(
        "At equal performance, one more point of what customers think *will* be delivered goes "
        "with {forecast} points of satisfaction, and one more point of what they think *should* be "
        "delivered with {standard}.",
        forecast=signed(slope["forecast"], 2),
        standard=signed(slope["expectation"], 2),
    )


def paths(strongest: pd.Series, r_squared: float) -> Markdown:
    """Return the variance explained and the strongest path to a construct."""
    return markdown(
        "The model explains {share} of the variance of {target}. The strongest path to it is from "
        "**{source}** (standardised coefficient {path}).",
        share=percent(r_squared),
        target=strongest["to"],
        source=strongest["from"],
        path=number(strongest["path"], 2),
    )


def discriminant(largest: tuple[str, str, float] | None) -> Markdown:
    """Return the largest heterotrait–monotrait ratio."""
    if largest is None:
        return markdown("No two constructs have a heterotrait–monotrait ratio.")
    one, other, ratio = largest
    return markdown(
        "The largest heterotrait–monotrait ratio is {ratio}, between {one} and {other}; above 0.90 "
        "two constructs are hardly distinct.",
        ratio=number(ratio, 2),
        one=one,
        other=other,
    )


def reproduced(decimals: int, published: pd.DataFrame) -> Markdown:
    """Return to how many decimals the published paths are reproduced."""
    return markdown(
        "All {count} agree with the published ones to {decimals}, computed from means, standard "
        "deviations and correlations alone.",
        count=plural(len(published), "path"),
        decimals=plural(decimals, "decimal"),
    )


def true_values(
    truth: Mapping[str, Any], callback_ways: pd.DataFrame, kinked: KinkedValue, rates: Regression
) -> pd.DataFrame:
    """Return estimates next to the true values of the operator, as a table to show."""
    parameters = truth["planted"]["expectation"]
    learned = rates.frame().set_index("name")
    rows = [
        (
            "direct effect of having to call again",
            callback_ways.iloc[-1],
            truth["population"]["expectation"]["effects"]["direct"],
        ),
        (
            "loss aversion λ",
            kinked.frame().set_index("name").loc["loss_aversion"],
            parameters["trial"]["loss_aversion"],
        ),
        ("learning rate upwards, α⁺", learned.loc["rise"], parameters["ratchet"]["rise"]),
        ("learning rate downwards, α⁻", learned.loc["fall"], parameters["ratchet"]["fall"]),
    ]
    return pd.DataFrame(
        [
            (name, row["estimate"], row["low"], row["high"], value,
             "yes" if row["low"] <= value <= row["high"] else "no")
            for name, row, value in rows
        ],
        columns=["quantity", "estimate", "95% interval from", "to", "true value", "covered"],
    )  # fmt: skip
