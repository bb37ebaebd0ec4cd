"""Numbers, times and durations of every form: read as that value, or refused; never as another."""

import datetime

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cemlib.data import fields
from cemlib.data.dataset import Dataset
from cemlib.data.durations import parse_duration
from cemlib.data.load import read_table
from cemlib.data.numbers import parse_number
from cemlib.data.timestamps import parse_moment, parse_orders, zone_of

AMOUNT = fields.number("Amount", (-1e9, 1e9), "currency", nullable=True)
SHARE = fields.number("Share", (0, 1), "", nullable=True)
PERCENT = fields.number("Share", (0, 1000), "%", nullable=True)
STARS = fields.answer("Rating", (1, 5))
HOURS = fields.number("Wait", (0, 1e5), "hours", nullable=True)
MINUTES = fields.number("Talk", (0, 1e5), "minutes", nullable=True)
SECONDS = fields.number("Talk", (0, 1e7), "seconds", nullable=True)
COUNT = fields.whole("Persons", pa.Check.ge(0), unit="persons")
TIME = fields.moment("Time", nullable=True)
DONE = fields.yes_no("Done", nullable=True)
QUIET = [HealthCheck.function_scoped_fixture]


@pytest.fixture
def read(write):
    """Read cells as a column of this contract; return values and reading."""

    def reading_of(column, cells, delimiter=",", **keys):
        column.name = "value"
        schema = fields.table("cells", {"id": fields.text("Row"), "value": column}, unique=None)
        dataset = Dataset("cells", "Cells", "", "Invented.", contract=lambda: schema)
        rows = [["id", "value"], *([f"r{n}", text] for n, text in enumerate(cells))]
        path = write(rows, delimiter=delimiter)
        described = path.with_name("answers.columns.yaml")
        described.unlink(missing_ok=True)
        if keys:
            described.write_text(pd.Series(keys).to_json(force_ascii=False), encoding="utf-8")
        reading = read_table(dataset, path)
        values = None if reading.problems else reading.frame["value"].tolist()
        return values, reading

    return reading_of


@pytest.mark.parametrize(
    ("cells", "delimiter", "expected"),
    [
        (["1,200", "300", "40"], ",", [1200, 300, 40]),
        (["1,200", "300", "40"], "\t", [1200, 300, 40]),
        (["1.200", "300", "40"], ";", [1200, 300, 40]),
        (["1.200,50", "1.200", "7"], ";", [1200.5, 1200, 7]),
        (["1,200.50", "1,200", "7"], ",", [1200.5, 1200, 7]),
        (["1.200,50", "1.200", "3,5"], ",", [1200.5, 1200, 3.5]),
        (["3,5", "4"], ";", [3.5, 4]),
        (["3,5", "4.5"], ";", [3.5, 4.5]),
        (["1 200", "1'200", "1’200", "1\u202f200,5"], ";", [1200, 1200, 1200, 1200.5]),
        (["５", "１２．５", "−3"], ",", [5, 12.5, -3]),
        (["€ 1.200,50", "1.200 €", "(12,50)"], ";", [1200.5, 1200, -12.5]),
        (["¥1,200.00", "1200元", "¥1,200"], ",", [1200, 1200, 1200]),
        (["$1,234,567", "-$5", "$ -5"], ",", [1234567, -5, -5]),
        (["(12.50)", "12.5"], ",", [-12.5, 12.5]),
        (["1.234", "0.5"], ",", [1.234, 0.5]),
        (["1e3", "1.5E-2", "+7", ".5", "5."], ",", [1000, 0.015, 7, 0.5, 5]),
    ],
)
def test_signs_are_told_by_the_whole_column(read, cells, delimiter, expected):
    values, reading = read(AMOUNT, cells, delimiter)
    assert reading.problems == []
    assert values == pytest.approx(expected)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("cells", [["1,200", "3,400"], ["1.200"], ["1.234", "5"], ["1,234", "7"]])
def test_a_column_with_nothing_to_tell_is_refused_once_and_names_the_choice(read, cells, delimiter):
    _, reading = read(AMOUNT, cells, delimiter)
    (problem,) = reading.problems
    assert (problem.row, problem.column, problem.value) == (2, "value", cells[0])
    assert "nothing in the column tells" in problem.problem
    assert 'decimal: ","' in problem.fix
    assert "answers.columns.yaml" in problem.fix
    for decimal in ",.":
        values, reading = read(AMOUNT, cells, delimiter, decimal=decimal)
        assert not reading.problems
        grouped = decimal not in cells[0]
        assert (values[0] >= 1000) == grouped


