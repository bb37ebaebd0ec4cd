"""A case to decide step by step: choose an answer, see its effect, compare with the actual case."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

from cemlib.assets import script, style
from cemlib.checks import between, invalid_argument
from cemlib.formats import currency, join_words, locale_in_use, money, number, plural, signed
from cemlib.teach import record
from cemlib.teach.mode import INTERACTIVE, mode
from cemlib.teach.output import publish

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = ("step", "moment", "answer", "patience", "cost", "done", "comes")
_MAX_PATIENCE = 100.0


@dataclass(frozen=True, slots=True)
class Choice:
    """A possible answer, its effects, and whether it is the one actually given."""

    answer: str
    patience: float
    cost: float
    is_actual: bool
    result: str


@dataclass(frozen=True, slots=True)
class Step:
    """A situation and the answers to choose from."""

    situation: str
    choices: tuple[Choice, ...]

    @property
    def actual(self) -> int:
        """Index of the answer actually given."""
        return next(at for at, choice in enumerate(self.choices) if choice.is_actual)


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of a scenario.

    Attributes
    ----------
    patience : bool
        Whether patience is counted; if not, no customer leaves.
    money : str
        Follows the sum of money: spent or earned.
    actual, heading : str
        Name of the course to compare with, in a sentence and as a column head.
    same : str
        Said when all decisions agree with that course.
    this, instead : str
        Said when one decision agrees with it, and put before the other answer when not.
    """

    patience: bool = True
    money: str = "spent"
    actual: str = "Actual case"
    heading: str = "Actual answer"
    same: str = "You decided as in the actual case."
    this: str = "This is the actual answer."
    instead: str = "Actual answer"


CASE = Phrases()
CALLS = Phrases(
    patience=False,
    money="in expected earnings",
    actual="Following the prompts",
    heading="Prompt",
    same="You followed every prompt.",
    this="This is the prompt.",
    instead="Prompt",
)


@dataclass(frozen=True, slots=True)
class Case:
    """The steps of a case and the rules of counting; patience runs from 0 to 100."""

    label: str
    steps: tuple[Step, ...]
    start: float
    note: str
    phrases: Phrases = CASE

    def course(self, picks: Sequence[int | None]) -> list[tuple[float, float]]:
        """Return patience and cost after each step, up to a missing pick or patience 0.

        Examples
        --------
        >>> case = Case("", (Step("", (Choice("a", -70, 5, True, ""),)),) * 2, 60, "")
        >>> case.course([0, 0])
        [(0.0, 5.0)]
        """
        patience, cost, course = self.start, 0.0, []
        for step, pick in zip(self.steps, picks, strict=True):
            if pick is None or patience <= 0:
                break
            choice = step.choices[pick]
            patience = min(max(patience + choice.patience, 0.0), _MAX_PATIENCE)
            cost += choice.cost
            course.append((patience, cost))
        return course

    def status(self, picks: Sequence[int | None]) -> str:
        """Return the patience and cost so far, in words."""
        course = self.course(picks)
        patience, cost = course[-1] if course else (self.start, 0.0)
        words = f"{self._patience(patience, ' of 100, ')}{money(cost)} {self.phrases.money}. "
        if patience <= 0:
            return words + f"The customer left at step {len(course)}."
        if len(course) < len(self.steps):
            return words + f"{len(course)} of {len(self.steps)} steps decided."
        actual = [step.actual for step in self.steps]
        actual_patience, actual_cost = self.course(actual)[-1]
        different = [at + 1 for at, pick in enumerate(picks) if pick != actual[at]]
        patience_words = self._patience(actual_patience, ", ").lower()
        words += f"{self.phrases.actual}: {patience_words}{money(actual_cost)}. "
        if not different:
            return words + self.phrases.same
        steps = "step" if len(different) == 1 else "steps"
        return words + f"You chose differently at {steps} {join_words(different)}."

    def feedback(self, picks: Sequence[int | None], at: int) -> str:
        """Return the effect of an answer, and the answer actually given, in words."""
        pick, course = picks[at], self.course(picks)
        if pick is None or at >= len(course):
            return ""
        step, (patience, _) = self.steps[at], course[at]
        choice = step.choices[pick]
        change = f"Patience {signed(choice.patience, 0)}, now {number(patience, 0)}; "
        change = change if self.phrases.patience else ""
        words = f"{choice.result}. {change}{money(choice.cost)}. "
        if choice.is_actual:
            return words + self.phrases.this
        return words + f"{self.phrases.instead}: {step.choices[step.actual].answer}."

    def _patience(self, points: float, end: str) -> str:
        return f"Patience {number(points, 0)}{end}" if self.phrases.patience else ""


