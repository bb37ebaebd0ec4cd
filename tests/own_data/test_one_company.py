"""Workbook 07 on a company of one's own: only levers with own data, others entered or absent."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest
from click.testing import CliRunner

from cemlib.cli import main
from cemlib.home import datasets

ASSUMED = """
  budget: 30000
  at_risk: 400000
  margin: 0.3
  monthly_retention: 0.93
  outside_share: 0.1
  authority_cap: 100
  flat_amount: 50
  regulator_cost: 400
  customer_value: 300
  won_share: 0.05
  lost_share: 0.15
  apology_cost: 3
  explanation_cost: 8
  temporary_fix_cost: 60
  hurry_cost: 60
  removed_failure: account security
  removed_day: "2025-10-01"
  customers: 4000
  cause_cost: 3000
"""
ENTERED = pd.DataFrame(
    {
        "lever": ["welcome calls", "welcome calls", "letters"],
        "spend": [2000.0, 4000.0, 1000.0],
        "results": [40.0, 60.0, 5.0],
        "low": [20.0, 30.0, 1.0],
        "high": [60.0, 90.0, 9.0],
        "worth": [150.0, 150.0, 100.0],
        "unit": ["customers kept", "customers kept", "customers kept"],
        "assumes": ["as in the pilot of 2024"] * 2 + ["nobody has measured it"],
    }
)


@pytest.fixture
def company(tmp_path):
    """Return a function that writes a company with these files and assumptions."""

    def written(files=("complaints", "levers"), assumptions=ASSUMED):
        folder = tmp_path / "northfield"
        folder.mkdir()
        if "complaints" in files:
            log = pd.read_csv(datasets() / "telecom/complaints.csv", nrows=1500)
            log.to_csv(folder / "complaints.csv", index=False)
        if "levers" in files:
            ENTERED.to_csv(folder / "levers.csv", index=False)
        lines = [f"  {name}: {name}.csv" for name in files]
        text = (
            "name: Northfield\nlanguage: en\ncurrency: EUR\nmoney: '¤#,##0'\nzone: Europe/Berlin\n"
        )
        text += f"assumptions:{assumptions}datasets:\n" + "\n".join(lines) + "\n"
        (folder / "company.yaml").write_text(text, encoding="utf-8")
        return folder / "company.yaml"

    return written


def run(file, out, *more):
    words = ["run", "07-one-company", "-p", "company", str(file), "-p", "draws", "40", *more]
    return CliRunner().invoke(main, [*words, "-o", str(out)])


def said(out):
    """Return everything that the outputs say, before the exercises."""
    cells = json.loads((out / "notebook.ipynb").read_text(encoding="utf-8"))["cells"]
    return json.dumps([cell.get("outputs", []) for cell in cells], ensure_ascii=False)


def test_only_own_levers_and_those_entered_are_divided(company, tmp_path):
    out = tmp_path / "out"
    result = run(company(), out)
    assert result.exit_code == 0, result.output
    everything = said(out)
    for name in ("complaint answers", "causes removed", "welcome calls", "letters"):
        assert name in everything, name
    for name in ("repair agents", "layered menu", "call-backs", "realistic promises"):
        assert name not in everything, name
    assert "workbook 01, workbook 02, workbook 03, workbook 04 and workbook 05" in everything
    assert "€" in everything
    assert not re.search(r"CNY|operator|fictional", everything)
    assert "nobody has measured it" in everything


def test_without_a_budget_the_report_says_what_to_set(company, tmp_path):
    out = tmp_path / "out"
    result = run(company(assumptions=ASSUMED.replace("  budget: 30000\n", "")), out)
    assert result.exit_code == 0, result.output
    assert "assumptions that only you can make: budget" in said(out)
    assert run(
        tmp_path / "northfield/company.yaml", tmp_path / "second", "-p", "budget", "20000"
    ).exit_code == 0  # fmt: skip
    assert "€20,000" in said(tmp_path / "second")


def test_a_company_without_any_lever_is_told_so(company, tmp_path):
    out = tmp_path / "out"
    result = run(company(files=("complaints",), assumptions="\n  budget: 1000\n"), out)
    assert result.exit_code == 0, result.output
    assert "No section could be answered" in said(out)


def test_limits_of_unknown_levers_are_refused(company, tmp_path):
    result = run(company(), tmp_path / "out", "-p", "limits", "welcome cals 10")
    assert result.exit_code != 0
    assert "did you mean 'welcome calls'" in result.output
