"""Choice of practices within a budget of person-days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.optimize import Bounds, LinearConstraint, milp

from cemlib import checks
from cemlib.stats.estimates import Estimates, Floats, percentile_interval, significant
from cemlib.stats.levers import doubtful

FULLY_IN_PLACE = 4


@dataclass(frozen=True)
class PracticeProblem:
    """Inputs of a practice plan: practices, perception, slopes and diminishing returns.

    Attributes
    ----------
    practices : DataFrame
        One row per practice: practice, right, in_place (0–4), person_days (from not at all to
        fully in place, > 0), uplift (points of perception when fully in place, ≥ 0),
        call_centre (bool: the call centre can do it alone).
    perception : mapping of str to float
        Mean index of each right today, 0–100; no right can exceed 100.
    slopes : mapping of str to float
        Points of overall satisfaction per point of perception; a negative slope counts as 0.
    step : float
        Points of uplift in one right after which further points are worth less.
    decay : float
        Value of each further step relative to the one before, in (0, 1].
    call_centre_only : bool
        Whether only practices that the call centre can do alone are candidates.

    Examples
    --------
    >>> practices = pd.DataFrame({
    ...     "practice": ["menu", "letter"], "right": ["choice", "choice"], "in_place": [0, 2],
    ...     "person_days": [10, 20], "uplift": [4, 8], "call_centre": [True, True]})
    >>> problem = PracticeProblem(practices, {"choice": 50}, {"choice": 0.02})
    >>> problem.best(10).practices["practice"].tolist()
    ['menu']
    """

    practices: pd.DataFrame
    perception: Mapping[str, float]
    slopes: Mapping[str, float]
    step: float = 5.0
    decay: float = 0.5
    call_centre_only: bool = False

    def __post_init__(self) -> None:
        """Check that every number is in its range."""
        checks.between("step", self.step, 1e-6)
        checks.between("decay", self.decay, 1e-6, 1)
        table = self.practices
        for column, low, high in (
            ("in_place", 0, FULLY_IN_PLACE),
            ("person_days", 1e-9, np.inf),
            ("uplift", 0, np.inf),
        ):
            for value in table[column]:
                checks.between(f"practices[{column!r}]", value, low, high)

    @cached_property
    def candidates(self) -> pd.DataFrame:
        """Practices not yet fully in place: practice, right, days and uplift of completing them."""
        table = self.practices
        missing = 1 - table["in_place"] / FULLY_IN_PLACE
        eligible = (missing > 0) & table["right"].isin(self.rights)
        if self.call_centre_only:
            eligible &= table["call_centre"]
        frame = table[["practice", "right"]].assign(
            days=table["person_days"] * missing, uplift=table["uplift"] * missing
        )
        return frame[eligible].reset_index(drop=True)

    @property
    def rights(self) -> list[str]:
        """Rights with both a perception and a slope."""
        return [right for right in self.perception if right in self.slopes]

    def best(self, budget_days: float) -> Plan:
        """Find the set of practices with the largest expected gain within the budget.

        A mixed-integer program: each practice is done or not. The uplift of a right fills steps
        of decreasing value; as the value is concave in the uplift, the solver fills the most
        valuable steps first and needs no binary variable for their order (a piecewise-linear
        concave objective: Williams 2013, *Model Building in Mathematical Programming*, ch. 7).
        Among plans of equal gain the one with fewer days wins.

        Parameters
        ----------
        budget_days : float
            Person-days to spend, at least 0.

        Returns
        -------
        Plan
            Proven optimal (relative gap 0).

        Raises
        ------
        ValueError
            If the budget is negative or not finite.
        """
        checks.between("budget_days", budget_days, 0, 1e9)
        table = self.candidates
        steps = self._steps
        if table.empty or steps.empty:
            return self.plan([])
        slopes = {right: max(self.slopes[right], 0.0) for right in self.rights}
        worth = steps["factor"] * steps["right"].map(slopes)
        days, uplift = table["days"].to_numpy(), table["uplift"].to_numpy()
        rights = np.array(self.rights, dtype=object)[:, None]
        uplifts = np.where(table["right"].to_numpy()[None, :] == rights, uplift, 0.0)
        steps_of_right = (steps["right"].to_numpy()[None, :] == rights).astype(float)
        # Breaks ties in favour of fewer days; all of them cost a millionth of the best step.
        tie_break = 1e-6 * max(worth.max(), 1e-12) * days / days.sum()
        is_practice, is_step = np.ones(len(table)), np.zeros(len(steps))
        result = milp(
            c=np.concatenate([tie_break, -worth]),
            integrality=np.concatenate([is_practice, is_step]),
            bounds=Bounds(0, np.concatenate([is_practice, steps["width"]])),
            constraints=[
                LinearConstraint(np.concatenate([days, is_step])[None, :], -np.inf, budget_days),
                LinearConstraint(np.hstack([-uplifts, steps_of_right]), -np.inf, 0),
            ],
            options={"mip_rel_gap": 0.0},
        )
        return self.plan(table["practice"][result.x[: len(table)] > 0.5].tolist())

    def largest_gap(self, budget_days: float) -> Plan:
        """Plan by the common rule: improve the right with the lowest index, then the next.

        Within a right the practices with the largest uplift per day come first; a practice that
        no longer fits the budget is skipped.

        Parameters
        ----------
        budget_days : float
            Person-days to spend, at least 0.
        """
        checks.between("budget_days", budget_days, 0, 1e9)
        table = self.candidates.assign(
            gap=lambda t: significant(t["right"].map(dict(self.perception))),
            speed=lambda t: significant(-t["uplift"] / t["days"]),
        ).sort_values(["gap", "right", "speed", "practice"], kind="stable")
        chosen, remaining = [], budget_days
        for practice, days in zip(table["practice"], table["days"], strict=True):
            if days <= remaining:
                chosen.append(practice)
                remaining -= days
        return self.plan(chosen)

    def frontier(self, budgets: Iterable[float]) -> pd.DataFrame:
        """Return the gain of both plans at each budget: budget_days, best, largest_gap."""
        rows = [(days, self.best(days).gain, self.largest_gap(days).gain) for days in budgets]
        return pd.DataFrame(rows, columns=["budget_days", "best", "largest_gap"])

    def plan(self, practices: list[str]) -> Plan:
        """Return the plan of a set of practices, with its cost and gain."""
        unknown = set(practices) - set(self.candidates["practice"])
        if unknown:
            raise checks.invalid_argument(
                "practices", sorted(unknown), "among the practices not yet fully in place"
            )
        chosen = self.candidates[self.candidates["practice"].isin(practices)]
        steps = self._steps
        uplift = steps["right"].map(chosen.groupby("right")["uplift"].sum()).astype(float)
        counted = (uplift.fillna(0.0) - steps["start"]).clip(0, steps["width"]) * steps["factor"]
        effective = counted.groupby(steps["right"]).sum().reindex(self.rights, fill_value=0.0)
        slopes = np.array([max(self.slopes[right], 0.0) for right in self.rights])
        return Plan(
            practices=chosen.reset_index(drop=True),
            days=float(chosen["days"].sum()),
            uplift=effective,
            gain=float(effective.to_numpy() @ slopes),
        )

    def gain_interval(
        self, plan: Plan, slopes: Estimates, uplift_doubt: float, rng: np.random.Generator
    ) -> tuple[float, float]:
        """Return the 95% interval of a plan's gain over resampled slopes and doubtful uplifts.

        Parameters
        ----------
        plan : Plan
            One of this problem's plans.
        slopes : Estimates
            From `cemlib.stats.importance.driver_slopes`.
        uplift_doubt : float
            Share by which an uplift may be wrong: 95 of 100 lie within it, by a normal
            distribution cut at 0, independently of one another. 0 takes uplifts as exact.
        rng : numpy.random.Generator
            Source of randomness.

        Notes
        -----
        The plan is fixed. Slopes are taken as causal, and perceptions as known.

        Examples
        --------
        >>> practices = pd.DataFrame({
        ...     "practice": ["menu"], "right": ["choice"], "in_place": [0],
        ...     "person_days": [10], "uplift": [4], "call_centre": [True]})
        >>> problem = PracticeProblem(practices, {"choice": 50}, {"choice": 0.5})
        >>> exact = Estimates(("choice",), np.array([0.5]), np.full((9, 1), 0.5))
        >>> problem.gain_interval(problem.best(10), exact, 0.0, np.random.default_rng(1))
        (2.0, 2.0)
        """
        checks.between("uplift_doubt", uplift_doubt, 0, 1)
        count = len(slopes.draws)
        uplifts = doubtful(plan.practices["uplift"], uplift_doubt, count, rng)
        gain = self.drawn_gain(plan, slopes, uplifts)
        low, high = percentile_interval(gain)
        return float(low), float(high)

    def drawn_gain(self, plan: Plan, slopes: Estimates, uplifts: ArrayLike) -> Floats:
        """Return the gain of a plan under draws of slopes and uplifts, shape (B,).

        Parameters
        ----------
        plan : Plan
            One of this problem's plans.
        slopes : Estimates
            From `cemlib.stats.importance.driver_slopes`, with B draws.
        uplifts : array_like, shape (B, k)
            Draws of the uplifts of the plan's practices.
        """
        drawn = checks.matrix("uplifts", uplifts, columns=len(plan.practices))
        gain = np.zeros(len(drawn))
        for right, steps in self._steps.groupby("right"):
            if right not in slopes.names:
                continue
            total = drawn[:, (plan.practices["right"] == right).to_numpy()].sum(axis=1)
            filled = np.clip(total[:, None] - steps["start"].to_numpy(), 0, steps["width"])
            slope = np.maximum(slopes.draws[:, slopes.names.index(str(right))], 0)
            gain += slope * (filled @ steps["factor"].to_numpy())
        return gain

    def exhaustive_gain(self, budget_days: float) -> float:
        """Return the gain of the best plan by trying all sets of practices, without a solver.

        All sets of one right's practices are tried; rights are then joined one by one, and only
        the sets kept for which no other costs less and gains as much.

        Examples
        --------
        >>> practices = pd.DataFrame({
        ...     "practice": ["menu", "letter"], "right": ["choice", "choice"], "in_place": [0, 2],
        ...     "person_days": [10, 20], "uplift": [4, 8], "call_centre": [True, True]})
        >>> problem = PracticeProblem(practices, {"choice": 50}, {"choice": 0.02})
        >>> round(problem.exhaustive_gain(10), 6) == round(problem.best(10).gain, 6)
        True
        """
        days, gains = np.zeros(1), np.zeros(1)
        for right, table in self.candidates.groupby("right"):
            steps = self._steps[self._steps["right"] == right]
            chosen = np.array(list(product((0, 1), repeat=len(table))))
            uplift = (chosen @ table["uplift"].to_numpy(dtype=float))[:, None]
            filled = np.clip(uplift - steps["start"].to_numpy(), 0, steps["width"].to_numpy())
            gain = filled @ steps["factor"].to_numpy() * max(self.slopes[str(right)], 0.0)
            cost = chosen @ table["days"].to_numpy(dtype=float)
            days, gains = (days[:, None] + cost).ravel(), (gains[:, None] + gain).ravel()
            days, gains = days[days <= budget_days + 1e-9], gains[days <= budget_days + 1e-9]
            order = np.lexsort((-gains, days))
            days, gains = days[order], gains[order]
            kept = np.concatenate([[True], gains[1:] > np.maximum.accumulate(gains)[:-1]])
            days, gains = days[kept], gains[kept]
        return float(gains.max())

    @cached_property
    def _steps(self) -> pd.DataFrame:
        """Steps of decreasing value up to an index of 100: right, start, width, factor."""
        tables = []
        for right in self.rights:
            headroom = max(100.0 - self.perception[right], 0.0)
            start = np.arange(0.0, headroom, self.step)
            tables.append(
                pd.DataFrame(
                    {
                        "right": right,
                        "start": start,
                        "width": np.minimum(self.step, headroom - start),
                        "factor": self.decay ** np.arange(len(start)),
                    }
                )
            )
        return pd.concat(tables, ignore_index=True)


def practice_problems(
    practices: pd.DataFrame, perception: Estimates, slopes: Estimates
) -> dict[bool, PracticeProblem]:
    """Return the problem of the whole company (False) and of the call centre alone (True).

    Parameters
    ----------
    practices : DataFrame
        As for `PracticeProblem`.
    perception : Estimates
        Mean index of each right.
    slopes : Estimates
        Slopes of the rights in the regression of overall satisfaction; a right without one has
        no practices in a plan.

    Examples
    --------
    >>> practices = pd.DataFrame({
    ...     "practice": ["menu"], "right": ["choice"], "in_place": [0],
    ...     "person_days": [10], "uplift": [4], "call_centre": [False]})
    >>> index = Estimates(("choice",), np.array([50.0]), np.array([[50.0]]))
    >>> problems = practice_problems(practices, index, index)
    >>> len(problems[False].candidates), len(problems[True].candidates)
    (1, 0)
    """
    means = dict(zip(perception.names, perception.values, strict=True))
    worth = dict(zip(slopes.names, slopes.values, strict=True))
    return {
        alone: PracticeProblem(practices, means, worth, call_centre_only=alone)
        for alone in (False, True)
    }


@dataclass(frozen=True)
class Plan:
    """A set of practices with its cost and expected gain.

    Attributes
    ----------
    practices : DataFrame
        Practices in the plan: practice, right, days, uplift.
    days : float
        Person-days in total.
    uplift : Series
        Points of perception per right, after diminishing returns.
    gain : float
        Expected rise in overall satisfaction, in points of its scale.
    """

    practices: pd.DataFrame
    days: float
    uplift: pd.Series
    gain: float

    def gain_interval(self, slopes: Estimates) -> tuple[float, float]:
        """Return the 95% interval of the gain over the resampled slopes.

        The plan and its uplift are fixed, so this is the uncertainty of the slopes alone.

        Parameters
        ----------
        slopes : Estimates
            From `cemlib.stats.importance.driver_slopes`.
        """
        uplift = self.uplift.reindex(list(slopes.names)).fillna(0.0).to_numpy()
        low, high = percentile_interval(np.maximum(slopes.draws, 0) @ uplift)
        return float(low), float(high)
