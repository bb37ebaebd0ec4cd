"""The levers of workbook 04, from the data and assumptions of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cemlib.stats.levers import Lever, Worths, per_quarter
from cemlib.studies.repair import authority, interrupted
from cemlib.studies.repair.datasets import desk_log
from cemlib.studies.repair.desk import Desk
from cemlib.studies.repair.golden_time import fit_golden_time
from cemlib.studies.repair.levers import (
    WEEKS,
    authority_lever,
    call_back_lever,
    desk_lever,
)
from cemlib.studies.repair.parts import lacking, load_own
from cemlib.studies.repair.policies import draw_loads
from cemlib.teach.markdown import markdown

if TYPE_CHECKING:
    from cemlib.sources import Sources


def levers_of(sources: Sources, worths: Worths, rng: np.random.Generator) -> list[Lever]:
    """Return what the desk, its authority and call-backs keep, where logs and costs are known.

    Parameters
    ----------
    sources : Sources
        With the datasets ``repairs`` and ``resets``.
    worths : Worths
        How far assumed worths may be wrong.
    rng : numpy.random.Generator
        Source of randomness.
    """
    return [*_desk_levers(sources, worths, rng), *_call_back_levers(sources, worths, rng)]


def _desk_levers(sources: Sources, worths: Worths, rng: np.random.Generator) -> list[Lever]:
    if not (section := sources.lever("repairs", assume=["wage"])):
        return []
    log = load_own(section, desk_log)
    if reason := lacking(log, "golden time") or lacking(log, "desk"):
        section.show(markdown("Repair agents are no lever here. {why}", why=reason))
        return []
    calls, weekly = log.calls, round(per_quarter(len(log.arrivals), log.cases["opened"]) / WEEKS)
    fit = fit_golden_time(calls, calls["hours_waited"], calls["cured"], **log.fitted_columns)
    desk = Desk(1, wage=section.assumed["wage"])
    loads = draw_loads(log.arrivals, fit, rng, count=6, weekly=max(weekly, 1), zone=log.zone)
    value = worths.of("customer")
    section.used("repair agents as a lever", len(calls))
    found = [desk_lever(loads, log.arrivals, fit, desk, agents=[1, 2, 3, 4], value=value, rng=rng)]
    if reason := lacking(log, "authority"):
        section.show(markdown("Authority to pay is no lever here. {why}", why=reason))
    else:
        paid = log.complete("value")
        curves = authority.team_curves(fit, paid, paid["hours_waited"], rng, draws=worths.draws)
        team = max(curves, key=lambda name: (paid["team"] == name).sum())
        paid_cases = per_quarter(len(paid), log.cases["opened"])
        found.append(
            authority_lever(curves[team], calls=paid_cases, value=value, observations=len(paid))
        )
        section.used("authority to pay as a lever", len(paid))
    return found


def _call_back_levers(sources: Sources, worths: Worths, rng: np.random.Generator) -> list[Lever]:
    needed = ("call_cost", "repeat_cost", "quarterly_resets")
    if not (section := sources.lever("resets", assume=needed)):
        return []
    held, resets = section.assumed, load_own(section)
    pilot = interrupted.call_back(
        resets["called_back"],
        resets["repeat_calls"],
        call_cost=held["call_cost"],
        repeat_cost=held["repeat_cost"],
    )
    section.used("call-backs as a lever", len(resets))
    return [
        call_back_lever(
            pilot,
            resets=held["quarterly_resets"],
            call_cost=held["call_cost"],
            worth=worths.of("call", held["repeat_cost"]),
            rng=rng,
            observations=len(resets),
        )
    ]
