"""A call centre: Erlang A against print, simulation and its limits; estimates against the truth."""

import heapq

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cemlib.catalogue import problems
from cemlib.studies.repair import plots, words
from cemlib.studies.repair.call_centre import (
    WAITED,
    analyse_calls,
    arrival_rates,
    handling_times,
    patience,
)
from cemlib.studies.repair.datasets import load_calls
from cemlib.studies.repair.erlang_a import ErlangA
from cemlib.studies.repair.operator.call_centre import CALLS, CallTruth, simulate_calls
from cemlib.studies.repair.queueing import Queue


@pytest.fixture(scope="module")
def centre():
    return analyse_calls(load_calls().calls)


def test_erlang_a_gives_the_printed_values():
    """Mandelbaum & Zeltyn (2007), Service Engineering in Action, Table 1: 48 calls per minute."""
    impatient, patient = ErlangA(2880, 1, 50, 2), Queue(2880, 1, 50)
    assert round(100 * impatient.abandoned, 1) == 3.1
    assert round(impatient.mean_wait, 1) == 3.7
    assert round(100 * impatient.occupancy) == 93
    assert round(patient.mean_wait, 1) == 20.8


def simulated(arrivals, minutes, agents, mean_patience, count, rng):
    at = np.cumsum(rng.exponential(60 / arrivals, count))
    work, patient = rng.exponential(minutes, count), rng.exponential(mean_patience, count)
    free = [0.0] * agents
    wait, lost = np.empty(count), np.zeros(count, dtype=bool)
    for call in range(count):
        offered = max(free[0] - at[call], 0.0)
        lost[call] = offered > patient[call]
        wait[call] = min(offered, patient[call])
        if not lost[call]:
            heapq.heapreplace(free, at[call] + offered + work[call])
    return 60 * wait, lost


@pytest.mark.parametrize("load", [(200, 3, 10, 2), (30, 4, 2, 6), (90, 4, 5, 1)])
def test_erlang_a_is_what_a_simulation_gives(load):
    wait, lost = simulated(*load, 200_000, np.random.default_rng(3))
    queue = ErlangA(*load)
    assert lost.mean() == pytest.approx(queue.abandoned, abs=0.006)
    assert (wait > 0).mean() == pytest.approx(queue.waits, abs=0.012)
    assert wait.mean() == pytest.approx(queue.mean_wait, rel=0.03)
    for seconds in (0, 20, 90):
        share = ((wait <= seconds) & ~lost).mean()
        assert share == pytest.approx(queue.answered_within(seconds), abs=0.012)


@given(st.floats(1, 300), st.floats(0.5, 12), st.integers(1, 60), st.floats(0.2, 30))
def test_erlang_a_keeps_its_laws(arrivals, minutes, agents, mean_patience):
    queue = ErlangA(arrivals, minutes, agents, mean_patience)
    assert 0 <= queue.abandoned <= queue.waits <= 1 + 1e-12
    assert queue.occupancy <= 1 + 1e-9
    answered = [queue.answered_within(seconds) for seconds in (0, 10, 100, 1e6)]
    assert answered == sorted(answered)
    assert answered[0] == pytest.approx(1 - queue.waits, abs=1e-9)
    assert answered[-1] == pytest.approx(1 - queue.abandoned, abs=1e-9)
    more = ErlangA(arrivals, minutes, agents + 1, mean_patience)
    assert more.abandoned <= queue.abandoned + 1e-12
    # Flow balance: calls answered per hour are those that busy agents finish.
    served = arrivals * (1 - queue.abandoned)
    assert served <= 60 * agents / minutes * (1 + 1e-9)


def test_patient_callers_make_erlang_c():
    plain, queue = Queue(20, 5, 3), ErlangA(20, 5, 3, 1e7)
    assert queue.waits == pytest.approx(plain.waits, rel=1e-4)
    assert queue.mean_wait == pytest.approx(plain.mean_wait, rel=1e-3)
    assert queue.answered_within(30) == pytest.approx(plain.answered_within(30), rel=1e-4)


def test_agents_needed_is_the_smallest_number():
    for share, seconds in ((0.8, 20), (0.95, 5), (0.5, 60)):
        needed = ErlangA(200, 3, 1, 2).agents_needed(share, seconds)
        assert ErlangA(200, 3, needed, 2).answered_within(seconds) >= share
        assert ErlangA(200, 3, needed - 1, 2).answered_within(seconds) < share


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 3, 1, 2), "arrivals is 0"),
        ((9, 3, 0, 2), "agents is 0"),
        ((9, 3, 1, 0), "patience is 0"),
    ],
)
def test_erlang_a_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        ErlangA(*arguments)


def test_patience_is_that_of_statsmodels_and_of_the_truth(centre):
    from statsmodels.duration.survfunc import SurvfuncRight

    calls = centre.calls[centre.calls["wait"] > WAITED]
    reference = SurvfuncRight(calls["wait"], calls["abandoned"].astype(int))
    np.testing.assert_allclose(centre.patience.curve["estimate"], reference.surv_prob)
    assert centre.patience.low <= 60 * CALLS.patience <= centre.patience.high
    assert centre.patience.abandoned == calls["abandoned"].sum()


