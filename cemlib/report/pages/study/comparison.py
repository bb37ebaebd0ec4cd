"""What the runs of one workbook say together: over a grid, over replicates, over both."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from cemlib.findings import Finding
from cemlib.report.artifacts import Outcome
from cemlib.report.plan.replicates import SEED
from cemlib.report.plan.study import Study
from cemlib.report.plan.workbook import Value

Combination = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Factor:
    """A parameter that differs between runs.

    Parameters
    ----------
    name, help : str
        As the workbook declares it.
    values : tuple
        Its values: numbers in order of size, others as the study names them.
    """

    name: str
    help: str
    values: tuple[Value, ...]

    @property
    def is_number(self) -> bool:
        """Whether the values are numbers."""
        return all(isinstance(v, int | float) and not isinstance(v, bool) for v in self.values)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its interval and how many numbers it stands for."""

    value: float
    low: float | None = None
    high: float | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Point:
    """The runs at one combination of the factors' values."""

    at: Combination
    outcomes: tuple[Outcome, ...]

    def numbers(self, name: str) -> list[float]:
        """Return the values of a numeric finding in the runs that have it."""
        return [found.value for found in self._found(name) if isinstance(found.value, int | float)]

    def estimate(self, name: str) -> Estimate | None:
        """Return a finding: as it is in one run, as the mean of several; none if no run has it."""
        if len(self.outcomes) > 1:
            return mean(self.numbers(name))
        for found in self._found(name):
            if isinstance(found.value, int | float):
                return Estimate(found.value, found.low, found.high)
        return None

    def _found(self, name: str) -> Iterator[Finding]:
        for outcome in self.outcomes:
            for found in outcome.findings:
                if found.name == name and _is_known(found):
                    yield found


@dataclass(frozen=True)
class Sweep:
    """All runs of one workbook in a study.

    Parameters
    ----------
    outcomes : tuple of Outcome
        In the order of the study.
    study : Study
        Which names the findings to show first, and what they should be.
    """

    outcomes: tuple[Outcome, ...]
    study: Study

    @property
    def title(self) -> str:
        """Title of the workbook."""
        return self.outcomes[0].run.workbook.title

    @cached_property
    def is_replicated(self) -> bool:
        """Whether runs are repeated with other seeds."""
        return any(outcome.run.replicate for outcome in self.outcomes)

    @cached_property
    def factors(self) -> tuple[Factor, ...]:
        """The parameters that differ, without the seed of replicates."""
        hidden = {SEED} if self.is_replicated else set()
        found = []
        for parameter in self.outcomes[0].run.workbook.parameters:
            seen = dict.fromkeys(each.run.parameters[parameter.name] for each in self.outcomes)
            if len(seen) > 1 and parameter.name not in hidden:
                factor = Factor(parameter.name, parameter.help, tuple(seen))
                values = tuple(sorted(seen)) if factor.is_number else tuple(seen)
                found.append(replace(factor, values=values))
        return tuple(found)

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """The combinations that were run."""
        groups: dict[Combination, list[Outcome]] = {}
        for outcome in self.outcomes:
            at = tuple(outcome.run.parameters[factor.name] for factor in self.factors)
            groups.setdefault(at, []).append(outcome)
        return tuple(Point(at, tuple(group)) for at, group in groups.items())

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The first of each finding: those the study names first, then the workbook's order."""
        found: dict[str, Finding] = {}
        for outcome in self.outcomes:
            for each in outcome.findings:
                if each.name not in found or not _is_known(found[each.name]):
                    found[each.name] = each
        wanted = [*self.study.findings, *self.study.expected, *self.study.truth]
        first = [name for name in dict.fromkeys(wanted) if name in found]
        return tuple(found[name] for name in dict.fromkeys([*first, *found]))

    @cached_property
    def moving(self) -> tuple[Finding, ...]:
        """The numeric findings that are not the same in all runs."""
        wanted = {*self.study.expected, *self.study.truth}
        return tuple(
            each
            for each in self.findings
            if self._is_numeric(each.name)
            and (len(set(self._values(each.name))) > 1 or each.name in wanted)
        )

    @cached_property
    def steady(self) -> tuple[Finding, ...]:
        """The findings that are the same in all runs that have them."""
        return tuple(
            each
            for each in self.findings
            if each not in self.moving and len(set(self._values(each.name))) == 1
        )

    @cached_property
    def named(self) -> tuple[tuple[Finding, tuple[tuple[str, int], ...]], ...]:
        """The findings that are names and differ, with how many runs say each name."""
        counted = []
        for each in self.findings:
            said = [str(value) for value in self._values(each.name)]
            if each not in self.moving and len(set(said)) > 1:
                counts = {name: said.count(name) for name in dict.fromkeys(said)}
                counted.append((each, tuple(sorted(counts.items(), key=lambda pair: -pair[1]))))
        return tuple(counted)

    @cached_property
    def is_grid(self) -> bool:
        """Whether every combination of the factors' values was run."""
        return len(self.points) == math.prod(len(each.values) for each in self.factors)

    @cached_property
    def axes(self) -> tuple[Factor | None, Factor | None]:
        """The factor along the axis and the one in colours: numbers with most values go along."""
        if not self.is_grid:
            return None, None
        ranked = sorted(self.factors, key=lambda each: (not each.is_number, -len(each.values)))
        first = ranked[0] if ranked else None
        others = sorted(ranked[1:], key=lambda each: (len(each.values) > 6, len(each.values)))
        return first, others[0] if others and len(others[0].values) <= 6 else None

    @property
    def averaged(self) -> tuple[Factor, ...]:
        """The factors that are neither along the axis nor in colours."""
        return tuple(each for each in self.factors if self.is_grid and each not in self.axes)

    def lines(self, name: str) -> list[tuple[Value | None, list[tuple[Value, Estimate | None]]]]:
        """Return a finding along the axis, a line a colour; none where no run has it.

        Runs that are no grid are one line, along their titles.
        """
        along, colour = self.axes
        if along is None:
            titles = [point.outcomes[0].run.title for point in self.points]
            estimates = [point.estimate(name) for point in self.points]
            return [(None, list(zip(titles, estimates, strict=True)))]
        lines = []
        for shade in colour.values if colour else (None,):
            line = []
            for value in along.values:
                at = {along.name: value} | ({colour.name: shade} if colour else {})
                points = self._at(at)
                if points:
                    line.append((value, _together([point.estimate(name) for point in points])))
            if line:
                lines.append((shade, line))
        return lines

    def swings(self, name: str) -> list[tuple[Factor, list[tuple[Value, float]]]]:
        """Return the mean of a finding at each value of each factor, the widest range first."""
        found = []
        for factor in self.factors:
            means = []
            for value in factor.values:
                numbers = [each.estimate(name) for each in self._at({factor.name: value})]
                if known := [each.value for each in numbers if each]:
                    means.append((value, math.fsum(known) / len(known)))
            if means:
                found.append((factor, means))
        return sorted(found, key=lambda pair: -_range(each for _, each in pair[1]))

    def _at(self, wanted: dict[str, Value | None]) -> list[Point]:
        names = [factor.name for factor in self.factors]
        return [
            point
            for point in self.points
            if all(point.at[names.index(name)] == value for name, value in wanted.items())
        ]

    @cached_property
    def _known(self) -> dict[str, list[float | str]]:
        values: dict[str, list[float | str]] = {}
        for outcome in self.outcomes:
            for found in filter(_is_known, outcome.findings):
                values.setdefault(found.name, []).append(found.value)
        return values

    def _values(self, name: str) -> list[float | str]:
        return self._known.get(name, [])

    def _is_numeric(self, name: str) -> bool:
        values = self._values(name)
        return bool(values) and not any(isinstance(value, str) for value in values)


