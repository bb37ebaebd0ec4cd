"""What workbook 02 says of listening, channels, abandonment, routing and guided conversations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from cemlib.checks import one_of
from cemlib.findings import Finding
from cemlib.stats.estimates import Difference, Floats
from cemlib.studies.ladder.channels import ChannelComparison, ControlChart
from cemlib.studies.ladder.funnel import Funnel, weakest_step
from cemlib.studies.ladder.off_policy import DOUBLY_ROBUST, PolicyValue, least_supported
from cemlib.studies.ladder.off_policy import best_policy as best_of
from cemlib.studies.ladder.routing import Routing
from cemlib.studies.ladder.tariffs import Overpayment
from cemlib.studies.ladder.voice import Listening, Touchpoints
from cemlib.studies.ladder.words.ladder import share_interval
from cemlib.teach.markdown import Markdown, bullets, join_markdown, markdown
from cemlib.teach.sentences import interval, join_words, number, percent, plural, signed
from cemlib.teach.tables import Table, table


def listening(heard: Listening) -> Markdown:
    """Say what weighting for non-response changes, and how ratings depend on delay."""
    raw, weighted, change = heard.survey.values
    low, high = heard.survey.interval()
    return markdown(
        """
        {response} of the customers asked answered the company's survey; their mean rating is {raw}
        points. Weighted for non-response it is **{weighted}** ({weighted_interval}), a change of
        {change} ({change_interval}). Per day between an event and the question, the rating changes
        by **{delay}** points ({delay_interval}), or {month} per 30 days.
        """,
        response=percent(heard.response),
        raw=number(raw, 2),
        weighted=number(weighted, 2),
        weighted_interval=interval(low[1], high[1], 2),
        change=signed(change, 2),
        change_interval=interval(low[2], high[2], 2),
        delay=signed(heard.delay.estimate, 3),
        delay_interval=interval(*heard.delay.interval(), 3),
        month=signed(30 * heard.delay.estimate),
    )


def touchpoints(result: Touchpoints, stages: Mapping[str, str]) -> Markdown:
    """Say which touchpoint and which lifecycle stage matter most."""
    index = result.most_important
    name = result.importance.names[index]
    return markdown(
        """
        The touchpoint that explains most of the relationship rating is **{name}** (stage: {stage});
        its mean rating is {rating} of 100 points. Share of the explained variance by lifecycle
        stage: {shares}.
        """,
        name=name,
        stage=stages[name],
        rating=number(result.performance.values[index]),
        shares=join_words(f"{stage} {percent(share)}" for stage, share in result.stages.items()),
    )


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


def channels(comparison: ChannelComparison) -> Markdown:
    """Say how the ranking of channels changes with the same customer mix."""
    crude = (
        Markdown("The crude ranking is the same.")
        if comparison.crude == comparison.standardised
        else markdown("The crude ranking is {crude}.", crude=join_words(comparison.crude))
    )
    return markdown(
        """
        Channels from best to worst, with the same customer mix: **{ranking}**. {crude} Customer mix
        explains up to {change} points of a channel's rating.
        """,
        ranking=join_words(comparison.standardised),
        crude=crude,
        change=number(comparison.largest_change, 2),
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
        ({interval}).
        """,
        reason=top["reason"],
        gained=number(top["gained"]),
        interval=interval(top["low"], top["high"]),
    )
    return join_markdown([completed, gained])


def routing(routed: Routing) -> Markdown:
    """Say how comments are routed, and whether customers are told what was done."""
    return markdown(
        """
        **{right}** of the comments are routed to the right team first ({right_interval}). The
        median comment reaches the right team after {hours} hours ({hours_interval}). For
        **{closed}** of the comments the customer is told what was done ({closed_interval});
        according to the article, only 5% of companies get this far.
        """,
        right=percent(routed.right[0]),
        right_interval=share_interval(*routed.right[1:]),
        hours=number(routed.hours[0]),
        hours_interval=interval(*routed.hours[1:]),
        closed=percent(routed.closed_loop[0]),
        closed_interval=share_interval(*routed.closed_loop[1:]),
    )


def confusion_table(routed: Routing) -> pd.DataFrame:
    """Return comments by cause and first team, as a table to print."""
    return routed.confusion.rename_axis("cause").reset_index()


def manager_table(causes: pd.DataFrame) -> Table:
    """Return `cemlib.studies.ladder.routing.manager_view` as a table to show."""
    names = {"owner": "owning team", "rating": "mean rating (0–10)", "right": "routed right first"}
    names |= {"hours": "median hours to that team", "closed_loop": "customer told"}
    formats = dict.fromkeys(["routed right first", "customer told"], percent)
    return table(causes.rename(columns=names), "For the manager: comments by cause", formats)


def agent_table(comments: pd.DataFrame, customer: str) -> Table:
    """Return `cemlib.studies.ladder.routing.agent_view` as a table to show."""
    names = {"team": "first team", "say_first": "tell the customer first"}
    caption = f"For the agent: comments of customer {customer}"
    return table(comments.rename(columns=names), caption, {"rating": 0})


def overpayment(overpaid: Overpayment) -> Markdown:
    """Say how many customers pay more than the cheapest tariff for their usage."""
    return markdown(
        """
        {share} of the customers pay more than the cheapest tariff for their usage, by a median of
        {median} yuan per month; {share_above} overpay by more than {limit} yuan.
        """,
        share=percent(overpaid.share),
        median=number(overpaid.median, 0),
        share_above=percent(overpaid.share_above),
        limit=f"{overpaid.limit:g}",
    )


