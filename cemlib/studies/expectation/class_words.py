"""Sentences and tables of the metro experiment in class."""

from __future__ import annotations

from cemlib.studies.expectation.classroom import (
    OUTCOME,
    QUESTION,
    STORIES,
    Experiment,
    class_power,
)
from cemlib.studies.expectation.model import ExpectationModel
from cemlib.teach.markdown import Markdown, markdown
from cemlib.teach.sentences import percent, plural
from cemlib.teach.tables import Table, table


def class_plan(model: ExpectationModel, size: int) -> tuple[Markdown, Table]:
    """Return what a class of some size can find, and the stories with what to ask.

    Parameters
    ----------
    model : ExpectationModel
        The model of the experiment.
    size : int
        People in the class, above 4.
    """
    power = class_power(model, size)
    plan = markdown(
        "**Before the class.** With {people}, the experiment finds effort's direct effect on "
        "satisfaction with a probability of {direct} only, if the model above holds: do not "
        "promise it. That the promise of empty seats raises *expectation* is found with a "
        "probability of {expectation}. A class also sees that one experiment gives an interval, "
        "and how wide it is; several classes can join their files into one.\n\n"
        "**In class.** Hand out the stories by the sheet's column `story`, and read them in "
        "silence. Ask: “{question}” Collect the answers, then tell all: “{outcome}”",
        people=plural(size, "person", "people"),
        direct=percent(power["direct"]),
        expectation=percent(power["expectation"]),
        question=QUESTION,
        outcome=OUTCOME,
    )
    printed = STORIES[["story", "text"]].rename(columns={"text": "read by a quarter of the class"})
    return plan, table(printed, "Four stories to print and to cut")


def data_source(chosen: Experiment) -> Markdown:
    """Return the number of answers and their source, and how many in the form were too few."""
    origin = {
        "file": "from your own file",
        "form": "entered in the form above",
        "model": "simulated from the model",
    }
    used = markdown(
        "{answers} {origin}.",
        answers=plural(len(chosen.frame), "answer"),
        origin=origin[chosen.source],
    )
    if not chosen.typed:
        return used
    few = markdown(
        "**The form has {typed}, and not yet two of each story, so it is not used.** What follows "
        "is an example: ",
        typed=plural(chosen.typed, "complete answer"),
    )
    return few + used
