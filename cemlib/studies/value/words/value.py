"""What workbook 05 says of the two views, of reliability and of effectiveness."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from cemlib.findings import Finding
from cemlib.stats.estimates import Difference, Estimates, significant
from cemlib.studies.value.associations import totals
from cemlib.studies.value.effectiveness import Regret
from cemlib.studies.value.reliability import INDICES, Share, answers_needed
from cemlib.teach.markdown import escape_markdown
from cemlib.teach.sentences import interval, join_words, number, percent, plural, signed
from cemlib.teach.tables import Table, table

CUSTOMER = ("visibility", "access", "speed", "reliability", "function", "effectiveness")
COMPANY = ("profit", "feasibility", "productivity", "word_of_mouth", "satisfaction", "loyalty")
NAMES = {
    "access": "ease of access",
    "speed": "response speed",
    "word_of_mouth": "word of mouth",
    "hedged": "hedged",
    "correct": "right",
    "reliable": "right and not hedged",
    "certain": "certain: not hedged",
    "consistent": "consistent: two agents, same answer",
    "integrated": "integrated: told in layers",
    "fit": "fit of the advice (1–5)",
}
_SHORT = NAMES | {"correct": "correct", "reliable": "reliable: right and not hedged"}
_ENOUGH = 0.667  # Krippendorff's own least, for tentative conclusions


def views(frame: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Return the measures of the customer's view and of the company's that are there."""
    return tuple([name for name in view if name in frame] for view in (CUSTOMER, COMPANY))  # type: ignore[return-value]


def named(name: object) -> str:
    """Return what a measure is called in print."""
    return NAMES.get(str(name), str(name))


def together(found: pd.DataFrame) -> str:
    """Say how many associations are found, and where there are none."""
    tested = found.dropna(subset=["estimate"])
    called = tested[tested["q_value"] <= 0.05]
    bare = (tested["p_value"] <= 0.05).sum()
    top = tested.loc[significant(tested["estimate"].abs()).idxmax()]
    per = called.groupby("second").size().reindex(tested["second"].unique(), fill_value=0)
    without = [named(name) for name in per[per == 0].index]
    alone = (
        f"**{join_words(without).capitalize()}** goes with none of the customer's: it is not "
        "reached through them."
        if without
        else "No measure of the company stands alone."
    )
    return (
        f"Of {len(tested)} pairs, {number(len(called), 0)} are found with false discoveries held "
        f"to 5%; a bare test at 5% would have named {number(int(bare), 0)}. The strongest pair is "
        f"{named(top['first'])} with {named(top['second'])}: {number(top['estimate'], 2)} "
        f"({interval(top['low'], top['high'], 2)}). {alone}"
    )


def through_the_customer(shares: Mapping[str, Estimates]) -> str:
    """Say how much of the company's view the customer's side explains."""
    whole = totals(dict(shares)).sort_values(
        "estimate", ascending=False, kind="stable", key=significant
    )
    most, least = whole.iloc[0], whole.iloc[-1]
    parts = shares[most["name"]]
    order = sorted(zip(parts.values, parts.names, strict=True), reverse=True)
    first, second = named(order[0][1]), named(order[1][1])
    return (
        f"The customer's side explains **{percent(most['estimate'])}** of "
        f"{named(most['name'])} ({interval(100 * most['low'], 100 * most['high'], 0)}), most of "
        f"it through {first} and {second}; and {percent(least['estimate'])} of "
        f"{named(least['name'])}. These are associations: who is content may also judge "
        "everything more kindly."
    )


def numbers(index: pd.DataFrame) -> str:
    """Say what reliability comes to."""
    rows = index.set_index("name")
    reliable, correct, certain = (rows.loc[name] for name in ("reliable", "correct", "certain"))
    words = (
        f"{percent(correct['estimate'])} of the answers are right and "
        f"{percent(certain['estimate'])} are not hedged; but only "
        f"**{percent(reliable['estimate'])}** are both "
        f"({interval(100 * reliable['low'], 100 * reliable['high'], 0)}%): this is what a caller "
        "can act on. "
    )
    if "consistent" in rows.index:
        same = rows.loc["consistent"]
        words += (
            f"Two agents, asked the same, say the same in {percent(same['estimate'])} of cases. "
        )
    needed = answers_needed(
        min(max(reliable["estimate"], 0.01), 0.99), 0.03,
        max(reliable["rows"] / reliable["effective"], 1),
    )  # fmt: skip
    return words + (
        f"Answers of one agent are alike: these {number(int(reliable['rows']), 0)} tell as much as "
        f"{number(reliable['effective'], 0)} independent ones would. For ± 3 points it takes "
        f"{number(needed, 0)}."
    )


