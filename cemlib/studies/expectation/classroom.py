"""The metro experiment in class: the sheet to fill in, and the answers to analyse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cemlib import teach
from cemlib.sources import Section
from cemlib.studies.expectation.datasets import open_table
from cemlib.studies.expectation.model import ExpectationModel
from cemlib.studies.expectation.power import Design, experiment_power

FEWEST_OF_A_STORY = 2  # answers in the form, from which they replace the simulated ones
_SCALES = {"expectation": (0.0, 100.0), "satisfaction": (0.0, 100.0)}
STORIES = pd.DataFrame(
    [
        (
            "A", 0, 0,
            "Your morning is free. A little before ten you stroll to the metro, buy a coffee on "
            "the way and go down to the platform. How full the trains are at this hour you do not "
            "know. A train comes in.",
        ),
        (
            "B", 0, 1,
            "Your morning is free. A little before ten you stroll to the metro, buy a coffee on "
            "the way and go down to the platform. A screen says: at this hour, four seats in five "
            "are empty. A train comes in.",
        ),
        (
            "C", 1, 0,
            "You are late. A little before ten you run the last three streets to the metro, take "
            "the stairs two at a time and reach the platform out of breath. How full the trains "
            "are at this hour you do not know. You get in as the doors close.",
        ),
        (
            "D", 1, 1,
            "You are late. A little before ten you run the last three streets to the metro, take "
            "the stairs two at a time and reach the platform out of breath. A screen says: at this "
            "hour, four seats in five are empty. You get in as the doors close.",
        ),
    ],
    columns=["story", "effort", "information", "text"],
)  # fmt: skip
QUESTION = "How comfortable do you expect the ride to be, from 0 to 100?"
OUTCOME = (
    "Every seat is taken. You stand for six stops, with a rail to hold and a little room around "
    "you. The train is on time. How satisfied are you with the ride, from 0 to 100?"
)


@dataclass(frozen=True)
class Experiment:
    """The answers to an experiment, and where they come from.

    Attributes
    ----------
    frame : DataFrame
        participant, effort, information, expectation, satisfaction, and baseline where asked.
    source : {"file", "form", "model"}
        The user's own file, the form in the notebook, or the model of the metro experiment.
    true_effects : mapping of str to float, or None
        The model's effects; None for answers of people.
    typed : int
        Complete rows in the form that were too few to be analysed, else 0.
    """

    frame: pd.DataFrame
    source: str
    true_effects: Mapping[str, float] | None
    typed: int = 0

    @property
    def covariates(self) -> list[str]:
        """Columns measured before the experiment, for everybody."""
        known = "baseline" in self.frame and bool(self.frame["baseline"].notna().all())
        return ["baseline"] if known else []


def class_sheet(metro: ExpectationModel, rng: np.random.Generator, size: int = 30) -> Any:
    """Return a form for the answers of a class, with a story drawn for each participant.

    Parameters
    ----------
    metro : ExpectationModel
        The model of the experiment.
    rng : numpy.random.Generator
        Source of randomness: who reads which story.
    size : int
        People in the class, at least 4. The four stories come up equally often, or nearly.

    Examples
    --------
    >>> len(class_sheet(ExpectationModel(), np.random.default_rng(1)).answers)
    0
    """
    drawn = metro.simulate(size, rng)[["participant", "effort", "information"]]
    letters = STORIES["story"].to_numpy()[2 * drawn["effort"] + drawn["information"]]
    drawn.insert(1, "story", letters)
    return teach.entry_form(drawn, "The metro experiment", _SCALES, "responses.csv")


def class_power(metro: ExpectationModel, size: int) -> dict[str, float]:
    """Return how probably a class of some size finds what the model holds.

    Parameters
    ----------
    metro : ExpectationModel
        The model of the experiment.
    size : int
        People in the class, above 4.

    Returns
    -------
    dict of str to float
        Probabilities of a significant effect (5%, two-sided): ``direct`` of effort on
        satisfaction, ``expectation`` of the promise on expectation.

    Examples
    --------
    >>> {name: round(share, 2) for name, share in class_power(ExpectationModel(), 20).items()}
    {'direct': 0.12, 'expectation': 0.84}
    """
    table = experiment_power(metro, size).set_index("effect")
    spread = float(np.hypot(metro.mood_to_expectation, metro.expectation_noise))
    return {
        "direct": float(table.loc["direct", "power"]),
        "expectation": Design("main effect", spread).power(size, metro.information_to_expectation),
    }


def choose_answers(
    section: Section, entered: pd.DataFrame, metro: ExpectationModel, n: int, rng: Any
) -> Experiment:
    """Return the answers in the user's file, else those entered in the form, else simulated ones.

    Answers in the form are taken once there are two of each story.

    Parameters
    ----------
    section : Section
        The section that needs the dataset ``responses``.
    entered : DataFrame
        Answers in the form.
    metro : ExpectationModel
        The model that simulates answers.
    n : int
        Participants to simulate.
    rng : numpy.random.Generator
        Source of randomness.

    Examples
    --------
    >>> from cemlib.studies.expectation.datasets import sources
    >>> section = sources().section("responses")
    >>> rng = np.random.default_rng(1)
    >>> choose_answers(section, pd.DataFrame(), ExpectationModel(), 8, rng).source
    'model'
    """
    simulated = metro.simulate(n, rng)
    if section.own:
        answers = open_table(section)
        section.used("effects of effort", len(answers))
        return Experiment(answers, "file", None)
    if len(entered) and _of_each_story(entered) >= FEWEST_OF_A_STORY:
        return Experiment(entered, "form", None)
    return Experiment(simulated, "model", metro.effects(), len(entered))


def _of_each_story(entered: pd.DataFrame) -> int:
    """Return how many answers the rarest story has."""
    cells = 2 * entered["effort"].to_numpy(int) + entered["information"].to_numpy(int)
    return int(np.bincount(cells, minlength=4).min())
