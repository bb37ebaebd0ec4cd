"""Workbooks with cover sheets, hidden rows and formulas; .xls, .ods, SPSS, Stata, Parquet."""

import datetime
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import pytest
import statsmodels
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from cemlib.data.tables import UnreadableError

PEOPLE = [["respondent", "q1", "q2"], *([f"r{n}", n, 3] for n in range(1, 6))]
TEXT = [["respondent", "q1", "q2"], *([f"r{n}", str(n), "3"] for n in range(1, 6))]


@pytest.fixture
def book(tmp_path):
    """Write sheets as a workbook after a change of it, and return the path."""

    def written(change=lambda book: None, **sheets):
        made = openpyxl.Workbook()
        made.remove(made.active)
        for name, rows in sheets.items():
            sheet = made.create_sheet(name)
            for row in rows:
                sheet.append(row)
        change(made)
        path = tmp_path / "book.xlsx"
        made.save(path)
        return path

    return written


def write_ods(path, rows, hidden=()):
    """Write rows of text, numbers and datetimes as a minimal .ods file."""

    def cell(value):
        if value is None or value != value:
            return "<table:table-cell/>"
        if isinstance(value, datetime.datetime):
            kind = f'date" office:date-value="{value.isoformat()}'
        elif isinstance(value, str):
            return (
                '<table:table-cell office:value-type="string">'
                f"<text:p>{escape(value)}</text:p></table:table-cell>"
            )
        else:
            kind = f'float" office:value="{value!r}'
        return f'<table:table-cell office:value-type="{kind}"><text:p>x</text:p></table:table-cell>'

    lines = []
    for number, row in enumerate(rows, 1):
        state = ' table:visibility="filter"' if number in hidden else ""
        lines.append(f"<table:table-row{state}>{''.join(map(cell, row))}</table:table-row>")
    names = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{names}office:1.0" '
        f'xmlns:table="{names}table:1.0" xmlns:text="{names}text:1.0" office:version="1.2">'
        f'<office:body><office:spreadsheet><table:table table:name="Data">{"".join(lines)}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{names}manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        "</manifest:manifest>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


def test_a_cover_sheet(book, read):
    got = read(book(About=[["Survey of March"], ["Made by the CX team"]], Data=PEOPLE))
    assert (got.header, got.rows) == (TEXT[0], TEXT[1:])
    assert "The sheet 'Data' was read, number 2 of 2." in got.notes


def test_a_cover_of_pairs_and_a_second_table(book, read):
    cover = [["Project", "CX"], ["Client", "Acme"], ["Wave", "March"]]
    got = read(book(About=cover, Data=PEOPLE, Codes=[["a", "b", "c"], ["x", "y", "z"]]))
    assert got.rows == TEXT[1:]
    assert any("'About', 'Codes' may hold a table too: sheet:" in note for note in got.notes)


def test_a_declared_sheet(book, read):
    path = book(A=PEOPLE, B=[["x", "y"], [1, 2]])
    assert read(path, sheet="B").header == ["x", "y"]
    assert "The sheet 'B' was read." in read(path, sheet="b").notes
    with pytest.raises(UnreadableError, match="write sheet: with one of 'A', 'B'"):
        read(path, sheet="Data")


def test_hidden_sheets_come_last(book, read):
    def change(made):
        made["Old"].sheet_state = "hidden"

    got = read(book(change, Old=[["x", "y", "z"], [1, 2, 3]], Data=PEOPLE))
    assert got.rows == TEXT[1:]


def hide(*rows):
    def change(made):
        for row in rows:
            made.worksheets[0].row_dimensions[row].hidden = True

    return change


def test_hidden_rows_are_refused_until_declared(book, read):
    path = book(hide(3, 5, 40), Data=PEOPLE)
    with pytest.raises(UnreadableError, match="hidden: keep or hidden: leave out") as caught:
        read(path)
    assert caught.value.problem.row == 3
    assert "2 hidden rows (rows 3, 5)" in caught.value.problem.problem
    kept = read(path, hidden="keep")
    assert [row for row in kept.rows if any(row)] == TEXT[1:]
    assert "2 hidden rows (rows 3, 5) are read like the others." in kept.notes
    left = read(path, hidden="leave out")
    filled = [(row, cells[0]) for row, cells in zip(left.numbers, left.rows, strict=True) if cells]
    assert filled == [(2, "r1"), (4, "r3"), (6, "r5")]
    assert "2 hidden rows (rows 3, 5) are left out." in left.notes
    with pytest.raises(ValueError, match="hidden is 'drop'"):
        read(path, hidden="drop")


