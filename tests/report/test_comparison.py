"""What a study's page says of a grid and of replicates; the runs are made up, none is executed."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cemlib.findings import Finding
from cemlib.report.artifacts import Outcome
from cemlib.report.errors import CellFailure
from cemlib.report.pages.study import charts, collect, index, section, svg
from cemlib.report.pages.study import comparison as sweep
from cemlib.report.plan.study import Run, Study
from cemlib.report.plan.workbook import Parameter, Workbook

PARAMETERS = (
    Parameter("days", "float", 60.0, "person-days to spend"),
    Parameter("alone", "bool", False, "without the others"),
    Parameter("cut", "str", "mean", "where to cut"),
    Parameter("seed", "int", 7, "of the random numbers"),
)
BOOK = Workbook("01-plan", None, "Plan", "What next?", (), (), None, "", PARAMETERS)
BOOM = CellFailure("01-plan", 3, "map", "1 / 0", "ZeroDivisionError", "no <b>")


def run(slug, replicate=None, grid=("days", "alone"), **changed):
    values = {each.name: each.default for each in PARAMETERS} | changed
    return Run(slug, slug, BOOK, values, tuple(changed), {}, grid=grid, replicate=replicate)


def found(days, alone):
    gain = days / (20.0 if alone else 10.0)
    return (
        Finding("gain", gain, "points", "What it brings.", gain - 1, gain + 1),
        Finding("best_right", "Respect" if days < 40 else "Choice", "", "The best."),
        Finding("level", 44.0, "points", "The same everywhere.", 43.0, 45.0),
        Finding("gap", float("nan"), "", "Nobody knows."),
    )


def grid(stopped=()):
    outcomes = []
    for days in (10.0, 20.0, 40.0):
        for alone in (False, True):
            each = run(f"days-{days:g}-alone-{alone}", days=days, alone=alone)
            failed = (days, alone) in stopped
            outcomes.append(
                Outcome(each, () if failed else found(days, alone), BOOM if failed else None)
            )
    return tuple(outcomes)


def repeated(count=200, points=(60.0,), rate=0.95):
    rng = np.random.default_rng(3)
    outcomes = []
    for days in points:
        for number in range(1, count + 1):
            each = run(f"r{number:03d}", number, (), seed=int(rng.integers(2**32)), days=days)
            value = float(rng.normal(50, 1))
            findings = (
                Finding("mean", value, "points", "A mean.", value - 1.96, value + 1.96),
                Finding("coverage", float(rng.binomial(9, rate)) / 9, "share", "Covered."),
            )
            outcomes.append(Outcome(each, findings))
    return tuple(outcomes)


def study(outcomes, **shown):
    return Study("A study", "a-study", tuple(each.run for each in outcomes), **shown)


def swept(outcomes, **shown):
    [only] = sweep.sweeps(study(outcomes, **shown), outcomes)
    return only


def test_what_varies_is_told_from_what_stays():
    made = swept(grid())
    assert [(each.name, each.values) for each in made.factors] == [
        ("days", (10.0, 20.0, 40.0)),
        ("alone", (False, True)),
    ]
    assert [each.name for each in made.moving] == ["gain"]
    assert [each.name for each in made.steady] == ["level"]
    assert [(each.name, counts) for each, counts in made.named] == [
        ("best_right", (("Respect", 4), ("Choice", 2)))
    ]
    assert [each.name for each in made.axes] == ["days", "alone"]


def test_lines_follow_the_grid_and_leave_gaps():
    made = swept(grid(stopped={(20.0, True)}))
    (first, others), (second, alone) = made.lines("gain")
    assert (first, second) == (False, True)
    assert [(at, each and each.value) for at, each in others] == [(10, 1.0), (20, 2.0), (40, 4.0)]
    assert [each and each.value for _, each in alone] == [0.5, None, 2.0]
    assert (alone[0][1].low, alone[0][1].high) == (-0.5, 1.5)
    page = index.page(study(made.outcomes), made.outcomes)
    assert "6 runs, of which 1 did not finish" in page
    assert "no &lt;b&gt;" in page
    assert "no <b>" not in page


def test_a_swing_is_the_range_of_means_over_the_others():
    (days, by_days), (alone, by_alone) = swept(grid()).swings("gain")
    assert (days.name, alone.name) == ("days", "alone")
    assert by_days == [(10.0, 0.75), (20.0, 1.5), (40.0, 3.0)]
    assert by_alone == [(False, pytest.approx(7 / 3)), (True, pytest.approx(7 / 6))]


def test_a_third_parameter_is_averaged_and_loses_its_interval():
    outcomes = [
        Outcome(run(f"{d}{a}{c}", days=d, alone=a, cut=c), found(d + (c == "mean"), a))
        for d in (1.0, 2.0)
        for a in (False, True)
        for c in ("mean", "median")
    ]
    made = swept(outcomes)
    assert [each.name for each in made.averaged] == ["cut"]
    _, line = made.lines("gain")[0]
    assert line[0][1] == sweep.Estimate(pytest.approx(0.15), count=2)
    assert "Averaged over cut" in index.page(study(outcomes), outcomes)


def test_runs_that_are_no_grid_are_drawn_by_their_titles():
    pairs = [("as it is", 10.0, False), ("more", 40.0, True)]
    outcomes = [Outcome(run(title, grid=(), days=d, alone=a), found(d, a)) for title, d, a in pairs]
    made = swept(outcomes)
    assert not made.is_grid
    assert section.tornadoes(made) == []
    assert [value for value, _ in made.lines("gain")[0][1]] == ["as it is", "more"]
    [panel] = section.panels(made)
    assert "Gain by run: 1.0 at as it is and 2.0 at more" in panel.drawing


def test_replicates_are_judged_by_their_mean():
    made = swept(repeated(), expected={"coverage": 0.95}, truth={"mean": 50})
    coverage, mean = section.panels(made)
    assert re.fullmatch(
        r"0\.9\d\d \(0\.9\d\d to 0\.9\d\d\), expected 0\.95: within error",
        coverage.verdicts[0].text,
    )
    assert coverage.verdicts[0].is_well
    assert "intervals that cover the truth" in mean.verdicts[1].text
    assert mean.verdicts[1].is_well
    low = swept(repeated(rate=0.85), expected={"coverage": 0.95})
    [verdict] = section.panels(low)[0].verdicts
    assert not verdict.is_well
    assert verdict.text.endswith("expected 0.95: lower than error allows")


def test_a_mean_of_replicates_has_an_interval_of_student():
    numbers = [float(each) for each in np.random.default_rng(1).normal(3, 2, 25)]
    found = sweep.mean(numbers)
    low, high = stats.t.interval(0.95, 24, np.mean(numbers), stats.sem(numbers))
    assert (found.value, found.count) == (pytest.approx(np.mean(numbers)), 25)
    assert (found.low, found.high) == (pytest.approx(low, rel=1e-4), pytest.approx(high, rel=1e-4))


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 5, 8, 30, 200])
def test_t_is_students(freedom):
    assert sweep._t(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=0.01)


@given(count=st.integers(1, 500), share=st.floats(0, 1))
def test_a_share_has_an_interval_of_wilson(count, share):
    hits = round(count * share)
    found = sweep.share(hits, count)
    known = stats.binomtest(hits, count).proportion_ci(method="wilson")
    assert (found.low, found.high) == (
        pytest.approx(known.low, abs=1e-6),
        pytest.approx(known.high, abs=1e-6),
    )


def test_coverage_over_a_grid_is_judged_point_by_point():
    """Points share their random numbers: three times the same runs are no larger sample."""

    def coverage(*hits):
        outcomes = []
        for days, count in zip((20.0, 40.0, 60.0), hits, strict=True):
            for number in range(40):
                value = 0.0 if number < count else 5.0
                mean = Finding("mean", value, "points", "A mean.", value - 1, value + 1)
                each = run(f"{days}-{number}", number + 1, days=days, seed=number, alone=False)
                outcomes.append(Outcome(each, (mean,)))
        [panel] = section.panels(swept(tuple(outcomes), truth={"mean": 0.0}))
        return panel.verdicts

    [well] = coverage(40, 40, 40)
    assert well.text == (
        "intervals that cover the truth: 1.000 to 1.000, expected 0.95: "
        "within error at 3 of 3 points"
    )
    assert well.is_well
    [ill] = coverage(38, 39, 20)
    assert ill.text.endswith("0.500 to 0.975, expected 0.95: within error at 2 of 3 points")
    assert not ill.is_well


def test_too_few_replicates_are_not_judged():
    made = swept(repeated(2), expected={"coverage": 0.95})
    [verdict] = section.panels(made)[0].verdicts
    assert verdict.is_well is None
    assert "too few replicates" in verdict.text


def test_replicates_over_a_grid_are_summarised_by_point():
    outcomes = repeated(30, points=(20.0, 60.0))
    made = swept(outcomes, expected={"coverage": 0.95})
    table = section.summary(made)
    assert [row.cells[0].text for row in table.rows] == ["20", "60"]
    assert [row.cells[1].text for row in table.rows] == ["30", "30"]
    [(_, line)] = made.lines("coverage")
    assert all(each.low < each.value < each.high for _, each in line)
    page = index.page(study(outcomes), outcomes)
    assert "a replicate has the same random numbers at every point" in page
    assert "All 60 runs" in page


def test_findings_the_study_names_come_first_and_unknown_ones_are_told():
    outcomes = repeated(5)
    assert [each.name for each in swept(outcomes, findings=("coverage",)).findings] == [
        "coverage",
        "mean",
    ]
    page = index.page(study(outcomes, expected={"coverag": 1}), outcomes)
    assert "No run has found coverag" in page


def test_every_run_is_linked_and_a_run_without_report_is_not():
    outcomes = [*grid(stopped={(10.0, True)})]
    outcomes[1] = Outcome(outcomes[1].run, failure=BOOM, has_report=False)
    page = index.page(study(outcomes), outcomes)
    assert [f'href="{each.run.slug}/report.html"' in page for each in outcomes] == [
        each.has_report for each in outcomes
    ]


def test_a_page_of_hundreds_of_runs_stays_small():
    outcomes = repeated(500, points=(20.0, 60.0))
    page = index.page(study(outcomes), outcomes)
    assert len(page.encode()) < 1_000_000
    assert page.count("/report.html") == 1000


def test_a_very_long_table_leaves_the_findings_out():
    outcomes = repeated(1500, points=(20.0, 40.0, 60.0))
    table = section.table(swept(outcomes))
    assert [name for name, _ in table.heads] == ["Run", "Days"]
    assert len(table.rows) == 4500


def test_lists_of_many_runs_are_not_drawn_and_long_lines_have_no_marks():
    listed = [
        Outcome(run(f"r{n}", grid=(), days=float(n), alone=n == 3), found(float(n), n == 3))
        for n in range(100)
    ]
    assert section.panels(swept(listed)) == []
    along = [Outcome(run(f"r{n}", days=float(n)), found(float(n), False)) for n in range(100)]
    [panel] = section.panels(swept(along))
    assert "<circle" not in panel.drawing
    assert len(panel.drawing) < 10_000


def test_nothing_but_failures_is_still_a_page():
    outcomes = grid(stopped={(d, a) for d in (10.0, 20.0, 40.0) for a in (False, True)})
    page = index.page(study(outcomes), outcomes)
    assert "6 runs, of which 6 did not finish" in page
    assert "<figure" not in page


def test_the_same_runs_give_the_same_bytes():
    outcomes = repeated(50)
    one, other = (index.page(study(outcomes, expected={"mean": 50}), outcomes) for _ in range(2))
    assert one == other


def test_drawings_have_words_and_stay_inside_their_frames():
    for panel in [
        *section.panels(swept(grid(stopped={(40.0, True)}))),
        *section.tornadoes(swept(grid())),
        *section.panels(swept(repeated(), expected={"coverage": 0.95})),
    ]:
        assert re.search(r'role="img" aria-label="[^"]{20,}\."', panel.drawing)
        width, height = map(float, re.search(r'viewBox="0 0 (\S+) (\S+)"', panel.drawing).groups())
        pairs = re.findall(r'points="([^"]*)"', panel.drawing)
        places = [tuple(map(float, each.split(","))) for all_ in pairs for each in all_.split()]
        assert all(0 <= x <= width and 0 <= y <= height for x, y in places)
        assert "nan" not in panel.drawing


@given(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=40).filter(lambda v: len(set(v)) > 1))
def test_bars_count_every_replicate_once(values):
    bars = charts._bars(sorted(values))
    assert sum(count for _, _, count in bars) == len(values)
    assert all(low <= high for low, high, _ in bars)


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_ticks_lie_between_the_ends(low, width):
    marks = svg.ticks(low, low + width)
    tolerance = 1e-6 * (abs(low) + width)
    assert all(low - tolerance <= at <= low + width + tolerance for at in marks)
    assert len(marks) <= 6


def test_far_apart_values_are_drawn_in_powers():
    scale = svg.along([10, 100, 1000], 0, 200)
    assert [scale(value) for value in (10, 100, 1000)] == pytest.approx([0, 100, 200])
    assert not svg.along([0, 100, 1000], 0, 200).powers


def test_the_findings_table_tells_replicates_and_holds_numbers_of_any_size(tmp_path):
    from pyarrow import parquet

    outcomes = [*repeated(2)]
    outcomes.append(Outcome(run("big", seed=2**70), outcomes[0].findings))
    collect.write(tmp_path, outcomes)
    table = parquet.read_table(tmp_path / "findings.parquet").to_pydict()
    assert table["replicate"] == [1, 1, 2, 2, None, None]
    assert table["param_seed"][-1] == str(2**70)
    collect.write(tmp_path, grid())
    schema = parquet.read_schema(tmp_path / "findings.parquet")
    assert str(schema.field("replicate").type) == "int64"
    assert (tmp_path / "findings.csv").read_text().startswith("run,workbook,replicate,param_days,")


def test_a_finding_that_is_sometimes_a_name_is_not_drawn():
    outcomes = [
        Outcome(run("a", days=1.0), (Finding("x", 1.0, "", "One."),)),
        Outcome(run("b", days=2.0), (Finding("x", "none", "", "None."),)),
    ]
    assert swept(outcomes).moving == ()
    assert math.isclose(float(section.table(swept(outcomes)).rows[0].cells[-1].text), 1.0)
