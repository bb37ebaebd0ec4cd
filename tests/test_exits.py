"""Texts from outside on their way to a spreadsheet or a terminal, through every exit."""

from __future__ import annotations

import ast
import csv
import io
import sys
import unicodedata
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from cemlib import cli, exits
from cemlib.exits import csv_text, printable, safe_cell
from cemlib.operator import make
from cemlib.studies.repair.commands import _write
from cemlib.studies.repair.merging import merge_file
from cemlib.teach.downloads import download
from cemlib.teach.entry_form import entry_form

PACKAGE = Path(exits.__file__).parent
INVISIBLE = [
    chr(code)
    for code in range(sys.maxunicode + 1)
    if unicodedata.category(chr(code)) in ("Cf", "Zs", "Zl", "Zp", "Cc") and code
]
FORMULAS = [f"{before}{sign}1+1" for sign in "=+-@|%＝＋－＠" for before in ("", " ", "\t", "\n")]
FORMULAS += [f"{before}=HYPERLINK(0)" for before in INVISIBLE]
ESCAPES = [
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07x",
    "\x1b]8;;https://example.org\x1b\\x\x1b]8;;\x1b\\",
    "\x9b2Jx",
    "\x1bcx",
    "\x1bPq#0\x1b\\x",
    "a\x08\x08b\x7f",
    "\x1b[31m=1+1",
]
PLAIN = ["billing", "a=b", "C-01", "更大", "grün 🙂", "", "1 − 2", "x\u00adx"]


def is_formula(text: str) -> bool:
    """Return whether the visible part of a cell begins like a formula."""
    visible = [
        sign
        for sign in unicodedata.normalize("NFKC", text)
        if not (sign.isspace() or unicodedata.category(sign)[0] in "CZM")
    ]
    return bool(visible) and visible[0] in "=+-@|%"


def is_quiet(text: str) -> bool:
    return not any(unicodedata.category(sign) == "Cc" and sign != "\n" for sign in text)


@pytest.mark.parametrize("text", [*FORMULAS, *ESCAPES])
def test_no_text_is_exported_as_a_formula_or_a_command(text):
    cell = safe_cell(text)
    assert not is_formula(cell)
    assert is_quiet(cell)
    assert "\n" not in cell


def test_commands_are_removed_completely_and_words_stay():
    assert [safe_cell(text) for text in ESCAPES] == [
        "red", "x", "x", "x", "x", "x", "a b ", "'=1+1",
    ]  # fmt: skip


@pytest.mark.parametrize("text", PLAIN)
def test_harmless_texts_are_unchanged(text):
    assert safe_cell(text) == text


def test_tables_with_unusual_columns_are_complete():
    frame = pd.DataFrame([["=1", 1.5, "=2"]], columns=["self", "=n", "self"])
    assert csv_text(frame) == "self,'=n,self\n'=1,1.5,'=2\n"
    frame = pd.DataFrame({"kind": pd.Categorical(["=1"]), "at": [pd.Timestamp("2026-01-01")]})
    assert csv_text(frame) == "kind,at\n'=1,2026-01-01\n"


def contacts(texts):
    return pd.DataFrame(
        {
            "customer": texts,
            "problem": texts,
            "time": pd.to_datetime("2026-01-01") + pd.to_timedelta(range(len(texts)), unit="D"),
        }
    )


