"""Sentences and findings on a call centre: calls, patience, Erlang's formulas, agents needed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from cemlib.findings import Finding
from cemlib.stats.estimates import significant
from cemlib.studies.repair.call_centre import CallCentre, Patience
from cemlib.teach.markdown import Markdown, join_markdown, markdown
from cemlib.teach.sentences import interval, join_words, number, percent, plural

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def call_log(centre: CallCentre) -> Markdown:
    """Return how many calls came, when most did, and how long they took."""
    calls, rates, handling = centre.calls, centre.rates, centre.handling
    busiest = rates.loc[significant(rates["estimate"]).idxmax()]
    every = handling.iloc[0]
    return markdown(
        "The log holds {calls}; {lost} hung up unanswered. Most calls arrive on {day} from "
        "{hour}:00: {rate} per hour (95% interval {bounds}). Handling takes {mean} minutes on "
        "average ({mean_bounds}); half of the calls take less than {median} minutes, and one in "
        "ten more than {late}.",
        calls=plural(len(calls), "call"),
        lost=percent(calls["abandoned"].mean()),
        day=_DAYS[int(busiest["weekday"])],
        hour=int(busiest["hour"]),
        rate=number(float(busiest["estimate"])),
        bounds=interval(busiest["low"], busiest["high"]),
        mean=number(every["mean"] / 60),
        mean_bounds=interval(every["low"] / 60, every["high"] / 60),
        median=number(every["median"] / 60),
        late=number(every["p90"] / 60),
    )


def patience(known: Patience) -> Markdown:
    """Return how long callers wait before they hang up."""
    if not known.abandoned:
        return Markdown("Nobody hung up, so nothing can be said about patience.")
    half = markdown(
        "Half of the callers would hang up within {median} seconds.",
        median=number(known.median, 0),
    )
    rest = markdown(
        "Mean patience is **{mean} seconds** (95% interval {bounds}) if it is exponential: "
        "{abandoned} hung up among {waited} who waited. An answer ends the observation of all the "
        "others, so that their patience is known only to be longer.",
        mean=number(known.mean, 0),
        bounds=interval(known.low, known.high, 0),
        abandoned=plural(known.abandoned, "caller"),
        waited=plural(known.waited, "caller"),
    )
    return rest if np.isnan(known.median) else join_markdown([rest, half])


def erlang_beside(hours: pd.DataFrame) -> Markdown:
    """Return how far Erlang C and Erlang A are from the log."""
    known = hours[hours["waits_c"].notna()]
    if known.empty:
        return Markdown(
            "The log does not say how many agents were on duty, so Erlang's formulas cannot be "
            "compared with it."
        )
    weights = known["calls"]
    means = {
        name: float(np.average(known[name], weights=weights))
        for name in ("mean_wait_log", "mean_wait_c", "mean_wait_a", "abandoned_log", "abandoned_a")
    }
    plain = (
        markdown("{seconds} seconds", seconds=number(means["mean_wait_c"], 0))
        if np.isfinite(means["mean_wait_c"])
        else Markdown("no limit, because demand exceeds capacity in some hours")
    )
    first = markdown(
        "The mean wait in the log is {log} seconds. **Erlang C**, where nobody hangs up, says "
        "{plain}.",
        log=number(means["mean_wait_log"], 0),
        plain=plain,
    )
    if np.isnan(means["mean_wait_a"]):
        return first
    second = markdown(
        "**Erlang A**, where callers lose patience, says {wait} seconds, and that {lost} hang up; "
        "in the log {observed} do.",
        wait=number(means["mean_wait_a"], 0),
        lost=percent(means["abandoned_a"]),
        observed=percent(means["abandoned_log"]),
    )
    return join_markdown([first, second])


def staffing(table: pd.DataFrame, share: float, seconds: float) -> Markdown:
    """Return the agents needed at the busiest hour, and the hours with too few."""
    busiest = table.loc[significant(table["rate"]).idxmax()]
    needed = markdown(
        "To answer {share} of calls within {seconds} seconds, the hour from {hour}:00 needs "
        "{plain} by Erlang C",
        share=percent(share),
        seconds=number(seconds, 0),
        hour=int(busiest["hour"]),
        plain=plural(int(busiest["erlang_c"]), "agent"),
    )
    column = "erlang_c" if np.isnan(busiest["erlang_a"]) else "erlang_a"
    if column == "erlang_a":
        needed = markdown("{needed} and {count} by Erlang A.", needed=needed,
                          count=number(int(busiest["erlang_a"])))  # fmt: skip
    else:
        needed = markdown("{needed}.", needed=needed)
    if table["agents"].isna().all():
        return needed
    short = table.loc[table["agents"] < table[column], "hour"]
    if short.empty:
        return join_markdown([needed, Markdown("Every hour of the day has enough agents.")])
    listed = markdown(
        "{count} of {hours} have too few agents: those from {listed} o'clock.",
        count=number(len(short)),
        hours=plural(len(table), "hour"),
        listed=join_words([str(int(hour)) for hour in short]),
    )
    return join_markdown([needed, listed])


def call_findings(
    centre: CallCentre, share: float = 0.8, seconds: float = 20.0
) -> Iterator[Finding]:
    """Yield handling time, abandonment, patience, mean waits, and the agents needed."""
    calls, hours, known = centre.calls, centre.hours, centre.patience
    every = centre.handling.iloc[0]
    yield Finding("handling_time", every["mean"], "seconds", "Mean handling time of a call.",
                  every["low"], every["high"])  # fmt: skip
    yield Finding("calls_abandoned", 100 * calls["abandoned"].mean(), "% of calls",
                  "Calls whose caller hung up before an answer.")  # fmt: skip
    if known.abandoned:
        yield Finding(
            "patience", known.mean, "seconds",
            "Mean patience of callers, if exponential; answered calls are censored.",
            known.low, known.high,
        )  # fmt: skip
    yield Finding("mean_wait_log", float(calls["wait"].mean()), "seconds",
                  "Mean wait of all calls in the log.")  # fmt: skip
    if hours["mean_wait_a"].notna().any():
        rows = hours[hours["mean_wait_a"].notna()]
        value = float(np.average(rows["mean_wait_a"], weights=rows["calls"]))
        yield Finding("mean_wait_erlang_a", value, "seconds",
                      "Mean wait of all calls by Erlang A, with the agents on duty.")  # fmt: skip
    needed = centre.staffing(share, seconds)
    busiest = needed.loc[significant(needed["rate"]).idxmax()]
    level = f"{percent(share)} of calls within {number(seconds, 0)} seconds"
    for name, label in (("erlang_c", "Erlang C"), ("erlang_a", "Erlang A")):
        if not np.isnan(busiest[name]):
            yield Finding(
                f"agents_needed_{name}", busiest[name], "agents",
                f"Agents that the busiest hour needs for {level}, by {label}.",
            )  # fmt: skip
