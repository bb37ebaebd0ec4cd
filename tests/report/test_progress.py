"""Progress of a build: live on a terminal, in plain lines elsewhere."""

from __future__ import annotations

import io
import re
from types import SimpleNamespace

import pytest
from rich.console import Console

from cemlib.report import progress
from cemlib.report.artifacts import Outcome
from cemlib.report.errors import CellFailure

FAILURE = CellFailure("01-speaks", 3, "map", "1 / 0", "ZeroDivisionError", "no")


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


class Terminal(io.StringIO):
    def isatty(self):
        return True


def run(number):
    return SimpleNamespace(slug=f"run-{number}")


def ended(number, failure=None):
    return Outcome(run(number), failure=failure, seconds=1.5)


@pytest.fixture
def clock():
    return Clock()


def test_a_small_build_prints_a_line_per_run_with_the_remaining_time(clock):
    printed = []
    lines = progress.Lines(4, printed.append, clock)
    lines.cached(run(0))
    for number in (1, 2, 3):
        lines.started(run(number))
        clock.now += 60
        lines.finished(ended(number, FAILURE if number == 2 else None))
    lines.close()
    assert printed == [
        "[1 of 4, 1 cached]",
        "[2 of 4, 1 cached, 2 min left] run-1: no findings in 1.5 s",
        "[3 of 4, 1 cached, 1 failed, 60 s left] run-2: FAILED: "
        "01-speaks, cell 3 (map), at `1 / 0`: ZeroDivisionError: no",
        "[4 of 4, 1 cached, 1 failed] run-3: no findings in 1.5 s",
    ]


def test_a_build_says_why_it_runs_what_it_could_have_reused(clock):
    printed = []
    lines = progress.Lines(4, printed.append, clock)
    lines.planned({"a": "parameter cut changed from 'mean' to 'median'", "b": "never ran"})
    lines.planned({"a": "never ran"})
    assert printed == ["to run: 1 parameter cut changed from 'mean' to 'median', 1 never ran"]
    terminal = Terminal()
    bar = progress.Bar(1, Console(file=terminal, force_terminal=True), clock)
    bar.planned({"a": "workbook changed"})
    bar.close()
    assert "to run: 1 workbook changed" in terminal.getvalue()


def test_a_build_with_nothing_to_do_prints_one_line(clock):
    printed = []
    lines = progress.Lines(300, printed.append, clock)
    for number in range(300):
        lines.cached(run(number))
    lines.close()
    lines.close()
    assert printed == ["[300 of 300, 300 cached]"]


def test_a_large_build_prints_a_line_every_few_seconds_and_each_failure(clock):
    printed = []
    lines = progress.Lines(100, printed.append, clock)
    for number in range(100):
        lines.started(run(number))
        clock.now += 0.5
        lines.finished(ended(number, FAILURE if number == 33 else None))
    lines.close()
    assert len(printed) == 11
    assert printed[0] == "[10 of 100, 45 s left]"
    assert sum("FAILED" in line for line in printed) == 1
    assert printed[-1] == "[100 of 100, 1 failed]"


def test_an_interrupted_build_prints_how_far_it_came(clock):
    printed = []
    lines = progress.Lines(100, printed.append, clock)
    lines.started(run(0))
    lines.finished(ended(0))
    clock.now += 3
    lines.close()
    assert printed == ["[1 of 100, 5 min left]"]


def bar_of(total, clock, stream=None, **options):
    stream = stream or Terminal()
    console = Console(file=stream, force_terminal=True, width=90, color_system=None, **options)
    return stream, progress.Bar(total, console, clock)


def test_a_terminal_shows_one_bar_and_the_failures_above_it(clock):
    terminal, bar = bar_of(4, clock)
    bar.cached(run(0))
    for number in (1, 2):
        clock.now += 30
        bar.started(run(number))
        clock.now += 30
        bar.finished(ended(number, FAILURE if number == 1 else None))
    bar.close()
    lines = re.split(r"[\r\n]+", terminal.getvalue())
    assert any("run-1: FAILED: 01-speaks, cell 3" in line for line in lines)
    state = [line for line in lines if "of 4" in line][-1]
    assert "3 of 4, 1 cached, 1 failed, 45 s left" in state
    assert "run-2" not in state


def test_a_terminal_is_not_redrawn_for_every_cached_run(clock):
    terminal, bar = bar_of(1000, clock)
    for number in range(1000):
        bar.cached(run(number))
    bar.close()
    assert terminal.getvalue().count("of 1000") < 100
    assert "1000 of 1000, 1000 cached" in terminal.getvalue()


def test_a_failure_shows_commands_to_a_terminal_as_text(clock):
    terminal, bar = bar_of(1, clock)
    bar.finished(ended(1, CellFailure("w", 1, "x", "", "E", "\x1b[2J [bold]gone")))
    bar.close()
    assert "E: \\x1b[2J [bold]gone" in terminal.getvalue()


def test_an_ascii_terminal_gets_ascii_only(clock):
    bytes_written = io.BytesIO()
    stream = io.TextIOWrapper(bytes_written, encoding="ascii", errors="strict")
    _, bar = bar_of(2, clock, stream)
    bar.started(run(1))
    bar.close()
    stream.flush()
    assert b"0 of 2" in bytes_written.getvalue()


def test_the_stream_decides():
    bar = progress.choose(3, Terminal())
    assert isinstance(bar, progress.Bar)
    bar.close()
    plain = io.StringIO()
    lines = progress.choose(1, plain)
    assert isinstance(lines, progress.Lines)
    lines.finished(ended(1))
    assert plain.getvalue() == "[1 of 1] run-1: no findings in 1.5 s\n"