def test_hidden_rows_of_a_long_sheet(book, read):
    rows = [PEOPLE[0], *([f"r{n}", n, 3] for n in range(1, 400))]
    with pytest.raises(UnreadableError, match="1 hidden row"):
        read(book(hide(300), Data=rows))
    assert len(read(book(hide(300), Data=rows), hidden="leave out").rows) == 398


def test_formulas_without_values(book, read):
    rows = [*PEOPLE, *(["r9", 3, f"=B{n}*2"] for n in range(7, 90))]
    with pytest.raises(UnreadableError, match="save it") as caught:
        read(book(Data=rows))
    problem = caught.value.problem
    assert (problem.row, problem.column) == (7, "C")
    assert "as do 82 more cells down to row 89" in problem.problem


def test_a_formula_with_a_stored_value(book, read):
    path = book(Data=[["a", "b"], [1, "=A2*2"], [2, '=""']])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    sheet = sheet.replace("<f>A2*2</f><v></v>", "<f>A2*2</f><v>2</v>")
    sheet = sheet.replace("<f>A2*2</f><v />", "<f>A2*2</f><v>2</v>")
    sheet = sheet.replace('<c r="B3"><f>""</f><v />', '<c r="B3" t="str"><f>""</f><v />')
    sheet = sheet.replace('<c r="B3"><f>""</f><v></v>', '<c r="B3" t="str"><f>""</f><v></v>')
    parts["xl/worksheets/sheet1.xml"] = sheet.encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert read(path).rows == [["1", "2"], ["2", ""]] or read(path).rows == [["1", "2"], ["2"]]


@pytest.mark.parametrize("mac", [False, True])
def test_dates_durations_and_milliseconds(book, read, mac):
    def change(made):
        if mac:
            made.epoch = CALENDAR_MAC_1904
        sheet = made.worksheets[0]
        for row, (value, shape) in enumerate(
            [
                (datetime.datetime(2026, 1, 5, 17, 18, 1, 137000), "yyyy-mm-dd h:mm:ss"),
                (datetime.datetime(2026, 1, 5), "yyyy-mm-dd"),
                (datetime.timedelta(hours=66, minutes=30), "[h]:mm:ss"),
                (0.25, "[h]:mm:ss"),
                (1.5, "h:mm:ss"),
                (0, "[h]:mm"),
                (datetime.time(9, 5), "h:mm"),
            ],
            2,
        ):
            sheet.cell(row, 1, f"r{row}")
            sheet.cell(row, 2, value).number_format = shape

    got = read(book(change, Data=[["id", "when"]]))
    assert got.table.epoch_1904 == mac
    assert [row[1] for row in got.rows] == [
        "2026-01-05 17:18:01.137", "2026-01-05", "66:30:00", "6:00:00", "36:00:00", "0:00:00",
        "09:05:00",
    ]  # fmt: skip


def test_merged_cells_are_said(book, read):
    got = read(book(lambda made: made.worksheets[0].merge_cells("A2:A4"), Data=PEOPLE))
    assert [row[0] for row in got.rows] == ["r1", "", "", "r4", "r5"]
    assert got.notes == ["Merged cells (A2:A4): only the first of each has the value."]


def test_an_encrypted_workbook(tmp_path, read):
    path = tmp_path / "a.xlsx"
    name = "EncryptedPackage".encode("utf-16-le")
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000) + name + bytes(2000))
    with pytest.raises(UnreadableError, match="encrypted workbook; save it without a password"):
        read(path)


def test_an_old_workbook(read):
    path = Path(statsmodels.__file__).parent / "datasets/macrodata/src/macrodata.xls"
    path = next(each for each in (path, path / "macrodata.xls") if each.is_file())
    got = read(path)
    assert len(got.rows) > 200
    assert any("Hidden rows cannot be told" in note for note in got.notes)


