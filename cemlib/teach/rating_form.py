"""Class mode: rate your own company from the chair, then see it as its customers do."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from cemlib.assets import script, style
from cemlib.checks import between, invalid_argument
from cemlib.teach.mode import INTERACTIVE, mode
from cemlib.teach.output import publish
from cemlib.teach.sentences import interval, number

Row = tuple[str, float, float | None, float | None]
_SHOW, _HIDE = "Show the customers’ view", "Hide the customers’ view"


@dataclass(frozen=True, slots=True)
class Scale:
    """What is rated, by whom the customers' values are, and from where to where."""

    rows: tuple[Row, ...]
    label: str
    low: float
    high: float
    unit: str

    @property
    def step(self) -> float:
        """One step of a slider: fifty to five hundred of them make the scale."""
        return float(10.0 ** math.floor(math.log10((self.high - self.low) / 50)))

    @property
    def digits(self) -> int:
        """Decimals of a step."""
        return max(0, -round(math.log10(self.step)))

    @property
    def middle(self) -> float:
        """Where a slider stands before anyone has moved it."""
        return round((self.low + self.high) / 2 / self.step) * self.step

    @property
    def how(self) -> str:
        """What the class is asked to do."""
        ends = f"{number(self.low, 0)} to {number(self.high, 0)} {self.unit}".strip()
        return (
            f"Set each slider to where you see your own company, from {ends}. "
            "Then open the customers’ view."
        )


def compare_ratings(
    rows: Iterable[Sequence[Any]], label: str, low: float = 0, high: float = 100, unit: str = ""
) -> StillRating | LiveRating:
    """Return sliders to rate a company with, beside what its customers say: a cell's last line.

    The class commits itself first; the customers' values show when it asks for them.

    Parameters
    ----------
    rows : iterable of (name, value, low, high)
        What is rated, the customers' value and the ends of its interval (None if there is none).
    label : str
        The question put to the class.
    low, high : float
        Ends of the scale.
    unit : str
        Unit of the scale: ``"points"``.

    Raises
    ------
    ValueError
        If there is no row, a name comes twice, or a value is outside the scale.

    Examples
    --------
    >>> compare_ratings([("Respect", 54, 51, 57)], "How do you treat customers?", unit="points")
    How do you treat customers?
    Respect: customers 54 (51 to 57)
    """
    if not label.strip():
        raise invalid_argument("label", label, "a question to the class")
    between("high", high, math.nextafter(low, math.inf))
    known = tuple((str(name), *numbers) for name, *numbers in rows)
    names = [row[0] for row in known]
    if not known or len(set(names)) < len(names) or any(len(row) != 4 for row in known):
        raise invalid_argument(
            "rows", rows, "(name, value, low, high) each, every name once, at least one"
        )
    for name, *numbers in known:
        for value in numbers:
            if value is not None:
                between(name, value, low, high)
    scale = Scale(known, label, low, high, unit)
    return LiveRating(scale) if mode() == INTERACTIVE else StillRating(scale)


