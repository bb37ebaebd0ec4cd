"""What a learner has done in a workbook, to look at and to hand in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cemlib.formats import plural
from cemlib.teach.downloads import Download, download
from cemlib.teach.output import publish

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("kind", "item", "state", "tries", "answer", "beside")
KINDS = ("exercise", "rating", "pick")


@dataclass(slots=True)
class Entry:
    """The last state of an exercise, a rating or a pick.

    Attributes
    ----------
    state : str
        Of an exercise: open, right, wrong or shown. Empty for others.
    tries : int
        Answers that were judged, or moves.
    answer, beside : str
        What the learner answered, and what it is compared with, if anything.
    """

    state: str = ""
    tries: int = 0
    answer: str = ""
    beside: str = ""


_entries: dict[tuple[str, str], Entry] = {}


def note(kind: str, item: str, answer: str, *, state: str = "", beside: str = "") -> None:
    """Remember what a learner did; an exercise that is still open counts no try.

    Parameters
    ----------
    kind : {"exercise", "rating", "pick"}
        What it is.
    item : str
        Its name.
    answer, state, beside : str
        As in `Entry`.
    """
    entry = _entries.setdefault((kind, item), Entry())
    entry.state, entry.answer, entry.beside = state, answer, beside
    entry.tries += state != "open"


def entries() -> pd.DataFrame:
    """Return all that was noted, in the order in which it was first done, with `COLUMNS`."""
    import pandas as pd

    rows = [
        (kind, item, each.state, each.tries, each.answer, each.beside)
        for (kind, item), each in _entries.items()
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


class Progress:
    """How far a learner is, and the file to hand in. Made by `progress`."""

    def __init__(self, file: str) -> None:
        self._saved: Download = download(entries(), file)
        states = [each.state for (kind, _), each in _entries.items() if kind == "exercise"]
        tries = sum(each.tries for (kind, _), each in _entries.items() if kind == "exercise")
        parts = [f"{states.count('right')} right"]
        parts += [f"{count} compared or shown" for count in [states.count("shown")] if count]
        parts += [f"{count} open" for count in [states.count("open")] if count]
        parts += [f"{count} not right yet" for count in [states.count("wrong")] if count]
        done = f"{plural(len(states), 'exercise')}: {', '.join(parts)}"
        tried = f"{plural(tries, 'answer')} tried"
        self._text = f"{done}; {tried}." if states else "No exercise was checked yet."

    def __repr__(self) -> str:
        """Return the state as plain text."""
        return self._text

    def _ipython_display_(self) -> None:
        publish(repr(self), {"text/html": f"<p>{self._text}</p>\n{self._saved.to_html()}"})


def progress(file: str = "my-answers.csv") -> Progress:
    """Return how far a learner is, with a file of all answers to hand in: the last line of a cell.

    No name is in the file; whoever collects files tells learners by the names of the files.

    Parameters
    ----------
    file : str
        Name of the file, which ends in ``.csv``.

    Raises
    ------
    ValueError
        If the name is a path, or does not end in ``.csv``.
    """
    return Progress(file)
