"""What a build says while it goes on: live on a terminal, in plain lines elsewhere."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pytest

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
    encoding = "utf-8"

    def isatty(self):
        return True


def run(number):
    return SimpleNamespace(slug=f"run-{number}")


def ended(number, failure=None):
    return Outcome(run(number), failure=failure, seconds=1.5)


@pytest.fixture
def clock():
    return Clock()


def test_a_small_build_says_a_line_a_run_with_the_time_left(clock):
    said = []
    lines = progress.Lines(4, said.append, clock)
    lines.kept(run(0))
    for number in (1, 2, 3):
        lines.started(run(number))
        clock.now += 60
        lines.finished(ended(number, FAILURE if number == 2 else None))
    lines.close()
    assert said == [
        "[1 of 4, 1 kept]",
        "[2 of 4, 1 kept, 2 min left] run-1: 0 findings in 1.5 s",
        "[3 of 4, 1 kept, 1 failed, 60 s left] run-2: FAILED: "
        "01-speaks, cell 3 (map), at `1 / 0`: ZeroDivisionError: no",
        "[4 of 4, 1 kept, 1 failed] run-3: 0 findings in 1.5 s",
    ]


def test_a_build_with_nothing_to_do_says_one_line(clock):
    said = []
    lines = progress.Lines(300, said.append, clock)
    for number in range(300):
        lines.kept(run(number))
    lines.close()
    lines.close()
    assert said == ["[300 of 300, 300 kept]"]


def test_a_large_build_speaks_every_few_seconds_but_of_each_failure(clock):
    said = []
    lines = progress.Lines(100, said.append, clock)
    for number in range(100):
        lines.started(run(number))
        clock.now += 0.5
        lines.finished(ended(number, FAILURE if number == 33 else None))
    lines.close()
    assert len(said) == 11
    assert said[0] == "[10 of 100, 45 s left]"
    assert sum("FAILED" in line for line in said) == 1
    assert said[-1] == "[100 of 100, 1 failed]"


def test_an_interrupted_build_says_how_far_it_came(clock):
    said = []
    lines = progress.Lines(100, said.append, clock)
    lines.started(run(0))
    lines.finished(ended(0))
    clock.now += 3
    lines.close()
    assert said == ["[1 of 100, 5 min left]"]


def test_a_terminal_sees_one_line_and_the_failures_above_it(clock, monkeypatch):
    monkeypatch.setenv("COLUMNS", "90")
    terminal = Terminal()
    bar = progress.Bar(4, terminal, clock)
    bar.kept(run(0))
    for number in (1, 2):
        clock.now += 30
        bar.started(run(number))
        clock.now += 30
        bar.finished(ended(number, FAILURE if number == 1 else None))
    bar.close()
    lines = terminal.getvalue().split("\n")
    states = [line.split("\x1b[K")[-1] for line in lines]
    assert states[0].startswith("run-1: FAILED: ")
    assert states[1:] == ["3 of 4, 1 kept, 1 failed, 45 s left", ""]
    assert "\r\x1b[K" + "█" * 15 + "░" * 15 + "  2 of 4, 1 kept, 1 failed" in lines[1]
    assert all(len(state) < 90 for line in lines for state in line.split("\r\x1b[K")[:-1])


def test_a_terminal_is_not_drawn_on_without_pause(clock):
    terminal = Terminal()
    bar = progress.Bar(1000, terminal, clock)
    for number in range(1000):
        bar.kept(run(number))
    assert terminal.getvalue().count("\r") == 1


def test_a_terminal_of_few_characters_is_spared_others(clock):
    class Old(Terminal):
        encoding = "ascii"

    terminal = Old()
    bar = progress.Bar(2, terminal, clock)
    bar.started(SimpleNamespace(slug="客户"))
    assert terminal.getvalue().isascii()


def test_the_stream_decides():
    assert isinstance(progress.choose(3, Terminal()), progress.Bar)
    plain = io.StringIO()
    lines = progress.choose(1, plain)
    assert isinstance(lines, progress.Lines)
    lines.finished(ended(1))
    assert plain.getvalue() == "[1 of 1] run-1: 0 findings in 1.5 s\n"
