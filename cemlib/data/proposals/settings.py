"""How to read a file: scales, labels, codes for no answer, reversed items, dates, weights."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cemlib.data.proposals.columns import Proposal, Vocabulary
from cemlib.data.proposals.values import Column, day_and_month, plain

SCALES = ("1-3", "1-4", "1-5", "1-6", "1-7", "0-10", "1-10", "0-100")
WEIGHTS = ("weight", "weights", "wt", "wgt", "w", "gewicht", "权重", "加权")
_CODES = frozenset((9, 88, 77, 96, 97, 98, 99, 888, 998, 999, *range(-9, 0), -88, -99, -999, -998))
_ENOUGH = 30
_NEGATIVE = -0.2


@dataclass(frozen=True, slots=True)
class Setting:
    """A proposal on how to read a file: a key of the YAML, its value, why, and whether it is sure.

    A `group` is the key within it, such as ``"items"`` in ``scales``.
    """

    key: str
    value: Any
    reason: str
    sure: bool
    group: str = ""


def propose_settings(
    columns: Sequence[Column],
    proposals: Sequence[Proposal],
    answers: Mapping[str, Sequence[str]],
    bounds: Mapping[str, tuple[float, float]],
    vocabulary: Vocabulary,
) -> list[Setting]:
    """Propose how to read a file, once its columns are known.

    Parameters
    ----------
    columns : sequence of Column
        Columns of the file.
    proposals : sequence of Proposal
        What they are.
    answers : mapping
        Name of a scale that the YAML may declare → columns of the contract answered on it.
    bounds : mapping
        Another column of the contract → lowest and highest value.
    vocabulary : Vocabulary
        Its groups are the groups of items among which one may be reversed.

    Returns
    -------
    list of Setting
        In the order in which they are to be written.
    """
    by_name = {column.name: column for column in columns}
    places = _places(proposals, answers)
    used = {each.column: by_name[each.source] for each in proposals}
    certain = {each.column for each in proposals if each.sure}
    settings: list[Setting] = []
    codes: dict[str, list[str]] = {}
    for scale in answers:
        names = [name for name, place in places.items() if place == scale]
        listed = [name for name in names if name in certain] or names
        if listed:
            setting, codes[scale] = _scale(scale, [used[name] for name in listed])
            if setting:
                settings.append(replace(setting, sure=setting.sure and listed[0] in certain))
    for name, (low, high) in bounds.items():
        values = sorted(set(used[name].numbers)) if name in used else []
        codes[name] = [
            f"{value:g}" for value in values if value in _CODES and not low <= value <= high
        ]
    settings += _labels(used, places, certain)
    settings += _missing(used, places, codes)
    settings += _reversed(used, vocabulary)
    settings += _dates(used.values())
    settings += _decimal(used.values())
    settings += [
        Setting("weight", column.name, "its name says so, and its numbers are positive", False)
        for column in columns
        if plain(column.name) in WEIGHTS and column.is_numeric and min(column.numbers) >= 0
    ]
    return settings


def _places(proposals: Sequence[Proposal], answers: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return for each proposed column the group that the YAML names it by, or its own name."""
    places = {each.column: each.column for each in proposals}
    return places | {name: scale for scale, names in answers.items() for name in names}


def _scale(name: str, columns: Sequence[Column]) -> tuple[Setting | None, list[str]]:
    """Return the scale of columns with like answers, and the codes outside it."""
    numbers = [value for column in columns for value in column.numbers]
    if not numbers:
        return None, []
    levels = sorted(set(numbers))
    codes = [level for level in levels if _is_code(level, levels)]
    inside = [level for level in levels if level not in codes]
    if not inside:
        return None, []
    low, high = inside[0], inside[-1]
    fit = [text for text in SCALES if _bounds(text)[0] <= low and high <= _bounds(text)[1]]
    outside = [f"{code:g}" for code in codes]
    if not fit:
        return None, outside
    exact = next((text for text in fit if _bounds(text) == (low, high)), "")
    if exact == "1-10":  # nobody may have chosen 0
        fit = ["1-10", "0-10"]
    elif exact and len(numbers) >= _ENOUGH and all(level == int(level) for level in inside):
        reason = f"answers go from {low:g} to {high:g}"
        return Setting("scales", exact, reason, True, name), outside
    reason = f"answers go from {low:g} to {high:g}: the scale may be {' or '.join(fit[:3])}"
    return Setting("scales", fit[0], reason, False, name), outside


def _bounds(text: str) -> tuple[float, float]:
    low, _, high = text.partition("-")
    return float(low), float(high)


def _is_code(level: float, levels: Sequence[float]) -> bool:
    """Return whether a number is a usual code for no answer, apart from the others."""
    if level not in _CODES:
        return False
    others = [other for other in levels if other not in _CODES]
    return not others or level < 0 or level > max(others) + 1


