"""Workbook 06 on somebody else's log: it reports what it can and says what is missing."""

import pytest
from click.testing import CliRunner

from cemlib.cli import main
from cemlib.studies.complaints.datasets.complaints import load_complaints

WORKBOOK = "06-win-win-complaints"
KEPT = {
    "complaint": "编号", "received": "受理时间", "failure": "故障", "loss": "损失", "fee": "月费",
    "answered": "答复时间", "apology": "道歉", "explanation": "解释", "temporary_fix": "临时处理",
    "compensation": "补偿", "stayed": "留存", "handling": "满意度",
}  # fmt: skip


@pytest.fixture(scope="module")
def log():
    return load_complaints().log.head(400)


def run(folder, file, *more):
    quick = ["-p", "resamples", "50"]
    arguments = ["run", WORKBOOK, "--data", f"complaints={file}", *quick, *more, "-o", str(folder)]
    return CliRunner().invoke(main, arguments)


def test_a_small_log_in_chinese_columns(tmp_path, log):
    own = log[list(KEPT)].copy()
    for name in ("apology", "explanation", "temporary_fix", "stayed"):
        own[name] = own[name].map({1.0: "是", 0.0: "否"})
    file = tmp_path / "投诉.csv"
    own.rename(columns=KEPT).to_csv(file, index=False, encoding="gb18030")
    pairs = "".join(f"  {ours}: {theirs}\n" for ours, theirs in KEPT.items())
    (tmp_path / "投诉.columns.yaml").write_text(f"columns:\n{pairs}", encoding="utf-8")
    result = run(tmp_path / "out", file, "-p", "removed_failure", "none")
    assert result.exit_code == 0, result.output
    report = (tmp_path / "out/report.html").read_text(encoding="utf-8")
    for words in (
        "the best promise is not computed",
        "its effects are not estimated",
        "not recorded",
    ):
        assert words in report, words
    assert str(tmp_path) not in report
    for absent in ("best_promise", "change_in_", "rate_ratio_after_removal", "to_word_of_mouth"):
        assert absent not in result.output
    assert "policy_gain_over_deny" in result.output


def test_a_bad_log_starts_nothing(tmp_path, log):
    own = log[list(KEPT)].assign(received="31.12.2025")
    own.to_csv(tmp_path / "log.csv", index=False)
    result = run(tmp_path / "out", tmp_path / "log.csv")
    assert result.exit_code == 2
    assert "does not have the form" in result.output
    assert not (tmp_path / "out").exists()
