"""Figures of driver analysis: each has a text alternative, labelled axes and no clipped text."""

import numpy as np
import pandas as pd
import pytest

from cemlib.plot.importance import importance_figure, map_figure, penalty_reward_figure
from cemlib.stats.estimates import Estimates

NAMES = {"a": "To be informed", "b": "Compensation and a rather long name", "c": "Respect"}
THREE = list("abc")


def intervals(values, width=3.0):
    estimates = np.asarray(values, dtype=float)
    return pd.DataFrame(
        {"name": THREE, "estimate": estimates, "low": estimates - width, "high": estimates + width}
    )


def contrast(kinds):
    frame = pd.DataFrame({"driver": THREE, "kind": kinds})
    for label, value in (("penalty", -0.5), ("reward", 0.3), ("asymmetry", -0.2)):
        frame[label] = value * np.arange(1, 4)
        frame[f"{label}_low"], frame[f"{label}_high"] = frame[label] - 0.1, frame[label] + 0.1
    return frame


def estimates_of(values, names=THREE):
    middle = np.asarray(values, dtype=float)
    return Estimates(tuple(names), middle, middle[None, :])


FIGURES = {
    "importance": (
        lambda: importance_figure(intervals([6, 5, 4]), intervals([0.1, 0.2, 0.3], 0.05), NAMES),
        "variance for Respect; highest stated importance: To be informed.",
    ),
    "importance, not asked": (
        lambda: importance_figure(None, intervals([0.1, 0.2, 0.3], 0.05), NAMES),
        "variance for Respect.",
    ),
    "map": (
        lambda: map_figure(
            estimates_of([0.1, 0.099, 0.01]),
            estimates_of([40, 40.5, 80]),
            NAMES,
            cut="scale",
            midpoints=(0.07, 55),
        ),
        "Concentrate here: To be informed, Compensation and a rather long name.",
    ),
    "penalty and reward": (
        lambda: penalty_reward_figure(contrast(["unclear", "excitement", "basic"]), NAMES),
        "Basic factors: Respect; excitement factors: Compensation",
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
    for axes in case[0].axes:
        assert any(unit in axes.get_xlabel() for unit in ("point", "%"))


def test_same_figure_same_bytes(case):
    figure, _ = case
    assert figure.to_svg() == figure.to_svg()


def test_names_of_close_points_do_not_overlap():
    values = np.linspace(50, 50.5, 6)
    figure = map_figure(estimates_of(values / 100, "uvwxyz"), estimates_of(values, "uvwxyz"), {})
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts[:6]]
    clash = [(a, b) for a in range(6) for b in range(a) if boxes[a].overlaps(boxes[b])]
    assert not clash
