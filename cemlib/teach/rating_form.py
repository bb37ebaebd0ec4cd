"""Class exercise: rate your own company, then compare with its customers' ratings."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from cemlib.assets import script, style
from cemlib.checks import between, invalid_argument
from cemlib.formats import interval, number
from cemlib.teach import record
from cemlib.teach.mode import INTERACTIVE, mode
from cemlib.teach.output import publish

Row = tuple[str, float, float | None, float | None]
_SHOW, _HIDE = "Show the customers’ view", "Hide the customers’ view"


@dataclass(frozen=True, slots=True)
class Scale:
    """The items of a rating form with the customers' values, and the scale."""

    rows: tuple[Row, ...]
    label: str
    low: float
    high: float
    unit: str

    @property
    def step(self) -> float:
        """Step of a slider, so that a scale has 50 to 500 of them."""
        return float(10.0 ** math.floor(math.log10((self.high - self.low) / 50)))

    @property
    def digits(self) -> int:
        """Decimals of a step."""
        return max(0, -round(math.log10(self.step)))

    @property
    def middle(self) -> float:
        """Position of a slider before anyone has moved it."""
        return round((self.low + self.high) / 2 / self.step) * self.step

    @property
    def instructions(self) -> str:
        """What the class is asked to do."""
        bounds = f"{number(self.low, 0)} to {number(self.high, 0)} {self.unit}".strip()
        return f"Rate your own company on each item, from {bounds}. Then compare."


def compare_ratings(
    rows: Iterable[Sequence[Any]], label: str, low: float = 0, high: float = 100, unit: str = ""
) -> StaticRating | InteractiveRating:
    """Return sliders to rate a company, compared with its customers: the last line of a cell.

    The class rates first; the customers' values are hidden until it shows them.

    Parameters
    ----------
    rows : iterable of (name, value, low, high)
        Item, the customers' value and the bounds of its interval (None if there is none).
    label : str
        The question to the class.
    low, high : float
        Bounds of the scale.
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
    listed = tuple((str(name), *numbers) for name, *numbers in rows)
    names = [row[0] for row in listed]
    if not listed or len(set(names)) < len(names) or any(len(row) != 4 for row in listed):
        raise invalid_argument(
            "rows", rows, "at least one (name, value, low, high), each name once"
        )
    for name, *numbers in listed:
        for value in numbers:
            if value is not None:
                between(name, value, low, high)
    scale = Scale(listed, label, low, high, unit)
    return InteractiveRating(scale) if mode() == INTERACTIVE else StaticRating(scale)


class StaticRating:
    """A rating form of a page. Made by `compare_ratings`."""

    def __init__(self, scale: Scale) -> None:
        self.scale = scale

    @property
    def values(self) -> dict[str, float | None]:
        """None for each item: nobody can rate while a report is being made."""
        return {name: None for name, *_ in self.scale.rows}

    def to_html(self) -> str:
        """Return a piece of a page; without scripts, it holds a table of the customers' values."""
        scale = self.scale
        rows = "\n".join(_row(scale, row) for row in scale.rows)
        header = "".join(
            f'<th scope="col">{column}</th>' for column in ("Item", "Customers", "95% interval")
        )
        customers = "\n".join(
            f'<tr><th scope="row">{escape(name)}</th><td>{number(value, scale.digits)}</td>'
            f"<td>{interval(low, high, scale.digits)}</td></tr>"
            for name, value, low, high in scale.rows
        )
        return (
            f'{style("rating")}\n<div class="cem-rating mathjax_ignore" '
            f'data-digits="{scale.digits}" data-unit="{escape(scale.unit)}">\n'
            f"<fieldset>\n<legend>{escape(scale.label)}</legend>\n<p>{escape(scale.instructions)}</p>\n{rows}\n</fieldset>\n"
            f'<p role="status"></p>\n<details>\n<summary><span class="cem-rating-closed">{_SHOW}'
            f'</span><span class="cem-rating-open">{_HIDE}</span></summary>\n{_KEY}\n'
            f'<table class="cem-rating-customers">\n<caption>The customers’ view</caption>\n'
            f"<thead><tr>{header}</tr></thead>\n<tbody>\n{customers}\n</tbody>\n</table>\n</details>\n"
            f"</div>\n{script('rating')}"
        )

    def __repr__(self) -> str:
        """Return the question and the customers' values as plain text."""
        digits = self.scale.digits
        lines = [
            f"{name}: customers {number(value, digits)}"
            + ("" if low is None and high is None else f" ({interval(low, high, digits)})")
            for name, value, low, high in self.scale.rows
        ]
        return "\n".join([self.scale.label, *lines])

    def _ipython_display_(self) -> None:
        publish(repr(self), {"text/html": self.to_html()})


