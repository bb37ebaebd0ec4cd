"""Figures of the repair desk: they say in words what they show, and clip nothing."""

import numpy as np
import pandas as pd
import pytest

from cemlib.plot.style import BLUE, GREEN, VERMILION
from cemlib.studies.repair.authority import CapCurve
from cemlib.studies.repair.desk import POLICIES
from cemlib.studies.repair.effects import ESTIMATORS
from cemlib.studies.repair.interrupted import call_back, call_back_curve, interrupted_series
from cemlib.studies.repair.plots import desk, effects
from cemlib.studies.repair.scripts import RULES

NAMES = {"line": "Broadband is down and has been for a while", "bill": "The bill is wrong"}


def curve():
    hours = np.geomspace(0.5, 120, 30)
    probability = 0.5 / (1 + (hours / 12) ** 2)
    return pd.DataFrame(
        {
            "hours": hours,
            "probability": probability,
            "low": 0.9 * probability,
            "high": 1.1 * probability,
        }
    )


def counts():
    frame = curve().iloc[::6].rename(columns={"probability": "share"}).assign(cases=40)
    return frame.assign(low=frame["share"] * 0.6, high=frame["share"] * 1.4)


def halves():
    return pd.DataFrame(
        {"name": ["line", "bill"], "estimate": [6.0, 35], "low": [4.0, 20], "high": [9.0, 61]}
    )


def policies():
    rows = [
        {"policy": policy, "agents": agents, "reached_in_time": 0.2 * agents + 0.05 * index}
        for index, policy in enumerate(POLICIES)
        for agents in (1, 2, 4)
    ]
    return pd.DataFrame(rows).assign(cost_per_repaired=90.0, complaints_prevented=12)


def curve_of_caps(best):
    cap = np.arange(0.0, 301, 50)
    repaired = 0.4 - 0.2 * np.exp(-cap / 60)
    cost, value = 0.2 * cap, 300 * repaired
    value = value + 40 * (cap <= best) * cap / best + 40 * (cap > best)
    return CapCurve(cap, cost, repaired, value, repaired + np.zeros((3, 1)), value[None])


def estimates(values=(15.0, 3, 7, 6, 6, 6, 6.5)):
    middle = np.array(values, dtype=float)
    return pd.DataFrame(
        {"estimator": ESTIMATORS, "estimate": middle, "low": middle - 1, "high": middle + 1}
    )


def scripts():
    frame = pd.DataFrame({"type": np.repeat(["impulsive", "sensitive"], 3)})
    frame["script"] = ["standard", "let off steam", "patience"] * 2
    frame["estimate"] = [0.3, 0.5, 0.2, 0.3, 0.3, 0.6]
    return frame.assign(low=frame["estimate"] - 0.1, high=frame["estimate"] + 0.1)


def rules():
    value = np.array([0.3, 0.32, 0.44, 0.4])
    return pd.DataFrame(
        {"rule": RULES, "estimate": value, "low": value - 0.05, "high": value + 0.1}
    )


def series():
    days = np.arange(120)
    return interrupted_series(30 - 0.05 * days - 6.0 * (days >= 60) + np.sin(days * 5), 60)


PILOT = call_back([True, True, False, False] * 30, [0, 0, 1, 2] * 30, call_cost=6, repeat_cost=20)
SAVING = call_back_curve(PILOT, repeat_cost=20, costs=np.linspace(0, 50, 11))

FIGURES = {
    "golden time": (
        lambda: desk.golden_time_figure(curve(), counts(), 12.0),
        "50% after 0.5 hours, 0% after 120; half-life about 12 hours.",
    ),
    "half-lives": (
        lambda: desk.half_lives_figure(halves(), NAMES, "problem"),
        "shortest Broadband is down and has been for a while (6 hours), longest The bill is wrong",
    ),
    "policies": (
        lambda: desk.desk_policies_figure(policies()),
        "With 1 agent: first come 20, severity 25, value 30, golden time 35.",
    ),
    "complaints by policy": (
        lambda: desk.desk_policies_figure(
            policies(), ("complaints_prevented", "cost_per_repaired")
        ),
        "Complaints prevented, number of cases, by policy",
    ),
    "caps": (
        lambda: desk.cap_figure(
            {"front line": curve_of_caps(50.0), "repair team": curve_of_caps(100.0)}
        ),
        "repair team: 20% repaired with a cap of 0 CNY, 40% with 300, highest net value with 100",
    ),
    "effects": (
        lambda: effects.effects_figure(estimates(), 6.1),
        "before and after 15.0, called versus not called 3.0, difference in differences 7.0",
    ),
    "effects without a trial": (
        lambda: effects.effects_figure(estimates((15, 3, 7, 6, 6, 6, np.nan))),
        "doubly robust 6.0, randomised wait list not known.",
    ),
    "scripts": (
        lambda: effects.scripts_figure(scripts()),
        "impulsive: let off steam (50%); sensitive: patience (60%)",
    ),
    "rules": (
        lambda: effects.rules_figure(rules()),
        "default for all 30%, best single script 32%, matched by type 44%, default plus",
    ),
    "series": (
        lambda: effects.interrupted_figure(series(), "Repeat calls per 100 resets"),
        "Change under the rule, from day 60, relative to the trend: −6.",
    ),
    "call-back": (
        lambda: effects.call_back_figure(SAVING, PILOT, 6.0),
        "+24.0 CNY at a cost of 6.0 CNY; break-even at 30.0 CNY.",
    ),
}  # fmt: skip


@pytest.fixture(params=FIGURES, name="case")
def drawn(request):
    make, words = FIGURES[request.param]
    return make(), words


def test_figure_says_what_it_shows(case):
    assert case[1] in case[0].alt


def test_no_text_is_clipped(case, clipped):
    assert not clipped(case[0])


def test_same_figure_same_bytes(case):
    assert case[0].to_svg() == case[0].to_svg()


def test_axes_are_labelled_with_their_units(case):
    for axes in case[0].axes:
        label = axes.get_xlabel()
        assert any(
            unit in label for unit in ("CNY", "%", "Hours", "point", "Day", "agents", "hours")
        )


def test_an_estimate_outside_the_trials_interval_stands_out():
    figure = effects.effects_figure(estimates())
    colours = figure.axes[0].collections[-1].get_facecolors()
    expected = [GREEN, BLUE, BLUE, BLUE, BLUE, VERMILION, VERMILION]
    from matplotlib.colors import to_rgba

    np.testing.assert_allclose(colours[:, :3], [to_rgba(colour)[:3] for colour in expected])


def test_trend_is_drawn_on_both_sides_and_once_without_the_rule():
    result = series()
    lines = effects.interrupted_figure(result, "Repeat calls").axes[0].lines
    drawn_lines = np.concatenate([line.get_ydata() for line in lines[:2]])
    np.testing.assert_allclose(drawn_lines, result.trend)
    np.testing.assert_allclose(lines[2].get_ydata(), result.without[60:])
