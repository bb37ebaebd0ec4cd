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

MIN_ENTERED = 12  # answers in the form from which they replace the simulated ones
_SCALES = {"expectation": (0.0, 100.0), "satisfaction": (0.0, 100.0)}


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
    """

    frame: pd.DataFrame
    source: str
    true_effects: Mapping[str, float] | None

    @property
    def covariates(self) -> list[str]:
        """Columns measured before the experiment, for everybody."""
        known = "baseline" in self.frame and bool(self.frame["baseline"].notna().all())
        return ["baseline"] if known else []


def class_sheet(metro: ExpectationModel, rng: np.random.Generator) -> Any:
    """Return a form for the answers of a class of 24, with a condition for each participant.

    Examples
    --------
    >>> len(class_sheet(ExpectationModel(), np.random.default_rng(1)).answers)
    0
    """
    conditions = metro.simulate(24, rng)[["participant", "effort", "information"]]
    return teach.entry_form(conditions, "The metro experiment", _SCALES, "responses.csv")


def choose_answers(
    section: Section, entered: pd.DataFrame, metro: ExpectationModel, n: int, rng: Any
) -> Experiment:
    """Return the answers in the user's file, else those entered in the form, else simulated ones.

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
    if len(entered) >= MIN_ENTERED:
        return Experiment(entered, "form", None)
    return Experiment(simulated, "model", metro.effects())
