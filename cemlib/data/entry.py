"""The keys that describe a data file, each checked: types, names of columns, choices."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from cemlib import checks
from cemlib.data.problems import Problem
from cemlib.data.tables import Layout
from cemlib.data.timestamps import zone_of

SCALES = ("items", "importance", "overall")
DATES = ("day first", "month first")
HIDDEN = ("keep", "leave out")
DELIMITERS = (",", ";", "tab", "|", "\t")
PARTS = (
    "columns", "labels", "missing", "scales", "reversed", "weight", "dates", "decimal", "zone",
    "sheet", "header_row", "hidden", "filters", "delimiter", "file",
)  # fmt: skip
_SCALE = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*(?:-|–|to)\s*(-?\d+(?:\.\d+)?)\s*")


def parse_scale(name: str, text: str) -> tuple[float, float]:
    """Return the lowest and highest answer of a scale.

    Parameters
    ----------
    name : str
        Name of the parameter, for the message.
    text : str
        ``"1-7"``, ``"1–10"``, ``"0 to 10"``.

    Raises
    ------
    ValueError
        If it is not two numbers, the lower one first.

    Examples
    --------
    >>> parse_scale("item_scale", "1-5")
    (1.0, 5.0)
    """
    match = _SCALE.fullmatch(text)
    if match:
        low, high = float(match[1]), float(match[2])
        if low < high:
            return low, high
    raise checks.invalid_argument(name, text, "lowest and highest answer, as in '1-5' or '0-10'")


class Problems:
    """The problems of a YAML file, collected."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.listed: list[Problem] = []

    def add(self, problem: str, fix: str) -> None:
        """Add a problem of the file as a whole."""
        self.listed.append(Problem(0, "", "", f"{self.file} {problem}", fix))


