"""The answer to the question of a study, and the findings that go with it on the first screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from cemlib.findings import Finding
from cemlib.formats import interval, number
from cemlib.teach.findings_table import digits_of
from cemlib.teach.markdown import Markdown, join_markdown

MOST_HEADLINES, _FEWEST = 6, 3


class Found:
    """The findings that a study has, by name, as sentences print them.

    Parameters
    ----------
    findings : iterable of Finding
        Each name once.

    Examples
    --------
    >>> found = Found([Finding("gap", 3.24159, "points", "A gap.", low=2.4, high=4.1)])
    >>> found.has("gap"), found.text("gap"), found.bounds("gap")
    (True, '3.2', '2.4 to 4.1')
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        self._findings = {finding.name: finding for finding in findings}

    def has(self, *names: str) -> bool:
        """Return whether all these findings are there."""
        return all(name in self._findings for name in names)

    def text(self, name: str, scale: float = 1.0) -> str:
        """Return a value, with as many decimals as its interval justifies."""
        finding = self._scaled(name, scale)
        if isinstance(finding.value, str):
            return finding.value
        return number(finding.value, digits_of(finding))

    def full(self, name: str) -> str:
        """Return a value with its unit, as in ``3.2 points``."""
        return f"{self.text(name)} {self._findings[name].unit}".strip()

    def bounds(self, name: str, scale: float = 1.0) -> str:
        """Return the interval of a value in words."""
        finding = self._scaled(name, scale)
        return interval(finding.low, finding.high, digits_of(finding))

    def value(self, name: str) -> float:
        """Return a number as it is."""
        return float(self._findings[name].value)

    def is_clear(self, name: str, nothing: float = 0.0) -> bool:
        """Return whether the interval of a value excludes what would be no difference."""
        low, high = self._findings[name].low, self._findings[name].high
        return low is not None and high is not None and not low <= nothing <= high

    def _scaled(self, name: str, scale: float) -> Finding:
        finding = self._findings[name]
        if scale == 1 or isinstance(finding.value, str):
            return finding
        value, low, high = (
            None if each is None else scale * each
            for each in (finding.value, finding.low, finding.high)
        )
        return replace(finding, value=value or 0.0, low=low, high=high)


@dataclass(frozen=True)
class Summary:
    """What a study puts on the first screen.

    Attributes
    ----------
    headlines : sequence of str
        Names of findings, at most six are shown.
    answer : callable
        Takes `Found`, returns the sentences that answer the question: what, how sure, what next.
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
        return marked, join_markdown(self.answer(Found(own)))


NO_SUMMARY = Summary((), lambda found: [])