def test_both_signs_in_one_column_leave_what_is_ambiguous_refused(read):
    _, reading = read(AMOUNT, ["3,5", "4.5", "1,200"], ";")
    assert [problem.row for problem in reading.problems] == [4]


def test_a_range_or_whole_numbers_tell(read):
    assert read(STARS, ["4.333", "4.667"])[0] == [4.333, 4.667]
    values, reading = read(COUNT, ["1,234", "2,345"])
    assert values == [1234, 2345]
    assert reading.notes == [
        "In value, '1,234' was read as 1234: the comma separates thousands (2 cells)."
    ]


def test_a_number_of_a_workbook_is_no_text(write_workbook):
    AMOUNT.name = "value"
    schema = fields.table("cells", {"value": AMOUNT}, unique=None)
    dataset = Dataset("cells", "Cells", "", "Invented.", contract=lambda: schema)
    reading = read_table(dataset, write_workbook([["value"], [1.234], [5678]]))
    assert reading.frame["value"].tolist() == [1.234, 5678]
    reading = read_table(dataset, write_workbook([["value"], ["1.234"], [5.5]]))
    assert "nothing in the column tells" in reading.problems[0].problem


def test_percent_follows_the_contract(read):
    values, reading = read(SHARE, ["12%", "5 %", "0%"])
    assert values == pytest.approx([0.12, 0.05, 0])
    assert "3 percentages were read as shares" in reading.notes[0]
    assert read(PERCENT, ["12%", "7,5%"], ";")[0] == [12, 7.5]
    assert "is a percentage" in read(AMOUNT, ["12%"])[1].problems[0].problem


@pytest.mark.parametrize(
    ("column", "cells", "row", "problem"),
    [
        (SHARE, ["12%", "0.2"], 3, "is a plain number among percentages such as '12%'"),
        (HOURS, ["66:30:00", "0:10:00", "8.5"], 4, "is a plain number among durations"),
        (AMOUNT, ["€5", "$6"], 3, "is in another currency than '€5' in row 2"),
        (STARS, ["€5", "4"], 2, "is an amount of money"),
        (AMOUNT, ["5分"], 2, "is a number of points"),
        (COUNT, ["1.5"], 2, "is not a whole number"),
    ],
)
def test_what_has_no_place_in_a_column_is_refused(read, column, cells, row, problem):
    _, reading = read(column, cells)
    assert (reading.problems[0].row, len(reading.problems)) == (row, 1)
    assert problem in reading.problems[0].problem


def test_points_and_labelled_ends_are_numbers_on_a_scale(read):
    values, reading = read(STARS, ["5分", "4", "1 - bad", "5 (very good)"])
    assert values == [5, 4, 1, 5]
    assert "2 labels of the ends of the scale" in reading.notes[0]
    _, reading = read(STARS, ["4 - good", "2"])
    assert "write 4 if that is meant" in reading.problems[0].fix


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("8:18:00", 29880),
        ("66:30:00", 239400),
        ("2 days, 18:30:00", 239400),
        ("1 day, 0:00:00", 86400),
        ("0:00:01.5", 1.5),
        ("2h 30m", 9000),
        ("2h30", 9000),
        ("1 day 3 hours", 97200),
        ("1 hour and 5 minutes", 3900),
        ("90 min", 5400),
        ("1.5 h", 5400),
        ("1500 ms", 1.5),
        ("3小时20分钟", 12000),
        ("45秒", 45),
        ("PT2H30M", 9000),
        ("P1DT2H", 93600),
    ],
)
def test_durations_in_every_form(read, text, seconds):
    for column, unit in ((HOURS, 3600), (MINUTES, 60), (SECONDS, 1)):
        values, reading = read(column, [text])
        assert values == pytest.approx([seconds / unit], abs=1e-8)
        assert "converted into" in reading.notes[0]


@pytest.mark.parametrize("text", ["8:75:00", "1:99", "3 h ago", "1,234 h", "25h extra", "P", ":30"])
def test_what_is_no_duration_is_refused(read, text):
    assert parse_duration(text, "hours") is None
    assert "is not a number" in read(HOURS, [text])[1].problems[0].problem


def test_two_parts_of_a_clock_follow_the_unit_and_it_is_said(read):
    values, reading = read(SECONDS, ["0:12", "12:30"])
    assert values == [12, 750]
    assert "minutes and seconds" in reading.notes[0]
    assert read(MINUTES, ["12:30"])[0] == [12.5]
    values, reading = read(HOURS, ["66:30"])
    assert values == [66.5]
    assert "hours and minutes" in reading.notes[0]


