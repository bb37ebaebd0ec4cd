"""Sentences, tables and findings of workbook 07."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib.findings import Finding
from cemlib.formats import currency, join_words, percent, plural
from cemlib.stats.estimates import percentile_interval, significant
from cemlib.stats.levers import Lever
from cemlib.studies.company.curves import Curves, Division, value
from cemlib.studies.company.doubt import RunnerUp
from cemlib.studies.company.plots import about
from cemlib.teach.markdown import Markdown, bullets, join_markdown, markdown
from cemlib.teach.tables import Format, Table, table


def _between(low: float, high: float) -> str:
    return f"{about(low)} to {about(high)}"


def levers_table(levers: Sequence[Lever]) -> Table:
    """Return what each lever changes, what a result is worth, and what must be true."""
    rows = [
        {
            "lever": lever.name,
            "changes": lever.unit,
            "worth of one": about(float(lever.worth.mean())),
            "rows of data": lever.observations or None,
            "assumes that": lever.assumes,
        }
        for lever in levers
    ]
    return table(pd.DataFrame(rows), "Levers, and what each assumes")


def assumed(
    levers: Sequence[Lever], curves: Curves, best: Division, at_risk: float, doubt: float
) -> Markdown:
    """Say what must be true of each lever that gets money, and of what all share."""
    kept, spent = curves.of(best)
    money = dict(zip(curves.names, spent, strict=True))
    order = dict(zip(curves.names, significant(-kept.mean(axis=1)), strict=True))
    shared = markdown(
        "**all**: {at_risk} would be lost in a quarter without any lever, and what a customer, a "
        "call, an hour or a point of satisfaction is worth may be wrong by {doubt}",
        at_risk=about(at_risk),
        doubt=percent(doubt),
    )
    funded = sorted(
        (each for each in levers if money[each.name] > 0), key=lambda each: order[each.name]
    )
    single = [markdown("**{lever}**: {why}", lever=each.name, why=each.assumes) for each in funded]
    return bullets([*single, shared])


def absent(workbooks: Sequence[str]) -> Markdown:
    """Say which workbooks have no lever, for want of data or costs; empty if all have."""
    if not workbooks:
        return Markdown("")
    return markdown(
        "There {are} no lever from {workbooks}: their data or costs are not given. Enter what you "
        "assume of them as `levers`, or leave them out.",
        are="is" if len(workbooks) == 1 else "are",
        workbooks=join_words(workbooks),
    )


def division_table(curves: Curves, divisions: Mapping[str, Division], rates: ArrayLike) -> Table:
    """Return the money of each division by lever, and what the next money for it would keep."""
    frame = pd.DataFrame({"lever": list(curves.names)})
    for name, division in divisions.items():
        frame[name] = curves.of(division)[1]
    frame["kept by the next 1 spent"] = np.asarray(rates).mean(axis=1)
    formats: dict[str, Format] = dict.fromkeys(divisions, about)
    return table(frame, "Money for each lever", formats | {"kept by the next 1 spent": 2})


def division(curves: Curves, best: Division, by_rate: Division, at_risk: float) -> Markdown:
    """Say what the recommended division keeps, and whether the next yuan finds it too."""
    net = value(curves, best, at_risk)
    low, high = percentile_interval(net)
    kept, spent = curves.of(best)
    order = np.argsort(-significant(kept.mean(axis=1)), kind="stable")
    largest = [curves.names[at] for at in order if spent[at] > 0][:3]
    gap = float((net - value(curves, by_rate, at_risk)).mean())
    same = (
        markdown("Taking always the lever that keeps most for the next money gives the same.")
        if abs(gap) < 1e-6 * max(abs(float(net.mean())), 1.0)
        else markdown(
            "Taking always the lever that keeps most for the next money, as if no customer were "
            "saved twice, keeps {gap} less.",
            gap=about(gap),
        )
    )
    said = markdown(
        "Of {budget}, spend {spent}; it keeps **{net}** beyond what it costs (95% interval "
        "{interval}). Most of it comes from {largest}.",
        budget=about(curves.budget),
        spent=about(float(spent.sum())),
        net=about(float(net.mean())),
        interval=_between(float(low), float(high)),
        largest=join_words(largest),
    )
    return join_markdown([said, same])


def rules(compared: pd.DataFrame) -> Markdown:
    """Say what the usual ways to divide a budget cost, compared with the recommended one."""
    usual = compared.iloc[1:]
    said = [
        markdown(
            "**{rule}**: {regret} less ({interval}; better in {better} of the draws)",
            rule=row["rule"],
            regret=about(row["regret"]),
            interval=_between(row["regret_low"], row["regret_high"]),
            better=percent(row["better"]),
        )
        for _, row in usual.iterrows()
    ]
    return markdown(
        "On the same draws, the other ways keep less than the recommended one: {said}.",
        said=join_markdown(said, "; "),
    )


def sharing(curves: Curves, best: Division, others: Mapping[float, Division]) -> Table:
    """Return what is kept, and where the money goes, by the money at risk."""
    rows = []
    for at_risk, chosen in others.items():
        alone = value(curves, chosen).mean()
        together = value(curves, chosen, at_risk).mean()
        moved = np.abs(curves.of(chosen)[1] - curves.of(best)[1]).sum() / 2
        rows.append({
            "money at risk in a quarter": "nobody is saved twice" if np.isinf(at_risk)
            else about(at_risk),
            "kept beyond costs": float(together),
            "counted twice": float(alone - together),
            "money that moves": float(moved),
        })  # fmt: skip
    frame = pd.DataFrame(rows)
    formats = dict.fromkeys(frame.columns[1:], about)
    return table(frame, "How far the division hangs on customers saved twice", formats)


def doubt(often: pd.DataFrame, second: RunnerUp | None, worst_gap: float) -> Markdown:
    """Say how sure the division is, and what must be true for the runner-up to win."""
    funded = often[often["money"] > 0]
    sure = funded.loc[funded["some"] >= 0.95, "lever"]
    parts = [
        markdown("{sure} get money in 95 of 100 draws or more.", sure=join_words(sure).capitalize())
        if len(sure)
        else Markdown("No lever gets money in 95 of 100 draws.")
    ]
    if second is not None:
        parts.append(
            markdown(
                "The runner-up is **{lever}**: {money} more for it wins if it keeps {factor} times "
                "what is estimated, which is so in {chance} of the draws.",
                lever=second.lever,
                money=about(second.money),
                factor=f"{second.factor:.1f}",
                chance=percent(second.chance),
            )
        )
    parts.append(
        markdown(
            "A manager who looks at the worst tenth of the draws only would divide otherwise, and "
            "give up {gap} on average for it.",
            gap=about(worst_gap),
        )
        if worst_gap > 1
        else Markdown("Looking at the worst tenth of the draws only changes nothing.")
    )
    return join_markdown(parts)


def information_table(worth: pd.DataFrame, quarters: int) -> Table:
    """Return what it is worth to know each lever before the budget is divided."""
    rows = worth.assign(worth=[about(each * quarters) for each in worth["worth"]])
    heads = {"worth": f"worth of knowing it, over {plural(quarters, 'quarter')}"}
    return table(
        rows.rename(columns=heads), "What it is worth to know before the budget is divided"
    )


def studies(found: Mapping[str, pd.DataFrame], row_cost: float) -> Table:
    """Return what each study is worth and costs: at its best size, else at that of the data now."""
    rows = []
    for name, sizes in found.items():
        best = sizes.loc[significant(sizes["net"]).idxmax()]
        if pays := bool(best["net"] > 0):
            shown = best
        else:
            shown = sizes.loc[significant((sizes["resolved"] - 0.5).abs()).idxmin()]
        verdict = "pays: the best size" if pays else "costs more than it is worth"
        rows.append({
            "study": name, "rows": shown["size"], "worth": shown["worth"], "cost": shown["cost"],
            "verdict": verdict,
        })  # fmt: skip
    caption = f"Studies that could be done first, at {about(row_cost)} a row"
    formats: dict[str, Format] = {"rows": 0, "worth": about, "cost": about}
    return table(pd.DataFrame(rows), caption, formats)


def outcome(compared: pd.DataFrame) -> Markdown:
    """Say how far a quarter was from its forecast, and where the miss comes from."""
    total = compared[["forecast", "outcome", "by_spend", "by_results", "by_worth"]].sum()
    return markdown(
        "The plan should have kept {forecast}; the quarter kept **{outcome}**. Of the difference, "
        "{spend} come from spending otherwise, {results} from results other than forecast, and "
        "{worth} from what a result was worth. {inside} of {count} outcomes lie in their interval.",
        forecast=about(total["forecast"]),
        outcome=about(total["outcome"]),
        spend=about(total["by_spend"]),
        results=about(total["by_results"]),
        worth=about(total["by_worth"]),
        inside=int(compared["inside"].sum()),
        count=len(compared),
    )


def outcome_table(compared: pd.DataFrame) -> Table:
    """Return forecast and outcome by lever, with the parts of the miss."""
    shown = compared[["lever", "forecast", "outcome", "by_spend", "by_results", "by_worth"]]
    heads = {"by_spend": "by spending", "by_results": "by results", "by_worth": "by worth"}
    formats = dict.fromkeys(("forecast", "outcome", *heads.values()), about)
    return table(shown.rename(columns=heads), "Parts of the miss, by lever", formats)


def bids(compared: pd.DataFrame | None) -> Markdown:
    """Say what a class's division keeps beside the recommended one; what to do if there is none."""
    if compared is None:
        return Markdown(
            "No bids yet. Type them in above, save them, and run the cells below again."
        )
    ours = compared[compared["rule"] == "our class"].iloc[0]
    return markdown(
        "Our class spends {spent} and keeps {net} beyond it: **{regret}** less than the "
        "recommended division ({interval}).",
        spent=about(ours["spent"]),
        net=about(ours["net"]),
        regret=about(ours["regret"]),
        interval=_between(ours["regret_low"], ours["regret_high"]),
    )


