"""Workbook 06 on somebody else's log: each section is answered from it, or says what it needs."""

import json

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from cemlib import catalogue
from cemlib.cli import main
from cemlib.studies.complaints.datasets.complaints import load_complaints

WORKBOOK = "06-win-win-complaints"
KEPT = {
    "complaint": "编号", "received": "受理时间", "failure": "故障", "loss": "损失", "fee": "月费",
    "answered": "答复时间", "apology": "道歉", "explanation": "解释", "temporary_fix": "临时处理",
    "compensation": "补偿", "stayed": "留存", "handling": "满意度",
}  # fmt: skip
COMPANY = """\
name: Northfield Airport
language: en
currency: EUR
money: "¤#,##0"
zone: Europe/Berlin
assumptions:
  margin: 0.4
  monthly_retention: 0.9
  outside_share: 0.2
  regulator_cost: 70
  customer_value: 80
  won_share: 0.1
  lost_share: 0.1
  apology_cost: 1
  explanation_cost: 2
  temporary_fix_cost: 9
  hurry_cost: 11
  authority_cap: 30
  flat_amount: 20
  promise_hours: 24
datasets:
  complaints: {file: log.csv}
"""
OPERATORS = (
    "yuan", "CNY", "operator", "Ms Yang", "TARP", "Shanda", "account security", "network outage",
    "password", "fictional", "true value",
)  # fmt: skip
TEACHING = "a case for teaching; set `examples`"


@pytest.fixture(scope="module")
def log():
    return load_complaints().log.head(400)


@pytest.fixture(scope="module")
def full():
    """Return a log of another trade with all columns of the operator's, as texts."""
    frame = pd.read_csv(catalogue.path("complaints"), dtype=str, keep_default_na=False).head(900)
    kinds = {name: f"kind {n}" for n, name in enumerate(sorted(frame["failure"].unique()))}
    return frame.assign(failure=frame["failure"].map(kinds))


@pytest.fixture
def bare():
    """Return a log with an id, two times and a category; the last five are open."""
    rng = np.random.default_rng(4)
    received = pd.date_range("2026-01-05 08:00", periods=90, freq="7h")
    answered = received + pd.to_timedelta(rng.integers(1, 60, 90), unit="h")
    frame = pd.DataFrame({"complaint": [f"B{n}" for n in range(90)]})
    frame["received"] = received.strftime("%Y-%m-%d %H:%M")
    frame["answered"] = answered.strftime("%Y-%m-%d %H:%M")
    frame["failure"] = rng.choice(["late bag", "queue"], 90)
    frame.loc[85:, "answered"] = ""
    return frame


def run(folder, file, *more):
    quick = ["-p", "resamples", "50"]
    arguments = ["run", WORKBOOK, "--data", f"complaints={file}", *quick, *more, "-o", str(folder)]
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def findings(folder):
    cells = json.loads((folder / "notebook.ipynb").read_text(encoding="utf-8"))["cells"]
    kind = "application/vnd.cemlib.findings+json"
    outputs = [o.get("data", {}) for cell in cells for o in cell.get("outputs", [])]
    return {f["name"]: f for data in outputs if kind in data for f in data[kind]["findings"]}


def words(folder):
    """Return what the report says, without code and the lines that offer teaching cases."""
    cells = json.loads((folder / "notebook.ipynb").read_text(encoding="utf-8"))["cells"]
    end = next(n for n, c in enumerate(cells) if "".join(c["source"]).startswith("## Exercises"))
    parts = ["".join(c["source"]) for c in cells[2:end] if c["cell_type"] == "markdown"]
    for cell in cells:
        for output in cell.get("outputs", []):
            for key, value in {**output.get("data", {}), "": output.get("text", "")}.items():
                text = "".join(value)
                if not key.startswith(("image", "application")) and TEACHING not in text:
                    parts.append(text)
    return "\n".join(parts)


