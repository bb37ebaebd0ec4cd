"""``cem answers``: an answer to each open complaint, whole or not at all, safe in a spreadsheet."""

import csv

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from cemlib import catalogue, cli
from cemlib.home import operator_file
from cemlib.studies.complaints import commands
from cemlib.studies.complaints.datasets.complaints import load_complaints

LOG = catalogue.path("complaints")


@pytest.fixture(scope="module")
def complaints():
    return load_complaints()


def cem(*arguments):
    return CliRunner().invoke(cli.main, ["answers", *map(str, arguments)])


def read(path):
    return pd.read_csv(path, encoding="utf-8-sig")


def test_each_open_complaint_gets_an_answer_within_authority(tmp_path, complaints):
    target = tmp_path / "answers.csv"
    result = cem(LOG, "-o", target, "--authority", "60")
    assert result.exit_code == 0, result.output
    assert "the handler decides" in result.output
    frame = read(target)
    assert list(frame) == list(commands.COLUMNS)
    assert frame["complaint"].tolist() == complaints.open["complaint"].tolist()
    assert frame["compensation"].between(0, 60).all()
    assert (frame["compensation"] <= frame["loss"]).all()
    assert (frame[["customer_gain", "company_gain"]] > 0).all(axis=None)
    assert frame["reason"].str.endswith(".").all()
    assert frame["reason"].str.contains("limit of 60 CNY").any()
    assert [path.name for path in tmp_path.iterdir()] == ["answers.csv"]


def test_same_request_same_bytes(tmp_path):
    for name in "ab":
        assert cem(LOG, "-o", tmp_path / name).exit_code == 0
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_gains_are_those_of_what_is_paid(complaints):
    from cemlib.studies.complaints.gains import Gains, Stakes
    from cemlib.studies.complaints.response import fit_response

    frame = commands.recommendations(complaints, authority=70)
    model = fit_response(complaints.log, np.ones((1, len(complaints.log))))
    gains = Gains(model, Stakes(), complaints.open)
    marks = ["apology", "explanation", "temporary_fix"]
    answers = (frame[marks] == "yes").astype(float)
    answers["share"] = frame["compensation"] / frame["loss"]
    answers["hours"] = frame["answer_within_hours"]
    outcome = gains.evaluate(answers)
    np.testing.assert_allclose(frame["company_gain"], outcome["company"], atol=0.051)
    np.testing.assert_allclose(frame["customer_gain"], outcome["customer"], atol=0.051)


def test_a_larger_authority_never_pays_less(complaints):
    small = commands.recommendations(complaints, authority=30)["compensation"]
    large = commands.recommendations(complaints, authority=300)["compensation"]
    assert small.sum() < large.sum()


def test_texts_of_the_log_are_no_formulas(tmp_path):
    frame = pd.read_csv(LOG, dtype=str, keep_default_na=False)
    frame["failure"] = frame["failure"].replace("billing error", "=HYPERLINK(1)")
    waiting = frame["stayed"] == ""
    frame.loc[waiting, "complaint"] = [f"@SUM({n})" for n in range(waiting.sum())]
    frame.to_csv(tmp_path / "log.csv", index=False)
    ours = ["--company", operator_file()]
    assert cem(tmp_path / "log.csv", "-o", tmp_path / "out.csv", *ours).exit_code == 0
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [
        cell for cell in cells if cell.startswith(tuple("=+@|%")) or cell[:1] in ("\t", "\r")
    ]
    assert any(cell.startswith("'=HYPERLINK") for cell in cells)


def test_no_open_complaint_makes_an_empty_list(tmp_path):
    frame = pd.read_csv(LOG, dtype=str, keep_default_na=False)
    frame[frame["stayed"] != ""].to_csv(tmp_path / "log.csv", index=False)
    ours = ["--company", operator_file()]
    result = cem(tmp_path / "log.csv", "-o", tmp_path / "out.csv", *ours)
    assert result.exit_code == 0
    assert "no open complaints" in result.output
    assert len(read(tmp_path / "out.csv")) == 0


def test_richer_customers_are_offered_more(tmp_path):
    paid = []
    for months in (3, 36):
        target = tmp_path / f"{months}.csv"
        result = cem(LOG, "-o", target, "--authority", 300, "--months", months)
        assert result.exit_code == 0, result.output
        paid.append(read(target)["compensation"].sum())
    assert paid[0] < paid[1]


def test_no_agreement_is_said(complaints):
    from cemlib.studies.complaints.gains import Stakes

    poor = Stakes(margin=0.0, new_customer=0.0, regulator=0.0)
    frame = commands.recommendations(complaints, stakes=poor)
    assert (frame["compensation"] == 0).all()
    assert frame["reason"].str.startswith("No answer within authority").all()


@pytest.fixture
def bare(tmp_path):
    """Return a log with an id, two times and a category, of which three are open."""
    received = pd.date_range("2026-03-01 08:00", periods=30, freq="5h")
    log = pd.DataFrame({"complaint": [f"B{n}" for n in range(30)], "failure": "late bag"})
    log["received"] = received.strftime("%Y-%m-%d %H:%M")
    log["answered"] = (received + pd.Timedelta(hours=7)).strftime("%Y-%m-%d %H:%M")
    log.loc[27:, "answered"] = ""
    log.to_csv(tmp_path / "bare.csv", index=False)
    return tmp_path / "bare.csv"


