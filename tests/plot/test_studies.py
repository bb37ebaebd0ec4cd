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


def sure(values, names=THREE):
    middle = np.asarray(values, dtype=float)
    return Estimates(tuple(names), middle, middle[None, :])


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
    "paths": (
        lambda: structural.path_figure(*path_model(), NAMES),
        "Strongest: To be informed to Respect −0.56. Best explained: Respect, R² 0.31. Not told "
        "from zero: ",
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
        "Importance–performance map of 2 constructs for Respect. A point of",
    ),
    "index map of one": (
        lambda: structural.index_map_figure(path_model()[0], None, "b", NAMES),
        "Important and below the mean index: none.",
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


def test_names_of_close_points_do_not_overlap():
    values = np.linspace(50, 50.5, 6)
    figure = drivers.map_figure(sure(values / 100, "uvwxyz"), sure(values, "uvwxyz"), {})
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts[:6]]
    clash = [(a, b) for a in range(6) for b in range(a) if boxes[a].overlaps(boxes[b])]
    assert not clash
