"""Explorations: one drawing function, shown as a widget or as static frames in a page."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from html import escape
from typing import Any

from cemlib.assets import script, style
from cemlib.checks import invalid_argument
from cemlib.formats import number
from cemlib.teach.frame import Frame, frame
from cemlib.teach.mode import INTERACTIVE, mode
from cemlib.teach.output import publish

MAX_FRAMES = 64


class Control:
    """A control of an exploration: a slider or a list to choose from.

    Parameters
    ----------
    values : iterable or mapping
        The positions in order, at least two, each once; a mapping gives each its text.
        Numbers without a text get a slider, anything else a list to choose from.
    start : optional
        The position shown first; the first of the values if not given.
    label : str, optional
        Name of the control; made from the argument's name if not given.
    unit : str
        Unit after each number: ``"days"``, ``"%"``.

    Raises
    ------
    ValueError
        If there are fewer than two values, a value is repeated, or the start is not one of them.

    Examples
    --------
    >>> Control(range(0, 101, 50), start=50, unit="days").texts
    ['0 days', '50 days', '100 days']
    >>> Control({False: "whole company", True: "call centre alone"}).texts
    ['whole company', 'call centre alone']
    """

    def __init__(
        self,
        values: Iterable[Any] | Mapping[Any, str],
        start: Any = None,
        label: str | None = None,
        unit: str = "",
    ) -> None:
        positions = [] if isinstance(values, str | bytes) else list(values)
        self.values = [getattr(value, "item", lambda value=value: value)() for value in positions]
        self.label = label
        if len(self.values) < 2 or _repeats(self.values):
            raise invalid_argument("values", values, "at least two positions, each once")
        if start is not None and start not in self.values:
            raise invalid_argument("start", start, f"one of the values, {self.values}")
        self.start = 0 if start is None else self.values.index(start)
        has_texts = isinstance(values, Mapping)
        self.texts = list(values.values()) if isinstance(values, Mapping) else []
        self.texts = self.texts or [_text(value, unit) for value in self.values]
        self.is_slider = not has_texts and all(_is_number(value) for value in self.values)


def explore(
    draw: Callable[..., Any], label: str, **controls: Control | Iterable[Any]
) -> Static | Interactive:
    """Return an exploration with controls to move: the last line of a cell.

    In a notebook that somebody has opened it is a widget. In a report all frames are drawn in
    advance, behind standard controls of the browser, so that it needs neither kernel nor network.

    Parameters
    ----------
    draw : callable
        Takes the controls as keyword arguments; returns a figure, a table, a text or a list of
        these. `Markdown` is rendered; any other text is shown as it stands.
    label : str
        What the reader can find out.
    **controls
        Positions of each control, or a `Control` that also gives start, label and unit. At most
        64 frames in total.

    Raises
    ------
    ValueError
        If there is no control, too many frames, or `draw` returns something else.

    Examples
    --------
    >>> explore(lambda days: f"{days // 10} practices fit.", "What a budget buys", days=[0, 40])
    What a budget buys
    Days: 0. 0 practices fit.
    """
    if not label.strip():
        raise invalid_argument("label", label, "a few words that say what the reader can find out")
    if not controls:
        raise invalid_argument(
            "controls", controls, "at least one, such as budget_days=range(0, 101, 10)"
        )
    resolved = {name: _control(name, value) for name, value in controls.items()}
    count = math.prod(len(control.values) for control in resolved.values())
    if count > MAX_FRAMES:
        sizes = " × ".join(f"{name} {len(control.values)}" for name, control in resolved.items())
        raise invalid_argument(
            "controls", f"{count} frames: {sizes}", f"at most {MAX_FRAMES} in total"
        )
    kind = Interactive if mode() == INTERACTIVE else Static
    return kind(draw, label, resolved)


class Static:
    """An exploration for a page, all frames drawn in advance. Made by `explore`."""

    def __init__(
        self, draw: Callable[..., Any], label: str, controls: Mapping[str, Control]
    ) -> None:
        self.label, self.controls = label, dict(controls)
        settings = itertools.product(*(control.values for control in self.controls.values()))
        frames = [frame(draw(**dict(zip(self.controls, each, strict=True)))) for each in settings]
        self.frames: list[Frame] = list(dict.fromkeys(frames))  # equal frames are stored once
        self.order = [self.frames.index(each) for each in frames]

    @property
    def first(self) -> int:
        """Index of the frame shown first."""
        setting = 0
        for control in self.controls.values():
            setting = setting * len(control.values) + control.start
        return self.order[setting]

    def to_html(self) -> str:
        """Return a self-contained piece of a page; without scripts, it shows the first frame."""
        controls = "\n".join(map(_html, self.controls.values()))
        frames = "\n".join(
            f'<div class="cem-frame"{"" if at == self.first else " hidden"}>\n{each.html}\n</div>'
            for at, each in enumerate(self.frames)
        )
        return (
            f'{style("explore")}\n<div class="cem-explore mathjax_ignore" '
            f'data-order="{" ".join(map(str, self.order))}">\n'
            f"<fieldset>\n<legend>{escape(self.label)}</legend>\n{controls}\n</fieldset>\n"
            f"{frames}\n</div>\n{script('explore')}"
        )

    def __repr__(self) -> str:
        """Return the first frame as plain text."""
        settings = "; ".join(
            f"{control.label}: {control.texts[control.start]}" for control in self.controls.values()
        )
        return f"{self.label}\n{settings}. {self.frames[self.first].plain}".strip()

    def _ipython_display_(self) -> None:
        publish(repr(self), {"text/html": self.to_html()})


class Interactive:
    """An exploration that draws whenever a control is moved. Made by `explore`.

    Attributes
    ----------
    widgets : dict
        The ipywidgets control of each name.
    view : ipywidgets.HTML
        The current drawing.
    """

    def __init__(
        self, draw: Callable[..., Any], label: str, controls: Mapping[str, Control]
    ) -> None:
        import ipywidgets

        self.draw = draw
        self.widgets = {name: _widget(control) for name, control in controls.items()}
        # The view is replaced as a whole, so that it is never empty or out of date.
        self.view = ipywidgets.HTML(frame(draw(**self.values)).html)
        title = ipywidgets.HTML(f"<strong>{escape(label)}</strong>")
        self.box = ipywidgets.VBox([title, *self.widgets.values(), self.view])
        self.view.add_class("cem-view")
        self.box.add_class("cem-live")
        for widget in self.widgets.values():
            widget.observe(self._redraw, names="value")

    @property
    def values(self) -> dict[str, Any]:
        """Current value of each control."""
        return {name: widget.value for name, widget in self.widgets.items()}

    def _redraw(self, change: object) -> None:
        try:
            self.view.value = frame(self.draw(**self.values)).html
        except Exception as error:  # would otherwise only appear in the log of the kernel
            message = escape(f"{type(error).__name__}: {error}")
            self.view.value = f'<pre role="alert">{message}</pre>'

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.box)


def _control(name: str, positions: Control | Iterable[Any]) -> Control:
    try:
        control = copy(positions) if isinstance(positions, Control) else Control(positions)
    except (TypeError, ValueError) as error:
        raise invalid_argument(
            name, positions, "a Control, or at least two positions, each once"
        ) from error
    label = name.replace("_", " ")
    control.label = control.label or label[:1].upper() + label[1:]
    return control


def _html(control: Control) -> str:
    label = escape(str(control.label))
    texts = escape(json.dumps(control.texts, ensure_ascii=False))
    kind = "" if control.is_slider else " cem-choice"
    shown = escape(control.texts[control.start])
    if control.is_slider:
        element = (
            f'<input type="range" min="0" max="{len(control.texts) - 1}" step="1" '
            f'value="{control.start}" aria-valuetext="{shown}" autocomplete="off">'
        )
    else:
        options = "".join(
            f'<option value="{at}"{" selected" if at == control.start else ""}>{escape(text)}'
            "</option>"
            for at, text in enumerate(control.texts)
        )
        element = f'<select autocomplete="off">{options}</select>'
    return (
        f'<div class="cem-control{kind}" data-texts="{texts}"><label><span>{label}</span> {element}'
        f'</label> <output aria-live="off">{shown}</output></div>'
    )


def _widget(control: Control) -> Any:
    import ipywidgets

    options = list(zip(control.texts, control.values, strict=True))
    look: dict[str, Any] = {
        "description": str(control.label),
        "tooltip": str(control.label),
        "style": {"description_width": "initial"},
        "layout": {"width": "min(100%, 40em)"},
    }
    value = control.values[control.start]
    if control.is_slider:
        look["continuous_update"] = False
        return ipywidgets.SelectionSlider(options=options, value=value, **look)
    return ipywidgets.Dropdown(options=options, value=value, **look)


def _text(value: Any, unit: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not _is_number(value):
        return str(value)
    text = number(value) if isinstance(value, int) else repr(value).removesuffix(".0")
    text = text.replace("-", "−")
    return f"{text}{'' if unit in ('', '%') else ' '}{unit}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _repeats(values: list[Any]) -> bool:
    return any(value in values[:at] for at, value in enumerate(values))