def test_intervals_of_patience_and_handling_cover_the_truth():
    truth, covered = CallTruth(days=14), np.zeros(2)
    for seed in range(60):
        log = simulate_calls(np.random.default_rng(seed), truth)
        arrived, answered, ended = (
            pd.to_datetime(log[name], utc=True) for name in ("arrival", "answered", "ended")
        )
        wait = (answered.fillna(ended) - arrived).dt.total_seconds()
        known = patience(pd.DataFrame({"wait": wait, "abandoned": log["abandoned"]}))
        covered[0] += known.low <= 60 * truth.patience <= known.high
        times = handling_times(pd.DataFrame({"service": (ended - answered).dt.total_seconds()}))
        covered[1] += times.loc[0, "low"] <= 60 * truth.mean_minutes <= times.loc[0, "high"]
    assert (covered >= 51).all(), covered  # of 60 at 95%: fewer than 51 in one of 1,000 trials


def test_rates_of_arrival_recover_the_truth(centre):
    rates = arrival_rates(centre.calls)
    assert rates["calls"].sum() == len(centre.calls)
    true = [
        CALLS.week[int(row.weekday)] * CALLS.rates[int(row.hour) - CALLS.opens]
        for row in rates.itertuples()
    ]
    inside = (rates["low"] <= true) & (true <= rates["high"])
    assert inside.mean() > 0.88


def test_erlang_a_is_near_the_log_and_erlang_c_far_above(centre):
    hours = centre.hours
    weights = hours["calls"]
    log, plain, impatient = (
        np.average(hours[f"mean_wait_{name}"], weights=weights) for name in ("log", "c", "a")
    )
    assert impatient == pytest.approx(log, rel=0.15)
    assert plain > 3 * log
    table = centre.staffing(0.8, 20)
    assert (table["erlang_a"] <= table["erlang_c"]).all()


def test_without_agents_or_abandonment_less_is_said(centre):
    bare = centre.calls.drop(columns=["agents", "skill"])
    without = analyse_calls(bare)
    assert without.hours["waits_c"].isna().all()
    assert "does not say how many agents" in words.erlang_beside(without.hours)
    patient = analyse_calls(bare[~bare["abandoned"]].reset_index(drop=True))
    assert np.isinf(patient.patience.mean)
    assert words.patience(patient.patience).startswith("Nobody hung up")
    assert patient.staffing(0.8, 20)["erlang_a"].isna().all()
    names = {finding.name for finding in words.call_findings(patient)}
    assert "patience" not in names
    assert "agents_needed_erlang_a" not in names
    assert "agents_needed_erlang_c" in names


def test_figures_say_what_they_show(centre):
    shown = [
        plots.arrivals_figure(centre.rates),
        plots.patience_figure(centre),
        plots.erlang_figure(centre.hours),
        plots.staffing_figure(centre, 0.8, 20),
    ]
    assert "Calls per hour by weekday" in shown[0].alt
    assert f"Mean patience of callers {centre.patience.mean:.0f} seconds" in shown[1].alt
    assert "Erlang A says" in shown[2].alt
    assert "for 80% within 20 seconds" in shown[3].alt
    assert all(figure.to_svg().startswith("<svg") for figure in shown)


RAW = "Day,In,q,ser\n260302,{},5,60\n260302,30000,40,0\n"


def raw(tmp_path, first="29535"):
    rows = "".join(f"260303,{30000 + 90 * n},{n % 7},{60 + n}\n" for n in range(30))
    (tmp_path / "calls.csv").write_text(RAW.format(first) + rows)
    columns = "columns: {date: Day, arrival: In, queue: q, service: ser}\nzone: Europe/Berlin\n"
    (tmp_path / "calls.columns.yaml").write_text(columns)
    return tmp_path / "calls.csv"


@pytest.mark.parametrize("first", ["29535", "8:12:15"])
def test_raw_logs_find_their_door(tmp_path, first):
    loaded = load_calls(raw(tmp_path, first))
    head = loaded.calls.iloc[0]
    assert head["arrived"] == pd.Timestamp("2026-03-02 08:12:15", tz="Europe/Berlin")
    assert (head["wait"], head["service"], head["abandoned"]) == (5, 60, False)
    assert loaded.calls["abandoned"].sum() == 1
    assert any("1 call has no answer, and counts as abandoned" in note for note in loaded.notes)


def test_a_wrong_time_of_day_is_refused_at_its_place(tmp_path):
    (fault,) = problems("calls", raw(tmp_path, "99999"))
    assert (fault.row, fault.column, fault.value) == (2, "In", "99999")
    assert fault.problem == "is not a time of day"


def test_tens_of_thousands_of_rows_are_read(tmp_path):
    log = simulate_calls(np.random.default_rng(1), CallTruth(days=200))
    log.to_csv(tmp_path / "calls.csv", index=False)
    loaded = load_calls(tmp_path / "calls.csv")
    assert loaded.rows == len(log) > 20_000
    assert loaded.calls["abandoned"].sum() == log["abandoned"].sum()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("arrival\n2026-03-02 08:00\n", "no column that says how long callers waited"),
        ("arrival,answered,ended\n2026-03-02 08:00,2026-03-02 07:00,2026-03-02 08:10\n",
         "is before the call arrived"),
        ("arrival,queue,service\n2026-03-02 08:00,3,60\n", "fewer than 20 answered calls"),
    ],
)  # fmt: skip
def test_hopeless_logs_are_refused_before_the_run(tmp_path, text, message):
    (tmp_path / "calls.csv").write_text(text)
    assert any(message in str(problem) for problem in problems("calls", tmp_path / "calls.csv"))
