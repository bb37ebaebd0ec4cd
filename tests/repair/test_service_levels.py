"""Service levels of a log: by hand, against lifelines, at the end of the record, of own columns."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cemlib.studies import repair
from cemlib.studies.repair import plots, words
from cemlib.studies.repair.cases import merge_all
from cemlib.studies.repair.datasets.contacts import load_contacts
from cemlib.studies.repair.service_levels import service_levels

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from lifelines import KaplanMeierFitter


def log(hours, begun="2026-01-05", **columns):
    """Contacts a day apart that wait these hours, missing if they are still open."""
    time = pd.date_range(begun, periods=len(hours), freq="D") + pd.Timedelta(hours=9)
    waits = pd.to_timedelta(np.asarray(hours, dtype=float), unit="h")
    return pd.DataFrame({"time": time, "closed": time + waits} | columns)


def alone(frame):
    return pd.Series([f"case {row}" for row in range(len(frame))])


@pytest.fixture(scope="module")
def operator():
    contacts = load_contacts().contacts
    return contacts, list(merge_all(contacts).values())[-1].case


def test_quantiles_are_those_of_lifelines():
    rng = np.random.default_rng(4)
    hours = rng.lognormal(2, 1, 300)
    end = rng.uniform(5, 60, 300)
    frame = log(np.where(hours <= end, hours, np.nan))
    frame["time"] = frame["time"].max() - pd.to_timedelta(end, unit="h")
    frame["closed"] = frame["time"] + pd.to_timedelta(np.where(hours <= end, hours, np.nan), "h")
    frame.loc[len(frame)] = [frame["time"].max() + pd.Timedelta(0), pd.NaT]
    wait = service_levels(frame, alone(frame)).resolution
    last = max(frame["time"].max(), frame["closed"].max())
    waited = (frame["closed"] - frame["time"]) / pd.Timedelta(hours=1)
    observed = waited.fillna((last - frame["time"]) / pd.Timedelta(hours=1)).clip(lower=1e-9)
    theirs = KaplanMeierFitter().fit(observed, waited.notna()).survival_function_["KM_estimate"]
    assert wait.median[0] == pytest.approx(theirs.index[theirs <= 0.5][0])
    assert wait.ninth[0] == pytest.approx(theirs.index[theirs <= 0.1][0])


def test_contacts_whose_target_is_not_past_do_not_count():
    frame = log([1.0] * 40 + [np.nan])
    frame.loc[40, "time"] = frame["closed"][39] + pd.Timedelta(hours=1)
    wait = service_levels(frame, alone(frame), resolution_hours=2).resolution
    assert wait.within.rows == 40
    assert (wait.not_due, wait.open) == (1, 1)
    assert wait.within.estimate == 1
    late = log([np.nan] + [1.0] * 39)
    wait = service_levels(late, alone(late), resolution_hours=2).resolution
    assert wait.within.estimate == pytest.approx(38 / 39)  # open for longer than the target


def test_first_contact_resolution_follows_each_case_for_as_long():
    time = pd.to_datetime(
        ["2026-01-01", "2026-01-03", "2026-01-01", "2026-01-20", "2026-01-20", "2026-01-24"]
    )
    frame = pd.DataFrame({"time": time, "customer": [*"aabbcd"]})
    case = pd.Series(["a1", "a1", "b1", "b1", "c1", "d1"])
    share = service_levels(frame, case, repeat_days=4).first_contact
    assert (share.rows, share.estimate) == (3, pytest.approx(2 / 3))  # d is not followed
    unknown = service_levels(frame.assign(customer=None), case)
    assert unknown.first_contact is None


@given(st.lists(st.floats(0.01, 200), min_size=40, max_size=80), st.floats(0.5, 5))
def test_a_longer_target_is_met_more_often(hours, factor):
    frame = log([*hours, 0.01, 0.01])
    shares = [
        service_levels(frame, alone(frame), resolution_hours=each).resolution
        for each in (2.0, 2.0 + factor)
    ]
    if shares[0].within.rows == shares[1].within.rows:
        assert shares[0].within.estimate <= shares[1].within.estimate
    assert shares[0].median[1] <= shares[0].median[0] <= shares[0].median[2] or np.isnan(
        shares[0].median[2]
    )


def test_the_operators_nights_mondays_and_desk_are_found(operator):
    levels = service_levels(*operator)
    hours = levels.response.hours.set_index("group")["estimate"]
    assert hours[["22", "23", "0"]].max() < hours[["10", "12", "14"]].min()
    weekdays = levels.response.weekdays.set_index("group")["estimate"]
    assert weekdays.idxmin() == "Mon"
    channels = levels.response.channels.set_index("group")["estimate"]
    assert channels.idxmin() == "complaint desk"
    assert 0.1 < levels.reopened.estimate < 0.25


def test_words_findings_and_figures_follow_what_is_recorded(operator):
    contacts, case = operator
    levels = service_levels(contacts, case)
    text = " ".join(words.service_levels(levels, {}).split())
    assert "of contacts had a first answer within 1 h" in text
    assert "Clearly below all together: complaint desk (" in text
    assert "had no second contact within 7 days" in text
    assert [finding.name for finding in words.level_findings(levels)] == [
        "answered_within_target", "median_hours_to_closing", "resolved_at_first_contact",
        "reopened_contacts",
    ]  # fmt: skip
    for wait in levels.shown:
        for by in plots.GROUPS:
            assert "within" in plots.levels_figure(levels, {}, wait, by).alt
    bare = service_levels(contacts[["time", "customer"]], case)
    assert bare.shown == {}
    assert "need the columns *answered* and *closed*" in words.service_levels(bare, {})
    assert [finding.name for finding in words.level_findings(bare)] == ["resolved_at_first_contact"]


def test_small_groups_are_left_out(operator):
    few = operator[0].head(60).reset_index(drop=True)
    levels = service_levels(few, operator[1].head(60).reset_index(drop=True), min_cell=20)
    assert (levels.response.channels["contacts"] >= 20).all()
    with pytest.raises(ValueError, match="min_cell is 3"):
        service_levels(few, alone(few), min_cell=3)


@pytest.mark.parametrize("name", ["response_hours", "resolution_hours", "repeat_days"])
def test_a_target_of_nothing_is_refused(name):
    frame = log([1.0] * 10)
    with pytest.raises(ValueError, match=f"{name} is 0"):
        service_levels(frame, alone(frame), **{name: 0})


def test_own_columns_in_chinese_and_times_out_of_order(tmp_path):
    rows = {
        "客户": [f"c{n}" for n in range(40)],
        "时间": pd.date_range("2026-03-01 09:00", periods=40, freq="6h").astype(str),
        "首次响应": pd.date_range("2026-03-01 09:30", periods=40, freq="6h").astype(str),
        "关闭": [*pd.date_range("2026-03-01 12:00", periods=38, freq="6h").astype(str), "", ""],
        "是否重开": ["否"] * 30 + ["是"] * 8 + ["", ""],
    }
    frame = pd.DataFrame({name: list(values) for name, values in rows.items()})
    frame.loc[0, "首次响应"] = "2026-02-01 00:00:00"
    path = tmp_path / "工单.csv"
    frame.to_csv(path, index=False)
    path.with_suffix(".columns.yaml").write_text(
        "columns: {customer: 客户, time: 时间, answered: 首次响应, "
        "closed: 关闭, reopened: 是否重开}\n",
        encoding="utf-8",
    )
    loaded = load_contacts(path)
    assert "1 contact was answered before it began: it counts as not answered." in loaded.notes
    levels = repair.service_levels(loaded.contacts, alone(loaded.contacts))
    assert levels.response.within.estimate == pytest.approx(38 / 39)  # the last is not due
    assert levels.reopened.estimate == pytest.approx(8 / 38)
    assert levels.resolution.open == 2
