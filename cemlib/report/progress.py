"""How far a build has come: a live line on a terminal, plain lines anywhere else."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TextIO

from cemlib.exits import printable
from cemlib.report.artifacts import Outcome
from cemlib.report.pages import words
from cemlib.report.plan.study import Run

MOST_LINES = 40  # a build of more runs does not get a line a run
PAUSE = 5.0  # seconds between two lines of such a build
BLINK = 0.1  # seconds between two states of the live line


class Progress(Protocol):
    """What a build tells as it goes on."""

    def started(self, run: Run) -> None:
        """Take that a run has been started."""

    def kept(self, run: Run) -> None:
        """Take that a run was made by an earlier build and is kept."""

    def finished(self, outcome: Outcome) -> None:
        """Take that a run has ended, well or not."""

    def close(self) -> None:
        """Take that nothing more will come."""


@dataclass(slots=True)
class Tally:
    """What has been done, and how long the rest may take.

    Parameters
    ----------
    total : int
        Runs in all.
    clock : callable
        Returns the seconds since some moment.
    kept, made, failed : int
        Runs that were kept, and that were made, of which some failed.
    """

    total: int
    clock: Callable[[], float] = time.monotonic
    kept: int = 0
    made: int = 0
    failed: int = 0
    _began: float | None = None

    @property
    def done(self) -> int:
        """How many runs are behind us."""
        return self.kept + self.made

    def begin(self) -> None:
        """Take the time at which the first run was started."""
        if self._began is None:
            self._began = self.clock()

    def add(self, outcome: Outcome) -> None:
        """Count a run that has ended."""
        self.begin()
        self.made += 1
        self.failed += outcome.failure is not None

    def left(self) -> float | None:
        """Return the seconds that the rest will take at the pace so far; none before a first."""
        if not self.made or self._began is None:
            return None
        return (self.clock() - self._began) / self.made * (self.total - self.done)

    def __str__(self) -> str:
        """Return the tally in words."""
        parts = [f"{self.done} of {self.total}"]
        if self.kept:
            parts.append(f"{self.kept} kept")
        if self.failed:
            parts.append(f"{self.failed} failed")
        left = self.left()
        if left is not None and self.done < self.total:
            parts.append(f"{duration(left)} left")
        return ", ".join(parts)


class Lines:
    """Plain lines: one a run, or one every few seconds where there are many runs.

    Parameters
    ----------
    total : int
        Runs in all.
    say : callable
        Takes each line.
    clock : callable
        Returns the seconds since some moment.
    """

    def __init__(
        self,
        total: int,
        say: Callable[[str], None] = print,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tally = Tally(total, clock)
        self._say = say
        self._clock = clock
        self._last = clock()
        self._told = -1

    def started(self, run: Run) -> None:
        """Take that a run has been started; the first tells how many are kept."""
        if self._told < 0 and self._tally.kept:
            self._tell()
        self._told = max(self._told, 0)
        self._tally.begin()

    def kept(self, run: Run) -> None:
        """Take that a run is kept; kept runs are told of together."""
        self._tally.kept += 1

    def finished(self, outcome: Outcome) -> None:
        """Take that a run has ended, and say so; a failure is always said."""
        self._tally.add(outcome)
        if outcome.failure or self._tally.total <= MOST_LINES:
            self._tell(line(outcome))
        elif self._clock() - self._last >= PAUSE or self._tally.done == self._tally.total:
            self._tell()

    def close(self) -> None:
        """Say what has not been said yet."""
        if self._told != self._tally.done and self._tally.done:
            self._tell()

    def _tell(self, text: str = "") -> None:
        self._say(f"[{self._tally}] {text}".rstrip())
        self._last = self._clock()
        self._told = self._tally.done


class Bar:
    """A live line on a terminal; failures stay above it.

    Parameters
    ----------
    total : int
        Runs in all.
    stream : text file
        The terminal.
    clock : callable
        Returns the seconds since some moment.
    """

    def __init__(
        self,
        total: int,
        stream: TextIO,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tally = Tally(total, clock)
        self._stream = stream
        self._clock = clock
        self._last = float("-inf")
        self._slug = ""
        self._marks = "█░" if _writes(stream, "█░") else "#."

    def started(self, run: Run) -> None:
        """Show the name of a run that has been started."""
        self._tally.begin()
        self._slug = run.slug
        self._draw()

    def kept(self, run: Run) -> None:
        """Count a run that is kept."""
        self._tally.kept += 1
        self._draw()

    def finished(self, outcome: Outcome) -> None:
        """Count a run that has ended; a failure is written above the bar."""
        self._tally.add(outcome)
        if outcome.failure:
            self._write(f"\r\x1b[K{printable(line(outcome))}\n")
        self._draw(at_once=outcome.failure is not None)

    def close(self) -> None:
        """Leave a last line, and the cursor below it."""
        self._slug = ""
        self._write(f"\r\x1b[K{self._tally}\n")

    def _draw(self, at_once: bool = False) -> None:
        if not at_once and self._clock() - self._last < BLINK:
            return
        self._last = self._clock()
        width = shutil.get_terminal_size().columns - 1
        length = max(min(30, width - 50), 5)
        full = length * self._tally.done // self._tally.total if self._tally.total else length
        bar = self._marks[0] * full + self._marks[1] * (length - full)
        self._write(f"\r\x1b[K{f'{bar}  {self._tally}  {self._slug}'[:width]}")

    def _write(self, text: str) -> None:
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        self._stream.write(text.encode(encoding, "replace").decode(encoding))
        self._stream.flush()


def choose(total: int, stream: TextIO | None = None) -> Progress:
    """Return the progress that suits a stream: a live line on a terminal, plain lines elsewhere.

    Parameters
    ----------
    total : int
        Runs in all.
    stream : text file, optional
        Where it is shown; the standard output if not given.
    """
    shown = stream or sys.stdout
    if shown.isatty():
        return Bar(total, shown)
    return Lines(total, lambda text: print(printable(text), file=shown, flush=True))


def line(outcome: Outcome) -> str:
    """Return a line that says how a run ended."""
    if outcome.failure:
        return f"{outcome.run.slug}: FAILED: {outcome.failure}"
    found = words.plural(len(outcome.findings), "finding")
    return f"{outcome.run.slug}: {found} in {outcome.seconds:.1f} s"


def duration(seconds: float) -> str:
    """Return a time to wait as people say it.

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


def _writes(stream: TextIO, text: str) -> bool:
    try:
        text.encode(getattr(stream, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True
