"""A study's page of grids and replicates; the runs are made up, none is executed."""

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
from cemlib.report.pages.study import answer, charts, collect, comparison, index, section, svg
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


def findings_for(days, alone):
    gain = days / (20.0 if alone else 10.0)
    return (
        Finding("gain", gain, "points", "Gain.", gain - 1, gain + 1),
        Finding("best_right", "Respect" if days < 40 else "Choice", "", "The best."),
        Finding("level", 44.0, "points", "The same everywhere.", 43.0, 45.0),
        Finding("gap", float("nan"), "", "Not known."),
    )


def grid(stopped=()):
    outcomes = []
    for days in (10.0, 20.0, 40.0):
        for alone in (False, True):
            each = run(f"days-{days:g}-alone-{alone}", days=days, alone=alone)
            failed = (days, alone) in stopped
            outcomes.append(
                Outcome(each, () if failed else findings_for(days, alone), BOOM if failed else None)
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


def compared(outcomes, **shown):
    [only] = comparison.comparisons(study(outcomes, **shown), outcomes)
    return only


def test_varying_and_constant_findings_are_separated():
    result = compared(grid())
    assert [(each.name, each.values) for each in result.factors] == [
        ("days", (10.0, 20.0, 40.0)),
        ("alone", (False, True)),
    ]
    assert [each.name for each in result.varying] == ["gain"]
    assert [each.name for each in result.constant] == ["level"]
    assert [(each.name, counts) for each, counts in result.varying_names] == [
        ("best_right", (("Respect", 4), ("Choice", 2)))
    ]
    assert [each.name for each in result.axes] == ["days", "alone"]


def test_lines_follow_the_grid_and_leave_gaps():
    result = compared(grid(stopped={(20.0, True)}))
    (first, others), (second, alone) = result.lines("gain")
    assert (first, second) == (False, True)
    assert [(at, each and each.value) for at, each in others] == [(10, 1.0), (20, 2.0), (40, 4.0)]
    assert [each and each.value for _, each in alone] == [0.5, None, 2.0]
    assert (alone[0][1].low, alone[0][1].high) == (-0.5, 1.5)
    page = index.page(study(result.outcomes), result.outcomes)
    assert "6 runs, of which 1 did not finish" in page
    assert "no &lt;b&gt;" in page
    assert "no <b>" not in page


def test_marginal_means_average_over_the_other_factors():
    (days, by_days), (alone, by_alone) = compared(grid()).marginal_means("gain")
    assert (days.name, alone.name) == ("days", "alone")
    assert by_days == [(10.0, 0.75), (20.0, 1.5), (40.0, 3.0)]
    assert by_alone == [(False, pytest.approx(7 / 3)), (True, pytest.approx(7 / 6))]


def test_a_third_parameter_is_averaged_and_loses_its_interval():
    outcomes = [
        Outcome(run(f"{d}{a}{c}", days=d, alone=a, cut=c), findings_for(d + (c == "mean"), a))
        for d in (1.0, 2.0)
        for a in (False, True)
        for c in ("mean", "median")
    ]
    result = compared(outcomes)
    assert [each.name for each in result.averaged] == ["cut"]
    _, line = result.lines("gain")[0]
    assert line[0][1] == comparison.Estimate(pytest.approx(0.15), count=2)
    assert "Averaged over cut" in index.page(study(outcomes), outcomes)


def test_runs_without_a_grid_are_drawn_by_title():
    pairs = [("as it is", 10.0, False), ("more", 40.0, True)]
    outcomes = [
        Outcome(run(title, grid=(), days=d, alone=a), findings_for(d, a)) for title, d, a in pairs
    ]
    result = compared(outcomes)
    assert not result.is_grid
    assert section.tornadoes(result) == []
    assert [value for value, _ in result.lines("gain")[0][1]] == ["as it is", "more"]
    [panel] = section.panels(result)
    assert "Gain by run: 1.0 at as it is and 2.0 at more" in panel.drawing


def test_replicates_are_judged_by_their_mean():
    result = compared(repeated(), expected={"coverage": 0.95}, truth={"mean": 50})
    coverage, mean = section.panels(result)
    assert re.fullmatch(
        r"0\.9\d\d \(0\.9\d\d to 0\.9\d\d\), expected 0\.95: within sampling error",
        coverage.verdicts[0].text,
    )
    assert coverage.verdicts[0].is_good
    assert "intervals that cover the true value" in mean.verdicts[1].text
    assert mean.verdicts[1].is_good
    low = compared(repeated(rate=0.85), expected={"coverage": 0.95})
    [verdict] = section.panels(low)[0].verdicts
    assert not verdict.is_good
    assert verdict.text.endswith("expected 0.95: lower by more than sampling error")


def test_the_answer_says_where_findings_are_lowest_and_highest_or_what_was_expected():
    def answered(result):
        return answer.sentences(result, section.panels(result))

    [gain] = answered(compared(grid(stopped={(10.0, True)})))
    assert gain == (
        "Gain, points: lowest 1.0 (0.0 to 2.0), where days = 10 and alone = false; "
        "highest 4.0 (3.0 to 5.0), where days = 40 and alone = false."
    )
    judged = answered(compared(repeated(), expected={"coverage": 0.95}))
    assert re.fullmatch(r"Coverage: 0\.9\d\d \(.*\), expected 0\.95: within .*error\.", judged[0])
    assert answered(compared(repeated())) == []  # nothing was expected, and there is one point
    mixed = compared(repeated(rate=0.85), expected={"mean": 50, "coverage": 0.95})
    off, within = answered(mixed)
    assert off.startswith("Coverage: ")
    assert off.endswith("lower by more than sampling error.")
    assert within.startswith("Mean: ")
    outcomes = grid()
    page = index.page(study(outcomes), outcomes)
    assert page.index("Gain, points:</strong> lowest 0.5") < page.index('<dl class="about">')


def test_the_answer_names_runs_outside_a_grid_by_their_titles():
    outcomes = [
        Outcome(run(title, grid=(), days=d, alone=a), findings_for(d, a))
        for title, d, a in (("as it is", 10.0, False), ("more", 40.0, True))
    ]
    result = compared(outcomes)
    [gain] = answer.sentences(result, section.panels(result))
    assert "the run is “as it is”" in gain
    assert "the run is “more”" in gain


def test_a_mean_of_replicates_has_a_t_interval():
    numbers = [float(each) for each in np.random.default_rng(1).normal(3, 2, 25)]
    estimate = comparison.mean(numbers)
    low, high = stats.t.interval(0.95, 24, np.mean(numbers), stats.sem(numbers))
    assert (estimate.value, estimate.count) == (pytest.approx(np.mean(numbers)), 25)
    assert (estimate.low, estimate.high) == (pytest.approx(low), pytest.approx(high))


@pytest.mark.parametrize("count", [3, 4, 5, 6, 9, 31, 201])
def test_the_interval_of_a_mean_uses_the_exact_t_quantile(count):
    estimate = comparison.mean([0.0, 1.0] + [0.5] * (count - 2))
    standard_error = math.sqrt(0.5 / (count - 1) / count)
    quantile = (estimate.high - estimate.value) / standard_error
    assert quantile == pytest.approx(stats.t.ppf(0.975, count - 1), rel=1e-9)


@given(count=st.integers(1, 500), share=st.floats(0, 1))
def test_a_share_has_a_wilson_interval(count, share):
    hits = round(count * share)
    estimate = comparison.share(hits, count)
    known = stats.binomtest(hits, count).proportion_ci(method="wilson")
    assert (estimate.low, estimate.high) == (
        pytest.approx(known.low, abs=1e-6),
        pytest.approx(known.high, abs=1e-6),
    )


def test_coverage_over_a_grid_is_judged_point_by_point():
    """Design points share random numbers, so their runs are not pooled into a larger sample."""

    def coverage(*hits):
        outcomes = []
        for days, count in zip((20.0, 40.0, 60.0), hits, strict=True):
            for number in range(40):
                value = 0.0 if number < count else 5.0
                mean = Finding("mean", value, "points", "A mean.", value - 1, value + 1)
                each = run(f"{days}-{number}", number + 1, days=days, seed=number, alone=False)
                outcomes.append(Outcome(each, (mean,)))
        [panel] = section.panels(compared(tuple(outcomes), truth={"mean": 0.0}))
        return panel.verdicts

    [good] = coverage(40, 40, 40)
    assert good.text == (
        "share of intervals that cover the true value: 1.000 to 1.000, expected 0.95: "
        "within sampling error at 3 of 3 design points"
    )
    assert good.is_good
    [bad] = coverage(38, 39, 20)
    assert bad.text.endswith(
        "0.500 to 0.975, expected 0.95: within sampling error at 2 of 3 design points"
    )
    assert not bad.is_good


def test_too_few_replicates_are_not_judged():
    result = compared(repeated(2), expected={"coverage": 0.95})
    [verdict] = section.panels(result)[0].verdicts
    assert verdict.is_good is None
    assert "too few replicates" in verdict.text


def test_replicates_over_a_grid_are_summarised_by_point():
    outcomes = repeated(30, points=(20.0, 60.0))
    result = compared(outcomes, expected={"coverage": 0.95})
    table = section.summary(result)
    assert [row.cells[0].text for row in table.rows] == ["20", "60"]
    assert [row.cells[1].text for row in table.rows] == ["30", "30"]
    [(_, line)] = result.lines("coverage")
    assert all(each.low < each.value < each.high for _, each in line)
    page = index.page(study(outcomes), outcomes)
    assert "A replicate has the same random numbers at every design point" in page
    assert "All 60 runs" in page


def test_findings_the_study_names_come_first_and_unknown_ones_are_reported():
    outcomes = repeated(5)
    assert [each.name for each in compared(outcomes, findings=("coverage",)).findings] == [
        "coverage",
        "mean",
    ]
    page = index.page(study(outcomes, expected={"coverag": 1}), outcomes)
    assert "No run reports coverag" in page


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
    table = section.table(compared(outcomes))
    assert [name for name, _ in table.columns] == ["Run", "Days"]
    assert len(table.rows) == 4500


def test_lists_of_many_runs_are_not_drawn_and_long_lines_have_no_marks():
    listed = [
        Outcome(run(f"r{n}", grid=(), days=float(n), alone=n == 3), findings_for(float(n), n == 3))
        for n in range(100)
    ]
    assert section.panels(compared(listed)) == []
    along = [
        Outcome(run(f"r{n}", days=float(n)), findings_for(float(n), False)) for n in range(100)
    ]
    [panel] = section.panels(compared(along))
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


def test_charts_have_text_alternatives_and_stay_inside_their_frames():
    for panel in [
        *section.panels(compared(grid(stopped={(40.0, True)}))),
        *section.tornadoes(compared(grid())),
        *section.panels(compared(repeated(), expected={"coverage": 0.95})),
    ]:
        assert re.search(r'role="img" aria-label="[^"]{20,}\."', panel.drawing)
        width, height = map(float, re.search(r'viewBox="0 0 (\S+) (\S+)"', panel.drawing).groups())
        pairs = re.findall(r'points="([^"]*)"', panel.drawing)
        positions = [tuple(map(float, each.split(","))) for all_ in pairs for each in all_.split()]
        assert all(0 <= x <= width and 0 <= y <= height for x, y in positions)
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


def test_values_over_a_wide_range_get_a_log_scale():
    scale = svg.grid_scale([10, 100, 1000], 0, 200)
    assert [scale(value) for value in (10, 100, 1000)] == pytest.approx([0, 100, 200])
    assert not svg.grid_scale([0, 100, 1000], 0, 200).is_log


def test_the_findings_table_has_replicates_and_numbers_of_any_size(tmp_path):
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
    assert compared(outcomes).varying == ()
    assert math.isclose(float(section.table(compared(outcomes)).rows[0].cells[-1].text), 1.0)
