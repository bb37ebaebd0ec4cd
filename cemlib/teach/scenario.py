"""A case to decide step by step: choose an answer, see what it does, compare with what was done."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from cemlib.assets import script, style
from cemlib.checks import between, invalid_argument
from cemlib.teach.mode import INTERACTIVE, mode
from cemlib.teach.output import publish
from cemlib.teach.sentences import join_words, number, signed

if TYPE_CHECKING:
    import pandas as pd

_NEEDED = ("step", "moment", "answer", "patience", "cost", "done", "comes")
_FULL = 100.0


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer that may be given, what it does and whether it is what was done."""

    answer: str
    patience: float
    cost: float
    done: bool
    comes: str


@dataclass(frozen=True, slots=True)
class Step:
    """A situation and the answers to choose from."""

    moment: str
    choices: tuple[Choice, ...]

    @property
    def done(self) -> int:
        """Place of the answer that was given."""
        return next(at for at, choice in enumerate(self.choices) if choice.done)


@dataclass(frozen=True, slots=True)
class Phrases:
    """How a case speaks.

    Attributes
    ----------
    patience : bool
        Whether patience is counted; without, nobody leaves.
    money : str
        What becomes of the yuan.
    done, heading, same, this, instead : str
        The course that was taken, in a sentence and as a heading; that one decided like it; of one
        answer, that it is the one of that course, or what that was.
    """

    patience: bool = True
    money: str = "spent"
    done: str = "As it was done"
    heading: str = "What was done"
    same: str = "You decided as it was done."
    this: str = "This is what was done."
    instead: str = "What was done"


CASE = Phrases()
CALLS = Phrases(
    patience=False,
    money="earned, as far as can be expected",
    done="By the prompts",
    heading="The prompt",
    same="You followed every prompt.",
    this="This is the prompt.",
    instead="The prompt",
)


@dataclass(frozen=True, slots=True)
class Game:
    """A case as decisions; patience runs from 0 to 100."""

    label: str
    steps: tuple[Step, ...]
    start: float
    note: str
    phrases: Phrases = CASE

    def course(self, picks: Sequence[int | None]) -> list[tuple[float, float]]:
        """Return patience and cost after each answered step, up to a missing pick or the end of it.

        Examples
        --------
        >>> game = Game("", (Step("", (Choice("a", -70, 5, True, ""),)),) * 2, 60, "")
        >>> game.course([0, 0])
        [(0.0, 5.0)]
        """
        patience, cost, course = self.start, 0.0, []
        for step, pick in zip(self.steps, picks, strict=True):
            if pick is None or patience <= 0:
                break
            choice = step.choices[pick]
            patience = min(max(patience + choice.patience, 0.0), _FULL)
            cost += choice.cost
            course.append((patience, cost))
        return course

    def told(self, picks: Sequence[int | None]) -> str:
        """Say where the customer and the costs stand."""
        course = self.course(picks)
        patience, cost = course[-1] if course else (self.start, 0.0)
        words = (
            f"{self._patience(patience, ' of 100, ')}{number(cost, 0)} yuan {self.phrases.money}. "
        )
        if patience <= 0:
            return words + f"She has left, at step {len(course)}."
        if len(course) < len(self.steps):
            return words + f"{len(course)} of {len(self.steps)} steps decided."
        done = [step.done for step in self.steps]
        there, spent = self.course(done)[-1]
        other = [at + 1 for at, pick in enumerate(picks) if pick != done[at]]
        there_words = self._patience(there, ", ").lower()
        words += f"{self.phrases.done}: {there_words}{number(spent, 0)} yuan. "
        if not other:
            return words + self.phrases.same
        return words + f"You decided otherwise at step{'s' * (len(other) > 1)} {join_words(other)}."

    def judged(self, picks: Sequence[int | None], at: int) -> str:
        """Say what an answer did, and what was done instead."""
        pick, course = picks[at], self.course(picks)
        if pick is None or at >= len(course):
            return ""
        step, (patience, _) = self.steps[at], course[at]
        choice = step.choices[pick]
        felt = f"Patience {signed(choice.patience, 0)}, to {number(patience, 0)}; "
        felt = felt if self.phrases.patience else ""
        words = f"{choice.comes}. {felt}{number(choice.cost, 0)} yuan. "
        if choice.done:
            return words + self.phrases.this
        return words + f"{self.phrases.instead}: {step.choices[step.done].answer}."

    def _patience(self, points: float, end: str) -> str:
        return f"Patience {number(points, 0)}{end}" if self.phrases.patience else ""


