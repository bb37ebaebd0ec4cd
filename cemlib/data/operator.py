"""The parts that the generated operator is made of, each with a stream of chance of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pandas as pd

from cemlib.data import (
    generate_answers,
    generate_applications,
    generate_choices,
    generate_contacts,
    generate_conversations,
    generate_enquiries,
    generate_loop,
    generate_panel,
    generate_repairs,
    generate_value_map,
    generate_voice,
    repair_truth,
    truth_complaints,
    truth_ladder,
    truth_voice,
)
from cemlib.data import generate_expectation as expectation
from cemlib.data.generate_complaints import complaints
from cemlib.data.generate_offers import offers
from cemlib.data.generate_practices import practices
from cemlib.data.generate_survey import survey
from cemlib.data.truth import TRUTH, SurveyTruth, planted, population

VERSION = 1
Draw = Callable[..., Mapping[str, pd.DataFrame]]


def _nothing() -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Part:
    """A group of tables that are drawn together, and what is planted in them.

    Parameters
    ----------
    name : str
        Under which its truth stands in ``truth.json``.
    stream : int
        Which stream of chance is its own; never used by another part, and never changed.
    draw : callable, optional
        Takes a block of customers, a generator and the tables that are needed; returns the rows
        of each table.
    needs : tuple of str
        Tables of earlier parts that `draw` takes besides, by their names.
    keys : mapping of str to str
        The column that names the customer, for each table that is drawn; somebody whom a customer
        knows is called ``C0000012-P``. A table's rows of one customer do not depend on how many
        others there are.
    beside : mapping of str to str
        Tables in which the customer may be missing: the table that has the same rows and names
        every customer.
    fixed : mapping of str to callable
        Tables that are the same for every seed.
    planted, population : callable
        What ``truth.json`` says is planted, and what all customers together would show.
    quoted : frozenset of str
        Tables with free text, whose texts stand in quotation marks.
    """

    name: str
    stream: int
    draw: Draw | None = None
    needs: tuple[str, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, Callable[[], pd.DataFrame]] = field(default_factory=dict)
    planted: Callable[[], dict[str, Any]] = _nothing
    population: Callable[[], dict[str, Any]] = _nothing
    quoted: frozenset[str] = frozenset()


def parts(truth: SurveyTruth = TRUTH) -> tuple[Part, ...]:
    """Return the parts of an operator; `truth` is what is planted in its survey.

    Examples
    --------
    >>> parts()[0].name, list(parts()[0].keys)
    ('survey', ['survey'])
    """
    return (
        Part(
            "survey",
            stream=2,
            draw=lambda people, rng: {"survey": survey(people, rng, truth)},
            keys={"survey": "respondent"},
            fixed={"practices": practices},
            planted=partial(planted, truth),
            population=partial(population, truth),
        ),
        Part(
            "expectation",
            stream=33,
            draw=expectation.tables,
            keys={"callbacks": "customer", "expectations": "customer"},
            planted=expectation.planted,
            population=expectation.population,
        ),
        Part(
            "complaints",
            stream=6,
            draw=lambda people, rng: {"complaints": complaints(people, rng)},
            keys={"complaints": "customer"},
            planted=truth_complaints.planted,
            population=truth_complaints.population,
        ),
        Part(
            "contacts",
            stream=30,
            draw=generate_contacts.contacts,
            keys={"contacts": "customer", "contact-truth": "customer"},
            beside={"contacts": "contact-truth"},
            fixed={"problems": generate_contacts.problems},
            planted=generate_contacts.planted,
        ),
        Part(
            "repairs",
            stream=40,
            draw=generate_repairs.repairs_of_contacts,
            needs=("contacts", "contact-truth"),
            keys={"repairs": "customer"},
            planted=repair_truth.planted,
            population=generate_repairs.population,
        ),
        Part(
            "loop",
            stream=41,
            draw=generate_loop.resets,
            keys={"resets": "customer"},
            fixed={"recurrence": generate_loop.recurrence},
            planted=generate_loop.planted,
        ),
        Part(
            "panel",
            stream=50,
            draw=lambda people, rng: {"panel": generate_panel.panel(people, rng)},
            keys={"panel": "customer"},
            planted=truth_ladder.planted,
            population=truth_ladder.population,
        ),
        Part(
            "feedback",
            stream=51,
            draw=lambda people, rng: {"feedback": generate_voice.feedback(people, rng)},
            keys={"feedback": "customer"},
            fixed={"service-weeks": generate_voice.service_weeks},
            planted=truth_voice.planted,
            population=truth_voice.population,
        ),
        Part(
            "applications",
            stream=52,
            draw=lambda people, rng: {
                "applications": generate_applications.applications(people, rng)
            },
            keys={"applications": "customer"},
            planted=generate_applications.planted,
        ),
        Part(
            "usage",
            stream=54,
            draw=lambda people, rng: {"usage": generate_conversations.usage(people, rng)},
            keys={"usage": "customer"},
            fixed={"tariffs": generate_conversations.tariffs},
        ),
        Part(
            "conversations",
            stream=53,
            draw=lambda people, rng, used: {
                "conversations": generate_conversations.conversations(people, rng, used)
            },
            needs=("usage",),
            keys={"conversations": "customer"},
            planted=generate_conversations.planted,
            population=generate_conversations.population,
        ),
        Part(
            "value-map",
            stream=60,
            draw=generate_value_map.value_map,
            keys={"value-map": "customer"},
            planted=generate_value_map.planted,
            population=generate_value_map.population,
        ),
        Part(
            "answers",
            stream=61,
            draw=generate_answers.answers,
            keys={"answers": "customer"},
            planted=generate_answers.planted,
            population=generate_answers.population,
        ),
        Part("offers", stream=62, fixed={"offers": offers}),
        Part(
            "choices",
            stream=63,
            draw=generate_choices.choices,
            keys={"choices": "respondent"},
            planted=generate_choices.planted,
            population=generate_choices.population,
        ),
        Part(
            "hands",
            stream=64,
            fixed={"hands": generate_choices.hands},
            planted=generate_choices.planted_hands,
        ),
        Part(
            "enquiries",
            stream=65,
            draw=generate_enquiries.enquiries,
            keys={"enquiries": "customer"},
            planted=generate_enquiries.planted,
        ),
    )


def document(found: tuple[Part, ...], seed: int, customers: int) -> dict[str, Any]:
    """Return what ``truth.json`` holds.

    Parameters
    ----------
    found : tuple of Part
        The parts of the operator.
    seed, customers : int
        What the operator was made from.

    Returns
    -------
    dict
        ``generator``, ``planted`` and ``population``, ready for JSON.
    """
    shown = {part.name: part.population() for part in found}
    return {
        "generator": {"version": VERSION, "seed": seed, "customers": customers},
        "planted": {part.name: part.planted() for part in found},
        "population": {name: values for name, values in shown.items() if values},
    }