def sweeps(study: Study, outcomes: Iterable[Outcome]) -> list[Sweep]:
    """Return a sweep for each workbook that was run more than once."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(outcome.run.workbook.slug, []).append(outcome)
    return [Sweep(tuple(group), study) for group in groups.values() if len(group) > 1]


def mean(numbers: Sequence[float]) -> Estimate | None:
    """Return the mean of replicates with its 95 % Monte Carlo interval, from 3 of them on.

    Examples
    --------
    >>> found = mean([2.0, 4.0, 6.0])
    >>> found.value, round(found.low, 2), round(found.high, 2), found.count
    (4.0, -0.97, 8.97, 3)
    """
    count = len(numbers)
    if not count:
        return None
    middle = math.fsum(numbers) / count
    if count < 3:
        return Estimate(middle, count=count)
    variance = math.fsum((each - middle) ** 2 for each in numbers) / (count - 1)
    half = _t(count - 1) * math.sqrt(variance / count)
    if half < 1e-12 * abs(middle):  # rounding, not chance
        half = 0.0
    return Estimate(middle, middle - half, middle + half, count)


def share(hits: int, count: int) -> Estimate:
    """Return a share with its 95 % interval after Wilson.

    Examples
    --------
    >>> found = share(189, 200)
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
    (0.945, 0.904, 0.969)
    """
    z = 1.959964
    rate, weight = hits / count, 1 + z * z / count
    middle = (rate + z * z / (2 * count)) / weight
    half = z / weight * math.sqrt(rate * (1 - rate) / count + z * z / (4 * count * count))
    return Estimate(rate, max(middle - half, 0.0), min(middle + half, 1.0), count)


def covered(outcomes: Iterable[Outcome], name: str, truth: float) -> Estimate | None:
    """Return the share of runs whose interval of a finding covers the truth."""
    hits = [
        (found.low is None or found.low <= truth) and (found.high is None or truth <= found.high)
        for outcome in outcomes
        for found in outcome.findings
        if found.name == name and not (found.low is None and found.high is None)
    ]
    return share(sum(hits), len(hits)) if hits else None


def _together(estimates: Sequence[Estimate | None]) -> Estimate | None:
    """Return one estimate for several points: itself, or the mean without an interval."""
    known = [each for each in estimates if each]
    if len(estimates) == 1 or not known:
        return estimates[0] if estimates else None
    return Estimate(math.fsum(each.value for each in known) / len(known), count=len(known))


def _range(numbers: Iterable[float]) -> float:
    low, high = itertools.tee(numbers)
    return max(high) - min(low)


def _is_known(found: Finding) -> bool:
    return isinstance(found.value, str) or (found.value is not None and not math.isnan(found.value))


def _t(freedom: int) -> float:
    """Return Student's t at 97.5 %, by its expansion around the normal; right to 1 %."""
    if freedom < 4:
        return (12.706, 4.303, 3.182)[freedom - 1]
    z = 1.959964
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return z + math.fsum(term / freedom**power for power, term in enumerate(terms, 1))