def scenario(
    choices: pd.DataFrame,
    label: str,
    start: float = 60.0,
    note: str = "",
    phrases: Phrases = CASE,
) -> Still | Live:
    """Return a case to decide step by step: the last line of a cell.

    Parameters
    ----------
    choices : DataFrame
        A row an answer: ``step``, ``moment`` (the situation, at least once a step), ``answer``,
        ``patience`` (what it does to it, points), ``cost`` (yuan), ``done`` (whether it was given;
        once a step) and ``comes`` (what comes of it).
    label : str
        What the case is called.
    start : float
        Patience at the beginning, from 1 to 100; at 0 the customer leaves.
    note : str
        What the class should know of the figures.
    phrases : Phrases
        How the case speaks: `CASE`, or `CALLS` for calls decided against prompts.

    Raises
    ------
    ValueError
        If a column is missing, a step has fewer than two answers, no situation, or not one answer
        that was given.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"step": 1, "moment": "She calls.", "answer": ["Wait", "Help"],
    ...                      "patience": [-9, 9], "cost": 0, "done": [False, True], "comes": "So"})
    >>> scenario(rows, "A call")
    A call: 1 step. As it was done: patience 69, 0 yuan.
    """
    if not label.strip():
        raise invalid_argument("label", label, "what the case is called")
    between("start", start, 1, _FULL)
    missing = [name for name in _NEEDED if name not in choices]
    if missing or choices.empty:
        raise invalid_argument("choices", list(choices.columns), f"rows with {', '.join(_NEEDED)}")
    steps = tuple(_step(name, rows) for name, rows in choices.groupby("step", sort=True))
    game = Game(label, steps, float(start), note, phrases)
    return Live(game) if mode() == INTERACTIVE else Still(game)


def _step(name: Any, rows: pd.DataFrame) -> Step:
    moments = rows["moment"].dropna()
    if len(rows) < 2 or rows["done"].astype(bool).sum() != 1 or moments.empty:
        wanted = "two answers or more, one of them done, and a situation"
        raise invalid_argument(f"step {name}", len(rows), wanted)
    return Step(
        str(moments.iloc[0]),
        tuple(
            Choice(str(r.answer), float(r.patience), float(r.cost), bool(r.done), str(r.comes))
            for r in rows.itertuples()
        ),
    )


class Still:
    """A case in a page, that plays by itself. Made by `decide`."""

    def __init__(self, game: Game) -> None:
        self.game = game

    @property
    def picks(self) -> list[int | None]:
        """Nobody sits before a page that is being made: nothing is decided."""
        return [None] * len(self.game.steps)

    def to_html(self) -> str:
        """Return a piece of a page; unscripted, it is a table of what was done."""
        game = self.game
        steps = "\n".join(_fieldset(at, step) for at, step in enumerate(game.steps))
        note = f"<p>{escape(game.note)}</p>\n" if game.note else ""
        bar = '<div class="cem-decide-bar" aria-hidden="true"><i></i></div>\n'
        bar = bar if game.phrases.patience else ""
        return (
            f'{style("decide")}\n<div class="cem-decide" data-start="{game.start:g}" '
            f'data-phrases="{escape(json.dumps(asdict(game.phrases)))}">\n'
            f'<p class="cem-decide-label"><strong>{escape(game.label)}</strong></p>\n{note}'
            f'<div class="cem-decide-steps">\n{steps}\n</div>\n<p role="status"></p>\n'
            f"{bar}"
            f'<p class="cem-decide-again"><button type="button">Begin again</button></p>\n'
            f"{_table(game)}\n</div>\n{script('decide')}"
        )

    def __repr__(self) -> str:
        """Return what was done, in plain words."""
        return _plain(self.game)

    def _ipython_display_(self) -> None:
        publish(repr(self), {"text/html": self.to_html()})


