"""A sheet to type answers into, before a kernel or in a page that has none."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from cemlib.assets import script, style
from cemlib.checks import between, invalid_argument
from cemlib.exits import csv_text
from cemlib.teach.mode import INTERACTIVE, mode
from cemlib.teach.output import publish
from cemlib.teach.sentences import number

if TYPE_CHECKING:
    import pandas as pd

Scales = Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Ruled:
    """Who is asked, and what is asked of them."""

    label: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    asked: tuple[tuple[str, float, float], ...]
    file: str

    @property
    def how(self) -> str:
        """What the class is asked to do."""
        scales = "; ".join(
            f"{_spoken(name)} from {number(low, 0)} to {number(high, 0)}"
            for name, low, high in self.asked
        )
        return f"Type in what each row answered: {scales}. Leave empty what nobody answered."

    def name_of(self, row: int, asked: str) -> str:
        """Return what one field is called."""
        return f"{_spoken(asked)}, {_spoken(self.heads[0])} {self.rows[row][0]}"


def entry_form(
    rows: pd.DataFrame, label: str, asked: Scales, file: str = "answers.csv"
) -> StillSheet | LiveSheet:
    """Return a sheet to type a class's answers into: the last line of a cell.

    In a kernel its `answers` can be read by the cells below. A page without a kernel saves them as
    a CSV file, to be given to the workbook as data. Printed, it is a form for pencils.

    Parameters
    ----------
    rows : DataFrame
        A row for each who is asked; the first column names them, each once.
    label : str
        What the sheet is for.
    asked : mapping of str to (float, float)
        What is typed in, with the lowest and highest answer.
    file : str
        Name of the CSV file that the page saves.

    Raises
    ------
    ValueError
        If there is no row, a name comes twice, nothing is asked, or the file's name is a path.

    Examples
    --------
    >>> import pandas as pd
    >>> entry_form(pd.DataFrame({"participant": [1, 2]}), "Our class", {"satisfaction": (0, 10)})
    Our class: 2 rows to fill in, satisfaction from 0 to 10.
    """
    if not label.strip():
        raise invalid_argument("label", label, "a few words that say what the sheet is for")
    if not asked or set(asked) & set(map(str, rows.columns)):
        raise invalid_argument(
            "asked", list(asked), "at least one column that the rows do not have yet"
        )
    if not re.fullmatch(r"[\w-]+\.csv", file):
        raise invalid_argument("file", file, "a bare name that ends in .csv")
    names = [str(value) for value in rows.iloc[:, 0]] if rows.shape[1] else []
    if not names or len(set(names)) < len(names):
        raise invalid_argument("rows", names, "at least one row, each with a name of its own")
    for name, (low, high) in asked.items():
        between(name, high, math.nextafter(low, math.inf))
    ruled = Ruled(
        label,
        tuple(map(str, rows.columns)),
        tuple(tuple(map(_shown, row)) for row in rows.itertuples(index=False)),
        tuple((name, float(low), float(high)) for name, (low, high) in asked.items()),
        file,
    )
    return LiveSheet(ruled, rows) if mode() == INTERACTIVE else StillSheet(ruled, rows)


class StillSheet:
    """A form of the browser's own, for a page. Made by `entry_form`."""

    def __init__(self, ruled: Ruled, rows: pd.DataFrame) -> None:
        self.ruled, self._rows = ruled, rows

    @property
    def answers(self) -> pd.DataFrame:
        """Nobody sits before a page that is being made: no row is answered."""
        return _answers(self._rows, self.ruled, {})

    def to_html(self) -> str:
        """Return a piece of a page; unscripted, it is a form to print."""
        ruled = self.ruled
        heads = "".join(
            f'<th scope="col">{escape(_spoken(name).capitalize())}</th>'
            for name in (*ruled.heads, *(name for name, _, _ in ruled.asked))
        )
        body = "\n".join(self._row(row) for row in range(len(ruled.rows)))
        columns = escape(csv_text(self.answers.head(0)).rstrip("\n"))
        return (
            f'{style("sheet")}\n<div class="cem-sheet" data-file="{escape(ruled.file)}" '
            f'data-columns="{columns}">\n<div class="cem-sheet-scroll" role="group" '
            f'aria-label="{escape(ruled.label)}" tabindex="0">\n<table>\n'
            f"<caption>{escape(ruled.label)}</caption>\n<thead><tr>{heads}</tr></thead>\n"
            f"<tbody>\n{body}\n</tbody>\n</table>\n</div>\n<p>{escape(ruled.how)}</p>\n"
            '<p class="cem-sheet-done"><button type="button">Save as CSV</button> '
            f'<span role="status"></span></p>\n</div>\n{script("sheet")}'
        )

    def _row(self, row: int) -> str:
        ruled = self.ruled
        first, *rest = ruled.rows[row]
        cells = "".join(f"<td>{escape(text)}</td>" for text in rest)
        fields = "".join(
            f'<td><input type="number" min="{low:g}" max="{high:g}" step="any" '
            f'aria-label="{escape(ruled.name_of(row, name))}" autocomplete="off"></td>'
            for name, low, high in ruled.asked
        )
        return f'<tr><th scope="row">{escape(first)}</th>{cells}{fields}</tr>'

    def __repr__(self) -> str:
        """Return what is to be filled in, in plain words."""
        scales = ", ".join(
            f"{_spoken(name)} from {number(low, 0)} to {number(high, 0)}"
            for name, low, high in self.ruled.asked
        )
        return f"{self.ruled.label}: {len(self.ruled.rows)} rows to fill in, {scales}."

    def _ipython_display_(self) -> None:
        publish(repr(self), {"text/html": self.to_html()})


