"""Seeds of runs that are repeated: one stream of random numbers a replicate, none like another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cemlib.report.plan import values
from cemlib.report.plan.workbook import Workbook

SEED = "seed"


def seeds(base: int, count: int) -> list[int]:
    """Return the seed of each replicate, derived from one.

    The seeds come from the children of ``numpy.random.SeedSequence(base)``, whose streams are
    independent; more replicates leave those before them as they were.

    Parameters
    ----------
    base : int
        At least 0.
    count : int
        How many replicates.

    Examples
    --------
    >>> seeds(7, 3)
    [1201125462, 3618983171, 3831650445]
    >>> seeds(7, 2) == seeds(7, 3)[:2]
    True
    """
    from numpy.random import SeedSequence  # 0.1 s, and only studies with replicates pay it

    return [int(child.generate_state(1)[0]) for child in SeedSequence(base).spawn(count)]


def base_seed(found: Workbook, given: Mapping[str, Any], varied: Mapping[str, Any]) -> int:
    """Return the seed from which those of a workbook's replicates are derived.

    Parameters
    ----------
    found : Workbook
        What is repeated.
    given, varied : mapping
        The study's parameters, and its grid.

    Raises
    ------
    ValueError
        If the workbook has no whole number `seed`, the seed is part of the grid, or it is negative.
    """
    declared = {parameter.name: parameter for parameter in found.parameters}
    seed = declared.get(SEED)
    if seed is None or seed.type != "int":
        raise ValueError("replicates need a parameter `seed: int`, and it has none")
    if SEED in varied:
        raise ValueError("replicates derive the seed, so the grid cannot vary it")
    base = values.accept(seed, given.get(SEED, seed.default))
    if not isinstance(base, int) or base < 0:
        raise ValueError(f"seed is {base}, but must be at least 0 where replicates derive from it")
    return base