def test_an_id_two_times_and_a_category_give_promises_silence_and_steps(tmp_path, bare):
    bare.to_csv(tmp_path / "log.csv", index=False)
    result = run(tmp_path / "out", tmp_path / "log.csv")
    assert result.exit_code == 0, result.output
    found = findings(tmp_path / "out")
    assert set(found) == {"best_promise", "median_silence"}
    assert all(f["datasets"] == ["complaints"] and not f["example"] for f in found.values())
    hours = load_complaints(tmp_path / "log.csv").log["hours"]
    assert found["median_silence"]["value"] == hours.median()
    assert found["best_promise"]["value"] == hours.quantile(0.8, interpolation="inverted_cdf")
    said = words(tmp_path / "out")
    assert "5 complaints are open at the last time in the log" in said
    assert "This section needs the columns apology, explanation" in said
    assert "5 open, without the time of the answer" in said
    assert not [word for word in OPERATORS if word in said]


def test_a_promised_standard_is_compared_with_the_answers(tmp_path, bare):
    bare.to_csv(tmp_path / "log.csv", index=False)
    result = run(tmp_path / "out", tmp_path / "log.csv", "-p", "promise_hours", "24")
    assert result.exit_code == 0, result.output
    hours = load_complaints(tmp_path / "log.csv").log["hours"]
    found = findings(tmp_path / "out")["share_within_promise"]
    assert found["value"] == pytest.approx((hours <= 24).mean())
    assert found["unit"] == "share of answers (0–1)"


def test_a_full_log_in_another_currency(tmp_path, full):
    full.to_csv(tmp_path / "log.csv", index=False)
    (tmp_path / "company.yaml").write_text(COMPANY, encoding="utf-8")
    company = ["-p", "company", tmp_path / "company.yaml"]
    removed = ["-p", "removed_failure", "kind 1", "-p", "removed_day", "2025-10-01"]
    result = run(tmp_path / "out", tmp_path / "log.csv", *company, *removed, "-p", "customers", 900)
    assert result.exit_code == 0, result.output
    found = findings(tmp_path / "out")
    assert found["policy_company"]["unit"] == "EUR per complaint"
    assert {"worth_of_apology", "best_policy", "change_in_satisfaction"} <= set(found)
    assert "kind 1" in found["rate_ratio_after_removal"]["sentence"]
    said = words(tmp_path / "out")
    assert "a cost of a complaint to the regulator of €70" in said
    assert "a limit of authority of €30" in said
    assert not [word for word in OPERATORS if word in said]
    assert "longest_silence" not in found


def test_examples_are_marked(tmp_path, bare):
    bare.to_csv(tmp_path / "log.csv", index=False)
    result = run(tmp_path / "out", tmp_path / "log.csv", "-p", "examples", "true")
    assert result.exit_code == 0, result.output
    found = findings(tmp_path / "out")
    assert found["longest_silence"]["example"]
    assert found["longest_silence"]["sentence"].startswith("Example: a case for teaching.")
    assert not found["median_silence"]["example"]
    assert "Example: a case for teaching" in words(tmp_path / "out")


def test_a_small_log_in_chinese_columns(tmp_path, log):
    own = log[list(KEPT)].copy()
    for name in ("apology", "explanation", "temporary_fix", "stayed"):
        own[name] = own[name].map({1.0: "是", 0.0: "否"})
    file = tmp_path / "投诉.csv"
    own.rename(columns=KEPT).to_csv(file, index=False, encoding="gb18030")
    pairs = "".join(f"  {ours}: {theirs}\n" for ours, theirs in KEPT.items())
    (tmp_path / "投诉.columns.yaml").write_text(f"columns:\n{pairs}", encoding="utf-8")
    result = run(tmp_path / "out", file)
    assert result.exit_code == 0, result.output
    report = (tmp_path / "out/report.html").read_text(encoding="utf-8")
    for text in (
        "the best promise is that for the answer",
        "its effects are not estimated",
        "not recorded",
        "This section needs assumptions that only you can make: margin",
    ):
        assert text in report, text
    assert str(tmp_path) not in report
    for absent in ("change_in_", "rate_ratio_after_removal", "to_word_of_mouth", "policy_"):
        assert absent not in result.output
    assert "worth_of_apology" in result.output
    names = ("margin", "monthly_retention", "outside_share", "apology_cost", "explanation_cost",
             "temporary_fix_cost", "hurry_cost", "authority_cap", "flat_amount")  # fmt: skip
    assumed = [word for name in names for word in ("-p", name, "0.5")]
    result = run(tmp_path / "out", file, *assumed)
    assert result.exit_code == 0, result.output
    assert "policy_gain_over_deny" in result.output