def prompts_table(prompts: pd.DataFrame, shares: Floats) -> Table:
    """Return the prompts as a table to show, with the share of calls in which each is shown."""
    conditions = [
        "always" if how == "always" else f"{str(fact).replace('_', ' ')} {how} {value}"
        for fact, how, value in prompts[["fact", "comparison", "value"]].itertuples(index=False)
    ]
    shown = pd.DataFrame(
        {
            "condition": conditions,
            "prompt": prompts["prompt"],
            "text on the screen": prompts["words_en"],
            "share of calls": shares,
        }
    )
    return table(shown, "The prompts, and how often each is shown", {"share of calls": percent})


def best_policy(
    values: Mapping[str, PolicyValue], guided: Difference, override: Difference, logged: float
) -> Markdown:
    """Say which policy the log favours, and for which one the evidence is thinnest.

    Parameters
    ----------
    values : mapping of str to PolicyValue
        Policy → its value.
    guided, override : Difference
        Guided minus always selling, and guided with override minus guided.
    logged : float
        Mean value of the calls as logged, yuan.
    """
    best, thinnest = best_of(values), least_supported(values)
    robust = values[best].values[DOUBLY_ROBUST]
    return markdown(
        """
        The log favours **{best}**: {value} yuan per call ({value_interval}), against {logged} for
        the calls as logged. Guided conversations are worth **{guided}** yuan per call compared with
        always selling ({guided_interval}); the agent's override changes this by {override}
        ({override_interval}). Evidence is thinnest for *{thinnest}*: its effective sample size is
        {effective} calls, and the largest weight of a call is {weight}.
        """,
        best=best,
        value=number(robust.estimate, 0),
        value_interval=interval(*robust.interval(), 0),
        logged=number(logged, 0),
        guided=signed(guided.estimate, 0),
        guided_interval=interval(*guided.interval(), 0),
        override=signed(override.estimate, 1),
        override_interval=interval(*override.interval(), 1),
        thinnest=thinnest,
        effective=number(values[thinnest].effective, 0),
        weight=number(values[thinnest].largest_weight, 1),
    )


def policy_table(compared: pd.DataFrame) -> pd.DataFrame:
    """Return `cemlib.studies.ladder.off_policy.values_beside_truth` as a table to print."""
    names = {"estimate": "value, yuan per call", "true_value": "true value"}
    return compared.rename(columns=names | {"covered": "95% interval covers it"})


def journey_findings(
    heard: Listening,
    importance: Touchpoints,
    funnel: Funnel,
    gains: pd.DataFrame,
    routed: Routing,
) -> Iterator[Finding]:
    """Yield what listening, touchpoints, the funnel and the routing of comments show."""
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
    yield Finding(
        "rating_change_per_day_of_delay", heard.delay.estimate, "points per day",
        "Change in a rating per day between the event and the question.",
        *heard.delay.interval(),
    )  # fmt: skip
    touchpoint = importance.importance.names[importance.most_important]
    yield Finding(
        "most_important_touchpoint", touchpoint, "",
        "Touchpoint that explains most of the relationship rating.",
    )  # fmt: skip
    yield Finding(
        "completion_rate", funnel.completed, "share of sessions (0–1)",
        "Share of sessions that are completed.",
    )  # fmt: skip
    if len(gains):
        row = gains.iloc[0]
        yield Finding(
            "reason_to_remove_first", str(row["reason"]), "",
            "Reason for giving up whose removal gains most completions.",
        )  # fmt: skip
        yield Finding(
            "completions_gained", float(row["gained"]), "per 100 sessions",
            f"Completions gained if the reason '{row['reason']}' were removed.", float(row["low"]),
            float(row["high"]),
        )  # fmt: skip
    for name, share, sentence in (
        ("share_routed_right_first", routed.right,
         "Share of comments that are routed to the right team first."),
        ("closed_loop_rate", routed.closed_loop,
         "Share of comments whose customer is told what was done."),
    ):  # fmt: skip
        yield Finding(name, share[0], "share of comments (0–1)", sentence, share[1], share[2])


def policy_findings(
    values: Mapping[str, PolicyValue], policy: str, guided: Difference, override: Difference
) -> Iterator[Finding]:
    """Yield the value of one policy by each estimator, and the gains from guiding."""
    one_of("policy", policy, list(values))
    for estimator, value in values[policy].values.items():
        key = "_".join(estimator.replace("-", " ").split())
        yield Finding(
            f"policy_value_{key}", value.estimate, "yuan per call",
            f"Estimated value of the policy '{policy}', {estimator}.", *value.interval(),
        )  # fmt: skip
    for name, gain, sentence in (
        ("gain_of_guided_over_selling", guided,
         "Value of guided conversations minus that of always selling, doubly robust."),
        ("gain_of_override_over_guided", override,
         "Value of the prompts with the agent's override minus that of the prompts alone."),
    ):  # fmt: skip
        yield Finding(name, gain.estimate, "yuan per call", sentence, *gain.interval())
    yield Finding(
        "effective_sample_size", values[policy].effective, "calls",
        f"Effective number of logged calls for the policy '{policy}'.",
    )  # fmt: skip
