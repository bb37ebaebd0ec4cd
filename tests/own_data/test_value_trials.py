"""Workbook 05 on files as people have them: each dataset alone, and what is refused."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from cemlib.catalogue import problems
from cemlib.cli import main
from cemlib.findings import FINDINGS_MIME, from_payload
from cemlib.studies.value.datasets.choices import read_choices
from cemlib.studies.value.discrete_choice import choice_model
from cemlib.studies.value.operator.choices import simulate_choices

TRIALS = Path(__file__).parents[2].parent / "shared" / "trials"
needs_trials = pytest.mark.skipif(not TRIALS.is_dir(), reason="the trial files are not here")
DELIVERY = [
    "-p", "fast_cost", "4", "-p", "fast_days", "1", "-p", "standard_cost", "2",
    "-p", "standard_days", "5", "-p", "standard_price", "5", "-p", "margin_of_error", "0.5",
]  # fmt: skip


def run(folder, *more):
    arguments = ["run", "05", "-p", "resamples", "50", *more, "-o", str(folder)]
    return CliRunner().invoke(main, arguments)


def findings(folder):
    notebook = json.loads((folder / "notebook.ipynb").read_text(encoding="utf-8"))
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    stored = [o["data"][FINDINGS_MIME] for o in outputs if FINDINGS_MIME in o.get("data", {})]
    return from_payload(stored[0])


def wide(frame):
    """Return choices with a row per task."""
    rows = []
    for (respondent, task), part in frame.groupby(["respondent", "task"]):
        row = {"respondent": respondent, "task": task}
        for each in part.itertuples():
            if not np.isnan(each.price):
                row |= {
                    f"price_{each.alternative}": each.price,
                    f"days_{each.alternative}": each.days,
                }
            if each.chosen:
                row["choice"] = each.alternative
        rows.append(row)
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def choices():
    return simulate_choices(60, np.random.default_rng(5)).drop(columns="segment")


def test_a_row_per_task_is_the_same_as_a_row_per_alternative(tmp_path, choices):
    long_file, wide_file = tmp_path / "long.csv", tmp_path / "wide.csv"
    choices.assign(chosen=choices["chosen"].map({True: "yes", False: "no"})).to_csv(
        long_file, index=False
    )
    wide(choices).to_csv(wide_file, index=False)
    one, other = (read_choices(file) for file in (long_file, wide_file))
    columns = ["respondent", "task", "alternative", "price", "days", "chosen"]
    pd.testing.assert_frame_equal(one.frame[columns], other.frame[columns])
    assert any("row per task" in note for note in other.notes)
    values = choice_model(one.frame).values
    assert values.tolist() == pytest.approx(choice_model(other.frame).values.tolist())


def test_letters_and_none_are_alternatives(tmp_path, choices):
    named = choices.assign(
        alternative=np.where(choices["price"].isna(), "none", "A").astype(object),
        chosen=choices["chosen"].map({True: "yes", False: "no"}),
    )
    second = choices["alternative"] == 2
    named.loc[second & choices["price"].notna(), "alternative"] = "B"
    file = tmp_path / "letters.csv"
    named.to_csv(file, index=False)
    read = read_choices(file).frame
    assert sorted(read["alternative"].unique()) == [1, 2, 3]
    assert choice_model(read).values.tolist() == pytest.approx(
        choice_model(choices).values.tolist()
    )


def test_a_choice_that_names_no_alternative_is_refused_with_its_row(tmp_path, choices):
    frame = wide(choices)
    frame["choice"] = frame["choice"].astype(object)
    frame.loc[1, "choice"] = "7"
    file = tmp_path / "wide.csv"
    frame.to_csv(file, index=False)
    (fault,) = problems("choices", file)
    assert (fault.row, fault.column) == (3, "choice")
    assert "from 1 to" in str(fault)


def test_choices_alone_give_the_price_only_with_assumptions(tmp_path, choices):
    file = tmp_path / "wide.csv"
    wide(choices).to_csv(file, index=False)
    out = tmp_path / "out"
    result = run(out, "--data", f"choices={file}")
    assert result.exit_code == 0, result.output
    assert all(each.name.startswith("willingness_to_pay") for each in findings(out))
    report = (out / "report.html").read_text(encoding="utf-8")
    assert "fast_cost" in report
    assert "Not answered for your company." in report
    result = run(out, "--data", f"choices={file}", *DELIVERY)
    assert result.exit_code == 0, result.output
    found = findings(out)
    assert {finding.datasets for finding in found} == {("choices",)}
    assert {"best_price", "respondents_needed"} <= {finding.name for finding in found}
    report = (out / "report.html").read_text(encoding="utf-8")
    assert "Assuming that the faster delivery costs the company 4.0" in report
    for words in ("CNY", "fictional operator tested", "broadband household"):
        assert words not in report, words


@pytest.fixture
def one_month(tmp_path):
    rng = np.random.default_rng(2)
    time = pd.Timestamp("2026-03-01 08:00") + pd.to_timedelta(rng.uniform(0, 28, 120), unit="D")
    frame = pd.DataFrame({"customer": [f"c{n % 40}" for n in range(120)], "time": time})
    frame["topic"] = rng.choice(["bill", "net"], 120)
    file = tmp_path / "enquiries.csv"
    frame.to_csv(file, index=False)
    return file


def test_enquiries_of_one_month_run(tmp_path, one_month):
    out = tmp_path / "out"
    result = run(out, "--data", f"enquiries={one_month}")
    assert result.exit_code == 0, result.output
    assert [finding.name for finding in findings(out)] == ["first_contact_resolution"]


def test_a_window_longer_than_the_log_is_refused_before_anything_runs(tmp_path, one_month):
    result = run(tmp_path / "out", "--data", f"enquiries={one_month}", "-p", "repeat_days", "40")
    assert result.exit_code == 2
    assert "fewer than the repeat window of 40 days" in result.output
    assert "set repeat_days to" in result.output
    assert not (tmp_path / "out").exists()


def judged(coders, policy):
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"answer": np.repeat(range(40), coders)})
    frame["question"], frame["agent"] = frame["answer"] // 2, frame["answer"] % 8
    frame["coder"] = np.tile(range(coders), 40)
    for name in ("correct", "hedged"):
        frame[name] = rng.choice(["yes", "no"], len(frame))
    return frame.assign(policy=np.where(frame["agent"] > 3, "a", "b")) if policy else frame


@pytest.mark.parametrize(("coders", "policy"), [(1, False), (2, False), (2, True)])
def test_judged_answers_open_the_sections_that_they_can_answer(tmp_path, coders, policy):
    file = tmp_path / "answers.csv"
    judged(coders, policy).to_csv(file, index=False)
    out = tmp_path / "out"
    more = ["-p", "quality_policy", "a"] if policy else []
    result = run(out, "--data", f"answers={file}", *more)
    assert result.exit_code == 0, result.output
    names = {finding.name for finding in findings(out)}
    assert "share_reliable" in names
    assert ("alpha_hedged" in names) == (coders > 1)
    assert ("policy_effect_hedged" in names) == policy
    report = (out / "report.html").read_text(encoding="utf-8")
    assert "Agents were randomised" not in report
    assert "fictional operator tested" not in report


def test_an_unknown_policy_is_refused_before_anything_runs(tmp_path):
    file = tmp_path / "answers.csv"
    judged(2, True).to_csv(file, index=False)
    result = run(tmp_path / "out", "--data", f"answers={file}", "-p", "quality_policy", "c")
    assert result.exit_code == 2
    assert "quality_policy is 'c', but must be one of 'a', 'b'" in result.output


@needs_trials
@pytest.mark.parametrize("name", ["16-more/offers.csv", "16-more/plain.csv", "16-more/tab.tsv"])
def test_price_lists_run_by_themselves(tmp_path, name):
    out = tmp_path / "out"
    result = run(out, "--data", f"offers={TRIALS / name}")
    assert result.exit_code == 0, result.output
    assert {finding.datasets for finding in findings(out)} == {("offers",)}


@needs_trials
@pytest.mark.parametrize(
    "name", ["a-long", "b-wide", "c-optout-none", "d-unbalanced", "e-alt-letters", "f-01"]
)
def test_choices_of_every_shape_are_fit(name):
    assert problems("choices", TRIALS / f"09-choices/{name}.csv") == []


@needs_trials
@pytest.mark.parametrize("name", ["offers-mmss", "offers-percent", "enquiries"])
def test_durations_percent_and_the_topic_none_are_read(name):
    dataset = name.split("-")[0]
    assert problems(dataset, TRIALS / f"16-more/{name}.csv") == []
