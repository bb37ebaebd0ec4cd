"""A form to type answers into: in a notebook, or in a page without a kernel."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from cemlib.assets import script, style
from cemlib.checks import between, invalid_argument, one_of
from cemlib.exits import csv_text
from cemlib.formats import number, plural
from cemlib.teach.downloads import download
from cemlib.teach.mode import INTERACTIVE, mode
from cemlib.teach.output import publish

if TYPE_CHECKING:
    import pandas as pd

Scales = Mapping[str, tuple[float, float]]
# What was typed into each form of this kernel: a class's answers outlast a second run of the cell.
_typed_before: dict[tuple[str, tuple[tuple[str, ...], ...]], dict[str, str]] = {}


@dataclass(frozen=True, slots=True)
class FormSpec:
    """The rows of a form and its fields: name, lowest and highest answer."""

    label: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    fields: tuple[tuple[str, float, float], ...]
    file: str
    at_most: Mapping[str, str]

    @property
    def scales(self) -> str:
        """Each field with its scale, as a list in words."""
        return "; ".join(
            f"{_label(name)} from {number(low, 0)} to {number(high, 0)}"
            for name, low, high in self.fields
        )

    @property
    def instructions(self) -> str:
        """What the class is asked to do."""
        return f"Type in the answers of each row: {self.scales}. Leave missing answers empty."

    def bound(self, field: str) -> str:
        """Return the attribute of a page's field that names its bound among the fields, if any."""
        if field not in self.at_most:
            return ""
        names = [name for name, _, _ in self.fields]
        other = self.at_most[field]
        return f' data-bound="{names.index(other)}" data-bound-name="{escape(_label(other))}"'

    def label_of(self, row: int, field: str) -> str:
        """Return the label of one field in one row."""
        return f"{_label(field)}, {_label(self.columns[0])} {self.rows[row][0]}"


def entry_form(
    rows: pd.DataFrame,
    label: str,
    scales: Scales,
    file: str = "answers.csv",
    at_most: Mapping[str, str] | None = None,
) -> StaticForm | InteractiveForm:
    """Return a form to type a class's answers into: the last line of a cell.

    In a notebook, later cells read its `answers`; what was typed stays when the cell is run again.
    Notebook and page save the answers as a CSV file, which the workbook takes as data. On paper it
    is a form to fill in by hand.

    Parameters
    ----------
    rows : DataFrame
        One row per participant; the first column names them, each once.
    label : str
        Title of the form.
    scales : mapping of str to (float, float)
        Fields to fill in, each with the lowest and the highest answer.
    file : str
        Name of the CSV file that is saved.
    at_most : mapping of str to str, optional
        Fields that may not exceed another field of their row: ``{"hands": "people"}``.

    Raises
    ------
    ValueError
        If there is no row or no field, a name comes twice, or the file name is a path.

    Examples
    --------
    >>> import pandas as pd
    >>> entry_form(pd.DataFrame({"participant": [1, 2]}), "Our class", {"satisfaction": (0, 10)})
    Our class: 2 rows to fill in (satisfaction from 0 to 10).
    """
    if not label.strip():
        raise invalid_argument("label", label, "a title of the form")
    if not scales or set(scales) & set(map(str, rows.columns)):
        raise invalid_argument(
            "scales", list(scales), "at least one column that the rows do not have yet"
        )
    if not re.fullmatch(r"[\w-]+\.csv", file):
        raise invalid_argument("file", file, "a file name without folders that ends in .csv")
    names = [str(value) for value in rows.iloc[:, 0]] if rows.shape[1] else []
    if not names or len(set(names)) < len(names):
        raise invalid_argument("rows", names, "at least one row, and a different name in each")
    for name, (low, high) in scales.items():
        between(name, high, math.nextafter(low, math.inf))
    for pair in (at_most or {}).items():
        for name in pair:
            one_of("at_most", name, list(scales))
    spec = FormSpec(
        label,
        tuple(map(str, rows.columns)),
        tuple(tuple(map(_text, row)) for row in rows.itertuples(index=False)),
        tuple((name, float(low), float(high)) for name, (low, high) in scales.items()),
        file,
        dict(at_most or {}),
    )
    return (InteractiveForm if mode() == INTERACTIVE else StaticForm)(spec, rows)


