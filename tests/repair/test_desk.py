"""The repair desk: its rules, kept in every run."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from cemlib.studies.repair.desk import COLUMNS, DRAWS, POLICIES, Desk, add_draws, run_desk
from cemlib.studies.repair.golden_time import GoldenTime
from cemlib.studies.repair.policies import (
    compare_policies,
    desk_outcomes,
    draw_load,
    draw_loads,
    mean_over_loads,
)
from tests.repair.simpy_desk import SimPyDesk


def log(seed=1, count=300, days=5):
    rng = np.random.default_rng(seed)
    cases = pd.DataFrame(
        {
            "arrived": np.sort(rng.uniform(0, 24 * days, count)),
            "minutes": rng.gamma(4, 4, count),
            "severity": rng.integers(1, 6, count),
            "value": rng.lognormal(6, 0.7, count),
            "initial_probability": rng.uniform(0.3, 0.9, count),
            "half_life": rng.choice([6.0, 12.0, 24.0, 48.0], count),
            "shape": 2.0,
        }
    )
    return add_draws(cases, rng)


def sure(**changes):
    case = {
        "arrived": 10.0,
        "minutes": 60.0,
        "severity": 3,
        "value": 100.0,
        "initial_probability": 1.0,
    }
    case |= {"half_life": 24.0, "shape": 2.0} | dict.fromkeys(DRAWS, 0.5)
    return case | {"complaint_draw": 0.9} | changes


@given(st.integers(0, 2**32), st.sampled_from(POLICIES), st.integers(1, 5))
@settings(max_examples=20, deadline=None)
def test_every_run_keeps_the_rules(seed, policy, agents):
    cases = log(seed, count=120)
    desk = Desk(agents)
    result = run_desk(cases, desk, policy)
    reached = result["first"].notna()
    hour = result.loc[reached, "first"] % 24
    assert ((hour >= desk.opens - 1e-9) & (hour <= desk.closes + 1e-9)).all()
    assert (result.loc[reached, "waited"] >= 0).all()
    assert not result.loc[~reached, "repaired"].any()
    assert (result["attempts"] <= 2 * desk.tries).all()
    assert (result.loc[reached, "attempts"] >= 1).all()
    assert not (result["settled"] & ~result["complained"]).any()
    starts, bounds = result.loc[reached, "first"], result.loc[reached, "left"]
    busy = [(starts <= at).sum() - (bounds <= at).sum() for at in starts]
    assert max(busy, default=0) <= agents


@given(st.floats(0, 5000), st.floats(0, 23), st.floats(0.1, 1))
def test_an_agent_who_waits_for_the_morning_finds_it(now, opens, length):
    desk = Desk(1, opens=opens, closes=opens + length)
    wait = desk.until_open(now)
    assert 0 <= wait < 24
    assert desk.until_open(now + wait) == 0  # or the clock would stand still for ever
    if wait:
        hour = now % 24
        assert not opens <= hour < opens + length
        assert (now + wait - opens) % 24 == pytest.approx(0, abs=1e-6) or (
            now + wait - opens
        ) % 24 == pytest.approx(24, abs=1e-6)


def test_times_that_round_against_one_another_do_no_harm():
    times = 24 * np.arange(40) + 9 + np.linspace(0, 1e-15, 40)
    cases = pd.DataFrame([sure(arrived=time, complaint_draw=0.0, patience=1e-15) for time in times])
    assert run_desk(cases, Desk(1))["first"].notna().all()


def test_the_same_customers_meet_every_policy():
    cases = log()
    again = run_desk(cases, Desk(2), "value")
    pd.testing.assert_frame_equal(run_desk(cases, Desk(2), "value"), again)
    many = [run_desk(cases, Desk(200), policy)["repaired"] for policy in POLICIES]
    for other in many[1:]:  # with agents for all there is nothing to choose
        pd.testing.assert_series_equal(many[0], other)


@pytest.mark.parametrize(
    ("policy", "order"),
    [
        ("first come", [0, 1, 2, 3]),
        ("severity", [0, 3, 1, 2]),
        ("value", [0, 2, 1, 3]),
        ("golden time", [0, 1, 2, 3]),
    ],
)
def test_each_policy_calls_in_its_order(policy, order):
    waiting = [
        sure(),
        sure(arrived=10.1, severity=3, value=200.0, minutes=30.0),
        sure(arrived=10.2, severity=1, value=300.0),
        sure(arrived=10.3, severity=5, value=50.0),
    ]
    result = run_desk(pd.DataFrame(waiting), Desk(1), policy)
    assert result["first"].sort_values().index.tolist() == order


def test_golden_time_puts_off_who_is_lost_already():
    cases = pd.DataFrame([sure(arrived=-100.0, value=110.0), sure(arrived=9.0)])
    cases["arrived"] += 120
    first = run_desk(cases.sort_values("arrived", ignore_index=True), Desk(1), "golden time")
    assert first["waited"].tolist() == [13.0, 0.0]  # nobody else was there at first
    both = pd.DataFrame([sure(arrived=2.0, half_life=1.0, value=110.0), sure(arrived=8.0)])
    assert run_desk(both, Desk(1), "golden time")["first"].tolist() == [10.0, 9.0]
    assert run_desk(both, Desk(1), "value")["first"].tolist() == [9.0, 10.0]


def test_who_does_not_answer_is_called_again_and_then_let_be():
    silent = dict.fromkeys((name for name in DRAWS if name.startswith("answer")), 0.99)
    never = run_desk(pd.DataFrame([sure(**silent)]), Desk(1, tries=3, redial=2.0))
    assert never["attempts"].tolist() == [3]
    assert never["first"].isna().all()
    second = run_desk(pd.DataFrame([sure(answer_1=0.99)]), Desk(1, redial=2.0))
    assert second["waited"].iloc[0] == pytest.approx(2.0 + 1.5 / 60)


def test_who_complained_gets_a_second_repair_before_others():
    angry = sure(complaint_draw=0.0, patience=5.0, initial_probability=0.9, repair_draw=0.95)
    result = run_desk(pd.DataFrame([angry]), Desk(1))
    assert result.loc[0, ["complained", "settled", "repaired"]].tolist() == [True, True, True]
    assert result.loc[0, "attempts"] == 2
    late = sure(complaint_draw=0.0, patience=0.5, arrived=9.5)
    pair = pd.DataFrame([sure(arrived=9.0, minutes=120.0), sure(arrived=9.2, value=1e6), late])
    first = run_desk(pair, Desk(1), "value")["first"]
    assert first.sort_values().index.tolist() == [0, 2, 1]


def test_a_complaint_during_a_call_is_dealt_with_in_it():
    calling = sure(complaint_draw=0.0, patience=0.5)
    result = run_desk(pd.DataFrame([calling]), Desk(1))
    assert result["attempts"].tolist() == [1]
    assert result["settled"].tolist() == [True]


def test_a_complaint_while_the_last_attempt_rings_gives_all_attempts_again():
    silent = dict.fromkeys((name for name in DRAWS if name.startswith("answer")), 0.99)
    angry = sure(complaint_draw=0.0, patience=0.01, **silent)
    result = run_desk(pd.DataFrame([angry]), Desk(1, tries=1))
    assert result["complained"].tolist() == [True]
    assert result["attempts"].tolist() == [2]


def test_a_complaint_while_the_last_attempt_is_answered_is_dealt_with_in_it():
    calling = sure(complaint_draw=0.0, patience=0.5, initial_probability=0.5, second_draw=0.9)
    result = run_desk(pd.DataFrame([calling]), Desk(1, tries=1))
    assert result["attempts"].tolist() == [1]
    assert result.loc[0, ["complained", "settled"]].tolist() == [True, False]


@given(st.integers(0, 2**32), st.integers(1, 4), st.floats(1, 240), st.floats(0.1, 20))
@example(331, 1, 1.0, 1.0)  # a call begins at a complaint, but for the last bit of a sum of hours
@example(29151, 1, 1.0, 1.0)
@settings(max_examples=30, deadline=None)
def test_nobody_is_called_twice_at_once_or_more_often_than_said(seed, tries, ring, patience):
    """Where attempts ring for hours and patience is short, complaints come in the middle."""
    cases = add_draws(
        log(seed, count=60)[[*COLUMNS]], np.random.default_rng(seed), patience=patience
    )
    desk = Desk(8, tries=tries, answer=0.3, complaint=0.9, ring_minutes=ring, redial=0.5)
    result = run_desk(cases, desk)
    assert (result["attempts"] <= 2 * tries).all()
    assert (result["attempts"] >= result["first"].notna()).all()


def test_golden_time_index_keeps_most_value_where_agents_are_few():
    """On the same customers: paired over 10 logs, each other policy keeps less."""
    kept = np.array(
        [
            compare_policies(log(seed, 400, 5), Desk(1), [2])["value_kept"].to_numpy()
            for seed in range(10)
        ]
    )
    difference = kept[:, [3]] - kept[:, :3]
    error = difference.std(axis=0, ddof=1) / np.sqrt(len(difference))
    assert (difference.mean(axis=0) > 3 * error).all()


def test_the_best_policy_is_marked_for_each_number_of_agents():
    table = compare_policies(log(2, 200), Desk(1), [1, 3])
    for _, rows in table.groupby("agents"):
        assert rows["best"].sum() == 1
        assert rows.loc[rows["best"], "value_kept"].iloc[0] == rows["value_kept"].max()
        first = rows["value_kept"].iloc[0]
        np.testing.assert_allclose(rows["value_gain"], rows["value_kept"] / first - 1)


def test_policies_are_compared_on_the_same_loads():
    loads = [log(seed, 200) for seed in range(4)]
    table = compare_policies(loads, Desk(1), [1, 2], ["first come", "golden time"], elsewhere=3)
    assert table["loads"].tolist() == [4, 3, 4, 3]
    kept = {
        policy: [
            desk_outcomes(load, run_desk(load, Desk(1), policy), Desk(1))["value_kept"]
            for load in loads
        ]
        for policy in ("first come", "golden time")
    }
    rows = table[table["agents"] == 1].set_index("policy")
    differences = np.subtract(kept["golden time"], kept["first come"])
    test = stats.ttest_1samp(differences, 0).confidence_interval()
    behind = rows.loc["first come"]
    assert behind["behind"] == pytest.approx(differences.mean())
    assert (behind["behind_low"], behind["behind_high"]) == pytest.approx(tuple(test))
    gains = stats.ttest_1samp(np.divide(kept["golden time"], kept["first come"]) - 1, 0)
    ahead = rows.loc["golden time"]
    low, high = gains.confidence_interval()
    assert (ahead["value_gain_low"], ahead["value_gain_high"]) == pytest.approx((low, high))
    assert ahead["ahead"] == (differences > 0).mean()


def test_one_load_has_no_interval():
    low, high = mean_over_loads([3.0]).interval()
    assert np.isnan(low)
    assert np.isnan(high)


@pytest.mark.parametrize("seed", range(6))
def test_the_desk_equals_a_simulation_by_simpy(seed):
    rng = np.random.default_rng([4, seed])
    cases = add_draws(log(seed, 250)[[*COLUMNS]], rng, patience=float(rng.choice([2.0, 20, 60])))
    desk = Desk(
        int(rng.integers(1, 6)),
        tries=int(rng.integers(1, 5)),
        answer=float(rng.choice([0.3, 0.65, 1.0])),
        complaint=float(rng.choice([0.35, 0.9])),
        ring_minutes=float(rng.choice([1.5, 60.0])),
        redial=float(rng.choice([0.5, 3.0])),
    )
    for policy in POLICIES:
        pd.testing.assert_frame_equal(
            run_desk(cases, desk, policy), SimPyDesk(cases, desk, policy).run(), rtol=1e-12
        )


def test_load_has_the_logs_hours_and_weekdays(rng):
    days = pd.to_datetime(["2026-03-02T09:30+08:00", "2026-03-07T22:00+08:00"], utc=True)
    source = pd.DataFrame({"opened": days, "severity": [1, 5], "value": [100, 900]})
    source["minutes"] = [10.0, np.nan]
    fit = GoldenTime((), (), {}, np.array([0.0, np.log(8), np.log(2)]), np.eye(3))
    load = draw_load(source, fit, rng, weekly=50, weeks=3)
    assert len(load) == 150
    assert load["arrived"].is_monotonic_increasing
    hour_of_week = (load["arrived"] % 168).round(6)
    assert set(hour_of_week) == {9.5, 142.0}
    assert (load.loc[hour_of_week == 9.5, "severity"] == 1).all()
    assert (load["minutes"] == 10).all()
    assert load.groupby(load["arrived"] // 168).size().tolist() == [50, 50, 50]
    assert run_desk(load, Desk(2)).shape[0] == 150


def test_outcomes_are_counted_as_documented():
    cases = log(4)
    desk = Desk(3, days=9)
    result = run_desk(cases, desk, "severity")
    outcomes = desk_outcomes(cases, result, desk)
    assert outcomes["cost"] == 60 * 3 * 9 * 9
    assert outcomes["cost_per_repaired"] == pytest.approx(
        outcomes["cost"] / result["repaired"].sum()
    )
    would = cases["complaint_draw"] < desk.complaint
    still = result["complained"] & ~result["settled"]
    assert outcomes["complaints_prevented"] == would.sum() - still.sum()
    assert outcomes["value_kept"] == pytest.approx(cases.loc[result["repaired"], "value"].sum())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Desk(0), "agents is 0"),
        (lambda: Desk(1, opens=18, closes=9), "closes is 9"),
        (lambda: Desk(1, tries=5), "tries is 5"),
        (lambda: run_desk(log(), Desk(1), "gold"), "policy is 'gold'"),
        (lambda: run_desk(log().drop(columns="value"), Desk(1)), "column is 'value'"),
        (lambda: compare_policies([], Desk(1), [1]), "number of loads is 0"),
        (lambda: draw_loads(log(), None, None, count=0), "count is 0"),
        (lambda: add_draws(log(), np.random.default_rng(1), patience=0), "patience is 0"),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("seed", range(5))
def test_last_bits_of_a_fit_change_nothing_at_the_desk(seed):
    rng = np.random.default_rng(seed)
    theta, size = np.array([0.3, -0.4, 0.4, np.log(14), 0.2, -0.2, np.log(1.7)]), 300
    levels = {"problem": ("bill", "broadband")}
    source = pd.DataFrame(
        {
            "opened": pd.Timestamp("2026-03-02T02:00Z")
            + pd.to_timedelta(rng.integers(0, 40, size), unit="h"),
            "minutes": rng.choice([10.0, 15.0, 20.0], size),
            "severity": 3,
            "value": rng.choice([100.0, 300.0], size),
            "problem": rng.choice(levels["problem"], size),
        }
    )

    def kept(coefficients):
        fit = GoldenTime(("problem",), ("problem",), levels, coefficients, np.eye(len(theta)))
        load = draw_load(source, fit, np.random.default_rng(seed), weekly=300)
        noise = np.where(np.arange(len(load)) % 2, 1e-14, -1e-14)  # as BLAS leaves it, by row
        if coefficients is not theta:
            load["initial_probability"] *= 1 + noise
        return run_desk(load, Desk(agents=2))

    pd.testing.assert_frame_equal(
        kept(theta)[["first", "repaired", "attempts"]],
        kept(theta * (1 + 1e-12))[["first", "repaired", "attempts"]],
        check_exact=True,
    )