class LiveSheet:
    """Fields of a kernel, whose answers later cells can read. Made by `entry_form`.

    Attributes
    ----------
    fields : dict
        The ipywidgets field of each (row, what is asked).
    """

    def __init__(self, ruled: Ruled, rows: pd.DataFrame) -> None:
        import ipywidgets

        self.ruled, self._rows = ruled, rows
        self.fields = {
            (row, name): ipywidgets.Text(
                placeholder=f"{low:g}–{high:g}",
                tooltip=ruled.name_of(row, name),
                layout={"width": "9em"},
            )
            for row in range(len(ruled.rows))
            for name, low, high in ruled.asked
        }
        self.status = ipywidgets.HTML()
        heads = [*ruled.heads, *(name for name, _, _ in ruled.asked)]
        cells = [ipywidgets.HTML(f"<strong>{escape(_spoken(head))}</strong>") for head in heads]
        for row, texts in enumerate(ruled.rows):
            cells += [ipywidgets.Label(text) for text in texts]
            cells += [self.fields[row, name] for name, _, _ in ruled.asked]
        grid = ipywidgets.GridBox(
            cells, layout={"grid_template_columns": f"repeat({len(heads)}, max-content)"}
        )
        title = f"<strong>{escape(ruled.label)}</strong><br>{escape(ruled.how)}"
        self.box = ipywidgets.VBox([ipywidgets.HTML(title), grid, self.status])
        for field in self.fields.values():
            field.observe(self._typed, names="value")
        self._typed()

    @property
    def answers(self) -> pd.DataFrame:
        """The rows that are answered whole, with what was typed in as numbers."""
        typed: dict[tuple[int, str], float] = {}
        for place, value in ((place, self._value(*place)) for place in self.fields):
            if value is not None:
                typed[place] = value
        return _answers(self._rows, self.ruled, typed)

    def _value(self, row: int, name: str) -> float | None:
        low, high = next(ends for asked, *ends in self.ruled.asked if asked == name)
        try:
            value = float(self.fields[row, name].value.replace(",", "."))
        except ValueError:
            return None
        return value if low <= value <= high else None

    def _typed(self, change: object = None) -> None:
        refused = [
            self.ruled.name_of(*place)
            for place, field in self.fields.items()
            if field.value.strip() and self._value(*place) is None
        ]
        words = f"{len(self.answers)} of {len(self.ruled.rows)} rows are filled in."
        if refused:
            words += f" Not a number of the scale: {'; '.join(refused[:3])}."
        self.status.value = f'<p role="status">{escape(words)}</p>'

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.box)


def _answers(
    rows: pd.DataFrame, ruled: Ruled, typed: Mapping[tuple[int, str], float]
) -> pd.DataFrame:
    names = [name for name, _, _ in ruled.asked]
    columns = {
        name: [typed.get((row, name), math.nan) for row in range(len(ruled.rows))] for name in names
    }
    filled = rows.reset_index(drop=True).assign(**columns)
    return filled.dropna(subset=names).reset_index(drop=True)


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _spoken(name: str) -> str:
    return name.replace("_", " ")
