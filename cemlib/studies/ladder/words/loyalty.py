"""What workbook 02 says of who stays, who forgives and who brings others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cemlib.findings import Finding
from cemlib.stats.estimates import Estimates, bootstrap_weights, significant
from cemlib.studies.ladder import referral, rung_value, survival
from cemlib.studies.ladder.forgiveness import Forgiveness, forgiveness
from cemlib.studies.ladder.ladder import Ladder
from cemlib.studies.ladder.survival import Hazards
from cemlib.teach.markdown import escape_markdown
from cemlib.teach.sentences import interval, number, p_value, percent, plural

_CONCORDANCE_DRAWS = 200
_LEAST_LEAVERS = 20


@dataclass(frozen=True)
class Staying:
    """Who stays: curves by first rung, hazards, and how well leavers are told.

    Attributes
    ----------
    curves : dict of str to DataFrame
        First rung → Kaplan–Meier curve.
    horizon : int
        Months of the longest curve.
    hazards : Hazards, optional
        None where too few left.
    names : dict of str to str
        What each covariate is called in print.
    concordance : Estimates, optional
        ``satisfaction``, ``with rung`` and their ``difference``; None without a score.
    """

    curves: dict[str, pd.DataFrame]
    horizon: int
    hazards: Hazards | None
    names: dict[str, str]
    concordance: Estimates | None


def staying(
    rows: pd.DataFrame, moved: pd.DataFrame, ladder: Ladder, entry: int, rng: np.random.Generator
) -> Staying:
    """Work out who stays.

    Parameters
    ----------
    rows : DataFrame
        Rows of a `cemlib.studies.ladder.datasets.panel.Panel`.
    moved : DataFrame
        From `cemlib.studies.ladder.ladder.moves`.
    ladder : Ladder
        For the states.
    entry : int
        Place of the state in which a customer begins.
    rng : numpy.random.Generator
        Source of randomness of the interval of the concordance.
    """
    seen = survival.first_rungs(rows, entry, ladder.gone)
    names = [name for name in ladder.states[entry:-1] if (seen["rung"] == name).sum() >= 20]
    curves = {
        name: survival.kaplan_meier(part["time"], part["left"])
        for name, part in ((name, seen[seen["rung"] == name]) for name in names)
    }
    at_risk = moved[(moved["state"] >= entry) & (moved["state"] < ladder.gone)]
    measured = [name for name in ("score", "tenure", "slip") if name in at_risk]
    at_risk = at_risk.dropna(subset=measured)
    left = (at_risk["next"] == ladder.gone).to_numpy()
    horizon = int(seen["time"].max()) if len(seen) else 0
    if left.sum() < _LEAST_LEAVERS:
        return Staying(curves, horizon, None, {}, None)
    leavers = at_risk["rung"][left].value_counts()
    told = [name for name in ladder.states[entry:-1] if leavers.get(name, 0) >= 3]
    rungs = pd.DataFrame({name: (at_risk["rung"] == name).astype(float) for name in told[1:]})
    known = at_risk[at_risk["rung"].isin(told)]
    rungs, left = rungs.loc[known.index], left[at_risk["rung"].isin(told)]
    month = known["month"].to_numpy()
    hazards = survival.cox(pd.concat([known[measured], rungs], axis=1), month, left)
    words = {"score": "a point more of satisfaction", "tenure": "a year more as a customer"}
    words |= {"slip": "a slip in the month"}
    words |= {name: f"{name}, against {told[0]}" for name in told[1:]}
    found = None
    if "score" in measured and len(told) > 1:
        risks = [-known["score"].to_numpy(dtype=float)]
        both = pd.concat([known[["score"]], rungs], axis=1)
        risks.append(both.to_numpy(dtype=float) @ survival.cox(both, month, left).coefficients)
        people = list(known["customer"])
        drawn = bootstrap_weights(len(known), _CONCORDANCE_DRAWS, rng, people)
        counts = np.vstack([np.ones(len(known)), drawn])
        alone, with_rung = (survival.concordance(risk, month, left, counts) for risk in risks)
        table = np.column_stack([alone, with_rung, with_rung - alone])
        found = Estimates(("satisfaction", "with rung", "difference"), table[0], table[1:])
    return Staying(curves, horizon, hazards, words, found)


def stays(found: Staying) -> str:
    """Say whether the satisfied stay, and what tells who leaves."""
    ends = {name: curve.iloc[-1] for name, curve in found.curves.items()}
    words = "; ".join(
        f"{escape_markdown(name)} {percent(end['survival'])} "
        f"({interval(100 * end['low'], 100 * end['high'], 0)})"
        for name, end in ends.items()
    )
    words = f"Still there after {plural(found.horizon, 'month')}, in per cent: {words}. "
    if found.hazards is None:
        return words + "Too few left for hazards to be compared."
    if found.concordance is None:
        return words
    alone, with_rung, more = found.concordance.values
    low, high = found.concordance.interval()
    return words + (
        f"Of a leaver and a stayer of the same month, satisfaction alone picks the leaver in "
        f"**{percent(alone)}** of the pairs, where a coin picks 50%; with the rung it is "
        f"**{percent(with_rung)}**, {number(100 * more)} points more "
        f"({interval(100 * low[2], 100 * high[2])})."
    )


def slips(moved: pd.DataFrame, ladder: Ladder, entry: int) -> Forgiveness | None:
    """Estimate what a slip does on each rung; None where slips are not known."""
    if "slip" not in moved:
        return None
    rows = moved[(moved["state"] >= entry) & (moved["state"] < ladder.gone)].dropna(subset="slip")
    fallen = (rows["next"] < rows["state"]) | (rows["next"] == ladder.gone)
    return forgiveness(
        rows["slip"], rows["rung"], fallen, ladder.states[entry:-1], clusters=rows["customer"]
    )


def forgives(found: Forgiveness) -> str:
    """Say who forgives."""
    table = found.rungs
    if table.empty:
        return "Slips, or customers who fell after one, are too few to be compared."
    most = table.loc[significant(table["odds_ratio"]).idxmax()]
    least = table.loc[significant(table["odds_ratio"]).idxmin()]
    statistic, degrees, p = found.same_everywhere()
    words = (
        "A slip multiplies the odds of falling a rung or leaving by "
        f"**{number(most['odds_ratio'])}** ({interval(most['low'], most['high'])}) for "
        f"{escape_markdown(most['rung'])}, and by "
        f"**{number(least['odds_ratio'])}** ({interval(least['low'], least['high'])}) for "
        f"{escape_markdown(least['rung'])}. "
    )
    if degrees:
        words += (
            f"That it does the same on all rungs is {'not ' if p < 0.05 else ''}compatible with "
            f"the data (χ² = {number(statistic)} on {degrees}, {p_value(p)})."
        )
    return words


@dataclass(frozen=True)
class Referrals:
    """Customers who bring customers.

    Attributes
    ----------
    table : DataFrame
        From `cemlib.studies.ladder.referral.brought_by_rung`, with ``rung``.
    generation : Estimates
        ``reproduction``, new customers a customer brings in a generation, and ``growth``, the
        factor of a month.
    best : tuple of (float, float)
        Worth of a customer on the best rung, without and with those whom they bring; missing
        where it has no end.
    """

    table: pd.DataFrame
    generation: Estimates
    best: tuple[float, float]


def referrals(
    rows: pd.DataFrame,
    ladder: Ladder,
    entry: int,
    margins: Sequence[float],
    discount: float,
    rng: np.random.Generator,
) -> Referrals | None:
    """Work out what recommendation brings; None where it is not known."""
    if "brought" not in rows or rows["brought"].sum() == 0:
        return None
    size = len(ladder.states)
    table = referral.brought_by_rung(rows, size)
    rates = table["brought"].to_numpy() / np.maximum(table["months"].to_numpy(), 1)
    births = referral.births_matrix(rates, entry)
    drawn = referral.births_matrix(referral.draw_rates(table, len(ladder.draws), rng), entry)
    values, draws = (
        np.stack([referral.reproduction(p, f), referral.growth(p, f)], axis=-1)
        for p, f in ((ladder.chances, births), (ladder.draws, drawn))
    )
    plain = rung_value.value_of_rungs(ladder.chances, margins, discount)[ladder.best]
    try:
        more = referral.value_with_referrals(ladder, rates, entry, margins, discount)[ladder.best]
    except ValueError:
        more = np.nan
    return Referrals(
        table.assign(rung=list(ladder.states)),
        Estimates(("reproduction", "growth"), values, draws),
        (float(plain), float(more)),
    )


def brings(found: Referrals, best: str) -> str:
    """Say what recommendation brings."""
    row = found.table[found.table["rung"] == best].iloc[0]
    (r, growth), (low, high) = found.generation.values, found.generation.interval()
    plain, more = found.best
    verdict = (
        "more than 1: customers grow by recommendation alone"
        if low[0] > 1
        else "less than 1: recommendation slows the loss, and does not make up for it"
        if high[0] < 1
        else "and 1 is within reach: recommendation may or may not carry itself"
    )
    words = (
        f"One who is {escape_markdown(best)} brings **{number(row['rate'], 2)} new customers** a "
        f"year ({interval(row['low'], row['high'], 2)}). A customer brings "
        f"**{number(r, 2)}** until leaving ({interval(low[0], high[0], 2)}), {verdict}; by "
        f"recommendation alone customers would change by {number(100 * (growth - 1))}% a month. "
    )
    if np.isnan(more):
        return words + "With them a customer's worth has no end at this discount."
    return words + (
        f"With those whom they bring, and whom these bring, one who is {escape_markdown(best)} is "
        f"worth {number(more, 0)} yuan instead of {number(plain, 0)}."
    )


def people_findings(
    stayed: Staying, slipped: Forgiveness | None, brought: Referrals | None, best: str
) -> Iterator[Finding]:
    """Yield who stays, who forgives and who brings others, as far as it is known."""
    if stayed.concordance is not None:
        low, high = stayed.concordance.interval()
        words = (
            "Leavers picked by satisfaction alone.",
            "Leavers picked by satisfaction and rung.",
        )
        for place, (name, text) in enumerate(
            zip(("concordance_of_satisfaction", "concordance_with_rung"), words, strict=True)
        ):
            value = float(stayed.concordance.values[place])
            yield Finding(
                name, value, "share of pairs", text, float(low[place]), float(high[place])
            )
    if stayed.hazards is not None:
        last = stayed.hazards.frame().iloc[-1]
        yield Finding(
            "hazard_of_best", float(last["estimate"]), "hazard ratio",
            f"Hazard of leaving of {stayed.names.get(last['name'], last['name'])}.",
            float(last["low"]), float(last["high"]),
        )  # fmt: skip
    if slipped is not None and len(slipped.rungs):
        ends = slipped.rungs.iloc[[0, -1]].drop_duplicates("rung")
        for name, row in zip(("lowest", "highest"), ends.itertuples(), strict=False):
            yield Finding(
                f"slip_odds_on_the_{name}_rung", float(row.odds_ratio), "times",
                f"What a slip does to the odds of falling or leaving: {row.rung}.",
                float(row.low), float(row.high),
            )  # fmt: skip
    if brought is not None:
        low, high = brought.generation.interval()
        yield Finding(
            "brought_in_a_generation", float(brought.generation.values[0]), "customers",
            "New customers whom a customer brings until leaving.", float(low[0]), float(high[0]),
        )  # fmt: skip
        row = brought.table[brought.table["rung"] == best].iloc[0]
        yield Finding(
            "brought_in_a_year", float(row["rate"]), "customers a year",
            f"New customers brought in a year by one who is {best}.", float(row["low"]),
            float(row["high"]),
        )  # fmt: skip


def hazards_truth(stayed: Staying, ratios: dict[str, float]) -> pd.DataFrame:
    """Return hazard ratios beside the truth."""
    if stayed.hazards is None:
        return pd.DataFrame({"covariate": []})
    frame = stayed.hazards.frame()
    truth = frame["name"].map(ratios)
    within = (frame["low"] <= truth) & (truth <= frame["high"])
    return pd.DataFrame(
        {
            "covariate": frame["name"].map(stayed.names),
            "hazard ratio": frame["estimate"],
            "low": frame["low"],
            "high": frame["high"],
            "truth": truth,
            "within": within,
        }
    )
