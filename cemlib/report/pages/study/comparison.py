"""Compares the runs of one workbook over a grid, over replicates, or over both."""

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
        As declared in the workbook.
    values : tuple
        Its values: numbers in ascending order, others in the order of the study.
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
    """A number with its interval, and the number of values it summarises."""

    value: float
    low: float | None = None
    high: float | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class DesignPoint:
    """The runs at one combination of the factors' values."""

    levels: Combination
    outcomes: tuple[Outcome, ...]

    def numbers(self, name: str) -> list[float]:
        """Return the values of a numeric finding in the runs that have it."""
        return [each.value for each in self._findings(name) if isinstance(each.value, int | float)]

    def estimate(self, name: str) -> Estimate | None:
        """Return a finding of one run, or its mean over several; None if no run has it."""
        if len(self.outcomes) > 1:
            return mean(self.numbers(name))
        for each in self._findings(name):
            if isinstance(each.value, int | float):
                return Estimate(each.value, each.low, each.high)
        return None

    def _findings(self, name: str) -> Iterator[Finding]:
        for outcome in self.outcomes:
            for each in outcome.findings:
                if each.name == name and _is_known(each):
                    yield each


@dataclass(frozen=True)
class Comparison:
    """All runs of one workbook in a study.

    Parameters
    ----------
    outcomes : tuple of Outcome
        In the order of the study.
    study : Study
        It names the findings to show first, and their expected and true values.
    """

    outcomes: tuple[Outcome, ...]
    study: Study

    @property
    def title(self) -> str:
        """Title of the workbook."""
        return self.outcomes[0].run.workbook.title

    @cached_property
    def is_replicated(self) -> bool:
        """Whether runs are repeated with different seeds."""
        return any(outcome.run.replicate for outcome in self.outcomes)

    @cached_property
    def factors(self) -> tuple[Factor, ...]:
        """The parameters that differ between runs, except the seed of replicates."""
        hidden = {SEED} if self.is_replicated else set()
        factors = []
        for parameter in self.outcomes[0].run.workbook.parameters:
            distinct = dict.fromkeys(each.run.parameters[parameter.name] for each in self.outcomes)
            if len(distinct) > 1 and parameter.name not in hidden:
                factor = Factor(parameter.name, parameter.help, tuple(distinct))
                values = tuple(sorted(distinct, key=_size)) if factor.is_number else tuple(distinct)
                factors.append(replace(factor, values=values))
        return tuple(factors)

    @cached_property
    def points(self) -> tuple[DesignPoint, ...]:
        """The combinations of the factors' values that were run."""
        groups: dict[Combination, list[Outcome]] = {}
        for outcome in self.outcomes:
            levels = tuple(outcome.run.parameters[factor.name] for factor in self.factors)
            groups.setdefault(levels, []).append(outcome)
        return tuple(DesignPoint(levels, tuple(group)) for levels, group in groups.items())

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """One of each finding: first those that the study names, then in the workbook's order."""
        by_name: dict[str, Finding] = {}
        for outcome in self.outcomes:
            for each in outcome.findings:
                if each.name not in by_name or not _is_known(by_name[each.name]):
                    by_name[each.name] = each
        requested = [*self.study.findings, *self.study.expected, *self.study.truth]
        first = [name for name in dict.fromkeys(requested) if name in by_name]
        return tuple(by_name[name] for name in dict.fromkeys([*first, *by_name]))

    @cached_property
    def varying(self) -> tuple[Finding, ...]:
        """The numeric findings that differ between runs, or have an expected or true value."""
        requested = {*self.study.expected, *self.study.truth}
        return tuple(
            each
            for each in self.findings
            if self._is_numeric(each.name)
            and (len(set(self._values(each.name))) > 1 or each.name in requested)
        )

    @cached_property
    def constant(self) -> tuple[Finding, ...]:
        """The findings that are the same in all runs that have them."""
        return tuple(
            each
            for each in self.findings
            if each not in self.varying and len(set(self._values(each.name))) == 1
        )

    @cached_property
    def varying_names(self) -> tuple[tuple[Finding, tuple[tuple[str, int], ...]], ...]:
        """The findings that are names and differ between runs, with the runs per name."""
        counted = []
        for each in self.findings:
            names = [str(value) for value in self._values(each.name)]
            if each not in self.varying and len(set(names)) > 1:
                counts = {name: names.count(name) for name in dict.fromkeys(names)}
                counted.append((each, tuple(sorted(counts.items(), key=lambda pair: -pair[1]))))
        return tuple(counted)

    @cached_property
    def is_grid(self) -> bool:
        """Whether every combination of the factors' values was run."""
        return len(self.points) == math.prod(len(each.values) for each in self.factors)

    @cached_property
    def axes(self) -> tuple[Factor | None, Factor | None]:
        """The factor along the axis, preferably numeric with many values, and that in colours."""
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
        """Return a finding along the axis, a line per colour; None at points without it.

        Runs that form no grid are one line, along their titles.
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
                levels = {along.name: value} | ({colour.name: shade} if colour else {})
                points = self._points_at(levels)
                if points:
                    line.append((value, _pooled([point.estimate(name) for point in points])))
            if line:
                lines.append((shade, line))
        return lines

    def marginal_means(self, name: str) -> list[tuple[Factor, list[tuple[Value, float]]]]:
        """Return the mean of a finding at each value of each factor, the widest range first."""
        effects = []
        for factor in self.factors:
            means = []
            for value in factor.values:
                numbers = [each.estimate(name) for each in self._points_at({factor.name: value})]
                if known := [each.value for each in numbers if each]:
                    means.append((value, math.fsum(known) / len(known)))
            if means:
                effects.append((factor, means))
        return sorted(effects, key=lambda pair: -_range(each for _, each in pair[1]))

    def _points_at(self, levels: dict[str, Value | None]) -> list[DesignPoint]:
        names = [factor.name for factor in self.factors]
        return [
            point
            for point in self.points
            if all(point.levels[names.index(name)] == value for name, value in levels.items())
        ]

    @cached_property
    def _known(self) -> dict[str, list[float | str]]:
        values: dict[str, list[float | str]] = {}
        for outcome in self.outcomes:
            for each in filter(_is_known, outcome.findings):
                values.setdefault(each.name, []).append(each.value)
        return values

    def _values(self, name: str) -> list[float | str]:
        return self._known.get(name, [])

    def _is_numeric(self, name: str) -> bool:
        values = self._values(name)
        return bool(values) and not any(isinstance(value, str) for value in values)


def comparisons(study: Study, outcomes: Iterable[Outcome]) -> list[Comparison]:
    """Return a comparison for each workbook with more than one run."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(outcome.run.workbook.slug, []).append(outcome)
    return [Comparison(tuple(group), study) for group in groups.values() if len(group) > 1]


