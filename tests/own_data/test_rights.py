"""Workbooks run on own surveys: they report what they can and state what is missing."""

import json

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner

from cemlib.cli import main
from cemlib.findings import FINDINGS_MIME
from cemlib.studies.rights.datasets.survey import load_survey

WORKBOOK = "01-rights-assessment"


@pytest.fixture(scope="module")
def answers():
    return load_survey().answers


def run(folder, file, *more):
    quick = ["-p", "resamples", "50"]
    arguments = ["run", WORKBOOK, "--data", f"survey={file}", *quick, *more, "-o", str(folder)]
    return CliRunner().invoke(main, arguments)


def test_few_rights_one_question_each_another_scale_and_other_names(tmp_path, answers):
    scaled = ((answers[["respect_1", "safety_1", "compensation_1"]] - 1) / 6 * 4 + 1).round()
    own = scaled.set_axis(["Q1", "Q2", "Q3"], axis=1).astype("Int64")
    own.insert(0, "备注", "好；“可以”")
    own["Q9"] = answers["overall"].clip(1, 10).astype("Int64")
    file = tmp_path / "shop floor.csv"
    own.sample(frac=1, random_state=1).to_csv(file, sep=";", index=False, encoding="gb18030")
    (tmp_path / "shop floor.columns.yaml").write_text(
        "columns: {respect_1: Q1, safety_1: Q2, compensation_1: Q3, overall: Q9}\n"
        "scales: {items: 1-5, overall: 1-10}\n",
        encoding="utf-8",
    )
    result = run(tmp_path / "out", file)
    assert result.exit_code == 0, result.output
    report = (tmp_path / "out/report.html").read_text(encoding="utf-8")
    for words in ("3 of 9 rights", "wave", "one item", "from two waves or more"):
        assert words in report, words
    assert str(tmp_path) not in report
    notebook = json.loads((tmp_path / "out/notebook.ipynb").read_text(encoding="utf-8"))
    assert str(tmp_path) not in json.dumps(notebook)
    assert "lowest_reliability" not in result.output
    assert "lowest_right: Compensation" in result.output


def test_a_workbook_of_a_spreadsheet_in_any_order(tmp_path, answers):
    file = tmp_path / "answers.xlsx"
    shuffled = answers.sample(n=600, random_state=1).sample(frac=1, axis=1, random_state=2)
    shuffled.to_excel(file, index=False)
    result = run(tmp_path / "out", file, "-p", "cut", "median", "-p", "call_centre_only", "true")
    assert result.exit_code == 0, result.output
    assert "lowest_right: Compensation" in result.output
    assert "axes at the median" in result.output


def test_a_bad_file_starts_nothing(tmp_path, answers):
    own = answers.head(40).astype(object)
    own.loc[3, "safety_1"] = 9
    own.loc[7, "overall"] = "great"
    file = tmp_path / "bad.csv"
    own.to_csv(file, index=False)
    result = run(tmp_path / "out", file)
    assert result.exit_code == 2
    assert "row 5, safety_1: 9 is outside 1–7" in result.output
    assert "row 9, overall: 'great'" in result.output
    assert not (tmp_path / "out").exists()


MODEL = """# what we asked
Image =~ Q1 + Q2 + Q3
Satisfaction =~ Q4 + Q5
Satisfaction ~ Image
"""


@pytest.fixture
def modelled(tmp_path, rng):
    """Return a survey of five questions on a scale of 1 to 5, and its model."""
    image, rest = rng.normal(size=(2, 300, 1))
    felt = 0.7 * image + 0.7 * rest
    items = [*[image] * 3, *[felt] * 2] + 0.8 * rng.normal(size=(5, 300, 1))
    answers = (
        pd.DataFrame({f"Q{at}": item.ravel() for at, item in enumerate(items, 1)})
        .mul(1.1)
        .add(3)
        .round()
        .clip(1, 5)
    )
    answers.loc[4, "Q2"] = None
    answers["remark"] = "fine"
    answers["Segment"] = np.where(np.arange(300) < 180, "home", "<b>office</b>")
    answers.to_excel(tmp_path / "ours.xlsx", index=False)
    (tmp_path / "ours.txt").write_text(MODEL, encoding="utf-8")
    return tmp_path


def run_path_model(folder, *more):
    arguments = ["run", "03-satisfaction-experiments", "-o", str(folder / "out")]
    arguments += [
        "--data",
        f"survey={folder / 'ours.xlsx'}",
        "-p",
        "model",
        str(folder / "ours.txt"),
    ]
    quick = ["-p", "resamples", "200", "-p", "n", "40"]
    return CliRunner().invoke(main, [*arguments, *quick, *more])


