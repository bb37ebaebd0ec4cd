"""Figures of merging and of problems: they say in words what they show, and clip nothing."""

import numpy as np
import pandas as pd
import pytest

from cemlib.studies.repair.plots.cases import agreement_figure, sensitivity_figure, week_figure
from cemlib.studies.repair.plots.problems import emerging_figure, hours_figure, pareto_figure

NAMES = {"bill": "The bill is wrong and nobody knows why", "net": "No net", "code": "By code"}


def week(channels=("shop", "hotline", "complaint desk")):
    times = pd.to_datetime([f"2026-03-{day:02} 10:00" for day in (9, 10, 11)])
    frame = pd.DataFrame({"time": times.tz_localize("Asia/Shanghai"), "channel": channels})
    return frame.assign(problem=["bill", None, "net"], case=["a-01", "a-01", "a-02"])


def agreed(intervals):
    table = pd.DataFrame({"kind": ["code", "both"], "cases": [9, 7]})
    for index, name in enumerate(("pair_precision", "pair_recall", "b3_precision", "b3_recall")):
        table[name] = [0.9 - 0.1 * index, 0.8]
        if intervals:
            table[f"{name}_low"], table[f"{name}_high"] = table[name] - 0.1, table[name] + 0.1
    return table


def grid(value=0.5):
    pairs = [(window, minimum) for window in (1.0, 3.0) for minimum in (0.1, 0.2)]
    table = pd.DataFrame(pairs, columns=["window_days", "similarity"])
    return table.assign(pair_f1=[value, value, value + 0.3, value], pair_recall=value)


def common():
    return pd.DataFrame(
        {"problem": ["bill", "net", "app"], "cases": [60, 30, 10], "share": [0.6, 0.3, 0.1]}
    ).assign(cumulative=[0.6, 0.9, 1.0], vital=[True, True, False])


def risen(emerging):
    return pd.DataFrame(
        {"problem": ["bill", "net"], "ratio": [4.0, 0.5], "low": [2.0, 0.0], "high": [9.0, 1.1]}
    ).assign(emerging=emerging)


def by_hour(marked):
    table = pd.DataFrame({"problem": np.repeat(["bill", "net"], 24), "hour": np.tile(range(24), 2)})
    table["cases"] = np.where((table["problem"] == "net") & (table["hour"] == 19), 40, 5)
    return table.assign(expected=10.0, concentrated=marked & (table["cases"] == 40))


FIGURES = {
    "week": (
        lambda: week_figure(week(), NAMES),
        "One customer's 3 contacts in 3 channels within 3 days become 2 cases: The bill is wrong "
        "and nobody knows why with 2 contacts; No net with 1 contact.",
    ),
    "one day": (
        lambda: week_figure(week().head(1), NAMES),
        "1 contact in 1 channel within 1 day become 1 case",
    ),
    "agreement": (
        lambda: agreement_figure(agreed(True), NAMES),
        "By code, precision 90% and recall 80%; both, precision 80% and recall 80%.",
    ),
    "agreement without intervals": (lambda: agreement_figure(agreed(False), NAMES), "both"),
    "sensitivity": (
        lambda: sensitivity_figure(grid()),
        "highest, 80%, with 3 days and similarity 0.1; lowest 50%.",
    ),
    "sensitivity, all the same": (
        lambda: sensitivity_figure(grid(), "pair_recall"),
        "highest, 50%",
    ),
    "pareto": (
        lambda: pareto_figure(common(), NAMES),
        "100 cases of 3 problems. Most common: The bill is wrong and nobody knows why (60%); the "
        "first 2 account for 90%.",
    ),
    "pareto without names": (lambda: pareto_figure(common(), {}), "Most common: bill"),
    "emerging": (
        lambda: emerging_figure(risen([True, False]), NAMES),
        "Rising: The bill is wrong and nobody knows why (4.0 times the rate before).",
    ),
    "nothing emerges": (lambda: emerging_figure(risen([False, False]), NAMES), "Rising: none."),
    "hours": (
        lambda: hours_figure(by_hour(True), NAMES),
        "Significantly more: No net at 19",
    ),
    "quiet hours": (lambda: hours_figure(by_hour(False), NAMES), "No hour stands out."),
}


@pytest.fixture(params=FIGURES, name="case")
def drawn(request):
    make, words = FIGURES[request.param]
    return make(), words


def test_figure_says_what_it_shows(case):
    figure, words = case
    assert words in figure.alt


def test_every_text_lies_within_the_figure(case):
    figure, _ = case
    figure.draw_without_rendering()
    whole = figure.get_window_extent().padded(1)
    for axes in figure.axes:
        texts = [*axes.texts, axes.title, axes.xaxis.label, axes.yaxis.label]
        for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
            texts += [
                tick.label1
                for tick in axis.get_major_ticks()
                if min(limits) <= tick.get_loc() <= max(limits)
            ]
        for text in (text for text in texts if text.get_text() and text.get_visible()):
            box = text.get_window_extent()
            inside = whole.x0 <= box.x0 <= box.x1 <= whole.x1
            assert inside, text
            assert whole.y0 <= box.y0, text
            assert box.y1 <= whole.y1, text


def test_the_last_axes_name_their_units(case):
    figure, _ = case
    labels = " ".join(axes.get_xlabel() for axes in figure.axes)
    units = ("%", "days", "hours", "times", "0–23")
    assert any(unit in labels for unit in units), labels


def test_the_same_figure_has_the_same_bytes(case):
    figure, _ = case
    assert figure.to_svg() == figure.to_svg()


def test_lines_join_the_contacts_of_a_case():
    before, after = week_figure(week(), NAMES).axes
    assert len(before.collections[0].get_offsets()) == 3
    assert [len(line.get_xdata()) for line in after.lines] == [2, 1]
    assert before.get_title(loc="left") == "Before merging: 3 contacts, 3 call-backs"
    assert after.get_title(loc="left") == "After merging: 2 cases, 2 call-backs"


def test_the_grid_shows_its_values():
    axes = sensitivity_figure(grid()).axes[0]
    assert [text.get_text() for text in axes.texts] == ["50", "80", "50", "50"]


def test_refuses_a_measure_that_is_none():
    with pytest.raises(ValueError, match="did you mean 'pair_f1'"):
        sensitivity_figure(grid(), "pair_f")
