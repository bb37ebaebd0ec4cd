"""Something to move: one drawing function, shown as a live widget or as frames in a page."""

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
from cemlib.teach.frame import Frame, frame
from cemlib.teach.mode import INTERACTIVE, mode
from cemlib.teach.output import publish
from cemlib.teach.sentences import number

MOST_FRAMES = 64


class Control:
    """What a reader can move.

    Parameters
    ----------
    values : iterable or mapping
        The positions in order, at least two, each once; a mapping gives each its words.
        Numbers without words are slid along, anything else is chosen from.
    start : optional
        The position shown first; the first of the values if not given.
    label : str, optional
        What is moved; made from the argument's name if not given.
    unit : str
        Follows each number: ``"days"``, ``"%"``.

    Raises
    ------
    ValueError
        If there are fewer than two values, one comes twice, or the start is none of them.

    Examples
    --------
    >>> Control(range(0, 101, 50), start=50, unit="days").words
    ['0 days', '50 days', '100 days']
    >>> Control({False: "whole company", True: "call centre alone"}).words
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
        named = isinstance(values, Mapping)
        self.words = list(values.values()) if isinstance(values, Mapping) else []
        self.words = self.words or [_words(value, unit) for value in self.values]
        self.slides = not named and all(_is_number(value) for value in self.values)


def explore(
    draw: Callable[..., Any], label: str, **controls: Control | Iterable[Any]
) -> Still | Live:
    """Return something to move: the last line of a cell.

    Where somebody sits before the notebook it is a live widget. In a report every frame is drawn
    ahead, behind controls that browsers have of their own: it moves with no kernel and no network.

    Parameters
    ----------
    draw : callable
        Takes the controls as keyword arguments; returns a figure, a table, a text in Markdown, or
        a list of these.
    label : str
        What can be found out by moving.
    **controls
        Positions of each control, or a `Control` that also says start, label and unit. At most
        64 frames in all.

    Raises
    ------
    ValueError
        If there is no control, there are too many frames, or `draw` returns something else.

    Examples
    --------
    >>> explore(lambda days: f"{days // 10} practices fit.", "What a budget buys", days=[0, 40])
    What a budget buys
    Days: 0. 0 practices fit.
    """
    if not label.strip():
        raise invalid_argument("label", label, "a few words that say what can be found out")
    if not controls:
        raise invalid_argument(
            "controls", controls, "at least one, such as budget_days=range(0, 101, 10)"
        )
    known = {name: _control(name, given) for name, given in controls.items()}
    count = math.prod(len(control.values) for control in known.values())
    if count > MOST_FRAMES:
        sizes = " × ".join(f"{name} {len(control.values)}" for name, control in known.items())
        raise invalid_argument(
            "controls", f"{count} frames: {sizes}", f"at most {MOST_FRAMES} in all"
        )
    return Live(draw, label, known) if mode() == INTERACTIVE else Still(draw, label, known)


class Still:
    """All frames drawn ahead, for a page. Made by `explore`."""

    def __init__(
        self, draw: Callable[..., Any], label: str, controls: Mapping[str, Control]
    ) -> None:
        self.label, self.controls = label, dict(controls)
        places = itertools.product(*(control.values for control in self.controls.values()))
        drawn = [frame(draw(**dict(zip(self.controls, values, strict=True)))) for values in places]
        self.frames: list[Frame] = list(dict.fromkeys(drawn))
        self.order = [self.frames.index(each) for each in drawn]

    @property
    def first(self) -> int:
        """Which frame is shown first."""
        place = 0
        for control in self.controls.values():
            place = place * len(control.values) + control.start
        return self.order[place]

    def to_html(self) -> str:
        """Return a piece of a page that moves by itself; unscripted, it shows the first frame."""
        controls = "\n".join(map(_html, self.controls.values()))
        frames = "\n".join(
            f'<div class="cem-frame"{"" if at == self.first else " hidden"}>\n{each.html}\n</div>'
            for at, each in enumerate(self.frames)
        )
        return (
            f'{style("explore")}\n<div class="cem-explore" '
            f'data-order="{" ".join(map(str, self.order))}">\n'
            f"<fieldset>\n<legend>{escape(self.label)}</legend>\n{controls}\n</fieldset>\n"
            f"{frames}\n</div>\n{script('explore')}"
        )

    def __repr__(self) -> str:
        """Return the first frame in plain words."""
        settings = "; ".join(
            f"{control.label}: {control.words[control.start]}" for control in self.controls.values()
        )
        return f"{self.label}\n{settings}. {self.frames[self.first].plain}".strip()

    def _ipython_display_(self) -> None:
        publish(repr(self), {"text/html": self.to_html()})


class Live:
    """A widget that draws when moved. Made by `explore`.

    Attributes
    ----------
    widgets : dict
        The ipywidgets control of each name.
    view : ipywidgets.HTML
        What is drawn now.
    """

    def __init__(
        self, draw: Callable[..., Any], label: str, controls: Mapping[str, Control]
    ) -> None:
        import ipywidgets

        self.draw = draw
        self.widgets = {name: _widget(control) for name, control in controls.items()}
        # One value that is set whole: no moment without a figure, none with an old one.
        self.view = ipywidgets.HTML(frame(draw(**self.values)).html)
        title = ipywidgets.HTML(f"<strong>{escape(label)}</strong>")
        self.box = ipywidgets.VBox([title, *self.widgets.values(), self.view])
        for widget in self.widgets.values():
            widget.observe(self._redraw, names="value")

    @property
    def values(self) -> dict[str, Any]:
        """Where each control stands now."""
        return {name: widget.value for name, widget in self.widgets.items()}

    def _redraw(self, change: object) -> None:
        try:
            self.view.value = frame(self.draw(**self.values)).html
        except Exception as error:  # would vanish in the log of the kernel
            words = escape(f"{type(error).__name__}: {error}")
            self.view.value = f'<pre role="alert">{words}</pre>'

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.box)


def _control(name: str, given: Control | Iterable[Any]) -> Control:
    try:
        control = copy(given) if isinstance(given, Control) else Control(given)
    except (TypeError, ValueError) as error:
        raise invalid_argument(
            name, given, "a Control, or at least two positions, each once"
        ) from error
    spoken = name.replace("_", " ")
    control.label = control.label or spoken[:1].upper() + spoken[1:]
    return control


def _html(control: Control) -> str:
    label, words = escape(str(control.label)), escape(json.dumps(control.words, ensure_ascii=False))
    kind = "" if control.slides else " cem-choice"
    shown = escape(control.words[control.start])
    if control.slides:
        moved = (
            f'<input type="range" min="0" max="{len(control.words) - 1}" step="1" '
            f'value="{control.start}" aria-valuetext="{shown}" autocomplete="off">'
        )
    else:
        options = "".join(
            f'<option value="{at}"{" selected" if at == control.start else ""}>{escape(word)}'
            "</option>"
            for at, word in enumerate(control.words)
        )
        moved = f'<select autocomplete="off">{options}</select>'
    return (
        f'<div class="cem-control{kind}" data-words="{words}"><label><span>{label}</span> {moved}'
        f'</label> <output aria-live="off">{shown}</output></div>'
    )


def _widget(control: Control) -> Any:
    import ipywidgets

    options = list(zip(control.words, control.values, strict=True))
    look: dict[str, Any] = {
        "description": str(control.label),
        "tooltip": str(control.label),
        "style": {"description_width": "11em"},
        "layout": {"width": "min(100%, 40em)"},
    }
    value = control.values[control.start]
    if control.slides:
        look["continuous_update"] = False
        return ipywidgets.SelectionSlider(options=options, value=value, **look)
    return ipywidgets.Dropdown(options=options, value=value, **look)


def _words(value: Any, unit: str) -> str:
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