def scenario(
    choices: pd.DataFrame,
    label: str,
    start: float = 60.0,
    note: str = "",
    phrases: Phrases = CASE,
) -> Static | Interactive:
    """Return a case to decide step by step: the last line of a cell.

    Parameters
    ----------
    choices : DataFrame
        One row per answer: ``step``, ``moment`` (the situation, at least once per step),
        ``answer``, ``patience`` (change of patience, points), ``cost`` (money), ``done`` (whether
        it is the answer actually given; one per step) and ``comes`` (the result).
    label : str
        Title of the case.
    start : float
        Patience at the beginning, from 1 to 100; at 0 the customer leaves.
    note : str
        What the class should know about the numbers.
    phrases : Phrases
        `CASE`, or `CALLS` for calls in which decisions are compared with prompts.

    Raises
    ------
    ValueError
        If a column is missing, or a step has fewer than two answers, no situation, or not exactly
        one answer marked as given.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"step": 1, "moment": "She calls.", "answer": ["Wait", "Help"],
    ...                      "patience": [-9, 9], "cost": 0, "done": [False, True], "comes": "So"})
    >>> scenario(rows, "A call")
    A call: 1 step. Actual case: patience 69, 0 CNY.
    """
    if not label.strip():
        raise invalid_argument("label", label, "a title of the case")
    between("start", start, 1, _MAX_PATIENCE)
    missing = [name for name in _COLUMNS if name not in choices]
    if missing or choices.empty:
        raise invalid_argument("choices", list(choices.columns), f"rows with {', '.join(_COLUMNS)}")
    steps = tuple(_step(name, rows) for name, rows in choices.groupby("step", sort=True))
    case = Case(label, steps, float(start), note, phrases)
    return Interactive(case) if mode() == INTERACTIVE else Static(case)


def _step(name: Any, rows: pd.DataFrame) -> Step:
    situations = rows["moment"].dropna()
    if len(rows) < 2 or rows["done"].astype(bool).sum() != 1 or situations.empty:
        wanted = "at least two answers, exactly one of them done, and a situation"
        raise invalid_argument(f"step {name}", len(rows), wanted)
    return Step(
        str(situations.iloc[0]),
        tuple(
            Choice(str(r.answer), float(r.patience), float(r.cost), bool(r.done), str(r.comes))
            for r in rows.itertuples()
        ),
    )


class Static:
    """A scenario of a page. Made by `scenario`."""

    def __init__(self, case: Case) -> None:
        self.case = case

    @property
    def picks(self) -> list[int | None]:
        """None for each step: nobody can decide while a report is being made."""
        return [None] * len(self.case.steps)

    def to_html(self) -> str:
        """Return a piece of a page; without scripts, it is a table of the actual case."""
        case = self.case
        steps = "\n".join(_fieldset(at, step) for at, step in enumerate(case.steps))
        note = f"<p>{escape(case.note)}</p>\n" if case.note else ""
        bar = '<div class="cem-scenario-bar" aria-hidden="true"><i></i></div>\n'
        bar = bar if case.phrases.patience else ""
        return (
            f'{style("scenario")}\n<div class="cem-scenario mathjax_ignore" '
            f'data-start="{case.start:g}" '
            f'data-money="{escape(money(1).replace("1", "{}"))}" '
            f'data-language="{escape(locale_in_use().language)}" '
            f'data-phrases="{escape(json.dumps(asdict(case.phrases)))}">\n'
            f'<p class="cem-scenario-label"><strong>{escape(case.label)}</strong></p>\n{note}'
            f'<div class="cem-scenario-steps">\n{steps}\n</div>\n<p role="status"></p>\n'
            f"{bar}"
            f'<p class="cem-scenario-restart"><button type="button">Start again</button></p>\n'
            f"{_table(case)}\n</div>\n{script('scenario')}"
        )

    def __repr__(self) -> str:
        """Return the actual case as plain text."""
        return _plain(self.case)

    def _ipython_display_(self) -> None:
        publish(repr(self), {"text/html": self.to_html()})


