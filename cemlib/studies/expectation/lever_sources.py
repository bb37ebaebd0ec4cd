"""The lever of workbook 03, from the data and assumptions of a run."""

from __future__ import annotations

import numpy as np

from cemlib.sources import Sources
from cemlib.stats.levers import Lever, Worths
from cemlib.studies.expectation.datasets import NEED_LEVELS, open_table
from cemlib.studies.expectation.levers import promises_lever
from cemlib.teach.markdown import Markdown


def levers_of(sources: Sources, worths: Worths, rng: np.random.Generator) -> list[Lever]:
    """Return what realistic promises keep in a quarter, where a trial and costs are known.

    Parameters
    ----------
    sources : Sources
        With the dataset ``callbacks``.
    worths : Worths
        How far assumed worths may be wrong.
    rng : numpy.random.Generator
        Source of randomness.
    """
    needed = ("satisfaction_worth", "promise_cost", "promised_cases")
    if not (section := sources.lever("callbacks", assume=needed)):
        return []
    held, trial = section.assumed, open_table(section)
    if trial["level"].nunique() < 3:
        section.show(Markdown("Promises are no lever here: the trial has fewer than three levels."))
        return []
    section.used("realistic promises as a lever", len(trial))
    return [
        promises_lever(
            trial,
            cases=held["promised_cases"],
            cost=held["promise_cost"],
            worth=worths.of("satisfaction", held["satisfaction_worth"]),
            rng=rng,
            order=NEED_LEVELS,
        )
    ]