class Entry:
    """The content of a description, checked key by key."""

    def __init__(
        self,
        content: dict[Any, Any],
        known: list[str],
        accepts: Callable[[str], bool],
        problems: Problems,
    ) -> None:
        self.content, self.known, self.accepts = content, known, accepts
        self.add = problems.add
        for part in content:
            if part not in PARTS:
                self.add(f"has an unknown key {_show(part)}", _nearest(part, list(PARTS)))

    def parts(self) -> dict[str, Any]:
        """Return what the keys say, by parameter of `cemlib.data.mapping.Mapping`."""
        missing, missing_in = self._missing()
        return {
            "columns": self._columns(),
            "missing": missing,
            "scales": self._scales(),
            "zone": self._zone(),
            "missing_in": missing_in,
            "labels": self._labels(),
            "reversed": self._reversed(),
            "weight": self._name("weight", "the file's column of weights, as in weight: w"),
            "dates": self._choice("dates", DATES),
            "decimal": self._choice("decimal", (",", ".")),
            "layout": self._layout(),
        }

    def _columns(self) -> dict[str, str]:
        content = self.content.get("columns")
        if content is None:
            return {}
        if not isinstance(content, dict):
            self.add("has columns that are not a mapping", "write columns: {overall: Q7A}")
            return {}
        columns: dict[str, str] = {}
        for name, source in content.items():
            if not self._is_column(name):
                self.add(f"maps an unknown column {_show(name)}", _nearest(name, self.known))
            elif isinstance(source, bool) or not isinstance(source, str | int | float):
                self.add(f"has no valid column name for {name}", f"write {name}: Q7A")
            elif str(source).strip() in columns.values():
                other = next(key for key, value in columns.items() if value == str(source).strip())
                self.add(
                    f"maps one column, {_show(source)}, to {other} and {name}", "remove one of them"
                )
            else:
                columns[name] = str(source).strip()
        return columns

    def _is_column(self, name: Any) -> bool:
        return isinstance(name, str) and (name in self.known or self.accepts(name))

    def _is_place(self, key: str, name: Any) -> bool:
        """Return whether a key may name this column or group, and say so if not."""
        if self._is_column(name) or name in SCALES:
            return True
        self.add(
            f"has {key} of an unknown column {_show(name)}", _nearest(name, [*self.known, *SCALES])
        )
        return False

    def _missing(self) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
        content = self.content.get("missing")
        if content is None:
            return (), {}
        if not isinstance(content, dict):
            return self._codes(content), {}
        return (), {
            name: self._codes(codes)
            for name, codes in content.items()
            if self._is_place("missing values", name)
        }

    def _codes(self, content: Any) -> tuple[str, ...]:
        values = content if isinstance(content, list) else [content]
        if not all(_is_plain(value) for value in values):
            self.add(
                "has a key missing that is not a list of codes",
                'write missing: ["99", "-9"], or missing: {overall: ["99"]}',
            )
            return ()
        return tuple(str(value).strip() for value in values)

    def _labels(self) -> dict[str, dict[str, float]]:
        content = self.content.get("labels")
        if content is None:
            return {}
        if not isinstance(content, dict):
            self.add("has labels that are not a mapping", "write labels: {Agree: 4}")
            return {}
        labels: dict[str, dict[str, float]] = {}
        for name, value in content.items():
            if isinstance(value, dict):
                if self._is_place("labels", name):
                    for label, number in value.items():
                        self._label(labels.setdefault(name, {}), label, number)
            else:
                self._label(labels.setdefault("", {}), name, value)
        return labels

    def _label(self, labels: dict[str, float], label: Any, value: Any) -> None:
        if isinstance(label, bool):
            self.add("has a label yes or no without quotes", 'put it in quotes: {"yes": 1}')
        elif isinstance(value, bool) or not isinstance(value, int | float):
            self.add(f"gives the label {_show(label)} no number", "write labels: {Agree: 4}")
        elif not math.isfinite(value):
            self.add(f"gives the label {_show(label)} no finite number", "write a number")
        else:
            labels[str(label)] = float(value)

    def _scales(self) -> dict[str, tuple[float, float]]:
        content = self.content.get("scales")
        if content is None:
            return {}
        if not isinstance(content, dict):
            self.add("has scales that are not a mapping", "write scales: {items: 1-5}")
            return {}
        scales: dict[str, tuple[float, float]] = {}
        for name, text in content.items():
            if name not in SCALES:
                self.add(f"has an unknown scale {_show(name)}", _nearest(name, list(SCALES)))
                continue
            try:
                scales[name] = parse_scale(name, text if isinstance(text, str) else "")
            except ValueError:
                self.add(f"has an invalid scale for {name}: {_show(text)}", f"write {name}: 1-5")
        return scales

    def _reversed(self) -> tuple[str, ...]:
        content = self.content.get("reversed")
        if content is None:
            return ()
        names = content if isinstance(content, list) else [content]
        for name in names:
            if not self._is_column(name):
                self.add(f"reverses an unknown column {_show(name)}", _nearest(name, self.known))
        return tuple(dict.fromkeys(name for name in names if self._is_column(name)))

    def _name(self, key: str, wanted: str) -> str:
        content = self.content.get(key)
        if content is None:
            return ""
        if _is_plain(content) and str(content).strip():
            return str(content).strip()
        self.add(f"has no valid {key}: {_show(content)}", f"name {wanted}")
        return ""

    def _choice(self, key: str, choices: tuple[str, ...]) -> str:
        content = self.content.get(key)
        if content is None:
            return ""
        if content in choices:
            return str(content)
        allowed = " or ".join(f'{key}: "{choice}"' for choice in choices)
        self.add(f"has no valid {key}: {_show(content)}", f"write {allowed}")
        return ""

    def _layout(self) -> Layout:
        row = self.content.get("header_row")
        if row is None:
            row = 0
        elif isinstance(row, bool) or not isinstance(row, int) or row < 1:
            self.add(
                f"has no valid header_row: {_show(row)}", "write the number of a row: header_row: 3"
            )
            row = 0
        return Layout(
            sheet=self._name("sheet", "a sheet of the workbook, as in sheet: Export"),
            header_row=row,
            hidden=self._choice("hidden", HIDDEN),
            filters=self._filters(),
            delimiter=self._choice("delimiter", DELIMITERS),
        )

    def _filters(self) -> dict[str, Any]:
        content = self.content.get("filters")
        if content is None:
            return {}
        if not isinstance(content, dict):
            self.add("has filters that are not a mapping", "write filters: {Finished: true}")
            return {}
        filters: dict[str, Any] = {}
        for name, wanted in content.items():
            values = wanted if isinstance(wanted, list) else [wanted]
            if values and all(isinstance(value, str | int | float) for value in values):
                filters[str(name)] = wanted
            else:
                self.add(f"has no value for the filter {_show(name)}", f"write {{{name}: true}}")
        return filters

    def _zone(self) -> str:
        content = self.content.get("zone")
        if content is None:
            return ""
        try:
            zone_of(content)
        except ValueError:
            self.add(f"has an unknown time zone: {_show(content)}", "write zone: Asia/Shanghai")
            return ""
        return str(content)


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _nearest(word: Any, words: list[str]) -> str:
    near = checks.nearest(str(word), words) if isinstance(word, str) else []
    if near:
        return f"did you mean {' or '.join(near)}?"
    return "use " + ", ".join(words[:8]) + (" …" if len(words) > 8 else "")


def _show(value: Any) -> str:
    """Return a value for a message; only the type of a nested one, which may be very large."""
    plain = isinstance(value, str | int | float) or value is None
    return checks.shorten(value) if plain else f"a {type(value).__name__}"