class Live:
    """A case in a kernel, whose picks later cells can read. Made by `decide`.

    Attributes
    ----------
    radios : list of ipywidgets.RadioButtons
        One a step.
    views : list of ipywidgets.HTML
        What each answer did.
    status : ipywidgets.HTML
        Where patience and costs stand.
    """

    def __init__(self, game: Game) -> None:
        import ipywidgets

        self.game = game
        self.radios, self.views, boxes = [], [], []
        for at, step in enumerate(game.steps):
            options = [(choice.answer, place) for place, choice in enumerate(step.choices)]
            radio = ipywidgets.RadioButtons(
                options=options, value=None, layout={"width": "100%"}, tooltip=step.moment
            )
            radio.observe(self._show, names="value")
            view = ipywidgets.HTML()
            title = ipywidgets.HTML(f"<strong>{at + 1}.</strong> {escape(step.moment)}")
            self.radios.append(radio)
            self.views.append(view)
            boxes.append(ipywidgets.VBox([title, radio, view]))
        self._boxes = boxes
        self.status = ipywidgets.HTML()
        self.again = ipywidgets.Button(description="Begin again")
        self.again.on_click(self._restart)
        head = f"<strong>{escape(game.label)}</strong><br>{escape(game.note)}"
        self.box = ipywidgets.VBox([ipywidgets.HTML(head), *boxes, self.status, self.again])
        self._show()

    @property
    def picks(self) -> list[int | None]:
        """Place of the answer chosen at each step; None where nobody has chosen."""
        return [radio.value for radio in self.radios]

    def _show(self, change: object = None) -> None:
        picks = self.picks
        course = self.game.course(picks)
        open_ = len(course) + (not course or course[-1][0] > 0)
        for at, (box, view) in enumerate(zip(self._boxes, self.views, strict=True)):
            box.layout.display = "" if at < open_ else "none"
            view.value = escape(self.game.judged(picks, at))
        self.status.value = f'<p role="status">{escape(self.game.told(picks))}</p>'

    def _restart(self, button: object = None) -> None:
        for radio in reversed(self.radios):
            radio.value = None

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.box)


def _fieldset(at: int, step: Step) -> str:
    rows = "\n".join(
        f'<label><input type="radio" name="cem-decide-{at}" value="{place}" autocomplete="off"'
        f"{_data(choice)}> <span>{escape(choice.answer)}</span></label>"
        for place, choice in enumerate(step.choices)
    )
    return (
        f'<fieldset class="cem-decide-step">\n<legend>{at + 1}. {escape(step.moment)}</legend>\n'
        f'{rows}\n<p class="cem-decide-comes" aria-live="polite"></p>\n</fieldset>'
    )


def _data(choice: Choice) -> str:
    facts: Mapping[str, object] = {
        "patience": f"{choice.patience:g}",
        "cost": f"{choice.cost:g}",
        "done": "yes" if choice.done else "no",
        "comes": choice.comes,
    }
    return "".join(f' data-{name}="{escape(str(value))}"' for name, value in facts.items())


def _table(game: Game) -> str:
    done = [step.done for step in game.steps]
    course = game.course(done)
    rows = "\n".join(
        f'<tr><th scope="row">{escape(step.moment)}</th><td>{escape(step.choices[pick].answer)}'
        f"</td><td>{escape(step.choices[pick].comes)}</td>"
        f"{f'<td>{number(patience, 0)}</td>' if game.phrases.patience else ''}"
        f"<td>{number(cost, 0)}</td></tr>"
        for step, pick, (patience, cost) in zip(game.steps, done, course, strict=False)
    )
    heads = ["Situation", game.phrases.heading, "What came of it", "Patience", "Yuan in all"]
    heads = [head for head in heads if game.phrases.patience or head != "Patience"]
    cells = "".join(f'<th scope="col">{head}</th>' for head in heads)
    return (
        f'<table class="cem-decide-done">\n<caption>{escape(game.phrases.done)}</caption>\n'
        f"<thead><tr>{cells}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"
    )


def _plain(game: Game) -> str:
    done: list[int | None] = [step.done for step in game.steps]
    patience, cost = game.course(done)[-1]
    count = len(game.steps)
    return (
        f"{game.label}: {count} step{'s' * (count > 1)}. {game.phrases.done}: "
        f"{f'patience {number(patience, 0)}, ' if game.phrases.patience else ''}"
        f"{number(cost, 0)} yuan."
    )