def test_any_survey_with_its_model_gets_its_structural_report(modelled):
    result = run_path_model(modelled, "-p", "survey_scale", "1-5")
    assert result.exit_code == 0, result.output
    assert "strongest_path: Image" in result.output
    assert "q2_predict_target: " in result.output
    report = (modelled / "out/report.html").read_text(encoding="utf-8")
    gap = "1 of 1,500 answers is missing, in 1 of 300 rows. 1 answer was replaced"
    predicted = "Does the model predict 300 respondents that it was not fitted to?"
    for words in ("1 column is not used: remark", gap, predicted):
        assert words in report, words
    text = BeautifulSoup(report, "html.parser").get_text()
    assert "Between home (180 respondents) and <b>office</b> (120), no path differs" in text
    assert "coefficient, <b>office</b>" in text
    assert "The published paths" not in report


def test_a_survey_that_the_model_does_not_fit_starts_nothing(modelled):
    (modelled / "ours.txt").write_text(MODEL.replace("Q5", "Q6"), encoding="utf-8")
    result = run_path_model(modelled, "-p", "survey_scale", "1-4")
    assert result.exit_code == 2
    assert "ours.xlsx: row 1: has no column Q6" in result.output
    assert "is outside 1–4" in result.output
    (modelled / "ours.txt").write_text("Image = Q1\n", encoding="utf-8")
    result = run_path_model(modelled)
    assert result.exit_code == 2
    assert "ours.txt: " in result.output
    assert "line 1" in result.output
    assert not (modelled / "out").exists()


def test_a_class_has_its_own_answers_analysed(tmp_path, rng):
    effort, informed = np.tile([[0, 0, 1, 1], [0, 1, 0, 1]], 6)
    expected = 40 + 10 * effort + 20 * informed + rng.normal(size=24)
    answers = pd.DataFrame(
        {
            "participant": range(1, 25),
            "effort": effort,
            "information": informed,
            "expectation": expected.round(),
            "satisfaction": (90 - 0.5 * expected + 12 * effort + rng.normal(size=24)).round(),
        }
    )
    answers.to_csv(tmp_path / "responses.csv", index=False)
    arguments = ["run", "03", "--data", f"responses={tmp_path / 'responses.csv'}"]
    quick = ["-p", "resamples", "100", "-o", str(tmp_path / "out")]
    result = CliRunner().invoke(main, [*arguments, *quick])
    assert result.exit_code == 0, result.output
    report = (tmp_path / "out/report.html").read_text(encoding="utf-8")
    assert "24 answers from your own file." in report
    assert "The true effects are not known here." in report
    notebook = json.loads((tmp_path / "out/notebook.ipynb").read_text(encoding="utf-8"))
    findings = next(
        {each["name"]: each for each in output["data"][FINDINGS_MIME]["findings"]}
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
        if FINDINGS_MIME in output.get("data", {})
    )
    assert findings["direct_effect"]["low"] < 12 < findings["direct_effect"]["high"]
    assert findings["total_effect"]["value"] == pytest.approx(7, abs=1.5)


IMAGE = "<img src=x onerror=alert(1)>"
HOSTILE = [IMAGE, "<svg onload=alert(1)>", "[a](javascript:alert(1))", "$x$ and $y$", "*a*_b_"]


def page_of(folder):
    return BeautifulSoup((folder / "out/report.html").read_text(encoding="utf-8"), "html.parser")


def unsafe_elements(page):
    """Return the elements in which a page runs or links one of the hostile names."""
    handlers = [
        tag for tag in page.find_all(True) if any(name.startswith("on") for name in tag.attrs)
    ]
    links = [tag for tag in page.select("a[href]") if "script" in tag["href"]]
    return handlers + links + page.select("img[src=x]")


def test_a_column_that_is_not_used_is_shown_as_it_stands(tmp_path, answers):
    own = answers.head(300).assign(**dict.fromkeys(HOSTILE, 1))
    own.to_csv(tmp_path / "own.csv", index=False)
    result = run(tmp_path / "out", tmp_path / "own.csv")
    assert result.exit_code == 0, result.output
    page = page_of(tmp_path)
    assert not unsafe_elements(page)
    for name in HOSTILE:
        assert name in page.get_text(), name


def test_construct_names_are_shown_as_they_stand(modelled):
    model = MODEL.replace("Image", f'"{IMAGE}"').replace("Satisfaction", '"$a$ [a](javascript:b)"')
    (modelled / "ours.txt").write_text(model, encoding="utf-8")
    target = ["-p", "target", "$a$ [a](javascript:b)"]
    result = run_path_model(modelled, "-p", "survey_scale", "1-5", *target)
    assert result.exit_code == 0, result.output
    page = page_of(modelled)
    assert not unsafe_elements(page)
    sentence = next(
        text for tag in page.find_all("p") if "The strongest path" in (text := tag.get_text())
    )
    assert IMAGE in sentence
    assert "variance of $a$ [a](javascript:b)" in sentence
