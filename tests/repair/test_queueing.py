"""Waiting lines: printed values of Erlang, laws, and the desk where it is an M/M/c queue."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cemlib.studies.repair.desk import Desk, add_draws, run_desk
from cemlib.studies.repair.queueing import Queue, erlang_b, erlang_c

loads, counts = st.floats(0.05, 60), st.integers(1, 80)


def test_printed_values():
    """The package pyworkforce prints the first three; the others are computed from the formula."""
    queue = Queue(arrivals=200, minutes=3, agents=14)
    assert queue.waits == pytest.approx(0.1741319335950498, rel=1e-13)
    assert queue.answered_within(20) == pytest.approx(0.8883500191794669, rel=1e-13)
    assert queue.mean_wait == pytest.approx(7.836, abs=5e-4)
    assert erlang_b(10.0, 14) == pytest.approx(0.0568191434, abs=5e-11)


def test_second_worked_example():
    queue = Queue(arrivals=720, minutes=4, agents=55)
    assert queue.waits == pytest.approx(0.2387009, abs=5e-8)
    assert queue.answered_within(15) == pytest.approx(0.8458831, abs=5e-8)
    assert queue.mean_wait == pytest.approx(8.184, abs=5e-4)


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
def test_one_agent_delays_as_many_calls_as_he_is_busy(load):
    assert erlang_c(load, 1) == pytest.approx(load)


def test_demand_above_capacity():
    queue = Queue(arrivals=60, minutes=2, agents=2)
    assert queue.waits == 1
    assert queue.mean_wait == np.inf
    assert queue.answered_within(3600) == 0


@given(st.floats(5, 500), st.floats(0.5, 10), st.floats(0.3, 0.95), st.floats(0, 60))
@settings(deadline=None)
def test_agents_needed_are_the_smallest_number(arrivals, minutes, share, seconds):
    agents = Queue(arrivals, minutes, 1).agents_needed(share, seconds)
    assert Queue(arrivals, minutes, agents).answered_within(seconds) >= share
    if agents > 1:
        assert Queue(arrivals, minutes, agents - 1).answered_within(seconds) < share


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: erlang_b(0.0, 3), "load is 0.0"),
        (lambda: erlang_c(1.0, 0), "agents is 0"),
        (lambda: Queue(0, 3, 1), "arrivals is 0"),
        (lambda: Queue(10, 3, 1).agents_needed(1.0, 20), "share is 1.0"),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def poisson_cases(rng, count, arrivals, minutes):
    frame = pd.DataFrame({"arrived": np.cumsum(rng.exponential(1 / arrivals, count))})
    frame["minutes"] = minutes * rng.standard_exponential(count)
    return add_draws(
        frame.assign(severity=1, value=1.0, initial_probability=0.5, half_life=24.0, shape=2.0), rng
    )


ERLANG = {"opens": 0, "closes": 24, "answer": 1.0, "complaint": 0.0}


@pytest.mark.parametrize(("arrivals", "minutes", "agents"), [(200, 3, 14), (12, 4, 1), (40, 6, 5)])
def test_desk_without_shifts_meets_erlang_c(arrivals, minutes, agents):
    """Means of 20 stretches of time, each nearly independent of the others."""
    rng = np.random.default_rng(agents)
    cases = poisson_cases(rng, 20_000, arrivals, minutes)
    waited = run_desk(cases, Desk(agents, **ERLANG), "first come")["waited"].to_numpy()
    queue = Queue(arrivals, minutes, agents)
    for values, expected in (
        (waited > 1e-9, queue.waits),
        (3600 * waited, queue.mean_wait),
        (3600 * waited <= 20, queue.answered_within(20)),
    ):
        stretches = values[1000:].reshape(20, -1).mean(axis=1)
        error = stretches.std(ddof=1) / np.sqrt(20)
        assert abs(stretches.mean() - expected) < 3.5 * error, (stretches.mean(), expected, error)
