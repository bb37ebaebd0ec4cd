"""The levers of workbook 06, from the data and assumptions of a run."""

from __future__ import annotations

import numpy as np

from cemlib.formats import join_words
from cemlib.sources import Sources
from cemlib.stats.estimates import Floats, bootstrap_weights
from cemlib.stats.levers import Lever, Worths
from cemlib.studies.complaints.answers import menu
from cemlib.studies.complaints.datasets.complaints import Complaints, load_complaints
from cemlib.studies.complaints.economy import mean_lifetime
from cemlib.studies.complaints.gains import Gains, Stakes
from cemlib.studies.complaints.levers import answers_lever, causes_lever, complaint_cost
from cemlib.studies.complaints.needs import ASSUMPTIONS
from cemlib.studies.complaints.policies import Rules, limits_around
from cemlib.studies.complaints.rates import removal
from cemlib.studies.complaints.response import fit_response
from cemlib.studies.complaints.retention import monthly_discount
from cemlib.teach.markdown import Markdown, markdown


def levers_of(sources: Sources, worths: Worths, rng: np.random.Generator) -> list[Lever]:
    """Return what answers and removed causes keep, where complaints and costs are known.

    Parameters
    ----------
    sources : Sources
        With the dataset ``complaints``.
    worths : Worths
        How far assumed worths may be wrong.
    rng : numpy.random.Generator
        Source of randomness.
    """
    if not sources.may_use("complaints"):
        return []
    data = load_complaints(sources.file("complaints"))
    weights = bootstrap_weights(len(data.log), worths.draws, rng, data.clusters)
    return [
        *_answer_levers(sources, data, weights, worths, rng),
        *_cause_levers(sources, data, weights, worths, rng),
    ]


def _answer_levers(
    sources: Sources, data: Complaints, weights: Floats, worths: Worths, rng: np.random.Generator
) -> list[Lever]:
    section = data.part(sources, "policies", dict.fromkeys(ASSUMPTIONS))
    if not section:
        return []
    section.read(len(data.rows), data.notes)
    held = section.assumed
    stakes = Stakes.assumed(held, monthly_discount(0.1), patience=1.0)
    year, rows = data.last_year("policies")
    cap = held["authority_cap"]
    return [
        answers_lever(
            Gains(fit_response(data.log, weights), stakes, year),
            menu(),
            rng.random((len(year), 3)),
            weights[:, rows],
            Rules(held["flat_amount"], cap),
            caps=limits_around(cap),
            value=worths.of("customer"),
        )
    ]


def _cause_levers(
    sources: Sources, data: Complaints, weights: Floats, worths: Worths, rng: np.random.Generator
) -> list[Lever]:
    """Return the lever of further causes; the worth of a complaint is estimated from the log."""
    needed = dict.fromkeys(("cause_cost", "margin", "monthly_retention"))
    section = data.part(sources, "cause", dict.fromkeys(ASSUMPTIONS))
    if not section:
        return []
    if lost := sorted({"compensation", "stayed", "fee"} - set(data.log)):
        why = markdown("the log has no {columns}", columns=join_words(lost))
        section.show(markdown("Causes are no lever here: {why}.", why=why))
        return []
    if not (costs := sources.section("complaints", assume=needed)):
        return []
    held, known = section.assumed, data.log[["compensation", "stayed"]].notna().all(axis=1)
    removed = removal(data.rows, **held)
    if removed.ratio is None or not 0 < removed.ratio.low <= removed.ratio.high < np.inf:
        section.show(Markdown("Causes are no lever here: no fall after a removal is known."))
        return []
    value = {name: costs.assumed[name] for name in ("margin", "monthly_retention")}
    lifetime = mean_lifetime(data.log, value, monthly_discount(0.1))
    cost = complaint_cost(data.log[known], value, lifetime, weights[:, known.to_numpy()])
    return [
        causes_lever(
            data.rows,
            removed.ratio,
            without=[removed.failure],
            cost=costs.assumed["cause_cost"],
            worth=cost * worths.of("customer"),
            rng=rng,
        )
    ]