class StaticForm:
    """A form of a page. Made by `entry_form`."""

    def __init__(self, spec: FormSpec, rows: pd.DataFrame) -> None:
        self.spec, self._rows = spec, rows

    @property
    def answers(self) -> pd.DataFrame:
        """No rows: nobody can answer while a report is being made."""
        return _answers(self._rows, self.spec, {})

    def to_html(self) -> str:
        """Return a piece of a page; without scripts, it is a form to print."""
        spec = self.spec
        header = "".join(
            f'<th scope="col">{escape(_label(name).capitalize())}</th>'
            for name in (*spec.columns, *(name for name, _, _ in spec.fields))
        )
        body = "\n".join(self._row(row) for row in range(len(spec.rows)))
        columns = escape(csv_text(self.answers.head(0)).rstrip("\n"))
        return (
            f'{style("form")}\n<div class="cem-form mathjax_ignore" '
            f'data-file="{escape(spec.file)}" data-columns="{columns}">\n'
            f'<div class="cem-form-scroll" role="group" aria-label="{escape(spec.label)}" '
            f'tabindex="0">\n<table>\n<caption>{escape(spec.label)}</caption>\n<thead><tr>{header}</tr></thead>\n'
            f"<tbody>\n{body}\n</tbody>\n</table>\n</div>\n<p>{escape(spec.instructions)}</p>\n"
            '<p class="cem-form-save"><button type="button">Save as CSV</button> '
            f'<span role="status"></span></p>\n</div>\n{script("form")}'
        )

    def _row(self, row: int) -> str:
        spec = self.spec
        first, *rest = spec.rows[row]
        cells = "".join(f"<td>{escape(text)}</td>" for text in rest)
        fields = "".join(
            f'<td><input type="number" min="{low:g}" max="{high:g}" step="any" '
            f'aria-label="{escape(spec.label_of(row, name))}"{spec.bound(name)} '
            'autocomplete="off"></td>'
            for name, low, high in spec.fields
        )
        return f'<tr><th scope="row">{escape(first)}</th>{cells}{fields}</tr>'

    def __repr__(self) -> str:
        """Return the fields to fill in as plain text."""
        rows = plural(len(self.spec.rows), "row")
        return f"{self.spec.label}: {rows} to fill in ({self.spec.scales})."

    def _ipython_display_(self) -> None:
        publish(repr(self), {"text/html": self.to_html()})


class InteractiveForm:
    """A form of widgets, whose answers later cells can read. Made by `entry_form`.

    Attributes
    ----------
    fields : dict
        The ipywidgets field of each (row, name of the field).
    """

    def __init__(self, spec: FormSpec, rows: pd.DataFrame) -> None:
        import ipywidgets

        self.spec, self._rows = spec, rows
        self._kept = _typed_before.setdefault((spec.label, spec.rows), {})
        self.fields = {
            (row, name): ipywidgets.Text(
                self._kept.get(spec.label_of(row, name), ""),
                placeholder=f"{low:g}–{high:g}",
                tooltip=spec.label_of(row, name),
                layout={"width": "9em"},
            )
            for row in range(len(spec.rows))
            for name, low, high in spec.fields
        }
        self.status, self.link = ipywidgets.HTML(), ipywidgets.HTML()
        columns = [*spec.columns, *(name for name, _, _ in spec.fields)]
        cells = [ipywidgets.HTML(f"<strong>{escape(_label(name))}</strong>") for name in columns]
        for row, texts in enumerate(spec.rows):
            # Not Label: it would typeset $…$ in a text as a formula.
            cells += [ipywidgets.HTML(escape(text)) for text in texts]
            cells += [self.fields[row, name] for name, _, _ in spec.fields]
        grid = ipywidgets.GridBox(
            cells, layout={"grid_template_columns": f"repeat({len(columns)}, max-content)"}
        )
        title = f"<strong>{escape(spec.label)}</strong><br>{escape(spec.instructions)}"
        self.box = ipywidgets.VBox([ipywidgets.HTML(title), grid, self.status, self.link])
        for field in self.fields.values():
            field.observe(self._typed, names="value")
        self._typed()

    @property
    def answers(self) -> pd.DataFrame:
        """The complete rows, with the answers as numbers."""
        typed: dict[tuple[int, str], float] = {}
        exceeding = self._exceeding()
        for key in self.fields:
            if key not in exceeding and (value := self._value(*key)) is not None:
                typed[key] = value
        return _answers(self._rows, self.spec, typed)

    def _value(self, row: int, name: str) -> float | None:
        low, high = next(bounds for field, *bounds in self.spec.fields if field == name)
        value = self._number(row, name)
        return value if value is not None and low <= value <= high else None

    def _number(self, row: int, name: str) -> float | None:
        try:
            return float(self.fields[row, name].value.replace(",", "."))
        except ValueError:
            return None

    def _exceeding(self) -> list[tuple[int, str]]:
        """Return the fields that exceed their bound in the same row."""
        return [
            (row, name)
            for row in range(len(self.spec.rows))
            for name, other in self.spec.at_most.items()
            if (bound := self._number(row, other)) is not None
            and (value := self._number(row, name)) is not None
            and value > bound
        ]

    def _typed(self, change: object = None) -> None:
        invalid = [
            self.spec.label_of(*key)
            for key, field in self.fields.items()
            if field.value.strip() and self._value(*key) is None
        ]
        answers = self.answers
        status = f"{len(answers)} of {len(self.spec.rows)} rows complete."
        if invalid:
            status += f" Not a number on the scale: {'; '.join(invalid[:3])}."
        for row, name in self._exceeding()[:3]:
            other = _label(self.spec.at_most[name])
            status += f" More than {other}: {self.spec.label_of(row, name)}."
        self.status.value = f'<p role="status">{escape(status)}</p>'
        self.link.value = download(answers, self.spec.file).to_html() if len(answers) else ""
        for key, field in self.fields.items():
            self._kept[self.spec.label_of(*key)] = field.value

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.box)


def _answers(
    rows: pd.DataFrame, spec: FormSpec, typed: Mapping[tuple[int, str], float]
) -> pd.DataFrame:
    names = [name for name, _, _ in spec.fields]
    columns = {
        name: [typed.get((row, name), math.nan) for row in range(len(spec.rows))] for name in names
    }
    filled = rows.reset_index(drop=True).assign(**columns)
    return filled.dropna(subset=names).reset_index(drop=True)


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _label(name: str) -> str:
    return name.replace("_", " ")
