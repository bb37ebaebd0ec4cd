"""Every figure of the science: it says in words what it shows, and clips nothing."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from cemlib.plot import importance as drivers
from cemlib.stats.estimates import Estimates, bootstrap_weights
from cemlib.studies.expectation.plots import structural
from cemlib.studies.expectation.structural.bootstrap import bootstrap_paths
from cemlib.studies.expectation.structural.fit import pls_path
from cemlib.studies.rights.planning import Plan
from cemlib.studies.rights.plots import perception as rights
from cemlib.studies.rights.plots import planning, scales

NAMES = {"a": "To be informed", "b": "Compensation and a rather long name", "c": "Respect"}
THREE = list("abc")


def intervals(values, width=3.0):
    middle = np.asarray(values, dtype=float)
    return pd.DataFrame(
        {"name": THREE, "estimate": middle, "low": middle - width, "high": middle + width}
    )


def contrast(kinds):
    frame = pd.DataFrame({"driver": THREE, "kind": kinds})
    for label, value in (("penalty", -0.5), ("reward", 0.3), ("asymmetry", -0.2)):
        frame[label] = value * np.arange(1, 4)
        frame[f"{label}_low"], frame[f"{label}_high"] = frame[label] - 0.1, frame[label] + 0.1
    return frame


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


def sure(values, names=THREE):
    middle = np.asarray(values, dtype=float)
    return Estimates(tuple(names), middle, middle[None, :])


def plan(uplift, days, gain):
    return Plan(pd.DataFrame(), days, pd.Series(uplift, THREE), gain)


MODEL = """
a =~ a1 + a2
b <~ b1 + b2
c =~ c1
c ~ a + b
b ~ a
"""


@cache
def path_model():
    rng = np.random.default_rng(1)
    a, noise = rng.normal(size=(200, 1)), rng.normal(size=(200, 5))
    noise[:, :2] += a
    noise[:, 4] -= a[:, 0]
    answers = pd.DataFrame(noise, columns=["a1", "a2", "b1", "b2", "c1"])
    fit = pls_path(answers, MODEL, scale=(-9, 9))
    return fit, bootstrap_paths(fit, bootstrap_weights(200, 200, rng))


FIGURES = {
    "perception": (
        lambda: rights.perception_figure(intervals([40, 60, 80]), NAMES),
        "lowest To be informed (40), highest Respect (80)",
    ),
    "groups": (
        lambda: rights.groups_figure(groups(), intervals([45, 55, 80]), NAMES, "channel"),
        "in app for small business, +15.0 points",
    ),
    "reliability": (lambda: scales.reliability_figure(quality(), NAMES), "Below 0.7: To be"),
    "importance": (
        lambda: drivers.importance_figure(
            intervals([6, 5, 4]), intervals([0.1, 0.2, 0.3], 0.05), NAMES
        ),
        "most Respect; highest stated importance: To be informed.",
    ),
    "importance, nobody asked": (
        lambda: drivers.importance_figure(None, intervals([0.1, 0.2, 0.3], 0.05), NAMES),
        "most Respect.",
    ),
    "map": (
        lambda: drivers.map_figure(
            sure([0.1, 0.099, 0.01]), sure([40, 40.5, 80]), NAMES, cut="scale", midpoints=(0.07, 55)
        ),
        "Concentrate here: To be informed, Compensation and a rather long name.",
    ),
    "penalty and reward": (
        lambda: drivers.penalty_reward_figure(contrast(["unclear", "excitement", "basic"]), NAMES),
        "Only hurts when missing: Respect; delights: Compensation",
    ),
    "levels": (lambda: rights.levels_figure(levels()), "physiological, in 70%"),
    "plan": (
        lambda: planning.plan_figure(plan([0.0, 5, 9], 38, 0.5), NAMES, 40),
        "38 of 40 person-days raises overall satisfaction by 0.50 points, most through Respect",
    ),
    "empty plan": (
        lambda: planning.plan_figure(plan([0.0, 0, 0], 0, 0), NAMES, 0),
        "not at all",
    ),
    "frontier": (
        lambda: planning.frontier_figure(
            pd.DataFrame({"budget_days": [0, 50], "best": [0, 0.9], "largest_gap": [0, 0.4]}), 50
        ),
        "At 50 days the best plan brings 0.90 points, fixing the largest gap 0.40",
    ),
    "changes": (
        lambda: rights.changes_figure(changes([1, 1, 0.01]), NAMES, "2025", "2026"),
        "Sure: Respect.",
    ),
    "paths": (
        lambda: structural.path_figure(*path_model(), NAMES),
        "Strongest: To be informed to Respect −0.56. Best explained: Respect, R² 0.31. "
        "Interval includes 0: ",
    ),
    "paths, no intervals": (
        lambda: structural.path_figure(path_model()[0], None, NAMES),
        "Path model of 3 constructs and 3 paths. Strongest: To be informed to Respect",
    ),
    "loadings": (
        lambda: structural.loadings_figure(*path_model(), NAMES),
        "Loadings of 5 items on 3 constructs. Below 0.7: none.",
    ),
    "index map": (
        lambda: structural.index_map_figure(*path_model(), "c", NAMES),
        "Importance–performance map of 2 constructs for Respect. One point of",
    ),
    "index map of one": (
        lambda: structural.index_map_figure(path_model()[0], None, "b", NAMES),
        "Important and below the mean index: none.",
    ),
    "no change": (
        lambda: rights.changes_figure(changes([1, 1, 1]), NAMES, "2025", "2026"),
        "Sure: none.",
    ),
}


@pytest.fixture(params=FIGURES, name="case")
def drawn(request):
    make, words = FIGURES[request.param]
    return make(), words


def test_figure_says_what_it_shows(case):
    figure, words = case
    assert words in figure.alt


def test_no_text_is_clipped(case, clipped):
    assert not clipped(case[0])


def test_axes_are_labelled_with_their_units(case):
    figure, _ = case
    for axes in figure.axes:
        assert axes.get_xlabel()
        assert any(unit in axes.get_xlabel() for unit in ("point", "%", "person-days", "0–1"))


def test_same_figure_same_bytes(case):
    figure, _ = case
    assert figure.to_svg() == figure.to_svg()


def test_dots_stand_where_the_estimates_are():
    figure = rights.perception_figure(intervals([40, 80, 60]), NAMES)
    dots = figure.axes[0].collections[-1].get_offsets()
    np.testing.assert_allclose(dots, [[40, 0], [60, 1], [80, 2]])
    assert [tick.get_text() for tick in figure.axes[0].get_yticklabels()] == [
        NAMES[right] for right in "acb"
    ]


def test_names_of_close_points_do_not_overlap():
    values = np.linspace(50, 50.5, 6)
    figure = drivers.map_figure(sure(values / 100, "uvwxyz"), sure(values, "uvwxyz"), {})
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts[:6]]
    clash = [(a, b) for a in range(6) for b in range(a) if boxes[a].overlaps(boxes[b])]
    assert not clash
