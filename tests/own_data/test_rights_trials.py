"""Surveys and experiments as people have them, through workbooks 01 and 03."""

import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner

from cemlib.cli import main
from cemlib.findings import FINDINGS_MIME

TRIALS = Path(__file__).parents[3] / "shared" / "trials"
OPERATOR = ("yuan", "fictional operator", "broadband", "simulated", "true value", "CNY")


@pytest.fixture
def trial():
    """Return the path of a file of the trials."""

    def find(name):
        file = TRIALS / name
        if not file.is_file():
            pytest.skip(f"no ../shared/trials/{name}")
        return file

    return find


def run(workbook, out, *arguments):
    quick = ["-p", "resamples", "60"]
    return CliRunner().invoke(main, ["run", workbook, *map(str, arguments), *quick, "-o", str(out)])


def findings_of(out):
    notebook = json.loads((out / "notebook.ipynb").read_text(encoding="utf-8"))
    return {
        each["name"]: each
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
        if FINDINGS_MIME in output.get("data", {})
        for each in output["data"][FINDINGS_MIME]["findings"]
    }


def outputs_of(out):
    """Return the words that a run computed: prose, tables and figures, without code and text."""
    notebook = json.loads((out / "notebook.ipynb").read_text(encoding="utf-8"))
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    return json.dumps([output.get("data", {}) for output in outputs], ensure_ascii=False)


def text_of(out):
    page = BeautifulSoup((out / "report.html").read_text(encoding="utf-8"), "html.parser")
    return " ".join(page.get_text(" ").split())


def answered(workbook, out, *arguments):
    result = run(workbook, out, *arguments)
    assert result.exit_code == 0, result.output
    return text_of(out)


def refused(workbook, out, *arguments):
    result = run(workbook, out, *arguments)
    assert result.exit_code == 2, result.output
    assert not out.exists()
    return result.output


def test_a_right_rated_by_few_does_not_cost_the_others_their_respondents(tmp_path, trial):
    file = trial("20-own-data-min/listwise.csv")
    text = answered("01", tmp_path / "out", "--data", f"survey={file}")
    assert "This rests on 400 of 400 respondents" in text
    assert "Respect (rated by 40)" in text
    assert "from 40 (Respect) to 400" in text
    findings = findings_of(tmp_path / "out")
    assert all(each["datasets"] == ["survey"] for each in findings.values())
    assert not {"plan_gain", "weakest_need_level", "coverage"} & set(findings)
    words = outputs_of(tmp_path / "out")
    assert not [word for word in OPERATOR if word in words]
    assert "This section needs the dataset" in text


@pytest.mark.parametrize("codes", ["d-pandas-99", "e-int-99", "f-zero-dk", "g-dont-know"])
def test_codes_for_no_answer_are_no_answers(tmp_path, trial, codes):
    file = trial(f"12-weights-reverse/{codes}.csv")
    text = answered("01", tmp_path / "out", "--data", f"survey={file}")
    assert "120 answers from 120 respondents on 3 rights" in text
    assert "missing" in text
    index = findings_of(tmp_path / "out")["lowest_perception_index"]
    assert 30 < index["value"] < 70


def test_a_reversed_item_is_reported_and_reversed_where_it_is_declared(tmp_path, trial):
    reversed_file = trial("12-weights-reverse/b-reversed.csv")
    straight = trial("12-weights-reverse/c-straight.csv")
    text = answered("01", tmp_path / "seems", "--data", f"survey={reversed_file}")
    assert "safety_2 seems reversed" in text
    assert "reversed: [safety_2]" in text
    assert "seems reversed" not in answered("01", tmp_path / "c", "--data", f"survey={straight}")
    declared = tmp_path / "declared.csv"
    declared.write_bytes(reversed_file.read_bytes())
    (tmp_path / "declared.columns.yaml").write_text(
        "scales: {items: 1-5, overall: 0-10}\nreversed: [safety_2]\n", encoding="utf-8"
    )
    text = answered("01", tmp_path / "d", "--data", f"survey={declared}")
    assert "seems reversed" not in text
    assert "Turned round when the file was read: safety_2." in text
    ours, theirs = findings_of(tmp_path / "d"), findings_of(tmp_path / "c")
    for name in ("lowest_perception_index", "explained_variance", "lowest_reliability"):
        assert ours[name]["value"] == pytest.approx(theirs[name]["value"]), name


def test_declared_weights_are_used_and_undeclared_ones_are_named(tmp_path, trial):
    file = trial("12-weights-reverse/a-weights.csv")
    text = answered("01", tmp_path / "plain", "--data", f"survey={file}")
    assert "Column weight looks like survey weights and is not used" in text
    own = tmp_path / "weighted.csv"
    own.write_bytes(file.read_bytes())
    (tmp_path / "weighted.columns.yaml").write_text(
        "scales: {items: 1-5, overall: 0-10}\nweight: weight\n", encoding="utf-8"
    )
    text = answered("01", tmp_path / "out", "--data", f"survey={own}")
    assert "The effective sample size is" in text
    plain, weighted = findings_of(tmp_path / "plain"), findings_of(tmp_path / "out")
    name = "lowest_perception_index"
    assert plain[name]["value"] != weighted[name]["value"]


