"""Which practices to carry out next within a budget of working days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp

from cemlib import checks
from cemlib.stats.estimates import Floats, significant

FULLY_IN_PLACE = 4


@dataclass(frozen=True)
class PracticeProblem:
    """What a practice plan is to achieve, and what stands in its way.

    Attributes
    ----------
    practices : DataFrame
        A row a practice: practice, right, in_place (0–4), person_days (for all of it, > 0), uplift
        (points of perception when fully in place, ≥ 0), call_centre (bool: can do it alone).
    perception : mapping of str to float
        Mean index of each right today, 0–100; no right rises above 100.
    slopes : mapping of str to float
        Points of overall satisfaction a point of perception; a negative slope counts as 0.
    step : float
        Points of uplift in one right after which the next ones are worth less.
    decay : float
        What each further step is worth against the one before, in (0, 1].
    call_centre_only : bool
        Leave out what the call centre cannot do alone.

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
        """Refuse numbers that make no plan."""
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
        """What is left to do: practice, right, days and uplift of completing it."""
        table = self.practices
        left = 1 - table["in_place"] / FULLY_IN_PLACE
        open_ = (left > 0) & table["right"].isin(self.rights)
        if self.call_centre_only:
            open_ &= table["call_centre"]
        frame = table[["practice", "right"]].assign(
            days=table["person_days"] * left, uplift=table["uplift"] * left
        )
        return frame[open_].reset_index(drop=True)

    @property
    def rights(self) -> list[str]:
        """Rights with both a perception and a slope."""
        return [right for right in self.perception if right in self.slopes]

    def best(self, budget_days: float) -> Plan:
        """Find the practices that raise overall satisfaction most within the budget.

        A mixed-integer program: practices are done or not; a right's uplift fills steps of falling
        worth (concave, so the dearest fill first). Among equals the plan with fewer days wins.

        Parameters
        ----------
        budget_days : float
            Person-days to spend, at least 0.

        Returns
        -------
        Plan
            Proven optimal.

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
        adds = np.where(table["right"].to_numpy()[None, :] == rights, uplift, 0.0)
        fills = (steps["right"].to_numpy()[None, :] == rights).astype(float)
        # Fewer days win among equal gains: worth a millionth of the best step in all.
        thrift = 1e-6 * max(worth.max(), 1e-12) * days / days.sum()
        done, filled = np.ones(len(table)), np.zeros(len(steps))
        result = milp(
            c=np.concatenate([thrift, -worth]),
            integrality=np.concatenate([done, filled]),
            bounds=Bounds(0, np.concatenate([done, steps["width"]])),
            constraints=[
                LinearConstraint(np.concatenate([days, filled])[None, :], -np.inf, budget_days),
                LinearConstraint(np.hstack([-adds, fills]), -np.inf, 0),
            ],
            options={"mip_rel_gap": 0.0},
        )
        return self.plan(table["practice"][result.x[: len(table)] > 0.5].tolist())

    def largest_gap(self, budget_days: float) -> Plan:
        """Follow the common rule: fix the right that is felt least, then the next.

        Within a right the practices with most uplift a day come first; what no longer fits the
        budget is passed over.

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
        chosen, left = [], budget_days
        for practice, days in zip(table["practice"], table["days"], strict=True):
            if days <= left:
                chosen.append(practice)
                left -= days
        return self.plan(chosen)

    def frontier(self, budgets: Iterable[float]) -> pd.DataFrame:
        """Return what each budget brings: budget_days, best, largest_gap (gains)."""
        rows = [(days, self.best(days).gain, self.largest_gap(days).gain) for days in budgets]
        return pd.DataFrame(rows, columns=["budget_days", "best", "largest_gap"])

    def plan(self, practices: list[str]) -> Plan:
        """Work out what a given choice of practices costs and brings."""
        unknown = set(practices) - set(self.candidates["practice"])
        if unknown:
            raise checks.invalid_argument(
                "practices", sorted(unknown), "among the practices left to do"
            )
        chosen = self.candidates[self.candidates["practice"].isin(practices)]
        steps = self._steps
        uplift = steps["right"].map(chosen.groupby("right")["uplift"].sum()).astype(float)
        counted = (uplift.fillna(0.0) - steps["start"]).clip(0, steps["width"]) * steps["factor"]
        felt = counted.groupby(steps["right"]).sum().reindex(self.rights, fill_value=0.0)
        slopes = np.array([max(self.slopes[right], 0.0) for right in self.rights])
        return Plan(
            practices=chosen.reset_index(drop=True),
            days=float(chosen["days"].sum()),
            uplift=felt,
            gain=float(felt.to_numpy() @ slopes),
        )

    @cached_property
    def _steps(self) -> pd.DataFrame:
        """Steps of falling worth up to 100 points: right, start, width, factor."""
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


@dataclass(frozen=True)
class Plan:
    """A choice of practices, what it costs and what it should bring.

    Attributes
    ----------
    practices : DataFrame
        Those chosen: practice, right, days, uplift.
    days : float
        Person-days in all.
    uplift : Series
        Points of perception a right that count after diminishing returns.
    gain : float
        Expected rise of overall satisfaction, in its own points.
    """

    practices: pd.DataFrame
    days: float
    uplift: pd.Series
    gain: float

    def gain_draws(self, slopes: Floats, names: tuple[str, ...]) -> Floats:
        """Return the plan's gain under each resample of the slopes, shape (B,).

        Parameters
        ----------
        slopes : ndarray, shape (B, k)
            Joint draws, from `cemlib.stats.importance.driver_slopes`.
        names : tuple of str
            The driver of each column.
        """
        return np.maximum(slopes, 0) @ self.uplift.reindex(list(names)).fillna(0.0).to_numpy()
