"""Sentences and findings on the service levels of a log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from cemlib.findings import Finding
from cemlib.stats.estimates import significant
from cemlib.studies.repair.service_levels import ServiceLevels, Wait
from cemlib.teach.markdown import Markdown, bullets, join_markdown, markdown
from cemlib.teach.sentences import interval, join_words, number, percent, plural

_DONE = {"first response": "had a first answer", "resolution": "were closed"}


def service_levels(levels: ServiceLevels, names: Mapping[str, str]) -> Markdown:
    """Say how fast contacts are answered and closed, and whether one contact is enough."""
    parts = [_wait(name, wait, names) for name, wait in levels.shown.items()]
    if levels.first_contact is not None:
        share = levels.first_contact
        parts.append(
            markdown(
                "**{share}** ({interval}%) of {cases} had no second contact within {days}.",
                share=percent(share.estimate),
                interval=interval(100 * share.low, 100 * share.high, 0),
                cases=plural(share.rows, "case"),
                days=plural(levels.followed, "day"),
            )
        )
    if levels.reopened is not None:
        share = levels.reopened
        parts.append(
            markdown(
                "Of the closed contacts, **{share}** ({interval}%) were opened again.",
                share=percent(share.estimate),
                interval=interval(100 * share.low, 100 * share.high, 0),
            )
        )
    if not levels.shown:
        parts.append(
            Markdown(
                "Times to the first answer and to closing need the columns *answered* and *closed*."
            )
        )
    return bullets(parts)


def _wait(name: str, wait: Wait, names: Mapping[str, str]) -> Markdown:
    parts = [
        markdown(
            "**{share}** ({interval}%) of contacts {done} within {target}: half within {median} "
            "({median_interval}), nine of ten within {ninth} ({ninth_interval}). The others took "
            "{beyond} on average, which a share within a target does not show.",
            share=percent(wait.within.estimate),
            interval=interval(100 * wait.within.low, 100 * wait.within.high, 0),
            done=_DONE[name],
            target=_target(wait.target),
            median=_hours(wait.median[0]),
            median_interval=interval(*wait.median[1:], _digits(wait.median[0])),
            ninth=_hours(wait.ninth[0]),
            ninth_interval=interval(*wait.ninth[1:], _digits(wait.ninth[0])),
            beyond=_hours(wait.beyond),
        )
    ]
    if low := _lowest(wait, names):
        parts.append(markdown("Clearly below all together: {groups}.", groups=join_words(low)))
    if wait.outside:
        parts.append(
            markdown(
                "Outside the limits of usual variation: {days}.",
                days=join_words([f"{wait.prefix}{day}" for day in wait.outside]),
            )
        )
    if wait.not_due:
        parts.append(
            markdown(
                "{contacts} left out, whose target lies after the end of the log.",
                contacts=plural(wait.not_due, "contact is", "contacts are"),
            )
        )
    return join_markdown(parts)


def _lowest(wait: Wait, names: Mapping[str, str]) -> list[str]:
    """Return groups whose interval lies below that of all contacts, the lowest first."""
    tables = [
        wait.channels.assign(name=wait.channels["group"].map(lambda name: names.get(name, name))),
        wait.weekdays.assign(name=wait.weekdays["group"]),
        wait.hours.assign(name=wait.hours["group"] + ":00"),
    ]
    every = pd.concat(tables, ignore_index=True)
    below = every[every["high"] < wait.within.low]
    below = below.iloc[significant(below["estimate"]).argsort(kind="stable")]
    return [f"{row.name} ({percent(row.estimate)})" for row in below.itertuples(index=False)][:5]


def _target(hours: float) -> str:
    return f"{hours:g} h"


def _digits(hours: float) -> int:
    return 2 if hours < 1 else 1


def _hours(hours: float) -> str:
    return f"{number(hours, _digits(hours))} h"


def level_findings(levels: ServiceLevels) -> Iterator[Finding]:
    """Yield the service levels that the log records."""
    if levels.response is not None:
        share = levels.response.within
        yield Finding(
            "answered_within_target", 100 * share.estimate, "% of contacts",
            f"Share of contacts with a first answer within {_target(levels.response.target)}.",
            100 * share.low, 100 * share.high,
        )  # fmt: skip
    if levels.resolution is not None:
        median, low, high = levels.resolution.median
        yield Finding(
            "median_hours_to_closing", median, "hours",
            "Hours after which half of the contacts are closed.", low, high,
        )  # fmt: skip
    if levels.first_contact is not None:
        share = levels.first_contact
        yield Finding(
            "resolved_at_first_contact", 100 * share.estimate, "% of cases",
            f"Share of cases without a second contact within {plural(levels.followed, 'day')}.",
            100 * share.low, 100 * share.high,
        )  # fmt: skip
    if levels.reopened is not None:
        share = levels.reopened
        yield Finding(
            "reopened_contacts", 100 * share.estimate, "% of closed contacts",
            "Share of closed contacts that were opened again.", 100 * share.low, 100 * share.high,
        )  # fmt: skip