def roles_table(roles: pd.DataFrame, names: Sequence[str]) -> Table:
    """Return the roles of the class case, with those of their levers that there are.

    Parameters
    ----------
    roles : DataFrame
        The dataset ``roles``.
    names : sequence of str
        Names of the levers.
    """
    own = [str(each).split("; ") for each in roles["levers"].fillna("")]
    there = [[name for name in each if name in names] for each in own]
    rest = sorted(set(names) - {name for each in own for name in each})
    shown = pd.DataFrame({
        "role": roles["role"],
        "their levers": [join_words(each) if each else "none: the whole budget" for each in there],
        "what they want": roles["interest"],
    })  # fmt: skip
    if rest:
        further = {"role": "Whoever entered them", "their levers": join_words(rest),
                   "what they want": "To find out whether it holds"}  # fmt: skip
        shown = pd.concat([shown, pd.DataFrame([further])], ignore_index=True)
    return table(shown, "Roles")


def division_findings(
    curves: Curves, best: Division, compared: pd.DataFrame, at_risk: float
) -> Iterator[Finding]:
    """Yield what the recommended division keeps, its largest lever, and what a rule costs."""
    net = value(curves, best, at_risk)
    low, high = percentile_interval(net)
    unit = f"{currency()} in a quarter"
    yield Finding(
        "net_gain", float(net.mean()), unit,
        "Money that the recommended division keeps beyond what it spends.", float(low), float(high),
    )  # fmt: skip
    kept, spent = curves.of(best)
    yield Finding(
        "money_to_spend", float(spent.sum()), unit, "Money that the recommended division spends."
    )
    most = int(np.argmax(significant(kept.mean(axis=1))))
    bounds = percentile_interval(kept[most])
    yield Finding("largest_lever", curves.names[most], "", "Lever that keeps the most money.")
    yield Finding(
        "largest_lever_keeps", float(kept[most].mean()), unit,
        f"Money that {curves.names[most]} keep with {about(float(spent[most]))}.",
        float(bounds[0]), float(bounds[1]),
    )  # fmt: skip
    for rule, name in (
        ("equal split", "regret_of_equal_split"),
        ("last quarter", "regret_of_last"),
    ):
        for _, row in compared[compared["rule"] == rule].iterrows():
            yield Finding(
                name, row["regret"], unit,
                f"Money that the recommended division keeps beyond the division “{rule}”.",
                row["regret_low"], row["regret_high"],
            )  # fmt: skip