def mean(numbers: Sequence[float]) -> Estimate | None:
    """Return the mean of replicates, with a 95% Monte Carlo interval from 3 replicates on.

    Examples
    --------
    >>> estimate = mean([2.0, 4.0, 6.0])
    >>> estimate.value, round(estimate.low, 2), round(estimate.high, 2), estimate.count
    (4.0, -0.97, 8.97, 3)
    """
    count = len(numbers)
    if not count:
        return None
    middle = math.fsum(numbers) / count
    if count < 3:
        return Estimate(middle, count=count)
    variance = math.fsum((each - middle) ** 2 for each in numbers) / (count - 1)
    from scipy.special import stdtrit  # 0.1 s, needed only for replicates

    margin = float(stdtrit(count - 1, 0.975)) * math.sqrt(variance / count)
    if margin < 1e-12 * abs(middle):  # rounding error, not variation
        margin = 0.0
    return Estimate(middle, middle - margin, middle + margin, count)


def share(hits: int, count: int) -> Estimate:
    """Return a share with its 95% Wilson interval.

    Examples
    --------
    >>> estimate = share(189, 200)
    >>> round(estimate.value, 3), round(estimate.low, 3), round(estimate.high, 3)
    (0.945, 0.904, 0.969)
    """
    from scipy.stats import binomtest  # 0.5 s, needed only for coverage

    bounds = binomtest(hits, count).proportion_ci(method="wilson")
    return Estimate(hits / count, float(bounds.low), float(bounds.high), count)


def coverage(outcomes: Iterable[Outcome], name: str, truth: float) -> Estimate | None:
    """Return the share of runs whose interval for a finding covers the true value."""
    hits = [
        (each.low is None or each.low <= truth) and (each.high is None or truth <= each.high)
        for outcome in outcomes
        for each in outcome.findings
        if each.name == name and not (each.low is None and each.high is None)
    ]
    return share(sum(hits), len(hits)) if hits else None


def _pooled(estimates: Sequence[Estimate | None]) -> Estimate | None:
    """Return one estimate for several points: the only one, or their mean without an interval."""
    known = [each for each in estimates if each]
    if len(estimates) == 1 or not known:
        return estimates[0] if estimates else None
    return Estimate(math.fsum(each.value for each in known) / len(known), count=len(known))


def _range(numbers: Iterable[float]) -> float:
    low, high = itertools.tee(numbers)
    return max(high) - min(low)


def _is_known(finding: Finding) -> bool:
    value = finding.value
    return isinstance(value, str) or (value is not None and not math.isnan(value))


def _size(value: Value) -> float:
    return float(value or 0)
