"""The file that describes a company: its datasets, names, currency, time zone and assumptions.

``company.yaml`` lies beside the company's data::

    name: Northfield Airport       # for titles of reports
    language: en
    currency: EUR                  # ISO 4217
    money: "¤#,##0"                # optional: how amounts are written (CLDR pattern)
    zone: Europe/Berlin            # for times without a time zone
    names:                         # optional: what reports print for the codes in the data
      problems: {bag: Lost luggage}
      channels: {desk: Service desk}
      segments: {biz: Business travellers}
    assumptions:                   # optional: values of workbook parameters that no file holds
      repeat_cost: 11
    datasets:                      # each with the keys of a .columns.yaml, and its file
      survey: {file: survey.sav, scales: {items: 1-5}, reversed: [safety_2]}
      contacts: {file: tickets.xlsx, sheet: Export, header_row: 3}

Files are named relative to the company's file, and lie beside or below it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cemlib import checks, home, plain_yaml
from cemlib.data.timestamps import DEFAULT_ZONE, zone_of
from cemlib.formats import Locale

PARTS = ("name", "language", "currency", "money", "zone", "names", "assumptions", "datasets")
NAMED = ("problems", "channels", "segments")


@dataclass(frozen=True)
class Source:
    """A file, and how to read it where the company's file says so.

    Parameters
    ----------
    path : Path
        The file.
    entry : mapping, optional
        Keys of a ``.columns.yaml``; those of the YAML file beside it if None.
    described_in : str
        Name of the file that holds the entry, for messages.
    zone : str
        Time zone for times without one, if the entry names none.
    """

    path: Path
    entry: Mapping[str, Any] | None = None
    described_in: str = ""
    zone: str = ""

    def __fspath__(self) -> str:
        """Return the path of the file."""
        return str(self.path)

    def __str__(self) -> str:
        """Return the path of the file."""
        return str(self.path)


@dataclass(frozen=True)
class Company:
    """A company, as its file describes it.

    Parameters
    ----------
    name : str
        Name for titles of reports.
    locale : Locale
        How it writes money.
    zone : str
        Time zone for times without one.
    names : mapping
        ``"problems"``, ``"channels"``, ``"segments"`` → code in the data → name to print.
    assumptions : mapping
        Name of a workbook parameter → value.
    sources : mapping
        Name of a dataset → its file.
    file : Path, optional
        The company's file.
    """

    name: str
    locale: Locale
    zone: str = DEFAULT_ZONE
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    assumptions: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    file: Path | None = None


def read_company(file: str | os.PathLike[str]) -> Company:
    """Read the file that describes a company.

    Parameters
    ----------
    file : str or path
        The YAML file.

    Returns
    -------
    Company
        Whether the data files exist and fit is found out when they are read.

    Raises
    ------
    ValueError
        If the file cannot be read, or holds something else than the keys above; every problem is
        listed, one per line.
    """
    company, problems = examine(file)
    if problems:
        raise ValueError("\n".join(problems))
    return company


def examine(file: str | os.PathLike[str]) -> tuple[Company, list[str]]:
    r"""Read the file that describes a company, and list everything that is wrong with it.

    Parameters
    ----------
    file : str or path
        The YAML file.

    Returns
    -------
    Company
        Without the parts that are wrong.
    list of str
        Its problems, each a line that begins with the name of the file.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp(), "company.yaml")
    >>> _ = file.write_text("{name: Bank, curency: EUR, datasets: {survey: ../a.csv}}")
    >>> print("\n".join(examine(file)[1]))
    company.yaml has an unknown key 'curency'; use currency
    company.yaml has no valid currency: write currency: EUR, or another code of ISO 4217
    company.yaml names '../a.csv' for survey: put the file beside company.yaml or below it
    """
    path = Path(file)
    try:
        content = plain_yaml.read(path)
        problem = "is not a mapping; begin with name: and datasets:"
    except OSError as error:
        content, problem = None, f"cannot be read: {error.strerror}"
    except ValueError as error:
        content, problem = None, str(error)
    if not isinstance(content, dict):
        return Company("", Locale("", ""), file=path), [f"{path.name} {problem}"]
    parts = _Parts(path, content)
    company = Company(
        name=parts.text("name", ""),
        locale=parts.locale(),
        zone=parts.zone(),
        names=parts.names(),
        assumptions=parts.assumptions(),
        sources=parts.sources(),
        file=path,
    )
    return company, [f"{path.name} {problem}" for problem in parts.problems]


class _Parts:
    """The parts of a company's file, and the problems met in them."""

    def __init__(self, path: Path, content: dict[Any, Any]) -> None:
        self.path, self.content = path, content
        self.problems: list[str] = []
        for key in content:
            if key not in PARTS:
                near = checks.nearest(str(key), PARTS) or list(PARTS)
                self.problems.append(f"has an unknown key {key!r}; use {' or '.join(near)}")

    def text(self, key: str, default: str) -> str:
        value = self.content.get(key, default)
        if isinstance(value, str) and (value.strip() or not default):
            return value.strip()
        self.problems.append(f"has no valid {key}: write {key}: {default or '…'}")
        return default

    def mapping(self, key: str) -> dict[str, Any]:
        value = self.content.get(key)
        if value is None:
            return {}
        if isinstance(value, dict) and all(isinstance(name, str) for name in value):
            return value
        self.problems.append(f"has {key} that are not a mapping of names")
        return {}

    def locale(self) -> Locale:
        default = Locale()
        currency = self.content.get("currency")
        if not isinstance(currency, str) or not currency.strip():
            self.problems.append(
                "has no valid currency: write currency: EUR, or another code of ISO 4217"
            )
            return default
        try:
            return Locale(currency.strip(), self.text("money", ""), self.text("language", "en"))
        except ValueError as error:
            self.problems.append(f"is wrong: {error}")
            return default

    def zone(self) -> str:
        name = self.text("zone", DEFAULT_ZONE)
        try:
            zone_of(name)
        except ValueError as error:
            self.problems.append(f"is wrong: {error}")
        return name

    def names(self) -> dict[str, dict[str, str]]:
        names: dict[str, dict[str, str]] = {}
        for group, values in self.mapping("names").items():
            if group not in NAMED:
                self.problems.append(f"names {group!r}; use {', '.join(NAMED)}")
            elif not isinstance(values, dict):
                self.problems.append(f"has names of {group} that are not a mapping: code: name")
            else:
                names[group] = {str(code): str(name) for code, name in values.items()}
        return names

    def assumptions(self) -> dict[str, Any]:
        values = self.mapping("assumptions")
        for name, value in values.items():
            if not isinstance(value, str | int | float):  # a bool is an int
                self.problems.append(f"has no valid value of the assumption {name}: {value!r}")
        return values

    def sources(self) -> dict[str, Source]:
        sources: dict[str, Source] = {}
        for name, entry in self.mapping("datasets").items():
            described = {"file": entry} if isinstance(entry, str) else entry
            file = described.get("file") if isinstance(described, dict) else None
            if not isinstance(file, str) or not file:
                self.problems.append(f"names no file for {name}: write {name}: {{file: …}}")
            elif not home.is_below(file):
                self.problems.append(
                    f"names {file!r} for {name}: put the file beside {self.path.name} or below it"
                )
            else:
                rest = {key: value for key, value in described.items() if key != "file"}
                zone = self.content.get("zone")
                zone = zone if isinstance(zone, str) else ""
                path = self.path.parent / file
                sources[name] = Source(path, rest or None, self.path.name, zone)
        return sources
