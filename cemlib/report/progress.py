"""Progress of a build: a live bar on a terminal, plain lines anywhere else."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TextIO

from cemlib.exits import printable
from cemlib.formats import plural
from cemlib.report.artifacts import Outcome
from cemlib.report.plan.study import Run

if TYPE_CHECKING:
    from rich.console import Console

MAX_LINES = 40  # a larger build does not print a line per run
PAUSE = 5.0  # seconds between two lines of a larger build


class Progress(Protocol):
    """Receives the progress of a build."""

    def planned(self, reasons: Mapping[str, str]) -> None:
        """Receive why each run that will be executed is not reused, by slug."""

    def started(self, run: Run) -> None:
        """Receive that a run has started."""

    def cached(self, run: Run) -> None:
        """Receive that a run of an earlier build is reused."""

    def finished(self, outcome: Outcome) -> None:
        """Receive that a run has ended, successfully or not."""

    def close(self) -> None:
        """Receive that the build has ended."""


@dataclass(slots=True)
class Tally:
    """The number of runs done, and an estimate of the remaining time.

    Parameters
    ----------
    total : int
        Number of runs.
    clock : callable
        Returns a time in seconds.
    cached, executed, failed : int
        Runs reused from the cache, and runs executed, of which some failed.
    """

    total: int
    clock: Callable[[], float] = time.monotonic
    cached: int = 0
    executed: int = 0
    failed: int = 0
    _began: float | None = None

    @property
    def done(self) -> int:
        """Number of runs done."""
        return self.cached + self.executed

    def begin(self) -> None:
        """Take the time at which the first run started."""
        if self._began is None:
            self._began = self.clock()

    def add(self, outcome: Outcome) -> None:
        """Count a run that has ended."""
        self.begin()
        self.executed += 1
        self.failed += outcome.failure is not None

    def remaining(self) -> float | None:
        """Return the estimated seconds until the end; None before a first run has ended."""
        if not self.executed or self._began is None:
            return None
        return (self.clock() - self._began) / self.executed * (self.total - self.done)

    def __str__(self) -> str:
        """Return the tally in words."""
        parts = [f"{self.done} of {self.total}"]
        if self.cached:
            parts.append(f"{self.cached} cached")
        if self.failed:
            parts.append(f"{self.failed} failed")
        remaining = self.remaining()
        if remaining is not None and self.done < self.total:
            parts.append(f"{duration(remaining)} left")
        return ", ".join(parts)


class Lines:
    """Progress in plain lines: one per run, or one every few seconds in a large build.

    Parameters
    ----------
    total : int
        Number of runs.
    write : callable
        Receives each line.
    clock : callable
        Returns a time in seconds.
    """

    def __init__(
        self,
        total: int,
        write: Callable[[str], None] = print,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tally = Tally(total, clock)
        self._write = write
        self._clock = clock
        self._last = clock()
        self._reported = -1

    def planned(self, reasons: Mapping[str, str]) -> None:
        """Report why runs are executed, where some of them could have been reused."""
        if text := why(reasons):
            self._write(text)

    def started(self, run: Run) -> None:
        """Receive that a run has started; before the first one, report the cached runs."""
        if self._reported < 0 and self._tally.cached:
            self._report()
        self._reported = max(self._reported, 0)
        self._tally.begin()

    def cached(self, run: Run) -> None:
        """Count a cached run; cached runs are reported together."""
        self._tally.cached += 1

    def finished(self, outcome: Outcome) -> None:
        """Count a run that has ended; a failure is always reported."""
        self._tally.add(outcome)
        if outcome.failure or self._tally.total <= MAX_LINES:
            self._report(line(outcome))
        elif self._clock() - self._last >= PAUSE or self._tally.done == self._tally.total:
            self._report()

    def close(self) -> None:
        """Report what has not been reported yet."""
        if self._reported != self._tally.done and self._tally.done:
            self._report()

    def _report(self, text: str = "") -> None:
        self._write(f"[{self._tally}] {text}".rstrip())
        self._last = self._clock()
        self._reported = self._tally.done


class Bar:
    """Progress as a live bar on a terminal; failures are printed above it.

    Parameters
    ----------
    total : int
        Number of runs.
    console : rich.console.Console
        The terminal.
    clock : callable
        Returns a time in seconds.
    """

    def __init__(
        self, total: int, console: Console, clock: Callable[[], float] = time.monotonic
    ) -> None:
        from rich import progress

        self._tally = Tally(total, clock)
        self._bar = progress.Progress(
            progress.BarColumn(30),
            progress.TextColumn("{task.fields[tally]}  {task.description}", markup=False),
            console=console,
        )
        self._task = self._bar.add_task("", total=total, tally=self._tally)
        self._bar.start()

    def planned(self, reasons: Mapping[str, str]) -> None:
        """Print above the bar why runs are executed."""
        if text := why(reasons):
            self._bar.console.print(printable(text), markup=False, highlight=False, soft_wrap=True)

    def started(self, run: Run) -> None:
        """Show the name of a run that has started."""
        self._tally.begin()
        self._bar.update(self._task, description=run.slug)

    def cached(self, run: Run) -> None:
        """Count a cached run."""
        self._tally.cached += 1
        self._bar.update(self._task, completed=self._tally.done)

    def finished(self, outcome: Outcome) -> None:
        """Count a run that has ended; a failure is printed above the bar."""
        self._tally.add(outcome)
        if outcome.failure:
            text = printable(line(outcome))
            self._bar.console.print(text, markup=False, highlight=False, soft_wrap=True)
        self._bar.update(self._task, completed=self._tally.done)

    def close(self) -> None:
        """Leave the final state of the bar."""
        self._bar.update(self._task, description="")
        self._bar.stop()


def choose(total: int, stream: TextIO | None = None) -> Progress:
    """Return the progress that suits a stream: a live bar on a terminal, plain lines elsewhere.

    Parameters
    ----------
    total : int
        Number of runs.
    stream : text file, optional
        Where it is shown; the standard output by default.
    """
    target = stream or sys.stdout
    if target.isatty():
        from rich.console import Console

        return Bar(total, Console(file=target))
    return Lines(total, lambda text: print(printable(text), file=target, flush=True))


def why(reasons: Mapping[str, str]) -> str:
    """Return a line that says why runs are executed; empty where all run for the first time.

    Examples
    --------
    >>> why({"a": "workbook changed", "b": "workbook changed", "c": "never ran"})
    'to run: 2 workbook changed, 1 never ran'
    >>> why({"a": "never ran"})
    ''
    """
    counts = Counter(reasons.values())
    if set(counts) <= {"never ran"}:
        return ""
    return "to run: " + ", ".join(f"{count:,} {reason}" for reason, count in counts.most_common())


def line(outcome: Outcome) -> str:
    """Return a line that says how a run ended."""
    if outcome.failure:
        return f"{outcome.run.slug}: FAILED: {outcome.failure}"
    findings = plural(len(outcome.findings), "finding")
    return f"{outcome.run.slug}: {findings} in {outcome.seconds:.1f} s"


def duration(seconds: float) -> str:
    """Return a waiting time in words.

    Examples
    --------
    >>> duration(0.4), duration(42.2), duration(200), duration(7000)
    ('1 s', '42 s', '3 min', '1 h 57 min')
    """
    if seconds < 100:
        return f"{max(round(seconds), 1)} s"
    minutes = round(seconds / 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min"