def test_hidden_rows_of_ods(tmp_path, read):
    path = write_ods(tmp_path / "a.ods", PEOPLE, hidden={3})
    with pytest.raises(UnreadableError, match="1 hidden row"):
        read(path)
    assert [row[0] for row in read(path, hidden="leave out").rows] == ["r1", "r3", "r4", "r5"]
    damaged = path.with_name("b.ods")
    damaged.write_bytes(path.read_bytes().replace(b"</table:table-row>", b"<table:table-row>", 2))
    with pytest.raises(UnreadableError, match="damaged"):
        read(damaged)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"$FL2@(#) SPSS DATA FILE invented" + bytes(900), "damaged SPSS"),
        (b"$FL3" + bytes(900), "damaged SPSS"),
        (b"<stata_dta><header>" + bytes(90), "damaged Stata"),
        (b"PAR1" + bytes(90), "damaged Parquet"),
        (b"PARE" + bytes(90), "encrypted Parquet"),
        (b"\xd0\xcf\x11\xe0" + bytes(900), "damaged old .xls workbook"),
        (b"<?xml version='1.0'?><a/>", "is an XML file"),
        (b"GIF89a", "is a picture"),
        (b"\x1f\x8b\x08", "compressed"),
    ],
)
def test_what_is_refused(tmp_path, read, content, problem):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableError, match=problem):
        read(path)


SPSS = pd.DataFrame(
    {
        "id": ["a", "b", "c", "d"],
        "q1": [1.0, 5.0, 99.0, np.nan],
        "q2": [2.5, 97.0, 98.0, 3.0],
        "day": [datetime.date(2026, 3, 1)] * 4,
    }
)
LABELS = {"q1": {1.0: "Not at all", 5.0: "Fully", 99.0: "No answer"}}


def test_spss(tmp_path, read):
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(
        SPSS,
        path,
        column_labels={"q1": "How far do\nyou agree?"},
        variable_value_labels=LABELS,
        missing_ranges={"q1": [99], "q2": [{"lo": 97, "hi": 99}]},
    )
    for file in (path, path.with_suffix(".zsav")):
        if file != path:
            pyreadstat.write_sav(SPSS, file, compress=True, variable_value_labels=LABELS,
                                 missing_ranges={"q1": [99], "q2": [{"lo": 97, "hi": 99}]},
                                 column_labels={"q1": "How far do you agree?"})  # fmt: skip
        got = read(file)
        assert got.rows[0] == ["a", "1", "2.5", "2026-03-01"]
        assert [row[1] for row in got.rows] == ["1", "5", "99", ""]
        assert got.table.value_labels == {
            "q1": {"1": "Not at all", "5": "Fully", "99": "No answer"}
        }
        assert got.table.user_missing == {"q1": {"99"}, "q2": {"97", "98"}}
        assert got.table.questions == {"q1": "How far do you agree?"}


def test_stata(tmp_path, read):
    path = tmp_path / "a.dta"
    frame = SPSS.astype({"q1": object})
    frame.loc[2, "q1"] = "a"
    pyreadstat.write_dta(
        frame,
        path,
        missing_user_values={"q1": ["a"]},
        variable_value_labels={"q1": {1: "Not at all", 5: "Fully", "a": "Refused"}},
    )
    got = read(path)
    assert [row[1] for row in got.rows] == ["1", "5", "a", ""]
    assert "a" in got.table.user_missing["q1"]
    assert set(got.table.user_missing) == {"q1", "q2", "day"}
    assert got.table.value_labels["q1"] == {"1": "Not at all", "5": "Fully", "a": "Refused"}


def test_parquet(tmp_path, read):
    frame = pd.DataFrame(
        {
            "customer": [12.0, np.nan, 13.0],
            "key": ["", " C1", None],
            "time": pd.to_datetime(["2026-03-02 08:00", "2026-03-02 00:00", None]),
            "zoned": pd.to_datetime(["2026-03-02T08:00Z"] * 3).tz_convert("Asia/Shanghai"),
            "took": pd.to_timedelta([90, 239400, None], unit="s"),
            "day": [datetime.date(2026, 3, 1)] * 3,
            "kind": pd.Categorical(["x", "y", "x"]),
            "ok": [True, False, None],
        }
    )
    path = tmp_path / "a.parquet"
    frame.to_parquet(path)
    assert read(path).rows == [
        ["12", "", "2026-03-02 08:00:00", "2026-03-02 16:00:00+08:00", "0:01:30", "2026-03-01",
         "x", "True"],
        ["", " C1", "2026-03-02", "2026-03-02 16:00:00+08:00", "66:30:00", "2026-03-01",
         "y", "False"],
        ["13", "", "", "2026-03-02 16:00:00+08:00", "", "2026-03-01", "x", ""],
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["b-empty-customer", "c-float-customer", "f-spaces"])
def test_parquet_trials_are_the_same_as_csv(trial, read, name):
    parquet, text = (read(trial(f"14-parquet/{name}.{end}")) for end in ("parquet", "csv"))
    assert parquet.header == text.header
    assert alike(parquet.rows) == alike(text.rows)