def test_without_ratings_open_complaints_are_listed_and_no_answer_is_recommended(tmp_path, bare):
    target = tmp_path / "out.csv"
    result = cem(bare, "-o", target, "--promise-hours", 8)
    assert result.exit_code == 0, result.output
    assert "3 open complaints at 2026-03-07 09:00, the last time in the log" in result.output
    assert "no answer is recommended, because that needs the columns apology" in result.output
    frame = read(target)
    assert list(frame) == list(commands.LISTED)
    assert frame["complaint"].tolist() == ["B27", "B28", "B29"]
    assert frame["age_hours"].tolist() == [10.0, 5.0, 0.0]
    assert frame["due"].tolist()[0] == "2026-03-07 07:00"
    assert frame["next_step"].tolist() == ["response"] * 3
    assert cem(bare, "-o", target).exit_code == 0  # replaces its own file
    assert read(target)["due"].isna().all()


def test_the_next_step_follows_the_last_one_dated(tmp_path, bare):
    log = pd.read_csv(bare, dtype=str, keep_default_na=False)
    log["acknowledged"] = log["received"].where(log["complaint"] != "B28", "")
    log["assessed"] = log["answered"]
    log["promised_hours"] = ["4"] * 29 + [""]
    log.to_csv(bare, index=False)
    assert cem(bare, "-o", tmp_path / "out.csv", "--promise-hours", 8).exit_code == 0
    frame = read(tmp_path / "out.csv")
    assert frame["next_step"].tolist() == [
        "initial assessment", "acknowledgement", "initial assessment",
    ]  # fmt: skip
    assert frame["promised_hours"].tolist()[:2] == [4.0, 4.0]
    assert frame["promised_hours"].isna().tolist() == [False, False, True]


def test_a_log_of_ones_own_needs_ones_own_assumptions(tmp_path):
    (tmp_path / "log.csv").write_bytes(LOG.read_bytes())
    target = tmp_path / "out.csv"
    result = cem(tmp_path / "log.csv", "-o", target)
    assert result.exit_code == 2
    assert "assumptions that only you can make: authority_cap, margin" in result.output
    assert not target.exists()
    described = (
        operator_file().read_text(encoding="utf-8").replace("currency: CNY", "currency: EUR")
    )
    content = described.split("datasets:\n")[0] + "datasets:\n  complaints: log.csv\n"
    (tmp_path / "company.yaml").write_text(content, encoding="utf-8")
    ours = ["--company", tmp_path / "company.yaml"]
    assert cem(tmp_path / "log.csv", "-o", target, *ours, "--authority", 60).exit_code == 0
    frame = read(target)
    assert list(frame) == list(commands.COLUMNS)
    assert frame["reason"].str.contains("limit of 60 EUR").any()
    assert not frame["reason"].str.contains("CNY").any()


def test_a_complaint_without_a_loss_is_listed_without_a_recommendation(tmp_path):
    log = pd.read_csv(LOG, dtype=str, keep_default_na=False)
    first = log.index[log["answered"] == ""][0]
    log.loc[first, "loss"] = ""
    log.to_csv(tmp_path / "log.csv", index=False)
    ours = ["--company", operator_file()]
    assert cem(tmp_path / "log.csv", "-o", tmp_path / "out.csv", *ours).exit_code == 0
    frame = read(tmp_path / "out.csv").set_index("complaint")
    row = frame.loc[log.loc[first, "complaint"]]
    assert row["reason"] == "No recommendation: loss or fee of this complaint is not known."
    assert np.isnan(row["compensation"])
    assert frame["compensation"].notna().sum() == len(frame) - 1


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["nowhere.csv", "-o", "x.csv"], 2, "there is no file nowhere.csv"),
        ([LOG], 2, "Missing option '-o'"),
        ([LOG, "-o", LOG], 2, "is the log itself"),
        ([LOG, "-o", "."], 2, "is a folder"),
        ([LOG, "-o", "x.csv", "--authority", "-1"], 2, "authority is -1"),
        ([LOG, "-o", "x.csv", "--weight", "1"], 2, "weight is 1"),
        ([LOG, "-o", "x.csv", "--patience", "0"], 2, "patience is 0"),
        ([LOG, "-o", "x.csv", "--rule", "coin"], 2, "coin"),
        ([LOG, "-o", "x.csv", "--margin", "-1"], 2, "margin is -1"),
        ([LOG, "-o", "x.csv", "--promise-hours", "-1"], 2, "promise_hours is -1"),
        ([LOG, "-o", "x.csv", "--company", "none.yaml"], 2, "there is no file none.yaml"),
        ([catalogue.path("customers"), "-o", "x.csv"], 2, "has no column complaint"),
        ([LOG, "-o", "/proc/nowhere/x.csv"], 1, "cannot be written"),
    ],
)
def test_exit_codes(tmp_path, monkeypatch, arguments, code, message):
    monkeypatch.chdir(tmp_path)
    result = cem(*arguments)
    assert result.exit_code == code, result.output
    assert message in result.output
    assert list(tmp_path.iterdir()) == []


def test_answers_take_no_file_of_a_strangers(tmp_path):
    target = tmp_path / "out.csv"
    target.write_text("complaint,mine\n1,2\n")
    result = cem(LOG, "-o", target)
    assert result.exit_code == 2
    assert "was not written by cem" in result.output
    assert target.read_text() == "complaint,mine\n1,2\n"
