"""Sentences of workbook 06 on its results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pandas as pd

from cemlib.formats import money
from cemlib.studies.complaints.bargain import NO_AGREEMENT
from cemlib.studies.complaints.case import Replay
from cemlib.studies.complaints.economy import Economy
from cemlib.studies.complaints.justice import Ranking as JusticeRanking
from cemlib.studies.complaints.promises import KeptPromises, Promise
from cemlib.studies.complaints.rates import Removal
from cemlib.teach.markdown import Markdown, join_markdown, markdown
from cemlib.teach.sentences import interval, join_words, number, percent, plural

_PARTS = {
    "apology": "an apology",
    "explanation": "an explanation",
    "temporary_fix": "a temporary fix",
}
_ASSUMED: dict[str, tuple[str, Callable[[float], str]]] = {
    "margin": ("a margin of", percent),
    "monthly_retention": ("a monthly retention of", lambda share: percent(share, 1)),
    "outside_share": ("a share of the loss available elsewhere of", percent),
    "regulator_cost": ("a cost of a complaint to the regulator of", money),
    "customer_value": ("a value of a customer won by word of mouth of", money),
    "won_share": ("customers won per complainant who speaks well of", lambda each: number(each, 2)),
    "lost_share": ("customers lost per complainant who speaks ill of",
                   lambda each: number(each, 2)),
    "apology_cost": ("a cost of an apology of", money),
    "explanation_cost": ("a cost of an explanation of", money),
    "temporary_fix_cost": ("a cost of a temporary fix of", money),
    "hurry_cost": ("a cost of answering at once of", money),
    "flat_amount": ("a compensation of the same for all of", money),
    "authority_cap": ("a limit of authority of", money),
    "invitation_cost": ("spending per customer that wins 63% of the silent of", money),
}  # fmt: skip
_AFTER_ANSWER = ("communicating the decision", "closing")


def case(replay: Replay) -> Markdown:
    """Report promises, contacts, facts passed on, the longest gap and the steps of a case."""
    states = replay.promises["state"].value_counts()
    contacts = replay.contacts.set_index(["opened_by", "toward"])["contacts"]
    company = sum(int(contacts.get(("agent", whom), 0)) for whom in ("customer", "everyone"))
    facts = replay.facts["state"].value_counts()
    withheld = replay.facts.loc[replay.facts["state"] == "not told", "fact"]
    sentences = [
        markdown(
            "{promises}: {by_state}. The customer contacted the company {from_customer}; the "
            "company contacted her {from_company}. Of {facts} that the agent learned, {told} "
            "reached her immediately; not passed on, according to the article: {withheld}.",
            promises=plural(len(replay.promises), "promise"),
            by_state=join_words(
                f"{states[state]} {state}"
                for state in ("kept", "broken", "open")
                if state in states
            ),
            from_customer=_times(int(contacts.get(("customer", "agent"), 0))),
            from_company=_times(company),
            facts=plural(len(replay.facts), "fact"),
            told=int(facts.get("told", 0)),
            withheld=join_words(withheld),
        )
    ]
    if replay.silences["minutes"].notna().any():
        gap = replay.longest_silence
        sentences.append(
            markdown(
                "The longest gap without contact lasts **{duration}**.",
                duration=_duration(gap["minutes"]),
            )
        )
        if gap["promises_due"]:
            sentences.append(
                markdown("A promise fell due in it, and the article reports no call to tell her.")
            )
    steps = replay.steps
    sentences.append(
        markdown(
            "The account shows {covered} of the {steps} steps of ISO 10002; missing: {missing}.",
            covered=int(steps["covered"].sum()),
            steps=len(steps),
            missing=join_words(steps.loc[~steps["covered"], "step"]),
        )
    )
    return join_markdown(sentences)


def promise(best: Promise, kept: KeptPromises | None = None, noun: str = "repair") -> Markdown:
    """Report the best promise, the one that was made, and the share of kept promises in a log.

    Parameters
    ----------
    best : Promise
        The best promise.
    kept : KeptPromises, optional
        Promises of the log.
    noun : str
        What is promised: ``"repair"`` or ``"answer"``.
    """
    comparable = "comparable repairs" if noun == "repair" else f"{noun}s"
    words = {"count": number(best.repairs), "things": comparable, "plural": f"{noun}s"}
    words |= {"best": number(best.hours), "best_kept": percent(best.kept)}
    words["interval"] = interval(best.low, best.high)
    if best.made is None:
        sentences = [
            markdown(
                "Given {count} {things}, the best promise is **{best} hours** (95% interval "
                "{interval}), which {best_kept} of {plural} keep.",
                **words,
            )
        ]
    else:
        sentences = [
            markdown(
                "Of {count} {things}, {made_kept} took at most {made:g} hours. The best "
                "promise is **{best} hours** (95% interval {interval}), which {best_kept} of "
                "{plural} keep. A promise of {made:g} hours would be best only at a cost per "
                "promised hour of {implied_price} times the benefit of an hour early; its mean "
                "cost exceeds that of the best promise by the benefit of {excess_cost} hours "
                "early per {noun}.",
                made_kept=percent(best.made_kept),
                made=best.made,
                implied_price=number(best.implied_price, 2),
                excess_cost=number(best.excess_cost),
                noun=noun,
                **words,
            )
        ]
    if kept is not None:
        sentences.append(
            markdown(
                "Of {count} promises in the log (median {median} hours), **{kept}** were kept.",
                count=number(kept.count),
                median=number(kept.median_hours, 0),
                kept=percent(kept.kept),
            )
        )
    return join_markdown(sentences)


def silence(gaps: pd.Series, steps: Iterable[str]) -> Markdown:
    """Report the longest gap between recorded steps, from `promises.longest_gaps`."""
    return markdown(
        "Between receipt and answer, half of the complainants wait **{median} hours** or longer "
        "without any recorded step, one in ten longer than {long} hours, and one {longest} hours; "
        "recorded are the times of receipt and {steps}.",
        median=number(float(gaps.median())),
        long=number(float(gaps.quantile(0.9))),
        longest=number(float(gaps.max())),
        steps=join_words(step for step in steps if step not in _AFTER_ANSWER),
    )


def waiting(rows: pd.DataFrame, last: pd.Timestamp) -> Markdown:
    """Report the open complaints of a log, and how long they have waited at its last time."""
    if rows.empty:
        return markdown("No complaint is open.")
    hours = (last - rows["received"]).dt.total_seconds() / 3600
    return markdown(
        "{count} at the last time in the log ({last}), after a median of {median} hours and at "
        "most {longest} hours; they are not among the times above, so that true times are longer. "
        "`cem answers` lists them.",
        count=f"{plural(len(rows), 'complaint')} {'is' if len(rows) == 1 else 'are'} open",
        last=f"{last:%Y-%m-%d %H:%M}",
        median=number(float(hours.median())),
        longest=number(float(hours.max())),
    )


def answer(row: pd.Series) -> str:
    """Return the parts of an answer, in words.

    Examples
    --------
    >>> parts = {"apology": 1, "explanation": 0, "temporary_fix": 1, "share": 0.5, "hours": 4}
    >>> answer(pd.Series(parts))
    'an apology, a temporary fix and 50% of the loss, within 4 hours'
    """
    parts = [words for name, words in _PARTS.items() if row[name] > 0]
    parts += [f"{percent(row['share'])} of the loss"] if row["share"] > 0 else []
    within = plural(int(row["hours"]), "hour")
    return f"{join_words(parts or ['an answer without these parts'])}, within {within}"


def bargain(
    solutions: pd.DataFrame,
    complaint: pd.Series,
    menu: pd.DataFrame,
    assumed: Mapping[str, float] | None = None,
) -> Markdown:
    """Report the Nash answer to one complaint and its gains, and the assumptions they rest on."""
    row = solutions.set_index("rule").loc["nash"]
    complaint_sentence = markdown(
        "Typical complaint of a large loss ({failure}): loss {loss}, fee {fee} per month.",
        failure=complaint["failure"],
        loss=money(complaint["loss"]),
        fee=money(complaint["fee"]),
    )
    if row["answer"] == NO_AGREEMENT:
        solution = markdown("No answer leaves both sides better off than no agreement.")
    else:
        solution = markdown(
            "The Nash answer: {answer}. Compared with no answer, the customer gains "
            "**{customer}** and the company **{company}**.",
            answer=answer(menu.iloc[int(row["answer"])]),
            customer=money(row["customer"]),
            company=money(row["company"]),
        )
    return join_markdown(
        [complaint_sentence, solution, *([assumptions(assumed)] if assumed else [])]
    )


def assumptions(values: Mapping[str, float | None]) -> Markdown:
    """Report the assumptions on which gains and lifetime values rest.

    Parameters
    ----------
    values : mapping of str to float or None
        Workbook parameter → value.
    """
    named = [
        f"{_ASSUMED[name][0]} {_ASSUMED[name][1](value)}"
        for name, value in values.items()
        if name in _ASSUMED and value is not None
    ]
    return markdown("These figures assume {values}.", values=join_words(named))


def economy(stays: pd.DataFrame, value: Economy) -> Markdown:
    """Report retention by outcome, the break-even cost of resolving, and the best invitation.

    Parameters
    ----------
    stays : DataFrame
        From `cemlib.studies.complaints.retention.retention_by_outcome`.
    value : Economy
        From `cemlib.studies.complaints.economy.economy`.
    """
    paid, invitation = value.paid, value.invitation
    shares = stays.set_index("outcome")["stays"]
    resolved = value.resolving.set_index("outcome").loc["complaint resolved"]
    sentences = [
        markdown(
            "In this log {unresolved} of customers stay if the complaint was not resolved, "
            "{resolved} if it was resolved and {quick} if it was resolved quickly. At a lifetime "
            "value of {lifetime}, and if resolving caused the whole difference, its break-even "
            "cost would be **{cost}** per complaint{bounds}{end} The log does not show that: "
            "customers whose complaint was resolved may have differed from the start.",
            unresolved=percent(shares["complaint not resolved"]),
            resolved=percent(shares["complaint resolved"]),
            quick=percent(shares["complaint resolved quickly"]),
            lifetime=money(resolved["lifetime"]),
            cost=money(resolved["cost"]),
            bounds=Markdown("")
            if np.isnan(value.bounds[0])
            else markdown(
                " (95% interval {low} to {high})",
                low=money(value.bounds[0]),
                high=money(value.bounds[1]),
            ),
            end=Markdown(".")
            if paid is None
            else markdown("; the mean compensation in the log is {paid}.", paid=money(paid)),
        )
    ]
    if invitation is not None and invitation.effort > 0:
        sentences.append(
            markdown(
                "Under these assumptions it would pay to spend {effort} per dissatisfied customer "
                "on making complaints easy; then {share} of them would complain. This share is "
                "assumed, not measured: it rests on {uninvited} who complain uninvited and at most "
                "{reachable} who can be reached.",
                effort=money(invitation.effort, 1),
                share=percent(invitation.share),
                uninvited=percent(invitation.uninvited),
                reachable=percent(invitation.reachable),
            )
        )
    elif invitation is not None:
        sentences.append(markdown("Inviting complaints would not pay at these values."))
    return join_markdown(sentences)


def justice(rankings: Mapping[str, JusticeRanking]) -> Markdown:
    """Report the order of the kinds of justice for each outcome, and the mediated share."""
    return join_markdown(
        markdown(
            "**{outcome}** is most strongly associated with {kinds} justice; {share} of the "
            "association passes through satisfaction with the handling.",
            outcome=outcome,
            kinds=", then ".join(ranking.causes),
            share=percent(ranking.share_mediated),
        )
        for outcome, ranking in rankings.items()
    )


def cause(removal: Removal) -> Markdown:
    """Report the rate of complaints after the removal of a cause, relative to before."""
    ratio, step, raw = removal.ratio, removal.step, removal.raw
    if ratio is None or raw is None:
        return markdown(
            "The rates before and after cannot be compared: the log has no complaint about "
            "{failure}, or `removed_day` is not inside the log.",
            failure=removal.failure,
        )
    words = {"failure": removal.failure, "ratio": percent(ratio.ratio)}
    words |= {"low": percent(ratio.low, 1), "high": percent(ratio.high, 1)}
    if step is None:
        return markdown(
            "After the cause was removed, the rate of complaints about {failure} was **{ratio}** "
            "of the rate before (95% interval {low} to {high}). The log is too short to tell this "
            "from a trend, which would change the rate without any removal.",
            **words,
        )
    return markdown(
        "From the day on which the cause was removed, the rate of complaints about {failure} was "
        "**{ratio}** of what its trend continues (95% interval {low} to {high}){season}. "
        "Without the step the rate changes by the factor {trend} per year, and weekly counts vary "
        "{dispersion} times as much as a Poisson distribution. The rates before and after, trend "
        "included, have the ratio {raw}. There is no control group: something else may have "
        "changed on that day.",
        season="" if step.season else "; with less than two years, a season is not separated",
        trend=number(step.yearly_trend, 2),
        dispersion=number(step.dispersion, 1),
        raw=percent(raw.ratio),
        **words,
    )


def _duration(minutes: float) -> str:
    hours, rest = divmod(round(minutes), 60)
    return f"{number(hours, 0)} h {rest:02d} min" if hours else plural(int(rest), "minute")


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")