def test_trials_of_excel(trial, read):
    plain = read(trial("05-excel-habits/a-plain.xlsx"))
    for name in ("b-average-row", "c-average-after-blank", "d-total-row", "f-title-rows",
                 "g-cover-sheet"):  # fmt: skip
        got = read(trial(f"05-excel-habits/{name}.xlsx"))
        assert [row for row in got.rows if any(row)] == plain.rows, name
        assert got.header == plain.header
        assert got.notes
    kept = read(trial("05-excel-habits/e-hidden.xlsx"), hidden="keep")
    left = read(trial("05-excel-habits/e-hidden.xlsx"), hidden="leave out")
    assert (len(kept.rows), len(left.rows)) == (60, 30)
    for name, row in (("e-hidden", 2), ("h-formula-half", 3), ("i-formula-all", 2)):
        with pytest.raises(UnreadableError) as caught:
            read(trial(f"05-excel-habits/{name}.xlsx"))
        assert caught.value.problem.row == row
    assert read(trial("06-complaint-log/l-durations.xlsx")).rows[0][-1] == "66:30:00"
    assert read(trial("06-complaint-log/m-milliseconds.xlsx")).rows[1][1].endswith(":01.137")
    mac = read(trial("07-contacts/e-1904-dates.xlsx"))
    assert (mac.table.epoch_1904, mac.rows[0][3]) == (True, "2026-03-02 08:00:00")


def test_trials_of_spss(trial, read):
    got = read(trial("12-weights-reverse/real.sav"))
    assert got.table.user_missing == {"information_1": {"99"}}
    assert got.table.value_labels["safety_1"] == {"1": "Not at all", "5": "Fully"}
    assert len(got.rows) == 60
    with pytest.raises(UnreadableError, match="damaged SPSS"):
        read(trial("12-weights-reverse/x.sav"))


def alike(rows):
    """Return rows whose numbers and times compare by value."""

    def value(text):
        try:
            return float(text)
        except ValueError:
            pass
        try:
            return datetime.datetime.fromisoformat(text)
        except ValueError:
            return text

    width = max(map(len, rows))
    return [[value(cell) for cell in [*row, *[""] * (width - len(row))]] for row in rows]


WRITERS = {
    "csv": lambda frame, path: frame.to_csv(path, index=False),
    "xlsx": lambda frame, path: frame.to_excel(path, index=False),
    "parquet": lambda frame, path: frame.to_parquet(path),
    "tsv": lambda frame, path: frame.to_csv(path, index=False, sep="\t", encoding="utf-16"),
    "sav": lambda frame, path: pyreadstat.write_sav(frame, path),
    "ods": lambda frame, path: write_ods(path, [list(frame.columns), *(
        [None if pd.isna(cell) else cell.to_pydatetime() if isinstance(cell, pd.Timestamp)
         else cell for cell in row] for row in frame.itertuples(index=False)
    )]),
}  # fmt: skip
TEXTS = ["", "Müller, Köln", 'said "why?"', "a;b", "非常满意", "5分", "Total", "two\nlines", "NA"]
NUMBERS = st.one_of(
    st.none(),
    st.integers(-(10**6), 10**9).map(float),
    st.decimals(-1000, 1000, places=2, allow_nan=False).map(float),
)
TIMES = st.one_of(
    st.none(),
    st.datetimes(datetime.datetime(1950, 1, 1), datetime.datetime(2090, 1, 1)).map(
        lambda time: time.replace(microsecond=time.microsecond // 1000 * 1000 % 1_000_000)
    ),
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    cells=st.lists(
        st.tuples(st.sampled_from(TEXTS), NUMBERS, NUMBERS, TIMES), min_size=1, max_size=80
    )
)
def test_six_writers_are_read_the_same(tmp_path, read, cells):
    columns = list(zip(*cells, strict=True))
    frame = pd.DataFrame(
        {
            "id": [f"k{number}" for number in range(len(cells))],
            "text": pd.array(columns[0], dtype="str"),
            "first": pd.array(columns[1], dtype="float64"),
            "second": pd.array(columns[2], dtype="float64"),
            "time": pd.to_datetime(pd.Series(columns[3], dtype="datetime64[ms]")),
        }
    )
    readings = {}
    for end, writer in WRITERS.items():
        path = tmp_path / f"a.{end}"
        writer(frame, path)
        got = read(path)
        assert got.header == list(frame.columns), end
        readings[end] = alike(got.rows)
    for end, rows in readings.items():
        assert rows == readings["csv"], end