def test_codes_of_one_column_erase_nothing_in_another(tmp_path, trial):
    file = trial("20-own-data-min/m.csv")
    own = tmp_path / "m.csv"
    own.write_bytes(file.read_bytes())
    (tmp_path / "m.columns.yaml").write_text(
        'missing: {safety_1: ["0"]}\nscales: {items: 1-5, overall: 0-10}\n', encoding="utf-8"
    )
    text = answered("01", tmp_path / "out", "--data", f"survey={own}", "-p", "min_cell", "20")
    assert "answers to overall" not in text
    for segment in ("1", "2", "6"):
        assert re.search(rf"\b{segment}\b", text)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("one", "choice_1: has the same answer, 4, in all rows"),
        ("ov", "overall: has the same answer, 1, in all rows"),
    ],
)
def test_a_survey_that_cannot_be_analysed_starts_nothing(tmp_path, trial, name, problem):
    file = trial(f"20-own-data-min/{name}.csv")
    assert problem in refused("01", tmp_path / "out", "--data", f"survey={file}")


def test_too_few_rows_and_names_that_look_missing(tmp_path, trial):
    few = trial("16-more/na.csv")
    assert "3 complete rows" in refused("01", tmp_path / "few", "--data", f"survey={few}")
    file = trial("16-more/na-segment.csv")
    text = answered("01", tmp_path / "out", "--data", f"survey={file}", "-p", "min_cell", "5")
    assert "perception by segment" in text
    assert "without a segment" not in text


@pytest.mark.parametrize(
    ("parameter", "value", "problem"),
    [
        ("cut", "Mean", "must be one of mean, median, scale; did you mean mean?"),
        ("budget_days", "-5", "of at least 0"),
        ("mapping_doubt", "1.5", "of at least 0 and at most 1"),
    ],
)
def test_parameters_out_of_range_start_nothing(tmp_path, parameter, value, problem):
    assert problem in refused("01", tmp_path / "out", "-p", parameter, value)


def test_an_own_survey_is_not_simulated(tmp_path, trial):
    file = trial("20-own-data-min/listwise.csv")
    output = refused("01", tmp_path / "out", "--data", f"survey={file}", "-p", "simulate", "100")
    assert "cannot be used with simulate=100" in output


PATH = ["-p", "survey_scale", "1-5"]


def path_model(trial, survey, model="single"):
    folder = "10-path-model"
    return [*PATH, "--data", f"survey={trial(f'{folder}/{survey}.csv')}",
            "-p", "model", trial(f"{folder}/{model}.txt")]  # fmt: skip


@pytest.mark.parametrize(
    ("survey", "model", "problem"),
    [
        ("c-constant", "single", "item 'Q1' is constant"),
        ("d-twins", "single", "Q2: has the same answers as Q1"),
        ("f-tiny", "single", "8 items need at least 8"),
        ("a", "loop", "the paths form a cycle"),
        ("a", "shared-item", "already in block"),
        ("a", "r-style", "write Q6 in the model"),
        ("g-chinese", "chinese", "set the parameter target to 质量 or 满意度 or 忠诚"),
    ],
)
def test_a_hopeless_path_model_starts_nothing(tmp_path, trial, survey, model, problem):
    assert problem in refused("03", tmp_path / "out", *path_model(trial, survey, model))


def test_missing_cells_do_not_cost_most_rows(tmp_path, trial):
    text = answered("03", tmp_path / "out", *path_model(trial, "e-missing"))
    assert "The path model rests on 137 respondents" in text
    assert "110 of 1,200 answers are missing, in 110 of 150 rows" in text
    assert "97 answers were replaced" in text
    assert "13 rows without any answer on a construct were left out" in text
    findings = findings_of(tmp_path / "out")
    assert {"path_r_squared", "strongest_path", "strongest_path_coefficient"} <= set(findings)
    assert set(findings) <= {
        "path_r_squared", "strongest_path", "strongest_path_coefficient", "q2_predict_target"
    }  # fmt: skip
    coefficient = findings["strongest_path_coefficient"]
    assert coefficient["low"] < coefficient["value"] < coefficient["high"]
    words = outputs_of(tmp_path / "out")
    assert not [word for word in OPERATOR if word in words]
    rest = [*path_model(trial, "e-missing"), "-p", "missing_cells", "listwise"]
    assert "rests on 40 respondents" in answered("03", tmp_path / "list", *rest)


def test_an_own_model_is_reported_in_full_with_chinese_names(tmp_path, trial):
    arguments = [*path_model(trial, "g-chinese", "chinese"), "-p", "target", "满意度"]
    further = ["-p", "scheme", "factor", "-p", "standardised", "false"]
    text = answered("03", tmp_path / "out", *arguments, *further)
    assert "The path model rests on 150 respondents" in text
    assert "with factor weighting and items in their own units" in text
    shown = outputs_of(tmp_path / "out")
    for heading in ("Cronbach’s α", "ρA", "ρC", "AVE", "HTMT", "loading", "coefficient"):
        assert heading in shown, heading
    assert "strongest path to it is from 品牌" in text


def test_an_experiment_with_one_constant_factor_starts_nothing(tmp_path, trial):
    file = trial("20-own-data-min/eff.csv")
    output = refused("03", tmp_path / "out", "--data", f"responses={file}")
    assert "effort: is 0 in all rows" in output


def test_an_experiment_within_person_starts_nothing(tmp_path):
    file = tmp_path / "within.csv"
    rows = [
        f"p{person},{effort},{information},{40 + person},{50 + effort * 5 + person % 7}"
        for person in range(12)
        for effort in (0, 1)
        for information in (0, 1)
    ]
    head = "participant,effort,information,expectation,satisfaction"
    file.write_text("\n".join([head, *rows]), encoding="utf-8")
    output = refused("03", tmp_path / "out", "--data", f"responses={file}")
    assert "holds several conditions of 12 people, such as p0" in output
    assert "compares people, each in one condition" in output
