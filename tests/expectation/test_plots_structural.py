"""Path diagrams: nothing hides anything, and each mark stands where its value is."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Ellipse, Rectangle

from cemlib.plot import style as base
from cemlib.stats.estimates import bootstrap_weights
from cemlib.studies.expectation.plots import structural
from cemlib.studies.expectation.plots.path_layout import positions
from cemlib.studies.expectation.structural.bootstrap import bootstrap_paths
from cemlib.studies.expectation.structural.fit import importance_performance, pls_path
from cemlib.studies.expectation.structural.model import ECSI, parse_model

WIDE = (
    "\n".join([*(f"X{i} =~ x{i}" for i in range(7)), "Y =~ y0 + y1", "Z =~ z0"])
    + """
Y ~ X0 + X1 + X2 + X3 + X4 + X5 + X6
Z ~ Y + X0 + X6
"""
)
CHAIN = "A =~ a\nB =~ b\nC =~ c\nD =~ d\nB ~ A\nC ~ A + B\nD ~ A + B + C"
MODELS = {"ecsi": ECSI, "wide": WIDE, "chain": CHAIN}
NAMES = {"Satisfaction": "Satisfaction with the operator", "X1": "A name that is rather long"}


def study(text, n=150):
    """Answers that follow a model: each construct is a sum of its sources and chance."""
    model, rng = parse_model(text), np.random.default_rng(2)
    scores = {}
    for name in sorted(model.names, key=model.depths().get):
        parts = [0.5 * scores[source] for source in model.sources(name)]
        scores[name] = sum(parts) + rng.normal(size=n)
    answers = {
        item: scores[block.name] + 0.7 * rng.normal(size=n)
        for block in model.blocks
        for item in block.items
    }
    fit = pls_path(pd.DataFrame(answers), model, scale=(-30, 30))
    return fit, bootstrap_paths(fit, bootstrap_weights(n, 100, rng))


@pytest.fixture(params=MODELS, scope="module", name="drawn")
def diagram(request):
    fit, resamples = study(MODELS[request.param])
    figure = structural.path_figure(fit, resamples, NAMES)
    figure.draw_without_rendering()
    return fit, figure


def test_a_model_stands_in_rows_of_its_depth(drawn):
    fit, _ = drawn
    places = positions(fit.model)
    assert {name: row for name, (_, row) in places.items()} == fit.model.depths()
    assert all(0 <= x <= 1 for x, _ in places.values())


def test_a_constructs_mark_tells_how_it_is_measured(drawn):
    fit, figure = drawn
    nodes = [patch for patch in figure.axes[0].patches if isinstance(patch, (Ellipse, Rectangle))]
    assert [isinstance(patch, Rectangle) for patch in nodes] == [
        len(block.items) == 1 for block in fit.model.blocks
    ]


def test_no_node_and_no_label_lies_on_another(drawn):
    _, figure = drawn
    axes = figure.axes[0]
    nodes = [patch for patch in axes.patches if isinstance(patch, (Ellipse, Rectangle))]
    boxes = [patch.get_window_extent() for patch in nodes]
    assert not [pair for pair in combinations(boxes, 2) if pair[0].overlaps(pair[1])]
    labels = [text for text in axes.texts if " to " in text.get_text()]
    assert len(labels) == len(drawn[0].paths)
    spots = [text.get_window_extent() for text in labels]
    for one, other in combinations(spots, 2):
        assert not one.padded(-1).overlaps(other.padded(-1))
    for spot in spots:
        assert not any(spot.padded(-2).overlaps(box.padded(-2)) for box in boxes)


def test_words_stay_within_their_node(drawn):
    _, figure = drawn
    axes = figure.axes[0]
    nodes = [patch for patch in axes.patches if isinstance(patch, (Ellipse, Rectangle))]
    words = [text for text in axes.texts if text.get_text() and " to " not in text.get_text()]
    assert len(words) == len(nodes)
    for patch, text in zip(nodes, words, strict=True):
        node, box = patch.get_window_extent(), text.get_window_extent()
        assert node.x0 <= box.x0 <= box.x1 <= node.x1
        assert node.y0 <= box.y0 <= box.y1 <= node.y1


def test_no_path_of_the_ecsi_runs_through_a_construct():
    model = parse_model(ECSI)
    places = positions(model)
    for path in model.paths:
        (x0, r0), (x1, r1) = places[path.source], places[path.target]
        for name, (x, row) in places.items():
            if r0 < row < r1:
                at = x0 + (row - r0) / (r1 - r0) * (x1 - x0)
                assert abs(at - x) * 7.2 > 1.26 / 2, (path, name)


def test_layout_is_the_same_each_time_and_ignores_how_lines_are_ordered():
    shuffled = "\n".join(sorted(ECSI.splitlines(), reverse=True))
    rows = {name: row for name, (_, row) in positions(parse_model(shuffled)).items()}
    assert rows == {name: row for name, (_, row) in positions(parse_model(ECSI)).items()}
    assert positions(parse_model(ECSI)) == positions(parse_model(ECSI))


def test_unsure_and_negative_paths_look_different():
    rng = np.random.default_rng(5)
    a, b = rng.normal(size=(2, 300))
    data = pd.DataFrame({"a": a, "b": b, "c": rng.normal(size=300) - a})
    fit = pls_path(data, "A =~ a\nB =~ b\nC =~ c\nC ~ A + B")
    drawn = bootstrap_paths(fit, bootstrap_weights(300, 200, rng))
    figure = structural.path_figure(fit, drawn, {})
    arrows = [text.arrow_patch for text in figure.axes[0].texts if not text.get_text()]
    colours = [to_hex(arrow.get_edgecolor()).upper() for arrow in arrows]
    assert colours == [base.VERMILION.upper(), base.GREY.upper()]
    assert arrows[0].get_linestyle() != arrows[1].get_linestyle()
    assert arrows[0].get_linewidth() > 2 * arrows[1].get_linewidth()
    assert "Interval includes 0: B to C" in figure.alt


def test_loadings_stand_in_the_order_of_the_model():
    fit, resamples = study(ECSI)
    axes = structural.loadings_figure(fit, resamples, NAMES).axes[0]
    shown = axes.collections[1].get_offsets()
    np.testing.assert_allclose(shown[:, 0], fit.outer["loading"])
    assert (np.diff(shown[:, 1]) > 0).all()
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names[:3] == ["Image", "IMAG1", "IMAG2"]
    assert "Satisfaction with the operator" in names


def test_points_of_the_map_stand_where_the_indices_are():
    fit, resamples = study(ECSI)
    axes = structural.index_map_figure(fit, resamples, "Loyalty", NAMES).axes[0]
    table = importance_performance(fit, "Loyalty")
    shown = axes.collections[-1].get_offsets()
    np.testing.assert_allclose(shown, table[["index", "importance_points"]])
