"""Figures of workbook 03: each says what it shows, and its marks stand where the numbers are."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cemlib.stats.estimates import bootstrap_weights
from cemlib.stats.ratchet import Ratchet
from cemlib.studies.expectation import direct_effects, experiments, plots, pooling, sequential
from cemlib.studies.expectation import disconfirmation as dis
from cemlib.studies.expectation.model import ExpectationModel
from cemlib.studies.expectation.power import Design
from cemlib.studies.expectation.surface import response_surface

MODEL = ExpectationModel()
TRIAL = MODEL.simulate(240, np.random.default_rng(3))
SEEN = (TRIAL["satisfaction"], TRIAL["quality"], TRIAL["expectation"])
GROUPS = pd.DataFrame(
    {"group": ["safety", "esteem", "self-actualisation"], "estimate": [-3.0, 1, 6]}
).assign(standard_error=2.0)


def kink():
    return dis.kinked_value(*SEEN, bootstrap_weights(240, 50, np.random.default_rng(1)))


def published(root):
    return pd.read_csv(root / "datasets/published/effort-effects.csv")


def years():
    model = Ratchet()
    still = model.standing_still(10, 60, 10, 500, np.random.default_rng(1))
    return plots.ratchet_figure(still, model.chase(10, 60, 62))


FIGURES = {
    "mechanisms": (
        lambda _: plots.mechanisms_figure(MODEL),
        "from 45 to 55 points, which changes satisfaction by −6.9; its direct effect is +8.0.",
    ),
    "mechanisms, far out": (
        lambda _: plots.mechanisms_figure(
            replace(MODEL, effort_effect=-20, cost_to_expectation=30, loss_aversion=4), 1
        ),
        "its direct effect is −20.0",
    ),
    "published": (
        lambda root: plots.effort_figure(published(root)),
        "3 published studies of effort and 3 replications. Effort raised liking or value in 3 "
        "original studies; 3 replications found no effect.",
    ),
    "cells": (
        lambda _: plots.cells_figure(TRIAL, ("called back", "had to call again")),
        "Called back, no promise:",
    ),
    "two lines": (
        lambda _: plots.two_lines_figure(TRIAL, direct_effects.controlled_direct_effect(TRIAL)),
        "the line with effort lies +",
    ),
    "four ways": (
        lambda _: plots.four_ways_figure(
            direct_effects.four_ways(TRIAL, ["baseline"]), MODEL.effects()
        ),
        "True effects: total +0.5, direct +8.0.",
    ),
    "three ways, truth unknown": (
        lambda _: plots.four_ways_figure(direct_effects.four_ways(TRIAL)),
        "in 3 analyses",
    ),
    "power": (
        lambda _: plots.power_figure(Design("main effect", 16).curve([40, 508, 1000], [2.0, 4.0])),
        "2 points: more than 1000 participants; 4 points: 508 participants.",
    ),
    "looks": (
        lambda _: plots.looks_figure(
            {1: 0.05, 5: 0.142}, [sequential.group_sequential(2), sequential.group_sequential(5)]
        ),
        "at each of 5 looks gives a false positive in 14%",
    ),
    "worth": (
        lambda _: plots.value_figure(kink(), loss_aversion=2.25),
        "A shortfall of 30 points changes satisfaction by −",
    ),
    "surface": (
        lambda _: plots.surface_figure(response_surface(*SEEN), *SEEN[:0:-1]),
        "Along the line of agreement the slope is ",
    ),
    "comparison": (
        lambda _: plots.comparison_figure(
            dis.compare_models(*SEEN, np.random.default_rng(1), TRIAL[["effort"]])
        ),
        "predicts best (root mean squared error ",
    ),
    "ratchet": (lambda _: years(), "To keep satisfaction at 62, performance has to change by +"),
    "pooling": (
        lambda _: plots.pooling_figure(
            pooling.partially_pooled(GROUPS),
            {"esteem": "Esteem and a rather long name"},
        ),
        "Effect of effort in 3 groups",
    ),
}


@pytest.fixture(params=FIGURES, name="case", scope="module")
def drawn(request, root):
    make, words = FIGURES[request.param]
    return make(root), words


def test_figure_says_what_it_shows(case):
    figure, words = case
    assert words in figure.alt


def test_no_text_is_clipped(case, clipped):
    assert not clipped(case[0])


def test_axes_are_labelled_with_their_units(case):
    for axes in case[0].axes:
        labels = axes.get_xlabel() + axes.get_ylabel()
        assert any(unit in labels.lower() for unit in ("point", "%", "people", "|z|", "year")), (
            labels
        )


def test_same_figure_same_bytes(case):
    assert case[0].to_svg() == case[0].to_svg()


def test_bars_are_the_mechanisms():
    figure = plots.mechanisms_figure(MODEL, 1)
    bars = [bar.get_height() for bar in figure.axes[1].patches]
    row = MODEL.mechanisms().iloc[1]
    np.testing.assert_allclose(bars, row[["through_expectation", "direct", "total"]])


def test_two_lines_run_through_their_cell_means():
    effect = direct_effects.controlled_direct_effect(TRIAL)
    figure = plots.two_lines_figure(TRIAL, effect)
    means, _, _ = experiments.cell_moments(TRIAL)
    solid = [
        line for line in figure.axes[0].lines if line.get_linewidth() == 2 and line.get_ls() == "-"
    ]
    drawn = np.concatenate([np.column_stack(line.get_data()) for line in solid[:2]])
    np.testing.assert_allclose(drawn, means)


def test_only_where_data_are_is_a_surface_drawn():
    surface = response_surface(*SEEN)
    figure = plots.surface_figure(surface, SEEN[2], SEEN[1])
    low, high = (float(word) for word in figure.alt.replace("−", "-").split(" from ")[1].split(
        " points")[0].split(" to "))  # fmt: skip
    corner = surface.at(SEEN[2].max(), SEEN[1].min())
    assert corner < low < SEEN[0].mean() < high


def test_a_study_without_numbers_is_drawn_all_the_same(root):
    figure = plots.effort_figure(published(root).assign(effect=np.nan, n=np.nan))
    assert "3 published studies" in figure.alt
