"""The levers of workbook 05, from the data and assumptions of a run."""

from __future__ import annotations

import numpy as np

from cemlib.sources import Sources
from cemlib.stats.levers import Lever, Worths, per_quarter
from cemlib.studies.value.datasets import read
from cemlib.studies.value.levers import coaching_lever, menu_lever, not_under
from cemlib.studies.value.menus import Voice
from cemlib.studies.value.reliability import majority_judgements
from cemlib.studies.value.spoken_menus import spoken_menu
from cemlib.teach.markdown import Markdown, markdown


def levers_of(sources: Sources, worths: Worths, rng: np.random.Generator) -> list[Lever]:
    """Return what coaching and a layered menu keep, where answers, offers and costs are known.

    Parameters
    ----------
    sources : Sources
        With the datasets ``answers``, ``enquiries`` and ``offers``.
    worths : Worths
        How far assumed worths may be wrong.
    rng : numpy.random.Generator
        Source of randomness.
    """
    return [*_coaching_levers(sources, worths, rng), *_menu_levers(sources, worths, rng)]


def _coaching_levers(sources: Sources, worths: Worths, rng: np.random.Generator) -> list[Lever]:
    needed = ("quality_policy", "coaching_cost", "repeat_cost")
    if not (section := sources.lever("answers", "enquiries", assume=needed)):
        return []
    held = section.assumed
    answers, asked = (read(name, section.file(name)) for name in section.names)
    for name, loaded in zip(section.names, (answers, asked), strict=True):
        section.read(len(loaded.frame), loaded.notes, name)
    judged, enquiries = majority_judgements(answers.frame), asked.frame
    agents, asked_in_all = judged["agent"].nunique(), per_quarter(len(enquiries), enquiries["time"])
    if not (left := not_under(judged, held["quality_policy"])):
        section.show(Markdown("Answer coaching is no lever here: all agents are under the policy."))
        return []
    try:
        lever = coaching_lever(
            judged,
            held["quality_policy"],
            agents=left,
            enquiries=asked_in_all * left / agents,
            coaching_cost=held["coaching_cost"],
            worth=worths.of("call", held["repeat_cost"]),
            rng=rng,
        )
    except ValueError as error:
        section.show(markdown("Answer coaching is no lever here: {why}.", why=str(error)))
        return []
    section.used("answer coaching as a lever", lever.observations)
    return [lever]


def _menu_levers(sources: Sources, worths: Worths, rng: np.random.Generator) -> list[Lever]:
    if not (section := sources.lever("offers", assume=("menu_cost", "list_calls", "wage"))):
        return []
    held, offers = section.assumed, read("offers", section.file())
    section.read(len(offers.frame), offers.notes)
    return [
        menu_lever(
            spoken_menu(offers.frame, Voice()),
            calls=held["list_calls"],
            cost=held["menu_cost"],
            doubt=0.3,
            worth=worths.of("hour", held["wage"]),
            rng=rng,
        )
    ]
