"""A survey drawn anew from the operator's model, in place of a file."""

from __future__ import annotations

import numpy as np

from cemlib.data.catalogue import RIGHTS
from cemlib.data.generate_survey import simulate_survey
from cemlib.data.load import Survey


def draw_survey(respondents: int, rng: np.random.Generator) -> Survey:
    """Draw the answers of unrelated respondents, spread evenly over the waves.

    Parameters
    ----------
    respondents : int
        How many, at least 1.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    Survey
        As `cemlib.data.load.load_survey` gives it; every right has three items.

    Raises
    ------
    ValueError
        If ``respondents`` is no whole number of at least 1.

    Examples
    --------
    >>> survey = draw_survey(600, np.random.default_rng(1))
    >>> len(survey.answers), survey.notes[0]
    (600, 'The answers are drawn from the model of the operator.')
    """
    return Survey(
        simulate_survey(respondents, rng),
        items={right: tuple(f"{right}_{item}" for item in (1, 2, 3)) for right in RIGHTS},
        importance={right: f"{right}_importance" for right in RIGHTS},
        item_scale=(1.0, 7.0),
        importance_scale=(1.0, 7.0),
        overall_scale=(0.0, 10.0),
        notes=("The answers are drawn from the model of the operator.",),
    )
