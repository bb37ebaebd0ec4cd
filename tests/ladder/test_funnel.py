"""The funnel: steps by hand, their order, and competing reasons."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cemlib.studies.ladder.funnel import (
    completions_gained,
    fit_funnel,
    order_of_steps,
    step_survival,
)
from cemlib.studies.ladder.operator.applications import STEPS, ApplicationTruth, applications


@pytest.fixture
def log():
    return pd.DataFrame(
        [
            ("a", "look", "2026-01-01 10:00", None),
            ("a", "pay", "2026-01-01 10:10", None),
            ("a", "done", "2026-01-01 10:12", None),
            ("b", "look", "2026-01-02 10:00", None),
            ("b", "pay", "2026-01-02 10:04", "price"),
            ("c", "look", "2026-01-03 10:00", "slow"),
            ("d", "pay", "2026-01-03 11:00", None),
        ],
        columns=["session", "step", "time", "reason"],
    ).assign(time=lambda rows: pd.to_datetime(rows["time"]))


def test_steps_are_counted_and_timed(log):
    table = step_survival(fit_funnel(log))
    assert table["step"].tolist() == ["look", "pay", "done"]
    assert table["reached"].tolist() == [4, 3, 1]  # who came in by a later step passed the first
    assert table["passed"].tolist()[:2] == [0.75, pytest.approx(1 / 3)]
    assert table["minutes"].tolist()[:2] == [7, 2]
    assert table["low"][0] == pytest.approx(0.3006, abs=1e-4)  # Wilson, 3 of 4


def test_step_order_does_not_depend_on_row_order(log, rng):
    mixed = log.sample(frac=1, random_state=3)
    assert order_of_steps(mixed) == ["look", "pay", "done"]
    assert fit_funnel(mixed).sessions.equals(fit_funnel(log).sessions)


def test_a_given_order_must_hold_every_step(log):
    with pytest.raises(ValueError, match="'pay' is missing"):
        fit_funnel(log, ["look", "done"])
    assert fit_funnel(log, ["look", "pay", "done"]).completed == 0.25


def test_a_completed_session_has_no_reason(log):
    stated = log.assign(reason=["x", "x", "x", None, "price", "slow", None])
    assert fit_funnel(stated).sessions["reason"].tolist() == ["", "price", "slow", ""]


def test_without_reasons_nothing_is_gained(log, rng):
    assert completions_gained(fit_funnel(log.drop(columns="reason")), 5, rng).empty


@given(st.integers(0, 10_000))
def test_removing_all_reasons_one_after_another_completes_every_session(seed):
    """p^(1−π) over all reasons of a step multiplies to p^(1−1) = 1."""
    rng = np.random.default_rng(seed)
    people = pd.DataFrame({"customer": [f"C{n:07d}" for n in range(400)]})
    log = applications(people, rng, ApplicationTruth(starts=1.0, told=1.0))
    fit = fit_funnel(log.assign(time=pd.to_datetime(log["time"])), STEPS)
    gains = completions_gained(fit, 20, rng)
    assert (gains["gained"] >= 0).all()
    assert (gains["low"] <= gains["high"]).all()
    base = fit.completed
    logs = np.log(base + gains["gained"] / 100) - np.log(base)
    # Each reason's gain, on the scale of logarithms, adds to that of a funnel that loses nobody.
    assert logs.sum() == pytest.approx(-np.log(base))


def test_a_column_of_reasons_that_is_empty_is_as_good_as_none():
    """A form on which nobody gave a reason is read, and no reason is found."""
    log = pd.DataFrame({"session": [1, 1, 2], "step": ["look", "buy", "look"], "time": [1.0, 2, 5]})
    empty = log.assign(reason=pd.Series([None] * 3, dtype="str"))
    for each in (empty, empty.astype({"reason": object}), log.assign(reason=np.nan)):
        fitted = fit_funnel(each)
        assert fitted.sessions["reason"].tolist() == ["", ""]
        assert completions_gained(fitted, 5, np.random.default_rng(1)).empty
