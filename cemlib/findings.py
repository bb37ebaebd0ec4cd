"""Findings of a study, in the form in which a notebook stores them and reports read them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

FINDINGS_MIME = "application/vnd.cemlib.findings+json"
ADDED_MIME = "application/vnd.cemlib.added+json"  # names of findings, in the cell that adds them
EXAMPLE_MARKS = ("Example: ", "Published example")  # how words on examples begin, beside own data
DIGITS = 9  # processors differ from the 13th significant digit on
_NUMBERS = ("value", "low", "high")
_NOISE = 1e-12  # smaller values are rounding errors of 0


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of a study.

    Parameters
    ----------
    name : str
        Identifier, the same in every run of a workbook: ``"lowest_right_index"``.
    value : float or str
        The estimate, or a name: ``"compensation"``.
    unit : str
        Unit of value and interval: ``"points (0–100)"``; empty for names.
    sentence : str
        The meaning of the finding, in one sentence.
    low, high : float, optional
        Bounds of the 95% interval, if there is one.
    datasets : tuple of str
        Names of the datasets that it rests on.
    example : bool
        Whether these are the fictional operator's, in a run on somebody's own data.
    headline : bool
        Whether it belongs on the first screen of a report.
    """

    name: str
    value: float | str
    unit: str
    sentence: str
    low: float | None = None
    high: float | None = None
    datasets: tuple[str, ...] = ()
    example: bool = False
    headline: bool = False


def to_payload(findings: Iterable[Finding], answer: str = "") -> dict[str, Any]:
    """Return the JSON value stored under `FINDINGS_MIME`, with the answer if there is one.

    Numbers keep 9 significant digits, because further ones may differ between processors. Numbers
    smaller than 1e-12 become 0.

    Examples
    --------
    >>> to_payload([Finding("mean", 1 / 3, "points", "A third.")])["findings"][0]["value"]
    0.333333333
    """
    listed = [_portable(asdict(finding)) for finding in findings]
    return {"version": 1, "findings": listed} | ({"answer": answer} if answer else {})


def from_payload(payload: Mapping[str, Any]) -> list[Finding]:
    """Return the findings stored by `to_payload`.

    Examples
    --------
    >>> findings = [Finding("mean", 0.5, "points", "Half.", low=0.25, high=0.75)]
    >>> from_payload(to_payload(findings)) == findings
    True
    """
    return [
        Finding(**fields | {"datasets": tuple(fields.get("datasets", ()))})
        for fields in payload["findings"]
    ]


def portable(value: float) -> float | None:
    """Return a number with the digits that are the same on every processor; None if not finite.

    Examples
    --------
    >>> portable(-7.548869918014942), portable(-1.7e-17), portable(float("nan"))
    (-7.54886992, 0.0, None)
    """
    if not math.isfinite(value):
        return None
    return float(f"{value:.{DIGITS}g}") if abs(value) >= _NOISE else 0.0


def _portable(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        key: portable(float(value)) if key in _NUMBERS and isinstance(value, float | int) else value
        for key, value in fields.items()
    }
