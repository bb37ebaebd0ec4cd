"""Figures of workbook 06: each says what it shows, and its marks stand where the numbers are."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from cemlib.plot.style import GREEN, VERMILION
from cemlib.stats.estimates import Estimates
from cemlib.studies.complaints import case as model
from cemlib.studies.complaints import plots
from cemlib.studies.complaints.equivalence import Equivalence
from cemlib.studies.complaints.justice import PARTS
from cemlib.studies.complaints.policies import NAMES
from cemlib.studies.complaints.promises import Promise
from cemlib.studies.complaints.rates import RateRatio, Removal

U, V = np.array([0.0, 40, 90, 20]), np.array([90.0, 50, 0, 30])
PROMISE = Promise(630, 9.0, 8.0, 10.5, 0.8, 2.0, 0.2, 2.0, 1.5)


def timeline(root):
    events = pd.read_csv(root / "datasets/cases/yang.csv")
    return plots.timeline_figure(events, model.replay(events))


def untimed(root):
    events = pd.read_csv(root / "datasets/cases/yang.csv").assign(clock=None)
    return plots.timeline_figure(events, model.replay(events))


def coverage(_):
    report = pd.DataFrame({"step": model.STEPS, "recorded": True, "share": 0.9})
    report = report.assign(low=0.85, high=0.95, hours=12.5, out_of_order=0.0)
    report.loc[7, ["recorded", "share", "low", "high", "hours"]] = [False, *[np.nan] * 4]
    report.loc[3, "share"] = 0.4
    return plots.coverage_figure(report)


def justice(_):
    names = ("distributive", "procedural", "interactional")
    values = np.array([0.3, 0.1, 0.2])
    part = Estimates(names, values, values + np.array([[-0.05], [0.05]]))
    return plots.justice_figure(
        dict.fromkeys(("Word of mouth", "Return"), dict.fromkeys(PARTS, part)), {}
    )


def paradox(_):
    comparisons = {
        "satisfaction": Equivalence(0.6, 0.05, 200, 0.3),
        "intent to stay": Equivalence(0.0, 0.05, 200, 0.3),
    }
    return plots.paradox_figure(comparisons)


def cause(_):
    months = pd.date_range("2025-01-01", periods=12, freq="MS")
    frame = pd.DataFrame({"failure": "account security", "month": months, "rate": 5.0})
    frame = frame.assign(low=3.0, high=8.0)
    return plots.cause_figure(
        Removal("bill", pd.Timestamp("2025-07-01"), RateRatio(0.4, 0.3, 0.5, 0.001), frame)
    )


def one_bargain(d):
    return plots.bargain_figure(U, V, d)


def policies(_):
    frame = pd.DataFrame({"policy": list(NAMES)})
    for name, values in (("customer", [40, 110, 240, 170, 145]), ("realised", [1, 2, 3, 5, 4])):
        frame[name] = values
        frame[f"{name}_low"], frame[f"{name}_high"] = frame[name] - 9, frame[name] + 9
    return plots.policies_figure(frame.assign(share_sd=[0, 0.05, 0, 0.2, 0.1]))


def outcomes(_):
    table = pd.DataFrame({"loss": ["over $100"] * 2 + ["under $5"] * 2})
    table["outcome"] = ["no complaint", "complaint resolved quickly"] * 2
    return plots.outcomes_figure(table.assign(gain=[0.0, 480, 0, -39.6]), 600)


FIGURES = {
    "timeline": (
        timeline,
        "4 promises: 2 open, 1 kept, 1 broken. The longest gap without contact lasts 6 h 13",
    ),
    "timeline without clocks": (untimed, "21 events between customers, agent and network"),
    "promise": (
        lambda _: plots.promise_figure(pd.Series(np.linspace(0.5, 30, 60)), PROMISE),
        "20% keep the promise of 2 hours, 80% the best promise of 9.0 hours",
    ),
    "coverage": (coverage, "lowest for initial assessment, 40%; 1 step is not recorded"),
    "justice": (justice, "Largest total effect: distributive for word of mouth"),
    "paradox": (paradox, "satisfaction higher; intent to stay equivalent"),
    "cause": (cause, "rate is 40% of what it would have been (95% interval 30% to 50%)"),
    "bargain": (
        lambda _: one_bargain((0.0, 0.0)),
        "from 4 answers; 3 answers are Pareto efficient. Gains of customer and company in CNY by "
        "rule: Nash 45 and 45",
    ),
    "no bargain": (
        lambda _: one_bargain((95.0, 95.0)),
        "No answer leaves both at least as well off as no agreement",
    ),
    "policies": (policies, "Largest for the company: Nash, 5 CNY per complaint"),
    "outcomes": (outcomes, "Largest: complaint resolved quickly, loss over $100, 480 CNY"),
}


@pytest.fixture(params=FIGURES, name="case")
def one(request, root):
    make, words = FIGURES[request.param]
    return make(root), words


def test_figure_says_what_it_shows(case):
    assert case[1] in case[0].alt


def test_no_text_is_clipped(case, clipped):
    assert not clipped(case[0])


def test_same_figure_same_bytes(case):
    assert case[0].to_svg() == case[0].to_svg()


@pytest.mark.parametrize("name", [name for name in FIGURES if not name.startswith("timeline")])
def test_axes_are_labelled_with_their_units(name, root):
    for axes in FIGURES[name][0](root).axes:
        label = axes.get_xlabel()
        assert any(unit in label for unit in ("CNY", "%", "Hours", "point", "Month"))


def test_solutions_stand_on_the_frontier():
    figure = one_bargain((0.0, 0.0))
    marks = {c.get_label(): c.get_offsets()[0] for c in figure.axes[0].collections if c.get_label()}
    np.testing.assert_allclose(marks["Nash"], [45, 45])
    np.testing.assert_allclose(marks["no agreement"], [0, 0])


def test_promises_of_the_timeline_have_the_colour_of_their_state(root):
    figure = timeline(root)
    colours = [to_hex(line.get_color()).upper() for line in figure.axes[0].lines[3:]]
    assert colours[:2] == [GREEN, VERMILION]
    assert len(colours) == 4


def test_every_event_stands_on_the_wall(root):
    events = pd.read_csv(root / "datasets/cases/yang.csv")
    words = " ".join(text.get_text().replace("\n", " ") for text in timeline(root).axes[0].texts)
    for event in events["event_en"]:
        assert event in words