MOMENT = pd.Timestamp("2026-03-17T11:05:00Z")


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-17T11:05:00Z",
        "2026-03-17T19:05:00+08:00",
        "2026-03-17 19:05:00 +0800",
        "2026-03-17 11:05 UTC",
        "2026-03-17 19:05:00.000000000",
        "2026/03/17 19:05",
        "2026.3.17 19:05:00",
        "17/Mar/26 7:05 PM",
        "17-Mar-2026 19:05",
        "17 March 2026 at 7:05 pm",
        "Mar 17, 2026 7:05 PM",
        "March 17, 2026, 7:05 p.m.",
        "Tue Mar 17 19:05:00 2026",
        "Tue, 17 Mar 2026 19:05:00 +0800",
        "2026年3月17日 下午7:05",
        "2026年3月17日 19时05分",
        "2026年03月17日 星期二 晚上7:05",
        "２０２６／３／１７ １９：０５",
        "20260317T190500",
        "17/03/2026 19:05",
        "17.3.2026 19:05:00",
        "03/17/2026 07:05 PM",
        "3/17/26 19:05",
        "46098.7951388889",
    ],
)
def test_times_in_every_form(read, text):
    values, reading = read(TIME, [text, ""])
    assert reading.problems == []
    assert values[0].round("1s") == MOMENT
    assert values[1] is pd.NaT


@pytest.mark.parametrize(
    "text",
    ["2026-02-30", "31/02/2026", "17/13/2026", "0:05 PM", "2026-03-17 25:00", "17:05", "1/2/3",
     "yesterday", "2026-03-17 0:05 PM", "2026年3月17日 晚上12:30", "2026-03-17 19:05 PST",
     "March 2026"],
)  # fmt: skip
def test_what_is_no_time_is_refused(read, text):
    (problem,) = read(TIME, [text])[1].problems
    assert problem.problem == "is not a date with a time"


def test_a_day_after_the_12th_anywhere_tells_the_order(read):
    values, reading = read(TIME, ["03/02/2026 08:00"] * 3 + ["13/02/2026 08:00"])
    assert values[0] == pd.Timestamp("2026-02-03T00:00Z")
    assert "The dates of value have the day first, as row 5 shows" in " ".join(reading.notes)
    values, _ = read(TIME, ["02/13/2026", "03/02/2026"])
    assert values[1].tz_convert("Asia/Shanghai") == pd.Timestamp("2026-03-02", tz="Asia/Shanghai")


def test_an_ambiguous_order_is_refused_and_can_be_declared(read):
    cells = ["03/02/2026 08:00", "05/04/2026"]
    (problem,) = read(TIME, cells)[1].problems
    assert (problem.row, problem.value) == (2, cells[0])
    assert "dates: day first or dates: month first" in problem.fix
    assert read(TIME, cells, dates="day first")[0][0] == pd.Timestamp("2026-02-03T00:00Z")
    assert read(TIME, cells, dates="month first")[0][0] == pd.Timestamp("2026-03-02T00:00Z")
    assert len(read(TIME, ["05/05/2026", "04.04.2026"])[0]) == 2


def test_a_column_that_contradicts_itself_is_refused(read):
    (problem,) = read(TIME, ["13/02/2026", "03/02/2026", "02/13/2026"])[1].problems
    assert (problem.row, problem.value) == (4, "02/13/2026")
    assert "'13/02/2026' in row 2" in problem.problem
    (problem,) = read(TIME, ["2026-03-13", "04/02/2026"])[1].problems
    assert "exchanged" in problem.fix
    (problem,) = read(TIME, ["13/02/2026", "02/13/2026"], dates="day first")[1].problems
    assert (problem.row, problem.problem) == (3, "is not a date with a time")
    assert "day first" in problem.fix


def test_a_year_of_two_digits_may_stand_first(read):
    (problem,) = read(TIME, ["05/06/07"])[1].problems
    assert "the day first or the month first or the year first" in problem.problem
    assert read(TIME, ["26/12/31", "26/03/17"])[1].problems != []
    assert read(TIME, ["3/17/26", "3/2/26"])[0][1] == pd.Timestamp("2026-03-01T16:00Z")


