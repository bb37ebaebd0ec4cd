"""The figures of workbook 01 describe what they show, and clip no text."""

import numpy as np
import pandas as pd
import pytest

from cemlib.studies.rights import plots
from cemlib.studies.rights.planning import Plan

NAMES = {"a": "To be informed", "b": "Compensation and a rather long name", "c": "Respect"}
THREE = list("abc")


def intervals(values, width=3.0):
    middle = np.asarray(values, dtype=float)
    return pd.DataFrame(
        {"name": THREE, "estimate": middle, "low": middle - width, "high": middle + width}
    )


def changes(p_holm):
    frame = intervals([-1.0, 2.0, 6.0]).rename(columns={"name": "right", "estimate": "change"})
    return frame.assign(p_holm=p_holm, detectable=3.5)


def groups():
    frame = pd.DataFrame({"group": np.repeat(["hotline", "app for small business"], 3)})
    return frame.assign(right=THREE * 2, estimate=[40.0, 50, np.nan, 60, 70, np.nan])


def quality():
    frame = pd.DataFrame(
        {"scale": THREE, "alpha": [0.5, 0.8, np.nan], "omega": [0.55, np.nan, np.nan]}
    )
    for label in ("alpha", "omega"):
        frame[f"{label}_low"], frame[f"{label}_high"] = frame[label] - 0.1, frame[label] + 0.1
    return frame


def levels():
    frame = pd.DataFrame({"level": ["physiological", "safety", "self-actualisation"]})
    return frame.assign(assumed=[50.0, 55, 60], low=45.0, high=62.0, weakest=[0.7, 0.3, 0.0])


def plan(uplift, days, gain):
    return Plan(pd.DataFrame(), days, pd.Series(uplift, THREE), gain)


FIGURES = {
    "perception": (
        lambda: plots.perception_figure(intervals([40, 60, 80]), NAMES),
        "lowest To be informed (40), highest Respect (80)",
    ),
    "groups": (
        lambda: plots.groups_figure(groups(), intervals([45, 55, 80]), NAMES, "channel"),
        "in app for small business, +15.0 points",
    ),
    "groups too small": (
        lambda: plots.groups_figure(
            groups().assign(estimate=np.nan), intervals([45, 55, 80]), NAMES, "channel"
        ),
        "No group is large enough to be shown.",
    ),
    "reliability": (
        lambda: plots.reliability_figure(quality(), NAMES),
        "Alpha below 0.7: To be informed.",
    ),
    "levels": (lambda: plots.levels_figure(levels()), "physiological, in 70%"),
    "plan": (
        lambda: plots.plan_figure(plan([0.0, 5, 9], 38, 0.5), NAMES, 40),
        "38 of 40 person-days with an expected gain of 0.50 points of overall satisfaction, most "
        "uplift in Respect.",
    ),
    "empty plan": (
        lambda: plots.plan_figure(plan([0.0, 0, 0], 0, 0), NAMES, 0),
        "no uplift in any right",
    ),
    "frontier": (
        lambda: plots.frontier_figure(
            pd.DataFrame({"budget_days": [0, 50], "best": [0, 0.9], "largest_gap": [0, 0.4]}), 50
        ),
        "At 50 person-days the best plan gains 0.90 points, improving the lowest right first 0.40",
    ),
    "changes": (
        lambda: plots.changes_figure(changes([1, 1, 0.01]), NAMES, "2025", "2026"),
        "Statistically significant: Respect.",
    ),
    "no change": (
        lambda: plots.changes_figure(changes([1, 1, 1]), NAMES, "2025", "2026"),
        "Statistically significant: none.",
    ),
}


@pytest.fixture(params=FIGURES, name="case")
def drawn(request):
    make, words = FIGURES[request.param]
    return make(), words


def test_figure_describes_what_it_shows(case):
    figure, words = case
    assert words in figure.alt


def test_no_text_is_clipped(case, clipped):
    assert not clipped(case[0])


def test_axes_are_labelled_with_their_units(case):
    for axes in case[0].axes:
        assert any(unit in axes.get_xlabel() for unit in ("point", "person-days", "0–1"))


def test_same_figure_same_bytes(case):
    assert case[0].to_svg() == case[0].to_svg()


def test_dots_are_at_the_estimates():
    figure = plots.perception_figure(intervals([40, 80, 60]), NAMES)
    dots = figure.axes[0].collections[-1].get_offsets()
    np.testing.assert_allclose(dots, [[40, 0], [60, 1], [80, 2]])
    assert [tick.get_text() for tick in figure.axes[0].get_yticklabels()] == [
        NAMES[right] for right in "acb"
    ]