def next_findings(curves: Curves, best: Division, rates: ArrayLike) -> Iterator[Finding]:
    """Yield the lever that would keep most of the next money, beyond the budget."""
    drawn = np.asarray(rates)
    first = int(np.argmax(significant(drawn.mean(axis=1))))
    low, high = percentile_interval(drawn[first])
    yield Finding(
        "next_lever", curves.names[first], "", "Lever for which more money would keep most."
    )
    yield Finding(
        "next_rate", float(drawn[first].mean()), f"{currency()} kept per {currency()}",
        f"Money kept by the next 1 spent for {curves.names[first]}.", float(low), float(high),
    )  # fmt: skip


def doubt_findings(second: RunnerUp | None) -> Iterator[Finding]:
    """Yield the runner-up and how often it would win."""
    if second is not None:
        yield Finding("runner_up", second.lever, "", "Lever that comes closest to more money.")
        yield Finding(
            "runner_up_chance", second.chance, "share of draws (0–1)",
            f"Draws in which {about(second.money)} more for {second.lever} would be better.",
        )  # fmt: skip


def information_findings(worth: pd.DataFrame, quarters: int) -> Iterator[Finding]:
    """Yield which lever it is worth most to know, and what that is worth."""
    single = worth.iloc[:-1]
    first = single.loc[significant(single["worth"]).idxmax()]
    yield Finding(
        "find_out_first", str(first["lever"]) if first["worth"] > 0 else "none", "",
        "Lever that it is worth most to know before the budget is divided.",
    )  # fmt: skip
    yield Finding(
        "worth_of_knowing", float(first["worth"]) * quarters, currency(),
        f"Most that it can be worth to find out about {first['lever']}, over "
        f"{plural(quarters, 'quarter')}.",
    )  # fmt: skip


