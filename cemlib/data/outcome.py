"""The column that drivers explain: numbers, a yes or no, or one of its answers against the others.

Which of these it is, only the file says: `read_outcome` reads it as numbers, then as yes and no.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pandera.pandas as pa

from cemlib import checks
from cemlib.data import fields
from cemlib.data.plain import canonical
from cemlib.data.problems import Problem
from cemlib.data.reading import Reading, listed, plural

_TITLE = "What is to be explained"
_MOST_ANSWERS = 12


def parse_outcome(text: str) -> tuple[str, str]:
    """Return the column of an outcome, and the answer that counts as yes if one is named.

    Raises
    ------
    ValueError
        If it names no column.

    Examples
    --------
    >>> parse_outcome("recommend"), parse_outcome("status = left")
    (('recommend', ''), ('status', 'left'))
    """
    column, _, value = (part.strip() for part in text.partition("="))
    if not column:
        raise checks.invalid_argument("outcome", text, "a column, or column=answer")
    return column, value


def outcome_label(text: str) -> str:
    """Return how to print an outcome.

    Examples
    --------
    >>> outcome_label("recommend"), outcome_label("status=left")
    ('recommend', 'status: left')
    """
    column, value = parse_outcome(text)
    return f"{column}: {value}" if value else column


def read_outcome(outcome: str, read: Callable[[pa.Column], Reading]) -> Reading:
    """Read a file whose outcome may be of any kind.

    Parameters
    ----------
    outcome : str
        The column; or ``column=answer``, where that answer counts as 1 and any other as 0.
    read : callable
        Reads the file with this contract of the outcome's column.

    Returns
    -------
    Reading
        The outcome is numeric in its frame. A note says what counts as 1; a problem names the
        answers if they are neither numbers nor yes and no.
    """
    column, value = parse_outcome(outcome)
    if value:
        reading = read(fields.text(_TITLE, nullable=True))
        if not reading.problems:
            _count(reading, column, value)
        return reading
    reading = read(fields.number(_TITLE, (-1e9, 1e9), nullable=True))
    if not reading.problems or column not in reading.column_index:
        return reading
    source = reading.source_column(column)
    if any(problem.column != source for problem in reading.problems):
        return reading
    told = read(fields.yes_no(_TITLE, nullable=True))
    if not told.problems:
        told.notes.append(f"Column {source}: yes counts as 1, no as 0.")
        return told
    answers = list(dict.fromkeys(problem.value for problem in reading.problems if problem.value))
    first = answers[0] if answers else ""
    problem = f"holds {listed(answers)}, which are neither numbers nor yes and no"
    fix = f"name the answer that counts as yes: outcome={column}={first}"
    reading.problems = [Problem(0, source, "", problem, fix)]
    return reading


def _count(reading: Reading, column: str, value: str) -> None:
    """Turn the answers of the outcome into 1 and 0, and say so."""
    answers = reading.frame[column] if column in reading.frame else pd.Series(dtype=object)
    wanted = canonical(value)
    chosen = answers.map(lambda answer: canonical(str(answer)) == wanted, na_action="ignore")
    source = reading.source_column(column)
    if not (chosen == True).any():  # noqa: E712 - missing answers are neither
        known = list(dict.fromkeys(map(str, answers.dropna())))
        near = checks.nearest(value, known)
        problem = f"has no answer {value!r}"
        fix = f"did you mean {' or '.join(near)}?" if near else f"it holds {listed(known)}"
        reading.problems.append(Problem(0, source, "", problem, fix))
        return
    others = answers[chosen == False].value_counts()  # noqa: E712
    reading.frame[column] = chosen.astype(float)
    shown = listed([str(name) for name in sorted(others.index)][:_MOST_ANSWERS])
    ones, zeros = int(reading.frame[column].sum()), int(others.sum())
    reading.notes.append(
        f"Column {source}: {plural(ones, 'row', 'rows')} with {value} count as 1, "
        f"{plural(zeros, 'row', 'rows')} with another answer ({shown}) as 0."
    )
