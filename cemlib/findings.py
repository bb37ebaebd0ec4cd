"""What a study found, in the form in which a notebook stores it and the press harvests it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

FINDINGS_MIME = "application/vnd.cemlib.findings+json"


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of a study.

    Parameters
    ----------
    name : str
        Identifier, the same in every run of a workbook: ``"lowest_right_index"``.
    value : float or str
        The estimate, or the name of what was found.
    unit : str
        Unit of value and interval: ``"points (0–100)"``; empty for names.
    sentence : str
        What it means, in one sentence.
    low, high : float, optional
        Ends of the 95 % interval, where there is one.
    """

    name: str
    value: float | str
    unit: str
    sentence: str
    low: float | None = None
    high: float | None = None


def to_payload(findings: Iterable[Finding]) -> dict[str, Any]:
    """Return the JSON value stored under `FINDINGS_MIME`.

    Numbers keep 12 significant digits: further ones differ between processors.

    Examples
    --------
    >>> to_payload([Finding("mean", 1 / 3, "points", "A third.")])["findings"][0]["value"]
    0.333333333333
    """
    return {"version": 1, "findings": [_portable(asdict(finding)) for finding in findings]}


def from_payload(payload: Mapping[str, Any]) -> list[Finding]:
    """Return the findings stored by `to_payload`.

    Examples
    --------
    >>> found = [Finding("mean", 0.5, "points", "Half.", low=0.25, high=0.75)]
    >>> from_payload(to_payload(found)) == found
    True
    """
    return [Finding(**fields) for fields in payload["findings"]]


def _portable(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        key: _twelve_digits(float(value)) if isinstance(value, float | int) else value
        for key, value in fields.items()
    }


def _twelve_digits(value: float) -> float | None:
    return float(f"{value:.12g}") if math.isfinite(value) else None