def test_cases_from_duckdb_are_as_safe_as_from_python(tmp_path):
    texts = [each for each in [*FORMULAS, *ESCAPES, *PLAIN] if each]
    contacts(texts).to_parquet(tmp_path / "contacts.parquet")
    merge_file(tmp_path / "contacts.parquet", tmp_path / "cases.csv", window_days=1)
    with (tmp_path / "cases.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    keys = {text.strip() for text in texts}  # spaces around a key do not make another customer
    for column in ("customer", "problem"):
        assert {row[column] for row in rows} == set(map(safe_cell, keys))
    merge_file(tmp_path / "contacts.parquet", tmp_path / "cases.parquet", window_days=1)
    assert {*pd.read_parquet(tmp_path / "cases.parquet")["customer"].fillna("")} == keys


def test_cases_merged_by_text_are_safe(tmp_path):
    table = contacts(FORMULAS).assign(first=lambda frame: frame["time"], last="")
    table["last"] = table["first"]
    _write(table, tmp_path / "cases.csv")
    with (tmp_path / "cases.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert len(cells) > 3 * len(FORMULAS)
    assert not any(map(is_formula, cells))


def test_exported_findings_are_safe(tmp_path, monkeypatch):
    from cemlib.findings import Finding
    from cemlib.report.artifacts import Outcome
    from cemlib.report.pages.study import collect
    from cemlib.report.plan import workbook
    from cemlib.report.plan.study import default_run
    from cemlib.report.plan.workbook import Parameter

    outcomes = []
    for text in [*FORMULAS, *ESCAPES]:
        parameters = (Parameter("word", "str", text, "said"), Parameter("loss", "float", -2.5, ""))
        book = workbook.Workbook("w", Path("w.ipynb"), "W", "", (), "", None, "", parameters)
        findings = (
            Finding("named", text, "", text),
            Finding("number", -1.5, "", "Less.", -2.0, -1.0),
        )
        outcomes.append(Outcome(default_run(book), findings))
    collect.write(tmp_path, outcomes)
    with (tmp_path / "findings.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    numbers = {"param_loss", "value", "low", "high"}
    assert {row["value"] for row in rows} == {"", "-1.5"}
    assert {row["param_loss"] for row in rows} == {"-2.5"}
    for row in rows:
        for name, cell in row.items():
            assert is_quiet(cell)
            assert name in numbers or not is_formula(cell)


def test_downloads_are_safe():
    content = download(pd.DataFrame({"=a": FORMULAS}), "a.csv").content.decode("utf-8-sig")
    cells = csv.reader(io.StringIO(content, newline=""))
    assert not any(is_formula(cell) for row in cells for cell in row)


def test_the_columns_of_an_entry_form_are_safe(monkeypatch):
    monkeypatch.setenv("CEMLIB_MODE", "static")
    rows = pd.DataFrame({"=1, who": ["Ann"]})
    page = entry_form(rows, "Ours", {"@points": (0, 10)}).to_html()
    assert 'data-columns="&quot;&#x27;=1, who&quot;,&#x27;@points"' in page


def test_a_generated_operator_has_only_safe_texts(tmp_path):
    for path in make(tmp_path, customers=200):
        if path.suffix == ".csv":
            frame = pd.read_csv(path, dtype=str, keep_default_na=False)
            for name in frame:
                numeric = pd.to_numeric(frame[name], errors="coerce").notna()
                texts = frame[name][~numeric]
                assert (texts.map(safe_cell) == texts).all(), (path.name, name)


def test_terminal_commands_are_shown_instead_of_executed():
    for text in ESCAPES:
        assert is_quiet(printable(text))
    assert printable("a\nb\u202ec") == "a\nb\\u202ec"
    assert printable("größer 更大 🙂") == "größer 更大 🙂"


def test_a_refusal_quotes_a_file_without_executing_commands(tmp_path):
    file = tmp_path / "answers.csv"
    head = "\x1b[2Joverall,\x1b]0;gone\x07x,\u202eoverall"
    file.write_text(f"{head}\n\x1b[31m9,2,\x9b3m\n", encoding="utf-8")
    (tmp_path / "answers.columns.yaml").write_text('columns: {overall: "\\e[2Joverall"}\n')
    result = CliRunner().invoke(cli.main, ["data", "check", "survey", str(file)])
    assert result.exit_code == 1
    assert is_quiet(result.output)
    assert "\u202e" not in result.output


def calls(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr if node.func.attr != "echo" else ast.unparse(node.func)


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("to_csv", {"exits.py", "operator.py", "next_quarter.py"}),  # generated texts are safe
        ("write_csv", {"operator.py"}),
        ("writer", {"report/pages/study/collect.py"}),
        ("to_excel", set()),
        ("click.echo", {"exits.py"}),
        ("secho", set()),
    ],
)
def test_every_export_passes_through_exits(name, allowed):
    modules = {
        str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py") if name in calls(path)
    }
    assert modules <= allowed
