"""Exercises that check themselves: they confirm a right answer and help with a wrong one."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from html import escape
from typing import Any

import numpy as np

from cemlib.checks import between, invalid_argument, shorten
from cemlib.formats import join_words
from cemlib.teach import record
from cemlib.teach.comparison import WrongKindError, is_hundredfold, same
from cemlib.teach.frame import Frame, frame
from cemlib.teach.markdown import Markdown, as_markdown
from cemlib.teach.output import publish

_SIGNS = {"open": "○", "right": "✓", "wrong": "✗", "shown": "→"}
_COLOURS = {"open": "#5f6b7a", "right": "#009E73", "wrong": "#D55E00", "shown": "#0072B2"}


class NotRightError(Exception):
    """An answer is missing or wrong; raised where nbgrader counts points, never in a class."""


FEWEST_WORDS = 5  # of an answer in sentences
_HUNDREDFOLD = (
    "The digits are right, but a share (0 to 1) is taken for per cent (0 to 100), or the other way "
    "round. Read again which of them is asked."
)
_attempts: Counter[str] = Counter()


def check(
    label: str,
    answer: Any,
    expected: Any,
    *,
    tolerance: float | None = None,
    hints: str | Sequence[str] = (),
    mistakes: Mapping[Any, str] | None = None,
    synonyms: Mapping[str, str] | None = None,
    because: str = "",
    reveal: bool = False,
) -> None:
    """Say whether an answer is right, and if not, help with the next hint.

    Parameters
    ----------
    label : str
        Name of the exercise; attempts are counted by name.
    answer : object
        The learner's answer; ``...`` or None is no answer yet.
    expected : object
        The right answer. Where it is a set, a list in any order is right too.
    tolerance : float, optional
        Largest difference of numbers; rounding errors only if not given.
    hints : str or sequence of str
        Literal Markdown texts; each wrong attempt shows the next one.
    mistakes : mapping, optional
        Replies to expected wrong answers: ``{0.5: "That is the share, not …"}``.
    synonyms : mapping of str to str, optional
        Other names that a figure or a table uses: ``{"equal gains": "egalitarian"}``.
    because : str
        A literal Markdown text shown with a right answer; the explanation.
    reveal : bool
        Whether to show the answer; set by the learner.

    Raises
    ------
    ValueError
        If the label is empty, the tolerance negative, or a listed mistake is right.
    NotRightError
        If the answer is not right and nbgrader runs the notebook: it counts cells without error.

    Examples
    --------
    >>> check("Widest gap", ..., "respect")
    ○ Widest gap: not answered yet. Replace ... with your answer and run both cells.
    >>> check("Widest gap", "choice", "respect", hints=["Sort the table by its gap."])
    ✗ Widest gap: not yet. Sort the table by its gap.
    >>> check("Widest gap", "Respect", "respect")
    ✓ Widest gap: right. (respect)
    """
    if not label.strip():
        raise invalid_argument("label", label, "the name of the exercise")
    if tolerance is not None:
        between("tolerance", tolerance, 0)
    replies = dict(mistakes or {})
    for wrong in replies:
        if _agrees(wrong, expected, tolerance):
            raise invalid_argument("mistakes", wrong, "wrong answers only; this one is right")
    if reveal:
        _show("shown", label, f"the answer is {_shown(expected)}.", as_markdown(because), answer)
    elif answer is None or answer is ... or (isinstance(answer, list | tuple) and ... in answer):
        text = "not answered yet. Replace ... with your answer and run both cells."
        _show("open", label, text)
    else:
        answer = _in_other_words(answer, synonyms or {})
        _judge(label, answer, expected, tolerance, hints, replies, because)


def review(label: str, answer: Any, points: Sequence[str]) -> None:
    """Show what a good answer says, once there is one: a learner compares, nobody is marked.

    Parameters
    ----------
    label : str
        Name of the exercise.
    answer : object
        The learner's sentences; ``...`` or fewer than `FEWEST_WORDS` words are no answer yet.
    points : sequence of str
        Literal Markdown texts: what a good answer says, one point each.

    Raises
    ------
    ValueError
        If the label is empty or there is no point.

    Examples
    --------
    >>> review("A headline", ..., ["It names the sample."])
    ○ A headline: not answered yet. Write five words or more in quotation marks.
    >>> review("A headline", "In our sample, most stayed.", ["It names the sample."])
    → A headline: compare your answer. * It names the sample.
    """
    if not label.strip():
        raise invalid_argument("label", label, "the name of the exercise")
    if not points:
        raise invalid_argument("points", points, "at least one")
    if not isinstance(answer, str) or len(answer.split()) < FEWEST_WORDS:
        text = "Write five words or more in quotation marks."
        _show("open", label, "not answered yet.", text)
        return
    items = Markdown("\n").join(Markdown("* ") + as_markdown(point) for point in points)
    _show("shown", label, "compare your answer.", Markdown(items), answer)


def _judge(
    label: str,
    answer: Any,
    expected: Any,
    tolerance: float | None,
    hints: str | Sequence[str],
    replies: Mapping[Any, str],
    because: str,
) -> None:
    for wrong, reply in replies.items():
        if _agrees(answer, wrong, tolerance):
            _show("wrong", label, "not yet.", as_markdown(reply), answer)
            return
    try:
        right = same(answer, expected, tolerance)
    except WrongKindError as error:
        _show("wrong", label, "not yet.", str(error), answer)
        return
    if right:
        del _attempts[label]
        _show("right", label, f"right. ({_shown(expected)})", as_markdown(because), answer)
        return
    if is_hundredfold(answer, expected, tolerance):
        _show("wrong", label, "not yet.", as_markdown(_HUNDREDFOLD), answer)
        return
    texts = [hints] if isinstance(hints, str) else list(hints)
    hint = as_markdown(texts[min(_attempts[label], len(texts) - 1)] if texts else "Look again.")
    if _attempts[label] >= len(texts):
        hint += Markdown(" To see the answer, add `reveal=True` to `check(…)`.")
    _attempts[label] += 1
    _show("wrong", label, "not yet.", hint, answer)


def _shown(expected: Any) -> str:
    """Return an answer as a trainer would say it."""
    if isinstance(expected, float | np.floating):
        return f"{expected:.6g}".replace("-", "−")
    if isinstance(expected, Set | list | tuple) and all(isinstance(each, str) for each in expected):
        return join_words(sorted(expected) if isinstance(expected, Set) else expected) or "none"
    return expected if isinstance(expected, str) else shorten(expected, 400)


def _in_other_words(answer: Any, synonyms: Mapping[str, str]) -> Any:
    if isinstance(answer, str):
        return next((own for other, own in synonyms.items() if same(answer, other)), answer)
    if isinstance(answer, list | tuple | set):
        return type(answer)(_in_other_words(each, synonyms) for each in answer)
    return answer


def _agrees(answer: Any, other: Any, tolerance: float | None) -> bool:
    try:
        return same(answer, other, tolerance)
    except WrongKindError:
        return False


def _show(state: str, label: str, verdict: str, more: str = "", answer: Any = ...) -> None:
    record.note("exercise", label, "" if answer is ... else _shown(answer), state=state)
    first = f"<p><strong>{_SIGNS[state]} {escape(label)}</strong>: {escape(verdict)}</p>"
    edge = f"border-left: 4px solid {_COLOURS[state]}; padding: 0.2em 0 0.2em 0.9em"
    rest = frame(more) if more else Frame("", "")
    body = f"{first}\n{rest.html}".strip()
    html = (
        f'<div class="cem-exercise mathjax_ignore" data-state="{state}" style="{edge}">\n'
        f"{body}\n</div>"
    )
    publish(f"{_SIGNS[state]} {label}: {verdict} {rest.plain}".strip(), {"text/html": html})
    if state in ("open", "wrong") and os.environ.get("NBGRADER_EXECUTION"):
        raise NotRightError(label)
