"""What workbook 06 says of its results, in computed sentences, tables and findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from cemlib.checks import one_of
from cemlib.findings import Finding
from cemlib.stats.estimates import Estimates, percentile_interval, significant
from cemlib.stats.rates import RateRatio
from cemlib.stats.response import FEATURES, Response
from cemlib.studies.complaints.bargain import NO_AGREEMENT
from cemlib.studies.complaints.equivalence import Equivalence, compare_paired
from cemlib.studies.complaints.justice import mediation
from cemlib.studies.complaints.plots.bargain import NAMES
from cemlib.studies.complaints.promises import Promise
from cemlib.studies.complaints.replay import Replay
from cemlib.teach.markdown import escape_markdown
from cemlib.teach.sentences import interval, join_words, number, percent, plural, signed

PARTS = {
    "apology": "an apology",
    "explanation": "an explanation",
    "temporary_fix": "a temporary fix",
    "share": "the whole loss compensated",
    "delay": "a wait of a day instead of an hour",
}
OUTCOMES = {"Word of mouth": "word_of_mouth", "Return intent": "return_intent"}
RECOVERED = {
    "satisfaction": ("satisfaction_before", "satisfaction_after"),
    "intent to stay": ("return_before", "return_intent"),
}
_DAY = float(np.log1p(24) - np.log1p(1))


def case(replay: Replay) -> str:
    """Say what became of the promises, who called whom, and how long nobody said a word."""
    states = replay.promises["state"].value_counts()
    became = [f"{states[state]} {state}" for state in ("kept", "broken", "open") if state in states]
    contacts = replay.contacts.set_index(["opened_by", "toward"])["contacts"]
    company = sum(int(contacts.get(("agent", whom), 0)) for whom in ("customer", "everyone"))
    hers = int(contacts.get(("customer", "agent"), 0))
    told = replay.facts["state"].value_counts()
    missing = replay.facts.loc[replay.facts["state"] == "not told", "fact"]
    steps = replay.steps
    words = [
        f"{plural(len(replay.promises), 'promise')}: {join_words(became)}. She turned to the "
        f"company {_times(hers)}, the company to her {_times(company)}. Of "
        f"{plural(len(replay.facts), 'thing')} that the agent learned, "
        f"{int(told.get('told', 0))} went straight on to her; not told, as far as the article "
        f"says: {join_words(missing)}."
    ]
    if replay.silences["minutes"].notna().any():
        quiet = replay.longest_silence
        words.append(
            f"The longest silence lasts **{_span(quiet['minutes'])}**. A promise fell due in it, "
            "and as far as the article says nobody called to tell her so."
            if quiet["lapsed"]
            else f"The longest silence lasts **{_span(quiet['minutes'])}**."
        )
    absent = steps.loc[~steps["covered"], "step"]
    words.append(
        f"Of the {len(steps)} steps of ISO 10002 the account shows {int(steps['covered'].sum())}; "
        f"missing: {join_words(absent)}."
    )
    return " ".join(words)


def promises_table(replay: Replay) -> pd.DataFrame:
    """Return the promises of a case as a table to print."""
    rows = replay.promises
    late = rows["late"].where(rows["state"] != "kept")
    return pd.DataFrame(
        {
            "promise": rows["promise"],
            "by": rows["giver"],
            "to": rows["receiver"],
            "due": rows["due"].replace("", None),
            "became": rows["state"],
            "minutes late": late,
            "from times that are": ["inferred" if each else "told" for each in rows["inferred"]],
        }
    )


def prices(costs: Sequence[float]) -> dict[float, str]:
    """Return prices of an hour announced, each with its words."""
    return {cost: f"{number(cost, 2)} times an hour early" for cost in costs}


def promise(found: Promise, repairs: int, log: pd.DataFrame | None = None) -> str:
    """Say what to promise, how surely, what the other promise was worth, and what a log kept."""
    words = (
        f"Of {number(repairs)} comparable repairs, {percent(found.made_kept)} were done within "
        f"{found.made:g} hours. The promise that annoys least is **{number(found.hours)} "
        f"hours** ({interval(found.low, found.high)}), kept {percent(found.kept)} of the time. "
        f"{found.made:g} hours would be right only if an hour announced cost "
        f"{number(found.made_price, 2)} times what an hour early pleases; it annoys by "
        f"{number(found.cost)} such hours a repair more than the best promise."
    )
    if log is None or "promised_hours" not in log:
        return words
    both = log[["repair_hours", "promised_hours"]].dropna()
    held, middle = (both["repair_hours"] <= both["promised_hours"]), both["promised_hours"].median()
    return words + (
        f" Of {number(len(both))} promises in the log, {number(middle, 0)} hours in the middle, "
        f"**{percent(held.mean())}** were kept."
    )


def mended(log: pd.DataFrame, failure: str = "network outage") -> pd.Series:
    """Return hours of repairs comparable to the case: of that failure if any."""
    if "repair_hours" not in log:
        return pd.Series(dtype=float)
    hours = log["repair_hours"].dropna()
    alike = hours[log["failure"] == failure]
    return alike if len(alike) else hours


def worth_table(response: Response) -> pd.DataFrame:
    """Return what each part of an answer is worth, as a table to print."""
    scale = np.array([1.0, 1, 1, 1, _DAY])
    low, high = percentile_interval(response.worth_draws * scale)
    stay = response.slopes("stayed") * scale
    frame = pd.DataFrame({"part of the answer": [PARTS[name] for name in FEATURES]})
    frame["worth, % of the loss"] = 100 * response.worth * scale
    frame["95% interval"] = [
        interval(100 * a, 100 * b) if b > a else "by definition"
        for a, b in zip(low, high, strict=True)
    ]
    return frame.assign(**{"odds of staying ×": np.exp(stay)})


def answer(row: pd.Series) -> str:
    """Say what an answer consists of.

    Examples
    --------
    >>> parts = {"apology": 1, "explanation": 0, "temporary_fix": 1, "share": 0.5, "hours": 4}
    >>> answer(pd.Series(parts))
    'an apology, a temporary fix and 50% of the loss, within 4 hours'
    """
    given = [PARTS[name] for name in ("apology", "explanation", "temporary_fix") if row[name] > 0]
    given += [f"{percent(row['share'])} of the loss"] if row["share"] > 0 else []
    return f"{join_words(given)}, within {plural(int(row['hours']), 'hour')}"


def bargain(solutions: pd.DataFrame, complaint: pd.Series, menu: pd.DataFrame) -> str:
    """Say what Nash would do in one complaint."""
    row = solutions.set_index("rule").loc["nash"]
    about = (
        f"A complaint about {escape_markdown(complaint['failure'])}, loss "
        f"{number(complaint['loss'], 0)} yuan, fee {number(complaint['fee'], 0)} yuan a month. "
    )
    if row["answer"] == NO_AGREEMENT:
        return about + "No answer leaves both better off than no agreement."
    return (
        f"{about}Nash's answer: {answer(menu.iloc[int(row['answer'])])}. It gains the customer "
        f"**{number(row['customer'], 0)} yuan** and the company **{number(row['company'], 0)} "
        "yuan** over no answer at all."
    )


def mediated(
    log: pd.DataFrame, items: Mapping[str, Sequence[str]], weights: np.ndarray
) -> dict[str, dict[str, Estimates]]:
    """Return what justice does to each outcome that the log knows, by way of the handling."""
    kinds = list(items)
    felt = log.assign(**{kind: log[list(asked)].mean(axis=1) for kind, asked in items.items()})
    return {
        name: mediation(felt, kinds, "handling", column, weights)
        for name, column in OUTCOMES.items()
        if kinds and column in log
    }


def justice(parts: Mapping[str, Mapping[str, Estimates]]) -> str:
    """Say which justice carries most, through what, and whether that is the order in print."""
    words = []
    for outcome, found in parts.items():
        total, indirect = found["total"], found["indirect"]
        order = [
            total.names[place] for place in np.argsort(significant(-total.values), kind="stable")
        ]
        share = indirect.values.sum() / total.values.sum()
        words.append(
            f"**{outcome}** hangs most on {order[0]}, then {order[1]}, then {order[2]} justice; "
            f"{percent(share)} of it passes through satisfaction with the handling."
        )
    return " ".join(words)


def recovered(log: pd.DataFrame, margin: float, well: float = 6) -> dict[str, Equivalence]:
    """Compare those who rate the handling `well` or better with themselves before the failure."""
    rows = log[log["handling"] >= well]
    return {
        name: compare_paired(rows[before], rows[after], margin)
        for name, (before, after) in RECOVERED.items()
        if before in log and after in log
    }


def paradox(found: Mapping[str, Equivalence]) -> str:
    """Say whether a failure well mended is better than none."""
    said = {
        "higher": "is **higher** than before the failure",
        "lower": "is **lower** than before the failure",
        "alike": "is **alike** before and after, as far as a difference would matter",
        "not known": "may or may not have changed: the data do not tell",
    }
    words = [
        f"{name[:1].upper()}{name[1:]} {said[each.verdict()]} ({signed(each.estimate, 2)} points, "
        f"{interval(*each.interval(), 2)}; {plural(int(each.degrees) + 1, 'customer')})."
        for name, each in found.items()
    ]
    return "Of those well recovered: " + " ".join(words)


def policies_table(compared: pd.DataFrame) -> pd.DataFrame:
    """Return policies as a table to print."""
    return pd.DataFrame(
        {
            "policy": [NAMES[policy] for policy in compared["policy"]],
            "customer, yuan": compared["customer"],
            "company, yuan": compared["realised"],
            "over deny, yuan": [
                f"{signed(row.over_deny, 0)} ({interval(row.over_deny_low, row.over_deny_high, 0)})"
                if row.policy != "deny"
                else None
                for row in compared.itertuples()
            ],
            "paid, yuan": compared["compensation"],
            "stay": compared["stayed"],
            "spread, % of loss": 100 * compared["spread"],
            "company loses": compared["company_loses"],
        }
    )


def policies(compared: pd.DataFrame) -> str:
    """Say which policy is worth most to whom, how unlike it treats, and who loses."""
    rows = compared.set_index("policy")
    best, kindest = significant(rows["realised"]).idxmax(), significant(rows["customer"]).idxmax()
    fair = significant(rows["spread"]).idxmax()
    earns, gives = rows.loc[best, "realised"], rows.loc[kindest, "customer"]
    refused = rows["customers_lose"]
    worse = (
        f", and *{NAMES[str(significant(refused).idxmax())]}* leaves {percent(refused.max())} of "
        "the customers worse off than no agreement"
        if refused.max() > 0
        else "; none of the five leaves a customer worse off than no agreement"
    )
    apart, favour = rows.loc[fair, "spread"], rows.loc[fair, "favour"]
    return (
        f"Most for the company: **{NAMES[best]}**, {number(earns, 0)} yuan a complaint over no "
        f"answer; most for the customer: **{NAMES[kindest]}**, {number(gives, 0)} yuan. Like cases "
        f"are treated furthest apart by **{NAMES[fair]}**: the share of the loss that is paid has "
        f"a standard deviation of {number(100 * apart)} points among them, and the third of the "
        f"customers with the highest fees gets {signed(100 * favour)} points of its loss against "
        f"the third with the lowest. *Always right* loses money on "
        f"{percent(rows.loc['full', 'company_loses'])} of the complaints{worse}."
    )


def source(found: RateRatio, failure: str) -> str:
    """Say what removing a cause did."""
    spread = interval(100 * found.low, 100 * found.high)
    return (
        f"After the cause was removed, complaints about {escape_markdown(failure)} come at "
        f"**{percent(found.ratio)}** of the rate before ({spread} %). No answer to a complaint is "
        "as good as no cause for one."
    )


def findings(
    replay: Replay,
    kept: Promise | None,
    response: Response,
    compared: pd.DataFrame,
    policy: str,
) -> Iterator[Finding]:
    """Yield what every run of the workbook finds."""
    if replay.silences["minutes"].notna().any():
        quiet = replay.longest_silence["minutes"] / 60
        yield Finding("longest_silence", float(quiet), "hours", "Without a word, in the case.")
    if kept is not None:
        yield Finding(
            "best_promise", kept.hours, "hours", "The promise that annoys least.", kept.low,
            kept.high,
        )  # fmt: skip
        yield Finding(
            "kept_as_promised", kept.made_kept, "share (0–1)",
            f"Repairs that keep a promise of {kept.made:g} hours.",
        )  # fmt: skip
    low, high = percentile_interval(response.worth_draws)
    yield Finding(
        "worth_of_apology", float(response.worth[0]), "share of the loss",
        "What an apology is worth to the customer.", float(low[0]), float(high[0]),
    )  # fmt: skip
    rows = compared.set_index("policy")
    yield Finding(
        "best_policy",
        NAMES[str(significant(rows["realised"]).idxmax())],
        "",
        "Worth most to the company.",
    )
    row, name = rows.loc[one_of("policy", policy, tuple(rows.index))], NAMES[policy]
    for side, column in (("company", "realised"), ("customer", "customer")):
        yield Finding(
            f"policy_{side}", row[column], "yuan a complaint",
            f"What the policy {name} is worth to the {side} over no answer.",
            row[f"{column}_low"], row[f"{column}_high"],
        )  # fmt: skip
    if policy != "deny":
        yield Finding(
            "policy_over_deny", row["over_deny"], "yuan a complaint",
            f"What the policy {name} is worth to the company over denial, on the same luck.",
            row["over_deny_low"], row["over_deny_high"],
        )  # fmt: skip
    yield Finding(
        "policy_spread", row["spread"], "share of the loss",
        f"How far the policy {name} treats like cases apart (standard deviation).",
    )  # fmt: skip
    yield Finding(
        "policy_loses", row["company_loses"], "share of complaints (0–1)",
        f"Complaints on which the policy {name} costs the company more than it brings.",
    )  # fmt: skip


def justice_findings(parts: Mapping[str, Mapping[str, Estimates]]) -> Iterator[Finding]:
    """Yield what justice does, where it was asked about."""
    for outcome, found in parts.items():
        indirect = found["indirect"]
        place = int(np.argmax(significant(found["total"].values)))
        low, high = indirect.interval()
        yield Finding(
            f"{indirect.names[place]}_to_{outcome.lower().replace(' ', '_')}",
            float(indirect.values[place]), "points for one point of justice",
            f"{outcome}: what {indirect.names[place]} justice does through the handling.",
            float(low[place]), float(high[place]),
        )  # fmt: skip


def paradox_findings(found: Mapping[str, Equivalence]) -> Iterator[Finding]:
    """Yield the changes of the well recovered."""
    for name, each in found.items():
        low, high = each.interval()
        yield Finding(
            f"recovered_{name.replace(' ', '_')}", each.estimate, "scale points",
            f"Change of {name} among the well recovered: {each.verdict()}.", low, high,
        )  # fmt: skip


def source_findings(found: RateRatio | None, failure: str) -> Iterator[Finding]:
    """Yield what removing the cause did, where the log tells."""
    if found is not None and np.isfinite(found.high):
        yield Finding(
            "rate_after_removal", found.ratio, "times the rate before",
            f"Complaints about {failure} after the cause was removed.", found.low, found.high,
        )  # fmt: skip


def truth_table(response: Response, population: Mapping[str, float]) -> pd.DataFrame:
    """Return the worth of each part beside the truth."""
    low, high = percentile_interval(response.worth_draws)
    truth = np.array([population[name] for name in FEATURES])
    frame = pd.DataFrame({"feature": FEATURES, "estimate": response.worth})
    frame["low"], frame["high"], frame["truth"] = low, high, truth
    frame["within"] = (low <= truth + 1e-9) & (truth - 1e-9 <= high)
    return frame


def _span(minutes: float) -> str:
    hours, rest = divmod(round(minutes), 60)
    return f"{number(hours, 0)} h {rest:02d} min" if hours else plural(int(rest), "minute")


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")