FORMS = (
    "b-unicode-text-thousands.txt", "c-us-thousands.csv", "e-german-money.csv", "f-zulu.csv",
    "g-slashes.csv", "h-dmy.csv", "i-jira.csv", "j-Yes-No.csv", "k-TRUE-FALSE.csv",
    "l-durations.xlsx", "m-milliseconds.xlsx", "n-hhmmss.csv",
)  # fmt: skip


@pytest.fixture(scope="module")
def exports(root):
    """Return the folder of logs as ticket systems and spreadsheets export them."""
    folder = root.parent / "shared" / "trials" / "06-complaint-log"
    if not folder.is_dir():
        pytest.skip("the trial files are not on this machine")
    return folder


@pytest.mark.parametrize("name", FORMS)
def test_the_same_log_in_another_form_is_the_same_log(exports, name):
    plain, other = (load_complaints(exports / each) for each in ("a-plain.csv", name))
    assert other.log["complaint"].tolist() == plain.log["complaint"].tolist()
    assert other.open["complaint"].tolist() == plain.open["complaint"].tolist()
    for column in ("loss", "compensation", "fee", "handling", "apology", "stayed"):
        np.testing.assert_array_equal(other.log[column], plain.log[column], err_msg=column)
    np.testing.assert_allclose(other.log["hours"], plain.log["hours"], atol=1 / 60)
    np.testing.assert_allclose(other.log["repair_hours"], plain.log["repair_hours"], atol=1 / 60)


def test_a_log_as_exported_runs(tmp_path, exports):
    result = run(tmp_path / "out", exports / "n-hhmmss.csv")
    assert result.exit_code == 0, result.output
    assert findings(tmp_path / "out")["best_promise"]["unit"] == "hours"
    assert "durations in hours, minutes and seconds" in words(tmp_path / "out")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda f: f.assign(compensation="0"), "different values of compensation"),
        (lambda f: f.assign(failure="late bag"), "Not answered for your company"),
        (lambda f: f.assign(stayed="yes"), "different values of stayed"),
        (lambda f: f.assign(handling=""), "Column handling is empty and is left out"),
        (lambda f: f.head(40), "40 answered complaints, and at least 50 are needed"),
        (
            lambda f: f.assign(answered="", closed=""),
            "0 answered complaints, and at least 50 are needed",
        ),
        (
            lambda f: f.assign(answered="2020-01-01 10:00"),
            "is before the complaint was received",
        ),
    ],
)
def test_a_poor_log_runs_or_is_refused_before_the_run(tmp_path, full, spoil, said):
    spoil(full.head(120)).to_csv(tmp_path / "log.csv", index=False)
    result = run(tmp_path / "out", tmp_path / "log.csv")
    if result.exit_code == 0:
        assert said in words(tmp_path / "out")
    else:
        assert result.exit_code == 2, result.output
        assert said in result.output
        assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("customer_weight", "1", "customer_weight is '1', but must be a finite number between 0"),
        ("monthly_retention", "1", "monthly_retention is '1'"),
        ("authority_cap", "-1", "of at least 0"),
        ("patience", "0", "of at least 0.05"),
        ("customers", "0", "of at least 1"),
    ],
)
def test_parameters_out_of_range_start_nothing(tmp_path, bare, name, value, message):
    bare.to_csv(tmp_path / "log.csv", index=False)
    result = run(tmp_path / "out", tmp_path / "log.csv", "-p", name, value)
    assert result.exit_code == 2
    assert message in result.output


def test_a_bad_log_starts_nothing(tmp_path, log):
    own = log[list(KEPT)].assign(received="31.31.2025")
    own.to_csv(tmp_path / "log.csv", index=False)
    result = run(tmp_path / "out", tmp_path / "log.csv")
    assert result.exit_code == 2
    assert "is not a date" in result.output
    assert not (tmp_path / "out").exists()


def test_the_first_workbook_shows_what_a_company_can_answer(tmp_path, bare):
    bare.to_csv(tmp_path / "log.csv", index=False)
    (tmp_path / "company.yaml").write_text(COMPANY, encoding="utf-8")
    arguments = ["run", "00", "-p", "company", str(tmp_path / "company.yaml")]
    result = CliRunner().invoke(main, [*arguments, "-o", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    said = words(tmp_path / "out")
    assert "Northfield Airport" in said
    assert WORKBOOK in said.split("Workbooks for your own files")[1]
    assert "true values are known" not in said
