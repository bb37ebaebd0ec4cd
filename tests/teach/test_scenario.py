import pandas as pd
import pytest

from cemlib.teach.scenario import CALLS, Case, Choice, Step, scenario


@pytest.fixture(scope="module")
def rows(root):
    table = pd.read_csv(root / "datasets/cases/yang-choices.csv")
    return table.assign(done=table["done"] == "yes")


@pytest.fixture(scope="module")
def case(rows):
    return scenario(rows, "Ms Yang").case


def test_each_step_has_one_actual_answer(case):
    assert len(case.steps) == 6
    assert all(sum(choice.is_actual for choice in step.choices) == 1 for step in case.steps)


def test_actual_answers_come_from_the_article_and_others_are_marked_as_assumed(rows):
    assert set(rows.loc[rows["done"], "mark"]) == {"article"}
    assert set(rows.loc[~rows["done"], "mark"]) == {"assumed"}


def test_course_adds_up_and_stays_within_its_bounds():
    steps = (Step("", (Choice("a", 70, 5, True, ""), Choice("b", -30, 1, False, ""))),) * 3
    case = Case("", steps, 60, "")
    assert case.course([0, 1, None]) == [(100, 5), (70, 6)]
    assert case.course([None, 0, 0]) == []
    assert case.course([1, 1, 0]) == [(30, 1), (0, 2)]


def test_status_at_each_stage(case):
    nothing = [None] * 6
    actual = [step.actual for step in case.steps]
    assert case.status(nothing) == "Patience 60 of 100, 0 CNY spent. 0 of 6 steps decided."
    assert case.status(actual).endswith("You decided as in the actual case.")
    other = [3, *actual[1:4], 2, actual[5]]
    assert case.status(other).endswith("You chose differently at steps 1 and 5.")
    worst = [min(range(len(s.choices)), key=lambda c: s.choices[c].patience) for s in case.steps]
    assert "The customer left at step 3." in case.status(worst)
    assert case.feedback(actual, 0).endswith("This is the actual answer.")
    assert "Actual answer: Take her number" in case.feedback(other, 0)
    assert case.feedback(nothing, 0) == ""


def test_calls_are_compared_with_prompts_and_count_no_patience(rows):
    earns = rows.assign(patience=0.0, cost=100.0 + rows["done"])
    calls = scenario(earns, "Six calls", phrases=CALLS)
    case = calls.case
    actual = [step.actual for step in calls.case.steps]
    assert case.status([None] * 6) == ("0 CNY in expected earnings. 0 of 6 steps decided.")
    assert case.status(actual).endswith(
        "Following the prompts: 606 CNY. You followed every prompt."
    )
    other = [3, *actual[1:]]
    assert "Prompt: Take her number" in case.feedback(other, 0)
    assert case.status(other).endswith("You chose differently at step 1.")
    page = calls.to_html()
    assert "cem-scenario-bar" not in page.split("</style>")[1].split("<script")[0]
    assert ">Patience<" not in page
    assert "<caption>Following the prompts</caption>" in page
    assert 'scope="col">Prompt</th>' in page


def test_the_page_is_self_contained(rows):
    page = scenario(rows, "Ms Yang <b>", note="Assumed & marked").to_html()
    assert page.count("<fieldset") == 6
    assert page.count('type="radio"') == len(rows)
    assert "Ms Yang &lt;b&gt;" in page
    assert "Assumed &amp; marked" in page
    assert "http" not in page
    assert "<caption>Actual case</caption>" in page


def test_one_output(rows, outputs_of):
    [output] = outputs_of("scenario(rows, 'Ms Yang')", scenario=scenario, rows=rows)
    assert set(output.data) == {"text/html", "text/plain"}
    assert output.data["text/plain"].startswith("Ms Yang: 6 steps. Actual case: patience")
    assert scenario(rows, "Ms Yang").picks == [None] * 6


def test_the_widget_opens_one_step_at_a_time(rows, monkeypatch):
    monkeypatch.setenv("CEMLIB_MODE", "interactive")
    widget = scenario(rows, "Ms Yang")
    shown = [box.layout.display for box in widget._boxes]
    assert shown == [""] + ["none"] * 5
    widget.radios[0].value = 1
    assert [box.layout.display for box in widget._boxes][:3] == ["", "", "none"]
    assert "This is the actual answer." in widget.views[0].value
    assert "1 of 6 steps decided" in widget.status.value
    assert widget.picks == [1, *[None] * 5]
    widget.restart.click()
    assert widget.picks == [None] * 6


def test_the_widget_is_one_output(rows, monkeypatch, outputs_of):
    monkeypatch.setenv("CEMLIB_MODE", "interactive")
    [output] = outputs_of("widget = scenario(rows, 'x')\nwidget", scenario=scenario, rows=rows)
    assert "application/vnd.jupyter.widget-view+json" in output.data


@pytest.mark.parametrize(
    ("change", "arguments", "message"),
    [
        (lambda r: r.drop(columns="comes"), {}, "choices is"),
        (lambda r: r.head(0), {}, "choices is"),
        (lambda r: r.assign(done=False), {}, "step 1 is 4, but must be at least two answers"),
        (lambda r: r.assign(moment=None), {}, "and a situation"),
        (lambda r: r, {"label": " "}, "label is ' '"),
        (lambda r: r, {"start": 0}, "start is 0"),
    ],
)
def test_an_invalid_case_is_refused(rows, change, arguments, message):
    with pytest.raises(ValueError, match=message):
        scenario(change(rows), **{"label": "x", **arguments})
