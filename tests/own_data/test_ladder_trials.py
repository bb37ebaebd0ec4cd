"""Workbook 02 on files as people have them: what runs, what is refused, and what is left out."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from cemlib.catalogue import problems
from cemlib.cli import main
from cemlib.data.months import parse_month
from cemlib.findings import FINDINGS_MIME, from_payload
from cemlib.studies.ladder.datasets import load_panel, read
from cemlib.studies.ladder.markov import fit_ladder, moves
from cemlib.studies.ladder.win_back import win_backs

TRIALS = Path(__file__).parents[2].parent / "shared" / "trials"
needs_trials = pytest.mark.skipif(not TRIALS.is_dir(), reason="the trial files are not here")
STATES = "trial, active, fan, gone"
SMALLEST = """customer,month,state
a,2026-01,new
a,2026-02,gone
a,2026-03,gone
a,2026-04,new
b,2026-01,new
b,2026-02,gone
b,2026-03,new
b,2026-04,loyal
c,2026-01,new
c,2026-02,loyal
c,2026-03,loyal
c,2026-04,gone
d,2026-01,new
d,2026-02,gone
d,2026-03,gone
d,2026-04,gone
"""


def run(folder, *more):
    arguments = ["run", "02", "-p", "resamples", "50", *more, "-o", str(folder)]
    return CliRunner().invoke(main, arguments)


def findings(folder):
    notebook = json.loads((folder / "notebook.ipynb").read_text(encoding="utf-8"))
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    stored = [o["data"][FINDINGS_MIME] for o in outputs if FINDINGS_MIME in o.get("data", {})]
    return from_payload(stored[0])


def write(tmp_path, text, name="own.csv"):
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return file


def test_the_smallest_panel_runs_and_says_nothing_of_the_operator(tmp_path):
    file = write(tmp_path, SMALLEST)
    out = tmp_path / "out"
    own = ["--data", f"panel={file}", "-p", "states", "new, loyal, gone", "-p", "entry", "new"]
    result = run(out, *own, "-p", "margins", "1, 2, 0")
    assert result.exit_code == 0, result.output
    found = findings(out)
    assert {finding.datasets for finding in found} == {("panel",)}
    assert not any(finding.example for finding in found)
    rate = next(finding for finding in found if finding.name == "win_back_rate")
    assert rate.value == pytest.approx(2 / 5)  # a returns after two months away, b after one
    assert rate.low < rate.value < rate.high
    assert not any("CNY" in finding.unit for finding in found)
    report = (out / "report.html").read_text(encoding="utf-8")
    assert "Not answered for your company." in report
    assert "further months away are counted, too" in report
    for words in ("advocate</", "hotline", "true probability"):
        assert words not in report, words


def test_without_margins_there_is_no_value_and_the_way_to_the_best_rung_remains(tmp_path):
    out = tmp_path / "out"
    file = write(tmp_path, SMALLEST)
    own = ["--data", f"panel={file}", "-p", "states", "new, loyal, gone", "-p", "entry", "new"]
    result = run(out, *own)
    assert result.exit_code == 0, result.output
    names = [finding.name for finding in findings(out)]
    assert "share_ever_on_best_rung" in names
    assert not any("value" in name for name in names)
    assert "that only you can make: margins" in (out / "report.html").read_text(encoding="utf-8")


def test_months_away_count_for_the_rate_of_those_who_come_back(tmp_path):
    data = load_panel(write(tmp_path, SMALLEST), states="new, loyal, gone", entry="new")
    moved = moves(data.rows)
    fit = fit_ladder(moved, data.states, 20, np.random.default_rng(1))
    won = win_backs(moved, fit)
    assert (won.returns, won.customers, won.first) == (2, 3, "new")
    assert fit.probabilities[2].tolist() == pytest.approx([0.4, 0.0, 0.6])
    away = win_backs(moved[moved["next"] == 2], fit)
    assert away is None


@needs_trials
@pytest.mark.parametrize("name", ["a-reentry", "b-gaps", "d-monthname", "e-cn-month"])
def test_panels_are_read_whatever_their_months_look_like(name):
    data = load_panel(TRIALS / f"08-panel/{name}.csv", states=STATES, entry="trial")
    assert data.rows["month"].min() == 2026 * 12
    plain = load_panel(TRIALS / "08-panel/a-reentry.csv", states=STATES, entry="trial")
    if name != "b-gaps":
        assert data.rows[["state", "month"]].equals(plain.rows[["state", "month"]])
    else:
        assert any("no move is counted across" in note for note in data.notes)


@needs_trials
def test_chinese_states_are_printed_without_a_warning(tmp_path):
    out = tmp_path / "out"
    file = TRIALS / "08-panel/g-chinese-states.csv"
    result = run(
        out, "--data", f"panel={file}", "-p", "states", "试用，活跃，拥护，流失", "-p", "entry",
        "试用",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    report = (out / "report.html").read_text(encoding="utf-8")
    assert "拥护" in report
    assert "Warning" not in report


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2026-03", 2), ("2026/3/17", 2), ("Mar-26", 2), ("March 2026", 2), ("2026年3月", 2),
        ("２０２６年３月", 2), ("03/2026", 2), ("202603", 2), ("46082", 2),
        ("26-Mar", None), ("03/04/2026", None), ("2026-13", None), ("Marsh 2026", None),
    ],
)  # fmt: skip
def test_months(text, month):
    assert parse_month(text) == (None if month is None else 2026 * 12 + month)


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        (["-p", "entry", "nw"], "entry is 'nw'"),
        (["-p", "margins", "1, 2"], "margins is '1, 2', but must be 3 numbers"),
        (["-p", "margins", "0, 0, 0"], "not all 0"),
    ],
)
def test_wrong_lists_are_refused_before_anything_runs(tmp_path, parameters, words):
    file = write(tmp_path, SMALLEST)
    own = ["--data", f"panel={file}", "-p", "states", "new, loyal, gone"]
    result = run(tmp_path / "out", *own, *parameters)
    assert result.exit_code == 2
    assert words in result.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "text", "options", "words"),
    [
        ("panel", "customer,month,state\na,2026-01,new\nb,2026-01,loyal\n",
         {"states": "new, loyal, gone"}, "two consecutive months"),
        ("panel", "customer,month,state\na,2026-01,new\na,2026-02,new\n",
         {"states": "new, loyal, gone"}, "0 kinds of moves"),
        ("applications", "session,step,time\n" + "".join(
            f"s{n},look,2026-03-01 10:00\n" for n in range(12)), {}, "one step only"),
        ("applications", "session,step,time\n" + "".join(
            f"s{n},look,2026-03-01 10:00\ns{n},buy,2026-03-01 10:05\n" for n in range(12)),
         {"steps": "look, pay"}, "is not one of the steps"),
        ("prompts", "order,fact,comparison,value,prompt,words_en,words_zh,provenance\n"
         "1,anger,is,yes,help,a,b,assumed\n2,,always,,sell,a,b,assumed\n", {},
         "is not one of saving"),
        ("prompts", "order,fact,comparison,value,prompt,words_en,words_zh,provenance\n"
         "1,angry,is,yes,help,a,b,assumed\n", {}, "some calls have no prompt"),
        ("service-weeks", "week,channel,contacts,in_time\n1,app,10,11\n", {}, "than contacts"),
        ("service-weeks", "week,channel,contacts,in_time\n1,app,10,9\n2,app,9,9\n", {}, "3 weeks"),
        ("feedback", "touchpoint,rating\nbill,3\nbill,4\n", {}, "2 ratings"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused_with_what_would_solve_it(
    tmp_path, name, text, options, words
):
    found = [str(problem) for problem in problems(name, write(tmp_path, text), **options)]
    assert any(words in problem for problem in found), found


def test_feedback_with_few_columns_opens_few_sections(tmp_path):
    rng = np.random.default_rng(2)
    size = 300
    frame = pd.DataFrame(
        {
            "mode": rng.choice(["event-driven", "company-driven"], size), "touchpoint": "desk",
            "channel": rng.choice(["app", "shop"], size), "segment": rng.choice(["a", "b"], size),
            "rating": rng.integers(0, 11, size),
        }
    )  # fmt: skip
    silent = (frame["mode"] == "company-driven") & (frame.index % 3 == 0)
    frame.loc[silent, "rating"] = np.nan
    frame.loc[:5, ["mode", "channel"]] = ["event-driven", "fax"]
    frame.loc[:5, "rating"] = [5.0, *[np.nan] * 5]  # one rating has no standard error
    file = tmp_path / "feedback.csv"
    frame.to_csv(file, index=False)
    out = tmp_path / "out"
    result = run(out, "--data", f"feedback={file}")
    assert result.exit_code == 0, result.output
    assert {finding.datasets for finding in findings(out)} == {("feedback",)}
    report = (out / "report.html").read_text(encoding="utf-8")
    assert "Left out for lack of ratings: fax." in report
    assert "that only you can make: touchpoints" in report
    assert "no column mode" not in report.casefold()
    assert read("feedback", file).frame["segment"].nunique() == 2


def test_examples_are_marked(tmp_path):
    out = tmp_path / "out"
    file = write(tmp_path, SMALLEST)
    own = ["--data", f"panel={file}", "-p", "states", "new, loyal, gone", "-p", "entry", "new"]
    result = run(out, *own, "-p", "examples", "true")
    assert result.exit_code == 0, result.output
    for finding in findings(out):
        assert finding.example == (finding.datasets != ("panel",)), finding.name


@needs_trials
def test_a_state_may_be_named_none():
    file = TRIALS / "08-panel/c-none.csv"
    assert problems("panel", file, states="none, active, fan, gone") == []
