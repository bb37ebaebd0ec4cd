"""The operator's next quarter: from its true parameters, the same bytes, and a closed loop."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from cemlib import catalogue, next_quarter
from cemlib.cli import main
from cemlib.home import datasets
from cemlib.operator import make
from cemlib.stats.levers import Worths
from cemlib.studies import complaints, expectation, ladder, repair, rights, value

STUDIES = (rights, ladder, expectation, repair, value, complaints)


@pytest.fixture(scope="module")
def true():
    """Return the true curves of the committed operator."""
    return next_quarter.true_levers(next_quarter.sources_of(), np.random.default_rng(3))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the committed operator, made anew."""
    target = tmp_path_factory.mktemp("operator")
    make(target)
    return target


def test_the_committed_quarter_is_what_its_plan_brought(folder):
    """The same operator and plan give the same bytes."""
    plan = next_quarter.read_plan(datasets() / "telecom" / "plan.csv")
    written = next_quarter.carry_out(folder, plan)
    assert written.read_bytes() == (datasets() / "telecom" / "quarter.csv").read_bytes()
    assert not list(folder.glob(".*"))


def test_the_command_makes_an_operator_and_its_quarter(tmp_path):
    """A small operator of one's own: 13 weeks for each lever with money."""
    plan = tmp_path / "plan.csv"
    plan.write_text("lever,spend\npractices,3000\ncall-backs,0\n", encoding="utf-8")
    words = ["data", "make", str(tmp_path / "mine"), "--customers", "1500", "--apply", str(plan)]
    done = CliRunner().invoke(main, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    weeks = catalogue.load("quarter", tmp_path / "mine" / "quarter.csv")
    assert weeks["lever"].unique().tolist() == ["practices"]
    assert len(weeks) == 13


def test_a_plan_of_unknown_levers_is_refused(true):
    """The nearest name is given."""
    with pytest.raises(ValueError, match="did you mean 'call-backs'"):
        next_quarter.quarter(true, {"callbacks": 100.0}, 0.3, np.random.default_rng(1))


def test_a_wrong_plan_is_refused_before_anything_is_made(tmp_path):
    """No folder is left behind by a plan that cannot be carried out."""
    plan = tmp_path / "plan.csv"
    plan.write_text("lever,spend\ncallbacks,100\n", encoding="utf-8")
    done = CliRunner().invoke(main, ["data", "make", str(tmp_path / "x"), "--apply", str(plan)])
    assert done.exit_code == 2
    assert "did you mean 'call-backs'" in done.output
    assert not (tmp_path / "x").exists()


def test_a_folder_without_an_operator_is_refused(tmp_path):
    """The error says which command makes one."""
    with pytest.raises(ValueError, match="cem data make"):
        next_quarter.sources_of(tmp_path)


def test_true_curves_have_the_levers_that_are_estimated(true):
    """Every lever of the workbook has a truth, under the same name and unit."""
    sources = next_quarter.sources_of()
    worths = Worths.drawn(0.0, 30, np.random.default_rng(1))
    found = [
        lever
        for number, study in enumerate(STUDIES)
        for lever in study.levers_of(sources, worths, np.random.default_rng([2, number]))
    ]
    assert [each.name for each in true] == list(next_quarter.LEVERS)
    assert [(each.name, each.unit) for each in found] == [(each.name, each.unit) for each in true]
    inside = []
    for estimate, known in zip(found, true, strict=True):
        low, high = np.quantile(estimate.kept, [0.0, 1.0], axis=0)
        middle = len(estimate.spend) // 2 or 1
        kept = float((known.at(estimate.spend[[middle]]) * known.worth)[0, 0])
        inside.append(0.5 * low[middle] <= kept <= 2 * high[middle])
    assert all(inside)


def test_a_quarter_is_on_average_what_the_true_curve_says(true):
    """Over many quarters, spending, results and worth have their true means."""
    rng, plan = np.random.default_rng(5), {"practices": 6000.0, "complaint answers": 20_000.0}
    drawn = [next_quarter.quarter(true, plan, 0.3, rng) for _ in range(300)]
    sums = pd.concat(drawn).groupby("lever")[["spend", "results", "kept"]].sum() / 300
    for lever in true:
        if lever.name in plan:
            expected = float(lever.at([plan[lever.name]])[0, 0])
            bought = float(lever.bought([plan[lever.name]])[0])
            assert sums.loc[lever.name, "spend"] == pytest.approx(bought, rel=0.01)
            assert sums.loc[lever.name, "results"] == pytest.approx(expected, rel=0.02)
            assert sums.loc[lever.name, "kept"] == pytest.approx(
                expected * float(lever.worth[0]), rel=0.04
            )