class StillRating:
    """Sliders of the browser's own, for a page. Made by `compare_ratings`."""

    def __init__(self, scale: Scale) -> None:
        self.scale = scale

    @property
    def values(self) -> dict[str, float | None]:
        """Nobody sits before a page that is being made: every rating is None."""
        return {name: None for name, *_ in self.scale.rows}

    def to_html(self) -> str:
        """Return a piece of a page; unscripted, it opens a table of the customers' values."""
        scale = self.scale
        rows = "\n".join(_row(scale, row) for row in scale.rows)
        heads = "".join(
            f'<th scope="col">{head}</th>' for head in ("Asked", "Customers", "95% interval")
        )
        told = "\n".join(
            f'<tr><th scope="row">{escape(name)}</th><td>{number(value, scale.digits)}</td>'
            f"<td>{interval(low, high, scale.digits)}</td></tr>"
            for name, value, low, high in scale.rows
        )
        return (
            f'{style("rate")}\n<div class="cem-rate" data-digits="{scale.digits}" '
            f'data-unit="{escape(scale.unit)}">\n<fieldset>\n<legend>{escape(scale.label)}</legend>'
            f"\n<p>{escape(scale.how)}</p>\n{rows}\n</fieldset>\n"
            f'<p role="status"></p>\n<details>\n<summary><span class="cem-rate-closed">{_SHOW}'
            f'</span><span class="cem-rate-open">{_HIDE}</span></summary>\n{_KEY}\n'
            f'<table class="cem-rate-customers">\n<caption>The customers’ view</caption>\n'
            f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{told}\n</tbody>\n</table>\n</details>\n"
            f"</div>\n{script('rate')}"
        )

    def __repr__(self) -> str:
        """Return the question and the customers' values in plain words."""
        digits = self.scale.digits
        lines = [
            f"{name}: customers {number(value, digits)}"
            + ("" if low is None and high is None else f" ({interval(low, high, digits)})")
            for name, value, low, high in self.scale.rows
        ]
        return "\n".join([self.scale.label, *lines])

    def _ipython_display_(self) -> None:
        publish(repr(self), {"text/html": self.to_html()})


class LiveRating:
    """Sliders of a kernel, whose values later cells can read. Made by `compare_ratings`.

    Attributes
    ----------
    sliders : dict
        The ipywidgets slider of each name.
    reveal : ipywidgets.ToggleButton
        Pressed, the customers' view is shown.
    view : ipywidgets.HTML
        What is shown below.
    """

    def __init__(self, scale: Scale) -> None:
        import ipywidgets

        self.scale = scale
        self._set: set[str] = set()
        self.sliders = {
            name: ipywidgets.FloatSlider(
                value=scale.middle,
                min=scale.low,
                max=scale.high,
                step=scale.step,
                readout_format=f".{scale.digits}f",
                description=name,
                tooltip=name,
                style={"description_width": "11em"},
                layout={"width": "min(100%, 40em)"},
            )
            for name, *_ in scale.rows
        }
        self.reveal = ipywidgets.ToggleButton(
            description=_SHOW, button_style="primary", layout={"width": "16em"}
        )
        self.view = ipywidgets.HTML()
        title = f"<strong>{escape(scale.label)}</strong><br>{escape(scale.how)}"
        self.box = ipywidgets.VBox(
            [ipywidgets.HTML(title), *self.sliders.values(), self.reveal, self.view]
        )
        for slider in self.sliders.values():
            slider.observe(self._moved, names="value")
        self.reveal.observe(self._show, names="value")
        self._show()

    @property
    def values(self) -> dict[str, float | None]:
        """Each rating; None where nobody has moved the slider."""
        return {
            name: slider.value if name in self._set else None
            for name, slider in self.sliders.items()
        }

    def _moved(self, change: Any) -> None:
        self._set.add(change["owner"].description)
        self._show()

    def _show(self, change: object = None) -> None:
        self.reveal.description = _HIDE if self.reveal.value else _SHOW
        if not self.reveal.value:
            self.view.value = f'<p role="status">{len(self._set)} of {len(self.sliders)} set.</p>'
            return
        values = self.values
        rows = "\n".join(
            _row(self.scale, row, values[row[0]], still=True) for row in self.scale.rows
        )
        self.view.value = (
            f'{style("rate")}<div class="cem-rate cem-moving cem-shown">\n'
            f'<p role="status">{escape(summary(self.scale, values))}</p>\n{rows}\n{_KEY}\n</div>'
        )

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.box)