def outcome_findings(compared: pd.DataFrame) -> Iterator[Finding]:
    """Yield what a quarter kept, and what its plan should have kept."""
    unit = f"{currency()} in a quarter"
    yield Finding(
        "last_outcome", float(compared["outcome"].sum()), unit, "Money that the last plan kept."
    )
    yield Finding(
        "last_miss", float((compared["outcome"] - compared["forecast"]).sum()), unit,
        "Money that it kept beyond the forecast; below 0 if less.",
    )  # fmt: skip


def learned(before: Curves, after: Curves, best: Division, new: Division) -> Markdown:
    """Say how a quarter's outcome changes what the division keeps, and where money would move."""
    spent, now = before.of(best)[1], after.of(new)[1]
    change = now - spent
    most = int(np.argmax(significant(np.abs(change))))
    kept = float(value(after, best).mean() - value(before, best).mean())
    if np.abs(change).max() < 1:
        return markdown(
            "With what the quarter taught, the same division keeps {kept}, and stays the best.",
            kept=_signed(kept),
        )
    return markdown(
        "With what the quarter taught, the same division keeps {kept}; the best one now moves "
        "{change} for **{lever}**.",
        kept=_signed(kept),
        change=_signed(float(change[most])),
        lever=before.names[most],
    )


def _signed(amount: float) -> str:
    """Return money as more or less."""
    return f"{about(abs(amount))} {'more' if amount >= 0 else 'less'}"