def coders(agree: pd.DataFrame) -> str:
    """Say how far coders agree, and on what they do not enough."""
    if agree.empty:
        return "Each answer has one coder: nobody can say how far two would agree."
    weak = [named(row.name_) for row in agree.rename(columns={"name": "name_"}).itertuples()
            if row.estimate < _ENOUGH]  # fmt: skip
    verdict = (
        f"Below {number(_ENOUGH, 2)}, Krippendorff's own least, "
        f"{'is' if len(weak) == 1 else 'are'} **{join_words(weak)}**: mend the rule of judging "
        "before you judge agents by it."
        if weak
        else f"All reach {number(_ENOUGH, 2)}, Krippendorff's own least."
    )
    return f"α is 1 where coders always agree and 0 where they might as well draw lots. {verdict}"


def trust(effects: Mapping[str, Difference], policy: str) -> str:
    """Say what a quality policy changes."""
    hedged, correct, reliable = (effects[name] for name in ("hedged", "correct", "reliable"))
    ends = [(100 * low, 100 * high) for low, high in
            (each.interval() for each in (hedged, correct, reliable))]  # fmt: skip
    harm = "costs correctness nothing that can be seen"
    if ends[1][1] < 0:
        harm = "costs correctness"
    elif ends[1][0] > 0:
        harm = "helps correctness as well"
    return (
        f"Of 100 answers, *{escape_markdown(policy)}* changes those hedged by "
        f"{signed(100 * hedged.estimate)} ({interval(*ends[0])}). It {harm}: "
        f"{signed(100 * correct.estimate)} "
        f"({interval(*ends[1])}). Reliable answers: **{signed(100 * reliable.estimate)}** "
        f"({interval(*ends[2])}). A lot decided which agent is scored how, so this is an effect."
    )


def effective(solved: Share, topics: pd.DataFrame, regret: Regret | None, days: float) -> str:
    """Say how often the first contact does it, and what advice costs."""
    low = topics.iloc[0]
    words = (
        f"**{percent(solved.estimate)}** of matters are solved at the first contact "
        f"({interval(100 * solved.low, 100 * solved.high, 0)}%): nobody asked again within "
        f"{number(days, 0)} days. Least of {escape_markdown(low['name'])}, "
        f"{percent(low['estimate'])}. "
    )
    if regret is None:
        return words + "There is no advice on record whose cost is known."
    return words + (
        f"Of {plural(len(regret.regrets), 'piece', 'pieces')} of advice on tariffs "
        f"{percent(regret.best.estimate)} are the best for the customer; the mean costs "
        f"**{number(regret.mean)} yuan a month** too much ({interval(regret.low, regret.high)})."
    )


def definitions(index: pd.DataFrame, solved: Share, regret: Regret | None, days: float) -> Table:
    """Return the numbers of reliability and effectiveness on one page, each with its definition."""
    rows = [
        (_SHORT[row.name_].split(":")[0], INDICES[row.name_], percent(row.estimate),
         f"{interval(100 * row.low, 100 * row.high, 0)}%", row.rows)
        for row in index.rename(columns={"name": "name_"}).itertuples()
    ]  # fmt: skip
    rows.append(
        (
            "first contact", f"nobody asks again within {number(days, 0)} days",
            percent(solved.estimate), f"{interval(100 * solved.low, 100 * solved.high, 0)}%",
            solved.rows,
        )
    )  # fmt: skip
    if regret is not None:
        best = regret.best
        rows += [
            ("best advice", "no tariff is cheaper for this customer", percent(best.estimate),
             f"{interval(100 * best.low, 100 * best.high, 0)}%", best.rows),
            ("regret", "yuan a month above the best tariff", number(regret.mean),
             interval(regret.low, regret.high), best.rows),
        ]  # fmt: skip
    heads = ["number", "an answer counts, if", "value", "95% interval", "counted"]
    return table(pd.DataFrame(rows, columns=heads), "Reliability and effectiveness on one page")


def agreement_table(agree: pd.DataFrame) -> Table:
    """Return the agreement of coders as a table to print."""
    words = [interval(low, high, 2) for low, high in zip(agree["low"], agree["high"], strict=True)]
    frame = pd.DataFrame(
        {"judgement": agree["name"].map(named), "α": agree["estimate"], "95% interval": words}
    )
    return table(frame, "Agreement of coders, Krippendorff's α", {"α": 2})


