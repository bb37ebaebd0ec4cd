"""The YAML that describes a data file: beside it, or its entry in the file of a company.

``answers.columns.yaml`` lies beside ``answers.csv`` or ``answers.xlsx``::

    columns: {overall: Q7A, safety_1: Q1, safety_2: Q2}   # contract's name: file's name
    labels: {items: {Agree: 4, Strongly agree: 5}}        # text: number, for all or for some
    missing: ["99", "-9"]                                 # codes for no answer
    # missing: {overall: [99], items: ["0"]}              # or codes of some columns
    scales: {items: 1-5, importance: 1-10, overall: 1-10}
    reversed: [safety_2]                                  # high answers mean the opposite
    weight: w                                             # file's column of weights
    dates: day first                                      # what 03/02/2026 begins with
    decimal: ","                                          # the decimal sign of 1,200
    zone: Asia/Shanghai                                   # for times without a time zone
    sheet: Export                                         # which sheet of a workbook
    header_row: 3                                         # row of the names of the columns
    hidden: leave out                                     # or keep: hidden rows of a workbook
    filters: {Finished: true}                             # rows to read, by columns of the file
    delimiter: ";"

Each part is optional. A scale in this file applies unless the caller passes another one. Where a
key names columns, it may name a column of the contract, or one of the groups ``items``,
``importance``, ``overall``. Codes for no answer that are numbers and listed for all columns apply
to answers, numbers and times; in a column of text they apply if they are listed for it, and so do
0 and 1 in a column of yes and no.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cemlib import plain_yaml
from cemlib.data.company import Source
from cemlib.data.entry import PARTS, SCALES, Entry, Problems, parse_scale
from cemlib.data.problems import Problem
from cemlib.data.tables import Layout

__all__ = ["SCALES", "Mapping", "beside", "parse_scale", "read_mapping"]


@dataclass(frozen=True)
class Mapping:
    """The description of a data file.

    Parameters
    ----------
    file : str
        Name of the YAML file that holds it; empty if there is none.
    columns : dict
        Name in the contract → name in the file.
    missing : tuple of str
        Codes that mean "no answer" in all columns.
    scales : dict
        ``items``, ``importance``, ``overall`` → (lowest, highest).
    problems : tuple of Problem
        Problems of the YAML file.
    zone : str
        Time zone for times without one; empty if not set.
    missing_in : dict
        Column or group → codes that mean "no answer" there.
    labels : dict
        Column or group, or ``""`` for all → label → number.
    reversed : tuple of str
        Columns of the contract whose answers are turned round on their scale.
    weight : str
        The file's column of weights; empty if there is none.
    dates : str
        ``"day first"``, ``"month first"``, or empty: found from the column.
    decimal : str
        ``","``, ``"."``, or empty: found from the column.
    layout : Layout
        Which part of the file is the table.
    """

    file: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    scales: dict[str, tuple[float, float]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    zone: str = ""
    missing_in: dict[str, tuple[str, ...]] = field(default_factory=dict)
    labels: dict[str, dict[str, float]] = field(default_factory=dict)
    reversed: tuple[str, ...] = ()
    weight: str = ""
    dates: str = ""
    decimal: str = ""
    layout: Layout = field(default_factory=Layout)


def beside(file: Path) -> Path:
    """Return the path of the YAML file that belongs to a data file.

    Examples
    --------
    >>> beside(Path("answers.csv")).name
    'answers.columns.yaml'
    """
    return file.with_name(f"{file.stem}.columns.yaml")


def read_mapping(
    file: str | os.PathLike[str],
    known: list[str],
    accepts: Callable[[str], bool] = lambda name: False,
) -> Mapping:
    """Read the description of a data file: that of its company, or the YAML beside it.

    Parameters
    ----------
    file : path or Source
        The data file. The entry of a `cemlib.data.company.Source` stands in place of the YAML
        file, and its zone where the entry names none.
    known : list of str
        Names that may be mapped.
    accepts : callable, optional
        Whether a name that is not `known` may also be mapped, such as another item of a survey.

    Returns
    -------
    Mapping
        With its ``problems``; nothing is raised. Empty if nothing describes the file.
    """
    content: Any
    source = file if isinstance(file, Source) else Source(Path(file))
    if source.entry is not None:
        problems, content = Problems(source.described_in), dict(source.entry)
    else:
        path = beside(source.path)
        if not path.exists():
            return Mapping(zone=source.zone)
        problems = Problems(path.name)
        content = _parse(path, problems)
    if not isinstance(content, dict):
        if content is not None:
            problems.add("is not a mapping", f"write keys as in {PARTS[0]}: {{overall: Q7A}}")
        return Mapping(problems.file, problems=tuple(problems.listed), zone=source.zone)
    parts = Entry(content, known, accepts, problems).parts()
    parts["zone"] = parts["zone"] or source.zone
    return Mapping(problems.file, problems=tuple(problems.listed), **parts)


def _parse(path: Path, problems: Problems) -> Any:
    try:
        return plain_yaml.read(path)
    except OSError as error:
        problems.add(f"cannot be read: {error.strerror}", "give permission to read it")
    except ValueError as error:
        problems.add(str(error), "write columns: {overall: Q7A}")
    return None
