"""Figures of a path model: each has a text alternative, labelled axes and no clipped text."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from cemlib.stats.estimates import bootstrap_weights
from cemlib.studies.expectation.plots import structural
from cemlib.studies.expectation.structural.bootstrap import bootstrap_paths
from cemlib.studies.expectation.structural.fit import pls_path

NAMES = {"a": "To be informed", "b": "Compensation and a rather long name", "c": "Respect"}
THREE = list("abc")


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
