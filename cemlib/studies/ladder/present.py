"""What each section of workbook 02 shows: figures, sentences, findings, rows used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from cemlib import board, plot, teach
from cemlib.data.outcome import parse_outcome
from cemlib.sources import Section
from cemlib.stats.deviance import is_binary
from cemlib.studies.ladder import plots, words
from cemlib.studies.ladder.chain_checks import ChainChecks
from cemlib.studies.ladder.channels import ChannelComparison, ControlChart
from cemlib.studies.ladder.datasets.conversations import Calls
from cemlib.studies.ladder.datasets.panel import Panel
from cemlib.studies.ladder.datasets.rows import Rows
from cemlib.studies.ladder.forgiveness import Forgiveness
from cemlib.studies.ladder.funnel import Funnel, step_survival
from cemlib.studies.ladder.markov import Ladder
from cemlib.studies.ladder.off_policy import PolicyValue, gain_over
from cemlib.studies.ladder.operator.voice_truth import STAGES
from cemlib.studies.ladder.prediction import Prediction
from cemlib.studies.ladder.prompts import ALWAYS, GUIDED, OVERRIDE
from cemlib.studies.ladder.referral import Referrals
from cemlib.studies.ladder.routing import Routing, agent_view, busiest_customer, manager_view
from cemlib.studies.ladder.rung_value import StepValues
from cemlib.studies.ladder.survival import Retention
from cemlib.studies.ladder.tariffs import Overpayment
from cemlib.studies.ladder.voice import (
    Listening,
    Touchpoints,
    asked_ratings,
    commented,
    count_answers,
    ratings_by_channel,
)
from cemlib.studies.ladder.win_back import WinBack
from cemlib.teach.scenario import CALLS, scenario


def _without(count: int, reason: str) -> str:
    return f"{count:,} {reason}" if count else ""


def moves(
    section: Section,
    data: Panel,
    moved: pd.DataFrame,
    rungs: Ladder,
    assumptions: ChainChecks,
    won: WinBack | None,
) -> None:
    """Show how many moves were observed, whether they form one chain, and who comes back."""
    section.read(len(data.rows), data.notes)
    last = _without(len(data.rows) - len(moved), "without the month after them")
    section.used("moves within a month", len(moved), last)
    section.show(
        words.moves(rungs, assumptions.homogeneity, data.people),
        words.one_chain(assumptions),
        words.comes_back(won, data.states[-1]),
    )


def values(
    section: Section,
    data: Panel,
    table: pd.DataFrame,
    margin: Sequence[float] | None,
    won: WinBack | None,
) -> None:
    """Show the value of each rung, where margins are known, and the way to the best one."""
    section.show(words.assumed_margins(data.states, margin), words.rungs_table(table, data.best))
    section.add(*words.ladder_findings(table, data.states[data.entry], data.best))
    section.add(*words.win_back_findings(won, data.states[-1]))


def steps(section: Section, worth: StepValues) -> None:
    """Show which step is worth most."""
    section.show(words.steps(worth), plots.steps_figure(worth))
    section.add(*words.step_findings(worth))


def stays(section: Section, stayed: Retention, foretold: Prediction | None) -> None:
    """Show who stays, and which measures predict leaving."""
    section.used("customers who stay", stayed.customers)
    section.used("predictors of leaving, months", stayed.months)
    if stayed.curves:
        section.show(plots.survival_figure(stayed.curves, stayed.horizon))
    section.show(words.stays(stayed))
    if stayed.hazards:
        labels = words.covariate_labels(stayed)
        section.show(plots.hazards_figure(stayed.hazards.frame(), labels))
        section.show(words.proportional(stayed.hazards, labels))
    section.add(*words.retention_findings(stayed))
    if foretold is not None:
        lacking = _without(foretold.left_out, "without satisfaction or recommendation")
        section.used("measures compared, months", foretold.months, lacking)
        section.show(plots.prediction_figure(foretold))
    section.show(words.foretells(foretold))
    section.add(*words.prediction_findings(foretold))


def forgives(section: Section, slipped: Forgiveness | None) -> None:
    """Show on which rungs a slip is forgiven."""
    section.show(words.forgives(slipped))
    if slipped is not None and len(slipped.rungs):
        section.used("months with a slip", int(slipped.rungs["slips"].sum()))
        section.show(plots.forgiveness_figure(slipped.rungs))
    section.add(*words.forgiveness_findings(slipped))


def refers(section: Section, referred: Referrals | None, data: Panel) -> None:
    """Show how many customers are won by referral."""
    if referred is not None:
        known = int(data.rows["brought"].notna().sum())
        left = _without(len(data.rows) - known, "where referrals were not recorded")
        section.used("referrals, months", known, left)
    section.show(words.refers(referred, data.best))
    section.add(*words.referral_findings(referred, data.best))


def hears(section: Section, voices: Rows, heard: Listening) -> None:
    """Show where customers are heard, and what non-response and delay change."""
    section.read(len(voices.frame), voices.notes)
    silent = _without(heard.asked - heard.answered, "did not answer")
    section.used("company's survey", heard.answered, silent)
    section.used("ratings after events", heard.events)
    section.show(plots.listening_figure(*count_answers(voices.frame)), words.listening(heard))
    section.add(*words.listening_findings(heard))
    board.present.show_measures(section, asked_ratings(voices.frame))


def touchpoints(section: Section, voices: Rows, result: Touchpoints | None, outcome: str) -> None:
    """Show which touchpoints matter most for an outcome, and their ratings by channel."""
    named = words.outcome_name(outcome)
    section.show(words.touchpoints(result, STAGES, named))
    if result is None:
        return
    section.used("importance of touchpoints", result.answers)
    binary = is_binary(voices.frame[parse_outcome(outcome)[0]])
    names = {"outcome": named, "part": "deviance" if binary else "variance"}
    section.show(plot.map_figure(result.importance, result.performance, names))
    rated = ratings_by_channel(voices.frame, result.importance.names)
    if rated is not None:
        caption = "Mean rating by touchpoint and channel, points (0–10)"
        section.show(teach.table(rated, caption))
    section.add(*words.touchpoint_findings(result, named))


def service(section: Section, weeks: Rows, charts: Mapping[str, ControlChart]) -> None:
    """Show the control chart of each channel, and which meet the standard."""
    standard = float(section.assumed["standard"])
    section.read(len(weeks.frame), weeks.notes)
    section.show(words.on_time(charts, standard))

    def draw(channel: str) -> Any:
        return plots.control_figure(charts[channel], standard, channel)

    if len(charts) == 1:
        section.show(draw(next(iter(charts))))
        return
    channel = teach.Control(list(charts), label="Channel")
    section.show(section.explore(draw, "Contacts served in time, by week", channel=channel))


def channels(section: Section, compared: ChannelComparison | None) -> None:
    """Show ratings of channels with the same customer mix."""
    section.show(words.channels(compared))
    if compared is not None:
        section.used("channels, ratings after events", compared.ratings)
        section.show(plots.standardised_figure(compared.table))


def abandonment(section: Section, log: Rows, process: Funnel, gains: pd.DataFrame) -> None:
    """Show where sessions end, and what removing a reason would gain."""
    section.read(len(log.frame), log.notes)
    section.used("sessions", len(process.sessions))
    passing = step_survival(process)
    section.show(words.abandonment(process, passing, gains), plots.funnel_figure(passing, gains))
    section.add(*words.funnel_findings(process, gains))


def routing(
    section: Section, comments: pd.DataFrame | None, routed: Routing | None, owner: dict[str, str]
) -> None:
    """Show how comments are routed, and the reports for the manager and the agent."""
    if comments is None or routed is None:
        section.show(words.routing(None))
        return
    section.used("routing, comments", len(comments))
    section.show(words.confusion_table(routed), words.routing(routed))
    section.show(words.manager_table(manager_view(comments, owner)))
    if customer := busiest_customer(comments):
        section.show(words.agent_table(agent_view(comments, customer), customer))
    section.add(*words.routing_findings(routed))


def comments(section: Section, voices: Rows, rng: np.random.Generator) -> None:
    """Show the themes of comments."""
    board.present.show_comments(section, commented(voices.frame), rng)


def policies(
    section: Section,
    log: Calls,
    valued: Mapping[str, PolicyValue],
    true_values: Mapping[str, float],
    policy: str,
) -> None:
    """Show what each policy is worth."""
    section.read(len(log.action), log.notes)
    guided, override = gain_over(valued, GUIDED, ALWAYS), gain_over(valued, OVERRIDE, GUIDED)
    logged = float(log.value.mean()) if log.value is not None else float("nan")
    section.show(words.best_policy(valued, guided, override, logged))
    if valued:
        section.used("value of policies, calls", len(log.action))
        section.show(plots.policy_values_figure(valued, true_values))
    section.add(*words.policy_findings(valued, policy, guided, override))


def bills(section: Section, customers: int, overpaid: Overpayment) -> None:
    """Show how many customers pay more than the cheapest tariff for their usage."""
    section.used("overpayment, customers", customers)
    section.show(words.overpayment(overpaid))


def decide(section: Section, calls: pd.DataFrame) -> None:
    """Show calls to decide, from `cemlib.studies.ladder.prompts.decisions`."""
    note = "The calls are invented. The value of each action follows from the operator's model."
    label = "Six calls, and the right to override"
    section.show(scenario(calls, label, note=note, phrases=CALLS))