class Interactive:
    """A scenario of widgets, whose picks later cells can read. Made by `scenario`.

    Attributes
    ----------
    radios : list of ipywidgets.RadioButtons
        One per step.
    views : list of ipywidgets.HTML
        Feedback on each answer.
    status : ipywidgets.HTML
        Patience and cost so far.
    """

    def __init__(self, case: Case) -> None:
        import ipywidgets

        self.case = case
        self.radios, self.views, boxes = [], [], []
        for at, step in enumerate(case.steps):
            options = [(choice.answer, index) for index, choice in enumerate(step.choices)]
            radio = ipywidgets.RadioButtons(
                options=options, value=None, layout={"width": "100%"}, tooltip=step.situation
            )
            radio.observe(partial(self._picked, at), names="value")
            view = ipywidgets.HTML()
            title = ipywidgets.HTML(f"<strong>{at + 1}.</strong> {escape(step.situation)}")
            self.radios.append(radio)
            self.views.append(view)
            boxes.append(ipywidgets.VBox([title, radio, view]))
        self._boxes = boxes
        self.status = ipywidgets.HTML()
        self.restart = ipywidgets.Button(description="Start again")
        self.restart.on_click(self._restart)
        head = f"<strong>{escape(case.label)}</strong><br>{escape(case.note)}"
        self.box = ipywidgets.VBox([ipywidgets.HTML(head), *boxes, self.status, self.restart])
        self._show()

    @property
    def picks(self) -> list[int | None]:
        """Index of the answer chosen at each step; None where none is chosen."""
        return [radio.value for radio in self.radios]

    def _picked(self, at: int, change: Any) -> None:
        if change["new"] is not None:
            step = self.case.steps[at]
            item = f"{self.case.label}, step {at + 1}"
            actual = step.choices[step.actual].answer
            record.note("pick", item, step.choices[change["new"]].answer, beside=actual)
        self._show()

    def _show(self) -> None:
        picks = self.picks
        course = self.case.course(picks)
        visible_steps = len(course) + (not course or course[-1][0] > 0)
        for at, (box, view) in enumerate(zip(self._boxes, self.views, strict=True)):
            box.layout.display = "" if at < visible_steps else "none"
            view.value = escape(self.case.feedback(picks, at))
        self.status.value = f'<p role="status">{escape(self.case.status(picks))}</p>'

    def _restart(self, button: object = None) -> None:
        for radio in reversed(self.radios):
            radio.value = None

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.box)


def _fieldset(at: int, step: Step) -> str:
    rows = "\n".join(
        f'<label><input type="radio" name="cem-scenario-{at}" value="{index}" autocomplete="off"'
        f"{_data(choice)}> <span>{escape(choice.answer)}</span></label>"
        for index, choice in enumerate(step.choices)
    )
    return (
        f'<fieldset class="cem-scenario-step">\n'
        f"<legend>{at + 1}. {escape(step.situation)}</legend>\n"
        f'{rows}\n<p class="cem-scenario-feedback" aria-live="polite"></p>\n</fieldset>'
    )


def _data(choice: Choice) -> str:
    data: Mapping[str, object] = {
        "patience": f"{choice.patience:g}",
        "cost": f"{choice.cost:g}",
        "actual": "yes" if choice.is_actual else "no",
        "result": choice.result,
    }
    return "".join(f' data-{name}="{escape(str(value))}"' for name, value in data.items())


def _table(case: Case) -> str:
    actual = [step.actual for step in case.steps]
    course = case.course(actual)
    rows = "\n".join(
        f'<tr><th scope="row">{escape(step.situation)}</th><td>{escape(step.choices[pick].answer)}'
        f"</td><td>{escape(step.choices[pick].result)}</td>"
        f"{f'<td>{number(patience, 0)}</td>' if case.phrases.patience else ''}"
        f"<td>{number(cost, 0)}</td></tr>"
        for step, pick, (patience, cost) in zip(case.steps, actual, course, strict=False)
    )
    columns = ["Situation", case.phrases.heading, "Result", "Patience", f"Total, {currency()}"]
    columns = [column for column in columns if case.phrases.patience or column != "Patience"]
    cells = "".join(f'<th scope="col">{column}</th>' for column in columns)
    return (
        f'<table class="cem-scenario-actual">\n<caption>{escape(case.phrases.actual)}</caption>\n'
        f"<thead><tr>{cells}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"
    )


def _plain(case: Case) -> str:
    actual: list[int | None] = [step.actual for step in case.steps]
    patience, cost = case.course(actual)[-1]
    steps = plural(len(case.steps), "step")
    return (
        f"{case.label}: {steps}. {case.phrases.actual}: "
        f"{f'patience {number(patience, 0)}, ' if case.phrases.patience else ''}"
        f"{money(cost)}."
    )
