"""The lever of workbook 02, from the data and assumptions of a run."""

from __future__ import annotations

import numpy as np

from cemlib.sources import Sources
from cemlib.stats.levers import Lever, Worths, per_quarter
from cemlib.studies.ladder.datasets import names_of, read
from cemlib.studies.ladder.funnel import fit_funnel, removal_draws
from cemlib.studies.ladder.levers import completions_lever
from cemlib.teach.markdown import Markdown


def levers_of(sources: Sources, worths: Worths, rng: np.random.Generator) -> list[Lever]:
    """Return what fixing reasons for abandonment keeps, where applications and costs are known.

    Parameters
    ----------
    sources : Sources
        With the dataset ``applications``.
    worths : Worths
        How far assumed worths may be wrong.
    rng : numpy.random.Generator
        Source of randomness.
    """
    needed = ("customer_value", "fix_cost", "fix_share")
    if not (section := sources.lever("applications", assume=needed)):
        return []
    held, order = section.assumed, sources.company.assumptions.get("steps", "")
    loaded = read("applications", section.file(), steps=order)
    log = loaded.frame
    section.read(len(log), loaded.notes)
    funnel = fit_funnel(log, names_of("steps", order, 0))
    drawn = removal_draws(funnel, worths.draws, rng)
    if not drawn.reasons:
        section.show(Markdown("Application fixes are no lever here: no reason was recorded."))
        return []
    section.used("application fixes as a lever", len(funnel.sessions))
    return [
        completions_lever(
            drawn,
            sessions=per_quarter(len(funnel.sessions), log["time"]),
            fix_cost=held["fix_cost"],
            fix_share=held["fix_share"],
            worth=worths.of("customer", held["customer_value"]),
            observations=len(funnel.sessions),
        )
    ]