def judgement(you: float, row: Row, digits: int) -> str:
    """Return how a rating compares with the customers' value, in words.

    Examples
    --------
    >>> judgement(70, ("Respect", 54, 51, 57), 0), judgement(55, ("Respect", 54, 51, 57), 0)
    ('16 too high', 'about the same')
    """
    _, value, low, high = row
    gap = _gap(you, value, digits)
    if gap == 0:
        return "the same"
    if low is not None and high is not None and low <= you <= high:
        return "about the same"
    return f"{number(abs(gap), digits)} too {'high' if gap > 0 else 'low'}"


def summary(scale: Scale, values: dict[str, float | None]) -> str:
    """Return what the ratings come to beside the customers' values, in words."""
    digits = scale.digits
    rated = [(row, you) for row in scale.rows if (you := values[row[0]]) is not None]
    if not rated:
        return "Set a slider to compare."
    gaps = {row[0]: _gap(you, row[1], digits) for row, you in rated}
    mean = sum(gaps.values()) / len(gaps)
    by = f"{number(abs(mean), digits + 1)} {scale.unit}".strip()
    words = [
        f"On average you rate your company {by} {'above' if mean > 0 else 'below'} your customers."
        if round(mean, digits + 1)
        else "On average you see your company as your customers do."
    ]
    judged = {row[0]: judgement(you, row, digits) for row, you in rated}
    far = sorted((name for name in gaps if "too" in judged[name]), key=gaps.__getitem__)
    if far and gaps[far[-1]] > 0:
        words.append(f"Most overrated: {far[-1]}, {judged[far[-1]]}.")
    if far and gaps[far[0]] < 0:
        words.append(f"Most underrated: {far[0]}, {judged[far[0]]}.")
    if missing := len(scale.rows) - len(rated):
        words.append(f"{missing} not set.")
    return " ".join(words)


def _gap(you: float, value: float, digits: int) -> float:
    return round(you - round(value, digits), digits)


def _row(scale: Scale, row: Row, you: float | None = None, *, still: bool = False) -> str:
    name, value, low, high = row
    marks = f'<span class="cem-rate-mark" style="left: {_place(scale, value)}%"></span>'
    data = f'data-value="{round(value, scale.digits):g}"'
    if low is not None and high is not None:
        left, right = _place(scale, low), _place(scale, high)
        band = f"left: {left}%; width: {round(right - left, 2)}%"
        marks = f'<span class="cem-rate-band" style="{band}"></span>{marks}'
        data += f' data-low="{low:.6g}" data-high="{high:.6g}"'
    said, moved = "not set yet", ""
    customers = f"customers {number(value, scale.digits)}"
    if still:
        said = f"not set; {customers}"
        if you is not None:
            marks += f'<span class="cem-rate-dot" style="left: {_place(scale, you)}%"></span>'
            rated = number(you, scale.digits)
            said = f"you {rated}, {customers}: {judgement(you, row, scale.digits)}"
    else:
        moved = (
            f'<input type="range" class="cem-unset" min="{scale.low:g}" max="{scale.high:g}" '
            f'step="{scale.step:g}" value="{scale.middle:g}" aria-valuetext="{said}" '
            'autocomplete="off">'
        )
    tag = "div" if still else "label"
    said = f"<div>{said}</div>" if still else f'<output aria-live="off">{said}</output>'
    return (
        f'<div class="cem-rate-row" {data}><{tag} class="cem-rate-line">'
        f'<span class="cem-rate-name">{escape(name)}</span> <span class="cem-rate-track">'
        f'<span class="cem-rate-scale">{marks}</span>{moved}</span></{tag}> {said}</div>'
    )


def _place(scale: Scale, value: float) -> float:
    return round(100 * (value - scale.low) / (scale.high - scale.low), 2)


_KEY = (
    '<p class="cem-rate-key">'
    '<span><i style="background: #0072B2; height: 14px; width: 14px; border-radius: 50%"></i>you'
    '</span><span><i style="background: #D55E00; height: 18px; width: 4px"></i>customers</span>'
    '<span><i style="background: #f0b892; height: 12px; width: 24px"></i>95% interval</span></p>'
)
