"""What workbook 02 says of listening, channels, abandonment and routing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from cemlib.data.outcome import outcome_label
from cemlib.findings import Finding
from cemlib.stats.estimates import Difference
from cemlib.studies.ladder.channels import ChannelComparison, ControlChart
from cemlib.studies.ladder.funnel import Funnel, weakest_step
from cemlib.studies.ladder.routing import Routing
from cemlib.studies.ladder.voice import Listening, Touchpoints
from cemlib.studies.ladder.words.ladder import share_interval
from cemlib.teach.markdown import Markdown, bullets, join_markdown, markdown
from cemlib.teach.sentences import interval, join_words, number, p_value, percent, plural, signed
from cemlib.teach.tables import Table, table

RELATIONSHIP_RATING = "the relationship rating"


def outcome_name(outcome: str) -> str:
    """Return the printed name of what touchpoints explain.

    Examples
    --------
    >>> outcome_name("rating"), outcome_name("status=left")
    ('the relationship rating', 'status: left')
    """
    named = {"rating": RELATIONSHIP_RATING, "recommend": "the likelihood of recommending"}
    return named.get(outcome) or outcome_label(outcome)


def listening(heard: Listening) -> Markdown:
    """Say what weighting for non-response changes, and how ratings depend on delay."""
    parts = []
    if heard.asked:
        parts.append(_survey(heard))
    if heard.delay is not None:
        parts.append(_delay(heard.delay))
    if not parts:
        return Markdown(
            "The feedback has no column *mode* that tells company surveys and event surveys apart, "
            "so non-response and delay are not measured."
        )
    return join_markdown(parts)


def _survey(heard: Listening) -> Markdown:
    if heard.survey is None:
        return markdown(
            """
            {response} of the customers asked answered the company's survey; too few did or did not
            to correct for non-response, or nothing is known of those who did not.
            """,
            response=percent(heard.response),
        )
    raw, weighted, change = heard.survey.values
    low, high = heard.survey.interval()
    return markdown(
        """
        {response} of the customers asked answered the company's survey; their mean rating is {raw}
        points. Weighted for non-response it is **{weighted}** ({weighted_interval}), a change of
        {change} ({change_interval}).
        """,
        response=percent(heard.response),
        raw=number(raw, 2),
        weighted=number(weighted, 2),
        weighted_interval=interval(low[1], high[1], 2),
        change=signed(change, 2),
        change_interval=interval(low[2], high[2], 2),
    )


def _delay(delay: Difference) -> Markdown:
    return markdown(
        """
        Per day between an event and the question, ratings differ by **{delay}** points
        ({delay_interval}), or {month} per 30 days.
        """,
        delay=signed(delay.estimate, 3),
        delay_interval=interval(*delay.interval(), 3),
        month=signed(30 * delay.estimate),
    )


def touchpoints(
    result: Touchpoints | None, stages: Mapping[str, str], outcome: str = RELATIONSHIP_RATING
) -> Markdown:
    """Say which touchpoint and which lifecycle stage matter most for an outcome."""
    if result is None:
        return Markdown(
            "Importance needs answers that have the outcome and rate at least two touchpoints, ten "
            "for each touchpoint, and that vary."
        )
    index = result.most_important
    name = result.importance.names[index]
    first = markdown(
        """
        The touchpoint that explains most of {outcome} is **{name}**{stage}, first in
        {agreement} of the resamples; its mean rating is {rating} of 100 points.
        """,
        outcome=outcome,
        name=name,
        agreement=percent(result.agreement),
        stage=markdown(" (stage: {stage})", stage=stages[name]) if result.stages else "",
        rating=number(result.performance.values[index]),
    )
    if not result.stages:
        return first
    by_stage = markdown(
        "Share of the explained variance by lifecycle stage: {shares}.",
        shares=join_words(f"{stage} {percent(share)}" for stage, share in result.stages.items()),
    )
    return join_markdown([first, by_stage])


def on_time(charts: Mapping[str, ControlChart], standard: float) -> Markdown:
    """Say which channels meet the service standard, and which weeks are unusual."""
    return bullets(
        markdown(
            "**{name}**: {centre} of contacts served in time; {below} of the weeks are below the "
            "standard. Weeks outside Laney's limits: {weeks} (outside the p chart's: {plain})",
            name=name,
            centre=percent(chart.centre),
            below=percent(chart.share_below(standard)),
            weeks=join_words(chart.signals),
            plain=plural(chart.plain_signals, "week"),
        )
        for name, chart in charts.items()
    )


def channels(comparison: ChannelComparison | None) -> Markdown:
    """Say how the ranking of channels changes with the same customer mix."""
    if comparison is None:
        return Markdown(
            "Channels are compared where at least two have ratings after events (mode "
            "*event-driven*), and the customer segment is known."
        )
    crude = (
        Markdown("The crude ranking is the same.")
        if comparison.crude == comparison.standardised
        else markdown("The crude ranking is {crude}.", crude=join_words(comparison.crude))
    )
    ranked = markdown(
        """
        Channels from best to worst, with the same customer mix: **{ranking}**{verdict}. {crude} The
        same customer mix changes a channel's rating by up to {change} points.
        """,
        ranking=join_words(comparison.standardised),
        verdict=_same_rating(comparison.p_value),
        crude=crude,
        change=number(comparison.largest_change, 2),
    )
    if not comparison.left_out:
        return ranked
    few = markdown(
        "Left out for lack of ratings: {channels}.", channels=join_words(comparison.left_out)
    )
    return join_markdown([ranked, few])


def _same_rating(p: float) -> Markdown:
    """Say whether the ratings of the channels differ by more than sampling explains."""
    if np.isnan(p):
        return Markdown("")
    verdict = "not compatible" if p < 0.05 else "compatible"
    return markdown(
        "; the data are {verdict} with the same rating in all channels ({p})",
        verdict=verdict,
        p=p_value(p),
    )


def abandonment(funnel: Funnel, steps: pd.DataFrame, gains: pd.DataFrame) -> Markdown:
    """Say where sessions end, and what removing the most frequent reason would gain."""
    weakest = weakest_step(steps)
    completed = markdown(
        """
        {completed} of {sessions} are completed. The weakest step is **{step}**: {passed} of the
        sessions that reach it continue ({interval}).
        """,
        completed=percent(funnel.completed),
        sessions=plural(len(funnel.sessions), "session"),
        step=weakest["step"],
        passed=percent(weakest["passed"]),
        interval=share_interval(weakest["low"], weakest["high"]),
    )
    if gains.empty:
        return join_markdown([completed, Markdown("No reasons for giving up were recorded.")])
    top = gains.iloc[0]
    gained = markdown(
        """
        If the reason *{reason}* were removed, **{gained}** more of 100 sessions would be completed
        ({interval}), assuming that reasons compete independently and that those recorded are a
        random sample.
        """,
        reason=top["reason"],
        gained=number(top["gained"]),
        interval=interval(top["low"], top["high"]),
    )
    return join_markdown([completed, gained])


def routing(routed: Routing | None) -> Markdown:
    """Say how comments are routed, and whether customers are told what was done."""
    if routed is None:
        return Markdown("No feedback names a *cause* and its first team, the *owner*.")
    parts = [
        markdown(
            "**{right}** of the comments are routed to the right team first ({right_interval}).",
            right=percent(routed.right[0]),
            right_interval=share_interval(*routed.right[1:]),
        )
    ]
    if routed.hours:
        parts.append(
            markdown(
                "The median comment reaches the right team after {hours} hours ({hours_interval}).",
                hours=number(routed.hours[0]),
                hours_interval=interval(*routed.hours[1:]),
            )
        )
    if routed.closed_loop:
        parts.append(
            markdown(
                "For **{closed}** of the comments the customer is told what was done "
                "({closed_interval}); according to the article, only 5% of companies get this far.",
                closed=percent(routed.closed_loop[0]),
                closed_interval=share_interval(*routed.closed_loop[1:]),
            )
        )
    return join_markdown(parts)


def confusion_table(routed: Routing) -> Table:
    """Return comments by cause and first team, as a table to show."""
    shown = routed.confusion.rename_axis("cause").reset_index()
    return table(shown, "Comments by cause and first team")


def manager_table(causes: pd.DataFrame) -> Table:
    """Return `cemlib.studies.ladder.routing.manager_view` as a table to show."""
    names = {"owner": "owning team", "rating": "mean rating (0–10)", "right": "routed right first"}
    names |= {"hours": "median hours to that team", "closed_loop": "customer told"}
    shown = causes.rename(columns=names)
    shares = [name for name in ("routed right first", "customer told") if name in shown]
    return table(shown, "For the manager: comments by cause", dict.fromkeys(shares, percent))


def agent_table(comments: pd.DataFrame, customer: str) -> Table:
    """Return `cemlib.studies.ladder.routing.agent_view` as a table to show."""
    names = {"team": "first team", "say_first": "tell the customer first"}
    caption = f"For the agent: comments of customer {customer}"
    return table(comments.rename(columns=names), caption, {"rating": 0})


def listening_findings(heard: Listening) -> Iterator[Finding]:
    """Yield what non-response and delay change."""
    if heard.survey is not None:
        low, high = heard.survey.interval()
        for column, (name, sentence) in enumerate(
            (
                ("mean_rating_of_respondents", "Mean rating in the company's survey, unweighted."),
                ("mean_rating_weighted_for_non_response",
                 "Mean rating in the company's survey, weighted for non-response."),
            )
        ):  # fmt: skip
            value = float(heard.survey.values[column])
            bounds = float(low[column]), float(high[column])
            yield Finding(name, value, "points (0–10)", sentence, *bounds)
    if heard.delay is not None:
        yield Finding(
            "rating_change_per_day_of_delay", heard.delay.estimate, "points per day",
            "Difference in ratings per day between the event and the question.",
            *heard.delay.interval(),
        )  # fmt: skip


def touchpoint_findings(
    result: Touchpoints | None, outcome: str = RELATIONSHIP_RATING
) -> Iterator[Finding]:
    """Yield the touchpoint that matters most."""
    if result is not None:
        yield Finding(
            "most_important_touchpoint", result.importance.names[result.most_important], "",
            f"Touchpoint that explains most of {outcome}.",
        )  # fmt: skip


def funnel_findings(funnel: Funnel, gains: pd.DataFrame) -> Iterator[Finding]:
    """Yield how many sessions are completed, and what removing a reason would gain."""
    yield Finding(
        "completion_rate", funnel.completed, "share of sessions (0–1)",
        "Share of sessions that are completed.",
    )  # fmt: skip
    if len(gains):
        row = gains.iloc[0]
        yield Finding(
            "reason_to_remove_first", str(row["reason"]), "",
            "Reason for giving up whose removal would gain most completions, if reasons compete "
            "independently.",
        )  # fmt: skip
        yield Finding(
            "completions_gained", float(row["gained"]), "per 100 sessions",
            f"Completions gained if the reason '{row['reason']}' were removed, if reasons compete "
            "independently.", float(row["low"]), float(row["high"]),
        )  # fmt: skip


def routing_findings(routed: Routing | None) -> Iterator[Finding]:
    """Yield how comments are routed, and whether customers are told what was done."""
    if routed is None:
        return
    for name, share, sentence in (
        ("share_routed_right_first", routed.right,
         "Share of comments that are routed to the right team first."),
        ("closed_loop_rate", routed.closed_loop,
         "Share of comments whose customer is told what was done."),
    ):  # fmt: skip
        if share is not None:
            yield Finding(name, share[0], "share of comments (0–1)", sentence, share[1], share[2])
