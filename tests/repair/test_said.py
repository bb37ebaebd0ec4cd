"""Themes of what customers say, where codes would be and beside them."""

import numpy as np
import pandas as pd
import pytest

from cemlib import texts
from cemlib.board.words import themes_table
from cemlib.data.load import DataError
from cemlib.studies.repair import words
from cemlib.studies.repair.cases import case_table, merge_contacts
from cemlib.studies.repair.datasets import load, load_contacts, simulated_contacts
from cemlib.studies.repair.datasets.themes import load_themes
from cemlib.studies.repair.plots import theme_drivers_figure
from cemlib.studies.repair.problems import count_problems
from cemlib.studies.repair.said import customers_say


@pytest.fixture(scope="module")
def log():
    return load_contacts().contacts.head(3000)


@pytest.fixture(scope="module")
def plain(log):
    """Return what themes are found in a log that holds customer, time and text alone."""
    return customers_say(log[["customer", "time", "text"]], np.random.default_rng(3))


def test_themes_stand_for_codes_where_nobody_set_one(log, plain):
    assert not plain.coded
    assert set(plain.contacts["problem"].dropna()) <= set(plain.table["theme"])
    merged = merge_contacts(plain.contacts)
    cases = case_table(plain.contacts, merged.case)
    counts = count_problems(cases, log["time"].max(), days=28)
    assert len(counts.common) == cases["problem"].nunique() > 10
    # Most pairs of contacts that codes would merge are merged by themes too.
    coded = merge_contacts(log, by="code")
    rows = log["problem"].notna() & log["customer"].notna()
    pairs = pd.DataFrame({"code": coded.case[rows], "theme": merged.case[rows]})
    pairs = pairs[pairs["code"].duplicated(keep=False)]
    together = pairs.groupby("code")["theme"].nunique() == 1
    assert together.mean() > 0.7


def test_codes_stand_where_they_are_set_and_are_compared_with_themes(log):
    said = customers_say(log, np.random.default_rng(3))
    assert said.coded
    assert said.contacts["problem"].equals(log["problem"])
    assert said.agreement > 0.5
    assert said.v_measure > 0.7
    wrong = set(said.doubtful["contact"])
    truth = load("contact-truth").set_index("contact")["problem"]
    coded = log.set_index("contact")["problem"]
    false = [coded[contact] != truth[contact] for contact in wrong]
    assert np.mean(false) > 0.9
    assert len(words.doubtful_table(said, {}).rows) <= 12
    assert "worth a second look" in words.customers_said(said)


def test_edited_themes_are_the_same_next_month(log, plain):
    edited = plain.edited.copy()
    first, second = plain.table["theme"][:2]
    edited.loc[edited["theme"] == first, ["name", "owner"]] = ["Signal", "network team"]
    edited.loc[edited["theme"] == second, "merge_into"] = first
    later = load_contacts().contacts.iloc[3000:5000][["customer", "time", "text"]]
    said = customers_say(later, np.random.default_rng(9), texts.read_table(edited))
    names, owners = said.names({}), said.owners({})
    assert names[first] == "Signal"
    assert owners == {first: "network team"}
    assert second not in names
    again = customers_say(later, np.random.default_rng(1), texts.read_table(edited))
    assert again.contacts["problem"].equals(said.contacts["problem"])


def test_a_table_that_contradicts_itself_is_refused_before_the_run(tmp_path, plain):
    edited = plain.edited.assign(merge_into="T99")
    edited.to_csv(tmp_path / "themes.csv", index=False)
    with pytest.raises(DataError, match="row 2, column merge_into"):
        load_themes(tmp_path / "themes.csv")


def test_without_scores_or_channels_nothing_is_said_of_them(plain):
    assert theme_drivers_figure(plain) is None
    shown = themes_table(plain.table, "contacts", "mean score")
    assert not {"mean score", "most often in"} & set(shown.columns)
    assert {each.name for each in words.said_findings(plain)} == {"largest_theme_share"}


def test_typical_texts_are_masked():
    texts_ = ["the bill is wrong, call me at 13812345678", "no signal at home"] * 60
    log = pd.DataFrame({"text": texts_, "time": pd.Timestamp("2026-05-04")})
    said = customers_say(log, np.random.default_rng(1))
    assert "13812345678" not in str(themes_table(said.table, "contacts", "mean score"))
    assert not said.edited["typical"].str.contains("13812345678").any()


def test_few_texts_are_no_themes():
    log = pd.DataFrame({"text": ["bill"] * 99, "time": pd.Timestamp("2026-05-04")})
    assert customers_say(log, np.random.default_rng(1)) is None
    assert customers_say(log[["time"]], np.random.default_rng(1)) is None


def test_the_usual_code_of_a_theme_stands_for_a_missing_one():
    """Where some contacts have codes, the others count by their theme, and mostly rightly."""
    contacts, known = simulated_contacts()
    said = customers_say(contacts, np.random.default_rng([7, 3]))
    usual = said.contacts["usual"]
    assert usual[contacts["problem"].notna()].isna().all()
    found = usual.notna().to_numpy()
    assert found.sum() > 0.25 * contacts["problem"].isna().sum()
    true = known["problem"].to_numpy()
    assert (usual.to_numpy()[found] == true[found]).mean() > 0.95
    case = known["case"].reset_index(drop=True)
    table = case_table(said.contacts, case)
    bare = case_table(contacts, case)
    assert table["by_theme"].sum() == bare["problem"].isna().sum() - table["problem"].isna().sum()
    same = bare["problem"].notna()
    assert (table["problem"][same] == bare["problem"][same]).all()
    assert "counted by the usual code of their theme" in words.uncoded(table, None)[1]
    assert (said.edited["merge_into"] != "").any()  # one problem in two languages
