"""Waiting lines: printed values of Erlang, laws, and the desk where it is an M/M/c queue."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cemlib.studies.repair.queueing import Line, agents_needed, erlang_b, erlang_c, in_system
from cemlib.studies.repair.repair_desk import Desk, draw_luck, run_desk

loads, counts = st.floats(0.05, 60), st.integers(1, 80)


def test_printed_values():
    """The package pyworkforce prints the first three; the others are computed from the formula."""
    line = Line(arrivals=200, minutes=3, agents=14)
    assert line.waits == pytest.approx(0.1741319335950498, rel=1e-13)
    assert line.answered_within(20) == pytest.approx(0.8883500191794669, rel=1e-13)
    assert line.occupancy == pytest.approx(0.7142857142857143, rel=1e-13)
    assert line.mean_wait == pytest.approx(7.836, abs=5e-4)
    assert erlang_b(10.0, 14) == pytest.approx(0.0568191434, abs=5e-11)


def test_second_worked_example():
    line = Line(arrivals=720, minutes=4, agents=55)
    assert line.waits == pytest.approx(0.2387009, abs=5e-8)
    assert line.answered_within(15) == pytest.approx(0.8458831, abs=5e-8)
    assert line.mean_wait == pytest.approx(8.184, abs=5e-4)


@given(loads, counts)
def test_erlang_b_is_its_sum(load, agents):
    terms = np.cumprod(np.r_[1.0, load / np.arange(1, agents + 1)])
    assert erlang_b(load, agents) == pytest.approx(terms[-1] / terms.sum(), rel=1e-9)


@given(loads, counts)
def test_waiting_falls_with_agents_and_loss_is_less_than_waiting(load, agents):
    slack = 1 + 1e-12
    assert erlang_b(load, agents) <= erlang_c(load, agents) * slack <= slack**2
    assert erlang_c(load, agents + 1) <= erlang_c(load, agents) * slack


@given(st.floats(0.01, 0.99))
def test_one_agent_waits_as_often_as_he_is_busy(load):
    assert erlang_c(load, 1) == pytest.approx(load)


def test_a_line_that_only_grows():
    line = Line(arrivals=60, minutes=2, agents=2)
    assert line.waits == 1
    assert line.mean_wait == np.inf
    assert line.answered_within(3600) == 0
    assert line.occupancy == 1


@given(st.floats(5, 500), st.floats(0.5, 10), st.floats(0.3, 0.95), st.floats(0, 60))
@settings(deadline=None)
def test_agents_needed_are_the_fewest(arrivals, minutes, share, seconds):
    agents = agents_needed(arrivals, minutes, share=share, seconds=seconds)
    assert Line(arrivals, minutes, agents).answered_within(seconds) >= share
    if agents > 1:
        assert Line(arrivals, minutes, agents - 1).answered_within(seconds) < share


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: erlang_b(0.0, 3), "load is 0.0"),
        (lambda: erlang_c(1.0, 0), "agents is 0"),
        (lambda: Line(0, 3, 1), "arrivals is 0"),
        (lambda: agents_needed(10, 3, share=1.0, seconds=20), "share is 1.0"),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def poisson_cases(rng, count, arrivals, minutes):
    frame = pd.DataFrame({"arrived": np.cumsum(rng.exponential(1 / arrivals, count))})
    frame["minutes"] = minutes * rng.standard_exponential(count)
    return draw_luck(
        frame.assign(severity=1, value=1.0, ceiling=0.5, half_life=24.0, shape=2.0), rng
    )


ERLANG = {"opens": 0, "closes": 24, "answer": 1.0, "complaint": 0.0}


@pytest.mark.parametrize(("arrivals", "minutes", "agents"), [(200, 3, 14), (12, 4, 1), (40, 6, 5)])
def test_desk_without_shifts_meets_erlang_c(arrivals, minutes, agents):
    """Means of 20 stretches of time, each nearly independent of the others."""
    rng = np.random.default_rng(agents)
    cases = poisson_cases(rng, 20_000, arrivals, minutes)
    waited = run_desk(cases, Desk(agents, **ERLANG), "first come")["waited"].to_numpy()
    line = Line(arrivals, minutes, agents)
    for found, expected in (
        (waited > 1e-9, line.waits),
        (3600 * waited, line.mean_wait),
        (3600 * waited <= 20, line.answered_within(20)),
    ):
        stretches = found[1000:].reshape(20, -1).mean(axis=1)
        error = stretches.std(ddof=1) / np.sqrt(20)
        assert abs(stretches.mean() - expected) < 3.5 * error, (stretches.mean(), expected, error)


def test_littles_law_holds_on_the_desk():
    rng = np.random.default_rng(3)
    cases = poisson_cases(rng, 20_000, 60, 8)
    result = run_desk(cases, Desk(10, **ERLANG), "first come")
    start, end = np.quantile(cases["arrived"], [0.05, 0.95])
    times = rng.uniform(start, end, 20_000)
    inside = in_system(cases["arrived"], result["left"], times).mean()
    stayed = (result["left"] - cases["arrived"]).mean()
    assert inside == pytest.approx(60 * stayed, rel=0.03)
    line = Line(60, 8, 10)
    assert inside == pytest.approx(line.load + line.waiting, rel=0.06)