def _labels(
    used: Mapping[str, Column], places: Mapping[str, str], certain: Collection[str]
) -> list[Setting]:
    """Return the values of labels: once for a group, if its columns agree."""
    settings = []
    for place, names in _by_place(used, places).items():
        labelled = [name for name in names if used[name].labels]
        if not labelled:
            continue
        together: dict[str, float] = {}
        for name in labelled:
            together |= used[name].labels
        ordered = dict(sorted(together.items(), key=lambda item: item[1]))
        if all(together[label] == value for name in labelled for label, value in
               used[name].labels.items()):  # fmt: skip
            sure = any(name in certain for name in labelled)
            settings.append(Setting("labels", ordered, "in their usual order", sure, place))
        else:
            reason = "labels that other columns of the group use otherwise"
            settings += [
                Setting("labels", used[name].labels, reason, False, name) for name in labelled
            ]
    return settings


def _missing(
    used: Mapping[str, Column], places: Mapping[str, str], codes: Mapping[str, Sequence[str]]
) -> list[Setting]:
    """Return words for no answer, which are sure, and codes outside a scale, which are not."""
    settings = []
    for place, names in _by_place(used, places).items():
        numeric = [used[name] for name in names if used[name].is_numeric]
        said = sorted({word for column in numeric for word in column.no_answers})
        labelled = [
            code for column in numeric for code in column.no_answers if code in column.codes
        ]
        if said:
            reason = "labelled as no answer" if labelled else "words for no answer"
            settings.append(Setting("missing", said, reason, True, place))
        outside = [code for code in codes.get(place, ()) if code not in said]
        if outside:
            reason = "outside the scale; codes for no answer?"
            settings.append(Setting("missing", [*said, *outside], reason, False, place))
    return settings


def _by_place(used: Iterable[str], places: Mapping[str, str]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for name in used:
        names.setdefault(places[name], []).append(name)
    return names


def _reversed(used: Mapping[str, Column], vocabulary: Vocabulary) -> list[Setting]:
    """Return items whose answers fall where those of the others rise."""
    items = {
        name: column
        for name, column in used.items()
        if name.rpartition("_")[0] in vocabulary.groups and name.rpartition("_")[2].isdigit()
    }
    if len(items) < 2:
        return []
    names = list(items)
    table = np.array([_floats(items[name]) for name in names])
    settings = []
    for at, name in enumerate(names):
        group = name.rpartition("_")[0]
        near = [i for i, other in enumerate(names) if i != at and other.startswith(f"{group}_")]
        rest = near or [i for i in range(len(names)) if i != at]
        with np.errstate(all="ignore"):
            total = np.ma.masked_invalid(table[rest]).mean(axis=0).filled(np.nan)
        r = _correlation(table[at], total)
        everything = [i for i in range(len(names)) if i != at]
        whole = np.ma.masked_invalid(table[everything]).mean(axis=0).filled(np.nan)
        if r < _NEGATIVE and _correlation(table[at], whole) < 0:
            reason = f"its answers fall where the other items rise (r = {r:.2f})"
            settings.append(Setting("reversed", [name], reason, False))
    if len(settings) > 1:
        listed = [name for setting in settings for name in setting.value]
        reason = "their answers fall where the other items rise"
        settings = [Setting("reversed", listed, reason, False)]
    return settings


def _floats(column: Column) -> np.ndarray:
    return np.array([np.nan if v is None or not 0 <= v <= 10 else v for v in column.values])


def _correlation(x: np.ndarray, y: np.ndarray) -> float:
    both = np.isfinite(x) & np.isfinite(y)
    if both.sum() < _ENOUGH or np.ptp(x[both]) == 0 or np.ptp(y[both]) == 0:
        return 0.0
    return float(np.corrcoef(x[both], y[both])[0, 1])


def _dates(columns: Iterable[Column]) -> list[Setting]:
    """Return the order of day and month, where the year stands last."""
    dates = [pair for column in columns if column.is_date for pair in day_and_month(column.texts)]
    if not dates:
        return []
    day_first = any(first > 12 for first, _ in dates)
    month_first = any(second > 12 for _, second in dates)
    if day_first != month_first:
        value = "day first" if day_first else "month first"
        part = "first" if day_first else "second"
        return [Setting("dates", value, f"the {part} number goes beyond 12", True)]
    reason = "both orders occur" if day_first else "no number goes beyond 12"
    return [Setting("dates", value, reason, False) for value in ("day first", "month first")]


def _decimal(columns: Iterable[Column]) -> list[Setting]:
    """Return the decimal sign, where numbers have a comma."""
    texts = [text for column in columns if column.is_numeric for text in column.texts]
    commas = [text for text in texts if "," in text]
    if not commas:
        return []
    points = [text for text in texts if "." in text]
    if any(text.rfind(",") > text.rfind(".") >= 0 for text in points):
        return [Setting("decimal", ",", "numbers such as 1.200,50", True)]
    if any(0 <= text.rfind(",") < text.rfind(".") for text in points):
        return [Setting("decimal", ".", "numbers such as 1,200.50", True)]
    if any(len(text.rpartition(",")[2].rstrip(" %分")) != 3 for text in commas):
        return [Setting("decimal", ",", "numbers such as 3,5", not points)]
    reason = f"{commas[0]} may be a thousand or a decimal"
    return [Setting("decimal", value, reason, False) for value in (",", ".")]
