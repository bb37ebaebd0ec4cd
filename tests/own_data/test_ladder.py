"""Workbook 02 on a panel, a funnel and prompts of the user's own."""

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from cemlib.catalogue import load
from cemlib.cli import main

WORKBOOK = "02-experience-ladder"
STATES = "试用, 客户, 忠诚, 流失"


@pytest.fixture
def panel(tmp_path):
    rng = np.random.default_rng(3)
    probabilities = np.array([[0.7, 0.2, 0, 0.1], [0, 0.8, 0.12, 0.08], [0, 0.05, 0.92, 0.03]])
    names, rows = STATES.split(", "), []
    for person in range(150):
        state = int(rng.integers(3))
        for month in range(1, 11):
            rows.append((f"U{person}", f"2026-{month:02d}", names[state]))
            if state == 3:
                break
            state = int(rng.choice(4, p=probabilities[state]))
    file = tmp_path / "会员.csv"
    frame = pd.DataFrame(rows, columns=["会员", "月份", "状态"])
    frame.to_csv(file, index=False, encoding="gb18030")
    pairs = "columns: {customer: 会员, month: 月份, state: 状态}\n"
    (tmp_path / "会员.columns.yaml").write_text(pairs, encoding="utf-8")
    return file


def run(folder, *more):
    arguments = ["run", WORKBOOK, "-p", "resamples", "50", *more, "-o", str(folder)]
    return CliRunner().invoke(main, arguments)


def test_a_panel_a_funnel_and_prompts_of_ones_own(tmp_path, panel):
    funnel = tmp_path / "funnel.csv"
    rows = [
        (session, step, f"2026-03-0{1 + session % 5} 10:0{at}")
        for session in range(40)
        for at, step in enumerate(["cart", "pay", "thanks"][: 1 + session % 3])
    ]
    pd.DataFrame(rows, columns=["session", "step", "time"]).to_csv(funnel, index=False)
    prompts = tmp_path / "prompts.csv"
    load("prompts").replace({"value": {"15": "40"}}).to_csv(prompts, index=False)
    result = run(
        tmp_path / "out",
        "--data", f"panel={panel}", "--data", f"applications={funnel}",
        "--data", f"prompts={prompts}", "-p", "states", STATES, "-p", "entry", "客户",
        "-p", "margins", "-1, 10, 20, 0",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    report = (tmp_path / "out/report.html").read_text(encoding="utf-8")
    for words in (
        "forgiveness is left out", "No reasons for giving up were recorded", "saving above 40",
        "忠诚",
    ):  # fmt: skip
        assert words in report, words
    assert "true probability" not in report
    assert "<caption>Hazard ratios of leaving" not in report
    for absent in ("concordance", "slip_odds", "referrals", "completions_gained"):
        assert absent not in result.output
    assert "hazard_ratio_of_best_rung" in result.output


def test_a_state_that_was_not_declared_starts_nothing(tmp_path, panel):
    result = run(tmp_path / "out", "--data", f"panel={panel}", "-p", "states", "试用, 客户, 流失")
    assert result.exit_code == 2
    assert "is not one of the states" in result.output
    assert not (tmp_path / "out").exists()
    check = ["data", "check", "panel", str(panel), "--option", "states"]
    assert CliRunner().invoke(main, [*check, STATES]).exit_code == 0
    assert CliRunner().invoke(main, [*check, "试用, 客户, 流失"]).exit_code == 1


def test_there_must_be_one_margin_per_state(tmp_path, panel):
    result = run(
        tmp_path / "out", "--data", f"panel={panel}", "-p", "states", STATES, "-p", "entry", "客户",
        "-p", "margins", "1, 2",
    )  # fmt: skip
    assert result.exit_code == 2
    assert "margins is '1, 2', but must be 4 numbers" in result.output
