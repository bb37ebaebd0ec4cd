"""Seeds of replicates: an independent stream of random numbers for each."""

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
        Number of replicates.

    Examples
    --------
    >>> seeds(7, 3)
    [1201125462, 3618983171, 3831650445]
    >>> seeds(7, 2) == seeds(7, 3)[:2]
    True
    """
    from numpy.random import SeedSequence  # takes 0.1 s, needed only for replicates

    return [int(child.generate_state(1)[0]) for child in SeedSequence(base).spawn(count)]


def base_seed(book: Workbook, fixed: Mapping[str, Any], grid: Mapping[str, Any]) -> int:
    """Return the seed from which the seeds of a workbook's replicates are derived.

    Parameters
    ----------
    book : Workbook
        The workbook to replicate.
    fixed, grid : mapping
        The study's parameters and its grid.

    Raises
    ------
    ValueError
        If the workbook has no parameter `seed: int`, the grid varies it, or it is negative.
    """
    declared = {parameter.name: parameter for parameter in book.parameters}
    seed = declared.get(SEED)
    if seed is None or seed.type != "int":
        raise ValueError(
            "replicates need a parameter `seed: int`, which this workbook does not have"
        )
    if SEED in grid:
        raise ValueError("the grid varies seed, but the seeds of replicates are derived from it")
    base = values.accept(seed, fixed.get(SEED, seed.default))
    if not isinstance(base, int) or base < 0:
        raise ValueError(f"seed is {base}, but must be at least 0 for replicates")
    return base