class InteractiveRating:
    """A rating form of widgets, whose values later cells can read. Made by `compare_ratings`.

    Attributes
    ----------
    sliders : dict
        The ipywidgets slider of each name.
    reveal : ipywidgets.ToggleButton
        Shows the customers' view while pressed.
    view : ipywidgets.HTML
        The comparison below the sliders.
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
        title = f"<strong>{escape(scale.label)}</strong><br>{escape(scale.instructions)}"
        self.box = ipywidgets.VBox(
            [ipywidgets.HTML(title), *self.sliders.values(), self.reveal, self.view]
        )
        for slider in self.sliders.values():
            slider.observe(self._moved, names="value")
        self.reveal.observe(self._show, names="value")
        self._show()

    @property
    def values(self) -> dict[str, float | None]:
        """Each rating; None where the slider has not been moved."""
        return {
            name: slider.value if name in self._set else None
            for name, slider in self.sliders.items()
        }

    def _moved(self, change: Any) -> None:
        name = change["owner"].description
        self._set.add(name)
        value = next(row[1] for row in self.scale.rows if row[0] == name)
        record.note("rating", name, f"{change['new']:g}", beside=f"{value:.6g}")
        self._show()

    def _show(self, change: object = None) -> None:
        self.reveal.description = _HIDE if self.reveal.value else _SHOW
        if not self.reveal.value:
            self.view.value = f'<p role="status">{len(self._set)} of {len(self.sliders)} set.</p>'
            return
        values = self.values
        rows = "\n".join(
            _row(self.scale, row, values[row[0]], is_static=True) for row in self.scale.rows
        )
        self.view.value = (
            f'{style("rating")}<div class="cem-rating mathjax_ignore cem-interactive cem-shown">\n'
            f'<p role="status">{escape(summary(self.scale, values))}</p>\n{rows}\n{_KEY}\n</div>'
        )

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.box)


def verdict(rating: float, row: Row, digits: int) -> str:
    """Return in words how a rating compares with the customers' value.

    Examples
    --------
    >>> verdict(70, ("Respect", 54, 51, 57), 0), verdict(55, ("Respect", 54, 51, 57), 0)
    ('16 too high', 'about the same')
    """
    _, value, low, high = row
    gap = _gap(rating, value, digits)
    if gap == 0:
        return "the same"
    if low is not None and high is not None and low <= rating <= high:
        return "about the same"
    return f"{number(abs(gap), digits)} too {'high' if gap > 0 else 'low'}"


def summary(scale: Scale, values: dict[str, float | None]) -> str:
    """Return the comparison of all ratings with the customers' values, in words."""
    digits = scale.digits
    rated = [(row, rating) for row in scale.rows if (rating := values[row[0]]) is not None]
    if not rated:
        return "Set a slider to compare."
    gaps = {row[0]: _gap(rating, row[1], digits) for row, rating in rated}
    mean = sum(gaps.values()) / len(gaps)
    size = f"{number(abs(mean), digits + 1)} {scale.unit}".strip()
    side = "above" if mean > 0 else "below"
    words = [
        f"On average you rate your company {size} {side} your customers."
        if round(mean, digits + 1)
        else "On average you see your company as your customers do."
    ]
    verdicts = {row[0]: verdict(rating, row, digits) for row, rating in rated}
    different = sorted((name for name in gaps if "too" in verdicts[name]), key=gaps.__getitem__)
    if different and gaps[top := different[-1]] > 0:
        words.append(f"Most overrated: {top}, {verdicts[top]}.")
    if different and gaps[bottom := different[0]] < 0:
        words.append(f"Most underrated: {bottom}, {verdicts[bottom]}.")
    if missing := len(scale.rows) - len(rated):
        words.append(f"{missing} not set.")
    return " ".join(words)


def _gap(rating: float, value: float, digits: int) -> float:
    return round(rating - round(value, digits), digits)


def _row(scale: Scale, row: Row, rating: float | None = None, *, is_static: bool = False) -> str:
    name, value, low, high = row
    marks = f'<span class="cem-rating-mark" style="left: {_position(scale, value)}%"></span>'
    data = f'data-value="{round(value, scale.digits):g}"'
    if low is not None and high is not None:
        left, right = _position(scale, low), _position(scale, high)
        band = f"left: {left}%; width: {round(right - left, 2)}%"
        marks = f'<span class="cem-rating-band" style="{band}"></span>{marks}'
        data += f' data-low="{low:.6g}" data-high="{high:.6g}"'
    status, slider = "not set yet", ""
    customers = f"customers {number(value, scale.digits)}"
    if is_static:
        status = f"not set; {customers}"
        if rating is not None:
            marks += (
                f'<span class="cem-rating-dot" style="left: {_position(scale, rating)}%"></span>'
            )
            you = number(rating, scale.digits)
            status = f"you {you}, {customers}: {verdict(rating, row, scale.digits)}"
    else:
        slider = (
            f'<input type="range" class="cem-unset" min="{scale.low:g}" max="{scale.high:g}" '
            f'step="{scale.step:g}" value="{scale.middle:g}" aria-valuetext="{status}" '
            'autocomplete="off">'
        )
    tag = "div" if is_static else "label"
    status = f"<div>{status}</div>" if is_static else f'<output aria-live="off">{status}</output>'
    return (
        f'<div class="cem-rating-row" {data}><{tag} class="cem-rating-line">'
        f'<span class="cem-rating-name">{escape(name)}</span> <span class="cem-rating-track">'
        f'<span class="cem-rating-scale">{marks}</span>{slider}</span></{tag}> {status}</div>'
    )


def _position(scale: Scale, value: float) -> float:
    return round(100 * (value - scale.low) / (scale.high - scale.low), 2)


_KEY = (
    '<p class="cem-rating-key">'
    '<span><i style="background: #0072B2; height: 14px; width: 14px; border-radius: 50%"></i>you'
    '</span><span><i style="background: #D55E00; height: 18px; width: 4px"></i>customers</span>'
    '<span><i style="background: #f0b892; height: 12px; width: 24px"></i>95% interval</span></p>'
)