def view_findings(found: pd.DataFrame, shares: Mapping[str, Estimates]) -> Iterator[Finding]:
    """Yield how far the two views hang together."""
    tested = found.dropna(subset=["estimate"])
    yield Finding(
        "associations_found", int((tested["q_value"] <= 0.05).sum()), f"of {len(tested)} pairs",
        "Pairs of measures that go together, false discoveries held to 5 %.",
    )  # fmt: skip
    for row in totals(dict(shares)).itertuples():
        yield Finding(
            f"explained_{row.name}", 100 * row.estimate, "% of variance",
            f"How much of {named(row.name)} the customer's view explains.",
            min(100 * row.low, 100 * row.estimate), max(100 * row.high, 100 * row.estimate),
        )  # fmt: skip


def reliability_findings(
    index: pd.DataFrame, agree: pd.DataFrame, effects: Mapping[str, Difference]
) -> Iterator[Finding]:
    """Yield the numbers of reliability, of agreement, and of the policy."""
    for row in index.rename(columns={"name": "name_"}).itertuples():
        yield Finding(
            f"share_{row.name_}", 100 * row.estimate, "% of answers",
            f"Share that counts as {row.name_}: {INDICES[row.name_]}.",
            100 * row.low, 100 * row.high,
        )  # fmt: skip
    for row in agree.rename(columns={"name": "name_"}).dropna(subset="estimate").itertuples():
        yield Finding(
            f"alpha_{row.name_}", row.estimate, "α (1 is always)",
            f"Agreement of coders on: {named(row.name_)}.",
            min(row.low, row.estimate), max(row.high, row.estimate),
        )  # fmt: skip
    for name, effect in effects.items():
        low, high = effect.interval()
        yield Finding(
            f"policy_{name}", 100 * effect.estimate, "of 100 answers",
            f"What the quality policy changes of answers that are {named(name)}.",
            100 * low, 100 * high,
        )  # fmt: skip


def effectiveness_findings(solved: Share, regret: Regret | None) -> Iterator[Finding]:
    """Yield first contact resolution and the regret of advice."""
    yield Finding(
        "first_contact", 100 * solved.estimate, "% of matters",
        "Solved at the first contact.", 100 * solved.low, 100 * solved.high,
    )  # fmt: skip
    if regret is not None:
        yield Finding(
            "advice_regret", regret.mean, "yuan a month",
            "What advice costs a customer more than the best tariff.", regret.low, regret.high,
        )  # fmt: skip


def truth_table(
    truth: Mapping[str, Any],
    index: pd.DataFrame,
    effects: Mapping[str, Difference],
    worth: Estimates,
    solved: Share,
) -> Table:
    """Return what was planted in the operator beside what was found.

    Parameters
    ----------
    truth : mapping
        ``truth.json``.
    index, effects, worth, solved
        What the workbook found.
    """
    answers, days = truth["population"]["answers"], truth["planted"]["choices"]["day"]
    rows = [
        (f"% of answers {row.name_}", 100 * row.estimate, 100 * row.low, 100 * row.high,
         100 * answers[row.name_])
        for row in index.rename(columns={"name": "name_"}).itertuples()
    ]  # fmt: skip
    for name, effect in effects.items():
        low, high = effect.interval()
        rows.append(
            (f"policy: {named(name)}, of 100", 100 * effect.estimate, 100 * low, 100 * high,
             100 * answers["policy"][name])
        )  # fmt: skip
    resolved = truth["planted"]["enquiries"]["resolved"]
    rows.append(
        ("% of matters solved at first contact", 100 * solved.estimate, 100 * solved.low,
         100 * solved.high, 100 * resolved)
    )  # fmt: skip
    planted = days | {"all together": truth["population"]["choices"]["day"]}
    for row in worth.frame().itertuples():
        if row.name in planted:
            label = f"yuan a day: {row.name}"
            rows.append((label, row.estimate, row.low, row.high, planted[row.name]))
    frame = pd.DataFrame(rows, columns=["number", "found", "low", "high", "planted"])
    inside = (frame["low"] <= frame["planted"]) & (frame["planted"] <= frame["high"])
    frame["inside"] = inside
    held = f"{int(inside.sum())} of {len(frame)} intervals hold what was planted"
    return table(frame, held, dict.fromkeys(["found", "low", "high", "planted"], 1))
