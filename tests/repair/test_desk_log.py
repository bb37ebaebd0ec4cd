"""The desk's log: the operator's, a simulated one, or an own file."""

import numpy as np
import pandas as pd
import pytest

from cemlib.catalogue import path
from cemlib.data.load import DataError
from cemlib.studies.repair.datasets import desk_log
from cemlib.studies.repair.effects import COVARIATES


def test_the_operators_log_is_ready_for_its_study():
    log = desk_log()
    assert log.cases[list(COVARIATES)].notna().all(axis=None)
    assert log.calls[["covered", "hours_waited", "compensation"]].notna().all(axis=None)
    assert log.calls["covered"].between(0, 1).all()
    assert log.calls["cured"].dtype == bool
    assert 0.3 < log.cases["randomised"].mean() < 0.5


def test_a_drawn_log_is_like_the_operators():
    drawn = desk_log(simulate=3000, rng=np.random.default_rng(1))
    own = desk_log()
    assert set(own.cases.columns) == set(drawn.cases.columns)
    for name in ("before", "after", "owed", "value"):
        assert drawn.cases[name].mean() == pytest.approx(own.cases[name].mean(), rel=0.15)
    assert drawn.calls["cured"].mean() == pytest.approx(own.calls["cured"].mean(), abs=0.05)
    assert "simulated" in drawn.notes[0]


def test_confounding_reaches_what_is_drawn():
    apart = []
    for strength in (0.0, 2.0):
        cases = desk_log(simulate=4000, confounding=strength, rng=np.random.default_rng(2)).cases
        chosen = cases[~cases["randomised"]]
        apart.append(chosen.groupby("called")["before"].mean().diff().iloc[1])
    assert abs(apart[0]) < 0.7
    assert apart[1] < -3


def test_calls_without_an_outcome_are_left_out_and_counted(tmp_path):
    table = pd.read_csv(path("repairs"))
    called = table.index[table["called"] == "yes"]
    table.loc[called[:3], "repaired"] = None
    table.to_csv(tmp_path / "log.csv", index=False)
    log = desk_log(tmp_path / "log.csv")
    assert len(log.calls) == len(called) - 3
    assert log.notes[-1].startswith("3 calls without")


def test_a_faulty_log_is_refused_with_its_row(tmp_path):
    table = pd.read_csv(path("repairs")).head(20).astype(object)
    table.loc[4, "severity"] = 9
    table.to_csv(tmp_path / "log.csv", index=False)
    with pytest.raises(DataError, match="outside 1–5"):
        desk_log(tmp_path / "log.csv")
    with pytest.raises(ValueError, match="rng is None"):
        desk_log(simulate=10)