def test_yes_and_no_in_every_form(read):
    cells = ["Yes", "TRUE", "1.0", "是", "有", "Y", "No", "false", "0.0", "否", "无", "n", "", "NA"]
    values, reading = read(DONE, cells)
    assert reading.problems == []
    assert values[:12] == [1.0] * 6 + [0.0] * 6
    assert np.isnan(values[12:]).all()
    (problem,) = read(DONE, ["perhaps"])[1].problems
    assert problem.problem == "is neither yes nor no"
    assert read(DONE, ["kept", "broken"], labels={"value": {"kept": 1, "broken": 0}})[0] == [1, 0]


def _group(digits: str, sign: str) -> str:
    parts = []
    while len(digits) > 3:
        digits, part = digits[:-3], digits[-3:]
        parts.append(part)
    return sign.join([digits, *reversed(parts)])


STYLES = st.sampled_from(
    [(grouping, decimal) for grouping in ("", ",", ".", " ", "'") for decimal in ",."
     if grouping != decimal]
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=QUIET)
@given(
    numbers=st.lists(
        st.decimals(-2_000_000, 2_000_000, places=3, allow_nan=False), min_size=1, max_size=6
    ),
    style=STYLES,
    fixed=st.sampled_from([None, 0, 1, 2, 3]),
    money=st.sampled_from(["", "€ {}", "{} €", "¥{}", "{}元", "USD {}"]),
    delimiter=st.sampled_from([",", ";", "\t"]),
)
def test_a_number_in_any_style_is_that_number_or_refused(
    read, numbers, style, fixed, money, delimiter
):
    grouping, decimal = style
    cells, expected = [], []
    for number in numbers:
        text = f"{float(number):.{3 if fixed is None else fixed}f}"
        whole, _, part = text.lstrip("-").partition(".")
        if fixed is None:
            part = part.rstrip("0")
        body = _group(whole, grouping) + (decimal + part if part else "")
        cells.append(("-" if float(number) < 0 else "") + (money or "{}").format(body))
        expected.append(float(text))
    values, reading = read(AMOUNT, cells, delimiter)
    if not reading.problems:
        assert values == pytest.approx(expected, abs=1e-9), cells


@settings(max_examples=150, deadline=None, suppress_health_check=QUIET)
@given(
    moments=st.lists(
        st.datetimes(datetime.datetime(2001, 1, 1), datetime.datetime(2068, 1, 1)),
        min_size=1,
        max_size=5,
    ),
    form=st.sampled_from(
        ["%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S",
         "%d.%m.%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%d/%b/%y %I:%M:%S %p", "%d-%b-%Y %H:%M:%S",
         "%b %d, %Y %H:%M:%S", "%Y年%m月%d日 %H:%M:%S", "%m/%d/%y %H:%M:%S", "%d/%m/%y %H:%M:%S",
         "%y/%m/%d %H:%M:%S", "%a, %d %b %Y %H:%M:%S +0000", "%Y-%m-%dT%H:%M:%SZ",
         "%a %b %d %H:%M:%S %Y", "%B %d, %Y %I:%M:%S %p"]
    ),
)  # fmt: skip
def test_a_time_in_any_form_is_that_time_or_refused(read, moments, form):
    moments = [moment.replace(microsecond=0) for moment in moments]
    values, reading = read(TIME, [moment.strftime(form) for moment in moments], zone="UTC")
    if not reading.problems:
        assert [value.replace(tzinfo=None) for value in values] == moments


@settings(max_examples=200, deadline=None)
@given(seconds=st.integers(0, 900_000), unit=st.sampled_from(["hours", "minutes", "seconds"]))
def test_a_duration_in_any_form_is_that_duration(seconds, unit):
    hours, rest = divmod(seconds, 3600)
    minutes, second = divmod(rest, 60)
    days, hour = divmod(hours, 24)
    for text in (
        f"{hours}:{minutes:02}:{second:02}",
        str(datetime.timedelta(seconds=seconds)),
        f"{hours}h {minutes}m {second}s",
        f"{days} days {hour} hours {minutes} minutes {second} seconds",
        f"{hours}小时{minutes}分{second}秒",
        f"{seconds * 1000} ms",
        f"PT{hours}H{minutes}M{second}S",
    ):
        assert parse_duration(text, unit).seconds == seconds, text


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=25))
def test_any_text_is_parsed_or_not_and_nothing_else(text):
    zone = zone_of("Europe/Berlin")
    parse_number(text)
    parse_duration(text, "minutes")
    parse_moment(text, zone)
    parse_orders(text, zone)
