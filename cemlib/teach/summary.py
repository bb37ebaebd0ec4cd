"""The answer to the question of a study, and the findings that go with it on the first screen."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from string import Formatter

from cemlib.findings import Finding
from cemlib.formats import interval, number
from cemlib.teach.findings_table import digits_of
from cemlib.teach.markdown import Markdown, join_markdown, markdown

MOST_HEADLINES, _FEWEST = 6, 3


class Printed:
    """A finding as a placeholder of a sentence prints it.

    ``{name}`` is its value with as many decimals as its interval justifies, ``{name:full}`` the
    same with its unit, ``{name:bounds}`` its interval in words; ``{name:%}``, ``{name:0%}``
    (without decimals) and ``{name:bounds%}`` are for a share from 0 to 1, in per cent.
    """

    def __init__(self, finding: Finding) -> None:
        self._finding = finding

    def __format__(self, form: str) -> str:
        """Return the value, or its interval."""
        finding = self._finding
        if isinstance(finding.value, str):
            return finding.value
        scale = 100 if form.endswith("%") else 1
        value, low, high = (
            None if each is None else scale * each
            for each in (finding.value, finding.low, finding.high)
        )
        digits = digits_of(replace(finding, value=value or 0.0, low=low, high=high))
        if form.startswith("bounds"):
            return interval(low, high, digits)
        text = number(value, 0 if form == "0%" else digits)
        return f"{text} {finding.unit}".strip() if form == "full" else text


class Found:
    """The findings that a study has, by name.

    Parameters
    ----------
    findings : iterable of Finding
        Each name once.

    Examples
    --------
    >>> found = Found([Finding("gap", 3.24159, "points", "A gap.", low=2.4, high=4.1)])
    >>> found.say("The gap is {gap:full} ({gap:bounds}).")
    'The gap is 3.2 points (2.4 to 4.1).'
    >>> found.say("It fell by {fall}.")
    ''
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        self._findings = {finding.name: finding for finding in findings}

    def has(self, *names: str) -> bool:
        """Return whether all these findings are there and name something: not "" and not "none"."""
        return all(
            name in self._findings and self._findings[name].value not in ("", "none")
            for name in names
        )

    def say(self, template: str) -> Markdown:
        """Return a sentence with findings in it; empty unless all of them are there.

        Parameters
        ----------
        template : str
            A literal text in Markdown with placeholders as `Printed` understands them.
        """
        names = {name for _, name, _, _ in Formatter().parse(template) if name}
        if not self.has(*names):
            return Markdown("")
        return markdown(template, **{name: Printed(self._findings[name]) for name in names})

    def value(self, name: str) -> float:
        """Return a number as it is; not a number if it is not there."""
        return float(self._findings[name].value) if name in self._findings else math.nan

    def is_clear(self, name: str, nothing: float = 0.0) -> bool:
        """Return whether the interval of a value excludes what would be no difference."""
        finding = self._findings.get(name)
        low, high = (finding.low, finding.high) if finding else (None, None)
        return low is not None and high is not None and not low <= nothing <= high


@dataclass(frozen=True)
class Summary:
    """What a study puts on the first screen.

    Attributes
    ----------
    headlines : sequence of str
        Names of findings, at most six are shown.
    answer : callable
        Takes `Found`, returns the sentences that answer the question (what, how sure, what next);
        empty ones are left out.
    """

    headlines: Sequence[str]
    answer: Callable[[Found], list[Markdown]]

    def of(self, findings: Sequence[Finding]) -> tuple[list[Finding], Markdown]:
        """Return the findings with the headlines marked, and the answer.

        Examples never answer for a company. Where none of the headlines is there, the first three
        findings stand for them.
        """
        own = [finding for finding in findings if not finding.example]
        chosen = [finding.name for finding in own if finding.name in self.headlines]
        chosen = chosen[:MOST_HEADLINES] or [finding.name for finding in own[:_FEWEST]]
        marked = [replace(each, headline=each.name in chosen) for each in findings]
        return marked, join_markdown(filter(None, self.answer(Found(own))))


NO_SUMMARY = Summary((), lambda found: [])
