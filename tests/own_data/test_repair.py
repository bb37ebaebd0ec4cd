"""Workbook 04 and `cem cases` on own data: each dataset by itself, and what it cannot say."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from cemlib.catalogue import path, problems
from cemlib.cli import main
from cemlib.findings import FINDINGS_MIME, from_payload
from cemlib.studies.repair.agreement import agreement_table
from cemlib.studies.repair.cases import merge_all
from cemlib.studies.repair.datasets import load_contacts, simulated_contacts

OPERATOR = re.compile(r"fictional operator|CNY|yuan|Broadband is down|network operations")


def cem(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def run(folder, *more):
    """Return the findings and the outputs of a run on own data, as text."""
    result = cem("run", "04", "-p", "resamples", 20, *more, "-o", folder / "out")
    assert result.exit_code == 0, result.output
    notebook = json.loads((folder / "out/notebook.ipynb").read_text(encoding="utf-8"))
    outputs = [
        output
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and "parameters" not in cell["metadata"].get("tags", [])
        for output in cell["outputs"]
    ]
    found = [
        finding
        for output in outputs
        if FINDINGS_MIME in output.get("data", {})
        for finding in from_payload(output["data"][FINDINGS_MIME])
    ]
    return found, json.dumps(outputs, ensure_ascii=False)


@pytest.fixture
def trials(root):
    folder = root.parent / "shared" / "trials"
    if not folder.is_dir():
        pytest.skip("the trial files are not here")
    return folder


def test_a_log_without_codes_channels_or_scores_gives_a_whole_report(tmp_path):
    table = pd.read_csv(path("contacts"))[["customer", "time", "text"]].head(2000)
    table.to_csv(tmp_path / "log.csv", index=False)
    found, text = run(tmp_path, "--data", f"contacts={tmp_path / 'log.csv'}")
    names = {each.name for each in found}
    assert {"cases", "most_common_problem", "rising_problems", "largest_theme_share"} <= names
    assert "the themes stand for problems" in text
    assert "themes.csv" in text
    assert not OPERATOR.search(text)


def test_contacts_alone_give_cases_problems_and_nothing_of_the_operator(tmp_path):
    table = pd.read_csv(path("contacts")).head(900)
    table["problem"] = table["problem"].map({"billing-dispute": "B", "broadband-down": "N"})
    table.to_csv(tmp_path / "log.csv", index=False)
    found, text = run(tmp_path, "--data", f"contacts={tmp_path / 'log.csv'}")
    assert {"cases", "calls_saved", "most_common_problem"} <= {each.name for each in found}
    assert all(each.datasets == ("contacts",) and not each.example for each in found)
    assert not OPERATOR.search(text)
    assert "owned by" not in text
    assert "half-life" not in text
    assert "at stake" not in text


def test_a_desks_log_alone_gives_its_parts_without_costs_or_randomisation(tmp_path):
    table = pd.read_csv(path("repairs")).drop(columns=["assigned_by", "complaint_later"])
    table["problem"] = table["problem"].str.slice(0, 4)
    table.to_csv(tmp_path / "log.csv", index=False)
    found, text = run(tmp_path, "--data", f"repairs={tmp_path / 'log.csv'}")
    names = {each.name for each in found}
    assert {"half_life", "cap_repair_team", "gain_matched_by_type", "effect_matching"} <= names
    assert "effect_randomised_wait_list" not in names
    assert not any(name.startswith("cost_") or name == "call_back_saving" for name in names)
    assert all(each.datasets == ("repairs",) and not each.example for each in found)
    assert "adjusted comparison" in text
    assert "were randomised" not in text
    assert not OPERATOR.search(text)


def test_waits_and_outcomes_are_enough_for_the_golden_time(tmp_path):
    pd.read_csv(path("repairs"))[["hours_waited", "repaired"]].to_csv(
        tmp_path / "log.csv", index=False
    )
    found, text = run(tmp_path, "--data", f"repairs={tmp_path / 'log.csv'}")
    assert {each.name for each in found} == {"half_life"}
    assert "This part needs the column opened, minutes" in text
    assert "This part needs the column script" in text


@pytest.mark.parametrize("constant", ["repaired", "hours_waited"])
def test_a_constant_outcome_or_wait_is_said(tmp_path, constant):
    table = pd.read_csv(path("repairs"))
    table.loc[table["called"] == "yes", constant] = {"repaired": "yes", "hours_waited": 5}[constant]
    table.to_csv(tmp_path / "log.csv", index=False)
    found, text = run(tmp_path, "--data", f"repairs={tmp_path / 'log.csv'}")
    assert "half_life" not in {each.name for each in found}
    assert "so nothing can be said about the wait" in text


def test_a_call_centres_log_alone(tmp_path):
    (tmp_path / "log.csv").write_bytes(path("calls").read_bytes())
    found, text = run(tmp_path, "--data", f"calls={tmp_path / 'log.csv'}")
    assert {"patience", "mean_wait_erlang_a"} <= {each.name for each in found}
    assert all(each.datasets == ("calls",) for each in found)
    assert not OPERATOR.search(text)


def test_the_call_list_takes_contacts_and_a_desk_and_a_cap(tmp_path):
    data = []
    for name in ("contacts", "repairs"):
        (tmp_path / f"{name}.csv").write_bytes(path(name).read_bytes())
        data += ["--data", f"{name}={tmp_path / name}.csv"]
    _, text = run(tmp_path, *data)
    assert "call-list.csv" not in text
    assert "This section needs assumptions that only you can make: cap" in text
    _, text = run(tmp_path, *data, "-p", "cap", 50)
    assert "call-list.csv" in text


def test_a_customer_and_a_time_are_enough(tmp_path):
    rows = "".join(f"C{n % 9},2026-03-{1 + n % 28:02d} 10:00\n" for n in range(60))
    (tmp_path / "log.csv").write_text(f"customer,time\n{rows}")
    found, text = run(tmp_path, "--data", f"contacts={tmp_path / 'log.csv'}")
    assert {each.name for each in found} == {"cases", "calls_saved", "resolved_at_first_contact"}
    assert "No contact has a problem code" in text
    assert "need the columns answered and closed" in text.replace("*", "")


@pytest.mark.parametrize("name", ["nocust", "nocust2"])
def test_contacts_without_customers_say_what_they_answer(trials, tmp_path, name):
    file = trials / "20-own-data-min" / f"{name}.csv"
    assert problems("contacts", file) == []
    notes = load_contacts(file).notes
    assert any("nothing can be merged" in note and "problems and hours" in note for note in notes)
    found, text = run(tmp_path, "--data", f"contacts={file}")
    assert [each.name for each in found] == ["most_common_problem"]
    assert "nothing can be merged" in text


@pytest.mark.parametrize(("name", "value"), [("agents", 0), ("window_days", -1), ("cap", -5)])
def test_parameters_out_of_range_are_refused_before_the_run(tmp_path, name, value):
    result = cem("run", "04", "-p", name, value, "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert name in result.output
    assert not (tmp_path / "out").exists()


def test_cases_are_written_in_the_zone_with_their_offset(trials, tmp_path):
    file = trials / "20-own-data-min" / "c.csv"
    assert cem("cases", file, "-o", tmp_path / "cases.csv").exit_code == 0
    cases = pd.read_csv(tmp_path / "cases.csv").set_index("case")
    assert cases.loc["B-01", "first"] == "2026-03-01 23:10:00-05:00"
    links = pd.read_csv(tmp_path / "cases-contacts.csv").set_index("contact")
    assert links["case"].to_dict() == {
        "row 2": "A-01", "row 3": "A-01", "row 4": "B-01", "row 5": "?-1",
    }  # fmt: skip


def test_command_and_workbook_count_the_same(tmp_path):
    table = pd.read_csv(path("contacts")).head(1200)
    table.to_csv(tmp_path / "log.csv", index=False)
    found, _ = run(tmp_path, "--data", f"contacts={tmp_path / 'log.csv'}")
    (count,) = [each.value for each in found if each.name == "cases"]
    result = cem("cases", tmp_path / "log.csv", "-o", tmp_path / "cases.csv")
    assert f", {int(count):,} cases" in result.output
    cases = pd.read_csv(tmp_path / "cases.csv")
    links = pd.read_csv(tmp_path / "cases-contacts.csv")
    assert len(cases) == count
    assert links["contact"].tolist() == table["contact"].tolist()
    assert set(links["case"]) == set(cases["case"])
    assert links["case"].value_counts().to_dict() == cases.set_index("case")["contacts"].to_dict()


@pytest.mark.parametrize("name", ["b-empty-customer", "c-float-customer", "f-spaces"])
def test_parquet_gives_what_the_same_rows_give_in_csv(trials, tmp_path, name):
    for ending in ("csv", "parquet"):
        file = trials / "14-parquet" / f"{name}.{ending}"
        assert cem("cases", file, "-o", tmp_path / f"{ending}.csv").exit_code == 0
    written = [(tmp_path / f"{ending}.csv").read_text() for ending in ("csv", "parquet")]
    assert written[0] == written[1]


@pytest.mark.parametrize("engine", ["memory", "duckdb"])
def test_names_of_cases_do_not_collide(trials, tmp_path, engine):
    file = trials / "14-parquet" / "e-colliding.parquet"
    result = cem("cases", file, "-o", tmp_path / "cases.csv", "--engine", engine)
    assert result.exit_code == 0, result.output
    cases = pd.read_csv(tmp_path / "cases.csv")
    assert len(cases) == 3
    assert cases["case"].is_unique


def test_links_on_disk_are_those_in_memory(tmp_path):
    frame = load_contacts().contacts.head(2000).dropna(subset=["problem"])
    frame.drop(columns="text").to_parquet(tmp_path / "contacts.parquet")
    sizes = []
    for engine in ("memory", "duckdb"):
        out = tmp_path / f"{engine}.csv"
        assert (
            cem("cases", tmp_path / "contacts.parquet", "-o", out, "--engine", engine).exit_code
            == 0
        )
        links = pd.read_csv(tmp_path / f"{engine}-contacts.csv").set_index("contact").sort_index()
        sizes.append(links.groupby("case")["case"].transform("size"))
    pd.testing.assert_series_equal(*sizes)


def test_a_common_greeting_and_footer_hardly_change_the_agreement():
    contacts, known = simulated_contacts()
    greeting, footer = (
        "您好，这里是客服中心，很高兴为您服务。",
        (
            "。感谢您选择我们的服务，我们已经记录了您反映的情况，将在四十八小时内安排专人与您联系并核实处理，"
            "请您保持电话畅通，祝您生活愉快，再见！"
        ),
    )
    framed = contacts["text"].map(lambda text: f"{greeting}{text}{footer}", na_action="ignore")
    scores = []
    for frame in (contacts, contacts.assign(text=framed)):
        row = agreement_table(known["case"], {"both": merge_all(frame)["both"]}).iloc[0]
        scores.append((row["pair_precision"], row["pair_recall"]))
    (precision, recall), (framed_precision, framed_recall) = scores
    assert precision > 0.935  # of this log 0.940 and 0.681
    assert recall > 0.675
    assert framed_precision == pytest.approx(precision, abs=0.01)  # 0.81 before
    assert framed_recall == pytest.approx(recall, abs=0.015)
    assert np.isfinite(framed_recall)
