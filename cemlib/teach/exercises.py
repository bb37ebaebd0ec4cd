"""Exercises that check themselves: they say what is right, and help with what is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from cemlib.checks import between, invalid_argument, shorten
from cemlib.teach.frame import frame
from cemlib.teach.output import publish
from cemlib.teach.sameness import WrongKindError, same

_SIGNS = {"open": "○", "right": "✓", "wrong": "✗", "shown": "→"}
_COLOURS = {"open": "#5f6b7a", "right": "#009E73", "wrong": "#D55E00", "shown": "#0072B2"}
_tries: Counter[str] = Counter()


def check(
    label: str,
    answer: Any,
    expected: Any,
    *,
    tolerance: float | None = None,
    hints: str | Sequence[str] = (),
    mistakes: Mapping[Any, str] | None = None,
    because: str = "",
    reveal: bool = False,
) -> None:
    """Say whether an answer is right, and if not, help with the next hint.

    Parameters
    ----------
    label : str
        What the exercise is called; tries are counted by it.
    answer : object
        The learner's answer; ``...`` or None is no answer yet.
    expected : object
        The right one. A list in any order will do where this is a set.
    tolerance : float, optional
        Largest difference of numbers; rounding errors only if not given.
    hints : str or sequence of str
        In Markdown; one more is given at each wrong try.
    mistakes : mapping, optional
        What to say of a wrong answer that can be foreseen: ``{0.5: "That is the share, not …"}``.
    because : str
        In Markdown; said with a right answer.
    reveal : bool
        Whether to show the answer. The learner sets it.

    Raises
    ------
    ValueError
        If the label is empty, the tolerance negative, or a foreseen mistake is right.

    Examples
    --------
    >>> check("Widest gap", ..., "respect")
    ○ Widest gap: not answered yet. Put your answer in place of ... and run this cell again.
    >>> check("Widest gap", "choice", "respect", hints=["Sort the table by its gap."])
    ✗ Widest gap: not yet. Sort the table by its gap.
    >>> check("Widest gap", "Respect", "respect")
    ✓ Widest gap: right.
    """
    if not label.strip():
        raise invalid_argument("label", label, "the name of the exercise")
    if tolerance is not None:
        between("tolerance", tolerance, 0)
    foreseen = dict(mistakes or {})
    for wrong in foreseen:
        if _agrees(wrong, expected, tolerance):
            raise invalid_argument("mistakes", wrong, "wrong answers, and this one is right")
    if reveal:
        _say("shown", label, f"the answer is {shorten(expected, 400)}.", because)
    elif answer is None or answer is ... or (isinstance(answer, list | tuple) and ... in answer):
        text = "not answered yet. Put your answer in place of ... and run this cell again."
        _say("open", label, text)
    else:
        _judge(label, answer, expected, tolerance, hints, foreseen, because)


def _judge(
    label: str,
    answer: Any,
    expected: Any,
    tolerance: float | None,
    hints: str | Sequence[str],
    foreseen: Mapping[Any, str],
    because: str,
) -> None:
    for wrong, hint in foreseen.items():
        if _agrees(answer, wrong, tolerance):
            _say("wrong", label, "not yet.", hint)
            return
    try:
        right = same(answer, expected, tolerance)
    except WrongKindError as error:
        _say("wrong", label, "not yet.", str(error))
        return
    if right:
        del _tries[label]
        _say("right", label, "right.", because)
        return
    helps = [hints] if isinstance(hints, str) else list(hints)
    hint = helps[min(_tries[label], len(helps) - 1)] if helps else "Look again."
    if _tries[label] >= len(helps):
        hint += " To see the answer, add `reveal=True` to `check(…)`."
    _tries[label] += 1
    _say("wrong", label, "not yet.", hint)


def _agrees(answer: Any, other: Any, tolerance: float | None) -> bool:
    try:
        return same(answer, other, tolerance)
    except WrongKindError:
        return False


def _say(state: str, label: str, verdict: str, more: str = "") -> None:
    said = f"<p><strong>{_SIGNS[state]} {escape(label)}</strong>: {escape(verdict)}</p>"
    edge = f"border-left: 4px solid {_COLOURS[state]}; padding: 0.2em 0 0.2em 0.9em"
    body = "\n".join([said, frame(more).html] if more else [said])
    html = f'<div class="cem-exercise" data-state="{state}" style="{edge}">\n{body}\n</div>'
    publish(f"{_SIGNS[state]} {label}: {verdict} {more}".strip(), {"text/html": html})
